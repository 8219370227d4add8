//! Of what no two things may have the same, as the description of the conflict says, one has it alone: with all else unlike the
//! first thing's, and in capitals where letter case makes no difference.

use spec::model::{Method, Operation, Status};
use spec::pointer::escape;
use spec::resources::Key;

use super::{CALL, told, valid_call};
use crate::case::{Case, Criterion, Expected, Input, Request, Template, Text, TextPart};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::promise;
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "key-is-alone";
const CONFLICT: Status = Status::Code(409);
/// The step that has it first.
const FIRST: &str = "first";
/// The step that makes another thing, which has it.
const OTHER: &str = "other";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !operation.responses.contains_key(&CONFLICT) {
        return Vec::new();
    }
    let makes = match operation.method {
        Method::Post => planner.resources.makes(operation),
        Method::Put => planner.resources.chooses(operation),
        Method::Patch => return taken(planner, operation),
        _ => false,
    };
    if !makes {
        return Vec::new();
    }
    let keys = keys(planner, operation);
    let cases = keys.iter().flat_map(|key| {
        let in_capitals = key.in_any_case.then(|| case(planner, operation, key, true));
        [case(planner, operation, key, false)].into_iter().chain(in_capitals).flatten()
    });
    cases.collect()
}

/// What no two of the things may have the same of, out of what requests say of their own.
pub(super) fn keys(planner: &Planner<'_>, operation: &Operation) -> Vec<Key> {
    let Ok((_, request, _)) = valid_call(planner, operation, Extent::Complete) else {
        return Vec::new();
    };
    let own: Vec<&str> = request
        .members()
        .filter(|(_, value)| matches!(value, Template::Expression(Expression::Input { .. })))
        .map(|(name, _)| name.as_str())
        .collect();
    planner.resources.keys(operation, &own)
}

/// Whether a request has all of a key.
pub(super) fn has_all(request: &Request, key: &Key) -> bool {
    key.members.iter().all(|name| request.members().any(|(one, _)| one == name))
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    key: &Key,
    in_capitals: bool,
) -> Option<Case> {
    let (_, least, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let extent = if has_all(&least, key) { Extent::Minimal } else { Extent::Complete };
    let (mut draft, first, _) = valid_call(planner, operation, extent).ok()?;
    draft.push(operation, FIRST, first.clone(), planner.succeeds(operation));
    let path = draft.path(operation, &Path::new()).ok()?;
    let mut second = draft.request_of_its_own(operation, &path, extent, "second").ok()?;
    for name in &key.members {
        let (_, value) = first.members().find(|(one, _)| *one == name)?;
        let value = match in_capitals {
            true => capitals(planner, operation, &draft, name, value)?,
            false => value.clone(),
        };
        second = second.with_member(name, value)?;
    }
    // The rest of what it names is what the first one has: a thing may be alone within another one.
    second = with_the_same_references(second, &first);
    let expected = Expected { any_of: vec![CONFLICT], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, second, vec![Criterion::Status(expected)]);
    let what = key.members.join("`, `");
    let (suffix, how) = if in_capitals { (":capitals", " in capitals") } else { ("", "") };
    let summary = format!("no two have the same `{what}`{how}");
    let detail = format!("{CODE}:body.{}{suffix}", key.members.join("+"));
    Some(told(draft, operation, CONFLICT, (&detail, &summary)))
}

/// What another thing has is taken by a PATCH that says nothing else.
fn taken(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let makers = operation.path.item_parameter();
    let makers = makers.map(|item| planner.resources.makers(operation, item)).unwrap_or_default();
    let makers = makers.iter().filter_map(|one| planner.operation(&one.operation_id).ok());
    let Some(maker) = makers.into_iter().find(|one| planner.may_make(one)) else {
        return Vec::new();
    };
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let body = Merged::of(planner.contract, &[schema], Choice::default()).declared();
    let (own, named): (_, Vec<&str>) = (keys(planner, maker), body.keys().copied().collect());
    let told = planner.resources.keys(operation, &named);
    let is_told = |key: &&Key| told.iter().any(|one| one.members == key.members);
    let cases = own.iter().filter(is_told).filter_map(|key| {
        let [member] = key.members.as_slice() else { return None };
        taken_of(planner, operation, maker, member)
    });
    cases.collect()
}

fn taken_of(
    planner: &Planner<'_>,
    operation: &Operation,
    maker: &Operation,
    member: &str,
) -> Option<Case> {
    let (mut draft, path) = Draft::begun(planner, operation)?;
    draft.bring_around(operation, &path);
    let within = draft.path(maker, &Path::new()).ok()?;
    let extents = [Extent::Minimal, Extent::Complete].into_iter();
    let other = extents.filter_map(|extent| {
        let mut draft = draft.clone();
        let request = draft.request_of_its_own(maker, &within, extent, OTHER).ok()?;
        let has_it = request.members().any(|(name, _)| name == member);
        has_it.then_some((draft, request))
    });
    let (mut draft, other) = other.into_iter().next()?;
    let (_, value) = other.members().find(|(name, _)| *name == member)?;
    let is_own = matches!(value, Template::Expression(Expression::Input { .. }));
    is_own.then_some(())?;
    draft.push(maker, OTHER, other, planner.succeeds(maker));
    draft.output(OTHER, "sent", &Expression::request_body(""));
    let (step, name) = (OTHER.to_owned(), "sent".to_owned());
    let pointer = format!("/{}", escape(member));
    let theirs = Expression::Output { step, name, pointer };
    let request = draft.writing(operation, &path, (member, theirs))?;
    let expected = Expected { any_of: vec![CONFLICT], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let summary = format!("the `{member}` of another one is not taken");
    Some(told(draft, operation, CONFLICT, (&format!("{CODE}:taken:{member}"), &summary)))
}

fn with_the_same_references(mut second: Request, first: &Request) -> Request {
    let references = first
        .members()
        .filter(|(_, value)| matches!(value, Template::Expression(Expression::Output { .. })));
    for (name, value) in references {
        second = second.clone().with_member(name, value.clone()).unwrap_or(second);
    }
    second
}

/// A text that a request says of its own, in capitals, where that is another text of its kind.
fn capitals(
    planner: &Planner<'_>,
    operation: &Operation,
    draft: &Draft<'_>,
    name: &str,
    value: &Template,
) -> Option<Template> {
    let Template::Expression(expression @ Expression::Input { name: input, .. }) = value else {
        return None;
    };
    let Input::Fresh(fresh) = &**draft.inputs.get(input.as_str())? else { return None };
    let stand_in = fresh.stand_in();
    let text = stand_in.as_str()?;
    let body = Merged::of(planner.contract, &[operation.body_schema()?], Choice::default());
    let declared = body.declared();
    let upper = text.to_uppercase().into();
    let admits = |id: &spec::model::SchemaId| planner.sampler.admits_value(*id, &upper);
    (declared.get(name)?.iter().all(admits) && stand_in != upper).then_some(())?;
    Some(Template::Text(Text(vec![TextPart::Capitals(expression.clone())])))
}
