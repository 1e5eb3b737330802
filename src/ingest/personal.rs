//! Screening of what evidence doesn't keep, and the word to the sender.
//!
//! In: a row's cells that nothing reads; a whole file after checking. Out: warnings that don't repeat what stands there,
//! and one note a file. Always holds: what evidence would keep and looks personal has stopped its row already; what it
//! doesn't keep stops nothing, and is said.

use super::columns::{Holds, Meant, meant};
use super::normalise::Layout;
use super::record::{Normalised, Problem, SourceKind};
use super::values::{self, PERSONAL_DATA};
use crate::feeds::read::Row;
use crate::personal::screening::screen_cell;
use std::collections::BTreeSet;

/// The code of a warning: personal data in a column that evidence doesn't keep.
const UNREAD: &str = "personal_data_unread";

/// A warning for each cell of free text, mapped or not, that looks like something about a person.
pub(super) fn in_unread_cells(layout: &Layout, row: &Row, source: SourceKind) -> Vec<Problem> {
    let cells = layout.headers.iter().zip(&row.cells).enumerate();
    cells
        .filter(|(position, (header, _))| {
            layout.unmapped.contains(header) || layout.is_unread(*position, |name| holds_of(source, name))
        })
        .filter_map(|(_, (header, cell))| {
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

fn holds_of(source: SourceKind, name: &str) -> Option<Holds> {
    let (meant, _) = meant(source, name)?;
    Some(match meant {
        Meant::Column(column) | Meant::Matter(_, column) => column.holds,
    })
}

/// One note on a file: how many rows hold what looks like personal data, in which columns, and what became of them.
pub(super) fn note(normalised: &Normalised) -> Option<String> {
    let (mut rows, mut stopped) = (0_usize, 0_usize);
    let mut columns: BTreeSet<&str> = BTreeSet::new();
    let of_rows = normalised.records.iter().map(|record| &record.warnings);
    for problems in of_rows.chain(normalised.rejected.iter().map(|row| &row.problems)) {
        let found = |code: &str| problems.iter().any(|problem| problem.code == code);
        let told = problems.iter().filter(|problem| [PERSONAL_DATA, UNREAD].contains(&problem.code.as_str()));
        columns.extend(told.filter_map(|problem| problem.column.as_deref()));
        rows += usize::from(found(PERSONAL_DATA) || found(UNREAD));
        stopped += usize::from(found(PERSONAL_DATA));
    }
    if rows == 0 {
        return None;
    }
    let hold = if rows == 1 { "1 row holds".to_owned() } else { format!("{rows} rows hold") };
    let columns: Vec<&str> = columns.into_iter().collect();
    let of_them = match stopped {
        0 => "Nothing of these columns is kept as evidence.".to_owned(),
        1 => "1 of them was not taken for it.".to_owned(),
        stopped => format!("{stopped} of them were not taken for it."),
    };
    Some(format!(
        "{hold} what looks like personal data (columns: {}). {of_them} Evidence names nobody: ask the sender to leave it out.",
        columns.join(", ")
    ))
}
