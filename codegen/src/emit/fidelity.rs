//! `tests/fidelity`: a test of a generated crate that sends values through each of its types.
//!
//! The table of types is written from the [`Api`]; who judges is the same for every crate. The values are no part of
//! the source: whoever draws them from the contract writes them to [`VALUES`], so that the test compiles in the same
//! time however many they are.

use crate::GeneratedFile;
use crate::emit::file::SourceFile;
use crate::ir::types::Slot;
use crate::ir::{Api, Type};

/// Where the test reads values: one JSON object a line, with `type` (as in the table), `keyword`, `at`, `value`,
/// `valid`, and perhaps `spoken` and `excuse`.
pub const VALUES: &str = "tests/fidelity/values.jsonl";

/// The files of the test.
#[must_use]
pub fn emit(api: &Api) -> Vec<GeneratedFile> {
    let mut text = format!(
        "mod judge;\n\nuse {library} as api;\nuse api::types;\nuse judge::{{Trip, trip}};\n\n",
        library = api.package.library
    );
    text.push_str("/// Each type, and the way through it.\nstatic TYPES: &[(&str, Trip)] = &[\n");
    for (_, ty) in &api.schemas {
        let Some(name) = name(api, ty) else { continue };
        let path = path(api, ty);
        text.push_str(&format!("    (\"{name}\", trip::<{path}>),\n"));
    }
    text.push_str(&format!(
        "];\n\n#[test]\nfn values_come_back_and_violations_are_refused() {{\n    \
         judge::judge(TYPES, concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{VALUES}\"));\n}}\n"
    ));
    let docs = ["Values of each schema go through its type and come back, or are refused."];
    let judge = include_str!("../../fidelity/judge.rs");
    vec![
        SourceFile::text("tests/fidelity/judge.rs", &[], judge.to_owned()).finish(api),
        SourceFile::text("tests/fidelity/main.rs", &docs, text).finish(api),
    ]
}

/// What a type of [`Api::schemas`] is called in the table.
#[must_use]
pub fn name(api: &Api, ty: &Type) -> Option<String> {
    match ty {
        Type::Named(id) => Some(api.item(*id).rust.clone()),
        Type::Nullable(slot) => Some(format!("Option<{}>", name(api, &slot.ty)?)),
        _ => None,
    }
}

fn path(api: &Api, ty: &Type) -> String {
    match ty {
        Type::Nullable(slot) => {
            let Slot { ty, .. } = &**slot;
            format!("Option<{}>", path(api, ty))
        }
        other => format!("types::{}", name(api, other).unwrap_or_default()),
    }
}
