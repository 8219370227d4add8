//! The server side: what an implementor fills in, and the router that asks for it.
//!
//! | file | holds |
//! | --- | --- |
//! | `src/server/mod.rs` | `Service` (who asks, how refusals look), `Credentials`, the router of everything |
//! | `src/server/<group>.rs` | a trait a tag, with two methods an operation, and its response enums |
//! | `src/server/steps/<group>.rs` | how each operation is served: the steps that a request passes |
//!
//! Under `src/receiver` is the same for callbacks and webhooks, which the API sends and a client of it receives.

mod group;
mod parts;
mod refusals;
mod responses;
mod routes;
mod security;
mod steps;

use std::collections::HashSet;

use self::refusals::{Hooks, can_be_interrupted};
use self::security::Alternatives;
use super::code::{Code, signature};
use super::file::SourceFile;
use super::operations::declare;
use super::payloads::Payloads;
use super::shorten::shorten;
use super::{format, uses};
use crate::ir::{Api, Direction, Group, Operation};
use crate::names::BESIDE_TRAITS;

/// Everything that the emitters of the server side look things up in.
struct Server<'a> {
    api: &'a Api,
    /// Which way the requests go that are answered.
    direction: Direction,
    payloads: &'a Payloads,
    hooks: Hooks,
    alternatives: Alternatives,
    /// By operation: whether a request can reach it.
    reachable: Vec<bool>,
    /// Whether there is an operation that can be interrupted: where none can, nothing should say so.
    has_admission: bool,
}

/// Of a group's operations of one method, over paths that differ in nothing but names, a router can tell only the first.
fn reachable(api: &Api) -> Vec<bool> {
    let mut reachable = vec![true; api.operations.len()];
    for group in &api.groups {
        let mut seen = HashSet::new();
        for index in &group.operations {
            let operation = &api.operations[*index];
            reachable[*index] = seen.insert((operation.method, operation.path.shape()));
        }
    }
    reachable
}

/// The files under `src/server`; under `src/receiver` the same for what the API sends.
#[must_use]
pub fn emit(api: &Api, direction: Direction, payloads: &Payloads) -> Vec<SourceFile> {
    let hooks = Hooks::of(api, direction, payloads);
    let server = Server {
        api,
        direction,
        payloads,
        hooks,
        alternatives: Alternatives::of(api, direction),
        reachable: reachable(api),
        has_admission: api.operations_in(direction).any(|(_, one)| can_be_interrupted(one)),
    };
    let admitted = if server.has_admission { "admitted, " } else { "" };
    let task = match direction {
        Direction::ToApi => format!("Serves {}", title(api)),
        Direction::FromApi => format!("Receives what {} sends", title(api)),
    };
    let docs = [
        format!("{task}: implement [`Service`] and a trait a tag, and hand the whole to [`router`]."),
        String::new(),
        format!("A request is authenticated, {admitted}its parameters read and checked, authorized, its body read and checked,"),
        "and only then handed to its method. Each step answers with what the contract documents for the operation.".to_owned(),
        "A method can't fail in a way that isn't documented; one that panics is answered for, with a 500.".to_owned(),
        String::new(),
        "`axum::serve(listener, router(&Arc::new(service), Options::default()))` serves it.".to_owned(),
    ];
    let docs: Vec<&str> = docs.iter().map(String::as_str).collect();
    let root = format!("src/{}/mod.rs", server.module());
    let mut files = vec![SourceFile::text(root, &docs, server.emit_root())];
    files.extend(server.groups().map(|group| server.emit_group(group)));
    if api.has(direction) {
        files.push(server.emit_steps_root());
        files.extend(server.groups().map(|group| server.emit_group_steps(group)));
    }
    files
}

fn write_admission(has_callers: bool, code: &mut Code) {
    code.space();
    code.doc("Decides, before anything of a request is parsed, whether it is served at all: for limits of rate,");
    code.doc("maintenance, injected faults. Only what the operation documents a status for interrupts it: a limit that is");
    code.doc("to hold for all of them stands in front of the router, as a layer.");
    let caller = has_callers.then_some("caller: Option<&Self::Caller>");
    let arguments = [Some("&self"), caller, Some("context: &Context")];
    let returns = "impl Future<Output = Result<(), Interruption>> + Send";
    let head = signature("fn admit", arguments.into_iter().flatten(), returns);
    code.block(head, |code| {
        let ignored = if has_callers { "(caller, context)" } else { "context" };
        code.line(&format!("let _ = {ignored};"));
        code.line("async { Ok(()) }");
    });
}

fn title(api: &Api) -> String {
    let title = api.package.title.replace(['[', ']', '<', '>', '`', '\n', '\r'], " ");
    if title.trim().is_empty() { "the API".to_owned() } else { title.trim().to_owned() }
}

