//! The columns of what audit firms send.
//!
//! In: nothing. Out: a constant table a kind of source, and one for the matters of an outcome. Always holds: the same rows
//! stand in `docs/feeds.md`; a test compares them.

use super::Column;
use super::Holds::{Choice, Code, Date, FinancialYear, Link, Matters, Money, Unread, Whole, YesNo};
use super::Need::{Optional, Required, UnlessGiven};
use super::spellings;
use super::tables::{COUNTY, DISTRICT, EVENT, GSS_CODE, NAME, NOTES, column};

/// A box of the accounting statements.
const fn amount(name: &'static str, aliases: &'static [&'static str], meaning: &'static str) -> Column {
    column((name, Optional), Money, aliases, meaning)
}

/// The council's answer to an assertion.
const fn answer(name: &'static str, aliases: &'static [&'static str], meaning: &'static str) -> Column {
    column((name, Optional), YesNo(&[]), aliases, meaning)
}

pub(super) const AUDIT_OUTCOMES: &[Column] = &[
    column(
        ("authority_reference", UnlessGiven("gss_code")),
        Code,
        &[
            "reference",
            "ref",
            "authority ref",
            "authority id",
            "authority code",
            "council reference",
            "client reference",
        ],
        "the firm's own reference for the council, the same every year",
    ),
    GSS_CODE,
    NAME,
    COUNTY,
    DISTRICT,
    column(
        ("financial_year_end", Required),
        FinancialYear,
        &["year end", "year ended", "year ending", "financial year", "financial year ended", "fye", "year"],
        "the financial year, or the day on which it ends",
    ),
    column(("firm", Optional), Unread, &["auditor", "audit firm", "external auditor"], "the firm"),
    column(
        ("form", Optional),
        Choice("form", spellings::FORM),
        &["agar", "agar form", "agar part"],
        "the AGAR form that was used",
    ),
    column(
        ("review_band", Optional),
        Choice("review_band", spellings::REVIEW_BAND),
        &["band", "review level", "review type", "level of review"],
        "how closely the return is reviewed",
    ),
    column(
        ("submitted_on", Optional),
        Date,
        &["submitted", "date submitted", "submission date", "received on", "date received", "date agar received"],
        "the day on which the return arrived",
    ),
    column(
        ("reminder_sent", Optional),
        YesNo(&[]),
        &["reminder", "reminder issued", "chased"],
        "whether the auditor had to remind the council",
    ),
    column(
        ("status", Required),
        Choice("status", spellings::STATUS),
        &["outcome", "opinion", "audit opinion", "audit outcome", "review outcome", "opinion type", "result"],
        "the auditor's outcome",
    ),
    column(
        ("certified_on", Optional),
        Date,
        &["certified", "certificate date", "date of certificate", "date certified", "report date", "date signed"],
        "the day of the auditor's certificate; blank while interim",
    ),
    column(
        ("determined_on", Optional),
        Date,
        &["determined", "date determined"],
        "the day on which an outcome without a certificate was settled",
    ),
    column(
        ("income", Optional),
        Money,
        &["gross income", "gross income or expenditure", "higher of gross income and expenditure", "turnover"],
        "the higher of gross income and gross expenditure",
    ),
    amount(
        "box_1",
        &["balances brought forward"],
        "box 1 of the accounting statements: balances brought forward; checked and not kept",
    ),
    amount(
        "box_2",
        &["precept"],
        "box 2 of the accounting statements: precept or rates and levies; checked and not kept",
    ),
    amount(
        "box_3",
        &["other receipts"],
        "box 3 of the accounting statements: total other receipts; checked and not kept",
    ),
    amount("box_4", &["staff costs"], "box 4 of the accounting statements: staff costs; checked and not kept"),
    amount(
        "box_5",
        &["loan repayments"],
        "box 5 of the accounting statements: loan interest and capital repayments; checked and not kept",
    ),
    amount(
        "box_6",
        &["other payments"],
        "box 6 of the accounting statements: all other payments; checked and not kept",
    ),
    amount(
        "box_7",
        &["balances carried forward"],
        "box 7 of the accounting statements: balances carried forward; checked and not kept",
    ),
    answer("assertion_1", &["assertion 1 answer", "answer 1"], "what the council answered to assertion 1: accounts"),
    answer(
        "assertion_2",
        &["assertion 2 answer", "answer 2"],
        "what the council answered to assertion 2: internal control",
    ),
    answer(
        "assertion_3",
        &["assertion 3 answer", "answer 3"],
        "what the council answered to assertion 3: law and proper practice",
    ),
    answer(
        "assertion_4",
        &["assertion 4 answer", "answer 4"],
        "what the council answered to assertion 4: public rights",
    ),
    answer("assertion_5", &["assertion 5 answer", "answer 5"], "what the council answered to assertion 5: risk"),
    answer(
        "assertion_6",
        &["assertion 6 answer", "answer 6"],
        "what the council answered to assertion 6: internal audit",
    ),
    answer(
        "assertion_7",
        &["assertion 7 answer", "answer 7"],
        "what the council answered to assertion 7: acting on auditors' reports",
    ),
    answer(
        "assertion_8",
        &["assertion 8 answer", "answer 8"],
        "what the council answered to assertion 8: significant events",
    ),
    answer("assertion_9", &["assertion 9 answer", "answer 9"], "what the council answered to assertion 9: trust funds"),
    answer(
        "assertion_10",
        &["assertion 10 answer", "answer 10"],
        "what the council answered to assertion 10: digital and data (from 2025/26)",
    ),
    column(
        ("report_url", Optional),
        Link,
        &["report link", "report", "url", "link"],
        "where the auditor's report is published",
    ),
    column(
        ("version", Optional),
        Whole("version"),
        &["version number", "revision"],
        "the source's own version; of two rows about one council and year the higher counts",
    ),
    column(("supersedes", Optional), Unread, &["replaces", "supersedes version"], "the version that this one replaces"),
    EVENT,
    column(("matters", Optional), Matters, &["all matters"], "the matters, each with its class"),
    column(("except_for", Optional), Matters, &["except for matters"], "the matters by which the opinion is qualified"),
    column(("other", Optional), Matters, &["other matters"], "the matters that do not affect the opinion"),
    NOTES,
];

pub(super) const MATTER: &[Column] = &[
    column(
        ("class", Required),
        Choice("class", spellings::MATTER_CLASS),
        &["type", "kind", "category"],
        "whether the opinion is qualified by it (except_for) or not (other)",
    ),
    column(
        ("assertion", Optional),
        Whole("assertion"),
        &["agar assertion", "assertion number"],
        "the governance assertion that it touches, 1 to 10 (10 from 2025/26)",
    ),
    column(
        ("box", Optional),
        Whole("box"),
        &["box number", "accounting statement box"],
        "the box of the accounting statements that it touches, 1 to 11",
    ),
    column(
        ("reason", Optional),
        Choice("reason", spellings::REASON),
        &["reason code", "cause"],
        "the reason code; without one the rules can't grade the matter",
    ),
    column(
        ("undisclosed", Optional),
        YesNo(&[]),
        &["not disclosed"],
        "whether the council had answered Yes where the answer was No",
    ),
    column(
        ("repeat", Optional),
        YesNo(&[]),
        &["repeated", "recurring", "repeat matter", "reported last year"],
        "whether the same matter was reported the year before",
    ),
    column(
        ("next_year_answer", Optional),
        YesNo(&[]),
        &["next year", "must answer next year", "next year's answer"],
        "what the council has to answer to this assertion in the next year's return; blank where nothing is asked",
    ),
    column(
        ("text", Optional),
        Unread,
        &["wording", "details", "description", "narrative", "comment"],
        "the auditor's words",
    ),
];

pub(super) const AUDITOR_REPORTS: &[Column] = &[
    column(
        ("report", Required),
        Choice("report", spellings::REPORT),
        &["report type", "type", "kind"],
        "what the auditor issued",
    ),
    NAME,
    GSS_CODE,
    DISTRICT,
    COUNTY,
    column(
        ("financial_year_end", Optional),
        FinancialYear,
        &["year", "year end", "year ended", "financial year"],
        "the financial year that it is about, or the day on which that ends",
    ),
    column(
        ("issued_on", Required),
        Date,
        &["issued", "date issued", "date of issue", "date", "report date"],
        "the day on which it was issued",
    ),
    column(
        ("considered_in_time", Optional),
        YesNo(&[]),
        &["considered", "considered within one month"],
        "whether the council considered it at a meeting within one month",
    ),
    column(
        ("actions_completed", Optional),
        YesNo(&[]),
        &["actions complete", "actions carried out"],
        "whether the council carried out the actions it asks for",
    ),
    column(("firm", Optional), Unread, &["auditor", "audit firm", "external auditor"], "the firm"),
    column(("url", Optional), Link, &["link", "report url", "report link"], "where it is published"),
    column(
        ("reference", Optional),
        Code,
        &["ref", "report reference"],
        "the source's own reference; otherwise made from the council, the report and the day",
    ),
    EVENT,
    NOTES,
];
