//! The server side: what an implementor fills in, and the router that asks for it.
//!
//! | file | holds |
//! | --- | --- |
//! | `src/server/mod.rs` | `Service` (who asks, how refusals look), `Credentials`, the router of everything |
//! | `src/server/<group>.rs` | a trait a tag, with two methods an operation, and its response enums |
//! | `src/server/steps/<group>.rs` | how each operation is served: the steps that a request passes |

mod group;
mod refusals;
mod responses;
mod routes;
mod security;
mod steps;

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;

use self::refusals::Hooks;
use self::security::Alternatives;
use super::file::SourceFile;
use super::operations::declare;
use super::payloads::Payloads;
use super::shorten::{Shortened, shorten};
use super::usage::ident;
use crate::ir::{Api, Group, Operation};

/// Names of `crate::server`, or of everywhere, that no trait of a group may have.
const TAKEN: [&str; 31] = [
    "Answer",
    "AsRef",
    "AuthenticationError",
    "Clone",
    "Context",
    "Copy",
    "Credentials",
    "Debug",
    "Default",
    "Drop",
    "Fn",
    "From",
    "Future",
    "Into",
    "Interruption",
    "Iterator",
    "Limits",
    "MethodFilter",
    "Operation",
    "OperationInfo",
    "Option",
    "Options",
    "Reason",
    "Refusal",
    "Reply",
    "Route",
    "Router",
    "Send",
    "Service",
    "Sized",
    "Sync",
];

/// Everything that the emitters of the server side look things up in.
struct Server<'a> {
    api: &'a Api,
    payloads: &'a Payloads,
    hooks: Hooks,
    alternatives: Alternatives,
    /// By operation: whether a request can reach it.
    reachable: Vec<bool>,
}

/// Of a group's operations of one method, over paths that differ in nothing but names, a router can tell only the first.
fn reachable(api: &Api) -> Vec<bool> {
    let mut reachable = vec![true; api.operations.len()];
    for group in &api.groups {
        let mut seen = HashSet::new();
        for index in &group.operations {
            let operation = &api.operations[*index];
            reachable[*index] = seen.insert((operation.method, operation.path.shape()));
        }
    }
    reachable
}

/// The files under `src/server`.
#[must_use]
pub fn emit(api: &Api, payloads: &Payloads) -> Vec<SourceFile> {
    let hooks = Hooks::of(api, payloads);
    let server = Server {
        api,
        payloads,
        hooks,
        alternatives: Alternatives::of(api),
        reachable: reachable(api),
    };
    let docs = [
        format!("Serves {}: implement [`Service`] and a trait a tag, and hand the whole to [`router`].", title(api)),
        String::new(),
        "A request is authenticated, admitted, its parameters read and checked, authorized, its body read and checked,".to_owned(),
        "and only then handed to its method. Each step answers with what the contract documents for the operation.".to_owned(),
        String::new(),
        "`axum::serve(listener, router(&Arc::new(service), Options::default()))` serves it.".to_owned(),
    ];
    let docs: Vec<&str> = docs.iter().map(String::as_str).collect();
    let mut files = vec![SourceFile::tokens("src/server/mod.rs", &docs, server.emit_root())];
    files.extend(api.groups.iter().map(|group| server.emit_group(group)));
    if !api.groups.is_empty() {
        files.push(server.emit_steps_root());
        files.extend(api.groups.iter().map(|group| server.emit_group_steps(group)));
    }
    files
}

fn title(api: &Api) -> String {
    let title = api.package.title.replace(['[', ']', '<', '>', '`', '\n', '\r'], " ");
    if title.trim().is_empty() { "the API".to_owned() } else { title.trim().to_owned() }
}

/// The trait of a group: `Pets`, and `Operations` for those without a tag.
fn trait_name(group: &Group) -> String {
    let name = group.rust.trim_start_matches("r#");
    if group.tag.is_none() {
        return "Operations".to_owned();
    }
    if TAKEN.contains(&name) || name == "Operations" {
        format!("{name}Operations")
    } else {
        name.to_owned()
    }
}

