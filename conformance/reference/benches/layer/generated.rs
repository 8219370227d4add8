//! The handlers on the generated trait.

use std::sync::Arc;

use axum::Router;
use serde_json::Map;
use workspace_api::operations::{
    CreateWorkspaceParameters, DeleteWorkspaceParameters, GetWorkspaceParameters,
    ListWorkspacesParameters, UpdateWorkspaceParameters,
};
use workspace_api::responses::{AdminMethodNotAllowed, AdminUnauthorized, Unauthorized};
use workspace_api::runtime::validation;
use workspace_api::server::{
    AuthenticationError, Context, CreateWorkspaceResponse, Credentials, DeleteWorkspaceResponse,
    GetWorkspaceResponse, ListWorkspacesResponse, Options, Reason, Refusal,
    UpdateWorkspaceResponse, Workspaces, workspaces_router,
};
use workspace_api::types::{
    self, CreateWorkspaceRequest, ErrorTimestamp, ForbiddenError, InternalServerError,
    LocationPart, MissingPermission, MissingResource, NotFoundError, OrgId, Tag, UnauthorizedError,
    UnprocessableContentProblem, UpdateWorkspaceRequest, UserId, ValidationError, Violation,
    WorkspaceId, WorkspaceList, WorkspaceName,
};

use crate::service::{BucketStatus, Caller, Changes, New, Page, Store, Workspace, timestamp};

pub(crate) fn router(store: &Arc<Store>) -> Router {
    workspaces_router(store, Options::default())
}

impl workspace_api::server::Service for Store {
    type Caller = Caller;

    async fn authenticate(
        &self,
        Credentials::Bearer { token }: Credentials,
        _context: &Context,
    ) -> Result<Caller, AuthenticationError> {
        self.caller(&token).ok_or(AuthenticationError::Rejected)
    }

    fn unauthorized(&self, refusal: &Refusal<'_>) -> Unauthorized {
        let challenge = refusal.challenge();
        Unauthorized {
            www_authenticate: match refusal.reason() {
                Reason::InvalidCredentials => format!("{challenge} error=\"invalid_token\""),
                _ => challenge.to_owned(),
            },
            body: UnauthorizedError {
                message: refusal.message().to_owned(),
                details: Map::new(),
                timestamp: ErrorTimestamp(timestamp()),
            },
        }
    }

    fn unprocessable_content(&self, refusal: &Refusal<'_>) -> ValidationError {
        let mut detail: Vec<_> = refusal.violations().iter().map(violation).collect();
        if detail.is_empty() {
            detail.push(whole_body(refusal.message()));
        }
        ValidationError { detail }
    }

    fn internal_server_error(&self, refusal: &Refusal<'_>) -> InternalServerError {
        InternalServerError {
            message: refusal.message().to_owned(),
            details: Map::new(),
            timestamp: ErrorTimestamp(timestamp()),
        }
    }

    fn admin_unauthorized(&self, _refusal: &Refusal<'_>) -> AdminUnauthorized {
        unreachable!("the admin path is not served")
    }

    fn admin_method_not_allowed(&self, _refusal: &Refusal<'_>) -> AdminMethodNotAllowed {
        unreachable!("the admin path is not served")
    }

    fn admin_unprocessable_content(&self, _refusal: &Refusal<'_>) -> UnprocessableContentProblem {
        unreachable!("the admin path is not served")
    }
}

impl Workspaces for Store {
    async fn authorize_list_workspaces(
        &self,
        caller: &Caller,
        parameters: &ListWorkspacesParameters,
        _context: &Context,
    ) -> Result<(), ListWorkspacesResponse> {
        authorize(self, caller, &parameters.org_id, "workspace:list", true)
    }

    async fn list_workspaces(
        &self,
        _caller: Caller,
        parameters: ListWorkspacesParameters,
        _context: &Context,
    ) -> ListWorkspacesResponse {
        let limit = usize::try_from(parameters.limit_or_default()).unwrap_or_default();
        list(self.page(limit)).into()
    }

    async fn authorize_create_workspace(
        &self,
        caller: &Caller,
        parameters: &CreateWorkspaceParameters,
        _context: &Context,
    ) -> Result<(), CreateWorkspaceResponse> {
        authorize(self, caller, &parameters.org_id, "workspace:create", caller.may_write)
    }

    async fn create_workspace(
        &self,
        caller: Caller,
        parameters: CreateWorkspaceParameters,
        body: CreateWorkspaceRequest,
        _context: &Context,
    ) -> CreateWorkspaceResponse {
        if body.organization_id != parameters.org_id {
            return other_org().into();
        }
        let new = New {
            name: body.name.0,
            description: body.description.value(),
            subscription_plan_id: body.subscription_plan_id.value(),
            tags: body.tags.unwrap_or_default().into_iter().map(|tag| tag.0).collect(),
            region: body.region.unwrap_or_default().as_str().to_owned(),
        };
        view(self.create(new, caller)).into()
    }

    async fn authorize_get_workspace(
        &self,
        caller: &Caller,
        parameters: &GetWorkspaceParameters,
        _context: &Context,
    ) -> Result<(), GetWorkspaceResponse> {
        authorize(self, caller, &parameters.org_id, "workspace:read", true)
    }

