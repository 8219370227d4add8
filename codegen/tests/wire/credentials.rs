//! Tokens that don't last, against a server that says so.

use std::sync::Arc;

use workspace_api::client::{Client, Error, GetWorkspaceFailure, Secret};
use workspace_api::server::GetWorkspaceResponse;

use super::scripted::Scripted;
use super::{contract, example, serve};

#[tokio::test]
async fn a_token_that_is_refused_is_fetched_anew_once() {
    let service = Arc::new(Scripted::default());
    let client = Client::new(&format!("http://{}", serve(&service).await)).unwrap();
    let workspace = example(&contract(), "getWorkspace", 200);
    let workspace = serde_json::from_value(workspace).unwrap();
    service.answer_with(GetWorkspaceResponse::Ok(Clone::clone(&workspace)));
    let refreshing = client.clone().with_bearer_from(|refused: Option<Secret>| async move {
        let token = if refused.is_some() { "good" } else { "stale" };
        Ok::<_, std::convert::Infallible>(Secret::from(token))
    });
    assert_eq!(refreshing.get_workspace("o", "w").await.unwrap(), workspace);
    let stale = client
        .with_bearer_from(|_| async { Ok::<_, std::convert::Infallible>(Secret::from("stale")) });
    match stale.get_workspace("o", "w").await {
        Err(Error::Documented(failure)) => {
            assert!(matches!(*failure, GetWorkspaceFailure::Unauthorized(_)), "{failure:?}");
        }
        other => panic!("{other:?}"),
    }
}
