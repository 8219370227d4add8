//! What is asked of an answer, and how much that weighs.

use std::borrow::Cow;

use spec::model::{Operation, Status};

use super::{Session, StepOutcome};
use crate::case::{Case, Criterion, Expected, Lenience, Step};
use crate::judge::{Check, Verdict, judge_criteria};
use crate::promise::{Level, is_of_any_answer};
use crate::transport::Transport;

impl<T: Transport> Session<'_, '_, T> {
    /// What is to be said of an answer, and whether its status is one that the step asks for.
    pub(super) fn checks(
        &self,
        step: &Step,
        mut checks: Vec<Check>,
        answered: bool,
    ) -> (Vec<Check>, bool) {
        let mut as_expected = answered;
        if answered {
            let context = self.context();
            let criteria = self.asked(step);
            let asked = judge_criteria(&criteria, &context, &self.case.origin);
            let is_status = |one: &&Criterion| matches!(one, Criterion::Status(_));
            let mut statuses = step.criteria.iter().filter(is_status);
            as_expected = statuses.all(|criterion| criterion.unmet(&context).is_none());
            // One fault: that a status is undocumented says already that it isn't the one asked for.
            let is_undocumented = checks
                .iter()
                .any(|one| one.id == "status-documented" && one.verdict == Verdict::Failed);
            if as_expected || !is_undocumented {
                // A wrong status is told before what is wrong with the answer that has it.
                let (statuses, others): (Vec<_>, Vec<_>) =
                    asked.into_iter().partition(|_| !as_expected);
                checks.splice(0..0, statuses);
                checks.extend(others);
            }
        }
        let got = self.last.as_ref().and_then(|last| last.exchange.status());
        be_lenient(self.lenience(step), got, &mut checks);
        self.runner.weigh(&step.operation_id, &mut checks);
        (checks, as_expected)
    }

    /// The criteria that an answer has to meet. Of a refusal, where a success may be as right, nothing is asked that is about what a
    /// success shows.
    fn asked<'s>(&self, step: &'s Step) -> Cow<'s, [Criterion]> {
        let admits_success = step.criteria.iter().any(Criterion::may_succeed);
        let got = self.last.as_ref().and_then(|last| last.exchange.status());
        let is_refused = got.is_some_and(|got| (400..500).contains(&got));
        if admits_success && is_refused {
            let is_kept = |one: &&Criterion| !matches!(one, Criterion::Relation(_));
            return step.criteria.iter().filter(is_kept).cloned().collect();
        }
        // What a step would have answered that was refused, as was as right, can't be told.
        let is_refusal = |step: &&StepOutcome| {
            step.exchange.status().is_some_and(|status| (400..500).contains(&status))
        };
        let refused: Vec<String> = self.steps.iter().filter(is_refusal).map(outputs_of).collect();
        if refused.is_empty() {
            return Cow::Borrowed(&step.criteria);
        }
        let context = self.context();
        let is_told = |one: &&Criterion| {
            let lacks = one.unresolved(&context);
            lacks.is_none_or(|lacks| !refused.iter().any(|of| lacks.expression.starts_with(of)))
        };
        step.criteria.iter().filter(is_told).cloned().collect()
    }

    /// Where what a step asks for is not promised, neither is the refusal that comes instead.
    fn lenience(&self, step: &Step) -> Lenience {
        let level = |expected: &Expected| {
            let levels = &self.runner.profile.levels;
            levels.of(&step.operation_id, expected.code, expected.level)
        };
        let is_promised = step.criteria.iter().all(|criterion| match criterion {
            Criterion::Status(expected) => level(expected) >= Level::Must,
            Criterion::Condition(_) | Criterion::Relation(_) => true,
        });
        match step.lenience {
            Lenience::None if !is_promised => Lenience::UndocumentedRefusal,
            other => other,
        }
    }
}

/// How expressions begin that are about what a step answered.
fn outputs_of(step: &StepOutcome) -> String {
    format!("$steps.{}.", step.id)
}

/// The statuses that a step asks for. A workflow states them in conditions, so that the case's cells count too.
pub(super) fn wanted(step: &Step, case: &Case) -> Vec<Status> {
    let stated = step.criteria.iter().filter_map(|criterion| match criterion {
        Criterion::Status(expected) => Some(expected.any_of.as_slice()),
        Criterion::Condition(_) | Criterion::Relation(_) => None,
    });
    let stated: Vec<Status> = stated.flatten().copied().collect();
    if !stated.is_empty() {
        return stated;
    }
    [&case.cell].into_iter().chain(&case.also).map(|cell| cell.status).collect()
}

/// What a request that is wrong on purpose need not be answered with weighs less.
fn be_lenient(lenience: Lenience, got: Option<u16>, checks: &mut [Check]) {
    const OF_FAILURES: [&str; 4] = ["answered", "no-server-error", "allow", "www-authenticate"];
    let is_refusal = got.is_some_and(|got| (400..500).contains(&got));
    for check in checks {
        let weighs_less = match (lenience, check.id) {
            (Lenience::None, _) => false,
            (_, "status-documented") => is_refusal,
            (Lenience::UndocumentedRefusal, _) => false,
            (Lenience::Probe, id) => is_of_any_answer(id) && !OF_FAILURES.contains(&id),
        };
        if weighs_less {
            check.level = check.level.min(Level::Should);
        }
    }
}

/// Whether an answer is the documented one to what is asked too often (RFC 6585 §4).
pub(super) fn is_too_often(operation: &Operation, got: Option<u16>) -> bool {
    got == Some(429) && operation.documents(429)
}

/// Takes back what an answer fails for: that a step is asked so often is no fault of the target's, and what else would be said
/// can't be told. What any answer must be, it must be all the same.
pub(super) fn excuse(checks: &mut [Check]) {
    let failed = checks.iter_mut().filter(|one| one.verdict == Verdict::Failed);
    let failed = failed.filter(|one| !is_of_any_answer(one.id));
    failed.for_each(|one| one.verdict = Verdict::Skipped);
}
