//! Several things at once, each by itself: that one isn't there is told in its place, and the others are done all the same.

use serde_json::Value;
use spec::model::{Location as In, MediaType, Operation, SchemaId};
use spec::names::words;
use spec::pointer::escape;
use spec::resources::{Each, says_goes_to};

use super::super::{CALL, told, unknown_id};
use super::listed::pointer;
use crate::case::{Case, Collected, Criterion, Operand, Relation, RelationKind, Step, Template};
use crate::expression::{Comparison, Condition, Expression, Literal, Side};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Location, Merged, Sample};

const CODE: &str = "each-by-itself";
const ORDER: &str = "results-in-order";
const OTHER: &str = "other";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
    let schema = media_type.schema?;
    let each = planner.resources.each(operation, schema)?;
    Subject { planner, operation, media_type, schema, each: &each }.case()
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    media_type: &'s MediaType,
    schema: SchemaId,
    each: &'s Each,
}

impl Subject<'_> {
    /// Three items: of what is there, of what isn't, and of another one that is.
    fn case(&self) -> Option<Case> {
        let Self { planner, operation, each, .. } = *self;
        let (status, _) = planner.success(operation)?;
        let mut draft = Draft::for_call(planner, operation);
        let path = draft.path(operation, &Path::new()).ok()?;
        let whole =
            planner.body_sample(operation, self.media_type, &path, Extent::Complete).ok()?;
        let whole = draft.refer(operation, self.schema, whole, None).sample;
        let items = Location::default().member(&each.items);
        let place = Location::default().member(&each.id);
        let item = whole.at(&items.item(0))?.clone();
        let Some(Sample::Known(Expression::Output { step, .. }, _)) = item.at(&place) else {
            return None;
        };
        let step = step.clone();
        let maker = planner.operation(&draft.step(&step)?.operation_id).ok()?;
        let reader = planner.resources.shown_by(maker).next()?;
        let owners = draft.path(maker, &Path::new()).ok()?;
        let other = draft.request_of_its_own(maker, &owners, Extent::Complete, OTHER).ok()?;
        draft.push(maker, OTHER, other, planner.succeeds(maker));
        // What it is already shows nothing.
        let item = self.changing(reader, item, draft.step(&step)?);
        let name = reader.path.item_parameter()?;
        let theirs = draft.path_to(reader, OTHER)?;
        let known = theirs.get(name)?;
        let known = Sample::Known(known.expression.clone(), known.stand_in.clone());
        let unknown = unknown_id(planner, reader.parameter(In::Path, name)?)?;
        let all = vec![
            item.clone(),
            item.with(&place, Sample::Fresh(unknown))?,
            item.with(&place, known)?,
        ];
        let body = whole.with(&items, Sample::Array(all))?;
        planner.sampler.admits(self.schema, &body).then_some(())?;
        let mut request = draft.bare_request(operation, &path).ok()?;
        request.body = Some(draft.written(self.media_type, body).ok()?);
        let criteria = planner.succeeds(operation).into_iter().chain(self.results()).collect();
        draft.push(operation, CALL, request, criteria);
        draft.answer_of(CALL);
        for (id, made, n) in [("read", step.as_str(), 0), ("read_other", OTHER, 2)] {
            let shown = self.shown(reader, &item);
            if shown.is_empty() {
                break;
            }
            let path = draft.path_to(reader, made)?;
            let read = draft.bare_request(reader, &path).ok()?;
            let criteria = planner.succeeds(reader).into_iter().chain(shown).collect();
            draft.push(reader, id, read, criteria);
            let told_failed = has_failed(Expression::output(CALL, ANSWER).at(&self.status(n)));
            let done = RelationKind::Holds(told_failed.negated());
            let premise = Relation::new(CODE, "it is told to have been done", done);
            draft.last_step()?.premises.extend(each.in_order.then_some(premise));
        }
        let summary = "each of several things is done by itself, and told of in its place";
        Some(told(draft, operation, status, (CODE, summary)))
    }

    /// What the answer tells of the three.
    fn results(&self) -> Vec<Criterion> {
        let each = self.each;
        let mut all = Vec::new();
        if each.in_order {
            let ids = |from: Expression, list: &str| {
                let path = vec![Some(list.to_owned()), None, Some(each.id.clone())];
                Operand::Collected(Collected { from, path })
            };
            let kind = RelationKind::Equal {
                got: ids(Expression::response_body(""), &each.results),
                expected: ids(Expression::request_body(""), &each.items),
            };
            all.push(Relation::new(ORDER, "results come in the order of the items", kind));
        }
        let status = |n: usize| Expression::response_body(self.status(n));
        let of = |n: usize| Template::Expression(status(n));
        // What may be told of what isn't there, the schema may list: removing it may be as good as done.
        let level = match each.statuses.contains(&404) {
            true => Level::Must,
            false => promise::level(CODE),
        };
        if each.in_order {
            let items = Operand::Template(Template::array(vec![of(1)]));
            let kind = RelationKind::AtLeast { items, bound: Operand::constant(400) };
            let message = "what isn't there is told to have failed";
            all.push(Relation::new(CODE, message, kind).at(level));
            let (got, expected) = (Operand::Template(of(2)), Operand::Template(of(0)));
            let kind = RelationKind::Equal { got, expected };
            let message = "what follows one that fails is done like what was before it";
            let level = if each.goes_on { Level::Must } else { promise::level(CODE) };
            all.push(Relation::new(CODE, message, kind).at(level));
        }
        all.extend(each.failed.iter().map(|failed| {
            let counts_one = Condition::equal(Expression::response_body(pointer([failed])), 1);
            // What is there may not be the caller's to have it done: then all have failed.
            let failed_at = |n: usize| has_failed(status(n));
            let none_done = failed_at(0).and(failed_at(1)).and(failed_at(2));
            let kind = RelationKind::Holds(counts_one.or(none_done));
            let message = format!("`{failed}` counts what failed");
            Relation::new(CODE, message, kind).at(level)
        }));
        all.into_iter().map(Criterion::Relation).collect()
    }

    /// Where an answer has the status of the item at a place, as a JSON pointer.
    fn status(&self, n: usize) -> String {
        format!("{}/{n}/{}", pointer([&self.each.results]), escape(&self.each.status))
    }

    /// The item with another value than the thing has by now, where there is one that shows.
    fn changing(&self, reader: &Operation, mut item: Sample, made: &Step) -> Sample {
        let made = made.request.body.as_ref().and_then(|body| body.content.members());
        for (name, member, values) in self.showing(reader) {
            let place = Location::default().member(name);
            let own = made.as_ref().and_then(|made| made.member(member));
            let is_new = |value: &&Value| own != Some(&Template::Value((*value).clone()));
            let other = values.iter().find(is_new).cloned();
            let changed = other.and_then(|other| item.with(&place, Sample::Value(other)));
            item = changed.unwrap_or(item);
        }
        item
    }

    /// What an item says that the thing shows afterwards.
    fn shown(&self, reader: &Operation, item: &Sample) -> Vec<Criterion> {
        let mut all = Vec::new();
        for (name, member, values) in self.showing(reader) {
            let Some(Sample::Value(value)) = item.at(&Location::default().member(name)) else {
                continue;
            };
            if !values.contains(value) {
                continue;
            }
            let got = Expression::response_body(format!("/{}", escape(member)));
            let (got, expected) = (Operand::expression(got), Operand::constant(value.clone()));
            let kind = RelationKind::Equal { got, expected };
            let message = format!("`{member}` is what was asked for of it among others");
            all.push(Criterion::Relation(Relation::new(CODE, message, kind).at(Level::Must)));
        }
        all
    }

    /// Members of an item, each with the member of the thing that its description names and the values that both may have.
    fn showing(&self, reader: &Operation) -> Vec<(&str, &str, Vec<Value>)> {
        let contract = self.planner.contract;
        let Some(answer) = reader.answer_schema() else { return Vec::new() };
        let merged = |ids: &[SchemaId]| Merged::of(contract, ids, Choice::default());
        let values = |ids: &[SchemaId]| -> Vec<Value> {
            merged(ids).enumeration().into_iter().flatten().cloned().collect()
        };
        let items = merged(&[self.schema]).properties();
        let items = items.get(self.each.items.as_str()).cloned().unwrap_or_default();
        let properties = merged(&merged(&items).item(0)).properties();
        let declared = merged(&[answer]).declared();
        let mut all = Vec::new();
        for (name, ids) in properties {
            let described = ids.iter().filter_map(|id| contract.schema(*id).description.as_deref());
            // What has to be so before is no change.
            let told: Vec<String> =
                described.filter(|text| says_goes_to(text)).flat_map(words).collect();
            let own = values(&ids);
            let named =
                declared.iter().filter(|(member, _)| told.iter().any(|word| word == *member));
            let shared = named.map(|(member, ids)| {
                let theirs = values(ids);
                let both = own.iter().filter(|value| theirs.contains(value)).cloned();
                (name, *member, both.collect::<Vec<_>>())
            });
            all.extend(shared.into_iter().find(|(.., both)| !both.is_empty()));
        }
        all
    }
}

/// Whether a status that an item is told to have is one of failure.
fn has_failed(status: Expression) -> Condition {
    Condition::Compare {
        left: Side::Expression(status),
        comparison: Comparison::GreaterOrEqual,
        right: Side::Literal(Literal(400.into())),
    }
}
