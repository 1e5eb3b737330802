//! What truly happens at a council, dated, and how much of it a source could say on a given day.
//!
//! In: filled by [`super::story`]. Out: read by the files that the demo's sources send. Always holds: what was known
//! stays known; a later day only adds to it, or replaces a version by the next one.

use super::draw::later;
use jiff::civil::Date;

/// One matter of an auditor's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter {
    pub except_for: bool,
    pub reason: &'static str,
    pub undisclosed: bool,
    pub repeat: bool,
}

/// One version of what an auditor says of a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnVersion {
    /// The first day on which the firm's list has it.
    pub known_from: Date,
    pub status: &'static str,
    pub certified_on: Option<Date>,
    pub submitted_on: Option<Date>,
    pub matters: Vec<Matter>,
}

/// A council's annual return of one year, with the versions of its outcome, oldest first, never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The calendar year in which the financial year ends.
    pub year: i16,
    /// In pounds.
    pub income: u32,
    pub reminder_sent: bool,
    pub versions: Vec<ReturnVersion>,
}

impl Return {
    /// The version that stands on a day, and its number from 1; `None` before the first.
    pub fn seen(&self, as_of: Date) -> Option<(usize, &ReturnVersion)> {
        (1..).zip(&self.versions).take_while(|(_, version)| version.known_from <= as_of).last()
    }
}

/// One head of a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub reference: String,
    /// From 1; heads of one complaint share its reference.
    pub head: u8,
    pub received_on: Date,
    /// `None`: nobody knows yet.
    pub decided_on: Option<Date>,
    /// Somebody appealed, from this day to the other.
    pub appeal: Option<(Date, Date)>,
    pub theme: &'static str,
    pub body: &'static str,
    pub subject_kind: &'static str,
    pub source_kind: &'static str,
    pub outcome: &'static str,
    pub sanction: Option<(&'static str, bool)>,
    pub over_three_months: bool,
    pub injury: bool,
    pub group: Option<String>,
    pub event: Option<String>,
}

impl Complaint {
    /// How far it had come on a day; `None` before it was recorded, a few days after it was received.
    pub fn stage(&self, as_of: Date) -> Option<&'static str> {
        if as_of < later(self.received_on, 4) {
            return None;
        }
        if let Some(decided_on) = self.decided_on
            && as_of >= decided_on
        {
            let appealed = self.appeal.is_some_and(|(from, until)| from <= as_of && as_of < until);
            return Some(if appealed { "under_appeal" } else { "decided" });
        }
        // An assessment takes three weeks, an inquiry begins two weeks after it.
        Some(match self.received_on {
            received if as_of < later(received, 21) => "received",
            received if as_of < later(received, 35) => "assessed",
            _ => "investigating",
        })
    }
}

/// Something that the county association records as a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyRecord {
    pub reference: String,
    pub record: &'static str,
    pub since: Date,
    /// The first day on which the county's list has it.
    pub recorded_on: Date,
    pub ended_on: Option<Date>,
    pub conduct_cited: bool,
    /// Members who resigned, of how many seats.
    pub resigned: Option<(u8, u8)>,
    pub indicator: Option<&'static str>,
}

impl CountyRecord {
    /// Whether it still held on a day; `None` for what happens once and holds no longer than that.
    pub fn open(&self, as_of: Date) -> Option<bool> {
        let lasts = matches!(
            self.record,
            "clerk_vacant" | "rfo_vacant" | "inquorate_order" | "minutes_not_published" | "no_complaints_procedure"
        );
        lasts.then(|| self.ended_on.is_none_or(|ended| ended > as_of))
    }
}

/// A county officer's flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    pub reference: String,
    pub date: Date,
    pub flag: &'static str,
    pub indicator: &'static str,
    pub first_hand: bool,
    pub confidence: &'static str,
    /// The day from which the council knew of it.
    pub shown_on: Option<Date>,
    pub advice_given: bool,
    pub event: Option<String>,
}

/// An auditor's report or recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub reference: String,
    pub report: &'static str,
    pub year: i16,
    pub issued_on: Date,
    pub considered_in_time: bool,
    pub actions_completed: bool,
    pub event: Option<String>,
}

impl Report {
    /// Whether the council considered it within a month; nobody can say before six weeks are over.
    pub fn considered(&self, as_of: Date) -> Option<bool> {
        (as_of >= later(self.issued_on, 42)).then_some(self.considered_in_time)
    }

    /// Whether its actions were carried out; nobody can say before five months are over.
    pub fn completed(&self, as_of: Date) -> Option<bool> {
        (as_of >= later(self.issued_on, 150)).then_some(self.actions_completed)
    }
}
