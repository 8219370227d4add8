//! The JSON Schema of the JSON report, from the types that it is written from.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::model::Report;

/// The schema as it is published: the file `report.schema.json`.
pub const PUBLISHED: &str = include_str!("../../report.schema.json");

/// The address that the schema goes by.
const ID: &str = "https://github.com/workspace-contract/workspace-contract/blob/main/conformance/report.schema.json";

/// The schema of the JSON report, in the dialect of JSON Schema 2020-12.
#[must_use]
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.root_schema_for::<Report>();
    schema.insert("$id".to_owned(), ID.into());
    schema.insert("title".to_owned(), "The JSON report of a conformance run".into());
    schema.to_value()
}
