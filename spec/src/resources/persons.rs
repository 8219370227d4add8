//! What descriptions say of who may do something: who made a thing, who is of a role, who means themselves, and who is refused.
//!
//! A sentence is heard only where it can't be about something else: who isn't heard is asked less firmly.

use super::passage::statements;
use super::prose::{has, mentions, sentences};
use super::told::{plain, refusals, statuses};
use crate::model::{Contract, Operation, Status};
use crate::names::{singulars, words};
use crate::outline::Outline;

/// Whether a list is said to have what is the caller's alone: "The orders the caller has made, and nobody else's".
pub(super) fn list_is_own(operation: &Operation) -> bool {
    const OWN: [&str; 8] = [
        "nobody else's",
        "the caller is a member of",
        "the caller's own",
        "only the caller's",
        "that the caller made",
        "the caller has made",
        "the caller has created",
        "your own ",
    ];
    let said = operation.told.as_deref().unwrap_or_default();
    has(said, &OWN) || sentences(said).any(is_of_who_asks)
}

/// "The wish lists of the customer who asks", not "no matter who asks".
fn is_of_who_asks(sentence: &str) -> bool {
    let text = plain(sentence);
    let Some((before, _)) = text.split_once(" who asks") else { return false };
    let before: Vec<&str> = before.split_whitespace().collect();
    matches!(before.as_slice(), [.., "of", "the", _])
}

/// Whether an operation may be done to oneself by who has no right to do it to others.
pub(super) fn by_oneself(operation: &Operation) -> bool {
    const SELF: [&str; 6] = [
        "themselves",
        "themself",
        "yourself",
        "oneself",
        "himself or herself",
        "their own membership",
    ];
    let forbidden = operation.responses.get(&Status::Code(403));
    let said = [operation.told.as_deref(), forbidden.map(|one| one.description.as_str())];
    said.into_iter().flatten().any(|text| has(text, &SELF))
}

/// Whether an operation says that those who are called so are refused: "dockhands get 403".
pub(super) fn refused_to(operation: &Operation, name: &str) -> bool {
    const REFUSED: [&str; 5] = ["403", "forbidden", "may not", "cannot", "can't"];
    let name = words(name).join(" ");
    let forbidden = operation.responses.get(&Status::Code(403));
    let said = [operation.told.as_deref(), forbidden.map(|one| one.description.as_str())];
    let said = said.into_iter().flatten().map(plain).collect::<Vec<_>>();
    said.iter().flat_map(|text| text.split(['.', ';', ','])).any(|piece| {
        let spoken = words(piece).iter().map(|word| singulars(word)).collect::<Vec<_>>();
        // "Dockhands get 403" begins with them: "another one than theirs gives 403" does not.
        let is_about = spoken.first().is_some_and(|first| first.contains(&name));
        is_about && has(piece, &REFUSED)
    })
}

/// Whether an operation says that those who are called so are refused at times: "warehouse staff get 403 as long as the order is
/// `placed`".
pub(super) fn refused_at_times(operation: &Operation, name: &str) -> bool {
    const TIMES: [&str; 8] =
        [" as long as ", " while ", " if ", " unless ", " until ", " when ", " before ", " once "];
    /// "Somebody whose role may not do the move at all gets 403."
    const SOME: [&str; 3] = ["whose role may not", "the move", "this move"];
    let name = words(name).join(" ");
    let said = plain(operation.told.as_deref().unwrap_or_default());
    said.split(['.', ';']).filter(|sentence| has(sentence, &["403"])).any(|sentence| {
        let spoken = words(sentence).iter().map(|word| singulars(word)).collect::<Vec<_>>();
        let is_about = spoken.iter().any(|word| word.contains(&name));
        (is_about && has(sentence, &TIMES)) || has(sentence, &SOME)
    })
}

