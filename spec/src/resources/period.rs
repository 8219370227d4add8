//! Two moments of one body of which the one ends what the other begins: by their names, and by what descriptions say of them.

use super::ahead::days_after;
use super::prose::{has, sentences};
use super::told::refusals;
use crate::model::{Contract, Operation, SchemaId, Status};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// Words of names for what lies later: when something ends, or has to be done.
const LATER: [&str; 16] = [
    "end",
    "ends",
    "ending",
    "until",
    "till",
    "to",
    "before",
    "expire",
    "expires",
    "expired",
    "expiry",
    "expiration",
    "deadline",
    "due",
    "finish",
    "closes",
];

/// Words of names for when something that was planned begins.
const PLANNED: [&str; 15] = [
    "start",
    "starts",
    "starting",
    "begin",
    "begins",
    "from",
    "scheduled",
    "planned",
    "departs",
    "departure",
    "arrives",
    "arrival",
    "pickup",
    "slot",
    "opens",
];

/// Whether a name is that of a moment when something ends, or has to be done.
#[must_use]
pub fn names_end(name: &str) -> bool {
    is_called(name, &LATER)
}

/// Whether a name is that of a moment when something that was planned begins.
#[must_use]
pub fn names_begin(name: &str) -> bool {
    is_called(name, &PLANNED) && !names_end(name)
}

fn is_called(name: &str, those: &[&str]) -> bool {
    words(name).iter().any(|word| those.contains(&word.as_str()))
}

/// A period of a body, by the members that it begins and ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The member that tells when it begins.
    pub begin: String,
    /// The member that tells when it ends.
    pub end: String,
    /// Whether one that ends when it begins is refused as well.
    pub has_length: bool,
    /// Whether it is said that one may end when it begins: "`to` isn't before `from`".
    pub may_be_short: bool,
    /// Where it has to lie ahead, within how many days from today.
    pub within: Option<u64>,
}

/// The one period of a body, by the names of two moments of one kind.
fn named(body: &Outline<'_>, contract: &Contract) -> Option<(String, String)> {
    let members = body.members();
    let format = |ids: &[SchemaId]| {
        let mut formats = ids.iter().filter_map(|id| contract.schema(*id).format.as_deref());
        formats.find(|format| matches!(*format, "date" | "date-time"))
    };
    let moments = members.iter().filter_map(|(name, ids)| Some((*name, format(ids)?)));
    let moments: Vec<(&str, &str)> = moments.collect();
    let (begin, kind) = only(moments.iter().copied().filter(|(name, _)| names_begin(name)))?;
    let is_end = |(name, format): &(&str, &str)| names_end(name) && *format == kind;
    let (end, _) = only(moments.iter().copied().filter(is_end))?;
    Some((begin.to_owned(), end.to_owned()))
}

/// The members of an operation's body that a period of it begins and ends with.
pub(super) fn bounds(contract: &Contract, operation: &Operation) -> Option<(String, String)> {
    named(&Outline::of(contract, &[operation.body_schema()?]), contract)
}

/// The period of a body of which it is said that what overlaps another one is a conflict.
pub(super) fn apart(contract: &Contract, operation: &Operation) -> Option<Period> {
    let body = Outline::of(contract, &[operation.body_schema()?]);
    let (begin, end) = named(&body, contract)?;
    const OVERLAP: [&str; 5] =
        ["overlap", "day in common", "days in common", "day that is covered", "days is covered"];
    const ONE_DAY: [&str; 7] = [
        "single day",
        "share a day",
        "sharing a day",
        "one day in common",
        "a day in common",
        "a day that is covered",
        "one of the days",
    ];
    let own = operation.told.as_deref().into_iter().flat_map(sentences);
    let own = own.filter(|text| has(text, &["409"]));
    let mut said = refusals(operation, [409]).chain(own).filter(|text| has(text, &OVERLAP));
    let has_length = !has(said.next()?, &ONE_DAY);
    Some(Period { begin, end, has_length, may_be_short: false, within: None })
}

/// The period of a body that has to be drawn for each request: as it is said to overlap no other, or to lie ahead.
pub(super) fn drawn(
    contract: &Contract,
    operation: &Operation,
    remover: Option<&Operation>,
) -> Option<Period> {
    let within = ahead(operation, remover);
    if let Some(apart) = apart(contract, operation) {
        return Some(Period { within, ..apart });
    }
    within?;
    let body = Outline::of(contract, &[operation.body_schema()?]);
    let (begin, end) = named(&body, contract)?;
    Some(Period { begin, end, has_length: true, may_be_short: false, within })
}

/// Within how many days from today a period has to lie to be taken, or to be removed again, where it has to lie ahead.
fn ahead(operation: &Operation, remover: Option<&Operation>) -> Option<u64> {
    /// Where nothing says how far ahead, no service minds this.
    const SOON: u64 = 300;
    const OVER: [&str; 6] = [
        "before today",
        "is in the past",
        "lies in the past",
        "has begun",
        "already begun",
        "has started",
    ];
    let texts = |one: &Operation| {
        let refusals = one
            .responses
            .iter()
            .filter(|(status, _)| matches!(status, Status::Code(400 | 409 | 422)));
        let refusals = refusals.map(|(_, response)| response.description.clone());
        one.description.clone().into_iter().chain(refusals).collect::<Vec<_>>()
    };
    let all: Vec<String> =
        [Some(operation), remover].into_iter().flatten().flat_map(texts).collect();
    let told = all.iter().flat_map(|text| sentences(text));
    let told: Vec<&str> = told.filter(|sentence| has(sentence, &OVER)).collect();
    (!told.is_empty()).then(|| told.iter().find_map(|one| days_after(one)).unwrap_or(SOON))
}

