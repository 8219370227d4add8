//! What is there when a run begins is often of more kinds than what the suite makes: filters, orders and pages are judged by it, also
//! of lists that the suite fills later on.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const TOOLS: &str = "
paths:
  /tools:
    get:
      operationId: list
      description: |
        The tools, sorted by `price`, then by `name` without regard to case. With a limit, the first ones; `next_cursor` leads on,
        and is null on the last page.
      parameters:
        - { name: city, in: query, description: 'Keeps the tools in this city (the whole name, case is ignored).', schema: { type: string, minLength: 1, maxLength: 20 } }
        - { name: min_price, in: query, schema: { type: integer, minimum: 0 } }
        - { name: tag, in: query, schema: { type: string, minLength: 1, maxLength: 20 } }
        - { name: made_before, in: query, description: 'Keeps the tools that were made before this day.', schema: { type: string, format: date } }
        - name: sort
          in: query
          description: What to sort by; a minus sign turns it around. Tools that are equal in all of it are ordered by ascending `id`.
          explode: false
          schema: { type: array, minItems: 1, maxItems: 2, items: { type: string, enum: [city, -city, price, -price] } }
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50 } }
        - { name: cursor, in: query, schema: { type: string } }
      responses:
        '200':
          description: They.
          content:
            application/json:
              schema:
                type: object
                required: [tools, next_cursor]
                properties:
                  tools: { type: array, items: { $ref: '#/components/schemas/Tool' } }
                  next_cursor: { type: [string, 'null'] }
        '422': { $ref: '#/components/responses/No' }
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/New' } } } }
      responses:
        '201': { description: It is there., content: { application/json: { schema: { $ref: '#/components/schemas/Tool' } } } }
        '422': { $ref: '#/components/responses/No' }
  /tools/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const SCHEMAS: &str = "
  schemas:
    Tool:
      type: object
      required: [id, name, city, price, tags, made_on]
      properties:
        id: { type: string }
        name: { type: string }
        city: { type: string }
        price: { type: integer }
        tags: { type: array, items: { type: string } }
        made_on: { type: string, format: date }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// A filter minds letter case.
    MindsCase,
    /// What costs just as much as is asked for is left out.
    Above,
    /// Only the first tag is looked at.
    FirstTag,
    /// What was made on the day itself is there as well.
    OnTheDay,
    /// What is equal comes as it was made.
    NoSecondKey,
    /// Only the first of what is asked for counts.
    FirstSort,
    /// Ties come the other way round.
    TiesDescend,
    /// A full last page leads on.
    LeadsOn,
}

async fn run(fault: Fault) -> Run {
    let store = Store::default();
    for (name, city, price, tags, day) in [
        ("saw", "Kiel", 20, ["wood", "small"], "2020-05-01"),
        ("Axe", "Bremen", 20, ["wood", "sharp"], "2020-03-01"),
        ("bit", "Kiel", 7, ["iron", "small"], "2020-04-01"),
        ("awl", "Bremen", 100, ["sharp", "iron"], "2020-06-01"),
        ("bar", "Kiel", 20, ["iron", "wood"], "2020-02-01"),
    ] {
        let id = store.uuid();
        let tool = json!({"id": id, "name": name, "city": city, "price": price, "tags": tags, "made_on": day});
        store.put(&id, tool);
    }
    let service = Service::start(move |request| respond(&store, fault, request)).await;
    Suite::of_components(TOOLS, "\n  responses:", SCHEMAS).run(&service.url).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let Some(id) = request.below("/tools") else {
        return match request.method.as_str() {
            "GET" => list(store, fault, request).unwrap_or_else(|| Answer::error(422)),
            "POST" if request.has_text("name") => {
                let (id, name) = (store.uuid(), request.json()["name"].clone());
                let tool = json!({"id": id, "name": name, "city": "Ulm", "price": 1, "tags": [], "made_on": "2020-01-01"});
                store.put(&id, tool.clone());
                Answer::json(201, tool)
            }
            "POST" => Answer::error(422),
            _ => Answer::error(405).with("allow", "GET, POST"),
        };
    };
    match request.method.as_str() {
        "DELETE" if store.remove(&id).is_some() => Answer::empty(204),
        "DELETE" => Answer::error(404),
        _ => Answer::error(405).with("allow", "DELETE"),
    }
}

/// The one value of a parameter; `Err`: there are more, or it is no text of 1 to 20 characters.
fn one(request: &Request, name: &str) -> Option<Option<String>> {
    match request.query(name).as_slice() {
        [] => Some(None),
        [text] if (1..=20).contains(&text.chars().count()) => Some(Some((*text).to_owned())),
        _ => None,
    }
}

