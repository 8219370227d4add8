//! A number of a thing follows what names it, and the state of that: an order that is made counts as held, and once it is paid it
//! no longer does.
//!
//! That it counts those, and in which states, its description says ([`spec::resources::Census`]).

use std::sync::Arc;

use serde_json::Value;
use spec::model::{Method, Operation, Status};
use spec::pointer::escape;
use spec::resources::{Census, CensusKind, Lifecycle};

use super::super::change::{change, doubled};
use super::super::full::quantity;
use super::super::users::{USE, use_of};
use super::super::{CALL, told};
use crate::case::{Case, Content, Criterion, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path};
use crate::sample::Extent;

const CODE: &str = "number-follows-state";
/// The step that looks before.
const LOOK: &str = "look";

pub(super) fn cases(planner: &Planner<'_>, reader: &Operation) -> Vec<Case> {
    let numbers = planner.resources.told_numbers(reader);
    let Some((status, _)) = planner.success(reader).filter(|_| !numbers.is_empty()) else {
        return Vec::new();
    };
    let posts = planner.contract.operations.iter().filter(|one| one.method == Method::Post);
    let counted = posts.filter_map(|user| {
        let all: Vec<Census> = numbers
            .iter()
            .filter_map(|number| planner.resources.census(number, (reader, user)))
            .collect();
        (!all.is_empty() && planner.may_make(user)).then_some((user, all))
    });
    let counted: Vec<_> = counted.collect();
    let Some(subject) = Subject::of(planner, reader).filter(|_| !counted.is_empty()) else {
        return Vec::new();
    };
    let cases = counted.iter().flat_map(|(user, all)| subject.followed((user, all), status));
    cases.collect()
}

/// A thing with numbers.
struct Subject<'s> {
    reader: &'s Operation,
    /// What made it.
    draft: Draft<'s>,
    /// The step that did.
    made: String,
    path: Path,
    /// Where it stands in the answer.
    place: String,
}

impl<'s> Subject<'s> {
    fn of(planner: &'s Planner<'s>, reader: &'s Operation) -> Option<Self> {
        let mut draft = Draft::new(planner);
        let path = draft.path(reader, &Path::new()).ok()?;
        let place = match planner.resources.list(reader) {
            // The only one in a list of its own.
            Some(list) => {
                reader.path.parameters().next()?;
                planner.resources.shown_by(list.maker).next().is_none().then_some(())?;
                draft.make(&list.maker.id, 0).ok()?;
                list.items.as_ref().map_or("/0".to_owned(), |items| format!("/{}/0", escape(items)))
            }
            None => {
                draft.maker_of(reader)?;
                String::new()
            }
        };
        let made = draft.steps.last().filter(|step| !step.request.method.is_safe())?.id.clone();
        Some(Self { reader, draft, made, path, place })
    }

    /// A case for each state that what names the thing can be brought into.
    fn followed(&self, (user, all): (&Operation, &[Census]), status: Status) -> Vec<Case> {
        let planner = self.draft.planner();
        let shown = planner.resources.shown_by(user).next();
        let life = shown.and_then(|reader| planner.resources.lifecycle(reader));
        let initial = life.and_then(|life| life.initial.as_deref());
        let states = life.map(Lifecycle::reached).unwrap_or_default().into_iter().map(Some);
        let states: Vec<Option<&str>> = match initial {
            Some(_) => states.collect(),
            None => vec![None],
        };
        let extents = [Extent::Minimal, Extent::Complete];
        let Some(used) = extents.into_iter().find_map(|extent| self.used(user, extent)) else {
            return Vec::new();
        };
        let in_state = |state| self.case((user, all), used.clone(), life.zip(state), status);
        let mut cases: Vec<Case> = states.into_iter().filter_map(in_state).collect();
        cases.extend(self.removed((user, all), used.0.clone(), status));
        cases
    }

    /// What was removed counts no more.
    fn removed(
        &self,
        (user, all): (&Operation, &[Census]),
        mut draft: Draft<'_>,
        status: Status,
    ) -> Option<Case> {
        let planner = draft.planner();
        let remover = planner.resources.remover(&user.id).filter(|_| planner.can_remove(user))?;
        let remover = planner.operation(&remover.operation_id).ok()?;
        let path = draft.path_of(remover, USE)?;
        let request = draft.request(remover, &path, Extent::Minimal).ok()?;
        draft.push(remover, "remove", request, planner.succeeds(remover));
        let follow = all.iter().filter_map(|one| self.follows(one, false, None));
        let follow = follow.map(Criterion::Relation).collect();
        self.look(&mut draft, CALL, follow)?;
        let detail = format!("{CODE}:{}:removed", user.id);
        let summary =
            format!("it no longer tells what `{}` has made, once that is removed", user.id);
        Some(told(draft, self.reader, status, (&detail, &summary)))
    }

