//! 5x: what people write first works, or tells them what to write.

use crate::met::Met;

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
