//! Moments and years of a body of which a document says that they have to lie ahead, or may not, or not further back than so
//! many days.

use super::ahead::{days_after, says_from_today};
use super::limit::rules;
use super::prose::{has, mentions, sentences};
use super::told::{refusals, statuses, statuses_or_usual};
use crate::model::{Contract, JsonType, Operation, SchemaId};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// How a moment is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MomentLimit {
    /// It has to lie ahead.
    Ahead,
    /// It is tomorrow at the earliest.
    Tomorrow,
    /// It may not lie ahead.
    NotAhead,
    /// It may lie back so many days, and no more.
    Days(u64),
    /// It may lie ahead so many days, and no more.
    Within(u64),
}

/// A moment of a body that is said to be limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitedMoment {
    /// The member.
    pub member: String,
    /// How it is limited.
    pub limit: MomentLimit,
    /// With which it is said to be refused beyond that.
    pub statuses: Vec<u16>,
    /// Whether it is told which day today is: that of UTC.
    pub is_utc: bool,
}

/// All that is said of the moments of an operation's body.
pub(super) fn limited(contract: &Contract, operation: &Operation) -> Vec<LimitedMoment> {
    let Some(schema) = operation.members_schema() else { return Vec::new() };
    let outline = Outline::of(contract, &[schema]);
    let all = outline.members();
    let is_moment = |(name, ids): &(&&str, &Vec<SchemaId>)| {
        let mut formats = ids.iter().filter_map(|id| contract.schema(*id).format.as_deref());
        let is_year = words(name).iter().any(|word| word == "year")
            && outline.member(name).is_some_and(|one| one.is(JsonType::Integer));
        is_year || formats.any(|format| matches!(format, "date" | "date-time"))
    };
    let members: Vec<(&str, &Vec<SchemaId>)> =
        all.iter().filter(is_moment).map(|(name, ids)| (*name, ids)).collect();
    let said = of_operation(contract, operation, &members);
    let general = contract.info.description.as_deref();
    let mut texts = general.into_iter().chain(operation.told.as_deref());
    let is_of_days = |one: &str| one.contains("UTC") && has(one, &["day", "date"]);
    let is_utc = texts.any(|text| sentences(text).any(is_of_days));
    let mut told: Vec<LimitedMoment> = Vec::new();
    for one in said.into_iter().chain(of_members(contract, &members)) {
        let is_same = |limit: MomentLimit| {
            std::mem::discriminant(&limit) == std::mem::discriminant(&one.limit)
        };
        let is_known = told.iter().any(|known| known.member == one.member && is_same(known.limit));
        if !is_known {
            told.push(LimitedMoment { is_utc, ..one });
        }
    }
    told
}

/// What the operation says, and its refusals: of the member that a piece of a sentence names, else the whole sentence, else of the
/// only one that could be meant.
fn of_operation(
    contract: &Contract,
    operation: &Operation,
    members: &[(&str, &Vec<SchemaId>)],
) -> Vec<LimitedMoment> {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let refused = refusals(operation, [400, 422]).map(|text| (text, true));
    let general = rules(contract, operation).map(|text| (text, false));
    let said = general.chain(refused).flat_map(|(text, is_refusal)| {
        sentences(text)
            .map(move |sentence| (sentence, is_refusal || statuses(sentence).next().is_some()))
    });
    let told = said.flat_map(|(sentence, is_refusal)| {
        let names = &names;
        limits(sentence, is_refusal).into_iter().filter_map(move |(limit, piece)| {
            let only_one = || only(names.iter().copied()).filter(|_| is_refusal);
            let named = subject(names, piece).or_else(|| subject(names, sentence));
            let member = named.or_else(only_one)?.to_owned();
            let statuses = statuses_or_usual(sentence);
            Some(LimitedMoment { member, limit, statuses, is_utc: false })
        })
    });
    told.collect()
}

