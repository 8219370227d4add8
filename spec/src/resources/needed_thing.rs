//! What has to be there elsewhere before a request is made: "a conflict if the site has no tariff" of `POST /sessions`, "without any
//! such session this is a conflict" of `POST /invoices`. What has to be there within the thing is a [needed part](super::needed_parts).

use super::Resources;
use super::lifecycle::{mentioned, tokens};
use super::passage::passages;
use super::prose::{has, says_refused, sentences};
use super::told::plain;
use super::unfit::nouns as called;
use crate::model::{Method, Operation};
use crate::names::{named_thing, singulars};
use crate::outline::Outline;

/// A thing that has to be there.
#[derive(Debug, Clone)]
pub struct NeededThing<'a> {
    /// What makes it.
    pub maker: &'a Operation,
    /// The operation that shows it, and the state that it has to be in.
    pub state: Option<(&'a Operation, String)>,
    /// Whether it is said to be of what the operation's path names: "an order that has the product" of a product's reviews.
    pub is_of_path: bool,
    /// With which status who lacks it is refused.
    pub status: u16,
    /// Whether it has to be the caller's own.
    pub is_own: bool,
}

/// Those of an operation.
pub(super) fn of<'a>(resources: &Resources<'a>, operation: &Operation) -> Vec<NeededThing<'a>> {
    let mut needed = lacking(resources, operation);
    needed.extend(owned(resources, operation).or_else(|| taking_part(resources, operation)));
    needed
}

/// Those without which a caller is refused: "only customers with an order of their own that was delivered; others get 403".
fn owned<'a>(resources: &Resources<'a>, operation: &Operation) -> Option<NeededThing<'a>> {
    let is_write = matches!(operation.method, Method::Post | Method::Put | Method::Patch);
    if !is_write || !operation.documents(403) {
        return None;
    }
    let said = operation.told.as_deref()?;
    let only = sentences(said).map(plain);
    let only: Vec<String> = only
        .filter(|one| tokens(one).any(|word| word == "only") && has(one, &[" own ", "themselves"]))
        .collect();
    only.first()?;
    let own = operation.path.shape();
    let makers =
        resources.creations().filter(|one| one.id != operation.id && one.path.shape() != own);
    makers.flat_map(|maker| resources.shown_by(maker).map(move |reader| (maker, reader))).find_map(
        |(maker, reader)| {
            let nouns = called(reader.path.last_literal()?);
            let told = only.iter().find(|one| has_one(one, &nouns))?;
            let state = resources.lifecycle(reader).and_then(|life| {
                let mut named = mentioned(told, &life.states).into_iter();
                named.find(|(_, state)| life.way_to(state).is_some())
            });
            let state = state.map(|(_, state)| (reader, state.clone()));
            let mut around = operation.path.literals().rev().skip(1).flat_map(called);
            let is_of_path = around.any(|noun| tokens(told).any(|word| word == noun));
            Some(NeededThing { maker, state, is_of_path, status: 403, is_own: true })
        },
    )
}

