//! What documents must and must not have: the rules of the official bad documents, in other objects and versions; each
//! error at its place, with the clause, and no dearer than it must be.

use std::path::Path;

use serde_json::{Value, json};
use spec::pointer::unescape;
use spec::{Memory, Reading, Severity};

fn read(document: &Value) -> Reading {
    spec::read(Path::new("a.json"), &Memory::one("a.json", &document.to_string()))
}

/// A sound document; `at` the pointer stands what the test is about.
fn document(version: &str, pointer: &str, value: Value) -> Value {
    let response = json!({"description": "ok", "content": {"application/json": {"schema": {}}}});
    let mut document = json!({
        "openapi": version, "info": {"title": "t", "version": "1"},
        "paths": {
            "/sound": {"get": {"operationId": "sound", "responses": {"200": response}}},
            "/x/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {}}],
                "post": {"operationId": "x", "responses": {"200": response}},
            },
        },
    });
    put(&mut document, pointer, value);
    document
}

/// Puts a value where a pointer leads, with the objects on the way.
fn put(document: &mut Value, pointer: &str, value: Value) {
    let mut place = document;
    for key in pointer.split('/').skip(1) {
        let key = unescape(key);
        place = match place {
            Value::Array(items) => &mut items[key.parse::<usize>().expect("an index")],
            place => &mut place[key.as_ref()],
        };
    }
    *place = value;
}

/// Code and place of each error.
fn errors(reading: &Reading) -> Vec<(&str, &str)> {
    let errors = reading.findings.list.iter().filter(|it| it.severity == Severity::Error);
    errors.map(|error| (error.code, error.at.pointer.as_str())).collect()
}

fn ids(reading: &Reading) -> Vec<&str> {
    let operations = reading.contract.iter().flat_map(|contract| &contract.operations);
    operations.map(|operation| operation.id.as_str()).collect()
}

const POST: &str = "/paths/~1x~1{id}/post";

/// One error, of this code, at this place; which operations are left is said too.
#[track_caller]
fn check(version: &str, at: &str, value: Value, (code, place): (&str, &str), left: &[&str]) {
    let reading = read(&document(version, at, value));
    assert_eq!(errors(&reading), [(code, place)], "{}", reading.findings.render());
    assert_eq!(ids(&reading), left);
    assert!(reading.findings.sources.position(&reading.findings.list[0].at).is_some());
}

#[track_caller]
fn accept(version: &str, at: &str, value: Value) {
    let reading = read(&document(version, at, value));
    assert_eq!(errors(&reading), [], "{}", reading.findings.render());
    assert_eq!(ids(&reading), ["sound", "x"]);
}

const BOTH: &[&str] = &["sound", "x"];
const SOUND: &[&str] = &["sound"];

#[test]
fn example_and_examples_exclude_each_other_everywhere() {
    let both = json!({"schema": {}, "example": 1, "examples": {"a": {"value": 1}}});
    let parameter = json!({"name": "a", "in": "query", "schema": {}, "example": 1, "examples": {}});
    for (version, at, value) in [
        ("3.0.3", format!("{POST}/requestBody"), json!({"content": {"a/b": both}})),
        ("3.1.0", format!("{POST}/responses/200/headers"), json!({"A": both})),
        ("3.2.0", format!("{POST}/parameters"), json!([parameter])),
        (
            "3.0.4",
            "/components/responses".to_owned(),
            json!({"R": {"description": "", "content": {"a/b": both}}}),
        ),
    ] {
        let reading = read(&document(version, &at, value));
        let found = errors(&reading);
        assert_eq!(found.len(), 1, "{}", reading.findings.render());
        assert!(found[0].0 == "exclusive-fields" && found[0].1.ends_with("/examples"));
        assert_eq!(ids(&reading), BOTH, "examples are sent by nobody");
    }
}

#[test]
fn values_of_examples_exclude_each_other_from_3_2_on() {
    let with = |example: Value| json!({"a": example});
    let at = "/components/examples";
    let place = "/components/examples/a/externalValue";
    let old = with(json!({"value": 1, "externalValue": "https://a.example"}));
    check("3.0.3", at, old, ("exclusive-fields", place), BOTH);
    let fine = with(json!({"dataValue": 1, "serializedValue": "1"}));
    accept("3.2.0", at, fine.clone());
    let told = read(&document("3.1.0", at, fine));
    assert_eq!(told.findings.list.iter().filter(|it| it.code == "unknown-keyword").count(), 2);
}

