//! Security schemes and requirements.

use indexmap::IndexMap;
use openapiv3::{APIKeyLocation, OAuth2Flows};

use super::Resolver;
use super::node::Node;
use crate::Finding;
use crate::model::{Location, OAuthFlow, SecurityKind, SecurityRequirement, SecurityScheme};

impl<'d> Resolver<'d> {
    pub(super) fn read_security_schemes(
        &mut self,
        root: &Node<'d>,
    ) -> IndexMap<String, SecurityScheme> {
        let Some(schemes) = root.get("components").and_then(|node| node.get("securitySchemes"))
        else {
            return IndexMap::new();
        };
        let mut read = IndexMap::new();
        for (name, node) in schemes.members() {
            let Some((node, _)) = self.follow(node) else { continue };
            if let Some(scheme) = self.read_security_scheme(name, &node) {
                read.insert(name.to_owned(), scheme);
            }
        }
        read
    }

    fn read_security_scheme(&mut self, name: &str, node: &Node<'d>) -> Option<SecurityScheme> {
        let mutual = node.get("type").is_some_and(|ty| ty.value == "mutualTLS");
        let (kind, description) = if mutual {
            (SecurityKind::MutualTls, self.text(node, "description"))
        } else {
            lower_kind(self.typed(node, "a security scheme object")?)
        };
        Some(SecurityScheme { name: name.to_owned(), kind, description, origin: node.at.clone() })
    }

    /// The requirements of an operation, else the document's.
    pub(super) fn read_security(
        &mut self,
        operation: &Node<'d>,
        schemes: &IndexMap<String, SecurityScheme>,
    ) -> Vec<SecurityRequirement> {
        let root = Node::root(&self.document.files[0]);
        let holder = if operation.has("security") { operation } else { &root };
        let Some(list) = self.array(holder, "security") else { return Vec::new() };
        let mut requirements = Vec::new();
        for item in list.items() {
            let mut named = IndexMap::new();
            for (name, _) in item.members() {
                if !schemes.contains_key(name) {
                    self.unknown_scheme(&item, name);
                }
                named.insert(name.to_owned(), self.strings(&item, name));
            }
            requirements.push(SecurityRequirement { schemes: named });
        }
        requirements
    }

    fn unknown_scheme(&mut self, item: &Node<'_>, name: &str) {
        let at = item.at.child(name);
        let message = format!("security scheme `{name}` is not among the components");
        let help = format!("declare it under `components.securitySchemes.{name}`");
        self.report(Finding::error("unknown-security-scheme", at, message).help(help));
    }
}

fn lower_kind(scheme: openapiv3::SecurityScheme) -> (SecurityKind, Option<String>) {
    use openapiv3::SecurityScheme as Written;
    match scheme {
        Written::APIKey { location, name, description, .. } => {
            let location = match location {
                APIKeyLocation::Query => Location::Query,
                APIKeyLocation::Header => Location::Header,
                APIKeyLocation::Cookie => Location::Cookie,
            };
            (SecurityKind::ApiKey { location, name }, description)
        }
        // RFC 9110 §11.1: the name of a scheme has no letter case.
        Written::HTTP { scheme, description, .. } => {
            (SecurityKind::Http { scheme: scheme.to_ascii_lowercase() }, description)
        }
        Written::OAuth2 { flows, description, .. } => {
            (SecurityKind::OAuth2(lower_flows(flows)), description)
        }
        Written::OpenIDConnect { open_id_connect_url: url, description, .. } => {
            (SecurityKind::OpenIdConnect { url }, description)
        }
    }
}

fn lower_flows(flows: OAuth2Flows) -> Vec<OAuthFlow> {
    let mut lowered = Vec::new();
    let mut add = |name: &str, token_url: Option<String>, scopes| {
        lowered.push(OAuthFlow { name: name.to_owned(), token_url, scopes });
    };
    if let Some(flow) = flows.implicit {
        add("implicit", None, flow.scopes);
    }
    if let Some(flow) = flows.password {
        add("password", Some(flow.token_url), flow.scopes);
    }
    if let Some(flow) = flows.client_credentials {
        add("clientCredentials", Some(flow.token_url), flow.scopes);
    }
    if let Some(flow) = flows.authorization_code {
        add("authorizationCode", Some(flow.token_url), flow.scopes);
    }
    lowered
}
