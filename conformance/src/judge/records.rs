//! Content of several records: tables (RFC 4180) and lines of JSON.
//!
//! To a case it is an array, so that it can be held against a list: of the values of its lines, or of objects of text
//! that are named by a table's first line.

use serde_json::{Map, Value};
use spec::model::{JsonType, Records, records};
use spec::resources::says_tables_are_standard;

use super::{Fault, Judged, Subject, shorten};

/// How many violations of one body are told.
const MOST: usize = 10;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// What stands before each value of a JSON text sequence (RFC 7464).
const SEPARATOR: u8 = 0x1e;

/// Content that is declared as records, as an array, or why it is none; `None`: it isn't declared so.
pub(super) fn read(subject: &Subject<'_>) -> Option<Result<Value, String>> {
    let declared = records(subject.response.header("content-type")?)?;
    let body = &subject.response.body;
    let read = match declared {
        Records::Table => table(body),
        Records::Json => values(body),
    };
    Some(read.map(Value::Array))
}

/// What is declared as records of this kind, by the answer and by the contract.
fn declared<'s>(subject: &'s Subject<'_>, wanted: Records) -> Option<&'s [u8]> {
    let documented = subject.media_type?.records() == Some(wanted);
    let body = &subject.response.body;
    (documented && !body.is_empty() && !subject.is_probe_beside()).then_some(&**body)
}

/// The records of a table, named by the first one.
fn table(bytes: &[u8]) -> Result<Vec<Value>, String> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let names = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let members = names.iter().zip(&record);
        let members: Map<String, Value> =
            members.map(|(name, field)| (name.to_owned(), field.into())).collect();
        rows.push(Value::Object(members));
    }
    Ok(rows)
}

/// The values of lines, or of a sequence.
fn values(bytes: &[u8]) -> Result<Vec<Value>, String> {
    let lines = bytes.split(|byte| matches!(*byte, b'\n' | SEPARATOR));
    let lines = lines.map(<[u8]>::trim_ascii).enumerate().filter(|(_, line)| !line.is_empty());
    let value = |(n, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|error| format!("line {}: {error}", n + 1))
    };
    lines.map(value).collect()
}

pub(super) fn are_json(subject: &Subject<'_>) -> Judged {
    let body = declared(subject, Records::Json)?;
    let Err(reason) = values(body) else { return Some(Vec::new()) };
    let fault = Fault::new(format!("the lines are not JSON: {reason}"))
        .expected("a JSON value a line")
        .got(shorten(&String::from_utf8_lossy(body)))
        .at(&subject.media_type?.origin);
    Some(vec![fault])
}

/// The schema is that of a line, but where it is one of an array: then it is that of all lines. Where it is one of a text, it
/// is that of the whole as it is written, as teams have it that write OpenAPI 3.0.
pub(super) fn match_schema(subject: &Subject<'_>) -> Judged {
    let lines = values(declared(subject, Records::Json)?).ok()?;
    let media_type = subject.media_type?;
    let schemas = &subject.judge.schemas;
    let types = |id| subject.judge.contract.schema(id).types;
    let is_text = |id| types(id).single() == Some(JsonType::String);
    if let Some(text) =
        media_type.schema.filter(|id| media_type.item_schema.is_none() && is_text(*id))
    {
        let text_of = String::from_utf8(subject.response.body.to_vec()).ok()?;
        return Some(schemas.faults(text, &Value::String(text_of), MOST));
    }
    let all = media_type.schema.filter(|id| types(*id).contains(JsonType::Array));
    let mut faults = match (media_type.item_schema, all, media_type.schema) {
        (None, Some(all), _) => schemas.faults(all, &Value::Array(lines), MOST + 1),
        (Some(line), ..) | (None, None, Some(line)) => {
            lines.iter().flat_map(|value| schemas.faults(line, value, 1)).take(MOST + 1).collect()
        }
        (None, None, None) => return None,
    };
    if faults.len() > MOST {
        faults.truncate(MOST);
        faults.push(Fault::new("and more violations of the schema"));
    }
    Some(faults)
}

pub(super) fn are_even(subject: &Subject<'_>) -> Judged {
    let Err(reason) = table(declared(subject, Records::Table)?) else { return Some(Vec::new()) };
    let fault = Fault::new(format!("the table can't be read: {reason}"))
        .expected("as many fields as the first record has")
        .got(reason)
        .told(are_told(subject))
        .at(&subject.media_type?.origin);
    Some(vec![fault])
}

/// Whether the document tells how the tables are written that the operation answers with.
fn are_told(subject: &Subject<'_>) -> bool {
    let own = subject.operation.description.as_deref();
    let of_answer = subject.documented.map(|response| response.description.as_str());
    own.into_iter().chain(of_answer).any(says_tables_are_standard)
}

pub(super) fn end_well(subject: &Subject<'_>) -> Judged {
    let body = declared(subject, Records::Table)?;
    let Some(number) = bare_line_end(body) else { return Some(Vec::new()) };
    let fault = Fault::new(format!("line {number} ends without CR before its LF"))
        .expected("CR and LF")
        .got("LF")
        .told(are_told(subject))
        .at(&subject.media_type?.origin);
    Some(vec![fault])
}

/// The first line of a table, counted from 1, whose end is a bare LF; within quotes a line break belongs to the field.
fn bare_line_end(body: &[u8]) -> Option<usize> {
    let (mut is_quoted, mut line, mut before) = (false, 1, 0);
    for byte in body {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted && before != b'\r' => return Some(line),
            b'\n' if !is_quoted => line += 1,
            _ => {}
        }
        before = *byte;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tables_are_named_by_their_first_line() {
        let rows = table("\u{feff}id,name\r\n1,\"a, \"\"b\"\"\"\r\n2,\r\n".as_bytes());
        let expected = vec![json!({"id": "1", "name": "a, \"b\""}), json!({"id": "2", "name": ""})];
        assert_eq!(rows, Ok(expected));
        assert!(table(b"id,name\r\n1,a, b\r\n").is_err());
        assert!(table(b"id,name\r\n1\r\n").is_err());
    }

    #[test]
    fn lines_have_a_value_each() {
        let expected = Ok(vec![json!({"id": 1}), json!([2])]);
        assert_eq!(values(b"{\"id\": 1}\n[2]\n"), expected);
        assert_eq!(values(b"\x1e{\"id\": 1}\n\x1e[2]\n"), expected);
        assert!(values(b"{\"id\": 1} 2\n").is_err());
    }

    #[test]
    fn lines_end_with_both_characters() {
        assert_eq!(bare_line_end(b"a,b\r\n\"1\n2\",3\r\n"), None);
        assert_eq!(bare_line_end(b"a,b\r\n1,2\n"), Some(2));
    }
}
