//! Parameters of path, query and header: each constraint violated, and valid values at the limits.

use spec::model::{JsonType, Location as In, Operation, Parameter, Status};

use super::refused::Refused;
use super::variant::{self, Written};
use super::{CALL, tolerated, valid_call, weaker};
use crate::case::{Case, Criterion, Derivation, Pair, Request, Text, TextPart};
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise::Level;
use crate::sample::Extent;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases = Vec::new();
    for parameter in &operation.parameters {
        cases.extend(violations(planner, operation, parameter));
        cases.extend(absence(planner, operation, parameter));
        if parameter.location == In::Query {
            cases.extend(twice(planner, operation, parameter));
            cases.extend(limits(planner, operation, parameter));
        }
    }
    cases.extend(capitals(planner, operation));
    cases.extend(unknown_parameter(planner, operation));
    cases
}

/// RFC 9562 §4: the digits of a UUID may be capital letters on input.
fn capitals(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let is_uuid = |parameter: &&Parameter| {
        let schema = parameter.schema().map(|schema| planner.contract.schema(schema));
        let format = schema.and_then(|schema| schema.format.as_deref());
        parameter.location == In::Path && format == Some("uuid")
    };
    let uuids: Vec<&Parameter> = operation.parameters.iter().filter(is_uuid).collect();
    let first = uuids.first()?;
    let told =
        ["format-spelling", "path:uuid-in-capitals", "a UUID may be written in capital letters"];
    tolerated(planner, operation, told, &first.origin, |request| {
        for parameter in &uuids {
            for part in &mut request.path_parameters.get_mut(&parameter.name)?.0 {
                if let TextPart::Expression(expression) = part {
                    *part = TextPart::Capitals(expression.clone());
                }
            }
        }
        Some(())
    })
}

/// A path may also be refused as one that nothing has: any of the three will do, where several are documented.
fn refusals(parameter: &Parameter) -> &'static [&'static [u16]] {
    match parameter.location {
        In::Path => &[&[422, 400, 404]],
        In::Query | In::Header | In::Cookie | In::QueryString => &[&[422, 400]],
    }
}

fn violations(planner: &Planner<'_>, operation: &Operation, parameter: &Parameter) -> Vec<Case> {
    let refused = Refused::by(planner, operation, Derivation::Violation, refusals(parameter));
    let Some(refused) = refused else { return Vec::new() };
    let refused = refused.rather(&[422, 400], "malformed-id").unless_documented(&[422, 400]);
    let is_path = parameter.location == In::Path;
    let refused = if is_path { refused.or_forbidden() } else { refused };
    let mut cases = Vec::new();
    let is_made = is_path && !planner.context.inputs.contains_key(&parameter.name);
    let changes = is_path && !operation.method.is_safe();
    for wrong in variant::violations(planner, parameter) {
        // A lenient reader takes `1a` or `1.5` for 1, which may be somebody's.
        if changes && wrong.keyword == "type" && !wrong.name.ends_with(":text") {
            continue;
        }
        let call = match is_made {
            true => call_without(planner, operation, parameter),
            false => valid_call(planner, operation, Extent::Minimal).map(|(d, r, _)| (d, r)).ok(),
        };
        let Some((mut draft, mut request)) = call else { break };
        if put(&mut draft, &mut request, parameter, &wrong.written).is_none() {
            continue;
        }
        let detail = format!("{}.{}:{}", parameter.location, parameter.name, wrong.name);
        let summary = format!(
            "{} `{}`: {}",
            parameter.location,
            parameter.name,
            wrong.name.replace(':', ", ")
        );
        let refused = refused.weighing(weaker::parameter(&wrong.name, wrong.keyword));
        let refused = if wrong.keyword == "encoding" { refused.by_anybody() } else { refused };
        cases.push(refused.case(draft, request, detail, summary, wrong.origin));
    }
    cases
}

/// A call that is valid but for a path parameter: what that would name isn't made, nor what others name where nothing
/// tells how.
fn call_without<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    parameter: &Parameter,
) -> Option<(Draft<'p>, Request)> {
    let mut draft = Draft::for_call(planner, operation);
    let nothing = draft.unknown(&parameter.name, Fresh::Uuid);
    let given = Path::from([(parameter.name.clone(), nothing)]);
    let path = super::unknown_id::path(&mut draft, planner, operation, given)?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    Some((draft, request))
}

/// Puts a value in place of the parameter's own.
fn put(
    draft: &mut Draft<'_>,
    request: &mut Request,
    parameter: &Parameter,
    written: &Written,
) -> Option<()> {
    let same = |pair: &Pair| pair.name == parameter.name;
    match parameter.location {
        In::Path => {
            let text = written.text(parameter, &mut draft.inputs)?;
            request.path_parameters.insert(parameter.name.clone(), text);
        }
        In::Query => {
            request.query.retain(|pair| !same(pair));
            request.query.extend(written.pairs(parameter, &mut draft.inputs)?);
        }
        In::Header => {
            request.headers.retain(|pair| !same(pair));
            let value = written.text(parameter, &mut draft.inputs)?;
            request.headers.push(Pair { name: parameter.name.clone(), value });
        }
        In::Cookie | In::QueryString => return None,
    }
    Some(())
}

