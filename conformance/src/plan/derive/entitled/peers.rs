//! What one of a role has made is refused to the others of it, where an operation says so: "for other buyers a 403". Who is of the
//! role, the profile tells: the credential that is called so, and those with the same rights.

use spec::model::{Operation, Status};
use spec::resources::OwnAlone;

use super::super::{CALL, told, valid_call};
use crate::case::{Case, Credentials, Criterion, Expected};
use crate::plan::Planner;
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "own-alone";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(OwnAlone { role, refusal }) = planner.resources.own_alone(operation) else {
        return Vec::new();
    };
    let peers = planner.peers(&role);
    let pairs = peers.iter().flat_map(|author| {
        let others = peers.iter().filter(move |other| *other != author);
        others.map(move |other| (*author, *other))
    });
    // One of them is as good as the next, but may own nothing that could be made.
    let mut cases = pairs.filter_map(|pair| case(planner, operation, &role, refusal, pair));
    cases.next().into_iter().collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    role: &str,
    refusal: Status,
    (author, other): (&str, &str),
) -> Option<Case> {
    planner.context.credentials.get(other).filter(|caller| caller.calls(operation))?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let maker = draft.maker_of(operation)?;
    planner.context.credentials.get(author).filter(|caller| caller.calls(maker))?;
    draft.made_by_member(author, maker);
    draft.may_be_refused(author);
    request.credentials = Credentials::As(other.to_owned());
    let expected = Expected { any_of: vec![refusal], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let summary = format!("what `{author}` has made is refused to other {role}");
    let detail = format!("{CODE}:{author}:{other}");
    Some(told(draft, operation, refusal, (&detail, &summary)))
}
