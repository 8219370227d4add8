//! Pages: what the contract says of them (see [`spec::paging`]), in fields of the types that pages are.
//!
//! Where a page, its list or its cursor is of no type that can be walked, there is no stream of pages; that is a finding
//! where somebody said that there are pages.

use spec::model::{Location, Operation as Written, Status};
use spec::paging::{self, Misfit, Pages, Rules};
use spec::{Finding, Origin};

use super::Lowerer;
use crate::ir::operation::{
    ContentKind, CursorConversion, Operation, PageField, Paging, Parameter, Step,
};
use crate::ir::types::{Field, Kind, Struct, Type};

/// A success that may be a page.
struct Page<'l> {
    at: usize,
    body: &'l Type,
    /// Its members, where the body is an object.
    object: Option<&'l Struct>,
}

impl Lowerer<'_> {
    pub(super) fn paging(&mut self, written: &Written, operation: &Operation) -> Option<Paging> {
        let settings = self.settings;
        let (own, others) = (settings.paging.get(&written.id), settings.paging_of_others.as_ref());
        match paging::read(self.contract, written, Rules { own, others }) {
            Ok(Pages::By(paging)) => {
                let typed = self.paging_in_fields(operation, &paging);
                if let (None, Some(at)) = (&typed, paging.said_at) {
                    let why = match self.page(operation, paging.status) {
                        Some(_) => "they are of types that can't be walked",
                        None => "the operation has several successes, or one of several types",
                    };
                    self.not_applied(at, why);
                }
                typed
            }
            Ok(Pages::None | Pages::Unknown) => None,
            Err(Misfit { at, why }) => {
                self.not_applied(at, &why);
                None
            }
        }
    }

    fn not_applied(&mut self, at: Origin, why: &str) {
        let message = format!("the pagination rule doesn't apply here: {why}");
        self.note(Finding::warning("paging-not-understood", at, message));
    }

    /// The same in fields.
    fn paging_in_fields(&self, operation: &Operation, paging: &paging::Paging) -> Option<Paging> {
        let page = self.page(operation, paging.status)?;
        let list = match &paging.items {
            Some(name) => Some(field(page.object?, name)?),
            None => None,
        };
        let Type::Array(item) = self.resolved(list.map_or(page.body, |list| &list.slot.ty)) else {
            return None;
        };
        let step = match &paging.step {
            paging::Step::Cursor { parameter, by_last_item, next, more } => {
                let start = if *by_last_item { self.struct_of(&item.ty) } else { page.object };
                let (next, ty) = self.place(start?, next)?;
                let more = match more {
                    Some(name) => Some(page_field(self.flag(page.object?, name)?)),
                    None => None,
                };
                let parameter = query_parameter(operation, parameter)?;
                let takes = self.conversion(&parameter.slot.ty, &ty)?;
                let (parameter, by_last_item) = (parameter.rust.clone(), *by_last_item);
                Step::Cursor { parameter, by_last_item, next, takes, more }
            }
            paging::Step::Count { parameter, first } => {
                let parameter = query_parameter(operation, parameter)?;
                let Type::Integer(_) = parameter.slot.ty else { return None };
                Step::Count { parameter: parameter.rust.clone(), first: *first }
            }
            paging::Step::Url { next } => {
                let (next, ty) = self.place(page.object?, next)?;
                super::usage::is_text(&self.types, &ty, 0).then_some(Step::Url { next })?
            }
            paging::Step::Link => {
                let mut headers = operation.responses.variants.get(page.at)?.headers.iter();
                let header = headers.find(|header| header.wire == "link")?;
                (header.slot.ty == Type::String)
                    .then(|| Step::Link { header: header.rust.clone() })?
            }
        };
        Some(Paging { step, items: list.map(|list| list.rust.clone()), variant: page.at })
    }

    /// The success that is a page: where there are several, what comes is an enum.
    fn page<'l>(&'l self, operation: &'l Operation, status: Status) -> Option<Page<'l>> {
        let variants = operation.responses.variants.iter().enumerate();
        let mut successes = variants.filter(|(_, variant)| variant.status.is_success());
        let (at, variant) = successes.next().filter(|_| successes.next().is_none())?;
        let [content] = variant.contents.as_slice() else { return None };
        let ContentKind::Json(slot) = &content.kind else { return None };
        let page = Page { at, body: &slot.ty, object: self.struct_of(&slot.ty) };
        (variant.status == status).then_some(page)
    }

    fn flag<'l>(&self, object: &'l Struct, name: &str) -> Option<&'l Field> {
        let flag = field(object, name)?;
        (self.resolved(&flag.slot.ty) == Type::Boolean).then_some(flag)
    }

    /// How a parameter takes a cursor, if it does: one of its own type, or the text of one.
    fn conversion(&self, parameter: &Type, cursor: &Type) -> Option<CursorConversion> {
        let is_text = |ty: &Type| super::usage::is_text(&self.types, ty, 0);
        if !is_text(cursor) || !is_text(parameter) {
            return None;
        }
        if parameter == cursor {
            return Some(CursorConversion::Same);
        }
        match self.resolved(parameter) {
            Type::String => Some(CursorConversion::Text),
            Type::Named(id) => match &self.types[id.0 as usize].kind {
                Kind::Newtype(slot) if slot.ty == Type::String => {
                    Some(CursorConversion::TextOf(parameter.clone()))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The fields that lead to a member, or to a member of a member, and its type.
    fn place(&self, object: &Struct, path: &[String]) -> Option<(Vec<PageField>, Type)> {
        let (name, rest) = path.split_first()?;
        let field = field(object, name)?;
        if rest.is_empty() {
            return Some((vec![page_field(field)], field.slot.ty.clone()));
        }
        let (mut fields, ty) = self.place(self.struct_of(&field.slot.ty)?, rest)?;
        fields.insert(0, page_field(field));
        Some((fields, ty))
    }

    pub(super) fn struct_of(&self, ty: &Type) -> Option<&Struct> {
        let Type::Named(id) = self.resolved(ty) else { return None };
        match &self.types[id.0 as usize].kind {
            Kind::Struct(object) => Some(object),
            _ => None,
        }
    }
}

fn field<'l>(object: &'l Struct, name: &str) -> Option<&'l Field> {
    object.fields.iter().find(|field| field.wire == name)
}

fn page_field(field: &Field) -> PageField {
    PageField { rust: field.rust.clone(), presence: field.presence }
}

fn query_parameter<'o>(operation: &'o Operation, name: &str) -> Option<&'o Parameter> {
    let mut query = operation.parameters.as_ref()?.of(Location::Query);
    query.find(|parameter| parameter.wire == name && !parameter.required)
}
