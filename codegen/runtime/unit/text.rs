//! What is written as text is read back, in every style; and the shapes are those of OAS 3.0.3 §4.7.12.

use std::collections::BTreeMap;

use crate::media::{essence, is_rather, position};
use crate::text::cookie;
use crate::text::query::Query;
use crate::text::read::{Fault, Raw, decode, decode_form};
use crate::text::split::take_field_apart;
use crate::text::write::{Pairs, header, path};
use crate::text::{Form, Style};
use crate::validation::Strictness;

fn color() -> BTreeMap<&'static str, u8> {
    BTreeMap::from([("B", 150), ("G", 200), ("R", 100)])
}

const COLORS: [&str; 3] = ["blue", "black", "brown"];

#[test]
fn paths_are_written_as_the_table_of_the_specification_has_them() {
    let written = |form, value: &serde_json::Value| path("color", form, value);
    let cases = [
        (Form::Text(Style::Simple), serde_json::json!("blue"), "blue"),
        (Form::Text(Style::Label), serde_json::json!("blue"), ".blue"),
        (Form::Text(Style::Matrix), serde_json::json!("blue"), ";color=blue"),
        (Form::List(Style::Simple, false), serde_json::json!(COLORS), "blue,black,brown"),
        (Form::List(Style::Label, true), serde_json::json!(COLORS), ".blue.black.brown"),
        (Form::List(Style::Matrix, false), serde_json::json!(COLORS), ";color=blue,black,brown"),
        (
            Form::List(Style::Matrix, true),
            serde_json::json!(COLORS),
            ";color=blue;color=black;color=brown",
        ),
        (Form::Object(Style::Simple, false), serde_json::json!(color()), "B,150,G,200,R,100"),
        (Form::Object(Style::Simple, true), serde_json::json!(color()), "B=150,G=200,R=100"),
        (Form::Object(Style::Label, true), serde_json::json!(color()), ".B=150.G=200.R=100"),
        (
            Form::Object(Style::Matrix, false),
            serde_json::json!(color()),
            ";color=B,150,G,200,R,100",
        ),
        (Form::Object(Style::Matrix, true), serde_json::json!(color()), ";B=150;G=200;R=100"),
    ];
    for (form, value, expected) in cases {
        assert_eq!(written(form, &value).as_deref(), Ok(expected), "{form:?}");
    }
}

#[test]
fn a_path_keeps_what_is_not_its_own_apart() {
    let text = Form::Text(Style::Simple);
    assert_eq!(path("id", text, "a/b ?#%ü").as_deref(), Ok("a%2Fb%20%3F%23%25%C3%BC"));
    for impossible in ["", ".", ".."] {
        assert!(path("id", text, impossible).is_err(), "{impossible:?} can't be in a URL");
    }
    assert_eq!(path("id", text, "...").as_deref(), Ok("..."));
}

#[test]
fn what_would_be_read_as_more_parts_is_not_written() {
    let label = |value: &serde_json::Value| {
        let form = match value {
            serde_json::Value::Array(_) => Form::List(Style::Label, true),
            _ => Form::Object(Style::Label, true),
        };
        path("sizes", form, value)
    };
    for divided in [serde_json::json!(["1.5", "2"]), serde_json::json!({"width": 1.5})] {
        let told = label(&divided).expect_err("a dot divides").to_string();
        assert!(told.contains("sizes has a part with a dot"), "{told}");
    }
    assert_eq!(label(&serde_json::json!(["1,5", "2"])).as_deref(), Ok(".1%2C5.2"));
    let whole = serde_json::json!("1.5");
    assert_eq!(path("sizes", Form::Text(Style::Label), &whole).as_deref(), Ok(".1.5"));
    let commas = Form::List(Style::Label, false);
    assert_eq!(path("sizes", commas, &serde_json::json!(["1.5", "2"])).as_deref(), Ok(".1.5,2"));
}

