//! Writing a simulated country: the folder, its register, its configuration, the deliveries and the truth.
//!
//! In: a [`Plan`] and an empty folder. Out: files, and [`Counts`]. Always holds: files are written row by row;
//! nothing of the machine, the folder or the moment is in them, so that the same plan gives the same bytes; a
//! delivery without a row isn't written.

use super::country::{Council, Country};
use super::event::Event;
use super::feed::{Feed, configuration};
use super::life::{Life, live};
use super::row::{header, row};
use super::{Plan, truth};
use crate::error::{AppError, Code};
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// What a country came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub councils: usize,
    pub years: u8,
    pub seed: u64,
    pub first_day: Date,
    pub last_day: Date,
    pub events: usize,
    /// Events that at least one delivery tells of.
    pub events_reported: usize,
    /// Files of all deliveries.
    pub deliveries: usize,
    /// Rows in them, by feed.
    pub rows: BTreeMap<&'static str, usize>,
}

/// Writes the country into the folder, which is made where it isn't there.
///
/// # Errors
/// [`Code::FileUnusable`] when the folder holds something already, or can't be written to.
pub fn write(plan: Plan, folder: &Path) -> Result<Counts, AppError> {
    prepare(folder)?;
    let country = Country::new(plan);
    // A life is about a kilobyte: the whole country's fit into memory, while its rows, many times as much, are
    // streamed.
    let lives: Vec<Life> = country
        .councils
        .iter()
        .filter_map(|council| Some(live(plan, council, country.district(council)?.firm)))
        .collect();
    let mut register = Sheet::create(&folder.join("register.csv"), &[])?;
    for line in country.register() {
        register.row(line)?;
    }
    register.end()?;
    put(&folder.join("bellwether.toml"), configuration().as_bytes())?;
    let (mut deliveries, mut rows) = (0, BTreeMap::new());
    for day in plan.month_ends() {
        for feed in Feed::ALL.into_iter().filter(|feed| feed.sends_in(day.month())) {
            let written = deliver(folder, (&country, &lives), feed, day)?;
            deliveries += usize::from(written > 0);
            *rows.entry(feed.id()).or_default() += written;
        }
    }
    let told = truth::write(&folder.join("truth"), &country, &lives)?;
    let counts = Counts {
        councils: plan.councils,
        years: plan.years,
        seed: plan.seed,
        first_day: plan.first_day(),
        last_day: plan.last_day(),
        events: told.events,
        events_reported: told.reported,
        deliveries,
        rows,
    };
    let manifest = serde_json::to_vec_pretty(&counts).map_err(|e| unwritable(folder, &e))?;
    put(&folder.join("manifest.json"), &manifest)?;
    put(&folder.join("README.md"), README.as_bytes())?;
    Ok(counts)
}

/// What the folder says of itself.
const README: &str = include_str!("README.md");

fn prepare(folder: &Path) -> Result<(), AppError> {
    let taken = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if taken {
        return Err(AppError::new(
            Code::FileUnusable,
            format!("{} holds something already.", folder.display()),
            "Give --out a new or empty folder.",
        ));
    }
    ["inbox", "truth", "deliveries"].iter().try_for_each(|part| {
        let part = folder.join(part);
        std::fs::create_dir_all(&part).map_err(|e| unwritable(&part, &e))
    })
}

/// Writes one feed's list of one day; gives how many rows it has.
fn deliver(folder: &Path, (country, lives): (&Country, &[Life]), feed: Feed, day: Date) -> Result<usize, AppError> {
    let path = folder.join("deliveries").join(day.to_string()).join(feed.file());
    let told = country.councils.iter().zip(lives).flat_map(|(council, life)| told(country, council, life, (feed, day)));
    let mut told = told.peekable();
    if told.peek().is_none() {
        return Ok(0);
    }
    if let Some(of_day) = path.parent() {
        std::fs::create_dir_all(of_day).map_err(|e| unwritable(of_day, &e))?;
    }
    match feed.extension() {
        "xlsx" => workbook(&path, feed, told).map_err(|e| unwritable(&path, &e)),
        "json" => list(&path, feed, told),
        _ => {
            let headings = header(feed);
            let mut sheet = Sheet::create(&path, &headings.iter().map(String::as_str).collect::<Vec<_>>())?;
            let mut rows = 0;
            for cells in told {
                sheet.row(cells)?;
                rows += 1;
            }
            sheet.end()?;
            Ok(rows)
        }
    }
}

