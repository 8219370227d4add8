//! The keywords that speak of a value itself: types, `enum`, text, numbers, annotations.
//!
//! A keyword is compared only where both sides admit values of its type: what `maxLength` says of a number is
//! nothing, and a change of type is told once.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::engine::{At, Engine, Form, Here};
use super::table::Fact;
use super::values::{show, show_all};
use crate::model::{JsonType, SchemaId, TypeSet};
use crate::normal::{Edge, Limit, Normal, Sourced, same_value};

impl<'a> Engine<'a> {
    pub(super) fn compare_types(&mut self, here: &Here<'_, 'a>) {
        let (old, new) = (here.old, here.new);
        if old.types == new.types {
            return;
        }
        let at = (At(old.types_by, "type"), At(new.types_by, "type"));
        let (open, close) = (old.types.is_all(), new.types.is_all());
        if !open && !close {
            self.compare_null(here, at);
        }
        // Two lists of values tell more than their types do.
        if old.values.is_some() && new.values.is_some() {
            return;
        }
        let bare = |types: TypeSet| {
            if open || close { types } else { types.without(JsonType::Null) }
        };
        let (before, after) = (bare(old.types), bare(new.types));
        if before == after {
            return;
        }
        let fact = if includes(after, before) || is_read_as(here, old, new) {
            Fact::TypeWidened
        } else if includes(before, after) || is_read_as(here, new, old) {
            Fact::TypeNarrowed
        } else {
            Fact::TypeChanged
        };
        self.state(
            here,
            fact,
            at,
            &format!("type changed from {} to {}", name(before), name(after)),
        );
    }

    fn compare_null(&mut self, here: &Here<'_, 'a>, at: (At, At)) {
        let null = |flat: &Normal<'_>| flat.types.contains(JsonType::Null);
        match (null(here.old), null(here.new)) {
            (false, true) => self.state(here, Fact::BecameNullable, at, "may be null now"),
            (true, false) => self.state(here, Fact::BecameNotNullable, at, "may no longer be null"),
            _ => {}
        }
    }

    pub(super) fn compare_values(&mut self, here: &Here<'_, 'a>) {
        let place = |said: &Option<Sourced<_>>| At(said.as_ref().map(|said| said.by), "enum");
        let at = (place(&here.old.values), place(&here.new.values));
        match (&here.old.values, &here.new.values) {
            (None, Some(new)) => {
                let what = format!("only {} from now on", show_all(new.value.iter().copied()));
                self.state(here, Fact::EnumAdded, at, &what);
            }
            (Some(old), None) => {
                let what = format!("no longer only {}", show_all(old.value.iter().copied()));
                self.state(here, Fact::EnumRemoved, at, &what);
            }
            (Some(old), Some(new)) => {
                let removed = missing(&old.value, &new.value);
                let added = missing(&new.value, &old.value);
                let kept =
                    old.value.iter().filter(|value| !value.is_null()).count() - removed.len();
                self.state_values(here, at, &removed, &added, kept);
            }
            (None, None) => {}
        }
    }

    fn state_values(
        &mut self,
        here: &Here<'_, 'a>,
        at: (At, At),
        removed: &[&Value],
        added: &[&Value],
        kept: usize,
    ) {
        let list = |values: &[&Value]| show_all(values.iter().copied());
        if kept == 0 && !removed.is_empty() && !added.is_empty() {
            let what = format!("{} in place of {}", list(added), list(removed));
            return self.state(here, Fact::EnumReplaced, at, &what);
        }
        if !removed.is_empty() {
            let what = format!("no longer {}", list(removed));
            self.state(here, Fact::EnumValueRemoved, at, &what);
        }
        if !added.is_empty() {
            let what = format!("may be {} now", list(added));
            self.state(here, Fact::EnumValueAdded, at, &what);
        }
    }

    pub(super) fn compare_text(&mut self, here: &Here<'_, 'a>) {
        let (old, new) = (here.old, here.new);
        if old.values.is_some() && new.values.is_some() {
            return;
        }
        let numeric = admits(here, JsonType::Number);
        if admits(here, JsonType::String) || numeric {
            self.compare_formats(here);
        }
        if !admits(here, JsonType::String) {
            return;
        }
        if let Some((at, was, is)) = texts(&old.patterns, &new.patterns, "pattern") {
            let fact = match (&*was, &*is) {
                ("", _) => Fact::PatternAdded,
                (_, "") => Fact::PatternRemoved,
                _ => Fact::PatternChanged,
            };
            self.state(here, fact, at, &went("pattern", &was, &is));
        }
        if let Some((at, was, is)) = texts(&encodings(old), &encodings(new), "contentEncoding") {
            self.state(here, Fact::ContentChanged, at, &went("contentEncoding", &was, &is));
        }
    }

