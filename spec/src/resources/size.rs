//! What a document says of files that it takes: how large one may be, and whether its content is looked at.

use super::passage::statements;
use super::prose::{has, quoted, sentences, ungrouped};
use super::told::{refusals, statuses};
use crate::model::{Contract, Operation, Status};
use crate::only::only;

/// How large the body of a request, or the file in it, may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeLimit {
    /// In bytes, at most.
    pub bytes: u64,
    /// Whether the document tells the very number: of `1 MB` nobody knows whether it is a power of ten or of two.
    pub is_exact: bool,
    /// With which more is refused.
    pub status: u16,
}

const TOO_LARGE: u16 = 413;

/// The limit that an operation tells where it documents a 413, "At most 65536 bytes (413)", or names another refusal for it.
pub(super) fn limit(contract: &Contract, operation: &Operation) -> Option<SizeLimit> {
    const LIMITS: [&str; 10] = [
        "larger one",
        "at most",
        "more than",
        "larger than",
        "bigger than",
        "exceed",
        "up to",
        "no more than",
        "maximum",
        "limit",
    ];
    let refusal = operation.responses.get(&Status::Code(TOO_LARGE));
    let body = operation.body.as_ref();
    let said = [
        operation.told.as_deref(),
        body.and_then(|body| body.description.as_deref()),
        refusal.map(|refusal| refusal.description.as_str()),
        contract.info.description.as_deref().filter(|text| text.contains("413")),
    ];
    let limits = said.into_iter().flatten().flat_map(sentences);
    limits.filter(|sentence| has(sentence, &LIMITS)).find_map(|sentence| {
        let (bytes, is_exact) = size(sentence)?;
        let is_named = |code: &u16| {
            let is_documented = operation.documents(*code);
            is_documented && matches!(code, 400 | 413 | 422)
        };
        let status = match refusal {
            Some(_) => TOO_LARGE,
            None => statuses(sentence).find(is_named)?,
        };
        Some(SizeLimit { bytes, is_exact, status })
    })
}

/// The number of bytes in a sentence, and whether it is the very number.
fn size(sentence: &str) -> Option<(u64, bool)> {
    let sentence = ungrouped(sentence);
    let words = sentence.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ':'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.windows(2).find_map(|pair| {
        let [number, unit] = pair else { return None };
        let number: u64 = number.parse().ok()?;
        let (factor, is_exact) = match *unit {
            "bytes" | "B" => (1, true),
            "KiB" => (1 << 10, true),
            "MiB" => (1 << 20, true),
            "kB" | "KB" | "kilobytes" => (1 << 10, false),
            "MB" | "megabytes" => (1 << 20, false),
            _ => return None,
        };
        Some((number.checked_mul(factor)?, is_exact))
    })
}

/// With which statuses a file without a byte in it is said to be refused: "an empty body is refused with 422". None: nothing is
/// said.
pub(super) fn empty_is_refused(operation: &Operation) -> Vec<u16> {
    const EMPTY: [&str; 4] = ["empty body", "empty file", "body is empty", "file is empty"];
    let documents = |code: &u16| operation.documents(*code);
    let said = statements(operation.told.as_deref().unwrap_or_default());
    let is_said = |one: &&String| has(one, &EMPTY) || may_not_be_empty(one);
    let told = said.iter().filter(is_said);
    let told = told.filter_map(|one| statuses(one).find(|code| matches!(code, 400 | 422)));
    let told: Vec<u16> = told.filter(documents).take(1).collect();
    if !told.is_empty() {
        return told;
    }
    let documented = [422, 400].into_iter();
    let refused = |code: &u16| refusals(operation, [*code]).any(|text| has(text, &EMPTY));
    let told: Vec<u16> = documented.filter(refused).collect();
    if told.is_empty() && said.iter().any(|one| may_not_be_empty(one)) {
        return the_only_one(operation);
    }
    told
}

/// "The body is the file, and not empty", "a plain text (`text/plain`) must not be empty"; but not of a member beside the file.
fn may_not_be_empty(sentence: &str) -> bool {
    has(sentence, &["and not empty", "must not be empty"])
        && has(sentence, &["file", "the body", "plain text"])
        && quoted(sentence).all(|one| one.contains('/'))
}

/// The only status by which an operation refuses what a body is, if it has one.
fn the_only_one(operation: &Operation) -> Vec<u16> {
    let documented = |code: &u16| operation.documents(*code);
    only([400, 422].into_iter().filter(documented)).into_iter().collect()
}

/// With which statuses a file is said to be refused whose content isn't what its media type says: "A body that does not begin
/// with the signature of the type it claims is a 400". None: nothing is said.
pub(super) fn content_is_refused(operation: &Operation) -> Vec<u16> {
    const SAYINGS: [&str; 9] = [
        "signature",
        "magic bytes",
        "magic number",
        "is not an image",
        "isn't an image",
        "not a valid image",
        "content does not match",
        "not what its media type says",
        "cannot be decoded as",
    ];
    // "A PDF has to begin with `%PDF-`."
    const BEGINS: [&str; 4] =
        ["has to begin with `", "must begin with `", "has to start with `", "must start with `"];
    const FILES: [&str; 4] = ["pdf", "image", "file", "the body"];
    const DENIED: [&str; 4] = ["not looked", "n't looked", "not checked", "n't checked"];
    let own = operation.told.as_deref().unwrap_or_default();
    let begins = |sentence: &str| {
        let before = BEGINS.iter().find_map(|begins| sentence.split_once(begins));
        before.is_some_and(|(before, _)| {
            has(before, &FILES)
                && !has(before, &["name", "key", "profile"])
                && quoted(before).all(|one| one.contains('/'))
        })
    };
    let is_told =
        |sentence: &&str| (has(sentence, &SAYINGS) || begins(sentence)) && !has(sentence, &DENIED);
    let told: Vec<&str> = sentences(own).filter(is_told).collect();
    let mut found = told.iter().flat_map(|one| statuses(one));
    if let Some(found) = found.find(|code| matches!(code, 400 | 415 | 422)) {
        return vec![found];
    }
    if told.iter().any(|one| begins(one)) {
        return the_only_one(operation);
    }
    let documented = [422, 415, 400].into_iter();
    documented.filter(|code| refusals(operation, [*code]).any(|text| has(text, &SAYINGS))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_told_by_its_unit() {
        let exact = |bytes| Some((bytes, true));
        assert_eq!(size("At most 65536 bytes (413)"), exact(65_536));
        assert_eq!(size("a body larger than 64 KiB"), exact(65_536));
        assert_eq!(size("More than 102,400 bytes: 413."), exact(102_400));
        assert_eq!(size("At most 65_536 bytes"), exact(65_536));
        assert_eq!(size("A picture of up to 5 MB"), Some((5 << 20, false)));
        assert_eq!(size("1 to 2048 bytes: a larger one is refused with 422"), exact(2048));
        for text in ["at most 5 files", "", "at most 99999999999999999999 bytes", "bytes 5"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn a_file_may_not_be_empty_and_a_caption_is_none() {
        assert!(may_not_be_empty(
            "The body is the file itself, at most 9 bytes and not empty (400)"
        ));
        assert!(may_not_be_empty("A plain text (`text/plain`) must not be empty"));
        assert!(!may_not_be_empty("Beside the file, `caption` must not be empty (422)"));
        assert!(!may_not_be_empty("The name must not be empty"));
    }
}