    fn case(
        &self,
        (user, all): (&Operation, &[Census]),
        (mut draft, quantity): (Draft<'_>, Option<i64>),
        brought: Option<(&Lifecycle<'_>, &str)>,
        status: Status,
    ) -> Option<Case> {
        if let Some((life, state)) = brought {
            let about = draft.path_of(life.about, USE)?;
            draft.bring((life.about, &about), life, state)?;
        }
        let state = brought.map(|(_, state)| state);
        let follow: Vec<Criterion> = all
            .iter()
            .filter_map(|one| self.follows(one, one.counts(state)?, quantity))
            .map(Criterion::Relation)
            .collect();
        (!follow.is_empty()).then_some(())?;
        self.look(&mut draft, CALL, follow)?;
        let detail = match state {
            Some(state) => format!("{CODE}:{}:{state}", user.id),
            None => format!("{CODE}:{}", user.id),
        };
        let summary = match state {
            Some(state) => format!("it tells what `{}` makes where that is `{state}`", user.id),
            None => format!("it tells what `{}` makes", user.id),
        };
        Some(told(draft, self.reader, status, (&detail, &summary)))
    }

    /// The draft with a look at the thing and what names it then, and how many of the thing that is about.
    fn used(&self, user: &Operation, extent: Extent) -> Option<(Draft<'s>, Option<i64>)> {
        let mut draft = use_of(self.draft.clone(), &self.made, (user, extent))?;
        let mut last = draft.steps.pop()?;
        let request = &mut Arc::make_mut(&mut last).request;
        change(draft.planner(), user, request, &doubled);
        let quantity = match request.body.as_ref().map(|body| &body.content) {
            Some(Content::Json(json)) => quantity(json, &self.made),
            _ => None,
        };
        self.look(&mut draft, LOOK, Vec::new())?;
        draft.steps.push(last);
        draft.answer_of(USE);
        Some((draft, quantity))
    }

    fn look(&self, draft: &mut Draft<'_>, id: &str, more: Vec<Criterion>) -> Option<()> {
        let planner = draft.planner();
        let request = draft.bare_request(self.reader, &self.path).ok()?;
        let criteria = planner.succeeds(self.reader).into_iter().chain(more).collect();
        draft.push(self.reader, id, request, criteria);
        draft.answer_of(id);
        Some(())
    }

    fn pointer(&self, one: &Census) -> String {
        one.at.iter().fold(self.place.clone(), |at, name| format!("{at}/{}", escape(name)))
    }

    /// That a number has gone up by what is added where that counts, and is as before where it doesn't.
    fn follows(&self, one: &Census, counts: bool, quantity: Option<i64>) -> Option<Relation> {
        let pointer = self.pointer(one);
        let name = one.at.last()?;
        let got = Operand::expression(Expression::response_body(pointer.clone()));
        let than = Operand::expression(Expression::output(LOOK, ANSWER).at(&pointer));
        let by = match &one.kind {
            CensusKind::Any if counts => {
                let kind = RelationKind::Equal { got, expected: Operand::constant(true) };
                return Some(Relation::new(
                    CODE,
                    format!("`{name}` is true, as there is one"),
                    kind,
                ));
            }
            _ if !counts => Operand::constant(0),
            CensusKind::Any | CensusKind::Count => Operand::constant(1),
            CensusKind::Quantity => Operand::constant(Value::from(quantity?)),
            CensusKind::Sum(member) => {
                let sent = Expression::output(USE, ANSWER).at(&format!("/{}", escape(member)));
                Operand::expression(sent)
            }
        };
        let (kind, message) = match counts {
            true => (RelationKind::More { got, than, by }, "has what was made added to it"),
            false => (RelationKind::Equal { got, expected: than }, "leaves out what doesn't count"),
        };
        Some(Relation::new(CODE, format!("`{name}` {message}"), kind))
    }
}
