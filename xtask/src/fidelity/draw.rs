//! A contract → values of each of its schemas, as the fidelity test of its crate reads them.
//!
//! What a value is, is told by `jsonschema` alone, for each direction that the type travels in: a value is admitted if
//! one of them admits it, and a violation if none does. A value whose place the generator had a finding about carries
//! that finding as its excuse.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use codegen::emit::fidelity;
use codegen::ir::types::Usage;
use codegen::ir::{Api, Type};
use conformance::sample::{Drawn, Location, Sampler, Segment};
use serde_json::json;
use spec::model::SchemaId;
use spec::{Contract, Direction, Finding, Origin};

/// Keywords that findings point at, behind the schema that has them.
const KEYWORDS: [&str; 8] = [
    "enum",
    "pattern",
    "patternProperties",
    "not",
    "additionalProperties",
    "discriminator",
    "oneOf",
    "anyOf",
];

/// Writes the values of every schema that has a type, one JSON object a line; of how many no valid one could be made.
///
/// # Errors
/// Where they can't be written.
pub(crate) fn draw(
    contract: &Contract,
    api: &Api,
    findings: &[Finding],
    out: &mut dyn Write,
) -> io::Result<usize> {
    let drawing = Drawing {
        contract,
        requests: Sampler::toward(contract, Direction::Request),
        responses: Sampler::toward(contract, Direction::Response),
        apart: api.schemas.iter().map(|(id, _)| *id).collect(),
        excuses: excuses(findings),
    };
    let mut without_values = 0;
    for (id, ty) in &api.schemas {
        let Some((name, used)) = fidelity::name(api, ty).zip(usage(api, ty)) else { continue };
        let drawn = drawing.of(*id, used);
        without_values += usize::from(!drawn.iter().any(|drawn| drawn.is_valid));
        for drawn in drawn {
            writeln!(out, "{}", drawing.line(&name, &drawn))?;
        }
    }
    Ok(without_values)
}

fn usage(api: &Api, ty: &Type) -> Option<Usage> {
    match ty {
        Type::Named(id) => Some(api.item(*id).used),
        Type::Nullable(slot) => usage(api, &slot.ty),
        _ => None,
    }
}

/// The code of a finding by its place.
fn excuses(findings: &[Finding]) -> HashMap<Origin, &'static str> {
    findings.iter().map(|finding| (finding.at.clone(), finding.code)).collect()
}

struct Drawing<'a> {
    contract: &'a Contract,
    requests: Sampler<'a>,
    responses: Sampler<'a>,
    /// Schemas that are drawn from by themselves.
    apart: HashSet<SchemaId>,
    excuses: HashMap<Origin, &'static str>,
}

impl Drawing<'_> {
    fn of(&self, id: SchemaId, used: Usage) -> Vec<Drawn> {
        let (first, second) = match used.request {
            true => (&self.requests, &self.responses),
            false => (&self.responses, &self.requests),
        };
        let is_both_or_neither = used.request == used.response;
        let is_neither = is_both_or_neither && !used.request;
        // What a union's alternatives require depends on where else these are used.
        let schema = self.contract.schema(id);
        let is_union = !schema.one_of.is_empty() || !schema.any_of.is_empty();
        let mut drawn = first.thorough(id, &self.apart);
        let is_one_sided = |drawn: &Drawn| {
            let mut schemas = drawn.schemas.iter().map(|id| self.contract.schema(*id));
            let is_within_union =
                schemas.any(|one| !one.one_of.is_empty() || !one.any_of.is_empty());
            drawn.keyword == "required" && is_within_union && self.misses_one_sided(drawn)
        };
        drawn.retain(|drawn| match drawn.is_valid {
            true => !is_neither || second.admits_value(id, &drawn.value),
            false if is_one_sided(drawn) => false,
            false => !(is_both_or_neither || is_union) || !second.admits_value(id, &drawn.value),
        });
        drawn
    }

    /// Whether the member that is missing is one that only servers or only clients send, however deep in an `allOf`
    /// that is said.
    fn misses_one_sided(&self, drawn: &Drawn) -> bool {
        let Some(Segment::Member(member)) = drawn.location.0.last() else { return false };
        let mut open = drawn.schemas.clone();
        let mut seen = HashSet::new();
        while let Some(id) = open.pop() {
            let schema = self.contract.schema(id);
            if !seen.insert(id) {
                continue;
            }
            if schema.read_only || schema.write_only {
                return true;
            }
            open.extend(schema.all_of.iter().chain(&schema.one_of).chain(&schema.any_of));
            open.extend(schema.properties.get(member.as_str()));
        }
        false
    }

    fn line(&self, name: &str, drawn: &Drawn) -> serde_json::Value {
        let keyword = match drawn.detail.is_empty() {
            true => drawn.keyword.to_owned(),
            false => format!("{}:{}", drawn.keyword, drawn.detail),
        };
        let mut line = json!({
            "type": name,
            "keyword": keyword,
            "at": drawn.location.pointer(),
            "valid": drawn.is_valid,
            "value": drawn.value,
        });
        if let Some(spoken) = &drawn.spoken {
            line["spoken"] = spoken.clone();
        }
        if let Some(excuse) = drawn.schemas.iter().find_map(|id| self.excuse(*id, drawn)) {
            line["excuse"] = excuse.into();
        }
        line
    }

    /// The finding about a schema, or about a keyword of it, that tells why a value may not be treated as it should.
    fn excuse(&self, id: SchemaId, drawn: &Drawn) -> Option<&'static str> {
        let origin = &self.contract.schema(id).origin;
        let keywords = KEYWORDS.iter().map(|keyword| origin.child(keyword));
        let places = std::iter::once(origin.clone()).chain(keywords);
        let mut codes = places.filter_map(|origin| self.excuses.get(&origin).copied());
        codes.find(|code| match *code {
            // These tell of some values only.
            "implied-type" => drawn.is_valid,
            "overlapping-alternatives" => self.fits_another(id, drawn),
            _ => true,
        })
    }

    /// Whether the place of a value, or what is around it, fits an alternative of a schema beside the one that it was
    /// made for, or several where it should fit none.
    fn fits_another(&self, id: SchemaId, drawn: &Drawn) -> bool {
        let schema = self.contract.schema(id);
        [&schema.one_of, &schema.any_of].into_iter().any(|alternatives| {
            let meant = drawn.choice.0 % alternatives.len().max(1);
            (0..=drawn.location.0.len()).any(|depth| {
                let place = Location(drawn.location.0[..depth].to_vec());
                let Some(value) = drawn.value.pointer(&place.pointer()) else { return false };
                let fits = |(_, id): &(usize, &SchemaId)| self.responses.admits_value(**id, value);
                let mut fitting = alternatives.iter().enumerate().filter(fits);
                match drawn.is_valid {
                    true => fitting.any(|(branch, _)| branch != meant),
                    false => fitting.count() > 1,
                }
            })
        })
    }
}
