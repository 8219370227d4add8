//! A moment is the same however its offset is written (RFC 3339 §4.1): what is sent at another offset than UTC is kept as that moment.

use std::sync::Arc;

use spec::model::Operation;

use super::{CALL, read_back, valid_call};
use crate::case::{Case, Content, Derivation, Request, Template};
use crate::expression::{Expression, Language, Selection, moment_at};
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::sample::{Choice, Extent, Merged};

/// Far from UTC, and no whole hours.
pub(super) const OFFSET: &str = "+05:30";

/// All moments of a body at another offset: none of them changes its place among the others.
pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Complete).ok()?;
    let request = moved(planner, operation, request)?;
    let mut criteria = planner.succeeds(operation);
    // That another one than UTC is taken goes without saying, and still a server may have said otherwise elsewhere.
    criteria.iter_mut().for_each(|one| one.weigh("sense-allows"));
    draft.push(operation, CALL, request, criteria);
    let before = draft.steps.len();
    read_back::follow(&mut draft, planner, operation);
    // Where nothing is told of what was sent, nothing is seen.
    let tells = draft.steps.len() > before || draft.last_step()?.criteria.len() > 1;
    tells.then(|| {
        draft.finish(About {
            cell: (operation, status),
            source: Derivation::Law,
            detail: "moment-at-another-offset".to_owned(),
            summary: "a moment is the same at another offset".to_owned(),
            origin: operation.origin.clone(),
        })
    })
}

/// The same request with its moments at another offset.
fn moved(planner: &Planner<'_>, operation: &Operation, mut request: Request) -> Option<Request> {
    let schema = planner.media_type(operation).filter(|one| one.is_json())?.schema?;
    let declared = Merged::of(planner.contract, &[schema], Choice::default()).declared();
    let is_moment = |name: &str| {
        declared.get(name).is_some_and(|ids| {
            Merged::of(planner.contract, ids, Choice::default()).format() == Some("date-time")
        })
    };
    let moments =
        request.members().filter(|(name, _)| is_moment(name)).filter_map(|(name, own)| {
            let own = match own {
                Template::Value(value) => Template::Value(moment_at(value, OFFSET)?),
                Template::Expression(context) => Template::Expression(at(context.clone())),
                _ => return None,
            };
            Some((name.clone(), own))
        });
    let moments: Vec<(String, Template)> = moments.collect();
    let Content::Json(Template::Object(all)) = &mut request.body.as_mut()?.content else {
        return None;
    };
    (!moments.is_empty()).then_some(())?;
    Arc::make_mut(all).extend(moments);
    Some(request)
}

/// The moment that an expression gives, at another offset.
pub(super) fn at(context: Expression) -> Expression {
    let (selector, language) = (OFFSET.to_owned(), Language::AtOffset);
    Expression::Selected(Box::new(Selection { context, selector, language }))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_moment_stays_the_moment_that_it_is() {
        let moved = moment_at(&Value::from("2031-01-01T20:00:00Z"), OFFSET);
        assert_eq!(moved, Some(Value::from("2031-01-02T01:30:00+05:30")));
        assert_eq!(moment_at(&Value::from("2031-01-01"), OFFSET), None);
        assert_eq!(moment_at(&Value::from("2031-01-01T20:00:00Z"), "east"), None);
    }
}
