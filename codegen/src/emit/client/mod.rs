//! The client side: a method an operation, and what comes of it.
//!
//! | file | holds |
//! | --- | --- |
//! | `src/client/mod.rs` | `Client`: where the API is, who asks |
//! | `src/client/<group>.rs` | methods, setters of optional parameters, failures |
//! | `src/client/exchanges/<group>.rs` | how calls are sent, and their answers read |
//!
//! Under `src/sender` is the same for callbacks and webhooks, which the API sends.

mod answers;
mod calls;
mod destinations;
mod examples;
mod failures;
mod pages;
mod requests;

use proc_macro2::TokenStream;
use quote::quote;
use spec::model::Location;

use self::failures::Failures;
use super::code::{Code, list, object};
use super::file::SourceFile;
use super::operations::{declare, group_name, module_path};
use super::payloads::Payloads;
use super::servers::is_whole;
use super::shorten::{Shortened, shorten};
use super::tokens::{docs_or, ident};
use super::types::string;
use super::usage::{composed, texts};
use super::{format, runtime, uses};
use crate::ir::{Api, Credential, Direction, Group, Operation, Scheme};

/// Names of the runtime that the files of exchanges use.
const EXCHANGE: [&str; 7] =
    ["Error", "Next", "Operation", "OperationInfo", "Paged", "Received", "Request"];

/// Others that stand for something in the files of a group.
const OWN: [&str; 5] = ["Call", "Client", "Sender", "Form", "Style"];

/// What the runtime has for whoever uses the client.
const EXPORTED: [&str; 12] = [
    "Answer",
    "ConfigurationError",
    "Error",
    "Items",
    "Pages",
    "Retry",
    "Secret",
    "Secrets",
    "Transport",
    "Unanswered",
    "Undecodable",
    "Undocumented",
];

/// Everything that the emitters of the client side look things up in.
struct Client<'a> {
    api: &'a Api,
    /// Which way the requests go that are sent.
    direction: Direction,
    payloads: &'a Payloads,
    failures: Failures,
}

/// The files under `src/client`; under `src/sender` the same for what the API sends.
#[must_use]
pub fn emit(api: &Api, direction: Direction, payloads: &Payloads) -> Vec<SourceFile> {
    let failures = Failures::of(api, direction, payloads);
    let client = Client { api, direction, payloads, failures };
    let example = client.emit_client_example();
    let task = match direction {
        Direction::ToApi => {
            "Calls the API: a method of [`Client`] for each operation, to be awaited."
        }
        Direction::FromApi => {
            "Sends what the API sends: a method of [`Sender`] for each callback and webhook, to be awaited."
        }
    };
    let mut docs = vec![
        task,
        "",
        "A documented success is `Ok`; a documented failure is [`Error::Documented`], an enum with a variant for each;",
        "anything else is one of the other variants of [`Error`]. Operations that document the same failures share the enum.",
        "",
        "Methods take what an operation requires. What it doesn't is set on the [`Call`] that they return, and so are",
        "the call's own time limit, retries and header fields. [`Call::answer`] keeps what the contract doesn't tell of an",
        "answer: its status, and all of its header fields.",
        "",
        "A redirect is an answer like any other, documented or not: it is not followed, so that no credentials go to anybody else.",
        "Answers are asked for without compression. Who wants either otherwise says so in a [`Transport`].",
        "",
    ];
    docs.extend(example.iter().map(String::as_str));
    let root = format!("src/{}/mod.rs", client.module());
    let mut files = vec![SourceFile::text(root, &docs, client.emit_root())];
    files.extend(client.groups().map(|group| client.emit_group(group)));
    if api.has(direction) {
        files.push(client.emit_exchanges_root());
        files.extend(client.groups().map(|group| client.emit_group_exchanges(group)));
    }
    files
}

