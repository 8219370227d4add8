//! 10x: files, alone and in parts of a body.

use serde_json::json;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite, THINGS};

const FILES: &str = "
paths:
  /files:
    post:
      operationId: upload
      requestBody:
        required: true
        content:
          text/plain: {}
          multipart/form-data:
            schema:
              type: object
              required: [file, title]
              properties:
                file: { type: string, format: binary, contentMediaType: text/plain }
                title: { type: string, minLength: 1, maxLength: 20 }
                tags: { type: array, maxItems: 3, items: { type: string } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/File' } } } }
        '415': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /files/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: download
      responses:
        '200': { description: It., content: { text/plain: {} } }
        '404': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const SCHEMA: &str = "
    File:
      type: object
      required: [id, size]
      properties: { id: { type: string }, size: { type: integer, description: In bytes. } }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    BytesAreCut,
    TitleIsNotChecked,
    OnlyParts,
    AnyMediaType,
    SizeOfTheForm,
}

/// The parts of a body, by their names.
fn parts(request: &Request) -> Option<Vec<(String, String)>> {
    let given = request.header("content-type").first()?.to_string();
    let boundary = given.split_once("boundary=")?.1.to_owned();
    let mut parts = Vec::new();
    for part in request.body.split(&format!("--{boundary}")).skip(1) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else { continue };
        let name = head.split_once("name=\"")?.1.split_once('"')?.0;
        parts.push((name.to_owned(), content.strip_suffix("\r\n")?.to_owned()));
    }
    Some(parts)
}

fn upload(request: &Request, fault: Fault) -> Result<String, u16> {
    let given = request.header("content-type").first().copied().unwrap_or_default();
    match given.split(';').next().unwrap_or_default().trim() {
        "text/plain" if fault == Fault::OnlyParts => Err(415),
        "text/plain" => Ok(request.body.clone()),
        "multipart/form-data" => {
            let parts = parts(request).ok_or(422_u16)?;
            let all = |name: &str| parts.iter().filter(|(own, _)| own == name).collect::<Vec<_>>();
            let title = all("title").first().map(|(_, title)| title.chars().count());
            let is_right = title.is_some_and(|length| (1..=20).contains(&length));
            if (!is_right && fault != Fault::TitleIsNotChecked) || all("tags").len() > 3 {
                return Err(422);
            }
            all("file").first().map(|(_, file)| file.clone()).ok_or(422)
        }
        _ if fault == Fault::AnyMediaType => Ok(request.body.clone()),
        _ => Err(415),
    }
}

fn respond(files: &Store, fault: Fault, request: &Request) -> Answer {
    if let Some(id) = request.below("/files") {
        let id = id.trim_end_matches("/data").to_owned();
        return match (files.get(&id), request.method.as_str()) {
            (Some(file), "GET") => {
                let text = file.as_str().unwrap_or_default();
                let end = if fault == Fault::BytesAreCut { text.len() - 1 } else { text.len() };
                Answer::text(200, "text/plain", &text[..end])
            }
            _ => files.item(request, &id),
        };
    }
    match upload(request, fault) {
        Ok(file) => {
            let id = files.uuid();
            let size = match fault {
                Fault::SizeOfTheForm => request.body.len(),
                _ => file.len(),
            };
            files.put(&id, file.into());
            Answer::json(201, json!({"id": id, "size": size}))
        }
        Err(status) => Answer::error(status),
    }
}

async fn run(fault: Fault) -> Run {
    run_of(FILES, fault).await
}

async fn run_of(paths: &str, fault: Fault) -> Run {
    let files = Store::default();
    let service = Service::start(move |request| respond(&files, fault, request)).await;
    let profile = "[levels]\nbytes-are-kept = \"must\"\nsize-is-told = \"must\"\n";
    let suite = Suite::of_parts(paths, |parts| format!("{}{SCHEMA}", parts.trim_end()));
    suite.profile(profile).run(&service.url).await
}

#[tokio::test]
async fn files_are_sent_alone_and_in_parts() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert!(run.told.contains("7 of 7 cells passed"), "{}", run.told);
}

#[tokio::test]
async fn what_is_wrong_with_files_is_found() {
    for (fault, check) in [
        (Fault::BytesAreCut, "bytes-are-kept"),
        (Fault::TitleIsNotChecked, "upload:201:status-expected:violation"),
        (Fault::OnlyParts, "upload:415:status-expected"),
        (Fault::AnyMediaType, "upload:201:status-expected"),
        (Fault::SizeOfTheForm, "size-is-told"),
    ] {
        let run = run(fault).await;
        let found = run.faults().iter().any(|one| one.contains(check));
        assert!(found, "{fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}

#[tokio::test]
async fn a_file_within_a_thing_comes_back_as_it_went() {
    let own =
        "  /files/{id}:\n    parameters: [{ $ref: '#/components/parameters/id' }]\n    delete:";
    let paths = FILES.replace("/files/{id}:", "/files/{id}/data:").replace("    delete:", own);
    for (fault, is_found) in [(Fault::None, false), (Fault::BytesAreCut, true)] {
        let run = run_of(&paths, fault).await;
        let found = run.faults().iter().any(|one| one.contains("bytes-are-kept"));
        assert_eq!(found, is_found, "{fault:?}: {:?}\n{}", run.faults(), run.told);
        assert!(is_found || run.faults().is_empty(), "{:?}\n{}", run.faults(), run.told);
    }
}

const COVERS: &str = "
  /things/{id}/cover:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: cover
      responses: { '200': { description: It., content: { text/plain: {} } }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: putCover
      security: [{ token: [] }]
      requestBody: { required: true, content: { text/plain: {} } }
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

/// Things whose covers are there once somebody has put them; one that keeps what nobody may put is at fault.
fn covered(things: &Store, covers: &Store, is_careless: bool, request: &Request) -> Answer {
    let Some(id) = request.below("/things") else {
        return things.make(request, things.uuid().into());
    };
    let Some(id) = id.strip_suffix("/cover") else { return things.item(request, &id) };
    let may = request.has_token();
    match (request.method.as_str(), things.get(id), covers.get(id)) {
        (_, None, _) => Answer::error(404),
        ("GET", _, Some(cover)) => Answer::text(200, "text/plain", cover.as_str().unwrap_or("")),
        ("PUT", ..) => {
            if may || is_careless {
                let kept = if may { request.body.clone().into() } else { json!(null) };
                if kept.is_null() {
                    covers.remove(id).is_some()
                } else {
                    covers.put(id, kept)
                };
            }
            if may {
                Answer::empty(204)
            } else {
                Answer::error(401).with("www-authenticate", "Bearer")
            }
        }
        _ => Answer::error(404),
    }
}

#[tokio::test]
async fn a_cover_that_nobody_has_put_is_not_missed() {
    for is_careless in [false, true] {
        let (things, covers) = (Store::default(), Store::default());
        let service =
            Service::start(move |request| covered(&things, &covers, is_careless, request)).await;
        let profile = "[credentials.owner]\nbearer = 'tokentoken'\nmay = ['*']\n";
        let suite = Suite::of(&(THINGS.to_owned() + COVERS)).profile(profile);
        let run = suite.run(&service.url).await;
        let found = run.causes("must").iter().any(|one| one.contains("refused-changes-nothing"));
        assert_eq!(found, is_careless, "{}", run.told);
        assert!(is_careless || run.faults().is_empty(), "{}", run.told);
    }
}
