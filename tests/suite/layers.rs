//! The layers, held by the `use` lines: dependencies run one way.

use std::path::Path;

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

fn every_source() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 50, "only {} source files were found", found.len());
    found
}

/// Lines outside comments that name one of the words as a path's part.
fn names(text: &str, words: &[&str]) -> Vec<String> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .filter(|line| words.iter().any(|word| line.contains(&format!("{word}::"))))
        .map(str::to_owned)
        .collect()
}

#[test]
fn only_the_store_names_diesel() {
    for (file, text) in every_source() {
        if !file.starts_with("store") {
            assert_eq!(names(&text, &["diesel", "diesel_migrations"]), Vec::<String>::new(), "{file}");
        }
    }
}

#[test]
fn the_domain_names_neither_actix_nor_the_doors() {
    let domain = [
        "audit",
        "auth",
        "communications",
        "corrections",
        "evidence",
        "evaluation",
        "export",
        "feeds",
        "ingest",
        "matching",
        "method",
        "personal",
        "publishing",
        "register",
        "rehearsal",
        "retention",
        "review",
        "scoring",
        "simulation",
        "statistics",
        "store",
        "submissions",
        "triage",
        "waivers",
    ];
    let doors = ["actix_web", "crate::api", "crate::web", "crate::cli", "crate::server", "crate::jobs", "crate::demo"];
    for (file, text) in every_source() {
        if domain.iter().any(|folder| file.starts_with(folder)) {
            assert_eq!(names(&text, &doors), Vec::<String>::new(), "{file}");
        }
    }
}

#[test]
fn doors_ask_the_domain_and_never_the_store() {
    for (file, text) in every_source() {
        if ["api", "web", "cli"].iter().any(|folder| file.starts_with(folder)) {
            assert_eq!(names(&text, &["crate::store", "super::store"]), Vec::<String>::new(), "{file}");
        }
    }
}

#[test]
fn scoring_and_matching_are_pure() {
    let impure = ["crate::store", "crate::app", "crate::clock", "std::time", "std::env", "Timestamp"];
    for (file, text) in every_source() {
        let pure = file.starts_with("scoring/engine")
            || file.starts_with("scoring/expression")
            || file.starts_with("matching");
        if pure && !file.contains("tests") {
            assert_eq!(names(&text, &impure), Vec::<String>::new(), "{file}");
        }
    }
}

/// The same arguments give the same country: only writing it down and living through it touch anything.
#[test]
fn inventing_a_country_is_pure() {
    let impure = ["crate::store", "crate::app", "crate::clock", "crate::ingest", "std::time", "std::env", "std::fs"];
    for (file, text) in every_source() {
        let touches = ["write.rs", "truth.rs", "rehearsal.rs", "real_names.rs"].iter().any(|name| file.ends_with(name));
        if (file.starts_with("simulation") && !touches) || file == "draw.rs" {
            assert_eq!(names(&text, &impure), Vec::<String>::new(), "{file}");
        }
    }
}

/// What could look ahead is in one place.
#[test]
fn statistics_of_warnings_are_pure() {
    let impure = ["crate::store", "crate::app", "crate::triage", "std::time", "std::env"];
    for (file, text) in every_source() {
        let asks = ["mod.rs", "gather.rs"].iter().any(|name| file.ends_with(name));
        if file.starts_with("evaluation") && !asks {
            assert_eq!(names(&text, &impure), Vec::<String>::new(), "{file}");
        }
    }
}

/// A code that nothing gives is a promise that nobody keeps.
#[test]
fn every_error_code_is_given_somewhere() {
    let sources = every_source();
    for code in bellwether::error::Code::ALL {
        let name = format!("Code::{code:?}");
        let given = sources.iter().any(|(file, text)| file != "error.rs" && text.contains(&name));
        let by_the_store = sources.iter().any(|(file, text)| {
            file == "error.rs" && text.contains(&format!("({name}, "))
                || text.contains(&format!("\n                {name},"))
        });
        assert!(given || by_the_store, "{name} is never given");
    }
}

#[test]
fn every_module_says_what_it_is() {
    for (file, text) in every_source() {
        assert!(text.starts_with("//! "), "{file} opens without a word on itself");
    }
}
