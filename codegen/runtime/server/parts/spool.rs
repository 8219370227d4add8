//! What the files of a body say: in memory as long as it is little, then in a temporary file, which is gone when nobody
//! reads from it any more.

use std::fs::File;
use std::future::Future;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::stream::{ByteStream, StreamError};

/// How many bytes of its files a request holds in memory.
const HELD: usize = 1 << 20;

/// How many bytes are written or read in one go.
const PIECE: usize = 128 << 10;

type Shared = Arc<Mutex<File>>;

/// Where the files of one body go, one after the other.
#[derive(Debug)]
pub(super) struct Spool {
    /// How much may still be held.
    room: usize,
    file: Option<Shared>,
    /// What is to be written next.
    pending: BytesMut,
    /// How long the file is with that.
    length: u64,
}

/// Where the content of one file is: what is held, then a section of the temporary file.
#[derive(Debug, Default)]
pub(super) struct Spooled {
    held: BytesMut,
    section: Range<u64>,
}

impl Spool {
    pub(super) fn new() -> Self {
        Self { room: HELD, file: None, pending: BytesMut::new(), length: 0 }
    }

    /// Adds to the content of a file, the last one that anything was added to.
    pub(super) async fn add(&mut self, to: &mut Spooled, content: &[u8]) -> io::Result<()> {
        let (held, rest) = content.split_at(content.len().min(self.room));
        self.room -= held.len();
        to.held.extend_from_slice(held);
        if rest.is_empty() {
            return Ok(());
        }
        if to.section.is_empty() {
            to.section.start = self.length;
        }
        self.length += rest.len() as u64;
        to.section.end = self.length;
        self.pending.extend_from_slice(rest);
        if self.pending.len() < PIECE { Ok(()) } else { self.write().await }
    }

    async fn write(&mut self) -> io::Result<()> {
        let (file, bytes) = (self.file.take(), self.pending.split());
        let written = spawn_blocking(move || append(file, &bytes));
        self.file = Some(written.await.map_err(io::Error::other)??);
        Ok(())
    }

    /// The temporary file, if there is one, with all that was added.
    pub(super) async fn finish(mut self) -> io::Result<Option<Shared>> {
        if !self.pending.is_empty() {
            self.write().await?;
        }
        Ok(self.file)
    }
}

impl Spooled {
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.section.is_empty()
    }

    /// The content, part of which may be in this file.
    pub(super) fn into_stream(self, file: Option<&Shared>) -> ByteStream {
        let Self { held, section } = self;
        let held = held.freeze();
        match file {
            Some(file) if !section.is_empty() => {
                let length = held.len() as u64 + (section.end - section.start);
                let chunks = Reading { held, file: Arc::clone(file), section, next: None };
                ByteStream::of_chunks(Box::pin(chunks)).with_length(length)
            }
            _ => held.into(),
        }
    }
}

/// A file being read.
struct Reading {
    held: Bytes,
    file: Shared,
    /// What is still to be read.
    section: Range<u64>,
    next: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Stream for Reading {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.held.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.held))));
        }
        if self.section.is_empty() {
            return Poll::Ready(None);
        }
        let Range { start, end } = self.section;
        let file = Arc::clone(&self.file);
        let next = self.next.get_or_insert_with(|| spawn_blocking(move || read(&file, start..end)));
        let read =
            ready!(Pin::new(next).poll(cx)).unwrap_or_else(|error| Err(io::Error::other(error)));
        self.next = None;
        // Nothing follows what can't be read.
        self.section.start = read.as_ref().map_or(end, |bytes| start + bytes.len() as u64);
        Poll::Ready(Some(read.map_err(|error| StreamError::Broken(error.into()))))
    }
}

/// Writes to the end of a file, a new one if there is none.
fn append(file: Option<Shared>, bytes: &[u8]) -> io::Result<Shared> {
    let file = match file {
        Some(file) => file,
        None => Arc::new(Mutex::new(tempfile::tempfile()?)),
    };
    file.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes)?;
    Ok(file)
}

/// Reads the next piece of a section.
fn read(file: &Mutex<File>, section: Range<u64>) -> io::Result<Bytes> {
    let left = usize::try_from(section.end - section.start).unwrap_or(PIECE);
    let mut bytes = vec![0; left.min(PIECE)];
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(section.start))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes.into())
}
