//! Whether one schema implies another, and by which value it doesn't: *yes*, *no* with a witness, or *undecided*.
//!
//! ```text
//! two schemas ──classes──▶ the same? ──children──▶ what is left ──canonical──▶ proposal ──▶ witnesses ──validators──▶ Answer
//! ```
//!
//! - What is of one class says the same, so it needs no proof (`classes.rs`).
//! - What each property, item and member must match is asked by itself. A pair that is asked within its own question is
//!   taken for implied: if that were wrong, a value at a finite depth would show it, and the question at that depth
//!   finds it.
//! - What is left is compared by `jsonschema` (`canonical.rs`). It proposes; validators judge. A value that is drawn from
//!   the difference, or put together from the witness of a part, or found by trying each constraint, is a witness once
//!   the validator of one side admits it and that of the other refuses it. No witness, no *no*.
//!
//! To draw values takes a sampler, which is no part of this crate: see [`Sampling`].

mod canonical;
mod classes;
mod documents;
mod sent;
mod shrink;
mod witness;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::rc::Rc;

use serde_json::Value;

use crate::Direction;
use crate::model::{Contract, SchemaId};
use crate::validate::{Validators, Violation};
use canonical::{Canonical, Difference};
use classes::Classes;
use documents::{Place, Schemas};

/// Makes what draws values from the schemas of a contract.
pub trait Sampling {
    /// For values that `direction` sends.
    fn sampler<'c>(&self, contract: &'c Contract, direction: Direction) -> Box<dyn Sampler + 'c>;
}

/// Draws values from schemas. Nothing is believed of what it draws: validators judge each value.
pub trait Sampler {
    /// A few values that the schema admits.
    fn few(&self, schema: SchemaId) -> Vec<Value>;
    /// Values of every kind that it admits, and for each of its constraints values that it refuses.
    fn many(&self, schema: SchemaId) -> Vec<Value>;
}

/// Whether one schema implies another: whether every value that the first admits is one that the second admits.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It does.
    Yes,
    /// It doesn't: these values, of which there is one at least, are admitted by the first and refused by the second,
    /// as validators confirm. The shortest comes first.
    No(Vec<Value>),
    /// There is neither proof nor witness.
    Undecided,
}

/// Which of two contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they are two")]
pub enum Side {
    First,
    Second,
}

impl Side {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// What a question that another leads to looks at.
#[derive(Debug, Clone, Copy)]
enum Look {
    /// The same value.
    Here,
    /// A part of it.
    Below,
}

/// How deep questions lead to others, at most.
const DEEPEST: usize = 48;
/// How many others one question leads to, at most.
const MOST: usize = 400;

/// Answers questions about the schemas of two contracts, for values that one side sends. Answers are kept.
pub struct Implication<'a> {
    sides: [One<'a>; 2],
    direction: Direction,
    sampling: &'a dyn Sampling,
    classes: OnceCell<Classes>,
    known: RefCell<HashMap<Question, Answer>>,
    /// The questions that are being answered, each within the one before, and how deep in the value each looks.
    open: RefCell<Vec<(Question, usize)>>,
    asked: Cell<usize>,
}

/// One of the contracts.
struct One<'a> {
    contract: &'a Contract,
    validators: Validators<'a>,
    sampler: Box<dyn Sampler + 'a>,
    /// Values that try each constraint of a schema, of those that were asked for.
    many: RefCell<HashMap<SchemaId, Rc<[Value]>>>,
    /// Whether any member is sent by one side alone.
    has_marks: bool,
}

/// Whether all schemas of these classes imply those.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question(BTreeSet<usize>, BTreeSet<usize>, Side);

/// An answer, and the first of the open questions that it takes for answered with yes.
struct Found {
    answer: Answer,
    assumes: Option<usize>,
}

impl Found {
    fn sure(answer: Answer) -> Self {
        Self { answer, assumes: None }
    }
}

impl fmt::Debug for Implication<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Implication").field("direction", &self.direction).finish_non_exhaustive()
    }
}

