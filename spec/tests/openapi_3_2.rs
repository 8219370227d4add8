//! What OpenAPI 3.2 has brought, as the model has it; and that earlier versions don't have it.

#![expect(clippy::needless_pass_by_value, reason = "documents are written where they are used")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use spec::model::{
    LinkTarget, Location, Method, ParameterShape, SecurityKind, Style, Version, XmlNode,
};
use spec::{Contract, Memory, Reading, References, Severity};

fn reading(document: &Value) -> Reading {
    spec::read(Path::new("a.json"), &Memory::one("a.json", &document.to_string()))
}

/// The contract of a document without an error.
#[track_caller]
fn read(document: &Value) -> Contract {
    sound(reading(document))
}

#[track_caller]
fn sound(reading: Reading) -> Contract {
    let findings = &reading.findings;
    assert!(findings.list.iter().all(|it| it.severity == Severity::Note), "{}", findings.render());
    reading.contract.expect("a contract")
}

fn document(paths: Value, more: Value) -> Value {
    let mut document = json!({
        "openapi": "3.2.0", "info": {"title": "t", "version": "1"}, "paths": paths,
    });
    document.as_object_mut().expect("is one").extend(more.as_object().expect("is one").clone());
    document
}

/// An operation with these members beside a bare response.
fn operation(more: Value) -> Value {
    let mut operation = json!({"responses": {"204": {}}});
    operation.as_object_mut().expect("is one").extend(more.as_object().expect("is one").clone());
    operation
}

fn get(more: Value) -> Value {
    json!({"/a": {"get": operation(more)}})
}

#[test]
fn methods_beyond_those_of_3_1() {
    let item = json!({
        "parameters": [{"name": "b", "in": "path", "required": true, "schema": {}}],
        "query": operation(json!({"operationId": "find"})),
        "additionalOperations": {
            "LINK": operation(json!({"operationId": "link"})),
            "Purge-All": operation(json!({})),
        },
    });
    let contract = read(&document(json!({"/a/{b}": item}), json!({})));
    let told: Vec<_> =
        contract.operations.iter().map(|o| format!("{} {}", o.method, o.id)).collect();
    assert_eq!(told, ["QUERY find", "LINK link", "Purge-All PurgeAllAByB"]);
    assert!(contract.operations[0].method.is_safe() && !contract.operations[1].method.is_safe());
    assert_eq!(Method::parse("QUERY"), Some(Method::Query));
    assert_eq!(Method::parse("query").map(|it| it.to_string()).as_deref(), Some("query"));
    assert_eq!(Method::parse("no token"), None);
}

#[test]
fn earlier_versions_have_no_such_methods() {
    let mut old = document(json!({"/a": {"get": operation(json!({})), "query": {}}}), json!({}));
    old["openapi"] = json!("3.1.0");
    old["paths"]["/a"]["get"]["responses"]["204"]["description"] = json!("");
    let reading = reading(&old);
    assert_eq!(reading.findings.list[0].code, "unknown-keyword");
    let help = reading.findings.list[0].help.as_deref();
    assert_eq!(help, Some("`query` came with OpenAPI 3.2: say `openapi: 3.2.0`"));
    assert_eq!(reading.contract.map(|contract| contract.operations.len()), Some(1));
}

#[test]
fn the_query_string_is_one_parameter() {
    let content = json!({"application/x-www-form-urlencoded": {"schema": {"type": "object"}}});
    let whole = json!([{"name": "q", "in": "querystring", "content": content}]);
    let contract = read(&document(get(json!({"parameters": whole})), json!({})));
    let parameter = &contract.operations[0].parameters[0];
    assert_eq!(parameter.location, Location::QueryString);
    let ParameterShape::Content(media) = &parameter.shape else { panic!("{parameter:?}") };
    assert_eq!(media.name, "application/x-www-form-urlencoded");
    assert!(parameter.schema().is_some());
}

