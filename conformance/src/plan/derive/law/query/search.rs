//! Searches find what has a text, as far as their descriptions say where they look and how: in each member that they
//! mention, in parts of it, in any letter case. They find things as they are now.

use std::sync::Arc;

use serde_json::Value;
use spec::resources::Search;

use super::super::listed::{delete, make, make_as, update};
use super::{Named, Subject, answered};
use crate::case::{
    Case, Content, Criterion, Input, Relation, RelationKind, Request, Template, Text, TextPart,
};
use crate::expression::Expression;
use crate::fresh::{Alphabet, Fresh, TextShape};
use crate::plan::draft::Draft;
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "search-finds";
/// The walks behind the first one.
const SECOND: &str = "walk_second";
/// The input with the text that is looked for.
const NEEDLE: &str = "needle";
/// The input with a second one.
const OTHER_NEEDLE: &str = "other_needle";
/// Characters that some databases take for more than themselves.
const SIGNS: [&str; 2] = ["%", "_"];

pub(super) fn cases(subject: &Subject<'_>, search: &Search<'_>) -> Vec<Case> {
    let mut cases: Vec<Case> = whole(subject, search).into_iter().collect();
    let told = search.members.iter().filter_map(|member| part(subject, search, member));
    cases.extend(told);
    cases.extend(updated(subject, search));
    cases.extend(deleted(subject, search));
    cases.extend(signs(subject, search));
    let of_words = search.members.iter().filter(|_| search.of_words && !search.has_wildcards);
    cases.extend(of_words.filter_map(|member| words(subject, search, member)));
    cases
}

/// Two words in the other order than a member has them, which are there, and of which another thing has only one.
fn words(subject: &Subject<'_>, search: &Search<'_>, member: &str) -> Option<Case> {
    let place = Place { before: "", after: "", in_capitals: false };
    place.fits(subject, search, member).then_some(())?;
    let literal = |text: &str| TextPart::Literal(text.to_owned());
    let needles = [NEEDLE, OTHER_NEEDLE].map(|one| TextPart::Expression(Expression::input(one)));
    let [one, other] = needles;
    let put = |parts: Vec<TextPart>| {
        move |draft: &mut Draft<'_>, mut request: Request| {
            for needle in [NEEDLE, OTHER_NEEDLE] {
                draft.inputs.insert(needle.into(), Input::Fresh(place.needle()).into());
            }
            let body = &mut request.body.as_mut()?.content;
            let Content::Json(Template::Object(members)) = body else { return None };
            Arc::make_mut(members).insert(member.to_owned(), Template::Text(Text(parts.clone())));
            Some(request)
        }
    };
    let mut draft = Draft::new(subject.planner);
    let both = put(vec![one.clone(), literal(" between "), other]);
    let made = make_as(&mut draft, subject.planner, subject.list, Extent::Minimal, both)?;
    // By now the request has them under names of its own.
    let last = Expression::input(format!("{made}_{OTHER_NEEDLE}"));
    let single = put(vec![literal("between "), one]);
    let half = make_as(&mut draft, subject.planner, subject.list, Extent::Minimal, single)?;
    let asked = Text(vec![TextPart::Expression(last), literal(" between")]);
    let asked = [(search.parameter, asked)];
    subject.walk(&mut draft, &asked)?;
    let all = vec![
        relation("what has both words is found".to_owned(), subject.has(super::WALK, &made))
            .at(Level::Must),
        relation("what has one of two words is not".to_owned(), subject.lacks(super::WALK, &half))
            .at(Level::Must),
    ];
    let detail = format!("words.{member}");
    subject.finish_counted(draft, &named(search, &detail), &asked, all)
}

/// A text that one of two things has.
fn whole(subject: &Subject<'_>, search: &Search<'_>) -> Option<Case> {
    let mut draft = Draft::new(subject.planner);
    let other = make(&mut draft, subject.planner, subject.list, Extent::Minimal)?;
    let made = make(&mut draft, subject.planner, subject.list, Extent::Minimal)?;
    draft.answer_of(&made);
    let name = text_member(subject, search, &draft, &made)?;
    let asked = [(search.parameter, Text::expression(answered(&made, &name)))];
    subject.walk(&mut draft, &asked)?;
    let message = format!("what has the text as its `{name}` is found");
    let level = level(search, &name);
    let all = vec![
        relation(message, subject.has(super::WALK, &made)).at(level),
        not_found(subject, &other).at(level),
    ];
    subject.finish_counted(draft, &named(search, ""), &asked, all)
}

