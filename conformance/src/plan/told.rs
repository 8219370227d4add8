//! What descriptions say of operations, read once for a plan: each derivation asks for it again and again.

use indexmap::{IndexMap, IndexSet};
use spec::Contract;
use spec::model::Operation;
use spec::resources::{
    Arranged, Attached, GoesWith, LimitedMoment, MoveRoles, NeededState, NeededThing, Repeated,
    Resources, Rising, Rows, Start, ThingPeriod, ToldSense,
};

use super::{Planner, RefusingStates, example, sender};
use crate::case::Request;
use crate::context::PlanContext;

/// What is said of each operation; one of which nothing is said has no entry.
#[derive(Debug)]
pub(super) struct Told<'a> {
    /// The members of its body that repeat what the thing shows that it is about.
    repeated: IndexMap<&'a str, Vec<Repeated>>,
    /// The states in which it is refused.
    refusing: IndexMap<&'a str, Vec<RefusingStates>>,
    /// The states that it needs of what it names, or what that lies in.
    needed_states: IndexMap<&'a str, Vec<NeededState>>,
    /// Nobody may call it on a thing of their own.
    never_own: IndexSet<&'a str>,
    /// It refuses bodies for what no schema says.
    sense_refusing: IndexSet<&'a str>,
    /// What is said of its bodies that no schema says.
    sense: IndexMap<&'a str, ToldSense>,
    /// The members of its body that are sent in some cases only.
    sometimes_absent: IndexMap<&'a str, Vec<String>>,
    /// The members of its body that make it depend on what isn't known.
    of_unknown: IndexMap<&'a str, Vec<String>>,
    /// What goes with the values of a member of its body.
    choices: IndexMap<&'a str, Vec<GoesWith>>,
    /// The values of its body with which it is refused unless something is there.
    conditioned: IndexMap<&'a str, Vec<(String, Vec<String>)>>,
    /// The value of its body that may not go down.
    rising: IndexMap<&'a str, Rising>,
    /// It moves things in several ways, each of which somebody else may.
    reserving_moves: IndexSet<&'a str>,
    /// It takes of what there has to be enough of.
    stock_taking: IndexSet<&'a str>,
    /// What makes what has to be there before: parts of a thing, and stock that is taken of.
    parts: IndexMap<&'a str, Vec<&'a Operation>>,
    stock: IndexMap<&'a str, &'a Operation>,
    /// It fills or takes up the one thing that each caller has of a kind.
    of_one_each: IndexSet<&'a str>,
    /// What has to be there elsewhere.
    needed_things: IndexMap<&'a str, Vec<NeededThing<'a>>>,
    /// The moments of its body that are limited.
    moments: IndexMap<&'a str, Vec<LimitedMoment>>,
    /// The moments of its body that lie between those of the thing that it is about.
    thing_periods: IndexMap<&'a str, Vec<ThingPeriod>>,
    /// By whom each of the moves that its body chooses from may be asked for.
    move_roles: IndexMap<&'a str, Vec<MoveRoles>>,
    /// What tells whether a thing has what it puts there.
    attached: IndexMap<&'a str, Attached<'a>>,
    /// The arrays of its answer that come in an order.
    arranged: IndexMap<&'a str, Vec<Arranged<'a>>>,
    /// The rows that it takes.
    rows: IndexMap<&'a str, Rows<'a>>,
    /// In which state what it makes is as soon as it is made.
    starts: IndexMap<&'a str, Start>,
}

