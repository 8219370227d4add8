//! Bodies that are files: the smallest of each type that is whole.

use spec::model::{JsonType, MediaType, Operation};
use spec::resources::SizeLimit;

use crate::case::{Body, Content};
use crate::plan::Planner;

/// One pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4,
    0x89, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x64, 0x60, 0xf8, 0x5f,
    0x0f, 0x00, 0x02, 0x87, 0x01, 0x80, 0xeb, 0x47, 0xba, 0x92, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// The same.
const GIF: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0xff, 0xff, 0xff,
    0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44,
    0x01, 0x00, 0x3b,
];

/// The same, by the baseline process (ITU-T T.81), with codes of one bit each.
const JPEG: &[u8] = &[
    0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01, 0x01, 0x00, 0x00, 0x01,
    0x00, 0x01, 0x00, 0x00, 0xff, 0xdb, 0x00, 0x43, 0x00, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x01,
    0x00, 0x01, 0x01, 0x01, 0x11, 0x00, 0xff, 0xc4, 0x00, 0x14, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xc4, 0x00, 0x14,
    0x10, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00, 0x3f, 0xff, 0xd9,
];

/// A page with nothing on it.
const PDF: &[u8] = b"%PDF-1.4\n\
    1 0 obj<</Type/Catalog/Pages 2 0 R>> endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>> endobj\n\
    xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n0000000103 00000 n \n\
    trailer<</Size 4/Root 1 0 R>>\nstartxref\n163\n%%EOF\n";

/// By range of the contract, what is sent as what.
const FILES: [(&str, &str, &[u8]); 9] = [
    ("image/png", "image/png", PNG),
    ("image/gif", "image/gif", GIF),
    ("image/jpeg", "image/jpeg", JPEG),
    ("application/pdf", "application/pdf", PDF),
    ("image/*", "image/png", PNG),
    ("text/plain", "text/plain", b"conformance"),
    ("text/*", "text/plain", b"conformance"),
    ("application/octet-stream", "application/octet-stream", b"conformance"),
    ("*/*", "application/octet-stream", b"conformance"),
];

/// The media type and the smallest whole file of a range of the contract.
pub(super) fn smallest(range: &str) -> Option<(&'static str, &'static [u8])> {
    let range = range.split(';').next().unwrap_or_default().trim();
    let known = FILES.into_iter().find(|(known, _, _)| range.eq_ignore_ascii_case(known))?;
    Some((known.1, known.2))
}

/// Another file of a media type, with every byte in it and more than a page of memory: bytes that get lost where a file is
/// taken for text, or read up to some length.
pub(in crate::plan) fn larger(media_type: &str, limit: Option<SizeLimit>) -> Option<Vec<u8>> {
    /// What a picture has beside the bytes, and more.
    const FRAME: usize = 256;
    const USUAL: usize = 1 << 14;
    let most = limit.and_then(|limit| usize::try_from(limit.bytes).ok()).unwrap_or(usize::MAX);
    let room = most.checked_sub(FRAME)?.min(USUAL);
    let every = || (0..=u8::MAX).cycle().take(room);
    match media_type {
        "image/png" => Some(with_chunk(PNG, &every().collect::<Vec<_>>())),
        "application/pdf" => Some(with_comment(PDF, &every().collect::<Vec<_>>())),
        "application/octet-stream" => Some(every().collect()),
        "text/plain" => {
            const LINE: &str = "conformance\r\n\tzwölf\n";
            Some(LINE.repeat(room / LINE.len()).into_bytes())
        }
        _ => None,
    }
}

/// A file of just so many bytes, of a media type of which one of any size can be made.
pub(in crate::plan) fn of_size(media_type: &str, size: usize) -> Option<Vec<u8>> {
    /// The length, the name and the checksum of a chunk.
    const CHUNK: usize = 12;
    match media_type {
        "image/png" => Some(with_chunk(PNG, &vec![0; size.checked_sub(PNG.len() + CHUNK)?])),
        "application/pdf" => {
            let room = size.checked_sub(with_comment(PDF, &[]).len())?;
            Some(with_comment(PDF, &vec![b'c'; room]))
        }
        "application/octet-stream" | "text/plain" => Some(vec![b'c'; size]),
        _ => None,
    }
}

/// A PDF with a comment before the lines that end it, which tell where its table is (ISO 32000-1 §7.2.4, §7.5.5).
fn with_comment(pdf: &[u8], comment: &[u8]) -> Vec<u8> {
    const END: &[u8] = b"startxref";
    let end = pdf.windows(END.len()).rposition(|some| some == END).unwrap_or(pdf.len());
    let (front, end) = pdf.split_at(end);
    [front, b"%", comment, b"\r\n", end].concat()
}