impl Server<'_> {
    /// The module that all of it is in.
    fn module(&self) -> &'static str {
        self.direction.answering()
    }

    fn groups(&self) -> impl Iterator<Item = &Group> + Clone {
        self.api.groups_in(self.direction)
    }

    /// Index and operation, for each of this direction.
    fn all(&self) -> impl Iterator<Item = (usize, &Operation)> + Clone {
        self.api.operations_in(self.direction)
    }

    fn emit_root(&self) -> String {
        let modules: Vec<&str> = self.groups().map(|group| &*group.module).collect();
        let mut exported = vec![
            "Context",
            "Interruption",
            "Limits",
            "OperationInfo",
            "Options",
            "Reason",
            "Refusal",
        ];
        let mut text = String::new();
        if !self.alternatives.is_empty() {
            exported.insert(0, "AuthenticationError");
            text.push_str("use crate::runtime::server as runtime;\n");
        }
        if self.direction == Direction::ToApi {
            exported.push("serve_document");
        }
        text.push_str(&uses::declaration("pub use", "crate::runtime::server", &exported));
        text.push('\n');
        if !modules.is_empty() {
            text.push_str(&format!("mod {};\n", self.steps_module()));
        }
        text.push_str(&declare(self.module(), "", &modules));
        text.push('\n');
        text.push_str(&uses::reexports(&modules));
        let mut service = Code::default();
        self.write_service(&mut service);
        let mut short = shorten(&service.finish(), &self.exported());
        let is_empty = !self.api.has(self.direction);
        let runtime: &[&str] = if is_empty { &["not_found"] } else { &["Route", "not_found"] };
        short.import("std::future", &["Future"]);
        short.add("std::sync", &["Arc"]);
        short.add("axum", &["Router"]);
        match self.direction {
            _ if is_empty => {}
            Direction::ToApi => short.add("axum::routing", &["MethodFilter"]),
            Direction::FromApi => short.add("axum::routing", &["MethodFilter", "MethodRouter"]),
        }
        short.add("crate::runtime::server", runtime);
        let (uses, service) = short.split();
        let mut routers = Code::default();
        self.write_routers(&mut routers);
        let credentials = format::items(self.alternatives.emit(self.api, self.direction));
        let space = if credentials.is_empty() { "" } else { "\n" };
        format!("{uses}{text}\n{service}{space}{credentials}\n{}", routers.finish())
    }

    fn write_service(&self, code: &mut Code) {
        let has_callers = !self.alternatives.is_empty();
        code.doc("What all operations share: who is asking, and how the router words what it refuses by itself.");
        code.block("pub trait Service: Send + Sync + 'static", |code| {
            if has_callers {
                code.doc("Whoever sends a request.");
                code.line("type Caller: Send + Sync + 'static;");
                code.space();
                code.doc("Finds out who shows these credentials. Where a request has none, the router answers by itself.");
                let arguments = ["&self", "credentials: Credentials", "context: &Context"];
                let returns = "impl Future<Output = Result<Self::Caller, AuthenticationError>> + Send";
                code.put("", &signature("fn authenticate", arguments, returns), ";");
            }
            if self.has_admission {
                write_admission(has_callers, code);
            }
            for hook in &self.hooks.list {
                let docs = if hook.docs.trim().is_empty() { "A refusal." } else { hook.docs.trim() };
                code.space();
                code.doc(&format!("Words a refusal by the router: {docs}"));
                let arguments = ["&self", "refusal: &Refusal<'_>"];
                code.put("", &signature(&format!("fn {}", hook.name), arguments, &hook.ty), ";");
            }
        });
    }

    /// The names of the module, those that groups export included.
    fn exported(&self) -> Vec<&str> {
        let responses = self.all().map(|(_, o)| o.responses.rust.as_str());
        let traits = self.groups().map(|group| group.rust.as_str());
        BESIDE_TRAITS.into_iter().chain(responses).chain(traits).collect()
    }

    fn emit_steps_root(&self) -> SourceFile {
        let modules: Vec<&str> = self.groups().map(|group| &*group.module).collect();
        let declared = declare(self.steps_module(), "pub(super) ", &modules);
        let mut code = Code::default();
        self.write_writers(&mut code);
        let mut short = shorten(&code.finish(), &group::RUNTIME);
        short.import("axum::response", &["Response"]);
        short.import("crate::runtime::server", &["Reply", "Unanswerable"]);
        short.import("crate::runtime::text", &["Form", "Style"]);
        let docs = ["How each operation is served, for the router."];
        let path = format!("src/{}/{}/mod.rs", self.module(), self.steps_module());
        SourceFile::text(path, &docs, format!("{declared}\n{}", short.finish()))
    }

    /// The module of the steps, which is none of a group's.
    fn steps_module(&self) -> &'static str {
        let is_taken = self.groups().any(|group| group.module == "steps");
        if is_taken { "operation_steps" } else { "steps" }
    }

    /// Index and operation of a group's, for each that can be reached.
    fn operations<'s>(&'s self, group: &'s Group) -> impl Iterator<Item = (usize, &'s Operation)> {
        let reachable = group.operations.iter().filter(|index| self.reachable[**index]);
        reachable.map(|index| (*index, &self.api.operations[*index]))
    }
}
