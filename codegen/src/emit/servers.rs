//! `src/servers.rs`: the URLs at which the document says that the API is served, to be given to a client.

use proc_macro2::TokenStream;
use quote::quote;

use spec::model::PathPart;

use super::file::SourceFile;
use super::format;
use super::tokens::{docs_or, ident};
use crate::ir::{Api, Server, Variable};

const DOCS: [&str; 4] = [
    "Where the contract says that the API is served: a constant for each URL, a type for each with variables.",
    "",
    "`url()` has the values as they are given; whether they make a URL is found out by the client that is given it. The",
    "defaults are those of the contract.",
];

/// The module, where there is more to say than the one URL of the client's own default.
#[must_use]
pub(super) fn emit(api: &Api) -> Option<SourceFile> {
    let servers: Vec<&Server> = api.servers.iter().filter(|server| is_whole(server)).collect();
    let is_plain = servers.iter().all(|server| server.variables.is_empty());
    if servers.is_empty() || is_plain && servers.len() == 1 {
        return None;
    }
    let items = servers.into_iter().map(emit_server);
    let text = format::items(quote! { #(#items)* });
    Some(SourceFile::text("src/servers.rs", &DOCS, text))
}

/// Whether it is no URL that depends on where the document is, names what it doesn't declare or has a query or fragment:
/// no path can be appended to those.
pub(super) fn is_whole(server: &Server) -> bool {
    let is_web = ["http://", "https://"].iter().any(|scheme| server.url.starts_with(scheme));
    is_web && !server.url.contains(['{', '}', '?', '#'])
}

fn emit_server(server: &Server) -> TokenStream {
    let (name, docs) = (ident(&server.rust), docs_or(&server.docs, ""));
    let url = &server.url;
    if server.variables.is_empty() {
        return quote! { #docs pub const #name: &str = #url; };
    }
    let enums = server.variables.iter().filter_map(emit_enum);
    let fields = server.variables.iter().map(|variable| {
        let (field, ty) = (ident(&variable.rust), ty(variable));
        let docs = docs_or(&variable.docs, &format!("`{}`", variable.wire.replace('`', "'")));
        quote! { #docs pub #field: #ty }
    });
    let defaults = server.variables.iter().map(|variable| {
        let field = ident(&variable.rust);
        let value = default(variable);
        quote! { #field: #value }
    });
    let (pattern, arguments) = url_of(server);
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct #name { #(#fields,)* }

        impl Default for #name {
            fn default() -> Self {
                Self { #(#defaults,)* }
            }
        }

        impl #name {
            /// The URL with these values.
            #[must_use]
            pub fn url(&self) -> String {
                format!(#pattern #(, #arguments)*)
            }
        }

        #(#enums)*
    }
}

/// The type of a variable with listed values.
fn emit_enum(variable: &Variable) -> Option<TokenStream> {
    let name = ident(variable.ty.as_ref()?);
    let docs = docs_or(&variable.docs, &format!("`{}`", variable.wire.replace('`', "'")));
    let variants: Vec<_> = variable.values.iter().map(|(rust, _)| ident(rust)).collect();
    let values: Vec<&String> = variable.values.iter().map(|(_, value)| value).collect();
    let said = values.iter().map(|value| format!(" `{}`", value.replace('`', "'")));
    Some(quote! {
        #docs
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum #name { #(#[doc = #said] #variants,)* }

        impl #name {
            /// As it stands in the URL.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { #(Self::#variants => #values,)* }
            }
        }
    })
}

fn ty(variable: &Variable) -> TokenStream {
    match &variable.ty {
        Some(ty) => {
            let ty = ident(ty);
            quote! { #ty }
        }
        None => quote! { String },
    }
}

fn default(variable: &Variable) -> TokenStream {
    let default = &variable.default;
    let listed = variable.values.iter().find(|(_, value)| value == default);
    match (&variable.ty, listed) {
        (Some(ty), Some((variant, _))) => {
            let (ty, variant) = (ident(ty), ident(variant));
            quote! { #ty::#variant }
        }
        _ => quote! { #default.to_owned() },
    }
}

/// The URL as a pattern of `format!`, and what stands in the places of it.
fn url_of(server: &Server) -> (String, Vec<TokenStream>) {
    let (mut pattern, mut arguments) = (String::new(), Vec::new());
    for part in &server.parts {
        match part {
            PathPart::Literal(text) => pattern.push_str(text),
            PathPart::Parameter(name) => {
                pattern.push_str("{}");
                let variable = server.variables.iter().find(|variable| variable.wire == *name);
                arguments.extend(variable.map(argument));
            }
        }
    }
    (pattern, arguments)
}

fn argument(variable: &Variable) -> TokenStream {
    let field = ident(&variable.rust);
    match variable.ty {
        Some(_) => quote! { self.#field.as_str() },
        None => quote! { self.#field },
    }
}
