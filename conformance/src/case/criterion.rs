//! What an answer must meet: statuses, Arazzo conditions and relations between exchanges.

use serde::Serialize;
use spec::model::Status;
use spec::resources::{Dated, Filter, FilterKind, Formula, SortKey};

use super::{Template, serial};
use crate::expression::{Condition, Expression};
use crate::promise::{self, Level};

/// Promises that something is no conflict, as the document itself says.
const OF_CONFLICTS: [&str; 3] = ["touching-accepted", "name-is-free-again", "overlap-is-of-one"];

/// One thing that must hold after an exchange.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// The status falls under one of these.
    Status(Expected),
    /// A condition of Arazzo's `simple` kind.
    Condition(#[serde(serialize_with = "serial::display")] Condition),
    /// A relation, often to an earlier exchange: a law.
    Relation(Relation),
}

/// The promise of a success that is merely likely.
const HOPED: &str = "made-up-id";

impl Criterion {
    /// The code of a promise about the status.
    pub(crate) fn status_code(&self) -> Option<&'static str> {
        match self {
            Self::Status(expected) => Some(expected.code),
            Self::Condition(_) | Self::Relation(_) => None,
        }
    }

    /// Asks for a status by another promise, and as firmly as that one does.
    pub(crate) fn weigh(&mut self, code: &'static str) {
        if let Self::Status(expected) = self {
            (expected.code, expected.level) = (code, promise::level(code));
        }
    }

    /// Makes a success that the contract promises one that is merely likely, as the request has an id that nothing makes.
    pub(crate) fn hope(&mut self) {
        if self.wants_success() {
            self.weigh(HOPED);
        }
    }

    /// Whether it asks for a success that is merely likely.
    pub(crate) fn is_hoped_for(&self) -> bool {
        let Self::Status(expected) = self else { return false };
        expected.code == HOPED && expected.any_of.first().is_some_and(|first| first.is_success())
    }

    /// Whether it asks for a success of a request by itself, as what replaces something has it.
    pub(crate) fn wants_replacement(&self) -> bool {
        const REPLACING: [&str; 3] =
            ["status-expected", "put-says-what-it-did", "put-again-succeeds"];
        let Self::Status(expected) = self else { return false };
        expected.any_of.first().is_some_and(|first| first.is_success())
            && REPLACING.contains(&expected.code)
    }

    /// Takes another status for as right.
    pub(crate) fn or(&mut self, status: Status) {
        if let Self::Status(expected) = self {
            expected.any_of.push(status);
        }
    }

    /// Where a refusal or an unlikely success is asked for, takes this status as well.
    pub(crate) fn or_also(&mut self, status: Status) {
        let is_base = self.wants_success();
        if let Self::Status(expected) = self
            && !is_base
            && !expected.any_of.contains(&status)
        {
            expected.any_of.push(status);
        }
    }

    /// Lets a success be a conflict as well, and makes it one that is merely likely: what is acted on may be in a state that
    /// rules it out.
    pub(crate) fn or_conflict(self) -> Vec<Self> {
        match self {
            // That it is no conflict is the very thing that is asked.
            Self::Status(expected) if OF_CONFLICTS.contains(&expected.code) => {
                vec![Self::Status(expected)]
            }
            other => other.or_refused(Status::Code(409), "state-allows"),
        }
    }

    /// Lets a success be a refusal for what no schema says as well, and makes it one that is merely likely.
    pub(crate) fn or_senseless(self) -> Vec<Self> {
        self.or_refused(Status::Code(422), "sense-allows")
    }

    /// The same where that is this status.
    pub(crate) fn or_invalid(self, refusal: Status) -> Vec<Self> {
        self.or_refused(refusal, "sense-allows")
    }

    /// Lets a success be one of these refusals as well, as it may be for somebody else. Whether it is one is merely likely, but no
    /// other refusal is right.
    pub(crate) fn or_others(mut self, refusals: &[u16]) -> Vec<Self> {
        let refusals = refusals.iter().map(|code| Status::Code(*code));
        if !self.wants_success() {
            refusals.for_each(|refusal| self.or_also(refusal));
            return vec![self];
        }
        let mut likely = self.clone();
        likely.hope();
        for refusal in refusals {
            self.or(refusal);
            likely.or_also(refusal);
        }
        vec![self, likely]
    }

    /// Lets a success be this refusal as well, and weighs by this promise that it isn't.
    fn or_refused(self, refusal: Status, code: &'static str) -> Vec<Self> {
        let mut likely = self.clone();
        match self {
            Self::Status(mut expected) if likely.wants_success() => {
                likely.weigh(code);
                expected.any_of.push(refusal);
                vec![Self::Status(expected), likely]
            }
            Self::Status(mut expected) if expected.is_success() => {
                expected.any_of.push(refusal);
                vec![Self::Status(expected)]
            }
            other => vec![other],
        }
    }

    /// Whether an answer that meets it may be a success.
    pub(crate) fn may_succeed(&self) -> bool {
        let Self::Status(expected) = self else { return false };
        expected.any_of.iter().any(|one| one.is_success())
    }

    /// Whether it asks for a success that the contract promises, before anything that is as right.
    pub(crate) fn wants_success(&self) -> bool {
        let Self::Status(expected) = self else { return false };
        let is_wanted = expected.any_of.first().is_some_and(|first| first.is_success());
        expected.code == "status-expected" && is_wanted
    }
}

