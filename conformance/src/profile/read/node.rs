//! Values of a TOML file with their places: read as one type or another, with a problem where they are not.

use std::ops::Range;
use std::path::Path;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::{Place, Problem, Secret, closest};

/// A value and where it stands.
pub(super) type Entry<'t> = Spanned<DeValue<'t>>;

/// Gathers what is wrong with a file while it is read.
pub(super) struct Reader<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
    pub(super) environment: &'a dyn Fn(&str) -> Option<String>,
    pub(super) problems: Vec<Problem>,
    /// What came from the environment, by the name of its variable.
    pub(super) hidden: Vec<(String, Secret)>,
    /// The variables that were asked for, in order.
    pub(super) asked: Vec<String>,
    /// The variables that each credential is from.
    pub(super) variables: IndexMap<String, Vec<String>>,
}

/// The members of a table, by name, each with the place of its name.
pub(super) fn members<'t>(
    table: &'t DeTable<'t>,
) -> impl Iterator<Item = (&'t str, Range<usize>, &'t Entry<'t>)> {
    table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value))
}

/// A member of a table.
pub(super) fn member<'t>(table: &'t DeTable<'t>, name: &str) -> Option<&'t Entry<'t>> {
    members(table).find(|(key, ..)| *key == name).map(|(.., value)| value)
}

impl<'a> Reader<'a> {
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        Place::of(self.path, self.text, span)
    }

    pub(super) fn wrong(&mut self, span: &Range<usize>, message: impl Into<String>) {
        let problem = Problem::new(self.place(span), message);
        self.problems.push(problem);
    }

    pub(super) fn wrong_with_help(
        &mut self,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let problem = Problem::new(self.place(span), message).help(help);
        self.problems.push(problem);
    }

    /// The value is never quoted: it may be a secret.
    pub(super) fn mistyped(&mut self, entry: &Entry<'_>, expected: &str) {
        self.wrong(&entry.span(), format!("a value of the wrong type: expected {expected}"));
    }

    pub(super) fn table<'t>(&mut self, entry: &'t Entry<'t>) -> Option<&'t DeTable<'t>> {
        let table = entry.get_ref().as_table();
        if table.is_none() {
            self.mistyped(entry, "a table");
        }
        table
    }

    /// A table that may have these members and no others.
    pub(super) fn table_of<'t>(
        &mut self,
        entry: &'t Entry<'t>,
        known: &[&str],
    ) -> Option<&'t DeTable<'t>> {
        let table = self.table(entry)?;
        self.only_known(table, known);
        Some(table)
    }

    pub(super) fn only_known(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for (name, span, _) in members(table) {
            if known.contains(&name) {
                continue;
            }
            let help = match closest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("expected one of {}", quoted(known)),
            };
            self.wrong_with_help(&span, format!("unknown field `{name}`"), help);
        }
    }

    pub(super) fn string<'t>(&mut self, entry: &'t Entry<'t>) -> Option<&'t str> {
        let text = entry.get_ref().as_str();
        if text.is_none() {
            self.mistyped(entry, "a string");
        }
        text
    }

    pub(super) fn boolean(&mut self, entry: &Entry<'_>) -> Option<bool> {
        let flag = entry.get_ref().as_bool();
        if flag.is_none() {
            self.mistyped(entry, "a boolean");
        }
        flag
    }

    /// A number, whole or not, within these bounds.
    pub(super) fn number(&mut self, entry: &Entry<'_>, least: f64, most: f64) -> Option<f64> {
        let number = number(entry.get_ref()).filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.mistyped(entry, &format!("a number from {least} to {most}"));
        }
        number
    }

    /// Strings, each with its place.
    pub(super) fn strings<'t>(&mut self, entry: &'t Entry<'t>) -> Vec<(&'t str, Range<usize>)> {
        let Some(items) = entry.get_ref().as_array() else {
            self.mistyped(entry, "a sequence of strings");
            return Vec::new();
        };
        let strings = items.iter().filter_map(|item| Some((self.string(item)?, item.span())));
        strings.collect()
    }

    /// The same, where a single one may stand for a list of one.
    pub(super) fn string_or_strings<'t>(
        &mut self,
        entry: &'t Entry<'t>,
    ) -> Vec<(&'t str, Range<usize>)> {
        match entry.get_ref().as_str() {
            Some(text) => vec![(text, entry.span())],
            None => self.strings(entry),
        }
    }

    /// The value of an environment variable.
    pub(super) fn lookup(&mut self, name: &str, span: &Range<usize>) -> Option<String> {
        self.asked.push(name.to_owned());
        let value = (self.environment)(name);
        if value.is_none() {
            let message = format!("the environment variable `{name}` isn't set");
            self.wrong_with_help(span, message, format!("set it: `export {name}=…`"));
        }
        value
    }

    /// A text, as it stands there or as `{ env = "NAME" }`, and whether it came from the environment.
    pub(super) fn text(&mut self, entry: &Entry<'_>) -> Option<(String, bool)> {
        if let Some((name, span)) = variable(entry) {
            return Some((self.lookup(name, &span)?, true));
        }
        match entry.get_ref().as_str() {
            Some(text) => Some((text.to_owned(), false)),
            None => {
                self.mistyped(entry, "a string or `{ env = \"NAME\" }`");
                None
            }
        }
    }
}

/// The variable that `{ env = "NAME" }` names.
pub(super) fn variable<'t>(entry: &'t Entry<'t>) -> Option<(&'t str, Range<usize>)> {
    let table = entry.get_ref().as_table().filter(|table| table.len() == 1)?;
    let name = member(table, "env")?;
    Some((name.get_ref().as_str()?, name.span()))
}

pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(number) => integer(number).map(|number| number as f64),
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => None,
    }
}

pub(super) fn integer(number: &toml::de::DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

pub(super) fn quoted(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
