//! Parameters of a query that only some may send, though others may call the operation: "unless `include_archived` is true, which
//! only a librarian may ask for (others get 403)", "admins may ask for another status; anybody else who sends `status` is answered
//! with 403, or with 401 if there is no token".

use super::move_roles::those;
use super::prose::{has, on_one_line, quoted};
use super::told::statuses;
use crate::model::{Contract, Location, Operation, Parameter};
use crate::only::only;
use crate::outline::Outline;

/// A parameter that only some may send.
#[derive(Debug, Clone)]
pub struct ParameterRoles<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// The values that only they may ask for; none: any.
    pub values: Vec<String>,
    /// What each of those who may are called, in words.
    pub who: Vec<Vec<String>>,
    /// Whether who shows no credentials is answered with 401.
    pub is_for_known: bool,
}

const FORBIDDEN: u16 = 403;
/// How it is said that they alone may.
const MAY: [&str; 5] =
    [" may ask for", " may send", " may use", " can ask for", " are allowed to ask for"];
/// How the others are spoken of.
const OTHERS: [&str; 5] =
    ["others get", "anybody else", "anyone else", "everybody else", "for others"];

pub(super) fn of<'o>(contract: &Contract, operation: &'o Operation) -> Vec<ParameterRoles<'o>> {
    if !operation.documents(FORBIDDEN) {
        return Vec::new();
    }
    // What the others get stands in the same sentence, or behind a semicolon.
    let said = on_one_line(operation.told.as_deref().unwrap_or_default());
    let said: Vec<&str> = said.split(". ").collect();
    let queries = || operation.parameters.iter().filter(|one| one.location == Location::Query);
    // A sentence that is about several tells of neither.
    let is_of_one = |sentence: &&&str| {
        let named = queries().filter(|other| quoted(sentence).any(|one| one == other.name));
        named.count() == 1
    };
    let told = queries().filter_map(|parameter| {
        let mut alone = said.iter().filter(is_of_one);
        let (sentence, who) = alone.find_map(|one| Some((*one, told(one, &parameter.name)?)))?;
        let is_for_known = has(sentence, &["401 if there is no", "401 without"]);
        let few = Outline::of(contract, &[parameter.schema()?]).texts();
        let values: Vec<String> = few
            .iter()
            .filter(|value| quoted(sentence).any(|one| one == **value))
            .cloned()
            .collect();
        // Which of a few they may not ask for, it has to say; or that they may not send it at all.
        let is_of_any = few.is_empty() || has(sentence, &["sends `", "who send `"]);
        (!values.is_empty() || is_of_any).then_some(ParameterRoles {
            parameter,
            values,
            who,
            is_for_known,
        })
    });
    told.collect()
}

/// Whether a sentence refuses a parameter to some.
fn is_of(sentence: &str, parameter: &str) -> bool {
    let named = quoted(sentence).any(|one| one == parameter);
    named && has(sentence, &OTHERS) && statuses(sentence).any(|status| status == FORBIDDEN)
}

/// Who may send a parameter.
fn told(sentence: &str, parameter: &str) -> Option<Vec<Vec<String>>> {
    is_of(sentence, parameter).then_some(())?;
    let may = only(MAY.iter().filter(|may| sentence.matches(**may).count() > 0))?;
    let (before, behind) = sentence.split_once(*may)?;
    (!behind.contains(*may)).then_some(())?;
    // "Admins (scope `a:b`)": what stands in parentheses is no other clause.
    let before = before
        .trim_end()
        .strip_suffix(')')
        .map_or(before, |open| open.rsplit_once('(').map_or(before, |(plain, _)| plain));
    let clause = before.rsplit([',', ';', ':']).next().unwrap_or(before);
    let clause = clause.split_once("only ").map_or(clause, |(_, who)| who);
    let who = those(clause);
    // What is more than what somebody is called tells of some of them.
    let is_plain = who.iter().all(|role| role.len() < 4);
    (!who.is_empty() && is_plain).then_some(who)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_send_a_parameter_is_heard() {
        let read = |sentence: &str| {
            let who = told(sentence, "status")?;
            Some(who.iter().map(|role| role.join(" ")).collect::<Vec<_>>())
        };
        for (sentence, who) in [
            (
                "Gone ones are left out unless `status` is given, which only a librarian may ask for (others get 403).",
                &["librarian"][..],
            ),
            (
                "Support staff and admins (scope `x:y`) may ask for another status; anybody else who sends `status` is answered with 403, or with 401 if there is no token.",
                &["support staff", "admins"],
            ),
        ] {
            let expected: Vec<String> = who.iter().map(|one| (*one).to_owned()).collect();
            assert_eq!(read(sentence), Some(expected), "{sentence}");
        }
        for sentence in [
            "Only a librarian may ask for `status`.",
            "Librarians may ask for `status` and `kind`.",
            "Readers may send `status`; a wrong one gets 403.",
            "Everybody may use `kind`; auditors may ask for `status` (anybody else gets 403).",
        ] {
            assert_eq!(read(sentence), None, "{sentence}");
        }
    }
}
