//! What each documented response carries: nothing, a body, or a struct of status, headers and body.
//!
//! Operations that answer with the same component share the struct, and so do those that answer alike by a range or
//! `default`: most contracts word all errors in one way, and nobody wants to handle it once for each operation.

use std::collections::{BTreeMap, BTreeSet};

use spec::model::Status;

use super::code::Code;
use super::file::SourceFile;
use super::shorten::shorten;
use super::usage::{optional, ty};
use crate::ir::{
    Api, Content, ContentKind, Direction, Docs, Framing, HeaderField, Operation, Variant,
};
use crate::names::PRELUDE;

/// What a variant of a response carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Nothing: `NoContent`.
    Nothing,
    /// A body alone: `Ok(Pet)`.
    Body,
    /// This struct of `crate::responses`.
    Struct(String),
}

/// The payloads of every response of an API.
#[derive(Debug, Clone)]
pub struct Payloads {
    by_operation: Vec<Vec<Payload>>,
    /// The structs, in the order of their first use: name, operation, variant.
    structs: Vec<(String, usize, usize)>,
}

impl Payloads {
    /// Decides on every response.
    #[must_use]
    pub fn of(api: &Api) -> Self {
        let repeated = repeated(api);
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let mut names = BTreeSet::new();
        let mut this = Self { by_operation: Vec::new(), structs: Vec::new() };
        for (operation_index, operation) in api.operations.iter().enumerate() {
            let mut payloads = Vec::new();
            for (variant_index, variant) in operation.responses.variants.iter().enumerate() {
                if !needs_struct(variant) {
                    let empty = variant.contents.is_empty();
                    payloads.push(if empty { Payload::Nothing } else { Payload::Body });
                    continue;
                }
                let signature = signature(api, variant);
                let shared = shared_stem(api, variant).filter(|_| repeated.contains(&signature));
                let stem = shared.unwrap_or_else(|| stem(operation, variant));
                let key = format!("{stem} {signature}");
                let name = known.entry(key).or_insert_with(|| {
                    let name = free(&names, &stem, &variant.rust);
                    names.insert(name.clone());
                    this.structs.push((name.clone(), operation_index, variant_index));
                    name
                });
                payloads.push(Payload::Struct(name.clone()));
            }
            this.by_operation.push(payloads);
        }
        this
    }

    /// What the variants of an operation carry, in their order.
    #[must_use]
    pub fn of_operation(&self, operation: usize) -> &[Payload] {
        &self.by_operation[operation]
    }

    /// The direction whose modules have the code that reads and writes the structs: the first that has operations.
    #[must_use]
    pub fn home(api: &Api) -> Direction {
        if api.has(Direction::ToApi) { Direction::ToApi } else { Direction::FromApi }
    }

    /// Who sees that code, in this module: everyone where operations of both directions use it.
    #[must_use]
    pub fn visibility(api: &Api, module: &str) -> String {
        if Direction::ALL.into_iter().all(|direction| api.has(direction)) {
            "pub(crate)".to_owned()
        } else {
            format!("pub(in crate::{module})")
        }
    }

    /// Whether there is a struct at all.
    #[must_use]
    pub fn has_structs(&self) -> bool {
        !self.structs.is_empty()
    }

    /// The structs: the name, and a response that carries it.
    pub fn structs<'a>(&'a self, api: &'a Api) -> impl Iterator<Item = (&'a str, &'a Variant)> {
        self.structs.iter().map(|(name, operation, variant)| {
            (name.as_str(), &api.operations[*operation].responses.variants[*variant])
        })
    }

    /// The file `src/responses.rs`.
    #[must_use]
    pub fn emit(&self, api: &Api) -> Option<SourceFile> {
        if self.structs.is_empty() {
            return None;
        }
        let differing = self.differing(api);
        let mut code = Code::default();
        for (name, variant) in self.structs(api) {
            code.space();
            if differing.contains(name) {
                code.doc("What several operations answer, each for reasons of its own.");
            } else {
                code.docs_or(&variant.docs, "A documented response.");
            }
            write_struct(api, name, variant, &mut code);
        }
        let docs = [
            "Responses that are more than a body: with header fields, or with a status to choose.",
        ];
        let text = shorten(&code.finish(), &[]).finish();
        Some(SourceFile::text("src/responses.rs", &docs, text))
    }

    /// The structs that operations describe differently.
    fn differing(&self, api: &Api) -> BTreeSet<&str> {
        let mut described: BTreeMap<&str, &Docs> = BTreeMap::new();
        let mut differing = BTreeSet::new();
        for (operation, payloads) in api.operations.iter().zip(&self.by_operation) {
            for (variant, payload) in operation.responses.variants.iter().zip(payloads) {
                let Payload::Struct(name) = payload else { continue };
                if *described.entry(name).or_insert(&variant.docs) != &variant.docs {
                    differing.insert(name.as_str());
                }
            }
        }
        differing
    }
}

