//! What goes with a value that is chosen from a few, as a description says where no schema does: "A `percentage` voucher has
//! `percent` and no `amount`", "`reject` needs a `reason` (422)".

use super::passage::{passages, statements};
use super::prose::{has, quoted, sentences};
use super::told::statuses;
use crate::Direction;
use crate::model::{Contract, Operation};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// What bodies have, and don't have, whose member has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoesWith {
    /// The member.
    pub member: String,
    /// Its value.
    pub value: String,
    /// The members that have to be there then.
    pub has: Vec<String>,
    /// The members that must not be there then.
    pub lacks: Vec<String>,
    /// With which statuses anything else is refused.
    pub statuses: Vec<u16>,
}

/// What an operation says of its body.
pub(super) fn of(contract: &Contract, operation: &Operation) -> Vec<GoesWith> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let body = Outline::of(contract, &[schema]);
    let said = operation.told.as_deref().filter(|text| text.contains('`')).unwrap_or_default();
    let mut all: Vec<GoesWith> = Vec::new();
    let refusals: Vec<u16> =
        [400, 422].into_iter().filter(|status| operation.documents(*status)).collect();
    for passage in passages(said) {
        let subject = subject(&body, &passage.text);
        for statement in sentences(&passage.text) {
            // What refuses the body, and not the state of something.
            let told: Vec<u16> =
                statuses(statement).filter(|status| refusals.contains(status)).collect();
            let clauses = statement.split([',', ';']);
            let (told, clauses): (_, Vec<Clause<'_>>) = match (&subject, told.is_empty()) {
                (_, false) => (told, clauses.flat_map(|one| of_clause(&body, one)).collect()),
                (Some(subject), true) => {
                    let needed = clauses.filter_map(|one| needed_by(&body, subject, one));
                    (refusals.clone(), needed.collect())
                }
                (None, true) => {
                    (refusals.clone(), clauses.flat_map(|one| needed_for(&body, one)).collect())
                }
            };
            for (member, value, with, without) in clauses {
                let (member, statuses) = (member.to_owned(), told.clone());
                let (has, lacks) = (names(&with), names(&without));
                all.push(GoesWith { member, value, has, lacks, statuses });
            }
        }
    }
    all
}

/// What is needed for some values, as is said in plain words: "`sampling_point` is needed for water and soil".
fn needed_for<'b>(body: &'b Outline<'_>, clause: &'b str) -> Vec<Clause<'b>> {
    const NEEDED: [&str; 3] = [" is needed for ", " is required for ", " is mandatory for "];
    let told = || {
        let mut rest = clause.trim_start().strip_prefix('`')?.split('`');
        let name = rest.next().filter(|name| is_optional(body, name))?;
        let behind = rest.next().filter(|_| rest.next().is_none())?;
        let for_these = NEEDED.iter().find_map(|one| behind.strip_prefix(one))?;
        // Of nothing but values: "for water and soil", and not "for water from a well".
        let spoken = for_these.split(['.', '(']).next()?;
        let spoken: Vec<&str> = spoken.split([' ', '/']).filter(|word| !word.is_empty()).collect();
        let spoken: Vec<&str> =
            spoken.into_iter().filter(|word| !matches!(*word, "and" | "or")).collect();
        let members = body.members().into_keys().filter(|member| {
            let values = body.member(member).map(|one| one.texts()).unwrap_or_default();
            values.len() > 1 && spoken.iter().all(|word| values.iter().any(|value| value == word))
        });
        let member = only(members).filter(|_| !spoken.is_empty())?;
        let all = spoken.iter().map(|value| (member, (*value).to_owned(), vec![name], Vec::new()));
        Some(all.collect())
    };
    told().unwrap_or_default()
}

/// The member and the value that an item of a list is about: "* `damaged` marks it as damaged and needs a `note`."
fn subject<'b>(body: &'b Outline<'_>, item: &str) -> Option<(&'b str, String)> {
    let begun = item.trim_start_matches(['*', '-', '+', ' ']);
    let value = begun.strip_prefix('`').filter(|_| begun != item)?.split('`').next()?;
    Some((choosing(body, value)?, value.to_owned()))
}

/// Whether the items of a list tell what becomes of each value that a body chooses from: which of them leads where, is told by each
/// alone.
pub(super) fn is_told_by_items(contract: &Contract, operation: &Operation) -> bool {
    let Some(schema) = operation.body_schema() else { return false };
    let body = Outline::of(contract, &[schema]);
    let passages = passages(operation.told.as_deref().unwrap_or_default());
    let mut subjects = passages.iter().filter_map(|one| subject(&body, &one.text));
    subjects.next().is_some_and(|(first, _)| subjects.any(|(member, _)| member == first))
}

