//! JSON values in messages.

use serde_json::Value;

/// A value in a message, cut short where it is long.
pub(super) fn show(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        return format!("`{text}`");
    }
    let start: String = text.chars().take(57).collect();
    format!("`{start}…`")
}

/// Several values in a message.
pub(super) fn show_all<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let mut values = values.into_iter();
    let mut shown: Vec<_> = values.by_ref().take(10).map(show).collect();
    let more = values.count();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    shown.join(", ")
}
