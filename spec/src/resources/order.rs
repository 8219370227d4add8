//! The order in which a list has its items, as it says: by `x-sorted-by`, or in words ("Ordered by `slug`").
//!
//! | said | order |
//! | --- | --- |
//! | "Sorted by `day`, then by `name`" | by `day`, and what is equal in that by `name` |
//! | "Sorted by the day of the visit" | by the member that is described so |
//! | "The one with the highest number first", "the earliest start first" | by `number` downwards, by `starts_at` upwards |
//! | "The one measured last first" | by `measured_on` downwards |
//! | "The cheapest comes first" | by the only number that is a price |
//! | "All promo codes in alphabetical order" | by `code` |
//! | "Entries that are equal are ordered by ascending `id`" | what is equal in all that, by `id` |

use super::prose::{
    has, on_one_line, order_of_creation, says_any_case, says_code_points, sentences,
    ties_by_making, without_ties,
};
use super::ranks;
use super::sort::Comparison;
use crate::model::Operation;
use crate::names::{fold, singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// In what order items come: in that of the first key, what is equal in it in that of the second, and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// There is at least one.
    pub keys: Vec<SortKey>,
}

/// A member that items are in the order of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The member; empty, as a JSON pointer would be: the item itself.
    pub member: String,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// How it is compared, where it is a text.
    pub comparison: Comparison,
    /// Its values in their order, where they are words whose order is told; empty where it isn't.
    pub ranks: Vec<String>,
}

impl SortKey {
    /// By a member whose values have an order of their own.
    #[must_use]
    pub fn new(member: impl Into<String>, descending: bool, comparison: Comparison) -> Self {
        Self { member: member.into(), descending, comparison, ranks: Vec::new() }
    }
}

impl std::fmt::Display for SortKey {
    /// As queries have it: `-price`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.member)
    }
}

impl Order {
    pub(super) fn of(operation: &Operation, item: &Outline<'_>) -> Option<Self> {
        let extension = || {
            let written = operation.extensions.get("x-sorted-by")?.as_str()?;
            let (member, descending) = match written.strip_prefix('-') {
                Some(member) => (member, true),
                None => (written, false),
            };
            let comparison = Comparison::Open;
            let key = SortKey::new(member, descending, comparison);
            Some(Self { keys: vec![key] })
        };
        extension().or_else(|| told(operation, item))
    }
}

/// The order that the description of an operation tells, or that of its success.
fn told(operation: &Operation, item: &Outline<'_>) -> Option<Order> {
    let answer = operation.answer().map(|(response, _)| response.description.as_str());
    let own = [operation.summary.as_deref(), operation.told.as_deref(), answer];
    let said: Vec<&str> = own.into_iter().flatten().collect();
    let members = Members::of(item);
    let tie = members.tie(&said);
    let told = said.iter().flat_map(|text| sentences(text)).find_map(|one| members.keys(one));
    let mut keys = told.or_else(|| {
        // What is made at one moment comes in another order than that of its making.
        tie.as_ref()?;
        let descending = said.iter().find_map(|text| order_of_creation(text))?;
        let member = members.made_at()?.to_owned();
        Some(vec![SortKey::new(member, descending, Comparison::Open)])
    })?;
    if said.iter().any(|text| says_code_points(text)) {
        keys.iter_mut().for_each(|key| key.comparison = Comparison::CodePoints);
    }
    keys.extend(tie.filter(|tie| keys.iter().all(|known| known.member != tie.member)));
    Some(Order { keys })
}

/// "By name in ascending order": what stands behind the `by`.
fn by_way(text: &str) -> Option<(&'static str, &str)> {
    const WAYS: [&str; 3] =
        [" in ascending order", " in descending order", " in alphabetical order"];
    let (before, _) = WAYS.iter().find_map(|way| text.split_once(way))?;
    let (_, member) = before.rsplit_once("by ")?;
    // No more than the name of a member, and a word before it.
    (member.split_whitespace().count() <= 2).then(|| ("by ", &text[before.len() - member.len()..]))
}

/// What items may be sorted by: their members that have one value each, and an order. Of values that are listed nobody knows
/// whether they come as they are listed or by their letters.
pub(super) struct Members<'a> {
    item: &'a Outline<'a>,
    names: Vec<&'a str>,
    /// Those whose values are listed: they have an order where one is told.
    listed: Vec<(&'a str, Vec<String>)>,
}

impl<'a> Members<'a> {
    pub(super) fn of(item: &'a Outline<'a>) -> Self {
        let all = item.members().into_keys().filter_map(|name| Some((name, item.member(name)?)));
        let all = all.filter(|(_, one)| one.is_scalar()).map(|(name, one)| (name, one.texts()));
        let (names, listed): (Vec<_>, Vec<_>) = all.partition(|(_, values)| values.is_empty());
        Self { item, names: names.into_iter().map(|(name, _)| name).collect(), listed }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &'a str> {
        self.names.iter().copied()
    }

