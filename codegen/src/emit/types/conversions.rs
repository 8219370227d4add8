//! From the type that answers carry to the one that requests carry, and back, where nothing is missing: what was asked for
//! can be changed and sent, without what only the other side sends.

use std::collections::HashSet;

use super::imports::Imports;
use crate::emit::code::{Code, object};
use crate::emit::usage::Naming as _;
use crate::ir::types::{Field, Item, Kind, Presence, Sender, Slot, Struct, Type, Union};
use crate::ir::{Api, TypeId};

/// The types of requests that can be made of those of answers, and the other way round.
pub(super) struct Conversions {
    to_requests: HashSet<TypeId>,
    to_answers: HashSet<TypeId>,
}

impl Conversions {
    pub(super) fn of(api: &Api) -> Self {
        Self {
            to_requests: possible(api, Way::ToRequest),
            to_answers: possible(api, Way::ToAnswer),
        }
    }

    /// The conversions of a type of requests, if it is one.
    pub(super) fn write(
        &self,
        api: &Api,
        id: TypeId,
        item: &Item,
        imports: &mut Imports<'_>,
        code: &mut Code,
    ) {
        let Some(answered) = item.answered_by else { return };
        for (way, known) in [(Way::ToRequest, &self.to_requests), (Way::ToAnswer, &self.to_answers)]
        {
            let (from, to) = way.pair(answered, id);
            let converter = Converter { api, way, known };
            let lines = known.contains(&id).then(|| converter.body(api.item(from), api.item(to)));
            if let Some(body) = lines.flatten() {
                let (from, to) = (imports.named(from), imports.named(to));
                code.space();
                code.block(format!("impl From<{from}> for {to}"), |code| {
                    let given = if body.takes_something() { way.given() } else { "_" };
                    let head = format!("fn from({given}: {from}) -> Self");
                    code.block(head, |code| body.write(imports, code));
                });
            }
        }
    }
}

/// All that can be converted: what holds something that can't be can't be either.
fn possible(api: &Api, way: Way) -> HashSet<TypeId> {
    let pairs = (0..).map(TypeId).zip(&api.types);
    let pairs = pairs.filter_map(|(id, item)| Some((id, item.answered_by?)));
    let mut known: HashSet<TypeId> = pairs.clone().map(|(id, _)| id).collect();
    loop {
        let converter = Converter { api, way, known: &known };
        let is_possible = |(id, answered): &(TypeId, TypeId)| {
            let (from, to) = way.pair(*answered, *id);
            !known.contains(id) || converter.body(api.item(from), api.item(to)).is_some()
        };
        let lost: Vec<_> = pairs.clone().filter(|pair| !is_possible(pair)).collect();
        if lost.is_empty() {
            return known;
        }
        lost.iter().for_each(|(id, _)| {
            known.remove(id);
        });
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    ToRequest,
    ToAnswer,
}

impl Way {
    /// What is converted, and into what.
    fn pair(self, answered: TypeId, requested: TypeId) -> (TypeId, TypeId) {
        match self {
            Self::ToRequest => (answered, requested),
            Self::ToAnswer => (requested, answered),
        }
    }

    /// What the value that is converted is called.
    fn given(self) -> &'static str {
        match self {
            Self::ToRequest => "answer",
            Self::ToAnswer => "request",
        }
    }

    /// Who would have sent what the other side doesn't take from it.
    fn left_out(self) -> Sender {
        match self {
            Self::ToRequest => Sender::Server,
            Self::ToAnswer => Sender::Client,
        }
    }
}

/// What a function does that converts.
enum Body {
    Struct(Vec<(String, Value)>),
    /// The variants, and how what each holds is converted.
    Union(&'static str, Vec<(String, Option<Change>)>, String),
    Newtype(String),
}

/// What a field is made of.
enum Value {
    Is(String),
    /// `None`
    None,
    /// `Field::Absent`
    Absent,
}

impl Body {
    /// Whether something is left of what is given.
    fn takes_something(&self) -> bool {
        match self {
            Self::Struct(fields) => fields.iter().any(|(_, value)| matches!(value, Value::Is(_))),
            Self::Union(..) | Self::Newtype(_) => true,
        }
    }

    fn write(self, imports: &mut Imports<'_>, code: &mut Code) {
        match self {
            Self::Struct(fields) => {
                let fields = fields.into_iter().map(|(name, value)| match value {
                    Value::Is(value) => format!("{name}: {value}"),
                    Value::None => format!("{name}: None"),
                    Value::Absent => {
                        format!("{name}: {}::Absent", imports.foreign("crate::runtime", "Field"))
                    }
                });
                code.put("", &object("Self", fields.collect::<Vec<_>>()), "");
            }
            Self::Union(given, variants, from) => {
                code.block(format!("match {given}"), |code| {
                    for (name, change) in variants {
                        code.line(&match change {
                            Some(change) => {
                                format!(
                                    "{from}::{name}(value) => Self::{name}({}),",
                                    change.of("value")
                                )
                            }
                            None => format!("{from}::{name} => Self::{name},"),
                        });
                    }
                });
            }
            Self::Newtype(value) => code.line(&format!("Self({value})")),
        }
    }
}

/// How one value becomes another.
enum Change {
    None,
    Into,
    With(Box<dyn Fn(&str) -> String>),
}

impl Change {
    fn with(change: impl Fn(&str) -> String + 'static) -> Self {
        Self::With(Box::new(change))
    }

