//! Sets that a thing has: `PUT /items/{id}/tags/{tag}` puts a text into one, and DELETE takes it out. Where the thing shows
//! the set by the name that the path has for it (`tags`), it shows what was put in and not taken out, and once.

use spec::Direction;
use spec::model::{ANY_SEGMENT, JsonType, Method, Operation, PathPart};
use spec::names::fold;
use spec::pointer::escape;

use super::super::CALL;
use crate::case::{
    Case, Criterion, Derivation, Operand, Relation, RelationKind, Request, Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path, same_path};
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "set-keeps-members";
/// That what is there may be put there again: RFC 9110 §9.2.2.
const AGAIN: &str = "set-takes-again";
/// More than this nobody puts into a set for the sake of a test.
const MOST: u64 = 32;
/// The step that puts another member into the set.
const OTHER: &str = "other";

/// Those of what puts something into a set, or shows it.
pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let sets: Vec<Set<'_>> = match operation.method {
        Method::Put => Set::of(planner, operation).into_iter().collect(),
        Method::Get => Set::shown_by(planner, operation),
        _ => Vec::new(),
    };
    let cases = sets
        .iter()
        .flat_map(|set| [set.takes_all(), set.takes_again(), set.loses_one(), set.is_full()]);
    cases.flatten().filter(|case| case.cell.operation_id == operation.id).collect()
}

fn is_bare_put(operation: &Operation) -> bool {
    operation.method == Method::Put && operation.body.is_none()
}

/// A set, what puts something into it, and what shows it.
struct Set<'p> {
    planner: &'p Planner<'p>,
    put: &'p Operation,
    reader: &'p Operation,
    member: &'p str,
    /// How many members it has at most.
    most: Option<u64>,
}

/// A draft with one member in the set and the path to it.
struct Begun<'p> {
    draft: Draft<'p>,
    path: Path,
}

impl<'p> Set<'p> {
    /// Those that a GET shows.
    fn shown_by(planner: &'p Planner<'_>, reader: &Operation) -> Vec<Self> {
        let own = reader.path.shape();
        let puts = planner.contract.operations.iter().filter(|one| is_bare_put(one));
        let within = puts.filter(|put| put.path.shape().starts_with(&own));
        let sets = within.filter_map(|put| Self::of(planner, put));
        sets.filter(|set| set.reader.id == reader.id).collect()
    }

    fn of(planner: &'p Planner<'_>, put: &'p Operation) -> Option<Self> {
        (is_bare_put(put) && planner.resources.chooses(put)).then_some(())?;
        let [.., collection, _] = put.path.without_slash() else { return None };
        let [PathPart::Literal(name)] = collection.as_slice() else { return None };
        let own = put.path.shape();
        let reader = planner.contract.operations.iter().find(|one| {
            one.method == Method::Get
                && one.path.item_parameter().is_some()
                && format!("{}/{name}/{ANY_SEGMENT}", one.path.shape()) == own
        })?;
        let (choice, direction) = (Choice::default(), Direction::Response);
        let toward = |ids: &[_]| Merged::toward(planner.contract, ids, choice, direction);
        let declared = toward(&[reader.answer_schema()?]).declared();
        let (member, ids) = declared.into_iter().find(|(member, _)| fold(member) == fold(name))?;
        let shown = toward(&ids);
        let are_texts = toward(&shown.item(0)).types().single() == Some(JsonType::String);
        (shown.types().contains(JsonType::Array) && are_texts).then_some(())?;
        Some(Self { planner, put, reader, member, most: shown.max_items() })
    }

