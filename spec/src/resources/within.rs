//! Where what a body names has to lie in the same thing as what the operation is about: "the milestone and the labels must be of
//! the project", "a ticket type is none of this event".

use super::Resources;
use super::prose::{has, mentions, sentences};
use crate::Direction;
use crate::model::{Operation, Status};
use crate::names::singulars;
use crate::outline::Outline;

/// Whether it is said of an operation that what is called `things` must be of the same one of what is called `around`.
pub(super) fn says_of_same(
    resources: &Resources<'_>,
    operation: &Operation,
    things: &str,
    around: &str,
) -> bool {
    let is_refusal = |(status, _): &(&Status, &_)| matches!(status, Status::Code(400..=499));
    let refusals = operation.responses.iter().filter(is_refusal);
    let refusals = refusals.map(|(_, response)| response.description.as_str());
    let own = operation.told.as_deref().into_iter().chain(refusals);
    let body = operation.body_schema().map(|id| resources.contract.schema(id));
    let of_body = body.and_then(|schema| schema.description.as_deref());
    let members = operation.body_schema().map(|id| Outline::of(resources.contract, &[id]));
    let of_members = members.iter().flat_map(|body| {
        let all = body.sent(Direction::Request).map(|name| vec![name.to_owned()]);
        all.filter_map(|way| body.description(&way)).collect::<Vec<_>>()
    });
    let all: Vec<&str> = own.chain(of_body).chain(of_members).collect();
    all.into_iter()
        .flat_map(|text| text.split(';'))
        .flat_map(sentences)
        .any(|sentence| says(sentence, things, around))
}

fn says(sentence: &str, things: &str, around: &str) -> bool {
    const HAS_TO: [&str; 6] =
        ["must be", "must belong", "has to be", "have to be", "is none of", "are none of"];
    const NOT: [&str; 3] = ["n't of", "not of", "not one of"];
    let is_named = singulars(things)
        .iter()
        .chain([&things.to_owned()])
        .any(|one| mentions(sentence, one) || mentions(sentence, &one.replace(['-', '_'], " ")));
    let is_within = singulars(around).iter().any(|one| {
        let one = one.replace(['-', '_'], " ");
        let of = [
            "of the",
            "of this",
            "of that",
            "of the same",
            "of its",
            "to the",
            "to this",
            "to the same",
            "in the same",
        ];
        of.iter().any(|of| has(sentence, &[&format!("{of} {one}")]))
    });
    is_named && is_within && (has(sentence, &HAS_TO) || has(sentence, &NOT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_say_where_it_has_to_lie() {
        for (said, is_said) in [
            ("The milestone and the labels must be of the project (422).", true),
            ("Milestones must belong to the same project.", true),
            ("The milestone is none of this project.", true),
            ("One of the milestones isn't of that project.", true),
            ("The milestones of the project.", false),
            ("The assignee must be a member of the project.", false),
            ("The milestone must be open.", false),
        ] {
            assert_eq!(says(said, "milestones", "projects"), is_said, "{said}");
        }
    }
}