/// What the members say of themselves.
fn of_members(contract: &Contract, members: &[(&str, &Vec<SchemaId>)]) -> Vec<LimitedMoment> {
    const NOT_AHEAD: [&str; 3] = ["not in the future", "not after today", "no later than today"];
    let told = members.iter().flat_map(|(name, ids)| {
        let described = ids.iter().filter_map(|id| contract.schema(*id).description.as_deref());
        described.flat_map(sentences).flat_map(move |sentence| {
            let is_refusal = statuses(sentence).next().is_some();
            // "Today at the earliest and at most 60 days ahead."
            let most = days_after(sentence)
                .filter(|_| !is_refusal && has(sentence, &["at most ", "no more than ", "up to "]))
                .filter(|_| has(sentence, &[" days ahead", " days in advance"]));
            let limits = limits(sentence, is_refusal).into_iter().map(|(limit, _)| limit);
            let limits = limits.chain(most.map(MomentLimit::Within));
            let denied = NOT_AHEAD.iter().find_map(|one| {
                let lower = sentence.to_lowercase();
                let behind = lower.split_once(one).map(|(_, behind)| behind.to_owned())?;
                // "Not after today plus 365 days."
                (!behind.starts_with(" plus")).then_some(())?;
                // "Not in the future gives 400": what is refused.
                let is_refused = [" gives ", " is a ", " is answered"].iter();
                let is_refused =
                    is_refusal && is_refused.into_iter().any(|it| behind.starts_with(it));
                Some(if is_refused { MomentLimit::Ahead } else { MomentLimit::NotAhead })
            });
            limits.chain(denied).map(move |limit| {
                let member = (*name).to_owned();
                let statuses = statuses_or_usual(sentence);
                LimitedMoment { member, limit, statuses, is_utc: false }
            })
        })
    });
    told.collect()
}

/// The one of these members that a text is about.
fn subject<'n>(names: &[&'n str], text: &str) -> Option<&'n str> {
    const WHEN: [&str; 6] = ["at", "on", "date", "day", "time", "moment"];
    // "It must have been collected in the past", of `collected_at`.
    let is_spoken = |name: &&&str| {
        let mut own = words(name);
        own.retain(|word| !WHEN.contains(&word.as_str()));
        !own.is_empty() && has(text, &[&format!("been {} ", own.join(" "))])
    };
    let named = only(names.iter().copied().filter(|name| mentions(text, name)));
    named.or_else(|| only(names.iter().filter(is_spoken)).copied())
}

