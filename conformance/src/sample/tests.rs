use std::path::Path;

use serde_json::json;
use spec::{Contract, Memory};

use super::*;
use crate::fresh::FreshSource;

/// A contract with these schemas, in YAML behind four blanks.
fn contract(schemas: &str) -> Contract {
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}"
    );
    let reading = spec::read(Path::new("t.yaml"), &Memory::one("t.yaml", &text));
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    reading.contract.expect("the document is readable")
}

const PET: &str = "
    Pet:
      type: object
      required: [name, kind]
      properties:
        name: {type: string, minLength: 1, maxLength: 10}
        kind: {type: string, enum: [cat, dog]}
        id: {type: string, format: uuid, readOnly: true}
        weight: {type: number, minimum: 0, exclusiveMinimum: true, maximum: 100}
        legs: {type: integer, format: int32, minimum: 0}
        nick: {type: string, nullable: true, pattern: '^[a-z]+$'}
        tags: {type: array, maxItems: 3, items: {type: string, minLength: 1}}
        parent: {$ref: '#/components/schemas/Pet'}
";

#[test]
fn a_complete_value_has_everything_but_what_servers_send() {
    let contract = contract(PET);
    let sampler = Sampler::new(&contract);
    let (sample, _) =
        sampler.valid(contract.components["Pet"], Extent::Complete, &Fixed::new()).expect("valid");
    insta::assert_json_snapshot!(sample.concrete(&FreshSource::new(1)));
}

#[test]
fn variants_are_what_they_claim_to_be_and_have_names_of_their_own() {
    let contract = contract(PET);
    let sampler = Sampler::new(&contract);
    let id = contract.components["Pet"];
    let violations = sampler.violations(id, &Fixed::new());
    let boundaries = sampler.boundaries(id, &Fixed::new());
    assert!(violations.iter().all(|variant| !sampler.admits(id, &variant.sample)));
    assert!(boundaries.iter().all(|variant| sampler.admits(id, &variant.sample)));
    for variants in [&violations, &boundaries] {
        let mut names: Vec<_> = variants.iter().map(Variant::name).collect();
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
    let names = |variants: &[Variant]| variants.iter().map(Variant::name).collect::<Vec<_>>();
    insta::assert_json_snapshot!([names(&violations), names(&boundaries)]);
}

#[test]
fn a_fixed_place_keeps_its_value_unless_that_is_what_is_violated() {
    let contract = contract(PET);
    let sampler = Sampler::new(&contract);
    let id = contract.components["Pet"];
    let name = Location::default().member("name");
    let fixed = Fixed::from([(name.clone(), Sample::Value("Rex".into()))]);
    let (sample, _) = sampler.valid(id, Extent::Minimal, &fixed).expect("valid");
    assert_eq!(sample.at(&name), Some(&Sample::Value("Rex".into())));
    let varied = |variant: &Variant| variant.location == name;
    assert!(!sampler.boundaries(id, &fixed).iter().any(varied));
    let others = sampler.violations(id, &fixed).into_iter().filter(|variant| !varied(variant));
    for variant in others.filter(|variant| !variant.location.0.is_empty()) {
        assert_eq!(
            variant.sample.at(&name),
            Some(&Sample::Value("Rex".into())),
            "{}",
            variant.name()
        );
    }
}

#[test]
fn alternatives_are_tried_until_one_is_valid() {
    let contract = contract(
        "
    Shape:
      oneOf:
        - {type: object, required: [a], properties: {a: {type: string, enum: [x], minLength: 2}}}
        - {type: object, required: [b], properties: {b: {type: integer, multipleOf: 5, minimum: 12}}}
",
    );
    let sampler = Sampler::new(&contract);
    let (sample, choice) = sampler
        .valid(contract.components["Shape"], Extent::Complete, &Fixed::new())
        .expect("the second branch is possible");
    assert_eq!(choice, Choice(1));
    assert_eq!(sample.concrete(&FreshSource::new(1)), serde_json::json!({"b": 15}));
}

#[test]
fn endless_recursion_and_contradictions_have_no_value() {
    let contract = contract(
        "
    Endless: {type: object, required: [next], properties: {next: {$ref: '#/components/schemas/Endless'}}}
    Contradiction: {type: integer, minimum: 3, maximum: 2}
",
    );
    let sampler = Sampler::new(&contract);
    for name in ["Endless", "Contradiction"] {
        let id = contract.components[name];
        assert_eq!(sampler.valid(id, Extent::Complete, &Fixed::new()), None, "{name}");
        assert_eq!(sampler.violations(id, &Fixed::new()), [], "{name}");
    }
}

#[test]
fn fresh_values_differ_and_short_ones_too() {
    let source = FreshSource::new(1);
    for shape in [
        text::exactly(1, crate::fresh::Alphabet::Plain),
        text::exactly(30, crate::fresh::Alphabet::Plain),
    ] {
        let mut made: Vec<_> = (0..500).map(|_| shape.concrete(&source).to_string()).collect();
        made.sort();
        made.dedup();
        assert_eq!(made.len(), 500);
    }
}

#[test]
fn enough_members_are_those_of_the_contract_before_any_others() {
    let contract = contract(
        "
    Some: {type: object, minProperties: 1, properties: {a: {type: string}, b: {type: integer}}}
    Any: {type: object, minProperties: 2, properties: {a: {type: string}}}
",
    );
    let sampler = Sampler::new(&contract);
    let names = |schema: &str| {
        let id = contract.components[schema];
        let (sample, _) = sampler.valid(id, Extent::Minimal, &Fixed::new()).expect("valid");
        let value = sample.concrete(&FreshSource::new(1));
        let names: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        names
    };
    assert_eq!(names("Some"), ["a"]);
    assert_eq!(names("Any"), ["a", "conformance1"]);
}

/// A contract of 3.1 with this schema as `S`.
fn newer(schema: &serde_json::Value) -> Contract {
    let document = serde_json::json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {},
        "components": {"schemas": {"S": schema}},
    });
    let reading = spec::read(Path::new("t.json"), &Memory::one("t.json", &document.to_string()));
    assert!(reading.findings.list.is_empty(), "{}", reading.findings.render());
    reading.contract.expect("the document is readable")
}

