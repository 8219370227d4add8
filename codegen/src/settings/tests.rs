use std::path::Path;

use spec::{Contract, Memory};

use super::{Enums, Runtime, TextType, read};
use crate::{Generated, GeneratedFile, Options, generate};

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: listAllPets
      tags: [pets]
      parameters: [{name: start, in: query, schema: {type: integer}}]
      responses:
        "200":
          description: Pets.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/pet_v2"}}
  /toys:
    get:
      operationId: listToys
      tags: [toys]
      x-paging: {cursor: from, last: name}
      parameters: [{name: from, in: query, schema: {type: string}}]
      responses:
        "200":
          description: Toys.
          content:
            application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Toy"}}}
components:
  schemas:
    pet_v2:
      type: object
      required: [id, kind, born]
      properties:
        id: {type: string, format: uuid}
        born: {type: string, format: x-moment}
        kind: {$ref: "#/components/schemas/Kind"}
        photo: {type: string, format: byte}
    Kind: {type: string, enum: [cat, dog]}
    Toy: {type: object, properties: {name: {type: string}}}
    # Its name is wanted by another.
    Pet: {type: string}
"##;

fn contract() -> Contract {
    let reading = spec::read(Path::new("pets.yaml"), &Memory::one("pets.yaml", DOCUMENT));
    reading.contract.expect("the document can be read")
}

fn generated(toml: &str) -> Generated {
    let contract = contract();
    let settings = read(Path::new("pets.toml"), toml, &contract).expect("the settings are right");
    generate(&contract, &Options { spec: "pets.yaml".to_owned(), settings })
}

fn text(generated: &Generated) -> String {
    generated.files.iter().map(|file| format!("// {}\n{}", file.path, file.contents)).collect()
}

#[test]
fn what_is_not_asked_for_is_left_out() {
    let all = text(&generated(""));
    assert!(all.contains("pub struct Toy ") && all.contains("fn list_toys"));
    let some = text(&generated("only.tags = ['pets']"));
    assert!(some.contains("fn list_all_pets") && some.contains("pub enum Kind"));
    assert!(!some.contains("Toy") && !some.contains("list_toys"));
    let one = text(&generated("only.operations = ['listToys']"));
    assert!(one.contains("pub struct Toy ") && !one.contains("PetV2"));
}

#[test]
fn names_are_those_that_the_user_wants_and_others_make_room() {
    let generated = text(&generated(
        "package = 'menagerie'\n[names]\nschemas.pet_v2 = 'Pet'\noperations.listAllPets = 'list_toys'",
    ));
    assert!(generated.contains("name = \"menagerie\""));
    assert!(generated.contains("pub struct Pet {") && !generated.contains("PetV2"));
    // The component `Pet` and the operation `listToys` have to take other names.
    assert!(generated.contains("pub type Pet2") || generated.contains("pub struct Pet2"));
    assert!(generated.contains("fn list_toys(") && generated.contains("fn list_toys_2("));
    assert!(generated.contains("ListToysResponse") && generated.contains("ListToys2Response"));
}

#[test]
fn formats_have_the_types_that_the_user_wants() {
    let plain = text(&generated(""));
    assert!(plain.contains("pub id: Uuid,") && plain.contains("pub born: String,"));
    let other = text(&generated("formats = {uuid = 'string', x-moment = 'date-time'}"));
    assert!(other.contains("pub id: String,") && other.contains("pub born: OffsetDateTime,"));
}

#[test]
fn formats_that_are_said_to_be_text_are_not_checked() {
    let is_checked = |toml: &str| text(&generated(toml)).contains("photo: optional [base64()]");
    assert!(is_checked("") && is_checked("formats = {uuid = 'string'}"));
    assert!(!is_checked("formats = {byte = 'string'}"));
}

#[test]
fn enums_are_open_unless_they_are_closed() {
    let is_open = |toml: &str| text(&generated(toml)).contains("Unknown(String)");
    assert!(is_open("") && is_open("enums = 'open'"));
    assert!(!is_open("enums = 'closed'"));
}