/// The limits that a sentence tells, each with the piece of it that does.
fn limits(sentence: &str, is_refusal: bool) -> Vec<(MomentLimit, &str)> {
    const AHEAD: [&str; 7] = [
        "after today",
        "in the future",
        "later than today",
        "later than now",
        "later than next year",
        "later than this year",
        "after the current year",
    ];
    const MUST: [&str; 9] = [
        "must be ",
        "has to be ",
        "have to be ",
        "needs to be ",
        "must lie",
        "has to lie",
        "have to lie",
        "must have been ",
        "has to have been ",
    ];
    const MAY_NOT: [&str; 7] =
        ["may not ", "must not ", "cannot ", "can't ", "can not ", "never ", "mustn't "];
    // "What isn't in the future is a 422": the other way round, but who says so need not mean that.
    // How far ahead it may be, or has to be, is another limit.
    const FAR: [&str; 6] = [
        "today plus",
        "now plus",
        "days in the future",
        "weeks in the future",
        "months in the future",
        "years in the future",
    ];
    const DENIED: [&str; 6] = [
        "not in the future",
        "n't in the future",
        "not after today",
        "not later than today",
        "no later than today",
        "not later than now",
    ];
    const TOMORROW: [&str; 7] = [
        "at least tomorrow",
        "tomorrow or later",
        "tomorrow at the earliest",
        "at the earliest tomorrow",
        "not before tomorrow",
        "no earlier than tomorrow",
        "from tomorrow on",
    ];
    let may_not = has(sentence, &MAY_NOT);
    // "It is at most 30 days ahead, 422 otherwise."
    let otherwise = is_refusal && !may_not && has(sentence, &["otherwise"]);
    let must = has(sentence, &MUST) || otherwise;
    let pieces = sentence.split(',').map(|piece| {
        let is_said = has(piece, &AHEAD) && !has(piece, &FAR);
        let ahead = match (must, may_not) {
            // "Not after today, otherwise 400."
            (true, false) if has(piece, &DENIED) => Some(MomentLimit::NotAhead),
            (true, false) => Some(MomentLimit::Ahead),
            (false, true) => Some(MomentLimit::NotAhead),
            (false, false) if is_refusal && !has(piece, &DENIED) => Some(MomentLimit::NotAhead),
            _ => None,
        };
        // What has to come after another moment comes late enough where that is near.
        let later = must && has(piece, &["later than the ", "after the day "]);
        let ahead = ahead.filter(|_| is_said).or(later.then_some(MomentLimit::Ahead));
        let ahead = match ahead {
            _ if has(piece, &TOMORROW) => Some(MomentLimit::Tomorrow),
            _ if says_from_today(piece) && (must || is_refusal) && !may_not => {
                Some(MomentLimit::Ahead)
            }
            Some(MomentLimit::Ahead) if has(piece, &["after today", "later than today"]) => {
                Some(MomentLimit::Tomorrow)
            }
            ahead => ahead,
        };
        let back = days_back(&piece.to_lowercase());
        // "It must have been made in the past, and not more than 30 days ago."
        let is_past = must && !may_not && back.is_none() && has(piece, &[" in the past"]);
        let ahead = ahead.or_else(|| is_past.then_some(MomentLimit::NotAhead));
        let is_most = must && has(piece, &["not more than", "no more than", "at most"]);
        let back = back.filter(|_| may_not || is_refusal || is_most);
        let over = (is_refusal
            && !may_not
            && (has(piece, &["is before today", "lies before today"]) || is_of_past(piece)))
        .then_some(MomentLimit::Ahead);
        let within = days_after(piece).filter(|_| is_refusal && back.is_none());
        // "In the future, but at most 30 days ahead."
        let within = within.filter(|_| {
            has(piece, &["more than"]) || must && has(piece, &["at most", "no more than", "up to"])
        });
        let within = within.map(MomentLimit::Within);
        let limits = [ahead.or(over), back.map(MomentLimit::Days), within];
        limits.into_iter().flatten().map(move |limit| (limit, piece))
    });
    pieces.flatten().collect()
}

/// "A `valid_until` before today gives 422": of what is sent, as it begins with it.
fn is_of_past(piece: &str) -> bool {
    let text = piece.trim_start().to_lowercase();
    let behind = text.strip_prefix("a `").and_then(|rest| rest.split_once('`'));
    behind.is_some_and(|(_, behind)| behind.starts_with(" before today"))
        && statuses(piece).all(|status| matches!(status, 400 | 422))
}

