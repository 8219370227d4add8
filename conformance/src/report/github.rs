//! The report as annotations of GitHub Actions: workflow commands, a line each.
//!
//! GitHub shows ten errors, ten warnings and ten notices a step, and drops the rest without a word. So a kind of failure is
//! one annotation, at the place of the contract that asks for it, and the last one says how many more there are.

use std::fmt::Write as _;
use std::path::Path;

use super::kinds::{Kind, kinds};
use super::known::{KnownState, state};
use super::model::Report;
use super::shown::shown;
use super::words::some;

/// Annotations of each level that GitHub shows of a step.
const SHOWN: usize = 10;
/// How long a message may be: more is cut in the interface.
const MESSAGE: usize = 2_000;

/// The report as workflow commands. `root` is the folder of the repository: files are named from there.
#[must_use]
pub fn github(report: &Report, root: Option<&Path>) -> String {
    let shown = shown(report);
    let failures = kinds(shown.iter().filter(|one| one.cause.is_firm()));
    let mut errors: Vec<Annotation> = failures.iter().map(|kind| failure(kind, root)).collect();
    if failures.is_empty() && !report.outcome().is_success() {
        let text = report.ended.clone().unwrap_or_else(|| report.outcome().to_string());
        errors.push(Annotation { title: report.title.clone(), text, place: None });
    }
    let known = report.known.iter().filter(|entry| entry.state == KnownState::Fixed);
    let fixed = known.map(|entry| Annotation {
        title: format!("{} passes again", entry.name),
        text: state(entry),
        place: place(&entry.place, root),
    });
    let flaky = kinds(shown.iter().filter(|one| one.is_failure() && !one.cause.is_firm()));
    let flaky = flaky.iter().map(|kind| failure(kind, root));
    let mut text = String::new();
    write("error", &errors, &mut text);
    write("warning", &fixed.chain(flaky).collect::<Vec<_>>(), &mut text);
    write("notice", &[summary(report)], &mut text);
    text
}

struct Annotation {
    title: String,
    text: String,
    place: Option<Spot>,
}

/// A place in a file.
struct Spot {
    file: String,
    line: u64,
    column: u64,
}

fn failure(kind: &Kind<'_, '_>, root: Option<&Path>) -> Annotation {
    let first = kind.first();
    let check = first.at.map(|(_, check)| check);
    let mut text = kind.message();
    for (label, value) in check.iter().flat_map(|check| check.details()) {
        if label != "contract" && !value.is_empty() {
            let _ = write!(text, "\n{label}: {value}");
        }
    }
    let _ = write!(text, "\n{}\nreplay: --case '{}'", kind.extent(), first.case.id);
    let asks = check.and_then(|check| check.place.as_deref()).unwrap_or(&first.case.place);
    Annotation {
        title: kind.title().trim_end_matches(':').to_owned(),
        text,
        place: place(asks, root),
    }
}

fn summary(report: &Report) -> Annotation {
    let one = &report.summary;
    let text = format!(
        "{}: {} passed, {} failed, {} skipped",
        some(one.cells_documented, "cell"),
        one.passed,
        one.failed,
        one.skipped
    );
    Annotation { title: format!("{}: {}", report.title, report.outcome()), text, place: None }
}

fn write(level: &str, annotations: &[Annotation], text: &mut String) {
    // The last place is for saying that there is more.
    let told = if annotations.len() > SHOWN { SHOWN - 1 } else { annotations.len() };
    let more = annotations.len() - told;
    for one in annotations.iter().take(told) {
        let mut properties = format!("title={}", property(&one.title));
        if let Some(Spot { file, line, column }) = &one.place {
            let _ = write!(properties, ",file={},line={line},col={column}", property(file));
        }
        let _ = writeln!(text, "::{level} {properties}::{}", data(&cut(&one.text)));
    }
    if more > 0 {
        let more = some(more, "more kind");
        let _ = writeln!(text, "::{level} title=And {more}::{more}: see the report.");
    }
}

/// `spec/api.yaml:41:9 (#/paths/…)` or `profile.toml:3:1` as a place; nothing where it names no line.
fn place(text: &str, root: Option<&Path>) -> Option<Spot> {
    let place = text.split_once(" (#").map_or(text, |(place, _)| place);
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some(Spot {
        file: from_root(file, root),
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    })
}

/// A file as GitHub knows it: from the root of the repository.
fn from_root(file: &str, root: Option<&Path>) -> String {
    let absolute = std::path::absolute(file).ok();
    let within =
        root.zip(absolute.as_deref()).and_then(|(root, file)| file.strip_prefix(root).ok());
    within.map_or(file.to_owned(), |path| path.display().to_string())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What stands behind `::`. A line's end would end the command, and the next line could be another.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands behind `=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
