//! `bellwether register import FILE`: loads the register of parishes and councils.

use super::{Settings, print};
use crate::error::{AppError, Code};
use crate::register::{Imported, import};
use clap::Subcommand;
use std::path::PathBuf;

/// Rows that are told one by one before the rest is only counted.
const TOLD: usize = 20;

/// The register.
#[derive(Subcommand)]
pub enum Register {
    /// Load a register file: our CSV (docs/register.md) or a parish file of the Office for National Statistics
    Import {
        /// The file
        file: PathBuf,
    },
}

impl Register {
    /// Loads the file and says what changed.
    ///
    /// # Errors
    /// A file that can't be read or lacks a column; a database that fails.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let Register::Import { file } = self;
        let bytes = std::fs::read(file).map_err(|e| {
            AppError::new(Code::RegisterUnusable, format!("{} can't be read: {e}.", file.display()), "")
        })?;
        let app = settings.open()?;
        print(&told(&import(&app, &file.display().to_string(), &bytes)?));
        Ok(())
    }
}

/// What a load did, in words.
fn told(imported: &Imported) -> String {
    let mut text = format!("{} parishes read, {} current councils.\n", imported.entries, imported.councils);
    if imported.changes.is_empty() {
        text.push_str("Nothing has changed.\n");
    }
    for (change, parishes) in &imported.changes {
        text.push_str(&format!("  {parishes} {change}\n"));
    }
    if imported.missing > 0 {
        text.push_str(&format!(
            "  {} current parishes are not in this file; they were left as they are\n",
            imported.missing
        ));
    }
    for note in &imported.notes {
        text.push_str(&format!("  note: {note}\n"));
    }
    for problem in imported.problems.iter().take(TOLD) {
        let column = problem.column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
        text.push_str(&format!("  not taken: row {}{column}: {}\n", problem.row, problem.message));
    }
    if imported.problems.len() > TOLD {
        text.push_str(&format!("  not taken: {} more rows\n", imported.problems.len() - TOLD));
    }
    text
}