/// Whether an operation says that all who are called so may, whatever it is about: "Managers and dockhands, on any day." What it
/// says of a 403 may be about them.
pub(super) fn open_to(operation: &Operation, name: &str) -> bool {
    const BETWEEN: [&str; 5] = ["and", "or", "only", "the", "all"];
    const SOME: [&str; 7] = [" own ", "403", "themsel", " unless ", " except ", " if ", " of the "];
    const OTHERS: [&str; 7] =
        [" own", "other", " else", "belong", "not the ", "n't the ", "member"];
    let Some(said) = operation.told.as_deref() else { return false };
    if refusals(operation, [403]).any(|text| has(text, &OTHERS)) {
        return false;
    }
    let wanted = words(name).join(" ");
    let says_so = |sentence: &String| {
        let text = format!(" {} ", plain(sentence));
        let before = text.split(" may ").next().unwrap_or_default();
        let who = before.split(',').next().filter(|_| !text.contains(" may ")).unwrap_or(before);
        let spoken = words(who);
        let is_told = spoken.iter().any(|word| singulars(word).contains(&wanted));
        // Nobody else is spoken of before, and nothing.
        let are_people = |word: &String| BETWEEN.contains(&word.as_str()) || word.ends_with('s');
        !spoken.is_empty() && spoken.len() <= 6 && is_told && spoken.iter().all(are_people)
    };
    !has(&format!(" {} ", plain(said)), &SOME) && statements(said).iter().any(says_so)
}

/// Whether an operation is said to be for some who have something to do with its thing, and everybody else to be refused.
pub(super) fn others_are_refused(operation: &Operation) -> bool {
    const OTHERS: [&str; 6] = [
        "everybody else",
        "everyone else",
        "anybody else",
        "anyone else",
        "all others",
        "nobody else",
    ];
    // "Those may vote who hold a lease on the site", "signed by the member of the lease".
    const SOME: [&str; 8] =
        [" who ", " whose ", " their ", " of the ", " of that ", " of its ", "own ", "whom "];
    let said = operation.told.as_deref().unwrap_or_default();
    // "Wardens and members change themselves only."
    const THEMSELVES: [&str; 4] =
        ["themselves only", "only themselves", "himself or herself only", "their own only"];
    let is_told = statements(said).iter().any(|one| has(one, &OTHERS) && has(one, &["403"]));
    is_told && has(said, &SOME) || has(said, &THEMSELVES)
}

/// Whether a 403 is said to be for who acts on a thing of their own: by its own description, or by a sentence of the
/// operation's that forbids it ("never on a trip of their own"). "Lists your own trips" forbids nothing.
pub(super) fn not_own(operation: &Operation) -> bool {
    const OWN: [&str; 7] = [
        "your own",
        "their own",
        "his or her own",
        "not the one",
        "isn't the one",
        "is the author",
        "nobody decides",
    ];
    const FORBIDS: [&str; 8] =
        ["403", "forbidden", "never", "nobody", "may not", "must not", "can't", "cannot"];
    // "Someone else is the author": whoever does have a part in it is let in.
    const OTHERS: [&str; 4] = ["someone else", "somebody else", "anybody else", "anyone else"];
    let forbidden = operation.responses.get(&Status::Code(403));
    let conflict = operation.responses.get(&Status::Code(409));
    let said = operation.told.as_deref().unwrap_or_default();
    // "Nobody can vote for an issue that they reported."
    let is_theirs = |sentence: &str| {
        let behind = sentence.split_once(" that they ").map(|(_, behind)| behind);
        behind.is_some_and(|behind| {
            !["did n", "have n", "don", "haven", "didn"].iter().any(|not| behind.starts_with(not))
        })
    };
    // "Their own id (403 otherwise)" is for oneself alone.
    // "Drivers may use only their own, technicians may not use any" lets them do it to what is theirs.
    const ALONE: [&str; 5] = [
        "otherwise",
        "only their own",
        "only your own",
        "only his or her own",
        "only for themselves",
    ];
    let says = |sentence: &str| {
        has(sentence, &FORBIDS)
            && !has(sentence, &ALONE)
            && (forbidden.is_some() && has(sentence, &OWN)
                || conflict.is_some() && has(sentence, &["nobody"]) && is_theirs(sentence))
    };
    // "The caller is an accountant, and the traveller at once."
    let told = |text: &str| has(text, &OWN) || has(text, &["at once"]);
    forbidden.is_some_and(|one| told(&one.description) && !has(&one.description, &OTHERS))
        || statements(said).iter().any(|one| says(one))
}

