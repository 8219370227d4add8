//! Arrays of names of things, with as many as there may be, and with one more: each of them is made before. Names of nothing would
//! be refused for that, however many they are.

use spec::model::SchemaId;
use spec::resources::says_refused_body;

use super::Subject;
use crate::case::{Case, Request};
use crate::plan::derive::valid_call;
use crate::plan::draft::Draft;
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample, Segment};

/// Things that are made for one body, at most.
const MOST: u64 = 12;

/// A member that is an array of names.
struct Names {
    place: Location,
    /// A body that has it.
    sample: Sample,
    /// How many there may be.
    most: usize,
    by: SchemaId,
}

impl Subject<'_> {
    /// The cases of all such members.
    pub(super) fn of_made(&self) -> Vec<Case> {
        let names = self.names().unwrap_or_default();
        names.iter().flat_map(|one| [self.as_many(one), self.one_more(one)]).flatten().collect()
    }

    fn names(&self) -> Option<Vec<Names>> {
        let Self { planner, operation, media_type } = *self;
        let schema = media_type.schema.filter(|_| media_type.is_json())?;
        let (draft, _, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
        let least = planner.body_sample(operation, media_type, &path, Extent::Minimal).ok()?;
        let body = Merged::of(planner.contract, &[schema], Choice::default());
        let limited = body.properties().into_iter().filter_map(|(name, ids)| {
            let array = Merged::of(planner.contract, &ids, Choice::default());
            let most = array.max_items().filter(|most| (2..=MOST).contains(most))?;
            let (by, place) = (*ids.first()?, Location::default().member(name));
            let (several, _) = planner.sampler.valid(by, Extent::Complete, &Fixed::new())?;
            let Sample::Array(items) = several else { return None };
            let one = Sample::Array(items.into_iter().take(1).collect());
            let sample = least.with(&place, one)?;
            let named = draft.references_in(operation, schema, &sample);
            named.contains(&(place.clone(), true)).then_some(())?;
            Some(Names { place, sample, most: usize::try_from(most).ok()?, by })
        });
        Some(limited.collect())
    }

    fn as_many(&self, names: &Names) -> Option<Case> {
        (!self.is_limited_elsewhere(names)).then_some(())?;
        let (draft, request) = self.naming(names, names.most)?;
        let detail = format!("body.{}:max-items:made", names.place);
        let origin = self.planner.contract.schema(names.by).origin.clone();
        self.accepted((draft, request), self.accepts(), detail, origin)
    }

    /// Whether how many there may be, or which of them go together, is told beside the schema.
    fn is_limited_elsewhere(&self, names: &Names) -> bool {
        let Self { planner, operation, .. } = *self;
        let Some(Segment::Member(name)) = names.place.0.first() else { return true };
        let described = planner.contract.schema(names.by).description.as_deref();
        planner.resources.is_bounded_elsewhere(operation, name)
            || self.is_one_of_each(&names.place, true)
            || described.is_some_and(says_refused_body)
            || planner.sense(operation).is_some_and(|sense| sense.members.contains(name))
    }

    fn one_more(&self, names: &Names) -> Option<Case> {
        let refused = self.refused(&[&[422, 400]])?;
        let (draft, request) = self.naming(names, names.most + 1)?;
        let detail = format!("body.{}:max-items:made", names.place);
        let summary = format!("`{}` names one thing more than there may be", names.place);
        let origin = self.planner.contract.schema(names.by).origin.clone();
        Some(refused.case(draft, request, detail, summary, origin))
    }

    /// A request that names so many things, each of which is made before.
    fn naming(&self, names: &Names, count: usize) -> Option<(Draft<'_>, Request)> {
        let Self { planner, operation, media_type } = *self;
        let schema = media_type.schema?;
        let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
        let mut sample = names.sample.clone();
        let mut items: Vec<Sample> = Vec::new();
        while items.len() < count {
            let whole = names.sample.clone();
            sample = draft.refer(operation, schema, whole, None).sample;
            let Some(Sample::Array(made)) = sample.at(&names.place) else { return None };
            let [Sample::Known(expression, stand_in)] = made.as_slice() else { return None };
            let step = expression.step()?.to_owned();
            // What a list shows first is the same each time.
            let made = draft.steps.iter().find(|one| one.id == step)?;
            (!made.request.method.is_safe()).then_some(())?;
            let item = Sample::Known(expression.clone(), stand_in.clone());
            if items.contains(&item) {
                return None;
            }
            items.push(item);
            draft.let_go(&step);
        }
        let sample = sample.with(&names.place, Sample::Array(items))?;
        request.body = Some(draft.written(media_type, sample).ok()?);
        Some((draft, request))
    }
}