    fn compare_formats(&mut self, here: &Here<'_, 'a>) {
        let Some((at, was, is)) = texts(&here.old.formats, &here.new.formats, "format") else {
            return;
        };
        let known = |format: &str| format.is_empty() || KNOWN_FORMATS.contains(&format);
        let fact = match (&*was, &*is) {
            (was, is) if !known(was) || !known(is) => Fact::UnknownFormatChanged,
            ("", _) => Fact::FormatAdded,
            (_, "") => Fact::FormatRemoved,
            ("int32", "int64") | ("float", "double") => Fact::FormatWidened,
            ("int64", "int32") | ("double", "float") => Fact::FormatNarrowed,
            _ => Fact::FormatChanged,
        };
        self.state(here, fact, at, &went("format", &was, &is));
    }

    pub(super) fn compare_numbers(&mut self, here: &Here<'_, 'a>) {
        if here.old.values.is_some() && here.new.values.is_some() {
            return;
        }
        for limit in Limit::ALL {
            if admits(here, limit.limits()) {
                self.compare_limit(here, limit);
            }
        }
        if admits(here, JsonType::Number) {
            self.compare_steps(here);
        }
    }

    fn compare_limit(&mut self, here: &Here<'_, 'a>, limit: Limit) {
        let (old, new) = (here.old.limit(limit), here.new.limit(limit));
        let edge = |said: Option<&'_ Sourced<Edge>>| said.map(|said| said.value.clone());
        let (was, is) = (edge(old), edge(new));
        let (down, up) = facts(limit);
        let (fact, verb) = match limit.compare(was.as_ref(), is.as_ref()) {
            Ordering::Equal => return,
            Ordering::Greater => (down, "went down"),
            Ordering::Less => (up, "went up"),
        };
        let keyword = limit.keyword();
        let place = |said: Option<&Sourced<_>>| At(said.map(|said| said.by), keyword);
        let (from, to) = (Edge::describe(was.as_ref()), Edge::describe(is.as_ref()));
        let what = format!("`{keyword}` {verb} from {from} to {to}");
        self.state(here, fact, (place(old), place(new)), &what);
    }

    fn compare_steps(&mut self, here: &Here<'_, 'a>) {
        let (old, new) = (here.old.multiple_of.as_slice(), here.new.multiple_of.as_slice());
        let place = |said: &[Sourced<_>]| At(said.first().map(|said| said.by), "multipleOf");
        let at = (place(old), place(new));
        let list = |said: &[Sourced<Number>]| {
            let all: Vec<_> = said.iter().map(|said| said.value.to_string()).collect();
            all.join(" and ")
        };
        let (was, is) = (list(old), list(new));
        let fact = match (old, new) {
            ([], []) => return,
            ([], _) => Fact::MultipleOfNarrowed,
            (_, []) => Fact::MultipleOfWidened,
            ([a], [b]) if same_value(&a.value.clone().into(), &b.value.clone().into()) => return,
            ([a], [b]) if divides(&a.value, &b.value) => Fact::MultipleOfNarrowed,
            ([a], [b]) if divides(&b.value, &a.value) => Fact::MultipleOfWidened,
            _ if was == is => return,
            _ => Fact::MultipleOfChanged,
        };
        self.state(here, fact, at, &went("multipleOf", &was, &is));
    }

    pub(super) fn compare_annotations(&mut self, here: &Here<'_, 'a>) {
        let (old, new) = (here.old, here.new);
        let (was, is) = (&old.default, &new.default);
        let same = match (was, is) {
            (None, None) => true,
            (Some(a), Some(b)) => same_value(a.value, b.value),
            _ => false,
        };
        if !same {
            let tell = |said: &Option<Sourced<&Value>>| {
                said.as_ref().map_or_else(|| "none".to_owned(), |said| show(said.value))
            };
            let what = format!("`default` changed from {} to {}", tell(was), tell(is));
            let place =
                |said: &Option<Sourced<_>>| At(said.as_ref().map(|said| said.by), "default");
            self.state(here, Fact::DefaultChanged, (place(was), place(is)), &what);
        }
        let at = |by: Option<SchemaId>| At(by, "deprecated");
        let at = (at(old.marks.deprecated), at(new.marks.deprecated));
        match (old.marks.deprecated, new.marks.deprecated) {
            (None, Some(_)) => self.state(here, Fact::SchemaDeprecated, at, "deprecated now"),
            (Some(_), None) => {
                self.state(here, Fact::SchemaUndeprecated, at, "no longer deprecated");
            }
            _ => {}
        }
    }
}

