//! What a caller doesn't find at its own path is nowhere else for that caller: neither in a list, nor is there anything within
//! it. Who may see what, no structure says; but an answer does.

use spec::model::{JsonType, Method, Operation, Status};
use spec::pointer::escape;
use spec::resources::{List, OwnFilter};

use super::super::{CALL, put_first, told, was_answered};
use super::listed::{Size, WALK, all_items, make, walk};
use crate::case::{Case, Credentials, Criterion, Expected, Operand, Relation, RelationKind, Text};
use crate::expression::{Condition, Expression};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path, STATUS, same_path};
use crate::promise;
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "hidden-stays-hidden";
const MISSING: Status = Status::Code(404);
const FORBIDDEN: Status = Status::Code(403);
/// So many others are asked.
const MOST: usize = 4;
/// The step that looks for the thing as somebody else.
const LOOK: &str = "look";

/// What lies within a thing that somebody else doesn't find, or is named elsewhere; each other caller asks for it.
pub(super) fn within(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !operation.responses.contains_key(&MISSING) {
        return Vec::new();
    }
    let mut draft = Draft::for_call(planner, operation);
    let Ok(path) = draft.path(operation, &Path::new()) else { return Vec::new() };
    let around = around(planner, operation);
    let around = around.or_else(|| shown_elsewhere(&draft, operation, &path));
    let Some(reader) = around.filter(|one| may_hide(planner, one)) else { return Vec::new() };
    let strangers = draft.strangers(&[operation, reader]);
    let mut seen: Vec<Case> = Vec::new();
    for stranger in strangers {
        let is_first = seen.is_empty();
        seen.extend(within_for(planner, operation, reader, (stranger, is_first)));
    }
    seen.truncate(MOST);
    seen
}

fn within_for(
    planner: &Planner<'_>,
    operation: &Operation,
    reader: &Operation,
    (name, is_first): (&str, bool),
) -> Option<Case> {
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    put_first(&mut draft, planner, operation, &path);
    draft.strangers(&[operation, reader]).contains(&name).then_some(())?;
    let stranger = Credentials::As(name.to_owned());
    let there = match same_path(reader, (operation, &path)) {
        Some(there) => there,
        None => named_by(&mut draft, reader, operation, &path)?,
    };
    is_made(&draft, there.values().last().map(|one| &one.expression)).then_some(())?;
    look(&mut draft, reader, &there, &stranger)?;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    request.credentials = stranger;
    let documented = |status: &Status| operation.responses.contains_key(status);
    let any_of = [MISSING, FORBIDDEN].into_iter().filter(documented).collect();
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    draft.last_step()?.premises.push(is_hidden());
    let summary = "nothing is within what isn't there for a caller";
    let detail = if is_first { CODE.to_owned() } else { format!("{CODE}:{name}") };
    Some(told(draft, operation, MISSING, (&detail, summary)))
}

/// The GET of what an operation names that has its own path elsewhere: `PUT /me/favourites/{eventId}`, of an event. That
/// something is taken out of there need not be refused.
fn shown_elsewhere<'p>(
    draft: &Draft<'p>,
    operation: &Operation,
    path: &Path,
) -> Option<&'p Operation> {
    let planner = draft.planner();
    let item = operation.path.item_parameter().filter(|_| operation.method != Method::Delete)?;
    let Expression::Output { step, .. } = &path.get(item)?.expression else { return None };
    let maker = planner.operation(&draft.step(step)?.operation_id).ok()?;
    // A part of what was made isn't that.
    let mut makers = planner.resources.makers(operation, item).iter();
    makers.find(|one| one.operation_id == maker.id)?;
    let own = operation.path.shape();
    planner.resources.shown_by(maker).find(|reader| reader.path.shape() != own)
}

/// The path of what such an operation names.
fn named_by(
    draft: &mut Draft<'_>,
    reader: &Operation,
    operation: &Operation,
    path: &Path,
) -> Option<Path> {
    let item = path.get(operation.path.item_parameter()?)?;
    let Expression::Output { step, .. } = &item.expression else { return None };
    let step = step.clone();
    draft.path_to(reader, &step)
}

