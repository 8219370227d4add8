//! The states of a thing, and what moves it from one to another.
//!
//! ```text
//! the member that shows the state (sign) ─┐
//! operations within the thing (moves) ────┼─▶ Lifecycle: moves, and refusals of operations in a state
//! what descriptions say (transitions) ────┘
//! ```
//!
//! "Turns a `booked` visit into a `confirmed` one" of `POST /visits/{id}/confirm`, where the visit has a member of which
//! `booked` and `confirmed` are values; "`open` → `in_progress` → `closed`" of the member itself, which a PATCH writes;
//! `POST /lists/{id}/archive`, where the list has a flag `archived`. Of what is said in other words nothing is known.

mod acting;
mod answered;
mod decided;
mod moves;
mod refusal;
mod sign;
mod transitions;

use indexmap::IndexMap;
use serde_json::Value;

use super::{Resources, prose, unfit};
use crate::model::{Method, Operation, PathPart};
use crate::only::only;
pub use refusal::Refusal;
use refusal::{in_states, of_moves};
pub use sign::Sign;
use sign::States;
pub(super) use sign::words_of_state;
pub(super) use transitions::{IRREGULAR, is_on, is_participle, mentioned, state_of, tokens};

/// The states of a thing.
#[derive(Debug, Clone)]
pub struct Lifecycle<'a> {
    /// The shape of its path.
    pub item: String,
    /// An operation of which the path names the thing last: the GET that shows it, or else one on it or right within it.
    pub about: &'a Operation,
    /// The operation that answers with the thing: the GET that shows it, or else what makes it.
    pub shown_by: &'a Operation,
    /// The member with its state.
    pub member: String,
    /// All states.
    pub states: Vec<String>,
    /// What a thing is when it has just been made, as far as that is said.
    pub initial: Option<String>,
    /// What moves it.
    pub moves: Vec<Move<'a>>,
    sign: States,
    /// What is said of the thing, its states and all that is done to it.
    said: Vec<&'a str>,
}

/// A thing that may have states.
#[derive(Debug, Clone)]
struct Thing<'a> {
    item: String,
    about: &'a Operation,
    shown_by: &'a Operation,
}

/// The things that nothing shows by themselves: what makes them answers with them, and something is done to them.
fn unread<'a>(resources: &Resources<'a>) -> Vec<Thing<'a>> {
    let mut all: IndexMap<String, Thing<'a>> = IndexMap::new();
    for operation in &resources.contract.operations {
        let Some(parameter) = operation.path.parameters().last() else { continue };
        let Some(item) = operation.path.shape_to(parameter) else { continue };
        if all.contains_key(&item) || resources.at(&item, Method::Get).is_some() {
            continue;
        }
        let mut makers = resources.makers(operation, parameter).iter();
        let maker = makers.find_map(|one| resources.operation(&one.operation_id));
        let maker = maker.filter(|one| one.method == Method::Post && one.path.shape() != item);
        if let Some(shown_by) = maker {
            all.insert(item.clone(), Thing { item, about: operation, shown_by });
        }
    }
    all.into_values().collect()
}

/// An operation that moves a thing from one state to another.
#[derive(Debug, Clone)]
pub struct Move<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// The states in which it does so.
    pub from: Vec<String>,
    /// The state that it leads to.
    pub to: String,
    /// The member of the body that names the state, where the operation leads to more than one.
    pub by: Option<String>,
    /// What that member is set to, where that isn't the state itself.
    pub value: Option<Value>,
    /// With which status it is said to be refused in any other state.
    pub refused_else: Option<u16>,
    /// Whether from where it moves is no more than likely.
    pub is_guessed: bool,
}

impl<'a> Move<'a> {
    /// One that is done by calling the operation.
    fn to(operation: &'a Operation, from: Vec<String>, to: String) -> Self {
        let (by, value, refused_else) = (None, None, None);
        Self { operation, from, to, by, value, refused_else, is_guessed: false }
    }
}

impl<'a> Lifecycle<'a> {
    /// The states of the things that can be read, by the shape of their path.
    pub(super) fn all(resources: &Resources<'a>) -> IndexMap<String, Vec<Self>> {
        let read = resources.by_path.iter().filter_map(|(item, _)| {
            let reader = resources.at(item, Method::Get)?;
            let is_item = matches!(
                reader.path.segments.last().map(Vec::as_slice),
                Some([PathPart::Parameter(_)])
            );
            is_item.then(|| Thing { item: item.clone(), about: reader, shown_by: reader })
        });
        let all = read.chain(unread(resources)).map(|thing| {
            let signs = States::of(resources, thing.shown_by).into_iter();
            let lives = signs.map(|sign| Self::of(resources, &thing, sign)).collect();
            (thing.item, lives)
        });
        all.filter(|(_, lives): &(_, Vec<_>)| !lives.is_empty()).collect()
    }

