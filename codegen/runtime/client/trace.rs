//! A span for each call, with feature `tracing`.

use tracing::field::Empty;
use tracing::{Instrument as _, info_span};

use super::{Error, OperationInfo, Received};

/// Awaits within a span that says which operation is called, and how it went.
///
/// The name of a span is that of its place in the source, so the operation's stands in the fields `operation` and
/// `otel.name`, the latter being what exporters to OpenTelemetry name the span by. Neither the URL nor anything of the
/// request is recorded: they may hold secrets.
pub(super) async fn traced<E>(
    operation: &'static OperationInfo,
    exchanging: impl Future<Output = Result<Received, Error<E>>>,
) -> Result<Received, Error<E>> {
    let span = info_span!(
        "call",
        otel.name = operation.id,
        otel.kind = "client",
        operation = operation.id,
        http.request.method = operation.method,
        http.route = operation.path,
        http.response.status_code = Empty,
        error = Empty,
    );
    let outcome = exchanging.instrument(span.clone()).await;
    match &outcome {
        Ok(received) => {
            span.record("http.response.status_code", received.status().as_u16());
        }
        Err(error) => {
            span.record("error", tracing::field::display(error.kind()));
        }
    }
    outcome
}