/// A text within a member that the description mentions, as it stands there and in the other letter case, as far as the
/// description says that this is enough.
fn part(subject: &Subject<'_>, search: &Search<'_>, member: &str) -> Option<Case> {
    let mut draft = Draft::new(subject.planner);
    let other = make(&mut draft, subject.planner, subject.list, Extent::Minimal)?;
    let mut places = places(search);
    let place = places.find(|place| place.fits(subject, search, member))?;
    let put = |draft: &mut Draft<'_>, mut request: Request| {
        draft.inputs.insert(NEEDLE.into(), Input::Fresh(place.needle()).into());
        let body = &mut request.body.as_mut()?.content;
        let Content::Json(Template::Object(members)) = body else { return None };
        Arc::make_mut(members).insert(member.to_owned(), Template::Text(place.text()));
        Some(request)
    };
    let made = make_as(&mut draft, subject.planner, subject.list, Extent::Minimal, put)?;
    draft.answer_of(&made);
    // By now the request has it under a name of its own.
    let needle = format!("{made}_{NEEDLE}");
    let as_it_stands = Text(vec![place.part(&needle)]);
    subject.walk(&mut draft, &[(search.parameter, as_it_stands)])?;
    let what = if search.finds_parts { "a part of" } else { "the text as" };
    let message = format!("what has {what} its `{member}` is found");
    let level = level(search, member);
    let mut all = vec![
        relation(message, subject.has(super::WALK, &made)).at(level),
        not_found(subject, &other).at(level),
    ];
    if search.any_case {
        let turned = Text(vec![place.turned(&needle)]);
        subject.walk_as(&mut draft, SECOND, &[(search.parameter, turned)])?;
        let message = format!("`{member}` is found in any letter case");
        all.push(relation(message, subject.has(SECOND, &made)).at(level));
    }
    subject.finish(draft, &named(search, &format!("in.{member}")), all)
}

/// What was updated is found by its new text, and not by the old one.
fn updated(subject: &Subject<'_>, search: &Search<'_>) -> Option<Case> {
    let mut draft = Draft::new(subject.planner);
    let made = make(&mut draft, subject.planner, subject.list, Extent::Minimal)?;
    draft.answer_of(&made);
    let name = text_member(subject, search, &draft, &made)?;
    let update = update(&mut draft, subject.planner, subject.list, &made)?;
    // It has a fresh text as well.
    is_sought(subject, search, (&draft, &update), &name).then_some(())?;
    let pointer = format!("/{}", spec::pointer::escape(&name));
    let new = Expression::Output { step: update, name: "sent".to_owned(), pointer };
    subject.walk(&mut draft, &[(search.parameter, Text::expression(new))])?;
    let old = Text::expression(answered(&made, &name));
    subject.walk_as(&mut draft, SECOND, &[(search.parameter, old)])?;
    let all = vec![
        relation(format!("it is found by its new `{name}`"), subject.has(super::WALK, &made)),
        relation(format!("it is not found by its old `{name}`"), subject.lacks(SECOND, &made)),
    ];
    subject.finish(draft, &named(search, "updated"), all)
}

/// What was deleted is not found any more.
fn deleted(subject: &Subject<'_>, search: &Search<'_>) -> Option<Case> {
    let mut draft = Draft::new(subject.planner);
    let made = make(&mut draft, subject.planner, subject.list, Extent::Minimal)?;
    draft.answer_of(&made);
    let name = text_member(subject, search, &draft, &made)?;
    delete(&mut draft, subject.planner, subject.list, &made)?;
    subject.walk(&mut draft, &[(search.parameter, Text::expression(answered(&made, &name)))])?;
    let message = "what was deleted is not found";
    let gone = Relation::new("deleted-is-not-listed", message, subject.lacks(super::WALK, &made));
    // On the very page that shows it: each further one may show it as well, so that no end could be told.
    draft.last_step()?.criteria.push(Criterion::Relation(gone));
    subject.finish(draft, &named(search, "deleted"), Vec::new())
}

/// Where a search is for what contains a text, a sign that nothing has finds nothing.
fn signs(subject: &Subject<'_>, search: &Search<'_>) -> Option<Case> {
    if !search.finds_parts || search.has_wildcards {
        return None;
    }
    let mut draft = Draft::new(subject.planner);
    let made = make(&mut draft, subject.planner, subject.list, Extent::Minimal)?;
    let mut all = Vec::new();
    let asked = SIGNS.into_iter().zip([super::WALK, SECOND]);
    for (sign, walk) in asked.filter(|(sign, _)| takes(subject, search, &(*sign).into())) {
        subject.walk_as(&mut draft, walk, &[(search.parameter, Text::literal(sign))])?;
        let message = format!("`{sign}` finds only what contains it");
        all.push(relation(message, subject.lacks(walk, &made)));
    }
    (!all.is_empty()).then_some(())?;
    subject.finish(draft, &named(search, "signs"), all)
}