/// A minimal and a complete value of the schema `S`, fresh text shown as `?`.
fn made(contract: &Contract) -> [serde_json::Value; 2] {
    fn shown(sample: &Sample) -> serde_json::Value {
        match sample {
            Sample::Array(items) => items.iter().map(shown).collect(),
            Sample::Object(members) => {
                members.iter().map(|(name, member)| (name.clone(), shown(member))).collect()
            }
            Sample::Value(value) => value.clone(),
            Sample::Fresh(_) | Sample::Known(..) => "?".into(),
        }
    }
    let sampler = Sampler::new(contract);
    [Extent::Minimal, Extent::Complete].map(|extent| {
        let (sample, _) =
            sampler.valid(contract.components["S"], extent, &Fixed::new()).expect("valid");
        shown(&sample)
    })
}

/// The names of violations of these keywords.
fn violated(contract: &Contract, keywords: &[&str]) -> Vec<String> {
    let violations =
        Sampler::new(contract).violations(contract.components["S"], &Fixed::new()).into_iter();
    let wanted = violations.filter(|variant| keywords.contains(&variant.keyword));
    wanted.map(|variant| variant.name()).collect()
}

#[test]
fn arrays_have_what_contains_asks_for() {
    let integer = json!({"type": "integer"});
    let contract = newer(&json!({"items": integer, "contains": {"const": 7}}));
    assert_eq!(made(&contract), [json!([7]), json!([7, 2])]);
    assert_eq!(violated(&contract, &["contains"]), ["contains"]);

    let behind = json!({
        "prefixItems": [{"type": "string"}], "items": integer, "contains": {"minimum": 5, "type": "integer"},
        "minContains": 2, "maxContains": 3,
    });
    let contract = newer(&behind);
    assert_eq!(made(&contract), [json!(["?", 6, 7]), json!(["?", 6, 7])]);
    // Four numbers alone have no text in front of them.
    assert_eq!(violated(&contract, &["contains"]), ["contains"]);

    let both = json!({
        "allOf": [{"contains": {"const": "a"}}, {"contains": {"const": "b"}, "maxContains": 1}],
        "type": "array", "items": {"enum": ["a", "b"]},
    });
    let contract = newer(&both);
    assert_eq!(made(&contract), [json!(["a", "b"]), json!(["a", "b"])]);
    assert_eq!(violated(&contract, &["contains"]), ["contains", "contains:2", "contains:max2"]);

    let full = newer(&json!({"type": "array", "maxItems": 1, "contains": {}, "minContains": 2}));
    let sampler = Sampler::new(&full);
    assert_eq!(sampler.valid(full.components["S"], Extent::Complete, &Fixed::new()), None);
}

