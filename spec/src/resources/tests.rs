mod actions;
mod lists;
mod refusals;

use std::path::Path;

use super::*;
use crate::Memory;
use crate::outline::Outline;
use crate::paging::Pages;

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths:\n";
const ID: &str = "parameters: [{name: pet_id, in: path, required: true, schema: {type: string}}]";
const PET: &str =
    "content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}";

pub(super) fn contract(paths: &str) -> Contract {
    let text = paths.replace("ID", ID).replace("PET", PET);
    let reading =
        crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &(HEAD.to_owned() + &text)));
    reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()))
}

/// Who makes what a parameter of an operation names, and where the id stands.
fn makers(contract: &Contract, operation: &str, parameter: &str) -> Vec<(String, String)> {
    let resources = Resources::of(contract);
    let operation = resources.operation(operation).expect("there is one");
    let makers = resources.makers(operation, parameter).iter();
    makers.map(|maker| (maker.operation_id.clone(), maker.id.to_string())).collect()
}

fn one(maker: &str, id: &str) -> Vec<(String, String)> {
    vec![(maker.to_owned(), id.to_owned())]
}

#[test]
fn a_post_on_the_path_before_makes_what_a_parameter_names() {
    let contract = contract(
        "  /pets/: {post: {operationId: makePet, responses: {'201': {description: x, PET}}}}\n  \
           /pets/{pet_id}:\n    ID\n    get: {operationId: getPet, responses: {'200': {description: x}}}\n    \
             delete: {operationId: deletePet, responses: {'204': {description: x}}}\n",
    );
    assert_eq!(makers(&contract, "getPet", "pet_id"), one("makePet", "$response.body#/id"));
    let resources = Resources::of(&contract);
    let remover = resources.remover("makePet").expect("it is removed");
    assert_eq!(
        (remover.operation_id.as_str(), remover.parameter.as_str()),
        ("deletePet", "pet_id")
    );
    let fed: Vec<_> = resources.made_by("makePet").map(|(one, ..)| one.id.as_str()).collect();
    assert_eq!(fed, ["getPet", "deletePet"]);
    assert!(resources.is_maker("makePet") && !resources.is_maker("getPet"));
}

#[test]
fn a_link_goes_before_paths() {
    let contract = contract(
        "  /pets: {post: {operationId: makePet, responses: {'201': {description: x, PET}}}}\n  \
           /import:\n    post:\n      operationId: importPet\n      responses:\n        '200':\n          description: x\n          \
                links: {get: {operationId: getPet, parameters: {path.pet_id: '$response.body#/pet/key'}}}\n  \
           /pets/{pet_id}:\n    ID\n    get: {operationId: getPet, responses: {'200': {description: x}}}\n",
    );
    assert_eq!(makers(&contract, "getPet", "pet_id"), one("importPet", "$response.body#/pet/key"));
    let resources = Resources::of(&contract);
    let get = resources.operation("getPet").expect("there is one");
    assert!(resources.is_opaque(get, "pet_id"));
}

#[test]
fn a_put_makes_what_it_names_where_no_post_does() {
    let contract = contract(
        "  /pets/{pet_id}:\n    ID\n    put: {operationId: putPet, responses: {'200': {description: x}}}\n    \
             get: {operationId: getPet, responses: {'200': {description: x}}}\n",
    );
    assert_eq!(makers(&contract, "getPet", "pet_id"), one("putPet", "$request.path.pet_id"));
    let resources = Resources::of(&contract);
    let put = resources.operation("putPet").expect("there is one");
    assert!(resources.chooses(put) && makers(&contract, "putPet", "pet_id").is_empty());
}

