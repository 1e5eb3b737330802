//! What a register file changes: the entries it states against the parishes that are known.
//!
//! In: the known parishes, a read file. Out: [`Changes`], by code. Always holds: pure; a particular that the file has no
//! column for, or leaves blank, stays as it is known (a blank former name or council says that there is none); a code that the file doesn't list is counted as missing and left alone, because a
//! file may cover one district only. A code is retired by a row that says `current` = false.

use super::file::{Columns, Entry, RegisterFile};
use std::collections::{BTreeMap, HashSet};

/// A parish as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownParish {
    pub gss_code: String,
    pub name: String,
    pub former_name: Option<String>,
    pub district_code: String,
    pub district: String,
    pub county: String,
    pub current: bool,
    /// The grouped council that serves it.
    pub council: Option<String>,
}

/// In what way an entry changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    New,
    Renamed,
    /// To another district or county, or these were spelt anew.
    Moved,
    Retired,
    Revived,
    /// Another grouped council serves it, or none.
    Regrouped,
    /// Another former name is stated.
    FormerName,
}

impl Kind {
    /// The word in the database and in messages.
    pub fn word(self) -> &'static str {
        match self {
            Kind::New => "new",
            Kind::Renamed => "renamed",
            Kind::Moved => "moved",
            Kind::Retired => "retired",
            Kind::Revived => "revived",
            Kind::Regrouped => "regrouped",
            Kind::FormerName => "former name",
        }
    }
}

/// One parish that changes: every way in which it does, and how it is then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub kinds: Vec<Kind>,
    pub now: KnownParish,
}

impl Change {
    /// The kinds in words: `renamed, moved`.
    pub fn words(&self) -> String {
        self.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", ")
    }
}

/// What a file changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// By code.
    pub changes: Vec<Change>,
    /// Current parishes that the file doesn't list.
    pub missing: usize,
}

/// Compares a file with what is known.
pub fn changes(known: &[KnownParish], file: &RegisterFile) -> Changes {
    let by_code: BTreeMap<&str, &KnownParish> = known.iter().map(|known| (known.gss_code.as_str(), known)).collect();
    let mut changes: Vec<Change> = file
        .entries
        .iter()
        .filter_map(|entry| {
            let before = by_code.get(entry.gss_code.as_str()).copied();
            let now = stated(entry, before, &file.columns);
            let kinds = kinds(before, &now);
            (!kinds.is_empty()).then_some(Change { kinds, now })
        })
        .collect();
    changes.sort_by(|one, other| one.now.gss_code.cmp(&other.now.gss_code));
    let listed: HashSet<&str> = file.entries.iter().map(|entry| entry.gss_code.as_str()).collect();
    let missing = known.iter().filter(|known| known.current && !listed.contains(known.gss_code.as_str())).count();
    Changes { changes, missing }
}

/// The parish as the file states it; what the file has no column for is as it was.
fn stated(entry: &Entry, before: Option<&KnownParish>, columns: &Columns<bool>) -> KnownParish {
    let was = before.cloned().unwrap_or(KnownParish { current: true, ..KnownParish::default() });
    let known = before.is_some();
    KnownParish {
        gss_code: entry.gss_code.clone(),
        name: entry.name.clone(),
        former_name: if columns.former_name { entry.former_name.clone() } else { was.former_name },
        district_code: entry.district_code.clone().unwrap_or(was.district_code),
        district: entry.district.clone().unwrap_or(was.district),
        county: entry.county.clone().unwrap_or(was.county),
        // A list without such a column is a list of those that are current; a blank in it says nothing new.
        current: entry.current.unwrap_or(if columns.current && known { was.current } else { true }),
        council: if columns.council { entry.council.clone() } else { was.council },
    }
}

fn kinds(before: Option<&KnownParish>, now: &KnownParish) -> Vec<Kind> {
    let Some(before) = before else { return vec![Kind::New] };
    let area = |parish: &KnownParish| (parish.district_code.clone(), parish.district.clone(), parish.county.clone());
    let mut kinds = Vec::new();
    let mut when = |changed: bool, kind: Kind| {
        if changed {
            kinds.push(kind);
        }
    };
    when(before.name != now.name, Kind::Renamed);
    when(area(before) != area(now), Kind::Moved);
    when(before.current && !now.current, Kind::Retired);
    when(!before.current && now.current, Kind::Revived);
    when(before.council != now.council, Kind::Regrouped);
    when(before.former_name != now.former_name, Kind::FormerName);
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::Layout;

    fn known() -> KnownParish {
        KnownParish {
            gss_code: "E04990001".into(),
            name: "Aldermarsh".into(),
            former_name: None,
            district_code: "E07990001".into(),
            district: "Fenwick Vale".into(),
            county: "Wealdshire".into(),
            current: false,
            council: None,
        }
    }

    fn file(entry: Entry, columns: Columns<bool>) -> RegisterFile {
        RegisterFile { layout: Layout::Own, entries: vec![entry], problems: vec![], passed_over: vec![], columns }
    }

    fn entry() -> Entry {
        Entry {
            row: 2,
            gss_code: "E04990001".into(),
            name: "Aldermarsh".into(),
            former_name: None,
            district_code: None,
            district: None,
            county: None,
            current: None,
            council: None,
        }
    }

    #[test]
    fn a_blank_says_nothing_new() {
        let every = Columns {
            former_name: true,
            district_code: true,
            district: true,
            county: true,
            current: true,
            council: true,
            ..Columns::default()
        };
        assert_eq!(changes(&[known()], &file(entry(), every)), Changes::default());
    }

    #[test]
    fn a_list_without_the_column_is_of_those_that_are_current() {
        let found = changes(&[known()], &file(entry(), Columns::default()));
        assert_eq!(found.changes.iter().map(Change::words).collect::<Vec<_>>(), ["revived"]);
        assert_eq!(found.changes[0].now.district, "Fenwick Vale");
    }

    #[test]
    fn every_way_of_changing_is_told_at_once() {
        let moved = Entry {
            name: "Aldermarsh Vale".into(),
            county: Some("Fennmarch".into()),
            current: Some(true),
            council: Some("Vale Group".into()),
            ..entry()
        };
        let every = Columns { county: true, current: true, council: true, ..Columns::default() };
        let found = changes(&[known()], &file(moved, every));
        assert_eq!(found.changes[0].words(), "renamed, moved, revived, regrouped");
    }
}
