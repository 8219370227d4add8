//! What the whole of the answers says: where all are alike, the profile is more likely wrong than the target.
//!
//! A hint is a question, and what it says before that is true of every answer of the run, not only of those that made
//! it likely.

mod callers;
mod media_types;

use super::build::{Facts, Performed};
use super::words::number;
use crate::case::Derivation;
use crate::run::{StepOutcome, StepRole};

/// Fewer answers may be alike by chance.
const FEWEST: usize = 3;

/// Where a wrong base path is put right.
const BASE_PATH: &str = "is the base path right? `--base-path`, or `base_path` in the profile";

/// How many answers there were, and of which kinds.
#[derive(Default)]
struct Answers {
    all: usize,
    not_found: usize,
    refused: usize,
    moved: usize,
    none: usize,
}

/// What all answers may have in common.
struct Likeness {
    count: fn(&Answers) -> usize,
    of: &'static str,
    what: &'static str,
    question: &'static str,
}

const REFUSED: &str = "are 401 or 403";

const LIKENESSES: [Likeness; 4] = [
    Likeness {
        count: |answers| answers.not_found,
        of: "answers",
        what: "are 404",
        question: BASE_PATH,
    },
    Likeness {
        count: |answers| answers.refused,
        of: "answers",
        what: REFUSED,
        question: "are the credentials of the profile right, and not expired?",
    },
    Likeness {
        count: |answers| answers.moved,
        of: "answers",
        what: "are redirects, which are not followed",
        question: "is this the URL of the API itself?",
    },
    Likeness {
        count: |answers| answers.none,
        of: "requests",
        what: "failed on the way",
        question: "is it the target that listens there, and fast enough?",
    },
];

/// Hints for people, where there is anything to be said.
pub(super) fn hints(facts: &Facts<'_>, performed: &[Performed<'_>]) -> Vec<String> {
    let callers = callers::hints(facts, performed);
    let alike = alike(performed, callers.is_empty());
    let base_path = alike.or_else(|| media_types::hint(facts, performed));
    base_path.into_iter().chain(callers).collect()
}

/// What all answers are that could have been something else. Who is refused is told elsewhere where it is known who
/// asked.
fn alike(performed: &[Performed<'_>], tell_refused: bool) -> Option<String> {
    let hopeful = performed.iter().filter(|one| is_hopeful(one.case.source));
    let hopeful = Answers::of(hopeful.flat_map(steps));
    let everything = Answers::of(performed.iter().flat_map(steps));
    if hopeful.all < FEWEST {
        return None;
    }
    let is_told = |one: &&Likeness| tell_refused || one.what != REFUSED;
    let one = LIKENESSES.iter().filter(is_told).find(|one| (one.count)(&hopeful) == hopeful.all)?;
    let answers = share((one.count)(&everything), everything.all, one.of);
    Some(format!("{answers} {}: {}", one.what, one.question))
}

/// `all 39 answers`, or `37 of 39 answers`.
fn share(some: usize, all: usize, of: &str) -> String {
    match some == all {
        true => format!("all {} {of}", number(all)),
        false => format!("{} of {} {of}", number(some), number(all)),
    }
}

impl Answers {
    fn of<'a>(steps: impl Iterator<Item = &'a StepOutcome>) -> Self {
        let mut answers = Self::default();
        for step in steps {
            answers.all += 1;
            match step.exchange.status() {
                Some(404) => answers.not_found += 1,
                Some(401 | 403) => answers.refused += 1,
                Some(300..=399) => answers.moved += 1,
                Some(_) => {}
                None => answers.none += 1,
            }
        }
        answers
    }
}

fn steps<'a>(one: &Performed<'a>) -> impl Iterator<Item = &'a StepOutcome> {
    one.outcome.steps.iter().filter(|step| step.role == StepRole::Case)
}

/// Whether a case of this kind hopes for something other than a refusal of whoever asks, or of what is asked for.
fn is_hopeful(source: Derivation) -> bool {
    !matches!(
        source,
        Derivation::Security | Derivation::Rights | Derivation::UnknownId | Derivation::Method
    )
}
