//! What a plan promises, on a small contract and on our own.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use conformance::arazzo::{self, Workflows};
use conformance::case::{Body, Case, Content, Criterion, Derivation, Input, Isolation, Step};
use conformance::expression::{Context, Expression};
use conformance::fresh::FreshSource;
use conformance::plan::{Part, Plan, PlanContext, Rights, plan, plan_part};
use conformance::promise::Level;
use indexmap::IndexMap;
use serde_json::{Value, json};
use spec::{Contract, Direction, FileSystem, Memory, json_schema};

const PETS: &str = "
openapi: 3.0.3
info: {title: Pets, version: '1'}
security: [{token: []}]
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: page_size, in: query, schema: {type: integer, minimum: 1, maximum: 9, default: 5}}
        - {name: after, in: query, schema: {type: string, minLength: 1}}
        - {name: kind, in: query, schema: {type: string, enum: [cat, dog]}}
        - {name: X-Trace, in: header, required: true, schema: {type: string, maxLength: 8}}
      responses:
        '200':
          description: pets
          content:
            application/json:
              schema:
                type: object
                properties:
                  pets: {type: array, items: {$ref: '#/components/schemas/Pet'}}
                  next: {type: string, nullable: true}
                  total_count: {type: integer}
          links:
            next: {operationId: listPets, parameters: {after: $response.body#/next}}
        '400': {description: wrong}
        '401': {description: who}
        '429': {description: slow down}
    post:
      operationId: makePet
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewPet'}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
        '400': {description: wrong}
        '401': {description: who}
        '403': {description: no}
        '409': {description: taken}
        '415': {description: what}
  /pets/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getPet
      responses:
        '200': {description: pet, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
        '404': {description: none}
        '405': {description: how}
    patch:
      operationId: changePet
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Change'}}}}
      responses:
        '200': {description: pet, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
        default: {description: failed}
    delete:
      operationId: freePet
      security: []
      responses: {'204': {description: free}, 4XX: {description: no}, '500': {description: broken}}
  /clubs/{club}:
    get:
      operationId: getClub
      parameters: [{name: club, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: club}, '404': {description: none}}
components:
  securitySchemes: {token: {type: apiKey, in: header, name: X-Token}}
  schemas:
    NewPet:
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1, maxLength: 20}
        born: {type: string, format: date}
        legs: {type: integer, minimum: 0, default: 4}
    Change:
      type: object
      properties: {name: {type: string}, legs: {type: integer, minimum: 0}}
    Pet:
      allOf:
        - {$ref: '#/components/schemas/NewPet'}
        - type: object
          required: [id]
          properties: {id: {type: integer}, createdAt: {type: string, format: date-time}}
";

fn pets() -> Contract {
    let reading = spec::read(Path::new("pets.yaml"), &Memory::one("pets.yaml", PETS));
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    reading.contract.expect("readable")
}

fn only(names: &[&str]) -> Rights {
    Rights::Only(names.iter().map(|name| (*name).to_owned()).collect())
}

fn keepers() -> PlanContext {
    PlanContext {
        inputs: IndexMap::new(),
        credentials: IndexMap::from([
            ("keeper".to_owned(), Rights::All.into()),
            ("guest".to_owned(), only(&["listPets", "getPet"]).into()),
        ]),
        faults: false,
        ..PlanContext::default()
    }
}

/// Our own contract, its workflows, and the profile of the reference implementation.
fn workspace() -> (Contract, Workflows, PlanContext) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let contract = spec::read(&root.join("spec/workspace.yaml"), &FileSystem).contract;
    let contract = contract.expect("readable");
    let workflows = arazzo::read(&root.join("spec/workspace.arazzo.yaml"), &FileSystem, &contract);
    assert!(workflows.findings.list.is_empty(), "{}", workflows.findings.render());
    let tenant =
        ["listWorkspaces", "createWorkspace", "getWorkspace", "updateWorkspace", "deleteWorkspace"];
    let context = PlanContext {
        inputs: IndexMap::from([(
            "org_id".to_owned(),
            json!("11111111-1111-4111-8111-111111111111"),
        )]),
        credentials: IndexMap::from([
            ("admin".to_owned(), Rights::All.into()),
            ("editor".to_owned(), only(&tenant).into()),
            ("viewer".to_owned(), only(&["listWorkspaces", "getWorkspace"]).into()),
            ("outsider".to_owned(), only(&[]).into()),
        ]),
        faults: true,
        ..PlanContext::default()
    };
    (contract, workflows.workflows.expect("readable"), context)
}

/// Made once: most of what is claimed here is claimed of it.
fn workspace_plan() -> &'static (Contract, Plan, PlanContext) {
    static PLANNED: LazyLock<(Contract, Plan, PlanContext)> = LazyLock::new(|| {
        let (contract, workflows, context) = workspace();
        let plan = plan(&contract, Some(&workflows), &context);
        (contract, plan, context)
    });
    &PLANNED
}

#[test]
fn every_case_of_a_small_contract_is_there() {
    let plan = plan(&pets(), None, &keepers());
    let ids: Vec<_> = plan.cases.iter().map(|case| case.id.as_str()).collect();
    insta::assert_json_snapshot!(ids);
}

#[test]
fn what_can_not_be_provoked_has_a_reason() {
    let plan = plan(&pets(), None, &keepers());
    let reasons: IndexMap<_, _> =
        plan.unprovoked.iter().map(|one| (one.cell.to_string(), one.reason.as_str())).collect();
    insta::assert_json_snapshot!(reasons);
}

#[test]
fn cases_are_what_they_say() {
    let plan = plan(&pets(), None, &keepers());
    for id in [
        "getPet:200:happy-path:minimal",
        "changePet:200:boundary:body.name:absent",
        "listPets:401:security:unknown",
        "listPets:200:law:pages-add-up",
    ] {
        let case = plan.cases.iter().find(|case| case.id == id);
        let name = id.replace([':', '.'], "_");
        insta::assert_json_snapshot!(name, case.unwrap_or_else(|| panic!("no case {id}")));
    }
}

#[test]
fn every_cell_of_our_contract_has_a_case() {
    let (_, plan, _) = workspace_plan();
    assert_eq!(plan.cells.len(), 37);
    assert_eq!(plan.unprovoked, []);
}

#[test]
fn without_faults_and_workflows_their_cells_are_told() {
    let (contract, _, mut context) = workspace();
    context.faults = false;
    let plan = plan(&contract, None, &context);
    let cells: Vec<_> = plan.unprovoked.iter().map(|one| one.cell.to_string()).collect();
    let expected = [
        "listWorkspaces:500",
        "createWorkspace:500",
        "getWorkspace:500",
        "updateWorkspace:500",
        "deleteWorkspace:500",
        "adminGetWorkspace:410",
    ];
    assert_eq!(cells, expected);
    assert!(plan.unprovoked[0].reason.contains("faults = true"), "{}", plan.unprovoked[0].reason);
}

#[test]
fn the_same_contract_gives_the_same_plan() {
    let text = |plan: &Plan| serde_json::to_string(plan).expect("serializes");
    let (contract, workflows, context) = workspace();
    let again = plan(&contract, Some(&workflows), &context);
    assert_eq!(text(&workspace_plan().1), text(&again));
    let ids: BTreeSet<&str> = again.cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), again.cases.len());
}

