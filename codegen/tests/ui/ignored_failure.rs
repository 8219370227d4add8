//! A client that looks at failures looks at each that is documented.

use workspace_api::client::{Client, Error, GetWorkspaceFailure};

async fn look(client: &Client) -> &'static str {
    match client.get_workspace("org", "workspace").await {
        Ok(_) => "there",
        Err(Error::Documented(failure)) => match *failure {
            GetWorkspaceFailure::NotFound(_) => "not there",
            GetWorkspaceFailure::Forbidden(_) | GetWorkspaceFailure::Unauthorized(_) => "not for us",
            GetWorkspaceFailure::UnprocessableContent(_) => "not understood",
        },
        Err(_) => "unknown",
    }
}

fn main() {
    let _ = look;
}
