//! Methods of the client, and the setters of a call.

use super::{Client, method_name};
use crate::emit::code::{Code, Expr, call, object, signature};
use crate::emit::operations::write_operation_docs;
use crate::emit::payloads::{body_type, is_open};
use crate::emit::usage::{ARGUMENTS, argument, composed, optional};
use crate::ir::{Body, ContentKind, Operation, Parameter};

/// What a call has of its own.
const TAKEN: [&str; 13] = [
    "new",
    "answer",
    "at",
    "header",
    "timeout",
    "retry",
    "send",
    "pages",
    "items",
    "parameters",
    "body",
    "into_future",
    "fmt",
];

impl Client<'_> {
    pub(super) fn write_method(&self, index: usize, operation: &Operation, code: &mut Code) {
        code.space();
        write_operation_docs(operation, code);
        if let Some(failure) = Self::failure_name(operation) {
            code.doc("");
            code.doc(&format!("Documented failures: [`{failure}`]."));
        }
        self.write_example(index, operation, code);
        if operation.deprecated {
            code.line("#[deprecated]");
        }
        let mut arguments = vec!["&self".to_owned()];
        let at = operation.sent.as_ref().map(|_| {
            arguments.push("url: impl Into<String>".to_owned());
            call(".at", ["url"])
        });
        let parameters = self.parameters(operation, &mut arguments);
        let body = self.body_argument(operation, &mut arguments);
        let head = format!("pub fn {}", method_name(operation));
        let head = signature(&head, arguments, &format!("Call<'_, {}>", operation.stem));
        code.block(head, |code| {
            let made = call("Call::new", ["&self.core".into(), parameters, body.into()]);
            code.put("", &made.then(at), "");
        });
    }

    /// The parameters as a call is given them, and the arguments that this takes.
    fn parameters(&self, operation: &Operation, arguments: &mut Vec<String>) -> Expr {
        let Some(parameters) = &operation.parameters else { return "()".into() };
        let ty = self.parameters_type(operation);
        if takes_struct(operation) {
            arguments.push(format!("parameters: {ty}"));
            return "parameters".into();
        }
        if parameters.may_be_empty() {
            return format!("{ty}::default()").into();
        }
        let fields = parameters.fields.iter().map(|field| {
            let name = &field.rust;
            if !field.required {
                return format!("{name}: None");
            }
            let argument_name = argument_name(operation, field);
            let (ty, converts) = argument(self.api, &field.slot);
            arguments.push(format!("{argument_name}: {ty}"));
            match (converts, *name == argument_name) {
                (true, _) => format!("{name}: {argument_name}.into()"),
                (false, true) => name.clone(),
                (false, false) => format!("{name}: {argument_name}"),
            }
        });
        let fields: Vec<String> = fields.collect();
        object(&ty, fields)
    }

    /// The body as a call is given it, and the argument that this takes; what isn't required is set on the call.
    fn body_argument(&self, operation: &Operation, arguments: &mut Vec<String>) -> &'static str {
        let Some(body) = &operation.body else { return "()" };
        if !body.required {
            return "None";
        }
        let (ty, converts) = self.given_body(body);
        arguments.push(format!("body: {ty}"));
        if converts { "body.into()" } else { "body" }
    }

    /// The type that a body is given as, and whether it is converted.
    fn given_body(&self, body: &Body) -> (String, bool) {
        let converted = match body.contents.as_slice() {
            [content] if !is_open(content) => match content.kind {
                ContentKind::Text => Some("String"),
                ContentKind::Stream => Some("crate::runtime::ByteStream"),
                _ => None,
            },
            _ => None,
        };
        match converted {
            Some(ty) => (format!("impl Into<{ty}>"), true),
            None => (self.body_value(body), false),
        }
    }

    /// A setter for whatever is optional.
    pub(super) fn write_setters(&self, operation: &Operation, code: &mut Code) {
        let parameters = operation.parameters.iter().filter(|_| !takes_struct(operation));
        let optional: Vec<&Parameter> = parameters
            .flat_map(|parameters| &parameters.fields)
            .filter(|field| !field.required)
            .collect();
        let body = operation.body.as_ref().filter(|body| !body.required);
        if optional.is_empty() && body.is_none() {
            return;
        }
        code.space();
        code.block(format!("impl Call<'_, {}>", operation.stem), |code| {
            optional.into_iter().for_each(|field| self.write_setter(operation, field, code));
            if let Some(body) = body {
                self.write_body_setter(body, code);
            }
        });
    }

    fn write_body_setter(&self, body: &Body, code: &mut Code) {
        let (ty, converts) = self.given_body(body);
        let value = if converts { "value.into()" } else { "value" };
        code.space();
        code.docs_or(&body.docs, "The body.");
        let arguments = ["mut self".to_owned(), format!("value: {ty}")];
        code.block(signature("pub fn body", arguments, "Self"), |code| {
            code.line(&format!("self.0.body = Some({value});"));
            code.line("self");
        });
    }

    fn write_setter(&self, operation: &Operation, field: &Parameter, code: &mut Code) {
        let (ty, converts) = argument(self.api, &field.slot);
        let value = if converts { "value.into()" } else { "value" };
        code.space();
        code.docs_or(&field.docs, &format!("`{}` in the {}.", field.wire, field.location));
        if field.deprecated {
            code.line("#[deprecated]");
        }
        let head = format!("pub fn {}", setter_name(operation, field));
        let arguments = ["mut self".to_owned(), format!("value: {ty}")];
        code.block(signature(&head, arguments, "Self"), |code| {
            code.line(&format!("self.0.parameters.{} = Some({value});", field.rust));
            code.line("self");
        });
    }

    pub(super) fn parameters_type(&self, operation: &Operation) -> String {
        match &operation.parameters {
            Some(parameters) => format!("crate::operations::{}", parameters.rust),
            None => "()".to_owned(),
        }
    }

    pub(super) fn body_type(&self, operation: &Operation) -> String {
        let Some(body) = &operation.body else { return "()".to_owned() };
        optional(self.body_value(body), body.required)
    }

    /// The type of a body that is there.
    pub(super) fn body_value(&self, body: &Body) -> String {
        let ty = body_type(self.api, &body.contents, body.choice.as_deref());
        ty.unwrap_or_else(|| "()".to_owned())
    }
}

/// Whether the parameters come as one argument, because there are too many that must be given.
pub(super) fn takes_struct(operation: &Operation) -> bool {
    let fields = operation.parameters.iter().flat_map(|parameters| &parameters.fields);
    let required = fields.filter(|field| field.required).count();
    let has_body = operation.body.as_ref().is_some_and(|body| body.required);
    required + usize::from(has_body) > ARGUMENTS
}

/// A parameter may be called `body`, as the body is, or as what says where a request goes.
pub(super) fn argument_name(operation: &Operation, field: &Parameter) -> String {
    match field.rust.as_str() {
        "body" if operation.body.is_some() => "body_parameter".to_owned(),
        "url" if operation.sent.is_some() => "url_parameter".to_owned(),
        name => name.to_owned(),
    }
}

pub(super) fn setter_name(operation: &Operation, field: &Parameter) -> String {
    let taken = TAKEN.contains(&field.rust.as_str());
    if !taken {
        return field.rust.clone();
    }
    let wanted = composed(&["set_", &field.rust]);
    let fields = operation.parameters.iter().flat_map(|parameters| &parameters.fields);
    let is_taken = fields.into_iter().any(|other| wanted == other.rust);
    if is_taken { composed(&["set_parameter_", &field.rust]) } else { wanted }
}
