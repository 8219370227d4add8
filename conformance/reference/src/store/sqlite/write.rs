//! Writing workspaces. Each function is to be called within a transaction that holds the write lock.

use sqlx::SqliteConnection;
use uuid::Uuid;

use super::error::name_taken;
use super::row::write_tags;
use super::{StoreError, WriteError, moment, read};
use crate::workspace::{Changes, NewWorkspace, State, User, Workspace};

pub(super) async fn enrol(
    connection: &mut SqliteConnection,
    orgs: &[Uuid],
    users: &[User],
) -> Result<(), StoreError> {
    for org in orgs {
        sqlx::query("INSERT INTO orgs (org_id) VALUES (?) ON CONFLICT DO NOTHING")
            .bind(org.to_string())
            .execute(&mut *connection)
            .await?;
    }
    for user in users {
        sqlx::query(
            "INSERT INTO users (user_id, name, email) VALUES (?, ?, ?) \
             ON CONFLICT DO UPDATE SET name = excluded.name, email = excluded.email",
        )
        .bind(user.id.to_string())
        .bind(&user.name)
        .bind(&user.email)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

pub(super) async fn create(
    connection: &mut SqliteConnection,
    org: Uuid,
    new: NewWorkspace,
    by: Uuid,
) -> Result<Workspace, WriteError> {
    let id = Uuid::new_v4();
    let (now, by) = (moment::now(), by.to_string());
    sqlx::query(
        "INSERT INTO workspaces (workspace_id, org_id, name, description, subscription_plan_id, \
         is_active, tags, region, s3_bucket, bucket_status, created_at, created_by, updated_at, \
         updated_by) VALUES (?, ?, ?, ?, ?, 1, ?, ?, NULL, 'pending', ?, ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(org.to_string())
    .bind(new.name)
    .bind(new.description)
    .bind(new.subscription_plan_id)
    .bind(write_tags(&new.tags))
    .bind(new.region)
    .bind(now)
    .bind(&by)
    .bind(now)
    .bind(&by)
    .execute(&mut *connection)
    .await
    .map_err(name_taken)?;
    written(connection, org, id).await
}

pub(super) async fn update(
    connection: &mut SqliteConnection,
    org: Uuid,
    id: Uuid,
    changes: Changes,
    by: Uuid,
) -> Result<Workspace, WriteError> {
    let mut workspace = find_live(connection, org, id).await?;
    changes.apply(&mut workspace);
    sqlx::query(
        "UPDATE workspaces SET name = ?, description = ?, subscription_plan_id = ?, \
         is_active = ?, tags = ?, updated_at = ?, updated_by = ? WHERE workspace_id = ?",
    )
    .bind(workspace.name)
    .bind(workspace.description)
    .bind(workspace.subscription_plan_id)
    .bind(workspace.is_active)
    .bind(write_tags(&workspace.tags))
    .bind(moment::now_after(moment::write(workspace.updated.at)))
    .bind(by.to_string())
    .bind(id.to_string())
    .execute(&mut *connection)
    .await
    .map_err(name_taken)?;
    written(connection, org, id).await
}

pub(super) async fn delete(
    connection: &mut SqliteConnection,
    org: Uuid,
    id: Uuid,
    by: Uuid,
) -> Result<Workspace, WriteError> {
    let workspace = find_live(connection, org, id).await?;
    sqlx::query(
        "UPDATE workspaces SET deleted = 1, updated_at = ?, updated_by = ? WHERE workspace_id = ?",
    )
    .bind(moment::now_after(moment::write(workspace.updated.at)))
    .bind(by.to_string())
    .bind(id.to_string())
    .execute(&mut *connection)
    .await?;
    written(connection, org, id).await
}

async fn find_live(
    connection: &mut SqliteConnection,
    org: Uuid,
    id: Uuid,
) -> Result<Workspace, WriteError> {
    read::find(connection, org, id)
        .await?
        .filter(|workspace| workspace.state == State::Live)
        .ok_or(WriteError::NotFound)
}

/// The workspace as it is read from now on, so that what a write answers and what a read answers can't differ.
async fn written(
    connection: &mut SqliteConnection,
    org: Uuid,
    id: Uuid,
) -> Result<Workspace, WriteError> {
    let found = read::find(connection, org, id).await?;
    found.ok_or_else(|| StoreError::Unreadable(format!("{id} was written and isn't there")).into())
}
