//! The members of an object that are pairs of a form, of a query or of cookies: how each is written.
//!
//! Of forms OAS 3.1.1 §4.8.15 says: by `style` where one of `style`, `explode` and `allowReserved` is given, else by
//! `contentType`, which is JSON for objects, and of arrays is that of the items. 3.0.3 means the same, in fewer words.

use spec::model::{Encoding, Location, MediaType, Style, Version};
use spec::{Finding, Origin};

use super::Lowerer;
use super::usage::is_text;
use crate::ir::operation::{Parameter, ParameterForm};
use crate::ir::types::{Kind, Slot, Struct, Type, UnionVariant};

/// How far alternatives in each other are looked into.
const DEPTH: usize = 16;

/// What a value is to those who write it as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// A single value, or perhaps a list of such.
    Single,
    /// A list of single values.
    List,
    /// An object.
    Object,
    /// A list of others.
    Items,
    /// One of these, or all else.
    Mixed,
}

impl Written {
    fn is_plain(self) -> bool {
        matches!(self, Self::Single | Self::List)
    }

    /// The value as JSON, item by item where it is a list.
    fn json(self) -> ParameterForm {
        match self {
            Self::List | Self::Items => ParameterForm::JsonItems,
            Self::Single | Self::Object | Self::Mixed => ParameterForm::Json,
        }
    }

    /// The value as what it is: text, or JSON where it is none.
    fn default(self) -> ParameterForm {
        if self == Self::Mixed { ParameterForm::TextOrJson } else { self.json() }
    }

    fn of_alternatives(all: &[Self]) -> Self {
        if all.iter().all(|one| one.is_plain()) {
            // One alone is written as a list of one.
            return Self::Single;
        }
        match all {
            [first, others @ ..] if others.iter().all(|one| one == first) => *first,
            _ => Self::Mixed,
        }
    }
}

/// The names under which a parameter stands in the query.
fn own_names(field: &Parameter) -> Vec<&str> {
    match &field.form {
        ParameterForm::Spread { own, .. } => own.iter().flatten().map(String::as_str).collect(),
        ParameterForm::Object { style: Style::DeepObject, .. } => Vec::new(),
        _ => vec![&field.wire],
    }
}

