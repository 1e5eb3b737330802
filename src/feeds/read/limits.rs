//! How large a file may be, and the check of a zip container before anything opens it.
//!
//! In: the bytes of a zip file. Out: the kind of workbook in it, or why it is refused. Always holds: when
//! [`workbook_kind`] says yes, every part has been unpacked once through a counter, so that neither the sizes that the
//! zip declares nor those that it really has are beyond the limits. Takes one streaming pass and no memory to speak of.

use super::{Format, ReadError};
use std::io::{Cursor, Read, sink};
use zip::ZipArchive;
use zip::result::ZipError;

/// The most that is read from one file. `Default` fits ten times the largest return that the sector sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of one table.
    pub rows: usize,
    /// Columns of one table.
    pub columns: usize,
    /// Rows times columns of one table that is held in memory, which is what that grows with; values, in a JSON file. CSV and
    /// JSON lines that are read in batches are not held, and have no such limit.
    pub cells: usize,
    /// Bytes of one row of a CSV file, or of one line of JSON lines; a longer one is a problem of its own.
    pub row_bytes: usize,
    /// Bytes of a workbook once unpacked.
    pub expanded: u64,
    /// Times that a workbook may grow when unpacked, once it is larger than `ratio_from`.
    pub ratio: u64,
    /// Bytes of an unpacked workbook up to which the ratio doesn't matter.
    pub ratio_from: u64,
    /// Parts of a workbook.
    pub entries: usize,
    /// Levels of lists and objects inside each other, in a JSON file; at most 120.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 1_000_000,
            columns: 1_000,
            cells: 5_000_000,
            row_bytes: 1024 * 1024,
            expanded: 512 * MEGABYTE,
            ratio: 200,
            ratio_from: 50 * MEGABYTE,
            entries: 2_000,
            depth: 32,
        }
    }
}

const MEGABYTE: u64 = 1024 * 1024;

/// Each entry of a style sheet is held at some hundred times its size in the file, and real ones stay below 2 MB.
const LARGEST_STYLES: u64 = 8 * MEGABYTE;

/// The kind of workbook in a zip file, after checking that it can be unpacked safely.
///
/// # Errors
/// When it expands too far, is damaged or encrypted, or is no workbook that can be read.
pub(super) fn workbook_kind(bytes: &[u8], limits: &Limits) -> Result<Format, ReadError> {
    // Counted before the directory is read, because reading it takes memory for each of its entries.
    let entries = bytes.windows(4).filter(|window| window == b"PK\x01\x02").count();
    if entries > limits.entries {
        return Err(expands(format!("it has {entries} parts, and at most {} are read", limits.entries)));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let (kind, declared) = directory(&mut archive)?;
    let packed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    within(declared, packed, limits)?;
    let mut total = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(damaged)?;
        total = unpacked(entry, total, packed, limits).map_err(|error| match error {
            ReadError::Damaged { reason, .. } => ReadError::Damaged { format: kind, reason },
            error => error,
        })?;
    }
    Ok(kind)
}

/// The bytes unpacked so far once this part is, without holding any of them. The zip library stops at the size that the
/// part declares; this holds whatever it does.
fn unpacked(part: impl Read, so_far: u64, packed: u64, limits: &Limits) -> Result<u64, ReadError> {
    let room = limits.expanded.saturating_sub(so_far).saturating_add(1);
    let read = std::io::copy(&mut part.take(room), &mut sink());
    let read = read.map_err(|error| ReadError::Damaged { format: Format::Xlsx, reason: error.to_string() })?;
    let total = so_far.saturating_add(read);
    within(total, packed, limits).map(|()| total)
}

fn within(expanded: u64, packed: u64, limits: &Limits) -> Result<(), ReadError> {
    if expanded > limits.expanded {
        return Err(expands(format!("it unpacks to more than {} MB", limits.expanded / MEGABYTE)));
    }
    if expanded > limits.ratio_from && expanded / packed.max(1) > limits.ratio {
        return Err(expands(format!(
            "it unpacks to more than {} times its size ({} MB)",
            limits.ratio,
            expanded / MEGABYTE
        )));
    }
    Ok(())
}

/// The kind of workbook by the names in the directory, and the sum of the sizes it declares.
fn directory(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(Format, u64), ReadError> {
    let mut names = Vec::new();
    let mut declared = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        if entry.encrypted() {
            return Err(ReadError::PasswordProtected);
        }
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if name.to_ascii_lowercase().ends_with("styles.xml") && entry.size() > LARGEST_STYLES {
            return Err(expands(format!("its style sheet is {} MB", entry.size() / MEGABYTE)));
        }
        declared = declared.saturating_add(entry.size());
        names.push(name);
    }
    let holds = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    if holds("xl/workbook.bin") {
        return Err(ReadError::Unsupported { found: "a binary Excel workbook (.xlsb)" });
    }
    if holds("[Content_Types].xml") && names.iter().any(|name| name.to_ascii_lowercase().starts_with("xl/")) {
        return Ok((Format::Xlsx, declared));
    }
    if holds("mimetype") && holds("content.xml") {
        return Ok((Format::Ods, declared));
    }
    Err(ReadError::NotAWorkbook { holds: names })
}

