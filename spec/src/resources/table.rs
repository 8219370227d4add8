//! The tables (Markdown) of a text.

/// A table: its head, and its rows below.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table<'t> {
    pub(super) head: Vec<&'t str>,
    pub(super) rows: Vec<Vec<&'t str>>,
}

impl Table<'_> {
    /// The column of this name, in any letter case.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        self.head.iter().position(|cell| {
            let cell = cell.trim_matches(['`', '*', ' ']);
            names.iter().any(|name| cell.eq_ignore_ascii_case(name))
        })
    }

    /// The first column of which each row names one of these values, and nothing else, with what each names.
    pub(super) fn column_of<'v>(&self, values: &'v [String]) -> Option<(usize, Vec<&'v String>)> {
        let value = |cell: &&str| {
            let cell = cell.trim_matches(['`', '*', ' ', '"']);
            values.iter().find(|one| one.as_str() == cell)
        };
        let named = |at: usize| -> Option<Vec<&'v String>> {
            self.rows.iter().map(|row| row.get(at).and_then(value)).collect()
        };
        let columns = (0..self.head.len()).filter_map(|at| Some((at, named(at)?)));
        columns.into_iter().find(|(_, named)| !named.is_empty())
    }
}

/// Those of a text, in their order.
pub(super) fn tables(text: &str) -> Vec<Table<'_>> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let runs = lines.split(|line| !line.starts_with('|'));
    let tables = runs.filter_map(|run| {
        let (head, below) = run.split_first()?;
        let (rule, rows) = below.split_first()?;
        is_rule(rule)
            .then(|| Table { head: cells(head), rows: rows.iter().map(|row| cells(row)).collect() })
    });
    tables.collect()
}

/// The line between a head and its rows.
fn is_rule(line: &str) -> bool {
    line.contains('-') && line.chars().all(|one| "|-: ".contains(one))
}

fn cells(row: &str) -> Vec<&str> {
    let row = row.strip_prefix('|').unwrap_or(row);
    row.strip_suffix('|').unwrap_or(row).split('|').map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_heads_and_rows() {
        let text = "Moves it.\n\n| Action | from |\n|:--|---|\n| `go` | `new` |\n| `stop` | |\n\nEnd.\n| no | table |";
        let told = tables(text);
        let [table] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(table.rows, [["`go`", "`new`"], ["`stop`", ""]]);
        assert_eq!((table.column(&["action"]), table.column(&["to"])), (Some(0), None));
        let values = ["stop", "go"].map(str::to_owned);
        let (at, named) = table.column_of(&values).expect("each row has a value");
        assert_eq!((at, named), (0, vec![&values[1], &values[0]]));
        assert_eq!(table.column_of(&values[..1]), None);
    }
}