impl<'a> Told<'a> {
    pub(super) fn of(
        contract: &'a Contract,
        resources: &Resources<'a>,
        context: &PlanContext,
    ) -> Self {
        let is_for_others = |one: &Operation| {
            resources.says_not_own(one) || sender::is_for_others(context, resources, one)
        };
        let operations = contract.operations.iter();
        let pairs = operations.filter_map(|one| Some([one, resources.filling(one)?]));
        Self {
            of_one_each: pairs.flatten().map(|one| one.id.as_str()).collect(),
            repeated: by_operation(contract, |one| filled(resources.repeated(one))),
            refusing: by_operation(contract, |one| filled(RefusingStates::of(resources, one))),
            needed_states: by_operation(contract, |one| filled(resources.needed_states(one))),
            never_own: those(contract, is_for_others),
            sense_refusing: those(contract, |one| resources.says_refused_for_sense(one)),
            sense: by_operation(contract, |one| resources.told_sense(one)),
            sometimes_absent: by_operation(contract, |one| filled(resources.sometimes_absent(one))),
            of_unknown: by_operation(contract, |one| {
                filled(example::of_unknown(contract, resources, one))
            }),
            choices: by_operation(contract, |one| filled(resources.goes_with(one))),
            conditioned: by_operation(contract, |one| filled(resources.conditioned(one))),
            rising: by_operation(contract, |one| resources.rising(one)),
            reserving_moves: those(contract, |one| resources.reserves_moves(one)),
            stock_taking: those(contract, |one| resources.takes_stock(one)),
            parts: by_operation(contract, |one| filled(resources.needed_parts(one))),
            stock: by_operation(contract, |one| resources.needed_stock(one)),
            needed_things: by_operation(contract, |one| filled(resources.needed_things(one))),
            moments: by_operation(contract, |one| filled(resources.limited_moments(one))),
            thing_periods: by_operation(contract, |one| filled(resources.thing_periods(one))),
            move_roles: by_operation(contract, |one| filled(resources.move_roles(one))),
            attached: by_operation(contract, |one| resources.attached(one)),
            arranged: by_operation(contract, |one| filled(resources.arranged(one))),
            rows: by_operation(contract, |one| resources.rows(one)),
            starts: by_operation(contract, |one| resources.start(one)),
        }
    }
}

/// What there is of each operation of which there is something.
pub(super) fn by_operation<'a, T>(
    contract: &'a Contract,
    of: impl Fn(&'a Operation) -> Option<T>,
) -> IndexMap<&'a str, T> {
    let operations = contract.operations.iter();
    operations.filter_map(|one| Some((one.id.as_str(), of(one)?))).collect()
}

pub(super) fn filled<T>(all: Vec<T>) -> Option<Vec<T>> {
    (!all.is_empty()).then_some(all)
}

fn those(contract: &Contract, is_one: impl Fn(&Operation) -> bool) -> IndexSet<&str> {
    let operations = contract.operations.iter().filter(|one| is_one(one));
    operations.map(|one| one.id.as_str()).collect()
}

fn all_of<'t, T>(table: &'t IndexMap<&str, Vec<T>>, operation: &Operation) -> &'t [T] {
    table.get(operation.id.as_str()).map_or(&[], Vec::as_slice)
}

impl<'a> Planner<'a> {
    /// The members of an operation's body that repeat what the thing shows that it is about.
    pub(super) fn repeated_of(&self, operation: &Operation) -> &[Repeated] {
        all_of(&self.told.repeated, operation)
    }

    /// The states in which an operation is said to be refused, of each thing that it is about or lies within.
    pub(super) fn refusing_states(&self, operation: &Operation) -> &[RefusingStates] {
        all_of(&self.told.refusing, operation)
    }

    /// The states that an operation needs of what it names, or what that lies in.
    pub(super) fn needed_states(&self, operation: &Operation) -> &[NeededState] {
        all_of(&self.told.needed_states, operation)
    }

    /// Whether an operation is said to be for things of others alone.
    pub(super) fn is_never_own(&self, operation: &Operation) -> bool {
        self.told.never_own.contains(operation.id.as_str())
    }

    /// Whether an operation refuses bodies for what no schema says.
    pub(super) fn refuses_for_sense(&self, operation: &Operation) -> bool {
        self.told.sense_refusing.contains(operation.id.as_str())
    }

    /// Whether a request says something that may be refused for what no schema says.
    pub(super) fn may_make_no_sense(&self, operation: &Operation, request: &Request) -> bool {
        let members = request.members().map(|(name, _)| name);
        let is_of = self.sense(operation).is_some_and(|sense| sense.is_of(members));
        request.body.is_some() && (is_of || self.refuses_for_sense(operation))
    }

