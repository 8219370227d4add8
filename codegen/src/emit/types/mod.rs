//! The types of the contract: `src/types`.
//!
//! A type is its declaration and, below it, its table: which member is which field, which value which variant, and the
//! rules.

mod constructors;
mod declarations;
mod imports;
mod tables;
mod text;

use super::code::Code;
use super::file::SourceFile;
use super::operations::declare;
use super::uses;
use crate::ir::types::Item;
use crate::ir::{Api, Type};
use imports::Imports;
pub(super) use tables::kind;
pub(super) use text::string;

/// The files under `src/types`.
#[must_use]
pub fn emit(api: &Api) -> Vec<SourceFile> {
    let taken = imports::Taken::of(api);
    let mut names: Vec<&str> = api.types.iter().map(|item| item.file.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut files = vec![emit_root(&names)];
    let mut by_file: std::collections::BTreeMap<&str, Vec<&Item>> =
        std::collections::BTreeMap::new();
    for item in &api.types {
        by_file.entry(&item.file).or_default().push(item);
    }
    files.extend(by_file.into_iter().map(|(name, items)| emit_file(api, &taken, name, &items)));
    files
}

fn emit_root(names: &[&str]) -> SourceFile {
    let text = format!("{}\n{}", declare("types", "", names), uses::reexports(names));
    SourceFile::text("src/types/mod.rs", &["The types of the contract."], text)
}

fn emit_file(api: &Api, taken: &imports::Taken, name: &str, items: &[&Item]) -> SourceFile {
    let mut imports = Imports::new(api, taken, items);
    let mut code = Code::default();
    for item in items {
        declarations::write(item, &mut imports, &mut code);
        tables::write(item, &mut imports, &mut code);
    }
    let docs = match items {
        [item] => format!("The type `{}`.", item.rust),
        _ if name == "shared" => {
            "Types that several parts of the API share, or none uses.".to_owned()
        }
        _ => format!("Types of `{name}`."),
    };
    let text = uses::above(imports.render(), &code.finish());
    SourceFile::text(format!("src/types/{name}.rs"), &[&docs], text)
}

/// Whether text can be converted into the type with `into()`.
fn is_string(ty: &Type) -> bool {
    *ty == Type::String
}
