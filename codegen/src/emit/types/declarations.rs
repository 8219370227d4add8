//! Types as Rust declares them.

use serde_json::Value;

use super::constructors::{Constructor, write_default, write_new};
use super::imports::Imports;
use super::text::{field_ty, literal};
use crate::emit::code::{Code, allow_own_name};
use crate::emit::defaults::DefaultMethod;
use crate::emit::usage::{Naming as _, ty_by as ty};
use crate::ir::Type;
use crate::ir::types::{
    Enum, EnumBase, EnumVariant, Field, Item, Kind, Presence, Slot, Struct, Union,
};
use crate::lower::is_dangerous;

pub(super) fn write(item: &Item, imports: &mut Imports<'_>, code: &mut Code) {
    code.space();
    code.docs(&item.docs);
    write_deprecation(item.deprecated, code);
    match &item.kind {
        Kind::Struct(object) => write_struct(item, object, imports, code),
        Kind::Enum(listed) => write_enum(item, listed, code),
        Kind::Union(union) => write_union(item, union, imports, code),
        Kind::Newtype(slot) => write_newtype(item, slot, imports, code),
        Kind::Alias(slot) => {
            code.line(&format!("pub type {} = {};", item.rust, ty(&slot.ty, imports)));
        }
    }
}

/// A note for what is on its way out. The attribute would warn wherever generated code itself uses the item.
fn write_deprecation(deprecated: bool, code: &mut Code) {
    if deprecated {
        code.doc("");
        code.doc("**Deprecated.**");
    }
}

fn write_struct(item: &Item, object: &Struct, imports: &mut Imports<'_>, code: &mut Code) {
    let constructor = Constructor::of(object, imports);
    let default = if constructor == Constructor::Derived { ", Default" } else { "" };
    code.line(&format!("#[derive(Debug, Clone, PartialEq{default})]"));
    code.block(format!("pub struct {}", item.rust), |code| {
        object.fields.iter().for_each(|field| write_field(field, imports, code));
        if let Some(additional) = &object.additional {
            let map = imports.foreign("std::collections", "BTreeMap");
            let value = ty(&additional.slot.ty, imports);
            code.doc("Members of other names.");
            code.line(&format!("pub {}: {map}<String, {value}>,", additional.rust));
        }
    });
    let is_new = constructor == Constructor::New;
    let defaults = defaults(object, imports);
    if !object.constants.is_empty() || is_new || !defaults.is_empty() {
        code.space();
        allow_own_name(&item.rust, if is_new { "new" } else { "" }, code);
        code.block(format!("impl {}", item.rust), |code| {
            write_constants(object, code);
            if is_new {
                write_new(object, imports, code);
            }
            defaults.iter().for_each(|default| default.write(code));
        });
    }
    if constructor == Constructor::Default {
        write_default(item, object, imports, code);
    }
}

/// Of the members that may be absent and have a default. Null is another thing than absence, and has none.
fn defaults(object: &Struct, imports: &mut Imports<'_>) -> Vec<DefaultMethod> {
    let taken = |name: &str| object.fields.iter().any(|other| name == other.rust);
    let optional = object.fields.iter().filter(|field| field.presence == Presence::Optional);
    let defaults = optional.filter_map(|field| {
        let default = (&field.slot.ty, field.default.as_ref()?);
        DefaultMethod::of((&field.rust, &field.wire), default, taken, imports)
    });
    defaults.collect()
}

fn write_field(field: &Field, imports: &mut Imports<'_>, code: &mut Code) {
    code.docs(&field.docs);
    write_deprecation(field.deprecated, code);
    let ty = field_ty(&field.slot, field.presence, imports);
    code.line(&format!("pub {}: {ty},", field.rust));
}

fn write_constants(object: &Struct, code: &mut Code) {
    for constant in &object.constants {
        let ty = match &constant.value {
            Value::Bool(_) => "bool",
            Value::Number(_) => "i64",
            _ => "&str",
        };
        code.space();
        code.docs(&constant.docs);
        code.line(&format!("pub const {}: {ty} = {};", constant.rust, literal(&constant.value)));
    }
}

fn write_enum(item: &Item, listed: &Enum, code: &mut Code) {
    let copy = if listed.unknown.is_none() { ", Copy" } else { "" };
    let default = if listed.default.is_some() { ", Default" } else { "" };
    code.line(&format!("#[derive(Debug, Clone{copy}, PartialEq, Eq, Hash{default})]"));
    code.block(format!("pub enum {}", item.rust), |code| {
        for (at, variant) in listed.variants.iter().enumerate() {
            write_value_docs(variant, code);
            if listed.default == Some(at) {
                code.line("#[default]");
            }
            code.line(&format!("{},", variant.rust));
        }
        if let Some(unknown) = &listed.unknown {
            let ty = match listed.base {
                EnumBase::String => "String",
                EnumBase::Integer => "i64",
            };
            code.doc(
                "A value that the contract doesn't list, as a later version of a server may send.",
            );
            code.line(&format!("{unknown}({ty}),"));
        }
    });
}

fn write_value_docs(variant: &EnumVariant, code: &mut Code) {
    let value = match &variant.value {
        Value::String(text) => text.replace('`', "'").replace(is_dangerous, " "),
        other => other.to_string(),
    };
    code.docs(&variant.docs);
    if !variant.docs.is_empty() {
        code.doc("");
    }
    if value.trim().is_empty() {
        code.doc("An empty text.");
    } else {
        code.doc(&format!("`{value}`"));
    }
}

fn write_union(item: &Item, union: &Union, imports: &mut Imports<'_>, code: &mut Code) {
    code.line("#[derive(Debug, Clone, PartialEq)]");
    code.block(format!("pub enum {}", item.rust), |code| {
        for variant in &union.variants {
            code.docs(&variant.docs);
            match variant.slot() {
                Some(slot) => code.line(&format!("{}({}),", variant.rust, ty(&slot.ty, imports))),
                None => code.line(&format!("{},", variant.rust)),
            }
        }
    });
}

fn write_newtype(item: &Item, slot: &Slot, imports: &mut Imports<'_>, code: &mut Code) {
    let more = match &slot.ty {
        Type::String | Type::Uuid | Type::Uri | Type::Integer(_) | Type::DateTime | Type::Date => {
            ", Eq, PartialOrd, Ord, Hash"
        }
        _ => "",
    };
    code.line(&format!("#[derive(Debug, Clone, PartialEq{more})]"));
    code.line(&format!("pub struct {}(pub {});", item.rust, ty(&slot.ty, imports)));
}
