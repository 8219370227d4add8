//! Security schemes and requirements.

use indexmap::IndexMap;

use super::Resolver;
use super::node::Node;
use super::reference::shared_name;
use super::structure;
use crate::Finding;
use crate::model::{
    Location, OAuthFlow, SecurityKind, SecurityRequirement, SecurityScheme, Version,
};

/// The flows, in the order of the model, and the URLs that each must have (§4.8.29 of OAS 3.1.1).
const FLOWS: &[(&str, &[&str])] = &[
    ("implicit", &["authorizationUrl"]),
    ("password", &["tokenUrl"]),
    ("clientCredentials", &["tokenUrl"]),
    ("authorizationCode", &["authorizationUrl", "tokenUrl"]),
];

/// OAS 3.2.0 §4.29.
const DEVICE_FLOW: (&str, &[&str]) =
    ("deviceAuthorization", &["deviceAuthorizationUrl", "tokenUrl"]);

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
        if !node.value.is_object() {
            self.wrong_type(node, "an object");
            return None;
        }
        self.check_object(node, &structure::SECURITY_SCHEME);
        let ty = self.string(node, "type")?;
        Some(SecurityScheme {
            name: name.to_owned(),
            kind: self.read_kind(node, &ty)?,
            description: self.text(node, "description"),
            metadata_url: self.newer_text(node, "oauth2MetadataUrl"),
            deprecated: self.version >= Version::V3_2 && self.mark(node, "deprecated"),
            origin: node.at.clone(),
        })
    }

    fn read_kind(&mut self, node: &Node<'d>, ty: &str) -> Option<SecurityKind> {
        Some(match ty {
            "apiKey" => {
                let location = self.read_key_location(node)?;
                let name = self.needed_string(node, "name")?;
                self.check_key_name(node, &name, location);
                SecurityKind::ApiKey { location, name }
            }
            // RFC 9110 §11.1: the name of a scheme has no letter case.
            "http" => SecurityKind::Http {
                scheme: self.needed_string(node, "scheme")?.to_ascii_lowercase(),
            },
            "oauth2" => {
                let flows = self.required(node, "flows")?;
                SecurityKind::OAuth2(self.read_flows(&flows))
            }
            "openIdConnect" => {
                SecurityKind::OpenIdConnect { url: self.needed_string(node, "openIdConnectUrl")? }
            }
            "mutualTLS" => SecurityKind::MutualTls,
            _ => return None,
        })
    }

    fn needed_string(&mut self, node: &Node<'d>, key: &str) -> Option<String> {
        self.required(node, key)?;
        self.string(node, key)
    }

    fn read_key_location(&mut self, node: &Node<'d>) -> Option<Location> {
        let text = self.needed_string(node, "in")?;
        let places = [Location::Query, Location::Header, Location::Cookie];
        let location = places.into_iter().find(|location| location.as_str() == text);
        if location.is_none() {
            let message = format!("`in: {text}` is unknown, expected query, header or cookie");
            self.report(Finding::error("unknown-location", node.at.child("in"), message));
        }
        location
    }

    /// A key of any name may be in a query, where it is escaped; elsewhere its name is a token.
    fn check_key_name(&mut self, node: &Node<'d>, name: &str, location: Location) {
        if location != Location::Query && !structure::is_token(name) {
            let message =
                format!("no {location} can have the name `{name}`, so the key can't be sent");
            let finding = Finding::warning("malformed-name", node.at.child("name"), message);
            self.report(finding.help("use letters, digits and `-` (RFC 9110 §5.6.2)"));
        }
    }

    fn read_flows(&mut self, flows: &Node<'d>) -> Vec<OAuthFlow> {
        self.check_object(flows, &structure::OAUTH_FLOWS);
        let newest = (self.version >= Version::V3_2).then_some(DEVICE_FLOW);
        let known = FLOWS.iter().chain(newest.iter());
        known
            .filter_map(|(name, urls)| {
                let flow = flows.get(name).filter(|flow| flow.value.is_object())?;
                Some(self.read_flow(name, urls, &flow))
            })
            .collect()
    }

    fn read_flow(&mut self, name: &str, urls: &[&str], flow: &Node<'d>) -> OAuthFlow {
        self.check_object(flow, &structure::OAUTH_FLOW);
        for url in urls {
            self.required(flow, url);
        }
        let scopes = flow.get("scopes").filter(|scopes| scopes.value.is_object());
        let scopes = scopes.iter().flat_map(|scopes| {
            scopes.members().map(|(scope, text)| (scope, text.value.as_str().unwrap_or_default()))
        });
        let device_authorization_url = urls
            .contains(&"deviceAuthorizationUrl")
            .then(|| self.string(flow, "deviceAuthorizationUrl"))
            .flatten();
        let token_url = urls.contains(&"tokenUrl").then(|| self.string(flow, "tokenUrl")).flatten();
        OAuthFlow {
            name: name.to_owned(),
            token_url,
            device_authorization_url,
            scopes: scopes.map(|(scope, text)| (scope.to_owned(), text.to_owned())).collect(),
        }
    }

    /// The requirements of an operation, else the document's.
    pub(super) fn read_security(
        &mut self,
        operation: &Node<'d>,
        schemes: &IndexMap<String, SecurityScheme>,
    ) -> Vec<SecurityRequirement> {
        let root = Node::root(&self.document.files[0]);
        // What the document asks for is asked of those who call the API, not of those whom it calls.
        let is_own = operation.has("security") || self.in_callback;
        let holder = if is_own { operation } else { &root };
        let Some(list) = self.array(holder, "security") else { return Vec::new() };
        let mut requirements = Vec::new();
        for item in list.items() {
            let mut named = IndexMap::new();
            for (name, _) in item.members() {
                let key = self.scheme_named(&item, name, schemes);
                named.insert(key, self.strings(&item, name));
            }
            requirements.push(SecurityRequirement { schemes: named });
        }
        requirements
    }

    /// The key of the scheme that a requirement names: that of a component, or (from OAS 3.2) the URI of a scheme that
    /// stands elsewhere, which is added to the contract's.
    fn scheme_named(
        &mut self,
        item: &Node<'d>,
        name: &'d str,
        schemes: &IndexMap<String, SecurityScheme>,
    ) -> String {
        if schemes.contains_key(name) {
            return name.to_owned();
        }
        let is_uri = self.version >= Version::V3_2 && name.contains(['#', '/']);
        let target = is_uri.then(|| self.find(&item.at, name).ok());
        let Some(node) = target.flatten() else {
            self.unknown_scheme(item, name);
            return name.to_owned();
        };
        let is_this = |(_, scheme): &(&String, &SecurityScheme)| scheme.origin == node.at;
        let known = schemes.iter().find(is_this);
        let known = known.or_else(|| self.schemes_by_uri.iter().find(is_this));
        if let Some((key, _)) = known {
            return key.clone();
        }
        let key = shared_name(&node.at, &self.document.sources)
            .filter(|key| !schemes.contains_key(key) && !self.schemes_by_uri.contains_key(key));
        let key = key.unwrap_or_else(|| name.to_owned());
        if let Some(scheme) = self.read_security_scheme(&key, &node) {
            self.schemes_by_uri.insert(key.clone(), scheme);
        }
        key
    }

    fn unknown_scheme(&mut self, item: &Node<'_>, name: &str) {
        let at = item.at.child(name);
        let message = format!("security scheme `{name}` is not among the components");
        let help = format!("declare it under `components.securitySchemes.{name}`");
        self.report(Finding::error("unknown-security-scheme", at, message).help(help));
    }
}
