//! Conditional requests (RFC 9110 §13): what is unchanged isn't sent again, and what has changed isn't overwritten.
//!
//! Asked where the document has what it takes: the header parameter, the status, and for what needs a tag an `ETag` in
//! the answer of a GET of the same path.
//!
//! | request | with | answer |
//! | --- | --- | --- |
//! | GET | the tag of what is there, the same as a weak one, or among others | 304 |
//! | GET | the tag of what was there before an update | a success |
//! | GET | a tag, of what isn't there | 404 |
//! | PUT, PATCH, DELETE | the tag of what is there, or that among others | a success |
//! | PUT, PATCH, DELETE | the tag of what was there before, one that nothing has, or that of what is there as a weak one | 412, and nothing changes |
//! | PUT that makes | `If-None-Match: *`, of what is there | 412, and nothing changes |
//! | PUT that makes | `If-None-Match: *`, of what isn't there | a success |
//! | PUT, PATCH, DELETE | no condition, where 428 is documented | 428 |

mod made;
mod moment;
mod read;
mod write;

use spec::model::{Location as In, Operation, Parameter, Response, Status};

use super::CALL;
use crate::case::{
    Case, Criterion, Derivation, Expected, Operand, Pair, Relation, RelationKind, Request, Text,
    TextPart,
};
use crate::expression::Expression;
use crate::plan::Planner;
pub(super) use crate::plan::draft::has_tag;
use crate::plan::draft::{About, Draft};
use crate::promise;
pub(in crate::plan) use write::is_required;
pub(super) use write::own;

const CODE: &str = "condition-kept";
/// The step that reads the tag.
pub(super) const LOOK: &str = "look";
/// Its output.
const TAG: &str = "tag";
/// A tag that nothing has.
const NOBODYS: &str = "\"conformance-no-such-tag\"";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases = read::cases(planner, operation);
    cases.extend(write::cases(planner, operation));
    cases.extend(made::case(planner, operation));
    cases.extend(moment::cases(planner, operation));
    cases
}

/// The parameter and the response of a condition, where both are documented.
pub(super) fn conditional<'o>(
    operation: &'o Operation,
    header: &str,
    code: u16,
) -> Option<(&'o Parameter, &'o Response)> {
    Some((condition(operation, header)?, operation.responses.get(&Status::Code(code))?))
}

/// The parameter of a condition.
pub(super) fn condition<'o>(operation: &'o Operation, header: &str) -> Option<&'o Parameter> {
    let is_it =
        |one: &&Parameter| one.location == In::Header && one.name.eq_ignore_ascii_case(header);
    operation.parameters.iter().find(is_it)
}

/// Reads the tag of what is there, as an output of a step.
pub(super) fn look(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    reader: &Operation,
    id: &str,
    request: Request,
) {
    draft.push(reader, id, request, planner.succeeds(reader));
    draft.output(id, TAG, &Expression::response_header("ETag"));
}

/// Asks of the request that was pushed last that the tag which another step has read is strong: `If-Match` compares
/// strongly (RFC 9110 §13.1.1), and only what is strong can be made weak.
pub(super) fn if_strong(draft: &mut Draft<'_>, step: &str) {
    let tag = Operand::expression(Expression::output(step, TAG));
    let message = "the tag is a strong one";
    let premise = Relation::new(CODE, message, RelationKind::StrongTag(tag));
    draft.last_step().into_iter().for_each(|step| step.premises.push(premise.clone()));
}

/// The tag that a step has read.
pub(super) fn tag_of(step: &str) -> Text {
    Text::expression(Expression::output(step, TAG))
}

/// The same as a weak one.
fn weak_tag_of(step: &str) -> Text {
    let tag = TextPart::Expression(Expression::output(step, TAG));
    Text(vec![TextPart::Literal("W/".to_owned()), tag])
}

/// The same among others, and not the first of them.
fn tags_with_that_of(step: &str) -> Text {
    let tag = TextPart::Expression(Expression::output(step, TAG));
    Text(vec![TextPart::Literal(format!("{NOBODYS}, ")), tag])
}

/// Whether a condition may be a text like this, by its schema.
fn admits(planner: &Planner<'_>, parameter: &Parameter, text: &str) -> Option<()> {
    // Several tags in one field, where it is said that one is taken alone.
    let is_told = !text.contains(',') || !planner.resources.takes_one_tag(parameter);
    is_told.then_some(())?;
    let schema = parameter.schema();
    schema.is_none_or(|schema| planner.sampler.admits_value(schema, &text.into())).then_some(())
}

pub(super) fn with(mut request: Request, parameter: &Parameter, value: Text) -> Request {
    request.headers.retain(|pair| !pair.name.eq_ignore_ascii_case(&parameter.name));
    request.headers.push(Pair { name: parameter.name.clone(), value });
    request
}

/// What a finished case is about.
struct Told<'o> {
    status: Status,
    /// What tells it from others of the cell; the code stands in front.
    detail: &'static str,
    summary: &'static str,
    operation: &'o Operation,
    origin: &'o spec::Origin,
}

/// Sends the request, which is to be answered with one of these.
fn push(draft: &mut Draft<'_>, operation: &Operation, request: Request, mut any_of: Vec<Status>) {
    const MALFORMED: Status = Status::Code(400);
    let is_made_up =
        |part: &TextPart| matches!(part, TextPart::Literal(text) if text.contains(NOBODYS));
    let mut texts = request.headers.iter().flat_map(|pair| &pair.value.0);
    // A server need not take tags of another shape than its own.
    if texts.any(is_made_up) && operation.responses.contains_key(&MALFORMED) {
        any_of.push(MALFORMED);
    }
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
}

fn finish(draft: Draft<'_>, told: &Told<'_>) -> Case {
    let detail = match told.detail {
        "" => CODE.to_owned(),
        detail => format!("{CODE}:{detail}"),
    };
    draft.finish(About {
        cell: (told.operation, told.status),
        source: Derivation::Law,
        detail,
        summary: told.summary.to_owned(),
        origin: told.origin.clone(),
    })
}
