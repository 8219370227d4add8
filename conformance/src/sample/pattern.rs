//! Text for regular expressions.

use super::Random;

/// A text that the expression matches, of at least `min` and at most `max` code points; `None` where none was found.
#[must_use]
pub fn matching(pattern: &str, min: u64, max: u64, random: &mut Random) -> Option<String> {
    let _ = (pattern, min, max, random);
    None
}