#[test]
fn the_runtime_is_a_copy_unless_it_is_said_where_it_is() {
    let file = |generated: &Generated, path: &str| {
        let file = generated.files.iter().find(|file| file.path == path);
        file.map(|file| file.contents.clone()).unwrap_or_default()
    };
    let copied = generated("");
    assert_eq!(generated("runtime = 'vendored'").files, copied.files);
    assert!(file(&copied, "src/lib.rs").contains("\npub mod runtime;\n"));
    assert!(!file(&copied, "Cargo.toml").contains("contract-runtime"));
    for (toml, place) in [
        ("'0.1'", "version = \"0.1\""),
        ("{path = '../run \"time\"'}", "path = \"../run \\\"time\\\"\""),
        (
            "{git = 'https://example.org/api', tag = 'v1'}",
            "git = \"https://example.org/api\", tag = \"v1\"",
        ),
    ] {
        let depends = generated(&format!("runtime = {toml}"));
        let manifest = file(&depends, "Cargo.toml");
        let line = format!(
            "contract-runtime = {{ {place}, default-features = false, features = [\"pages\"] }}\n"
        );
        assert!(manifest.contains(&line), "{manifest}");
        assert!(manifest.contains("server = [\"dep:axum\", \"contract-runtime/server\"]\n"));
        // Nothing but where the runtime is differs: the code is written in one way.
        let others = |generated: &Generated| -> Vec<GeneratedFile> {
            let is_other = |path: &str| {
                !path.starts_with("src/runtime/") && !["Cargo.toml", "src/lib.rs"].contains(&path)
            };
            generated.files.iter().filter(|file| is_other(&file.path)).cloned().collect()
        };
        assert_eq!(others(&depends), others(&copied));
        assert!(!depends.files.iter().any(|file| file.path.starts_with("src/runtime/")));
    }
}

#[test]
fn the_runtime_is_where_cargo_can_find_it() {
    let message = |toml: &str| {
        let problems = read(Path::new("pets.toml"), &format!("runtime = {toml}"), &contract());
        let problems = problems.expect_err(toml);
        assert_eq!(problems[0].place.position, Some((1, 11)), "{toml}");
        problems[0].message.clone()
    };
    for (toml, words) in [
        ("'vendord'", "neither \"vendored\" nor like"),
        ("true", "write \"vendored\""),
        ("{}", "no `version`, `path` or `git`"),
        ("{branch = 'main'}", "no `version`, `path` or `git`"),
        ("{path = 'a', features = ['pages']}", "`features` is no text"),
        ("{path = 'a', package = 'b'}", "`package` is none of"),
        ("{path = 'a', git = 'b'}", "both"),
        ("{path = 'a', tag = 'b'}", "goes with `git`"),
        ("{git = 'a', tag = 'b', rev = 'c'}", "one of"),
    ] {
        let message = message(toml);
        assert!(message.contains(words), "{toml}: {message}");
    }
}

#[test]
fn pages_follow_each_other_as_the_user_says() {
    let told = |toml: &str| {
        let generated = generated(toml);
        let text = text(&generated);
        let notes = generated.findings.into_iter().filter(|it| it.code == "paging-not-understood");
        (
            text.matches("Next::cursor(").count(),
            text.matches("Next::offset(").count(),
            notes.count(),
        )
    };
    assert_eq!(told(""), (1, 0, 0));
    assert_eq!(told("paging.listAllPets = {offset = 'start'}"), (1, 1, 0));
    assert_eq!(told("paging = {listToys = false, listAllPets = {offset = 'begin'}}"), (0, 0, 1));
    // What is said of an operation goes before what is said of all.
    assert_eq!(told("paging.'*' = {offset = 'start'}"), (1, 1, 0));
    assert_eq!(
        told("paging = {'*' = {offset = 'start'}, listToys = {last = 'name', cursor = 'from'}}"),
        (1, 1, 0)
    );
    assert_eq!(told("paging = {'*' = false, listToys = {link = true}}"), (0, 0, 1));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let toml = "\
package = '1'
enums = 'ajar'
only = {tags = ['pet'], operations = ['listToy']}
formats.uuid = 'guid'
names.schemas = {pet_v3 = 'Pet', Kind = 'kind', Toy = 'Option'}
names.operations = {listToys = 'new', listAllPets = 'List'}
paging.listAllToys = false
paging.listToys = {cursor = 'from'}
paging.listAllPets = {ofset = 'start'}
paging.'*' = 'never'
";
    let problems = read(Path::new("pets.toml"), toml, &contract()).expect_err("much is wrong");
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
    let problems = read(Path::new("pets.toml"), "enum = 'open'", &contract());
    let problems = problems.expect_err("there is no such key");
    assert_eq!(problems.len(), 1);
    assert!(problems[0].message.contains("unknown field `enum`"));
    assert_eq!(problems[0].place.position, Some((1, 1)));
}

#[test]
fn the_example_of_the_documentation_means_what_it_says() {
    let documentation = include_str!("mod.rs");
    let example = documentation.split("```").nth(1).expect("an example");
    let toml: String = example
        .lines()
        .skip(1)
        .map(|line| line.trim_start_matches("//!").trim_start().to_owned() + "\n")
        .collect();
    let toml = toml.replace("getHealth", "listToys");
    let settings = read(Path::new("pets.toml"), &toml, &contract()).expect("it is right");
    assert_eq!(settings.enums, Enums::Closed);
    assert_eq!(settings.formats["uuid"], TextType::String);
    assert_eq!(settings.schemas["pet_v2"], "Pet");
    let place = [("path".to_owned(), "../rt".to_owned())].into();
    assert_eq!(settings.runtime, Runtime::Crate(place));
}
