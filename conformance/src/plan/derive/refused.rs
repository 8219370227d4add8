//! What a request that shouldn't be answered with success is to be answered with.
//!
//! Where the operation documents a refusal that fits, it is asked for. Where only `default` documents one, it is asked
//! for at a lower level. Where nothing does, the request is sent all the same, and its answer judged as any answer is:
//! a 5xx, an undocumented status or a cut connection is a fault whatever was sent.

use spec::Origin;
use spec::model::{Operation, Status};

use super::CALL;
use crate::case::{Case, Criterion, Derivation, Expected, Lenience, Request};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise::{self, Level};

/// What is asked of the answer to a request that shouldn't succeed.
#[derive(Debug, Clone)]
pub(super) struct Refused<'o> {
    operation: &'o Operation,
    cell: Status,
    expected: Option<Expected>,
    /// What would be better than what is asked for.
    better: Option<Expected>,
    lenience: Lenience,
    source: Derivation,
}

impl<'o> Refused<'o> {
    /// Asks for a documented refusal out of the first group that has any. `None` where the operation documents nothing
    /// at all.
    pub(super) fn by(
        planner: &Planner<'_>,
        operation: &'o Operation,
        source: Derivation,
        groups: &[&[u16]],
    ) -> Option<Self> {
        // That nothing may be there, every client will meet; that a request may be wrong, only those who make mistakes.
        let is_unknown = source == Derivation::UnknownId;
        let mut lenience = Lenience::None;
        let (cell, expected) = match planner.refusal(operation, groups) {
            Some((Status::Default, _)) => {
                let (code, level) = ("refused-by-default", promise::level("refused-by-default"));
                let any_of = vec![Status::Range(4)];
                (Status::Default, Some(Expected { any_of, code, level }))
            }
            Some((cell, any_of)) => (cell, Some(any_of.into())),
            None => {
                lenience = if is_unknown { Lenience::None } else { Lenience::Probe };
                (first_cell(planner, operation)?, None)
            }
        };
        Some(Self { operation, cell, expected, better: None, lenience, source })
    }

    /// Where none of these is documented, a refusal that isn't documented weighs less.
    pub(super) fn unless_documented(mut self, codes: &[u16]) -> Self {
        let documents = |code: &u16| self.operation.documents(*code);
        if !codes.iter().any(documents) && self.lenience == Lenience::None {
            self.lenience = Lenience::UndocumentedRefusal;
        }
        self
    }

    /// Is judged for failures of the server alone.
    pub(super) fn probing(mut self) -> Self {
        self.lenience = Lenience::Probe;
        self
    }

    /// A refusal need not be documented: a path that can't be decoded is the path of no operation.
    pub(super) fn by_anybody(mut self) -> Self {
        if self.lenience == Lenience::None {
            self.lenience = Lenience::UndocumentedRefusal;
        }
        self
    }

    /// Would rather have one of these, where the operation documents any of them and another one is as good by the
    /// contract.
    pub(super) fn rather(mut self, codes: &[u16], code: &'static str) -> Self {
        let Some(expected) = &self.expected else { return self };
        let codes: Vec<_> = codes.iter().map(|code| Status::Code(*code)).collect();
        let any_of: Vec<_> =
            expected.any_of.iter().copied().filter(|one| codes.contains(one)).collect();
        if !any_of.is_empty() && any_of.len() < expected.any_of.len() {
            self.better = Some(Expected { any_of, code, level: promise::level(code) });
        }
        self
    }

    /// Where a 403 is documented beside what is asked for, takes that, too, but would rather not: rights may be those to
    /// a thing, and nobody has any to what isn't there.
    pub(super) fn or_forbidden(self) -> Self {
        self.or_documented(&[403])
    }

    /// Where what the request is about was made by somebody else, and need not be there for who sends it: takes what is
    /// documented for that as well. In a path it is a 404, in a body it may be any refusal of that. A 404 that is said to be
    /// for what isn't there at all is for nobody who may not see it.
    pub(super) fn or_not_seen(self, draft: &Draft<'_>, request: &Request) -> Self {
        if !draft.has_written_besides(&request.credentials)
            || draft.planner().resources.says_absent_to_all(self.operation)
        {
            return self;
        }
        let within = self.or_documented(&[404]).plainly();
        match request.names_made() {
            true => within.or_documented(&[400, 409, 422]).plainly(),
            false => within,
        }
    }

    /// Where a state is refused to everybody as well: which of the two is looked at first, is up to the server.
    pub(super) fn or_in_conflict(self) -> Self {
        self.or_documented(&[409]).plainly()
    }

    /// The same where an id may be no id to the server.
    pub(super) fn or_invalid(self) -> Self {
        self.or_documented(&[400, 422])
    }

