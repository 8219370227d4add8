//! Streams over pages, where the contract tells how pages follow each other.

use super::Client;
use crate::emit::code::{Code, Expr, call};
use crate::emit::payloads::{Payload, payload_type};
use crate::emit::usage::ty;
use crate::ir::operation::{CursorConversion, PageField, Paging, Step};
use crate::ir::types::{Kind, Presence};
use crate::ir::{ContentKind, Operation, Type};

/// What a page is made of.
struct Page {
    item: Type,
    /// The items, as an expression that takes the page apart.
    items: String,
    /// How many there are, as an expression.
    count: String,
    /// The last of them.
    last: Place,
    /// The body, as an expression.
    body: &'static str,
}

/// Where a value stands, as an expression.
#[derive(Clone)]
enum Place {
    /// It is there.
    Value(String),
    /// A reference to it, if it is there.
    Option(Expr),
}

impl Place {
    fn of(value: &str) -> Self {
        Self::Value(value.to_owned())
    }

    /// What a field of it holds.
    fn field(self, PageField { rust, presence }: &PageField) -> Self {
        let optional = match presence {
            Presence::Required => None,
            Presence::Optional | Presence::RequiredNullable => Some(".as_ref()"),
            Presence::OptionalNullable => Some(".as_ref().value()"),
        };
        match (self, optional) {
            (Self::Value(value), None) => Self::Value(format!("{value}.{rust}")),
            (Self::Value(value), Some(get)) => Self::Option(format!("{value}.{rust}{get}").into()),
            (Self::Option(value), None) => {
                Self::Option(value.then([call(".map", [format!("|it| &it.{rust}")])]))
            }
            (Self::Option(value), Some(get)) => {
                Self::Option(value.then([call(".and_then", [format!("|it| it.{rust}{get}")])]))
            }
        }
    }

    /// A reference to it, if it is there.
    fn optional(self) -> Expr {
        match self {
            Self::Value(value) => format!("Some(&{value})").into(),
            Self::Option(value) => value,
        }
    }
}

