//! A server with nowhere to put files: in a process of its own, since that holds for all of it.

use std::path::Path;

use axum::body::Body as HttpBody;
use contract_runtime::FilePart;
use contract_runtime::server::{Body, Context, OperationInfo, Parts, ReadParts, Reason};
use http::Request;

const INFO: OperationInfo = OperationInfo {
    id: "send",
    method: "POST",
    path: "/files",
    responses: &["200"],
    challenge: "",
    allow: "POST",
};

struct Sent(FilePart);

impl ReadParts for Sent {
    const FILES: &'static [&'static str] = &["file"];
    const VALUES: &'static [&'static str] = &[];

    fn read(parts: &mut Parts) -> Option<Self> {
        parts.file("file").map(Self)
    }
}

#[tokio::test]
async fn a_file_without_room_is_a_fault_of_the_server() {
    tempfile::env::override_temp_dir(Path::new("/there/is/no/such/folder")).unwrap();
    for (length, outcome) in [
        (1 << 20, Ok(1 << 20)),
        ((1 << 20) + 1, Err(Reason::NoRoom)),
        (4 << 20, Err(Reason::NoRoom)),
    ] {
        let request = Request::builder().header("content-type", "multipart/form-data; boundary=b");
        let context = Context::new(request.body(()).unwrap().into_parts().0, &INFO);
        let head = "--b\r\ncontent-disposition: form-data; name=file\r\n\r\n";
        let body = format!("{head}{}\r\n--b--", "x".repeat(length));
        let body = Body::new(HttpBody::from(body), &context, usize::MAX);
        let sent = body.parts::<Sent>().await;
        let sent = sent.map(|Sent(file)| file.bytes.whole().unwrap().len());
        assert_eq!(sent.map_err(|(reason, _)| reason), outcome);
    }
}
