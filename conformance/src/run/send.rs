//! The request of a step: filled, sent, and sent once more where its token was refused.

use spec::model::Status;

use super::Runner;
use super::exchange::Sent;
use super::fill::{Filled, Unfilled};
use super::session::Purpose;
use super::stop::Halt;
use crate::case::{Pair, Step};
use crate::expression::Context;
use crate::transport::{Exchange, Transport};

/// A step as it is to be sent.
pub(super) struct Sending<'s> {
    /// The case that it belongs to.
    pub(super) case: &'s str,
    pub(super) step: &'s Step,
    /// Parameters of the query that take the place of the step's own.
    pub(super) query: &'s [Pair],
    /// Where it goes, if that isn't its path.
    pub(super) target: Option<&'s str>,
    /// The statuses that it asks for.
    pub(super) wanted: &'s [Status],
    /// What its case is for.
    pub(super) purpose: Purpose,
    /// Whether it goes out beyond the end of the run.
    pub(super) beyond: bool,
}

/// Why a step wasn't sent.
pub(super) enum Unsent {
    /// There is nothing to send.
    Unfilled(Unfilled),
    /// Nothing more is sent.
    Halted(Halt),
}

impl<T: Transport> Runner<'_, T> {
    /// Sends a step's request.
    pub(super) async fn send_step(
        &self,
        sending: &Sending<'_>,
        context: &Context<'_>,
    ) -> Result<(Filled, Exchange), Unsent> {
        let &Sending { case, step, query, target, wanted, purpose, beyond } = sending;
        let (operation_id, request) = (&step.operation_id, &step.request);
        let sender = self.sender(purpose);
        let mut is_first = true;
        loop {
            let filled = sender.fill(operation_id, request, query, context).await;
            let filled = filled.map_err(Unsent::Unfilled)?;
            let mut http = filled.http.clone();
            if let Some(target) = target {
                target.clone_into(&mut http.target);
            }
            if let Some(known) = self.looked_up.answer(step, &filled.http.target) {
                return Ok((filled, known));
            }
            let contract = self.judge.contract();
            let operation = contract.operation(operation_id);
            http.is_limited = operation.is_some_and(|one| contract.is_limited_by_itself(one));
            let timeout = step.timeout;
            let sent = Sent { case, operation_id, http, undoes: beyond, wanted, timeout };
            let exchange = self.exchange(sent).await.map_err(Unsent::Halted)?;
            // A token may be over or revoked before its time: that says nothing about the request.
            let renews = sender.renews(operation_id, &filled.carried, &exchange, wanted).await;
            if !renews || !is_first {
                if let Some(operation) = operation {
                    self.looked_up.keep(operation, step, &filled.http.target, &exchange);
                }
                return Ok((filled, exchange));
            }
            is_first = false;
        }
    }
}
