//! The operations under `/v1`: what the members of an organization do with its workspaces.

use std::num::NonZeroU32;

use uuid::Uuid;
use workspace_api::operations::{
    CreateWorkspaceParameters, DeleteWorkspaceParameters, GetWorkspaceParameters,
    ListWorkspacesParameters, UpdateWorkspaceParameters,
};
use workspace_api::server::{
    Context, CreateWorkspaceResponse, DeleteWorkspaceResponse, GetWorkspaceResponse,
    ListWorkspacesResponse, UpdateWorkspaceResponse, Workspaces,
};
use workspace_api::types::{
    CreateWorkspaceRequest, Cursor, DeletionConfirmation, ForbiddenError, InternalServerError,
    NotFoundError, OrgId, UpdateWorkspaceRequest, ValidationError, WorkspaceId, WorkspaceList,
    WorkspaceName,
};

use super::failure::{Missing, forbidden, internal_server_error, not_found, violation};
use super::{WorkspaceService, view};
use crate::access::{Caller, Permission};
use crate::authenticator::Authenticator;
use crate::store::{ListError, Page, Store, StoreError, WriteError};
use crate::workspace::{Changes, NewWorkspace, State};

impl<S: Store, A: Authenticator> Workspaces for WorkspaceService<S, A> {
    async fn authorize_list_workspaces(
        &self,
        caller: &Caller,
        parameters: &ListWorkspacesParameters,
        _context: &Context,
    ) -> Result<(), ListWorkspacesResponse> {
        self.authorize(caller, &parameters.org_id, Permission::List)
    }

    async fn list_workspaces(
        &self,
        caller: Caller,
        parameters: ListWorkspacesParameters,
        _context: &Context,
    ) -> ListWorkspacesResponse {
        // The contract wants 1 to 200, and the router has seen to that.
        let limit = u32::try_from(parameters.limit_or_default()).ok().and_then(NonZeroU32::new);
        let cursor = parameters.cursor.map(|Cursor(cursor)| cursor);
        let limit = limit.unwrap_or(NonZeroU32::MIN);
        match self.store.list(caller.org, cursor.as_deref(), limit).await {
            Ok(page) => ListWorkspacesResponse::Ok(list(page)),
            Err(ListError::UnknownCursor) => unknown_cursor(cursor.unwrap_or_default()).into(),
            Err(ListError::Store(error)) => store_failed(&error).into(),
        }
    }

    async fn authorize_create_workspace(
        &self,
        caller: &Caller,
        parameters: &CreateWorkspaceParameters,
        _context: &Context,
    ) -> Result<(), CreateWorkspaceResponse> {
        self.authorize(caller, &parameters.org_id, Permission::Create)
    }

    async fn create_workspace(
        &self,
        caller: Caller,
        parameters: CreateWorkspaceParameters,
        body: CreateWorkspaceRequest,
        _context: &Context,
    ) -> CreateWorkspaceResponse {
        if body.organization_id != parameters.org_id {
            return other_org(body.organization_id).into();
        }
        let new = new_workspace(body);
        let name = new.name.clone();
        match self.store.create(caller.org, new, caller.user).await {
            Ok(workspace) => CreateWorkspaceResponse::Created(view::member(workspace)),
            Err(WriteError::NameTaken) => name_taken(name).into(),
            Err(WriteError::NotFound) => not_found(Missing::Org, &parameters.org_id.0).into(),
            Err(WriteError::Store(error)) => store_failed(&error).into(),
        }
    }

    async fn authorize_get_workspace(
        &self,
        caller: &Caller,
        parameters: &GetWorkspaceParameters,
        _context: &Context,
    ) -> Result<(), GetWorkspaceResponse> {
        self.authorize(caller, &parameters.org_id, Permission::Read)
    }

    async fn get_workspace(
        &self,
        caller: Caller,
        parameters: GetWorkspaceParameters,
        _context: &Context,
    ) -> GetWorkspaceResponse {
        let id = match known_id(&parameters.workspace_id) {
            Ok(id) => id,
            Err(missing) => return missing.into(),
        };
        match self.store.find(caller.org, id).await {
            Ok(Some(workspace)) if workspace.state == State::Live => {
                GetWorkspaceResponse::Ok(view::member(workspace))
            }
            Ok(_) => no_workspace(&parameters.workspace_id).into(),
            Err(error) => store_failed(&error).into(),
        }
    }

    async fn authorize_update_workspace(
        &self,
        caller: &Caller,
        parameters: &UpdateWorkspaceParameters,
        _context: &Context,
    ) -> Result<(), UpdateWorkspaceResponse> {
        self.authorize(caller, &parameters.org_id, Permission::Update)
    }

