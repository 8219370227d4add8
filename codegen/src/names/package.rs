//! Names of packages.

/// Names that a package can't have: keywords, and crates that it depends on.
const TAKEN: [&str; 25] = [
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
    "encoding-rs",
    "contract-runtime",
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

/// A name for the package of a document with this title. Cargo takes letters, digits, `-` and `_`, and no digit in front.
pub(crate) fn slug(title: &str) -> String {
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
    let is_keyword = super::raw(slug.to_owned()) != slug;
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