impl Lowerer<'_> {
    /// The members of a form that are written otherwise than forms are anyway; of an answer, `encoding` isn't asked.
    pub(super) fn form_members(
        &mut self,
        slot: &Slot,
        media_type: &MediaType,
        is_encoded: bool,
    ) -> Vec<(String, ParameterForm)> {
        let mut members = Vec::new();
        for (name, ty, origin) in self.members_of(&slot.ty) {
            let encoding = media_type.encoding.get(&name).filter(|_| is_encoded);
            if let Some(form) = self.member_form(&ty, encoding, &origin) {
                members.push((name, form));
            }
        }
        self.look_at_others(&slot.ty, &media_type.origin);
        members
    }

    /// An object that spreads its members, none of which says how it is written.
    pub(super) fn spread(&mut self, slot: &Slot, allow_reserved: bool) -> ParameterForm {
        let mut members = Vec::new();
        for (name, ty, origin) in self.members_of(&slot.ty) {
            let written = self.written(&ty);
            if !written.is_plain() {
                self.unstyled(&origin);
                members.push((name, written.default()));
            }
        }
        ParameterForm::Spread { own: self.own_names(&slot.ty), members, allow_reserved }
    }

    /// Tells of members that the styles which put an object into one text have no room for.
    pub(super) fn look_at_members(&mut self, slot: &Slot, style: Style) {
        for (_, ty, origin) in self.members_of(&slot.ty) {
            let written = self.written(&ty);
            let is_deep = style == Style::DeepObject && written == Written::Object;
            if !written.is_plain() && !is_deep {
                self.unstyled(&origin);
            }
        }
    }

    /// Tells of names of the query that two parameters write.
    pub(super) fn look_for_clashes(&mut self, fields: &[Parameter]) {
        let query = || fields.iter().filter(|field| field.location == Location::Query);
        let is_spread = |field: &&Parameter| matches!(field.form, ParameterForm::Spread { .. });
        for field in query().filter(is_spread) {
            let others = query().filter(|other| other.wire != field.wire);
            let mut others = others.filter(|other| !is_spread(other) || other.wire < field.wire);
            let own = own_names(field);
            let clash = others.find_map(|other| {
                let theirs = own_names(other);
                own.iter().find(|name| theirs.contains(name)).map(|name| (*name, other))
            });
            let Some((name, other)) = clash else { continue };
            let message = format!(
                "`{name}` is a member of `{}`, which spreads over the query (OAS 3.0.3 §4.7.12.2), and what `{}` is written \
                 as: each reads both",
                field.wire, other.wire
            );
            let finding = Finding::warning("clashing-names", field.origin.clone(), message);
            self.note(finding.also(other.origin.clone()));
        }
    }

    fn unstyled(&mut self, origin: &Origin) {
        self.note(Finding::warning(
            "member-without-a-style",
            origin.clone(),
            "no style can write such a member as text, so it is written as JSON (OAS 3.0.3 §4.7.12.2 leaves it open)",
        ));
    }

    fn member_form(
        &mut self,
        ty: &Type,
        encoding: Option<&Encoding>,
        origin: &Origin,
    ) -> Option<ParameterForm> {
        let written = self.written(ty);
        let is_styled = |encoding: &&Encoding| {
            encoding.style.is_some() || encoding.explode.is_some() || encoding.allow_reserved
        };
        match encoding.filter(is_styled) {
            Some(encoding) => self.styled_member(ty, written, encoding, origin),
            None => {
                let told = encoding.and_then(|encoding| encoding.content_type.as_deref());
                let is_json = told.is_some_and(|told| told.split(',').any(spec::is_json));
                let is_told = told.is_some_and(|told| !told.contains('*'));
                if !written.is_plain() && is_told && !is_json {
                    self.unwritable(encoding.map_or(origin, |encoding| &encoding.origin));
                }
                if is_json {
                    return Some(written.json());
                }
                (!written.is_plain()).then(|| written.default())
            }
        }
    }

    fn styled_member(
        &mut self,
        ty: &Type,
        written: Written,
        encoding: &Encoding,
        origin: &Origin,
    ) -> Option<ParameterForm> {
        let style = encoding.style.unwrap_or(Style::Form);
        let explode = encoding.explode.unwrap_or(style == Style::Form);
        let allow_reserved = encoding.allow_reserved;
        match written {
            Written::Single => None,
            Written::List if style == Style::DeepObject => {
                self.undefined_style(&encoding.origin);
                None
            }
            Written::List => {
                (!explode).then_some(ParameterForm::List { style, explode, allow_reserved })
            }
            // What is no object goes without brackets.
            Written::Mixed if style == Style::DeepObject => {
                Some(ParameterForm::Object { style, explode: true, allow_reserved })
            }
            Written::Object if style == Style::DeepObject || !explode => {
                self.look_at_members(&Slot::plain(ty.clone()), style);
                let explode = style == Style::DeepObject;
                Some(ParameterForm::Object { style, explode, allow_reserved })
            }
            Written::Object if style == Style::Form && self.own_names(ty).is_some() => {
                Some(self.spread(&Slot::plain(ty.clone()), allow_reserved))
            }
            Written::Object | Written::Items | Written::Mixed => {
                self.unstyled(origin);
                Some(written.default())
            }
        }
    }

    /// Tells of a member that is of a media type which nobody can make of it.
    pub(super) fn unwritable(&mut self, origin: &Origin) {
        self.note(Finding::warning(
            "unwritable-content-type",
            origin.clone(),
            "only JSON can be made of such a member, so it is JSON, whatever `contentType` says",
        ));
    }

    /// Tells of a part that would have a style of its own, which OAS has from 3.1 on.
    pub(super) fn look_at_style(&mut self, ty: &Type, encoding: Option<&Encoding>) {
        let Some(encoding) = encoding.filter(|_| self.contract.version > Version::V3_0) else {
            return;
        };
        let is_other = match self.written(ty) {
            Written::Single | Written::Mixed => false,
            Written::List => {
                encoding.explode == Some(false)
                    || encoding.style.is_some_and(|style| style != Style::Form)
            }
            Written::Object | Written::Items => {
                encoding.style.is_some() || encoding.explode.is_some()
            }
        };
        if is_other {
            self.note(Finding::warning(
                "style-of-a-part",
                encoding.origin.clone(),
                "parts have no style here (OAS 3.1.1 §4.8.15): each item is a part, and an object is JSON",
            ));
        }
    }

    /// Tells of a list whose style is for objects alone.
    pub(super) fn undefined_style(&mut self, origin: &Origin) {
        self.note(Finding::warning(
            "undefined-style",
            origin.clone(),
            "`deepObject` is for objects alone (OAS 3.0.3 §4.7.12.2), so each item of the list is a pair of this name",
        ));
    }

    /// Members of names that aren't known can't be told from text: what they hold must be text.
    fn look_at_others(&mut self, ty: &Type, origin: &Origin) {
        let item = match self.behind(ty) {
            Type::Map(item) => Some(item.ty),
            ty => self
                .members_struct(&ty)
                .and_then(|it| it.additional.as_ref().map(|it| it.slot.ty.clone())),
        };
        if item.is_some_and(|item| !self.written(&item).is_plain()) {
            self.note(Finding::warning(
                "untyped-members",
                origin.clone(),
                "members whose names aren't known are written as JSON where they are no text, and not read as that",
            ));
        }
    }

    /// The members that the contract names, with the types of their values.
    fn members_of(&self, ty: &Type) -> Vec<(String, Type, Origin)> {
        let fields = self.members_struct(ty).map(|it| it.fields.as_slice()).unwrap_or_default();
        let member = |field: &crate::ir::types::Field| {
            (field.wire.clone(), field.slot.ty.clone(), field.origin.clone())
        };
        fields.iter().map(member).collect()
    }

    /// The names that an object's members may have, where these are known.
    fn own_names(&self, ty: &Type) -> Option<Vec<String>> {
        let known = self.members_struct(ty).filter(|known| known.additional.is_none())?;
        let constants = known.constants.iter().map(|constant| &constant.wire);
        Some(constants.chain(known.fields.iter().map(|field| &field.wire)).cloned().collect())
    }

    fn members_struct(&self, ty: &Type) -> Option<&Struct> {
        self.struct_of(&self.behind(ty))
    }

    fn written(&self, ty: &Type) -> Written {
        self.written_within(ty, 0)
    }

    fn written_within(&self, ty: &Type, depth: usize) -> Written {
        match self.behind(ty) {
            // Alternatives may contain themselves.
            _ if depth > DEPTH => Written::Mixed,
            Type::Any => Written::Single,
            ty if is_text(&self.types, &ty, 0) => Written::Single,
            Type::Array(item) => match self.written_within(&item.ty, depth + 1) {
                Written::Single => Written::List,
                _ => Written::Items,
            },
            Type::Object | Type::Map(_) => Written::Object,
            Type::Named(id) => match &self.types[id.0 as usize].kind {
                Kind::Struct(_) => Written::Object,
                Kind::Union(union) => {
                    let slots = union.variants.iter().map(UnionVariant::slot);
                    let of = |slot: Option<&Slot>| {
                        slot.map_or(Written::Object, |it| self.written_within(&it.ty, depth + 1))
                    };
                    Written::of_alternatives(&slots.map(of).collect::<Vec<_>>())
                }
                _ => Written::Mixed,
            },
            _ => Written::Mixed,
        }
    }

    /// What an alias, a newtype, a box or null beside it stands for.
    fn behind(&self, ty: &Type) -> Type {
        let mut ty = self.resolved(ty);
        for _ in 0..DEPTH {
            ty = match ty {
                Type::Boxed(inner) => self.resolved(&inner),
                Type::Nullable(inner) => self.resolved(&inner.ty),
                Type::Named(id) => match &self.types[id.0 as usize].kind {
                    Kind::Newtype(inner) => self.resolved(&inner.ty),
                    _ => return Type::Named(id),
                },
                ty => return ty,
            };
        }
        ty
    }
}
