use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::model::{Additional, JsonType, LinkTarget, Schema, Status, TypeSet};
use crate::{Contract, Memory, Reading};

/// A document of one operation `GET /a/{id}` around the members given.
fn reading(version: &str, schemas: &str) -> Reading {
    let text = format!(
        "openapi: {version}\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}"
    );
    crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text))
}

fn contract(reading: Reading) -> Contract {
    reading.contract.expect("a contract")
}

fn schema<'c>(contract: &'c Contract, name: &str) -> &'c Schema {
    contract.schema(contract.components[name])
}

fn codes(reading: &Reading) -> Vec<&str> {
    reading.findings.list.iter().map(|finding| finding.code).collect()
}

#[test]
fn nullable_extends_a_type_and_nothing_else() {
    let reading = reading(
        "3.0.3",
        "    A: {type: string, nullable: true}\n    B: {nullable: true, allOf: [{type: string}]}\n",
    );
    assert_eq!(codes(&reading), ["useless-nullable"]);
    let contract = contract(reading);
    let expected = TypeSet::only(JsonType::String).with(JsonType::Null);
    assert_eq!(schema(&contract, "A").types, expected);
    assert!(schema(&contract, "B").types.is_all());
}

#[test]
fn nullable_outlives_version_3_0() {
    let reading =
        reading("3.1.0", "    A: {type: string, nullable: true}\n    B: {nullable: true}\n");
    assert_eq!(codes(&reading), ["old-nullable"]);
    let expected = TypeSet::only(JsonType::String).with(JsonType::Null);
    assert_eq!(schema(&contract(reading), "A").types, expected);
}

#[test]
fn version_3_1_has_the_same_form() {
    let reading = reading(
        "3.1.0",
        "    A: {type: [integer, 'null'], exclusiveMinimum: 3, minimum: 1}\n    B: {const: 7}\n    C: false\n    D: {$ref: '#/components/schemas/A', description: d}\n",
    );
    assert_eq!(codes(&reading), [""; 0]);
    let contract = contract(reading);
    let a = schema(&contract, "A");
    assert!(a.admits_null());
    let minimum = a.minimum.as_ref().expect("has a minimum");
    assert_eq!((minimum.value.as_i64(), minimum.exclusive), (Some(3), true));
    assert_eq!(schema(&contract, "B").enumeration, Some(vec![json!(7)]));
    assert!(schema(&contract, "C").never);
    assert_eq!(schema(&contract, "D").all_of, [contract.components["A"]]);
}

#[test]
fn a_reference_and_its_target_are_one_schema_also_in_a_cycle() {
    let reading = reading(
        "3.0.3",
        "    A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}, additionalProperties: {$ref: '#/components/schemas/B'}}\n    B: {$ref: '#/components/schemas/A'}\n",
    );
    let contract = contract(reading);
    let a = contract.components["A"];
    assert_eq!(contract.components["B"], a);
    assert_eq!(contract.schema(a).properties["next"], a);
    assert_eq!(contract.schema(a).additional, Additional::Schema(a));
    assert_eq!(contract.schemas.len(), 1);
}

#[test]
fn references_that_lead_nowhere_are_findings() {
    let reading = reading(
        "3.0.3",
        "    A: {$ref: '#/components/schemas/Z'}\n    B: {$ref: '#/components/schemas/C'}\n    C: {$ref: '#/components/schemas/B'}\n    D: {$ref: 'http://example.org/x.yaml'}\n",
    );
    let mut found = codes(&reading);
    found.sort_unstable();
    let expected =
        ["circular-reference", "circular-reference", "dangling-reference", "dangling-reference"];
    assert_eq!(found, expected, "{}", reading.findings.render());
}

#[test]
fn a_finding_has_line_column_pointer_and_a_way_out() {
    let reading = reading("3.0.3", "    A: {type: string, minlength: 3}\n");
    let expected = "warning[unknown-keyword]: a schema has no member `minlength`: it has no effect\n  \
                    --> a.yaml:6:23  (#/components/schemas/A/minlength)\n  \
                    help: did you mean `minLength`?\n";
    assert_eq!(reading.findings.render(), expected);
}

