//! Members that tell whether a thing has what is put within it: `has_photo` of `PUT /pets/{id}/photo`.

use super::Resources;
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
    /// The member: a boolean.
    pub member: String,
    /// What takes it away again.
    pub remover: Option<&'a Operation>,
}

pub(super) fn of<'a>(resources: &Resources<'a>, operation: &Operation) -> Option<Attached<'a>> {
    let literal = operation.path.last_literal().filter(|_| operation.method == Method::Put)?;
    operation.path.item_parameter().is_none().then_some(())?;
    let (_, thing) = operation.path.without_slash().split_last()?;
    let reader = resources.at(&shape(thing), Method::Get)?;
    let answer = Outline::of(resources.contract, &[reader.answer_schema()?]);
    let part = fold(literal);
    let is_it = |name: &&str| {
        let all = words(name);
        let is_called = matches!(all.split_first(), Some((first, rest)) if first == "has" && rest.concat() == part);
        is_called && answer.member(name).is_some_and(|one| one.is(JsonType::Boolean))
    };
    let member = only(answer.required(Direction::Response).filter(is_it))?.to_owned();
    Some(Attached { reader, member, remover: resources.on_path(operation, Method::Delete) })
}
