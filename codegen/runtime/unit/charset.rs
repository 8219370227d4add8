use crate::charset::{Unreadable, decode};

#[test]
fn text_is_read_by_its_charset() {
    for (media_type, bytes, expected) in [
        ("text/plain", "é".as_bytes(), "é"),
        ("text/plain; charset=UTF-8", "é".as_bytes(), "é"),
        ("text/plain;charset=\"utf-8\"", "é".as_bytes(), "é"),
        ("text/plain; charset=ISO-8859-1", b"caf\xe9", "café"),
        ("text/plain; format=flowed; Charset=iso-8859-1", b"caf\xe9", "café"),
        ("text/plain; charset=us-ascii", b"cafe", "cafe"),
        ("text/plain; charset=utf-16", b"\xff\xfee\0", "e"),
        ("text/plain; charset=utf-16", b"\0e", "e"),
        ("text/plain; charset=UTF-16LE", b"e\0", "e"),
        ("text/plain; charset=utf-16be", b"\xd8\x3d\xde\x00", "\u{1f600}"),
    ] {
        assert_eq!(decode(media_type, bytes).as_deref(), Ok(expected), "{media_type}");
    }
}

#[test]
fn what_is_no_text_of_its_charset_is_told() {
    let broken = |name| Err(Unreadable::Broken(name));
    assert_eq!(decode("text/plain", b"caf\xe9"), broken("UTF-8"));
    assert_eq!(decode("text/plain; charset=us-ascii", "é".as_bytes()), broken("US-ASCII"));
    assert_eq!(decode("text/plain; charset=utf-16", b"e"), broken("UTF-16"));
    assert_eq!(decode("text/plain; charset=utf-16be", b"\xd8\x3d"), broken("UTF-16"));
    let unknown = decode("text/plain; charset=KOI8-R", b"a").expect_err("it is unknown");
    assert_eq!(unknown, Unreadable::Charset("koi8-r".to_owned()));
    assert!(unknown.to_string().contains("`koi8-r`"));
}
