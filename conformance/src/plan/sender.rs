//! Who requests are sent as. A profile may have credentials of several tenants, which share nothing: what one has made, the
//! others don't find. So all requests of a case are sent for one of them, but where a law wants two.

use spec::model::{Operation, SecurityKind};
use spec::names::{fold, singulars, words};
use spec::resources::Resources;

use super::Planner;
use crate::case::{Alteration, Credentials};
use crate::context::{Caller, PlanContext, Rights};

/// For whom the requests of a case are sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Side {
    /// The first tenant of the profile: its credentials, and those of which nobody says whose they are.
    #[default]
    Home,
    /// This tenant: its credentials alone.
    Tenant(String),
}

/// Whether nobody of a profile may both call an operation and make what its path names: then who calls it need not see that, nor
/// have a right to it.
pub(super) fn is_for_others(
    context: &PlanContext,
    resources: &Resources<'_>,
    operation: &Operation,
) -> bool {
    let Some(last) = operation.path.parameters().last() else { return false };
    let makers = resources.makers(operation, last).iter();
    let mut makers = makers.filter_map(|one| resources.operation(&one.operation_id)).peekable();
    let is_one = |maker: &Operation| {
        maker.id == operation.id
            || context.credentials.values().any(|one| one.calls(operation) && one.calls(maker))
    };
    let is_asked_for = !context.credentials.is_empty() && !operation.is_public();
    is_asked_for && makers.peek().is_some() && !makers.any(is_one)
}

/// Credentials, one of each right first.
pub(super) fn one_of_each_right<'o>(
    callers: impl Iterator<Item = (&'o str, &'o Caller)>,
) -> Vec<&'o str> {
    let (mut first, mut alike): (Vec<(&str, &Caller)>, Vec<_>) = (Vec::new(), Vec::new());
    for (name, caller) in callers {
        let is_new = first.iter().all(|(_, known)| known.rights != caller.rights);
        if is_new { &mut first } else { &mut alike }.push((name, caller));
    }
    first.into_iter().chain(alike).map(|(name, _)| name).collect()
}

