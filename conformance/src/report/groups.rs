//! What was not tested, by the reason: a reason that many share is told once.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::model::Report;
use super::words::some;

/// A reason, and what it holds of.
pub(super) struct Group {
    pub(super) reason: String,
    pub(super) names: Vec<String>,
    /// How many cells those are.
    pub(super) cells: usize,
}

impl Group {
    /// `5 operations, 7 cells`.
    pub(super) fn extent(&self, what: &str) -> String {
        let all = some(self.names.len(), what);
        match what == "cell" || self.cells == 0 {
            true => all,
            false => format!("{all}, {}", some(self.cells, "cell")),
        }
    }
}

/// The skipped cells by their reasons, the largest group first. Those of operations that aren't called are told with
/// them: see [`left_out`].
pub(super) fn skipped(report: &Report) -> Vec<Group> {
    let left_out: HashSet<&str> = report.left_out.iter().map(|one| one.id.as_str()).collect();
    let called = report.skipped().filter(|(cell, _)| !left_out.contains(&*cell.operation_id));
    let told = called.map(|(cell, reason)| {
        let name = format!("{}:{}", cell.operation_id, cell.status);
        (name, cell.operation_id.as_str(), reason)
    });
    let mut groups = grouped(told);
    groups.iter_mut().for_each(|group| group.cells = group.names.len());
    groups
}

/// The operations and workflows that are left out by their reasons, the largest group first.
pub(super) fn left_out(report: &Report) -> Vec<Group> {
    let mut cells: HashMap<&str, usize> = HashMap::new();
    for (cell, _) in report.skipped() {
        *cells.entry(&cell.operation_id).or_default() += 1;
    }
    let told = report.left_out.iter().map(|one| (one.id.clone(), one.id.as_str(), &*one.reason));
    let mut groups = grouped(told);
    for group in &mut groups {
        let own = group.names.iter().filter_map(|id| cells.get(id.as_str()));
        group.cells = own.sum();
    }
    groups
}

fn grouped<'r>(told: impl Iterator<Item = (String, &'r str, &'r str)>) -> Vec<Group> {
    // A reason that names the operation itself is the same reason for another one.
    let mut groups: IndexMap<String, (&str, Vec<String>)> = IndexMap::new();
    for (name, id, reason) in told {
        let shape = with_word(reason, id, "<operation>");
        groups.entry(shape).or_insert((reason, Vec::new())).1.push(name);
    }
    let group = |(shape, (reason, names)): (String, (&str, Vec<String>))| Group {
        reason: if names.len() == 1 { reason.to_owned() } else { shape },
        names,
        cells: 0,
    };
    let mut groups: Vec<_> = groups.into_iter().map(group).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.names.len()));
    groups
}

/// The text with a word put in place of another one, wherever that stands by itself.
pub(super) fn with_word(text: &str, word: &str, instead: &str) -> String {
    // Shorter ones may be words of the language.
    const SHORTEST: usize = 4;
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while word.len() >= SHORTEST
        && let Some((before, after)) = rest.split_once(word)
    {
        let stands_apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let apart = stands_apart(before.chars().next_back()) && stands_apart(after.chars().next());
        replaced.push_str(before);
        replaced.push_str(if apart { instead } else { word });
        rest = after;
    }
    replaced + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_told_once_whatever_operation_it_names() {
        let groups = grouped(
            [
                ("getPet:404", "getPet", "nobody may"),
                ("deletePet", "deletePet", "`deletePet` needs `[operations.deletePet]`"),
                ("deleteAll", "deleteAll", "`deleteAll` needs `[operations.deleteAll]`"),
                ("name", "name", "rename names name"),
            ]
            .map(|(name, id, reason)| (name.to_owned(), id, reason))
            .into_iter(),
        );
        let told: Vec<_> =
            groups.iter().map(|one| (one.names.len(), one.reason.as_str())).collect();
        assert_eq!(
            told,
            [
                (2, "`<operation>` needs `[operations.<operation>]`"),
                (1, "nobody may"),
                (1, "rename names name"),
            ]
        );
    }
}
