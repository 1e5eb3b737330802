//! What happens at a council, and what is told of it: the pieces that lives are made of and files are written from.
//!
//! In: filled by [`super::life`] and [`super::returns`]. Out: read by [`super::row`] and [`super::truth`]. Always
//! holds: an event without a route reached nobody; a route says from which day its source tells of the event.

use super::feed::Feed;
use super::latent::State;
use jiff::civil::Date;

/// One thing that happened, or that somebody said had happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique in the country.
    pub id: String,
    /// How the council really was then.
    pub state: State,
    /// Whether it is so: false for a complaint that nothing is in, and for a flag that was a misunderstanding.
    pub real: bool,
    pub what: What,
    /// How it reaches us: not at all, by one source, or by several.
    pub routes: Vec<Route>,
}

/// One source that tells of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub feed: Feed,
    /// The source's own reference.
    pub reference: String,
    /// The first day on which its list has it.
    pub from: Date,
    /// How many days after a decision, or an end, its list says so.
    pub lag: i32,
    /// Whether it gives the code that all reports of the event share.
    pub gives_event: bool,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Return(Return),
    Report(Report),
    Complaint(Complaint),
    Record(Record),
    Flag(Flag),
}

/// The annual return of one year, and the versions of its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The calendar year in which the financial year ends.
    pub year: i16,
    pub submitted_on: Option<Date>,
    pub reminder: bool,
    /// The first first; never empty.
    pub versions: Vec<Version>,
}

/// An outcome as it stood from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub status: &'static str,
    /// The day of the certificate, or on which an outcome without one was settled; none while interim.
    pub settled_on: Option<Date>,
    /// The first day on which the firm's list has it.
    pub from: Date,
    pub matters: Vec<Matter>,
}

/// One matter of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter {
    /// `except_for` or `other`.
    pub class: &'static str,
    pub reason: &'static str,
    pub undisclosed: bool,
}

/// An auditor's report or recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub report: &'static str,
    pub year: i16,
    pub issued_on: Date,
    pub considered_in_time: bool,
    pub actions_completed: bool,
}

/// A complaint of one head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub theme: &'static str,
    /// Who decides it, whom it is about, what kind of person complained.
    pub body: &'static str,
    pub subject: &'static str,
    pub source: &'static str,
    pub received_on: Date,
    pub decided_on: Date,
    pub outcome: &'static str,
}

/// What a county association established as a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub record: &'static str,
    pub since: Date,
    /// The day on which it was over, for what lasts.
    pub ended_on: Option<Date>,
    /// Members who resigned, and seats.
    pub resigned: Option<(u32, u32)>,
    /// What a completed action answers.
    pub indicator: Option<&'static str>,
}

/// What a county officer noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    pub flag: &'static str,
    pub indicator: &'static str,
    pub date: Date,
    pub first_hand: bool,
}

impl What {
    /// The kind of evidence that it would be, in the words of the domain.
    pub fn kind(&self) -> &'static str {
        match self {
            What::Return(_) => "audit_outcome",
            What::Report(_) => "auditor_report",
            What::Complaint(_) => "complaint",
            What::Record(_) => "county_record",
            What::Flag(_) => "county_flag",
        }
    }

    /// What it is: the last status, the report, the theme, the record or the flag.
    pub fn word(&self) -> &'static str {
        match self {
            What::Return(of) => of.versions.last().map_or("", |version| version.status),
            What::Report(report) => report.report,
            What::Complaint(complaint) => complaint.theme,
            What::Record(record) => record.record,
            What::Flag(flag) => flag.flag,
        }
    }

    /// The day on which it happened or began.
    pub fn happened_on(&self) -> Date {
        match self {
            What::Return(of) => crate::draw::on(of.year, 3, 31),
            What::Report(report) => report.issued_on,
            What::Complaint(complaint) => complaint.received_on,
            What::Record(record) => record.since,
            What::Flag(flag) => flag.date,
        }
    }

    /// The day on which somebody whose job it is settled it, where somebody did.
    pub fn determined_on(&self) -> Option<Date> {
        match self {
            What::Return(of) => of.versions.last().and_then(|version| version.settled_on),
            What::Report(report) => Some(report.issued_on),
            What::Complaint(complaint) => Some(complaint.decided_on),
            What::Record(record) => Some(record.since),
            What::Flag(_) => None,
        }
    }
}
