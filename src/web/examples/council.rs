//! Invented councils with everything that a council's page can show, and with nothing.
//!
//! In: nothing. Out: councils whole. Always holds: every id that a score names is among the evidence but 998 and 999,
//! which stand for what is no longer held.

use super::{INPUTS, MARKUP, RULES, TODAY, shares};
use crate::evidence::{EvidenceKind, Standing};
use crate::scoring::{
    Band, Clearing, Coverage, Ignored, Indicator, Prospect, Remedy, RemedyItem, Score, ScoreChange, ScoredItem,
    WhatChanged,
};
use crate::triage::{
    Agreement, CouncilDetails, CouncilWhole, Engagement, EvidenceView, HistoryPoint, Obligation, ObligationState,
    ParishDetails, SinceLast,
};
use jiff::civil::{Date, date};

fn item(id: &str, indicator: Indicator, severity: u8, points: i64, says: &str) -> ScoredItem {
    ScoredItem {
        rule: id.into(),
        catalogue: id.split('.').next().unwrap_or_default().into(),
        indicator,
        evidence: vec![31],
        kind: EvidenceKind::AuditOutcome,
        severity,
        opinion: false,
        counted_from: date(2025, 10, 3),
        expires_on: date(2028, 10, 3),
        full_points: [0, 1_000, 3_000, 7_000, 12_000][usize::from(severity)],
        points,
        says: says.into(),
        cite: "Local Audit and Accountability Act 2014 s.3-4".into(),
        clears: "a completed return for a later year".into(),
        adjustments: vec![],
    }
}

#[allow(clippy::too_many_lines, reason = "one table, and a row is no step")]
fn score() -> Score {
    use Indicator::{A, B, C, D, E};
    let coverage = |indicator, assessed, because: &str| Coverage { indicator, assessed, because: because.into() };
    let ignored = |evidence, kind, standing, code: &str, because: &str| Ignored {
        evidence,
        kind,
        standing,
        code: code.into(),
        because: because.into(),
    };
    Score {
        as_of: date(2025, 11, 23),
        rule_set: RULES.into(),
        inputs: INPUTS.into(),
        total: 18_400,
        indicators: shares([12_000, 0, 6_200, 200, 0]),
        band: Band::PriorityReview,
        band_because: "18.4 points, and one critical matter counts; priority review begins at 12.0 points.".into(),
        coverage: vec![
            coverage(A, true, "The auditor’s outcome for 2024/25."),
            coverage(B, true, "Complaint records that cover Northmarchshire, last read on 20 November 2025."),
            coverage(C, true, "County records that cover Northmarchshire, last read on 17 November 2025."),
            coverage(D, false, "No complaint record from community groups covers this county."),
            coverage(
                E,
                false,
                "Nothing from the Information Commissioner or the courts has been read in the last year.",
            ),
        ],
        items: vec![
            ScoredItem {
                evidence: vec![31, 18],
                adjustments: vec![
                    "one severity up, because it was not disclosed".into(),
                    "a quarter less, because the same event is counted under a7".into(),
                ],
                ..item("a8.no-return-twice", A, 4, 12_000, "No annual return was received for 2023/24 or for 2024/25.")
            },
            ScoredItem {
                kind: EvidenceKind::CountyRecord,
                evidence: vec![44],
                cite: "Local Government Act 1972 s.112, s.151".into(),
                clears: "the appointment of a clerk".into(),
                ..item("c9.no-clerk", C, 3, 6_200, "There has been no clerk for more than six months.")
            },
            ScoredItem {
                kind: EvidenceKind::CountyFlag,
                evidence: vec![45, 999],
                opinion: true,
                ..item("d7.hostile", D, 1, 200, "A county officer saw a public meeting that had to be broken off.")
            },
        ],
        ignored: vec![
            ignored(
                52,
                EvidenceKind::Complaint,
                Standing::Allegation,
                "allegation",
                "It has not been decided, so it counts for nothing.",
            ),
            ignored(
                17,
                EvidenceKind::AuditOutcome,
                Standing::Determined,
                "superseded",
                "A later version has replaced it.",
            ),
            ignored(
                998,
                EvidenceKind::Complaint,
                Standing::Disputed,
                "disputed",
                "The council disputes it, and it is held out until it has been reviewed.",
            ),
        ],
        would_clear: vec![
            "A completed annual return for 2025/26 would halve 12.0 points at once.".into(),
            "The appointment of a clerk would halve 6.2 points at once.".into(),
        ],
        clearing: Clearing {
            by_waiting: Some(Prospect::Falls { on: date(2027, 10, 3), to: Some(Band::OfferSupport) }),
            by_doing: Some(Remedy {
                items: vec![
                    RemedyItem {
                        rule: "a8.no-return-twice".into(),
                        evidence: vec![31, 18],
                        clears: "a completed annual return for a later year".into(),
                    },
                    RemedyItem {
                        rule: "c9.no-clerk".into(),
                        evidence: vec![44],
                        clears: "the appointment of a clerk".into(),
                    },
                ],
                to: Some(Band::OfferSupport),
                smallest: true,
            }),
            by_knowing: Vec::new(),
        },
        sentence: "No annual return was received for two years, and there has been no clerk for seven months.".into(),
    }
}

