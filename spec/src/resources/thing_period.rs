//! Moments of a body that have to lie between those of the thing that the request is about: "`end_date` before the start of the lease
//! or after the `end_date` that it has: 422", "`due_on` before the start of the lease is a 422".

use super::period::{names_begin, names_end};
use super::prose::{has, mentions};
use super::told::{statuses, statuses_or_usual};
use super::unfit::nouns;
use super::{Resources, passage, told};
use crate::Direction;
use crate::model::Operation;
use crate::only::only;
use crate::outline::Outline;

/// A moment of a body between moments of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThingPeriod {
    /// The member of the body.
    pub member: String,
    /// The operation that makes the thing.
    pub maker: String,
    /// The member of the thing before which it may not lie.
    pub begin: Option<String>,
    /// The member of the thing behind which it may not lie.
    pub end: Option<String>,
    /// With which statuses it is refused else.
    pub statuses: Vec<u16>,
}

/// Those of an operation on a thing that its path names.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<ThingPeriod> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let documents = |status: u16| operation.documents(status);
    if !documents(400) && !documents(422) {
        return Vec::new();
    }
    let parameter = operation.path.parameters().last();
    let maker = parameter.and_then(|one| resources.makers(operation, one).first());
    let Some(maker) = maker.and_then(|one| resources.operation(&one.operation_id)) else {
        return Vec::new();
    };
    let Some(made) = maker.body_schema().filter(|_| maker.id != operation.id) else {
        return Vec::new();
    };
    let body = Outline::of(resources.contract, &[schema]);
    let made = Outline::of(resources.contract, &[made]);
    let (moments, theirs) = (moments(&body), moments(&made));
    let mut all: Vec<ThingPeriod> = Vec::new();
    let called = maker.path.last_literal().map(nouns).unwrap_or_default();
    for (statement, status) in statements(operation) {
        if status.is_some() && !is_of(&statement, &called) {
            continue;
        }
        let told = status.map(|status| vec![status]);
        let statuses: Vec<u16> = told.unwrap_or_else(|| statuses_or_usual(&statement));
        let is_refusal =
            status.is_some() || self::statuses(&statement).any(|one| matches!(one, 400 | 422));
        let named = only(moments.iter().copied().filter(|name| mentions(&statement, name)));
        // What a refusal is about is the one moment that there is.
        let only_one = only(moments.iter().copied()).filter(|_| status.is_some());
        let Some(member) = named.or(only_one).filter(|_| is_refusal) else { continue };
        let begin = only(theirs.iter().copied().filter(|name| names_begin(name)));
        let begin = begin.filter(|name| is_before(&statement, name)).map(str::to_owned);
        let end = only(theirs.iter().copied().filter(|name| names_end(name)));
        let end = end.filter(|name| is_behind(&statement, name)).map(str::to_owned);
        let is_known = all.iter().any(|one| one.member == member);
        if !is_known && (begin.is_some() || end.is_some()) {
            let (member, maker) = (member.to_owned(), maker.id.clone());
            all.push(ThingPeriod { member, maker, begin, end, statuses });
        }
    }
    all
}

/// What is said of an operation, sentence by sentence, and of its refusals, each with the status of that.
fn statements(operation: &Operation) -> Vec<(String, Option<u16>)> {
    let own = operation.told.as_deref().into_iter().flat_map(passage::statements);
    let own = own.map(|statement| (statement, None));
    let refused = [400, 422].into_iter().flat_map(|code| {
        let texts = told::refusals(operation, [code]);
        let all = texts.flat_map(passage::statements).map(move |one| (one, Some(code)));
        all.collect::<Vec<_>>()
    });
    own.chain(refused).collect()
}

/// Whether what a refusal speaks of at last is one of these things: "the last day of the trip".
fn is_of(statement: &str, called: &[String]) -> bool {
    let lower = statement.to_lowercase();
    let Some((_, behind)) = lower.rsplit_once(" of the ") else { return true };
    called.iter().any(|noun| behind.starts_with(noun.as_str()))
}