/// Those by which a caller takes part: "only those who are `enrolled` in the section (`403` otherwise)", where an enrolment names a section
/// and has that state.
fn taking_part<'a>(resources: &Resources<'a>, operation: &Operation) -> Option<NeededThing<'a>> {
    const THOSE: [&str; 3] =
        ["only those who are ", "only by those who are ", "only for those who are "];
    let is_write = matches!(operation.method, Method::Post | Method::Put | Method::Patch);
    if !is_write || !operation.documents(403) {
        return None;
    }
    const REFUSED: [&str; 3] = ["403", "otherwise", "others "];
    const BUT: [&str; 5] = ["except", "unless", "always", " or by ", "at any time"];
    let said = sentences(operation.told.as_deref()?).map(plain);
    let told: Vec<String> = said
        .filter(|one| has(one, &REFUSED) && !has(one, &BUT))
        .filter_map(|one| {
            THOSE.iter().find_map(|those| one.split_once(those)).map(|(_, it)| it.to_owned())
        })
        .collect();
    let told = told.first()?;
    let (states, place) = told.split_once(" in the ")?;
    let place = tokens(place).next()?;
    let own = operation.path.shape();
    let makers =
        resources.creations().filter(|one| one.id != operation.id && one.path.shape() != own);
    let names_place = |maker: &&Operation| {
        let body = maker.body_schema().map(|id| Outline::of(resources.contract, &[id]));
        body.is_some_and(|body| body.members().into_keys().any(|name| named_thing(name) == place))
    };
    let mut readers = makers
        .filter(names_place)
        .flat_map(|maker| resources.shown_by(maker).map(move |reader| (maker, reader)));
    readers.find_map(|(maker, reader)| {
        let life = resources.lifecycle(reader)?;
        let named = mentioned(states, &life.states);
        let (_, first) = named.first()?;
        let way =
            named.iter().find(|(_, state)| life.way_to(state).is_some_and(|way| !way.is_empty()));
        // What it is at first, as far as nothing else leads to any of them.
        let starts_so = life.initial.as_ref() == Some(*first);
        let state = way.filter(|_| !starts_so).map(|(_, state)| (reader, (*state).clone()));
        (starts_so || state.is_some()).then_some(NeededThing {
            maker,
            state,
            is_of_path: false,
            status: 403,
            is_own: true,
        })
    })
}

/// Whether a sentence speaks of who has a thing that is called so: "customers with an order".
fn has_one(sentence: &str, nouns: &[String]) -> bool {
    const HAS: [&str; 6] =
        [" with an ", " with a ", " have an ", " have a ", " has an ", " has a "];
    let is_it = |rest: &str, noun: &String| {
        let end = rest.strip_prefix(noun.as_str());
        end.is_some_and(|end| !end.starts_with(char::is_alphanumeric))
    };
    let mut behind = HAS.iter().flat_map(|has| sentence.split(has).skip(1));
    behind.any(|rest| nouns.iter().any(|noun| is_it(rest, noun)))
}

/// Those that must not be missing: "a conflict if the site has no tariff".
fn lacking<'a>(resources: &Resources<'a>, operation: &Operation) -> Vec<NeededThing<'a>> {
    let is_refused = operation.documents(409);
    let is_write = matches!(operation.method, Method::Post | Method::Put | Method::Patch);
    let said = operation.told.as_deref().unwrap_or_default();
    if !is_write || !is_refused || !has(said, &LACKS) {
        return Vec::new();
    }
    let told = lacks(said);
    let own = operation.path.shape();
    let makers = resources.creations().filter(|one| {
        let path = one.path.shape();
        // What lies within the thing is no matter of this.
        let is_within = path.strip_prefix(&own).is_some_and(|rest| rest.starts_with('/'));
        one.id != operation.id && one.body.is_some() && path != own && !is_within
    });
    let needed = makers.filter_map(|maker| {
        let nouns = called(maker.path.last_literal()?);
        let is_lacking = |one: &String| nouns.iter().any(|noun| lacks_one(one, noun));
        told.iter().any(is_lacking).then(|| NeededThing {
            maker,
            state: state(resources, maker, &plain(said), &nouns),
            is_of_path: false,
            status: 409,
            is_own: false,
        })
    });
    needed.collect()
}

/// How it is said that something isn't there.
const LACKS: [&str; 4] = [" has no ", " have no ", "without any ", "there is no "];

/// What is said to be refused for what isn't there, in small letters.
fn lacks(said: &str) -> Vec<String> {
    /// Where something must not be there, it isn't needed.
    const OTHERWISE: [&str; 6] = ["only ", "must", "possible", "unless", "as long as", "while "];
    let passages = passages(said);
    let told = passages.iter().flat_map(|passage| {
        let is_listed = passage.heading.as_deref().is_some_and(says_refused);
        let refused = sentences(&passage.text).filter(move |one| is_listed || says_refused(one));
        refused.map(plain)
    });
    told.filter(|one| has(&format!(" {one}"), &LACKS) && !has(one, &OTHERWISE)).collect()
}

