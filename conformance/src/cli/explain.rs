//! `conformance explain CODE`: what a check tests, how much it weighs, and by whose word.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::exit::Exit;
use crate::profile::closest;
use crate::promise::{self, Promise, promises};

/// Prints one promise, or all of them in a line each.
pub(super) fn explain(code: Option<&str>) -> Exit {
    let text = match code {
        None => all(),
        Some(code) => match promise::find(code) {
            Some(promise) => one(promise),
            None => {
                let codes: Vec<_> = promises().map(|promise| promise.code).collect();
                let help = match closest(code, &codes) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`conformance explain` lists the codes".to_owned(),
                };
                anstream::eprintln!("error: no check has the code `{code}`\n  help: {help}");
                return Exit::Mistake;
            }
        },
    };
    // A closed pipe is the reader's choice.
    let _ = anstream::stdout().write_all(text.as_bytes());
    Exit::Conforms
}

fn one(promise: &Promise) -> String {
    let Promise { code, level, title, clause, about } = promise;
    format!(
        "{code} ({level})\n\n  {title}\n\n  by: {clause}\n\n  {about}\n\n  \
         To weigh it otherwise, in the profile:\n    [levels]\n    {code} = \"must\"  # or should, note, off\n"
    )
}

fn all() -> String {
    let mut text = String::new();
    let width = promises().map(|promise| promise.code.len()).max().unwrap_or(0);
    for Promise { code, level, title, .. } in promises() {
        let _ = writeln!(text, "{code:width$}  {:6}  {title}", level.as_str());
    }
    text
}
