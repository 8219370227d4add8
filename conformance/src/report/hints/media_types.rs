//! Whether it is the API at all that answers: what lies beside it answers with pages for people.

use spec::is_json;
use spec::model::Operation;

use super::super::build::{Facts, Performed};
use super::super::words::number;
use super::{BASE_PATH, FEWEST, share, steps};
use crate::judge::essence;
use crate::run::StepOutcome;

/// Answers by what they are, of the operations that document some content.
#[derive(Default)]
struct Seen {
    all: usize,
    documented: usize,
    succeeded: usize,
    pages: usize,
    /// Refusals, and what isn't there, as pages.
    refusing_pages: usize,
}

pub(super) fn hint(facts: &Facts<'_>, performed: &[Performed<'_>]) -> Option<String> {
    let mut seen = Seen::default();
    for step in performed.iter().flat_map(steps) {
        if let Some(operation) = facts.contract.operation(&step.operation_id) {
            seen.add(step, operation);
        }
    }
    let Seen { all, documented, succeeded, pages, refusing_pages } = seen;
    if all < FEWEST {
        return None;
    }
    let answers = match (documented, pages == all) {
        // What succeeds in another format may well be the API.
        (0, is_page) if is_page || succeeded == 0 => {
            let most = if pages * 2 > all { ", and most are pages for people" } else { "" };
            format!(
                "none of the {} answers has a media type that the document names{most}",
                number(all)
            )
        }
        _ if refusing_pages * 10 >= all * 9 => {
            format!(
                "{} are 403 or 404 with a page for people",
                share(refusing_pages, all, "answers")
            )
        }
        _ => return None,
    };
    Some(format!("{answers}: {BASE_PATH}; requests went to {}", facts.redacted(facts.url)))
}

impl Seen {
    fn add(&mut self, step: &StepOutcome, operation: &Operation) {
        let Ok(response) = &step.exchange.outcome else { return };
        let mut media_types =
            operation.responses.values().flat_map(|response| response.content.keys()).peekable();
        let field =
            response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let (Some((_, came)), Some(_)) = (field, media_types.peek()) else { return };
        let came = essence(came);
        let is_page = came == "text/html";
        self.all += 1;
        self.succeeded += usize::from(matches!(response.status, 200..=299));
        self.pages += usize::from(is_page);
        if media_types.any(|range| admits(&essence(range), &came)) {
            self.documented += 1;
        } else {
            self.refusing_pages += usize::from(is_page && matches!(response.status, 403 | 404));
        }
    }
}

/// Whether a media type falls under one that the document names, which may be a range: `text/*`. Any kind of JSON
/// stands for any other, as a service that answers so is hardly another one.
fn admits(documented: &str, came: &str) -> bool {
    match documented.strip_suffix('*') {
        Some("*/") => true,
        Some(beginning) => came.starts_with(beginning),
        None => documented == came || is_json(documented) && is_json(came),
    }
}
