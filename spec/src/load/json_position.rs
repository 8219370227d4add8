//! The positions of a JSON text's nodes.
//!
//! The text has been read by `serde_json` before, so this walk only has to find its way: strings, brackets
//! and separators. A YAML event parser would do as well but needs seconds for a document of 13 MB.

use super::position::{PositionIndex, child, root};
use crate::pointer::escape;

/// Enters every node of `text` into the index.
pub(super) fn walk(text: &str, index: &mut PositionIndex) {
    let mut walk = Walk { text, at: 0, line: 1, column: 1, counted: 0, levels: Vec::new() };
    walk.note(root(), index);
    walk.run(index);
}

struct Walk<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    /// The column of the byte at `counted`: counted on from there, for a document may be one long line.
    column: usize,
    counted: usize,
    levels: Vec<Level>,
}

enum Level {
    Object { hash: u64, key: Option<u64> },
    Array { hash: u64, next: usize },
}

impl Walk<'_> {
    fn run(&mut self, index: &mut PositionIndex) {
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'{' => {
                    let hash = self.begin(index);
                    self.levels.push(Level::Object { hash, key: None });
                }
                b'[' => {
                    let hash = self.begin(index);
                    self.levels.push(Level::Array { hash, next: 0 });
                }
                b'}' | b']' => {
                    self.levels.pop();
                }
                b'"' => {
                    self.string(index);
                    continue;
                }
                b'\n' => {
                    self.line += 1;
                    self.column = 1;
                    self.counted = self.at + 1;
                }
                b' ' | b'\t' | b'\r' | b',' | b':' => {}
                _ => {
                    self.begin(index);
                    self.skip_word();
                    continue;
                }
            }
            self.at += 1;
        }
    }

    /// A value begins here: the hash of its pointer.
    fn begin(&mut self, index: &mut PositionIndex) -> u64 {
        match self.levels.last_mut() {
            None => root(),
            Some(Level::Object { key, hash }) => key.take().unwrap_or(*hash),
            Some(Level::Array { hash, next }) => {
                let own = child(*hash, &next.to_string());
                *next += 1;
                self.note(own, index);
                own
            }
        }
    }

    fn string(&mut self, index: &mut PositionIndex) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        end = (end + 1).min(bytes.len());
        match self.levels.last() {
            Some(Level::Object { hash, key: None }) => {
                let own = child(*hash, &escape(&unquote(self.text.get(start..end))));
                self.note(own, index);
                if let Some(Level::Object { key, .. }) = self.levels.last_mut() {
                    *key = Some(own);
                }
            }
            _ => {
                self.begin(index);
            }
        }
        self.at = end;
    }

    fn skip_word(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b'\n' | b' ' | b'\t' | b'\r');
        self.at += rest.iter().position(ends).unwrap_or(rest.len()).max(1);
    }

    fn note(&mut self, hash: u64, index: &mut PositionIndex) {
        self.column += self.text.get(self.counted..self.at).map_or(0, |text| text.chars().count());
        self.counted = self.at;
        index.replace(hash, self.line, self.column);
    }
}

fn unquote(quoted: Option<&str>) -> String {
    quoted.and_then(|quoted| serde_json::from_str(quoted).ok()).unwrap_or_default()
}
