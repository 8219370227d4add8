//! What queries ask of a list is done: filters keep what they admit, searches find, orders are kept.
//!
//! What they ask is read from names ([`spec::resources::Filter`]), so none of it is a promise unless a profile says so.

use spec::model::{JsonType, Operation, Parameter};
use spec::paging::Step;
use spec::resources::{Filter, FilterKind, List, Sort};

use super::listed::{Size, WALK, all_items, check, leads, make, make_with, walk};
use crate::case::{
    Case, Collected, Content, Criterion, Derivation, Isolation, Operand, Pair, Relation,
    RelationKind, Template, Text,
};
use crate::expression::Expression;
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged, Sample};

const FILTER: &str = "filter-is-kept";
const SEARCH: &str = "search-finds";
const SORT: &str = "sorted-as-asked";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    if planner.resources.remover(&list.maker.id).is_none() {
        return Vec::new();
    }
    let subject = Subject { planner, operation, list };
    let mut cases = Vec::new();
    for filter in &list.filters {
        cases.extend(subject.admitted(filter));
        cases.extend(subject.kept_out(filter));
    }
    cases.extend(list.search.and_then(|parameter| subject.found(parameter)));
    cases.extend(list.sorts.iter().filter_map(|sort| subject.sorted(sort)));
    cases
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    list: &'s List<'s>,
}

