//! Matching as a whole: hand-labelled names, writing habits over the whole register, single cases, properties.
//!
//! In: `tests/fixtures/matching/labelled.csv`, and the register file that stands beside the repository. Where that file
//! isn't there, the tests that need it say so on standard error and check nothing.

mod cases;
mod habits;
mod labelled;
mod properties;

use super::{Index, Listed};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The register file's entries with their index, built once for all tests.
pub(super) fn real_index() -> Option<&'static (Vec<Listed>, Index)> {
    static BUILT: OnceLock<Option<(Vec<Listed>, Index)>> = OnceLock::new();
    BUILT
        .get_or_init(|| {
            let register = real_register()?;
            let index = Index::build(register.clone());
            Some((register, index))
        })
        .as_ref()
}

/// The register file's entries; nothing, loudly, where the file isn't there. Current entries come with their district
/// as the file has it: often none.
pub(super) fn real_register() -> Option<Vec<Listed>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/parishes-england.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        eprintln!("NOT TESTED: the register file {} isn't there, so matching was not measured.", path.display());
        return None;
    };
    let listed = reader
        .records()
        .zip(1..)
        .map(|(record, council_id)| {
            let record = record.expect("the register file is sound");
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
        })
        .collect();
    Some(listed)
}

/// How answers compare with what is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub asked: usize,
    /// Asked with somebody meant.
    pub meant: usize,
    pub right: usize,
    pub wrong: usize,
    pub review: usize,
    /// In review, with the one meant among the candidates.
    pub review_with: usize,
    pub none: usize,
}

impl Tally {
    pub fn count(&mut self, answer: &super::Answer, meant: Option<&str>) {
        self.asked += 1;
        self.meant += usize::from(meant.is_some());
        let first = answer.candidates.first().map(|candidate| candidate.gss_code.as_str());
        match answer.decision {
            super::Decision::Matched if first == meant => self.right += 1,
            super::Decision::Matched => self.wrong += 1,
            super::Decision::Review => {
                self.review += 1;
                self.review_with +=
                    usize::from(answer.candidates.iter().any(|candidate| Some(candidate.gss_code.as_str()) == meant));
            }
            super::Decision::None => self.none += 1,
        }
    }

    /// Of what was matched, the share that was right.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Of what somebody is meant by, the share that was matched right.
    pub fn recall(&self) -> f64 {
        share(self.right, self.meant)
    }

    pub fn row(&self, title: &str) -> String {
        format!(
            "{title:<34} {:>6} asked  precision {:.4}  recall {:.4}  review {:.4} ({} with the one meant)  none {:>4}  wrong {:>3}",
            self.asked,
            self.precision(),
            self.recall(),
            share(self.review, self.asked),
            self.review_with,
            self.none,
            self.wrong
        )
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let as_float = |count: usize| f64::from(u32::try_from(count).expect("a count"));
    if whole == 0 { 1.0 } else { as_float(part) / as_float(whole) }
}
