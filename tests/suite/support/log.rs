//! What the suite's processes log at the finest level, and what must never be in it.
//!
//! In: events of our crate and of the libraries; secrets, where tests draw them. Out: a log for each process and a list of
//! secrets, in the folder that BELLWETHER_TESTS_LOGS names; `tests/secrets-in-logs` searches the ones for the others.
//! Always holds: without that folder nothing is written, and programs log as they do for everybody.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, Once};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Anything shorter stands in a log by chance.
const SHORTEST_SECRET: usize = 12;
/// Shorter lines of a letter are greetings and signs.
const SHORTEST_LINE: usize = 16;

fn folder() -> Option<PathBuf> {
    std::env::var_os("BELLWETHER_TESTS_LOGS").map(PathBuf::from)
}

fn appended(name: &str) -> Option<File> {
    Some(OpenOptions::new().create(true).append(true).open(folder()?.join(name)).unwrap())
}

/// The log of this process and of the programs it starts.
fn name_of(what: &str) -> String {
    format!("{what}-{}.log", std::process::id())
}

/// Logs everything that happens in this process from now on; a second call changes nothing.
pub fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        if let Some(file) = appended(&name_of("suite")) {
            let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
            tracing_subscriber::registry().with(LevelFilter::TRACE).with(lines).init();
        }
    });
}

/// Has a program log everything, beside this process's log. Its standard error is no longer the test's to read.
pub fn of(program: &mut Command) -> &mut Command {
    match appended(&name_of("programs")) {
        Some(file) => program.env("BELLWETHER_LOG", "trace").stderr(Stdio::from(file)),
        None => program,
    }
}

/// Runs a program that logs everything, and gives what it answered: its standard error too.
pub fn run(program: &mut Command) -> Output {
    let Some(mut file) = appended(&name_of("programs")) else { return program.output().unwrap() };
    let output = program.env("BELLWETHER_LOG", "trace").output().unwrap();
    file.write_all(&output.stderr).unwrap();
    output
}

/// Notes what must never be in a log, and what kind of secret it is.
pub fn secret(kind: &str, text: &str) {
    assert!(text.len() >= SHORTEST_SECRET && !text.contains(['\t', '\n']), "{kind}: not fit to be searched for");
    if let Some(mut file) = appended("secrets") {
        // In one piece: other tests note theirs at the same time.
        file.write_all(format!("{kind}\t{text}\n").as_bytes()).unwrap();
    }
}

/// Notes a letter line by line, and whom it went to.
pub fn letter(to: &[String], text: &str) {
    to.iter().for_each(|address| secret("the address of a letter", address));
    let lines = text.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE && !line.contains('\t'));
    lines.for_each(|line| secret("a line of a letter", line));
}

/// What `tests/secrets-in-logs` says of a folder, and whether it was content.
fn searched(folder: &Path) -> (bool, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/secrets-in-logs");
    let ran = Command::new(script).arg(folder).output().unwrap();
    let told = [ran.stdout, ran.stderr].concat();
    (ran.status.success(), String::from_utf8(told).unwrap())
}

#[test]
fn this_process_logs_everything() {
    start();
    let word = format!("a-word-{}", std::process::id());
    tracing::trace!(target: "somebody_elses_library", "{word}");
    if let Some(folder) = folder() {
        let log = std::fs::read_to_string(folder.join(name_of("suite"))).unwrap();
        assert!(log.contains(&word), "the log says nothing of {word}");
    }
}

#[test]
fn a_secret_in_a_log_is_found_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    assert_eq!(searched(folder.path()), (false, "There is no log to search.\n".to_owned()));
    write("suite-1.log", "one\ntwo\n");
    assert_eq!(searched(folder.path()), (false, "No secret was noted that could be searched for.\n".to_owned()));
    let secrets = "a link's token\taldermarsh-2-aldermarsh\na machine's key\tpellow-7-pellow\n\
                   a link's token\taldermarsh-2-aldermarsh\n";
    write("secrets", secrets);
    assert_eq!(
        searched(folder.path()),
        (true, "2 secrets looked for in 2 lines of 1 logs: none is there.\n".to_owned())
    );
    let leaks = [
        ("a key: pellow-7-pellow.", "a machine's key"),
        ("Secret(\"aldermarsh-2-aldermarsh\")", "a link's token"),
        ("GET /sign-in/link?token=3q2-7wAAAAAAAAAAAAAAAAAAAAA", "what looks like a link or a form's token"),
        ("bw_0123abcd_", "what looks like a machine's key"),
        ("authorization: bearer x", "a header with a key"),
        ("cookie: bellwether=3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "what looks like a session's token"),
        ("v1.3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "what looks like a sealed text"),
        ("code=123456&form=", "what looks like an authenticator's code"),
    ];
    for (line, kind) in leaks {
        write("programs-2.log", &format!("one\n\u{0}two\n2026-11-21 {line}\n"));
        let (content, told) = searched(folder.path());
        assert_eq!((content, told.as_str()), (false, &*format!("programs-2.log:3: {kind}\n")), "{line}");
    }
}
