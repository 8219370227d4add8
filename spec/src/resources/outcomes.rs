//! Operations that do one thing to several, which a body names in an array, and tell in words what came of each.
//!
//! | told | meaning |
//! | --- | --- |
//! | "one entry for each key, in the order of the request" | results come as the ids were sent, each of them |
//! | "one that fails does not stop the others" | what follows one that fails is done all the same |
//! | an outcome `not_found` | what becomes of an id that nothing has |
//! | "`unchanged` if it was like that already" | what becomes of a thing to which it was done before |
//! | `updated_count` beside an outcome `updated` | how many results have that outcome |

use super::prose::{has, quoted};
use super::several::Said;
use crate::model::{Contract, JsonType, Operation, SchemaId};
use crate::names::{fold, singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// What an operation tells of each of several things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcomes {
    /// The array of the body, of ids.
    pub items: String,
    /// The array of the answer.
    pub results: String,
    /// The member of a result that names the thing.
    pub id: String,
    /// The member of a result that says what came of it.
    pub outcome: String,
    /// What is said of an id that nothing has, where there is a word for that.
    pub missing: Option<String>,
    /// What is said of a thing to which it is done: the only other outcome, or the only one that a number counts.
    pub done: Option<String>,
    /// What is said of a thing that is already as it is to become, where the document says so.
    pub unchanged: Option<String>,
    /// The words of what is said to stay of such a thing: "keeps its `updatedAt`", "its version stays".
    pub stays: Vec<String>,
    /// Numbers of the answer, each with the outcome that it counts, and whether the document says so.
    pub counts: Vec<(String, String, bool)>,
    /// Whether results are said to come in the order of the ids, one of each.
    pub in_order: bool,
    /// Whether it is said that what fails stops no other.
    pub goes_on: bool,
}

impl Outcomes {
    pub(super) fn of(contract: &Contract, operation: &Operation, body: SchemaId) -> Option<Self> {
        // A `status` may be that of the thing.
        const OUTCOME: [&str; 2] = ["outcome", "result"];
        const MISSING: [&str; 5] = ["notfound", "missing", "unknown", "nosuch", "doesnotexist"];
        const UNCHANGED: [&str; 3] = ["unchanged", "nochange", "notchanged"];
        let (Some(items), item) = Outline::of(contract, &[body]).list(None)? else { return None };
        Outline::of(contract, &item).is_scalar().then_some(())?;
        let answer = Outline::of(contract, &[operation.answer_schema()?]);
        let (Some(results), result) = answer.list(None)? else { return None };
        let result = Outline::of(contract, &result);
        let called = singulars(items);
        let id = result.members().into_keys().find(|name| called.contains(&fold(name)))?;
        let outcome = result.members().into_keys().find(|name| {
            let words = result.member(name).map(|one| one.texts()).unwrap_or_default();
            OUTCOME.contains(&fold(name).as_str()) && words.len() > 1
        })?;
        let values = result.member(outcome)?.texts();
        let named = |names: &[&str]| {
            values.iter().find(|value| names.contains(&fold(value).as_str())).cloned()
        };
        let of_outcome = result.description(&[outcome.to_owned()]);
        let said = Said::of(operation, &answer, results).and(of_outcome);
        let unchanged = named(&UNCHANGED).filter(|value| is_told_already(&said, value));
        let counts = counts(&answer, &values, &said);
        let missing = named(&MISSING);
        let no_news = named(&UNCHANGED);
        let others = || {
            let is_other =
                |one: &&String| Some(*one) != missing.as_ref() && Some(*one) != no_news.as_ref();
            values.iter().filter(is_other)
        };
        let counted =
            || others().filter(|one| counts.iter().any(|(_, counted, _)| counted == *one));
        let done = only(others()).or_else(|| only(counted())).cloned();
        Some(Self {
            items: items.to_owned(),
            results: results.to_owned(),
            id: id.to_owned(),
            outcome: outcome.to_owned(),
            missing,
            done,
            stays: unchanged.as_deref().map(|value| stays(&said, value)).unwrap_or_default(),
            unchanged,
            counts,
            in_order: said.in_order(),
            goes_on: said.goes_on(),
        })
    }
}

/// Whether an outcome is said to be that of what is so already.
fn is_told_already(said: &Said<'_>, value: &str) -> bool {
    said.naming(value).any(|sentence| has(sentence, &["already"]))
}