#[test]
fn members_name_what_is_made() {
    let contract = contract(
        "  /pets: {post: {operationId: makePet, responses: {'201': {description: x, PET}}}}\n  \
           /pets/{pet_id}:\n    ID\n    get: {operationId: getPet, responses: {'200': {description: x}}}\n",
    );
    let resources = Resources::of(&contract);
    let makers = |name, several| -> Vec<String> {
        let called = resources.references().called(name, several);
        called.into_iter().map(|one| one.maker.operation_id.clone()).collect()
    };
    for name in ["pet_id", "petId", "lost_pet_id", "pet"] {
        assert_eq!(makers(name, false), ["makePet"], "{name}");
    }
    assert_eq!(makers("pets", true), ["makePet"]);
    for name in ["id", "carpet_id", "lost_pet"] {
        assert!(makers(name, false).is_empty(), "{name}");
    }
}

#[test]
fn a_list_is_on_the_path_of_what_makes_its_items() {
    let list = |more: &str, answer: &str| {
        let page = "parameters: [{name: page, in: query, schema: {type: integer, default: 1}}, {name: per_page, in: query, schema: {type: integer}}]";
        contract(&format!(
            "  /pets:\n    post: {{operationId: makePet, responses: {{'201': {{description: x, PET}}}}}}\n    \
                 get:\n      operationId: listPets\n      {page}\n{more}      responses: {{'200': {{description: x, \
                 content: {{application/json: {{schema: {answer}}}}}}}}}\n  \
               /pets/{{pet_id}}:\n    ID\n    delete: {{operationId: deletePet, responses: {{'204': {{description: x}}}}}}\n"
        ))
    };
    let pets = "{type: array, items: {type: object, properties: {id: {type: string}}}}";
    let envelope = format!(
        "{{type: object, properties: {{data: {pets}, total_count: {{type: integer}}, has_more: {{type: boolean}}}}}}"
    );
    let contract = list("", &envelope);
    let resources = Resources::of(&contract);
    let found = resources.operation("listPets").and_then(|one| resources.list(one));
    let found = found.expect("it lists");
    assert_eq!((found.maker.id.as_str(), found.items.as_deref()), ("makePet", Some("data")));
    assert_eq!(found.limit.map(|limit| limit.name.as_str()), Some("per_page"));
    assert_eq!(found.total, Some(Total::Member(vec!["total_count".to_owned()])));
    assert_eq!((found.has_more.as_deref(), &found.page_count), (Some("has_more"), &None));
    assert!(matches!(found.pages, Pages::By(_)) && found.is_whole);
    let within = format!(
        "{{type: object, properties: {{data: {pets}, meta: {{type: object, properties: {{total: {{type: integer}}, last_page: {{type: integer}}}}}}}}}}"
    );
    let said = list("      description: Newest first.\n", &within);
    let resources = Resources::of(&said);
    let found = resources.operation("listPets").and_then(|one| resources.list(one));
    let found = found.expect("it lists");
    assert_eq!(found.total, Some(Total::Member(vec!["meta".to_owned(), "total".to_owned()])));
    assert_eq!(found.page_count, Some(vec!["meta".to_owned(), "last_page".to_owned()]));
    assert_eq!(found.by_creation, Some(true));
    assert!(!found.total_is_required);
    for (required, within, is_required) in
        [("meta", "total", true), ("meta", "last_page", false), ("data", "total", false)]
    {
        let answer = format!(
            "{{type: object, required: [{required}], properties: {{data: {pets}, meta: {{type: object, required: [{within}], properties: {{total: {{type: integer}}, last_page: {{type: integer}}}}}}}}}}"
        );
        let contract = list("", &answer);
        let resources = Resources::of(&contract);
        let found = resources.operation("listPets").and_then(|one| resources.list(one));
        let found = found.expect("it lists");
        assert_eq!(found.total_is_required, is_required, "{required}, {within}");
    }
    let told = list("      x-paging: false\n      x-sorted-by: -id\n", pets);
    let resources = Resources::of(&told);
    let found = resources.operation("listPets").and_then(|one| resources.list(one));
    let found = found.expect("it lists");
    assert_eq!((found.items, found.pages), (None, Pages::None));
    assert!(found.is_whole);
    let by_id = SortKey::new("id", true, Comparison::Open);
    assert_eq!(found.order, Some(Order { keys: vec![by_id] }));
    let others =
        list("", "{type: array, items: {type: object, properties: {name: {type: string}}}}");
    let resources = Resources::of(&others);
    assert!(resources.operation("listPets").and_then(|one| resources.list(one)).is_none());
}

