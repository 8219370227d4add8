//! The store over a SQLite file.
//!
//! One connection writes, so that the writers of this process queue for it instead of competing; writers of other
//! processes are waited for by SQLite's busy timeout. Every write begins with `BEGIN IMMEDIATE`: it holds the write
//! lock before it reads, so no two writes can decide on the same state and none has to be repeated. In WAL mode the
//! readers beside it are never blocked, and each transaction of theirs sees one state of the database.

mod error;
mod moment;
mod read;
mod row;
mod schema;
mod write;

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use uuid::Uuid;

use super::cursor::CursorKey;
use super::{ListError, Page, Store, StoreError, WriteError};
use crate::workspace::{Changes, NewWorkspace, User, Workspace};

/// How long to wait for another process's write before giving up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How many requests can read at once; each has a thread of its own.
const READERS: u32 = 4;

/// Workspaces in a SQLite file.
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    cursor_key: CursorKey,
}

impl SqliteStore {
    /// Opens the database at `path`, creates it if it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file can't be opened, is no SQLite database, or has a schema newer than this program.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            // What a client was told is done must outlive a power failure.
            .synchronous(SqliteSynchronous::Full);
        let writing = options.clone().create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        let writer = schema::connect(pool(1), writing).await?;
        let cursor_key = schema::prepare(&writer).await?;
        let readers = pool(READERS).connect_lazy_with(options.read_only(true));
        Ok(Self { writer, readers, cursor_key })
    }

    async fn begin_write(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }
}

/// Connections live as long as the pool: they are files of this machine, not sessions that go stale.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

impl Store for SqliteStore {
    async fn enrol(&self, orgs: &[Uuid], users: &[User]) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        write::enrol(&mut transaction, orgs, users).await?;
        Ok(transaction.commit().await?)
    }

    async fn list(
        &self,
        org: Uuid,
        cursor: Option<&str>,
        limit: std::num::NonZeroU32,
    ) -> Result<Page, ListError> {
        let after = match cursor {
            Some(cursor) => self.cursor_key.read(org, cursor).ok_or(ListError::UnknownCursor)?,
            None => read::BEFORE_ALL,
        };
        let mut transaction = self.readers.begin().await.map_err(StoreError::from)?;
        let window = read::window(&mut transaction, org, after, limit).await?;
        Ok(Page {
            total: window.total,
            next_cursor: window.next_after.map(|position| self.cursor_key.issue(org, position)),
            workspaces: window.workspaces,
        })
    }

    async fn find(&self, org: Uuid, id: Uuid) -> Result<Option<Workspace>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        read::find(&mut connection, org, id).await
    }

    async fn create(
        &self,
        org: Uuid,
        new: NewWorkspace,
        by: Uuid,
    ) -> Result<Workspace, WriteError> {
        let mut transaction = self.begin_write().await?;
        let workspace = write::create(&mut transaction, org, new, by).await?;
        transaction.commit().await?;
        Ok(workspace)
    }

    async fn update(
        &self,
        org: Uuid,
        id: Uuid,
        changes: Changes,
        by: Uuid,
    ) -> Result<Workspace, WriteError> {
        let mut transaction = self.begin_write().await?;
        let workspace = write::update(&mut transaction, org, id, changes, by).await?;
        transaction.commit().await?;
        Ok(workspace)
    }

    async fn delete(&self, org: Uuid, id: Uuid, by: Uuid) -> Result<Workspace, WriteError> {
        let mut transaction = self.begin_write().await?;
        let workspace = write::delete(&mut transaction, org, id, by).await?;
        transaction.commit().await?;
        Ok(workspace)
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
