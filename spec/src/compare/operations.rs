//! Which operation stands for which, and what has changed of an operation as a whole.

use std::collections::{BTreeSet, HashMap};

use super::engine::{Engine, Form, PairId, Proof, Stated};
use super::rules::Direction;
use super::table::Fact;
use crate::model::{Method, Operation};
use crate::{Contract, Origin};

/// What has changed for one operation.
#[derive(Debug)]
pub(super) struct Affected {
    /// Its id in the new contract, else in the old one.
    pub(super) id: String,
    /// What has changed of the operation itself.
    pub(super) stated: Vec<Stated>,
    /// What its parameters, headers and bodies must match.
    pub(super) values: Vec<PairId>,
}

/// Two operations that stand for each other, while they are compared.
pub(super) struct Exchange<'e, 'a> {
    pub(super) engine: &'e mut Engine<'a>,
    pub(super) old: &'a Operation,
    pub(super) new: &'a Operation,
    /// The ids of operations that stand for each other, old to new.
    pub(super) renamed: &'e HashMap<&'a str, &'a str>,
    /// Of a callback or webhook, which of the two: the API sends the request.
    pub(super) sent: Option<&'static str>,
    pub(super) affected: Affected,
}

/// Which operation of the old contract stands for one of the new.
enum Pairing<'a> {
    Added(&'a Operation),
    Kept(&'a Operation, &'a Operation),
    Moved(&'a Operation, &'a Operation),
    Removed(&'a Operation),
}

/// Compares every operation.
pub(super) fn compare(engine: &mut Engine<'_>) -> Vec<Affected> {
    let (old, new) = (engine.old.contract, engine.new.contract);
    let pairings = pair(old, new);
    let kept: Vec<_> = pairings
        .iter()
        .filter_map(|pairing| match *pairing {
            Pairing::Kept(old, new) | Pairing::Moved(old, new) => Some((old, new)),
            Pairing::Added(_) | Pairing::Removed(_) => None,
        })
        .collect();
    let renamed: HashMap<_, _> =
        kept.iter().map(|(old, new)| (old.id.as_str(), new.id.as_str())).collect();
    let affected = pairings.iter().map(|pairing| compare_pairing(engine, pairing, &renamed));
    let mut affected: Vec<_> = affected.collect();
    affected.extend(super::sent::compare(engine, &kept, &renamed));
    affected
}

fn compare_pairing<'a>(
    engine: &mut Engine<'a>,
    pairing: &Pairing<'a>,
    renamed: &HashMap<&'a str, &'a str>,
) -> Affected {
    let (old, new) = match *pairing {
        Pairing::Added(new) => return added(new),
        Pairing::Removed(old) => return removed(old),
        Pairing::Kept(old, new) | Pairing::Moved(old, new) => (old, new),
    };
    let affected = Affected { id: new.id.clone(), stated: Vec::new(), values: Vec::new() };
    let mut exchange = Exchange { engine, old, new, renamed, sent: None, affected };
    if let Pairing::Moved(..) = pairing {
        exchange.state_moved();
    }
    exchange.compare_itself();
    exchange.compare_servers();
    exchange.compare_security();
    exchange.compare_parameters();
    exchange.compare_body();
    exchange.compare_responses();
    exchange.affected
}

fn written_id(operation: &Operation) -> Option<&str> {
    let own = operation.id_is_written.then_some(operation.id.as_str());
    own.or(operation.doubled_id.as_deref())
}

/// By method and URL; what is left over, by the id that was written for it.
fn pair<'a>(old: &'a Contract, new: &'a Contract) -> Vec<Pairing<'a>> {
    let mut left: Vec<Option<&Operation>> = old.operations.iter().map(Some).collect();
    let mut places: HashMap<(Method, String), Vec<usize>> = HashMap::new();
    for (place, operation) in old.operations.iter().enumerate() {
        places.entry((operation.method, operation.path.shape())).or_default().push(place);
    }
    let mut pairings: Vec<_> = new
        .operations
        .iter()
        .map(|operation| {
            let candidates = places.get(&(operation.method, operation.path.shape()));
            match candidates.and_then(|all| take(&mut left, all, operation)) {
                Some(old) => Pairing::Kept(old, operation),
                None => Pairing::Added(operation),
            }
        })
        .collect();
    for pairing in &mut pairings {
        let Pairing::Added(operation) = *pairing else { continue };
        let same_id = |old: &Operation| {
            old.id_is_written && operation.id_is_written && old.id == operation.id
        };
        if let Some(moved) = left.iter_mut().find(|old| old.is_some_and(same_id)) {
            *pairing = moved
                .take()
                .map_or(Pairing::Added(operation), |old| Pairing::Moved(old, operation));
        }
    }
    pairings.extend(left.into_iter().flatten().map(Pairing::Removed));
    // Of what could not be read on one side nobody can tell what has become of it.
    pairings.retain(|pairing| match pairing {
        Pairing::Added(operation) => !old.leaves_out(operation.method, &operation.path),
        Pairing::Removed(operation) => !new.leaves_out(operation.method, &operation.path),
        Pairing::Kept(..) | Pairing::Moved(..) => true,
    });
    pairings
}

