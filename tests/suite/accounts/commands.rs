//! `bellwether admin` and `bellwether audit`, as whoever sets the service up walks through them.

use crate::command_line::{bellwether, refused, registered, told};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::path::Path;

/// The line that begins with those words.
fn line<'a>(text: &'a str, begins: &str) -> &'a str {
    text.lines()
        .find(|line| line.starts_with(begins))
        .unwrap_or_else(|| panic!("no line begins with {begins} in\n{text}"))
}

/// A folder with the register, NALC with an administrator, and a county association with an officer.
fn peopled() -> tempfile::TempDir {
    let folder = registered();
    for arguments in [
        &["admin", "organisation", "add", "nalc", "--name", "NALC", "--kind", "nalc"][..],
        &[
            "admin",
            "organisation",
            "add",
            "calc",
            "--name",
            "Wealdshire",
            "--kind",
            "county_association",
            "--county",
            "Wealdshire",
        ],
        &[
            "admin",
            "person",
            "add",
            "Head@example.org",
            "--name",
            "Hedda Head",
            "--organisation",
            "nalc",
            "--role",
            "administrator",
        ],
        &[
            "admin",
            "person",
            "add",
            "ann@example.org",
            "--name",
            "Ann Other",
            "--organisation",
            "calc",
            "--role",
            "officer",
        ],
    ] {
        told(&bellwether(folder.path(), arguments));
    }
    folder
}

