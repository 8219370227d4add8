//! Of what no two things may have the same, as the description of the conflict says, one has it alone: with all else unlike the
//! first thing's, and in capitals where letter case makes no difference.

use spec::model::{Method, Operation, Status};
use spec::resources::Key;

use super::second::{members, with_member};
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

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let is_post = operation.method == Method::Post && planner.resources.makes(operation);
    if !is_post || !operation.responses.contains_key(&CONFLICT) {
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
    let own: Vec<&str> = members(&request)
        .filter(|(_, value)| matches!(value, Template::Expression(Expression::Input { .. })))
        .map(|(name, _)| name.as_str())
        .collect();
    planner.resources.keys(operation, &own)
}

/// Whether a request has all of a key.
pub(super) fn has_all(request: &Request, key: &Key) -> bool {
    key.members.iter().all(|name| members(request).any(|(one, _)| one == name))
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
        let (_, value) = members(&first).find(|(one, _)| *one == name)?;
        let value = match in_capitals {
            true => capitals(planner, operation, &draft, name, value)?,
            false => value.clone(),
        };
        second = with_member(second, name, value)?;
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

fn with_the_same_references(mut second: Request, first: &Request) -> Request {
    let references = members(first)
        .filter(|(_, value)| matches!(value, Template::Expression(Expression::Output { .. })));
    for (name, value) in references {
        second = with_member(second.clone(), name, value.clone()).unwrap_or(second);
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