#[test]
fn cookies_have_a_style_of_their_own() {
    let cookies = json!([
        {"name": "a", "in": "cookie", "style": "cookie", "schema": {}},
        {"name": "b", "in": "cookie", "schema": {}, "allowReserved": true},
    ]);
    let contract = read(&document(get(json!({"parameters": cookies})), json!({})));
    let styles: Vec<_> = contract.operations[0]
        .parameters
        .iter()
        .map(|parameter| match parameter.shape {
            ParameterShape::Schema { style, explode, allow_reserved, .. } => {
                (style, explode, allow_reserved)
            }
            ParameterShape::Content(_) => panic!("has a schema"),
        })
        .collect();
    assert_eq!(styles, [(Style::Cookie, true, false), (Style::Form, true, true)]);
}

#[test]
fn parts_are_encoded_by_place() {
    let media = json!({
        "itemSchema": {"type": "string"},
        "prefixEncoding": [{"contentType": "text/plain", "headers": {"X-A": {"schema": {}}}}],
        "itemEncoding": {"contentType": "multipart/mixed", "itemEncoding": {"contentType": "image/*"}},
    });
    let body = json!({"requestBody": {"content": {"multipart/mixed": media}}});
    let contract = read(&document(get(body), json!({})));
    let content = &contract.operations[0].body.as_ref().expect("a body").content["multipart/mixed"];
    assert!(content.item_schema.is_some());
    assert_eq!(content.prefix_encoding[0].content_type.as_deref(), Some("text/plain"));
    assert!(content.prefix_encoding[0].headers.contains_key("X-A"));
    let items = content.item_encoding.as_ref().expect("an encoding of items");
    let nested = items.item_encoding.as_ref().expect("one of their items");
    assert_eq!(nested.content_type.as_deref(), Some("image/*"));
}

#[test]
fn media_types_are_components() {
    let lines = json!({"$ref": "#/components/mediaTypes/Lines"});
    let responses = json!({"200": {"summary": "lines", "content": {"application/jsonl": lines}}});
    let components = json!({"components": {"mediaTypes": {
        "Lines": {"$ref": "#/components/mediaTypes/Real"},
        "Real": {"itemSchema": {"type": "integer"}},
    }}});
    let contract = read(&document(get(json!({"responses": responses})), components.clone()));
    let response = contract.operations[0].responses.values().next().expect("a response");
    assert_eq!((response.summary.as_deref(), response.description.as_str()), (Some("lines"), ""));
    let media = &response.content["application/jsonl"];
    assert_eq!(media.name, "application/jsonl");
    let schema = contract.schema(media.item_schema.expect("a schema of items"));
    assert_eq!(schema.origin.pointer, "/components/mediaTypes/Real/itemSchema");

    let dangling = json!({"200": {"content": {"a/b": {"$ref": "#/components/mediaTypes/No"}}}});
    let reading = reading(&document(get(json!({"responses": dangling})), components));
    assert_eq!(reading.findings.list[0].code, "dangling-reference");
    assert!(reading.contract.is_none(), "its only operation is touched");
}

#[test]
fn examples_say_what_is_meant_and_what_is_on_the_wire() {
    let examples = json!({
        "a": {"dataValue": {"b": 1}, "serializedValue": "{\"b\":1}"},
        "b": {"value": 2},
        "c": {"serializedValue": "3"},
    });
    let content = json!({"application/json": {"schema": {}, "examples": examples}});
    let responses = json!({"200": {"content": content}});
    let contract = read(&document(get(json!({"responses": responses})), json!({})));
    let response = contract.operations[0].responses.values().next().expect("a response");
    let examples: Vec<_> = response.content["application/json"]
        .examples
        .iter()
        .map(|example| (example.value.clone(), example.serialized.as_deref()))
        .collect();
    assert_eq!(examples, [(json!({"b": 1}), Some("{\"b\":1}")), (json!(2), None)]);
}

#[test]
fn a_discriminator_has_a_default() {
    let schema = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let pet = json!({
        "anyOf": [schema("Cat"), schema("Other")],
        "discriminator": {"propertyName": "kind", "defaultMapping": "Other"},
    });
    let components = json!({"components": {"schemas": {"Pet": pet, "Cat": {}, "Other": {}}}});
    let contract = read(&document(json!({}), components));
    let discriminator = contract.schema(contract.components["Pet"]).discriminator.as_ref();
    let default = discriminator.and_then(|it| it.default_mapping);
    assert_eq!(default, Some(contract.components["Other"]));
}