#[test]
fn reserved_characters_are_left_where_there_are_any() {
    let parameter = |location: &str| json!([{"name": "id", "in": location, "required": true, "schema": {}, "allowReserved": true}]);
    let at = "/paths/~1x~1{id}/parameters";
    let place = "/paths/~1x~1{id}/parameters/0/allowReserved";
    check("3.1.0", at, parameter("path"), ("misplaced-field", place), BOTH);
    accept("3.2.0", at, parameter("path"));
    accept("3.0.3", at, parameter("path"));
    let header = json!({"X-A": {"schema": {}, "allowReserved": false}});
    let at = format!("{POST}/responses/200/headers");
    let place = format!("{at}/X-A/allowReserved");
    check("3.2.0", &at, header.clone(), ("unknown-field", &place), BOTH);
    accept("3.0.3", &at, header);
}

#[test]
fn names_on_the_wire_have_their_characters() {
    let at = format!("{POST}/responses/200/headers");
    let place = format!("{at}/Bad Header");
    for version in ["3.0.3", "3.1.0", "3.2.0"] {
        let header = json!({"Bad Header": {"schema": {}}});
        check(version, &at, header, ("malformed-name", &place), SOUND);
    }
    let at = format!("{POST}/requestBody");
    let part = json!({"content": {"multipart/form-data": {
        "schema": {"type": "object", "properties": {"a": {}}},
        "encoding": {"a": {"headers": {"a:b": {"schema": {}}}}},
    }}});
    let place = format!("{at}/content/multipart~1form-data/encoding/a/headers/a:b");
    check("3.1.0", &at, part, ("malformed-name", &place), SOUND);
    let at = format!("{POST}/parameters");
    let header = json!([{"name": "", "in": "header", "schema": {}}]);
    check("3.0.3", &at, header, ("malformed-name", &format!("{at}/0/name")), SOUND);
}

#[test]
fn parameters_say_schema_or_one_content() {
    let at = format!("{POST}/parameters");
    let query = |more: Value| {
        let mut parameter = json!({"name": "q", "in": "query"});
        parameter
            .as_object_mut()
            .expect("is one")
            .extend(more.as_object().expect("is one").clone());
        json!([parameter])
    };
    let content = json!({"application/json": {}});
    let both = query(json!({"schema": {}, "content": content}));
    check("3.0.3", &at, both, ("exclusive-fields", &format!("{at}/0/content")), BOTH);
    let styled = query(json!({"content": content, "style": "form"}));
    check("3.1.0", &at, styled, ("exclusive-fields", &format!("{at}/0/style")), BOTH);
    let two = query(json!({"content": {"application/json": {}, "text/plain": {}}}));
    check("3.1.0", &at, two, ("content-of-parameter", &format!("{at}/0/content")), SOUND);
}

#[test]
fn the_query_is_described_once() {
    let whole = |name: &str| json!({"name": name, "in": "querystring", "content": {"application/json": {}}});
    let query = json!({"name": "q", "in": "query", "schema": {}});
    let at = format!("{POST}/parameters");
    let place = format!("{at}/1");
    for second in [whole("b"), query.clone()] {
        let list = json!([whole("a"), second]);
        check("3.2.0", &at, list, ("conflicting-query-string", &place), SOUND);
    }
    accept("3.2.0", &at, json!([whole("a")]));
    check("3.1.0", &at, json!([whole("a")]), ("unknown-location", &format!("{at}/0/in")), SOUND);

    // One of the path item's, one of the operation's.
    let mut document = document("3.2.0", &at, json!([whole("a")]));
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {}});
    put(&mut document, "/paths/~1x~1{id}/parameters", json!([id, query]));
    let reading = read(&document);
    let place = "/paths/~1x~1{id}/parameters/1";
    assert_eq!(errors(&reading), [("conflicting-query-string", place)]);
    assert_eq!(ids(&reading), SOUND);
}

#[test]
fn parts_have_names_or_places() {
    let at = format!("{POST}/requestBody");
    let body = |media: Value| json!({"content": {"multipart/mixed": media}});
    let content = format!("{at}/content/multipart~1mixed");
    let both = body(json!({"encoding": {}, "itemEncoding": {}}));
    check("3.2.0", &at, both, ("exclusive-fields", &format!("{content}/itemEncoding")), SOUND);
    let nested = body(json!({"itemEncoding": {"encoding": {}, "prefixEncoding": []}}));
    let place = format!("{content}/itemEncoding/prefixEncoding");
    check("3.2.0", &at, nested, ("exclusive-fields", &place), SOUND);
}

#[test]
fn servers_are_checked_wherever_they_stand() {
    let server =
        |variable: Value| json!([{"url": "https://{v}.example", "variables": {"v": variable}}]);
    let empty = server(json!({"enum": [], "default": "a"}));
    for at in
        ["/servers".to_owned(), format!("{POST}/servers"), "/paths/~1x~1{id}/servers".to_owned()]
    {
        let place = format!("{at}/0/variables/v/enum");
        check("3.1.0", &at, empty.clone(), ("empty-enum", &place), BOTH);
    }
    let outside = server(json!({"enum": ["b"], "default": "a"}));
    let place = "/servers/0/variables/v/default";
    check("3.0.3", "/servers", outside, ("default-outside-enum", place), BOTH);
    let at = format!("{POST}/servers");
    check("3.0.3", &at, json!([{}]), ("missing-member", &format!("{at}/0")), SOUND);
}