fn needs_struct(variant: &Variant) -> bool {
    variant.has_status() || !variant.headers.is_empty()
}

/// The signatures of responses that several operations have, each written in place.
fn repeated(api: &Api) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let variants = api.operations.iter().flat_map(|operation| &operation.responses.variants);
    let in_place = variants.filter(|variant| variant.component.is_none() && variant.has_status());
    let signatures = in_place.map(|variant| signature(api, variant));
    signatures.filter(|signature| !seen.insert(signature.clone())).collect()
}

/// What a response that is written in place may be called for all operations: `ProblemDefault`, by its body.
fn shared_stem(api: &Api, variant: &Variant) -> Option<String> {
    if variant.component.is_some() || !variant.has_status() {
        return None;
    }
    let body = match body_type(api, &variant.contents, variant.choice.as_deref()) {
        None => "Empty".to_owned(),
        Some(ty) => ty,
    };
    let name = match body.rsplit(':').next()? {
        "String" => "Text",
        "bool" => "Boolean",
        "f64" => "Number",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => "Integer",
        name if name.chars().all(char::is_alphanumeric) => name,
        _ => return None,
    };
    Some(format!("{name}{}", variant.rust.trim_start_matches("r#")))
}

fn stem(operation: &Operation, variant: &Variant) -> String {
    match &variant.component {
        Some(component) => pascal(component),
        None => format!("{}{}", operation.stem, variant.rust.trim_start_matches("r#")),
    }
}

/// The name of a component in Pascal case; a name of symbols alone becomes `Response`.
fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words
        .map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + rest
        })
        .collect();
    if joined.is_empty() || joined.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("Response{joined}");
    }
    if PRELUDE.contains(&joined.as_str()) { format!("{joined}Response") } else { joined }
}

fn free(taken: &BTreeSet<String>, stem: &str, variant: &str) -> String {
    if !taken.contains(stem) {
        return stem.to_owned();
    }
    let variant = variant.trim_start_matches("r#");
    let longer = if stem.ends_with(variant) { stem.to_owned() } else { format!("{stem}{variant}") };
    let numbered = (2..).map(|n: u32| format!("{longer}{n}"));
    std::iter::once(longer.clone())
        .chain(numbered)
        .find(|name| !taken.contains(name))
        .unwrap_or(longer)
}

/// Two responses of the same signature carry the same struct, and are read and written by the same code.
fn signature(api: &Api, variant: &Variant) -> String {
    let headers: Vec<String> = variant
        .headers
        .iter()
        .map(|header| {
            let HeaderField { rust, wire, required, form, slot, .. } = header;
            format!("{rust} {wire} {required} {form:?} {:?}", slot.ty)
        })
        .collect();
    let kind = match variant.status {
        Status::Code(_) => String::new(),
        Status::Range(digit) => digit.to_string(),
        Status::Default => "default".to_owned(),
    };
    let body = body_type(api, &variant.contents, variant.choice.as_deref());
    let written = variant.contents.iter().map(|content| match &content.kind {
        ContentKind::Items(framing, _) => (&content.media_type, Some(framing)),
        _ => (&content.media_type, None),
    });
    format!("{kind} {headers:?} {body:?} {:?}", written.collect::<Vec<_>>())
}

fn write_struct(api: &Api, name: &str, variant: &Variant, code: &mut Code) {
    code.line(derives(variant.contents.iter()));
    code.block(format!("pub struct {name}"), |code| {
        if variant.has_status() {
            code.doc(&match variant.status {
                Status::Range(digit) => format!("The status, from {digit}00 to {digit}99."),
                Status::Code(_) | Status::Default => "The status.".to_owned(),
            });
            code.line("pub status: http::StatusCode,");
        }
        for header in &variant.headers {
            code.docs_or(&header.docs, &format!("The header field `{}`.", header.wire));
            let ty = optional(ty(api, &header.slot.ty), header.required);
            code.line(&format!("pub {}: {ty},", header.rust));
        }
        if let Some(ty) = body_type(api, &variant.contents, variant.choice.as_deref()) {
            code.doc("The body.");
            code.line(&format!("pub body: {ty},"));
        }
    });
}

