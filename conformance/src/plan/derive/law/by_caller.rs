//! What tells who did something tells the caller: what two of them make differs in it, what one of them makes doesn't.
//!
//! Who they are is told by an operation that shows who asks, or a list that marks them. Where there is none, two callers are two
//! people for sure only if they are of two roles of the contract.

use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::DoneBy;

use super::super::{CALL, told, valid_call};
use super::touched::{answered, seen};
use crate::case::{Case, Credentials, Criterion, Operand, Relation, RelationKind};
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::plan::sender::one_of_each_right;
use crate::promise::{self, Level};
use crate::sample::Extent;

const CODE: &str = "tells-who-did-it";
/// The steps before the call.
const FIRST: &str = "first";
const OTHER: &str = "other";
/// So many callers are tried: one that is always told is no other's.
const MOST: usize = 2;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let members = planner.resources.done_by(operation);
    let Some((status, _)) = planner.success(operation).filter(|_| !members.is_empty()) else {
        return Vec::new();
    };
    let callers = callers(planner, operation);
    let cases = members.iter().flat_map(|done| {
        let subject = Subject { planner, operation, status, done };
        let known: Vec<Case> =
            callers.iter().filter_map(|name| subject.known(name)).take(MOST).collect();
        if known.is_empty() { subject.unknown(&callers).into_iter().collect() } else { known }
    });
    cases.collect()
}

/// Those who may call an operation, of its side, one of each rights first.
pub(super) fn callers<'p>(planner: &'p Planner<'_>, operation: &'p Operation) -> Vec<&'p str> {
    let mut names = one_of_each_right(planner.callers_of_side(operation));
    // The usual one first, who may do all that is needed.
    let usual = planner.credentials(operation);
    names.sort_by_key(|name| Some(*name) != usual.plain());
    names
}

/// Whether two credentials are of two roles, so that they are two people.
fn are_two(planner: &Planner<'_>, one: &str, other: &str) -> bool {
    let role = |name: &str| {
        let mut roles = planner.resources.roles().iter();
        roles.find(|role| planner.is_of_role(name, role))
    };
    role(one).zip(role(other)).is_some_and(|(one, other)| one != other)
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    status: Status,
    done: &'s DoneBy,
}

impl Subject<'_> {
    /// That the caller is told, by what it goes.
    fn known(&self, name: &str) -> Option<Case> {
        let Self { planner, operation, .. } = *self;
        let (mut draft, _, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
        let member = format!("/{}", escape(&self.done.member));
        let own = draft.id_of_caller(name, (operation, &member))?;
        if !self.is_usual(name) {
            draft.let_take_part(name, operation, false);
        }
        let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
        request.credentials = Credentials::As(name.to_owned());
        let kind = RelationKind::Equal {
            got: answered(&self.done.member),
            expected: Operand::expression(own),
        };
        let mut criteria = planner.succeeds(operation);
        criteria.push(self.relation("is who asked for it", kind, self.level()));
        draft.push(operation, CALL, request, criteria);
        self.may_be_refused(&mut draft, name);
        Some(self.case(draft, name))
    }

    /// That two callers differ in it, and one doesn't.
    fn unknown(&self, callers: &[&str]) -> Option<Case> {
        let Self { planner, operation, .. } = *self;
        let [first, others @ ..] = callers else { return None };
        planner.may_make(operation).then_some(())?;
        let is_another = |other: &&&str| are_two(planner, first, other);
        let (other, level) = match others.iter().find(is_another) {
            Some(other) => (other, self.level()),
            None => (others.first()?, Level::Should),
        };
        let (mut draft, _, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
        let (got, first_time) = (answered(&self.done.member), seen(FIRST, &self.done.member));
        let differ = RelationKind::Differ { got: got.clone(), from: first_time.clone() };
        let same = RelationKind::Equal { got, expected: first_time };
        let steps = [
            (FIRST, first, None),
            (OTHER, other, Some(self.relation("tells two callers apart", differ, level))),
            (CALL, first, Some(self.relation("is the same of one caller", same, self.level()))),
        ];
        for (step, name, relation) in steps {
            let own = draft.request_of_its_own(operation, &path, Extent::Minimal, step).ok()?;
            let criteria = planner.succeeds(operation).into_iter().chain(relation).collect();
            draft.push(operation, step, own, criteria);
            draft.last_step()?.request.credentials = Credentials::As((*name).to_owned());
            draft.answer_of(step);
        }
        self.may_be_refused(&mut draft, other);
        Some(self.case(draft, first))
    }

    /// Who is not the usual caller need not have a right to what that one has made, nor be one who is named in it.
    fn may_be_refused(&self, draft: &mut Draft<'_>, name: &str) {
        if !self.is_usual(name) {
            draft.may_be_refused_with(name, &[400, 403, 404, 409, 422]);
        }
    }

    /// Whether it is the one that the operation is called as wherever nothing else is said.
    fn is_usual(&self, name: &str) -> bool {
        self.planner.credentials(self.operation).plain() == Some(name)
    }

    fn case(&self, draft: Draft<'_>, name: &str) -> Case {
        let detail = format!("{CODE}:{}:{name}", self.done.member);
        let summary = format!("`{}` tells who asked for it", self.done.member);
        told(draft, self.operation, self.status, (&detail, &summary))
    }

    fn level(&self) -> Level {
        if self.done.is_told { promise::level(CODE) } else { Level::Should }
    }

    fn relation(&self, message: &str, kind: RelationKind, level: Level) -> Criterion {
        let message = format!("`{}` {message}", self.done.member);
        Criterion::Relation(Relation::new(CODE, message, kind).at(level))
    }
}
