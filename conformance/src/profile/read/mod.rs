//! From the text of a profile to a [`Profile`], or to everything that is wrong with it.

mod credentials;
mod grants;
mod known;
mod network;
mod node;
mod url;
mod values;
mod workflows;

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use toml::de::DeTable;

use super::{Place, Places, Problem, Profile, closest};
use crate::promise::{self, Level};
use crate::selection::{Pattern, Patterns};
use node::{Entry, Reader, member, members, quoted};
pub(crate) use url::{check_base_path, check_target_name, check_url};
pub(crate) use values::{check_header_name, is_header_value};

/// What may stand at the top of a profile.
const FIELDS: &[&str] = &[
    "url",
    "targets",
    "base_path",
    "faults",
    "allow",
    "creates",
    "exclude",
    "only",
    "read_only",
    "settle",
    "rate",
    "workers",
    "ca",
    "proxy",
    "client_certificate",
    "inputs",
    "headers",
    "levels",
    "operations",
    "resources",
    "references",
    "workflows",
    "known",
    "credentials",
];

/// Reads the profile at `path`; variables are looked up in the environment.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn read(path: &Path) -> Result<Profile, Vec<Problem>> {
    read_from(path, |name| std::env::var(name).ok())
}

/// The same, with variables looked up elsewhere.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn read_from(
    path: &Path,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Profile, Vec<Problem>> {
    let bytes = std::fs::read(path).map_err(|error| {
        vec![Problem::new(Place::file(path), format!("can't read the profile: {error}"))]
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        vec![Problem::new(Place::file(path), format!("the profile isn't UTF-8: {error}"))]
    })?;
    read_text(path, &text, environment)
}

/// Reads a profile's text; `path` is what messages call it and where relative paths start, `environment` where
/// variables are looked up.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn read_text(
    path: &Path,
    text: &str,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Profile, Vec<Problem>> {
    let root = DeTable::parse(text).map_err(|error| {
        let place =
            error.span().map_or_else(|| Place::file(path), |span| Place::of(path, text, &span));
        vec![Problem::new(place, error.message().trim_end())]
    })?;
    let mut reader = Reader {
        path,
        text,
        environment: &environment,
        problems: Vec::new(),
        hidden: Vec::new(),
        asked: Vec::new(),
        variables: indexmap::IndexMap::new(),
    };
    let mut profile = reader.profile(root.get_ref());
    profile.hidden.append(&mut reader.hidden);
    profile.variables = reader.variables;
    if reader.problems.is_empty() { Ok(profile) } else { Err(reader.problems) }
}