#[test]
fn objects_have_what_their_members_ask_for() {
    let (text, integer) = (json!({"type": "string"}), json!({"type": "integer"}));
    let contract = newer(&json!({
        "required": ["a"], "properties": {"a": text, "b": integer},
        "dependentRequired": {"a": ["b", "c"], "c": ["d"], "e": ["f"]},
    }));
    let minimal = json!({"a": "?", "b": 1, "c": "?", "d": "?"});
    let complete = json!({"a": "?", "b": 2, "c": "?", "d": "?"});
    assert_eq!(made(&contract), [minimal, complete]);
    let names = ["a.b", "a.c", "c.d"].map(|pair| format!("dependent-required:{pair}"));
    assert_eq!(violated(&contract, &["dependent-required"]), names);

    let dependent = json!({
        "properties": {"a": text}, "required": ["a"],
        "dependentSchemas": {"a": {"required": ["b"], "properties": {"b": {"const": 5}}}},
    });
    let contract = newer(&dependent);
    assert_eq!(made(&contract), [json!({"a": "?", "b": 5}), json!({"a": "?", "b": 5})]);
    assert_eq!(violated(&contract, &["required"]), ["a:required", "b:required"]);
}

#[test]
fn names_that_are_made_up_are_names_that_are_admitted() {
    let named = |names: serde_json::Value| {
        newer(
            &json!({"minProperties": 2, "propertyNames": names, "additionalProperties": {"type": "integer"}}),
        )
    };
    let names = |contract: &Contract| -> Vec<String> {
        let [minimal, _] = made(contract);
        minimal.as_object().expect("an object").keys().cloned().collect()
    };
    assert_eq!(names(&named(json!({"enum": ["a", "b"]}))), ["b", "a"]);
    assert_eq!(names(&named(json!({"minLength": 5}))), ["conformance1", "conformance2"]);
    let short = names(&named(json!({"maxLength": 3})));
    assert!(short.len() == 2 && short.iter().all(|name| name.chars().count() <= 3), "{short:?}");
}

#[test]
fn conditions_are_met_or_not() {
    let schema = |a: serde_json::Value| {
        newer(&json!({
            "properties": {"a": a}, "required": ["a"], "if": {"properties": {"a": {"const": "x"}}},
            "then": {"required": ["b"]}, "else": {"required": ["c"]},
        }))
    };
    let contract = schema(json!({"type": "string"}));
    assert_eq!(made(&contract), [json!({"a": "x", "b": "?"}), json!({"a": "x", "b": "?"})]);
    // Another text at `a` is no violation of `enum`: it makes `else` apply.
    assert_eq!(
        violated(&contract, &["enum", "required"]),
        ["a:required", "b:required", "c:required"]
    );
    let contract = schema(json!({"enum": ["y"]}));
    assert_eq!(made(&contract), [json!({"a": "y", "c": "?"}), json!({"a": "y", "c": "?"})]);
}

