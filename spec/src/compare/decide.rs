//! Facts, and the values that they concern.
//!
//! The walk compares keyword by keyword, so it can take one spelling for another meaning, and two keywords for each
//! other's opposite. Here each pair of schemas of which it has stated something about values is asked as a whole: does
//! what the sender may send imply what the receiver takes? *Yes* takes back what was stated, or makes it harmless; *no*
//! comes with witnesses, and a fact gets one that is refused by the very keyword that it is about.

use indexmap::IndexSet;
use serde_json::Value;

use super::engine::{At, Engine, Form, Here, Pair, PairId, Proof, Stated, Step};
use super::rules::{Direction, Severity};
use super::table::Fact;
use crate::implication::{Answer, Implication, Sampling, Side};
use crate::model::SchemaId;
use crate::validate::Violation;

/// A value, and why the receiver refuses it.
type Witness = (Value, Vec<Violation>);

/// The questions of both directions.
struct Judges<'a> {
    requests: Implication<'a>,
    responses: Implication<'a>,
}

/// One pair, and who may send what.
struct Exchange<'j, 'a> {
    judge: &'j Implication<'a>,
    /// The side whose values are sent to somebody who goes by the other one.
    sender: Side,
    sent: Vec<SchemaId>,
    received: Vec<SchemaId>,
    form: Form,
}

impl<'a> Engine<'a> {
    /// Asks of every pair whether what was stated of it concerns any value.
    pub(super) fn decide(&mut self, sampling: &'a dyn Sampling) {
        let contracts = [self.old.contract, self.new.contract];
        let judges = Judges {
            requests: Implication::new(contracts, crate::Direction::Request, sampling),
            responses: Implication::new(contracts, crate::Direction::Response, sampling),
        };
        for id in (0..self.pairs.len()).map(PairId) {
            if let Some(exchange) = self.exchange(id, &judges) {
                let is_asked = self.is_in_question(id) || self.is_unspoken_of(id, &exchange);
                if is_asked {
                    self.decide_pair(id, &exchange);
                }
            }
        }
    }

    /// Whether a whole message is written in another way, and nothing was stated of it.
    fn is_unspoken_of(&self, id: PairId, exchange: &Exchange<'_, 'a>) -> bool {
        let is_whole = matches!(self.pairs[id.0].step, Step::Value(..));
        let is_silent = |at: usize| self.pairs[at].stated.is_empty();
        is_whole
            && !exchange.judge.is_same(exchange.sender, &exchange.sent, &exchange.received)
            && self.below(id).into_iter().all(is_silent)
    }

    /// Whether something was stated that is more than harmless, or that can be harmless by itself alone.
    fn is_in_question(&self, id: PairId) -> bool {
        self.pairs[id.0].stated.iter().any(|one| {
            let is_alternative = one.fact.is_about_alternatives();
            one.is_claim() && (one.severity() > Severity::Compatible || is_alternative)
        })
    }