    async fn get_workspace(
        &self,
        _caller: Caller,
        parameters: GetWorkspaceParameters,
        _context: &Context,
    ) -> GetWorkspaceResponse {
        match self.find(&parameters.workspace_id.0) {
            Some(workspace) => view(workspace).into(),
            None => not_found("workspace", parameters.workspace_id.0).into(),
        }
    }

    async fn authorize_update_workspace(
        &self,
        caller: &Caller,
        parameters: &UpdateWorkspaceParameters,
        _context: &Context,
    ) -> Result<(), UpdateWorkspaceResponse> {
        authorize(self, caller, &parameters.org_id, "workspace:update", caller.may_write)
    }

    async fn update_workspace(
        &self,
        _caller: Caller,
        parameters: UpdateWorkspaceParameters,
        body: UpdateWorkspaceRequest,
        _context: &Context,
    ) -> UpdateWorkspaceResponse {
        let changes = Changes {
            name: body.name.map(|name| name.0),
            description: body.description.present(),
            subscription_plan_id: body.subscription_plan_id.present(),
            is_active: body.is_active,
            tags: body.tags.map(|tags| tags.into_iter().map(|tag| tag.0).collect()),
        };
        match self.update(&parameters.workspace_id.0, changes) {
            Some(workspace) => view(workspace).into(),
            None => not_found("workspace", parameters.workspace_id.0).into(),
        }
    }

    async fn authorize_delete_workspace(
        &self,
        caller: &Caller,
        parameters: &DeleteWorkspaceParameters,
        _context: &Context,
    ) -> Result<(), DeleteWorkspaceResponse> {
        authorize(self, caller, &parameters.org_id, "workspace:delete", caller.may_write)
    }

    async fn delete_workspace(
        &self,
        _caller: Caller,
        parameters: DeleteWorkspaceParameters,
        _context: &Context,
    ) -> DeleteWorkspaceResponse {
        not_found("workspace", parameters.workspace_id.0).into()
    }
}

fn authorize<R: From<NotFoundError> + From<ForbiddenError>>(
    store: &Store,
    caller: &Caller,
    org: &OrgId,
    permission: &str,
    by_role: bool,
) -> Result<(), R> {
    if !store.knows(&org.0) {
        return Err(not_found("organization", org.0.clone()).into());
    }
    if caller.org == org.0 && by_role {
        return Ok(());
    }
    let error = ForbiddenError {
        message: "You don't have permission to perform this action".to_owned(),
        details: MissingPermission { required_permission: permission.to_owned() },
        timestamp: ErrorTimestamp(timestamp()),
    };
    Err(error.into())
}

fn not_found(what: &str, id: String) -> NotFoundError {
    NotFoundError {
        message: "The requested resource was not found".to_owned(),
        details: MissingResource { resource_type: what.to_owned(), resource_id: id },
        timestamp: ErrorTimestamp(timestamp()),
    }
}

fn violation(violation: &validation::Violation) -> Violation {
    let part = |segment: &validation::Segment| match segment {
        validation::Segment::Name(name) => LocationPart::String(name.to_string()),
        validation::Segment::Index(index) => {
            LocationPart::Integer(i64::try_from(*index).unwrap_or(i64::MAX))
        }
    };
    Violation {
        loc: violation.location.iter().map(part).collect(),
        msg: violation.message.to_string(),
        r#type: violation.code.as_str().to_owned(),
        input: None,
        ctx: None,
    }
}

fn whole_body(message: &str) -> Violation {
    Violation {
        loc: vec![LocationPart::String("body".to_owned())],
        msg: message.to_owned(),
        r#type: "invalid_body".to_owned(),
        input: None,
        ctx: None,
    }
}

fn other_org() -> ValidationError {
    let loc = ["body", "organization_id"].map(|part| LocationPart::String(part.to_owned()));
    let violation = Violation {
        loc: loc.to_vec(),
        msg: "must be the organization of the path".to_owned(),
        r#type: "other_organization".to_owned(),
        input: None,
        ctx: None,
    };
    ValidationError { detail: vec![violation] }
}

fn list(page: Page) -> WorkspaceList {
    WorkspaceList {
        total: page.total,
        has_more: page.has_more,
        next_cursor: page.next_cursor,
        workspaces: page.workspaces.into_iter().map(view).collect(),
    }
}

fn view(workspace: Workspace) -> types::Workspace {
    types::Workspace {
        workspace_id: WorkspaceId(workspace.workspace_id),
        name: WorkspaceName(workspace.name),
        description: workspace.description,
        owner_id: UserId(workspace.owner_id),
        subscription_plan_id: workspace.subscription_plan_id,
        is_active: workspace.is_active,
        tags: workspace.tags.into_iter().map(Tag).collect(),
        region: workspace.region,
        s3_bucket: workspace.s3_bucket,
        bucket_status: match workspace.bucket_status {
            BucketStatus::Pending => types::BucketStatus::Pending,
            BucketStatus::Ready => types::BucketStatus::Ready,
        },
        created_at: workspace.created_at,
        updated_at: workspace.updated_at,
    }
}
