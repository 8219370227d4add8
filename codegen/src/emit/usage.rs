//! How types, rules and names of the contract are written where they are used.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::quote;
use serde_json::Number;
use spec::model::Style;

use crate::ir::operation::ParameterForm;
use crate::ir::types::{Kind, Pattern, Rules};
use crate::ir::{Api, Docs, Slot, Type};

/// An identifier of the IR, which may be raw: `r#type`.
pub fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// An identifier made of others; what is raw alone, or ends in `_` for it, needn't be within a longer one.
pub fn composed(parts: &[&str]) -> Ident {
    let mut name = String::new();
    for part in parts {
        if part.starts_with('_') {
            name.truncate(name.trim_end_matches('_').len());
        }
        name.push_str(part.trim_start_matches("r#"));
    }
    ident(&name)
}

/// Doc comments.
pub fn docs(docs: &Docs) -> TokenStream {
    let lines = docs
        .lines
        .iter()
        .map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#[doc = #lines])* }
}

/// Doc comments, or this where the contract says nothing.
pub fn docs_or(docs: &Docs, otherwise: &str) -> TokenStream {
    if docs.is_empty() {
        let line = format!(" {otherwise}");
        return quote! { #[doc = #line] };
    }
    self::docs(docs)
}

/// A type, by its full path.
pub fn ty(api: &Api, ty: &Type) -> TokenStream {
    match ty {
        Type::Named(id) => {
            let name = ident(&api.item(*id).rust);
            quote! { crate::types::#name }
        }
        Type::Boxed(inner) => {
            let inner = self::ty(api, inner);
            quote! { Box<#inner> }
        }
        Type::Nullable(slot) => {
            let inner = self::ty(api, &slot.ty);
            quote! { Option<#inner> }
        }
        Type::Array(slot) => {
            let inner = self::ty(api, &slot.ty);
            quote! { Vec<#inner> }
        }
        Type::Map(slot) => {
            let inner = self::ty(api, &slot.ty);
            quote! { std::collections::BTreeMap<String, #inner> }
        }
        Type::Boolean => quote! { bool },
        Type::Integer(integer) => {
            let name = ident(integer.as_str());
            quote! { #name }
        }
        Type::Number => quote! { f64 },
        Type::String => quote! { String },
        Type::Uuid => quote! { uuid::Uuid },
        Type::DateTime => quote! { time::OffsetDateTime },
        Type::Date => quote! { time::Date },
        Type::Uri => quote! { crate::runtime::Uri },
        Type::Object => quote! { serde_json::Map<String, serde_json::Value> },
        Type::Any => quote! { serde_json::Value },
        Type::Null => quote! { () },
    }
}

/// A type as an argument that converts: whatever becomes a `String`, or a type around one.
pub fn argument(api: &Api, slot: &Slot) -> (TokenStream, bool) {
    let converts = match &slot.ty {
        Type::String => true,
        Type::Named(id) => {
            let item = api.item(*id);
            matches!(&item.kind, Kind::Newtype(inner) if inner.ty == Type::String)
        }
        _ => false,
    };
    let ty = ty(api, &slot.ty);
    if converts { (quote! { impl Into<#ty> }, true) } else { (ty, false) }
}

/// The rules of a use, as an expression of type `&'static Rules`.
pub fn rules(slot: &Slot) -> TokenStream {
    let rules = rule_list(&slot.rules, &slot.ty);
    quote! { rules!(#(#rules),*) }
}

fn rule_list(rules: &Rules, ty: &Type) -> Vec<TokenStream> {
    let mut list = Vec::new();
    let counts = [
        ("min_length", rules.min_length),
        ("max_length", rules.max_length),
        ("min_items", rules.min_items),
        ("max_items", rules.max_items),
        ("min_properties", rules.min_properties),
        ("max_properties", rules.max_properties),
    ];
    for (name, count) in counts {
        if let Some(count) = count {
            let (name, count) = (ident(name), Literal::u64_unsuffixed(count));
            list.push(quote! { #name(#count) });
        }
    }
    if let Some(format) = rules.format {
        let format = ident(&format!("{format:?}"));
        list.push(quote! { format(#format) });
    }
    if let Some(pattern) = &rules.pattern {
        let pattern = self::pattern(pattern);
        list.push(quote! { pattern(#pattern) });
    }
    for (bound, inclusive, exclusive) in
        [(&rules.minimum, "minimum", "above"), (&rules.maximum, "maximum", "below")]
    {
        if let Some((value, is_exclusive)) = bound {
            let name = ident(if *is_exclusive { exclusive } else { inclusive });
            let value = number(value);
            list.push(quote! { #name(#value) });
        }
    }
    if let Some(step) = &rules.multiple_of {
        let step = number(step);
        list.push(quote! { multiple_of(#step) });
    }
    if rules.unique_items {
        list.push(quote! { unique_items() });
    }
    if let Type::Array(inner) | Type::Map(inner) = ty
        && !inner.rules.is_empty()
    {
        let inner = self::rules(inner);
        list.push(quote! { items(#inner) });
    }
    list
}

fn pattern(pattern: &Pattern) -> TokenStream {
    let Pattern { written, regex } = pattern;
    if written == regex {
        quote! { pattern!(#written) }
    } else {
        quote! { pattern!(#written, #regex) }
    }
}

fn number(number: &Number) -> TokenStream {
    if let Some(value) = number.as_i64() {
        let value = Literal::i128_unsuffixed(value.into());
        quote! { Integer(#value) }
    } else if let Some(value) = number.as_u64() {
        let value = Literal::i128_unsuffixed(value.into());
        quote! { Integer(#value) }
    } else {
        let value = Literal::f64_unsuffixed(number.as_f64().unwrap_or_default());
        quote! { Float(#value) }
    }
}

/// How a value becomes text, as an expression of type `Form`.
pub fn form(form: &ParameterForm) -> TokenStream {
    match form {
        ParameterForm::Text { style, .. } => {
            let style = self::style(*style);
            quote! { Form::Text(#style) }
        }
        ParameterForm::List { style, explode, .. } => {
            let style = self::style(*style);
            quote! { Form::List(#style, #explode) }
        }
        ParameterForm::Object { style, explode, .. } => {
            let style = self::style(*style);
            quote! { Form::Object(#style, #explode) }
        }
        ParameterForm::Json => quote! { Form::Json },
    }
}

fn style(style: Style) -> TokenStream {
    match style {
        Style::Simple => quote! { Style::Simple },
        Style::Label => quote! { Style::Label },
        Style::Matrix => quote! { Style::Matrix },
        Style::Form => quote! { Style::Form },
        Style::SpaceDelimited => quote! { Style::SpaceDelimited },
        Style::PipeDelimited => quote! { Style::PipeDelimited },
        Style::DeepObject => quote! { Style::DeepObject },
    }
}

/// Whether an identifier is among the tokens.
pub fn uses(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => uses(&group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
