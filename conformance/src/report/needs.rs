//! What would reach a cell that was skipped: an entry of the profile, or a workflow, to be filled in and put into its
//! file as it is. Why it is needed stands above it, in a comment.

use spec::model::{Contract, Operation, SecurityKind, Status};

use super::model::StatusKey;
use crate::profile::{comment, key, quoted};

/// The stub for a reason that names what would help; `None`: it names nothing, as after an interrupt.
pub(super) fn needs(
    contract: &Contract,
    operation: &Operation,
    status: StatusKey,
    reason: &str,
) -> Option<String> {
    let stub = permission(reason)
        .or_else(|| input(operation, reason))
        .or_else(|| credential(contract, operation, reason))
        .or_else(|| reason.contains("`faults = true`").then(|| "faults = true\n".to_owned()))
        .or_else(|| reason.contains("(Arazzo)").then(|| workflow(operation, status)))?;
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
        let id = key(&operation.id);
        return Some(format!("[operations.{id}.path]\n{} = \"…\"\n", key(name)));
    }
    let (_, rest) = reason.split_once("neither the profile nor a set-up gives `")?;
    let (name, _) = rest.split_once('`')?;
    Some(format!("[inputs]\n{} = \"…\"\n", key(name)))
}

/// Somebody who may call it, or who may not.
fn credential(contract: &Contract, operation: &Operation, reason: &str) -> Option<String> {
    let may = if reason.contains("no credential of the profile may call it") {
        format!("[{}]", quoted(&operation.id))
    } else if reason.contains("every credential of the profile may call it") {
        "[]".to_owned()
    } else {
        return None;
    };
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
    Some(format!("[credentials.other]\n{shows}\nmay = {may}\n"))
}

/// A workflow of one step, for those that make what it needs to be put before it.
fn workflow(operation: &Operation, StatusKey(status): StatusKey) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = format!("{}-{status}", operation.id).chars().map(plain).collect();
    let id = serde_json::Value::from(operation.id.as_str());
    let mut text = format!(
        "workflows:\n  - workflowId: {name}\n    steps:\n      - stepId: call\n        operationId: {id}\n"
    );
    let mut parameters = operation.path.parameters().peekable();
    if parameters.peek().is_some() {
        text.push_str("        parameters:\n");
    }
    for name in parameters {
        let name = serde_json::Value::from(name);
        text.push_str(&format!("          - {{ name: {name}, in: path, value: \"…\" }}\n"));
    }
    let condition = match status {
        Status::Code(code) => format!("$statusCode == {code}"),
        Status::Range(digit) => format!("$statusCode >= {digit}00 && $statusCode <= {digit}99"),
        // Any but those that are documented by their codes.
        Status::Default => "$statusCode >= 400".to_owned(),
    };
    text.push_str(&format!("        successCriteria:\n          - condition: {condition}\n"));
    text
}
