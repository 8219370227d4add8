//! What the router answers by itself: which documented response fits which refusal, and the hook that words it.

use std::collections::BTreeMap;

use spec::model::Status;

use crate::emit::code::{Expr, call};
use crate::emit::payloads::{Payload, Payloads, payload_type};
use crate::ir::{Api, Direction, Operation, Variant};

/// Refusals that are answered alike, whatever the contract.
struct Cause {
    /// The variants of `Reason`.
    reasons: &'static [&'static str],
    /// The status that HTTP has for it.
    natural: u16,
    /// The statuses that will do, best first.
    statuses: &'static [u16],
    /// Whether a range or `default` will do.
    by_range: bool,
}

/// What HTTP would call 413 or 415 is a 422 (or 400) where only that is documented; a body that is no JSON is rather a 400,
/// one that violates its schema rather a 422.
const CAUSES: [Cause; 10] = [
    Cause {
        reasons: &["MissingCredentials", "InvalidCredentials"],
        natural: 401,
        statuses: &[401, 403],
        by_range: true,
    },
    Cause { reasons: &["MethodNotAllowed"], natural: 405, statuses: &[405], by_range: false },
    Cause {
        reasons: &["InvalidParameters", "InvalidBody"],
        natural: 422,
        statuses: &[422, 400],
        by_range: true,
    },
    Cause {
        reasons: &["UnsupportedMediaType"],
        natural: 415,
        statuses: &[415, 422, 400],
        by_range: true,
    },
    Cause { reasons: &["BodyTooLarge"], natural: 413, statuses: &[413, 422, 400], by_range: true },
    Cause {
        reasons: &["MalformedBody", "UnreadableBody"],
        natural: 400,
        statuses: &[400, 422],
        by_range: true,
    },
    Cause {
        reasons: &["AuthenticationFailed", "NoRoom", "Panicked", "Unanswerable"],
        natural: 500,
        statuses: &[500],
        by_range: true,
    },
    Cause {
        reasons: &["Interrupted(Interruption::TooManyRequests)"],
        natural: 429,
        statuses: &[429],
        by_range: true,
    },
    Cause {
        reasons: &["Interrupted(Interruption::Unavailable)"],
        natural: 503,
        statuses: &[503],
        by_range: true,
    },
    Cause { reasons: &["OutOfTime"], natural: 503, statuses: &[503, 504, 500], by_range: true },
];

/// The reason that is answered like a panic, but interrupts only where a 500 is documented.
const FAULT: &str = "Interrupted(Interruption::Fault)";

/// A method of the implementor that words refusals.
#[derive(Debug, Clone)]
pub(super) struct Hook {
    /// The name of the method: `unprocessable_content`.
    pub(super) name: String,
    /// What it returns.
    pub(super) ty: String,
    /// What the response means.
    pub(super) docs: String,
}

/// An arm of an operation's `refuse`.
pub(super) struct Arm {
    /// What is refused.
    pub(super) patterns: Vec<String>,
    /// What is answered.
    pub(super) answer: Expr,
    /// Whether the implementor words it.
    pub(super) asks: bool,
}

/// The hooks of an API, in the order of their first use.
#[derive(Debug, Clone, Default)]
pub(super) struct Hooks {
    /// By what they are for.
    by_key: BTreeMap<String, usize>,
    /// All of them.
    pub(super) list: Vec<Hook>,
}

impl Hooks {
    /// Every hook that an operation needs.
    #[must_use]
    pub(super) fn of(api: &Api, direction: Direction, payloads: &Payloads) -> Self {
        let mut hooks = Self::default();
        for (index, operation) in api.operations_in(direction) {
            for cause in applicable(operation) {
                if let Some(at) = fitting(operation, cause) {
                    let payload = &payloads.of_operation(index)[at];
                    hooks.add(api, payload, &operation.responses.variants[at]);
                }
            }
        }
        hooks
    }

    fn add(&mut self, api: &Api, payload: &Payload, variant: &Variant) {
        let Some(ty) = payload_type(api, payload, variant) else { return };
        let key = key(payload, variant, &ty);
        if self.by_key.contains_key(&key) {
            return;
        }
        let name = self.free_name(&wanted_name(payload, variant, &ty), &snake(&variant.rust));
        self.by_key.insert(key, self.list.len());
        self.list.push(Hook { name, ty, docs: variant.docs.lines.join(" ") });
    }

    fn free_name(&self, wanted: &str, variant: &str) -> String {
        let is_free = |name: &String| {
            !matches!(name.as_str(), "authenticate" | "admit")
                && self.list.iter().all(|hook| hook.name != *name)
        };
        let numbered = (2..).map(|n: u32| format!("{wanted}_{n}"));
        let longer = [wanted.to_owned(), format!("{wanted}_{variant}")];
        let names = longer.into_iter().chain(numbered);
        names.into_iter().find(is_free).unwrap_or_default()
    }

    fn get(&self, payload: &Payload, variant: &Variant, ty: &str) -> Option<&Hook> {
        self.by_key.get(&key(payload, variant, ty)).map(|index| &self.list[*index])
    }

