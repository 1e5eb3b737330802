//! Which column of a table means what.
//!
//! In: a table's header and the feed's declaration. Out: a [`Layout`], or a [`FileProblem`] where the table can't be
//! read at all. Always holds: a column that the declaration names comes before one called by our name, and that before
//! an alias; where two stand equal nobody guesses.

use super::{Declared, FileProblem};
use crate::feeds::read::{Cell, Row, Table};
use crate::ingest::columns::{
    Column, Holds, MOST_MATTERS, Meant, Need, alike, column_of, columns_of, matter_columns, meant, most_alike,
};
use std::collections::HashMap;

/// Where each column of ours stands in a table.
#[derive(Debug)]
pub(in crate::ingest) struct Layout {
    /// The header, each name once: a second "Reason" is "Reason (2)", a blank one "column 5".
    pub headers: Vec<String>,
    /// By our name, such as `status` or `matter_2_reason`: the position of its cell.
    positions: HashMap<String, usize>,
    /// The columns of the source's kind that the table has, by our name.
    own: HashMap<&'static str, At>,
    /// Those of them that hold a field of the kind's evidence, in the order of its table.
    pub fields: Vec<At>,
    /// The matters that the table has columns for, by number.
    pub matters: Vec<MatterAt>,
    /// Headers that nothing reads.
    pub unmapped: Vec<String>,
    unread: Vec<usize>,
}

/// A column, and the position of its cell.
pub(in crate::ingest) type At = (usize, &'static Column);

/// Where the columns of one matter stand.
#[derive(Debug)]
pub(in crate::ingest) struct MatterAt {
    /// How its columns are called, up to the part: `matter_2_`.
    pub prefix: String,
    pub parts: Vec<At>,
}

/// How surely a header means a column; the lowest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sure {
    Declared,
    OwnName,
    Alias,
}

impl Layout {
    /// The position of a column's cell, by our name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The positions of the columns of which evidence keeps nothing: read by nothing, or kept only as they stood.
    pub fn unread(&self) -> &[usize] {
        &self.unread
    }

    fn find_unread(&self, declared: &Declared<'_>) -> Vec<usize> {
        let holds_nothing = |name: &String| {
            meant(declared.source, name).is_some_and(|(meant, _)| meant.column().holds == Holds::Unread)
        };
        let kept_as_it_stood =
            |position: usize| self.positions.iter().any(|(name, at)| *at == position && holds_nothing(name));
        let headers = self.headers.iter().enumerate();
        headers
            .filter(|(position, header)| self.unmapped.contains(header) || kept_as_it_stood(*position))
            .map(|(position, _)| position)
            .collect()
    }

    /// The column of the source's kind by that name, if the table has it: asked for every cell of every row.
    pub fn own(&self, name: &str) -> Option<At> {
        self.own.get(name).copied()
    }

