//! Which heading of a file is which of our columns, and by what that was told.
//!
//! In: the tables of a file, and a kind of source. Out: [`Headings`]. Always holds: our own names come before other names
//! that we know, these before likeness, and that before what stands in a column; of the columns of one table no two are
//! taken for the same one of ours; a name that we know is never guessed to be something else.

use super::{By, Guessed};
use crate::evidence::EvidenceKind;
use crate::feeds::read::{Cell, Table};
use crate::ingest::columns::{Column, Holds, Meant, Need, alike, columns_of, fold, meant};
use crate::ingest::record::SourceKind;
use crate::ingest::values;
use std::collections::BTreeSet;

/// How many filled cells of a column are looked at.
const LOOKED_AT: usize = 1_000;
/// Of how many of them in a hundred it must be possible to read as what our column holds.
const ENOUGH: usize = 80;
/// How many different words a column may hold to be taken for one of choices although we know none of them.
const FEW_WORDS: usize = 20;
/// How alike two names must be letter by letter, and how many of their words they must share.
const ALIKE: f64 = 0.75;
const SHARED: f64 = 0.66;
/// A longer heading is a sentence, and like no name.
const LONGEST: usize = 60;

/// What the columns of a file may be for one kind of source.
pub(super) struct Headings {
    pub source: SourceKind,
    pub columns: Vec<Guessed>,
    /// Headings that were taken for nothing.
    pub unread: Vec<String>,
    /// Our columns that have to be there and aren't.
    pub missing: Vec<String>,
    /// How well the kind fits; only for comparing with others.
    pub fits: i64,
}

/// One heading, with what stands below it and in which tables it stands.
struct Heading<'a> {
    name: &'a str,
    cells: Vec<&'a Cell>,
    tables: Vec<usize>,
    /// The column that it names, and whether by our own name.
    names: Option<(Meant, bool)>,
    found: Option<(String, By)>,
}

/// What the columns may be.
pub(super) fn headings(source: SourceKind, tables: &[Table]) -> Headings {
    let mut all = distinct(source, tables);
    by_known_names(&mut all);
    by_likeness(source, &mut all);
    by_values(source, &mut all);
    let guessed = |heading: &Heading<'_>| {
        let (ours, by) = heading.found.clone()?;
        Some(Guessed { theirs: heading.name.to_owned(), ours, by })
    };
    let columns: Vec<Guessed> = all.iter().filter_map(guessed).collect();
    let unread = all.iter().filter(|heading| heading.found.is_none()).map(|heading| heading.name.to_owned());
    let missing = missing(source, &columns);
    let worth: i64 = all.iter().map(|heading| worth(source, heading)).sum();
    let lacking = i64::try_from(missing.len()).unwrap_or(i64::MAX);
    Headings {
        source,
        unread: unread.collect(),
        columns,
        missing,
        fits: worth.saturating_sub(lacking.saturating_mul(5)),
    }
}

/// Whether a heading is like a name of a column of this kind.
pub(super) fn is_like(source: SourceKind, heading: &str) -> bool {
    columns_of(source).iter().any(|column| likeness_to(column, heading).is_some())
}

/// What stands in a column of that name in any of the tables.
pub(super) fn cells<'a>(tables: &'a [Table], heading: &str) -> impl Iterator<Item = &'a Cell> {
    tables.iter().flat_map(move |table| {
        let place = table.header.iter().position(|known| same(known, heading));
        let cells = table.rows.iter().filter_map(move |row| row.cells.get(place?));
        cells.filter(|cell| !values::says_nothing(cell) || is_sign(cell))
    })
}

/// Whether a cell holds a sign such as a tick, which intake takes for a blank until the feed declares what it means.
fn is_sign(cell: &Cell) -> bool {
    let is_dash = |letter: char| letter.is_ascii_punctuation() || letter.is_whitespace() || "–—…".contains(letter);
    matches!(cell, Cell::Text(text) if fold(text).is_empty() && !text.chars().all(is_dash))
}

/// Whether a cell can be read as what our column holds.
pub(super) fn is_read(kind: EvidenceKind, column: &Column, cell: &Cell) -> bool {
    match column.holds {
        Holds::GssCode => values::gss_code(cell).is_ok(),
        Holds::Date => values::day(cell).is_ok(),
        Holds::FinancialYear => values::financial_year(cell).is_ok(),
        Holds::Choice(field, spellings) => values::choice(cell, kind, field, spellings).is_ok(),
        Holds::Whole(word) => values::whole(cell, word).is_ok(),
        Holds::YesNo(further) => values::yes_no(cell, further).is_ok(),
        Holds::Link => values::link(cell).is_ok(),
        Holds::Name => values::name(cell).is_ok(),
        Holds::Code => values::code(cell).is_ok(),
        Holds::Money => values::pence(cell).is_ok(),
        Holds::Matters => matches!(cell, Cell::Nested(_)),
        Holds::Unread => true,
    }
}

