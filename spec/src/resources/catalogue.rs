//! Things that are kept up elsewhere: a list shows them, and no operation of the contract makes or removes any. What a body names of
//! them has to be one that is there.

use super::identity::{IdProperty, id_of_made};
use super::{Maker, Resources, conflict, is_creation, shown};
use crate::Direction;
use crate::model::{JsonType, Method, Operation, RuntimeExpression};
use crate::names::{fold, singulars};
use crate::only::only;
use crate::outline::Outline;
use crate::pointer::escape;

/// The lists of such things: what the path calls them, and how the list tells the id of its first item.
pub(super) fn of<'a>(resources: &Resources<'a>) -> Vec<(&'a str, Maker)> {
    let operations = resources.contract.operations.iter();
    let lists =
        operations.filter(|one| one.method == Method::Get && is_there_anyway(resources, one));
    lists.filter_map(|list| Some((list.path.last_segment()?, first_of(resources, list)?))).collect()
}

/// Things that a POST makes and no path names: `venue_id` of an event is all that is done with a venue. Each with what the
/// path calls them.
pub(super) fn made_only<'a>(resources: &Resources<'a>) -> Vec<(&'a str, Maker)> {
    let unnamed = resources.creations().filter(|one| resources.made_by(&one.id).next().is_none());
    let made = unnamed.filter_map(|post| {
        Some((post.path.last_segment()?, Maker::alone(post, id_of(resources, post)?)))
    });
    made.collect()
}

/// Where the answer of a POST has the id of what that makes, by what it is called alone; or else the one text that the client
/// gives it and of which it is said that no two have the same, as a slug.
pub(super) fn id_of(resources: &Resources<'_>, post: &Operation) -> Option<RuntimeExpression> {
    let plural = post.path.last_segment().filter(|_| is_creation(post))?;
    let property = IdProperty::one_of(resources.contract, own_names(plural));
    id_of_made(resources.contract, post, &property).or_else(|| key_of(resources, post))
}

fn key_of(resources: &Resources<'_>, post: &Operation) -> Option<RuntimeExpression> {
    let outline = |schema| Outline::of(resources.contract, &[schema]);
    let (body, answer) = (outline(post.body_schema()?), outline(post.answer_schema()?));
    const KEYS: [&str; 5] = ["slug", "code", "key", "handle", "sku"];
    let is_text = |name: &&str| {
        let texts = [body.member(name), answer.member(name)];
        let are_texts =
            texts.iter().all(|one| one.as_ref().is_some_and(|one| one.is(JsonType::String)));
        are_texts && KEYS.contains(&fold(name).as_str())
    };
    let members: Vec<&str> = body.required(Direction::Request).filter(is_text).collect();
    let keys = conflict::keys(post, &members).into_iter();
    let alone = only(keys.filter(|key| !key.in_any_case && key.members.len() == 1))?;
    Some(RuntimeExpression::ResponseBody(format!("/{}", escape(alone.members.first()?))))
}

/// What the id of a thing may be called.
fn own_names(plural: &str) -> Vec<String> {
    let own = singulars(plural).into_iter().map(|thing| format!("{thing}id"));
    ["id".to_owned()].into_iter().chain(own).collect()
}

/// Whether what a list shows is made and removed by nothing: what is changed, or has things made within it, is there all the same.
fn is_there_anyway(resources: &Resources<'_>, list: &Operation) -> bool {
    let own = list.path.shape();
    let own = own.trim_end_matches('/');
    let is_it = |shape: &str| {
        let within = shape.strip_prefix(own).and_then(|rest| rest.strip_prefix('/'));
        shape == own || within.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
    };
    let here = resources.by_path.iter().filter(|(shape, _)| is_it(shape.trim_end_matches('/')));
    here.flat_map(|(_, operations)| operations).all(|one| match one.method {
        Method::Put => !resources.chooses(one) && one.path.item_parameter().is_some(),
        Method::Patch => true,
        _ => one.method.is_safe(),
    })
}

/// Whether nothing writes on the path of an operation or below it.
pub(super) fn is_only_shown(resources: &Resources<'_>, operation: &Operation) -> bool {
    let own = operation.path.shape();
    let own = own.trim_end_matches('/');
    let is_there = |shape: &str| {
        shape.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let there = resources.by_path.iter().filter(|(shape, _)| is_there(shape));
    there.flat_map(|(_, operations)| operations).all(|one| one.method.is_safe())
}

pub(super) fn first_of(resources: &Resources<'_>, list: &Operation) -> Option<Maker> {
    let names = own_names(list.path.last_segment()?);
    let id = shown::first(resources, list, &IdProperty::one_of(resources.contract, names))?;
    Some(Maker::alone(list, id))
}

/// The member of what a list shows that tells whether it is in use: who has left, or is blocked, is not.
pub(super) fn tells_whether_active(resources: &Resources<'_>, list: &Maker) -> Option<String> {
    const ACTIVE: [&str; 3] = ["active", "isactive", "enabled"];
    let operation = resources.operation(&list.operation_id)?;
    let answer = Outline::of(resources.contract, &[operation.answer_schema()?]);
    let (_, item) = answer.list(None)?;
    let item = Outline::of(resources.contract, &item);
    let is_it = |name: &&str| {
        let is_boolean = || item.member(name).is_some_and(|one| one.is(JsonType::Boolean));
        ACTIVE.contains(&fold(name).as_str()) && is_boolean()
    };
    item.members().into_keys().find(is_it).map(str::to_owned)
}
