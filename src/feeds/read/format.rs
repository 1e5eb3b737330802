//! What a file is, by its first bytes rather than by its name.
//!
//! In: the bytes, and what the feed declares. Out: [`Content`], or the [`ReadError`] of a kind of file that holds no
//! table for us. Always holds: content wins over the declared format, and the difference is noted by the caller.

use super::ReadError;
use super::error::shortened;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of file that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text in columns, whatever the separator.
    Csv,
    Xlsx,
    Ods,
    Json,
    /// One JSON object a line.
    Jsonl,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Xlsx => ".xlsx",
            Self::Ods => ".ods",
            Self::Json => "JSON",
            Self::Jsonl => "JSON lines",
        })
    }
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A zip container: a workbook, if anything.
    Zip,
    Text,
}

/// Looks at the first bytes.
///
/// # Errors
/// For an empty file, a web page, and the kinds of file that people send by mistake.
pub(super) fn content(bytes: &[u8]) -> Result<Content, ReadError> {
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Content::Zip);
    }
    if bytes.starts_with(OLE) {
        return Err(if names_stream(bytes, "EncryptedPackage") {
            ReadError::PasswordProtected
        } else {
            ReadError::Unsupported { found: "an old Excel workbook (.xls) or another old Office document" }
        });
    }
    let signatures: [(&[u8], &'static str); 6] = [
        (b"%PDF", "a PDF"),
        (b"\x1f\x8b", "compressed with gzip"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"Rar!", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    ];
    if let Some((_, found)) = signatures.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Err(ReadError::Unsupported { found });
    }
    if let Some(title) = html_title(bytes) {
        return Err(ReadError::HtmlInstead { title });
    }
    if after_mark(bytes).starts_with(b"<?xml") {
        return Err(ReadError::Unsupported { found: "an XML document" });
    }
    Ok(Content::Text)
}

/// The bytes after a UTF-8 byte order mark and blanks.
fn after_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start()
}

/// The bytes after what may stand before a page: an XML declaration, and comments.
fn after_preamble(bytes: &[u8]) -> &[u8] {
    let mut rest = after_mark(bytes);
    for (opens, closes) in [("<?xml", "?>"), ("<!--", "-->"), ("<!--", "-->")] {
        if rest.starts_with(opens.as_bytes()) {
            let end = rest.windows(closes.len()).take(65_536).position(|window| window == closes.as_bytes());
            rest = end.and_then(|end| rest.get(end + closes.len()..)).unwrap_or_default().trim_ascii_start();
        }
    }
    rest
}

/// Whether an OLE container's directory names a stream; names stand there in UTF-16.
fn names_stream(bytes: &[u8], name: &str) -> bool {
    let wanted: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// `Some` when the bytes are a web page, with the page's title if it has one in its first 64 KB.
#[must_use]
pub fn html_title(bytes: &[u8]) -> Option<Option<String>> {
    let start = after_preamble(bytes);
    let opens = |tag: &[u8]| start.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
    if !opens(b"<!doctype html") && !opens(b"<html") {
        return None;
    }
    let head = String::from_utf8_lossy(start.get(..start.len().min(65_536)).unwrap_or_default());
    // Lower-casing ASCII alone keeps every byte where it was, so positions in one are positions in the other.
    let lower = head.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|tag| {
        let from = tag + lower.get(tag..)?.find('>')? + 1;
        let to = from + lower.get(from..)?.find("</title")?;
        let words = head.get(from..to)?.split_whitespace().collect::<Vec<_>>().join(" ");
        (!words.is_empty()).then(|| shortened(&words, 120))
    });
    Some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_pages_are_known_by_their_start_and_named_by_their_title() {
        let page = b"\xef\xbb\xbf\n <!DOCTYPE HTML>\n<html><head><TITLE lang=en>\n Sign  in \n</TITLE></head>";
        assert_eq!(html_title(page), Some(Some("Sign in".to_owned())));
        let strict = b"<?xml version=\"1.0\"?>\n<!-- cached -->\n<html><title>Gone</title></html>";
        assert_eq!(html_title(strict), Some(Some("Gone".to_owned())));
        assert_eq!(html_title(b"<?xml version=\"1.0\"?><flags/>"), None);
        assert_eq!(html_title(b"<?xml never closed"), None);
        assert_eq!(html_title(b"<html><body>Moved</body></html>"), Some(None));
        assert_eq!(html_title(b"<html><title>never closed"), Some(None));
        assert_eq!(html_title(b"Council,Date\n<html>,x\n"), None);
        assert_eq!(html_title(b""), None);
    }

    #[test]
    fn other_kinds_of_file_are_named() {
        let old = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600]].concat();
        let error = content(&old).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The file is an old Excel workbook (.xls) or another old Office document, which can't be read. Save it as \
             .xlsx or .csv and send it again."
        );
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(content(&[old, name].concat()), Err(ReadError::PasswordProtected));
        assert_eq!(content(b"%PDF-1.7").unwrap_err().code(), "unsupported_format");
        let xml = content(b"<?xml version=\"1.0\"?><flags/>");
        assert_eq!(xml, Err(ReadError::Unsupported { found: "an XML document" }));
        assert_eq!(content(b"PK\x03\x04"), Ok(Content::Zip));
        assert_eq!(content(b"Council"), Ok(Content::Text));
    }
}
