//! Who a request is sent as, and how it is shown.

use indexmap::{IndexMap, IndexSet};
use spec::model::{
    Contract, Location, Operation, SecurityKind, SecurityRequirement, SecurityScheme,
};

use super::{FromWorkflow, Grant, Place, Secret};
use crate::case::Alteration;
use crate::selection::Pattern;
use crate::transport::Identity;

/// Who a request is sent as.
#[derive(Debug, Clone)]
pub struct Credential {
    /// What it can show to the target, in order: the first that fits a scheme is shown for it.
    pub kinds: Vec<CredentialKind>,
    /// Which operations it may call; the rest must answer 403.
    pub may: May,
    /// The security schemes that it is for, with where the file says so; `None`: every one of its kinds.
    pub schemes: Option<IndexMap<String, Place>>,
    /// The scopes that it was granted; `None`: all.
    pub scopes: Option<IndexSet<String>>,
    /// Whose things it sees: credentials of two tenants share nothing. `None`: nobody says.
    pub tenant: Option<String>,
}

/// The ways to show who one is.
#[derive(Debug, Clone)]
pub enum CredentialKind {
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer(Secret),
    /// A key that stands where the `apiKey` scheme of an operation says.
    ApiKey(Secret),
    /// `Authorization: Basic …` (RFC 7617).
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// The same, with a token that is had when it is first needed.
    Grant(Grant),
    /// A token that a workflow gives, shown where the operation's scheme wants it: as a bearer token or as a key.
    Workflow(FromWorkflow),
    /// A client certificate, shown when a connection is made.
    Certificate(Identity),
    /// A header, query parameter or cookie, sent whatever the contract says.
    Pair {
        /// Where it stands; never in the path.
        location: Location,
        /// How it is called.
        name: String,
        /// Its value.
        value: Secret,
    },
}

/// The operations that a credential may call.
#[derive(Debug, Clone)]
pub enum May {
    /// `["*"]`
    Everything,
    /// Those that one of these means, with where the file says so.
    Only(Vec<(Pattern, Place)>),
}

/// What a request carries for a credential. It has no `Debug`: all of it is secret.
#[derive(Default)]
pub struct Shown {
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// Query parameters, not yet encoded.
    pub query: Vec<(String, String)>,
    /// Cookies.
    pub cookies: Vec<(String, String)>,
    /// Whether the connection shows the credential's client certificate.
    pub certificate: bool,
}

impl Credential {
    /// Whether it may call this operation: by the profile, and by the scopes it was granted.
    #[must_use]
    pub fn may(&self, contract: &Contract, operation: &Operation) -> bool {
        let named = match &self.may {
            May::Everything => true,
            May::Only(patterns) => patterns.iter().any(|(pattern, _)| pattern.matches(operation)),
        };
        named && self.has_scopes_for(contract, operation)
    }

    /// Whether some requirement of the operation is met by the scopes that were granted.
    fn has_scopes_for(&self, contract: &Contract, operation: &Operation) -> bool {
        let Some(granted) = &self.scopes else { return true };
        let mut own = operation.security.iter().filter(|one| self.meets(contract, one)).peekable();
        own.peek().is_none()
            || own.any(|one| one.schemes.values().flatten().all(|scope| granted.contains(scope)))
    }

    /// Whether it has something to show for each scheme of a requirement.
    fn meets(&self, contract: &Contract, requirement: &SecurityRequirement) -> bool {
        requirement.schemes.keys().all(|name| self.is_for(contract, name))
    }

    /// Whether it can be shown for a scheme. One that the contract doesn't describe takes anything.
    pub(crate) fn is_for(&self, contract: &Contract, scheme: &str) -> bool {
        match &self.schemes {
            Some(named) => named.contains_key(scheme),
            None => contract
                .security_schemes
                .get(scheme)
                .is_none_or(|scheme| self.kinds.iter().any(|kind| kind.fits(scheme))),
        }
    }

    /// The bearer token that it has by itself.
    #[must_use]
    pub fn bearer(&self) -> Option<&Secret> {
        self.kinds.iter().find_map(|kind| match kind {
            CredentialKind::Bearer(secret) => Some(secret),
            CredentialKind::Grant(_)
            | CredentialKind::Workflow(_)
            | CredentialKind::ApiKey(_)
            | CredentialKind::Basic { .. }
            | CredentialKind::Certificate(_)
            | CredentialKind::Pair { .. } => None,
        })
    }

