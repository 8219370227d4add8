//! What descriptions say of the bodies that operations take: what goes with what, between which bounds, and in which state.

use indexmap::IndexSet;

use crate::model::{Operation, Parameter};
use crate::outline::Outline;
use crate::resources::prose::{quoted, sentences};
use crate::resources::{
    Floor, GoesWith, LimitedMoment, MemberRoles, MoveRoles, NamedTwice, ParameterRoles,
    RefusedValue, Resources, Rewritten, Rising, Rows, StateValues, ThingPeriod, ToldRatio,
    ValueRoles, checks, choice, floor, limit, member_roles, moment, move_roles, named_twice,
    parameter_roles, refused_value, revision, rewritten, rows, sense, state_values, thing_period,
    value_roles,
};

impl Resources<'_> {
    /// The moments of an operation's body that are said not to lie ahead, or not too far back.
    #[must_use]
    pub fn limited_moments(&self, operation: &Operation) -> Vec<LimitedMoment> {
        moment::limited(self.contract, operation)
    }

    /// The members of an operation's body, each with those of its values with which it is said to be refused (409) unless something
    /// is there.
    #[must_use]
    pub fn conditioned(&self, operation: &Operation) -> Vec<(String, Vec<String>)> {
        choice::conditioned(self.contract, operation)
    }

    /// By whom each of several moves that an operation's body chooses from may be asked for.
    #[must_use]
    pub fn move_roles(&self, operation: &Operation) -> Vec<MoveRoles> {
        move_roles::of(operation)
    }

    /// Whether an operation says that one of several members has to be sent, of which this is one.
    #[must_use]
    pub fn says_one_of(&self, operation: &Operation, member: &str) -> bool {
        const SAYINGS: [&str; 4] = ["one of", "either", "exactly one", "at least one"];
        let said = operation.told.as_deref().unwrap_or_default();
        said.split(['.', ';']).any(|sentence| {
            sentence.contains(member) && SAYINGS.iter().any(|one| sentence.contains(one))
        })
    }

    /// What rows an operation takes, a table or lines of JSON.
    #[must_use]
    pub fn rows<'o>(&self, operation: &'o Operation) -> Option<Rows<'o>> {
        rows::of(self, operation)
    }

    /// The switch of a query with which an operation only looks what would come of it.
    #[must_use]
    pub fn dry_run<'o>(&self, operation: &'o Operation) -> Option<&'o Parameter> {
        rows::dry_run(self.contract, operation)
    }

    /// The members of an operation's body that one sentence speaks of together, of the operation or of one of them: what one is may
    /// need the other.
    #[must_use]
    pub fn told_together(&self, operation: &Operation) -> Vec<String> {
        let Some(schema) = operation.body_schema() else { return Vec::new() };
        let body = Outline::of(self.contract, &[schema]);
        let members = body.members();
        let named = |text: &str| {
            let own = quoted(text).filter(|one| members.contains_key(one));
            own.map(str::to_owned).collect::<IndexSet<String>>()
        };
        let of_operation = sentences(operation.told.as_deref().unwrap_or_default()).map(named);
        let of_members = members.keys().filter_map(|name| {
            let said = body.description(&[(*name).to_owned()])?;
            let mut all = named(said);
            all.insert((*name).to_owned());
            Some(all)
        });
        let together = of_operation.chain(of_members).filter(|all| all.len() > 1);
        together.flatten().collect::<IndexSet<String>>().into_iter().collect()
    }

    /// The values of an operation's body that are said to be refused always.
    #[must_use]
    pub fn refused_values(&self, operation: &Operation) -> Vec<RefusedValue> {
        refused_value::of(self, operation)
    }

    /// The parameters of an operation's query that only some may send.
    #[must_use]
    pub fn parameter_roles<'o>(&self, operation: &'o Operation) -> Vec<ParameterRoles<'o>> {
        parameter_roles::of(self.contract, operation)
    }

    /// The list in an operation's body that may not name the same thing twice.
    #[must_use]
    pub fn named_twice(&self, operation: &Operation) -> Option<NamedTwice> {
        named_twice::of(self, operation)
    }

    /// The members of an operation's body that some may not send who may call it.
    #[must_use]
    pub fn member_roles(&self, operation: &Operation) -> Vec<MemberRoles> {
        member_roles::of(self.contract, operation)
    }

    /// The values of an operation's body that some may not send who may send others.
    #[must_use]
    pub fn value_roles(&self, operation: &Operation) -> Vec<ValueRoles> {
        value_roles::of(self.contract, operation)
    }

    /// What is said to be done to a text of an operation's body before it is kept.
    #[must_use]
    pub fn rewritten(&self, operation: &Operation, member: &str) -> Rewritten {
        rewritten::of(self.contract, operation, member)
    }

    /// The members of an operation's body of which one bounds the others: "a `freezer` is run at -15 °C or colder, a `refrigerator` at 1
    /// to 8 °C".
    #[must_use]
    pub fn bounded_by_choice(&self, operation: &Operation) -> Vec<String> {
        choice::bounding(self.contract, operation)
    }

    /// Whether the items of a list tell what becomes of each value that an operation's body chooses from.
    #[must_use]
    pub fn is_told_by_items(&self, operation: &Operation) -> bool {
        choice::is_told_by_items(self.contract, operation)
    }

    /// What goes with the values of a member of an operation's body that is one of a few.
    #[must_use]
    pub fn goes_with(&self, operation: &Operation) -> Vec<GoesWith> {
        choice::of(self.contract, operation)
    }

    /// The member of an operation's body that has to be the present version of the thing, with the status by which any other is
    /// refused.
    #[must_use]
    pub fn told_version(&self, operation: &Operation) -> Option<(String, u16)> {
        revision::told(self, operation)
    }

    /// The values of an operation's body that aren't taken in some states of the thing that it is about.
    #[must_use]
    pub fn state_values(&self, operation: &Operation) -> Vec<StateValues> {
        state_values::of(self, operation)
    }

    /// The statuses of an operation's refusals in the order in which the document says that requests are looked at.
    #[must_use]
    pub fn order_of_checks(&self, operation: &Operation) -> Vec<u16> {
        checks::order(self.contract, operation)
    }

    /// The numbers of an operation's body that may be so many times another one of it, and no more.
    #[must_use]
    pub fn told_ratios(&self, operation: &Operation) -> Vec<ToldRatio> {
        limit::ratios(self.contract, operation)
    }

    /// The moments of an operation's body that have to lie between those of the thing that it is about.
    #[must_use]
    pub fn thing_periods(&self, operation: &Operation) -> Vec<ThingPeriod> {
        thing_period::of(self, operation)
    }

    /// The number of an operation's body that may not be below that of something else.
    #[must_use]
    pub fn floor(&self, operation: &Operation) -> Option<Floor> {
        floor::of(self, operation)
    }

    /// The value of an operation's body that may not go down.
    #[must_use]
    pub fn rising(&self, operation: &Operation) -> Option<Rising> {
        sense::rising(self, operation)
    }
}
