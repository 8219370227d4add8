//! Routes of a ferry line and the fares that are brought in as a table: rows name what is there, each is told of, and a dry run changes
//! nothing. What may not be named twice, what some may not ask with, what is always declined, and the entity tag of a route whose parts
//! are changed elsewhere.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /routes:
    get:
      operationId: routes
      description: Open routes come by themselves. Clerks may ask for those of another `state`; anybody else who sends `state` gets 403, or 401 if there is no token.
      security: [{}, { token: [] }]
      parameters: [{ name: state, in: query, schema: { type: string, enum: [open, closed], default: open } }]
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Route' } } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' } }
    post:
      operationId: plan
      description: Adds a route. The same pier twice gives 422.
      security: [{ token: [] }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/RouteWrite' }, example: { piers: [{ pier: North }], cents: 250 } } } }
      responses: { '201': { $ref: '#/components/responses/Route' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /routes/{route_id}:
    parameters: [{ name: route_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: route
      responses:
        '200':
          description: It.
          headers: { ETag: { required: true, description: It changes whenever a member of the route changes., schema: { type: string } } }
          content: { application/json: { schema: { $ref: '#/components/schemas/Route' } } }
        '404': { $ref: '#/components/responses/No' }
    put:
      operationId: replan
      description: Changes a route. `cents` must not be above 9000 on a `short` one (422).
      security: [{ token: [] }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/RouteWrite' } } } }
      responses: { '200': { $ref: '#/components/responses/Route' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      security: [{ token: [] }]
      responses: { '204': { description: Gone. }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /routes/{route_id}/tickets:
    parameters: [{ name: route_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    post:
      operationId: sell
      description: Sells a ticket. In tests, the card token `tok_broken` is always declined (402).
      security: [{ token: [] }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [card_token], properties: { card_token: { type: string, pattern: '^tok_[a-z]{3,9}$' } } } } } }
      responses: { '201': { description: Sold., content: { application/json: { schema: { type: object, required: [sold], properties: { sold: { type: integer } } } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '402': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /fares:
    post:
      operationId: price
      description: >-
        Prices many routes. The first line must be exactly `route_id,cents`, followed by 1 to 40 lines; otherwise it is refused with 400.
        Each line is handled by itself. A line is left out if its route isn't known or was already in the file, or if its price isn't a
        number. With `dry_run` nothing is changed.
      security: [{ token: [] }]
      parameters: [{ name: dry_run, in: query, schema: { type: boolean, default: false } }]
      requestBody: { required: true, content: { text/csv: { schema: { type: string }, example: \"route_id,cents\\n7,1200\\n\" } } }
      responses: { '200': { description: What came of it., content: { application/json: { schema: { $ref: '#/components/schemas/Import' } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '415': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Route: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Route' } } } }";

const SCHEMAS: &str = "
  schemas:
    Pier: { type: object, required: [pier], properties: { pier: { type: string, minLength: 1 } } }
    RouteWrite: { type: object, required: [piers, cents], properties: { piers: { type: array, minItems: 1, items: { $ref: '#/components/schemas/Pier' } }, cents: { type: integer, minimum: 1, maximum: 99999 } } }
    Route: { type: object, required: [id, piers, cents, state], properties: { id: { type: integer }, piers: { type: array, items: { $ref: '#/components/schemas/Pier' } }, cents: { type: integer }, state: { type: string, enum: [open, closed] } } }
    Import: { type: object, required: [dry_run, applied, rows], properties: { dry_run: { type: boolean }, applied: { type: integer }, rows: { type: array, items: { type: object, required: [line, result], properties: { line: { type: integer }, result: { type: string, enum: [applied, left_out] } } } } } }
";

const WHO: &str = "
allow = ['price', 'sell']
creates = ['sell']
[credentials.clerk]
bearer = 'token-clerk'
may = ['*']
[credentials.rider]
bearer = 'token-rider'
may = ['routes', 'route']
";

const CLERK: &str = "token-clerk";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// A route may call at one pier twice.
    PierTwice,
    /// Riders may ask for closed routes.
    OpenToAll,
    /// Who isn't known is told to have no right.
    NobodyForbidden,
    /// Any card pays.
    AnyCard,
    /// The tag is that of the route's number.
    SameTag,
    /// Any columns are taken.
    AnyColumns,
    /// A table without rows is taken.
    NoRows,
    /// Tables may be as long as they like.
    LongTables,
    /// Behind a wrong row, nothing is taken.
    Stops,
    /// What is left out isn't told of.
    Untold,
    /// A route may be priced twice.
    Again,
    /// All rows are counted.
    CountsAll,
    /// A dry run prices routes.
    Wet,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS)
        .profile(WHO)
        .only(check)
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let allow = match path.as_slice() {
        ["routes"] => "GET, POST",
        ["routes", _] => "GET, PUT, DELETE",
        ["routes", _, "tickets"] | ["fares"] => "POST",
        _ => return Answer::error(404),
    };
    if !allow.split(", ").any(|method| method == request.method) {
        return Answer::error(405).with("allow", allow);
    }
    let is_shown = !request.header("authorization").is_empty();
    let who = request.token().filter(|token| [CLERK, "token-rider"].contains(token));
    let is_public = request.method == "GET";
    if who.is_none() && (is_shown || !is_public) {
        return Answer::error(401).with("www-authenticate", "Bearer");
    }
    if !is_public && who != Some(CLERK) {
        return Answer::error(403);
    }
    match (path.as_slice(), request.method.as_str()) {
        (["routes"], "GET") => list(store, fault, request, who),
        (["routes"], _) => plan(store, fault, request, None),
        (["fares"], _) => price(store, fault, request),
        (["routes", id, rest @ ..], method) => {
            let key = format!("routes/{id}");
            let Some(there) = store.get(&key) else { return Answer::error(404) };
            match (method, rest) {
                ("POST", _) => sell(store, fault, request),
                ("PUT", _) => plan(store, fault, request, Some(&there["id"])),
                ("DELETE", _) => {
                    store.remove(&key);
                    Answer::empty(204)
                }
                _ => {
                    let tag = if fault == Fault::SameTag { id.to_string() } else { tag(&there) };
                    Answer::json(200, there).with("etag", &format!("\"{tag}\""))
                }
            }
        }
        _ => Answer::error(404),
    }
}

fn tag(route: &Value) -> String {
    let text = route.to_string();
    let sum = text.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    format!("{sum:x}")
}

fn list(store: &Store, fault: Fault, request: &Request, who: Option<&str>) -> Answer {
    let state = request.query("state").first().copied();
    if state.is_some_and(|state| !["open", "closed"].contains(&state)) {
        return Answer::error(400);
    }
    if state.is_some() && who != Some(CLERK) && fault != Fault::OpenToAll {
        let nobody = if fault == Fault::NobodyForbidden { 403 } else { 401 };
        return match who {
            Some(_) => Answer::error(403),
            None => Answer::error(nobody).with("www-authenticate", "Bearer"),
        };
    }
    let state = state.unwrap_or("open");
    let routes = store.ids().into_iter().filter(|id| id.starts_with("routes/"));
    let routes = routes.filter_map(|id| store.get(&id)).filter(|route| route["state"] == state);
    Answer::json(200, Value::Array(routes.collect()))
}

fn plan(store: &Store, fault: Fault, request: &Request, id: Option<&Value>) -> Answer {
    let body = request.json();
    let piers = body["piers"].as_array().cloned().unwrap_or_default();
    let is_pier = |one: &Value| one["pier"].as_str().is_some_and(|name| !name.is_empty());
    let cents = body["cents"].as_f64().filter(|one| one.fract() == 0.0);
    let is_price = cents.is_some_and(|one| (1.0..=99_999.0).contains(&one));
    if piers.is_empty() || !piers.iter().all(is_pier) || !is_price {
        return Answer::error(400);
    }
    let is_twice =
        |(n, one): (usize, &Value)| piers[..n].iter().any(|other| other["pier"] == one["pier"]);
    if piers.iter().enumerate().any(is_twice) && fault != Fault::PierTwice {
        return Answer::error(422);
    }
    let number = id.cloned().unwrap_or_else(|| json!(store.serial()));
    let route = json!({"id": number, "piers": piers, "cents": body["cents"], "state": "open"});
    store.put(&format!("routes/{number}"), route.clone());
    Answer::json(if id.is_some() { 200 } else { 201 }, route)
}

fn sell(store: &Store, fault: Fault, request: &Request) -> Answer {
    let token = request.json()["card_token"].as_str().unwrap_or_default().to_owned();
    let rest = token.strip_prefix("tok_").unwrap_or_default();
    if !(3..=9).contains(&rest.len()) || !rest.bytes().all(|one| one.is_ascii_lowercase()) {
        return Answer::error(400);
    }
    if token == "tok_broken" && fault != Fault::AnyCard {
        return Answer::error(402);
    }
    Answer::json(201, json!({"sold": store.serial()}))
}

fn price(store: &Store, fault: Fault, request: &Request) -> Answer {
    let is_dry = match request.query("dry_run").as_slice() {
        [] | ["false"] => false,
        ["true"] => true,
        _ => return Answer::error(400),
    };
    let declared = request.header("content-type").first().copied().unwrap_or_default();
    if !declared.to_lowercase().starts_with("text/csv") {
        return Answer::error(415);
    }
    let mut lines = request.body.lines();
    let is_headed = lines.next() == Some("route_id,cents") || fault == Fault::AnyColumns;
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let is_some = !lines.is_empty() || fault == Fault::NoRows;
    let is_short = lines.len() <= 40 || fault == Fault::LongTables;
    if !is_headed || !is_some || !is_short {
        return Answer::error(400);
    }
    let (mut seen, mut rows) = (Vec::new(), Vec::new());
    let mut is_stopped = false;
    for (number, line) in lines.iter().enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let priced = match cells.as_slice() {
            [id, cents] => store.get(&format!("routes/{id}")).zip(cents.parse::<u64>().ok()),
            _ => None,
        };
        let is_again = seen.contains(&cells.first().copied()) && fault != Fault::Again;
        let priced = priced.filter(|_| !is_again && !is_stopped);
        let result = if priced.is_some() { "applied" } else { "left_out" };
        is_stopped |= priced.is_none() && fault == Fault::Stops;
        if let Some((mut route, cents)) = priced {
            seen.push(cells.first().copied());
            route["cents"] = cents.into();
            if !is_dry || fault == Fault::Wet {
                store.put(&format!("routes/{}", route["id"]), route);
            }
        } else if fault == Fault::Untold {
            continue;
        }
        rows.push(json!({"line": number + 2, "result": result}));
    }
    let taken = rows.iter().filter(|row| row["result"] == "applied").count();
    let applied = if fault == Fault::CountsAll { rows.len() } else { taken };
    Answer::json(200, json!({"dry_run": is_dry, "applied": applied, "rows": rows}))
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    run(Fault::None, "").await.assert_sound(&[
        "plan:422:violation:body.piers:named-twice",
        "routes:403:rights:rider:query.state",
        "routes:401:law:status-expected:query.state:nobody",
        "sell:402:law:told-value-refused:body.card_token:tok_broken",
        "price:200:law:tag-tells-apart",
        "price:400:violation:body:other-columns",
        "price:400:violation:body:no-rows",
        "price:400:violation:body:too-many-rows",
        "price:200:law:each-row-is-told-of",
        "price:200:law:each-row-is-told-of:repeated",
        "price:200:law:dry-run-changes-nothing:route",
    ]);
}

#[tokio::test]
async fn what_is_refused_to_some_or_always_is_asked_for() {
    for (fault, check) in [
        (Fault::PierTwice, "plan:201:told-limit-kept:violation"),
        (Fault::OpenToAll, "routes:200:status-expected:rights"),
        (Fault::NobodyForbidden, "routes:403:status-expected:law"),
        (Fault::AnyCard, "sell:201:told-value-refused:law"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}

#[tokio::test]
async fn what_comes_of_each_row_is_looked_at() {
    for (fault, check) in [
        (Fault::SameTag, "price:200:tag-tells-apart"),
        (Fault::AnyColumns, "price:200:told-limit-kept:violation"),
        (Fault::NoRows, "price:200:told-limit-kept:violation"),
        (Fault::LongTables, "price:200:told-limit-kept:violation"),
        (Fault::Stops, "price:200:each-row-is-told-of"),
        (Fault::Untold, "price:200:each-row-is-told-of"),
        (Fault::Again, "price:200:each-row-is-told-of"),
        (Fault::CountsAll, "price:200:each-row-is-told-of"),
        (Fault::Wet, "price:200:dry-run-changes-nothing"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
