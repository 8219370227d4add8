//! 5x: what people write first works, or tells them what to write.

use crate::met::Met;
use crate::service::{Answer, Service};
use crate::suite::{Suite, THINGS};

#[tokio::test]
async fn a_secret_that_is_too_short_to_be_redacted_is_refused() {
    let Some(met) = Met::start("50-short-tokens-spoil-the-report") else { return };
    let run = met.suite().run(&met.url()).await;
    assert_eq!(run.code, Some(2), "{}", run.told);
    assert!(run.told.contains("too short to be redacted safely"), "{}", run.told);
    assert!(run.told.contains("profile.toml:2:10"), "{}", run.told);
}

#[tokio::test]
async fn the_path_of_servers_is_part_of_the_url() {
    let Some(met) = Met::start("51-base-path-of-servers") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(0, &["pets:200 passed"]);
    assert!(run.told.contains("with the path of the document's `servers`"), "{}", run.told);
}

#[tokio::test]
async fn a_short_secret_is_refused_whatever_it_is() {
    for (credential, place) in [("api_key = \"abc\"", "2:11"), ("bearer = \"abc\"", "2:10")] {
        let profile = format!("[credentials.me]\n{credential}\nmay = [\"*\"]\n");
        let run = Suite::of(THINGS).profile(&profile).run("http://127.0.0.1:1").await;
        assert_eq!(run.code, Some(2), "{}", run.told);
        assert!(run.told.contains(&format!("profile.toml:{place}")), "{}", run.told);
    }
}

const PETS: &str = "
servers: [{ url: /api/v1 }]
paths:
  /pets:
    get: { operationId: pets, responses: { '200': { $ref: '#/components/responses/Done' } } }
";

#[tokio::test]
async fn what_somebody_says_of_the_path_counts() {
    // Behind the URL's own path, the flags, and the profile.
    for (path, flags, profile, asked) in [
        ("", &[][..], "", "/api/v1/pets"),
        ("/v2", &[], "", "/v2/pets"),
        ("/v2/", &[], "", "/v2/pets"),
        ("", &["--base-path", ""], "", "/pets"),
        ("", &["--base-path", "/v3"], "", "/v3/pets"),
        ("/a", &["--base-path", "/v3"], "", "/a/v3/pets"),
        ("", &[], "base_path = \"\"\n", "/pets"),
        ("", &[], "base_path = \"/v4\"\n", "/v4/pets"),
        ("", &["--base-path", "/v5"], "base_path = \"/v4\"\n", "/v5/pets"),
    ] {
        let service = Service::start(move |request| match request.path == asked {
            true => Answer::empty(200),
            false => Answer::error(404),
        })
        .await;
        let suite = Suite::of(PETS).profile(profile).flags(flags);
        let run = suite.run(&format!("{}{path}", service.url)).await;
        run.check(0, &["pets:200 passed"]);
        assert!(service.asked().iter().all(|one| one.path == asked), "{asked}");
    }
}

#[tokio::test]
async fn a_wrong_base_path_is_suggested_where_everything_is_404() {
    let service = Service::start(|_| Answer::error(404)).await;
    let paths = format!(
        "{PETS}  /toys:\n    get: {{ operationId: toys, responses: {{ '200': {{ $ref: '#/components/responses/Done' }} }} }}\n"
    );
    let run = Suite::of(&paths).run(&service.url).await;
    assert_eq!(run.code, Some(1), "{}", run.told);
    assert!(run.told.contains("`--base-path`"), "{}", run.told);
}
