//! Rows of the database as workspaces.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::{StoreError, moment};
use crate::workspace::{BucketStatus, Stamp, State, User, Workspace};

/// What to select, for [`workspace`] and [`position`] to read.
macro_rules! select_workspaces {
    ($rest:literal) => {
        concat!(
            "SELECT w.position, w.workspace_id, w.org_id, w.name, w.description, ",
            "w.subscription_plan_id, w.is_active, w.tags, w.region, w.s3_bucket, w.bucket_status, ",
            "w.created_at, w.created_by, creator.name AS creator_name, ",
            "creator.email AS creator_email, w.updated_at, w.updated_by, ",
            "updater.name AS updater_name, updater.email AS updater_email, w.deleted ",
            "FROM workspaces AS w ",
            "JOIN users AS creator ON creator.user_id = w.created_by ",
            "JOIN users AS updater ON updater.user_id = w.updated_by ",
            $rest
        )
    };
}
pub(super) use select_workspaces;

pub(super) fn position(row: &SqliteRow) -> Result<i64, StoreError> {
    Ok(row.try_get("position")?)
}

pub(super) fn workspace(row: &SqliteRow) -> Result<Workspace, StoreError> {
    Ok(Workspace {
        id: uuid(row, "workspace_id")?,
        org: uuid(row, "org_id")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        subscription_plan_id: row.try_get("subscription_plan_id")?,
        is_active: row.try_get("is_active")?,
        tags: read_tags(row.try_get("tags")?)?,
        region: row.try_get("region")?,
        s3_bucket: row.try_get("s3_bucket")?,
        bucket_status: read_bucket_status(row.try_get("bucket_status")?)?,
        created: Stamp {
            at: moment::read(row.try_get("created_at")?)?,
            by: user(row, ["created_by", "creator_name", "creator_email"])?,
        },
        updated: Stamp {
            at: moment::read(row.try_get("updated_at")?)?,
            by: user(row, ["updated_by", "updater_name", "updater_email"])?,
        },
        state: if row.try_get("deleted")? { State::Deleted } else { State::Live },
    })
}

fn user(row: &SqliteRow, [id, name, email]: [&str; 3]) -> Result<User, StoreError> {
    Ok(User { id: uuid(row, id)?, name: row.try_get(name)?, email: row.try_get(email)? })
}

fn uuid(row: &SqliteRow, column: &str) -> Result<Uuid, StoreError> {
    let text: &str = row.try_get(column)?;
    Uuid::try_parse(text).map_err(|error| unreadable(column, text, &error.to_string()))
}

fn read_tags(text: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(text).map_err(|error| unreadable("tags", text, &error.to_string()))
}

/// Tags as the database keeps them.
pub(super) fn write_tags(tags: &[String]) -> String {
    tags.iter().map(String::as_str).collect::<serde_json::Value>().to_string()
}

fn read_bucket_status(text: &str) -> Result<BucketStatus, StoreError> {
    match text {
        "pending" => Ok(BucketStatus::Pending),
        "ready" => Ok(BucketStatus::Ready),
        "failed" => Ok(BucketStatus::Failed),
        _ => Err(unreadable("bucket_status", text, "there is no such status")),
    }
}

fn unreadable(column: &str, text: &str, why: &str) -> StoreError {
    StoreError::Unreadable(format!("{column} {text:?}: {why}"))
}
