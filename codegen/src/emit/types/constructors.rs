//! How a value comes to be: with what is required of it, and nothing else.
//!
//! What needn't be given is set afterwards, or beside `..Pet::new(…)`.

use super::imports::Imports;
use crate::emit::code::{Code, Expr, object, signature};
use crate::emit::literal::literal;
use crate::emit::usage::{ARGUMENTS, Naming as _, converts, ty_by as ty};
use crate::ir::Type;
use crate::ir::types::{Field, Item, Presence, Struct};

/// How a struct is made without naming all of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Constructor {
    /// `#[derive(Default)]`
    Derived,
    /// `Default`, with the defaults of the contract.
    Default,
    /// `new`, which takes what is required.
    New,
    /// Not at all: too many fields must be given.
    None,
}

impl Constructor {
    pub(super) fn of(object: &Struct, imports: &mut Imports<'_>) -> Self {
        let required: Vec<&Field> =
            object.fields.iter().filter(|field| field.presence == Presence::Required).collect();
        let defaults: Vec<Option<Expr>> =
            required.iter().map(|field| default(field, imports)).collect();
        let arguments = defaults.iter().filter(|default| default.is_none()).count();
        let is_plain = |default: &Option<Expr>| {
            let Some(Expr::Text(value)) = default else { return false };
            matches!(value.as_str(), "false" | "0" | "0.0" | "\"\".to_owned()" | "Vec::new()")
        };
        match arguments {
            0 if defaults.iter().all(is_plain) => Self::Derived,
            0 => Self::Default,
            1..=ARGUMENTS => Self::New,
            _ => Self::None,
        }
    }
}

/// `impl Default`
pub(super) fn write_default(
    item: &Item,
    object: &Struct,
    imports: &mut Imports<'_>,
    code: &mut Code,
) {
    code.space();
    code.block(format!("impl Default for {}", item.rust), |code| {
        code.block("fn default() -> Self", |code| write_values(object, imports, code));
    });
}

/// `new`, to stand in an `impl`.
pub(super) fn write_new(object: &Struct, imports: &mut Imports<'_>, code: &mut Code) {
    let mut arguments = Vec::new();
    let mut has_defaults = false;
    for field in object.fields.iter().filter(|field| field.presence == Presence::Required) {
        if default(field, imports).is_some() {
            has_defaults = true;
            continue;
        }
        let into = is_converted(field, imports);
        let ty = ty(&field.slot.ty, imports);
        let ty = if into { format!("impl Into<{ty}>") } else { ty };
        arguments.push(format!("{}: {ty}", field.rust));
    }
    code.space();
    code.doc(match has_defaults {
        true => "What is required, by default where there is one, and nothing else.",
        false => "What is required, and nothing else.",
    });
    code.line("#[must_use]");
    code.block(signature("pub fn new", arguments, "Self"), |code| {
        write_values(object, imports, code);
    });
}

fn write_values(object: &Struct, imports: &mut Imports<'_>, code: &mut Code) {
    let values: Vec<Expr> = object.fields.iter().map(|field| initial(field, imports)).collect();
    let additional = object.additional.as_ref().map(|additional| {
        let map = imports.foreign("std::collections", "BTreeMap");
        format!("{}: {map}::new()", additional.rust).into()
    });
    code.put("", &self::object("Self", values.into_iter().chain(additional)), "");
}

/// A field as a constructor fills it.
fn initial(field: &Field, imports: &mut Imports<'_>) -> Expr {
    let name = &field.rust;
    match field.presence {
        Presence::Required => match default(field, imports) {
            Some(value) => value.beginning(&format!("{name}: ")),
            None if is_converted(field, imports) => format!("{name}: {name}.into()").into(),
            None => name.as_str().into(),
        },
        Presence::RequiredNullable | Presence::Optional => format!("{name}: None").into(),
        Presence::OptionalNullable => {
            format!("{name}: {}::Absent", imports.foreign("crate::runtime", "Field")).into()
        }
    }
}

/// Whether a constructor takes whatever becomes what a field holds.
fn is_converted(field: &Field, imports: &Imports<'_>) -> bool {
    let is_boxed = matches!(field.slot.ty, Type::Boxed(_) | Type::Deep(_));
    is_boxed || converts(imports.api(), &field.slot.ty)
}

/// The default of a field; one that isn't of the type is none.
fn default(field: &Field, imports: &mut Imports<'_>) -> Option<Expr> {
    literal(imports, &field.slot.ty, field.default.as_ref()?)
}
