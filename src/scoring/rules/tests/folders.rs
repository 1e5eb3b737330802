//! Rule files in folders.

use super::super::{embedded, load, read_dir};
use std::fs;
use std::path::Path;
use tempfile::tempdir;

#[test]
fn the_folder_of_the_shipped_rules_is_what_is_compiled_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let files = read_dir(&folder).unwrap();
    let names = |files: &[super::RuleFile]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&files), names(&embedded()));
    assert_eq!(files, embedded());
}

#[test]
fn sub_folders_count_and_other_files_do_not() {
    let folder = tempdir().unwrap();
    for (name, text) in
        [("z.toml", "z"), ("b/inner.toml", "b"), ("a.TOML", "a"), ("notes.txt", "x"), (".hidden.toml", "x")]
    {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let files = read_dir(folder.path()).unwrap();
    let found: Vec<(&str, &str)> = files.iter().map(|file| (&*file.name, &*file.text)).collect();
    assert_eq!(found, [("a.TOML", "a"), ("b/inner.toml", "b"), ("z.toml", "z")]);
}

#[test]
fn everything_unreadable_is_reported_at_once() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("latin.toml"), b"# good\ntitle = \"caf\xe9 rules\"\n").unwrap();
    fs::write(folder.path().join("binary.toml"), b"\xff\xfe").unwrap();
    fs::write(folder.path().join("good.toml"), "# good").unwrap();
    let shown = read_dir(folder.path()).unwrap_err().to_string();
    assert_eq!(
        shown,
        "error: this is not UTF-8 text
 --> binary.toml:1:1
  |
1 | \u{fffd}\u{fffd}
  | ^
  |
  = help: save the file as UTF-8; spreadsheets and old editors write other encodings

error: this is not UTF-8 text
 --> latin.toml:2:13
  |
2 | title = \"caf\u{fffd} rules\"
  |             ^
  |
  = help: save the file as UTF-8; spreadsheets and old editors write other encodings

2 problems in the rules; nothing was loaded"
    );
}

#[test]
fn empty_and_missing_folders_are_told_apart() {
    let folder = tempdir().unwrap();
    let at = folder.path().display().to_string();
    assert_eq!(
        read_dir(folder.path()).unwrap_err().to_string(),
        format!(
            "error: {at}: there are no rule files in this folder
  = help: rule files end in .toml; name the folder that holds bands.toml and indicators

1 problem in the rules; nothing was loaded"
        )
    );
    let missing = folder.path().join("nowhere");
    assert_eq!(
        read_dir(&missing).unwrap_err().to_string(),
        format!(
            "error: {}: there is no such folder
  = help: check the path

1 problem in the rules; nothing was loaded",
            missing.display()
        )
    );
    let file = folder.path().join("bands.toml");
    fs::write(&file, "").unwrap();
    let error = read_dir(&file).unwrap_err();
    assert_eq!(error.diagnostics[0].message, "this is a file, not a folder");
}

#[cfg(unix)]
#[test]
fn a_folder_that_leads_back_to_itself_ends() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), "").unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
    let error = read_dir(folder.path()).unwrap_err();
    assert_eq!(error.diagnostics.len(), 1);
    assert_eq!(error.diagnostics[0].message, "this folder lies too deep");
}

#[test]
fn nothing_at_all_is_an_error_too() {
    let error = load(&[]).unwrap_err();
    assert_eq!(error.diagnostics[0].message, "no rule file has a [rule_set]");
    assert_eq!(error.diagnostics.len(), 6 + 5);
}
