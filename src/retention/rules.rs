//! `retention.toml`: how long each class of things is kept, and why.
//!
//! In: the file's text. Out: [`Rules`], or every mistake at once, with file, line and column. Always holds: every class is
//! there, with one length and a reason; what is kept for good says why.

use super::class::Class;
use crate::error::{AppError, Code};
use crate::scoring::expression::{list, nearest};
use crate::scoring::rules::table::{Reports, Table};
use crate::scoring::rules::{Diagnostic, Place, RETENTION_FILE, RuleFile, RulesError};
use std::io;
use std::path::Path;
use toml::de::DeTable;

const BUILT_IN: &str = include_str!("../../rules/retention.toml");
/// The table of what this version never removes, and what it must speak of.
const FOR_GOOD: &str = "for_good";
const KEPT_FOR_GOOD: [&str; 13] = [
    "accounts",
    "aliases",
    "audit_log",
    "contacts",
    "feeds",
    "folder_files",
    "published_figures",
    "redactions",
    "register",
    "removals",
    "rule_sets",
    "runs",
    "waivers",
];
/// Ten years and more: nothing here has a reason to be kept longer.
const MOST_MONTHS: u32 = 120;
const MOST_DAYS: u32 = 3650;

/// How long something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    Months(u32),
    Days(u32),
}

/// What the file says of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub length: Length,
    /// Months after the longest that any rule counts such evidence, where that is later.
    pub window_plus: Option<u32>,
    /// Why, in a sentence.
    pub because: String,
}

/// How long everything is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Every class, in order.
    pub terms: Vec<(Class, Term)>,
    /// What is never removed, and why.
    pub for_good: Vec<(String, String)>,
    /// Where it was read: `built in`, or the file.
    pub origin: String,
}

impl Rules {
    /// Reads the folder's own `retention.toml`; the built-in one where there is no folder, or it has no such file.
    ///
    /// # Errors
    /// [`Code::RulesInvalid`] with every mistake by file, line and column, or when the file can't be read.
    pub fn read(folder: Option<&Path>) -> Result<Rules, AppError> {
        let Some(path) = folder.map(|folder| folder.join(RETENTION_FILE)) else { return Rules::built_in() };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Rules::built_in(),
            Err(error) => {
                return Err(AppError::new(
                    Code::RulesInvalid,
                    format!("{} can't be read: {error}.", path.display()),
                    "Save it as UTF-8 text that this program may read, or remove it: then the built-in one holds.",
                ));
            }
        };
        Rules::load(&text, &path.display().to_string())
    }

    /// The rules that came with this version of the program.
    ///
    /// # Errors
    /// As [`Rules::load`]; a test sees to it that there are none.
    pub fn built_in() -> Result<Rules, AppError> {
        Rules::load(BUILT_IN, "built in")
    }

    /// Reads and checks the text of a `retention.toml`.
    ///
    /// # Errors
    /// [`Code::RulesInvalid`] with every mistake by file, line and column.
    pub fn load(text: &str, origin: &str) -> Result<Rules, AppError> {
        let file = RuleFile { name: RETENTION_FILE.to_owned(), text: text.to_owned() };
        parse(&file, origin).map_err(|mistakes| {
            let next = "Mend these lines; docs/retention.md explains the file, and `bellwether rules check` checks it.";
            AppError::new(Code::RulesInvalid, RulesError::of(mistakes).to_string(), next)
        })
    }
}

fn parse(file: &RuleFile, origin: &str) -> Result<Rules, Vec<Diagnostic>> {
    let (tree, errors) = DeTable::parse_recoverable(&file.text);
    if !errors.is_empty() {
        let not_toml = |error: &toml::de::Error| {
            let place = error.span().map_or_else(|| Place::whole(&file.name), |span| Place::of(file, &span));
            let help = "each class is a [table] with lines `key = value`; texts stand in quotes";
            Diagnostic::new(place, format!("this is not TOML: {}", error.message())).help(help)
        };
        return Err(errors.iter().map(not_toml).collect());
    }
    let mut reports = Reports::new(file);
    let whole = Table::new(tree.get_ref(), RETENTION_FILE, 0..0);
    names(tree.get_ref(), &mut reports);
    let mut terms = Vec::with_capacity(Class::ALL.len());
    for class in Class::ALL {
        let Some(table) = whole.table(class.name(), "this class", &mut reports) else { continue };
        reports.rule = Some(class.name().to_owned());
        terms.extend(term(class, &table, &mut reports).map(|term| (class, term)));
        reports.rule = None;
    }
    let kept = whole.table(FOR_GOOD, "[for_good]", &mut reports);
    let for_good = kept.map(|table| for_good(&table, &mut reports)).unwrap_or_default();
    in_order(&terms, &whole, &mut reports);
    if reports.found.is_empty() { Ok(Rules { terms, for_good, origin: origin.to_owned() }) } else { Err(reports.found) }
}