/// The one period of a body that is said to be refused where it ends before it begins: "the trip ends before it starts".
pub(super) fn refused(contract: &Contract, operation: &Operation) -> Option<Period> {
    let body = Outline::of(contract, &[operation.body_schema()?]);
    let members = body.members();
    let (begin, end) = named(&body, contract)?;
    let (begin, end) = (begin.as_str(), end.as_str());
    let of_member = |name: &str| {
        let ids = members.get(name).into_iter().flatten();
        ids.filter_map(|id| contract.schema(*id).description.as_deref()).collect::<Vec<_>>()
    };
    let refusals: Vec<&str> = refusals(operation, [400, 409, 422]).collect();
    let said = operation.told.as_deref().into_iter().chain(refusals.iter().copied());
    let of_both = pieces(said).find(|one| is_order(one) && names(one, begin) && names(one, end));
    let of_end = || pieces(of_member(end)).find(|one| is_order(one) && names(one, begin));
    let of_begin = || pieces(of_member(begin)).find(|one| is_order(one) && names(one, end));
    let told = of_both.or_else(of_end).or_else(of_begin)?;
    // "`valid_until` is after `valid_from`", and not the other way round, which is what would be refused.
    let is_after = told.contains(&format!("`{end}` is after `{begin}`"));
    let has_length = has(told, &STRICTLY) || is_after;
    (!refusals.is_empty()).then(|| Period {
        begin: begin.to_owned(),
        end: end.to_owned(),
        has_length,
        may_be_short: has(told, &OR_EQUAL) && !has_length,
        within: None,
    })
}

/// How it is said which of two moments comes first.
const ORDER: [&str; 17] = [
    "` is after `",
    "ends before",
    "end before",
    "ending before",
    "is before",
    "lies before",
    "not before",
    "not be before",
    "n't be before",
    "isn't before",
    "on or after",
    "not end after",
    "later than",
    "earlier than",
    "must be after",
    "has to be after",
    "precede",
];

/// How it is said that they are not even the same.
const STRICTLY: [&str; 5] =
    ["not end after", "must be later than", "must be after", "has to be after", "not later than"];

/// How it is said that they may be the same.
const OR_EQUAL: [&str; 7] = [
    "isn't before",
    "is not before",
    "not be before",
    "n't be before",
    "not lie before",
    "on or after",
    "not earlier than",
];

fn is_order(piece: &str) -> bool {
    has(piece, &ORDER)
}

/// What is said, one thing at a time: a refusal may be for several.
fn pieces<'t>(texts: impl IntoIterator<Item = &'t str>) -> impl Iterator<Item = &'t str> {
    texts.into_iter().flat_map(sentences).flat_map(|sentence| sentence.split(','))
}

/// Whether a text speaks of what a member is called by: the "start" of `starts_at`.
fn names(text: &str, member: &str) -> bool {
    let telling = words(member);
    let telling = telling.iter().map(String::as_str);
    let telling = telling.filter(|word| LATER.contains(word) || PLANNED.contains(word));
    let stems = telling.map(|word| word.trim_end_matches("ing").trim_end_matches('s').to_owned());
    let stems: Vec<String> = stems.collect();
    let mut spoken = text.split(|c: char| !c.is_alphanumeric() && c != '_').flat_map(words);
    let is_said = |word: &str, stem: &str| match stem.len() {
        0..=3 => word == stem || word.strip_suffix('s') == Some(stem),
        _ => word.starts_with(stem),
    };
    spoken.any(|word| stems.iter().any(|stem| is_said(&word, stem)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::Memory;

    fn told(of_refusal: &str, of_end: &str) -> Option<Period> {
        let document = format!(
            r##"
openapi: 3.1.0
info: {{title: Trips, version: '1'}}
paths:
  /trips:
    post:
      operationId: createTrip
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                starts_on: {{type: string, format: date}}
                ends_on: {{type: string, format: date, description: '{of_end}'}}
                booked_on: {{type: string, format: date}}
      responses:
        '201': {{description: The trip.}}
        '422': {{description: '{of_refusal}'}}
"##
        );
        let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &document));
        let contract = reading.contract.expect("a valid contract");
        refused(&contract, contract.operation("createTrip").expect("the operation"))
    }

    #[test]
    fn what_a_refusal_or_a_member_says_is_heard() {
        let by_refusal = told("The title is empty, or the trip ends before it starts.", "");
        let by_refusal = by_refusal.expect("a period");
        assert_eq!((by_refusal.begin.as_str(), by_refusal.end.as_str()), ("starts_on", "ends_on"));
        assert!(!by_refusal.has_length);
        let by_member = told("The body is wrong.", "Must be later than the start.");
        assert!(by_member.expect("a period").has_length);
    }

    #[test]
    fn what_overlaps_may_be_a_conflict() {
        let conflict = |said: &str| {
            let document = format!(
                "openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths:\n  /stays:\n    post:\n      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{from: {{type: string, format: date}}, until: {{type: string, format: date}}}}}}}}}}}}\n      responses: {{'201': {{description: It.}}, '409': {{description: '{said}'}}}}\n"
            );
            let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &document));
            let contract = reading.contract.expect("a valid contract");
            apart(&contract, &contract.operations[0])
        };
        let period = conflict("The room has a stay that overlaps.").expect("a period");
        assert_eq!((period.begin.as_str(), period.end.as_str()), ("from", "until"));
        assert!(period.has_length);
        let period = conflict("The days overlap. Sharing a single day is enough.");
        assert!(!period.expect("a period").has_length);
        assert_eq!(conflict("The room is closed."), None);
    }

    #[test]
    fn what_is_said_of_other_moments_is_not_heard() {
        assert_eq!(told("The body is wrong.", "When it ends."), None);
        assert_eq!(told("The trip was booked earlier than a year ago.", ""), None);
    }
}
