use crate::charset::{UnreadableText, decode};

#[test]
fn text_is_read_by_its_charset() {
    for (media_type, bytes, expected) in [
        ("text/plain", "é".as_bytes(), "é"),
        ("text/plain; charset=UTF-8", "é".as_bytes(), "é"),
        ("text/plain;charset=\"utf-8\"", "é".as_bytes(), "é"),
        ("text/plain; charset=ISO-8859-1", b"caf\xe9", "café"),
        ("text/plain; format=flowed; Charset=iso-8859-1", b"caf\xe9", "café"),
        ("text/plain; charset=utf-8", b"\xef\xbb\xbfcafe", "cafe"),
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
    let broken = |name| Err(UnreadableText::Broken(name));
    assert_eq!(decode("text/plain", b"caf\xe9"), broken("UTF-8"));
    assert_eq!(decode("text/plain; charset=us-ascii", "é".as_bytes()), broken("US-ASCII"));
    assert_eq!(decode("text/plain; charset=utf-16", b"e"), broken("UTF-16"));
    assert_eq!(decode("text/plain; charset=utf-16be", b"\xd8\x3d"), broken("UTF-16"));
    let unknown = decode("text/plain; charset=X-Nobody", b"a").expect_err("it is unknown");
    assert_eq!(unknown, UnreadableText::Charset("x-nobody".to_owned()));
    assert!(unknown.to_string().contains("`x-nobody`"));
}

#[cfg(feature = "charsets")]
#[test]
fn charsets_of_the_web_are_read_where_that_is_asked_for() {
    for (charset, bytes, expected) in [
        ("windows-1252", &b"\x80 caf\xe9"[..], "\u{20ac} caf\u{e9}"),
        ("KOI8-R", b"\xc1", "\u{430}"),
        ("Shift_JIS", b"\x82\xa0", "\u{3042}"),
        ("gbk", b"\xc4\xe3", "\u{4f60}"),
    ] {
        let media_type = format!("text/plain; charset=\"{charset}\"");
        assert_eq!(decode(&media_type, bytes).as_deref(), Ok(expected), "{charset}");
    }
    let broken = decode("text/plain; charset=shift_jis", b"\x82");
    assert_eq!(broken, Err(UnreadableText::Broken("Shift_JIS")));
    // What is decoded to nothing but a sign of its own is read by nobody.
    assert!(matches!(
        decode("text/plain; charset=hz-gb-2312", b"a"),
        Err(UnreadableText::Charset(_))
    ));
}