/// The kind of evidence whose words a column holds.
pub(super) fn kind_of(source: SourceKind, column: Meant) -> EvidenceKind {
    match column {
        Meant::Column(_) => source.evidence(),
        Meant::Matter(..) => EvidenceKind::AuditMatter,
    }
}

/// Whether two headings are the same to intake; headings of signs alone ("%") are told apart by the signs.
fn same(one: &str, other: &str) -> bool {
    one == other || (!fold(one).is_empty() && alike(one, other))
}

fn distinct(source: SourceKind, tables: &[Table]) -> Vec<Heading<'_>> {
    let mut all: Vec<Heading<'_>> = Vec::new();
    for (number, table) in tables.iter().enumerate() {
        for name in &table.header {
            match all.iter_mut().find(|heading| same(heading.name, name)) {
                Some(heading) => heading.tables.push(number),
                None => {
                    let cells = cells(tables, name).take(LOOKED_AT).collect();
                    all.push(Heading { name, cells, tables: vec![number], names: meant(source, name), found: None });
                }
            }
        }
    }
    all
}

/// Whether a heading that stands beside this one has been taken for our column.
fn is_taken(all: &[Heading<'_>], heading: &Heading<'_>, ours: &str) -> bool {
    all.iter().any(|other| other.found.as_ref().is_some_and(|(taken, _)| taken == ours) && beside(heading, other))
}

fn beside(one: &Heading<'_>, other: &Heading<'_>) -> bool {
    one.tables.iter().any(|table| other.tables.contains(table))
}

fn take(all: &mut [Heading<'_>], place: usize, ours: String, by: By) {
    if let Some(heading) = all.get_mut(place) {
        heading.found = Some((ours, by));
    }
}

/// Our own names, and then the other names that we know; of several of these in one table the first is taken.
fn by_known_names(all: &mut [Heading<'_>]) {
    for own_names in [true, false] {
        let mut takes = Vec::new();
        for (place, heading) in all.iter().enumerate() {
            let Some((column, is_own)) = heading.names else { continue };
            let ours = column.name();
            if is_own != own_names || is_taken(all, heading, &ours) {
                continue;
            }
            let rivals = |other: &&Heading<'_>| {
                let also = other.names.is_some_and(|(column, own)| own == own_names && column.name() == ours);
                also && other.name != heading.name && beside(heading, other)
            };
            let before = all.iter().take(place).any(|other| rivals(&other));
            if !before {
                let by = if all.iter().any(|other| rivals(&other)) { By::First } else { By::Name };
                takes.push((place, ours, by));
            }
        }
        takes.into_iter().for_each(|(place, ours, by)| take(all, place, ours, by));
    }
}

/// The columns whose names are most like theirs, the most alike first, where what stands in them doesn't speak against it.
fn by_likeness(source: SourceKind, all: &mut [Heading<'_>]) {
    let mut pairs: Vec<(f64, usize, &'static str)> = Vec::new();
    for (place, heading) in open(all) {
        for column in columns_of(source) {
            if let Some(likeness) = likeness_to(column, heading.name)
                && agrees(source, column, &heading.cells)
            {
                pairs.push((likeness, place, column.name));
            }
        }
    }
    pairs.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    for (_, place, ours) in pairs {
        let is_free = all.get(place).is_some_and(|heading| heading.found.is_none() && !is_taken(all, heading, ours));
        if is_free {
            take(all, place, ours.to_owned(), By::Likeness);
        }
    }
}

/// The columns whose values these are, where only one column of ours fits theirs and only theirs fits ours.
fn by_values(source: SourceKind, all: &mut [Heading<'_>]) {
    let mut pairs: Vec<(usize, &'static str)> = Vec::new();
    for (place, heading) in open(all) {
        let fitting = columns_of(source)
            .iter()
            .filter(|column| !is_taken(all, heading, column.name) && shows(source, column, &heading.cells));
        let fitting: Vec<&Column> = fitting.collect();
        // A column of 31 Marches is one of financial years rather than of days.
        let year = fitting.iter().find(|column| column.holds == Holds::FinancialYear);
        if let (Some(column), _) | (None, [column]) = (year, fitting.as_slice()) {
            pairs.push((place, column.name));
        }
    }
    let takes: Vec<(usize, &'static str)> = pairs
        .iter()
        .filter(|(place, ours)| {
            let rival = |(other, theirs): &&(usize, &'static str)| other != place && theirs == ours;
            let both = |(other, _): &(usize, &'static str)| {
                all.get(*place).zip(all.get(*other)).is_some_and(|(one, other)| beside(one, other))
            };
            !pairs.iter().filter(rival).any(both)
        })
        .copied()
        .collect();
    takes.into_iter().for_each(|(place, ours)| take(all, place, ours.to_owned(), By::Values));
}

/// The headings that are still to be guessed: not those that we know, nor those of signs alone.
fn open<'a, 'b>(all: &'b [Heading<'a>]) -> impl Iterator<Item = (usize, &'b Heading<'a>)> {
    let is_open =
        |heading: &Heading<'_>| heading.found.is_none() && heading.names.is_none() && !fold(heading.name).is_empty();
    all.iter().enumerate().filter(move |(_, heading)| is_open(heading))
}

/// How alike a heading is to the most alike of a column's names, if it is alike enough.
fn likeness_to(column: &Column, heading: &str) -> Option<f64> {
    if heading.chars().count() > LONGEST {
        return None;
    }
    let names = std::iter::once(&column.name).chain(column.aliases);
    names.filter_map(|name| likeness(heading, name)).max_by(f64::total_cmp)
}

/// By letters, in the order written and with the words in the order of the alphabet; or by the words that both have. Never
/// where their figures differ: box 8 is not box 7.
fn likeness(one: &str, other: &str) -> Option<f64> {
    let figures = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if figures(one) != figures(other) {
        return None;
    }
    let (ones, others) = (words(one), words(other));
    let sorted = |words: &BTreeSet<String>| words.iter().map(String::as_str).collect::<String>();
    let letters = strsim::normalized_damerau_levenshtein(&fold(one), &fold(other))
        .max(strsim::normalized_damerau_levenshtein(&sorted(&ones), &sorted(&others)));
    let count = |words: usize| u32::try_from(words).map_or(f64::MAX, f64::from);
    let shared = 2.0 * count(ones.intersection(&others).count()) / count(ones.len() + others.len()).max(1.0);
    [(letters, ALIKE), (shared, SHARED)]
        .into_iter()
        .filter(|(is, least)| is >= least)
        .map(|(is, _)| is)
        .max_by(f64::total_cmp)
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| !matches!(word.as_str(), "" | "of" | "the" | "a")).collect()
}

/// Whether what stands in a column doesn't speak against its being ours; a few words of theirs can be translated.
fn agrees(source: SourceKind, column: &Column, cells: &[&Cell]) -> bool {
    let few = || cells.iter().filter_map(|cell| values::text_of(cell)).collect::<BTreeSet<_>>().len() <= FEW_WORDS;
    let translatable = matches!(column.holds, Holds::Choice(..) | Holds::YesNo(_));
    enough(cells, |cell| is_read(source.evidence(), column, cell)) || (translatable && few())
}

/// Whether what stands in a column says by itself that it is ours.
fn shows(source: SourceKind, column: &Column, cells: &[&Cell]) -> bool {
    let says = |cell: &Cell| match column.holds {
        Holds::GssCode => is_read(source.evidence(), column, cell),
        // Figures and single letters may be anything.
        Holds::Choice(..) => {
            values::text_of(cell).is_some_and(|text| text.len() > 2) && is_read(source.evidence(), column, cell)
        }
        Holds::Date => values::day(cell).is_ok_and(|read| read.note.is_none()),
        Holds::FinancialYear => values::financial_year(cell).is_ok_and(|read| read.note.is_none()),
        _ => false,
    };
    !cells.is_empty() && enough(cells, says)
}

fn enough(cells: &[&Cell], is: impl Fn(&Cell) -> bool) -> bool {
    cells.iter().filter(|cell| is(cell)).count() * 100 >= cells.len() * ENOUGH
}

/// How much a heading speaks for the kind of source: most by a name that we know over values that can be read.
fn worth(source: SourceKind, heading: &Heading<'_>) -> i64 {
    let Some((ours, by)) = &heading.found else { return 0 };
    let Some((column, _)) = meant(source, ours) else { return 0 };
    let read = |cell: &Cell| is_read(kind_of(source, column), column.column(), cell);
    match by {
        By::Name | By::First if column.column().holds == Holds::Unread || !enough(&heading.cells, read) => 1,
        By::Name | By::First => 4,
        By::Values => 3,
        By::Likeness => 2,
    }
}

/// Our columns that have to be there and aren't.
fn missing(source: SourceKind, columns: &[Guessed]) -> Vec<String> {
    let there = |name: &str| columns.iter().any(|guessed| guessed.ours == name);
    let lacking = columns_of(source).iter().filter(|column| match column.need {
        Need::Required => !there(column.name),
        Need::UnlessGiven(other) => !there(column.name) && !there(other),
        Need::Optional => false,
    });
    lacking.map(|column| column.name.to_owned()).collect()
}
