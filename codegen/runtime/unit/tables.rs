#![expect(unreachable_pub, dead_code, reason = "the tables are made for public types")]

use serde_json::{Value, json};

use crate::json::{Unreadable, Wire, from_slice};
use crate::validation::{Report, Strictness};
use crate::{Field, Json, rules::Rules};

#[derive(Debug, Clone, PartialEq)]
struct Name(String);
newtype!(text Name [min_length(1), max_length(5)]);

#[derive(Debug, Clone, PartialEq)]
enum Color {
    Red,
    Green,
    Unknown(String),
}
string_enum!(Color { Red = "red", Green = "green", } else Unknown);

#[derive(Debug, Clone, PartialEq)]
enum Size {
    Size1,
    Size2,
}
integer_enum!(Size { Size1 = 1, Size2 = 2, });

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Number(i64),
}
union!(Part by Kind(&[(Kind::String, 0), (Kind::Integer, 1)]) {
    Text(String) [max_length(3)],
    Number(i64),
});

#[derive(Debug, Clone, PartialEq)]
struct Leaf {
    r#type: Name,
    note: Option<String>,
    color: Option<Color>,
    change: Field<String>,
    path: Option<Vec<Part>>,
    child: Option<Box<Leaf>>,
}
object!(Leaf {
    const "status" = 404,
    "type" => r#type: required,
    "note" => note: nullable [max_length(3), pattern(pattern!("^[a-z]*$"))],
    "color" => color: optional,
    "change" => change: field [max_length(2)],
    "path" => path: optional [max_items(2), items(rules!(max_length(1)))],
    "child" => child: optional,
});

#[derive(Debug, Clone, PartialEq)]
struct Closed {
    size: Option<Size>,
}
object!(Closed (closed) [min_properties(1)] {
    "size" => size: optional,
});

#[derive(Debug, Clone, PartialEq)]
struct Open {
    size: Option<i32>,
    others: std::collections::BTreeMap<String, bool>,
}
object!(Open {
    "size" => size: optional [minimum(1), below(9)],
    .. others,
});

fn violations<T: Json>(value: &Value) -> Vec<String> {
    match from_slice::<T>(value.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(Unreadable::Malformed(error)) => vec![format!("malformed: {error}")],
        Err(Unreadable::Invalid(violations)) => {
            violations.iter().map(|v| format!("{} {} {}", v.pointer(), v.code, v.message)).collect()
        }
    }
}

#[track_caller]
fn round_trip<T: Json>(value: &Value) {
    let read = from_slice::<T>(value.to_string().as_bytes());
    let read = read.unwrap_or_else(|error| panic!("{value} is refused: {error}"));
    let written = serde_json::to_value(crate::Wire(&read)).unwrap();
    assert_eq!(&written, value);
}

#[test]
fn absent_null_and_value_are_three_things_and_come_back() {
    round_trip::<Leaf>(&json!({"status": 404, "type": "a", "note": null}));
    round_trip::<Leaf>(&json!({"status": 404, "type": "a", "note": null, "change": null}));
    round_trip::<Leaf>(&json!({"status": 404, "type": "a", "note": null, "change": "x"}));
    let leaf: Leaf =
        serde_json::from_value(json!({"status": 404.0, "type": "a", "note": null})).unwrap();
    assert_eq!(leaf.change, Field::Absent);
}

#[test]
fn every_violation_is_found_in_one_pass() {
    let value = json!({
        "status": 403, "type": "", "note": "ABCD", "color": "blue", "change": "long",
        "path": ["four", 1.5, 3], "child": {"type": null, "note": 5},
    });
    assert_eq!(
        violations::<Leaf>(&value),
        [
            "/status not_listed must be 404",
            "/type string_too_short must have at least 1 character",
            "/note string_too_long must have at most 3 characters",
            "/note pattern_mismatch must match the pattern ^[a-z]*$",
            "/color not_listed must be one of: red, green",
            "/change string_too_long must have at most 2 characters",
            "/path/0 string_too_long must have at most 3 characters",
            "/path/1 no_alternative must fit one of the alternatives",
            "/path too_many_items must have at most 2 items",
            "/child/type wrong_type must be a string",
            "/child/note wrong_type must be a string",
            "/child/status missing is required",
        ]
    );
}

