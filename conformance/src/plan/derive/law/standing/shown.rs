//! Filters by values that the list itself shows: what comes first, and what comes third, is asked for by each of its members that
//! there is a filter of.

use spec::model::JsonType;
use spec::pointer::escape;
use spec::resources::{Filter, FilterKind};

use super::super::super::offsets;
use super::super::listed::{AGAIN, Size, WALK, all_items, leads, total, total_is, undisturbed};
use super::super::query::both::several;
use super::Subject;
use super::search::{LONGEST, is_plain};
use crate::case::{
    Case, Criterion, Having, Operand, Relation, RelationKind, Template, Text, TextPart,
};
use crate::expression::Expression;
use crate::plan::draft::Draft;
use crate::sample::{Choice, Merged};

const CODE: &str = "filter-is-kept";
/// The items whose values are asked for, by their places: what a filter does not do shows beside other values.
const PLACES: [(usize, &str); 2] = [(0, "first"), (2, "third")];
/// Of arrays of values, the first of the first item, and the second of each: few items may have more than one.
const OF_ARRAYS: [(usize, usize, &str); 4] =
    [(0, 0, "first"), (0, 1, "first-other"), (1, 1, "second"), (2, 1, "third")];
/// The step that asks for a value.
const ASKED: &str = "walk_asked";

pub(super) fn cases(subject: &Subject<'_>) -> Vec<Case> {
    if !subject.list.is_whole {
        return Vec::new();
    }
    // Of a few values all are asked for, whether they are there or not: `filter.rs`.
    let filters = subject.list.filters.iter().chain(&subject.list.inner_filters);
    let filters = filters.filter(|filter| subject.takes_any(filter));
    let each = filters.flat_map(|filter| {
        let places = match filter.kind {
            FilterKind::Has => OF_ARRAYS.to_vec(),
            _ => PLACES.iter().map(|(place, name)| (*place, 0, *name)).collect(),
        };
        let by_place = places.into_iter().map(|(place, nth, name)| {
            let value = subject.value_at(filter, (place, nth));
            let text = vec![TextPart::Expression(value.clone())];
            subject.asked(filter, name, vec![value], Text(text))
        });
        let capitals = || {
            let value = subject.value(filter, 0);
            let text = Text(vec![TextPart::Capitals(value.clone())]);
            subject.asked(filter, "capitals", vec![value], text)
        };
        let capitals = filter.any_case.then(capitals);
        let at_offset = || {
            let value = subject.value(filter, 2);
            let text = Text::expression(offsets::at(value.clone()));
            subject.asked(filter, "offset", vec![value], text)
        };
        let at_offset = subject.is_moment(filter).then(at_offset);
        let either = filter.several.then(|| subject.either(filter));
        by_place.chain(capitals).chain(at_offset).chain(either).flatten().collect::<Vec<_>>()
    });
    each.collect()
}

