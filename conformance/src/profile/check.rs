//! A profile against the contract: what contradicts it, and what it has no use for.

use indexmap::IndexSet;
use spec::model::{Additional, Contract, Location, Operation, SchemaId};

use super::{Credential, Known, May, OperationInputs, Problem, Profile, closest, near_pattern};
use crate::context::names_resource;
use crate::selection::{Pattern, Patterns};

impl Profile {
    /// What this profile says that the contract doesn't bear out: operations and security schemes that it doesn't
    /// have, and what it excludes in vain, since that would be called.
    #[must_use]
    pub fn check_against(&self, contract: &Contract) -> Vec<Problem> {
        let credentials = self.credentials.iter();
        let problems = credentials.flat_map(|(name, one)| check_credential(contract, name, one));
        let excluded = self.meaningless(contract, "exclude", &self.permissions.exclude);
        problems.chain(excluded).collect()
    }

    /// What nothing of the contract or of its workflows has a use for; `workflow_inputs` are the names of theirs.
    #[must_use]
    pub fn unused(&self, contract: &Contract, workflow_inputs: &IndexSet<String>) -> Vec<Problem> {
        let mut problems = self.unused_patterns(contract);
        problems.extend(self.unused_inputs(contract, workflow_inputs));
        problems.extend(self.unused_operations(contract));
        problems.extend(self.unused_resources(contract));
        problems.extend(self.unused_credentials(contract));
        problems.extend(self.unused_tenant());
        problems.extend(self.unused_known(contract));
        problems
    }

    /// Known failures of operations or statuses that there aren't.
    fn unused_known(&self, contract: &Contract) -> Vec<Problem> {
        let cells = contract
            .operations
            .iter()
            .flat_map(|one| one.responses.keys().map(move |status| (one.id.as_str(), *status)));
        let is_meant =
            |known: &Known| cells.clone().any(|(id, status)| known.may_mean(contract, id, status));
        let problem = |known: &Known| {
            let message = format!("the known failure `{}` is of no documented cell", known.name());
            let written = known.cell.as_ref().map(|cell| cell.operation.as_str());
            Problem::new(known.place.clone(), message)
                .help(near_pattern(contract, written.unwrap_or_default()))
        };
        self.known.iter().filter(|known| !is_meant(known)).map(problem).collect()
    }

    fn unused_patterns(&self, contract: &Contract) -> Vec<Problem> {
        let permissions = &self.permissions;
        let lists: [(&str, &Patterns); 3] = [
            ("allow", &permissions.allow),
            ("creates", &permissions.creates),
            ("only", &permissions.only),
        ];
        let of = |(key, list)| self.meaningless(contract, key, list);
        lists.into_iter().flat_map(of).collect()
    }

    /// The patterns of a list that no operation is; one that could not be read is an operation all the same.
    fn meaningless(&self, contract: &Contract, key: &str, list: &Patterns) -> Vec<Problem> {
        let is_meant = |pattern: &Pattern| {
            let declared = pattern.operation_id().is_some_and(|id| contract.declares(id));
            declared || contract.operations.iter().any(|operation| pattern.matches(operation))
        };
        let problem = |pattern: &Pattern| {
            let written = pattern.to_string();
            let message = format!("`{key}` names `{written}`, which no operation is");
            let problem = Problem::new(self.places.of(&[key, &written]), message);
            problem.help(near_pattern(contract, &written))
        };
        list.0.iter().filter(|pattern| !is_meant(pattern)).map(problem).collect()
    }

