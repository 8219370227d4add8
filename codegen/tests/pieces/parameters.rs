//! Cookies of style `cookie`, queries that are one value (OAS 3.2 §4.12), and the patterns of parameters.

use media_api::client::{Error, ReadJarFailure, SelectFailure};
use media_api::operations::*;
use media_api::responses::SendExactOk;
use media_api::server::{self, *};
use media_api::types::*;

use super::raw::get;
use super::service::Scripted;
use super::{client, serve};

impl server::Parameters for Scripted {
    async fn read_jar(&self, parameters: ReadJarParameters, context: &Context) -> ReadJarResponse {
        let ReadJarParameters { token, tags, sizes, look, spot, note } = parameters;
        let header = context.headers()["cookie"].to_str().unwrap().to_owned();
        ReadJarResponse::Ok(Jar { header, token, tags, sizes, look, spot, note })
    }

    async fn select(&self, parameters: SelectParameters, _: &Context) -> SelectResponse {
        SelectResponse::Ok(parameters.selection)
    }

    async fn follow_path(
        &self,
        parameters: FollowPathParameters,
        _: &Context,
    ) -> FollowPathResponse {
        FollowPathResponse::Ok(parameters.path.into_iter().collect())
    }

    async fn find(&self, parameters: FindParameters, _: &Context) -> FindResponse {
        let FindParameters { colour, look, page, filter, near, limit } = parameters;
        let near = near.and_then(|near| near.r#where);
        FindResponse::Ok(Finds { colour, look: Some(look), page, filter, near, rest: None, limit })
    }

    async fn select_entry(
        &self,
        parameters: SelectEntryParameters,
        _: &Context,
    ) -> SelectEntryResponse {
        let Some(entry) = parameters.entry else {
            return SelectEntryResponse::Ok(Finds::default());
        };
        let color = entry.tags.map(|tags| tags.join("|"));
        SelectEntryResponse::Ok(Finds {
            look: Some(Look { color, width: entry.count }),
            near: entry.address,
            filter: entry.deep,
            ..Finds::default()
        })
    }

    async fn r#match(&self, _: MatchParameters, _: &Context) -> MatchResponse {
        MatchResponse::NoContent
    }

    async fn send_exact(
        &self,
        parameters: SendExactParameters,
        body: Exact,
        _: &Context,
    ) -> SendExactResponse {
        let x_long = Some(parameters.long_or_default());
        SendExactResponse::Ok(SendExactOk { x_long, body })
    }

    async fn find_openly(
        &self,
        _: String,
        parameters: FindOpenlyParameters,
        _: &Context,
    ) -> FindOpenlyResponse {
        let FindOpenlyParameters { rest, colour, filter, limit } = parameters;
        FindOpenlyResponse::Ok(Finds { rest, colour, filter, limit, ..Finds::default() })
    }
}

#[tokio::test]
async fn cookies_are_sent_as_they_are() {
    let (_, client) = client(Options::default()).await;
    let tags = vec!["x".to_owned(), "y%2Cz".to_owned()];
    let look = Look { color: Some("red".to_owned()), width: Some(3) };
    let spot = Spot { x: 1, y: Some(-2) };
    let call = client.read_jar("a%20b=c").tags(tags.clone()).sizes(vec![7, 9]);
    let found = call.look(look.clone()).spot(spot.clone()).note("one; two").await.unwrap();
    assert_eq!(
        found.header,
        "token=a%20b=c; tags=x; tags=y%2Cz; sizes=7,9; color=red; width=3; spot=x,1,y,-2; note=one%3B%20two"
    );
    assert_eq!(found.token, "a%20b=c");
    assert_eq!((found.tags, found.sizes), (Some(tags), Some(vec![7, 9])));
    assert_eq!((found.look, found.spot), (Some(look), Some(spot)));
    assert_eq!(found.note.as_deref(), Some("one; two"));
}

#[tokio::test]
async fn what_a_cookie_cannot_hold_is_not_sent() {
    let (_, client) = client(Options::default()).await;
    for wrong in ["one; two", "a b", "\"", "a,b", "\u{e9}", "a\\b", "a\r\nb"] {
        let answered = client.read_jar(wrong).await;
        assert!(matches!(answered, Err(Error::Request(_))), "{wrong}: {answered:?}");
    }
}

#[tokio::test]
async fn cookies_that_break_their_rules_are_refused_at_their_place() {
    let (_, client) = client(Options::default()).await;
    let answered = client.read_jar("a").sizes(vec![7, 10]).await;
    let Err(Error::Documented(failure)) = answered else { panic!("{answered:?}") };
    let ReadJarFailure::UnprocessableContent(problem) = *failure;
    assert!(problem.title.ends_with(" /cookie/sizes/1"), "{}", problem.title);
}

#[tokio::test]
async fn all_of_a_query_is_json_or_text() {
    let (_, client) = client(Options::default()).await;
    let selection =
        Selection { names: vec!["a&b".to_owned(), "+ \u{e9}%".to_owned()], limit: Some(10) };
    let select = |selection| client.select(selection);
    assert_eq!(select(selection.clone()).await.unwrap(), selection);
    let answered = select(Selection { limit: Some(11), ..selection }).await;
    let Err(Error::Documented(failure)) = answered else { panic!("{answered:?}") };
    let SelectFailure::UnprocessableContent(problem) = *failure;
    assert!(problem.title.ends_with(" /query/selection/limit"), "{}", problem.title);

    let path = "$.a['b&c'][1:2]";
    assert_eq!(client.follow_path().path(path).await.unwrap(), [path]);
    assert!(client.follow_path().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_query_that_is_not_the_json_it_should_be_is_refused() {
    let url = serve(&std::sync::Arc::default(), Options::default()).await;
    for (query, status) in [
        ("?%7B%22names%22%3A%5B%22a%22%5D%7D", 200),
        ("?{%22names%22:[]}", 200),
        ("?names=a", 422),
        ("?%zz", 422),
        ("?%7B%7D", 422),
        ("?", 422),
        ("", 422),
    ] {
        let answer = reqwest::get(format!("{url}/selection{query}")).await.unwrap();
        assert_eq!(answer.status(), status, "{query}");
    }
}

#[tokio::test]
async fn patterns_are_those_of_ecma_262() {
    let url = serve(&std::sync::Arc::default(), Options::default()).await;
    for (name, right, wrong) in [
        ("word", "gr%C3%B6%C3%9Fe", "123"),
        ("path", "/a-b.c", "/a%20b"),
        ("digit", "3", "%D9%A3"),
        ("any", "a%0Ab", "ab"),
        ("crab", "%F0%9F%A6%80", "e"),
        ("line", "%0A", "J"),
        ("posix", "AB", "ab"),
    ] {
        let (status, body) = get(&url, &format!("/matches?{name}={right}")).await;
        assert_eq!(status, 204, "{name} {right}: {body}");
        let (status, body) = get(&url, &format!("/matches?{name}={wrong}")).await;
        assert!(status == 422 && body.contains(&format!(" /query/{name}")), "{name}: {body}");
    }
    // What can't be checked refuses nothing.
    assert_eq!(get(&url, "/matches?ahead=no").await.0, 204);
}
