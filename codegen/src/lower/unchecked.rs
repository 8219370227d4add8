//! What generated types don't check: the keywords of JSON Schema that few schemas have.

use spec::{Contract, Finding};

/// A finding for each such keyword of a contract.
pub(super) fn findings(contract: &Contract) -> impl Iterator<Item = Finding> {
    contract.schemas.iter().flat_map(|(_, schema)| {
        schema.applicators.keywords().map(|keyword| {
            let message = format!("keyword `{keyword}` is not checked by generated types");
            Finding::warning("unsupported-keyword", schema.origin.child(keyword), message)
        })
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn each_keyword_is_told_where_it_stands() {
        let text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    \
                    A: {contains: {type: string}, minContains: 2, if: {contains: true}, then: false}\n";
        let reading = spec::read(Path::new("a.yaml"), &spec::Memory::one("a.yaml", text));
        assert!(reading.findings.list.is_empty(), "{}", reading.findings.render());
        let contract = reading.contract.expect("is read");
        let found: Vec<_> = findings(&contract).map(|finding| finding.at.pointer).collect();
        let at = |keyword: &str| format!("/components/schemas/A/{keyword}");
        let expected = ["contains", "minContains", "if", "then", "if/contains"].map(at);
        assert_eq!(found, expected);
    }
}