#[test]
fn a_text_matches_every_pattern() {
    let rules: &Rules = rules!(pattern(pattern!("^a")), also(rules!(pattern(pattern!("z$")))));
    let broken = |text: &str| {
        let mut report = Report::new(Strictness::Strict);
        rules.check_text(text, &mut report);
        report.into_violations().len()
    };
    assert_eq!(["az", "a", "z", "b"].map(broken), [0, 1, 1, 2]);
}

#[test]
fn null_is_refused_where_a_member_may_only_be_absent() {
    let value = json!({"status": 404, "type": "a", "note": null, "color": null});
    assert_eq!(violations::<Leaf>(&value), ["/color wrong_type must be a string"]);
}

#[test]
fn required_members_are_missed() {
    assert_eq!(
        violations::<Leaf>(&json!({})),
        ["/status missing is required", "/type missing is required", "/note missing is required",]
    );
}

#[test]
fn other_members_are_ignored_refused_or_kept() {
    assert_eq!(
        violations::<Leaf>(&json!({"status": 404, "type": "a", "note": null, "x": [{}]})),
        [""; 0]
    );
    assert_eq!(
        violations::<Closed>(&json!({"x": 1, "size": 3})),
        ["/x unexpected is not allowed", "/size not_listed must be one of: 1, 2"]
    );
    assert_eq!(violations::<Closed>(&json!({})), [" too_few_members must have at least 1 member"]);
    round_trip::<Open>(&json!({"a": true, "size": 8}));
    assert_eq!(
        violations::<Open>(&json!({"a": 1, "size": 9})),
        ["/a wrong_type must be a boolean", "/size number_too_large must be less than 9"]
    );
}

#[test]
fn integers_may_be_written_with_a_fraction_of_zero() {
    let open: Open = serde_json::from_value(json!({"size": 3.0})).unwrap();
    assert_eq!(open.size, Some(3));
    assert_eq!(violations::<Open>(&json!({"size": 3.5})), ["/size wrong_type must be an integer"]);
    assert_eq!(violations::<Open>(&json!({"size": "3"})), ["/size wrong_type must be an integer"]);
}

#[test]
fn a_lenient_reader_keeps_what_is_not_listed() {
    let value = json!({"status": 404, "type": "much too long", "note": null, "color": "blue"});
    let leaf: Leaf = serde_json::from_value(value).unwrap();
    assert_eq!(leaf.color, Some(Color::Unknown("blue".to_owned())));
    let broken: Vec<_> = leaf.validate().iter().map(ToString::to_string).collect();
    assert_eq!(broken, ["type must have at most 5 characters", "color must be one of: red, green"]);
}

