//! What SQLite's errors mean to a store.

use super::{StoreError, WriteError};

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

impl From<sqlx::Error> for WriteError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// For statements that set a name. The only other unique columns hold what the store itself issues.
pub(super) fn name_taken(error: sqlx::Error) -> WriteError {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => WriteError::NameTaken,
        _ => error.into(),
    }
}
