//! Inputs by resource: which path parameters name a thing of that kind.

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{Operation, PathPart};

/// The value of a path parameter that `[resources.…]` gives: `id` under `flow` is meant by `{id}` behind `/flows/`
/// or `/flow/`, and by `{flow_id}`, `{flowId}` and `{flow-id}` anywhere.
#[must_use]
pub fn resource_input<'r>(
    resources: &'r IndexMap<String, IndexMap<String, Value>>,
    operation: &Operation,
    parameter: &str,
) -> Option<&'r Value> {
    let mut all = resources.iter().flat_map(|(resource, inputs)| {
        inputs.iter().map(move |(name, value)| (resource.as_str(), name.as_str(), value))
    });
    all.find(|(resource, name, _)| names_resource(operation, parameter, resource, name))
        .map(|(.., value)| value)
}

/// Whether a path parameter of the operation is this property of this resource.
pub(crate) fn names_resource(
    operation: &Operation,
    parameter: &str,
    resource: &str,
    name: &str,
) -> bool {
    if !operation.path.parameters().any(|one| one == parameter) {
        return false;
    }
    let joined = plain(parameter) == plain(&format!("{resource}{name}"));
    joined
        || (parameter == name
            && collection(operation, parameter).is_some_and(|segment| is_of(segment, resource)))
}

/// The literal segment right before a path parameter.
fn collection<'o>(operation: &'o Operation, parameter: &str) -> Option<&'o str> {
    let segments = &operation.path.segments;
    let is_it = |part: &PathPart| matches!(part, PathPart::Parameter(name) if name == parameter);
    let at = segments.iter().position(|segment| segment.iter().any(is_it))?;
    match segments.get(at.checked_sub(1)?)?.as_slice() {
        [PathPart::Literal(text)] => Some(text),
        _ => None,
    }
}

/// Whether a segment is a resource's name in the singular or one of the usual plurals.
fn is_of(segment: &str, resource: &str) -> bool {
    let (segment, resource) = (plain(segment), plain(resource));
    let stem = resource.strip_suffix('y').map(|stem| format!("{stem}ies"));
    segment == resource
        || segment == format!("{resource}s")
        || segment == format!("{resource}es")
        || stem.is_some_and(|plural| segment == plural)
}

/// Names are spelled in many ways: `flow_id`, `flowId`, `flow-id`.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}
