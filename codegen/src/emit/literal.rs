//! A value of a contract as a Rust expression: what a default is.

use serde_json::{Map, Value};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::code::{Expr, call, list, object};
use super::types::string;
use super::usage::{FullPaths, Naming};
use crate::ir::types::{Field, Kind, Presence, Struct, TypeId};
use crate::ir::{Slot, Type};

/// An owned value of this type; none where the value isn't of it, or is of one that isn't written out: a union, any JSON.
pub(super) fn literal(names: &mut impl Naming, ty: &Type, value: &Value) -> Option<Expr> {
    // Names that a value needs are imported once it is certain that there is one.
    written(&mut FullPaths(names.api()), ty, value)?;
    written(names, ty, value)
}

fn written(names: &mut impl Naming, ty: &Type, value: &Value) -> Option<Expr> {
    Some(match (ty, value) {
        (Type::Boolean, Value::Bool(value)) => value.to_string().into(),
        (Type::Integer(integer), Value::Number(number)) => {
            integer.value(number)?.to_string().into()
        }
        (Type::Number, Value::Number(number)) => format!("{:?}", number.as_f64()?).into(),
        (Type::String, Value::String(text)) => format!("{}.to_owned()", string(text)).into(),
        (Type::Uuid, Value::String(text)) => {
            let value = Uuid::try_parse(text).ok()?.as_u128();
            format!("{}::from_u128({value:#x})", names.foreign("uuid", "Uuid")).into()
        }
        (Type::Date, Value::String(text)) => date(names, text)?,
        (Type::DateTime, Value::String(text)) => date_time(names, text)?,
        (Type::Array(slot), Value::Array(items)) => array(names, slot, items)?,
        (Type::Map(slot), Value::Object(members)) => map(names, slot, members)?,
        (Type::Nullable(_), Value::Null) => "None".into(),
        (Type::Nullable(slot), value) => call("Some", [written(names, &slot.ty, value)?]),
        (Type::Boxed(inner), value) => call("Box::new", [written(names, inner, value)?]),
        (Type::Null, Value::Null) => "()".into(),
        (Type::Named(id), value) => named(names, *id, value)?,
        _ => return None,
    })
}

fn named(names: &mut impl Naming, id: TypeId, value: &Value) -> Option<Expr> {
    let kind = names.api().item(id).kind.clone();
    match (kind, value) {
        (Kind::Alias(slot), value) => written(names, &slot.ty, value),
        (Kind::Newtype(slot), value) => {
            let inner = written(names, &slot.ty, value)?;
            Some(call(&names.named(id), [inner]))
        }
        (Kind::Enum(listed), value) => {
            let variant = &listed.variant(value)?.rust;
            Some(format!("{}::{variant}", names.named(id)).into())
        }
        (Kind::Struct(object), Value::Object(members)) => structure(names, id, &object, members),
        _ => None,
    }
}

fn structure(
    names: &mut impl Naming,
    id: TypeId,
    structure: &Struct,
    members: &Map<String, Value>,
) -> Option<Expr> {
    let constant = |name: &str| structure.constants.iter().any(|constant| constant.wire == name);
    let known = |name: &str| structure.fields.iter().any(|field| field.wire == name);
    if !members.keys().all(|name| known(name) || constant(name)) {
        return None;
    }
    let fields = structure.fields.iter();
    let mut fields: Vec<Expr> = fields
        .map(|field| Some(member(names, field, members)?.beginning(&format!("{}: ", field.rust))))
        .collect::<Option<_>>()?;
    if let Some(additional) = &structure.additional {
        let map = names.foreign("std::collections", "BTreeMap");
        fields.push(format!("{}: {map}::new()", additional.rust).into());
    }
    Some(object(&names.named(id), fields))
}

fn member(names: &mut impl Naming, field: &Field, members: &Map<String, Value>) -> Option<Expr> {
    let value = members.get(&field.wire);
    match (field.presence, value) {
        (Presence::Required, Some(value)) => written(names, &field.slot.ty, value),
        (Presence::RequiredNullable, Some(Value::Null)) | (Presence::Optional, None) => {
            Some("None".into())
        }
        (Presence::RequiredNullable | Presence::Optional, Some(value)) => {
            Some(call("Some", [written(names, &field.slot.ty, value)?]))
        }
        (Presence::OptionalNullable, None) => {
            Some(format!("{}::Absent", names.foreign("crate::runtime", "Field")).into())
        }
        _ => None,
    }
}

fn array(names: &mut impl Naming, slot: &Slot, items: &[Value]) -> Option<Expr> {
    if items.is_empty() {
        return Some("Vec::new()".into());
    }
    let items = items.iter().map(|item| written(names, &slot.ty, item));
    Some(list("vec![", items.collect::<Option<Vec<_>>>()?, "]"))
}

fn map(names: &mut impl Naming, slot: &Slot, members: &Map<String, Value>) -> Option<Expr> {
    let map = names.foreign("std::collections", "BTreeMap");
    if members.is_empty() {
        return Some(format!("{map}::new()").into());
    }
    let members = members.iter().map(|(name, member)| {
        let name = format!("{}.to_owned()", string(name)).into();
        Some(list("(", [name, written(names, &slot.ty, member)?], ")"))
    });
    let members = members.collect::<Option<Vec<_>>>()?;
    Some(call(&format!("{map}::from"), [list("[", members, "]")]))
}

/// By its days since 1970: what makes one of year, month and day may fail.
fn date(names: &mut impl Naming, text: &str) -> Option<Expr> {
    let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    let days = (date - OffsetDateTime::UNIX_EPOCH.date()).whole_days();
    let (moment, duration) = moment(names);
    Some(format!("({moment}::UNIX_EPOCH + {duration}::days({days})).date()").into())
}

/// By its seconds since 1970, in UTC.
fn date_time(names: &mut impl Naming, text: &str) -> Option<Expr> {
    let since = OffsetDateTime::parse(text, &Rfc3339).ok()? - OffsetDateTime::UNIX_EPOCH;
    let (seconds, nanoseconds) = (since.whole_seconds(), since.subsec_nanoseconds());
    let (moment, duration) = moment(names);
    let since = match nanoseconds {
        0 => format!("seconds({seconds})"),
        _ => format!("new({seconds}, {nanoseconds})"),
    };
    Some(format!("{moment}::UNIX_EPOCH + {duration}::{since}").into())
}

fn moment(names: &mut impl Naming) -> (String, String) {
    (names.foreign("time", "OffsetDateTime"), names.foreign("time", "Duration"))
}
