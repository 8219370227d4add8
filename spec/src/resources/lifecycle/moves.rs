//! Who moves a thing: an action within it, or a write that names the state.

use super::super::{Resources, is_soft_delete, needed_state, prose, told, unfit};
use super::sign::{States, WORDS};
use super::transitions::{Transition, called_like, is_participle, mentioned, transitions, turned};
use super::{Move, Thing, acting};
use crate::model::{Method, Operation, Status};
use crate::names::{fold, words};
use crate::only::only;
use crate::outline::Outline;

/// What a member of a body is called that names the state to go to, beside the name of the member that shows it.
const TARGETS: [&str; 4] = ["to", "target", "new", "next"];

/// What undoes an action that is called otherwise.
const UNDONE: [(&str, &str); 5] = [
    ("archived", "restore"),
    ("closed", "reopen"),
    ("paused", "resume"),
    ("suspended", "resume"),
    ("deactivated", "reactivate"),
];

/// The moves of such a thing; `told`: what is said of its states.
pub(super) fn of<'a>(
    resources: &Resources<'a>,
    thing: &Thing<'a>,
    sign: &States,
    told: &[&str],
) -> Vec<Move<'a>> {
    let on_item = resources.by_path.get(&thing.item).into_iter().flatten().copied();
    // Right within the thing, under a name that isn't a parameter: what has one is about something else.
    let within =
        resources.right_within(&thing.item).filter(|one| one.path.last_segment().is_some());
    let nouns = thing.shown_by.path.last_literal().map(unfit::nouns).unwrap_or_default();
    let finder = Finder { resources, nouns, sign, told };
    let actions = within.flat_map(|one| finder.action(one));
    on_item.flat_map(|one| finder.write(one)).chain(actions).collect()
}

struct Finder<'f, 'a> {
    resources: &'f Resources<'a>,
    /// What the thing is called.
    nouns: Vec<String>,
    sign: &'f States,
    told: &'f [&'f str],
}