impl Client<'_> {
    /// The module that all of it is in.
    fn module(&self) -> &'static str {
        self.direction.asking()
    }

    /// The type that asks: `Client`.
    fn type_name(&self) -> &'static str {
        self.direction.asking_type()
    }

    fn groups(&self) -> impl Iterator<Item = &Group> + Clone {
        self.api.groups_in(self.direction)
    }

    fn emit_root(&self) -> String {
        let modules: Vec<&str> = self.groups().map(|group| &*group.module).collect();
        let schemes: Vec<_> =
            self.api.schemes.iter().filter_map(|scheme| self.emit_scheme(scheme)).collect();
        let has_pages =
            self.api.operations_in(self.direction).any(|(_, one)| runtime::has_pages(one));
        let private: &[&str] = if schemes.is_empty() { &["Core"] } else { &["Core", "Place"] };
        let mut text = String::from("use std::time::Duration;\n\n");
        text.push_str(&uses::declaration("use", "crate::runtime::client", private));
        let exported = EXPORTED.iter().copied();
        let exported: Vec<&str> =
            exported.filter(|name| has_pages || !["Items", "Pages"].contains(name)).collect();
        text.push_str(&uses::declaration("pub use", "crate::runtime::client", &exported));
        text.push('\n');
        if !modules.is_empty() {
            text.push_str(&format!("mod {};\n", self.exchanges_module()));
        }
        text.push_str(&declare(self.module(), "pub ", &modules));
        text.push('\n');
        self.groups().for_each(|group| text.push_str(&self.exports(group)));
        text.push_str("\ncalls!();\n");
        if has_pages {
            text.push_str("paged_calls!();\n");
        }
        format!("{text}\n{}", format::items(self.emit_client(&schemes)))
    }

    /// How the type comes to be.
    fn emit_new(&self) -> TokenStream {
        let default = self.emit_default_url();
        match self.direction {
            Direction::ToApi => quote! {
                #default

                /// A client of the API that is served at this URL; `https` takes the feature `rustls`, or a transport
                /// that has TLS.
                ///
                /// # Errors
                /// Where it is not the URL of a server, or the system lacks what TLS needs.
                pub fn new(base_url: &str) -> Result<Self, ConfigurationError> {
                    Core::new(base_url).map(|core| Self { core })
                }
            },
            Direction::FromApi => quote! {
                /// Sends each request to a URL of its own; `https` takes the feature `rustls`, or a transport that
                /// has TLS.
                ///
                /// # Errors
                /// Where the system lacks what TLS needs.
                pub fn new() -> Result<Self, ConfigurationError> {
                    Core::without_base().map(|core| Self { core })
                }
            },
        }
    }

    fn emit_client(&self, schemes: &[TokenStream]) -> TokenStream {
        let (name, new) = (ident(self.type_name()), self.emit_new());
        let docs = match self.direction {
            Direction::ToApi => docs_or(&self.api.package.docs, "A client of the API."),
            // Whoever a request goes to may have said so themselves.
            Direction::FromApi => quote! {
                /// Sends callbacks and webhooks, each to the URL that its method is given. What is shown for
                /// credentials goes along, so a URL that somebody gave should be one that may have them.
            },
        };
        quote! {
            #docs
            #[derive(Debug, Clone)]
            pub struct #name {
                core: Core,
            }

            impl #name {
                #new

                /// The same, sending through this: a client of reqwest, a service of tower or whatever else is a
                /// [`Transport`]. Its redirect policy then counts; by itself a client follows no redirects.
                #[must_use]
                pub fn with_transport(self, transport: impl Transport) -> Self {
                    Self { core: self.core.with_transport(transport) }
                }

                /// The same, sending again what had no luck, as [`Retry`] says; else nothing is sent twice.
                #[must_use]
                pub fn with_retry(self, retry: Retry) -> Self {
                    Self { core: self.core.with_retry(retry) }
                }

                /// The same, giving each call this long, repetitions included; else it is 30 seconds.
                #[must_use]
                pub fn with_timeout(self, timeout: Duration) -> Self {
                    Self { core: self.core.with_timeout(timeout) }
                }

                /// The same, taking this many bytes of an answer; else it is 64 MiB.
                #[must_use]
                pub fn with_body_limit(self, bytes: usize) -> Self {
                    Self { core: self.core.with_body_limit(bytes) }
                }

                #(#schemes)*
            }
        }
    }

    /// The setters of the credentials of a security scheme.
    fn emit_scheme(&self, scheme: &Scheme) -> Option<TokenStream> {
        let (wire, method) = (&scheme.wire, ident(&composed(&["with_", &scheme.rust])));
        let docs = docs_or(&scheme.docs, &format!("The security scheme `{wire}`."));
        let place = match &scheme.credential {
            Credential::Bearer => quote! { Place::Authorization("Bearer") },
            Credential::Authorization(prefix) => quote! { Place::Authorization(#prefix) },
            Credential::ApiKey { location: Location::Query, name } => {
                quote! { Place::Query(#name) }
            }
            Credential::ApiKey { location: Location::Cookie, name } => {
                quote! { Place::Cookie(#name) }
            }
            Credential::ApiKey {
                location: Location::Header | Location::Path | Location::QueryString,
                name,
            } => {
                let name = name.to_ascii_lowercase();
                quote! { Place::Header(#name) }
            }
            Credential::Basic => quote! { Place::Basic(name.into()) },
            // A certificate is the business of the client that is handed to `with_transport`.
            Credential::Certificate => return None,
        };
        let is_basic = scheme.credential == Credential::Basic;
        let name = is_basic.then(|| quote! { name: impl Into<String>, });
        let shown = if is_basic { "name and password" } else { "secret" };
        let asked = if is_basic { "password" } else { "secret" };
        let given = ident(asked);
        let title = format!(" The same, showing this {shown}:");
        let asking = self.asking_name(&scheme.rust);
        let asking_title = format!(
            " Like [`{}::{}`], but asks for the {asked} before each request, and once more after a 401.",
            self.type_name(),
            method.to_string().trim_start_matches("r#")
        );
        Some(quote! {
            #[doc = #title]
            ///
            #docs
            #[must_use]
            pub fn #method(self, #name #given: impl Into<Secret>) -> Self {
                Self { core: self.core.with_secret(#wire, #place, #given.into()) }
            }

            #[doc = #asking_title]
            #[must_use]
            pub fn #asking(self, #name secrets: impl Secrets) -> Self {
                Self { core: self.core.with_secrets(#wire, #place, secrets) }
            }
        })
    }

    /// `with_bearer_from`, unless a scheme is called `bearer_from`.
    fn asking_name(&self, scheme: &str) -> proc_macro2::Ident {
        let wanted = format!("{}_from", scheme.trim_start_matches("r#"));
        let is_taken = self.api.schemes.iter().any(|other| other.rust == wanted);
        let suffix = if is_taken { "_asked_from" } else { "_from" };
        ident(&composed(&["with_", scheme, suffix]))
    }

    /// The failures and successes of a group, to be used without its module.
    fn exports(&self, group: &Group) -> String {
        let operations = self.operations(group);
        let mut names: Vec<_> =
            operations.flat_map(|(_, operation)| Self::declared_answers(operation)).collect();
        names.sort();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if names.is_empty() {
            return String::new();
        }
        uses::declaration("pub use", &group.module, &names)
    }

    fn emit_default_url(&self) -> Option<TokenStream> {
        self.default_url().map(|url| {
            quote! {
                /// Where the contract says that the API is served.
                pub const DEFAULT_URL: &'static str = #url;
            }
        })
    }

    /// The URL of the first server, where it is a whole one.
    fn default_url(&self) -> Option<String> {
        let server = self.api.servers.first().filter(|server| is_whole(server))?;
        Some(server.url.clone())
    }

    /// Methods, setters and failures of a group.
    fn emit_group(&self, group: &Group) -> SourceFile {
        let mut code = Code::default();
        code.block(format!("impl {}", self.type_name()), |code| {
            for (index, operation) in self.operations(group) {
                self.write_method(index, operation, code);
                self.write_destination(operation, code);
            }
        });
        for (index, operation) in self.operations(group) {
            self.write_operation(index, operation, &mut code);
        }
        let mut short = self.shorten(code);
        short.add("super", &["Call", self.type_name()]);
        short.import("super", &self.failures_beside(group));
        let docs = format!("The calls of {}.", group_name(group));
        SourceFile::text(module_path(self.module(), group), &[&docs], short.finish())
    }

    /// How the calls of a group become requests, and answers become successes or failures.
    fn emit_group_exchanges(&self, group: &Group) -> SourceFile {
        let mut code = Code::default();
        let mut names = Vec::new();
        for (index, operation) in self.operations(group) {
            self.write_exchange(index, operation, &mut code);
            names.push(operation.stem.clone());
            names.extend(Self::declared_answers(operation));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut short = self.shorten(code);
        short.import("http", &["Method"]);
        short.import("super::super", &self.failures_beside(group));
        short.import(&format!("super::super::{}", group.module), &names);
        short.import("crate::runtime::client", &EXCHANGE);
        short.import("crate::runtime::text", &["Form", "Style"]);
        let docs =
            format!("How the calls of {} are sent, and their answers read.", group_name(group));
        let path = module_path(&format!("{}/{}", self.module(), self.exchanges_module()), group);
        SourceFile::text(path, &[&docs], short.finish())
    }

    fn emit_exchanges_root(&self) -> SourceFile {
        let modules: Vec<&str> = self.groups().map(|group| &*group.module).collect();
        let declared = declare(self.exchanges_module(), "", &modules);
        let mut code = Code::default();
        self.write_readers(&mut code);
        for (name, operation) in self.failures.shared() {
            self.write_failure_reader(name, operation, &mut code);
        }
        let mut short = self.shorten(code);
        short.import("super", &self.failures.names());
        short.import("crate::runtime::client", &EXCHANGE);
        short.import("crate::runtime::text", &["Form", "Style"]);
        let docs = ["How calls are sent, and their answers read."];
        let path = format!("src/{}/{}/mod.rs", self.module(), self.exchanges_module());
        SourceFile::text(path, &docs, format!("{declared}\n{}", short.finish()))
    }

    /// Shortens names but those that the client has, whatever else is called so.
    fn shorten(&self, code: Code) -> Shortened {
        let own: Vec<&str> = EXCHANGE.into_iter().chain(OWN).chain(self.failures.names()).collect();
        shorten(&code.finish(), &own)
    }

    /// The shared failures that operations of other groups declare.
    fn failures_beside(&self, group: &Group) -> Vec<&str> {
        let shared = self.failures.shared();
        shared
            .filter(|(_, owner)| !group.operations.contains(owner))
            .map(|(name, _)| name)
            .collect()
    }

    /// The module of the exchanges, which is none of a group's.
    fn exchanges_module(&self) -> &'static str {
        if self.has_group("exchanges") { "operation_exchanges" } else { "exchanges" }
    }

    fn has_group(&self, module: &str) -> bool {
        self.groups().any(|group| group.module == module)
    }

    /// The marker of an operation, its setters, and what it may fail with.
    fn write_operation(&self, index: usize, operation: &Operation, code: &mut Code) {
        let method = method_name(operation);
        code.space();
        let asking = self.type_name();
        // In a link, what stands behind `#` is a place on a page.
        let link = match method.strip_prefix("r#") {
            Some(plain) => format!("[`{asking}::{method}`]({asking}::{plain})"),
            None => format!("[`{asking}::{method}`]"),
        };
        code.doc(&format!("`{}`, as {link} calls it.", operation.id));
        // Nothing but a name: there are no values of it to be shown.
        code.line(&format!("pub enum {} {{}}", operation.stem));
        self.write_setters(operation, code);
        self.write_answers(index, operation, code);
    }

    fn write_exchange(&self, index: usize, operation: &Operation, code: &mut Code) {
        requests::write_parts(operation, code);
        let (success, failure) = self.answer_types(index, operation);
        let (parameters, body) = (self.parameters_type(operation), self.body_type(operation));
        code.space();
        code.block(format!("impl Operation for {}", operation.stem), |code| {
            self.write_info(operation, code);
            code.line(&format!("type Parameters = {parameters};"));
            code.line(&format!("type Body = {body};"));
            code.line(&format!("type Success = {success};"));
            code.line(&format!("type Failure = {failure};"));
            self.write_request(operation, code);
            self.write_decode(index, operation, code);
        });
        self.write_paging(index, operation, code);
    }

    fn write_info(&self, operation: &Operation, code: &mut Code) {
        let security = operation.security.iter().map(|requirement| {
            let schemes = requirement.schemes.iter();
            texts(schemes.map(|(at, _)| &self.api.schemes[*at].wire))
        });
        let security: Vec<String> = security.collect();
        let fields = [
            format!("id: {}", string(&operation.id)).into(),
            format!("method: \"{}\"", operation.method.as_str()).into(),
            format!("path: {}", string(operation.contract_path())).into(),
            format!("security: &[{}]", security.join(", ")).into(),
            format!("accept: {}", string(&answers::accepted(operation))).into(),
            list("streamed: &[", answers::streamed(operation), "]"),
        ];
        let info = object("&OperationInfo", fields);
        code.put("const INFO: &'static OperationInfo = ", &info, ";");
    }

    /// Index and operation of a group's.
    fn operations<'s>(&'s self, group: &'s Group) -> impl Iterator<Item = (usize, &'s Operation)> {
        group.operations.iter().map(|index| (*index, &self.api.operations[*index]))
    }
}

/// The name of an operation's method on `Client` or `Sender`, which has some of its own.
fn method_name(operation: &Operation) -> String {
    let own =
        matches!(operation.rust.as_str(), "new" | "clone") || operation.rust.starts_with("with_");
    if own { format!("call_{}", operation.rust) } else { operation.rust.clone() }
}
