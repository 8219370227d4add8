//! The tables below the declarations: how values are read, written and checked.

use std::collections::HashSet;

use serde_json::Value;
use spec::model::JsonType;

use super::imports::Imports;
use super::is_string;
use super::text::{canonical, literal, string};
use crate::emit::code::{Code, Expr, call, list, object, slice};
use crate::emit::rules::{list as rules, own};
use crate::emit::schema::bracketed as keywords;
use crate::emit::usage::ty_by as ty;
use crate::ir::types::{
    Enum, EnumBase, Holds, Item, Kind, Presence, Slot, Struct, Tag, Union, UnionVariant,
};

pub(super) fn write(item: &Item, imports: &mut Imports<'_>, code: &mut Code) {
    code.space();
    match &item.kind {
        Kind::Struct(object) => write_object(item, object, code),
        Kind::Enum(listed) => write_enum(item, listed, code),
        Kind::Union(union) => write_union(item, union, imports, code),
        Kind::Newtype(slot) => write_newtype(item, slot, imports, code),
        Kind::Alias(_) => {}
    }
    if !item.schema.is_empty() {
        code.put(&format!("schema!({} = ", item.rust), &keywords(&item.schema), ");");
    }
}

/// The name of a type in its table, and that it has keywords, where it does.
fn head(item: &Item) -> String {
    let judged = if item.schema.is_empty() { "" } else { " with judged" };
    format!("{}{judged}", item.rust)
}

fn write_object(item: &Item, object: &Struct, code: &mut Code) {
    let closed = if object.closed { " (closed)" } else { "" };
    let rules_of_all = bracketed(own(&object.rules));
    code.put(&format!("object!({}{closed}", head(item)), &rules_of_all, " {");
    code.deeper(|code| {
        for constant in &object.constants {
            let (name, value) = (string(&constant.wire), literal(&constant.value));
            code.line(&format!("const {name} = {value},"));
        }
        for field in &object.fields {
            let (wire, presence) = (string(&field.wire), presence(field.presence));
            let line = format!("{wire} => {}: {presence}", field.rust);
            code.put(&line, &bracketed(rules(&field.slot)), ",");
        }
        if let Some(additional) = &object.additional {
            code.put(&format!(".. {}", additional.rust), &bracketed(rules(&additional.slot)), ",");
        }
    });
    code.line("});");
}

/// Rules in square brackets, behind a space; nothing where there are none.
fn bracketed(rules: Vec<String>) -> Expr {
    if rules.is_empty() { Expr::from("") } else { list(" [", rules, "]") }
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "required",
        Presence::RequiredNullable => "nullable",
        Presence::Optional => "optional",
        Presence::OptionalNullable => "field",
    }
}

fn write_enum(item: &Item, listed: &Enum, code: &mut Code) {
    let table = match listed.base {
        EnumBase::String => "string_enum",
        EnumBase::Integer => "integer_enum",
    };
    code.line(&format!("{table}!({} {{", head(item)));
    code.deeper(|code| {
        for variant in &listed.variants {
            code.line(&format!("{} = {},", variant.rust, literal(&variant.value)));
        }
    });
    match &listed.unknown {
        Some(unknown) => code.line(&format!("}} else {unknown});")),
        None => code.line("});"),
    }
}

fn write_union(item: &Item, union: &Union, imports: &mut Imports<'_>, code: &mut Code) {
    code.put(&format!("union!({} by ", head(item)), &tag(&union.tag, &places(union)), " {");
    code.deeper(|code| {
        for (variant, slot) in union.variants.iter().filter_map(|one| Some((one, one.slot()?))) {
            let line = format!("{}({})", variant.rust, ty(&slot.ty, imports));
            code.put(&line, &bracketed(rules(slot)), ",");
        }
    });
    if union.variants.iter().any(|variant| variant.slot().is_none()) {
        code.line("} constants {");
        code.deeper(|code| union.variants.iter().for_each(|one| write_constants(one, code)));
    }
    code.line(if are_distinct(union, imports) { "} from);" } else { "});" });
}

