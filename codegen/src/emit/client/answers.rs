//! How an answer becomes a success or a failure.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use spec::model::Status;

use super::Client;
use crate::emit::payloads::{Payload, derives, framing, is_open, payload_type, variant_docs};
use crate::emit::usage::{composed, form, ident, pattern_of};
use crate::ir::{Content, ContentKind, Operation, Variant};

/// Which answers of an operation are successes, and which are failures: indices of variants.
struct Split {
    successes: Vec<usize>,
    failures: Vec<usize>,
}

fn split(operation: &Operation) -> Split {
    let variants = &operation.responses.variants;
    let is_success = |status: Status| match status {
        Status::Code(code) => code < 400,
        Status::Range(digit) => digit < 4,
        Status::Default => false,
    };
    let by = |wanted: bool| {
        let all = variants.iter().enumerate();
        all.filter(|(_, v)| is_success(v.status) == wanted).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let (mut successes, failures) = (by(true), by(false));
    // A contract that documents nothing but `default` means successes by it, too.
    if successes.is_empty() {
        successes =
            failures.iter().copied().filter(|at| variants[*at].status == Status::Default).collect();
    }
    Split { successes, failures }
}

impl Client<'_> {
    /// The types of success and failure.
    pub(super) fn answer_types(
        &self,
        index: usize,
        operation: &Operation,
    ) -> (TokenStream, TokenStream) {
        let successes = split(operation).successes;
        let never = quote! { std::convert::Infallible };
        let payloads = self.payloads.of_operation(index);
        let success = match successes.as_slice() {
            [] => never.clone(),
            [at] => payload_type(self.api, &payloads[*at], &operation.responses.variants[*at])
                .unwrap_or_else(|| quote! { () }),
            _ => {
                let name = composed(&[&operation.stem, "Success"]);
                quote! { #name }
            }
        };
        let failure = Self::failure_name(operation).map_or(never, |name| quote! { #name });
        (success, failure)
    }

    /// The names of the enums that [`Client::emit_answers`] declares.
    pub(super) fn declared_answers(operation: &Operation) -> Vec<Ident> {
        let is_enum = split(operation).successes.len() > 1;
        let success = is_enum.then(|| composed(&[&operation.stem, "Success"]));
        success.into_iter().chain(Self::failure_name(operation)).collect()
    }

    /// The name of the enum of an operation's failures, if it documents any.
    pub(super) fn failure_name(operation: &Operation) -> Option<Ident> {
        let has_failures = !split(operation).failures.is_empty();
        has_failures.then(|| composed(&[&operation.stem, "Failure"]))
    }

    /// The enums of successes, where there are several, and of failures.
    pub(super) fn emit_answers(&self, index: usize, operation: &Operation) -> TokenStream {
        let Split { successes, failures } = split(operation);
        let success = (successes.len() > 1).then(|| {
            let title = format!(" The documented successes of `{}`.", operation.id);
            self.emit_enum(index, operation, &title, "Success", &successes)
        });
        let failure = (!failures.is_empty()).then(|| {
            let title = format!(" The documented failures of `{}`.", operation.id);
            self.emit_enum(index, operation, &title, "Failure", &failures)
        });
        quote! { #success #failure }
    }

    fn emit_enum(
        &self,
        index: usize,
        operation: &Operation,
        title: &str,
        suffix: &str,
        members: &[usize],
    ) -> TokenStream {
        let name = composed(&[&operation.stem, suffix]);
        let payloads = self.payloads.of_operation(index);
        let variants = members.iter().map(|at| {
            let variant = &operation.responses.variants[*at];
            let docs = variant_docs(variant);
            let rust = ident(&variant.rust);
            match payload_type(self.api, &payloads[*at], variant) {
                Some(ty) => quote! { #docs #rust(#ty), },
                None => quote! { #docs #rust, },
            }
        });
        let contents = members.iter().flat_map(|at| &operation.responses.variants[*at].contents);
        let derives = derives(contents);
        quote! {
            #[doc = #title]
            #derives
            #[allow(clippy::large_enum_variant, reason = "an answer is moved once")]
            pub enum #name { #(#variants)* }
        }
    }

    /// The function that judges an answer by its status.
    pub(super) fn emit_decode(&self, index: usize, operation: &Operation) -> TokenStream {
        let split = split(operation);
        let variants = &operation.responses.variants;
        let mut order: Vec<usize> = (0..variants.len()).collect();
        // A status of its own comes before its range, and a range before `default`.
        order.sort_by_key(|at| match variants[*at].status {
            Status::Code(_) => 0,
            Status::Range(_) => 1,
            Status::Default => 2,
        });
        let arms = order.iter().map(|at| self.emit_arm(index, operation, &split, *at));
        if variants.is_empty() {
            return quote! {
                fn decode(received: Received) -> Result<Self::Success, Error<Self::Failure>> {
                    Err(received.undocumented())
                }
            };
        }
        let is_total = variants.iter().any(|variant| variant.status == Status::Default);
        let rest = (!is_total).then(|| quote! { _ => Err(received.undocumented()), });
        quote! {
            fn decode(received: Received) -> Result<Self::Success, Error<Self::Failure>> {
                match received.status().as_u16() {
                    #(#arms)*
                    #rest
                }
            }
        }
    }

    fn emit_arm(
        &self,
        index: usize,
        operation: &Operation,
        split: &Split,
        at: usize,
    ) -> TokenStream {
        let variant = &operation.responses.variants[at];
        let payload = &self.payloads.of_operation(index)[at];
        let pattern = match variant.status {
            Status::Code(code) => {
                let code = Literal::u16_unsuffixed(code);
                quote! { #code }
            }
            Status::Range(digit) => {
                let digit = Literal::u8_unsuffixed(digit);
                quote! { code if code / 100 == #digit }
            }
            Status::Default => quote! { _ },
        };
        let success = self.emit_success(operation, split, variant, payload);
        let failure = emit_failure(operation, variant, payload);
        match (split.successes.contains(&at), split.failures.contains(&at)) {
            (true, true) => quote! { code if code < 400 => #success, #pattern => #failure, },
            (true, false) => quote! { #pattern => #success, },
            _ => quote! { #pattern => #failure, },
        }
    }

    fn emit_success(
        &self,
        operation: &Operation,
        split: &Split,
        variant: &Variant,
        payload: &Payload,
    ) -> TokenStream {
        let (name, rust) = (composed(&[&operation.stem, "Success"]), ident(&variant.rust));
        let is_only = split.successes.len() == 1;
        // One of several is a variant of them.
        let wrap = (!is_only).then(|| quote! { .map(#name::#rust) });
        match Read::of(variant, payload) {
            Read::Nothing if is_only => quote! { Ok(()) },
            Read::Nothing => quote! { Ok(#name::#rust) },
            Read::Json(media_type) => quote! { received.json_of(&[#media_type]) #wrap },
            Read::Struct(response) => quote! { crate::responses::#response::read(received) #wrap },
            Read::Other { setup, value } if is_only => quote! {{ #setup Ok(#value) }},
            Read::Other { setup, value } => quote! {{ #setup Ok(#name::#rust(#value)) }},
        }
    }

    /// How the responses that are more than a body are read: once for all operations.
    pub(super) fn emit_readers(&self) -> TokenStream {
        let readers = self.payloads.structs(self.api).map(|(name, variant)| {
            let name = ident(name);
            let (setup, body) = emit_body(variant);
            let status = variant.has_status().then(|| quote! { status: received.status(), });
            let headers = variant.headers.iter().map(|header| {
                let (wire, field, form) = (&header.wire, ident(&header.rust), form(&header.form));
                let method = ident(if header.required { "header" } else { "header_optional" });
                quote! { #field: received.#method(#wire, #form)?, }
            });
            let body = body.map(|body| quote! { body: #body, });
            quote! {
                impl crate::responses::#name {
                    pub(in crate::client) fn read<E>(received: Received) -> Result<Self, Error<E>> {
                        #setup
                        Ok(Self { #status #(#headers)* #body })
                    }
                }
            }
        });
        readers.collect()
    }
}

/// Which answers are read piece by piece: keys of responses, and their media types.
pub(super) fn emit_streamed(operation: &Operation) -> Vec<TokenStream> {
    let variants = operation.responses.variants.iter();
    let streamed = variants.filter_map(|variant| {
        let contents = variant.contents.iter().filter(|content| content.is_stream());
        let media_types: Vec<_> = contents.map(|content| &content.media_type).collect();
        let key = variant.status.to_string();
        (!media_types.is_empty()).then(|| quote! { (#key, &[#(#media_types),*]) })
    });
    streamed.collect()
}

/// How a payload is read from an answer.
enum Read<'a> {
    /// There is none.
    Nothing,
    /// A body of JSON, in this media type.
    Json(&'a str),
    /// This struct of `crate::responses`.
    Struct(Ident),
    /// Some other body: what must be done first, and the value.
    Other { setup: TokenStream, value: TokenStream },
}

impl<'a> Read<'a> {
    fn of(variant: &'a Variant, payload: &Payload) -> Self {
        match (payload, variant.contents.as_slice()) {
            (Payload::Nothing, _) => Self::Nothing,
            (Payload::Struct(name), _) => Self::Struct(ident(name)),
            (Payload::Body, [Content { kind: ContentKind::Json(_), media_type, .. }])
                if variant.choice.is_none() =>
            {
                Self::Json(media_type)
            }
            (Payload::Body, _) => {
                let (setup, value) = emit_body(variant);
                Self::Other { setup, value: value.unwrap_or_default() }
            }
        }
    }
}

fn emit_failure(operation: &Operation, variant: &Variant, payload: &Payload) -> TokenStream {
    let (name, rust) = (composed(&[&operation.stem, "Failure"]), ident(&variant.rust));
    match Read::of(variant, payload) {
        Read::Nothing => quote! { Err(Error::documented(#name::#rust)) },
        Read::Json(media_type) => {
            quote! { received.failure_json(&[#media_type], #name::#rust) }
        }
        Read::Struct(response) => {
            quote! { received.failure(crate::responses::#response::read, #name::#rust) }
        }
        Read::Other { setup, value } => {
            quote! {{ #setup Err(Error::documented(#name::#rust(#value))) }}
        }
    }
}

fn emit_body(variant: &Variant) -> (TokenStream, Option<TokenStream>) {
    let media_types = variant.contents.iter().map(|content| &content.media_type);
    let check = quote! { received.media_type(&[#(#media_types),*])? };
    match (variant.contents.as_slice(), &variant.choice) {
        ([], _) => (TokenStream::new(), None),
        ([content], None) => (quote! { #check; }, Some(emit_content(content))),
        (contents, choice) => {
            let choice = ident(choice.as_deref().unwrap_or("Body"));
            let arms = contents.iter().enumerate().map(|(at, content)| {
                let (variant, read) = (ident(&content.rust), emit_content(content));
                let pattern = pattern_of(at, contents.len());
                quote! { #pattern => crate::operations::#choice::#variant(#read), }
            });
            (quote! { let index = #check; }, Some(quote! { match index { #(#arms)* } }))
        }
    }
}

/// Reads a content: an expression of its type.
fn emit_content(content: &Content) -> TokenStream {
    match &content.kind {
        ContentKind::Json(_) => quote! { received.json()? },
        ContentKind::Form(..) => quote! { received.form()? },
        ContentKind::Text if !is_open(content) => quote! { received.text()? },
        ContentKind::Bytes if !is_open(content) => quote! { received.bytes() },
        ContentKind::Stream if !is_open(content) => quote! { received.stream() },
        ContentKind::Stream => quote! { received.media_stream() },
        ContentKind::Items(how, _) => {
            let framing = framing(*how);
            quote! { received.items(&#framing) }
        }
        _ => quote! { received.media() },
    }
}
