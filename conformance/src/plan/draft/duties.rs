//! Separation of duties: who decides on a thing must not be who made it. The credential that has no right to decide makes what the
//! case needs, and of those that have it, the one with the fewest rights decides.

use spec::model::Operation;

use super::Draft;
use super::member::OWN;
use crate::case::{Credentials, Request};
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
    /// Before an operation that nobody calls on a thing of their own: the steps so far, and those to come, are sent as a credential
    /// that may make such things and has no right to the operation. Nothing changes where the profile has none.
    pub(super) fn separate_duties(&mut self, operation: &Operation) {
        let planner = self.planner;
        if self.thing_maker.is_some() || !planner.is_never_own(operation) {
            return;
        }
        let Some(maker) = self.maker_of(operation) else { return };
        let made_by = planner.context.credentials.iter().find(|(name, caller)| {
            caller.calls(maker)
                && !caller.may_call(operation)
                && planner.side_with(name) == self.side
        });
        let Some((name, _)) = made_by else { return };
        self.thing_maker = Some(name.clone());
        self.made_by(name);
    }

    /// Before an operation that nobody calls on a thing of their own: who has a right to it takes part in what that lies in, where
    /// the contract says how, and where that wasn't seen to before.
    pub(super) fn let_in(&mut self, operation: &Operation, request: &Request) {
        let Credentials::As(name) = &request.credentials else { return };
        let caller = self.planner.context.credentials.get(name);
        let is_meant = self.planner.is_never_own(operation)
            && caller.is_some_and(|one| one.may_call(operation));
        if is_meant && !self.steps.iter().any(|step| step.id == OWN) {
            self.let_take_part(name, operation, false);
        }
    }

    /// The credential that has made the thing, for a request that would be sent as the usual one: where duties are separated, and it
    /// may call the operation.
    pub(super) fn as_maker(
        &self,
        operation: &Operation,
        usual: &Credentials,
    ) -> Option<Credentials> {
        let name = self.thing_maker.as_ref()?;
        let caller = self.planner.context.credentials.get(name)?;
        let is_usual = *usual == self.credentials(operation) && *usual != Credentials::None;
        (is_usual && caller.calls(operation)).then(|| Credentials::As(name.clone()))
    }
}
