//! The table of lint, row by row: for each rule a document that it speaks up on, and one that it leaves alone.

#![expect(clippy::unwrap_used, reason = "what can't be read fails the test")]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use spec::lint::{CELL_WITHOUT_CASE, Validate, WORKFLOW_MISFIT, lint, rules};
use spec::model::SchemaId;
use spec::{Contract, Direction, Memory, json_schema};

/// The validator that the commands bring along.
struct Validator<'a>(&'a Contract);

impl Validate for Validator<'_> {
    fn violations(&self, schema: SchemaId, direction: Direction, value: &Value) -> Vec<String> {
        let document = json_schema(self.0, schema, direction).document;
        let validator = jsonschema::options().should_validate_formats(true).build(&document);
        validator.unwrap().iter_errors(value).map(|error| error.to_string()).collect()
    }
}

/// A rule, an edit of [`PETS`] that it speaks up on, and one that it leaves alone.
struct Case {
    rule: &'static str,
    fires: (&'static str, &'static str),
    spares: (&'static str, &'static str),
}

/// A contract that lint has nothing to say of.
const PETS: &str = "\
openapi: 3.0.3
info: { title: Pets, version: '1' }
security: [{ bearer: [] }]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - { name: id, in: path, required: true, schema: { type: string }, example: a }
        - { name: depth, in: query, schema: { type: integer, minimum: 1, maximum: 9, default: 1 } }
      responses:
        '200':
          description: The pet.
          content: { application/json: { schema: { $ref: '#/components/schemas/Pet' }, example: { name: Rex } } }
        '401': { description: Who are you? }
    put:
      operationId: putPet
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      requestBody:
        content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } }
      responses:
        '204': { description: Done. }
        '401': { description: Who are you? }
components:
  securitySchemes: { bearer: { type: http, scheme: bearer } }
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: { type: string, minLength: 1, maxLength: 9 }
        kind: { type: string, nullable: true, enum: [cat, dog, null] }
";

const CASES: &[Case] = &[
    Case {
        rule: "invalid-example",
        fires: ("example: { name: Rex }", "example: { name: '' }"),
        spares: ("example: { name: Rex }", "example: { name: R, more: true }"),
    },
    Case {
        rule: "invalid-default",
        fires: ("default: 1", "default: 0"),
        spares: ("default: 1", "default: 9"),
    },
    Case {
        rule: "response-without-schema",
        fires: ("schema: { $ref: '#/components/schemas/Pet' }, example", "example"),
        spares: (
            "application/json: { schema: { $ref: '#/components/schemas/Pet' }, example: { name: Rex } }",
            "image/png: {}",
        ),
    },
    Case { rule: "no-success-response", fires: ("'204':", "'409':"), spares: ("'204':", "'303':") },
    Case {
        rule: "no-client-error",
        fires: ("        '401': { description: Who are you? }\n    put", "    put"),
        spares: (
            "        '401': { description: Who are you? }\n    put",
            "        4XX: { description: No. }\n    put",
        ),
    },
    Case {
        rule: "no-unauthorized-response",
        fires: (
            "'401': { description: Who are you? }\n    put",
            "'404': { description: No. }\n    put",
        ),
        spares: (
            "'401': { description: Who are you? }\n    put",
            "default: { description: No. }\n    put",
        ),
    },
    Case {
        rule: "unsecured-operation",
        fires: ("operationId: getPet", "operationId: getPet\n      security: []"),
        spares: ("security: [{ bearer: [] }]", "security: []"),
    },
    Case {
        rule: "missing-operation-id",
        fires: ("operationId: getPet", "summary: Gets a pet"),
        spares: ("operationId: getPet", "operationId: getOne"),
    },
    Case {
        rule: "body-without-meaning",
        fires: (
            "operationId: getPet",
            "operationId: getPet\n      requestBody: { content: { application/json: { schema: {} } } }",
        ),
        spares: ("    put:\n", "    delete:\n"),
    },
    Case {
        rule: "ambiguous-path",
        fires: (
            "paths:\n",
            "paths:\n  /pets/{name}:\n    get:\n      operationId: byName\n      parameters: [{ name: name, in: path, required: true, schema: {} }]\n      responses: { '204': { description: D }, '401': { description: D } }\n",
        ),
        spares: (
            "paths:\n",
            "paths:\n  /pets/rex:\n    get:\n      operationId: byName\n      responses: { '204': { description: D }, '401': { description: D } }\n",
        ),
    },
    Case {
        rule: "default-of-required",
        fires: ("name: depth, in: query,", "name: depth, in: query, required: true,"),
        spares: ("name: depth, in: query,", "name: depth, in: query, required: false,"),
    },
    Case {
        rule: "paging-not-understood",
        fires: ("operationId: getPet", "operationId: getPet\n      x-paging: { offset: depth }"),
        spares: ("operationId: getPet", "operationId: getPet\n      x-paging: false"),
    },
    Case {
        rule: "empty-range",
        fires: ("minLength: 1, maxLength: 9", "minLength: 9, maxLength: 1"),
        spares: ("minLength: 1, maxLength: 9", "minLength: 3, maxLength: 3"),
    },
    Case {
        rule: "required-undescribed",
        fires: ("required: [name]", "required: [nmae]"),
        spares: ("required: [name]", "required: [name, kind]"),
    },
    Case {
        rule: "enum-of-other-type",
        fires: ("enum: [cat, dog, null]", "enum: [cat, 1, null]"),
        spares: ("enum: [cat, dog, null]", "enum: [cat, '1', null]"),
    },
    Case {
        rule: "enum-without-null",
        fires: ("enum: [cat, dog, null]", "enum: [cat, dog]"),
        spares: ("nullable: true, enum: [cat, dog, null]", "enum: [cat, dog]"),
    },
    Case {
        rule: "null-refused",
        fires: (
            "nullable: true, enum: [cat, dog, null]",
            "nullable: true, allOf: [{ type: string }]",
        ),
        spares: (
            "nullable: true, enum: [cat, dog, null]",
            "nullable: true, allOf: [{ minLength: 1 }]",
        ),
    },
    Case {
        rule: "unused-component",
        fires: ("    Pet:\n", "    Dog: { type: string }\n    Pet:\n"),
        spares: (
            "        kind: {",
            "        next: { $ref: '#/components/schemas/Pet' }\n        kind: {",
        ),
    },
];

