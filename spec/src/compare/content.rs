//! Bodies: whether there is one, and in which media types.

use indexmap::IndexMap;

use super::engine::Form;
use super::operations::Exchange;
use super::rules::Direction;
use super::table::Fact;
use crate::model::{Encoding, MediaType, SchemaId};
use crate::{Contract, Origin};

type Content = IndexMap<String, MediaType>;

impl<'a> Exchange<'_, 'a> {
    pub(super) fn compare_body(&mut self) {
        let direction = Direction::Request;
        let (old, new) = match (&self.old.body, &self.new.body) {
            (None, None) => return,
            (Some(old), Some(new)) => (old, new),
            (Some(old), None) => {
                let at = (old.origin.clone(), self.new.origin.clone());
                let message = "request body is gone".to_owned();
                return self.state(Fact::BodyRemoved, direction, at, message);
            }
            (None, Some(new)) => {
                let at = (self.old.origin.clone(), new.origin.clone());
                let (fact, kind) = if new.required {
                    (Fact::RequiredBodyAdded, "required")
                } else {
                    (Fact::OptionalBodyAdded, "optional")
                };
                return self.state(fact, direction, at, format!("{kind} request body is new"));
            }
        };
        let at = (old.origin.child("required"), new.origin.child("required"));
        match (old.required, new.required) {
            (false, true) => {
                let message = "request body is required now".to_owned();
                self.state(Fact::BodyBecameRequired, direction, at, message);
            }
            (true, false) => {
                let message = "request body is no longer required".to_owned();
                self.state(Fact::BodyBecameOptional, direction, at, message);
            }
            _ => {}
        }
        let places = (&old.origin, &new.origin);
        self.compare_content((&old.content, &new.content), places, direction, "request body");
    }

    /// Compares the media types of a body.
    pub(super) fn compare_content(
        &mut self,
        (old, new): (&'a Content, &'a Content),
        places: (&'a Origin, &'a Origin),
        direction: Direction,
        noun: &str,
    ) {
        let mut kept = Vec::new();
        for media_type in new.values() {
            match find(old, media_type) {
                Some((before, breadth)) => {
                    kept.push(before.name.as_str());
                    self.compare_media_type((before, media_type), breadth, direction, noun);
                }
                None => {
                    let at = (places.0.clone(), media_type.origin.clone());
                    let message = format!("{noun} may be `{}` now", media_type.name);
                    self.state(Fact::MediaTypeAdded, direction, at, message);
                }
            }
        }
        for media_type in old.values().filter(|old| !kept.contains(&old.name.as_str())) {
            match find(new, media_type) {
                Some((after, breadth)) => {
                    self.compare_media_type((media_type, after), breadth.flip(), direction, noun);
                }
                None => {
                    let at = (media_type.origin.clone(), places.1.clone());
                    let message = format!("{noun} may no longer be `{}`", media_type.name);
                    self.state(Fact::MediaTypeRemoved, direction, at, message);
                }
            }
        }
    }

    fn compare_media_type(
        &mut self,
        (old, new): (&'a MediaType, &'a MediaType),
        breadth: Breadth,
        direction: Direction,
        noun: &str,
    ) {
        let at = || (old.origin.clone(), new.origin.clone());
        let fact = match breadth {
            Breadth::Same => None,
            Breadth::Wider => Some(Fact::MediaTypeWidened),
            Breadth::Narrower => Some(Fact::MediaTypeNarrowed),
        };
        if let Some(fact) = fact {
            let message = format!("{noun} may be `{}` in place of `{}`", new.name, old.name);
            self.state(fact, direction, at(), message);
        }
        let names = old.encoding.keys().chain(new.encoding.keys());
        let differs =
            |name: &&String| !same_encoding(old.encoding.get(*name), new.encoding.get(*name));
        let differing: indexmap::IndexSet<_> = names.filter(differs).collect();
        for name in differing {
            let message = format!("{noun}: the part `{name}` is encoded in another way");
            let at = (old.origin.child("encoding"), new.origin.child("encoding"));
            self.state(Fact::EncodingChanged, direction, at, message);
        }
        if !same_by_place(old, new) {
            let message = format!("{noun}: parts are encoded in another way by their places");
            self.state(Fact::EncodingChanged, direction, at(), message);
        }
        self.compare_schemas((old, new), direction, noun);
    }

    /// The content as a whole, and the items of a sequence.
    fn compare_schemas(
        &mut self,
        (old, new): (&'a MediaType, &'a MediaType),
        direction: Direction,
        noun: &str,
    ) {
        let at = (&old.origin, &new.origin);
        if old.item_schema.is_some() == new.item_schema.is_some() {
            self.value((old.schema, new.schema), at, (direction, Form::Content), noun);
        }
        if old.item_schema.is_some() || new.item_schema.is_some() {
            let (was, is) = (self.engine.old.contract, self.engine.new.contract);
            let items = (items(was, old), items(is, new));
            self.value(items, at, (direction, Form::Content), &format!("item of the {noun}"));
        }
    }
}

