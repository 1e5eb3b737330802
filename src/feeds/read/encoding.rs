//! Bytes to text, whatever program wrote them.
//!
//! In: the bytes of a text file. Out: [`Decoded`]: text with `\n` line ends, the encoding's name, and notes on anything
//! that was guessed, replaced or removed. Always holds: no byte order mark, no NUL and no carriage return is left, and
//! nothing is changed without a note (line ends apart).

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A text file, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded<'b> {
    /// The bytes themselves where nothing had to be changed: a large file is not held twice.
    pub text: Cow<'b, str>,
    /// As a person knows it: `UTF-8`, `UTF-16LE`, `UTF-16BE`, `windows-1252`.
    pub encoding: &'static str,
    pub notes: Vec<String>,
}

/// Decodes UTF-8 and UTF-16 with or without a byte order mark, and takes everything else for Windows-1252, which is what
/// Excel writes in England when asked for plain CSV. Never fails: what can't be decoded is replaced and noted.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    let mut notes = Vec::new();
    let (text, encoding) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == UTF_16LE || encoding == UTF_16BE => {
            (utf_16(bytes.get(mark..).unwrap_or_default(), encoding, &mut notes), encoding.name())
        }
        Some((_, mark)) => eight_bit(bytes.get(mark..).unwrap_or_default(), &mut notes),
        None => match utf_16_without_mark(bytes) {
            Some(encoding) => (utf_16(bytes, encoding, &mut notes), encoding.name()),
            None => eight_bit(bytes, &mut notes),
        },
    };
    let text = without_nuls(with_plain_line_ends(text), &mut notes);
    Decoded { text, encoding, notes }
}

/// UTF-16 that lost its mark: in English text one byte of each pair is NUL, always on the same side.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let (pairs, _) = sample.as_chunks::<2>();
    if pairs.is_empty() {
        return None;
    }
    let first = pairs.iter().filter(|pair| pair[0] == 0 && pair[1] != 0).count();
    let second = pairs.iter().filter(|pair| pair[0] != 0 && pair[1] == 0).count();
    // A dash or a curly quote has no NUL in it; a fifth of such characters is more than any text has.
    let enough = pairs.len() - pairs.len() / 5;
    if second >= enough {
        Some(UTF_16LE)
    } else if first >= enough {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn utf_16(bytes: &[u8], encoding: &'static Encoding, notes: &mut Vec<String>) -> Cow<'static, str> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken {
        notes.push(format!(
            "Some characters are not valid {} and were replaced by \u{fffd}: the file may have been cut short.",
            encoding.name()
        ));
    }
    Cow::Owned(text.into_owned())
}

fn eight_bit<'b>(bytes: &'b [u8], notes: &mut Vec<String>) -> (Cow<'b, str>, &'static str) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), "UTF-8");
    }
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // Sound UTF-8 sequences hardly ever arise by chance, so a file with more of them than of broken ones is UTF-8 that
    // was damaged; as Windows-1252 each of its accents would turn into two wrong letters.
    if sound > broken {
        notes.push(format!("{broken} characters are not valid UTF-8 and were replaced by \u{fffd}."));
        return (String::from_utf8_lossy(bytes), "UTF-8");
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"uk"), Utf8Detection::Deny);
    if guess != WINDOWS_1252 {
        notes.push(format!(
            "The file is not UTF-8 and was read as Windows-1252, though it may be {}: check names with accents.",
            guess.name()
        ));
    }
    (WINDOWS_1252.decode_without_bom_handling(bytes).0, "windows-1252")
}

/// `\r\n` and lone `\r` (old Macintosh programs) become `\n`, so that lines are counted as an editor counts them.
fn with_plain_line_ends(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains('\r') {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some((line, after)) = rest.split_once('\r') {
        plain.push_str(line);
        plain.push('\n');
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// NUL characters mean nothing in a table, and databases refuse them.
fn without_nuls<'t>(mut text: Cow<'t, str>, notes: &mut Vec<String>) -> Cow<'t, str> {
    let Some(first) = text.find('\0') else { return text };
    let line = 1 + text.bytes().take(first).filter(|byte| *byte == b'\n').count();
    let before = text.len();
    text.to_mut().retain(|c| c != '\0');
    notes.push(format!("{} NUL characters were removed, the first on line {line}.", before - text.len()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "Council,Précis\nWexmoor–on–Wye,£25,000 “net”\n";

    fn utf_16_bytes(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let with_mark = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
        let cases = [
            (SAMPLE.as_bytes().to_vec(), "UTF-8"),
            (with_mark(b"\xef\xbb\xbf", SAMPLE.as_bytes().to_vec()), "UTF-8"),
            (with_mark(b"\xff\xfe", utf_16_bytes(SAMPLE, true)), "UTF-16LE"),
            (with_mark(b"\xfe\xff", utf_16_bytes(SAMPLE, false)), "UTF-16BE"),
            (utf_16_bytes(SAMPLE, true), "UTF-16LE"),
            (utf_16_bytes(SAMPLE, false), "UTF-16BE"),
            (WINDOWS_1252.encode(SAMPLE).0.into_owned(), "windows-1252"),
        ];
        for (bytes, encoding) in cases {
            let decoded = decode(&bytes);
            assert_eq!((&*decoded.text, decoded.encoding), (SAMPLE, encoding));
            assert_eq!(decoded.notes, Vec::<String>::new(), "{encoding}");
        }
    }

    #[test]
    fn line_ends_of_every_system_become_one() {
        assert_eq!(decode(b"a\r\nb\rc\nd").text, "a\nb\nc\nd");
    }

    #[test]
    fn nul_characters_go_and_are_noted_with_their_line() {
        let decoded = decode(b"Council,Date\nWexmoor,\x00\x002024-06-30\n");
        assert_eq!(decoded.text, "Council,Date\nWexmoor,2024-06-30\n");
        assert_eq!(decoded.notes, ["2 NUL characters were removed, the first on line 2."]);
    }

    #[test]
    fn damaged_utf_8_stays_utf_8() {
        let mut bytes = "Précis, Café, Éclair, ".as_bytes().to_vec();
        bytes.extend_from_slice(b"cut\xc3");
        let decoded = decode(&bytes);
        assert_eq!(decoded.text, "Précis, Café, Éclair, cut\u{fffd}");
        assert_eq!(decoded.encoding, "UTF-8");
        assert_eq!(decoded.notes, ["1 characters are not valid UTF-8 and were replaced by \u{fffd}."]);
    }

    #[test]
    fn utf_16_that_was_cut_short_is_noted() {
        let mut bytes = utf_16_bytes("Council,Date\n", true);
        bytes.push(b'x');
        let decoded = decode(&bytes);
        assert_eq!(decoded.text, "Council,Date\n\u{fffd}");
        assert_eq!(decoded.notes.len(), 1);
    }

    #[test]
    fn another_alphabet_is_said_to_be_a_guess() {
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode("Приходской совет деревни, протокол собрания");
        let decoded = decode(&bytes);
        assert_eq!(decoded.encoding, "windows-1252");
        assert!(decoded.notes[0].contains("though it may be windows-1251"), "{:?}", decoded.notes);
    }
}