/// What is asked for alone is what a whole plan has of it, with the ids by which a case is run again.
#[test]
fn a_part_of_a_plan_is_as_in_the_whole() {
    let (contract, workflows, context) = workspace();
    let whole = &workspace_plan().1;
    let all = &contract.operations;
    for operation in all.first().into_iter().chain(all.last()) {
        let concerns = |case: &&Case| {
            let mut cells = case.also.iter().chain([&case.cell]);
            cells.any(|cell| cell.operation_id == operation.id)
        };
        let of = |plan: &Plan| {
            let cases: Vec<&Case> = plan.cases.iter().filter(concerns).collect();
            serde_json::to_value(cases).expect("serializes")
        };
        let wanted = [operation.id.clone()].into();
        let part = Part { operations: Some(&wanted), ..Part::default() };
        let part = plan_part(&contract, Some(&workflows), &context, &part);
        assert_eq!(of(&part), of(whole), "{}", operation.id);
    }
}

#[test]
fn a_part_of_a_plan_has_nothing_of_other_operations() {
    let (contract, _, context) = workspace();
    let wanted = ["getWorkspace".to_owned()].into();
    let part = Part { operations: Some(&wanted), ..Part::default() };
    let part = plan_part(&contract, None, &context, &part);
    assert!(part.cells.iter().all(|cell| wanted.contains(&cell.operation_id)));
    assert!(part.cases.iter().all(|case| wanted.contains(&case.cell.operation_id)));
}

