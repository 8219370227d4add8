//! Exports: they have what the list has, and are read as their media types have it.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const THINGS: &str = "
paths:
  /things:
    get:
      operationId: list
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 9, default: 3 } }
        - { name: offset, in: query, schema: { type: integer, minimum: 0, maximum: 9999 } }
      responses:
        '200': { description: Them., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } }
        '422': { $ref: '#/components/responses/No' }
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /things/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: change
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /exports/things:
    get:
      operationId: exportThings
      description: Every thing, as CSV with a header line or as lines of JSON.
      responses:
        '200':
          description: All of them.
          content:
            text/csv: { schema: { type: string } }
            application/x-ndjson: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } }
        '406': { $ref: '#/components/responses/No' }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    LacksTheLast,
    StopsAfterThree,
    HasNoHeader,
    SwapsColumns,
    QuotesNothing,
    EndsLinesByLf,
    IsOld,
    HasWhatWasDeleted,
    IsAnArray,
    LinesLackNames,
    IsAlwaysCsv,
    TakesTheFirstNamed,
}

/// What an export is made of.
#[derive(Clone, Default)]
struct Stores {
    things: Store,
    gone: Store,
    /// The exports that were made first, by their media types.
    old: Store,
}

fn all(store: &Store) -> Vec<Value> {
    let mut all: Vec<Value> = store.ids().iter().filter_map(|id| store.get(id)).collect();
    all.sort_by_key(|one| one["id"].as_i64());
    all
}

fn field(text: &str, fault: Fault) -> String {
    match text.contains([',', '"', '\n']) && fault != Fault::QuotesNothing {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

fn table(things: &[Value], fault: Fault) -> String {
    let row = |thing: &Value| {
        let (id, name) = (thing["id"].to_string(), thing["name"].as_str().unwrap_or_default());
        let fields = [id, field(name, fault)];
        fields.join(",")
    };
    let head = if fault == Fault::SwapsColumns { "name,id" } else { "id,name" };
    let head = Some(head.to_owned()).filter(|_| fault != Fault::HasNoHeader);
    let end = if fault == Fault::EndsLinesByLf { "\n" } else { "\r\n" };
    head.into_iter().chain(things.iter().map(row)).map(|line| line + end).collect()
}

fn lines(things: &[Value], fault: Fault) -> String {
    if fault == Fault::IsAnArray {
        return Value::from(things).to_string();
    }
    let shown = |thing: &Value| match fault {
        Fault::LinesLackNames => json!({ "id": thing["id"] }).to_string(),
        _ => thing.to_string(),
    };
    things.iter().map(|thing| shown(thing) + "\n").collect()
}

/// The media type that `Accept` prefers: each comes with its weight, or with none.
fn preferred(accept: &str, fault: Fault) -> Option<&'static str> {
    const OFFERED: [&str; 2] = ["text/csv", "application/x-ndjson"];
    let mut ranges: Vec<(&str, f64)> = Vec::new();
    for range in accept.split(',') {
        let (name, weight) = range.split_once(";q=").unwrap_or((range, "1"));
        ranges.push((name.trim(), weight.parse().unwrap_or(0.0)));
    }
    let offered = |(name, _): &(&str, f64)| match *name {
        "*/*" => Some(OFFERED[0]),
        name => OFFERED.into_iter().find(|one| *one == name),
    };
    match fault {
        Fault::IsAlwaysCsv => ranges.iter().find_map(offered).map(|_| OFFERED[0]),
        Fault::TakesTheFirstNamed => ranges.iter().find_map(offered),
        _ => {
            ranges.sort_by(|one, other| other.1.total_cmp(&one.1));
            ranges.iter().find_map(offered)
        }
    }
}

fn export(stores: &Stores, fault: Fault, request: &Request) -> Answer {
    let accept = request.header("accept").join(", ");
    let Some(media_type) = preferred(&accept, fault) else { return Answer::error(406) };
    let mut things = all(&stores.things);
    match fault {
        Fault::LacksTheLast => drop(things.pop()),
        Fault::StopsAfterThree => things.truncate(3),
        Fault::HasWhatWasDeleted => things.extend(all(&stores.gone)),
        _ => {}
    }
    let mut text = match media_type {
        "text/csv" => table(&things, fault),
        _ => lines(&things, fault),
    };
    if fault == Fault::IsOld {
        if let Some(Value::String(old)) = stores.old.get(media_type) {
            text = old;
        } else if !text.is_empty() {
            stores.old.put(media_type, text.clone().into());
        }
    }
    // Nothing can be shown as no lines, which the document has no word for.
    let text = if text.is_empty() { "\n".to_owned() } else { text };
    Answer::text(200, media_type, &text)
}

fn respond(stores: &Stores, fault: Fault, request: &Request) -> Answer {
    if request.path == "/exports/things" {
        return match request.method.as_str() {
            "GET" => export(stores, fault, request),
            _ => Answer::error(405).with("allow", "GET"),
        };
    }
    match (request.method.as_str(), request.below("/things")) {
        ("POST", None) => stores.things.make(request, stores.things.serial().into()),
        ("GET", None) => {
            page(&all(&stores.things), fault, request).unwrap_or_else(|| Answer::error(422))
        }
        ("DELETE", Some(id)) => {
            if let Some(thing) = stores.things.get(&id) {
                stores.gone.put(&id, thing);
            }
            stores.things.item(request, &id)
        }
        (_, Some(id)) => stores.things.item(request, &id),
        _ => Answer::error(405).with("allow", "GET, POST"),
    }
}

/// A page of the list: as a table for who asks for one.
fn page(all: &[Value], fault: Fault, request: &Request) -> Option<Answer> {
    let number = |name: &str, range: std::ops::RangeInclusive<usize>, default| match request
        .query(name)
        .as_slice()
    {
        [] => Some(default),
        [text] => text.parse().ok().filter(|number| range.contains(number)),
        _ => None,
    };
    let (limit, offset) = (number("limit", 1..=9, 3)?, number("offset", 0..=9999, 0)?);
    let mut items: Vec<_> = all.iter().skip(offset).take(limit).cloned().collect();
    if request.header("accept") != ["text/csv"] {
        return Some(Answer::json(200, json!(items)));
    }
    if fault == Fault::LacksTheLast {
        items.pop();
    }
    Some(Answer::text(200, "text/csv", &table(&items, fault)))
}

async fn run(fault: Fault, check: &str) -> Run {
    let stores = Stores::default();
    let service = Service::start(move |request| respond(&stores, fault, request)).await;
    let levels =
        "[levels]\nexport-agrees = \"must\"\ncsv-line-ends = \"must\"\naccept-decides = \"must\"\n";
    Suite::of(THINGS).profile(levels).only(check).run(&service.url).await
}

#[tokio::test]
async fn an_export_that_has_what_its_list_has_is_sound() {
    let run = run(Fault::None, "").await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.code, Some(0), "{}", run.told);
    for form in ["text/csv", "application/x-ndjson"] {
        let case = format!("exportThings:200:law:export-has-all:{form}");
        assert_eq!(run.verdict(&case), Some("passed"), "{}", run.told);
    }
}

