//! What a document says outright of what is otherwise only likely: what a refusal is for, that a file is kept as it is, that a
//! number is of all parts.
//!
//! A sentence is heard only where it can't be about something else: who isn't heard is asked less firmly.

use super::passage::statements;
use super::prose::{has, mentions, on_one_line, sentences};
use crate::model::{Contract, Location, Operation, Status};
use crate::names::{singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// Whether a body that is no JSON is said to be a 400, and nothing else.
pub(super) fn malformed_is_400(contract: &Contract, operation: &Operation) -> bool {
    const MALFORMED: [&str; 9] = [
        "well-formed json",
        "malformed json",
        "not json",
        "no json",
        "invalid json",
        "not valid json",
        "malformed body",
        "body is malformed",
        "can't be parsed",
    ];
    let said = [contract.info.description.as_deref(), operation.description.as_deref()];
    said.into_iter().flatten().flat_map(sentences).any(|sentence| {
        has(sentence, &MALFORMED) && statuses(sentence).collect::<Vec<_>>() == [400]
    })
}

/// Whether an operation says that it answers a body with 422 for more than its schema: of what no schema says, or of what
/// makes no sense. Where 400 isn't documented, 422 is for all that is wrong with a body.
pub(super) fn refused_for_sense(operation: &Operation) -> bool {
    const SENSE: [&str; 4] = ["sense", "semantic", "business rule", "meaningful"];
    let documents = |code| operation.responses.get(&Status::Code(code));
    let (Some(_), Some(refusal)) = (documents(400), documents(422)) else { return false };
    let said = operation.description.as_deref().unwrap_or_default();
    has(&refusal.description, &SENSE) || statuses(said).any(|status| status == 422)
}

/// Whether a body of another media type than those that are taken is said to be refused.
pub(super) fn other_media_are_refused(contract: &Contract, operation: &Operation) -> bool {
    const OTHER: [&str; 6] = [
        "another media type",
        "other media type",
        "different media type",
        "another content type",
        "other content type",
        "any other content-type",
    ];
    let said = [contract.info.description.as_deref(), operation.description.as_deref()];
    said.into_iter().flatten().flat_map(sentences).any(|sentence| {
        has(sentence, &OTHER) && statuses(sentence).any(|status| matches!(status, 400 | 415 | 422))
    })
}

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
    operation.description.as_deref().is_some_and(|text| has(text, &OWN))
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
    let said = [operation.description.as_deref(), forbidden.map(|one| one.description.as_str())];
    said.into_iter().flatten().any(|text| has(text, &SELF))
}

/// How it is said that something is given once.
const ONCE: [&str; 9] = [
    "never used again",
    "never used twice",
    "never given again",
    "never given twice",
    "never assigned again",
    "never assigned twice",
    "never reused",
    "not used again",
    "not reused",
];

/// Whether an operation says of a member by its name that it is given once: "a `studentNumber`, which is never given twice".
pub(super) fn told_once(operation: &Operation, member: &str) -> bool {
    let said = statements(operation.description.as_deref().unwrap_or_default());
    said.iter().any(|one| has(one, &ONCE) && one.contains(&format!("`{member}`")))
}

/// Whether a document says that ids that are called so are given once: "Ids are never used again".
pub(super) fn ids_given_once(contract: &Contract, operation: &Operation, member: &str) -> bool {
    let called = words(member);
    let said = [contract.info.description.as_deref(), operation.description.as_deref()];
    let mut told = said.into_iter().flatten().flat_map(statements);
    told.any(|sentence| {
        let spoken: Vec<Vec<String>> = words(&sentence).iter().map(|one| singulars(one)).collect();
        has(&sentence, &ONCE)
            && called.last().is_some_and(|last| spoken.iter().any(|one| one.contains(last)))
    })
}

/// Whether a sentence says that query parameters are ignored that nothing names.
pub(super) fn unknown_parameters_are_ignored(sentence: &str) -> bool {
    const UNKNOWN: [&str; 8] = [
        "unknown",
        "not described",
        "not documented",
        "undocumented",
        "not know",
        "n't know",
        "not recogni",
        "not listed",
    ];
    has(sentence, &["query parameter"])
        && has(sentence, &UNKNOWN)
        && has(sentence, &["ignored"])
        && !has(sentence, &["not ignored", "n't ignored"])
}