fn list(store: &Store, fault: Fault, request: &Request) -> Option<Answer> {
    let mut tools = store.values();
    if let Some(city) = one(request, "city")? {
        let same = |own: &str| match fault {
            Fault::MindsCase => own == city,
            _ => own.eq_ignore_ascii_case(&city),
        };
        tools.retain(|tool| same(tool["city"].as_str().unwrap_or_default()));
    }
    if let Some(least) = one(request, "min_price")? {
        let least: i64 = least.parse().ok().filter(|least| *least >= 0)?;
        let least = if fault == Fault::Above { least + 1 } else { least };
        tools.retain(|tool| tool["price"].as_i64() >= Some(least));
    }
    if let Some(tag) = one(request, "tag")? {
        let looked_at = if fault == Fault::FirstTag { 1 } else { 2 };
        let has = |tags: &Value| {
            tags.as_array().into_iter().flatten().take(looked_at).any(|one| *one == *tag)
        };
        tools.retain(|tool| has(&tool["tags"]));
    }
    if let Some(day) = one(request, "made_before")? {
        time::Date::parse(&day, &time::format_description::well_known::Iso8601::DATE).ok()?;
        let on_the_day = fault == Fault::OnTheDay;
        tools.retain(|tool| {
            let own = tool["made_on"].as_str().unwrap_or_default();
            own < day.as_str() || on_the_day && own == day
        });
    }
    sort(&mut tools, fault, request)?;
    let limit = match one(request, "limit")? {
        Some(limit) => limit.parse::<usize>().ok().filter(|limit| (1..=50).contains(limit))?,
        None => 50,
    };
    let from = match one(request, "cursor")? {
        Some(cursor) => cursor.strip_prefix("after-")?.parse().ok()?,
        None => 0,
    };
    let page: Vec<_> = tools.iter().skip(from).take(limit).collect();
    let end = from + page.len();
    let more = if fault == Fault::LeadsOn { page.len() == limit } else { end < tools.len() };
    let next = more.then(|| format!("after-{end}"));
    Some(Answer::json(200, json!({"tools": page, "next_cursor": next})))
}

fn sort(tools: &mut [Value], fault: Fault, request: &Request) -> Option<()> {
    let text =
        |tool: &Value, member: &str| tool[member].as_str().unwrap_or_default().to_lowercase();
    let price = |tool: &Value| tool["price"].as_i64();
    let Some(asked) = one(request, "sort")? else {
        tools.sort_by(|a, b| {
            let names = if fault == Fault::NoSecondKey {
                Ordering::Equal
            } else {
                text(a, "name").cmp(&text(b, "name"))
            };
            price(a).cmp(&price(b)).then(names)
        });
        return Some(());
    };
    let keys: Vec<&str> = asked.split(',').collect();
    let known = |key: &&str| matches!(key.trim_start_matches('-'), "city" | "price");
    (keys.len() <= 2 && keys.iter().all(known)).then_some(())?;
    let keys = if fault == Fault::FirstSort { &keys[..1] } else { &keys[..] };
    tools.sort_by(|a, b| {
        let by_keys = keys.iter().fold(Ordering::Equal, |found, key| {
            let order = match key.trim_start_matches('-') {
                "city" => text(a, "city").cmp(&text(b, "city")),
                _ => price(a).cmp(&price(b)),
            };
            found.then(if key.starts_with('-') { order.reverse() } else { order })
        });
        let ties = text(a, "id").cmp(&text(b, "id"));
        by_keys.then(if fault == Fault::TiesDescend { ties.reverse() } else { ties })
    });
    Some(())
}

#[tokio::test]
async fn a_sound_list_is_left_alone() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    for law in [
        "filter-is-kept:query.city:capitals:before",
        "filter-is-kept:query.min_price:third:before",
        "filter-is-kept:query.tag:third:before",
        "filter-is-kept:query.made_before:third:before",
        "sorted-as-asked:query.sort:city,-price:before",
        "order-is-kept:before",
        "more-is-true:full:before",
    ] {
        let case = format!("list:200:law:{law}");
        assert_eq!(run.verdict(&case), Some("passed"), "{law}: {}", run.told);
    }
}

#[tokio::test]
async fn what_is_there_shows_what_a_list_does_otherwise() {
    for (fault, check) in [
        (Fault::MindsCase, "filter-is-kept"),
        (Fault::Above, "filter-is-kept"),
        (Fault::FirstTag, "filter-is-kept"),
        (Fault::OnTheDay, "filter-is-kept"),
        (Fault::NoSecondKey, "order-is-kept"),
        (Fault::FirstSort, "sorted-as-asked"),
        (Fault::TiesDescend, "sorted-as-asked"),
        (Fault::LeadsOn, "more-is-true"),
    ] {
        let run = run(fault).await;
        let found = run.faults().iter().any(|one| one.contains(check));
        assert!(found, "{fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}
