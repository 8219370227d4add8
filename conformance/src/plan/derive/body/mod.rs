//! Bodies: each constraint violated, each limit kept, and what is no body at all.

mod undeclared;

use std::collections::HashSet;

use serde_json::Value;
use spec::model::{MediaType, Operation, PatchKind, RuntimeExpression, Status};
use spec::resources::says_one_of_each;

use super::refused::Refused;
use super::{CALL, read_back, valid_call, weaker};
use crate::case::{Body, Case, Content, Criterion, Defect, Derivation, Expected};
use crate::plan::Planner;
use crate::plan::draft::{self, About, Reason};
use crate::plan::reference::Referred;
use crate::promise;
use crate::sample::{Choice, Extent, Location, Merged, Sample, Segment, Variant};

/// How deep a member lies of which each constraint is tried in one way only: there are many of those in the bodies of some
/// documents, where one thing has others whole.
const DEEP: usize = 3;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(media_type) = planner.media_type(operation) else { return Vec::new() };
    let subject = Subject { planner, operation, media_type };
    let mut cases = subject.violations();
    cases.extend(undeclared::cases(&subject).into_iter().flatten());
    if media_type.is_json() {
        cases.extend(subject.defects());
        cases.extend(subject.other_types());
    }
    cases.extend(subject.boundaries());
    cases
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    media_type: &'s MediaType,
}

