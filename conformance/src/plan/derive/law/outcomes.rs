//! One thing that is done to several which a body names, told in words: each is told of in its place, one that isn't there stops
//! no other, what was done already is told to be so, and numbers count what came of them.

use serde_json::Value;
use spec::model::{JsonType, MediaType, Operation, SchemaId, Status};
use spec::names::{fold, words};
use spec::pointer::escape;
use spec::resources::Outcomes;

use super::super::unknown_reference::UNKNOWN;
use super::super::{CALL, told};
use super::another;
use super::listed::pointer;
use super::touched::{answered, seen};
use crate::case::{Case, Collected, Criterion, Operand, Relation, RelationKind};
use crate::expression::{Condition, Expression};
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Location, Merged, Sample};

const CODE: &str = "each-by-itself";
const ORDER: &str = "results-in-order";
/// The step that makes the other thing, the one that does it a first time, and those that look at what came of it.
const OTHER: &str = "other";
const FIRST: &str = "first";
const LOOK: &str = "look";
/// Values of what is to be done that are tried.
const MOST: usize = 3;
/// What asks for more than what is named.
const ALL: [&str; 6] = ["all", "any", "every", "everything", "matching", "filter"];
/// What things are while something is being done to them.
const AT_WORK: [&str; 6] =
    ["queued", "running", "pending", "processing", "inprogress", "scheduled"];
/// Numbers from here on, and texts of this length, are nobody's by chance.
const FAR: i64 = 1_000_000_000;
const LONG: usize = 10;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let subject = || {
        let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
        let schema = media_type.schema?;
        let outcomes = planner.resources.outcomes(operation, schema)?;
        let (status, _) = planner.success(operation)?;
        Some((media_type, schema, outcomes, status))
    };
    let Some((media_type, schema, outcomes, status)) = subject() else { return Vec::new() };
    let subject = Subject { planner, operation, media_type, schema, outcomes: &outcomes, status };
    let ways = subject.ways();
    let cases = ways.iter().flat_map(|way| [subject.mixed(way), subject.again(way)]);
    cases.flatten().collect()
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    media_type: &'s MediaType,
    schema: SchemaId,
    outcomes: &'s Outcomes,
    status: Status,
}

/// What is to be done to them: a value of the body beside the ids, where that may be one of a few.
type Way = Option<(Location, Value)>;

/// Two things that were made alike, and the body that names them.
struct Two<'s> {
    draft: Draft<'s>,
    path: Path,
    /// The body, which names the first alone.
    whole: Sample,
    /// The step that made the first.
    made: String,
    maker: &'s Operation,
    one: Sample,
    other: Sample,
    /// An id that nothing has.
    unknown: Option<Sample>,
}

impl<'s> Subject<'s> {
    /// A thing, one that isn't there, and another thing.
    fn mixed(&self, way: &Way) -> Option<Case> {
        // Where nothing says that the others are done, all may be refused for one.
        self.outcomes.goes_on.then_some(())?;
        let mut two = self.two(way)?;
        let ids = vec![two.one.clone(), two.unknown.clone()?, two.other.clone()];
        // One that isn't there has a result where there is a word for that.
        let has_each = self.outcomes.in_order && self.outcomes.missing.is_some();
        let mut all = if has_each { self.counted(ids.len()) } else { Vec::new() };
        if has_each {
            all.extend(self.in_order());
            let (first, last) = (Operand::expression(self.told(0)), self.told(2));
            let kind = RelationKind::Equal { got: Operand::expression(last), expected: first };
            let message = "what follows one that fails comes out like what was before it";
            all.push(self.by_itself(message, kind));
            all.extend(self.outcomes.missing.as_ref().map(|missing| {
                let got = Operand::expression(self.told(1));
                let expected = Operand::constant(missing.as_str());
                let message = format!("what isn't there is told to be `{missing}`");
                self.by_itself(message, RelationKind::Equal { got, expected })
            }));
        }
        self.send(&mut two, (CALL, ids), all)?;
        self.look_at_both(&mut two);
        let detail = format!("{CODE}{}", detail(way));
        let summary = "one of several that isn't there stops no other, and is told of in its place";
        Some(told(two.draft, self.operation, self.status, (&detail, summary)))
    }