fn lacks_one(sentence: &str, noun: &str) -> bool {
    let sentence = format!(" {sentence} ");
    LACKS.iter().any(|lacks| {
        let mut behind = sentence.split(lacks).skip(1);
        behind.any(|rest| {
            let rest = rest.strip_prefix("such ").unwrap_or(rest);
            let end = rest.find([',', '.', '(', ')', '|']).unwrap_or(rest.len());
            let words: Vec<String> = tokens(rest.get(..end).unwrap_or_default()).collect();
            let length = noun.split(' ').count();
            let spoken = words.get(..length).map(|words| words.join(" "));
            spoken.is_some_and(|one| one == noun || singulars(&one).iter().any(|one| one == noun))
        })
    })
}

/// The state in which such things are spoken of: "all `stopped` sessions".
fn state<'a>(
    resources: &Resources<'a>,
    maker: &Operation,
    said: &str,
    nouns: &[String],
) -> Option<(&'a Operation, String)> {
    let words: Vec<String> = tokens(said).collect();
    let spoken = words.windows(2).filter_map(|pair| match pair {
        [state, thing] if singulars(thing).iter().any(|one| nouns.contains(one)) => Some(state),
        _ => None,
    });
    let spoken: Vec<&String> = spoken.collect();
    let mut states = resources.shown_by(maker).filter_map(|reader| {
        let life = resources.lifecycle(reader)?;
        let state = life.states.iter().find(|state| spoken.contains(state))?;
        Some((reader, state.clone()))
    });
    states.next()
}

#[cfg(test)]
mod tests {
    use super::super::tests::contract;
    use super::*;

    #[test]
    fn what_is_not_there_is_needed() {
        let is_needed = |text: &str, noun: &str| lacks(text).iter().any(|one| lacks_one(one, noun));
        let session = "It is a conflict (409) if the card is in use, or the site has no tariff that\nis valid.";
        assert!(is_needed(session, "tariff") && !is_needed(session, "card"));
        assert!(is_needed("Without any such session this is a conflict (409).", "session"));
        assert!(is_needed("Refused with 409:\n\n* `no_items`: the cart has no items", "item"));
        assert!(!is_needed("Possible only while the boat has no bookings (409).", "booking"));
        assert!(!is_needed("The cart has no items at first.", "item"));
        assert!(!is_needed("A conflict (409): the boat has no open bookings.", "booking"));
    }

    #[test]
    fn who_takes_part_is_who_has_one_of_their_own() {
        let needed = |said: &str, named: &str| {
            let entry = "{type: object, required: [id, state], properties: {id: {type: string}, state: {type: string, enum: [waiting, entered, left]}}}";
            let contract = contract(&format!(
                "  /entries:\n    post: {{operationId: enter, description: 'A new entry is `entered`.', \
                     requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{{named}: {{type: string}}}}}}}}}}}}, \
                     responses: {{'201': {{description: x, content: {{application/json: {{schema: {entry}}}}}}}}}}}\n  \
                   /entries/{{pet_id}}:\n    ID\n    get: {{operationId: getEntry, responses: {{'200': {{description: x, content: {{application/json: {{schema: {entry}}}}}}}}}}}\n  \
                   /entries/{{pet_id}}/leave:\n    ID\n    post: {{operationId: leave, description: 'Gives up.', responses: {{'409': {{description: The entry is left already.}}, '200': {{description: It is left., content: {{application/json: {{schema: {entry}}}}}}}}}}}\n  \
                   /runs:\n    post: {{operationId: run, description: '{said}', responses: {{'201': {{description: x}}, '403': {{description: x}}}}}}\n"
            ));
            let resources = Resources::of(&contract);
            let operation = resources.operation("run").expect("there is one");
            let all = of(&resources, operation);
            all.iter().map(|one| (one.maker.id.clone(), one.is_own)).collect::<Vec<_>>()
        };
        let said =
            "Pets only, and only those who are `entered` or `left` in the race (403 otherwise).";
        assert_eq!(needed(said, "race_id"), [("enter".to_owned(), true)]);
        assert_eq!(needed(said, "owner_id"), []);
        assert_eq!(needed("Only those who are quick in the race win.", "race_id"), []);
    }
}