/// The members that are days or points in time.
fn moments<'b>(body: &'b Outline<'_>) -> Vec<&'b str> {
    let is_moment = |name: &&str| {
        let member = body.member(name);
        member.is_some_and(|one| matches!(one.spelling(), Some("date" | "date-time")))
    };
    body.sent(Direction::Request).filter(is_moment).collect()
}

fn is_before(text: &str, begin: &str) -> bool {
    const BEFORE: [&str; 9] = [
        "before the start",
        "before its start",
        "before it starts",
        "before the beginning",
        "before it begins",
        "earlier than the start",
        "earlier than its start",
        "before the first day",
        "before the first or after the last day",
    ];
    let named = ["before", "before the", "before its", "earlier than"];
    has(text, &BEFORE) || named.iter().any(|one| has(text, &[&format!("{one} `{begin}`")]))
}

fn is_behind(text: &str, end: &str) -> bool {
    const BEHIND: [&str; 9] = [
        "after the end",
        "after its end",
        "after it ends",
        "later than the end",
        "later than its end",
        "behind the end",
        "past the end",
        "past its end",
        "after the last day",
    ];
    let named = ["after", "after the", "after its", "later than", "later than the"];
    has(text, &BEHIND) || named.iter().any(|one| has(text, &[&format!("{one} `{end}`")]))
}

#[cfg(test)]
mod tests {
    use super::super::Resources;
    use super::*;
    use crate::resources::tests::contract;

    fn told(said: &str) -> Vec<(String, Option<String>, Option<String>)> {
        read(said, "No.")
    }

    fn read(said: &str, refusal: &str) -> Vec<(String, Option<String>, Option<String>)> {
        let yaml = format!(
            "  /leases:\n    post:\n      operationId: make\n      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{start_date: {{type: string, format: date}}, end_date: {{type: string, format: date}}}}}}}}}}}}\n      responses: {{'201': {{description: It., content: {{application/json: {{schema: {{type: object, properties: {{id: {{type: string}}}}}}}}}}}}}}\n  /leases/{{lease_id}}:\n    get:\n      operationId: read\n      parameters: [{{name: lease_id, in: path, required: true, schema: {{type: string}}}}]\n      responses: {{'200': {{description: It., content: {{application/json: {{schema: {{type: object, properties: {{id: {{type: string}}}}}}}}}}}}}}\n  /leases/{{lease_id}}/end:\n    post:\n      operationId: end\n      description: \"{said}\"\n      parameters: [{{name: lease_id, in: path, required: true, schema: {{type: string}}}}]\n      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{end_date: {{type: string, format: date}}}}}}}}}}}}\n      responses: {{'200': {{description: It.}}, '422': {{description: \"{refusal}\"}}}}\n"
        );
        let contract = contract(&yaml);
        let resources = Resources::of(&contract);
        let operation = contract.operation("end").expect("the action");
        of(&resources, operation).into_iter().map(|one| (one.member, one.begin, one.end)).collect()
    }

    #[test]
    fn moments_between_those_of_the_thing_are_heard() {
        let some = |name: &str| Some(name.to_owned());
        let member = "end_date".to_owned();
        let both =
            "`end_date` before the start of the lease or after the `end_date` that it has: 422.";
        let told_both = (member.clone(), some("start_date"), some("end_date"));
        assert_eq!(told(both), [told_both]);
        let one = "An `end_date` before `start_date` is refused with 422.";
        assert_eq!(told(one), [(member, some("start_date"), None)]);
        assert!(told("The `end_date` before the start of the lease is kept.").is_empty());
        assert!(told("A start after today is a 422.").is_empty());
        let refusal = "The day is before the first or after the last day of the lease.";
        assert_eq!(
            read("Ends it.", refusal),
            [("end_date".to_owned(), some("start_date"), some("end_date"))]
        );
        assert!(read("Ends it.", "It was no good.").is_empty());
    }
}
