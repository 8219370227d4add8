//! Credentials that are missing, malformed or unknown, and a scheme's name in other letter cases.

use spec::Origin;
use spec::model::{Location as In, Operation, SecurityKind, Status};

use super::refused::Refused;
use super::{CALL, valid_call, valid_call_as, was_answered};
use crate::case::{
    Alteration, Case, Credentials, Criterion, Derivation, Expected, Input, Lenience, Pair, Request,
    Text, TextPart,
};
use crate::expression::Expression;
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise::{self, Level};
use crate::sample::Extent;

/// The step that shows credentials which nobody has.
const UNKNOWN: &str = "unknown";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if operation.takes_credentials() {
        return unasked(planner, operation).into_iter().collect();
    }
    if operation.is_public() || operation.security.is_empty() {
        return Vec::new();
    }
    let mut cases = refusals(planner, operation);
    if planner.takes_bearer(operation) {
        cases.extend(letter_cases(planner, operation));
    }
    cases
}

/// Nobody, where credentials are one of several alternatives: who shows none may see less.
fn unasked(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    matches!(request.credentials, Credentials::As(_)).then_some(())?;
    request.credentials = Credentials::None;
    let mut criteria = planner.succeeds(operation);
    criteria.iter_mut().for_each(|one| one.or(Status::Code(404)));
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Security,
        detail: "optional".to_owned(),
        summary: "nobody has to show credentials".to_owned(),
        origin: origin(planner, operation),
    }))
}

fn refusals(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(refused) = Refused::by(planner, operation, Derivation::Security, &[&[401]]) else {
        return Vec::new();
    };
    let refused = refused.or_any("security-enforced");
    let mut cases = Vec::new();
    for (detail, what, credentials) in attempts(planner, operation) {
        let is_malformed = matches!(credentials, Shown::Header(_) | Shown::Behind(_));
        let refused = refused.weighing(match credentials {
            Shown::Unknown => Some("unknown-credentials"),
            Shown::Almost(Alteration::OtherCase) => Some("credentials-letter-case"),
            // Whoever looks for a secret within what is shown needs all of it.
            Shown::Almost(Alteration::Longer) => Some("malformed-credentials"),
            Shown::Almost(Alteration::CutShort) => Some("credentials-compared-whole"),
            Shown::Almost(Alteration::Unsigned | Alteration::OtherSignature) => {
                Some("signature-verified")
            }
            _ => is_malformed.then_some("malformed-credentials"),
        });
        let Ok((mut draft, mut request, _)) = valid_call(planner, operation, Extent::Minimal)
        else {
            break;
        };
        let is_altered = matches!(credentials, Shown::Almost(_));
        if is_altered {
            ask_unknown(planner, operation, &mut draft, &request);
        }
        attempt(planner, operation, credentials, &mut draft, &mut request);
        let summary = format!("{what} is refused");
        let origin = origin(planner, operation);
        let mut case = refused.case(draft, request, detail.to_owned(), summary, origin);
        if is_altered {
            only_if_unknown_is_refused(&mut case);
        }
        cases.push(case);
    }
    cases.extend(others_cut_short(planner, operation, &refused));
    cases
}

/// All but the end of each other secret that could be shown.
fn others_cut_short(
    planner: &Planner<'_>,
    operation: &Operation,
    refused: &Refused<'_>,
) -> Vec<Case> {
    let refused = refused.weighing(Some("credentials-compared-whole"));
    let others = planner.alterable(operation).filter_map(|name| {
        if planner.credentials(operation) == Credentials::As(name.to_owned()) {
            return None;
        }
        let own = valid_call_as(planner, operation, Extent::Minimal, name);
        let call = own.or_else(|_| valid_call(planner, operation, Extent::Minimal));
        let (mut draft, mut request, _) = call.ok()?;
        ask_unknown(planner, operation, &mut draft, &request);
        let alteration = Alteration::CutShort;
        request.credentials = Credentials::Almost { name: name.to_owned(), alteration };
        let (detail, origin) = (format!("cut-short:{name}"), origin(planner, operation));
        let summary = format!("all but the end of `{name}`'s secret is refused");
        let mut case = refused.case(draft, request, detail, summary, origin);
        only_if_unknown_is_refused(&mut case);
        Some(case)
    });
    others.collect()
}