/// The words of the sentences that say of such a thing that something of it stays.
fn stays(said: &Said<'_>, value: &str) -> Vec<String> {
    const STAYS: [&str; 4] = [" stays", " stay ", "keeps its", "keep their"];
    said.naming(value).filter(|one| has(one, &STAYS)).flat_map(words_and_names).collect()
}

/// Whether a sentence says that a number counts those with an outcome.
fn tells_count(sentence: &str) -> bool {
    has(sentence, &["number of", "how many", "count"])
}

/// The words of a sentence, and the names that it has between backticks, folded.
fn words_and_names(sentence: &str) -> Vec<String> {
    let quoted = quoted(sentence).map(fold);
    words(sentence).into_iter().chain(quoted).collect()
}

/// The numbers that are called as an outcome is, but for a word that says that they count.
fn counts(answer: &Outline<'_>, values: &[String], said: &Said<'_>) -> Vec<(String, String, bool)> {
    const COUNTING: [&str; 5] = ["count", "number", "num", "total", "of"];
    let is_integer = |name: &&str| answer.member(name).is_some_and(|one| one.is(JsonType::Integer));
    let counted = |name: &str| {
        let mut own = words(name);
        own.retain(|word| !COUNTING.contains(&word.as_str()));
        values.iter().find(|value| words(value) == own).cloned()
    };
    let members = answer.members().into_keys().filter(is_integer);
    let counts = members.filter_map(|name| {
        let outcome = counted(name)?;
        let own = answer.description(&[name.to_owned()]).unwrap_or_default();
        let is_own = own.contains(&format!("`{outcome}`")) && tells_count(own);
        let is_told = is_own || said.naming(&outcome).any(tells_count);
        Some((name.to_owned(), outcome, is_told))
    });
    counts.collect()
}

#[cfg(test)]
mod tests {
    use super::super::Resources;
    use super::super::tests::contract;
    use super::*;

    fn outcomes(said: &str, id: &str, values: &str) -> Option<Outcomes> {
        let contract = contract(&format!(
            "  /pets/wash:\n    post:\n      operationId: wash\n      description: \"{said}\"\n      \
                 requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{pet_ids: {{type: array, items: {{type: string}}}}}}}}}}}}}}\n      \
                 responses: {{'200': {{description: x, content: {{application/json: {{schema: {{type: object, properties: {{\
                   number_washed: {{type: integer}}, took: {{type: integer}}, \
                   results: {{type: array, items: {{type: object, properties: {{{id}: {{type: string}}, outcome: {{type: string, enum: [{values}]}}}}}}}}}}}}}}}}}}}}\n"
        ));
        let resources = Resources::of(&contract);
        let operation = resources.operation("wash")?;
        resources.outcomes(operation, operation.body_schema()?)
    }

    #[test]
    fn what_came_of_each_is_told_by_words() {
        let said = "Results come in the order of the request. One that fails does not stop the others. A pet that is clean already is `unchanged` and stays as it is.";
        let told = outcomes(said, "pet_id", "washed, unchanged, notFound").expect("it tells");
        assert_eq!((told.items.as_str(), told.id.as_str()), ("pet_ids", "pet_id"));
        assert_eq!(told.missing.as_deref(), Some("notFound"));
        assert_eq!(told.unchanged.as_deref(), Some("unchanged"));
        assert_eq!(told.counts, [("number_washed".to_owned(), "washed".to_owned(), false)]);
        assert_eq!(told.done.as_deref(), Some("washed"));
        assert!(told.in_order && told.goes_on && told.stays.iter().any(|word| word == "it"));
        let told = outcomes("Washes them.", "pet_id", "washed, unchanged").expect("it tells");
        assert_eq!((told.missing, told.unchanged), (None, None));
        assert!(!told.in_order && !told.goes_on && told.stays.is_empty());
        for said in [
            "Results are not necessarily in the same order as the ids.",
            "Pets are washed in the order of the request.",
            "Results come in the same order; ids that nobody knows are left out.",
        ] {
            assert!(
                !outcomes(said, "pet_id", "washed, unchanged").is_some_and(|one| one.in_order),
                "{said}"
            );
        }
    }

    #[test]
    fn what_tells_of_nothing_that_was_named_is_left_alone() {
        assert_eq!(outcomes("Washes them.", "owner_id", "washed, unchanged"), None);
        assert_eq!(outcomes("Washes them.", "pet_id", "washed"), None);
    }
}
