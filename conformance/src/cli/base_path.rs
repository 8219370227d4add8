//! The path between a target's URL and the paths of a contract.

use http::Uri;
use spec::Contract;

/// The URL that requests begin with.
///
/// A base path that somebody gave is always appended. Without one, a URL that has a path of its own is meant as it is,
/// and any other gets the path of the document's `servers`.
pub(super) fn based(url: &str, given: Option<&str>, contract: &Contract) -> String {
    if let Some(path) = given {
        return format!("{url}{path}");
    }
    let has_path = url.parse::<Uri>().is_ok_and(|uri| uri.path() != "/" && !uri.path().is_empty());
    if has_path {
        return url.to_owned();
    }
    let path = servers_path(url, contract);
    if !path.is_empty() {
        anstream::eprintln!(
            "note: requests go to {url}{path}, with the path of the document's `servers`\n  \
             help: --base-path \"\" for none, or another one"
        );
    }
    format!("{url}{path}")
}

/// The path of the server that the URL is, else of the first; empty where that is nothing.
pub(super) fn servers_path(url: &str, contract: &Contract) -> String {
    let same = contract.servers.iter().find_map(|server| {
        let rest = server.url.strip_prefix(url).filter(|rest| !rest.contains('{'))?;
        let path = rest.split(['?', '#']).next()?.trim_end_matches('/');
        (!url.is_empty() && (path.is_empty() || path.starts_with('/'))).then(|| path.to_owned())
    });
    same.or_else(|| contract.base_path()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(servers: &str, url: &str, expected: &str) {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{ title: a, version: '1' }}\nservers: {servers}\npaths: {{}}\n"
        );
        let source = spec::Memory::one("a.yaml", &text);
        let contract = spec::read(std::path::Path::new("a.yaml"), &source).contract;
        let contract = contract.expect("a contract");
        assert_eq!(servers_path(url, &contract), expected, "{servers}");
    }

    #[test]
    fn the_path_of_the_servers_is_found() {
        let url = "http://127.0.0.1:8080";
        check("[{ url: /api/v1 }]", url, "/api/v1");
        check("[{ url: 'https://example.org' }]", url, "");
        check(
            "[{ url: 'https://example.org/v2' }, { url: 'http://127.0.0.1:8080/v3' }]",
            url,
            "/v3",
        );
        check("[{ url: 'https://example.org/v2' }, { url: /other }]", url, "/v2");
        check("[]", url, "");
    }
}
