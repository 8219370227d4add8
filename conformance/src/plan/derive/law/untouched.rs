//! A write that is refused, for who sends it or as it isn't valid, changes nothing: nothing was made, and what is there is as
//! it was.

use std::sync::Arc;

use spec::Origin;
use spec::model::{JsonType, Method, Operation, Status};
use spec::pointer::unescape;

use super::super::read_back::sent_members;
use super::super::refused::Refused;
use super::super::{CALL, put_first, valid_call};
use super::listed::{Size, WALK, all_members, walk};
use super::unique;
use crate::case::{
    Case, Collected, Content, Credentials, Criterion, Derivation, Expected, Operand, Relation,
    RelationKind, Request, Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path, STATUS};
use crate::promise;
use crate::sample::{Choice, Extent, Location, Merged};

const CODE: &str = "refused-changes-nothing";
/// The step that reads before the refused request.
const LOOK: &str = "look";
/// The step that reads after it.
const READ: &str = "read";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if operation.method.is_safe() {
        return Vec::new();
    }
    let Ok((draft, request, path)) = valid_call(planner, operation, Extent::Complete) else {
        return Vec::new();
    };
    let attempts = attempts(planner, operation, &request, &path);
    let cases = attempts.into_iter().filter_map(|(what, codes, wrong)| {
        let refused = Refused::by(planner, operation, Derivation::Law, &[codes])?.unasked();
        let attempt = Attempt { planner, operation, refused, what };
        match operation.method {
            Method::Post => attempt.made(draft.clone(), &request, wrong),
            _ if planner.resources.chooses(operation) => attempt.put(draft.clone(), &path, wrong),
            _ => attempt.changed(draft.clone(), &path, &request, wrong),
        }
    });
    cases.collect()
}

/// The request as it is to be refused: for who sends it, or as its body isn't valid; each with the statuses for that.
fn attempts(
    planner: &Planner<'_>,
    operation: &Operation,
    request: &Request,
    path: &Path,
) -> Vec<(&'static str, &'static [u16], Request)> {
    let by = |credentials| Request { credentials, ..request.clone() };
    let nobody = (!operation.is_public()).then(|| by(Credentials::None));
    let others = without_rights(planner, operation).map(by);
    let invalid = invalid(planner, operation, request, path);
    let nobody = nobody.map(|one| ("nobody", &[401][..], one));
    let others = others.map(|one| ("rights", &[403][..], one));
    let invalid = invalid.map(|one| ("invalid", &[422, 400][..], one));
    [nobody, others, invalid].into_iter().flatten().collect()
}

/// A credential that may not call it, of the same tenant as the one that is used for it.
fn without_rights(planner: &Planner<'_>, operation: &Operation) -> Option<Credentials> {
    let side = planner.side_of(operation);
    let mut all = planner.context.credentials.iter();
    let (name, _) = all.find(|(name, caller)| {
        !caller.may_call(operation) && caller.fits(operation) && planner.side_with(name) == side
    })?;
    Some(Credentials::As(name.clone())).filter(|_| !operation.is_public())
}

/// The request without a member that its body must have: the last, as what is written before it is found out may be kept.
fn invalid(
    planner: &Planner<'_>,
    operation: &Operation,
    request: &Request,
    path: &Path,
) -> Option<Request> {
    let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
    let schema = media_type.schema?;
    let sample = planner.body_sample(operation, media_type, path, Extent::Complete).ok()?;
    let mut request = request.clone();
    let Content::Json(Template::Object(members)) = &mut request.body.as_mut()?.content else {
        return None;
    };
    let kept = named(members.keys());
    let name = members.keys().rev().find(|name| {
        let less = sample.without(&Location::default().member(name));
        Some(*name) != kept.as_ref()
            && less.is_some_and(|less| !planner.sampler.admits(schema, &less))
    });
    let name = name?.clone();
    Arc::make_mut(members).shift_remove(&name);
    Some(request)
}

/// By its name or title a thing is known again.
fn named<'n>(mut names: impl Iterator<Item = &'n String>) -> Option<String> {
    names.find(|name| matches!(name.as_str(), "name" | "title")).cloned()
}

/// A request that is to be refused.
struct Attempt<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    /// What any answer must be: whether it is refused, other cases ask.
    refused: Refused<'s>,
    what: &'static str,
}

