//! Tests of the engine as a whole: a small rule set of their own, worked examples, and what holds for any evidence.
//!
//! Councils and events are invented; the small rule set borrows the catalogue's ids to be readable, not its figures.

mod outlook;
mod properties;
mod shipped;
mod since;
mod wording;
mod worked;

use super::{CouncilContext, SourceCover, Subject, Superseded};
use crate::evidence::{EvidenceKind, Fact, FieldType, Standing, Value};
use crate::scoring::expression::{Condition, compile};
use crate::scoring::rules::{
    Arithmetic, AssessedBy, BandStart, Gather, InForce, Mitigation, Place, Places, Rule, RuleSet,
};
use crate::scoring::score::{Band, Indicator, Score};
use jiff::civil::{Date, date};

fn condition(kind: EvidenceKind, source: &str) -> Condition {
    compile(source, kind).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

fn slot(kind: EvidenceKind, name: &str) -> usize {
    kind.slot(name).unwrap_or_else(|| panic!("{} has no {name}", kind.name()))
}

/// A rule: id, kind, condition, severity, months. The indicator is the id's first letter (`f`: `c`, as opinion).
fn rule(id: &str, kind: EvidenceKind, when: &str, (severity, months): (u8, u32)) -> Rule {
    let catalogue = id.split('.').next().unwrap().to_owned();
    let opinion = id.starts_with('f');
    Rule {
        place: Place::whole(""),
        id: id.to_owned(),
        indicator: Indicator::named(&id[..1]).unwrap_or(Indicator::C),
        catalogue,
        title: format!("Finding {id}"),
        kind,
        when: condition(kind, when),
        severity,
        months,
        in_force: InForce { from: date(2015, 4, 1), until: None },
        opinion,
        step_up: None,
        holds: None,
        gather: None,
        cite: format!("Act of {id}"),
        says: format!("Found by {id}."),
        clears: format!("what clears {id}"),
        cleared_leaves: None,
        tests: Vec::new(),
    }
}

fn small_rules() -> Vec<Rule> {
    use EvidenceKind::{AuditMatter, AuditOutcome, AuditorReport, Complaint, CountyFlag, CountyRecord};
    let upheld =
        |theme: &str| format!(r#"evidence.theme == "{theme}" && evidence.outcome in ["upheld", "partly_upheld"]"#);
    let no_return = r#"evidence.status == "no_return""#;
    let running = |years, by: &[&str], marked: Option<&str>, kind| Gather::Running {
        years,
        year: slot(kind, "year"),
        by: by.iter().map(|name| slot(kind, name)).collect(),
        or_marked: marked.map(|name| slot(kind, name)),
    };
    let count = |at_least, within_months, distinct| Gather::Count { at_least, within_months, distinct };
    let gathering = |rule: Rule, gather| Rule { gather: Some(gather), ..rule };
    let rights = r#"evidence.class == "except_for" && evidence.reason == "public_rights""#;
    vec![
        Rule {
            says: "No annual return was received for {evidence.year}.".to_owned(),
            ..rule("a8.no-return", AuditOutcome, no_return, (3, 36))
        },
        gathering(rule("a8.two-years", AuditOutcome, no_return, (4, 36)), running(2, &[], None, AuditOutcome)),
        rule("a1.figures", AuditMatter, r#"evidence.class == "other""#, (1, 12)),
        Rule {
            step_up: Some((
                condition(AuditMatter, "evidence.undisclosed"),
                "one severity up, because it was not disclosed".to_owned(),
            )),
            ..rule("a3.public-rights", AuditMatter, rights, (2, 24))
        },
        gathering(
            rule("a6.same-matter", AuditMatter, r#"evidence.class == "except_for""#, (3, 36)),
            running(2, &["reason"], Some("repeat"), AuditMatter),
        ),
        rule("a11.public-interest", AuditorReport, r#"evidence.report == "public_interest_report""#, (4, 48)),
        rule("b1.short-notice", Complaint, &upheld("short_notice"), (1, 18)),
        gathering(rule("b1.repeated", Complaint, &upheld("short_notice"), (2, 18)), count(3, 12, None)),
        rule("c1.disrespect", Complaint, &upheld("disrespect"), (2, 24)),
        rule("c2.bullying", Complaint, &upheld("bullying_or_harassment"), (3, 36)),
        Rule {
            holds: Some(condition(CountyRecord, "evidence.open")),
            ..rule("c9.no-clerk", CountyRecord, r#"evidence.record == "clerk_vacant""#, (2, 12))
        },
        gathering(
            rule("d2.groups", Complaint, &upheld("service"), (2, 18)),
            count(3, 12, Some(slot(Complaint, "group"))),
        ),
        Rule {
            in_force: InForce { from: date(2015, 4, 1), until: Some(date(2022, 12, 31)) },
            ..rule("e1.late-answer", Complaint, r#"evidence.theme == "information_request_late""#, (2, 36))
        },
        rule("f1.distress", CountyFlag, r#"evidence.flag == "clerk_distress""#, (2, 12)),
        rule("f2.no-contact", CountyFlag, r#"evidence.flag == "refuses_contact""#, (4, 12)),
    ]
}

fn small_assessed_by() -> Vec<AssessedBy> {
    let outcome = EvidenceKind::AuditOutcome;
    let source = |indicator, source: &str| AssessedBy {
        place: Place::whole(""),
        indicator,
        fact: None,
        source: Some(source.to_owned()),
        months: 12,
        says: "Complaint records cover the county.".to_owned(),
    };
    vec![
        AssessedBy {
            place: Place::whole(""),
            indicator: Indicator::A,
            fact: Some((outcome, condition(outcome, r#"evidence.status != "interim""#))),
            source: None,
            months: 24,
            says: "An auditor's outcome is held.".to_owned(),
        },
        source(Indicator::B, "complaints"),
        source(Indicator::C, "complaints"),
        source(Indicator::D, "complaints"),
        source(Indicator::E, "information_notices"),
    ]
}

/// Repetition 125 then 150 per cent, shares a quarter up to half, opinion at most 4 points; monitor 1 (0.5), support
/// 6 (5), priority 12 (10) or any critical item; two indicators assessed, `a` among them.
fn small_rule_set() -> RuleSet {
    use EvidenceKind::{AuditOutcome, CountyFlag, CountyRecord};
    let mitigation = |id: &str, kind: EvidenceKind, when: &str, says: &str| Mitigation {
        place: Place::whole(""),
        id: id.to_owned(),
        kind,
        when: condition(kind, when),
        answers: Vec::new(),
        indicator_slot: kind.slot("indicator"),
        later_than_year: None,
        leaves_percent: 50,
        says: says.to_owned(),
    };
    let clean = r#"evidence.status in ["unqualified", "unqualified_other_matters"]"#;
    RuleSet {
        hash: "0".repeat(64),
        title: "small".to_owned(),
        rules: small_rules(),
        mitigations: vec![
            Mitigation {
                answers: ["a1", "a3", "a6", "a8"].map(str::to_owned).to_vec(),
                later_than_year: AuditOutcome.slot("year"),
                ..mitigation("clean-return", AuditOutcome, clean, "half, because a later return was clean")
            },
            mitigation(
                "action",
                CountyRecord,
                r#"evidence.record == "action_completed""#,
                "half, because the council acted on it",
            ),
            mitigation(
                "progress",
                CountyFlag,
                r#"evidence.flag == "positive_progress""#,
                "half, because the officer sees progress",
            ),
        ],
        assessed_by: small_assessed_by(),
        arithmetic: Arithmetic {
            severity_points: [1_000, 3_000, 7_000, 12_000],
            same_event_percent: 25,
            same_event_cap_percent: 50,
            repetition_percent: vec![125, 150],
            opinion_cap: 4_000,
        },
        bands: vec![
            BandStart { band: Band::Monitor, from: 1_000, leave_below: 500, minutes_a_month: None },
            BandStart { band: Band::OfferSupport, from: 6_000, leave_below: 5_000, minutes_a_month: None },
            BandStart { band: Band::PriorityReview, from: 12_000, leave_below: 10_000, minutes_a_month: None },
        ],
        floor: Some((4, Band::PriorityReview)),
        weak_ceiling: Band::Monitor,
        min_covered: 2,
        must_cover: vec![Indicator::A],
        places: Places::default(),
    }
}

/// A determined fact; the key is the id's, the values are written as `name=word`, numbers, `yes`/`no` or dates.
fn fact(id: i64, kind: EvidenceKind, determined_on: Date, values: &str) -> Fact {
    let mut fact = Fact {
        evidence_id: id,
        kind,
        key: format!("item-{id:04}"),
        feed: "invented".to_owned(),
        event: None,
        happened_on: None,
        determined_on: Some(determined_on),
        standing: Standing::Determined,
        values: vec![Value::Unknown; kind.fields().len()],
        fingerprint: format!("{id}:{values}"),
    };
    for pair in values.split_whitespace() {
        let (name, word) = pair.split_once('=').unwrap();
        let slot = slot(kind, name);
        fact.values[slot] = match kind.fields()[slot].holds {
            FieldType::YesNo => Value::YesNo(word == "yes"),
            FieldType::Whole => Value::Whole(word.parse().unwrap()),
            FieldType::Date => Value::Date(word.parse().unwrap()),
            FieldType::Text => Value::Text(word.into()),
            FieldType::Choice(words) => {
                let position =
                    words.iter().position(|choice| *choice == word).unwrap_or_else(|| panic!("no word {word}"));
                Value::Choice(u16::try_from(position).unwrap())
            }
        };
    }
    fact
}

fn of_event(event: &str, fact: Fact) -> Fact {
    Fact { event: Some(event.to_owned()), ..fact }
}

fn standing(standing: Standing, fact: Fact) -> Fact {
    Fact { standing, ..fact }
}

fn no_return(id: i64, year: i16) -> Fact {
    fact(id, EvidenceKind::AuditOutcome, date(year, 10, 1), &format!("year={year} status=no_return"))
}

fn complaint(id: i64, determined_on: Date, theme: &str) -> Fact {
    fact(id, EvidenceKind::Complaint, determined_on, &format!("theme={theme} outcome=upheld stage=decided"))
}

fn council() -> CouncilContext {
    CouncilContext {
        council_id: 7,
        gss_code: "E04999999".to_owned(),
        county: "Exampleshire".to_owned(),
        parishes: 1,
        income: Some(18_000),
    }
}

/// Scores facts alone, without sources, older versions or a band before.
fn scored(rules: &RuleSet, facts: &[Fact], as_of: Date) -> Score {
    scored_after(rules, facts, as_of, None)
}

fn scored_after(rules: &RuleSet, facts: &[Fact], as_of: Date, previous_band: Option<Band>) -> Score {
    let council = council();
    super::score(rules, &Subject { council: &council, facts, superseded: &[], sources: &[], previous_band }, as_of)
}

/// Rule and milli-points of every item, most points first.
fn counted(score: &Score) -> Vec<(&str, i64)> {
    score.items.iter().map(|item| (item.rule.as_str(), item.points)).collect()
}

/// Evidence and code of everything ignored.
fn ignored(score: &Score) -> Vec<(i64, &str)> {
    score.ignored.iter().map(|ignored| (ignored.evidence, ignored.code.as_str())).collect()
}
