//! Bodies of parts: a part a member (OAS 3.0.3 §4.7.14.2), files as the smallest that are whole.

use spec::model::{Encoding, MediaType, SchemaId};
use spec::parts::is_file;

use super::file::of_type;
use crate::case::{Content, Part, PartContent, Template, Text};
use crate::expression::value_text;
use crate::plan::Planner;
use crate::sample::{Choice, Location, Merged, Segment};

/// What a file is called that nothing calls otherwise.
const FILE_NAME: &str = "conformance";

impl Planner<'_> {
    /// An object as parts.
    pub(in crate::plan) fn parts(
        &self,
        media_type: &MediaType,
        template: &Template,
    ) -> Option<Content> {
        let Template::Object(members) = template else { return None };
        let properties = self.part_schemas(media_type);
        let mut parts = Vec::new();
        for (name, member) in &**members {
            let encoding = media_type.encoding.get(name);
            let ids = properties.iter().find(|(own, _)| own == name).map(|(_, ids)| ids.as_slice());
            let file = ids.and_then(|ids| self.file_of(ids, encoding));
            let values = match member {
                Template::Array(items) => items.to_vec(),
                one => vec![one.clone()],
            };
            for value in values {
                parts.push(match file {
                    Some((media_type, bytes)) => file_part(name, media_type, bytes),
                    None => value_part(name, value, encoding)?,
                });
            }
        }
        Some(Content::Multipart(parts))
    }

    /// Whether a place of a body is in a part that is a file, so that what the schema says of its text says nothing.
    pub(in crate::plan) fn is_in_file(&self, media_type: &MediaType, place: &Location) -> bool {
        let Some(Segment::Member(name)) = place.0.first() else { return false };
        let properties = self.part_schemas(media_type);
        let own = properties.iter().find(|(own, _)| own == name);
        own.is_some_and(|(_, ids)| self.file_of(ids, media_type.encoding.get(name)).is_some())
    }

    fn part_schemas(&self, media_type: &MediaType) -> Vec<(String, Vec<SchemaId>)> {
        let Some(schema) = media_type.schema else { return Vec::new() };
        let body = Merged::of(self.contract, &[schema], Choice::default());
        let properties = body.properties().into_iter();
        properties.map(|(name, ids)| (name.to_owned(), ids)).collect()
    }

    /// Media type and content of a part that is a file, or an array of them.
    fn file_of(
        &self,
        ids: &[SchemaId],
        encoding: Option<&Encoding>,
    ) -> Option<(&'static str, &'static [u8])> {
        let merged = Merged::of(self.contract, ids, Choice::default());
        let items = merged.item(0);
        let inner = Merged::of(self.contract, &items, Choice::default());
        let own = merged.parts.iter().chain(&inner.parts).map(|(_, schema)| *schema);
        let schema = own.into_iter().find(|schema| is_file(schema, encoding))?;
        let told = encoding.and_then(|encoding| encoding.content_type.as_deref());
        let told = schema.content_media_type.as_deref().or(told).unwrap_or("*/*");
        let mut named = told.split(',').map(str::trim);
        named.find_map(of_type).or_else(|| of_type("*/*"))
    }
}

fn file_part(name: &str, media_type: &str, bytes: &[u8]) -> Part {
    Part {
        name: name.to_owned(),
        filename: Some(FILE_NAME.to_owned()),
        content_type: Some(media_type.to_owned()),
        content: PartContent::Bytes(bytes.to_vec()),
    }
}

fn value_part(name: &str, value: Template, encoding: Option<&Encoding>) -> Option<Part> {
    let told = encoding.and_then(|encoding| encoding.content_type.clone());
    let told = told.filter(|told| !told.contains([',', '*']));
    let is_json = told.as_deref().is_some_and(spec::is_json);
    let (content_type, content) = match value {
        Template::Object(_) | Template::Array(_) => {
            let told = told.unwrap_or_else(|| "application/json".to_owned());
            (Some(told), PartContent::Json(value))
        }
        value if is_json => (told, PartContent::Json(value)),
        Template::Value(value) => (told, PartContent::Text(Text::literal(value_text(&value)?))),
        Template::Expression(expression) => (told, PartContent::Text(Text::expression(expression))),
        Template::Text(text) => (told, PartContent::Text(text)),
    };
    Some(Part { name: name.to_owned(), filename: None, content_type, content })
}
