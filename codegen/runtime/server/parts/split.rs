//! A body of parts, split as it comes (RFC 2046 §5.1.1): no more is held than what may be a delimiter, or a head.

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem::Finder;

/// How many bytes the header fields of a part may have.
const MAX_HEAD: usize = 16 << 10;

/// How many blanks there may be behind a delimiter.
const MAX_PADDING: usize = 256;

/// What comes next of a body.
#[derive(Debug)]
pub(super) enum Piece {
    /// The header fields of a part. What follows is its content.
    Head(Bytes),
    /// More of the content.
    Content(Bytes),
}

/// The body is not of parts.
#[derive(Debug)]
pub(super) struct NotOfParts;

/// Splits a body at its delimiters.
#[derive(Debug)]
pub(super) struct Splitter {
    /// A line break, two hyphens, the boundary.
    delimiter: Finder<'static>,
    buffer: BytesMut,
    place: Place,
    /// How much of a head has no end in it.
    seen: usize,
}

/// Where in the body the buffer begins.
#[derive(Debug)]
enum Place {
    /// In front of the first delimiter: that is for mail readers.
    Preamble,
    /// Behind a delimiter.
    Delimiter,
    /// At the line break in front of the header fields.
    Head,
    /// At the line break in front of the content, which may be that of the next delimiter.
    Begin,
    /// In the content.
    Content,
    /// Behind the last delimiter.
    Epilogue,
}

impl Splitter {
    pub(super) fn new(boundary: &str) -> Self {
        let delimiter = Finder::new(&format!("\r\n--{boundary}")).into_owned();
        // A body may begin with a delimiter; all others follow a line break.
        Self { delimiter, buffer: BytesMut::from("\r\n"), place: Place::Preamble, seen: 0 }
    }

    /// Takes the next bytes of the body.
    pub(super) fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// What comes next; `None` where more bytes are needed to tell.
    pub(super) fn piece(&mut self) -> Result<Option<Piece>, NotOfParts> {
        loop {
            match self.place {
                Place::Preamble => {
                    let (_, is_behind) = self.content();
                    if !is_behind {
                        return Ok(None);
                    }
                }
                Place::Content => {
                    let (content, is_behind) = self.content();
                    if !content.is_empty() {
                        return Ok(Some(Piece::Content(content)));
                    }
                    if !is_behind {
                        return Ok(None);
                    }
                }
                Place::Delimiter => match self.behind_delimiter()? {
                    Some(place) => self.place = place,
                    None => return Ok(None),
                },
                Place::Head => return self.head(),
                Place::Begin => {
                    let delimiter = self.delimiter.needle();
                    let known = self.buffer.len().min(delimiter.len());
                    if self.buffer[..known] != delimiter[..known] {
                        self.buffer.advance(2);
                        self.place = Place::Content;
                    } else if known == delimiter.len() {
                        self.buffer.advance(known);
                        self.place = Place::Delimiter;
                    } else {
                        return Ok(None);
                    }
                }
                Place::Epilogue => {
                    self.buffer.clear();
                    return Ok(None);
                }
            }
        }
    }

    /// Whether the last delimiter has been seen.
    pub(super) fn is_complete(&self) -> bool {
        matches!(self.place, Place::Epilogue)
    }

    /// What stands in front of the next delimiter, as far as it is known, and whether we are behind that now.
    fn content(&mut self) -> (Bytes, bool) {
        let length = self.delimiter.needle().len();
        if let Some(at) = self.delimiter.find(&self.buffer) {
            let content = self.buffer.split_to(at).freeze();
            self.buffer.advance(length);
            self.place = Place::Delimiter;
            return (content, true);
        }
        let certain = self.buffer.len().saturating_sub(length - 1);
        (self.buffer.split_to(certain).freeze(), false)
    }

    /// A delimiter ends with a line break, the last one with two hyphens.
    fn behind_delimiter(&mut self) -> Result<Option<Place>, NotOfParts> {
        if self.buffer.starts_with(b"--") {
            return Ok(Some(Place::Epilogue));
        }
        let padding = self.buffer.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match &self.buffer[padding..] {
            _ if padding > MAX_PADDING => Err(NotOfParts),
            [b'\r', b'\n', ..] => {
                self.buffer.advance(padding);
                Ok(Some(Place::Head))
            }
            [] | [b'\r'] => Ok(None),
            [b'-'] if padding == 0 => Ok(None),
            _ => Err(NotOfParts),
        }
    }

    /// The header fields end with an empty line; so that of no fields is the very next.
    fn head(&mut self) -> Result<Option<Piece>, NotOfParts> {
        let found = memchr::memmem::find(&self.buffer[self.seen..], b"\r\n\r\n");
        match found.map(|at| at + self.seen) {
            Some(at) if at <= MAX_HEAD => {
                (self.place, self.seen) = (Place::Begin, 0);
                Ok(Some(Piece::Head(self.buffer.split_to(at + 2).freeze())))
            }
            None if self.buffer.len() <= MAX_HEAD => {
                self.seen = self.buffer.len().saturating_sub(3);
                Ok(None)
            }
            _ => Err(NotOfParts),
        }
    }
}
