//! `Cargo.toml` and `src/lib.rs` of the crate.

use super::file::{SourceFile, header};
use super::runtime::has_parts;
use crate::GeneratedFile;
use crate::ir::Api;

/// What a generated crate depends on. The same versions stand in this workspace's `Cargo.toml`; a test compares.
pub const DEPENDENCIES: &[Dependency] = &[
    Dependency { name: "axum", version: "0.8.9", features: &[], optional: true },
    Dependency { name: "bytes", version: "1.10.0", features: &[], optional: false },
    Dependency { name: "futures-core", version: "0.3.34", features: &[], optional: false },
    Dependency { name: "http", version: "1.5.0", features: &[], optional: false },
    Dependency { name: "http-body", version: "1.1.0", features: &[], optional: false },
    Dependency { name: "http-body-util", version: "0.1.3", features: &[], optional: true },
    Dependency { name: "percent-encoding", version: "2.3.2", features: &[], optional: false },
    Dependency { name: "regex", version: "1.13.1", features: &[], optional: false },
    Dependency { name: "reqwest", version: "0.13.5", features: &[], optional: true },
    Dependency {
        name: "rustls",
        version: "0.23.35",
        features: &["ring", "std", "tls12"],
        optional: true,
    },
    Dependency { name: "serde", version: "1.0.228", features: &[], optional: false },
    Dependency { name: "serde_json", version: "1.0.145", features: &[], optional: false },
    Dependency {
        name: "time",
        version: "0.3.55",
        features: &["formatting", "parsing"],
        optional: false,
    },
    Dependency { name: "tokio", version: "1.54.1", features: &["time"], optional: true },
    Dependency { name: "tracing", version: "0.1.41", features: &["std"], optional: true },
    Dependency { name: "uuid", version: "1.29.1", features: &[], optional: false },
];

/// What a server depends on beside, where a body is parts.
const PARTS: &[Dependency] = &[
    Dependency { name: "memchr", version: "2.8.3", features: &[], optional: true },
    Dependency { name: "tempfile", version: "3.27.0", features: &[], optional: true },
];

/// A dependency of generated crates.
#[derive(Debug, Clone, Copy)]
pub struct Dependency {
    /// The package.
    pub name: &'static str,
    /// The least version.
    pub version: &'static str,
    /// The features, beside none by default.
    pub features: &'static [&'static str],
    /// Whether a feature of the crate turns it on.
    pub optional: bool,
}

/// Lints that names and shapes of a contract may trip over, and why each is allowed.
const ALLOWED: &[(&str, &str)] = &[
    ("approx_constant", "a number of the contract is what it is"),
    ("disallowed_names", "a member may be called `foo`"),
    ("enum_variant_names", "values of the contract may share a prefix"),
    ("large_enum_variant", "a value is built once and moved seldom"),
    ("should_implement_trait", "an operation may be called `index`, a parameter `add`"),
    ("too_many_arguments", "an operation may have many parameters"),
    ("type_complexity", "arrays of maps of arrays are what a contract says"),
    ("wrong_self_convention", "an operation may be called `from_…` or `into_…`"),
];

/// The manifest.
pub fn emit(api: &Api) -> GeneratedFile {
    let package = &api.package;
    let mut text = header("#", api);
    let description = format!("Server traits and client of {}", package.title);
    text.push_str(&format!(
        "[package]\nname = {:?}\ndescription = {}\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.88\"\npublish = false\n",
        package.name,
        toml_string(&description),
    ));
    text.push_str("\n[features]\ndefault = [\"server\", \"client\"]\n");
    text.push_str("# What it takes to serve the API.\n");
    let is_of_parts = api.operations.iter().any(has_parts);
    let mut server = vec!["dep:axum", "dep:http-body-util", "dep:tokio"];
    let mut dependencies = DEPENDENCIES.to_vec();
    if is_of_parts {
        server.extend(["dep:memchr", "dep:tempfile", "tokio/rt"]);
        dependencies.extend(PARTS);
        dependencies.sort_unstable_by_key(|dependency| dependency.name);
    }
    text.push_str(&format!("server = {server:?}\n"));
    text.push_str("# What it takes to call it.\n");
    text.push_str("client = [\"dep:reqwest\", \"dep:tokio\"]\n");
    text.push_str("# TLS for the client.\n");
    text.push_str("rustls = [\"client\", \"dep:rustls\", \"reqwest/rustls-no-provider\"]\n");
    text.push_str("# A span for each call.\n");
    text.push_str("tracing = [\"client\", \"dep:tracing\"]\n");
    text.push_str("\n[dependencies]\n");
    for dependency in &dependencies {
        text.push_str(&line(dependency));
    }
    text.push_str("\n[lints.rust]\nmissing_docs = \"warn\"\nmixed_script_confusables = \"allow\" # names may be of any script\nuncommon_codepoints = \"allow\" # the same\nunsafe_code = \"forbid\"\n");
    text.push_str("\n[lints.clippy]\n");
    for (lint, reason) in ALLOWED {
        text.push_str(&format!("{lint} = \"allow\" # {reason}\n"));
    }
    GeneratedFile { path: "Cargo.toml".to_owned(), contents: text }
}

