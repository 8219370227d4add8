//! Where documents come from, and where in them a thing stands.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::load::PositionIndex;
use crate::pointer::escape;

/// Gives the bytes of a document: the one seam through which this crate does IO.
pub trait Source {
    /// The bytes of the file at `path`.
    ///
    /// # Errors
    /// Whatever kept the file from being read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
}

/// The file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileSystem;

impl Source for FileSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

/// Files in memory, by path.
#[derive(Debug, Clone, Default)]
pub struct Memory(pub HashMap<PathBuf, Vec<u8>>);

impl Memory {
    /// One file.
    #[must_use]
    pub fn one(path: &str, text: &str) -> Self {
        Self::default().with(path, text)
    }

    /// The same with one file more.
    #[must_use]
    pub fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(PathBuf::from(path), text.as_bytes().to_vec());
        self
    }
}

impl Source for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// One of the files of a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub(crate) u32);

impl FileId {
    /// The document that was asked for.
    pub const ROOT: Self = Self(0);
}

/// The place of a node: a file and a JSON pointer (RFC 6901) into it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Which of the files.
    pub file: FileId,
    /// The pointer, without `#`; empty for the whole file.
    pub pointer: String,
}

impl Origin {
    /// A place in the root document.
    #[must_use]
    pub fn root(pointer: impl Into<String>) -> Self {
        Self { file: FileId::ROOT, pointer: pointer.into() }
    }

    /// The place of a member or item of this node.
    #[must_use]
    pub fn child(&self, key: impl fmt::Display) -> Self {
        let key = key.to_string();
        Self { file: self.file, pointer: format!("{}/{}", self.pointer, escape(&key)) }
    }
}

/// A place as people count it, from 1; columns count code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The files that a contract was read from. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Sources(Arc<Vec<SourceFile>>);

#[derive(Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) index: OnceLock<PositionIndex>,
}

impl Sources {
    pub(crate) fn new(files: Vec<SourceFile>) -> Self {
        Self(Arc::new(files))
    }

    /// The path of the file that an origin lies in, as it was asked for.
    #[must_use]
    pub fn path(&self, origin: &Origin) -> &Path {
        self.0.get(origin.file.0 as usize).map_or(Path::new(""), |file| &file.path)
    }

    /// Every file, in the order of reading; the first is the root document.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|file| file.path.as_path())
    }

    /// Whether the text of a file has one of these words somewhere.
    pub(crate) fn mentions(&self, origin: &Origin, words: &[&str]) -> bool {
        let file = self.0.get(origin.file.0 as usize);
        file.is_some_and(|file| words.iter().any(|word| file.text.contains(word)))
    }

    /// Line and column of an origin, or of its nearest ancestor that stands in the file as written.
    ///
    /// The index of a file is built when the first position in it is asked for.
    #[must_use]
    pub fn position(&self, origin: &Origin) -> Option<Position> {
        let file = self.0.get(origin.file.0 as usize)?;
        file.index.get_or_init(|| PositionIndex::build(&file.text)).nearest(&origin.pointer)
    }

    /// The text of one line, counted from 1.
    #[must_use]
    pub fn line(&self, origin: &Origin, line: usize) -> Option<&str> {
        self.0.get(origin.file.0 as usize)?.text.lines().nth(line.checked_sub(1)?)
    }

    /// `path:line:column`, as compilers print it.
    #[must_use]
    pub fn describe(&self, origin: &Origin) -> String {
        let path = self.path(origin).display();
        match self.position(origin) {
            Some(Position { line, column }) => format!("{path}:{line}:{column}"),
            None => path.to_string(),
        }
    }
}
