//! The walk over pairs of schemas: each pair is compared once in each direction, however often it is reached.
//!
//! Pairs and what leads from one to the next form a graph. Recursive schemas are its cycles; which operations a
//! change affects is a question of what can be reached from them, asked when all pairs are compared.

use std::collections::HashMap;

use serde_json::Value;

use super::rules::{Direction, Severity};
use super::signature::Signatures;
use super::table::Fact;
use crate::model::SchemaId;
use crate::normal::{Conjunction, Normal, Normalizer};
use crate::{Contract, Origin};

/// A pair of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PairId(pub(super) usize);

/// Something that has changed, before it is known whom it affects.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Stated {
    pub(super) fact: Fact,
    pub(super) direction: Direction,
    pub(super) message: String,
    pub(super) old: Option<Origin>,
    pub(super) new: Option<Origin>,
    pub(super) proof: Proof,
}

/// What was found out about a fact by asking which values it concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Proof {
    /// The severity, where it isn't that of the rule.
    pub(super) severity: Option<Severity>,
    /// A value that one side admits and the other refuses.
    pub(super) witness: Option<Value>,
    /// Whether that was asked in vain.
    pub(super) is_undecided: bool,
}

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// As the content of a body, or of a parameter or header that has content.
    Content,
    /// As text without quotes (OAS 3.0.3 §4.7.12.2), where digits are text.
    Text,
}

/// How a pair was first reached; this and the names of components make up what messages call it.
#[derive(Debug, Clone)]
pub(super) enum Step<'a> {
    /// The value of a parameter, header or body: what it is called ("`200` response body"), and its places.
    Value(String, &'a Origin, &'a Origin),
    Property(PairId, &'a str),
    Items(PairId),
    Item(PairId, usize),
    Others(PairId),
    Alternative(PairId, usize),
}

/// Two schemas that stand for each other.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub(super) old: Conjunction,
    pub(super) new: Conjunction,
    pub(super) direction: Direction,
    pub(super) form: Form,
    pub(super) step: Step<'a>,
    pub(super) stated: Vec<Stated>,
    pub(super) children: Vec<PairId>,
}

/// The two contracts, and all pairs that were met.
#[derive(Debug)]
pub(super) struct Engine<'a> {
    pub(super) old: Normalizer<'a>,
    pub(super) new: Normalizer<'a>,
    pub(super) pairs: Vec<Pair<'a>>,
    known: HashMap<(Conjunction, Conjunction, Direction, Form), PairId>,
    compared: usize,
    signatures: (Signatures, Signatures),
}

/// A pair while it is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here<'p, 'a> {
    pub(super) id: PairId,
    pub(super) direction: Direction,
    pub(super) form: Form,
    pub(super) old: &'p Normal<'a>,
    pub(super) new: &'p Normal<'a>,
}

