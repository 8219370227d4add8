//! The text of a first profile: what is known as lines, what isn't as comments.

use std::fmt::Write as _;

use indexmap::{IndexMap, IndexSet};
use spec::Contract;
use spec::model::{JsonType, Location, Method, Operation, Parameter};

use super::super::base_path::servers_path;
use super::probe::Answer;
use super::{Found, credentials};
use crate::case::Derivation;
use crate::plan::Plan;
use crate::profile::{comment, key, quoted};

/// Questions of one kind, at most: a person is to read them.
const MOST: usize = 20;

/// The whole profile.
pub(super) fn profile(
    contract: &Contract,
    plan: &Plan,
    url: Option<&str>,
    found: Option<&Found>,
    headers: &[&str],
) -> String {
    let title = comment(&format!("{} {}", contract.info.title, contract.info.version));
    let mut text = format!(
        "# A first profile for {title}, by `conformance init`. Comments that end with a question mark ask for\n\
         # something that neither the document nor the target tells.\n\n"
    );
    text += &target(contract, url, found);
    text += &given(headers);
    text += &permissions(plan);
    text += &inputs(contract, plan);
    if let Some(found) = found {
        text += &admission(contract, found, headers);
    }
    text += &credentials::tables(contract);
    text
}

fn target(contract: &Contract, url: Option<&str>, found: Option<&Found>) -> String {
    let mut text = match url {
        Some(url) => format!("url = {}\n", quoted(url)),
        None => "# url = \"http://127.0.0.1:8080\"  # where is the target?\n".to_owned(),
    };
    let of_servers = servers_path(url.unwrap_or_default(), contract);
    match found.and_then(|found| found.base_path.as_ref()) {
        Some(path) => {
            let _ = writeln!(
                text,
                "base_path = {}  # it answers here, and not below `{}`, the path of the document's `servers`",
                quoted(path),
                comment(&of_servers)
            );
        }
        None if !of_servers.is_empty() => {
            let path = comment(&of_servers);
            let _ = writeln!(
                text,
                "# base_path = \"\"  # instead of `{path}`, from the document's `servers`"
            );
        }
        None => {}
    }
    let fails = |operation: &Operation| operation.documents(500);
    if contract.operations.iter().any(fails) {
        text += "# faults = true  # does the target answer `Prefer: code=500` with a 500?\n";
    }
    text += "# settle = 1  # seconds until a write shows in what is read, for targets that take their time\n";
    text
}

/// Header fields that were given: their values may be secret, and a run needs them as well.
fn given(headers: &[&str]) -> String {
    if headers.is_empty() {
        return String::new();
    }
    let mut text =
        "\n# These were given as `--header`: a run takes the flag as well.\n# [headers]\n"
            .to_owned();
    for name in headers {
        let _ = writeln!(text, "# {} = {{ env = \"…\" }}  # which variable holds it?", key(name));
    }
    text
}

/// What a run leaves out unless told otherwise.
fn permissions(plan: &Plan) -> String {
    let mut text = String::new();
    for (key, about) in [
        ("allow", "may act on more than what the run makes itself: which of them may be called?"),
        ("creates", "make what can't be removed again: which of them may be called?"),
    ] {
        let line = format!("`{key} = [");
        let own =
            plan.left_out.iter().filter_map(|one| Some((&one.id, one.reason.split_once(&line)?.0)));
        let own: Vec<_> = own.collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n# Left out, since they {about}\n# {key} = [");
        for (id, reason) in own.iter().take(MOST) {
            let reason = comment(reason.trim_end_matches([' ', ';']));
            let _ = writeln!(text, "#   {},  # {reason}", quoted(id));
        }
        if own.len() > MOST {
            let _ = writeln!(text, "#   # … {} in all: `conformance plan` lists them", own.len());
        }
        text += "# ]\n";
    }
    text
}

/// Questions for values that nothing tells.
fn inputs(contract: &Contract, plan: &Plan) -> String {
    let unfed = unfed(contract, plan);
    let is_shared = |name: &str| unfed.iter().filter(|(one, ..)| *one == name).count() > 1;
    let mut text = String::new();
    // One value does for all only where the name means one thing.
    let (shared, own): (Vec<_>, Vec<_>) = unfed.iter().partition(|(name, ..)| is_shared(name));
    if !unfed.is_empty() {
        text += "\n# What is named below is read. A run changes or removes none of it unless `allow` says so; what it makes\n\
                 # itself may lie within it.\n";
    }
    if !own.is_empty() {
        text += "[inputs]\n";
    }
    for (name, operation) in own.iter().take(MOST) {
        text += &question(name, operation);
    }
    for (name, operation) in shared.iter().take(MOST) {
        let _ = write!(text, "\n# [operations.{}.path]\n", key(&operation.id));
        text += &question(name, operation);
    }
    for (operation, parameters) in free_text(contract).iter().take(MOST) {
        let _ = writeln!(text, "\n# [operations.{}.query]", key(&operation.id));
        for parameter in parameters {
            let name = comment(&parameter.name);
            let _ = writeln!(
                text,
                "# {} = \"…\"  # which `{name}` does it take?",
                key(&parameter.name)
            );
        }
    }
    text
}

