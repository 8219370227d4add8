//! Texts that few think of, in queries and paths: a server may answer them as it likes, but not fail over them.

use spec::model::{JsonType, Location as In, Operation, Parameter};

use super::refused::Refused;
use super::{unknown_id, valid_call};
use crate::case::{Case, Derivation, Text};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::{Choice, Extent, Merged, Sample};

/// Each with a name; percent-encoded as they go out.
const TEXTS: [(&str, &str); 4] = [
    ("quotes", "conformance'\"`\\;--<b>${7*7}%s"),
    ("null-character", "conformance\0"),
    ("controls", "conformance\u{1}\t\r\n\u{7f}"),
    ("combining", "conformance e\u{301}\u{1f469}\u{200d}\u{1f680}\u{202e}"),
];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(refused) = Refused::by(planner, operation, Derivation::Boundary, &[]) else {
        return Vec::new();
    };
    let refused = refused.unasked().probing();
    let mut cases = Vec::new();
    for parameter in operation.parameters.iter().filter(|one| takes_text(planner, one)) {
        for (name, text) in texts() {
            let Some((draft, request)) = request(planner, operation, parameter, &text) else {
                break;
            };
            let detail = format!("{}.{}:odd:{name}", parameter.location, parameter.name);
            let summary =
                format!("the server doesn't fail over an odd text in `{}`", parameter.name);
            cases.push(refused.case(draft, request, detail, summary, parameter.origin.clone()));
        }
    }
    cases
}

fn texts() -> Vec<(&'static str, String)> {
    const LONG: usize = 4_000;
    let odd = TEXTS.into_iter().map(|(name, text)| (name, text.to_owned()));
    odd.chain([("long", "x".repeat(LONG))]).collect()
}

/// Whether any text goes: no pattern, no format, no list of values says what it has to be.
fn takes_text(planner: &Planner<'_>, parameter: &Parameter) -> bool {
    let Some(schema) = parameter.schema() else { return false };
    let merged = Merged::of(planner.contract, &[schema], Choice::default());
    let text = Sample::Value(TEXTS[0].1.into());
    matches!(parameter.location, In::Path | In::Query)
        && merged.types().contains(JsonType::String)
        && planner.sampler.admits(schema, &text)
}

fn request<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    parameter: &Parameter,
    text: &str,
) -> Option<(Draft<'p>, crate::case::Request)> {
    if parameter.location == In::Query {
        let (draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
        request.ask(&parameter.name, Text::literal(text));
        return Some((draft, request));
    }
    // In a path it names nothing; a PUT might make it.
    if !operation.method.is_safe() {
        return None;
    }
    let mut draft = Draft::new(planner);
    let nothing = draft.unknown(&parameter.name, unknown_id::fresh(planner, parameter)?);
    let given = Path::from([(parameter.name.clone(), nothing)]);
    let path = unknown_id::path(&mut draft, planner, operation, given)?;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    request.path_parameters.insert(parameter.name.clone(), Text::literal(text));
    Some((draft, request))
}