fn seen(id: i64, kind: EvidenceKind, source: &str) -> EvidenceView {
    EvidenceView {
        id,
        kind,
        feed: "auditors-north".into(),
        source: source.into(),
        version: 1,
        superseded: false,
        standing: Standing::Determined,
        happened_on: Some(date(2025, 6, 30)),
        determined_on: Some(date(2025, 10, 3)),
        known_at: "2025-10-06T05:12:44Z".parse().unwrap_or_default(),
        url: None,
        says: vec![],
        run_id: 12,
    }
}

fn evidence() -> Vec<EvidenceView> {
    let said = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect()
    };
    let auditors = "Auditors’ outcomes, northern firms";
    let officers = "Northmarchshire association, officers’ log";
    vec![
        EvidenceView {
            standing: Standing::Allegation,
            determined_on: None,
            url: Some("javascript:alert(1)".into()),
            says: said(&[("theme", "disrespect"), ("stage", "investigating"), ("who decides", "monitoring officer")]),
            ..seen(52, EvidenceKind::Complaint, "Monitoring officers, Northmarchshire")
        },
        EvidenceView {
            standing: Standing::Opinion,
            says: said(&[("flag", "hostile social media"), ("first-hand", "yes"), ("confidence", "medium")]),
            ..seen(45, EvidenceKind::CountyFlag, officers)
        },
        EvidenceView {
            says: said(&[("record", "clerk’s post vacant"), ("still open", "yes")]),
            ..seen(44, EvidenceKind::CountyRecord, officers)
        },
        EvidenceView {
            version: 2,
            url: Some("https://audit.example/returns/2025?council=E04999001&view=full".into()),
            says: said(&[
                ("year", "2024/25"),
                ("status", "no return"),
                ("reminder sent", "yes"),
                ("income", "£48,200"),
            ]),
            ..seen(31, EvidenceKind::AuditOutcome, auditors)
        },
        EvidenceView {
            says: said(&[("year", "2023/24"), ("status", "no return")]),
            ..seen(18, EvidenceKind::AuditOutcome, auditors)
        },
        EvidenceView {
            superseded: true,
            says: said(&[("year", "2024/25"), ("status", "interim"), ("note", MARKUP)]),
            ..seen(17, EvidenceKind::AuditOutcome, auditors)
        },
    ]
}

/// An item that is over, one that counts for more.
fn since() -> SinceLast {
    let change = |what, indicator, says: &str, points| ScoreChange {
        what,
        indicator,
        rule: Some("b6.minutes".into()),
        says: says.into(),
        because: String::new(),
        points,
        evidence: vec![],
    };
    SinceLast {
        as_of: date(2025, 10, 6),
        cause: Some("daily".into()),
        band_before: Band::PriorityReview,
        band: Band::PriorityReview,
        points_before: 19_000,
        points: 18_400,
        other_rules: false,
        changes: vec![
            ScoreChange {
                because: "It stopped counting on 1 November 2025.".into(),
                ..change(WhatChanged::Gone, Indicator::B, "Minutes were not published.", -2_600)
            },
            ScoreChange {
                because: "It was not known before.".into(),
                evidence: vec![44],
                ..change(WhatChanged::New, Indicator::C, "There has been no clerk for more than six months.", 2_000)
            },
        ],
        unexplained: 0,
    }
}