#[test]
fn tags_are_a_tree() {
    let tags = json!([
        {"name": "a", "summary": "A", "kind": "nav"}, {"name": "b", "parent": "a"},
        {"name": "c", "parent": "d"}, {"name": "d", "parent": "c"}, {"name": "e", "parent": "no"},
        {"name": "f", "parent": "c"},
    ]);
    let reading = reading(&document(json!({}), json!({"tags": tags})));
    let told: Vec<_> =
        reading.findings.list.iter().map(|it| (it.code, it.at.pointer.as_str())).collect();
    let expected = ["/tags/2/parent", "/tags/3/parent", "/tags/4/parent"];
    assert_eq!(told, expected.map(|place| ("malformed-tag", place)));
    let contract = reading.contract.expect("a contract");
    let parents: Vec<_> = contract.tags.iter().map(|tag| tag.parent.as_deref()).collect();
    assert_eq!(parents, [None, Some("a"), None, None, None, Some("c")]);
    assert_eq!(
        (contract.tags[0].summary.as_deref(), contract.tags[0].kind.as_deref()),
        (Some("A"), Some("nav"))
    );
}

#[test]
fn servers_have_names_and_schemes_are_deprecated() {
    let device =
        json!({"deviceAuthorizationUrl": "/device", "tokenUrl": "/token", "scopes": {"s": "S"}});
    let scheme = json!({
        "type": "oauth2", "deprecated": true, "oauth2MetadataUrl": "https://a.example/meta",
        "flows": {"deviceAuthorization": device},
    });
    let more = json!({
        "servers": [{"url": "/v1", "name": "prod"}],
        "components": {"securitySchemes": {"o": scheme}},
    });
    let contract = read(&document(json!({}), more));
    assert_eq!(contract.servers[0].name.as_deref(), Some("prod"));
    let scheme = &contract.security_schemes["o"];
    assert!(scheme.deprecated);
    assert_eq!(scheme.metadata_url.as_deref(), Some("https://a.example/meta"));
    let SecurityKind::OAuth2(flows) = &scheme.kind else { panic!("{scheme:?}") };
    assert_eq!(flows[0].name, "deviceAuthorization");
    assert_eq!(flows[0].device_authorization_url.as_deref(), Some("/device"));
    assert_eq!(flows[0].token_url.as_deref(), Some("/token"));
}

fn files(files: &[(&str, Value)]) -> Memory {
    let file =
        |(path, value): &(&str, Value)| (PathBuf::from(path), value.to_string().into_bytes());
    Memory(files.iter().map(file).collect::<HashMap<_, _>>())
}

#[test]
fn requirements_name_schemes_by_uri() {
    let security = json!([
        {"shared.json#/components/securitySchemes/key": []},
        {"#/components/securitySchemes/own": []},
        {"own": []},
    ]);
    let key = json!({"type": "apiKey", "in": "header", "name": "X-Key"});
    let root = document(
        get(json!({"security": security})),
        json!({"components": {"securitySchemes": {"own": {"type": "http", "scheme": "Basic"}}}}),
    );
    let shared = document(json!({}), json!({"components": {"securitySchemes": {"key": key}}}));
    let source = files(&[("a.json", root.clone()), ("shared.json", shared)]);
    let contract = sound(spec::read(Path::new("a.json"), &source));
    let named: Vec<_> = contract.operations[0]
        .security
        .iter()
        .flat_map(|requirement| requirement.schemes.keys().map(String::as_str))
        .collect();
    assert_eq!(named, ["key", "own", "own"]);
    let known: Vec<_> = contract.security_schemes.keys().map(String::as_str).collect();
    assert_eq!(known, ["own", "key"]);

    let missing = spec::read(Path::new("a.json"), &files(&[("a.json", root)]));
    assert_eq!(missing.findings.list[0].code, "unknown-security-scheme");
}

