//! How types, rules and names of the contract are written where they are used.

use super::code::{Expr, call, list, object, slice};
use super::rules;
use super::types::string;
use crate::ir::operation::ParameterForm;
use crate::ir::types::{Kind, Rules, TypeId};
use crate::ir::{Api, Slot, Type};

/// An identifier made of others; what is raw alone, or ends in `_` for it, needn't be within a longer one.
pub(super) fn composed(parts: &[&str]) -> String {
    let mut name = String::new();
    for part in parts {
        if part.starts_with('_') {
            name.truncate(name.trim_end_matches('_').len());
        }
        name.push_str(part.trim_start_matches("r#"));
    }
    name
}

/// How names are written that a type is made of.
pub(super) trait Naming {
    /// What has the types.
    fn api(&self) -> &Api;

    /// A type of the contract.
    fn named(&mut self, id: TypeId) -> String;

    /// A type of a module that the contract doesn't have.
    fn foreign(&mut self, module: &'static str, name: &'static str) -> String;
}

/// By their full paths.
pub(super) struct FullPaths<'a>(pub(super) &'a Api);

impl Naming for FullPaths<'_> {
    fn api(&self) -> &Api {
        self.0
    }

    fn named(&mut self, id: TypeId) -> String {
        format!("crate::types::{}", self.0.item(id).rust)
    }

    fn foreign(&mut self, module: &'static str, name: &'static str) -> String {
        format!("{module}::{name}")
    }
}

/// A type, by its full path.
pub(super) fn ty(api: &Api, ty: &Type) -> String {
    ty_by(ty, &mut FullPaths(api))
}

/// A type, with its names written so.
pub(super) fn ty_by(ty: &Type, names: &mut impl Naming) -> String {
    match ty {
        Type::Named(id) => names.named(*id),
        Type::Boxed(inner) => format!("Box<{}>", ty_by(inner, names)),
        Type::Deep(inner) => {
            let deep = names.foreign("crate::runtime", "Deep");
            format!("{deep}<{}>", ty_by(inner, names))
        }
        Type::Nullable(slot) => format!("Option<{}>", ty_by(&slot.ty, names)),
        Type::Array(slot) => format!("Vec<{}>", ty_by(&slot.ty, names)),
        Type::Map(slot) => {
            let map = names.foreign("std::collections", "BTreeMap");
            format!("{map}<String, {}>", ty_by(&slot.ty, names))
        }
        Type::Boolean => "bool".to_owned(),
        Type::Integer(integer) => integer.as_str().to_owned(),
        Type::Number => "f64".to_owned(),
        Type::String => "String".to_owned(),
        Type::Uuid => names.foreign("uuid", "Uuid"),
        Type::DateTime => names.foreign("time", "OffsetDateTime"),
        Type::Date => names.foreign("time", "Date"),
        Type::Uri => names.foreign("crate::runtime", "Uri"),
        Type::Object => {
            let map = names.foreign("serde_json", "Map");
            format!("{map}<String, {}>", names.foreign("serde_json", "Value"))
        }
        Type::Any => names.foreign("serde_json", "Value"),
        Type::Null => "()".to_owned(),
    }
}

/// A type, which may be absent.
pub(super) fn optional(ty: String, required: bool) -> String {
    if required { ty } else { format!("Option<{ty}>") }
}

/// How many arguments a function has at most: more of them are better told apart by the names of fields.
pub(super) const ARGUMENTS: usize = 6;

/// A type as an argument that converts: whatever becomes a `String`, or a type around one.
pub(super) fn argument(api: &Api, slot: &Slot) -> (String, bool) {
    let ty = ty(api, &slot.ty);
    if converts(api, &slot.ty) { (format!("impl Into<{ty}>"), true) } else { (ty, false) }
}

/// Whether text becomes a value of this type by itself: a `String`, by whatever name, or a type around one.
pub(super) fn converts(api: &Api, ty: &Type) -> bool {
    match api.resolve(ty) {
        Type::String => true,
        Type::Named(id) => {
            matches!(&api.item(*id).kind, Kind::Newtype(inner) if inner.ty == Type::String)
        }
        _ => false,
    }
}

/// The pattern of one of so many indices; there is no other behind the last.
pub(super) fn pattern_of(index: usize, count: usize) -> String {
    if index + 1 == count { "_".to_owned() } else { index.to_string() }
}

/// The rules of a use, as an expression of type `&'static Rules`.
pub(super) fn rules(slot: &Slot) -> String {
    format!("rules!({})", rules::list(slot).join(", "))
}

/// Rules by themselves, as an expression of type `&'static Rules`.
pub(super) fn own_rules(rules: &Rules) -> String {
    format!("rules!({})", rules::own(rules).join(", "))
}

/// How a value becomes text, as an expression of type `Form`.
pub(super) fn form(form: &ParameterForm) -> Expr {
    let text = match form {
        ParameterForm::Text { style, .. } => format!("Form::Text(Style::{style:?})"),
        ParameterForm::List { style, explode, .. } => {
            format!("Form::List(Style::{style:?}, {explode})")
        }
        ParameterForm::Object { style, explode, .. } => {
            format!("Form::Object(Style::{style:?}, {explode})")
        }
        ParameterForm::Spread { own, members, .. } => return spread(own.as_deref(), members),
        ParameterForm::Json => "Form::Json".to_owned(),
        ParameterForm::JsonItems => "Form::JsonItems".to_owned(),
        ParameterForm::TextOrJson => "Form::TextOrJson".to_owned(),
    };
    text.into()
}

fn spread(own: Option<&[String]>, members: &[(String, ParameterForm)]) -> Expr {
    let own = match own {
        Some(own) => list("own: Some(&[", own.iter().map(|name| string(name)), "])"),
        None => "own: None".into(),
    };
    let members = list("members: &[", members.iter().map(formed), "]");
    call("Form::Spread", [object("&crate::runtime::text::Spread", [own, members])])
}

/// Members with the form of each, as an expression.
pub(super) fn forms(members: &[(String, ParameterForm)]) -> Expr {
    slice(members.iter().map(formed))
}

fn formed((name, of): &(String, ParameterForm)) -> Expr {
    list("(", [string(name).into(), form(of)], ")")
}

/// `&["a", "b"]`
pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t String>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| string(text)).collect();
    format!("&[{}]", texts.join(", "))
}