/// What a clause of such an item says that is needed: "needs a `note`", "`received_by` is required".
fn needed_by<'b>(
    body: &'b Outline<'_>,
    (member, value): &(&'b str, String),
    clause: &'b str,
) -> Option<Clause<'b>> {
    const NEEDS: [&str; 5] = ["needs ", "needs a ", "needs an ", "requires ", "requires a "];
    const REQUIRED: [&str; 5] =
        [" is required", " is mandatory", " has to be sent", " has to be given", " must be given"];
    const SOMETIMES: [&str; 5] = [" if ", "unless", "when ", " where ", "not "];
    // "In `good` condition it needs a `place`": that depends on more.
    let of_another = |one: &str| choosing(body, one).is_some_and(|other| other != *member);
    (!has(clause, &SOMETIMES) && !quoted(clause).any(of_another)).then_some(())?;
    let pieces = || clause.split('`').zip(clause.split('`').skip(1)).step_by(2);
    let behind = |name: &str| clause.rsplit_once(&format!("`{name}`")).map(|(_, rest)| rest);
    let needed = pieces().find(|(before, name)| {
        let is_needed = NEEDS.iter().any(|one| before.to_lowercase().ends_with(one))
            || before.trim_matches([':', ' ', '*', '-']).is_empty()
                && REQUIRED.iter().any(|one| behind(name).is_some_and(|it| it.starts_with(one)));
        is_needed && is_optional(body, name)
    });
    needed.map(|(_, name)| (*member, value.clone(), vec![name], Vec::new()))
}

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|&name| name.to_owned()).collect()
}

/// The values of a member of a body with which an operation is said to be refused (409) unless something is there, or is in some
/// state: "A `move_in` needs an active lease: 409". None of a member all of whose values are named so.
pub(super) fn conditioned(
    contract: &Contract,
    operation: &Operation,
) -> Vec<(String, Vec<String>)> {
    const CONFLICT: u16 = 409;
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    if !operation.documents(CONFLICT) {
        return Vec::new();
    }
    let body = Outline::of(contract, &[schema]);
    let said = operation.told.as_deref().filter(|text| text.contains('`')).unwrap_or_default();
    let told = statements(said);
    let told: Vec<&String> =
        told.iter().filter(|one| statuses(one).any(|status| status == CONFLICT)).collect();
    let members = body.members().into_keys().filter_map(|name| {
        let values = body.member(name)?.texts();
        let is_named =
            |value: &String| told.iter().any(|one| quoted(one).any(|quoted| quoted == value));
        let named: Vec<String> = values.iter().filter(|one| is_named(one)).cloned().collect();
        let is_some = !named.is_empty() && named.len() < values.len();
        is_some.then(|| (name.to_owned(), named))
    });
    members.collect()
}

/// The members of which a description says, of one of their values, what else has to be there or may not, and with no status: what
/// is refused so isn't told apart.
pub(super) fn conditional(contract: &Contract, operation: &Operation) -> Vec<String> {
    const MUST: [&str; 8] = [
        "needs ",
        "must ",
        "has to ",
        "have to ",
        "may only ",
        "only be given",
        "may be given",
        "required",
    ];
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let said = operation.told.as_deref().filter(|text| text.contains('`')).unwrap_or_default();
    let body = Outline::of(contract, &[schema]);
    let told = statements(said);
    let untold = told.iter().filter(|one| statuses(one).next().is_none() && has(one, &MUST));
    let members = untold.filter_map(|statement| {
        let member = quoted(statement).find_map(|one| choosing(&body, one))?;
        let others = |one: &str| one != member && is_optional(&body, one);
        quoted(statement).any(others).then(|| member.to_owned())
    });
    members.collect()
}

/// The member whose values a sentence names with numbers, several of them, and the numbers of the body that the sentence may be
/// about: how much there may be of one depends on the other.
pub(super) fn bounding(contract: &Contract, operation: &Operation) -> Vec<String> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let said = operation.told.as_deref().filter(|text| text.contains('`')).unwrap_or_default();
    let body = Outline::of(contract, &[schema]);
    let mut all: Vec<String> = Vec::new();
    for statement in statements(said) {
        let chosen: Vec<&str> = quoted(&statement).filter_map(|one| choosing(&body, one)).collect();
        let has_number = words(&statement).iter().any(|word| word.parse::<u64>().is_ok());
        let Some(member) = chosen.first().filter(|_| chosen.len() > 1 && has_number) else {
            continue;
        };
        // Whatever its unit is called: `temperature_c`.
        let spoken = words(&statement);
        let is_spoken_of =
            |name: &&str| words(name).iter().any(|word| word.len() > 3 && spoken.contains(word));
        let numbers = body.members().into_keys().filter(|name| body.has_number(name));
        let bounded: Vec<&str> = numbers.filter(is_spoken_of).collect();
        if !bounded.is_empty() {
            all.extend(bounded.into_iter().chain([*member]).map(str::to_owned));
        }
    }
    all
}

