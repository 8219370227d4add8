//! Pages: how one page of a list leads to the next.
//!
//! Told by the first of these that there is:
//!
//! 1. the settings, for this operation;
//! 2. the extension `x-paging` of the operation ([`PagingRule`] has its forms);
//! 3. the settings, for all operations that it fits;
//! 4. an OpenAPI link of a success to the operation itself, whose cursor is a member of the body;
//! 5. a header field `Link` of the success (RFC 8288: the target of `rel="next"` is the next page);
//! 6. an optional query parameter and a member of the body that is called like it with `next` in front: `cursor` and
//!    `next_cursor`, `pageToken` and `nextPageToken`;
//! 7. an optional query parameter `after`, and members of the body `last_id` and `has_more`;
//! 8. an optional query parameter `offset` or `skip`, or `page` whose first value the contract tells by its default or
//!    minimum: then the page after the last is empty.
//!
//! The list is the body itself, or the only member of it that is an array.

use serde_json::Value;
use spec::model::{LinkTarget, Location, Operation as Written};
use spec::{Finding, Origin};

use super::{Lowerer, order};
use crate::ir::operation::{
    ContentKind, Operation, PageField, Paging, Parameter, Step, Takes, Variant,
};
use crate::ir::types::{Field, Kind, Struct, Type};
use crate::settings::{PagingRule, Told, Way};

/// A success that may be a page.
struct Page<'l> {
    variant: &'l Variant,
    at: usize,
    /// Its members, where the body is an object.
    object: Option<&'l Struct>,
}

/// A page, and its field with the items, if it isn't a list itself.
type List<'l> = (&'l Page<'l>, &'l Option<String>);

