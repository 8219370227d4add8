//! How an answer becomes a success or a failure.

use indexmap::IndexSet;
use spec::model::Status;

use super::Client;
use crate::emit::code::{Code, Expr, allow_own_name, call};
use crate::emit::payloads::{Payload, Payloads, framing, is_open, payload_type, write_enum};
use crate::emit::types::string;
use crate::emit::usage::{composed, form, forms, pattern_of, texts};
use crate::ir::{Content, ContentKind, Operation, Variant};

/// Which answers of an operation are successes, and which are failures: indices of variants.
pub(super) struct Split {
    successes: Vec<usize>,
    pub(super) failures: Vec<usize>,
}

pub(super) fn split(operation: &Operation) -> Split {
    let variants = &operation.responses.variants;
    let is_success = |status: Status| match status {
        Status::Code(code) => code < 400,
        Status::Range(digit) => digit < 4,
        Status::Default => false,
    };
    let by = |wanted: bool| {
        let all = variants.iter().enumerate();
        all.filter(|(_, v)| is_success(v.status) == wanted).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let (mut successes, failures) = (by(true), by(false));
    // A contract that documents nothing but `default` means successes by it, too.
    if successes.is_empty() {
        successes =
            failures.iter().copied().filter(|at| variants[*at].status == Status::Default).collect();
    }
    Split { successes, failures }
}

impl Client<'_> {
    /// The types of success and failure.
    pub(super) fn answer_types(&self, index: usize, operation: &Operation) -> (String, String) {
        let successes = split(operation).successes;
        let never = || "std::convert::Infallible".to_owned();
        let payloads = self.payloads.of_operation(index);
        let success = match successes.as_slice() {
            [] => never(),
            [at] => payload_type(self.api, &payloads[*at], &operation.responses.variants[*at])
                .unwrap_or_else(|| "()".to_owned()),
            _ => success_name(operation),
        };
        (success, Self::failure_name(operation).unwrap_or_else(never))
    }

    /// The names of the enums that [`Client::write_answers`] declares.
    pub(super) fn declared_answers(operation: &Operation) -> Vec<String> {
        let is_enum = split(operation).successes.len() > 1;
        let success = is_enum.then(|| success_name(operation));
        success.into_iter().chain(Self::failure_name(operation)).collect()
    }

    /// The name of the enum of an operation's failures, if it documents any.
    pub(super) fn failure_name(operation: &Operation) -> Option<String> {
        let has_failures = !split(operation).failures.is_empty();
        has_failures.then(|| composed(&[&operation.stem, "Failure"]))
    }

    /// The enums of successes, where there are several, and of failures.
    pub(super) fn write_answers(&self, index: usize, operation: &Operation, code: &mut Code) {
        let Split { successes, failures } = split(operation);
        if successes.len() > 1 {
            code.space();
            code.doc(&format!("The documented successes of `{}`.", operation.id));
            self.write_enum(index, operation, &success_name(operation), &successes, code);
        }
        if let Some(name) = Self::failure_name(operation) {
            let of = format!("The documented failures of `{}`", operation.id);
            code.space();
            match self.failures.of_operation(index) {
                Some((shared, owner)) if owner != index => {
                    let owner = &self.api.operations[owner].id;
                    code.doc(&format!("{of}, which are those of `{owner}`."));
                    code.line(&format!("pub type {name} = {shared};"));
                }
                _ => {
                    code.doc(&format!("{of}."));
                    self.write_enum(index, operation, &name, &failures, code);
                }
            }
        }
    }

    pub(super) fn write_enum(
        &self,
        index: usize,
        operation: &Operation,
        name: &str,
        members: &[usize],
        code: &mut Code,
    ) {
        let variants = &operation.responses.variants;
        let payloads = self.payloads.of_operation(index);
        let members = members.iter().map(|at| (&variants[*at], &payloads[*at]));
        write_enum(self.api, name, members, code);
    }

    /// The function that judges an answer by its status.
    pub(super) fn write_decode(&self, index: usize, operation: &Operation, code: &mut Code) {
        let split = split(operation);
        let payloads = self.payloads.of_operation(index);
        let variants = &operation.responses.variants;
        let shared = self.failures.of_operation(index);
        let otherwise = match shared {
            Some((shared, _)) => Some(format!("{shared}::read(received)")),
            None => undocumented(operation),
        };
        let arms = (0..variants.len())
            .filter(|at| shared.is_none() || split.successes.contains(at))
            .collect::<Vec<_>>();
        let name = Self::failure_name(operation).unwrap_or_default();
        let head = "fn decode(received: Received) -> Result<Self::Success, Error<Self::Failure>>";
        code.space();
        code.block(head, |code| {
            write_match(&arms, otherwise, code, |at, code| {
                let (variant, payload) = (&variants[at], &payloads[at]);
                let pattern = status_pattern(variant);
                let is_failure = split.failures.contains(&at);
                if split.successes.contains(&at) {
                    // `default` may mean both.
                    let pattern = if is_failure { "code if code < 400" } else { &pattern };
                    write_success(operation, &split, variant, payload, pattern, code);
                }
                if is_failure && shared.is_none() {
                    write_failure(&name, variant, payload, Some(&pattern), code);
                }
            });
        });
    }

    /// The function that reads one of these failures, which several operations document.
    pub(super) fn write_failure_reader(&self, name: &str, index: usize, code: &mut Code) {
        let operation = &self.api.operations[index];
        let payloads = self.payloads.of_operation(index);
        let variants = &operation.responses.variants;
        let arms = split(operation).failures;
        let module = self.module();
        let head = format!(
            "pub(in crate::{module}) fn read<S>(received: Received) -> Result<S, Error<Self>>"
        );
        code.space();
        code.block(format!("impl {name}"), |code| {
            code.block(head, |code| match (arms.as_slice(), undocumented(operation)) {
                // Whatever the status is.
                ([at], None) => write_failure("Self", &variants[*at], &payloads[*at], None, code),
                (arms, otherwise) => write_match(arms, otherwise, code, |at, code| {
                    let pattern = status_pattern(&variants[at]);
                    write_failure("Self", &variants[at], &payloads[at], Some(&pattern), code);
                }),
            });
        });
    }

    /// How the responses that are more than a body are read: once for all operations.
    pub(super) fn write_readers(&self, code: &mut Code) {
        if Payloads::home(self.api) != self.direction {
            return;
        }
        let visibility = Payloads::visibility(self.api, self.module());
        for (name, variant) in self.payloads.structs(self.api) {
            let status = variant.has_status().then(|| "status: received.status()".to_owned());
            let headers = variant.headers.iter().map(|header| {
                let method = if header.required { "header" } else { "header_optional" };
                let arguments = [string(&header.wire).into(), form(&header.form)];
                let head = format!("{}: received.{method}", header.rust);
                call(&head, arguments).ending("?")
            });
            let fields: Vec<Expr> = status.map(Expr::from).into_iter().chain(headers).collect();
            let body = Body::of(variant);
            code.space();
            allow_own_name(name, "read", code);
            code.block(format!("impl crate::responses::{name}"), |code| {
                let head = format!(
                    "{visibility} fn read<E>(received: Received) -> Result<Self, Error<E>>"
                );
                code.block(head, |code| {
                    body.write_check(code);
                    code.line("Ok(Self {");
                    code.deeper(|code| {
                        fields.iter().for_each(|field| code.put("", field, ","));
                        body.write("body: ", ",", code);
                    });
                    code.line("})");
                });
            });
        }
    }
}

