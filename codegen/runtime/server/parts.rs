//! The parts of a `multipart/form-data` body (RFC 7578), taken apart as they come and read as what the contract says.

mod head;
mod split;
mod spool;

use std::borrow::Cow;

use http_body_util::{BodyExt, Limited};
use serde_json::Value;

use self::head::{Head, parameter};
use self::split::{NotOfParts, Piece, Splitter};
use self::spool::{Spool, Spooled};
use super::body::{malformed, too_large, unread};
use super::input::{at, missing, read_found};
use super::{Body, Reason, Refused};
use crate::charset;
use crate::json::Json;
use crate::multipart::FilePart;
use crate::rules::Rules;
use crate::text::split::take_field_apart;
use crate::text::{Fault, Form, Raw};
use crate::validation::{Code, Report, Strictness};

/// How many bytes of a body of parts may be no content of files: values and header fields, with some for each part.
const REST: usize = 4 << 20;

/// What a part takes beside what it says.
const PART: usize = 256;

/// What is read from parts. The generator writes the implementations.
pub trait ReadParts: Sized {
    /// The names of parts that are files.
    const FILES: &'static [&'static str];
    /// The names of parts that are values.
    const VALUES: &'static [&'static str];
    /// Whether parts of other names are violations; else they are passed over.
    const IS_CLOSED: bool = false;

    /// Looks at which parts there are: `present` is an object with a member of each name.
    fn look_together(_present: &Value, _report: &mut Report) {}

    /// Reads each part; `None` where `parts` was told of violations.
    fn read(parts: &mut Parts) -> Option<Self>;
}

/// The parts of a body, and what is wrong with them.
#[derive(Debug)]
pub struct Parts {
    values: Vec<Given>,
    files: Vec<(String, FilePart)>,
    /// The names of parts that the contract doesn't know.
    unknown: Vec<String>,
    /// The header fields of each part, by its name.
    headers: Vec<(String, Fields)>,
    report: Report,
}

/// A part that is a value, as it came.
#[derive(Debug)]
struct Given {
    name: String,
    media_type: Option<String>,
    bytes: Vec<u8>,
}

impl Given {
    /// The text, by the charset that the part names (RFC 7578 §4.5).
    fn text(&self) -> Result<Cow<'_, str>, Fault> {
        let media_type = self.media_type.as_deref().unwrap_or_default();
        charset::decode(media_type, &self.bytes).map(Cow::Owned).map_err(Fault::Charset)
    }
}

/// Name and value of header fields.
type Fields = Vec<(String, String)>;

impl Body<'_> {
    /// Reads the body as parts. Values are held in memory, and so is one mebibyte of files; what is more is in a temporary
    /// file (in [`std::env::temp_dir`]) for as long as something may read it.
    ///
    /// # Errors
    /// Where it is too large, or what is no file of it larger than four mebibytes; where it breaks off, is not of parts,
    /// or violates the contract; where there is no room for it.
    pub async fn parts<T: ReadParts>(self) -> Result<T, Refused> {
        self.check_length()?;
        let boundary = self.media_type().and_then(|field| parameter(field, "boundary"));
        let boundary = boundary.filter(|boundary| !boundary.is_empty()).ok_or_else(not_of_parts)?;
        let mut splitter = Splitter::new(&boundary);
        let mut gathered = Gathered::new::<T>();
        let mut body = Limited::new(self.body, self.limit);
        while let Some(frame) = body.frame().await {
            let Ok(chunk) = frame.map_err(|error| unread(&*error))?.into_data() else { continue };
            splitter.push(&chunk);
            while let Some(piece) = splitter.piece()? {
                gathered.add(piece).await?;
            }
        }
        if !splitter.is_complete() {
            return Err(not_of_parts());
        }
        let mut parts = gathered.finish().await?;
        let present = parts.present();
        parts.report.within("body", |report| T::look_together(&present, report));
        match (T::read(&mut parts), parts.report.into_violations()) {
            (Some(value), violations) if violations.is_empty() => Ok(value),
            (_, violations) => Err((Reason::InvalidBody, violations)),
        }
    }
}

fn not_of_parts() -> Refused {
    malformed("is not of parts, as its media type says")
}

fn no_room() -> Refused {
    (Reason::NoRoom, Vec::new())
}

impl From<NotOfParts> for Refused {
    fn from(_: NotOfParts) -> Self {
        not_of_parts()
    }
}