    fn exchange<'j>(&self, id: PairId, judges: &'j Judges<'a>) -> Option<Exchange<'j, 'a>> {
        let pair = &self.pairs[id.0];
        let (old, new) = (self.old.schemas(pair.old), self.new.schemas(pair.new));
        let (judge, sender, sent, received) = match pair.direction {
            Direction::Request => (&judges.requests, Side::First, old, new),
            Direction::Response => (&judges.responses, Side::Second, new, old),
            Direction::Both => return None,
        };
        Some(Exchange { judge, sender, sent, received, form: pair.form })
    }

    fn decide_pair(&mut self, id: PairId, exchange: &Exchange<'_, 'a>) {
        match exchange.ask() {
            Answer::Yes => self.take_back(id, exchange.ask_back() == Answer::Yes),
            Answer::No(values) => {
                let witnesses = values.into_iter().filter(|value| exchange.is_refused(value));
                let witnesses: Vec<_> = witnesses.map(|value| exchange.witness(value)).collect();
                self.assign(id, &witnesses, exchange);
            }
            Answer::Undecided => {
                let stated = &mut self.pairs[id.0].stated;
                for one in stated.iter_mut().filter(|one| one.fact.is_open()) {
                    one.proof.is_undecided = true;
                }
            }
        }
    }

    /// No value is concerned; or none that was valid, where the other direction has one.
    fn take_back(&mut self, id: PairId, is_same: bool) {
        let stated = &mut self.pairs[id.0].stated;
        if is_same {
            stated.retain(|one| !one.is_claim());
            return;
        }
        for one in stated.iter_mut().filter(|one| one.is_claim()) {
            one.proof.severity = Some(Severity::Compatible);
        }
    }

    /// Gives each fact the witness that is refused for its sake, and states what no fact speaks of.
    fn assign(&mut self, id: PairId, witnesses: &[Witness], exchange: &Exchange<'_, 'a>) {
        let is_alone = !self.has_claims_below(id);
        let stated = &mut self.pairs[id.0].stated;
        let facts: Vec<Fact> = stated.iter().map(|one| one.fact).collect();
        // What is harmless by the table is no reason to refuse a value.
        let weighs = |one: &&mut Stated| one.is_claim() && one.severity() > Severity::Compatible;
        for one in stated.iter_mut().filter(weighs) {
            let (fact, message) = (one.fact, one.message.clone());
            let fits = |why: &[Violation]| {
                why.iter().any(|it| fact.is_refused_by(it, &message, &facts, is_alone))
            };
            let Some((value, _)) = witnesses.iter().find(|(_, why)| fits(why)) else { continue };
            one.proof.witness = Some(exchange.shrink(value, &fits));
            if fact.is_open() {
                one.proof.severity = Some(Severity::Breaking);
            }
        }
        let is_told = stated.iter().any(|one| one.severity() > Severity::Compatible);
        if !is_told && is_alone {
            self.state_unspoken(id, witnesses, exchange);
        }
    }

    /// Each keyword by itself is harmless, or says nothing that the walk can see, and all of them together are not.
    fn state_unspoken(&mut self, id: PairId, witnesses: &[Witness], exchange: &Exchange<'_, 'a>) {
        let Some((value, _)) = witnesses.first() else { return };
        let &Pair { direction, form, old, new, .. } = &self.pairs[id.0];
        let (old, new) = (self.old.normalize(old), self.new.normalize(new));
        let here = Here { id, direction, form, old: &old, new: &new };
        let what = "what it may be is composed in another way";
        self.state(&here, Fact::CompositionChanged, (At(None, ""), At(None, "")), what);
        if let Some(stated) = self.pairs[id.0].stated.last_mut() {
            let witness = Some(exchange.shrink(value, &|_| true));
            let severity = Some(Severity::Breaking);
            stated.proof = Proof { severity, witness, is_undecided: false };
        }
    }

    /// Whether something that may matter was stated of what lies below, in other places than this.
    fn has_claims_below(&self, id: PairId) -> bool {
        let below = self.below(id);
        below.iter().filter(|other| **other != id.0).any(|other| {
            let pair = &self.pairs[*other];
            let weighs = |one: &Stated| one.severity() > Severity::Compatible;
            !matches!(pair.step, Step::Alternative(..)) && pair.stated.iter().any(weighs)
        })
    }

    /// A pair with all that it leads to.
    fn below(&self, id: PairId) -> IndexSet<usize> {
        let mut met = IndexSet::from([id.0]);
        let mut next = 0;
        while let Some(&at) = met.get_index(next) {
            met.extend(self.pairs[at].children.iter().map(|child| child.0));
            next += 1;
        }
        met
    }
}

impl Exchange<'_, '_> {
    fn ask(&self) -> Answer {
        self.judge.ask(self.sender, &self.sent, &self.received)
    }

    /// The other way round: whether the receiver takes no more than what is sent.
    fn ask_back(&self) -> Answer {
        self.judge.ask(self.sender.other(), &self.received, &self.sent)
    }

    fn witness(&self, value: Value) -> Witness {
        let why = self.refusal(&value);
        (value, why)
    }

    fn refusal(&self, value: &Value) -> Vec<Violation> {
        self.judge.refusal(self.sender.other(), &self.received, value)
    }

    /// Whether the receiver refuses a value however it reads what is written: as text, `7` and `"7"` are one.
    fn is_refused(&self, value: &Value) -> bool {
        let text = match (self.form, value) {
            (Form::Text, Value::String(text)) => text.clone(),
            (Form::Text, Value::Number(_) | Value::Bool(_)) => value.to_string(),
            _ => return true,
        };
        let read = serde_json::from_str(&text).ok();
        let scalar = read.filter(|value: &Value| value.is_number() || value.is_boolean());
        let readings = scalar.into_iter().chain([Value::String(text)]);
        readings.into_iter().all(|reading| !self.refusal(&reading).is_empty())
    }

    fn shrink(&self, value: &Value, fits: &dyn Fn(&[Violation]) -> bool) -> Value {
        let value = value.clone();
        let small = self.judge.shrink(self.sender, &self.sent, &self.received, value.clone(), fits);
        if self.is_refused(&small) { small } else { value }
    }
}

impl Stated {
    fn is_claim(&self) -> bool {
        self.fact.is_about_values(self.direction)
    }

