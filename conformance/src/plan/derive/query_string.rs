//! A query that is one value (`in: querystring`, OAS 3.2 §4.12): each constraint violated, none at all, and values at the
//! limits.

use spec::Origin;
use spec::model::{MediaType, Operation, Parameter, ParameterShape, SchemaId};

use super::refused::Refused;
use super::{CALL, valid_call, weaker};
use crate::case::{Case, Criterion, Derivation, Request};
use crate::plan::draft::{About, Draft};
use crate::plan::{Planner, serialize};
use crate::sample::{Extent, Fixed, Variant};

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(parameter) = operation.query_string() else { return Vec::new() };
    let ParameterShape::Content(media_type) = &parameter.shape else { return Vec::new() };
    let Some(schema) = media_type.schema else { return Vec::new() };
    let subject = Subject { planner, operation, parameter, media_type, schema };
    let mut cases = subject.violations();
    cases.extend(subject.absence());
    cases.extend(subject.limits());
    cases
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    parameter: &'s Parameter,
    media_type: &'s MediaType,
    schema: SchemaId,
}

impl Subject<'_> {
    fn refused(&self) -> Option<Refused<'_>> {
        Refused::by(self.planner, self.operation, Derivation::Violation, &[&[422, 400]])
    }

    fn violations(&self) -> Vec<Case> {
        let Some(refused) = self.refused() else { return Vec::new() };
        let variants = self.planner.sampler.violations(self.schema, &Fixed::new());
        let case = |variant: Variant| {
            let (name, origin) = self.name_and_origin(&variant);
            let refused = refused.weighing(self.weaker(&name, variant.keyword));
            let (draft, request) = self.call(&variant)?;
            let summary = format!("the query: {}", name.replace(':', ", "));
            Some(refused.case(draft, request, format!("querystring.{name}"), summary, origin))
        };
        variants.into_iter().filter(|one| self.can_stand(one)).filter_map(case).collect()
    }

    fn absence(&self) -> Option<Case> {
        let refused = self.refused().filter(|_| self.parameter.required)?;
        let call = valid_call(self.planner, self.operation, Extent::Minimal);
        let (draft, mut request, _) = call.ok()?;
        request.query.clear();
        let (detail, summary) = ("querystring:required", "the query is required");
        let origin = self.parameter.origin.clone();
        Some(refused.case(draft, request, detail.to_owned(), summary.to_owned(), origin))
    }

    fn limits(&self) -> Vec<Case> {
        let Some((status, any_of)) = self.planner.success(self.operation) else {
            return Vec::new();
        };
        let variants = self.planner.sampler.boundaries(self.schema, &Fixed::new());
        let case = |variant: Variant| {
            let (name, origin) = self.name_and_origin(&variant);
            let mut expected = Criterion::Status(any_of.clone().into());
            if let Some(code) = self.weaker(&name, variant.keyword) {
                expected.weigh(code);
            }
            let (mut draft, request) = self.call(&variant)?;
            draft.push(self.operation, CALL, request, vec![expected]);
            Some(draft.finish(About {
                cell: (self.operation, status),
                source: Derivation::Boundary,
                detail: format!("querystring.{name}"),
                summary: format!("the query: {}", name.replace(':', ", ")),
                origin,
            }))
        };
        variants.into_iter().filter(|one| self.can_stand(one)).filter_map(case).collect()
    }

    /// A form knows text only, and so does text.
    fn can_stand(&self, variant: &Variant) -> bool {
        self.media_type.is_json() || variant.keyword != "type"
    }

    fn weaker(&self, name: &str, keyword: &str) -> Option<&'static str> {
        match self.media_type.is_json() {
            true => weaker::property(name, keyword),
            false => weaker::parameter(name, keyword),
        }
    }

    fn name_and_origin(&self, variant: &Variant) -> (String, Origin) {
        (variant.name(), self.planner.contract.schema(variant.schema).origin.clone())
    }

    /// A call whose query is this.
    fn call(&self, variant: &Variant) -> Option<(Draft<'_>, Request)> {
        let call = valid_call(self.planner, self.operation, Extent::Minimal);
        let (mut draft, mut request, _) = call.ok()?;
        request.query = serialize::pairs(self.parameter, &variant.sample, &mut draft.inputs)?;
        Some((draft, request))
    }
}