type Clause<'t> = (&'t str, String, Vec<&'t str>, Vec<&'t str>);

/// What a clause says: of which member and value, what goes with it, and what doesn't; of several values each.
fn of_clause<'b>(body: &'b Outline<'_>, clause: &'b str) -> Vec<Clause<'b>> {
    let chosen = values(body, clause);
    match chosen.split_first() {
        None => with_value(body, clause).unwrap_or_default(),
        Some(((member, first), more)) => {
            let last = more.last().map_or(*first, |(_, last)| *last);
            let told = behind(body, clause, last).unwrap_or_default();
            let is_told = !told.0.is_empty() || !told.1.is_empty();
            let all = chosen.iter().filter(|_| is_told);
            let all = all
                .map(|(_, value)| (*member, (*value).to_owned(), told.0.clone(), told.1.clone()));
            all.collect()
        }
    }
}

/// The values that a clause begins with, of one member: "`resolve` and `reopen` need".
fn values<'b>(body: &'b Outline<'_>, clause: &'b str) -> Vec<(&'b str, &'b str)> {
    let chosen = quoted(clause).map_while(|one| Some((choosing(body, one)?, one)));
    let chosen: Vec<_> = chosen.collect();
    let member = chosen.first().map(|(member, _)| *member);
    if chosen.iter().all(|(one, _)| Some(*one) == member) { chosen } else { Vec::new() }
}

/// What goes with a value, and what doesn't, as is said behind it.
fn behind<'b>(
    body: &'b Outline<'_>,
    clause: &'b str,
    value: &str,
) -> Option<(Vec<&'b str>, Vec<&'b str>)> {
    const NEEDS: [&str; 8] =
        ["has ", "have ", "needs ", "need ", "requires ", "require ", "takes ", "with "];
    const LACKS: [&str; 4] = ["no ", "without ", "not ", "never "];
    let mut rest = clause.split_once(&format!("`{value}`"))?.1;
    has(rest, &NEEDS).then_some(())?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for name in quoted(rest) {
        let (between, behind) = rest.split_once(&format!("`{name}`"))?;
        rest = behind;
        // Another value of the same member, or of another one: what is said then is of several things.
        is_optional(body, name).then_some(())?;
        let denied = format!(" {between}");
        let is_denied = LACKS.iter().any(|one| denied.contains(&format!(" {one}")));
        if is_denied { without.push(name) } else { with.push(name) }
    }
    Some((with, without))
}

/// "`reason` is required for `reject`"; "`assignee` goes only with `assign`", so that it goes with no other value.
fn with_value<'b>(body: &'b Outline<'_>, clause: &'b str) -> Option<Vec<Clause<'b>>> {
    const REQUIRED: [&str; 4] = ["required", "needed", "mandatory", "has to be given"];
    const ONLY: [&str; 8] = [
        "only with",
        "only for",
        "only allowed with",
        "only allowed for",
        "only given with",
        "only be given with",
        "only be given for",
        "only be sent with",
    ];
    let mut spoken = quoted(clause);
    let first = spoken.next().filter(|first| is_optional(body, first))?;
    let chosen: Vec<&str> = spoken.filter(|one| choosing(body, one).is_some()).collect();
    let said = clause.split_once(first)?.1;
    let Some(value) = chosen.first() else { return with_spoken(body, first, said) };
    let member = choosing(body, value)?;
    if has(said, &REQUIRED) && !has(said, &["not required", "not needed"]) {
        return Some(vec![(member, (*value).to_owned(), vec![first], Vec::new())]);
    }
    let is_last = chosen.last().and_then(|one| said.split_once(&format!("`{one}`")));
    let is_only = is_last.is_some_and(|(before, behind)| {
        let before = before.trim_end();
        behind.starts_with(" only") && (before.ends_with(" with") || before.ends_with(" for"))
    });
    (is_only || has(said, &ONLY)).then_some(())?;
    let others = body.member(member)?.texts().into_iter();
    let others = others.filter(|value| !chosen.contains(&value.as_str()));
    Some(others.map(|value| (member, value, Vec::new(), vec![first])).collect())
}

