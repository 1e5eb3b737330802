//! The real register's names, where it is at hand: what invented names are compared with in tests.
//!
//! In: the file `shared/data/parishes-england.csv` beside or above the project, or what `BELLWETHER_REAL_REGISTER`
//! says. Out: the letters of every name. Always holds: where the register isn't at hand, that is said instead of
//! passed over.

use std::collections::BTreeSet;
use std::io::Write;

/// A name's letters in lower case, and nothing else of it.
pub(crate) fn letters(name: &str) -> String {
    name.to_lowercase().chars().filter(|letter| letter.is_ascii_lowercase()).collect()
}

/// The letters of every real parish, district and county; none where the register isn't at hand, which is told with
/// `unchecked`: what could not be looked at.
pub(crate) fn real_names(unchecked: &str) -> Option<BTreeSet<String>> {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/parishes-england.csv"));
    let told = std::env::var_os("BELLWETHER_REAL_REGISTER").map(std::path::PathBuf::from);
    let Some(path) = told.into_iter().chain(beside).find(|path| path.exists()) else {
        // Straight to standard error: the test runner keeps what `eprintln!` says of a passing test to itself.
        let _ = writeln!(
            std::io::stderr(),
            "NOT CHECKED: whether {unchecked}. Set BELLWETHER_REAL_REGISTER to the register of England's parishes (CSV \
             with the column name)."
        );
        return None;
    };
    let mut reader = csv::Reader::from_path(&path).unwrap();
    let headers = reader.headers().unwrap().clone();
    let columns: Vec<usize> = ["name", "former_name", "district", "county"]
        .iter()
        .map(|wanted| headers.iter().position(|header| header == *wanted).unwrap())
        .collect();
    let mut real = BTreeSet::new();
    for row in reader.records().map(Result::unwrap) {
        real.extend(columns.iter().map(|column| letters(&row[*column])));
    }
    assert!(real.len() > 9000, "only {} real names in {}", real.len(), path.display());
    Some(real)
}
