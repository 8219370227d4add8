//! Where `null` comes and the schema has none, what would let it: the commonest thing that documents leave out.

use spec::model::{Contract, Version};

use super::faults::Fault;

/// What a schema would say if the `null` that came were right.
pub(super) fn null_hint(contract: &Contract, fault: &Fault<'_>) -> Option<String> {
    let check = fault.check().filter(|check| check.got.as_deref() == Some("null"))?;
    let is_schema = matches!(check.id, "body-schema" | "header-schema");
    let expected = check.expected.as_deref().filter(|_| is_schema)?;
    let types = types(expected);
    let mut write = match (types.is_empty(), contract.version) {
        (true, _) => vec!["`null` among the values of its `enum`".to_owned()],
        (false, Version::V3_0) => vec!["`nullable: true`".to_owned()],
        (false, Version::V3_1 | Version::V3_2) => {
            vec![format!("`type: [{}, 'null']`", types.join(", "))]
        }
    };
    let checks = fault.step().map(|step| step.checks.as_slice()).unwrap_or_default();
    let explained = fault.explains.iter().filter_map(|&at| checks.get(at));
    let is_enum = |keyword: &str| keyword.contains("violates `enum`");
    if !types.is_empty() && explained.into_iter().any(|one| is_enum(&one.message)) {
        write.push("`null` among the values of its `enum`".to_owned());
    }
    if types.is_empty() && !is_enum(&check.message) {
        return None;
    }
    Some(format!("`null` comes here; if that is right, write {}", write.join(" and ")))
}

/// The names of types in `a string or an integer`; none where something else was expected.
fn types(expected: &str) -> Vec<&str> {
    const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
    let named = |one| {
        let one: &str = one;
        let name = one.strip_prefix("an ").or_else(|| one.strip_prefix("a "))?;
        TYPES.contains(&name).then_some(name)
    };
    expected.split(" or ").map(named).collect::<Option<_>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::types;

    #[test]
    fn types_are_read_from_what_was_expected() {
        assert_eq!(types("a string"), ["string"]);
        assert_eq!(types("an array or a number"), ["array", "number"]);
        for other in ["one of [\"a\"]", "3 or more", "a match of `a`", ""] {
            assert!(types(other).is_empty(), "{other}");
        }
    }
}