impl Client<'_> {
    /// How one page leads to the next.
    pub(super) fn write_paging(&self, index: usize, operation: &Operation, code: &mut Code) {
        let Some((page, advance)) = self.paging(index, operation) else { return };
        let paging = operation.paging.as_ref().map(|paging| &paging.step);
        let is_link = matches!(paging, Some(Step::Link { .. } | Step::Url { .. }));
        let parameters = if is_link { "_parameters" } else { "parameters" };
        code.space();
        code.block(format!("impl Paged for {}", operation.stem), |code| {
            code.line(&format!("type Item = {};", ty(self.api, &page.item)));
            code.space();
            let head = format!(
                "fn advance({parameters}: &mut Self::Parameters, page: &Self::Success) -> Next"
            );
            code.block(head, |code| code.put("", &advance, ""));
            code.space();
            let head = "fn items(page: Self::Success) -> Vec<Self::Item>";
            code.block(head, |code| code.line(&page.items));
        });
    }

    fn paging(&self, index: usize, operation: &Operation) -> Option<(Page, Expr)> {
        let paging = operation.paging.as_ref()?;
        let page = self.page(index, operation, paging)?;
        let advance = self.advance(operation, paging, &page)?;
        Some((page, advance))
    }

    /// What a page is made of, if the only success is one.
    fn page(&self, index: usize, operation: &Operation, paging: &Paging) -> Option<Page> {
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
            let last = Place::Option(format!("{body}.last()").into());
            return Some(Page { item, items: body.to_owned(), count, last, body });
        };
        let Type::Named(id) = ty else { return None };
        let Kind::Struct(object) = &self.api.item(*id).kind else { return None };
        let field = object.fields.iter().find(|field| field.rust == *items)?;
        let Type::Array(item) = self.api.resolve(&field.slot.ty) else { return None };
        let name = format!("{body}.{}", field.rust);
        let (items, count, last) = match field.presence {
            Presence::Required => {
                (name.clone(), format!("{name}.len()"), format!("{name}.last()").into())
            }
            Presence::RequiredNullable | Presence::Optional => (
                format!("{name}.unwrap_or_default()"),
                format!("{name}.as_ref().map_or(0, Vec::len)"),
                Expr::from(format!("{name}.as_ref()"))
                    .then([call(".and_then", ["|items| items.last()"])]),
            ),
            Presence::OptionalNullable => {
                let list = format!("{name}.as_ref().value()");
                (
                    format!("{name}.value().unwrap_or_default()"),
                    format!("{list}.map_or(0, Vec::len)"),
                    Expr::from(list).then([call(".and_then", ["|items| items.last()"])]),
                )
            }
        };
        Some(Page { item: item.ty.clone(), items, count, last: Place::Option(last), body })
    }

    /// What becomes of the parameters, as an expression of type `Next`.
    fn advance(&self, operation: &Operation, paging: &Paging, page: &Page) -> Option<Expr> {
        match &paging.step {
            Step::Cursor { parameter, by_last_item, next, takes, more } => {
                let start = if *by_last_item { page.last.clone() } else { Place::of(page.body) };
                let next = next.iter().fold(start, Place::field);
                let condition = more.as_ref().map(|more| Self::condition(page, more));
                let next = match next {
                    Place::Value(value) if condition.is_none() => self.taken_of(takes, value),
                    next => next.optional().then(condition.into_iter().chain(self.taken(takes))),
                };
                let cursor = format!("&mut parameters.{parameter}");
                Some(call("Next::cursor", [cursor.into(), next]))
            }
            Step::Count { parameter, first } => {
                let place = format!("&mut parameters.{parameter}");
                let count = page.count.clone();
                Some(match first {
                    Some(first) => call("Next::page", [place, first.to_string(), count]),
                    None => call("Next::offset", [place, count]),
                })
            }
            Step::Url { next } => {
                let next = next.iter().fold(Place::of(page.body), Place::field);
                Some(call("Next::url", [next.optional().then([call(".map", ["Next::text"])])]))
            }
            Step::Link { header } => {
                let variant = operation.responses.variants.get(paging.variant)?;
                let field = variant.headers.iter().find(|field| field.rust == *header)?;
                let link = if field.required {
                    format!("Some(&page.{header})")
                } else {
                    format!("page.{header}.as_deref()")
                };
                Some(call("Next::link", [link]))
            }
        }
    }

    /// What must hold beside a cursor for there to be more.
    fn condition(page: &Page, more: &PageField) -> Expr {
        let flag = format!("{}.{}", page.body, more.rust);
        let holds = match more.presence {
            Presence::Required => flag,
            Presence::Optional | Presence::RequiredNullable => format!("{flag} != Some(false)"),
            Presence::OptionalNullable => format!("{flag}.value() != Some(false)"),
        };
        call(".filter", [format!("|_| {holds}")])
    }

    /// What the parameter takes of a cursor that may be there, as calls.
    fn taken(&self, takes: &CursorConversion) -> Vec<Expr> {
        match takes {
            CursorConversion::Same => vec![call::<Expr>(".cloned", [])],
            CursorConversion::Text => vec![call(".map", ["Next::text"])],
            CursorConversion::TextOf(of) => {
                let newtype = format!("{}::from", ty(self.api, of));
                vec![call(".map", ["Next::text"]), call(".map", [newtype])]
            }
        }
    }

    /// The same of one that is there, as an expression.
    fn taken_of(&self, takes: &CursorConversion, cursor: String) -> Expr {
        let text = call("Next::text", [format!("&{cursor}")]);
        match takes {
            // It may be of a type that is copied.
            CursorConversion::Same => Place::Value(cursor).optional().then(self.taken(takes)),
            CursorConversion::Text => call("Some", [text]),
            CursorConversion::TextOf(of) => {
                call("Some", [call(&format!("{}::from", ty(self.api, of)), [text])])
            }
        }
    }
}
