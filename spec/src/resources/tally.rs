//! Numbers that follow from what lies within a thing: how many parts it has, or what they come to.
//!
//! | member of a shelf with `/shelves/{id}/books` | is |
//! | --- | --- |
//! | `book_count`, `booksCount`, `number_of_books`, `books` | how many books there are |
//! | any, of which the description says "how many books" or "number of books" | the same |
//! | any, of which the description says "sum of" and "books", where a book has one number | the sum of that number |
//!
//! Only where every answer has the member and no request names it: a client that can write it decides what it is.

use super::{Resources, names_another, prose};
use crate::Direction;
use crate::model::{JsonType, Method, Operation, PathPart, SchemaId, shape};
use crate::names::{fold, singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// A number of a thing that follows from its parts.
#[derive(Debug, Clone)]
pub struct Tally<'a> {
    /// The member of the thing.
    pub member: String,
    /// Who makes its parts.
    pub maker: &'a Operation,
    /// What it is of them.
    pub kind: TallyKind,
    /// Whether it is said outright, and not just by a name.
    pub is_told: bool,
}

/// What a number is of the parts of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TallyKind {
    /// How many there are.
    Count,
    /// The sum of this member of each.
    Sum(String),
}

pub(super) fn of<'a>(resources: &Resources<'a>, reader: &Operation) -> Vec<Tally<'a>> {
    let Some(answer) = reader.answer_schema().filter(|_| reader.method == Method::Get) else {
        return Vec::new();
    };
    if reader.path.item_parameter().is_none() {
        return Vec::new();
    }
    let thing = Outline::of(resources.contract, &[answer]);
    let written = written(resources, reader);
    let required: Vec<&str> = thing.required(Direction::Response).collect();
    let is_told = |name: &str| required.contains(&name) && !written.iter().any(|one| one == name);
    let members = thing.members().into_iter();
    let told: Vec<_> = members.filter(|(name, _)| is_told(name)).collect();
    let mut tallies = Vec::new();
    for (maker, parts) in parts(resources, reader) {
        for (name, ids) in &told {
            let Some(kind) = kind(resources, (name, ids), (maker, parts)) else { continue };
            let is_told = says_outright(resources, reader, (name, ids), (maker, parts));
            tallies.push(Tally { member: (*name).to_owned(), maker, kind, is_told });
        }
    }
    tallies
}

/// The members that any request for such a thing names.
pub(super) fn written(resources: &Resources<'_>, reader: &Operation) -> Vec<String> {
    let parameter = reader.path.item_parameter().unwrap_or_default();
    let makers = resources.makers(reader, parameter).iter();
    let makers = makers.filter_map(|maker| resources.operation(&maker.operation_id));
    let writers = makers.chain(resources.beside(reader).iter().copied());
    let bodies = writers.filter_map(|writer| body(resources, writer));
    bodies
        .flat_map(|body| body.sent(Direction::Request).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

fn body<'a>(resources: &Resources<'a>, operation: &Operation) -> Option<Outline<'a>> {
    Some(Outline::of(resources.contract, &[operation.body_schema()?]))
}

/// The operations that make parts of a thing, below its own path, each with what the parts are called.
pub(super) fn parts<'a>(
    resources: &Resources<'a>,
    reader: &Operation,
) -> Vec<(&'a Operation, &'a str)> {
    let own = shape(reader.path.without_slash());
    let named = |operation: &'a Operation| {
        let segments = operation.path.without_slash();
        let collection = match operation.method {
            Method::Post => segments,
            Method::Put if resources.chooses(operation) => segments.split_last()?.1,
            _ => return None,
        };
        let ([PathPart::Literal(parts)], around) =
            collection.split_last().map(|(last, around)| (last.as_slice(), around))?
        else {
            return None;
        };
        (shape(around) == own).then_some((operation, parts.as_str()))
    };
    resources.contract.operations.iter().filter_map(named).collect()
}