/// The same where a value is spoken of by a noun: "has to be given for a rejection and must not be given for any other move", "must
/// not be given with an acceptance".
fn with_spoken<'b>(body: &'b Outline<'_>, name: &'b str, said: &str) -> Option<Vec<Clause<'b>>> {
    const GIVEN: [&str; 3] = ["has to be given", "must be given", "is required"];
    const NOT: [&str; 4] =
        ["must not be given", "may not be given", "must not be sent", "is not allowed"];
    const OTHER: [&str; 2] = ["any other", "all others"];
    let not = NOT.iter().filter_map(|one| said.find(one)).min();
    let (given, not) = said.split_at(not.unwrap_or(said.len()));
    let of_others = has(not, &OTHER);
    let (is_needed, is_denied) = (has(given, &GIVEN), !not.is_empty());
    let (member, value) = spoken_value(body, if is_needed { given } else { not })?;
    let mut all = Vec::new();
    if is_needed {
        all.push((member, value.clone(), vec![name], Vec::new()));
    }
    if is_denied && of_others && is_needed {
        let others = body.member(member)?.texts().into_iter().filter(|one| *one != value);
        all.extend(others.map(|other| (member, other, Vec::new(), vec![name])));
    } else if is_denied && !of_others && !is_needed {
        all.push((member, value, Vec::new(), vec![name]));
    }
    Some(all)
}

/// The one value of a member that a noun is of: `accepted` of an acceptance.
fn spoken_value<'b>(body: &'b Outline<'_>, said: &str) -> Option<(&'b str, String)> {
    const STEM: usize = 5;
    let spoken = words(said);
    let is_of = |value: &String| {
        let stem = value.strip_suffix("ed").unwrap_or(value).to_lowercase();
        stem.len() >= STEM && spoken.iter().any(|word| word.starts_with(&stem))
    };
    let named = body.members().into_keys().filter_map(|name| {
        let values = body.member(name)?.texts();
        let value = only(values.iter().filter(|value| is_of(value)))?;
        (values.len() > 1).then(|| (name, value.clone()))
    });
    only(named)
}

fn is_optional(body: &Outline<'_>, name: &str) -> bool {
    let mut required = body.required(Direction::Request);
    body.member(name).is_some() && !required.any(|one| one == name)
}

