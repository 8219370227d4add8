//! `[[known]]`: failures that are known.

use time::{Date, Month};
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::node::{Entry, Reader, member};
use crate::profile::Known;
use crate::selection::Selector;

const FIELDS: &[&str] = &["cause", "cell", "check", "reason", "until", "link"];

impl Reader<'_> {
    /// The entries, in the order of the file.
    pub(super) fn known(&mut self, entry: &Entry<'_>) -> Vec<Known> {
        let Some(items) = entry.get_ref().as_array() else {
            self.mistyped(entry, "tables: `[[known]]`");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.known_one(item)).collect()
    }

    fn known_one(&mut self, entry: &Entry<'_>) -> Option<Known> {
        let table = self.table_of(entry, FIELDS)?;
        let cause = self.known_text(table, "cause");
        let cell = self.known_cell(table);
        if member(table, "cause").is_none() && member(table, "cell").is_none() {
            let message = "a known failure that names neither `cause` nor `cell`";
            let help = "take the cause from a report (`causes[].cause`), or name a cell: \
                        `cell = \"getPet:500\"`; what isn't promised at all stands under `[levels]`";
            self.wrong_with_help(&entry.span(), message, help);
        }
        let reason = self.known_text(table, "reason");
        if reason.is_none() && member(table, "reason").is_none() {
            let help = "say why it is there: `reason = \"…\"`";
            self.wrong_with_help(&entry.span(), "a known failure without a `reason`", help);
        }
        let until = self.until(table, entry);
        Some(Known {
            cause,
            cell,
            check: self.known_check(table),
            reason: reason?,
            until: until?,
            link: self.known_text(table, "link"),
            place: self.place(&entry.span()),
        })
    }

    fn known_text(&mut self, table: &DeTable<'_>, name: &str) -> Option<String> {
        let entry = member(table, name)?;
        let text = self.string(entry)?.trim().to_owned();
        if text.is_empty() {
            self.wrong(&entry.span(), format!("`{name}` says nothing"));
            return None;
        }
        Some(text)
    }

    fn known_cell(&mut self, table: &DeTable<'_>) -> Option<Selector> {
        let entry = member(table, "cell")?;
        match self.string(entry)?.parse::<Selector>() {
            Ok(selector) => Some(selector),
            Err(message) => {
                self.wrong(&entry.span(), message);
                None
            }
        }
    }

    fn known_check(&mut self, table: &DeTable<'_>) -> Option<String> {
        let entry = member(table, "check")?;
        let code = self.string(entry)?.to_owned();
        self.only_promised(&code, &entry.span());
        Some(code)
    }

    /// The day, as TOML writes one or as a string; what has none would stay for ever.
    fn until(&mut self, table: &DeTable<'_>, whole: &Entry<'_>) -> Option<Date> {
        const HELP: &str = "say until when it may stay: `until = 2030-12-31`";
        let Some(entry) = member(table, "until") else {
            self.wrong_with_help(&whole.span(), "a known failure without `until`", HELP);
            return None;
        };
        let moment = match entry.get_ref() {
            DeValue::Datetime(moment) => Some(*moment),
            DeValue::String(text) => text.parse::<Datetime>().ok(),
            _ => None,
        };
        let date = moment.filter(|moment| moment.time.is_none()).and_then(|moment| {
            let date = moment.date?;
            let month = Month::try_from(date.month).ok()?;
            Date::from_calendar_date(i32::from(date.year), month, date.day).ok()
        });
        if date.is_none() {
            self.wrong_with_help(&entry.span(), "`until` is no day", HELP);
        }
        date
    }
}
