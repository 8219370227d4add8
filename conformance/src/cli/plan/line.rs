//! A request of a plan in a line: what is odd on purpose (a NUL, ten thousand letters, text that runs backwards) is
//! named rather than sent to the terminal.

use crate::case::{
    Body, Content, Credentials, PartContent, Request, Step, Template, Text, TextPart,
};
use crate::report::words::{number, one_line};

/// How long a value may be, a body, and a whole line, in characters.
const VALUE: usize = 60;
const BODY: usize = 200;
const LINE: usize = 300;

/// A request in a line.
pub(super) fn line(step: &Step) -> String {
    let Request { method, body, credentials, .. } = &step.request;
    let body = body.as_ref().map(|body| format!("  {}", shown_body(body))).unwrap_or_default();
    let sender = match credentials {
        Credentials::None => String::new(),
        Credentials::As(name) => format!("  as {name}"),
        Credentials::Behind { name, .. } | Credentials::Almost { name, .. } => {
            format!("  as {name}, shown otherwise")
        }
        Credentials::For { name, schemes } => format!("  as {name}, by {}", schemes.join(" and ")),
        Credentials::Authorization(_) => "  with made-up credentials".to_owned(),
    };
    let target = match &step.follows {
        Some(reference) => format!("{{{reference}}}"),
        None => target(&step.request),
    };
    let line = format!("{}: {method} {target}{sender}{body}", step.id);
    shortened(&line, LINE)
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
        TextPart::Expression(hole) | TextPart::Capitals(hole) | TextPart::Inner(hole) => {
            format!("{{{hole}}}")
        }
    };
    let text: String = text.0.iter().map(part).collect();
    shortened(&text, VALUE)
}

fn shown_body(body: &Body) -> String {
    let text = match &body.content {
        Content::Json(template) => template_text(template),
        Content::Members(members) => {
            format!("{{{}}}, of {{{}}}", members.names.join(", "), members.of)
        }
        Content::Defective { json, defect } => format!("{} ({defect:?})", template_text(json)),
        Content::Form(pairs) => {
            let pairs = pairs.iter().map(|pair| format!("{}={}", pair.name, shown(&pair.value)));
            pairs.collect::<Vec<_>>().join("&")
        }
        Content::Multipart(parts) => {
            let parts =
                parts.iter().map(|part| format!("{}={}", part.name, shown_part(&part.content)));
            parts.collect::<Vec<_>>().join("&")
        }
        Content::Text(text) => shown(text),
        Content::Bytes(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
    };
    shortened(&text, BODY)
}

fn shown_part(content: &PartContent) -> String {
    match content {
        PartContent::Text(text) => shown(text),
        PartContent::Json(template) => template_text(template),
        PartContent::File(bytes) => format!("({} bytes)", bytes.len()),
    }
}

fn template_text(template: &Template) -> String {
    match template {
        Template::Value(value) => shortened(&value.to_string(), BODY),
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

/// The beginning of a text with its length, in visible characters.
fn shortened(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return one_line(text);
    }
    let beginning: String = text.chars().take(most).collect();
    format!("{}… ({} characters)", one_line(&beginning), number(length))
}
