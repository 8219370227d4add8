//! Formats of texts that stay texts: what they must look like.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A format that JSON Schema names, and that has no type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFormat {
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
    /// `byte`, and the encoding `base64`: with padding, and nothing between (RFC 4648 §4).
    Base64,
    /// The encoding `base64url`: with padding or without (RFC 4648 §5).
    Base64Url,
    /// The encoding `base32`: with padding (RFC 4648 §6).
    Base32,
    /// The encoding `base16`: two digits a byte, in any letter case (RFC 4648 §8).
    Base16,
}

impl TextFormat {
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
            Self::Base64 => "must be base64",
            Self::Base64Url => "must be base64 for URLs",
            Self::Base32 => "must be base32",
            Self::Base16 => "must be base16",
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
            Self::Base64 => is_encoded(text, 6, true, base64_digit),
            Self::Base64Url => is_encoded(text, 6, text.ends_with('='), |c| match c {
                b'-' => Some(62),
                b'_' => Some(63),
                b'+' | b'/' => None,
                c => base64_digit(c),
            }),
            Self::Base32 => is_encoded(text, 5, true, |c| match c {
                b'A'..=b'Z' => Some(c - b'A'),
                b'2'..=b'7' => Some(c - b'2' + 26),
                _ => None,
            }),
            Self::Base16 => {
                text.len().is_multiple_of(2) && text.bytes().all(|c| c.is_ascii_hexdigit())
            }
        }
    }
}

fn base64_digit(c: u8) -> Option<u8> {
    match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Whether digits of so many bits are whole bytes: padded to whole groups where they have to be, and with no bits beyond
/// the last byte (RFC 4648 §3.2, §3.5).
fn is_encoded(text: &str, bits: usize, is_padded: bool, digit: fn(u8) -> Option<u8>) -> bool {
    // As many digits as there are whole bytes for: 4 for 3 bytes, 8 for 5.
    let group = if bits == 6 { 4 } else { 8 };
    let digits = text.trim_end_matches('=');
    let is_group = text.len().is_multiple_of(group) && text.len() - digits.len() < group;
    let left = digits.len() * bits % 8;
    let last = digits.bytes().last().map_or(Some(0), digit);
    let has_no_rest = last.is_some_and(|last| last & ((1 << left) - 1) == 0);
    (is_group || !is_padded)
        && left < bits
        && has_no_rest
        && digits.bytes().all(|c| digit(c).is_some())
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
