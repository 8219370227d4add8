//! What would reach a cell that was skipped: an entry of the profile, or a workflow, to be filled in and put into its
//! file as it is. Why it is needed stands above it, in a comment.

use spec::model::{Contract, Location as In, Operation, SecurityKind, Status};

use super::model::StatusKey;
use crate::profile::{comment, key, quoted};
use crate::sample::{Choice, Merged};

/// The stub for a reason; `None`: nothing would help, as after an interrupt, or where the target doesn't have the
/// operation.
pub(super) fn needs(
    contract: &Contract,
    operation: &Operation,
    StatusKey(status): StatusKey,
    reason: &str,
) -> Option<String> {
    let stub = permission(reason)
        .or_else(|| input(operation, reason))
        .or_else(|| allowed(contract, operation, reason))
        .or_else(|| reason.contains("`faults = true`").then(|| "faults = true\n".to_owned()))
        .or_else(|| maker(contract, reason))
        .or_else(|| instead(contract, operation, status, reason))
        .or_else(|| no_body(contract, operation, reason))
        .or_else(|| is_of_the_plan(reason).then(|| workflow(operation, status)))?;
    Some(format!("# {}\n{stub}", comment(reason)))
}

/// `allow = ["deletePet"]` and `creates = ["makePet"]`, as the reason writes them.
fn permission(reason: &str) -> Option<String> {
    ["allow", "creates"].into_iter().find_map(|name| {
        let (_, rest) = reason.split_once(&format!("`{name} = [\""))?;
        let (id, _) = rest.split_once("\"]` in the profile")?;
        Some(format!("{name} = [{}]\n", quoted(id)))
    })
}

/// A value for what nothing makes: under the operation where the reason names a parameter of its path, else for all.
fn input(operation: &Operation, reason: &str) -> Option<String> {
    if let Some((_, rest)) = reason.split_once(".path] ")
        && let Some((name, _)) = rest.split_once(" = …`")
    {
        return Some(values(operation, "path", [name]));
    }
    // The list that shows what is there is empty.
    if reason.contains("`$steps.existing") {
        return Some(values(operation, "path", operation.path.parameters()));
    }
    let (_, rest) = reason.split_once("neither the profile nor a set-up gives `")?;
    let (name, _) = rest.split_once('`')?;
    Some(format!("[inputs]\n{} = \"…\"\n", key(name)))
}

/// Values for one operation alone.
fn values<'n>(operation: &Operation, of: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let lines: String = names.into_iter().map(|name| format!("{} = \"…\"\n", key(name))).collect();
    format!("[operations.{}.{of}]\n{lines}", key(&operation.id))
}

/// Somebody who may call it, or who may not.
fn allowed(contract: &Contract, operation: &Operation, reason: &str) -> Option<String> {
    if reason.contains("no credential of the profile may call it") {
        Some(credential(contract, operation, true))
    } else if reason.contains("every credential of the profile may call it") {
        Some(credential(contract, operation, false))
    } else {
        None
    }
}

/// Somebody else, shown as the operation wants it.
fn credential(contract: &Contract, operation: &Operation, may_call: bool) -> String {
    let may = if may_call { format!("[{}]", quoted(&operation.id)) } else { "[]".to_owned() };
    let schemes = operation.security.iter().flat_map(|requirement| requirement.schemes.keys());
    let mut kinds =
        schemes.filter_map(|name| contract.security_schemes.get(name)).map(|one| &one.kind);
    let shows = match kinds.next() {
        Some(SecurityKind::ApiKey { .. }) => "api_key_env = \"OTHER_KEY\"",
        Some(SecurityKind::Http { scheme }) if scheme == "basic" => {
            "basic = { username_env = \"OTHER_USERNAME\", password_env = \"OTHER_PASSWORD\" }"
        }
        Some(SecurityKind::MutualTls) => {
            "client_certificate = { certificate = \"other.pem\", key = \"other.key\" }"
        }
        _ => "bearer_env = \"OTHER_TOKEN\"",
    };
    format!("[credentials.other]\n{shows}\nmay = {may}\n")
}

/// What helps the operation that could not make what the cell needs.
fn maker(contract: &Contract, reason: &str) -> Option<String> {
    let (_, rest) = reason.split_once("what it needs could not be had: `")?;
    let (id, rest) = rest.split_once('`')?;
    let (_, code) = rest.split_once("answered ")?;
    let maker = contract.operation(id)?;
    refused(contract, maker, code)
}