    /// The key that is a member whose values are listed, in the order that is told of them.
    pub(super) fn ranked(&self, named: &str, said: &[&str]) -> Option<SortKey> {
        let (member, values) = self.listed.iter().find(|(name, _)| fold(name) == fold(named))?;
        let own = self.item.description(&[(*member).to_owned()]);
        let said: Vec<&str> = said.iter().copied().chain(own).collect();
        let ranks = ranks::told(&said, member, values)?;
        Some(SortKey { ranks, ..SortKey::new(*member, false, Comparison::Open) })
    }

    /// Whether a member is a day or a moment.
    pub(super) fn is_moment(&self, name: &str) -> bool {
        matches!(self.spelling(name), Some("date" | "date-time"))
    }

    /// Whether it is a moment, which no two things have in common but by chance.
    pub(super) fn is_time(&self, name: &str) -> bool {
        self.spelling(name) == Some("date-time")
    }

    fn spelling(&self, name: &str) -> Option<&str> {
        self.item.member(name).and_then(|one| one.spelling())
    }

    /// The moment at which an item came to be, by its name, where it has one.
    pub(super) fn made_at(&self) -> Option<&'a str> {
        /// What APIs call it, without regard to how words are joined.
        const NAMES: [&str; 12] = [
            "createdat",
            "created",
            "createdtime",
            "creationtime",
            "datecreated",
            "addedat",
            "dateadded",
            "occurredat",
            "happenedat",
            "recordedat",
            "timestamp",
            "at",
        ];
        let spelling = |name: &str| self.item.member(name).and_then(|one| one.spelling());
        let is_it = |name: &&&str| {
            NAMES.contains(&fold(name).as_str()) && spelling(name) == Some("date-time")
        };
        only(self.names.iter().filter(is_it)).copied()
    }

    /// What decides of items that are equal in whatever else they are sorted by, as descriptions say.
    pub(super) fn tie(&self, said: &[&str]) -> Option<SortKey> {
        self.tie_by_name(said).or_else(|| {
            let descending = said.iter().find_map(|text| ties_by_making(text))?;
            Some(SortKey::new(self.made_at()?, descending, Comparison::Open))
        })
    }

    /// The same where a member is named.
    pub(super) fn tie_by_name(&self, said: &[&str]) -> Option<SortKey> {
        said.iter().flat_map(|text| sentences(text)).find_map(|one| self.tie_of(one))
    }

    /// The keys that a sentence names. What is so only at times, or where it is asked for, isn't.
    pub(super) fn keys(&self, sentence: &str) -> Option<Vec<SortKey>> {
        const AT_TIMES: [&str; 7] =
            ["can be", "may be", " if ", "unless", "default", "when ", " as `"];
        let text = without_ties(&sentence.to_lowercase());
        if has(&text, &AT_TIMES) || is_of_equals(&text) {
            return None;
        }
        self.by_names(&text)
            .or_else(|| Some(vec![self.by_end(&text)?]))
            .or_else(|| Some(vec![self.by_alphabet(&text)?]))
    }

    /// "Sorted by `name`, then by `id`".
    fn by_names(&self, text: &str) -> Option<Vec<SortKey>> {
        const BY: [&str; 9] = [
            "come by `",
            "in ascending order by ",
            "in descending order by ",
            "ordered by ",
            "sorted by ",
            "in order of ",
            "in the order of ",
            "by ascending ",
            "by descending ",
        ];
        let told = BY.iter().find_map(|by| Some((*by, text.split_once(by)?.1)));
        let (by, behind) = told.or_else(|| by_way(text))?;
        let down = matches!(by, "by descending " | "in descending order by ");
        // "Ordered by zone and within a zone by `grams`."
        let behind = match behind.split_once(" and within ") {
            Some((first, rest)) if rest.split(' ').nth(2) == Some("by") => {
                let second: Vec<&str> = rest.split(' ').skip(3).collect();
                format!("{first} then {}", second.join(" "))
            }
            _ => behind.to_owned(),
        };
        let keys: Vec<SortKey> =
            behind.split(" then ").map_while(|part| self.key(part, down)).collect();
        (!keys.is_empty()).then_some(keys)
    }

    /// The member that a part of a sentence begins with, and which way.
    fn key(&self, part: &str, down: bool) -> Option<SortKey> {
        const DOWN: [&str; 8] = [
            "descending",
            "from newest to oldest",
            "latest first",
            "newest first",
            "highest first",
            "largest first",
            "most recent first",
            "z to a",
        ];
        const FILLERS: [&str; 8] =
            ["the", "their", "its", "by", "ascending", "descending", "increasing", "decreasing"];
        let mut rest = part.split_whitespace().skip_while(|word| FILLERS.contains(word));
        let first = rest.next()?;
        let member = self.called(&word(first)).or_else(|| {
            let phrase: Vec<&str> = std::iter::once(first).chain(rest).collect();
            self.described(phrase.join(" ").split([',', '(']).next()?.trim())
        })?;
        let descending = down || has(part, &DOWN);
        let comparison = if says_any_case(part) { Comparison::AnyCase } else { Comparison::Open };
        Some(SortKey::new(member, descending, comparison))
    }

    /// "The one with the highest number first" is in the order of `number`, and "the one measured last first" in that of
    /// `measured_on`.
    fn by_end(&self, text: &str) -> Option<SortKey> {
        const GREATEST: [&str; 6] =
            ["highest", "higher", "largest", "larger", "greatest", "latest"];
        const LEAST: [&str; 6] = ["lowest", "lower", "smallest", "smaller", "least", "earliest"];
        let text = text.replace("most recent", "latest").replace("comes first", "first");
        let all: Vec<&str> = text
            .split(|one: char| !one.is_alphanumeric() && one != '_')
            .filter(|word| !word.is_empty())
            .collect();
        let way = |word: &str| match word {
            word if GREATEST.contains(&word) => Some(true),
            word if LEAST.contains(&word) => Some(false),
            _ => None,
        };
        let (member, descending) =
            all.windows(3).filter(|three| three[2] == "first").find_map(|three| {
                match (way(three[0]), three[1]) {
                    (Some(down), noun) => {
                        Some((self.called(noun).or_else(|| self.moment(noun))?, down))
                    }
                    (None, "last") => Some((self.moment(three[0])?, true)),
                    (None, "cheapest") => Some((self.price()?, false)),
                    (None, "dearest") => Some((self.price()?, true)),
                    _ => None,
                }
            })?;
        Some(SortKey::new(member, descending, Comparison::Open))
    }

    /// "All promo codes in alphabetical order".
    fn by_alphabet(&self, text: &str) -> Option<SortKey> {
        let (before, _) = text.split_once("in alphabetical order")?;
        let mut nouns = before.split_whitespace().map(word);
        let member = nouns.find_map(|noun| self.called(&noun))?;
        let comparison = if says_any_case(text) { Comparison::AnyCase } else { Comparison::Open };
        Some(SortKey::new(member, false, comparison))
    }

    /// "Ties are broken by `id`, ascending", "Venues that are equal come in the order of their ids".
    fn tie_of(&self, sentence: &str) -> Option<SortKey> {
        const BY: [&str; 4] = [" by ", "order of their ", "order of the ", "order of its "];
        let text = on_one_line(&sentence.to_lowercase());
        if !is_of_equals(&text) {
            return None;
        }
        let behind = BY.iter().find_map(|by| text.rsplit_once(by).map(|(_, behind)| behind));
        match behind {
            Some(behind) => self.key(behind, false),
            None => self.by_end(text.split_once('(')?.1),
        }
    }

    /// The member that is called so, or whose plural that is.
    fn called(&self, name: &str) -> Option<&'a str> {
        let is_it = |member: &&&str| {
            let member = fold(member);
            member == name || singulars(name).contains(&member)
        };
        // "By start" is by `startsAt`.
        let begins = |member: &&&str| {
            let own = words(member);
            let [first, last] = own.as_slice() else { return false };
            matches!(last.as_str(), "at" | "on" | "time" | "date")
                && singulars(first).iter().any(|one| one == name)
                && self.is_moment(member)
        };
        let named = self.names.iter().find(is_it).copied();
        named.or_else(|| only(self.names.iter().filter(begins)).copied())
    }

    /// The only member whose description begins so: "Day of the visit".
    fn described(&self, phrase: &str) -> Option<&'a str> {
        let begins = |name: &&&str| {
            let said = self.item.description(&[(**name).to_owned()]).unwrap_or_default();
            let said = said.to_lowercase();
            said.strip_prefix("the ").unwrap_or(&said).starts_with(phrase)
        };
        only(self.names.iter().filter(begins)).filter(|_| phrase.contains(' ')).copied()
    }

    /// The moment that something is said to have happened at: `starts_at` of a start, `measured_on` of what was measured,
    /// the only date of a day.
    fn moment(&self, what: &str) -> Option<&'a str> {
        let format = |name: &&str| self.item.member(name).and_then(|one| one.spelling());
        let is_of = |name: &&&str| {
            let all = words(name);
            let [first, last] = all.as_slice() else { return false };
            let is_it = first == what || singulars(first).iter().any(|one| one == what);
            is_it && matches!(last.as_str(), "on" | "at" | "date" | "time")
        };
        let moments = || self.names.iter().filter(|name| self.is_moment(name));
        let of_day = || {
            let days = moments().filter(|name| format(name) == Some("date"));
            only(days).filter(|_| matches!(what, "day" | "date"))
        };
        self.names.iter().find(is_of).or_else(of_day).copied()
    }

    /// The only number that is a price.
    fn price(&self) -> Option<&'a str> {
        let is_price = |name: &&&str| {
            let is_number = self.item.member(name).is_some_and(|one| one.is_number());
            is_number && words(name).iter().any(|word| matches!(word.as_str(), "price" | "cost"))
        };
        only(self.names.iter().filter(is_price)).copied()
    }
}

