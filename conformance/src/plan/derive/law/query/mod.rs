//! What queries ask of a list is done: filters keep what they admit, searches find, orders are kept.
//!
//! What they ask is read from names ([`spec::resources::Filter`]), so a profile may say that they mean something else.

pub(super) mod both;
pub(super) mod filter;
mod linked;
pub(super) mod search;
mod sort;
mod state;

pub(super) use sort::as_asked;

use indexmap::IndexMap;
use spec::model::{JsonType, Operation, Parameter, SchemaId};
use spec::resources::List;

use super::listed::{
    AGAIN, Size, WALK, all_items, check, item_member, moves, total, total_is, undisturbed, walk,
};
use crate::case::{
    Case, Content, Criterion, Derivation, Isolation, Operand, Relation, RelationKind, Template,
    Text,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft};
use crate::sample::{Choice, Merged};

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    if !planner.may_make(list.maker) {
        return Vec::new();
    }
    let subject = Subject { planner, operation, list };
    let mut cases = filter::cases(&subject);
    cases.extend(list.filters.iter().flat_map(|filter| state::cases(&subject, filter)));
    cases.extend(list.search.iter().flat_map(|search| search::cases(&subject, search)));
    cases.extend(list.sorts.iter().filter_map(|sort| sort::case(&subject, sort)));
    cases.extend(list.sorts.iter().filter_map(|sort| sort::of_equals(&subject, sort)));
    cases.extend(list.sorts.iter().filter_map(|sort| sort::of_changed(&subject, sort)));
    cases.extend(sort::unasked(&subject, &list.sorts));
    cases.extend(linked::cases(&subject));
    cases
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    list: &'s List<'s>,
}

/// What a case about a query is called, beside its law and its parameter.
struct Named<'n> {
    law: &'static str,
    parameter: &'n Parameter,
    detail: &'n str,
}

impl Subject<'_> {
    /// Walks the list, asking for something.
    fn walk(&self, draft: &mut Draft<'_>, asked: &[(&Parameter, Text)]) -> Option<()> {
        self.walk_as(draft, WALK, asked)
    }

    /// The same, as a step of another id.
    fn walk_as(&self, draft: &mut Draft<'_>, id: &str, asked: &[(&Parameter, Text)]) -> Option<()> {
        self.walk_sized(draft, id, asked, Size::Largest)
    }

    /// The same, in pages of a size.
    fn walk_sized(
        &self,
        draft: &mut Draft<'_>,
        id: &str,
        asked: &[(&Parameter, Text)],
        size: Size,
    ) -> Option<()> {
        walk(draft, self.planner, self.operation, self.list, id, size)?;
        let request = &mut draft.last_step()?.request;
        for (parameter, value) in asked {
            request.ask(&parameter.name, value.clone());
        }
        Some(())
    }

    /// What a member of an item must be.
    fn member(&self, name: &str) -> Option<Merged<'_>> {
        item_member(self.planner, self.list, name)
    }

    /// What the members of a body must match that makes an item.
    fn makers_members(&self) -> IndexMap<&str, Vec<SchemaId>> {
        let schema = self.planner.media_type(self.list.maker).and_then(|one| one.schema);
        let body = schema.map(|id| Merged::of(self.planner.contract, &[id], Choice::default()));
        body.map(|body| body.properties()).unwrap_or_default()
    }

    /// Whether a member is a number, and nothing else.
    fn is_number(&self, name: &str) -> bool {
        const NUMBERS: [JsonType; 2] = [JsonType::Integer, JsonType::Number];
        let types = self.member(name).map(|member| member.types());
        types.is_some_and(|types| NUMBERS.into_iter().any(|ty| types.contains(ty)))
    }

    /// That what a step made is among the items of a walk.
    fn has(&self, walk: &str, made: &str) -> RelationKind {
        RelationKind::Includes {
            got: all_items(self.list, walk, true),
            all: Operand::expression(Expression::output(made, "id")),
        }
    }

    /// That it isn't.
    fn lacks(&self, walk: &str, made: &str) -> RelationKind {
        RelationKind::Excludes {
            got: all_items(self.list, walk, true),
            none: Operand::expression(Expression::output(made, "id")),
        }
    }

    /// The case of a walk that was judged by these relations, in a list that others may write to as well.
    fn finish(
        &self,
        mut draft: Draft<'_>,
        named: &Named<'_>,
        relations: Vec<Relation>,
    ) -> Option<Case> {
        let (status, _) = self.planner.success(self.operation)?;
        let criteria = relations.into_iter().map(Criterion::Relation).collect();
        check(&mut draft, self.planner, self.operation, criteria)?;
        let Named { law, parameter, detail } = named;
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
        if moves(self.list) {
            case.isolation = Isolation::Alone;
        }
        Some(case)
    }

    /// The same where the total counts what the query admits, which others' writes would show in.
    fn finish_counted(
        &self,
        mut draft: Draft<'_>,
        named: &Named<'_>,
        asked: &[(&Parameter, Text)],
        mut relations: Vec<Relation>,
    ) -> Option<Case> {
        if self.list.total.is_none() {
            return self.finish(draft, named, relations);
        }
        let kind = RelationKind::Count {
            items: all_items(self.list, WALK, true),
            expected: total(self.list, WALK, 0),
        };
        let message = "the total is the number of items that the query admits";
        relations.push(total_is(self.list, message, kind));
        self.walk_as(&mut draft, AGAIN, asked)?;
        let mut case = self.finish(draft, named, relations)?;
        case.isolation = Isolation::Alone;
        case.undisturbed = undisturbed(self.list, WALK, AGAIN);
        Some(case)
    }
}

/// A member of what a step was answered.
fn answered(step: &str, member: &str) -> Expression {
    let pointer = format!("/{}", spec::pointer::escape(member));
    Expression::Output { step: step.to_owned(), name: ANSWER.to_owned(), pointer }
}

/// What a step sends as a member.
fn sent(draft: &Draft<'_>, step: &str, member: &str) -> Option<Template> {
    let request = &draft.step(step)?.request;
    match &request.body.as_ref()?.content {
        Content::Json(template) => template.member(member).cloned(),
        _ => None,
    }
}