impl<'a> Implication<'a> {
    /// Of the schemas of two contracts.
    #[must_use]
    pub fn new(
        contracts: [&'a Contract; 2],
        direction: Direction,
        sampling: &'a dyn Sampling,
    ) -> Self {
        let sides = contracts.map(|contract| One {
            contract,
            validators: Validators::new(contract, direction),
            sampler: sampling.sampler(contract, direction),
            many: RefCell::default(),
            has_marks: contract.schemas.iter().any(|(_, it)| it.read_only || it.write_only),
        });
        let (known, open) = (RefCell::default(), RefCell::default());
        let (classes, asked) = (OnceCell::new(), Cell::new(0));
        Self { sides, direction, sampling, classes, known, open, asked }
    }

    /// Whether all of `premise`, schemas of `side`, imply each of `conclusion`, schemas of the other side.
    #[must_use]
    pub fn ask(&self, side: Side, premise: &[SchemaId], conclusion: &[SchemaId]) -> Answer {
        self.asked.set(0);
        self.answer(side, premise, conclusion, Look::Here).answer
    }

    /// A witness that is as small as can be found, of those that are refused in a way that `fits`.
    #[must_use]
    pub fn shrink(
        &self,
        side: Side,
        premise: &[SchemaId],
        conclusion: &[SchemaId],
        witness: Value,
        fits: &dyn Fn(&[Violation]) -> bool,
    ) -> Value {
        let search = self.search(side, premise, conclusion);
        let shows = |value: &Value| {
            search.is_witness(value) && fits(&self.refusal(side.other(), conclusion, value))
        };
        shrink::shrink(witness, &shows)
    }

    /// Why schemas of a side refuse a value.
    #[must_use]
    pub fn refusal(&self, side: Side, schemas: &[SchemaId], value: &Value) -> Vec<Violation> {
        let validators = &self.side(side).validators;
        schemas.iter().flat_map(|id| validators.violations(*id, value)).collect()
    }

    /// Whether schemas of both sides are written alike, but for names, order and annotations.
    #[must_use]
    pub fn is_same(&self, side: Side, these: &[SchemaId], those: &[SchemaId]) -> bool {
        let classes = |side, ids| self.schemas(side, ids).all_classes();
        classes(side, these) == classes(side.other(), those)
    }

    fn classes(&self) -> &Classes {
        self.classes.get_or_init(|| {
            Classes::of(self.sides.each_ref().map(|side| side.validators.schemas()))
        })
    }

    fn side(&self, side: Side) -> &One<'a> {
        let [first, second] = &self.sides;
        match side {
            Side::First => first,
            Side::Second => second,
        }
    }

