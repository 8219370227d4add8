//! Our own contract is read without a single finding, and is the table that was agreed on.

use std::path::Path;

use spec::FileSystem;
use spec::model::Status;

#[test]
fn the_workspace_contract_reads_without_findings_and_has_37_cells() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workspace.yaml");
    let reading = spec::read(&path, &FileSystem);
    assert!(reading.findings.list.is_empty(), "{}", reading.findings.render());
    let contract = reading.contract.expect("a contract");
    let table: Vec<_> = contract
        .operations
        .iter()
        .map(|operation| {
            let statuses: Vec<_> = operation.responses.keys().map(Status::to_string).collect();
            format!("{} {} {}", operation.id, operation.method, statuses.join(" "))
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    listWorkspaces GET 200 401 403 404 422 500
    createWorkspace POST 201 401 403 404 422 500
    getWorkspace GET 200 401 403 404 422 500
    updateWorkspace PUT 200 401 403 404 422 500
    deleteWorkspace DELETE 200 401 403 404 422 500
    adminGetWorkspace GET 200 401 403 404 405 410 422
    ");
}

/// A reader of others' making understands the document too.
#[test]
fn openapiv3_reads_the_workspace_contract_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workspace.yaml");
    let text = std::fs::read_to_string(path).expect("is there");
    let document: openapiv3::OpenAPI = serde_yaml::from_str(&text).expect("is OpenAPI 3.0");
    assert_eq!(document.operations().count(), 6);
}
