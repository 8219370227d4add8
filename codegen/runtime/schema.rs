//! What values must keep that no type says: the keywords of JSON Schema 2020-12, asked of the JSON value itself.
//!
//! A type has such keywords where a table below it says so: `schema!(Pet = [Not(&[Required(&["left"])])]);`. Servers ask
//! them of what they are sent, `validate()` of what the value is written as. A type without them is read, written and
//! checked as if this module weren't there.

mod evaluate;
mod literal;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::Value;

use super::json::{Json, Shape, Wire};
use super::pattern::Pattern;
use super::rules::Rules;
use super::union::Kind;
use super::validation::{Report, Strictness};
pub use evaluate::judge;
pub use literal::Literal;

/// All that is asked of a value: each of these. None: any value will do.
pub type Schema = &'static [Keyword];

/// A keyword of JSON Schema. It speaks only of values that it makes sense for.
///
/// The keywords that look at what others have left (`additionalProperties`, `items`, `unevaluated…`) stand behind those.
#[derive(Debug, Clone, Copy)]
pub enum Keyword {
    /// No value will do: the schema `false`.
    Never,
    /// `type`
    Type(&'static [Kind]),
    /// `enum`, and `const` for one.
    Enum(&'static [Literal]),
    /// Lengths, bounds, counts, a pattern, a format that has no type.
    Rules(&'static Rules),
    /// A format that has a type of its own.
    Format(Format),
    /// `required`
    Required(&'static [&'static str]),
    /// `properties`
    Properties(&'static [(&'static str, Schema)]),
    /// `patternProperties`
    PatternProperties(&'static [(&'static Pattern, Schema)]),
    /// `additionalProperties`: of the members that neither of the two before names.
    AdditionalProperties(Schema),
    /// `propertyNames`
    PropertyNames(Schema),
    /// `dependentRequired`
    DependentRequired(&'static [(&'static str, &'static [&'static str])]),
    /// `dependentSchemas`
    DependentSchemas(&'static [(&'static str, Schema)]),
    /// `prefixItems`
    PrefixItems(&'static [Schema]),
    /// `items`: of the items behind the prefix.
    Items(Schema),
    /// `contains`, with `minContains` and `maxContains`.
    Contains(Schema, usize, Option<usize>),
    /// `allOf`
    AllOf(&'static [Schema]),
    /// `anyOf`
    AnyOf(&'static [Schema]),
    /// `oneOf`
    OneOf(&'static [Schema]),
    /// `not`
    Not(Schema),
    /// `if`, `then` and `else`.
    If(Schema, Schema, Schema),
    /// `$ref`: what another schema asks.
    Ref(&'static Schema),
    /// `unevaluatedItems`
    UnevaluatedItems(Schema),
    /// `unevaluatedProperties`
    UnevaluatedProperties(Schema),
}

/// A format that has a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `uuid` (RFC 9562)
    Uuid,
    /// `date-time` (RFC 3339)
    DateTime,
    /// `date` (RFC 3339)
    Date,
    /// `uri` (RFC 3986)
    Uri,
}

/// The schema of a type: `schema!(Pet = [keyword, keyword]);`
#[macro_export]
macro_rules! schema {
    ($name:ident = [$($keywords:tt)*]) => {
        impl $name {
            /// What no type says.
            pub(crate) fn schema() -> $crate::schema::Schema {
                #[allow(unused_imports)]
                use $crate::{
                    schema::{Format, Keyword::*, Literal, Schema},
                    union::Kind,
                };
                static KEYWORDS: Schema = &[$($keywords)*];
                KEYWORDS
            }
        }
    };
}

/// What [`Json`] is of a type with a [`schema!`](crate).
#[macro_export]
macro_rules! judged {
    () => {
        fn read<'de, D: serde::Deserializer<'de>>(
            input: D,
            rules: &$crate::rules::Rules,
            report: &mut $crate::validation::Report,
        ) -> Result<Option<Self>, D::Error> {
            $crate::schema::read(Self::schema(), input, rules, report)
        }

        fn check(&self, rules: &$crate::rules::Rules, report: &mut $crate::validation::Report) {
            $crate::schema::check(Self::schema(), self, rules, report);
        }
    };
}

/// Reads a value of a type with this schema.
///
/// # Errors
/// Where the input is malformed.
pub fn read<'de, T: Json, D: Deserializer<'de>>(
    schema: Schema,
    input: D,
    rules: &Rules,
    report: &mut Report,
) -> Result<Option<T>, D::Error> {
    if schema.is_empty() || !report.is_strict() {
        return T::Shape::read(input, rules, report);
    }
    let mut typed = report.fork(Strictness::Strict);
    if report.is_text() {
        // Plain text has no types: it is looked at as what it was read as.
        let read = T::Shape::read(input, rules, &mut typed)?;
        let written = read.as_ref().and_then(|read| serde_json::to_value(Wire(read)).ok());
        note(schema, written.as_ref(), typed, report);
        return Ok(read);
    }
    let value = Value::deserialize(input)?;
    let read = T::Shape::read(&value, rules, &mut typed).map_err(D::Error::custom)?;
    note(schema, Some(&value), typed, report);
    Ok(read)
}

/// Looks at the rules of a value of a type with this schema, and at what the schema says.
pub fn check<T: Json>(schema: Schema, value: &T, rules: &Rules, report: &mut Report) {
    if schema.is_empty() || !report.is_strict() {
        return T::Shape::check(value, rules, report);
    }
    let mut typed = report.fork(Strictness::Strict);
    T::Shape::check(value, rules, &mut typed);
    note(schema, serde_json::to_value(Wire(value)).ok().as_ref(), typed, report);
}

/// Notes what the type found, and what the schema asks beyond that: one mistake is told once.
fn note(schema: Schema, value: Option<&Value>, typed: Report, report: &mut Report) {
    report.pass_over(typed.passed_over());
    report.count(&typed);
    let mut violations = typed.into_violations();
    if let Some(value) = value {
        let mut judged = Report::new(Strictness::Strict);
        evaluate::judge(schema, value, &mut judged);
        let mut more = judged.into_violations();
        more.retain(|one| {
            !violations.iter().any(|it| it.code == one.code && it.location == one.location)
        });
        violations.append(&mut more);
    }
    report.append(violations);
}