/// Where a plan speaks of inputs and outputs, these are there: inputs of the case, outputs of earlier steps.
#[test]
fn templates_refer_to_what_is_there() {
    let pets = plan(&pets(), None, &keepers());
    for case in workspace_plan().1.cases.iter().chain(&pets.cases) {
        let mut outputs: BTreeSet<(String, String)> = BTreeSet::new();
        let undone = case.cleanup.iter().map(|cleanup| &cleanup.step);
        for step in case.steps.iter().chain(undone) {
            for expression in step.request.expressions() {
                let known = match expression.root() {
                    Expression::Input { name, .. } => case.inputs.contains_key(name.as_str()),
                    Expression::Output { step, name, .. } => {
                        outputs.contains(&(step.clone(), name.clone()))
                    }
                    _ => false,
                };
                assert!(known, "{}: {expression} in step {}", case.id, step.id);
            }
            outputs.extend(step.outputs.keys().map(|name| (step.id.clone(), name.clone())));
        }
        let steps: BTreeSet<_> = case.steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(steps.len(), case.steps.len(), "{}: ids of steps are unique", case.id);
        for cleanup in &case.cleanup {
            assert!(steps.contains(cleanup.after.as_str()), "{}", case.id);
        }
    }
}

/// What makes something is undone, unless a case's own step does.
#[test]
fn whatever_may_be_created_is_cleaned_up() {
    for case in &workspace_plan().1.cases {
        let makers = case.steps.iter().filter(|step| {
            step.operation_id == "createWorkspace" && step.request.method.as_str() == "POST"
        });
        for maker in makers {
            let undone = case.cleanup.iter().any(|cleanup| cleanup.after == maker.id);
            assert!(undone, "{}: {}", case.id, maker.id);
        }
    }
}

#[test]
fn cases_that_count_run_alone() {
    let (_, plan, _) = workspace_plan();
    let alone: Vec<_> = plan
        .cases
        .iter()
        .filter(|case| case.isolation == Isolation::Alone)
        .map(|case| case.id.as_str())
        .collect();
    let expected = [
        "listWorkspaces:200:law:one-is-made",
        "listWorkspaces:200:law:pages-add-up",
        "listWorkspaces:200:law:absent-is-default:query.limit",
        "listWorkspaces:200:law:more-is-true:full",
        "listWorkspaces:200:workflow:deleted-workspace-is-not-counted",
    ];
    assert_eq!(alone, expected);
    let counting = plan.cases.iter().filter(|case| case.isolation == Isolation::Alone);
    for case in counting {
        assert!(!case.undisturbed.is_empty(), "{} can tell that somebody else wrote", case.id);
    }
    let writes = |case: &&Case| case.steps.iter().any(|step| step.request.method.as_str() != "GET");
    assert!(plan.cases.iter().filter(writes).all(|case| case.isolation != Isolation::Reads));
}

