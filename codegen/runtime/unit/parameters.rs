//! Parameters are found wherever they stand, and every violation of them is told.

use http::Request;

use crate::rules::Rules;
use crate::server::{Context, Input, OperationInfo, Piece};
use crate::text::{Form, Style};
use crate::validation::Code;

static INFO: OperationInfo = OperationInfo {
    id: "get",
    method: "GET",
    path: "/",
    responses: &["200", "4XX"],
    challenge: "",
    allow: "GET, HEAD",
};

const SIMPLE: Form = Form::Text(Style::Simple);
const FORM: Form = Form::Text(Style::Form);

fn context(uri: &str, headers: &[(&str, &str)]) -> Context {
    let mut request = Request::builder().uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Context::new(request.body(()).unwrap().into_parts().0, &INFO)
}

/// What is wrong, as `location code`.
fn wrong(input: Input<'_>) -> Vec<String> {
    let told = input.into_violations();
    told.iter().map(|violation| format!("{} {}", violation.pointer(), violation.code)).collect()
}

#[test]
fn a_path_parameter_is_a_segment_or_a_piece_of_one() {
    let context = context("/repos/a%2Fb/main...feature.x.json", &[]);
    let mut input = Input::new(&context);
    let piece = |index| Piece { segment: 2, literals: &["", "...", ".json"], index };
    let whole: Option<String> = input.path("repo", Piece::whole(1), SIMPLE, &Rules::NONE);
    let base: Option<String> = input.path("base", piece(0), SIMPLE, &Rules::NONE);
    let head: Option<String> = input.path("head", piece(1), SIMPLE, &Rules::NONE);
    assert_eq!(whole.as_deref(), Some("a/b"));
    assert_eq!((base.as_deref(), head.as_deref()), (Some("main"), Some("feature.x")));
    assert!(wrong(input).is_empty());
}

#[test]
fn the_first_of_several_pieces_takes_what_it_can() {
    let read = |uri: &str, literals, index| {
        let context = context(uri, &[]);
        let mut input = Input::new(&context);
        input.path::<String>("piece", Piece { segment: 0, literals, index }, SIMPLE, &Rules::NONE)
    };
    let named: &[&str] = &["", ".", ""];
    assert_eq!(read("/my.file.json", named, 0).as_deref(), Some("my.file"));
    assert_eq!(read("/my.file.json", named, 1).as_deref(), Some("json"));
    let dated: &[&str] = &["on-", "-", "-", ""];
    let parts = [0, 1, 2].map(|index| read("/on-2025-01-31", dated, index));
    assert_eq!(parts.map(Option::unwrap_or_default), ["2025", "01", "31"]);
    assert_eq!(read("/2025-01-31", dated, 0), None);
    assert_eq!(read("/on-2025", dated, 0), None);
}

/// As clients never write one.
#[test]
fn an_empty_path_parameter_is_none() {
    let named: &[&str] = &["", ".json"];
    let file = Piece { segment: 0, literals: named, index: 0 };
    let label = Form::Text(Style::Label);
    for (uri, piece, form) in [
        ("/.json", file, SIMPLE),
        ("/", Piece::whole(0), SIMPLE),
        ("/.", Piece::whole(0), label),
        ("/..", Piece::whole(0), SIMPLE),
    ] {
        let context = context(uri, &[]);
        let mut input = Input::new(&context);
        assert_eq!(input.path::<String>("name", piece, form, &Rules::NONE), None, "{uri}");
        assert_eq!(wrong(input).len(), 1, "{uri}");
    }
}

#[test]
fn every_style_of_a_path_is_read() {
    let cases = [
        ("/.3.4.5", Form::List(Style::Label, true)),
        ("/.3,4,5", Form::List(Style::Label, false)),
        ("/;id=3,4,5", Form::List(Style::Matrix, false)),
        ("/;id=3;id=4;id=5", Form::List(Style::Matrix, true)),
        ("/3,4,5", Form::List(Style::Simple, false)),
    ];
    for (uri, form) in cases {
        let context = context(uri, &[]);
        let mut input = Input::new(&context);
        let found: Option<Vec<i32>> = input.path("id", Piece::whole(0), form, &Rules::NONE);
        assert_eq!(found, Some(vec![3, 4, 5]), "{uri}: {:?}", wrong(input));
    }
}

