//! A box that isn't looked into is as what is in it.

#![expect(unreachable_pub, dead_code, reason = "the tables are made for public types")]

use crate::Deep;
use crate::json::{Unreadable, Wire, from_slice, validate};

#[derive(Debug, Clone, PartialEq)]
struct Name(String);
newtype!(text Name [max_length(3)]);

#[derive(Debug, Clone, PartialEq)]
struct Link {
    name: Name,
    next: Option<Deep<Link>>,
}
object!(Link {
    "name" => name: required,
    "next" => next: optional,
});

#[test]
fn what_is_held_deep_is_used_as_it_is() {
    let mut deep: Deep<Vec<&str>> = vec!["a"].into();
    let copy = deep.clone();
    deep.push("b");
    assert_eq!(deep.len(), 2);
    assert_ne!(deep, copy);
    assert_eq!(format!("{deep:?}"), r#"["a", "b"]"#);
    assert_eq!(deep.into_inner(), ["a", "b"]);
}

#[test]
fn what_is_held_deep_is_read_written_and_checked() {
    let text = r#"{"name":"a","next":{"name":"b","next":{"name":"c"}}}"#;
    let link: Link = from_slice(text.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&Wire(&link)).unwrap(), text);
    let long = text.replace('c', "long");
    let Err(Unreadable::Invalid(violations)) = from_slice::<Link>(long.as_bytes()) else {
        panic!("it is too long");
    };
    assert_eq!(violations[0].pointer(), "/next/next/name");
    let link = Link {
        name: Name(String::new()),
        next: Some(Link { name: Name("long".to_owned()), next: None }.into()),
    };
    assert_eq!(validate(&link)[0].pointer(), "/next/name");
}
