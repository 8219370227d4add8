//! Objects in queries: several at once, spread over them or in brackets (OAS 3.0.3 §4.7.12.2 and §4.7.12.4).

use std::collections::BTreeMap;
use std::sync::Arc;

use media_api::client::Client;
use media_api::server::Options;
use media_api::types::{
    Address, FindNear, Finds, Look, Nested, NestedBy, SelectEntryEntry, Spot, Window,
};

use super::raw::{answer_with, ask, get};
use super::{client, serve};

fn look() -> Look {
    Look { color: Some("red".to_owned()), width: None }
}

fn filter() -> Nested {
    Nested {
        state: Some("open".to_owned()),
        tags: Some(vec!["a".to_owned(), "b,c".to_owned()]),
        by: Some(NestedBy { name: Some("n".to_owned()), age: Some(3) }),
    }
}

#[tokio::test]
async fn each_object_has_its_own_members() {
    let (_, client) = client(Options::default()).await;
    let found = client.find(look()).filter(filter()).await.unwrap();
    assert_eq!(found, Finds { look: Some(look()), filter: Some(filter()), ..Finds::default() });
    let found = client.find(Look::default()).await.unwrap();
    assert_eq!(found, Finds { look: Some(Look::default()), ..Finds::default() });

    let (spot, page) = (Spot { x: 1, y: None }, Window { from: Some(2), size: None });
    let near = Address { city: "Ulm & co".to_owned(), floor: Some(2) };
    let call = client.find(look()).colour(spot.clone()).page(page.clone()).limit(5);
    let found = call.near(FindNear { r#where: Some(near.clone()) }).await.unwrap();
    let expected = Finds {
        colour: Some(spot),
        look: Some(look()),
        page: Some(page),
        near: Some(near),
        limit: Some(5),
        ..Finds::default()
    };
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_object_of_any_names_has_those_of_nobody_else() {
    let (_, client) = client(Options::default()).await;
    let client = client.with_key("secret");
    assert_eq!(client.find_openly().await.unwrap(), Finds::default());
    let rest = BTreeMap::from([("utm_source".to_owned(), "x".to_owned())]);
    let spot = Spot { x: 1, y: None };
    let call = client.find_openly().rest(rest.clone()).colour(spot.clone());
    let found = call.filter(filter()).limit(5).await.unwrap();
    let expected = Finds {
        rest: Some(rest),
        colour: Some(spot),
        filter: Some(filter()),
        limit: Some(5),
        ..Finds::default()
    };
    assert_eq!(found, expected);
}

#[tokio::test]
async fn what_nobody_has_is_nobodys() {
    let url = serve(&Arc::default(), Options::default()).await;
    for (target, status, found) in [
        ("/finds", 200, r#"{"look":{}}"#),
        ("/finds?utm_source=x", 200, r#"{"look":{}}"#),
        ("/finds?filter[state]=open", 200, r#"{"filter":{"state":"open"},"look":{}}"#),
        (
            "/finds?filter%5Bby%5D%5Bage%5D=3&z[x]=1",
            200,
            r#"{"filter":{"by":{"age":3}},"look":{}}"#,
        ),
        ("/finds?x=1&size=2&other=3", 200, r#"{"colour":{"x":1},"look":{},"page":{"size":2}}"#),
        ("/finds?y=1", 422, "/query/colour/x"),
        ("/finds?width=a&from=b", 422, "/query/look/width /query/page/from"),
        ("/finds?where=Ulm", 422, "/query/near"),
        (
            "/finds?where=%7B%22city%22:%22Ulm%22,%22floor%22:%222%22%7D",
            422,
            "/query/near/where/floor",
        ),
        (
            "/finds?where=%7B%22city%22:%22Ulm%22,%22floor%22:2%7D",
            200,
            r#""near":{"city":"Ulm","floor":2}"#,
        ),
        ("/finds?filter[state]=a&filter[state][deep]=b", 422, "/query/filter"),
        (
            "/finds/open?key=k&limit=1&x=1&filter[state]=s",
            200,
            r#"{"colour":{"x":1},"filter":{"state":"s"},"limit":1}"#,
        ),
        ("/finds/open?key=k&utm_source=x&z[y]=1", 200, r#"{"rest":{"utm_source":"x","z[y]":"1"}}"#),
    ] {
        let (answered, body) = get(&url, target).await;
        assert_eq!(answered, status, "{target}: {body}");
        assert!(body.contains(found), "{target}: {body}");
    }
}

#[tokio::test]
async fn a_query_is_written_as_the_table_of_the_specification_has_it() {
    let (url, mut asked) = answer_with("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let client = Client::new(&url).unwrap();
    let spot = Spot { x: 1, y: Some(2) };
    let _ = client.find(look()).colour(spot).filter(filter()).await;
    let sent = asked.recv().await.unwrap();
    let line = "GET /finds?color=red&x=1&y=2&filter%5Bby%5D%5Bage%5D=3&filter%5Bby%5D%5Bname%5D=n&\
                filter%5Bstate%5D=open&filter%5Btags%5D=a&filter%5Btags%5D=b%2Cc HTTP/1.1\r\n";
    assert!(sent.starts_with(line), "{sent}");
}

#[tokio::test]
async fn all_of_a_query_is_a_form_with_its_encodings() {
    let (_, client) = client(Options::default()).await;
    assert_eq!(client.select_entry().await.unwrap(), Finds::default());
    let entry = SelectEntryEntry {
        count: Some(3),
        tags: Some(vec!["a".to_owned(), "b,c".to_owned()]),
        address: Some(Address { city: "Ulm".to_owned(), floor: Some(2) }),
        deep: Some(filter()),
    };
    let found = client.select_entry().entry(entry.clone()).await.unwrap();
    let color = Some("a|b,c".to_owned());
    let expected = Finds {
        look: Some(Look { color, width: Some(3) }),
        near: entry.address,
        filter: entry.deep,
        ..Finds::default()
    };
    assert_eq!(found, expected);
    let url = serve(&Arc::default(), Options::default()).await;
    for (query, status, found) in [
        ("tags=a,b&count=3", 200, r#"{"look":{"color":"a|b","width":3}}"#),
        ("address={%22city%22:%22Ulm%22}&utm_source=x", 200, r#""near":{"city":"Ulm"}"#),
        ("address={%22city%22:%22Ulm%22,%22floor%22:%222%22}", 422, "/query/entry/address/floor"),
        ("deep[by][age]=3", 200, r#"{"filter":{"by":{"age":3}}"#),
    ] {
        let answer = ask(&url, &[&format!("PUT /selection?{query} HTTP/1.1")], "").await;
        let is_right = answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains(found);
        assert!(is_right, "{query}: {answer}");
    }
}