    pub(super) fn or_documented(mut self, codes: &[u16]) -> Self {
        let Some(expected) = &mut self.expected else { return self };
        let is_code = expected.any_of.iter().all(|one| matches!(one, Status::Code(_)));
        let codes = codes.iter().map(|code| Status::Code(*code));
        let more: Vec<_> = codes
            .filter(|code| self.operation.responses.contains_key(code))
            .filter(|code| !expected.any_of.contains(code))
            .collect();
        if is_code && !more.is_empty() {
            let (code, any_of) = ("absence-is-told", expected.any_of.clone());
            let level = promise::level(code);
            self.better.get_or_insert(Expected { any_of, code, level });
            expected.any_of.extend(more);
        }
        self
    }

    /// Asks for no better answer than one that will do.
    pub(super) fn plainly(mut self) -> Self {
        self.better = None;
        self
    }

    /// Asks for it no more firmly than this.
    pub(super) fn at_most(mut self, level: Level) -> Self {
        if let Some(expected) = &mut self.expected {
            expected.level = expected.level.min(level);
        }
        self
    }

    /// Asks for it less firmly where who it is about may be who asks: "members can leave by removing themselves".
    pub(super) fn unless_oneself(self, planner: &Planner<'_>, name: &str) -> Self {
        let is_told = || planner.resources.says_refused_to(self.operation, name);
        match planner.resources.says_self(self.operation) && !is_told() {
            true => self.at_most(Level::Should),
            false => self,
        }
    }

    /// Asks for these statuses of a cell.
    pub(super) fn of(
        operation: &'o Operation,
        (cell, any_of): (Status, Vec<Status>),
        source: Derivation,
    ) -> Self {
        let lenience = Lenience::None;
        Self { operation, cell, expected: Some(any_of.into()), better: None, lenience, source }
    }

    /// Asks for nothing but what any answer must be.
    pub(super) fn unasked(mut self) -> Self {
        self.expected = None;
        self.lenience = Lenience::Probe;
        self
    }

    /// Where nothing documents a refusal, asks for any 4xx all the same: somebody else promises it.
    pub(super) fn or_any(mut self, code: &'static str) -> Self {
        if self.expected.is_none() || self.cell == Status::Default {
            let any_of = vec![Status::Range(4)];
            self.expected = Some(Expected { any_of, code, level: promise::level(code) });
        }
        self
    }

    /// Takes a success as well: the operation may make what isn't there.
    pub(super) fn or_success(mut self, planner: &Planner<'_>) -> Self {
        if let (Some(expected), Some((_, success))) =
            (&mut self.expected, planner.success(self.operation))
        {
            expected.any_of.extend(success);
        }
        self
    }

    /// The same by another promise, which is weaker than that of the contract.
    pub(super) fn weighing(&self, code: Option<&'static str>) -> Self {
        let mut weighed = self.clone();
        if let (Some(code), Some(expected)) = (code, &mut weighed.expected) {
            expected.code = code;
            expected.level = expected.level.min(promise::level(code));
        }
        weighed
    }

    /// Asks for it by this promise, which the document itself makes.
    pub(super) fn promised(mut self, code: &'static str) -> Self {
        if let Some(expected) = &mut self.expected {
            (expected.code, expected.level) = (code, Level::Must);
        }
        self
    }

    /// What would be better is what the document itself says.
    pub(super) fn told_better(mut self) -> Self {
        if let Some(better) = &mut self.better {
            better.level = Level::Must;
        }
        self
    }

    /// Sends the request as the last step and finishes the case.
    pub(super) fn case(
        &self,
        mut draft: Draft<'_>,
        request: Request,
        detail: String,
        summary: String,
        origin: Origin,
    ) -> Case {
        self.send(&mut draft, request);
        self.finish(draft, detail, summary, origin)
    }

    /// Sends the request, behind which others may follow.
    pub(super) fn send(&self, draft: &mut Draft<'_>, request: Request) {
        let asked = self.expected.iter().chain(&self.better);
        let criteria = asked.cloned().map(Criterion::Status).collect();
        draft.push(self.operation, CALL, request, criteria);
        if let Some(call) = draft.last_step() {
            call.lenience = self.lenience;
        }
    }

    /// Finishes the case.
    pub(super) fn finish(
        &self,
        draft: Draft<'_>,
        detail: String,
        summary: String,
        origin: Origin,
    ) -> Case {
        draft.finish(About {
            cell: (self.operation, self.cell),
            source: self.source,
            detail,
            summary,
            origin,
        })
    }
}

/// The cell of a request that nothing documents an answer for: that of the success, else the first there is.
fn first_cell(planner: &Planner<'_>, operation: &Operation) -> Option<Status> {
    let success = planner.success(operation).map(|(cell, _)| cell);
    success.or_else(|| operation.responses.keys().next().copied())
}