/// The JSON that a step sends, with stand-ins for what a target would have answered.
fn sent(case: &Case, step: &Step, context: &PlanContext, fresh: &FreshSource) -> Option<Value> {
    let Content::Json(template) = &step.request.body.as_ref()?.content else { return None };
    let inputs: IndexMap<String, Value> = case
        .inputs
        .iter()
        .map(|(name, input)| {
            let value = match &**input {
                Input::Profile(name) => context.inputs[name].clone(),
                Input::Value(value) => value.clone(),
                Input::Fresh(shape) => fresh.make(shape),
            };
            (name.to_string(), value)
        })
        .collect();
    let outputs = IndexMap::new();
    template.fill(&Context { inputs: &inputs, outputs: &outputs, exchange: None }).ok()
}

/// A body violates the schema exactly in the cases that say so.
#[test]
fn bodies_are_valid_unless_they_are_the_violation() {
    let (contract, plan, context) = workspace_plan();
    let fresh = FreshSource::new(7);
    let mut checked = 0;
    for case in plan.cases.iter().filter(|case| case.source != Derivation::Workflow) {
        for step in &case.steps {
            let Some(value) = sent(case, step, context, &fresh) else { continue };
            let operation = contract.operation(&step.operation_id).expect("an operation");
            let body = operation.body.as_ref().expect("it has a body");
            let schema = body.content["application/json"].schema.expect("it has a schema");
            let document = json_schema(contract, schema, Direction::Request).document;
            let validator = jsonschema::options()
                .should_validate_formats(true)
                .build(&document)
                .expect("valid");
            let says_so = case.id.contains(":violation:body.")
                || case.id.ends_with("changes-nothing:invalid");
            let violation = step.id == "call" && says_so;
            assert_eq!(validator.is_valid(&value), !violation, "{}: {value}", case.id);
            checked += 1;
        }
    }
    assert!(checked > 200, "{checked}");
}

/// What contract.md leaves open is not asked.
#[test]
fn what_may_be_another_route_is_not_asked() {
    let (_, plan, context) = workspace_plan();
    let fresh = FreshSource::new(9);
    for case in &plan.cases {
        let inputs: IndexMap<String, Value> = case
            .inputs
            .iter()
            .map(|(name, input)| {
                let value = match &**input {
                    Input::Profile(name) => context.inputs[name].clone(),
                    Input::Value(value) => value.clone(),
                    Input::Fresh(shape) => fresh.make(shape),
                };
                (name.to_string(), value)
            })
            .collect();
        let outputs = IndexMap::new();
        let seen = Context { inputs: &inputs, outputs: &outputs, exchange: None };
        for text in case.steps.iter().flat_map(|step| step.request.path_parameters.values()) {
            let Ok(id) = text.fill(&seen, &str::to_owned) else { continue };
            assert!(
                !id.is_empty() && id != "." && id != ".." && !id.contains('/'),
                "{}: {id:?}",
                case.id
            );
        }
    }
}

#[test]
fn the_order_of_checks_is_a_promise_only_where_a_contract_tells_it() {
    let orders = |contract: &Contract| -> Vec<String> {
        let cases = plan(contract, None, &keepers()).cases.into_iter();
        cases.filter(|case| case.source == Derivation::Order).map(|case| case.id).collect()
    };
    // Without its word either refusal is right, and that the caller comes first is a remark.
    let unsaid = ["makePet:401:order:security-before-body", "makePet:403:order:rights-before-body"];
    assert_eq!(orders(&pets()), unsaid);
    let cases = plan(&pets(), None, &keepers()).cases.into_iter();
    for case in cases.filter(|case| case.source == Derivation::Order) {
        let step = case.steps.last().expect("a step");
        let asked = step.criteria.iter().filter_map(|criterion| match criterion {
            Criterion::Status(expected) => Some((expected.level, expected.any_of.len())),
            _ => None,
        });
        assert_eq!(asked.collect::<Vec<_>>(), [(Level::Must, 2), (Level::Note, 1)], "{}", case.id);
    }
    let told = format!("{PETS}\nx-order-of-checks: [method, security, rights, body]\n");
    let reading = spec::read(Path::new("pets.yaml"), &Memory::one("pets.yaml", &told));
    let told = reading.contract.expect("readable");
    let expected =
        ["makePet:401:order:security-before-body", "makePet:403:order:rights-before-body"];
    assert_eq!(orders(&told), expected);
}

