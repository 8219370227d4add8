//! Requests with two things wrong, where the contract says which is looked at first.
//!
//! OpenAPI has no word for it; the extension `x-order-of-checks` at the root of a document has: a list of
//!
//! - `method`: the path doesn't have the method (405);
//! - `security`: there are no credentials (401);
//! - `fault`: the request asks for a failure (500, see [`super::fault`]);
//! - `parameters`: one of path or query violates its schema;
//! - `scope`: what the profile's inputs name in the path doesn't exist (404);
//! - `rights`: the caller may not (403);
//! - `body`: it isn't what is documented;
//! - `resource`: what the path names beyond the scope doesn't exist (404).
//!
//! Without it, the order is asked for that the document tells in a numbered list, as far as the caller and what the path names come
//! first. Where nothing is told only one thing is asked, and as a remark: who may not do something is told so before the body
//! is looked at. Every contract may leave the order open.

use spec::Origin;
use spec::model::{Location as In, Operation, Status};

use super::method::undocumented;
use super::refused::Refused;
use super::variant;
use crate::case::{Body, Case, Content, Credentials, Derivation, Pair, Place, Request, Text};
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::{Extent, Sample};

/// Something that can be wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Method,
    Security,
    Fault,
    Parameters,
    Scope,
    Rights,
    Body,
    Resource,
}

impl Wrong {
    const ALL: [Self; 8] = [
        Self::Method,
        Self::Security,
        Self::Fault,
        Self::Parameters,
        Self::Scope,
        Self::Rights,
        Self::Body,
        Self::Resource,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Security => "security",
            Self::Fault => "fault",
            Self::Parameters => "parameters",
            Self::Scope => "scope",
            Self::Rights => "rights",
            Self::Body => "body",
            Self::Resource => "resource",
        }
    }

    fn statuses(self) -> &'static [&'static [u16]] {
        match self {
            Self::Method => &[&[405]],
            Self::Security => &[&[401]],
            Self::Fault => &[&[500]],
            Self::Parameters | Self::Body => &[&[422, 400]],
            Self::Scope | Self::Resource => &[&[404]],
            Self::Rights => &[&[403]],
        }
    }
}

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let order = order(planner);
    if order.is_empty() {
        let told = in_told_order(planner, operation);
        if !told.is_empty() {
            return told;
        }
        let first = [Wrong::Security, Wrong::Rights].into_iter();
        return first.filter_map(|first| caller_first(planner, operation, first)).collect();
    }
    let mut cases = Vec::new();
    for (n, first) in order.iter().enumerate() {
        for second in &order[n + 1..] {
            cases.extend(case(planner, operation, *first, *second));
        }
    }
    cases
}

/// Requests with two things wrong, by the order that the document tells of all operations.
fn in_told_order(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let told = planner.resources.order_of_checks(operation);
    let wrongs = told.iter().filter_map(|status| match status {
        401 => Some(Wrong::Security),
        403 => Some(Wrong::Rights),
        404 => Some(Wrong::Resource),
        // What isn't even JSON can't be read.
        400 => Some(Wrong::Body),
        _ => None,
    });
    let wrongs: Vec<Wrong> = wrongs.collect();
    let mut cases = Vec::new();
    for (n, first) in wrongs.iter().enumerate().filter(|(_, one)| **one != Wrong::Body) {
        for second in &wrongs[n + 1..] {
            cases.extend(case(planner, operation, *first, *second));
        }
    }
    let said = Place::Contract(Origin::root("/info/description"));
    cases.iter_mut().for_each(|case| case.origin = said.clone());
    cases
}

fn order(planner: &Planner<'_>) -> Vec<Wrong> {
    let written = planner.contract.extensions.get("x-order-of-checks");
    let names = written.and_then(serde_json::Value::as_array).into_iter().flatten();
    let named = names.filter_map(|name| Wrong::ALL.into_iter().find(|one| name == one.as_str()));
    named.collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, first: Wrong, second: Wrong) -> Option<Case> {
    let documented = |wrong: Wrong| planner.refusal(operation, wrong.statuses());
    let (cell, any_of) = documented(first).filter(|(cell, _)| matches!(cell, Status::Code(_)))?;
    let (other, _) = documented(second)?;
    // What is answered alike can't be told apart.
    if cell == other {
        return None;
    }
    let (draft, request) = request(planner, operation, &[first, second])?;
    let refused = Refused::of(operation, (cell, any_of), Derivation::Order);
    let detail = format!("{}-before-{}", first.as_str(), second.as_str());
    let summary = format!("{} is looked at before {}", first.as_str(), second.as_str());
    Some(refused.case(draft, request, detail, summary, Origin::root("/x-order-of-checks")))
}

