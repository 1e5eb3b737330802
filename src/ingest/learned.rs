//! What people have told of names that a source writes: applied before a file is compared with what is known.
//!
//! In: rows with the council that matching found, or none. Out: the same, where a person's answer goes before matching's.
//! Always holds: an answer counts only while its council is current, and a row taken by one is kept with the reason, so
//! that it can wait again when the answer is undone.

use super::diff::Matched;
use super::plan::{ForReview, Sorted};
use super::record::{Named, Record};
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

/// People's answers on the names that one feed writes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    by_naming: HashMap<String, Told>,
}

/// One answer.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    alias: i64,
    said: Said,
    /// What a run tells of the rows that it decided: "named … : a person decided …".
    sentence: String,
}

/// What a person's answer makes of a row.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Council(i64, Answer),
    NoneOfOurs(Answer),
    /// The council isn't current any more.
    Retired(String),
}

impl Answers {
    /// The answers in force.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_feed(connection: &mut Database, feed: &Feed) -> Result<Answers, StoreError> {
        let known = review::in_force(connection, &feed.id)?;
        let told =
            known.into_iter().map(|(alias, council)| Ok((alias.naming.clone(), told(&alias, council.as_ref())?)));
        Ok(Answers { by_naming: told.collect::<Result<_, StoreError>>()? })
    }
}

fn told(alias: &AliasRow, council: Option<&CouncilRow>) -> Result<Told, StoreError> {
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
            let name = council.map_or("a council", |council| council.name.as_str());
            let reason = format!("A person decided on {on} that {name} is meant, which is no longer current.");
            (Said::Retired(reason), String::new())
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
    Ok(Told { alias: alias.id, said, sentence })
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

/// Puts people's answers into the rows of a file, one batch after the other, and counts what they decided.
pub(super) struct Listener<'a> {
    answers: &'a Answers,
    /// The same council stands in many rows; its naming is worked out once.
    namings: HashMap<Named, String>,
    decided: Decided<'a>,
}

/// How many rows each answer decided.
#[derive(Default)]
pub(super) struct Decided<'a> {
    rows: BTreeMap<i64, (&'a str, usize)>,
}

impl<'a> Decided<'a> {
    /// Adds what was decided elsewhere in the same file.
    pub fn add(&mut self, more: Decided<'a>) {
        for (alias, (sentence, rows)) in more.rows {
            self.rows.entry(alias).or_insert((sentence, 0)).1 += rows;
        }
    }

    /// One sentence for each answer that decided rows.
    pub fn notes(self) -> Vec<String> {
        let note = |(sentence, rows)| match rows {
            1 => format!("1 row {sentence}"),
            rows => format!("{rows} rows {sentence}"),
        };
        self.rows.into_values().map(note).collect()
    }
}

impl<'a> Listener<'a> {
    /// Namings remembered at a time.
    const MOST: usize = 32_768;

    pub fn new(answers: &'a Answers) -> Self {
        Listener { answers, namings: HashMap::new(), decided: Decided::default() }
    }

    /// The rows with people's answers put in.
    pub fn hear(&mut self, mut sorted: Sorted) -> Sorted {
        if self.answers.by_naming.is_empty() {
            return sorted;
        }
        let matched = std::mem::take(&mut sorted.matched);
        let for_review = std::mem::take(&mut sorted.for_review);
        for row in matched {
            match self.of(&row.record) {
                Some(said) => sorted.take(said, row.record, None),
                None => sorted.matched.push(row),
            }
        }
        for row in for_review {
            match self.of(&row.record) {
                Some(said) => sorted.take(said, row.record, Some(&row.answer)),
                None => sorted.for_review.push(row),
            }
        }
        sorted
    }

    /// What the answers have decided so far.
    pub fn decided(self) -> Decided<'a> {
        self.decided
    }

    fn of(&mut self, record: &Record) -> Option<&'a Said> {
        if self.namings.len() >= Self::MOST {
            self.namings.clear();
        }
        let naming = self.namings.entry(record.named.clone()).or_insert_with(|| naming(&record.named));
        let told = self.answers.by_naming.get(naming)?;
        if !matches!(told.said, Said::Retired(_)) {
            self.decided.rows.entry(told.alias).or_insert((&told.sentence, 0)).1 += 1;
        }
        Some(&told.said)
    }
}

impl Sorted {
    /// Takes a row as a person's answer says; `found` is matching's own answer where it left the row for review.
    fn take(&mut self, said: &Said, record: Record, found: Option<&Answer>) {
        match said {
            Said::Council(council, answer) => {
                self.decided.push(ForReview { record: record.clone(), answer: answer.clone() });
                self.matched.push(Matched::new(record, *council));
            }
            Said::NoneOfOurs(answer) => {
                self.set_aside += 1;
                self.decided.push(ForReview { record, answer: answer.clone() });
            }
            // Where matching found another that is current under the same name, a person has to say which is meant.
            Said::Retired(reason) => {
                let answer = match found {
                    Some(found) => Answer { reason: format!("{reason} {}", found.reason), ..found.clone() },
                    None => Answer { decision: Decision::Review, candidates: Vec::new(), reason: reason.clone() },
                };
                self.for_review.push(ForReview { record, answer });
            }
        }
    }
}
