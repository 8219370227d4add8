//! To whom only what is their own is there, as descriptions tell it: "Staff see every loan, members their own; a loan of
//! somebody else is a 404".

use super::prose::{has, on_one_line, quoted, sentences};
use super::told::statuses;
use crate::model::{Location, Operation, Status};
use crate::only::only;

/// Callers to whom only what is their own is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAlone {
    /// What they are called, in lower case: `members`.
    pub role: String,
    /// How they are refused what is somebody else's.
    pub refusal: Status,
}

/// A parameter of a query by which some callers may not ask for what is somebody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFilter {
    /// What they are called, in lower case: `customers`.
    pub role: String,
    /// The parameter.
    pub parameter: String,
    /// How they are refused.
    pub refusal: Status,
}

/// "Customers who filter by `customer_id` of somebody else get 403".
pub(super) fn own_filter(operation: &Operation) -> Option<OwnFilter> {
    sentences(operation.told.as_deref()?).find_map(|sentence| {
        let is_asked = |name: &&str| operation.parameter(Location::Query, name).is_some();
        let parameter = only(quoted(sentence).filter(is_asked))?.to_owned();
        const SOME: [&str; 3] = [" may ", " can ", " only "];
        let text = on_one_line(&sentence.to_lowercase());
        (has(&text, &OTHERS) && !has(&text, &SOME)).then_some(())?;
        let refusal = refusal(&text).filter(|one| operation.responses.contains_key(one))?;
        let role = subject(text.split(',').find(|clause| statuses(clause).next().is_some())?)?;
        // "A `customer_id` of somebody else": of whom it is said it doesn't say.
        (!parameter.eq_ignore_ascii_case(&role)).then_some(OwnFilter { role, parameter, refusal })
    })
}

/// Those of whom each may make one such thing alone within another one: "Each customer has one review per product (409)", "A member
/// reviews a title once; a second review is a 409".
pub(super) fn one_each(operation: &Operation) -> Option<String> {
    const ONE: [&str; 4] = [" has one ", " have one ", " hands in one ", " one per "];
    const MORE: [&str; 5] = ["or more", "at most", "at least", "several", "up to"];
    let said = said(operation)?;
    said.split('.').find_map(|sentence| {
        let is_refused = statuses(sentence).any(|status| status == 409);
        let clause = sentence.split(';').next()?;
        let is_each = ["each ", "every ", "a ", "an "]
            .iter()
            .any(|each| clause.trim_start().starts_with(each));
        // "A member reviews a title once", not "at once", and not "once it is over".
        let once = clause.trim_end_matches(')').split('(').next()?.trim_end();
        let is_one = has(clause, &ONE) || once.ends_with(" once") && !once.ends_with(" at once");
        (is_refused && is_each && is_one && !has(clause, &MORE)).then(|| subject(clause)).flatten()
    })
}

/// Those of whom a list is said to show only their own things: "Clients get their own pets only".
pub(super) fn listed(operation: &Operation) -> Option<String> {
    let said = said(operation)?;
    sentences(&said).find_map(own_of)
}

/// Those whom an operation is said to refuse what is somebody else's: "for other buyers a 403", "a loan of somebody else is a
/// 404" of those who see their own.
pub(super) fn refused(operation: &Operation) -> Option<OwnAlone> {
    let said = said(operation)?;
    let own = sentences(&said).find_map(own_of);
    sentences(&said).find_map(|sentence| {
        let refusal = refusal(sentence).filter(|one| operation.responses.contains_key(one))?;
        let role = others_of(sentence).or_else(|| of_others(sentence, own.as_deref()))?;
        Some(OwnAlone { role, refusal })
    })
}

/// The description, in lower case and on one line.
fn said(operation: &Operation) -> Option<String> {
    let words = operation.told.as_deref()?.split_whitespace();
    Some(words.collect::<Vec<_>>().join(" ").to_lowercase())
}

/// The subject of a clause that says whose things somebody sees, where it or its sentence says that these are not all.
fn own_of(sentence: &str) -> Option<String> {
    const OWN: [&str; 7] = [
        "their own",
        "its own",
        "the own",
        "his or her own",
        "made out to them",
        "with the same key",
        "of themselves",
    ];
    const TOO: [&str; 6] = ["also", " too", "as well", " may ", " can ", " not "];
    let is_contrasted = has(sentence, &[" all ", " every ", " the whole "]);
    sentence.split(',').find_map(|clause| {
        let is_alone = is_contrasted || has(clause, &["only", "alone", "nobody else's"]);
        let sees = [" see ", " sees ", " get ", " gets ", " find ", " finds "];
        let is_sight = has(clause, &sees) || has(sentence, &sees);
        let is_told = is_sight && has(clause, &OWN) && !has(clause, &TOO);
        let is_key = has(clause, &["with the same key"]) && is_sight;
        if is_told && (is_alone || is_key) { subject(clause) } else { None }
    })
}

