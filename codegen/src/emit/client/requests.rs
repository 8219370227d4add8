//! How a call becomes a request.

use proc_macro2::TokenStream;
use quote::quote;
use spec::model::{Location, PathPart};

use super::Client;
use crate::emit::operations::parts_of;
use crate::emit::payloads::{self, framing, is_open};
use crate::emit::usage::{form, ident};
use crate::ir::operation::ParameterForm;
use crate::ir::{Body, Content, ContentKind, Operation, Parameter, PartKind, Parts};

impl Client<'_> {
    pub(super) fn emit_request(&self, operation: &Operation) -> TokenStream {
        let method = ident(operation.method.as_str());
        let path = emit_path(operation);
        let fields = operation.parameters.iter().flat_map(|parameters| &parameters.fields);
        let others = fields.filter(|field| field.location != Location::Path);
        let (required, optional): (Vec<_>, Vec<_>) = others.partition(|field| field.required);
        let required = required.into_iter().map(|field| {
            let name = ident(&field.rust);
            emit_addition(field, &quote! { &parameters.#name })
        });
        let optional: Vec<_> = optional
            .into_iter()
            .map(|field| {
                let name = ident(&field.rust);
                let addition = emit_addition(field, &quote! { value });
                quote! {
                    if let Some(value) = &parameters.#name {
                        request = request #addition;
                    }
                }
            })
            .collect();
        let chained = operation.body.as_ref().and_then(|body| match body.contents.as_slice() {
            [content] if body.required && optional.is_empty() => Some(emit_content(content)),
            _ => None,
        });
        let body = operation.body.as_ref().filter(|_| chained.is_none()).map(emit_body);
        let needs_mut = !optional.is_empty() || body.is_some();
        let parameters = argument(operation.parameters.is_some(), "parameters");
        let body_name = argument(operation.body.is_some(), "body");
        let start = quote! { Request::new(Method::#method) #path #(#required)* #chained };
        let statements = if needs_mut {
            quote! {
                let mut request = #start;
                #(#optional)*
                #body
                request
            }
        } else {
            start
        };
        quote! {
            fn request(#parameters: &Self::Parameters, #body_name: &Self::Body) -> Request {
                #statements
            }
        }
    }
}

/// How the parts of a body are written.
pub(super) fn emit_parts(operation: &Operation) -> TokenStream {
    parts_of(operation).map(emit_writing).collect()
}

fn emit_writing(parts: &Parts) -> TokenStream {
    let name = ident(&parts.rust);
    let writes = parts.parts.iter().map(|part| {
        let (wire, field) = (&part.wire, ident(&part.rust));
        let write = |value: TokenStream| match &part.kind {
            PartKind::File | PartKind::Files => quote! { parts.file(#wire, #value); },
            PartKind::Value { form, media_type, .. } => {
                let form = self::form(form);
                let media_type = match media_type {
                    Some(told) => quote! { Some(#told) },
                    None => quote! { None },
                };
                quote! { parts.value(#wire, #form, #media_type, #value); }
            }
        };
        if part.kind == PartKind::Files {
            let write = write(quote! { file });
            return quote! { for file in &self.#field { #write } };
        }
        if part.required {
            return write(quote! { &self.#field });
        }
        let write = write(quote! { value });
        quote! { if let Some(value) = &self.#field { #write } }
    });
    quote! {
        impl crate::runtime::client::WriteParts for crate::operations::#name {
            fn write(&self, parts: &mut crate::runtime::client::Parts) { #(#writes)* }
        }
    }
}

fn argument(is_used: bool, name: &str) -> proc_macro2::Ident {
    if is_used { ident(name) } else { ident(&format!("_{name}")) }
}

/// The path: literals and parameters in turn.
fn emit_path(operation: &Operation) -> TokenStream {
    let mut literal = String::new();
    let mut path = TokenStream::new();
    let flush = |literal: &mut String, path: &mut TokenStream| {
        if !literal.is_empty() {
            path.extend(quote! { .literal(#literal) });
            literal.clear();
        }
    };
    for segment in &operation.path.segments {
        literal.push('/');
        for part in segment {
            match part {
                PathPart::Literal(text) => literal.push_str(text),
                PathPart::Parameter(name) => {
                    let fields = operation.parameters.iter().flat_map(|p| &p.fields);
                    let field = fields
                        .into_iter()
                        .find(|field| field.location == Location::Path && field.wire == *name);
                    let Some(field) = field else {
                        literal.push_str(&format!("{{{name}}}"));
                        continue;
                    };
                    flush(&mut literal, &mut path);
                    let (wire, form, name) = (&field.wire, form(&field.form), ident(&field.rust));
                    path.extend(quote! { .path(#wire, #form, &parameters.#name) });
                }
            }
        }
    }
    flush(&mut literal, &mut path);
    path
}

fn emit_addition(field: &Parameter, value: &TokenStream) -> TokenStream {
    let (wire, form) = (&field.wire, form(&field.form));
    match field.location {
        Location::Query if keeps_reserved(&field.form) => {
            quote! { .query_reserved(#wire, #form, #value) }
        }
        Location::Query | Location::Path => quote! { .query(#wire, #form, #value) },
        Location::Header => {
            let wire = wire.to_ascii_lowercase();
            quote! { .header(#wire, #form, #value) }
        }
        Location::Cookie => quote! { .cookie(#wire, #form, #value) },
    }
}

fn keeps_reserved(form: &ParameterForm) -> bool {
    match form {
        ParameterForm::Text { allow_reserved, .. }
        | ParameterForm::List { allow_reserved, .. }
        | ParameterForm::Object { allow_reserved, .. } => *allow_reserved,
        ParameterForm::Json => false,
    }
}

fn emit_body(body: &Body) -> TokenStream {
    let given = match (body.contents.as_slice(), &body.choice) {
        ([content], None) => {
            let addition = emit_content(content);
            quote! { request = request #addition; }
        }
        (contents, choice) => {
            let choice = ident(choice.as_deref().unwrap_or("Body"));
            let arms = contents.iter().map(|content| {
                let (variant, addition) = (ident(&content.rust), emit_content(content));
                quote! { crate::operations::#choice::#variant(body) => request #addition, }
            });
            quote! { request = match body { #(#arms)* }; }
        }
    };
    if body.required {
        given
    } else {
        quote! { if let Some(body) = body { #given } }
    }
}

fn emit_content(content: &Content) -> TokenStream {
    let media_type = &content.media_type;
    match &content.kind {
        ContentKind::Json(_) => quote! { .json(#media_type, body) },
        ContentKind::Form(_, styles) if styles.is_empty() => quote! { .form(#media_type, body) },
        ContentKind::Form(_, styles) => {
            let styles = payloads::styles(styles);
            quote! { .form_of(#media_type, body, #styles) }
        }
        ContentKind::Text | ContentKind::Bytes if !is_open(content) => {
            quote! { .bytes(#media_type, body.clone()) }
        }
        ContentKind::Stream if !is_open(content) => quote! { .stream(#media_type, body) },
        ContentKind::Stream => quote! { .media_stream(body) },
        ContentKind::Multipart(Some(_)) => quote! { .parts(body) },
        ContentKind::Items(how, _) => {
            let framing = framing(*how);
            quote! { .items(#media_type, &#framing, body) }
        }
        _ => quote! { .media(body) },
    }
}
