//! The file of a group: its trait, its response enums, the steps of its operations.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use spec::model::Status;

use super::security::is_optional;
use super::{Server, trait_name};
use crate::emit::file::SourceFile;
use crate::emit::operations::{group_name, module_path, operation_docs};
use crate::emit::payloads::body_type;
use crate::emit::shorten::{Shortened, shorten};
use crate::emit::usage::{composed, docs_or, ident};
use crate::ir::{Group, Operation};

/// Names of the runtime that the files of a group may use.
pub(super) const RUNTIME: [&str; 17] = [
    "Answer",
    "Body",
    "Context",
    "Form",
    "Future",
    "Input",
    "Interruption",
    "Operation",
    "OperationInfo",
    "Piece",
    "Reason",
    "Refusal",
    "Refused",
    "Reply",
    "Response",
    "Style",
    "Unanswerable",
];

/// Those that the steps do use.
const STEPS: [&str; 10] = [
    "Body",
    "Context",
    "Input",
    "Interruption",
    "Operation",
    "OperationInfo",
    "Piece",
    "Reason",
    "Refusal",
    "Refused",
];

impl Server<'_> {
    /// The trait of a group and its response enums.
    pub(super) fn emit_group(&self, group: &Group) -> SourceFile {
        let name = ident(&trait_name(group));
        let docs = docs_or(&group.docs, &format!("The operations of {}.", group_name(group)));
        let methods =
            self.operations(group).map(|(_, operation)| self.emit_methods_of(group, operation));
        let responses = self.operations(group).map(|(index, o)| self.emit_responses(index, o));
        let body = quote! {
            #docs
            pub trait #name: Service { #(#methods)* }

            #(#responses)*
        };
        let short = shorten(body, &RUNTIME);
        let runtime = ["Answer", "Context", "Reply", "Unanswerable"];
        let used = short.imports(&quote! { crate::runtime::server }, &runtime);
        let text = short.imports(&quote! { crate::runtime::text }, &["Form", "Style"]);
        let response = short.imports(&quote! { axum::response }, &["Response"]);
        let Shortened { tokens: body, uses, .. } = short;
        let module = format!(
            "The operations of {}: what to implement, and what it may answer.",
            group_name(group)
        );
        let tokens = quote! {
            use std::future::Future;

            #response

            use super::Service;
            #uses
            #used
            #text

            #body
        };
        SourceFile::tokens(module_path("server", group), &[&module], tokens)
    }

    /// The steps of a group's operations.
    pub(super) fn emit_group_steps(&self, group: &Group) -> SourceFile {
        let steps = self.operations(group).map(|(index, o)| self.emit_steps(group, index, o));
        let short = shorten(quote! { #(#steps)* }, &RUNTIME);
        let trait_name = trait_name(group);
        let mut names =
            vec!["Credentials", "Service", "identify", "identify_optional", &trait_name];
        names
            .extend(self.operations(group).map(|(_, operation)| operation.responses.rust.as_str()));
        let root = short.imports(&quote! { super::super }, &names);
        let server = short.imports(&quote! { crate::runtime::server }, &STEPS);
        let text = short.imports(&quote! { crate::runtime::text }, &["Form", "Style"]);
        let future = short.imports(&quote! { std::future }, &["Future", "ready"]);
        let Shortened { tokens, uses, .. } = short;
        let docs = format!("How the operations of {} are served.", group_name(group));
        let path = module_path(&format!("server/{}", self.steps_module()), group);
        SourceFile::tokens(path, &[&docs], quote! { #future #root #uses #server #text #tokens })
    }

    fn emit_methods_of(&self, group: &Group, operation: &Operation) -> TokenStream {
        let check = self.emit_authorize(group, operation);
        let docs = operation_docs(operation);
        let deprecated =
            operation.deprecated.then(|| quote! { #[doc = ""] #[doc = " Deprecated."] });
        let name = ident(&operation.rust);
        let response = ident(&operation.responses.rust);
        let caller =
            self.caller_type(operation, &quote! { Self }).map(|ty| quote! { caller: #ty, });
        let parameters = parameters_type(operation).map(|ty| quote! { parameters: #ty, });
        let body = self.request_body(operation).map(|ty| quote! { body: #ty, });
        quote! {
            #check

            #docs
            #deprecated
            fn #name(
                &self,
                #caller
                #parameters
                #body
                context: &Context,
            ) -> impl Future<Output = #response> + Send;
        }
    }

    /// The check before the body is read. It has to be written where a 403 is documented.
    fn emit_authorize(&self, group: &Group, operation: &Operation) -> TokenStream {
        let name = self.authorize_name(group, operation);
        let response = ident(&operation.responses.rust);
        let caller = self.caller_type(operation, &quote! { Self }).map(|ty| {
            let ty = if is_optional(operation) {
                quote! { Option<&Self::Caller> }
            } else {
                quote! { &#ty }
            };
            quote! { caller: #ty, }
        });
        let parameters = parameters_type(operation).map(|ty| quote! { parameters: &#ty, });
        let ignored = [
            caller.is_some().then(|| quote! { caller }),
            parameters.is_some().then(|| quote! { parameters }),
            Some(quote! { context }),
        ];
        let ignored: Vec<_> = ignored.into_iter().flatten().collect();
        let ignored = match ignored.as_slice() {
            [one] => one.clone(),
            several => quote! { (#(#several),*) },
        };
        let must_be_written =
            operation.responses.variants.iter().any(|v| v.status == Status::Code(403));
        let default = if must_be_written {
            quote! { ; }
        } else {
            quote! { { let _ = #ignored; std::future::ready(Ok(())) } }
        };
        let docs =
            format!(" Whether the caller may ask for `{}`, before its body is read.", operation.id);
        quote! {
            #[doc = #docs]
            fn #name(
                &self,
                #caller
                #parameters
                context: &Context,
            ) -> impl Future<Output = Result<(), #response>> + Send #default
        }
    }

    pub(super) fn authorize_name(&self, group: &Group, operation: &Operation) -> Ident {
        let name = composed(&["authorize_", &operation.rust]);
        if self.operations(group).any(|(_, other)| name == other.rust) {
            return composed(&["authorize_call_of_", &operation.rust]);
        }
        name
    }

    /// The type of the caller, for an operation that asks for one.
    pub(super) fn caller_type(
        &self,
        operation: &Operation,
        this: &TokenStream,
    ) -> Option<TokenStream> {
        if operation.security.iter().all(|requirement| requirement.schemes.is_empty()) {
            return None;
        }
        let caller = quote! { #this::Caller };
        Some(if is_optional(operation) {
            quote! { Option<#caller> }
        } else {
            caller
        })
    }

    /// The type of the body, for an operation that takes one.
    pub(super) fn request_body(&self, operation: &Operation) -> Option<TokenStream> {
        let body = operation.body.as_ref()?;
        let ty = body_type(self.api, &body.contents, body.choice.as_deref())?;
        Some(if body.required {
            ty
        } else {
            quote! { Option<#ty> }
        })
    }
}

/// The struct of an operation's parameters.
pub(super) fn parameters_type(operation: &Operation) -> Option<TokenStream> {
    let name = ident(&operation.parameters.as_ref()?.rust);
    Some(quote! { crate::operations::#name })
}