/// What comes of an answer of any other status, where there is one.
fn undocumented(operation: &Operation) -> Option<String> {
    let is_default = |variant: &Variant| variant.status == Status::Default;
    let has_default = operation.responses.variants.iter().any(is_default);
    (!has_default).then(|| "Err(received.undocumented())".to_owned())
}

/// A match over the status: these responses, and what comes of any other. Responses ascend as they do in the IR, so a
/// status of its own comes before its range, and a range before `default`.
fn write_match(
    arms: &[usize],
    otherwise: Option<String>,
    code: &mut Code,
    write_arm: impl Fn(usize, &mut Code),
) {
    if let (Some(otherwise), []) = (&otherwise, arms) {
        code.line(otherwise);
        return;
    }
    code.block("match received.status().as_u16()", |code| {
        arms.iter().for_each(|at| write_arm(*at, code));
        if let Some(otherwise) = otherwise {
            code.line(&format!("_ => {otherwise},"));
        }
    });
}

fn success_name(operation: &Operation) -> String {
    composed(&[&operation.stem, "Success"])
}

/// The media types of all responses, for `Accept` (RFC 9110 §12.5.1), in which a range has no suffix.
pub(super) fn accepted(operation: &Operation) -> String {
    let contents = operation.responses.variants.iter().flat_map(|variant| &variant.contents);
    let media_types = contents.map(|content| match content.media_type.split_once("*+") {
        Some((kind, _)) if content.is_range() => format!("{kind}*"),
        _ => content.media_type.clone(),
    });
    media_types.collect::<IndexSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

/// Where an answer is read piece by piece: the key of each response, its media types that are, and those that aren't.
pub(super) fn streamed(operation: &Operation) -> Vec<Expr> {
    let variants = &operation.responses.variants;
    let is_streamed = |variant: &Variant| variant.contents.iter().any(Content::is_stream);
    if !variants.iter().any(is_streamed) {
        return Vec::new();
    }
    let responses = variants.iter().map(|variant| {
        let (streamed, whole): (Vec<_>, Vec<_>) =
            variant.contents.iter().partition(|content| content.is_stream());
        let media_types = |contents: Vec<&Content>| {
            texts(contents.into_iter().map(|content| &content.media_type))
        };
        call("", [format!("\"{}\"", variant.status), media_types(streamed), media_types(whole)])
    });
    responses.collect()
}

/// How a payload is read from an answer.
enum Read<'a> {
    /// There is none.
    Nothing,
    /// A body of JSON, in this media type.
    Json(&'a str),
    /// This struct of `crate::responses`.
    Struct(&'a str),
    /// Some other body.
    Other(Body<'a>),
}

impl<'a> Read<'a> {
    fn of(variant: &'a Variant, payload: &'a Payload) -> Self {
        match (payload, variant.contents.as_slice()) {
            (Payload::Nothing, _) => Self::Nothing,
            (Payload::Struct(name), _) => Self::Struct(name),
            (Payload::Body, [Content { kind: ContentKind::Json(_), media_type, .. }])
                if variant.choice.is_none() =>
            {
                Self::Json(media_type)
            }
            (Payload::Body, _) => Self::Other(Body::of(variant)),
        }
    }
}

fn write_success(
    operation: &Operation,
    split: &Split,
    variant: &Variant,
    payload: &Payload,
    pattern: &str,
    code: &mut Code,
) {
    let is_only = split.successes.len() == 1;
    let name = format!("{}::{}", success_name(operation), variant.rust);
    // One of several is a variant of them.
    let wrap = (!is_only).then(|| call(".map", [&*name]));
    let read = match Read::of(variant, payload) {
        Read::Nothing if is_only => "Ok(())".into(),
        Read::Nothing => format!("Ok({name})").into(),
        Read::Json(media_type) => {
            call("received.json_of", [format!("&[{}]", string(media_type))]).then(wrap)
        }
        Read::Struct(response) => {
            Expr::from(format!("crate::responses::{response}::read(received)")).then(wrap)
        }
        Read::Other(body) => {
            let (before, behind) =
                if is_only { ("Ok(", ")") } else { (&*format!("Ok({name}("), "))") };
            body.write_arm(pattern, before, behind, code);
            return;
        }
    };
    code.arm(&[pattern.to_owned()], &read);
}

/// A failure, as a variant of this enum: an arm of this pattern, or by itself.
fn write_failure(
    failures: &str,
    variant: &Variant,
    payload: &Payload,
    pattern: Option<&str>,
    code: &mut Code,
) {
    let name = format!("{failures}::{}", variant.rust);
    let read = match Read::of(variant, payload) {
        Read::Nothing => call("Err", [call("Error::documented", [name])]),
        Read::Json(media_type) => {
            call("received.failure_json", [format!("&[{}]", string(media_type)), name])
        }
        Read::Struct(response) => {
            call("received.failure", [format!("crate::responses::{response}::read"), name])
        }
        Read::Other(body) => {
            let (before, behind) = (format!("Err(Error::documented({name}("), ")))");
            match pattern {
                Some(pattern) => body.write_arm(pattern, &before, behind, code),
                None => body.write_checked(&before, behind, code),
            }
            return;
        }
    };
    match pattern {
        Some(pattern) => code.arm(&[pattern.to_owned()], &read),
        None => code.put("", &read, ""),
    }
}

/// The statuses of a response, as a pattern.
fn status_pattern(variant: &Variant) -> String {
    match variant.status {
        Status::Code(code) => code.to_string(),
        Status::Range(digit) => format!("code if code / 100 == {digit}"),
        Status::Default => "_".to_owned(),
    }
}

/// How a body is read: what must be done first, and the value.
struct Body<'a> {
    contents: &'a [Content],
    choice: Option<&'a str>,
}

impl<'a> Body<'a> {
    fn of(variant: &'a Variant) -> Self {
        let is_choice = variant.contents.len() > 1 || variant.choice.is_some();
        let choice = is_choice.then(|| variant.choice.as_deref().unwrap_or("Body"));
        Self { contents: &variant.contents, choice }
    }

    /// Checks the media type, and finds out which it is.
    fn write_check(&self, code: &mut Code) {
        if self.contents.is_empty() {
            return;
        }
        let media_types = texts(self.contents.iter().map(|content| &content.media_type));
        let index = if self.choice.is_some() { "let index = " } else { "" };
        code.put(index, &call("received.media_type", [media_types]), "?;");
    }

    /// The value, behind the check.
    fn write(&self, before: &str, behind: &str, code: &mut Code) {
        let Some(choice) = self.choice else {
            if let Some(content) = self.contents.first() {
                code.put(before, &read(content).into(), behind);
            }
            return;
        };
        code.line(&format!("{before}match index {{"));
        code.deeper(|code| {
            for (at, content) in self.contents.iter().enumerate() {
                let variant = format!("crate::operations::{choice}::{}", content.rust);
                let value = call(&variant, [read(content)]);
                code.arm(&[pattern_of(at, self.contents.len())], &value);
            }
        });
        code.line(&format!("}}{behind}"));
    }

    fn write_arm(&self, pattern: &str, before: &str, behind: &str, code: &mut Code) {
        code.block(format!("{pattern} =>"), |code| self.write_checked(before, behind, code));
    }

    fn write_checked(&self, before: &str, behind: &str, code: &mut Code) {
        self.write_check(code);
        self.write(before, behind, code);
    }
}

/// Reads a content: an expression of its type.
fn read(content: &Content) -> String {
    let method = match &content.kind {
        ContentKind::Json(_) => "json()?",
        ContentKind::Form(_, members) => {
            return call("received.form", [forms(members)]).ending("?").one_line();
        }
        ContentKind::Value(_) => "value()?",
        ContentKind::Text if !is_open(content) => "text()?",
        ContentKind::Bytes if !is_open(content) => "bytes()",
        ContentKind::Stream if !is_open(content) => "stream()",
        ContentKind::Stream => "media_stream()",
        ContentKind::Items(how, _) => return format!("received.items(&{})", framing(*how)),
        _ => "media()",
    };
    format!("received.{method}")
}