/// Reports tables that stand for no class, and classes that have no table.
fn names(entries: &DeTable, reports: &mut Reports) {
    let known = || Class::ALL.into_iter().map(Class::name).chain([FOR_GOOD]);
    let missing = || known().filter(|name| entries.get(*name).is_none());
    let mut meant = Vec::new();
    for key in entries.keys().filter(|key| !known().any(|known| known == key.get_ref().as_ref())) {
        let near = nearest(key.get_ref(), missing()).or_else(|| nearest(key.get_ref(), known()));
        let help = match near {
            Some(near) => format!("did you mean [{near}]?"),
            None => format!("it may be {}", list(known().map(|name| format!("[{name}]")))),
        };
        meant.extend(near);
        reports.say(&key.span(), format!("there is no class `{}`", key.get_ref()), help);
    }
    for name in missing().filter(|name| !meant.contains(name)) {
        let problem = Diagnostic::new(Place::whole(RETENTION_FILE), format!("nothing is said of [{name}]"));
        reports.found.push(problem.help("copy it from the file that came with the program, and change it there"));
    }
}

fn term(class: Class, table: &Table, reports: &mut Reports) -> Option<Term> {
    let optional: &[&'static str] =
        if class.may_count() { &["months", "days", "window_plus"] } else { &["months", "days"] };
    let problems_before = reports.found.len();
    table.keys(&["because"], optional, reports);
    let months = table.whole("months", 1..=MOST_MONTHS, reports);
    let days = table.whole("days", 1..=MOST_DAYS, reports);
    let window_plus = if class.may_count() { table.whole("window_plus", 0..=MOST_MONTHS, reports) } else { None };
    let because = table.text("because", reports);
    match (table.written("months"), table.written("days")) {
        (Some(_), Some(days)) => reports.say(&days, "a length is in months or in days, not both", "remove one of them"),
        // A key with a slip has been told already.
        (None, None) if reports.found.len() == problems_before => {
            reports.say(&table.span, "it is not said how long it is kept", "add a line `months = ...` or `days = ...`");
        }
        _ => {}
    }
    if reports.found.len() > problems_before {
        return None;
    }
    let length = months.map(|found| Length::Months(found.value)).or(days.map(|found| Length::Days(found.value)))?;
    Some(Term { length, window_plus: window_plus.map(|found| found.value), because: because?.value })
}

fn for_good(table: &Table, reports: &mut Reports) -> Vec<(String, String)> {
    table.keys(&KEPT_FOR_GOOD, &[], reports);
    let why = |name: &&'static str| Some(((*name).to_owned(), table.text(name, reports)?.value));
    KEPT_FOR_GOOD.iter().filter_map(why).collect()
}

/// A pseudonymised score must be kept for longer than a named one, or there would be none.
fn in_order(terms: &[(Class, Term)], whole: &Table, reports: &mut Reports) {
    let days = |class: Class| {
        terms.iter().find(|(found, _)| *found == class).map(|(_, term)| match term.length {
            // About: nobody sets two lengths that differ by hours.
            Length::Months(months) => months * 30,
            Length::Days(days) => days,
        })
    };
    let (Some(named), Some(pseudonymised)) = (days(Class::Scores), days(Class::PastScores)) else { return };
    if pseudonymised <= named
        && let Some(span) = whole.written(Class::PastScores.name())
    {
        let message = "scores under a pseudonym would go before they are made";
        reports.say(&span, message, "both run from the same day: give [past_scores] more than [scores]");
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