impl Server<'_> {
    fn emit_root(&self) -> TokenStream {
        let modules: Vec<_> = self.api.groups.iter().map(|group| ident(&group.module)).collect();
        let credentials = self.alternatives.emit(self.api);
        let service = self.emit_service();
        let router = self.emit_router();
        let identity = (!self.alternatives.is_empty()).then(|| quote! { AuthenticationError, });
        let steps = (!modules.is_empty()).then(|| {
            let steps = ident(self.steps_module());
            quote! { mod #steps; }
        });
        let declared = declare("server", &TokenStream::new(), &modules);
        let is_served = !self.api.operations.is_empty();
        let filter = is_served.then(|| quote! { use axum::routing::MethodFilter; });
        let route = is_served.then(|| quote! { Route, });
        let body = quote! { #service #credentials #router };
        let Shortened { tokens: body, uses, .. } = shorten(body, &self.exported());
        let private = (!self.alternatives.is_empty())
            .then(|| quote! { use crate::runtime::server as runtime; });
        quote! {
            use std::future::Future;
            use std::sync::Arc;

            use axum::Router;
            #filter

            pub use crate::runtime::server::{#identity Context, Interruption, Limits, OperationInfo, Options, Reason, Refusal, serve_document};
            #private
            use crate::runtime::server::{#route not_found};
            #uses

            #steps
            #declared

            #(pub use #modules::*;)*

            #body
        }
    }

    fn emit_service(&self) -> TokenStream {
        let identity = (!self.alternatives.is_empty()).then(|| {
            quote! {
                /// Whoever sends a request.
                type Caller: Send + Sync + 'static;

                /// Finds out who shows these credentials. Where a request has none, the router answers by itself.
                fn authenticate(
                    &self,
                    credentials: Credentials,
                    context: &Context,
                ) -> impl Future<Output = Result<Self::Caller, AuthenticationError>> + Send;
            }
        });
        let caller =
            (!self.alternatives.is_empty()).then(|| quote! { caller: Option<&Self::Caller>, });
        let ignored = if caller.is_some() {
            quote! { (caller, context) }
        } else {
            quote! { context }
        };
        let hooks = self.hooks.list.iter().map(|hook| {
            let (name, ty) = (ident(&hook.name), &hook.ty);
            let docs = if hook.docs.trim().is_empty() { "A refusal." } else { hook.docs.trim() };
            let docs = format!(" Words a refusal by the router: {docs}");
            quote! {
                #[doc = #docs]
                fn #name(&self, refusal: &Refusal<'_>) -> #ty;
            }
        });
        quote! {
            /// What all operations share: who is asking, and how the router words what it refuses by itself.
            pub trait Service: Send + Sync + 'static {
                #identity

                /// Decides, before anything of a request is parsed, whether it is served at all: for limits of rate,
                /// maintenance, injected faults. What the operation documents no status for doesn't interrupt it.
                fn admit(
                    &self,
                    #caller
                    context: &Context,
                ) -> impl Future<Output = Result<(), Interruption>> + Send {
                    let _ = #ignored;
                    async { Ok(()) }
                }

                #(#hooks)*
            }
        }
    }

    /// The names of `crate::server`, those that groups export included.
    fn exported(&self) -> Vec<&str> {
        let responses = self.api.operations.iter().map(|o| o.responses.rust.as_str());
        let traits = self.api.groups.iter().map(|group| group.rust.trim_start_matches("r#"));
        TAKEN.into_iter().chain(responses).chain(traits).collect()
    }

    fn emit_steps_root(&self) -> SourceFile {
        let modules: Vec<_> = self.api.groups.iter().map(|group| ident(&group.module)).collect();
        let declared = declare(self.steps_module(), &quote! { pub(super) }, &modules);
        let short = shorten(self.emit_writers(), &group::RUNTIME);
        let response = short.imports(&quote! { axum::response }, &["Response"]);
        let server = short.imports(&quote! { crate::runtime::server }, &["Reply", "Unanswerable"]);
        let text = short.imports(&quote! { crate::runtime::text }, &["Form", "Style"]);
        let Shortened { tokens, uses, .. } = short;
        let docs = ["How each operation is served, for the router."];
        let path = format!("src/server/{}/mod.rs", self.steps_module());
        let tokens = quote! { #declared #response #uses #server #text #tokens };
        SourceFile::tokens(path, &docs, tokens)
    }

    /// The module of the steps, which is none of a group's.
    fn steps_module(&self) -> &'static str {
        let is_taken = self.api.groups.iter().any(|group| group.module == "steps");
        if is_taken { "operation_steps" } else { "steps" }
    }

    /// Index and operation of a group's, for each that can be reached.
    fn operations<'s>(&'s self, group: &'s Group) -> impl Iterator<Item = (usize, &'s Operation)> {
        let reachable = group.operations.iter().filter(|index| self.reachable[**index]);
        reachable.map(|index| (*index, &self.api.operations[*index]))
    }
}
