//! `oauth2 = { … }` and `openid_connect = { … }` of a credential.

use toml::de::DeTable;

use super::credentials::Use;
use super::node::{Entry, Reader, member, quoted};
use super::url::check_endpoint;
use crate::profile::{Endpoint, Flow, Grant, Secret, closest};

const FLOWS: &[&str] = &["client_credentials", "password", "refresh_token"];

const FIELDS: &[&str] = &[
    "flow",
    "client_id",
    "client_id_env",
    "client_secret",
    "client_secret_env",
    "client_authentication",
    "username",
    "username_env",
    "password",
    "password_env",
    "refresh_token",
    "refresh_token_env",
    "scopes",
];

impl Reader<'_> {
    /// `place` is the key under which the authorization server's URL stands.
    pub(super) fn grant(&mut self, name: &str, entry: &Entry<'_>, place: &str) -> Option<Grant> {
        let known: Vec<_> = FIELDS.iter().copied().chain([place]).collect();
        let table = self.table_of(entry, &known)?;
        let flow = self.flow(name, entry, table)?;
        let url = member(table, place).and_then(|entry| self.checked(entry, check_endpoint));
        let endpoint = match place {
            "issuer" => Endpoint::Discovery(url),
            _ => Endpoint::Token(url),
        };
        let client_id = match flow {
            Flow::ClientCredentials => self.required(name, entry, table, "client_id"),
            _ => self.either(name, table, "client_id").map(|(text, _)| text),
        };
        let scopes = member(table, "scopes").map(|entry| self.strings(entry)).unwrap_or_default();
        let scopes: Vec<_> = scopes.into_iter().map(|(scope, _)| scope).collect();
        Some(Grant {
            flow,
            endpoint,
            client_id,
            client_secret: self.secret(name, table, "client_secret", Use::Encoded),
            client_in_body: self.client_in_body(table),
            scope: scopes.join(" "),
            place: self.place(&entry.span()),
        })
    }

    fn flow(&mut self, name: &str, entry: &Entry<'_>, table: &DeTable<'_>) -> Option<Flow> {
        let Some(written) = member(table, "flow") else {
            let message = format!("credential `{name}` doesn't say by which flow its token is had");
            self.wrong_with_help(&entry.span(), message, format!("add `flow`: {}", quoted(FLOWS)));
            return None;
        };
        match self.string(written)? {
            "client_credentials" => Some(Flow::ClientCredentials),
            "password" => {
                let username = self.required(name, entry, table, "username");
                let password = self.required(name, entry, table, "password");
                Some(Flow::Password { username: username?, password: Secret::new(password?) })
            }
            "refresh_token" => {
                self.required(name, entry, table, "refresh_token")?;
                let token = self.secret(name, table, "refresh_token", Use::Encoded)?;
                Some(Flow::RefreshToken(token))
            }
            other => {
                let help = match closest(other, FLOWS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!(
                        "expected one of {}: the others need a person in front of a browser",
                        quoted(FLOWS)
                    ),
                };
                self.wrong_with_help(&written.span(), format!("`{other}` is no flow"), help);
                None
            }
        }
    }

    fn client_in_body(&mut self, table: &DeTable<'_>) -> bool {
        let Some(entry) = member(table, "client_authentication") else { return false };
        match self.string(entry) {
            Some("body") => true,
            Some("header") | None => false,
            Some(other) => {
                let message = format!("`{other}` is no way to authenticate a client");
                self.wrong_with_help(&entry.span(), message, "expected `header` or `body`");
                false
            }
        }
    }
}
