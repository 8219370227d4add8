//! What somebody who mistyped a name may have meant.

use indexmap::IndexSet;
use spec::model::Contract;
use spec::problem::closest;

use super::check::few;

/// What a pattern that means no operation may have meant: a tag is looked for among tags, a path among paths.
pub(crate) fn near_pattern(contract: &Contract, written: &str) -> String {
    if let Some(tag) = written.strip_prefix("tag:") {
        let tags = contract.operations.iter().flat_map(|one| &one.tags).map(String::as_str);
        return near("tags", tag, "tag:", tags.collect());
    }
    let (method, path) = match written.split_once(' ') {
        Some((method, path)) => (format!("{method} "), path.trim()),
        None => (String::new(), written),
    };
    if path.starts_with('/') {
        let paths = contract.operations.iter().map(|one| one.path.text.as_str());
        return near("paths", path, &method, paths.collect());
    }
    near("operations", written, "", contract.operations.iter().map(|one| one.id.as_str()).collect())
}

fn near(what: &str, name: &str, before: &str, known: IndexSet<&str>) -> String {
    let known: Vec<_> = known.into_iter().collect();
    match closest(name, &known) {
        // What is there, but not of this method, is no slip of the pen.
        Some(near) if near != name => format!("did you mean `{before}{near}`?"),
        _ if known.is_empty() => format!("{what}: none"),
        _ => format!("{what}: {}", few(&known)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use spec::Memory;

    use super::*;

    #[test]
    fn a_pattern_is_held_against_its_like() {
        let text = "openapi: 3.0.3\ninfo: { title: a, version: '1' }\npaths:\n  /pets:\n    get: { operationId: listPets, tags: [pets, admin], responses: { '200': { description: a } } }\n";
        let reading = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", text));
        let contract = reading.contract.expect("a contract");
        for (written, expected) in [
            ("tag:nosuch", "tags: pets, admin"),
            ("tag:pest", "did you mean `tag:pets`?"),
            ("/pet", "did you mean `/pets`?"),
            ("GET /pest", "did you mean `GET /pets`?"),
            ("DELETE /pets", "paths: /pets"),
            ("listPest", "did you mean `listPets`?"),
            ("other", "operations: listPets"),
        ] {
            assert_eq!(near_pattern(&contract, written), expected, "{written}");
        }
    }
}
