//! The generated types against the contract that they are from: its examples go through them and come back, and an
//! example that lacks a required member, or has null where none may be, is refused at that place.

use std::path::Path;

use serde_json::Value;
use spec::Contract;
use spec::model::{MediaType, Schema};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use workspace_api::runtime::json::{Unreadable, from_slice};
use workspace_api::types;

/// Reads strictly, and writes again.
type Through = fn(&Value) -> Result<Value, Vec<String>>;

fn through<T>(value: &Value) -> Result<Value, Vec<String>>
where
    T: workspace_api::runtime::Json + serde::Serialize,
{
    match from_slice::<T>(value.to_string().as_bytes()) {
        Ok(read) => Ok(serde_json::to_value(read).expect("it can be written")),
        Err(Unreadable::Malformed(error)) => Err(vec![error.to_string()]),
        Err(Unreadable::Invalid(violations)) => {
            Err(violations.iter().map(|violation| violation.pointer()).collect())
        }
    }
}

macro_rules! by_name {
    ($($name:ident)*) => {
        [$((stringify!($name), through::<types::$name> as Through)),*]
    };
}

/// The type of a component that is a body.
fn through_type_of(name: &str) -> Through {
    let types = by_name![
        AdminWorkspace CreateWorkspaceRequest DeletionConfirmation ForbiddenError ForbiddenProblem GoneProblem
        InternalServerError MethodNotAllowedProblem NotFoundError NotFoundProblem UnauthorizedError
        UnauthorizedProblem UnprocessableContentProblem UpdateWorkspaceRequest ValidationError Workspace WorkspaceList
    ];
    let found = types.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("{name} is not in the table")).1
}

fn contract() -> Contract {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/workspace.yaml");
    spec::read(&path, &spec::FileSystem).contract.expect("the contract can be read")
}

/// Every example of a body, with its schema.
fn examples(contract: &Contract) -> Vec<(&Schema, &Value)> {
    let bodies = contract.operations.iter().flat_map(|operation| {
        let sent = operation.body.iter().flat_map(|body| body.content.values());
        let answered = operation.responses.values().flat_map(|response| response.content.values());
        sent.chain(answered)
    });
    bodies
        .flat_map(|body: &MediaType| {
            body.examples.iter().map(move |example| (body, &example.value))
        })
        .filter_map(|(body, value)| Some((contract.schema(body.schema?), value)))
        .collect()
}

/// Equal as JSON, but for the spelling of a moment.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let is_there =
                |(name, value)| other.get(name).is_some_and(|found| is_same(value, found));
            one.len() == other.len() && one.iter().all(is_there)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::String(one), Value::String(other)) => {
            let moment = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
            one == other || moment(one).is_some_and(|this| moment(other) == Some(this))
        }
        _ => one == other,
    }
}

#[test]
fn examples_come_back() {
    let contract = contract();
    let examples = examples(&contract);
    assert!(examples.len() >= 37, "there are {} examples", examples.len());
    for (schema, example) in examples {
        let name = schema.name.as_deref().expect("bodies are components");
        let written = through_type_of(name)(example);
        let written = written.unwrap_or_else(|places| panic!("{name} is refused at {places:?}"));
        assert!(is_same(&written, example), "{name}: {example} becomes {written}");
    }
}

#[test]
fn what_is_required_is_missed_and_null_refused_where_the_contract_has_none() {
    let contract = contract();
    for (schema, example) in examples(&contract) {
        let name = schema.name.as_deref().expect("bodies are components");
        let read = through_type_of(name);
        for (member, id) in &schema.properties {
            let place = vec![format!("/{member}")];
            let mut without = example.clone();
            without.as_object_mut().expect("bodies are objects").remove(member);
            let expected = if schema.required.contains(member) { Err(&place) } else { Ok(()) };
            assert_eq!(read(&without).as_ref().map(drop), expected, "{name} without {member}");

            let mut null = example.clone();
            null[member] = Value::Null;
            let expected = if contract.schema(*id).admits_null() { Ok(()) } else { Err(&place) };
            assert_eq!(read(&null).as_ref().map(drop), expected, "{name} with null for {member}");
        }
    }
}