/// The one member of a body that a text is a value of.
fn choosing<'b>(body: &'b Outline<'_>, value: &str) -> Option<&'b str> {
    let members = body.members().into_keys();
    only(members.filter(|name| {
        body.member(name).is_some_and(|one| {
            one.texts().len() > 1 && one.texts().iter().any(|text| text == value)
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::tests::contract;

    /// What a description says, each as `value: +what goes with it -what doesn't`.
    fn read(said: &str) -> Vec<String> {
        let yaml = format!(
            "  /vouchers:\n    post:\n      operationId: make\n      description: \"{said}\"\n      requestBody: {{content: {{application/json: {{schema: {{type: object, required: [kind], properties: {{kind: {{type: string, enum: [percentage, fixed]}}, percent: {{type: integer}}, amount: {{type: integer}}}}}}}}}}}}\n      responses: {{'201': {{description: It.}}, '422': {{description: No.}}}}\n"
        );
        let contract = contract(&yaml);
        let told = of(&contract, &contract.operations[0]).into_iter().map(|one| {
            let with = one.has.iter().map(|name| format!(" +{name}"));
            let all: String =
                with.chain(one.lacks.iter().map(|name| format!(" -{name}"))).collect();
            format!("{}:{all}", one.value)
        });
        told.collect()
    }

    #[test]
    fn values_that_depend_on_a_state_are_heard() {
        let yaml = |said: &str| {
            format!(
                "  /visits:\n    post:\n      operationId: make\n      description: \"{said}\"\n      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{kind: {{type: string, enum: [move_in, move_out, periodic]}}}}}}}}}}}}\n      responses: {{'201': {{description: It.}}, '409': {{description: No.}}}}\n"
            )
        };
        let read = |said: &str| {
            let contract = contract(&yaml(said));
            conditioned(&contract, &contract.operations[0])
        };
        let told = read("A `move_in` or `move_out` needs a lease: 409. A `periodic` one is long.");
        let named = ["move_in", "move_out"].map(str::to_owned).to_vec();
        assert_eq!(told, [("kind".to_owned(), named)]);
        assert!(read("`move_in`, `move_out` and `periodic` need a lease (409).").is_empty());
        assert!(read("A `move_in` needs a lease.").is_empty());
    }

    #[test]
    fn a_choice_is_spoken_of_by_a_noun() {
        let read = |said: &str| {
            let yaml = format!(
                "  /offers:\n    post:\n      operationId: answer\n      description: \"{said}\"\n      requestBody: {{content: {{application/json: {{schema: {{type: object, required: [answer], properties: {{answer: {{type: string, enum: [accepted, declined, delayed]}}, reason: {{type: string}}}}}}}}}}}}\n      responses: {{'200': {{description: It.}}, '400': {{description: No.}}}}\n"
            );
            let contract = contract(&yaml);
            let told = of(&contract, &contract.operations[0]).into_iter();
            let told = told.map(|one| (one.value, !one.has.is_empty(), !one.lacks.is_empty()));
            told.collect::<Vec<_>>()
        };
        let value = |name: &str, has, lacks| (name.to_owned(), has, lacks);
        assert_eq!(
            read("`reason` must not be given with an acceptance (400)."),
            [value("accepted", false, true)]
        );
        assert_eq!(
            read(
                "`reason` has to be given for a delay and must not be given for any other answer (400)."
            ),
            [
                value("delayed", true, false),
                value("accepted", false, true),
                value("declined", false, true)
            ]
        );
        assert!(
            read("`reason` must not be given with any other answer than a delay (400).").is_empty()
        );
        assert!(read("`reason` must not be given twice (400).").is_empty());
    }

    #[test]
    fn an_item_of_a_list_tells_what_its_value_needs() {
        let items = "Makes it:\\n\\n* `fixed` takes it off and needs an `amount`.\\n* `percentage` is a part. `percent` is required and kept.";
        assert_eq!(read(items), ["fixed: +amount", "percentage: +percent"]);
        let none = "Makes it:\\n\\n* `fixed` needs an `amount` if it is large.\\n* `percentage` is told by `percent`.";
        assert!(read(none).is_empty());
        let given = "Makes it:\\n\\n* `fixed`: `amount` has to be given.";
        assert_eq!(read(given), ["fixed: +amount"]);
    }

    #[test]
    fn numbers_that_a_choice_bounds_are_heard() {
        let bounded = |said: &str| {
            let yaml = format!(
                "  /places:\n    post:\n      operationId: make\n      description: \"{said}\"\n      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{kind: {{type: string, enum: [freezer, shelf]}}, temperature_c: {{type: integer}}, room: {{type: integer}}}}}}}}}}}}\n      responses: {{'201': {{description: It.}}, '422': {{description: No.}}}}\n"
            );
            let contract = contract(&yaml);
            bounding(&contract, &contract.operations[0])
        };
        let both =
            "The temperature has to suit: a `freezer` is at -15 °C, a `shelf` at 15 to 25 °C.";
        assert_eq!(bounded(both), ["temperature_c", "kind"]);
        assert!(bounded("A `freezer` is cold, and a `shelf` isn't.").is_empty());
        assert!(bounded("The temperature of a `freezer` is -15 °C.").is_empty());
    }

    #[test]
    fn what_is_needed_for_values_is_heard_in_plain_words() {
        let both = "`amount` is needed for fixed and percentage; else it may be left out.";
        assert_eq!(read(both), ["fixed: +amount", "percentage: +amount"]);
        assert!(read("`amount` is needed for fixed prices.").is_empty());
        assert!(read("`amount` is needed for refunds.").is_empty());
    }

    #[test]
    fn what_goes_with_a_choice_is_heard() {
        let both = "A `percentage` voucher has `percent` and no `amount`, a `fixed` one has `amount` and no `percent`; anything else gives 422.";
        let told = ["percentage: +percent -amount", "fixed: +amount -percent"];
        assert_eq!(read(both), told);
        let both = "A `percentage` voucher has `percent` and no `amount`, a `fixed` one has `amount`\\n and no `percent` (422).";
        assert_eq!(read(both), told);
        assert_eq!(read("`fixed` needs an `amount` (422 without)."), ["fixed: +amount"]);
        assert_eq!(read("`amount` is required for `fixed` (422)."), ["fixed: +amount"]);
        let each = "`fixed` and `percentage` need an `amount` (422).";
        assert_eq!(read(each), ["fixed: +amount", "percentage: +amount"]);
        assert_eq!(read("`percent` goes only with `percentage` (422)."), ["fixed: -percent"]);
        assert_eq!(
            read("`percent` goes with `percentage` only and is a 422 else."),
            ["fixed: -percent"]
        );
        assert!(read("`fixed` needs an `amount`.").is_empty());
        assert!(read("A `fixed` one may not follow a `percentage` one (422).").is_empty());
        assert!(read("`amount` is not required for `fixed` (422).").is_empty());
    }
}
