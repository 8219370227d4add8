//! Members that tell whether a thing has what is put within it: `has_photo` of `PUT /pets/{id}/photo`, or a `photo` that is null
//! as long as there is none.

use super::Resources;
use super::prose::has;
use crate::Direction;
use crate::model::{JsonType, Method, Operation, shape};
use crate::names::{fold, words};
use crate::only::only;
use crate::outline::Outline;

/// What tells whether a thing has something.
#[derive(Debug, Clone)]
pub struct Attached<'a> {
    /// The operation that shows the thing.
    pub reader: &'a Operation,
    /// The member.
    pub member: String,
    /// Whether it is null where there is nothing; else it is a boolean.
    pub is_null_without: bool,
    /// What takes it away again.
    pub remover: Option<&'a Operation>,
}

/// How it is said that a member is null where there is nothing.
const NONE: [&str; 4] =
    ["as long as there is no", "if there is no", "while there is no", "where there is no"];

pub(super) fn of<'a>(resources: &Resources<'a>, operation: &Operation) -> Option<Attached<'a>> {
    let literal = operation.path.last_literal().filter(|_| operation.method == Method::Put)?;
    operation.path.item_parameter().is_none().then_some(())?;
    let (_, thing) = operation.path.without_slash().split_last()?;
    let reader = resources.at(&shape(thing), Method::Get)?;
    let answer = Outline::of(resources.contract, &[reader.answer_schema()?]);
    let part = fold(literal);
    let of_part = |name: &&str| {
        let all = words(name).concat();
        let is_called =
            all == part || ["url", "info"].iter().any(|one| all == format!("{part}{one}"));
        let is_nullable = answer.member(name).is_some_and(|one| one.admits_null());
        let is_said =
            answer.description(&[(*name).to_owned()]).is_some_and(|text| has(text, &NONE));
        is_called && is_nullable && is_said
    };
    let is_it = |name: &&str| {
        let all = words(name);
        let is_called = matches!(all.split_first(), Some((first, rest)) if first == "has" && rest.concat() == part);
        is_called && answer.member(name).is_some_and(|one| one.is(JsonType::Boolean))
    };
    let required = || answer.required(Direction::Response);
    let flag = only(required().filter(is_it)).map(|flag| (flag, false));
    let (member, is_null_without) =
        flag.or_else(|| only(required().filter(of_part)).map(|part| (part, true)))?;
    let remover = resources.on_path(operation, Method::Delete);
    Some(Attached { reader, member: member.to_owned(), is_null_without, remover })
}