    /// The value that becomes of one.
    fn of(&self, value: &str) -> String {
        match self {
            Self::None => value.to_owned(),
            Self::Into => format!("{value}.into()"),
            Self::With(change) => change(value),
        }
    }

    /// The same as a function.
    fn function(&self) -> String {
        match self {
            Self::Into => "Into::into".to_owned(),
            change => format!("|value| {}", change.of("value")),
        }
    }

    /// The change of each of several; nothing where they stay what they are.
    fn each(self, several: impl Fn(&str, &Self) -> String + 'static) -> Self {
        match self {
            Self::None => Self::None,
            change => Self::with(move |value| several(value, &change)),
        }
    }
}

struct Converter<'a> {
    api: &'a Api,
    way: Way,
    known: &'a HashSet<TypeId>,
}

impl Converter<'_> {
    /// `None` where something would be missing.
    fn body(&self, from: &Item, to: &Item) -> Option<Body> {
        match (&from.kind, &to.kind) {
            (Kind::Struct(one), Kind::Struct(other)) => {
                Some(Body::Struct(self.fields(one, other)?))
            }
            (Kind::Union(one), Kind::Union(other)) => {
                let variants = self.variants(one, other)?;
                Some(Body::Union(self.way.given(), variants, from.rust.clone()))
            }
            (Kind::Newtype(one), Kind::Newtype(other)) => {
                Some(Body::Newtype(self.slot(one, other)?.of(&format!("{}.0", self.way.given()))))
            }
            _ => None,
        }
    }

    fn fields(&self, from: &Struct, to: &Struct) -> Option<Vec<(String, Value)>> {
        let pairs = from.fields.iter().zip(&to.fields);
        let mut fields: Vec<(String, Value)> = pairs
            .map(|(one, other)| Some((other.rust.clone(), self.field(one, other)?)))
            .collect::<Option<_>>()?;
        if let (Some(one), Some(other)) = (&from.additional, &to.additional) {
            let change = self.slot(&one.slot, &other.slot)?.each(of_map);
            let value = change.of(&format!("{}.{}", self.way.given(), one.rust));
            fields.push((other.rust.clone(), Value::Is(value)));
        }
        Some(fields)
    }

    fn field(&self, from: &Field, to: &Field) -> Option<Value> {
        if from.sender == self.way.left_out() {
            return match to.presence {
                Presence::Optional => Some(Value::None),
                Presence::OptionalNullable => Some(Value::Absent),
                Presence::Required | Presence::RequiredNullable => None,
            };
        }
        if from.presence != to.presence {
            return None;
        }
        let change = self.slot(&from.slot, &to.slot)?;
        let change = match from.presence {
            Presence::Required => change,
            _ => change.each(mapped),
        };
        Some(Value::Is(change.of(&format!("{}.{}", self.way.given(), from.rust))))
    }

    fn variants(&self, from: &Union, to: &Union) -> Option<Vec<(String, Option<Change>)>> {
        let pairs = from.variants.iter().zip(&to.variants);
        let variants = pairs.map(|(one, other)| {
            let change = match (one.slot(), other.slot()) {
                (Some(one), Some(other)) => Some(self.slot(one, other)?),
                _ => None,
            };
            Some((one.rust.clone(), change))
        });
        variants.collect()
    }

    fn slot(&self, from: &Slot, to: &Slot) -> Option<Change> {
        self.change(&from.ty, &to.ty)
    }

    fn change(&self, from: &Type, to: &Type) -> Option<Change> {
        if from == to {
            return Some(Change::None);
        }
        Some(match (from, to) {
            (Type::Boxed(from), Type::Boxed(to)) => {
                let change = self.change(from, to)?;
                Change::with(move |value| {
                    format!("Box::new({})", change.of(&format!("(*{value})")))
                })
            }
            (Type::Deep(from), Type::Deep(to)) => {
                let change = self.change(from, to)?;
                Change::with(move |value| {
                    format!("{}.into()", change.of(&format!("{value}.into_inner()")))
                })
            }
            (Type::Nullable(from), Type::Nullable(to)) => self.slot(from, to)?.each(mapped),
            (Type::Array(from), Type::Array(to)) => self.slot(from, to)?.each(|value, change| {
                format!("{value}.into_iter().map({}).collect()", change.function())
            }),
            (Type::Map(from), Type::Map(to)) => self.slot(from, to)?.each(of_map),
            (Type::Named(from), Type::Named(to)) => self.named(*from, *to)?,
            _ => return None,
        })
    }

    /// An alias has no conversion of its own: what it stands for is converted.
    fn named(&self, from: TypeId, to: TypeId) -> Option<Change> {
        let (one, other) = (self.api.item(from), self.api.item(to));
        if let (Kind::Alias(one), Kind::Alias(other)) = (&one.kind, &other.kind) {
            return self.slot(one, other);
        }
        let request = if self.way == Way::ToRequest { to } else { from };
        self.known.contains(&request).then_some(Change::Into)
    }
}

fn mapped(value: &str, change: &Change) -> String {
    format!("{value}.map({})", change.function())
}

fn of_map(value: &str, change: &Change) -> String {
    format!("{value}.into_iter().map(|(name, value)| (name, {})).collect()", change.of("value"))
}
