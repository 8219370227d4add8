//! Arrays within an answer whose items come in an order, as descriptions say.
//!
//! | said | of |
//! | --- | --- |
//! | "Oldest first", "newest first", "in the order in which they were added" | the array: the order of making |
//! | "Sorted by `name`", "by ascending number" | the array: that of a member of its items |
//! | "In alphabetical order", "ascending" | the array, of texts or numbers: their own order |
//! | "The project with its labels, which are sorted by name" | the answer, or the operation: any of these |
//!
//! What is so only at times, or where it is asked for, is not heard.

use std::cell::LazyCell;

use super::order::{Members, SortKey};
use super::sort::Comparison;
use super::{Resources, prose, tally};
use crate::Direction;
use crate::model::Operation;
use crate::names::{fold, words};
use crate::outline::Outline;

/// An array of an answer, in an order.
#[derive(Debug, Clone)]
pub struct Arranged<'a> {
    /// The member that is the array.
    pub member: String,
    /// What its items are in the order of.
    pub by: Arrangement,
    /// Where the items come from, if they are parts of the thing.
    pub parts: Option<Parts<'a>>,
}

/// Things that are made within another one, and shown by it.
#[derive(Debug, Clone)]
pub struct Parts<'a> {
    /// What makes one.
    pub maker: &'a Operation,
    /// The member of a part that tells it from its like, where it has one.
    pub id: Option<String>,
}

/// What items are in the order of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrangement {
    /// Members of theirs, or the items themselves, where the name of the member is empty.
    Keys(Vec<SortKey>),
    /// Their making.
    Making {
        /// Whether the newest comes first.
        descending: bool,
    },
}

pub(super) fn of<'a>(resources: &Resources<'a>, operation: &'a Operation) -> Vec<Arranged<'a>> {
    let Some(schema) = operation.answer_schema() else { return Vec::new() };
    // A list has its order as a whole, whatever page it is on, and perhaps as it is asked for.
    let is_list = operation.path.item_parameter().is_none();
    let list = || resources.list(operation).or_else(|| resources.standing_list(operation));
    let listed = LazyCell::new(|| is_list.then(list).flatten().and_then(|list| list.items));
    let answer = Outline::of(resources.contract, &[schema]);
    let around = [
        operation.answer().map(|(response, _)| response.description.as_str()),
        resources.contract.schema(schema).description.as_deref(),
        operation.told.as_deref(),
    ];
    let around = around.into_iter().flatten().flat_map(prose::sentences);
    let around: Vec<String> =
        around.map(|sentence| prose::on_one_line(&sentence.to_lowercase())).collect();
    let arrays = answer.members().into_keys().filter_map(|name| {
        let own = answer.description(&[name.to_owned()]).map(str::to_owned);
        let said: Vec<String> = own.into_iter().chain(behind(&around, name)).collect();
        // Of most there is nothing said.
        said.first().filter(|_| listed.as_deref() != Some(name))?;
        let (_, items) = answer.member(name)?.list(None).filter(|(inner, _)| inner.is_none())?;
        let item = Outline::of(resources.contract, &items);
        let by = said.iter().find_map(|text| arrangement(text, &item))?;
        Some(Arranged {
            member: name.to_owned(),
            by,
            parts: parts(resources, operation, name, &item),
        })
    });
    arrays.collect()
}

/// What makes the items of an array, where they are parts of the thing: below its path, by their name.
fn parts<'a>(
    resources: &Resources<'a>,
    operation: &Operation,
    name: &str,
    item: &Outline<'_>,
) -> Option<Parts<'a>> {
    /// What tells such a part from its like.
    const OWN: [&str; 6] = ["id", "code", "key", "slug", "number", "uuid"];
    let all = tally::parts(resources, operation);
    let (maker, _) = all.into_iter().find(|(_, parts)| fold(parts) == fold(name))?;
    let shown: Vec<&str> = item.required(Direction::Response).collect();
    let id = OWN.into_iter().find(|id| shown.contains(id));
    Some(Parts { maker, id: id.map(str::to_owned) })
}

