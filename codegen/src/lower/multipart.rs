//! Bodies of parts: a part a property (OAS 3.0.3 §4.7.14.2 to §4.7.14.4).

use spec::is_json;
use spec::model::{Encoding, MediaType, Schema, SchemaId, Style};

use super::shape::{Shape, is_closed};
use super::{Hint, Lowerer, order};
use crate::Finding;
use crate::ir::operation::{ContentKind, HeaderField, ParameterForm, Part, PartKind, Parts};
use crate::ir::schema::{Keyword, Keywords};
use crate::ir::types::{Kind, Rules, Sender, Slot, Type};
use crate::names::{Scope, snake};

impl Lowerer<'_> {
    /// The struct of the parts, where the schema is an object that names its members.
    pub(super) fn multipart(&mut self, media_type: &MediaType, owner: &str) -> ContentKind {
        let Some(id) = media_type.schema else { return ContentKind::Multipart(None) };
        let schema = self.merge_all(id);
        if schema.properties.is_empty() {
            self.unread(media_type, "the schema names no parts, so the body is bytes");
            return ContentKind::Multipart(None);
        }
        let stem = owner.strip_suffix("Request").unwrap_or(owner);
        let rust = self.take_beside_types(format!("{stem}Parts"), "OfBody");
        let mut scope = Scope::default();
        let mut parts = Vec::new();
        for (name, id) in order::properties(&schema) {
            let field = scope.take(snake(name, "part"));
            // Requests alone are of parts, and what only servers send is not required of them.
            let required = schema.required.contains(name) && self.sender(id) != Sender::Server;
            let encoding = media_type.encoding.get(name);
            let mut part = self.part(name, id, field, required, (encoding, &rust));
            part.headers = self.part_headers(&part, encoding, &rust, &mut scope);
            parts.push(part);
        }
        let together = self.asked_together(id, &schema);
        let is_closed = is_closed(&schema);
        ContentKind::Multipart(Some(Parts { rust, parts, is_closed, together }))
    }

    /// The header fields of a part (OAS 3.1.1 §4.8.15.1), but for those that say what it is called and of which type.
    fn part_headers(
        &mut self,
        part: &Part,
        encoding: Option<&Encoding>,
        owner: &str,
        scope: &mut Scope,
    ) -> Vec<HeaderField> {
        const OWN: [&str; 2] = ["content-type", "content-disposition"];
        let Some(encoding) = encoding else { return Vec::new() };
        let written = order::sorted(&encoding.headers).into_iter();
        let written =
            written.filter(|(name, _)| !OWN.iter().any(|own| name.eq_ignore_ascii_case(own)));
        let is_one = match &part.kind {
            PartKind::File => true,
            PartKind::Files(_) => false,
            PartKind::Value { form, .. } => {
                !matches!(form, ParameterForm::List { .. } | ParameterForm::JsonItems)
            }
        };
        let mut headers = Vec::new();
        for (name, header) in written {
            if !is_one {
                self.note(Finding::warning(
                    "untyped-part-header",
                    header.origin.clone(),
                    "the header fields of a part that may come more than once are neither sent nor read",
                ));
                continue;
            }
            let role = format!("{} {name}", part.wire);
            let rust = scope.take(snake(&role, "header"));
            headers.push(self.header_field((name, header), rust, owner, &role));
        }
        headers
    }

    /// What is asked of all parts together, as far as it is about which there are: they are never one JSON value, so what
    /// is asked of their contents together isn't checked.
    fn asked_together(&mut self, id: SchemaId, schema: &Schema) -> Keywords {
        let of_each = |asked: &Keyword| matches!(asked, Keyword::Properties(_));
        let asked = self.unsaid(id).into_iter().filter(|asked| !of_each(asked));
        let (mut together, others): (Keywords, Keywords) = asked.partition(Keyword::is_of_names);
        if !others.is_empty() {
            self.note(Finding::warning(
                "unchecked-parts",
                self.contract.schema(id).origin.clone(),
                "what the schema asks of the contents of several parts together isn't checked: each is checked by itself",
            ));
        }
        let counts = self.member_rules(schema);
        together.extend((!counts.is_empty()).then_some(Keyword::Rules(counts)));
        together
    }

    fn part(
        &mut self,
        name: &str,
        id: SchemaId,
        rust: String,
        required: bool,
        (encoding, owner): (Option<&Encoding>, &str),
    ) -> Part {
        let schema = self.contract.schema(id);
        let file = self.file_part(schema, encoding);
        let kind = file.or_else(|| self.file_among(schema, encoding));
        let kind = kind.unwrap_or_else(|| self.value_part(name, id, encoding, owner));
        let slot = match &kind {
            PartKind::Value { slot, .. } => Some(&**slot),
            PartKind::File | PartKind::Files(_) => None,
        };
        let docs = self.member_docs(name, id, slot);
        Part { rust, wire: name.to_owned(), kind, required, headers: Vec::new(), docs }
    }

    /// A part that is a file, or several.
    fn file_part(&self, schema: &Schema, encoding: Option<&Encoding>) -> Option<PartKind> {
        if schema.is_file(encoding) {
            return Some(PartKind::File);
        }
        let items = self.contract.schema(schema.items?);
        items.is_file(encoding).then(|| PartKind::Files(self.array_rules(schema)))
    }

    /// A part that may be a file, or several: one can be sent whatever else the part may be.
    fn file_among(&mut self, schema: &Schema, encoding: Option<&Encoding>) -> Option<PartKind> {
        let alternatives = schema.one_of.iter().chain(&schema.any_of);
        let alternatives = alternatives.map(|id| self.contract.schema(*id));
        let alternatives = alternatives.filter(|it| self.shape(it) != Shape::Nothing);
        let kinds: Vec<Option<PartKind>> =
            alternatives.map(|alternative| self.file_part(alternative, encoding)).collect();
        if kinds.contains(&None) && kinds.iter().any(Option::is_some) {
            self.note(Finding::warning(
                "untyped-part",
                schema.origin.clone(),
                "the part may be a file, so what else it may be is sent and read as a file, too",
            ));
        }
        // One file is a list of one.
        let has_list = kinds.iter().flatten().any(|kind| *kind != PartKind::File);
        let file = kinds.into_iter().flatten().next()?;
        Some(if has_list { PartKind::Files(Rules::default()) } else { file })
    }

    fn value_part(
        &mut self,
        name: &str,
        id: SchemaId,
        encoding: Option<&Encoding>,
        owner: &str,
    ) -> PartKind {
        let slot = match self.slot(id, Hint { owner, role: name }) {
            Slot { ty: Type::Nullable(inner), .. } => *inner,
            slot => slot,
        };
        self.drain();
        let slot = self.asked(id, slot, (&Hint { owner, role: name }.name(), "A part."));
        let told = encoding.and_then(|encoding| encoding.content_type.clone());
        let told = told.filter(|told| !told.contains([',', '*']));
        let origin = self.contract.schema(id).origin.clone();
        let is_json = told.as_deref().is_some_and(is_json);
        let form = if !is_json && self.is_textual_list_or_single(&slot.ty) {
            self.styled(slot.clone(), Style::Form, true, false, &origin).1
        } else if matches!(self.within(&slot.ty), Type::Array(_)) {
            ParameterForm::JsonItems
        } else {
            ParameterForm::Json
        };
        let media_type = match form {
            ParameterForm::Json | ParameterForm::JsonItems => {
                if let Some(encoding) = encoding.filter(|_| told.is_some() && !is_json) {
                    self.unwritable(&encoding.origin);
                }
                let told = told.filter(|_| is_json);
                Some(told.unwrap_or_else(|| "application/json".to_owned()))
            }
            _ => told,
        };
        self.look_at_style(&slot.ty, encoding);
        PartKind::Value { slot: Box::new(slot), form, media_type }
    }

    /// What an alias or a newtype stands for.
    fn within(&self, ty: &Type) -> Type {
        match self.resolved(ty) {
            Type::Named(id) => match &self.types[id.0 as usize].kind {
                Kind::Newtype(inner) => self.resolved(&inner.ty),
                _ => Type::Named(id),
            },
            ty => ty,
        }
    }

    /// What isn't is JSON without further ado: that's what OpenAPI says of objects, and of each object of an array.
    fn is_textual_list_or_single(&self, ty: &Type) -> bool {
        match self.within(ty) {
            Type::Array(item) => super::usage::is_text(&self.types, &item.ty, 0),
            Type::Any => true,
            ty => super::usage::is_text(&self.types, &ty, 0),
        }
    }
}
