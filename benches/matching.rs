//! How many names a second matching decides on: with the district, by name alone, mistyped, and how long the index takes.
//!
//! In: the register file beside the repository. Out: criterion's report; nothing, loudly, where the file isn't there.
//! Always holds: each name is asked as a source writes it, never as it stands in the register.

use bellwether::matching::{Asked, Index, Listed};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
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

/// The name with its fifth letter left out.
fn mistyped(name: &str) -> String {
    name.chars().enumerate().filter(|(position, _)| *position != 4).map(|(_, letter)| letter).collect()
}

fn matching(criterion: &mut Criterion) {
    let Some(register) = register() else { return };
    let index = Index::build(register.clone());
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