/// How the text that is looked for stands in a member.
#[derive(Debug, Clone, Copy)]
struct Place {
    before: &'static str,
    after: &'static str,
    in_capitals: bool,
}

/// Within a longer text where parts are found, else as all of it.
fn places(search: &Search<'_>) -> impl Iterator<Item = Place> {
    let (before, after) = if search.finds_parts { ("X", "Y") } else { ("", "") };
    [false, true].into_iter().map(move |in_capitals| Place { before, after, in_capitals })
}

impl Place {
    fn needle(self) -> Fresh {
        let (before, after) = ("n".to_owned(), String::new());
        Fresh::Text(TextShape { before, length: 8, alphabet: Alphabet::Plain, after })
    }

    fn part(self, needle: &str) -> TextPart {
        let needle = Expression::input(needle);
        if self.in_capitals { TextPart::Capitals(needle) } else { TextPart::Expression(needle) }
    }

    /// The same in the other letter case.
    fn turned(self, needle: &str) -> TextPart {
        Self { in_capitals: !self.in_capitals, ..self }.part(needle)
    }

    fn text(self) -> Text {
        let around = |text: &str| TextPart::Literal(text.to_owned());
        Text(vec![around(self.before), self.part(NEEDLE), around(self.after)])
    }

    /// Whether a thing can be made with such a text.
    fn fits(self, subject: &Subject<'_>, search: &Search<'_>, member: &str) -> bool {
        let needle = self.needle().stand_in();
        if !takes(subject, search, &needle) {
            return false;
        }
        let needle = needle.as_str().unwrap_or_default();
        let needle = if self.in_capitals { needle.to_uppercase() } else { needle.to_owned() };
        let text = format!("{}{needle}{}", self.before, self.after).into();
        let members = subject.makers_members();
        let ids = members.get(member).into_iter().flatten();
        let mut ids = ids.peekable();
        ids.peek().is_some() && ids.all(|id| subject.planner.sampler.admits_value(*id, &text))
    }
}

/// A member whose text only that thing has, and that a search looks at if it looks at any: one that it mentions, a name
/// or a title, else whatever is fresh.
fn text_member(
    subject: &Subject<'_>,
    search: &Search<'_>,
    draft: &Draft<'_>,
    made: &str,
) -> Option<String> {
    let shown = Merged::of(subject.planner.contract, &subject.list.item, Choice::default());
    let shown = shown.declared();
    let fits =
        |name: &&str| shown.contains_key(*name) && is_sought(subject, search, (draft, made), name);
    let told = search.members.iter().map(String::as_str);
    let likely = told.chain(["name", "title"]).find(fits);
    let members = subject.makers_members();
    likely.or_else(|| members.keys().copied().find(fits)).map(str::to_owned)
}

/// Whether a step sends a fresh text as a member that the search takes.
fn is_sought(
    subject: &Subject<'_>,
    search: &Search<'_>,
    (draft, step): (&Draft<'_>, &str),
    member: &str,
) -> bool {
    let sent = super::sent(draft, step, member);
    let Some(Template::Expression(Expression::Input { name, .. })) = sent else { return false };
    match draft.inputs.get(name.as_str()).map(|input| &**input) {
        Some(Input::Fresh(fresh @ Fresh::Text(_))) => takes(subject, search, &fresh.stand_in()),
        _ => false,
    }
}

/// Whether a search takes a text, by its schema.
fn takes(subject: &Subject<'_>, search: &Search<'_>, text: &Value) -> bool {
    let schema = search.parameter.schema();
    schema.is_none_or(|schema| subject.planner.sampler.admits_value(schema, text))
}

/// How firmly a text of a member is found: where it is said that what contains it is, in this member among others, it is
/// promised.
pub(in super::super) fn level(search: &Search<'_>, member: &str) -> Level {
    let is_told = search.finds_parts
        && !search.has_wildcards
        && search.members.iter().any(|told| told == member);
    if is_told { Level::Must } else { promise::level(CODE) }
}

fn relation(message: String, kind: RelationKind) -> Relation {
    Relation::new(CODE, message, kind)
}

fn not_found(subject: &Subject<'_>, other: &str) -> Relation {
    relation("what hasn't the text is not found".to_owned(), subject.lacks(super::WALK, other))
}

fn named<'n>(search: &'n Search<'_>, detail: &'n str) -> Named<'n> {
    Named { law: CODE, parameter: search.parameter, detail }
}