/// What sentences, in lower case, say of an array that they name: ", which are sorted by name" of "its labels, which are sorted
/// by name".
fn behind(sentences: &[String], name: &str) -> Vec<String> {
    const LEADS: [&str; 10] = [
        ", which are ",
        ", which come ",
        " are ",
        " come ",
        ", ",
        " (",
        ": ",
        " in ",
        " by ",
        " sorted ",
    ];
    let called = words(name).join(" ");
    let spoken: Vec<String> = std::iter::once(format!("`{}`", name.to_lowercase()))
        .chain(["its ", "the ", "their "].map(|whose| format!("{whose}{called}")))
        .collect();
    let behind = |sentence: &String| {
        let mut behind = spoken.iter().filter_map(|called| Some(sentence.split_once(called)?.1));
        let rest = behind.find(|rest| LEADS.iter().any(|lead| rest.starts_with(lead)))?;
        Some(rest.to_owned())
    };
    sentences.iter().filter_map(behind).collect()
}

/// The order that a text tells of the items of an array.
fn arrangement(text: &str, item: &Outline<'_>) -> Option<Arrangement> {
    if let Some(descending) = prose::order_of_creation(text) {
        return Some(Arrangement::Making { descending });
    }
    if item.is_scalar() {
        // Of values that are listed nobody knows whether they come as they are listed or by their letters.
        let is_plain = item.texts().is_empty();
        let key = prose::sentences(text).find_map(own_order).filter(|_| is_plain)?;
        return Some(Arrangement::Keys(vec![key]));
    }
    let members = Members::of(item);
    let keys = prose::sentences(text).find_map(|sentence| members.keys(sentence))?;
    Some(Arrangement::Keys(keys))
}

/// "In alphabetical order", "sorted", "ascending": texts or numbers in the order that they have themselves.
fn own_order(sentence: &str) -> Option<SortKey> {
    const OTHERWISE: [&str; 10] = [
        " by ",
        "not ",
        "unsorted",
        "can be",
        "may be",
        " if ",
        "unless",
        "default",
        "when ",
        "order of ",
    ];
    const WAYS: [(&str, bool); 6] = [
        ("descending", true),
        ("ascending", false),
        ("alphabetical order", false),
        ("sorted alphabetically", false),
        ("smallest first", false),
        ("sorted", false),
    ];
    let text = format!(" {}", prose::on_one_line(&sentence.to_lowercase()));
    if OTHERWISE.iter().any(|saying| text.contains(saying)) {
        return None;
    }
    let (_, descending) = *WAYS.iter().find(|(way, _)| text.contains(way))?;
    let comparison =
        if prose::says_any_case(&text) { Comparison::AnyCase } else { Comparison::Open };
    Some(SortKey::new("", descending, comparison))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::tests::contract;

    /// The arrays of an answer, each with its order, as the description of one of them and that of the answer tell.
    fn read(own: &str, answer: &str) -> String {
        let yaml = format!(
            "  /boards/{{id}}:\n    get:\n      operationId: get\n      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]\n      responses:\n        '200':\n          description: \"{answer}\"\n          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Board'}}}}}}\ncomponents:\n  schemas:\n    Board:\n      type: object\n      properties:\n        id: {{type: string}}\n        tags: {{type: array, description: \"{own}\", items: {{type: string}}}}\n        notes:\n          type: array\n          description: \"{own}\"\n          items: {{type: object, properties: {{number: {{type: integer}}, name: {{type: string}}}}}}\n"
        );
        let contract = contract(&yaml);
        let resources = Resources::of(&contract);
        let told = resources.arranged(&contract.operations[0]).into_iter().map(|one| {
            let by = match one.by {
                Arrangement::Making { descending: true } => "newest".to_owned(),
                Arrangement::Making { descending: false } => "oldest".to_owned(),
                Arrangement::Keys(keys) => {
                    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
                }
            };
            format!("{}: {by}", one.member)
        });
        told.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn descriptions_say_in_what_order_arrays_are() {
        for (own, answer, expected) in [
            ("Oldest first", "It.", "tags: oldest; notes: oldest"),
            ("All there are, newest first.", "It.", "tags: newest; notes: newest"),
            ("In the order in which they were added", "It.", "tags: oldest; notes: oldest"),
            ("Sorted by number.", "It.", "notes: number"),
            ("By descending number.", "It.", "notes: -number"),
            ("In alphabetical order", "It.", "tags: "),
            ("Without repetition, ascending.", "It.", "tags: "),
            ("Not sorted.", "It.", ""),
            ("In the order of the request.", "It.", ""),
            ("All.", "The board with its notes, which are sorted by name.", "notes: name"),
            ("All.", "The board. Its `notes` come oldest first.", "notes: oldest"),
            ("All.", "The board, oldest first.", ""),
            ("All.", "The board with its footnotes, sorted by name.", ""),
            ("All.", "Boards with notes are sorted by name.", ""),
        ] {
            assert_eq!(read(own, answer), expected, "{own} {answer}");
        }
    }
}
