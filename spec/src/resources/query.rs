//! What queries ask of a list: only some of the items, or an order. Names alone say so.
//!
//! | parameter | asks for items |
//! | --- | --- |
//! | `kind` | whose member `kind` is that value |
//! | `kinds`, `kind[]` (arrays) | whose member `kind` is one of those values |
//! | `max_price`, `min_price`, `price_lte`, `price[gte]` | whose member `price` is that much at most, or at least |
//! | `min_votes`, `year_from` | the same of the only number like `vote_count`, or `published_year` |
//! | `max_rent_cents` | the same of the only number that ends so: `asking_rent_cents` |
//! | "whose `capacity` is at least this", "whose `price_from.amount` is" | the same of the member that is named |
//! | "With `true` only full ones, with `false` only the others" | of one half, each of which has what the other hasn't |
//! | `price_lt`, `price[gt]` | whose member `price` is less, or more |
//! | `from`, "Starts at this time or later" (moments) | whose member `starts_at` is that moment or a later one |
//! | `shelf` | whose only member of the like, `shelf_id`, is that value and written likewise |
//! | `city` | whose `address` has a member `city` of that value, where nothing else is called so |
//! | `feature` (array), "all of the features" | whose array `features` has all of them, or any, as is said |
//! | `q`, `search` | that have the text |
//! | `sort=name`, `sort=-name`, `sort=name:desc` | by `name`, or the other way round |
//!
//! Where descriptions say more (that a search looks at two members, or that letter case doesn't matter), that is read as
//! well: `prose.rs`.

use super::list::is_of_pages;
use super::prose;
use crate::model::{Contract, JsonType, Location, Operation, Parameter, SchemaId};
use crate::names::{fold, singulars, words};
use crate::only::only;
use crate::outline::Outline;
use crate::pointer::escape;

/// A parameter that asks for some of the items: by a value, or by several.
#[derive(Debug, Clone)]
pub struct Filter<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// The member of an item that it is about: a single value of the parameter's own type. A JSON pointer, where it lies deeper.
    pub member: String,
    /// What the member must be.
    pub kind: FilterKind,
    /// What one value of the parameter must match.
    pub value: Vec<SchemaId>,
    /// Whether the parameter takes several values, of which the member must be one.
    pub several: bool,
    /// Whether letter case is said to make no difference.
    pub any_case: bool,
    /// Whether nothing but the whole value is it, as its form or its description says: parts of other texts are not.
    pub whole: bool,
}

/// What a member must be, by the value of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterKind {
    /// The same.
    Equal,
    /// That much or less.
    AtMost,
    /// That much or more.
    AtLeast,
    /// Less.
    Below,
    /// More.
    Above,
    /// The member is an array of values, one of which is the same.
    Has,
    /// The member is an array of values, and has all of the parameter's.
    HasAll,
}

impl std::fmt::Display for FilterKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Equal => "equal to",
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
            Self::Below => "less than",
            Self::Above => "more than",
            Self::Has => "an array with",
            Self::HasAll => "an array with all of",
        })
    }
}

/// A switch whose two values ask for items of their own each, whatever it is that tells them apart.
#[derive(Debug, Clone)]
pub struct Halves<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// Whether it is said that there are no others.
    pub is_whole: bool,
}

/// A parameter that asks for items that have a text.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// The members of an item that its description mentions, all of them texts; none: it doesn't tell where it looks.
    pub members: Vec<String>,
    /// Whether it says that the text may be a part of another one.
    pub finds_parts: bool,
    /// Whether it says that letter case doesn't matter.
    pub any_case: bool,
    /// Whether it says that some characters mean more than themselves.
    pub has_wildcards: bool,
    /// Whether it says that it is for words, each of which has to be there, wherever it stands.
    pub of_words: bool,
}

const SEARCHES: [&str; 6] = ["q", "query", "search", "searchterm", "text", "keyword"];
/// What stands before, or behind, the name of a number that is to lie on one side of a bound.
const BEFORE: [(&str, FilterKind); 2] = [("max", FilterKind::AtMost), ("min", FilterKind::AtLeast)];
const BEHIND: [(&str, FilterKind); 8] = [
    ("lte", FilterKind::AtMost),
    ("gte", FilterKind::AtLeast),
    ("max", FilterKind::AtMost),
    ("min", FilterKind::AtLeast),
    ("to", FilterKind::AtMost),
    ("from", FilterKind::AtLeast),
    ("lt", FilterKind::Below),
    ("gt", FilterKind::Above),
];