    /// Something of the run's own with one member in its set.
    fn begun(&self) -> Option<Begun<'p>> {
        let mut draft = Draft::new(self.planner);
        let path = draft.path(self.put, &Path::new()).ok()?;
        draft.steps.last()?;
        let request = draft.request(self.put, &path, Extent::Minimal).ok()?;
        draft.push(self.put, "first", request, self.planner.succeeds(self.put));
        Some(Begun { draft, path })
    }

    /// What puts another member into the same set, and its path.
    fn other(&self, begun: &mut Begun<'p>) -> Option<(Path, Request)> {
        let mut owner = begun.path.clone();
        owner.shift_remove(self.put.path.item_parameter()?);
        let path = begun.draft.path(self.put, &owner).ok()?;
        let request = begun.draft.request(self.put, &path, Extent::Minimal).ok()?;
        Some((path, request))
    }

    /// Puts another member into the same set; its path.
    fn put_other(&self, begun: &mut Begun<'p>) -> Option<Path> {
        let (path, request) = self.other(begun)?;
        let step = begun.draft.free_step_id(OTHER);
        begun.draft.push(self.put, &step, request, self.planner.succeeds(self.put));
        Some(path)
    }

    /// What was put in is there, whatever else was put in.
    fn takes_all(&self) -> Option<Case> {
        let mut begun = self.begun()?;
        let other = self.put_other(&mut begun)?;
        let all = [self.named(&begun.path)?, self.named(&other)?];
        let relations = vec![self.includes(all.to_vec())];
        self.finish(begun, relations, ("", "what was put into a set is there"))
    }

    /// What is put in again is there once.
    fn takes_again(&self) -> Option<Case> {
        let mut begun = self.begun()?;
        let request = begun.draft.request(self.put, &begun.path, Extent::Minimal).ok()?;
        let mut again = self.planner.succeeds(self.put);
        again.iter_mut().for_each(|one| one.weigh(AGAIN));
        begun.draft.push(self.put, "again", request, again);
        let distinct = RelationKind::Distinct(self.shown());
        let message = format!("nothing is in `{}` twice", self.member);
        let relations = vec![
            self.includes(vec![self.named(&begun.path)?]),
            Relation::new(CODE, message, distinct),
        ];
        self.finish(begun, relations, (":again", "what is put into a set twice is there once"))
    }

    /// What was taken out isn't there, and the others are.
    fn loses_one(&self) -> Option<Case> {
        let mut begun = self.begun()?;
        let other = self.put_other(&mut begun)?;
        let remover = self.planner.resources.remover(&self.put.id)?;
        let remover = self.planner.operation(&remover.operation_id).ok()?;
        let path = same_path(remover, (self.put, &begun.path))?;
        let remove = begun.draft.request(remover, &path, Extent::Minimal).ok()?;
        begun.draft.push(remover, "remove", remove, self.planner.succeeds(remover));
        let none = Operand::Template(self.named(&begun.path)?);
        let message = format!("what was taken out of `{}` isn't in it", self.member);
        let gone = Relation::new(CODE, message, RelationKind::Excludes { got: self.shown(), none });
        let relations = vec![self.includes(vec![self.named(&other)?]), gone];
        self.finish(begun, relations, (":removed", "what is taken out of a set is all that goes"))
    }

    /// Into a set that is full, nothing more is put: it would be more than its schema admits.
    fn is_full(&self) -> Option<Case> {
        let most = self.most.filter(|most| (1..=MOST).contains(most))?;
        let (cell, any_of) = self.planner.refusal(self.put, &[&[409], &[422, 400]])?;
        let response = self.put.responses.get(&cell)?;
        let mut begun = self.begun()?;
        for _ in 1..most {
            self.put_other(&mut begun)?;
        }
        let (_, request) = self.other(&mut begun)?;
        let mut draft = begun.draft;
        draft.push(self.put, CALL, request, vec![Criterion::Status(any_of.into())]);
        Some(draft.finish(About {
            cell: (self.put, cell),
            source: Derivation::Law,
            detail: format!("{CODE}:full"),
            summary: "into a set that is full, nothing more is put".to_owned(),
            origin: response.origin.clone(),
        }))
    }

    /// What a path calls the member.
    fn named(&self, path: &Path) -> Option<Template> {
        let provided = path.get(self.put.path.item_parameter()?)?;
        Some(Template::Expression(provided.expression.clone()))
    }

    fn shown(&self) -> Operand {
        Operand::expression(Expression::response_body(format!("/{}", escape(self.member))))
    }

    fn includes(&self, members: Vec<Template>) -> Relation {
        let all = Operand::Template(Template::array(members));
        let message = format!("`{}` has what was put into it", self.member);
        Relation::new(CODE, message, RelationKind::Includes { got: self.shown(), all })
    }

    /// Reads the thing and judges its set.
    fn finish(
        &self,
        begun: Begun<'p>,
        relations: Vec<Relation>,
        (detail, summary): (&str, &str),
    ) -> Option<Case> {
        let Begun { mut draft, path } = begun;
        let (status, _) = self.planner.success(self.reader)?;
        let read =
            draft.bare_request(self.reader, &same_path(self.reader, (self.put, &path))?).ok()?;
        let criteria = relations.into_iter().map(Criterion::Relation);
        let criteria = self.planner.succeeds(self.reader).into_iter().chain(criteria).collect();
        draft.push(self.reader, CALL, read, criteria);
        Some(draft.finish(About {
            cell: (self.reader, status),
            source: Derivation::Law,
            detail: format!("{CODE}:{}{detail}", self.put.id),
            summary: summary.to_owned(),
            origin: self.put.origin.clone(),
        }))
    }
}
