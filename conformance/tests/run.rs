//! The runner, with targets in memory: what is made is undone, hanging operations are given up, runs end in time, and
//! cases that count run by themselves.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conformance::case::{
    Body, Case, Cell as ContractCell, Cleanup, Content, Credentials, Criterion, Derivation, Input,
    Isolation, Lenience, Operand, Place, Relation, RelationKind, Repeat, Request, Step, Template,
    Text,
};
use conformance::expression::Expression;
use conformance::judge::{Judge, Verdict};
use conformance::profile::{Profile, read_text};
use conformance::promise::Level;
use conformance::run::{CaseOutcome, Confirmed, Options, Runner, StepRole, Stop};
use conformance::transport::{
    Exchange, Failure, FailureKind, HttpRequest, HttpResponse, Transport,
};
use indexmap::IndexMap;
use serde_json::{Value, json};
use spec::model::{Contract, Method, Status};
use spec::{Memory, Origin};

const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: Things, version: '1' }
paths:
  /things:
    get:
      operationId: listThings
      responses: { '200': { description: All., content: { application/json: { schema: { type: object } } } } }
    post:
      operationId: createThing
      responses:
        '201': { description: Made., content: { application/json: { schema: { type: object } } } }
        '422': { description: No., content: { application/json: { schema: { type: object } } } }
  /things/{id}:
    delete:
      operationId: deleteThing
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: Gone. }, '404': { description: Never there. } }
";

fn contract() -> Contract {
    let reading = spec::read(Path::new("things.yaml"), &Memory::one("things.yaml", CONTRACT));
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    reading.contract.expect("a contract")
}

fn profile() -> Profile {
    let text =
        "[inputs]\norg = \"acme\"\n[credentials.admin]\nbearer = \"secret-token\"\nmay = [\"*\"]\n";
    read_text(Path::new("profile.toml"), text, |_| None).expect("a sound profile")
}

/// A target in memory: what it answers, and what it was asked.
struct Fake<F> {
    answer: F,
    asked: RefCell<Vec<String>>,
    running: Cell<usize>,
    most: Cell<usize>,
}

type Answer = Result<(u16, Value), FailureKind>;

impl<F: Fn(&HttpRequest, usize) -> Answer> Fake<F> {
    fn new(answer: F) -> Self {
        Self { answer, asked: RefCell::default(), running: Cell::new(0), most: Cell::new(0) }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.borrow().clone()
    }
}

impl<F: Fn(&HttpRequest, usize) -> Answer> Transport for Fake<F> {
    async fn exchange(&self, request: HttpRequest, at_most: Duration) -> Exchange {
        let number = {
            let mut asked = self.asked.borrow_mut();
            asked.push(format!("{} {}", request.method, request.target));
            asked.len()
        };
        self.running.set(self.running.get() + 1);
        self.most.set(self.most.get().max(self.running.get()));
        let answer = (self.answer)(&request, number);
        let wait = match answer {
            Err(FailureKind::Timeout(_)) => at_most,
            // Long enough for others to come in between.
            _ if request.target.contains("count") => Duration::from_millis(10),
            _ => Duration::from_millis(1),
        };
        tokio::time::sleep(wait).await;
        self.running.set(self.running.get() - 1);
        let outcome = match answer {
            Ok((status, body)) => {
                let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
                let body = if body.is_null() { String::new() } else { body.to_string() };
                Ok(HttpResponse { status, headers, body: body.into() })
            }
            Err(kind) => Err(Failure::from(kind)),
        };
        Exchange { request: Arc::new(request), outcome, elapsed: wait }
    }
}

fn origin() -> Place {
    Place::Contract(Origin::root("/paths"))
}

fn request(method: Method, path: &str) -> Request {
    Request {
        method,
        path: path.to_owned(),
        path_parameters: IndexMap::new(),
        query: vec![],
        headers: vec![],
        body: None,
        credentials: Credentials::As("admin".to_owned()),
    }
}

