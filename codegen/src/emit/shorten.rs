//! `crate::types::Pet` → `Pet`, with a `use` on top: emitters write full paths, people read short ones.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;

use super::usage::ident;

/// The modules whose names are shortened; of the last one those of types, not of the modules below.
const MODULES: [&str; 4] = ["operations", "responses", "types", RUNTIME];

const RUNTIME: &str = "runtime";

/// Names that mean something else wherever they stand.
pub(super) const PRELUDE: [&str; 24] = [
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

/// Tokens with short names, and what is to be imported for them.
pub(super) struct Shortened {
    /// The tokens.
    pub(super) tokens: TokenStream,
    /// The `use` of every name that was shortened.
    pub(super) uses: TokenStream,
    /// Every identifier but those that are the end of a longer path.
    found: HashSet<String>,
}

impl Shortened {
    /// `use` of those names of a module that the tokens use; nothing where they use none.
    #[must_use]
    pub(super) fn imports(&self, module: &TokenStream, names: &[&str]) -> TokenStream {
        let mut used: Vec<_> = names.iter().filter(|name| self.found.contains(**name)).collect();
        used.sort_unstable();
        let used: Vec<_> = used.into_iter().map(|name| ident(name)).collect();
        if used.is_empty() {
            return TokenStream::new();
        }
        quote! { use #module::{#(#used),*}; }
    }
}

/// Shortens every name that can be.
///
/// A name stays long where the tokens use it for something else, or for something of another of the modules; `taken`
/// are further names that mean something else.
#[must_use]
pub(super) fn shorten(tokens: TokenStream, taken: &[&str]) -> Shortened {
    let tokens = nodes(tokens);
    let mut names = Names::default();
    names.taken.extend(PRELUDE.iter().chain(taken).map(|name| (*name).to_owned()));
    names.collect(&tokens, false);
    let tokens = names.rewrite(tokens);
    let uses = names.used.iter().map(|(module, names)| {
        let module = ident(module);
        let names = names.iter().map(|name| ident(name));
        quote! { use crate::#module::{#(#names),*}; }
    });
    Shortened { uses: quote! { #(#uses)* }, tokens, found: names.found }
}

/// Tokens that can be looked at as often as one likes: a `TokenStream` is copied for each look.
enum Node {
    Leaf(TokenTree),
    Group(Delimiter, Vec<Node>),
}

fn nodes(tokens: TokenStream) -> Vec<Node> {
    let node = |token| match token {
        TokenTree::Group(group) => {
            let (delimiter, inner) = (group.delimiter(), group.stream());
            // Whoever holds it alone may take it apart.
            drop(group);
            Node::Group(delimiter, nodes(inner))
        }
        leaf => Node::Leaf(leaf),
    };
    tokens.into_iter().map(node).collect()
}

#[derive(Default)]
struct Names {
    /// What means something else.
    taken: HashSet<String>,
    /// Every identifier that stands by itself.
    found: HashSet<String>,
    /// Name to the module that has it first.
    modules: HashMap<String, &'static str>,
    used: BTreeMap<&'static str, BTreeSet<String>>,
    /// The identifier that is looked at: most have been met before, and need no memory of their own.
    spelled: String,
}

impl Names {
    /// Notes which names mean what. The variants of an enum are in no one's way.
    fn collect(&mut self, tokens: &[Node], is_enum: bool) {
        let mut at = 0;
        while at < tokens.len() {
            if let Some((module, name)) = path(&tokens[at..]) {
                self.modules.entry(name.to_string()).or_insert(module);
                at += LENGTH;
                continue;
            }
            match &tokens[at] {
                Node::Leaf(TokenTree::Ident(ident)) if !is_qualified(&tokens[..at]) => {
                    self.note(ident, is_enum);
                }
                Node::Group(_, inner) => {
                    let is_enum = at > 1 && is_keyword(&tokens[at - 2], "enum");
                    self.collect(inner, is_enum);
                }
                Node::Leaf(_) => {}
            }
            at += 1;
        }
    }

    fn note(&mut self, ident: &Ident, is_enum: bool) {
        self.spelled.clear();
        let _ = write!(self.spelled, "{ident}");
        if !self.found.contains(&self.spelled) {
            self.found.insert(self.spelled.clone());
        }
        if !is_enum && !self.taken.contains(&self.spelled) {
            self.taken.insert(self.spelled.clone());
        }
    }

    fn rewrite(&mut self, tokens: Vec<Node>) -> TokenStream {
        let mut short = Vec::with_capacity(tokens.len());
        let mut skipped = 0;
        for at in 0..tokens.len() {
            if skipped == 0
                && let Some((module, name)) = path(&tokens[at..])
                && self.is_free(module, name)
            {
                self.used.entry(module).or_default().insert(name.to_string());
                self.found.insert(name.to_string());
                skipped = LENGTH;
            }
            short.push(skipped < 2);
            skipped = skipped.saturating_sub(1);
        }
        let kept = tokens.into_iter().zip(short).filter(|(_, is_kept)| *is_kept);
        kept.map(|(node, _)| match node {
            Node::Leaf(token) => token,
            Node::Group(delimiter, inner) => {
                TokenTree::Group(Group::new(delimiter, self.rewrite(inner)))
            }
        })
        .collect()
    }

    fn is_free(&mut self, module: &'static str, name: &Ident) -> bool {
        self.spelled.clear();
        let _ = write!(self.spelled, "{name}");
        !self.taken.contains(&self.spelled) && self.modules.get(&self.spelled) == Some(&module)
    }
}

/// `crate`, `:`, `:`, module, `:`, `:`, name
const LENGTH: usize = 7;

fn path(tokens: &[Node]) -> Option<(&'static str, &Ident)> {
    let [krate, a, b, Node::Leaf(TokenTree::Ident(module)), c, d, name, ..] = tokens else {
        return None;
    };
    let Node::Leaf(TokenTree::Ident(name)) = name else { return None };
    let is_path = is_keyword(krate, "crate") && [a, b, c, d].into_iter().all(is_colon);
    let module = MODULES.into_iter().find(|known| is_path && module == known)?;
    let is_type = || name.to_string().starts_with(|c: char| c.is_ascii_uppercase());
    (module != RUNTIME || is_type()).then_some((module, name))
}

fn is_colon(token: &Node) -> bool {
    matches!(token, Node::Leaf(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

/// Whether what follows these tokens is the end of a longer path.
fn is_qualified(before: &[Node]) -> bool {
    matches!(before, [.., a, b] if is_colon(a) && is_colon(b))
}

fn is_keyword(token: &Node, keyword: &str) -> bool {
    matches!(token, Node::Leaf(TokenTree::Ident(ident)) if ident == keyword)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(tokens: TokenStream, taken: &[&str]) -> (String, String) {
        let short = shorten(tokens, taken);
        (short.uses.to_string(), short.tokens.to_string())
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

    #[test]
    fn what_is_used_is_imported() {
        let short = shorten(quote! { fn f(a: Form) -> Vec<crate::types::Pet> { x::Style } }, &[]);
        let imports = |names: &[&str]| short.imports(&quote! { text }, names).to_string();
        assert_eq!(imports(&["Style", "Form"]), quote! { use text::{Form}; }.to_string());
        assert_eq!(imports(&["Pet"]), quote! { use text::{Pet}; }.to_string());
        assert_eq!(imports(&["Style"]), "");
    }
}
