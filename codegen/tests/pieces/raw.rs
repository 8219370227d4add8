//! Bytes over sockets: what a client would hide, and others that answer whatever they are asked.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What a server answers to these lines (the request line and header fields) and this body, as it is.
pub(crate) async fn ask(url: &str, head: &[&str], body: &str) -> String {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let head = head.join("\r\n");
    let request = format!(
        "{head}\r\nhost: here\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// The status and the body of what a server answers to a form.
pub(crate) async fn send_form(url: &str, path: &str, form: &str) -> (u16, String) {
    let line = format!("POST {path} HTTP/1.1");
    let head = [&*line, "content-type: application/x-www-form-urlencoded"];
    status_and_body(&ask(url, &head, form).await)
}

/// The status and the body of what a server answers to a `GET`.
pub(crate) async fn get(url: &str, target: &str) -> (u16, String) {
    status_and_body(&ask(url, &[&format!("GET {target} HTTP/1.1")], "").await)
}

fn status_and_body(answer: &str) -> (u16, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap(), body.to_owned())
}

/// A server that gives this answer to everything, and what it is asked.
pub(crate) async fn answer_with(
    answer: impl AsRef<[u8]> + Send + Sync + 'static,
) -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, asked) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = sender.send(request(&mut stream).await);
            let _ = stream.write_all(answer.as_ref()).await;
        }
    });
    (url, asked)
}

/// A request as it came: its head, and as much of a body as that says.
async fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return text;
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(length @ 1..) => bytes.extend_from_slice(&piece[..length]),
            _ => return text,
        }
    }
}
