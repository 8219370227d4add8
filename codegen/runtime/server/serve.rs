//! The steps of a request, in the order that a contract promises.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use axum::extract::Request;
use axum::response::Response;

use super::answer::without_length;
use super::{
    Answer, Body, Context, Input, Interruption, Limits, OperationInfo, Reason, Refusal, fallback,
};
use crate::validation::Violation;

/// An operation of a contract, as a service `S` fills it in. The generator writes the implementations.
pub trait Operation<S>: 'static {
    /// What the contract says of it.
    const INFO: &'static OperationInfo;
    /// Who asks.
    type Caller: Send + Sync;
    /// Its parameters.
    type Parameters: Send + Sync;
    /// Its request body.
    type Body: Send;
    /// Its documented responses.
    type Response: Answer;

    /// Credentials → caller.
    fn authenticate(
        service: &S,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Caller, Reason>> + Send;

    /// What may interrupt the request before anything of it is parsed.
    fn admit(
        service: &S,
        caller: &Self::Caller,
        context: &Context,
    ) -> impl Future<Output = Result<(), Interruption>> + Send;

    /// Parses and validates the parameters; `None` where `input` was told of violations.
    fn parameters(input: &mut Input<'_>) -> Option<Self::Parameters>;

    /// Whether the caller may do this.
    fn authorize(
        service: &S,
        caller: &Self::Caller,
        parameters: &Self::Parameters,
        context: &Context,
    ) -> impl Future<Output = Result<(), Self::Response>> + Send;

    /// Reads, parses and validates the body.
    fn body(
        body: Body<'_>,
    ) -> impl Future<Output = Result<Self::Body, (Reason, Vec<Violation>)>> + Send;

    /// Asks the handler.
    fn handle(
        service: &S,
        caller: Self::Caller,
        parameters: Self::Parameters,
        body: Self::Body,
        context: &Context,
    ) -> impl Future<Output = Self::Response> + Send;

    /// The documented response for a refusal, from the implementor's hooks; `None` where none is documented.
    fn refuse(service: &S, refusal: Refusal<'_>) -> Option<Self::Response>;
}

/// Takes a request through the steps of an operation.
pub async fn serve<S: Sync, O: Operation<S>>(
    service: &S,
    limits: Limits,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let context = Context::new(parts, O::INFO);
    let body = Body::new(body, &context, limits.body);
    let steps = caught(steps::<S, O>(service, &context, body));
    let outcome = match limits.time {
        Some(time) => tokio::time::timeout(time, steps).await.map_err(|_| Reason::OutOfTime),
        None => Ok(steps.await),
    };
    let answer = match outcome.and_then(|response| response.ok_or(Reason::Panicked)) {
        Ok(response) => response,
        Err(reason) => refuse::<S, O>(service, Refusal::new(reason, &[], &context)),
    };
    if O::INFO.method == "HEAD" { without_length(answer) } else { answer }
}

async fn steps<S: Sync, O: Operation<S>>(
    service: &S,
    context: &Context,
    body: Body<'_>,
) -> Response {
    let refuse = |reason, violations: &[Violation]| {
        refuse::<S, O>(service, Refusal::new(reason, violations, context))
    };
    let caller = match O::authenticate(service, context).await {
        Ok(caller) => caller,
        Err(reason) => return refuse(reason, &[]),
    };
    if let Err(interruption) = O::admit(service, &caller, context).await {
        let reason = Reason::Interrupted(interruption);
        // What the operation has no response for doesn't interrupt it.
        if let Some(answer) = O::refuse(service, Refusal::new(reason, &[], context)) {
            return answered::<S, O>(service, context, answer);
        }
    }
    let mut input = Input::new(context);
    let parameters = O::parameters(&mut input);
    let violations = input.into_violations();
    let parameters = match parameters {
        Some(parameters) if violations.is_empty() => parameters,
        _ => return refuse(Reason::InvalidParameters, &violations),
    };
    if let Err(answer) = O::authorize(service, &caller, &parameters, context).await {
        return answered::<S, O>(service, context, answer);
    }
    let body = match O::body(body).await {
        Ok(body) => body,
        Err((reason, violations)) => return refuse(reason, &violations),
    };
    let answer = O::handle(service, caller, parameters, body, context).await;
    // Where the handler reads the body it is here that it turns out to be too large, whatever the handler made of it.
    if context.is_overrun() {
        return refuse(Reason::BodyTooLarge, &[]);
    }
    answered::<S, O>(service, context, answer)
}

fn answered<S, O: Operation<S>>(service: &S, context: &Context, answer: O::Response) -> Response {
    answer.into_http().unwrap_or_else(|_| {
        refuse::<S, O>(service, Refusal::new(Reason::Unanswerable, &[], context))
    })
}

/// Answers as documented, else with the fallback; a hook that panics is no reason to drop the connection.
pub(super) fn refuse<S, O: Operation<S>>(service: &S, refusal: Refusal<'_>) -> Response {
    let documented = catch_unwind(AssertUnwindSafe(|| {
        O::refuse(service, refusal).and_then(|answer| answer.into_http().ok())
    }));
    let answer = documented.ok().flatten().unwrap_or_else(|| fallback::refused(&refusal));
    fallback::with_fields(answer, &refusal)
}

/// Runs a future to its end; `None` if it panics.
async fn caught<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        // Nothing of the future is looked at again after a panic, so nothing half-done can be seen.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Some(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}
