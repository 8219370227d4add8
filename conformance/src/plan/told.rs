//! What descriptions say of operations. Each derivation asks for it again and again, so it is read once: when it is first asked
//! for, as of most operations of a large contract only some is.

use std::cell::OnceCell;
use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};
use spec::Contract;
use spec::model::Operation;
use spec::resources::{
    Arranged, Attached, Dated, Formula, GoesWith, LimitedMoment, MoveRoles, NeededState,
    NeededThing, Repeated, Resources, Rising, Rows, Start, ThingPeriod, ToldSense,
};

use super::steering::{self, Steering};
use super::{Planner, RefusingStates, example, sender};
use crate::case::Request;
use crate::sample::Location;

/// What is said of the operations. What names another operation is read at once, for such is the language: a cell that is filled
/// later can't live as long as the contract.
#[derive(Debug)]
pub(super) struct Told<'a> {
    operations: HashMap<&'a str, Entry<'a>>,
    /// It fills or takes up the one thing that each caller has of a kind.
    of_one_each: IndexSet<&'a str>,
    /// What makes what has to be there before: parts of a thing, and stock that is taken of.
    parts: IndexMap<&'a str, Vec<&'a Operation>>,
    stock: IndexMap<&'a str, &'a Operation>,
    /// What has to be there elsewhere.
    needed_things: IndexMap<&'a str, Vec<NeededThing<'a>>>,
    /// What tells whether a thing has what it puts there.
    attached: IndexMap<&'a str, Attached<'a>>,
    /// The arrays of its answer that come in an order.
    arranged: IndexMap<&'a str, Vec<Arranged<'a>>>,
    /// The rows that it takes.
    rows: IndexMap<&'a str, Rows<'a>>,
}

#[derive(Debug)]
struct Entry<'a> {
    operation: &'a Operation,
    read: Read,
}

/// What is said of an operation.
#[derive(Debug, Default)]
struct Read {
    repeated: OnceCell<Vec<Repeated>>,
    refusing: OnceCell<Vec<RefusingStates>>,
    needed_states: OnceCell<Vec<NeededState>>,
    is_never_own: OnceCell<bool>,
    refuses_for_sense: OnceCell<bool>,
    sense: OnceCell<Option<ToldSense>>,
    sometimes_absent: OnceCell<Vec<String>>,
    of_unknown: OnceCell<Vec<String>>,
    choices: OnceCell<Vec<GoesWith>>,
    conditioned: OnceCell<Vec<(String, Vec<String>)>>,
    rising: OnceCell<Option<Rising>>,
    reserves_moves: OnceCell<bool>,
    takes_stock: OnceCell<bool>,
    moments: OnceCell<Vec<LimitedMoment>>,
    thing_periods: OnceCell<Vec<ThingPeriod>>,
    move_roles: OnceCell<Vec<MoveRoles>>,
    start: OnceCell<Option<Start>>,
    needed: OnceCell<Vec<String>>,
    bound: OnceCell<Option<Location>>,
    formulas: OnceCell<Vec<Formula>>,
    dated: OnceCell<Vec<Dated>>,
    steering: OnceCell<Vec<Steering>>,
    one_each: OnceCell<Option<String>>,
}

impl<'a> Told<'a> {
    pub(super) fn of(contract: &'a Contract, resources: &Resources<'a>) -> Self {
        let operations = contract.operations.iter();
        let pairs = operations.clone().filter_map(|one| Some([one, resources.filling(one)?]));
        let entries = operations
            .map(|operation| (&*operation.id, Entry { operation, read: Read::default() }));
        Self {
            operations: entries.collect(),
            of_one_each: pairs.flatten().map(|one| one.id.as_str()).collect(),
            parts: by_operation(contract, |one| filled(resources.needed_parts(one))),
            stock: by_operation(contract, |one| resources.needed_stock(one)),
            needed_things: by_operation(contract, |one| filled(resources.needed_things(one))),
            attached: by_operation(contract, |one| resources.attached(one)),
            arranged: by_operation(contract, |one| filled(resources.arranged(one))),
            rows: by_operation(contract, |one| resources.rows(one)),
        }
    }

