use std::fmt;

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "their names are HTTP's")]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
    /// Safe, idempotent, and with a body (from OAS 3.2).
    Query,
    /// One of `additionalOperations` (from OAS 3.2).
    Other(MethodToken),
}

impl Method {
    /// Those that OpenAPI has a field for, in its order.
    pub const ALL: [Self; 9] = [
        Self::Get,
        Self::Put,
        Self::Post,
        Self::Delete,
        Self::Options,
        Self::Head,
        Self::Patch,
        Self::Trace,
        Self::Query,
    ];

    /// The method of this name on the wire; `None`: it is no token, or longer than [`MethodToken::MAX`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|method| method.as_str() == text);
        known.or_else(|| MethodToken::parse(text).map(Self::Other))
    }

    /// As on the wire: `GET`. Letter case matters (RFC 9110 §9.1).
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
            Self::Query => "QUERY",
            Self::Other(token) => token.as_str(),
        }
    }

    /// As in a document: `get`, or the key among `additionalOperations`.
    #[must_use]
    pub fn as_key(&self) -> &str {
        match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Post => "post",
            Self::Delete => "delete",
            Self::Options => "options",
            Self::Head => "head",
            Self::Patch => "patch",
            Self::Trace => "trace",
            Self::Query => "query",
            Self::Other(token) => token.as_str(),
        }
    }

    /// Whether the method is known to change nothing (RFC 9110 §9.2.1).
    #[must_use]
    pub fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options | Self::Trace | Self::Query)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of a method that OpenAPI has no field for. It is kept in place, so that methods stay cheap to copy.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MethodToken {
    bytes: [u8; Self::MAX],
    length: u8,
}

impl MethodToken {
    /// How long one may be; the longest that is registered has 17 bytes.
    pub const MAX: usize = 31;

    /// RFC 9110 §9.1: a method is a token.
    fn parse(text: &str) -> Option<Self> {
        if !crate::resolve::is_token(text) {
            return None;
        }
        let mut bytes = [0; Self::MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { bytes, length: u8::try_from(text.len()).ok()? })
    }

    fn as_str(&self) -> &str {
        let written = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(written).unwrap_or_default()
    }
}

impl fmt::Debug for MethodToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
