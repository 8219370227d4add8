//! Streams over pages, where the contract tells how pages follow each other.

use super::Client;
use crate::emit::code::{Code, Expr, call};
use crate::emit::payloads::{Payload, payload_type};
use crate::emit::usage::ty;
use crate::ir::operation::{Paging, Step};
use crate::ir::types::{Field, Kind, Presence, Struct, TypeId};
use crate::ir::{ContentKind, Operation, Type};

/// What a page is made of.
struct Page<'a> {
    item: Type,
    /// The items, as an expression that takes the page apart.
    items: String,
    /// How many there are, as an expression.
    count: String,
    /// The members of the body, where it is an object.
    object: Option<&'a Struct>,
    /// The body, as an expression.
    body: &'static str,
}

/// How one page leads to the next.
enum Advance {
    /// By a header field.
    Link(Expr),
    /// By a number, which is counted on.
    Count(Expr),
    /// By a cursor, which is set to `value`.
    Cursor {
        /// The field, as an expression.
        field: String,
        /// What the field matches where there is more; `None` where there always is.
        pattern: Option<String>,
        parameter: String,
        value: Cursor,
    },
}

/// The next cursor, as the parameter wants it.
enum Cursor {
    Expr(String),
    /// One of these, by the pattern of `next`.
    Match(Vec<(String, String)>),
}

impl Cursor {
    fn map(self, around: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Expr(text) => Self::Expr(around(&text)),
            Self::Match(arms) => {
                let around = |(pattern, text): (String, String)| (pattern, around(&text));
                Self::Match(arms.into_iter().map(around).collect())
            }
        }
    }

    fn write(&self, parameter: &str, code: &mut Code) {
        match self {
            Self::Expr(text) => code.line(&format!("parameters.{parameter} = Some({text});")),
            Self::Match(arms) => {
                code.line(&format!("parameters.{parameter} = Some(match next {{"));
                code.deeper(|code| {
                    for (pattern, text) in arms {
                        code.arm(std::slice::from_ref(pattern), &text.as_str().into());
                    }
                });
                code.line("});");
            }
        }
        code.line("Next::Page");
    }
}

impl Advance {
    fn write(&self, code: &mut Code) {
        match self {
            Self::Link(next) | Self::Count(next) => code.put("", next, ""),
            Self::Cursor { field, pattern: None, parameter, value } => {
                code.line(&format!("let next = &{field};"));
                value.write(parameter, code);
            }
            Self::Cursor { field, pattern: Some(pattern), parameter, value } => {
                code.block(format!("match &{field}"), |code| {
                    code.block(format!("{pattern} =>"), |code| value.write(parameter, code));
                    code.line("_ => Next::End,");
                });
            }
        }
    }
}

