//! The response enum of an operation, and how its variants go out.

use spec::model::Status;

use super::Server;
use crate::emit::code::{Code, Expr, call, signature};
use crate::emit::payloads::{Payload, Payloads, framing, is_open, payload_type, write_enum};
use crate::emit::types::string;
use crate::emit::usage::{form, forms};
use crate::ir::{Content, ContentKind, Operation, Variant};

impl Server<'_> {
    /// The enum, its conversions, and its `Answer`.
    pub(super) fn write_responses(&self, index: usize, operation: &Operation, code: &mut Code) {
        let name = &operation.responses.rust;
        let variants = &operation.responses.variants;
        let payloads = self.payloads.of_operation(index);
        code.space();
        code.doc(&format!(
            "What `{}` answers: a variant for each documented response.",
            operation.id
        ));
        write_enum(self.api, name, variants.iter().zip(payloads), code);
        self.write_conversions(operation, payloads, code);
        code.space();
        code.block(format!("impl Answer for {name}"), |code| {
            code.block("fn into_http(self) -> Result<Response, Unanswerable>", |code| {
                code.block("match self", |code| {
                    for (variant, payload) in variants.iter().zip(payloads) {
                        write_arm(variant, payload, code);
                    }
                });
            });
        });
    }

    /// How the responses that are more than a body go out: once for all operations.
    pub(super) fn write_writers(&self, code: &mut Code) {
        if Payloads::home(self.api) != self.direction {
            return;
        }
        let visibility = Payloads::visibility(self.api, self.module());
        for (name, variant) in self.payloads.structs(self.api) {
            let mut arguments = vec!["self"];
            let reply = match variant.status {
                Status::Code(_) => {
                    arguments.push("code: u16");
                    "Reply::of(code)".to_owned()
                }
                Status::Range(digit) => format!("Reply::of_range({digit}, self.status)?"),
                Status::Default => "Reply::new(self.status)".to_owned(),
            };
            let headers = variant.headers.iter().map(|header| {
                let (wire, form) = (string(&header.wire).into(), form(&header.form));
                let field = &header.rust;
                if header.required {
                    call(".header", [wire, form, format!("&self.{field}").into()]).ending("?")
                } else {
                    let value = format!("self.{field}.as_ref()").into();
                    call(".header_optional", [wire, form, value]).ending("?")
                }
            });
            let reply = Reply { start: reply.into(), headers: headers.collect() };
            let returns = "Result<Response, Unanswerable>";
            code.space();
            code.block(format!("impl crate::responses::{name}"), |code| {
                let head = signature(&format!("{visibility} fn into_http"), arguments, returns);
                code.block(head, |code| reply.write(variant, "self.body", code));
            });
        }
    }

    /// `From` for each payload that is only one variant's, so that shared code needn't know the operation.
    fn write_conversions(&self, operation: &Operation, payloads: &[Payload], code: &mut Code) {
        let name = &operation.responses.rust;
        let variants = &operation.responses.variants;
        let all = variants.iter().zip(payloads);
        let types: Vec<Option<String>> =
            all.map(|(variant, payload)| payload_type(self.api, payload, variant)).collect();
        code.space();
        for (variant, ty) in variants.iter().zip(&types) {
            let Some(ty) = ty else { continue };
            if types.iter().flatten().filter(|other| *other == ty).count() == 1 {
                code.line(&format!("answers!({name}::{}({ty}));", variant.rust));
            }
        }
    }
}

fn write_arm(variant: &Variant, payload: &Payload, code: &mut Code) {
    let name = &variant.rust;
    let status = match variant.status {
        Status::Code(code) => code.to_string(),
        Status::Range(_) | Status::Default => String::new(),
    };
    let start = Expr::from(format!("Reply::of({status})"));
    match payload {
        Payload::Nothing => code.line(&format!("Self::{name} => Reply::of({status}).empty(),")),
        Payload::Struct(_) => {
            code.line(&format!("Self::{name}(response) => response.into_http({status}),"));
        }
        Payload::Body => {
            let reply = Reply { start, headers: Vec::new() };
            let pattern = format!("Self::{name}(body)");
            match reply.whole(variant, "body") {
                Some(whole) => code.arm(&[pattern], &whole),
                None => {
                    code.block(format!("{pattern} =>"), |code| reply.write(variant, "body", code))
                }
            }
        }
    }
}

/// A reply that has its status and header fields, and gets its body.
struct Reply {
    start: Expr,
    headers: Vec<Expr>,
}

impl Reply {
    /// The expression, where it is one.
    fn whole(&self, variant: &Variant, body: &str) -> Option<Expr> {
        let end = match (variant.contents.as_slice(), &variant.choice) {
            ([], _) => Expr::from(".empty()"),
            ([content], None) => end(content, body),
            _ => return None,
        };
        Some(self.start.clone().then(self.headers.iter().cloned().chain([end])))
    }

    /// The expression, or the statements.
    fn write(&self, variant: &Variant, body: &str, code: &mut Code) {
        if let Some(whole) = self.whole(variant, body) {
            code.put("", &whole, "");
            return;
        }
        let choice = variant.choice.as_deref().unwrap_or("Body");
        code.put("let reply = ", &self.start.clone().then(self.headers.iter().cloned()), ";");
        code.block(format!("match {body}"), |code| {
            for content in &variant.contents {
                let pattern = format!("crate::operations::{choice}::{}(body)", content.rust);
                code.arm(&[pattern], &Expr::from("reply").then([end(content, "body")]));
            }
        });
    }
}

/// How a reply gets its body.
fn end(content: &Content, body: &str) -> Expr {
    let media_type = string(content.sent());
    let borrowed = format!("&{body}");
    match &content.kind {
        ContentKind::Json(_) => call(".json", [media_type, borrowed]),
        ContentKind::Form(_, members) => {
            call(".form", [media_type.into(), borrowed.into(), forms(members)])
        }
        ContentKind::Value(_) => call(".value", [media_type, borrowed]),
        ContentKind::Text | ContentKind::Bytes if !is_open(content) => {
            call(".bytes", [&*media_type, body])
        }
        ContentKind::Stream if !is_open(content) => call(".stream", [&*media_type, body]),
        ContentKind::Stream => call(".media_stream", [body]),
        ContentKind::Items(how, _) => {
            call(".items", [&*media_type, &format!("&{}", framing(*how)), body])
        }
        _ => call(".media", [body]),
    }
}
