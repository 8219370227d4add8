//! Operations, and the groups that their tags make.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use spec::Finding;
use spec::model::{Method, Operation as Written};

use super::content::Carrier;
use super::{Lowerer, docs, order, sent};
use crate::ir::operation::{Body, Direction, Group, Operation, Parameters};
use crate::ir::{Requirement, Scheme};
use crate::names::{
    BESIDE_OPERATIONS, BESIDE_TRAITS, METHODS, PRELUDE, Scope, of_type, pascal, snake,
};

/// What is made for a stem, in `crate::operations` and for client and server.
const SUFFIXES: [&str; 7] = ["", "Parameters", "Body", "Response", "Success", "Failure", "Error"];

/// Modules that there are anyhow, and what paths begin with where the modules of groups are declared.
const RESERVED_MODULES: [&str; 6] = ["mod", "types", "tests", "axum", "runtime", "std"];

impl<'c> Lowerer<'c> {
    /// Gives each operation the stem of its types, of which no component has the name: whoever imports both means one.
    pub(super) fn reserve_operations(&mut self) {
        let types = self.component_names();
        for operation in self.named_operations() {
            let wanted = self.settings.operations.get(&operation.id).unwrap_or(&operation.id);
            let mut base = pascal(wanted, "Operation");
            let free = |scope: &Scope, stem: &str| {
                SUFFIXES.iter().all(|suffix| scope.is_free(&format!("{stem}{suffix}")))
            };
            if BESIDE_OPERATIONS.contains(&base.as_str())
                || PRELUDE.contains(&base.as_str())
                || !free(&types, &base)
            {
                base.push_str("Operation");
            }
            let mut candidates = (1_u64..).map(|number| match number {
                1 => base.clone(),
                _ => format!("{base}{number}"),
            });
            let scope = &self.operation_scope;
            let is_free = |stem: &String| free(scope, stem) && free(&types, stem);
            let stem = candidates.find(is_free).unwrap_or(base.clone());
            for suffix in SUFFIXES {
                self.operation_scope.insert(&format!("{stem}{suffix}"));
            }
            self.stems.insert(operation.id.clone(), stem);
        }
    }

