//! What ends before it begins is refused where a description says so: of two bounds of a query, of a body that has both moments,
//! and of a change to one of them that leaves the other where it is. So is one bound of a query without the other.

use serde_json::Value;
use spec::model::{JsonType, Location as In, Method, Operation, Parameter, SchemaId, Status};
use spec::resources::{Period, says_not_before, says_refused_before};

use super::refused::Refused;
use super::{CALL, told, told_limit, valid_call, was_answered};
use crate::case::{Case, Criterion, Derivation, Expected, Text};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise;
use crate::sample::{Choice, Extent, Location, Merged, Sample};

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let ends = operation.parameters.iter();
    let mut cases: Vec<Case> = ends.filter_map(|end| of_query(planner, operation, end)).collect();
    cases.extend(sharing_a_day(planner, operation));
    cases.extend(without_the_other(planner, operation));
    if let Some(period) = planner.resources.refused_period(operation)
        && let Some(refused) = told_limit::refused(planner, operation, &[&[422, 400, 409]])
    {
        let subject = Subject { planner, operation, period, refused };
        cases.extend(subject.reversed());
        cases.extend(subject.without_length());
        cases.extend(subject.of_one_day());
        cases.extend(subject.changed_alone());
    }
    cases
}

/// A parameter alone of those that are taken together or not at all.
fn without_the_other(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (named, status) = planner.resources.taken_together(operation)?;
    let refused = told_limit::refused(planner, operation, &[&[status]])?;
    let alone = named.first()?;
    let parameter = operation.parameters.iter().find(|one| one.name == *alone)?;
    let ([value, _], (draft, mut request, _)) = (
        values(planner, parameter.schema()?)?,
        valid_call(planner, operation, Extent::Minimal).ok()?,
    );
    request.query.retain(|pair| !named.contains(&pair.name));
    request.ask(alone, Text::literal(value));
    let summary = format!("`{alone}` is asked for without what it is taken with");
    let detail = format!("query.{alone}:alone");
    Some(refused.case(draft, request, detail, summary, parameter.origin.clone()))
}

/// A period of the one day that another one ends on, where it is said that this is enough for a conflict.
fn sharing_a_day(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    const CODE: &str = "overlap-refused";
    let is_post = operation.method == Method::Post;
    let period = planner.resources.period_apart(operation).filter(|_| is_post)?;
    let conflict = Status::Code(409);
    (!period.has_length).then_some(())?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Complete).ok()?;
    let last = request.members().find(|(name, _)| **name == period.end)?.1.clone();
    draft.push(operation, "first", request.clone(), planner.succeeds(operation));
    let request = request.with_member(&period.begin, last.clone())?;
    let request = request.with_member(&period.end, last)?;
    let any_of = vec![conflict];
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let detail = format!("{CODE}:one-day");
    let summary = "what shares a day with what is there is refused";
    Some(told(draft, operation, conflict, (&detail, summary)))
}

/// The step that makes a longer one.
const FIRST: &str = "first";

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    period: Period,
    refused: Refused<'s>,
}

