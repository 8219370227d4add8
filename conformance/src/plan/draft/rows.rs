//! Bodies of rows: as the document's example has them, but with what is there in place of what it only names.

use serde_json::Value;
use spec::model::{Operation, PathPart};
use spec::names::fold;
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
        let mut is_known = false;
        let cells = rows.columns.iter().zip(&rows.values).map(|(column, value)| {
            let known = value.as_str().and_then(|_| self.named_by(column));
            is_known |= known.is_some();
            known.map_or_else(|| Cell::Value(value.clone()), Cell::Known)
        });
        (cells.collect(), is_known)
    }

    /// What a path somewhere calls something that is there, by a parameter of this name.
    fn named_by(&mut self, column: &str) -> Option<Expression> {
        let planner = self.planner;
        let is_it = |name: &str| fold(name) == fold(column);
        let naming = planner.contract.operations.iter().find(|one| {
            // A thing is named by its id, and not by a word that may be of anything.
            let names_item = |name: &str| {
                let last = [PathPart::Parameter(name.to_owned())];
                one.path.segments.iter().any(|segment| segment.as_slice() == last)
            };
            one.path.parameters().any(|name| is_it(name) && names_item(name))
        })?;
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
        let rows = self.planner.resources.rows(operation)?;
        let (row, is_known) = self.row(&rows);
        is_known.then(|| body(&rows, &rows.columns, &[row]))
    }
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
