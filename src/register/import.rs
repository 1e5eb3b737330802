//! Loading a register file: the parishes it changes, the councils that follow from them.
//!
//! In: the bytes of a register file. Out: an [`Imported`] that says what changed. Always holds: one transaction, all or
//! nothing; loading the same file again changes nothing; every state that a parish's entry had is kept, so a renamed
//! or retired code keeps its history, and the council keeps its evidence.

use super::{Change, KnownParish, RegisterProblem, changes, knows_header, read};
use crate::app::App;
use crate::error::{AppError, Code};
use crate::feeds::read::{Limits, tables};
use crate::store::register::{CouncilRow, NewCouncil, NewImport, NewVersion, ParishRow};
use crate::store::{Database, StoreError, feeds, register};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What loading a register file did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Entries of the file that could be taken.
    pub entries: usize,
    /// What changed, in a word, and for how many parishes.
    pub changes: BTreeMap<&'static str, usize>,
    /// Parishes that we know and the file doesn't list: left as they are.
    pub missing: usize,
    /// Councils after the load: current ones.
    pub councils: i64,
    /// Rows that could not be taken.
    pub problems: Vec<RegisterProblem>,
    /// What the reader noticed.
    pub notes: Vec<String>,
}

/// Loads a register file; `name` is for messages.
///
/// # Errors
/// [`Code::RegisterUnusable`] when the file can't be read or lacks a column; otherwise when the database fails.
pub fn import(app: &App, name: &str, bytes: &[u8]) -> Result<Imported, AppError> {
    let unusable = |because: String| {
        AppError::new(
            Code::RegisterUnusable,
            format!("{name}: {because}"),
            "docs/register.md shows the columns that are read.",
        )
    };
    let file = tables(bytes, None, &knows_header, &Limits::default()).map_err(|e| unusable(e.to_string()))?;
    let register_file = read(&file.tables).map_err(|e| unusable(e.to_string()))?;
    let passed_over = register_file.passed_over.iter().map(|(what, rows)| format!("Passed over: {rows} rows, {what}."));
    let now = app.clock.now().as_microsecond();
    app.store.write(|connection| {
        let known = register::parishes(connection)?;
        let found = changes(&known.iter().map(known_parish).collect::<Vec<_>>(), &register_file);
        let imported = Imported {
            entries: register_file.entries.len(),
            changes: counted(&found.changes),
            missing: found.missing,
            councils: 0,
            problems: register_file.problems.clone(),
            notes: file.notes.iter().cloned().chain(passed_over.clone()).collect(),
        };
        if !found.changes.is_empty() {
            let import = NewImport {
                file_name: name.to_owned(),
                sha256: crate::digest::sha256_hex(bytes),
                imported_at: now,
                entries: number(imported.entries),
                changes: number(found.changes.len()),
                problems: number(imported.problems.len()),
            };
            apply(connection, known, &found.changes, &import)?;
        }
        Ok(Imported { councils: register::current_councils(connection)?, ..imported })
    })
}

fn apply(
    connection: &mut Database,
    known: Vec<ParishRow>,
    changes: &[Change],
    import: &NewImport,
) -> Result<(), StoreError> {
    let import_id = register::add_import(connection, import)?;
    let codes: Vec<String> = known.iter().map(|parish| parish.gss_code.clone()).collect();
    let mut parishes: BTreeMap<String, ParishRow> =
        known.into_iter().map(|parish| (parish.gss_code.clone(), parish)).collect();
    let mut versions = Vec::with_capacity(changes.len());
    for change in changes {
        let now = &change.now;
        versions.push(version(change, import_id, import.imported_at));
        let parish = parishes.entry(now.gss_code.clone()).or_insert_with(|| row(now, 0));
        *parish = row(now, parish.council_id);
    }
    register::append_versions(connection, &versions)?;
    let before: HashMap<String, i64> =
        parishes.values().map(|parish| (parish.gss_code.clone(), parish.council_id)).collect();
    settle_councils(connection, &mut parishes)?;
    let changed: HashSet<&str> = changes.iter().map(|change| change.now.gss_code.as_str()).collect();
    let moved: Vec<ParishRow> = parishes
        .into_values()
        .filter(|parish| {
            changed.contains(parish.gss_code.as_str()) || before.get(&parish.gss_code) != Some(&parish.council_id)
        })
        .collect();
    register::put_parishes(connection, &moved, &codes)?;
    // Names that waited for a person may now be matched.
    feeds::forget_all(connection)
}

