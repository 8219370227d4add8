//! Why a thing was moved, which it shows from then on: the `reason` of a rejection that a review shows as its `reject_reason`.
//!
//! | sent with the move | shown by the thing as |
//! | --- | --- |
//! | `reason`, `note` and the like, which nobody sends who makes such a thing | the same |
//! | `reason`, where the move leads to `rejected` | `reject_reason`, `rejectionReason`, if nothing else ends so |
//! | `reason`, where the operation is `moderateReview` | `moderation_reason` |
//!
//! Only of what such a move can't go without: what may be left out, a service may leave aside. And only of what every answer has.

use serde_json::Value;

use super::{Lifecycle, Move, Resources, needed, tally};
use crate::Direction;
use crate::model::{JsonType, Operation};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// What is told with a move, and shown by the thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The member of the body.
    pub sent: String,
    /// The member of the thing.
    pub shown: String,
}

/// What texts are called that tell why.
const WHY: [&str; 7] =
    ["reason", "note", "comment", "explanation", "justification", "remark", "message"];

pub(super) fn of(
    resources: &Resources<'_>,
    (operation, life): (&Operation, &Lifecycle<'_>),
    one: &Move<'_>,
) -> Vec<Noted> {
    let state = one.to.as_str();
    let schemas = operation.body_schema().zip(life.shown_by.answer_schema());
    let Some((body, answer)) = schemas else { return Vec::new() };
    let outline = |id| Outline::of(resources.contract, &[id]);
    let (body, thing) = (outline(body), outline(answer));
    let leads_there_alone = life.moves_of(operation).all(|one| one.to == state);
    let required = body.required(Direction::Request).filter(|_| leads_there_alone);
    let mut needed = needed::for_state(resources, operation, state);
    // What asks for it may be called otherwise than where it leads: `reject`.
    let value = one.value.as_ref().and_then(Value::as_str);
    needed
        .extend(value.into_iter().flat_map(|value| needed::for_state(resources, operation, value)));
    needed.extend(required.map(str::to_owned));
    needed.sort_unstable();
    needed.dedup();
    let needed = needed.into_iter().filter(|name| is_text(&body, name));
    let written = tally::written(resources, life.shown_by);
    let noted = needed.filter_map(|sent| {
        let shown = shown_as(&thing, (&sent, &written), (operation, state))?;
        let values = |of: &Outline<'_>, name: &str| {
            of.member(name).map(|one| one.texts()).unwrap_or_default()
        };
        let (given, kept) = (values(&body, &sent), values(&thing, &shown));
        // A code may be shown as what it stands for, and what is not always shown need not be shown to everybody.
        let is_same =
            given.is_empty() == kept.is_empty() && given.iter().all(|value| kept.contains(value));
        let is_shown = thing.required(Direction::Response).any(|name| name == shown);
        (shown != life.member && is_same && is_shown).then_some(Noted { sent, shown })
    });
    noted.collect()
}

/// Whether a member is a text, of whatever values, that is kept as it is: nothing tells of a form.
fn is_text(of: &Outline<'_>, name: &str) -> bool {
    of.member(name).is_some_and(|member| {
        let is_formed = member.texts().is_empty() && member.spelling().is_some();
        member.is(JsonType::String) && !is_formed
    })
}

/// The member of the thing that is called as what was sent, or the only one that ends so, where it begins like the state or what is done.
fn shown_as(
    thing: &Outline<'_>,
    (sent, written): (&str, &[String]),
    (operation, state): (&Operation, &str),
) -> Option<String> {
    let own = words(sent);
    let ends_so = |name: &&str| {
        let named = words(name);
        named.len() > own.len() && named.ends_with(&own)
    };
    let named = only(thing.members().into_keys().filter(ends_so));
    let Some(shown) = named else {
        // Who makes a thing may have said something else of that name: why somebody comes, and not why they don't. And a
        // reference or a code may be another one than that of the thing.
        let tells_why = own.last().is_some_and(|last| WHY.contains(&last.as_str()));
        let is_own = is_text(thing, sent) && !written.iter().any(|name| name == sent);
        return (tells_why && is_own).then(|| sent.to_owned());
    };
    let mut done = words(state);
    done.extend(words(&operation.id));
    done.extend(operation.path.last_literal().map(words).unwrap_or_default());
    let before = words(shown).len() - own.len();
    let is_of_it =
        words(shown).iter().take(before).all(|word| done.iter().any(|one| begins_like(one, word)));
    (is_of_it && is_text(thing, shown)).then(|| shown.to_owned())
}

/// Whether two words have their beginning in common, as `rejected` and `rejection` do.
fn begins_like(one: &str, other: &str) -> bool {
    const ENOUGH: usize = 4;
    let common = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    common >= ENOUGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_kind_begin_alike() {
        for (one, other) in
            [("rejected", "rejection"), ("moderate", "moderation"), ("cancelled", "cancel")]
        {
            assert!(begins_like(one, other), "{one}, {other}");
        }
        assert!(!begins_like("cancelled", "return"));
    }
}