/// A list, which others ask for.
pub(super) fn listed(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    // The list is said to have what is the caller's alone, or that of callers of a role.
    if planner.resources.says_list_is_own(operation) {
        return listed_to(planner, operation, list, Asked::default()).into_iter().collect();
    }
    let role = planner.resources.own_in_list(operation);
    let peers = role.map(|role| planner.peers(&role)).unwrap_or_default();
    let own = match peers.as_slice() {
        [author, other, ..] => {
            let asked = Asked { author: Some(author), other: Some(other), ..Asked::default() };
            listed_to(planner, operation, list, asked)
        }
        _ => None,
    };
    let filtered = planner.resources.own_filter(operation);
    let filtered = filtered.and_then(|own| asked_for(planner, operation, list, &own));
    // Else the thing itself tells. Who sees it is no test of that, so each is asked.
    let reader = planner.resources.shown_by(list.maker).find(|one| may_hide(planner, one));
    let others = reader.into_iter().flat_map(|reader| {
        let names = planner.context.credentials.keys();
        names.map(move |name| Asked {
            other: Some(name.as_str()),
            reader: Some(reader),
            ..Asked::default()
        })
    });
    let mut seen: Vec<Case> = Vec::new();
    for asked in others {
        // The first of them is called as it was when there was no other.
        let asked = Asked { is_first: seen.is_empty(), ..asked };
        seen.extend(listed_to(planner, operation, list, asked));
    }
    seen.truncate(MOST);
    own.into_iter().chain(filtered).chain(seen).collect()
}

/// Who asks for what of whom.
#[derive(Default)]
struct Asked<'a> {
    /// Who makes the thing; else whoever may.
    author: Option<&'a str>,
    /// Who asks for the list; else the first other one who may.
    other: Option<&'a str>,
    /// What tells the other one whether the thing is there; else it isn't by what is said.
    reader: Option<&'a Operation>,
    /// Whether the case goes by no name of theirs.
    is_first: bool,
}

/// The list as somebody else gets it.
fn listed_to(
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
    Asked { author, other, reader, is_first }: Asked<'_>,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let mut draft = Draft::for_call(planner, operation);
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    if let Some(author) = author {
        planner.context.credentials.get(author).filter(|one| one.calls(list.maker))?;
        draft.made_by_member(author, list.maker);
        draft.may_be_refused(author);
        draft.status_of(&made);
    }
    let asked: Vec<&Operation> = reader.into_iter().chain([operation]).collect();
    let mut strangers = draft.strangers(&asked).into_iter();
    let stranger = strangers.find(|name| other.is_none_or(|other| other == *name))?;
    let credentials = Credentials::As(stranger.to_owned());
    if let Some(reader) = reader {
        let there = draft.path_of(reader, &made)?;
        look(&mut draft, reader, &there, &credentials)?;
    }
    let before = draft.steps.len();
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    draft.sent_as(before, &credentials);
    let kind = RelationKind::Excludes {
        got: all_items(list, WALK, true),
        none: Operand::expression(Expression::output(made.as_str(), "id")),
    };
    let message = "what isn't there for a caller is not in the list";
    let last = draft.last_step()?;
    last.criteria.push(Criterion::Relation(Relation::new(CODE, message, kind)));
    last.premises.extend(reader.map(|_| is_hidden()));
    if author.is_some() {
        // What it takes may be somebody else's.
        let (Status::Code(created), _) = planner.success(list.maker)? else { return None };
        last.premises.push(was_answered(CODE, &made, created, "the thing could be made"));
    }
    let detail = match (author, other) {
        (Some(author), Some(other)) => format!("{CODE}:listed:{author}:{other}"),
        (_, Some(other)) if !is_first => format!("{CODE}:listed:{other}"),
        _ => format!("{CODE}:listed"),
    };
    Some(told(draft, operation, status, (&detail, message)))
}

