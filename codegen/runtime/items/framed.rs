//! How items stand in a body: as lines of JSON, as records, as server-sent events.

use serde_json::Value;

use super::event::{self, Event};
use super::split::{Delimiter, Splitter};
use super::{Decoded, Encoded, ItemStream, Read};
use crate::json::{Json, Wire};
use crate::rules::Rules;
use crate::stream::{ByteStream, StreamError};
use crate::validation::{Report, Strictness};

/// How items of a type stand in a body.
pub trait Framing<T> {
    /// What is between them.
    fn delimiter(&self) -> Delimiter;
    /// How one is written, delimiters included.
    fn writer(&self) -> fn(&T) -> Result<Vec<u8>, StreamError>;
    /// How one is read.
    fn reader(&self, rules: &'static Rules, strictness: Strictness) -> Reader<T>;
}

/// Reads what stands between two delimiters.
pub type Reader<T> = Box<dyn Fn(&[u8]) -> Outcome<T> + Send>;

/// What came of it.
pub struct Outcome<T>(Read<T>);

/// JSON: in lines (`application/x-ndjson`, `application/jsonl`), or in records (`application/json-seq`, RFC 7464).
#[derive(Debug, Clone, Copy)]
pub enum JsonItems {
    /// A line each.
    Lines,
    /// A record each.
    Records,
}

/// Server-sent events whose data are JSON. `[DONE]` ends the stream, as is the custom.
#[derive(Debug, Clone, Copy)]
pub struct Events;

/// Server-sent events whose data are text.
#[derive(Debug, Clone, Copy)]
pub struct TextEvents;

/// Server-sent events whose type has their fields as members: `event`, `data`, `id`, `retry`.
#[derive(Debug, Clone, Copy)]
pub struct EventObjects;

impl<T: 'static> ItemStream<T> {
    /// The items that stand in these bytes, each of at most `limit` of them.
    #[must_use]
    pub fn decode(
        bytes: ByteStream,
        framing: &impl Framing<T>,
        (rules, strictness): (&'static Rules, Strictness),
        limit: usize,
    ) -> Self {
        let splitter = Splitter::new(framing.delimiter(), limit);
        let reader = framing.reader(rules, strictness);
        let read = Box::new(move |frame: &[u8]| reader(frame).0);
        Self::of(Box::pin(Decoded { bytes, splitter, limit, read, is_done: false }))
    }

    /// The bytes that they make.
    #[must_use]
    pub fn encode(self, framing: &impl Framing<T>) -> ByteStream {
        ByteStream::of_chunks(Box::pin(Encoded { items: self, write: framing.writer() }))
    }
}

impl<T: Json + 'static> Framing<T> for JsonItems {
    fn delimiter(&self) -> Delimiter {
        match self {
            Self::Lines => Delimiter::Line,
            Self::Records => Delimiter::Record,
        }
    }

    fn writer(&self) -> fn(&T) -> Result<Vec<u8>, StreamError> {
        match self {
            Self::Lines => |item| written(Vec::new(), item),
            Self::Records => |item| written(vec![0x1e], item),
        }
    }

    fn reader(&self, rules: &'static Rules, strictness: Strictness) -> Reader<T> {
        Box::new(move |frame| {
            if frame.iter().all(u8::is_ascii_whitespace) {
                return Outcome(Read::Nothing);
            }
            Outcome(read_json(frame, rules, strictness).map_or_else(Read::Invalid, Read::Item))
        })
    }
}

impl<T: Json + 'static> Framing<Event<T>> for Events {
    fn delimiter(&self) -> Delimiter {
        Delimiter::EmptyLine
    }

    fn writer(&self) -> fn(&Event<T>) -> Result<Vec<u8>, StreamError> {
        |item| {
            let data =
                serde_json::to_string(&Wire(&item.data)).map_err(|error| unwritable(&error))?;
            event::write(item, &data).ok_or_else(several_lines)
        }
    }

    fn reader(&self, rules: &'static Rules, strictness: Strictness) -> Reader<Event<T>> {
        Box::new(move |frame| {
            Outcome(match read_event(frame) {
                Ok(Some(event)) if event.data == "[DONE]" => Read::End,
                Ok(Some(Event { event, id, retry, data })) => {
                    read_json(data.as_bytes(), rules, strictness)
                        .map(|data| Event { event, id, retry, data })
                        .map_or_else(Read::Invalid, Read::Item)
                }
                Ok(None) => Read::Nothing,
                Err(error) => Read::Invalid(error),
            })
        })
    }
}

