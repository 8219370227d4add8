//! What is heard of actions, of what they bring about, and of what bodies name.

use super::*;

/// A thing with a state, and what is done to it right within it: path, description, 409, body and the description of the 200.
fn with_actions(states: &str, actions: &[[&str; 5]]) -> Contract {
    let shown = "content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}";
    let actions: String = actions
        .iter()
        .map(|[name, said, conflict, body, answer]| {
            format!(
                "  /orders/{{pet_id}}/{name}:\n    ID\n    post: {{operationId: {name}, description: {said}, {body}responses: \
                 {{'200': {{description: {answer}, {shown}}}, '409': {{description: {conflict}}}}}}}\n"
            )
        })
        .collect();
    contract(&format!(
        "  /orders: {{post: {{operationId: make, responses: {{'201': {{description: x, {shown}}}}}}}}}\n  \
           /orders/{{pet_id}}:\n    ID\n    get: {{operationId: get, responses: {{'200': {{description: x, {shown}}}}}}}\n{actions}\
         components: {{schemas: {{Order: {{type: object, required: [id, status, tickets, seat_codes], properties: {{id: {{type: string}}, \
         status: {{type: string, enum: [{states}]}}, total: {{type: integer}}, tickets: {{type: array, items: {{type: string}}}}, \
         seat_codes: {{type: array, items: {{type: string}}}}}}}}}}}}\n"
    ))
}

fn moves(contract: &Contract) -> Vec<(String, String, String)> {
    let resources = Resources::of(contract);
    let get = resources.operation("get").expect("there is one");
    let life = resources.lifecycle(get).expect("it has states");
    let told = |one: &Move<'_>| (one.operation.id.clone(), one.from.join(" "), one.to.clone());
    life.moves.iter().map(told).collect()
}

fn moved(moves: &[[&str; 3]]) -> Vec<(String, String, String)> {
    let owned = |one: &[&str; 3]| one.map(str::to_owned).into();
    moves.iter().map(owned).collect()
}

#[test]
fn what_is_decided_in_a_body_moves_a_thing() {
    let body = |values: &str| {
        format!(
            "requestBody: {{content: {{application/json: {{schema: {{type: object, properties: \
             {{verdict: {{type: string, enum: [{values}]}}}}}}}}}}}}, "
        )
    };
    let decide = |values: &str, conflict: &str| {
        let body = body(values);
        let action = ["decide", "Decides.", conflict, &body, "Done."];
        moves(&with_actions("draft, open, approved, rejected", &[action]))
    };
    assert_eq!(
        decide("approve, reject", "The order is not `open`."),
        moved(&[["decide", "open", "approved"], ["decide", "open", "rejected"]])
    );
    assert!(decide("approve, ignore", "The order is not `open`.").is_empty());
    assert!(decide("approve, reject", "Not now.").is_empty());
}

#[test]
fn the_description_of_an_answer_tells_what_became_of_a_thing() {
    let pay = ["payment", "Settles it.", "Not now.", "", "The paid order."];
    let expire =
        ["expiry", "Lets go.", "The order is paid or expired already.", "", "It is expired."];
    assert_eq!(
        moves(&with_actions("held, paid, expired", &[pay, expire])),
        moved(&[["expiry", "held", "expired"], ["payment", "held", "paid"]])
    );
    let vague = ["payment", "Settles it.", "Not now.", "", "Paid or expired."];
    assert!(moves(&with_actions("held, paid, expired", &[vague])).is_empty());
}

#[test]
fn what_is_rejected_is_not_what_is_refused() {
    let add = [
        "add",
        "Adds something to a draft or rejected order.",
        "The order is open or approved.",
        "",
        "Done.",
    ];
    let contract = with_actions("draft, open, approved, rejected", &[add]);
    let resources = Resources::of(&contract);
    let add = resources.operation("add").expect("there is one");
    let life = resources.lifecycle(add).expect("it has states");
    assert_eq!(life.refused_in(add), ["open", "approved"]);
}

