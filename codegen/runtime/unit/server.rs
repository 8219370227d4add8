//! A request passes the steps in order, and each can answer only what the operation documents.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use axum::routing::MethodFilter;
use tower::ServiceExt;

use crate::rules::Rules;
use crate::server::{
    Answer, Body, Context, Input, Interruption, Operation, OperationInfo, Options, Piece, Reason,
    Refusal, Refused, Reply, Route, Unanswerable, basic, bearer, not_found,
};
use crate::text::{Form, Style};

/// Notes which steps were asked.
#[derive(Default)]
struct Service {
    steps: Mutex<Vec<&'static str>>,
}

impl Service {
    fn note(&self, step: &'static str) {
        self.steps.lock().unwrap().push(step);
    }
}

enum Answered {
    Done(String),
    Refused(u16, &'static str, usize),
    Odd,
}

impl Answer for Answered {
    fn into_http(self) -> Result<Response, Unanswerable> {
        match self {
            Self::Done(text) => Reply::of(200).bytes("text/plain", text),
            Self::Refused(status, message, count) => {
                Reply::of(status).bytes("text/plain", format!("{message} ({count})"))
            }
            Self::Odd => Reply::of(200).header("x-odd", FORM, &"a\nb".to_owned())?.empty(),
        }
    }
}

const FORM: Form = Form::Text(Style::Simple);

/// An operation that documents 401, 422 and 500, or nothing at all.
struct Put<const DOCUMENTED: bool>;

impl<const DOCUMENTED: bool> Operation<Service> for Put<DOCUMENTED> {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "put",
        method: "PUT",
        path: "/things/{id}",
        responses: &["200", "401", "422", "500"],
        challenge: "Bearer",
        allow: "PUT",
    };
    type Caller = String;
    type Parameters = i32;
    type Body = Vec<i32>;
    type Response = Answered;

    async fn authenticate(service: &Service, context: &Context) -> Result<String, Reason> {
        service.note("authenticate");
        let token = bearer(context)?;
        if token == "good" { Ok(token) } else { Err(Reason::InvalidCredentials) }
    }

    async fn admit(service: &Service, _: &String, context: &Context) -> Result<(), Interruption> {
        service.note("admit");
        if context.headers().contains_key("x-fault") { Err(Interruption::Fault) } else { Ok(()) }
    }

    fn parameters(input: &mut Input<'_>) -> Option<i32> {
        input.path("id", Piece::whole(1), FORM, &Rules::NONE)
    }

    async fn authorize(
        service: &Service,
        _: &String,
        id: &i32,
        _: &Context,
    ) -> Result<(), Answered> {
        service.note("authorize");
        if *id == 403 { Err(Answered::Refused(403, "no", 0)) } else { Ok(()) }
    }

    async fn body(body: Body<'_>) -> Result<Vec<i32>, Refused> {
        let (_, content) = body.content(&["application/json"]).await?;
        content.json(&Rules::NONE)
    }

    async fn handle(
        service: &Service,
        _: String,
        id: i32,
        body: Vec<i32>,
        _: &Context,
    ) -> Answered {
        service.note("handle");
        match id {
            0 => panic!("on purpose"),
            1 => Answered::Odd,
            _ => Answered::Done(format!("{id} {body:?}")),
        }
    }

    fn refuse(_: &Service, refusal: Refusal<'_>) -> Option<Answered> {
        let status = match refusal.reason() {
            _ if !DOCUMENTED => return None,
            _ if refusal.context().headers().contains_key("x-hook-fails") => {
                panic!("on purpose, too")
            }
            Reason::MissingCredentials | Reason::InvalidCredentials => 401,
            Reason::Panicked | Reason::Unanswerable => 500,
            Reason::Interrupted(_) => 500,
            Reason::MethodNotAllowed => return None,
            _ => 422,
        };
        Some(Answered::Refused(status, refusal.message(), refusal.violations().len()))
    }
}

struct Told {
    status: u16,
    media_type: String,
    body: String,
    steps: Vec<&'static str>,
    headers: http::HeaderMap,
}

