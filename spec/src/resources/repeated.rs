//! What a body has to repeat of the thing that it is about: "Must be the order's `total_cents`", of a payment.

use super::Resources;
use super::prose::{has, on_one_line, quoted, sentences};
use crate::model::{Method, Operation, SchemaId};
use crate::names::fold;
use crate::only::only;
use crate::outline::Outline;

/// How it is said that a value has to be another one.
const SAME: [&str; 8] = [
    "must be the ",
    "has to be the ",
    "must equal ",
    "has to equal ",
    "must match ",
    "must be equal to ",
    "must be the same as ",
    "has to be the same as ",
];

/// A member of a body that has to be what the thing shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The member of the body.
    pub member: String,
    /// The member of the thing, which the answer of whoever makes it has as well as that of whoever reads it.
    pub of: String,
}

/// Those of an operation's body, as the descriptions of its members say.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<Repeated> {
    all(resources, operation).unwrap_or_default()
}

fn all(resources: &Resources<'_>, operation: &Operation) -> Option<Vec<Repeated>> {
    let thing = operation.path.parameters().last()?;
    let reader = resources.at(&operation.path.shape_to(thing)?, Method::Get)?;
    let shown = Outline::of(resources.contract, &[reader.answer_schema()?]).members();
    let makers = resources.makers(operation, thing).iter();
    let makers = makers.filter_map(|maker| resources.operation(&maker.operation_id));
    let made = makers.filter_map(Operation::answer_schema).next()?;
    let made = Outline::of(resources.contract, &[made]).members();
    let body = Outline::of(resources.contract, &[operation.body_schema()?]);
    let shown_and_made = |name: &str| shown.contains_key(name) && made.contains_key(name);
    let of_operation = sentences(operation.told.as_deref().unwrap_or_default()).find_map(|one| {
        let (member, of) = in_words(one, &body, &shown_and_made)?;
        let is_alike = |id: &SchemaId| Outline::of(resources.contract, &[*id]).is_scalar();
        let scalar = |ids: &Vec<SchemaId>| ids.iter().any(is_alike);
        let alike =
            body.members().get(member.as_str()).map(scalar) == shown.get(of.as_str()).map(scalar);
        alike.then_some(Repeated { member, of })
    });
    let told = body.members().into_iter().filter_map(|(member, schemas)| {
        let described =
            schemas.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        let said = described.flat_map(sentences).find(|sentence| has(sentence, &SAME))?;
        let of =
            only(quoted(said).filter(|one| shown.contains_key(one) && made.contains_key(one)))?;
        Some(Repeated { member: member.to_owned(), of: of.to_owned() })
    });
    let mut told: Vec<Repeated> = told.collect();
    if let Some(one) =
        of_operation.filter(|one| told.iter().all(|other| other.member != one.member))
    {
        told.push(one);
    }
    Some(told)
}

/// "The amount must be exactly the order's total": the member of the body, and that of the thing.
fn in_words(
    sentence: &str,
    body: &Outline<'_>,
    shown: &dyn Fn(&str) -> bool,
) -> Option<(String, String)> {
    let text = on_one_line(&sentence.to_lowercase()).replace("exactly ", "");
    let (before, behind) = SAME.iter().find_map(|same| text.split_once(*same))?;
    let subject = fold(before.split_whitespace().next_back()?);
    let member = body.members().into_keys().find(|name| fold(name) == subject)?;
    // "The order's total": whose it is stands before what it is.
    let mut words = behind.split_whitespace().take(4).skip_while(|word| !word.contains('\''));
    words.next()?;
    let of = words.next()?.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    shown(of).then(|| (member.to_owned(), of.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::tests::contract;

    #[test]
    fn what_a_value_has_to_be_is_heard_in_words() {
        let text = "  /orders/{order_id}/payments:\n    post:\n      operationId: pay\n      parameters: [{name: order_id, in: path, required: true, schema: {type: string}}]\n      requestBody: {content: {application/json: {schema: {type: object, properties: {amount: {type: integer}}}}}}\n      responses: {'201': {description: It.}}\n";
        let contract = contract(text);
        let body = contract.operations[0].body_schema().expect("a body");
        let body = Outline::of(&contract, &[body]);
        let heard = |said: &str| in_words(said, &body, &|name| name == "total");
        let told = Some(("amount".to_owned(), "total".to_owned()));
        assert_eq!(heard("The amount must be exactly the order's total in its currency"), told);
        assert_eq!(heard("The amount must be the order's number"), None);
        assert_eq!(heard("The amount must be the total"), None);
    }
}