/// The parts that there are so far.
struct Gathered {
    names: [&'static [&'static str]; 2],
    is_closed: bool,
    report: Report,
    values: Vec<Given>,
    files: Vec<(Head, Spooled)>,
    unknown: Vec<String>,
    headers: Vec<(String, Fields)>,
    spool: Spool,
    /// How much more there may be beside the content of files.
    rest: usize,
    current: Current,
}

/// What the part at hand is.
enum Current {
    /// The last of the values.
    Value,
    /// The last of the files.
    File,
    /// Of no name that the contract knows.
    Unknown,
}

impl Gathered {
    fn new<T: ReadParts>() -> Self {
        Self {
            names: [T::FILES, T::VALUES],
            is_closed: T::IS_CLOSED,
            report: Report::of_text(Strictness::Strict),
            values: Vec::new(),
            files: Vec::new(),
            unknown: Vec::new(),
            headers: Vec::new(),
            spool: Spool::new(),
            rest: REST,
            current: Current::Unknown,
        }
    }

    async fn add(&mut self, piece: Piece) -> Result<(), Refused> {
        match piece {
            Piece::Head(head) => {
                self.take(head.len() + PART)?;
                let head = std::str::from_utf8(&head).map_err(|_| not_of_parts())?;
                self.current = self.begin(Head::parse(head));
            }
            Piece::Content(content) => match self.current {
                Current::Value => {
                    self.take(content.len())?;
                    if let Some(value) = self.values.last_mut() {
                        value.bytes.extend_from_slice(&content);
                    }
                }
                Current::File => {
                    if let Some((_, file)) = self.files.last_mut() {
                        self.spool.add(file, &content).await.map_err(|_| no_room())?;
                    }
                }
                Current::Unknown => {}
            },
        }
        Ok(())
    }

    fn take(&mut self, length: usize) -> Result<(), Refused> {
        self.rest = self.rest.checked_sub(length).ok_or_else(too_large)?;
        Ok(())
    }

    fn begin(&mut self, head: Option<Head>) -> Current {
        let Some(mut head) = head else { return Current::Unknown };
        let [files, values] = self.names;
        self.headers.push((head.name.clone(), std::mem::take(&mut head.fields)));
        if files.contains(&&*head.name) {
            self.files.push((head, Spooled::default()));
            Current::File
        } else if values.contains(&&*head.name) {
            let Head { name, media_type, .. } = head;
            self.values.push(Given { name, media_type, bytes: Vec::new() });
            Current::Value
        } else {
            if self.is_closed {
                self.report.within("body", |report| {
                    report
                        .within(head.name.clone(), |it| it.add(Code::Unexpected, "is not allowed"));
                });
            }
            self.unknown.push(head.name);
            Current::Unknown
        }
    }

    async fn finish(self) -> Result<Parts, Refused> {
        let stored = self.spool.finish().await.map_err(|_| no_room())?;
        // A form in a browser says so that no file was chosen.
        let is_chosen = |(head, content): &(Head, Spooled)| {
            head.file_name.as_deref() != Some("") || !content.is_empty()
        };
        let files = self.files.into_iter().filter(is_chosen).map(|(head, content)| {
            let Head { name, file_name, media_type, .. } = head;
            let file =
                FilePart { file_name, ..FilePart::new(content.into_stream(stored.as_ref())) };
            (name, media_type.into_iter().fold(file, FilePart::of_type))
        });
        let files = files.collect();
        let Self { values, unknown, headers, report, .. } = self;
        Ok(Parts { values, files, unknown, headers, report })
    }
}

/// The texts of a name, as the form has them.
fn found<'v>(values: &'v [Given], name: &str, form: Form) -> Result<Option<Raw<'v>>, Fault> {
    let texts = values.iter().filter(|value| value.name == name).map(Given::text);
    texts.collect::<Result<Vec<_>, _>>().and_then(|mut texts| match form {
        Form::List(..) | Form::JsonItems if texts.is_empty() => Ok(None),
        Form::List(..) => Ok(Some(Raw::List(texts))),
        Form::JsonItems => Ok(Some(Raw::json_items(&texts))),
        _ if texts.len() > 1 => Err(Fault::Repeated),
        Form::Json => Ok(texts.pop().map(Raw::Json)),
        _ => Ok(texts.pop().map(Raw::Text)),
    })
}

