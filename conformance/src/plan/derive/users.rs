//! Who makes something that refers to what a step has made: by its body, or by where it lies.

use spec::model::{Method, Operation};

use crate::case::{Request, Text};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::Extent;

/// The step that refers to what another one has made.
pub(super) const USE: &str = "use";

/// The draft with something that refers, by its body, to what a step has made.
pub(super) fn used<'p>(
    planner: &'p Planner<'p>,
    draft: &Draft<'p>,
    made: &str,
) -> Option<Draft<'p>> {
    let is_by_body =
        |draft: &Draft<'_>| draft.step(USE).is_some_and(|user| refers_by_body(&user.request, made));
    users(planner, draft, made).map(|(_, draft)| draft).find(is_by_body)
}

/// Who makes something that refers to what a step has made, each with the draft in which it did.
pub(super) fn users<'p>(
    planner: &'p Planner<'p>,
    draft: &Draft<'p>,
    made: &str,
) -> impl Iterator<Item = (&'p Operation, Draft<'p>)> {
    makers(planner)
        .filter_map(move |user| Some((user, use_of(draft.clone(), made, (user, Extent::Minimal))?)))
}

/// What the run may make something with.
pub(super) fn makers<'p>(planner: &'p Planner<'p>) -> impl Iterator<Item = &'p Operation> {
    let posts = planner.contract.operations.iter().filter(|one| one.method == Method::Post);
    posts.filter(|one| planner.may_make(one))
}

/// The draft with what an operation makes, where that refers to what a step has made.
pub(super) fn use_of<'p>(
    mut draft: Draft<'p>,
    made: &str,
    (user, extent): (&Operation, Extent),
) -> Option<Draft<'p>> {
    let request = request_of(&mut draft, user, extent)?;
    let path = request.path_parameters.values().flat_map(Text::expressions);
    let lies_within = path.into_iter().any(|one| is_of(one, made));
    let refers = refers_by_body(&request, made);
    (lies_within || refers).then_some(())?;
    // What it names besides has to fit what was made before: of which kind that is, it could not choose.
    if refers && names_several(&request) {
        draft.makes_up(user);
    }
    let criteria = draft.planner().succeeds(user);
    draft.push(user, USE, request, criteria);
    Some(draft)
}

/// The same where it refers to what lies within what a step has made: the lease of a unit of a house.
pub(super) fn use_within<'p>(
    mut draft: Draft<'p>,
    made: &str,
    user: &Operation,
) -> Option<Draft<'p>> {
    let request = request_of(&mut draft, user, Extent::Minimal)?;
    let lies_within = |step: &str| {
        let made_of = draft.step(step).map(|one| one.request.path_parameters.values());
        made_of.into_iter().flatten().flat_map(Text::expressions).any(|one| is_of(one, made))
    };
    request.steps_named().any(lies_within).then_some(())?;
    let criteria = draft.planner().succeeds(user);
    draft.push(user, USE, request, criteria);
    Some(draft)
}

/// A request of an operation, in a state in which it isn't refused.
fn request_of(draft: &mut Draft<'_>, user: &Operation, extent: Extent) -> Option<Request> {
    let path = draft.path(user, &Path::new()).ok()?;
    draft.bring_around(user, &path);
    // All that it may name besides would have to be there.
    let request = match extent {
        Extent::Minimal => draft.request(user, &path, extent),
        Extent::Complete => draft.filling(|draft| draft.request(user, &path, extent)),
    };
    request.ok()
}

fn refers_by_body(request: &Request, made: &str) -> bool {
    request.json_expressions().into_iter().any(|one| is_of(one, made))
}

/// Whether a body names what several steps have made.
fn names_several(request: &Request) -> bool {
    let mut steps = request.steps_named();
    steps.next().is_some_and(|first| steps.any(|other| other != first))
}

/// Whether an expression is what a step has given.
fn is_of(expression: &Expression, made: &str) -> bool {
    expression.step() == Some(made)
}
