//! What takes two: who decides on something must not be who made it. Then whoever has no right to decide makes what the case
//! needs, and the one with the fewest rights decides: who may do everything may be anybody.

use spec::model::Operation;

use super::Draft;
use crate::case::Credentials;
use crate::context::Rights;
use crate::plan::Planner;

impl Planner<'_> {
    /// Of those who may call an operation that nobody calls on a thing of their own, the one with the fewest rights.
    pub(in crate::plan) fn least_entitled<'c>(
        &self,
        operation: &Operation,
        callers: impl Iterator<Item = (&'c str, &'c Rights)>,
    ) -> Option<&'c str> {
        let rights = |rights: &Rights| match rights {
            Rights::All => usize::MAX,
            Rights::Only(operations) => operations.len(),
        };
        let mut callers = callers.map(|(name, own)| (name, rights(own)));
        match self.is_never_own(operation) {
            true => callers.min_by_key(|(_, rights)| *rights),
            false => callers.next(),
        }
        .map(|(name, _)| name)
    }
}

impl Draft<'_> {
    /// Has all that was made so far, and that is done to it from now on, done by somebody who has no right to an operation
    /// which nobody calls on a thing of their own. As far as anybody has no right to it, and may make such things.
    pub(super) fn act_with_two_hands(&mut self, operation: &Operation) {
        let planner = self.planner;
        if self.hand.is_some() || !planner.is_never_own(operation) {
            return;
        }
        let Some(maker) = self.maker_of(operation) else { return };
        let hand = planner.context.credentials.iter().find(|(name, caller)| {
            caller.calls(maker)
                && !caller.may_call(operation)
                && planner.side_with(name) == self.side
        });
        let Some((hand, _)) = hand else { return };
        self.made_by(hand);
        self.hand = Some(hand.clone());
    }

    /// Who sends a request of an operation, where somebody other than usual has made all that the case is about.
    pub(super) fn by_hand(
        &self,
        operation: &Operation,
        usual: &Credentials,
    ) -> Option<Credentials> {
        let hand = self.hand.as_ref()?;
        let caller = self.planner.context.credentials.get(hand)?;
        let is_usual = *usual == self.credentials(operation) && *usual != Credentials::None;
        (is_usual && caller.calls(operation)).then(|| Credentials::As(hand.clone()))
    }
}