#[test]
fn references_are_relative_to_what_a_document_calls_itself() {
    let refer = |to: &str| json!({"responses": {"200": {"content": {"application/json": {"schema": {"$ref": to}}}}}});
    let to = [
        "#/components/schemas/Own",
        "https://a.example/api/root#/components/schemas/Own",
        "root#/components/schemas/Own",
        "../models/shared#/components/schemas/Shared",
        "https://a.example/models/shared#/components/schemas/Shared",
    ];
    let paths: Value = to
        .iter()
        .enumerate()
        .map(|(n, to)| (format!("/{n}"), json!({"get": operation(refer(to))})))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let root = document(
        paths,
        json!({"$self": "https://a.example/api/root", "components": {"schemas": {"Own": {"type": "string"}}}}),
    );
    let shared = document(
        json!({}),
        json!({"$self": "https://a.example/models/shared", "components": {"schemas": {"Shared": {"type": "integer"}}}}),
    );
    let source = files(&[("x/a.json", root), ("elsewhere/s.json", shared)]);
    let references =
        References::default().with("https://a.example/models/shared", "elsewhere/s.json");
    let contract = sound(spec::read_with(Path::new("x/a.json"), &source, &references));
    assert_eq!(contract.self_uri.as_deref(), Some("https://a.example/api/root"));
    assert_eq!(contract.version, Version::V3_2);
    let places: Vec<_> = contract
        .operations
        .iter()
        .flat_map(|operation| operation.schemas())
        .map(|id| contract.schema(id).origin.pointer.clone())
        .collect();
    let (own, other) = ("/components/schemas/Own", "/components/schemas/Shared");
    assert_eq!(places, [own, own, own, other, other]);
}

#[test]
fn links_lead_here_by_the_documents_own_uri() {
    let links = json!({"l": {"operationRef": "https://a.example/root#/paths/~1a/get"}});
    let responses = json!({"200": {"links": links}});
    let document = document(
        get(json!({"operationId": "a", "responses": responses})),
        json!({"$self": "https://a.example/root"}),
    );
    let contract = read(&document);
    let response = contract.operations[0].responses.values().next().expect("a response");
    assert_eq!(response.links["l"].target, LinkTarget::Operation("a".to_owned()));
}

#[test]
fn path_items_are_components() {
    let item = json!({"get": operation(json!({"operationId": "a"}))});
    let more = json!({"components": {"pathItems": {"A": item}}});
    let contract = read(&document(json!({"/a": {"$ref": "#/components/pathItems/A"}}), more));
    assert_eq!(contract.operations[0].origin.pointer, "/components/pathItems/A/get");
}

#[test]
fn nodes_of_xml_are_of_one_kind_in_every_version() {
    let schemas = json!({
        "A": {"type": "string", "xml": {"attribute": true, "prefix": "p"}},
        "B": {"type": "array", "xml": {"wrapped": true, "name": "bs"}},
        "C": {"type": "array", "xml": {"name": "c"}},
        "D": {"type": "string", "xml": {}},
        "E": {"type": "string", "xml": {"nodeType": "cdata"}},
        "F": {"type": "string"},
    });
    let contract = read(&document(json!({}), json!({"components": {"schemas": schemas}})));
    let nodes: Vec<_> = contract
        .components
        .values()
        .map(|id| contract.schema(*id).xml.as_ref().map(|xml| xml.node))
        .collect();
    let expected =
        [XmlNode::Attribute, XmlNode::Element, XmlNode::None, XmlNode::Element, XmlNode::Cdata];
    assert_eq!(nodes, expected.map(Some).into_iter().chain([None]).collect::<Vec<_>>());
}

#[test]
fn changes_of_what_is_new_are_seen() {
    let with = |media: Value| {
        let body = json!({"requestBody": {"content": {"multipart/mixed": media}}});
        read(&document(get(body), json!({})))
    };
    let nothing = with(json!({}));
    let places = with(json!({"prefixEncoding": [{"contentType": "text/plain"}]}));
    let items = with(json!({"itemEncoding": {"itemEncoding": {"contentType": "image/png"}}}));
    for (old, new) in [(&nothing, &places), (&places, &items), (&items, &nothing)] {
        let codes: Vec<_> =
            spec::compare::compare(old, new).iter().map(|change| change.rule.code).collect();
        assert_eq!(codes, ["request-encoding-changed"]);
    }
    let silent = with(json!({"prefixEncoding": [{}], "itemEncoding": {}}));
    assert_eq!(spec::compare::compare(&nothing, &silent), []);
}
