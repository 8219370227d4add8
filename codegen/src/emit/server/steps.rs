//! The steps of an operation: its `impl Operation`.
//!
//! A step that only passes on to another gives that one's future, as it is: an `async fn` would be one more to compile.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use spec::model::{Location, PathPart};

use super::group::parameters_type;
use super::routes::literals;
use super::security::{challenge, is_optional};
use super::{Server, trait_name};
use crate::emit::operations::parts_of;
use crate::emit::payloads::{self, framing, is_open};
use crate::emit::usage::{composed, form, ident, pattern_of, rules};
use crate::ir::operation::ParameterForm;
use crate::ir::{
    Body, Content, ContentKind, Group, Operation, Parameter, Parameters, PartKind, Parts,
};

impl Server<'_> {
    pub(super) fn emit_steps(
        &self,
        group: &Group,
        index: usize,
        operation: &Operation,
    ) -> TokenStream {
        let marker = ident(&operation.stem);
        let bound = ident(&trait_name(group));
        let response = ident(&operation.responses.rust);
        let unit = || quote! { () };
        let caller = self.caller_type(operation, &quote! { S }).unwrap_or_else(unit);
        let parameters = parameters_type(operation).unwrap_or_else(unit);
        let body = self.request_body(operation).unwrap_or_else(unit);
        let (info, authenticate) = (self.emit_info(operation), self.emit_authenticate(operation));
        let (admit, authorize) =
            (self.emit_admit(operation), self.emit_authorization(group, operation));
        let (read_parameters, read_body) =
            (emit_parameters(operation), emit_body(operation.body.as_ref(), &body));
        let (handle, refuse) =
            (self.emit_handle(group, operation), self.emit_refuse(index, operation));
        let title = format!(" `{}`", operation.id);
        let parts: TokenStream = parts_of(operation).map(emit_reading).collect();
        quote! {
            #parts

            #[doc = #title]
            pub(in super::super) struct #marker;

            impl<S: #bound> Operation<S> for #marker {
                #info
                type Caller = #caller;
                type Parameters = #parameters;
                type Body = #body;
                type Response = #response;

                #authenticate
                #admit
                #read_parameters
                #authorize
                #read_body
                #handle
                #refuse
            }
        }
    }

    fn emit_info(&self, operation: &Operation) -> TokenStream {
        let (id, method) = (&operation.id, operation.method.as_str());
        let path = &operation.path.text;
        let responses = operation.responses.variants.iter().map(|v| v.status.to_string());
        let (challenge, allow) = (challenge(self.api, operation), self.allow(operation));
        quote! {
            const INFO: &'static OperationInfo = &OperationInfo {
                id: #id,
                method: #method,
                path: #path,
                responses: &[#(#responses),*],
                challenge: #challenge,
                allow: #allow,
            };
        }
    }

    fn emit_authenticate(&self, operation: &Operation) -> TokenStream {
        if self.caller_type(operation, &quote! { S }).is_none() {
            return quote! {
                fn authenticate(
                    _: &S,
                    _: &Context,
                ) -> impl Future<Output = Result<(), Reason>> + Send {
                    ready(Ok(()))
                }
            };
        }
        let presented = self.alternatives.emit_presented(operation);
        let identify = ident(if is_optional(operation) { "identify_optional" } else { "identify" });
        quote! {
            fn authenticate(
                service: &S,
                context: &Context,
            ) -> impl Future<Output = Result<Self::Caller, Reason>> + Send {
                #identify(service, #presented, context)
            }
        }
    }

    fn emit_admit(&self, operation: &Operation) -> TokenStream {
        let has_callers = !self.alternatives.is_empty();
        let known = self.caller_type(operation, &quote! { S }).map(|_| {
            if is_optional(operation) {
                quote! { caller.as_ref(), }
            } else {
                quote! { Some(caller), }
            }
        });
        let argument = if known.is_some() {
            quote! { caller }
        } else {
            quote! { _caller }
        };
        let known = has_callers.then(|| known.unwrap_or_else(|| quote! { None, }));
        quote! {
            fn admit(
                service: &S,
                #argument: &Self::Caller,
                context: &Context,
            ) -> impl Future<Output = Result<(), Interruption>> + Send {
                Service::admit(service, #known context)
            }
        }
    }

    fn emit_authorization(&self, group: &Group, operation: &Operation) -> TokenStream {
        let (bound, name) = (ident(&trait_name(group)), self.authorize_name(group, operation));
        let caller = self.caller_type(operation, &quote! { S }).map(|_| {
            if is_optional(operation) {
                quote! { caller.as_ref(), }
            } else {
                quote! { caller, }
            }
        });
        let caller_name = if caller.is_some() {
            quote! { caller }
        } else {
            quote! { _caller }
        };
        let parameters = operation.parameters.as_ref().map(|_| quote! { parameters, });
        let parameters_name = if parameters.is_some() {
            quote! { parameters }
        } else {
            quote! { _parameters }
        };
        quote! {
            fn authorize(
                service: &S,
                #caller_name: &Self::Caller,
                #parameters_name: &Self::Parameters,
                context: &Context,
            ) -> impl Future<Output = Result<(), Self::Response>> + Send {
                #bound::#name(service, #caller #parameters context)
            }
        }
    }

    fn emit_handle(&self, group: &Group, operation: &Operation) -> TokenStream {
        let (bound, name) = (ident(&trait_name(group)), ident(&operation.rust));
        let argument = |is_used: bool, name: &str| {
            let hidden = format!("_{name}");
            (is_used.then(|| ident(name)), ident(if is_used { name } else { &hidden }))
        };
        let has_caller = self.caller_type(operation, &quote! { S }).is_some();
        let (caller, caller_name) = argument(has_caller, "caller");
        let (parameters, parameters_name) = argument(operation.parameters.is_some(), "parameters");
        let (body, body_name) = argument(operation.body.is_some(), "body");
        let given = [caller, parameters, body].into_iter().flatten();
        quote! {
            fn handle(
                service: &S,
                #caller_name: Self::Caller,
                #parameters_name: Self::Parameters,
                #body_name: Self::Body,
                context: &Context,
            ) -> impl Future<Output = Self::Response> + Send {
                #bound::#name(service, #(#given,)* context)
            }
        }
    }

    fn emit_refuse(&self, index: usize, operation: &Operation) -> TokenStream {
        let arms = self.hooks.emit_arms(self.api, self.payloads.of_operation(index), operation);
        if arms.is_empty() {
            return quote! {
                fn refuse(_: &S, _: Refusal<'_>) -> Option<Self::Response> {
                    None
                }
            };
        }
        let is_asked = crate::emit::usage::uses(&quote! { #(#arms)* }, "service");
        let service = if is_asked {
            quote! { service }
        } else {
            quote! { _service }
        };
        quote! {
            fn refuse(#service: &S, refusal: Refusal<'_>) -> Option<Self::Response> {
                Some(match refusal.reason() {
                    #(#arms)*
                })
            }
        }
    }
}

fn emit_parameters(operation: &Operation) -> TokenStream {
    let Some(parameters) = &operation.parameters else {
        return quote! {
            fn parameters(_: &mut Input<'_>) -> Option<()> {
                Some(())
            }
        };
    };
    let name = ident(&parameters.rust);
    let input = input_name(parameters);
    let declared = emit_declared(parameters, &input);
    let reads = parameters.fields.iter().map(|field| emit_read(operation, field, &input));
    // The parameters are all read before any is asked for, so that each violation is told.
    let fields = parameters.fields.iter().map(|field| {
        let field = ident(&field.rust);
        quote! { #field: #field? }
    });
    quote! {
        fn parameters(#input: &mut Input<'_>) -> Option<Self::Parameters> {
            #declared
            #(#reads)*
            Some(crate::operations::#name { #(#fields),* })
        }
    }
}

/// A name that no parameter has.
fn input_name(parameters: &Parameters) -> Ident {
    let is_free = |name: &&str| parameters.fields.iter().all(|field| field.rust != *name);
    ident(
        ["input", "request", "source", "raw_input"]
            .iter()
            .find(|name| is_free(name))
            .unwrap_or(&"input_"),
    )
}

/// Where an object spreads its members over the query, the other parameters aren't among them.
fn emit_declared(parameters: &Parameters, input: &Ident) -> Option<TokenStream> {
    let spreads = parameters.of(Location::Query).any(|field| {
        matches!(
            field.form,
            ParameterForm::Object { explode: true, style, .. }
                if style != spec::model::Style::DeepObject
        )
    });
    let names = parameters.of(Location::Query).map(|field| &field.wire);
    spreads.then(|| quote! { #input.declare(&[#(#names),*]); })
}

fn emit_read(operation: &Operation, field: &Parameter, input: &Ident) -> TokenStream {
    let (name, wire) = (ident(&field.rust), &field.wire);
    let (form, rules) = (form(&field.form), rules(&field.slot));
    let method =
        |required: &str, optional: &str| ident(if field.required { required } else { optional });
    let read = match field.location {
        Location::Path => {
            let piece = emit_piece(operation, wire);
            quote! { path(#wire, #piece, #form, #rules) }
        }
        Location::Query => {
            let method = method("query", "query_optional");
            quote! { #method(#wire, #form, #rules) }
        }
        Location::Header => {
            let method = method("header", "header_optional");
            quote! { #method(#wire, #form, #rules) }
        }
        Location::Cookie => {
            let method = method("cookie", "cookie_optional");
            quote! { #method(#wire, #form, #rules) }
        }
    };
    quote! { let #name = #input.#read; }
}

/// Where in the path a parameter stands.
fn emit_piece(operation: &Operation, wire: &str) -> TokenStream {
    for (at, segment) in operation.path.segments.iter().enumerate() {
        let parameters = segment.iter().filter_map(|part| match part {
            PathPart::Parameter(name) => Some(name),
            PathPart::Literal(_) => None,
        });
        if let Some(index) = parameters.into_iter().position(|name| name == wire) {
            let at = Literal::usize_unsuffixed(at);
            if segment.len() == 1 {
                return quote! { Piece::whole(#at) };
            }
            let (literals, index) = (literals(segment), Literal::usize_unsuffixed(index));
            return quote! { Piece { segment: #at, literals: &[#(#literals),*], index: #index } };
        }
    }
    // Lowering leaves no parameter here that isn't in the path; were it so, it would never be found.
    let beyond = Literal::usize_unsuffixed(operation.path.segments.len());
    quote! { Piece::whole(#beyond) }
}

/// How the parts of a body are read.
fn emit_reading(parts: &Parts) -> TokenStream {
    let name = ident(&parts.rust);
    let is_free = |name: &&str| parts.parts.iter().all(|part| part.rust != *name);
    let source = ["source", "parts", "given"].into_iter().find(is_free).unwrap_or("source_");
    let source = ident(source);
    let reads = parts.parts.iter().map(|part| {
        let (wire, field) = (&part.wire, ident(&part.rust));
        let suffix = if part.required { "" } else { "_optional" };
        let read = match &part.kind {
            PartKind::Files => quote! { files(#wire) },
            PartKind::File => {
                let method = composed(&["file", suffix]);
                quote! { #method(#wire) }
            }
            PartKind::Value { slot, form, .. } => {
                let (method, form) = (composed(&["value", suffix]), self::form(form));
                let rules = rules(slot);
                quote! { #method(#wire, #form, #rules) }
            }
        };
        quote! { let #field = #source.#read; }
    });
    let fields = parts.parts.iter().map(|part| {
        let field = ident(&part.rust);
        quote! { #field: #field? }
    });
    quote! {
        impl crate::runtime::server::ReadParts for crate::operations::#name {
            fn read(#source: &mut crate::runtime::server::Parts) -> Option<Self> {
                #(#reads)*
                Some(Self { #(#fields),* })
            }
        }
    }
}

fn emit_body(body: Option<&Body>, ty: &TokenStream) -> TokenStream {
    let Some(body) = body else {
        return quote! {
            fn body(_: Body<'_>) -> impl Future<Output = Result<(), Refused>> + Send {
                ready(Ok(()))
            }
        };
    };
    if let (true, [content]) = (body.required, body.contents.as_slice())
        && let ContentKind::Json(slot) = &content.kind
        && body.choice.is_none()
    {
        let (media_type, rules) = (&content.media_type, rules(slot));
        return quote! {
            fn body(body: Body<'_>) -> impl Future<Output = Result<#ty, Refused>> + Send {
                body.json(&[#media_type], #rules)
            }
        };
    }
    let media_types = body.contents.iter().map(|content| &content.media_type);
    let media_types = quote! { &[#(#media_types),*] };
    let (index, read) = match (body.contents.as_slice(), &body.choice) {
        ([content], None) => {
            let is_open = has_streams(&body.contents);
            let read = emit_content(content, is_open);
            let read = if body.required {
                read
            } else {
                wrapped(content, is_open, &quote! { Some }, false)
            };
            (quote! { _ }, read)
        }
        (contents, choice) => {
            let choice = ident(choice.as_deref().unwrap_or("Body"));
            let is_open = has_streams(contents);
            let arms = contents.iter().enumerate().map(|(at, content)| {
                let variant = ident(&content.rust);
                let around = quote! { crate::operations::#choice::#variant };
                let read = wrapped(content, is_open, &around, !body.required);
                let pattern = pattern_of(at, contents.len());
                quote! { #pattern => #read, }
            });
            (quote! { index }, quote! { match index { #(#arms)* } })
        }
    };
    let is_open = has_streams(&body.contents);
    if body.required {
        let opened = if is_open {
            quote! { body.open(#media_types)? }
        } else {
            quote! { body.content(#media_types).await? }
        };
        quote! {
            async fn body(body: Body<'_>) -> Result<#ty, Refused> {
                let (#index, content) = #opened;
                #read
            }
        }
    } else {
        let method = ident(if is_open { "optional_open" } else { "optional" });
        quote! {
            async fn body(body: Body<'_>) -> Result<#ty, Refused> {
                match body.#method(#media_types).await? {
                    Some((#index, content)) => #read,
                    None => Ok(None),
                }
            }
        }
    }
}

/// Whether a body may come piece by piece: then it is opened first, and read as a whole where that is wanted.
fn has_streams(contents: &[Content]) -> bool {
    contents.iter().any(Content::is_stream)
}

/// Reads a content: an expression of type `Result<T, Refused>`.
fn emit_content(content: &Content, is_opened: bool) -> TokenStream {
    let whole = if is_opened {
        quote! { content.read().await? }
    } else {
        quote! { content }
    };
    match &content.kind {
        ContentKind::Json(slot) => {
            let rules = rules(slot);
            quote! { #whole.json(#rules) }
        }
        ContentKind::Form(slot, styles) => {
            let (rules, styles) = (rules(slot), payloads::styles(styles));
            quote! { #whole.form(#styles, #rules) }
        }
        ContentKind::Stream if !is_open(content) => quote! { content.stream() },
        ContentKind::Stream => quote! { content.media_stream() },
        ContentKind::Multipart(Some(_)) => quote! { #whole.parts() },
        ContentKind::Items(how, slot) => {
            let (framing, rules) = (framing(*how), rules(slot));
            quote! { content.items(&#framing, #rules) }
        }
        ContentKind::Text if !is_open(content) => quote! { #whole.text() },
        ContentKind::Bytes if !is_open(content) => quote! { Ok(#whole.into_bytes()) },
        _ => quote! { Ok(#whole.media()) },
    }
}

/// Reads a content into a variant (or `Some`), that perhaps into `Some`: an expression of type `Result<T, Refused>`.
fn wrapped(
    content: &Content,
    is_opened: bool,
    around: &TokenStream,
    is_optional: bool,
) -> TokenStream {
    let read = emit_content(content, is_opened);
    let some = is_optional.then(|| quote! { .map(Some) });
    let fails = match &content.kind {
        ContentKind::Json(_) | ContentKind::Form(..) => true,
        ContentKind::Stream | ContentKind::Items(..) | ContentKind::Multipart(Some(_)) => true,
        ContentKind::Text => !is_open(content),
        ContentKind::Bytes | ContentKind::Multipart(None) => false,
    };
    if fails {
        return quote! { #read.map(#around) #some };
    }
    let whole = if is_opened {
        quote! { content.read().await? }
    } else {
        quote! { content }
    };
    let value = if is_open(content) {
        quote! { #whole.media() }
    } else {
        quote! { #whole.into_bytes() }
    };
    if is_optional {
        quote! { Ok(Some(#around(#value))) }
    } else {
        quote! { Ok(#around(#value)) }
    }
}
