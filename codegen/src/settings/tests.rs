use std::path::Path;

use spec::{Contract, Memory};

use super::{Enums, TextType, read};
use crate::{Generated, Options, generate};

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
fn enums_are_open_unless_they_are_closed() {
    let is_open = |toml: &str| text(&generated(toml)).contains("Unknown(String)");
    assert!(is_open("") && is_open("enums = 'open'"));
    assert!(!is_open("enums = 'closed'"));
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
}
