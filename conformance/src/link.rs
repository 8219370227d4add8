//! The header field `Link` (RFC 8288 §3).

/// The target of the first link of an answer with a relation.
pub(crate) fn target_of(headers: &[(String, String)], relation: &str) -> Option<String> {
    let mut fields = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("link"));
    fields.find_map(|(_, field)| target(field, relation))
}

/// The target of the first link of a field with a relation. Parameters may be quoted, and targets may have commas.
fn target(field: &str, relation: &str) -> Option<String> {
    let mut rest = field;
    loop {
        let (_, link) = rest.split_once('<')?;
        let (target, mut parameters) = link.split_once('>')?;
        let mut has_relation = false;
        while let Some(parameter) = parameters.trim_start().strip_prefix(';') {
            let end = parameter.find(['=', ';', ',']).unwrap_or(parameter.len());
            let (name, value) = parameter.split_at(end);
            let Some(value) = value.strip_prefix('=').map(str::trim_start) else {
                parameters = value;
                continue;
            };
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => value.split_at(value.find([';', ',']).unwrap_or(value.len())),
            };
            let mut relations = value.split_ascii_whitespace();
            has_relation |= name.trim().eq_ignore_ascii_case("rel")
                && relations.any(|one| one.eq_ignore_ascii_case(relation));
            parameters = after;
        }
        if has_relation {
            return Some(target.trim().to_owned());
        }
        rest = parameters;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_by_their_relation() {
        let field = r#"<https://a.example/pets?x=1,2>; rel="prev", </pets?after=b%2Fc&limit=2>; title="a, b; c"; rel="last next""#;
        assert_eq!(target(field, "next").as_deref(), Some("/pets?after=b%2Fc&limit=2"));
        assert_eq!(target(field, "prev").as_deref(), Some("https://a.example/pets?x=1,2"));
        assert_eq!(target(field, "first"), None);
        assert_eq!(target("<a>; rel=next", "next").as_deref(), Some("a"));
        for broken in ["", "<", "<a", "<a>", "<a>; rel", "<a>; rel=\"next", "; rel=next"] {
            assert_eq!(target(broken, "next"), None, "{broken}");
        }
    }
}
