//! Methods of the client, and the setters of a call.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Client, method_name};
use crate::emit::operations::operation_docs;
use crate::emit::payloads::{body_type, is_open};
use crate::emit::usage::{argument, composed, docs_or, ident};
use crate::ir::{ContentKind, Operation, Parameter};

/// How many arguments a method has at most before its parameters come as one.
const ARGUMENTS: usize = 6;

/// What a call has of its own.
const TAKEN: [&str; 11] = [
    "new",
    "header",
    "timeout",
    "retry",
    "send",
    "pages",
    "items",
    "parameters",
    "body",
    "into_future",
    "fmt",
];

impl Client<'_> {
    pub(super) fn emit_method(&self, index: usize, operation: &Operation) -> TokenStream {
        let (name, marker) = (ident(&method_name(operation)), ident(&operation.stem));
        let docs = operation_docs(operation);
        let failures = Self::failure_name(operation).map(|failure| {
            let line = format!(" Documented failures: [`{failure}`].");
            quote! { #[doc = ""] #[doc = #line] }
        });
        let example = self.emit_example(index, operation);
        let deprecated = operation.deprecated.then(|| quote! { #[deprecated] });
        let mut arguments = Vec::new();
        let parameters = self.emit_parameters(operation, &mut arguments);
        let body = self.emit_body_argument(operation, &mut arguments);
        quote! {
            #docs
            #failures
            #example
            #deprecated
            pub fn #name(&self, #(#arguments),*) -> Call<'_, #marker> {
                Call::new(&self.core, #parameters, #body)
            }
        }
    }

    fn emit_parameters(
        &self,
        operation: &Operation,
        arguments: &mut Vec<TokenStream>,
    ) -> TokenStream {
        let Some(parameters) = &operation.parameters else { return quote! { () } };
        let ty = self.parameters_type(operation);
        if takes_struct(operation) {
            arguments.push(quote! { parameters: #ty });
            return quote! { parameters };
        }
        if parameters.may_be_empty() {
            return quote! { #ty::default() };
        }
        let fields = parameters.fields.iter().map(|field| {
            let name = ident(&field.rust);
            if !field.required {
                return quote! { #name: None };
            }
            let argument_name = argument_name(operation, field);
            let (ty, converts) = argument(self.api, &field.slot);
            arguments.push(quote! { #argument_name: #ty });
            match (converts, name == argument_name) {
                (true, _) => quote! { #name: #argument_name.into() },
                (false, true) => quote! { #name },
                (false, false) => quote! { #name: #argument_name },
            }
        });
        quote! { #ty { #(#fields),* } }
    }

    fn emit_body_argument(
        &self,
        operation: &Operation,
        arguments: &mut Vec<TokenStream>,
    ) -> TokenStream {
        let Some(body) = &operation.body else { return quote! { () } };
        let single = match body.contents.as_slice() {
            [content] => Some(&content.kind),
            _ => None,
        };
        let is_text =
            matches!(single, Some(ContentKind::Text)) && !body.contents.iter().any(is_open);
        if is_text && body.required {
            arguments.push(quote! { body: impl Into<String> });
            return quote! { body.into() };
        }
        let is_bytes =
            matches!(single, Some(ContentKind::Stream)) && !body.contents.iter().any(is_open);
        if is_bytes && body.required {
            arguments.push(quote! { body: impl Into<crate::runtime::ByteStream> });
            return quote! { body.into() };
        }
        let ty = self.body_type(operation);
        arguments.push(quote! { body: #ty });
        quote! { body }
    }

    /// A setter for each optional parameter.
    pub(super) fn emit_setters(&self, operation: &Operation) -> TokenStream {
        let Some(parameters) = &operation.parameters else { return TokenStream::new() };
        if takes_struct(operation) {
            return TokenStream::new();
        }
        let optional = parameters.fields.iter().filter(|field| !field.required);
        let setters: Vec<_> = optional.map(|field| self.emit_setter(operation, field)).collect();
        if setters.is_empty() {
            return TokenStream::new();
        }
        let marker = ident(&operation.stem);
        quote! { impl Call<'_, #marker> { #(#setters)* } }
    }

    fn emit_setter(&self, operation: &Operation, field: &Parameter) -> TokenStream {
        let docs = docs_or(&field.docs, &format!("`{}` in the {}.", field.wire, field.location));
        let (name, setter) = (ident(&field.rust), setter_name(operation, field));
        let (ty, converts) = argument(self.api, &field.slot);
        let value = if converts {
            quote! { value.into() }
        } else {
            quote! { value }
        };
        let deprecated = field.deprecated.then(|| quote! { #[deprecated] });
        quote! {
            #docs
            #deprecated
            pub fn #setter(mut self, value: #ty) -> Self {
                self.parameters.#name = Some(#value);
                self
            }
        }
    }

    pub(super) fn parameters_type(&self, operation: &Operation) -> TokenStream {
        match &operation.parameters {
            Some(parameters) => {
                let name = ident(&parameters.rust);
                quote! { crate::operations::#name }
            }
            None => quote! { () },
        }
    }

    pub(super) fn body_type(&self, operation: &Operation) -> TokenStream {
        let Some(body) = &operation.body else { return quote! { () } };
        let ty = body_type(self.api, &body.contents, body.choice.as_deref());
        let ty = ty.unwrap_or_else(|| quote! { () });
        if body.required {
            ty
        } else {
            quote! { Option<#ty> }
        }
    }
}

/// Whether the parameters come as one argument, because there are too many that must be given.
pub(super) fn takes_struct(operation: &Operation) -> bool {
    let fields = operation.parameters.iter().flat_map(|parameters| &parameters.fields);
    let required = fields.filter(|field| field.required).count();
    required + usize::from(operation.body.is_some()) > ARGUMENTS
}

/// A parameter may be called `body`, as the body is.
pub(super) fn argument_name(operation: &Operation, field: &Parameter) -> proc_macro2::Ident {
    if field.rust == "body" && operation.body.is_some() {
        return ident("body_parameter");
    }
    ident(&field.rust)
}

pub(super) fn setter_name(operation: &Operation, field: &Parameter) -> proc_macro2::Ident {
    let taken = TAKEN.contains(&field.rust.as_str());
    if !taken {
        return ident(&field.rust);
    }
    let wanted = composed(&["set_", &field.rust]);
    let fields = operation.parameters.iter().flat_map(|parameters| &parameters.fields);
    let is_taken = fields.into_iter().any(|other| wanted == other.rust);
    if is_taken { composed(&["set_parameter_", &field.rust]) } else { wanted }
}
