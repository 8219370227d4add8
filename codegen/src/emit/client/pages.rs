//! Streams over pages, where a link of the contract tells how pages follow each other.

use proc_macro2::TokenStream;
use quote::quote;

use super::Client;
use crate::emit::usage::{ident, ty};
use crate::ir::operation::Paging;
use crate::ir::types::{Field, Kind, Presence, Struct};
use crate::ir::{ContentKind, Operation, Type};

impl Client<'_> {
    /// The ways to ask for all pages.
    pub(super) fn emit_page_calls(
        &self,
        index: usize,
        operation: &Operation,
    ) -> Option<TokenStream> {
        self.emit_paging(index, operation)?;
        let marker = ident(&operation.stem);
        let id = &operation.id;
        let pages = format!(
            " The pages of `{id}`, from this one on; each is fetched when it is asked for."
        );
        let items = format!(" What the pages of `{id}` list, one by one.");
        Some(quote! {
            impl<'c> Call<'c, #marker> {
                #[doc = #pages]
                pub fn pages(self) -> Pages<'c, #marker> {
                    Pages::new(self)
                }

                #[doc = #items]
                pub fn items(self) -> Items<'c, #marker> {
                    Items::new(self)
                }
            }
        })
    }

    /// How one page leads to the next.
    pub(super) fn emit_paging(&self, index: usize, operation: &Operation) -> Option<TokenStream> {
        let paging = operation.paging.as_ref()?;
        let page = self.page(index, operation, paging)?;
        let next = page.fields.iter().find(|field| field.rust == paging.next)?;
        let items = page.fields.iter().find(|field| field.rust == paging.items)?;
        let Type::Array(item) = self.api.resolve(&items.slot.ty) else { return None };
        let parameters = operation.parameters.as_ref()?;
        let cursor = parameters.fields.iter().find(|field| field.rust == paging.cursor)?;
        let marker = ident(&operation.stem);
        let item = ty(self.api, &item.ty);
        let advance = self.emit_advance(next, &cursor.slot.ty, &cursor.rust);
        let items = emit_items(items);
        Some(quote! {
            impl Paged for #marker {
                type Item = #item;

                fn advance(parameters: &mut Self::Parameters, page: &Self::Success) -> bool {
                    #advance
                }

                fn items(page: Self::Success) -> Vec<Self::Item> {
                    #items
                }
            }
        })
    }

    /// The struct of a page, if the only success is one.
    fn page(&self, index: usize, operation: &Operation, paging: &Paging) -> Option<&Struct> {
        let variant = operation.responses.variants.get(paging.variant)?;
        let [content] = variant.contents.as_slice() else { return None };
        let (ContentKind::Json(slot), true) = (&content.kind, variant.is_tuple()) else {
            return None;
        };
        let (success, _) = self.answer_types(index, operation);
        if success.to_string() != ty(self.api, &slot.ty).to_string() {
            return None;
        }
        let Type::Named(id) = self.api.resolve(&slot.ty) else { return None };
        match &self.api.item(*id).kind {
            Kind::Struct(page) => Some(page),
            _ => None,
        }
    }

    fn emit_advance(&self, next: &Field, cursor_type: &Type, cursor: &str) -> TokenStream {
        let (field, cursor) = (ident(&next.rust), ident(cursor));
        let value = self.emit_conversion(&next.slot.ty, cursor_type);
        let pattern = match next.presence {
            Presence::OptionalNullable => quote! { crate::runtime::Field::Value(next) },
            _ => quote! { Some(next) },
        };
        if next.presence == Presence::Required {
            return quote! {
                let next = &page.#field;
                parameters.#cursor = Some(#value);
                true
            };
        }
        quote! {
            if let #pattern = &page.#field {
                parameters.#cursor = Some(#value);
                return true;
            }
            false
        }
    }

    /// The next cursor, as the parameter wants it: both are text, perhaps in types of their own.
    fn emit_conversion(&self, from: &Type, to: &Type) -> TokenStream {
        if from == to {
            return quote! { next.clone() };
        }
        let to = ty(self.api, to);
        if *from == Type::String {
            return quote! { #to::from(next.clone()) };
        }
        quote! { #to::from(String::from(next.clone())) }
    }
}

fn emit_items(items: &Field) -> TokenStream {
    let field = ident(&items.rust);
    match items.presence {
        Presence::Required => quote! { page.#field },
        Presence::RequiredNullable | Presence::Optional => {
            quote! { page.#field.unwrap_or_default() }
        }
        Presence::OptionalNullable => quote! { page.#field.value().unwrap_or_default() },
    }
}
