//! A workspace as this service thinks of it: what the store keeps and both views are made from.

use time::OffsetDateTime;
use uuid::Uuid;

/// A workspace, live or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Issued by the store.
    pub id: Uuid,
    /// The organization that it belongs to.
    pub org: Uuid,
    /// Unique among the live workspaces of the organization.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The plan that it is billed to.
    pub subscription_plan_id: Option<String>,
    /// Whether it is in use.
    pub is_active: bool,
    /// In the order given.
    pub tags: Vec<String>,
    /// Where it keeps its data.
    pub region: String,
    /// The bucket with its data, once there is one.
    pub s3_bucket: Option<String>,
    /// How far that bucket is.
    pub bucket_status: BucketStatus,
    /// When and by whom it was created; the creator owns it.
    pub created: Stamp,
    /// When and by whom it was last changed or deleted.
    pub updated: Stamp,
    /// Whether it still lives.
    pub state: State,
}

/// When something was done, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// In UTC, to the microsecond.
    pub at: OffsetDateTime,
    /// Who did it.
    pub by: User,
}

/// A person who may act on workspaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Stable for ever, unlike the rest.
    pub id: Uuid,
    /// What the user is called, if known.
    pub name: Option<String>,
    /// Where to write to the user, if known.
    pub email: Option<String>,
}

/// Whether a workspace lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Listed, found and counted.
    Live,
    /// Kept for administrators only.
    Deleted,
}

/// How far the bucket of a workspace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketStatus {
    /// Not there yet.
    Pending,
    /// There.
    Ready,
    /// Could not be made.
    Failed,
}

/// A workspace to create; the store fills in the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWorkspace {
    /// See [`Workspace::name`].
    pub name: String,
    /// See [`Workspace::description`].
    pub description: Option<String>,
    /// See [`Workspace::subscription_plan_id`].
    pub subscription_plan_id: Option<String>,
    /// See [`Workspace::tags`].
    pub tags: Vec<String>,
    /// See [`Workspace::region`].
    pub region: String,
}

/// What to change of a workspace: `None` leaves a member as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// See [`Workspace::name`].
    pub name: Option<String>,
    /// See [`Workspace::description`].
    pub description: Option<Option<String>>,
    /// See [`Workspace::subscription_plan_id`].
    pub subscription_plan_id: Option<Option<String>>,
    /// See [`Workspace::is_active`].
    pub is_active: Option<bool>,
    /// See [`Workspace::tags`].
    pub tags: Option<Vec<String>>,
}

impl Changes {
    /// Applies them to `workspace`, whose stamps and state stay as they are.
    pub fn apply(self, workspace: &mut Workspace) {
        replace(&mut workspace.name, self.name);
        replace(&mut workspace.description, self.description);
        replace(&mut workspace.subscription_plan_id, self.subscription_plan_id);
        replace(&mut workspace.is_active, self.is_active);
        replace(&mut workspace.tags, self.tags);
    }
}

fn replace<T>(member: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *member = value;
    }
}