fn create(status: u16) -> Step {
    let mut request = request(Method::Post, "/things");
    request.body = Some(Body {
        content_type: Some("application/json".to_owned()),
        content: Content::Json(Template::Value(json!({"name": "x"}))),
    });
    Step {
        id: "create".to_owned(),
        operation_id: "createThing".to_owned(),
        request,
        criteria: vec![Criterion::Status(vec![Status::Code(status)].into())],
        outputs: IndexMap::from([("id".to_owned(), Expression::response_body("/id"))]),
        lenience: Lenience::None,
        premises: Vec::new(),
        concurrent: false,
        flow: None,
        timeout: None,
        pause: None,
        follows: None,
        envelope: None,
        repeat: None,
    }
}

fn list() -> Step {
    Step {
        id: "list".to_owned(),
        operation_id: "listThings".to_owned(),
        request: request(Method::Get, "/things"),
        criteria: vec![Criterion::Status(vec![Status::Code(200)].into())],
        outputs: IndexMap::from([("total".to_owned(), Expression::response_body("/total"))]),
        lenience: Lenience::None,
        premises: Vec::new(),
        concurrent: false,
        flow: None,
        timeout: None,
        pause: None,
        follows: None,
        envelope: None,
        repeat: None,
    }
}

fn delete() -> Step {
    let mut request = request(Method::Delete, "/things/{id}");
    let id = Text::expression(Expression::output("create", "id"));
    request.path_parameters.insert("id".to_owned(), id);
    Step {
        id: "delete".to_owned(),
        operation_id: "deleteThing".to_owned(),
        request,
        criteria: vec![],
        outputs: IndexMap::new(),
        lenience: Lenience::None,
        premises: Vec::new(),
        concurrent: false,
        flow: None,
        timeout: None,
        pause: None,
        follows: None,
        envelope: None,
        repeat: None,
    }
}

fn case(id: &str, cell: (&str, u16), steps: Vec<Step>) -> Case {
    let creates = steps.iter().any(|step| step.id == "create");
    let cleanup = Cleanup {
        step: delete().into(),
        after: "create".to_owned(),
        unless: None,
        depends_on_state: false,
        puts_back: false,
    };
    Case {
        id: id.to_owned(),
        cell: ContractCell { operation_id: cell.0.to_owned(), status: Status::Code(cell.1) },
        also: Vec::new(),
        source: Derivation::HappyPath,
        summary: "a case".to_owned(),
        origin: origin(),
        inputs: IndexMap::from([("org".into(), Input::Profile("org".to_owned()).into())]),
        steps: steps.into_iter().map(Arc::new).collect(),
        cleanup: if creates { vec![cleanup] } else { vec![] },
        isolation: if creates { Isolation::Writes } else { Isolation::Reads },
        undisturbed: vec![],
    }
}

fn options() -> Options {
    Options {
        workers: 4,
        timeout: Duration::from_millis(100),
        deadline: Instant::now() + Duration::from_secs(60),
        url: "http://target".to_owned(),
        seed: 1,
    }
}

async fn run_with(
    transport: &impl Transport,
    cases: &[Case],
    options: Options,
    stop: &Stop,
) -> Vec<CaseOutcome> {
    let contract = contract();
    let judge = Judge::new(&contract).expect("sound schemas");
    let profile = profile();
    Runner::new(&judge, &profile, transport, stop, options).run(cases, &|_| ()).await
}

async fn run(transport: &impl Transport, cases: &[Case]) -> Vec<CaseOutcome> {
    run_with(transport, cases, options(), &Stop::default()).await
}

/// A target that keeps its promises.
fn sound(request: &HttpRequest, number: usize) -> Answer {
    Ok(match request.method.as_str() {
        "POST" => (201, json!({"id": format!("t{number}")})),
        "GET" => (200, json!({"total": 0})),
        _ => (200, Value::Null),
    })
}

#[tokio::test]
async fn what_a_case_made_is_deleted() {
    let fake = Fake::new(sound);
    let outcomes = run(&fake, &[case("c", ("createThing", 201), vec![create(201)])]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Passed, "{outcomes:#?}");
    assert_eq!(fake.asked(), ["POST /things", "DELETE /things/t1"]);
    assert_eq!(outcomes[0].steps[1].role, StepRole::Cleanup);
}

