//! What was left out of a request has its default in the answer.

use spec::model::{JsonType, Operation, SchemaId};
use spec::pointer::escape;

use super::is_partial;
use super::shared::{members_of, objects_of, type_of};
use crate::case::{Content, Operand, Relation, RelationKind, Request, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::sample::{Choice, Merged};

/// OAS 3.0.3 §4.7.24: `default` is what an absent member means to whoever receives the body.
pub(super) fn defaults(
    planner: &Planner<'_>,
    operation: &Operation,
    request: &Request,
    answer: SchemaId,
) -> Vec<Relation> {
    let partial = is_partial(planner, operation);
    let Some(schema) = planner.media_type(operation).and_then(|media_type| media_type.schema)
    else {
        return Vec::new();
    };
    let Some(sent) = request.body.as_ref().map(|body| match &body.content {
        Content::Json(template) => members_of(template),
        _ => Vec::new(),
    }) else {
        return Vec::new();
    };
    let Some((body, choice)) = sent_branch(planner, schema, &sent) else { return Vec::new() };
    let shown = if schema == answer { choice } else { Choice::default() };
    let answered = Merged::of(planner.contract, &[answer], shown);
    let answered = answered.declared();
    let mut relations = Vec::new();
    if !partial {
        for (name, member) in &sent {
            let (Some(ids), Some(shown)) =
                (body.properties().get(name.as_str()).cloned(), answered.get(name.as_str()))
            else {
                continue;
            };
            let pointer = format!("/{}", escape(name));
            inner_defaults(planner, (member, &ids), shown, &pointer, &mut relations);
        }
    }
    for (name, ids) in body.properties() {
        let is_absent = sent.iter().all(|(other, _)| other != name);
        let default = Merged::of(planner.contract, &ids, Choice::default()).default().cloned();
        if let Some(default) = default
            && is_absent
            && !partial
            && answered.contains_key(name)
        {
            let got = Operand::expression(Expression::response_body(format!("/{name}")));
            let expected = Operand::constant(default);
            let message = format!("`{name}` has its default, as it was not sent");
            let kind = RelationKind::Equal { got, expected };
            relations.push(Relation::new("default-applies", message, kind));
        }
    }
    relations
}

/// The same of an object within a body, where the answer shows it; or of the items of an array, where their places tell which is
/// which.
fn inner_defaults(
    planner: &Planner<'_>,
    (sent, ids): (&Template, &[SchemaId]),
    answered: &[SchemaId],
    pointer: &str,
    relations: &mut Vec<Relation>,
) {
    let (body, shown) = (
        Merged::of(planner.contract, ids, Choice::default()),
        Merged::of(planner.contract, answered, Choice::default()),
    );
    if let Some(items) = objects_of(planner, sent, &shown) {
        for (n, item) in
            items.iter().enumerate().filter(|_| items.len() == 1 || !shown.unique_items())
        {
            let (ids, answered) = (body.item(n), shown.item(n));
            let pointer = format!("{pointer}/{n}");
            inner_defaults(planner, (item, &ids), &answered, &pointer, relations);
        }
        return;
    }
    let own = members_of(sent);
    // Which of several kinds of objects it is, only its members tell.
    if type_of(sent) != JsonType::Object || own.is_empty() || body.alternatives() > 1 {
        return;
    }
    let shown = shown.declared();
    for (name, ids) in body.properties() {
        let Some(shown) = shown.get(name) else { continue };
        let pointer = format!("{pointer}/{}", escape(name));
        if let Some((_, member)) = own.iter().find(|(other, _)| other == name) {
            inner_defaults(planner, (member, &ids), shown, &pointer, relations);
            continue;
        }
        let default = Merged::of(planner.contract, &ids, Choice::default()).default().cloned();
        if let Some(default) = default {
            let message = format!(
                "`{}` has its default, as it was not sent",
                pointer.trim_start_matches('/')
            );
            let got = Operand::expression(Expression::response_body(pointer));
            let kind = RelationKind::Equal { got, expected: Operand::constant(default) };
            relations.push(Relation::new("default-applies", message, kind));
        }
    }
}

/// What the body of a request is by its schema, in the branch that admits what was sent: members of other branches have no
/// default in it.
fn sent_branch<'p>(
    planner: &Planner<'p>,
    schema: SchemaId,
    sent: &[(String, Template)],
) -> Option<(Merged<'p>, Choice)> {
    let branches = Merged::of(planner.contract, &[schema], Choice::default()).alternatives();
    let mut choices = (0..branches.max(1)).map(Choice);
    choices.find_map(|choice| {
        let body = Merged::of(planner.contract, &[schema], choice);
        let properties = body.properties();
        let is_admitted =
            |(name, member): &(String, Template)| match (properties.get(name.as_str()), member) {
                (Some(ids), Template::Value(value)) => {
                    ids.iter().all(|id| planner.sampler.admits_value(*id, value))
                }
                _ => true,
            };
        sent.iter().all(is_admitted).then_some((body, choice))
    })
}
