//! Types as Rust declares them.

use serde_json::Value;

use super::constructors::{Constructor, write_default, write_new};
use super::imports::Imports;
use super::text::{deprecation, docs, field_ty, literal, ty};
use crate::ir::Type;
use crate::ir::types::{Enum, EnumBase, Field, Item, Kind, Slot, Struct, Union};
use crate::lower::is_dangerous;

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
    let constructor = Constructor::of(object, imports);
    let default = if constructor == Constructor::Derived { ", Default" } else { "" };
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
    let is_new = constructor == Constructor::New;
    if !object.constants.is_empty() || is_new {
        out.push_str(&format!("\nimpl {} {{\n", item.rust));
        write_constants(object, out);
        if is_new {
            out.push_str(if object.constants.is_empty() { "" } else { "\n" });
            write_new(object, imports, out);
        }
        out.push_str("}\n");
    }
    if constructor == Constructor::Default {
        write_default(item, object, imports, out);
    }
}

fn write_field(field: &Field, imports: &mut Imports<'_>, out: &mut String) {
    docs(&field.docs, "    ", out);
    deprecation(field.deprecated, "    ", out);
    let ty = field_ty(&field.slot, field.presence, imports);
    out.push_str(&format!("    pub {}: {ty},\n", field.rust));
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
        docs(&variant.docs, "    ", out);
        if !variant.docs.is_empty() {
            out.push_str("    ///\n");
        }
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
