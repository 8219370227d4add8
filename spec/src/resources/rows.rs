//! Bodies of rows, a table of CSV or lines of JSON, as the document's own example shows them and descriptions tell of them: "The first
//! line must be exactly `sku,amount,currency`, followed by 1 to 500 lines; otherwise it is refused with 400".

use serde_json::Value;

use super::Resources;
use super::prose::{has, on_one_line};
use super::told::statuses;
use crate::model::{
    Contract, JsonType, Location, MediaType, Operation, Parameter, Records, Status,
};
use crate::names::fold;
use crate::only::only;
use crate::outline::Outline;

/// What rows an operation takes.
#[derive(Debug, Clone)]
pub struct Rows<'a> {
    /// The media type.
    pub media_type: &'a MediaType,
    /// Whether a first line names the columns, as in CSV.
    pub is_table: bool,
    /// What the columns, or the members of a line, are called.
    pub columns: Vec<String>,
    /// What the first row of the example has in each.
    pub values: Vec<Value>,
    /// What ends a line.
    pub line_end: &'static str,
    /// With which status other columns are said to be refused.
    pub others_refused: Option<u16>,
    /// With which status it is said to be refused without a row.
    pub none_refused: Option<u16>,
    /// As many rows as are said to be taken, and with which status more are refused.
    pub most: Option<(usize, u16)>,
    /// What is told of each row in the answer.
    pub results: Option<RowResults>,
}

/// The array of an answer that has an entry for each row.
#[derive(Debug, Clone)]
pub struct RowResults {
    /// The array.
    pub list: String,
    /// The member of an entry that tells what came of the row, and what it says of one that was taken.
    pub taken: (String, String),
    /// Whether the answer counts those that were taken, by a number that is called so.
    pub counts_taken: bool,
    /// Whether a row that repeats another one is said not to be taken.
    pub refuses_repeated: bool,
    /// Whether each row is said to be handled by itself.
    pub is_each: bool,
}

pub(super) fn of<'o>(resources: &Resources<'_>, operation: &'o Operation) -> Option<Rows<'o>> {
    let content = operation.body.as_ref()?.content.values();
    let (media_type, records) = only(content.filter_map(|one| Some((one, one.records()?))))?;
    let mut texts = media_type.examples.iter().filter_map(|one| one.value.as_str());
    let text = texts.next()?;
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let is_table = records == Records::Table;
    let (columns, values): (Vec<String>, Vec<Value>) = match is_table {
        true => {
            let (header, first) = (lines.next()?, lines.next()?);
            // What is quoted may have commas in it.
            (!text.contains('"')).then_some(())?;
            let cells = first.split(',').map(Value::from);
            (header.split(',').map(str::to_owned).collect(), cells.collect())
        }
        false => {
            let Value::Object(members) = serde_json::from_str(lines.next()?).ok()? else {
                return None;
            };
            members.into_iter().unzip()
        }
    };
    (columns.len() == values.len()).then_some(())?;
    let said = Said::of(operation);
    Some(Rows {
        media_type,
        is_table,
        columns,
        values,
        line_end,
        others_refused: said.refusing(|one| has(one, &HEADER)).filter(|_| is_table),
        none_refused: said.refusing(|one| has(one, &NONE) || from_one(one).is_some()),
        most: said.most(),
        results: results(resources, operation, &said.all),
    })
}

/// What an operation says, in small letters.
struct Said {
    all: String,
    /// The sentences that refuse something, each with the status.
    refusals: Vec<(String, u16)>,
}

impl Said {
    fn of(operation: &Operation) -> Self {
        /// Of what is fine, nothing is refused.
        const FINE: [&str; 6] =
            ["ignored", "is fine", "are fine", "accepted", "allowed", "skipped"];
        const REFUSALS: [u16; 3] = [400, 413, 422];
        let all = on_one_line(operation.told.as_deref().unwrap_or_default()).to_lowercase();
        let own = all.split(". ").filter_map(|one| {
            let status = statuses(one).find(|status| REFUSALS.contains(status))?;
            (!has(one, &FINE)).then(|| (one.to_owned(), status))
        });
        let mut refusals: Vec<(String, u16)> = own.collect();
        for code in REFUSALS {
            let response = operation.responses.get(&Status::Code(code));
            let described = response.map(|one| on_one_line(&one.description).to_lowercase());
            refusals.extend(described.map(|text| (text, code)));
        }
        let is_documented = |(_, code): &(String, u16)| operation.documents(*code);
        refusals.retain(is_documented);
        Self { all, refusals }
    }

    fn refusing(&self, is_it: impl Fn(&str) -> bool) -> Option<u16> {
        self.refusals.iter().find(|(text, _)| is_it(text)).map(|(_, status)| *status)
    }

