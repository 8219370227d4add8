//! What generated code can't have yet: it is left out, each part with a finding, and the rest is generated.

use spec::model::{JsonType, Location, Operation, Parameter, ParameterShape, Schema, TypeSet};
use spec::{Contract, Finding};

/// The contract without such operations, where there are any; with what there is to tell of them.
pub(super) fn leave_out(contract: &Contract) -> (Option<Contract>, Vec<Finding>) {
    let sent = contract.sent().map(|callback| &callback.operation);
    let all = contract.operations.iter().chain(sent);
    let findings: Vec<_> = all.filter_map(|one| unsupported(contract, one)).collect();
    let supported = (!findings.is_empty()).then(|| {
        let is_supported = |operation: &Operation| unsupported(contract, operation).is_none();
        let mut supported = contract.clone();
        supported.operations.retain(is_supported);
        supported.webhooks.retain(|webhook| is_supported(&webhook.operation));
        for operation in &mut supported.operations {
            operation.callbacks.retain(|callback| is_supported(&callback.operation));
        }
        supported
    });
    (supported, findings)
}

fn unsupported(contract: &Contract, operation: &Operation) -> Option<Finding> {
    let mut whole = operation.parameters.iter().filter(|one| one.location == Location::QueryString);
    let whole = whole.find(|parameter| !can_be_written(contract, parameter))?;
    let message = "no code is made of an operation with a parameter `in: querystring` that is a form, but not one of a plain object";
    let finding = Finding::warning("unsupported-query-string", whole.origin.clone(), message);
    Some(finding.help("describe the query by parameters `in: query`, if that is possible"))
}

/// Whether all of a query is text, JSON, or what an object spread over it would be.
fn can_be_written(contract: &Contract, parameter: &Parameter) -> bool {
    let ParameterShape::Content(media_type) = &parameter.shape else { return false };
    let is_plain =
        |schema: &Schema| schema.types == TypeSet::only(JsonType::Object) && !schema.is_composed();
    let schema = media_type.schema.map(|id| contract.schema(id));
    !media_type.is_form() || schema.is_some_and(is_plain)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_cannot_be_generated_is_left_out_with_a_finding() {
        let text = "openapi: 3.2.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    query: {operationId: q}\n    \
                    get: {operationId: g, parameters: [{name: w, in: querystring, content: \
                    {application/x-www-form-urlencoded: {schema: {type: array}}}}]}\n    \
                    put: {operationId: f, parameters: [{name: w, in: querystring, content: \
                    {application/x-www-form-urlencoded: {schema: {type: object}}}}]}\n    \
                    patch: {operationId: t, parameters: [{name: w, in: querystring, content: {a/b: {}}}]}\n    \
                    additionalOperations: {LINK: {operationId: l}}\n    \
                    post: {operationId: p, callbacks: {c: {'{$url}': {post: {operationId: c, parameters: [{name: w, in: \
                    querystring, content: {application/x-www-form-urlencoded: {}}}]}, put: {operationId: d}}}}}\n\
                    webhooks: {w: {post: {operationId: w}}}\n";
        let reading = spec::read(Path::new("a.yaml"), &spec::Memory::one("a.yaml", text));
        let contract = reading.contract.expect("is read");
        let (supported, findings) = leave_out(&contract);
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        let expected = ["unsupported-query-string", "unsupported-query-string"];
        assert_eq!(codes, expected);
        let supported = supported.expect("something is left out");
        let ids: Vec<_> = supported.operations.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["q", "f", "t", "l", "p"]);
        let sent: Vec<_> = supported.sent().map(|it| it.operation.id.as_str()).collect();
        assert_eq!(sent, ["d", "w"]);
    }
}
