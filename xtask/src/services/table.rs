//! A table in Markdown.

/// A table with these heads; a short row is filled up.
pub(crate) fn markdown(heads: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = line(heads.iter().map(|head| (*head).to_owned()));
    out.push_str(&line(heads.iter().map(|_| "---".to_owned())));
    for row in rows {
        let missing = heads.len().saturating_sub(row.len());
        let cells = row.iter().map(|cell| escaped(cell));
        out.push_str(&line(cells.chain(std::iter::repeat_n(String::new(), missing))));
    }
    out
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// What would end a cell or begin HTML; within backquotes both stand for themselves but for the bar.
fn escaped(cell: &str) -> String {
    let parts = cell.replace('|', "\\|");
    let parts = parts.split('`').enumerate().map(|(index, part)| match index % 2 {
        0 => part.replace('<', "&lt;"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_breaks_the_table() {
        let rows = [vec!["a|b".to_owned(), "`<x>` <y>".to_owned()], vec!["short".to_owned()]];
        let table = markdown(&["one", "two"], &rows);
        assert_eq!(table, "| one | two |\n| --- | --- |\n| a\\|b | `<x>` &lt;y> |\n| short |  |\n");
    }
}
