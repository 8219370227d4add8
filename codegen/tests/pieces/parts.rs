//! Bodies of parts: what the client writes and the server reads, and what others write.

use futures_util::stream;
use media_api::client::{Error, SendReportFailure, UploadFailure};
use media_api::operations::{AddAlbumParts, SendReportParts, SendScanParts, UploadParts};
use media_api::runtime::{ByteStream, FilePart};
use media_api::server::Options;
use media_api::types::{SendFormRequestBody, SendScanPartsPageXTurn, Words};

use super::service::{Scripted, news};
use super::{client, serve};

fn parts() -> UploadParts {
    UploadParts::new("a \"title\"\r\n--", FilePart::new("content"), -3)
}

#[tokio::test]
async fn parts_arrive_as_they_were_sent() {
    let (_, client) = client(Options::default()).await;
    let seen = client.upload(parts()).await.unwrap();
    assert_eq!(seen, ["a \"title\"\r\n-- -3 None None", "file application/octet-stream content"]);
    let chunks = ["\r\n--", "part", "\r\n\r\n"].map(Ok::<_, std::io::Error>);
    let all = UploadParts {
        tags: Some(vec!["x".to_owned(), "a,b".to_owned()]),
        about: Some(news(7)),
        file: FilePart::new(ByteStream::new(stream::iter(chunks)))
            .named("a \"b\".txt")
            .of_type("text/plain"),
        thumbnail: Some(FilePart::new(vec![b'p']).of_type("image/png")),
        more: vec![FilePart::new("1").named("one\\\\\\ \u{e9}"), FilePart::new("").named("two")],
        ..parts()
    };
    let seen = client.upload(all).await.unwrap();
    let expected = [
        "a \"title\"\r\n-- -3 Some([\"x\", \"a,b\"]) Some(\"news 7\")",
        "a \"b\".txt text/plain \r\n--part\r\n\r\n",
        "file image/png p",
        "one\\\\\\ \u{e9} application/octet-stream 1",
        "two application/octet-stream ",
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn files_may_be_larger_than_what_is_held_in_memory() {
    let (_, client) = client(Options::default().with_body_limit(8 << 20)).await;
    let chunks = (0..5 << 10).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1 << 10]));
    let large = ByteStream::new(stream::iter(chunks));
    let file = FilePart::new(large).named("large");
    let more = vec![FilePart::new("behind it").named("small")];
    let seen = client.upload(UploadParts { file, more, ..parts() }).await.unwrap();
    let expected = format!("large application/octet-stream {}", "x".repeat(5 << 20));
    assert!(seen[1] == expected, "{} bytes", seen[1].len());
    assert_eq!(seen[2], "small application/octet-stream behind it");
}

#[tokio::test]
async fn arrays_are_a_part_an_item() {
    let (_, client) = client(Options::default()).await;
    let picture = || FilePart::new("picture");
    let album = |count| AddAlbumParts {
        pictures: (0..count).map(|_| picture()).collect(),
        captions: Some(vec![news(1), news(2)]),
        cover: vec![picture()],
        words: Words::from(Vec::new()),
        anything: None,
    };
    let seen = client.add_album(album(2)).await.unwrap();
    assert_eq!(seen, ["2 1 [\"news 1\", \"news 2\"]", "[] None"]);
    let words = vec![Some("1".to_owned()), None, Some("null".to_owned())];
    let anything = vec![serde_json::json!("true"), serde_json::json!([1, {}])];
    let album_of_words =
        AddAlbumParts { words: words.into(), anything: Some(anything), ..album(1) };
    let seen = client.add_album(album_of_words).await.unwrap();
    assert_eq!(
        seen[1],
        "[Some(\"1\"), None, Some(\"null\")] Some([String(\"true\"), Array [Number(1), Object {}]])"
    );
    for count in [0, 3] {
        let told = client.add_album(album(count)).await.unwrap_err().to_string();
        assert!(told.contains("/body/pictures"), "{count}: {told}");
    }
    let url = serve(&std::sync::Arc::new(Scripted::default()), Options::default()).await;
    let part = |head: &str, content: &str| {
        format!("--b\r\ncontent-disposition: form-data; name={head}\r\n\r\n{content}\r\n")
    };
    for (parts, places) in [
        (part("captions", "{\"text\": \"1\"}, {\"text\": \"2\"}"), "/body/captions\""),
        (part("captions", "{\"text\": 1}"), "/body/captions/0/text\""),
        (part("other", ""), "/body/other\""),
    ] {
        let body = format!("{}{parts}--b--", part("pictures", "1"));
        let answer = reqwest::Client::new().post(format!("{url}/albums")).body(body);
        let answer = answer.header("content-type", "multipart/form-data; boundary=b").send().await;
        let told = answer.unwrap().text().await.unwrap();
        assert!(told.contains(places), "{told} lacks {places}");
    }
}