/// The words for those who may do something for themselves alone, everybody else being forbidden: "drivers only for themselves: naming
/// anybody else is forbidden (403)". Single, in small letters, and together where two of them are one name.
pub(super) fn for_themselves_alone(operation: &Operation) -> Vec<String> {
    const THEM: [&str; 2] = ["themselves", "themself"];
    const ENDS: [char; 4] = [',', ':', ';', '('];
    let said = statements(operation.told.as_deref().unwrap_or_default());
    let told = said.iter().filter(|one| statuses(one).any(|status| status == 403));
    let clauses = told.flat_map(|one| one.split(ENDS)).filter(|clause| has(clause, &THEM));
    let mut who = Vec::new();
    for clause in clauses {
        let before = plain(clause);
        let before = before.split(THEM[0]).next().unwrap_or_default().to_owned();
        let spoken = words(&before);
        who.extend(spoken.iter().flat_map(|word| singulars(word)));
        let pairs = spoken.windows(2);
        who.extend(pairs.flat_map(|pair| singulars(&pair.concat())));
    }
    who
}

/// Whether a member of a body is said to be left out by who means themselves: "Drivers may leave it out", "The caller if left out".
pub(super) fn may_be_left_out(contract: &Contract, operation: &Operation, member: &str) -> bool {
    const OUT: [&str; 5] = [
        "leave it out",
        "caller if left out",
        "caller, if left out",
        "caller if it is left out",
        "leave this out",
    ];
    let Some(schema) = operation.body_schema() else { return false };
    let body = Outline::of(contract, &[schema]);
    let of_member = body.description(&[member.to_owned()]).unwrap_or_default();
    let name = member.to_lowercase();
    let out = [format!("leave `{name}` out"), format!("`{name}` is left out")];
    let says = |sentence: &String| {
        let sentence = plain(sentence);
        out.iter().any(|out| sentence.contains(out))
            || mentions(&sentence, member) && has(&sentence, &OUT)
    };
    let said = statements(operation.told.as_deref().unwrap_or_default());
    has(of_member, &OUT) || said.iter().any(says)
}

/// Whether only who made a thing is said to get at it, all others being forbidden to.
pub(super) fn author_alone(operation: &Operation) -> bool {
    const MADE: [&str; 6] = [
        "that wrote",
        "who wrote",
        "who made it",
        "who created it",
        "that made it",
        "that created it",
    ];
    const ALONE: [&str; 13] = [
        "nobody but the author",
        "nobody but its author",
        "the author alone",
        "its author alone",
        "author only",
        "only the author",
        "only its author",
        "the owner alone",
        "its owner alone",
        "owner only",
        "nobody but who made it",
        "nobody but its creator",
        "only its creator",
    ];
    // Said of a 403: that it is for everybody else.
    const OTHERS: [&str; 7] = [
        "somebody else wrote",
        "someone else wrote",
        "written by somebody else",
        "written by someone else",
        "someone else is the author",
        "somebody else is the author",
        "the caller is not the author",
    ];
    const TOO: [&str; 6] = [" or ", " and ", " nor ", "unless", "except", "but not"];
    let Some(forbidden) = operation.responses.get(&Status::Code(403)) else { return false };
    let said = operation.told.as_deref().unwrap_or_default();
    let is_alone = |clause: &str, words: &[&str]| has(clause, words) && !has(clause, &TOO);
    let by_status = sentences(said).any(|sentence| {
        has(sentence, &MADE)
            && has(sentence, &["only the ", "only who "])
            && statuses(sentence).eq([403])
    });
    by_status
        || said.split([',', '.', ';']).any(|clause| is_alone(clause, &ALONE))
        || is_alone(&forbidden.description, &OTHERS)
}

