//! What the service is told from outside, each piece checked when it is read.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;
use uuid::Uuid;
use workspace_api::runtime::Uri;

use crate::directory::Directory;

/// Everything that the service is told.
#[derive(Debug)]
pub struct Config {
    /// Where workspaces are kept.
    pub database: Database,
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// How clients reach the service, if otherwise than by the address it listens on.
    pub public_url: Option<PublicUrl>,
    /// Who exists and who may come in.
    pub directory: Directory,
    /// Whether to honour `Prefer: code=500`.
    pub faults: bool,
}

/// Where workspaces are kept, as given by a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// In a SQLite file, which is created if it is missing.
    Sqlite(PathBuf),
}

/// Why a URL names no database. What the URL says stays out of it, since it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// Known, and not there yet.
    #[error("PostgreSQL is not there yet; keep the workspaces in a file with sqlite://PATH")]
    Postgres,
    /// Each connection would have a database of its own.
    #[error(
        "a database in memory is not supported; give the path of a file, as in sqlite://workspaces.sqlite"
    )]
    InMemory,
    /// Not known at all.
    #[error("expected sqlite://PATH, as in sqlite://workspaces.sqlite")]
    Unknown,
}

impl FromStr for Database {
    type Err = DatabaseError;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let (scheme, path) = url.split_once("://").ok_or(DatabaseError::Unknown)?;
        match scheme.to_ascii_lowercase().as_str() {
            // SQLite would read such a name as a URI of its own.
            "sqlite" if path.starts_with(":memory:") || path.starts_with("file:") => {
                Err(DatabaseError::InMemory)
            }
            "sqlite" if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            "postgres" | "postgresql" => Err(DatabaseError::Postgres),
            _ => Err(DatabaseError::Unknown),
        }
    }
}

/// How clients reach the service: an absolute URL that paths of the contract can be appended to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// Without a slash at its end.
    base: String,
}

/// Why a URL can't be the public one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// Not a URL.
    #[error("it is not an absolute URL: {0}")]
    Malformed(#[from] url::ParseError),
    /// Some other scheme.
    #[error("expected http or https")]
    Scheme,
    /// Links must be fit to be shown to others, and a path must be able to follow.
    #[error("user, password, query and fragment have no place in it")]
    Surplus,
    /// The URL standard takes some characters in a path that RFC 3986 doesn't.
    #[error(
        "links made from it would be no URIs (RFC 3986); percent-encode what is special in its path"
    )]
    NoUri,
    /// The contract limits links.
    #[error("links made from it would be longer than {} characters", PublicUrl::LONGEST_LINK)]
    TooLong,
}

impl PublicUrl {
    /// What the contract allows `self_link` to have.
    const LONGEST_LINK: usize = 2083;

    /// The URL of a service that is reached by the address it listens on.
    pub fn of(address: SocketAddr) -> Self {
        Self { base: format!("http://{address}") }
    }

    /// The address of a workspace's admin view.
    pub fn admin_workspace(&self, org: Uuid, workspace: Uuid) -> String {
        format!("{}/workspace/admin/orgs/{org}/workspaces/{workspace}", self.base)
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(PublicUrlError::Scheme);
        }
        let authenticated = !url.username().is_empty() || url.password().is_some();
        if authenticated || url.query().is_some() || url.fragment().is_some() {
            return Err(PublicUrlError::Surplus);
        }
        let public = Self { base: url.as_str().trim_end_matches('/').to_owned() };
        let link = Uri::parse(public.admin_workspace(Uuid::nil(), Uuid::nil()));
        match link.map_err(|_| PublicUrlError::NoUri)?.as_str().len() {
            0..=Self::LONGEST_LINK => Ok(public),
            _ => Err(PublicUrlError::TooLong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_sqlite_file() {
        let file = |path: &str| Ok(Database::Sqlite(path.into()));
        assert_eq!("sqlite:///var/lib/w.sqlite".parse(), file("/var/lib/w.sqlite"));
        assert_eq!("sqlite://w.sqlite".parse(), file("w.sqlite"));
        assert_eq!("SQLite://a b?c".parse(), file("a b?c"));
        let refused = |url: &str| url.parse::<Database>().expect_err(url);
        assert_eq!(refused("postgres://user:secret@host/db"), DatabaseError::Postgres);
        assert_eq!(refused("postgresql://host/db"), DatabaseError::Postgres);
        assert_eq!(refused("sqlite://:memory:"), DatabaseError::InMemory);
        for url in ["", "sqlite", "sqlite:", "sqlite://", "mysql://host/db", "/path"] {
            assert_eq!(refused(url), DatabaseError::Unknown, "{url:?}");
        }
    }

    #[track_caller]
    fn check_link(url: &str, expected: &str) {
        let link = url.parse::<PublicUrl>().expect(url).admin_workspace(Uuid::nil(), Uuid::max());
        assert_eq!(
            link,
            format!(
                "{expected}/workspace/admin/orgs/00000000-0000-0000-0000-000000000000/workspaces/\
                 ffffffff-ffff-ffff-ffff-ffffffffffff"
            )
        );
    }

    #[test]
    fn links_begin_with_the_public_url() {
        check_link("https://example.com", "https://example.com");
        check_link("https://example.com/", "https://example.com");
        check_link("http://[::1]:8080", "http://[::1]:8080");
        check_link("https://example.com/behind/a/proxy/", "https://example.com/behind/a/proxy");
    }

    #[test]
    fn an_address_listened_on_is_a_public_url() {
        for address in ["127.0.0.1:8080", "[::1]:1"] {
            let public = PublicUrl::of(address.parse().expect("an address"));
            assert_eq!(format!("http://{address}").parse(), Ok(public));
        }
    }

    #[test]
    fn what_no_link_can_begin_with_is_refused() {
        let refused = |url: &str| url.parse::<PublicUrl>().expect_err(url);
        assert!(matches!(refused("example.com"), PublicUrlError::Malformed(_)));
        assert_eq!(refused("ftp://example.com"), PublicUrlError::Scheme);
        for url in ["http://me@host", "http://:word@host", "http://host?", "http://host#"] {
            assert_eq!(refused(url), PublicUrlError::Surplus, "{url}");
        }
        assert_eq!(refused("http://host/a|b"), PublicUrlError::NoUri);
    }

    #[test]
    fn the_longest_link_has_2083_characters() {
        let longest = |link: usize| format!("http://host/{}", "x".repeat(link - 12 - 106));
        let link = longest(2083).parse::<PublicUrl>().expect("it fits");
        assert_eq!(link.admin_workspace(Uuid::nil(), Uuid::nil()).len(), 2083);
        assert_eq!(longest(2084).parse::<PublicUrl>(), Err(PublicUrlError::TooLong));
    }
}