/// A promise that a contract makes by `x-sorted-by` is asked; none is made up.
#[test]
fn lists_have_an_order_only_where_the_contract_tells_it() {
    let laws = |contract: &Contract| -> Vec<&'static str> {
        let cases = plan(contract, None, &keepers()).cases;
        let pages = cases.into_iter().find(|case| case.id == "listPets:200:law:pages-add-up");
        let steps = pages.expect("there are pages").steps;
        let criteria = steps.iter().flat_map(|step| &step.criteria);
        let laws = criteria.filter_map(|criterion| match criterion {
            Criterion::Relation(relation) => Some(relation.law),
            Criterion::Status(_) | Criterion::Condition(_) => None,
        });
        laws.collect()
    };
    assert!(!laws(&pets()).contains(&"order-is-kept"));
    let told = PETS.replace(
        "operationId: listPets\n",
        "operationId: listPets\n      x-sorted-by: -createdAt\n",
    );
    let reading = spec::read(Path::new("pets.yaml"), &Memory::one("pets.yaml", &told));
    assert!(laws(&reading.contract.expect("readable")).contains(&"order-is-kept"));
}

/// An example is one value, and goes out as the parameter's style has its items and members.
#[test]
fn examples_of_several_values_are_written_as_the_style_says() {
    let text = "
openapi: 3.0.3
info: {title: Assets, version: '1'}
paths:
  /info/{ids}:
    get:
      operationId: info
      parameters:
        - {name: ids, in: path, required: true, example: [3, 4], schema: {type: array, items: {type: integer}}}
        - {name: assets, in: query, required: true, example: [data, cog], schema: {type: array, items: {type: string}}}
        - {name: bands, in: query, required: true, explode: false, example: [1, 2], schema: {type: array, items: {type: integer}}}
        - {name: filter, in: query, required: true, style: deepObject, example: {kind: raster}, schema: {type: object}}
      responses: {'200': {description: ok}}
";
    let contract = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", text)).contract;
    let contract = contract.expect("it is sound");
    let context = PlanContext {
        inputs: IndexMap::from([("ids".to_owned(), json!([3, 4]))]),
        ..PlanContext::default()
    };
    let plan = plan(&contract, None, &context);
    let case = plan.cases.iter().find(|case| case.id == "info:200:happy-path:minimal");
    let request = &case.expect("there is a request").steps[0].request;
    let sent: Vec<_> = request
        .query
        .iter()
        .map(|pair| {
            let (inputs, outputs) = (IndexMap::new(), IndexMap::new());
            let context = Context { inputs: &inputs, outputs: &outputs, exchange: None };
            let value = pair.value.fill(&context, &conformance::case::encode).expect("no holes");
            format!("{}={value}", pair.name)
        })
        .collect();
    assert_eq!(sent, ["assets=data", "assets=cog", "bands=1,2", "filter[kind]=raster"]);
}

