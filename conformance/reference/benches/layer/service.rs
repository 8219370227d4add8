//! What both servers serve: constant workspaces, for callers known by their tokens.
//!
//! It does as little as a service can, so that what is measured is the layer around it.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde::Serialize;
use time::OffsetDateTime;

pub(crate) const ORG: &str = "11111111-1111-4111-8111-111111111111";
pub(crate) const EDITOR: &str = "editor-token";
pub(crate) const VIEWER: &str = "viewer-token";

/// How many workspaces there are, and on a page.
const COUNT: usize = 50;

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) user: &'static str,
    pub(crate) org: &'static str,
    pub(crate) may_write: bool,
}

/// A workspace. Handlers written by hand send it as it is, as one would.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Workspace {
    pub(crate) workspace_id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) owner_id: String,
    pub(crate) subscription_plan_id: Option<String>,
    pub(crate) is_active: bool,
    pub(crate) tags: Vec<String>,
    pub(crate) region: String,
    pub(crate) s3_bucket: Option<String>,
    pub(crate) bucket_status: BucketStatus,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) updated_at: OffsetDateTime,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BucketStatus {
    Pending,
    Ready,
}

/// A page of workspaces.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    pub(crate) total: i64,
    pub(crate) has_more: bool,
    pub(crate) next_cursor: Option<String>,
    pub(crate) workspaces: Vec<Workspace>,
}

/// A workspace to create.
#[derive(Debug)]
pub(crate) struct New {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) subscription_plan_id: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) region: String,
}

/// What to change of a workspace: `None` leaves a member, `Some(None)` clears it.
#[derive(Debug)]
pub(crate) struct Changes {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<Option<String>>,
    pub(crate) subscription_plan_id: Option<Option<String>>,
    pub(crate) is_active: Option<bool>,
    pub(crate) tags: Option<Vec<String>>,
}

/// The workspaces, which never change, and who may see them.
#[derive(Debug)]
pub(crate) struct Store {
    callers: HashMap<&'static str, Caller>,
    workspaces: IndexMap<String, Workspace>,
}

impl Store {
    pub(crate) fn new() -> Self {
        let user = "aaaaaaaa-0000-4000-8000-000000000001";
        let callers = [
            (EDITOR, Caller { user, org: ORG, may_write: true }),
            (VIEWER, Caller { user, org: ORG, may_write: false }),
        ];
        let workspaces = (0..COUNT).map(|number| (id(number), workspace(number)));
        Self { callers: callers.into(), workspaces: workspaces.collect() }
    }

    pub(crate) fn caller(&self, token: &str) -> Option<Caller> {
        self.callers.get(token).copied()
    }

    pub(crate) fn knows(&self, org: &str) -> bool {
        org == ORG
    }

    pub(crate) fn page(&self, limit: usize) -> Page {
        let workspaces: Vec<_> = self.workspaces.values().take(limit).cloned().collect();
        Page { total: 50, has_more: false, next_cursor: None, workspaces }
    }

    pub(crate) fn find(&self, id: &str) -> Option<Workspace> {
        self.workspaces.get(id).cloned()
    }

    pub(crate) fn create(&self, new: New, caller: Caller) -> Workspace {
        Workspace {
            workspace_id: id(COUNT),
            name: new.name,
            description: new.description,
            owner_id: caller.user.to_owned(),
            subscription_plan_id: new.subscription_plan_id,
            is_active: true,
            tags: new.tags,
            region: new.region,
            s3_bucket: None,
            bucket_status: BucketStatus::Pending,
            created_at: moment(COUNT),
            updated_at: moment(COUNT),
        }
    }

    pub(crate) fn update(&self, id: &str, changes: Changes) -> Option<Workspace> {
        let mut workspace = self.find(id)?;
        let Changes { name, description, subscription_plan_id, is_active, tags } = changes;
        workspace.name = name.unwrap_or(workspace.name);
        workspace.description = description.unwrap_or(workspace.description);
        workspace.subscription_plan_id =
            subscription_plan_id.unwrap_or(workspace.subscription_plan_id);
        workspace.is_active = is_active.unwrap_or(workspace.is_active);
        workspace.tags = tags.unwrap_or(workspace.tags);
        workspace.updated_at = moment(2 * COUNT);
        Some(workspace)
    }
}

/// The id of a workspace.
pub(crate) fn id(number: usize) -> String {
    format!("3fa85f64-5717-4562-b3fc-{number:012}")
}

fn workspace(number: usize) -> Workspace {
    Workspace {
        workspace_id: id(number),
        name: format!("Field survey {number}"),
        description: Some("Aerial photographs of the northern sites".to_owned()),
        owner_id: "aaaaaaaa-0000-4000-8000-000000000001".to_owned(),
        subscription_plan_id: Some("plan_standard".to_owned()),
        is_active: true,
        tags: vec!["survey".to_owned(), "north".to_owned()],
        region: "us-east-1".to_owned(),
        s3_bucket: Some(format!("field-survey-{number}")),
        bucket_status: BucketStatus::Ready,
        created_at: moment(number),
        updated_at: moment(number + COUNT),
    }
}

/// A moment with the microseconds that a database keeps.
fn moment(number: usize) -> OffsetDateTime {
    let micros = i64::try_from(number).unwrap_or_default() * 1_234_567;
    OffsetDateTime::UNIX_EPOCH + time::Duration::microseconds(1_735_689_600_000_000 + micros)
}

/// Now, as failures tell it: in UTC without an offset and with six decimals.
pub(crate) fn timestamp() -> String {
    let now = OffsetDateTime::now_utc();
    let (year, month, day) = now.to_calendar_date();
    let (hour, minute, second, micros) = now.to_hms_micro();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}")
}
