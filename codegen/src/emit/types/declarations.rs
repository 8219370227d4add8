//! Types as Rust declares them.

use serde_json::Value;

use super::imports::Imports;
use super::text::{deprecation, docs, field_ty, literal, ty};
use crate::ir::Type;
use crate::ir::types::{Enum, EnumBase, Field, Item, Kind, Presence, Slot, Struct, Union};
use crate::lower::is_dangerous;

/// How many arguments a constructor has at most: more of them are better told apart by the names of fields.
const ARGUMENTS: usize = 6;

pub(super) fn write(item: &Item, imports: &mut Imports<'_>, out: &mut String) {
    docs(&item.docs, "", out);
    deprecation(item.deprecated, "", out);
    match &item.kind {
        Kind::Struct(object) => write_struct(item, object, imports, out),
        Kind::Enum(listed) => write_enum(item, listed, out),
        Kind::Union(union) => write_union(item, union, imports, out),
        Kind::Newtype(slot) => write_newtype(item, slot, imports, out),
        Kind::Alias(slot) => {
            let target = ty(&slot.ty, imports);
            out.push_str(&format!("pub type {} = {target};\n", item.rust));
        }
    }
}

fn write_struct(item: &Item, object: &Struct, imports: &mut Imports<'_>, out: &mut String) {
    let may_be_empty = object.fields.iter().all(|field| field.presence != Presence::Required);
    let default = if may_be_empty { ", Default" } else { "" };
    out.push_str(&format!("#[derive(Debug, Clone, PartialEq{default})]\n"));
    if object.fields.is_empty() && object.additional.is_none() {
        out.push_str(&format!("pub struct {} {{}}\n", item.rust));
    } else {
        out.push_str(&format!("pub struct {} {{\n", item.rust));
        for field in &object.fields {
            write_field(field, imports, out);
        }
        if let Some(additional) = &object.additional {
            let map = imports.foreign("std::collections", "BTreeMap");
            let value = ty(&additional.slot.ty, imports);
            out.push_str("    /// Members of other names.\n");
            out.push_str(&format!("    pub {}: {map}<String, {value}>,\n", additional.rust));
        }
        out.push_str("}\n");
    }
    let required = object.fields.iter().filter(|field| field.presence == Presence::Required);
    let required = required.count();
    let is_partial = required < object.fields.len() || object.additional.is_some();
    let is_partial = is_partial && (1..=ARGUMENTS).contains(&required);
    if object.constants.is_empty() && !is_partial {
        return;
    }
    out.push_str(&format!("\nimpl {} {{\n", item.rust));
    write_constants(object, out);
    if is_partial {
        let gap = if object.constants.is_empty() { "" } else { "\n" };
        out.push_str(gap);
        write_new(object, imports, out);
    }
    out.push_str("}\n");
}

/// A constructor that takes what is required: what isn't is set afterwards, or by `..Pet::new(…)`.
fn write_new(object: &Struct, imports: &mut Imports<'_>, out: &mut String) {
    let is_required = |field: &&Field| field.presence == Presence::Required;
    let mut arguments = Vec::new();
    for field in object.fields.iter().filter(is_required) {
        let ty = match &field.slot.ty {
            Type::String => "impl Into<String>".to_owned(),
            other => ty(other, imports),
        };
        arguments.push(format!("{}: {ty}", field.rust));
    }
    out.push_str("    /// What is required, and nothing else.\n    #[must_use]\n");
    let line = format!("    pub fn new({}) -> Self {{\n", arguments.join(", "));
    if line.chars().count() <= 101 {
        out.push_str(&line);
    } else {
        let arguments = arguments.join(",\n        ");
        out.push_str(&format!("    pub fn new(\n        {arguments},\n    ) -> Self {{\n"));
    }
    let values: Vec<String> = object.fields.iter().map(|field| initial(field, imports)).collect();
    let additional = object.additional.as_ref().map(|additional| {
        let map = imports.foreign("std::collections", "BTreeMap");
        format!("{}: {map}::new()", additional.rust)
    });
    let values: Vec<String> = values.into_iter().chain(additional).collect();
    let line = values.join(", ");
    if line.chars().count() <= 18 {
        out.push_str(&format!("        Self {{ {line} }}\n    }}\n"));
    } else {
        let lines = values.join(",\n            ");
        out.push_str(&format!("        Self {{\n            {lines},\n        }}\n    }}\n"));
    }
}

