//! Of which kind ids are: the components that they match.

use super::formula::is_decimal;
use super::{Maker, Resources, conflict};
use crate::Direction;
use crate::model::{JsonType, Location, Method, Operation, RuntimeExpression, Schema, SchemaId};
use crate::names::{singulars, words};
use crate::only::only;
use crate::outline::Outline;
use crate::pointer::{escape, unescape};

/// The components that the id of what a maker makes has to match, where it tells the id, and where paths name the thing.
pub(super) fn of(
    resources: &Resources<'_>,
    named_by: Option<(&str, &str)>,
    maker: &Maker,
) -> Vec<SchemaId> {
    let by_path = named_by.and_then(|(operation, parameter)| {
        resources.operation(operation)?.parameter(Location::Path, parameter)?.schema()
    });
    let told = resources.operation(&maker.operation_id);
    let told = told.map(|operation| of_id(resources, operation, &maker.id)).unwrap_or_default();
    by_path.into_iter().chain(told).filter(|schema| is_kind(resources, *schema)).collect()
}

/// Whether a schema is a component of which values are texts or numbers, any of many.
fn is_kind(resources: &Resources<'_>, schema: SchemaId) -> bool {
    let described = resources.contract.schema(schema);
    described.name.is_some()
        && described.enumeration.is_none()
        && Outline::of(resources.contract, &[schema]).is_scalar()
}

/// Whether a component is called after one of some things: `LabelName`, of `labels`.
fn is_called_after(resources: &Resources<'_>, schema: SchemaId, things: &str) -> bool {
    let name = resources.contract.schema(schema).name.as_deref().map(words).unwrap_or_default();
    name.len() > 1 && name.first().is_some_and(|first| singulars(things).contains(first))
}

/// The components that say of null what another one doesn't, and else the same: of OpenAPI 3.0, where a reference can't. Each
/// with that other one.
pub(super) fn nullable_twins(resources: &Resources<'_>) -> Vec<(SchemaId, SchemaId)> {
    let contract = resources.contract;
    let components = contract.schemas.iter().filter(|(_, schema)| {
        schema.name.is_some() && schema.pattern.is_some() && schema.types.contains(JsonType::String)
    });
    let (nullable, others): (Vec<_>, Vec<_>) =
        components.partition(|(_, schema)| schema.types.contains(JsonType::Null));
    let twin = |(id, schema): &(SchemaId, &Schema)| {
        let is_it = |other: &&(SchemaId, &Schema)| other.1.pattern == schema.pattern;
        Some((*id, only(others.iter().filter(is_it))?.0))
    };
    nullable.iter().filter_map(twin).collect()
}

/// What a POST has to be sent that no two things may have the same of, as its description or that of its 409 says: of the
/// copies of a book no two have one barcode, so what else is of its kind names a copy. Each with what the path calls the
/// things.
pub(super) fn unique<'a>(resources: &Resources<'a>) -> Vec<(SchemaId, &'a str, Maker)> {
    let operations = resources.contract.operations.iter();
    let posts = operations.filter(|one| one.method == Method::Post);
    let all = posts.filter_map(|post| {
        let things = post.path.last_segment()?;
        let body = Outline::of(resources.contract, &[post.body_schema()?]);
        let answer = post.answer_schema().map(|one| Outline::of(resources.contract, &[one]));
        let required: Vec<&str> = body.required(Direction::Request).collect();
        let all: Vec<&str> = body.members().into_keys().collect();
        let keys = conflict::keys(post, &all);
        let is_key = |name: &str| keys.iter().any(|key| key.members == [name]);
        let members = body.members().into_iter().filter(|(name, _)| required.contains(name));
        let told = members.flat_map(|(name, schemas)| {
            let is_unique = conflict::says_unique(post, &[name]);
            // What is a key in some way goes by what it is called, too: a `LabelName` of labels.
            let is_its = |schema: &SchemaId| {
                is_unique || is_key(name) && is_called_after(resources, *schema, things)
            };
            let pointer = format!("/{}", escape(name));
            let is_shown = answer.as_ref().is_some_and(|one| one.member(name).is_some());
            let id = match is_shown {
                true => RuntimeExpression::ResponseBody(pointer),
                false => RuntimeExpression::RequestBody(pointer),
            };
            let maker = Maker::alone(post, id);
            let kinds = schemas.into_iter().filter(is_its);
            let kinds = kinds.filter(|schema| is_kind(resources, *schema));
            kinds.map(move |schema| (schema, things, maker.clone())).collect::<Vec<_>>()
        });
        Some(told.collect::<Vec<_>>())
    });
    all.flatten().collect()
}

/// The components with a form of their own that a body of a POST has to have, each with the operation.
pub(super) fn taken<'a>(resources: &Resources<'a>) -> Vec<(SchemaId, &'a str)> {
    let has_form = |schema: &SchemaId| {
        let described = resources.contract.schema(*schema);
        // An amount is no name: decimals are of any thing.
        let is_name = |pattern: &&String| !is_decimal(pattern);
        let has_form = described.pattern.as_ref().is_some_and(|one| is_name(&one))
            || described.format.as_deref() == Some("uuid");
        has_form && is_kind(resources, *schema)
    };
    let posts = resources.contract.operations.iter().filter(|one| one.method == Method::Post);
    let bodies = posts.filter_map(|one| Some((one, one.body_schema()?)));
    let taken = bodies.flat_map(|(operation, schema)| {
        let body = Outline::of(resources.contract, &[schema]);
        let required: Vec<&str> = body.required(Direction::Request).collect();
        let members = body.members().into_iter().filter(|(name, _)| required.contains(name));
        let schemas: Vec<SchemaId> = members.flat_map(|(_, schemas)| schemas).collect();
        schemas.into_iter().filter(has_form).map(|schema| (schema, operation.id.as_str()))
    });
    taken.collect()
}

pub(super) fn of_id(
    resources: &Resources<'_>,
    operation: &Operation,
    id: &RuntimeExpression,
) -> Vec<SchemaId> {
    match id {
        RuntimeExpression::ResponseBody(pointer) => {
            at(resources, operation.answer_schema(), pointer)
        }
        RuntimeExpression::RequestBody(pointer) => at(resources, operation.body_schema(), pointer),
        RuntimeExpression::RequestPath(name) => {
            let parameter = operation.parameter(Location::Path, name);
            parameter.and_then(|one| one.schema()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What a value at a JSON pointer must match.
pub(super) fn at(
    resources: &Resources<'_>,
    schema: Option<SchemaId>,
    pointer: &str,
) -> Vec<SchemaId> {
    let mut schemas: Vec<SchemaId> = schema.into_iter().collect();
    for token in pointer.split('/').skip(1) {
        let outline = Outline::of(resources.contract, &schemas);
        let name = unescape(token);
        schemas = match outline.members().swap_remove(&*name) {
            Some(member) => member,
            None => outline
                .list(None)
                .filter(|(list, _)| list.is_none())
                .map(|(_, item)| item)
                .unwrap_or_default(),
        };
    }
    schemas
}
