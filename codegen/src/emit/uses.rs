//! `use` declarations as text, in the form that rustfmt gives them.

use super::code::WIDTH;

/// What is used of each module: the standard library first, then other crates, then this one.
pub(super) fn render<'u>(modules: impl IntoIterator<Item = (&'u str, Vec<&'u str>)>) -> String {
    let mut groups: [String; 3] = Default::default();
    let mut above = String::new();
    for (module, names) in modules {
        let group = match module.split("::").next() {
            Some("std") => &mut groups[0],
            Some("super") => &mut above,
            Some("crate") => &mut groups[2],
            _ => &mut groups[1],
        };
        group.push_str(&declaration("use", module, &names));
    }
    groups[2].insert_str(0, &above);
    let groups: Vec<String> = groups.into_iter().filter(|group| !group.is_empty()).collect();
    groups.join("\n")
}

/// A text, below what it uses.
pub(super) fn above(uses: String, text: &str) -> String {
    let space = if uses.is_empty() { "" } else { "\n" };
    uses + space + text
}

/// `pub use pets::*;` for each module.
pub(super) fn reexports(modules: &[&str]) -> String {
    modules.iter().map(|module| format!("pub use {module}::*;\n")).collect()
}

/// `use module::{A, B};`
pub(super) fn declaration(keyword: &str, module: &str, names: &[&str]) -> String {
    if let [name] = names {
        return format!("{keyword} {module}::{name};\n");
    }
    let line = format!("{keyword} {module}::{{{}}};\n", names.join(", "));
    if line.len() <= WIDTH + 1 {
        return line;
    }
    let mut text = format!("{keyword} {module}::{{\n");
    let mut width = 0;
    for name in names {
        if width > 0 && width + name.len() + 2 > WIDTH {
            text.push('\n');
            width = 0;
        }
        text.push_str(if width == 0 { "    " } else { " " });
        width += name.len() + if width == 0 { 5 } else { 2 };
        text.push_str(name);
        text.push(',');
    }
    text + "\n};\n"
}
