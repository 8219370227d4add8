//! What server and client share of each operation: its parameters, and the bodies that may come in several media types.

use std::collections::HashSet;

use super::code::{Code, object, signature};
use super::defaults::DefaultMethod;
use super::file::SourceFile;
use super::payloads::{content_type, derives};
use super::shorten::shorten;
use super::usage::{ARGUMENTS, FullPaths, argument, optional, ty};
use super::uses;
use crate::ir::{
    Api, Content, ContentKind, Docs, Group, Operation, Parameters, Part, PartKind, Parts,
};

/// The files under `src/operations`.
#[must_use]
pub fn emit(api: &Api) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut modules = Vec::new();
    // Operations share the choices of components.
    let mut written = HashSet::new();
    for group in &api.groups {
        let mut code = Code::default();
        for operation in api.operations_of(group) {
            write_operation(api, operation, &mut code);
            write_choices(api, operation, &mut written, &mut code);
        }
        if !code.is_empty() {
            let docs = format!("What the operations of {} take.", group_name(group));
            let text = shorten(&code.finish(), &[]).finish();
            files.push(SourceFile::text(module_path("operations", group), &[&docs], text));
            modules.push(group.module.as_str());
        }
    }
    let docs = ["The parameters and bodies of each operation, as server and client share them."];
    let root = format!("{}\n{}", declare("operations", "", &modules), uses::reexports(&modules));
    files.push(SourceFile::text("src/operations/mod.rs", &docs, root));
    files
}

/// `mod pets;` for each group; a tag may be called like the module that its file is in.
#[must_use]
pub fn declare(parent: &str, visibility: &str, modules: &[&str]) -> String {
    let mut text = String::new();
    for module in modules {
        if *module == parent {
            text.push_str("#[allow(clippy::module_inception, reason = \"a tag has this name\")]\n");
        }
        text.push_str(&format!("{visibility}mod {module};\n"));
    }
    text
}

/// What a group is called in a doc comment.
#[must_use]
pub fn group_name(group: &Group) -> String {
    match &group.tag {
        Some(tag) => format!("the tag `{}`", tag.replace(['`', '\n', '\r'], " ")),
        None => "no tag".to_owned(),
    }
}

/// Where the module of a group stands: `src/server/pets.rs`.
#[must_use]
pub fn module_path(parent: &str, group: &Group) -> String {
    format!("src/{parent}/{}.rs", group.module.trim_start_matches("r#"))
}

fn write_operation(api: &Api, operation: &Operation, code: &mut Code) {
    if let Some(parameters) = &operation.parameters {
        write_parameters(api, operation, parameters, code);
    }
    parts_of(operation).for_each(|parts| write_parts(api, operation, parts, code));
    if let Some(body) = &operation.body
        && let Some(choice) = &body.choice
    {
        let otherwise = format!("The body of `{}`.", operation.id);
        write_choice(api, choice, (&body.docs, &otherwise), &body.contents, code);
    }
}

/// The bodies of the responses that may come in several media types, but those that are written already.
fn write_choices<'a>(
    api: &Api,
    operation: &'a Operation,
    written: &mut HashSet<&'a str>,
    code: &mut Code,
) {
    for variant in &operation.responses.variants {
        if let Some(choice) = variant.choice.as_deref().filter(|choice| written.insert(choice)) {
            let otherwise = "A response in one of several media types.";
            write_choice(api, choice, (&variant.docs, otherwise), &variant.contents, code);
        }
    }
}

/// The structs of the parts of a body.
pub fn parts_of(operation: &Operation) -> impl Iterator<Item = &Parts> {
    let contents = operation.body.iter().flat_map(|body| &body.contents);
    contents.filter_map(|content| match &content.kind {
        ContentKind::Multipart(parts) => parts.as_ref(),
        _ => None,
    })
}

fn write_parts(api: &Api, operation: &Operation, parts: &Parts, code: &mut Code) {
    let required: usize = parts.parts.iter().map(required_fields).sum();
    let fields: usize = parts.parts.iter().map(|part| 1 + part.headers.len()).sum();
    code.space();
    code.doc(&format!("The parts of the body of `{}`.", operation.id));
    code.line(if required == 0 { "#[derive(Debug, Default)]" } else { "#[derive(Debug)]" });
    code.block(format!("pub struct {}", parts.rust), |code| {
        for part in &parts.parts {
            let ty = match &part.kind {
                PartKind::File => "crate::runtime::FilePart".to_owned(),
                PartKind::Files(_) => "Vec<crate::runtime::FilePart>".to_owned(),
                PartKind::Value { slot, .. } => ty(api, &slot.ty),
            };
            let ty = optional(ty, part.required || part.kind.is_files());
            code.docs(&part.docs);
            code.line(&format!("pub {}: {ty},", part.rust));
            for header in &part.headers {
                let own = self::ty(api, &header.slot.ty);
                code.docs(&header.docs);
                code.line(&format!(
                    "pub {}: {},",
                    header.rust,
                    optional(own, part.has_always(header))
                ));
            }
        }
    });
    if (1..=ARGUMENTS).contains(&required) && required < fields {
        write_new_parts(api, parts, code);
    }
}

