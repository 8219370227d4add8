//! Bodies of rows: as the document's example has them, but with what is there in place of what it only names.

use serde_json::Value;
use spec::model::Operation;
use spec::names::{fold, words};
use spec::resources::Rows;

use super::{Draft, Path};
use crate::case::{Body, Content, Text, TextPart};
use crate::expression::Expression;

/// A row: what it has in each column.
pub(in crate::plan) type Row = Vec<Cell>;

/// What a row has in a column.
#[derive(Debug, Clone)]
pub(in crate::plan) enum Cell {
    /// This value.
    Value(Value),
    /// What names something that is there.
    Known(Expression),
}

impl Draft<'_> {
    /// A row of an operation's body that names what was made for it; whether it names any such thing.
    pub(in crate::plan) fn row(&mut self, rows: &Rows<'_>) -> (Row, bool) {
        let (mut is_known, mut is_unknown) = (false, false);
        let cells = rows.columns.iter().zip(&rows.values).map(|(column, value)| {
            let naming = value.as_str().filter(|_| names_one(column));
            let known = naming.and_then(|_| self.named_by(column));
            is_known |= known.is_some();
            is_unknown |= naming.is_some() && known.is_none();
            known.map_or_else(|| Cell::Value(value.clone()), Cell::Known)
        });
        (cells.collect(), is_known && !is_unknown)
    }

    /// What a path somewhere calls something that is there, by a parameter of this name.
    fn named_by(&mut self, column: &str) -> Option<Expression> {
        let planner = self.planner;
        let is_it = |name: &str| fold(name) == fold(column);
        let mut operations = planner.contract.operations.iter();
        let naming = operations.find(|one| one.path.parameters().any(is_it))?;
        let before = self.clone();
        let path = self.path(naming, &Path::new()).ok();
        let named = path.and_then(|path| {
            let (_, provided) = path.into_iter().find(|(name, _)| is_it(name))?;
            matches!(provided.expression, Expression::Output { .. }).then_some(provided.expression)
        });
        if named.is_none() {
            *self = before;
        }
        named
    }

    /// The body that names what is there, where the document shows rows and one of them can be had.
    pub(super) fn body_of_rows(&mut self, operation: &Operation) -> Option<Body> {
        let rows = self.planner.rows(operation)?;
        let (row, is_known) = self.row(rows);
        is_known.then(|| body(rows, &rows.columns, &[row]))
    }
}

/// Whether a column names one thing of a kind that it tells: not `id`, which may be of any.
fn names_one(column: &str) -> bool {
    const NAMES: [&str; 4] = ["id", "uuid", "sku", "key"];
    let words = words(column);
    let is_name = words.last().is_some_and(|last| NAMES.contains(&last.as_str()));
    is_name && (words.len() > 1 || words.first().is_some_and(|word| word == "sku"))
}

/// A body of rows.
pub(in crate::plan) fn body(rows: &Rows<'_>, columns: &[String], all: &[Row]) -> Body {
    let mut parts = Vec::new();
    if rows.is_table {
        parts.push(TextPart::Raw(format!("{}{}", columns.join(","), rows.line_end)));
    }
    for row in all {
        for (number, cell) in row.iter().enumerate() {
            let before = match (rows.is_table, number) {
                (true, 0) => String::new(),
                (true, _) => ",".to_owned(),
                (false, _) => {
                    let begin = if number == 0 { "{" } else { ", " };
                    let name = columns.get(number).map(String::as_str).unwrap_or_default();
                    format!("{begin}{}: ", Value::from(name))
                }
            };
            parts.push(TextPart::Raw(before));
            parts.extend(written(cell, rows.is_table));
        }
        let close = if rows.is_table { "" } else { "}" };
        parts.push(TextPart::Raw(format!("{close}{}", rows.line_end)));
    }
    let content_type = Some(rows.media_type.name.clone());
    Body { content_type, content: Content::Text(Text(parts)) }
}

fn written(cell: &Cell, is_table: bool) -> Vec<TextPart> {
    let quote = || (!is_table).then(|| TextPart::Raw("\"".to_owned()));
    match cell {
        Cell::Known(known) => {
            let own = TextPart::Expression(known.clone());
            quote().into_iter().chain([own]).chain(quote()).collect()
        }
        Cell::Value(Value::String(text)) if is_table => vec![TextPart::Raw(text.clone())],
        Cell::Value(value) => vec![TextPart::Raw(value.to_string())],
    }
}