impl Lowerer<'_> {
    pub(super) fn paging(&mut self, written: &Written, operation: &Operation) -> Option<Paging> {
        let settings = self.settings;
        if let Some(rule) = settings.paging.get(&written.id) {
            return self.as_told(&written.origin, operation, rule);
        }
        let Some(extension) = written.extensions.get("x-paging") else {
            return self.as_usual(written, operation);
        };
        let at = written.origin.child("x-paging");
        match PagingRule::parse(extension) {
            Ok(rule) => self.as_told(&at, operation, &rule),
            Err(message) => {
                self.not_understood(&at, &message);
                None
            }
        }
    }

    fn as_told(&mut self, at: &Origin, operation: &Operation, rule: &PagingRule) -> Option<Paging> {
        let PagingRule::By(_, items) = rule else { return None };
        let page = self.page(operation);
        let found = page.as_ref().and_then(|page| self.by_rule(rule, operation, page));
        let list = page.as_ref().and_then(|page| self.list_of(page, items.as_deref()));
        let why = match (page.is_some(), list.is_some(), items) {
            _ if found.is_some() => return found,
            (false, ..) => "the operation has no success that is JSON, or several",
            (_, true, _) => {
                "the operation has no such parameter, member or header field, or they don't fit"
            }
            (_, false, None) => "the body has no list, or several; `items` says which",
            (_, false, Some(_)) => "the body has no such list",
        };
        self.not_understood(at, why);
        None
    }

    /// By what is said of all operations, or goes without saying.
    fn as_usual(&self, written: &Written, operation: &Operation) -> Option<Paging> {
        let usual = self.settings.paging_of_others.as_ref();
        if usual == Some(&PagingRule::Off) {
            return None;
        }
        let page = self.page(operation)?;
        let by_usual = usual.and_then(|rule| self.by_rule(rule, operation, &page));
        by_usual.or_else(|| self.evident(written, operation, &page))
    }

    fn not_understood(&mut self, at: &Origin, why: &str) {
        let message = format!("there is no stream of pages as it is told: {why}");
        self.note(Finding::warning("paging-not-understood", at.clone(), message));
    }

    /// The success that may be a page: where there are several, what comes is an enum.
    fn page<'l>(&'l self, operation: &'l Operation) -> Option<Page<'l>> {
        let variants = operation.responses.variants.iter().enumerate();
        let mut successes = variants.filter(|(_, variant)| variant.status.is_success());
        let (at, variant) = successes.next().filter(|_| successes.next().is_none())?;
        let [content] = variant.contents.as_slice() else { return None };
        let ContentKind::Json(slot) = &content.kind else { return None };
        Some(Page { variant, at, object: self.struct_of(&slot.ty) })
    }

    fn evident(&self, written: &Written, operation: &Operation, page: &Page<'_>) -> Option<Paging> {
        let items = self.list_of(page, None)?;
        let list = (page, &items);
        let step = self
            .by_link(written, operation, list)
            .or_else(|| link_header(page))
            .or_else(|| self.by_names(operation, list))
            .or_else(|| self.by_last_id(operation, list))
            .or_else(|| self.by_count(operation))?;
        Some(Paging { step, items, variant: page.at })
    }

    fn by_rule(&self, rule: &PagingRule, operation: &Operation, page: &Page<'_>) -> Option<Paging> {
        let PagingRule::By(way, items) = rule else { return None };
        let items = self.list_of(page, items.as_deref())?;
        let step = match way {
            Way::Cursor { parameter, next, more } => {
                self.cursor(operation, (page, &items), parameter, next, more.as_deref())?
            }
            Way::Offset(name) => {
                Step::Count { parameter: self.counter(operation, name)?.rust.clone(), first: None }
            }
            Way::Page(name, first) => {
                let parameter = self.counter(operation, name)?;
                let first = first.or_else(|| first_of(parameter)).unwrap_or(1);
                Step::Count { parameter: parameter.rust.clone(), first: Some(first) }
            }
            Way::Link => link_header(page)?,
        };
        Some(Paging { step, items, variant: page.at })
    }

    /// The member with the items; the inner `None`: the body itself.
    fn list_of(&self, page: &Page<'_>, name: Option<&str>) -> Option<Option<String>> {
        let is_list = |field: &&Field| matches!(self.resolved(&field.slot.ty), Type::Array(_));
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
    fn by_link(&self, written: &Written, operation: &Operation, list: List<'_>) -> Option<Step> {
        let response = written.responses.get(&list.0.variant.status)?;
        order::sorted(&response.links).into_iter().find_map(|(_, link)| {
            if link.target != LinkTarget::Operation(written.id.clone()) {
                return None;
            }
            order::sorted(&link.parameters).into_iter().find_map(|(name, value)| {
                let member = value.as_str()?.strip_prefix("$response.body#/")?;
                let name = name.strip_prefix("query.").unwrap_or(name);
                let next = Told::Member(member.replace('/', "."));
                self.cursor(operation, list, name, &next, None)
            })
        })
    }

    /// A parameter, and a member that is called like it with `next` in front.
    fn by_names(&self, operation: &Operation, list: List<'_>) -> Option<Step> {
        let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
        let fields = &list.0.object?.fields;
        let parameters = operation.parameters.as_ref()?;
        parameters.of(Location::Query).find_map(|parameter| {
            let wanted = format!("next{}", plain(&parameter.wire));
            let next = fields.iter().find(|field| plain(&field.wire) == wanted)?;
            let next = Told::Member(next.wire.clone());
            self.cursor(operation, list, &parameter.wire, &next, None)
        })
    }

    /// The last item is named beside whether there is more.
    fn by_last_id(&self, operation: &Operation, list: List<'_>) -> Option<Step> {
        let next = Told::Member("last_id".to_owned());
        self.cursor(operation, list, "after", &next, Some("has_more"))
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

    /// A query parameter that takes what the page tells.
    fn cursor(
        &self,
        operation: &Operation,
        (page, items): List<'_>,
        name: &str,
        told: &Told,
        more: Option<&str>,
    ) -> Option<Step> {
        let parameter = optional(operation, name)?;
        let (by_last_item, (next, ty)) = match told {
            Told::Member(path) => (false, self.place(page.object?, path)?),
            Told::LastItem(path) => {
                (true, self.place(self.item_of(page, items.as_deref())?, path)?)
            }
        };
        let more = match more {
            Some(name) => {
                let is_flag = |field: &&Field| {
                    field.wire == name && self.resolved(&field.slot.ty) == Type::Boolean
                };
                Some(page_field(page.object?.fields.iter().find(is_flag)?))
            }
            None => None,
        };
        let takes = self.takes(&parameter.slot.ty, &ty)?;
        Some(Step::Cursor { parameter: parameter.rust.clone(), by_last_item, next, takes, more })
    }

    /// How a parameter takes a cursor, if it does: one of its own type, or the text of one.
    fn takes(&self, parameter: &Type, cursor: &Type) -> Option<Takes> {
        let is_text = |ty: &Type| super::usage::is_text(&self.types, ty, 0);
        if !is_text(cursor) || !is_text(parameter) {
            return None;
        }
        if parameter == cursor {
            return Some(Takes::Same);
        }
        match self.resolved(parameter) {
            Type::String => Some(Takes::Text),
            Type::Named(id) => match &self.types[id.0 as usize].kind {
                Kind::Newtype(slot) if slot.ty == Type::String => {
                    Some(Takes::TextOf(parameter.clone()))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A member, or a member of a member: the fields that lead to it, and its type.
    fn place(&self, object: &Struct, path: &str) -> Option<(Vec<PageField>, Type)> {
        // A name may have a dot of its own.
        if let Some(field) = object.fields.iter().find(|field| field.wire == path) {
            return Some((vec![page_field(field)], field.slot.ty.clone()));
        }
        let (name, rest) = path.split_once('.')?;
        let field = object.fields.iter().find(|field| field.wire == name)?;
        let (mut fields, ty) = self.place(self.struct_of(&field.slot.ty)?, rest)?;
        fields.insert(0, page_field(field));
        Some((fields, ty))
    }

    /// What the list of a page holds.
    fn item_of<'l>(&'l self, page: &Page<'l>, items: Option<&str>) -> Option<&'l Struct> {
        let list = match (items, page.object) {
            (Some(name), Some(object)) => {
                &object.fields.iter().find(|field| field.rust == name)?.slot.ty
            }
            _ => match &page.variant.contents.first()?.kind {
                ContentKind::Json(slot) => &slot.ty,
                _ => return None,
            },
        };
        let Type::Array(item) = self.resolved(list) else { return None };
        self.struct_of(&item.ty)
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

fn page_field(field: &Field) -> PageField {
    PageField { rust: field.rust.clone(), presence: field.presence }
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