#[test]
fn an_export_is_of_the_list_that_its_path_names() {
    let export = |path: &str, id: &str, content: &str| {
        let item = "{type: object, properties: {id: {type: string}, name: {type: string}}}";
        let year = "{name: year, in: path, required: true, schema: {type: string}}";
        let parameters = if path.contains("{year}") { year } else { "" };
        let document = format!(
            "  /pets:\n    post: {{operationId: makePet, responses: {{'201': {{description: x, PET}}}}}}\n    \
                 get: {{operationId: listPets, responses: {{'200': {{description: x, \
                 content: {{application/json: {{schema: {{type: array, items: {item}}}}}}}}}}}}}\n  \
               /pets/{{pet_id}}:\n    ID\n    delete: {{operationId: deletePet, responses: {{'204': {{description: x}}}}}}\n  \
               {path}:\n    get: {{operationId: {id}, parameters: [{parameters}], description: 'Every pet, with a header line.', responses: {{'200': {{description: x, content: {{{content}: {{}}}}}}}}}}\n"
        );
        let contract = contract(&document);
        let resources = Resources::of(&contract);
        let operation = resources.operation(id).expect("there is one");
        let export = resources.export(operation)?;
        let forms: Vec<_> = export.forms.iter().map(|form| (form.records, form.is_named)).collect();
        Some((export.list.id.clone(), forms, export.is_whole))
    };
    let table = vec![(crate::model::Records::Table, true)];
    let found = Some(("listPets".to_owned(), table, true));
    for path in ["/exports/pets", "/pets/export", "/pets.csv"] {
        assert_eq!(export(path, "getAll", "text/csv"), found, "{path}");
    }
    assert_eq!(export("/all/pets", "exportPets", "text/csv"), found);
    for (path, id, content) in [
        ("/pets/statistics", "getStatistics", "text/csv"),
        ("/exports/cats", "exportCats", "text/csv"),
        ("/exports/pets", "exportPets", "application/json"),
        ("/exports/{year}/pets", "exportPets", "text/csv"),
    ] {
        assert_eq!(export(path, id, content), None, "{path}");
    }
}