    /// What a cell of an operation has, read now if it wasn't before; `None` of an operation that isn't the contract's.
    fn get<T>(
        &self,
        operation: &Operation,
        cell: impl Fn(&Read) -> &OnceCell<T>,
        read: impl FnOnce(&'a Operation) -> T,
    ) -> Option<&T> {
        let Entry { operation, read: known } = self.operations.get(operation.id.as_str())?;
        Some(cell(known).get_or_init(|| read(operation)))
    }

    fn all<T>(
        &self,
        operation: &Operation,
        cell: impl Fn(&Read) -> &OnceCell<Vec<T>>,
        read: impl FnOnce(&'a Operation) -> Vec<T>,
    ) -> &[T] {
        self.get(operation, cell, read).map_or(&[], Vec::as_slice)
    }

    fn one<T>(
        &self,
        operation: &Operation,
        cell: impl Fn(&Read) -> &OnceCell<Option<T>>,
        read: impl FnOnce(&'a Operation) -> Option<T>,
    ) -> Option<&T> {
        self.get(operation, cell, read)?.as_ref()
    }

    fn is(
        &self,
        operation: &Operation,
        cell: impl Fn(&Read) -> &OnceCell<bool>,
        read: impl FnOnce(&'a Operation) -> bool,
    ) -> bool {
        self.get(operation, cell, read).copied().unwrap_or_default()
    }
}

/// What there is of each operation of which there is something.
fn by_operation<'a, T>(
    contract: &'a Contract,
    of: impl Fn(&'a Operation) -> Option<T>,
) -> IndexMap<&'a str, T> {
    let operations = contract.operations.iter();
    operations.filter_map(|one| Some((one.id.as_str(), of(one)?))).collect()
}

fn filled<T>(all: Vec<T>) -> Option<Vec<T>> {
    (!all.is_empty()).then_some(all)
}

fn all_of<'t, T>(table: &'t IndexMap<&str, Vec<T>>, operation: &Operation) -> &'t [T] {
    table.get(operation.id.as_str()).map_or(&[], Vec::as_slice)
}

impl<'a> Planner<'a> {
    /// The members of an operation's body that repeat what the thing shows that it is about.
    pub(super) fn repeated_of(&self, operation: &Operation) -> &[Repeated] {
        self.told.all(operation, |read| &read.repeated, |one| self.resources.repeated(one))
    }

    /// The states in which an operation is said to be refused, of each thing that it is about or lies within.
    pub(super) fn refusing_states(&self, operation: &Operation) -> &[RefusingStates] {
        self.told.all(
            operation,
            |read| &read.refusing,
            |one| RefusingStates::of(&self.resources, one),
        )
    }

    /// The states that an operation needs of what it names, or what that lies in.
    pub(super) fn needed_states(&self, operation: &Operation) -> &[NeededState] {
        self.told.all(
            operation,
            |read| &read.needed_states,
            |one| self.resources.needed_states(one),
        )
    }

    /// Whether an operation is said to be for things of others alone: nobody may call it on one of their own.
    pub(super) fn is_never_own(&self, operation: &Operation) -> bool {
        self.told.is(
            operation,
            |read| &read.is_never_own,
            |one| {
                self.resources.says_not_own(one)
                    || sender::is_for_others(self.context, &self.resources, one)
            },
        )
    }

    /// Whether an operation refuses bodies for what no schema says.
    pub(super) fn refuses_for_sense(&self, operation: &Operation) -> bool {
        self.told.is(
            operation,
            |read| &read.refuses_for_sense,
            |one| self.resources.says_refused_for_sense(one),
        )
    }

    /// Whether a request says something that may be refused for what no schema says.
    pub(super) fn may_make_no_sense(&self, operation: &Operation, request: &Request) -> bool {
        let members = request.members().map(|(name, _)| name);
        let is_of = self.sense(operation).is_some_and(|sense| sense.is_of(members));
        request.body.is_some() && (is_of || self.refuses_for_sense(operation))
    }

    /// Whether an operation moves a thing in several ways, each of which somebody else may.
    pub(super) fn reserves_moves(&self, operation: &Operation) -> bool {
        self.told.is(
            operation,
            |read| &read.reserves_moves,
            |one| self.resources.reserves_moves(one),
        )
    }