#[test]
fn what_is_required_depends_on_the_version() {
    let at = format!("{POST}/responses");
    let bare = json!({"204": {}});
    for version in ["3.0.3", "3.1.0"] {
        check(version, &at, bare.clone(), ("missing-member", &format!("{at}/204")), BOTH);
    }
    accept("3.2.0", &at, bare);
    let mut nothing = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}});
    assert_eq!(errors(&read(&nothing)), [("missing-member", "")]);
    nothing["openapi"] = json!("3.1.0");
    nothing["components"] = json!({});
    assert_eq!(errors(&read(&nothing)), []);
}

#[test]
fn an_unknown_field_is_an_error_at_the_root_and_in_links() {
    check("3.0.3", "/overlays", json!({}), ("unknown-field", "/overlays"), BOTH);
    let at = format!("{POST}/responses/200/links");
    let link = json!({"a": {"operationId": "sound", "body": {}}});
    check("3.0.3", &at, link, ("unknown-field", &format!("{at}/a/body")), BOTH);
    let two = json!({"a": {"operationId": "sound", "operationRef": "#/paths/~1sound/get"}});
    let reading = read(&document("3.1.0", &at, two));
    assert_eq!(errors(&reading)[0], ("exclusive-fields", format!("{at}/a/operationId").as_str()));
}

#[test]
fn xml_says_one_kind_of_node() {
    let at = format!("{POST}/responses/200/content/application~1json/schema/xml");
    let place = format!("{at}/attribute");
    let both = json!({"nodeType": "text", "attribute": false});
    check("3.2.0", &at, both, ("exclusive-fields", &place), BOTH);
    let odd = json!({"nodeType": "comment"});
    check("3.2.0", &at, odd, ("unknown-word", &format!("{at}/nodeType")), BOTH);
}

#[test]
fn an_additional_method_is_none_of_those_with_a_field() {
    let operation = json!({"responses": {"200": {"description": "ok"}}});
    let at = "/paths/~1sound/additionalOperations";
    for name in ["GET", "QUERY"] {
        let place = format!("{at}/{name}");
        let reading = read(&document("3.2.0", at, json!({name: operation})));
        assert_eq!(errors(&reading), [("malformed-method", place.as_str())]);
        let left_out = &reading.contract.expect("a contract").left_out;
        assert_eq!(left_out.len(), 1, "{left_out:?}");
    }
    for name in ["NOT A TOKEN", "", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH"] {
        let reading = read(&document("3.2.0", at, json!({name: operation})));
        assert_eq!(errors(&reading).len(), 1);
        assert_eq!(ids(&reading), BOTH);
    }
}

#[test]
fn a_key_outside_of_the_query_has_a_name_that_can_be_sent() {
    for (location, name, is_sound) in [
        ("header", "X-Key", true),
        ("header", "X Key", false),
        ("cookie", "connect.sid", true),
        ("cookie", "my=key", false),
        ("query", "any & all", true),
    ] {
        let scheme = json!({"key": {"type": "apiKey", "in": location, "name": name}});
        let reading = read(&document("3.0.3", "/components/securitySchemes", scheme));
        let found = reading.findings.list.iter().find(|finding| finding.code == "malformed-name");
        let place = found.map(|finding| finding.at.pointer.to_string());
        let expected = (!is_sound).then(|| "/components/securitySchemes/key/name".to_owned());
        assert_eq!(place, expected, "{location} {name}");
    }
}

#[test]
fn a_security_scheme_has_what_its_kind_needs() {
    let at = "/components/securitySchemes";
    let cases = [
        (json!({"type": "apiKey", "in": "header"}), "missing-member", ""),
        (json!({"type": "apiKey", "in": "path", "name": "a"}), "unknown-location", "/in"),
        (json!({"type": "http"}), "missing-member", ""),
        (json!({"type": "basic"}), "unknown-word", "/type"),
        (json!({"type": "oauth2"}), "missing-member", ""),
        (
            json!({"type": "oauth2", "flows": {"password": {"scopes": {}}}}),
            "missing-member",
            "/flows/password",
        ),
        (
            json!({"type": "oauth2", "flows": {"password": {"tokenUrl": "/t"}}}),
            "missing-member",
            "/flows/password",
        ),
        (json!({"type": "openIdConnect"}), "missing-member", ""),
        (json!({}), "missing-member", ""),
    ];
    for (scheme, code, place) in cases {
        let place = format!("{at}/s{place}");
        check("3.1.0", at, json!({"s": scheme}), (code, &place), BOTH);
    }
}