#[tokio::test]
async fn what_a_target_made_though_it_should_have_refused_is_deleted_too() {
    let fake = Fake::new(sound);
    let outcomes = run(&fake, &[case("c", ("createThing", 422), vec![create(422), list()])]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Failed);
    // Once more, to see the failure again.
    let asked = fake.asked();
    assert_eq!(asked[..2], ["POST /things", "DELETE /things/t1"]);
    assert_eq!(asked[2..], ["POST /things", "DELETE /things/t3"]);
    assert_eq!(outcomes[0].confirmed, Some(Confirmed { seen: 1, of: 1 }));
}

/// Sends a body that is no JSON, but nearly.
struct Echo;

impl Transport for Echo {
    async fn exchange(&self, request: HttpRequest, _: Duration) -> Exchange {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let body: &[u8] = match request.method.as_str() {
            "POST" => b"{\"id\": \"t1\", \"name\": \"\\ud800 \\\\u \xff\"}",
            _ => b"",
        };
        let status = if body.is_empty() { 200 } else { 201 };
        let outcome = Ok(HttpResponse { status, headers, body: body.into() });
        Exchange { request: Arc::new(request), outcome, elapsed: Duration::ZERO }
    }
}

#[tokio::test]
async fn what_a_target_made_is_found_in_an_answer_that_is_hardly_json() {
    let outcomes = run(&Echo, &[case("c", ("createThing", 201), vec![create(201)])]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Failed);
    let deletion = outcomes[0].steps.get(1).expect("a deletion");
    assert_eq!(deletion.exchange.request.target, "/things/t1");
}

#[tokio::test]
async fn what_was_refused_is_not_deleted() {
    let fake = Fake::new(|_: &HttpRequest, _| Ok((422, json!({}))));
    let outcomes = run(&fake, &[case("c", ("createThing", 422), vec![create(422)])]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Passed, "{outcomes:#?}");
    assert_eq!(fake.asked(), ["POST /things"]);
}

#[tokio::test]
async fn a_lost_answer_to_a_deletion_is_asked_for_again() {
    let fake = Fake::new(|request: &HttpRequest, number| match number {
        2 => Err(FailureKind::ClosedEarly),
        _ => sound(request, number),
    });
    let outcomes = run(&fake, &[case("c", ("createThing", 201), vec![create(201)])]).await;
    assert_eq!(fake.asked(), ["POST /things", "DELETE /things/t1", "DELETE /things/t1"]);
    assert_eq!(outcomes[0].verdict, Verdict::Passed);
}

#[tokio::test]
async fn what_cannot_be_deleted_is_told() {
    let fake = Fake::new(|request: &HttpRequest, number| match request.method.as_str() {
        "DELETE" => Ok((409, Value::Null)),
        _ => sound(request, number),
    });
    let outcomes = run(&fake, &[case("c", ("createThing", 201), vec![create(201)])]).await;
    let failed: Vec<_> = outcomes[0].steps[1].checks.iter().map(|check| check.id).collect();
    assert!(failed.contains(&"cleaned-up"), "{failed:?}");
    // That is a finding of its own, and nothing that the case is about.
    assert_eq!(outcomes[0].verdict, Verdict::Passed);
    assert_eq!(outcomes[0].steps[1].cell.to_string(), "deleteThing:200");
}

#[tokio::test]
async fn an_operation_that_hangs_is_given_up_after_three_times() {
    let fake = Fake::new(|_: &HttpRequest, _| Err(FailureKind::Timeout(Duration::ZERO)));
    let cases: Vec<_> =
        (0..20).map(|n| case(&format!("c{n:02}"), ("listThings", 200), vec![list()])).collect();
    let one_worker = Options { workers: 1, ..options() };
    let outcomes = run_with(&fake, &cases, one_worker, &Stop::default()).await;
    // And once more, alone, to see the failure again.
    assert_eq!(fake.asked().len(), 4);
    let count = |verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
    assert_eq!((count(Verdict::Failed), count(Verdict::Skipped)), (3, 17));
    let reason = outcomes[19].reason.as_deref().expect("a reason");
    assert_eq!(reason, "`listThings` has timed out 3 times and isn't asked again");
}

