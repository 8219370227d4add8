//! What a request may do to what is there already, as far as paths, methods and names tell.
//!
//! No schema says that an operation empties a store or ends a process. Names do, often enough: an operation is taken
//! for harmful when any word of its own path or id says so, and costs a line of the profile where that was wrong. What
//! acts on a thing of the run's own is harmless whatever it is called.

use std::fmt;

use spec::model::{Method, Operation, PathPart};
use spec::names::fold;

/// More than one thing, or something that is not a thing of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Everything,
    Account,
    Session,
    Settings,
    Process,
    People,
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Everything => "everything there is",
            Self::Account => "the caller's own account",
            Self::Session => "the session or the tokens of the caller",
            Self::Settings => "settings",
            Self::Process => "the process or the machine",
            Self::People => "people, by mail or message",
        })
    }
}

/// What an operation is asked to do: words of its id, or of the last piece of its path.
const VERBS: &[(Reach, &[&str])] = &[
    (
        Reach::Session,
        &[
            "logout",
            "logoff",
            "signout",
            "signoff",
            "login",
            "logon",
            "signin",
            "revoke",
            "impersonate",
        ],
    ),
    (
        Reach::Process,
        &[
            "shutdown",
            "restart",
            "reboot",
            "poweroff",
            "halt",
            "kill",
            "terminate",
            "exit",
            "quit",
            "suspend",
            "hibernate",
            "unload",
            "reload",
            "upgrade",
            "downgrade",
            "install",
            "uninstall",
            "deploy",
            "undeploy",
            "exec",
            "execute",
            "eval",
            "migrate",
        ],
    ),
    (
        Reach::Everything,
        &[
            "bulk", "batch", "reset", "purge", "truncate", "clear", "flush", "wipe", "prune",
            "vacuum", "restore", "import", "rollback", "reindex", "clean", "cleanup", "erase",
            "transfer", "refund", "payout", "charge",
        ],
    ),
    (
        Reach::People,
        &[
            "invite",
            "send",
            "resend",
            "notify",
            "broadcast",
            "publish",
            "announce",
            "remind",
            "unsubscribe",
        ],
    ),
];

/// What an operation acts on: the last piece of its path.
const NOUNS: &[(Reach, &[&str])] = &[
    (Reach::Session, &["session", "register", "signup", "authenticate"]),
    (
        Reach::Process,
        &["load", "stop", "terminal", "terminals", "shell", "migrations", "maintenance", "gc"],
    ),
    (Reach::Everything, &["all", "sync", "pause", "resume", "disable", "enable"]),
    (
        Reach::People,
        &["invites", "invitation", "invitations", "mail", "mails", "email", "emails", "sms"],
    ),
    (
        Reach::Account,
        &[
            "me", "self", "myself", "account", "profile", "password", "whoami", "mfa", "2fa",
            "totp", "avatar", "user",
        ],
    ),
    (
        Reach::Settings,
        &[
            "settings",
            "setting",
            "config",
            "configuration",
            "preferences",
            "options",
            "license",
            "licence",
            "quota",
        ],
    ),
];

/// Words that mean removing, in an operation that isn't a DELETE.
const REMOVING: &[&str] = &["delete", "remove", "destroy", "drop", "unlink", "discard"];

/// Safe methods with these as the last piece of their path are not safe.
const UNSAFE_READS: &[&str] = &[
    "logout",
    "logoff",
    "signout",
    "signoff",
    "shutdown",
    "restart",
    "reboot",
    "poweroff",
    "revoke",
    "reset",
    "purge",
    "flush",
    "wipe",
    "unsubscribe",
    "deactivate",
    "kill",
    "terminate",
    "reload",
];

/// What ends the session, or the process, that every other case needs.
const ENDING: &[&str] = &[
    "logout",
    "logoff",
    "signout",
    "signoff",
    "revoke",
    "shutdown",
    "restart",
    "reboot",
    "poweroff",
    "halt",
    "kill",
    "terminate",
    "exit",
    "quit",
];

/// Words of a POST that asks for something and changes nothing.
const ASKING: &[&str] = &[
    "search",
    "query",
    "find",
    "filter",
    "lookup",
    "count",
    "check",
    "validate",
    "verify",
    "preview",
    "estimate",
    "calculate",
    "calculation",
    "compute",
    "convert",
    "parse",
    "format",
    "render",
    "evaluate",
    "predict",
    "prediction",
    "predictions",
    "infer",
    "inference",
    "classify",
    "embed",
    "embedding",
    "embeddings",
    "tokenize",
    "detokenize",
    "compare",
    "diff",
    "match",
    "suggest",
    "suggestions",
    "autocomplete",
    "explain",
    "analyze",
    "analyse",
    "echo",
    "ping",
    "simulate",
    "translate",
    "resolve",
    "exists",
    "aggregate",
    "introspect",
    "paginate",
    "history",
    "statistics",
    "stats",
    "bbox",
    "quote",
    "quotes",
    "dryrun",
    "rank",
    "rerank",
    "score",
    "similarity",
    "list",
    "get",
    "read",
    "fetch",
    "ready",
    "health",
    "point",
    "feature",
    "describe",
];