    /// The arms of an operation's `refuse`; none where it documents nothing that fits.
    #[must_use]
    pub(super) fn arms(&self, api: &Api, payloads: &[Payload], operation: &Operation) -> Vec<Arm> {
        let mut arms: Vec<(Vec<&str>, usize, u16)> = Vec::new();
        let mut answered = 0;
        for cause in applicable(operation) {
            let Some(at) = fitting(operation, cause) else { continue };
            answered += 1;
            let status = match operation.responses.variants[at].status {
                Status::Code(code) => code,
                Status::Range(_) | Status::Default => cause.natural,
            };
            let mut reasons = cause.reasons.to_vec();
            if cause.natural == 500 {
                reasons.push(FAULT);
            }
            match arms.iter_mut().find(|(_, other, code)| (*other, *code) == (at, status)) {
                Some((known, ..)) => known.extend(reasons),
                None => arms.push((reasons, at, status)),
            }
        }
        let arm = |(reasons, at, status): &(Vec<&str>, usize, u16)| {
            self.arm(api, &payloads[*at], &operation.responses.variants[*at], reasons, *status)
        };
        // Where each reason has its answer, the compiler would wonder about the rest.
        let is_rest = (1..CAUSES.len()).contains(&answered);
        let rest = is_rest.then(|| Arm {
            patterns: vec!["_".to_owned()],
            answer: "return None".into(),
            asks: false,
        });
        arms.iter().map(arm).chain(rest).collect()
    }

    fn arm(
        &self,
        api: &Api,
        payload: &Payload,
        variant: &Variant,
        reasons: &[&str],
        status: u16,
    ) -> Arm {
        let patterns = reasons.iter().map(|reason| format!("Reason::{reason}")).collect();
        let name = format!("Self::Response::{}", variant.rust);
        let ty = payload_type(api, payload, variant);
        match ty.and_then(|ty| self.get(payload, variant, &ty)) {
            Some(hook) => {
                let refusal = format!("&refusal.answered_with({status})");
                let worded = call(&format!("Service::{}", hook.name), ["service", &refusal]);
                Arm { patterns, answer: call(&name, [worded]), asks: true }
            }
            None => Arm { patterns, answer: name.into(), asks: false },
        }
    }
}

/// The causes that an operation can have.
fn applicable(operation: &Operation) -> impl Iterator<Item = &'static Cause> + '_ {
    CAUSES.iter().filter(move |cause| match cause.natural {
        401 => !operation.security.is_empty(),
        413 | 415 | 400 => operation.body.is_some(),
        422 => operation.body.is_some() || operation.parameters.is_some(),
        _ => true,
    })
}

/// Whether an operation documents what an interrupted request is answered with.
pub(super) fn can_be_interrupted(operation: &Operation) -> bool {
    let of_interruptions = CAUSES.iter().filter(|cause| [429, 500, 503].contains(&cause.natural));
    of_interruptions.into_iter().any(|cause| fitting(operation, cause).is_some())
}

/// The variant that fits a cause best.
fn fitting(operation: &Operation, cause: &Cause) -> Option<usize> {
    let variants = &operation.responses.variants;
    let find = |status: Status| variants.iter().position(|variant| variant.status == status);
    let by_code = cause.statuses.iter().find_map(|code| find(Status::Code(*code)));
    let by_range = || {
        let digit = u8::try_from(cause.natural / 100).ok()?;
        find(Status::Range(digit)).or_else(|| find(Status::Default)).filter(|_| cause.by_range)
    };
    by_code.or_else(by_range)
}

/// Responses of one key share a hook: of one component, else of one named type, else of one type and status.
fn key(payload: &Payload, variant: &Variant, ty: &str) -> String {
    match &variant.component {
        Some(component) => format!("component {component} {ty}"),
        None if is_named(payload, ty) => format!("type {ty}"),
        None => format!("status {} {ty}", variant.rust),
    }
}

fn is_named(payload: &Payload, ty: &str) -> bool {
    matches!(payload, Payload::Struct(_)) || ty.starts_with("crate::types::")
}

fn wanted_name(payload: &Payload, variant: &Variant, ty: &str) -> String {
    let long = match (&variant.component, payload) {
        (Some(component), _) => component.clone(),
        (None, Payload::Struct(name)) => name.clone(),
        (None, _) if is_named(payload, ty) => ty.rsplit(':').next().unwrap_or_default().to_owned(),
        (None, _) => variant.rust.clone(),
    };
    snake(&long)
}

/// `UnprocessableContent` → `unprocessable_content`
fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for letter in name.trim_start_matches("r#").chars() {
        if !letter.is_ascii_alphanumeric() {
            if !snake.is_empty() && before != '_' {
                snake.push('_');
            }
            before = '_';
            continue;
        }
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
        before = letter;
    }
    let snake = snake.trim_end_matches('_');
    let is_bad = snake.is_empty()
        || snake.starts_with(|c: char| c.is_ascii_digit())
        || syn::parse_str::<syn::Ident>(snake).is_err();
    if is_bad {
        format!("refused_{snake}").trim_end_matches('_').to_owned()
    } else {
        snake.to_owned()
    }
}
