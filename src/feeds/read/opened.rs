//! A file that has been looked at and whose rows can be gone through, as often as needed.
//!
//! In: the bytes. Out: an [`Opened`]: what the file is, the heads of its tables, and its rows in batches. Always holds: every
//! pass gives the same batches; of CSV and JSON lines no more than a batch is held beside the text; a workbook and a JSON
//! document can't be read without holding their cells, so they are held (within [`Limits::cells`]) and given out alike.

use super::csv::Csv;
use super::encoding::{self, Decoded};
use super::format::{self, Content};
use super::json::{self, Lines};
use super::{Format, Limits, ReadError, ReadFile, Row, RowProblem, Table, is_binary, text_format, xlsx};
use std::borrow::Cow;

/// Rows of one batch, at most.
pub(super) const BATCH: usize = 1_000;

/// Some rows of one table, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Which of the file's tables.
    pub table: usize,
    pub rows: Vec<Row>,
    /// What stood among these rows and is none.
    pub problems: Vec<RowProblem>,
}

/// One table without its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    pub table: Table,
    /// Whether nothing stands below its header.
    pub is_empty: bool,
}

/// A file whose rows can be read.
#[derive(Debug)]
pub struct Opened<'b> {
    /// What the file was, whatever it was declared to be.
    pub format: Format,
    /// The encoding of a text file, such as `UTF-8` or `windows-1252`.
    pub encoding: Option<&'static str>,
    /// One of a text file; one a sheet with a header, of a workbook. Never empty.
    pub heads: Vec<Head>,
    /// What was guessed, replaced or passed over, in sentences for the sender.
    pub notes: Vec<String>,
    body: Body<'b>,
    limits: Limits,
}

#[derive(Debug)]
enum Body<'b> {
    Held(Vec<Table>),
    Csv(Cow<'b, str>, Csv),
    Lines(Cow<'b, str>, Lines),
}

/// Looks at a file; arguments as of [`super::tables`].
///
/// # Errors
/// When the file as a whole can't be read. What is found only further down is an error of its batch.
pub fn open<'b>(
    bytes: &'b [u8],
    hint: Option<Format>,
    known_header: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<Opened<'b>, ReadError> {
    if bytes.trim_ascii().is_empty() {
        return Err(ReadError::Empty);
    }
    let mut file = match format::content(bytes)? {
        Content::Zip => {
            let (format, tables, notes) = xlsx::read(bytes, known_header, limits)?;
            Opened::new(format, notes, Body::Held(tables), limits)
        }
        Content::Text => text_file(encoding::decode(bytes), hint, known_header, limits)?,
    };
    if let Some(declared) = hint.filter(|declared| *declared != file.format) {
        let actual = file.format;
        file.notes
            .insert(0, format!("The feed is declared as {declared}, but the file is {actual}: read as {actual}."));
    }
    Ok(file)
}

fn text_file<'b>(
    decoded: Decoded<'b>,
    hint: Option<Format>,
    known_header: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<Opened<'b>, ReadError> {
    let Decoded { text, encoding, mut notes } = decoded;
    if text.trim().is_empty() {
        return Err(ReadError::Empty);
    }
    if is_binary(&text) {
        return Err(ReadError::Unsupported { found: "neither text nor a workbook" });
    }
    let format = text_format(&text, hint);
    let body = match format {
        Format::Json => {
            let (table, more) = json::read_document(&text, limits)?;
            notes.extend(more);
            Body::Held(vec![table])
        }
        Format::Jsonl => {
            let lines = Lines::find(&text, limits)?;
            Body::Lines(text, lines)
        }
        Format::Csv | Format::Xlsx | Format::Ods => {
            let csv = Csv::find(&text, known_header, limits)?;
            Body::Csv(text, csv)
        }
    };
    Ok(Opened { encoding: Some(encoding), ..Opened::new(format, notes, body, limits) })
}

impl<'b> Opened<'b> {
    fn new(format: Format, notes: Vec<String>, body: Body<'b>, limits: &Limits) -> Self {
        let heads = match &body {
            Body::Held(tables) => tables.iter().map(head_of).collect(),
            Body::Csv(text, csv) => {
                vec![Head { table: csv.head(), is_empty: csv.batches(text, limits).next().is_none() }]
            }
            Body::Lines(text, lines) => {
                vec![Head { table: lines.head(), is_empty: lines.batches(text, limits).next().is_none() }]
            }
        };
        Opened { format, encoding: None, heads, notes, body, limits: *limits }
    }

    /// All rows from the first on, in batches. Ends with the first error.
    pub fn batches(&self) -> Box<dyn Iterator<Item = Result<Batch, ReadError>> + Send + '_> {
        match &self.body {
            Body::Held(tables) => {
                Box::new(tables.iter().enumerate().flat_map(|(number, table)| held(number, table)).map(Ok))
            }
            Body::Csv(text, csv) => Box::new(csv.batches(text, &self.limits)),
            Body::Lines(text, lines) => Box::new(lines.batches(text, &self.limits)),
        }
    }

    /// The file with all its rows in memory.
    ///
    /// # Errors
    /// When they are more than is held, or can't be read.
    pub fn into_file(self) -> Result<ReadFile, ReadError> {
        let tables = match (self.body, self.limits) {
            (Body::Held(tables), _) => tables,
            (Body::Csv(text, csv), limits) => vec![whole(csv.head(), csv.batches(&text, &limits), &limits)?],
            (Body::Lines(text, lines), limits) => vec![whole(lines.head(), lines.batches(&text, &limits), &limits)?],
        };
        Ok(ReadFile { format: self.format, encoding: self.encoding, tables, notes: self.notes })
    }
}

fn head_of(table: &Table) -> Head {
    let (sheet, header_row, header) = (table.sheet.clone(), table.header_row, table.header.clone());
    Head {
        table: Table { sheet, header_row, header, rows: Vec::new(), problems: Vec::new() },
        is_empty: table.rows.is_empty() && table.problems.is_empty(),
    }
}

/// The batches of a table that is held: its problems come with the first.
fn held(number: usize, table: &Table) -> impl Iterator<Item = Batch> + '_ {
    let problems = (!table.problems.is_empty()).then(|| Batch {
        table: number,
        rows: Vec::new(),
        problems: table.problems.clone(),
    });
    let rows = table.rows.chunks(BATCH);
    let rows = rows.map(move |rows| Batch { table: number, rows: rows.to_vec(), problems: Vec::new() });
    problems.into_iter().chain(rows)
}

/// A table with all its rows.
///
/// # Errors
/// When a batch can't be read, or the table has more cells than are held.
pub(super) fn whole(
    mut table: Table,
    batches: impl Iterator<Item = Result<Batch, ReadError>>,
    limits: &Limits,
) -> Result<Table, ReadError> {
    for batch in batches {
        let batch = batch?;
        table.rows.extend(batch.rows);
        table.problems.extend(batch.problems);
        if table.rows.len().saturating_mul(table.header.len()) > limits.cells {
            return Err(ReadError::TooManyCells { sheet: None, limit: limits.cells });
        }
    }
    Ok(table)
}
