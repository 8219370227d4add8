//! Header fields with a checksum of the body: `X-Checksum-Sha256`, `Content-Digest` (RFC 9530); and members of answers with one of
//! a file. No value that a schema admits is right but one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use spec::model::{Location as In, Operation, Parameter, SchemaId};

use super::Planner;
use super::draft::file;
use crate::case::{Content, Request, Text};
use crate::sample::Sample;

/// How a checksum is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Hexadecimal,
    Base64,
    /// `sha-256=:…:`
    Digest,
}

impl Form {
    pub(super) fn write(self, bytes: &[u8]) -> String {
        let hash = Sha256::digest(bytes);
        match self {
            Self::Hexadecimal => hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            Self::Base64 => STANDARD.encode(hash),
            Self::Digest => format!("sha-256=:{}:", STANDARD.encode(hash)),
        }
    }
}

/// How a parameter has the SHA-256 of the body, if it does.
fn form(planner: &Planner<'_>, parameter: &Parameter) -> Option<Form> {
    let name = parameter.name.to_lowercase();
    if parameter.location != In::Header {
        return None;
    }
    if matches!(name.as_str(), "content-digest" | "repr-digest") {
        return Some(Form::Digest);
    }
    let said = parameter.description.as_deref().unwrap_or_default().to_lowercase();
    is_of_file(&name, &said).then_some(())?;
    admitted(|value| {
        parameter.schema().is_none_or(|schema| planner.sampler.admits_value(schema, value))
    })
}

/// Whether what is called and described so is the SHA-256 of a file, or of all that is sent.
fn is_of_file(name: &str, said: &str) -> bool {
    const FILES: [&str; 5] = ["body", "file", "content", "upload", "bytes"];
    let is_sha =
        [name, said].into_iter().any(|text| text.contains("sha256") || text.contains("sha-256"));
    is_sha && FILES.into_iter().any(|what| said.contains(what))
}

/// The first form of which the schema admits values.
fn admitted(admits: impl Fn(&Value) -> bool) -> Option<Form> {
    let written = |form: &Form| admits(&Value::from(form.write(b"")));
    [Form::Hexadecimal, Form::Base64].into_iter().find(written)
}

/// How a member of an answer has the SHA-256 of a file, if it is said to and a pattern tells how.
pub(super) fn form_told(planner: &Planner<'_>, name: &str, schemas: &[SchemaId]) -> Option<Form> {
    let described = schemas.iter().map(|id| planner.contract.schema(*id));
    let told: Vec<String> =
        described.filter_map(|one| one.description.as_deref()).map(str::to_lowercase).collect();
    is_of_file(&name.to_lowercase(), &told.join(" ")).then_some(())?;
    let admits =
        |value: &Value| schemas.iter().all(|one| planner.sampler.admits_value(*one, value));
    // A text that may be anything may be written in any way.
    (!admits(&Value::from("any text"))).then_some(())?;
    admitted(admits)
}

impl Planner<'_> {
    /// The checksum of the file that requests of an operation have for their body.
    pub(super) fn checksum(&self, operation: &Operation, parameter: &Parameter) -> Option<Sample> {
        let form = form(self, parameter)?;
        let Content::Bytes(bytes) = file(self, operation)?.content else { return None };
        Some(Sample::Value(form.write(&bytes).into()))
    }

    /// Where a request has the checksum of that file and another body, gives it the checksum of its own.
    pub(super) fn check_sum_up(&self, operation: &Operation, request: &mut Request) {
        let Some(Content::Bytes(own)) = request.body.as_ref().map(|body| &body.content) else {
            return;
        };
        for parameter in &operation.parameters {
            let Some(form) = form(self, parameter) else { continue };
            let Some(Sample::Value(Value::String(planned))) = self.checksum(operation, parameter)
            else {
                continue;
            };
            let mut fields = request.headers.iter_mut();
            let field = fields.find(|pair| pair.name.eq_ignore_ascii_case(&parameter.name));
            if let Some(field) = field.filter(|pair| pair.value == Text::literal(&planned)) {
                field.value = Text::literal(form.write(own));
            }
        }
    }
}
