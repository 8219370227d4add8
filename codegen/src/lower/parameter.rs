//! Parameters and header fields: what they hold, and how that becomes text.

use spec::Finding;
use spec::model::{
    Location, MediaType, Operation as Written, Parameter as WrittenParameter, ParameterShape, Style,
};

use super::limits::with_limits;
use super::usage::is_text;
use super::{Hint, Lowerer, docs};
use crate::ir::operation::{Parameter, ParameterForm};
use crate::ir::types::{Kind, Slot, Type, UnionVariant};
use crate::names::{Scope, snake};

impl Lowerer<'_> {
    pub(super) fn parameter_fields(&mut self, written: &Written, stem: &str) -> Vec<Parameter> {
        let mut scope = Scope::default();
        let mut fields = Vec::new();
        for parameter in &written.parameters {
            if self.is_homeless(written, parameter) {
                continue;
            }
            let name = snake(&parameter.name, "parameter");
            let name = if scope.is_free(&name) {
                name
            } else {
                // The same name in two locations: say which.
                snake(&format!("{}_{}", parameter.location, parameter.name), "parameter")
            };
            let rust = scope.take(name);
            fields.push(self.parameter(parameter, stem, rust));
        }
        self.look_for_clashes(&fields);
        fields
    }

    /// Whether a parameter of the path has no place in it: that of a callback or webhook is known to nobody.
    fn is_homeless(&mut self, written: &Written, parameter: &WrittenParameter) -> bool {
        let is_of_path = parameter.location == Location::Path;
        if !is_of_path || written.path.parameters().any(|name| name == parameter.name) {
            return false;
        }
        let message = format!(
            "`{}` has no place in the path of `{}`, so it is left out",
            parameter.name, written.id
        );
        let finding =
            Finding::warning("path-parameter-without-path", parameter.origin.clone(), message);
        let help = "the URL of a callback or webhook is whole: say `in: query`, or leave it out";
        self.note(finding.help(help));
        true
    }

    fn parameter(&mut self, parameter: &WrittenParameter, stem: &str, rust: String) -> Parameter {
        let (slot, form) = match &parameter.shape {
            // All of the query is what an object that spreads its members over it would be.
            ParameterShape::Content(whole)
                if parameter.location == Location::QueryString && whole.is_form() =>
            {
                let hint = Hint { owner: stem, role: &parameter.name };
                let slot = self.content_slot(whole, hint);
                let members = self.form_members(&slot, whole, true);
                (slot, ParameterForm::Spread { own: None, members, allow_reserved: false })
            }
            shape => {
                let form = self.text_form(shape, stem, &parameter.name, &parameter.origin);
                self.spread_over(parameter.location, form)
            }
        };
        let schema = parameter.schema().map(|id| self.contract.schema(id));
        let default =
            schema.and_then(|schema| schema.default.clone()).filter(|value| !value.is_null());
        let described = parameter.description.as_deref();
        let mut docs =
            docs::docs([described.or(schema.and_then(|schema| schema.description.as_deref()))]);
        if docs.is_empty() {
            docs = docs::line(format!("`{}`", parameter.name.replace(['`', '\n', '\r'], " ")));
        }
        docs = with_limits(docs, &slot);
        if let Some(default) = &default {
            docs = docs::with_note(docs, format!("Default: {}", docs::code(default)));
        }
        Parameter {
            rust,
            wire: parameter.name.clone(),
            location: parameter.location,
            slot,
            required: parameter.required || parameter.location == Location::Path,
            default,
            form,
            docs,
            deprecated: parameter.deprecated,
            origin: parameter.origin.clone(),
        }
    }

    /// An object whose members become pairs of the query, or cookies, has its own names there. OAS 3.0.3 doesn't say how a
    /// cookie of style `form` would do that, so it never does.
    fn spread_over(
        &mut self,
        location: Location,
        (slot, form): (Slot, ParameterForm),
    ) -> (Slot, ParameterForm) {
        let ParameterForm::Object { style, explode, allow_reserved } = form else {
            return (slot, form);
        };
        let is_spread = match location {
            Location::Query => explode && style != Style::DeepObject,
            Location::Cookie => explode && style == Style::Cookie,
            Location::Path | Location::Header | Location::QueryString => false,
        };
        if is_spread {
            let form = self.spread(&slot, allow_reserved);
            return (slot, form);
        }
        self.look_at_members(&slot, style);
        (slot, form)
    }

    /// What a value that is written as text is in Rust, and how it is written.
    pub(super) fn text_form(
        &mut self,
        shape: &ParameterShape,
        owner: &str,
        role: &str,
        origin: &spec::Origin,
    ) -> (Slot, ParameterForm) {
        let hint = Hint { owner, role };
        match shape {
            ParameterShape::Content(media_type) => {
                if media_type.is_json() {
                    return (self.content_slot(media_type, hint), ParameterForm::Json);
                }
                let form = ParameterForm::Text { style: Style::Simple, allow_reserved: false };
                // Its type is declared all the same: other places may use it.
                let slot = self.content_slot(media_type, hint);
                let is_value = media_type.name.starts_with("text/")
                    && !matches!(self.resolved(&slot.ty), Type::Any | Type::Null)
                    && self.is_single(&slot.ty);
                (if is_value { slot } else { Slot::plain(Type::String) }, form)
            }
            ParameterShape::Schema { schema, style, explode, allow_reserved } => {
                let slot = without_null(self.slot(*schema, hint));
                // Whether it is a list or an object is known when its type is.
                self.drain();
                let slot = self.asked(*schema, slot, (&hint.name(), "A parameter."));
                let is_list = matches!(self.resolved(&slot.ty), Type::Array(_));
                if *style == Style::DeepObject && is_list {
                    self.undefined_style(origin);
                }
                self.styled(slot, *style, *explode, *allow_reserved, origin)
            }
        }
    }

    /// What a parameter holds that is content.
    fn content_slot(&mut self, media_type: &MediaType, hint: Hint<'_>) -> Slot {
        let Some(id) = media_type.schema else { return Slot::plain(Type::Any) };
        let slot = self.slot(id, hint);
        self.drain();
        self.asked(id, without_null(slot), (&hint.name(), "A parameter."))
    }

    pub(super) fn styled(
        &mut self,
        slot: Slot,
        style: Style,
        explode: bool,
        allow_reserved: bool,
        origin: &spec::Origin,
    ) -> (Slot, ParameterForm) {
        let single = if style == Style::DeepObject { Style::Form } else { style };
        let text = ParameterForm::Text { style: single, allow_reserved };
        let list = ParameterForm::List { style: single, explode, allow_reserved };
        match self.resolved(&slot.ty) {
            Type::Array(item) if self.is_single(&item.ty) => (slot, list),
            Type::Object | Type::Map(_) => {
                (slot, ParameterForm::Object { style, explode, allow_reserved })
            }
            Type::Named(id) => match &self.types[id.0 as usize].kind {
                Kind::Struct(_) => (slot, ParameterForm::Object { style, explode, allow_reserved }),
                Kind::Newtype(inner) => match self.resolved(&inner.ty) {
                    Type::Array(item) if self.is_single(&item.ty) => (slot, list),
                    ty if self.is_single(&ty) => (slot, text),
                    Type::Object | Type::Map(_) => {
                        (slot, ParameterForm::Object { style, explode, allow_reserved })
                    }
                    _ => self.as_json(slot, origin),
                },
                Kind::Enum(_) => (slot, text),
                Kind::Union(union) => {
                    let slots = union.variants.iter().map(UnionVariant::slot);
                    let types = slots.map(|slot| slot.map_or(Type::Object, |slot| slot.ty.clone()));
                    self.union_as_text(slot, &types.collect::<Vec<_>>(), text, list, origin)
                }
                Kind::Alias(_) => self.as_json(slot, origin),
            },
            ty if self.is_single(&ty) => (slot, text),
            _ => self.as_json(slot, origin),
        }
    }

    /// A single value or a list of such is a list: one alone is a list of one.
    fn union_as_text(
        &mut self,
        slot: Slot,
        types: &[Type],
        text: ParameterForm,
        list: ParameterForm,
        origin: &spec::Origin,
    ) -> (Slot, ParameterForm) {
        if types.iter().all(|ty| self.is_single(ty)) {
            return (slot, text);
        }
        let lists = types
            .iter()
            .find(|ty| matches!(self.resolved(ty), Type::Array(item) if self.is_single(&item.ty)));
        if let Some(ty) = lists.cloned() {
            return (Slot::plain(ty), list);
        }
        self.as_json(slot, origin)
    }

    fn as_json(&mut self, slot: Slot, origin: &spec::Origin) -> (Slot, ParameterForm) {
        self.note(Finding::warning(
            "value-without-a-style",
            origin.clone(),
            "no style can write such a value as text, so it is written as JSON",
        ));
        (slot, ParameterForm::Json)
    }

    pub(super) fn is_single(&self, ty: &Type) -> bool {
        matches!(self.resolved(ty), Type::Any) || is_text(&self.types, ty, 0)
    }

    /// What an alias stands for.
    pub(super) fn resolved(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        for _ in 0..=self.types.len() {
            let Type::Named(id) = &ty else { break };
            let Kind::Alias(slot) = &self.types[id.0 as usize].kind else { break };
            ty = slot.ty.clone();
        }
        ty
    }
}

pub(super) fn without_null(slot: Slot) -> Slot {
    if let Type::Nullable(inner) = slot.ty { *inner } else { slot }
}