impl Framing<Event<String>> for TextEvents {
    fn delimiter(&self) -> Delimiter {
        Delimiter::EmptyLine
    }

    fn writer(&self) -> fn(&Event<String>) -> Result<Vec<u8>, StreamError> {
        |item| event::write(item, &item.data).ok_or_else(several_lines)
    }

    fn reader(&self, _: &'static Rules, _: Strictness) -> Reader<Event<String>> {
        Box::new(|frame| {
            Outcome(match read_event(frame) {
                Ok(Some(event)) => Read::Item(event),
                Ok(None) => Read::Nothing,
                Err(error) => Read::Invalid(error),
            })
        })
    }
}

impl<T: Json + 'static> Framing<T> for EventObjects {
    fn delimiter(&self) -> Delimiter {
        Delimiter::EmptyLine
    }

    fn writer(&self) -> fn(&T) -> Result<Vec<u8>, StreamError> {
        |item| {
            let Ok(Value::Object(members)) = serde_json::to_value(Wire(item)) else {
                return Err(unwritable("an event is an object"));
            };
            let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
            let retry = members.get("retry").and_then(Value::as_u64);
            let retry = retry.map(std::time::Duration::from_millis);
            let event = Event { event: text("event"), id: text("id"), retry, data: () };
            let data = match members.get("data") {
                Some(Value::String(data)) => data.clone(),
                Some(data) => data.to_string(),
                None => String::new(),
            };
            event::write(&event, &data).ok_or_else(several_lines)
        }
    }

    fn reader(&self, rules: &'static Rules, strictness: Strictness) -> Reader<T> {
        Box::new(move |frame| {
            let event = match read_event(frame) {
                Ok(Some(event)) => event,
                Ok(None) => return Outcome(Read::Nothing),
                Err(error) => return Outcome(Read::Invalid(error)),
            };
            let mut members = serde_json::Map::new();
            members.insert("data".to_owned(), event.data.into());
            for (name, value) in [("event", event.event), ("id", event.id)] {
                members.extend(value.map(|value| (name.to_owned(), value.into())));
            }
            let retry = event.retry.and_then(|retry| u64::try_from(retry.as_millis()).ok());
            members.extend(retry.map(|retry| ("retry".to_owned(), retry.into())));
            let text = Value::Object(members).to_string();
            let item = read_json(text.as_bytes(), rules, strictness);
            Outcome(item.map_or_else(Read::Invalid, Read::Item))
        })
    }
}

fn written<T: Json>(mut bytes: Vec<u8>, item: &T) -> Result<Vec<u8>, StreamError> {
    serde_json::to_writer(&mut bytes, &Wire(item)).map_err(|error| unwritable(&error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn unwritable(error: &(impl ToString + ?Sized)) -> StreamError {
    StreamError::Invalid { message: error.to_string(), violations: Vec::new() }
}

fn several_lines() -> StreamError {
    unwritable("the name or id of an event has more than one line")
}

fn read_event(frame: &[u8]) -> Result<Option<Event<String>>, StreamError> {
    std::str::from_utf8(frame).map(event::read).map_err(|error| unwritable(&error))
}

fn read_json<T: Json>(
    bytes: &[u8],
    rules: &'static Rules,
    strictness: Strictness,
) -> Result<T, StreamError> {
    let mut report = Report::new(strictness);
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let value = T::read(&mut input, rules, &mut report);
    let value =
        value.and_then(|value| input.end().map(|()| value)).map_err(|error| unwritable(&error))?;
    match value {
        Some(value) if report.is_empty() => Ok(value),
        _ => {
            let violations = report.into_violations();
            let told: Vec<_> = violations.iter().map(ToString::to_string).collect();
            Err(StreamError::Invalid { message: told.join("; "), violations })
        }
    }
}