    /// The client certificate that it has.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.kinds.iter().find_map(|kind| match kind {
            CredentialKind::Certificate(identity) => Some(identity),
            CredentialKind::Bearer(_)
            | CredentialKind::Grant(_)
            | CredentialKind::Workflow(_)
            | CredentialKind::ApiKey(_)
            | CredentialKind::Basic { .. }
            | CredentialKind::Pair { .. } => None,
        })
    }

    /// What a request to this operation carries: what the first requirement asks for that can be met, else what is
    /// shown the same way everywhere; `None` where there is nothing. `token` is what its grant or its workflow gave.
    #[must_use]
    pub fn show(
        &self,
        contract: &Contract,
        operation: Option<&Operation>,
        token: Option<&Secret>,
    ) -> Option<Shown> {
        let requirements = operation.map_or(&[][..], |operation| &operation.security);
        let asking = requirements.iter().filter(|requirement| !requirement.schemes.is_empty());
        let met = asking.clone().find(|requirement| self.meets(contract, requirement));
        let mut shown = Shown::default();
        match met {
            Some(requirement) => {
                for name in requirement.schemes.keys() {
                    self.show_for(contract.security_schemes.get(name), token, &mut shown);
                }
            }
            None => self.show_for(None, token, &mut shown),
        }
        for kind in &self.kinds {
            if let CredentialKind::Pair { location, name, value } = kind {
                shown.set(*location, name, value.expose().to_owned());
            }
        }
        shown.certificate = self.identity().is_some();
        (!shown.is_empty()).then_some(shown)
    }

    /// What a request carries for these security schemes, whatever its operation asks for; nothing that is shown
    /// everywhere goes with it.
    #[must_use]
    pub fn show_as(
        &self,
        contract: &Contract,
        schemes: &[String],
        token: Option<&Secret>,
    ) -> Option<Shown> {
        let mut shown = Shown::default();
        for name in schemes {
            self.show_for(contract.security_schemes.get(name), token, &mut shown);
        }
        (!shown.is_empty()).then_some(shown)
    }

    /// The first kind that fits the scheme, else the first that needs none.
    fn show_for(&self, scheme: Option<&SecurityScheme>, token: Option<&Secret>, shown: &mut Shown) {
        let fitting = scheme.and_then(|scheme| self.kinds.iter().find(|kind| kind.fits(scheme)));
        match (fitting, scheme.map(|scheme| &scheme.kind)) {
            (Some(CredentialKind::ApiKey(key)), Some(SecurityKind::ApiKey { location, name })) => {
                shown.set(*location, name, key.expose().to_owned());
            }
            (Some(CredentialKind::Workflow(_)), Some(SecurityKind::ApiKey { location, name })) => {
                if let Some(token) = token {
                    shown.set(*location, name, token.expose().to_owned());
                }
            }
            (Some(kind), _) => shown.authorize(kind, token),
            (None, _) => self.kinds.iter().for_each(|kind| shown.authorize(kind, token)),
        }
    }

    /// Whether all that it shows are texts of the profile's own.
    fn is_alterable(&self) -> bool {
        let is_text = |kind: &CredentialKind| {
            matches!(
                kind,
                CredentialKind::Bearer(_)
                    | CredentialKind::ApiKey(_)
                    | CredentialKind::Basic { .. }
            )
        };
        self.kinds.iter().all(is_text)
    }

    /// How all that it shows can be altered.
    pub(super) fn alterations(&self) -> Vec<Alteration> {
        let all = Alteration::ALL.into_iter();
        all.filter(|one| self.is_alterable() && self.altered(*one).is_some()).collect()
    }

    /// The same with its tokens, keys and passwords altered; `None`: one of them can't be.
    #[must_use]
    pub fn altered(&self, alteration: Alteration) -> Option<Self> {
        let is_altered = |kind: &CredentialKind| match kind {
            CredentialKind::Bearer(secret)
            | CredentialKind::ApiKey(secret)
            | CredentialKind::Basic { password: secret, .. } => {
                alteration.of(secret.expose()) != secret.expose()
            }
            _ => true,
        };
        let alter = |secret: &Secret| Secret::new(alteration.of(secret.expose()));
        let kinds = self.kinds.iter().map(|kind| match kind {
            CredentialKind::Bearer(secret) => CredentialKind::Bearer(alter(secret)),
            CredentialKind::ApiKey(secret) => CredentialKind::ApiKey(alter(secret)),
            CredentialKind::Basic { username, password } => {
                CredentialKind::Basic { username: username.clone(), password: alter(password) }
            }
            other => other.clone(),
        });
        let altered = Self { kinds: kinds.collect(), ..self.clone() };
        self.kinds.iter().all(is_altered).then_some(altered)
    }

    /// Every secret in it, each with what tells it from the others; what is almost a secret gives it away.
    pub(super) fn secrets(&self) -> Vec<(String, Secret)> {
        let mut secrets = self.own_secrets();
        for alteration in self.alterations() {
            let almost = self.altered(alteration).map(|altered| altered.own_secrets());
            secrets.extend(almost.into_iter().flatten().map(|(part, secret)| {
                let part = [part.as_str(), alteration.as_str()].join("_");
                (part.trim_start_matches('_').to_owned(), secret)
            }));
        }
        secrets.retain(|(_, secret)| secret.is_searchable());
        secrets
    }

    fn own_secrets(&self) -> Vec<(String, Secret)> {
        let mut secrets = Vec::new();
        for kind in &self.kinds {
            match kind {
                CredentialKind::Bearer(secret) => secrets.push((String::new(), secret.clone())),
                CredentialKind::ApiKey(secret) => secrets.push(("key".to_owned(), secret.clone())),
                CredentialKind::Basic { username, password } => {
                    secrets.push(("basic".to_owned(), basic(username, password)));
                    secrets.push(("password".to_owned(), password.clone()));
                }
                CredentialKind::Pair { name, value, .. } => {
                    secrets.push((name.clone(), value.clone()));
                }
                CredentialKind::Grant(grant) => secrets.extend(grant.secrets()),
                // Its key is never sent; what a workflow gives is kept with the tokens.
                CredentialKind::Certificate(_) | CredentialKind::Workflow(_) => {}
            }
        }
        // The first is called as its credential is, but for a grant or a workflow: that name is its token's.
        let has_token = self.grant().is_some() || self.workflow().is_some();
        if let Some((first, _)) = secrets.first_mut().filter(|_| !has_token) {
            first.clear();
        }
        secrets
    }
}

