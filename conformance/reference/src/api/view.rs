//! A workspace as each of the two views shows it.

use uuid::Uuid;
use workspace_api::runtime::Uri;
use workspace_api::runtime::uri::InvalidUri;
use workspace_api::types;

use crate::config::PublicUrl;
use crate::workspace::{BucketStatus, User, Workspace};

/// As the members of its organization see it.
pub(super) fn member(workspace: Workspace) -> types::Workspace {
    types::Workspace {
        workspace_id: types::WorkspaceId(workspace.id.to_string()),
        name: types::WorkspaceName(workspace.name),
        description: workspace.description,
        owner_id: types::UserId(workspace.created.by.id.to_string()),
        subscription_plan_id: workspace.subscription_plan_id,
        is_active: workspace.is_active,
        tags: tags(workspace.tags),
        region: workspace.region,
        s3_bucket: workspace.s3_bucket,
        bucket_status: bucket_status(workspace.bucket_status),
        created_at: workspace.created.at,
        updated_at: workspace.updated.at,
    }
}

/// As the administrator `viewer` sees it.
pub(super) fn admin(
    workspace: Workspace,
    viewer: Uuid,
    public_url: &PublicUrl,
) -> Result<types::AdminWorkspace, InvalidUri> {
    let owner = workspace.created.by.id == viewer;
    Ok(types::AdminWorkspace {
        self_link: Uri::parse(public_url.admin_workspace(workspace.org, workspace.id))?,
        id: workspace.id,
        name: types::WorkspaceName(workspace.name),
        description: workspace.description.unwrap_or_default(),
        labels: tags(workspace.tags),
        current_user_role: owner.then_some(types::WorkspaceRole::Owner),
        bounding_box: None,
        default_coordinate_system: String::new(),
        ml_enabled: false,
        created_at: workspace.created.at,
        created_by: user(workspace.created.by),
        updated_at: workspace.updated.at,
        updated_by: user(workspace.updated.by),
    })
}

fn tags(tags: Vec<String>) -> Vec<types::Tag> {
    tags.into_iter().map(types::Tag).collect()
}

fn user(user: User) -> types::UserReference {
    use workspace_api::runtime::Field;
    types::UserReference {
        id: user.id,
        email: Field::from_nullable(user.email),
        name: Field::from_nullable(user.name),
    }
}

fn bucket_status(status: BucketStatus) -> types::BucketStatus {
    match status {
        BucketStatus::Pending => types::BucketStatus::Pending,
        BucketStatus::Ready => types::BucketStatus::Ready,
        BucketStatus::Failed => types::BucketStatus::Failed,
    }
}
