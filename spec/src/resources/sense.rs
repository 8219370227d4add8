//! What a description says of bodies that no schema does, where such bodies are a 400, or a 422 where that is for all that is wrong
//! with a body: "an interview takes at most 8 hours (400)".
//!
//! What is said need not be understood: whoever sends such a body can't promise that it is taken.

use super::passage::statements;
use super::prose::{has, mentions, sentences};
use super::told::statuses;
use super::{Resources, choice};
use crate::model::{Operation, SchemaId};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// The bodies of which something is said that no schema says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldSense {
    /// With which they are refused: 400, or 422 where no 400 is documented.
    pub status: u16,
    /// Those that have one of these members.
    pub members: Vec<String>,
    /// Whether it is said of no member that is known, so that any body may be meant.
    pub is_of_all: bool,
    /// Those that have one of these members, which are measured by something else, and are a 409.
    pub measured: Vec<String>,
}

impl ToldSense {
    /// Whether a body with these members may be refused for what no schema says.
    pub fn is_of<'n>(&self, mut members: impl Iterator<Item = &'n String>) -> bool {
        self.is_of_all || members.any(|name| self.members.contains(name))
    }

    /// Whether a body with these members may be a conflict.
    pub fn measures<'n>(&self, mut members: impl Iterator<Item = &'n String>) -> bool {
        members.any(|name| self.measured.contains(name))
    }
}

/// What is said of an operation's bodies; `None`: nothing.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Option<ToldSense> {
    /// What is said of requests that aren't what they say, and of what isn't their body.
    const FORM: [&str; 16] = [
        "json",
        "content type",
        "media type",
        "malformed",
        "well-formed",
        "schema",
        "empty body",
        "no body",
        "missing body",
        "header",
        "query",
        "parameter",
        "cursor",
        "idempotency",
        // Which moves there are, lifecycles tell.
        "moves that",
        "transition",
    ];
    // What has to be there, or unlike all others, is made so.
    const OTHERS: [&str; 14] = [
        "unknown",
        "isn't there",
        "is not there",
        "n't exist",
        "not exist",
        "no such",
        "another one",
        "by another",
        "of another",
        "as another",
        "unique",
        "taken",
        "already",
        "must be one of",
    ];
    const MEASURES: [&str; 9] = [
        "within",
        "above",
        "below",
        "more than",
        "less than",
        "at most",
        "at least",
        "exceed",
        "between",
    ];
    let members = Outline::of(resources.contract, &[operation.body_schema()?]).members();
    let said = statements(operation.told.as_deref().unwrap_or_default());
    let refused = if operation.documents(400) { 400 } else { 422 };
    let mut sense = ToldSense { status: refused, ..ToldSense::default() };
    if operation.documents(refused) {
        let tells = |sentence: &str| {
            let is_it = statuses(sentence).any(|status| status == refused);
            // Where one status is for all that is wrong, most of what is said of it is said by the schema as well.
            is_it && !has(sentence, &FORM) && (refused == 400 || !has(sentence, &OTHERS))
        };
        let told: Vec<&String> = said.iter().filter(|one| tells(one)).collect();
        let is_named = |name: &str| told.iter().any(|one| names(one, name));
        let is_told = |(name, ids): &(&&str, &Vec<SchemaId>)| {
            is_named(name) || described(resources, ids).flat_map(sentences).any(tells)
        };
        let of_choices = choice::conditional(resources.contract, operation);
        let names_none = |one: &&String| !members.keys().any(|name| names(one, name));
        sense.members =
            members.iter().filter(is_told).map(|(name, _)| (*name).to_owned()).collect();
        sense.members.extend(of_choices);
        sense.is_of_all = refused == 400 && told.iter().any(names_none);
    }
    let measures = |one: &&String| statuses(one).any(|status| status == 409) && has(one, &MEASURES);
    let measures: Vec<&String> = said.iter().filter(measures).collect();
    let is_measured = |name: &&&str| measures.iter().any(|one| one.contains(&format!("`{name}`")));
    sense.measured = members.keys().filter(is_measured).map(|name| (*name).to_owned()).collect();
    let is_told = sense.is_of_all || !sense.members.is_empty() || !sense.measured.is_empty();
    is_told.then_some(sense)
}

/// What is said of a member by its schemas.
fn described<'r>(
    resources: &'r Resources<'_>,
    ids: &'r [SchemaId],
) -> impl Iterator<Item = &'r str> {
    ids.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref())
}

/// A value of a body that may not go down: "a meter never goes down: a value below the last one is a conflict (409)".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rising {
    /// The member of the body.
    pub member: String,
    /// With which statuses less than the last one is said to be refused.
    pub statuses: Vec<u16>,
}

