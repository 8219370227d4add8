//! Things that no request is for making, and that come of others all the same.

use super::identity::{IdProperty, id_of_made, location_of_made};
use super::prose::sentences;
use super::{Maker, Resources};
use crate::model::{
    Contract, Header, Method, Operation, PathPart, RuntimeExpression, Status, shape,
};
use crate::names::{fold, singulars, words};
use crate::only::only;
use crate::outline::Outline;
use crate::pointer::escape;

impl<'a> Resources<'a> {
    /// Where no request is for making a thing, it comes of another one: `POST /imports/products` answers with what is read at
    /// `/imports/{import_id}`, and of `POST /visits/{id}/complete` "an invoice comes into being", whose `invoice_id` it answers.
    pub(super) fn follow_consequence(&mut self, operation: &Operation) {
        let contract = self.contract;
        let segments = operation.path.without_slash();
        let mut parameters = operation.path.parameters();
        let (Some(name), None) = (parameters.next(), parameters.next()) else { return };
        let is_it =
            |segment: &Vec<PathPart>| matches!(segment.as_slice(), [PathPart::Parameter(_)]);
        let Some(place) = segments.iter().position(is_it) else { return };
        let (collection, thing) = (segments.get(..place), segments.get(..=place));
        let (Some(collection), Some(thing)) = (collection, thing) else { return };
        let Some([PathPart::Literal(things)]) = collection.last().map(Vec::as_slice) else {
            return;
        };
        let is_item = place + 1 == segments.len();
        if !self.makers(operation, name).is_empty() || (is_item && self.chooses(operation)) {
            return;
        }
        let property = IdProperty::of_parameter(contract, operation, name, collection);
        let Some(shown) = self.shown_at(thing) else { return };
        let within = shape(thing);
        let posts = contract.operations.iter().filter(|one| {
            // What lies within the thing needs it to be there.
            one.method == Method::Post && !one.path.shape().starts_with(&within)
        });
        let found = posts.filter_map(|one| {
            if one.answer_schema() == Some(shown) && self.leads_to(one, (things, thing)) {
                let id = id_of_made(contract, one, &property)
                    .filter(|id| matches!(id, RuntimeExpression::ResponseBody(_)))
                    .or_else(|| location_of_made(one))?;
                return Some((Maker::alone(one, id), false));
            }
            let id = RuntimeExpression::ResponseBody(id_of_consequence(contract, one, things)?);
            Some((Maker::alone(one, id), true))
        });
        // Of several nobody can tell which one is meant.
        let Some((maker, is_consequence)) = only(found) else { return };
        if is_consequence {
            self.consequences.insert(maker.operation_id.clone());
        }
        self.add(operation, name, maker);
    }

    /// Whether a POST says that what it makes is found at the path of such a thing: by that path, or by the operation that reads
    /// there.
    fn leads_to(&self, post: &'a Operation, (things, thing): (&str, &[Vec<PathPart>])) -> bool {
        let made = [201, 202].map(|code| post.responses.get(&Status::Code(code)));
        let made: Vec<_> = made.into_iter().flatten().collect();
        if made.is_empty() {
            return false;
        }
        // Work that goes on is found where its answer leads, and shows there what it showed at first (RFC 9110 §15.3.3).
        let is_location = |name: &String| name.eq_ignore_ascii_case("location");
        let accepted = post.responses.get(&Status::Code(202));
        if accepted.is_some_and(|response| response.headers.keys().any(is_location)) {
            return true;
        }
        let there = self.by_path.get(&shape(thing)).into_iter().flatten();
        let readers = there.filter(|one| one.method == Method::Get).map(|one| one.id.clone());
        let names: Vec<String> = readers.chain([format!("/{things}/")]).collect();
        let of_header = |header: &'a Header| {
            let pattern =
                header.schema().and_then(|id| self.contract.schema(id).pattern.as_deref());
            [header.description.as_deref(), pattern]
        };
        let told = made.into_iter().flat_map(|response| {
            let headers = response.headers.values().flat_map(of_header).flatten();
            headers.chain([response.description.as_str()])
        });
        let mut said = told.chain(post.told.as_deref());
        said.any(|text| names.iter().any(|name| text.contains(name.as_str())))
    }
}