/// OAS 3.2 §4.12.1: a form's pairs are the query, and so is JSON, percent-encoded and under no name.
#[test]
fn a_query_that_is_one_value_is_broken_member_by_member() {
    let document = |media_type: &str| {
        format!(
            "
openapi: 3.2.0
info: {{title: Search, version: '1'}}
paths:
  /search:
    get:
      operationId: search
      parameters:
        - name: all
          in: querystring
          required: true
          content:
            {media_type}:
              schema:
                type: object
                required: [size]
                properties: {{size: {{type: integer, minimum: 1, maximum: 9}}}}
                additionalProperties: false
      responses: {{'200': {{description: ok}}, '422': {{description: wrong}}}}
"
        )
    };
    let queries = |media_type: &str| -> BTreeSet<String> {
        let text = document(media_type);
        let contract = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text)).contract;
        let plan = plan(&contract.expect("it is sound"), None, &PlanContext::default());
        let query = |case: &Case| {
            let (inputs, outputs) = (IndexMap::new(), IndexMap::new());
            let context = Context { inputs: &inputs, outputs: &outputs, exchange: None };
            let pair = |pair: &conformance::case::Pair| {
                let value = pair.value.fill(&context, &str::to_owned).expect("no holes");
                format!("{}={value}", pair.name)
            };
            case.steps[0].request.query.iter().map(pair).collect::<Vec<_>>().join("&")
        };
        plan.cases.iter().map(|case| format!("{} {}", case.cell.status, query(case))).collect()
    };
    let form = queries("application/x-www-form-urlencoded");
    for query in ["200 size=1", "200 size=9", "422 size=0", "422 size=10", "422 "] {
        assert!(form.contains(query), "{query} of {form:#?}");
    }
    let json = queries("application/json");
    for query in ["200 ={\"size\":1}", "422 ={\"size\":0}", "422 ={\"size\":[]}", "422 ={}", "422 "]
    {
        assert!(json.contains(query), "{query} of {json:#?}");
    }
    assert!(!form.iter().any(|query| query.contains("conformance-unknown")), "{form:#?}");
}

/// A list goes out as `encoding` has it, or not at all: a sound server refuses it in any other style.
#[test]
fn lists_of_a_form_that_have_a_style_of_their_own_are_not_made() {
    let bodies = |encoding: &str| {
        let text = format!(
            "
openapi: 3.2.0
info: {{title: Forms, version: '1'}}
paths:
  /forms:
    query:
      operationId: send
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {{type: object, required: [a], properties: {{a: {{type: array, minItems: 2, items: {{type: integer}}}}}}}}
            encoding: {{a: {encoding}}}
      responses: {{'200': {{description: ok}}}}
"
        );
        let contract = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text)).contract;
        let plan = plan(&contract.expect("it is sound"), None, &PlanContext::default());
        let bodies = plan.cases.iter().flat_map(|case| &case.steps).map(|step| &step.request.body);
        let is_form = |body: &Body| matches!(body.content, Content::Form(_));
        bodies.flatten().filter(|body| is_form(body)).count()
    };
    for usual in ["{}", "{style: form}", "{explode: true}", "{contentType: text/plain}"] {
        assert!(bodies(usual) > 0, "{usual}");
    }
    for other in ["{explode: false}", "{style: pipeDelimited}", "{contentType: application/json}"] {
        assert_eq!(bodies(other), 0, "{other}");
    }
}

/// A text of a query may have to be something that no schema tells, and so may one of a list.
#[test]
fn free_texts_of_a_query_are_not_made_up_where_nothing_asks_for_them() {
    let text = "
openapi: 3.0.3
info: {title: Assets, version: '1'}
paths:
  /info:
    get:
      operationId: info
      parameters:
        - {name: rescale, in: query, schema: {type: array, maxItems: 4, items: {type: string}}}
        - {name: bands, in: query, schema: {type: array, maxItems: 4, items: {type: integer}}}
      responses: {'200': {description: ok}}
";
    let contract = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", text)).contract;
    let plan = plan(&contract.expect("it is sound"), None, &PlanContext::default());
    let about = |name: &str| {
        let start = format!("info:200:boundary:query.{name}:");
        plan.cases.iter().filter(|case| case.id.starts_with(&start)).count()
    };
    assert_eq!(about("rescale"), 0);
    assert!(about("bands") > 0);
}
