//! Callbacks and webhooks: exchanges that go the other way.
//!
//! The API sends the request, and whoever relies on the contract receives it: the request is what a response is
//! elsewhere, and the answer what a request is. The comparison states what it always states; here it is turned around.

use std::collections::HashMap;

use super::engine::{Engine, Proof, Stated};
use super::operations::{Affected, Exchange};
use super::rules::Direction;
use super::table::Fact;
use crate::Contract;
use crate::model::{Callback, LeftOut, Operation};

/// A list of callbacks, or all webhooks, of either contract.
type Lists<'a> = (&'a [Callback], &'a [Callback]);

/// Compares the webhooks, and the callbacks of operations that stand for each other.
pub(super) fn compare<'a>(
    engine: &mut Engine<'a>,
    kept: &[(&'a Operation, &'a Operation)],
    renamed: &HashMap<&'a str, &'a str>,
) -> Vec<Affected> {
    let (old, new): (&Contract, &Contract) = (engine.old.contract, engine.new.contract);
    let callbacks = kept.iter().map(|(old, new)| (&*old.callbacks, &*new.callbacks));
    let lists = callbacks.chain([(&*old.webhooks, &*new.webhooks)]);
    lists.flat_map(|lists| compare_lists(engine, lists, renamed)).collect()
}

fn compare_lists<'a>(
    engine: &mut Engine<'a>,
    (old, new): Lists<'a>,
    renamed: &HashMap<&'a str, &'a str>,
) -> Vec<Affected> {
    let lost = &engine.old.contract.callbacks_left_out;
    let gone = &engine.new.contract.callbacks_left_out;
    let mut affected = Vec::new();
    for callback in new {
        match counterpart(old, callback) {
            Some(before) => affected.push(compare_pair(engine, (before, callback), renamed)),
            None if is_left_out(lost, callback) => {}
            None => affected.push(whole(callback, Fact::CallbackAdded)),
        }
    }
    let missing = old.iter().filter(|callback| counterpart(new, callback).is_none());
    let missing = missing.filter(|callback| !is_left_out(gone, callback));
    affected.extend(missing.map(|callback| whole(callback, Fact::CallbackRemoved)));
    affected
}

fn counterpart<'a>(list: &'a [Callback], callback: &Callback) -> Option<&'a Callback> {
    list.iter().find(|other| {
        other.name == callback.name
            && other.expression == callback.expression
            && other.operation.method == callback.operation.method
    })
}

fn is_left_out(left_out: &[LeftOut], callback: &Callback) -> bool {
    let Operation { method, path, .. } = &callback.operation;
    left_out.iter().any(|one| one.path == *path && one.method.is_none_or(|own| own == *method))
}

fn compare_pair<'a>(
    engine: &mut Engine<'a>,
    (old, new): (&'a Callback, &'a Callback),
    renamed: &HashMap<&'a str, &'a str>,
) -> Affected {
    let id = new.operation.id.clone();
    let affected = Affected { id, stated: Vec::new(), values: Vec::new() };
    let (before, after) = (&old.operation, &new.operation);
    let sent = Some(new.kind());
    let mut exchange = Exchange { engine, old: before, new: after, renamed, sent, affected };
    exchange.compare_itself();
    exchange.compare_security();
    exchange.compare_parameters();
    exchange.compare_body();
    exchange.compare_responses();
    exchange.affected
}

fn whole(callback: &Callback, fact: Fact) -> Affected {
    let Callback { name, operation, .. } = callback;
    let word = if fact == Fact::CallbackAdded { "new" } else { "gone" };
    let message = format!("{} `{name}` ({}) is {word}", callback.kind(), operation.method);
    let at = Some(operation.origin.clone());
    let (old, new) = if fact == Fact::CallbackAdded { (None, at) } else { (at, None) };
    let stated =
        Stated { fact, direction: Direction::Both, message, old, new, proof: Proof::default() };
    Affected { id: operation.id.clone(), stated: vec![stated], values: Vec::new() }
}

impl Direction {
    /// The way that the same part of a message takes where the API is the one that asks.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Request => Self::Response,
            Self::Response => Self::Request,
            Self::Both => Self::Both,
        }
    }
}

impl Fact {
    /// What a fact about a request is where that goes to whoever relies on the contract, and the other way round.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::RequiredParameterAdded | Self::OptionalParameterAdded => Self::HeaderAdded,
            Self::ParameterRemoved => Self::OptionalHeaderRemoved,
            Self::ParameterBecameRequired => Self::HeaderBecameRequired,
            Self::ParameterBecameOptional => Self::HeaderBecameOptional,
            Self::ParameterStyleChanged => Self::HeaderStyleChanged,
            Self::RequiredBodyAdded | Self::OptionalBodyAdded | Self::BodyBecameRequired => {
                Self::BodyAdded
            }
            // Whoever counts on a body gets none.
            Self::BodyBecameOptional => Self::BodyRemoved,
            Self::BodyAdded => Self::RequiredBodyAdded,
            Self::HeaderAdded => Self::OptionalParameterAdded,
            Self::RequiredHeaderRemoved | Self::OptionalHeaderRemoved => Self::ParameterRemoved,
            Self::HeaderBecameRequired => Self::ParameterBecameRequired,
            Self::HeaderBecameOptional => Self::ParameterBecameOptional,
            Self::HeaderStyleChanged => Self::ParameterStyleChanged,
            Self::SuccessStatusRemoved | Self::FailureStatusRemoved => Self::AnswerRefused,
            Self::SuccessStatusAdded
            | Self::FailureStatusAdded
            | Self::StatusGeneralized
            | Self::StatusSingledOut => Self::AnswerAdmitted,
            Self::SecurityRequired | Self::SecurityScopeAdded => Self::SecurityAlternativeAdded,
            // The API no longer shows what receivers check.
            Self::SecurityDropped | Self::SecurityScopeRemoved => Self::SecurityAlternativeRemoved,
            other => other,
        }
    }
}