/// What the queries of a list can ask, by the names of its parameters and of the members of its items.
pub(super) struct Queries<'a> {
    pub(super) contract: &'a Contract,
    operation: &'a Operation,
    pub(super) item: Outline<'a>,
}

impl<'a> Queries<'a> {
    pub(super) fn of(contract: &'a Contract, operation: &'a Operation, item: &[SchemaId]) -> Self {
        Self { contract, operation, item: Outline::of(contract, item) }
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &'a Parameter> {
        self.operation.parameters.iter().filter(|one| one.location == Location::Query)
    }

    pub(super) fn filters(&self) -> Vec<Filter<'a>> {
        // `size` may be that of a page, and that of an item.
        let filters = self.parameters().filter(|one| !is_of_pages(one));
        filters.filter_map(|parameter| self.filter(parameter)).collect()
    }

    /// The parameters that ask for items by a member of one of their objects.
    pub(super) fn inner_filters(&self) -> Vec<Filter<'a>> {
        let parameters = self.parameters().filter(|one| !is_of_pages(one));
        parameters.filter_map(|parameter| self.inner_filter(parameter)).collect()
    }

    fn inner_filter(&self, parameter: &'a Parameter) -> Option<Filter<'a>> {
        let schema = parameter.schema()?;
        let own = Outline::of(self.contract, &[schema]);
        let name = fold(&parameter.name);
        if !own.is_scalar() || SEARCHES.contains(&name.as_str()) || self.filter(parameter).is_some()
        {
            return None;
        }
        if let Some(told) = self.told_inner_bound(parameter, schema) {
            return Some(told);
        }
        let objects = self.item.members().into_keys();
        let inner = objects.flat_map(|object| {
            let within = self.item.member(object).filter(|one| one.is(JsonType::Object));
            let names = within.iter().flat_map(|one| one.members().into_keys());
            let called = names.filter(|member| fold(member) == name);
            called.map(|member| (object, member.to_owned())).collect::<Vec<_>>()
        });
        let (object, member) = only(inner)?;
        let theirs = self.item.member(object)?.member(&member)?;
        let same = SCALARS.into_iter().any(|ty| own.is(ty) && theirs.is(ty));
        let said = parameter.description.as_deref().unwrap_or_default();
        same.then(|| Filter {
            parameter,
            member: format!("/{}/{}", escape(object), escape(&member)),
            kind: FilterKind::Equal,
            value: vec![schema],
            several: false,
            any_case: prose::says_any_case(said),
            whole: !own.is(JsonType::String) || !own.texts().is_empty() || prose::says_whole(said),
        })
    }

    /// The number within an object that a description names, with the bound: "whose `price_from.amount` is at least this".
    fn told_inner_bound(&self, parameter: &'a Parameter, schema: SchemaId) -> Option<Filter<'a>> {
        let (way, kind) = bound_told(parameter)?;
        let way: Vec<String> = way.split('.').map(str::to_owned).collect();
        let [object, _] = way.as_slice() else { return None };
        self.item.member(object).filter(|one| one.is(JsonType::Object))?;
        let is_number = |one: &Outline<'_>| one.is_number();
        self.item.at(&way).filter(is_number)?;
        Outline::of(self.contract, &[schema]).is_number().then(|| Filter {
            parameter,
            member: way.iter().map(|name| format!("/{}", escape(name))).collect(),
            kind,
            value: vec![schema],
            several: false,
            any_case: false,
            whole: true,
        })
    }

    /// The switches of which a description says what each of both values asks for.
    pub(super) fn halves(&self) -> Vec<Halves<'a>> {
        const EACH: [&str; 2] = ["only", "those"];
        const MORE: [&str; 7] =
            ["includ", "also", "as well", "too", "hide", "additional", "default"];
        const OTHERS: [&str; 6] =
            ["other", "those without", "with none", "without any", "the rest", "remaining"];
        let halves = self.parameters().filter_map(|parameter| {
            let said = parameter.description.as_deref()?;
            let is_switch =
                Outline::of(self.contract, &[parameter.schema()?]).is(JsonType::Boolean);
            let is_of_both = prose::has(said, &["true"]) && prose::has(said, &["false"]);
            let is_told = is_of_both && prose::has(said, &EACH) && !prose::has(said, &MORE);
            let is_whole = prose::has(said, &OTHERS);
            (is_switch && is_told).then_some(Halves { parameter, is_whole })
        });
        halves.collect()
    }

    fn filter(&self, parameter: &'a Parameter) -> Option<Filter<'a>> {
        let schema = parameter.schema()?;
        let whole = Outline::of(self.contract, &[schema]);
        let items = whole.list(None).filter(|(name, _)| name.is_none()).map(|(_, item)| item);
        let several = items.is_some();
        let value = items.unwrap_or_else(|| vec![schema]);
        let name = fold(&parameter.name);
        let (member, kind) = match several {
            true => match self.one_of(&name) {
                Some(member) => (member, FilterKind::Equal),
                None => self.all_among(parameter, &name)?,
            },
            false => {
                let own = self.member(&name).or_else(|| self.named(parameter));
                let own = own.or_else(|| self.switched(parameter));
                let equal = own.map(|member| (member, FilterKind::Equal));
                let bounded = || {
                    let told = self.bounded(&name).or_else(|| self.told_bound(parameter));
                    let told = told.or_else(|| self.moment(parameter));
                    told.or_else(|| self.counted(parameter)).or_else(|| self.bounded_end(parameter))
                };
                equal.or_else(bounded).or_else(|| self.one_among(&name))?
            }
        };
        let own = Outline::of(self.contract, &value);
        let same = SCALARS.into_iter().any(|ty| own.is(ty) && member.1.is(ty));
        let said = parameter.description.as_deref().unwrap_or_default();
        let is_formed = own.is_scalar() && !own.is(JsonType::String)
            || !own.texts().is_empty()
            || matches!(own.spelling(), Some("uuid" | "date" | "date-time"));
        same.then_some(Filter {
            parameter,
            member: member.0,
            kind,
            value,
            several,
            any_case: prose::says_any_case(said),
            whole: is_formed || prose::says_whole(said),
        })
    }

    /// The array of values that one value is called like: `tags` of a `tag`. What it holds is given in its place.
    fn one_among(&self, name: &str) -> Option<(Member<'a>, FilterKind)> {
        let members = self.item.members().into_keys();
        let is_plural =
            |member: &&str| fold(member) != name && singulars(member).iter().any(|one| one == name);
        let called = only(members.filter(is_plural))?;
        let (_, item) = self.item.member(called)?.list(None).filter(|(name, _)| name.is_none())?;
        let outline = Outline::of(self.contract, &item);
        outline.is_scalar().then(|| (Member(called.to_owned(), outline), FilterKind::Has))
    }

    /// The array of values that has several values, as is said: with each of them or, where one is enough, with any.
    fn all_among(&self, parameter: &Parameter, name: &str) -> Option<(Member<'a>, FilterKind)> {
        const ALL: [&str; 5] = ["*all*", "all of", "all the", "each of", "every one of"];
        const ANY: [&str; 5] = ["*any*", "any of", "one of", "at least one", "either"];
        let said = parameter.description.as_deref()?;
        let kind = match (prose::has(said, &ALL), prose::has(said, &ANY)) {
            (true, false) => FilterKind::HasAll,
            (false, true) => FilterKind::Has,
            _ => return None,
        };
        let names = [name.to_owned()].into_iter().chain(singulars(name));
        let called = names.into_iter().find_map(|one| {
            let members = self.item.members().into_keys();
            let is_it = |member: &&str| fold(member) == one || singulars(member).contains(&one);
            let called = only(members.filter(is_it))?;
            self.item.member(called)?.list(None).filter(|(name, _)| name.is_none())?;
            Some(called)
        })?;
        let (_, item) = self.item.member(called)?.list(None)?;
        let outline = Outline::of(self.contract, &item);
        outline.is_scalar().then(|| (Member(called.to_owned(), outline), kind))
    }

    /// The member that one of several values is of: `ids` are each an `id`.
    fn one_of(&self, name: &str) -> Option<Member<'a>> {
        singulars(name).iter().find_map(|one| self.member(one))
    }

    /// The number that a folded name is a bound of.
    fn bounded(&self, name: &str) -> Option<(Member<'a>, FilterKind)> {
        let before = BEFORE.iter().map(|(affix, kind)| (name.strip_prefix(affix), *kind));
        let behind = BEHIND.iter().map(|(affix, kind)| (name.strip_suffix(affix), *kind));
        before.chain(behind).find_map(|(rest, kind)| {
            let member = self.member(rest?);
            Some((member.filter(|Member(_, outline)| outline.is_number())?, kind))
        })
    }

    /// The only number whose name ends as that of a bound does: the `asking_rent_cents` of `max_rent_cents`.
    fn bounded_end(&self, parameter: &Parameter) -> Option<(Member<'a>, FilterKind)> {
        let called = words(&parameter.name);
        let (first, bounded) = called.split_first().filter(|(_, bounded)| bounded.len() > 1)?;
        let (_, kind) = BEFORE.iter().find(|(affix, _)| affix == first)?;
        let is_bound = |word: &String| BEFORE.iter().any(|(affix, _)| affix == word);
        let ends_so = |name: &&str| {
            words(name).strip_suffix(bounded).is_some_and(|rest| !rest.iter().any(is_bound))
        };
        // "With a connector of this power or more": what is bounded is a part's, and not the thing's.
        let said = parameter.description.as_deref().unwrap_or_default();
        let parts = self
            .item
            .members()
            .into_keys()
            .filter(|name| self.item.member(name).is_some_and(|one| one.is(JsonType::Array)));
        let mut parts = parts.flat_map(singulars);
        (!parts.any(|part| prose::mentions(said, &part))).then_some(())?;
        let members = self.item.members().into_keys().filter(ends_so);
        let members =
            members.filter_map(|name| Some(Member(name.to_owned(), self.item.member(name)?)));
        Some((only(members.filter(|Member(_, outline)| outline.is_number()))?, *kind))
    }

    /// The number that a description names, with the bound: "whose `capacity` is at least this".
    fn told_bound(&self, parameter: &Parameter) -> Option<(Member<'a>, FilterKind)> {
        let (name, kind) = bound_told(parameter)?;
        let member = self.member(&fold(name));
        Some((member.filter(|Member(_, outline)| outline.is_number())?, kind))
    }

    /// The only number that counts what a parameter bounds, or is of that kind: the `vote_count` of `min_votes`, the
    /// `published_year` of `year_from`.
    fn counted(&self, parameter: &Parameter) -> Option<(Member<'a>, FilterKind)> {
        const COUNTS: [&str; 4] = ["count", "number", "total", "quantity"];
        let called = words(&parameter.name);
        let affix = |word: &String, affixes: &[(&str, FilterKind)]| {
            affixes.iter().find(|(affix, _)| affix == word).map(|(_, kind)| *kind)
        };
        let (things, kind) = match called.as_slice() {
            [first, things] if affix(first, &BEFORE).is_some() => (things, affix(first, &BEFORE)?),
            [things, last] if affix(last, &BEHIND).is_some() => (things, affix(last, &BEHIND)?),
            _ => return None,
        };
        let one = singulars(things);
        let is_it = |name: &str| {
            let words = words(name);
            let is_of = |word: &String| word == things || one.contains(word);
            match words.as_slice() {
                [first, last] if COUNTS.contains(&last.as_str()) => is_of(first),
                [_, last] => last == things,
                _ => false,
            }
        };
        let members = self.item.members().into_keys().filter(|name| is_it(name));
        let numbers =
            members.filter_map(|name| Some(Member(name.to_owned(), self.item.member(name)?)));
        Some((only(numbers.filter(|Member(_, outline)| outline.is_number()))?, kind))
    }

    /// The one member whose name is that of the parameter and one word more, and that is written likewise.
    fn named(&self, parameter: &Parameter) -> Option<Member<'a>> {
        let called = words(&parameter.name);
        let spelling = Outline::of(self.contract, &[parameter.schema()?]).spelling()?;
        let members = self.item.members().into_keys().filter_map(|name| {
            let words = words(name);
            let is_it = words.split_last().is_some_and(|(_, rest)| rest == called.as_slice());
            let outline = self.item.member(name).filter(|_| is_it)?;
            (outline.spelling() == Some(spelling)).then(|| Member(name.to_owned(), outline))
        });
        only(members)
    }

    /// The only switch of an item, where it is called by the same verb as the parameter (`accepting`, `accepts_orders`) and the
    /// description says what both of its values ask for.
    fn switched(&self, parameter: &Parameter) -> Option<Member<'a>> {
        let said = parameter.description.as_deref().unwrap_or_default();
        let is_switch = Outline::of(self.contract, &[parameter.schema()?]).is(JsonType::Boolean);
        if !is_switch || !prose::has(said, &["only"]) || !prose::has(said, &["true"]) {
            return None;
        }
        let members = self.item.members().into_keys();
        let switches =
            members.filter_map(|name| Some(Member(name.to_owned(), self.item.member(name)?)));
        let switch = only(switches.filter(|Member(_, outline)| outline.is(JsonType::Boolean)))?;
        let (own, theirs) = (words(&parameter.name), words(&switch.0));
        let is_same_verb =
            own.first().map(|word| stem(word)) == theirs.first().map(|word| stem(word));
        (own.len() == 1 && is_same_verb).then_some(switch)
    }

    /// The moment that a parameter is a bound of, as its description says: the one that it mentions, else the only one.
    fn moment(&self, parameter: &Parameter) -> Option<(Member<'a>, FilterKind)> {
        let format = Outline::of(self.contract, &[parameter.schema()?]).spelling();
        let format = format.filter(|format| matches!(*format, "date" | "date-time"))?;
        let said = prose::sentences(parameter.description.as_deref()?).next()?;
        let kind = prose::bound(said)?;
        let moments = || {
            let members = self.item.members().into_keys();
            let outlined =
                members.filter_map(|name| Some(Member(name.to_owned(), self.item.member(name)?)));
            outlined.filter(|Member(_, outline)| outline.spelling() == Some(format))
        };
        let mentioned = moments().filter(|Member(name, _)| prose::mentions(said, name));
        // "Starts before this time" is of `starts_at`.
        let verb = words(said).into_iter().next();
        let named = moments().filter(|Member(name, _)| words(name).into_iter().next() == verb);
        // And so is `starts_from`.
        let first = words(&parameter.name).into_iter().next();
        let alike = moments().filter(|Member(name, _)| words(name).into_iter().next() == first);
        let member = only(mentioned).or_else(|| only(named));
        // A day that a time lies on is no bound of another day: `collected_from` is of `collected_at`.
        let is_of_another = self.item.members().into_keys().any(|name| {
            let other = self.item.member(name).and_then(|one| one.spelling());
            words(name).into_iter().next() == first
                && other.is_some_and(|other| matches!(other, "date" | "date-time"))
                && other != Some(format)
        });
        let any = || only(moments()).filter(|_| !is_of_another);
        let member = member.or_else(|| only(alike)).or_else(any)?;
        Some((member, kind))
    }

    /// The member of an item that is called so, folded.
    fn member(&self, name: &str) -> Option<Member<'a>> {
        let members = self.item.members().into_keys();
        let name = members.into_iter().find(|member| fold(member) == name)?.to_owned();
        let outline = self.item.member(&name)?;
        Some(Member(name, outline))
    }

    pub(super) fn search(&self) -> Option<Search<'a>> {
        let is_text = |parameter: &&Parameter| {
            let schema = parameter.schema();
            schema.is_some_and(|id| Outline::of(self.contract, &[id]).is(JsonType::String))
        };
        let mut searches =
            self.parameters().filter(|one| SEARCHES.contains(&fold(&one.name).as_str()));
        // Of a member of that name it is a filter.
        let is_search = |one: &&Parameter| is_text(one) && self.member(&fold(&one.name)).is_none();
        let parameter = searches.find(is_search)?;
        let said = parameter.description.as_deref().unwrap_or_default();
        let is_looked_at = |member: &&str| {
            let is_text = self.item.member(member).is_some_and(|one| one.is(JsonType::String));
            is_text && prose::mentions(said, member)
        };
        let members = self.item.members().into_keys().filter(is_looked_at);
        Some(Search {
            parameter,
            members: members.map(str::to_owned).collect(),
            finds_parts: prose::says_contains(said),
            any_case: prose::says_any_case(said),
            has_wildcards: prose::says_wildcard(said),
            of_words: prose::says_each_word(said),
        })
    }
}