    /// "Followed by 1 to 500 lines; otherwise it is refused with 400", "with more than 500 readings it is refused (400)"; or what it
    /// takes, where a refusal is for too much of it.
    fn most(&self) -> Option<(usize, u16)> {
        const TOO_MUCH: [&str; 4] =
            ["too much of it", "too many lines", "too many rows", "no data or too much"];
        let in_refusal = self
            .refusals
            .iter()
            .find_map(|(text, status)| Some((from_one(text).or_else(|| at_most(text))?, *status)));
        in_refusal.or_else(|| {
            let status = self.refusing(|one| has(one, &TOO_MUCH))?;
            Some((from_one(&self.all)?, status))
        })
    }
}

/// The switch by which nothing is done but looked at: `dry_run`, of which it is said that nothing comes of it.
pub(super) fn dry_run<'o>(contract: &Contract, operation: &'o Operation) -> Option<&'o Parameter> {
    const CALLED: [&str; 3] = ["dryrun", "isdryrun", "validateonly"];
    const NOTHING: [&str; 5] =
        ["nothing is stored", "nothing is changed", "only checks", "changes nothing", "but no "];
    let mut queries = operation.parameters.iter().filter(|one| one.location == Location::Query);
    let switch = queries.find(|one| CALLED.contains(&fold(&one.name).as_str()))?;
    let is_switch = Outline::of(contract, &[switch.schema()?]).is(JsonType::Boolean);
    (is_switch && !operation.method.is_safe()).then_some(())?;
    let says = |text: &str| has(text, &NOTHING) && !has(text, &["not only"]);
    let told = on_one_line(operation.told.as_deref().unwrap_or_default());
    let mut of_switch = told.split(". ").filter(|one| one.contains(&switch.name));
    let is_told = of_switch.any(says) || switch.description.as_deref().is_some_and(says);
    is_told.then_some(switch)
}

/// How it is said that the first line has to name just these columns.
const HEADER: [&str; 5] = [
    "first line must be exactly",
    "has the header line",
    "another header line",
    "an unknown, missing or repeated column",
    "unknown column",
];
/// How it is said that there has to be a row.
const NONE: [&str; 6] = [
    "without a data line",
    "without any reading",
    "without any line",
    "without any row",
    "no data or too much",
    "without lines",
];
/// What rows are called.
const ROWS: [&str; 5] = ["lines", "rows", "readings", "records", "entries"];
/// No more rows are sent to see that one more is refused.
const MOST: usize = 2_000;

/// "1 to 500 lines": so many, and one of them at least.
fn from_one(said: &str) -> Option<usize> {
    number_in(said, |four| match four {
        ["1", "to", most, rows] if ROWS.contains(rows) => Some(*most),
        _ => None,
    })
}

/// "More than 500 readings".
fn at_most(said: &str) -> Option<usize> {
    number_in(said, |four| match four {
        ["more", "than", most, rows] if ROWS.contains(rows) => Some(*most),
        _ => None,
    })
}

fn number_in<'t>(said: &'t str, of: impl Fn(&[&'t str]) -> Option<&'t str>) -> Option<usize> {
    let words = said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let mut numbers = words.windows(4).filter_map(|four| of(four)?.parse().ok());
    numbers.find(|number| (1..=MOST).contains(number))
}

fn results(resources: &Resources<'_>, operation: &Operation, said: &str) -> Option<RowResults> {
    const EACH: [&str; 6] = [
        "each line is handled by itself",
        "each row is handled by itself",
        "judged by itself",
        "does not keep the others",
        "do not stop the good ones",
        "does not stop the others",
    ];
    const REPEATED: [&str; 2] = ["was already in the file", "is already in the file"];
    let answer = Outline::of(resources.contract, &[operation.answer_schema()?]);
    let (list, item) = only(answer.members().into_keys().filter_map(|name| {
        let (_, item) = answer.member(name)?.list(None).filter(|(inner, _)| inner.is_none())?;
        Some((name, Outline::of(resources.contract, &item)))
    }))?;
    let outcomes = item.members().into_keys().filter_map(|name| {
        let values = item.member(name)?.texts();
        Some((name.to_owned(), values.first().filter(|_| values.len() > 1)?.clone()))
    });
    let has_line = item.members().into_keys().any(|name| matches!(name, "line" | "row" | "index"));
    let taken = only(outcomes).filter(|_| has_line)?;
    Some(RowResults {
        list: list.to_owned(),
        counts_taken: answer.has_number(&taken.1),
        taken,
        refuses_repeated: has(said, &REPEATED),
        is_each: has(said, &EACH),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_rows_there_may_be_is_heard() {
        assert_eq!(from_one("exactly `a,b`, followed by 1 to 500 lines; otherwise"), Some(500));
        assert_eq!(at_most("a body with more than 300 readings is refused"), Some(300));
        assert_eq!(from_one("names have 1 to 100 characters"), None);
        assert_eq!(at_most("more than 10 seconds"), None);
        assert_eq!(at_most("more than 99999 lines"), None);
    }
}
