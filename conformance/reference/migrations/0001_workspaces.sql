-- Organizations and users as the directory last told them. The directory decides who exists; these rows are what the
-- workspaces refer to, so that one who has left the directory can still be named as the author of a change.
CREATE TABLE orgs (
    org_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    user_id TEXT NOT NULL PRIMARY KEY,
    name    TEXT,
    email   TEXT
) STRICT, WITHOUT ROWID;

-- Times are microseconds since 1970 in UTC. A deleted workspace keeps its row.
CREATE TABLE workspaces (
    -- The order of creation. AUTOINCREMENT never gives a number twice, so a cursor never comes to mean another place.
    position             INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id         TEXT    NOT NULL UNIQUE,
    org_id               TEXT    NOT NULL REFERENCES orgs (org_id),
    name                 TEXT    NOT NULL,
    description          TEXT,
    subscription_plan_id TEXT,
    is_active            INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    tags                 TEXT    NOT NULL, -- a JSON array of strings
    region               TEXT    NOT NULL,
    s3_bucket            TEXT,
    bucket_status        TEXT    NOT NULL CHECK (bucket_status IN ('pending', 'ready', 'failed')),
    created_at           INTEGER NOT NULL,
    created_by           TEXT    NOT NULL REFERENCES users (user_id),
    updated_at           INTEGER NOT NULL CHECK (updated_at >= created_at),
    updated_by           TEXT    NOT NULL REFERENCES users (user_id),
    deleted              INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1))
) STRICT;

-- Names are compared code point by code point: SQLite's default collation, BINARY, compares the UTF-8 bytes.
CREATE UNIQUE INDEX live_workspaces_by_name ON workspaces (org_id, name) WHERE deleted = 0;

-- Serves both a page of the list and the count beside it.
CREATE INDEX live_workspaces_by_creation ON workspaces (org_id, position) WHERE deleted = 0;

-- The one secret that authenticates cursors, shared by every instance over this database.
CREATE TABLE cursor_key (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    secret BLOB    NOT NULL CHECK (length(secret) = 64)
) STRICT;
