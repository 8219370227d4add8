//! What is put within a thing is among its parts, where it shows them: once, after what was there, and in the order that is told.

use spec::model::Operation;
use spec::resources::ShownPart;

use super::super::{CALL, told, valid_call};
use super::listed::pointer;
use crate::case::{
    Case, Collected, Credentials, Criterion, Operand, Relation, RelationKind, Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path, same_path};
use crate::promise::{self, Level};
use crate::sample::Extent;

const CODE: &str = "part-is-shown";
/// The step that puts a part there before the one that the case is about.
const FIRST: &str = "first";
/// The step that looks at the thing.
const READ: &str = "read";
/// The output with the id of a part.
const ID: &str = "part_id";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(part) = planner.resources.shown_part(operation) else { return Vec::new() };
    let one = case(planner, operation, &part, &[CALL]);
    // One may be all that there can be.
    let is_one = operation.body.is_none() || moves(planner, operation);
    let two = (!is_one).then(|| case(planner, operation, &part, &[FIRST, CALL])).flatten();
    one.into_iter().chain(two).collect()
}

/// What each of these steps puts there is there.
fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    part: &ShownPart<'_>,
    steps: &[&str],
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    // Of what the run didn't make, others may write.
    draft.maker_of(part.reader)?;
    let credentials = request.credentials.clone();
    for step in steps {
        let own = draft.request_of_its_own(operation, &path, Extent::Minimal, step).ok()?;
        draft.push(operation, step, own, planner.succeeds(operation));
        draft.output(step, ID, &Expression::response_body(pointer(&part.id)));
    }
    let ids: Vec<Expression> = steps.iter().map(|step| Expression::output(*step, ID)).collect();
    look(&mut draft, part, (operation, &path), credentials, &ids)?;
    let two = if steps.len() > 1 { ":two" } else { "" };
    let detail = format!("{CODE}:{}{two}", part.member);
    let summary = format!("what is put there is among `{}`", part.member);
    Some(told(draft, operation, status, (&detail, &summary)))
}

/// Whether what an operation acts on is in another state afterwards, or is full.
fn moves(planner: &Planner<'_>, operation: &Operation) -> bool {
    let mut lives = planner.resources.lifecycles(operation).into_iter();
    lives.any(|life| life.moves_of(operation).next().is_some()) || operation.documents(409)
}

/// Looks at the thing as who has put the parts there, if that caller may.
fn look(
    draft: &mut Draft<'_>,
    part: &ShownPart<'_>,
    (operation, path): (&Operation, &Path),
    credentials: Credentials,
    ids: &[Expression],
) -> Option<()> {
    let planner = draft.planner();
    let there = same_path(part.reader, (operation, path))?;
    let mut read = draft.bare_request(part.reader, &there).ok()?;
    if let Credentials::As(name) = &credentials
        && planner.context.credentials.get(name).is_some_and(|one| one.calls(part.reader))
    {
        read.credentials = credentials;
    }
    let inner = part.id.iter().filter(|_| !part.has_ids).cloned().map(Some);
    let way = [Some(part.member.clone()), None].into_iter().chain(inner).collect();
    let shown = Operand::Collected(Collected { from: Expression::response_body(""), path: way });
    let put: Vec<Template> = ids.iter().cloned().map(Template::Expression).collect();
    let message = format!("what was put there is among `{}`", part.member);
    let level = if part.is_guessed { Level::Should } else { promise::level(CODE) };
    let is_there = RelationKind::Includes {
        got: shown.clone(),
        all: Operand::Template(Template::array(put.clone())),
    };
    let mut criteria = planner.succeeds(part.reader);
    let law =
        |message: String, kind| Criterion::Relation(Relation::new(CODE, message, kind).at(level));
    criteria.push(law(message, is_there));
    if let Some(descending) = part.by_creation.filter(|_| put.len() > 1) {
        let ordered = if descending { put.into_iter().rev().collect() } else { put };
        let in_order = RelationKind::Equal {
            got: shown,
            expected: Operand::Template(Template::array(ordered)),
        };
        criteria.push(law(format!("`{}` come in the order that is told", part.member), in_order));
    }
    draft.push(part.reader, READ, read, criteria);
    Some(())
}