/// Takes the candidate with the very same path, else the first that is still there.
fn take<'a>(
    left: &mut [Option<&'a Operation>],
    candidates: &[usize],
    operation: &Operation,
) -> Option<&'a Operation> {
    let same = |place: &&usize| left[**place].is_some_and(|old| old.path == operation.path);
    let exact = candidates.iter().find(same);
    let place = exact.or_else(|| candidates.iter().find(|place| left[**place].is_some()))?;
    left[*place].take()
}

fn added(new: &Operation) -> Affected {
    let message = format!("{} {} is new", new.method, new.path);
    whole(new, Fact::OperationAdded, message, (None, Some(new.origin.clone())))
}

fn removed(old: &Operation) -> Affected {
    let fact =
        if old.deprecated { Fact::DeprecatedOperationRemoved } else { Fact::OperationRemoved };
    let message = format!("{} {} is gone", old.method, old.path);
    whole(old, fact, message, (Some(old.origin.clone()), None))
}

fn whole(
    operation: &Operation,
    fact: Fact,
    message: String,
    (old, new): (Option<Origin>, Option<Origin>),
) -> Affected {
    let stated =
        Stated { fact, direction: Direction::Both, message, old, new, proof: Proof::default() };
    Affected { id: operation.id.clone(), stated: vec![stated], values: Vec::new() }
}

impl<'a> Exchange<'_, 'a> {
    /// States a fact about the operation, as if its client sent the request.
    pub(super) fn state(
        &mut self,
        fact: Fact,
        direction: Direction,
        at: (Origin, Origin),
        message: String,
    ) {
        let turned = self.sent.is_some();
        let (fact, direction) =
            if turned { (fact.turned(), direction.turned()) } else { (fact, direction) };
        self.state_as_it_is(fact, direction, at, message);
    }

    /// States a fact, whoever sends the request.
    pub(super) fn state_as_it_is(
        &mut self,
        fact: Fact,
        direction: Direction,
        (old, new): (Origin, Origin),
        message: String,
    ) {
        let message = match self.sent {
            Some(kind) => format!("{kind}: {message}"),
            None => message,
        };
        let (old, new) = (Some(old), Some(new));
        self.affected.stated.push(Stated {
            fact,
            direction,
            message,
            old,
            new,
            proof: Proof::default(),
        });
    }

    /// Has what a value must match compared.
    pub(super) fn value(
        &mut self,
        schemas: (Option<crate::model::SchemaId>, Option<crate::model::SchemaId>),
        at: (&'a Origin, &'a Origin),
        (direction, form): (Direction, Form),
        noun: &str,
    ) {
        if schemas != (None, None) {
            let pair = match self.sent {
                Some(kind) => {
                    let noun = format!("{noun} of the {kind}");
                    self.engine.value(schemas, at, (direction.turned(), form), &noun)
                }
                None => self.engine.value(schemas, at, (direction, form), noun),
            };
            self.affected.values.push(pair);
        }
    }

    /// The places of the two operations.
    pub(super) fn places(&self) -> (Origin, Origin) {
        (self.old.origin.clone(), self.new.origin.clone())
    }

    /// The places of a member of the two operations.
    pub(super) fn member_places(&self, key: &str) -> (Origin, Origin) {
        (self.old.origin.child(key), self.new.origin.child(key))
    }

    fn state_moved(&mut self) {
        let (old, new) = (self.old, self.new);
        let message = format!("{} {} is {} {} now", old.method, old.path, new.method, new.path);
        self.state(Fact::OperationMoved, Direction::Both, self.places(), message);
    }

    pub(super) fn compare_itself(&mut self) {
        let (old, new) = (self.old, self.new);
        // Which of two operations keeps an id that both have depends on their order alone.
        if old.id != new.id && written_id(old) != written_id(new) {
            let message = format!("operation id changed from `{}` to `{}`", old.id, new.id);
            let at = self.member_places("operationId");
            self.state(Fact::OperationIdChanged, Direction::Both, at, message);
        }
        let (fact, word) = match (old.deprecated, new.deprecated) {
            (false, true) => (Fact::OperationDeprecated, "deprecated now"),
            (true, false) => (Fact::OperationUndeprecated, "no longer deprecated"),
            _ => return,
        };
        let message = format!("{} {} is {word}", new.method, new.path);
        self.state(fact, Direction::Both, self.member_places("deprecated"), message);
    }

    fn compare_servers(&mut self) {
        let old = servers(self.engine.old.contract, self.old);
        let new = servers(self.engine.new.contract, self.new);
        let at = (old.1, new.1);
        for url in old.0.difference(&new.0) {
            let message = format!("server `{url}` is gone");
            self.state(Fact::ServerRemoved, Direction::Both, at.clone(), message);
        }
        for url in new.0.difference(&old.0) {
            let message = format!("server `{url}` is new");
            self.state(Fact::ServerAdded, Direction::Both, at.clone(), message);
        }
    }
}

/// The URLs that an operation is served at, and where the document says so.
fn servers<'a>(contract: &'a Contract, operation: &'a Operation) -> (BTreeSet<&'a str>, Origin) {
    let (servers, at) = if operation.servers.is_empty() {
        (&contract.servers, Origin::root("/servers"))
    } else {
        (&operation.servers, operation.origin.child("servers"))
    };
    let mut urls: BTreeSet<_> =
        servers.iter().map(|server| server.url.trim_end_matches('/')).collect();
    // OAS 3.0.3 §4.7.1: without servers there is one, `/`.
    if urls.is_empty() {
        urls.insert("");
    }
    (urls, at)
}
