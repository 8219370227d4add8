//! The types of the contract: `src/types`.
//!
//! A type is its declaration and, below it, its table: which member is which field, which value which variant, and the
//! rules.

mod constructors;
mod conversions;
mod declarations;
mod imports;
mod tables;
mod text;

use std::collections::BTreeMap;

use super::code::Code;
use super::file::SourceFile;
use super::operations::declare;
use super::uses;
use crate::ir::types::Item;
use crate::ir::{Api, Type, TypeId};
use conversions::Conversions;
use imports::{Imports, Taken};
pub(super) use tables::kind;
pub(super) use text::string;

/// The files under `src/types`.
#[must_use]
pub fn emit(api: &Api) -> Vec<SourceFile> {
    let taken = Taken::of(api);
    let conversions = Conversions::of(api);
    let mut names: Vec<&str> = api.types.iter().map(|item| item.file.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut files = vec![emit_root(&names)];
    let mut by_file: BTreeMap<&str, Vec<(TypeId, &Item)>> = BTreeMap::new();
    for (id, item) in (0..).map(TypeId).zip(&api.types) {
        by_file.entry(&item.file).or_default().push((id, item));
    }
    let whole = Whole { api, taken, conversions };
    files.extend(by_file.into_iter().map(|(name, items)| whole.emit_file(name, &items)));
    files
}

fn emit_root(names: &[&str]) -> SourceFile {
    let text = format!("{}\n{}", declare("types", "", names), uses::reexports(names));
    SourceFile::text("src/types/mod.rs", &["The types of the contract."], text)
}

/// What files look things up in.
struct Whole<'a> {
    api: &'a Api,
    taken: Taken<'a>,
    conversions: Conversions,
}

impl Whole<'_> {
    fn emit_file(&self, name: &str, items: &[(TypeId, &Item)]) -> SourceFile {
        let mut imports = Imports::new(self.api, &self.taken, items.iter().map(|(_, item)| *item));
        let mut code = Code::default();
        for (id, item) in items {
            declarations::write(item, &mut imports, &mut code);
            tables::write(item, &mut imports, &mut code);
            self.conversions.write(self.api, *id, item, &mut imports, &mut code);
        }
        let docs = match items {
            [(_, item)] => format!("The type `{}`.", item.rust),
            _ if name == "shared" => {
                "Types that several parts of the API share, or none uses.".to_owned()
            }
            _ => format!("Types of `{name}`."),
        };
        let text = uses::above(imports.render(), &code.finish());
        SourceFile::text(format!("src/types/{name}.rs"), &[&docs], text)
    }
}

/// Whether text can be converted into the type with `into()`.
fn is_string(ty: &Type) -> bool {
    *ty == Type::String
}