#[test]
fn components_are_checked_whether_they_are_used_or_not() {
    let cases = [
        ("parameters", json!({"name": "a", "in": "body", "schema": {}}), "unknown-location", "/in"),
        ("headers", json!({"schema": {"type": "bytes"}}), "unknown-type", "/schema/type"),
        ("requestBodies", json!({}), "missing-member", ""),
        ("responses", json!({"description": 5}), "wrong-type", "/description"),
        ("links", json!({}), "missing-member", ""),
        ("examples", json!({"summary": []}), "wrong-type", "/summary"),
        ("pathItems", json!({"get": {"deprecated": "no"}}), "wrong-type", "/get/deprecated"),
    ];
    for (kind, component, code, place) in cases {
        let at = format!("/components/{kind}");
        let place = format!("{at}/c{place}");
        check("3.1.0", &at, json!({"c": component}), (code, &place), BOTH);
    }
    let named = read(&document("3.0.3", "/components/schemas", json!({"a b": {}})));
    assert_eq!(named.findings.list[0].code, "malformed-component-name");
}

#[test]
fn findings_cite_the_clause_of_the_version() {
    for (version, clause) in
        [("3.0.3", "OAS 3.0.3 §4.7.2"), ("3.1.0", "OAS 3.1.1 §4.8.2"), ("3.2.0", "OAS 3.2.0 §4.2")]
    {
        let reading = read(&document(version, "/info", json!({"title": "t"})));
        let help = reading.findings.list[0].help.clone();
        assert_eq!(help.as_deref(), Some(format!("{clause} requires it").as_str()));
    }
}

#[test]
fn a_dialect_of_ones_own_is_told() {
    let at = "/jsonSchemaDialect";
    check("3.1.0", at, json!("https://a.example/d"), ("unsupported-dialect", at), BOTH);
    accept("3.1.0", at, json!("https://json-schema.org/draft/2020-12/schema"));
}

#[test]
fn keys_that_are_there_twice_are_told_where_they_are() {
    let json = "{\n \"openapi\": \"3.1.0\",\n \"info\": {\"title\": \"a\", \"version\": \"1\"},\n \"paths\": {\"/a\": {\"get\": {\n   \
                \"responses\": {\"200\": {\"description\": \"x\"},\n     \"200\": {\"description\": \"y\"}}}}}\n}\n";
    let yaml = "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n        \
                200: {description: x}\n        '200': {description: y}\n";
    for (name, text, line) in [("a.json", json, 6), ("a.yaml", yaml, 8)] {
        let reading = spec::read(Path::new(name), &Memory::one(name, text));
        let told = reading.findings.render();
        assert!(told.contains("warning[repeated-key]: `200` is there more than once"), "{told}");
        assert!(told.contains(&format!("{name}:{line}:")), "{told}");
        let contract = reading.contract.expect("it is read");
        let response = contract.operations[0].responses.values().next().expect("there is one");
        assert_eq!(response.description, "y");
    }
}

/// RFC 8259 §6. What is written as a fraction or with an exponent is meant as a double.
#[test]
fn integers_that_are_others_once_read_are_told() {
    let schemas = "\"A\": {\"type\": \"integer\",\n \"const\": 18446744073709551617,\n \"default\" : 18446744073709551616,\n \
                   \"maximum\": 1e30, \"multipleOf\": -99999999999999999999,\n \"enum\": [1, 9223372036854775809,\n  \
                   -9223372036854775809, 18446744073709551615, 36893488147419103232 ]}";
    let json = format!(
        "{{\"openapi\": \"3.1.0\", \"info\": {{\"title\": \"a\", \"version\": \"1\"}}, \"paths\": {{}},\n\
         \"components\": {{\"schemas\": {{{schemas}}}}}}}"
    );
    let yaml = format!("# As above.\n{json}");
    for (name, text, first) in [("a.json", &json, 3), ("a.yaml", &yaml, 4)] {
        let reading = spec::read(Path::new(name), &Memory::one(name, text));
        let rounded = reading.findings.list.iter().filter(|one| one.code == "rounded-integer");
        let told = rounded.map(|one| {
            let line = reading.findings.sources.position(&one.at).map(|position| position.line);
            (line.unwrap_or_default(), one.message.split(':').next().unwrap_or_default().to_owned())
        });
        let expected = [
            (first, "`18446744073709551617` is read as 18446744073709551616"),
            (first + 2, "`-99999999999999999999` is read as -100000000000000000000"),
            (first + 4, "`-9223372036854775809` is read as -9223372036854775808"),
        ];
        let expected = expected.map(|(line, message)| (line, message.to_owned()));
        assert_eq!(told.collect::<Vec<_>>(), expected, "{name}");
    }
}
