//! What generated code can't have yet: it is left out, each part with a finding, and the rest is generated.

use spec::model::{Location, Method, Operation};
use spec::{Contract, Finding};

/// The contract without such operations, where there are any; with what there is to tell of them.
pub(super) fn leave_out(contract: &Contract) -> (Option<Contract>, Vec<Finding>) {
    let mut findings: Vec<_> = contract.operations.iter().filter_map(unrouted).collect();
    let gone: Vec<_> = contract.operations.iter().filter_map(unsupported).collect();
    let supported = (!gone.is_empty()).then(|| {
        let mut contract = contract.clone();
        contract.operations.retain(|operation| unsupported(operation).is_none());
        contract
    });
    findings.extend(gone);
    findings.extend(set_aside(contract));
    (supported, findings)
}

/// Nothing is made of what the API sends.
fn set_aside(contract: &Contract) -> Vec<Finding> {
    let owners = contract.operations.iter().filter(|operation| !operation.callbacks.is_empty());
    let mut findings: Vec<_> = owners
        .map(|owner| {
            let message = "callbacks are set aside: no code is made of them";
            Finding::note("callbacks-set-aside", owner.origin.child("callbacks"), message)
        })
        .collect();
    if !contract.webhooks.is_empty() {
        let message = "webhooks are set aside: no code is made of them";
        let at = spec::Origin::root("/webhooks");
        findings.push(Finding::note("webhooks-set-aside", at, message));
    }
    findings
}

fn unsupported(operation: &Operation) -> Option<Finding> {
    if let Method::Other(_) = operation.method {
        let message = format!("no code is made of an operation of method `{}`", operation.method);
        let at = operation.origin.clone();
        return Some(Finding::warning("unsupported-method", at, message));
    }
    let whole = operation.parameters.iter().find(|one| one.location == Location::QueryString)?;
    let message = "no code is made of an operation with a parameter `in: querystring`";
    let finding = Finding::warning("unsupported-query-string", whole.origin.clone(), message);
    Some(finding.help("describe the query by parameters `in: query`, if that is possible"))
}

fn unrouted(operation: &Operation) -> Option<Finding> {
    let message = "generated clients send it, but the router of generated servers knows no `QUERY`";
    let finding = || Finding::warning("unrouted-method", operation.origin.clone(), message);
    (operation.method == Method::Query).then(finding)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_cannot_be_generated_is_left_out_with_a_finding() {
        let text = "openapi: 3.2.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    query: {operationId: q}\n    \
                    get: {operationId: g, parameters: [{name: w, in: querystring, content: {a/b: {}}}]}\n    \
                    additionalOperations: {LINK: {operationId: l}}\n    \
                    post: {operationId: p, callbacks: {c: {'{$url}': {post: {}}}}}\nwebhooks: {w: {post: {}}}\n";
        let reading = spec::read(Path::new("a.yaml"), &spec::Memory::one("a.yaml", text));
        let contract = reading.contract.expect("is read");
        let (supported, findings) = leave_out(&contract);
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        let expected = [
            "unrouted-method",
            "unsupported-query-string",
            "unsupported-method",
            "callbacks-set-aside",
            "webhooks-set-aside",
        ];
        assert_eq!(codes, expected);
        let supported = supported.expect("something is left out");
        let ids: Vec<_> = supported.operations.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["q", "p"]);
    }
}