/// The actions of which such things come as a list shows, where nothing is for making them: "each ticket makes an attendee" of
/// `POST /orders/{id}/payment`, for `GET /events/{id}/attendees`.
pub(super) fn fillers<'a>(resources: &Resources<'a>, list: &Operation) -> Vec<&'a Operation> {
    let Some(things) = list.path.last_segment().map(singulars) else { return Vec::new() };
    let own = list.path.shape();
    let posts = resources.contract.operations.iter().filter(|one| one.method == Method::Post);
    let said = posts.filter(|one| {
        let told = one.description.as_deref().unwrap_or_default();
        things.iter().any(|thing| comes_into_being(told, thing)) && {
            // What lies right within the list needs its things to be there.
            let shape = one.path.shape();
            !shape.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    });
    said.collect()
}

/// Where the answer of an action has the id of what comes of it: a member that is called so, that is null before, that nobody
/// sends, and of which the action says: "an invoice comes into being".
fn id_of_consequence(contract: &Contract, action: &Operation, things: &str) -> Option<String> {
    let things = singulars(things);
    let said = action.told.as_deref()?;
    let is_said = |thing: &String| comes_into_being(said, thing);
    things.iter().any(is_said).then_some(())?;
    let is_id = |name: &str| things.iter().any(|thing| fold(name) == format!("{thing}id"));
    let sent = action.body_schema().map(|body| Outline::of(contract, &[body]).members());
    if sent.into_iter().flatten().any(|(name, _)| is_id(name)) {
        return None;
    }
    let answer = Outline::of(contract, &[action.answer_schema()?]);
    let is_open =
        |name: &&str| is_id(name) && answer.member(name).is_some_and(|one| one.admits_null());
    let member = only(answer.members().into_keys().filter(is_open))?;
    Some(format!("/{}", escape(member)))
}

/// Whether a text says that a thing is made: "an invoice to the owner comes into being", not "is made for a customer".
fn comes_into_being(text: &str, thing: &str) -> bool {
    // Most texts are of something else.
    text.contains(thing) && sentences(text).any(|sentence| is_made(sentence, thing))
}

fn is_made(sentence: &str, thing: &str) -> bool {
    const COMES: [&str; 5] =
        ["comes into being", "is made", "is created", "is issued", "is opened"];
    const MAKES: [&str; 4] = ["creates", "issues", "makes", "opens"];
    let text = sentence.to_lowercase();
    if !text.contains(thing) {
        return false;
    }
    let spaced = |text: &str| format!(" {} ", words(text).join(" "));
    let named = [format!(" a {thing} "), format!(" an {thing} ")];
    let mut passive = COMES.iter().filter_map(|comes| text.split_once(comes));
    let mut active = MAKES.iter().filter_map(|makes| text.split_once(makes));
    passive.any(|(subject, _)| named.iter().any(|one| spaced(subject).contains(one)))
        || active.any(|(_, object)| named.iter().any(|one| spaced(object).starts_with(one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_comes_into_being_where_it_is_the_subject() {
        let said = |text: &str| comes_into_being(text, "invoice");
        assert!(said("it is over, and an invoice to the owner\nof the pet comes into being"));
        assert!(said("Closes it and creates an invoice"));
        assert!(!said("The order is made for an invoice"));
        let long = "The treatment is over: an appointment that is `checked_in` becomes\n`completed`, and an \
                    invoice to the owner of the pet comes into being, with one line for each treatment";
        assert!(said(long));
        assert!(!said("An invoice is sent"));
        assert!(!said("creates invoices"));
    }
}
