//! The report as it is written: for a terminal, as Markdown, as JSON.

#![expect(clippy::unwrap_used, reason = "what can't be read fails the test")]

use std::path::Path;

use spec::compare::{Severity, compare};
use spec::review::{Format, Review, Summary};
use spec::{Contract, Finding, Memory, Origin};

const OLD: &str = "\
openapi: 3.0.3
info: { title: Pets, version: '1' }
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - { name: limit, in: query, schema: { type: integer, maximum: 9 } }
      responses:
        '200':
          description: Pets.
          content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Pet' } } } }
components:
  schemas:
    Pet:
      type: object
      properties:
        kind: { type: string, enum: [cat, dog] }
";

fn read(text: &str) -> Contract {
    spec::read(Path::new("pets.yaml"), &Memory::one("pets.yaml", text)).contract.unwrap()
}

fn review(edits: &[(&str, &str)]) -> Review {
    let new = edits.iter().fold(OLD.to_owned(), |text, (from, to)| text.replacen(from, to, 1));
    let (old, new) = (read(OLD), read(&new));
    let at = Origin::root("/paths/~1pets/get/responses/200");
    let finding =
        Finding::note("note-to-self", at, "a `200` of <b>pets</b> | more").help("look twice");
    Review::new((&old, Some("HEAD~1")), &new, compare(&old, &new), &[finding])
}

const EDITS: &[(&str, &str)] =
    &[("maximum: 9", "maximum: 8"), ("[cat, dog]", "[cat, dog, 'a | `*b*` <i>']")];

/// Escape sequences as text that a person can read in a snapshot.
fn plain(text: &str) -> String {
    text.replace('\u{1b}', "^")
}

#[test]
fn for_a_terminal() {
    insta::assert_snapshot!(plain(&review(EDITS).render(Format::Terminal)));
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(review(EDITS).render(Format::Markdown));
}

#[test]
fn as_json() {
    insta::assert_snapshot!(review(EDITS).render(Format::Json));
}

#[test]
fn the_worst_comes_first_and_counts() {
    let review = review(EDITS);
    let severities: Vec<_> = review.items.iter().map(|item| item.severity).collect();
    assert!(severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
    assert_eq!(review.worst(), Some(Severity::Breaking));
    assert_eq!(review.summary(), Summary { breaking: 1, dangerous: 1, compatible: 1 });
}

#[test]
fn nothing_to_say_is_said() {
    let contract = read(OLD);
    let review = Review::new((&contract, None), &contract, Vec::new(), &[]);
    assert_eq!(review.worst(), None);
    let text = plain(&review.render(Format::Terminal));
    assert!(text.starts_with("pets.yaml against pets.yaml: ^[2m0 breaking"), "{text}");
    assert!(review.render(Format::Markdown).contains("Nothing has changed in meaning."));
}

#[test]
fn a_comment_stays_within_what_github_takes() {
    let many: String = (0..2000).fold(String::new(), |mut text, place| {
        text += &format!("        member{place}: {{ type: string }}\n");
        text
    });
    let review = review(&[("      properties:\n", &format!("      properties:\n{many}"))]);
    let text = review.render(Format::Markdown);
    assert!(text.len() < 65_536, "{} characters", text.len());
    assert!(text.contains("more\n"), "what is left out is counted");
}

#[test]
fn what_a_document_says_can_steer_no_terminal() {
    let review = review(&[("[cat, dog]", "[cat, dog, \"\\e[2Jgone\"]")]);
    let text = review.render(Format::Terminal);
    assert!(!text.contains("\u{1b}[2J"), "{}", plain(&text));
}