#[test]
fn malformed_json_is_told_apart() {
    for text in ["", "{", "[1,]", "{} {}", r#"{"type": "\ud800"}"#, "\u{feff}{}"] {
        let read = from_slice::<Leaf>(text.as_bytes());
        assert!(matches!(read, Err(Unreadable::Malformed(_))), "{text}");
    }
    assert!(matches!(from_slice::<Leaf>(b"{\"type\": \"\xff\"}"), Err(Unreadable::Malformed(_))));
    assert!(matches!(from_slice::<Leaf>(b"[]"), Err(Unreadable::Invalid(_))));
    assert!(from_slice::<Name>(br#""\u0000""#).is_ok());
}

#[test]
fn plain_text_is_read_by_the_type_that_is_asked_for() {
    fn read<T: Json>(text: &str) -> Option<T> {
        let mut report = Report::of_text(Strictness::Strict);
        let input = serde::de::value::StrDeserializer::<serde_json::Error>::new(text);
        T::read(input, &Rules::NONE, &mut report).unwrap().filter(|_| report.is_empty())
    }
    assert_eq!(read::<i32>("5"), Some(5));
    assert_eq!(read::<bool>("True"), Some(true));
    assert_eq!(read::<f64>("-1.5e3"), Some(-1500.0));
    assert_eq!(read::<Size>("2"), Some(Size::Size2));
    assert_eq!(read::<Color>("red"), Some(Color::Red));
    assert_eq!(read::<Option<i32>>("5"), Some(Some(5)));
    for text in ["", "1.0", "+5", "5 ", "0x5", "99999999999", "five"] {
        assert_eq!(read::<i32>(text), None, "{text}");
    }
    for text in ["", "inf", "NaN", "+1", ".5", "1.", "1e999"] {
        assert_eq!(read::<f64>(text), None, "{text}");
    }
    assert_eq!(read::<bool>("yes"), None);
    assert_eq!(read::<Color>("blue"), None);
}

#[derive(Debug, Clone, PartialEq)]
struct Wide {
    a: Option<String>,
}
object!(Wide {
    "a" => a: optional,
});

#[derive(Debug, Clone, PartialEq)]
struct Long {
    b: Option<i64>,
    inner: Option<Either>,
}
object!(Long {
    "b" => b: optional,
    "inner" => inner: optional,
});

#[derive(Debug, Clone, PartialEq)]
enum Either {
    Wide(Wide),
    Long(Box<Long>),
}
union!(Either by InOrder {
    Wide(Wide),
    Long(Box<Long>),
});

#[test]
fn of_alternatives_that_fit_the_one_is_taken_that_knows_most_members() {
    let read = |value: Value| from_slice::<Either>(value.to_string().as_bytes()).unwrap();
    let wide = |a: &str| Either::Wide(Wide { a: Some(a.to_owned()) });
    let long = |b, inner| Either::Long(Box::new(Long { b, inner }));
    assert_eq!(read(json!({})), Either::Wide(Wide { a: None }));
    assert_eq!(read(json!({"a": "x", "other": 1})), wide("x"));
    assert_eq!(read(json!({"b": 1})), long(Some(1), None));
    assert_eq!(read(json!({"inner": {"b": 2}})), long(None, Some(long(Some(2), None))));
    // Unknown either way: the first.
    assert_eq!(read(json!({"c": 1})), Either::Wide(Wide { a: None }));
    // A member of another type doesn't fit.
    assert_eq!(read(json!({"b": "x"})), Either::Wide(Wide { a: None }));
}

#[derive(Debug, Clone, PartialEq)]
enum Content {
    File(Wide),
    Directory(Vec<Wide>),
}
union!(Content by Property("type", &[("file", 0), ("array", 1)]) {
    File(Wide),
    Directory(Vec<Wide>) [max_items(1)],
});

#[derive(Debug, Clone, PartialEq)]
enum Pet {
    Fish(Long),
    PetOther(Wide),
}
union!(Pet by PropertyOr("a", &[("fish", 0)], 1) {
    Fish(Long),
    PetOther(Wide),
});

#[test]
fn a_value_that_names_no_alternative_is_the_one_for_the_rest() {
    let read = |value: Value| from_slice::<Pet>(value.to_string().as_bytes()).unwrap();
    assert_eq!(read(json!({"a": "fish", "b": 1})), Pet::Fish(Long { b: Some(1), inner: None }));
    assert_eq!(read(json!({"a": "bird"})), Pet::PetOther(Wide { a: Some("bird".to_owned()) }));
    assert_eq!(read(json!({})), Pet::PetOther(Wide { a: None }));
    assert_eq!(
        violations::<Pet>(&json!({"a": "fish", "b": "x"})),
        ["/b wrong_type must be an integer"]
    );
    assert_eq!(violations::<Pet>(&json!([])), [" wrong_type must be an object"]);
}

#[test]
fn an_alternative_that_is_no_object_is_told_by_no_member() {
    let wide = || Wide { a: Some("x".to_owned()) };
    let read = |value: Value| from_slice::<Content>(value.to_string().as_bytes());
    assert_eq!(read(json!({"type": "file", "a": "x"})).unwrap(), Content::File(wide()));
    assert_eq!(read(json!([{"a": "x"}])).unwrap(), Content::Directory(vec![wide()]));
    assert_eq!(read(json!([])).unwrap(), Content::Directory(Vec::new()));
    assert_eq!(violations::<Content>(&json!([{}, {}])), [" wrong_type must be an object"]);
    assert_eq!(violations::<Content>(&json!(5)), [" wrong_type must be an object"]);
    assert_eq!(
        violations::<Content>(&json!({"type": "link"})),
        ["/type not_listed must be one of: file, array"]
    );
}

#[derive(Debug, Clone, PartialEq)]
enum Protocol {
    Icmp(Wide),
    Tcp,
    Closed,
}
union!(Protocol by Property("type", &[("icmp", 0), ("tcp", 1), ("closed", 2)]) {
    Icmp(Wide),
} constants {
    Tcp { "type" = "tcp", "version" = 4i64 },
    Closed (closed) { "type" = "closed" },
} from);

#[test]
fn an_alternative_of_one_value_is_its_name_alone() {
    let read = |value: Value| from_slice::<Protocol>(value.to_string().as_bytes());
    assert_eq!(read(json!({"type": "icmp"})).unwrap(), Protocol::from(Wide { a: None }));
    let tcp = json!({"type": "tcp", "version": 4});
    assert_eq!(read(tcp.clone()).unwrap(), Protocol::Tcp);
    assert_eq!(serde_json::to_value(Protocol::Tcp).unwrap(), tcp);
    // Members of other names are passed over, where they are allowed.
    assert_eq!(read(json!({"type": "tcp", "version": 4.0, "a": []})).unwrap(), Protocol::Tcp);
    assert_eq!(read(json!({"type": "closed"})).unwrap(), Protocol::Closed);
    assert_eq!(
        violations::<Protocol>(&json!({"type": "closed", "a": 1})),
        ["/a unexpected is not allowed"]
    );
    assert_eq!(
        violations::<Protocol>(&json!({"type": "tcp", "version": 5})),
        ["/version not_listed must be 4"]
    );
    assert_eq!(violations::<Protocol>(&json!({"type": "tcp"})), ["/version missing is required"]);
    assert_eq!(Protocol::Tcp.validate(), []);
}

#[derive(Debug, Clone, PartialEq)]
struct Loose {
    null: Option<()>,
    any: Option<Value>,
}
object!(Loose {
    "null" => null: optional,
    "any" => any: optional,
});

#[test]
fn null_stands_for_what_is_absent_where_a_client_reads() {
    let read = |value: Value| serde_json::from_value::<Wire<Long>>(value).map(|Wire(long)| long);
    assert_eq!(read(json!({"b": null})).unwrap(), Long { b: None, inner: None });
    // Where null is a value it stays one.
    let read = |value: Value| serde_json::from_value::<Wire<Loose>>(value).map(|Wire(loose)| loose);
    let loose = Loose { null: Some(()), any: Some(Value::Null) };
    assert_eq!(read(json!({"null": null, "any": null})).unwrap(), loose);
    assert_eq!(read(json!({})).unwrap(), Loose { null: None, any: None });
    let of_required = json!({"status": 404, "type": null, "note": null});
    assert!(serde_json::from_value::<Wire<Leaf>>(of_required).is_err(), "it must be there");
    assert_eq!(violations::<Long>(&json!({"b": null})), ["/b wrong_type must be an integer"]);
}
