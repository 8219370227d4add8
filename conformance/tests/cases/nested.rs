//! 18x: what is made within a thing and has a path of its own, and the sets of texts that it has.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const HALLS: &str = "
paths:
  /halls:
    get:
      operationId: listHalls
      parameters: [{ name: sort, in: query, schema: { type: string, enum: [name, -name] } }]
      responses:
        '200': { description: Them., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } }
        '422': { $ref: '#/components/responses/No' }
    post:
      operationId: makeHall
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /halls/{hall_id}:
    parameters: [{ name: hall_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getHall
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropHall
      description: A hall that has stands is only removed with `force`, and then its stands go with it.
      parameters: [{ name: force, in: query, schema: { type: boolean } }]
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /halls/{hall_id}/stands:
    parameters: [{ name: hall_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: makeStand
      description: No two stands of a hall have the same name.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Stand' } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Stand' } } } }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /stands/{stand_id}:
    parameters: [{ name: stand_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getStand
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Stand' } } } }
        '404': { $ref: '#/components/responses/No' }
    delete:
      operationId: dropStand
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /stands/{stand_id}/labels/{label}:
    parameters:
      - { name: stand_id, in: path, required: true, schema: { type: string } }
      - { name: label, in: path, required: true, schema: { type: string, pattern: '^[a-z0-9]{1,20}$' } }
    put:
      operationId: putLabel
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropLabel
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

/// What is sent and what is answered have one schema: `places` is required, and has a default.
const SCHEMAS: &str = "
    Stand:
      type: object
      required: [id, name, places, labels]
      properties:
        id: { type: string, readOnly: true }
        name: { type: string }
        places: { type: integer, minimum: 1, maximum: 9, default: 5 }
        labels: { type: array, readOnly: true, maxItems: 3, uniqueItems: true, items: { type: string } }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    HallsInOneOrder,
    HallsGoAnyway,
    HallsNeverGo,
    StandsStay,
    NamesTwice,
    StandsAreNotFound,
    LabelsAreLost,
    LabelsTwice,
    LabelsGoTogether,
    LabelsWithoutEnd,
}

#[derive(Clone, Default)]
struct Halls {
    halls: Store,
    stands: Store,
}

impl Halls {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        if let Some(path) = request.below("/stands") {
            return self.stand(request, &path, fault);
        }
        let Some(path) = request.below("/halls") else {
            return match request.method.as_str() {
                "GET" => self.list(request, fault),
                _ => self.halls.make(request, self.halls.uuid().into()),
            };
        };
        let (hall, is_within) = match path.strip_suffix("/stands") {
            Some(hall) => (hall, true),
            None => (path.as_str(), false),
        };
        if self.halls.get(hall).is_none() {
            return Answer::error(404);
        }
        match (request.method.as_str(), is_within) {
            ("POST", true) => self.make(request, hall, fault),
            ("DELETE", false) => self.drop(request, hall, fault),
            _ => self.halls.item(request, hall),
        }
    }

    fn list(&self, request: &Request, fault: Fault) -> Answer {
        let ids = self.halls.ids().into_iter();
        let mut halls: Vec<Value> = ids.filter_map(|id| self.halls.get(&id)).collect();
        halls.sort_by_key(|hall| hall["name"].to_string());
        match request.query("sort").as_slice() {
            [] | ["name"] => {}
            ["-name"] if fault == Fault::HallsInOneOrder => {}
            ["-name"] => halls.reverse(),
            _ => return Answer::error(422),
        }
        Answer::json(200, halls.into())
    }

    fn all(&self, hall: &str) -> Vec<(String, Value)> {
        let ids = self.stands.ids().into_iter();
        let all = ids.filter_map(|id| Some((id.clone(), self.stands.get(&id)?)));
        all.filter(|(_, stand)| stand["hall"] == hall).collect()
    }

    fn make(&self, request: &Request, hall: &str, fault: Fault) -> Answer {
        let sent = request.json();
        let places = match sent.get("places") {
            None => Some(5.0),
            Some(places) => places.as_f64().filter(|one| one.fract() == 0.0),
        };
        let places = places.filter(|places| (1.0..=9.0).contains(places));
        let Some(places) = places.filter(|_| request.has_text("name")) else {
            return Answer::error(422);
        };
        let is_taken = self.all(hall).iter().any(|(_, stand)| stand["name"] == sent["name"]);
        if is_taken && fault != Fault::NamesTwice {
            return Answer::error(409);
        }
        let id = self.stands.uuid();
        let stand = json!({"id": id, "name": sent["name"], "places": places as i64, "labels": [], "hall": hall});
        self.stands.put(&id, stand.clone());
        Answer::json(201, stand)
    }

    fn drop(&self, request: &Request, hall: &str, fault: Fault) -> Answer {
        let force = match request.query("force").as_slice() {
            [] => false,
            [one] if one.eq_ignore_ascii_case("true") => true,
            [one] if one.eq_ignore_ascii_case("false") => false,
            _ => return Answer::error(422),
        };
        let stands = self.all(hall);
        let force = force && fault != Fault::HallsNeverGo;
        if !stands.is_empty() && !force && fault != Fault::HallsGoAnyway {
            return Answer::error(409);
        }
        if fault != Fault::StandsStay {
            stands.iter().for_each(|(id, _)| drop(self.stands.remove(id)));
        }
        self.halls.item(request, hall)
    }

    fn stand(&self, request: &Request, path: &str, fault: Fault) -> Answer {
        let (id, label) = path.split_once("/labels/").unwrap_or((path, ""));
        let Some(mut stand) = self.stands.get(id) else { return Answer::error(404) };
        if label.is_empty() {
            return match (fault, request.method.as_str()) {
                (Fault::StandsAreNotFound, "GET") => Answer::error(404),
                _ => self.stands.item(request, id),
            };
        }
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if label.len() > 20 || !label.chars().all(is_plain) {
            return Answer::error(404);
        }
        let mut labels = stand["labels"].as_array().cloned().unwrap_or_default();
        let has_it = labels.iter().any(|one| one == label);
        match request.method.as_str() {
            "PUT" => match (has_it, fault) {
                (_, Fault::LabelsAreLost) => {}
                (true, Fault::LabelsTwice) => labels.push(label.into()),
                (true, _) => {}
                (false, _) if labels.len() == 3 && fault != Fault::LabelsWithoutEnd => {
                    return Answer::error(409);
                }
                (false, _) => labels.push(label.into()),
            },
            "DELETE" if !has_it && fault != Fault::LabelsAreLost => return Answer::error(404),
            "DELETE" if fault == Fault::LabelsGoTogether => labels.clear(),
            "DELETE" => labels.retain(|one| one != label),
            _ => return Answer::error(405).with("allow", "DELETE, PUT"),
        }
        stand["labels"] = labels.into();
        self.stands.put(id, stand);
        Answer::empty(204)
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let halls = Halls::default();
    let service = Service::start(move |request| halls.respond(request, fault)).await;
    let suite = Suite::of_parts(HALLS, |parts| format!("{}{SCHEMAS}", parts.trim_end()));
    suite.only(check).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_walked_to_its_end() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    let cells = run.cells();
    for cell in [
        "dropHall:409 passed",
        "makeStand:409 passed",
        "getStand:200 passed",
        "dropStand:204 passed",
        "putLabel:204 passed",
        "putLabel:409 passed",
        "dropLabel:204 passed",
    ] {
        assert!(cells.iter().any(|one| one == cell), "{cell} isn't in {cells:#?}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_is_wrong_with_parts_and_sets_is_found() {
    for (fault, check) in [
        (Fault::HallsInOneOrder, "listHalls:200:sorted-as-asked"),
        (Fault::HallsGoAnyway, "dropHall:204:in-use-stays"),
        (Fault::HallsNeverGo, "dropHall:409:status-expected"),
        (Fault::StandsStay, "dropHall:200:parts-go-with-it"),
        (Fault::NamesTwice, "makeStand:201:duplicate-refused"),
        (Fault::StandsAreNotFound, "getStand:404:status-expected"),
        (Fault::LabelsAreLost, "set-keeps-members"),
        (Fault::LabelsTwice, "set-keeps-members"),
        (Fault::LabelsGoTogether, "set-keeps-members"),
        (Fault::LabelsWithoutEnd, "putLabel:204:status-expected"),
    ] {
        let run = run(fault, check).await;
        let faults = [run.faults(), run.causes("should")].concat();
        let found = faults.iter().any(|one| one.contains(check));
        assert!(found, "{fault:?} is not found: {faults:?}\n{}", run.told);
    }
}
