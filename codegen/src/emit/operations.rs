//! What server and client share of each operation: its parameters, and the bodies that may come in several media types.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::file::SourceFile;
use super::payloads::{content_type, derives};
use super::shorten::{Shortened, shorten};
use super::usage::{composed, docs, docs_or, ident, ty};
use crate::ir::types::{EnumBase, Kind};
use crate::ir::{
    Api, Content, ContentKind, Group, Operation, Parameter, Parameters, PartKind, Parts, Type,
};

/// The files under `src/operations`.
#[must_use]
pub fn emit(api: &Api) -> Vec<SourceFile> {
    let docs = ["The parameters and bodies of each operation, as server and client share them."];
    let mut files = vec![SourceFile::tokens("src/operations/mod.rs", &docs, emit_root(api))];
    for group in &api.groups {
        let items = emit_group(api, group);
        if !items.is_empty() {
            let docs = format!("What the operations of {} take.", group_name(group));
            let Shortened { tokens, uses, .. } = shorten(items, &[]);
            let tokens = quote! { #uses #tokens };
            files.push(SourceFile::tokens(module_path("operations", group), &[&docs], tokens));
        }
    }
    files
}

/// `mod pets;` for each group; a tag may be called like the module that its file is in.
#[must_use]
pub fn declare(parent: &str, visibility: &TokenStream, modules: &[Ident]) -> TokenStream {
    let declared = modules.iter().map(|module| {
        let is_like_its_parent = *module == parent;
        let allowance = is_like_its_parent
            .then(|| quote! { #[allow(clippy::module_inception, reason = "a tag has this name")] });
        quote! { #allowance #visibility mod #module; }
    });
    declared.collect()
}

/// What a group is called in a doc comment.
#[must_use]
pub fn group_name(group: &Group) -> String {
    match &group.tag {
        Some(tag) => format!("the tag `{}`", tag.replace(['`', '\n', '\r'], " ")),
        None => "no tag".to_owned(),
    }
}

/// Where the module of a group stands: `src/server/pets.rs`.
#[must_use]
pub fn module_path(parent: &str, group: &Group) -> String {
    format!("src/{parent}/{}.rs", group.module.trim_start_matches("r#"))
}

fn emit_root(api: &Api) -> TokenStream {
    let modules: Vec<_> = api
        .groups
        .iter()
        .filter(|group| !emit_group(api, group).is_empty())
        .map(|group| ident(&group.module))
        .collect();
    let declared = declare("operations", &TokenStream::new(), &modules);
    quote! {
        #declared

        #(pub use #modules::*;)*
    }
}

fn emit_group(api: &Api, group: &Group) -> TokenStream {
    api.operations_of(group).map(|operation| emit_operation(api, operation)).collect()
}

fn emit_operation(api: &Api, operation: &Operation) -> TokenStream {
    let parameters = operation.parameters.as_ref().map(|p| emit_parameters(api, operation, p));
    let body = operation.body.as_ref().and_then(|body| {
        let docs = docs_or(&body.docs, &format!("The body of `{}`.", operation.id));
        Some(emit_choice(api, body.choice.as_deref()?, &docs, &body.contents))
    });
    let answers = operation.responses.variants.iter().filter_map(|variant| {
        let docs = docs_or(&variant.docs, "A response in one of several media types.");
        Some(emit_choice(api, variant.choice.as_deref()?, &docs, &variant.contents))
    });
    let parts = parts_of(operation).map(|parts| emit_parts(api, operation, parts));
    quote! { #parameters #(#parts)* #body #(#answers)* }
}

/// The structs of the parts of a body.
pub fn parts_of(operation: &Operation) -> impl Iterator<Item = &Parts> {
    let contents = operation.body.iter().flat_map(|body| &body.contents);
    contents.filter_map(|content| match &content.kind {
        ContentKind::Multipart(parts) => parts.as_ref(),
        _ => None,
    })
}

fn emit_parts(api: &Api, operation: &Operation, parts: &Parts) -> TokenStream {
    let name = ident(&parts.rust);
    let title = format!(" The parts of the body of `{}`.", operation.id);
    let fields = parts.parts.iter().map(|part| {
        let (docs, field) = (docs(&part.docs), ident(&part.rust));
        let ty = match &part.kind {
            PartKind::File => quote! { crate::runtime::FilePart },
            PartKind::Files => quote! { Vec<crate::runtime::FilePart> },
            PartKind::Value { slot, .. } => ty(api, &slot.ty),
        };
        let is_plain = part.required || part.kind == PartKind::Files;
        let ty = if is_plain {
            ty
        } else {
            quote! { Option<#ty> }
        };
        quote! { #docs pub #field: #ty, }
    });
    quote! {
        #[doc = #title]
        #[derive(Debug)]
        pub struct #name { #(#fields)* }
    }
}

fn emit_parameters(api: &Api, operation: &Operation, parameters: &Parameters) -> TokenStream {
    let name = ident(&parameters.rust);
    let title = format!(" The parameters of `{}`.", operation.id);
    let fields = parameters.fields.iter().map(|field| emit_field(api, field));
    let defaults: Vec<_> =
        parameters.fields.iter().filter_map(|field| emit_default(api, parameters, field)).collect();
    let defaults = (!defaults.is_empty()).then(|| quote! { impl #name { #(#defaults)* } });
    let default = parameters.may_be_empty().then(|| quote! { , Default });
    quote! {
        #[doc = #title]
        #[derive(Debug, Clone, PartialEq #default)]
        pub struct #name { #(#fields)* }

        #defaults
    }
}

fn emit_field(api: &Api, field: &Parameter) -> TokenStream {
    let docs = docs_or(&field.docs, &format!("`{}` in the {}.", field.wire, field.location));
    let name = ident(&field.rust);
    let ty = ty(api, &field.slot.ty);
    let ty = if field.required {
        ty
    } else {
        quote! { Option<#ty> }
    };
    quote! { #docs pub #name: #ty, }
}

/// `limit_or_default`: what absence means, for the server to use.
fn emit_default(api: &Api, parameters: &Parameters, field: &Parameter) -> Option<TokenStream> {
    if field.required {
        return None;
    }
    let default = field.default.as_ref()?;
    let method = composed(&[&field.rust, "_or_default"]);
    if parameters.fields.iter().any(|other| method == other.rust) {
        return None;
    }
    let name = ident(&field.rust);
    let title = format!(" `{}`, or its default `{default}`.", field.wire);
    let (ty, value) =
        default_of(api, api.resolve(&field.slot.ty), default, &quote! { self.#name })?;
    Some(quote! {
        #[doc = #title]
        #[must_use]
        pub fn #method(&self) -> #ty {
            #value
        }
    })
}

fn default_of(
    api: &Api,
    ty: &Type,
    default: &Value,
    field: &TokenStream,
) -> Option<(TokenStream, TokenStream)> {
    let type_tokens = self::ty(api, ty);
    let copied =
        |literal: TokenStream| Some((type_tokens.clone(), quote! { #field.unwrap_or(#literal) }));
    match (ty, default) {
        (Type::Boolean, Value::Bool(value)) => copied(quote! { #value }),
        (Type::Integer(integer), Value::Number(number)) => {
            // A default that isn't of the type is none.
            let value = Literal::i128_unsuffixed(integer.value(number)?);
            copied(quote! { #value })
        }
        (Type::Number, Value::Number(number)) => {
            let value = Literal::f64_unsuffixed(number.as_f64()?);
            copied(quote! { #value })
        }
        (Type::String, Value::String(text)) => {
            Some((quote! { &str }, quote! { #field.as_deref().unwrap_or(#text) }))
        }
        (Type::Named(id), Value::String(_)) => {
            let Kind::Enum(listed) = &api.item(*id).kind else { return None };
            if listed.base != EnumBase::String {
                return None;
            }
            let variant = ident(&listed.variant(default)?.rust);
            // An enum that keeps unknown values owns text; one that doesn't is copied.
            let value = if listed.unknown.is_some() {
                quote! { #field.clone() }
            } else {
                field.clone()
            };
            Some((type_tokens.clone(), quote! { #value.unwrap_or(#type_tokens::#variant) }))
        }
        _ => None,
    }
}

fn emit_choice(api: &Api, name: &str, docs: &TokenStream, contents: &[Content]) -> TokenStream {
    let name = ident(name);
    let variants = contents.iter().map(|content| {
        let title = format!(" As `{}`.", content.media_type);
        let (variant, ty) = (ident(&content.rust), content_type(api, content));
        quote! { #[doc = #title] #variant(#ty), }
    });
    let derives = derives(contents.iter());
    quote! {
        #docs
        #derives
        #[allow(clippy::large_enum_variant, reason = "a body is moved once")]
        pub enum #name { #(#variants)* }
    }
}

/// The doc comment of a method for an operation.
#[must_use]
pub fn operation_docs(operation: &Operation) -> TokenStream {
    let line = format!(" `{} {}`", operation.method, operation.path);
    // Where the contract says nothing, this is what the docs say already.
    if operation.docs.is_empty() || operation.docs.lines.as_slice() == [line.trim_start()] {
        return quote! { #[doc = #line] };
    }
    let docs = docs(&operation.docs);
    quote! { #docs #[doc = ""] #[doc = #line] }
}