fn write_constants(variant: &UnionVariant, code: &mut Code) {
    let Holds::Constants { members, closed } = &variant.holds else { return };
    let closed = if *closed { " (closed)" } else { "" };
    let members = members
        .iter()
        .map(|constant| format!("{} = {}", string(&constant.wire), literal(&constant.value)));
    let members: Vec<String> = members.collect();
    code.put("", &object(&format!("{}{closed}", variant.rust), members), ",");
}

/// Where the table has each alternative: those that hold nothing come last.
fn places(union: &Union) -> Vec<usize> {
    let holds_value = |at: &usize| union.variants[*at].slot().is_some();
    let (values, constants): (Vec<usize>, Vec<usize>) =
        (0..union.variants.len()).partition(holds_value);
    let mut places = vec![0; union.variants.len()];
    for (place, at) in values.into_iter().chain(constants).enumerate() {
        places[at] = place;
    }
    places
}

/// Whether no two alternatives are one type in Rust, however they are called.
fn are_distinct(union: &Union, imports: &Imports<'_>) -> bool {
    let mut seen = HashSet::new();
    let mut slots = union.variants.iter().filter_map(UnionVariant::slot).peekable();
    slots.peek().is_some() && slots.all(|slot| seen.insert(canonical(&slot.ty, imports, 0)))
}

fn tag(tag: &Tag, places: &[usize]) -> Expr {
    match tag {
        Tag::Property { name, values, .. }
            if values.iter().any(|(value, _)| !value.is_string()) =>
        {
            let values = values.iter().map(|(value, at)| (scalar(value), places[*at]));
            call("Constant", [string(name).into(), pairs(values)])
        }
        Tag::Property { name, values, otherwise } => {
            let values =
                values.iter().filter_map(|(value, at)| Some((value.as_str()?, places[*at])));
            let values = pairs(values.map(|(value, at)| (string(value), at)));
            let name = Expr::from(string(name));
            match otherwise {
                Some(at) => call("PropertyOr", [name, values, places[*at].to_string().into()]),
                None => call("Property", [name, values]),
            }
        }
        Tag::JsonType(kinds) => call("Kind", [self::kinds(kinds, places)]),
        Tag::MemberType { name, kinds } => {
            call("MemberKind", [string(name).into(), self::kinds(kinds, places)])
        }
        Tag::UniqueMember { members, otherwise, is_exclusive } => {
            let members = pairs(members.iter().map(|(name, at)| (string(name), places[*at])));
            let otherwise = otherwise.map(|at| places[at]);
            let head = if *is_exclusive { "Member" } else { "AnyMember" };
            call(head, [members, format!("{otherwise:?}").into()])
        }
        Tag::InOrder => "InOrder".into(),
    }
}

fn kinds(kinds: &[(JsonType, usize)], places: &[usize]) -> Expr {
    pairs(kinds.iter().map(|(ty, at)| (format!("Kind::{}", kind(*ty)), places[*at])))
}

/// One of the listed values of a member.
fn scalar(value: &Value) -> String {
    let kind = match value {
        Value::String(_) => "Text",
        Value::Bool(_) => "Boolean",
        _ => "Integer",
    };
    format!("Scalar::{kind}({})", literal(value))
}

fn pairs(pairs: impl Iterator<Item = (String, usize)>) -> Expr {
    slice(pairs.map(|(key, at)| format!("({key}, {at})")))
}

pub(in crate::emit) fn kind(ty: JsonType) -> &'static str {
    match ty {
        JsonType::Null => "Null",
        JsonType::Boolean => "Boolean",
        JsonType::Integer => "Integer",
        JsonType::Number => "Number",
        JsonType::String => "String",
        JsonType::Array => "Array",
        JsonType::Object => "Object",
    }
}

fn write_newtype(item: &Item, slot: &Slot, imports: &mut Imports<'_>, code: &mut Code) {
    let head = if is_string(&slot.ty) {
        format!("newtype!(text {}", head(item))
    } else {
        let space = if item.schema.is_empty() { "" } else { " " };
        format!("newtype!({}{space}({})", head(item), ty(&slot.ty, imports))
    };
    code.put(&head, &bracketed(rules(slot)), ");");
}