/// Whom a 403 is said to be for, where that tells who has the right: "The caller is neither the traveller nor a delegate of
/// theirs". In small letters, so that what says the same of several operations can be told.
pub(super) fn forbidden_to(operation: &Operation) -> Option<String> {
    const WHO: [&str; 13] = [
        "neither ",
        "is not the ",
        "isn't the ",
        "is not an ",
        "isn't an ",
        "nobody but",
        "only the ",
        "somebody else",
        "someone else",
        "another user",
        "is not in the ",
        "not a member",
        "does not own",
    ];
    // What somebody is permitted in general may be something else for each operation; so may what depends on the request.
    const VAGUE: [&str; 12] = [
        "permission",
        "permitted",
        "allowed",
        "rights",
        "scope",
        "privilege",
        "access",
        "authori",
        "tries to",
        "the one to",
        "this operation",
        " if ",
    ];
    let forbidden = operation.responses.get(&Status::Code(403))?;
    let text = plain(&forbidden.description);
    (has(&text, &WHO) && !has(&text, &VAGUE)).then_some(text)
}

/// For whom a 404 is said to be of those for whom a thing isn't there: "There is no such trip, or the caller may not see it". In
/// small letters.
pub(super) fn hidden_from(operation: &Operation) -> Option<String> {
    const WHO: [&str; 6] =
        ["the caller", "to you", "for you", "you may not", "you can't", "visible"];
    let missing = operation.responses.get(&Status::Code(404))?;
    let text = plain(&missing.description);
    has(&text, &WHO).then_some(text)
}

/// Whether whoever has a right is said to have it to everything, whoever made it: by the operation, or by a tag that it has.
pub(super) fn rights_are_to_all(contract: &Contract, operation: &Operation) -> bool {
    const ALL: [&str; 8] = [
        "may do everything",
        "can do everything",
        "may do all",
        "can do all",
        "whoever created",
        "whoever made",
        "regardless of who",
        "no matter who",
    ];
    let tags = contract.tags.iter().filter(|tag| operation.tags.contains(&tag.name));
    let said = tags.filter_map(|tag| tag.description.as_deref());
    let own = operation.told.as_deref();
    said.chain(own).any(|text| has(text, &ALL))
}

