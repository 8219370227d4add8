//! What is unusual, but fine, and refused: the request is spoilt, so that the sound server refuses it.

use serde_json::json;

use crate::exchange::Asked;
use crate::mutant::Breaks::Request;
use crate::mutant::Group;
use crate::workspace::Operation::{AdminGet, Create, List, Update};
use crate::workspace::{Breaks, Mutant};

const fn unusual(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Enforcement, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    unusual(
        "name-of-60-is-refused",
        "a name may have 60 characters",
        Request(|asked| {
            if asked.is(Create) && length(asked, "name") == Some(60) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "name-of-1-is-refused",
        "a name may have a single character",
        Request(|asked| {
            if asked.is(Update) && length(asked, "name") == Some(1) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "name-is-counted-in-bytes",
        "lengths count code points",
        Request(|asked| {
            let name = asked.text("name").unwrap_or_default();
            if asked.is(Create) && name.len() > 60 {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "name-is-counted-in-utf-16",
        "lengths count code points, beyond the basic plane too",
        Request(|asked| {
            let name = asked.text("name").unwrap_or_default();
            if asked.is(Create) && name.encode_utf16().count() > 60 {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "description-of-2000-is-refused",
        "a description may have 2000 characters",
        Request(|asked| {
            if asked.is(Create) && length(asked, "description") == Some(2000) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "empty-description-is-refused",
        "a description may be empty",
        Request(|asked| {
            if asked.is(Update) && length(asked, "description") == Some(0) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "null-description-is-refused",
        "a description may be null, in a creation too",
        Request(|asked| {
            if asked.is(Create) && asked.member("description").is_some_and(|it| it.is_null()) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "empty-plan-is-refused",
        "a plan is any text, an empty one too",
        Request(|asked| {
            if asked.is(Create) && length(asked, "subscription_plan_id") == Some(0) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "twenty-tags-are-refused",
        "there may be 20 tags",
        Request(|asked| {
            let tags = asked.member("tags").unwrap_or_default();
            if asked.is(Create) && tags.as_array().is_some_and(|tags| tags.len() == 20) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "tag-of-100-is-refused",
        "a tag may have 100 characters",
        Request(|asked| {
            let tags = asked.member("tags").unwrap_or_default();
            let mut tags = tags.as_array().into_iter().flatten().filter_map(|tag| tag.as_str());
            if asked.is(Update) && tags.any(|tag| tag.chars().count() == 100) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "no-tags-are-refused",
        "the tags may be an empty array",
        Request(|asked| {
            if asked.is(Create) && asked.member("tags") == Some(json!([])) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "tag-twice-is-refused",
        "the same tag may come twice",
        Request(|asked| {
            let tags = asked.member("tags").unwrap_or_default();
            let tags = tags.as_array().map(Vec::as_slice).unwrap_or_default();
            let twice = tags.iter().enumerate().any(|(at, tag)| tags[..at].contains(tag));
            if asked.is(Create) && twice {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "eu-west-1-is-refused",
        "the region may be eu-west-1",
        Request(|asked| {
            if asked.text("region").as_deref() == Some("eu-west-1") {
                asked.set_member("region", "eu-central-1");
            }
        }),
    ),
    unusual(
        "empty-update-is-refused",
        "an update may change nothing",
        Request(|asked| {
            if asked.is(Update) && asked.json() == Some(json!({})) {
                asked.set_member("name", "");
            }
        }),
    ),
    unusual(
        "unknown-member-is-refused",
        "members that are not known are ignored",
        Request(|asked| {
            const KNOWN: [&str; 7] = [
                "organization_id",
                "name",
                "description",
                "subscription_plan_id",
                "tags",
                "region",
                "is_active",
            ];
            let body = asked.json().unwrap_or_default();
            let mut members = body.as_object().into_iter().flatten().map(|(name, _)| name);
            if members.any(|name| !KNOWN.contains(&name.as_str())) {
                spoil(asked);
            }
        }),
    ),
    unusual(
        "unknown-parameter-is-refused",
        "query parameters that are not known are ignored",
        Request(|asked| {
            let query = asked.query.clone().unwrap_or_default();
            let mut names = query.split('&').filter_map(|pair| pair.split('=').next());
            let unknown = |name: &str| !name.is_empty() && !["limit", "cursor"].contains(&name);
            if asked.is(List) && names.any(unknown) {
                asked.set_parameter("limit", "0");
            }
        }),
    ),
    unusual(
        "charset-is-refused",
        "parameters of the media type are ignored",
        Request(|asked| {
            if asked.header("content-type").is_some_and(|it| it.contains(';')) {
                asked.set_header("content-type", "text/plain");
            }
        }),
    ),
    unusual(
        "limit-200-is-refused",
        "a limit may be 200",
        Request(|asked| refuse_limit(asked, "200")),
    ),
    unusual("limit-1-is-refused", "a limit may be 1", Request(|asked| refuse_limit(asked, "1"))),
    unusual(
        "capital-true-is-refused",
        "`deleted` may be in any letter case",
        Request(|asked| {
            let deleted = asked.parameter("deleted").unwrap_or_default();
            let capital = deleted.eq_ignore_ascii_case("true") && deleted != "true";
            if asked.is(AdminGet) && capital {
                asked.set_parameter("deleted", "yes");
            }
        }),
    ),
    unusual(
        "deleted-false-is-refused",
        "`deleted` may be false",
        Request(|asked| {
            let deleted = asked.parameter("deleted").unwrap_or_default();
            if asked.is(AdminGet) && deleted.eq_ignore_ascii_case("false") {
                asked.set_parameter("deleted", "no");
            }
        }),
    ),
];

/// How many code points a text member has.
fn length(asked: &Asked, member: &str) -> Option<usize> {
    asked.text(member).map(|text| text.chars().count())
}

/// Makes a body that will be refused.
fn spoil(asked: &mut Asked) {
    asked.set_member("name", "");
}

fn refuse_limit(asked: &mut Asked, limit: &str) {
    if asked.is(List) && asked.parameter("limit").as_deref() == Some(limit) {
        asked.set_parameter("limit", "0");
    }
}