/// How many fields a part has that must be given.
fn required_fields(part: &Part) -> usize {
    let own = usize::from(part.required && !part.kind.is_files());
    own + part.headers.iter().filter(|header| part.has_always(header)).count()
}

fn write_new_parts(api: &Api, parts: &Parts, code: &mut Code) {
    let mut arguments = Vec::new();
    let mut given = |name: &str, (ty, converts): (String, bool)| {
        arguments.push(format!("{name}: {ty}"));
        if converts { format!("{name}: {name}.into()") } else { name.to_owned() }
    };
    let mut values: Vec<String> = Vec::new();
    for part in &parts.parts {
        let name = &part.rust;
        values.push(match &part.kind {
            PartKind::Files(_) => format!("{name}: Vec::new()"),
            _ if !part.required => format!("{name}: None"),
            PartKind::File => given(name, ("crate::runtime::FilePart".to_owned(), false)),
            PartKind::Value { slot, .. } => given(name, argument(api, slot)),
        });
        for header in &part.headers {
            let name = &header.rust;
            values.push(match part.has_always(header) {
                true => given(name, argument(api, &header.slot)),
                false => format!("{name}: None"),
            });
        }
    }
    code.space();
    code.block(format!("impl {}", parts.rust), |code| {
        code.doc("What is required, and nothing else.");
        code.line("#[must_use]");
        code.block(signature("pub fn new", arguments, "Self"), |code| {
            code.put("", &object("Self", values), "");
        });
    });
}

fn write_parameters(api: &Api, operation: &Operation, parameters: &Parameters, code: &mut Code) {
    let derived = if parameters.may_be_empty() { ", Default" } else { "" };
    code.space();
    code.doc(&format!("The parameters of `{}`.", operation.id));
    code.line(&format!("#[derive(Debug, Clone, PartialEq{derived})]"));
    code.block(format!("pub struct {}", parameters.rust), |code| {
        for field in &parameters.fields {
            code.docs_or(&field.docs, &format!("`{}` in the {}.", field.wire, field.location));
            let ty = optional(ty(api, &field.slot.ty), field.required);
            code.line(&format!("pub {}: {ty},", field.rust));
        }
    });
    let optional = parameters.fields.iter().filter(|field| !field.required);
    let defaults = optional.filter_map(|field| {
        let taken = |name: &str| parameters.fields.iter().any(|other| name == other.rust);
        DefaultMethod::of(
            (&field.rust, &field.wire),
            (&field.slot.ty, field.default.as_ref()?),
            taken,
            &mut FullPaths(api),
        )
    });
    let defaults: Vec<_> = defaults.collect();
    if !defaults.is_empty() {
        code.space();
        code.block(format!("impl {}", parameters.rust), |code| {
            defaults.iter().for_each(|default| default.write(code));
        });
    }
}

fn write_choice(
    api: &Api,
    name: &str,
    (docs, otherwise): (&Docs, &str),
    contents: &[Content],
    code: &mut Code,
) {
    code.space();
    code.docs_or(docs, otherwise);
    code.line(derives(contents.iter()));
    code.line("#[allow(clippy::large_enum_variant, reason = \"a body is moved once\")]");
    code.block(format!("pub enum {name}"), |code| {
        for content in contents {
            code.doc(&format!("As `{}`.", content.media_type));
            code.line(&format!("{}({}),", content.rust, content_type(api, content)));
        }
    });
}

/// The doc comment of a method for an operation.
pub(super) fn write_operation_docs(operation: &Operation, code: &mut Code) {
    let line = Operation::line(operation.method, &operation.path, operation.sent.as_ref());
    // Where the contract says nothing, this is what the docs say already.
    if !operation.docs.is_empty() && operation.docs.lines.as_slice() != [line.as_str()] {
        code.docs(&operation.docs);
        code.doc("");
    }
    code.doc(&line);
}
