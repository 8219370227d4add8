//! A credential for each set of security schemes that some operation asks for together, its secrets in variables.

use std::fmt::Write as _;

use indexmap::IndexSet;
use spec::Contract;
use spec::model::{Location, OAuthFlow, SecurityKind, SecurityScheme};

use crate::profile::{comment, key, quoted};

/// No document tells whether there are tenants.
const TENANTS: &str = "# What one of two credentials makes, and the other must not find, is asked for where each has its `tenant = \"…\"`: \
                       are there such?\n";

/// The tables `[credentials.…]`.
pub(super) fn tables(contract: &Contract) -> String {
    let mut text = String::new();
    // The first that is nothing but a bearer token.
    let mut bearer: Option<String> = None;
    for names in sets(contract) {
        let schemes: Vec<_> =
            names.iter().filter_map(|name| contract.security_schemes.get(name)).collect();
        let lines: Vec<_> = lines(&schemes);
        // What shows nothing is no credential: the whole table is a question then.
        let off = lines.iter().all(|line| line.starts_with('#'));
        let mark = if off { "# " } else { "" };
        text.push('\n');
        let name = names.join("_and_");
        if let [line] = &lines[..]
            && line.starts_with("bearer_env")
        {
            match &bearer {
                Some(first) => text += &same_token(first, &name),
                None => bearer = Some(name.clone()),
            }
        }
        let _ = writeln!(text, "{mark}[credentials.{}]", key(&name));
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        let scheme: Vec<_> = names.iter().map(|name| quoted(name)).collect();
        let _ = writeln!(text, "{mark}scheme = [{}]", scheme.join(", "));
        let _ = writeln!(text, "{mark}may = [\"*\"]");
    }
    if !text.is_empty() {
        text += TENANTS;
    }
    text
}

/// Two schemes may be one and the same token.
fn same_token(first: &str, name: &str) -> String {
    let schemes = format!("scheme = [{}, {}]", quoted(first), quoted(name));
    format!(
        "# `{}` is shown as `Authorization: Bearer`, as `{}` is. Where one token does for both, delete this table and\n\
         # write `{}` in the other: does it?\n",
        comment(name),
        comment(first),
        comment(&schemes),
    )
}

/// The sets of schemes that operations ask for, without repetition; those that the contract describes.
fn sets(contract: &Contract) -> IndexSet<Vec<String>> {
    let requirements = contract.operations.iter().flat_map(|operation| &operation.security);
    requirements
        .map(|requirement| requirement.schemes.keys().cloned().collect::<Vec<_>>())
        .filter(|names| {
            let known = |name: &String| contract.security_schemes.contains_key(name);
            !names.is_empty() && names.iter().all(known)
        })
        .collect()
}

fn lines(schemes: &[&SecurityScheme]) -> Vec<String> {
    let is_key = |scheme: &&&SecurityScheme| matches!(scheme.kind, SecurityKind::ApiKey { .. });
    let keys = schemes.iter().filter(is_key).count();
    let mut lines: Vec<String> = Vec::new();
    let mut pairs: Vec<(Location, String)> = Vec::new();
    for scheme in schemes {
        match &scheme.kind {
            // One key stands where its scheme says; of several each has to be named.
            SecurityKind::ApiKey { location, name } if keys > 1 => {
                let pair = format!(
                    "{{ name = {}, value_env = {} }}",
                    quoted(name),
                    variable(scheme, "KEY")
                );
                pairs.push((*location, pair));
            }
            _ => lines.push(line(scheme)),
        }
    }
    for location in [Location::Header, Location::Query, Location::Cookie] {
        let own: Vec<_> = pairs
            .iter()
            .filter(|(one, _)| *one == location)
            .map(|(_, pair)| pair.as_str())
            .collect();
        if !own.is_empty() {
            lines.push(format!("{} = [{}]", location.as_str(), own.join(", ")));
        }
    }
    lines
}

fn line(scheme: &SecurityScheme) -> String {
    match &scheme.kind {
        SecurityKind::ApiKey { .. } => format!("api_key_env = {}", variable(scheme, "KEY")),
        SecurityKind::Http { scheme: name } if name == "basic" => format!(
            "basic = {{ username_env = {}, password_env = {} }}",
            variable(scheme, "USERNAME"),
            variable(scheme, "PASSWORD")
        ),
        SecurityKind::Http { scheme: name } if name != "bearer" => format!(
            "# header = {{ name = \"Authorization\", value_env = {} }}  # {}: how is it shown?",
            variable(scheme, "AUTHORIZATION"),
            comment(name)
        ),
        SecurityKind::OAuth2(flows) => oauth2(scheme, flows),
        SecurityKind::Http { .. } | SecurityKind::OpenIdConnect { .. } => {
            format!("bearer_env = {}", variable(scheme, "TOKEN"))
        }
        SecurityKind::MutualTls => {
            "# client_certificate = { certificate = \"client.pem\", key = \"client.key\" }  # which one?"
                .to_owned()
        }
    }
}

/// The flow that needs no person, where there is one; else a token that a person got.
fn oauth2(scheme: &SecurityScheme, flows: &[OAuthFlow]) -> String {
    let has = |name: &str| flows.iter().any(|flow| flow.name == name);
    if has("clientCredentials") {
        return format!(
            "oauth2 = {{ flow = \"client_credentials\", client_id_env = {}, client_secret_env = {} }}",
            variable(scheme, "CLIENT_ID"),
            variable(scheme, "CLIENT_SECRET")
        );
    }
    if has("password") {
        return format!(
            "oauth2 = {{ flow = \"password\", username_env = {}, password_env = {} }}",
            variable(scheme, "USERNAME"),
            variable(scheme, "PASSWORD")
        );
    }
    format!("bearer_env = {}", variable(scheme, "TOKEN"))
}

/// An environment variable that is called after the scheme, as a TOML string.
fn variable(scheme: &SecurityScheme, what: &str) -> String {
    let mut name = String::new();
    let mut before = '_';
    for c in scheme.name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            name.push('_');
        }
        name.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
        before = c;
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "API_");
    }
    // `api_key` needs no second `KEY`.
    let name = name.strip_suffix(&format!("_{what}")).map_or(name.as_str(), |stem| stem);
    quoted(&format!("{name}_{what}"))
}