    fn severity(&self) -> Severity {
        self.proof.severity.unwrap_or(self.fact.rule(self.direction).severity)
    }
}

impl Fact {
    /// Whether a value is refused for the sake of this fact: by one of its keywords, and for the property that the
    /// message names where they are about several; of a fact without keywords of its own, by what no other fact of the
    /// pair speaks of.
    fn is_refused_by(
        self,
        violation: &Violation,
        message: &str,
        all: &[Self],
        is_alone: bool,
    ) -> bool {
        let Violation { keyword, pointer, properties } = violation;
        let names = |fact: &Self| fact.keywords().contains(&keyword.as_str());
        if self.keywords().is_empty() {
            return (pointer.is_empty() || is_alone) && !all.iter().any(names);
        }
        let is_named = |name: &String| message.contains(&format!("`{name}`"));
        let is_about = !self.is_about_one_property() || properties.iter().any(is_named);
        pointer.is_empty() && names(&self) && is_about
    }

    /// Whether it says that some values are valid on one side alone. What a client makes of what it may get, what
    /// formats mean to generated code, and what annotations say is for the table alone.
    fn is_about_values(self, direction: Direction) -> bool {
        self.is_open()
            || match self {
                Self::RequiredPropertyRemoved => direction == Direction::Response,
                Self::ConstraintAdded | Self::ConstraintRemoved => true,
                _ => !self.keywords().is_empty(),
            }
    }

    fn is_about_alternatives(self) -> bool {
        matches!(self, Self::AlternativeAdded | Self::AlternativeRemoved) || self.is_open()
    }

    fn is_about_one_property(self) -> bool {
        matches!(
            self,
            Self::RequiredPropertyAdded
                | Self::RequiredPropertyRemoved
                | Self::PropertyForbidden
                | Self::PropertyBecameRequired
                | Self::PropertyBecameOptional
        )
    }

    /// Whether the table can't tell by this fact alone what becomes of values.
    fn is_open(self) -> bool {
        matches!(
            self,
            Self::PatternChanged
                | Self::PrefixItemsChanged
                | Self::PatternPropertiesChanged
                | Self::AnyOfBecameOneOf
                | Self::OneOfBecameAnyOf
                | Self::CompositionChanged
                | Self::NotChanged
                | Self::ConstraintChanged
        )
    }

    /// The keywords by which a value is refused for its sake, where these are plain.
    fn keywords(self) -> &'static [&'static str] {
        match self {
            Self::TypeWidened | Self::TypeNarrowed | Self::TypeChanged => &["type"],
            Self::BecameNullable | Self::BecameNotNullable => &["type", "enum", "const"],
            Self::EnumAdded
            | Self::EnumRemoved
            | Self::EnumValueAdded
            | Self::EnumValueRemoved
            | Self::EnumReplaced => &["enum", "const"],
            Self::PatternAdded | Self::PatternRemoved | Self::PatternChanged => &["pattern"],
            Self::MinimumIncreased | Self::MinimumDecreased => &["minimum", "exclusiveMinimum"],
            Self::MaximumIncreased | Self::MaximumDecreased => &["maximum", "exclusiveMaximum"],
            Self::MinLengthIncreased | Self::MinLengthDecreased => &["minLength"],
            Self::MaxLengthIncreased | Self::MaxLengthDecreased => &["maxLength"],
            Self::MinItemsIncreased | Self::MinItemsDecreased => &["minItems"],
            Self::MaxItemsIncreased | Self::MaxItemsDecreased => &["maxItems"],
            Self::MinPropertiesIncreased | Self::MinPropertiesDecreased => &["minProperties"],
            Self::MaxPropertiesIncreased | Self::MaxPropertiesDecreased => &["maxProperties"],
            Self::MultipleOfNarrowed | Self::MultipleOfWidened | Self::MultipleOfChanged => {
                &["multipleOf"]
            }
            Self::UniqueItemsAdded | Self::UniqueItemsRemoved => &["uniqueItems"],
            Self::RequiredPropertyAdded
            | Self::RequiredPropertyRemoved
            | Self::PropertyBecameRequired
            | Self::PropertyBecameOptional => &["required"],
            Self::PropertyForbidden
            | Self::AdditionalPropertiesForbidden
            | Self::AdditionalPropertiesAllowed => {
                &["additionalProperties", "unevaluatedProperties"]
            }
            Self::AlternativeAdded | Self::AlternativeRemoved => &["anyOf", "oneOf"],
            Self::AnyOfBecameOneOf | Self::OneOfBecameAnyOf => &["oneOf"],
            Self::NotAdded | Self::NotRemoved | Self::NotChanged => &["not"],
            _ => &[],
        }
    }
}