#[test]
fn an_export_tells_its_order_or_has_that_of_its_list() {
    let order = |of_list: &str, of_export: &str| {
        let contract = contract(&format!(
            "  /pets:\n    post: {{operationId: makePet, responses: {{'201': {{description: x, PET}}}}}}\n    \
                 get: {{operationId: listPets, description: {of_list}, responses: {{'200': {{description: x, content: {{application/json: {{schema: {{type: array, items: {{type: object, properties: {{id: {{type: string}}, name: {{type: string}}}}}}}}}}}}}}}}}}\n  \
               /pets/{{pet_id}}:\n    ID\n    delete: {{operationId: deletePet, responses: {{'204': {{description: x}}}}}}\n  \
               /exports/pets:\n    get: {{operationId: exportPets, description: {of_export}, responses: {{'200': {{description: \"With a header line\", \
                 content: {{text/csv: {{schema: {{type: string}}}}}}}}}}}}\n"
        ));
        let resources = Resources::of(&contract);
        let export = resources.export(resources.operation("exportPets")?)?;
        Some(export.order?.keys.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let by = |members: &[&str]| Some(members.iter().map(ToString::to_string).collect::<Vec<_>>());
    let list = "Sorted by `name`";
    assert_eq!(order(list, "\"All of them, ordered by `id`\""), by(&["id"]));
    assert_eq!(order(list, "\"All of them, in the same order as in the list\""), by(&["name"]));
    assert_eq!(order(list, "\"All of them\""), None);
}

#[test]
fn a_header_field_tells_the_total() {
    let total = |name: &str| {
        let contract = contract(&format!(
            "  /pets:\n    post: {{operationId: makePet, responses: {{'201': {{description: x, PET}}}}}}\n    \
                 get:\n      operationId: listPets\n      responses: {{'200': {{description: x, headers: {{{name}: {{schema: {{type: integer}}}}}}, \
                 content: {{application/json: {{schema: {{type: array, items: {{type: object, properties: {{id: {{type: string}}}}}}}}}}}}}}}}\n  \
               /pets/{{pet_id}}:\n    ID\n    delete: {{operationId: deletePet, responses: {{'204': {{description: x}}}}}}\n"
        ));
        let resources = Resources::of(&contract);
        let list = resources.operation("listPets").and_then(|one| resources.list(one));
        list.expect("it lists").total
    };
    for name in ["X-Total-Count", "X-Total", "X-WP-Total"] {
        assert_eq!(total(name), Some(Total::Header(name.to_owned())));
    }
    for name in ["X-Total-Pages", "X-Count"] {
        assert_eq!(total(name), None, "{name}");
    }
}

#[test]
fn numbers_follow_from_the_parts_of_a_thing() {
    let pet = "{type: object, required: [id, toy_count, cost, shelf, age], properties: {id: {type: string}, \
                toy_count: {type: integer, readOnly: true}, cost: {type: integer, readOnly: true, description: The sum of its toys.}, \
                shelf: {type: integer, readOnly: true, description: How many broken toys it has.}, age: {type: integer}, \
                spare: {type: integer, description: How many toys there are.}}}";
    let body = |schema: &str| format!("{{content: {{application/json: {{schema: {schema}}}}}}}");
    let toy = "{type: object, properties: {price: {type: integer}, pet_id: {type: integer}}}";
    let contract = contract(&format!(
        "  /pets: {{post: {{operationId: makePet, requestBody: {body}, responses: {{'201': {{description: x, {answer}}}}}}}}}\n  \
           /pets/{{pet_id}}:\n    ID\n    get: {{operationId: getPet, responses: {{'200': {{description: x, {answer}}}}}}}\n  \
           /pets/{{pet_id}}/toys:\n    ID\n    post: {{operationId: addToy, requestBody: {toy}, responses: {{'201': {{description: x, PET}}}}}}\n",
        body = body("{type: object, properties: {age: {type: integer}}}"),
        toy = body(toy),
        answer = format!("content: {{application/json: {{schema: {pet}}}}}"),
    ));
    let resources = Resources::of(&contract);
    let tallies = resources.tallies(resources.operation("getPet").expect("there is one"));
    let told: Vec<_> =
        tallies.iter().map(|one| (one.member.as_str(), one.maker.id.as_str(), &one.kind)).collect();
    let sum = TallyKind::Sum("price".to_owned());
    assert_eq!(told, [("toy_count", "addToy", &TallyKind::Count), ("cost", "addToy", &sum),]);
}

#[test]
fn totals_are_sums_over_what_a_body_names() {
    let pet = "{type: object, required: [id, fee_cents, age], properties: {id: {type: string}, fee_cents: {type: integer}, age: {type: integer}}}";
    let visit = "{type: object, required: [id, total_cents, paid_cents], properties: {id: {type: string, readOnly: true}, \
                  total_cents: {type: integer, readOnly: true}, paid_cents: {type: integer, readOnly: true}, \
                  pet_ids: {type: array, items: {type: string}}}}";
    let content = |schema: &str| format!("content: {{application/json: {{schema: {schema}}}}}");
    let contract = contract(&format!(
        "  /pets: {{post: {{operationId: makePet, responses: {{'201': {{description: x, {pet}}}}}}}}}\n  \
           /pets/{{pet_id}}:\n    ID\n    get: {{operationId: getPet, responses: {{'200': {{description: x, {pet}}}}}}}\n  \
           /visits: {{post: {{operationId: visit, description: 'A visit. `total_cents` is the sum of the fees of the pets. \
             `paid_cents` is the sum of what was paid.', requestBody: {{{visit}}}, responses: {{'201': {{description: x, {visit}}}}}}}}}\n",
        pet = content(pet),
        visit = content(visit),
    ));
    let resources = Resources::of(&contract);
    let totals = resources.sums(resources.operation("visit").expect("there is one"));
    let told: Vec<_> = totals
        .iter()
        .map(|one| (one.member.as_str(), one.list.as_str(), one.number.as_str()))
        .collect();
    assert_eq!(told, [("total_cents", "pet_ids", "fee_cents")]);
}

#[test]
fn a_location_and_another_path_tell_what_was_made() {
    let contract = contract(
        "  /pets/{pet_id}/notes:\n    ID\n    post: {operationId: note, responses: {'201': {description: x, headers: \
           {Location: {schema: {type: string}}}}}}\n  \
           /pets/{pet_id}/notes/{note}:\n    parameters: [{name: pet_id, in: path, required: true, schema: {}}, \
             {name: note, in: path, required: true, schema: {}}]\n    get: {operationId: getNote, responses: {'200': {description: x}}}\n  \
           /pets/{pet_id}/visits:\n    ID\n    post: {operationId: visit, responses: {'201': {description: x, PET}}}\n  \
           /visits/{visit_id}:\n    parameters: [{name: visit_id, in: path, required: true, schema: {}}]\n    \
             get: {operationId: getVisit, responses: {'200': {description: x}}}\n  \
           /pets/{pet_id}/tags:\n    ID\n    post: {operationId: tag, responses: {'200': {description: x, PET}}}\n  \
           /tags/{tag_id}:\n    parameters: [{name: tag_id, in: path, required: true, schema: {}}]\n    \
             delete: {operationId: deleteTag, responses: {'204': {description: x}}}\n",
    );
    let location = one("note", "$response.header.Location");
    assert_eq!(makers(&contract, "getNote", "note"), location);
    assert_eq!(makers(&contract, "getVisit", "visit_id"), one("visit", "$response.body#/id"));
    // It may as well put there a tag that is at home elsewhere: nothing says that it makes one.
    assert!(makers(&contract, "deleteTag", "tag_id").is_empty());
}

#[test]
fn members_name_what_is_only_listed() {
    let list = "get: {operationId: listShops, responses: {'200': {description: x, content: {application/json: \
                  {schema: {type: array, items: {type: object, properties: {id: {type: string}}}}}}}}}";
    let listed = |more: &str| {
        let contract = contract(&format!("  /shops:\n    {list}\n{more}"));
        let resources = Resources::of(&contract);
        let called = resources.references().called("shop_id", false);
        called.first().map(|one| {
            (one.named_by.clone(), one.maker.operation_id.clone(), one.maker.id.to_string())
        })
    };
    let first = (None, "listShops".to_owned(), "$response.body#/0/id".to_owned());
    assert_eq!(listed(""), Some(first));
    let changed = "  /shops/{pet_id}:\n    ID\n    delete: {operationId: close, responses: {'204': {description: x}}}\n";
    assert_eq!(listed(changed), None);
}

#[test]
fn actions_do_what_descriptions_say() {
    let shown = "content: {application/json: {schema: {type: object, required: [status, uses_left, used_at, reason], properties: \
                 {status: {type: string, enum: [new, open, closed]}, uses_left: {type: integer}, used_at: {type: string}, reason: {type: string}}}}}";
    let action = |name: &str, said: &str, body: &str| {
        format!(
            "  /passes/{{pet_id}}/{name}:\n    ID\n    post: {{operationId: {name}, description: '{said}', {body}responses: \
               {{'200': {{description: x}}, '409': {{description: x}}}}}}\n"
        )
    };
    let body = "requestBody: {content: {application/json: {schema: {type: object, properties: {why: {type: string, \
                description: Becomes the `reason`.}}}}}}, ";
    let contract = contract(&format!(
        "  /passes/{{pet_id}}:\n    ID\n    get: {{operationId: get, responses: {{'200': {{description: x, {shown}}}}}}}\n{}{}{}{}",
        action(
            "unlock",
            "Turns a `new` pass into an `open` one. In any other state the answer is 409.",
            ""
        ),
        action("close", "Only `open` passes can be closed.", body),
        action("use", "Takes one from `uses_left` and sets `used_at`. A 409 if none is left.", ""),
        action("stamp", "A closed pass is refused.", ""),
    ));
    let resources = Resources::of(&contract);
    let operation = |id| resources.operation(id).expect("there is one");
    let life = resources.lifecycle(operation("close")).expect("it has states");
    assert_eq!(life.initial.as_deref(), Some("new"));
    let moves: Vec<_> =
        life.moves.iter().map(|one| (one.from.join(" "), one.to.as_str())).collect();
    assert_eq!(moves, [("new".to_owned(), "open"), ("open".to_owned(), "closed")]);
    let way = life.way_to("closed").expect("there is a way");
    assert_eq!(
        way.iter().map(|one| one.operation.id.as_str()).collect::<Vec<_>>(),
        ["unlock", "close"]
    );
    assert_eq!(life.refused_in(operation("unlock")), ["open", "closed"]);
    assert_eq!(life.refused_in(operation("stamp")), ["closed"]);
    let effects =
        |id| resources.effects(operation(id)).map(|one| (one.all, one.is_refused_at_none));
    let counts = Effect::Counts("uses_left".to_owned(), -1);
    assert_eq!(effects("use"), Some((vec![counts, Effect::Sets("used_at".to_owned())], true)));
    let takes = Effect::Takes { sent: "why".to_owned(), member: "reason".to_owned() };
    assert_eq!(effects("close"), Some((vec![takes], false)));
    assert!(effects("stamp").is_none());
}

#[test]
fn what_has_a_parameter_of_its_own_moves_no_thing() {
    let shown = "content: {application/json: {schema: {type: object, required: [status], \
                 properties: {status: {type: string, enum: [new, open]}}}}}";
    let contract = contract(&format!(
        "  /passes/{{pet_id}}:\n    ID\n    get: {{operationId: get, responses: {{'200': {{description: x, {shown}}}}}}}\n  \
           /passes/{{pet_id}}/{{pet_door}}:\n    parameters:\n      - {{name: pet_id, in: path, required: true, schema: {{type: string}}}}\n      \
             - {{name: pet_door, in: path, required: true, schema: {{type: string}}}}\n    \
             post: {{operationId: open, description: Turns a `new` door into an `open` one., responses: {{'200': {{description: x}}}}}}\n",
    ));
    let resources = Resources::of(&contract);
    let get = resources.operation("get").expect("there is one");
    assert!(resources.lifecycle(get).expect("it has states").moves.is_empty());
}

#[test]
fn moments_are_bounds_as_descriptions_say() {
    let contract = contract(
        "  /pets:\n    post: {operationId: makePet, responses: {'201': {description: x, PET}}}\n    \
             get:\n      operationId: listPets\n      parameters:\n        \
               - {name: from, in: query, description: Seen at this time or later., schema: {type: string, format: date-time}}\n        \
               - {name: to, in: query, description: Made before this time. Not earlier than from., schema: {type: string, format: date-time}}\n        \
               - {name: born_to, in: query, description: Born on this day or earlier., schema: {type: string, format: date}}\n        \
               - {name: shop, in: query, schema: {type: string, format: uuid}}\n      \
               responses: {'200': {description: x, content: {application/json: {schema: {type: array, items: {type: object, properties: \
                 {id: {type: string}, seen_at: {type: string, format: date-time}, made_at: {type: string, format: date-time}, \
                  birthday: {type: string, format: date}, shop_id: {type: string, format: uuid}}}}}}}}\n  \
           /pets/{pet_id}:\n    ID\n    delete: {operationId: deletePet, responses: {'204': {description: x}}}\n",
    );
    let resources = Resources::of(&contract);
    let list = resources.operation("listPets").and_then(|one| resources.list(one));
    let filters = list.expect("it lists").filters;
    let filters: Vec<_> = filters.iter().map(|one| (one.member.as_str(), one.kind)).collect();
    let expected = [
        ("seen_at", FilterKind::AtLeast),
        ("made_at", FilterKind::Below),
        ("birthday", FilterKind::AtMost),
        ("shop_id", FilterKind::Equal),
    ];
    assert_eq!(filters, expected);
}

#[test]
fn what_is_one_things_alone_tells_which_one_is_meant() {
    let chip =
        "{type: object, required: [chip], properties: {chip: {$ref: '#/components/schemas/Chip'}}}";
    let document = format!(
        "  /pets: {{post: {{operationId: makePet, requestBody: {{content: {{application/json: {{schema: {chip}}}}}}}, responses: \
           {{'201': {{description: x}}, '409': {{description: SAID}}}}}}}}\n  \
           /visits: {{post: {{operationId: makeVisit, requestBody: {{content: {{application/json: {{schema: {chip}}}}}}}, responses: \
           {{'201': {{description: x}}}}}}}}\ncomponents: {{schemas: {{Chip: {{type: string, pattern: '^[0-9]{{15}}$'}}}}}}\n",
    );
    let named = |said: &str| {
        let contract = contract(&document.replace("SAID", said));
        let resources = Resources::of(&contract);
        let post = resources.operation("makePet").expect("there is one");
        let body = Outline::of(&contract, &[post.body_schema().expect("it takes one")]);
        let chip = body.members().swap_remove("chip").expect("it has one");
        let named = resources.references().of_kind(&chip);
        named
            .iter()
            .map(|one| (one.maker.operation_id.clone(), one.maker.id.to_string()))
            .collect::<Vec<_>>()
    };
    assert_eq!(named("Another pet has the chip already"), one("makePet", "$request.body#/chip"));
    assert_eq!(named("The shelter is full"), []);
}

/// Where the id of what `makeSite` made stands, for a parameter and properties of its answer.
fn id_of_site(parameter: &str, properties: &str) -> String {
    let text = format!(
        "openapi: 3.0.3
info: {{title: a, version: '1'}}
paths:
  /sites:
    post:
      operationId: makeSite
      responses:
        '201':
          description: x
          headers: {{Location: {{schema: {{type: string}}}}}}
          content: {{application/json: {{schema: {{type: object, properties: {{{properties}}}}}}}}}
  /sites/{{site}}:
    parameters: [{{name: site, in: path, required: true, {parameter}}}]
    get: {{operationId: getSite, responses: {{'200': {{description: x}}}}}}
components:
  schemas:
    Slug: {{type: string, pattern: '^[a-z-]+$'}}
    Text: {{type: string}}
"
    );
    let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text));
    let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
    let makers = makers(&contract, "getSite", "site");
    makers.into_iter().map(|(_, id)| id).collect()
}

