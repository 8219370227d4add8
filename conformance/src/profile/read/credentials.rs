//! `[credentials.x]`: what is shown to the target, for which schemes, and what it gives access to.

use std::ops::Range;

use indexmap::IndexMap;
use spec::model::Location;
use toml::de::DeTable;

use super::node::{Entry, Reader, member, members};
use super::values::{SHORTEST, check_header_name, is_header_value};
use crate::profile::{Credential, CredentialKind, May, Places, Secret};
use crate::selection::Pattern;

const FIELDS: &[&str] = &[
    "bearer",
    "bearer_env",
    "api_key",
    "api_key_env",
    "basic",
    "header",
    "query",
    "cookie",
    "client_certificate",
    "oauth2",
    "openid_connect",
    "workflow",
    "scheme",
    "scopes",
    "tenant",
    "may",
];

/// What a secret is used for decides which characters it may have.
#[derive(Clone, Copy)]
pub(super) enum Use {
    /// After `Bearer`.
    Token,
    /// A header's value.
    Header,
    /// A cookie's value (RFC 6265 §4.1.1).
    Cookie,
    /// Encoded before it is sent.
    Encoded,
}

impl Reader<'_> {
    pub(super) fn credentials(
        &mut self,
        entry: &Entry<'_>,
        places: &mut Places,
    ) -> IndexMap<String, Credential> {
        let mut credentials = IndexMap::new();
        let Some(table) = self.table(entry) else { return credentials };
        for (name, span, entry) in members(table) {
            places.note(&["credentials", name], self.place(&span));
            let asked = self.asked.len();
            if let Some(credential) = self.credential(name, &span, entry) {
                credentials.insert(name.to_owned(), credential);
            }
            let own = self.asked.split_off(asked);
            if !own.is_empty() {
                self.variables.insert(name.to_owned(), own);
            }
        }
        credentials
    }

    fn credential(
        &mut self,
        name: &str,
        span: &Range<usize>,
        entry: &Entry<'_>,
    ) -> Option<Credential> {
        let table = self.table_of(entry, FIELDS)?;
        let before = self.problems.len();
        let kinds = self.kinds(name, table);
        if kinds.is_empty() && self.problems.len() == before {
            let message = format!("credential `{name}` shows nothing to the target");
            let help = "add `bearer_env = \"NAME\"`, `api_key_env = \"NAME\"` or another of \
                        basic, oauth2, openid_connect, workflow, header, query, cookie and client_certificate";
            self.wrong_with_help(span, message, help);
        }
        let schemes = member(table, "scheme").map(|entry| self.placed(entry));
        let scopes = member(table, "scopes").map(|entry| self.strings(entry));
        let scopes = scopes.map(|list| list.iter().map(|(scope, _)| (*scope).to_owned()).collect());
        let tenant = self.tenant(name, table);
        let Some(may) = member(table, "may") else {
            let message = format!("credential `{name}` doesn't say what it may call");
            let help = "add `may = [\"*\"]`, `may = []` or a list of operation ids and patterns";
            self.wrong_with_help(span, message, help);
            return None;
        };
        let may = self.may(may);
        Some(Credential { kinds, may, schemes, scopes, tenant })
    }

    /// Whose things it sees.
    fn tenant(&mut self, name: &str, table: &DeTable<'_>) -> Option<String> {
        let entry = member(table, "tenant")?;
        let tenant = self.string(entry)?;
        if tenant.trim().is_empty() {
            let message = format!("the tenant of credential `{name}` has no name");
            self.wrong_with_help(&entry.span(), message, "leave it out where there are none");
            return None;
        }
        Some(tenant.to_owned())
    }

    fn placed(&mut self, entry: &Entry<'_>) -> IndexMap<String, super::Place> {
        let list = self.string_or_strings(entry);
        list.into_iter().map(|(name, span)| (name.to_owned(), self.place(&span))).collect()
    }

    /// Every way to show it that the table has.
    fn kinds(&mut self, name: &str, table: &DeTable<'_>) -> Vec<CredentialKind> {
        let mut kinds = Vec::new();
        if let Some(token) = self.secret(name, table, "bearer", Use::Token) {
            kinds.push(CredentialKind::Bearer(token));
        }
        if let Some(key) = self.secret(name, table, "api_key", Use::Header) {
            kinds.push(CredentialKind::ApiKey(key));
        }
        if let Some(entry) = member(table, "basic") {
            kinds.extend(self.basic(name, entry));
        }
        for (key, place) in [("oauth2", "token_url"), ("openid_connect", "issuer")] {
            let Some(entry) = member(table, key) else { continue };
            kinds.extend(self.grant(name, entry, place).map(CredentialKind::Grant));
        }
        if let Some(entry) = member(table, "workflow") {
            if kinds.iter().any(|kind| matches!(kind, CredentialKind::Grant(_))) {
                let message = format!("credential `{name}` has two ways to get its token");
                self.wrong_with_help(&entry.span(), message, "keep one of them");
            }
            let source = self.workflow_source(&format!("credential `{name}`"), entry);
            kinds.extend(source.map(CredentialKind::Workflow));
        }
        if let Some(entry) = member(table, "client_certificate") {
            kinds.extend(self.identity(entry).map(CredentialKind::Certificate));
        }
        for (key, location) in
            [("header", Location::Header), ("query", Location::Query), ("cookie", Location::Cookie)]
        {
            let Some(entry) = member(table, key) else { continue };
            match entry.get_ref().as_array() {
                Some(items) => {
                    kinds.extend(items.iter().filter_map(|item| self.pair(name, item, location)));
                }
                None => kinds.extend(self.pair(name, entry, location)),
            }
        }
        kinds
    }

    /// `key = "…"` or `key_env = "NAME"`; a problem where both are given.
    pub(super) fn secret(
        &mut self,
        name: &str,
        table: &DeTable<'_>,
        key: &str,
        usage: Use,
    ) -> Option<Secret> {
        let (text, span) = self.either(name, table, key)?;
        if let Err(message) = usage.check(&text) {
            self.wrong(&span, format!("the {key} of credential `{name}` {message}"));
            return None;
        }
        if text.len() < SHORTEST {
            let message =
                format!("the {key} of credential `{name}` is too short to be redacted safely");
            let help = format!(
                "a secret is taken out of everything that is reported, and so short a one would be found by \
                 chance: use at least {SHORTEST} characters, or leave the credential out where none is needed"
            );
            self.wrong_with_help(&span, message, help);
            return None;
        }
        Some(Secret::new(text))
    }

    /// The text of a key, or of the variable that its `_env` names.
    pub(super) fn either(
        &mut self,
        name: &str,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<(String, Range<usize>)> {
        let named = format!("{key}_env");
        match (member(table, key), member(table, &named)) {
            (Some(entry), None) => Some((self.text(entry)?.0, entry.span())),
            (None, Some(entry)) => {
                let variable = self.string(entry)?;
                Some((self.lookup(variable, &entry.span())?, entry.span()))
            }
            (Some(_), Some(entry)) => {
                let message = format!("credential `{name}` has both `{key}` and `{named}`");
                self.wrong_with_help(&entry.span(), message, "keep one of them");
                None
            }
            (None, None) => None,
        }
    }

    /// The same of a key that must be there.
    pub(super) fn required(
        &mut self,
        name: &str,
        entry: &Entry<'_>,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<String> {
        let before = self.problems.len();
        let text = self.either(name, table, key).map(|(text, _)| text);
        if text.is_none() && self.problems.len() == before {
            let message = format!("credential `{name}` lacks `{key}` here");
            self.wrong_with_help(&entry.span(), message, format!("add `{key}` or `{key}_env`"));
        }
        text
    }

    fn basic(&mut self, name: &str, entry: &Entry<'_>) -> Option<CredentialKind> {
        let known = ["username", "username_env", "password", "password_env"];
        let table = self.table_of(entry, &known)?;
        let username = self.required(name, entry, table, "username");
        let password = self.required(name, entry, table, "password");
        let (username, password) = (username?, password?);
        if username.contains(':') {
            // RFC 7617 §2: the first colon ends it.
            let message = format!("the username of credential `{name}` contains a colon");
            self.wrong(&entry.span(), message);
            return None;
        }
        Some(CredentialKind::Basic { username, password: Secret::new(password) })
    }

    /// A name and a value, sent as they are.
    fn pair(
        &mut self,
        credential: &str,
        entry: &Entry<'_>,
        location: Location,
    ) -> Option<CredentialKind> {
        let table = self.table_of(entry, &["name", "value", "value_env"])?;
        let before = self.problems.len();
        let usage = match location {
            Location::Header => Use::Header,
            Location::Cookie => Use::Cookie,
            Location::Query | Location::QueryString | Location::Path => Use::Encoded,
        };
        let value = self.secret(credential, table, "value", usage);
        let Some(named) = member(table, "name") else {
            let message = format!("credential `{credential}` doesn't say which {location} it is");
            self.wrong_with_help(&entry.span(), message, "add `name = \"…\"`");
            return None;
        };
        let name = self.string(named)?.to_owned();
        if let Err(message) = check_name(&name, location) {
            self.wrong(&named.span(), message);
        }
        if value.is_none() && self.problems.len() == before {
            let message = format!("{location} `{name}` of credential `{credential}` has no value");
            self.wrong_with_help(&entry.span(), message, "add `value` or `value_env`");
        }
        Some(CredentialKind::Pair { location, name, value: value? })
    }

    fn may(&mut self, entry: &Entry<'_>) -> May {
        let written = self.strings(entry);
        let everything = written.iter().any(|(operation, _)| *operation == "*");
        if everything {
            if let Some((other, span)) = written.iter().find(|(operation, _)| *operation != "*") {
                let message = format!("`{other}` beside `\"*\"` adds nothing");
                self.wrong_with_help(span, message, "keep one of them");
            }
            return May::Everything;
        }
        let mut patterns = Vec::new();
        for (text, span) in written {
            match text.parse::<Pattern>() {
                Ok(pattern) => patterns.push((pattern, self.place(&span))),
                Err(message) => self.wrong(&span, message),
            }
        }
        May::Only(patterns)
    }
}

impl Use {
    /// Whether a secret can be used so; the message never shows it.
    fn check(self, text: &str) -> Result<(), &'static str> {
        let graphic = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        match self {
            _ if text.is_empty() => Err("is empty"),
            Self::Token if !graphic(text) => Err("must be one or more visible ASCII characters"),
            Self::Header if !is_header_value(text) => {
                Err("must be visible ASCII characters, perhaps with blanks between them")
            }
            Self::Cookie if !graphic(text) || text.contains([';', ',', '"', '\\']) => {
                Err("must be visible ASCII characters without `;`, `,`, `\"` and `\\`")
            }
            Self::Token | Self::Header | Self::Cookie | Self::Encoded => Ok(()),
        }
    }
}

fn check_name(name: &str, location: Location) -> Result<(), String> {
    match location {
        Location::Header => check_header_name(name),
        // RFC 6265 §4.1.1: a cookie's name is a token, as a header's is.
        Location::Cookie if http::HeaderName::from_bytes(name.as_bytes()).is_err() => {
            Err(format!("`{name}` is no name of a cookie"))
        }
        _ if name.is_empty() => Err("the name is empty".to_owned()),
        Location::Cookie | Location::Query | Location::QueryString | Location::Path => Ok(()),
    }
}
