//! Cursors that can't be made up: a place in a list, authenticated together with the organization whose list it is.
//!
//! The secret lives in the database, so cursors outlast a restart and hold for every instance over the same database,
//! without a row for each. Whatever isn't, byte by byte, a cursor issued for that organization's list is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

/// How long the secret is, in bytes: one block of SHA-256, the longest that HMAC takes as it is.
pub(super) const SECRET_LENGTH: usize = 64;

/// Issues and reads cursors.
#[derive(Clone)]
pub(super) struct CursorKey {
    secret: [u8; SECRET_LENGTH],
}

impl CursorKey {
    pub(super) fn new(secret: [u8; SECRET_LENGTH]) -> Self {
        Self { secret }
    }

    /// The cursor of the page that begins right after `position` in the list of `org`.
    pub(super) fn issue(&self, org: Uuid, position: i64) -> String {
        let tag = self.mac(org, position).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([position.to_be_bytes().as_slice(), &tag].concat())
    }

    /// The position in `cursor`, if it was issued for the list of `org`.
    pub(super) fn read(&self, org: Uuid, cursor: &str) -> Option<i64> {
        // The decoder is strict about the last character's spare bits, so no two texts mean the same cursor.
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (position, tag) = bytes.split_first_chunk()?;
        let position = i64::from_be_bytes(*position);
        self.mac(org, position).verify_slice(tag).ok()?;
        Some(position)
    }

    /// Both inputs have a fixed length, so no two pairs of them authenticate alike.
    fn mac(&self, org: Uuid, position: i64) -> Hmac<Sha256> {
        Hmac::<Sha256>::new(&self.secret.into())
            .chain_update(b"workspaces of org ")
            .chain_update(org.as_bytes())
            .chain_update(position.to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORG: Uuid = Uuid::from_u128(1);

    fn key() -> CursorKey {
        CursorKey::new([7; SECRET_LENGTH])
    }

    #[test]
    fn what_was_issued_is_read() {
        for position in [0, 1, 42, i64::MAX] {
            let cursor = key().issue(ORG, position);
            assert_eq!(key().read(ORG, &cursor), Some(position));
            assert!(cursor.len() <= 512, "{cursor}");
        }
    }

    #[test]
    fn another_list_or_another_database_refuses_it() {
        let cursor = key().issue(ORG, 42);
        assert_eq!(key().read(Uuid::from_u128(2), &cursor), None);
        assert_eq!(CursorKey::new([8; SECRET_LENGTH]).read(ORG, &cursor), None);
    }

    #[test]
    fn every_change_of_one_character_is_refused() {
        let cursor = key().issue(ORG, 42);
        for at in 0..cursor.len() {
            for other in ('!'..='~').filter(|other| !cursor[at..].starts_with(*other)) {
                let changed = format!("{}{other}{}", &cursor[..at], &cursor[at + 1..]);
                assert_eq!(key().read(ORG, &changed), None, "{changed}");
            }
        }
    }

    #[test]
    fn a_shorter_or_longer_one_is_refused() {
        let cursor = key().issue(ORG, 42);
        for end in 0..cursor.len() {
            assert_eq!(key().read(ORG, &cursor[..end]), None);
        }
        for more in ["=", "A", "AA", "AAAA", " ", "\0"] {
            assert_eq!(key().read(ORG, &format!("{cursor}{more}")), None);
        }
    }
}