#[test]
fn what_a_parameter_is_the_value_of() {
    const SLUG: &str = "{$ref: '#/components/schemas/Slug'}";
    let both = format!("id: {{type: string, format: uuid}}, name: {{type: string}}, slug: {SLUG}");
    for (parameter, properties, expected) in [
        // By the schema that both have, and only one member has.
        (format!("schema: {SLUG}"), both.clone(), "$response.body#/slug"),
        (format!("schema: {SLUG}"), format!("{both}, old: {SLUG}"), "$response.body#/id"),
        // By what it says of itself.
        (
            "schema: {type: string}, description: The slug of the site.".to_owned(),
            both.clone(),
            "$response.body#/slug",
        ),
        (
            "schema: {type: string}, description: Site name".to_owned(),
            both.clone(),
            "$response.body#/name",
        ),
        (
            "schema: {type: string}, description: The site's `slug`".to_owned(),
            both.clone(),
            "$response.body#/slug",
        ),
        (
            "schema: {type: string}, description: Either site ID or site name.".to_owned(),
            both.clone(),
            "$response.body#/id",
        ),
        (
            "schema: {type: string}, description: The id of the site with this name.".to_owned(),
            both.clone(),
            "$response.body#/id",
        ),
        // What is called like the parameter goes before all.
        (
            format!("schema: {SLUG}"),
            format!("{both}, site: {{type: string}}"),
            "$response.body#/site",
        ),
        // An id that can't be it isn't it.
        ("schema: {type: integer}".to_owned(), both.clone(), "$response.header.Location"),
        (
            "schema: {type: string, format: date}".to_owned(),
            both.clone(),
            "$response.header.Location",
        ),
        ("schema: {type: string, format: uuid}".to_owned(), both, "$response.body#/id"),
    ] {
        assert_eq!(id_of_site(&parameter, &properties), expected, "{parameter}: {properties}");
    }
}