    fn unused_inputs(
        &self,
        contract: &Contract,
        workflow_inputs: &IndexSet<String>,
    ) -> Vec<Problem> {
        let mut used = workflow_inputs.clone();
        used.extend(contract.operations.iter().flat_map(|one| takes(contract, one)));
        let unused = self.inputs.keys().filter(|name| !used.contains(*name));
        let known: Vec<_> = used.iter().map(String::as_str).collect();
        let problem = |name: &String| {
            let message = format!(
                "nothing takes the input `{name}`: no path parameter, required query parameter, \
                 required property of a body or workflow input is called so"
            );
            let problem = Problem::new(self.places.of(&["inputs", name]), message);
            match closest(name, &known) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(
                    "what only one operation takes goes under `[operations.ID.query]` or its like",
                ),
            }
        };
        unused.map(problem).collect()
    }

    fn unused_operations(&self, contract: &Contract) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (id, inputs) in &self.operations {
            let Some(operation) = contract.operation(id) else {
                if contract.declares(id) {
                    // It could not be read, which is told elsewhere.
                    continue;
                }
                let message = format!("there is no operation `{id}`");
                let problem = Problem::new(self.places.of(&["operations", id]), message);
                problems.push(problem.help(near_pattern(contract, id)));
                continue;
            };
            problems.extend(self.unused_parts(contract, operation, inputs));
        }
        problems
    }

    fn unused_parts(
        &self,
        contract: &Contract,
        operation: &Operation,
        inputs: &OperationInputs,
    ) -> Vec<Problem> {
        let of = |location| named(operation, location);
        let body = BodyNames::of(contract, operation);
        let parts = [
            ("path", &inputs.path, "path parameter", of(Location::Path), false),
            ("query", &inputs.query, "query parameter", of(Location::Query), false),
            ("headers", &inputs.headers, "header parameter", of(Location::Header), false),
            ("cookies", &inputs.cookies, "cookie parameter", of(Location::Cookie), false),
            ("body", &inputs.body, "property of its body", body.known, body.open),
        ];
        let mut problems = Vec::new();
        for (part, values, what, known, open) in parts {
            let is_known = |name: &String| {
                // RFC 9110 §5.1: names of header fields are case-insensitive.
                known.contains(name)
                    || (part == "headers" && known.iter().any(|one| one.eq_ignore_ascii_case(name)))
            };
            for name in values.keys().filter(|name| !open && !is_known(name)) {
                let place = self.places.of(&["operations", &operation.id, part, name]);
                let message = format!("`{}` has no {what} `{name}`", operation.id);
                problems.push(Problem::new(place, message).help(near(name, &known)));
            }
        }
        problems
    }

    fn unused_resources(&self, contract: &Contract) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (kind, inputs) in &self.resources {
            for name in inputs.keys() {
                let is_taken = |operation: &Operation| {
                    let mut parameters = operation.path.parameters();
                    parameters.any(|one| names_resource(operation, one, kind, name))
                };
                if contract.operations.iter().any(is_taken) {
                    continue;
                }
                let message = format!("no path parameter is `{name}` of a `{kind}`");
                let help = format!(
                    "meant are `{{{name}}}` right behind the segment `{kind}` or its plural, and \
                     `{{{kind}_{name}}}` anywhere"
                );
                let place = self.places.of(&["resources", kind, name]);
                problems.push(Problem::new(place, message).help(help));
            }
        }
        problems
    }

    /// A tenant beside which there is no other: there is nobody to keep its things from.
    fn unused_tenant(&self) -> Option<Problem> {
        let of = |(name, one): (&String, &Credential)| Some((name.clone(), one.tenant.clone()?));
        let mut all = self.credentials.iter().filter_map(of);
        let (name, tenant) = all.next()?;
        if all.any(|(_, other)| other != tenant) {
            return None;
        }
        let message = format!(
            "`{tenant}` is the only tenant, so that nothing is asked of who may not see its things"
        );
        let help = "add a credential of another tenant, with a `tenant` of its own";
        let place = self.places.of(&["credentials", &name]);
        Some(Problem::new(place, message).help(help))
    }

    /// Credentials that fit no security scheme, and patterns of theirs that mean nothing.
    fn unused_credentials(&self, contract: &Contract) -> Vec<Problem> {
        let mut problems = Vec::new();
        let asks = contract.operations.iter().any(|operation| !operation.is_public());
        for (name, credential) in &self.credentials {
            let place = self.places.of(&["credentials", name]);
            let mut schemes = contract.security_schemes.keys();
            if !asks {
                let message = format!(
                    "credential `{name}` is never shown: no operation asks for credentials"
                );
                let help = "what goes with every request stands under `[headers]`";
                problems.push(Problem::new(place, message).help(help));
            } else if !contract.security_schemes.is_empty()
                && !schemes.any(|scheme| credential.is_for(contract, scheme))
            {
                let message =
                    format!("credential `{name}` fits none of the contract's security schemes");
                let help = format!(
                    "name the one that it is for: `scheme = \"…\"`; {}",
                    schemes_of(contract)
                );
                problems.push(Problem::new(place, message).help(help));
            }
            let May::Only(patterns) = &credential.may else { continue };
            for (pattern, place) in patterns {
                let meant = contract.operations.iter().any(|one| pattern.matches(one));
                if !meant && pattern.operation_id().is_none() {
                    let message =
                        format!("credential `{name}` may call `{pattern}`, which no operation is");
                    problems.push(Problem::new(place.clone(), message));
                }
            }
        }
        problems
    }
}

