//! How parameters are written, as a service sees it (OAS 3.2 §4.12).

use crate::service::{Answer, Service};
use crate::suite::{Run, Suite};

/// A document of OpenAPI 3.2 of one operation with these parameters.
fn suite(folder: &tempfile::TempDir, parameters: &str) -> Suite {
    let document = format!(
        "
openapi: 3.2.0
info: {{ title: a, version: '1' }}
paths:
  /info:
    get:
      operationId: info
      parameters:
{parameters}
      responses: {{ '200': {{ description: Done. }}, '422': {{ description: No. }} }}
"
    );
    let spec = folder.path().join("openapi.yaml");
    std::fs::write(&spec, document).expect("written");
    Suite::of_files(spec, folder.path().join("profile.toml"))
}

#[track_caller]
fn check_passed(run: &Run) {
    assert_eq!(run.code, Some(0), "{}", run.told);
    assert!(run.exchanges().any(|(_, _, status)| status == 200), "{}", run.told);
}

#[tokio::test]
async fn cookies_go_out_in_their_style() {
    let parameters = "
        - { name: token, in: cookie, required: true, style: cookie, schema: { type: string, enum: ['a%20b=c'] } }
        - { name: tags, in: cookie, required: true, style: cookie, schema: { type: array, items: { enum: [x, y] }, minItems: 2, maxItems: 2, uniqueItems: true } }
        - { name: sizes, in: cookie, required: true, style: cookie, explode: false, schema: { type: array, items: { type: integer, enum: [7] }, minItems: 2, maxItems: 2 } }
        - { name: look, in: cookie, required: true, style: cookie, schema: { type: object, required: [color], properties: { color: { enum: [red] } }, additionalProperties: false } }
        - { name: note, in: cookie, required: true, schema: { type: string, enum: ['one; two'] } }
";
    let service = Service::start(|request| {
        let field = request.header("cookie").join("; ");
        let (token, rest) = field.split_once("; ").unwrap_or_default();
        let are_tags = ["tags=x; tags=y; ", "tags=y; tags=x; "].into_iter();
        let rest = are_tags.filter_map(|tags| rest.strip_prefix(tags)).next();
        let is_known =
            token == "token=a%20b=c" && rest == Some("sizes=7,7; color=red; note=one%3B%20two");
        if is_known { Answer::empty(200) } else { Answer::empty(422) }
    })
    .await;
    let folder = tempfile::tempdir().expect("a folder");
    let run = suite(&folder, parameters).run(&service.url).await;
    check_passed(&run);
}

#[tokio::test]
async fn a_query_that_is_one_value_goes_out_as_json_or_text() {
    let folder = tempfile::tempdir().expect("a folder");
    for (media_type, schema, sent) in [
        (
            "application/json",
            "{ type: object, required: [a], properties: { a: { enum: ['b&c+d'] } }, additionalProperties: false }",
            "{\"a\":\"b&c+d\"}",
        ),
        (
            "application/jsonpath",
            "{ type: string, enum: ['$.a[''b&c+d''][1:2]'] }",
            "$.a['b&c+d'][1:2]",
        ),
    ] {
        let service = Service::start(move |request| {
            // Nothing of it stands for itself: neither `&` nor `=` nor `+`.
            let is_known = request.query == [(sent.to_owned(), String::new())];
            if is_known { Answer::empty(200) } else { Answer::empty(422) }
        })
        .await;
        let parameter = format!(
            "        - {{ name: all, in: querystring, required: true, content: {{ {media_type}: {{ schema: {schema} }} }} }}"
        );
        let run = suite(&folder, &parameter).run(&service.url).await;
        check_passed(&run);
        let statuses: Vec<u64> = run.exchanges().map(|(_, _, status)| status).collect();
        assert!(statuses.contains(&200) && statuses.contains(&422), "{media_type}: {statuses:?}");
    }
}
