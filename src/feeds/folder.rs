//! A drop folder: which of its files are complete, in the order in which they are to be read.
//!
//! In: a declared [`Folder`]. Out: the [`Found`] files that match and have stopped changing. Always holds: names that begin
//! with a dot, and `.part`, `.partial` and `.tmp`, are of files still being written; nothing outside the folder itself is
//! looked at, and no link is followed.

use super::Folder;
use super::fetch_error::FetchProblem;
use std::fs::Metadata;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// How long a file must have stayed as it is.
const SETTLES_IN: Duration = Duration::from_secs(2);

/// A file in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// When it was last written to. First, because the oldest is read first.
    pub modified: SystemTime,
    pub name: String,
    pub path: PathBuf,
    pub bytes: u64,
}

/// The files that are complete: matching, and alike in two looks. Oldest first, then by name.
///
/// # Errors
/// When the folder can't be read.
pub async fn settled(folder: &Folder) -> Result<Vec<Found>, FetchProblem> {
    let before = look(folder).await?;
    if before.is_empty() {
        return Ok(before);
    }
    tokio::time::sleep(SETTLES_IN).await;
    let mut still: Vec<Found> = look(folder).await?.into_iter().filter(|found| before.contains(found)).collect();
    still.sort();
    Ok(still)
}

async fn look(folder: &Folder) -> Result<Vec<Found>, FetchProblem> {
    let folder = folder.clone();
    let looked = tokio::task::spawn_blocking(move || list(&folder)).await;
    let unreadable = |reason: String| FetchProblem::FileUnreadable { reason };
    looked.map_err(|error| unreadable(error.to_string()))?.map_err(|error| unreadable(error.to_string()))
}

fn list(folder: &Folder) -> std::io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder.path)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        // What is gone since the folder was listed has been taken away: nothing to read.
        let Some(metadata) = entry.metadata().ok().filter(Metadata::is_file) else { continue };
        if being_written(&name) || !matches(&folder.pattern, &name) {
            continue;
        }
        found.push(Found { modified: metadata.modified()?, path: entry.path(), name, bytes: metadata.len() });
    }
    Ok(found)
}

fn being_written(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.starts_with('.') || [".part", ".partial", ".tmp"].iter().any(|ending| lower.ends_with(ending))
}

/// Whether a name fits a pattern of `*` and `?`, whatever the case of its letters.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.to_lowercase().chars().collect(), name.to_lowercase().chars().collect());
    // Where the letters after each beginning of the pattern may stand.
    let mut fits = vec![false; name.len() + 1];
    if let Some(first) = fits.first_mut() {
        *first = true;
    }
    for wanted in pattern {
        let mut next = vec![false; name.len() + 1];
        let mut any_before = false;
        for (at, here) in next.iter_mut().enumerate() {
            let before = at.checked_sub(1);
            any_before |= fits.get(at).copied().unwrap_or(false);
            *here = match wanted {
                '*' => any_before,
                letter => before.is_some_and(|before| {
                    fits.get(before).copied().unwrap_or(false)
                        && (letter == '?' || name.get(before).is_some_and(|known| *known == letter))
                }),
            };
        }
        fits = next;
    }
    fits.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_of_stars_and_question_marks() {
        for (pattern, name) in [
            ("*", "any.csv"),
            ("*.csv", "Flags.CSV"),
            ("flags-????.csv", "flags-2024.csv"),
            ("*2024*", "a2024b"),
            ("a*b*c", "axxbyyc"),
            ("flags.csv", "flags.csv"),
            ("**", ""),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.csv", "flags.xlsx"), ("?.csv", ".csv"), ("a*b", "ab c"), ("", "a"), ("a.c", "abc")]
        {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[tokio::test]
    async fn only_what_has_stopped_changing_is_found_oldest_first() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder { path: place.path().to_owned(), pattern: "*.csv".to_owned(), move_away: false };
        assert_eq!(settled(&folder).await, Ok(Vec::new()));
        let write = |name: &str, text: &str, ago: u64| {
            let path = place.path().join(name);
            std::fs::write(&path, text).unwrap();
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(ago)).unwrap();
        };
        write("b.csv", "b", 60);
        write("a.csv", "a", 60);
        write("older.csv", "o", 90);
        write("growing.csv", "g", 1);
        write(".hidden.csv", "h", 60);
        write("half.csv.part", "p", 60);
        write("notes.txt", "n", 60);
        std::fs::create_dir(place.path().join("folder.csv")).unwrap();
        let growing = place.path().join("growing.csv");
        let grown = tokio::spawn(async move {
            tokio::time::sleep(SETTLES_IN / 2).await;
            std::fs::write(growing, "grown").unwrap();
        });
        let found = settled(&folder).await.unwrap();
        grown.await.unwrap();
        let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names[0], "older.csv");
        assert!(!names.contains(&"growing.csv") && names.len() == 3, "{names:?}");
        let gone = Folder { path: place.path().join("none"), ..folder };
        assert!(settled(&gone).await.is_err());
    }
}