impl Parts {
    /// An object with a member of the name of each part.
    fn present(&self) -> Value {
        let values = self.values.iter().map(|value| &value.name);
        let files = self.files.iter().map(|(name, _)| name);
        let names = values.chain(files).chain(&self.unknown);
        Value::Object(names.map(|name| (name.clone(), Value::Null)).collect())
    }

    /// A value that must be there; `None` where it is wrong.
    pub fn value<T: Json>(&mut self, name: &'static str, form: Form, rules: &Rules) -> Option<T> {
        let found = match found(&self.values, name, form) {
            // An array of nothing has no parts.
            Ok(None) if form == Form::JsonItems => Ok(Some(Raw::json_items(&[]))),
            Ok(None) if matches!(form, Form::List(..)) => Ok(Some(Raw::List(Vec::new()))),
            found => found,
        };
        let found = read_found(&mut self.report, ["body", name], form, rules, found)?;
        found.or_else(|| missing(&mut self.report, ["body", name]))
    }

    /// A value that may be absent; `None` where it is wrong.
    pub fn value_optional<T: Json>(
        &mut self,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<Option<T>> {
        let found = found(&self.values, name, form);
        read_found(&mut self.report, ["body", name], form, rules, found)
    }

    /// A file that must be there; `None` where it is wrong.
    pub fn file(&mut self, name: &'static str) -> Option<FilePart> {
        let found = self.file_optional(name)?;
        found.or_else(|| missing(&mut self.report, ["body", name]))
    }

    /// A file that may be absent; `None` where it is wrong.
    pub fn file_optional(&mut self, name: &'static str) -> Option<Option<FilePart>> {
        let mut files = self.named(name);
        if files.len() <= 1 {
            return Some(files.pop());
        }
        at(&mut self.report, ["body", name], |report| {
            report.add(Code::Repeated, Fault::Repeated.to_string());
            None
        })
    }

    /// All files of a name, as many as there must be.
    pub fn files(&mut self, name: &'static str, rules: &Rules) -> Option<Vec<FilePart>> {
        let files = self.named(name);
        at(&mut self.report, ["body", name], |report| rules.check_items(files.len(), report));
        Some(files)
    }

    /// All files of a name, or none.
    pub fn files_optional(&mut self, name: &'static str, rules: &Rules) -> Option<Vec<FilePart>> {
        if self.files.iter().any(|(file, _)| file == name) {
            self.files(name, rules)
        } else {
            Some(Vec::new())
        }
    }

    /// A header field that must be there of a part that must be; `None` where it is wrong.
    pub fn header<T: Json>(
        &mut self,
        part: &'static str,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<T> {
        let found = self.header_optional(part, name, form, rules)?;
        found.or_else(|| self.header_missing(part, name))
    }

    /// A header field that must be there where its part is; `None` where it is wrong.
    pub fn header_of_optional<T: Json>(
        &mut self,
        part: &'static str,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<Option<T>> {
        let is_there = self.headers.iter().any(|(own, _)| own == part);
        match self.header_optional(part, name, form, rules)? {
            None if is_there => self.header_missing(part, name),
            found => Some(found),
        }
    }

    /// A header field that may be absent; `None` where it is wrong.
    pub fn header_optional<T: Json>(
        &mut self,
        part: &'static str,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<Option<T>> {
        let fields = self.headers.iter().filter(|(own, _)| own == part).flat_map(|(_, all)| all);
        let texts = fields.filter(|(own, _)| own.eq_ignore_ascii_case(name));
        // RFC 9110 §5.3: several fields of a name are one, their values joined.
        let text = texts.map(|(_, value)| value.as_str()).collect::<Vec<_>>();
        let text = (!text.is_empty()).then(|| text.join(","));
        let found = text.as_deref().map(|text| take_field_apart(text, form)).transpose();
        self.report.within("body", |report| read_found(report, [part, name], form, rules, found))
    }

    fn header_missing<T>(&mut self, part: &'static str, name: &'static str) -> Option<T> {
        self.report.within("body", |report| missing(report, [part, name]))
    }

    fn named(&mut self, name: &str) -> Vec<FilePart> {
        let files = std::mem::take(&mut self.files);
        let (wanted, others) = files.into_iter().partition(|(file, _)| file == name);
        let wanted: Vec<(String, FilePart)> = wanted;
        self.files = others;
        wanted.into_iter().map(|(_, file)| file).collect()
    }
}
