//! What a description says of bodies that no schema does, where such bodies are a 400: "an interview takes at most 8 hours (400)".
//!
//! What is said need not be understood: whoever sends such a body can't promise that it is taken.

use super::Resources;
use super::passage::passages;
use super::prose::{has, mentions, sentences};
use super::told::statuses;
use crate::model::{Operation, SchemaId, Status};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// The bodies of which something is said that no schema says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldSense {
    /// Those that have one of these members.
    pub members: Vec<String>,
    /// Whether it is said of no member that is known, so that any body may be meant.
    pub is_of_all: bool,
    /// Those that have one of these members, which are measured by something else, and are a 409.
    pub measured: Vec<String>,
}

/// What is said of an operation's bodies; `None`: nothing.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Option<ToldSense> {
    /// What is said of requests that aren't what they say, and of what isn't their body.
    const FORM: [&str; 14] = [
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
    ];
    const REFUSED: u16 = 400;
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
    let body = Outline::of(resources.contract, &[operation.body_schema()?]);
    let members = body.members();
    let tells = |sentence: &str| {
        let mut named = statuses(sentence);
        named.any(|status| status == REFUSED) && !has(sentence, &FORM)
    };
    let mut sense = ToldSense::default();
    let mut add = |name: &str| {
        if !sense.members.iter().any(|known| known == name) {
            sense.members.push(name.to_owned());
        }
    };
    let said = passages(operation.description.as_deref().unwrap_or_default());
    let mut is_of_all = false;
    for sentence in said.iter().flat_map(|one| sentences(&one.text)).filter(|one| tells(one)) {
        let mut named = members.keys().filter(|name| names(sentence, name)).peekable();
        is_of_all |= named.peek().is_none();
        named.for_each(|name| add(name));
    }
    for (name, ids) in &members {
        let described =
            ids.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        if described.flat_map(sentences).any(tells) {
            add(name);
        }
    }
    sense.is_of_all = is_of_all;
    let documents = |code: u16| operation.responses.contains_key(&Status::Code(code));
    if !documents(REFUSED) {
        sense = ToldSense::default();
    }
    let measures = |sentence: &&str| {
        statuses(sentence).any(|status| status == 409) && has(sentence, &MEASURES)
    };
    for sentence in said.iter().flat_map(|one| sentences(&one.text)).filter(measures) {
        let measured = members.keys().filter(|name| sentence.contains(&format!("`{name}`")));
        sense.measured.extend(measured.map(|name| (*name).to_owned()));
    }
    (!sense.measured.is_empty() || sense.is_of_all || !sense.members.is_empty()).then_some(sense)
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
    let said = passages(operation.description.as_deref()?);
    let mut told = said.iter().flat_map(|one| sentences(&one.text));
    let sentence = told.find(|one| has(one, &LESS))?;
    let documents = |code: &u16| operation.responses.contains_key(&Status::Code(*code));
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

/// Whether a sentence is about a member. A short name may be any word.
fn names(sentence: &str, name: &str) -> bool {
    sentence.contains(&format!("`{name}`")) || words(name).len() > 1 && mentions(sentence, name)
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
    let said = passages(operation.description.as_deref().unwrap_or_default());
    let said: Vec<&str> = said.iter().flat_map(|one| sentences(&one.text)).collect();
    let members = Outline::of(resources.contract, &[schema]).members();
    let absent = members.into_iter().filter(|(name, ids)| {
        let described =
            ids.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        let own = said.iter().any(|one| has(one, &ABSENT) && names(one, name));
        own || described.into_iter().any(|text| has(text, &ABSENT))
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