fn expands(reason: String) -> ReadError {
    ReadError::Expands { reason }
}

fn damaged(error: ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(reason) if reason == ZipError::PASSWORD_REQUIRED => ReadError::PasswordProtected,
        error => ReadError::Damaged { format: Format::Xlsx, reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::CompressionMethod;
    use zip::write::{SimpleFileOptions, ZipWriter};

    /// A zip of the named parts, each of so many zero bytes.
    fn archive(parts: &[(&str, usize)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let zeros = vec![0; 1 << 20];
        for (name, size) in parts {
            writer.start_file(*name, options).unwrap();
            for start in (0..*size).step_by(zeros.len()) {
                writer.write_all(&zeros[..zeros.len().min(size - start)]).unwrap();
            }
        }
        writer.finish().unwrap().into_inner()
    }

    fn workbook(sheet: usize) -> Vec<u8> {
        archive(&[("[Content_Types].xml", 10), ("xl/workbook.xml", 10), ("xl/worksheets/sheet1.xml", sheet)])
    }

    #[test]
    fn a_bomb_is_refused_by_what_it_declares() {
        let limits = Limits { expanded: 1 << 20, ..Limits::default() };
        let error = workbook_kind(&workbook(2 << 20), &limits).unwrap_err();
        assert!(
            error.to_string().starts_with("The workbook was refused because it unpacks to more than 1 MB."),
            "{error}"
        );
        assert_eq!(error.code(), "expands_too_far");
        assert_eq!(workbook_kind(&workbook(1 << 19), &limits), Ok(Format::Xlsx));
    }

    #[test]
    fn growing_too_much_is_refused_only_above_a_certain_size() {
        let limits = Limits { ratio_from: 3 << 20, ..Limits::default() };
        assert_eq!(workbook_kind(&workbook(2 << 20), &limits), Ok(Format::Xlsx));
        let error = workbook_kind(&workbook(4 << 20), &limits).unwrap_err();
        assert!(error.to_string().contains("more than 200 times its size (4 MB)"), "{error}");
        assert!(workbook_kind(&workbook(4 << 20), &Limits { ratio: 2_000, ..limits }).is_ok());
    }

    #[test]
    fn a_directory_that_lies_about_sizes_is_found_out() {
        let mut bytes = workbook(2 << 20);
        let size = u32::to_le_bytes(2 << 20);
        let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..*at + 4] == size).collect();
        assert!(!places.is_empty(), "the declared size should stand in the file");
        for at in places {
            bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
        }
        let limits = Limits { expanded: 1 << 20, ..Limits::default() };
        let error = workbook_kind(&bytes, &limits).unwrap_err();
        assert_eq!(error.code(), "damaged");
        assert!(error.to_string().contains("larger than its declared uncompressed size"), "{error}");
    }

    #[test]
    fn unpacking_stops_at_the_limit_whatever_was_declared() {
        let limits = Limits { expanded: 1 << 20, ..Limits::default() };
        assert_eq!(unpacked(std::io::repeat(0), 0, 1 << 20, &limits).unwrap_err().code(), "expands_too_far");
        assert_eq!(unpacked(&[0; 1024][..], 1 << 10, 1 << 20, &limits), Ok(1 << 11));
        assert_eq!(unpacked(&[0; 1024][..], (1 << 20) - 1023, 1 << 20, &limits).unwrap_err().code(), "expands_too_far");
    }

    #[test]
    fn thousands_of_parts_and_huge_style_sheets_are_refused() {
        let names: Vec<String> = (0..2_001).map(|n| format!("xl/part{n}")).collect();
        let parts: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 1)).collect();
        let error = workbook_kind(&archive(&parts), &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("it has 2001 parts, and at most 2000 are read"), "{error}");
        let styles = archive(&[("[Content_Types].xml", 1), ("xl/workbook.xml", 1), ("xl/styles.xml", 9 << 20)]);
        let error = workbook_kind(&styles, &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("its style sheet is 9 MB"), "{error}");
    }

    #[test]
    fn other_archives_are_named_by_what_they_hold() {
        let error = workbook_kind(&archive(&[("flags.csv", 5), ("readme.txt", 5)]), &Limits::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The zip file is no workbook; it holds \"flags.csv\", \"readme.txt\". Unpack it and send the files \
             themselves."
        );
        let binary = archive(&[("[Content_Types].xml", 1), ("xl/workbook.bin", 1)]);
        assert_eq!(workbook_kind(&binary, &Limits::default()).unwrap_err().code(), "unsupported_format");
    }

    #[test]
    fn a_damaged_zip_is_said_to_be_damaged() {
        let mut bytes = workbook(100_000);
        bytes.truncate(bytes.len() / 2);
        assert_eq!(workbook_kind(&bytes, &Limits::default()).unwrap_err().code(), "damaged");
    }
}
