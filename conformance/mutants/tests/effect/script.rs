//! Literal requests, one after the other, among which every mutant finds something to break.

use serde_json::{Value, json};

pub(crate) const ORG: &str = "11111111-1111-4111-8111-111111111111";
pub(crate) const NOWHERE: &str = "99999999-9999-4999-8999-999999999999";

/// One request. Targets have holes, `{a}`, for what earlier answers were kept as; `{^a}` is that in capitals.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) label: &'static str,
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// What a value of the answer is kept as: the name of the hole, and where the value is.
    pub(crate) keep: Option<(&'static str, &'static str)>,
}

impl Line {
    fn new(label: &'static str, method: &'static str, target: &str) -> Self {
        let target = target.replace("{org}", ORG).replace("{nowhere}", NOWHERE);
        let headers = vec![("authorization", "Bearer admin-token".to_owned())];
        Self { label, method, target, headers, body: Vec::new(), keep: None }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(present, _)| *present != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    fn by(self, who: &str) -> Self {
        self.with("authorization", &format!("Bearer {who}-token"))
    }

    fn anonymous(mut self) -> Self {
        self.headers.retain(|(name, _)| *name != "authorization");
        self
    }

    fn sending(self, body: &Value) -> Self {
        self.sending_text(&body.to_string())
    }

    fn sending_text(mut self, body: &str) -> Self {
        body.as_bytes().clone_into(&mut self.body);
        self.with("content-type", "application/json")
    }

    fn keep(mut self, hole: &'static str, pointer: &'static str) -> Self {
        self.keep = Some((hole, pointer));
        self
    }
}

fn list(label: &'static str, query: &str) -> Line {
    Line::new(label, "GET", &format!("/v1/orgs/{{org}}/workspaces{query}"))
}

fn create(label: &'static str, mut body: Value) -> Line {
    if let Some(body) = body.as_object_mut() {
        body.entry("organization_id").or_insert(ORG.into());
    }
    Line::new(label, "POST", "/v1/orgs/{org}/workspaces").sending(&body)
}

fn one(label: &'static str, method: &'static str, id: &str) -> Line {
    Line::new(label, method, &format!("/v1/orgs/{{org}}/workspaces/{id}"))
}

fn update(label: &'static str, id: &str, body: &Value) -> Line {
    one(label, "PUT", id).sending(body)
}

fn admin(label: &'static str, method: &'static str, id: &str) -> Line {
    Line::new(label, method, &format!("/workspace/admin/orgs/{{org}}/workspaces/{id}"))
}

/// The whole script. Later parts build on what earlier ones made.
pub(crate) fn script() -> Vec<Line> {
    let parts: [fn() -> Vec<Line>; 10] = [
        happy_path,
        refused_creations,
        refused_updates,
        unusual_requests,
        odd_targets,
        strangers,
        wrong_twice,
        odd_texts,
        pages,
        after_deletion,
    ];
    parts.into_iter().flat_map(|part| part()).collect()
}

fn happy_path() -> Vec<Line> {
    let everything = json!({
        "name": "Alpha", "description": "x".repeat(300), "subscription_plan_id": "plan",
        "tags": ["zebra", "ant"], "region": "us-west-2",
    });
    vec![
        create("create with everything", everything).keep("a", "/workspace_id"),
        one("get", "GET", "{a}"),
        create("create with a name", json!({ "name": "Beta" })).keep("b", "/workspace_id"),
        create("create as editor", json!({ "name": "Delta" }))
            .by("editor")
            .keep("e", "/workspace_id"),
        one("get as viewer", "GET", "{b}").by("viewer"),
        admin("admin get", "GET", "{a}"),
        admin("admin get of bare", "GET", "{b}"),
        update("update name", "{a}", &json!({ "name": "Gamma" })),
        update("deactivate", "{a}", &json!({ "is_active": false })),
        update("update nothing", "{a}", &json!({})),
        one("get after updates", "GET", "{a}"),
        update("update description", "{b}", &json!({ "description": "new" })),
        update("clear description", "{b}", &json!({ "description": null })),
        update("set plan and tags", "{b}", &json!({ "subscription_plan_id": "p", "tags": ["t"] })),
        update("replace tags", "{b}", &json!({ "tags": ["u"] })),
        update("clear plan", "{b}", &json!({ "subscription_plan_id": null })),
        update("clear tags", "{b}", &json!({ "tags": [] })),
        update("keep own name", "{b}", &json!({ "name": "Beta" })),
        admin("admin get after updates", "GET", "{a}"),
        list("list as viewer", "").by("viewer"),
        one("create fails on request", "DELETE", "{a}").with("prefer", "code=500"),
        list("list fails on request", "").with("prefer", "code=500"),
    ]
}

fn refused_creations() -> Vec<Line> {
    let create_text = |label, text: &str| create(label, json!({})).sending_text(text);
    let fine = json!({ "organization_id": ORG, "name": "Media" });
    vec![
        create("create taken name", json!({ "name": "Gamma" })),
        create("create name of 61", json!({ "name": "n".repeat(61) })),
        create("create empty name", json!({ "name": "" })),
        create("create name 5", json!({ "name": 5 })),
        create("create without name", json!({ "tags": [] })),
        create_text("create without organization", r#"{"name":"No organization"}"#),
        create("create elsewhere", json!({ "name": "Else", "organization_id": NOWHERE })),
        create(
            "create description of 2001",
            json!({ "name": "D", "description": "d".repeat(2001) }),
        ),
        create("create plan 5", json!({ "name": "P", "subscription_plan_id": 5 })),
        create("create 21 tags", json!({ "name": "T", "tags": vec!["t"; 21] })),
        create("create tag of 101", json!({ "name": "T1", "tags": ["t".repeat(101)] })),
        create("create tag 5", json!({ "name": "T5", "tags": [5] })),
        create("create tag null", json!({ "name": "T6", "tags": [null] })),
        create("create tags null", json!({ "name": "T7", "tags": null })),
        create("create region null", json!({ "name": "R", "region": null })),
        create("create region unknown", json!({ "name": "R1", "region": "mars-1" })),
        create_text("create malformed", r#"{"organization_id":"#),
        create_text("create lone surrogate", &fine.to_string().replace("Media", "\\ud800")),
        create_text("create array", "[]"),
        create_text("create empty", ""),
        create("create zero character", json!({ "name": "nul \u{0}" })),
        {
            let mut line = create("create without media type", fine);
            line.headers.retain(|(name, _)| *name != "content-type");
            line
        },
        create(
            "create in unknown organization",
            json!({ "organization_id": NOWHERE, "name": "U" }),
        )
        .at("/v1/orgs/{nowhere}/workspaces"),
    ]
}

impl Line {
    fn at(mut self, target: &str) -> Self {
        self.target = target.replace("{nowhere}", NOWHERE);
        self
    }
}

fn refused_updates() -> Vec<Line> {
    let body = json!({ "is_active": true });
    let update_text = |label, text: &str| one(label, "PUT", "{b}").sending_text(text);
    vec![
        update("update to taken name", "{b}", &json!({ "name": "Gamma" })),
        update("update name of 61", "{b}", &json!({ "name": "m".repeat(61) })),
        update("update empty name", "{b}", &json!({ "name": "" })),
        update("update name null", "{b}", &json!({ "name": null })),
        update("update is_active null", "{b}", &json!({ "is_active": null })),
        update("update is_active text", "{b}", &json!({ "is_active": "false" })),
        update("update description list", "{b}", &json!({ "description": [] })),
        update("update empty tag", "{b}", &json!({ "tags": [""] })),
        update("update tags text", "{b}", &json!({ "tags": "t" })),
        update_text("update empty", ""),
        update_text("update list", "[]"),
        update_text("update malformed", "{"),
        one("update as text", "PUT", "{b}").sending(&body).with("content-type", "text/plain"),
        update("update unknown", "{nowhere}", &body),
    ]
}

fn unusual_requests() -> Vec<Line> {
    vec![
        create("create name of 60", json!({ "name": "s".repeat(60) })),
        create("create astral name of 60", json!({ "name": "\u{1f600}".repeat(60) })),
        create(
            "create description of 2000",
            json!({ "name": "D2", "description": "d".repeat(2000) }),
        ),
        create("create description null", json!({ "name": "D3", "description": null })),
        create("create empty plan", json!({ "name": "P2", "subscription_plan_id": "" })),
        create("create 20 tags", json!({ "name": "T20", "tags": vec!["t"; 20] })),
        create("create a tag twice", json!({ "name": "T2", "tags": ["ant", "ant"] })),
        create("create in eu-west-1", json!({ "name": "EU", "region": "eu-west-1" })),
        create("create no tags", json!({ "name": "T0", "tags": [] })),
        create("create unknown member", json!({ "name": "X", "colour": "red" })),
        create("create with blanks", json!({ "name": " blank " })),
        create("create other case", json!({ "name": "GAMMA" })),
        create("create other blank", json!({ "name": "Gamma " })),
        create("create with charset", json!({ "name": "C" }))
            .with("content-type", "application/json; charset=utf-8"),
        update("update name of 1", "{b}", &json!({ "name": "b" })),
        update("update empty description", "{b}", &json!({ "description": "" })),
        update("update tag of 100", "{b}", &json!({ "tags": ["t".repeat(100)] })),
        list("list limit 200", "?limit=200"),
        list("list unknown parameter", "?colour=red"),
        list("list lower-case scheme", "").with("authorization", "bearer admin-token"),
        admin("admin deleted=False", "GET", "{b}?deleted=False"),
    ]
}

fn odd_targets() -> Vec<Line> {
    let list_of = |label, org: &str| Line::new(label, "GET", &format!("/v1/orgs/{org}/workspaces"));
    vec![
        list("list limit 0", "?limit=0"),
        list("list limit 201", "?limit=201"),
        list("list limit ten", "?limit=ten"),
        list("list limit empty", "?limit="),
        list("list limit 1.0", "?limit=1.0"),
        list("list limit twice", "?limit=1&limit=2"),
        list("list cursor empty", "?cursor="),
        list("list cursor unissued", "?cursor=unissued"),
        list("list cursor of 513", &format!("?cursor={}", "c".repeat(513))),
        list_of("list unknown organization", "{nowhere}"),
        list_of("list odd organization", "a%20b"),
        one("get unknown", "GET", "{nowhere}"),
        one("get odd id", "GET", "a%20b"),
        one("get undecodable id", "GET", "a%ff"),
        one("get id of 65", "GET", &"i".repeat(65)),
        one("delete unknown", "DELETE", "{nowhere}"),
        one("delete odd id", "DELETE", "a!%20b"),
        admin("admin unknown", "GET", "{nowhere}"),
        admin("admin no uuid", "GET", "no-uuid"),
        admin("admin bare uuid", "GET", &NOWHERE.replace('-', "")),
        admin("admin deleted=1", "GET", "{a}?deleted=1"),
        admin("admin deleted=true of live", "GET", "{a}?deleted=true"),
        admin("admin patch", "PATCH", "{a}"),
        admin("admin put", "PUT", "{a}"),
        admin("admin delete", "DELETE", "{a}"),
        admin("admin post", "POST", "{a}").anonymous(),
    ]
}

fn strangers() -> Vec<Line> {
    let new = |name: &str| json!({ "name": name });
    vec![
        list("list anonymously", "").anonymous(),
        list("list with empty token", "").with("authorization", "Bearer "),
        list("list with the beginning of a token", "").with("authorization", "Bearer viewer-tok"),
        list("list with more than a token", "").with("authorization", "Bearer viewer-tokens"),
        create("create with other scheme", new("Basic"))
            .with("authorization", "Basic YWRtaW46YQ=="),
        one("get anonymously", "GET", "{a}").anonymous(),
        one("delete with unknown token", "DELETE", "{a}").by("unknown"),
        update("update with unknown token", "{a}", &json!({})).by("unknown"),
        admin("admin anonymously", "GET", "{a}").anonymous(),
        create("create as viewer", new("V")).by("viewer"),
        update("update as viewer", "{a}", &json!({})).by("viewer"),
        one("delete as viewer", "DELETE", "{nowhere}").by("viewer"),
        admin("admin as viewer", "GET", "{a}").by("viewer"),
        admin("admin as editor", "GET", "{a}").by("editor"),
        list("list as outsider", "").by("outsider"),
        create("create as outsider", new("O")).by("outsider"),
        one("get as outsider", "GET", "{a}").by("outsider"),
        update("update as outsider", "{a}", &json!({})).by("outsider"),
        one("delete as outsider", "DELETE", "{nowhere}").by("outsider"),
        admin("admin as outsider", "GET", "{a}").by("outsider"),
    ]
}

fn wrong_twice() -> Vec<Line> {
    let none = json!({});
    vec![
        one("get odd id anonymously", "GET", "a%20b").anonymous(),
        admin("admin no uuid anonymously", "GET", "no-uuid").anonymous(),
        create("create nothing anonymously", none.clone()).anonymous(),
        create("create nothing as viewer", none.clone()).by("viewer"),
        list("list limit 0 as outsider", "?limit=0").by("outsider"),
        one("update unknown malformed", "PUT", "{nowhere}").sending_text("{"),
        one("get of unknown organization as viewer", "GET", "{nowhere}")
            .at("/v1/orgs/{nowhere}/workspaces/{nowhere}")
            .by("viewer"),
        list("list fails anonymously", "").anonymous().with("prefer", "code=500"),
        admin("admin asked to fail", "GET", "{a}").with("prefer", "code=500"),
        one("delete anonymously", "DELETE", "{b}").anonymous(),
        one("get after anonymous deletion", "GET", "{b}"),
    ]
}

fn odd_texts() -> Vec<Line> {
    let odd = json!({
        "name": "<a & b> e\u{301}", "description": " two\nlines ",
        "subscription_plan_id": "P".repeat(300), "tags": ["One, two"],
        "owner_id": "somebody", "s3_bucket": "mine",
    });
    let more = json!({ "region": "eu-west-1", "bucket_status": "failed" });
    vec![
        create("create odd texts", odd).keep("o", "/workspace_id"),
        update("update what may not be", "{o}", &more),
        update("update as editor", "{o}", &json!({ "name": "odd" })).by("editor"),
        admin("admin get after editor", "GET", "{o}"),
        admin("admin get of an editor's", "GET", "{e}"),
        create("create old name", json!({ "name": "<a & b> e\u{301}" })),
        list("list limit of many digits", &format!("?limit={}", "9".repeat(20))),
        admin("admin capital uuid", "GET", "{^o}"),
        create("create one more", json!({ "name": "One" })),
        create("create two more", json!({ "name": "Two" })),
        create("create three more", json!({ "name": "Three" })),
        create("create the newest", json!({ "name": "Newest" })).keep("n", "/workspace_id"),
    ]
}

fn pages() -> Vec<Line> {
    vec![
        list("first page", "?limit=2").keep("c", "/next_cursor"),
        list("second page", "?limit=2&cursor={c}").keep("c", "/next_cursor"),
        list("third page", "?limit=2&cursor={c}"),
        list("page of one", "?limit=1"),
        list("rest", "?cursor={c}"),
    ]
}

fn after_deletion() -> Vec<Line> {
    vec![
        one("delete as editor", "DELETE", "{a}").by("editor"),
        one("get another after deletion", "GET", "{n}"),
        one("delete again", "DELETE", "{a}"),
        one("get deleted", "GET", "{a}"),
        update("update deleted", "{a}", &json!({})),
        admin("admin get deleted", "GET", "{a}"),
        admin("admin deleted=true", "GET", "{a}?deleted=true"),
        admin("admin deleted=True", "GET", "{a}?deleted=True"),
        admin("admin deleted=false", "GET", "{a}?deleted=false"),
        list("list after deletion", ""),
        create("create name of deleted", json!({ "name": "Gamma" })).keep("d", "/workspace_id"),
        one("delete as administrator", "DELETE", "{d}"),
    ]
}
