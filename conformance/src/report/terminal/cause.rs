//! Causes of one kind: what is wrong, of which operations, and one example of it to try.

use std::fmt::Write as _;

use super::super::kinds::Kind;
use super::super::known::over;
use super::super::model::StepReport;
use super::super::shown::Shown;
use super::super::words::beginning;
use super::{BOLD, DIM, RED, RESET, YELLOW};

/// How much of a body is shown.
const BODY: usize = 300;
/// The longest line that anybody would copy.
const LINE: usize = 1_000;
/// How many further operations or places are named.
const NAMED: usize = 6;

pub(super) fn describe(kind: &Kind<'_, '_>) -> String {
    let shown = kind.first();
    let Shown { cause, case, at, .. } = shown;
    let mut text = heading(kind);
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "  {DIM}{label:9}{RESET} {value}");
    };
    line("cell", &format!("{}:{}", cause.operation_id, cause.status));
    line("example", &format!("{}  {DIM}{}{RESET}", case.id, case.summary));
    if let Some((step, check)) = at {
        request(step, &mut line);
        for (label, value) in check.details() {
            line(label, if value.is_empty() { "(the whole body)" } else { value });
        }
        if let Some(curl) = step.shell_line(LINE) {
            line("curl", curl);
        }
    } else {
        line("contract", &case.place);
    }
    if let Some(known) = &cause.known {
        line("was known", &over(known));
    }
    if let Some(hint) = &cause.hint {
        line("hint", hint);
    }
    if let Some(confirmed) = cause.confirmed {
        line("again", &format!("seen {} of {} times, alone", confirmed.seen, confirmed.of));
    }
    line("replay", &format!("--case '{}'", case.id));
    if let Some(also) = shown.also() {
        line("also", &also);
    }
    if let Some(likewise) = kind.likewise(NAMED) {
        line("likewise", &likewise);
    }
    text
}

fn heading(kind: &Kind<'_, '_>) -> String {
    let cause = kind.first().cause;
    let flaky = if cause.flaky { format!(" {YELLOW}flaky{RESET}") } else { String::new() };
    format!(
        "{RED}{BOLD}✗ {}{RESET} {}{flaky} {DIM}({}){RESET}\n",
        kind.title(),
        kind.message(),
        kind.extent(),
    )
}

fn request(step: &StepReport, line: &mut impl FnMut(&str, &str)) {
    line("request", &format!("{} {}", step.request.method, step.request.url));
    if let Some(body) = step.request.body.as_deref().filter(|body| !body.is_empty()) {
        line("", &beginning(body, BODY));
    }
    line("answer", &answer(step));
    let body = step.response.as_ref().map(|response| response.body.as_str());
    if let Some(body) = body.filter(|body| !body.is_empty()) {
        line("", &beginning(body, BODY));
    }
}

fn answer(step: &StepReport) -> String {
    match (&step.response, &step.error) {
        (_, Some(error)) => error.clone(),
        (Some(response), None) => match response.headers.get("content-type") {
            Some(content_type) => format!("{} {content_type}", response.status),
            None => response.status.to_string(),
        },
        (None, None) => "none".to_owned(),
    }
}
