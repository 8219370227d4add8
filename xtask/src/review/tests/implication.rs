//! Implication as a property: no drawn value contradicts a *yes*, and validators confirm each witness.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};
use spec::implication::{Answer, Implication, Sampling, Side};
use spec::model::SchemaId;
use spec::validate::validator_for;
use spec::{Contract, Direction, FileSystem, Memory, json_schema};

use super::super::sampling::Suite;
use super::drawn;

fn shared(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path)
}

/// A contract with this schema as `S`; `None` where it isn't one.
fn contract(schema: &Value) -> Option<Contract> {
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {},
        "components": {"schemas": {"S": schema, "Self": {"properties": {"a": {"$ref": "#/components/schemas/Self"}}, "maxProperties": 1}}},
    });
    let reading = spec::read(Path::new("t.json"), &Memory::one("t.json", &document.to_string()));
    reading.contract
}

#[derive(Debug, Default)]
struct Count {
    yes: usize,
    no: usize,
    undecided: usize,
}

impl Count {
    fn add(&mut self, answer: &Answer) {
        match answer {
            Answer::Yes => self.yes += 1,
            Answer::No(_) => self.no += 1,
            Answer::Undecided => self.undecided += 1,
        }
    }

    fn share(&self) -> f64 {
        let all = self.yes + self.no + self.undecided;
        self.undecided as f64 * 100.0 / all.max(1) as f64
    }
}

/// Asks whether one schema implies another, and holds the answer against values: those given, and those that are drawn
/// from either. The judges are made anew, of documents that the question has nothing to do with.
#[track_caller]
fn check(
    contracts: [&Contract; 2],
    ids: [SchemaId; 2],
    direction: Direction,
    values: &[Value],
) -> Answer {
    let answer =
        Implication::new(contracts, direction, &Suite).ask(Side::First, &ids[..1], &ids[1..]);
    let judges = [0, 1].map(|side| {
        let document = json_schema(contracts[side], ids[side], direction).document;
        validator_for(&document)
    });
    let [Ok(premise), Ok(conclusion)] = judges else { return answer };
    let shows = |value: &Value| premise.is_valid(value) && !conclusion.is_valid(value);
    let schemas = || [0, 1].map(|side| json_schema(contracts[side], ids[side], direction).document);
    match &answer {
        Answer::Yes => {
            let samplers = contracts.map(|contract| Suite.sampler(contract, direction));
            let drawn = [0, 1].into_iter().flat_map(|side| {
                let (few, many) = (samplers[side].few(ids[side]), samplers[side].many(ids[side]));
                few.into_iter().chain(many)
            });
            let drawn: Vec<Value> = drawn.collect();
            let against = values.iter().chain(&drawn).find(|value| shows(value));
            assert_eq!(against, None, "{:#?}", schemas());
        }
        Answer::No(witnesses) => {
            assert!(!witnesses.is_empty());
            for witness in witnesses {
                assert!(shows(witness), "{witness} for {:#?}", schemas());
            }
        }
        Answer::Undecided => {}
    }
    answer
}

#[track_caller]
fn check_schemas(one: &Value, other: &Value, values: &[Value]) -> Option<Answer> {
    let (one, other) = (contract(one)?, contract(other)?);
    let ids = [one.components["S"], other.components["S"]];
    Some(check([&one, &other], ids, Direction::Request, values))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn drawn_schemas_are_answered_truly(
        one in drawn::schema(),
        other in drawn::schema(),
        values in prop::collection::vec(drawn::value(), 24),
    ) {
        let both = json!({"allOf": [one, other]});
        for (premise, conclusion) in [(&one, &other), (&both, &one), (&one, &both)] {
            check_schemas(premise, conclusion, &values);
        }
    }
}