/// Statuses of which one has to come.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Expected {
    /// The statuses, in the order in which they are likely.
    #[serde(serialize_with = "serial::display_all")]
    pub any_of: Vec<Status>,
    /// The promise that another status breaks: the id of the check.
    pub code: &'static str,
    /// How much it weighs, by what the plan knows.
    pub level: Level,
}

impl Expected {
    fn is_success(&self) -> bool {
        self.any_of.iter().all(|status| status.is_success())
    }
}

impl From<Vec<Status>> for Expected {
    /// What the contract asks for.
    fn from(any_of: Vec<Status>) -> Self {
        Self { any_of, code: "status-expected", level: Level::Must }
    }
}

/// Something that must hold between values of one or several exchanges.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Relation {
    /// Stable, kebab-case: `written-is-read-back`. It is the id of the check.
    pub law: &'static str,
    /// How much it weighs, by what the plan knows of its premise.
    pub level: Level,
    /// What must hold, for people: `name is read back as it was written`.
    pub message: String,
    /// What is compared, and how.
    pub kind: RelationKind,
    /// Whether it says nothing where what it is about isn't told, as it needn't be.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub if_told: bool,
}

impl Relation {
    /// A law at the level that it has by itself.
    #[must_use]
    pub fn new(law: &'static str, message: impl Into<String>, kind: RelationKind) -> Self {
        Self { law, level: promise::level(law), message: message.into(), kind, if_told: false }
    }

    /// The same at another level.
    #[must_use]
    pub fn at(self, level: Level) -> Self {
        Self { level, ..self }
    }
}

