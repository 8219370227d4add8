//! What callers of a role are said not to be shown isn't shown to them: things in a state, and members. Who is of the role, the
//! profile tells: the credential that is called so, and those with the same rights.

use serde_json::Value;
use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::{List, Unseen, UnseenPart};

use super::super::{CALL, is_so, told, valid_call};
use super::hidden::seen_or_not;
use super::listed::make;
use crate::case::{
    Case, Credentials, Criterion, Expected, Operand, Relation, RelationKind, Request,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "unseen-by-role";
/// The step that makes a thing that has a member.
const HAVING: &str = "having";
const MISSING: Status = Status::Code(404);
/// So many callers of a role are as good as all of them.
const MOST: usize = 2;

pub(super) fn cases(
    planner: &Planner<'_>,
    operation: &Operation,
    list: Option<&List<'_>>,
) -> Vec<Case> {
    if planner.context.credentials.len() < 2 {
        return Vec::new();
    }
    let own = planner.operation(&operation.id).ok();
    let standing = own.and_then(|own| planner.resources.standing_list(own));
    // A thing with parts isn't a list of these.
    let is_thing = operation.path.item_parameter().is_some();
    let list = list.or(standing.as_ref()).filter(|_| !is_thing);
    let mut cases = Vec::new();
    for unseen in planner.resources.unseen(operation) {
        let names = callers(planner, operation, &unseen);
        let own = names.into_iter().filter_map(|name| match &unseen.what {
            UnseenPart::Other => other(planner, operation, name),
            UnseenPart::Thing { member, value } => {
                hidden(planner, operation, name, (member, value))
            }
            UnseenPart::Member(member) => match list {
                Some(list) => member_of_first(planner, operation, list, (name, member)),
                None => member_of(planner, operation, name, member),
            },
        });
        cases.extend(own.take(MOST));
    }
    cases
}

/// The credentials that may ask for it, out of those of whom something is said.
fn callers<'p>(
    planner: &'p Planner<'_>,
    operation: &'p Operation,
    unseen: &Unseen,
) -> Vec<&'p str> {
    let all: Vec<&str> = planner.callers_of_side(operation).map(|(name, _)| name).collect();
    unseen.who.among(&all, |name, word| planner.is_of_role(name, word))
}

/// A thing in a state in which a caller doesn't find it.
fn hidden(
    planner: &Planner<'_>,
    operation: &Operation,
    name: &str,
    (member, value): (&str, &Value),
) -> Option<Case> {
    let (mut draft, mut request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let item = path.get(operation.path.item_parameter()?)?;
    let Expression::Output { step: made, .. } = &item.expression else { return None };
    let made = made.clone();
    let look = draft.set_member(&made, (member, value))?;
    request.credentials = Credentials::As(name.to_owned());
    let expected = Expected { any_of: vec![MISSING], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    draft.last_step()?.premises.push(is_so(CODE, &look, (member, value)));
    let detail = format!("{CODE}:{name}:{member}");
    let summary = format!("what has `{member}` {value} is not there for `{name}`");
    Some(told(draft, operation, MISSING, (&detail, &summary)))
}

/// A thing that the run has made for nobody: a caller who sees only what is theirs doesn't find it.
fn other(planner: &Planner<'_>, operation: &Operation, name: &str) -> Option<Case> {
    let (mut draft, mut request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let item = path.get(operation.path.item_parameter()?)?;
    matches!(item.expression, Expression::Output { .. }).then_some(())?;
    draft.strangers(&[operation]).contains(&name).then_some(())?;
    request.credentials = Credentials::As(name.to_owned());
    let expected = Expected { any_of: vec![MISSING], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let summary = format!("what is somebody else's is not there for `{name}`");
    Some(told(draft, operation, MISSING, (&format!("{CODE}:{name}"), &summary)))
}

/// A member of a thing, as a caller is shown it.
fn member_of(
    planner: &Planner<'_>,
    operation: &Operation,
    name: &str,
    member: &str,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let (draft, mut request) = match having(planner, operation, member) {
        Some(having) => having,
        None => {
            let (draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
            (draft, request)
        }
    };
    request.credentials = Credentials::As(name.to_owned());
    let pointer = format!("/{}", escape(member));
    asked(draft, operation, (request, status), (name, member, pointer))
}

/// A thing that has a member, whatever else it has, and the request for it.
fn having<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    member: &str,
) -> Option<(Draft<'p>, Request)> {
    let makers = planner.resources.makers(operation, operation.path.item_parameter()?);
    let maker = planner.operation(&makers.first()?.operation_id).ok()?;
    planner.may_make(maker).then_some(())?;
    let media_type = planner.media_type(maker).filter(|one| one.is_json())?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(maker, &Path::new()).ok()?;
    let sample = planner.body_sample(maker, media_type, &path, Extent::Minimal).ok()?;
    let sample = draft.with_members(maker, &path, sample, &[member.to_owned()]);
    let mut made = draft.bare_request(maker, &path).ok()?;
    made.body = Some(draft.content(maker, media_type, sample).ok()?);
    draft.push(maker, HAVING, made, planner.succeeds(maker));
    let path = draft.path_to(operation, HAVING)?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    Some((draft, request))
}

/// A member of what a list shows first, as a caller is shown it.
fn member_of_first(
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
    (name, member): (&str, &str),
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let mut draft = Draft::new(planner);
    if planner.may_make(list.maker) && list.maker.id != operation.id {
        make(&mut draft, planner, list, Extent::Complete)?;
    }
    let path = draft.path(operation, &Path::new()).ok()?;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    request.credentials = Credentials::As(name.to_owned());
    let items: String = list.items.iter().map(|name| format!("/{}", escape(name))).collect();
    let pointer = format!("{items}/0/{}", escape(member));
    asked(draft, operation, (request, status), (name, member, pointer))
}

/// Asks for it as a caller, to whom a member is null or not there.
fn asked(
    mut draft: Draft<'_>,
    operation: &Operation,
    (request, status): (Request, Status),
    (name, member, pointer): (&str, &str, String),
) -> Option<Case> {
    // Who isn't shown the thing, isn't shown the member either.
    let mut criteria = vec![seen_or_not(operation)];
    let is_null = RelationKind::Stays {
        got: Operand::expression(Expression::response_body(pointer)),
        before: Operand::constant(Value::Null),
    };
    let message = format!("`{member}` is null for `{name}`, or not there");
    let unseen = Relation::new(CODE, message.clone(), is_null);
    criteria.push(Criterion::Relation(unseen));
    draft.push(operation, CALL, request, criteria);
    Some(told(draft, operation, status, (&format!("{CODE}:{name}:{member}"), &message)))
}