/// Whether a sentence is about items that are equal in what the others are sorted by.
fn is_of_equals(text: &str) -> bool {
    has(text, &["equal", "ties ", "the same", "together"])
}

/// A word without what stands around it, folded.
fn word(text: &str) -> String {
    fold(text.trim_matches(|one: char| !one.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::tests::contract;

    /// The keys that a description gives, a minus sign before those that go down.
    fn read(description: &str) -> String {
        let yaml = format!(
            "  /visits:\n    get:\n      operationId: list\n      description: \"{description}\"\n      responses:\n        '200':\n          description: Visits.\n          content: {{application/json: {{schema: {{type: array, items: {{$ref: '#/components/schemas/Visit'}}}}}}}}\ncomponents:\n  schemas:\n    Visit:\n      type: object\n      properties:\n        id: {{type: integer}}\n        number: {{type: integer}}\n        slug: {{type: string}}\n        kind: {{type: string, enum: [walk, ride]}}\n        price_cents: {{type: integer}}\n        spent_on: {{type: string, format: date, description: Day of the visit.}}\n        measured_at: {{type: string, format: date-time}}\n        starts_at: {{type: string, format: date-time}}\n        tags: {{type: array, items: {{type: string}}}}\n"
        );
        let contract = contract(&yaml);
        let operation = &contract.operations[0];
        let answer = Outline::of(&contract, &[operation.answer_schema().expect("an answer")]);
        let (_, item) = answer.list(None).expect("a list");
        let order = Order::of(operation, &Outline::of(&contract, &item));
        let keys = order.into_iter().flat_map(|order| order.keys);
        let told = keys.map(|key| {
            let sign = if key.descending { "-" } else { "" };
            let how = match key.comparison {
                Comparison::Open => "",
                Comparison::CodePoints => " by code points",
                Comparison::AnyCase => " in any case",
            };
            format!("{sign}{}{how}", key.member)
        });
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn descriptions_say_in_what_order_items_come() {
        for (said, keys) in [
            ("Ordered by `slug`.", "slug"),
            ("By ascending slug, a part at a time", "slug"),
            ("All of them, sorted by measured_at, the latest first.", "-measured_at"),
            ("Ordered by `slug` without regard to case, then by `id`.", "slug in any case, id"),
            ("Ordered by `starts_at`, then by `number`, descending.", "starts_at, -number"),
            (
                "Sorted by the day of the visit. Visits of the same day come as they come.",
                "spent_on",
            ),
            ("In the order of their numbers.", "number"),
            ("The visits that match, the one with the highest number first.", "-number"),
            ("All of them, the lowest `number` first.", "number"),
            ("The one measured last first.", "-measured_at"),
            (
                "The visits, the earliest start first; visits starting at the same time come in the order of their ids.",
                "starts_at, id",
            ),
            ("The most recent day first; within a day by slug.", "-spent_on"),
            (
                "The cheapest comes first. Where prices are equal, the older one precedes.",
                "price_cents",
            ),
            ("All slugs of the year in alphabetical order, for everybody.", "slug"),
            (
                "Ordered by slug. Ties are broken by `id`, descending. Slugs compare code point by code point.",
                "slug by code points, -id",
            ),
            ("All visits of the shop, by slug in ascending order.", "slug"),
            ("By `number` in descending order, then by `id`.", "-number, id"),
            ("Visits are in descending order by number.", "-number"),
            ("The records are sorted by the `measured_at` from newest to oldest.", "-measured_at"),
            ("Lists visits, newest first (higher numbers first).", "-number"),
            (
                "Visits by ascending start (of the same start: by descending number).",
                "starts_at, -number",
            ),
            ("Can be sorted by slug.", ""),
            ("Sorted by slug unless `sort` says otherwise.", ""),
            ("Ordered by `starts_at` as `sort` says.", ""),
            ("Ordered by kind.", ""),
            ("Ordered by tags.", ""),
            ("The highest bid first.", ""),
            ("The one named last first.", ""),
            ("Read the last first.", ""),
            ("By default the highest number first.", ""),
            ("The visits of a year.", ""),
        ] {
            assert_eq!(read(said), keys, "{said}");
        }
    }
}
