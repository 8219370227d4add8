//! `crate::types::Pet` → `Pet`, with a `use` on top: emitters write full paths, people read short ones.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;

/// The modules whose names are shortened.
const MODULES: [&str; 3] = ["operations", "responses", "types"];

/// Names that mean something else wherever they stand.
const PRELUDE: [&str; 24] = [
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "From",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Some",
    "String",
    "Sync",
    "Vec",
];

/// The `use` of every name that could be shortened, and the tokens with the short names.
///
/// A name stays long where the tokens use it for something else, or for something of another of the modules; `taken`
/// are further names that mean something else.
#[must_use]
pub(super) fn shorten(tokens: TokenStream, taken: &[&str]) -> (TokenStream, TokenStream) {
    let mut names = Names::default();
    names.taken.extend(PRELUDE.iter().chain(taken).map(|name| (*name).to_owned()));
    names.collect(tokens.clone(), false);
    let short = names.rewrite(tokens);
    let uses = names.used.iter().map(|(module, names)| {
        let module = crate::emit::usage::ident(module);
        let names = names.iter().map(|name| crate::emit::usage::ident(name));
        quote! { use crate::#module::{#(#names),*}; }
    });
    (quote! { #(#uses)* }, short)
}

#[derive(Default)]
struct Names {
    taken: BTreeSet<String>,
    /// Name to the module that has it first.
    modules: BTreeMap<String, String>,
    used: BTreeMap<String, BTreeSet<String>>,
}

impl Names {
    /// Notes which names mean what. The variants of an enum are in no one's way.
    fn collect(&mut self, tokens: TokenStream, is_enum: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if let Some((module, name)) = path(&tokens[at..]) {
                self.modules.entry(name).or_insert(module);
                at += LENGTH;
                continue;
            }
            match &tokens[at] {
                TokenTree::Ident(ident) => {
                    let is_qualified = at > 0 && is_colon(&tokens[at - 1]);
                    if !is_qualified && !is_enum {
                        self.taken.insert(ident.to_string());
                    }
                }
                TokenTree::Group(group) => {
                    let is_enum = at > 1 && is_keyword(&tokens[at - 2], "enum");
                    self.collect(group.stream(), is_enum);
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }

    fn rewrite(&mut self, tokens: TokenStream) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut short = TokenStream::new();
        let mut at = 0;
        while at < tokens.len() {
            if let Some((module, name)) = path(&tokens[at..])
                && !self.taken.contains(&name)
                && self.modules.get(&name) == Some(&module)
            {
                short.extend([tokens[at + LENGTH - 1].clone()]);
                self.used.entry(module).or_default().insert(name);
                at += LENGTH;
                continue;
            }
            short.extend([match &tokens[at] {
                TokenTree::Group(group) => {
                    let inner = self.rewrite(group.stream());
                    TokenTree::Group(Group::new(group.delimiter(), inner))
                }
                other => other.clone(),
            }]);
            at += 1;
        }
        short
    }
}

/// `crate`, `:`, `:`, module, `:`, `:`, name
const LENGTH: usize = 7;

fn path(tokens: &[TokenTree]) -> Option<(String, String)> {
    let [krate, a, b, TokenTree::Ident(module), c, d, TokenTree::Ident(name), ..] = tokens else {
        return None;
    };
    let is_path = is_keyword(krate, "crate") && [a, b, c, d].into_iter().all(is_colon);
    let (module, name) = (module.to_string(), name.to_string());
    (is_path && MODULES.contains(&module.as_str())).then_some((module, name))
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

fn is_keyword(token: &TokenTree, keyword: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if *ident == Ident::new(keyword, ident.span()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(tokens: TokenStream, taken: &[&str]) -> (String, String) {
        let (uses, tokens) = shorten(tokens, taken);
        (uses.to_string(), tokens.to_string())
    }

    #[test]
    fn a_name_is_shortened_and_used() {
        let (uses, short) = shortened(quote! { fn f() -> Vec<crate::types::Pet> {} }, &[]);
        assert_eq!(uses, quote! { use crate::types::{Pet}; }.to_string());
        assert_eq!(short, quote! { fn f() -> Vec<Pet> {} }.to_string());
    }

    #[test]
    fn a_name_that_means_something_else_stays_long() {
        let declared = quote! { struct Pet(crate::types::Pet); };
        assert_eq!(shortened(declared.clone(), &[]).1, declared.to_string());
        let taken = quote! { fn f(_: crate::types::Pet, _: crate::types::Option) {} };
        assert_eq!(shortened(taken.clone(), &["Pet"]).1, taken.to_string());
        let two = quote! { fn f(_: crate::types::Pet, _: crate::responses::Pet) {} };
        let (uses, short) = shortened(two, &[]);
        assert_eq!(uses, quote! { use crate::types::{Pet}; }.to_string());
        assert_eq!(short, quote! { fn f(_: Pet, _: crate::responses::Pet) {} }.to_string());
    }

    #[test]
    fn variants_and_associated_names_are_in_no_ones_way() {
        let tokens = quote! { enum A { Pet(crate::types::Pet) } fn f() { A::Pet(x) } };
        let expected = quote! { enum A { Pet(Pet) } fn f() { A::Pet(x) } };
        assert_eq!(shortened(tokens, &[]).1, expected.to_string());
    }
}
