//! Arrays of a thing with what is put within it: `payments` of an order, where `POST /orders/{id}/payments` answers with one of them,
//! or `payment_ids`.

use super::lifecycle::words_of_state;
use super::prose::{has, order_of_creation, quoted, sentences};
use super::{Resources, catalogue};
use crate::model::{Method, Operation, PathPart, RuntimeExpression, shape};
use crate::names::{fold, singulars, words};
use crate::only::only;
use crate::outline::Outline;
use crate::pointer::keys;

/// What a thing shows of what an operation puts within it.
#[derive(Debug, Clone)]
pub struct ShownPart<'a> {
    /// The operation that shows the thing.
    pub reader: &'a Operation,
    /// The member of what it shows that is an array of such parts.
    pub member: String,
    /// The names of the members that lead to the id of a part.
    pub id: Vec<String>,
    /// Whether the array is one of their ids.
    pub has_ids: bool,
    /// Whether nothing but the shape of the parts tells that the array is of all of them: it is called otherwise than the path, or
    /// they have states, of which it may be only some.
    pub is_guessed: bool,
    /// Whether they are said to come in the order of their making, and whether the newest comes first.
    pub by_creation: Option<bool>,
}

/// That of an operation which makes a part.
pub(super) fn of<'a>(resources: &Resources<'a>, operation: &Operation) -> Option<ShownPart<'a>> {
    /// What an array is called that is of some of them.
    const SOME: [&str; 9] =
        ["recent", "latest", "last", "top", "first", "open", "active", "pending", "featured"];
    let part = operation.answer_schema().filter(|_| operation.method == Method::Post)?;
    let segments = operation.path.without_slash();
    let mut around = (1..segments.len()).rev().filter_map(|end| segments.get(..end));
    let reader = around.find_map(|thing| {
        let is_item = matches!(thing.last().map(Vec::as_slice), Some([PathPart::Parameter(_)]));
        resources.at(&shape(thing), Method::Get).filter(|_| is_item)
    })?;
    let whole = Outline::of(resources.contract, &[reader.answer_schema()?]);
    let arrays = whole.members().into_keys().filter(|name| {
        let items = whole.member(name).and_then(|member| member.list(None));
        items.is_some_and(|(list, items)| list.is_none() && items.contains(&part))
    });
    let is_of_all = |name: &&str| words(name).iter().all(|one| !SOME.contains(&one.as_str()));
    let things = operation.path.last_literal()?;
    let of_parts = only(arrays).filter(is_of_all).map(|member| (member, false));
    let (member, has_ids) = of_parts.or_else(|| Some((ids_of(&whole, things)?, true)))?;
    let id =
        match catalogue::id_of(resources, operation).or_else(|| resources.id_told(operation))? {
            RuntimeExpression::ResponseBody(pointer) => keys(&pointer).collect(),
            _ => return None,
        };
    let item = Outline::of(resources.contract, &[part]);
    let is_called = has_ids || fold(member).ends_with(&fold(things));
    let is_guessed = !is_called || words_of_state(&item).is_some();
    let named = |text: &&str| quoted(text).any(|one| one == member);
    let said = operation.told.as_deref().into_iter().flat_map(sentences).filter(named);
    let described = whole.description(&[member.to_owned()]);
    let by_creation = said.chain(described).find_map(|text| {
        let is_appended = has(text, &["appended to ", "appends "]).then_some(false);
        order_of_creation(text).or(is_appended)
    });
    Some(ShownPart { reader, member: member.to_owned(), id, has_ids, is_guessed, by_creation })
}

/// The array of the ids of what a path calls so: `image_ids` of `images`.
fn ids_of<'w>(whole: &Outline<'w>, things: &str) -> Option<&'w str> {
    let called: Vec<String> =
        singulars(things).iter().map(|one| format!("{}ids", fold(one))).collect();
    only(whole.members().into_keys().filter(|name| {
        let items = whole.member(name).and_then(|member| member.list(None));
        let is_list = items.is_some_and(|(list, _)| list.is_none());
        is_list && called.contains(&fold(name))
    }))
}
