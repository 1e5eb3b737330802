//! A fingerprint of everything that goes into a score.
//!
//! In: a [`Subject`] and the day. Out: SHA-256 in hex. Always holds: the same content gives the same hash in any order and
//! on any database (row ids are left out), and anything that can change a figure changes it. The rule set has a hash of
//! its own.
//!
//! What is hashed is a row of records. Each begins with its name; each value is led by its length in eight bytes, lowest
//! first, so that no two contents can be written alike. Dates are written as year, month and day, or left empty.

use super::look::Looked;
use super::subject::Subject;
use crate::digest::sha256_hex;
use crate::scoring::score::Band;
use jiff::civil::Date;

/// The hash of a subject whose facts stand in their canonical order.
pub(super) fn inputs(subject: &Subject<'_>, looked: &Looked<'_>, as_of: Date) -> String {
    let council = subject.council;
    let mut records = Records(Vec::with_capacity(512 + looked.facts.len() * 256));
    records.name("bellwether score inputs 1").date(Some(as_of));
    records.name("council").text(&council.gss_code).text(&council.county).number(council.parishes);
    records.name("income").numbers(council.income);
    records.name("previous band").text(subject.previous_band.map_or("", Band::name));
    for fact in &looked.facts {
        records.name("fact").text(&fact.key).text(fact.kind.name()).text(&fact.fingerprint).text(fact.standing.name());
        records.date(fact.happened_on).date(fact.determined_on);
        if let Some(event) = &fact.event {
            records.name("event").text(event);
        }
    }
    let mut older: Vec<_> = subject.scored_versions().map(|version| (version.kind, version.standing)).collect();
    older.sort_unstable();
    for (kind, standing) in older {
        records.name("superseded").text(kind.name()).text(standing.name());
    }
    let mut sources: Vec<_> = subject
        .sources
        .iter()
        .map(|source| (&source.source_kind, &source.feed, &source.title, source.last_run_on, source.late_since))
        .collect();
    sources.sort_unstable();
    for (kind, feed, title, last_run_on, late_since) in sources {
        records.name("source").text(kind).text(feed).text(title).date(Some(last_run_on));
        if late_since.is_some() {
            records.name("late").date(late_since);
        }
    }
    sha256_hex(&records.0)
}

/// Length-led values, one after another.
struct Records(Vec<u8>);

impl Records {
    fn name(&mut self, name: &str) -> &mut Records {
        self.text(name)
    }

    fn text(&mut self, text: &str) -> &mut Records {
        self.bytes(text.as_bytes())
    }

    fn number(&mut self, number: i64) -> &mut Records {
        self.bytes(&number.to_le_bytes())
    }

    fn numbers(&mut self, numbers: impl IntoIterator<Item = i64>) -> &mut Records {
        for number in numbers {
            self.number(number);
        }
        self
    }

    fn date(&mut self, date: Option<Date>) -> &mut Records {
        let Some(date) = date else { return self.bytes(&[]) };
        let [low, high] = date.year().to_le_bytes();
        let ([month], [day]) = (date.month().to_le_bytes(), date.day().to_le_bytes());
        self.bytes(&[low, high, month, day])
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Records {
        self.0.extend_from_slice(&bytes.len().to_le_bytes());
        self.0.extend_from_slice(bytes);
        self
    }
}