impl Attempt<'_> {
    /// What would have been made is not in the list.
    fn made(&self, mut draft: Draft<'_>, valid: &Request, wrong: Request) -> Option<Case> {
        let lister = self.planner.on_path(self.operation, Method::Get)?;
        let list = self.planner.resources.list(lister)?;
        let text = unique::text_in(self.planner, &draft, &wrong, &list.item)?;
        let sent = unique::sent(valid, &text)?;
        self.send(&mut draft, wrong);
        walk(&mut draft, self.planner, lister, &list, WALK, Size::Largest)?;
        let none = RelationKind::Excludes {
            got: all_members(&list, WALK, &text),
            none: Operand::expression(sent),
        };
        let message = "what was refused was not made";
        let law = Criterion::Relation(Relation::new(CODE, message, none));
        draft.last_step()?.criteria.push(law);
        self.finish(draft, "a request that is refused makes nothing")
    }

    /// What a PUT would have made under an id of the client's choosing is not there.
    fn put(&self, mut draft: Draft<'_>, path: &Path, wrong: Request) -> Option<Case> {
        let reader = self.planner.on_path(self.operation, Method::Get)?;
        self.send(&mut draft, wrong);
        let read = draft.bare_request(reader, path).ok()?;
        let any_of = vec![Status::Range(4)];
        let nothing = Expected { any_of, code: CODE, level: promise::level(CODE) };
        draft.push(reader, READ, read, vec![Criterion::Status(nothing)]);
        self.finish(draft, "a request that is refused makes nothing")
    }

    /// What would have been changed is as it was.
    fn changed(
        &self,
        mut draft: Draft<'_>,
        path: &Path,
        valid: &Request,
        wrong: Request,
    ) -> Option<Case> {
        let reader = self.planner.on_path(self.operation, Method::Get)?;
        // Without having made it, it may not be changed.
        draft.steps.last()?;
        put_first(&mut draft, self.planner, reader, path);
        look(&mut draft, self.planner, reader, path)?;
        self.send(&mut draft, wrong);
        unchanged(&mut draft, self.planner, (reader, path), valid, CODE)?;
        self.finish(draft, "a request that is refused changes nothing")
    }

    fn send(&self, draft: &mut Draft<'_>, wrong: Request) {
        self.refused.send(draft, wrong);
        draft.status_of(CALL);
    }

    fn finish(&self, mut draft: Draft<'_>, summary: &str) -> Option<Case> {
        was_refused(&mut draft)?;
        let (detail, origin) = (format!("{CODE}:{}", self.what), self.operation.origin.clone());
        Some(self.refused.finish(draft, detail, summary.to_owned(), origin))
    }
}

/// What was not refused may well have changed something.
fn was_refused(draft: &mut Draft<'_>) -> Option<()> {
    let status = Operand::expression(Expression::output(CALL, STATUS));
    let refused = RelationKind::AtLeast { items: status, bound: Operand::constant(400) };
    let premise = Relation::new(CODE, "the request is refused", refused);
    draft.last_step()?.premises.push(premise);
    Some(())
}

/// A request that is refused for what it says; of a change of what the case has made, with a look at it before and after.
pub(in super::super) fn refused(
    refused: &Refused<'_>,
    draft: Draft<'_>,
    (operation, path): (&Operation, &Path),
    request: Request,
    (detail, summary, origin): (String, String, Origin),
) -> Case {
    let around = || {
        let (planner, mut draft) = (draft.planner(), draft.clone());
        let is_change = matches!(operation.method, Method::Put | Method::Patch);
        let reader = planner.on_path(operation, Method::Get).filter(|_| is_change)?;
        // Without having made it, it may not be changed.
        draft.steps.last()?;
        (!members(planner, reader, &request).is_empty()).then_some(())?;
        look(&mut draft, planner, reader, path)?;
        refused.send(&mut draft, request.clone());
        draft.status_of(CALL);
        unchanged(&mut draft, planner, (reader, path), &request, CODE)?;
        was_refused(&mut draft)?;
        Some(draft)
    };
    match around() {
        Some(draft) => refused.finish(draft, detail, summary, origin),
        None => refused.case(draft, request, detail, summary, origin),
    }
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
    draft.push(reader, READ, read, criteria);
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
