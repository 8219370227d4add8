//! Keys of documented responses.

/// Whether a response of this status falls under a key of the contract: `404`, `4XX` or `default`.
#[must_use]
pub fn admits(key: &str, status: u16) -> bool {
    match key.as_bytes() {
        b"default" => true,
        [digit, b'X' | b'x', b'X' | b'x'] => u16::from(digit.wrapping_sub(b'0')) == status / 100,
        _ => key.parse() == Ok(status),
    }
}
