//! Entity tags that one case has seen: of one resource, no strong tag stands for two contents (RFC 9110 §8.8.1).

use std::collections::HashMap;

use spec::model::{Operation, Status};
use spec::resources::{says_tag_follows_content, says_tag_leaves_out};

use crate::case::Credentials;
use crate::judge::{Check, Verdict};
use crate::promise::Level;
use crate::transport::Exchange;

const CODE: &str = "tag-tells-apart";
const ETAG: &str = "ETag";

/// What was asked for, who asked, and the tag of the answer.
type Tagged = (String, Option<String>, String);

/// The contents of answers by their tags.
#[derive(Default)]
pub(super) struct Tags(HashMap<Tagged, bytes::Bytes>);

impl Tags {
    /// What is wrong with the tag of an answer, after those before it.
    pub(super) fn check(
        &mut self,
        operation: &Operation,
        credentials: &Credentials,
        exchange: &Exchange,
    ) -> Option<Check> {
        let response = exchange.outcome.as_ref().ok()?;
        let request = &exchange.request;
        let tag = response.header(ETAG).filter(|tag| tag.starts_with('"'))?;
        (request.method == "GET" && response.status == 200).then_some(())?;
        let who = credentials.plain().map(str::to_owned);
        let key = (request.target.clone(), who, tag.to_owned());
        let before = self.0.insert(key, response.body.clone())?;
        if before == response.body {
            return None;
        }
        let answer = operation.responses.get(&Status::Code(200))?;
        let said = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(ETAG));
        let said = said.and_then(|(_, header)| header.description.as_deref());
        // Whether all that is shown is a part of what the tag is of, not every document tells.
        let is_whole = !operation.description.as_deref().is_some_and(says_tag_leaves_out);
        let is_told = is_whole && said.is_some_and(says_tag_follows_content);
        let level = if is_told { Level::Must } else { Level::Should };
        let message = "the entity tag is that of another content";
        Some(Check {
            verdict: Verdict::Failed,
            level,
            expected: Some("another tag, as the content is another one".to_owned()),
            got: Some(tag.to_owned()),
            ..Check::passed(CODE, message)
        })
    }
}