async fn send<const DOCUMENTED: bool>(request: Request) -> Told {
    let service = Arc::new(Service::default());
    let options = Options::default().with_body_limit(64);
    let route = Route::new(&service, &options)
        .on::<Put<DOCUMENTED>>(MethodFilter::PUT)
        .otherwise::<Put<DOCUMENTED>>();
    let router = Router::new().route("/things/{id}", route).fallback(not_found);
    let response = router.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let media_type = headers.get("content-type").map_or("", |value| value.to_str().unwrap());
    let media_type = media_type.to_owned();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let steps = service.steps.lock().unwrap().clone();
    Told { status, media_type, body, steps, headers }
}

fn request(id: &str, body: &'static str) -> http::request::Builder {
    let _ = body;
    http::Request::builder()
        .method("PUT")
        .uri(format!("/things/{id}"))
        .header("authorization", "bEaReR good")
        .header("content-type", "application/json; charset=utf-8")
}

fn put(id: &str, body: &'static str) -> Request {
    request(id, body).body(HttpBody::from(body)).unwrap()
}

const ALL: [&str; 4] = ["authenticate", "admit", "authorize", "handle"];

#[tokio::test]
async fn a_good_request_passes_every_step_in_order() {
    let told = send::<true>(put("7", "[1, 2]")).await;
    assert_eq!((told.status, told.body.as_str()), (200, "7 [1, 2]"));
    assert_eq!(told.steps, ALL);
}

#[tokio::test]
async fn without_credentials_nothing_else_is_looked_at() {
    let mut request = put("x", "no json");
    request.headers_mut().remove("authorization");
    let told = send::<true>(request).await;
    assert_eq!((told.status, told.steps), (401, vec!["authenticate"]));
    // RFC 9110, section 15.5.2: whatever the contract says of header fields.
    assert_eq!(told.headers["www-authenticate"], "Bearer");
    for value in ["Bearer", "Bearer  ", "Basic Zm9v", "Bearer bad"] {
        let mut request = put("7", "[]");
        request.headers_mut().insert("authorization", value.parse().unwrap());
        assert_eq!(send::<true>(request).await.status, 401, "{value}");
    }
}

#[tokio::test]
async fn an_interruption_comes_before_parameters_and_only_where_it_is_documented() {
    let mut interrupted = put("x", "[]");
    interrupted.headers_mut().insert("x-fault", "1".parse().unwrap());
    let told = send::<true>(interrupted).await;
    assert_eq!((told.status, told.steps), (500, vec!["authenticate", "admit"]));
    let mut ignored = put("7", "[]");
    ignored.headers_mut().insert("x-fault", "1".parse().unwrap());
    assert_eq!(send::<false>(ignored).await.status, 200);
}

#[tokio::test]
async fn parameters_are_refused_before_authorization_and_bodies_after_it() {
    let told = send::<true>(put("x", "no json")).await;
    assert_eq!((told.status, told.steps), (422, vec!["authenticate", "admit"]));
    let told = send::<true>(put("403", "no json")).await;
    assert_eq!((told.status, told.steps), (403, vec!["authenticate", "admit", "authorize"]));
    let told = send::<true>(put("7", "no json")).await;
    assert_eq!((told.status, told.steps), (422, vec!["authenticate", "admit", "authorize"]));
}

#[tokio::test]
async fn bodies_of_any_other_kind_are_refused_as_documented() {
    let cases: [(Option<&str>, &str, &str); 7] = [
        (None, "[]", "the media type of the body is missing or not supported (1)"),
        (Some("text/plain"), "[]", "the media type of the body is missing or not supported (1)"),
        (
            Some("application/problem+json"),
            "[]",
            "the media type of the body is missing or not supported (1)",
        ),
        (Some("application/json"), "", "the body is not what its media type says (1)"),
        (Some("application/json"), "[1,", "the body is not what its media type says (1)"),
        (Some("APPLICATION/JSON;x"), "[\"a\", \"b\", 3]", "the body is not valid (2)"),
        (
            Some("application/json"),
            "[1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111]",
            "the body is too large (0)",
        ),
    ];
    for (media_type, body, message) in cases {
        let mut request = put("7", body);
        request.headers_mut().remove("content-type");
        if let Some(media_type) = media_type {
            request.headers_mut().insert("content-type", media_type.parse().unwrap());
        }
        let told = send::<true>(request).await;
        assert_eq!((told.status, told.body.as_str()), (422, message), "{media_type:?} {body}");
    }
}

