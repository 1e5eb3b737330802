//! The command line: what each command prints, and the error that each kind of mistake gets.

use crate::support::{REGISTER, log};
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the program in a folder of its own.
pub(crate) fn bellwether(folder: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_bellwether"));
    program.args(arguments).current_dir(folder);
    log::run(program.env_remove("BELLWETHER_DATABASE_URL").env_remove("BELLWETHER_CONFIG"))
}

pub(crate) fn told(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with the small register loaded.
pub(crate) fn registered() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("register.csv"), REGISTER).unwrap();
    told(&bellwether(folder.path(), &["register", "import", "register.csv"]));
    folder
}

#[test]
fn without_any_setting_the_database_is_a_file_here() {
    let folder = registered();
    assert!(folder.path().join("bellwether.db").exists());
}

#[test]
fn names_are_matched_row_by_row() {
    let folder = registered();
    let names = "name,district,county\nAldermarsh Parish Council,,\nThornley Green,,Wealdshire\nThornley Green PC,Tarn Side,\nQuite Elsewhere,,\n\"=1+1\",,\n";
    std::fs::write(folder.path().join("names.csv"), names).unwrap();
    told(&bellwether(folder.path(), &["match", "--names", "names.csv", "--out", "out.csv"]));
    let mut out = csv::Reader::from_path(folder.path().join("out.csv")).unwrap();
    assert_eq!(out.headers().unwrap(), vec!["name", "gss_code", "matched_name", "decision", "score", "reason"]);
    let rows: Vec<csv::StringRecord> = out.records().map(Result::unwrap).collect();
    let decided: Vec<(&str, &str, &str)> = rows.iter().map(|row| (&row[0], &row[1], &row[3])).collect();
    assert_eq!(
        decided,
        [
            ("Aldermarsh Parish Council", "E04990001", "matched"),
            ("Thornley Green", "", "review"),
            ("Thornley Green PC", "E04990005", "matched"),
            ("Quite Elsewhere", "", "none"),
            ("'=1+1", "", "none"),
        ]
    );
    assert!(rows.iter().all(|row| !row[5].is_empty()), "each row has its reason");
}

#[test]
fn matching_without_a_register_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("names.csv"), "name\nAldermarsh\n").unwrap();
    let told = refused(&bellwether(folder.path(), &["match", "--names", "names.csv", "--out", "out.csv"]));
    assert!(told.contains("register import"), "{told}");
    std::fs::write(folder.path().join("wrong.csv"), "title\nAldermarsh\n").unwrap();
    let told = refused(&bellwether(folder.path(), &["match", "--names", "wrong.csv", "--out", "out.csv"]));
    assert!(told.contains("wrong.csv"), "{told}");
}

#[test]
fn a_file_is_ingested_scored_and_explained() {
    let folder = registered();
    std::fs::write(folder.path().join("outcomes.csv"), crate::support::OUTCOMES).unwrap();
    let config = "[[feed]]\nid = \"north\"\ntitle = \"Northern firm\"\nsource = \"audit_outcomes\"\nlocation = { file = \"outcomes.csv\" }\ncovers = \"all\"\n";
    std::fs::write(folder.path().join("bellwether.toml"), config).unwrap();
    let run = |arguments: &[&str]| told(&bellwether(folder.path(), arguments));
    let dry = run(&["ingest", "run", "north", "--dry-run"]);
    assert!(
        dry.contains("4 rows read, 2 accepted") && dry.contains("Nothing was kept") && dry.contains("row 4"),
        "{dry}"
    );
    let wet = run(&["ingest", "run", "north"]);
    assert!(wet.contains("Run 1 of north: 4 rows read, 2 accepted, 0 unchanged, 1 for review, 1 rejected"), "{wet}");
    let by_hand = run(&["ingest", "run", "north", "--file", "outcomes.csv"]);
    assert!(by_hand.contains("nothing new"), "{by_hand}");
    let scored = run(&["score"]);
    assert!(scored.contains("6 councils scored"), "{scored}");
    let back = run(&["score", "--as-of", "2020-01-01"]);
    assert!(back.contains("As of 2020-01-01") && back.contains("nothing is kept"), "{back}");
    for council in ["E04990001", "aldermarsh"] {
        let explained = run(&["explain", council]);
        for words in ["Aldermarsh (E04990001), Fenwick Vale, Wealdshire", "a4.", "What would clear it", "Rule set"] {
            assert!(explained.contains(words), "{words} is not in\n{explained}");
        }
    }
    let two = refused(&bellwether(folder.path(), &["explain", "Thornley Green"]));
    assert!(two.contains("E04990004") && two.contains("E04990005"), "{two}");
    assert!(refused(&bellwether(folder.path(), &["explain", "Nobody"])).contains("council_unknown"));
    assert!(refused(&bellwether(folder.path(), &["ingest", "run", "south"])).contains("Declared are: north"));
    assert!(refused(&bellwether(folder.path(), &["score", "--as-of", "2999-01-01"])).contains("has not come yet"));
}

