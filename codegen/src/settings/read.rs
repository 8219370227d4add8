//! TOML → [`Settings`].

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use spec::Contract;
use spec::paging::PagingRule;
use spec::problem::{Place, Problem, closest};
use toml::Spanned;

use super::{Enums, Only, Runtime, Settings, TextType};
use crate::names::{is_method_name, is_package_name, is_type_name};

/// What stands for all operations that aren't named; no operation id is kept from being called so, but none is.
const OTHERS: &str = "*";

/// Reads the text of settings for a contract; `path` is what messages call it.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn read(path: &Path, text: &str, contract: &Contract) -> Result<Settings, Vec<Problem>> {
    let written: Written = toml::from_str(text).map_err(|error| {
        let place =
            error.span().map_or_else(|| Place::file(path), |span| Place::of(path, text, &span));
        vec![Problem::new(place, error.message().trim_end())]
    })?;
    let mut reader = Reader { path, text, contract, problems: Vec::new() };
    let settings = reader.settings(written);
    if reader.problems.is_empty() { Ok(settings) } else { Err(reader.problems) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    package: Option<Spanned<String>>,
    runtime: Option<Spanned<serde_json::Value>>,
    enums: Option<Spanned<String>>,
    only: Option<WrittenOnly>,
    #[serde(default)]
    formats: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    names: WrittenNames,
    #[serde(default)]
    paging: BTreeMap<String, Spanned<serde_json::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOnly {
    #[serde(default)]
    tags: Vec<Spanned<String>>,
    #[serde(default)]
    operations: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNames {
    #[serde(default)]
    schemas: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    operations: BTreeMap<String, Spanned<String>>,
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    contract: &'a Contract,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn settings(&mut self, written: Written) -> Settings {
        let package = written.package.map(|name| {
            let help = "letters, digits, `-` and `_`, beginning with a letter, and no crate that is depended on";
            self.require(is_package_name(name.get_ref()), &name, "is no name of a package", help);
            name.into_inner()
        });
        let mut paging = self.paging(written.paging);
        Settings {
            package,
            runtime: written.runtime.map_or(Runtime::Vendored, |runtime| self.runtime(&runtime)),
            paging_of_others: paging.remove(OTHERS),
            paging,
            enums: written.enums.map_or(Enums::Open, |enums| self.enums(&enums)),
            only: written.only.map(|only| self.only(only)),
            formats: self.formats(written.formats),
            schemas: self.schema_names(written.names.schemas),
            operations: self.operation_names(written.names.operations),
        }
    }

    fn runtime(&mut self, written: &Spanned<serde_json::Value>) -> Runtime {
        Runtime::parse(written.get_ref()).unwrap_or_else(|message| {
            let place = Place::of(self.path, self.text, &written.span());
            self.problems.push(Problem::new(place, format!("the runtime: {message}")));
            Runtime::Vendored
        })
    }

    fn enums(&mut self, written: &Spanned<String>) -> Enums {
        match written.get_ref().as_str() {
            "closed" => Enums::Closed,
            other => {
                let message = "says nothing of enums";
                self.require(other == "open", written, message, "write \"open\" or \"closed\"");
                Enums::Open
            }
        }
    }

    fn only(&mut self, written: WrittenOnly) -> Only {
        let contract = self.contract;
        let tags = contract.operations.iter().flat_map(|operation| &operation.tags);
        let tags: Vec<&str> = tags.map(String::as_str).collect();
        let operations = self.operation_ids();
        for tag in &written.tags {
            self.require_known(tag, tag.get_ref(), "tag", &tags);
        }
        for id in &written.operations {
            self.require_known(id, id.get_ref(), "operation", &operations);
        }
        let texts =
            |list: Vec<Spanned<String>>| list.into_iter().map(Spanned::into_inner).collect();
        Only { tags: texts(written.tags), operations: texts(written.operations) }
    }

    fn formats(
        &mut self,
        written: BTreeMap<String, Spanned<String>>,
    ) -> BTreeMap<String, TextType> {
        let typed = written.into_iter().filter_map(|(format, name)| {
            let ty = TextType::parse(name.get_ref());
            let help = "write \"string\", \"uuid\", \"date-time\", \"date\" or \"uri\"";
            self.require(ty.is_some(), &name, "is no type of strings", help);
            Some((format, ty?))
        });
        typed.collect()
    }

    fn paging(
        &mut self,
        written: BTreeMap<String, Spanned<serde_json::Value>>,
    ) -> BTreeMap<String, PagingRule> {
        let known = self.operation_ids();
        let mut rules = BTreeMap::new();
        for (id, value) in written {
            let place = Place::of(self.path, self.text, &value.span());
            if id != OTHERS {
                self.require_known_at(&place, &id, "operation", &known);
            }
            match PagingRule::parse(value.get_ref()) {
                Ok(rule) => drop(rules.insert(id, rule)),
                Err(message) => {
                    let message = format!("the paging of `{id}`: {message}");
                    self.problems.push(Problem::new(place, message));
                }
            }
        }
        rules
    }

    fn schema_names(
        &mut self,
        written: BTreeMap<String, Spanned<String>>,
    ) -> BTreeMap<String, String> {
        let known: Vec<&str> = self.contract.components.keys().map(String::as_str).collect();
        self.names(written, "component", &known, is_type_name, "write it as `PetStore`")
    }

    fn operation_names(
        &mut self,
        written: BTreeMap<String, Spanned<String>>,
    ) -> BTreeMap<String, String> {
        let known = self.operation_ids();
        self.names(written, "operation", &known, is_method_name, "write it as `list_pets`")
    }

    fn names(
        &mut self,
        written: BTreeMap<String, Spanned<String>>,
        what: &str,
        known: &[&str],
        is_name: fn(&str) -> bool,
        help: &str,
    ) -> BTreeMap<String, String> {
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (of, name) in written {
            self.require_known(&name, &of, what, known);
            let message = "can't be its name in Rust";
            self.require(is_name(name.get_ref()), &name, message, help);
            let is_free = names.values().all(|taken| taken != name.get_ref());
            self.require(is_free, &name, "is given twice", "give each a name of its own");
            names.insert(of, name.into_inner());
        }
        names
    }

    fn operation_ids(&self) -> Vec<&'a str> {
        self.contract.operations.iter().map(|operation| operation.id.as_str()).collect()
    }

    fn require(&mut self, holds: bool, at: &Spanned<String>, message: &str, help: &str) {
        if !holds {
            let message = format!("`{}` {message}", at.get_ref());
            self.problems.push(Problem::new(self.place(at), message).help(help));
        }
    }

    fn require_known(&mut self, at: &Spanned<String>, name: &str, what: &str, known: &[&str]) {
        self.require_known_at(&self.place(at), name, what, known);
    }

    fn require_known_at(&mut self, at: &Place, name: &str, what: &str, known: &[&str]) {
        if known.contains(&name) {
            return;
        }
        let problem = Problem::new(at.clone(), format!("the contract has no {what} `{name}`"));
        self.problems.push(match closest(name, known) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        });
    }

    fn place(&self, at: &Spanned<String>) -> Place {
        Place::of(self.path, self.text, &at.span())
    }
}