/// Whether a text says that some callers see what is their own alone, so that what isn't there for one of them need not be there at
/// all: "Customers see their own orders and nobody else's", "a loan of somebody else is a 404".
pub(super) fn is_seen_by_own(text: &str) -> bool {
    const OWN: [&str; 12] = [
        "their own",
        "his or her own",
        "its own",
        "somebody else",
        "someone else",
        "anybody else",
        "anyone else",
        "nobody else",
        "everybody else",
        "of others",
        "for others",
        " of other ",
    ];
    const SIGHT: [&str; 9] =
        [" see ", " sees ", " read ", " reads ", " get ", " gets ", " find ", " exist", " visible"];
    const OPEN: [&str; 9] = [
        "everybody ",
        "everyone ",
        "anybody may",
        "anyone may",
        "public",
        " too",
        "also ",
        "as well",
        "without ",
    ];
    sentences(text).any(|sentence| {
        let is_told = has(sentence, &OWN) && !has(sentence, &OPEN);
        let is_missing = statuses(sentence).any(|status| status == 404);
        let is_all = has(sentence, &["only", "alone", "nobody else", "no one else", "exist"])
            || has(sentence, &[" all ", " every ", "everything"]);
        is_told && (is_missing || has(sentence, &SIGHT) && is_all)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_callers_see_their_own_alone_is_heard() {
        for said in [
            "Customers see their own shipments, claims and invoices and nobody else's.",
            "Staff see every loan, members their own; a loan of somebody else is a 404.",
            "Members see themselves only; anybody else is 404 to them.",
            "What belongs to somebody else doesn't exist for them.",
        ] {
            assert!(is_seen_by_own(said), "{said}");
        }
        for said in [
            "Members change their own reviews.",
            "Everybody sees all of them; members list their own.",
            "Members see their own rating too.",
            "Public notes of others are found by all.",
        ] {
            assert!(!is_seen_by_own(said), "{said}");
        }
    }

    fn operation(description: &str, forbidden: &str) -> Operation {
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "a", "version": "1"},
            "paths": {"/things": {"get": {
                "operationId": "get",
                "description": description,
                "responses": {
                    "200": {"description": "It."},
                    "403": {"description": forbidden},
                },
            }}},
        });
        let source = crate::Memory::one("a.json", &document.to_string());
        let contract = crate::read(std::path::Path::new("a.json"), &source).contract;
        contract.expect("it is read").operations.into_iter().next().expect("there is one")
    }

    #[test]
    fn that_nobody_does_it_to_their_own_is_heard() {
        let is_said = |text: &str, forbidden: &str| not_own(&operation(text, forbidden));
        assert!(is_said("Nobody decides on a trip of their own.", "No."));
        assert!(is_said("Decides.", "The caller is the author."));
        assert!(!is_said("Nobody votes for what they like (403).", "No."));
        let conflict = |text: &str| {
            let mut one = operation(text, "No.");
            let response = one.responses.shift_remove(&Status::Code(403)).expect("it is there");
            one.responses.insert(Status::Code(409), response);
            not_own(&one)
        };
        assert!(conflict("Nobody can vote for an issue that they reported."));
        assert!(!conflict("Nobody can vote for an issue that they did not see."));
    }

    #[test]
    fn who_may_for_themselves_alone_is_heard() {
        let who = |text: &str| for_themselves_alone(&operation(text, "No."));
        let drivers = "Clerks for everybody, drivers only for themselves: naming anybody else is forbidden (403).";
        assert!(who(drivers).contains(&"driver".to_owned()));
        assert!(!who(drivers).contains(&"clerk".to_owned()));
        let managers =
            "A hiring manager can only open it for themselves: with another one the answer is 403.";
        assert!(who(managers).contains(&"hiringmanager".to_owned()));
        assert!(who("Drivers book for themselves.").is_empty());
    }

    #[test]
    fn that_all_of_a_role_may_is_heard() {
        let is_open = |text: &str| open_to(&operation(text, "No."), "dockhand");
        assert!(is_open("Managers and dockhands, on any day."));
        assert!(is_open("Hands it over. Dockhands may do this whenever they are there."));
        assert!(!is_open("Managers, on any day."));
        assert!(!is_open("Managers and dockhands, others get 403."));
        assert!(!is_open("Dockhands may change their own bookings."));
        assert!(!is_open("What is changed by dockhands may be changed again."));
    }

    #[test]
    fn that_the_author_alone_may_is_heard() {
        let is_said = |text: &str, forbidden: &str| author_alone(&operation(text, forbidden));
        assert!(is_said("Nobody but the author edits a comment, not even the owners.", "No."));
        assert!(is_said("As with editing, this is up to the author alone.", "No."));
        assert!(is_said("Edits it.", "The comment was written by somebody else."));
        assert!(!is_said("Only the author or a moderator edits a comment.", "No."));
        assert!(!is_said("Edits it.", "Somebody else wrote it, and the caller is no moderator."));
        assert!(!is_said("Edits it.", "No."));
    }

    #[test]
    fn whom_an_operation_forbids_is_heard_where_that_is_told() {
        let heard = |forbidden: &str| forbidden_to(&operation("Does it.", forbidden)).is_some();
        assert!(heard("The caller is neither the traveller nor a delegate of theirs."));
        assert!(heard("The caller is not an owner of the team."));
        for vague in [
            "Not allowed.",
            "The caller is not the one to decide.",
            "The token is not an access token for this.",
            "The caller is not an owner and tries to remove somebody else.",
        ] {
            assert!(!heard(vague), "{vague}");
        }
    }
}
