//! Bodies of rows, a table of CSV or lines of JSON, as the document's own example shows them and descriptions tell of them: "The first
//! line must be exactly `sku,amount,currency`, followed by 1 to 500 lines; otherwise it is refused with 400".

use serde_json::Value;

use super::Resources;
use super::prose::{has, on_one_line};
use crate::model::{Location, MediaType, Operation, Parameter, Records, Status};
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
    /// Whether other columns are said to be refused.
    pub refuses_others: bool,
    /// Whether it is said to be refused without a row.
    pub refuses_none: bool,
    /// As many rows as are said to be taken.
    pub most: Option<usize>,
    /// With which status.
    pub status: u16,
    /// What is told of each row in the answer.
    pub results: Option<RowResults>,
}

/// The array of an answer that has an entry for each row.
#[derive(Debug, Clone)]
pub struct RowResults {
    /// The array.
    pub list: String,
    /// The member of an entry that tells what came of the row, and what it says of one that was taken.
    pub taken: Option<(String, String)>,
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
            let cells = first.split(',').map(|cell| Value::from(cell));
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
    let refusal = |code: u16| operation.responses.get(&Status::Code(code));
    let status = [400, 422].into_iter().find(|code| refusal(*code).is_some())?;
    let told = operation.told.as_deref().unwrap_or_default();
    let refused = refusal(status).map(|one| one.description.as_str()).unwrap_or_default();
    let said = on_one_line(&format!("{told} {refused}")).to_lowercase();
    Some(Rows {
        media_type,
        is_table,
        columns,
        values,
        line_end,
        refuses_others: is_table && has(&said, &HEADER),
        refuses_none: has(&said, &NONE) || counted(&said).is_some_and(|(least, _)| least),
        most: counted(&said).map(|(_, most)| most),
        status,
        results: results(resources, operation, &said),
    })
}

/// The switch by which nothing is done but looked at: `dry_run`, of which it is said that nothing comes of it.
pub(super) fn dry_run(operation: &Operation) -> Option<&Parameter> {
    const CALLED: [&str; 4] = ["dryrun", "isdryrun", "validateonly", "preview"];
    const NOTHING: [&str; 5] =
        ["nothing is stored", "is changed", "nothing is changed", "only checks", "changes nothing"];
    let mut queries = operation.parameters.iter().filter(|one| one.location == Location::Query);
    let switch = queries.find(|one| CALLED.contains(&fold(&one.name).as_str()))?;
    let said = [operation.told.as_deref(), switch.description.as_deref()];
    let is_told = said.into_iter().flatten().any(|text| {
        let text = on_one_line(text);
        text.split(". ").any(|one| has(one, &NOTHING) && !has(one, &["not only"]))
    });
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

/// How many rows there may be, and whether one has to be there: "followed by 1 to 500 lines", "up to 500 readings".
fn counted(said: &str) -> Option<(bool, usize)> {
    let words: Vec<&str> =
        said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(4).find_map(|four| {
        let number =
            |word: &str| word.parse::<usize>().ok().filter(|one| (1..=2_000).contains(one));
        match four {
            ["1", "to", most, rows] if ROWS.contains(rows) => Some((true, number(most)?)),
            ["up", "to", most, rows] if ROWS.contains(rows) => Some((false, number(most)?)),
            _ => None,
        }
    })
}

fn results(resources: &Resources<'_>, operation: &Operation, said: &str) -> Option<RowResults> {
    const EACH: [&str; 4] = [
        "each line is handled by itself",
        "on their own",
        "judged by itself",
        "handled one after the other",
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
    let taken = only(outcomes);
    has_line.then(|| RowResults {
        list: list.to_owned(),
        counts_taken: taken.as_ref().is_some_and(|(_, value)| answer.has_number(value)),
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
        assert_eq!(
            counted("exactly `a,b`, followed by 1 to 500 lines; otherwise"),
            Some((true, 500))
        );
        assert_eq!(counted("takes up to 300 readings as ndjson"), Some((false, 300)));
        assert_eq!(counted("names have 1 to 100 characters"), None);
        assert_eq!(counted("wait up to 10 seconds"), None);
    }
}
