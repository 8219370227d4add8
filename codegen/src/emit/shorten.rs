//! `crate::types::Pet` → `Pet`, with a `use` on top: emitters write full paths, people read short ones.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::uses;

/// The modules whose names are shortened; of the last one those of types, not of the modules below.
const MODULES: [&str; 4] = ["operations", "responses", "types", RUNTIME];

const RUNTIME: &str = "runtime";

/// Names that mean something else wherever they stand, among them the parameters of generic functions.
pub(super) const PRELUDE: [&str; 26] = [
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "Drop",
    "E",
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
    "S",
    "Self",
    "Send",
    "Some",
    "String",
    "Sync",
    "Vec",
];

/// Source text with short names, and what is to be imported for them.
pub(super) struct Shortened {
    text: String,
    /// Every identifier that stood by itself: a name that has become short is imported from where it is.
    found: HashSet<String>,
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Shortened {
    /// Imports those names of a module that the text uses.
    pub(super) fn import(&mut self, module: &str, names: &[&str]) {
        let used = names.iter().copied().filter(|name| self.found.contains(*name));
        let used: Vec<&str> = used.collect();
        self.add(module, &used);
    }

    /// Imports names of a module, which more than this text uses.
    pub(super) fn add(&mut self, module: &str, names: &[&str]) {
        if !names.is_empty() {
            let module = self.uses.entry(module.to_owned()).or_default();
            module.extend(names.iter().map(|name| (*name).to_owned()));
        }
    }

    /// The text, below its imports.
    pub(super) fn finish(self) -> String {
        let (uses, text) = self.split();
        uses::above(uses, &text)
    }

    /// The imports, and the text.
    pub(super) fn split(self) -> (String, String) {
        let uses = self.uses.iter();
        let uses = uses::render(
            uses.map(|(module, names)| (&**module, names.iter().map(String::as_str).collect())),
        );
        (uses, self.text)
    }
}

/// Shortens every name that can be.
///
/// A name stays long where the text uses it for something else, or for something of another of the modules; `taken`
/// are further names that mean something else.
#[must_use]
pub(super) fn shorten(text: &str, taken: &[&str]) -> Shortened {
    let mut names = Names::default();
    names.taken.extend(PRELUDE.iter().chain(taken));
    names.collect(text);
    names.rewrite(text)
}

/// A path to a name of one of the modules, and where it begins.
pub(super) struct Path<'t> {
    start: usize,
    module: &'static str,
    name: &'t str,
}

impl Path<'_> {
    /// How long it is without its name.
    pub(super) fn prefix(&self) -> usize {
        "crate::".len() + self.module.len() + "::".len()
    }

    fn end(&self) -> usize {
        self.start + self.prefix() + self.name.len()
    }
}

/// What the identifiers of a text mean.
#[derive(Default)]
struct Names<'t> {
    /// What means something else.
    taken: HashSet<&'t str>,
    /// Every identifier that stands by itself, but for variants.
    found: HashSet<&'t str>,
    /// Name to the module that has it first.
    modules: HashMap<&'t str, &'static str>,
    paths: Vec<Path<'t>>,
}

impl<'t> Names<'t> {
    /// Notes which names mean what. The variants of an enum are in no one's way.
    fn collect(&mut self, text: &'t str) {
        let mut at = 0;
        let mut depth = 0_usize;
        // The depth of the braces of the enum that is read.
        let mut variants = None;
        let mut is_enum = false;
        while let Some(sign) = text[at..].chars().next() {
            if let Some(length) = raw_string(&text[at..]) {
                at += length;
                continue;
            }
            match sign {
                '/' if text[at..].starts_with("//") => at = end_of_line(text, at),
                '"' => at = end_of_string(text, at + 1),
                '\'' => at = end_of_identifier(text, at + 1),
                '{' | '(' | '[' => {
                    depth += 1;
                    if sign == '{' && std::mem::take(&mut is_enum) {
                        variants = Some(depth);
                    }
                    at += 1;
                }
                '}' | ')' | ']' => {
                    variants = variants.filter(|enclosing| *enclosing != depth);
                    depth = depth.saturating_sub(1);
                    at += 1;
                }
                _ if unicode_ident::is_xid_start(sign) || sign == '_' => {
                    let is_variant = variants == Some(depth);
                    is_enum |= text[at..].starts_with("enum ");
                    at = self.identifier(text, at, is_variant);
                }
                _ => at += sign.len_utf8(),
            }
        }
    }

    /// Notes an identifier, or the path that begins with it, and gives where it ends.
    fn identifier(&mut self, text: &'t str, at: usize, is_variant: bool) -> usize {
        let end = end_of_identifier(text, at);
        let is_qualified = text[..at].ends_with("::");
        if !is_qualified && let Some(path) = path(text, at) {
            let end = path.end();
            self.modules.entry(path.name).or_insert(path.module);
            self.paths.push(path);
            return end;
        }
        if !is_qualified && !is_variant {
            self.found.insert(&text[at..end]);
            self.taken.insert(&text[at..end]);
        }
        end
    }

