//! What an operation is said to do to other things than the one that it is about: "Lends a copy. The copy becomes `on_loan`."
//!
//! | said | of |
//! | --- | --- |
//! | "The boat becomes `out`" | the one that the request names, or that this is named by |
//! | "Its scheduled interviews are cancelled" | what names the thing, in one state alone |
//! | "with the reason `closed`" | a member of it, beside its state |
//! | "`count` of the opening goes up by one" | a number of it |
//! | "When it is rejected, ..." | one of several moves of the thing |
//! | "When a pet is marked as deceased, ..." | a member that the body sets |
//! | a row of a table: `| open | closed | all who are waiting become ... |` | a move, by where it leads |
//!
//! Where that is said for other cases only, or of more than this can tell, it isn't heard.

mod clause;
mod thing;
mod trigger;

use serde_json::Value;

use super::passage::statements;
use super::prose::on_one_line;
use super::{Lifecycle, Resources};
use crate::model::Operation;
use crate::outline::Outline;
use thing::Things;

/// What becomes of a thing once an operation was done to another one.
#[derive(Debug, Clone)]
pub struct Brought<'a> {
    /// Where the thing shows.
    pub shown: ShownBy<'a>,
    /// When it does so.
    pub on: Trigger,
    /// The states that it happens in, all of the member that it changes; none: any.
    pub from: Vec<String>,
    /// What becomes of it.
    pub change: Consequence,
    /// What another member of the thing becomes with that.
    pub with: Option<(String, Value)>,
}

/// Where a thing shows.
#[derive(Debug, Clone, Copy)]
pub enum ShownBy<'a> {
    /// A GET shows it by itself.
    Item(&'a Operation),
    /// It is an item of a list.
    List(&'a Operation),
    /// It is a member of what it was made within: `offer` of an application.
    Member {
        /// The GET that shows the thing around.
        reader: &'a Operation,
        /// The member.
        name: &'a str,
        /// What makes one.
        maker: &'a Operation,
    },
}

/// What becomes of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consequence {
    /// The member that shows its state is this.
    State {
        /// The member.
        member: String,
        /// How the state is spoken of.
        state: String,
        /// What the member is then.
        value: Value,
    },
    /// A number of it is so much more, or less.
    Counts {
        /// The number.
        member: String,
        /// How much more.
        by: i64,
    },
}

/// When an operation does something to other things.
#[derive(Debug, Clone, PartialEq)]
pub enum Trigger {
    /// Whenever it is done.
    Always,
    /// When it brings what it is about into this state.
    Move(String),
    /// When its body sets a member to this value.
    Set(String, Value),
}