    /// Whether an operation moves a thing in several ways, each of which somebody else may.
    pub(super) fn reserves_moves(&self, operation: &Operation) -> bool {
        self.told.reserving_moves.contains(operation.id.as_str())
    }

    /// What is said of an operation's bodies that no schema says.
    pub(super) fn sense(&self, operation: &Operation) -> Option<&ToldSense> {
        self.told.sense.get(operation.id.as_str())
    }

    /// The members of an operation's body that are said to be sent in some cases only.
    pub(super) fn sometimes_absent(&self, operation: &Operation) -> &[String] {
        all_of(&self.told.sometimes_absent, operation)
    }

    /// The members of an operation's body that make it depend on what isn't known.
    pub(super) fn of_unknown(&self, operation: &Operation) -> &[String] {
        all_of(&self.told.of_unknown, operation)
    }

    /// The rows that an operation takes.
    pub(super) fn rows(&self, operation: &Operation) -> Option<&Rows<'a>> {
        self.told.rows.get(operation.id.as_str())
    }

    /// In which state what an operation makes is said to be as soon as it is made.
    pub(super) fn start(&self, operation: &Operation) -> Option<&Start> {
        self.told.starts.get(operation.id.as_str())
    }

    /// What goes with the values of a member of an operation's body.
    pub(super) fn choices(&self, operation: &Operation) -> &[GoesWith] {
        all_of(&self.told.choices, operation)
    }

    /// The members of an operation's body with those of their values that it takes only where something is there.
    pub(super) fn conditioned(&self, operation: &Operation) -> &[(String, Vec<String>)] {
        all_of(&self.told.conditioned, operation)
    }

    /// The value of an operation's body that may not go down.
    pub(super) fn rising(&self, operation: &Operation) -> Option<&Rising> {
        self.told.rising.get(operation.id.as_str())
    }

    /// Whether an operation takes of what there has to be enough of.
    pub(super) fn takes_stock(&self, operation: &Operation) -> bool {
        self.told.stock_taking.contains(operation.id.as_str())
    }

    /// What makes what has to be there before an operation is called.
    pub(super) fn makers_of_needed(
        &self,
        operation: &Operation,
    ) -> impl Iterator<Item = &'a Operation> {
        let stock = self.told.stock.get(operation.id.as_str()).copied();
        let stock = stock.filter(|one| self.may_make(one));
        all_of(&self.told.parts, operation).iter().copied().chain(stock)
    }

    /// Whether an operation fills or takes up the one thing that each caller has of a kind, as a cart: two cases that do would be in
    /// each other's way.
    pub(super) fn is_of_one_each(&self, operation: &str) -> bool {
        self.told.of_one_each.contains(operation)
    }

    /// What has to be there elsewhere before an operation is called.
    pub(super) fn needed_things(&self, operation: &Operation) -> &[NeededThing<'a>] {
        all_of(&self.told.needed_things, operation)
    }

    /// The moments of an operation's body that have to lie between those of the thing that it is about.
    pub(super) fn thing_periods(&self, operation: &Operation) -> &[ThingPeriod] {
        all_of(&self.told.thing_periods, operation)
    }

    /// By whom each of the moves that an operation's body chooses from may be asked for.
    pub(super) fn move_roles(&self, operation: &Operation) -> &[MoveRoles] {
        all_of(&self.told.move_roles, operation)
    }

    /// All that is put into a thing which tells whether it has it, by the operation that puts it there.
    pub(super) fn attached(&self) -> impl Iterator<Item = (&'a str, &Attached<'a>)> {
        self.told.attached.iter().map(|(operation, attached)| (*operation, attached))
    }

    /// The arrays of an operation's answer that are said to come in an order.
    pub(super) fn arranged(&self, operation: &Operation) -> &[Arranged<'a>] {
        all_of(&self.told.arranged, operation)
    }

    /// The moments of an operation's body that descriptions limit.
    pub(super) fn limited_moments(&self, operation: &Operation) -> &[LimitedMoment] {
        all_of(&self.told.moments, operation)
    }
}
