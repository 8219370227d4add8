//! What only one side sends is required of that side, and of no other (OAS 3.0.3, Schema Object, `readOnly` and `writeOnly`).

use std::sync::Arc;

use media_api::client::{Client, Error};
use media_api::server::Options;
use media_api::types::{AccountRequest, Badge, Profile, ProfileContact, ProfileRequest};
use serde_json::{Value, json};

use super::{client, serve, serve_app};

/// One that has of everything.
pub(crate) fn profile() -> Profile {
    let badge = |text: &str| Badge { since: 2020, text: text.to_owned() };
    let friend = Profile {
        id: 8,
        seen: None,
        name: "Bo".to_owned(),
        badges: Vec::new(),
        best: None,
        by_place: None,
        contact: None,
        friend: None,
    };
    Profile {
        id: 7,
        seen: Some("today".to_owned()),
        name: "Ann".to_owned(),
        badges: vec![badge("a"), badge("b")],
        best: Some(badge("c")),
        by_place: Some([("here".to_owned(), badge("d"))].into()),
        contact: Some(ProfileContact::Badge(badge("e"))),
        friend: Some(Box::new(friend)),
    }
}

#[tokio::test]
async fn a_request_has_what_clients_send_and_needn_t_have_what_servers_do() {
    let url = serve(&Arc::default(), Options::default()).await;
    let sent = async |body: Value| {
        let request = reqwest::Client::new().post(format!("{url}/accounts"));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let owner = json!({"name": "Ann", "badges": [{"text": "a"}]});
    let (status, text) = sent(json!({"name": "n", "password": "secret", "owner": owner})).await;
    assert_eq!(status, 200, "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&answer["id"], &answer["owner"]["id"]), (&json!(1), &json!(7)));
    assert_eq!(answer.get("password"), None);
    // What servers send may come back.
    let full = json!({"id": 5, "name": "n", "password": "secret", "owner": serde_json::to_value(profile()).unwrap()});
    assert_eq!(sent(full).await.0, 200);
    for (body, place) in [
        (json!({"name": "n", "owner": owner}), "/body/password"),
        (json!({"name": "n", "password": null, "owner": owner}), "/body/password"),
        (json!({"name": "n", "password": "no", "owner": owner}), "/body/password"),
        (json!({"id": "x", "name": "n", "password": "secret", "owner": owner}), "/body/id"),
        (json!({"password": "secret", "owner": owner}), "/body/name"),
    ] {
        let (status, text) = sent(body).await;
        assert!(status == 422 && text.contains(place), "{place}: {status} {text}");
    }
}

#[tokio::test]
async fn an_answer_has_what_servers_send_however_deep() {
    let whole = json!({"id": 1, "name": "n", "owner": serde_json::to_value(profile()).unwrap()});
    let received = async |body: Value| {
        let answer =
            move || async move { ([("content-type", "application/json")], body.to_string()) };
        let app = axum::Router::new().route("/accounts", axum::routing::post(answer));
        let client = Client::new(&serve_app(app).await).unwrap();
        let owner = ProfileRequest::new("Ann", Vec::new());
        client.open(AccountRequest::new("n", "secret", owner)).await
    };
    assert_eq!(received(whole.clone()).await.unwrap().owner, profile());
    for place in ["/id", "/owner/id", "/owner/seen", "/owner/badges/0/since", "/owner/friend/id"] {
        let mut lacking = whole.clone();
        let (holder, member) = place.rsplit_once('/').unwrap();
        lacking.pointer_mut(holder).unwrap().as_object_mut().unwrap().remove(member);
        let Err(Error::Undecodable(failure)) = received(lacking).await else {
            panic!("{place} is taken for granted");
        };
        assert!(format!("{failure:?}").contains(member), "{place}: {failure:?}");
    }
}

#[tokio::test]
async fn what_was_answered_goes_back_without_what_servers_send() {
    let (_, client) = client(Options::default()).await;
    let found = client.get_profile().await.unwrap();
    assert_eq!(found, profile());
    let came = client.put_profile(found.into()).await.unwrap();
    let expected = json!({
        "name": "Ann", "badges": [{"text": "a"}, {"text": "b"}], "best": {"text": "c"},
        "by_place": {"here": {"text": "d"}}, "contact": {"text": "e"}, "friend": {"name": "Bo", "badges": []},
    });
    assert_eq!(came, expected);
}