/// The first word behind articles.
fn subject(clause: &str) -> Option<String> {
    const BEFORE: [&str; 8] = ["a", "an", "the", "and", "but", "while", "each", "every"];
    let mut words = words(clause).skip_while(|word| BEFORE.contains(word));
    words.next().map(str::to_owned)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|one: char| !one.is_alphanumeric() && one != '_' && one != '-')
        .filter(|word| !word.is_empty())
}

/// The only status of a sentence, where it is one that refuses.
fn refusal(sentence: &str) -> Option<Status> {
    let mut all = statuses(sentence);
    let one = all.next().filter(|one| matches!(one, 403 | 404))?;
    all.next().is_none().then_some(Status::Code(one))
}

/// "for other buyers", "lists of other customers": those who are called so.
fn others_of(sentence: &str) -> Option<String> {
    const SOME: [&str; 6] = ["private", "draft", "hidden", "unpublished", "without", " if "];
    const ABSENT: [&str; 5] = ["n't exist", "not exist", " are a 40", " get a 40", " give a 40"];
    let whom = sentence.split_once("for other ").or_else(|| sentence.split_once("to other "));
    let whose = || {
        let is_of_all = has(sentence, &ABSENT) && !has(sentence, &SOME);
        sentence.split_once(" of other ").filter(|_| is_of_all)
    };
    let (_, behind) = whom.or_else(whose)?;
    words(behind).next().map(str::to_owned)
}

/// How it is said that something is somebody else's.
const OTHERS: [&str; 5] =
    ["those of others", "of somebody else", "of someone else", "s of others", "anybody else's"];

/// "those of others", "a loan of somebody else": those of whom it is said here, else those who see their own.
fn of_others(sentence: &str, own: Option<&str>) -> Option<String> {
    has(sentence, &OTHERS).then_some(())?;
    let here = sentence.split_once(" for ").and_then(|(_, behind)| words(behind).next());
    here.or(own).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_their_own_alone_is_heard() {
        for (said, role) in [
            ("Clients get their own pets only. A page may be empty.", Some("clients")),
            ("Clients get the ones made out to them only.", Some("clients")),
            ("Staff see all loans, members their own.", Some("members")),
            (
                "Staff see the whole queue, a member only the own hold, with its true position.",
                Some("member"),
            ),
            (
                "`admin` and `clerk` see all of them, a `shop` those made with its own key; not for others.",
                Some("shop"),
            ),
            (
                "A `buyer` sees the imports started with the same key; those of others are a 404.",
                Some("buyer"),
            ),
            ("Everybody sees the published ones; members also see their own in any state.", None),
            ("Members may change their own reviews only.", None),
            ("Clients register their own pets, staff all pets.", None),
            ("Members see their own rating in colour.", None),
        ] {
            let said = said.to_lowercase();
            assert_eq!(sentences(&said).find_map(own_of).as_deref(), role, "{said}");
        }
    }

    #[test]
    fn of_what_each_may_make_one_is_heard() {
        use crate::resources::tests::contract;
        for (said, role) in [
            ("Each customer has one review per product (409).", Some("customer")),
            ("A member reviews a title once; a second review is a 409.", Some("member")),
            ("An invoice can be issued once the project is approved (409 otherwise).", None),
            ("A member can have at most 5 loans at once (409).", None),
            ("Each order has one or more lines (409 if there are none).", None),
            ("Each customer has one review per product.", None),
        ] {
            let yaml = format!(
                "  /things:\n    post:\n      operationId: make\n      description: {said:?}\n      responses: {{'201': {{description: It.}}, '409': {{description: No.}}}}\n"
            );
            let contract = contract(&yaml);
            assert_eq!(one_each(&contract.operations[0]).as_deref(), role, "{said}");
        }
    }

    #[test]
    fn who_is_refused_what_is_of_others_is_heard() {
        for (sentence, own, expected) in [
            ("for other buyers a 403 (`notyours`)", None, Some(("buyers", 403))),
            ("for other members the hold does not exist (404)", None, Some(("members", 404))),
            (
                "by staff, or by the member who has it (404 for other members)",
                None,
                Some(("members", 404)),
            ),
            ("a loan of somebody else is a 404", Some("members"), Some(("members", 404))),
            ("a loan of somebody else is a 404", None, None),
            ("fines of others do not exist for members (404)", None, Some(("members", 404))),
            (
                "wish lists of other customers don't exist for the caller (404)",
                None,
                Some(("customers", 404)),
            ),
            ("private notes of other users do not exist (404)", None, None),
            ("profiles of other users come without an address (404)", None, None),
            ("for other reasons a 409", None, None),
            ("others get 403 on a shared list and 404 on a private one", Some("members"), None),
        ] {
            let role = others_of(sentence).or_else(|| of_others(sentence, own));
            let found = role.zip(refusal(sentence));
            let expected = expected.map(|(role, code)| (role.to_owned(), Status::Code(code)));
            assert_eq!(found, expected, "{sentence}");
        }
    }
}