/// The text behind `Basic`.
fn basic(username: &str, password: &Secret) -> Secret {
    use base64::Engine as _;
    let pair = format!("{username}:{}", password.expose());
    Secret::new(base64::engine::general_purpose::STANDARD.encode(pair))
}

impl CredentialKind {
    /// Whether this is what the scheme asks for.
    fn fits(&self, scheme: &SecurityScheme) -> bool {
        match (self, &scheme.kind) {
            (
                Self::Bearer(_) | Self::Grant(_) | Self::Workflow(_),
                SecurityKind::Http { scheme },
            ) => scheme == "bearer",
            (
                Self::Bearer(_) | Self::Grant(_) | Self::Workflow(_),
                SecurityKind::OAuth2(_) | SecurityKind::OpenIdConnect { .. },
            )
            | (Self::ApiKey(_) | Self::Workflow(_), SecurityKind::ApiKey { .. }) => true,
            (Self::Bearer(_) | Self::Grant(_), SecurityKind::ApiKey { location, name }) => {
                is_authorization(*location, name)
            }
            (Self::Basic { .. }, SecurityKind::Http { scheme }) => scheme == "basic",
            (Self::Certificate(_), scheme) => *scheme == SecurityKind::MutualTls,
            (
                Self::Pair { location, name, .. },
                SecurityKind::ApiKey { location: wanted, name: called },
            ) => location == wanted && same_name(*location, name, called),
            (
                Self::Pair { location, name, .. },
                SecurityKind::Http { .. }
                | SecurityKind::OAuth2(_)
                | SecurityKind::OpenIdConnect { .. },
            ) => is_authorization(*location, name),
            (_, SecurityKind::MutualTls)
            | (
                Self::ApiKey(_),
                SecurityKind::Http { .. }
                | SecurityKind::OAuth2(_)
                | SecurityKind::OpenIdConnect { .. },
            )
            | (
                Self::Basic { .. },
                SecurityKind::ApiKey { .. }
                | SecurityKind::OAuth2(_)
                | SecurityKind::OpenIdConnect { .. },
            ) => false,
        }
    }
}

fn is_authorization(location: Location, name: &str) -> bool {
    location == Location::Header && name.eq_ignore_ascii_case("authorization")
}

fn same_name(location: Location, one: &str, other: &str) -> bool {
    match location {
        Location::Header => one.eq_ignore_ascii_case(other),
        Location::Query | Location::QueryString | Location::Cookie | Location::Path => one == other,
    }
}

impl Shown {
    /// Exactly this in `Authorization`.
    #[must_use]
    pub fn authorization(text: String) -> Self {
        Self { headers: vec![("Authorization".to_owned(), text)], ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        let silent = self.headers.is_empty() && self.query.is_empty() && self.cookies.is_empty();
        silent && !self.certificate
    }

    fn set(&mut self, location: Location, name: &str, value: String) {
        let list = match location {
            Location::Header => &mut self.headers,
            Location::Query | Location::QueryString | Location::Path => &mut self.query,
            Location::Cookie => &mut self.cookies,
        };
        list.retain(|(present, _)| !same_name(location, present, name));
        list.push((name.to_owned(), value));
    }

    /// What goes into `Authorization`; there is only one.
    fn authorize(&mut self, kind: &CredentialKind, token: Option<&Secret>) {
        let value = match kind {
            CredentialKind::Bearer(secret) => format!("Bearer {}", secret.expose()),
            CredentialKind::Grant(_) | CredentialKind::Workflow(_) => match token {
                Some(token) => format!("Bearer {}", token.expose()),
                None => return,
            },
            CredentialKind::Basic { username, password } => {
                format!("Basic {}", basic(username, password).expose())
            }
            CredentialKind::ApiKey(_)
            | CredentialKind::Certificate(_)
            | CredentialKind::Pair { .. } => return,
        };
        let present = |(name, _): &(String, String)| name.eq_ignore_ascii_case("authorization");
        if !self.headers.iter().any(present) {
            self.headers.push(("Authorization".to_owned(), value));
        }
    }
}
