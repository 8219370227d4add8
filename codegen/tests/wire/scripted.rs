//! A service that answers what it is told to.

use std::any::Any;
use std::sync::Mutex;

use workspace_api::operations::*;
use workspace_api::responses::{AdminMethodNotAllowed, AdminUnauthorized, Unauthorized};
use workspace_api::runtime::validation::Segment;
use workspace_api::server::*;
use workspace_api::types::*;

/// Answers each call with what was put there, whatever the operation.
#[derive(Default)]
pub(crate) struct Scripted {
    answer: Mutex<Option<Box<dyn Any + Send>>>,
    /// The `authorize` that refuses, if one does.
    forbidden: Mutex<bool>,
}

impl Scripted {
    pub(crate) fn answer_with(&self, answer: impl Any + Send) {
        *self.answer.lock().unwrap() = Some(Box::new(answer));
    }

    pub(crate) fn forbid(&self) {
        *self.forbidden.lock().unwrap() = true;
    }

    fn take<T: Any>(&self) -> T {
        let answer = self.answer.lock().unwrap().take().expect("an answer was put there");
        *answer.downcast().expect("the answer is one of the operation")
    }

    /// Shared code needn't know the operation: it asks for what its answer can be made from.
    fn access<R: From<ForbiddenError>>(&self) -> Result<(), R> {
        if !*self.forbidden.lock().unwrap() {
            return Ok(());
        }
        let details = MissingPermission { required_permission: "any".to_owned() };
        Err(ForbiddenError { message: "no".to_owned(), details, timestamp: now() }.into())
    }
}

fn now() -> ErrorTimestamp {
    ErrorTimestamp::from("2025-01-01T00:00:00.000000")
}

impl Service for Scripted {
    type Caller = String;

    async fn authenticate(
        &self,
        Credentials::Bearer { token }: Credentials,
        _context: &Context,
    ) -> Result<String, AuthenticationError> {
        match token.as_str() {
            "good" => Ok(token),
            "broken" => Err(AuthenticationError::Failed),
            _ => Err(AuthenticationError::Rejected),
        }
    }

    async fn admit(&self, _: Option<&String>, context: &Context) -> Result<(), Interruption> {
        match context.headers().get("prefer") {
            Some(value) if value == "code=500" => Err(Interruption::Fault),
            _ => Ok(()),
        }
    }

    fn unauthorized(&self, refusal: &Refusal<'_>) -> Unauthorized {
        let message = refusal.message().to_owned();
        let body = UnauthorizedError { message, details: serde_json::Map::new(), timestamp: now() };
        Unauthorized { www_authenticate: refusal.challenge().to_owned(), body }
    }

    fn unprocessable_content(&self, refusal: &Refusal<'_>) -> ValidationError {
        let part = |segment: &Segment| match segment {
            Segment::Name(name) => LocationPart::String(name.to_string()),
            Segment::Index(index) => {
                LocationPart::Integer(i64::try_from(*index).unwrap_or(i64::MAX))
            }
        };
        let told = refusal.violations().iter().map(|violation| Violation {
            loc: violation.location.iter().map(part).collect(),
            msg: violation.message.to_string(),
            r#type: violation.code.to_string(),
            input: None,
            ctx: None,
        });
        ValidationError { detail: told.collect() }
    }

    fn internal_server_error(&self, refusal: &Refusal<'_>) -> InternalServerError {
        let message = refusal.message().to_owned();
        InternalServerError { message, details: serde_json::Map::new(), timestamp: now() }
    }

    fn admin_unauthorized(&self, refusal: &Refusal<'_>) -> AdminUnauthorized {
        let body = UnauthorizedProblem {
            r#type: "about:blank".to_owned(),
            title: "Unauthorized".to_owned(),
            detail: refusal.message().to_owned().into(),
            invalid_params: Default::default(),
        };
        AdminUnauthorized { www_authenticate: refusal.challenge().to_owned(), body }
    }

    fn admin_method_not_allowed(&self, refusal: &Refusal<'_>) -> AdminMethodNotAllowed {
        let body = MethodNotAllowedProblem {
            r#type: "about:blank".to_owned(),
            title: "Method Not Allowed".to_owned(),
            detail: Default::default(),
            invalid_params: Default::default(),
        };
        AdminMethodNotAllowed { allow: refusal.allow().to_owned(), body }
    }

    fn admin_unprocessable_content(&self, refusal: &Refusal<'_>) -> UnprocessableContentProblem {
        let told = refusal.violations().iter().map(|violation| InvalidParam {
            name: violation.pointer(),
            reason: violation.message.to_string(),
        });
        UnprocessableContentProblem {
            r#type: "about:blank".to_owned(),
            title: "Unprocessable Content".to_owned(),
            detail: Default::default(),
            invalid_params: told.collect::<Vec<_>>().into(),
        }
    }
}

impl Workspaces for Scripted {
    async fn authorize_list_workspaces(
        &self,
        _: &String,
        _: &ListWorkspacesParameters,
        _: &Context,
    ) -> Result<(), ListWorkspacesResponse> {
        self.access()
    }

    async fn list_workspaces(
        &self,
        _: String,
        _: ListWorkspacesParameters,
        _: &Context,
    ) -> ListWorkspacesResponse {
        self.take()
    }

    async fn authorize_create_workspace(
        &self,
        _: &String,
        _: &CreateWorkspaceParameters,
        _: &Context,
    ) -> Result<(), CreateWorkspaceResponse> {
        self.access()
    }

    async fn create_workspace(
        &self,
        _: String,
        _: CreateWorkspaceParameters,
        _: CreateWorkspaceRequest,
        _: &Context,
    ) -> CreateWorkspaceResponse {
        self.take()
    }

    async fn authorize_get_workspace(
        &self,
        _: &String,
        _: &GetWorkspaceParameters,
        _: &Context,
    ) -> Result<(), GetWorkspaceResponse> {
        self.access()
    }

    async fn get_workspace(
        &self,
        _: String,
        _: GetWorkspaceParameters,
        _: &Context,
    ) -> GetWorkspaceResponse {
        self.take()
    }

    async fn authorize_update_workspace(
        &self,
        _: &String,
        _: &UpdateWorkspaceParameters,
        _: &Context,
    ) -> Result<(), UpdateWorkspaceResponse> {
        self.access()
    }

    async fn update_workspace(
        &self,
        _: String,
        _: UpdateWorkspaceParameters,
        _: UpdateWorkspaceRequest,
        _: &Context,
    ) -> UpdateWorkspaceResponse {
        self.take()
    }

    async fn authorize_delete_workspace(
        &self,
        _: &String,
        _: &DeleteWorkspaceParameters,
        _: &Context,
    ) -> Result<(), DeleteWorkspaceResponse> {
        self.access()
    }

    async fn delete_workspace(
        &self,
        _: String,
        _: DeleteWorkspaceParameters,
        _: &Context,
    ) -> DeleteWorkspaceResponse {
        self.take()
    }
}

impl Admin for Scripted {
    async fn authorize_admin_get_workspace(
        &self,
        _: &String,
        _: &AdminGetWorkspaceParameters,
        _: &Context,
    ) -> Result<(), AdminGetWorkspaceResponse> {
        Ok(())
    }

    async fn admin_get_workspace(
        &self,
        _: String,
        _: AdminGetWorkspaceParameters,
        _: &Context,
    ) -> AdminGetWorkspaceResponse {
        self.take()
    }
}
