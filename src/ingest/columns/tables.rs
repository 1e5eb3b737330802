//! The columns that every kind of source shares, and those of complaints and of county associations.
//!
//! In: nothing. Out: a constant table a kind. Always holds: the same rows stand in `docs/feeds.md`; a test compares them.

use super::Holds::{Choice, Code, Date, GssCode, Link, Name, Unread, Whole, YesNo};
use super::Need::{Optional, Required};
use super::{Column, Holds, Need, spellings};

pub(super) const fn column(
    (name, need): (&'static str, Need),
    holds: Holds,
    aliases: &'static [&'static str],
    meaning: &'static str,
) -> Column {
    Column { name, aliases, need, holds, meaning }
}

pub(super) const NAME: Column = column(
    ("name", Required),
    Name,
    &["council", "council name", "authority", "authority name", "parish", "parish council", "local council"],
    "the council's or the parish's name",
);
pub(super) const GSS_CODE: Column =
    column(("gss_code", Optional), GssCode, &["gss", "ons code", "parish code"], "the parish's code, if known");
pub(super) const DISTRICT: Column = column(
    ("district", Optional),
    Name,
    &["district council", "principal authority", "principal council", "local authority", "borough"],
    "the district, borough or unitary authority",
);
pub(super) const COUNTY: Column = column(("county", Optional), Name, &["county name", "county area"], "the county");
pub(super) const EVENT: Column = column(
    ("event", Optional),
    Code,
    &["event code", "event reference", "incident"],
    "a code that all reports of one event share",
);
pub(super) const NOTES: Column = column(
    ("notes", Optional),
    Unread,
    &["note", "comments", "comment", "details", "description", "free text", "summary"],
    "free text",
);
const INDICATOR_WORDS: Holds = Choice("indicator", spellings::INDICATOR);

pub(super) const COMPLAINTS: &[Column] = &[
    column(
        ("reference", Required),
        Code,
        &["ref", "case", "case reference", "case ref", "case number", "complaint reference", "complaint number"],
        "the source's own reference of the complaint",
    ),
    column(
        ("head", Optional),
        Code,
        &["head of claim", "head of complaint", "allegation number", "part"],
        "which head of the complaint, 1 if blank",
    ),
    NAME,
    GSS_CODE,
    DISTRICT,
    COUNTY,
    column(("received_on", Optional), Date, &["received", "date received"], "the day on which it arrived"),
    column(
        ("decided_on", Optional),
        Date,
        &["decided", "date decided", "decision date", "outcome date", "determined on"],
        "the day on which this head of it was decided",
    ),
    column(("type", Optional), Unread, &["complaint type"], "the source's own heading"),
    column(
        ("theme", Required),
        Choice("theme", spellings::THEME),
        &["about", "category", "subject matter"],
        "what it was about",
    ),
    column(
        ("subject_kind", Optional),
        Choice("subject_kind", spellings::SUBJECT),
        &["subject", "against", "complaint against"],
        "whom it was about",
    ),
    column(
        ("source_kind", Optional),
        Choice("source_kind", spellings::SOURCE),
        &["source", "made by", "complainant type"],
        "what kind of person complained",
    ),
    column(
        ("body", Optional),
        Choice("body", spellings::BODY),
        &["decided by", "deciding body", "handled by"],
        "who decides it",
    ),
    column(
        ("stage", Optional),
        Choice("stage", spellings::STAGE),
        &["status", "state", "progress"],
        "how far it has come; blank: decided, if it has an outcome and a day",
    ),
    column(
        ("outcome", Optional),
        Choice("outcome", spellings::OUTCOME),
        &["decision", "finding", "result"],
        "how this head of it ended",
    ),
    column(
        ("sanction", Optional),
        Choice("sanction", spellings::SANCTION),
        &["sanction imposed"],
        "the sanction, if any",
    ),
    column(
        ("sanction_followed", Optional),
        YesNo(&[]),
        &["sanction met", "sanction complied with"],
        "whether the sanction was carried out",
    ),
    column(
        ("over_three_months", Optional),
        YesNo(&[]),
        &["over 3 months", "more than three months"],
        "whether the failing lasted more than three months",
    ),
    column(("injury", Optional), YesNo(&[]), &["injured", "somebody hurt"], "whether somebody was hurt"),
    column(
        ("group", Optional),
        Code,
        &["group code", "complaining group"],
        "a code for the complaining group, never a name",
    ),
    EVENT,
    column(("url", Optional), Link, &["link", "decision url", "report url"], "where the decision is published"),
    column(
        ("version", Optional),
        Whole("version"),
        &["version number", "revision"],
        "the source's own version; of two rows about one head the higher counts",
    ),
    NOTES,
];