fn line(dependency: &Dependency) -> String {
    let Dependency { name, version, features, optional } = dependency;
    let mut parts = vec![format!("version = \"{version}\""), "default-features = false".to_owned()];
    // These are of little use without `std`, which is their default.
    if matches!(
        *name,
        "serde"
            | "serde_json"
            | "bytes"
            | "http"
            | "memchr"
            | "regex"
            | "percent-encoding"
            | "tempfile"
            | "uuid"
    ) {
        parts.pop();
    }
    if !features.is_empty() {
        let quoted: Vec<String> = features.iter().map(|feature| format!("\"{feature}\"")).collect();
        parts.push(format!("features = [{}]", quoted.join(", ")));
    }
    if *optional {
        parts.push("optional = true".to_owned());
    }
    match parts.as_slice() {
        [_] => format!("{name} = \"{version}\"\n"),
        _ => format!("{name} = {{ {} }}\n", parts.join(", ")),
    }
}

fn toml_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted + "\""
}

/// `src/lib.rs`.
pub fn emit_library(api: &Api, modules: &[&str]) -> SourceFile {
    let title = api.package.title.replace(['[', ']', '<', '>', '`'], " ");
    let version = api.package.api_version.replace(['[', ']', '<', '>', '`'], " ");
    let about = format!("{} {}, as its contract has it.", title.trim(), version.trim());
    let about = about.replace(char::is_control, " ");
    let mut docs: Vec<&str> = vec![about.trim()];
    if !api.package.docs.is_empty() {
        docs.push("");
        docs.extend(api.package.docs.lines.iter().map(String::as_str));
    }
    docs.extend([
        "",
        "| module | holds |",
        "| --- | --- |",
        "| [`types`] | what requests and responses are made of |",
        "| [`operations`] | the parameters of each operation |",
    ]);
    docs.extend(
        modules
            .contains(&"responses")
            .then_some("| [`responses`] | what answers carry beside or instead of a body |"),
    );
    docs.extend([
        "| `server` | feature `server`: traits to implement, and a router |",
        "| `client` | feature `client`: a method an operation |",
    ]);
    if modules.contains(&"sender") {
        docs.extend([
            "| `receiver` | feature `server`: the same traits and router for callbacks and webhooks |",
            "| `sender` | feature `client`: a method a callback or webhook, to send it |",
        ]);
    }
    docs.push("| [`runtime`] | what doesn't depend on the contract |");
    // The generator has formatted all files; what rustfmt would do depends on its settings and version.
    let mut text = String::from("#[macro_use]\n#[rustfmt::skip]\npub mod runtime;\n");
    text.push_str("\n/// The version of the API, as its contract has it.\n");
    text.push_str(&format!("pub const API_VERSION: &str = {:?};\n", api.package.api_version));
    for module in modules {
        text.push('\n');
        let feature = match *module {
            "server" | "receiver" => Some("server"),
            "client" | "sender" => Some("client"),
            _ => None,
        };
        if let Some(feature) = feature {
            text.push_str(&format!("#[cfg(feature = \"{feature}\")]\n"));
        }
        text.push_str(&format!("#[rustfmt::skip]\npub mod {module};\n"));
    }
    SourceFile::text("src/lib.rs", &docs, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_are_those_of_this_workspace() {
        let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        for Dependency { name, version, .. } in DEPENDENCIES.iter().chain(PARTS) {
            let line = manifest.lines().find(|line| line.starts_with(&format!("{name} = ")));
            let line = line.unwrap_or_else(|| panic!("{name} is not in Cargo.toml"));
            assert!(line.contains(&format!("\"{version}\"")), "{line} is not {version}");
            assert!(!crate::names::is_package_name(name), "a package may not be called {name}");
        }
    }
}