/// What a description names that is bounded by a parameter, and how: "whose `capacity` is at least this".
fn bound_told(parameter: &Parameter) -> Option<(&str, FilterKind)> {
    const BOUNDS: [(&str, FilterKind); 8] = [
        ("is at least this", FilterKind::AtLeast),
        ("is this or more", FilterKind::AtLeast),
        ("is at most this", FilterKind::AtMost),
        ("is this or less", FilterKind::AtMost),
        ("is above this", FilterKind::Above),
        ("is more than this", FilterKind::Above),
        ("is below this", FilterKind::Below),
        ("is less than this", FilterKind::Below),
    ];
    let said = parameter.description.as_deref()?;
    let (name, behind) = said.split_once('`')?.1.split_once('`')?;
    let behind = behind.trim_start();
    let (_, kind) = BOUNDS.iter().find(|(bound, _)| behind.starts_with(bound))?;
    Some((name, *kind))
}

/// A verb without its ending.
fn stem(word: &str) -> &str {
    let endings = ["ing", "ed", "es", "s", "e"];
    let stems = endings.into_iter().filter_map(|ending| word.strip_suffix(ending));
    stems.into_iter().find(|stem| stem.len() > 2).unwrap_or(word)
}

/// A member of an item: its name, and what it is.
struct Member<'a>(String, Outline<'a>);

const SCALARS: [JsonType; 4] =
    [JsonType::String, JsonType::Integer, JsonType::Number, JsonType::Boolean];
