//! By its id: not shown, not changed, not removed, and nothing made within it.

use spec::model::{Method, Operation, Status};
use spec::resources::may_create;

use super::super::super::put_first;
use super::super::super::refused::Refused;
use super::super::{unique, untouched};
use super::{Tenants, is_fair, unmentioned};
use crate::case::{Case, Criterion, Derivation, Expected};
use crate::expression::Expression;
use crate::plan::draft::{Draft, Path};
use crate::promise::{self, Level};
use crate::sample::Extent;

const CODE: &str = "strangers-find-nothing";

pub(super) fn cases(tenants: Tenants<'_>, operation: &Operation) -> Vec<Case> {
    case(tenants, operation).into_iter().collect()
}

fn case(tenants: Tenants<'_>, operation: &Operation) -> Option<Case> {
    let planner = tenants.planner;
    let mut draft = tenants.draft(operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    put_first(&mut draft, planner, operation, &path);
    let made = made_in(&path)?.to_owned();
    // What makes anew what its path names would be right to do so.
    let item = operation.path.item_parameter().and_then(|name| path.get(name));
    let is_made = item.is_some_and(|item| matches!(item.expression, Expression::Output { .. }));
    if may_create(operation) && is_made {
        return None;
    }
    let text = unique::text_of(planner, &draft, &made);
    let maker = planner.operation(&draft.step(&made)?.operation_id).ok()?;
    let reader = planner.resources.shown_by(maker).next();
    let writes = !operation.method.is_safe();
    let is_counted = tenants.is_counted_in(reader.unwrap_or(operation));
    let reader = reader.filter(|_| writes);
    let shown = match reader {
        Some(reader) => Some((reader, draft.path_to(reader, &made)?)),
        // A thing of the other tenant's own may have the same id, and must not be harmed.
        None if writes && is_counted => return None,
        None => None,
    };
    if let Some((reader, path)) = &shown {
        untouched::look(&mut draft, planner, reader, path)?;
    }
    draft.act_for(tenants.stranger());
    if let Some((reader, path)) = &shown {
        find_nothing(&mut draft, reader, path)?;
    }
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    // What names nothing may be refused for that.
    if draft.has_made_up(operation) {
        return None;
    }
    // What is shown within it, a list above all, may be nothing as well. And what is read may be a thing of the other's
    // own, but not what is written to, as it has just found nothing there.
    let is_within = !writes && operation.path.item_parameter().is_none();
    let may_be_own = is_counted && shown.is_none();
    let level = if may_be_own || is_within { Level::Should } else { Level::Must };
    let refused = refused(tenants, operation)?.at_most(level);
    let refused = if writes { refused.plainly() } else { refused };
    refused.send(&mut draft, request.clone());
    if let Some(text) = text {
        draft.last_step()?.criteria.push(unmentioned(CODE, text));
    }
    if let Some((reader, path)) = &shown {
        draft.act_for(tenants.owner());
        untouched::unchanged(&mut draft, planner, (*reader, path), &request, CODE)?;
    }
    // What the profile names in a path may be looked into; in a body it may be wrong for the other tenant.
    let may_run = if writes { is_fair(&draft) } else { draft.leaves_nothing() };
    may_run.then_some(())?;
    let detail = "another-tenants".to_owned();
    let summary = "what another tenant has made is not there".to_owned();
    Some(refused.finish(draft, detail, summary, operation.origin.clone()))
}

/// The step that made what a path names, innermost.
fn made_in(path: &Path) -> Option<&str> {
    path.values().rev().find_map(|provided| provided.expression.step())
}

fn refused<'o>(tenants: Tenants<'_>, operation: &'o Operation) -> Option<Refused<'o>> {
    let planner = tenants.planner;
    let refused = Refused::by(planner, operation, Derivation::Law, &[&[404, 410]])?;
    let refused = refused.or_any(CODE).or_forbidden().weighing(Some(CODE));
    // RFC 9110 §9.2.2: a success of a DELETE for what isn't there is as right, and so is a list of nothing.
    let is_within = operation.method == Method::Get && operation.path.item_parameter().is_none();
    let may_succeed = operation.method == Method::Delete || is_within;
    let documents = |code: &u16| operation.documents(*code);
    let succeeds = may_succeed && ![404, 410].iter().any(documents);
    Some(if succeeds { refused.or_success(planner) } else { refused })
}

/// Before it writes, the other tenant reads: what it finds may be a thing of its own, which must not be harmed.
fn find_nothing(draft: &mut Draft<'_>, reader: &Operation, path: &Path) -> Option<()> {
    let read = draft.bare_request(reader, path).ok()?;
    let any_of = vec![Status::Range(4)];
    let nothing = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(reader, "strange_look", read, vec![Criterion::Status(nothing)]);
    Some(())
}
