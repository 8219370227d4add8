//! Security schemes.

use spec::Finding;
use spec::model::SecurityKind;

use super::{Lowerer, docs, order, sent};
use crate::ir::{Credential, Scheme};
use crate::names::{PRELUDE, Scope, pascal, snake};

/// What a client is given by `with_…` anyhow.
const SETTINGS: [&str; 4] = ["body_limit", "retry", "timeout", "transport"];

impl Lowerer<'_> {
    /// The schemes that an operation names, in the order of the components.
    pub(super) fn lower_schemes(&mut self) -> Vec<Scheme> {
        let contract = self.contract;
        let (mut snakes, mut pascals) = (Scope::with(&SETTINGS), Scope::with(&PRELUDE));
        let mut schemes: Vec<Scheme> = Vec::new();
        let sent = sent::requests(contract).into_iter().map(|request| request.written);
        let asking: Vec<_> = order::operations(contract).into_iter().chain(sent).collect();
        let named = |name: &str| {
            let mut requirements = asking.iter().flat_map(|operation| &operation.security);
            requirements.any(|requirement| requirement.schemes.contains_key(name))
        };
        for (name, scheme) in order::sorted(&contract.security_schemes) {
            if !named(name) {
                continue;
            }
            schemes.push(Scheme {
                wire: name.clone(),
                rust: snakes.take(snake(name, "scheme")),
                stem: pascals.take(pascal(name, "Scheme")),
                credential: credential(&scheme.kind),
                docs: docs::docs([scheme.description.as_deref()]),
            });
        }
        for operation in &asking {
            for name in operation.security.iter().flat_map(|requirement| requirement.schemes.keys())
            {
                if schemes.iter().any(|scheme| scheme.wire == *name) {
                    continue;
                }
                // Leaving it out would open the operation to anybody.
                self.note(Finding::error(
                    "unknown-security-scheme",
                    operation.origin.clone(),
                    format!("there is no security scheme `{name}`; it is taken for a bearer token"),
                ));
                schemes.push(Scheme {
                    wire: name.clone(),
                    rust: snakes.take(snake(name, "scheme")),
                    stem: pascals.take(pascal(name, "Scheme")),
                    credential: Credential::Bearer,
                    docs: docs::docs([]),
                });
            }
        }
        schemes
    }
}

fn credential(kind: &SecurityKind) -> Credential {
    match kind {
        SecurityKind::ApiKey { location, name } => {
            Credential::ApiKey { location: *location, name: name.clone() }
        }
        SecurityKind::Http { scheme } if scheme == "bearer" => Credential::Bearer,
        SecurityKind::Http { scheme } if scheme == "basic" => Credential::Basic,
        SecurityKind::Http { scheme } => Credential::Authorization(scheme.clone()),
        SecurityKind::OAuth2(_) | SecurityKind::OpenIdConnect { .. } => Credential::Bearer,
        SecurityKind::MutualTls => Credential::Certificate,
    }
}
