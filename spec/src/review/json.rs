//! For programs: one object with `summary`, `old`, `new` and `findings`.

use serde::Serialize;

use super::{Document, Item, Review, Summary};

#[derive(Serialize)]
struct Report<'a> {
    summary: Summary,
    old: &'a Document,
    new: &'a Document,
    findings: &'a [Item],
}

pub(super) fn render(review: &Review) -> String {
    let report = Report {
        summary: review.summary(),
        old: &review.old,
        new: &review.new,
        findings: &review.items,
    };
    // Plain structs of text and numbers can't fail to become JSON.
    let mut text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text.push('\n');
    text
}
