//! The documents of the OpenAPI Initiative that its own schemas accept and refuse: the first without an error, the
//! second with one at the right place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use spec::{FileSystem, Finding, Memory, Severity};

/// What merely dangles: a document of the suite shows a part of a larger one.
const DANGLING: &[&str] = &["dangling-reference", "dangling-link", "unknown-security-scheme"];

/// Errors in good documents, of both versions, that we stand by.
const STRICTER: &[(&str, &str, &str)] = &[
    (
        "operation-object-example",
        "undeclared-path-parameter",
        "the operation of `/pets/{id}` declares `petId`: the schema can't compare the two",
    ),
    ("operation-object-example", "unused-path-parameter", "the same, from the other side"),
];

/// The same, where the documents of one version only have it.
const STRICTER_IN_3_1: &[(&str, &str, &str)] = &[(
    "style-defaults",
    "malformed-media-type",
    "`encoding_object_defaults` is no media type, which the schema says by an annotation only",
)];

/// Where each bad document is wrong.
const PLACES_IN_3_1: &[(&str, &str)] = &[
    ("example-examples", "/components/parameters/animal/examples"),
    ("header-object-allowReserved", "/components/headers/Style/allowReserved"),
    ("invalid_schema_types", "/components/schemas/invalid_null"),
    ("invalid_schema_types", "/components/schemas/invalid_number"),
    ("invalid_schema_types", "/components/schemas/invalid_array"),
    ("link-object-no-body", "/components/links/Link-Object-with-body-property/body"),
    ("no_containers", ""),
    (
        "parameter-object-cookie-form-allowReserved",
        "/components/parameters/style_form/allowReserved",
    ),
    ("parameter-object-header-allowReserved", "/components/parameters/header/allowReserved"),
    ("parameter-object-path-allowReserved", "/components/parameters/path/allowReserved"),
    ("server_enum_empty", "/servers/0/variables/var/enum"),
    ("servers", "/servers"),
    ("unknown_container", "/overlays"),
];

const PLACES_IN_3_2: &[(&str, &str)] = &[
    (
        "encoding-enc-item-exclusion",
        "/components/requestBodies/encoding-with-prefixEncoding-not-allowed/content/multipart~1mixed/prefixEncoding/0/prefixEncoding",
    ),
    (
        "encoding-enc-prefix-exclusion",
        "/components/requestBodies/encoding-with-itemEncoding-not-allowed/content/multipart~1mixed/prefixEncoding/0/itemEncoding",
    ),
    ("example-examples", "/components/parameters/animal/examples"),
    ("example-object-old-exclusions", "/components/examples/CannotHaveBoth/externalValue"),
    ("example-object-old-vs-data", "/components/examples/NoValueWithDataValue/dataValue"),
    ("example-object-old-vs-ser", "/components/examples/CannotHaveBoth/serializedValue"),
    ("example-object-ser-exclusions", "/components/examples/CannotHaveBoth/externalValue"),
    ("header-object-allowReserved", "/components/headers/Style/allowReserved"),
    ("header-object-name", "/paths/~1foo/get/responses/default/headers/Bad=Header"),
    ("invalid_schema_types", "/components/schemas/invalid_null"),
    ("invalid_schema_types", "/components/schemas/invalid_number"),
    ("invalid_schema_types", "/components/schemas/invalid_array"),
    (
        "media-type-enc-item-exclusion",
        "/components/requestBodies/encoding-with-itemEncoding-not-allowed/content/multipart~1mixed/itemEncoding",
    ),
    (
        "media-type-enc-prefix-exclusion",
        "/components/requestBodies/encoding-with-prefixEncoding-not-allowed/content/multipart~1mixed/prefixEncoding",
    ),
    ("no_containers", ""),
    (
        "operation-object-query-with-querystring",
        "/components/pathItems/my-path-item/get/parameters/1",
    ),
    ("operation-object-two-querystrings", "/components/pathItems/my-path-item/get/parameters/1"),
    (
        "parameter-object-content-not-with-style",
        "/components/parameters/content-not-with-style/style",
    ),
    ("parameter-object-cookie-allowReserved", "/components/parameters/my_cookie/allowReserved"),
    ("parameter-object-header-allowReserved", "/components/parameters/header/allowReserved"),
    ("parameter-object-header-name", "/components/parameters/BadHeader/name"),
    ("parameter-object-path-name", "/components/parameters/BadPath/name"),
    (
        "parameter-object-querystring-not-with-schema",
        "/components/parameters/querystring-not-with-schema",
    ),
    (
        "path-item-object-conflicting-additional-operation",
        "/paths/~1pets~1{id}/additionalOperations/POST",
    ),
    ("path-item-object-query-with-querystring", "/components/pathItems/my-path-item/parameters/1"),
    ("path-item-object-two-querystrings", "/components/pathItems/my-path-item/parameters/1"),
    ("server_enum_empty", "/servers/0/variables/var/enum"),
    ("servers", "/servers"),
    ("unknown_container", "/overlays"),
    ("xml-attr-exclusion", "/components/schemas/Attr/xml/attribute"),
    ("xml-wrapped-exclusion", "/components/schemas/List/xml/wrapped"),
];

