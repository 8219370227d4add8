//! The tables below the declarations: how values are read, written and checked.

use std::collections::HashSet;

use spec::model::JsonType;

use super::imports::Imports;
use super::is_string;
use super::text::{canonical, literal, own_rules, rules, string, ty};
use crate::ir::types::{Enum, EnumBase, Item, Kind, Presence, Slot, Struct, Tag, Union};

pub(super) fn write(item: &Item, imports: &mut Imports<'_>, out: &mut String) {
    match &item.kind {
        Kind::Struct(object) => write_object(item, object, out),
        Kind::Enum(listed) => write_enum(item, listed, out),
        Kind::Union(union) => write_union(item, union, imports, out),
        Kind::Newtype(slot) => write_newtype(item, slot, imports, out),
        Kind::Alias(_) => {}
    }
}

fn write_object(item: &Item, object: &Struct, out: &mut String) {
    let closed = if object.closed { " (closed)" } else { "" };
    out.push_str(&format!("\nobject!({}{closed}{} {{\n", item.rust, own_rules(&object.rules)));
    for constant in &object.constants {
        let name = string(&constant.wire);
        out.push_str(&format!("    const {name} = {},\n", literal(&constant.value)));
    }
    for field in &object.fields {
        let line =
            format!("    {} => {}: {}", string(&field.wire), field.rust, presence(field.presence));
        out.push_str(&line);
        out.push_str(&rules(&field.slot, "    ", line.len()));
        out.push_str(",\n");
    }
    if let Some(additional) = &object.additional {
        let line = format!("    .. {}", additional.rust);
        out.push_str(&line);
        out.push_str(&rules(&additional.slot, "    ", line.len()));
        out.push_str(",\n");
    }
    out.push_str("});\n");
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "required",
        Presence::RequiredNullable => "nullable",
        Presence::Optional => "optional",
        Presence::OptionalNullable => "field",
    }
}

fn write_enum(item: &Item, listed: &Enum, out: &mut String) {
    let table = match listed.base {
        EnumBase::String => "string_enum",
        EnumBase::Integer => "integer_enum",
    };
    out.push_str(&format!("\n{table}!({} {{\n", item.rust));
    for variant in &listed.variants {
        out.push_str(&format!("    {} = {},\n", variant.rust, literal(&variant.value)));
    }
    match &listed.unknown {
        Some(unknown) => out.push_str(&format!("}} else {unknown});\n")),
        None => out.push_str("});\n"),
    }
}

fn write_union(item: &Item, union: &Union, imports: &mut Imports<'_>, out: &mut String) {
    out.push_str(&format!("\nunion!({} by {} {{\n", item.rust, tag(&union.tag)));
    for variant in &union.variants {
        let line = format!("    {}({})", variant.rust, ty(&variant.slot.ty, imports));
        out.push_str(&line);
        out.push_str(&rules(&variant.slot, "    ", line.len()));
        out.push_str(",\n");
    }
    out.push_str(if are_distinct(union, imports) { "} from);\n" } else { "});\n" });
}

/// Whether no two alternatives are one type in Rust, however they are called.
fn are_distinct(union: &Union, imports: &Imports<'_>) -> bool {
    let mut seen = HashSet::new();
    union.variants.iter().all(|variant| seen.insert(canonical(&variant.slot.ty, imports, 0)))
}

fn tag(tag: &Tag) -> String {
    match tag {
        Tag::Property { name, values } => {
            let values = values.iter().filter_map(|(value, at)| Some((value.as_str()?, *at)));
            format!(
                "Property({}, &{})",
                string(name),
                pairs(values.map(|(value, at)| (string(value), at)))
            )
        }
        Tag::JsonType(kinds) => {
            format!(
                "Kind(&{})",
                pairs(kinds.iter().map(|(ty, at)| (format!("Kind::{}", kind(*ty)), *at)))
            )
        }
        Tag::UniqueMember { members, otherwise } => {
            let members = pairs(members.iter().map(|(name, at)| (string(name), *at)));
            format!("Member(&{members}, {otherwise:?})")
        }
        Tag::InOrder => "InOrder".to_owned(),
    }
}

fn pairs(pairs: impl Iterator<Item = (String, usize)>) -> String {
    let pairs: Vec<String> = pairs.map(|(key, at)| format!("({key}, {at})")).collect();
    let line = format!("[{}]", pairs.join(", "));
    if line.len() <= 60 {
        return line;
    }
    format!("[\n        {},\n    ]", pairs.join(",\n        "))
}

fn kind(ty: JsonType) -> &'static str {
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

fn write_newtype(item: &Item, slot: &Slot, imports: &mut Imports<'_>, out: &mut String) {
    let head = if is_string(&slot.ty) {
        format!("text {}", item.rust)
    } else {
        format!("{}({})", item.rust, ty(&slot.ty, imports))
    };
    let rules = rules(slot, "", head.len() + 10);
    out.push_str(&format!("\nnewtype!({head}{rules});\n"));
}
