//! `Cargo.toml` and `src/lib.rs` of the crate.

use super::file::{SourceFile, header};
use std::collections::BTreeMap;

use super::runtime::{self, MULTIPART_SERVER, PACKAGE};
use crate::GeneratedFile;
use crate::ir::Api;
use crate::settings::Runtime;

/// What a generated crate depends on that carries its runtime. The same versions stand in this workspace's `Cargo.toml`; a test compares.
pub const DEPENDENCIES: &[Dependency] = &[
    Dependency { name: "axum", version: "0.8.9", features: &[], optional: true },
    Dependency { name: "bytes", version: "1.10.0", features: &[], optional: false },
    Dependency { name: "encoding_rs", version: "0.8.35", features: &[], optional: true },
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

/// Those of them that code names which isn't the runtime's.
const NAMED: [&str; 7] = ["axum", "bytes", "http", "serde", "serde_json", "time", "uuid"];

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
    let used = match &package.runtime {
        Runtime::Vendored => Used::with_copy(api),
        Runtime::Crate(place) => Used::with_crate(api, place),
    };
    for ((feature, about), turned_on) in FEATURES.into_iter().zip(used.features) {
        text.push_str(&format!("# {about}\n{feature} = {turned_on:?}\n"));
    }
    text.push_str("\n[dependencies]\n");
    text.extend(used.dependencies.into_values());
    text.push_str("\n[lints.rust]\nmissing_docs = \"warn\"\nmixed_script_confusables = \"allow\" # names may be of any script\nuncommon_codepoints = \"allow\" # the same\nunsafe_code = \"forbid\"\n");
    text.push_str("\n[lints.clippy]\n");
    for (lint, reason) in ALLOWED {
        text.push_str(&format!("{lint} = \"allow\" # {reason}\n"));
    }
    GeneratedFile { path: "Cargo.toml".to_owned(), contents: text }
}

/// What a crate passes on to whoever uses it, and what for.
const FEATURES: [(&str, &str); 5] = [
    ("server", "What it takes to serve the API."),
    ("client", "What it takes to call it."),
    ("rustls", "TLS for the client."),
    ("tracing", "A span for each call."),
    ("charsets", "Text in any charset of the web, beside UTF-8, US-ASCII, ISO-8859-1 and UTF-16."),
];

/// What a crate is built with.
struct Used {
    /// What each of [`FEATURES`] turns on.
    features: [Vec<String>; 5],
    /// A line for each dependency, by its name.
    dependencies: BTreeMap<&'static str, String>,
}

impl Used {
    /// By a crate that carries its runtime.
    fn with_copy(api: &Api) -> Self {
        let mut server = vec!["dep:axum", "dep:http-body-util", "dep:tokio"];
        let mut dependencies = DEPENDENCIES.to_vec();
        if runtime::features(api).contains(&MULTIPART_SERVER) {
            server.extend(["dep:memchr", "dep:tempfile", "tokio/rt"]);
            dependencies.extend(PARTS);
        }
        let features = [
            server,
            vec!["dep:reqwest", "dep:tokio"],
            vec!["client", "dep:rustls", "reqwest/rustls-no-provider"],
            vec!["client", "dep:tracing"],
            vec!["dep:encoding_rs"],
        ];
        Self {
            features: features.map(|turned_on| turned_on.into_iter().map(str::to_owned).collect()),
            dependencies: dependencies.iter().map(|one| (one.name, line(one))).collect(),
        }
    }

    /// By a crate that depends on its runtime there. What the contract needs of it on either side is always on.
    fn with_crate(api: &Api, place: &BTreeMap<String, String>) -> Self {
        let of_runtime = |feature: &str| format!("{PACKAGE}/{feature}");
        let (of_server, always): (Vec<_>, Vec<_>) =
            runtime::features(api).into_iter().partition(|feature| *feature == MULTIPART_SERVER);
        let mut server = vec!["dep:axum".to_owned(), of_runtime("server")];
        server.extend(of_server.into_iter().map(of_runtime));
        let with_client = |feature| vec!["client".to_owned(), of_runtime(feature)];
        let named = DEPENDENCIES.iter().filter(|dependency| NAMED.contains(&dependency.name));
        let mut dependencies: BTreeMap<_, _> = named.map(|one| (one.name, line(one))).collect();
        let place = place.iter().map(|(key, text)| format!("{key} = {}, ", toml_string(text)));
        let place: String = place.collect();
        dependencies.insert(
            PACKAGE,
            format!("{PACKAGE} = {{ {place}default-features = false, features = {always:?} }}\n"),
        );
        let client = vec![of_runtime("client")];
        let charsets = vec![of_runtime("charsets")];
        let features = [server, client, with_client("rustls"), with_client("tracing"), charsets];
        Self { features, dependencies }
    }
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
            | "encoding_rs"
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
    if modules.contains(&"servers") {
        docs.push("| [`servers`] | the URLs at which the API is served |");
    }
    docs.push("| [`runtime`] | what doesn't depend on the contract |");
    // The generator has formatted all files; what rustfmt would do depends on its settings and version.
    let mut text = String::from(match api.package.runtime {
        Runtime::Vendored => "#[macro_use]\n#[rustfmt::skip]\npub mod runtime;\n",
        // A contract without types and operations has no use for its macros.
        Runtime::Crate(_) => {
            "#[allow(unused_imports)]\n#[macro_use]\npub extern crate contract_runtime as runtime;\n"
        }
    });
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
        assert!(!crate::names::is_package_name(PACKAGE));
        for Dependency { name, version, .. } in DEPENDENCIES.iter().chain(PARTS) {
            let line = manifest.lines().find(|line| line.starts_with(&format!("{name} = ")));
            let line = line.unwrap_or_else(|| panic!("{name} is not in Cargo.toml"));
            assert!(line.contains(&format!("\"{version}\"")), "{line} is not {version}");
            assert!(!crate::names::is_package_name(name), "a package may not be called {name}");
        }
    }
}