#[track_caller]
fn told(text: &str) -> Vec<(&'static str, String)> {
    let reading = spec::read(Path::new("pets.yaml"), &Memory::one("pets.yaml", text));
    let contract = reading.contract.unwrap();
    let findings = lint(&contract, &Validator(&contract));
    findings.iter().map(|finding| (finding.code, finding.render(&contract.sources))).collect()
}

#[test]
fn a_sound_contract_gives_nothing_to_say() {
    assert_eq!(told(PETS), []);
}

#[test]
fn our_own_contract_gives_nothing_to_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workspace.yaml");
    assert_eq!(told(&std::fs::read_to_string(path).unwrap()), []);
}

#[test]
fn each_rule_speaks_up_on_one_side_of_the_line_only() {
    for Case { rule, fires, spares } in CASES {
        for (edit, wanted) in [(fires, true), (spares, false)] {
            assert!(PETS.contains(edit.0), "{rule}: no {:?}", edit.0);
            let findings = told(&PETS.replacen(edit.0, edit.1, 1));
            let spoke = findings.iter().any(|(code, _)| code == rule);
            assert_eq!(spoke, wanted, "{rule} on {:?}: {findings:#?}", edit.1);
            if wanted {
                let rendered: String = findings.into_iter().map(|(_, text)| text).collect();
                insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots/lint" }, {
                    insta::assert_snapshot!(*rule, rendered);
                });
            }
        }
    }
}

#[test]
fn each_rule_has_its_two_edits() {
    let tested: BTreeSet<_> = CASES.iter().map(|case| case.rule).collect();
    // What only a plan of cases can tell is tested with the command.
    let mut known: BTreeSet<_> = rules().iter().map(|rule| rule.code).collect();
    assert_eq!(known.len(), rules().len(), "codes are unique");
    known.remove(CELL_WITHOUT_CASE.code);
    known.remove(WORKFLOW_MISFIT.code);
    assert_eq!(tested, known);
}

#[test]
fn a_shared_response_is_told_once() {
    let shared = PETS
        .replace("'401': { description: Who are you? }", "'401': { $ref: '#/components/responses/Who' }")
        .replace("components:\n", "components:\n  responses: { Who: { description: W, content: { application/json: {} } } }\n");
    let codes: Vec<_> = told(&shared).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["response-without-schema"]);
}

#[test]
fn a_schema_of_items_is_used() {
    let stream =
        "content: { application/x-ndjson: { itemSchema: { $ref: '#/components/schemas/Pet' } } }";
    let text = PETS.replace("openapi: 3.0.3", "openapi: 3.1.0");
    let text = text.replace(
        "content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } }",
        stream,
    );
    let whole = "content: { application/json: { schema: { $ref: '#/components/schemas/Pet' }, example: { name: Rex } } }";
    let text = text.replace(whole, stream);
    assert_eq!(text.matches("itemSchema").count(), 2);
    let codes: Vec<_> = told(&text).into_iter().map(|(code, _)| code).collect();
    assert!(!codes.contains(&"unused-component"), "{codes:?}");
}
