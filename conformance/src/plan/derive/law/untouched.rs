//! A write that is refused for who sends it changes nothing: nothing was made, and what is there is as it was.

use spec::model::{JsonType, Method, Operation};
use spec::pointer::unescape;

use super::super::read_back::sent_members;
use super::super::refused::Refused;
use super::super::valid_call;
use super::listed::{Size, WALK, all_members, walk};
use super::unique;
use crate::case::{
    Case, Collected, Credentials, Criterion, Derivation, Operand, Relation, RelationKind, Request,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path};
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "refused-changes-nothing";
/// The step that reads before the refused request.
const LOOK: &str = "look";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if operation.is_public() || operation.method.is_safe() {
        return Vec::new();
    }
    let attempts = [
        Some((Credentials::None, "nobody", 401, "security-enforced")),
        without_rights(planner, operation).map(|one| (one, "rights", 403, "rights-enforced")),
    ];
    let cases = attempts.into_iter().flatten().filter_map(|(sender, detail, status, code)| {
        let refused = Refused::by(planner, operation, Derivation::Law, &[&[status]])?.or_any(code);
        let detail = format!("{CODE}:{detail}");
        match operation.method {
            Method::Post => made(planner, operation, sender, &refused, detail),
            _ => changed(planner, operation, sender, &refused, detail),
        }
    });
    cases.collect()
}

/// A credential that may not call it, of the same tenant as the one that is used for it.
fn without_rights(planner: &Planner<'_>, operation: &Operation) -> Option<Credentials> {
    let side = planner.side_of(operation);
    let mut all = planner.context.credentials.iter();
    let (name, _) = all.find(|(name, caller)| {
        !caller.may_call(operation) && caller.fits(operation) && planner.side_with(name) == side
    })?;
    Some(Credentials::As(name.clone()))
}

/// What would have been made is not in the list.
fn made(
    planner: &Planner<'_>,
    operation: &Operation,
    sender: Credentials,
    refused: &Refused<'_>,
    detail: String,
) -> Option<Case> {
    let lister = planner.on_path(operation, Method::Get)?;
    let list = planner.resources.list(lister)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Complete).ok()?;
    let text = unique::text_in(planner, &draft, &request, &list.item)?;
    let sent = unique::sent(&request, &text)?;
    refused.send(&mut draft, Request { credentials: sender, ..request });
    walk(&mut draft, planner, lister, &list, WALK, Size::Largest)?;
    let none = RelationKind::Excludes {
        got: all_members(&list, WALK, &text),
        none: Operand::expression(sent),
    };
    let message = "what was refused was not made";
    let law = Criterion::Relation(Relation::new(CODE, message, none));
    draft.last_step()?.criteria.push(law);
    let summary = "a request that is refused makes nothing".to_owned();
    Some(refused.finish(draft, detail, summary, operation.origin.clone()))
}

/// What would have been changed is as it was.
fn changed(
    planner: &Planner<'_>,
    operation: &Operation,
    sender: Credentials,
    refused: &Refused<'_>,
    detail: String,
) -> Option<Case> {
    // What its path names under an id of the client's choosing isn't there yet.
    if planner.resources.chooses(operation) {
        return None;
    }
    let reader = planner.on_path(operation, Method::Get)?;
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Complete).ok()?;
    // Without having made it, it may not be changed.
    draft.steps.last()?;
    look(&mut draft, planner, reader, &path)?;
    refused.send(&mut draft, Request { credentials: sender, ..request.clone() });
    unchanged(&mut draft, planner, (reader, &path), &request, CODE)?;
    let summary = "a request that is refused changes nothing".to_owned();
    Some(refused.finish(draft, detail, summary, operation.origin.clone()))
}

/// Reads what is there before something that must not change it.
pub(super) fn look(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    reader: &Operation,
    path: &Path,
) -> Option<()> {
    let read = draft.bare_request(reader, path).ok()?;
    draft.push(reader, LOOK, read, planner.succeeds(reader));
    draft.answer_of(LOOK);
    Some(())
}

/// Reads again: it is there, and what the request would have changed is as it was. What else it has may change by itself.
pub(super) fn unchanged(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    (reader, path): (&Operation, &Path),
    request: &Request,
    law: &'static str,
) -> Option<()> {
    let read = draft.bare_request(reader, path).ok()?;
    let mut criteria = planner.succeeds(reader);
    criteria.iter_mut().for_each(|one| one.weigh(law));
    let kept = members(planner, reader, request).into_iter().map(|name| {
        let of = |from| Operand::Collected(Collected { from, path: vec![Some(name.clone())] });
        let same = RelationKind::Equal {
            got: of(Expression::response_body("")),
            expected: of(Expression::output(LOOK, ANSWER)),
        };
        Criterion::Relation(Relation::new(law, format!("`{name}` is as it was"), same))
    });
    criteria.extend(kept);
    draft.push(reader, "read", read, criteria);
    Some(())
}

/// The members at the top of what a GET shows that a request would give other values. An array may come in any order.
fn members(planner: &Planner<'_>, reader: &Operation, request: &Request) -> Vec<String> {
    let Some(answer) = reader.answer_schema() else { return Vec::new() };
    let shown = Merged::of(planner.contract, &[answer], Choice::default()).declared();
    let is_plain = |name: &String| {
        let member = shown.get(name.as_str());
        member.is_some_and(|ids| {
            let member = Merged::of(planner.contract, ids, Choice::default());
            !member.types().contains(JsonType::Array)
        })
    };
    let sent = sent_members(planner, request, answer).into_iter();
    let sent = sent.filter(|shared| shared.is_literal());
    let names = sent.filter_map(|shared| {
        let name = shared.pointer.strip_prefix('/')?;
        (!name.contains('/')).then(|| unescape(name).into_owned())
    });
    names.filter(is_plain).collect()
}