#[test]
fn an_item_with_its_own_delimiter_is_not_two() {
    let list = |style| Form::List(style, false);
    let object = |explode| Form::Object(Style::Simple, explode);
    for (value, form) in [
        (serde_json::json!(["a,b"]), list(Style::Simple)),
        (serde_json::json!({"a": "b,c"}), object(false)),
        (serde_json::json!({"a": "b,c"}), object(true)),
        (serde_json::json!({"a=b": "c"}), object(true)),
    ] {
        assert!(header(&value, form).is_err(), "{value} {form:?}");
    }
    let added = |value: &serde_json::Value, form| {
        let mut pairs = Pairs::default();
        pairs.add("q", form, false, value).map(|()| pairs.into_text())
    };
    for (value, style) in [
        (serde_json::json!(["a b"]), Style::SpaceDelimited),
        (serde_json::json!(["a|b"]), Style::PipeDelimited),
    ] {
        assert!(added(&value, list(style)).is_err(), "{value} {style:?}");
        // What is a pair of its own has no delimiter.
        assert!(added(&value, Form::List(style, true)).is_ok(), "{value} {style:?}");
        let member = serde_json::json!({"a": value[0]});
        assert!(added(&member, Form::Object(style, false)).is_err(), "{member} {style:?}");
    }
    // Brackets stand around the names of members, encoded or not.
    for value in [
        serde_json::json!({"a][b": "c"}),
        serde_json::json!({"[]": "c"}),
        serde_json::json!({"a": {"b[": "c"}}),
    ] {
        assert!(added(&value, Form::Object(Style::DeepObject, true)).is_err(), "{value}");
    }
    // Encoded it is told from the delimiter.
    let form = added(&serde_json::json!(["a,b", "c"]), list(Style::Form));
    assert_eq!(form.as_deref(), Ok("q=a%2Cb,c"));
}

#[test]
fn queries_are_written_as_the_table_of_the_specification_has_them() {
    let cases = [
        (Form::Text(Style::Form), serde_json::json!("blue"), "color=blue"),
        (
            Form::List(Style::Form, true),
            serde_json::json!(COLORS),
            "color=blue&color=black&color=brown",
        ),
        (Form::List(Style::Form, false), serde_json::json!(COLORS), "color=blue,black,brown"),
        (
            Form::List(Style::SpaceDelimited, false),
            serde_json::json!(COLORS),
            "color=blue%20black%20brown",
        ),
        (
            Form::List(Style::PipeDelimited, false),
            serde_json::json!(COLORS),
            "color=blue%7Cblack%7Cbrown",
        ),
        (Form::Object(Style::Form, true), serde_json::json!(color()), "B=150&G=200&R=100"),
        (
            Form::Object(Style::DeepObject, true),
            serde_json::json!(color()),
            "color%5BB%5D=150&color%5BG%5D=200&color%5BR%5D=100",
        ),
        (Form::Json, serde_json::json!({"a": 1}), "color=%7B%22a%22%3A1%7D"),
        (Form::Text(Style::Form), serde_json::Value::Null, ""),
    ];
    for (form, value, expected) in cases {
        let mut pairs = Pairs::default();
        pairs.add("color", form, false, &value).unwrap();
        assert_eq!(pairs.into_text(), expected, "{form:?}");
    }
}

#[test]
fn what_a_query_says_is_what_was_put_into_it() {
    let odd = "a&b=c,d|e f+g%h;ü[]";
    for form in [
        Form::List(Style::Form, true),
        Form::List(Style::Form, false),
        Form::List(Style::SpaceDelimited, false),
        Form::List(Style::PipeDelimited, false),
    ] {
        // What separates items can't be in one: OpenAPI has no escape for it.
        let odd = match form {
            Form::List(Style::SpaceDelimited, _) => odd.replace(' ', ""),
            Form::List(Style::PipeDelimited, _) => odd.replace('|', ""),
            _ => odd.to_owned(),
        };
        let mut pairs = Pairs::default();
        pairs.add("x", form, false, &["1", &odd]).unwrap();
        let text = pairs.into_text();
        let found = Query::parse(&text).find("x", form, &[]).unwrap();
        assert_eq!(found, Some(Raw::List(vec!["1".into(), odd.into()])), "{form:?}: {text}");
    }
    for form in [
        Form::Object(Style::Form, true),
        Form::Object(Style::Form, false),
        Form::Object(Style::DeepObject, true),
    ] {
        let mut pairs = Pairs::default();
        pairs.add("x", form, false, &BTreeMap::from([("a", "1"), ("b", odd)])).unwrap();
        let text = pairs.into_text();
        let found = Query::parse(&text).find("x", form, &[]).unwrap();
        let members =
            vec![("a".into(), Raw::Text("1".into())), ("b".into(), Raw::Text(odd.into()))];
        assert_eq!(found, Some(Raw::Members(members)), "{form:?}: {text}");
    }
}

#[test]
fn reserved_characters_stay_where_the_contract_allows_it() {
    let mut pairs = Pairs::default();
    pairs.add("q", Form::Text(Style::Form), true, "a/b:c?d&e#f+g").unwrap();
    assert_eq!(pairs.into_text(), "q=a/b:c?d%26e%23f%2Bg");
}

#[test]
fn percent_encoding_is_undone_strictly() {
    assert_eq!(decode("a%20b%C3%BC").as_deref(), Ok("a bü"));
    assert_eq!(decode("a+b").as_deref(), Ok("a+b"));
    assert_eq!(decode_form("a+b%2B").as_deref(), Ok("a b+"));
    for broken in ["%", "%z", "%zz", "%ff", "a%2", "%+1", "%C3"] {
        assert_eq!(decode(broken), Err(Fault::Escape), "{broken}");
    }
}

