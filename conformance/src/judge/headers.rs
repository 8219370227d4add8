//! Header fields: those that the contract documents, and those that HTTP itself asks for.

use serde_json::Value;
use spec::model::{Header, JsonType, ParameterShape, Schema, SecurityKind};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::{Fault, Judged, Subject, shorten};

pub(super) fn required(subject: &Subject<'_>) -> Judged {
    let documented = subject.documented?;
    let mut wanted = documented.headers.iter().filter(|(_, header)| header.required).peekable();
    wanted.peek()?;
    let missing = wanted.filter(|(name, _)| subject.response.header(name).is_none());
    Some(
        missing
            .map(|(name, header)| {
                Fault::new(format!("the required header field `{name}` is missing"))
                    .expected(format!("`{name}`"))
                    .got("no such field")
                    .at(&header.origin)
            })
            .collect(),
    )
}

pub(super) fn matches(subject: &Subject<'_>) -> Judged {
    let documented = subject.documented?;
    let present: Vec<_> = documented
        .headers
        .iter()
        .filter_map(|(name, header)| Some((name, header, combined(subject, name)?)))
        .collect();
    if present.is_empty() {
        return None;
    }
    let faults = present.into_iter().flat_map(|(name, header, text)| {
        faults_of(subject, header, &text).into_iter().map(move |mut fault| {
            fault.message = format!("header field `{name}`: {}", fault.message);
            fault.pointer = None;
            fault.got = Some(shorten(&text));
            fault
        })
    });
    Some(faults.collect())
}

/// The value of a field that may come in several lines (RFC 9110 §5.3).
fn combined(subject: &Subject<'_>, name: &str) -> Option<String> {
    let lines: Vec<_> = subject.response.header_all(name).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

fn faults_of(subject: &Subject<'_>, header: &Header, text: &str) -> Vec<Fault> {
    let Some(id) = header.schema() else { return Vec::new() };
    let value = match &header.shape {
        ParameterShape::Content(media_type) if media_type.is_json() => {
            match serde_json::from_str(text) {
                Ok(value) => value,
                Err(error) => {
                    return vec![Fault::new(format!("not JSON: {error}")).at(&header.origin)];
                }
            }
        }
        ParameterShape::Content(_) => Value::from(text),
        ParameterShape::Schema { .. } => simple(subject.judge.contract.schema(id), subject, text),
    };
    subject.judge.schemas.faults(id, &value, 3)
}

/// The value behind a text of style `simple`: what the schema's type makes of it, else the text itself.
fn simple(schema: &Schema, subject: &Subject<'_>, text: &str) -> Value {
    let text = text.trim();
    match schema.types.single() {
        Some(JsonType::Integer | JsonType::Number) => {
            text.parse::<serde_json::Number>().map_or_else(|_| Value::from(text), Value::Number)
        }
        Some(JsonType::Boolean) => match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::from(text),
        },
        Some(JsonType::Array) => {
            let items = schema.items.map(|id| subject.judge.contract.schema(id));
            let value = |item: &str| match items {
                Some(items) => simple(items, subject, item),
                None => Value::from(item.trim()),
            };
            text.split(',').map(value).collect()
        }
        _ => Value::from(text),
    }
}

/// RFC 9110 §15.5.2: a 401 must tell how to authenticate. API keys have no scheme that it could name.
pub(super) fn www_authenticate(subject: &Subject<'_>) -> Judged {
    let schemes = &subject.judge.contract.security_schemes;
    let has_scheme = subject
        .operation
        .security
        .iter()
        .flat_map(|requirement| requirement.schemes.keys())
        .filter_map(|name| schemes.get(name))
        .any(|scheme| {
            !matches!(scheme.kind, SecurityKind::ApiKey { .. } | SecurityKind::MutualTls)
        });
    if subject.status() != 401 || !has_scheme {
        return None;
    }
    let value = subject.response.header("www-authenticate").map(str::trim).unwrap_or_default();
    if !value.is_empty() {
        return Some(Vec::new());
    }
    let fault = Fault::new("a 401 must say how to authenticate (RFC 9110 §15.5.2)")
        .expected("`WWW-Authenticate` with a challenge")
        .got("no such field");
    Some(vec![at_response(subject, fault)])
}

/// RFC 9110 §15.5.6: a 405 must say which methods there are.
pub(super) fn allow(subject: &Subject<'_>) -> Judged {
    if subject.status() != 405 {
        return None;
    }
    if subject.response.header("allow").is_some() {
        return Some(Vec::new());
    }
    let fault = Fault::new("a 405 must list the methods that are allowed (RFC 9110 §15.5.6)")
        .expected(format!("`Allow: {}`", documented_methods(subject).join(", ")))
        .got("no `Allow`");
    Some(vec![at_response(subject, fault)])
}

/// Every documented method is among them, and the refused one is not.
pub(super) fn allow_complete(subject: &Subject<'_>) -> Judged {
    let fields: Vec<_> = subject.response.header_all("allow").collect();
    if subject.status() != 405 || fields.is_empty() {
        return None;
    }
    let text = fields.join(", ");
    let allowed: Vec<_> = text.split(',').map(str::trim).collect();
    let documented = documented_methods(subject);
    let missing = documented.iter().find(|method| !allowed.contains(method));
    let refused = subject.request_method;
    let message = match missing {
        Some(missing) => format!("`Allow` leaves out {missing}, which is documented"),
        None if subject.is_probe() && allowed.contains(&refused) => {
            format!("`Allow` lists {refused}, which was refused")
        }
        None => return Some(Vec::new()),
    };
    let expected = format!("`Allow: {}`", documented.join(", "));
    let fault = Fault::new(message).expected(expected).got(shorten(&text));
    Some(vec![at_response(subject, fault)])
}

/// RFC 9110 §10.2.3: a date, or how many seconds to wait.
pub(super) fn retry_after(subject: &Subject<'_>) -> Judged {
    let text = subject.response.header("retry-after")?.trim();
    let is_seconds = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // The dates of HTTP are those of mail, in GMT (§5.6.7).
    let is_date = || text.ends_with("GMT") && OffsetDateTime::parse(text, &Rfc2822).is_ok();
    if is_seconds || is_date() {
        return Some(Vec::new());
    }
    let fault =
        Fault::new("`Retry-After` is neither a number of seconds nor a date (RFC 9110 §10.2.3)")
            .expected("a number of seconds, or a date like `Wed, 21 Oct 2015 07:28:00 GMT`")
            .got(shorten(text));
    Some(vec![at_response(subject, fault)])
}

fn documented_methods<'a>(subject: &Subject<'a>) -> Vec<&'a str> {
    let shape = subject.operation.path.shape();
    let operations = &subject.judge.contract.operations;
    let those = operations.iter().filter(|operation| operation.path.shape() == shape);
    those.map(|operation| operation.method.as_str()).collect()
}

fn at_response(subject: &Subject<'_>, fault: Fault) -> Fault {
    match subject.documented {
        Some(documented) => fault.at(&documented.origin),
        None => fault.at(&subject.operation.origin),
    }
}
