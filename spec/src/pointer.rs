//! Reference tokens of JSON pointers (RFC 6901 §3): `~` is written `~0`, and `/` is written `~1`.

use std::borrow::Cow;

/// A key as a token of a pointer.
#[must_use]
pub fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        return key.replace('~', "~0").replace('/', "~1").into();
    }
    key.into()
}

/// The key that a token of a pointer means.
#[must_use]
pub fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        return token.replace("~1", "/").replace("~0", "~").into();
    }
    token.into()
}

/// The keys that the tokens of a pointer mean, in their order.
pub fn keys(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|token| unescape(token).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back() {
        for key in ["pets", "/pets/{id}", "~", "~1", "~0/~", ""] {
            assert_eq!(unescape(&escape(key)), key);
        }
        assert_eq!(escape("/a~b"), "~1a~0b");
        assert_eq!(unescape("~01"), "~1");
    }

    #[test]
    fn a_pointer_has_the_keys_of_its_tokens() {
        assert_eq!(keys("/data/a~1b/~01").collect::<Vec<_>>(), ["data", "a/b", "~1"]);
        assert_eq!(keys("").count(), 0);
    }
}