impl Subject<'_> {
    fn refused(&self, groups: &[&[u16]]) -> Option<Refused<'_>> {
        Refused::by(self.planner, self.operation, Derivation::Violation, groups)
    }

    /// A body with what it names made, but at the place that shows something (the root: the whole of it does), and whether
    /// that place names something.
    fn body(
        &self,
        draft: &mut draft::Draft<'_>,
        sample: Sample,
        place: Option<&Location>,
    ) -> Option<(Body, bool)> {
        let Some(schema) = self.media_type.schema else {
            return Some((draft.written(self.media_type, sample).ok()?, false));
        };
        let Referred { sample, is_open } = draft.refer(self.operation, schema, sample, place);
        Some((draft.written(self.media_type, sample).ok()?, is_open))
    }

    /// Variants of the body's schema, where what repeats a path parameter has its value.
    fn variants(&self, violate: bool) -> Result<Vec<Variant>, Reason> {
        let (_, _, path) = valid_call(self.planner, self.operation, Extent::Minimal)?;
        let fixed = draft::fixed_in_all(self.planner, self.operation, &path);
        let Some(schema) = self.media_type.schema else { return Ok(Vec::new()) };
        let sampler = &self.planner.sampler;
        let mut variants = match violate {
            true => sampler.violations(schema, &fixed),
            false => sampler.boundaries(schema, &fixed),
        };
        // A file that isn't there shows something; of what is in it, nothing is asked.
        variants.retain(|one| {
            one.keyword == "required"
                || !draft::is_file_at(self.planner, self.media_type, &one.location)
        });
        let mut shown_within = HashSet::new();
        variants.retain(|one| {
            let depth = one.location.0.iter().filter(|it| matches!(it, Segment::Member(_))).count();
            depth < DEEP || shown_within.insert((one.location.clone(), one.keyword))
        });
        for variant in &mut variants {
            let mut shown = fixed.clone();
            shown.insert(variant.location.clone(), Sample::Value(Value::Null));
            let sample = std::mem::replace(&mut variant.sample, Sample::Value(Value::Null));
            let sample = self.planner.without_steering(self.operation, schema, sample, &shown);
            let sample = self.planner.with_all_moments(self.operation, schema, sample, &shown);
            // What the rest of the body says must not be what it is refused for.
            let kept = if variant.location.0.is_empty() { &fixed } else { &shown };
            variant.sample = self.planner.with_numbers(self.media_type, schema, sample, kept);
        }
        Ok(variants)
    }

    fn violations(&self) -> Vec<Case> {
        let Some(refused) = self.refused(&[&[422, 400]]) else { return Vec::new() };
        let mut cases = Vec::new();
        for variant in self.variants(true).unwrap_or_default() {
            // A form knows text only.
            if !self.media_type.is_json() && variant.keyword == "type" {
                continue;
            }
            let name = variant.name();
            let origin = self.planner.contract.schema(variant.schema).origin.clone();
            let call = valid_call(self.planner, self.operation, Extent::Minimal);
            let Ok((mut draft, mut request, _)) = call else { break };
            // That something is named twice shows only where it is there.
            let place = Some(&variant.location).filter(|_| variant.keyword != "unique-items");
            let Some((body, _)) = self.body(&mut draft, variant.sample, place) else { continue };
            request.body = Some(body);
            let summary = format!("body {}", name.replace(':', ", "));
            let refused = refused.weighing(weaker::property(&name, variant.keyword));
            cases.push(refused.case(draft, request, format!("body.{name}"), summary, origin));
        }
        cases
    }

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

    fn boundaries(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        // What a patch does stands in no schema: one at a limit of its schema may well be none.
        if self.media_type.patch() == Some(PatchKind::Json) {
            return cases;
        }
        let renaming = self.planner.resources.name(self.operation);
        let renaming = renaming.map(|(member, _)| Location::default().member(&member));
        for variant in self.variants(false).unwrap_or_default() {
            // Under another name it isn't found where it was.
            let is_renamed = renaming.as_ref() == Some(&variant.location);
            if is_renamed || self.planner.is_steering(self.operation, &variant.location) {
                continue;
            }
            // Texts of a list called like things that are made are names of those, whatever the schema admits.
            let is_invented = matches!(variant.keyword, "order-of-items" | "equal-items");
            if is_invented
                && let [Segment::Member(name)] = variant.location.0.as_slice()
                && self.planner.resources.are_made(name)
            {
                continue;
            }
            // How much of it there may be depends on more than its schema, as answers say.
            let is_bounded = variant.location.0.iter().rev().find_map(|segment| match segment {
                Segment::Member(name) => Some(name),
                Segment::Item(_) => None,
            });
            let is_compared = variant.keyword != "null"
                && is_bounded.is_some_and(|name| {
                    self.planner.resources.is_bounded_elsewhere(self.operation, name)
                });
            if is_compared {
                continue;
            }
            // What is put into one of several may be what another one has.
            if self.is_one_of_each(&variant.location, variant.keyword == "max-items") {
                continue;
            }
            // What goes with a move may have to be there for one state, and not for another.
            if self.goes_with_a_move(&variant.location) {
                continue;
            }
            // Whom it has to be sent by, or in which cases, no schema says.
            if variant.keyword == "absent"
                && let [Segment::Member(member)] = variant.location.0.as_slice()
                && self.planner.may_need(self.operation, member)
            {
                continue;
            }
            let name = format!("body.{}", variant.name());
            let origin = self.planner.contract.schema(variant.schema).origin.clone();
            cases.extend(self.accepted(name, origin, Some(&variant.location), |_| variant.sample));
        }
        if self.media_type.is_json() {
            let own = self.media_type.name.clone();
            let same = [format!("{own}; charset=utf-8"), own.to_uppercase()];
            for (n, content_type) in same.into_iter().enumerate() {
                let detail = ["content-type:charset", "content-type:capitals"][n];
                let origin = self.media_type.origin.clone();
                let mut case = self.accepted(detail.to_owned(), origin, None, |sample| sample);
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

    /// A case in which a body is accepted and read back. One that names what may not be there, nothing has to accept.
    fn accepted(
        &self,
        detail: String,
        origin: spec::Origin,
        place: Option<&Location>,
        change: impl FnOnce(Sample) -> Sample,
    ) -> Option<Case> {
        let (status, _) = self.planner.success(self.operation)?;
        let call = valid_call(self.planner, self.operation, Extent::Minimal);
        let (mut draft, mut request, path) = call.ok()?;
        let sample = self
            .planner
            .body_sample(self.operation, self.media_type, &path, Extent::Minimal)
            .ok()?;
        let sample = change(sample);
        let bounded = self.planner.bounded.get(self.operation.id.as_str());
        if place.is_some() && place == bounded && self.planner.is_above(self.operation, &sample) {
            return None;
        }
        // What is about the whole body shows nothing at a place.
        let shown = place.filter(|place| !place.0.is_empty());
        let (body, _) = self.body(&mut draft, sample, shown).filter(|(_, is_open)| !is_open)?;
        request.body = Some(body);
        let criteria = match place {
            Some(_) => self.accepts(),
            None => self.planner.succeeds(self.operation),
        };
        draft.push(self.operation, CALL, request, criteria);
        read_back::follow(&mut draft, self.planner, self.operation);
        let summary = format!("{} is accepted", detail.replace(':', ", "));
        let cell = (self.operation, status);
        Some(draft.finish(About { cell, source: Derivation::Boundary, detail, summary, origin }))
    }

    /// Whether a place lies in an array of which it is said that no two items have the same of something: what is put there may be
    /// what another one has. Or is one itself, to be filled with as many as there may be.
    fn is_one_of_each(&self, place: &Location, is_most: bool) -> bool {
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
    fn accepts(&self) -> Vec<Criterion> {
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
        let origin = self.media_type.origin.clone();
        let mut case = self.accepted(detail, origin, Some(&place), |sample| {
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

    /// Bodies that are no JSON, or none at all.
    fn defects(&self) -> Vec<Case> {
        let Some(refused) = self.refused(&[&[422, 400]]) else { return Vec::new() };
        let Some(malformed) = self.refused(&[&[400, 422]]) else { return Vec::new() };
        let malformed = malformed.rather(&[400], "malformed-is-400");
        let malformed = match self.planner.resources.says_malformed_is_400(self.operation) {
            true => malformed.told_better(),
            false => malformed,
        };
        let bytes = |bytes: &[u8]| Some(Content::Bytes(bytes.to_vec()));
        let mut contents = vec![
            ("not-json", "a body that is no JSON", None, bytes(b"conformance")),
            ("truncated", "JSON that breaks off", None, self.defective(Defect::Truncated)),
            ("trailing", "JSON with something behind it", None, self.defective(Defect::Trailing)),
            (
                "lone-surrogate",
                "a lone surrogate in a text",
                Some("lone-surrogate"),
                self.defective(Defect::LoneSurrogate),
            ),
            (
                "no-utf-8",
                "a text that is no UTF-8",
                Some("not-utf-8"),
                self.defective(Defect::InvalidUtf8),
            ),
        ];
        let required = self.operation.body.as_ref().is_some_and(|body| body.required);
        if required {
            contents.push(("empty", "an empty body", None, bytes(b"")));
        }
        let mut cases = Vec::new();
        for (detail, what, code, content) in contents {
            let call = valid_call(self.planner, self.operation, Extent::Minimal);
            let (Some(content), Ok((mut draft, mut request, path))) = (content, call) else {
                continue;
            };
            let content = match content {
                Content::Defective { defect, .. } => match self.fill(&mut draft, &path, defect) {
                    Some(content) => content,
                    None => continue,
                },
                other => other,
            };
            let content_type = Some(self.media_type.name.clone());
            let is_malformed = matches!(detail, "not-json" | "truncated" | "trailing");
            let refused = if is_malformed { &malformed } else { &refused };
            request.body = Some(Body { content_type, content });
            let (detail, summary) = (format!("body:{detail}"), format!("{what} is refused"));
            cases.push(refused.weighing(code).case(
                draft,
                request,
                detail,
                summary,
                self.media_type.origin.clone(),
            ));
        }
        // What isn't there has no media type either, which a server may look at first (RFC 9110 §15.5.16).
        if required
            && let Some(refused) = self.refused(&[&[422, 400, 415]])
            && let Ok((draft, mut request, _)) =
                valid_call(self.planner, self.operation, Extent::Minimal)
        {
            request.body = None;
            let summary = "a request without the required body is refused".to_owned();
            let origin = self.media_type.origin.clone();
            cases.push(refused.case(draft, request, "body:missing".to_owned(), summary, origin));
        }
        cases
    }

    /// A placeholder for a defect that [`Self::fill`] puts into a draft's own body.
    fn defective(&self, defect: Defect) -> Option<Content> {
        let needs_text = matches!(defect, Defect::LoneSurrogate | Defect::InvalidUtf8);
        if needs_text && self.text_place().is_none() {
            return None;
        }
        Some(Content::Defective { json: Value::Null.into(), defect })
    }

    fn fill(
        &self,
        draft: &mut draft::Draft<'_>,
        path: &draft::Path,
        defect: Defect,
    ) -> Option<Content> {
        let (planner, operation) = (self.planner, self.operation);
        let extent = match defect {
            Defect::LoneSurrogate | Defect::InvalidUtf8 => Extent::Complete,
            Defect::Truncated | Defect::Trailing => Extent::Minimal,
        };
        let mut sample = planner.body_sample(operation, self.media_type, path, extent).ok()?;
        if extent == Extent::Complete {
            let marked = Sample::Value(format!("conformance{}", Content::MARK).into());
            sample = sample.with(&self.text_place()?.0, marked)?;
        }
        let json = sample.template("body", &mut draft.inputs);
        Some(Content::Defective { json, defect })
    }

    /// A member of a complete body that may be any text.
    fn text_place(&self) -> Option<(Location, Sample)> {
        let (_, _, path) = valid_call(self.planner, self.operation, Extent::Minimal).ok()?;
        let planner = self.planner;
        let body =
            planner.body_sample(self.operation, self.media_type, &path, Extent::Complete).ok()?;
        let schema = self.media_type.schema?;
        let members = body.members()?.clone();
        // Whatever is named by it could not be named again in a path.
        let names = planner.resources.remover(&self.operation.id).map(|one| one.maker.id.clone());
        let is_name = |name: &str| {
            let own = format!("/{}", spec::pointer::escape(name));
            matches!(&names, Some(RuntimeExpression::ResponseBody(id) | RuntimeExpression::RequestBody(id)) if *id == own)
        };
        let others = members.into_iter().filter(|(name, _)| !is_name(name));
        others.into_iter().find_map(|(name, member)| {
            let location = Location(vec![Segment::Member(name)]);
            let odd = Sample::Value("conformance \u{1}\u{e000}".into());
            let is_known = matches!(member, Sample::Known(..));
            let fits = !is_known && planner.sampler.admits(schema, &body.with(&location, odd)?);
            fits.then_some((location, member))
        })
    }

    /// Other media types than those documented.
    fn other_types(&self) -> Vec<Case> {
        const OTHERS: [(&str, Option<&str>); 7] = [
            ("missing", None),
            ("json", Some("application/json")),
            ("text", Some("text/plain")),
            ("xml", Some("application/xml")),
            ("form", Some("application/x-www-form-urlencoded")),
            ("other-json", Some("application/vnd.conformance+json")),
            // RFC 2046 §5.1.1: not even the parts could be told from each other.
            ("no-boundary", Some("multipart/form-data")),
        ];
        let Some(refused) = self.refused(&[&[415], &[422, 400]]) else { return Vec::new() };
        let promised = self.operation.responses.contains_key(&Status::Code(415));
        let told = self.planner.resources.says_other_media_are_refused(self.operation);
        let documented = |name: &str| {
            let content = self.operation.body.iter().flat_map(|body| body.content.keys());
            content.into_iter().any(|range| admits(range, name))
        };
        let mut cases = Vec::new();
        for (detail, content_type) in OTHERS {
            if content_type.is_some_and(documented) {
                continue;
            }
            let call = valid_call(self.planner, self.operation, Extent::Minimal);
            let Ok((mut draft, mut request, path)) = call else { break };
            let sample =
                self.planner.body_sample(self.operation, self.media_type, &path, Extent::Minimal);
            let body =
                sample.and_then(|sample| draft.content(self.operation, self.media_type, sample));
            let Ok(body) = body else {
                break;
            };
            request.body = Some(Body { content_type: content_type.map(str::to_owned), ..body });
            let summary = match content_type {
                Some(name) => format!("a body declared as {name} is refused"),
                None => "a body without a declared media type is refused".to_owned(),
            };
            let detail = format!("content-type:{detail}");
            // RFC 9110 §8.3: who gets content without a media type may look what it is; and who takes JSON of one kind often
            // takes it by the name of all.
            let is_told = told && detail != "other-json";
            let is_open =
                matches!(content_type, None | Some("application/json")) || !(promised || is_told);
            let refused = refused.weighing(is_open.then_some("media-type-refused"));
            cases.push(refused.case(
                draft,
                request,
                detail,
                summary,
                self.media_type.origin.clone(),
            ));
        }
        cases
    }
}

/// Whether a media type falls under a range of the contract.
fn admits(range: &str, name: &str) -> bool {
    let range = range.split(';').next().unwrap_or_default().trim();
    match range.strip_suffix("/*") {
        Some("*") => true,
        Some(kind) => name.split('/').next() == Some(kind),
        None => range.eq_ignore_ascii_case(name),
    }
}
