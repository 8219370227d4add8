//! What is heard of the queries of lists, of what wraps answers, and of what names callers and labels.

use super::*;

const PEOPLE: &str = "  /pets:
    post: {operationId: makePet, responses: {'201': {description: x, PET}}}
    get:
      operationId: listPets
      parameters:
        - {name: min_visits, in: query, schema: {type: integer}}
        - {name: year_to, in: query, schema: {type: integer}}
        - {name: small, in: query, description: Only kennels whose `room` is at least this., schema: {type: integer}}
        - {name: free, in: query, description: 'With `true` only free ones, with `false` only the others.', schema: {type: boolean}}
        - {name: old, in: query, description: '`true` also includes those that have died, `false` only the living.', schema: {type: boolean}}
        - {name: ill, in: query, description: 'Only ill (`true`) or only healthy (`false`) ones.', schema: {type: boolean}}
      responses: {'200': {description: x, content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: string}, visit_count: {type: integer}, born_year: {type: integer}, room: {type: integer}}}}}}}}
  /pets/{pet_id}:
    ID
    delete: {operationId: deletePet, responses: {'204': {description: x}}}
";

#[test]
fn bounds_and_halves_are_heard() {
    let contract = contract(PEOPLE);
    let resources = Resources::of(&contract);
    let list = resources.operation("listPets").and_then(|one| resources.list(one));
    let list = list.expect("it lists");
    let filters: Vec<_> = list.filters.iter().map(|one| (one.member.as_str(), one.kind)).collect();
    let expected = [
        ("visit_count", FilterKind::AtLeast),
        ("born_year", FilterKind::AtMost),
        ("room", FilterKind::AtLeast),
    ];
    assert_eq!(filters, expected);
    let halves = list.halves.iter().map(|one| (one.parameter.name.as_str(), one.is_whole));
    assert_eq!(halves.collect::<Vec<_>>(), [("free", true), ("ill", false)]);
}

#[test]
fn what_wraps_an_answer_is_told_from_what_it_is_about() {
    let wraps = |schema: &str| {
        let answer = format!("content: {{application/json: {{schema: {schema}}}}}");
        let contract = contract(&format!(
            "  /pets/{{pet_id}}:\n    ID\n    get: {{operationId: getPet, responses: {{'200': {{description: x, {answer}}}}}}}\n"
        ));
        let operation = &contract.operations[0];
        let envelope = operation.envelope.as_ref().map(|one| one.member.clone());
        assert_eq!(
            operation.answer_schema() == operation.answer().map(|(_, schema)| schema),
            envelope.is_none()
        );
        envelope
    };
    let object = |members: &str| format!("{{type: object, properties: {{{members}}}}}");
    let pet = object("id: {type: string}");
    for (members, envelope) in [
        (format!("data: {pet}"), Some("data")),
        (format!("data: {pet}, meta: {{type: object}}, links: {{type: object}}"), Some("data")),
        (format!("pet: {pet}"), Some("pet")),
        (format!("owner: {pet}"), None),
        (format!("data: {pet}, name: {{type: string}}"), None),
        ("data: {type: array, items: {type: object}}".to_owned(), None),
        ("data: {type: string}".to_owned(), None),
        ("id: {type: string}".to_owned(), None),
    ] {
        assert_eq!(wraps(&object(&members)).as_deref(), envelope, "{members}");
    }
}

const TEAM: &str = "  /me: {get: {operationId: me, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}}}}
  /users: {get: {operationId: users, responses: {'200': {description: x, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/User'}}}}}}}}
  /teams/{pet_id}/labels:
    ID
    post:
      operationId: label
      description: A name can be used once per team (409).
      requestBody: {content: {application/json: {schema: {type: object, required: [name], properties: {name: {$ref: '#/components/schemas/LabelName'}}}}}}
      responses: {'201': {description: x}, '409': {description: x}}
components:
  schemas:
    UserId: {type: string, pattern: '^u[0-9]+$'}
    MaybeUserId: {type: string, nullable: true, pattern: '^u[0-9]+$'}
    LabelName: {type: string, maxLength: 20}
    Title: {type: string, nullable: true, pattern: '^[A-Z]'}
    User: {type: object, required: [id, active], properties: {id: {$ref: '#/components/schemas/UserId'}, active: {type: boolean}}}
";

#[test]
fn ids_of_callers_and_names_of_labels_are_of_their_kind() {
    let contract = contract(TEAM);
    let resources = Resources::of(&contract);
    let component = |name: &str| {
        let mut schemas = contract.schemas.iter();
        schemas.find(|(_, one)| one.name.as_deref() == Some(name)).expect("there is one").0
    };
    let makers = |name: &str| {
        let named = resources.references().of_kind(&[component(name)]);
        named.into_iter().map(|one| one.maker.clone()).collect::<Vec<_>>()
    };
    let ids = |name: &str| makers(name).into_iter().map(|one| one.operation_id).collect::<Vec<_>>();
    assert_eq!(ids("UserId"), ["users"]);
    assert_eq!(ids("MaybeUserId"), ["users"]);
    assert_eq!(ids("LabelName"), ["label"]);
    assert_eq!(ids("Title"), [""; 0]);
    let users = &makers("UserId")[0];
    let (shows, own) = resources.caller_among(users).expect("callers are users");
    assert_eq!((shows.id.as_str(), own.as_str()), ("me", "/id"));
    assert_eq!(resources.tells_whether_active(users).as_deref(), Some("active"));
}

#[test]
fn conditions_that_are_narrower_than_http_has_them_are_heard() {
    let told = |condition: &str, operation: &str| {
        let contract = contract(&format!(
            "  /pets/{{pet_id}}:\n    ID\n    patch:\n      operationId: change\n      description: '{operation}'\n      \
                 parameters: [{{name: If-Match, in: header, description: '{condition}', schema: {{type: string}}}}]\n      \
                 responses: {{'200': {{description: x}}, '412': {{description: x}}}}\n"
        ));
        let resources = Resources::of(&contract);
        let change = resources.operation("change").expect("there is one");
        let is_it = |one: &&crate::model::Parameter| one.name == "If-Match";
        let parameter = change.parameters.iter().find(is_it).expect("it has one");
        (resources.refuses_any_tag(change), resources.takes_one_tag(parameter))
    };
    assert_eq!(told("The tag.", "With an older tag (or with `*`) 412."), (true, false));
    assert_eq!(told("A single tag; lists are not supported.", "Changes it."), (false, true));
    assert_eq!(told("The tag, or `*`.", "With an older tag 412."), (false, false));
}
