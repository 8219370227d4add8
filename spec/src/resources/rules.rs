//! What an operation says by naming another one: "the rules of `createPet` apply", "follows the same rules as in `createPet`".
//!
//! Its text is what readers of prose go by ([`Operation::told`]): its own description, and behind it what that of the other one
//! says of refusals. Who may call it is each operation's own business, and a body that is another one's has other members.

use std::collections::HashSet;

use super::passage::statements;
use super::prose::has;
use crate::model::{Contract, Operation};
use crate::outline::Outline;

/// Gives each operation that refers to rules of others the text that it goes by.
pub(crate) fn settle(contract: &mut Contract) {
    let operations = contract.operations.iter().enumerate();
    let told = operations.filter_map(|(index, one)| Some((index, in_full(contract, one)?)));
    for (index, text) in told.collect::<Vec<_>>() {
        contract.operations[index].told = Some(text);
    }
}

/// A description with the rules that it refers to; `None` where it refers to none.
fn in_full(contract: &Contract, operation: &Operation) -> Option<String> {
    let own = operation.description.as_deref().filter(|text| text.contains("rules"))?;
    let referring = statements(own).into_iter().filter(|one| has(one, &["rules"]));
    let named: Vec<String> = referring.flat_map(|one| in_code(&one)).collect();
    let others = named.iter().filter_map(|id| contract.operation(id));
    let others = others
        .filter(|other| other.id != operation.id && share_members(contract, operation, other));
    let rules: Vec<String> = others.flat_map(refusals).collect();
    (!rules.is_empty()).then(|| format!("{own}\n\n{}", rules.join("\n\n")))
}

/// What stands in code.
fn in_code(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The sentences of an operation that say what is refused.
fn refusals(operation: &Operation) -> Vec<String> {
    let said = statements(operation.description.as_deref().unwrap_or_default()).into_iter();
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
