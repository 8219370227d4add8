//! How types, rules and names of the contract are written where they are used.

use proc_macro2::{Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;
use spec::model::Style;

use super::rules;
use crate::ir::operation::ParameterForm;
use crate::ir::types::Kind;
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

/// The pattern of one of so many indices; there is no other behind the last.
pub fn pattern_of(index: usize, count: usize) -> TokenStream {
    if index + 1 == count {
        return quote! { _ };
    }
    let literal = Literal::usize_unsuffixed(index);
    quote! { #literal }
}

/// The rules of a use, as an expression of type `&'static Rules`.
pub fn rules(slot: &Slot) -> TokenStream {
    let list: TokenStream = rules::list(slot).join(", ").parse().unwrap_or_default();
    let list = signs_joined(list);
    quote! { rules!(#list) }
}

/// The same tokens, each sign joined to its number: among the tokens of a macro, nothing else tells a printer to set no
/// space between them.
fn signs_joined(tokens: TokenStream) -> TokenStream {
    let joined = tokens.into_iter().map(|token| match token {
        TokenTree::Punct(sign) if sign.as_char() == '-' => Punct::new('-', Spacing::Joint).into(),
        TokenTree::Group(group) => {
            Group::new(group.delimiter(), signs_joined(group.stream())).into()
        }
        other => other,
    });
    joined.collect()
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

#[cfg(test)]
mod tests {
    use serde_json::Number;

    use super::*;
    use crate::emit::format;
    use crate::ir::types::Rules;

    #[test]
    fn a_negative_bound_stands_close_to_its_sign() {
        let bounds = Rules {
            minimum: Number::from_f64(-0.5).map(|least| (least, false)),
            maximum: Some((Number::from(-1), true)),
            ..Rules::default()
        };
        let slot = Slot { ty: Type::Number, rules: bounds };
        let items = Slot::plain(Type::Array(Box::new(slot)));
        let rules = rules(&items);
        let printed = format::items(quote! { const RULES: Rules = #rules; });
        assert!(printed.contains("(-0.5)") && printed.contains("(-1)"), "{printed}");
    }
}