/// Gives every parish its council: a grouped one by district and name, else one of its own by its code.
fn settle_councils(connection: &mut Database, parishes: &mut BTreeMap<String, ParishRow>) -> Result<(), StoreError> {
    let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for parish in parishes.values() {
        let group = match &parish.council_name {
            Some(name) => (parish.district.clone(), name.to_lowercase()),
            None => (String::new(), parish.gss_code.clone()),
        };
        groups.entry(group).or_default().push(parish.gss_code.clone());
    }
    let known = register::councils(connection)?;
    let mut by_code: HashMap<&str, &CouncilRow> =
        known.iter().map(|council| (council.gss_code.as_str(), council)).collect();
    let (mut new, mut changed, mut lead) = (Vec::new(), Vec::new(), HashMap::new());
    for codes in groups.values() {
        let served: Vec<&ParishRow> = codes.iter().filter_map(|code| parishes.get(code)).collect();
        let Some(wanted) = wanted(&served, &known) else { continue };
        lead.extend(codes.iter().map(|code| (code.clone(), wanted.gss_code.clone())));
        match by_code.remove(wanted.gss_code.as_str()) {
            None => new.push(wanted),
            Some(council) => changed.extend(brought_to(council, &wanted)),
        }
    }
    // A council whose parishes all joined a group keeps its evidence and its address, and is no longer current.
    let left = by_code.into_values().filter(|council| council.current || council.parishes > 0);
    changed.extend(left.map(|council| CouncilRow { current: false, parishes: 0, ..council.clone() }));
    changed.sort_by_key(|council| council.id);
    register::change_councils(connection, &changed)?;
    let ids: HashMap<String, i64> = register::add_councils(connection, &new)?.into_iter().collect();
    for parish in parishes.values_mut() {
        if let Some(id) = lead.get(&parish.gss_code).and_then(|lead| ids.get(lead)) {
            parish.council_id = *id;
        }
    }
    Ok(())
}

/// The council that serves these parishes (in order of code): named after the group, or after its only parish.
fn wanted(served: &[&ParishRow], known: &[CouncilRow]) -> Option<NewCouncil> {
    // The council that has served most of them goes on under its code, with its evidence; a new group is led by its first
    // parish that is current.
    let serving = |parish: &&&ParishRow| served.iter().filter(|other| other.council_id == parish.council_id).count();
    let goes_on = served
        .iter()
        .filter(|parish| {
            known.iter().any(|council| council.id == parish.council_id && council.gss_code == parish.gss_code)
        })
        .rev()
        .max_by_key(|parish| (serving(parish), parish.current));
    let lead = match served {
        [only] => only,
        several => goes_on.or_else(|| several.iter().find(|parish| parish.current)).or(several.first())?,
    };
    let name = lead.council_name.clone().unwrap_or_else(|| lead.name.clone());
    Some(NewCouncil {
        gss_code: lead.gss_code.clone(),
        name_folded: name.to_lowercase(),
        name,
        district: lead.district.clone(),
        county: lead.county.clone(),
        current: served.iter().any(|parish| parish.current),
        parishes: number(served.len()),
    })
}

/// The council's row when it has to change.
fn brought_to(council: &CouncilRow, wanted: &NewCouncil) -> Option<CouncilRow> {
    let row = CouncilRow {
        id: council.id,
        gss_code: wanted.gss_code.clone(),
        name: wanted.name.clone(),
        name_folded: wanted.name_folded.clone(),
        district: wanted.district.clone(),
        county: wanted.county.clone(),
        current: wanted.current,
        parishes: wanted.parishes,
    };
    (row != *council).then_some(row)
}

fn known_parish(row: &ParishRow) -> KnownParish {
    KnownParish {
        gss_code: row.gss_code.clone(),
        name: row.name.clone(),
        former_name: row.former_name.clone(),
        district_code: row.district_code.clone(),
        district: row.district.clone(),
        county: row.county.clone(),
        current: row.current,
        council: row.council_name.clone(),
    }
}

fn row(parish: &KnownParish, council_id: i64) -> ParishRow {
    ParishRow {
        gss_code: parish.gss_code.clone(),
        council_id,
        name: parish.name.clone(),
        former_name: parish.former_name.clone(),
        district_code: parish.district_code.clone(),
        district: parish.district.clone(),
        county: parish.county.clone(),
        current: parish.current,
        council_name: parish.council.clone(),
    }
}

fn version(change: &Change, import_id: i64, known_at: i64) -> NewVersion {
    let parish = &change.now;
    NewVersion {
        gss_code: parish.gss_code.clone(),
        import_id,
        known_at,
        change: change.words(),
        name: parish.name.clone(),
        former_name: parish.former_name.clone(),
        district_code: parish.district_code.clone(),
        district: parish.district.clone(),
        county: parish.county.clone(),
        current: parish.current,
        council_name: parish.council.clone(),
    }
}

fn counted(changes: &[Change]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for kind in changes.iter().flat_map(|change| &change.kinds) {
        *counts.entry(kind.word()).or_default() += 1;
    }
    counts
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
