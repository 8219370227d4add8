//! Opening a database, and bringing its schema up to date.

use std::borrow::Cow;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{SqlSafeStr as _, SqliteConnection, SqlitePool};

use super::StoreError;
use crate::store::cursor::{CursorKey, SECRET_LENGTH};

/// Every migration there ever was, oldest first. Those that a database may have seen are never changed.
const MIGRATIONS: [(i64, &str, &str); 1] =
    [(1, "workspaces", include_str!("../../../migrations/0001_workspaces.sql"))];

/// Connects, and tries again for a while: turning a new file to WAL mode is the one thing for which SQLite doesn't wait
/// when another instance is doing the same.
pub(super) async fn connect(
    pool: SqlitePoolOptions,
    options: SqliteConnectOptions,
) -> Result<SqlitePool, StoreError> {
    for _ in 0..50 {
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if is_busy(&error) => tokio::time::sleep(Duration::from_millis(50)).await,
            result => return Ok(result?),
        }
    }
    Ok(pool.connect_with(options).await?)
}

fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    let code = error.as_database_error().and_then(|error| error.code());
    // The low byte of an extended code is the plain one.
    code.and_then(|code| code.parse::<i32>().ok()).is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// Runs the missing migrations and reads the cursor key, which the first instance makes. All of it happens under the
/// write lock, so several instances may start at once.
pub(super) async fn prepare(writer: &SqlitePool) -> Result<CursorKey, StoreError> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
    // And not `run`, whose future is `Send` in a way that rustc can't prove to `tokio::spawn`.
    migrator()
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(|error| StoreError::Database(Box::new(error)))?;
    let key = cursor_key(&mut transaction).await?;
    transaction.commit().await?;
    Ok(key)
}

fn migrator() -> Migrator {
    let migration = |(version, description, sql): (i64, &'static str, &'static str)| {
        let description = Cow::Borrowed(description);
        Migration::new(version, description, MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(MIGRATIONS.map(migration).to_vec())
}

async fn cursor_key(connection: &mut SqliteConnection) -> Result<CursorKey, StoreError> {
    let mut fresh = [0; SECRET_LENGTH];
    getrandom::fill(&mut fresh).map_err(|error| StoreError::Database(Box::new(error)))?;
    sqlx::query("INSERT INTO cursor_key (id, secret) VALUES (1, ?) ON CONFLICT DO NOTHING")
        .bind(fresh.as_slice())
        .execute(&mut *connection)
        .await?;
    let secret: Vec<u8> =
        sqlx::query_scalar("SELECT secret FROM cursor_key").fetch_one(connection).await?;
    let secret = secret.try_into();
    Ok(CursorKey::new(secret.map_err(|_| StoreError::Unreadable("the cursor key".into()))?))
}
