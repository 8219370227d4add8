//! Reading workspaces.

use std::num::NonZeroU32;

use sqlx::SqliteConnection;
use uuid::Uuid;

use super::StoreError;
use super::row::{self, select_workspaces};
use crate::workspace::Workspace;

/// Before the first workspace of any list.
pub(super) const BEFORE_ALL: i64 = 0;

/// A stretch of a list.
pub(super) struct Window {
    pub(super) total: u64,
    pub(super) workspaces: Vec<Workspace>,
    /// Where the next stretch begins, if there is one: right after this position.
    pub(super) next_after: Option<i64>,
}

/// The first `limit` live workspaces after the position `after`. To be called within a transaction, since the count
/// and the rows have to be of the same moment.
pub(super) async fn window(
    connection: &mut SqliteConnection,
    org: Uuid,
    after: i64,
    limit: NonZeroU32,
) -> Result<Window, StoreError> {
    let org = org.to_string();
    let total: i64 =
        sqlx::query_scalar("SELECT count(*) FROM workspaces WHERE org_id = ? AND deleted = 0")
            .bind(&org)
            .fetch_one(&mut *connection)
            .await?;
    let mut rows = sqlx::query(select_workspaces!(
        "WHERE w.org_id = ? AND w.deleted = 0 AND w.position > ? ORDER BY w.position LIMIT ?"
    ))
    .bind(&org)
    .bind(after)
    // One more than asked for tells whether there is a next page.
    .bind(i64::from(limit.get()) + 1)
    .fetch_all(connection)
    .await?;
    let has_more = rows.len() > limit.get() as usize;
    rows.truncate(limit.get() as usize);
    Ok(Window {
        total: total.unsigned_abs(),
        next_after: rows.last().filter(|_| has_more).map(row::position).transpose()?,
        workspaces: rows.iter().map(row::workspace).collect::<Result<_, _>>()?,
    })
}

/// The workspace `id` of `org`, live or deleted.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    org: Uuid,
    id: Uuid,
) -> Result<Option<Workspace>, StoreError> {
    sqlx::query(select_workspaces!("WHERE w.workspace_id = ? AND w.org_id = ?"))
        .bind(id.to_string())
        .bind(org.to_string())
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(row::workspace)
        .transpose()
}
