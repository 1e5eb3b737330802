//! How good matching is and how fast: precision, recall and the share sent to a person on names labelled by hand, with
//! the district and by name alone; then how many names a second it decides on, and how long the index takes.
//!
//! In: the register file beside the repository, and `tests/fixtures/matching/labelled.csv`. Out: the figures of quality as
//! text, the speed as criterion's report; nothing, loudly, where the register isn't there. Always holds: each name is asked
//! as a source writes it, never as it stands in the register.

#![allow(clippy::expect_used, reason = "a bench that can't go on stops")]

use bellwether::matching::{Asked, Decision, Index, Listed, normalise};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::path::PathBuf;

fn register() -> Option<Vec<Listed>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/parishes-england.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        eprintln!("NOT MEASURED: the register file {} isn't there.", path.display());
        return None;
    };
    let entries = reader.records().flatten().zip(1..).map(|(record, council_id)| {
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        Listed {
            council_id,
            gss_code: cell(0),
            name: cell(1),
            other_names: Some(cell(2)).into_iter().filter(|name| !name.is_empty()).collect(),
            council_name: None,
            district: cell(4),
            county: cell(5),
            current: &cell(6) == "true",
        }
    });
    Some(entries.collect())
}

/// A name labelled by hand; what isn't given is empty.
struct Label {
    name: String,
    district: String,
    county: String,
    /// What is meant; empty where a person has to say.
    meant: String,
    note: String,
    code_given: String,
}

fn labels() -> Vec<Label> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/matching/labelled.csv");
    let mut reader = csv::Reader::from_path(path).expect("the labelled names are there");
    let of_record = |record: csv::StringRecord| {
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let (name, district, county) = (cell(0), cell(1), cell(2));
        Label { name, district, county, meant: cell(3), note: cell(4), code_given: cell(5) }
    };
    reader.records().map(|record| of_record(record.expect("the labelled names are sound"))).collect()
}

/// What became of the labels asked.
#[derive(Default)]
struct Quality {
    asked: usize,
    /// With somebody meant.
    meant: usize,
    right: usize,
    wrong: usize,
    review: usize,
}

impl Quality {
    fn of(index: &Index, labels: &[&Label], with_place: bool) -> Quality {
        let mut quality = Quality::default();
        for label in labels {
            let filled = |text: &str| with_place && !text.is_empty();
            let asked = Asked {
                name: &label.name,
                gss_code: Some(&*label.code_given).filter(|text| filled(text)),
                district: Some(&*label.district).filter(|text| filled(text)),
                county: Some(&*label.county).filter(|text| filled(text)),
            };
            let answer = index.decide(&asked);
            let matched = answer.candidates.first().filter(|_| answer.decision == Decision::Matched);
            quality.asked += 1;
            quality.meant += usize::from(!label.meant.is_empty());
            quality.right += usize::from(matched.is_some_and(|council| council.gss_code == label.meant));
            quality.wrong += usize::from(matched.is_some_and(|council| council.gss_code != label.meant));
            quality.review += usize::from(answer.decision == Decision::Review);
        }
        quality
    }

    fn print(&self, what: &str) {
        let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
        println!(
            "{what}: {} labels, precision {:.4}, recall {:.4}, sent to review {:.4} ({} right, {} wrong)",
            self.asked,
            share(self.right, self.right + self.wrong),
            share(self.right, self.meant),
            share(self.review, self.asked),
            self.right,
            self.wrong,
        );
    }
}

/// Prints how good the answers are, for all labels and for those of each note that has five or more.
fn quality(register: &[Listed], index: &Index) {
    let labels = labels();
    let all: Vec<&Label> = labels.iter().collect();
    Quality::of(index, &all, true).print("labelled, with district and county");
    // Somebody's elsewhere with the district given, and somebody's without it; what a code settles is no question here.
    let by_name: Vec<&Label> = all
        .iter()
        .copied()
        .filter(|label| !label.note.starts_with("elsewhere") && label.code_given.is_empty())
        .collect();
    Quality::of(index, &by_name, false).print("labelled, name alone");
    let mut bearers: HashMap<String, Vec<&str>> = HashMap::new();
    for entry in register.iter().filter(|entry| entry.current) {
        bearers.entry(normalise(&entry.name)).or_default().push(&entry.gss_code);
    }
    let shared: Vec<&str> = bearers.values().filter(|codes| codes.len() > 1).flatten().copied().collect();
    let told: Vec<&Label> =
        by_name.iter().copied().filter(|label| !label.meant.is_empty() && !shared.contains(&&*label.meant)).collect();
    let alone = Quality::of(index, &told, false);
    alone.print("labelled, name alone, that one council alone has");
    // The labels over-represent shared names, which nobody can tell by name alone. At the register's own share of them:
    let current = register.iter().filter(|entry| entry.current).count();
    let share = 1.0 - shared.len() as f64 / current.max(1) as f64;
    let recall = share * alone.right as f64 / alone.meant.max(1) as f64;
    println!("name alone, of the councils as they are: {share:.4} have a name of their own, so recall {recall:.4}");
    let mut kinds: BTreeMap<&str, Vec<&Label>> = BTreeMap::new();
    for label in &labels {
        kinds.entry(label.note.split(',').next().unwrap_or_default()).or_default().push(label);
    }
    for (kind, labels) in kinds.into_iter().filter(|(_, labels)| labels.len() >= 5) {
        Quality::of(index, &labels, true).print(&format!("  {kind}"));
    }
}

/// The name with its fifth letter left out.
fn mistyped(name: &str) -> String {
    name.chars().enumerate().filter(|(position, _)| *position != 4).map(|(_, letter)| letter).collect()
}

fn matching(criterion: &mut Criterion) {
    let Some(register) = register() else { return };
    let index = Index::build(register.clone());
    quality(&register, &index);
    let asked: Vec<(String, String, String)> = register
        .iter()
        .filter(|entry| entry.current && !entry.district.is_empty())
        .step_by(10)
        .map(|entry| (format!("{} P.C.", entry.name.to_uppercase()), mistyped(&entry.name), entry.district.clone()))
        .collect();
    let mut group = criterion.benchmark_group("matching");
    group.throughput(Throughput::Elements(asked.len() as u64));
    group.bench_function("with the district", |bencher| {
        bencher.iter(|| {
            for (name, _, district) in &asked {
                black_box(index.decide(&Asked { name, district: Some(district), ..Asked::default() }));
            }
        });
    });
    group.bench_function("by name alone", |bencher| {
        bencher.iter(|| {
            for (name, ..) in &asked {
                black_box(index.decide(&Asked { name, ..Asked::default() }));
            }
        });
    });
    group.bench_function("mistyped, with the district", |bencher| {
        bencher.iter(|| {
            for (_, name, district) in &asked {
                black_box(index.decide(&Asked { name, district: Some(district), ..Asked::default() }));
            }
        });
    });
    group.finish();
    let mut building = criterion.benchmark_group("index");
    building.sample_size(10);
    building.bench_function("build", |bencher| {
        bencher.iter_batched(|| register.clone(), Index::build, BatchSize::LargeInput);
    });
    building.finish();
}

criterion_group!(benches, matching);
criterion_main!(benches);