    /// What is said of an operation's bodies that no schema says.
    pub(super) fn sense(&self, operation: &Operation) -> Option<&ToldSense> {
        self.told.one(operation, |read| &read.sense, |one| self.resources.told_sense(one))
    }

    /// The members of an operation's body that are said to be sent in some cases only.
    pub(super) fn sometimes_absent(&self, operation: &Operation) -> &[String] {
        self.told.all(
            operation,
            |read| &read.sometimes_absent,
            |one| self.resources.sometimes_absent(one),
        )
    }

    /// The members of an operation's body that make it depend on what isn't known.
    pub(super) fn of_unknown(&self, operation: &Operation) -> &[String] {
        self.told.all(
            operation,
            |read| &read.of_unknown,
            |one| example::of_unknown(self.contract, &self.resources, one),
        )
    }

    /// The members of an operation's body that some have to send.
    pub(super) fn needed(&self, operation: &Operation) -> &[String] {
        self.told.all(operation, |read| &read.needed, |one| self.resources.needed(one))
    }

    /// The number of an operation's body that is said not to be above something.
    pub(super) fn bound(&self, operation: &Operation) -> Option<&Location> {
        self.told.one(
            operation,
            |read| &read.bound,
            |one| Some(Location::default().member(&self.resources.told_bound(one)?)),
        )
    }

    /// The members of an operation's answer that follow from others.
    pub(super) fn formulas(&self, operation: &Operation) -> &[Formula] {
        self.told.all(operation, |read| &read.formulas, |one| self.resources.formulas(one))
    }

    /// The members of an operation's answer that are there in some states of a thing.
    pub(super) fn dated(&self, operation: &Operation) -> &[Dated] {
        self.told.all(operation, |read| &read.dated, |one| self.resources.dated(one))
    }

    /// The members of an operation's body that move a thing from state to state.
    pub(super) fn steering(&self, operation: &Operation) -> &[Steering] {
        self.told.all(operation, |read| &read.steering, |one| steering::of(&self.resources, one))
    }

    /// Those of whom each is said to make one such thing alone within another one, as they are called.
    pub(super) fn told_one_each(&self, operation: &Operation) -> Option<&str> {
        let read = |one: &Operation| self.resources.one_each(one);
        self.told.one(operation, |read| &read.one_each, read).map(String::as_str)
    }

    /// The rows that an operation takes.
    pub(super) fn rows(&self, operation: &Operation) -> Option<&Rows<'a>> {
        self.told.rows.get(operation.id.as_str())
    }

    /// In which state what an operation makes is said to be as soon as it is made.
    pub(super) fn start(&self, operation: &Operation) -> Option<&Start> {
        self.told.one(operation, |read| &read.start, |one| self.resources.start(one))
    }

    /// What goes with the values of a member of an operation's body.
    pub(super) fn choices(&self, operation: &Operation) -> &[GoesWith] {
        self.told.all(operation, |read| &read.choices, |one| self.resources.goes_with(one))
    }

    /// The members of an operation's body with those of their values that it takes only where something is there.
    pub(super) fn conditioned(&self, operation: &Operation) -> &[(String, Vec<String>)] {
        self.told.all(operation, |read| &read.conditioned, |one| self.resources.conditioned(one))
    }

    /// The value of an operation's body that may not go down.
    pub(super) fn rising(&self, operation: &Operation) -> Option<&Rising> {
        self.told.one(operation, |read| &read.rising, |one| self.resources.rising(one))
    }

    /// Whether an operation takes of what there has to be enough of.
    pub(super) fn takes_stock(&self, operation: &Operation) -> bool {
        self.told.is(operation, |read| &read.takes_stock, |one| self.resources.takes_stock(one))
    }

    /// What makes what has to be there before an operation is called: parts of a thing, and stock that is taken of.
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
        self.told.all(
            operation,
            |read| &read.thing_periods,
            |one| self.resources.thing_periods(one),
        )
    }

    /// By whom each of the moves that an operation's body chooses from may be asked for.
    pub(super) fn move_roles(&self, operation: &Operation) -> &[MoveRoles] {
        self.told.all(operation, |read| &read.move_roles, |one| self.resources.move_roles(one))
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
        self.told.all(operation, |read| &read.moments, |one| self.resources.limited_moments(one))
    }
}
