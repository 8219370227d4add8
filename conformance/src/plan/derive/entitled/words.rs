//! Operations that say in the same words whom they forbid ask for the same right, and those that say in the same words from whom
//! a thing is hidden hide it from the same: who is refused by one of them, on a thing, is refused by the others. Who has the right,
//! nobody has to tell.

use spec::model::{Method, Operation, Status};

use super::super::{CALL, told, valid_call, was_answered};
use super::{FORBIDDEN, MISSING, pairs};
use crate::case::{Case, Credentials, Criterion, Expected};
use crate::plan::Planner;
use crate::plan::draft::Path;
use crate::promise;
use crate::sample::Extent;

/// The step that asks the other operation.
const ASK: &str = "ask";

/// A refusal that several operations may give for the same reason.
#[derive(Clone, Copy)]
struct Refusal {
    code: &'static str,
    status: Status,
    number: u16,
}

const FORBIDS: Refusal = Refusal { code: "rights-are-one", status: FORBIDDEN, number: 403 };
const HIDES: Refusal = Refusal { code: "sight-is-one", status: MISSING, number: 404 };

impl Refusal {
    /// The words by which an operation gives it.
    fn words(self, planner: &Planner<'_>, operation: &Operation) -> Option<String> {
        match self.status {
            FORBIDDEN => planner.resources.forbidden_to(operation),
            _ if is_single_part(planner, operation) => None,
            _ => planner.resources.hidden_from(operation),
        }
    }
}

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    [FORBIDS, HIDES].into_iter().flat_map(|refusal| of(planner, operation, refusal)).collect()
}

fn of(planner: &Planner<'_>, operation: &Operation, refusal: Refusal) -> Vec<Case> {
    let Some(words) = refusal.words(planner, operation) else { return Vec::new() };
    let Ok((draft, ..)) = valid_call(planner, operation, Extent::Minimal) else {
        return Vec::new();
    };
    let Some(maker) = draft.maker_of(operation) else { return Vec::new() };
    let others = planner.contract.operations.iter();
    let others = others.filter(|one| one.id != operation.id && lies_on_same(one, operation));
    let likewise: Vec<&Operation> = others
        .filter(|one| refusal.words(planner, one).is_some_and(|said| said == words))
        .collect();
    let pairs = pairs(planner, operation, maker).into_iter();
    let cases = pairs.filter_map(|pair| {
        likewise.iter().find_map(|likewise| refused(planner, (operation, likewise), refusal, pair))
    });
    cases.collect()
}

/// Whether an operation reads the one part of a thing that is called so, as its cover: what isn't there for anybody isn't hidden.
fn is_single_part(planner: &Planner<'_>, operation: &Operation) -> bool {
    operation.method == Method::Get
        && operation.path.item_parameter().is_none()
        && planner.resources.list(operation).is_none()
}

/// Whether two operations are about the same thing: the first that their paths name.
fn lies_on_same(one: &Operation, other: &Operation) -> bool {
    let thing = |operation: &Operation| {
        let first = operation.path.parameters().next()?;
        operation.path.shape_to(first)
    };
    thing(one).is_some_and(|own| thing(other) == Some(own))
}

fn refused(
    planner: &Planner<'_>,
    (operation, likewise): (&Operation, &Operation),
    Refusal { code, status, number }: Refusal,
    (author, other): (&str, &str),
) -> Option<Case> {
    planner.context.credentials.get(other).filter(|caller| caller.calls(likewise))?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let path = draft.path(likewise, &Path::new()).ok()?;
    let mut asked = draft.request(likewise, &path, Extent::Minimal).ok()?;
    draft.made_by_member(author, draft.maker_of(operation)?);
    draft.may_be_refused(author);
    asked.credentials = Credentials::As(other.to_owned());
    draft.push(likewise, ASK, asked, Vec::new());
    draft.status_of(ASK);
    request.credentials = Credentials::As(other.to_owned());
    let expected = Expected { any_of: vec![status], code, level: promise::level(code) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let message = format!("`{other}` is refused by `{}`", likewise.id);
    let was_refused = was_answered(code, ASK, number, &message);
    draft.last_step()?.premises.push(was_refused);
    let summary = format!("who is refused by `{}` is refused here", likewise.id);
    let detail = format!("{code}:{author}:{other}");
    Some(told(draft, operation, status, (&detail, &summary)))
}