#[tokio::test]
async fn a_panic_or_an_answer_that_cannot_be_sent_is_the_documented_500() {
    for id in ["0", "1"] {
        let told = send::<true>(put(id, "[]")).await;
        assert_eq!((told.status, told.body.as_str()), (500, "an unexpected error occurred (0)"));
        let told = send::<false>(put(id, "[]")).await;
        assert_eq!((told.status, told.media_type.as_str()), (500, "application/problem+json"));
    }
}

#[tokio::test]
async fn a_hook_that_panics_leaves_the_fallback() {
    for (id, status) in [("0", 500), ("x", 422)] {
        let mut request = put(id, "[]");
        request.headers_mut().insert("x-hook-fails", "1".parse().unwrap());
        let told = send::<true>(request).await;
        assert_eq!((told.status, told.media_type.as_str()), (status, "application/problem+json"));
    }
}

#[tokio::test]
async fn where_nothing_is_documented_a_problem_document_tells_what_is_wrong() {
    let told = send::<false>(put("x", "[]")).await;
    assert_eq!((told.status, told.media_type.as_str()), (422, "application/problem+json"));
    let problem: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(problem["status"], 422);
    assert!(
        problem["detail"].as_str().unwrap().contains("path.id must be an integer"),
        "{problem}"
    );

    let mut request = put("7", "[]");
    request.headers_mut().remove("authorization");
    let told = send::<false>(request).await;
    assert_eq!((told.status, &told.headers["www-authenticate"]), (401, &"Bearer".parse().unwrap()));
}

#[tokio::test]
async fn other_methods_and_paths_are_refused_whoever_asks() {
    for method in ["GET", "POST", "HEAD", "OPTIONS"] {
        let request = http::Request::builder().method(method).uri("/things/7");
        let told = send::<true>(request.body(HttpBody::empty()).unwrap()).await;
        assert_eq!(
            (told.status, &told.headers["allow"]),
            (405, &"PUT".parse().unwrap()),
            "{method}"
        );
        assert!(told.steps.is_empty());
    }
    for path in ["/", "/things", "/things/", "/things/7/", "/things//7"] {
        let request = http::Request::builder().method("PUT").uri(path);
        let told = send::<true>(request.body(HttpBody::empty()).unwrap()).await;
        assert_eq!(
            (told.status, told.media_type.as_str()),
            (404, "application/problem+json"),
            "{path}"
        );
    }
}

#[test]
fn names_and_passwords_are_read_from_base64() {
    let read = |value: &str| {
        let request = http::Request::builder().header("authorization", value).body(()).unwrap();
        basic(&Context::new(request.into_parts().0, Put::<true>::INFO))
    };
    let pair = |name: &str, password: &str| Ok((name.to_owned(), password.to_owned()));
    assert_eq!(read("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), pair("Aladdin", "open sesame"));
    assert_eq!(read("basic YTpiOmM="), pair("a", "b:c"));
    assert_eq!(read("Basic YTo"), pair("a", ""));
    for bad in ["Basic YTo====", "Basic Y", "Basic ?", "Basic YQ==", "Basic /////w=="] {
        assert_eq!(read(bad), Err(Reason::InvalidCredentials), "{bad}");
    }
}

#[tokio::test]
async fn routers_that_have_a_path_in_common_are_merged() {
    let service = Arc::new(Service::default());
    let options = Options::default();
    let of = |method| {
        let route = Route::new(&service, &options).on::<Put<true>>(method).open();
        Router::new().route("/things/{id}", route)
    };
    let router = of(MethodFilter::PUT).merge(of(MethodFilter::PATCH));
    for (method, expected) in [("PUT", 200), ("PATCH", 200), ("POST", 405)] {
        let mut request = put("7", "[]");
        *request.method_mut() = method.parse().unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), expected, "{method}");
    }
}