/// The only operation of a contract with this description, 403 and member of its body.
fn decide(description: &str, forbidden: &str, reason: &str) -> Contract {
    let text = format!(
        "  /trips/{{trip}}/decide:\n    post:\n      operationId: decide\n      description: {description:?}\n      \
           parameters: [{{name: trip, in: path, required: true, schema: {{type: string}}}}]\n      \
           requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{to: {{type: string}}, reason: {{type: string, \
             description: {reason:?}}}}}}}}}}}}}\n      responses: {{'200': {{description: x}}, '403': {{description: {forbidden:?}}}}}\n"
    );
    let reading =
        crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &(HEAD.to_owned() + &text)));
    reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()))
}

#[test]
fn who_may_not_act_on_a_thing_of_their_own() {
    let says = |description: &str, forbidden: &str| {
        let contract = decide(description, forbidden, "");
        let resources = Resources::of(&contract);
        resources.says_not_own(resources.operation("decide").expect("there is one"))
    };
    assert!(says("Managers decide, but never on a trip of their own.", "x"));
    assert!(says("Decides.", "The caller isn't the one to decide on it."));
    assert!(says("Decides.", "The caller is accountant and traveller at once."));
    assert!(!says("Decides on a trip, all of it at once.", "x"));
    assert!(!says("Decides.", "Someone else is the author."));
    assert!(!says("Travellers decide on their own trips. Nobody else does.", "x"));
}

