//! `deleteWorkspace` documents no 410, so no handler can answer one.

use workspace_api::server::DeleteWorkspaceResponse;
use workspace_api::types::GoneProblem;

fn answer(gone: GoneProblem) -> DeleteWorkspaceResponse {
    DeleteWorkspaceResponse::Gone(gone)
}

fn convert(gone: GoneProblem) -> DeleteWorkspaceResponse {
    gone.into()
}

fn main() {
    let _ = (answer, convert);
}
