//! Forms and parts whose members are objects or lists, with and without a style (OAS 3.1.1 §4.8.15 and its examples).

use std::sync::Arc;

use media_api::client::{Client, Error, SendEntryFailure};
use media_api::operations::SendEntryPartsParts;
use media_api::server::{self, Context, Options};
use media_api::types::{
    Address, Entry, EntryEither, Look, Nested, NestedBy, Spot, Styles, StylesDeepOrText,
};

use super::raw::{answer_with, send_form};
use super::service::Scripted;
use super::{client, serve};

impl server::Forms for Scripted {
    async fn send_entry(&self, body: Entry, _: &Context) -> server::SendEntryResponse {
        server::SendEntryResponse::Ok(body)
    }

    async fn turn_entry(&self, body: Entry, _: &Context) -> server::TurnEntryResponse {
        server::TurnEntryResponse::Ok(body)
    }

    async fn send_styles(&self, body: Styles, _: &Context) -> server::SendStylesResponse {
        server::SendStylesResponse::Ok(body)
    }

    async fn send_entry_parts(
        &self,
        body: SendEntryPartsParts,
        _: &Context,
    ) -> server::SendEntryPartsResponse {
        let SendEntryPartsParts { name, count, tags, address, parcels, grid, either } = body;
        server::SendEntryPartsResponse::Ok(Entry {
            name,
            count,
            tags,
            address,
            parcels,
            grid,
            either,
        })
    }
}

fn address(city: &str, floor: i32) -> Address {
    Address { city: city.to_owned(), floor: Some(floor) }
}

fn entry() -> Entry {
    Entry {
        name: "a&b=c".to_owned(),
        count: Some(7),
        tags: Some(vec!["x".to_owned(), "y,z".to_owned()]),
        address: Some(address("Ulm", 1)),
        parcels: Some(vec![address("\"Köln\"", 2), address("]}+%", 3)]),
        grid: Some(vec![vec![1, 2], vec![], vec![3]]),
        either: Some(EntryEither::Address(address("Bonn", 4))),
    }
}

#[tokio::test]
async fn members_come_back_as_they_went() {
    let (_, client) = client(Options::default()).await;
    let text = Entry { either: Some(EntryEither::String("{}[".to_owned())), ..entry() };
    let few = Entry::new("only");
    for entry in [entry(), text, few] {
        assert_eq!(client.send_entry(entry.clone()).await.unwrap(), entry);
        assert_eq!(client.turn_entry(entry.clone()).await.unwrap(), entry);
        let Entry { name, count, tags, address, parcels, grid, either } = entry.clone();
        let parts = SendEntryPartsParts { name, count, tags, address, parcels, grid, either };
        assert_eq!(client.send_entry_parts(parts).await.unwrap(), entry);
    }
}