    fn schemas(&self, side: Side, roots: &[SchemaId]) -> Schemas<'_> {
        Schemas::of(self.classes(), self.side(side).contract, side as usize, roots)
    }

    fn answer(
        &self,
        side: Side,
        premise: &[SchemaId],
        conclusion: &[SchemaId],
        look: Look,
    ) -> Found {
        let before = self.schemas(side, premise);
        let classes = before.all_classes();
        let after = self.schemas(side.other(), conclusion).without(&classes);
        let question = Question(classes, after.all_classes(), side);
        if question.1.is_empty() {
            return Found::sure(Answer::Yes);
        }
        if let Some(answer) = self.known.borrow().get(&question) {
            return Found::sure(answer.clone());
        }
        let level = self.open.borrow().last().map_or(0, |(_, level)| level + look as usize);
        let assumed = self.open.borrow().iter().position(|(open, _)| *open == question);
        if let Some(place) = assumed {
            return self.assume(place, level);
        }
        let depth = self.open.borrow().len();
        self.asked.set(self.asked.get() + 1);
        if depth >= DEEPEST || self.asked.get() > MOST {
            return Found::sure(Answer::Undecided);
        }
        self.open.borrow_mut().push((question.clone(), level));
        let found = self.consider(side, (premise, &before), (conclusion, &after));
        self.open.borrow_mut().pop();
        // What this question took for granted of itself is settled with it.
        let assumes = found.assumes.filter(|assumed| *assumed < depth);
        if assumes.is_none() || found.answer != Answer::Yes {
            self.known.borrow_mut().insert(question, found.answer.clone());
        }
        Found { answer: found.answer, assumes }
    }

    /// An open question is taken for answered with yes where it is asked of a part of the value: asked of the same value,
    /// it would be its own reason.
    fn assume(&self, place: usize, level: usize) -> Found {
        match self.open.borrow().get(place) {
            Some((_, asked)) if *asked < level => {
                Found { answer: Answer::Yes, assumes: Some(place) }
            }
            _ => Found::sure(Answer::Undecided),
        }
    }

    fn consider(
        &self,
        side: Side,
        (premise, before): (&[SchemaId], &Schemas<'_>),
        (conclusion, after): (&[SchemaId], &Schemas<'_>),
    ) -> Found {
        if let Some(found) = self.each_alternative(side, premise, before, conclusion) {
            return found;
        }
        let mut parts = self.children(side, before, after);
        self.likely_alternatives(side, (premise, before), after, &mut parts);
        let is_implied = |place: &Place, id| parts.implied.contains(&(place.clone(), id));
        let wanted = after.document(is_implied);
        let declared = after.children();
        let is_free = |place: &Place| match declared.iter().find(|(known, _)| known == place) {
            Some((_, id)) => is_implied(place, *id),
            None => matches!(place, Place::Property(_)) && after.is_plain(),
        };
        let given = before.clone().widened().document(|place, _| is_free(place));
        let search = self.search(side, premise, conclusion);
        let no = |witnesses| Found::sure(Answer::No(witnesses));
        let yes = || Found { answer: Answer::Yes, assumes: parts.assumes };
        if let Some(found) = search.in_parts(&parts.witnesses).or_else(|| search.in_few()) {
            return no(found);
        }
        let canonical = Canonical::read(&given, &wanted);
        if canonical.as_ref().is_some_and(Canonical::is_covered) {
            return yes();
        }
        if let Some(found) = search.in_edges() {
            return no(found);
        }
        match canonical.and_then(|canonical| canonical.difference()) {
            Some(Difference::Empty) => yes(),
            Some(Difference::Schema(difference)) => {
                let found = search.in_difference(&difference, &is_free);
                found.map_or_else(|| Found::sure(Answer::Undecided), no)
            }
            None => Found::sure(Answer::Undecided),
        }
    }

    /// Asks of each alternative of the premise by itself; `None` where there is none, or where that decides nothing.
    fn each_alternative(
        &self,
        side: Side,
        premise: &[SchemaId],
        before: &Schemas<'_>,
        conclusion: &[SchemaId],
    ) -> Option<Found> {
        let (mut assumes, mut is_open) = (None, false);
        for alternative in before.groups().into_iter().next()? {
            let all: Vec<_> = premise.iter().copied().chain([alternative]).collect();
            let found = self.answer(side, &all, conclusion, Look::Here);
            match found.answer {
                Answer::Yes => assumes = assumes.into_iter().chain(found.assumes).min(),
                Answer::No(witnesses) => return Some(Found::sure(Answer::No(witnesses))),
                Answer::Undecided => is_open = true,
            }
        }
        (!is_open).then_some(Found { answer: Answer::Yes, assumes })
    }

    /// Asks of each group of the conclusion whether the premise implies the alternative that is most like it.
    fn likely_alternatives(
        &self,
        side: Side,
        (premise, before): (&[SchemaId], &Schemas<'_>),
        after: &Schemas<'_>,
        parts: &mut Parts,
    ) {
        for group in after.groups() {
            if let Some(likely) = before.most_like(&group, after.contract) {
                parts.add(Place::Here, likely, self.answer(side, premise, &[likely], Look::Here));
            }
        }
    }

    /// Asks what lies below, place by place.
    fn children(&self, side: Side, before: &Schemas<'_>, after: &Schemas<'_>) -> Parts {
        let mut parts = Parts::default();
        let given = before.children();
        for (place, wanted) in after.children() {
            let same = given.iter().filter(|(known, _)| *known == place);
            let premise: Vec<_> = same.map(|(_, id)| *id).collect();
            let found = self.answer(side, &premise, &[wanted], Look::Below);
            parts.add(place, wanted, found);
        }
        parts
    }
}

/// What is known of the places below.
#[derive(Default)]
struct Parts {
    /// What the conclusion says there that the premise implies.
    implied: BTreeSet<(Place, SchemaId)>,
    /// Values that show that something isn't implied.
    witnesses: Vec<(Place, Vec<Value>)>,
    assumes: Option<usize>,
}

impl Parts {
    fn add(&mut self, place: Place, wanted: SchemaId, found: Found) {
        match found.answer {
            Answer::Yes => {
                self.assumes = self.assumes.into_iter().chain(found.assumes).min();
                self.implied.insert((place, wanted));
            }
            Answer::No(witnesses) => self.witnesses.push((place, witnesses)),
            Answer::Undecided => {}
        }
    }
}