/// "more than 180 days ago", "older than 90 days".
fn days_back(text: &str) -> Option<u64> {
    let spoken: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(['(', ')', ':'])).collect();
    let at = |from: usize| {
        let days: u64 = spoken.get(from)?.parse().ok()?;
        (*spoken.get(from + 1)? == "days").then_some(days)
    };
    (0..spoken.len()).find_map(|n| {
        let days = at(n)?;
        let is_back = matches!(spoken.get(n + 2), Some(&"ago" | &"back"))
            || spoken.get(n + 2..n + 5) == Some(&["in", "the", "past"]);
        let is_older = n >= 2 && spoken[n - 2..n] == ["older", "than"];
        (is_back || is_older).then_some(days)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::Memory;

    fn told(said: &str, of_member: &str) -> Vec<(String, MomentLimit)> {
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "Loans", "version": "1"},
            "paths": {"/loans": {"post": {
                "operationId": "lend",
                "description": said,
                "requestBody": {"content": {"application/json": {"schema": {
                    "type": "object",
                    "properties": {
                        "lent_on": {"type": "string", "format": "date", "description": of_member},
                        "due_on": {"type": "string", "format": "date"},
                        "printed_year": {"type": "integer"},
                    },
                }}}},
                "responses": {"201": {"description": "The loan."}, "422": {"description": "No."}},
            }}},
        });
        let reading =
            crate::read(Path::new("a.json"), &Memory::one("a.json", &document.to_string()));
        let contract = reading.contract.expect("a valid contract");
        let told = limited(&contract, contract.operation("lend").expect("the operation"));
        told.into_iter().map(|one| (one.member, one.limit)).collect()
    }

    fn of(member: &str, limit: MomentLimit) -> (String, MomentLimit) {
        (member.to_owned(), limit)
    }

    #[test]
    fn what_may_not_lie_ahead_or_far_back_is_heard() {
        let both = told("`lent_on` may not be after today nor more than 180 days ago (422).", "");
        assert_eq!(
            both,
            [of("lent_on", MomentLimit::NotAhead), of("lent_on", MomentLimit::Days(180))]
        );
        let past = "Must not lie in the future, nor more than 7 days in the past (422).";
        let both = [of("lent_on", MomentLimit::NotAhead), of("lent_on", MomentLimit::Days(7))];
        assert_eq!(told("Lends.", past), both);
        let ahead = "`due_on` has to be in the future, but at most 30 days ahead (422).";
        let both = [of("due_on", MomentLimit::Ahead), of("due_on", MomentLimit::Within(30))];
        assert_eq!(told(ahead, ""), both);
        let later = "`due_on` has to be later than the day on which it is lent (422).";
        assert_eq!(told(later, ""), [of("due_on", MomentLimit::Ahead)]);
        let year = told("A `printed_year` later than next year is a 422.", "");
        assert_eq!(year, [of("printed_year", MomentLimit::NotAhead)]);
        assert_eq!(told("Lends.", "Not in the future."), [of("lent_on", MomentLimit::NotAhead)]);
        let denied = [of("lent_on", MomentLimit::NotAhead)];
        assert_eq!(told("Lends.", "Not after today, otherwise 422."), denied);
        let refused = [of("lent_on", MomentLimit::Ahead)];
        assert_eq!(told("Lends.", "Not in the future gives 422."), refused);
        assert_eq!(told("Lends.", "Today or later (422)."), refused);
        for said in ["Must be no later than today (422).", "Has to be not later than today."] {
            assert!(told("Lends.", said).iter().all(|one| *one == denied[0]), "{said}");
        }
        for said in
            ["A `lent_on` of today or later is a 422.", "Not more than 9 days in the future."]
        {
            assert_eq!(told(said, ""), [], "{said}");
        }
        let past = "Must have been lent in the past, and not more than 30 days ago.";
        assert_eq!(told(past, ""), [denied[0].clone(), of("lent_on", MomentLimit::Days(30))]);
        assert_eq!(told("Must have been kept in the past.", ""), []);
        let plus = "Must be today or later, and not later than today plus 365 days (422).";
        assert_eq!(told("Lends.", plus), refused);
        let most = told("Lends.", "Today at the earliest and at most 60 days ahead.");
        assert_eq!(most, [of("lent_on", MomentLimit::Within(60))]);
        let between = "Not before today and not after today plus 365 days, otherwise 422.";
        assert_eq!(told("Lends.", between), refused);
        let day = told("An unknown copy, or a `lent_on` after today, is a 422.", "");
        assert_eq!(day, [of("lent_on", MomentLimit::NotAhead)]);
    }

    #[test]
    fn the_next_days_are_heard() {
        let both = [of("due_on", MomentLimit::Tomorrow), of("due_on", MomentLimit::Within(365))];
        for said in [
            "`due_on` is at least tomorrow, and at most 365 days from today: 422 otherwise.",
            "`due_on` has to be after today, and no more than 365 days from today (422).",
        ] {
            assert_eq!(told(said, ""), both, "{said}");
        }
    }

    #[test]
    fn what_has_to_lie_ahead_or_may_is_not() {
        for said in [
            "A `due_on` that is not in the future is a 422.",
            "`due_on` may lie in the future.",
            "A day in the future is a 422.",
            "Loans made more than 30 days ago are left out.",
        ] {
            assert_eq!(told(said, ""), [], "{said}");
        }
        let ahead = told("`due_on`, if given, has to lie in the\nfuture (422).", "");
        assert_eq!(ahead, [of("due_on", MomentLimit::Ahead)]);
        assert_eq!(told("Lends.", "May lie in the future."), []);
    }
}
