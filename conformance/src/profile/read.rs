use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::{Credential, CredentialKind, May, Place, Problem, Profile, Secret};

/// Reads the profile at `path`; `bearer_env` is looked up in the environment.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn read(path: &Path) -> Result<Profile, Vec<Problem>> {
    let bytes = std::fs::read(path).map_err(|error| {
        vec![Problem::new(Place::file(path), format!("can't read the profile: {error}"))]
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        vec![Problem::new(Place::file(path), format!("the profile isn't UTF-8: {error}"))]
    })?;
    read_text(path, &text, |name| std::env::var(name).ok())
}

/// Reads a profile's text; `path` is what messages call it, `environment` where `bearer_env` is looked up.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn read_text(
    path: &Path,
    text: &str,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Profile, Vec<Problem>> {
    let written: Written = toml::from_str(text).map_err(|error| {
        let place =
            error.span().map_or_else(|| Place::file(path), |span| Place::of(path, text, &span));
        vec![Problem::new(place, without_value(error.message().trim_end()))]
    })?;
    let mut reader = Reader { path, text, environment: &environment, problems: Vec::new() };
    let profile = reader.profile(written);
    if reader.problems.is_empty() { Ok(profile) } else { Err(reader.problems) }
}

/// A message about a value of the wrong type quotes the value, and it may be a token.
fn without_value(message: &str) -> String {
    match (message.starts_with("invalid"), message.split_once(", expected ")) {
        (true, Some((_, expected))) => format!("a value of the wrong type: expected {expected}"),
        _ => message.to_owned(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: Option<Spanned<String>>,
    #[serde(default)]
    faults: bool,
    #[serde(default)]
    inputs: IndexMap<String, Spanned<toml::Value>>,
    #[serde(default)]
    credentials: IndexMap<String, Spanned<WrittenCredential>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCredential {
    bearer: Option<Spanned<String>>,
    bearer_env: Option<Spanned<String>>,
    may: Option<Vec<Spanned<String>>>,
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    environment: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn profile(&mut self, written: Written) -> Profile {
        let url = written.url.map(|url| self.url(&url));
        let inputs = written.inputs.into_iter().filter_map(|(name, value)| {
            let place = self.place(&value);
            match input(value.into_inner()) {
                Ok(value) => Some((name, value)),
                Err(what) => {
                    let message = format!("input `{name}` is {what}, which no request can carry");
                    self.problems.push(Problem::new(place, message));
                    None
                }
            }
        });
        let inputs = inputs.collect();
        let mut credentials = IndexMap::new();
        for (name, credential) in written.credentials {
            if let Some(credential) = self.credential(&name, credential) {
                credentials.insert(name, credential);
            }
        }
        Profile { url, faults: written.faults, inputs, credentials, ..Profile::default() }
    }

    fn url(&mut self, url: &Spanned<String>) -> String {
        match check_url(url.get_ref()) {
            Ok(url) => url,
            Err(message) => {
                let place = self.place(url);
                self.problems.push(Problem::new(place, message));
                String::new()
            }
        }
    }

    fn credential(
        &mut self,
        name: &str,
        written: Spanned<WrittenCredential>,
    ) -> Option<Credential> {
        let place = self.place(&written);
        let written = written.into_inner();
        let secret = self.secret(name, &written, place.clone());
        let may = match written.may {
            Some(operations) => self.may(operations),
            None => {
                let message = format!("credential `{name}` doesn't say what it may call");
                let help = "add `may = [\"*\"]`, `may = []` or a list of operation ids";
                self.problems.push(Problem::new(place, message).help(help));
                return None;
            }
        };
        Some(Credential { kind: CredentialKind::Bearer(secret?), may })
    }

    fn secret(&mut self, name: &str, written: &WrittenCredential, place: Place) -> Option<Secret> {
        match (&written.bearer, &written.bearer_env) {
            (Some(bearer), None) => self.token(name, bearer.get_ref().clone(), self.place(bearer)),
            (None, Some(variable)) => {
                let place = self.place(variable);
                let Some(token) = (self.environment)(variable.get_ref()) else {
                    let message = format!(
                        "credential `{name}` wants the environment variable `{}`, which isn't set",
                        variable.get_ref()
                    );
                    self.problems.push(Problem::new(place, message));
                    return None;
                };
                self.token(name, token, place)
            }
            (Some(_), Some(variable)) => {
                let place = self.place(variable);
                let message = format!("credential `{name}` has both `bearer` and `bearer_env`");
                self.problems.push(Problem::new(place, message).help("keep one of them"));
                None
            }
            (None, None) => {
                let message = format!("credential `{name}` shows nothing to the target");
                let help = "add `bearer = \"…\"` or `bearer_env = \"NAME\"`";
                self.problems.push(Problem::new(place, message).help(help));
                None
            }
        }
    }

    /// A token must fit into a header's value; the message never shows it.
    fn token(&mut self, name: &str, token: String, place: Place) -> Option<Secret> {
        let fits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        if !fits {
            let message = format!(
                "the token of credential `{name}` must be one or more visible ASCII characters"
            );
            self.problems.push(Problem::new(place, message));
            return None;
        }
        Some(Secret::new(token))
    }

    fn may(&mut self, operations: Vec<Spanned<String>>) -> May {
        let everything = operations.iter().any(|operation| operation.get_ref() == "*");
        if !everything {
            return May::Only(
                operations
                    .into_iter()
                    .map(|operation| (operation.get_ref().clone(), self.place(&operation)))
                    .collect(),
            );
        }
        if let Some(other) = operations.iter().find(|operation| operation.get_ref() != "*") {
            let place = self.place(other);
            let message = format!("`{}` beside `\"*\"` adds nothing", other.get_ref());
            self.problems.push(Problem::new(place, message).help("keep one of them"));
        }
        May::Everything
    }

    fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        Place::of(self.path, self.text, &spanned.span())
    }
}

/// A base URL as requests begin with it: `http` or `https`, a host, no query, no slash at the end.
///
/// # Errors
/// What is wrong with it, as a lower-case fragment.
pub(crate) fn check_url(text: &str) -> Result<String, String> {
    let wrong = |what: &str| {
        Err(format!("the URL `{text}` {what}; expected something like `http://127.0.0.1:8080`"))
    };
    let Ok(uri) = text.parse::<http::Uri>() else { return wrong("can't be read") };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return wrong("doesn't begin with `http://` or `https://`");
    }
    let Some(authority) = uri.authority() else { return wrong("has no host") };
    if authority.host().is_empty() {
        return wrong("has no host");
    }
    if authority.as_str().contains('@') {
        // The text itself would show the password.
        return Err(
            "the URL carries user information; put credentials under `[credentials]`".into()
        );
    }
    if uri.query().is_some() || text.contains('#') {
        return wrong("has a query or a fragment");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn input(value: toml::Value) -> Result<Value, &'static str> {
    Ok(match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Float(number) => {
            serde_json::Number::from_f64(number).map(Value::Number).ok_or("not a finite number")?
        }
        toml::Value::Array(items) => {
            Value::Array(items.into_iter().map(input).collect::<Result<_, _>>()?)
        }
        toml::Value::Table(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| Ok((name, input(value)?)))
                .collect::<Result<_, &'static str>>()?,
        ),
    })
}
