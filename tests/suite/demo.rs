//! The demo, as its user runs it: the real program, twice.

use crate::support::log;
use std::process::Command;

fn demo(folder: &std::path::Path) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_bellwether"));
    program
        .args(["demo", "--once", "--today", "2026-11-21", "--dir"])
        .arg(folder)
        // A database that somebody works with: invented councils must never get into it.
        .env("BELLWETHER_DATABASE_URL", "postgres://nobody@127.0.0.1:1/real");
    let ran = log::run(&mut program);
    let told = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{told}\n{}", String::from_utf8_lossy(&ran.stderr));
    told
}

/// The figures of the line that sums the pulls up, in its order.
fn figures(told: &str) -> Vec<usize> {
    let line = told.lines().find(|line| line.contains(" pulls, ")).unwrap_or_else(|| panic!("no sums in\n{told}"));
    line.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
}

#[test]
fn the_demo_shows_it_all_and_a_second_run_pulls_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let first = demo(folder.path());
    let [pulls, new, read, accepted, unchanged, review, rejected] = figures(&first)[..] else { panic!("{first}") };
    assert!(pulls > 30 && new > 30, "{first}");
    assert_eq!(read, accepted + unchanged + review + rejected, "every row is counted once");
    assert!(accepted > 2000 && review > 10 && rejected > 5, "{first}");
    for words in ["Wealdshire", "Priority review", "Not assessed", "Who comes first, and why"] {
        assert!(first.contains(words), "{words} is not in\n{first}");
    }
    let councils = first.lines().find(|line| line.contains(" councils, ")).unwrap();
    assert!((550..=650).contains(&councils.split(' ').next().unwrap().parse::<usize>().unwrap()), "{councils}");
    let second = demo(folder.path());
    let [pulls, new, read, ..] = figures(&second)[..] else { panic!("{second}") };
    assert_eq!((pulls, new, read), (7, 0, 0), "{second}");
    let list =
        |told: &str| told.split("Who comes first").nth(1).unwrap().split("Ready after").next().unwrap().to_owned();
    assert_eq!(list(&first), list(&second));
}

#[test]
fn a_demo_that_was_stopped_in_the_middle_goes_on() {
    let (stopped, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut program = Command::new(env!("CARGO_BIN_EXE_bellwether"));
    program.args(["demo", "--once", "--today", "2026-11-21", "--dir"]).arg(stopped.path());
    let mut child = log::of(&mut program).stdout(std::process::Stdio::null()).spawn().unwrap();
    // Not before something has been kept.
    let started = std::time::Instant::now();
    while !stopped.path().join("bellwether.db").exists() && started.elapsed() < std::time::Duration::from_secs(60) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::thread::sleep(std::time::Duration::from_millis(2500));
    let _ = child.kill();
    child.wait().unwrap();
    let list = |told: String| told.split("County ").nth(1).unwrap().split("Ready after").next().unwrap().to_owned();
    // A lease of the killed run would hold its feed for half an hour: the demo takes its own leases back.
    assert_eq!(list(demo(stopped.path())), list(demo(whole.path())));
}