fn documents(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/suites").join(folder);
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no documents of the OpenAPI Initiative at {}", folder.display());
        return Vec::new();
    };
    entries.map(|entry| entry.expect("the folder can be read").path()).collect()
}

/// The errors of each document of a folder, by its name.
fn errors(folder: &str) -> BTreeMap<String, Vec<Finding>> {
    documents(folder).iter().map(|path| (name(path), errors_of(path))).collect()
}

fn name(path: &Path) -> String {
    path.file_stem().expect("a file has a name").to_string_lossy().into_owned()
}

fn errors_of(path: &Path) -> Vec<Finding> {
    let findings = spec::read(path, &FileSystem).findings;
    for finding in &findings.list {
        assert!(findings.sources.position(&finding.at).is_some(), "{finding:?} has no position");
    }
    findings.list.into_iter().filter(|finding| finding.severity == Severity::Error).collect()
}

/// Every exception is needed, and nothing else is an error.
#[track_caller]
fn assert_accepted(folder: &str, documents: usize, stricter: &[&[(&str, &str, &str)]]) {
    let all = errors(folder);
    if all.is_empty() {
        return;
    }
    let errors = all.iter().flat_map(|(name, errors)| errors.iter().map(move |it| (name, it.code)));
    let mut found: Vec<_> = errors
        .filter(|(_, code)| !DANGLING.contains(code))
        .map(|(name, code)| (name.as_str(), code))
        .collect();
    let mut expected: Vec<_> =
        stricter.iter().copied().flatten().map(|(name, code, _)| (*name, *code)).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(all.len(), documents);
}

#[track_caller]
fn assert_refused(folder: &str, documents: usize, places: &[(&str, &str)]) {
    let all = errors(folder);
    if all.is_empty() {
        return;
    }
    for (name, place) in places {
        let errors = all.get(*name).map(Vec::as_slice).unwrap_or_default();
        let is_there = errors.iter().any(|error| error.at.pointer == *place);
        assert!(is_there, "{name} has no error at {place:?}, but {errors:#?}");
    }
    let unplaced: Vec<_> =
        all.keys().filter(|name| !places.iter().any(|(known, _)| known == name)).collect();
    assert_eq!(unplaced, Vec::<&String>::new());
    assert_eq!(all.len(), documents);
}

#[test]
fn good_documents_are_accepted() {
    assert_accepted("openapi-3.1/pass", 35, &[STRICTER, STRICTER_IN_3_1]);
    assert_accepted("openapi-3.2/pass", 37, &[STRICTER]);
}

#[test]
fn bad_documents_are_refused_at_the_right_place() {
    assert_refused("openapi-3.1/fail", 11, PLACES_IN_3_1);
    assert_refused("openapi-3.2/fail", 29, PLACES_IN_3_2);
}

/// Every place of a value, as the keys that lead there.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            places(member, &format!("{at}/{key}"), found);
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| places(item, &format!("{at}/{index}"), found)),
        _ => {}
    }
}

/// Whatever stands in place of a part of a document, it is read, compared with itself, and each finding has a position.
#[test]
fn odd_values_anywhere_are_no_more_than_findings() {
    let odd = [json!(null), json!(-1), json!("#/odd"), json!([{}]), json!({"$ref": "#"})];
    for folder in ["openapi-3.1/pass", "openapi-3.2/pass", "openapi-3.2/fail"] {
        for document in documents(folder) {
            let text = fs::read_to_string(&document).expect("can be read");
            let sound: Value = serde_yaml::from_str(&text).expect("is YAML");
            let mut all = Vec::new();
            places(&sound, "", &mut all);
            for (place, odd) in all.iter().flat_map(|place| odd.iter().map(move |odd| (place, odd)))
            {
                let mut changed = sound.clone();
                *changed.pointer_mut(place).expect("is there") = odd.clone();
                let source = Memory::one("a.json", &changed.to_string());
                let reading = spec::read(Path::new("a.json"), &source);
                for finding in &reading.findings.list {
                    assert!(reading.findings.sources.position(&finding.at).is_some());
                }
                if let Some(contract) = reading.contract {
                    assert_eq!(spec::compare::compare(&contract, &contract), [], "{place} {odd}");
                }
            }
        }
    }
}
