//! From rule files to a rule set.
//!
//! In: files by name and text. Out: a [`RuleSet`], or everything that is wrong with any of them. Always holds: one file
//! that cannot be read does not hide the problems of the others, and brings no false ones ("there is no [points]").

use super::diagnose::{Diagnostic, Place, RulesError};
use super::entries::{ReadMitigation, assessed_by, mitigation};
use super::files::RuleFile;
use super::model::{Arithmetic, AssessedBy, BandStart, Mitigation, Places, Rule, RuleSet};
use super::table::{Reports, Table};
use super::{rule, settings};
use crate::digest::sha256_hex;
use crate::scoring::expression::nearest;
use crate::scoring::{Band, Indicator};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use toml::de::DeTable;

/// Reads, checks and joins rule files, in any order.
///
/// # Errors
/// Everything that is wrong with any file, and what is missing or stands twice across them.
pub fn load(files: &[RuleFile]) -> Result<RuleSet, RulesError> {
    let mut files: Vec<&RuleFile> = files.iter().collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut joined = Joined::default();
    for pair in files.windows(2) {
        if let [first, second] = pair
            && first.name == second.name
        {
            let problem = Diagnostic::new(Place::whole(&second.name), "there are two files of this name");
            joined.problems.push(problem.help("rename one of them"));
        }
    }
    for file in &files {
        joined.file(file);
    }
    joined.check_ids();
    joined.check_answers();
    joined.check_presence(&files);
    joined.finish(hash(&files))
}

/// A thing and where it was written.
struct Placed<T> {
    value: T,
    place: Place,
}

/// A table that stands once: where, and what it says unless that is wrong.
type Once<T> = Option<Placed<Option<T>>>;

/// What the files hold so far.
#[derive(Default)]
struct Joined {
    rules: Vec<Placed<Rule>>,
    mitigations: Vec<Placed<Mitigation>>,
    answers: Vec<Placed<String>>,
    assessed_by: Vec<AssessedBy>,
    title: Once<String>,
    arithmetic: Once<Arithmetic>,
    bands: Once<Vec<BandStart>>,
    floor: Once<(u8, Band)>,
    ceiling: Once<Band>,
    coverage: Once<(usize, Vec<Indicator>)>,
    problems: Vec<Diagnostic>,
}

const TABLES: [&str; 9] =
    ["rule", "mitigation", "assessed_by", "rule_set", "points", "band", "floor", "ceiling", "coverage"];

impl Joined {
    fn file(&mut self, file: &RuleFile) {
        let (tree, errors) = DeTable::parse_recoverable(&file.text);
        if !errors.is_empty() {
            self.problems.extend(errors.iter().map(|error| not_toml(file, error.message(), error.span())));
            return;
        }
        let mut reports = Reports::new(file);
        let table = Table::new(tree.get_ref(), "a rule file", 0..0);
        table.keys(&[], &TABLES, &mut reports);
        self.entries(&table, &mut reports);
        self.settings(&table, &mut reports);
        self.problems.append(&mut reports.found);
    }

    fn entries(&mut self, table: &Table, reports: &mut Reports) {
        for table in table.tables("rule", "[[rule]]", reports) {
            if let Some(rule) = rule::rule(&table, reports) {
                self.rules.push(Placed { value: rule.value, place: Place::of(reports.file, &rule.span) });
            }
        }
        for table in table.tables("mitigation", "[[mitigation]]", reports) {
            let Some(ReadMitigation { mitigation, answers }) = mitigation(&table, reports) else { continue };
            let place = |span: &Range<usize>| Place::of(reports.file, span);
            self.mitigations.push(Placed { value: mitigation.value, place: place(&mitigation.span) });
            let answers = answers.into_iter().map(|answer| Placed { place: place(&answer.span), value: answer.value });
            self.answers.extend(answers);
        }
        for table in table.tables("assessed_by", "[[assessed_by]]", reports) {
            self.assessed_by.extend(assessed_by(&table, reports));
        }
    }

    fn settings(&mut self, table: &Table, reports: &mut Reports) {
        once(&mut self.title, table.table("rule_set", "[rule_set]", reports), reports, settings::title);
        once(&mut self.arithmetic, table.table("points", "[points]", reports), reports, settings::arithmetic);
        once(&mut self.floor, table.table("floor", "[floor]", reports), reports, settings::floor);
        once(&mut self.ceiling, table.table("ceiling", "[ceiling]", reports), reports, settings::ceiling);
        once(&mut self.coverage, table.table("coverage", "[coverage]", reports), reports, settings::coverage);
        let bands = table.tables("band", "[[band]]", reports);
        if let Some(first) = bands.first() {
            let place = Place::of(reports.file, &first.span);
            match &self.bands {
                None => self.bands = Some(Placed { value: settings::bands(&bands, reports), place }),
                Some(other) => reports.found.push(twice("[[band]] in two files", place, &other.place)),
            }
        }
    }

