//! Bodies of parts that come in whatever chunks they like, with files of any size.

use std::convert::Infallible;

use axum::body::Body as HttpBody;
use bytes::Bytes;
use futures_util::stream;
use http::Request;

use crate::FilePart;
use crate::rules::Rules;
use crate::server::{Body, Context, OperationInfo, Parts, ReadParts, Reason, Refused};
use crate::text::{Form, Style};

const INFO: OperationInfo = OperationInfo {
    id: "send",
    method: "POST",
    path: "/files",
    responses: &["200"],
    challenge: "",
    allow: "POST",
};

struct Sent {
    title: Option<String>,
    files: Vec<FilePart>,
}

impl ReadParts for Sent {
    const FILES: &'static [&'static str] = &["file"];
    const VALUES: &'static [&'static str] = &["title"];

    fn read(parts: &mut Parts) -> Option<Self> {
        let title = parts.value_optional("title", Form::Text(Style::Form), &Rules::NONE);
        let files = parts.files("file", &Rules::NONE);
        Some(Self { title: title?, files: files? })
    }
}

/// Reads a body that comes in chunks of this size.
async fn read(body: Vec<u8>, size: usize, limit: usize) -> Result<Sent, Refused> {
    let request = Request::builder().header("content-type", "multipart/form-data; boundary=b");
    let context = Context::new(request.body(()).unwrap().into_parts().0, &INFO);
    let body = Bytes::from(body);
    let starts = (0..body.len()).step_by(size);
    let chunks: Vec<Result<Bytes, Infallible>> =
        starts.map(|at| Ok(body.slice(at..body.len().min(at + size)))).collect();
    let body = HttpBody::from_stream(stream::iter(chunks));
    Body::new(body, &context, limit).parts().await
}

fn part(head: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--b\r\ncontent-disposition: form-data; {head}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

#[tokio::test]
async fn a_body_says_the_same_in_any_chunks() {
    let contents: [&[u8]; 6] = [b"", b"\r\n", b"\r\n--", b"\r\r\n--a\r\n-", b"x--b", b"\r\n\r\n"];
    let mut body = b"--\r\n".to_vec();
    body.extend(part("name=title", b"T"));
    for content in contents {
        body.extend(part("name=file; filename=f", content));
        body.extend(part("name=unknown", content));
    }
    body.extend_from_slice(b"--b-- \r\nan epilogue\r\n--b\r\n");
    for size in 1..=body.len() {
        let Ok(sent) = read(body.clone(), size, usize::MAX).await else { panic!("by {size}") };
        assert_eq!(sent.title.as_deref(), Some("T"), "by {size}");
        let files: Vec<Bytes> = sent.files.iter().map(|file| file.bytes.whole().unwrap()).collect();
        assert_eq!(files, contents, "by {size}");
    }
}

#[tokio::test]
async fn what_is_no_body_of_parts_is_refused_in_any_chunks() {
    let long = format!("--b\r\nx: {}\r\n\r\n\r\n--b--", "x".repeat(16 << 10));
    let padded = format!("--b{}\r\n\r\n\r\n--b--", " ".repeat(17 << 10));
    for body in ["", "--b", "--b-", "--b\r", "--bc\r\n\r\n", "--b\r\n\r\nend", &long, &padded] {
        for size in [1, 2, 1 << 10, 1 << 20] {
            let refused = read(body.as_bytes().to_vec(), size, usize::MAX).await.err().unwrap();
            assert_eq!(refused.0, Reason::MalformedBody, "{body:?} by {size}");
        }
    }
}

#[tokio::test]
async fn files_are_held_up_to_a_mebibyte_and_read_from_disk_beyond() {
    let contents: Vec<Vec<u8>> = [700 << 10, 900 << 10, 0, 3 << 20, 5]
        .into_iter()
        .enumerate()
        .map(|(seed, length)| (0..length).map(|at: usize| (at * 31 + seed) as u8).collect())
        .collect();
    let parts = contents.iter().map(|content| part("name=file; filename=f", content));
    let body: Vec<u8> = parts.chain([b"--b--".to_vec()]).flatten().collect();
    for size in [1000, 1 << 16, body.len()] {
        let sent = read(body.clone(), size, body.len()).await.unwrap();
        let held: Vec<bool> = sent.files.iter().map(|file| file.bytes.whole().is_some()).collect();
        assert_eq!(held, [true, false, true, false, false]);
        // Each can be read while the others are.
        let mut files: Vec<_> = sent.files.into_iter().map(|file| file.bytes).collect();
        let mut read = vec![Vec::new(); files.len()];
        let mut is_more = true;
        while is_more {
            is_more = false;
            for (file, read) in files.iter_mut().zip(&mut read) {
                if let Some(chunk) = file.chunk().await.unwrap() {
                    read.extend_from_slice(&chunk);
                    is_more = true;
                }
            }
        }
        assert!(read == contents, "by {size}");
    }
    let refused = read(body.clone(), 1 << 16, body.len() - 1).await.err().unwrap();
    assert_eq!(refused.0, Reason::BodyTooLarge);
}

#[tokio::test]
async fn what_is_no_file_has_a_bound_of_its_own() {
    let body = |parts: Vec<Vec<u8>>| [parts.concat(), b"--b--".to_vec()].concat();
    let long = vec![b'x'; 4 << 20];
    let many = || (0..20_000).map(|_| part("name=file; filename=f", b"")).collect();
    for (body, is_taken) in [
        (body(vec![part("name=title", &long[..3 << 20])]), true),
        (body(vec![part("name=title", &long)]), false),
        (body(many()), false),
        (body(vec![part("name=file; filename=f", &long)]), true),
    ] {
        let refused = read(body, 1 << 16, usize::MAX).await.err().map(|(reason, _)| reason);
        assert_eq!(refused, (!is_taken).then_some(Reason::BodyTooLarge));
    }
}

#[tokio::test]
async fn a_file_that_nobody_chose_is_none() {
    let parts = [
        part("name=file; filename=\"\"", b""),
        part("name=file; filename=\"\"", b"x"),
        part("name=file", b""),
    ];
    let sent = read([parts.concat(), b"--b--".to_vec()].concat(), 9, usize::MAX).await.unwrap();
    let files: Vec<Bytes> = sent.files.iter().map(|file| file.bytes.whole().unwrap()).collect();
    assert_eq!(files, ["x", ""]);
}

#[tokio::test]
async fn a_file_name_may_say_its_charset() {
    for (head, expected) in [
        ("filename=\"a b.txt\"", "a b.txt"),
        ("filename=\"na\u{ef}ve.txt\"", "na\u{ef}ve.txt"),
        ("filename*=UTF-8''na%C3%AFve.txt", "na\u{ef}ve.txt"),
        ("filename=naive.txt; filename*=utf-8'en'na%C3%AFve.txt", "na\u{ef}ve.txt"),
        ("filename=\"x\"; filename*=ISO-8859-1''na%EFve", "na\u{ef}ve"),
        ("filename=\"x\"; filename*=x-nobody''na%EFve", "x"),
        ("filename=\"x\"; filename*=broken", "x"),
        ("filename=\"a%22b%0D%0A\"", "a\"b\r\n"),
        ("filename=\"..\\\\a/b\"", "..\\a/b"),
    ] {
        let body = [part(&format!("name=file; {head}"), b"x"), b"--b--\r\n".to_vec()].concat();
        let sent = read(body, 7, 1000).await.unwrap();
        assert_eq!(sent.files[0].file_name.as_deref(), Some(expected), "{head}");
    }
}
