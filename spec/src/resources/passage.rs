//! Texts by their passages: paragraphs, items of lists and rows of tables.

use super::prose::sentences;

/// A paragraph, an item of a list, or a row of a table (Markdown), on one line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) text: String,
    /// The paragraph before the list or the table that it is in: "Refused with `409`, the first that applies:".
    pub(super) heading: Option<String>,
}

/// A text by its passages.
pub(super) fn passages(text: &str) -> Vec<Passage> {
    const ITEMS: [&str; 4] = ["* ", "- ", "+ ", "|"];
    let mut all: Vec<Passage> = Vec::new();
    let (mut paragraph, mut is_begun) = (None, false);
    for line in text.lines().map(str::trim) {
        let is_item = ITEMS.iter().any(|mark| line.starts_with(mark));
        match all.last_mut().filter(|_| is_begun && !is_item) {
            Some(_) if line.is_empty() => is_begun = false,
            Some(last) => last.text = format!("{} {line}", last.text),
            None if line.is_empty() => {}
            None => {
                if is_item && let Some(before) = all.last().filter(|one| one.heading.is_none()) {
                    paragraph = before.text.ends_with(':').then(|| before.text.clone());
                }
                let heading = paragraph.clone().filter(|_| is_item);
                all.push(Passage { text: line.to_owned(), heading });
                is_begun = true;
            }
        }
    }
    all
}

/// The sentences of a text, passage by passage: none goes on from one item of a list to the next.
pub(super) fn statements(text: &str) -> Vec<String> {
    let passages = passages(text).into_iter();
    passages.flat_map(|one| sentences(&one.text).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_by_paragraphs_items_and_rows() {
        let text = "Refused\nwith 409:\n\n* one\n  more\n* two\n\nElse:\n| a | b |\n\nThe end.";
        let read: Vec<_> = passages(text).into_iter().map(|one| (one.text, one.heading)).collect();
        let told =
            |text: &str, heading: Option<&str>| (text.to_owned(), heading.map(str::to_owned));
        let all = [
            told("Refused with 409:", None),
            told("* one more", Some("Refused with 409:")),
            told("* two", Some("Refused with 409:")),
            told("Else:", None),
            told("| a | b |", Some("Else:")),
            told("The end.", None),
        ];
        assert_eq!(read, all);
    }
}
