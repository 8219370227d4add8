//! What each documented response carries: nothing, a body, or a struct of status, headers and body.
//!
//! Operations that answer with the same component share the struct, and so do those that answer alike by a range or
//! `default`: most contracts word all errors in one way, and nobody wants to handle it once for each operation.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use spec::model::Status;

use super::file::SourceFile;
use super::shorten::{Shortened, shorten};
use super::usage::{docs_or, ident, ty};
use crate::ir::operation::ParameterForm;
use crate::ir::{Api, Content, ContentKind, Docs, Framing, HeaderField, Operation, Variant};

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
        let structs = self.structs(api).map(|(name, variant)| {
            let docs = match differing.contains(name) {
                true => quote! { #[doc = " What several operations answer, each for reasons of its own."] },
                false => docs_or(&variant.docs, "A documented response."),
            };
            emit_struct(api, name, &docs, variant)
        });
        let docs = [
            "Responses that are more than a body: with header fields, or with a status to choose.",
        ];
        let Shortened { tokens, uses, .. } = shorten(structs.collect(), &[]);
        Some(SourceFile::tokens("src/responses.rs", &docs, quote! { #uses #tokens }))
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
        Some(ty) => ty.to_string(),
    };
    let name = match body.rsplit(' ').next()? {
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
    // The one legal name in Pascal case that is a keyword.
    if joined == "Self" { "SelfResponse".to_owned() } else { joined }
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
    let body = body.map(|body| body.to_string());
    let written = variant.contents.iter().map(|content| match &content.kind {
        ContentKind::Items(framing, _) => (&content.media_type, Some(framing)),
        _ => (&content.media_type, None),
    });
    format!("{kind} {headers:?} {body:?} {:?}", written.collect::<Vec<_>>())
}

fn emit_struct(api: &Api, name: &str, docs: &TokenStream, variant: &Variant) -> TokenStream {
    let name = ident(name);
    let status = variant.has_status().then(|| {
        let range = match variant.status {
            Status::Range(digit) => format!(" The status, from {digit}00 to {digit}99."),
            Status::Code(_) | Status::Default => " The status.".to_owned(),
        };
        quote! { #[doc = #range] pub status: http::StatusCode, }
    });
    let headers = variant.headers.iter().map(|header| emit_header(api, header));
    let body = body_type(api, &variant.contents, variant.choice.as_deref());
    let body = body.map(|ty| quote! { #[doc = " The body."] pub body: #ty, });
    let derives = derives(variant.contents.iter());
    quote! {
        #docs
        #derives
        pub struct #name {
            #status
            #(#headers)*
            #body
        }
    }
}

fn emit_header(api: &Api, header: &HeaderField) -> TokenStream {
    let docs = docs_or(&header.docs, &format!("The header field `{}`.", header.wire));
    let name = ident(&header.rust);
    let ty = ty(api, &header.slot.ty);
    let ty = if header.required {
        ty
    } else {
        quote! { Option<#ty> }
    };
    quote! { #docs pub #name: #ty, }
}

/// The docs of a variant, its status first: `404: There is no such pet.`
#[must_use]
pub fn variant_docs(variant: &Variant) -> TokenStream {
    let Some((first, rest)) = variant.docs.lines.split_first() else {
        let status = format!(" {}, as documented.", variant.status);
        return quote! { #[doc = #status] };
    };
    let first = format!(" {}: {first}", variant.status);
    let rest =
        rest.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #[doc = #first] #(#[doc = #rest])* }
}

/// The type of a payload; `None` where there is nothing.
#[must_use]
pub fn payload_type(api: &Api, payload: &Payload, variant: &Variant) -> Option<TokenStream> {
    match payload {
        Payload::Nothing => None,
        Payload::Body => body_type(api, &variant.contents, variant.choice.as_deref()),
        Payload::Struct(name) => {
            let name = ident(name);
            Some(quote! { crate::responses::#name })
        }
    }
}

/// The type of a body in one of these contents; `None` where there is none.
#[must_use]
pub fn body_type(api: &Api, contents: &[Content], choice: Option<&str>) -> Option<TokenStream> {
    match (contents, choice) {
        ([], _) => None,
        ([content], None) => Some(content_type(api, content)),
        (_, Some(choice)) => {
            let choice = ident(choice);
            Some(quote! { crate::operations::#choice })
        }
        ([content, ..], None) => Some(content_type(api, content)),
    }
}

/// The type of a body in one media type.
#[must_use]
pub fn content_type(api: &Api, content: &Content) -> TokenStream {
    match &content.kind {
        ContentKind::Json(slot) | ContentKind::Form(slot, _) => ty(api, &slot.ty),
        ContentKind::Text if !is_open(content) => quote! { String },
        ContentKind::Bytes if !is_open(content) => quote! { bytes::Bytes },
        ContentKind::Stream if !is_open(content) => quote! { crate::runtime::ByteStream },
        ContentKind::Stream => quote! { crate::runtime::Media<crate::runtime::ByteStream> },
        ContentKind::Multipart(Some(parts)) => {
            let name = ident(&parts.rust);
            quote! { crate::operations::#name }
        }
        ContentKind::Items(framing, slot) => {
            let item = ty(api, &slot.ty);
            match framing {
                Framing::Events | Framing::TextEvents => {
                    quote! { crate::runtime::ItemStream<crate::runtime::Event<#item>> }
                }
                Framing::Lines | Framing::Records | Framing::EventObjects => {
                    quote! { crate::runtime::ItemStream<#item> }
                }
            }
        }
        _ => quote! { crate::runtime::Media },
    }
}

/// The members of a form that have a style of their own, as an expression.
#[must_use]
pub fn styles(styles: &[(String, ParameterForm)]) -> TokenStream {
    let styles = styles.iter().map(|(name, form)| {
        let form = super::usage::form(form);
        quote! { (#name, #form) }
    });
    quote! { &[#(#styles),*] }
}

/// How items stand in a body, as an expression.
#[must_use]
pub fn framing(framing: Framing) -> TokenStream {
    let name = match framing {
        Framing::Lines => quote! { JsonItems::Lines },
        Framing::Records => quote! { JsonItems::Records },
        Framing::Events => quote! { Events },
        Framing::TextEvents => quote! { TextEvents },
        Framing::EventObjects => quote! { EventObjects },
    };
    quote! { crate::runtime::stream::#name }
}

/// What can be derived for a type that carries these contents: a stream is neither cloned nor compared.
#[must_use]
pub fn derives<'c>(mut contents: impl Iterator<Item = &'c Content>) -> TokenStream {
    let has_files = |content: &Content| matches!(content.kind, ContentKind::Multipart(Some(_)));
    if contents.any(|content| content.is_stream() || has_files(content)) {
        return quote! { #[derive(Debug)] };
    }
    quote! { #[derive(Debug, Clone, PartialEq)] }
}

/// Whether the media type as documented doesn't say all: a range, or a multipart type whose boundary is each body's own.
#[must_use]
pub fn is_open(content: &Content) -> bool {
    content.media_type.ends_with('*') || matches!(content.kind, ContentKind::Multipart(None))
}
