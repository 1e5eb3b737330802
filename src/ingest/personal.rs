//! Screening of what evidence doesn't keep, and the word to the sender.
//!
//! In: a row's cells that nothing reads; a whole file after checking. Out: warnings that don't repeat what stands there,
//! and one note a file. Always holds: what evidence would keep and looks personal has stopped its row already; what it
//! doesn't keep stops nothing, and is said.

use super::normalise::Layout;
use super::plan::Sorted;
use super::record::Problem;
use super::values::{self, PERSONAL_DATA};
use crate::feeds::read::Row;
use crate::personal::screening::screen_cell;
use std::collections::BTreeSet;

/// The code of a warning: personal data in a column that evidence doesn't keep.
const UNREAD: &str = "personal_data_unread";

/// A warning for each cell of free text, mapped or not, that looks like something about a person.
pub(super) fn in_unread_cells(layout: &Layout, row: &Row) -> Vec<Problem> {
    let cells = layout.unread().iter().filter_map(|&at| Some((layout.headers.get(at)?, row.cells.get(at)?)));
    cells
        .filter_map(|(header, cell)| {
            let finding = screen_cell(header, &values::text_of(cell)?)?;
            let message = format!(
                "The column {header} holds what looks like {}. Nothing of this column is kept as evidence; leave it out \
                 of what you send.",
                finding.words()
            );
            Some(Problem { column: Some(header.clone()), code: UNREAD.to_owned(), message })
        })
        .collect()
}

/// How many rows of a file hold what looks like personal data, in which columns, and what became of them.
#[derive(Debug, Default)]
pub(super) struct Tally {
    rows: usize,
    stopped: usize,
    columns: BTreeSet<String>,
}

impl Tally {
    /// Counts a row by what was said of it.
    fn add(&mut self, problems: &[Problem]) {
        let found = |code: &str| problems.iter().any(|problem| problem.code == code);
        for problem in problems.iter().filter(|problem| [PERSONAL_DATA, UNREAD].contains(&problem.code.as_str())) {
            self.columns.extend(problem.column.clone());
        }
        self.rows += usize::from(found(PERSONAL_DATA) || found(UNREAD));
        self.stopped += usize::from(found(PERSONAL_DATA));
    }

    /// Counts every row of a batch.
    pub fn add_all(&mut self, sorted: &Sorted) {
        sorted.matched.iter().for_each(|row| self.add(&row.record.warnings));
        sorted.for_review.iter().for_each(|row| self.add(&row.record.warnings));
        sorted.rejected.iter().for_each(|row| self.add(&row.problems));
    }

    /// One note on the file, where there is something to say.
    pub fn note(&self) -> Option<String> {
        let hold = match self.rows {
            0 => return None,
            1 => "1 row holds".to_owned(),
            rows => format!("{rows} rows hold"),
        };
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let of_them = match self.stopped {
            0 => "Nothing of these columns is kept as evidence.".to_owned(),
            1 => "1 of them was not taken for it.".to_owned(),
            stopped => format!("{stopped} of them were not taken for it."),
        };
        Some(format!(
            "{hold} what looks like personal data (columns: {}). {of_them} Evidence names nobody: ask the sender to leave it out.",
            columns.join(", ")
        ))
    }
}
