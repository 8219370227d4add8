//! What a request does besides what it is asked for, and answers that are somebody else's.

use serde_json::{Map, Value, json};

use crate::exchange::Asked;
use crate::mutant::Breaks::{Besides, Knowing, Request};
use crate::mutant::{Group, as_asked};
use crate::workspace::Operation::{Create, Delete, Get, Update};
use crate::workspace::{Breaks, Caller, Memory, Mutant};

const fn law(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Law, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "create-makes-two",
        "one request makes one workspace",
        Besides(|asked, answered, _| {
            let name = asked.text("name").filter(|_| asked.is(Create) && answered.status == 201)?;
            let mut copy = asked.clone();
            copy.set_member("name", format!("{name:.50} (copy)"));
            Some(copy)
        }),
    ),
    law(
        "update-touches-another",
        "an update changes one workspace",
        Besides(|asked, answered, memory| {
            let succeeded = asked.is(Update) && answered.status == 200;
            let mut other = of_another(asked, memory).filter(|_| succeeded)?;
            other.set_json(&json!({ "description": "touched" }));
            Some(other)
        }),
    ),
    law(
        "delete-really-takes-another",
        "a deletion deletes one workspace",
        Besides(|asked, answered, memory| {
            of_another(asked, memory).filter(|_| asked.is(Delete) && answered.status == 200)
        }),
    ),
    law(
        "update-answers-with-another",
        "an update answers with the workspace that it changed",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Update)
                && answered.status == 200
                && let Some((_, other)) = another(asked, memory)
            {
                answered.set_json(&other.clone().into());
            }
        }),
    ),
    law(
        "get-answers-with-another",
        "a GET answers with the workspace that it is asked for",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Get)
                && answered.status == 200
                && let Some((_, other)) = another(asked, memory)
            {
                answered.set_json(&other.clone().into());
            }
        }),
    ),
    Mutant {
        id: "token-by-its-beginning",
        group: Group::Security,
        promise: "a token is compared as a whole",
        breaks: Request(|asked| {
            let (_, token) = asked.authorization().unwrap_or_default();
            let begins = |it: &Caller| it.token() != token && it.token().starts_with(token);
            if token.len() >= 4
                && let Some(caller) = Caller::ALL.into_iter().find(begins)
            {
                asked.become_caller(caller);
            }
        }),
    },
];

/// The newest of the live workspaces that aren't asked about, with its id.
fn another<'m>(asked: &Asked, memory: &'m Memory) -> Option<(&'m String, &'m Map<String, Value>)> {
    let others = memory.live.iter().filter(|(id, _)| asked.workspace() != Some(id.as_str()));
    others.max_by_key(|(_, it)| it.get("created_at").map(Value::to_string))
}

/// The same request for another live workspace.
fn of_another(asked: &Asked, memory: &Memory) -> Option<Asked> {
    let (id, _) = another(asked, memory)?;
    let mut other = asked.clone();
    other.set_workspace(id);
    Some(other)
}