#[test]
fn what_a_state_asks_for() {
    let needed = |reason: &str, state: &str| {
        let contract = decide("Decides.", "x", reason);
        let resources = Resources::of(&contract);
        resources.needed_for(resources.operation("decide").expect("there is one"), state)
    };
    assert_eq!(needed("Needed for `rejected`.", "rejected"), ["reason"]);
    assert_eq!(needed("Required where `to` is `rejected`; else optional.", "rejected"), ["reason"]);
    let alone = "Needed for `rejected`, and not allowed for anything else.";
    assert_eq!(needed(alone, "rejected"), ["reason"]);
    assert_eq!(needed("Needed for `rejected`, and must not be empty.", "rejected"), ["reason"]);
    let none: [&str; 0] = [];
    for reason in [
        "Needed for `returned`.",
        "Not needed for `rejected`.",
        "Must be absent for `rejected`.",
        "Isn't required for `rejected`.",
    ] {
        assert_eq!(needed(reason, "rejected"), none, "{reason}");
    }
}

#[test]
fn a_404_is_for_what_nobody_finds_or_for_what_is_hidden() {
    let says = |general: &str, missing: &str| {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: a, version: '1', description: {general:?}}}\npaths:\n  /trips/{{trip}}:\n    get:\n      \
               operationId: trip\n      parameters: [{{name: trip, in: path, required: true, schema: {{type: string}}}}]\n      \
               responses: {{'200': {{description: x}}, '404': {{description: {missing:?}}}}}\n"
        );
        let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text));
        let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
        let resources = Resources::of(&contract);
        resources.says_absent_to_all(resources.operation("trip").expect("there is one"))
    };
    assert!(says("x", "There is no such trip."));
    assert!(!says("x", "There is no such trip, or the caller may not see it."));
    assert!(!says("x", "Not found."));
    let order = "First 404 (does the thing exist for the caller), then 403.";
    assert!(!says(order, "There is no such trip."));
}