/// Who may not call an operation, with a body that isn't valid: either refusal is right, unless the profile says more.
fn caller_first(planner: &Planner<'_>, operation: &Operation, first: Wrong) -> Option<Case> {
    let documented = |wrong: Wrong| planner.refusal(operation, wrong.statuses());
    let (cell, mut any_of) =
        documented(first).filter(|(cell, _)| matches!(cell, Status::Code(_)))?;
    let (other, others) = documented(Wrong::Body)?;
    // What is answered alike can't be told apart.
    if cell == other {
        return None;
    }
    any_of.extend(others);
    let (draft, request) = request(planner, operation, &[first, Wrong::Body])?;
    let refused = Refused::of(operation, (cell, any_of), Derivation::Order);
    let codes: Vec<u16> = first.statuses().concat();
    let refused = refused.rather(&codes, "caller-comes-first").or_not_seen(&draft, &request);
    let detail = format!("{}-before-body", first.as_str());
    let summary = "who may not call it is told so before the body is looked at".to_owned();
    Some(refused.case(draft, request, detail, summary, operation.origin.clone()))
}

/// A request that is wrong in these ways only; `None` where it can't be.
fn request<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    wrongs: &[Wrong],
) -> Option<(Draft<'p>, Request)> {
    let mut draft = Draft::for_call(planner, operation);
    let mut given = Path::new();
    for wrong in wrongs {
        if let Some(name) = unknown_parameter(planner, operation, *wrong) {
            let provided = draft.unknown(name?, Fresh::Uuid);
            given.insert(name?.to_owned(), provided);
        }
    }
    let path = draft.path(operation, &given).ok()?;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    for wrong in wrongs {
        apply(planner, operation, *wrong, &given, &mut draft, &mut request)?;
    }
    Some((draft, request))
}

/// The path parameter that names nothing; `Some(None)` where the wrong wants one and the operation has none.
fn unknown_parameter<'o>(
    planner: &Planner<'_>,
    operation: &'o Operation,
    wrong: Wrong,
) -> Option<Option<&'o str>> {
    let in_profile = |name: &&str| planner.context.inputs.contains_key(*name);
    let found = match wrong {
        Wrong::Scope => operation.path.parameters().find(in_profile),
        Wrong::Resource => operation.path.parameters().last().filter(|name| !in_profile(name)),
        _ => return None,
    };
    let takes_uuid = |name: &&str| {
        let schema = operation.parameter(In::Path, name).and_then(|parameter| parameter.schema());
        schema.is_some_and(|schema| planner.sampler.admits(schema, &Sample::Fresh(Fresh::Uuid)))
    };
    Some(found.filter(takes_uuid))
}

fn apply(
    planner: &Planner<'_>,
    operation: &Operation,
    wrong: Wrong,
    given: &Path,
    draft: &mut Draft<'_>,
    request: &mut Request,
) -> Option<()> {
    match wrong {
        Wrong::Method => {
            request.method = undocumented(planner, operation).next()?;
            request.body = None;
        }
        Wrong::Security => {
            if operation.is_public() || matches!(request.credentials, Credentials::None) {
                return None;
            }
            request.credentials = Credentials::None;
        }
        Wrong::Fault => {
            if !planner.context.faults {
                return None;
            }
            let value = Text::raw("code=500");
            request.headers.push(Pair { name: "Prefer".to_owned(), value });
        }
        Wrong::Parameters => break_parameter(planner, operation, given, draft, request)?,
        Wrong::Rights => {
            // Nobody has no rights to lack.
            let Credentials::As(own) = &request.credentials else { return None };
            let side = planner.side_with(own);
            let mut those = planner.context.credentials.iter();
            let (name, _) = those.find(|(name, caller)| {
                !caller.may_call(operation)
                    && caller.fits(operation)
                    && planner.side_with(name) == side
            })?;
            request.credentials = Credentials::As(name.clone());
        }
        Wrong::Body => {
            let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
            let content = Content::Bytes(b"conformance".to_vec());
            request.body.as_ref()?;
            request.body = Some(Body { content_type: Some(media_type.name.clone()), content });
        }
        Wrong::Scope | Wrong::Resource => {}
    }
    Some(())
}

/// Violates the schema of a parameter that isn't already wrong.
fn break_parameter(
    planner: &Planner<'_>,
    operation: &Operation,
    given: &Path,
    draft: &mut Draft<'_>,
    request: &mut Request,
) -> Option<()> {
    let free = operation.parameters.iter().filter(|parameter| !given.contains_key(&parameter.name));
    for parameter in free {
        for variant in variant::violations(planner, parameter) {
            match parameter.location {
                In::Path => {
                    let text = variant.written.text(parameter, &mut draft.inputs)?;
                    request.path_parameters.insert(parameter.name.clone(), text);
                }
                In::Query => {
                    let pairs = variant.written.pairs(parameter, &mut draft.inputs)?;
                    request.query.retain(|pair| pair.name != parameter.name);
                    request.query.extend(pairs);
                }
                In::Header | In::Cookie | In::QueryString => continue,
            }
            return Some(());
        }
    }
    None
}
