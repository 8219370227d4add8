//! Members of an answer that tell who did what was asked for: `created_by` of what a POST makes, `decidedBy` of what is decided.
//!
//! A name tells it, and so may a description: "The user who entered it". What the body may set is no such member.

use super::lifecycle::is_participle;
use super::{Resources, is_creation, kind};
use crate::Direction;
use crate::model::{JsonType, Method, Operation, SchemaId};
use crate::names::{tells_maker, words};
use crate::outline::Outline;

/// A member that tells who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneBy {
    /// The member of the answer.
    pub member: String,
    /// Whether nothing else can be meant: a description says so, or the name says what was done, and not only who somebody is.
    pub is_told: bool,
}

/// Those of an operation's answer.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<DoneBy> {
    let contract = resources.contract;
    let Some(answer) = operation.answer_schema().filter(|_| operation.method != Method::Get) else {
        return Vec::new();
    };
    let answer = Outline::of(contract, &[answer]);
    let body = operation.body_schema().map(|body| Outline::of(contract, &[body]));
    let set: Vec<&str> = body.iter().flat_map(|body| body.sent(Direction::Request)).collect();
    let done = spoken(operation);
    let makes = is_creation(operation);
    let required: Vec<&str> = answer.required(Direction::Response).collect();
    let tells = |name: &str| {
        let member = answer.member(name)?;
        let is_one = member.is_scalar()
            && (member.is(JsonType::String) || member.is(JsonType::Integer))
            && member.texts().is_empty();
        if !is_one || set.contains(&name) || !required.contains(&name) {
            return None;
        }
        let own = words(name);
        let says_it = says_who(answer.description(&[name.to_owned()]).unwrap_or_default());
        let how = how(&own);
        // What is to be there by a day is told by a verb as it is: `shipBy`.
        let is_done = |how: &str, verb: &str| how != verb && is_participle(how, verb);
        let is_by_this = how.is_some_and(|how| done.iter().any(|verb| is_done(how, verb)));
        // What made a thing is told by the thing ever after: of what is done to it, only what is called like that.
        let is_its = is_by_this
            || makes && !member.admits_null() && (tells_maker(name) || how.is_some() && says_it);
        let is_told = says_it || how.is_some() || is_author(&own);
        is_its.then(|| DoneBy { member: name.to_owned(), is_told })
    };
    required.iter().filter_map(|name| tells(name)).collect()
}

/// Whether the id of who asks, at a pointer of an answer, is of the kind of what stands at another: of one component, or else, where
/// either is of none, of one format; of texts without any, what is called an id.
pub(super) fn is_of_kind(
    resources: &Resources<'_>,
    (operation, pointer): (&Operation, &str),
    (shows, own): (&Operation, &str),
) -> bool {
    let at = |operation: &Operation, pointer: &str| {
        let mut all = kind::at(resources, operation.answer_schema(), pointer);
        // A component beside a description of its own.
        let of_all = |id: &SchemaId| resources.contract.schema(*id).all_of.clone();
        let inner: Vec<SchemaId> = all.iter().flat_map(of_all).collect();
        all.extend(inner);
        all
    };
    let (told, shown) = (at(operation, pointer), at(shows, own));
    let is_named = |id: &SchemaId| resources.contract.schema(*id).name.is_some();
    if told.iter().any(is_named) && shown.iter().any(is_named) {
        return shown.iter().any(|id| told.contains(id));
    }
    // By any text somebody may be called otherwise than by the id.
    let forms = |ids: &[SchemaId]| {
        let one = Outline::of(resources.contract, ids);
        let form = |id: &SchemaId| {
            let schema = resources.contract.schema(*id);
            let is_form = schema.format.is_some() || schema.pattern.is_some();
            is_form.then(|| (schema.format.clone(), schema.pattern.clone()))
        };
        (one.is(JsonType::Integer), ids.iter().filter_map(form).collect::<Vec<_>>())
    };
    let (told, shown) = (forms(&told), forms(&shown));
    let is_id = pointer
        .rsplit('/')
        .next()
        .and_then(|name| words(name).pop())
        .is_some_and(|one| one == "id");
    told == shown && (is_id || told.0 || !told.1.is_empty())
}

/// What an operation is said to do, each word of it that may be a verb: of its id, its summary and the last part of its path.
pub(super) fn spoken(operation: &Operation) -> Vec<String> {
    let summary = operation.summary.as_deref().unwrap_or_default();
    let last = operation.path.last_segment().unwrap_or_default();
    let all = [operation.id.as_str(), summary, last].into_iter().flat_map(words);
    all.filter(|word| word.len() > 2).collect()
}

