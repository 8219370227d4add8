use std::path::Path;

use spec::{Contract, Memory};

use super::*;

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
        text::exactly(1, crate::case::Alphabet::Plain),
        text::exactly(30, crate::case::Alphabet::Plain),
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
