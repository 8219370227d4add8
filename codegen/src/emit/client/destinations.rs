//! Where callbacks go, by what a request said: a function for each of which that can be told.

use super::{Client, method_name};
use crate::emit::code::{Code, Expr, call, signature};
use crate::emit::types::string;
use crate::emit::usage::composed;
use crate::ir::{CallbackOf, DestinationPart, Operation};

impl Client<'_> {
    /// `Sender::event_happened_url(parameters, body)`
    pub(super) fn write_destination(&self, operation: &Operation, code: &mut Code) {
        let callback = operation.sent.as_ref().and_then(|sent| sent.callback.as_ref());
        let Some(CallbackOf { operation: owner, expression, destination: Some(parts) }) = callback
        else {
            return;
        };
        let Some(owner) = self.api.operations.iter().find(|one| one.id == *owner) else { return };
        let method = method_name(operation);
        // An operation may be called like that.
        let names = [composed(&[&method, "_url"]), composed(&["url_of_", &method])];
        let is_free = |name: &&String| {
            self.api.operations_in(self.direction).all(|(_, other)| method_name(other) != **name)
        };
        let Some(name) = names.iter().find(is_free) else { return };
        let arguments = self.destination_arguments(owner, parts);
        code.space();
        code.doc(&format!(
            "Where [`Self::{}`] goes, by what a request for `{}` said: `{}`.",
            method.trim_start_matches("r#"),
            owner.id,
            expression.replace('`', "'")
        ));
        code.doc("");
        code.doc("`None` where the request lacks a part of it.");
        code.line("#[must_use]");
        let head = signature(&format!("pub fn {name}"), arguments, "Option<String>");
        code.block(head, |code| {
            let added = parts.iter().map(|part| addition(owner, part));
            let finish = call(".finish", Vec::<Expr>::new());
            let made = Expr::from("crate::runtime::client::Destination::new()");
            code.put("", &made.then(added.chain([finish])), "");
        });
    }

    /// What is needed of the request.
    fn destination_arguments(&self, owner: &Operation, parts: &[DestinationPart]) -> Vec<String> {
        let has_parameter =
            parts.iter().any(|part| matches!(part, DestinationPart::Parameter { .. }));
        let parameters =
            has_parameter.then(|| format!("parameters: &{}", self.parameters_type(owner)));
        let has_body = parts.iter().any(|part| matches!(part, DestinationPart::Body(_)));
        let body = owner.body.as_ref().filter(|_| has_body).map(|body| {
            let ty = self.body_value(body);
            if body.required { format!("body: &{ty}") } else { format!("body: Option<&{ty}>") }
        });
        parameters.into_iter().chain(body).collect()
    }
}

fn addition(owner: &Operation, part: &DestinationPart) -> Expr {
    let value = |value: &str, pointer: &str| call(".value", [value, &*string(pointer)]);
    match part {
        DestinationPart::Literal(text) => call(".literal", [string(text)]),
        DestinationPart::Parameter { rust, required: true } => {
            value(&format!("Some(&parameters.{rust})"), "")
        }
        DestinationPart::Parameter { rust, required: false } => {
            value(&format!("parameters.{rust}.as_ref()"), "")
        }
        DestinationPart::Body(pointer) => {
            let is_required = owner.body.as_ref().is_some_and(|body| body.required);
            value(if is_required { "Some(body)" } else { "body" }, pointer)
        }
    }
}
