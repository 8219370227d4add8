//! A text that only one thing has: by it the thing is known wherever it turns up.

use spec::model::{Operation, SchemaId};

use crate::case::{Content, Input, Request, Template};
use crate::expression::Expression;
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::sample::{Choice, Merged};

/// Texts with less that differs may be somebody else's by chance.
const LENGTH: u64 = 6;

/// A member that a request sends with such a text, and that these schemas show again: a name or a title, else any.
pub(super) fn text_in(
    planner: &Planner<'_>,
    draft: &Draft<'_>,
    request: &Request,
    shown: &[SchemaId],
) -> Option<String> {
    let Content::Json(Template::Object(members)) = &request.body.as_ref()?.content else {
        return None;
    };
    let is_unique = |member: &Template| {
        let Template::Expression(Expression::Input { name, .. }) = member else { return false };
        match draft.inputs.get(name.as_str()).map(|input| &**input) {
            Some(Input::Fresh(Fresh::Text(shape))) => shape.length >= LENGTH,
            Some(Input::Fresh(Fresh::Uuid)) => true,
            _ => false,
        }
    };
    let shown = Merged::of(planner.contract, shown, Choice::default()).declared();
    let is_shown = |name: &str| {
        let member =
            shown.get(name).map(|ids| Merged::of(planner.contract, ids, Choice::default()));
        member.is_some_and(|member| !member.parts.iter().any(|(_, schema)| schema.write_only))
    };
    let unique = || {
        let unique = members.iter().filter(|(_, member)| is_unique(member));
        unique.map(|(name, _)| name).filter(|name| is_shown(name))
    };
    let named = unique().find(|name| ["name", "title"].contains(&name.as_str()));
    named.or_else(|| unique().next()).cloned()
}

/// The same of a step, as it was sent to make something.
pub(super) fn text_of(planner: &Planner<'_>, draft: &Draft<'_>, step: &str) -> Option<Expression> {
    let made = draft.step(step)?;
    let maker: &Operation = planner.operation(&made.operation_id).ok()?;
    let name = text_in(planner, draft, &made.request, &[maker.answer_schema()?])?;
    sent(&made.request, &name)
}

/// What a request sends as a member.
pub(super) fn sent(request: &Request, member: &str) -> Option<Expression> {
    let Content::Json(body) = &request.body.as_ref()?.content else { return None };
    match body.member(member)? {
        Template::Expression(expression) => Some(expression.clone()),
        _ => None,
    }
}
