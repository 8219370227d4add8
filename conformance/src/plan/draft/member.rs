//! Callers who are given a role within a thing, by who made that thing.

use spec::model::Operation;
use spec::names::words;
use spec::pointer::escape;
use spec::resources::{Grant, Grantee};

use super::{Draft, Path, Provided};
use crate::case::{Credentials, Template};
use crate::expression::Expression;
use crate::sample::Extent;

/// The step in which somebody asks for what tells by what they go.
pub(super) const OWN: &str = "own";
/// How the steps begin in which those ask who are called after a role.
pub(in crate::plan) const OWN_AS: &str = "own_";
/// The step that gives them the role, and the output of the one before: by what they go.
pub(in crate::plan) const GRANT: &str = "grant";
const USER: &str = "user";

/// Whether a step asks who somebody is, which they have to ask themselves.
pub(super) fn asks_who(step: &str) -> bool {
    step == OWN || step.starts_with(OWN_AS)
}

impl Draft<'_> {
    /// Gives a credential a role within what others have made, where the contract says how: one that is said to be forbidden an
    /// operation, or one that isn't; and if there is one, that after which the credential is called.
    pub(in crate::plan) fn let_take_part(
        &mut self,
        name: &str,
        operation: &Operation,
        is_forbidden: bool,
    ) {
        let planner = self.planner;
        let Some(caller) = planner.context.credentials.get(name) else { return };
        let called = words(name);
        let is_called = |role: &&String| words(role).iter().all(|word| called.contains(word));
        let grants = planner.resources.grants().iter();
        for grant in grants.filter(|grant| caller.calls(grant.told_by())) {
            let forbidden = planner.resources.roles_without_right(operation, &grant.roles);
            let is_meant = |role: &&String| forbidden.contains(&role.as_str()) == is_forbidden;
            let mut roles = grant.roles.iter().filter(is_meant);
            let Some(role) = roles.clone().find(is_called).or_else(|| roles.next()) else {
                continue;
            };
            let before = self.clone();
            if self.take_part(name, grant, role).is_none() {
                *self = before;
            }
        }
    }

    /// Sends all steps so far as one credential, but for those that it may not call: within what others make for it then, it takes
    /// part, where the contract says how, so that it may make the thing.
    pub(in crate::plan) fn made_by_member(&mut self, name: &str, maker: &Operation) {
        self.made_by(name);
        self.let_take_part(name, maker, false);
    }

    /// Gives a credential a role within what was made so far, as soon as that is there. `None` where it can't be told by what
    /// the credential goes, or where nothing of the kind was made, or by itself.
    pub(in crate::plan) fn take_part(
        &mut self,
        name: &str,
        grant: &Grant<'_>,
        role: &str,
    ) -> Option<()> {
        let planner = self.planner;
        let made = self.steps.iter().position(|step| step.operation_id == grant.maker.id)?;
        let by = self.steps[made].request.credentials.clone();
        let own = Credentials::As(name.to_owned());
        (by != own).then_some(())?;
        let before = self.steps.len();
        let tells = grant.told_by();
        tells.path.parameters().next().is_none().then_some(())?;
        let mut asks = self.request_of_its_own(tells, &Path::new(), Extent::Minimal, OWN).ok()?;
        asks.credentials = own;
        self.push(tells, OWN, asks, planner.succeeds(tells));
        self.removed_by(name, |step| step == OWN);
        let user = match &grant.grantee {
            // It is who the thing's answer says to be the first with a role.
            Grantee::First(first) => {
                let [array, goes_by] = first.each_ref().map(|one| escape(one));
                Expression::response_body(format!("/{array}/0/{goes_by}"))
            }
            Grantee::Me(_, own) => Expression::response_body(own.clone()),
        };
        self.output(OWN, USER, &user);
        let stand_in = planner.stand_in(grant.operation, &grant.parameter);
        let expression = Expression::output(OWN, USER);
        let given = Path::from([(grant.parameter.clone(), Provided { expression, stand_in })]);
        let path = self.path(grant.operation, &given).ok()?;
        let granting = self.request(grant.operation, &path, Extent::Minimal).ok()?;
        let mut granting = granting.with_member(&grant.member, Template::Value(role.into()))?;
        granting.credentials = by;
        self.push(grant.operation, GRANT, granting, planner.succeeds(grant.operation));
        // What they do there comes after it.
        let more = self.steps.len() - before;
        self.steps[made + 1..].rotate_right(more);
        Some(())
    }
}
