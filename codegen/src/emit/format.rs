//! Tokens → text as people write it: what `prettyplease` makes of items, with empty lines between them.

use proc_macro2::TokenStream;
use syn::Item;

/// Formats items, with an empty line between them.
pub(super) fn items(tokens: TokenStream) -> String {
    let mut text = String::new();
    let file = match syn::parse2::<syn::File>(tokens) {
        Ok(file) => file,
        // Emitters give whole items; were one to fail at that, the compiler should say so, not the generator.
        Err(error) => return error.to_compile_error().to_string(),
    };
    let mut previous = Sort::Other;
    let mut one =
        syn::File { shebang: None, attrs: Vec::new(), items: Vec::new(), frontmatter: None };
    for item in file.items {
        let sort = Sort::of(&item);
        let is_close = sort == previous && sort.stands_close();
        if !text.is_empty() && !is_close {
            text.push('\n');
        }
        previous = sort;
        let is_spaced = matches!(item, Item::Impl(_) | Item::Trait(_) | Item::Mod(_));
        one.items.push(item);
        let formatted = prettyplease::unparse(&one);
        one.items.clear();
        text.push_str(&if is_spaced { space_members(&formatted) } else { formatted });
    }
    text
}

/// What decides whether an item stands close to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Use,
    PublicUse,
    Module,
    Other,
}

impl Sort {
    fn of(item: &Item) -> Self {
        match item {
            Item::Use(item) if matches!(item.vis, syn::Visibility::Inherited) => Self::Use,
            Item::Use(_) => Self::PublicUse,
            Item::Mod(item) if item.content.is_none() && item.attrs.is_empty() => Self::Module,
            _ => Self::Other,
        }
    }

    fn stands_close(self) -> bool {
        self != Self::Other
    }
}

/// Puts an empty line between the members of an `impl` or `trait`.
fn space_members(text: &str) -> String {
    let mut spaced = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        spaced.push_str(line);
        spaced.push('\n');
        let Some(next) = lines.peek() else { break };
        let begins = next.starts_with("    ") && !next.starts_with("     ");
        let is_documented = next.starts_with("    ///") || next.starts_with("    #[");
        let is_doc = line.trim_start().starts_with("///");
        if begins && (line == "    }" || line.ends_with(';') && is_documented && !is_doc) {
            spaced.push('\n');
        }
    }
    spaced
}