/// A page of a list as a table has what the page has, and not what the list has.
#[tokio::test]
async fn a_list_that_is_a_table_as_well_has_the_same_page() {
    let thing = "{ type: array, items: { $ref: '#/components/schemas/Thing' } } }";
    let document = THINGS.replacen(
        &format!("content: {{ application/json: {{ schema: {thing} }} }}"),
        &format!("content: {{ application/json: {{ schema: {thing}, text/csv: {{}} }} }}"),
        1,
    );
    assert_ne!(document, THINGS);
    let document =
        document.replace("description: Them.", "description: 'Things, with a header line.'");
    let law = "list:200:law:export-has-all:text/csv";
    for (fault, verdict) in [(Fault::None, "passed"), (Fault::LacksTheLast, "failed")] {
        let stores = Stores::default();
        let service = Service::start(move |request| respond(&stores, fault, request)).await;
        let suite = Suite::of(&document).profile("[levels]\nexport-has-all = \"must\"\n");
        let run = suite.run(&service.url).await;
        assert_eq!(run.verdict(law), Some(verdict), "{fault:?}: {}", run.told);
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_export_is_found() {
    for (fault, check) in [
        (Fault::LacksTheLast, "exportThings:200:export-has-all"),
        (Fault::StopsAfterThree, "exportThings:200:export-has-all"),
        (Fault::HasNoHeader, "exportThings:200:export-has-all"),
        (Fault::SwapsColumns, "exportThings:200:export-has-all"),
        (Fault::QuotesNothing, "exportThings:200:export-has-all"),
        (Fault::EndsLinesByLf, "exportThings:200:csv-line-ends"),
        (Fault::IsOld, "exportThings:200:export-has-all"),
        (Fault::HasWhatWasDeleted, "exportThings:200:export-has-all"),
        (Fault::IsAnArray, "exportThings:200:body-schema"),
        (Fault::LinesLackNames, "exportThings:200:body-schema"),
        (Fault::IsAlwaysCsv, "exportThings:200:accept-decides"),
        (Fault::TakesTheFirstNamed, "exportThings:200:accept-decides"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