/// `entered` of `enteredBy`, `entered_by_id`, `enteredByUserId`; `checked` of `checked_in_by`.
fn how(name: &[String]) -> Option<&str> {
    const WHO: [&str; 4] = ["id", "user", "userid", "name"];
    const WITH: [&str; 5] = ["in", "out", "up", "on", "off"];
    let by = name.iter().position(|word| word == "by")?;
    let is_plain = name.iter().skip(by + 1).all(|word| WHO.contains(&word.as_str()));
    let is_phrase =
        by == 1 || by == 2 && name.get(1).is_some_and(|one| WITH.contains(&one.as_str()));
    (is_phrase && is_plain).then(|| name.first().map(String::as_str))?
}

/// Whether a name says what somebody has done with the thing, and can't but have done it: whose a thing is, or for whom, may be
/// somebody else.
fn is_author(name: &[String]) -> bool {
    const AUTHORS: [&str; 5] = ["actor", "author", "creator", "submitter", "uploader"];
    name.first().is_some_and(|first| AUTHORS.contains(&first.as_str()))
}

/// "The user who entered it", "Who wrote it": somebody who did one thing, and no more than that.
fn says_who(description: &str) -> bool {
    const NOT: [&str; 14] = [
        "is", "was", "are", "has", "had", "will", "may", "can", "must", "should", "gets", "last",
        "owns", "first",
    ];
    let spoken = words(description.split(['.', ';', ':']).next().unwrap_or_default());
    let Some(who) = spoken.iter().take(5).position(|word| matches!(word.as_str(), "who" | "that"))
    else {
        return false;
    };
    let did = spoken.get(who + 1);
    did.is_some_and(|did| !NOT.contains(&did.as_str()) && !did.ends_with('s'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_was_done_and_a_description_who_did_it() {
        let how = |name: &str| how(&words(name)).map(str::to_owned);
        assert_eq!(how("enteredBy").as_deref(), Some("entered"));
        assert_eq!(how("booked_by_user_id").as_deref(), Some("booked"));
        assert_eq!(how("checked_in_by").as_deref(), Some("checked"));
        assert_eq!(how("ship_by_date"), None);
        assert_eq!(how("sort_by_owner"), None);
        assert!(says_who("The accountant who entered this version."));
        assert!(says_who("Who wrote it."));
        assert!(says_who("The person who made the request."));
        assert!(!says_who("The user who is assigned."));
        assert!(!says_who("Who last submitted it; null before."));
        assert!(!says_who("The team that owns it."));
    }

    #[test]
    fn who_did_it_is_told_by_what_the_body_does_not_set() {
        let user = serde_json::json!({"type": "string", "format": "uuid"});
        let note = serde_json::json!({
            "type": "object",
            "required": ["id", "author_id", "reader_id", "owner", "approved_by", "moved_by"],
            "properties": {
                "id": {"type": "string"},
                "author_id": user, "reader_id": user, "owner": user, "approved_by": user,
                "moved_by": {"type": "string", "enum": ["staff", "guest"]},
            },
        });
        let answers = serde_json::json!({
            "description": "It.",
            "content": {"application/json": {"schema": note}},
        });
        let body = serde_json::json!({"content": {"application/json": {"schema": {
            "type": "object", "properties": {"owner": user},
        }}}});
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "a", "version": "1"},
            "paths": {
                "/notes": {"post": {
                    "operationId": "addNote", "requestBody": body, "responses": {"201": answers},
                }},
                "/notes/{id}/approval": {"post": {
                    "operationId": "approveNote",
                    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                    "responses": {"200": answers},
                }},
            },
        });
        let source = crate::Memory::one("a.json", &document.to_string());
        let contract = crate::read(std::path::Path::new("a.json"), &source).contract;
        let contract = contract.expect("it is read");
        let resources = Resources::of(&contract);
        let told = contract.operations.iter().map(|one| {
            of(&resources, one).into_iter().map(|by| (by.member, by.is_told)).collect::<Vec<_>>()
        });
        let author = ("author_id".to_owned(), true);
        let approved = ("approved_by".to_owned(), true);
        assert_eq!(told.collect::<Vec<_>>(), [vec![author], vec![approved]]);
    }
}
