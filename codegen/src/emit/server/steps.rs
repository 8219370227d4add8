//! The steps of an operation: its `impl Operation`.
//!
//! A step that only passes on to another gives that one's future, as it is: an `async fn` would be one more to compile.

use spec::model::{Location, PathPart, Style};

use super::Server;
use super::group::{Identity, parameters_type};
use super::parts::write_reading;
use super::security::{challenge, is_optional};
use crate::emit::code::{Code, Expr, call, object, signature};
use crate::emit::operations::parts_of;
use crate::emit::path::literals;
use crate::emit::payloads::{framing, is_open};
use crate::emit::types::string;
use crate::emit::usage::{form, forms, pattern_of, rules, texts};
use crate::ir::operation::ParameterForm;
use crate::ir::{
    Body, Content, ContentKind, Credential, Group, Operation, Parameter, Parameters, Scheme,
};

impl Server<'_> {
    pub(super) fn write_steps(
        &self,
        group: &Group,
        index: usize,
        operation: &Operation,
        code: &mut Code,
    ) {
        parts_of(operation).for_each(|parts| write_reading(parts, code));
        let (marker, bound) = (&operation.stem, self.bound(group));
        let unit = || "()".to_owned();
        let caller = self.caller_type(operation, "S").unwrap_or_else(unit);
        let parameters = parameters_type(operation).unwrap_or_else(unit);
        let body = self.request_body(operation).unwrap_or_else(unit);
        code.space();
        code.doc(&format!("`{}`", operation.id));
        code.line(&format!("pub(in super::super) struct {marker};"));
        code.space();
        code.block(format!("impl<S: {bound}> Operation<S> for {marker}"), |code| {
            self.write_info(operation, code);
            code.line(&format!("type Caller = {caller};"));
            code.line(&format!("type Parameters = {parameters};"));
            code.line(&format!("type Body = {body};"));
            code.line(&format!("type Response = {};", operation.responses.rust));
            self.write_authenticate(operation, code);
            self.write_admit(operation, code);
            self.write_parameters(operation, code);
            self.write_authorization(group, operation, code);
            write_body(operation.body.as_ref(), &body, code);
            self.write_handle(group, operation, code);
            self.write_refuse(index, operation, code);
        });
    }

    /// The trait of a group beside its steps, one of which may have the same name.
    pub(super) fn bound(&self, group: &Group) -> String {
        let name = &group.rust;
        let is_taken = self.operations(group).any(|(_, operation)| operation.stem == *name);
        if is_taken { format!("crate::{}::{name}", self.module()) } else { name.clone() }
    }

    fn write_info(&self, operation: &Operation, code: &mut Code) {
        let responses: Vec<String> =
            operation.responses.variants.iter().map(|v| v.status.to_string()).collect();
        let fields = [
            format!("id: {}", string(&operation.id)),
            format!("method: \"{}\"", operation.method.as_str()),
            format!("path: {}", string(operation.contract_path())),
            format!("responses: {}", texts(&responses)),
            format!("challenge: {}", string(&challenge(self.api, operation))),
            format!("allow: {}", string(&self.allow(operation))),
        ];
        let info = object("&OperationInfo", fields);
        code.put("const INFO: &'static OperationInfo = ", &info, ";");
    }

    fn write_authenticate(&self, operation: &Operation, code: &mut Code) {
        code.space();
        if self.identity(operation) == Identity::Nobody {
            let returns = "impl Future<Output = Result<(), Reason>> + Send";
            let head = signature("fn authenticate", ["_: &S", "_: &Context"], returns);
            code.block(head, |code| code.line("ready(Ok(()))"));
            return;
        }
        let presented = self.alternatives.presented(operation);
        let identify = if is_optional(operation) { "identify_optional" } else { "identify" };
        let returns = "impl Future<Output = Result<Self::Caller, Reason>> + Send";
        let head = signature("fn authenticate", ["service: &S", "context: &Context"], returns);
        code.block(head, |code| {
            let presented = Expr::from(format!("[{}]", presented.join(", ")));
            code.put("", &call(identify, ["service".into(), presented, "context".into()]), "");
        });
    }

    fn write_admit(&self, operation: &Operation, code: &mut Code) {
        let has_callers = !self.alternatives.is_empty();
        let (name, known) = match self.identity(operation) {
            Identity::Nobody => ("_caller", "None"),
            Identity::Perhaps => ("caller", "caller.as_ref()"),
            Identity::Someone => ("caller", "Some(caller)"),
        };
        let caller = format!("{name}: &Self::Caller");
        let arguments = ["service: &S", &caller, "context: &Context"];
        let returns = "impl Future<Output = Result<(), Interruption>> + Send";
        code.space();
        if !self.has_admission {
            let arguments = ["_: &S", "_: &Self::Caller", "_: &Context"];
            code.block(signature("fn admit", arguments, returns), |code| {
                code.line("ready(Ok(()))");
            });
            return;
        }
        code.block(signature("fn admit", arguments, returns), |code| {
            let given = [Some("service"), has_callers.then_some(known), Some("context")];
            code.put("", &call("Service::admit", given.into_iter().flatten()), "");
        });
    }

    fn write_authorization(&self, group: &Group, operation: &Operation, code: &mut Code) {
        let name = self.authorize_name(group, operation);
        let (caller_name, caller) = match self.identity(operation) {
            Identity::Nobody => ("_caller", None),
            Identity::Perhaps => ("caller", Some("caller.as_ref()")),
            Identity::Someone => ("caller", Some("caller")),
        };
        let has_parameters = operation.parameters.is_some();
        let parameters_name = if has_parameters { "parameters" } else { "_parameters" };
        let arguments = [
            "service: &S".to_owned(),
            format!("{caller_name}: &Self::Caller"),
            format!("{parameters_name}: &Self::Parameters"),
            "context: &Context".to_owned(),
        ];
        let returns = "impl Future<Output = Result<(), Self::Response>> + Send";
        code.space();
        code.block(signature("fn authorize", arguments, returns), |code| {
            let parameters = has_parameters.then_some("parameters");
            let given = [Some("service"), caller, parameters, Some("context")];
            let head = format!("{}::{name}", self.bound(group));
            code.put("", &call(&head, given.into_iter().flatten()), "");
        });
    }

    fn write_handle(&self, group: &Group, operation: &Operation, code: &mut Code) {
        let has_caller = self.identity(operation) != Identity::Nobody;
        let handed = [
            ("caller", "Caller", has_caller),
            ("parameters", "Parameters", operation.parameters.is_some()),
            ("body", "Body", operation.body.is_some()),
        ];
        let mut arguments = vec!["service: &S".to_owned()];
        arguments.extend(handed.iter().map(|(name, ty, is_used)| {
            let hidden = if *is_used { "" } else { "_" };
            format!("{hidden}{name}: Self::{ty}")
        }));
        arguments.push("context: &Context".to_owned());
        let returns = "impl Future<Output = Self::Response> + Send";
        code.space();
        code.block(signature("fn handle", arguments, returns), |code| {
            let used = handed.iter().filter(|(.., is_used)| *is_used).map(|(name, ..)| *name);
            let given = ["service"].into_iter().chain(used).chain(["context"]);
            code.put("", &call(&format!("{}::{}", self.bound(group), operation.rust), given), "");
        });
    }

    fn write_parameters(&self, operation: &Operation, code: &mut Code) {
        code.space();
        let Some(parameters) = &operation.parameters else {
            let head = "fn parameters(_: &mut Input<'_>) -> Option<()>";
            code.block(head, |code| code.line("Some(())"));
            return;
        };
        let input = input_name(parameters);
        let head = format!("fn parameters({input}: &mut Input<'_>) -> Option<Self::Parameters>");
        code.block(head, |code| {
            for (location, method) in
                [(Location::Query, "declare"), (Location::Cookie, "declare_cookies")]
            {
                if let Some(declared) =
                    declared(parameters, location, self.keys(operation, location))
                {
                    code.line(&format!("{input}.{method}({declared});"));
                }
            }
            for field in &parameters.fields {
                let read = read(operation, field, input);
                code.put(&format!("let {} = ", field.rust), &read, ";");
            }
            // The parameters are all read before any is asked for, so that each violation is told.
            let fields = parameters.fields.iter().map(|field| format!("{0}: {0}?", field.rust));
            let made = object(&format!("crate::operations::{}", parameters.rust), fields);
            code.put("", &call("Some", [made]), "");
        });
    }

    /// The names of the keys that may stand there beside the parameters.
    fn keys(&self, operation: &Operation, location: Location) -> Vec<String> {
        let schemes = operation.security.iter().flat_map(|requirement| &requirement.schemes);
        let schemes = schemes.filter_map(|(at, _)| self.api.schemes.get(*at));
        let key = |scheme: &Scheme| match &scheme.credential {
            Credential::ApiKey { location: at, name } if *at == location => Some(name.clone()),
            _ => None,
        };
        let mut keys: Vec<String> = schemes.filter_map(key).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    fn write_refuse(&self, index: usize, operation: &Operation, code: &mut Code) {
        let arms = self.hooks.arms(self.api, self.payloads.of_operation(index), operation);
        code.space();
        if arms.is_empty() {
            let head = "fn refuse(_: &S, _: Refusal<'_>) -> Option<Self::Response>";
            code.block(head, |code| code.line("None"));
            return;
        }
        let service = if arms.iter().any(|arm| arm.asks) { "service" } else { "_service" };
        let head =
            format!("fn refuse({service}: &S, refusal: Refusal<'_>) -> Option<Self::Response>");
        code.block(head, |code| {
            code.line("Some(match refusal.reason() {");
            code.deeper(|code| arms.iter().for_each(|arm| code.arm(&arm.patterns, &arm.answer)));
            code.line("})");
        });
    }
}

