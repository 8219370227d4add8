//! Keys as they are given, wherever they stand (RFC 6265 §5.4, RFC 9110 §5.5), and cookies as they are set, a line each
//! (RFC 6265 §3, RFC 9110 §5.3).

use std::sync::Arc;

use media_api::client::{Client, Error, LogInAgainFailure};
use media_api::operations::{LogInAgainParameters, LogInParameters};
use media_api::responses::{LogInAgainConflict, LogInAgainOk, LogInNoContent};
use media_api::server::{self, Context, GetMeResponse, LogInAgainResponse, LogInResponse, Options};
use media_api::types::Look;

use super::raw::{answer_with, ask};
use super::service::Scripted;
use super::{client, serve};

const COOKIES: [&str; 2] =
    ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/", "b=2; Max-Age=5; HttpOnly"];

impl server::Secrets for Scripted {
    async fn get_me(&self, caller: String, _: &Context) -> GetMeResponse {
        GetMeResponse::Ok(caller)
    }

    async fn log_in(&self, parameters: LogInParameters, _: &Context) -> LogInResponse {
        let set_cookie = match &*parameters.how {
            "split" => vec!["a=1\r\nb: 2".to_owned()],
            _ => COOKIES.map(str::to_owned).to_vec(),
        };
        LogInResponse::NoContent(LogInNoContent { set_cookie })
    }

    async fn log_in_again(
        &self,
        parameters: LogInAgainParameters,
        _: &Context,
    ) -> LogInAgainResponse {
        let set_cookie = match &*parameters.how {
            "names" => {
                let set_cookie = Some(Look { color: Some("a,b".to_owned()), width: Some(3) });
                return LogInAgainResponse::Conflict(LogInAgainConflict { set_cookie });
            }
            "one" => Some(COOKIES[0].to_owned()),
            "both" => Some(COOKIES.join("\n")),
            _ => None,
        };
        let x_seen = Some(vec!["a".to_owned(), "b".to_owned()]);
        LogInAgainResponse::Ok(LogInAgainOk { set_cookie, x_seen, body: parameters.how })
    }
}

#[tokio::test]
async fn cookies_are_set_a_line_each() {
    let url = serve(&Arc::default(), Options::default()).await;
    let lines = async |line: &str| {
        let answer = ask(&url, &[line], "").await;
        let (head, _) = answer.split_once("\r\n\r\n").unwrap();
        let found = head.lines().filter(|line| line.starts_with("set-cookie")).map(str::to_owned);
        found.collect::<Vec<_>>()
    };
    let both = COOKIES.map(|cookie| format!("set-cookie: {cookie}"));
    assert_eq!(lines("POST /login/now HTTP/1.1").await, both);
    assert_eq!(lines("PUT /login/both HTTP/1.1").await, both);
    assert_eq!(lines("PUT /login/one HTTP/1.1").await, both[..1]);
    assert_eq!(lines("PUT /login/none HTTP/1.1").await, [""; 0]);
    let named = lines("PUT /login/names HTTP/1.1").await;
    assert_eq!(named, ["set-cookie: color=a,b", "set-cookie: width=3"]);
    // What would be another field is an error of the server, never a field.
    let split = ask(&url, &["POST /login/split HTTP/1.1"], "").await;
    assert!(split.starts_with("HTTP/1.1 500") && !split.contains("b: 2"), "{split}");
}

#[tokio::test]
async fn each_line_is_a_cookie() {
    let (_, client) = client(Options::default()).await;
    assert_eq!(client.log_in("now").await.unwrap().set_cookie, COOKIES);
    let both = client.log_in_again("both").await.unwrap();
    assert_eq!(both.set_cookie.as_deref(), Some(&*COOKIES.join("\n")));
    assert_eq!(both.x_seen, Some(vec!["a".to_owned(), "b".to_owned()]));
    let one = client.log_in_again("one").await.unwrap();
    assert_eq!(one.set_cookie.as_deref(), Some(COOKIES[0]));
    assert_eq!(client.log_in_again("none").await.unwrap().set_cookie, None);
    let Err(Error::Documented(named)) = client.log_in_again("names").await else { panic!() };
    let LogInAgainFailure::Conflict(named) = *named;
    assert_eq!(named.set_cookie, Some(Look { color: Some("a,b".to_owned()), width: Some(3) }));
}

#[tokio::test]
async fn a_client_reads_the_cookies_of_others() {
    let answer = "HTTP/1.1 204 No Content\r\nSet-Cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT\r\n\
                  X-Between: 1\r\nset-cookie: b=2\r\nconnection: close\r\n\r\n";
    let (url, _asked) = answer_with(answer).await;
    let found = Client::new(&url).unwrap().log_in("now").await.unwrap().set_cookie;
    assert_eq!(found, ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"]);
}

/// Base64, an Express session, and what escapes would change.
const KEYS: [&str; 5] = ["s%3Aabc.d+e/f=", "s:abc", "YWJj+/==", "%zz", "a b"];

#[tokio::test]
async fn a_key_is_what_it_was() {
    let (_, client) = client(Options::default()).await;
    for key in KEYS {
        for client in [
            client.clone().with_session(key),
            client.clone().with_key(key),
            client.clone().with_token(key),
        ] {
            assert_eq!(client.get_me().await.unwrap(), key);
        }
    }
    for wrong in ["a;b", "a\r\nb", " a", "a "] {
        let answered = client.clone().with_session(wrong).get_me().await;
        assert!(matches!(answered, Err(Error::Request(_))), "{wrong}: {answered:?}");
    }
}

#[tokio::test]
async fn a_key_stands_in_a_request_as_it_must() {
    let (url, mut asked) = answer_with("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n\"a\"").await;
    let client = Client::new(&url).unwrap();
    let key = KEYS[0];
    for (client, expected) in [
        (client.clone().with_session(key), "\r\ncookie: connect.sid=s%3Aabc.d+e/f=\r\n"),
        (client.clone().with_token(key), "\r\nx-key: s%3Aabc.d+e/f=\r\n"),
        (client.clone().with_key(key), "GET /me?key=s%253Aabc.d%2Be%2Ff%3D HTTP/1.1\r\n"),
    ] {
        let _ = client.get_me().await;
        let sent = asked.recv().await.unwrap();
        assert!(sent.contains(expected), "{sent}");
    }
}

#[tokio::test]
async fn the_keys_of_others_are_read_as_they_are() {
    let url = serve(&Arc::default(), Options::default()).await;
    for (target, field, found) in [
        ("/me", "cookie: a=b; connect.sid=s%3Aabc.d+e/f=; z=\"", "s%3Aabc.d+e/f="),
        ("/me", "Cookie: connect.sid=%zz", "%zz"),
        ("/me", "Cookie: of-others=grün; connect.sid=a", "a"),
        ("/me", "x-key: s%3Aabc.d+e/f=", "s%3Aabc.d+e/f="),
        ("/me?key=s%253Aabc.d%2Be/f=", "x-other: 1", "s%3Aabc.d+e/f="),
    ] {
        let answer = ask(&url, &[&format!("GET {target} HTTP/1.1"), field], "").await;
        assert!(answer.ends_with(&format!("\r\n\r\n\"{found}\"")), "{field}: {answer}");
    }
    for field in ["cookie: connect.sid=", "cookie: sid=a", "x-key;: a"] {
        let answer = ask(&url, &["GET /me HTTP/1.1", field], "").await;
        assert!(answer.starts_with("HTTP/1.1 40"), "{field}: {answer}");
    }
}
