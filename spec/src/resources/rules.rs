//! What an operation says by naming another one: "the rules of `createPet` apply", "follows the same rules as in `createPet`".
//!
//! Its text is what readers of prose go by ([`Operation::told`]): its own description, and behind it what that of the other one
//! says of refusals. Who may call it is each operation's own business, and a body that is another one's has other members.
//!
//! What stands above a list of all of its items, "Rules beyond the schema (each 422):", is said of each of them there.

use std::collections::HashSet;

use super::passage::statements;
use super::prose::has;
use super::told::statuses;
use crate::model::{Contract, Operation};
use crate::only::only;
use crate::outline::Outline;

/// Gives each operation that refers to rules of others the text that it goes by.
pub(crate) fn settle(contract: &mut Contract) {
    for operation in &mut contract.operations {
        let told = operation.told.as_deref().filter(|text| statuses(text).next().is_some());
        operation.told = told.map(item_by_item).or_else(|| operation.told.take());
    }
    let operations = contract.operations.iter().enumerate();
    let told = operations.filter_map(|(index, one)| Some((index, in_full(contract, one)?)));
    for (index, text) in told.collect::<Vec<_>>() {
        let operation = &mut contract.operations[index];
        operation.told = Some(text);
        operation.goes_by_others = true;
    }
}

/// A description with the rules that it refers to; `None` where it refers to none.
fn in_full(contract: &Contract, operation: &Operation) -> Option<String> {
    let own = operation.told.as_deref().filter(|text| text.contains("rules"))?;
    let referring = statements(own).into_iter().filter(|one| has(one, &["rules"]));
    let named: Vec<String> = referring.flat_map(|one| in_code(&one)).collect();
    let others = named.iter().filter_map(|id| contract.operation(id));
    let others = others
        .filter(|other| other.id != operation.id && share_members(contract, operation, other));
    let rules: Vec<String> = others.flat_map(refusals).collect();
    (!rules.is_empty()).then(|| format!("{own}\n\n{}", rules.join("\n\n")))
}

/// A text whose items of lists say themselves with which status they are refused, where only the line above the list says so of all.
fn item_by_item(text: &str) -> String {
    const ITEMS: [&str; 3] = ["* ", "- ", "+ "];
    // What is listed is what has to be so, and not what is refused.
    const RULES: [&str; 7] =
        ["rules", "has to", "have to", "must", "requirements", "conditions are", "only if"];
    let mut lines: Vec<String> = Vec::new();
    let (mut heading, mut is_in_item): (Option<String>, bool) = (None, false);
    let close = |lines: &mut Vec<String>, said: &str| {
        let end = lines.iter().rposition(|line| !line.trim().is_empty());
        if let Some(last) = end.and_then(|end| lines.get_mut(end)) {
            let end = last.trim_end().trim_end_matches(['.', ';', ',']).len();
            last.replace_range(end.., said);
        }
    };
    for line in text.lines().chain([""]) {
        let bare = line.trim();
        let is_item = ITEMS.iter().any(|mark| bare.starts_with(mark));
        let is_paragraph = !is_item && !bare.is_empty() && !line.starts_with([' ', '\t']);
        if is_in_item && (is_item || is_paragraph || bare.is_empty()) {
            let from = lines
                .iter()
                .rposition(|line| ITEMS.iter().any(|mark| line.trim_start().starts_with(mark)));
            let own = from.and_then(|from| lines.get(from..)).unwrap_or_default().join(" ");
            if let Some(said) = heading.as_deref().filter(|_| statuses(&own).next().is_none()) {
                close(&mut lines, said);
            }
            is_in_item = false;
        }
        if is_item {
            is_in_item = true;
        } else if is_paragraph {
            let status = only(statuses(bare)).filter(|_| bare.ends_with(':'));
            let is_of_others = has(bare, &["other", "otherwise", "else"]);
            heading = status.filter(|_| !is_of_others).map(|status| {
                let otherwise = if has(bare, &RULES) { " otherwise" } else { "" };
                format!(" ({status}{otherwise})")
            });
        }
        lines.push(line.to_owned());
    }
    // The line that closed the last item.
    lines.pop();
    lines.join("\n")
}

/// What stands in code.
fn in_code(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The sentences of an operation that say what is refused.
fn refusals(operation: &Operation) -> Vec<String> {
    let said = statements(operation.told.as_deref().unwrap_or_default()).into_iter();
    let refusals = said.filter(|one| has(one, &["400", "409", "422"]));
    refusals.map(|one| format!("{}.", one.trim())).collect()
}

/// Whether the bodies of two operations have members of the same names.
fn share_members(contract: &Contract, one: &Operation, other: &Operation) -> bool {
    let members = |operation: &Operation| -> HashSet<String> {
        let body = operation.body_schema().map(|id| Outline::of(contract, &[id]));
        let names = body.into_iter().flat_map(|body| body.members().into_keys());
        names.map(str::to_owned).collect()
    };
    !members(one).is_disjoint(&members(other))
}

#[cfg(test)]
mod tests {
    use crate::resources::tests::contract;

    #[test]
    fn items_say_what_stands_above_their_list() {
        let text = "Makes it.\n\nRules beyond the schema (each 422):\n\n- `to` isn't before\n  `from`.\n- it is there (409)\n\nIt is kept.\n\n- a\n\nRefused with 409:\n* it is closed;\n* it is lost";
        let told = "Makes it.\n\nRules beyond the schema (each 422):\n\n- `to` isn't before\n  `from` (422 otherwise)\n- it is there (409)\n\nIt is kept.\n\n- a\n\nRefused with 409:\n* it is closed (409)\n* it is lost (409)";
        assert_eq!(super::item_by_item(text), told);
        let moves = "Moves (any other gives 409):\n- `a` to `b`\n";
        assert_eq!(super::item_by_item(moves).trim_end(), moves.trim_end());
    }

    #[test]
    fn rules_of_another_operation_are_read_with_its_own() {
        let body = |member: &str| {
            format!(
                "requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{{member}: {{type: string}}}}}}}}}}}}"
            )
        };
        let responses = "responses: {'204': {description: Done.}}";
        let contract = contract(&format!(
            "  /pets:\n    post:\n      operationId: createPet\n      description: 'Keepers only. A name that another pet has gives 409. It is fed at once.'\n      {}\n      {responses}\n    patch:\n      operationId: updatePet\n      description: The rules of `createPet` apply.\n      {}\n      {responses}\n    put:\n      operationId: importPets\n      description: Each is judged by the rules of `createPet`.\n      {}\n      {responses}\n",
            body("name"),
            body("name"),
            body("pets"),
        ));
        let told = |id: &str| contract.operation(id).and_then(|one| one.told.as_deref());
        let full = "The rules of `createPet` apply.\n\nA name that another pet has gives 409.";
        assert_eq!(told("updatePet"), Some(full));
        assert_eq!(told("importPets"), Some("Each is judged by the rules of `createPet`."));
    }
}