#[tokio::test]
async fn parts_are_checked_and_bounded_before_the_handler_sees_them() {
    let (_, client) = client(Options::default().with_body_limit(3000)).await;
    let told = |answer: Result<Vec<String>, Error<UploadFailure>>| match answer {
        Err(Error::Documented(failure)) => match *failure {
            UploadFailure::UnprocessableContent(problem) => problem.title,
        },
        other => panic!("{other:?}"),
    };
    let tags = Some(vec![String::new(); 4]);
    let wrong = UploadParts { title: String::new(), tags, ..parts() };
    assert_eq!(told(client.upload(wrong).await), "the body is not valid /body/title /body/tags");
    let large = UploadParts { file: FilePart::new(vec![0; 3000]), ..parts() };
    assert_eq!(told(client.upload(large).await), "the body is too large");
}

/// OAS 3.1.1 §4.8.15.1, `headers` of the Encoding Object.
#[tokio::test]
async fn parts_have_header_fields() {
    let (_, client) = client(Options::default()).await;
    let page = || FilePart::new("page");
    let scan = SendScanParts {
        page_x_words: Some(vec!["one".to_owned(), "two".to_owned()]),
        note: Some("torn".to_owned()),
        note_x_language: Some("en".to_owned()),
        ..SendScanParts::new(page(), SendScanPartsPageXTurn::Value90)
    };
    let seen = client.send_scan(scan).await.unwrap();
    assert_eq!(seen, ["page Value90 Some([\"one\", \"two\"])", "Some(\"torn\") Some(\"en\") 0"]);
    let seen =
        client.send_scan(SendScanParts::new(page(), SendScanPartsPageXTurn::Value0)).await.unwrap();
    assert_eq!(seen, ["page Value0 None", "None None 0"]);
    // A note has a language.
    let scan = SendScanParts {
        note: Some("torn".to_owned()),
        ..SendScanParts::new(page(), SendScanPartsPageXTurn::Value0)
    };
    assert!(matches!(client.send_scan(scan).await, Err(Error::Request(_))));
    let url = serve(&std::sync::Arc::new(Scripted::default()), Options::default()).await;
    for (head, place) in [
        ("", "/body/page/x-turn"),
        ("X-Turn: 45\r\n", "/body/page/x-turn"),
        (
            "x-turn: 90\r\n\r\nx\r\n--b\r\ncontent-disposition: form-data; name=note\r\n",
            "/body/note/x-language",
        ),
    ] {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=page; filename=p\r\n{head}\r\nx\r\n--b--"
        );
        let request = reqwest::Client::new().post(format!("{url}/scans")).body(body);
        let request = request.header("content-type", "multipart/form-data; boundary=b");
        let told = request.send().await.unwrap().text().await.unwrap();
        assert!(told.contains(place), "{head}: {told}");
    }
}