fn check_credential(contract: &Contract, name: &str, credential: &Credential) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let May::Only(patterns) = &credential.may {
        for (pattern, place) in patterns {
            let Some(id) = pattern.operation_id() else { continue };
            if !contract.declares(id) {
                let message =
                    format!("credential `{name}` may call `{id}`, which the contract doesn't have");
                let problem = Problem::new(place.clone(), message);
                problems.push(problem.help(near_pattern(contract, id)));
            }
        }
    }
    for (scheme, place) in credential.schemes.iter().flatten() {
        if contract.security_schemes.contains_key(scheme) {
            continue;
        }
        let message = format!(
            "credential `{name}` is for the security scheme `{scheme}`, which the contract doesn't have"
        );
        let known: Vec<_> = contract.security_schemes.keys().map(String::as_str).collect();
        let help = match closest(scheme, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => schemes_of(contract),
        };
        problems.push(Problem::new(place.clone(), message).help(help));
    }
    problems
}

fn schemes_of(contract: &Contract) -> String {
    let known: Vec<_> = contract.security_schemes.keys().map(String::as_str).collect();
    match known.is_empty() {
        true => "it has none".to_owned(),
        false => format!("security schemes: {}", known.join(", ")),
    }
}

fn near(name: &str, known: &IndexSet<String>) -> String {
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    match closest(name, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "it has none".to_owned(),
        None => format!("it has {}", few(&known)),
    }
}

/// A list that a person would still read.
pub(super) fn few(names: &[&str]) -> String {
    const MOST: usize = 20;
    match names.get(..MOST) {
        Some(first) if names.len() > MOST => {
            format!("{}, … ({} in all)", first.join(", "), names.len())
        }
        _ => names.join(", "),
    }
}

fn named(operation: &Operation, location: Location) -> IndexSet<String> {
    let parameters = operation.parameters.iter();
    let those = parameters.filter(|parameter| parameter.location == location);
    those.map(|parameter| parameter.name.clone()).collect()
}

/// What `[inputs]` can be for at an operation.
fn takes(contract: &Contract, operation: &Operation) -> IndexSet<String> {
    let mut names: IndexSet<String> = operation.path.parameters().map(str::to_owned).collect();
    let required = operation.parameters.iter().filter(|parameter| match parameter.location {
        Location::Path => true,
        Location::Query => parameter.required,
        Location::Header | Location::Cookie | Location::QueryString => false,
    });
    names.extend(required.map(|parameter| parameter.name.clone()));
    names.extend(BodyNames::of(contract, operation).required);
    names
}

/// The properties at the top of an operation's bodies.
#[derive(Default)]
struct BodyNames {
    known: IndexSet<String>,
    required: IndexSet<String>,
    /// Whether there may be others.
    open: bool,
}

impl BodyNames {
    fn of(contract: &Contract, operation: &Operation) -> Self {
        let mut names = Self::default();
        let content = operation.body.iter().flat_map(|body| body.content.values());
        let mut waiting: Vec<SchemaId> = Vec::new();
        for media_type in content {
            match media_type.schema {
                Some(schema) => waiting.push(schema),
                None => names.open = true,
            }
        }
        let mut closed = false;
        let mut seen = IndexSet::new();
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            let schema = contract.schema(id);
            names.known.extend(schema.properties.keys().cloned());
            names.required.extend(schema.required.iter().cloned());
            closed |= schema.additional == Additional::Forbidden;
            let explicit = matches!(schema.additional, Additional::Schema(_));
            names.open |= explicit || !schema.pattern_properties.is_empty();
            waiting.extend(schema.all_of.iter().chain(&schema.any_of).chain(&schema.one_of));
        }
        // A schema that says nothing of other properties allows them. So few mean it that a slip of the finger is
        // likelier, but for a schema that describes no property at all.
        names.open |= !closed && names.known.is_empty() && operation.body.is_some();
        names
    }
}
