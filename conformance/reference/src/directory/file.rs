//! The directory file: TOML in, a [`Directory`] or every mistake with its place out.

use std::fmt;
use std::ops::Range;

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;
use uuid::Uuid;

use super::{Directory, Orgs};
use crate::access::{Caller, Role};
use crate::authenticator::{TokenHash, TokenTable};
use crate::workspace::User;

/// Why a directory file can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryError {
    /// One at least, in the order of the file's tables.
    pub problems: Vec<Problem>,
}

/// One mistake in a directory file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What is wrong, and what to do about it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DirectoryError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    orgs: Vec<OrgEntry>,
    #[serde(default)]
    users: Vec<UserEntry>,
    #[serde(default)]
    tokens: Vec<TokenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrgEntry {
    id: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserEntry {
    id: Spanned<String>,
    name: Option<String>,
    email: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenEntry {
    sha256: Spanned<String>,
    user: Spanned<String>,
    org: Spanned<String>,
    role: Role,
}

pub(super) fn parse(text: &str) -> Result<Directory, DirectoryError> {
    let mut reader = Reader { text, problems: Vec::new() };
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            reader.report(error.span().unwrap_or_default(), error.message().to_owned());
            return Err(DirectoryError { problems: reader.problems });
        }
    };
    let orgs = reader.orgs(file.orgs);
    let users = reader.users(file.users);
    let tokens = reader.tokens(file.tokens, &orgs, &users);
    if reader.problems.is_empty() {
        Ok(Directory { orgs, users, tokens })
    } else {
        Err(DirectoryError { problems: reader.problems })
    }
}

/// Reads the entries one by one and goes on after a mistake.
struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn orgs(&mut self, entries: Vec<OrgEntry>) -> Orgs {
        let mut orgs = Orgs::default();
        for OrgEntry { id } in entries {
            let Some(uuid) = self.uuid(&id) else { continue };
            if !orgs.insert(uuid, id.get_ref().clone()) {
                self.report(id.span(), format!("organization {uuid} is listed twice"));
            }
        }
        orgs
    }

    fn users(&mut self, entries: Vec<UserEntry>) -> IndexMap<Uuid, User> {
        let mut users = IndexMap::new();
        for UserEntry { id: written, name, email } in entries {
            let Some(id) = self.uuid(&written) else { continue };
            if users.insert(id, User { id, name, email }).is_some() {
                self.report(written.span(), format!("user {id} is listed twice"));
            }
        }
        users
    }

    fn tokens(
        &mut self,
        entries: Vec<TokenEntry>,
        orgs: &Orgs,
        users: &IndexMap<Uuid, User>,
    ) -> TokenTable {
        let mut tokens = TokenTable::default();
        for entry in entries {
            let hash = self.hash(&entry.sha256);
            let user = self.listed("user", &entry.user, |id| users.contains_key(&id));
            let org = self.listed("organization", &entry.org, |id| orgs.contains(id));
            let (Some(hash), Some(user), Some(org)) = (hash, user, org) else { continue };
            if !tokens.insert(hash, Caller { user, org, role: entry.role }) {
                self.report(entry.sha256.span(), "this token is listed twice".into());
            }
        }
        tokens
    }

    fn hash(&mut self, written: &Spanned<String>) -> Option<TokenHash> {
        let hash = TokenHash::parse(written.get_ref());
        if hash.is_none() {
            let message = "expected the SHA-256 of a token as 64 hexadecimal digits";
            self.report(written.span(), message.into());
        }
        hash
    }

    fn listed(
        &mut self,
        what: &str,
        written: &Spanned<String>,
        is_listed: impl Fn(Uuid) -> bool,
    ) -> Option<Uuid> {
        let id = self.uuid(written)?;
        if !is_listed(id) {
            self.report(written.span(), format!("there is no {what} {id} in this directory"));
            return None;
        }
        Some(id)
    }

    /// The admin path takes nothing but hyphenated UUIDs, so nothing else would be reachable by it.
    fn uuid(&mut self, written: &Spanned<String>) -> Option<Uuid> {
        const HYPHENATED_LENGTH: usize = 36;
        let id = Uuid::try_parse(written.get_ref()).ok();
        let id = id.filter(|_| written.get_ref().len() == HYPHENATED_LENGTH);
        if id.is_none() {
            self.report(written.span(), format!("{:?} is no hyphenated UUID", written.get_ref()));
        }
        id
    }

    fn report(&mut self, span: Range<usize>, message: String) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.problems.push(Problem {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message,
        });
    }
}
