//! The orders that a query can ask of a list.
//!
//! | value of `sort` | the items come |
//! | --- | --- |
//! | `name`, `name:asc` | by `name` |
//! | `-name`, `name:desc` | by `name`, the greatest first |
//! | `kind,-name` | by `kind`, and what is equal in that by `name`, the greatest first |
//!
//! Which values there are its schema lists, or those of its items; of a text its examples and the names in its pattern. What
//! is said of items that are equal in all that: `order.rs`.

use indexmap::IndexSet;

use super::order::{Members, SortKey};
use super::prose;
use super::query::Queries;
use crate::model::{Operation, Parameter, ParameterShape, Style};
use crate::names::fold;
use crate::outline::Outline;

/// A value of a parameter that asks for an order.
#[derive(Debug, Clone)]
pub struct Sort<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// The value: `-price`, or several of them with commas between.
    pub value: String,
    /// The member that items are in the order of.
    pub key: SortKey,
    /// The member that decides of items that are equal in that, where the value names one.
    pub second: Option<SortKey>,
    /// What is said to decide of items that are equal in all that the value names.
    pub tie: Option<SortKey>,
    /// Whether what is equal is said to come in the order of its making, and whether the newest comes first.
    pub ties_by_making: Option<bool>,
}

impl Sort<'_> {
    /// All that decides, what decides first before the others.
    pub fn keys(&self) -> impl Iterator<Item = &SortKey> {
        std::iter::once(&self.key).chain(&self.second).chain(&self.tie)
    }
}

/// How texts are compared where things are sorted by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Nothing is said: as in some language.
    Open,
    /// Code point by code point: capitals stand before small letters.
    CodePoints,
    /// As if all letters were small ones.
    AnyCase,
}

const SORTS: [&str; 6] = ["sort", "sortby", "orderby", "order", "ordering", "sorting"];
/// Values of several members that are asked for, at most, and those of them that begin with one member.
const SEVERAL: usize = 6;
const SECONDS: usize = 2;

/// The orders that a list's parameter asks for.
pub(super) fn of<'a>(queries: &Queries<'a>, operation: &'a Operation) -> Vec<Sort<'a>> {
    let mut parameters = queries.parameters();
    let Some(parameter) = parameters.find(|one| SORTS.contains(&fold(&one.name).as_str())) else {
        return Vec::new();
    };
    let Some(schema) = parameter.schema() else { return Vec::new() };
    let reader = Reader::of(queries, operation, parameter);
    let own = Outline::of(queries.contract, &[schema]);
    let whole = own.texts();
    if !whole.is_empty() {
        return whole.iter().filter_map(|value| reader.sort(value)).collect();
    }
    if let Some((None, item)) = own.list(None) {
        let each = Outline::of(queries.contract, &item).texts();
        let some = match with_commas(parameter) {
            true => reader.pairs(&each),
            false => Vec::new(),
        };
        return each.into_iter().chain(some).filter_map(|value| reader.sort(&value)).collect();
    }
    let pattern = own.spelling().filter(|spelling| spelling.contains('|')).unwrap_or_default();
    let each = reader.named_in(pattern);
    let some = if pattern.contains(',') { reader.pairs(&each) } else { Vec::new() };
    let examples = parameter.examples.iter().filter_map(|one| one.value.as_str());
    let examples = examples.map(str::to_owned);
    let all: IndexSet<String> = each.into_iter().chain(examples).chain(some).collect();
    all.iter().filter_map(|value| reader.sort(value)).collect()
}

/// The value that a parameter is said to have where it isn't sent: "the default is `-created_at`".
pub(super) fn told_default(parameter: &Parameter) -> Option<&str> {
    let said = parameter.description.as_deref()?;
    prose::sentences(said).find_map(default_in)
}

/// "The default is `x`", "default: `x`", "`x` by default", "`x` (default)": nothing else may stand between.
fn default_in(sentence: &str) -> Option<&str> {
    const BEFORE: [&str; 6] = [" is `", "s to `", ": `", " `", " order is `", " value is `"];
    const BEHIND: [&str; 3] = ["` by ", "` (", "` is the "];
    let at = sentence.to_ascii_lowercase().find("default")?;
    let (before, behind) = (sentence.get(..at)?, sentence.get(at + "default".len()..)?);
    let told = BEFORE.iter().find_map(|lead| behind.strip_prefix(lead)?.split('`').next());
    told.or_else(|| {
        let before = BEHIND.iter().find_map(|trail| before.strip_suffix(trail))?;
        before.rsplit('`').next()
    })
}

/// Whether several values go into one pair, with commas between (OAS 3.1 §4.8.12).
fn with_commas(parameter: &Parameter) -> bool {
    matches!(parameter.shape, ParameterShape::Schema { style: Style::Form, explode: false, .. })
}

struct Reader<'a, 'm> {
    members: Members<'m>,
    said: Vec<&'a str>,
    parameter: &'a Parameter,
    /// What decides of equals, whatever they are equal in.
    tie: Option<SortKey>,
    /// Whether the newest of equals comes first, where no member that is named decides.
    ties_by_making: Option<bool>,
}

