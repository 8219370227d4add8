//! What the target itself tells: below which path it answers, and whom it lets in.

use std::time::Duration;

use indexmap::{IndexMap, IndexSet};
use spec::Contract;
use spec::model::{Method, Operation};

use super::super::base_path::servers_path;
use super::super::reach::reach;
use crate::plan::Plan;
use crate::transport::{Base, Http, HttpRequest, Limits, Network, Transport, Unreachable};

/// Operations that are asked, at most.
const ASKED: usize = 6;

/// How long one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What was found out.
pub(super) struct Found {
    /// The path below which most was answered; `None`: that of the URL, or of `servers`, does.
    pub(super) base_path: Option<String>,
    /// What was answered there, by operation id, without credentials.
    pub(super) statuses: IndexMap<String, u16>,
}

/// Asks a target.
pub(super) fn probe(contract: &Contract, plan: &Plan, url: &str) -> Result<Found, Unreachable> {
    let failed = |error: String| Unreachable(error);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(error.to_string()))?;
    let base = Base::parse(url).map_err(failed)?;
    let has_path = !base.path.is_empty();
    let http = Http::new(base, Limits { connect: TIMEOUT, ..Limits::default() });
    let of_servers = servers_path(url, contract);
    let mut paths = IndexSet::from([String::new()]);
    if !has_path {
        paths.insert(of_servers.clone());
    }
    let operations = askable(contract, plan);
    let found = runtime.block_on(async {
        reach(&http, url, &Network::default()).await?;
        let mut best: Option<(String, IndexMap<String, u16>)> = None;
        // The path of `servers` comes last and wins where both do as well.
        for path in paths {
            let statuses = ask(&http, &path, &operations).await;
            let is_better =
                |(_, other): &(String, IndexMap<String, u16>)| there(&statuses) >= there(other);
            if best.as_ref().is_none_or(is_better) {
                best = Some((path, statuses));
            }
        }
        Ok(best.unwrap_or_default())
    });
    runtime.shutdown_timeout(Duration::from_millis(100));
    let (path, statuses) = found?;
    let differs = !has_path && path != of_servers && there(&statuses) > 0;
    Ok(Found { base_path: differs.then_some(path), statuses })
}

/// How many operations are there.
fn there(statuses: &IndexMap<String, u16>) -> usize {
    statuses.values().filter(|status| **status != 404).count()
}

/// Operations that take nothing and that a run would call unasked.
fn askable<'c>(contract: &'c Contract, plan: &Plan) -> Vec<&'c Operation> {
    let is_left_out = |id: &str| plan.left_out.iter().any(|one| one.id == id);
    let takes_nothing = |operation: &&Operation| {
        operation.method == Method::Get
            && operation.path.parameters().next().is_none()
            && !operation.parameters.iter().any(|parameter| parameter.required)
            && !is_left_out(&operation.id)
    };
    contract.operations.iter().filter(takes_nothing).take(ASKED).collect()
}

async fn ask(http: &Http, path: &str, operations: &[&Operation]) -> IndexMap<String, u16> {
    let mut statuses = IndexMap::new();
    for operation in operations {
        let request = HttpRequest {
            method: "GET".to_owned(),
            target: format!("{path}{}", operation.path.text),
            headers: vec![("accept".to_owned(), "*/*".to_owned())],
            ..HttpRequest::default()
        };
        let exchange = http.exchange(request, TIMEOUT).await;
        // The status is there even where the body is too long, or never ends.
        let status = match &exchange.outcome {
            Ok(response) => Some(response.status),
            Err(failure) => failure.head.as_ref().map(|head| head.status),
        };
        statuses.extend(status.map(|status| (operation.id.clone(), status)));
    }
    statuses
}
