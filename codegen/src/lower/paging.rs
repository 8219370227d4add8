//! Pages: how one page of a list leads to the next.
//!
//! Told by what the contract says of the operation, the first of these that there is:
//!
//! 1. the extension `x-paging` (below), which also turns paging off: `x-paging: false`;
//! 2. an OpenAPI link of a success to the operation itself, whose cursor is a member of the body;
//! 3. a header field `Link` of the success (RFC 8288: the target of `rel="next"` is the next page);
//! 4. an optional query parameter and a member of the body that is called like it with `next` in front: `cursor` and
//!    `next_cursor`, `pageToken` and `nextPageToken`;
//! 5. an optional query parameter `offset` or `skip`, or `page` whose first value the contract tells by its default or
//!    minimum: then the page after the last is empty.
//!
//! The list is the body itself, or the only member of it that is an array.
//!
//! ```yaml
//! x-paging: {cursor: after, next: last_id, items: pets}    # a parameter; members of the body
//! x-paging: {offset: start}                                # counts items
//! x-paging: {page: p, first: 0}                            # counts pages
//! x-paging: {link: true}                                   # the header field `Link`
//! ```

use serde_json::Value;
use spec::Finding;
use spec::model::{LinkTarget, Location, Operation as Written};

use super::{Lowerer, order};
use crate::ir::operation::{ContentKind, Operation, Paging, Parameter, Step, Variant};
use crate::ir::types::{Field, Kind, Presence, Struct, Type};

/// A success that may be a page.
struct Page<'l> {
    variant: &'l Variant,
    at: usize,
    /// Its members, where the body is an object.
    object: Option<&'l Struct>,
}