/// Whether an operation says that those who are called so are refused: "dockhands get 403".
pub(super) fn refused_to(operation: &Operation, name: &str) -> bool {
    const REFUSED: [&str; 5] = ["403", "forbidden", "may not", "cannot", "can't"];
    let name = words(name).join(" ");
    let forbidden = operation.responses.get(&Status::Code(403));
    let said = [operation.description.as_deref(), forbidden.map(|one| one.description.as_str())];
    let said = said.into_iter().flatten().map(plain).collect::<Vec<_>>();
    said.iter().flat_map(|text| text.split(['.', ';', ','])).any(|piece| {
        let spoken = words(piece).iter().map(|word| singulars(word)).collect::<Vec<_>>();
        // "Dockhands get 403" begins with them: "another one than theirs gives 403" does not.
        let is_about = spoken.first().is_some_and(|first| first.contains(&name));
        is_about && has(piece, &REFUSED)
    })
}

/// Whether an operation says that all who are called so may, whatever it is about: "Managers and dockhands, on any day." What it
/// says of a 403 may be about them.
pub(super) fn open_to(operation: &Operation, name: &str) -> bool {
    const BETWEEN: [&str; 5] = ["and", "or", "only", "the", "all"];
    const SOME: [&str; 7] = [" own ", "403", "themsel", " unless ", " except ", " if ", " of the "];
    const OTHERS: [&str; 7] =
        [" own", "other", " else", "belong", "not the ", "n't the ", "member"];
    let Some(said) = operation.description.as_deref() else { return false };
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
    let said = operation.description.as_deref().unwrap_or_default();
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

/// Whether a 404 is said to be for what isn't there for anybody: "There is no such shop", and nothing of who asks, neither
/// there nor in what is said of the whole contract.
pub(super) fn absent_to_all(contract: &Contract, operation: &Operation) -> bool {
    const ABSENT: [&str; 5] =
        ["there is no ", "no such ", "does not exist", "doesn't exist", "unknown "];
    const SEEN: [&str; 12] = [
        "caller",
        " you ",
        " user ",
        " see ",
        "visible",
        "hidden",
        "belong",
        "access",
        "permission",
        "permitted",
        "allowed",
        "not yours",
    ];
    let Some(missing) = operation.responses.get(&Status::Code(404)) else { return false };
    let general = contract.info.description.as_deref().unwrap_or_default();
    let is_for_some = |one: &str| has(one, &["404", "exist"]) && has(one, &SEEN);
    has(&missing.description, &ABSENT)
        && !has(&format!(" {} ", missing.description), &SEEN)
        && !sentences(general).any(is_for_some)
}

/// Whether a member is said to be what was asked for.
#[must_use]
pub fn says_as_asked(text: &str) -> bool {
    has(text, &["as asked for", "as requested", "that was asked for", "as given in the request"])
}

/// With which statuses a body is said to be refused in which this member names what isn't there; none: nothing is said.
pub(super) fn unknown_is(operation: &Operation, member: &str) -> Vec<u16> {
    const UNKNOWN: [&str; 12] = [
        "no such",
        "not known",
        "n't known",
        "must be the id of",
        "have to exist",
        "has to exist",
        "must exist",
        "unknown ",
        "doesn't exist",
        "does not exist",
        "don't exist",
        "do not exist",
    ];
    let called = words(member);
    // `patient_mrn` names a patient.
    let thing = match called.as_slice() {
        [.., thing, _] => thing,
        [thing] => thing,
        [] => return Vec::new(),
    };
    let things = singulars(thing);
    let is_about = |sentence: &str| {
        let mut spoken = sentence.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        spoken.any(|word| singulars(&word).iter().any(|one| things.contains(one)))
    };
    let said = operation.description.as_deref().unwrap_or_default();
    let mut told = sentences(said).flat_map(|sentence| sentence.split(" but "));
    let told = told.find(|one| has(one, &UNKNOWN) && is_about(one) && statuses(one).count() > 0);
    if let Some(told) = told {
        return statuses(told).collect();
    }
    // "There is no such venue", of an answer.
    const IS_UNKNOWN: [&str; 1] = ["is unknown"];
    let is_it = |text: &str| {
        let pieces = sentences(text).flat_map(|sentence| sentence.split([',', ';']));
        let mut pieces = pieces.flat_map(|piece| piece.split(" or "));
        pieces.any(|one| (has(one, &UNKNOWN) || has(one, &IS_UNKNOWN)) && is_about(one))
    };
    let refused = [400, 409, 422].into_iter().filter(|code| {
        let answer = operation.responses.get(&Status::Code(*code));
        answer.is_some_and(|one| is_it(&one.description))
    });
    only(refused).into_iter().collect()
}

/// With which statuses a body that names what isn't there is said to be refused by all operations: "A body that names something
/// that does not exist gets 422".
pub(super) fn unknown_anywhere_is(contract: &Contract, operation: &Operation) -> Vec<u16> {
    const SOMETHING: [&str; 4] = [
        "names something that does not exist",
        "names something that doesn't exist",
        "names something that isn't there",
        "names something that is not there",
    ];
    let general = contract.info.description.as_deref().unwrap_or_default();
    let told = statements(general).into_iter().find(|one| has(one, &SOMETHING));
    let documents = |code: &u16| operation.responses.contains_key(&Status::Code(*code));
    told.into_iter().flat_map(|one| statuses(&one).filter(documents).collect::<Vec<_>>()).collect()
}

/// Whether an answer is said to be for a member that names what isn't there: "the event has no ticket with this code" of a
/// `ticket_code`, "no exchange rate is in force for the currency".
pub(super) fn may_be_unknown(operation: &Operation, member: &str) -> bool {
    const UNKNOWN: [&str; 7] =
        [" no ", "unknown ", "not exist", "none of", "isn't one of", "is not one of", "not known"];
    const OWN: [&str; 8] = ["code", "number", "key", "token", "reference", "slug", "barcode", "id"];
    let called = words(member);
    let thing = match called.as_slice() {
        [before @ .., last] if !before.is_empty() && OWN.contains(&last.as_str()) => {
            before.join("_")
        }
        [_] => member.to_owned(),
        _ => return false,
    };
    let answers = [400, 404, 409, 422].map(|code| operation.responses.get(&Status::Code(code)));
    let said = answers.into_iter().flatten().map(|response| response.description.as_str());
    let pieces = said.flat_map(sentences).flat_map(|one| one.split(','));
    pieces.into_iter().any(|piece| {
        let spaced = format!(" {piece}");
        has(&spaced, &UNKNOWN) && mentions(piece, &thing)
    })
}

/// The statuses of refusals that a sentence names.
pub(super) fn statuses(sentence: &str) -> impl Iterator<Item = u16> {
    let words = sentence.split(|c: char| !c.is_alphanumeric());
    words.filter_map(|word| word.parse().ok()).filter(|code| (400..500).contains(code))
}

/// The same, or where a sentence names none, those with which a body is refused as a rule.
pub(super) fn statuses_or_usual(sentence: &str) -> Vec<u16> {
    let own: Vec<u16> = statuses(sentence).collect();
    if own.is_empty() { vec![422, 400] } else { own }
}

/// Whether a file is said to come back as it went.
#[must_use]
pub fn says_bytes_are_kept(text: &str) -> bool {
    const KEPT: [&str; 7] = [
        "byte for byte",
        "byte by byte",
        "bytes as they were",
        "as it was uploaded",
        "as it was sent",
        "the same bytes",
        "exactly as uploaded",
    ];
    has(text, &KEPT)
}

/// Whether a header field is said to have the name that a file came with.
#[must_use]
pub fn says_file_name_is_kept(text: &str) -> bool {
    const CAME: [&str; 4] = ["uploaded", "was sent", "original", "came with"];
    has(text, &["name"]) && has(text, &CAME)
}

/// The one number whose name has this word.
pub(super) fn number_called<'a>(outline: &Outline<'a>, word: &str) -> Option<&'a str> {
    number_among(outline, outline.members().into_keys(), word)
}

