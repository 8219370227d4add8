//! The response enum of an operation, and how its variants go out.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use spec::model::Status;

use super::Server;
use crate::emit::payloads::{Payload, derives, framing, is_open, payload_type, variant_docs};
use crate::emit::usage::{form, ident};
use crate::ir::{Content, ContentKind, Operation, Variant};

impl Server<'_> {
    /// The enum, its conversions, and its `Answer`.
    pub(super) fn emit_responses(&self, index: usize, operation: &Operation) -> TokenStream {
        let name = ident(&operation.responses.rust);
        let variants = &operation.responses.variants;
        let payloads = self.payloads.of_operation(index);
        let all = || variants.iter().zip(payloads);
        let declared = all().map(|(variant, payload)| self.emit_variant(variant, payload));
        let arms = all().map(|(variant, payload)| emit_arm(variant, payload));
        let conversions = self.emit_conversions(operation, payloads);
        let title =
            format!(" What `{}` answers: a variant for each documented response.", operation.id);
        let derives = derives(variants.iter().flat_map(|variant| &variant.contents));
        let answer = if variants.is_empty() {
            quote! { match self {} }
        } else {
            quote! { match self { #(#arms)* } }
        };
        quote! {
            #[doc = #title]
            #derives
            #[allow(clippy::large_enum_variant, reason = "an answer is moved once")]
            pub enum #name { #(#declared)* }

            #conversions

            impl Answer for #name {
                fn into_http(self) -> Result<Response, Unanswerable> {
                    #answer
                }
            }
        }
    }

    /// How the responses that are more than a body go out: once for all operations.
    pub(super) fn emit_writers(&self) -> TokenStream {
        let writers = self.payloads.structs(self.api).map(|(name, variant)| {
            let name = ident(name);
            let (argument, reply) = match variant.status {
                Status::Code(_) => (Some(quote! { , code: u16 }), quote! { Reply::of(code) }),
                Status::Range(digit) => {
                    let digit = Literal::u8_unsuffixed(digit);
                    (None, quote! { Reply::of_range(#digit, self.status)? })
                }
                Status::Default => (None, quote! { Reply::new(self.status) }),
            };
            let headers = variant.headers.iter().map(|header| {
                let (wire, field, form) = (&header.wire, ident(&header.rust), form(&header.form));
                if header.required {
                    quote! { .header(#wire, #form, &self.#field)? }
                } else {
                    quote! { .header_optional(#wire, #form, self.#field.as_ref())? }
                }
            });
            let end = emit_end(variant, &quote! { #reply #(#headers)* }, &quote! { self.body });
            quote! {
                impl crate::responses::#name {
                    pub(in crate::server) fn into_http(self #argument) -> Result<Response, Unanswerable> {
                        #end
                    }
                }
            }
        });
        writers.collect()
    }

    fn emit_variant(&self, variant: &Variant, payload: &Payload) -> TokenStream {
        let name = ident(&variant.rust);
        let docs = variant_docs(variant);
        match payload_type(self.api, payload, variant) {
            Some(ty) => quote! { #docs #name(#ty), },
            None => quote! { #docs #name, },
        }
    }

    /// `From` for each payload that is only one variant's, so that shared code needn't know the operation.
    fn emit_conversions(&self, operation: &Operation, payloads: &[Payload]) -> TokenStream {
        let name = ident(&operation.responses.rust);
        let variants = &operation.responses.variants;
        let types: Vec<Option<String>> = variants
            .iter()
            .zip(payloads)
            .map(|(variant, payload)| {
                payload_type(self.api, payload, variant).map(|ty| ty.to_string())
            })
            .collect();
        let unique = variants.iter().zip(payloads).zip(&types).filter(|(_, ty)| {
            ty.is_some() && types.iter().filter(|other| other == ty).count() == 1
        });
        let conversions = unique.filter_map(|((variant, payload), _)| {
            let (ty, rust) = (payload_type(self.api, payload, variant)?, ident(&variant.rust));
            Some(quote! { answers!(#name::#rust(#ty)); })
        });
        conversions.collect()
    }
}

fn emit_arm(variant: &Variant, payload: &Payload) -> TokenStream {
    let name = ident(&variant.rust);
    let code = match variant.status {
        Status::Code(code) => Some(Literal::u16_unsuffixed(code)),
        Status::Range(_) | Status::Default => None,
    };
    match payload {
        Payload::Nothing => quote! { Self::#name => Reply::of(#code).empty(), },
        Payload::Body => {
            let end = emit_end(variant, &quote! { Reply::of(#code) }, &quote! { body });
            quote! { Self::#name(body) => #end, }
        }
        Payload::Struct(_) => quote! { Self::#name(response) => response.into_http(#code), },
    }
}

fn emit_end(variant: &Variant, reply: &TokenStream, body: &TokenStream) -> TokenStream {
    match (variant.contents.as_slice(), &variant.choice) {
        ([], _) => quote! { #reply.empty() },
        ([content], None) => {
            let end = emit_content(content, body);
            quote! { #reply #end }
        }
        (contents, choice) => {
            let choice = ident(choice.as_deref().unwrap_or("Body"));
            let arms = contents.iter().map(|content| {
                let (name, end) = (ident(&content.rust), emit_content(content, &quote! { body }));
                quote! { crate::operations::#choice::#name(body) => reply #end, }
            });
            quote! {{
                let reply = #reply;
                match #body { #(#arms)* }
            }}
        }
    }
}

fn emit_content(content: &Content, body: &TokenStream) -> TokenStream {
    let media_type = &content.media_type;
    match &content.kind {
        ContentKind::Json(_) => quote! { .json(#media_type, &#body) },
        ContentKind::Form(..) => quote! { .form(#media_type, &#body) },
        ContentKind::Text | ContentKind::Bytes if !is_open(content) => {
            quote! { .bytes(#media_type, #body) }
        }
        ContentKind::Stream if !is_open(content) => quote! { .stream(#media_type, #body) },
        ContentKind::Stream => quote! { .media_stream(#body) },
        ContentKind::Items(how, _) => {
            let framing = framing(*how);
            quote! { .items(#media_type, &#framing, #body) }
        }
        _ => quote! { .media(#body) },
    }
}
