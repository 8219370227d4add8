//! Bodies: each constraint violated, each limit kept, and what is no body at all.

mod limit;
mod made;
mod narrowed;
mod settled;
mod undeclared;

use std::collections::HashSet;

use serde_json::Value;
use settled::{Bodies, Differing};
use spec::model::{MediaType, Operation, RuntimeExpression};

use super::refused::Refused;
use super::{valid_call, weaker};
use crate::case::{Body, Case, Content, Defect, Derivation};
use crate::plan::Planner;
use crate::plan::draft;
use crate::plan::reference::Referred;
use crate::sample::{Extent, Location, Sample, Segment, Variant};

/// How deep a member lies of which each constraint is tried in one way only: there are many of those in the bodies of some
/// documents, where one thing has others whole.
const DEEP: usize = 3;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(media_type) = planner.media_type(operation) else { return Vec::new() };
    let subject = Subject { planner, operation, media_type };
    let mut bodies = Bodies::of(&subject);
    let mut cases = bodies.as_mut().map(|bodies| subject.violations(bodies)).unwrap_or_default();
    cases.extend(undeclared::cases(&subject).into_iter().flatten());
    if media_type.is_json() {
        cases.extend(subject.defects());
        cases.extend(subject.other_types());
    }
    cases.extend(subject.boundaries(bodies.as_mut()));
    cases.extend(subject.of_made());
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

    /// Of variants of the body's schema, those that are sent.
    fn selected(&self, mut variants: Vec<Variant>) -> Vec<Variant> {
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
        variants
    }

    fn violations(&self, bodies: &mut Bodies<'_>) -> Vec<Case> {
        let Some(refused) = self.refused(&[&[422, 400]]) else { return Vec::new() };
        let mut cases = Vec::new();
        let variants = self.planner.sampler.violations(bodies.schema, &bodies.fixed);
        for variant in self.selected(variants) {
            // A form knows text only.
            if !self.media_type.is_json() && variant.keyword == "type" {
                continue;
            }
            let name = variant.name();
            let origin = self.planner.contract.schema(variant.schema).origin.clone();
            let summary = format!("body {}", name.replace(':', ", "));
            let refused = refused.weighing(weaker::property(&name, variant.keyword));
            // That something is named twice shows only where it is there.
            let is_whole = variant.keyword == "unique-items";
            let Some(Differing { draft, request, .. }) = bodies.request(variant, is_whole) else {
                continue;
            };
            cases.push(refused.case(draft, request, format!("body.{name}"), summary, origin));
        }
        cases
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
        let promised = self.operation.documents(415);
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