impl Lowerer<'_> {
    pub(super) fn paging(&mut self, written: &Written, operation: &Operation) -> Option<Paging> {
        let told = written.extensions.get("x-paging");
        if told == Some(&Value::Bool(false)) {
            return None;
        }
        let variants = operation.responses.variants.iter().enumerate();
        let found = variants.filter(|(_, variant)| variant.status.is_success()).find_map(
            |(at, variant)| {
                let page = self.page(at, variant)?;
                match told {
                    Some(told) => self.by_extension(told, operation, &page),
                    None => self.evident(written, operation, &page),
                }
            },
        );
        if let (Some(told), None) = (told, &found) {
            let at = written.origin.child("x-paging");
            let message =
                format!("`{told}` doesn't fit the operation, so there is no stream of pages");
            self.note(Finding::warning("paging-not-understood", at, message));
        }
        found
    }

    fn page<'l>(&'l self, at: usize, variant: &'l Variant) -> Option<Page<'l>> {
        let [content] = variant.contents.as_slice() else { return None };
        let ContentKind::Json(slot) = &content.kind else { return None };
        Some(Page { variant, at, object: self.struct_of(&slot.ty) })
    }

    fn evident(&self, written: &Written, operation: &Operation, page: &Page<'_>) -> Option<Paging> {
        let items = self.list_of(page, None)?;
        let step = self
            .by_link(written, operation, page)
            .or_else(|| link_header(page))
            .or_else(|| self.by_names(operation, page))
            .or_else(|| self.by_count(operation))?;
        Some(Paging { step, items, variant: page.at })
    }

    fn by_extension(&self, told: &Value, operation: &Operation, page: &Page<'_>) -> Option<Paging> {
        let text = |name: &str| told.get(name).and_then(Value::as_str);
        let items = self.list_of(page, text("items"))?;
        let step = if let (Some(cursor), Some(next)) = (text("cursor"), text("next")) {
            self.cursor(operation, page, cursor, next)?
        } else if let Some(name) = text("offset") {
            Step::Count { parameter: self.counter(operation, name)?.rust.clone(), first: None }
        } else if let Some(name) = text("page") {
            let parameter = self.counter(operation, name)?;
            let first = told.get("first").and_then(Value::as_i64);
            let first = first.or_else(|| first_of(parameter)).unwrap_or(1);
            Step::Count { parameter: parameter.rust.clone(), first: Some(first) }
        } else if told.get("link").and_then(Value::as_bool) == Some(true) {
            link_header(page)?
        } else {
            return None;
        };
        Some(Paging { step, items, variant: page.at })
    }

    /// The member with the items; the inner `None`: the body itself.
    fn list_of(&self, page: &Page<'_>, name: Option<&str>) -> Option<Option<String>> {
        let is_list = |field: &&Field| {
            matches!(field.slot.ty, Type::Array(_)) && field.presence != Presence::OptionalNullable
        };
        match (page.object, name) {
            (Some(object), Some(name)) => {
                let mut lists = object.fields.iter().filter(is_list);
                lists.find(|field| field.wire == name).map(|field| Some(field.rust.clone()))
            }
            (Some(object), None) => {
                let mut lists = object.fields.iter().filter(is_list);
                let only = lists.next().filter(|_| lists.next().is_none())?;
                Some(Some(only.rust.clone()))
            }
            (None, _) => {
                let ContentKind::Json(slot) = &page.variant.contents.first()?.kind else {
                    return None;
                };
                matches!(self.resolved(&slot.ty), Type::Array(_)).then_some(None)
            }
        }
    }

    /// A link from a success to the same operation, whose cursor is a member of the body.
    fn by_link(&self, written: &Written, operation: &Operation, page: &Page<'_>) -> Option<Step> {
        let response = written.responses.get(&page.variant.status)?;
        order::sorted(&response.links).into_iter().find_map(|(_, link)| {
            if link.target != LinkTarget::Operation(written.id.clone()) {
                return None;
            }
            order::sorted(&link.parameters).into_iter().find_map(|(name, value)| {
                let member = value.as_str()?.strip_prefix("$response.body#/")?;
                let name = name.strip_prefix("query.").unwrap_or(name);
                self.cursor(operation, page, name, member)
            })
        })
    }

    /// A parameter, and a member that is called like it with `next` in front.
    fn by_names(&self, operation: &Operation, page: &Page<'_>) -> Option<Step> {
        let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
        let fields = &page.object?.fields;
        let parameters = operation.parameters.as_ref()?;
        parameters.of(Location::Query).find_map(|parameter| {
            let wanted = format!("next{}", plain(&parameter.wire));
            let next = fields.iter().find(|field| plain(&field.wire) == wanted)?;
            self.cursor(operation, page, &parameter.wire, &next.wire)
        })
    }

    fn by_count(&self, operation: &Operation) -> Option<Step> {
        let offset = ["offset", "skip"].iter().find_map(|name| self.counter(operation, name));
        if let Some(offset) = offset {
            return Some(Step::Count { parameter: offset.rust.clone(), first: None });
        }
        let page = self.counter(operation, "page")?;
        let first = first_of(page)?;
        Some(Step::Count { parameter: page.rust.clone(), first: Some(first) })
    }

    /// A query parameter that a member of the body feeds.
    fn cursor(
        &self,
        operation: &Operation,
        page: &Page<'_>,
        name: &str,
        member: &str,
    ) -> Option<Step> {
        let parameter = optional(operation, name)?;
        let field = page.object?.fields.iter().find(|field| field.wire == member)?;
        let is_text = |ty: &Type| super::usage::is_text(&self.types, ty, 0);
        (is_text(&parameter.slot.ty) && is_text(&field.slot.ty))
            .then(|| Step::Cursor { parameter: parameter.rust.clone(), next: field.rust.clone() })
    }

    /// A query parameter that counts.
    fn counter<'o>(&self, operation: &'o Operation, name: &str) -> Option<&'o Parameter> {
        optional(operation, name).filter(|parameter| matches!(parameter.slot.ty, Type::Integer(_)))
    }

    fn struct_of(&self, ty: &Type) -> Option<&Struct> {
        let Type::Named(id) = self.resolved(ty) else { return None };
        match &self.types[id.0 as usize].kind {
            Kind::Struct(object) => Some(object),
            _ => None,
        }
    }
}

fn optional<'o>(operation: &'o Operation, name: &str) -> Option<&'o Parameter> {
    let mut query = operation.parameters.as_ref()?.of(Location::Query);
    query.find(|parameter| parameter.wire == name && !parameter.required)
}

/// What the first page is called, where the contract says so.
fn first_of(parameter: &Parameter) -> Option<i64> {
    let default = parameter.default.as_ref().and_then(Value::as_i64);
    let minimum = parameter.slot.rules.minimum.as_ref().filter(|(_, is_exclusive)| !is_exclusive);
    default.or_else(|| minimum.and_then(|(least, _)| least.as_i64()))
}

fn link_header(page: &Page<'_>) -> Option<Step> {
    let header = page.variant.headers.iter().find(|header| header.wire == "link")?;
    (header.slot.ty == Type::String).then(|| Step::Link { header: header.rust.clone() })
}