fn kind(
    resources: &Resources<'_>,
    (name, ids): (&str, &[SchemaId]),
    (maker, parts): (&Operation, &str),
) -> Option<TallyKind> {
    let contract = resources.contract;
    let member = Outline::of(contract, ids);
    let described = ids.iter().filter_map(|id| contract.schema(*id).description.as_deref());
    let described: Vec<String> = described.flat_map(words).collect();
    if member.is(JsonType::Integer) && (is_count(name, parts) || tells_count(&described, parts)) {
        return Some(TallyKind::Count);
    }
    let tells_sum = member.is_number() && follow(&described, &["sum", "of"]).is_some();
    let of_parts = described.contains(&fold(parts));
    let number = number(resources, maker).filter(|_| tells_sum && of_parts)?;
    Some(TallyKind::Sum(number))
}

/// Whether the member is said to be the number of all the parts, or to go up by one with each.
fn says_outright(
    resources: &Resources<'_>,
    reader: &Operation,
    (name, ids): (&str, &[SchemaId]),
    (maker, parts): (&Operation, &str),
) -> bool {
    /// What may be said behind the parts without being said of some of them only.
    const OF_ALL: [&str; 11] =
        ["there", "are", "it", "has", "in", "on", "of", "this", "the", "all", "together"];
    let thing = reader.path.last_literal().map(singulars).unwrap_or_default();
    let is_plain = |text: &str| {
        const BUT_GONE: [&str; 3] =
            [", deleted ones not counted", ", not counting deleted ones", ", without deleted ones"];
        let text = text.trim().trim_end_matches('.').to_lowercase();
        let whole = BUT_GONE.iter().find_map(|gone| text.strip_suffix(gone)).unwrap_or(&text);
        let said = words(whole);
        let is_of_parts = |behind: &[String]| {
            matches!(behind, [first, rest @ ..] if *first == fold(parts)
                && rest.iter().all(|word| OF_ALL.contains(&word.as_str()) || thing.contains(word)))
        };
        if is_of_parts(&said) {
            return true;
        }
        [["how", "many"], ["number", "of"]].into_iter().any(|asks| {
            let at = said.windows(2).position(|some| some == asks);
            let behind = at.and_then(|at| said.get(at + 2..)).unwrap_or_default();
            is_of_parts(behind)
        })
    };
    let own = ids.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
    let counts = |sentence: &str| {
        sentence.contains(&format!("`{name}`")) && prose::counted(sentence) == Some(1)
    };
    own.into_iter().any(is_plain)
        || maker.told.as_deref().is_some_and(|said| prose::sentences(said).any(counts))
}

/// Whether a member is called like the number of some parts.
fn is_count(name: &str, parts: &str) -> bool {
    let (name, parts) = (fold(name), fold(parts));
    let of_several = [
        parts.clone(),
        format!("{parts}count"),
        format!("numberof{parts}"),
        format!("num{parts}"),
        format!("total{parts}"),
    ];
    let mut of_one = singulars(&parts).into_iter().map(|one| format!("{one}count"));
    of_several.contains(&name) || of_one.any(|one| one == name)
}

/// Whether a description says that it is of the number of some parts.
fn tells_count(described: &[String], parts: &str) -> bool {
    let parts = fold(parts);
    let told = [["how", "many"], ["number", "of"], ["count", "of"]];
    told.iter().any(|told| follow(described, told).is_some_and(|next| *next == parts))
}

/// The word that follows on these.
fn follow<'w>(words: &'w [String], these: &[&str]) -> Option<&'w String> {
    let at = words.windows(these.len()).position(|some| some == these)?;
    words.get(at + these.len())
}

/// The one number that a part has, ids aside.
fn number(resources: &Resources<'_>, maker: &Operation) -> Option<String> {
    let body = body(resources, maker)?;
    let is_number = |name: &&str| {
        let is_id = fold(name) == "id" || names_another(maker, name);
        !is_id && body.has_number(name)
    };
    let sent: Vec<&str> = body.sent(Direction::Request).collect();
    only(sent.into_iter().filter(is_number)).map(str::to_owned)
}