pub(super) const COUNTY_RECORDS: &[Column] = &[
    column(
        ("record", Required),
        Choice("record", spellings::RECORD),
        &["what happened", "record type", "type", "kind"],
        "what happened",
    ),
    NAME,
    GSS_CODE,
    DISTRICT,
    COUNTY,
    column(
        ("happened_on", Required),
        Date,
        &["happened", "since", "date", "from", "date from", "start date"],
        "the day on which it happened or began",
    ),
    column(
        ("recorded_on", Optional),
        Date,
        &["recorded", "date recorded"],
        "the day on which the association established it; blank: the day it happened",
    ),
    column(("open", Optional), YesNo(&[]), &["still open", "ongoing", "still holds"], "whether it still holds"),
    column(("ended_on", Optional), Date, &["ended", "until", "end date"], "the day on which it ended"),
    column(
        ("conduct_cited", Optional),
        YesNo(&[]),
        &["conduct", "exit cites conduct"],
        "whether a departing clerk's exit record cites conduct",
    ),
    column(
        ("resigned", Optional),
        Whole(""),
        &["members resigned", "number resigned"],
        "members who resigned within six months",
    ),
    column(("seats", Optional), Whole(""), &["number of seats", "total seats"], "seats on the council"),
    column(
        ("indicator", Optional),
        INDICATOR_WORDS,
        &["answers", "topic"],
        "for a completed action: the indicator that it answers",
    ),
    column(
        ("reference", Optional),
        Code,
        &["ref", "record reference"],
        "the source's own reference; otherwise made from the council, the record and the day",
    ),
    EVENT,
    column(("url", Optional), Link, &["link", "evidence link"], "where the evidence is"),
    NOTES,
];

pub(super) const COUNTY_FLAGS: &[Column] = &[
    column(
        ("flag", Required),
        Choice("flag", spellings::FLAG),
        &["kind", "flag kind", "type"],
        "what the officer noticed",
    ),
    NAME,
    GSS_CODE,
    DISTRICT,
    COUNTY,
    column(
        ("date", Required),
        Date,
        &["flagged on", "flag date", "date of flag", "recorded on"],
        "the day of the flag",
    ),
    column(("officer", Optional), Unread, &["flagged by"], "the officer's role or initials"),
    column(
        ("first_hand", Optional),
        YesNo(spellings::FIRST_HAND),
        &["first or second hand", "hand"],
        "whether the officer saw it",
    ),
    column(
        ("confidence", Optional),
        Choice("confidence", spellings::CONFIDENCE),
        &["how sure"],
        "how sure the officer is",
    ),
    column(("evidence_link", Optional), Link, &["url", "link", "evidence"], "where the evidence is"),
    column(
        ("shown_to_council", Optional),
        YesNo(&[]),
        &["shown", "council told", "council informed"],
        "whether the council has been told of the flag",
    ),
    column(("advice_given", Optional), YesNo(&[]), &["advised"], "whether advice was given"),
    column(
        ("next_review", Optional),
        Unread,
        &["review on", "next review on", "review date"],
        "when the officer means to look again",
    ),
    column(("indicator", Optional), INDICATOR_WORDS, &["topic"], "the indicator it speaks to"),
    column(
        ("reference", Optional),
        Code,
        &["ref", "flag reference"],
        "the source's own reference; otherwise made from the council, the flag and the day",
    ),
    EVENT,
    NOTES,
];

pub(super) const ENGAGEMENT: &[Column] = &[
    column(
        ("engagement", Required),
        Choice("engagement", spellings::ENGAGEMENT),
        &["engagement kind", "kind", "type"],
        "what is said",
    ),
    NAME,
    GSS_CODE,
    DISTRICT,
    COUNTY,
    column(
        ("as_of", Required),
        Date,
        &["as at", "date", "on", "date attended", "attended on", "bounced on"],
        "the day of which it is said; of a training or a bounce, the day itself",
    ),
    column(
        ("holds", Optional),
        YesNo(&[]),
        &["still so", "is so", "current", "active"],
        "whether it is so; blank: yes, unless it has ended",
    ),
    column(
        ("level", Optional),
        Choice("level", spellings::AWARD_LEVEL),
        &["award level", "award status"],
        "of an award: its level",
    ),
    column(("topic", Optional), Code, &["course", "training topic"], "a word or code for what a training was about"),
    column(("since", Optional), Date, &["from", "member since", "date from", "start date"], "from when it is so"),
    column(("ended_on", Optional), Date, &["ended", "until", "end date", "lapsed on"], "the day on which it ended"),
    column(
        ("reference", Optional),
        Code,
        &["ref", "engagement reference"],
        "the source's own reference; otherwise made from the council and what is said (of a training, its day too)",
    ),
    NOTES,
];