/// Asks with credentials that nobody has. Where these are as good as any, because every password makes a user or nobody looks
/// at keys, an altered one tells nothing.
fn ask_unknown(
    planner: &Planner<'_>,
    operation: &Operation,
    draft: &mut Draft<'_>,
    request: &Request,
) {
    let mut request = request.clone();
    attempt(planner, operation, Shown::Unknown, draft, &mut request);
    draft.push(operation, UNKNOWN, request, Vec::new());
    draft.status_of(UNKNOWN);
    let step = draft.last_step().into_iter();
    step.for_each(|step| step.lenience = Lenience::UndocumentedRefusal);
}

fn only_if_unknown_is_refused(case: &mut Case) {
    let message = "credentials that nobody has are refused with 401";
    let premise = was_answered("unknown-credentials", UNKNOWN, 401, message);
    case.step_mut(CALL).into_iter().for_each(|call| call.premises.push(premise.clone()));
}

/// What is shown in place of credentials.
#[derive(Debug, Clone, Copy)]
enum Shown {
    Nothing,
    /// A key of no characters, where a key belongs.
    Empty,
    /// A well-formed secret that nobody has.
    Unknown,
    /// This in `Authorization`.
    Header(&'static str),
    /// The secret behind this in `Authorization`.
    Behind(&'static str),
    /// The secret, altered.
    Almost(Alteration),
}

fn attempts(
    planner: &Planner<'_>,
    operation: &Operation,
) -> Vec<(&'static str, &'static str, Shown)> {
    let mut attempts = vec![
        ("none", "a request without credentials", Shown::Nothing),
        ("unknown", "a request with credentials that nobody has", Shown::Unknown),
    ];
    if planner.takes_bearer(operation) {
        attempts.extend([
            ("scheme-alone", "`Authorization` with a scheme and no token", Shown::Header("Bearer")),
            ("garbage", "`Authorization` that makes no sense", Shown::Header("!?")),
            ("other-scheme", "a token behind another scheme", Shown::Behind("Basic ")),
            ("no-scheme", "a token without its scheme", Shown::Behind("")),
        ]);
    }
    if key_scheme(planner, operation).is_some() {
        attempts.push(("empty", "an empty key", Shown::Empty));
    }
    attempts.extend(planner.alterations(operation).iter().map(|alteration| {
        let (detail, what) = match alteration {
            Alteration::CutShort => ("cut-short", "all but the end of a secret"),
            Alteration::Longer => ("longer", "a secret with more behind it"),
            Alteration::OtherCase => ("other-case", "a secret in other letter cases"),
            Alteration::Unsigned => ("unsigned", "a token that says it needs no signature"),
            Alteration::OtherSignature => ("other-signature", "a token with another signature"),
        };
        (detail, what, Shown::Almost(*alteration))
    }));
    attempts
}

fn attempt(
    planner: &Planner<'_>,
    operation: &Operation,
    shown: Shown,
    draft: &mut Draft<'_>,
    request: &mut Request,
) {
    let name = match &request.credentials {
        Credentials::As(name) => name.clone(),
        _ => return,
    };
    request.credentials = match shown {
        Shown::Nothing => Credentials::None,
        Shown::Empty => {
            if let Some((location, name)) = key_scheme(planner, operation) {
                put_key(request, location, name, Text::default());
            }
            Credentials::None
        }
        Shown::Header(text) => Credentials::Authorization(Text::raw(text)),
        Shown::Behind(before) => Credentials::Behind { name, before: before.to_owned() },
        Shown::Almost(alteration) => Credentials::Almost { name, alteration },
        Shown::Unknown => {
            let secret = Expression::input("unknown_secret");
            draft.inputs.insert("unknown_secret".into(), Input::Fresh(Fresh::Uuid).into());
            unknown(planner, operation, secret, request)
        }
    };
}

/// A fresh secret, where the operation's first scheme wants it.
fn unknown(
    planner: &Planner<'_>,
    operation: &Operation,
    secret: Expression,
    request: &mut Request,
) -> Credentials {
    let schemes = operation.security.iter().flat_map(|requirement| requirement.schemes.keys());
    let kinds = schemes.filter_map(|name| planner.contract.security_schemes.get(name));
    for scheme in kinds {
        match &scheme.kind {
            SecurityKind::ApiKey { location, name } => {
                put_key(request, *location, name, Text::expression(secret));
                return Credentials::None;
            }
            // The base64 of `conformance:unknown`.
            SecurityKind::Http { scheme } if scheme == "basic" => {
                return Credentials::Authorization(Text::raw("Basic Y29uZm9ybWFuY2U6dW5rbm93bg=="));
            }
            SecurityKind::Http { .. }
            | SecurityKind::OAuth2(_)
            | SecurityKind::OpenIdConnect { .. }
            | SecurityKind::MutualTls => {}
        }
    }
    let token = vec![TextPart::Raw("Bearer ".to_owned()), TextPart::Expression(secret)];
    Credentials::Authorization(Text(token))
}

/// Where the first API key that an operation takes stands.
fn key_scheme<'p>(planner: &Planner<'p>, operation: &Operation) -> Option<(In, &'p str)> {
    let mut schemes = operation.security.iter().flat_map(|requirement| requirement.schemes.keys());
    schemes.find_map(|name| match &planner.contract.security_schemes.get(name)?.kind {
        SecurityKind::ApiKey { location, name } => Some((*location, name.as_str())),
        _ => None,
    })
}

/// Puts a key where its scheme wants it.
pub(super) fn put_key(request: &mut Request, location: In, name: &str, value: Text) {
    let pair = Pair { name: name.to_owned(), value };
    match location {
        In::Header => request.headers.push(pair),
        In::Query | In::Path | In::QueryString => request.query.push(pair),
        In::Cookie => {
            let start = TextPart::Raw(format!("{name}="));
            let value = Text([start].into_iter().chain(pair.value.0).collect());
            request.headers.push(Pair { name: "Cookie".to_owned(), value });
        }
    }
}

/// RFC 9110 §11.1: the name of a scheme is case-insensitive.
fn letter_cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases = Vec::new();
    for before in ["bearer ", "BEARER ", "bEaReR "] {
        let Some((status, mut any_of)) = planner.success(operation) else { break };
        let Ok((mut draft, mut request, _)) = valid_call(planner, operation, Extent::Minimal)
        else {
            break;
        };
        let Credentials::As(name) = request.credentials else { break };
        request.credentials = Credentials::Behind { name, before: before.to_owned() };
        // Nothing promises that it succeeds; whom it is from is understood all the same.
        if draft.has_made_up(operation) || planner.may_conflict(operation) {
            let others = [400, 404, 409, 422].map(Status::Code).into_iter();
            any_of.extend(others.filter(|one| operation.responses.contains_key(one)));
        }
        // Of an access token only RFC 6750 §2.1 tells how it is sent, as `Bearer`.
        let is_http = planner.takes_http_scheme(operation);
        let code = "scheme-letter-case";
        let level = if is_http { promise::level(code) } else { Level::Should };
        draft.push(
            operation,
            CALL,
            request,
            vec![Criterion::Status(Expected { any_of, code, level })],
        );
        let spelled = before.trim_end();
        cases.push(draft.finish(About {
            cell: (operation, status),
            source: Derivation::Boundary,
            detail: format!("scheme:{spelled}"),
            summary: format!("the scheme may be spelled `{spelled}`"),
            origin: origin(planner, operation),
        }));
    }
    cases
}

/// The scheme that is asked for.
fn origin(planner: &Planner<'_>, operation: &Operation) -> Origin {
    let mut schemes = operation.security.iter().flat_map(|requirement| requirement.schemes.keys());
    let scheme = schemes.find_map(|name| planner.contract.security_schemes.get(name));
    scheme.map_or_else(|| operation.origin.clone(), |scheme| scheme.origin.clone())
}
