//! One exchange of a step: filled, sent, and sent once more where its token was refused.

use spec::model::Status;

use super::Runner;
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
    /// Sends a step's request; `wanted` are the statuses that it asks for.
    pub(super) async fn send(
        &self,
        step: &Step,
        query: &[Pair],
        context: &Context<'_>,
        wanted: &[Status],
    ) -> Result<(Filled, Exchange), Unsent> {
        let refusal_is_wanted = wanted.iter().any(|status| status.admits(401));
        let (filled, exchange) = self.send_once(step, query, context).await?;
        let renews = !refusal_is_wanted
            && self.sender().renews(&step.operation_id, &step.request, &exchange).await;
        if !renews {
            return Ok((filled, exchange));
        }
        // A token may be over or revoked before its time: that says nothing about the request.
        let (filled, exchange) = self.send_once(step, query, context).await?;
        self.sender().renews(&step.operation_id, &step.request, &exchange).await;
        Ok((filled, exchange))
    }

    async fn send_once(
        &self,
        step: &Step,
        query: &[Pair],
        context: &Context<'_>,
    ) -> Result<(Filled, Exchange), Unsent> {
        let filled = self.sender().fill(&step.operation_id, &step.request, query, context).await;
        let filled = filled.map_err(Unsent::Unfilled)?;
        let sent = self.exchange(&step.operation_id, filled.http.clone(), false).await;
        Ok((filled, sent.map_err(Unsent::Halted)?))
    }
}