/// Who says the three things that count.
fn agreement() -> Vec<Agreement> {
    let says = [
        "Decided by the external auditor; one source reports it.",
        "Recorded, not decided by a body; two independent sources report it.",
        "An officer's opinion; one source reports it.",
    ];
    let agreement = |says: &str| Agreement {
        independent_sources: 1,
        sources: vec!["Auditors’ outcomes, northern firms".into()],
        decided_by: None,
        says: says.into(),
    };
    says.map(agreement).to_vec()
}

/// An award.
fn engagement() -> Vec<Engagement> {
    vec![Engagement {
        evidence: 31,
        engagement: "award".into(),
        holds: Some(true),
        level: Some("quality".into()),
        topic: None,
        since: Some(date(2024, 5, 1)),
        as_of: Some(date(2025, 9, 1)),
        says: "Holds the Quality award of the Local Council Award Scheme".into(),
    }]
}

/// One that is open and one that was not met.
fn obligations() -> Vec<Obligation> {
    vec![
        Obligation {
            year: 2026,
            assertion: 4,
            answer: false,
            state: ObligationState::Open,
            asked_by: 31,
            asked_at: "2025-10-06T05:12:00Z".parse().unwrap_or_default(),
            answered_by: None,
        },
        Obligation {
            year: 2025,
            assertion: 2,
            answer: false,
            state: ObligationState::NotMet,
            asked_by: 18,
            asked_at: "2024-10-06T05:12:00Z".parse().unwrap_or_default(),
            answered_by: Some(31),
        },
    ]
}

/// A council of three parishes with something under every heading.
pub fn full() -> CouncilWhole {
    let parish = |number: u32, name: &str, current| ParishDetails {
        gss_code: format!("E04999{number:03}"),
        name: name.into(),
        current,
    };
    let past = |as_of: Date, band, total, cause: &str| HistoryPoint {
        as_of,
        computed_at: "2025-11-23T05:00:10Z".parse().unwrap_or_default(),
        band,
        total,
        cause: cause.into(),
        rule_set: RULES.into(),
    };
    CouncilWhole {
        council: CouncilDetails {
            gss_code: "E04999001".into(),
            name: "Thrumbleby with Ashkettle".into(),
            district: "Fenwold Vale".into(),
            county: "Northmarchshire".into(),
            current: true,
            parishes: vec![
                parish(1, "Thrumbleby", true),
                parish(11, "Ashkettle", true),
                parish(12, "Ashkettle Parva", false),
            ],
            former_names: vec!["Thrumbleby (until 31 March 2021)".into()],
        },
        score: score(),
        agreement: agreement(),
        since: Some(since()),
        evidence: evidence(),
        obligations: obligations(),
        engagement: engagement(),
        history: vec![
            past(date(2025, 11, 23), Band::PriorityReview, 18_400, "daily"),
            past(date(2025, 10, 6), Band::PriorityReview, 19_000, "run 12 of auditors-north"),
            past(date(2025, 8, 1), Band::OfferSupport, 9_100, "run 8 of county-north"),
            past(date(2025, 5, 12), Band::Monitor, 4_000, "rules"),
            past(date(2024, 12, 2), Band::Monitor, 5_600, "daily"),
            past(date(2024, 10, 1), Band::OfferSupport, 7_000, "run 2 of auditors-north"),
        ],
    }
}

/// A council of which nothing is known, whose code is retired.
pub fn unknown() -> CouncilWhole {
    let mut whole = full();
    whole.council.name = MARKUP.into();
    whole.council.current = false;
    whole.council.parishes.truncate(1);
    whole.council.former_names.clear();
    whole.evidence.clear();
    whole.obligations.clear();
    whole.engagement.clear();
    whole.history.clear();
    whole.agreement.clear();
    whole.since = None;
    let score = &mut whole.score;
    (score.as_of, score.total, score.band) = (TODAY, 0, Band::NotAssessed);
    score.band_because = "None of the five indicators has been assessed.".into();
    score.sentence = "No source has told us anything about this council.".into();
    score.indicators = shares([0; 5]);
    for coverage in &mut score.coverage {
        (coverage.assessed, coverage.because) = (false, "No source covers it yet.".into());
    }
    score.items.clear();
    score.ignored.clear();
    score.would_clear.clear();
    score.clearing = Clearing::default();
    whole
}