impl Reader<'_> {
    fn profile(&mut self, root: &DeTable<'_>) -> Profile {
        self.only_known(root, FIELDS);
        let mut profile = Profile::default();
        let mut places = Places::default();
        self.target(root, &mut profile);
        profile.network = self.network(root);
        self.permissions(root, &mut profile, &mut places);
        if let Some(entry) = member(root, "inputs") {
            profile.inputs = self.inputs(entry, "inputs", &mut places);
        }
        if let Some(entry) = member(root, "headers") {
            self.headers(entry, &mut profile);
        }
        if let Some(entry) = member(root, "levels") {
            profile.levels.all = self.levels(entry);
        }
        if let Some(entry) = member(root, "operations") {
            self.operations(entry, &mut profile, &mut places);
        }
        if let Some(entry) = member(root, "resources") {
            self.resources(entry, &mut profile, &mut places);
        }
        if let Some(entry) = member(root, "references") {
            self.references(entry, &mut profile);
        }
        if let Some(entry) = member(root, "workflows") {
            profile.workflows = self.workflows(entry);
        }
        if let Some(entry) = member(root, "known") {
            profile.known = self.known(entry);
        }
        if let Some(entry) = member(root, "credentials") {
            profile.credentials = self.credentials(entry, &mut places);
        }
        profile.places = places;
        profile
    }

    /// How to reach the target, and how hard to press it.
    fn target(&mut self, root: &DeTable<'_>, profile: &mut Profile) {
        if let Some(entry) = member(root, "url") {
            profile.url = self.checked(entry, check_url);
        }
        if let Some(entry) = member(root, "targets") {
            profile.targets = self.targets(entry, profile.url.is_some());
        }
        if let Some(entry) = member(root, "base_path") {
            profile.base_path = self.checked(entry, check_base_path);
        }
        if let Some(entry) = member(root, "faults") {
            profile.faults = self.boolean(entry).unwrap_or_default();
        }
        if let Some(entry) = member(root, "settle") {
            let seconds = self.number(entry, 0.0, 3600.0).unwrap_or_default();
            profile.settle = Duration::from_secs_f64(seconds);
        }
        if let Some(entry) = member(root, "rate") {
            profile.rate = self.number(entry, 0.001, 1e6);
        }
        if let Some(entry) = member(root, "workers") {
            profile.workers = self.whole_number(entry, 1, 1000);
        }
    }

    fn targets(&mut self, entry: &Entry<'_>, has_url: bool) -> indexmap::IndexMap<String, String> {
        let mut targets = indexmap::IndexMap::new();
        let Some(table) = self.table(entry) else { return targets };
        if has_url {
            self.wrong(
                &entry.span(),
                "`url` and `[targets]`: there is one target, or there are several",
            );
        }
        for (name, span, value) in members(table) {
            if let Err(message) = check_target_name(name) {
                self.wrong(&span, message);
            }
            if let Some(url) = self.checked(value, check_url) {
                targets.insert(name.to_owned(), url);
            }
        }
        targets
    }

    fn whole_number(&mut self, entry: &Entry<'_>, least: usize, most: usize) -> Option<usize> {
        let number = entry.get_ref().as_integer().and_then(node::integer);
        let number = number.and_then(|number| usize::try_from(number).ok());
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.mistyped(entry, &format!("a whole number from {least} to {most}"));
        }
        number
    }

    pub(super) fn checked(
        &mut self,
        entry: &Entry<'_>,
        check: impl Fn(&str) -> Result<String, String>,
    ) -> Option<String> {
        match check(self.string(entry)?) {
            Ok(text) => Some(text),
            Err(message) => {
                self.wrong(&entry.span(), message);
                None
            }
        }
    }

    fn permissions(&mut self, root: &DeTable<'_>, profile: &mut Profile, places: &mut Places) {
        let permissions = &mut profile.permissions;
        for (name, list) in [
            ("allow", &mut permissions.allow),
            ("creates", &mut permissions.creates),
            ("exclude", &mut permissions.exclude),
            ("only", &mut permissions.only),
        ] {
            let Some(entry) = member(root, name) else { continue };
            *list = match entry.get_ref().as_bool() {
                // `exclude = true` would leave nothing to do, and `only = true` says nothing.
                Some(flag) if matches!(name, "allow" | "creates") => everything_if(flag),
                _ => self.patterns(entry, name, places),
            };
        }
        if let Some(entry) = member(root, "read_only") {
            permissions.read_only = self.boolean(entry).unwrap_or_default();
        }
    }

    fn patterns(&mut self, entry: &Entry<'_>, key: &str, places: &mut Places) -> Patterns {
        let mut patterns = Vec::new();
        for (text, span) in self.strings(entry) {
            match text.parse::<Pattern>() {
                Ok(pattern) => {
                    places.note(&[key, &pattern.to_string()], self.place(&span));
                    patterns.push(pattern);
                }
                Err(message) => self.wrong(&span, message),
            }
        }
        Patterns(patterns)
    }

    /// Codes of promises, and how much each weighs.
    pub(super) fn levels(&mut self, entry: &Entry<'_>) -> indexmap::IndexMap<String, Level> {
        let mut levels = indexmap::IndexMap::new();
        let Some(table) = self.table(entry) else { return levels };
        for (code, span, value) in members(table) {
            self.only_promised(code, &span);
            match self.string(value).map(str::parse::<Level>) {
                Some(Ok(level)) => drop(levels.insert(code.to_owned(), level)),
                Some(Err(message)) => self.wrong(&value.span(), message),
                None => {}
            }
        }
        levels
    }

    /// A code has to be that of a promise.
    pub(super) fn only_promised(&mut self, code: &str, span: &Range<usize>) {
        if promise::find(code).is_some() {
            return;
        }
        let known: Vec<_> = promise::promises().map(|promise| promise.code).collect();
        let help = match closest(code, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected one of {}", quoted(&known)),
        };
        self.wrong_with_help(span, format!("no check is called `{code}`"), help);
    }

    /// Where documents are read from that a `$ref` names by a URL: places of this machine, by the beginning of the URL.
    fn references(&mut self, entry: &Entry<'_>, profile: &mut Profile) {
        let Some(table) = self.table(entry) else { return };
        for (prefix, span, value) in members(table) {
            if !prefix.contains("://") {
                let message = format!("`{prefix}` is no beginning of a URL");
                self.wrong(&span, message);
            }
            if let Some(path) = self.string(value) {
                let path = self.beside(path);
                profile.references.insert(prefix.to_owned(), path);
            }
        }
    }

    /// A path as seen from the profile's folder.
    pub(super) fn beside(&self, path: &str) -> std::path::PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }
}

fn everything_if(flag: bool) -> Patterns {
    let all = flag.then(|| "*".parse::<Pattern>().ok()).flatten();
    Patterns(all.into_iter().collect())
}
