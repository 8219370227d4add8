//! What the suite does, as data: the one form into which contract-derived cases, laws and Arazzo workflows compile.
//!
//! A [`Case`] says which cell it provokes, which requests it sends one after the other, what each answer must meet,
//! and what has to be undone afterwards. The plan makes cases, the runner performs them, the judge looks at what came
//! back; none of them needs to know where a case came from.
//!
//! What a case promises: its id is stable from run to run; everything that differs between runs (fresh names,
//! secrets, ids the target issues) is named, never contained; a template refers only to inputs of its case and to
//! outputs of earlier steps.

mod alteration;
mod computed;
mod criterion;
mod dated;
mod flow;
mod multipart;
mod records;
mod request;
mod selected;
mod serial;
mod sorted;
#[cfg(test)]
mod tests;
mod unmet;

pub use alteration::Alteration;
pub use criterion::{
    Collected, Criterion, Expected, Having, Operand, Relation, RelationKind, Unmet,
};
pub use flow::{Action, Flow, Then};
pub use multipart::{BOUNDARY, Part, PartContent};
pub use request::{
    Body, Content, Credentials, Defect, Members, Pair, Request, Template, Text, TextPart, encode,
};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use spec::Origin;
use spec::model::{Envelope, Status};

use crate::expression::{Condition, Expression};
use crate::fresh::Fresh;

/// One (operation, documented status) of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Cell {
    /// The operation.
    pub operation_id: String,
    /// The documented status; it may be a range or `default`.
    #[serde(serialize_with = "serial::display")]
    pub status: Status,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.operation_id, self.status)
    }
}

/// One way to provoke a cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case {
    /// Stable and unique in the plan: `getPet:404:unknown-id:path.pet_id`.
    pub id: String,
    /// The cell it provokes.
    #[serde(flatten)]
    pub cell: Cell,
    /// Further cells that its steps provoke on the way: a workflow's.
    pub also: Vec<Cell>,
    /// What it was derived from.
    pub source: Derivation,
    /// One line for people: what is done, and what must come of it.
    pub summary: String,
    /// The place in the contract or in the workflows that asks for it.
    pub origin: Place,
    /// What its templates call `$inputs.…`.
    pub inputs: Inputs,
    /// Its exchanges, in order. A step that does not meet its status criterion ends the case. Cases that begin alike share
    /// their steps: a plan of many thousand cases makes few things in many ways.
    pub steps: Vec<Arc<Step>>,
    /// What has to be undone, in order, however the case ends.
    pub cleanup: Vec<Cleanup>,
    /// Beside which other cases it may run.
    pub isolation: Isolation,
    /// What holds when nobody else wrote meanwhile. Judged after the last step, and only when a [`Relation`] failed:
    /// if one of these fails too, the case is skipped ("someone else wrote meanwhile") instead of failed.
    pub undisturbed: Vec<Relation>,
}

impl Case {
    /// Whether the cell is its own or one of those that its steps provoke on the way.
    #[must_use]
    pub fn provokes(&self, cell: &Cell) -> bool {
        self.cell == *cell || self.also.contains(cell)
    }

    /// Whether it only probes an operation: it asks for no status of it, so that it tells nothing of how to reach one.
    #[must_use]
    pub fn only_probes(&self, operation_id: &str) -> bool {
        let asks =
            |step: &Arc<Step>| step.criteria.iter().any(|one| matches!(one, Criterion::Status(_)));
        let own = self.steps.iter().filter(|step| step.operation_id == operation_id);
        let mut own = own.peekable();
        self.source != Derivation::Workflow && own.peek().is_some() && !own.any(asks)
    }

    /// One of its steps, to be changed for this case alone.
    pub(crate) fn step_mut(&mut self, id: &str) -> Option<&mut Step> {
        self.steps.iter_mut().find(|step| step.id == id).map(Arc::make_mut)
    }
}

/// What a case was derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derivation {
    /// A valid request, with what it needs made first.
    HappyPath,
    /// A security requirement: no credentials, unknown or malformed ones.
    Security,
    /// Who may call what, as the profile says.
    Rights,
    /// A well-formed id that nothing has.
    UnknownId,
    /// One constraint of a parameter or a body, violated.
    Violation,
    /// A value just inside a constraint, or another valid but unusual request.
    Boundary,
    /// A method that the path doesn't document.
    Method,
    /// `Prefer: code=500`.
    Fault,
    /// Two things wrong, of which one is looked at first.
    Order,
    /// A promise that spans several exchanges.
    Law,
    /// An Arazzo workflow.
    Workflow,
}