#[test]
fn text_matches_every_pattern() {
    let schema =
        json!({"allOf": [{"pattern": "^a"}, {"type": "string", "pattern": "z$", "maxLength": 9}]});
    let contract = newer(&schema);
    let sampler = Sampler::new(&contract);
    let id = contract.components["S"];
    let (sample, _) = sampler.valid(id, Extent::Complete, &Fixed::new()).expect("valid");
    let source = FreshSource::new(1);
    for _ in 0..20 {
        assert!(sampler.admits_value(id, &sample.concrete(&source)));
    }
    // A violation is told of the schema whose pattern it breaks.
    let violations = sampler.violations(id, &Fixed::new());
    let by_pattern: Vec<_> = violations.iter().filter(|one| one.keyword == "pattern").collect();
    assert!(!by_pattern.is_empty());
    for violation in by_pattern {
        assert!(!sampler.admits(violation.schema, &violation.sample), "{}", violation.name());
    }
    // Nothing matches both, and nothing is drawn.
    let contract =
        newer(&json!({"allOf": [{"pattern": "^a$"}, {"pattern": "^b$"}], "type": "string"}));
    let made =
        Sampler::new(&contract).valid(contract.components["S"], Extent::Complete, &Fixed::new());
    assert_eq!(made, None);
}

#[test]
fn what_excludes_each_other_is_complete_without_one_of_both() {
    let text = json!({"type": "string", "maxLength": 3});
    let contract = newer(&json!({
        "type": "object", "properties": {"a": text, "b": text, "c": text},
        "not": {"required": ["a", "b"]},
    }));
    let long: Vec<_> = violated(&contract, &["max-length"]);
    assert!(long.contains(&"b:max-length".to_owned()), "{long:?}");
    assert!(long.contains(&"c:max-length".to_owned()), "{long:?}");

    let item = json!({
        "type": "object", "properties": {"a": text, "b": text, "c": text},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    });
    let contract = newer(&json!({"type": "array", "items": item, "minItems": 1}));
    let long: Vec<_> = violated(&contract, &["max-length"]);
    for member in ["a", "b", "c"] {
        assert!(long.contains(&format!("0.{member}:max-length")), "{member}: {long:?}");
    }
}

#[test]
fn each_branch_forbids_members_by_itself() {
    let closed = json!({"properties": {"a": {"type": "string"}}, "additionalProperties": false});
    let others = json!({"properties": {"b": {"type": "integer"}}});
    let contract = newer(&json!({"allOf": [closed, others]}));
    assert_eq!(made(&contract), [json!({}), json!({"a": "?"})]);
    assert_eq!(violated(&contract, &["additional-properties"]), ["additional-properties"]);
    let contract = newer(&json!({"allOf": [closed, {"required": ["b"]}]}));
    let sampler = Sampler::new(&contract);
    assert_eq!(sampler.valid(contract.components["S"], Extent::Complete, &Fixed::new()), None);
    // What a branch says of other members holds for those that another declares.
    let texts = json!({"additionalProperties": {"maxLength": 3}});
    let contract = newer(
        &json!({"allOf": [texts, {"properties": {"b": {"type": "string"}}, "required": ["b"]}]}),
    );
    assert_eq!(
        violated(&contract, &["max-length"]).first().map(String::as_str),
        Some("b:max-length")
    );
}

#[test]
fn numbers_are_multiples_of_every_step() {
    let contract = newer(&json!({
        "type": "integer", "exclusiveMinimum": 10, "allOf": [{"multipleOf": 4}, {"multipleOf": 6}],
    }));
    assert_eq!(made(&contract), [json!(12), json!(12)]);
    assert!(violated(&contract, &["multiple-of"]).contains(&"multiple-of".to_owned()));
}

#[test]
fn numbers_of_an_integer_format_have_no_fraction() {
    let edges = |schema: &serde_json::Value| {
        let contract = newer(schema);
        let variants = Sampler::new(&contract).boundaries(contract.components["S"], &Fixed::new());
        let value = |variant: &Variant| match &variant.sample {
            Sample::Value(value) => value.as_f64().unwrap_or_default(),
            _ => 0.0,
        };
        variants.iter().map(value).collect::<Vec<_>>()
    };
    let is_fraction = |value: &f64| value.fract() != 0.0;
    let any = json!({"type": "number", "minimum": 0.5, "maximum": 2.5});
    assert!(edges(&any).iter().any(is_fraction), "{:?}", edges(&any));
    let whole = json!({"type": "number", "format": "int32", "minimum": 0.5, "maximum": 2.5});
    assert!(!edges(&whole).iter().any(is_fraction), "{:?}", edges(&whole));
    assert_eq!(made(&newer(&whole)), [json!(1), json!(1)]);
    // A format alone refuses nothing.
    let contract = newer(&json!({"type": "number", "format": "int32"}));
    assert_eq!(violated(&contract, &["minimum", "maximum"]), [""; 0]);
}

