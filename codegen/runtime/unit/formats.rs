use serde_json::{Value, json};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::json::{Unreadable, from_slice};
use crate::validation::Code;
use crate::{Json, Uri, Wire};

/// What the value becomes when it has been read and written, or the code of the violation.
fn through<T: Json>(value: &Value) -> Result<Value, Code> {
    match from_slice::<T>(value.to_string().as_bytes()) {
        Ok(read) => Ok(serde_json::to_value(Wire(&read)).unwrap()),
        Err(Unreadable::Invalid(violations)) => Err(violations[0].code),
        Err(Unreadable::Malformed(error)) => panic!("{value}: {error}"),
    }
}

#[track_caller]
fn check<T: Json>(good: &[&str], bad: &[&str]) {
    for text in good {
        assert_eq!(through::<T>(&json!(text)), Ok(json!(text)), "{text}");
    }
    for text in bad {
        assert_eq!(through::<T>(&json!(text)), Err(Code::InvalidFormat), "{text}");
    }
    for other in [json!(null), json!(1), json!(true), json!([]), json!({"a": 1})] {
        assert_eq!(through::<T>(&other), Err(Code::WrongType), "{other}");
    }
}

#[test]
fn uuids_are_hyphenated() {
    check::<Uuid>(
        &["3fa85f64-5717-4562-b3fc-2c963f66afa6", "00000000-0000-0000-0000-000000000000"],
        &[
            "",
            "3fa85f6457174562b3fc2c963f66afa6",
            "{3fa85f64-5717-4562-b3fc-2c963f66afa6}",
            "urn:uuid:3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "3fa85f64-5717-4562-b3fc-2c963f66afag",
            "3fa85f64-5717-4562-b3fc-2c963f66afa6 ",
        ],
    );
    let upper = json!("3FA85F64-5717-4562-B3FC-2C963F66AFA6");
    assert_eq!(through::<Uuid>(&upper), Ok(json!("3fa85f64-5717-4562-b3fc-2c963f66afa6")));
}

#[test]
fn moments_are_those_of_rfc_3339() {
    check::<OffsetDateTime>(
        &["2025-01-01T00:00:00Z", "2025-02-14T16:45:12.25Z", "1969-12-31T23:59:59+05:30"],
        &["", "2025-01-01", "2025-01-01T00:00:00", "2025-02-30T00:00:00Z", "2025-01-01T24:00:00Z"],
    );
}

#[test]
fn dates_are_those_of_rfc_3339() {
    check::<Date>(
        &["2025-01-31", "2024-02-29", "0001-01-01"],
        &[
            "",
            "2025-1-31",
            "2025-02-29",
            "2025-13-01",
            "+025-01-01",
            "2025-01-31T00:00:00Z",
            "2025/01/31",
            "２025-01-3",
        ],
    );
}

#[test]
fn uris_have_a_scheme_and_keep_their_text() {
    check::<Uri>(
        &[
            "https://example.com",
            "HTTPS://EXAMPLE.com:8080/a/../b?q=%41#f",
            "http://[::1]:80/",
            "mailto:a@example.com",
            "urn:isbn:0451450523",
            "file:///etc/hosts",
        ],
        &[
            "",
            "/relative",
            "//example.com",
            "1http://x",
            "http://a b",
            "http://x/%zz",
            "http://x/%4",
            "http://x:port/",
            "http://[::1/",
            "http://ex\u{e4}mple.com",
            "http://x/<y>",
        ],
    );
}

#[test]
fn numbers_come_back_as_they_are_written() {
    for value in [json!(5), json!(-0.5), json!(1e300), json!(9_007_199_254_740_991_i64)] {
        assert_eq!(through::<f64>(&value), Ok(value));
    }
    assert_eq!(through::<u8>(&json!(255.0)), Ok(json!(255)));
    assert_eq!(through::<u8>(&json!(256)), Err(Code::InvalidFormat));
    assert_eq!(through::<u64>(&json!(u64::MAX)), Ok(json!(u64::MAX)));
    assert_eq!(through::<i64>(&json!(1e30)), Err(Code::InvalidFormat));
    assert_eq!(through::<i64>(&json!(0.5)), Err(Code::WrongType));
}