    fn rewrite(self, text: &'t str) -> Shortened {
        let mut short = String::with_capacity(text.len());
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut copied = 0;
        for path in &self.paths {
            let is_free = !self.taken.contains(path.name)
                && self.modules.get(path.name) == Some(&path.module);
            if is_free {
                short.push_str(&text[copied..path.start]);
                copied = path.start + path.prefix();
                let module = uses.entry(format!("crate::{}", path.module)).or_default();
                if !module.contains(path.name) {
                    module.insert(path.name.to_owned());
                }
            }
        }
        short.push_str(&text[copied..]);
        let found = self.found.into_iter().map(str::to_owned).collect();
        Shortened { text: short, found, uses }
    }
}

/// Every path to a name of one of the modules.
pub(super) fn paths(text: &str) -> impl Iterator<Item = Path<'_>> {
    text.match_indices("crate::").filter_map(|(at, _)| path(text, at))
}

/// The path to a name of one of the modules that begins here.
fn path(text: &str, start: usize) -> Option<Path<'_>> {
    let rest = text[start..].strip_prefix("crate::")?;
    let module = MODULES
        .into_iter()
        .find(|module| rest.strip_prefix(module).is_some_and(|rest| rest.starts_with("::")))?;
    let at = start + "crate::".len() + module.len() + "::".len();
    let name = &text[at..end_of_identifier(text, at)];
    let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
    (module != RUNTIME || is_type).then_some(Path { start, module, name })
}

/// Where an identifier ends that begins here; one that is raw begins with its `r#`.
fn end_of_identifier(text: &str, start: usize) -> usize {
    let raw = if text[start..].starts_with("r#") { 2 } else { 0 };
    let rest = &text[start + raw..];
    let length = rest.find(|c| !unicode_ident::is_xid_continue(c)).unwrap_or(rest.len());
    start + raw + length
}

fn end_of_line(text: &str, start: usize) -> usize {
    text[start..].find('\n').map_or(text.len(), |length| start + length)
}

/// Behind the quotation mark that ends a string.
fn end_of_string(text: &str, start: usize) -> usize {
    let mut is_escaped = false;
    for (at, sign) in text[start..].char_indices() {
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return start + at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How long the raw string is that a text begins with.
fn raw_string(text: &str) -> Option<usize> {
    let marked = text.strip_prefix('r')?;
    let hashes = marked.bytes().take_while(|byte| *byte == b'#').count();
    let body = marked[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end).unwrap_or(body.len());
    Some((2 + hashes + length + end.len()).min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shortened_and_used() {
        let short = shorten("fn f() -> Vec<crate::types::Pet> {}", &[]).finish();
        assert_eq!(short, "use crate::types::Pet;\n\nfn f() -> Vec<Pet> {}");
    }

    #[test]
    fn a_name_that_means_something_else_stays_long() {
        let declared = "struct Pet(crate::types::Pet);";
        assert_eq!(shorten(declared, &[]).finish(), declared);
        let taken = "fn f(_: crate::types::Pet, _: crate::types::Option) {}";
        assert_eq!(shorten(taken, &["Pet"]).finish(), taken);
        let two = "fn f(_: crate::types::Pet, _: crate::responses::Pet) {}";
        let short = "use crate::types::Pet;\n\nfn f(_: Pet, _: crate::responses::Pet) {}";
        assert_eq!(shorten(two, &[]).finish(), short);
    }

    #[test]
    fn variants_and_associated_names_are_in_no_ones_way() {
        let text = "enum A { Pet(crate::types::Pet) } fn f() { A::Pet(x) }";
        let short = "use crate::types::Pet;\n\nenum A { Pet(Pet) } fn f() { A::Pet(x) }";
        assert_eq!(shorten(text, &[]).finish(), short);
        let behind = "enum A {}\nstruct Pet(crate::types::Pet);";
        assert_eq!(shorten(behind, &[]).finish(), behind);
    }

    #[test]
    fn comments_and_strings_mean_nothing() {
        let text = r####"/// Pet "
fn f(_: &'static str) { g("Pet \" Pet", r"Pet", r#"" Pet"#, crate::types::Pet, r#type) }"####;
        let short = format!("use crate::types::Pet;\n\n{}", text.replace("crate::types::", ""));
        assert_eq!(shorten(text, &[]).finish(), short);
    }

    #[test]
    fn what_is_used_is_imported() {
        let mut short = shorten("fn f(a: Form) -> Vec<crate::types::Pet> { x::Style }", &[]);
        short.import("text", &["Style", "Form"]);
        short.import("none", &["Other"]);
        let expected = "use text::Form;\n\nuse crate::types::Pet;\n\n";
        assert!(short.finish().starts_with(expected));
    }

    #[test]
    fn what_has_become_short_is_imported_once() {
        let mut short =
            shorten("fn f(_: Form, _: crate::types::Pet, _: crate::types::Form) {}", &[]);
        short.import("text", &["Pet", "Form"]);
        let expected = "use text::Form;\n\nuse crate::types::Pet;\n\n\
                        fn f(_: Form, _: Pet, _: crate::types::Form) {}";
        assert_eq!(short.finish(), expected);
    }
}
