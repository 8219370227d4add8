//! Tokens → text as people write it: what `prettyplease` makes of items, with empty lines between them.

use proc_macro2::TokenStream;
use syn::Item;

/// Formats items, with an empty line between them.
pub(super) fn items(tokens: TokenStream) -> String {
    let file = match syn::parse2::<syn::File>(tokens) {
        Ok(file) => file,
        // Emitters give whole items; were one to fail at that, the compiler should say so, not the generator.
        Err(error) => return error.to_compile_error().to_string(),
    };
    let mut one =
        syn::File { shebang: None, attrs: Vec::new(), items: Vec::new(), frontmatter: None };
    let formatted = file.items.into_iter().map(|item| {
        let is_spaced = matches!(item, Item::Impl(_));
        one.items = vec![item];
        let text = prettyplease::unparse(&one);
        if is_spaced { space_members(&text) } else { text }
    });
    formatted.collect::<Vec<_>>().join("\n")
}

/// Puts an empty line between the members of an `impl`.
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