#[tokio::test]
async fn a_run_ends_when_its_time_is_over_and_what_never_ran_is_skipped() {
    let fake = Fake::new(sound);
    let cases: Vec<_> = (0..2000)
        .map(|n| case(&format!("c{n}"), ("createThing", 201), vec![create(201)]))
        .collect();
    let short = Options { deadline: Instant::now() + Duration::from_millis(200), ..options() };
    let started = Instant::now();
    let outcomes = run_with(&fake, &cases, short, &Stop::default()).await;
    assert!(started.elapsed() < Duration::from_secs(60));
    assert_eq!(outcomes.len(), 2000);
    let last = outcomes.last().expect("an outcome");
    // What never ran has not failed.
    assert_eq!(last.verdict, Verdict::Skipped);
    assert!(last.reason.as_deref().is_some_and(|reason| reason.contains("--max-time")));
    // What was made until then is gone.
    let asked = fake.asked();
    let count = |method| asked.iter().filter(|one| one.starts_with(method)).count();
    assert_eq!(count("POST"), count("DELETE"));
}

/// A failure that was seen again is worth more than another case.
#[tokio::test]
async fn time_is_kept_for_seeing_failures_again() {
    let fake = Fake::new(|request: &HttpRequest, number| {
        std::thread::sleep(Duration::from_millis(2));
        sound(request, number)
    });
    let failing = case("fails", ("createThing", 422), vec![create(422)]);
    let others = (0..3000).map(|n| case(&format!("c{n}"), ("listThings", 200), vec![list()]));
    let cases: Vec<_> = std::iter::once(failing).chain(others).collect();
    let short = Options { deadline: Instant::now() + Duration::from_secs(3), ..options() };
    let outcomes = run_with(&fake, &cases, short, &Stop::default()).await;
    let last = outcomes.last().and_then(|last| last.reason.as_deref()).unwrap_or_default();
    assert!(last.contains("--max-time"), "the time was long enough for all: {last:?}");
    assert_eq!(outcomes[0].confirmed, Some(Confirmed { seen: 1, of: 1 }));
}

#[tokio::test]
async fn an_interrupt_cleans_up_and_skips_the_rest() {
    let stop = Stop::default();
    let fake = Fake::new(|request: &HttpRequest, number| {
        if number == 5 {
            stop.ask();
        }
        sound(request, number)
    });
    let cases: Vec<_> = (0..100)
        .map(|n| case(&format!("c{n}"), ("createThing", 201), vec![create(201), list()]))
        .collect();
    let outcomes = run_with(&fake, &cases, options(), &stop).await;
    let asked = fake.asked();
    let count = |method| asked.iter().filter(|one| one.starts_with(method)).count();
    assert_eq!(count("POST"), count("DELETE"));
    assert!(asked.len() < 30, "{}", asked.len());
    assert!(outcomes.iter().all(|outcome| outcome.verdict != Verdict::Failed));
    assert_eq!(outcomes[99].verdict, Verdict::Skipped);
}

#[tokio::test]
async fn cases_that_count_do_not_run_beside_writes() {
    let counting = Cell::new(false);
    let clash = Cell::new(false);
    let beside = Cell::new(0);
    let fake = Fake::new(|request: &HttpRequest, number| {
        if request.target.contains("count") {
            counting.set(true);
        } else if request.target.contains("done") {
            counting.set(false);
        } else if request.method == "POST" {
            clash.set(clash.get() || counting.get());
        } else if request.method == "GET" && counting.get() {
            beside.set(beside.get() + 1);
        }
        sound(request, number)
    });
    let named = |target: &str| {
        let mut step = list();
        step.request.path = format!("/{target}");
        step.id = target.to_owned();
        step
    };
    let mut cases = Vec::new();
    for n in 0..20 {
        let mut alone =
            case(&format!("a{n}"), ("listThings", 200), vec![named("count"), named("done")]);
        alone.isolation = Isolation::Alone;
        cases.push(alone);
        cases.push(case(&format!("w{n}"), ("createThing", 201), vec![create(201)]));
        cases.push(case(&format!("r{n}"), ("listThings", 200), vec![list()]));
    }
    let outcomes = run(&fake, &cases).await;
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Passed), "{outcomes:#?}");
    let ids: Vec<_> = outcomes.iter().map(|outcome| outcome.id.as_str()).collect();
    assert_eq!(ids, cases.iter().map(|case| case.id.as_str()).collect::<Vec<_>>());
    assert!(!clash.get(), "a write ran beside a case that counts");
    assert!(beside.get() > 0, "reads ran beside cases that count");
    assert!(fake.most.get() > 1, "cases ran concurrently");
}