/// The same among these members.
pub(super) fn number_among<'a>(
    outline: &Outline<'a>,
    names: impl Iterator<Item = &'a str>,
    word: &str,
) -> Option<&'a str> {
    let wanted = singulars(word);
    let is_called = |name: &&str| words(name).iter().any(|one| wanted.contains(one));
    only(names.filter(is_called).filter(|name| outline.has_number(name)))
}

/// Whether a parameter is said not to lie before another one.
#[must_use]
pub fn says_not_before(text: &str, other: &str) -> bool {
    const BEFORE: [&str; 8] = [
        "must not be earlier than",
        "must not be before",
        "must not lie before",
        "must not be less than",
        "must not be lower than",
        "must be later than",
        "must be after",
        "can't be earlier than",
    ];
    let other = other.to_lowercase();
    BEFORE.iter().any(|before| has(text, &[&format!("{before} `{other}`")]))
}

/// Whether a text says that one parameter before another one is refused: "A `to` before `from` is a 422".
#[must_use]
pub fn says_refused_before(text: &str, (end, begin): (&str, &str)) -> bool {
    let order = format!("`{end}` before `{begin}`").to_lowercase();
    sentences(text).any(|sentence| has(sentence, &[&order]) && statuses(sentence).next().is_some())
}

/// The parameters of a query of which one alone is refused, and how: "`from` and `to` can only be given together (otherwise 400)".
pub(super) fn taken_together(operation: &Operation) -> Option<(Vec<String>, u16)> {
    const TOGETHER: [&str; 5] = [
        "only be given together",
        "only be used together",
        "only together",
        "must be given together",
        "have to be given together",
    ];
    let said = statements(operation.description.as_deref()?);
    said.iter().find_map(|sentence| {
        let (before, behind) = TOGETHER.iter().find_map(|one| sentence.split_once(one))?;
        let quoted = before.split('`').skip(1).step_by(2);
        let named: Vec<String> = quoted.map(str::to_owned).collect();
        let are_asked =
            named.iter().all(|name| operation.parameter(Location::Query, name).is_some());
        let status = statuses(behind).next()?;
        (named.len() > 1 && are_asked).then_some((named, status))
    })
}