    fn check_ids(&mut self) {
        let rules = self.rules.iter().map(|rule| (&rule.value.id, &rule.place));
        let mitigations = self.mitigations.iter().map(|mitigation| (&mitigation.value.id, &mitigation.place));
        let mut first: HashMap<&String, &Place> = HashMap::new();
        for (id, place) in rules.chain(mitigations) {
            if let Some(other) = first.get(id) {
                self.problems.push(twice(&format!("the id \"{id}\""), place.clone(), other));
            } else {
                first.insert(id, place);
            }
        }
    }

    /// Only where every rule was read: else a wrong rule would look like a wrong answer.
    fn check_answers(&mut self) {
        if !self.problems.is_empty() {
            return;
        }
        let known: BTreeSet<&str> = self.rules.iter().map(|rule| rule.value.catalogue.as_str()).collect();
        for answer in self.answers.iter().filter(|answer| !known.contains(answer.value.as_str())) {
            let message = format!("no rule has the catalogue id \"{}\"", answer.value);
            let help = match nearest(&answer.value, known.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => "name what stands before the dot in a rule's id".to_owned(),
            };
            self.problems.push(Diagnostic::new(answer.place.clone(), message).help(help));
        }
    }

    /// What a set must have. Only where every file was read: else it may stand in the one that was not.
    fn check_presence(&mut self, files: &[&RuleFile]) {
        if !self.problems.is_empty() {
            return;
        }
        let place = || match files {
            [] => Place::whole("the rule set"),
            [only] => Place::whole(&only.name),
            [first, ..] => Place::whole(&format!("{} and the other rule files", first.name)),
        };
        let present = [
            ("[rule_set]", self.title.is_some()),
            ("[points]", self.arithmetic.is_some()),
            ("[[band]]", self.bands.is_some()),
            ("[ceiling]", self.ceiling.is_some()),
            ("[coverage]", self.coverage.is_some()),
            ("[[rule]]", !self.rules.is_empty()),
        ];
        for (name, _) in present.into_iter().filter(|(_, present)| !present) {
            let problem = Diagnostic::new(place(), format!("no rule file has a {name}"));
            self.problems.push(problem.help("copy it from the rule files that came with the program"));
        }
        for indicator in Indicator::ALL {
            if self.assessed_by.iter().any(|entry| entry.indicator == indicator) {
                continue;
            }
            let message = format!("nothing says what indicator {} is assessed by", indicator.letter());
            let problem = Diagnostic::new(place(), message);
            self.problems.push(problem.help("add an [[assessed_by]] for it"));
        }
    }

    fn finish(self, hash: String) -> Result<RuleSet, RulesError> {
        fn of<T>(once: Option<&Placed<T>>) -> Option<Place> {
            once.map(|found| found.place.clone())
        }
        let places = Places { floor: of(self.floor.as_ref()), ceiling: of(self.ceiling.as_ref()) };
        let parts = (
            self.title.and_then(|found| found.value),
            self.arithmetic.and_then(|found| found.value),
            self.bands.and_then(|found| found.value),
            self.ceiling.and_then(|found| found.value),
            self.coverage.and_then(|found| found.value),
        );
        let (Some(title), Some(arithmetic), Some(bands), Some(weak_ceiling), Some((min_covered, must_cover))) = parts
        else {
            return Err(RulesError::of(self.problems));
        };
        if !self.problems.is_empty() {
            return Err(RulesError::of(self.problems));
        }
        Ok(RuleSet {
            hash,
            title,
            rules: self.rules.into_iter().map(|rule| rule.value).collect(),
            mitigations: self.mitigations.into_iter().map(|mitigation| mitigation.value).collect(),
            assessed_by: self.assessed_by,
            arithmetic,
            bands,
            floor: self.floor.and_then(|found| found.value),
            weak_ceiling,
            min_covered,
            must_cover,
            places,
        })
    }
}

/// Reads a table that stands in one file only; the second of two is reported, not read.
fn once<T>(
    found: &mut Once<T>,
    table: Option<Table>,
    reports: &mut Reports,
    read: fn(&Table, &mut Reports) -> Option<T>,
) {
    let Some(table) = table else { return };
    let place = Place::of(reports.file, &table.span);
    match found {
        None => *found = Some(Placed { value: read(&table, reports), place }),
        Some(other) => reports.found.push(twice(table.name, place, &other.place)),
    }
}

fn twice(what: &str, place: Place, other: &Place) -> Diagnostic {
    let mut problem = Diagnostic::new(place, format!("{what} stands twice")).help("rename or remove one of them");
    problem.other = Some(other.clone());
    problem
}

fn not_toml(file: &RuleFile, message: &str, span: Option<Range<usize>>) -> Diagnostic {
    let place = span.map_or_else(|| Place::whole(&file.name), |span| Place::of(file, &span));
    let problem = Diagnostic::new(place, format!("this is not TOML: {message}"));
    problem.help("a line is `key = value`; texts stand in quotes; a rule begins with [[rule]]")
}

/// SHA-256 over every file's name and text with their lengths, in order of name.
fn hash(files: &[&RuleFile]) -> String {
    let parts = files.iter().flat_map(|file| [&file.name, &file.text]);
    sha256_hex(parts.map(|part| format!("{}\n{part}", part.len())).collect::<String>().as_bytes())
}
