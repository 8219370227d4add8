//! Security: what clients have to show, by kind and scopes, whatever the schemes are called.

use std::collections::{BTreeMap, BTreeSet};

use super::operations::Exchange;
use super::rules::Direction;
use super::table::Fact;
use crate::model::{Operation, SecurityKind};
use crate::{Contract, Origin};

/// One way in: what has to be shown, each with the scopes that it must have.
type Way<'a> = BTreeMap<String, BTreeSet<&'a str>>;

impl Exchange<'_, '_> {
    pub(super) fn compare_security(&mut self) {
        let (before, after) = (self.engine.old.contract, self.engine.new.contract);
        let (old, new) = (ways(before, self.old), ways(after, self.new));
        let lost: Vec<_> =
            old.iter().filter(|way| !new.iter().any(|n| asks_no_more(n, way))).collect();
        let won: Vec<_> =
            new.iter().filter(|way| !old.iter().any(|o| asks_no_more(o, way))).collect();
        if lost.is_empty() && won.is_empty() {
            return;
        }
        let at = (place(before, self.old), place(after, self.new));
        for way in lost {
            let (fact, message) = if way.is_empty() {
                (Fact::SecurityRequired, "credentials are required now".to_owned())
            } else if let Some(same) = new.iter().find(|new| same_schemes(new, way)) {
                let scopes = more_scopes(same, way);
                (Fact::SecurityScopeAdded, format!("{} must have {scopes} now", name(way)))
            } else {
                let message = format!("{} is no longer accepted", name(way));
                (Fact::SecurityAlternativeRemoved, message)
            };
            self.state(fact, Direction::Both, at.clone(), message);
        }
        for way in won {
            let (fact, message) = if way.is_empty() {
                (Fact::SecurityDropped, "credentials are no longer required".to_owned())
            } else if let Some(same) = old.iter().find(|old| same_schemes(old, way)) {
                let scopes = more_scopes(same, way);
                // What only asks for more was told as lost.
                if scopes.is_empty() {
                    continue;
                }
                (Fact::SecurityScopeRemoved, format!("{} need no longer have {scopes}", name(way)))
            } else {
                (Fact::SecurityAlternativeAdded, format!("{} is accepted now", name(way)))
            };
            self.state(fact, Direction::Both, at.clone(), message);
        }
    }
}

/// The ways into an operation; without any requirement, anonymous is the one.
fn ways<'a>(contract: &Contract, operation: &'a Operation) -> Vec<Way<'a>> {
    let mut ways: Vec<_> = operation
        .security
        .iter()
        .map(|requirement| {
            let asked = requirement.schemes.iter();
            asked
                .map(|(scheme, scopes)| {
                    (kind(contract, scheme), scopes.iter().map(String::as_str).collect())
                })
                .collect()
        })
        .collect();
    if ways.is_empty() {
        ways.push(Way::new());
    }
    ways
}

/// What a scheme asks for on the wire.
fn kind(contract: &Contract, scheme: &str) -> String {
    let Some(scheme) = contract.security_schemes.get(scheme) else {
        return format!("unknown scheme `{scheme}`");
    };
    match &scheme.kind {
        SecurityKind::ApiKey { location, name } => format!("API key in {location} `{name}`"),
        SecurityKind::Http { scheme } => format!("HTTP {scheme}"),
        SecurityKind::OAuth2(_) => "OAuth 2.0".to_owned(),
        SecurityKind::OpenIdConnect { url } => format!("OpenID Connect of `{url}`"),
        SecurityKind::MutualTls => "mutual TLS".to_owned(),
    }
}

/// Whether whoever has what `known` asks for has what `asked` asks for.
fn asks_no_more(asked: &Way<'_>, known: &Way<'_>) -> bool {
    asked.iter().all(|(scheme, scopes)| known.get(scheme).is_some_and(|had| scopes.is_subset(had)))
}

fn same_schemes(a: &Way<'_>, b: &Way<'_>) -> bool {
    a.keys().eq(b.keys())
}

/// The scopes that one way asks for and another doesn't.
fn more_scopes(one: &Way<'_>, other: &Way<'_>) -> String {
    let scopes: Vec<_> = one
        .iter()
        .flat_map(|(scheme, scopes)| {
            let known = other.get(scheme);
            scopes.iter().filter(move |scope| known.is_none_or(|known| !known.contains(*scope)))
        })
        .map(|scope| format!("`{scope}`"))
        .collect();
    scopes.join(", ")
}

fn name(way: &Way<'_>) -> String {
    let schemes: Vec<_> = way.keys().map(String::as_str).collect();
    schemes.join(" with ")
}

/// Where the requirement stands: with the operation, else with the document.
fn place(contract: &Contract, operation: &Operation) -> Origin {
    let own = operation.origin.child("security");
    let sources = &contract.sources;
    // The nearest place of what isn't written is that of what is around it.
    if sources.position(&own) == sources.position(&operation.origin) {
        Origin::root("/security")
    } else {
        own
    }
}