/// The schema that a keyword stands in, where there is one, and the keyword.
#[derive(Debug, Clone, Copy)]
pub(super) struct At(pub(super) Option<SchemaId>, pub(super) &'static str);

impl<'a> Engine<'a> {
    pub(super) fn new(old: &'a Contract, new: &'a Contract) -> Self {
        Self {
            old: Normalizer::new(old),
            new: Normalizer::new(new),
            pairs: Vec::new(),
            known: HashMap::new(),
            compared: 0,
            signatures: Default::default(),
        }
    }

    /// The pair of what a parameter, header or body must match.
    pub(super) fn value(
        &mut self,
        schemas: (Option<SchemaId>, Option<SchemaId>),
        at: (&'a Origin, &'a Origin),
        (direction, form): (Direction, Form),
        noun: &str,
    ) -> PairId {
        let step = Step::Value(noun.to_owned(), at.0, at.1);
        self.pair((schemas.0.into(), schemas.1.into()), (direction, form), step)
    }

    /// The pair of two parts of what is being compared.
    pub(super) fn part(
        &mut self,
        here: &Here<'_, 'a>,
        (old, new): (Conjunction, Conjunction),
        step: Step<'a>,
    ) {
        if (old, new) == (Conjunction::Anything, Conjunction::Anything) {
            return;
        }
        let child = self.pair((old, new), (here.direction, here.form), step);
        self.pairs[here.id.0].children.push(child);
    }

    fn pair(
        &mut self,
        (old, new): (Conjunction, Conjunction),
        (direction, form): (Direction, Form),
        step: Step<'a>,
    ) -> PairId {
        let next = PairId(self.pairs.len());
        let id = *self.known.entry((old, new, direction, form)).or_insert(next);
        if id == next {
            let (stated, children) = (Vec::new(), Vec::new());
            self.pairs.push(Pair { old, new, direction, form, step, stated, children });
        }
        id
    }

    /// Compares every pair that was asked for, and those that they lead to.
    pub(super) fn run(&mut self) {
        while let Some(pair) = self.pairs.get(self.compared) {
            let (id, direction, form) = (PairId(self.compared), pair.direction, pair.form);
            let (old, new) = (pair.old, pair.new);
            let (old, new) = (self.old.normalize(old), self.new.normalize(new));
            self.compare(&Here { id, direction, form, old: &old, new: &new });
            self.compared += 1;
        }
    }

    fn compare(&mut self, here: &Here<'_, 'a>) {
        if self.compare_with_group(here) {
            return;
        }
        self.compare_types(here);
        self.compare_values(here);
        self.compare_text(here);
        self.compare_numbers(here);
        self.compare_array(here);
        self.compare_members(here);
        self.compare_groups(here);
        self.compare_exclusions(here);
        self.compare_discriminators(here);
        self.compare_applicators(here);
        self.compare_annotations(here);
    }

    /// States a fact about the pair.
    pub(super) fn state(
        &mut self,
        here: &Here<'_, 'a>,
        fact: Fact,
        (old, new): (At, At),
        what: &str,
    ) {
        let stated = Stated {
            fact,
            direction: here.direction,
            message: format!("{}: {what}", self.label(here.id)),
            old: Some(self.old_place(here.id, old)),
            new: Some(self.new_place(here.id, new)),
            proof: Proof::default(),
        };
        self.pairs[here.id.0].stated.push(stated);
    }

    fn old_place(&self, id: PairId, at: At) -> Origin {
        let pair = &self.pairs[id.0];
        keyword_place(&self.old, pair.old, at).unwrap_or_else(|| match &pair.step {
            Step::Value(_, old, _) => (*old).clone(),
            step => self.old_place(step.parent().unwrap_or(id), At(None, "")),
        })
    }

    fn new_place(&self, id: PairId, at: At) -> Origin {
        let pair = &self.pairs[id.0];
        keyword_place(&self.new, pair.new, at).unwrap_or_else(|| match &pair.step {
            Step::Value(_, _, new) => (*new).clone(),
            step => self.new_place(step.parent().unwrap_or(id), At(None, "")),
        })
    }

    /// The signatures of an old and a new schema, to see whether they say the same.
    pub(super) fn old_signature(&mut self, schema: Conjunction) -> u64 {
        self.signatures.0.of(&mut self.old, schema)
    }

    pub(super) fn new_signature(&mut self, schema: Conjunction) -> u64 {
        self.signatures.1.of(&mut self.new, schema)
    }

    /// What messages call the pair: from the nearest component, "`Workspace.tags[]`", else from the value.
    pub(super) fn label(&self, id: PairId) -> String {
        let mut path = Vec::new();
        let mut at = id;
        let base = loop {
            let pair = &self.pairs[at.0];
            if let Some(name) = self.new.name(pair.new).or_else(|| self.old.name(pair.old)) {
                return format!("`{name}{}`", spell(path));
            }
            at = match &pair.step {
                Step::Value(noun, ..) => break noun,
                step => step.parent().unwrap_or(at),
            };
            path.push(&pair.step);
        };
        let path = spell(path);
        let inner = path.strip_prefix('.').unwrap_or(&path);
        if inner.is_empty() { base.clone() } else { format!("`{inner}` of the {base}") }
    }
}

impl Step<'_> {
    fn parent(&self) -> Option<PairId> {
        match self {
            Self::Value(..) => None,
            Self::Property(parent, _)
            | Self::Items(parent)
            | Self::Item(parent, _)
            | Self::Others(parent)
            | Self::Alternative(parent, _) => Some(*parent),
        }
    }
}

fn spell(steps: Vec<&Step<'_>>) -> String {
    let spell = |step: &Step<'_>| match step {
        Step::Value(..) => String::new(),
        Step::Property(_, name) => format!(".{name}"),
        Step::Items(_) => "[]".to_owned(),
        Step::Item(_, place) => format!("[{place}]"),
        Step::Others(_) => ".*".to_owned(),
        Step::Alternative(_, place) => format!("<{}>", place + 1),
    };
    steps.into_iter().rev().map(spell).collect()
}

/// The place of a keyword, or of the first schema where no schema says it; `None` where there is no schema.
fn keyword_place(side: &Normalizer<'_>, whole: Conjunction, At(by, keyword): At) -> Option<Origin> {
    match by {
        Some(id) if keyword.is_empty() => Some(side.schema(id).origin.clone()),
        Some(id) => Some(side.schema(id).origin.child(keyword)),
        None => side.schemas(whole).first().map(|id| side.schema(*id).origin.clone()),
    }
}
