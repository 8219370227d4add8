//! What is made anew for the next thing of its kind, as naming what the last one names may be a conflict.

use indexmap::IndexSet;
use spec::model::{Method, Operation};

use super::Draft;
use crate::case::{Credentials, Request, Step};
use crate::expression::Expression;

impl Draft<'_> {
    /// Lets go of what an operation has named before and can't name again: the next thing that it makes has one of its own made.
    pub(in crate::plan) fn let_go_of_taken(&mut self, maker: &Operation) {
        let before = self.steps.iter().filter(|step| step.operation_id == maker.id);
        let taken: Vec<String> = before.flat_map(|step| self.taken(maker, &step.request)).collect();
        taken.iter().for_each(|step| self.let_go(step));
    }

    /// Lets go of what an operation has named before in its bodies, where naming it once more may be a conflict (409): of what it
    /// can't name again, else of all, as there may be room for one, or one for each. And so of what that was made with. What the
    /// operation lies within stays, with what that names.
    pub(in crate::plan) fn let_go_of_named(&mut self, maker: &Operation) {
        let before: Vec<&Step> = self.steps_of(maker).collect();
        let around = self.behind(before.iter().flat_map(|step| step.request.steps_in_path()));
        let is_free = |step: &Step| !around.contains(&step.id) && self.is_made(step);
        let taken: IndexSet<String> =
            before.iter().flat_map(|step| self.taken(maker, &step.request)).collect();
        let named = before.iter().flat_map(|step| step.request.steps_named());
        let named = named.filter_map(|id| self.step(id));
        let is_meant = |step: &&Step| match taken.is_empty() {
            true => self.is_over(maker, step),
            false => taken.contains(&step.id),
        };
        let mut next: Vec<&Step> = named.filter(is_meant).collect();
        let mut gone = IndexSet::new();
        while let Some(step) = next.pop() {
            if is_free(step) && gone.insert(step.id.clone()) {
                // There may be room for so many within what it was made with, and of what was done to it the same holds.
                let with = [step].into_iter().chain(self.done_to(step, maker));
                next.extend(with.flat_map(|one| self.named_with(one)));
            }
        }
        gone.iter().for_each(|step| self.let_go_with_all_of(step));
    }

    /// Makes one more thing that succeeds to be made. Where each may make one alone within another thing, whoever has made none so
    /// far does; `None` where there is nobody.
    pub(in crate::plan) fn push_of_another(
        &mut self,
        maker: &Operation,
        id: &str,
        mut request: Request,
    ) -> Option<()> {
        let next = self.who_makes_next(maker, &request)?;
        let is_another = next != request.credentials;
        request.credentials = next.clone();
        self.push(maker, id, request, self.planner.succeeds(maker));
        if let Some(name) = next.plain().filter(|_| is_another) {
            self.removed_by(name, |step| step == id);
        }
        Some(())
    }

    /// Who makes the next thing by a request that somebody would send: where each may make one alone, another one of theirs.
    fn who_makes_next(&self, maker: &Operation, request: &Request) -> Option<Credentials> {
        let planner = self.planner;
        let beside = self.steps_of(maker).map(|step| &step.request);
        let beside = beside.filter(|one| one.path_parameters == request.path_parameters);
        let had: Vec<&str> = beside.filter_map(|one| one.credentials.plain()).collect();
        let peers = planner.one_each(maker);
        if had.is_empty() || peers.is_empty() {
            return Some(request.credentials.clone());
        }
        // Whoever asks for the list may be shown no more than their own.
        let is_own = |one: &Operation| {
            planner.resources.says_list_is_own(one) || planner.resources.own_in_list(one).is_some()
        };
        if planner.on_path(maker, Method::Get).is_some_and(is_own) {
            return None;
        }
        // What is one of theirs, the others have no right to.
        let named = request.steps_named().chain(request.steps_in_path());
        let mut makers = named.filter_map(|id| self.step(id)?.request.credentials.plain());
        if makers.any(|name| peers.contains(&name)) {
            return None;
        }
        let next = peers.into_iter().find(|name| !had.contains(name))?;
        Some(Credentials::As(next.to_owned()))
    }

    /// The steps of an operation.
    fn steps_of(&self, maker: &Operation) -> impl Iterator<Item = &Step> {
        self.steps.iter().map(|step| &**step).filter(|step| step.operation_id == maker.id)
    }

    /// The steps that name what a step has made, but for those of one operation.
    fn done_to(&self, made: &Step, but: &Operation) -> impl Iterator<Item = &Step> {
        let names_it =
            |step: &Step| step.request.expressions().iter().any(|one| one.step() == Some(&made.id));
        let others = self.steps.iter().filter(|step| step.operation_id != but.id);
        others.map(|step| &**step).filter(move |step| names_it(step))
    }

    /// The steps whose things a step names, where naming them once more may be a conflict.
    fn named_with(&self, step: &Step) -> impl Iterator<Item = &Step> {
        let operation = self.planner.operation(&step.operation_id).ok();
        let named = step.request.steps_named().chain(step.request.steps_in_path());
        let named = named.filter_map(|id| self.step(id));
        named.filter(move |named| operation.is_some_and(|one| self.is_over(one, named)))
    }

    /// Whether a conflict of an operation is said to be about what a step has made.
    fn is_over(&self, operation: &Operation, step: &Step) -> bool {
        let maker = self.planner.operation(&step.operation_id);
        maker.is_ok_and(|maker| self.planner.resources.conflicts_over(operation, maker))
    }

    fn is_made(&self, step: &Step) -> bool {
        self.planner.operation(&step.operation_id).is_ok_and(|one| !one.method.is_safe())
    }

    /// These steps and all that they name, themselves and by others.
    fn behind<'s>(&'s self, steps: impl Iterator<Item = &'s str>) -> IndexSet<String> {
        let mut all: IndexSet<String> = steps.map(str::to_owned).collect();
        let mut next = 0;
        while let Some(step) = all.get_index(next).and_then(|id| self.step(id)) {
            let named = step.request.expressions().into_iter().filter_map(Expression::step);
            all.extend(named.map(str::to_owned).collect::<Vec<_>>());
            next += 1;
        }
        all
    }

    /// Lets go of what a step has made with what was made of that, and within it; and of what only came of an action, with what that
    /// was done to.
    pub(in crate::plan) fn let_go_with_all_of(&mut self, step: &str) {
        let mut gone = vec![step.to_owned()];
        let acted_on = self.step(step).filter(|one| {
            let made = self.planner.operation(&one.operation_id);
            let resources = &self.planner.resources;
            made.is_ok_and(|made| resources.is_consequence(made) || !resources.makes(made))
        });
        if let Some((_, text)) = acted_on.and_then(|one| one.request.path_parameters.last()) {
            gone.extend(text.expressions().filter_map(Expression::step).map(str::to_owned));
        }
        for later in &self.parts.steps {
            let is_of = |one: &&Expression| matches!(one, Expression::Output { step, .. } if gone.contains(step));
            if later.request.expressions().iter().any(is_of) {
                gone.push(later.id.clone());
            }
        }
        gone.iter().for_each(|step| self.let_go(step));
    }
}