impl Subject<'_> {
    /// The value of a member of the item at a place; of a list of values the first.
    fn value(&self, filter: &Filter<'_>, place: usize) -> Expression {
        self.value_at(filter, (place, 0))
    }

    /// The same, of a list of values the one at a place of its own.
    fn value_at(&self, filter: &Filter<'_>, (place, nth): (usize, usize)) -> Expression {
        let paged = if leads(self.list).is_some() { "/0" } else { "" };
        let pointer = match filter.member.starts_with('/') {
            true => filter.member.clone(),
            false => format!("/{}", escape(&filter.member)),
        };
        let inner = match filter.kind {
            FilterKind::Has => format!("/{nth}"),
            _ => String::new(),
        };
        Expression::output(WALK, "pages").at(&format!("{paged}/{place}{pointer}{inner}"))
    }

    /// With one value.
    fn asked(
        &self,
        filter: &Filter<'_>,
        detail: &str,
        values: Vec<Expression>,
        text: Text,
    ) -> Option<Case> {
        let mut draft = self.look_at_all()?;
        self.walk_few(&mut draft, ASKED, Size::Largest)?;
        let step = draft.last_step()?;
        step.request.ask(&filter.parameter.name, text);
        self.premise(&mut draft, filter, &values)?;
        self.judged(draft, filter, detail, values)
    }

    /// With the values of two items, where several may be asked for.
    fn either(&self, filter: &Filter<'_>) -> Option<Case> {
        let values: Vec<_> = PLACES.iter().map(|(place, _)| self.value(filter, *place)).collect();
        let mut draft = self.look_at_all()?;
        self.walk_few(&mut draft, ASKED, Size::Largest)?;
        let step = draft.last_step()?;
        let [one, other] = values.as_slice() else { return None };
        let texts = [Text::expression(one.clone()), Text::expression(other.clone())];
        step.request.query.extend(several(filter.parameter, texts)?);
        self.premise(&mut draft, filter, &values)?;
        self.judged(draft, filter, "several", values)
    }

    fn look_at_all(&self) -> Option<Draft<'_>> {
        let mut draft = self.start.clone();
        self.walk_few(&mut draft, WALK, Size::Largest)?;
        Some(draft)
    }

    /// That what was asked for is all that fits, and nothing else; and that the total says how much that is.
    fn judged(
        &self,
        mut draft: Draft<'_>,
        filter: &Filter<'_>,
        detail: &str,
        values: Vec<Expression>,
    ) -> Option<Case> {
        let name = &filter.parameter.name;
        let coarse = self.is_moment(filter) && !self.is_sent(&filter.member);
        let any_of = values.into_iter().map(Template::Expression).collect();
        let having = Having { coarse, ..Having::asked(filter, any_of) };
        let kind = RelationKind::Selects {
            got: all_items(self.list, ASKED, false),
            from: all_items(self.list, WALK, false),
            having: vec![having],
        };
        let message = format!("`{name}` admits what fits, and nothing else");
        let mut criteria = vec![Criterion::Relation(Relation::new(CODE, message, kind))];
        criteria.extend(self.total_of(ASKED));
        self.walk_few(&mut draft, AGAIN, Size::Largest)?;
        let detail = format!("{CODE}:query.{name}:{detail}");
        let summary = format!("`{name}` does what its name says to what is there");
        let mut case = self.finish(draft, &detail, &summary, criteria)?;
        case.undisturbed = undisturbed(self.list, WALK, AGAIN);
        Some(case)
    }

    /// That the total is how many items a walk has found.
    pub(super) fn total_of(&self, walk: &str) -> Option<Criterion> {
        self.list.total.as_ref()?;
        let kind = RelationKind::Count {
            items: all_items(self.list, walk, true),
            expected: total(self.list, walk, 0),
        };
        let message = "the total is the number of items that the query admits";
        Some(Criterion::Relation(total_is(self.list, message, kind)))
    }

    /// Whether what makes an item says what a member is.
    fn is_sent(&self, member: &str) -> bool {
        let body = self.list.maker.body_schema().map(|schema| {
            Merged::of(self.planner.contract, &[schema], Choice::default()).declared()
        });
        body.is_some_and(|members| members.contains_key(member))
    }

    fn is_moment(&self, filter: &Filter<'_>) -> bool {
        let value = Merged::of(self.planner.contract, &filter.value, Choice::default());
        value.format() == Some("date-time")
    }

    /// Whether a filter takes whatever is written like the values of the member.
    fn takes_any(&self, filter: &Filter<'_>) -> bool {
        let value = Merged::of(self.planner.contract, &filter.value, Choice::default());
        filter.kind != FilterKind::HasAll
            && value.enumeration().is_none()
            && value.types().single() != Some(JsonType::Boolean)
    }

    /// That each value is there, and one that the parameter takes: a number within its limits; a text neither empty nor too long,
    /// and of letters, digits and the like, which mean nothing more than themselves.
    fn premise(
        &self,
        draft: &mut Draft<'_>,
        filter: &Filter<'_>,
        values: &[Expression],
    ) -> Option<()> {
        let schema = Merged::of(self.planner.contract, &filter.value, Choice::default());
        let premises = &mut draft.last_step()?.premises;
        for value in values {
            let own = || Operand::expression(value.clone());
            let mut kinds = vec![RelationKind::Differ {
                got: own(),
                from: Operand::constant(serde_json::Value::Null),
            }];
            if schema.types().contains(JsonType::String) && schema.format().is_none() {
                let longest = schema.max_length().unwrap_or(LONGEST).min(LONGEST);
                let lengths = (schema.min_length().max(1), longest);
                kinds.push(RelationKind::Holds(is_plain(value.clone(), lengths)));
            }
            let limits = (schema.smallest_integer(), schema.largest_integer());
            kinds.extend(limits.0.map(|least| RelationKind::AtLeast {
                items: own(),
                bound: Operand::constant(least),
            }));
            kinds.extend(
                limits.1.map(|most| RelationKind::AtMost {
                    items: own(),
                    bound: Operand::constant(most),
                }),
            );
            let message = "there is a value that may be asked for";
            premises.extend(kinds.into_iter().map(|kind| Relation::new(CODE, message, kind)));
        }
        Some(())
    }
}
