//! How the parts of a body are read.

use crate::emit::code::{Code, call, list, object};
use crate::emit::schema::table;
use crate::emit::types::string;
use crate::emit::usage::{form, own_rules, rules, texts};
use crate::ir::schema::Keywords;
use crate::ir::{Part, PartKind, Parts};

/// Implements the reading of a struct of parts.
pub(super) fn write_reading(parts: &Parts, code: &mut Code) {
    let is_free = |name: &&str| parts.parts.iter().flat_map(fields).all(|field| field != *name);
    let source = ["source", "parts", "given"].into_iter().find(is_free).unwrap_or("source_");
    let head =
        format!("impl crate::runtime::server::ReadParts for crate::operations::{}", parts.rust);
    code.space();
    code.block(head, |code| {
        let names = |is_file: bool| {
            let named = parts.parts.iter().filter(move |part| part.kind.is_file() == is_file);
            texts(named.map(|part| &part.wire))
        };
        code.put("const FILES: &'static [&'static str] = ", &names(true).into(), ";");
        code.put("const VALUES: &'static [&'static str] = ", &names(false).into(), ";");
        if parts.is_closed {
            code.line("const IS_CLOSED: bool = true;");
        }
        if !parts.together.is_empty() {
            write_together(&parts.together, code);
        }
        code.space();
        let head = format!("fn read({source}: &mut crate::runtime::server::Parts) -> Option<Self>");
        code.block(head, |code| {
            for part in &parts.parts {
                let suffix = if part.required { "" } else { "_optional" };
                let wire = string(&part.wire);
                let read = match &part.kind {
                    PartKind::Files(rules) => {
                        call(&format!("{source}.files{suffix}"), [wire, own_rules(rules)])
                    }
                    PartKind::File => call(&format!("{source}.file{suffix}"), [wire]),
                    PartKind::Value { slot, form: style, .. } => {
                        let arguments = [wire.into(), form(style), rules(slot).into()];
                        call(&format!("{source}.value{suffix}"), arguments)
                    }
                };
                let headers = part.headers.iter().map(|header| {
                    let method = match (part.has_always(header), header.required) {
                        (true, _) => "header",
                        (false, true) => "header_of_optional",
                        (false, false) => "header_optional",
                    };
                    let names = [string(&part.wire).into(), string(&header.wire).into()];
                    let how = [form(&header.form), rules(&header.slot).into()];
                    (
                        &header.rust,
                        call(&format!("{source}.{method}"), names.into_iter().chain(how)),
                    )
                });
                // A file is taken out of the parts, its header fields with it.
                for (field, read) in headers.chain([(&part.rust, read)]) {
                    code.put(&format!("let {field} = "), &read, ";");
                }
            }
            let fields = parts.parts.iter().flat_map(fields);
            let fields = fields.map(|field| format!("{field}: {field}?"));
            code.put("", &call("Some", [object("Self", fields)]), "");
        });
    });
}

/// The fields of the struct that a part has: itself, and its header fields.
fn fields(part: &Part) -> impl Iterator<Item = &str> {
    let headers = part.headers.iter().map(|header| header.rust.as_str());
    std::iter::once(part.rust.as_str()).chain(headers)
}

/// What is asked of which parts there are.
fn write_together(asked: &Keywords, code: &mut Code) {
    let arguments =
        ["present: &serde_json::Value", "report: &mut crate::runtime::validation::Report"];
    code.space();
    code.block(list("fn look_together(", arguments, ")"), |code| {
        code.line("#[allow(unused_imports)]");
        code.line("use crate::runtime::schema::{Format, Keyword::*, Literal, Schema, judge};");
        code.line("#[allow(unused_imports)]");
        code.line("use crate::runtime::union::Kind;");
        code.put("static KEYWORDS: Schema = ", &table(asked), ";");
        code.line("judge(KEYWORDS, present, report);");
    });
}
