//! Real documents by other teams: planning any of them neither panics nor takes forever, and what it promises holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use conformance::case::Case;
use conformance::plan::{Plan, PlanContext, Rights, plan};
use indexmap::IndexMap;
use spec::FileSystem;

/// Larger documents take minutes in a debug build; `PLAN_ALL=1` plans them, too, `PLAN_ALL=box` those named so.
const LARGEST: u64 = 330_000;

/// The documents, where there are any.
fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: there is no corpus beside the repository");
        return Vec::new();
    };
    let is_document = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "json" || extension == "yaml")
    };
    let mut paths: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_document).collect();
    if std::env::var_os("PLAN_ALL").is_some() {
        paths.push(folder.join("digitalocean-multi/DigitalOcean-public.v2.yaml"));
    }
    match std::env::var("PLAN_ALL") {
        Ok(name) if name != "1" => paths.retain(|path| path.to_string_lossy().contains(&name)),
        Ok(_) => {}
        Err(_) => paths.retain(|path| path.metadata().is_ok_and(|data| data.len() <= LARGEST)),
    }
    paths.sort();
    paths
}

fn context() -> PlanContext {
    let credentials = IndexMap::from([
        ("somebody".to_owned(), Rights::All.into()),
        ("nobody".to_owned(), Rights::Only(Default::default()).into()),
    ]);
    PlanContext { inputs: IndexMap::new(), credentials, faults: true, ..PlanContext::default() }
}

/// What every plan promises.
fn check(plan: &Plan, path: &Path) {
    let ids: BTreeSet<&str> = plan.cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), plan.cases.len(), "{}: ids are unique", path.display());
    for cell in &plan.cells {
        let asks = |case: &Case| case.provokes(cell) && !case.only_probes(&cell.operation_id);
        let provoked = plan.cases.iter().any(asks);
        let excused = plan.unprovoked.iter().any(|one| one.cell == *cell);
        assert!(provoked != excused, "{}: {cell} has a case or a reason", path.display());
    }
}

#[test]
fn every_document_is_planned() {
    for path in corpus() {
        let Some(contract) = spec::read(&path, &FileSystem).contract else { continue };
        let started = Instant::now();
        let plan = plan(&contract, None, &context());
        let elapsed = started.elapsed();
        check(&plan, &path);
        let provoked = plan.cells.len() - plan.unprovoked.len();
        eprintln!(
            "{}: {} of {} cells, {} cases, {elapsed:.1?}",
            path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default(),
            provoked,
            plan.cells.len(),
            plan.cases.len()
        );
    }
}