    fn of(resources: &Resources<'a>, thing: &Thing<'a>, sign: States) -> Self {
        let (member, states) = (sign.member.clone(), sign.states.clone());
        let told = sign.told(resources, thing.shown_by);
        let moves = moves::of(resources, thing, &sign, &told);
        let first = sign.first().or_else(|| initial(resources, thing, &states, &moves));
        let own = moves.iter().filter_map(|one| one.operation.told.as_deref());
        let general = resources.contract.info.description.as_deref().into_iter();
        let said = general.chain(told).chain(own).collect();
        let (item, about, shown_by) = (thing.item.clone(), thing.about, thing.shown_by);
        let mut life =
            Self { item, about, shown_by, member, states, initial: first, moves, sign, said };
        let decided = decided::of(resources, &life);
        life.moves.extend(decided);
        for answered in [answered::of, answered::of_new] {
            let moves = answered(resources, &life);
            life.moves.extend(moves);
            life.initial =
                life.initial.or_else(|| initial(resources, thing, &life.states, &life.moves));
        }
        life
    }

    /// The GET that shows the thing.
    #[must_use]
    pub fn reader(&self) -> Option<&'a Operation> {
        std::ptr::eq(self.about, self.shown_by).then_some(self.about)
    }

    /// The actions right within such a thing that aren't known to move it.
    fn unmoved<'l>(
        &'l self,
        resources: &'l Resources<'a>,
    ) -> impl Iterator<Item = &'a Operation> + use<'l, 'a> {
        resources.right_within(&self.item).filter(|one| {
            matches!(one.method, Method::Post | Method::Put)
                && one.path.last_segment().is_some()
                && self.moves_of(one).next().is_none()
        })
    }

    /// The states that an action may move from, where it is said to be refused in some: all others, but for those that it leads
    /// to. None where nothing is said.
    fn sources(&self, action: &Operation, is_target: impl Fn(&String) -> bool) -> Vec<String> {
        let refused = self.refused_in(action);
        let is_source = |state: &&String| {
            !refused.is_empty() && !refused.contains(&state.as_str()) && !is_target(state)
        };
        self.states.iter().filter(is_source).cloned().collect()
    }

    /// What the member that a move goes by is set to.
    #[must_use]
    pub fn value(&self, one: &Move<'_>) -> Option<Value> {
        one.value.clone().or_else(|| match self.sign(&one.to) {
            Sign::Is(value) => Some(value),
            Sign::Set | Sign::Unset => None,
        })
    }

    /// What an operation moves: once for each state that it leads to.
    pub fn moves_of(&self, operation: &Operation) -> impl Iterator<Item = &Move<'a>> {
        self.moves.iter().filter(|one| one.operation.id == operation.id)
    }

    /// How it shows that the thing is in a state.
    #[must_use]
    pub fn sign(&self, state: &str) -> Sign {
        self.sign.of_state(state)
    }

    /// The moves that bring a new thing into a state, as few as there have to be; `None`: nothing is known to.
    #[must_use]
    pub fn way_to(&self, state: &str) -> Option<Vec<&Move<'a>>> {
        self.way(self.initial.as_deref()?, state)
    }

    /// The states that something leads to from the start, the first one included.
    #[must_use]
    pub fn reached(&self) -> Vec<&str> {
        let reached = self.states.iter().filter(|state| self.way_to(state).is_some());
        reached.map(String::as_str).collect()
    }

    /// The moves from one state to another, as few as there have to be; `None`: nothing is known to lead there.
    #[must_use]
    pub fn way(&self, from: &str, state: &str) -> Option<Vec<&Move<'a>>> {
        let mut ways: Vec<(&str, Vec<&Move<'a>>)> = vec![(from, Vec::new())];
        let mut next = 0;
        while let Some((at, way)) = ways.get(next).cloned() {
            if at == state {
                return Some(way);
            }
            for one in self.moves.iter().filter(|one| one.from.iter().any(|from| from == at)) {
                if ways.iter().all(|(known, _)| *known != one.to) {
                    ways.push((&one.to, way.iter().copied().chain([one]).collect()));
                }
            }
            next += 1;
        }
        None
    }

    /// What an operation on the thing, or within it, is said to be refused for: a state, or a move out of one.
    #[must_use]
    pub fn refusals(&self, operation: &Operation) -> Vec<Refusal<'_>> {
        let own: Vec<_> = self.moves_of(operation).collect();
        let mut all = of_moves(&self.states, &own);
        if all.is_empty() || own.iter().all(|one| one.by.is_some()) {
            // What it moves from a state, it isn't refused there.
            let moves_from =
                |state: &str| own.iter().any(|one| one.from.iter().any(|from| from == state));
            let refused = in_states(self, operation).into_iter();
            all.extend(refused.filter(|one| !moves_from(one.state)));
        }
        all
    }

    /// The states in which an operation is said to be refused, whatever it asks for.
    #[must_use]
    pub fn refused_in(&self, operation: &Operation) -> Vec<&str> {
        let all = self.refusals(operation).into_iter();
        all.filter(|one| one.to.is_none()).map(|one| one.state).collect()
    }

    /// The way to the nearest state in which an operation isn't refused; `None` where it isn't refused as it is, or no
    /// way is known.
    #[must_use]
    pub fn state_for(&self, operation: &Operation) -> Option<&str> {
        let refused = self.refused_in(operation);
        let own = self.moves_of(operation).filter(|one| one.by.is_none());
        let own = own.flat_map(|one| &one.from).map(String::as_str);
        let mut fitting: Vec<&str> = own.collect();
        if fitting.is_empty() && refused.contains(&self.initial.as_deref()?) {
            fitting = self.states.iter().map(String::as_str).collect();
            fitting.retain(|state| !refused.contains(state));
        }
        if fitting.is_empty() && operation.method == Method::Post {
            return self.first_steered(operation).map(|(_, from)| from);
        }
        let known =
            fitting.into_iter().filter_map(|state| Some((self.way_to(state)?.len(), state)));
        known.min_by_key(|(length, _)| *length).map(|(_, state)| state)
    }

    /// Of the moves that an operation's body chooses one of, the one that a new thing is nearest to, with the state that it starts
    /// from.
    #[must_use]
    pub fn first_steered(&self, operation: &Operation) -> Option<(&Move<'_>, &str)> {
        let moves = self.moves_of(operation).filter(|one| one.by.is_some());
        let starts = moves.flat_map(|one| one.from.iter().map(move |from| (one, from.as_str())));
        let known = starts.filter_map(|(one, from)| Some((self.way_to(from)?.len(), (one, from))));
        known.min_by_key(|(length, _)| *length).map(|(_, first)| first)
    }
}

