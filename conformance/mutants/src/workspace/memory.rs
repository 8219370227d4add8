//! What a mutant knows of the exchanges before this one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Operation;
use crate::exchange::{Answered, Asked};
use crate::subject;

/// What the sound server has said so far, and what the mutant has noted for itself.
#[derive(Debug, Default)]
pub struct Memory {
    /// Each live workspace, as it was last answered to its creation, a GET or a PUT.
    pub live: BTreeMap<String, Map<String, Value>>,
    /// Each workspace that was deleted, as last known.
    pub deleted: BTreeMap<String, Map<String, Value>>,
    /// Each workspace, as its creation was answered.
    pub created: BTreeMap<String, Map<String, Value>>,
    /// Every cursor that was issued, with the last item of the page that it came with.
    pub cursors: BTreeMap<String, Value>,
    /// Whatever else a mutant wants to know again.
    pub notes: BTreeMap<String, Value>,
    /// Ids that a mutant has singled out.
    pub marked: BTreeSet<String>,
    /// How many exchanges there were.
    pub exchanges: u64,
    /// How many updates a mutant has counted.
    pub updates: u64,
}

impl subject::Memory for Memory {
    fn learn(&mut self, asked: &Asked, answered: &Answered) {
        self.exchanges += 1;
        if !answered.succeeded() {
            return;
        }
        match asked.operation() {
            Some(Operation::Create | Operation::Get | Operation::Update) => {
                self.learn_workspace(asked, answered);
            }
            Some(Operation::Delete) => self.learn_deletion(asked),
            Some(Operation::List) => self.learn_page(answered),
            Some(Operation::AdminGet) | None => {}
        }
    }
}

impl Memory {
    fn learn_workspace(&mut self, asked: &Asked, answered: &Answered) {
        let Some(Value::Object(workspace)) = answered.json() else { return };
        let Some(id) = workspace.get("workspace_id").and_then(Value::as_str).map(str::to_owned)
        else {
            return;
        };
        if asked.is(Operation::Create) {
            self.created.insert(id.clone(), workspace.clone());
        }
        // A slow answer may come in after that of the deletion.
        if !self.deleted.contains_key(&id) {
            self.live.insert(id, workspace);
        }
    }

    fn learn_deletion(&mut self, asked: &Asked) {
        let Some(id) = asked.workspace() else { return };
        if let Some(workspace) = self.live.remove(id) {
            self.deleted.insert(id.to_owned(), workspace);
        }
    }

    fn learn_page(&mut self, answered: &Answered) {
        let Some(cursor) = answered.text_at("/next_cursor") else { return };
        let Some(Value::Array(items)) = answered.at("/workspaces") else { return };
        if let Some(last) = items.into_iter().next_back() {
            self.cursors.insert(cursor, last);
        }
    }

    /// A live workspace other than the one asked about, that fits.
    pub fn other_live(&self, asked: &Asked, fits: impl Fn(&str) -> bool) -> bool {
        self.live
            .iter()
            .filter(|(id, _)| asked.workspace() != Some(id))
            .filter_map(|(_, workspace)| workspace.get("name")?.as_str())
            .any(fits)
    }

    /// The workspace asked about, as last known, if it is live.
    pub fn known(&self, asked: &Asked) -> Option<&Map<String, Value>> {
        self.live.get(asked.workspace()?)
    }

    /// The workspace asked about, as it was, if it is deleted.
    pub fn buried(&self, asked: &Asked) -> Option<&Map<String, Value>> {
        let asked_for = asked.workspace()?;
        let mut found = self.deleted.iter().filter(|(id, _)| id.eq_ignore_ascii_case(asked_for));
        found.next().map(|(_, workspace)| workspace)
    }
}
