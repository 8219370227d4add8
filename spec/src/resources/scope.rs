//! How far it goes that no two things may have the same: within one thing, or of one caller. Beyond that, others may have it.
//!
//! | said of what makes things | they may have the same |
//! | --- | --- |
//! | "A name can be used once per project (409)", "unique within the project" | in different projects |
//! | "other projects may have a label of the same name" | the same |
//! | "Two filters of one owner cannot have the same name", "A person cannot have two lists of the same name" | where different callers make them |
//! | "those of different owners can" | the same |

use super::Resources;
use super::prose::{has, sentences};
use super::told::plain;
use crate::model::{Method, Operation, PathPart};
use crate::names::{fold, singulars};

/// Within what no two things may have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Within the thing that this parameter of the path names.
    Thing(String),
    /// Among what one caller has made.
    Caller,
}

/// What callers are called of whom each has things of their own.
const WHO: [&str; 7] = ["owner", "person", "user", "caller", "member", "customer", "account"];

impl Resources<'_> {
    /// Within what no two of the things that an operation makes may have the same, where its description says that, and refuses it with
    /// 409.
    #[must_use]
    pub fn scope(&self, operation: &Operation) -> Option<Scope> {
        of(operation)
    }
}

fn of(operation: &Operation) -> Option<Scope> {
    if operation.method != Method::Post || !operation.documents(409) {
        return None;
    }
    let said = plain(operation.told.as_deref()?);
    said.contains("409").then_some(())?;
    let said: Vec<&str> = sentences(&said).collect();
    within(operation, &said)
        .or_else(|| said.iter().any(|one| is_of_caller(one)).then_some(Scope::Caller))
}

/// Within the thing around: the last one that the path names.
fn within(operation: &Operation, said: &[&str]) -> Option<Scope> {
    let [.., around, own, _] = operation.path.without_slash() else { return None };
    let ([PathPart::Literal(things)], [PathPart::Parameter(parameter)]) =
        (around.as_slice(), own.as_slice())
    else {
        return None;
    };
    let ones = singulars(things);
    let many = fold(things);
    let is_told = |one: &&str| {
        let per = |thing: &String| {
            let told = [
                format!("once per {thing}"),
                format!("unique per {thing}"),
                format!("unique within the {thing}"),
                format!("unique within a {thing}"),
                format!("unique in the {thing}"),
                format!("unique in a {thing}"),
                format!(
                    "unique among the {own} of the {thing}",
                    own = fold(operation.path.last_literal().unwrap_or_default())
                ),
            ];
            told.iter().any(|told| ends_there(one, told))
        };
        let others = [format!("other {many} may have"), format!("different {many} may have")];
        ones.iter().any(per) || others.iter().any(|told| one.contains(told))
    };
    said.iter().any(is_told).then(|| Scope::Thing(parameter.clone()))
}

/// Whether a text has a phrase, and behind it no more of the last word.
fn ends_there(text: &str, phrase: &str) -> bool {
    let mut behind = text.split(phrase).skip(1);
    behind.any(|rest| !rest.starts_with(|one: char| one.is_alphanumeric() || one == '\''))
}

/// Whether it is said to be so of one caller's things alone.
fn is_of_caller(sentence: &str) -> bool {
    let speaks_of_same = has(sentence, &["the same name", "of the same", "the same "]);
    WHO.iter().any(|who| {
        let of_one = [
            format!("a {who} cannot have two "),
            format!("a {who} can't have two "),
            format!("no {who} can have two "),
            format!("no {who} has two "),
            format!("of one {who} cannot have "),
            format!("of one {who} can't have "),
            format!("of different {who}s can"),
            format!("of different {who}s may"),
        ];
        let unique = [format!("unique per {who}"), format!("unique for each {who}")];
        (speaks_of_same && of_one.iter().any(|told| sentence.contains(told)))
            || unique.iter().any(|told| ends_there(sentence, told))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::contract;
    use super::*;

    fn scope(path: &str, said: &str) -> Option<Scope> {
        let parameters = match path.contains("{pet_id}") {
            true => {
                "\n    parameters: [{name: pet_id, in: path, required: true, schema: {type: string}}]"
            }
            false => "",
        };
        let contract = contract(&format!(
            "  {path}:{parameters}\n    post: {{operationId: make, description: \"{said}\", responses: {{'201': {{description: x}}, '409': {{description: x}}}}}}\n"
        ));
        Resources::of(&contract).scope(contract.operations.first()?)
    }

    #[test]
    fn what_may_not_be_the_same_may_be_so_elsewhere() {
        let thing = Some(Scope::Thing("pet_id".to_owned()));
        let toys = "/pets/{pet_id}/toys";
        for said in [
            "A name can be used once per pet (409).",
            "Refused with 409 unless the name is unique within the pet.",
            "A 409 if the name is taken; other pets may have a toy of the same name.",
        ] {
            assert_eq!(scope(toys, said), thing, "{said}");
        }
        for said in [
            "Two toys of one owner cannot have the same name (409).",
            "A person cannot have two lists of the same name, case aside (409).",
            "Names are unique per user (409).",
        ] {
            assert_eq!(scope("/toys", said), Some(Scope::Caller), "{said}");
        }
        for said in [
            "Names are unique (409).",
            "The name is unique within the petting zoo (409).",
            "A person cannot have two accounts (409).",
            "A name can be used once per pet.",
        ] {
            assert_eq!(scope(toys, said), None, "{said}");
        }
    }
}
