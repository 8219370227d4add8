//! Parts of a `multipart/form-data` body (RFC 7578) that are files.

use super::stream::ByteStream;

/// A part that is a file.
///
/// A client sends its bytes as they come. A server has read the whole body by the time that it hands it over, so that
/// all of it could be checked: how large that may be is the body limit of the operation. Of its files it holds one
/// mebibyte in memory; what is more waits in a temporary file, from which it is read piece by piece.
#[derive(Debug)]
pub struct FilePart {
    /// What the file is called, as its sender says: not a path to write to. A client calls it `file` where nothing does.
    pub file_name: Option<String>,
    /// The media type; `application/octet-stream` where nothing says so.
    pub media_type: String,
    /// What is in it.
    pub bytes: ByteStream,
}

impl FilePart {
    /// A file of these bytes.
    #[must_use]
    pub fn new(bytes: impl Into<ByteStream>) -> Self {
        let media_type = "application/octet-stream".to_owned();
        Self { file_name: None, media_type, bytes: bytes.into() }
    }

    /// The same, by this name.
    #[must_use]
    pub fn named(self, file_name: impl Into<String>) -> Self {
        Self { file_name: Some(file_name.into()), ..self }
    }

    /// The same, of this media type.
    #[must_use]
    pub fn of_type(self, media_type: impl Into<String>) -> Self {
        Self { media_type: media_type.into(), ..self }
    }
}