impl Derivation {
    /// As in ids and reports: `happy-path`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HappyPath => "happy-path",
            Self::Security => "security",
            Self::Rights => "rights",
            Self::UnknownId => "unknown-id",
            Self::Violation => "violation",
            Self::Boundary => "boundary",
            Self::Method => "method",
            Self::Fault => "fault",
            Self::Order => "order",
            Self::Law => "law",
            Self::Workflow => "workflow",
        }
    }
}

impl fmt::Display for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place in one of the two kinds of document that cases come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "document", content = "pointer", rename_all = "kebab-case")]
pub enum Place {
    /// In the contract: look it up in [`spec::Contract::sources`].
    Contract(#[serde(serialize_with = "serial::pointer")] Origin),
    /// In the workflows: look it up in [`crate::arazzo::Workflows`]' findings' sources.
    Workflows(#[serde(serialize_with = "serial::pointer")] Origin),
}

/// Where values come from, by the name that templates have for them; shared like steps.
pub type Inputs = IndexMap<Arc<str>, Arc<Input>>;

/// Where the value of `$inputs.…` comes from. It is the same at every use within one run of the case.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// The profile's `[inputs]`, under this name.
    Profile(String),
    /// Always this.
    Value(Value),
    /// Made when the case starts, differently each time.
    Fresh(Fresh),
}

/// One exchange.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Unique in its case: what `$steps.…` calls it.
    pub id: String,
    /// The operation whose contract the answer is judged by.
    pub operation_id: String,
    /// What must hold of what was seen before, for the step to be sent; where it doesn't, the case says nothing of the target
    /// and is skipped, by the message of the premise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub premises: Vec<Relation>,
    /// What is sent.
    pub request: Request,
    /// Where it goes instead of its path: a URI reference that an answer gave (RFC 9110 §10.2.2), from the URL of the
    /// exchange before. One that leads to another server isn't followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<Expression>,
    /// What the answer must meet, beside the contract. Relations may look at earlier steps.
    pub criteria: Vec<Criterion>,
    /// What later steps may use. An output that doesn't resolve is absent, which is not a failure by itself:
    /// outputs are taken whatever the status, so that what a faulty target creates can be deleted.
    pub outputs: IndexMap<String, Expression>,
    /// How leniently its answer is judged: a request that is wrong on purpose may be answered in ways that no document
    /// has to tell.
    pub lenience: Lenience,
    /// Whether it is sent at the same time as the step before it. Neither knows the other's answer while it is sent; what is to
    /// be said of all of them is a criterion of the last.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub concurrent: bool,
    /// What follows it, where that isn't just the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<Box<Flow>>,
    /// How long its answer may take, where that isn't as long as any other's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
    /// How long to wait before it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<Duration>,
    /// What wraps its answers: expressions see what they are about.
    #[serde(skip)]
    pub envelope: Option<Arc<Envelope>>,
    /// Whether it is sent again and again. The outputs of such a step are arrays, one item an exchange.
    pub repeat: Option<Repeat>,
}

impl Step {
    /// Whether an answer that is no success is right as well.
    pub(crate) fn may_be_refused(&self) -> bool {
        self.criteria.iter().any(|criterion| match criterion {
            Criterion::Status(expected) => expected.any_of.iter().any(|one| !one.is_success()),
            _ => false,
        })
    }

    /// Every expression that looks at something beyond its own answer, or at that for others.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        let mut all = self.request.expressions();
        all.extend(self.outputs.values());
        let actions = self.flow.iter().flat_map(|flow| flow.actions());
        let criteria = self.criteria.iter().chain(actions.flat_map(|action| &action.criteria));
        all.extend(criteria.flat_map(|criterion| match criterion {
            Criterion::Condition(condition) => condition.expressions(),
            Criterion::Status(_) | Criterion::Relation(_) => Vec::new(),
        }));
        all
    }

    /// The same with a request that has no query of its own.
    pub(crate) fn without_query(&self) -> Self {
        let request = Request { query: Vec::new(), ..self.request.clone() };
        Self { request, ..self.clone() }
    }
}