fn counted(expected: u64, undisturbed: u64) -> Case {
    let total = || Operand::expression(Expression::response_body("/total"));
    let equal = |expected: u64| {
        let kind = RelationKind::Equal { got: total(), expected: Operand::constant(expected) };
        Relation::new("total-is-true", "`total` counts what there is", kind).at(Level::Must)
    };
    let mut counts = list();
    counts.criteria.push(Criterion::Relation(equal(expected)));
    let mut case = case("law", ("listThings", 200), vec![counts]);
    case.isolation = Isolation::Alone;
    case.undisturbed = vec![equal(undisturbed)];
    case
}

#[tokio::test]
async fn a_law_that_fails_beside_someone_elses_writes_is_skipped() {
    let fake = Fake::new(sound);
    // Nobody wrote: the law is broken.
    let outcomes = run(&fake, &[counted(7, 0)]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Failed);
    // Somebody wrote: it can't be told.
    let outcomes = run(&fake, &[counted(7, 7)]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Skipped);
    assert!(outcomes[0].reason.as_deref().is_some_and(|reason| reason.contains("someone else")));
    // The law holds, whatever somebody did.
    let outcomes = run(&fake, &[counted(0, 7)]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Passed);
}

#[tokio::test]
async fn a_case_that_another_run_disturbed_is_performed_anew() {
    for (patience, expected) in [(None, Verdict::Skipped), (Some(5), Verdict::Passed)] {
        let lists = Cell::new(0);
        // The others have made what they make by the time of the third look.
        let fake = Fake::new(|request: &HttpRequest, number| {
            lists.set(lists.get() + usize::from(request.method == "GET"));
            match request.method.as_str() {
                "GET" => Ok((200, json!({"total": if lists.get() < 3 { 3 } else { 7 }}))),
                _ => sound(request, number),
            }
        });
        let (contract, profile) = (contract(), profile());
        let judge = Judge::new(&contract).expect("a judge");
        let stop = Stop::default();
        let runner = Runner::new(&judge, &profile, &fake, &stop, options());
        let runner = match patience {
            Some(seconds) => runner.with_patience(Duration::from_secs(seconds)),
            None => runner,
        };
        let outcomes = runner.run(&[counted(7, 7)], &|_| ()).await;
        assert_eq!(outcomes[0].verdict, expected, "{:?}", outcomes[0].reason);
        assert_eq!(lists.get(), if patience.is_some() { 3 } else { 1 });
    }
}

fn paged(at_most: usize) -> Case {
    let mut pages = list();
    pages.outputs = IndexMap::from([("next".to_owned(), Expression::response_body("/next"))]);
    let next = conformance::case::Next::Query {
        while_: "$response.body#/next != null".parse().expect("a condition"),
        query: vec![conformance::case::Pair {
            name: "cursor".to_owned(),
            value: Text::expression(Expression::response_body("/next")),
        }],
    };
    pages.repeat = Some(Repeat { next, more: None, at_most });
    case("pages", ("listThings", 200), vec![pages])
}

fn pages(request: &HttpRequest, _: usize) -> Answer {
    Ok((
        200,
        match request.target.split_once("cursor=") {
            None => json!({"next": "b c"}),
            Some((_, "b%20c")) => json!({"next": "d"}),
            Some(_) => json!({"next": null}),
        },
    ))
}

