use std::path::Path;

use spec::FileSystem;

use super::*;

fn reference() -> PlanContext {
    let five =
        ["listWorkspaces", "createWorkspace", "getWorkspace", "updateWorkspace", "deleteWorkspace"];
    let only = |names: &[&str]| Rights::Only(names.iter().map(|name| (*name).to_owned()).collect());
    PlanContext {
        inputs: IndexMap::from([(
            "org_id".to_owned(),
            Value::from("11111111-1111-4111-8111-111111111111"),
        )]),
        credentials: IndexMap::from([
            ("admin".to_owned(), Rights::All),
            ("editor".to_owned(), only(&five)),
            ("viewer".to_owned(), only(&["listWorkspaces", "getWorkspace"])),
            ("outsider".to_owned(), only(&[])),
        ]),
        faults: true,
    }
}

#[test]
fn dump() {
    let reading = spec::read(Path::new("../spec/workspace.yaml"), &FileSystem);
    let contract = reading.contract.expect("readable");
    let reading =
        crate::arazzo::read(Path::new("../spec/workspace.arazzo.yaml"), &FileSystem, &contract);
    eprintln!("{}", reading.findings.render());
    let started = std::time::Instant::now();
    let plan = plan(&contract, reading.workflows.as_ref(), &reference());
    eprintln!("{:?}", started.elapsed());
    let mut requests = 0;
    for case in &plan.cases {
        eprintln!("{} [{}]", case.id, case.steps.len() + case.cleanup.len());
        requests += case.steps.len() + case.cleanup.len();
    }
    eprintln!("{} cases, {requests} requests", plan.cases.len());
    for one in &plan.unprovoked {
        eprintln!("{}: {}", one.cell, one.reason);
    }
    for id in std::env::var("CASES").unwrap_or_default().split(',') {
        for case in plan.cases.iter().filter(|case| case.id == id) {
            eprintln!("{}", serde_json::to_string_pretty(case).expect("serializes"));
        }
    }
}
