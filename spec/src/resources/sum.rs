//! What the things come to that a body names, where a description says so: "`total_cents` is the sum of the prices that the
//! items have", of an order with `item_ids`, each of which has one number that is called a price.

use super::prose::on_one_line;
use super::told::number_among;
use super::{Reference, Resources};
use crate::Direction;
use crate::model::Operation;
use crate::names::{fold, words};
use crate::outline::Outline;

/// A number of what an operation makes that is a sum over what its body names.
#[derive(Debug, Clone)]
pub struct Sum<'a> {
    /// The member of the answer.
    pub member: String,
    /// The member of the body that names things: an array.
    pub list: String,
    /// What it names.
    pub named: &'a Reference,
    /// The member of each of them that is summed up.
    pub number: String,
}

pub(super) fn of<'r>(resources: &'r Resources<'_>, operation: &Operation) -> Vec<Sum<'r>> {
    totals(resources, operation).unwrap_or_default()
}

fn totals<'r>(resources: &'r Resources<'_>, operation: &Operation) -> Option<Vec<Sum<'r>>> {
    let contract = resources.contract;
    let body = operation.body_schema()?;
    let (body, answer) =
        (Outline::of(contract, &[body]), Outline::of(contract, &[operation.answer_schema()?]));
    let sent: Vec<&str> = body.sent(Direction::Request).collect();
    let required: Vec<&str> = answer.required(Direction::Response).collect();
    let mut totals = Vec::new();
    for (name, ids) in answer.members() {
        let own = ids.iter().filter_map(|id| contract.schema(*id).description.clone());
        let told = own.chain(said_of(operation, name)).map(|text| words(&text));
        if !answer.has_number(name) || sent.contains(&name) || !required.contains(&name) {
            continue;
        }
        let found = told.into_iter().find_map(|told| {
            let summed = summed(&told)?;
            sent.iter().find_map(|list| named(resources, list, &told, summed))
        });
        totals.extend(found.map(|(list, named, number)| Sum {
            member: name.to_owned(),
            list,
            named,
            number,
        }));
    }
    Some(totals)
}

/// The sentence of an operation's description that begins with a member's name.
fn said_of(operation: &Operation, name: &str) -> Option<String> {
    let text = operation.told.as_deref()?;
    let text = on_one_line(text);
    let (_, rest) = text.split_once(&format!("`{name}` is "))?;
    Some(rest.split(". ").next().unwrap_or(rest).to_owned())
}

/// What is summed up: `prices` of "the sum of the prices".
fn summed(told: &[String]) -> Option<&String> {
    let at = told.windows(2).position(|pair| pair == ["sum", "of"])?;
    let mut behind = told.get(at + 2..)?.iter();
    behind.find(|word| !matches!(word.as_str(), "the" | "its" | "all" | "their"))
}

/// What a member of the body names, of which the description speaks, and the one number there that is called so.
fn named<'r>(
    resources: &'r Resources<'_>,
    list: &str,
    told: &[String],
    summed: &str,
) -> Option<(String, &'r Reference, String)> {
    let references = resources.references().called(list, true);
    references.into_iter().find_map(|reference| {
        let maker = resources.operation(&reference.maker.operation_id)?;
        let thing = fold(maker.path.last_literal()?);
        told.contains(&thing).then_some(())?;
        let answer = Outline::of(resources.contract, &[maker.answer_schema()?]);
        let number = number_among(&answer, answer.required(Direction::Response), summed)?;
        Some((list.to_owned(), reference, number.to_owned()))
    })
}