/// Groups of one file of the suite are about one keyword, so their schemas differ just where it is hard.
#[test]
fn schemas_of_the_suite_are_answered_truly() {
    let Ok(entries) = fs::read_dir(shared("suites/json-schema")) else {
        eprintln!("SKIPPED: no JSON Schema Test Suite");
        return;
    };
    let mut count = Count::default();
    let paths = entries.flatten().map(|entry| entry.path());
    for path in paths.filter(|path| path.extension().is_some_and(|end| end == "json")) {
        let text = fs::read_to_string(&path).expect("can be read");
        let groups: Vec<Value> = serde_json::from_str(&text).expect("is JSON");
        for pair in groups.windows(2) {
            let values = pair.iter().flat_map(|group| group["tests"].as_array()).flatten();
            let values: Vec<_> = values.map(|test| test["data"].clone()).collect();
            for (one, other) in [(&pair[0], &pair[1]), (&pair[1], &pair[0])] {
                if let Some(answer) = check_schemas(&one["schema"], &other["schema"], &values) {
                    count.add(&answer);
                }
            }
        }
    }
    println!("{count:?}, {:.1} % undecided", count.share());
    assert!(count.yes > 20 && count.no > 200, "{count:?}");
}

/// Components of the same name that aren't written alike, both ways round, and in both directions where that is fast.
#[test]
fn hardly_anything_between_two_versions_of_a_contract_is_undecided() {
    let read = |name: &str| spec::read(&shared("corpus").join(name), &FileSystem).contract;
    let (Some(old), Some(new)) = (read("github-2022.json"), read("github.json")) else {
        eprintln!("SKIPPED: no corpus");
        return;
    };
    let mut count = Count::default();
    let directions = [Direction::Response, Direction::Request];
    let asked = if cfg!(debug_assertions) { 1 } else { 2 };
    for &direction in directions.iter().take(asked) {
        let implication = Implication::new([&old, &new], direction, &Suite);
        for (name, &was) in &old.components {
            let Some(&is) = new.components.get(name) else { continue };
            if implication.is_same(Side::First, &[was], &[is]) {
                continue;
            }
            for (side, premise, conclusion) in [(Side::First, was, is), (Side::Second, is, was)] {
                let answer = implication.ask(side, &[premise], &[conclusion]);
                if answer == Answer::Undecided {
                    println!("undecided: {name} {direction:?} {side:?}");
                }
                count.add(&answer);
            }
        }
    }
    println!("{count:?}, {:.2} % undecided", count.share());
    assert!(count.yes + count.no > 250 * asked && count.share() < 2.0, "{count:?}");
}

#[track_caller]
fn answer(one: &Value, other: &Value) -> Answer {
    check_schemas(one, other, &[]).expect("both are schemas")
}

#[test]
fn a_difference_has_a_witness() {
    let tree = |limit: u64| {
        json!({"type": "object", "properties": {
            "name": {"type": "string", "maxLength": limit},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/S"}},
        }})
    };
    assert!(matches!(answer(&tree(9), &tree(3)), Answer::No(_)));
    let overlap = json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
    assert!(matches!(answer(&json!({"required": ["a"]}), &overlap), Answer::No(_)));
    let contains = json!({"contains": {"const": 7}});
    assert!(matches!(answer(&json!({"type": "array"}), &contains), Answer::No(_)));
}

#[test]
fn cycles_are_closed_by_what_is_assumed() {
    let tree = |limit: u64| {
        json!({"type": "object", "properties": {
            "name": {"type": "string", "maxLength": limit},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/S"}},
        }})
    };
    assert_eq!(answer(&tree(3), &tree(9)), Answer::Yes);
    assert_eq!(answer(&tree(3), &tree(3)), Answer::Yes);
}

/// A value of one alternative is no smaller than a value of the whole, so nothing may be assumed of it.
#[test]
fn no_question_is_its_own_reason() {
    let premise = json!({"anyOf": [{}, {}], "oneOf": [{}, {"enum": [null]}]});
    let conclusion = json!({"properties": {"a": {"type": "integer"}}});
    assert!(matches!(answer(&premise, &conclusion), Answer::No(_)));
}

#[test]
fn formats_that_nobody_checks_say_nothing() {
    let text = |format: &str| json!({"type": "string", "format": format});
    assert_eq!(answer(&json!({"type": "string"}), &text("phone")), Answer::Yes);
    assert!(matches!(answer(&json!({"type": "string"}), &text("byte")), Answer::No(_)));
    assert!(matches!(answer(&text("date"), &text("uuid")), Answer::No(_)));
}
