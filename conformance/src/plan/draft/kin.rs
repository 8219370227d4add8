//! What is made for the sake of something else fits it.
//!
//! What is named together is of one kind: a firmware for cameras goes onto a camera. Where one thing has a member that is
//! one of a few words, another one that has the same member gets the same word, if it may be that.
//!
//! Numbers lie beside their default, where they have one: that fits most, as the least that a schema admits may be too
//! little of it to hold anything; and it is told from the default, where that would hide a loss.

use serde_json::Value;
use spec::model::{JsonType, Operation, SchemaId};

use super::{Draft, Purpose};
use crate::case::{Content, PartContent, Template};
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample};

impl Draft<'_> {
    /// Members of a body that fit what the draft has made already, beside those that are known.
    pub(super) fn fitting(&self, schema: SchemaId, known: &Fixed) -> Fixed {
        let mut fitting = Fixed::new();
        let mut all = known.clone();
        let plain = match self.purpose {
            Purpose::Presence if self.extent() == Extent::Minimal => Vec::new(),
            // What is itself to be updated may be in any state, so that it shows if the update loses that.
            Purpose::Update if self.in_progress.len() == 1 => Vec::new(),
            Purpose::Update | Purpose::Action | Purpose::Presence => {
                [self.plain(schema), self.limits(schema)].concat()
            }
        };
        let all_fitting = self.kin(schema).into_iter().chain(self.usual(schema));
        let all_fitting = all_fitting.chain(self.roomy(schema)).chain(plain);
        for (name, value) in all_fitting {
            let place = Location::default().member(&name);
            if all.contains_key(&place) {
                continue;
            }
            let mut tried = all.clone();
            tried.insert(place.clone(), Sample::Value(value.clone()));
            if self.planner.sampler.valid(schema, Extent::Minimal, &tried).is_some() {
                fitting.insert(place, Sample::Value(value));
                all = tried;
            }
        }
        fitting
    }

    /// Words that what was made already has in members of the same name and of no fewer words.
    fn kin(&self, schema: SchemaId) -> Vec<(String, Value)> {
        let own = self.vocabularies(schema);
        let mut kin = Vec::new();
        for step in &self.steps {
            let Ok(maker) = self.planner.operation(&step.operation_id) else { continue };
            let Some(body) = &step.request.body else { continue };
            let theirs = self.vocabularies_of(maker);
            kin.extend(words(&body.content).into_iter().filter(|(name, _)| {
                let mut own = own.iter().filter(|(one, _)| one == name);
                own.any(|(_, few)| {
                    let is_theirs = |(other, words): &(String, Vec<Value>)| {
                        other == name && few.iter().all(|word| words.contains(word))
                    };
                    theirs.iter().any(is_theirs)
                })
            }));
        }
        kin
    }

    /// Whole numbers beside the defaults of members.
    fn usual(&self, schema: SchemaId) -> Vec<(String, Value)> {
        let contract = self.planner.contract;
        let body = Merged::of(contract, &[schema], Choice::default());
        let required = body.required();
        let usual = body.properties().into_iter().filter_map(|(name, ids)| {
            let member = Merged::of(contract, &ids, Choice::default());
            let is_whole = member.types().single() == Some(JsonType::Integer);
            let default =
                member.default().filter(|_| is_whole && required.contains(name))?.as_i64()?;
            let beside = [default.checked_sub(1), default.checked_add(1)].into_iter().flatten();
            let fits = |number: &i64| {
                let value = Value::from(*number);
                *number > 0 && ids.iter().all(|id| self.planner.sampler.admits_value(*id, &value))
            };
            Some((name.to_owned(), beside.into_iter().find(fits)?.into()))
        });
        usual.collect()
    }

    /// Room for all that a case may put into a thing, where its example has less.
    fn roomy(&self, schema: SchemaId) -> Vec<(String, Value)> {
        const ROOM: [&str; 2] = ["capacity", "places"];
        const ENOUGH: [i64; 3] = [20, 10, 5];
        let contract = self.planner.contract;
        let body = Merged::of(contract, &[schema], Choice::default());
        let required = body.required();
        let is_room = |name: &str| {
            let is_called =
                spec::names::words(name).last().is_some_and(|word| ROOM.contains(&word.as_str()));
            is_called && required.contains(name)
        };
        let mut rooms = body.properties();
        rooms.retain(|name, _| is_room(name));
        // Of most bodies none has to be made to see that.
        let usual = match rooms.is_empty() {
            true => None,
            false => self.planner.sampler.valid(schema, Extent::Minimal, &Fixed::new()),
        };
        let Some((usual, _)) = usual else { return Vec::new() };
        let roomy = rooms.into_iter().filter_map(|(name, ids)| {
            let Some(Sample::Value(own)) = usual.at(&Location::default().member(name)) else {
                return None;
            };
            let own = own.as_i64()?;
            let more = ENOUGH.into_iter().filter(|more| *more > own).map(Value::from);
            let fits =
                |one: &Value| ids.iter().all(|id| self.planner.sampler.admits_value(*id, one));
            Some((name.to_owned(), more.into_iter().find(fits)?))
        });
        roomy.collect()
    }

    /// The state that a thing is in by itself, where a request may say another one: who is suspended from the start may do
    /// nothing.
    fn plain(&self, schema: SchemaId) -> Vec<(String, Value)> {
        const STATES: [&str; 4] = ["status", "state", "phase", "stage"];
        let contract = self.planner.contract;
        let body = Merged::of(contract, &[schema], Choice::default());
        let plain = body.properties().into_iter().filter_map(|(name, ids)| {
            let member = Merged::of(contract, &ids, Choice::default());
            let is_state =
                spec::names::words(name).iter().any(|word| STATES.contains(&word.as_str()));
            let is_switch = member.types().single() == Some(JsonType::Boolean);
            let first = || member.enumeration().filter(|_| is_state)?.first().copied().cloned();
            let default = member.default().filter(|_| is_state || is_switch).cloned();
            Some((name.to_owned(), default.or_else(first)?))
        });
        plain.collect()
    }

    /// What a thing admits of others by itself, where a request may say less: a student of few credits may enrol in nothing.
    fn limits(&self, schema: SchemaId) -> Vec<(String, Value)> {
        const LIMITS: [&str; 8] =
            ["limit", "max", "maximum", "capacity", "quota", "allowance", "places", "seats"];
        let contract = self.planner.contract;
        let body = Merged::of(contract, &[schema], Choice::default());
        let limits = body.properties().into_iter().filter_map(|(name, ids)| {
            let words = spec::names::words(name);
            let is_limit = words.iter().any(|word| LIMITS.contains(&word.as_str()));
            let default = Merged::of(contract, &ids, Choice::default()).default()?;
            (is_limit && default.is_number()).then(|| (name.to_owned(), default.clone()))
        });
        limits.collect()
    }

    fn vocabularies_of(&self, operation: &Operation) -> Vec<(String, Vec<Value>)> {
        let media_type = self.planner.media_type(operation);
        media_type.and_then(|one| one.schema).map(|id| self.vocabularies(id)).unwrap_or_default()
    }

    /// The members of an object that are one of a few values, each with those.
    fn vocabularies(&self, schema: SchemaId) -> Vec<(String, Vec<Value>)> {
        let contract = self.planner.contract;
        let body = Merged::of(contract, &[schema], Choice::default());
        let few = body.properties().into_iter().filter_map(|(name, ids)| {
            let words = Merged::of(contract, &ids, Choice::default()).enumeration()?;
            Some((name.to_owned(), words.into_iter().cloned().collect()))
        });
        few.collect()
    }
}

/// The members of a body that are texts as they stand.
fn words(content: &Content) -> Vec<(String, Value)> {
    match content {
        Content::Json(Template::Object(members)) => members
            .iter()
            .filter_map(|(name, member)| Some((name.clone(), word(member)?)))
            .collect(),
        Content::Multipart(parts) => parts
            .iter()
            .filter_map(|part| match &part.content {
                PartContent::Json(value) => Some((part.name.clone(), word(value)?)),
                PartContent::Text(_) | PartContent::File(_) => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn word(template: &Template) -> Option<Value> {
    match template {
        Template::Value(value) => value.is_string().then(|| value.clone()),
        _ => None,
    }
}