impl Planner<'_> {
    /// The first credential that may call an operation, or the one with the fewest rights where it has to be somebody else's
    /// thing; nobody where nobody is asked for.
    pub(super) fn credentials(&self, operation: &Operation) -> Credentials {
        self.credentials_of(operation, &self.side_of(operation))
    }

    /// The same among those of one side.
    pub(super) fn credentials_of(&self, operation: &Operation, side: &Side) -> Credentials {
        if operation.is_public() && !operation.takes_credentials() {
            return Credentials::None;
        }
        let mut callers = self.callers(operation).filter(|(_, caller)| self.is_of(caller, side));
        if let Some(known) = self.context.senders.get(&operation.id)
            && callers.any(|(name, _)| name == known)
        {
            return Credentials::As(known.clone());
        }
        let callers = self.callers(operation).filter(|(_, caller)| self.is_of(caller, side));
        let callers = callers.map(|(name, caller)| (name, &caller.rights));
        let one = self.least_entitled(operation, callers);
        one.map_or(Credentials::None, |name| Credentials::As(name.to_owned()))
    }

    /// Whether the target lets others call an operation than these: what it refuses them for stands in no schema.
    pub(super) fn is_let_but_for(&self, operation: &Operation, credentials: &Credentials) -> bool {
        let known = self.context.senders.get(&operation.id);
        known.is_some_and(|known| *credentials != Credentials::As(known.clone()))
    }

    /// The side that an operation is called from: home, or that of the first who may call it.
    pub(super) fn side_of(&self, operation: &Operation) -> Side {
        let mut callers = self.callers(operation).map(|(_, caller)| caller).peekable();
        let first = callers.peek().and_then(|first| first.tenant.clone());
        match first {
            Some(tenant) if !callers.any(|caller| self.is_of(caller, &Side::Home)) => {
                Side::Tenant(tenant)
            }
            _ => Side::Home,
        }
    }

    /// The side of a credential.
    pub(super) fn side_with(&self, name: &str) -> Side {
        match self.context.credentials.get(name) {
            Some(Caller { tenant: Some(tenant), .. }) if self.home() != Some(tenant) => {
                Side::Tenant(tenant.clone())
            }
            _ => Side::Home,
        }
    }

    /// Two or more credentials of one role: the one that is called so, and those of its side with the same rights; where none is,
    /// all that are called after it, such as `driver_a` and `driver_b`, if they are alike; else those that are left, of the one role
    /// that is left. Those of another kind, such as a key beside a token, may well be one person's.
    pub(super) fn peers(&self, role: &str) -> Vec<&str> {
        let all = &self.context.credentials;
        let called = singulars(role);
        let exact = all.keys().find(|name| called.contains(&fold(name)));
        let after = all.keys().filter(|name| words(name).iter().any(|word| called.contains(word)));
        let after: Vec<&str> = after.map(String::as_str).collect();
        let peers = match (exact, after.as_slice()) {
            (Some(exact), _) => self.alike(exact),
            (None, [first, others @ ..]) => {
                let alike = self.alike(first);
                let are_alike = others.iter().all(|name| alike.contains(name));
                if are_alike { after } else { Vec::new() }
            }
            (None, []) => self.left_over(&called),
        };
        if peers.len() < 2 { Vec::new() } else { peers }
    }

    /// The credentials of which each may make one such thing alone within another one, as is told; none where nobody is known to be
    /// meant.
    pub(super) fn one_each(&self, maker: &Operation) -> Vec<&str> {
        let role = self.told_one_each(maker);
        let mut peers = role.map(|role| self.peers(role)).unwrap_or_default();
        peers
            .retain(|name| self.context.credentials.get(*name).is_some_and(|one| one.calls(maker)));
        peers
    }

    /// The credentials that are called after no role, if they are alike: where the contract lists all roles, and no credential is
    /// called after just this one, they are of this one.
    fn left_over(&self, called: &[String]) -> Vec<&str> {
        let names = || self.context.credentials.keys().map(String::as_str);
        let is_after = |name: &str, role: &str| {
            fold(name) == role || words(name).iter().any(|word| word == role)
        };
        let roles = self.resources.roles().iter();
        let mut left = roles.filter(|role| !names().any(|name| is_after(name, role)));
        let is_it = left.next().is_some_and(|role| called.contains(role)) && left.next().is_none();
        let all = self.resources.roles();
        let others = names().filter(|name| !all.iter().any(|role| is_after(name, role)));
        let others: Vec<&str> = others.collect();
        let alike = others.first().map(|first| self.alike(first)).unwrap_or_default();
        let are_alike = is_it && others.iter().all(|name| alike.contains(name));
        if are_alike { others } else { Vec::new() }
    }

    /// Whether a credential is one of a role: by its name, or by the rights that it has as those who are called so.
    pub(super) fn is_of_role(&self, name: &str, role: &str) -> bool {
        let called = singulars(role);
        called.contains(&fold(name))
            || self.peers(role).contains(&name)
            || self.left_over(&called).contains(&name)
    }

    /// The credentials of the side of one, with the same rights as it has and shown in the same way; none where it has all.
    fn alike(&self, name: &str) -> Vec<&str> {
        let all = &self.context.credentials;
        let Some(Caller { rights: rights @ Rights::Only(_), schemes, .. }) = all.get(name) else {
            return Vec::new();
        };
        let side = self.side_with(name);
        let alike = all.iter().filter(|(other, caller)| {
            caller.rights == *rights && caller.schemes == *schemes && self.side_with(other) == side
        });
        alike.map(|(name, _)| name.as_str()).collect()
    }

    /// A credential of the same side that may call an operation, other than this one.
    pub(super) fn somebody_else<'o>(
        &'o self,
        operation: &'o Operation,
        by: &Credentials,
    ) -> Option<&'o str> {
        let Credentials::As(own) = by else { return None };
        let side = self.side_with(own);
        let mut others = self.callers(operation).map(|(name, _)| name);
        others.find(|name| name != own && self.side_with(name) == side)
    }

    /// Every tenant, in the order of the profile.
    pub(super) fn tenants(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for tenant in self.context.credentials.values().filter_map(|one| one.tenant.as_deref()) {
            if !all.contains(&tenant) {
                all.push(tenant);
            }
        }
        all
    }

    fn home(&self) -> Option<&str> {
        self.context.credentials.values().find_map(|caller| caller.tenant.as_deref())
    }

    fn is_of(&self, caller: &Caller, side: &Side) -> bool {
        match side {
            Side::Home => caller.may_share(self.home()),
            Side::Tenant(tenant) => caller.tenant.as_ref() == Some(tenant),
        }
    }

    /// Those of an operation's own side that may call it.
    pub(super) fn callers_of_side<'o>(
        &'o self,
        operation: &'o Operation,
    ) -> impl Iterator<Item = (&'o str, &'o Caller)> {
        let side = self.side_of(operation);
        self.callers(operation).filter(move |(name, _)| self.side_with(name) == side)
    }

    fn callers<'o>(
        &'o self,
        operation: &'o Operation,
    ) -> impl Iterator<Item = (&'o str, &'o Caller)> {
        let all = self.context.credentials.iter();
        all.filter(|(_, caller)| caller.calls(operation))
            .map(|(name, caller)| (name.as_str(), caller))
    }

    /// How the credential that is used for this operation can be shown otherwise than it is.
    pub(super) fn alterations(&self, operation: &Operation) -> &[Alteration] {
        let Credentials::As(own) = self.credentials(operation) else { return &[] };
        self.context.credentials.get(&own).map_or(&[], |caller| caller.alterations.as_slice())
    }

    /// The credentials that could be shown for this operation, and otherwise than they are.
    pub(super) fn alterable<'o>(
        &'o self,
        operation: &'o Operation,
    ) -> impl Iterator<Item = &'o str> {
        let all = self.context.credentials.iter();
        all.filter(|(_, caller)| !caller.alterations.is_empty() && caller.fits(operation))
            .map(|(name, _)| name.as_str())
    }

    /// Whether an operation is secured by a scheme of HTTP, whose name has no letter case (RFC 9110 §11.1).
    pub(super) fn takes_http_scheme(&self, operation: &Operation) -> bool {
        let names = operation.security.iter().flat_map(|requirement| requirement.schemes.keys());
        let mut schemes = names.filter_map(|name| self.contract.security_schemes.get(name));
        schemes.any(|scheme| matches!(scheme.kind, SecurityKind::Http { .. }))
    }

    /// Whether the credential that is used for this operation travels as a bearer token.
    pub(super) fn takes_bearer(&self, operation: &Operation) -> bool {
        let Credentials::As(name) = self.credentials(operation) else { return false };
        let own = self.context.credentials.get(&name).and_then(|caller| caller.schemes.as_ref());
        let names = operation.security.iter().flat_map(|requirement| requirement.schemes.keys());
        names.into_iter().filter(|name| own.is_none_or(|own| own.contains(*name))).any(|name| {
            self.contract.security_schemes.get(name).is_some_and(|scheme| match &scheme.kind {
                SecurityKind::Http { scheme } => scheme.eq_ignore_ascii_case("bearer"),
                SecurityKind::OAuth2(_) | SecurityKind::OpenIdConnect { .. } => true,
                SecurityKind::ApiKey { .. } | SecurityKind::MutualTls => false,
            })
        })
    }
}
