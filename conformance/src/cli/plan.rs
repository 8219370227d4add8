//! `conformance plan`: every request that a run would send, without sending any.

use std::fmt::Write as _;
use std::io::Write as _;

use super::head;
use super::prepare::{Planned, planned};
use super::{Defaults, PlanFlags};
use crate::case::{
    Body, Case, Cleanup, Content, Credentials, Request, Step, Template, Text, TextPart,
};
use crate::exit::Exit;
use crate::plan::{Plan, Routine, Routines};
use crate::report::Redactor;

/// Prints the plan.
pub(super) fn plan(flags: &PlanFlags, defaults: &Defaults<'_>) -> Exit {
    let Planned { plan, profile, .. } = match planned(&flags.run, defaults) {
        Ok(planned) => planned,
        Err(mistake) => {
            anstream::eprintln!("{}", mistake.trim_end());
            return Exit::Mistake;
        }
    };
    let text = if flags.json { json(&plan) } else { text(&plan) };
    // Values from the environment may stand in it.
    let text = Redactor::new(&profile).text(&text).into_owned();
    // A closed pipe is the reader's choice.
    let _ = anstream::stdout().write_all(text.as_bytes());
    Exit::Conforms
}

fn json(plan: &Plan) -> String {
    serde_json::to_string_pretty(plan).unwrap_or_default() + "\n"
}

fn text(plan: &Plan) -> String {
    let mut text = head::head(plan);
    let Routines { setup, sources, teardown, .. } = &plan.routines;
    for (what, routines) in [("set-up", setup), ("whenever it is needed", sources)] {
        text.extend(routines.iter().map(|one| routine(what, one)));
    }
    for case in &plan.cases {
        let _ = write!(text, "\n{}\n{}", case.id, requests(case));
    }
    text.extend(teardown.iter().map(|one| routine("tear-down", one)));
    if !plan.left_out.is_empty() {
        let _ = write!(text, "\nleft out:\n{}", head::by_reason(&plan.left_out));
    }
    let number: usize = plan.cases.iter().map(|case| case.steps.len() + case.cleanup.len()).sum();
    let _ =
        writeln!(text, "\n{} cases, up to {number} requests; nothing was sent", plan.cases.len());
    text
}

fn routine(what: &str, routine: &Routine) -> String {
    let Routine { workflow, case, outputs, .. } = routine;
    let gives: Vec<_> = outputs.keys().map(String::as_str).collect();
    let gives = match gives.is_empty() {
        true => String::new(),
        false => format!("  gives {}\n", gives.join(", ")),
    };
    format!("\n{what}: workflow {workflow}\n{}{gives}", requests(case))
}

/// What a case is about, and what it sends.
fn requests(case: &Case) -> String {
    let mut text = format!("  {}\n", case.summary);
    for step in &case.steps {
        let _ = writeln!(text, "  {}", line(step));
    }
    for Cleanup { step, after, .. } in &case.cleanup {
        let _ = writeln!(text, "  {}, if `{after}` made something", line(step));
    }
    text
}

fn line(step: &Step) -> String {
    let Request { method, body, credentials, .. } = &step.request;
    let body = body.as_ref().map(|body| format!("  {}", shown_body(body))).unwrap_or_default();
    let sender = match credentials {
        Credentials::None => String::new(),
        Credentials::As(name) => format!("  as {name}"),
        Credentials::Behind { name, .. } => format!("  as {name}, shown otherwise"),
        Credentials::Authorization(_) => "  with made-up credentials".to_owned(),
    };
    format!("{}: {method} {}{sender}{body}", step.id, target(&step.request))
}

/// Path and query, with a name between braces for what is known only when it is sent.
fn target(request: &Request) -> String {
    let mut path = request.path.clone();
    for (name, value) in &request.path_parameters {
        path = path.replace(&format!("{{{name}}}"), &shown(value));
    }
    let query = request.query.iter().map(|pair| format!("{}={}", pair.name, shown(&pair.value)));
    let query = query.collect::<Vec<_>>().join("&");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

fn shown(text: &Text) -> String {
    let part = |part: &TextPart| match part {
        TextPart::Literal(text) | TextPart::Raw(text) => text.clone(),
        TextPart::Expression(expression) | TextPart::Capitals(expression) => {
            format!("{{{expression}}}")
        }
    };
    text.0.iter().map(part).collect()
}

fn shown_body(body: &Body) -> String {
    const LONGEST: usize = 200;
    let text = match &body.content {
        Content::Json(template) => template_text(template),
        Content::Defective { json, defect } => format!("{} ({defect:?})", template_text(json)),
        Content::Form(pairs) => {
            let pairs = pairs.iter().map(|pair| format!("{}={}", pair.name, shown(&pair.value)));
            pairs.collect::<Vec<_>>().join("&")
        }
        Content::Bytes(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn template_text(template: &Template) -> String {
    match template {
        Template::Value(value) => value.to_string(),
        Template::Expression(expression) => format!("{{{expression}}}"),
        Template::Text(text) => shown(text),
        Template::Array(items) => {
            format!("[{}]", items.iter().map(template_text).collect::<Vec<_>>().join(","))
        }
        Template::Object(members) => {
            let members =
                members.iter().map(|(name, one)| format!("\"{name}\":{}", template_text(one)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}