/// What helps an operation that was answered with another status than the one that was asked for.
fn instead(
    contract: &Contract,
    operation: &Operation,
    status: Status,
    reason: &str,
) -> Option<String> {
    let (_, code) = reason.split_once("its cases were answered with ")?;
    match status.is_success() {
        true => refused(contract, operation, code),
        false => Some(workflow(operation, status)),
    }
}

/// What helps an operation that was refused with a status, which this text begins with, though its request was meant to
/// be valid.
fn refused(contract: &Contract, operation: &Operation, code: &str) -> Option<String> {
    let digits = code.split(|c: char| !c.is_ascii_digit()).next()?;
    let Ok(code) = digits.parse() else { return None };
    match code {
        // It doesn't have the operation.
        405 | 501 => None,
        401 | 403 if !operation.is_public() => Some(credential(contract, operation, true)),
        404 | 410 if operation.path.parameters().next().is_some() => {
            Some(values(operation, "path", operation.path.parameters()))
        }
        _ => Some(sent(contract, operation)),
    }
}

/// Values that its requests have to have: those of its body, else those of its query; else what has to be done before.
fn sent(contract: &Contract, operation: &Operation) -> String {
    let content = operation.body.iter().flat_map(|body| body.content.values());
    let schema = content.filter_map(|media_type| media_type.schema).next();
    let body = schema.map(|schema| Merged::of(contract, &[schema], Choice::default()));
    let names: Vec<&str> = match &body {
        Some(body) if !body.required().is_empty() => body.required().into_iter().collect(),
        Some(body) => body.properties().keys().map(|name| &**name).collect(),
        None => Vec::new(),
    };
    if !names.is_empty() {
        return values(operation, "body", names);
    }
    let mut query = operation.parameters.iter().filter(|one| one.location == In::Query).peekable();
    if query.peek().is_some() {
        return values(operation, "query", query.map(|one| one.name.as_str()));
    }
    let success = operation.successes().next().map(|response| response.status);
    workflow(operation, success.unwrap_or(Status::Range(2)))
}

/// The body that the suite can't make, in a workflow.
fn no_body(contract: &Contract, operation: &Operation, reason: &str) -> Option<String> {
    if reason.contains("no valid body of `") {
        return Some(sent(contract, operation));
    }
    let (_, rest) = reason.split_once("bodies of ")?;
    let (media_types, _) = rest.split_once(" are not made")?;
    let media_type = serde_json::Value::from(media_types.split(", ").next()?);
    let success = operation.successes().next().map(|response| response.status);
    let mut stub = workflow(operation, success.unwrap_or(Status::Range(2)));
    let body = format!(
        "        requestBody: {{ contentType: {media_type}, payload: \"…\" }}\n        successCriteria:"
    );
    stub = stub.replacen("        successCriteria:", &body, 1);
    Some(stub)
}

/// Whether a cell was skipped since the contract doesn't tell how to provoke it, and not since the run ended.
fn is_of_the_plan(reason: &str) -> bool {
    reason.contains("(Arazzo)")
        || reason.starts_with("none of its cases was answered")
        || reason.starts_with("no case provokes it")
}

/// How often a limit may let a request through before it is reached.
const TRIES: u32 = 1000;

/// A workflow of one step, for those that bring about the state that it needs to be put before it. What the step leaves
/// open is the suite's own.
fn workflow(operation: &Operation, status: Status) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = format!("{}-{status}", operation.id).chars().map(plain).collect();
    let id = serde_json::Value::from(operation.id.as_str());
    let mut text = format!("workflows:\n  - workflowId: {name}\n    steps:\n");
    if status != Status::Code(429) {
        text.push_str("      # Before it: steps after which it is answered like this.\n");
    }
    text.push_str(&format!("      - stepId: call\n        operationId: {id}\n"));
    // What is not there, the suite doesn't know.
    if matches!(status, Status::Code(404 | 410)) && operation.path.parameters().next().is_some() {
        text.push_str("        parameters:\n");
        for name in operation.path.parameters() {
            let name = serde_json::Value::from(name);
            text.push_str(&format!("          - {{ name: {name}, in: path, value: \"…\" }}\n"));
        }
    }
    let condition = match status {
        Status::Code(code) => format!("$statusCode == {code}"),
        Status::Range(digit) => format!("$statusCode >= {digit}00 && $statusCode <= {digit}99"),
        // Any but those that are documented by their codes.
        Status::Default => "$statusCode >= 400".to_owned(),
    };
    text.push_str(&format!("        successCriteria:\n          - condition: {condition}\n"));
    if status == Status::Code(429) {
        text.push_str(&format!(
            "        # Again and again, until there were too many.\n        onFailure:\n          - {{ name: again, type: \
             retry, retryAfter: 0, retryLimit: {TRIES} }}\n"
        ));
    }
    text
}
