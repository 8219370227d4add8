//! The package: its names, from `info`.

use spec::Contract;

use super::{docs, names, order};
use crate::Options;
use crate::ir::{Package, Server};

/// Names that a package can't have: keywords, and crates that it depends on.
const TAKEN: [&str; 23] = [
    "test",
    "core",
    "std",
    "alloc",
    "proc-macro",
    "serde",
    "serde-json",
    "axum",
    "reqwest",
    "time",
    "uuid",
    "regex",
    "http",
    "bytes",
    "tokio",
    "rustls",
    "futures-core",
    "http-body",
    "http-body-util",
    "memchr",
    "percent-encoding",
    "tempfile",
    "tracing",
];

pub(super) fn lower(contract: &Contract, options: &Options) -> Package {
    let title = contract.info.title.trim();
    let name = options.settings.package.clone().unwrap_or_else(|| slug(title));
    let library = name.replace('-', "_");
    let pascal = names::pascal(title, "Api");
    let stem = pascal.strip_suffix("Api").filter(|stem| !stem.is_empty()).unwrap_or(&pascal);
    Package {
        library,
        name,
        stem: stem.chars().take(48).collect(),
        title: title.to_owned(),
        api_version: contract.info.version.clone(),
        docs: docs::docs([contract.info.description.as_deref()]),
        spec: options.spec.clone(),
    }
}

/// Cargo takes letters, digits, `-` and `_`, and no digit in front.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(56).collect();
    let slug = slug.trim_end_matches('-');
    let begins_well = slug.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_keyword = names::raw(slug.to_owned()) != slug;
    if slug.is_empty() {
        "api".to_owned()
    } else if !begins_well {
        format!("api-{slug}")
    } else if is_keyword || TAKEN.contains(&slug) {
        format!("{slug}-api")
    } else {
        slug.to_owned()
    }
}

/// Whether Cargo takes it, and no crate that the package depends on is called so.
pub(crate) fn is_package_name(name: &str) -> bool {
    let dashed = name.replace('_', "-");
    slug(&dashed) == dashed
}

pub(super) fn servers(contract: &Contract) -> Vec<Server> {
    contract
        .servers
        .iter()
        .map(|server| Server {
            url: server.url.clone(),
            variables: order::sorted(&server.variables)
                .into_iter()
                .map(|(name, variable)| (name.clone(), variable.default.clone()))
                .collect(),
            docs: docs::docs([server.description.as_deref()]),
        })
        .collect()
}