#[test]
fn a_long_chain_of_schemas_does_not_exhaust_the_stack() {
    let mut schemas = String::new();
    for index in 0..20_000 {
        let next = index + 1;
        schemas.push_str(&format!(
            "    S{index}: {{type: array, items: {{$ref: '#/components/schemas/S{next}'}}}}\n"
        ));
    }
    schemas.push_str("    S20000: {type: string}\n");
    let contract = contract(reading("3.0.3", &schemas));
    assert_eq!(contract.components.len(), 20_001);
}

const PATHS: &str = r"
openapi: 3.0.3
info: {title: t, version: '1'}
security: [{key: []}]
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: limit, in: query, schema: {type: integer}}
    get:
      parameters:
        - {name: limit, in: query, required: true, schema: {type: integer}}
        - {name: Accept, in: header, schema: {type: string}}
      responses:
        '200':
          description: ok
          links:
            self: {operationId: getABy, parameters: {id: $response.body#/id}}
            byRef: {operationRef: '#/paths/~1a~1{id}/get'}
        4XX: {$ref: 'errors.yaml#/NotFound'}
        default: {description: any}
    post:
      security: []
      operationId: twice
      responses: {'204': {description: ok}}
    put:
      operationId: twice
      responses: {'600': {description: what}, '200': {description: ok}}
  /b/{x}: {get: {responses: {'200': {description: ok}}}}
";

#[test]
fn operations_are_resolved_over_files() {
    let errors = "NotFound: {description: gone, content: {application/json: {schema: {$ref: '#/Error'}}}}\nError: {type: object}\n";
    let files = HashMap::from([
        (PathBuf::from("a.yaml"), PATHS.as_bytes().to_vec()),
        (PathBuf::from("errors.yaml"), errors.as_bytes().to_vec()),
    ]);
    let reading = crate::read(Path::new("a.yaml"), &Memory(files));
    let mut found = codes(&reading);
    found.sort_unstable();
    let expected = [
        "dangling-link",
        "duplicate-operation-id",
        "ignored-header-parameter",
        "undeclared-path-parameter",
        "unknown-status",
    ];
    assert_eq!(found, expected, "{}", reading.findings.render());
    let contract = contract(reading);
    let ids: Vec<_> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(ids, ["getAById", "twice"]);
    let left_out: Vec<_> = contract.left_out.iter().map(ToString::to_string).collect();
    let expected = [
        "`putAById` (PUT /a/{id}) is left out: `600` is not a status",
        "`getBByX` (GET /b/{x}) is left out: path parameter `x` of `/b/{x}` is not declared",
    ];
    assert_eq!(left_out, expected);
    let get = &contract.operations[0];
    let limit = &get.parameters[1];
    assert!(limit.required && limit.name == "limit" && get.parameters.len() == 2);
    let error = get.response_for(404).expect("documents it");
    assert_eq!(error.status, Status::Range(4));
    let body = error.content["application/json"].schema.expect("has a schema");
    assert_eq!(contract.schema(body).name.as_deref(), Some("Error"));
    assert_eq!(get.response_for(503).map(|r| r.status), Some(Status::Default));
    let by_ref = &get.responses[&Status::Code(200)].links["byRef"];
    assert_eq!(by_ref.target, LinkTarget::Operation("getAById".to_owned()));
    assert!(contract.operations[1].is_public() && !get.is_public());
}

#[test]
fn what_is_no_openapi_document_leaves_no_contract() {
    for (text, code) in [
        ("swagger: '2.0'", "unsupported-version"),
        ("openapi: 4.0.0", "unsupported-version"),
        ("a: 1", "not-openapi"),
        ("[]", "not-openapi"),
        ("a: [", "unreadable-document"),
    ] {
        let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", text));
        assert!(reading.contract.is_none());
        assert_eq!(codes(&reading), [code], "{text}");
    }
}

#[test]
fn a_response_in_a_file_of_its_own_has_the_name_of_the_file() {
    let root = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /pets:\n    get:\n      responses:\n        \
                '200': {description: ok}\n        '401': {$ref: responses/unauthorized.yml}\n        \
                '404': {$ref: 'responses/all.yml#/not-found'}\n        '405': {$ref: 'responses/all.yml#/deep/er'}\n        \
                '406': {$ref: '#/paths/~1pets/get/responses/200'}\n";
    let files = HashMap::from([
        (PathBuf::from("a.yaml"), root.as_bytes().to_vec()),
        (PathBuf::from("responses/unauthorized.yml"), b"description: no".to_vec()),
        (
            PathBuf::from("responses/all.yml"),
            b"not-found: {description: no}\ndeep: {er: {description: no}}".to_vec(),
        ),
    ]);
    let reading = crate::read(Path::new("a.yaml"), &Memory(files));
    let contract = reading.contract.expect("is read");
    let names: Vec<_> =
        contract.operations[0].responses.values().map(|r| r.component.as_deref()).collect();
    assert_eq!(names, [None, Some("unauthorized"), Some("not-found"), None, None]);
}

#[test]
fn the_first_server_says_what_stands_in_front_of_each_path() {
    let variables = "variables: {version: {default: v2}, base: {default: ''}}";
    for (servers, expected) in [
        ("[]", None),
        ("[{url: /}]", None),
        ("[{url: ''}]", None),
        ("[{url: .}]", None),
        ("[{url: 'https://a.example'}, {url: /other}]", None),
        ("[{url: 'https://a.example:8080/'}]", None),
        ("[{url: /api/v1}]", Some("/api/v1")),
        ("[{url: /api/v1/}]", Some("/api/v1")),
        ("[{url: ./api}]", Some("/api")),
        ("[{url: 'https://a.example/api//v1?a=/b#/c'}]", Some("/api//v1")),
        ("[{url: '//a.example/api'}]", Some("/api")),
        (&format!("[{{url: 'https://{{host}}/{{version}}/x', {variables}}}]"), Some("/v2/x")),
        (&format!("[{{url: '{{base}}/{{version}}', {variables}}}]"), Some("/v2")),
        (&format!("[{{url: 'https://a.example/{{base}}', {variables}}}]"), None),
    ] {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\nservers: {servers}\n"
        );
        let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text));
        assert_eq!(contract(reading).base_path().as_deref(), expected, "{servers}");
    }
}