impl<'a, 'm> Reader<'a, 'm> {
    fn of(queries: &'m Queries<'a>, operation: &'a Operation, parameter: &'a Parameter) -> Self {
        let members = Members::of(&queries.item);
        let said = [operation.told.as_deref(), parameter.description.as_deref()];
        let said: Vec<&str> = said.into_iter().flatten().collect();
        let named = members.tie_by_name(&said);
        let by_making = || said.iter().find_map(|text| prose::ties_by_making(text));
        let ties_by_making = if named.is_none() { by_making() } else { None };
        let tie = named.or_else(|| members.tie(&said));
        Self { members, said, parameter, tie, ties_by_making }
    }

    fn sort(&self, value: &str) -> Option<Sort<'a>> {
        let parts: Vec<&str> = value.split(',').collect();
        let [first, rest @ ..] = parts.as_slice() else { return None };
        let key = self.key(first)?;
        let second = match rest {
            [] => None,
            [second] => Some(self.key(second)?),
            _ => return None,
        };
        let named = [Some(&key), second.as_ref()];
        let is_named = |tie: &SortKey| named.iter().flatten().any(|key| key.member == tie.member);
        let mut tie = self.tie.clone().filter(|tie| !is_named(tie));
        if let Some(tie) = tie.as_mut().filter(|_| self.ties_turn_round()) {
            tie.descending = key.descending;
        }
        Some(Sort {
            parameter: self.parameter,
            value: value.to_owned(),
            // Where a second member decides, the order of making doesn't.
            ties_by_making: self.ties_by_making.filter(|_| second.is_none()),
            key,
            second,
            tie,
        })
    }

    /// Whether equals are said to come the same way round as what they are equal in.
    fn ties_turn_round(&self) -> bool {
        const SAME_WAY: [&str; 3] = ["same direction", "the same way round", "turned round, too"];
        let mut sentences = self.said.iter().flat_map(|text| prose::sentences(text));
        sentences.any(|one| {
            prose::has(one, &SAME_WAY) && prose::has(one, &["ties", "equal", "the same value"])
        })
    }

    /// What one name asks for, with what tells the way.
    fn key(&self, written: &str) -> Option<SortKey> {
        let (named, descending) = match written.strip_prefix('-') {
            Some(named) => (named, true),
            None => (written.strip_prefix('+').unwrap_or(written), false),
        };
        let lower = written.to_lowercase();
        let suffixed = ["desc", "asc"].into_iter().find(|suffix| {
            lower.strip_suffix(suffix).is_some_and(|rest| rest.ends_with([':', '_', '.', ' ', '-']))
        });
        let named = suffixed.map_or(named, |suffix| &named[..named.len() - suffix.len()]);
        let descending = descending || suffixed == Some("desc");
        let Some(member) = self.members.all().find(|member| fold(member) == fold(named)) else {
            return Some(SortKey { descending, ..self.members.ranked(named, &self.said)? });
        };
        if self.says_otherwise(named) {
            return None;
        }
        let says = |what: fn(&str) -> bool| self.said.iter().any(|text| what(text));
        let comparison = if says(prose::says_sorted_in_any_case) {
            Comparison::AnyCase
        } else if says(prose::says_code_points) {
            Comparison::CodePoints
        } else {
            Comparison::Open
        };
        Some(SortKey::new(member, descending, comparison))
    }

    /// Whether a name is said to ask for another order than that of the member itself: "`number` goes by the site, and then by number
    /// the way people count".
    fn says_otherwise(&self, named: &str) -> bool {
        const OTHERWISE: [&str; 5] =
            ["goes by ", "the way people", "natural order", "as a number", "numerically"];
        let quoted = format!("`{named}`");
        let mut sentences = self.said.iter().flat_map(|text| prose::sentences(text));
        sentences.any(|one| one.contains(&quoted) && prose::has(one, &OTHERWISE))
    }

    /// The members that a pattern names, each as well with the sign that turns the order around, where there is one.
    fn named_in(&self, pattern: &str) -> Vec<String> {
        let words = pattern.split(|one: char| !one.is_alphanumeric() && one != '_');
        let named = words.filter(|word| self.members.all().any(|member| member == *word));
        let named: IndexSet<&str> = named.collect();
        let ways = |name: &str| match pattern.contains('-') {
            true => vec![name.to_owned(), format!("-{name}")],
            false => vec![name.to_owned()],
        };
        named.into_iter().flat_map(ways).collect()
    }

    /// Some values of two members, the first of them such as things may well have in common: no moments, but days. Each member
    /// is the first of some, since of one alone no two things may have the same.
    fn pairs(&self, each: &[String]) -> Vec<String> {
        let keys = each.iter().filter_map(|value| Some((value, self.key(value)?)));
        let keys: Vec<_> = keys.filter(|(_, key)| !self.members.is_time(&key.member)).collect();
        let firsts = keys.iter().filter(|(_, key)| !key.descending);
        let pairs = firsts.flat_map(|(one, first)| {
            let others = keys
                .iter()
                .filter(move |(_, other)| other.descending && first.member != other.member);
            others.map(move |(other, _)| format!("{one},{other}")).take(SECONDS)
        });
        pairs.take(SEVERAL).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_told_right_beside_it() {
        for (said, default) in [
            ("A `-` means descending; the default is `-made_at`", Some("-made_at")),
            ("Defaults to `name`", Some("name")),
            ("`name` by default", Some("name")),
            ("One of `name` (default), `-name`", Some("name")),
            ("The default direction of `price` is ascending", None),
            ("By default nothing, or `name`", None),
        ] {
            assert_eq!(default_in(said), default, "{said}");
        }
    }
}