/// The value of an operation's body that may not go down.
pub(super) fn rising(resources: &Resources<'_>, operation: &Operation) -> Option<Rising> {
    const LESS: [&str; 8] = [
        "below the last",
        "below the previous",
        "below the latest",
        "lower than the last",
        "lower than the previous",
        "less than the last",
        "less than the previous",
        "smaller than the last",
    ];
    let body = Outline::of(resources.contract, &[operation.body_schema()?]);
    let said = statements(operation.told.as_deref()?);
    let sentence = said.iter().find(|one| has(one, &LESS))?;
    let documents = |code: &u16| operation.documents(*code);
    let statuses: Vec<u16> = statuses(sentence).filter(documents).collect();
    let is_decimal = |ids: &Vec<SchemaId>| {
        let mut patterns =
            ids.iter().filter_map(|id| resources.contract.schema(*id).pattern.as_deref());
        patterns.any(|pattern| pattern.contains("[0-9]") && pattern.contains("\\."))
    };
    let members = body.members().into_iter();
    let numbers = members.filter(|(name, ids)| body.has_number(name) || is_decimal(ids));
    let numbers: Vec<&str> = numbers.map(|(name, _)| name).collect();
    let named = numbers.iter().find(|name| names(sentence, name));
    let member = named.copied().or_else(|| only(numbers.iter().copied()))?.to_owned();
    (!statuses.is_empty()).then_some(Rising { member, statuses })
}

/// Whether a sentence is about a member, or a value of it: "`internal: true`". A short name may be any word.
fn names(sentence: &str, name: &str) -> bool {
    let quoted = ["`", ":", "="].map(|end| format!("`{name}{end}"));
    quoted.iter().any(|one| sentence.contains(one))
        || words(name).len() > 1 && mentions(sentence, name)
}

/// The members of a body that are said to be sent in some cases only: "`reason` must not be given for any other move (400)".
pub(super) fn sometimes_absent(resources: &Resources<'_>, operation: &Operation) -> Vec<String> {
    const ABSENT: [&str; 8] = [
        "must not be given",
        "must not be sent",
        "must not be set",
        "must not be there",
        "may not be given",
        "may not be sent",
        "must be left out",
        "must be absent",
    ];
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let said = statements(operation.told.as_deref().unwrap_or_default());
    let members = Outline::of(resources.contract, &[schema]).members();
    let absent = members.into_iter().filter(|(name, ids)| {
        let own = said.iter().any(|one| has(one, &ABSENT) && names(one, name));
        own || described(resources, ids).any(|text| has(text, &ABSENT))
    });
    absent.map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn told<T>(said: &str, ask: impl Fn(&Resources<'_>, &Operation) -> T) -> T {
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "a", "version": "1"},
            "paths": {"/moves": {"post": {
                "operationId": "move",
                "description": said,
                "requestBody": {"content": {"application/json": {"schema": {
                    "type": "object",
                    "properties": {"to": {"type": "string"}, "reason": {"type": "string"}},
                }}}},
                "responses": {"200": {"description": "Done."}, "400": {"description": "No."}},
            }}},
        });
        let source = crate::Memory::one("a.json", &document.to_string());
        let contract = crate::read(Path::new("a.json"), &source).contract.expect("a contract");
        ask(&Resources::of(&contract), &contract.operations[0])
    }

    #[test]
    fn what_may_not_go_down_is_heard() {
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "a", "version": "1"},
            "paths": {"/readings": {"post": {
                "operationId": "read",
                "description": "A meter never goes down: a value below the last one is a conflict (409).",
                "requestBody": {"content": {"application/json": {"schema": {
                    "type": "object",
                    "properties": {"kwh": {"type": "string", "pattern": "^[0-9]{1,7}\\.[0-9]{3}$"}, "note": {"type": "string"}},
                }}}},
                "responses": {"201": {"description": "Done."}, "409": {"description": "No."}},
            }}},
        });
        let source = crate::Memory::one("a.json", &document.to_string());
        let contract = crate::read(Path::new("a.json"), &source).contract.expect("a contract");
        let told = rising(&Resources::of(&contract), &contract.operations[0]);
        assert_eq!(told, Some(Rising { member: "kwh".to_owned(), statuses: vec![409] }));
    }

    #[test]
    fn what_is_said_of_bodies_is_of_the_members_that_it_names() {
        let sense = |said| told(said, of).map(|one| (one.members, one.is_of_all));
        let reason = "`reason` has to be given for a rejection and must not be given for any other move (400).";
        assert_eq!(sense(reason), Some((vec!["reason".to_owned()], false)));
        assert_eq!(sense("It takes at most 8 hours (400)."), Some((Vec::new(), true)));
        assert_eq!(sense("A body that is not JSON is a 400."), None);
        assert_eq!(sense("A second one is a conflict (409)."), None);
        let measured = told("`to` lies within the range of the thing (409).", of);
        assert_eq!(measured.map(|one| one.measured), Some(vec!["to".to_owned()]));
        assert_eq!(told(reason, sometimes_absent), ["reason"]);
        assert!(told("`reason` is kept.", sometimes_absent).is_empty());
    }
}