/// OAS 3.1.1 §4.8.23, Reference Object.
#[test]
fn a_reference_may_describe_what_it_names() {
    let described = |version: &str| {
        let text = format!(
            "openapi: {version}\ninfo: {{title: a, version: '1'}}\npaths:\n  /a:\n    post:\n      \
             parameters: [{{$ref: '#/components/parameters/P', description: own}}]\n      \
             requestBody: {{$ref: '#/components/requestBodies/B', description: own}}\n      \
             responses:\n        '200': {{$ref: '#/components/responses/R', description: own}}\n        \
             '409': {{$ref: '#/components/responses/R'}}\n\
             components:\n  parameters: {{P: {{name: p, in: query, schema: {{}}, description: shared}}}}\n  \
             requestBodies: {{B: {{content: {{}}, description: shared}}}}\n  \
             responses: {{R: {{description: shared, headers: {{H: {{$ref: '#/components/headers/H', description: own}}}}}}}}\n  \
             headers: {{H: {{schema: {{}}, description: shared}}}}\n"
        );
        let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text));
        let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
        let operation = &contract.operations[0];
        let responses: Vec<_> = operation.responses.values().collect();
        [
            operation.parameters[0].description.clone().unwrap_or_default(),
            operation.body.as_ref().and_then(|body| body.description.clone()).unwrap_or_default(),
            responses[0].description.clone(),
            responses[0].headers["H"].description.clone().unwrap_or_default(),
            responses[1].description.clone(),
        ]
    };
    assert_eq!(described("3.1.0"), ["own", "own", "own", "own", "shared"]);
    assert_eq!(described("3.0.3"), ["shared"; 5]);
}
