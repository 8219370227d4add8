//! What is said to be for those alone whose it is: "only the buyer pays; for everybody else there is nothing at this address", "a
//! private list is for its owner alone: 404 for all others", "for the buyer, and for the managers of the team".

use serde_json::Value;

use super::Resources;
use super::prose::on_one_line;
use super::told::statuses;
use super::unfit::{nouns, spaced, speaks_of};
use crate::Direction;
use crate::model::Operation;
use crate::names::{fold, words};
use crate::only::only;
use crate::outline::Outline;

/// That a thing is for those alone whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnersAlone {
    /// The member of the thing that tells whose it is.
    pub owner: String,
    /// With which status others are answered.
    pub refusal: u16,
    /// Whether there are some to whom it is all the same, by what they may do.
    pub has_others: bool,
    /// The member, and its value, with which a thing is so; none: each is.
    pub only_with: Option<(String, Value)>,
}

/// What members are called that tell whose a thing is.
const OWNERS: [&str; 6] = ["owner", "ownerid", "createdby", "creatorid", "author", "authorid"];

/// What is said of an operation on what `maker` makes.
pub(super) fn of(
    resources: &Resources<'_>,
    operation: &Operation,
    maker: &Operation,
) -> Option<OwnersAlone> {
    let thing = Outline::of(resources.contract, &[maker.answer_schema()?]);
    let required: Vec<&str> = thing.required(Direction::Response).collect();
    let documents = |code: &u16| operation.documents(*code);
    let said = on_one_line(operation.told.as_deref()?);
    let belongs = |who: &str| {
        let names = [fold(who), format!("{}id", fold(who))];
        required.iter().find(|name| names.contains(&fold(name))).map(|name| (*name).to_owned())
    };
    said.split(". ").enumerate().find_map(|(at, sentence)| {
        let told = statuses(sentence).find(documents);
        let text = spaced(&sentence.replace([';', ':'], " "));
        let refusal = told.or_else(|| documents(&404).then_some(404))?;
        if let Some((owner, rest)) =
            text.strip_prefix(" only the ").and_then(|it| it.split_once(' '))
        {
            let is_refused = told.is_some() || rest.contains(" there is nothing ");
            let else_refused = rest.contains(" everybody else ") || rest.contains(" all others ");
            let owner = belongs(owner).filter(|_| is_refused && else_refused)?;
            return Some(OwnersAlone { owner, refusal, has_others: false, only_with: None });
        }
        if let Some(who) = text.strip_prefix(" for the ").filter(|_| at == 0 && documents(&404)) {
            let owner = belongs(who.split(' ').next()?)?;
            return Some(OwnersAlone { owner, refusal: 404, has_others: true, only_with: None });
        }
        let is_alone =
            text.contains(" for its owner alone ") || text.contains(" for its owner only ");
        if !is_alone || told.is_none() {
            return None;
        }
        let owner = required.iter().find(|name| OWNERS.contains(&fold(name).as_str()))?;
        let nouns = maker.path.last_literal().map(nouns).unwrap_or_default();
        let states = required.iter().filter_map(|name| {
            let texts = thing.member(name)?.texts();
            let is_it =
                |word: &String| speaks_of(&text, "", &nouns, &words(word).join(" ")) == Some(true);
            let word = texts.into_iter().find(is_it)?;
            Some(((*name).to_owned(), Value::from(word)))
        });
        let only_with = Some(only(states)?);
        let owner = (*owner).to_owned();
        Some(OwnersAlone { owner, refusal, has_others: false, only_with })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Contract;

    fn contract(said: &str) -> Contract {
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "a", "version": "1"},
            "paths": {
                "/orders": {"post": {"operationId": "make", "responses": {"201": {"description": "It.", "content": {
                    "application/json": {"schema": {
                        "type": "object",
                        "required": ["id", "buyer_id", "owner_id", "visibility"],
                        "properties": {
                            "id": {"type": "string"},
                            "buyer_id": {"type": "string"},
                            "owner_id": {"type": "string"},
                            "visibility": {"enum": ["private", "shared"]},
                        },
                    }},
                }}}}},
                "/orders/{id}": {"get": {
                    "operationId": "get",
                    "description": said,
                    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                    "responses": {"200": {"description": "It."}, "404": {"description": "No."}},
                }},
            },
        });
        let source = crate::Memory::one("a.json", &document.to_string());
        crate::read(std::path::Path::new("a.json"), &source).contract.expect("it is read")
    }

    type Told = (String, bool, Option<(String, Value)>);

    fn told(said: &str) -> Option<Told> {
        let contract = contract(said);
        let resources = Resources::of(&contract);
        let [make, get] = ["make", "get"].map(|id| contract.operation(id).expect("it is there"));
        let told = of(&resources, get, make)?;
        assert_eq!(told.refusal, 404);
        Some((told.owner, told.has_others, told.only_with))
    }

    #[test]
    fn whose_something_is_is_heard() {
        let buyer = || "buyer_id".to_owned();
        let pays = "It is paid. Only the buyer pays; for everybody else, the team included, there is nothing here.";
        assert_eq!(told(pays), Some((buyer(), false, None)));
        assert_eq!(
            told("For the buyer, and for the owners of the team."),
            Some((buyer(), true, None))
        );
        let private = "Shared orders are for everybody. A private order is for its owner alone: 404 for all others.";
        let with = Some(("visibility".to_owned(), Value::from("private")));
        assert_eq!(told(private), Some(("owner_id".to_owned(), false, with)));
        assert_eq!(told("Only the buyer sees the price."), None);
        assert_eq!(told("For the record."), None);
    }
}
