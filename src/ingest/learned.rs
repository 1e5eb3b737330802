//! What people have told of names that a source writes: applied before a file is compared with what is known.
//!
//! In: rows with the council that matching found, or none. Out: the same, where a person's answer goes before matching's.
//! Always holds: an answer counts only while its council is current, and a row taken by one is kept with the reason, so
//! that it can wait again when the answer is undone.

use super::diff::Matched;
use super::plan::{ForReview, Sorted};
use super::record::{Named, Record};
use crate::error::AppError;
use crate::feeds::Feed;
use crate::matching::{Answer, Candidate, Decision, normalise};
use crate::store::register::CouncilRow;
use crate::store::review::{self, AliasRow};
use crate::store::{Database, StoreError};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// What two rows share that name their council alike: a hash of name, district, county and code in one spelling.
pub(crate) fn naming(named: &Named) -> String {
    let plain = |text: &Option<String>| text.as_deref().map(normalise).unwrap_or_default();
    let code = named.gss_code.as_deref().map(|code| code.trim().to_ascii_uppercase()).unwrap_or_default();
    let said = [normalise(&named.name), plain(&named.district), plain(&named.county), code];
    crate::digest::sha256_hex(serde_json::Value::from(said.as_slice()).to_string().as_bytes())
}

/// How a source names a council, in one line.
pub(crate) fn written(named: &Named) -> String {
    let parts = [Some(&named.name), named.district.as_ref(), named.county.as_ref(), named.gss_code.as_ref()];
    let said: Vec<&str> = parts.into_iter().flatten().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    said.join(", ")
}

/// The rows with people's answers put in; none where nobody has told anything of this feed.
pub(super) fn apply(connection: &mut Database, feed: &Feed, sorted: &Sorted) -> Result<Option<Sorted>, AppError> {
    let known = review::in_force(connection, &feed.id)?;
    if known.is_empty() {
        return Ok(None);
    }
    let known = known.into_iter().map(|(alias, council)| (alias.naming.clone(), (alias, council))).collect();
    let mut told = Told { known, namings: HashMap::new(), by_council: BTreeMap::new() };
    let mut now = Sorted { matched: Vec::new(), for_review: Vec::new(), ..sorted.clone() };
    for matched in &sorted.matched {
        match told.of(&matched.record)? {
            Some(told) => now.take(told, &matched.record),
            None => now.matched.push(matched.clone()),
        }
    }
    for row in &sorted.for_review {
        match told.of(&row.record)? {
            Some(Said::Retired(reason)) => {
                let answer = Answer { reason: format!("{reason} {}", row.answer.reason), ..row.answer.clone() };
                now.for_review.push(ForReview { answer, record: row.record.clone() });
            }
            Some(told) => now.take(told, &row.record),
            None => now.for_review.push(row.clone()),
        }
    }
    now.notes.extend(told.by_council.into_values().map(|(sentence, rows)| match rows {
        1 => format!("1 row {sentence}"),
        rows => format!("{rows} rows {sentence}"),
    }));
    Ok(Some(now))
}

/// What a person's answer makes of a row.
enum Said {
    Council(i64, Answer),
    NoneOfOurs(Answer),
    /// The council isn't current any more.
    Retired(String),
}

struct Told {
    known: HashMap<String, (AliasRow, Option<CouncilRow>)>,
    /// The same council stands in many rows; its naming is worked out once.
    namings: HashMap<Named, String>,
    /// What the run tells of each answer, and of how many rows.
    by_council: BTreeMap<i64, (String, usize)>,
}

impl Told {
    fn of(&mut self, record: &Record) -> Result<Option<Said>, StoreError> {
        let naming = self.namings.entry(record.named.clone()).or_insert_with(|| naming(&record.named));
        let Some((alias, council)) = self.known.get(naming) else { return Ok(None) };
        let at = Timestamp::from_microsecond(alias.decided_at)
            .map_err(|e| StoreError::Corrupt { place: format!("alias {}", alias.id), because: e.to_string() })?;
        let on = crate::clock::day_in_england(at).strftime("%-d %B %Y").to_string();
        let (said, sentence) = match (alias.council_id, council) {
            (Some(_), Some(council)) if council.current => {
                let reason = format!("Decided by a person on {on}: {} is meant.", council.name);
                let sentence =
                    format!("named “{}”: a person decided on {on} that {} is meant.", alias.written, place_of(council));
                (Said::Council(council.id, answer(Some(council), reason)), sentence)
            }
            (Some(_), council) => {
                let name = council.as_ref().map_or("a council", |council| council.name.as_str());
                let reason = format!("A person decided on {on} that {name} is meant, which is no longer current.");
                return Ok(Some(Said::Retired(reason)));
            }
            (None, _) => {
                let reason = format!("Decided by a person on {on}: no council of ours is meant.");
                let sentence = format!(
                    "named “{}” and set aside: a person decided on {on} that no council of ours is meant.",
                    alias.written
                );
                (Said::NoneOfOurs(answer(None, reason)), sentence)
            }
        };
        self.by_council.entry(alias.id).or_insert((sentence, 0)).1 += 1;
        Ok(Some(said))
    }
}

fn place_of(council: &CouncilRow) -> String {
    if council.district.is_empty() { council.name.clone() } else { format!("{} ({})", council.name, council.district) }
}

fn answer(council: Option<&CouncilRow>, reason: String) -> Answer {
    let candidate = |council: &CouncilRow| Candidate {
        council_id: council.id,
        gss_code: council.gss_code.clone(),
        name: council.name.clone(),
        district: council.district.clone(),
        county: council.county.clone(),
        score: 1000,
        reasons: vec![reason.clone()],
    };
    let decision = if council.is_some() { Decision::Matched } else { Decision::None };
    Answer { decision, candidates: council.map(candidate).into_iter().collect(), reason }
}

impl Sorted {
    fn take(&mut self, told: Said, record: &Record) {
        match told {
            Said::Council(council, answer) => {
                self.matched.push(Matched::new(record.clone(), council));
                self.decided.push(ForReview { record: record.clone(), answer });
            }
            Said::NoneOfOurs(answer) => {
                self.set_aside += 1;
                self.decided.push(ForReview { record: record.clone(), answer });
            }
            // Matching found another that is current, under the same name.
            Said::Retired(reason) => {
                let answer = Answer { decision: Decision::Review, candidates: Vec::new(), reason };
                self.for_review.push(ForReview { record: record.clone(), answer });
            }
        }
    }
}
