//! Formats of texts that stay texts: what they must look like.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A format that JSON Schema names, and that has no type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `email`: a mailbox (RFC 5321 §4.1.2).
    Email,
    /// `idn-email`: the same with letters of any script (RFC 6531).
    IdnEmail,
    /// `hostname`: a host name (RFC 1123 §2.1).
    Hostname,
    /// `ipv4`: an address in dotted quads (RFC 2673 §3.2).
    Ipv4,
    /// `ipv6`: an address (RFC 4291 §2.2).
    Ipv6,
    /// `iri`: an absolute URI with characters of any script (RFC 3987).
    Iri,
    /// `time`: a time of the day with its offset (`full-time` of RFC 3339 §5.6).
    Time,
    /// `duration`: a duration (RFC 3339, appendix A); fractions of a second are taken, too.
    Duration,
}

impl Format {
    /// Behind "must be": `an email address`.
    #[must_use]
    pub fn expected(self) -> &'static str {
        match self {
            Self::Email | Self::IdnEmail => "must be an email address",
            Self::Hostname => "must be a host name",
            Self::Ipv4 => "must be an IPv4 address",
            Self::Ipv6 => "must be an IPv6 address",
            Self::Iri => "must be an absolute IRI",
            Self::Time => "must be a time with its offset as in RFC 3339",
            Self::Duration => "must be a duration as in ISO 8601",
        }
    }

    /// Whether a text is of this format.
    #[must_use]
    pub fn is_of(self, text: &str) -> bool {
        match self {
            Self::Email => text.is_ascii() && is_email(text),
            Self::IdnEmail => is_email(text),
            Self::Hostname => text.is_ascii() && is_hostname(text),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Iri => is_iri(text),
            Self::Time => is_time(text),
            Self::Duration => is_duration(text),
        }
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_literal = |domain: &str| {
        let inner = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        inner.is_some_and(|inner| {
            let v6 = inner.strip_prefix("IPv6:").is_some_and(|v6| v6.parse::<Ipv6Addr>().is_ok());
            v6 || inner.parse::<Ipv4Addr>().is_ok()
        })
    };
    local.len() <= 64 && is_local(local) && (is_hostname(domain) || is_literal(domain))
}

/// What stands before the `@`: atoms between dots, or a text in quotes.
fn is_local(local: &str) -> bool {
    if let Some(rest) = local.strip_prefix('"') {
        return is_quoted(rest);
    }
    let is_atom =
        |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii();
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom))
}

/// What follows an opening quote: up to the closing one, and nothing behind it.
fn is_quoted(text: &str) -> bool {
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => return rest.as_str().is_empty(),
            '\\' if rest.next().is_none_or(char::is_control) => return false,
            c if c.is_control() => return false,
            _ => {}
        }
    }
    false
}

fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii();
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(is_part)
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let is_wrong = |c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c);
    is_scheme && !rest.contains(is_wrong)
}

/// Two digits.
fn two(text: &str) -> Option<u32> {
    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Hours and minutes: `23:59`, in minutes.
fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn is_time(text: &str) -> bool {
    const DAY: u32 = 24 * 60;
    let read = || {
        let clock = minutes(text.get(..5)?)?;
        let seconds = two(text.get(5..)?.strip_prefix(':')?.get(..2)?)?;
        let mut rest = text.get(8..)?;
        if let Some(fraction) = rest.strip_prefix('.') {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0)?;
            rest = &fraction[end..];
        }
        let universal = match rest.split_at_checked(1)? {
            ("Z" | "z", "") => clock,
            ("+", offset) => (clock + DAY - minutes(offset)?) % DAY,
            ("-", offset) => (clock + minutes(offset)?) % DAY,
            _ => return None,
        };
        // A leap second is the last of a day in universal time.
        Some(seconds < 60 || seconds == 60 && universal == DAY - 1)
    };
    read().unwrap_or(false)
}

fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else { return false };
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let is_weeks = time.is_none()
        && date.strip_suffix('W').is_some_and(|weeks| units(&format!("{weeks}D"), "D"));
    let is_date = |date: &str| units(date, "YMD");
    match time {
        Some(time) => (date.is_empty() || is_date(date)) && units(time, "HMS"),
        None => is_weeks || is_date(date),
    }
}

/// At least one number with its unit, in the order of the units, each at most once.
fn units(text: &str, order: &str) -> bool {
    let (mut rest, mut order) = (text, order);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, behind) = rest.split_at(digits);
        let Some(unit) = behind.chars().next() else { return false };
        let Some((_, later)) = order.split_once(unit) else { return false };
        let is_whole = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let is_fraction = unit == 'S'
            && number.split_once('.').is_some_and(|(whole, part)| {
                let is_number =
                    |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                is_number(whole) && is_number(part)
            });
        if !is_whole && !is_fraction {
            return false;
        }
        (rest, order) = (&behind[unit.len_utf8()..], later);
    }
    !text.is_empty()
}