/// RFC 7578 §4.5.
#[tokio::test]
async fn a_part_says_its_charset() {
    let url = serve(&std::sync::Arc::new(Scripted::default()), Options::default()).await;
    let sent = async |charset: &str, note: &[u8]| {
        let page = "--b\r\ncontent-disposition: form-data; name=page; filename=p\r\nx-turn: 90\r\n\r\nx\r\n";
        let head = "--b\r\ncontent-disposition: form-data; name=note\r\nx-language: fr";
        let head = format!("{page}{head}\r\ncontent-type: text/plain; charset={charset}\r\n\r\n");
        let body = [head.as_bytes(), note, b"\r\n--b--"].concat();
        let request = reqwest::Client::new().post(format!("{url}/scans")).body(body);
        let request = request.header("content-type", "multipart/form-data; boundary=b");
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for (charset, note) in [("UTF-8", "caf\u{e9}".as_bytes()), ("iso-8859-1", b"caf\xe9")] {
        let (status, told) = sent(charset, note).await;
        assert!(status == 200 && told.contains("caf\u{e9}"), "{charset}: {status} {told}");
    }
    for charset in ["utf-8", "x-nobody"] {
        let (status, told) = sent(charset, b"caf\xe9").await;
        assert!(status == 422 && told.contains("/body/note"), "{charset}: {status} {told}");
    }
}

/// What the server says to a body that no client of ours writes.
async fn posted(url: &str, media_type: &str, body: &'static str) -> (u16, String) {
    let request = reqwest::Client::new().post(format!("{url}/uploads"));
    let answer = request.header("content-type", media_type).body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn what_others_write_is_read_or_refused() {
    let url = serve(&std::sync::Arc::new(Scripted::default()), Options::default()).await;
    let body = "To whom it may concern\r\n--b \t\r\nContent-Disposition: form-data; filename*=x; name=title\r\n\r\nT\r\n\
                --b\r\ncontent-disposition: form-data; name=\"source\"\r\nx-odd\r\n\r\n5\r\n\
                --b\r\n\r\nno head, no name\r\n\
                --b\r\nContent-Type: a/b\r\nCONTENT-DISPOSITION: form-data; name=\"file\"; filename=\"C:\\new\\\"f\"\r\n\r\n\r\n--c\r\n--b--\r\nend";
    let (status, text) = posted(&url, "multipart/form-data; charset=x; boundary=\"b\"", body).await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(text, "[\"T 5 None None\",\"C:\\\\new\\\"f a/b \\r\\n--c\"]");
    for (media_type, body) in [
        ("multipart/form-data", "--b\r\n\r\n\r\n--b--"),
        ("multipart/form-data; boundary=\"\"", "--\r\n\r\n"),
        ("multipart/form-data; boundary=\"b", "--b--"),
        ("multipart/form-data; boundary=b", ""),
        ("multipart/form-data; boundary=b", "--b"),
        ("multipart/form-data; boundary=b", "--b\r\n"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\ncontent-disposition: form-data; name=title\r\n\r\nT",
        ),
        ("multipart/form-data; boundary=b", "--bc\r\n\r\n--b--"),
    ] {
        let (status, text) = posted(&url, media_type, body).await;
        assert_eq!(status, 422, "{media_type} {body:?}");
        assert!(text.contains("is not what its media type says"), "{text}");
    }
    let twice = "--b\r\ncontent-disposition: form-data; name=title\r\n\r\n1\r\n\
                 --b\r\ncontent-disposition: form-data; name=title\r\n\r\n2\r\n--b--";
    let (status, text) = posted(&url, "multipart/form-data; boundary=b", twice).await;
    assert_eq!(status, 422);
    assert!(text.contains("/body/title /body/file /body/source"), "{text}");
}

#[tokio::test]
async fn members_of_forms_have_the_styles_of_their_encoding() {
    let (_, client) = client(Options::default()).await;
    let texts = |texts: [&str; 2]| Some(texts.map(str::to_owned).to_vec());
    let form = SendFormRequestBody {
        name: "a&b".to_owned(),
        plain: texts(["1", "x,y"]),
        piped: Some(vec![1, -2]),
        listed: texts(["p", "q,r"]),
        about: Some(news(3)),
    };
    let expected = format!("{form:?}");
    assert_eq!(client.send_form(form).await.unwrap(), [expected]);
    let url = serve(&std::sync::Arc::new(Scripted::default()), Options::default()).await;
    let body = "name=n&piped=5%7C6&listed=a,b&about[text]=t&about%5Bnumber%5D=4&plain=1";
    let request = reqwest::Client::new().post(format!("{url}/forms")).body(body);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let told = request.send().await.unwrap().text().await.unwrap();
    for part in ["Some([5, 6])", "[\\\"a\\\", \\\"b\\\"]", "text: \\\"t\\\", number: Some(4)"] {
        assert!(told.contains(part), "{told} lacks {part}");
    }
}

/// What is asked of all parts together is about which there are, whatever is in them.
#[tokio::test]
async fn parts_are_looked_at_together() {
    let (service, client) = client(Options::default()).await;
    let text = || Some("text".to_owned());
    let picture = || Some(FilePart::new("picture"));
    let with_picture = SendReportParts { picture: picture(), text: text(), ..Default::default() };
    client.send_report(with_picture).await.unwrap();
    let all = || SendReportParts { text: text(), author: text(), picture: picture(), mail: None };
    client.send_report(all()).await.unwrap();
    for (wrong, told) in [
        (SendReportParts { text: None, ..all() }, "/body/text"),
        (SendReportParts { picture: None, mail: text(), ..all() }, "/body"),
        (SendReportParts { mail: text(), ..all() }, "/body /body"),
        (
            SendReportParts {
                text: Some("too long".to_owned()),
                picture: picture(),
                author: text(),
                mail: text(),
            },
            "/body /body /body/text",
        ),
    ] {
        let answered = client.send_report(wrong).await;
        let Err(Error::Documented(failure)) = answered else { panic!("{answered:?}") };
        let SendReportFailure::UnprocessableContent(problem) = *failure;
        assert_eq!(problem.title, format!("the body is not valid {told}"));
    }
    // Parts that nobody knows count, too; a file that nobody chose doesn't.
    let url = serve(&service, Options::default()).await;
    let part =
        |head: &str| format!("--b\r\ncontent-disposition: form-data; name={head}\r\n\r\n\r\n");
    for (parts, status) in [
        (part("other"), 204),
        (part("picture; filename=\"\""), 422),
        (["a", "b", "c", "d"].map(part).concat(), 422),
    ] {
        let sent = reqwest::Client::new().post(format!("{url}/reports"));
        let sent = sent.header("content-type", "multipart/form-data; boundary=b");
        let answer = sent.body(format!("{parts}--b--")).send().await.unwrap();
        assert_eq!(answer.status(), status, "{parts}");
    }
}