impl Subject<'_> {
    /// A valid body of an operation, with its two moments, the first one first.
    fn moments(&self, operation: &Operation, extent: Extent) -> Option<(Sample, [String; 2])> {
        let media_type = self.planner.media_type(operation).filter(|one| one.is_json())?;
        let (_, path) = Draft::begun(self.planner, operation)?;
        let sample = self.planner.body_sample(operation, media_type, &path, extent).ok()?;
        let text = |name: &str| match sample.members()?.get(name)?.stand_in() {
            Value::String(text) => Some(text),
            _ => None,
        };
        let moments = [text(&self.period.begin)?, text(&self.period.end)?];
        Some((sample, moments))
    }

    /// The two in each other's place: they are as near to each other as they were.
    fn reversed(&self) -> Option<Case> {
        let (sample, [begin, end]) = self.moments(self.operation, Extent::Complete)?;
        (begin < end).then_some(())?;
        let sample = self.with(&sample, &self.period.begin, &end)?;
        let sample = self.with(&sample, &self.period.end, &begin)?;
        self.case(sample, &self.period.end, "reversed", "ends before it begins")
    }

    fn without_length(&self) -> Option<Case> {
        let (sample, [begin, _]) = self.moments(self.operation, Extent::Complete)?;
        let sample = self.with(&sample, &self.period.end, &begin)?;
        let case = || self.case(sample, &self.period.end, "without-length", "ends when it begins");
        self.period.has_length.then(case).flatten()
    }

    /// One that ends on the day that it begins on, where that is said to be right.
    fn of_one_day(&self) -> Option<Case> {
        let Self { planner, operation, period, .. } = self;
        let body = Merged::of(planner.contract, &[operation.body_schema()?], Choice::default());
        let is_day = |name: &String| {
            let own = body.declared().get(name.as_str()).cloned().unwrap_or_default();
            Merged::of(planner.contract, &own, Choice::default()).format() == Some("date")
        };
        (period.may_be_short && is_day(&period.begin) && is_day(&period.end)).then_some(())?;
        let (status, _) = planner.success(operation)?;
        let Status::Code(code) = status else { return None };
        let (mut draft, request, path) = valid_call(planner, operation, Extent::Complete).ok()?;
        // What a longer one is refused for is no matter of its length.
        draft.push(operation, FIRST, request, planner.succeeds(operation));
        draft.status_of(FIRST);
        let request = draft.request_of_its_own(operation, &path, Extent::Complete, CALL).ok()?;
        let (_, begin) = request.members().find(|(name, _)| **name == period.begin)?;
        let begin = begin.clone();
        let request = request.with_member(&period.end, begin)?;
        draft.push(operation, CALL, request, Vec::new());
        let conflict = Status::Code(409);
        let is_documented = operation.responses.contains_key(&conflict);
        let any_of: Vec<Status> =
            [status].into_iter().chain(is_documented.then_some(conflict)).collect();
        let last = draft.last_step()?;
        last.criteria.push(Criterion::Status(any_of.into()));
        last.premises.push(was_answered("limit-accepted", FIRST, code, "a longer one is accepted"));
        Some(draft.finish(About {
            cell: (operation, status),
            source: Derivation::Boundary,
            detail: format!("body.{}:one-day", period.end),
            summary: "what ends on the day that it begins on is accepted".to_owned(),
            origin: operation.origin.clone(),
        }))
    }

    /// One of the two, so that it lies on the other side of the one that is there.
    fn changed_alone(&self) -> Vec<Case> {
        let Period { begin, end, .. } = &self.period;
        let there = (self.operation.method == Method::Patch).then(|| self.there()).flatten();
        let Some([first, last]) = there else { return Vec::new() };
        let alone = |name: &str, moment: Option<String>| {
            let sample = Sample::Object([(name.to_owned(), Sample::Value(moment?.into()))].into());
            self.case(sample, name, "alone", "would end before it begins")
        };
        let cases = [alone(begin, day_beside(&last, 1)), alone(end, day_beside(&first, -1))];
        cases.into_iter().flatten().collect()
    }

    /// The moments of what is made to be changed.
    fn there(&self) -> Option<[String; 2]> {
        let (draft, _) = Draft::begun(self.planner, self.operation)?;
        let maker = draft.maker_of(self.operation)?;
        let (_, moments) = self.moments(maker, Extent::Minimal)?;
        (moments[0] <= moments[1]).then_some(moments)
    }

    fn with(&self, sample: &Sample, name: &str, moment: &str) -> Option<Sample> {
        sample.with(&Location::default().member(name), Sample::Value(moment.into()))
    }

    fn case(&self, sample: Sample, name: &str, detail: &str, what: &str) -> Option<Case> {
        let (draft, path) = Draft::begun(self.planner, self.operation)?;
        let summary = format!("what {what} is refused");
        let about = (detail, summary);
        let of = (self.operation, &Location::default().member(name));
        told_limit::case((draft, &path), of, &self.refused, (name, sample), about)
    }
}

/// A moment so many days of its month later, where there are so many. In months of all lengths there are the first 28.
fn day_beside(moment: &str, days: i32) -> Option<String> {
    let (month, rest) = moment.split_at_checked(8)?;
    let (day, rest) = rest.split_at_checked(2)?;
    let day = day.parse::<i32>().ok()? + days;
    (1..=28).contains(&day).then(|| format!("{month}{day:02}{rest}"))
}

/// A bound that lies before the one that it is said not to lie before.
fn of_query(planner: &Planner<'_>, operation: &Operation, end: &Parameter) -> Option<Case> {
    (end.location == In::Query).then_some(())?;
    let of_end = end.description.as_deref().unwrap_or_default();
    let said = [of_end, operation.told.as_deref().unwrap_or_default()];
    let says_so = |begin: &str| {
        says_not_before(of_end, begin)
            || said.iter().any(|text| says_refused_before(text, (&end.name, begin)))
    };
    let mut others = operation.parameters.iter();
    let begin = others
        .find(|one| one.location == In::Query && one.name != end.name && says_so(&one.name))?;
    let ([low, _], [_, high]) =
        (values(planner, end.schema()?)?, values(planner, begin.schema()?)?);
    let refused = told_limit::refused(planner, operation, &[&[422, 400]])?;
    let (draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    for (parameter, value) in [(begin, high), (end, low)] {
        request.ask(&parameter.name, Text::literal(value));
    }
    let detail = format!("query.{}:before.{}", end.name, begin.name);
    let summary = format!("`{}` lies before `{}`", end.name, begin.name);
    Some(refused.case(draft, request, detail, summary, end.origin.clone()))
}

/// Two values of a schema, the lower one first.
fn values(planner: &Planner<'_>, schema: SchemaId) -> Option<[&'static str; 2]> {
    let merged = Merged::of(planner.contract, &[schema], Choice::default());
    let is_number = [JsonType::Integer, JsonType::Number]
        .into_iter()
        .any(|ty| merged.types().single() == Some(ty));
    let values = match merged.format() {
        Some("date-time") => ["2031-01-01T00:00:00Z", "2031-06-01T00:00:00Z"],
        Some("date") => ["2031-01-01", "2031-06-01"],
        _ if is_number => ["2", "20"],
        _ => return None,
    };
    let admits = |text: &&str| {
        let value = text.parse::<i64>().map_or_else(|_| (*text).into(), serde_json::Value::from);
        planner.sampler.admits_value(schema, &value)
    };
    values.iter().all(admits).then_some(values)
}