#[tokio::test]
async fn a_member_that_is_an_object_is_json() {
    let url = serve(&Arc::default(), Options::default()).await;
    for (form, status, found) in [
        ("id=1&name=n&address=%7B%22city%22%3A%22Ulm%22%7D", 200, r#""address":{"city":"Ulm"}"#),
        (
            "name=n&parcels={\"city\":\"a\"}&parcels={\"city\":\"b\"}",
            200,
            r#"[{"city":"a"},{"city":"b"}]"#,
        ),
        ("name=n&parcels=%7B%22city%22%3A%22a%22%7D", 200, r#""parcels":[{"city":"a"}]"#),
        ("name=n&grid=%5B1%2C2%5D&grid=[]", 200, r#""grid":[[1,2],[]]"#),
        ("name=n&either=plain", 200, r#""either":"plain""#),
        ("name=n&either=%7B%22city%22:%22a%22%7D", 200, r#""either":{"city":"a"}"#),
        // Within JSON a number is a number, and beside it is text.
        ("name=n&count=5&address={\"city\":\"a\",\"floor\":5}", 200, r#""floor":5"#),
        ("name=n&address={\"city\":\"a\",\"floor\":\"5\"}", 422, "/body/address/floor"),
        ("name=n&address={\"city\":\"a\",\"floor\":100}", 422, "/body/address/floor"),
        ("name=n&parcels={\"city\":\"a\"}&parcels={}", 422, "/body/parcels/1/city"),
        ("name=n&address=Ulm", 422, "/body/address"),
        ("name=n&address=", 422, "/body/address"),
        ("name=n&address={}&address={}", 422, "not what its media type says"),
        ("name=n&parcels={\"city\":\"a\"},{\"city\":\"b\"}", 422, "/body/parcels"),
    ] {
        let (answered, body) = send_form(&url, "/forms/members", form).await;
        assert_eq!(answered, status, "{form}: {body}");
        assert!(body.contains(found), "{form}: {body}");
    }
}

#[tokio::test]
async fn a_client_says_what_the_examples_of_the_specification_say() {
    let (url, mut asked) = answer_with("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let client = Client::new(&url).unwrap();
    let _ = client.send_entry(Entry { address: Some(address("Ulm", 1)), ..Entry::new("n") }).await;
    let sent = asked.recv().await.unwrap();
    let expected = "\r\n\r\nname=n&address=%7B%22city%22%3A%22Ulm%22%2C%22floor%22%3A1%7D";
    assert!(sent.ends_with(expected), "{sent}");
    let _ = client.send_styles(styles()).await;
    let sent = asked.recv().await.unwrap();
    let (_, form) = sent.split_once("\r\n\r\n").unwrap();
    let mut pairs: Vec<&str> = form.split('&').collect();
    pairs.sort_unstable();
    let expected = [
        "color=red",
        "commas=red,dark%2Cblue",
        "deep%5Bby%5D%5Bage%5D=3",
        "deep%5Bby%5D%5Bname%5D=%5D%5B",
        "deep%5Bstate%5D=open",
        "deep%5Btags%5D=a",
        "deep%5Btags%5D=b",
        "deepOrText%5Bcity%5D=Ulm",
        "deepOrText%5Bfloor%5D=1",
        "flat=x,1,y,-2",
        "pairs=red",
        "pairs=dark,blue".replace(',', "%2C").leak(),
        "pipes=red%7Cblue",
        "quoted=%22a%22",
        "quoted=%225%22",
        "spaces=1%202",
        "width=3",
    ];
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(pairs, expected);
}

fn styles() -> Styles {
    let list = |items: [&str; 2]| Some(items.map(str::to_owned).to_vec());
    Styles {
        commas: list(["red", "dark,blue"]),
        pipes: list(["red", "blue"]),
        spaces: Some(vec![1, 2]),
        pairs: list(["red", "dark,blue"]),
        quoted: list(["a", "5"]),
        flat: Some(Spot { x: 1, y: Some(-2) }),
        spread: Some(Look { color: Some("red".to_owned()), width: Some(3) }),
        deep: Some(Nested {
            state: Some("open".to_owned()),
            tags: list(["a", "b"]),
            by: Some(NestedBy { name: Some("][".to_owned()), age: Some(3) }),
        }),
        deep_or_text: Some(StylesDeepOrText::Address(address("Ulm", 1))),
    }
}

#[tokio::test]
async fn members_with_a_style_come_back_as_they_went() {
    let (_, client) = client(Options::default()).await;
    let text = StylesDeepOrText::String("text".to_owned());
    let text = Styles { deep_or_text: Some(text), ..styles() };
    for styles in [styles(), text, Styles::default()] {
        assert_eq!(client.send_styles(styles.clone()).await.unwrap(), styles);
    }
}

#[tokio::test]
async fn what_others_send_in_a_style_is_read() {
    let url = serve(&Arc::default(), Options::default()).await;
    for (form, status, found) in [
        ("commas=red,blue", 200, r#"{"commas":["red","blue"]}"#),
        ("pipes=red|blue", 200, r#"{"pipes":["red","blue"]}"#),
        ("spaces=1+2", 200, r#"{"spaces":[1,2]}"#),
        ("pairs=red,blue", 200, r#"{"pairs":["red,blue"]}"#),
        ("quoted=%22a%22", 200, r#"{"quoted":["a"]}"#),
        ("quoted=a", 422, "/body/quoted"),
        ("flat=x,1", 200, r#"{"flat":{"x":1}}"#),
        ("flat=y,1", 422, "/body/flat/x"),
        ("width=3", 200, r#"{"spread":{"width":3}}"#),
        ("deep[by][age]=3&deep[state]=open", 200, r#"{"deep":{"by":{"age":3},"state":"open"}}"#),
        ("deep[by][age]=x", 422, "/body/deep/by/age"),
        ("deep[by]=x", 422, "/body/deep/by"),
        ("other=1&utm_source=x", 200, "{}"),
    ] {
        let (answered, body) = send_form(&url, "/forms/styles", form).await;
        assert_eq!(answered, status, "{form}: {body}");
        assert!(body.contains(found), "{form}: {body}");
    }
    let endless = format!("deep{}=x", "[a]".repeat(100_000));
    let (answered, _) = send_form(&url, "/forms/styles", &endless).await;
    assert_eq!(answered, 422);
}

#[tokio::test]
async fn a_client_reads_the_forms_of_others() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\n\
                        content-type: application/x-www-form-urlencoded\r\n\r\n";
    let answered = async |form: &str| {
        let (url, _asked) = answer_with(format!("{HEAD}{form}").leak()).await;
        Client::new(&url).unwrap().turn_entry(Entry::new("n")).await
    };
    let right = answered("name=5&count=5&address=%7B%22city%22:%22Ulm%22,%22floor%22:1%7D").await;
    let expected = Entry { count: Some(5), address: Some(address("Ulm", 1)), ..Entry::new("5") };
    assert_eq!(right.unwrap(), expected);
    for (wrong, place) in [
        ("name=n&address=%7B%22city%22:1%7D", "address.city"),
        ("name=n&address=%7B%22city%22:%22a%22,%22floor%22:%221%22%7D", "address.floor"),
        ("name=n&address=Ulm", "is not JSON"),
    ] {
        let Err(Error::Undecodable(failure)) = answered(wrong).await else { panic!("{wrong}") };
        assert!(failure.message.contains(place), "{wrong}: {}", failure.message);
    }
}

#[tokio::test]
async fn a_violation_is_told_at_its_place() {
    let (_, client) = client(Options::default()).await;
    let parcels = Some(vec![address("a", 1), address("b", 100)]);
    let answered = client.send_entry(Entry { parcels, ..Entry::new("n") }).await;
    let Err(Error::Documented(failure)) = answered else { panic!("{answered:?}") };
    let SendEntryFailure::UnprocessableContent(problem) = *failure;
    assert!(problem.title.ends_with(" /body/parcels/1/floor"), "{}", problem.title);
}
