//! Which header fields come with an answer.

use crate::mutant::Breaks::Answer;
use crate::mutant::Group;
use crate::workspace::Operation::{Delete, Get, List, Update};
use crate::workspace::{Breaks, Mutant};

const fn header(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Header, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    header(
        "json-is-labelled-text",
        "a workspace is application/json",
        Answer(|asked, answered| {
            if asked.is(Get) && answered.status == 200 {
                answered.set_media_type("text/plain; charset=utf-8");
            }
        }),
    ),
    header(
        "not-found-is-labelled-html",
        "a failure under /v1 is application/json",
        Answer(|asked, answered| {
            if asked.is(Update) && answered.status == 404 {
                answered.set_media_type("text/html");
            }
        }),
    ),
    header(
        "deletion-has-no-content-type",
        "the answer to a deletion is application/json",
        Answer(|asked, answered| {
            if asked.is(Delete) && answered.status == 200 {
                answered.headers.remove("content-type");
            }
        }),
    ),
    header(
        "problem-is-labelled-json",
        "a failure on the admin path is application/problem+json",
        Answer(|asked, answered| {
            if asked.is_admin() && answered.status == 404 {
                answered.set_media_type("application/json");
            }
        }),
    ),
    header(
        "gone-is-labelled-json",
        "a 410 is application/problem+json",
        Answer(|_, answered| {
            if answered.status == 410 {
                answered.set_media_type("application/json");
            }
        }),
    ),
    header(
        "error-is-labelled-problem",
        "a 403 under /v1 is application/json",
        Answer(|asked, answered| {
            if asked.is(Delete) && answered.status == 403 {
                answered.set_media_type("application/problem+json");
            }
        }),
    ),
    header(
        "no-challenge-without-token",
        "a 401 carries WWW-Authenticate",
        Answer(|asked, answered| {
            let bare = asked.header("authorization").is_none();
            if asked.is(List) && answered.status == 401 && bare {
                answered.headers.remove("www-authenticate");
            }
        }),
    ),
    header(
        "no-challenge-for-unknown-token",
        "a 401 carries WWW-Authenticate, also when there was a token",
        Answer(|asked, answered| {
            let given = asked.header("authorization").is_some();
            if asked.is_v1() && answered.status == 401 && given {
                answered.headers.remove("www-authenticate");
            }
        }),
    ),
    header(
        "no-challenge-on-admin",
        "a 401 on the admin path carries WWW-Authenticate",
        Answer(|asked, answered| {
            if asked.is_admin() && answered.status == 401 {
                answered.headers.remove("www-authenticate");
            }
        }),
    ),
    header(
        "no-allow",
        "a 405 carries Allow",
        Answer(|asked, answered| {
            if asked.method == "DELETE" && answered.status == 405 {
                answered.headers.remove("allow");
            }
        }),
    ),
    header(
        "allow-names-the-refused-method",
        "Allow names the methods that the path has",
        Answer(|_, answered| {
            if answered.status == 405 {
                answered.set_header("allow", "GET, HEAD, POST, PUT, PATCH, DELETE");
            }
        }),
    ),
];
