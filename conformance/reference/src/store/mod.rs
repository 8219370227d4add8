//! The boundary between handlers and the database: what any store of workspaces promises.
//!
//! - What a method reports as done is durable, and each method sees and leaves one consistent state, also while other
//!   instances write to the same database.
//! - Names are unique among the live workspaces of an organization, compared code point by code point.
//! - Lists are in the order of creation, and a page begins right after the last workspace of the page before it,
//!   whatever has been created or deleted since.
//! - `updated` moves strictly forward with every write, even within one tick of the clock or when the clock steps back.
//!
//! Who may do what is not a store's business, and neither is whether an organization exists.

mod cursor;
pub mod sqlite;

use std::error::Error;
use std::num::NonZeroU32;

use uuid::Uuid;

use crate::workspace::{Changes, NewWorkspace, User, Workspace};

/// Keeps workspaces. Implemented for SQLite by [`sqlite::SqliteStore`].
pub trait Store: Send + Sync + 'static {
    /// Notes the organizations and users that workspaces may refer to. Those noted before stay.
    fn enrol(
        &self,
        orgs: &[Uuid],
        users: &[User],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// A page of the live workspaces of `org`, beginning at `cursor` or else at the oldest.
    fn list(
        &self,
        org: Uuid,
        cursor: Option<&str>,
        limit: NonZeroU32,
    ) -> impl Future<Output = Result<Page, ListError>> + Send;

    /// The workspace `id` of `org`, live or deleted.
    fn find(
        &self,
        org: Uuid,
        id: Uuid,
    ) -> impl Future<Output = Result<Option<Workspace>, StoreError>> + Send;

    /// Creates a workspace that belongs to `by`.
    fn create(
        &self,
        org: Uuid,
        new: NewWorkspace,
        by: Uuid,
    ) -> impl Future<Output = Result<Workspace, WriteError>> + Send;

    /// Changes the live workspace `id` of `org`.
    fn update(
        &self,
        org: Uuid,
        id: Uuid,
        changes: Changes,
        by: Uuid,
    ) -> impl Future<Output = Result<Workspace, WriteError>> + Send;

    /// Deletes the live workspace `id` of `org`, whose name is free from then on.
    fn delete(
        &self,
        org: Uuid,
        id: Uuid,
        by: Uuid,
    ) -> impl Future<Output = Result<Workspace, WriteError>> + Send;

    /// Finishes what is under way and lets go of the database.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// One page of a list, all of it as of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many live workspaces the organization has, on all pages together.
    pub total: u64,
    /// The cursor of the next page, if there is one.
    pub next_cursor: Option<String>,
    /// The oldest first.
    pub workspaces: Vec<Workspace>,
}

/// The store could not do its job. Never the fault of a request.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database can't be opened, reached, written to, or is too busy.
    #[error("the database failed: {0}")]
    Database(#[source] Box<dyn Error + Send + Sync>),
    /// What the database holds isn't what a store wrote.
    #[error("the database holds something unreadable: {0}")]
    Unreadable(String),
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// No store over this database has issued that cursor for this list.
    #[error("the cursor was never issued for this list")]
    UnknownCursor,
    /// See there.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is no such live workspace.
    #[error("there is no such live workspace")]
    NotFound,
    /// Another live workspace of the organization has that name.
    #[error("another live workspace of the organization has that name")]
    NameTaken,
    /// See there.
    #[error(transparent)]
    Store(#[from] StoreError),
}
