//! Bytes, in whatever chunks they come → what stands between delimiters.

use bytes::{Buf, BytesMut};

/// What ends an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// A line feed, perhaps behind a carriage return.
    Line,
    /// The record separator of RFC 7464, in front of each item.
    Record,
    /// An empty line; lines end with a line feed, a carriage return or both.
    EmptyLine,
}

/// Takes bytes apart; holds no more than one item and the chunk that has its end.
#[derive(Debug)]
pub struct Splitter {
    delimiter: Delimiter,
    limit: usize,
    buffer: BytesMut,
    /// How far the buffer has been looked through.
    seen: usize,
    /// Where the line begins that is being looked through.
    line: usize,
    /// Whether the last byte seen was a carriage return that ended a line.
    after_return: bool,
}

/// An item has more bytes than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl Splitter {
    /// For items of at most `limit` bytes.
    #[must_use]
    pub fn new(delimiter: Delimiter, limit: usize) -> Self {
        let buffer = BytesMut::new();
        Self { delimiter, limit, buffer, seen: 0, line: 0, after_return: false }
    }

    /// Takes more bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// The next item that is there as a whole, without what delimits it; it may be empty.
    ///
    /// # Errors
    /// Where it has more bytes than it may.
    pub fn next_item(&mut self) -> Result<Option<BytesMut>, TooLong> {
        let Some((end, next)) = self.find() else {
            return if self.buffer.len() > self.limit { Err(TooLong) } else { Ok(None) };
        };
        if end > self.limit {
            return Err(TooLong);
        }
        let mut item = self.buffer.split_to(next);
        item.truncate(end);
        (self.seen, self.line) = (0, 0);
        Ok(Some(item))
    }

    /// What is left when nothing follows; an event without its empty line is none.
    pub fn finish(&mut self) -> Option<BytesMut> {
        let rest = std::mem::take(&mut self.buffer);
        let counts = self.delimiter != Delimiter::EmptyLine && rest.len() <= self.limit;
        (counts && !rest.is_empty()).then_some(rest)
    }

    /// Where the item ends, and where the next begins.
    fn find(&mut self) -> Option<(usize, usize)> {
        let byte = match self.delimiter {
            Delimiter::Line => b'\n',
            Delimiter::Record => 0x1e,
            Delimiter::EmptyLine => return self.find_empty_line(),
        };
        let found = self.buffer[self.seen..].iter().position(|found| *found == byte);
        let Some(at) = found.map(|at| at + self.seen) else {
            self.seen = self.buffer.len();
            return None;
        };
        Some((at, at + 1))
    }

    fn find_empty_line(&mut self) -> Option<(usize, usize)> {
        while let Some(byte) = self.buffer.get(self.seen).copied() {
            let at = self.seen;
            self.seen += 1;
            // The second half of a line's end; the first may have been in another chunk.
            if std::mem::take(&mut self.after_return) && byte == b'\n' {
                self.line = self.seen;
                if at == 0 {
                    self.buffer.advance(1);
                    (self.seen, self.line) = (0, 0);
                }
                continue;
            }
            if !matches!(byte, b'\n' | b'\r') {
                continue;
            }
            self.after_return = byte == b'\r';
            if at == self.line {
                return Some((at, at + 1));
            }
            self.line = self.seen;
        }
        None
    }
}
