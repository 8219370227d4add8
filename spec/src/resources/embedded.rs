//! Things that are part of another one, and have no path: where a venue has `sections`, each with a `code`, a
//! `section_code` is that of one of them.

use indexmap::IndexMap;

use super::{Maker, Resources};
use crate::Direction;
use crate::model::{Method, RuntimeExpression, Status};
use crate::names::{fold, singulars, words};
use crate::outline::Outline;
use crate::pointer::escape;

/// What tells such a part from its like.
const OWN: [&str; 6] = ["code", "key", "id", "slug", "number", "uuid"];

/// What members that name one are called, with who makes it: the first of those that come with a new thing.
pub(super) fn of(resources: &Resources<'_>) -> Vec<(String, Maker)> {
    let posts =
        resources.contract.operations.iter().filter(|one| {
            one.method == Method::Post && one.responses.contains_key(&Status::Code(201))
        });
    let all = posts.flat_map(|post| {
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
                let is_code = words(list).len() > 1;
                let pointer = format!("/{}/0", escape(list));
                let id = RuntimeExpression::ResponseBody(pointer);
                let maker = Maker { operation_id: post.id.clone(), id, shared: IndexMap::new() };
                let things = singulars(list).into_iter().filter(|_| is_code);
                return things.map(|thing| (fold(&thing), maker.clone())).collect();
            }
            let own = OWN.iter().filter(|own| item.member(own).is_some_and(|one| one.is_scalar()));
            let named = own.flat_map(|own| {
                let pointer = format!("/{}/0/{own}", escape(list));
                let id = RuntimeExpression::ResponseBody(pointer);
                let (operation_id, shared) = (post.id.clone(), IndexMap::new());
                let maker = Maker { operation_id, id, shared };
                let things = singulars(list).into_iter();
                things.map(move |thing| (fold(&format!("{thing}_{own}")), maker.clone()))
            });
            named.collect::<Vec<_>>()
        });
        named.collect::<Vec<_>>()
    });
    all.collect()
}

/// What members that name a thing by its last word are called, with who makes it: a `promo_code` is the `code` of what
/// `POST /promo-codes` makes.
pub(super) fn natural(resources: &Resources<'_>) -> Vec<(String, Maker)> {
    let posts =
        resources.contract.operations.iter().filter(|one| {
            one.method == Method::Post && one.responses.contains_key(&Status::Code(201))
        });
    let named = posts.flat_map(|post| {
        let things = post.path.last_literal().map(words).unwrap_or_default();
        let Some((last, before)) = things.split_last().filter(|(_, before)| !before.is_empty())
        else {
            return Vec::new();
        };
        let Some(schema) = post.answer_schema() else { return Vec::new() };
        let answer = Outline::of(resources.contract, &[schema]);
        let own = singulars(last)
            .into_iter()
            .find(|last| answer.member(last).is_some_and(|member| member.is_scalar()));
        let named = own.map(|own| {
            let id = RuntimeExpression::ResponseBody(format!("/{}", escape(&own)));
            let (operation_id, shared) = (post.id.clone(), IndexMap::new());
            (fold(&(before.concat() + &own)), Maker { operation_id, id, shared })
        });
        named.into_iter().collect()
    });
    named.collect()
}
