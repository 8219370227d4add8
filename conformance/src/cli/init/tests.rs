use std::path::Path;

use indexmap::IndexMap;
use spec::{Contract, Memory};

use super::probe::{Answer, Found};
use super::{first_plan, text};
use crate::profile::{Profile, read_text};

const CONTRACT: &str = r#"
openapi: 3.1.0
info: { title: "Pets\nnot a key = 1", version: '1' }
servers: [{ url: /api/v1 }]
security: [{ bearer: [] }]
paths:
  /pets:
    get: { operationId: listPets, responses: { '200': { description: All. }, '500': { description: No. } } }
    delete: { operationId: "remove \"all\"", responses: { '204': { description: Gone. } } }
  /pets/{pet}:
    parameters: [{ name: pet, in: path, required: true, schema: { type: string } }]
    get: { operationId: getPet, responses: { '200': { description: It. } } }
  /cats/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getCat, responses: { '200': { description: It. } } }
  /dogs/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getDog
      security: [{ app id: [], appKey: [] }]
      responses: { '200': { description: It. } }
  /admin/pets/{pet}/toys/{toy}:
    parameters:
      - { name: pet, in: path, required: true, schema: { type: string } }
      - { name: toy, in: path, required: true, schema: { type: string } }
    get: { operationId: getToy, responses: { '200': { description: It. } } }
  /info:
    get:
      operationId: info
      security: [{ certificate: [] }, { oauth: [] }, { digest: [] }, { basic: [] }]
      parameters: [{ name: url, in: query, required: true, schema: { type: string } }]
      responses: { '200': { description: It. } }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    basic: { type: http, scheme: basic }
    digest: { type: http, scheme: digest }
    app id: { type: apiKey, in: header, name: X-App-Id }
    appKey: { type: apiKey, in: query, name: key }
    certificate: { type: mutualTLS }
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: /token, scopes: {} } } }
"#;

fn contract(text: &str) -> Contract {
    let reading = spec::read(Path::new("pets.yaml"), &Memory::one("pets.yaml", text));
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    reading.contract.expect("a contract")
}

fn written(contract: &Contract, found: Option<&Found>) -> (String, Profile) {
    let plan = first_plan(contract).expect("a plan");
    let text = text::profile(contract, &plan, Some("http://127.0.0.1:8080"), found, &[]);
    let profile = read_text(Path::new("profile.toml"), &text, |_| Some("from-outside".into()));
    let profile = profile.unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
    assert!(profile.check_against(contract).is_empty(), "{text}");
    assert!(profile.unused(contract, &indexmap::IndexSet::new()).is_empty(), "{text}");
    (text, profile)
}

#[test]
fn what_is_written_is_a_profile_with_questions() {
    let contract = contract(CONTRACT);
    let (text, profile) = written(&contract, None);
    let names: Vec<_> = profile.credentials.keys().collect();
    assert_eq!(names, ["bearer", "app id_and_appKey", "oauth", "basic"]);
    for line in [
        "# base_path = \"\"  # instead of `/api/v1`, from the document's `servers`",
        "# pet = \"…\"  # GET /pets/{pet}: which one may be read (it is not changed)?",
        "# [operations.getCat.path]\n# id = \"…\"  # GET /cats/{id}: which one may be read (it is not changed)?",
        "# [operations.getDog.path]\n# id = \"…\"  # GET /dogs/{id}: which one may be read (it is not changed)?",
        "# [operations.info.query]\n# url = \"…\"  # which `url` does it take?",
        "# faults = true",
        "#   'remove \"all\"',  # its path names no single thing",
        "bearer_env = \"BEARER_TOKEN\"",
        "header = [{ name = \"X-App-Id\", value_env = \"APP_ID_KEY\" }]",
        "query = [{ name = \"key\", value_env = \"APP_KEY\" }]",
        "client_id_env = \"OAUTH_CLIENT_ID\"",
        "# [credentials.certificate]\n# client_certificate = ",
        "# [credentials.digest]\n# header = ",
    ] {
        assert!(text.contains(line), "no `{line}` in:\n{text}");
    }
}

#[test]
fn what_means_the_same_is_asked_for_once() {
    let (text, _) = written(&contract(CONTRACT), None);
    assert_eq!(text.matches("\n# pet = ").count(), 1, "{text}");
    assert!(!text.contains("# toy"), "it may be made once the pet is known: {text}");
}

#[test]
fn questions_that_are_answered_make_a_profile_as_well() {
    let contract = contract(CONTRACT);
    let (text, _) = written(&contract, None);
    let answered = text
        .replace("# pet", "pet")
        .replace("# [operations.getCat.path]\n# ", "[operations.getCat.path]\n");
    let profile = read_text(Path::new("profile.toml"), &answered, |_| Some("from-outside".into()));
    let profile = profile.unwrap_or_else(|problems| panic!("{answered}\n{problems:#?}"));
    assert_eq!(profile.inputs["pet"], "…");
    assert_eq!(profile.operations["getCat"].path["id"], "…");
}

#[test]
fn what_the_target_told_is_written_down() {
    let contract = contract(CONTRACT);
    let answer = |known| IndexMap::from([("listPets".to_owned(), Answer { status: 401, known })]);
    let found = Found { base_path: Some(String::new()), answers: answer(None) };
    let (text, profile) = written(&contract, Some(&found));
    assert_eq!(profile.base_path.as_deref(), Some(""));
    assert!(text.contains("# GET /pets is answered with 401 without credentials.\n"), "{text}");
    let found = Found { base_path: None, answers: answer(Some(("bearer".to_owned(), 200))) };
    let (text, _) = written(&contract, Some(&found));
    let line = "# GET /pets is answered with 401 without credentials, and with 200 as `bearer`.\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn a_document_without_anything_makes_a_profile() {
    let contract = contract("openapi: 3.0.3\ninfo: { title: '', version: '' }\npaths: {}\n");
    let (_, profile) = written(&contract, None);
    assert!(profile.credentials.is_empty());
}

#[test]
fn one_token_behind_two_schemes_is_asked_about() {
    let contract = contract(
        "openapi: 3.0.3\ninfo: { title: a, version: '1' }\npaths:\n  /a:\n    get:\n      operationId: a\n      \
         security: [{ token: [] }, { web: [] }]\n      responses: { '200': { description: a } }\n\
         components:\n  securitySchemes:\n    token: { type: http, scheme: bearer }\n    \
         web: { type: oauth2, flows: { authorizationCode: { authorizationUrl: /a, tokenUrl: /t, scopes: {} } } }\n",
    );
    let (text, profile) = written(&contract, None);
    assert_eq!(profile.credentials.len(), 2, "{text}");
    assert!(
        text.contains("`scheme = [\"token\", \"web\"]` in the other: does it?\n[credentials.web]"),
        "{text}"
    );
}

#[test]
fn header_fields_that_were_given_are_named_without_their_values() {
    let contract = contract(CONTRACT);
    let plan = first_plan(&contract).expect("a plan");
    let text = text::profile(&contract, &plan, None, None, &["X-Gate"]);
    assert!(
        text.contains("# [headers]\n# X-Gate = { env = \"…\" }  # which variable holds it?\n"),
        "{text}"
    );
    let read = read_text(Path::new("profile.toml"), &text, |_| Some("from-outside".into()));
    assert!(read.is_ok(), "{read:?}");
}
