//! Streams over pages, where the contract tells how pages follow each other.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Client;
use crate::emit::payloads::{Payload, payload_type};
use crate::emit::usage::{ident, ty};
use crate::ir::operation::{Paging, Step};
use crate::ir::types::{Field, Kind, Presence, Struct, TypeId};
use crate::ir::{ContentKind, Operation, Type};

/// What a page is made of.
struct Page<'a> {
    item: Type,
    /// The items, as an expression that takes the page apart.
    items: TokenStream,
    /// How many there are, as an expression.
    count: TokenStream,
    /// The members of the body, where it is an object.
    object: Option<&'a Struct>,
    /// The body, as an expression.
    body: TokenStream,
}

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
        let items = format!(
            " What the pages of `{id}` list, one by one: a stream, and `while let Some(item) = items.item().await?`."
        );
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
        let advance = self.emit_step(operation, &paging.step, &page)?;
        let marker = ident(&operation.stem);
        let (item, items) = (ty(self.api, &page.item), &page.items);
        let parameters = match paging.step {
            Step::Link { .. } => quote! { _parameters },
            Step::Cursor { .. } | Step::Count { .. } => quote! { parameters },
        };
        Some(quote! {
            impl Paged for #marker {
                type Item = #item;

                fn advance(#parameters: &mut Self::Parameters, page: &Self::Success) -> Next {
                    #advance
                }

                fn items(page: Self::Success) -> Vec<Self::Item> {
                    #items
                }
            }
        })
    }

    /// What a page is made of, if the only success is one.
    fn page(&self, index: usize, operation: &Operation, paging: &Paging) -> Option<Page<'_>> {
        let variant = operation.responses.variants.get(paging.variant)?;
        let payload = self.payloads.of_operation(index).get(paging.variant)?;
        let [content] = variant.contents.as_slice() else { return None };
        let ContentKind::Json(slot) = &content.kind else { return None };
        let (success, _) = self.answer_types(index, operation);
        let payload_type = payload_type(self.api, payload, variant)?;
        if success.to_string() != payload_type.to_string() {
            return None;
        }
        let body = match payload {
            Payload::Struct(_) => quote! { page.body },
            Payload::Nothing | Payload::Body => quote! { page },
        };
        let ty = self.api.resolve(&slot.ty);
        let Some(items) = &paging.items else {
            let Type::Array(item) = ty else { return None };
            let count = quote! { #body.len() };
            return Some(Page {
                item: item.ty.clone(),
                items: body.clone(),
                count,
                object: None,
                body,
            });
        };
        let Type::Named(id) = ty else { return None };
        let Kind::Struct(object) = &self.api.item(*id).kind else { return None };
        let field = object.fields.iter().find(|field| field.rust == *items)?;
        let Type::Array(item) = self.api.resolve(&field.slot.ty) else { return None };
        let name = ident(&field.rust);
        let (items, count) = match field.presence {
            Presence::Required => (quote! { #body.#name }, quote! { #body.#name.len() }),
            Presence::RequiredNullable | Presence::Optional => (
                quote! { #body.#name.unwrap_or_default() },
                quote! { #body.#name.as_ref().map_or(0, Vec::len) },
            ),
            Presence::OptionalNullable => return None,
        };
        Some(Page { item: item.ty.clone(), items, count, object: Some(object), body })
    }

    fn emit_step(
        &self,
        operation: &Operation,
        step: &Step,
        page: &Page<'_>,
    ) -> Option<TokenStream> {
        match step {
            Step::Cursor { parameter, next } => {
                let next = page.object?.fields.iter().find(|field| field.rust == *next)?;
                let parameters = operation.parameters.as_ref()?;
                let cursor = parameters.fields.iter().find(|field| field.rust == *parameter)?;
                self.emit_advance(next, &page.body, &cursor.slot.ty, &cursor.rust)
            }
            Step::Count { parameter, first } => {
                let (parameter, count) = (ident(parameter), &page.count);
                Some(match first {
                    Some(first) => {
                        let first = Literal::i64_unsuffixed(*first);
                        quote! { Next::page(&mut parameters.#parameter, #first, #count) }
                    }
                    None => quote! { Next::offset(&mut parameters.#parameter, #count) },
                })
            }
            Step::Link { header } => {
                let variant =
                    operation.responses.variants.get(operation.paging.as_ref()?.variant)?;
                let field = variant.headers.iter().find(|field| field.rust == *header)?;
                let header = ident(header);
                Some(if field.required {
                    quote! { Next::link(Some(&page.#header)) }
                } else {
                    quote! { Next::link(page.#header.as_deref()) }
                })
            }
        }
    }

    fn emit_advance(
        &self,
        next: &Field,
        body: &TokenStream,
        cursor_type: &Type,
        cursor: &str,
    ) -> Option<TokenStream> {
        let (field, cursor) = (ident(&next.rust), ident(cursor));
        let value = self.emit_conversion(&next.slot.ty, cursor_type)?;
        // That there is nothing more is often told by an empty cursor.
        let can_be_empty = *self.api.resolve(&next.slot.ty) == Type::String;
        let guard = can_be_empty.then(|| quote! { if !next.is_empty() });
        let pattern = match next.presence {
            Presence::Required => quote! { next },
            Presence::OptionalNullable => quote! { crate::runtime::Field::Value(next) },
            Presence::RequiredNullable | Presence::Optional => quote! { Some(next) },
        };
        if next.presence == Presence::Required && !can_be_empty {
            return Some(quote! {
                let next = &#body.#field;
                parameters.#cursor = Some(#value);
                Next::Page
            });
        }
        Some(quote! {
            match &#body.#field {
                #pattern #guard => {
                    parameters.#cursor = Some(#value);
                    Next::Page
                }
                _ => Next::End,
            }
        })
    }

    /// The next cursor, as the parameter wants it; `None` where neither is the other's text.
    fn emit_conversion(&self, from: &Type, to: &Type) -> Option<TokenStream> {
        if from == to {
            return Some(quote! { next.clone() });
        }
        let text = self.emit_text(from)?;
        match self.api.resolve(to) {
            Type::String => Some(text),
            Type::Named(id) if self.is_newtype_of_text(*id) => {
                let to = ty(self.api, to);
                Some(quote! { #to::from(#text) })
            }
            _ => None,
        }
    }

    /// The next cursor as text.
    fn emit_text(&self, cursor: &Type) -> Option<TokenStream> {
        match self.api.resolve(cursor) {
            Type::String => Some(quote! { next.clone() }),
            Type::Integer(_) | Type::Uuid => Some(quote! { next.to_string() }),
            Type::Named(id) if self.is_newtype_of_text(*id) => {
                Some(quote! { String::from(next.clone()) })
            }
            Type::Named(id) => {
                let Kind::Union(union) = &self.api.item(*id).kind else { return None };
                let cursor = ty(self.api, self.api.resolve(cursor));
                let arms = union.variants.iter().map(|variant| {
                    let name = ident(&variant.rust);
                    let is_text = matches!(
                        self.api.resolve(&variant.slot.ty),
                        Type::String | Type::Integer(_) | Type::Uuid
                    );
                    is_text.then(|| quote! { #cursor::#name(next) => next.to_string(), })
                });
                let arms: Option<TokenStream> = arms.collect();
                arms.map(|arms| quote! { match next { #arms } })
            }
            _ => None,
        }
    }

    fn is_newtype_of_text(&self, id: TypeId) -> bool {
        matches!(&self.api.item(id).kind, Kind::Newtype(slot) if slot.ty == Type::String)
    }
}
