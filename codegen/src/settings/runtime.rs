//! Where a crate has its runtime from.

use std::collections::BTreeMap;

use serde_json::Value;

/// What says of a dependency where it is, for Cargo; the last three which commit of a repository.
const KEYS: [&str; 7] = ["version", "registry", "path", "git", "branch", "tag", "rev"];

const COMMITS: &[&str] = &["branch", "tag", "rev"];

/// Where a crate has its runtime from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Runtime {
    /// It carries a copy.
    #[default]
    Vendored,
    /// It depends on it: the keys that say where it is, as Cargo has them.
    Crate(BTreeMap<String, String>),
}

impl Runtime {
    /// Reads `"vendored"`, a version, or where Cargo finds it.
    ///
    /// # Errors
    /// Where that is none of them, why.
    pub fn parse(written: &Value) -> Result<Self, String> {
        match written {
            Value::String(text) if text == "vendored" => Ok(Self::Vendored),
            Value::String(version) => {
                Self::from_keys([("version".to_owned(), version.clone())].into())
            }
            Value::Object(table) => {
                let text = |(key, value): (&String, &Value)| {
                    let text = value.as_str().ok_or_else(|| format!("`{key}` is no text"))?;
                    Ok((key.clone(), text.to_owned()))
                };
                table.iter().map(text).collect::<Result<_, String>>().and_then(Self::from_keys)
            }
            _ => Err("write \"vendored\", a version, or a table with `path` or `git`".to_owned()),
        }
    }

    fn from_keys(keys: BTreeMap<String, String>) -> Result<Self, String> {
        let has = |key: &str| keys.contains_key(key);
        if let Some(unknown) = keys.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(format!("`{unknown}` is none of {}", KEYS.join(", ")));
        }
        if keys.get("version").is_some_and(|version| !is_version(version)) {
            return Err("the version is neither \"vendored\" nor like \"0.1\"".to_owned());
        }
        if !["version", "path", "git"].into_iter().any(has) {
            return Err("there is no `version`, `path` or `git`".to_owned());
        }
        if has("path") && has("git") {
            return Err("it can't be both at `path` and in `git`".to_owned());
        }
        let commits = COMMITS.iter().filter(|key| has(key)).count();
        if commits > usize::from(has("git")) {
            return Err("one of `branch`, `tag` and `rev` goes with `git`".to_owned());
        }
        Ok(Self::Crate(keys))
    }
}

/// Whether it may be a requirement of versions; the rest is for Cargo to say.
fn is_version(text: &str) -> bool {
    let first = text.trim_start_matches(['^', '~', '=', '<', '>', ' ']);
    first.starts_with(|sign: char| sign.is_ascii_digit())
        && text.chars().all(|sign| sign.is_ascii_graphic() || sign == ' ')
}