fn question(name: &str, operation: &Operation) -> String {
    let route = comment(&format!("{} {}", operation.method, operation.path.text));
    let question = match operation.method {
        Method::Get => "which one may be read (it is not changed)?",
        _ => "which one may be used?",
    };
    format!("# {} = \"…\"  # {route}: {question}\n", key(name))
}

/// Path parameters that no other operation gives a value for, each with an operation that has it; a name that stands
/// behind different segments may mean different things, and comes once for each.
fn unfed<'c>(contract: &'c Contract, plan: &Plan) -> Vec<(&'c str, &'c Operation)> {
    let is_called = |operation: &Operation| {
        let mut cases = plan.cases.iter().filter(|case| case.source == Derivation::HappyPath);
        cases.any(|case| case.cell.operation_id == operation.id)
            || plan.left_out.iter().any(|one| one.id == operation.id)
    };
    let mut waiting: Vec<_> = contract.operations.iter().filter(|one| !is_called(one)).collect();
    // What lies within something unknown may well be made, once that is known; and what can be read is asked for first.
    waiting.sort_by_key(|one| (one.path.parameters().count(), one.method != Method::Get));
    let mut asked: IndexMap<(&str, &str), &Operation> = IndexMap::new();
    for operation in waiting {
        let behind = |name| segment_before(&operation.path.text, name);
        let own: Vec<_> = operation.path.parameters().map(|name| (behind(name), name)).collect();
        if own.iter().any(|one| asked.contains_key(one)) {
            continue;
        }
        asked.extend(own.into_iter().map(|one| (one, operation)));
    }
    asked.into_iter().map(|((_, name), operation)| (name, operation)).collect()
}

/// The piece of a path right before the one with this parameter: `orgs` in `/v1/orgs/{org_id}`.
fn segment_before<'p>(path: &'p str, name: &str) -> &'p str {
    let end = path.find(&format!("{{{name}}}")).unwrap_or_default();
    let before = path.get(..end).unwrap_or_default().trim_end_matches('/');
    before.rsplit('/').next().unwrap_or_default()
}

/// Required query parameters for which any text is valid, so that a made-up one hardly means anything, by operation.
fn free_text(contract: &Contract) -> Vec<(&Operation, Vec<&Parameter>)> {
    let is_free = |parameter: &&Parameter| {
        let wanted = parameter.required && parameter.location == Location::Query;
        wanted && parameter.examples.is_empty() && takes_any_text(contract, parameter)
    };
    let of = |operation| -> Vec<&Parameter> {
        let operation: &Operation = operation;
        operation.parameters.iter().filter(is_free).collect()
    };
    let all = contract.operations.iter().map(|operation| (operation, of(operation)));
    all.filter(|(_, parameters)| !parameters.is_empty()).collect()
}

fn takes_any_text(contract: &Contract, parameter: &Parameter) -> bool {
    let Some(schema) = parameter.schema().map(|id| contract.schema(id)) else { return false };
    schema.types.contains(JsonType::String)
        && schema.enumeration.is_none()
        && schema.format.is_none()
        && schema.pattern.is_none()
        && schema.default.is_none()
        && schema.examples.is_empty()
        && schema.all_of.is_empty()
        && schema.any_of.is_empty()
        && schema.one_of.is_empty()
}

/// Whom the target lets in.
fn admission(contract: &Contract, found: &Found, headers: &[&str]) -> String {
    let nobody = if headers.is_empty() { "without credentials" } else { "with `--header` alone" };
    let mut lines = IndexSet::new();
    for (id, Answer { status, known }) in &found.answers {
        let Some(operation) = contract.operation(id) else { continue };
        let route = comment(&format!("GET {}", operation.path.text));
        let told = format!("# {route} is answered with {status} {nobody}");
        let known = known.as_ref();
        let known = known.map(|(name, status)| format!("with {status} as `{}`", comment(name)));
        let line = match (status, operation.is_public(), known) {
            (401 | 403, true, _) => {
                format!("{told}, and the document asks for none: who may call it?")
            }
            (401 | 403 | 404, false, Some(known)) => format!("{told}, and {known}."),
            (401 | 403, false, None) => format!("{told}."),
            (200..300, false, _) if headers.is_empty() => {
                format!("{told}, though the document asks for some.")
            }
            _ => continue,
        };
        lines.insert(line);
    }
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{}\n", lines.into_iter().collect::<Vec<_>>().join("\n"))
}
