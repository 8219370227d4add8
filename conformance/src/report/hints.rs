//! What the whole of the answers says: where all are alike, the profile is more likely wrong than the target.

use super::build::Performed;
use super::words::number;
use crate::case::Derivation;
use crate::run::StepRole;

/// Fewer answers may be alike by chance.
const FEWEST: usize = 3;

/// How many answers there were, and of which kinds. Cases that ask for a 401, 403, 404 or 405 don't count.
#[derive(Default)]
struct Answers {
    all: usize,
    not_found: usize,
    refused: usize,
    moved: usize,
    none: usize,
}

/// Hints for people, where there is anything to be said.
pub(super) fn hints(performed: &[Performed<'_>]) -> Vec<String> {
    let answers = Answers::of(performed);
    answers.hint().into_iter().collect()
}

impl Answers {
    fn of(performed: &[Performed<'_>]) -> Self {
        let mut answers = Self::default();
        let telling = performed.iter().filter(|one| is_telling(one.case.source));
        let steps = telling.flat_map(|one| &one.outcome.steps);
        for step in steps.filter(|step| step.role == StepRole::Case) {
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

    fn hint(&self) -> Option<String> {
        let all = self.all;
        if all < FEWEST {
            return None;
        }
        let told = [
            (
                self.not_found,
                "answers are 404: is the base path right? `--base-path`, or `base_path` in the profile",
            ),
            (
                self.refused,
                "answers are 401 or 403: are the credentials of the profile right, and not expired?",
            ),
            (
                self.moved,
                "answers are redirects, which are not followed: is this the URL of the API itself?",
            ),
            (
                self.none,
                "requests failed on the way: is it the target that listens there, and fast enough?",
            ),
        ];
        let (_, told) = told.into_iter().find(|(count, _)| *count == all)?;
        Some(format!("all {} {told}", number(all)))
    }
}

/// Whether a case of this kind hopes for something other than a refusal of whoever asks, or of what is asked for.
fn is_telling(source: Derivation) -> bool {
    !matches!(
        source,
        Derivation::Security | Derivation::Rights | Derivation::UnknownId | Derivation::Method
    )
}
