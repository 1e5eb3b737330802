//! A short run of the fuzz targets: over all seeds, and over some thousand inputs that are made of them by chance.
//!
//! BELLWETHER_TESTS_FUZZ=100 makes it a hundred times as long. The long run is cargo-fuzz's; docs/testing.md says how. An input that fails is printed as a byte string: it goes into
//! the seeds with the mend.

#[path = "../../fuzz/bodies.rs"]
mod bodies;

use crate::support::chance::Chance;
use std::path::PathBuf;

/// What makes a difference to some reader or other.
const PIECES: [&[u8]; 28] = [
    b"\0",
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r\n",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"\\u0000",
    b"\\",
    b"/",
    b"-",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    "â€™".as_bytes(),
    "\u{fffd}".as_bytes(),
    b"1e400",
    b"99999999999999999999",
    b"=1+1",
    b"PK\x03\x04",
    b" ",
    b"n/a",
];

struct Seed {
    name: String,
    bytes: Vec<u8>,
}

fn seeds(target: &str) -> Vec<Seed> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut seeds: Vec<Seed> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| Seed { name: path.display().to_string(), bytes: std::fs::read(&path).unwrap() })
        .collect();
    seeds.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(seeds.len() >= 3, "{target} has {} seeds", seeds.len());
    seeds
}

/// One change: a bit, a byte, a piece put in, a stretch taken out or repeated, the end cut off, another seed's end.
fn change(bytes: &mut Vec<u8>, seeds: &[Seed], chance: &mut Chance) {
    let at = chance.below(bytes.len() as u64) as usize;
    let stretch = at..(at + 1 + chance.below(24) as usize).min(bytes.len());
    match chance.below(8) {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << chance.below(8),
        1 if !bytes.is_empty() => bytes[at] = chance.next() as u8,
        2 | 3 => {
            let piece = PIECES[chance.below(PIECES.len() as u64) as usize];
            bytes.splice(at..at, piece.iter().copied());
        }
        4 if !stretch.is_empty() => drop(bytes.drain(stretch)),
        5 if !stretch.is_empty() => {
            let again = bytes[stretch].repeat(1 + chance.below(40) as usize);
            bytes.splice(at..at, again);
        }
        6 => bytes.truncate(at),
        _ => {
            let other = &seeds[chance.below(seeds.len() as u64) as usize].bytes;
            let from = chance.below(other.len() as u64) as usize;
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
    }
}

/// Prints the input when the target panics on it.
struct Tried<'a>(&'a str, &'a [u8]);

impl Drop for Tried<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{} failed on b\"{}\"", self.0, self.1.escape_ascii());
        }
    }
}

fn run(target: &str, body: fn(&[u8]), times: usize) {
    let seeds = seeds(target);
    for seed in &seeds {
        let _tried = Tried(&seed.name, &seed.bytes);
        body(&seed.bytes);
    }
    let longer = std::env::var("BELLWETHER_TESTS_FUZZ").map_or(1, |times| times.parse().unwrap());
    let mut chance = Chance::new();
    for _ in 0..times * longer {
        let mut bytes = seeds[chance.below(seeds.len() as u64) as usize].bytes.clone();
        for _ in 0..1 + chance.below(6) {
            change(&mut bytes, &seeds, &mut chance);
        }
        let _tried = Tried(target, &bytes);
        body(&bytes);
    }
}

#[test]
fn csv() {
    run("csv", bodies::csv, 1_500);
}

#[test]
fn json() {
    run("json", bodies::json, 1_500);
}

#[test]
fn workbook() {
    run("workbook", bodies::workbook, 300);
}

#[test]
fn mapping() {
    run("mapping", bodies::mapping, 1_500);
}

#[test]
fn matching() {
    run("matching", bodies::matching, 2_000);
}

#[test]
fn dates() {
    run("dates", bodies::dates, 4_000);
}
