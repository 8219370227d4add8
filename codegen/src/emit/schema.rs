//! Keywords as the runtime's tables have them: `Not(&[Required(&["left"])])`.

use serde_json::{Number, Value};

use super::code::{Code, Expr, call, list, slice};
use super::file::SourceFile;
use super::rules::{own, pattern};
use super::types::{kind, string};
use super::uses;
use crate::ir::Api;
use crate::ir::schema::{Format, Keyword, Keywords};

/// `src/schemas.rs`: the schemas that keywords refer to; `None` where there are none.
pub(super) fn emit(api: &Api) -> Option<SourceFile> {
    if api.shared_schemas.is_empty() {
        return None;
    }
    let mut code = Code::default();
    for schema in &api.shared_schemas {
        code.space();
        let head = format!("pub(crate) static {}: Schema = ", schema.rust);
        code.put(&head, &table(&schema.keywords), ";");
    }
    let text = code.finish();
    let used = |name: &'static str| text.contains(&format!("{name}::")).then_some(name);
    let mut schema: Vec<&str> =
        [used("Format"), used("Literal"), Some("Schema")].into_iter().flatten().collect();
    if api.shared_schemas.iter().any(|schema| !schema.keywords.is_empty()) {
        schema.insert(0, "Keyword::*");
    }
    let modules = [
        ("crate::runtime::schema", schema),
        ("crate::runtime::union", used("Kind").into_iter().collect()),
    ];
    let modules = modules.into_iter().filter(|(_, names): &(_, Vec<_>)| !names.is_empty());
    let docs = ["Schemas that values are held against where no type says what they must be."];
    Some(SourceFile::text("src/schemas.rs", &docs, uses::above(uses::render(modules), &text)))
}

/// `&[keyword, keyword]`
pub(super) fn table(keywords: &Keywords) -> Expr {
    slice(keywords.iter().map(keyword))
}

fn tables(schemas: &[Keywords]) -> Expr {
    slice(schemas.iter().map(table))
}

/// `[keyword, keyword]`
pub(super) fn bracketed(keywords: &Keywords) -> Expr {
    list("[", keywords.iter().map(keyword), "]")
}

fn keyword(keyword: &Keyword) -> Expr {
    match keyword {
        Keyword::Never => "Never".into(),
        Keyword::Type(types) => {
            let kinds = types.iter().map(|ty| format!("Kind::{}", kind(*ty)));
            call("Type", [slice(kinds)])
        }
        Keyword::Enum(values) => call("Enum", [slice(values.iter().map(literal))]),
        Keyword::Rules(rules) => call("Rules", [call("rules!", own(rules))]),
        Keyword::Format(format) => call("Format", [format!("Format::{}", format_name(*format))]),
        Keyword::Required(names) => call("Required", [texts(names)]),
        Keyword::Properties(all) => call("Properties", [named(all)]),
        Keyword::PatternProperties(all) => {
            let pair = |(written, schema)| {
                // A block of its own, as what stands there must be known when it is compiled.
                let pattern = format!("const {{ {} }}", pattern(written));
                list("(", [pattern.into(), table(schema)], ")")
            };
            let all = all.iter().map(|(written, schema)| pair((written, schema)));
            call("PatternProperties", [slice(all)])
        }
        Keyword::AdditionalProperties(schema) => call("AdditionalProperties", [table(schema)]),
        Keyword::PropertyNames(schema) => call("PropertyNames", [table(schema)]),
        Keyword::DependentRequired(all) => {
            let pair = |(name, names): &(String, Vec<String>)| {
                list("(", [string(name).into(), texts(names)], ")")
            };
            call("DependentRequired", [slice(all.iter().map(pair))])
        }
        Keyword::DependentSchemas(all) => call("DependentSchemas", [named(all)]),
        Keyword::PrefixItems(schemas) => call("PrefixItems", [tables(schemas)]),
        Keyword::Items(schema) => call("Items", [table(schema)]),
        Keyword::Contains(schema, least, most) => {
            let counts = [least.to_string(), format!("{most:?}")];
            call("Contains", std::iter::once(table(schema)).chain(counts.map(Expr::from)))
        }
        Keyword::AllOf(schemas) => call("AllOf", [tables(schemas)]),
        Keyword::AnyOf(schemas) => call("AnyOf", [tables(schemas)]),
        Keyword::OneOf(schemas) => call("OneOf", [tables(schemas)]),
        Keyword::Not(schema) => call("Not", [table(schema)]),
        Keyword::If(condition, consequence, alternative) => {
            call("If", [table(condition), table(consequence), table(alternative)])
        }
        Keyword::Ref(name) => call("Ref", [format!("&crate::schemas::{name}")]),
        Keyword::UnevaluatedItems(schema) => call("UnevaluatedItems", [table(schema)]),
        Keyword::UnevaluatedProperties(schema) => call("UnevaluatedProperties", [table(schema)]),
    }
}

/// `&[("name", &[keyword])]`
fn named(all: &[(String, Keywords)]) -> Expr {
    slice(all.iter().map(|(name, schema)| list("(", [string(name).into(), table(schema)], ")")))
}

fn texts(names: &[String]) -> Expr {
    slice(names.iter().map(|name| string(name)))
}

fn literal(value: &Value) -> Expr {
    match value {
        Value::Null => "Literal::Null".into(),
        Value::Bool(value) => format!("Literal::Boolean({value})").into(),
        Value::Number(number) => number_literal(number).into(),
        Value::String(text) => format!("Literal::Text({})", string(text)).into(),
        Value::Array(items) => call("Literal::Array", [slice(items.iter().map(literal))]),
        Value::Object(members) => {
            let pair = |(name, value)| list("(", [string(name).into(), literal(value)], ")");
            let members = members.iter().map(|(name, value)| pair((name.as_str(), value)));
            call("Literal::Object", [slice(members)])
        }
    }
}

fn number_literal(number: &Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(value) => format!("Literal::Float({value:?})"),
        None => format!("Literal::Integer({number})"),
    }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Uuid => "Uuid",
        Format::DateTime => "DateTime",
        Format::Date => "Date",
        Format::Uri => "Uri",
    }
}
