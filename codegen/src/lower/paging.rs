//! Pages: told by a link from a success to the same operation, whose cursor is a member of the body.

use serde_json::Value;
use spec::model::{LinkTarget, Location, Operation as Written};

use super::{Lowerer, order};
use crate::ir::operation::{ContentKind, Operation, Paging};
use crate::ir::types::{Field, Kind, Struct, Type};

impl Lowerer<'_> {
    pub(super) fn paging(&self, written: &Written, operation: &Operation) -> Option<Paging> {
        operation.responses.variants.iter().enumerate().find_map(|(at, variant)| {
            let response = written.responses.get(&variant.status)?;
            let [content] = variant.contents.as_slice() else { return None };
            let ContentKind::Json(slot) = &content.kind else { return None };
            let page = self.struct_of(&slot.ty)?;
            order::sorted(&response.links).into_iter().find_map(|(_, link)| {
                let is_self = link.target == LinkTarget::Operation(written.id.clone());
                if !variant.status.is_success() || !is_self {
                    return None;
                }
                order::sorted(&link.parameters).into_iter().find_map(|(name, value)| {
                    let (cursor, next) = self.step(operation, page, name, value)?;
                    let items = only_list(page)?;
                    Some(Paging { cursor, next, items, variant: at })
                })
            })
        })
    }

    /// A query parameter that a member of the body feeds.
    fn step(
        &self,
        operation: &Operation,
        page: &Struct,
        name: &str,
        value: &Value,
    ) -> Option<(String, String)> {
        let member = value.as_str()?.strip_prefix("$response.body#/")?;
        let name = name.strip_prefix("query.").unwrap_or(name);
        let parameters = operation.parameters.as_ref()?;
        let mut query = parameters.of(Location::Query);
        let parameter = query.find(|parameter| parameter.wire == name && !parameter.required)?;
        let field = page.fields.iter().find(|field| field.wire == member)?;
        let is_text = |ty: &Type| super::usage::is_text(&self.types, ty, 0);
        (is_text(&parameter.slot.ty) && is_text(&field.slot.ty))
            .then(|| (parameter.rust.clone(), field.rust.clone()))
    }

    fn struct_of(&self, ty: &Type) -> Option<&Struct> {
        let Type::Named(id) = self.resolved(ty) else { return None };
        match &self.types[id.0 as usize].kind {
            Kind::Struct(object) => Some(object),
            _ => None,
        }
    }
}

/// The field that is a list, where there is just one.
fn only_list(page: &Struct) -> Option<String> {
    let is_list = |field: &&Field| matches!(field.slot.ty, Type::Array(_));
    let mut lists = page.fields.iter().filter(is_list);
    lists.next().filter(|_| lists.next().is_none()).map(|field| field.rust.clone())
}
