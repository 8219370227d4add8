//! How a call becomes a request.

use spec::model::{Location, Method, PathPart};

use super::Client;
use crate::emit::code::{Code, Expr, call};
use crate::emit::operations::parts_of;
use crate::emit::path::encoded;
use crate::emit::payloads::{framing, is_open};
use crate::emit::types::string;
use crate::emit::usage::{form, forms};
use crate::ir::operation::ParameterForm;
use crate::ir::{
    Body, Content, ContentKind, HeaderField, Operation, Parameter, Part, PartKind, Parts,
};

impl Client<'_> {
    pub(super) fn write_request(&self, operation: &Operation, code: &mut Code) {
        let fields = operation.parameters.iter().flat_map(|parameters| &parameters.fields);
        let others = fields.filter(|field| field.location != Location::Path);
        let (required, optional): (Vec<_>, Vec<_>) = others.partition(|field| field.required);
        let mut calls = path(operation);
        calls.extend(
            required.iter().map(|field| addition(field, &format!("&parameters.{}", field.rust))),
        );
        let mut statements = operation.body.as_ref();
        if let Some(body) = &operation.body
            && let [only] = body.contents.as_slice()
            && body.required
            && optional.is_empty()
        {
            calls.push(content(only));
            statements = None;
        }
        let method = match operation.method {
            Method::Other(_) => {
                let name = string(operation.method.as_str());
                format!("crate::runtime::client::method({name})")
            }
            method => format!("Method::{}", method.as_str()),
        };
        let start = format!("Request::new({method})");
        let start = Expr::from(start).then(calls);
        let parameters = if operation.parameters.is_some() { "parameters" } else { "_parameters" };
        let body = if operation.body.is_some() { "body" } else { "_body" };
        code.space();
        code.block(
            format!("fn request({parameters}: &Self::Parameters, {body}: &Self::Body) -> Request"),
            |code| {
                if optional.is_empty() && statements.is_none() {
                    code.put("", &start, "");
                    return;
                }
                code.put("let mut request = ", &start, ";");
                for field in optional {
                    let head = format!("if let Some(value) = &parameters.{}", field.rust);
                    let added = Expr::from("request").then([addition(field, "value")]);
                    code.block(head, |code| code.put("request = ", &added, ";"));
                }
                if let Some(body) = statements {
                    write_body(body, code);
                }
                code.line("request");
            },
        );
    }
}

/// How the parts of a body are written.
pub(super) fn write_parts(operation: &Operation, code: &mut Code) {
    for parts in parts_of(operation) {
        write_writing(parts, code);
    }
}

fn write_writing(parts: &Parts, code: &mut Code) {
    let head =
        format!("impl crate::runtime::client::WriteParts for crate::operations::{}", parts.rust);
    code.space();
    code.block(head, |code| {
        let head = "fn write(&self, parts: &mut crate::runtime::client::Parts)";
        code.block(head, |code| {
            for part in &parts.parts {
                let field = &part.rust;
                let put = |value: &str, code: &mut Code| {
                    part.headers.iter().for_each(|header| {
                        code.put("", &header_of(part, header), ";");
                    });
                    code.put("", &written(part, value), ";");
                };
                if part.kind.is_files() {
                    code.block(format!("for file in &self.{field}"), |code| put("file", code));
                } else if part.required {
                    put(&format!("&self.{field}"), code);
                } else {
                    let head = format!("if let Some(value) = &self.{field}");
                    code.block(head, |code| put("value", code));
                }
            }
        });
    });
}

/// A header field of the part that is written next.
fn header_of(part: &Part, header: &HeaderField) -> Expr {
    let value = match part.has_always(header) {
        true => format!("Some(&self.{})", header.rust),
        false => format!("self.{}.as_ref()", header.rust),
    };
    let name = string(&header.wire);
    let required = header.required.to_string();
    call("parts.header", [name.into(), form(&header.form), value.into(), required.into()])
}

fn written(part: &Part, value: &str) -> Expr {
    let wire = string(&part.wire);
    match &part.kind {
        PartKind::File | PartKind::Files(_) => call("parts.file", [&*wire, value]),
        PartKind::Value { form: style, media_type, .. } => {
            let media_type = match media_type {
                Some(told) => format!("Some({})", string(told)),
                None => "None".to_owned(),
            };
            call("parts.value", [wire.into(), form(style), media_type.into(), value.into()])
        }
    }
}