pub(super) fn of<'a>(resources: &Resources<'a>, operation: &Operation) -> Vec<Brought<'a>> {
    let said = operation.told.as_deref().filter(|_| !operation.method.is_safe());
    let sentences = statements(said.unwrap_or_default());
    let sentences = sentences.iter().map(|one| on_one_line(one));
    let sentences: Vec<String> = sentences.filter(|one| clause::may_tell(one)).collect();
    if sentences.is_empty() {
        return Vec::new();
    }
    let own = resources.lifecycles(operation);
    let body = operation.body_schema().map(|body| Outline::of(resources.contract, &[body]));
    let told = sentences.iter().map(|one| trigger::of(one, (operation, &own, body.as_ref())));
    let told: Vec<_> = told.filter(|(triggers, _)| !triggers.is_empty()).collect();
    if told.is_empty() {
        return Vec::new();
    }
    let things = Things::of(resources, operation);
    let brought = told.into_iter().flat_map(|(triggers, rest)| {
        let heard = things.heard(rest, triggers.contains(&Trigger::Always));
        let all = triggers.into_iter().flat_map(|on| {
            let told = heard.iter().cloned().map(|one| Brought { on: on.clone(), ..one });
            told.collect::<Vec<_>>()
        });
        all.collect::<Vec<_>>()
    });
    brought.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::tests::contract;

    /// What is heard of a move of voyages, whose tickets can be looked at.
    fn heard(said: &str) -> Vec<String> {
        let thing = |name: &str, states: &str, more: &str| {
            format!(
                "    {name}: {{type: object, required: [id, status, count], properties: {{id: {{type: integer}}, count: {{type: integer}}, status: {{type: string, enum: [{states}]}}{more}}}}}\n"
            )
        };
        let get = |path: &str, parameter: &str, id: &str, name: &str| {
            format!(
                "  /{path}/{{{parameter}}}:\n    get:\n      operationId: {id}\n      parameters: [{{name: {parameter}, in: path, required: true, schema: {{type: integer}}}}]\n      responses: {{'200': {{description: It., content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}}}\n"
            )
        };
        let text = said.replace('\n', "\n        ");
        let yaml = [
            get("voyages", "voyageId", "voyage", "Voyage"),
            get("tickets", "ticketId", "ticket", "Ticket"),
            format!(
                "  /voyages/{{voyageId}}/moves:\n    post:\n      operationId: move\n      description: |\n        `planned` moves to `sailing` or `cancelled`. Any other move is a 409.\n\n        {text}\n      parameters: [{{name: voyageId, in: path, required: true, schema: {{type: integer}}}}]\n      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{to: {{type: string, enum: [sailing, cancelled]}}, late: {{type: boolean}}}}}}}}}}}}\n      responses: {{'200': {{description: It.}}, '409': {{description: No.}}}}\ncomponents:\n  schemas:\n"
            ),
            thing("Voyage", "planned, sailing, cancelled", ""),
            thing("Ticket", "valid, used, void", ", voidReason: {type: string, enum: [off, lost]}"),
        ];
        let contract = contract(&yaml.concat());
        let resources = Resources::of(&contract);
        let operation = contract.operation("move").expect("the move");
        let told = resources.brought(operation).into_iter().map(|one| {
            let on = match one.on {
                Trigger::Always => String::new(),
                Trigger::Move(state) => format!("{state}: "),
                Trigger::Set(name, value) => format!("{name}={value}: "),
            };
            let change = match one.change {
                Consequence::State { state, .. } => state,
                Consequence::Counts { member, by } => format!("{member} {by:+}"),
            };
            let with = one.with.map(|(name, value)| format!(" {name}={value}"));
            format!("{on}{}>{change}{}", one.from.join("/"), with.unwrap_or_default())
        });
        told.collect()
    }

    #[test]
    fn what_becomes_of_others_is_told_clause_by_clause() {
        assert_eq!(heard("The ticket becomes `used`, and it is noted."), [">used"]);
        assert_eq!(
            heard(
                "When a voyage is cancelled, all its tickets that are still `valid` become `void` with the reason `off`."
            ),
            ["cancelled: valid>void voidReason=\"off\""]
        );
        assert_eq!(
            heard("If it is sailing or cancelled, its valid tickets are used."),
            ["sailing: valid>used", "cancelled: valid>used"]
        );
        assert_eq!(heard("When `late` is set, every ticket becomes `void`."), ["late=true: >void"]);
        assert_eq!(
            heard("When `to` is set to `sailing`, everybody who is `valid` becomes `used`."),
            ["sailing: valid>used"]
        );
        assert_eq!(heard("`count` of the ticket goes up by one."), [">count +1"]);
        assert_eq!(
            heard("The ticket becomes `used`, and its `count` goes down by one."),
            [">used", ">count -1"]
        );
        let table = "| From | To | What happens |\n|---|---|---|\n| `planned` | `cancelled` | all tickets become `void` |";
        assert_eq!(heard(table), ["cancelled: >void"]);
    }

    #[test]
    fn what_is_so_in_cases_that_arent_known_is_not_heard() {
        for said in [
            "The voyage becomes `sailing`.",
            "When all are on board, the ticket becomes `used`.",
            "When a voyage is cancelled and nobody has paid, its tickets become `void`.",
            "When a voyage is not cancelled, its tickets become `used`.",
            "Refused with 409:\n\n- The ticket is `void`.\n- The tickets are `used`.",
            "The ticket is `used` if it is late.",
            "If it is cancelled, its tickets become `void` or `used`.",
            "If it is cancelled, its tickets of first class become `void`.",
            "If it is cancelled, its tickets become `void` with a letter.",
            "Another ticket becomes `used`.",
            "`count` of the voyage goes up by one.",
            "When a voyage is cancelled, all its tickets that are not yet `used` become `void`.",
            "Adds one, and if it is the third, the ticket becomes `used`.",
            "The ticket becomes `used`, unless it is late.",
            "When a voyage is cancelled, and it was late, its tickets become `void`.",
            "Then the ticket becomes `used`.",
            "A wrong code is a 403, and `count` of the ticket goes up by one.",
            "`count` of the ticket goes down by one for each guest.",
            "`count` of the tickets goes up by one.",
            "When a sailing voyage is cancelled, its tickets become `void`.",
        ] {
            assert_eq!(heard(said), [""; 0], "{said}");
        }
    }
}