/// A name that no parameter has.
fn input_name(parameters: &Parameters) -> &'static str {
    let is_free = |name: &&str| parameters.fields.iter().all(|field| field.rust != *name);
    ["input", "request", "source", "raw_input"].into_iter().find(is_free).unwrap_or("input_")
}

/// Where an object may have members of any name among the pairs of the query (or the cookies), those of others aren't its own.
fn declared(parameters: &Parameters, location: Location, keys: Vec<String>) -> Option<String> {
    let is_open = |field: &Parameter| matches!(field.form, ParameterForm::Spread { own: None, .. });
    if !parameters.of(location).any(is_open) {
        return None;
    }
    let names = parameters.of(location).flat_map(|field| match &field.form {
        ParameterForm::Spread { own: Some(own), .. } => own.clone(),
        ParameterForm::Spread { own: None, .. } => Vec::new(),
        ParameterForm::Object { style: Style::DeepObject, .. } => vec![format!("{}[", field.wire)],
        _ => vec![field.wire.clone()],
    });
    let names: Vec<String> = names.chain(keys).collect();
    Some(texts(&names))
}

fn read(operation: &Operation, field: &Parameter, input: &str) -> Expr {
    let (method, piece) = match field.location {
        Location::Path => ("path", Some(piece(operation, &field.wire))),
        Location::QueryString if field.form.is_one_text() => ("query_string", None),
        // Otherwise it is an object that spreads its members over the query.
        Location::Query | Location::QueryString => ("query", None),
        Location::Header => ("header", None),
        Location::Cookie => ("cookie", None),
    };
    let suffix = if field.required || piece.is_some() { "" } else { "_optional" };
    let wire = string(&field.wire);
    let piece = piece.map(Expr::from);
    let rules = rules(&field.slot).into();
    let arguments = [Some(wire.into()), piece, Some(form(&field.form)), Some(rules)];
    call(&format!("{input}.{method}{suffix}"), arguments.into_iter().flatten())
}

