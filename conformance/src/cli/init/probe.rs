//! What the target itself tells: below which path it answers, and whom it lets in.

use std::time::Duration;

use indexmap::{IndexMap, IndexSet};
use spec::Contract;
use spec::model::{Method, Operation};

use super::super::base_path::servers_path;
use super::super::reach::reach;
use super::who::Who;
use crate::case::encode;
use crate::plan::Plan;
use crate::profile::Shown;
use crate::transport::{Base, Http, HttpRequest, Limits, Network, Transport, Unreachable};

/// Operations that are asked, at most.
const ASKED: usize = 6;

/// How long one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What was found out.
pub(super) struct Found {
    /// The path below which most was answered; `None`: that of the URL, or of `servers`, does.
    pub(super) base_path: Option<String>,
    /// What was answered there, by operation id.
    pub(super) answers: IndexMap<String, Answer>,
}

/// What an operation was answered with.
pub(super) struct Answer {
    /// Without credentials.
    pub(super) status: u16,
    /// With a credential of the environment, and which.
    pub(super) known: Option<(String, u16)>,
}

impl Answer {
    fn statuses(&self) -> impl Iterator<Item = u16> {
        [self.status].into_iter().chain(self.known.as_ref().map(|(_, status)| *status))
    }
}

type Answers = IndexMap<String, Answer>;

/// Asks a target.
pub(super) fn probe(
    contract: &Contract,
    plan: &Plan,
    url: &str,
    who: &Who,
) -> Result<Found, Unreachable> {
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
        let asker = Asker { http: &http, contract, who };
        let mut best: Option<(String, Answers)> = None;
        // The path of `servers` comes last and wins where both do as well.
        for path in paths {
            let answers = asker.ask_all(&path, &operations).await;
            let is_better = |(_, other): &(String, Answers)| there(&answers) >= there(other);
            if best.as_ref().is_none_or(is_better) {
                best = Some((path, answers));
            }
        }
        Ok(best.unwrap_or_default())
    });
    runtime.shutdown_timeout(Duration::from_millis(100));
    let (path, answers) = found?;
    let differs = !has_path && path != of_servers && there(&answers) > (0, 0);
    Ok(Found { base_path: differs.then_some(path), answers })
}

/// How many operations let somebody in, and how many are there at all.
fn there(answers: &Answers) -> (usize, usize) {
    let any =
        |holds: fn(u16) -> bool| answers.values().filter(|one| one.statuses().any(holds)).count();
    (any(|status| matches!(status, 200..=299)), any(|status| status != 404))
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

/// Asks as nobody first, and where that is refused as somebody.
struct Asker<'a> {
    http: &'a Http,
    contract: &'a Contract,
    who: &'a Who,
}

impl Asker<'_> {
    async fn ask_all(&self, path: &str, operations: &[&Operation]) -> Answers {
        let mut answers = IndexMap::new();
        for &operation in operations {
            let Some(status) = self.ask(path, operation, &Shown::default()).await else { continue };
            let mut known = None;
            if matches!(status, 401 | 403 | 404) {
                known = self.ask_as_somebody(path, operation).await;
            }
            answers.insert(operation.id.clone(), Answer { status, known });
        }
        answers
    }

    /// The first credential that is let in, else the last that isn't.
    async fn ask_as_somebody(&self, path: &str, operation: &Operation) -> Option<(String, u16)> {
        let mut latest = None;
        for (name, shown) in self.who.for_operation(self.contract, operation) {
            let Some(status) = self.ask(path, operation, &shown).await else { continue };
            latest = Some((name.to_owned(), status));
            if matches!(status, 200..=299) {
                break;
            }
        }
        latest
    }

    async fn ask(&self, path: &str, operation: &Operation, shown: &Shown) -> Option<u16> {
        let exchange = self.http.exchange(self.request(path, operation, shown), TIMEOUT).await;
        // The status is there even where the body is too long, or never ends.
        match &exchange.outcome {
            Ok(response) => Some(response.status),
            Err(failure) => failure.head.as_ref().map(|head| head.status),
        }
    }

    fn request(&self, path: &str, operation: &Operation, shown: &Shown) -> HttpRequest {
        let query =
            shown.query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        let query = query.collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        let mut headers = vec![("accept".to_owned(), "*/*".to_owned())];
        headers.extend(self.who.fields.iter().chain(&shown.headers).cloned());
        if !shown.cookies.is_empty() {
            let cookies = shown.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            headers.push(("cookie".to_owned(), cookies.collect::<Vec<_>>().join("; ")));
        }
        HttpRequest {
            method: "GET".to_owned(),
            target: format!("{path}{}{mark}{query}", operation.path.text),
            headers,
            ..HttpRequest::default()
        }
    }
}
