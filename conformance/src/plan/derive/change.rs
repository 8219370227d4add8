//! Other values in a body, where its schema has room for them.

use std::sync::Arc;

use serde_json::Value;
use spec::model::{Operation, SchemaId};
use spec::names::words;

use crate::case::{Content, Request, Template};
use crate::plan::Planner;
use crate::sample::{Choice, Merged};

/// What a value is to be instead, by the name of the member that it is, or is in.
type Change<'c> = &'c dyn Fn(&str, &Value) -> Option<Value>;

/// Changes values of a body; whether any were.
pub(super) fn change(
    planner: &Planner<'_>,
    operation: &Operation,
    request: &mut Request,
    to: Change<'_>,
) -> bool {
    let (Some(body), Some(schema)) = (&mut request.body, operation.body_schema()) else {
        return false;
    };
    let Content::Json(json) = &mut body.content else { return false };
    let changed = changed(planner, ("", &[schema]), json, to);
    let is_changed = changed != *json;
    *json = changed;
    is_changed
}

fn changed(
    planner: &Planner<'_>,
    (name, schemas): (&str, &[SchemaId]),
    template: &Template,
    to: Change<'_>,
) -> Template {
    let merged = || Merged::of(planner.contract, schemas, Choice::default());
    match template {
        Template::Value(value) => {
            let changed = to(name, value).filter(|changed| {
                schemas.iter().all(|id| planner.sampler.admits_value(*id, changed))
            });
            Template::Value(changed.unwrap_or_else(|| value.clone()))
        }
        Template::Array(items) => {
            let merged = merged();
            let items = items.iter().enumerate();
            let items =
                items.map(|(at, item)| changed(planner, (name, &merged.item(at)), item, to));
            Template::Array(Arc::new(items.collect()))
        }
        Template::Object(members) => {
            let declared = merged().declared();
            let all = members.iter().map(|(name, member)| {
                let schemas = declared.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
                let member = match schemas {
                    [] => member.clone(),
                    schemas => changed(planner, (name, schemas), member, to),
                };
                (name.clone(), member)
            });
            Template::Object(Arc::new(all.collect()))
        }
        other => other.clone(),
    }
}

/// Whether a member is called like how many of something there are.
pub(super) fn is_quantity(name: &str) -> bool {
    const QUANTITIES: [&str; 5] = ["quantity", "qty", "count", "units", "pieces"];
    words(name).last().is_some_and(|word| QUANTITIES.contains(&word.as_str()))
}

/// Two instead of one: with one of each nobody can tell how many things there are from of how many kinds they are.
pub(super) fn doubled(name: &str, value: &Value) -> Option<Value> {
    (is_quantity(name) && value.as_i64() == Some(1)).then(|| 2.into())
}