/// The ways in which values are compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// Two values are equal as JSON: numbers by value, members in any order.
    Equal {
        /// What was answered.
        got: Operand,
        /// What had to be answered.
        expected: Operand,
    },
    /// A value is as it was: equal as JSON, or not there, or null, both times.
    Stays {
        /// What was answered.
        got: Operand,
        /// What was there before.
        before: Operand,
    },
    /// Two arrays have the same items, in whatever order; values that are no arrays are equal.
    SameItems {
        /// What was answered.
        got: Operand,
        /// What had to be answered.
        expected: Operand,
    },
    /// Two values differ as JSON.
    Differ {
        /// What was answered.
        got: Operand,
        /// What it must not be.
        from: Operand,
    },
    /// Two strings are the same moment (RFC 3339), however spelled.
    SameTime {
        /// What was answered.
        got: Operand,
        /// What had to be answered.
        expected: Operand,
    },
    /// A moment is strictly later than another one.
    Later {
        /// What was answered.
        got: Operand,
        /// What it must be later than.
        than: Operand,
    },
    /// No two items of an array are equal.
    Distinct(Operand),
    /// No item of an array stands before one that it has to stand behind, by some of its members.
    Sorted {
        /// The array that was answered.
        items: Operand,
        /// The members: what is equal in the first is in the order of the second, and so on.
        #[serde(serialize_with = "serial::display_all")]
        keys: Vec<SortKey>,
    },
    /// Some values occur in an array in this order, perhaps with others between them.
    InOrder {
        /// The array that was answered.
        got: Operand,
        /// The values, in order.
        these: Operand,
    },
    /// Each item of one array is an item of another.
    Includes {
        /// The array that was answered.
        got: Operand,
        /// What must be in it; a value that is no array stands for itself.
        all: Operand,
    },
    /// No item of an array equals any of some values.
    Excludes {
        /// The array that was answered.
        got: Operand,
        /// What must not be in it; a value that is no array stands for itself.
        none: Operand,
    },
    /// Some item of an array has members like these.
    Matches {
        /// The array that was answered.
        items: Operand,
        /// An object; an item may have more members than it.
        like: Template,
    },
    /// An array has exactly so many items.
    Count {
        /// The array.
        items: Operand,
        /// How many it must have.
        expected: Operand,
    },
    /// An array has so many items more than another one.
    CountMore {
        /// The array.
        items: Operand,
        /// The other one.
        than: Operand,
        /// How many more.
        by: usize,
    },
    /// An array has at most so many items.
    CountAtMost {
        /// The array.
        items: Operand,
        /// How many it may have.
        most: Operand,
    },
    /// No item of an array is greater than this.
    AtMost {
        /// Numbers that were answered.
        items: Operand,
        /// The greatest that they may be.
        bound: Operand,
    },
    /// No item of an array is less than this.
    AtLeast {
        /// Numbers that were answered.
        items: Operand,
        /// The least that they may be.
        bound: Operand,
    },
    /// Of some statuses, at most so many fall under one: of requests that were sent at the same time.
    StatusAtMost {
        /// The statuses; one that isn't there is that of a request without an answer.
        statuses: Vec<Operand>,
        /// What at most so many of them may fall under.
        #[serde(serialize_with = "serial::display")]
        status: Status,
        /// How many.
        most: usize,
    },
    /// Records have a thing each: every item of a list, and nothing else. Which is which is told by a member.
    SameThings {
        /// The records that were answered, objects of text or of any values.
        records: Operand,
        /// The items.
        items: Operand,
        /// The member.
        by: String,
    },
    /// Records say of things what the items of a list say, as far as they have members of the same names.
    Agree {
        /// The records that were answered.
        records: Operand,
        /// The items.
        items: Operand,
        /// The member that tells which is which.
        by: String,
    },
    /// Each item of an array is an item of one of two others.
    OneOfBoth {
        /// The array.
        items: Operand,
        /// The two others.
        halves: [Operand; 2],
    },
    /// An array begins with all items of another one.
    BeginsWith {
        /// The array that was answered.
        got: Operand,
        /// What it must begin with.
        these: Operand,
    },
    /// An array ends with all items of another one.
    EndsWith {
        /// The array that was answered.
        got: Operand,
        /// What it must end with.
        these: Operand,
    },
    /// The content of the answer is declared as this media type, parameters aside.
    MediaType(String),
    /// The answer has no link of this relation (RFC 8288).
    Unlinked(&'static str),
    /// A value isn't there, or is null.
    Absent(Operand),
    /// A header field has an entity tag that is strong: RFC 9110 §8.8.3. A weak one never matches where it matters.
    StrongTag(Operand),
    /// A moment is later than another one; or the same, where both are told more coarsely than an exchange takes time.
    MovedOn {
        /// What was answered.
        got: Operand,
        /// What it must have left behind.
        from: Operand,
    },
    /// A number is another one and so much more.
    More {
        /// What was answered.
        got: Operand,
        /// What it was before.
        than: Operand,
        /// How much more; less, where it is negative.
        by: Operand,
    },
    /// The content of the answer is exactly these bytes.
    SameBytes(#[serde(serialize_with = "serial::length")] Vec<u8>),
    /// The content of the answer has a text in it, or hasn't.
    Mentions {
        /// The text.
        text: Operand,
        /// Whether it has to be there.
        is_there: bool,
    },
    /// A member of the answer is what it is said to be of others.
    Computed(#[serde(serialize_with = "serial::display")] Formula),
    /// A member of the answer is there, or null, as the state of the thing is.
    Dated(#[serde(serialize_with = "serial::display")] Dated),
    /// An array has every item of another one whose members are so, and no item whose members aren't.
    Selects {
        /// The array that was answered.
        got: Operand,
        /// The other one.
        from: Operand,
        /// What the members are.
        having: Vec<Having>,
    },
    /// A condition, with a message for people.
    Holds(#[serde(serialize_with = "serial::display")] Condition),
}

/// What a member of an item is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Having {
    /// The member, or a JSON pointer to it.
    pub member: String,
    /// How it is to the values.
    #[serde(serialize_with = "serial::display")]
    pub kind: FilterKind,
    /// It is so to any of these.
    pub any_of: Vec<Template>,
    /// Whether a text of another letter case is the same.
    pub any_case: bool,
    /// Whether a text that has another one as a part is surely not the same.
    pub whole: bool,
    /// Whether the server may know the member more finely than it tells: then nobody can tell on which side of a bound that it
    /// seems to lie at it lies.
    pub coarse: bool,
}

impl Having {
    /// What a filter asks for with these values. What a member is told as is taken for what it is.
    #[must_use]
    pub fn asked(filter: &Filter<'_>, any_of: Vec<Template>) -> Self {
        Self {
            member: filter.member.clone(),
            kind: filter.kind,
            any_of,
            any_case: filter.any_case,
            whole: filter.whole,
            coarse: false,
        }
    }
}

/// A value of a relation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operand {
    /// One value.
    Template(Template),
    /// Values picked out of one value, as an array.
    Collected(Collected),
}

impl Operand {
    /// The value of an expression.
    #[must_use]
    pub fn expression(expression: Expression) -> Self {
        Self::Template(Template::Expression(expression))
    }

    /// This value.
    #[must_use]
    pub fn constant(value: impl Into<serde_json::Value>) -> Self {
        Self::Template(Template::Value(value.into()))
    }
}

/// Values picked out of one value: what a JSON pointer can't do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Collected {
    /// Where they are picked from.
    pub from: Expression,
    /// The reference tokens to follow, unescaped; `None` stands for every item of an array, flattening.
    /// What isn't there is passed over.
    pub path: Vec<Option<String>>,
}

/// A criterion that was not met.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unmet {
    /// What had to hold.
    pub message: String,
    /// What had to be.
    pub expected: String,
    /// What was.
    pub got: String,
    /// The pointer into the body of the answer, where it is about one place of it.
    pub pointer: Option<String>,
}