    /// The header of a column, if the table has it.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(self.position(name)?).map(String::as_str)
    }

    /// The header and the cell at a position, if the row is as long.
    pub fn at<'a>(&'a self, row: &'a Row, position: usize) -> Option<(&'a str, &'a Cell)> {
        Some((self.headers.get(position)?, row.cells.get(position)?))
    }

    /// Reads a table's header.
    pub fn of(table: &Table, declared: &Declared<'_>) -> Result<Layout, FileProblem> {
        let headers = distinct(&table.header);
        let mut claims: HashMap<String, Vec<(Sure, usize)>> = HashMap::new();
        let mut used = vec![false; headers.len()];
        for (position, header) in table.header.iter().enumerate() {
            let Some((meant, sure)) = claim(declared, header, table)? else { continue };
            if meant.column().holds == Holds::Unread {
                // Kept as it stood and no more, so two of them don't get in each other's way.
                mark(&mut used, position);
            }
            claims.entry(meant.name()).or_default().push((sure, position));
        }
        let mut layout = Layout {
            headers,
            positions: HashMap::new(),
            own: HashMap::new(),
            fields: Vec::new(),
            matters: Vec::new(),
            unmapped: Vec::new(),
            unread: Vec::new(),
        };
        for (name, mut claimants) in claims {
            claimants.sort_unstable();
            let best: Vec<usize> = claimants
                .iter()
                .filter(|(sure, _)| claimants.first().is_some_and(|(surest, _)| sure == surest))
                .map(|(_, position)| *position)
                .collect();
            let Some(&position) = best.first() else { continue };
            if best.len() > 1 && !used.get(position).copied().unwrap_or(false) {
                return Err(layout.twice(&name, &best, table));
            }
            mark(&mut used, position);
            layout.positions.insert(name, position);
        }
        layout.unmapped =
            layout.headers.iter().zip(&used).filter(|(_, used)| !**used).map(|(header, _)| header.clone()).collect();
        layout.matters = (1..=MOST_MATTERS).filter_map(|number| layout.matter(number)).collect();
        let own = columns_of(declared.source).iter().filter_map(|column| Some((layout.position(column.name)?, column)));
        let own: Vec<At> = own.collect();
        let kind = declared.source.evidence();
        layout.fields = own.iter().copied().filter(|(_, column)| kind.slot(column.name).is_some()).collect();
        layout.own = own.into_iter().map(|at| (at.1.name, at)).collect();
        layout.unread = layout.find_unread(declared);
        match layout.missing(declared) {
            Some(column) => Err(layout.column_missing(column, declared, table)),
            None => Ok(layout),
        }
    }

    /// Whether any column of the table means something to this kind of source.
    pub fn means_something(table: &Table, declared: &Declared<'_>) -> bool {
        table.header.iter().any(|header| matches!(claim(declared, header, table), Ok(Some(_)) | Err(_)))
    }

    fn matter(&self, number: usize) -> Option<MatterAt> {
        let prefix = format!("matter_{number}_");
        let at = |column: &'static Column| Some((self.position(&format!("{prefix}{}", column.name))?, column));
        let parts: Vec<At> = matter_columns().iter().filter_map(at).collect();
        (!parts.is_empty()).then_some(MatterAt { prefix, parts })
    }

    /// The first column that has to be there and isn't.
    fn missing(&self, declared: &Declared<'_>) -> Option<&'static Column> {
        columns_of(declared.source).iter().find(|column| match column.need {
            Need::Required => self.position(column.name).is_none(),
            Need::UnlessGiven(other) => self.position(column.name).is_none() && self.position(other).is_none(),
            Need::Optional => false,
        })
    }

    fn column_missing(&self, column: &Column, declared: &Declared<'_>, table: &Table) -> FileProblem {
        let or = match column.need {
            Need::UnlessGiven(other) => format!(" (or {other})"),
            Need::Required | Need::Optional => String::new(),
        };
        let declared_as = declared.columns.iter().find(|(_, ours)| alike(ours, column.name)).map(|(theirs, _)| theirs);
        let expected = declared_as
            .map(|theirs| format!(" The feed's declaration says that the source calls it “{theirs}”."))
            .unwrap_or_default();
        let names =
            declared_as.map(String::as_str).into_iter().chain([column.name]).chain(column.aliases.iter().copied());
        let names: Vec<&str> = names.collect();
        let near = self.unmapped.iter().find(|header| most_alike(header, names.iter().copied()).is_some());
        let did_you_mean = near
            .map(|header| format!(" Is it “{header}”? Then rename it, or declare it for the feed."))
            .unwrap_or_default();
        let found = if self.headers.is_empty() { "none".to_owned() } else { self.headers.join(", ") };
        FileProblem::of(
            "column_missing",
            table,
            &format!(
                "the column {}{or} is missing: {}.{expected} Columns found in row {}: {found}.{did_you_mean}",
                column.name, column.meaning, table.header_row
            ),
        )
    }

    fn twice(&self, name: &str, positions: &[usize], table: &Table) -> FileProblem {
        let headers: Vec<String> = positions
            .iter()
            .filter_map(|position| self.headers.get(*position))
            .map(|header| format!("“{header}”"))
            .collect();
        FileProblem::of(
            "column_twice",
            table,
            &format!(
                "the columns {} would all be read as {name}. Rename or remove all but one, or declare for the feed which \
                 one it is.",
                headers.join(" and ")
            ),
        )
    }
}

fn mark(used: &mut [bool], position: usize) {
    if let Some(used) = used.get_mut(position) {
        *used = true;
    }
}

/// What a header means for this feed; an error where the declaration names a column that there isn't.
fn claim(declared: &Declared<'_>, header: &str, table: &Table) -> Result<Option<(Meant, Sure)>, FileProblem> {
    if let Some((_, ours)) = declared.columns.iter().find(|(theirs, _)| alike(theirs, header)) {
        return match meant(declared.source, ours) {
            Some((meant, _)) => Ok(Some((meant, Sure::Declared))),
            None => Err(mapping_unknown(declared, header, ours, table)),
        };
    }
    Ok(meant(declared.source, header).map(|(meant, is_own)| (meant, if is_own { Sure::OwnName } else { Sure::Alias })))
}

fn mapping_unknown(declared: &Declared<'_>, header: &str, ours: &str, table: &Table) -> FileProblem {
    let near = most_alike(ours, columns_of(declared.source).iter().map(|column| column.name));
    let did_you_mean = near
        .and_then(|near| column_of(declared.source, near))
        .map(|column| format!(" Did you mean {}?", column.name))
        .unwrap_or_default();
    FileProblem::of(
        "mapping_unknown",
        table,
        &format!(
            "the feed's declaration reads the column “{header}” as {ours}, and {} have no such column.{did_you_mean} \
             Correct the feed's columns.",
            declared.source.name()
        ),
    )
}

/// The header with every name once and none blank.
fn distinct(header: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::with_capacity(header.len());
    for (position, name) in header.iter().enumerate() {
        let base = if name.trim().is_empty() { format!("column {}", position + 1) } else { name.trim().to_owned() };
        let mut candidate = base.clone();
        let mut number = 2;
        while distinct.contains(&candidate) {
            candidate = format!("{base} ({number})");
            number += 1;
        }
        distinct.push(candidate);
    }
    distinct
}
