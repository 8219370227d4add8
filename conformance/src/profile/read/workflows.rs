//! `[workflows]`, and what workflows give: `{ workflow = "login", output = "token" }`.

use indexmap::IndexMap;
use serde_json::Value;

use super::node::{Entry, Reader, member, members};
use super::values::SHORTEST;
use crate::profile::{FromWorkflow, Place, Places, WorkflowRoles};

/// What the names of secret inputs contain.
const SECRET: [&str; 7] = ["pass", "secret", "token", "key", "pin", "otp", "credential"];

impl Reader<'_> {
    pub(super) fn workflows(&mut self, entry: &Entry<'_>) -> WorkflowRoles {
        let mut roles = WorkflowRoles::default();
        let Some(table) = self.table_of(entry, &["setup", "teardown"]) else { return roles };
        for (name, list) in [("setup", &mut roles.setup), ("teardown", &mut roles.teardown)] {
            let Some(entry) = member(table, name) else { continue };
            for (id, span) in self.strings(entry) {
                if list.insert(id.to_owned(), self.place(&span)).is_some() {
                    self.wrong(&span, format!("`{name}` names the workflow `{id}` twice"));
                }
            }
        }
        roles
    }

    /// What a workflow gives. In a credential its id may be called `id`, in a header field only `workflow`; `whose` says
    /// for whom it is.
    pub(super) fn workflow_source(
        &mut self,
        whose: &str,
        entry: &Entry<'_>,
    ) -> Option<FromWorkflow> {
        let key = if names_workflow(entry) { "workflow" } else { "id" };
        let table = self.table_of(entry, &[key, "output", "inputs"])?;
        let (workflow, place) = self.named(whose, entry, key)?;
        let (output, output_place) = self.named(whose, entry, "output")?;
        let inputs = member(table, "inputs").map(|entry| self.secret_inputs(entry));
        let inputs = inputs.unwrap_or_default();
        Some(FromWorkflow { workflow, output, inputs, place, output_place })
    }

    /// A string that must be there.
    fn named(&mut self, whose: &str, entry: &Entry<'_>, key: &str) -> Option<(String, Place)> {
        let table = entry.get_ref().as_table()?;
        let Some(written) = member(table, key) else {
            let message = format!("the workflow of {whose} lacks `{key}`");
            let help = format!("add `{key} = \"…\"`");
            self.wrong_with_help(&entry.span(), message, help);
            return None;
        };
        Some((self.string(written)?.to_owned(), self.place(&written.span())))
    }

    /// Inputs; those that sound secret are, wherever they come from.
    fn secret_inputs(&mut self, entry: &Entry<'_>) -> IndexMap<String, Value> {
        let inputs = self.inputs(entry, "", &mut Places::default());
        for (name, value) in &inputs {
            let lower = name.to_lowercase();
            if let (Value::String(text), true) =
                (value, SECRET.iter().any(|one| lower.contains(one)))
                && text.len() >= SHORTEST
            {
                self.hide(name, text);
            }
        }
        inputs
    }
}

/// Whether a value is a table that names a workflow.
pub(super) fn names_workflow(entry: &Entry<'_>) -> bool {
    let table = entry.get_ref().as_table();
    table.is_some_and(|table| members(table).any(|(name, ..)| name == "workflow"))
}
