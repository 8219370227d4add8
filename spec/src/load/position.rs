//! JSON pointer → line and column, from an event parser that keeps marks.
//!
//! `serde_yaml` and `serde_json` give no positions inside values, so a second, separate pass looks them up.
//! It is made only when a finding needs it. A member stands where its key does, an item where it begins.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use saphyr_parser::{Event, Parser, Span};

use super::json_position;
use crate::Position;
use crate::pointer::escape;

/// The positions of one file's nodes. Pointers are kept as hashes: a 13 MB document has half a million.
#[derive(Debug, Default)]
pub(crate) struct PositionIndex(HashMap<u64, (u32, u32)>);

/// Where the walk stands: the hash of the pointer so far, and what the next event is.
enum Level {
    Mapping { hash: u64, key: Option<u64> },
    Sequence { hash: u64, next: usize },
}

impl PositionIndex {
    /// Indexes a whole file; what can't be parsed any more is left out.
    pub(crate) fn build(text: &str) -> Self {
        let mut index = Self::default();
        let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
        if plain.trim_start().starts_with('{') {
            json_position::walk(text, &mut index);
        } else {
            index.walk_yaml(text);
        }
        index
    }

    /// An index that knows one position, for a file that could not be parsed.
    pub(crate) fn only_root(position: Position) -> Self {
        let mut index = Self::default();
        index.insert(root(), position.line, position.column);
        index
    }

    /// The position of this pointer, or of its nearest ancestor that the file has.
    pub(crate) fn nearest(&self, pointer: &str) -> Option<Position> {
        let mut end = pointer.len();
        loop {
            let hash = pointer[..end].split('/').skip(1).fold(root(), child);
            if let Some(&(line, column)) = self.0.get(&hash) {
                return Some(Position { line: line as usize, column: column as usize });
            }
            end = pointer[..end].rfind('/')?;
        }
    }

    pub(super) fn insert(&mut self, hash: u64, line: usize, column: usize) {
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.0.entry(hash).or_insert((narrow(line), narrow(column)));
    }

    /// Of several nodes of one pointer the last is the one that is read.
    pub(super) fn replace(&mut self, hash: u64, line: usize, column: usize) {
        self.0.remove(&hash);
        self.insert(hash, line, column);
    }

    pub(super) fn walk_yaml(&mut self, text: &str) {
        let mut levels: Vec<Level> = Vec::new();
        for event in Parser::new_from_str(text) {
            let Ok((event, span)) = event else { return };
            match event {
                Event::MappingStart(..) => {
                    let hash = self.enter(&mut levels, &span, None);
                    levels.push(Level::Mapping { hash, key: None });
                }
                Event::SequenceStart(..) => {
                    let hash = self.enter(&mut levels, &span, None);
                    levels.push(Level::Sequence { hash, next: 0 });
                }
                Event::Scalar(text, ..) => {
                    self.enter(&mut levels, &span, Some(&text));
                }
                Event::Alias(_) => {
                    self.enter(&mut levels, &span, None);
                }
                Event::MappingEnd | Event::SequenceEnd => {
                    levels.pop();
                }
                _ => {}
            }
        }
    }

    /// Takes note of a node that begins here, and gives the hash of its pointer.
    fn enter(&mut self, levels: &mut [Level], span: &Span, scalar: Option<&str>) -> u64 {
        let (line, column) = (span.start.line(), span.start.col() + 1);
        match levels.last_mut() {
            None => {
                self.insert(root(), line, column);
                root()
            }
            Some(Level::Sequence { hash, next }) => {
                let own = child(*hash, &next.to_string());
                *next += 1;
                self.insert(own, line, column);
                own
            }
            Some(Level::Mapping { hash, key }) => match key.take() {
                Some(own) => own,
                None => {
                    let own = child(*hash, &escape(scalar.unwrap_or_default()));
                    self.replace(own, line, column);
                    *key = Some(own);
                    own
                }
            },
        }
    }
}

pub(super) fn root() -> u64 {
    0
}

pub(super) fn child(parent: u64, segment: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (parent, segment).hash(&mut hasher);
    hasher.finish()
}
