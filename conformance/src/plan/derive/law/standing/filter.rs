//! Filters of lists that the suite may not fill are judged by what the list itself shows: what a filter admits has
//! the value that was asked for, and everything with that value in the whole list is there.

use serde_json::Value;
use spec::resources::{Filter, FilterKind, Halves};

use super::super::listed::{AGAIN, Size, WALK, all_items, undisturbed};
use super::super::query::both::several;
use super::Subject;
use crate::case::{Case, Criterion, Having, Relation, RelationKind, Template, Text};
use crate::expression::value_text;
use crate::plan::Planner;
use crate::sample::{Choice, Merged};

const CODE: &str = "filter-is-kept";
/// Values of a filter, and pairs of two filters' values, that are asked for at most.
const MOST: usize = 4;

/// The steps that ask for what a switch admits.
const YES: &str = "walk_true";
const NO: &str = "walk_false";

/// A value of a filter.
type Asked<'f> = (&'f Filter<'f>, Value);

pub(super) fn cases(subject: &Subject<'_>) -> Vec<Case> {
    let Subject { planner, list, .. } = *subject;
    if !list.is_whole {
        return Vec::new();
    }
    let filters = list.filters.iter().chain(&list.inner_filters);
    let filters = filters.filter_map(|filter| Some((filter, few(planner, filter)?)));
    let filters: Vec<(&Filter<'_>, Vec<Value>)> = filters.collect();
    let each = filters.iter().filter_map(|(filter, values)| {
        let asked = values.iter().map(|value| vec![(*filter, value.clone())]);
        subject.case(&filter.parameter.name, &asked.take(MOST).collect::<Vec<_>>())
    });
    let both = filters.windows(2).filter_map(|pair| {
        let [(one, ones), (other, others)] = pair else { return None };
        let asked = ones.iter().flat_map(|value| {
            others.iter().map(|beside| vec![(*one, value.clone()), (*other, beside.clone())])
        });
        let name = format!("{}:beside.{}", other.parameter.name, one.parameter.name);
        subject.case(&name, &asked.take(MOST).collect::<Vec<_>>())
    });
    let several = list.filters.iter().filter(|filter| filter.several);
    let several = several.filter_map(|filter| subject.either_of_few(filter));
    let halves = list.halves.iter().filter_map(|halves| subject.halves(halves));
    each.chain(both).chain(several).chain(halves).collect()
}

/// The few values of a filter: of any other, no list tells which there are.
fn few(planner: &Planner<'_>, filter: &Filter<'_>) -> Option<Vec<Value>> {
    if filter.several || filter.kind != FilterKind::Equal {
        return None;
    }
    let merged = Merged::of(planner.contract, &filter.value, Choice::default());
    let is_switch = merged.types().single() == Some(spec::model::JsonType::Boolean);
    let values = match merged.enumeration() {
        Some(values) => values.into_iter().filter(|value| !value.is_null()).cloned().collect(),
        None if is_switch => vec![true.into(), false.into()],
        None => return None,
    };
    Some(values)
}

impl Subject<'_> {
    /// Looks at the whole list, and at what is there of it for each of some queries.
    fn case(&self, name: &str, queries: &[Vec<Asked<'_>>]) -> Option<Case> {
        let mut draft = self.look()?;
        self.walk(&mut draft, WALK, Size::Largest)?;
        let mut criteria = Vec::new();
        for (number, asked) in queries.iter().enumerate() {
            let step = format!("walk_asked_{}", number + 1);
            self.walk_few(&mut draft, &step, Size::Largest)?;
            let request = &mut draft.last_step()?.request;
            for (filter, value) in asked {
                request.ask(&filter.parameter.name, Text::literal(value_text(value)?));
            }
            criteria.push(self.admits(&step, asked));
            criteria.extend(self.total_of(&step));
        }
        self.walk_few(&mut draft, AGAIN, Size::Largest)?;
        let detail = format!("{CODE}:query.{name}");
        let summary = "a filter admits of a list what has the value, and nothing else";
        let mut case = self.finish(draft, &detail, summary, criteria)?;
        case.undisturbed = undisturbed(self.list, WALK, AGAIN);
        Some(case)
    }

    /// Looks at the whole list, and at what is there of it for two values at once: for the first with each of some others.
    fn either_of_few(&self, filter: &Filter<'_>) -> Option<Case> {
        let merged = Merged::of(self.planner.contract, &filter.value, Choice::default());
        let values = merged.enumeration()?;
        let (first, others) = values.split_first()?;
        let mut draft = self.look()?;
        self.walk(&mut draft, WALK, Size::Largest)?;
        let mut criteria = Vec::new();
        for (number, other) in others.iter().take(MOST).enumerate() {
            let step = format!("walk_asked_{}", number + 1);
            self.walk_few(&mut draft, &step, Size::Largest)?;
            let texts = [Text::literal(value_text(first)?), Text::literal(value_text(other)?)];
            let query = &mut draft.last_step()?.request.query;
            query.extend(several(filter.parameter, texts)?);
            let any_of = [*first, *other].map(|value| Template::Value(value.clone())).to_vec();
            criteria.push(self.admits_any(&step, filter, any_of));
            criteria.extend(self.total_of(&step));
        }
        self.walk_few(&mut draft, AGAIN, Size::Largest)?;
        let detail = format!("{CODE}:query.{}:several", filter.parameter.name);
        let summary = "several values of a filter admit what each of them does";
        let mut case = self.finish(draft, &detail, summary, criteria)?;
        case.undisturbed = undisturbed(self.list, WALK, AGAIN);
        Some(case)
    }

    fn admits_any(&self, step: &str, filter: &Filter<'_>, any_of: Vec<Template>) -> Criterion {
        let kind = RelationKind::Selects {
            got: all_items(self.list, step, false),
            from: all_items(self.list, WALK, false),
            having: vec![Having::asked(filter, any_of)],
        };
        let message = format!("two values of `{}` admit what fits", filter.parameter.name);
        Criterion::Relation(Relation::new(CODE, message, kind))
    }

    /// Looks at the whole list, and at what is there of it for each value of a switch.
    fn halves(&self, halves: &Halves<'_>) -> Option<Case> {
        let mut draft = self.start.clone();
        let steps = [(WALK, None), (YES, Some("true")), (NO, Some("false")), (AGAIN, None)];
        for (step, value) in steps {
            self.walk_few(&mut draft, step, Size::Largest)?;
            if let Some(value) = value {
                draft.last_step()?.request.ask(&halves.parameter.name, Text::literal(value));
            }
        }
        let name = &halves.parameter.name;
        let all = |step: &str| all_items(self.list, step, !self.list.id.is_empty());
        let apart = RelationKind::Excludes { got: all(NO), none: all(YES) };
        let message = format!("what `{name}=true` admits, `{name}=false` doesn't");
        let mut criteria = vec![Criterion::Relation(Relation::new(CODE, message, apart))];
        if halves.is_whole {
            let kind = RelationKind::OneOfBoth { items: all(WALK), halves: [all(YES), all(NO)] };
            let message = format!("`{name}=true` and `{name}=false` together admit all");
            criteria.push(Criterion::Relation(Relation::new(CODE, message, kind)));
        }
        let detail = format!("{CODE}:query.{name}:halves");
        let summary = "each value of a switch admits items of its own";
        let mut case = self.finish(draft, &detail, summary, criteria)?;
        case.undisturbed = undisturbed(self.list, WALK, AGAIN);
        Some(case)
    }

    /// That a walk has what fits, and nothing else.
    fn admits(&self, step: &str, asked: &[Asked<'_>]) -> Criterion {
        let having = asked
            .iter()
            .map(|(filter, value)| Having::asked(filter, vec![Template::Value(value.clone())]));
        let kind = RelationKind::Selects {
            got: all_items(self.list, step, false),
            from: all_items(self.list, WALK, false),
            having: having.collect(),
        };
        let told =
            asked.iter().map(|(filter, value)| format!("`{}={value}`", filter.parameter.name));
        let told: Vec<String> = told.collect();
        let message = format!("{} admits what fits, and nothing else", told.join(" with "));
        Criterion::Relation(Relation::new(CODE, message, kind))
    }
}
