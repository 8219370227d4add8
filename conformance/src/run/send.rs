//! The request of a step: filled, sent, and sent once more where its token was refused.

use spec::model::Status;

use super::Runner;
use super::exchange::Sent;
use super::fill::{Filled, Unfilled};
use super::stop::Halt;
use crate::case::{Pair, Step};
use crate::expression::Context;
use crate::transport::{Exchange, Transport};

/// Why a step wasn't sent.
pub(super) enum Unsent {
    /// There is nothing to send.
    Unfilled(Unfilled),
    /// Nothing more is sent.
    Halted(Halt),
}

impl<T: Transport> Runner<'_, T> {
    /// Sends a step's request for a case; `wanted` are the statuses that it asks for.
    pub(super) async fn send_step(
        &self,
        case: &str,
        step: &Step,
        query: &[Pair],
        context: &Context<'_>,
        wanted: &[Status],
    ) -> Result<(Filled, Exchange), Unsent> {
        let (operation_id, request) = (&step.operation_id, &step.request);
        let may_renew = !wanted.iter().any(|status| status.admits(401));
        let mut is_first = true;
        loop {
            let filled = self.sender().fill(operation_id, request, query, context).await;
            let filled = filled.map_err(Unsent::Unfilled)?;
            let http = filled.http.clone();
            let sent = Sent { case, operation_id, http, undoes: false, wanted };
            let exchange = self.exchange(sent).await.map_err(Unsent::Halted)?;
            // A token may be over or revoked before its time: that says nothing about the request.
            let renews = may_renew && self.sender().renews(operation_id, request, &exchange).await;
            if !renews || !is_first {
                return Ok((filled, exchange));
            }
            is_first = false;
        }
    }
}
