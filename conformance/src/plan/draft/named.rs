//! What a request names, and what that lies in, is brought into the states that the request needs.

use std::collections::BTreeSet;

use spec::model::Operation;
use spec::resources::{Lifecycle, NeededState};

use super::Draft;
use crate::case::Request;
use crate::expression::Expression;
use crate::plan::Planner;

impl Draft<'_> {
    /// Has what requests name stay in the state that it is in from here on.
    pub(in crate::plan) fn keep_states(&mut self) {
        self.keeps_states = true;
    }

    /// Brings what the case has made, and a request names, into a state in which the request isn't refused, as far as a
    /// way there is known.
    pub(in crate::plan) fn bring_named(&mut self, operation: &Operation, request: &Request) {
        let planner = self.planner;
        let needed = planner.needed_states(operation);
        if needed.is_empty() || self.keeps_states {
            return;
        }
        // What moves one thing may need another one in a state, and that the first.
        self.keeps_states = true;
        for (step, of) in self.named(request) {
            for one in needed.iter().filter(|one| shows(planner, &one.reader, &of)) {
                let before = self.clone();
                if self.bring_made(&step, one).is_none() {
                    *self = before;
                }
            }
        }
        self.keeps_states = false;
    }

    /// These steps, and all that their requests name in turn.
    pub(in crate::plan) fn all_named<'s>(
        &self,
        steps: impl IntoIterator<Item = &'s str>,
    ) -> BTreeSet<String> {
        let mut known: BTreeSet<String> = steps.into_iter().map(str::to_owned).collect();
        let mut next: Vec<String> = known.iter().cloned().collect();
        while let Some(id) = next.pop() {
            let Some(step) = self.step(&id) else { continue };
            let steps = step.request.expressions().into_iter().filter_map(Expression::step);
            next.extend(steps.filter(|id| known.insert((*id).to_owned())).map(str::to_owned));
        }
        known
    }

    /// The steps that made what a request names, and what those name in turn: the latest first, each with its operation.
    fn named(&self, request: &Request) -> Vec<(String, String)> {
        let known = self.all_named(request.expressions().into_iter().filter_map(Expression::step));
        let steps = self.steps.iter().rev().filter(|step| known.contains(&step.id));
        let made = steps.filter(|step| !step.request.method.is_safe());
        made.map(|step| (step.id.clone(), step.operation_id.clone())).collect()
    }

    fn bring_made(&mut self, step: &str, needed: &NeededState) -> Option<()> {
        let reader = self.planner.operation(&needed.reader).ok()?;
        let mut lives = self.planner.resources.lifecycles(reader).into_iter();
        let life = lives.find(|life| life.member == needed.member)?;
        let at = self.states.get(&(step.to_owned(), life.member.clone())).cloned();
        let at = at.or_else(|| life.initial.clone())?;
        if needed.states.contains(&at) {
            return Some(());
        }
        let state = nearest(life, &at, &needed.states)?;
        let path = self.path_to(reader, step)?;
        self.bring((reader, &path), life, state)
    }
}

/// Whether an operation shows what another one makes.
fn shows(planner: &Planner<'_>, reader: &str, maker: &str) -> bool {
    let maker = planner.operation(maker);
    maker.is_ok_and(|maker| planner.resources.shown_by(maker).any(|one| one.id == reader))
}

/// The one of some states that the fewest moves lead to.
fn nearest<'n>(life: &Lifecycle<'_>, at: &str, states: &'n [String]) -> Option<&'n str> {
    let ways = states.iter().filter_map(|state| Some((life.way(at, state)?.len(), state)));
    ways.min_by_key(|(length, _)| *length).map(|(_, state)| state.as_str())
}