#[test]
fn a_list_of_one_empty_text_is_not_one_of_nothing() {
    let empty = [""];
    for style in [Style::Form, Style::SpaceDelimited, Style::PipeDelimited] {
        let added = |explode| Pairs::default().add("q", Form::List(style, explode), false, &empty);
        assert!(added(false).is_err(), "{style:?}");
        assert!(added(true).is_ok(), "{style:?}");
    }
    for style in [Style::Simple, Style::Label, Style::Matrix] {
        assert!(path("p", Form::List(style, false), &empty).is_err(), "{style:?}");
    }
    assert!(cookie::write("c", Form::List(Style::Cookie, false), &empty).is_err());
    let list = Form::List(Style::Simple, false);
    // RFC 9110 §5.6.1: recipients pass over empty items.
    assert!(header(&["a", "", "b"], list).is_err());
    let items = |text| take_field_apart(text, list).unwrap();
    assert_eq!(items("a, ,b,"), Raw::List(vec!["a".into(), "b".into()]));
    assert_eq!(items(" ,"), Raw::List(Vec::new()));
}

#[test]
fn header_fields_are_not_encoded() {
    assert_eq!(header("a b", Form::Text(Style::Simple)).unwrap().as_deref(), Some("a b"));
    assert_eq!(
        header(&COLORS, Form::List(Style::Simple, false)).unwrap().as_deref(),
        Some("blue,black,brown")
    );
    assert_eq!(
        header(&color(), Form::Object(Style::Simple, true)).unwrap().as_deref(),
        Some("B=150,G=200,R=100")
    );
    assert_eq!(header(&None::<u8>, Form::Text(Style::Simple)).unwrap(), None);
}

#[test]
fn a_media_type_is_found_in_so_many_words_before_it_is_found_in_a_range() {
    let documented = ["*/*", "image/*", "application/json"];
    let position =
        |value: &str, documented: &[&str]| position(value, documented, Strictness::Strict);
    let find = |value: &str| position(value, &documented);
    assert_eq!(find("Application/JSON ; charset=utf-8"), Some(2));
    assert_eq!(find("image/png"), Some(1));
    assert_eq!(find("text/plain"), Some(0));
    assert_eq!(position("image/png", &documented[1..]), Some(0));
    let ranges = ["*/*", "application/*", "application/*+json"];
    assert_eq!(position("application/Merge-Patch+JSON", &ranges), Some(2));
    assert_eq!(position("application/json", &ranges[2..]), Some(0));
    assert_eq!(position("application/json", &ranges), Some(1));
    assert_eq!(position("application/xml", &ranges[2..]), None);
    assert_eq!(position("text/a+json", &ranges[2..]), None);
    assert!(is_rather("text/html", &["text/*"], &["*/*", "application/json"]));
    assert!(!is_rather("application/json", &["*/*"], &["application/json"]));
    assert!(!is_rather("image/png", &["text/*"], &["application/json"]));
    assert_eq!(position("text/plain", &documented[1..]), None);
    assert_eq!(position("application/merge-patch+json", &documented[2..]), None);
    assert_eq!(essence(" ; charset=utf-8"), None);
    for range in ["*/*", "application/*", "Application/*+json"] {
        assert_eq!(find(range), None);
        assert_eq!(position(range, &ranges), None);
    }
}

#[test]
fn the_parameters_that_are_documented_are_asked_for() {
    let documented = ["a/b", "a/b; v=1", "a/b; v=1; ext=\"x;\\\"y\"", "a/c; charset=utf-8; V=2"];
    for (value, strictly, leniently) in [
        ("a/b", Some(0), Some(0)),
        ("A/B; V=1", Some(1), Some(1)),
        ("a/b;charset=utf-8;v=\"1\"", Some(1), Some(1)),
        ("a/b; v=2", Some(0), Some(0)),
        ("a/b; ext=\"x;\\\"y\" ;v=1", Some(2), Some(2)),
        ("a/b; ext=x; v=1", Some(1), Some(1)),
        ("a/c; v=2", Some(3), Some(3)),
        ("a/c; v=2; charset=latin1", Some(3), Some(3)),
        ("a/c", None, Some(3)),
        ("a/c; v=3", None, Some(3)),
        ("a/d; v=2", None, None),
        ("", None, None),
    ] {
        assert_eq!(position(value, &documented, Strictness::Strict), strictly, "{value}");
        assert_eq!(position(value, &documented, Strictness::Lenient), leniently, "{value}");
    }
    assert!(is_rather("a/b; v=1", &["a/b; v=1"], &["a/b"]));
    assert!(!is_rather("a/b", &["a/b; v=1"], &["a/b"]));
}
