//! The codes that errors have, and the statuses that each of them is for.
//!
//! | said | read |
//! | --- | --- |
//! | "404 is not_found, 409 conflict", "`not_found` (404)", a row of a table with both | that `not_found` comes with 404 alone |
//! | nothing, and each code is called like a status: `notFound`, `conflict` (RFC 9110 §15.5) | the same |
//!
//! Codes that nothing is said of may come with any status.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Contract, SchemaId};
use crate::names::fold;
use crate::outline::Outline;

/// The codes of an error's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorCodes {
    /// The names of the members that lead to the code.
    pub at: Vec<String>,
    /// The statuses that each code may come with.
    statuses: BTreeMap<String, BTreeSet<u16>>,
}

impl ErrorCodes {
    /// The codes of bodies of this schema; `None` where nothing tells what they are for.
    #[must_use]
    pub fn of(contract: &Contract, schema: SchemaId) -> Option<Self> {
        let body = Outline::of(contract, &[schema]);
        let at = body.ways(|_| true).into_iter().find(|way| {
            let is_code = way.last().is_some_and(|name| names_code(name));
            is_code && body.at(way).is_some_and(|one| one.texts().len() > 1)
        })?;
        let codes = body.at(&at)?.texts();
        let own = body.description(&at).into_iter();
        let said = own.chain(contract.info.description.as_deref()).collect::<Vec<_>>();
        let told = codes.iter().map(|code| (code.clone(), told(&said, code)));
        let told = told.filter(|(_, statuses)| !statuses.is_empty()).collect::<BTreeMap<_, _>>();
        let statuses = if told.is_empty() { by_names(&codes)? } else { told };
        Some(Self { at, statuses })
    }

    /// The statuses that a code may come with; `None`: any.
    #[must_use]
    pub fn statuses(&self, code: &str) -> Option<&BTreeSet<u16>> {
        self.statuses.get(code)
    }
}

/// Whether a member is called like a code that programs go by.
fn names_code(name: &str) -> bool {
    const CODES: [&str; 7] = ["code", "errorcode", "type", "errortype", "kind", "reason", "error"];
    CODES.contains(&fold(name).as_str())
}

/// The statuses that a code is said to be for: those that are named beside it, where it is the only code there.
fn told(said: &[&str], code: &str) -> BTreeSet<u16> {
    let pieces = said.iter().flat_map(|text| text.split(['\n', ',', ';'])).flat_map(sentences);
    let is_word = |one: char| one.is_alphanumeric() || matches!(one, '_' | '-');
    let mut statuses = BTreeSet::new();
    for piece in pieces {
        let words: Vec<&str> = piece.split(|c| !is_word(c)).filter(|one| !one.is_empty()).collect();
        let told = words.iter().filter_map(|word| error_status(word));
        let told: BTreeSet<u16> = told.collect();
        if words.contains(&code) && told.len() == 1 {
            statuses.extend(told);
        }
    }
    statuses
}

/// A piece of text as its sentences.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(". ")
}

fn error_status(word: &str) -> Option<u16> {
    let status = word.parse().ok().filter(|_| word.len() == 3)?;
    (400..600).contains(&status).then_some(status)
}

/// By the names of the codes, where each is that of a status.
fn by_names(codes: &[String]) -> Option<BTreeMap<String, BTreeSet<u16>>> {
    let named = codes.iter().map(|code| Some((code.clone(), BTreeSet::from([named_by(code)?]))));
    named.collect()
}

/// The status whose reason phrase a code is, or begins like: `unprocessable` of "Unprocessable Entity".
fn named_by(code: &str) -> Option<u16> {
    // What RFC 9110 calls anew.
    const FORMER: [(u16, &str); 3] =
        [(413, "requestentitytoolarge"), (413, "contenttoolarge"), (422, "unprocessablecontent")];
    let code = fold(code);
    let statuses = || (400..600).filter_map(|status| http::StatusCode::from_u16(status).ok());
    let phrase = |status: http::StatusCode| status.canonical_reason().map(fold);
    let is_whole = |status: &http::StatusCode| phrase(*status).is_some_and(|one| one == code);
    let whole = statuses().find(is_whole).map(|status| status.as_u16());
    let former = || FORMER.iter().find(|(_, name)| *name == code).map(|(status, _)| *status);
    let is_start = |status: &http::StatusCode| {
        phrase(*status).is_some_and(|one| code.len() > 8 && one.starts_with(&code))
    };
    let start = || crate::only::only(statuses().filter(is_start)).map(|status| status.as_u16());
    whole.or_else(former).or_else(start)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::Memory;

    /// The statuses of the codes of a body.
    fn read(schema: &str) -> Option<String> {
        let document = format!(
            "openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths:\n  /pets:\n    get:\n      operationId: list\n      responses:\n        default:\n          description: No.\n          content: {{application/json: {{schema: {schema}}}}}\n"
        );
        let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &document));
        let contract = reading.contract.expect("it can be read");
        let response = contract.operations[0].responses.values().next()?;
        let codes = ErrorCodes::of(&contract, response.content.values().next()?.schema?)?;
        let told = codes.statuses.iter().map(|(code, statuses)| format!("{code} {statuses:?}"));
        Some(format!("{}: {}", codes.at.join("."), told.collect::<Vec<_>>().join(", ")))
    }

    #[test]
    fn descriptions_say_what_codes_are_for() {
        let told = read(
            "{type: object, properties: {error: {type: object, properties: {type: {type: string, enum: [bad, gone, late, odd], description: 'One per status: `bad` (400), 404 is gone, `late` (409 or 410). What is odd is so.'}}}}}",
        );
        assert_eq!(told.as_deref(), Some("error.type: bad {400}, gone {404}"));
    }

    #[test]
    fn codes_may_be_called_like_statuses() {
        let of = |codes: &str| {
            read(&format!(
                "{{type: object, properties: {{code: {{type: string, enum: [{codes}]}}}}}}"
            ))
        };
        let told = of("badRequest, not_found, payloadTooLarge, unprocessable");
        let expected =
            "code: badRequest {400}, not_found {404}, payloadTooLarge {413}, unprocessable {422}";
        assert_eq!(told.as_deref(), Some(expected));
        // Where some are none, the others may be for several.
        assert_eq!(of("badRequest, conflict, name_taken"), None);
        assert_eq!(of("conflict"), None);
    }
}