#[tokio::test]
async fn a_repeated_step_follows_what_the_answers_say() {
    let fake = Fake::new(pages);
    let outcomes = run(&fake, &[paged(10)]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Passed, "{outcomes:#?}");
    assert_eq!(fake.asked(), ["GET /things", "GET /things?cursor=b%20c", "GET /things?cursor=d"]);
}

#[tokio::test]
async fn a_list_that_is_longer_than_one_looks_is_no_fault() {
    let outcomes = run(&Fake::new(pages), &[paged(2)]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Skipped);
    let reason = outcomes[0].reason.as_deref();
    assert_eq!(reason, Some("2 exchanges did not reach the end, and no more are sent"));
}

#[tokio::test]
async fn a_list_that_leads_back_to_an_earlier_page_fails() {
    let round = |request: &HttpRequest, _: usize| {
        let last = request.target.ends_with("cursor=b");
        Ok((200, json!({"next": if last { "a" } else { "b" }})))
    };
    // a page, then `b`, `a`, and `b` again, which isn't asked for.
    let fake = Fake::new(round);
    let outcomes = run(&fake, &[paged(10)]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Failed);
    let reason = outcomes[0].reason.as_deref();
    assert_eq!(reason, Some("answer 3 leads back to answer 2: there is no end"));
    let asked = fake.asked();
    let round = ["GET /things", "GET /things?cursor=b", "GET /things?cursor=a"];
    assert_eq!(asked, [round, round].concat());
}

#[tokio::test]
async fn an_input_that_the_profile_does_not_have_skips_the_case() {
    let fake = Fake::new(sound);
    let mut case = case("c", ("listThings", 200), vec![list()]);
    case.inputs.insert("else".into(), Input::Profile("not-there".to_owned()).into());
    let outcomes = run(&fake, &[case]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Skipped);
    assert_eq!(
        outcomes[0].reason.as_deref(),
        Some("neither the profile nor a set-up gives `not-there`")
    );
    assert!(fake.asked().is_empty());
}

fn pick(id: &str, cell: (&str, u16), steps: Vec<Step>) -> Case {
    let mut case = case(id, cell, steps);
    case.isolation = Isolation::Reads;
    case
}

#[tokio::test]
async fn a_failure_that_is_not_seen_again_is_flaky_and_speaks_against_nobody() {
    let fake = Fake::new(|_: &HttpRequest, number| match number {
        1 => Ok((500, json!({}))),
        _ => Ok((200, json!({"total": 0}))),
    });
    let outcomes = run(&fake, &[pick("c", ("listThings", 200), vec![list()])]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Skipped);
    assert_eq!(outcomes[0].confirmed, Some(Confirmed { seen: 0, of: 3 }));
    assert!(outcomes[0].reason.as_deref().is_some_and(|one| one.starts_with("flaky: ")));
    assert!(
        !outcomes[0].steps.iter().flat_map(|one| &one.checks).any(conformance::run::is_failure)
    );
}

/// A target whose first answer is no success, and whose next ones are no lists.
fn first_refuses(
    then: std::ops::RangeInclusive<usize>,
) -> Fake<impl Fn(&HttpRequest, usize) -> Answer> {
    Fake::new(move |_: &HttpRequest, number| match number {
        1 => Ok((500, json!({}))),
        number if then.contains(&number) => Ok((200, json!(["none"]))),
        _ => Ok((200, json!({"total": 0}))),
    })
}

#[tokio::test]
async fn what_fails_in_another_way_whenever_it_is_tried_alone_has_failed() {
    let case = [pick("c", ("listThings", 200), vec![list()])];
    let outcomes = run(&first_refuses(2..=9), &case).await;
    assert_eq!(outcomes[0].verdict, Verdict::Failed);
    assert!(outcomes[0].confirmed.is_some_and(|confirmed| confirmed.seen == 1));
    let checks = outcomes[0].steps.iter().flat_map(|one| &one.checks);
    let failed: Vec<_> = checks.filter(|one| conformance::run::is_failure(one)).collect();
    assert!(failed.iter().all(|one| one.id != "status-expected") && !failed.is_empty());
    // Once in another way is flaky as well.
    let outcomes = run(&first_refuses(2..=2), &case).await;
    assert_eq!(outcomes[0].verdict, Verdict::Skipped);
    assert!(outcomes[0].confirmed.is_some_and(|confirmed| confirmed.seen == 0));
}

