//! What a plan makes of things that belong together: references in bodies, conflicts, conditions, parts of things.

use std::path::Path;

use conformance::case::{Case, Content, Criterion, Step};
use conformance::expression::Expression;
use conformance::plan::{Plan, PlanContext, plan};
use conformance::promise::Level;
use spec::Memory;

const SHOP: &str = "
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /categories:
    post:
      operationId: makeCategory
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Category'}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Category'}}}}
        '409': {description: taken}
        '422': {description: wrong}
  /categories/{slug}:
    parameters: [{name: slug, in: path, required: true, schema: {type: string, pattern: '^[a-z0-9]{3,20}$'}}]
    delete:
      operationId: dropCategory
      responses: {'204': {description: gone}, '404': {description: none}, '409': {description: in use}}
  /items:
    post:
      operationId: makeItem
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewItem'}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
        '409': {description: taken}
        '415': {description: what}
        '422': {description: wrong}
  /items/{item_id}:
    parameters: [{name: item_id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get:
      operationId: getItem
      parameters: [{name: If-None-Match, in: header, schema: {type: string}}]
      responses:
        '200':
          description: item
          headers: {ETag: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
        '304': {description: the same}
        '404': {description: none}
    put:
      operationId: putItem
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewItem'}}}}
      responses:
        '200': {description: item, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
        '404': {description: none}
        '412': {description: changed}
        '422': {description: wrong}
    delete: {operationId: dropItem, responses: {'204': {description: gone}, '404': {description: none}}}
  /items/{item_id}/image:
    parameters: [{name: item_id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    put:
      operationId: putImage
      requestBody: {required: true, content: {image/png: {}}}
      responses: {'204': {description: stored}, '404': {description: none}, '415': {description: what}}
    get:
      operationId: getImage
      responses: {'200': {description: image, content: {image/png: {}}}, '404': {description: none}, '406': {description: no}}
  /items/{item_id}/retire:
    parameters: [{name: item_id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    post: {operationId: retireItem, responses: {'200': {description: item}, '404': {description: none}}}
  /orders:
    post:
      operationId: makeOrder
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewOrder'}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
        '422': {description: wrong}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    delete: {operationId: dropOrder, responses: {'204': {description: gone}, '404': {description: none}}}
  /coupons/{code}:
    parameters: [{name: code, in: path, required: true, schema: {type: string, pattern: '^[A-Z0-9]{6,12}$'}}]
    put:
      operationId: putCoupon
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [percent], properties: {percent: {type: integer}}}}}}
      responses: {'200': {description: replaced}, '201': {description: made}, '422': {description: wrong}}
    delete: {operationId: dropCoupon, responses: {'204': {description: gone}, '404': {description: none}}}
components:
  schemas:
    Slug: {type: string, pattern: '^[a-z0-9]{3,20}$'}
    Category: {type: object, required: [slug], properties: {slug: {$ref: '#/components/schemas/Slug'}}}
    NewItem:
      type: object
      required: [name, category]
      properties:
        name: {type: string, minLength: 1, maxLength: 60}
        category: {$ref: '#/components/schemas/Slug'}
    Item:
      allOf:
        - {$ref: '#/components/schemas/NewItem'}
        - {type: object, required: [id], properties: {id: {type: integer}}}
    NewOrder:
      type: object
      required: [lines]
      properties:
        payment:
          oneOf:
            - {type: object, required: [card], properties: {card: {type: string}}, additionalProperties: false}
            - {type: object, required: [days], properties: {days: {type: integer}}, additionalProperties: false}
        lines:
          type: array
          minItems: 1
          maxItems: 9
          items: {type: object, required: [item_id], properties: {item_id: {type: integer, minimum: 1}}}
    Order: {type: object, required: [id], properties: {id: {type: string}}}
";

fn shop() -> Plan {
    planned(SHOP)
}

fn planned(document: &str) -> Plan {
    let reading = spec::read(Path::new("shop.yaml"), &Memory::one("shop.yaml", document));
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    plan(&reading.contract.expect("readable"), None, &PlanContext::default())
}

#[track_caller]
fn case<'p>(plan: &'p Plan, id: &str) -> &'p Case {
    let ids = || plan.cases.iter().map(|case| case.id.as_str()).collect::<Vec<_>>().join("\n");
    plan.cases.iter().find(|case| case.id == id).unwrap_or_else(|| panic!("no {id} in\n{}", ids()))
}

fn operations(case: &Case) -> Vec<&str> {
    case.steps.iter().map(|step| step.operation_id.as_str()).collect()
}

/// The steps whose outputs stand in a body.
fn named(step: &Step) -> Vec<String> {
    let Some(Content::Json(json)) = step.request.body.as_ref().map(|body| &body.content) else {
        return Vec::new();
    };
    let steps = json.expressions().into_iter().filter_map(|expression| match expression {
        Expression::Output { step, .. } => Some(step.clone()),
        _ => None,
    });
    steps.collect()
}

#[test]
fn what_a_body_names_is_made_first() {
    let plan = shop();
    let happy = case(&plan, "makeOrder:201:happy-path:minimal");
    assert_eq!(operations(happy), ["makeCategory", "makeItem", "makeOrder"]);
    assert_eq!(named(&happy.steps[1]), ["make"]);
    assert_eq!(named(&happy.steps[2]), ["make_2"]);
    let undone: Vec<_> = happy.cleanup.iter().map(|one| one.step.operation_id.as_str()).collect();
    assert_eq!(undone, ["dropOrder", "dropItem", "dropCategory"]);
}

#[test]
fn a_body_with_one_thing_wrong_names_what_is_there() {
    let plan = shop();
    let wrong = case(&plan, "makeItem:422:violation:body.name:max-length");
    assert_eq!(operations(wrong), ["makeCategory", "makeItem"]);
    assert_eq!(named(&wrong.steps[1]), ["make"]);
}

#[test]
fn values_at_their_limits_are_not_asked_where_they_name_something() {
    let plan = shop();
    let asked = plan
        .cases
        .iter()
        .any(|case| case.id.starts_with("makeOrder:201:boundary:body.lines.0.item_id"));
    assert!(!asked, "`item_id` at its minimum may name nothing, or somebody's");
}

#[test]
fn each_alternative_of_a_body_is_accepted() {
    let plan = shop();
    let other = case(&plan, "makeOrder:201:boundary:body.branch:0");
    assert_eq!(operations(other).split_at(3).0, ["makeCategory", "makeItem", "makeOrder"]);
    // Only one item was made, and two lines of the same may be refused.
    assert_eq!(named(&other.steps[2]), ["make_2"]);
}

fn levels(case: &Case) -> Vec<(&'static str, Level)> {
    let criteria = case.steps.last().into_iter().flat_map(|step| &step.criteria);
    let levels = criteria.filter_map(|criterion| match criterion {
        Criterion::Status(expected) => Some((expected.code, expected.level)),
        _ => None,
    });
    levels.collect()
}

#[test]
fn a_conflict_is_a_promise_where_the_client_chooses_the_id() {
    let plan = shop();
    let chosen = case(&plan, "makeCategory:409:law:duplicate-refused");
    assert_eq!(levels(chosen)[1], ("duplicate-refused", Level::Must));
    let other = case(&plan, "makeItem:409:law:duplicate-refused");
    assert_eq!(levels(other)[1], ("duplicate-refused", Level::Should));
    let in_use = case(&plan, "dropCategory:409:law:in-use-stays");
    assert_eq!(operations(in_use), ["makeCategory", "makeItem", "dropCategory"]);
    assert_eq!(levels(in_use)[1], ("in-use-stays", Level::Should));
}

#[test]
fn conditions_are_asked_with_the_tag_that_was_read() {
    let plan = shop();
    let same = case(&plan, "getItem:304:law:condition-kept");
    assert_eq!(operations(same), ["makeCategory", "makeItem", "getItem", "getItem"]);
    let changed = case(&plan, "putItem:412:law:condition-kept");
    let around = ["getItem", "putItem", "getItem", "putItem", "getItem"];
    assert_eq!(operations(changed).split_at(2).1, around, "and nothing has changed");
    case(&plan, "putItem:412:law:condition-kept:unmatched");
    case(&plan, "putItem:200:law:condition-kept:current");
    case(&plan, "getItem:200:law:condition-kept:changed");
}

#[test]
fn a_put_says_whether_it_made_something() {
    let plan = shop();
    let replaced = case(&plan, "putCoupon:200:law:put-says-what-it-did");
    assert_eq!(operations(replaced), ["putCoupon", "putCoupon"]);
    case(&plan, "putCoupon:201:law:put-says-what-it-did");
    let gone = plan.cases.iter().any(|case| case.id == "putCoupon:200:law:gone-after-delete");
    assert!(!gone, "it makes anew what was deleted");
}

#[test]
fn files_are_put_before_they_are_got() {
    let plan = shop();
    let got = case(&plan, "getImage:200:happy-path:minimal");
    assert_eq!(operations(got), ["makeCategory", "makeItem", "putImage", "getImage"]);
    case(&plan, "putImage:415:violation:content-type:other");
    case(&plan, "getImage:406:violation:header.Accept");
}

#[test]
fn an_action_may_be_asked_of_what_is_not_there() {
    case(&shop(), "retireItem:404:unknown-id:path.item_id");
}

#[test]
fn a_missing_body_may_be_a_missing_media_type() {
    let plan = shop();
    let missing = case(&plan, "makeItem:422:violation:body:missing");
    let asked = missing.steps.last().and_then(|step| step.criteria.first());
    let Some(Criterion::Status(expected)) = asked else { panic!("{missing:?}") };
    assert_eq!(expected.any_of.len(), 2, "{expected:?}");
}

/// Planning has no memory: what is made up for one operation isn't another value because of those before it.
#[test]
fn cases_do_not_depend_on_what_was_planned_before() {
    let other = "paths:
  /others/{code}:
    parameters: [{name: code, in: path, required: true, schema: {type: string, pattern: '^[A-Z]{9}$'}}]
    get: {operationId: getOther, responses: {'200': {description: it}, '422': {description: wrong}}}
";
    let (alone, after) = (shop(), planned(&SHOP.replacen("paths:\n", other, 1)));
    let is_other = |case: &&Case| case.cell.operation_id == "getOther";
    assert!(after.cases.iter().any(|case| is_other(&case) && case.id.contains("pattern")));
    let after: Vec<&Case> = after.cases.iter().filter(|case| !is_other(case)).collect();
    assert_eq!(after.len(), alone.cases.len());
    for (case, same) in alone.cases.iter().zip(after) {
        assert_eq!(case.steps, same.steps, "{}", case.id);
    }
}
