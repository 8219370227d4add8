//! What the whole of a run suggests: true of every answer, and said only where the profile is more likely wrong than
//! the target.

use conformance::case::{Credentials, Derivation};

use crate::support::{One, World, case};

const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: Things, version: '1' }
paths:
  /things:
    get:
      operationId: listThings
      security: [{ token: [] }]
      responses:
        '200': { description: a, content: { application/json: { schema: {} } } }
        '401': { description: b }
  /info:
    get:
      operationId: getInfo
      security: [{ token: [] }]
      responses: { '200': { description: a, content: { application/json: { schema: {} } } } }
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
";

fn hints(run: Vec<One>) -> Vec<String> {
    World::new(CONTRACT).report(run).hints
}

fn token() -> Credentials {
    Credentials::As("token".to_owned())
}

/// So many requests as `token` that hope for an answer.
fn as_token(count: usize, status: u16) -> Vec<One> {
    let one = |n| case(&format!("listThings:200:{status}-{n}")).step("listThings", status);
    (0..count).map(|n| one(n).source(Derivation::Boundary).sent_as(token())).collect()
}

#[test]
fn a_hint_is_given_where_all_answers_are_alike() {
    let answered = |status: u16| {
        let run = (0..5).map(|n| {
            case(&format!("listThings:200:{n}"))
                .source(Derivation::HappyPath)
                .step("listThings", status)
        });
        World::new(CONTRACT).report(run.collect()).hints
    };
    assert_eq!(
        answered(404),
        [
            "all 5 answers are 404: is the base path right? `--base-path`, or `base_path` in the profile"
        ]
    );
    assert!(answered(401)[0].contains("are the credentials of the profile right"));
    assert!(answered(301)[0].contains("redirects"));
    assert!(answered(200).is_empty());
    let mut mixed: Vec<_> =
        (0..5).map(|n| case(&format!("listThings:200:{n}")).step("listThings", 404)).collect();
    // To ask for what isn't there says nothing of the base path.
    mixed.push(case("listThings:401:a").source(Derivation::Security).step("listThings", 401));
    assert_eq!(World::new(CONTRACT).report(mixed.clone()).hints.len(), 1);
    mixed.push(case("listThings:200:z").step("listThings", 200));
    assert!(World::new(CONTRACT).report(mixed).hints.is_empty());
}

#[test]
fn what_a_hint_says_is_true_of_all_answers() {
    let mut run: Vec<_> =
        (0..5).map(|n| case(&format!("listThings:200:{n}")).step("listThings", 404)).collect();
    run.push(case("listThings:200:m").source(Derivation::Method).step("listThings", 405));
    run.push(case("listThings:200:s").source(Derivation::Security).step("listThings", 200));
    let hints = hints(run);
    assert!(hints[0].starts_with("5 of 7 answers are 404: is the base path right?"), "{hints:?}");
}

#[test]
fn a_wrong_token_is_told_by_its_name_whatever_others_are_answered() {
    let mut run = as_token(5, 403);
    for n in 0..4 {
        let other = case(&format!("listThings:200:other-{n}")).step("listThings", 200);
        run.push(other.sent_as(Credentials::As("reader".to_owned())));
    }
    let told = hints(run.clone());
    let expected = "every request as `token` was answered 401 or 403 (5 of them): is this credential of the profile right, and not expired?";
    assert_eq!(told, [expected]);
    // Whom a service lets in without credentials says nothing of them.
    run.push(case("getInfo:200:none").step("getInfo", 200).sent_as(Credentials::None));
    run.push(case("getInfo:200:a").step("getInfo", 200).sent_as(token()));
    let told = hints(run.clone());
    assert!(
        told[0].starts_with(
            "5 of 6 requests as `token` were answered 401 or 403, and none that needs credentials succeeded"
        ),
        "{told:?}"
    );
    // Nor does what is answered before anybody asks for them.
    run.extend([as_token(9, 400), as_token(9, 302)].concat());
    assert!(hints(run.clone())[0].starts_with("5 of 24 requests as `token`"));
    run.extend(as_token(1, 200));
    assert!(hints(run).is_empty(), "it is let in somewhere");
}

#[test]
fn a_hint_names_the_variable_that_a_token_is_from() {
    let mut world = World::new(CONTRACT);
    world.variables.insert("token".to_owned(), vec!["HUB_TOKEN".to_owned()]);
    let report = world.report(as_token(5, 401));
    assert_eq!(
        report.hints,
        [
            "every request as `token` was answered 401 or 403 (5 of them): is `HUB_TOKEN` right, and not expired?"
        ]
    );
    let text = conformance::report::terminal_of_width(&report, 100);
    let hint = text.find("HUB_TOKEN").expect("a hint");
    assert!(hint < text.find("listThings ").expect("a matrix"), "hints come first: {text}");
}

#[test]
fn pages_for_people_are_answers_of_something_else() {
    let page = |n: usize, status| {
        case(&format!("listThings:200:{n}"))
            .step("listThings", status)
            .of_type("text/html; charset=utf-8")
    };
    for status in [200, 403, 404] {
        // Not all are alike, so that nothing else is to be said.
        let run = vec![page(0, status), page(1, status), page(2, 403), page(3, 302)];
        let told = hints(run);
        let begin = "none of the 4 answers has a media type that the document names, and most are pages for people: is the base path right?";
        assert!(
            told[0].starts_with(begin) && told[0].ends_with("requests went to http://target"),
            "{told:?}"
        );
    }
    let mut run: Vec<_> = (0..20).map(|n| page(n, 403 + u16::from(n % 2 == 0))).collect();
    run.push(case("listThings:200:z").step("listThings", 200));
    let told = hints(run.clone());
    assert!(
        told[0].starts_with("20 of 21 answers are 403 or 404 with a page for people"),
        "{told:?}"
    );
    run.truncate(3);
    run.extend((0..5).map(|n| case(&format!("listThings:200:ok-{n}")).step("listThings", 200)));
    assert!(hints(run).is_empty());
    let text =
        |n| case(&format!("listThings:200:{n}")).step("listThings", 200).of_type("text/plain");
    assert!(hints((0..5).map(text).collect()).is_empty(), "it may be the API, in another format");
}
