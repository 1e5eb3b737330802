//! `bellwether match`: which council each name of a list means.
//!
//! In: a CSV with a column `name` and, if it likes, `district`, `county` and `gss_code`. Out: a CSV with a row for each
//! row of the list, in its order. Always holds: only `matched` names a council; what is ambiguous is left to a person.

use super::{Settings, print};
use crate::error::{AppError, Code};
use crate::export::neutralised;
use crate::feeds::read::{Cell, Format, Limits, Table, tables};
use crate::matching::{Answer, Asked, Decision, Index};
use clap::Args;
use std::path::{Path, PathBuf};

/// The columns that are read.
const COLUMNS: [&str; 4] = ["name", "district", "county", "gss_code"];
/// The columns that are written.
const WRITTEN: [&str; 6] = ["name", "gss_code", "matched_name", "decision", "score", "reason"];

/// Match names to councils.
#[derive(Args)]
pub struct Match {
    /// A CSV with a column `name`, and `district`, `county`, `gss_code` where known
    #[arg(long, value_name = "FILE")]
    names: PathBuf,
    /// Where to write the answers, as CSV
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Match {
    /// Matches every name and says how many there are of each decision.
    ///
    /// # Errors
    /// A file that can't be read or written, a missing column, a register that was never loaded.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let app = settings.open()?;
        let list = read(&self.names)?;
        let (_, index) = app.matcher()?;
        if index.is_empty() {
            return Err(AppError::new(
                Code::RegisterUnusable,
                format!("The register in {} is empty.", app.store.shown()),
                "Load it first: bellwether register import FILE.",
            ));
        }
        let counts = write(&self.out, &list, &index).map_err(|e| {
            AppError::new(Code::FileUnusable, format!("{} can't be written: {e}.", self.out.display()), "")
        })?;
        print(&format!(
            "{} names: {} matched, {} for review, {} with no council like it. Answers are in {}.\n",
            counts.matched + counts.review + counts.none,
            counts.matched,
            counts.review,
            counts.none,
            self.out.display()
        ));
        Ok(())
    }
}

fn read(path: &Path) -> Result<Table, AppError> {
    let unreadable = |because: String| {
        AppError::new(
            Code::FileUnreadable,
            format!("{}: {because}", path.display()),
            "Give a CSV with a column `name`.",
        )
    };
    let bytes = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
    let known = |name: &str| COLUMNS.contains(&name.trim().to_lowercase().as_str());
    let file = tables(&bytes, Some(Format::Csv), &known, &Limits::default()).map_err(|e| unreadable(e.to_string()))?;
    let table = file.tables.into_iter().next().ok_or_else(|| unreadable("it has no table".to_owned()))?;
    if column(&table, "name").is_none() {
        return Err(unreadable(format!("it has no column `name`; its columns are {}", table.header.join(", "))));
    }
    Ok(table)
}

fn column(table: &Table, name: &str) -> Option<usize> {
    table.header.iter().position(|heading| heading.trim().eq_ignore_ascii_case(name))
}

/// How many names were decided in which way.
#[derive(Default)]
struct Counts {
    matched: usize,
    review: usize,
    none: usize,
}

/// Writes the answers.
fn write(path: &Path, list: &Table, index: &Index) -> Result<Counts, csv::Error> {
    let columns = COLUMNS.map(|name| column(list, name));
    let mut out = csv::Writer::from_path(path)?;
    out.write_record(WRITTEN)?;
    let mut counts = Counts::default();
    for row in &list.rows {
        let [name, district, county, gss_code] = columns.map(|column| match column.and_then(|at| row.cells.get(at)) {
            Some(Cell::Text(text)) => Some(text.clone()),
            Some(Cell::Number(number)) => Some(number.to_string()),
            _ => None,
        });
        let name = name.unwrap_or_default();
        let answer = index.decide(&Asked {
            name: &name,
            gss_code: gss_code.as_deref(),
            district: district.as_deref(),
            county: county.as_deref(),
        });
        match answer.decision {
            Decision::Matched => counts.matched += 1,
            Decision::Review => counts.review += 1,
            Decision::None => counts.none += 1,
        }
        write_answer(&mut out, &name, &answer)?;
    }
    out.flush()?;
    Ok(counts)
}

fn write_answer<W: std::io::Write>(out: &mut csv::Writer<W>, name: &str, answer: &Answer) -> Result<(), csv::Error> {
    let best = answer.candidates.first();
    let score = best.map(|candidate| candidate.score.to_string()).unwrap_or_default();
    let (gss_code, matched) = match (answer.decision, best) {
        (Decision::Matched, Some(council)) => (council.gss_code.as_str(), council.name.as_str()),
        _ => ("", ""),
    };
    let decision = match answer.decision {
        Decision::Matched => "matched",
        Decision::Review => "review",
        Decision::None => "none",
    };
    // The file is opened in spreadsheets: a name that might start a formula gets an apostrophe before it.
    let [name, matched, reason] = [name, matched, &answer.reason].map(neutralised);
    out.write_record([&*name, gss_code, &*matched, decision, &score, &*reason])
}
