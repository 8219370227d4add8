//! Who may call what: each credential of the profile at each operation.

mod state;

use std::sync::Arc;

use spec::model::{Method, Operation, Status};
use spec::resources::{is_soft_delete, names_another};

use super::refused::Refused;
use super::{CALL, valid_call, valid_call_as};
use crate::case::{
    Case, Credentials, Criterion, Derivation, Expected, Input, Relation, RelationKind, Request,
};
use crate::expression::{Condition, Expression};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path, STATUS};
use crate::promise;
use crate::sample::Extent;

const FORBIDDEN: Status = Status::Code(403);
const MISSING: Status = Status::Code(404);
/// The step that looks for what was deleted.
const READ: &str = "read";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if operation.is_public() {
        return Vec::new();
    }
    let mut cases = Vec::new();
    for (name, caller) in &planner.context.credentials {
        if !caller.fits(operation) {
            // What a kind of credentials is good for, a service may know otherwise than the document: who is said to have the
            // right is left alone.
            cases.extend(
                (!caller.may_call(operation)).then(|| unfit(planner, operation, name)).flatten(),
            );
            continue;
        }
        if caller.may_call(operation) {
            cases.extend(admitted(planner, operation, name));
        } else {
            cases.extend(refused(planner, operation, name));
            cases.extend(state::cases(planner, operation, name));
        }
    }
    cases
}

fn admitted(planner: &Planner<'_>, operation: &Operation, name: &str) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let call = valid_call_as(planner, operation, Extent::Minimal, name);
    let (mut draft, request, _) = call.ok()?;
    let resources = &planner.resources;
    let is_to_all = resources.says_rights_are_to_all(operation);
    let may_make = !is_to_all && may_make(&draft, planner, operation, name);
    if resources.says_own_alone(operation) || may_make {
        make_own(&mut draft, planner, name);
    }
    draft.let_take_part(name, operation, false);
    let request = draft.for_oneself(operation, name, request);
    let mut criteria = admits(planner, operation, (&draft, &request), name);
    if names_others(&draft, &request, name) {
        let refusals = [400, 403, 404, 409, 422].map(Status::Code).into_iter();
        let is_open = resources.says_open_to(operation, name);
        let documented = refusals
            .filter(|one| operation.responses.contains_key(one) && !(is_open && *one == FORBIDDEN));
        documented.for_each(|status| criteria.iter_mut().for_each(|one| one.or(status)));
    }
    // Which state the thing is in, or whose move it is, nothing tells.
    let documents_it = operation.responses.contains_key(&FORBIDDEN);
    let is_at_times = resources.says_refused_at_times(operation, name)
        || !planner.move_roles(operation).is_empty();
    if documents_it && is_at_times {
        criteria.iter_mut().for_each(|one| one.or(FORBIDDEN));
    }
    draft.push(operation, CALL, request.clone(), criteria);
    draft.removed_by(name, |step| step == CALL);
    // The run may make what it can remove again: as somebody else that need not be so. And what the profile names need
    // not be there for a stranger.
    let is_stranger = planner.side_with(name) != planner.side_of(operation);
    let is_given = draft.inputs.values().any(|input| matches!(&**input, Input::Profile(_)));
    if is_stranger && (is_given || !draft.leaves_nothing()) {
        return None;
    }
    done(&mut draft, planner, operation, &request);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Rights,
        detail: name.to_owned(),
        summary: format!("`{name}` may call it"),
        origin: operation.origin.clone(),
    }))
}

/// Whether a body says by an id who or what else something is for.
fn names_somebody(operation: &Operation, request: &Request) -> bool {
    request.members().any(|(name, _)| names_another(operation, name))
}

/// Whether a body names what somebody else has made, which need not be there for who sends it.
fn names_others(draft: &Draft<'_>, request: &Request, name: &str) -> bool {
    draft.has_written_besides(&Credentials::As(name.to_owned())) && request.names_made()
}

/// Whether a credential may make by itself what a request is about, or all that it needs: then whether it has a right to what
/// somebody else has made, which few documents tell, need not be asked.
fn may_make(draft: &Draft<'_>, planner: &Planner<'_>, operation: &Operation, name: &str) -> bool {
    let Some(caller) = planner.context.credentials.get(name) else { return false };
    let mut writes = draft.steps.iter().filter(|step| !step.request.method.is_safe());
    let makes_all = writes.all(|step| {
        let made = planner.operation(&step.operation_id);
        made.is_ok_and(|one| caller.calls(one))
    });
    makes_all || draft.maker_of(operation).is_some_and(|maker| caller.calls(maker))
}