/// The path: literals and parameters in turn.
fn path(operation: &Operation) -> Vec<Expr> {
    // What the API sends goes to a URL that is whole.
    if operation.sent.is_some() {
        return Vec::new();
    }
    let mut literal = String::new();
    let mut calls = Vec::new();
    let flush = |literal: &mut String, calls: &mut Vec<Expr>| {
        if !literal.is_empty() {
            calls.push(call(".literal", [string(literal)]));
            literal.clear();
        }
    };
    for segment in &operation.path.segments {
        literal.push('/');
        for part in segment {
            match part {
                PathPart::Literal(text) => literal.push_str(&encoded(text)),
                PathPart::Parameter(name) => {
                    let mut fields = operation.parameters.iter().flat_map(|p| &p.fields);
                    let field = fields
                        .find(|field| field.location == Location::Path && field.wire == *name);
                    let Some(field) = field else {
                        literal.push_str(&encoded(&format!("{{{name}}}")));
                        continue;
                    };
                    flush(&mut literal, &mut calls);
                    let value = format!("&parameters.{}", field.rust);
                    let wire = string(&field.wire).into();
                    calls.push(call(".path", [wire, form(&field.form), value.into()]));
                }
            }
        }
    }
    flush(&mut literal, &mut calls);
    calls
}

fn addition(field: &Parameter, value: &str) -> Expr {
    let (wire, form) = (string(&field.wire), form(&field.form));
    match field.location {
        Location::Query if keeps_reserved(&field.form) => {
            call(".query_reserved", [wire.into(), form, value.into()])
        }
        Location::QueryString if field.form.is_one_text() => {
            call(".query_string", [form, value.into()])
        }
        // Otherwise it is an object that spreads its members over the query.
        Location::Query | Location::Path | Location::QueryString => {
            call(".query", [wire.into(), form, value.into()])
        }
        Location::Header => {
            let wire = string(&field.wire.to_ascii_lowercase());
            call(".header", [wire.into(), form, value.into()])
        }
        Location::Cookie => call(".cookie", [wire.into(), form, value.into()]),
    }
}

fn keeps_reserved(form: &ParameterForm) -> bool {
    match form {
        ParameterForm::Text { allow_reserved, .. }
        | ParameterForm::List { allow_reserved, .. }
        | ParameterForm::Object { allow_reserved, .. }
        | ParameterForm::Spread { allow_reserved, .. } => *allow_reserved,
        ParameterForm::Json | ParameterForm::JsonItems | ParameterForm::TextOrJson => false,
    }
}

fn write_body(body: &Body, code: &mut Code) {
    if body.required {
        write_given(body, code);
    } else {
        code.block("if let Some(body) = body", |code| write_given(body, code));
    }
}

fn write_given(body: &Body, code: &mut Code) {
    let add = |added: &Content| Expr::from("request").then([content(added)]);
    match (body.contents.as_slice(), &body.choice) {
        ([content], None) => code.put("request = ", &add(content), ";"),
        (contents, choice) => {
            let choice = choice.as_deref().unwrap_or("Body");
            code.line("request = match body {");
            code.deeper(|code| {
                for content in contents {
                    let pattern = format!("crate::operations::{choice}::{}(body)", content.rust);
                    code.arm(&[pattern], &add(content));
                }
            });
            code.line("};");
        }
    }
}

/// How a content becomes the body.
fn content(content: &Content) -> Expr {
    let media_type = &*string(content.sent());
    match &content.kind {
        ContentKind::Json(_) => call(".json", [media_type, "body"]),
        ContentKind::Form(_, members) => {
            call(".form", [media_type.into(), "body".into(), forms(members)])
        }
        ContentKind::Value(_) => call(".value", [media_type, "body"]),
        ContentKind::Text | ContentKind::Bytes if !is_open(content) => {
            call(".bytes", [media_type, "body.clone()"])
        }
        ContentKind::Stream if !is_open(content) => call(".stream", [media_type, "body"]),
        ContentKind::Stream => call(".media_stream", ["body"]),
        ContentKind::Multipart(Some(_)) => call(".parts", ["body"]),
        ContentKind::Items(how, _) => {
            call(".items", [media_type, &format!("&{}", framing(*how)), "body"])
        }
        _ => call(".media", ["body"]),
    }
}
