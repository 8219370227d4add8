//! Hours of what is made: of two things that want the same place or the same person at the same hour, a service may refuse
//! the second one.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::Operation;
use spec::resources::{names_begin, names_end};

use super::Draft;
use crate::case::{Content, Request, Template};
use crate::plan::moment::is_time_of_day;

/// How many hours each next thing is later, of those that one case makes.
const APART: u32 = 4;

impl Draft<'_> {
    /// The hours of what is made once more are later than those of what was made before, where what gets in the way of something
    /// else is a conflict. What is sent again as it was, is sent so by intent.
    pub(super) fn move_hours(&self, operation: &Operation, request: &mut Request) {
        let is_refused = operation.documents(409);
        if !is_refused || !self.planner.resources.makes(operation) {
            return;
        }
        let before = self.steps.iter().filter(|step| step.operation_id == operation.id);
        let before: Vec<&Request> = before.map(|step| &step.request).collect();
        let is_again = |earlier: &&Request| {
            **earlier == *request
                || operation.idempotency_key().is_some() && earlier.headers == request.headers
        };
        let Ok(count) = u32::try_from(before.len()) else { return };
        if count == 0 || before.iter().any(is_again) {
            return;
        }
        if let Some(Content::Json(json)) = request.body.as_mut().map(|body| &mut body.content) {
            move_by(json, count * APART);
        }
    }
}

/// Moves each two times of day of which the one ends what the other one begins.
fn move_by(template: &mut Template, hours: u32) {
    match template {
        Template::Array(items) => {
            Arc::make_mut(items).iter_mut().for_each(|item| move_by(item, hours));
        }
        Template::Object(members) => {
            let members = Arc::make_mut(members);
            members.values_mut().for_each(|member| move_by(member, hours));
            move_pair(members, hours);
        }
        Template::Value(_) | Template::Expression(_) | Template::Text(_) => {}
    }
}

/// `None` where there is no pair, or one of them would be of another day.
fn move_pair(members: &mut IndexMap<String, Template>, hours: u32) -> Option<()> {
    let called = |is_called: fn(&str) -> bool| {
        let found =
            members.iter().find(|(name, value)| is_called(name) && later(value, 0).is_some());
        found.map(|(name, _)| name.clone())
    };
    let (begin, end) = (called(names_begin)?, called(names_end)?);
    let (from, to) = (later(members.get(&begin)?, hours)?, later(members.get(&end)?, hours)?);
    members.insert(begin, from);
    members.insert(end, to);
    Some(())
}

/// A time of day that is so many hours later, on the same day.
fn later(value: &Template, hours: u32) -> Option<Template> {
    let Template::Value(Value::String(text)) = value else { return None };
    let (hour, minute) = text.split_once(':').filter(|_| is_time_of_day(text))?;
    let hour = hour.parse::<u32>().ok()?.checked_add(hours).filter(|hour| *hour < 24)?;
    Some(Template::Value(format!("{hour:02}:{minute}").into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(value: Value) -> Template {
        match value {
            Value::Array(items) => Template::array(items.into_iter().map(template).collect()),
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| (name, template(value)));
                Template::object(members.collect())
            }
            other => Template::Value(other),
        }
    }

    #[test]
    fn hours_are_moved_in_pairs_and_within_a_day() {
        let meetings = |pairs: &[(&str, &str)]| {
            let meeting = |(from, to): &(&str, &str)| json!({ "startsAt": from, "endsAt": to });
            template(
                json!({ "note": "08:00", "meetings": pairs.iter().map(meeting).collect::<Vec<_>>() }),
            )
        };
        let mut moved = meetings(&[("08:00", "09:30"), ("21:00", "22:00")]);
        move_by(&mut moved, 4);
        assert_eq!(moved, meetings(&[("12:00", "13:30"), ("21:00", "22:00")]));
    }
}
