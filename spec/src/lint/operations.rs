//! Lint of operations: what each should document.

use std::collections::HashMap;

use super::{
    AMBIGUOUS_PATH, BODY_WITHOUT_MEANING, DEFAULT_OF_REQUIRED, Linter, MISSING_OPERATION_ID,
    NO_CLIENT_ERROR, NO_SUCCESS_RESPONSE, NO_UNAUTHORIZED, PAGING_NOT_UNDERSTOOD,
    RESPONSE_WITHOUT_SCHEMA, UNSECURED_OPERATION,
};
use crate::model::{Method, Operation, Status};
use crate::paging::{self, Misfit, Rules};

impl Linter<'_> {
    pub(super) fn lint_operations(&mut self) {
        let contract = self.contract;
        let some_are_secured = contract.operations.iter().any(|operation| !operation.is_public());
        let mut urls: HashMap<(Method, String), &Operation> = HashMap::new();
        for operation in &contract.operations {
            self.lint_identity(operation);
            self.lint_security(operation, some_are_secured);
            self.lint_statuses(operation);
            self.lint_input(operation);
            self.lint_bodies(operation);
            self.lint_paging(operation);
            let url = (operation.method, operation.path.shape());
            if let Some(other) = urls.insert(url, operation) {
                let message = format!(
                    "{} {} and {} have the same URLs",
                    operation.method, operation.path, other.path
                );
                let finding = self.report(&AMBIGUOUS_PATH, &operation.origin, message);
                finding.also.push(other.origin.clone());
            }
        }
    }

    /// What the API sends: nobody calls it by its id or its URL.
    pub(super) fn lint_callbacks(&mut self) {
        for callback in self.contract.sent() {
            self.lint_input(&callback.operation);
            self.lint_bodies(&callback.operation);
        }
    }

    fn lint_paging(&mut self, operation: &Operation) {
        if let Err(Misfit { at, why }) = paging::read(self.contract, operation, Rules::default()) {
            self.report(&PAGING_NOT_UNDERSTOOD, &at, format!("`x-paging` doesn't apply: {why}"));
        }
    }

    fn lint_identity(&mut self, operation: &Operation) {
        if !operation.id_is_written {
            let message = format!("{} {} has no `operationId`", operation.method, operation.path);
            self.report(&MISSING_OPERATION_ID, &operation.origin, message);
        }
    }

    fn lint_security(&mut self, operation: &Operation, some_are_secured: bool) {
        let Operation { method, path, .. } = operation;
        if operation.is_public() {
            if some_are_secured {
                let message = format!("{method} {path} asks for no credentials");
                self.report(&UNSECURED_OPERATION, &operation.origin, message);
            }
        } else if operation.response_for(401).is_none() {
            let message = format!("{method} {path} documents no 401");
            self.report(&NO_UNAUTHORIZED, &operation.origin.child("responses"), message);
        }
    }

    fn lint_statuses(&mut self, operation: &Operation) {
        let Operation { method, path, .. } = operation;
        let at = operation.origin.child("responses");
        let has = |digit: u16| {
            operation.responses.keys().any(|status| match *status {
                Status::Code(code) => code / 100 == digit,
                Status::Range(range) => u16::from(range) == digit,
                Status::Default => true,
            })
        };
        // 101 Switching Protocols is how a WebSocket succeeds.
        if !operation.responses.is_empty() && ![1, 2, 3].into_iter().any(has) {
            let message = format!("{method} {path} documents no success");
            self.report(&NO_SUCCESS_RESPONSE, &at, message);
        }
        let takes_input = !operation.parameters.is_empty() || operation.body.is_some();
        if takes_input && !operation.responses.is_empty() && !has(4) {
            let message = format!("{method} {path} documents no refusal of a wrong request");
            self.report(&NO_CLIENT_ERROR, &at, message);
        }
    }

    fn lint_input(&mut self, operation: &Operation) {
        if let (Method::Get | Method::Head, Some(body)) = (operation.method, &operation.body) {
            let message = format!("{} {} has a request body", operation.method, operation.path);
            self.report(&BODY_WITHOUT_MEANING, &body.origin, message);
        }
        for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
            let schema = parameter.schema().map(|id| self.contract.schema(id));
            if schema.is_some_and(|schema| schema.default.is_some()) {
                let message = format!(
                    "{} parameter `{}` is required and has a default",
                    parameter.location, parameter.name
                );
                self.report_once(&DEFAULT_OF_REQUIRED, &parameter.origin, message);
            }
        }
    }

    fn lint_bodies(&mut self, operation: &Operation) {
        for response in operation.responses.values() {
            for media_type in response.content.values() {
                if media_type.is_json() && media_type.schema.is_none() {
                    let message = format!("`{}` response body has no schema", response.status);
                    self.report_once(&RESPONSE_WITHOUT_SCHEMA, &media_type.origin, message);
                }
            }
        }
    }
}