#[tokio::test]
async fn a_failed_set_up_skips_its_dependents_and_speaks_against_its_own_cell() {
    let fake = Fake::new(|request: &HttpRequest, number| match request.method.as_str() {
        "POST" => Ok((500, json!({}))),
        _ => sound(request, number),
    });
    let dependent = case("c", ("listThings", 200), vec![create(201), list()]);
    let outcomes = run(&fake, &[dependent]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Skipped);
    let reason = outcomes[0].reason.as_deref();
    assert_eq!(
        reason,
        Some("what it needs could not be had: `createThing` answered 500; see createThing:201")
    );
    assert_eq!(outcomes[0].steps[0].cell.to_string(), "createThing:201");
}

#[tokio::test]
async fn a_busy_target_is_asked_again_by_itself_before_it_counts() {
    let fake = Fake::new(|_: &HttpRequest, number| match number {
        1 | 2 => Ok((503, Value::Null)),
        _ => Ok((200, json!({"total": 0}))),
    });
    let outcomes = run(&fake, &[pick("c", ("listThings", 200), vec![list()])]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Passed, "{outcomes:#?}");
    assert_eq!(fake.asked().len(), 3);
}

#[tokio::test]
async fn a_target_that_goes_down_ends_the_run_and_only_what_took_it_down_has_failed() {
    let dead = Cell::new(false);
    let fake = Fake::new(|request: &HttpRequest, _| {
        if dead.get() {
            return Err(FailureKind::Unreachable("refused".to_owned()));
        }
        if request.target.contains("deadly") {
            dead.set(true);
            return Err(FailureKind::ClosedEarly);
        }
        Ok((200, json!({"total": 0})))
    });
    let mut deadly = list();
    deadly.request.path = "/things/deadly".to_owned();
    let mut cases = vec![
        pick("a", ("listThings", 200), vec![list()]),
        pick("b", ("listThings", 200), vec![deadly]),
    ];
    cases.extend((0..50).map(|n| pick(&format!("c{n}"), ("listThings", 200), vec![list()])));
    let one_worker = Options { workers: 1, ..options() };
    let outcomes = run_with(&fake, &cases, one_worker, &Stop::default()).await;
    let failed: Vec<_> =
        outcomes.iter().filter(|one| one.verdict == Verdict::Failed).map(|one| &one.id).collect();
    assert_eq!(failed, ["b"]);
    assert_eq!(outcomes[1].steps[0].checks[0].id, "target-survives");
    assert_eq!(outcomes[30].reason.as_deref(), Some("the target went down"));
    assert!(fake.asked().len() < 15, "{:?}", fake.asked());
}

#[tokio::test]
async fn what_is_made_is_in_the_journal_until_it_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = conformance::run::Journal::new(folder.path().join("run.jsonl"));
    let fake = Fake::new(|request: &HttpRequest, number| match request.method.as_str() {
        "DELETE" if request.target.ends_with("t1") => Ok((500, Value::Null)),
        _ => sound(request, number),
    });
    let contract = contract();
    let judge = Judge::new(&contract).expect("sound schemas");
    let (profile, stop) = (profile(), Stop::default());
    let runner = Runner::new(&judge, &profile, &fake, &stop, options()).with_journal(&journal);
    let cases = [
        case("a", ("createThing", 201), vec![create(201)]),
        case("b", ("createThing", 201), vec![create(201), delete()]),
    ];
    runner.run(&cases, &|_| ()).await;
    let left: Vec<_> = journal.left().into_iter().map(|one| one.target).collect();
    assert_eq!(left, ["/things/t1"]);
    assert_eq!(conformance::run::Journal::read(journal.path()).expect("readable").len(), 1);
}
