//! 4x: nobody's things, account or session are harmed unasked.

use serde_json::{Value, json};

use crate::met::Met;

#[tokio::test]
async fn nothing_destructive_is_called_unasked() {
    let Some(met) = Met::start("40-destructive-without-being-asked") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(
        1,
        &[
            "reset:200 skipped: `allow = [\"reset\"]`",
            "bulkDelete:200 skipped: `allow = [\"bulkDelete\"]`",
            "updateAll:200 skipped: `allow = [\"updateAll\"]`",
            "replaceSettings:200 skipped: `allow = [\"replaceSettings\"]`",
            "patchMe:200 skipped: `allow = [\"patchMe\"]`",
            "shutdown:200 skipped: `allow = [\"shutdown\"]`",
        ],
    );
    let state: Value = serde_json::from_str(&met.get("/state").1).expect("JSON");
    let as_it_was = json!({
        "items": ["mine 1", "mine 2"], "urls": ["json://mine"], "email": "me@example.org",
        "down": 0, "reset": 0,
    });
    assert_eq!(state, as_it_was);
}

#[tokio::test]
async fn no_session_is_ended_unasked() {
    let Some(met) = Met::start("41-logout-takes-the-users-token") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(
        0,
        &[
            "logout:204 skipped: `allow = [\"logout\"]`",
            "logout:401 skipped: `allow = [\"logout\"]`",
            "zz:200 passed",
            "zz:401 passed",
        ],
    );
}
