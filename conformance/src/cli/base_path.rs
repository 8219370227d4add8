//! The path between a target's URL and the paths of a contract.

use http::Uri;
use spec::Contract;
use spec::model::Server;

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
    let path = servers_path(url, &contract.servers);
    if !path.is_empty() {
        anstream::eprintln!(
            "note: requests go to {url}{path}, with the path of the document's `servers`\n  \
             help: --base-path \"\" for none, or another one"
        );
    }
    format!("{url}{path}")
}

/// The path of the server that the URL is, else of the first.
pub(super) fn servers_path(url: &str, servers: &[Server]) -> String {
    let filled: Vec<_> = servers.iter().filter_map(filled).collect();
    let same = filled.iter().find(|server| {
        let rest = server.strip_prefix(url);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    same.or(filled.first()).map(|server| path_of(server)).unwrap_or_default()
}

/// The URL with its variables at their defaults; `None` where one has none.
fn filled(server: &Server) -> Option<String> {
    let mut url = server.url.clone();
    for (name, variable) in &server.variables {
        url = url.replace(&format!("{{{name}}}"), &variable.default);
    }
    (!url.contains(['{', '}'])).then_some(url)
}

/// The path of a URL, absolute or relative to where the document is served, without a slash at its end.
fn path_of(url: &str) -> String {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => url,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_start_matches('.').trim_matches('/');
    if path.is_empty() { String::new() } else { format!("/{path}") }
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
        assert_eq!(
            servers_path(url, &contract.expect("a contract").servers),
            expected,
            "{servers}"
        );
    }

    #[test]
    fn the_path_of_the_servers_is_found() {
        let url = "http://127.0.0.1:8080";
        check("[{ url: /api/v1 }]", url, "/api/v1");
        check("[{ url: /api/v1/ }]", url, "/api/v1");
        check("[{ url: 'https://example.org' }]", url, "");
        check(
            "[{ url: 'https://example.org/v2' }, { url: 'http://127.0.0.1:8080/v3' }]",
            url,
            "/v3",
        );
        check("[{ url: 'https://example.org/v2' }, { url: /other }]", url, "/v2");
        check("[{ url: '/{base}', variables: { base: { default: v4 } } }]", url, "/v4");
        check("[{ url: './' }]", url, "");
        check("[]", url, "");
    }
}
