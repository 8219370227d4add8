//! What is wrong with a file that says how to use a contract: a target's profile, a generator's settings.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// A place in such a file: a file, a line and a column, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named.
    pub path: PathBuf,
    /// Line and column; `None`: the file as a whole.
    pub position: Option<(usize, usize)>,
}

impl Place {
    /// The file as a whole.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), position: None }
    }

    /// Where a range of bytes of the text begins; columns count code points.
    #[must_use]
    pub fn of(path: impl Into<PathBuf>, text: &str, span: &Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        Self { path: path.into(), position: Some((line, column)) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        match self.position {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

/// One thing that is wrong with such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What, as a lower-case fragment that fits behind `error: `.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without a way out.
    #[must_use]
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), help: None }
    }

    /// With a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.message)?;
        write!(f, "  --> {}", self.place)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

/// The known name that differs least, where the difference is small. Two letters in each other's place are one slip, also
/// in a short name.
#[must_use]
pub fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    let near = known
        .iter()
        .map(|candidate| (edit_distance(name, candidate), *candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate);
    near.or_else(|| known.iter().find(|one| is_swapped(name, one)).copied())
}

/// Whether two texts differ in the order of two neighbours alone.
fn is_swapped(one: &str, other: &str) -> bool {
    let pairs: Vec<(char, char)> = one.chars().zip(other.chars()).collect();
    let differing: Vec<usize> = (0..pairs.len()).filter(|&at| pairs[at].0 != pairs[at].1).collect();
    let same_length = one.chars().count() == other.chars().count();
    match differing[..] {
        [first, second] if same_length && second == first + 1 => {
            pairs[first].0 == pairs[second].1 && pairs[first].1 == pairs[second].0
        }
        _ => false,
    }
}

fn edit_distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_each_others_place_are_one_slip() {
        let known = ["url", "rate", "ca"];
        for (name, expected) in
            [("ulr", Some("url")), ("rtae", Some("rate")), ("lru", None), ("zz", None), ("", None)]
        {
            assert_eq!(closest(name, &known), expected, "{name}");
        }
    }
}