/// What to state where it went down, and where it went up.
fn facts(limit: Limit) -> (Fact, Fact) {
    match limit {
        Limit::Minimum => (Fact::MinimumDecreased, Fact::MinimumIncreased),
        Limit::Maximum => (Fact::MaximumDecreased, Fact::MaximumIncreased),
        Limit::MinLength => (Fact::MinLengthDecreased, Fact::MinLengthIncreased),
        Limit::MaxLength => (Fact::MaxLengthDecreased, Fact::MaxLengthIncreased),
        Limit::MinItems => (Fact::MinItemsDecreased, Fact::MinItemsIncreased),
        Limit::MaxItems => (Fact::MaxItemsDecreased, Fact::MaxItemsIncreased),
        Limit::MinProperties => (Fact::MinPropertiesDecreased, Fact::MinPropertiesIncreased),
        Limit::MaxProperties => (Fact::MaxPropertiesDecreased, Fact::MaxPropertiesIncreased),
    }
}

/// The formats that validators and generated code check; others are for people.
const KNOWN_FORMATS: [&str; 18] = [
    "int32",
    "int64",
    "float",
    "double",
    "byte",
    "binary",
    "date",
    "date-time",
    "time",
    "duration",
    "uuid",
    "uri",
    "uri-reference",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "regex",
];

/// Whether both sides admit values of this type.
pub(super) fn admits(here: &Here<'_, '_>, ty: JsonType) -> bool {
    let admits = |types: TypeSet| {
        types.contains(ty) || (ty == JsonType::Number && types.contains(JsonType::Integer))
    };
    admits(here.old.types) && admits(here.new.types)
}

/// Whether what one writes as text is text that the other admits: what stands for a number or a boolean is.
fn is_read_as(here: &Here<'_, '_>, one: &Normal<'_>, other: &Normal<'_>) -> bool {
    let is_scalar = |ty| {
        matches!(ty, JsonType::Boolean | JsonType::Integer | JsonType::Number | JsonType::String)
    };
    here.form == Form::Text && one.types.iter().all(is_scalar) && other.admits_any_text()
}

fn includes(outer: TypeSet, inner: TypeSet) -> bool {
    inner.iter().all(|ty| {
        outer.contains(ty) || (ty == JsonType::Integer && outer.contains(JsonType::Number))
    })
}

fn name(types: TypeSet) -> String {
    if types.is_all() {
        return "any".to_owned();
    }
    let names: Vec<_> = types.iter().map(JsonType::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" or ") }
}

fn missing<'a>(from: &[&'a Value], among: &[&Value]) -> Vec<&'a Value> {
    let is_missing = |value: &&&Value| !among.iter().any(|other| same_value(value, other));
    from.iter().filter(|value| !value.is_null()).filter(is_missing).copied().collect()
}

/// What is said of what is within a text, by either keyword.
fn encodings<'a>(normal: &Normal<'a>) -> Vec<Sourced<&'a str>> {
    normal.content_encodings.iter().chain(&normal.content_media_types).cloned().collect()
}

/// Where two keywords of text differ, and what they say; several that must all hold are told together.
fn texts(
    old: &[Sourced<&str>],
    new: &[Sourced<&str>],
    keyword: &'static str,
) -> Option<((At, At), String, String)> {
    let list = |said: &[Sourced<&str>]| {
        let mut all: Vec<_> = said.iter().map(|said| said.value).collect();
        all.sort_unstable();
        all.join(" and ")
    };
    let (was, is) = (list(old), list(new));
    let place = |said: &[Sourced<&str>]| At(said.first().map(|said| said.by), keyword);
    (was != is).then(|| ((place(old), place(new)), was, is))
}

fn went(keyword: &str, was: &str, is: &str) -> String {
    let quote = |text: &str| if text.is_empty() { "none".to_owned() } else { format!("`{text}`") };
    format!("`{keyword}` changed from {} to {}", quote(was), quote(is))
}

/// Whether every multiple of `b` is one of `a`, as far as doubles can tell.
fn divides(a: &Number, b: &Number) -> bool {
    let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else { return false };
    let times = b / a;
    times.is_finite() && (times - times.round()).abs() < 1e-9 && times.round() != 0.0
}
