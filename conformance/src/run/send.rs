//! One exchange of a step: filled, sent, and sent once more where its token was refused.

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

/// A step that is to be sent.
pub(super) struct Sending<'s> {
    /// The case that it is of.
    pub(super) case: &'s str,
    pub(super) step: &'s Step,
    /// Query parameters that stand for those of the same names.
    pub(super) query: &'s [Pair],
    /// The statuses that it asks for.
    pub(super) wanted: &'s [Status],
}

impl<T: Transport> Runner<'_, T> {
    /// Sends a step's request.
    pub(super) async fn send(
        &self,
        sending: &Sending<'_>,
        context: &Context<'_>,
    ) -> Result<(Filled, Exchange), Unsent> {
        let Sending { step, wanted, .. } = sending;
        let refusal_is_wanted = wanted.iter().any(|status| status.admits(401));
        let (filled, exchange) = self.send_once(sending, context).await?;
        let renews = !refusal_is_wanted
            && self.sender().renews(&step.operation_id, &step.request, &exchange).await;
        if !renews {
            return Ok((filled, exchange));
        }
        // A token may be over or revoked before its time: that says nothing about the request.
        let (filled, exchange) = self.send_once(sending, context).await?;
        self.sender().renews(&step.operation_id, &step.request, &exchange).await;
        Ok((filled, exchange))
    }

    async fn send_once(
        &self,
        sending: &Sending<'_>,
        context: &Context<'_>,
    ) -> Result<(Filled, Exchange), Unsent> {
        let Sending { case, step, query, wanted } = *sending;
        let filled = self.sender().fill(&step.operation_id, &step.request, query, context).await;
        let filled = filled.map_err(Unsent::Unfilled)?;
        let sent = Sent {
            case,
            operation_id: &step.operation_id,
            http: filled.http.clone(),
            undoes: false,
            wanted,
        };
        let exchange = self.exchange(sent).await.map_err(Unsent::Halted)?;
        Ok((filled, exchange))
    }
}
