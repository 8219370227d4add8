//! The file of a group: its trait, its response enums, the steps of its operations.

use spec::model::Status;

use super::Server;
use super::security::is_optional;
use crate::emit::code::{Code, signature};
use crate::emit::file::SourceFile;
use crate::emit::operations::{group_name, module_path, write_operation_docs};
use crate::emit::payloads::body_type;
use crate::emit::shorten::shorten;
use crate::emit::usage::{composed, optional};
use crate::ir::{Group, Operation};

/// Names of the runtime that the files of a group may use.
pub(super) const RUNTIME: [&str; 17] = [
    "Answer",
    "Body",
    "Context",
    "Form",
    "Future",
    "Input",
    "Interruption",
    "Operation",
    "OperationInfo",
    "Piece",
    "Reason",
    "Refusal",
    "Refused",
    "Reply",
    "Response",
    "Style",
    "Unanswerable",
];

/// Those that the steps do use.
const STEPS: [&str; 10] = [
    "Body",
    "Context",
    "Input",
    "Interruption",
    "Operation",
    "OperationInfo",
    "Piece",
    "Reason",
    "Refusal",
    "Refused",
];

/// Who sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// Nobody is asked.
    Nobody,
    /// Somebody who may stay unknown.
    Perhaps,
    /// Somebody who must be known.
    Someone,
}

impl Server<'_> {
    /// The trait of a group and its response enums.
    pub(super) fn emit_group(&self, group: &Group) -> SourceFile {
        let mut code = Code::default();
        code.docs_or(&group.docs, &format!("The operations of {}.", group_name(group)));
        code.block(format!("pub trait {}: Service", group.rust), |code| {
            for (_, operation) in self.operations(group) {
                self.write_authorize(group, operation, code);
                self.write_method(operation, code);
            }
        });
        for (index, operation) in self.operations(group) {
            self.write_responses(index, operation, &mut code);
        }
        let mut short = shorten(&code.finish(), &RUNTIME);
        let runtime = ["Answer", "Context", "Reply", "Unanswerable"];
        short.import("std::future", &["Future"]);
        short.import("axum::response", &["Response"]);
        short.import("super", &["Service"]);
        short.import("crate::runtime::server", &runtime);
        short.import("crate::runtime::text", &["Form", "Style"]);
        let docs = format!(
            "The operations of {}: what to implement, and what it may answer.",
            group_name(group)
        );
        SourceFile::text(module_path(self.module(), group), &[&docs], short.finish())
    }

    /// The steps of a group's operations.
    pub(super) fn emit_group_steps(&self, group: &Group) -> SourceFile {
        let mut code = Code::default();
        for (index, operation) in self.operations(group) {
            self.write_steps(group, index, operation, &mut code);
        }
        let bound = self.bound(group);
        let mut root = vec!["Credentials", "Service", "identify", "identify_optional", &bound];
        root.extend(self.operations(group).map(|(_, operation)| operation.responses.rust.as_str()));
        let mut short = shorten(&code.finish(), &RUNTIME);
        short.import("std::future", &["Future", "ready"]);
        short.import("super::super", &root);
        short.import("crate::runtime::server", &STEPS);
        short.import("crate::runtime::text", &["Form", "Style"]);
        let docs = format!("How the operations of {} are served.", group_name(group));
        let path = module_path(&format!("{}/{}", self.module(), self.steps_module()), group);
        SourceFile::text(path, &[&docs], short.finish())
    }

    fn write_method(&self, operation: &Operation, code: &mut Code) {
        code.space();
        write_operation_docs(operation, code);
        if operation.deprecated {
            code.doc("");
            code.doc("Deprecated.");
        }
        let arguments = [
            Some("&self".to_owned()),
            self.caller_type(operation, "Self").map(|ty| format!("caller: {ty}")),
            parameters_type(operation).map(|ty| format!("parameters: {ty}")),
            self.request_body(operation).map(|ty| format!("body: {ty}")),
            Some("context: &Context".to_owned()),
        ];
        let returns = format!("impl Future<Output = {}> + Send", operation.responses.rust);
        let head = format!("fn {}", operation.rust);
        code.put("", &signature(&head, arguments.into_iter().flatten(), &returns), ";");
    }

    /// The check before the body is read. It has to be written where a 403 is documented.
    fn write_authorize(&self, group: &Group, operation: &Operation, code: &mut Code) {
        let caller = match self.identity(operation) {
            Identity::Nobody => None,
            Identity::Perhaps => Some("caller: Option<&Self::Caller>".to_owned()),
            Identity::Someone => Some("caller: &Self::Caller".to_owned()),
        };
        let parameters = parameters_type(operation).map(|ty| format!("parameters: &{ty}"));
        let names = [
            caller.is_some().then_some("caller"),
            parameters.is_some().then_some("parameters"),
            Some("context"),
        ];
        let names: Vec<&str> = names.into_iter().flatten().collect();
        let arguments =
            [Some("&self".to_owned()), caller, parameters, Some("context: &Context".to_owned())];
        let response = &operation.responses.rust;
        let returns = format!("impl Future<Output = Result<(), {response}>> + Send");
        let head = format!("fn {}", self.authorize_name(group, operation));
        let head = signature(&head, arguments.into_iter().flatten(), &returns);
        code.space();
        code.doc(&format!(
            "Whether the caller may ask for `{}`, before its body is read.",
            operation.id
        ));
        if operation.responses.variants.iter().any(|v| v.status == Status::Code(403)) {
            code.put("", &head, ";");
            return;
        }
        code.block(head, |code| {
            match names.as_slice() {
                [one] => code.line(&format!("let _ = {one};")),
                several => code.line(&format!("let _ = ({});", several.join(", "))),
            }
            code.line("std::future::ready(Ok(()))");
        });
    }

    pub(super) fn authorize_name(&self, group: &Group, operation: &Operation) -> String {
        let name = composed(&["authorize_", &operation.rust]);
        if self.operations(group).any(|(_, other)| name == other.rust) {
            return composed(&["authorize_call_of_", &operation.rust]);
        }
        name
    }

    /// Who asks for an operation.
    pub(super) fn identity(&self, operation: &Operation) -> Identity {
        if operation.security.iter().all(|requirement| requirement.schemes.is_empty()) {
            Identity::Nobody
        } else if is_optional(operation) {
            Identity::Perhaps
        } else {
            Identity::Someone
        }
    }

    /// The type of the caller, for an operation that asks for one.
    pub(super) fn caller_type(&self, operation: &Operation, this: &str) -> Option<String> {
        match self.identity(operation) {
            Identity::Nobody => None,
            Identity::Perhaps => Some(format!("Option<{this}::Caller>")),
            Identity::Someone => Some(format!("{this}::Caller")),
        }
    }

    /// The type of the body, for an operation that takes one.
    pub(super) fn request_body(&self, operation: &Operation) -> Option<String> {
        let body = operation.body.as_ref()?;
        let ty = body_type(self.api, &body.contents, body.choice.as_deref())?;
        Some(optional(ty, body.required))
    }
}

/// The struct of an operation's parameters.
pub(super) fn parameters_type(operation: &Operation) -> Option<String> {
    Some(format!("crate::operations::{}", operation.parameters.as_ref()?.rust))
}