impl Client<'_> {
    /// The ways to ask for all pages.
    pub(super) fn write_page_calls(&self, index: usize, operation: &Operation, code: &mut Code) {
        if self.paging(index, operation).is_none() {
            return;
        }
        let (id, marker) = (&operation.id, &operation.stem);
        let pages =
            format!("The pages of `{id}`, from this one on; each is fetched when it is asked for.");
        let items = format!(
            "What the pages of `{id}` list, one by one: a stream, and `while let Some(item) = items.item().await?`."
        );
        code.space();
        code.block(format!("impl<'c> Call<'c, {marker}>"), |code| {
            code.doc(&pages);
            let head = format!("pub fn pages(self) -> Pages<'c, {marker}>");
            code.block(head, |code| code.line("Pages::new(self)"));
            code.space();
            code.doc(&items);
            let head = format!("pub fn items(self) -> Items<'c, {marker}>");
            code.block(head, |code| code.line("Items::new(self)"));
        });
    }

    /// How one page leads to the next.
    pub(super) fn write_paging(&self, index: usize, operation: &Operation, code: &mut Code) {
        let Some((page, advance)) = self.paging(index, operation) else { return };
        let is_link = matches!(advance, Advance::Link(_));
        let parameters = if is_link { "_parameters" } else { "parameters" };
        code.space();
        code.block(format!("impl Paged for {}", operation.stem), |code| {
            code.line(&format!("type Item = {};", ty(self.api, &page.item)));
            code.space();
            let head = format!(
                "fn advance({parameters}: &mut Self::Parameters, page: &Self::Success) -> Next"
            );
            code.block(head, |code| advance.write(code));
            code.space();
            let head = "fn items(page: Self::Success) -> Vec<Self::Item>";
            code.block(head, |code| code.line(&page.items));
        });
    }

    fn paging(&self, index: usize, operation: &Operation) -> Option<(Page<'_>, Advance)> {
        let paging = operation.paging.as_ref()?;
        let page = self.page(index, operation, paging)?;
        let advance = self.advance(operation, &paging.step, &page)?;
        Some((page, advance))
    }

    /// What a page is made of, if the only success is one.
    fn page(&self, index: usize, operation: &Operation, paging: &Paging) -> Option<Page<'_>> {
        let variant = operation.responses.variants.get(paging.variant)?;
        let payload = self.payloads.of_operation(index).get(paging.variant)?;
        let [content] = variant.contents.as_slice() else { return None };
        let ContentKind::Json(slot) = &content.kind else { return None };
        let (success, _) = self.answer_types(index, operation);
        if success != payload_type(self.api, payload, variant)? {
            return None;
        }
        let body = match payload {
            Payload::Struct(_) => "page.body",
            Payload::Nothing | Payload::Body => "page",
        };
        let ty = self.api.resolve(&slot.ty);
        let Some(items) = &paging.items else {
            let Type::Array(item) = ty else { return None };
            let (item, count) = (item.ty.clone(), format!("{body}.len()"));
            return Some(Page { item, items: body.to_owned(), count, object: None, body });
        };
        let Type::Named(id) = ty else { return None };
        let Kind::Struct(object) = &self.api.item(*id).kind else { return None };
        let field = object.fields.iter().find(|field| field.rust == *items)?;
        let Type::Array(item) = self.api.resolve(&field.slot.ty) else { return None };
        let name = format!("{body}.{}", field.rust);
        let (items, count) = match field.presence {
            Presence::Required => (name.clone(), format!("{name}.len()")),
            Presence::RequiredNullable | Presence::Optional => (
                format!("{name}.unwrap_or_default()"),
                format!("{name}.as_ref().map_or(0, Vec::len)"),
            ),
            Presence::OptionalNullable => return None,
        };
        Some(Page { item: item.ty.clone(), items, count, object: Some(object), body })
    }

    fn advance(&self, operation: &Operation, step: &Step, page: &Page<'_>) -> Option<Advance> {
        match step {
            Step::Cursor { parameter, next } => {
                let next = page.object?.fields.iter().find(|field| field.rust == *next)?;
                let parameters = operation.parameters.as_ref()?;
                let cursor = parameters.fields.iter().find(|field| field.rust == *parameter)?;
                self.by_cursor(next, page.body, &cursor.slot.ty, &cursor.rust)
            }
            Step::Count { parameter, first } => {
                let place = format!("&mut parameters.{parameter}");
                let count = page.count.clone();
                Some(Advance::Count(match first {
                    Some(first) => call("Next::page", [place, first.to_string(), count]),
                    None => call("Next::offset", [place, count]),
                }))
            }
            Step::Link { header } => {
                let variant =
                    operation.responses.variants.get(operation.paging.as_ref()?.variant)?;
                let field = variant.headers.iter().find(|field| field.rust == *header)?;
                let link = if field.required {
                    format!("Some(&page.{header})")
                } else {
                    format!("page.{header}.as_deref()")
                };
                Some(Advance::Link(call("Next::link", [link])))
            }
        }
    }

    fn by_cursor(
        &self,
        next: &Field,
        body: &str,
        cursor_type: &Type,
        cursor: &str,
    ) -> Option<Advance> {
        let value = self.converted(&next.slot.ty, cursor_type)?;
        // That there is nothing more is often told by an empty cursor.
        let can_be_empty = *self.api.resolve(&next.slot.ty) == Type::String;
        let guard = if can_be_empty { " if !next.is_empty()" } else { "" };
        let pattern = match next.presence {
            Presence::Required if !can_be_empty => None,
            Presence::Required => Some("next"),
            Presence::OptionalNullable => Some("crate::runtime::Field::Value(next)"),
            Presence::RequiredNullable | Presence::Optional => Some("Some(next)"),
        };
        Some(Advance::Cursor {
            field: format!("{body}.{}", next.rust),
            pattern: pattern.map(|pattern| format!("{pattern}{guard}")),
            parameter: cursor.to_owned(),
            value,
        })
    }

    /// The next cursor, as the parameter wants it; `None` where neither is the other's text.
    fn converted(&self, from: &Type, to: &Type) -> Option<Cursor> {
        if from == to {
            return Some(Cursor::Expr("next.clone()".to_owned()));
        }
        let text = self.text(from)?;
        match self.api.resolve(to) {
            Type::String => Some(text),
            Type::Named(id) if self.is_newtype_of_text(*id) => {
                let to = ty(self.api, to);
                Some(text.map(|text| format!("{to}::from({text})")))
            }
            _ => None,
        }
    }

    /// The next cursor as text.
    fn text(&self, cursor: &Type) -> Option<Cursor> {
        let expr = |text: &str| Some(Cursor::Expr(text.to_owned()));
        match self.api.resolve(cursor) {
            Type::String => expr("next.clone()"),
            Type::Integer(_) | Type::Uuid => expr("next.to_string()"),
            Type::Named(id) if self.is_newtype_of_text(*id) => expr("String::from(next.clone())"),
            Type::Named(id) => {
                let Kind::Union(union) = &self.api.item(*id).kind else { return None };
                let cursor = ty(self.api, self.api.resolve(cursor));
                let arms = union.variants.iter().map(|variant| {
                    let ty = self.api.resolve(&variant.slot()?.ty);
                    let is_text = matches!(ty, Type::String | Type::Integer(_) | Type::Uuid);
                    let pattern = format!("{cursor}::{}(next)", variant.rust);
                    is_text.then(|| (pattern, "next.to_string()".to_owned()))
                });
                arms.collect::<Option<_>>().map(Cursor::Match)
            }
            _ => None,
        }
    }

    fn is_newtype_of_text(&self, id: TypeId) -> bool {
        matches!(&self.api.item(id).kind, Kind::Newtype(slot) if slot.ty == Type::String)
    }
}