#[test]
fn every_branch_is_broken_by_itself_and_both_at_once() {
    let contract = contract(
        "
    Order:
      type: object
      required: [to]
      properties:
        to:
          oneOf:
            - {type: object, required: [street], additionalProperties: false, properties: {street: {type: string, maxLength: 9}}}
            - {type: object, required: [shop], additionalProperties: false, properties: {shop: {type: integer, minimum: 1}, hold: {type: string, enum: [day, week]}}}
        code: {type: string, pattern: '^[A-Z]{2}$'}
        count: {type: integer, minimum: -5, maximum: 5, not: {enum: [0]}}
",
    );
    let sampler = Sampler::new(&contract);
    let id = contract.components["Order"];
    let violations = sampler.violations(id, &Fixed::new());
    assert!(violations.iter().all(|variant| !sampler.admits(id, &variant.sample)));
    let names: Vec<_> = violations.iter().map(Variant::name).collect();
    for name in [
        "to.street:required",
        "to.street:max-length",
        "to.shop:required",
        "to.shop:minimum",
        "to.hold:enum:other",
        "to:one-of:both",
        "code:pattern:letter-case",
        "count:not",
    ] {
        assert_eq!(names.iter().filter(|one| *one == name).count(), 1, "{name}: {names:?}");
    }
    let of = |name: &str| violations.iter().find(|one| one.name() == name).map(|one| &one.sample);
    let at = |name: &str, member: &str| {
        of(name).and_then(|one| one.at(&Location::default().member(member))).map(Sample::stand_in)
    };
    assert_eq!(at("count:not", "count"), Some(json!(0)));
    let both = at("to:one-of:both", "to").expect("it was made");
    assert!(both["street"].is_string() && both["shop"].is_number(), "{both}");
    let code = at("code:pattern:letter-case", "code").expect("it was made");
    assert!(
        code.as_str().is_some_and(|code| code.bytes().all(|b| b.is_ascii_lowercase())),
        "{code}"
    );
}

#[test]
fn a_pattern_is_missed_by_characters_of_the_same_kind() {
    let contract = contract(
        "    Month: {type: string, pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])$', example: 2024-09}\n    \
         Any: {type: string, pattern: '^[A-Z]{3}$'}\n",
    );
    let sampler = Sampler::new(&contract);
    let near = |name: &str| {
        let violations = sampler.violations(contract.components[name], &Fixed::new());
        let near = violations.into_iter().filter(|one| one.detail.starts_with("near:"));
        near.map(|one| one.sample.stand_in()).collect::<Vec<_>>()
    };
    let months = near("Month");
    assert_eq!(months.len(), 3, "{months:?}");
    let is_like_a_month =
        |text: &str| text.len() == 7 && text.chars().filter(char::is_ascii_digit).count() == 6;
    assert!(months.iter().all(|one| one.as_str().is_some_and(is_like_a_month)), "{months:?}");
    // Whatever letters stand there, they match.
    assert!(near("Any").is_empty());
}

#[test]
fn a_pattern_is_missed_by_one_character_more_or_less() {
    let contract =
        contract("    Key: {type: string, pattern: '^[A-Z][A-Z0-9]{1,5}$', example: ABC}\n");
    let sampler = Sampler::new(&contract);
    let violations = sampler.violations(contract.components["Key"], &Fixed::new());
    let length = |name: &str| {
        let mut found = violations.iter().filter(|one| one.detail == name);
        found.next().and_then(|one| one.sample.stand_in().as_str().map(str::len))
    };
    assert_eq!((length("longer"), length("shorter")), (Some(7), Some(1)));
}