    async fn update_workspace(
        &self,
        caller: Caller,
        parameters: UpdateWorkspaceParameters,
        body: UpdateWorkspaceRequest,
        _context: &Context,
    ) -> UpdateWorkspaceResponse {
        let id = match known_id(&parameters.workspace_id) {
            Ok(id) => id,
            Err(missing) => return missing.into(),
        };
        let changes = changes(body);
        let name = changes.name.clone().unwrap_or_default();
        match self.store.update(caller.org, id, changes, caller.user).await {
            Ok(workspace) => UpdateWorkspaceResponse::Ok(view::member(workspace)),
            Err(WriteError::NotFound) => no_workspace(&parameters.workspace_id).into(),
            Err(WriteError::NameTaken) => name_taken(name).into(),
            Err(WriteError::Store(error)) => store_failed(&error).into(),
        }
    }

    async fn authorize_delete_workspace(
        &self,
        caller: &Caller,
        parameters: &DeleteWorkspaceParameters,
        _context: &Context,
    ) -> Result<(), DeleteWorkspaceResponse> {
        self.authorize(caller, &parameters.org_id, Permission::Delete)
    }

    async fn delete_workspace(
        &self,
        caller: Caller,
        parameters: DeleteWorkspaceParameters,
        _context: &Context,
    ) -> DeleteWorkspaceResponse {
        let id = match known_id(&parameters.workspace_id) {
            Ok(id) => id,
            Err(missing) => return missing.into(),
        };
        match self.store.delete(caller.org, id, caller.user).await {
            Ok(_) => DeleteWorkspaceResponse::Ok(DeletionConfirmation {
                message: "Workspace deleted".into(),
            }),
            // A deletion sets no name.
            Err(WriteError::NotFound | WriteError::NameTaken) => {
                no_workspace(&parameters.workspace_id).into()
            }
            Err(WriteError::Store(error)) => store_failed(&error).into(),
        }
    }
}

impl<S: Store, A: Authenticator> WorkspaceService<S, A> {
    /// Whether the organization exists and the caller may do this there. Past this, the caller's is the path's.
    fn authorize<R: From<NotFoundError> + From<ForbiddenError>>(
        &self,
        caller: &Caller,
        org_id: &OrgId,
        permission: Permission,
    ) -> Result<(), R> {
        let org = self.orgs.spelled(&org_id.0);
        let org = org.ok_or_else(|| not_found(Missing::Org, &org_id.0))?;
        if caller.may(permission, org) { Ok(()) } else { Err(forbidden(permission).into()) }
    }
}

/// The id, if this service may have issued it: letter case matters here, and the store knows UUIDs only.
fn known_id(id: &WorkspaceId) -> Result<Uuid, NotFoundError> {
    let uuid = Uuid::try_parse(&id.0).ok();
    uuid.filter(|uuid| uuid.to_string() == id.0).ok_or_else(|| no_workspace(id))
}

fn no_workspace(id: &WorkspaceId) -> NotFoundError {
    not_found(Missing::Workspace, &id.0)
}

fn list(page: Page) -> WorkspaceList {
    WorkspaceList {
        total: i64::try_from(page.total).unwrap_or(i64::MAX),
        has_more: page.next_cursor.is_some(),
        next_cursor: page.next_cursor,
        workspaces: page.workspaces.into_iter().map(view::member).collect(),
    }
}

fn new_workspace(body: CreateWorkspaceRequest) -> NewWorkspace {
    let region = body.region_or_default().as_str().to_owned();
    NewWorkspace {
        name: body.name.0,
        description: body.description.value(),
        subscription_plan_id: body.subscription_plan_id.value(),
        region,
        tags: body.tags.unwrap_or_default().into_iter().map(|tag| tag.0).collect(),
    }
}

fn changes(body: UpdateWorkspaceRequest) -> Changes {
    Changes {
        name: body.name.map(|WorkspaceName(name)| name),
        description: body.description.present(),
        subscription_plan_id: body.subscription_plan_id.present(),
        is_active: body.is_active,
        tags: body.tags.map(|tags| tags.into_iter().map(|tag| tag.0).collect()),
    }
}

fn unknown_cursor(cursor: String) -> ValidationError {
    let message = "This list has never issued this cursor";
    violation(["query", "cursor"], "unknown_cursor", message, cursor.into())
}

fn other_org(org_id: OrgId) -> ValidationError {
    let message = "This must be the organization of the path";
    violation(["body", "organization_id"], "other_organization", message, org_id.0.into())
}

fn name_taken(name: String) -> ValidationError {
    let message = "Another live workspace of the organization has this name";
    violation(["body", "name"], "name_taken", message, name.into())
}

fn store_failed(error: &StoreError) -> InternalServerError {
    tracing::error!(%error, "the store failed");
    internal_server_error()
}
