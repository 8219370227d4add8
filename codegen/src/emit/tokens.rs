//! What the emitters of tokens share.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::ir::Docs;

/// An identifier of the IR, which may be raw: `r#type`.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// Doc comments, or this where the contract says nothing.
pub(super) fn docs_or(docs: &Docs, otherwise: &str) -> TokenStream {
    let own = docs.lines.iter().map(String::as_str);
    let lines = own.chain(docs.is_empty().then_some(otherwise));
    let lines = lines.map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#[doc = #lines])* }
}
