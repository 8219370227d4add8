//! 33x: moves of which each has its own people, and one its own needs, as a list tells.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const PARCELS: &str = "
security: [{ token: [] }]
paths:
  /parcels:
    post:
      operationId: order
      description: A new parcel is `ordered`.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Parcel' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /parcels/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: parcel
      responses: { '200': { $ref: '#/components/responses/Parcel' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /parcels/{id}/transitions:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: move
      description: |
        Moves a parcel on.

        - `packed`: from `ordered`, by packers and chiefs.
        - `sent`: from `packed`, by drivers and chiefs. Needs a `van` (422).
        - `lost`: from `sent`, by drivers and chiefs.
        - Whose move it isn't gets 403; from any other status it is 409.
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [to], properties: { to: { type: string, enum: [packed, sent, lost] }, van: { type: string, minLength: 1 } } }
      responses:
        '200': { $ref: '#/components/responses/Parcel' }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
";

const RESPONSES: &str = "
  responses:
    Parcel: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Parcel' } } } }";

const SCHEMAS: &str = "
  schemas:
    Parcel: { type: object, required: [id, name, status], properties: { id: { type: string }, name: { type: string }, status: { enum: [ordered, packed, sent, lost] } } }";

const PROFILE: &str = "creates = ['*']
allow = ['*']
[credentials.chief]
bearer = 'chiefs-secret-token'
may = ['*']
[credentials.packer]
bearer = 'packers-secret-token'
may = ['*']
[credentials.driver]
bearer = 'drivers-secret-token'
may = ['*']
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    PackersSend,
    DriversPack,
    SentWithoutVan,
}

fn respond(parcels: &Store, fault: Fault, request: &Request) -> Answer {
    let caller = request.token().and_then(|token| token.strip_suffix("s-secret-token"));
    let Some(caller) = caller.filter(|one| ["chief", "packer", "driver"].contains(one)) else {
        return Answer::error(401).with("www-authenticate", "Bearer realm=\"a\"");
    };
    let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("POST", ["parcels"]) if !request.has_text("name") => Answer::error(422),
        ("POST", ["parcels"]) => {
            let id = parcels.uuid();
            let parcel = json!({"id": id, "name": request.json()["name"], "status": "ordered"});
            parcels.put(&id, parcel.clone());
            Answer::json(201, parcel)
        }
        ("GET", ["parcels", id]) => parcels.item(request, id),
        ("POST", ["parcels", id, "transitions"]) => match parcels.get(id) {
            Some(parcel) => moved(parcels, fault, (caller, parcel), request),
            None => Answer::error(404),
        },
        ("GET", _) => Answer::error(404),
        _ => Answer::error(405).with("allow", "GET, POST"),
    }
}

fn moved(
    parcels: &Store,
    fault: Fault,
    (caller, mut parcel): (&str, Value),
    request: &Request,
) -> Answer {
    let body = request.json();
    let media_type = request.header("content-type").first().copied().unwrap_or_default();
    if !media_type.to_lowercase().starts_with("application/json") {
        return Answer::error(422);
    }
    let (from, who) = match body["to"].as_str() {
        Some("packed") if fault == Fault::DriversPack => ("ordered", ["packer", "driver"]),
        Some("packed") => ("ordered", ["packer", "chief"]),
        Some("sent") if fault == Fault::PackersSend => ("packed", ["packer", "driver"]),
        Some("sent") => ("packed", ["driver", "chief"]),
        Some("lost") => ("sent", ["driver", "chief"]),
        _ => return Answer::error(422),
    };
    if !who.contains(&caller) && caller != "chief" {
        return Answer::error(403);
    }
    let has_van = body["van"].as_str().is_some_and(|van| !van.is_empty());
    let lacks_van = body["to"] == "sent" && !has_van && fault != Fault::SentWithoutVan;
    let is_odd = body.get("van").is_some() && !has_van;
    if lacks_van || is_odd {
        return Answer::error(422);
    }
    if parcel["status"] != from {
        return Answer::error(409);
    }
    parcel["status"] = body["to"].clone();
    parcels.put(parcel["id"].as_str().unwrap_or_default(), parcel.clone());
    Answer::json(200, parcel)
}

async fn run(fault: Fault, check: &str) -> Run {
    let parcels = Store::default();
    let service = Service::start(move |request| respond(&parcels, fault, request)).await;
    let suite = Suite::of_components(PARCELS, RESPONSES, SCHEMAS).profile(PROFILE).only(check);
    suite.run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    for case in [
        "move:403:rights:driver:ordered:packed",
        "move:403:rights:packer:packed:sent",
        "move:403:rights:packer:sent:lost",
        "move:422:law:needed-is-asked-for:sent:van",
        "move:200:law:state-moves:packed:sent",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn who_moves_what_is_not_theirs_to_move_is_found() {
    for (fault, check) in [
        (Fault::PackersSend, "move:200:status-expected"),
        (Fault::DriversPack, "move:200:status-expected"),
        (Fault::SentWithoutVan, "move:200:needed-is-asked-for"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
