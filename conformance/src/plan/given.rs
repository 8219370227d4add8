//! What the profile gives: values for path parameters, queries, header fields and bodies.

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{Location as In, Method, Operation, Parameter, RuntimeExpression};

use super::Planner;
use crate::context::{OperationInputs, resource_input};
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample};

/// Where the value of a path parameter was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given {
    /// Under `[inputs]`, by this name.
    Profile(String),
    /// For the operation alone, or for things of a kind; a case calls it by this name.
    Value(String),
}

impl Planner<'_> {
    fn own(&self, operation: &Operation) -> Option<&OperationInputs> {
        self.context.operations.get(&operation.id)
    }

    /// What a path parameter names by the profile: for the operation alone before all, then by what it is an id of.
    pub(super) fn given(&self, operation: &Operation, name: &str) -> Option<(Given, Value)> {
        let own = self.own(operation).and_then(|own| own.path.get(name));
        let own = own.or_else(|| resource_input(&self.context.resources, operation, name));
        if let Some(value) = own {
            let input = format!("{}_{name}", operation.id);
            return Some((Given::Value(input), value.clone()));
        }
        let shared = self.context.inputs.get(name)?;
        Some((Given::Profile(name.to_owned()), shared.clone()))
    }

    /// Whether the operation may change or remove what this path parameter names, rather than look at it or make
    /// something within it. What is made and can't be removed again stays, and changes it for good.
    pub(super) fn is_changed(&self, operation: &Operation, name: &str) -> bool {
        let writes = !operation.method.is_safe();
        let makes = operation.method == Method::Post && self.resources.is_maker(&operation.id);
        let stays = || !self.may_leave(operation) && !self.names_path(operation, name);
        let is_last = operation.path.parameters().last() == Some(name);
        writes && is_last && (!makes || stays())
    }

    /// Whether the profile has a value of a path parameter for this very operation.
    fn names_path(&self, operation: &Operation, name: &str) -> bool {
        self.own(operation).is_some_and(|own| own.path.contains_key(name))
    }

    /// The value of a parameter of query, header or cookie by the profile.
    pub(super) fn given_parameter(
        &self,
        operation: &Operation,
        parameter: &Parameter,
    ) -> Option<&Value> {
        let own = self.own(operation).and_then(|own| {
            let values = match parameter.location {
                In::Query | In::QueryString => &own.query,
                In::Header => &own.headers,
                In::Cookie => &own.cookies,
                In::Path => &own.path,
            };
            values.get(&parameter.name)
        });
        let shared = || {
            let is_needed = parameter.required && parameter.location == In::Query;
            self.context.inputs.get(&parameter.name).filter(|_| is_needed)
        };
        own.or_else(shared)
    }

    /// The properties of the body whose value the profile gives: required ones that are called as an input and may have
    /// its value, and those named for the operation.
    pub(super) fn given_properties(
        &self,
        operation: &Operation,
    ) -> (Vec<(String, Value)>, IndexMap<String, Value>) {
        let own = self.own(operation).map(|own| own.body.clone()).unwrap_or_default();
        (self.shared_properties(operation), own)
    }

    /// Whether the profile names properties of the body for this operation.
    pub(super) fn gives_body(&self, operation: &Operation) -> bool {
        self.own(operation).is_some_and(|own| !own.body.is_empty())
    }

    fn shared_properties(&self, operation: &Operation) -> Vec<(String, Value)> {
        let schema = self.media_type(operation).and_then(|media_type| media_type.schema);
        let (Some(schema), false) = (schema, self.context.inputs.is_empty()) else {
            return Vec::new();
        };
        let body = Merged::of(self.contract, &[schema], Choice::default());
        let required = body.required();
        let named = self.context.inputs.iter().filter(|(name, _)| required.contains(name.as_str()));
        let fits = |(name, value): &(&String, &Value)| {
            let fixed = Location::default().member(name);
            let fixed = Fixed::from([(fixed, Sample::Value((*value).clone()))]);
            self.sampler.valid(schema, Extent::Minimal, &fixed).is_some()
        };
        named.filter(fits).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Whether the client chooses the id of what an operation makes: a member that its body must have.
    pub(super) fn chooses_id(&self, operation: &Operation) -> bool {
        let Some(remover) = self.resources.remover(&operation.id) else { return false };
        let pointer = match &remover.maker.id {
            RuntimeExpression::RequestBody(_) | RuntimeExpression::RequestPath(_) => return true,
            RuntimeExpression::ResponseBody(pointer) => pointer,
            _ => return false,
        };
        let schema = self.media_type(operation).and_then(|media_type| media_type.schema);
        schema.is_some_and(|schema| {
            let body = Merged::of(self.contract, &[schema], Choice::default());
            let name = pointer.trim_start_matches('/');
            body.properties().contains_key(name) && body.required().contains(name)
        })
    }

    /// Whether the profile says how the operation is to be called: then it is meant to be.
    pub(super) fn is_described(&self, operation: &Operation) -> bool {
        self.own(operation).is_some_and(|own| *own != OperationInputs::default())
    }
}