    /// What types of components are called.
    fn component_names(&self) -> Scope {
        let names = self.contract.components.keys().map(|name| {
            let wanted = self.settings.schemas.get(name).cloned();
            wanted.unwrap_or_else(|| of_type(name))
        });
        Scope::with(&names.collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// A name for what an operation has beside types, some of which were called after it: with this behind it, where one
    /// has it.
    pub(super) fn take_beside_types(&mut self, name: String, otherwise: &str) -> String {
        let is_free = self.scope.is_free(&name);
        self.operation_scope.take(if is_free { name } else { name + otherwise })
    }

    /// The operations, those first that a user has named: they have the name, and others are numbered around it.
    fn named_operations(&self) -> Vec<&'c Written> {
        let sent = sent::requests(self.contract).into_iter().map(|request| request.written);
        let mut operations: Vec<_> =
            order::operations(self.contract).into_iter().chain(sent).collect();
        operations.sort_by_key(|one| !self.settings.operations.contains_key(&one.id));
        operations
    }

    pub(super) fn lower_operations(&mut self, schemes: &[Scheme]) -> (Vec<Operation>, Vec<Group>) {
        let contract = self.contract;
        let sent = sent::requests(contract);
        let groups = self.groups(&sent);
        let mut methods = Scope::with(&METHODS);
        for name in self.settings.operations.values() {
            methods.insert(name);
        }
        let mut operations = Vec::new();
        let written = order::operations(contract);
        self.tell_unreachable(&written);
        let own = written.iter().map(|written| (*written, None));
        let all = own.chain(sent.iter().map(|request| (request.written, Some(request))));
        for (at, (written, request)) in all.enumerate() {
            let wanted = self.settings.operations.get(&written.id).cloned();
            let rust = wanted.unwrap_or_else(|| methods.take(snake(&written.id, "operation")));
            let group = groups.iter().position(|group| group.operations.contains(&at)).unwrap_or(0);
            operations.push(self.operation(written, request, rust, group, schemes));
        }
        tell_destinations(&mut operations, &sent);
        for (at, written) in written.iter().enumerate() {
            operations[at].paging = self.paging(written, &operations[at]);
        }
        (operations, groups)
    }

    /// A request for the second of two paths that differ in nothing but names goes to the first.
    fn tell_unreachable(&mut self, written: &[&Written]) {
        let mut first: HashMap<(Method, String), &Written> = HashMap::new();
        for operation in written {
            if operation.path.text.contains('?') {
                let message = "a path has no query (OAS 3.0.3 §4.7.8), so no request is routed to this operation";
                let at = operation.origin.clone();
                self.note(Finding::warning("query-in-path", at, message));
            }
            let urls = (operation.method, operation.path.shape());
            match first.entry(urls) {
                Entry::Vacant(entry) => {
                    entry.insert(operation);
                }
                Entry::Occupied(other) => {
                    let message = format!(
                        "{} {} can't be told from {}, which the router of all operations serves instead",
                        operation.method,
                        operation.path,
                        other.get().path
                    );
                    self.note(
                        Finding::warning(
                            "unreachable-operation",
                            operation.origin.clone(),
                            message,
                        )
                        .also(other.get().origin.clone()),
                    );
                }
            }
        }
    }

    fn operation(
        &mut self,
        written: &Written,
        request: Option<&sent::Request<'_>>,
        rust: String,
        group: usize,
        schemes: &[Scheme],
    ) -> Operation {
        let stem = self.stems.get(&written.id).cloned().unwrap_or_else(|| "Operation".to_owned());
        let parameters = self.parameters(written, &stem);
        let body = written.body.as_ref().and_then(|body| {
            let contents =
                self.contents(&body.content, &format!("{stem}Request"), Carrier::Request);
            let choice = (contents.len() > 1).then(|| format!("{stem}Body"));
            (!contents.is_empty()).then(|| Body {
                required: body.required,
                contents,
                choice,
                docs: docs::docs([body.description.as_deref()]),
                origin: body.origin.clone(),
            })
        });
        let mut docs = docs::docs([written.summary.as_deref(), written.description.as_deref()]);
        let path = request.map_or(&written.path, |request| &request.path).clone();
        let sent = request.map(|request| request.sent.clone());
        if docs.is_empty() {
            docs = docs::line(Operation::line(written.method, &path, sent.as_ref()));
        }
        if let Some(url) = self.own_server(written) {
            let message = format!(
                "the operation has a server of its own, which clients don't call by themselves: {url}"
            );
            let at = written.origin.child("servers");
            self.note(
                Finding::note("server-of-operation", at, message).help("`Call::at` calls it there"),
            );
            docs = docs::with_note(
                docs,
                format!("It has a server of its own, for `Call::at`: <{url}>"),
            );
        }
        Operation {
            id: written.id.clone(),
            rust,
            method: written.method,
            path,
            sent,
            group,
            docs,
            deprecated: written.deprecated,
            parameters,
            body,
            responses: self.responses(written, &stem),
            security: security(written, schemes),
            paging: None,
            origin: written.origin.clone(),
            stem,
        }
    }

    /// The URL of a server that isn't one of the document's.
    fn own_server(&self, written: &Written) -> Option<String> {
        let first = written.servers.first()?;
        let is_known = self.contract.servers.iter().any(|server| server.url == first.url);
        let is_web = first.url.starts_with("https://") || first.url.starts_with("http://");
        let is_plain = !first.url.contains(['{', '}', '<', '>', '`', ' ']);
        (is_web && is_plain && !is_known).then(|| first.url.clone())
    }

    fn parameters(&mut self, written: &Written, stem: &str) -> Option<Parameters> {
        let fields = self.parameter_fields(written, stem);
        (!fields.is_empty()).then(|| Parameters { rust: format!("{stem}Parameters"), fields })
    }

    /// The operations by their first tag: declared tags first, in their order, then others as they come. Behind them
    /// callbacks and webhooks in the same way: the names of theirs say what they are, so that none takes that of another.
    fn groups(&self, sent: &[sent::Request<'_>]) -> Vec<Group> {
        let own = order::operations(self.contract).into_iter().map(|written| (Part::Own, written));
        let sent = sent.iter().map(|request| (Part::of(request), request.written));
        let written: Vec<(Part, &Written)> = own.chain(sent).collect();
        let mut modules = Scope::with(&RESERVED_MODULES);
        let responses: Vec<String> =
            self.stems.values().map(|stem| format!("{stem}Response")).collect();
        let mut names = Scope::with(&responses.iter().map(String::as_str).collect::<Vec<_>>());
        let mut groups = Vec::new();
        for part in Part::ALL {
            for tag in self.tags_of(part, &written) {
                let is_in = |(of, operation): &(Part, &Written)| {
                    *of == part && operation.tags.first().map(String::as_str) == tag
                };
                let operations = written.iter().enumerate().filter(|(_, one)| is_in(one));
                let operations: Vec<usize> = operations.map(|(at, _)| at).collect();
                if operations.is_empty() {
                    continue;
                }
                let name = part.name(tag);
                let declared = self.contract.tags.iter().find(|it| Some(it.name.as_str()) == tag);
                groups.push(Group {
                    direction: part.direction(),
                    tag: tag.map(str::to_owned),
                    // A module name with `r#` would need a `#[path]`.
                    module: modules.take(snake(&name, "group").replace("r#", "tag_")),
                    rust: match (part, tag) {
                        (Part::Own, None) => "Operations".to_owned(),
                        _ => names.take(self.trait_name(&name)),
                    },
                    docs: docs::docs([declared.and_then(|tag| tag.description.as_deref())]),
                    operations,
                });
            }
        }
        groups
    }

    /// What the trait of a group is called: as its tag, unless code around it means something else by that, or a type or
    /// an operation has the name.
    fn trait_name(&self, group: &str) -> String {
        let name = pascal(group, "Group");
        let is_taken = BESIDE_TRAITS.contains(&name.as_str())
            || PRELUDE.contains(&name.as_str())
            || !self.scope.is_free(&name)
            || self.stems.values().any(|stem| *stem == name);
        if is_taken { format!("{name}Operations") } else { name }
    }

    /// The first tags of these operations, those of the document first.
    fn tags_of<'a>(&'a self, part: Part, written: &[(Part, &'a Written)]) -> Vec<Option<&'a str>> {
        let declared = self.contract.tags.iter().map(|tag| Some(tag.name.as_str()));
        let mut tags: Vec<Option<&str>> = declared.collect();
        for (_, operation) in written.iter().filter(|(of, _)| *of == part) {
            let tag = operation.tags.first().map(String::as_str);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }
}

/// Tells of each callback where it goes.
fn tell_destinations(operations: &mut [Operation], sent: &[sent::Request<'_>]) {
    let (own, others) = operations.split_at_mut(operations.len() - sent.len());
    for (operation, request) in others.iter_mut().zip(sent) {
        let callback = operation.sent.as_mut().and_then(|sent| sent.callback.as_mut());
        let Some(callback) = callback else { continue };
        let owner = own.iter().find(|owner| owner.id == callback.operation);
        callback.destination = owner.and_then(|owner| sent::destination(request.callback, owner));
    }
}

/// What groups are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The operations of the API.
    Own,
    /// What it sends where a request said.
    Callbacks,
    /// What it sends to those it knows.
    Webhooks,
}

impl Part {
    const ALL: [Self; 3] = [Self::Own, Self::Callbacks, Self::Webhooks];

    fn of(request: &sent::Request<'_>) -> Self {
        if request.sent.callback.is_some() { Self::Callbacks } else { Self::Webhooks }
    }

    fn direction(self) -> Direction {
        if self == Self::Own { Direction::ToApi } else { Direction::FromApi }
    }

    /// What the group of a tag is called.
    fn name(self, tag: Option<&str>) -> String {
        match (self, tag) {
            (Self::Own, tag) => tag.unwrap_or("default").to_owned(),
            (Self::Callbacks, Some(tag)) => format!("{tag} callbacks"),
            (Self::Callbacks, None) => "callbacks".to_owned(),
            (Self::Webhooks, Some(tag)) => format!("{tag} webhooks"),
            (Self::Webhooks, None) => "webhooks".to_owned(),
        }
    }
}

fn security(written: &Written, schemes: &[Scheme]) -> Vec<Requirement> {
    let index = |name: &String| schemes.iter().position(|scheme| scheme.wire == *name);
    written
        .security
        .iter()
        .map(|requirement| Requirement {
            schemes: order::sorted(&requirement.schemes)
                .into_iter()
                .filter_map(|(name, scopes)| Some((index(name)?, scopes.clone())))
                .collect(),
        })
        .collect()
}