/// The enum of these responses, below its docs.
pub(super) fn write_enum<'a>(
    api: &Api,
    name: &str,
    members: impl Iterator<Item = (&'a Variant, &'a Payload)> + Clone,
    code: &mut Code,
) {
    code.line(derives(members.clone().flat_map(|(variant, _)| &variant.contents)));
    code.line("#[allow(clippy::large_enum_variant, reason = \"an answer is moved once\")]");
    code.block(format!("pub enum {name}"), |code| {
        members.for_each(|(variant, payload)| write_variant(api, variant, payload, code));
    });
}

/// A variant of an enum for a response; its docs begin with its status: `404: There is no such pet.`
fn write_variant(api: &Api, variant: &Variant, payload: &Payload, code: &mut Code) {
    match variant.docs.lines.split_first() {
        Some((first, rest)) => {
            code.doc(&format!("{}: {first}", variant.status));
            rest.iter().for_each(|line| code.doc(line));
        }
        None => code.doc(&format!("{}, as documented.", variant.status)),
    }
    match payload_type(api, payload, variant) {
        Some(ty) => code.line(&format!("{}({ty}),", variant.rust)),
        None => code.line(&format!("{},", variant.rust)),
    }
}

/// The type of a payload; `None` where there is nothing.
#[must_use]
pub fn payload_type(api: &Api, payload: &Payload, variant: &Variant) -> Option<String> {
    match payload {
        Payload::Nothing => None,
        Payload::Body => body_type(api, &variant.contents, variant.choice.as_deref()),
        Payload::Struct(name) => Some(format!("crate::responses::{name}")),
    }
}

/// The type of a body in one of these contents; `None` where there is none.
#[must_use]
pub fn body_type(api: &Api, contents: &[Content], choice: Option<&str>) -> Option<String> {
    match (contents, choice) {
        ([], _) => None,
        ([content], None) => Some(content_type(api, content)),
        (_, Some(choice)) => Some(format!("crate::operations::{choice}")),
        ([content, ..], None) => Some(content_type(api, content)),
    }
}

/// The type of a body in one media type.
#[must_use]
pub fn content_type(api: &Api, content: &Content) -> String {
    match &content.kind {
        ContentKind::Json(slot) | ContentKind::Form(slot, _) | ContentKind::Value(slot) => {
            ty(api, &slot.ty)
        }
        ContentKind::Text if !is_open(content) => "String".to_owned(),
        ContentKind::Bytes if !is_open(content) => "bytes::Bytes".to_owned(),
        ContentKind::Stream if !is_open(content) => "crate::runtime::ByteStream".to_owned(),
        ContentKind::Stream => "crate::runtime::Media<crate::runtime::ByteStream>".to_owned(),
        ContentKind::Multipart(Some(parts)) => format!("crate::operations::{}", parts.rust),
        ContentKind::Items(framing, slot) => {
            let item = ty(api, &slot.ty);
            let item = match framing {
                Framing::Events | Framing::TextEvents => format!("crate::runtime::Event<{item}>"),
                Framing::Lines | Framing::Records | Framing::EventObjects => item,
            };
            format!("crate::runtime::ItemStream<{item}>")
        }
        _ => "crate::runtime::Media".to_owned(),
    }
}

/// How items stand in a body, as an expression.
#[must_use]
pub fn framing(framing: Framing) -> &'static str {
    match framing {
        Framing::Lines => "crate::runtime::items::JsonItems::Lines",
        Framing::Records => "crate::runtime::items::JsonItems::Records",
        Framing::Events => "crate::runtime::items::Events",
        Framing::TextEvents => "crate::runtime::items::TextEvents",
        Framing::EventObjects => "crate::runtime::items::EventObjects",
    }
}

/// What can be derived for a type that carries these contents: a stream is neither cloned nor compared.
#[must_use]
pub fn derives<'c>(mut contents: impl Iterator<Item = &'c Content>) -> &'static str {
    let has_files = |content: &Content| matches!(content.kind, ContentKind::Multipart(Some(_)));
    if contents.any(|content| content.is_stream() || has_files(content)) {
        return "#[derive(Debug)]";
    }
    "#[derive(Debug, Clone, PartialEq)]"
}

/// Whether the media type as documented doesn't say all: a range, or a multipart type whose boundary is each body's own.
#[must_use]
pub fn is_open(content: &Content) -> bool {
    content.is_range() || matches!(content.kind, ContentKind::Multipart(None))
}