/// What a new thing is: as what makes it says ("A new visit is `booked`"), as the member's description does, or the one
/// state that nothing leads to and something leads from.
fn initial(
    resources: &Resources<'_>,
    thing: &Thing<'_>,
    states: &[String],
    moves: &[Move<'_>],
) -> Option<String> {
    let makers = resources.makers(thing.about, thing.about.path.parameters().last()?);
    let makers = makers.iter().filter_map(|one| resources.operation(&one.operation_id));
    let said = makers.filter_map(|one| one.description.as_deref()).map(prose::on_one_line);
    let said: Vec<String> = said.collect();
    let new = said.iter().flat_map(|text| prose::sentences(text)).filter_map(prose::behind_new);
    let mut told = new.filter_map(|new| only(transitions::mentioned(new, states)));
    let told = told.next().map(|(_, state)| state);
    if let Some(state) = told.or_else(|| by_room(thing.shown_by, &said, states)) {
        return Some(state.clone());
    }
    only(states.iter().filter(|state| is_first(state, moves))).cloned()
}

/// What a new thing is where what it lies in has room for it: "While there are places, the enrolment is `enrolled`".
fn by_room<'s>(reader: &Operation, said: &[String], states: &'s [String]) -> Option<&'s String> {
    const ROOM: [&str; 3] = ["while there", "as long as there", "if there"];
    let nouns = unfit::nouns(reader.path.last_literal()?);
    let told = said.iter().flat_map(|text| prose::sentences(text));
    let mut told = told.filter(|sentence| prose::has(sentence, &ROOM)).filter_map(|sentence| {
        let (_, behind) = sentence.split_once(',')?;
        let behind = behind.to_lowercase();
        let is_it = nouns.iter().any(|noun| behind.contains(&format!("{noun} is ")));
        only(transitions::mentioned(&behind, states).into_iter().filter(|_| is_it))
    });
    told.next().map(|(_, state)| state)
}

/// Whether something leads from a state, and nothing to it.
fn is_first(state: &String, moves: &[Move<'_>]) -> bool {
    moves.iter().any(|one| one.from.contains(state)) && moves.iter().all(|one| one.to != *state)
}
