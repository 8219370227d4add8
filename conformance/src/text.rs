//! Texts that would be too long for where they are told.

/// The beginning of a text: at most so many characters, and a mark where there are more.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