fn absence(planner: &Planner<'_>, operation: &Operation, parameter: &Parameter) -> Option<Case> {
    if !parameter.required || !matches!(parameter.location, In::Query | In::Header) {
        return None;
    }
    // What makes a request conditional is asked for with a status of its own (RFC 6585 §3).
    let is_condition = parameter.location == In::Header
        && ["if-match", "if-unmodified-since"].contains(&&*parameter.name.to_ascii_lowercase());
    let groups: &[&[u16]] = if is_condition { &[&[428, 422, 400]] } else { refusals(parameter) };
    let refused = Refused::by(planner, operation, Derivation::Violation, groups)?;
    let (draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    request.query.retain(|pair| pair.name != parameter.name);
    request.headers.retain(|pair| pair.name != parameter.name);
    let detail = format!("{}.{}:required", parameter.location, parameter.name);
    let summary = format!("{} `{}` is required", parameter.location, parameter.name);
    Some(refused.case(draft, request, detail, summary, parameter.origin.clone()))
}

/// A parameter that is no array has one value.
fn twice(planner: &Planner<'_>, operation: &Operation, parameter: &Parameter) -> Option<Case> {
    let types = planner.contract.schema(parameter.schema()?).types;
    let several = [JsonType::Array, JsonType::Object].into_iter().any(|ty| types.contains(ty));
    let opaque = planner.resources.is_opaque(operation, &parameter.name);
    if several || opaque {
        return None;
    }
    let refused = Refused::by(planner, operation, Derivation::Violation, refusals(parameter))?;
    let refused = refused.weighing(Some("value-given-twice"));
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    request.query.retain(|pair| pair.name != parameter.name);
    let sample = planner.parameter_sample(parameter).ok()?;
    draft.set(&mut request, parameter, &sample).ok()?;
    let again = request.query.last()?.clone();
    request.query.push(again);
    let detail = format!("query.{}:twice", parameter.name);
    let summary = format!("query `{}` is given twice", parameter.name);
    Some(refused.case(draft, request, detail, summary, parameter.origin.clone()))
}

/// Valid values. What stands for the default is as good as its absence; other numbers are, too; any other value may
/// be one that nothing answers to (a filter), but is not refused.
fn limits(planner: &Planner<'_>, operation: &Operation, parameter: &Parameter) -> Vec<Case> {
    let opaque = planner.resources.is_opaque(operation, &parameter.name);
    let Some((status, success)) = planner.success(operation) else { return Vec::new() };
    if opaque {
        return Vec::new();
    }
    let mut cases = Vec::new();
    for valid in variant::boundaries(planner, parameter) {
        let Ok((mut draft, mut request, _)) = valid_call(planner, operation, Extent::Minimal)
        else {
            break;
        };
        if put(&mut draft, &mut request, parameter, &valid.written).is_none() {
            continue;
        }
        let any_of = match valid.is_neutral {
            true => success.clone(),
            false => answers(operation, &success),
        };
        let mut expected = Criterion::Status(any_of.into());
        if let Some(code) = weaker::parameter(&valid.name, valid.keyword) {
            expected.weigh(code);
        }
        draft.push(operation, CALL, request, vec![expected]);
        cases.push(draft.finish(About {
            cell: (operation, status),
            source: Derivation::Boundary,
            detail: format!("query.{}:{}", parameter.name, valid.name),
            summary: format!("query `{}`: {}", parameter.name, valid.name.replace(':', ", ")),
            origin: valid.origin,
        }));
    }
    cases
}

/// Success, and what a filter that nothing answers to may come to.
fn answers(operation: &Operation, success: &[Status]) -> Vec<Status> {
    let empty = [Status::Code(404), Status::Code(410)];
    let documented = empty.into_iter().filter(|status| operation.responses.contains_key(status));
    success.iter().copied().chain(documented).collect()
}

fn unknown_parameter(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    // A query that is one value is described as a whole.
    if operation.query_string().is_some() {
        return None;
    }
    let told = [
        "unknown-parameter-ignored",
        "query:unknown-parameter",
        "a query parameter that the contract doesn't name is ignored",
    ];
    let mut case = tolerated(planner, operation, told, &operation.origin, |request| {
        let name = "conformance-unknown".to_owned();
        request.query.push(Pair { name, value: Text::literal("1") });
        Some(())
    })?;
    if planner.resources.says_unknown_parameters_are_ignored() {
        for one in &mut case.step_mut(CALL)?.criteria {
            // What may be refused for something else, as it names what nothing makes, promises nothing.
            let is_refusal = |status: &Status| matches!(status, Status::Code(400..));
            if let Criterion::Status(expected) = one
                && !expected.any_of.iter().any(is_refusal)
            {
                expected.level = Level::Must;
            }
        }
    }
    Some(case)
}
