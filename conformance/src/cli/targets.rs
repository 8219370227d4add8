//! Which targets a run is against, and what is written for each of several.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use indexmap::IndexSet;

use super::{Defaults, Launched, RunFlags};
use crate::profile::{Profile, check_target_name, check_url};
use crate::report::{self, Format};

/// What stands for a target's name in the path of a file.
const PLACEHOLDER: &str = "{target}";

/// A target's URL, perhaps with a name of its own: `https://staging.example`, `old=https://staging.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedUrl {
    /// What it is called in reports; `None`: by its host.
    pub name: Option<String>,
    /// Where it is.
    pub url: String,
}

impl FromStr for NamedUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A `=` of the URL itself stands behind its scheme.
        match text.split_once('=') {
            Some((name, url)) if !name.contains("://") => {
                check_target_name(name)?;
                Ok(Self { name: Some(name.to_owned()), url: url.to_owned() })
            }
            _ => Ok(Self { name: None, url: text.to_owned() }),
        }
    }
}

impl fmt::Display for NamedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}={}", self.url),
            None => f.write_str(&self.url),
        }
    }
}

/// A target of a run.
pub(super) struct Target {
    pub(super) name: String,
    pub(super) url: String,
    /// Keeps it running where it was started for this run.
    pub(super) launched: Option<Box<dyn Launched>>,
}

/// The targets that the flags name, else the profile; else the one that is started.
pub(super) fn targets(
    flags: &RunFlags,
    defaults: &Defaults<'_>,
    profile: &Profile,
) -> Result<Vec<Target>, String> {
    let of_profile = profile
        .targets
        .iter()
        .map(|(name, url)| NamedUrl { name: Some(name.clone()), url: url.clone() });
    let single = profile.url.iter().map(|url| NamedUrl { name: None, url: url.clone() });
    let named: Vec<NamedUrl> = match flags.url.as_slice() {
        [] => of_profile.chain(single).collect(),
        urls => urls.to_vec(),
    };
    if named.is_empty() {
        return launched(defaults).map(|target| vec![target]);
    }
    let targets: Result<Vec<Target>, String> = named.iter().map(target).collect();
    let targets = targets.map_err(|mistake| format!("error: {mistake}"))?;
    let mut names = IndexSet::new();
    for target in &targets {
        if !names.insert(target.name.as_str()) {
            let help = "name them: `--url old=URL --url new=URL`";
            return Err(format!("error: two targets are called `{}`\n  help: {help}", target.name));
        }
    }
    Ok(targets)
}

fn target(named: &NamedUrl) -> Result<Target, String> {
    let url = check_url(&named.url)?;
    let host = || url.split("://").nth(1).unwrap_or(&url).replace(['/', ':', '[', ']'], "-");
    let name = named.name.clone().unwrap_or_else(host);
    Ok(Target { name, url, launched: None })
}

fn launched(defaults: &Defaults<'_>) -> Result<Target, String> {
    let Some(launch) = defaults.launch else {
        let help = "name it with --url URL, or as `url` in the profile";
        return Err(format!("error: no target\n  help: {help}"));
    };
    let launched = launch().map_err(|error| format!("error: can't start a target: {error}"))?;
    let url = check_url(launched.url()).map_err(|mistake| format!("error: {mistake}"))?;
    Ok(Target { name: "target".to_owned(), url, launched: Some(launched) })
}

/// The path of a file that is written for one target.
pub(super) fn path_for(path: &Path, target: &str) -> PathBuf {
    match path.to_str() {
        Some(text) => PathBuf::from(text.replace(PLACEHOLDER, target)),
        None => path.to_owned(),
    }
}

/// Files of several targets have to be told apart.
pub(super) fn check_paths(flags: &RunFlags, targets: usize) -> Result<(), String> {
    let is_one = |path: &Path| path.to_str().is_some_and(|text| !text.contains(PLACEHOLDER));
    // Annotations are lines; of anything else, two one behind the other are neither.
    let is_lines = |report: &&report::Target| report.is_stdout() && report.format == Format::Github;
    let reports = flags.report.iter().filter(|report| !is_lines(report));
    let mut paths = reports.map(|report| &report.path).chain(&flags.journal);
    match paths.find(|path| targets > 1 && is_one(path)) {
        Some(path) => {
            let path = path.display();
            let help = format!("write `{PLACEHOLDER}` where the target's name is to stand");
            Err(format!("error: {path} would be written for each target\n  help: {help}"))
        }
        None if targets < 2 && flags.differences.is_some() => {
            let help = "name a second one: `--url old=URL --url new=URL`";
            Err(format!("error: --differences of one target\n  help: {help}"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_the_name_that_it_is_given() {
        for (text, name, url) in [
            ("old=http://a:1/b", Some("old"), "http://a:1/b"),
            ("http://a/b=c", None, "http://a/b=c"),
            ("nonsense", None, "nonsense"),
        ] {
            let named: NamedUrl = text.parse().expect("a target");
            assert_eq!((named.name.as_deref(), named.url.as_str()), (name, url));
            assert_eq!(named.to_string(), text);
        }
        for text in ["=http://a", "../x=http://a", "a b=http://a", ".=http://a"] {
            assert!(text.parse::<NamedUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_name_stands_in_the_path() {
        let path = path_for(Path::new("r/{target}.json"), "old");
        assert_eq!(path, Path::new("r/old.json"));
    }
}
