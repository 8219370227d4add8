//! Things that are part of another one, and have no path: where a venue has `sections`, each with a `code`, a
//! `section_code` is that of one of them.

use super::{Maker, Resources};
use crate::Direction;
use crate::model::{JsonType, Method, Operation, RuntimeExpression};
use crate::names::{fold, singulars, words};
use crate::outline::Outline;
use crate::pointer::escape;

/// What tells such a part from its like.
const OWN: [&str; 6] = ["code", "key", "id", "slug", "number", "uuid"];

/// What members that name one are called, with who makes it: the first of those that come with a new thing.
pub(super) fn of(resources: &Resources<'_>) -> Vec<(String, Maker)> {
    let all = resources.creations().flat_map(|post| {
        let schemas = post.answer_schema().zip(post.body_schema());
        let outlines = schemas.map(|(answer, body)| {
            [answer, body].map(|schema| Outline::of(resources.contract, &[schema]))
        });
        let Some([answer, body]) = outlines else { return Vec::new() };
        // What has to be sent comes with each, and what is always answered may.
        let sent: Vec<&str> = body.required(Direction::Request).collect();
        let answered = answer.required(Direction::Response).filter(|name| !sent.contains(name));
        let lists = sent.iter().copied().chain(answered).filter_map(|name| {
            let (_, item) = answer.member(name)?.list(None)?;
            Some((name, Outline::of(resources.contract, &item)))
        });
        let named = lists.flat_map(|(list, item)| {
            // `ticket_codes` of an order: a `ticket_code` is one of them.
            if item.is_scalar() {
                return codes(post, list);
            }
            let own = OWN.iter().filter(|own| item.member(own).is_some_and(|one| one.is_scalar()));
            let named = own.flat_map(|own| {
                let pointer = format!("/{}/0/{own}", escape(list));
                let maker = Maker::alone(post, RuntimeExpression::ResponseBody(pointer));
                let things = singulars(list).into_iter();
                things.map(move |thing| (fold(&format!("{thing}_{own}")), maker.clone()))
            });
            named.collect::<Vec<_>>()
        });
        named.collect::<Vec<_>>()
    });
    all.collect()
}

/// What the parts of a new thing are called by, where that is no word that anything may be called by: the `sku` of the `variants`
/// of a product, which its request sends. Each with who makes the thing, if that is one operation alone.
pub(super) fn parts(resources: &Resources<'_>) -> Vec<(String, Maker)> {
    /// What anything may have.
    const COMMON: [&str; 10] =
        ["id", "name", "title", "code", "key", "type", "kind", "status", "number", "label"];
    /// What isn't told from others by itself.
    const SCALES: [&str; 4] = ["quantity", "amount", "price", "currency"];
    let mut all: Vec<(String, Option<Maker>)> = Vec::new();
    for post in resources.creations() {
        let Some((answer, body)) = post.answer_schema().zip(post.body_schema()) else { continue };
        let [answer, body] = [answer, body].map(|one| Outline::of(resources.contract, &[one]));
        for list in body.required(Direction::Request) {
            let item = |one: &Outline<'_>| Some(one.member(list)?.list(None)?.1);
            let Some((sent, shown)) = item(&body).zip(item(&answer)) else { continue };
            let [sent, shown] = [sent, shown].map(|one| Outline::of(resources.contract, &one));
            let shown: Vec<&str> = shown.required(Direction::Response).collect();
            let is_own = |name: &&str| {
                let called = fold(name);
                let is_text = sent.member(name).is_some_and(|one| one.is(JsonType::String));
                let is_plain =
                    !COMMON.contains(&called.as_str()) && !SCALES.contains(&called.as_str());
                shown.contains(name)
                    && is_plain
                    && is_text
                    && sent.member(name).is_some_and(|one| one.texts().is_empty())
            };
            // The first is what a part is told by: what stands behind it may be about it.
            let Some(name) = sent.required(Direction::Request).next().filter(is_own) else {
                continue;
            };
            let pointer = format!("/{}/0/{}", escape(list), escape(name));
            let maker = Maker::alone(post, RuntimeExpression::ResponseBody(pointer));
            match all.iter_mut().find(|(called, _)| *called == fold(name)) {
                Some((_, known)) => *known = None,
                None => all.push((fold(name), Some(maker))),
            }
        }
    }
    all.into_iter().filter_map(|(name, maker)| Some((name, maker?))).collect()
}

/// The same of what an action on a thing brings about, as the description of its answer says: "The paid order, with its ticket
/// codes". Before it is done, there is none.
pub(super) fn issued(resources: &Resources<'_>) -> Vec<(String, Maker)> {
    let posts = resources.contract.operations.iter().filter(|one| one.method == Method::Post);
    let actions = posts.filter(|one| one.path.parameters().next().is_some() && !one.documents(201));
    let all = actions.filter_map(|action| {
        let answer = Outline::of(resources.contract, &[action.answer_schema()?]);
        let said = action.successes().next()?.description.to_lowercase();
        let is_told = |list: &&str| said.contains(&words(list).join(" "));
        let lists = answer.required(Direction::Response).filter(is_told).filter(|list| {
            let item = answer.member(list).and_then(|member| member.list(None));
            item.is_some_and(|(_, item)| Outline::of(resources.contract, &item).is_scalar())
        });
        Some(lists.flat_map(|list| codes(action, list)).collect::<Vec<_>>())
    });
    all.flatten().collect()
}

/// What names the first of a list of codes in the answer of an operation: `ticket_code` of `ticket_codes`. One word alone tells no
/// thing.
fn codes(operation: &Operation, list: &str) -> Vec<(String, Maker)> {
    let pointer = format!("/{}/0", escape(list));
    let maker = Maker::alone(operation, RuntimeExpression::ResponseBody(pointer));
    let things = singulars(list).into_iter().filter(|_| words(list).len() > 1);
    things.map(|thing| (fold(&thing), maker.clone())).collect()
}

/// What members that name a thing by its last word are called, with who makes it: a `promo_code` is the `code` of what
/// `POST /promo-codes` makes.
pub(super) fn natural(resources: &Resources<'_>) -> Vec<(String, Maker)> {
    let named = resources.creations().filter_map(|post| {
        let things = words(post.path.last_literal()?);
        let (last, before) = things.split_last().filter(|(_, before)| !before.is_empty())?;
        let answer = Outline::of(resources.contract, &[post.answer_schema()?]);
        let is_scalar =
            |name: &String| answer.member(name).is_some_and(|member| member.is_scalar());
        let own = singulars(last).into_iter().find(is_scalar)?;
        let id = RuntimeExpression::ResponseBody(format!("/{}", escape(&own)));
        Some((fold(&(before.concat() + &own)), Maker::alone(post, id)))
    });
    named.collect()
}
