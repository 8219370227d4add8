use crate::text_format::TextFormat::{
    self, Base16, Base32, Base64, Base64Url, Duration, Email, Hostname, IdnEmail, Ipv4, Ipv6, Iri,
    Time,
};

#[track_caller]
fn check(format: TextFormat, good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(format.is_of(text), "{text} is refused");
    }
    for text in bad {
        assert!(!format.is_of(text), "{text} is taken");
    }
}

#[test]
fn mailboxes() {
    let good = [
        "a@b",
        "some.body+tag@example.com",
        "o'neil@xn--bcher-kva.example",
        r#""two words"@example.com"#,
        r#""a\"@b"@example.com"#,
        "a@[192.0.2.1]",
        "a@[IPv6:2001:db8::1]",
    ];
    let bad = [
        "",
        "nobody",
        "@example.com",
        "nobody@",
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "a b@example.com",
        "a@two words",
        "a@-b.example",
        r#""a"b@example.com"#,
        r#""a@example.com"#,
        "a@[256.0.0.1]",
        "a@[1.2.3.4",
    ];
    check(Email, &good, &bad);
    check(Email, &[], &["jürgen@example.com"]);
    check(IdnEmail, &["jürgen@bücher.example"], &bad);
}

#[test]
fn hosts_and_addresses() {
    let long = "a".repeat(63);
    check(
        Hostname,
        &["localhost", "a.example", "1.example", "xn--bcher-kva.example", &long],
        &["", ".", "a.", "two words", "-a.example", "a-.example", "a_b", &format!("{long}a")],
    );
    check(Ipv4, &["127.0.0.1", "0.0.0.0"], &["", "localhost", "256.0.0.1", "127.0.0", "01.0.0.1"]);
    check(
        Ipv6,
        &["::", "2001:db8::1", "::ffff:192.0.2.1"],
        &["", "localhost", "1:::2", "g::1", "fe80::1%eth0", "[::1]"],
    );
    check(
        Iri,
        &["https://example.com/ä?ö#ü", "urn:isbn:0451450523", "a:"],
        &["", "not a uri", "relative/path", "1a:b", "a:b c", "a:<b>"],
    );
}

#[test]
fn times_and_durations() {
    check(
        Time,
        &["03:04:05Z", "23:59:60Z", "23:59:60.5z", "01:29:60+01:30", "00:00:00.123456789-23:59"],
        &[
            "",
            "noon",
            "25:00:00Z",
            "24:00:00Z",
            "23:60:00Z",
            "12:00:60Z",
            "03:04:05",
            "03:04Z",
            "3:04:05Z",
            "03:04:05.Z",
            "03:04:05+1:30",
            "03:04:05+24:00",
            "03:04:05Z ",
            "03:04:0ü",
        ],
    );
    check(
        Duration,
        &["PT1H", "P1Y2M3DT4H5M6S", "P4W", "PT0S", "PT0.5S", "P0D"],
        &[
            "", "P", "PT", "P1", "1H", "an hour", "P1DT", "PT1D", "P1M1Y", "P1W1D", "PT.5S",
            "P1YT1W",
        ],
    );
}

#[test]
fn encodings_are_whole_bytes() {
    let padded = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "+/+/"];
    check(
        Base64,
        &padded,
        &["Zg", "Zg=", "Zh==", "Z", "Zm9v\n", "Zm 9", "Zm9v====", "-_-_", "=", "Zg==Zg=="],
    );
    check(Base64Url, &["", "Zg==", "Zg", "Zm8", "-_-_"], &["Z", "Zg=", "Zh", "+/+/", "Zm9v="]);
    check(
        Base32,
        &["", "MY======", "MZXQ====", "MZXW6===", "MZXW6YQ=", "MZXW6YTB"],
        &["MY", "my======", "MZ======", "M=======", "MZXW6YT1"],
    );
    check(Base16, &["", "666f", "666F6F"], &["6", "66 6f", "xx"]);
}