#[test]
fn organisations_and_people_are_kept_by_commands() {
    let folder = peopled();
    let run = |arguments: &[&str]| told(&bellwether(folder.path(), arguments));
    let fails = |arguments: &[&str]| refused(&bellwether(folder.path(), arguments));
    let listed = run(&["admin", "organisation", "list"]);
    assert!(line(&listed, "calc").contains("Wealdshire  county_association  Wealdshire"), "{listed}");
    let warned = run(&[
        "admin",
        "organisation",
        "add",
        "fens",
        "--name",
        "Fens",
        "--kind",
        "county_association",
        "--county",
        "Fennmarch",
    ]);
    assert!(warned.contains("Added fens: Fens, county association for Fennmarch.\n  warning: No council of the register is in \"Fennmarch\""), "{warned}");
    let mended = run(&["admin", "organisation", "counties", "fens", "Wealdshire"]);
    assert_eq!(mended, "Changed fens: Fens, county association for Wealdshire.\n");
    assert!(run(&["admin", "organisation", "rename", "fens", "--name", "The Fens"]).contains("now called The Fens"));
    assert!(run(&["admin", "organisation", "close", "fens"]).starts_with("Closed fens"));
    let people = run(&["admin", "person", "list"]);
    let head = line(&people, "head@example.org").split_whitespace().collect::<Vec<_>>();
    assert_eq!(head, ["head@example.org", "Hedda", "Head", "nalc", "administrator", "no"]);
    assert!(!run(&["admin", "person", "list", "--organisation", "calc"]).contains("head@example.org"));
    assert_eq!(
        run(&["admin", "person", "roles", "ann@example.org", "manager", "officer"]),
        "Changed ann@example.org: officer, manager at calc.\n"
    );
    assert!(run(&["admin", "person", "rename", "ann@example.org", "--name", "Ann B"]).contains("now called Ann B"));
    assert!(run(&["admin", "person", "reset-second-factor", "ann@example.org"]).contains("may set up another"));
    assert!(run(&["admin", "person", "close", "ann@example.org"]).contains("signed out everywhere"));
    let last = fails(&["admin", "person", "close", "head@example.org"]);
    assert!(
        last.contains("error[account_unusable]: This would leave NALC without an administrator.\n  Give somebody else"),
        "{last}"
    );
    assert!(fails(&["admin", "person", "close", "nobody@example.org"]).contains("error[person_unknown]"));
    assert!(fails(&["admin", "organisation", "close", "nowhere"]).contains("error[organisation_unknown]"));
    let output = bellwether(folder.path(), &["admin", "person", "roles", "head@example.org", "boss"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("\"boss\" is none of: officer, manager,"));
}

#[test]
fn keys_and_links_are_printed_once() {
    let folder = peopled();
    let run = |arguments: &[&str]| told(&bellwether(folder.path(), arguments));
    let issued = run(&[
        "admin",
        "key",
        "issue",
        "--organisation",
        "calc",
        "--name",
        "nightly",
        "--role",
        "officer",
        "--only",
        "see_councils",
    ]);
    let key = issued.lines().next().unwrap().to_owned();
    assert!(key.starts_with("bw_") && issued.contains("it isn't shown again"), "{issued}");
    let prefix = &key[3..11];
    let rotated = run(&["admin", "key", "rotate", prefix, "--overlap-days", "3"]);
    assert!(rotated.contains(&format!("The key {prefix} works for 3 more days at most.")), "{rotated}");
    let second = rotated[3..11].to_owned();
    assert!(run(&["admin", "key", "revoke", &second]).starts_with(&format!("Revoked the key {second}")));
    let listed = run(&["admin", "key", "list"]);
    assert!(line(&listed, prefix).contains("see_councils"), "{listed}");
    let told_twice = refused(&bellwether(folder.path(), &["admin", "key", "revoke", &second]));
    assert!(told_twice.contains("is revoked already"), "{told_twice}");
    let link = run(&["admin", "sign-in-link", "ann@example.org"]);
    let (address, token) = link.lines().next().unwrap().split_once("?token=").unwrap();
    assert_eq!((address, token.len()), ("http://127.0.0.1:8080/sign-in/link", 43));
    assert!(
        refused(&bellwether(folder.path(), &["admin", "sign-in-link", "nobody@example.org"]))
            .contains("person_unknown")
    );
    let log = run(&["audit", "export"]);
    for secret in [key.as_str(), &key[12..], &rotated.lines().next().unwrap()[12..], token] {
        assert!(!log.contains(secret) && !listed.contains(secret));
    }
}

/// Changes the log past the program.
fn past_the_program(folder: &Path, statement: &str) {
    let path = folder.join("bellwether.db").display().to_string();
    SqliteConnection::establish(&path).unwrap().batch_execute(statement).unwrap();
}

#[test]
fn the_log_is_checked_and_taken_away() {
    let folder = peopled();
    let run = |arguments: &[&str]| told(&bellwether(folder.path(), arguments));
    let fails = |arguments: &[&str]| refused(&bellwether(folder.path(), arguments));
    let sound = run(&["audit", "verify"]);
    assert!(sound.starts_with("All 4 entries are as they were written.\nThe last of them is 4:"), "{sound}");
    assert!(sound.contains("Note that line somewhere else"), "{sound}");
    let noted = line(&sound, "The last of them is ").rsplit(' ').next().unwrap().to_owned();
    let lines = run(&["audit", "export"]);
    let entries: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let actions: Vec<&str> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        ["audit_log.exported", "person.added", "person.added", "organisation.added", "organisation.added"],
        "newest first, and this very export"
    );
    assert!(entries.iter().all(|entry| entry["actor"] == "command"));
    assert_eq!(run(&["audit", "export", "--until", "2020-01-01"]), "");
    assert_eq!(run(&["audit", "export", "--from", "2020-01-01"]).lines().count(), 7);
    let csv = run(&["audit", "export", "--format", "csv"]);
    assert!(csv.contains("\"Audit log\"") && csv.contains("\"organisation.added\""), "{csv}");
    assert!(run(&["audit", "verify", "--noted", &noted]).starts_with("All 8 entries"));
    past_the_program(folder.path(), "UPDATE audit_log SET actor = 'system' WHERE position = 2");
    let output = bellwether(folder.path(), &["audit", "verify"]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("1 entries are as they were written.\n"));
    let broken = refused(&output);
    assert!(broken.contains("error[audit_log_broken]: Entry 2 is not as it was written.\n"), "{broken}");
    past_the_program(folder.path(), "DELETE FROM audit_log");
    assert!(fails(&["audit", "verify", "--noted", &noted]).contains("The entry 4 that was noted is not in the log"));
    let output = bellwether(folder.path(), &["audit", "verify", "--noted", "12"]);
    assert_eq!(output.status.code(), Some(2));
}