#[test]
fn what_is_due_is_shown_and_removed_only_when_told_to() {
    let folder = registered();
    let flags = "council,date,flag\nAldermarsh,2020-01-01,clerk_distress\n";
    std::fs::write(folder.path().join("flags.csv"), flags).unwrap();
    let feed = "[[feed]]\nid = \"flags\"\ntitle = \"Flags\"\nsource = \"county_flags\"\nlocation = { file = \"flags.csv\" }\ncovers = \"all\"\n";
    std::fs::write(folder.path().join("bellwether.toml"), feed).unwrap();
    told(&bellwether(folder.path(), &["ingest", "run", "flags"]));
    for shown in [&["retention", "plan"][..], &["retention", "apply"], &["retention", "plan"]] {
        let plan = told(&bellwether(folder.path(), shown));
        assert!(plan.contains("rules: built in") && plan.contains("1 due in all."), "{plan}");
        assert_eq!(plan.contains("Nothing was removed."), shown.contains(&"apply"), "{plan}");
    }
    let removed = told(&bellwether(folder.path(), &["retention", "apply", "--yes"]));
    assert_eq!(removed, "County officers' flags: 1 removed\n");
    assert_eq!(told(&bellwether(folder.path(), &["retention", "apply", "--yes"])), "Nothing was due.\n");
    std::fs::create_dir(folder.path().join("mine")).unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &folder.path().join("mine"));
    let own = folder.path().join("mine/retention.toml");
    let text = std::fs::read_to_string(&own).unwrap();
    std::fs::write(&own, text.replace("[sessions]\ndays = 30", "[sessions]\ndays = \"30\"")).unwrap();
    let mistaken = refused(&bellwether(folder.path(), &["rules", "check", "--rules", "mine"]));
    assert!(mistaken.contains("retention.toml:70:8") && mistaken.contains("[rules_invalid]"), "{mistaken}");
}

#[test]
fn the_rules_are_tried_on_the_examples_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let built_in = told(&bellwether(folder.path(), &["rules", "test"]));
    assert!(built_in.contains("all as they say") && !built_in.contains("has no [[rule.test]]"), "{built_in}");
    let rules = folder.path().join("rules");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &rules);
    let file = rules.join("indicators/c.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    // Somebody makes a rule count for more, and forgets that its example says how much.
    let heavier = text.replacen("severity = 2\nmonths = 24", "severity = 3\nmonths = 24", 1);
    std::fs::write(&file, heavier).unwrap();
    let failed = refused(&bellwether(folder.path(), &["rules", "test", "--rules", "rules"]));
    for part in
        ["rule c1.disrespect: the rule is said to give 3 points here, and it gives 7", "indicators/c.toml:", "1 of "]
    {
        assert!(failed.contains(part), "{part}: {failed}");
    }
    // A rule whose examples are gone is remarked upon, and is no mistake.
    let bare = text.split("[[rule.test]]").next().unwrap().to_owned();
    std::fs::write(&file, bare).unwrap();
    std::fs::remove_file(rules.join("mitigation.toml")).unwrap();
    let remarked = told(&bellwether(folder.path(), &["rules", "test", "--rules", "rules"]));
    assert!(remarked.contains("c1.disrespect has no [[rule.test]] in which it fires."), "{remarked}");
}

#[test]
fn the_rules_are_checked_with_file_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    assert!(told(&bellwether(folder.path(), &["rules", "check"])).contains("no mistakes"));
    let rules = folder.path().join("rules");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &rules);
    let same = told(&bellwether(folder.path(), &["rules", "check", "--rules", "rules"]));
    assert_eq!(
        same,
        told(&bellwether(folder.path(), &["rules", "check"])).replace("built in", "rules/retention.toml"),
        "the built-in rules are those of the folder"
    );
    let file = rules.join("indicators/a.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("evidence.status", "evidence.statsu", 1)).unwrap();
    let mistaken = refused(&bellwether(folder.path(), &["rules", "check", "--rules", "rules"]));
    let line = text.lines().position(|line| line.contains("evidence.status")).unwrap() + 1;
    assert!(mistaken.contains(&format!("indicators/a.toml:{line}:")), "{mistaken}");
    assert!(mistaken.contains("evidence.statsu") && mistaken.contains("did you mean"), "{mistaken}");
    assert!(refused(&bellwether(folder.path(), &["rules", "check", "--rules", "nowhere"])).contains("nowhere"));
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn what_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for command in [["serve", "--port", port.as_str()], ["demo", "--port", port.as_str()]] {
        let told = refused(&bellwether(folder.path(), &command));
        assert!(told.contains("port_in_use") && told.contains(&port) && told.contains("--port"), "{told}");
    }
    let away = "postgres://bell:secret@127.0.0.1:1/wether";
    let told = refused(&bellwether(folder.path(), &["--database", away, "score"]));
    assert!(told.contains("database_unreachable") && !told.contains("secret"), "{told}");
    let told = refused(&bellwether(folder.path(), &["--database", "sqlite:/no/such/folder/x.db", "score"]));
    assert!(told.contains("database_unreachable") && told.contains("/no/such/folder/x.db"), "{told}");
    let told = refused(&bellwether(folder.path(), &["--database", "mysql://127.0.0.1/x", "score"]));
    assert!(told.contains("database_unreachable") && told.contains("postgres://"), "{told}");
    let mut config = std::fs::File::create(folder.path().join("bellwether.toml")).unwrap();
    writeln!(config, "databse = \"sqlite:x.db\"").unwrap();
    let told = refused(&bellwether(folder.path(), &["score"]));
    assert!(told.contains("config_invalid") && told.contains("databse") && told.contains("line 1"), "{told}");
    let told = refused(&bellwether(folder.path(), &["--config", "absent.toml", "score"]));
    assert!(told.contains("absent.toml"), "{told}");
}
