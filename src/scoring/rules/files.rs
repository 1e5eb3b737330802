//! The files of a rule set: those compiled in, or those of a folder.
//!
//! In: a folder, or nothing. Out: [`RuleFile`]s sorted by name, names relative to the folder and with `/` on every
//! system, so that a folder's set and the compiled-in set of the same files have the same hash.

use super::diagnose::{Diagnostic, Place, RulesError};
use std::fs;
use std::io;
use std::path::Path;

/// Says how long things are kept, and is [`crate::retention`]'s: no rule for scores, and in no rule set's hash.
pub const RETENTION_FILE: &str = "retention.toml";
/// Folders within folders further down than this are a mistake, or a link to a folder above.
const DEEPEST_FOLDER: usize = 8;

/// A file of rules, by name and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// Such as `indicators/a.toml`.
    pub name: String,
    pub text: String,
}

/// The rule files that came with this version of the program.
pub fn embedded() -> Vec<RuleFile> {
    const FILES: [(&str, &str); 9] = [
        ("bands.toml", include_str!("../../../rules/bands.toml")),
        ("coverage.toml", include_str!("../../../rules/coverage.toml")),
        ("flags.toml", include_str!("../../../rules/flags.toml")),
        ("indicators/a.toml", include_str!("../../../rules/indicators/a.toml")),
        ("indicators/b.toml", include_str!("../../../rules/indicators/b.toml")),
        ("indicators/c.toml", include_str!("../../../rules/indicators/c.toml")),
        ("indicators/d.toml", include_str!("../../../rules/indicators/d.toml")),
        ("indicators/e.toml", include_str!("../../../rules/indicators/e.toml")),
        ("mitigation.toml", include_str!("../../../rules/mitigation.toml")),
    ];
    FILES.iter().map(|&(name, text)| RuleFile { name: name.to_owned(), text: text.to_owned() }).collect()
}

/// Every `*.toml` file of a folder and its sub-folders, sorted by name, but for the folder's own [`RETENTION_FILE`]. Files
/// and folders whose names begin with a dot are left out.
///
/// # Errors
/// Everything that cannot be read, all at once: a folder that is missing or has no such file, a file that may not be
/// read or is not UTF-8.
pub fn read_dir(path: &Path) -> Result<Vec<RuleFile>, RulesError> {
    let mut reading = Reading { files: Vec::new(), problems: Vec::new() };
    reading.folder(path, "", 0);
    let Reading { mut files, mut problems } = reading;
    if files.is_empty() && problems.is_empty() {
        let empty =
            Diagnostic::new(Place::whole(&path.display().to_string()), "there are no rule files in this folder");
        problems.push(empty.help("rule files end in .toml; name the folder that holds bands.toml and indicators"));
    }
    if !problems.is_empty() {
        return Err(RulesError::of(problems));
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

struct Reading {
    files: Vec<RuleFile>,
    problems: Vec<Diagnostic>,
}

impl Reading {
    fn folder(&mut self, path: &Path, prefix: &str, depth: usize) {
        if depth > DEEPEST_FOLDER {
            self.report(path, "this folder lies too deep", "keep rule files in rules/ or one folder below it");
            return;
        }
        let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(path, "folder", &error),
        };
        for entry in entries {
            let inside = entry.path();
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                self.report(&inside, "this name is not UTF-8", "rename it");
                continue;
            };
            if name.starts_with('.') || (depth == 0 && name == RETENTION_FILE) {
                continue;
            }
            if inside.is_dir() {
                self.folder(&inside, &format!("{prefix}{name}/"), depth + 1);
            } else if inside.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
                self.file(&inside, format!("{prefix}{name}"));
            }
        }
    }

    fn file(&mut self, path: &Path, name: String) {
        match fs::read(path) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => self.files.push(RuleFile { name, text }),
                Err(error) => self.problems.push(not_utf8(name, error.as_bytes(), error.utf8_error().valid_up_to())),
            },
            Err(error) => self.unreadable(path, "file", &error),
        }
    }

    fn unreadable(&mut self, path: &Path, what: &str, error: &io::Error) {
        let (message, help) = match error.kind() {
            io::ErrorKind::NotFound => (format!("there is no such {what}"), "check the path"),
            io::ErrorKind::NotADirectory => {
                ("this is a file, not a folder".to_owned(), "name the folder that holds it")
            }
            io::ErrorKind::PermissionDenied => {
                (format!("this {what} may not be read"), "ask for permission to read it")
            }
            _ => (format!("this {what} cannot be read: {error}"), "mend it, or leave it out"),
        };
        self.report(path, &message, help);
    }

    fn report(&mut self, path: &Path, message: &str, help: &str) {
        let place = Place::whole(&path.display().to_string());
        self.problems.push(Diagnostic::new(place, message).help(help));
    }
}

/// Points at the first byte that is not UTF-8.
fn not_utf8(name: String, bytes: &[u8], at: usize) -> Diagnostic {
    let text = String::from_utf8_lossy(bytes).into_owned();
    // Everything before the first bad byte is UTF-8, so it stands in the lossy text at the same place.
    let place = Place::of(&RuleFile { name, text }, &(at..at + char::REPLACEMENT_CHARACTER.len_utf8()));
    let problem = Diagnostic::new(place, "this is not UTF-8 text");
    problem.help("save the file as UTF-8; spreadsheets and old editors write other encodings")
}