/// The words for those who may do something for themselves alone, everybody else being forbidden: "drivers only for themselves: naming
/// anybody else is forbidden (403)". Single, in small letters, and together where two of them are one name.
pub(super) fn for_themselves_alone(operation: &Operation) -> Vec<String> {
    const THEM: [&str; 2] = ["themselves", "themself"];
    const ENDS: [char; 4] = [',', ':', ';', '('];
    let said = statements(operation.description.as_deref().unwrap_or_default());
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
    let said = statements(operation.description.as_deref().unwrap_or_default());
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
    let said = operation.description.as_deref().unwrap_or_default();
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

/// A text in small letters, on one line.
pub(super) fn plain(text: &str) -> String {
    on_one_line(text).to_lowercase()
}

/// What an operation says of these refusals.
pub(super) fn refusals<const N: usize>(
    operation: &Operation,
    codes: [u16; N],
) -> impl Iterator<Item = &str> {
    let responses =
        codes.into_iter().filter_map(|code| operation.responses.get(&Status::Code(code)));
    responses.map(|response| response.description.as_str())
}

/// Whether a refusal of an operation speaks of a member of its body.
pub(super) fn refuses_for(operation: &Operation, member: &str) -> bool {
    refusals(operation, [400, 404, 409, 422]).any(|text| mentions(text, member))
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
    let own = operation.description.as_deref();
    said.chain(own).any(|text| has(text, &ALL))
}

/// Of what two times may not overlap, as a sentence says: the word behind "of the same".
#[must_use]
pub fn says_overlap_is_of_one(text: &str) -> Option<String> {
    let text = plain(text);
    let mut told = sentences(&text).filter(|one| has(one, &["overlap"]) && has(one, &["409"]));
    told.find_map(|sentence| words(sentence.split_once(" of the same ")?.1).into_iter().next())
}

/// Whether a sentence is about the moment when nothing is left any more.
pub(super) fn says_with_the_last(sentence: &str) -> bool {
    has(sentence, &["with the last", "after the last", "when none is left", "once none is left"])
}

/// Whether a time is said to move whenever the state of its thing changes.
#[must_use]
pub fn says_moves_with_state(text: &str) -> bool {
    const MOVES: [&str; 5] =
        ["change of state", "change of status", "state change", "status change", "every change"];
    has(text, &MOVES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_those_of_refusals() {
        let told: Vec<u16> = statuses("after 30 days a 404, else `422`, not 4220").collect();
        assert_eq!(told, [404, 422]);
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

    #[test]
    fn what_is_said_of_files_is_heard() {
        assert!(says_bytes_are_kept("It is stored byte for byte."));
        assert!(!says_bytes_are_kept("It is stored."));
        let overlap = "If it overlaps another one of the same\nroom, that is a 409.";
        assert_eq!(says_overlap_is_of_one(overlap).as_deref(), Some("room"));
        assert_eq!(says_overlap_is_of_one("If it overlaps another one, 409."), None);
        assert!(says_not_before("The end. Must not be earlier than `from`.", "from"));
        assert!(!says_not_before("Must not be earlier than `from_id`.", "from"));
        assert!(says_file_name_is_kept("`attachment`, with the name that it was uploaded under."));
        assert!(!says_file_name_is_kept("`attachment`, with a name."));
    }
}
