//! What no type says: each keyword refuses what it must, at its place, and nothing else.

#![expect(unreachable_pub, reason = "the tables are made for public types")]

use serde_json::{Value, json};

use crate::Json as _;
use crate::json::{Unreadable, from_slice};
use crate::rules::Rules;
use crate::text::Raw;
use crate::validation::{Report, Strictness, Violation};

#[derive(Debug, Clone, PartialEq)]
struct Pair {
    left: Option<i64>,
    right: Option<i64>,
    names: Option<Vec<String>>,
}
object!(Pair with judged {
    "left" => left: optional [maximum(9)],
    "right" => right: optional,
    "names" => names: optional,
});
schema!(
    Pair = [
        AnyOf(&[&[Required(&["left"])], &[Required(&["right"])]]),
        Properties(&[("names", &[Contains(&[Enum(&[Literal::Text("a")])], 2, Some(2))])]),
    ]
);

static TREE: crate::schema::Schema = {
    use crate::schema::Keyword::{
        Items, Never, Properties, Ref, Required, Type, UnevaluatedProperties,
    };
    use crate::union::Kind;
    &[
        Type(&[Kind::Object]),
        Required(&["name"]),
        Properties(&[("name", &[]), ("children", &[Items(&[Ref(&TREE)])])]),
        UnevaluatedProperties(&[Never]),
    ]
};

#[derive(Debug, Clone, PartialEq)]
pub struct Tree(pub Value);
newtype!(Tree with judged (Value));
schema!(Tree = [Ref(&TREE)]);

#[derive(Debug, Clone, PartialEq)]
pub struct Sizes(pub Vec<i64>);
newtype!(Sizes with judged (Vec<i64>));
schema!(Sizes = [Contains(&[Rules(rules!(minimum(5)))], 1, None)]);

static TERM: crate::schema::Schema = {
    use crate::schema::Keyword::{AnyOf, Properties, Ref, Required};
    &[
        Properties(&[("sum", &[Ref(&TERM)])]),
        AnyOf(&[
            &[Properties(&[("sum", &[Ref(&TERM)])]), Required(&["left"])],
            &[Properties(&[("sum", &[Ref(&TERM)])])],
        ]),
    ]
};

#[derive(Debug, Clone, PartialEq)]
pub struct Term(pub Value);
newtype!(Term with judged (Value));
schema!(Term = [Ref(&TERM)]);

fn found<T: crate::Json>(value: &Value) -> Vec<String> {
    match from_slice::<T>(value.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(Unreadable::Invalid(violations)) => told(&violations),
        Err(Unreadable::Malformed(error)) => panic!("{error}"),
    }
}

fn told(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(|it| format!("{} {}", it.pointer(), it.code)).collect()
}

#[test]
fn what_no_type_says_is_checked_beside_what_it_says() {
    assert_eq!(found::<Pair>(&json!({"left": 1})), [""; 0]);
    assert_eq!(found::<Pair>(&json!({})), [" no_alternative"]);
    let both = json!({"left": 10, "names": ["a", "b"]});
    assert_eq!(found::<Pair>(&both), ["/left number_too_large", "/names too_few_items"]);
    let many = json!({"right": 0, "names": ["a", "a", "a"]});
    assert_eq!(found::<Pair>(&many), ["/names too_many_items"]);
}

#[test]
fn values_are_checked_as_what_they_are_written_as() {
    let pair = Pair { left: None, right: None, names: None };
    assert_eq!(told(&pair.validate()), [" no_alternative"]);
    assert_eq!(told(&Pair { left: Some(1), ..pair }.validate()), [""; 0]);
}

#[test]
fn lenient_readers_look_at_types_alone() {
    let pair: Pair = serde_json::from_str("{}").unwrap();
    assert_eq!(pair.left, None);
}

#[test]
fn schemas_that_refer_to_themselves_are_followed_as_deep_as_the_value() {
    let good = json!({"name": 1, "children": [{"name": 2, "children": []}]});
    assert_eq!(found::<Tree>(&good), [""; 0]);
    let bad = json!({"name": 1, "children": [{"name": 2}, {"nam": 3}, 4]});
    let expected =
        ["/children/1/name missing", "/children/1/nam unexpected", "/children/2 wrong_type"];
    assert_eq!(found::<Tree>(&bad), expected);
}

#[test]
fn plain_text_is_looked_at_as_what_it_is_read_as() {
    let read = |items: [&'static str; 2]| {
        let mut report = Report::of_text(Strictness::Strict);
        let raw = Raw::List(items.map(Into::into).into());
        let value = report.within("sizes", |report| Sizes::read(raw, &Rules::NONE, report));
        (value.unwrap(), told(report.violations()))
    };
    assert_eq!(read(["1", "7"]), (Some(Sizes(vec![1, 7])), Vec::new()));
    assert_eq!(read(["1", "2"]).1, ["/sizes too_few_items"]);
    assert_eq!(read(["1", "x"]).1, ["/sizes/1 wrong_type"]);
}

#[test]
fn alternatives_that_contain_themselves_are_not_tried_without_end() {
    let deep = |depth| (0..depth).fold(json!({}), |term, _| json!({"sum": term}));
    assert_eq!(found::<Term>(&deep(5)), [""; 0]);
    assert!(found::<Term>(&deep(100)).contains(&" unexpected".to_owned()));
}
