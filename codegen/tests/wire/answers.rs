//! Every documented status, answered with the contract's own example, comes back as the client's type for it.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;
use workspace_api::client::{self, Error};
use workspace_api::responses::{AdminMethodNotAllowed, AdminUnauthorized, Unauthorized};
use workspace_api::server::*;
use workspace_api::types::*;

use super::scripted::Scripted;
use super::{client, contract, example, serve};

/// One exchange for each status of an operation: what is sent, and what the client must make of it.
struct Exchanges {
    contract: spec::Contract,
    service: Arc<Scripted>,
    client: client::Client,
    seen: Vec<(&'static str, u16)>,
}

impl Exchanges {
    async fn new() -> Self {
        let service = Arc::new(Scripted::default());
        let client = client(serve(&service).await);
        Self { contract: contract(), service, client, seen: Vec::new() }
    }

    /// The body that the contract shows for this cell.
    fn body<T: for<'de> serde::Deserialize<'de>>(
        &mut self,
        operation: &'static str,
        status: u16,
    ) -> T {
        self.seen.push((operation, status));
        let example = example(&self.contract, operation, status);
        serde_json::from_value(example).expect("an example is of its type")
    }
}

/// The exchanges of an operation: for each failure `status Variant`, wrapped by the last argument where it has headers.
macro_rules! exchanges {
    (
        $exchanges:ident, $operation:literal, $response:ident, $failure:ident, |$client:ident| $call:expr,
        $success_status:literal $success:ident,
        $($status:literal $variant:ident $(($wrap:expr))?,)+
    ) => {{
        let body = $exchanges.body($operation, $success_status);
        $exchanges.service.answer_with($response::$success(Clone::clone(&body)));
        let $client = &$exchanges.client;
        let success = $call.await.expect("a success is Ok");
        assert_eq!(success, body);
        $(
            let payload = $exchanges.body($operation, $status);
            $(let payload = $wrap(payload);)?
            $exchanges.service.answer_with($response::$variant(Clone::clone(&payload)));
            let $client = &$exchanges.client;
            match $call.await {
                Err(Error::Documented(failure)) => {
                    assert_eq!(*failure, client::$failure::$variant(payload));
                }
                other => panic!("{} {}: {other:?}", $operation, $status),
            }
        )+
    }};
}

fn unauthorized(body: UnauthorizedError) -> Unauthorized {
    Unauthorized { www_authenticate: "Bearer realm=\"x\"".to_owned(), body }
}

fn admin_unauthorized(body: UnauthorizedProblem) -> AdminUnauthorized {
    AdminUnauthorized { www_authenticate: "Bearer".to_owned(), body }
}

fn method_not_allowed(body: MethodNotAllowedProblem) -> AdminMethodNotAllowed {
    AdminMethodNotAllowed { allow: "GET, HEAD".to_owned(), body }
}

fn creation() -> CreateWorkspaceRequest {
    serde_json::from_value(serde_json::json!({"organization_id": "o", "name": "n"})).unwrap()
}

#[tokio::test]
async fn every_documented_status_reaches_the_client_as_its_own_type() {
    let mut all = Exchanges::new().await;
    exchanges!(
        all, "listWorkspaces", ListWorkspacesResponse, ListWorkspacesFailure,
        |client| client.list_workspaces("o").limit(2).cursor("c"),
        200 Ok,
        401 Unauthorized (unauthorized), 403 Forbidden, 404 NotFound, 422 UnprocessableContent,
        500 InternalServerError,
    );
    exchanges!(
        all, "createWorkspace", CreateWorkspaceResponse, CreateWorkspaceFailure,
        |client| client.create_workspace("o", creation()),
        201 Created,
        401 Unauthorized (unauthorized), 403 Forbidden, 404 NotFound, 422 UnprocessableContent,
        500 InternalServerError,
    );
    exchanges!(
        all, "getWorkspace", GetWorkspaceResponse, GetWorkspaceFailure,
        |client| client.get_workspace("o", "w"),
        200 Ok,
        401 Unauthorized (unauthorized), 403 Forbidden, 404 NotFound, 422 UnprocessableContent,
        500 InternalServerError,
    );
    exchanges!(
        all, "updateWorkspace", UpdateWorkspaceResponse, UpdateWorkspaceFailure,
        |client| client.update_workspace("o", "w", UpdateWorkspaceRequest::default()),
        200 Ok,
        401 Unauthorized (unauthorized), 403 Forbidden, 404 NotFound, 422 UnprocessableContent,
        500 InternalServerError,
    );
    exchanges!(
        all, "deleteWorkspace", DeleteWorkspaceResponse, DeleteWorkspaceFailure,
        |client| client.delete_workspace("o", "w"),
        200 Ok,
        401 Unauthorized (unauthorized), 403 Forbidden, 404 NotFound, 422 UnprocessableContent,
        500 InternalServerError,
    );
    exchanges!(
        all, "adminGetWorkspace", AdminGetWorkspaceResponse, AdminGetWorkspaceFailure,
        |client| client.admin_get_workspace(Uuid::nil(), Uuid::nil()).deleted(true),
        200 Ok,
        401 Unauthorized (admin_unauthorized), 403 Forbidden, 404 NotFound,
        405 MethodNotAllowed (method_not_allowed), 410 Gone, 422 UnprocessableContent,
    );
    let documented: usize = all.contract.operations.iter().map(|o| o.responses.len()).sum();
    all.seen.sort_unstable();
    all.seen.dedup();
    assert_eq!((all.seen.len(), documented), (37, 37), "every cell of the contract, once");
}

#[tokio::test]
async fn pages_follow_the_cursor_that_the_link_names() {
    use std::pin::Pin;

    use futures_core::Stream;

    let all = Exchanges::new().await;
    let page = |next: Value, names: &[&str]| -> WorkspaceList {
        let mut workspace = example(&all.contract, "getWorkspace", 200);
        let workspaces = names.iter().map(|name| {
            workspace["name"] = (*name).into();
            workspace.clone()
        });
        let workspaces: Vec<Value> = workspaces.collect();
        let list = serde_json::json!({
            "total": 3, "has_more": next.is_string(), "next_cursor": next, "workspaces": workspaces,
        });
        serde_json::from_value(list).unwrap()
    };
    all.service.answer_with(ListWorkspacesResponse::Ok(page("c2".into(), &["a", "b"])));
    let mut items = all.client.list_workspaces("o").items();
    let mut names = Vec::new();
    while let Some(item) = std::future::poll_fn(|cx| Pin::new(&mut items).poll_next(cx)).await {
        names.push(item.unwrap().name.0);
        if names.len() == 2 {
            all.service.answer_with(ListWorkspacesResponse::Ok(page(Value::Null, &["c"])));
        }
    }
    assert_eq!(names, ["a", "b", "c"]);
}
