//! Bodies: what a media type and its schema are in Rust.

use indexmap::IndexMap;
use spec::Finding;
use spec::model::{JsonType, MediaType};

use super::media_type::Named;
use super::parameter::without_null;
use super::{Hint, Lowerer, order};
use crate::ir::operation::{Content, ContentKind, Framing};
use crate::ir::types::{Kind, Slot, Type};
use crate::names::{Scope, pascal};

/// What a body stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    Request,
    Success,
    Failure,
}

impl Lowerer<'_> {
    /// One content a media type; `owner` is in front of the names of types without a name. In requests and in
    /// successes, bytes and sequences come piece by piece.
    pub(super) fn contents(
        &mut self,
        written: &IndexMap<String, MediaType>,
        owner: &str,
        carrier: Carrier,
    ) -> Vec<Content> {
        let streamed = carrier != Carrier::Failure;
        let mut scope = Scope::with(&["Self"]);
        let mut contents: Vec<Content> = Vec::new();
        for (named, media_type) in self.different(written) {
            let Named { essence, sent, is_utf8, .. } = &named;
            let framing = streamed.then(|| framing(essence)).flatten();
            let kind = match framing {
                Some(framing) => self.items(framing, media_type, owner),
                None if *essence == "multipart/form-data" && carrier == Carrier::Request => {
                    self.multipart(media_type, owner)
                }
                None if !is_utf8 => {
                    self.unread(media_type, "text that isn't UTF-8 is bytes");
                    if streamed { ContentKind::Stream } else { ContentKind::Bytes }
                }
                None => match self.content_kind(essence, media_type, owner, carrier) {
                    ContentKind::Bytes if streamed => ContentKind::Stream,
                    kind => kind,
                },
            };
            if essence.contains('*') && essence.ends_with("+json") {
                self.note(Finding::note(
                    "media-type-range",
                    media_type.origin.clone(),
                    format!("`{essence}` is a range: what is sent says `application/json`"),
                ));
            }
            let is_alone =
                written.keys().filter(|name| spec::model::essence(name) == *essence).count() == 1;
            let distinction = if is_alone { String::new() } else { named.distinction() };
            let rust = content_name(essence) + &distinction;
            // `text/json` beside `application/json`.
            let rust =
                scope.take_or(rust, || vec![pascal(essence, "Content"), pascal(sent, "Content")]);
            contents.push(Content { media_type: sent.clone(), rust, kind });
        }
        contents
    }

    /// The media types without those that nothing tells from one before them.
    fn different<'m>(
        &mut self,
        written: &'m IndexMap<String, MediaType>,
    ) -> Vec<(Named, &'m MediaType)> {
        let mut different: Vec<(Named, &MediaType)> = Vec::new();
        for (_, media_type) in order::contents(written) {
            let named = self.named(media_type);
            match different.iter().find(|(known, _)| known.is_same(&named)) {
                None => different.push((named, media_type)),
                Some((known, _)) => {
                    let message =
                        format!("`{}` is there already, as `{}`", media_type.name, known.sent);
                    let at = media_type.origin.clone();
                    self.note(Finding::note("same-media-type", at, message));
                }
            }
        }
        different
    }

    fn content_kind(
        &mut self,
        essence: &str,
        media_type: &MediaType,
        owner: &str,
        carrier: Carrier,
    ) -> ContentKind {
        let is_any = essence == "*/*" || essence == "application/*";
        if media_type.is_json() || is_any && !self.is_binary(media_type) {
            return ContentKind::Json(self.body_slot(media_type, owner));
        }
        if essence == "application/x-www-form-urlencoded" {
            return self.form(media_type, owner, carrier);
        }
        if essence.starts_with("multipart/") {
            self.unread(
                media_type,
                "only parts of `multipart/form-data` in requests are typed, so this is bytes",
            );
            return ContentKind::Multipart(None);
        }
        if essence.starts_with("text/") {
            return self.text_content(essence, media_type, owner);
        }
        if !self.is_binary(media_type) {
            self.unread(media_type, "a body of this media type is bytes, whatever its schema says");
        }
        ContentKind::Bytes
    }

    /// Text: a value where its schema is that of a number, a boolean, or of text with rules (OAS 3.1.1 §4.8.14: the schema
    /// defines the content).
    fn text_content(&mut self, essence: &str, media_type: &MediaType, owner: &str) -> ContentKind {
        if media_type.schema.is_none() || essence.contains('*') {
            return ContentKind::Text;
        }
        let slot = without_null(self.body_slot(media_type, owner));
        self.drain();
        match self.resolved(&slot.ty) {
            Type::String | Type::Any | Type::Null => ContentKind::Text,
            ty if self.is_single(&ty) => ContentKind::Value(slot),
            _ => {
                self.unread(media_type, "text is no array or object, so this is text as it is");
                ContentKind::Text
            }
        }
    }

    /// The items of a sequence. `itemSchema` (OAS 3.2) describes one; so does `schema`, unless it is that of an array: then
    /// it describes all of them.
    fn items(&mut self, framing: Framing, media_type: &MediaType, owner: &str) -> ContentKind {
        let whole = media_type.schema.map(|id| {
            let items = self.contract.schema(id).items;
            items.unwrap_or(id)
        });
        let Some(id) = media_type.item_schema.or(whole) else {
            return match framing {
                Framing::Events => {
                    ContentKind::Items(Framing::TextEvents, Slot::plain(Type::String))
                }
                _ => ContentKind::Items(framing, Slot::plain(Type::Any)),
            };
        };
        let slot = self.slot(id, Hint { owner, role: "item" });
        self.drain();
        let slot = self.asked(id, slot, (&format!("{owner}Item"), "An item."));
        let framing = match framing {
            Framing::Events => self.framing_of_events(&slot),
            framing => framing,
        };
        match framing {
            Framing::TextEvents => ContentKind::Items(framing, Slot::plain(Type::String)),
            _ => ContentKind::Items(framing, slot),
        }
    }

    /// Whether a schema describes an event, or the data of one: text, or else JSON.
    fn framing_of_events(&self, slot: &Slot) -> Framing {
        match self.resolved(&slot.ty) {
            Type::String => Framing::TextEvents,
            Type::Named(id) => match &self.types[id.0 as usize].kind {
                Kind::Struct(object) => {
                    let is_known =
                        |name: &str| matches!(name, "event" | "data" | "id" | "retry" | "comment");
                    let mut fields = object.fields.iter().map(|field| field.wire.as_str());
                    let has_data = fields.clone().any(|name| name == "data");
                    let is_event = has_data && object.fields.len() > 1 && fields.all(is_known);
                    if is_event { Framing::EventObjects } else { Framing::Events }
                }
                _ => Framing::Events,
            },
            _ => Framing::Events,
        }
    }

    pub(super) fn unread(&mut self, media_type: &MediaType, message: &str) {
        if media_type.schema.is_some() {
            self.note(Finding::warning("untyped-body", media_type.origin.clone(), message));
        }
    }

    fn is_binary(&self, media_type: &MediaType) -> bool {
        media_type.schema.is_none_or(|id| {
            let schema = self.contract.schema(id);
            schema.types.contains(JsonType::String) && schema.format.as_deref() == Some("binary")
                || schema.types.single() == Some(JsonType::String)
        })
    }

    fn form(&mut self, media_type: &MediaType, owner: &str, carrier: Carrier) -> ContentKind {
        let slot = self.body_slot(media_type, owner);
        self.drain();
        let is_object = match self.resolved(&slot.ty) {
            Type::Object | Type::Map(_) => true,
            Type::Named(id) => matches!(self.types[id.0 as usize].kind, Kind::Struct(_)),
            _ => false,
        };
        if is_object {
            let members = self.form_members(&slot, media_type, carrier == Carrier::Request);
            return ContentKind::Form(slot, members);
        }
        self.unread(media_type, "a form whose schema is no plain object is bytes");
        ContentKind::Bytes
    }

    /// The type of a body. One with rules of its own gets a name, so that a type alone says all there is to check.
    fn body_slot(&mut self, media_type: &MediaType, owner: &str) -> Slot {
        let Some(id) = media_type.schema else { return Slot::plain(Type::Any) };
        let slot = self.slot(id, Hint { owner, role: "body" });
        let keywords = self.unsaid_of_part(id);
        if !has_rules(&slot) && keywords.is_empty() {
            return slot;
        }
        self.named_use(id, slot, keywords, (&format!("{owner}Content"), "A body."))
    }
}