impl<'a> Finder<'_, 'a> {
    /// What a request within a thing does to it.
    fn action(&self, operation: &'a Operation) -> Vec<Move<'a>> {
        if let Some((not, state)) = self.sign.flagged() {
            return self.flagging(operation, not, state).into_iter().collect();
        }
        if !matches!(operation.method, Method::Post | Method::Put) {
            return Vec::new();
        }
        // What a body may name leads to several states, however the sentence goes that tells them.
        let named = self.naming(operation);
        let named = if named.is_empty() { self.acting(operation) } else { named };
        if named.is_empty() { self.called_for_it(operation).into_iter().collect() } else { named }
    }

    /// A body that names what is to be done: a move for each row of the table that tells what comes of it.
    fn acting(&self, operation: &'a Operation) -> Vec<Move<'a>> {
        let Some(schema) = operation.body_schema() else { return Vec::new() };
        let body = Outline::of(self.resources.contract, &[schema]);
        let told = operation.told.as_deref().unwrap_or_default();
        let Some((by, acts)) = acting::acts(&body, told, &self.sign.states) else {
            return Vec::new();
        };
        let refused_else = self.refused_else(operation, true);
        let moves = acts.into_iter().map(|(value, from, to)| Move {
            by: Some(by.to_owned()),
            value: Some(value.into()),
            refused_else,
            ..Move::to(operation, from, to)
        });
        moves.collect()
    }

    /// What a write of the thing itself does to its state.
    fn write(&self, operation: &'a Operation) -> Vec<Move<'a>> {
        match operation.method {
            Method::Patch => self.naming(operation),
            // What is replaced with everything may be anything, unless it is told what its state may become.
            Method::Put if self.tells_moves(operation) => self.naming(operation),
            Method::Delete => self.putting_aside(operation).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// An action that leads to one state.
    fn called_for_it(&self, operation: &'a Operation) -> Option<Move<'a>> {
        let states = &self.sign.states;
        let said = operation.told.as_deref().or(operation.summary.as_deref()).unwrap_or_default();
        let turns = prose::sentences(said).find_map(|one| Some((one, turned(one, states)?)));
        // "The first reading moves the session from `started` to `charging`": those after it move nothing, and are as good.
        let is_repeated = turns.as_ref().is_some_and(|(told, _)| prose::has(told, &["the first "]));
        let (from, to) = turns
            .map(|(_, turned)| turned)
            .or_else(|| only_from(operation, said, states))
            .or_else(|| done_to(operation, said, states))
            .or_else(|| self.led_to(operation, said))
            .or_else(|| self.by_table(operation))?;
        // Where it is told which states it needs, those are what it is refused without.
        let is_needed = needed_state::own(operation, &self.nouns, states).is_some();
        let refused_else = self.refused_else(operation, false);
        let refused_else = refused_else.filter(|_| !is_repeated && !is_needed);
        Some(Move { refused_else, ..Move::to(operation, from, to) })
    }

    /// "Makes an offer and moves the application to stage `offer`" of what has to be in another stage for it.
    fn led_to(&self, operation: &Operation, said: &str) -> Option<(Vec<String>, String)> {
        let states = &self.sign.states;
        let to = prose::sentences(said).find_map(|sentence| {
            let sentence = prose::on_one_line(&sentence.to_lowercase());
            let led = self.nouns.iter().find_map(|noun| {
                let leads = [format!("moves the {noun} to "), format!("the {noun} becomes ")];
                leads.iter().find_map(|leads| Some(sentence.split_once(leads)?.1.to_owned()))
            })?;
            let end = led.find([',', '(']).unwrap_or(led.len());
            only(mentioned(led.get(..end)?, states)).map(|(_, state)| state.clone())
        })?;
        let needed = needed_state::own(operation, &self.nouns, states)?;
        let from: Vec<String> = needed.into_iter().filter(|state| **state != to).cloned().collect();
        (!from.is_empty()).then_some((from, to))
    }

    /// The state that is called like what the action does, from where the table of all moves has it.
    fn by_table(&self, operation: &Operation) -> Option<(Vec<String>, String)> {
        let to = called_like(operation, &self.sign.states)?;
        let from = sources(&self.table(operation), to);
        (!from.is_empty()).then(|| (from, to.clone()))
    }

    /// A body that names the state to go to: a move for each that it may name.
    fn naming(&self, operation: &'a Operation) -> Vec<Move<'a>> {
        let Some(schema) = operation.body_schema() else { return Vec::new() };
        let body = Outline::of(self.resources.contract, &[schema]);
        let own = self.sign.member.as_str();
        // `to`, `target`, or what of the member: `toStage`, `new_status`.
        let is_target = |name: &str| {
            let name = fold(name);
            let mut targets = TARGETS.iter();
            targets.any(|target| {
                name.strip_prefix(target).is_some_and(|of| {
                    let is_state = of == fold(own) || WORDS.contains(&of);
                    is_state || (of.is_empty() && matches!(*target, "to" | "target"))
                })
            })
        };
        let members = body.members();
        let called = || members.keys().copied().find(|name| is_target(name));
        let named = body.member(own).map(|_| own).or_else(called);
        let Some((by, member)) = named.and_then(|name| Some((name, body.member(name)?))) else {
            return Vec::new();
        };
        if let Some((not, state)) = self.sign.flagged() {
            return self.setting(operation, by, &member, [not, state]);
        }
        let targets = member.texts();
        let table = self.table(operation);
        let is_state = |target: &String| self.sign.states.contains(target);
        if table.is_empty() || targets.is_empty() || !targets.iter().all(is_state) {
            return Vec::new();
        }
        let refused_else = self.refused_else(operation, true);
        let moves = targets.into_iter().map(|to| {
            let (from, by) = (sources(&table, &to), Some(by.to_owned()));
            Move { by, refused_else, ..Move::to(operation, from, to) }
        });
        moves.collect()
    }

    /// A body that has the flag itself.
    fn setting(
        &self,
        operation: &'a Operation,
        by: &str,
        member: &Outline<'_>,
        [not, state]: [&String; 2],
    ) -> Vec<Move<'a>> {
        if by != self.sign.member || !member.is(crate::model::JsonType::Boolean) {
            return Vec::new();
        }
        let both = [(not, state), (state, not)].map(|(from, to)| Move {
            by: Some(by.to_owned()),
            ..Move::to(operation, vec![from.clone()], to.clone())
        });
        both.into()
    }

    /// `POST …/archive` and `…/unarchive`, `PUT` and `DELETE …/archive`.
    fn flagging(&self, operation: &'a Operation, not: &str, state: &str) -> Option<Move<'a>> {
        let verb = operation.path.last_segment()?;
        let undoes = |verb: &str| {
            let undone = verb.strip_prefix("un").is_some_and(|verb| is_participle(state, verb));
            undone || UNDONE.contains(&(state, verb))
        };
        let (from, to) = match operation.method {
            Method::Post | Method::Put if is_participle(state, verb) => (not, state),
            Method::Delete if is_participle(state, verb) => (state, not),
            Method::Post if undoes(verb) => (state, not),
            _ => return None,
        };
        Some(self.flagged_by(operation, from, to))
    }

    /// A DELETE that leaves the thing: `archiveTitle`, of what has a flag `archived`.
    fn putting_aside(&self, operation: &'a Operation) -> Option<Move<'a>> {
        let (not, state) = self.sign.flagged().filter(|_| is_soft_delete(operation))?;
        let verb = words(&operation.id).into_iter().next()?;
        is_participle(state, &verb).then(|| self.flagged_by(operation, not, state))
    }

    /// The move of an operation that turns a flag.
    fn flagged_by(&self, operation: &'a Operation, from: &str, to: &str) -> Move<'a> {
        let refused_else = self.refused_else(operation, false);
        let refused_else = refused_else.or_else(|| refused_again(operation, to));
        Move { refused_else, ..Move::to(operation, vec![from.to_owned()], to.to_owned()) }
    }

    /// Whether an operation, or what is said of the state, tells from where it moves to where.
    fn tells_moves(&self, operation: &Operation) -> bool {
        let texts = self.told.iter().copied().chain(operation.told.as_deref());
        !transitions(texts, &self.sign.states).is_empty()
    }

    fn table(&self, operation: &Operation) -> Vec<Transition> {
        let own = operation.told.as_deref();
        let general = self.resources.contract.info.description.as_deref();
        let texts = self.told.iter().copied().chain(own).chain(general);
        transitions(texts, &self.sign.states)
    }

    /// With which status a move is refused that isn't told. What a body names may be refused as a conflict or as invalid.
    fn refused_else(&self, operation: &Operation, is_named: bool) -> Option<u16> {
        let own = operation.told.as_deref().unwrap_or_default();
        let documents = |code: &u16| operation.documents(*code);
        let texts = self.told.iter().copied().filter(|_| is_named).chain([own]);
        let else_refused =
            texts.flat_map(prose::sentences).filter(|one| prose::says_else_refused(one));
        let mut else_refused: Vec<&str> = else_refused.collect();
        // What speaks of states does so of moves; the rest may speak of what goes with one of them.
        else_refused.sort_by_key(|one| !prose::says_not_in_state(one));
        let mut statuses =
            else_refused.into_iter().filter_map(|one| told::statuses(one).find(documents));
        let named = statuses.next();
        let by_answer = [409, 422].into_iter().find(|code| {
            let response = operation.responses.get(&Status::Code(*code));
            response.is_some_and(|one| prose::says_move_is_refused(&one.description))
        });
        let whole = (documents(&409) && prose::says_else_refused(own)).then_some(409);
        named.or(by_answer).or(whole)
    }
}

/// With which status a move is refused of what is there already: "409 for a title that is archived already".
fn refused_again(operation: &Operation, state: &str) -> Option<u16> {
    const CONFLICT: Status = Status::Code(409);
    let response = operation.responses.get(&CONFLICT)?;
    let told = [operation.told.as_deref(), Some(response.description.as_str())];
    let already = [format!("{state} already"), format!("already {state}")];
    let says = |text: &str| already.iter().any(|one| prose::has(text, &[one]));
    told.into_iter().flatten().any(|text| says(&text.to_lowercase())).then_some(409)
}

/// "Only `draft` ones can be published" of `…/publish`, where `published` is a state.
fn only_from(
    operation: &Operation,
    said: &str,
    states: &[String],
) -> Option<(Vec<String>, String)> {
    let to = called_like(operation, states)?;
    let only = prose::sentences(said).find(|sentence| prose::says_only(sentence))?;
    let from = mentioned(only, states).into_iter().map(|(_, state)| state.clone());
    let from: Vec<String> = from.filter(|state| state != to).collect();
    (!from.is_empty()).then(|| (from, to.clone()))
}

/// "Stops a session that is `started` or `charging`" of `…/stop`, where `stopped` is a state.
fn done_to(operation: &Operation, said: &str, states: &[String]) -> Option<(Vec<String>, String)> {
    let (verb, to) = (operation.path.last_segment()?, called_like(operation, states)?);
    let (does, what) = prose::sentences(said).next()?.split_once(" that is ")?;
    let does = words(does).into_iter().next()?;
    let is_it = words(verb).into_iter().next().is_some_and(|verb| does.starts_with(&verb));
    let what = what.split([',', '(']).next()?.split(" and ").next()?;
    let from = mentioned(what, states).into_iter().map(|(_, state)| state.clone());
    let from: Vec<String> = from.filter(|state| state != to).collect();
    (is_it && !from.is_empty()).then(|| (from, to.clone()))
}

fn sources(table: &[Transition], target: &str) -> Vec<String> {
    table.iter().filter(|(_, to)| to == target).map(|(from, _)| from.clone()).collect()
}