/// Where in the path a parameter stands.
fn piece(operation: &Operation, wire: &str) -> String {
    for (at, segment) in operation.path.segments.iter().enumerate() {
        let parameters = segment.iter().filter_map(|part| match part {
            PathPart::Parameter(name) => Some(name),
            PathPart::Literal(_) => None,
        });
        if let Some(index) = parameters.into_iter().position(|name| name == wire) {
            if segment.len() == 1 {
                return format!("Piece::whole({at})");
            }
            let literals = texts(&literals(segment));
            return format!("Piece {{ segment: {at}, literals: {literals}, index: {index} }}");
        }
    }
    // Lowering leaves no parameter here that isn't in the path; were it so, it would never be found.
    format!("Piece::whole({})", operation.path.segments.len())
}

fn write_body(body: Option<&Body>, ty: &str, code: &mut Code) {
    code.space();
    let future = format!("impl Future<Output = Result<{ty}, Refused>> + Send");
    let Some(body) = body else {
        let head = signature("fn body", ["_: Body<'_>"], &future);
        code.block(head, |code| code.line("ready(Ok(()))"));
        return;
    };
    if let (true, [content]) = (body.required, body.contents.as_slice())
        && let ContentKind::Json(slot) = &content.kind
        && body.choice.is_none()
    {
        let read = call("body.json", [texts([&content.media_type]), rules(slot)]);
        code.block(signature("fn body", ["body: Body<'_>"], &future), |code| {
            code.put("", &read, "");
        });
        return;
    }
    let media_types = texts(body.contents.iter().map(|content| &content.media_type));
    let is_open = comes_open(&body.contents);
    let returns = format!("Result<{ty}, Refused>");
    code.block(signature("async fn body", ["body: Body<'_>"], &returns), |code| {
        let index = if body.choice.is_some() { "index" } else { "_" };
        if body.required {
            let opened = if is_open {
                format!("body.open({media_types})?")
            } else {
                format!("body.content({media_types}).await?")
            };
            code.put(&format!("let ({index}, content) = "), &opened.into(), ";");
            write_read(body, "", "", code);
            return;
        }
        let method = if is_open { "optional_open" } else { "optional" };
        code.block(format!("match body.{method}({media_types}).await?"), |code| {
            write_read(body, &format!("Some(({index}, content)) => "), ",", code);
            code.line("None => Ok(None),");
        });
    });
}

