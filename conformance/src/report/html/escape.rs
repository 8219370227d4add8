//! Text that can't be anything but text.

use super::super::words::turns_direction;

/// Text as content or as a quoted attribute. Control characters are shown as such, never sent to the page.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars().map(shown) {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text for a script that sets it as content.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(shown).collect()
}

/// JSON for a `script` element: nothing in it can end that element or begin a comment.
pub(super) fn within_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn shown(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        c if c.is_control() || turns_direction(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}