/// A PNG with a chunk of its own before the last one: ancillary, private, and not to be copied (PNG §5.4).
fn with_chunk(png: &[u8], data: &[u8]) -> Vec<u8> {
    const END: usize = 12;
    let (front, end) = png.split_at(png.len().saturating_sub(END));
    let named = [b"cfOr", data].concat();
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes();
    [front, &length, &named, &checksum(&named).to_be_bytes(), end].concat()
}

/// The CRC of PNG (§5.5).
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    })
}

/// The body of an operation that takes a file and nothing else that can be made.
pub(in crate::plan) fn file(planner: &Planner<'_>, operation: &Operation) -> Option<Body> {
    let files = files(planner, operation);
    // Of some types there is a second file, by which more is seen.
    let has_larger =
        |file: &&Body| file.content_type.as_deref().is_some_and(|one| larger(one, None).is_some());
    files.iter().find(has_larger).or_else(|| files.first()).cloned()
}

/// The bodies of an operation that are files, one of each media type of which one can be made.
pub(in crate::plan) fn files(planner: &Planner<'_>, operation: &Operation) -> Vec<Body> {
    let content = operation.body.iter().flat_map(|body| body.content.values());
    content.filter_map(|media_type| file_as(planner, media_type)).collect()
}

/// A file of a media type, if it is one of those that are known, or else the document's example of it.
pub(super) fn file_as(planner: &Planner<'_>, media_type: &MediaType) -> Option<Body> {
    let (name, bytes) = match smallest(&media_type.name) {
        Some((name, bytes)) => (name, bytes.to_vec()),
        None => (media_type.name.as_str(), example(media_type)?),
    };
    let content = Content::Bytes(bytes);
    is_plain(planner, media_type).then(|| Body { content_type: Some(name.to_owned()), content })
}

/// What the document shows of a format that no schema describes: lines of JSON, CSV and the like. Not that of a range: it
/// doesn't tell of which type it is.
fn example(media_type: &MediaType) -> Option<Vec<u8>> {
    if media_type.name.contains('*') {
        return None;
    }
    let mut texts = media_type.examples.iter().filter_map(|example| example.value.as_str());
    texts.next().map(|text| text.as_bytes().to_vec())
}

/// Whether a body is a text of the document's own that names something by an id: `33333333-…` of a table in an example is
/// nothing that is there.
pub(in crate::plan) fn names_something(body: &Body) -> bool {
    let Content::Bytes(bytes) = &body.content else { return false };
    let text = String::from_utf8_lossy(bytes);
    let mut words = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
    // The groups of RFC 9562 §4.
    words.any(|word| word.split('-').map(str::len).eq([8, 4, 4, 4, 12]))
}

/// Whether the schema, if there is one, says no more than that the file is text or bytes.
fn is_plain(planner: &Planner<'_>, media_type: &MediaType) -> bool {
    let Some(schema) = media_type.schema else { return true };
    let described = planner.contract.schema(schema);
    described.types.contains(JsonType::String)
        && planner.sampler.admits_value(schema, &"conformance".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of a PDF tells where each object begins, and where the table does (ISO 32000-1 §7.5.4).
    #[test]
    fn a_page_tells_where_its_objects_are() {
        let text = std::str::from_utf8(PDF).expect("ASCII");
        for (number, place) in [(1, 9), (2, 53), (3, 103)] {
            assert!(text[place..].starts_with(&format!("{number} 0 obj")), "{number}");
            assert!(text.contains(&format!("\n{place:010} 00000 n ")), "{number}");
        }
        assert!(text[163..].starts_with("xref"));
    }

    /// The checksums of the chunks that were made elsewhere are those that this one computes.
    #[test]
    fn a_chunk_has_the_checksum_of_png() {
        let end = PNG.len() - 12;
        assert_eq!(checksum(&PNG[end + 4..end + 8]).to_be_bytes(), PNG[end + 8..]);
        let larger = larger("image/png", None).unwrap_or_default();
        assert_eq!(larger.len(), PNG.len() + 12 + (1 << 14));
        assert!(larger.ends_with(&PNG[end..]));
        let sized = of_size("image/png", 500).unwrap_or_default();
        assert!(sized.len() == 500 && sized.ends_with(&PNG[end..]));
        assert_eq!(of_size("image/png", 10), None);
    }

    #[test]
    fn a_page_ends_as_before_whatever_is_written_into_it() {
        let sized = of_size("application/pdf", 5_000).unwrap_or_default();
        assert_eq!(sized.len(), 5_000);
        let larger = larger("application/pdf", None).unwrap_or_default();
        for one in [&sized, &larger] {
            assert!(one.starts_with(b"%PDF-1.4\n") && one.ends_with(b"startxref\n163\n%%EOF\n"));
            assert!(one[163..].starts_with(b"xref"));
        }
    }
}