impl Subject<'_> {
    /// With the value of something that was made: that is there, and nothing that has another value.
    fn admitted(&self, filter: &Filter<'_>) -> Option<Case> {
        let mut draft = Draft::new(self.planner);
        let made = make(&mut draft, self.planner, self.list, Extent::Complete)?;
        draft.answer_of(&made);
        let value = answered(&made, &filter.member);
        self.admits(filter, &draft, &made)?;
        self.walk(&mut draft, filter.parameter, Text::expression(value.clone()))?;
        let members = self.members(&filter.member);
        let name = &filter.parameter.name;
        let kind = match filter.kind {
            FilterKind::Equal => RelationKind::Includes {
                got: Operand::Template(Template::array(vec![Template::Expression(value)])),
                all: members,
            },
            FilterKind::AtMost => {
                RelationKind::AtMost { items: members, bound: Operand::expression(value) }
            }
            FilterKind::AtLeast => {
                RelationKind::AtLeast { items: members, bound: Operand::expression(value) }
            }
        };
        let all = [
            relation(FILTER, format!("`{name}` admits each item"), kind),
            relation(FILTER, format!("what `{name}` admits is there"), self.has(&made)),
        ];
        self.finish(draft, filter.parameter, FILTER, "", all.into())
    }

    /// With a value that something has not: it is not there.
    fn kept_out(&self, filter: &Filter<'_>) -> Option<Case> {
        if filter.kind != FilterKind::Equal {
            return self.beyond(filter);
        }
        let mut draft = Draft::new(self.planner);
        let made = make(&mut draft, self.planner, self.list, Extent::Complete)?;
        draft.answer_of(&made);
        self.admits(filter, &draft, &made)?;
        // Both name the same thing, which was made for them.
        if let Some(Template::Expression(Expression::Output { .. })) =
            sent(&draft, &made, &filter.member)
        {
            return None;
        }
        let other = match self.other_of_few(filter, &draft, &made) {
            Some(other) => other,
            None => {
                let other = make(&mut draft, self.planner, self.list, Extent::Complete)?;
                draft.answer_of(&other);
                Text::expression(answered(&other, &filter.member))
            }
        };
        self.walk(&mut draft, filter.parameter, other.clone())?;
        // Two things may be made alike.
        if let Some(theirs) = other.expressions().next() {
            let differ = RelationKind::Differ {
                got: Operand::expression(theirs.clone()),
                from: Operand::expression(answered(&made, &filter.member)),
            };
            let message = format!("two things differ in `{}`", filter.member);
            draft.last_step()?.premises.push(relation(FILTER, message, differ));
        }
        let none = RelationKind::Excludes {
            got: all_items(self.list, WALK, true),
            none: Operand::expression(Expression::output(&made, "id")),
        };
        let message = format!("what `{}` doesn't admit is not there", filter.parameter.name);
        let all = vec![relation(FILTER, message, none)];
        self.finish(draft, filter.parameter, FILTER, "other", all)
    }

    /// With a bound that something is beyond: it is not there.
    fn beyond(&self, filter: &Filter<'_>) -> Option<Case> {
        const BOUND: i64 = 20;
        let beyond = if filter.kind == FilterKind::AtMost { BOUND + 10 } else { BOUND - 10 };
        let schema = filter.parameter.schema()?;
        self.planner.sampler.admits_value(schema, &BOUND.into()).then_some(())?;
        let mut draft = Draft::new(self.planner);
        let made = |draft: &mut Draft<'_>, number: i64| {
            let value = Some(Sample::Value(number.into()));
            make_with(draft, self.planner, self.list, &filter.member, value)
        };
        let within = made(&mut draft, BOUND)?;
        let beyond = made(&mut draft, beyond)?;
        self.walk(&mut draft, filter.parameter, Text::literal(BOUND.to_string()))?;
        let none = RelationKind::Excludes {
            got: all_items(self.list, WALK, true),
            none: Operand::expression(Expression::output(&beyond, "id")),
        };
        let name = &filter.parameter.name;
        let all = [
            relation(FILTER, format!("what lies at `{name}` is there"), self.has(&within)),
            relation(FILTER, format!("what lies beyond `{name}` is not there"), none),
        ];
        self.finish(draft, filter.parameter, FILTER, "beyond", all.into())
    }

    /// Whether the parameter takes what the thing is made with, as far as that is known.
    fn admits(&self, filter: &Filter<'_>, draft: &Draft<'_>, made: &str) -> Option<()> {
        let schema = filter.parameter.schema()?;
        match sent(draft, made, &filter.member) {
            Some(Template::Value(value)) => {
                self.planner.sampler.admits_value(schema, &value).then_some(())
            }
            // Of what the server makes, and of what is fresh, only a list of values could say otherwise.
            _ => Merged::of(self.planner.contract, &[schema], Choice::default())
                .enumeration()
                .is_none()
                .then_some(()),
        }
    }

    /// Another one of the few values that a parameter has.
    fn other_of_few(&self, filter: &Filter<'_>, draft: &Draft<'_>, made: &str) -> Option<Text> {
        let Some(Template::Value(own)) = sent(draft, made, &filter.member) else { return None };
        let schema = filter.parameter.schema()?;
        let merged = Merged::of(self.planner.contract, &[schema], Choice::default());
        let other = merged.enumeration()?.into_iter().find(|value| **value != own)?;
        Some(Text::literal(crate::expression::value_text(other)?))
    }

    /// A text that one of two things has.
    fn found(&self, parameter: &Parameter) -> Option<Case> {
        let mut draft = Draft::new(self.planner);
        let other = make(&mut draft, self.planner, self.list, Extent::Minimal)?;
        let made = make(&mut draft, self.planner, self.list, Extent::Minimal)?;
        draft.answer_of(&made);
        let name = self.text_member(&draft, &made)?;
        self.walk(&mut draft, parameter, Text::expression(answered(&made, &name)))?;
        let none = RelationKind::Excludes {
            got: all_items(self.list, WALK, true),
            none: Operand::expression(Expression::output(&other, "id")),
        };
        let all = [
            relation(
                SEARCH,
                format!("what has the text as its `{name}` is found"),
                self.has(&made),
            ),
            relation(SEARCH, "what hasn't the text is not found".to_owned(), none),
        ];
        self.finish(draft, parameter, SEARCH, "", all.into())
    }

    /// A member whose text only that thing has, and that a search looks at if it looks at any: a name or a title, else
    /// whatever is fresh.
    fn text_member(&self, draft: &Draft<'_>, made: &str) -> Option<String> {
        let request = &draft.steps.iter().find(|step| step.id == made)?.request;
        let Content::Json(Template::Object(members)) = &request.body.as_ref()?.content else {
            return None;
        };
        let is_fresh = |member: &Template| match member {
            Template::Expression(Expression::Input { name, .. }) => matches!(
                draft.inputs.get(name.as_str()).map(|input| &**input),
                Some(crate::case::Input::Fresh(Fresh::Text(_)))
            ),
            _ => false,
        };
        let shown = Merged::of(self.planner.contract, &self.list.item, Choice::default());
        let shown = shown.declared();
        let fresh = || {
            let fresh = members.iter().filter(|(_, member)| is_fresh(member));
            fresh.map(|(name, _)| name).filter(|name| shown.contains_key(name.as_str()))
        };
        let named = fresh().find(|name| ["name", "title"].contains(&name.as_str()));
        named.or_else(|| fresh().next()).cloned()
    }

    /// Things that differ in a member, in the order of it.
    fn sorted(&self, sort: &Sort<'_>) -> Option<Case> {
        let mut draft = Draft::new(self.planner);
        for value in self.values(&sort.member) {
            make_with(&mut draft, self.planner, self.list, &sort.member, value)?;
        }
        self.walk(&mut draft, sort.parameter, Text::literal(sort.value.clone()))?;
        let members = self.members(&sort.member);
        let kind = match sort.descending {
            true => RelationKind::Descending(members),
            false => RelationKind::Ascending(members),
        };
        let message = format!("items come in the order of `{}`", sort.member);
        let level = promise::level(SORT);
        let level = if self.is_text(&sort.member) { level.min(Level::Note) } else { level };
        let all = vec![Relation::new(SORT, message, kind).at(level)];
        self.finish(draft, sort.parameter, SORT, &sort.value, all)
    }

    /// What a member is made with, one thing after the other: a number in the middle, and then others around it.
    fn values(&self, member: &str) -> [Option<Sample>; 3] {
        const NUMBERS: [JsonType; 2] = [JsonType::Integer, JsonType::Number];
        let types = self.member(member).map(|member| member.types());
        if !types.is_some_and(|types| NUMBERS.into_iter().any(|ty| types.contains(ty))) {
            return [None, None, None];
        }
        [20, 30, 10].map(|number| Some(Sample::Value(number.into())))
    }

    /// What a member of an item must be.
    fn member(&self, name: &str) -> Option<Merged<'_>> {
        let item = Merged::of(self.planner.contract, &self.list.item, Choice::default());
        let ids = item.declared().get(name)?.clone();
        Some(Merged::of(self.planner.contract, &ids, Choice::default()))
    }

    /// Whether a member is text whose order depends on the language.
    fn is_text(&self, name: &str) -> bool {
        self.member(name).is_none_or(|member| {
            let is_moment = matches!(member.format(), Some("date-time" | "date"));
            member.types().contains(JsonType::String) && !is_moment
        })
    }

    /// Walks the list, asking for something.
    fn walk(&self, draft: &mut Draft<'_>, parameter: &Parameter, value: Text) -> Option<()> {
        walk(draft, self.planner, self.operation, self.list, WALK, Size::Largest)?;
        let query = &mut draft.last_step()?.request.query;
        query.retain(|pair| pair.name != parameter.name);
        query.push(Pair { name: parameter.name.clone(), value });
        Some(())
    }

    /// The values of a member, of the items of all pages.
    fn members(&self, member: &str) -> Operand {
        let mut path = if leads(self.list).is_some() { vec![None, None] } else { vec![None] };
        path.push(Some(member.to_owned()));
        Operand::Collected(Collected { from: Expression::output(WALK, "pages"), path })
    }

    /// That something is among the items.
    fn has(&self, made: &str) -> RelationKind {
        RelationKind::Includes {
            got: all_items(self.list, WALK, true),
            all: Operand::expression(Expression::output(made, "id")),
        }
    }

    fn finish(
        &self,
        mut draft: Draft<'_>,
        parameter: &Parameter,
        law: &str,
        detail: &str,
        relations: Vec<Relation>,
    ) -> Option<Case> {
        let (status, _) = self.planner.success(self.operation)?;
        let criteria = relations.into_iter().map(Criterion::Relation).collect();
        check(&mut draft, self.planner, self.operation, criteria)?;
        // Where pages are counted, what others make and remove meanwhile moves items from page to page.
        let moves = matches!(leads(self.list), Some(Step::Count { .. }));
        let mut about = format!("{law}:query.{}", parameter.name);
        if !detail.is_empty() {
            about.push_str(&format!(":{detail}"));
        }
        let mut case = draft.finish(About {
            cell: (self.operation, status),
            source: Derivation::Law,
            detail: about,
            summary: format!("`{}` does what its name says", parameter.name),
            origin: parameter.origin.clone(),
        });
        if moves {
            case.isolation = Isolation::Alone;
        }
        Some(case)
    }
}

fn relation(law: &'static str, message: String, kind: RelationKind) -> Relation {
    Relation::new(law, message, kind)
}

/// A member of what a step was answered.
fn answered(step: &str, member: &str) -> Expression {
    let pointer = format!("/{}", spec::pointer::escape(member));
    Expression::Output { step: step.to_owned(), name: ANSWER.to_owned(), pointer }
}

/// What a step sends as a member.
fn sent(draft: &Draft<'_>, step: &str, member: &str) -> Option<Template> {
    let request = &draft.steps.iter().find(|one| one.id == step)?.request;
    match &request.body.as_ref()?.content {
        Content::Json(template) => template.member(member).cloned(),
        _ => None,
    }
}
