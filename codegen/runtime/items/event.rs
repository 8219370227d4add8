//! Server-sent events (HTML standard, §9.2), as text.

use std::time::Duration;

/// A server-sent event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event<T> {
    /// The name of the event; without one it is a `message`.
    pub event: Option<String>,
    /// What a client that reconnects shows as `Last-Event-ID`.
    pub id: Option<String>,
    /// How long a client should wait before it reconnects.
    pub retry: Option<Duration>,
    /// What it says.
    pub data: T,
}

impl<T> From<T> for Event<T> {
    fn from(data: T) -> Self {
        Self { event: None, id: None, retry: None, data }
    }
}

/// Reads an event; `None` where it has no data: a comment that keeps the connection alive.
pub(super) fn read(text: &str) -> Option<Event<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut event, mut data) = (Event::<Option<String>>::from(None), None::<String>);
    for line in
        text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
    {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => match &mut data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => data = Some(value.to_owned()),
            },
            "event" => event.event = Some(value.to_owned()),
            "id" if !value.contains('\0') => event.id = Some(value.to_owned()),
            "retry" => {
                let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
                let wait = value.parse().ok().filter(|_| is_number).map(Duration::from_millis);
                event.retry = wait.or(event.retry);
            }
            _ => {}
        }
    }
    let Event { event, id, retry, .. } = event;
    data.filter(|data| !data.is_empty()).map(|data| Event { event, id, retry, data })
}

/// Writes an event; `None` where a name or id has more than one line.
pub(super) fn write<T>(event: &Event<T>, data: &str) -> Option<Vec<u8>> {
    let mut text = String::with_capacity(data.len() + 16);
    let mut field = |name: &str, value: &str| {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push('\n');
    };
    for (name, value) in [("event", &event.event), ("id", &event.id)] {
        if let Some(value) = value {
            if value.contains(['\n', '\r', '\0']) {
                return None;
            }
            field(name, value);
        }
    }
    if let Some(retry) = event.retry {
        field("retry", &retry.as_millis().to_string());
    }
    // A carriage return would end a line, too; there is no way to send one.
    data.split('\n').for_each(|line| field("data", line.strip_suffix('\r').unwrap_or(line)));
    text.push('\n');
    Some(text.into_bytes())
}