fn write_field(field: &Field, imports: &mut Imports<'_>, out: &mut String) {
    docs(&field.docs, "    ", out);
    deprecation(field.deprecated, "    ", out);
    let ty = field_ty(&field.slot, field.presence, imports);
    out.push_str(&format!("    pub {}: {ty},\n", field.rust));
}

/// A field as a constructor fills it.
fn initial(field: &Field, imports: &mut Imports<'_>) -> String {
    let name = &field.rust;
    match (field.presence, &field.slot.ty) {
        (Presence::Required, Type::String) => format!("{name}: {name}.into()"),
        (Presence::Required, _) => name.clone(),
        (Presence::RequiredNullable | Presence::Optional, _) => format!("{name}: None"),
        (Presence::OptionalNullable, _) => {
            format!("{name}: {}::Absent", imports.foreign("crate::runtime", "Field"))
        }
    }
}

fn write_constants(object: &Struct, out: &mut String) {
    for (at, constant) in object.constants.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        docs(&constant.docs, "    ", out);
        let ty = match &constant.value {
            Value::Bool(_) => "bool",
            Value::Number(_) => "i64",
            _ => "&str",
        };
        let value = literal(&constant.value);
        let line = format!("    pub const {}: {ty} = {value};\n", constant.rust);
        let broken = format!("    pub const {}: {ty} =\n        {value};\n", constant.rust);
        out.push_str(if line.chars().count() > 101 { &broken } else { &line });
    }
}

fn write_enum(item: &Item, listed: &Enum, out: &mut String) {
    let copy = if listed.unknown.is_none() { ", Copy" } else { "" };
    let default = if listed.default.is_some() { ", Default" } else { "" };
    out.push_str(&format!("#[derive(Debug, Clone{copy}, PartialEq, Eq, Hash{default})]\n"));
    out.push_str(&format!("pub enum {} {{\n", item.rust));
    for (at, variant) in listed.variants.iter().enumerate() {
        let value = match &variant.value {
            Value::String(text) => text.replace('`', "'").replace(is_dangerous, " "),
            other => other.to_string(),
        };
        if value.trim().is_empty() {
            out.push_str("    /// An empty text.\n");
        } else {
            out.push_str(&format!("    /// `{value}`\n"));
        }
        if listed.default == Some(at) {
            out.push_str("    #[default]\n");
        }
        out.push_str(&format!("    {},\n", variant.rust));
    }
    if let Some(unknown) = &listed.unknown {
        let ty = match listed.base {
            EnumBase::String => "String",
            EnumBase::Integer => "i64",
        };
        out.push_str("    /// A value that the contract doesn't list, as a later version of a server may send.\n");
        out.push_str(&format!("    {unknown}({ty}),\n"));
    }
    out.push_str("}\n");
}

fn write_union(item: &Item, union: &Union, imports: &mut Imports<'_>, out: &mut String) {
    out.push_str("#[derive(Debug, Clone, PartialEq)]\n");
    out.push_str(&format!("pub enum {} {{\n", item.rust));
    for variant in &union.variants {
        docs(&variant.docs, "    ", out);
        out.push_str(&format!("    {}({}),\n", variant.rust, ty(&variant.slot.ty, imports)));
    }
    out.push_str("}\n");
}

fn write_newtype(item: &Item, slot: &Slot, imports: &mut Imports<'_>, out: &mut String) {
    let more = match &slot.ty {
        Type::String | Type::Uuid | Type::Uri | Type::Integer(_) | Type::DateTime | Type::Date => {
            ", Eq, PartialOrd, Ord, Hash"
        }
        _ => "",
    };
    out.push_str(&format!("#[derive(Debug, Clone, PartialEq{more})]\n"));
    out.push_str(&format!("pub struct {}(pub {});\n", item.rust, ty(&slot.ty, imports)));
}
