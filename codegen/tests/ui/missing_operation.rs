//! A service that leaves out an operation isn't one.

use workspace_api::operations::AdminGetWorkspaceParameters;
use workspace_api::responses::{AdminMethodNotAllowed, AdminUnauthorized, Unauthorized};
use workspace_api::server::{
    Admin, AdminGetWorkspaceResponse, AuthenticationError, Context, Credentials, Refusal, Service,
};
use workspace_api::types::{InternalServerError, UnprocessableContentProblem, ValidationError};

struct Partial;

impl Service for Partial {
    type Caller = ();

    async fn authenticate(&self, _: Credentials, _: &Context) -> Result<(), AuthenticationError> {
        Ok(())
    }

    fn unauthorized(&self, _: &Refusal<'_>) -> Unauthorized {
        unreachable!()
    }

    fn unprocessable_content(&self, _: &Refusal<'_>) -> ValidationError {
        unreachable!()
    }

    fn internal_server_error(&self, _: &Refusal<'_>) -> InternalServerError {
        unreachable!()
    }

    fn admin_unauthorized(&self, _: &Refusal<'_>) -> AdminUnauthorized {
        unreachable!()
    }

    fn admin_method_not_allowed(&self, _: &Refusal<'_>) -> AdminMethodNotAllowed {
        unreachable!()
    }

    fn admin_unprocessable_content(&self, _: &Refusal<'_>) -> UnprocessableContentProblem {
        unreachable!()
    }
}

impl Admin for Partial {
    async fn authorize_admin_get_workspace(
        &self,
        _: &(),
        _: &AdminGetWorkspaceParameters,
        _: &Context,
    ) -> Result<(), AdminGetWorkspaceResponse> {
        Ok(())
    }
}

fn main() {}