#[test]
fn what_is_refused_beside_something_else_is_heard() {
    let said = "\"Nobody can vote for what they made, and nobody for one that is `open` or `rejected` (409).\"";
    let vote = ["vote", said, "No.", "", "Done."];
    let contract = with_actions("draft, open, approved, rejected", &[vote]);
    let resources = Resources::of(&contract);
    let vote = resources.operation("vote").expect("there is one");
    let life = resources.lifecycle(vote).expect("it has states");
    assert_eq!(life.refused_in(vote), ["open", "rejected"]);
}

#[test]
fn codes_come_with_what_issues_them() {
    let pay = ["payment", "Settles it.", "Not now.", "", "The order with its seat codes."];
    let contract = with_actions("held, paid", &[pay]);
    let resources = Resources::of(&contract);
    let seats = resources.references().called("seat_code", false);
    let seats: Vec<_> = seats.iter().map(|one| one.maker.operation_id.as_str()).collect();
    assert_eq!(seats.first(), Some(&"payment"));
}

#[test]
fn what_a_body_repeats_of_a_thing_is_told_by_its_description() {
    let body = |said: &str| {
        format!(
            "requestBody: {{content: {{application/json: {{schema: {{type: object, properties: \
             {{amount: {{type: integer, description: {said}}}}}}}}}}}}}, "
        )
    };
    let repeated = |said: &str| {
        let body = body(said);
        let pay = ["payment", "Settles it.", "Not now.", &body, "Done."];
        let contract = with_actions("held, paid", &[pay]);
        let resources = Resources::of(&contract);
        let pay = resources.operation("payment").expect("there is one");
        resources.repeated(pay).into_iter().map(|one| (one.member, one.of)).collect::<Vec<_>>()
    };
    let total = [("amount".to_owned(), "total".to_owned())];
    assert_eq!(repeated("Must be the order's `total`."), total);
    assert!(repeated("Must be the order's `sum`.").is_empty());
    assert!(repeated("At most the order's `total`.").is_empty());
}

#[test]
fn ids_are_those_of_the_thing_that_descriptions_name() {
    let told = |said: &str| {
        let contract = contract(&format!(
            "  /people: {{get: {{operationId: people, responses: {{'200': {{description: x, content: {{application/json: \
             {{schema: {{type: array, items: {{type: object, required: [id], properties: {{id: {{type: string}}}}}}}}}}}}}}}}}}}}\n  \
             /tasks: {{post: {{operationId: make, responses: {{'201': {{description: x, content: {{application/json: {{schema: \
             {{type: object, properties: {{id: {{type: string}}, deputyId: {{type: string, description: {said}}}}}}}}}}}}}}}}}}}\n"
        ));
        let resources = Resources::of(&contract);
        let all = resources.references().called("deputyId", false);
        all.iter().map(|one| (one.maker.operation_id.clone(), one.is_told)).collect::<Vec<_>>()
    };
    assert_eq!(told("The person who acts for it."), [("people".to_owned(), true)]);
    assert!(told("Who acts for it.").is_empty());
    assert!(told("The robot that acts for it.").is_empty());
}

/// What comes of an action is in a list that nothing fills by itself, whatever is done to it there.
#[test]
fn a_list_that_nothing_fills_is_judged_by_what_is_there() {
    let list = "responses: {'200': {description: All., content: {application/json: {schema: {type: array, items: {type: object, \
                required: [id], properties: {id: {type: string}}}}}}}}";
    let standing = |more: &str| {
        let contract = contract(&format!(
            "  /invoices: {{get: {{operationId: list, {list}}}{more}}}\n  /invoices/{{pet_id}}/payments:\n    ID\n    post: \
             {{operationId: pay, responses: {{'204': {{description: Done.}}}}}}\n"
        ));
        let resources = Resources::of(&contract);
        let list = resources.operation("list").expect("there is one");
        resources.standing_list(list).map(|list| list.id)
    };
    assert_eq!(standing(""), Some(vec!["id".to_owned()]));
    let post = ", post: {operationId: make, responses: {'201': {description: Made.}}}";
    assert_eq!(standing(post), None);
}