/// Whether a use has rules beside those of the types it names.
pub(super) fn has_rules(slot: &Slot) -> bool {
    if !slot.rules.is_empty() {
        return true;
    }
    match &slot.ty {
        Type::Nullable(inner) | Type::Array(inner) | Type::Map(inner) => has_rules(inner),
        _ => false,
    }
}

/// How the items of a sequential media type stand in it (OAS 3.2 §4.14.2 lists the kinds).
fn framing(essence: &str) -> Option<Framing> {
    let subtype = essence.split_once('/').map_or(essence, |(_, subtype)| subtype);
    match subtype.strip_prefix("x-").unwrap_or(subtype) {
        "event-stream" if essence == "text/event-stream" => Some(Framing::Events),
        "ndjson" | "jsonl" | "jsonlines" | "json-lines" | "ldjson" | "json-stream" => {
            Some(Framing::Lines)
        }
        "json-seq" => Some(Framing::Records),
        other if other.ends_with("+json-seq") => Some(Framing::Records),
        _ => None,
    }
}

fn content_name(essence: &str) -> String {
    match essence {
        "application/json" => "Json".to_owned(),
        "application/x-www-form-urlencoded" => "Form".to_owned(),
        "application/octet-stream" => "Bytes".to_owned(),
        "text/plain" => "Text".to_owned(),
        "text/event-stream" => "Events".to_owned(),
        "*/*" => "Any".to_owned(),
        _ => {
            let subtype = essence.split_once('/').map_or(essence, |(ty, subtype)| match subtype {
                "*" => ty,
                _ => subtype,
            });
            pascal(subtype, "Content")
        }
    }
}