#[test]
fn every_violation_is_told_and_unknown_parameters_are_ignored() {
    let context = context("/%zz?limit=1.0&deleted=maybe&size=5&size=6&other=%zz&empty=", &[]);
    let mut input = Input::new(&context);
    let id: Option<String> = input.path("id", Piece::whole(0), SIMPLE, &Rules::NONE);
    let limit: Option<Option<i32>> = input.query_optional("limit", FORM, &Rules::NONE);
    let deleted: Option<Option<bool>> = input.query_optional("deleted", FORM, &Rules::NONE);
    let size: Option<Option<i32>> = input.query_optional("size", FORM, &Rules::NONE);
    let empty: Option<Option<i32>> = input.query_optional("empty", FORM, &Rules::NONE);
    let absent: Option<Option<i32>> = input.query_optional("absent", FORM, &Rules::NONE);
    let needed: Option<i32> = input.query("needed", FORM, &Rules::NONE);
    assert_eq!((id, limit, deleted, size, empty, needed), (None, None, None, None, None, None));
    assert_eq!(absent, Some(None));
    assert_eq!(
        wrong(input),
        [
            "/path/id invalid_format",
            "/query/limit wrong_type",
            "/query/deleted wrong_type",
            "/query/size repeated",
            "/query/empty wrong_type",
            "/query/needed missing",
        ]
    );
}

#[test]
fn booleans_are_read_in_any_letter_case() {
    for (text, expected) in [("true", true), ("True", true), ("FALSE", false)] {
        let context = context(&format!("/?deleted={text}"), &[]);
        let mut input = Input::new(&context);
        assert_eq!(input.query("deleted", FORM, &Rules::NONE), Some(expected));
    }
}

#[test]
fn header_fields_and_cookies_are_parameters_too() {
    let headers =
        [("x-ids", "1, 2"), ("x-ids", "3"), ("x-one", "5"), ("cookie", "a=1; session=x%20y")];
    let context = context("/", &headers);
    let mut input = Input::new(&context);
    let list = Form::List(Style::Simple, false);
    assert_eq!(input.header::<Vec<i32>>("X-Ids", list, &Rules::NONE), Some(vec![1, 2, 3]));
    assert_eq!(input.header_optional::<i32>("x-one", SIMPLE, &Rules::NONE), Some(Some(5)));
    assert_eq!(input.header_optional::<i32>("x-none", SIMPLE, &Rules::NONE), Some(None));
    assert_eq!(input.cookie::<String>("session", FORM, &Rules::NONE).as_deref(), Some("x y"));
    assert_eq!(input.cookie::<String>("missing", FORM, &Rules::NONE), None);
    assert_eq!(wrong(input), ["/cookie/missing missing"]);
}

/// Bytes that are no text are told to be that, and nothing of percent-encoding. Other cookies of the site don't matter.
#[test]
fn fields_may_hold_bytes_that_are_no_text() {
    let request = Request::builder().header("x-name", &b"\xe9"[..]);
    let request = request.header("cookie", &b"theirs=\xe9; session=x%20y; also=gr\xc3\xbcn"[..]);
    let context = Context::new(request.body(()).unwrap().into_parts().0, &INFO);
    let mut input = Input::new(&context);
    assert_eq!(input.header::<String>("x-name", SIMPLE, &Rules::NONE), None);
    assert_eq!(input.cookie::<String>("session", FORM, &Rules::NONE).as_deref(), Some("x y"));
    assert_eq!(input.cookie::<String>("also", FORM, &Rules::NONE).as_deref(), Some("grün"));
    let told: Vec<_> = input.into_violations().iter().map(ToString::to_string).collect();
    assert_eq!(told, ["header.x-name is not UTF-8"]);
}

#[test]
fn a_parameter_of_json_is_json() {
    let context = context("/?filter=%7B%22a%22%3A5%7D&list=[1,%22x%22]&broken={", &[]);
    let mut input = Input::new(&context);
    let filter: Option<serde_json::Value> = input.query("filter", Form::Json, &Rules::NONE);
    assert_eq!(filter, Some(serde_json::json!({"a": 5})));
    assert_eq!(input.query::<Vec<i32>>("list", Form::Json, &Rules::NONE), None);
    assert_eq!(input.query::<Vec<i32>>("broken", Form::Json, &Rules::NONE), None);
    assert_eq!(wrong(input), ["/query/list/1 wrong_type", "/query/broken wrong_type"]);
}

#[test]
fn rules_are_kept_and_their_violations_told() {
    let context = context("/?limit=201&name=abc", &[]);
    let mut input = Input::new(&context);
    const LIMIT: Rules = Rules::NONE.maximum(200);
    let _: Option<Option<i32>> = input.query_optional("limit", FORM, &LIMIT);
    let _: Option<String> = input.query("name", FORM, &Rules::NONE.max_length(2));
    let told = input.into_violations();
    assert_eq!(told.iter().map(|v| v.code).collect::<Vec<_>>(), [Code::TooLarge, Code::TooLong]);
}

#[test]
fn an_operation_knows_what_it_documents() {
    assert!(INFO.documents(200) && INFO.documents(404) && INFO.documents(422));
    assert!(!INFO.documents(201) && !INFO.documents(500));
}
