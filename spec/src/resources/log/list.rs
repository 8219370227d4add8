//! The lists of what has happened.

use super::super::prose::{has, order_of_creation};
use super::super::{Resources, passage};
use super::Log;
use super::done::past;
use super::entry::{MOMENTS, actor, members};
use crate::Direction;
use crate::model::{Location, Method, Operation, Parameter, SchemaId, shape};
use crate::names::{fold, singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// The log that a GET lists.
pub(super) fn of<'a>(resources: &Resources<'a>, reader: &'a Operation) -> Option<Log<'a>> {
    const ACTIONS: [&str; 7] =
        ["action", "event", "eventtype", "activity", "type", "kind", "operation"];
    let contract = resources.contract;
    let answer = Outline::of(contract, &[reader.answer_schema()?]);
    let (entries, item) = answer.list(None)?;
    let entry = Outline::of(contract, &item);
    let required: Vec<&str> = entry.required(Direction::Response).collect();
    let called =
        |names: &[&str]| required.iter().copied().find(|name| names.contains(&fold(name).as_str()));
    let at = called(&MOMENTS)?;
    let action = called(&ACTIONS)?;
    let actions = entry.member(action)?.texts();
    let is_posted_to = resources.on_path(reader, Method::Post).is_some();
    let is_log = actions.iter().filter(|one| past(one).is_some()).count() * 2 > actions.len();
    (actions.len() > 1 && is_log && !is_posted_to && reader.path.item_parameter().is_none())
        .then_some(())?;
    let by_id = asked(reader, |name| {
        let own = words(name);
        own.len() > 1 && own.last().is_some_and(|last| last == "id") && is_of_anything(&own)
    });
    let by_id = by_id.filter(|one| entry.member(&one.name).is_some());
    let thing = reader.path.without_slash().split_last().map(|(_, thing)| thing);
    let thing = thing.filter(|_| reader.path.is_part());
    (by_id.is_some() != thing.is_some()).then_some(())?;
    let by_kind = asked(reader, |name| {
        let own = words(name);
        own.last().is_some_and(|last| matches!(last.as_str(), "type" | "kind"))
            && (own.len() == 1 || is_of_anything(&own))
    });
    let by_kind = by_kind.filter(|one| one.name != action).and_then(|one| {
        let kinds = Outline::of(contract, &[one.schema()?]).texts();
        (kinds.len() > 1).then_some((one, kinds))
    });
    let said = said(resources, reader, &item);
    Some(Log {
        reader,
        entries: entries.map(str::to_owned),
        action: action.to_owned(),
        at: at.to_owned(),
        actor: actor(&required),
        members: members(&entry, &required),
        of_one: thing.map(shape),
        is_history: false,
        by_id,
        by_kind,
        newest_first: reader.told.as_deref().and_then(order_of_creation),
        is_told: said.iter().any(|one| says_logged(one) || says_unlogged(one)),
        has_one_each: said.iter().any(|one| says_logged(one)),
        has_several: has_several(&entry, &required),
        actions,
        unlogged: said
            .iter()
            .filter(|one| says_unlogged(one))
            .flat_map(|one| spared(one))
            .collect(),
    })
}

/// Whether some actions are said to leave an entry for each of several things.
fn has_several(entry: &Outline<'_>, required: &[&str]) -> bool {
    const EACH: [&str; 3] = ["one entry for each", "an entry for each", "entry per "];
    let described = required.iter().filter_map(|name| entry.description(&[(*name).to_owned()]));
    described.into_iter().any(|text| has(text, &EACH))
}

/// Sentences about the log: of the operation, of its entries and of the document.
fn said(resources: &Resources<'_>, reader: &Operation, item: &[SchemaId]) -> Vec<String> {
    let contract = resources.contract;
    let of_entries = item.iter().filter_map(|id| contract.schema(*id).description.as_deref());
    let all = [reader.told.as_deref(), contract.info.description.as_deref()];
    let all = all.into_iter().flatten().chain(of_entries);
    all.flat_map(passage::statements).collect()
}

/// "Each successful request writes exactly one audit event", "every change adds exactly one entry".
fn says_logged(sentence: &str) -> bool {
    const ONE: [&str; 6] =
        ["one entry", "one event", "one record", "one audit", "one log", "an entry"];
    has(sentence, &ONE) && has(sentence, &["each ", "every "])
}

const UNLOGGED: [&str; 5] =
    ["not recorded", "not logged", "no trace", "no entry", "leave no entry"];

fn says_unlogged(sentence: &str) -> bool {
    has(sentence, &UNLOGGED)
}

/// The words for what leaves no entry: "Votes and watching are not recorded". Of some of a kind ("comments for the team") it says
/// nothing of all.
fn spared(sentence: &str) -> Vec<String> {
    const FEW: [&str; 7] =
        [" for ", " of ", " that ", " which ", " from ", " with ", " on their own"];
    let clause = sentence.split([';', ':']).find(|clause| says_unlogged(clause));
    let Some(clause) = clause.map(str::to_lowercase) else { return Vec::new() };
    let end = UNLOGGED.iter().filter_map(|one| clause.find(one)).min().unwrap_or_default();
    let before = clause.get(..end).unwrap_or_default();
    let before = before.trim_end().trim_end_matches(" are").trim_end_matches(" is");
    let pieces = before.split([',']).flat_map(|piece| piece.split(" and "));
    let plain = pieces.filter(|piece| !has(&format!(" {piece} "), &FEW));
    let one = plain.filter_map(|piece| only(words(piece)));
    one.flat_map(|word| {
        let stem = word.strip_suffix("ing").map(str::to_owned);
        singulars(&word).into_iter().chain(stem)
    })
    .collect()
}

fn asked(reader: &Operation, is_it: impl Fn(&str) -> bool) -> Option<&Parameter> {
    let mut asked = reader.parameters.iter().filter(|one| one.location == Location::Query);
    asked.find(|one| is_it(&one.name))
}

/// Whether a name is that of whatever an entry is about: `entity_id`, `targetType`.
fn is_of_anything(name: &[String]) -> bool {
    const ANY: [&str; 6] = ["entity", "target", "subject", "object", "resource", "item"];
    name.first().is_some_and(|first| ANY.contains(&first.as_str()))
}