/// A word of an operation that sounds as if it reached beyond a thing of its own.
pub(super) struct Sound {
    pub(super) reach: Reach,
    pub(super) word: String,
    /// Whether the word is what it does, rather than what it does it to.
    pub(super) is_verb: bool,
}

/// What an operation may do beyond a thing of its own.
pub(super) fn sound(operation: &Operation) -> Option<Sound> {
    let path = last_of_path(operation);
    if operation.method.is_safe() {
        let word = path.iter().find(|word| UNSAFE_READS.contains(&word.as_str()))?.clone();
        let reach = find(VERBS, &word).unwrap_or(Reach::Everything);
        return Some(Sound { reach, word, is_verb: true });
    }
    let words = words(operation);
    let removes = |word: &str| {
        let removes = operation.method != Method::Delete && REMOVING.contains(&word);
        removes.then_some(Reach::Everything)
    };
    let verb = |word: &String| {
        let reach = find(VERBS, word).or_else(|| removes(word))?;
        Some(Sound { reach, word: word.clone(), is_verb: true })
    };
    let noun = |word: &String| {
        let reach = find(NOUNS, word)?;
        Some(Sound { reach, word: word.clone(), is_verb: false })
    };
    words.iter().find_map(verb).or_else(|| path.iter().find_map(noun))
}

fn find(table: &[(Reach, &[&str])], word: &str) -> Option<Reach> {
    table.iter().find(|(_, words)| words.contains(&word)).map(|(reach, _)| *reach)
}

/// Whether an operation by its name ends what is needed to go on.
pub(super) fn ends(operation: &Operation) -> bool {
    sound(operation).is_some_and(|sound| ENDING.contains(&sound.word.as_str()))
}

/// Whether a POST by its name only asks.
pub(super) fn asks(operation: &Operation) -> bool {
    operation.method == Method::Post
        && words(operation).iter().any(|word| ASKING.contains(&word.as_str()))
}

/// The words of an operation: those of the last piece of its path, and of its id.
fn words(operation: &Operation) -> Vec<String> {
    let mut words = last_of_path(operation);
    words.extend(split(&operation.id));
    words
}

/// The words of the last piece of a path, unless it is a parameter.
fn last_of_path(operation: &Operation) -> Vec<String> {
    let segments = operation.path.segments.iter().rev();
    let Some(last) = segments.into_iter().find(|segment| !segment.is_empty()) else {
        return Vec::new();
    };
    let literals = last.iter().filter_map(|part| match part {
        PathPart::Literal(text) => Some([vec![fold(text)], split(text)].concat()),
        PathPart::Parameter(_) => None,
    });
    literals.flatten().filter(|word| !word.is_empty()).collect()
}

/// `bulkDelete_v2` as `bulk`, `delete`, `v2`; neighbours also as one, as `log-out` is `logout`.
fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    let mut starts = true;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            starts = true;
            continue;
        }
        if starts || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = !c.is_uppercase();
        starts = false;
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    let joined: Vec<_> = words.windows(2).map(<[String]>::concat).collect();
    words.extend(joined);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(split("bulkDelete"), ["bulk", "delete", "bulkdelete"]);
        assert_eq!(split("log-out"), ["log", "out", "logout"]);
        assert_eq!(split("v2_items"), ["v2", "items", "v2items"]);
    }

    #[track_caller]
    fn check(route: &str, id: &str, expected: Option<Reach>) {
        let (method, path) = route.split_once(' ').expect("method and path");
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: a, version: '1'}}\npaths:\n  {path}:\n    {method}:\n      \
             operationId: {id}\n      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]\n      \
             responses: {{'200': {{description: x}}}}\n"
        );
        let text = if path.contains("{id}") {
            text
        } else {
            text.replace("      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n", "")
        };
        let reading =
            spec::read(std::path::Path::new("a.yaml"), &spec::Memory::one("a.yaml", &text));
        let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
        assert_eq!(sound(&contract.operations[0]).map(|one| one.reach), expected, "{route} {id}");
    }

    #[test]
    fn names_tell_what_an_operation_reaches() {
        check("post /reset", "one", Some(Reach::Everything));
        check("post /items/bulk_delete", "two", Some(Reach::Everything));
        check("post /items/{id}/removal", "removeIt", Some(Reach::Everything));
        check("delete /items/{id}", "removeItem", None);
        check("patch /users/me", "updateUser", Some(Reach::Account));
        check("put /settings", "x", Some(Reach::Settings));
        check("post /api/shutdown", "x", Some(Reach::Process));
        check("post /auth/log-out", "x", Some(Reach::Session));
        check("get /logout", "x", Some(Reach::Session));
        check("get /items/all", "getAll", None);
        check("post /members/invite", "x", Some(Reach::People));
        check("post /items", "createItem", None);
        check("put /items/{id}", "updateItem", None);
    }
}