/// Whoever may make it need not be let at what somebody else has made, nor make something for others, or in what others have.
fn make_own(draft: &mut Draft<'_>, planner: &Planner<'_>, name: &str) {
    draft.made_by(name);
    let own = Credentials::As(name.to_owned());
    if draft.has_written_besides(&own) {
        draft.may_be_refused(name);
    }
    for step in &mut draft.steps {
        let is_theirs = |one: &Operation| planner.resources.says_own_alone(one);
        if step.request.credentials == own
            && planner.operation(&step.operation_id).is_ok_and(is_theirs)
        {
            Arc::make_mut(step).criteria.iter_mut().for_each(|one| one.or(FORBIDDEN));
        }
    }
}

/// A success. What the request names may have been made by somebody else: then it need not be there for this one, where a
/// 404 is documented (a private project), and a 403 is as right where the document says that some get at their own things
/// alone.
fn admits(
    planner: &Planner<'_>,
    operation: &Operation,
    (draft, request): (&Draft<'_>, &Request),
    name: &str,
) -> Vec<Criterion> {
    let mut criteria = planner.succeeds(operation);
    let own = Credentials::As(name.to_owned());
    let is_others = draft.steps.iter().any(|step| step.request.credentials != own)
        || names_somebody(operation, request);
    if is_others && operation.responses.contains_key(&MISSING) {
        criteria.iter_mut().for_each(|one| one.or(MISSING));
    }
    if is_others && planner.resources.says_own_alone(operation) {
        criteria.iter_mut().for_each(|one| one.or(FORBIDDEN));
    }
    criteria
}

/// Whoever deletes it, it is gone.
fn done(draft: &mut Draft<'_>, planner: &Planner<'_>, operation: &Operation, request: &Request) {
    let reader = planner.on_path(operation, Method::Get);
    let removes = operation.method == Method::Delete
        && operation.path.item_parameter().is_some()
        && !is_soft_delete(operation);
    let Some(reader) = reader.filter(|_| removes) else { return };
    let forbidden = [FORBIDDEN].into_iter();
    let any_of = match planner.refusal(reader, &[&[404, 410]]) {
        Some((Status::Code(_), any_of)) => {
            let documented = forbidden.filter(|one| reader.responses.contains_key(one));
            any_of.into_iter().chain(documented).collect()
        }
        _ => vec![Status::Range(4)],
    };
    let Ok(mut read) = draft.bare_request(reader, &Path::new()) else { return };
    read.path_parameters = request.path_parameters.clone();
    let (code, level) = ("deleted-is-gone", promise::level("deleted-is-gone"));
    let gone = Criterion::Status(Expected { any_of, code, level });
    draft.status_of(CALL);
    draft.push(reader, READ, read, vec![gone]);
    // Who did not find it has not removed it.
    let missed = Condition::equal(Expression::output(CALL, STATUS), 404);
    let kind = RelationKind::Holds(missed.negated());
    let premise = Relation::new(code, "it was found by who deletes it", kind);
    if let Some(step) = draft.last_step() {
        step.premises.push(premise);
    }
}

/// Valid credentials of a kind that the operation doesn't take: as good as none, or as those of somebody without the right.
fn unfit(planner: &Planner<'_>, operation: &Operation, name: &str) -> Option<Case> {
    let (draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let refused = Refused::by(planner, operation, Derivation::Rights, &[&[403, 401]])?;
    let refused = refused.or_any("rights-enforced");
    request.credentials = Credentials::As(name.to_owned());
    let summary = format!("`{name}` is of a kind that it doesn't take");
    Some(refused.case(draft, request, name.to_owned(), summary, operation.origin.clone()))
}

fn refused(planner: &Planner<'_>, operation: &Operation, name: &str) -> Option<Case> {
    let own = valid_call_as(planner, operation, Extent::Minimal, name).ok();
    // Of its tenant nobody may make what it needs: what another one has made need not be there for it, either.
    let statuses: &[u16] = if own.is_some() { &[403] } else { &[403, 404] };
    let call = own.or_else(|| valid_call(planner, operation, Extent::Minimal).ok());
    let (mut draft, mut request, _) = call?;
    draft.let_take_part(name, operation, true);
    let refused = Refused::by(planner, operation, Derivation::Rights, &[statuses])?;
    let refused = refused.or_any("rights-enforced");
    request.credentials = Credentials::As(name.to_owned());
    let refused = refused.or_not_seen(&draft, &request);
    let refused = refused.unless_oneself(planner, name);
    let summary = format!("`{name}` may not call it");
    Some(refused.case(draft, request, name.to_owned(), summary, operation.origin.clone()))
}