/// How leniently an answer is judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lenience {
    /// Everything that is promised is asked for.
    #[default]
    None,
    /// A 4xx need not be documented.
    UndocumentedRefusal,
    /// Nor does what is answered instead have to be what a valid request gets: only a failure of the server counts.
    Probe,
}

/// How a step goes on after its first exchange: pages.
///
/// The criteria are judged after every exchange, the relations with outputs as gathered so far.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeat {
    /// What leads from the latest exchange to the next.
    #[serde(flatten)]
    pub next: Next,
    /// What is `false` of the latest exchange where there is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<Expression>,
    /// Exchanges, at most. To need more is no fault, and ends the case as skipped; to come to the same query twice is one.
    pub at_most: usize,
}

/// What leads from one exchange to the next: query parameters that the next request has instead of those of the same
/// names.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Next {
    /// These, filled from the latest exchange.
    Query {
        /// Goes on while this holds of the latest exchange.
        #[serde(rename = "while", serialize_with = "serial::display")]
        while_: Condition,
        /// The parameters.
        query: Vec<Pair>,
    },
    /// One that takes a member of the last item, while there is one.
    LastItem {
        /// The parameter.
        last_item_to: String,
        /// The JSON pointer of the member, in an item.
        member: String,
        /// The lists that were had so far, the output of the step.
        pages: Expression,
    },
    /// One that counts, while the latest list isn't empty.
    Count {
        /// The parameter.
        count_in: String,
        /// The number of the first page; `None` where items are counted, from 0.
        first: Option<i64>,
        /// How many items a full page has; `None`: nobody knows.
        size: Option<i64>,
        /// The lists that were had so far, the output of the step.
        pages: Expression,
    },
    /// Those of the target of the link with this relation in the header field `Link` (RFC 8288), while there is one. The
    /// next request has no others.
    Link {
        /// The relation type.
        relation: &'static str,
    },
    /// Those of the URL that this gives of the latest exchange, while it gives one. The next request has no others.
    Url {
        /// The URL.
        #[serde(rename = "next_url", serialize_with = "serial::display")]
        at: Expression,
    },
    /// The same by one URL after the other, as far as there are any.
    Urls {
        /// The URLs, each of the exchange before.
        #[serde(rename = "next_urls", serialize_with = "serial::display_all")]
        at: Vec<Expression>,
    },
    /// The same by one relation after the other, as far as there are links.
    Links {
        /// The relation types.
        relations: &'static [&'static str],
    },
}

impl Next {
    /// Whether it leads to so many pages, perhaps to one that was had before.
    pub(crate) fn is_numbered(&self) -> bool {
        matches!(self, Self::Links { .. } | Self::Urls { .. })
    }

    /// Whether the target of a link says all of the next query.
    pub(crate) fn is_by_link(&self) -> bool {
        matches!(
            self,
            Self::Link { .. } | Self::Links { .. } | Self::Url { .. } | Self::Urls { .. }
        )
    }
}

/// A step that undoes another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cleanup {
    /// What is sent. Its criteria and outputs are empty; nothing is sent when a template doesn't resolve.
    pub step: Arc<Step>,
    /// The step to undo: nothing is sent unless it was answered with a 2xx.
    pub after: String,
    /// A step that undoes it by itself: nothing is sent when that one was answered with a 2xx.
    pub unless: Option<String>,
    /// Whether it is said to be refused in some states of the thing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub depends_on_state: bool,
    /// Whether it puts back what the step changed of a thing that was there before, and removes nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub puts_back: bool,
}

/// Beside which other cases a case may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Isolation {
    /// It only reads, and whatever the run itself makes would show: beside its like, before everything else.
    First,
    /// It changes nothing and others' writes don't matter to it: beside anything.
    Reads,
    /// It may change something: beside anything but [`Isolation::Alone`].
    Writes,
    /// It counts, so that others' writes would show: beside [`Isolation::Reads`] only.
    Alone,
    /// Beside others it would be in their way, or what it looks for would show with them: by itself, after all of these.
    Apart,
    /// It ends what others need: by itself, after everything else.
    Last,
}
