//! The operation on the admin path: any workspace of an organization, for its administrators.

use std::panic::resume_unwind;

use workspace_api::operations::AdminGetWorkspaceParameters;
use workspace_api::server::{Admin, AdminGetWorkspaceResponse, Context};

use super::failure::{Missing, admin_forbidden, admin_gone, admin_not_found};
use super::{WorkspaceService, view};
use crate::access::{Caller, Permission};
use crate::authenticator::Authenticator;
use crate::store::Store;
use crate::workspace::{State, Workspace};

impl<S: Store, A: Authenticator> Admin for WorkspaceService<S, A> {
    async fn authorize_admin_get_workspace(
        &self,
        caller: &Caller,
        parameters: &AdminGetWorkspaceParameters,
        _context: &Context,
    ) -> Result<(), AdminGetWorkspaceResponse> {
        let org = parameters.org_id;
        if !self.orgs.contains(org) {
            Err(admin_not_found(Missing::Org, org).into())
        } else if !caller.may(Permission::Administer, org) {
            Err(admin_forbidden().into())
        } else {
            Ok(())
        }
    }

    async fn admin_get_workspace(
        &self,
        caller: Caller,
        parameters: AdminGetWorkspaceParameters,
        _context: &Context,
    ) -> AdminGetWorkspaceResponse {
        let id = parameters.workspace_id;
        let found = match self.store.find(caller.org, id).await {
            Ok(found) => found,
            Err(error) => abandon(&error),
        };
        let Some(workspace) = found else {
            return admin_not_found(Missing::Workspace, id).into();
        };
        match (workspace.state, parameters.deleted_or_default()) {
            (State::Live, false) | (State::Deleted, true) => {
                AdminGetWorkspaceResponse::Ok(self.admin_view(workspace, &caller))
            }
            (State::Deleted, false) => admin_gone(id).into(),
            (State::Live, true) => admin_not_found(Missing::Workspace, id).into(),
        }
    }
}

impl<S: Store, A: Authenticator> WorkspaceService<S, A> {
    fn admin_view(
        &self,
        workspace: Workspace,
        caller: &Caller,
    ) -> workspace_api::types::AdminWorkspace {
        match view::admin(workspace, caller.user, &self.settings.public_url) {
            Ok(workspace) => workspace,
            Err(error) => abandon(&error),
        }
    }
}

/// Gives the request up. The contract documents no status for a failure here, so there is nothing to return: the router
/// answers its fallback, a bare problem document, as it does for a panic. Nothing panics, so nothing is printed.
fn abandon(error: &dyn std::error::Error) -> ! {
    tracing::error!(%error, "the store failed");
    resume_unwind(Box::new("the store failed"))
}