/// Reads the content that came: an expression of type `Result<T, Refused>`.
fn write_read(body: &Body, before: &str, behind: &str, code: &mut Code) {
    let is_open = comes_open(&body.contents);
    match (body.contents.as_slice(), &body.choice) {
        ([content], None) if body.required => code.put(before, &whole_of(content, is_open), behind),
        ([content], None) => {
            code.put(before, &wrapped(content, is_open, "Some", false), behind);
        }
        (contents, choice) => {
            let choice = choice.as_deref().unwrap_or("Body");
            code.line(&format!("{before}match index {{"));
            code.deeper(|code| {
                for (at, content) in contents.iter().enumerate() {
                    let around = format!("crate::operations::{choice}::{}", content.rust);
                    let read = wrapped(content, is_open, &around, !body.required);
                    code.arm(&[pattern_of(at, contents.len())], &read);
                }
            });
            code.line(&format!("}}{behind}"));
        }
    }
}

/// Whether a body may be read piece by piece: then it is opened first, and read as a whole where that is wanted.
fn comes_open(contents: &[Content]) -> bool {
    contents.iter().any(|content| content.is_stream() || is_parts(content))
}

fn is_parts(content: &Content) -> bool {
    matches!(content.kind, ContentKind::Multipart(Some(_)))
}

/// How a content is read.
enum Read {
    /// With a method that may refuse it.
    Checked(Expr),
    /// With one that can't.
    Plain(Expr),
}

impl Read {
    fn of(content: &Content, is_opened: bool) -> Self {
        let whole = if is_opened { "content.read().await?" } else { "content" };
        let method = |name: &str, arguments: Vec<Expr>| {
            Expr::from(whole).then([call(&format!(".{name}"), arguments)])
        };
        match &content.kind {
            ContentKind::Json(slot) => Self::Checked(method("json", vec![rules(slot).into()])),
            ContentKind::Form(slot, members) => {
                Self::Checked(method("form", vec![forms(members), rules(slot).into()]))
            }
            ContentKind::Stream if !is_open(content) => Self::Checked("content.stream()".into()),
            ContentKind::Stream => Self::Checked("content.media_stream()".into()),
            ContentKind::Multipart(Some(_)) => Self::Checked("content.parts().await".into()),
            ContentKind::Items(how, slot) => {
                let framing = format!("&{}", framing(*how));
                Self::Checked(call("content.items", [framing, rules(slot)]))
            }
            ContentKind::Value(slot) => Self::Checked(method("value", vec![rules(slot).into()])),
            ContentKind::Text if !is_open(content) => Self::Checked(method("text", Vec::new())),
            ContentKind::Bytes if !is_open(content) => {
                Self::Plain(method("into_bytes", Vec::new()))
            }
            _ => Self::Plain(method("media", Vec::new())),
        }
    }
}

/// Reads a content: an expression of type `Result<T, Refused>`.
fn whole_of(content: &Content, is_opened: bool) -> Expr {
    match Read::of(content, is_opened) {
        Read::Checked(read) => read,
        Read::Plain(value) => call("Ok", [value]),
    }
}

/// Reads a content into a variant (or `Some`), that perhaps into `Some`: an expression of type `Result<T, Refused>`.
fn wrapped(content: &Content, is_opened: bool, around: &str, is_optional: bool) -> Expr {
    match Read::of(content, is_opened) {
        Read::Checked(read) => {
            let some = is_optional.then(|| call(".map", ["Some"]));
            read.then([call(".map", [around])]).then(some)
        }
        Read::Plain(value) => {
            let value = call(around, [value]);
            call("Ok", [if is_optional { call("Some", [value]) } else { value }])
        }
    }
}
