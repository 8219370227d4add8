//! What was sent against what was seen, and who is right where they differ.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Operations that are sent the same values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    operations: Vec<String>,
    values: Vec<Value>,
}

/// One value for one operation.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Exchange {
    pub(super) operation: String,
    pub(super) value: Value,
}

/// What a client had of an exchange.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Answer {
    /// What the server's handler has seen.
    Seen(Value),
    /// Why there is none.
    Error(String),
}

/// Who is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Right {
    Ours,
    Theirs,
    /// The standard leaves it open.
    Open,
}

/// What people found on examining disagreements.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Judgement {
    pub(super) peers: Vec<String>,
    /// Operation ids; `*` at the end stands for any.
    pub(super) operations: Vec<String>,
    /// What one of stands in the value that was sent, as JSON; empty: any value.
    #[serde(default)]
    pub(super) sent: Vec<String>,
    pub(super) right: Right,
    pub(super) clause: String,
    pub(super) why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Judgements {
    judgements: Vec<Judgement>,
}

/// The exchanges of a file, one after the other.
///
/// # Errors
/// Where it can't be read.
pub(super) fn exchanges(path: &Path) -> anyhow::Result<Vec<Exchange>> {
    let text = std::fs::read_to_string(path)?;
    let sets: Vec<Set> = serde_json::from_str(&text).context("exchanges.json")?;
    let all = sets.iter().flat_map(|set| {
        set.operations.iter().flat_map(|operation| {
            let of =
                |value: &Value| Exchange { operation: operation.clone(), value: value.clone() };
            set.values.iter().map(of)
        })
    });
    Ok(all.collect())
}

/// The judgements of a file.
///
/// # Errors
/// Where it can't be read.
pub(super) fn judgements(path: &Path) -> anyhow::Result<Vec<Judgement>> {
    let text = std::fs::read_to_string(path)?;
    Ok(toml::from_str::<Judgements>(&text).context("judgements.toml")?.judgements)
}

impl Judgement {
    fn is_about(&self, peer: &str, exchange: &Exchange) -> bool {
        let fits = |pattern: &String| match pattern.strip_suffix('*') {
            Some(start) => exchange.operation.starts_with(start),
            None => exchange.operation == *pattern,
        };
        let sent = exchange.value.to_string();
        self.peers.iter().any(|name| name == peer)
            && self.operations.iter().any(fits)
            && (self.sent.is_empty() || self.sent.iter().any(|part| sent.contains(part)))
    }
}

/// An exchange whose two sides differ.
#[derive(Debug)]
pub(super) struct Disagreement<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) answer: Answer,
    pub(super) judgement: Option<&'a Judgement>,
}

/// What came of a peer.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub(super) peer: String,
    pub(super) same: usize,
    pub(super) disagreements: Vec<Disagreement<'a>>,
}

impl<'a> Outcome<'a> {
    pub(super) fn new(
        peer: &str,
        exchanges: impl Iterator<Item = (&'a Exchange, Answer)>,
        judgements: &'a [Judgement],
    ) -> Self {
        let mut outcome = Self { peer: peer.to_owned(), same: 0, disagreements: Vec::new() };
        for (exchange, answer) in exchanges {
            if matches!(&answer, Answer::Seen(seen) if is_same(&exchange.value, seen)) {
                outcome.same += 1;
                continue;
            }
            let judgement = judgements.iter().find(|it| it.is_about(peer, exchange));
            outcome.disagreements.push(Disagreement { exchange, answer, judgement });
        }
        outcome
    }

    pub(super) fn not_examined(&self) -> usize {
        self.disagreements.iter().filter(|it| it.judgement.is_none()).count()
    }
}

/// Whether what was seen is what was sent.
///
/// An integer that a framework hands to its handler as text has arrived: whether it is converted is the framework's
/// affair and nothing of the wire. A text is never an integer, though, and digits must be the same ones.
fn is_same(sent: &Value, seen: &Value) -> bool {
    match (sent, seen) {
        (Value::Number(sent), Value::String(seen)) => sent.to_string() == *seen,
        (Value::Array(sent), Value::Array(seen)) => {
            sent.len() == seen.len() && sent.iter().zip(seen).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(sent), Value::Object(seen)) => {
            sent.len() == seen.len()
                && sent.iter().all(|(name, a)| seen.get(name).is_some_and(|b| is_same(a, b)))
        }
        _ => sent == seen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_an_integer_may_be_seen_as_text() {
        assert!(is_same(&json!({"count": -7}), &json!({"count": "-7"})));
        assert!(!is_same(&json!("7"), &json!(7)));
        assert!(!is_same(&json!(9_007_199_254_740_993_i64), &json!(9_007_199_254_740_992_i64)));
        assert!(!is_same(&json!(["a,b"]), &json!(["a", "b"])));
    }
}