/// What the items of a sequence must match. Before OAS 3.2 `schema` told: it describes one of them, or their array.
fn items(contract: &Contract, media_type: &MediaType) -> Option<SchemaId> {
    let whole = || media_type.schema.map(|id| contract.schema(id).items.unwrap_or(id));
    media_type.item_schema.or_else(whole)
}

/// How much of what the old media type admits the new one does.
#[derive(Clone, Copy)]
enum Breadth {
    Same,
    Wider,
    Narrower,
}

impl Breadth {
    fn flip(self) -> Self {
        match self {
            Self::Same => Self::Same,
            Self::Wider => Self::Narrower,
            Self::Narrower => Self::Wider,
        }
    }
}

/// The media type that stands for this one among others, and how this one compares to it.
fn find<'a>(content: &'a Content, media_type: &MediaType) -> Option<(&'a MediaType, Breadth)> {
    if let Some(same) = content.get(&media_type.name) {
        return Some((same, Breadth::Same));
    }
    let name = essence(&media_type.name);
    let named = |wanted: &str| content.values().find(|other| essence(&other.name) == wanted);
    if let Some(same) = named(&name) {
        return Some((same, Breadth::Same));
    }
    let family = name.split('/').next().map(|family| format!("{family}/*")).unwrap_or_default();
    if let Some(range) = named(&family).or_else(|| named("*/*")) {
        return Some((range, Breadth::Narrower));
    }
    let prefix = name.strip_suffix('*').map(|prefix| prefix.replace("*/", ""))?;
    let within = content.values().find(|other| essence(&other.name).starts_with(&prefix));
    within.map(|other| (other, Breadth::Wider))
}

/// In lower case, without what says nothing: JSON is UTF-8 anyway (RFC 8259, section 8.1).
fn essence(name: &str) -> String {
    let lower: String = name.to_ascii_lowercase().split_whitespace().collect();
    match lower.split_once(';') {
        Some((json, "charset=utf-8")) if json.ends_with("json") => json.to_owned(),
        _ => lower,
    }
}

/// Encodings that say the same; what is said by place or in nested parts, too. (Headers of parts aren't compared.)
fn same_encoding(old: Option<&Encoding>, new: Option<&Encoding>) -> bool {
    let (old, new) = match (old, new) {
        (None, None) => return true,
        (Some(old), Some(new)) => (old, new),
        // An encoding that says nothing is none.
        (Some(only), None) | (None, Some(only)) => return is_silent(only),
    };
    let said = |e: &Encoding| (e.content_type.clone(), e.style, e.explode, e.allow_reserved);
    let mut names = old.encoding.keys().chain(new.encoding.keys());
    said(old) == said(new)
        && names.all(|name| same_encoding(old.encoding.get(name), new.encoding.get(name)))
        && same_list(&old.prefix_encoding, &new.prefix_encoding)
        && same_encoding(old.item_encoding.as_deref(), new.item_encoding.as_deref())
}

fn is_silent(encoding: &Encoding) -> bool {
    let Encoding { content_type, style, explode, allow_reserved, .. } = encoding;
    let nested = encoding.encoding.is_empty()
        && encoding.prefix_encoding.is_empty()
        && encoding.item_encoding.is_none();
    nested && content_type.is_none() && style.is_none() && explode.is_none() && !allow_reserved
}

fn same_by_place(old: &MediaType, new: &MediaType) -> bool {
    same_list(&old.prefix_encoding, &new.prefix_encoding)
        && same_encoding(old.item_encoding.as_ref(), new.item_encoding.as_ref())
}

fn same_list(old: &[Encoding], new: &[Encoding]) -> bool {
    let longest = old.len().max(new.len());
    (0..longest).all(|place| same_encoding(old.get(place), new.get(place)))
}
