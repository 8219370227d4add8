//! Tags that follow what is shown, times to the millisecond, what keeps a thing that it lies within, tables of what may be named in
//! which state, arrays that are asked for with all of several values, words in any order, rates, jobs of which one is done at a time,
//! and what the query of an upload says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /gardens:
    post:
      operationId: plant
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Garden' }, '422': { $ref: '#/components/responses/No' } }
  /gardens/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: garden
      responses: { '200': { $ref: '#/components/responses/Garden' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: rename
      description: A patch that changes nothing leaves `updated_at` and the entity tag as they are.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Garden' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: clear
      description: |
        Removes it with its plots.

        - As long as one of its plots has a rental that is `reserved` or `active`: 409.
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /gardens/{id}/plots:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: plots
      parameters:
        - { name: feature, in: query, explode: true, description: Only plots that have *all* of the features named., schema: { type: array, items: { $ref: '#/components/schemas/Feature' } } }
        - { name: q, in: query, description: 'Words, separated by blanks. Each has to occur in the `name`; parts of words are enough.', schema: { type: string, minLength: 1 } }
      responses: { '200': { description: All of them., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Plot' } } } } }, '400': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    post:
      operationId: divide
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewPlot' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Plot' } } } }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /plots/{id}/pictures:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: picture
      parameters: [{ name: caption, in: query, schema: { type: string, minLength: 1, maxLength: 80 } }]
      requestBody: { required: true, content: { image/png: {} } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Picture' } } } }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /rentals:
    post:
      operationId: reserve
      description: A new rental is `reserved`.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewRental' } } } }
      responses: { '201': { $ref: '#/components/responses/Rental' }, '422': { $ref: '#/components/responses/No' } }
  /rentals/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: rental
      responses: { '200': { $ref: '#/components/responses/Rental' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: release
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /rentals/{id}/activate:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: activate
      description: '`reserved` → `active`. Any other state: 409.'
      responses: { '200': { $ref: '#/components/responses/Rental' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /rentals/{id}/return:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: giveBack
      description: '`active` → `returned`. Any other state: 409.'
      responses: { '200': { $ref: '#/components/responses/Rental' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /rentals/{id}/charges:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: charge
      description: |
        | rental is  | kinds that can be charged |
        |------------|---------------------------|
        | `reserved` | none                      |
        | `active`   | `rent`, `water`           |
        | `returned` | `water`                   |

        - A kind that the state of the rental doesn't allow: 409.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Charge' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Charge' } } } }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /seeds:
    get:
      operationId: seeds
      description: Each caller may ask 9 times within any 10 seconds. More is a 429.
      responses: { '200': { description: All of them., content: { application/json: { schema: { type: object, properties: { seeds: { type: array, items: { type: string } } } } } } }, '429': { $ref: '#/components/responses/No' } }
  /jobs:
    post:
      operationId: water
      description: 'Waters everything. Another job isn''t finished: 409.'
      responses: { '202': { $ref: '#/components/responses/Job' }, '409': { $ref: '#/components/responses/No' } }
  /jobs/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: job
      responses: { '200': { $ref: '#/components/responses/Job' }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Garden:
      description: It.
      headers: { ETag: { required: true, description: It changes with every change of what is shown., schema: { type: string } } }
      content: { application/json: { schema: { $ref: '#/components/schemas/Garden' } } }
    Rental: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Rental' } } } }
    Job: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Job' } } } }";

const SCHEMAS: &str = "
  schemas:
    Feature: { type: string, enum: [shade, tap, shed] }
    Garden: { type: object, required: [id, name, plot_count, updated_at], properties: { id: { type: string }, name: { type: string }, plot_count: { type: integer, description: Number of its plots }, updated_at: { type: string, format: date-time } } }
    NewPlot: { type: object, required: [name], properties: { name: { type: string, minLength: 1, maxLength: 80 }, features: { type: array, uniqueItems: true, items: { $ref: '#/components/schemas/Feature' }, default: [] } } }
    Plot: { type: object, required: [id, name, features], properties: { id: { type: string }, name: { type: string }, features: { type: array, items: { $ref: '#/components/schemas/Feature' } } } }
    Picture: { type: object, required: [id, caption], properties: { id: { type: string }, caption: { type: [string, 'null'] } } }
    NewRental: { type: object, required: [plot_id], properties: { plot_id: { type: string } } }
    Rental: { type: object, required: [id, plot_id, status], properties: { id: { type: string }, plot_id: { type: string }, status: { type: string, enum: [reserved, active, returned] } } }
    Charge: { type: object, required: [kind, cents], properties: { kind: { type: string, enum: [rent, water] }, cents: { type: integer, minimum: 1 } } }
    Job: { type: object, required: [id], properties: { id: { type: string } } }
";

const PROFILE: &str = "creates = ['*']\n";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The tag stays when a plot is added.
    TagStays,
    /// The time of the last change stays.
    TimeStays,
    /// A change that changes nothing is one all the same.
    NothingCounts,
    /// A garden goes whatever its plots have.
    GardenGoes,
    /// One of the features is enough.
    AnyFeature,
    /// The words have to stand as one.
    OnePhrase,
    /// One of the words is enough.
    AnyWord,
    /// What was given back is charged with anything.
    ChargedAnyway,
    /// Seeds may be asked for as often as anybody likes.
    SeedsWithoutEnd,
    /// Captions get lost.
    NoCaption,
}

/// What a service keeps.
#[derive(Default)]
struct Kept {
    gardens: Store,
    plots: Store,
    rentals: Store,
    jobs: Store,
    /// When seeds were asked for.
    asked: Mutex<Vec<Instant>>,
    /// When the last job will be done.
    busy: Mutex<Option<Instant>>,
    changes: AtomicUsize,
}

async fn run(fault: Fault, check: &str) -> Run {
    let kept = Arc::new(Kept::default());
    let service = Service::start(move |request| respond(&kept, fault, request)).await;
    let suite = Suite::of_components(PATHS, RESPONSES, SCHEMAS);
    suite.profile(PROFILE).only(check).run(&service.url).await
}

fn respond(kept: &Kept, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let there = |store: &Store, id: &str| store.get(id).ok_or_else(|| Answer::error(404));
    let answer = match (request.method.as_str(), path.as_slice()) {
        ("POST", ["gardens"]) => Ok(kept.plant(request)),
        (method, ["gardens", id]) => {
            there(&kept.gardens, id).map(|garden| kept.garden(method, fault, (id, garden), request))
        }
        (method, ["gardens", id, "plots"]) => {
            there(&kept.gardens, id).map(|_| kept.of_garden(method, fault, id, request))
        }
        ("POST", ["plots", id, "pictures"]) => {
            there(&kept.plots, id).map(|_| kept.picture(fault, request))
        }
        ("POST", ["rentals"]) => Ok(kept.reserve(request)),
        ("GET", ["rentals", id]) => there(&kept.rentals, id).map(|one| Answer::json(200, one)),
        ("DELETE", ["rentals", id]) => there(&kept.rentals, id).map(|_| {
            kept.rentals.remove(id);
            Answer::empty(204)
        }),
        ("POST", ["rentals", id, "activate"]) => {
            there(&kept.rentals, id).map(|one| kept.moved((id, one), ["reserved", "active"]))
        }
        ("POST", ["rentals", id, "return"]) => {
            there(&kept.rentals, id).map(|one| kept.moved((id, one), ["active", "returned"]))
        }
        ("POST", ["rentals", id, "charges"]) => {
            there(&kept.rentals, id).map(|one| charge(fault, &one, request))
        }
        ("GET", ["seeds"]) => Ok(kept.seeds(fault)),
        ("POST", ["jobs"]) => Ok(kept.water()),
        ("GET", ["jobs", id]) => there(&kept.jobs, id).map(|one| Answer::json(200, one)),
        (_, ["gardens" | "rentals" | "jobs"] | ["plots" | "rentals", _, _]) => {
            Ok(Answer::error(405).with("allow", "POST"))
        }
        (_, ["rentals", _]) => Ok(Answer::error(405).with("allow", "GET, DELETE")),
        (_, ["seeds"] | ["jobs", _]) => Ok(Answer::error(405).with("allow", "GET")),
        _ => Ok(Answer::error(404)),
    };
    answer.unwrap_or_else(|missing| missing)
}

/// The moment, to the millisecond.
fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let (date, time) = (now.date(), now.time());
    let (hour, minute, second, milli) = time.as_hms_milli();
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

impl Kept {
    fn shown(&self, status: u16, id: &str, garden: &Value, fault: Fault) -> Answer {
        let plots = self.plots.values().iter().filter(|one| one["garden"] == id).count();
        let mut garden = garden.clone();
        let changes = garden["changes"].take();
        garden.as_object_mut().into_iter().for_each(|garden| drop(garden.remove("changes")));
        garden["plot_count"] = plots.into();
        let tag = match fault {
            Fault::TagStays => format!("\"{changes}\""),
            _ => format!("\"{changes}-{plots}\""),
        };
        Answer::json(status, garden).with("etag", &tag)
    }

    fn plant(&self, request: &Request) -> Answer {
        if !request.has_text("name") {
            return Answer::error(422);
        }
        let id = self.gardens.uuid();
        let changes = self.changes.fetch_add(1, Ordering::Relaxed);
        let name = &request.json()["name"];
        let garden = json!({"id": id, "name": name, "updated_at": now(), "changes": changes});
        self.gardens.put(&id, garden.clone());
        self.shown(201, &id, &garden, Fault::None)
    }

    fn garden(
        &self,
        method: &str,
        fault: Fault,
        (id, mut garden): (&str, Value),
        request: &Request,
    ) -> Answer {
        match method {
            "GET" => self.shown(200, id, &garden, fault),
            "PATCH" if !request.has_text("name") => Answer::error(422),
            "PATCH"
                if garden["name"] == request.json()["name"] && fault != Fault::NothingCounts =>
            {
                self.shown(200, id, &garden, fault)
            }
            "PATCH" => {
                garden["name"] = request.json()["name"].clone();
                garden["changes"] = self.changes.fetch_add(1, Ordering::Relaxed).into();
                if fault != Fault::TimeStays {
                    garden["updated_at"] = now().into();
                }
                self.gardens.put(id, garden.clone());
                self.shown(200, id, &garden, fault)
            }
            "DELETE" => {
                let plots = self.plots.values();
                let own = plots.iter().filter(|plot| plot["garden"] == id);
                let own: Vec<&Value> = own.map(|plot| &plot["id"]).collect();
                let rentals = self.rentals.values();
                let mut rentals = rentals.iter().filter(|one| one["status"] != "returned");
                let is_used = rentals.any(|one| own.contains(&&one["plot_id"]));
                if is_used && fault != Fault::GardenGoes {
                    return Answer::error(409);
                }
                own.iter().filter_map(|plot| plot.as_str()).for_each(|plot| {
                    self.plots.remove(plot);
                });
                self.gardens.remove(id);
                Answer::empty(204)
            }
            _ => Answer::error(405).with("allow", "GET, PATCH, DELETE"),
        }
    }

    fn of_garden(&self, method: &str, fault: Fault, id: &str, request: &Request) -> Answer {
        match method {
            "POST" => self.divide(id, request),
            "GET" => self.plots(fault, id, request),
            _ => Answer::error(405).with("allow", "GET, POST"),
        }
    }

    fn divide(&self, garden: &str, request: &Request) -> Answer {
        let body = request.json();
        let name = body["name"].as_str().filter(|name| (1..=80).contains(&name.chars().count()));
        let features = body.get("features").cloned().unwrap_or_else(|| json!([]));
        let all = features.as_array().cloned().unwrap_or_default();
        let is_one = |one: &Value| ["shade", "tap", "shed"].iter().any(|name| one == name);
        let is_set = all.iter().enumerate().all(|(n, one)| !all[..n].contains(one));
        let are_right = features.is_array() && all.iter().all(is_one) && is_set;
        let Some(name) = name.filter(|_| are_right && request.is_json()) else {
            return Answer::error(422);
        };
        let id = self.plots.uuid();
        let plot = json!({"id": id, "name": name, "features": features});
        let mut kept = plot.clone();
        kept["garden"] = garden.into();
        self.plots.put(&id, kept);
        Answer::json(201, plot)
    }

    fn plots(&self, fault: Fault, garden: &str, request: &Request) -> Answer {
        let mut all = self.plots.values();
        all.retain(|one| one["garden"] == garden);
        let asked = request.query("feature");
        if asked.iter().any(|one| !["shade", "tap", "shed"].contains(one)) {
            return Answer::error(400);
        }
        all.retain(|plot| {
            let features = plot["features"].as_array().cloned().unwrap_or_default();
            let mut has = asked.iter().map(|one| features.iter().any(|own| own == one));
            match fault {
                Fault::AnyFeature => asked.is_empty() || has.any(|has| has),
                _ => has.all(|has| has),
            }
        });
        if let [text] = request.query("q").as_slice() {
            if text.is_empty() {
                return Answer::error(400);
            }
            let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
            all.retain(|plot| {
                let name = plot["name"].as_str().unwrap_or_default().to_lowercase();
                match fault {
                    Fault::OnePhrase => name.contains(&text.to_lowercase()),
                    Fault::AnyWord => words.iter().any(|word| name.contains(word)),
                    _ => words.iter().all(|word| name.contains(word)),
                }
            });
        }
        let shown = all.into_iter().map(|mut plot| {
            plot.as_object_mut().into_iter().for_each(|plot| drop(plot.remove("garden")));
            plot
        });
        Answer::json(200, shown.collect())
    }

    fn picture(&self, fault: Fault, request: &Request) -> Answer {
        let captions = request.query("caption");
        let is_right = |text: &&str| (1..=80).contains(&text.chars().count());
        if !captions.iter().all(is_right) || captions.len() > 1 {
            return Answer::error(422);
        }
        let caption = captions.first().filter(|_| fault != Fault::NoCaption);
        Answer::json(201, json!({"id": self.plots.uuid(), "caption": caption}))
    }

    fn reserve(&self, request: &Request) -> Answer {
        let plot = request.json()["plot_id"].clone();
        let is_there = plot.as_str().is_some_and(|id| self.plots.get(id).is_some());
        if !is_there || !request.is_json() {
            return Answer::error(422);
        }
        let id = self.rentals.uuid();
        let rental = json!({"id": id, "plot_id": plot, "status": "reserved"});
        self.rentals.put(&id, rental.clone());
        Answer::json(201, rental)
    }

    fn moved(&self, (id, mut rental): (&str, Value), [from, to]: [&str; 2]) -> Answer {
        if rental["status"] != from {
            return Answer::error(409);
        }
        rental["status"] = to.into();
        self.rentals.put(id, rental.clone());
        Answer::json(200, rental)
    }

    fn seeds(&self, fault: Fault) -> Answer {
        const WINDOW: Duration = Duration::from_secs(10);
        let mut asked = self.asked.lock().expect("no panic");
        asked.retain(|at| at.elapsed() < WINDOW);
        if asked.len() >= 9 && fault != Fault::SeedsWithoutEnd {
            return Answer::error(429).with("retry-after", "10");
        }
        asked.push(Instant::now());
        Answer::json(200, json!({"seeds": ["rye"]}))
    }

    fn water(&self) -> Answer {
        const LENGTH: Duration = Duration::from_millis(300);
        let mut busy = self.busy.lock().expect("no panic");
        if busy.is_some_and(|until| Instant::now() < until) {
            return Answer::error(409);
        }
        *busy = Some(Instant::now() + LENGTH);
        let id = self.jobs.uuid();
        self.jobs.put(&id, json!({"id": id}));
        Answer::json(202, json!({"id": id}))
    }
}

fn charge(fault: Fault, rental: &Value, request: &Request) -> Answer {
    let body = request.json();
    let is_kind = body["kind"] == "rent" || body["kind"] == "water";
    let is_right = is_kind && body["cents"].as_u64().is_some_and(|cents| cents > 0);
    if !is_right || !request.is_json() {
        return Answer::error(422);
    }
    let is_taken = match rental["status"].as_str() {
        Some("active") => true,
        Some("returned") => body["kind"] == "water" || fault == Fault::ChargedAnyway,
        _ => false,
    };
    if is_taken { Answer::json(201, body) } else { Answer::error(409) }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    run(Fault::None, "").await.assert_sound(&[
        "clear:409:law:in-use-stays",
        "plots:200:law:filter-is-kept:query.feature:several",
        "plots:200:law:search-finds:query.q:words.name",
        "charge:201:happy-path:minimal",
        "charge:409:law:state-refuses:reserved",
        "charge:409:law:state-refuses:returned:kind:rent",
        "seeds:429:law:rate-is-kept",
        "job:200:happy-path:minimal",
        "picture:201:law:written-is-answered:query.caption",
    ]);
}

#[tokio::test]
async fn what_is_wrong_is_found() {
    for (fault, check) in [
        (Fault::TagStays, "garden:200:tag-tells-apart"),
        (Fault::TimeStays, "rename:200:modified-with-a-change"),
        (Fault::NothingCounts, "rename:200:modified-with-a-change"),
        (Fault::GardenGoes, "clear:204:in-use-stays"),
        (Fault::AnyFeature, "plots:200:filter-is-kept"),
        (Fault::OnePhrase, "plots:200:search-finds"),
        (Fault::AnyWord, "plots:200:search-finds"),
        (Fault::ChargedAnyway, "charge:201:state-refuses"),
        (Fault::SeedsWithoutEnd, "seeds:200:rate-is-kept"),
        (Fault::NoCaption, "picture:201:written-is-answered"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
