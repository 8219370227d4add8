//! The next page is one of the same list: of what was asked for, in the order that was asked for.

use spec::model::Parameter;
use spec::resources::FilterKind;

use super::super::links::{LEADS, LINKED, all_linked, onward};
use super::super::listed::{AGAIN, Size, WALK, make_next, make_with, undisturbed};
use super::super::pages::more_is_true;
use super::{Named, Subject, answered, sent};
use crate::case::{Case, Criterion, Isolation, Template, Text};
use crate::expression::Expression;
use crate::plan::draft::Draft;
use crate::sample::Extent;

/// Things that are made to be walked through.
const MADE: usize = 3;
/// Items a page of the whole list.
const SIZE: i64 = 2;
/// Orders that are asked for: one of two isn't that of a list of which none is asked.
const ORDERS: usize = 2;

pub(super) fn cases(subject: &Subject<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    for sort in subject.list.sorts.iter().take(ORDERS) {
        let value = |_: &Draft<'_>, _: &str| Some(Text::literal(sort.value.clone()));
        cases.extend(kept(subject, (sort.parameter, &sort.value), SIZE, value));
    }
    for filter in subject.list.filters.iter().filter(|one| one.kind == FilterKind::Equal) {
        // Of what several things have.
        let lists_values =
            subject.member(&filter.member).is_some_and(|member| member.enumeration().is_some());
        let value = |draft: &Draft<'_>, made: &str| {
            let names_one = || match sent(draft, made, &filter.member)? {
                Template::Expression(Expression::Output { .. }) => Some(()),
                _ => None,
            };
            let is_shared = lists_values || names_one().is_some();
            is_shared.then(|| Text::expression(answered(made, &filter.member)))
        };
        // Few things name the same one.
        cases.extend(kept(subject, (filter.parameter, ""), 1, value));
    }
    cases
}

/// Pages that are asked for with a value, by links and without.
fn kept(
    subject: &Subject<'_>,
    (parameter, detail): (&Parameter, &str),
    size: i64,
    value: impl Fn(&Draft<'_>, &str) -> Option<Text>,
) -> Option<Case> {
    let Subject { planner, list, .. } = subject;
    let next = onward(list)?;
    planner.may_make(list.maker).then_some(())?;
    let mut draft = Draft::new(planner);
    let first = make_with(&mut draft, planner, list, &[])?;
    draft.answer_of(&first);
    for _ in 1..MADE {
        make_next(&mut draft, planner, list, Extent::Complete)?;
    }
    let asked = [(parameter, value(&draft, &first)?)];
    for step in [WALK, LINKED, AGAIN] {
        subject.walk_sized(&mut draft, step, &asked, Size::Of(size))?;
        if step == LINKED {
            let step = draft.last_step()?;
            step.repeat.as_mut()?.next = next.clone();
            // Where links forget what was asked for, there may be no end of pages.
            step.criteria.push(Criterion::Relation(more_is_true(LINKED)));
        }
    }
    let named = Named { law: LEADS, parameter, detail };
    let mut case = subject.finish(draft, &named, vec![all_linked(list)])?;
    case.isolation = Isolation::Alone;
    case.undisturbed = undisturbed(list, WALK, AGAIN);
    Some(case)
}