/// The list, asked for what somebody else has made, by who may ask for their own alone.
fn asked_for(
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
    own: &OwnFilter,
) -> Option<Case> {
    const CODE: &str = "for-oneself-alone";
    let [author, other, ..] = planner.peers(&own.role)[..] else { return None };
    let filter = list.filters.iter().find(|one| one.parameter.name == own.parameter)?;
    planner.context.credentials.get(author).filter(|one| one.calls(list.maker))?;
    let mut draft = Draft::for_call(planner, operation);
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    draft.made_by_member(author, list.maker);
    draft.may_be_refused(author);
    draft.status_of(&made);
    draft.answer_of(&made);
    let answer = planner.operation(&list.maker.id).ok()?.answer_schema()?;
    let shown = Merged::of(planner.contract, &[answer], Choice::default()).properties();
    let member =
        Merged::of(planner.contract, shown.get(filter.member.as_str())?, Choice::default());
    (!member.types().contains(JsonType::Null)).then_some(())?;
    let theirs =
        Expression::output(made.as_str(), ANSWER).at(&format!("/{}", escape(&filter.member)));
    let mut request = draft.bare_request(operation, &Path::new()).ok()?;
    request.ask(&own.parameter, Text::expression(theirs));
    request.credentials = Credentials::As(other.to_owned());
    let expected = Expected { any_of: vec![own.refusal], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let (Status::Code(created), _) = planner.success(list.maker)? else { return None };
    let is_made = was_answered(CODE, &made, created, "the thing could be made");
    draft.last_step()?.premises.push(is_made);
    let detail = format!("{CODE}:query.{}:{other}", own.parameter);
    let summary = format!("`{other}` asks for nobody else's with `{}`", own.parameter);
    Some(told(draft, operation, own.refusal, (&detail, &summary)))
}

/// Whether what is there need not be there for everybody who asks.
fn may_hide(planner: &Planner<'_>, reader: &Operation) -> bool {
    reader.responses.contains_key(&MISSING) && !planner.resources.says_absent_to_all(reader)
}

/// The GET of the thing that an operation's path lies within.
fn around<'p>(planner: &Planner<'p>, operation: &Operation) -> Option<&'p Operation> {
    let item = operation.path.item_parameter();
    let name = operation.path.parameters().rev().find(|name| Some(*name) != item)?;
    planner.resources.at(&operation.path.shape_to(name)?, Method::Get)
}

/// Whether what an id names is made by the case itself.
pub(super) fn is_made(draft: &Draft<'_>, id: Option<&Expression>) -> bool {
    let Some(Expression::Output { step, .. }) = id else { return false };
    draft.step(step).is_some_and(|step| !step.request.method.is_safe())
}

/// That a caller is shown it, or told that it isn't there or not for that caller.
pub(super) fn seen_or_not(reader: &Operation) -> Criterion {
    let mut any_of: Vec<Status> = reader.successes().map(|response| response.status).collect();
    let refusals = [MISSING, FORBIDDEN].into_iter();
    any_of.extend(refusals.filter(|one| reader.responses.contains_key(one)));
    Criterion::Status(any_of.into())
}

/// Asks for the thing as somebody else; it may be there.
pub(super) fn look(
    draft: &mut Draft<'_>,
    reader: &Operation,
    path: &Path,
    stranger: &Credentials,
) -> Option<()> {
    let mut request = draft.bare_request(reader, path).ok()?;
    request.credentials = stranger.clone();
    draft.push(reader, LOOK, request, vec![seen_or_not(reader)]);
    draft.status_of(LOOK);
    Some(())
}

/// That the other one didn't find it.
pub(super) fn is_hidden() -> Relation {
    let kind = RelationKind::Holds(Condition::equal(Expression::output(LOOK, STATUS), 404));
    Relation::new(CODE, "the thing isn't there for another caller", kind)
}
