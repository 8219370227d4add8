//! Bodies at the limits of what their schema admits, and those that are written otherwise and are the same.

use spec::model::{PatchKind, Status};
use spec::resources::{says_one_of_each, says_refused_body};

use super::Subject;
use super::settled::{Bodies, Differing};
use crate::case::{Case, Criterion, Derivation, Expected, Request};
use crate::plan::derive::{CALL, read_back, valid_call};
use crate::plan::draft::{About, Draft};
use crate::promise;
use crate::sample::{Choice, Extent, Location, Merged, Sample, Segment, Variant};

impl Subject<'_> {
    /// Whether a member needn't be there, of a body that has to name the state to go to.
    fn goes_with_a_move(&self, place: &Location) -> bool {
        let Some(schema) = self.media_type.schema else { return false };
        let body = Merged::of(self.planner.contract, &[schema], Choice::default());
        match place.0.first() {
            Some(Segment::Member(name)) => {
                self.planner.must_steer(self.operation, schema)
                    && !body.required().contains(name.as_str())
            }
            _ => false,
        }
    }

    pub(super) fn boundaries(&self, bodies: Option<&mut Bodies<'_>>) -> Vec<Case> {
        // What a patch does stands in no schema: one at a limit of its schema may well be none.
        if self.media_type.patch() == Some(PatchKind::Json) {
            return Vec::new();
        }
        let mut cases = bodies.map(|bodies| self.at_limits(bodies)).unwrap_or_default();
        if self.media_type.is_json() {
            let own = self.media_type.name.clone();
            let same = [format!("{own}; charset=utf-8"), own.to_uppercase()];
            for (n, content_type) in same.into_iter().enumerate() {
                let detail = ["content-type:charset", "content-type:capitals"][n];
                let criteria = self.planner.succeeds(self.operation);
                let mut case = self.changed((detail.to_owned(), None), criteria, |sample| sample);
                for step in case.iter_mut().filter_map(|case| case.step_mut(CALL)) {
                    step.criteria.iter_mut().for_each(|one| one.weigh("media-type-parameter"));
                    if let Some(body) = &mut step.request.body {
                        body.content_type = Some(content_type.clone());
                    }
                }
                cases.extend(case);
            }
            cases.extend(self.null_character());
        }
        cases
    }

    fn at_limits(&self, bodies: &mut Bodies<'_>) -> Vec<Case> {
        let variants = self.planner.sampler.boundaries(bodies.schema, &bodies.fixed);
        let variants = self.selected(variants).into_iter();
        let case = |variant: Variant| {
            let name = format!("body.{}", variant.name());
            let origin = self.planner.contract.schema(variant.schema).origin.clone();
            // What is about the whole body shows nothing at a place.
            let is_whole = variant.location.0.is_empty();
            let differing = bodies.request(variant, is_whole).filter(|one| !one.is_open)?;
            let Differing { draft, request, .. } = differing;
            self.accepted((draft, request), self.accepts(), name, origin)
        };
        variants.filter(|one| self.is_right_for_all(one)).filter_map(case).collect()
    }

    /// Whether a variant is as right as its schema says: nothing tells that more than the schema decides about it.
    fn is_right_for_all(&self, variant: &Variant) -> bool {
        let Self { planner, operation, .. } = *self;
        let Variant { keyword, location, .. } = variant;
        let member = match location.0.as_slice() {
            [Segment::Member(member)] => Some(member),
            _ => None,
        };
        // Under another name it isn't found where it was.
        let renaming = planner.resources.name(operation);
        let is_renamed = renaming.is_some_and(|(name, _)| member == Some(&name));
        // Texts of a list called like things that are made are names of those, whatever the schema admits.
        let is_invented = matches!(*keyword, "order-of-items" | "equal-items")
            && member.is_some_and(|name| planner.resources.are_made(name));
        // How much of it there may be depends on more than its schema, as answers say.
        let called = location.0.iter().rev().find_map(|segment| match segment {
            Segment::Member(name) => Some(name),
            Segment::Item(_) => None,
        });
        let is_compared = *keyword != "null"
            && called.is_some_and(|name| planner.resources.is_bounded_elsewhere(operation, name));
        // Whom it has to be sent by, or in which cases, no schema says.
        let is_needed = matches!(*keyword, "absent" | "null")
            && member.is_some_and(|name| {
                planner.may_need(operation, name) || planner.goes_with_a_choice(operation, name)
            });
        // What is kept without them doesn't come back with blanks around it.
        let is_trimmed = *keyword == "unusual"
            && member.is_some_and(|name| planner.resources.rewritten(operation, name).trimmed);
        let is_bounded_by_choice = *keyword != "absent"
            && member
                .is_some_and(|name| planner.resources.bounded_by_choice(operation).contains(name));
        let is_above = planner.bound(operation) == Some(location)
            && planner.is_above(operation, &variant.sample);
        !is_renamed
            && !planner.is_steering(operation, location)
            && !is_invented
            && !is_compared
            && !self.is_ruled(location)
            // What is put into one of several may be what another one has.
            && !self.is_one_of_each(location, *keyword == "max-items")
            // What goes with a move may have to be there for one state, and not for another.
            && !self.goes_with_a_move(location)
            && !is_needed
            && !is_trimmed
            && !is_bounded_by_choice
            && !is_above
    }

    /// Whether a place lies in a part of the body of which a rule is told that no schema has: "length plus twice the width must not be
    /// more than 360 cm (422)".
    fn is_ruled(&self, place: &Location) -> bool {
        let Some(schema) = self.media_type.schema else { return false };
        let planner = self.planner;
        let is_told = |way: &[Segment]| {
            let schemas = planner.places.schemas(schema, way);
            let mut described =
                schemas.iter().filter_map(|id| planner.contract.schema(*id).description.as_deref());
            described.any(says_refused_body)
        };
        (1..place.0.len()).any(|length| is_told(&place.0[..length]))
    }

    /// A case in which a minimal body, changed like this, is accepted and read back. One that names what may not be there,
    /// nothing has to accept.
    fn changed(
        &self,
        (detail, place): (String, Option<&Location>),
        criteria: Vec<Criterion>,
        change: impl FnOnce(Sample) -> Sample,
    ) -> Option<Case> {
        let (planner, operation, media_type) = (self.planner, self.operation, self.media_type);
        let (mut draft, mut request, path) =
            valid_call(planner, operation, Extent::Minimal).ok()?;
        let sample = planner.body_sample(operation, media_type, &path, Extent::Minimal).ok()?;
        let (body, is_open) = self.body(&mut draft, change(sample), place)?;
        if is_open {
            return None;
        }
        request.body = Some(body);
        self.accepted((draft, request), criteria, detail, media_type.origin.clone())
    }

    /// A case in which a request is accepted, and what it wrote is read back.
    pub(super) fn accepted(
        &self,
        (mut draft, request): (Draft<'_>, Request),
        criteria: Vec<Criterion>,
        detail: String,
        origin: spec::Origin,
    ) -> Option<Case> {
        let (status, _) = self.planner.success(self.operation)?;
        draft.push(self.operation, CALL, request, criteria);
        read_back::follow(&mut draft, self.planner, self.operation);
        let summary = format!("{} is accepted", detail.replace(':', ", "));
        let cell = (self.operation, status);
        Some(draft.finish(About { cell, source: Derivation::Boundary, detail, summary, origin }))
    }

    /// Whether a place lies in an array of which it is said that no two items have the same of something: what is put there may be
    /// what another one has. Or is one itself, to be filled with as many as there may be.
    pub(super) fn is_one_of_each(&self, place: &Location, is_most: bool) -> bool {
        let Some(schema) = self.media_type.schema else { return false };
        let planner = self.planner;
        let is_told = |way: &[Segment]| {
            let schemas = planner.places.schemas(schema, way);
            let described = |id| planner.contract.schema(id).description.as_deref();
            schemas.iter().filter_map(|id| described(*id)).any(says_one_of_each)
        };
        let arrays = (1..=place.0.len()).filter(|length| match place.0.get(*length) {
            Some(next) => matches!(next, Segment::Item(_)),
            None => is_most,
        });
        arrays.into_iter().any(|length| is_told(&place.0[..length]))
    }

    /// A value at a limit of the schema may be beyond what there is room for: where a 409 is documented, that is as right.
    pub(super) fn accepts(&self) -> Vec<Criterion> {
        const CODE: &str = "limit-accepted";
        const CONFLICT: Status = Status::Code(409);
        let mut criteria = self.planner.succeeds(self.operation);
        if !self.operation.responses.contains_key(&CONFLICT) {
            return criteria;
        }
        let expected = criteria.iter_mut().filter_map(|one| match one {
            Criterion::Status(expected) => Some(expected),
            _ => None,
        });
        let weaker: Vec<_> = expected
            .map(|expected| {
                let any_of = expected.any_of.clone();
                expected.any_of.push(CONFLICT);
                let level = promise::level(CODE).min(expected.level);
                Criterion::Status(Expected { any_of, code: CODE, level })
            })
            .collect();
        criteria.extend(weaker);
        criteria
    }

    /// U+0000 is a character like any other to JSON and to few databases: accepted or refused, but never a failure.
    fn null_character(&self) -> Option<Case> {
        let (status, mut any_of) = self.planner.success(self.operation)?;
        any_of.push(Status::Range(4));
        let (place, _) = self.text_place()?;
        let detail = "body:null-character".to_owned();
        let mut case = self.changed((detail, Some(&place)), self.accepts(), |sample| {
            let text = Sample::Value("conformance\0".into());
            sample.with(&place, text).unwrap_or(sample)
        })?;
        case.cell.status = status;
        case.summary = "U+0000 in a text is accepted or refused, but no failure".to_owned();
        // What is read back behind it need not be there.
        let call = case.steps.iter().position(|step| step.id == CALL)?;
        case.steps.truncate(call + 1);
        case.step_mut(CALL)?.criteria = vec![Criterion::Status(any_of.into())];
        Some(case)
    }
}
