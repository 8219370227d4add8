//! A request as a line that a shell runs.

use std::fmt::Write as _;

use super::redact::Redactor;
use crate::transport::HttpRequest;

/// The request as a `curl` line; secrets are left to environment variables.
pub(super) fn curl(request: &HttpRequest, url: &str, redactor: &Redactor) -> String {
    let quote = |text: &str| quote(&redactor.text(text), redactor);
    let mut line = match request.method.as_str() {
        "GET" => "curl -i".to_owned(),
        "HEAD" => "curl -i --head".to_owned(),
        method => format!("curl -i -X {}", quote(method)),
    };
    if request.target.split(['/', '?']).any(|segment| matches!(segment, "." | "..")) {
        line.push_str(" --path-as-is");
    }
    let _ = write!(line, " {}", quote(url));
    for (name, value) in &request.headers {
        if is_default(name, value) {
            continue;
        }
        let field = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        let _ = write!(line, " -H {}", quote(&field));
    }
    let Some(body) = &request.body else { return line };
    if request.header("content-type").is_none() {
        line.push_str(" -H 'content-type:'");
    }
    match std::str::from_utf8(body) {
        Ok(text) if !text.contains(['\0', '\r']) => {
            let _ = write!(line, " --data-binary {}", quote(&after_at(text)));
            line
        }
        _ => format!("printf {} | {line} --data-binary @-", octal(body)),
    }
}

/// What `curl` sends by itself, or what makes no difference to it.
fn is_default(name: &str, value: &str) -> bool {
    matches!((name, value), ("user-agent", _) | ("accept", "*/*") | ("accept-encoding", "identity"))
}

/// `curl` takes data that begins with `@` for the name of a file; a blank before it changes nothing in JSON.
fn after_at(text: &str) -> String {
    if text.starts_with('@') { format!(" {text}") } else { text.to_owned() }
}

/// Between single quotes, with variables outside of them.
fn quote(text: &str, redactor: &Redactor) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut quoted = format!("'{}'", text.replace('\'', r"'\''"));
    let mut variables: Vec<_> = redactor.variables().collect();
    variables.sort_by_key(|variable| std::cmp::Reverse(variable.len()));
    variables.dedup();
    for variable in variables {
        quoted = quoted.replace(variable, &format!("'\"{}\"'", variable.replace('$', "\u{1}")));
    }
    let quoted = quoted.replace('\u{1}', "$");
    // A variable at either end leaves an empty pair of quotes there.
    let quoted = quoted.strip_suffix("\"''").map_or(quoted.clone(), |start| format!("{start}\""));
    quoted.strip_prefix("''\"").map_or(quoted.clone(), |end| format!("\"{end}"))
}

/// Bytes as `printf` writes them.
fn octal(bytes: &[u8]) -> String {
    let mut text = String::from("'");
    for byte in bytes {
        match byte {
            b'\\' | b'%' | b'\'' | 0..=0x1f | 0x7f.. => {
                let _ = write!(text, "\\{byte:03o}");
            }
            _ => text.push(char::from(*byte)),
        }
    }
    text.push('\'');
    text
}
