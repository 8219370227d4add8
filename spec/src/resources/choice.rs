//! What goes with a value that is chosen from a few, as a description says where no schema does: "A `percentage` voucher has
//! `percent` and no `amount`", "`reject` needs a `reason` (422)".

use super::passage::statements;
use super::prose::{has, quoted};
use super::told::statuses;
use crate::Direction;
use crate::model::{Contract, Operation, Status};
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
    for statement in statements(said) {
        let documents = |status: &u16| operation.responses.contains_key(&Status::Code(*status));
        let mut told: Vec<u16> = statuses(&statement).filter(documents).collect();
        told.retain(|status| matches!(status, 400 | 422));
        // What refuses the body, and not the state of something.
        if told.is_empty() {
            continue;
        }
        let clauses = statement.split([',', ';']).filter_map(|clause| of_clause(&body, clause));
        for (member, value, with, without) in clauses {
            let (member, statuses) = (member.to_owned(), told.clone());
            let (has, lacks) = (names(&with), names(&without));
            all.push(GoesWith { member, value, has, lacks, statuses });
        }
    }
    all
}

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|&name| name.to_owned()).collect()
}

type Clause<'t> = (&'t str, String, Vec<&'t str>, Vec<&'t str>);

/// What a clause says: of which member and value, what goes with it, and what doesn't.
fn of_clause<'b>(body: &'b Outline<'_>, clause: &'b str) -> Option<Clause<'b>> {
    const NEEDS: [&str; 8] =
        ["has ", "have ", "needs ", "need ", "requires ", "require ", "takes ", "with "];
    const LACKS: [&str; 4] = ["no ", "without ", "not ", "never "];
    const REQUIRED: [&str; 4] = ["required", "needed", "mandatory", "has to be given"];
    let required: Vec<&str> = body.required(Direction::Request).collect();
    let optional = |name: &str| body.member(name).is_some() && !required.contains(&name);
    let mut spoken = quoted(clause);
    let first = spoken.next()?;
    if let Some(member) = choosing(body, first) {
        let mut rest = clause.split_once(first)?.1.trim_start_matches('`');
        has(rest, &NEEDS).then_some(())?;
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for name in spoken {
            let (between, behind) = rest.split_once(&format!("`{name}`"))?;
            rest = behind;
            // Another value of the same member, or of another one: what is said then is of several things.
            optional(name).then_some(())?;
            let denied = format!(" {between}");
            let is_denied = LACKS.iter().any(|one| denied.contains(&format!(" {one}")));
            if is_denied { without.push(name) } else { with.push(name) }
        }
        let is_told = !with.is_empty() || !without.is_empty();
        return is_told.then(|| (member, first.to_owned(), with, without));
    }
    // "`reason` is required for `reject`".
    let value = spoken.find(|one| choosing(body, one).is_some())?;
    let said = clause.split_once(first)?.1;
    let is_required = has(said, &REQUIRED) && !has(said, &["not required", "not needed"]);
    (is_required && optional(first)).then_some(())?;
    Some((choosing(body, value)?, value.to_owned(), vec![first], Vec::new()))
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
    fn what_goes_with_a_choice_is_heard() {
        let both = "A `percentage` voucher has `percent` and no `amount`, a `fixed` one has `amount` and no `percent`; anything else gives 422.";
        let told = ["percentage: +percent -amount", "fixed: +amount -percent"];
        assert_eq!(read(both), told);
        let both = "A `percentage` voucher has `percent` and no `amount`, a `fixed` one has `amount`\\n and no `percent` (422).";
        assert_eq!(read(both), told);
        assert_eq!(read("`fixed` needs an `amount` (422 without)."), ["fixed: +amount"]);
        assert_eq!(read("`amount` is required for `fixed` (422)."), ["fixed: +amount"]);
        assert!(read("`fixed` needs an `amount`.").is_empty());
        assert!(read("A `fixed` one may not follow a `percentage` one (422).").is_empty());
        assert!(read("`amount` is not required for `fixed` (422).").is_empty());
    }
}
