//! An error has the code that its status is said to have.

use std::collections::HashMap;

use serde_json::Value;
use spec::ErrorCodes;
use spec::model::{Contract, SchemaId, Status};
use spec::pointer::escape;

use super::{Fault, Judged, Subject};

/// The codes of the errors of each schema that has any.
pub(super) fn all(contract: &Contract) -> HashMap<SchemaId, ErrorCodes> {
    let responses = contract.operations.iter().flat_map(|operation| &operation.responses);
    let errors = responses.filter(|(status, _)| match status {
        Status::Code(code) => *code >= 400,
        Status::Range(first) => *first >= 4,
        Status::Default => true,
    });
    let schemas = errors.flat_map(|(_, response)| &response.content);
    let mut all = HashMap::new();
    for id in schemas.filter_map(|(_, content)| content.schema) {
        all.entry(id).or_insert_with(|| ErrorCodes::of(contract, id));
    }
    all.into_iter().filter_map(|(id, codes)| Some((id, codes?))).collect()
}

pub(super) fn fits(subject: &Subject<'_>) -> Judged {
    if subject.is_probe_beside() {
        return None;
    }
    let codes = subject.judge.codes.get(&subject.media_type?.schema?)?;
    let pointer: String = codes.at.iter().map(|name| format!("/{}", escape(name))).collect();
    let code = subject.json().ok()?.pointer(&pointer).and_then(Value::as_str)?;
    let statuses = codes.statuses(code)?;
    if statuses.contains(&subject.status()) {
        return Some(Vec::new());
    }
    // What the operation itself says of the code goes before what is said of all.
    let documented = subject.documented?;
    let own = [Some(documented.description.as_str()), subject.operation.description.as_deref()];
    if own.into_iter().flatten().any(|said| said.contains(code)) {
        return None;
    }
    let told: Vec<String> = statuses.iter().map(ToString::to_string).collect();
    let fault = Fault::new("the code of an error is one of its status")
        .expected(format!("`{code}` with {} alone", told.join(" or ")))
        .got(format!("`{code}` with {}", subject.status()))
        .at(&documented.origin);
    Some(vec![Fault { pointer: Some(pointer), ..fault }])
}