    /// A thing to which it was done just before, and another one.
    fn again(&self, way: &Way) -> Option<Case> {
        let unchanged = self.outcomes.unchanged.as_deref()?;
        let done = self.outcomes.done.as_deref()?;
        (self.outcomes.in_order && !self.removes(way)).then_some(())?;
        let mut two = self.two(way)?;
        let ids = vec![two.one.clone()];
        self.send(&mut two, (FIRST, ids), Vec::new())?;
        two.draft.answer_of(FIRST);
        let reader = self.planner.resources.shown_by(two.maker).next();
        let path = reader.and_then(|reader| two.draft.path_to(reader, &two.made));
        let look = |two: &mut Two<'s>, id: &str, more: Vec<Criterion>| {
            let (reader, path) = reader.zip(path.as_ref())?;
            let read = two.draft.bare_request(reader, path).ok()?;
            let mut criteria = self.planner.succeeds(reader);
            criteria.extend(more);
            two.draft.push(reader, id, read, criteria);
            two.draft.answer_of(id);
            Some(())
        };
        let is_seen = look(&mut two, LOOK, Vec::new()).is_some();
        let outcome = |n: usize| Operand::expression(self.told(n));
        let before = || {
            let at = self.place(0);
            Operand::expression(Expression::output(FIRST, ANSWER).at(&at))
        };
        let mut all = self.counted(2);
        let kind = RelationKind::Equal { got: outcome(0), expected: Operand::constant(unchanged) };
        let message = format!("what was done to it before is told to leave it `{unchanged}`");
        all.push(Relation::new(CODE, message, kind).at(Level::Must));
        let kind = RelationKind::Equal { got: outcome(1), expected: before() };
        all.push(self.by_itself("it is done to another one as it was to the first", kind));
        let ids = vec![two.one.clone(), two.other.clone()];
        self.send(&mut two, (CALL, ids), all)?;
        let kind = RelationKind::Equal { got: before(), expected: Operand::constant(done) };
        let premise = Relation::new(CODE, "it was done to the thing at first", kind);
        two.draft.last_step()?.premises.push(premise);
        let stays: Vec<Criterion> = reader
            .filter(|_| is_seen)
            .into_iter()
            .flat_map(|reader| self.staying(reader, unchanged))
            .map(Criterion::Relation)
            .collect();
        if !stays.is_empty() {
            look(&mut two, "read", stays);
        }
        let detail = format!("{CODE}:again{}", detail(way));
        let summary = "what was done to a thing before is told to leave it as it is";
        Some(told(two.draft, self.operation, self.status, (&detail, summary)))
    }

    /// What is said to stay of a thing that is told to be unchanged.
    fn staying(&self, reader: &Operation, unchanged: &str) -> Vec<Relation> {
        let answer = reader.answer_schema();
        let shown = answer.map(|id| self.merged(&[id])).map(|shown| shown.required());
        let names = shown.into_iter().flatten();
        let stays = names.filter(|name| self.outcomes.stays.contains(&fold(name)));
        let relations = stays.map(|name| {
            let kind = RelationKind::Equal { got: answered(name), expected: seen(LOOK, name) };
            let message = format!("`{name}` of what is told to be `{unchanged}` stays");
            Relation::new(CODE, message, kind).at(Level::Must)
        });
        relations.collect()
    }

    /// Whether it may be that things are gone behind it.
    fn removes(&self, way: &Way) -> bool {
        const REMOVING: [&str; 6] = ["delete", "remove", "purge", "destroy", "trash", "discard"];
        let value = way.as_ref().and_then(|(_, value)| value.as_str()).unwrap_or_default();
        let spoken = [self.operation.id.as_str(), self.operation.path.text.as_str(), value];
        spoken.into_iter().flat_map(words).any(|word| REMOVING.contains(&word.as_str()))
    }

    fn merged(&self, ids: &[SchemaId]) -> Merged<'s> {
        Merged::of(self.planner.contract, ids, Choice::default())
    }

    fn two(&self, way: &Way) -> Option<Two<'s>> {
        let Self { planner, operation, .. } = *self;
        let mut draft = Draft::new(planner);
        let path = draft.path(operation, &Path::new()).ok()?;
        let sample =
            planner.body_sample(operation, self.media_type, &path, Extent::Minimal).ok()?;
        let first = Location::default().member(&self.outcomes.items).item(0);
        let unknown = self.unknown(&sample);
        let mut whole = draft.refer(operation, self.schema, sample, None).sample;
        let one = whole.at(&first)?.clone();
        let Sample::Known(known, stand_in) = &one else { return None };
        let made = known.step()?.to_owned();
        let maker = planner.operation(&draft.step(&made)?.operation_id).ok()?;
        let theirs = another::alike(&mut draft, planner, known, (OTHER, Extent::Minimal))?;
        let other = Sample::Known(theirs, stand_in.clone());
        if let Some((place, value)) = way {
            whole = whole.with(place, Sample::Value(value.clone()))?;
        }
        Some(Two { draft, path, whole, made, maker, one, other, unknown })
    }

    /// An id of the right form that nothing has.
    fn unknown(&self, sample: &Sample) -> Option<Sample> {
        let first = Location::default().member(&self.outcomes.items).item(0);
        let admits = |one: &Sample| {
            let changed = sample.with(&first, one.clone());
            changed.is_some_and(|changed| self.planner.sampler.admits(self.schema, &changed))
        };
        // It is acted upon: one that is somebody's by chance would be harmed.
        let is_nobodys = |one: &Fresh| match one {
            Fresh::Uuid => true,
            Fresh::Integer { minimum, .. } => *minimum >= FAR,
            other => other.stand_in().as_str().is_some_and(|text| text.len() >= LONG),
        };
        let known = UNKNOWN.into_iter().filter(is_nobodys).map(Sample::Fresh).find(admits);
        // One of a form of its own that is made up just now.
        known.or_else(|| match sample.at(&first) {
            Some(Sample::Fresh(fresh)) if is_nobodys(fresh) => Some(Sample::Fresh(fresh.clone())),
            _ => None,
        })
    }

    fn send(
        &self,
        two: &mut Two<'s>,
        (step, ids): (&str, Vec<Sample>),
        relations: Vec<Relation>,
    ) -> Option<()> {
        let items = Location::default().member(&self.outcomes.items);
        // What stands for their values now may be the same of two, where the values won't be.
        let admits = |id: &Sample| {
            let body = two.whole.with(&items.item(0), id.clone());
            body.is_some_and(|body| self.planner.sampler.admits(self.schema, &body))
        };
        (ids.iter().all(admits) && self.takes(ids.len())).then_some(())?;
        let body = two.whole.with(&items, Sample::Array(ids))?;
        let mut request = two.draft.bare_request(self.operation, &two.path).ok()?;
        request.body = Some(two.draft.written(self.media_type, body).ok()?);
        let mut criteria = self.planner.succeeds(self.operation);
        // What is to be done is of the suite's choosing: there may be more to it than a schema says.
        criteria.iter_mut().for_each(|one| one.weigh("sense-allows"));
        criteria.extend(relations.into_iter().map(Criterion::Relation));
        two.draft.push(self.operation, step, request, criteria);
        Some(())
    }

    /// Whether a body may name so many.
    fn takes(&self, number: usize) -> bool {
        let items = self.merged(&[self.schema]).properties();
        let items = items.get(self.outcomes.items.as_str()).map(|ids| self.merged(ids));
        items.is_some_and(|items| {
            let most = items.max_items().unwrap_or(u64::MAX);
            (items.min_items()..=most).contains(&(number as u64))
        })
    }

    /// Both were made alike, so they are alike behind it, where it is told to have come out alike.
    fn look_at_both(&self, two: &mut Two<'s>) -> Option<()> {
        (self.outcomes.in_order && self.outcomes.missing.is_some()).then_some(())?;
        let reader = self.planner.resources.shown_by(two.maker).next()?;
        let alike = self.closed(two.maker, reader);
        (!alike.is_empty()).then_some(())?;
        two.draft.answer_of(CALL);
        let (one, other) =
            (two.draft.path_to(reader, &two.made)?, two.draft.path_to(reader, OTHER)?);
        let read = two.draft.bare_request(reader, &one).ok()?;
        two.draft.push(reader, "read", read, self.planner.succeeds(reader));
        two.draft.answer_of("read");
        two.draft.answer_of(&two.made);
        two.draft.answer_of(OTHER);
        let mut criteria = self.planner.succeeds(reader);
        let mut premises = Vec::new();
        for name in &alike {
            let kind = RelationKind::Equal { got: answered(name), expected: seen("read", name) };
            let message = format!("`{name}` is as it is of another one that was made alike");
            criteria.push(Criterion::Relation(self.by_itself(message, kind)));
            let kind =
                RelationKind::Equal { got: seen(OTHER, name), expected: seen(&two.made, name) };
            premises.push(Relation::new(CODE, format!("`{name}` was the same of both"), kind));
        }
        let outcome = |n| Operand::expression(Expression::output(CALL, ANSWER).at(&self.place(n)));
        let kind = RelationKind::Equal { got: outcome(2), expected: outcome(0) };
        premises.push(Relation::new(CODE, "both are told to have come out alike", kind));
        let read = two.draft.bare_request(reader, &other).ok()?;
        two.draft.push(reader, "read_other", read, criteria);
        two.draft.last_step()?.premises.extend(premises);
        Some(())
    }

    /// Members with a few values, which what makes a thing and what reads it always tell.
    fn closed(&self, maker: &Operation, reader: &Operation) -> Vec<String> {
        let answer = |one: &Operation| Some(self.merged(&[one.answer_schema()?]));
        let (Some(made), Some(shown)) = (answer(maker), answer(reader)) else { return Vec::new() };
        // What goes on by itself need not be as far with both.
        let goes_on = |value: &&Value| {
            value.as_str().is_some_and(|one| AT_WORK.contains(&fold(one).as_str()))
        };
        let is_closed = |ids: &[SchemaId]| {
            let member = self.merged(ids);
            let values = member.enumeration();
            let is_at_work = values.iter().flatten().any(goes_on);
            (values.is_some() && !is_at_work) || member.types().contains(JsonType::Boolean)
        };
        let (made, required) = (made.required(), shown.required());
        let declared = shown.declared().into_iter();
        let closed = declared
            .filter(|(name, ids)| required.contains(name) && made.contains(name) && is_closed(ids));
        closed.map(|(name, _)| name.to_owned()).collect()
    }

    /// The values of the body beside the ids that tell what is to be done, if that may be one of a few.
    fn ways(&self) -> Vec<Way> {
        let sample = || {
            let mut draft = Draft::new(self.planner);
            let path = draft.path(self.operation, &Path::new()).ok()?;
            let (planner, least) = (self.planner, Extent::Minimal);
            planner.body_sample(self.operation, self.media_type, &path, least).ok()
        };
        let Some(sample) = sample() else { return Vec::new() };
        let ways = self.choices(&sample, &[self.schema], &Location::default(), true);
        match ways.is_empty() {
            true => vec![None],
            false => ways.into_iter().take(MOST).map(Some).collect(),
        }
    }

    /// The values of the first member that has a few, in the body or in an object of it.
    fn choices(
        &self,
        sample: &Sample,
        ids: &[SchemaId],
        place: &Location,
        goes_deeper: bool,
    ) -> Vec<(Location, Value)> {
        // That would be more than what is named.
        let is_narrow =
            |value: &Value| !value.as_str().is_some_and(|one| ALL.contains(&fold(one).as_str()));
        for (name, ids) in self.merged(ids).properties() {
            let place = place.member(name);
            if sample.at(&place).is_none() {
                continue;
            }
            let values: Vec<Value> =
                self.merged(&ids).enumeration().into_iter().flatten().cloned().collect();
            let found = match values.len() {
                0 | 1 if goes_deeper => self.choices(sample, &ids, &place, false),
                0 | 1 => Vec::new(),
                _ => {
                    let narrow = values.into_iter().filter(|value| is_narrow(value));
                    narrow.map(|value| (place.clone(), value)).collect()
                }
            };
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// What the answer has of its kind: the ids in the order of the request.
    fn in_order(&self) -> Option<Relation> {
        let Outcomes { items, results, id, in_order, .. } = self.outcomes;
        let all = |from: Expression, path: Vec<Option<String>>| {
            Operand::Collected(Collected { from, path })
        };
        let kind = RelationKind::Equal {
            got: all(
                Expression::response_body(""),
                vec![Some(results.clone()), None, Some(id.clone())],
            ),
            expected: all(Expression::request_body(""), vec![Some(items.clone()), None]),
        };
        in_order.then(|| Relation::new(ORDER, "results come in the order of the ids", kind))
    }

    /// That numbers count the outcomes which they are called after, of so many.
    fn counted(&self, length: usize) -> Vec<Relation> {
        let counts = self.outcomes.counts.iter();
        let all = counts.filter_map(|(member, outcome, is_told)| {
            let has = |n: usize| Condition::equal(self.told(n), outcome.as_str());
            let counts = |number: usize| {
                Condition::equal(Expression::response_body(pointer([member])), number)
            };
            let each = (0..1_usize << length).map(|of_all| {
                let as_told = (0..length).map(|n| match of_all >> n & 1 {
                    1 => has(n),
                    _ => has(n).negated(),
                });
                let counted = counts(of_all.count_ones() as usize);
                as_told.fold(counted, Condition::and)
            });
            let kind = RelationKind::Holds(each.reduce(Condition::or)?);
            let message = format!("`{member}` counts the results that are `{outcome}`");
            let level = if *is_told { Level::Must } else { promise::level(CODE) };
            Some(Relation::new(CODE, message, kind).at(level))
        });
        all.collect()
    }

    /// A relation that a description makes firm which says that what fails stops no other.
    fn by_itself(&self, message: impl Into<String>, kind: RelationKind) -> Relation {
        let level = if self.outcomes.goes_on { Level::Must } else { promise::level(CODE) };
        Relation::new(CODE, message, kind).at(level)
    }

    /// The outcome of one of them, in the answer.
    fn told(&self, n: usize) -> Expression {
        Expression::response_body(self.place(n))
    }

    /// Where an answer has the outcome of one of them, as a JSON pointer.
    fn place(&self, n: usize) -> String {
        format!("{}/{n}/{}", pointer([&self.outcomes.results]), escape(&self.outcomes.outcome))
    }
}

/// What a case is told from others by: what is to be done.
fn detail(way: &Way) -> String {
    way.as_ref().map_or_else(String::new, |(place, value)| {
        format!(":{place}:{}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    })
}