/// The rows that the list has of one council.
fn told<'l>(
    country: &'l Country,
    council: &'l Council,
    life: &'l Life,
    (feed, day): (Feed, Date),
) -> impl Iterator<Item = Vec<String>> + 'l {
    let routes = |event: &'l Event| event.routes.iter().map(move |route| (event, route));
    life.events
        .iter()
        .flat_map(routes)
        .filter(move |(_, route)| route.feed == feed)
        .filter_map(move |told| row(country, council, told, day))
}

fn workbook(path: &Path, feed: Feed, told: impl Iterator<Item = Vec<String>>) -> Result<usize, XlsxError> {
    let mut workbook = Workbook::new();
    // Without this the file would hold the time at which it was made.
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2020, 1, 1)?));
    let sheet = workbook.add_worksheet().set_name("Opinions")?;
    let mut rows = 0;
    for (at, cells) in (0..).zip(std::iter::once(header(feed)).chain(told)) {
        for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(at, column, text)?;
        }
        rows = usize::try_from(at).unwrap_or(usize::MAX);
    }
    workbook.save(path)?;
    Ok(rows)
}

/// A JSON list of objects; what the source doesn't say is left out.
fn list(path: &Path, feed: Feed, told: impl Iterator<Item = Vec<String>>) -> Result<usize, AppError> {
    let failed = |e: std::io::Error| unwritable(path, &e);
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    let names = header(feed);
    let mut rows = 0;
    for cells in told {
        let said = names.iter().zip(&cells).filter(|(_, text)| !text.is_empty());
        let object: BTreeMap<&str, &str> = said.map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let line = serde_json::to_string(&object).map_err(|e| unwritable(path, &e))?;
        file.write_all(if rows == 0 { b"[\n" } else { b",\n" }).map_err(failed)?;
        file.write_all(line.as_bytes()).map_err(failed)?;
        rows += 1;
    }
    file.write_all(b"\n]\n").and_then(|()| file.flush()).map_err(failed)?;
    Ok(rows)
}

/// A CSV file that is written row by row.
pub struct Sheet {
    path: PathBuf,
    writer: csv::Writer<File>,
}

impl Sheet {
    /// Begins a file with its headings, where there are any.
    ///
    /// # Errors
    /// [`Code::FileUnusable`] when it can't be written.
    pub fn create(path: &Path, headings: &[&str]) -> Result<Sheet, AppError> {
        let writer = csv::Writer::from_path(path).map_err(|e| unwritable(path, &e))?;
        let mut sheet = Sheet { path: path.to_path_buf(), writer };
        if !headings.is_empty() {
            sheet.row(headings)?;
        }
        Ok(sheet)
    }

    /// Writes one row.
    ///
    /// # Errors
    /// [`Code::FileUnusable`] when it can't be written.
    pub fn row<C: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = C>) -> Result<(), AppError> {
        self.writer.write_record(cells).map_err(|e| unwritable(&self.path, &e))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// [`Code::FileUnusable`] when what is left can't be written.
    pub fn end(mut self) -> Result<(), AppError> {
        self.writer.flush().map_err(|e| unwritable(&self.path, &e))
    }
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    std::fs::write(path, bytes).map_err(|e| unwritable(path, &e))
}

fn unwritable(path: &Path, because: &dyn std::fmt::Display) -> AppError {
    let told = format!("{} can't be written: {because}.", path.display());
    AppError::new(Code::FileUnusable, told, "Give --out a folder that can be written to, with room for it.")
}
