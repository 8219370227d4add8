//! What the API sends: its generated sender against a generated receiver, over loopback.

use std::sync::{Arc, Mutex};

use axum::Router;
use futures_util::StreamExt as _;
use http::StatusCode;
use media_api::client::Client;
use media_api::operations::{TellNewsParameters, WatchParameters};
use media_api::receiver::{
    self, AuthenticationError, Callbacks, Context, Credentials, DeleteOnNewsResponse,
    PostNewEditionResponse, PostOnNewsResponse, Refusal, TellNewsResponse, WatchingWebhooks,
};
use media_api::responses::{PostOnNewsOk, Trouble};
use media_api::runtime::ItemStream;
use media_api::sender::{Error, Sender, TellNewsFailure};
use media_api::server::{Options, WatchResponse, Watching};
use media_api::types::{News, Problem, Told, ToldKind, Watcher};

use super::service::{Scripted, news};
use super::{serve, serve_app};

/// Hears what the API sends.
#[derive(Default)]
struct Listener {
    heard: Mutex<Vec<String>>,
}

impl Listener {
    fn note(&self, heard: String) {
        self.heard.lock().unwrap().push(heard);
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

impl receiver::Service for Listener {
    type Caller = String;

    async fn authenticate(
        &self,
        credentials: Credentials,
        _: &Context,
    ) -> Result<String, AuthenticationError> {
        let Credentials::Signature { key } = credentials;
        if key == "ours" { Ok(key) } else { Err(AuthenticationError::Rejected) }
    }

    fn trouble(&self, refusal: &Refusal<'_>) -> Trouble {
        trouble(refusal.status(), refusal.message())
    }

    fn problem(&self, refusal: &Refusal<'_>) -> Problem {
        let places: Vec<String> = refusal.violations().iter().map(|v| v.pointer()).collect();
        Problem { title: places.join(" ") }
    }
}

impl Callbacks for Listener {
    async fn tell_news(
        &self,
        caller: String,
        parameters: TellNewsParameters,
        body: Told,
        context: &Context,
    ) -> TellNewsResponse {
        let TellNewsParameters { x_delivery, url } = parameters;
        let text = &body.news.text;
        let uri = context.uri();
        self.note(format!(
            "{caller} {x_delivery} {url:?} {uri} {} {:?} {text}",
            body.id, body.kind
        ));
        if body.kind == ToldKind::Gone {
            TellNewsResponse::Gone
        } else {
            TellNewsResponse::NoContent
        }
    }

    async fn delete_on_news(&self, context: &Context) -> DeleteOnNewsResponse {
        self.note(format!("deleted {}", context.uri()));
        DeleteOnNewsResponse::NoContent
    }

    async fn post_on_news(&self, context: &Context) -> PostOnNewsResponse {
        self.note(format!("done {}", context.uri()));
        PostOnNewsResponse::Ok(PostOnNewsOk { x_seen: 7 })
    }
}

impl WatchingWebhooks for Listener {
    async fn post_new_edition(
        &self,
        body: ItemStream<News>,
        _: &Context,
    ) -> PostNewEditionResponse {
        PostNewEditionResponse::Ok(body.count().await.try_into().unwrap())
    }
}

impl Watching for Scripted {
    /// Tells what there is to be told before it answers, and answers what came of each.
    async fn watch(
        &self,
        parameters: WatchParameters,
        body: Watcher,
        _: &media_api::server::Context,
    ) -> WatchResponse {
        let sender = Sender::new().unwrap().with_signature("ours");
        let mut came = Vec::new();
        let url = Sender::tell_news_url(&body).unwrap();
        came.push(format!("{:?}", sender.tell_news(url, 1, told(ToldKind::Made)).await));
        let url = Sender::post_on_news_url(&parameters, &body);
        let Some(url) = url else { return WatchResponse::Accepted(came) };
        came.push(format!("{:?}", sender.post_on_news(url).await));
        let url = Sender::delete_on_news_url(&body).unwrap();
        came.push(format!("{:?}", sender.delete_on_news(url).await));
        WatchResponse::Accepted(came)
    }
}

/// What `default` says on either side.
pub(crate) fn trouble(status: u16, title: &str) -> Trouble {
    let status = StatusCode::from_u16(status).unwrap();
    let body = Problem { title: title.to_owned() };
    Trouble { status, x_trouble: Some("refused".to_owned()), body }
}

fn told(kind: ToldKind) -> Told {
    Told { id: 5, kind, news: news(3) }
}

/// A receiver, each of its routes at a path of its own, and its URL.
async fn listen() -> (Arc<Listener>, String) {
    let listener = Arc::new(Listener::default());
    let options = Options::default();
    let hooks = Router::new()
        .route("/hooks/", receiver::on_news_route(&listener, &options))
        .route("/hooks/done", receiver::on_news_2_route(&listener, &options));
    let url = serve_app(receiver::router(&listener, options).merge(hooks)).await;
    (listener, url)
}

#[tokio::test]
async fn callbacks_go_where_a_request_said_and_are_heard() {
    let (listener, url) = listen().await;
    let service = Arc::new(Scripted::default());
    let client = Client::new(&serve(&service, Options::default()).await).unwrap();
    // The slash at the end is part of where they are heard.
    let watcher = |path: &str| Watcher { url: format!("{url}{path}") };
    let came = client.watch(watcher("/hooks/")).await.unwrap();
    assert_eq!(came, ["Ok(())"], "without a key there is nowhere for the second");
    assert_eq!(listener.heard(), ["ours 1 None /hooks/ 5 Made news 3"]);
    let came = client.watch(watcher("/hooks")).key("a%20b").await.unwrap();
    let nowhere = "Err(Undocumented";
    assert!(came[0].starts_with(nowhere), "there is nothing without the slash: {}", came[0]);
    assert_eq!(came[1], "Ok(PostOnNewsOk { x_seen: 7 })");
    assert_eq!(listener.heard()[1..], ["done /hooks/done?key=a%20b"]);
}

#[tokio::test]
async fn each_is_at_the_path_of_its_name_as_well() {
    let (listener, url) = listen().await;
    let sender = Sender::new().unwrap().with_signature("ours");
    let gone = sender.tell_news(format!("{url}/onNews?a=b"), 2, told(ToldKind::Gone));
    let Err(Error::Documented(failure)) = gone.url("c d").await else { panic!("is gone") };
    assert_eq!(*failure, TellNewsFailure::Gone);
    sender.delete_on_news(format!("{url}/onNews")).await.unwrap();
    let heard = ["ours 2 Some(\"c d\") /onNews?a=b&url=c%20d 5 Gone news 3", "deleted /onNews"];
    assert_eq!(listener.heard(), heard);
    let edition: ItemStream<News> = [news(1), news(2)].into_iter().collect();
    assert_eq!(sender.post_new_edition(format!("{url}/newEdition"), edition).await.unwrap(), 2);
}

#[tokio::test]
async fn what_is_not_as_the_contract_has_it_is_refused_as_it_says() {
    let (listener, url) = listen().await;
    let url = format!("{url}/onNews");
    let forger = Sender::new().unwrap().with_signature("theirs");
    let refused = forger.tell_news(&url, 1, told(ToldKind::Made)).await;
    let Err(Error::Documented(failure)) = refused else { panic!("is refused") };
    let TellNewsFailure::Default(trouble) = *failure else { panic!("by `default`") };
    assert_eq!((trouble.status.as_u16(), trouble.x_trouble.as_deref()), (401, Some("refused")));
    let body = r#"{"id": "five", "kind": "made", "news": {"text": "t"}}"#;
    let sent = reqwest::Client::new().post(&url).header("x-signature", "ours").body(body);
    let sent = sent.header("x-delivery", "0").header("content-type", "application/json");
    let answer = sent.send().await.unwrap();
    assert_eq!(answer.status(), 422);
    assert_eq!(answer.text().await.unwrap(), r#"{"title":"/header/X-Delivery"}"#);
    assert_eq!(listener.heard(), [""; 0]);
}

#[tokio::test]
async fn a_url_that_is_none_is_an_error_of_the_call() {
    let sender = Sender::new().unwrap();
    for url in ["", "/hooks", "nowhere"] {
        let sent = sender.delete_on_news(url).await;
        assert!(matches!(sent, Err(Error::Request(_))), "{url}: {sent:?}");
    }
}
