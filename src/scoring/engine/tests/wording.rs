//! The sentences: what is ignored and why, what is covered, what would clear it, the list's line, the hash.

use super::*;
use EvidenceKind::{AuditMatter, AuditOutcome, AuditorReport, Complaint, CountyFlag, CountyRecord};

fn because(score: &Score, evidence: i64) -> Vec<(&str, &str)> {
    let of = score.ignored.iter().filter(|ignored| ignored.evidence == evidence);
    of.map(|ignored| (ignored.code.as_str(), ignored.because.as_str())).collect()
}

#[test]
fn everything_that_does_not_count_says_why() {
    let on = date(2024, 1, 10);
    let undated = Fact { determined_on: None, ..complaint(4, on, "disrespect") };
    let facts = [
        standing(Standing::Allegation, complaint(1, on, "disrespect")),
        standing(Standing::Disputed, complaint(2, on, "disrespect")),
        standing(Standing::Withdrawn, complaint(3, on, "disrespect")),
        undated,
        complaint(5, date(2025, 2, 1), "disrespect"),
        complaint(6, date(2022, 1, 10), "disrespect"),
        fact(7, Complaint, on, "theme=disrespect"),
        fact(8, Complaint, on, "theme=disrespect outcome=no_breach"),
        Fact { happened_on: Some(date(2023, 1, 1)), ..complaint(9, on, "information_request_late") },
        no_return(10, 2014),
        complaint(11, on, "short_notice"),
        standing(Standing::Opinion, complaint(12, on, "disrespect")),
    ];
    let mut rules = small_rule_set();
    rules.rules.retain(|rule| rule.id != "b1.short-notice");
    let score = scored(&rules, &facts, date(2024, 12, 1));
    let expected = [
        (1, "allegation", "Said, but nobody has decided it yet: it scores nothing, and can be verified."),
        (
            2,
            "disputed",
            "The council disputes it: it is held out until somebody who is not on the case has reviewed it.",
        ),
        (3, "withdrawn", "The source took it back."),
        (4, "not_dated", "The source does not say when it was determined."),
        (5, "future", "Dated 1 February 2025, which is after 1 December 2024."),
        (6, "expired", "Finding c1.disrespect: it counted for 24 months, and since 10 January 2024 no more."),
        (7, "cannot_say", "Whether it counts can't be said: outcome is not stated."),
        (8, "no_rule", "Nothing in it counts against the council."),
        (
            9,
            "not_in_force",
            "Finding e1.late-answer: the rule holds for what happened from 1 April 2015 to 31 December 2022.",
        ),
        (10, "not_in_force", "Finding a8.no-return: the rule holds for what happened from 1 April 2015."),
        (11, "no_rule", "Finding b1.repeated: counts from 3 within 12 months, not before."),
        (12, "no_rule", "Nothing in it counts against the council."),
    ];
    let found: Vec<(i64, &str, &str)> = score
        .ignored
        .iter()
        .map(|ignored| (ignored.evidence, ignored.code.as_str(), ignored.because.as_str()))
        .collect();
    assert_eq!(found, expected);
    assert_eq!((score.total, score.items.len()), (0, 0));
}

#[test]
fn a_rule_goes_by_the_day_on_which_it_happened_not_by_the_day_of_the_decision() {
    let late = |id, happened_on| Fact {
        happened_on: Some(happened_on),
        ..complaint(id, date(2023, 6, 1), "information_request_late")
    };
    let score = scored(&small_rule_set(), &[late(1, date(2022, 12, 31)), late(2, date(2023, 1, 1))], date(2023, 6, 1));
    assert_eq!(counted(&score), [("e1.late-answer", 3_000)]);
    assert_eq!(ignored(&score), [(2, "not_in_force")]);
}

#[test]
fn good_news_is_told_as_what_it_did() {
    let rules = small_rule_set();
    let clean = fact(1, AuditOutcome, date(2024, 9, 30), "year=2024 status=unqualified");
    let score = scored(&rules, &[clean], date(2024, 12, 1));
    assert_eq!(
        because(&score, 1),
        [("covers", "Good news: it lets us speak of audit and accounts, and there is nothing to answer.")]
    );
    let exempt = fact(1, AuditOutcome, date(2024, 9, 30), "year=2024 status=exempt");
    let score = scored(&rules, &[exempt], date(2024, 12, 1));
    let said = "Nothing in it counts against the council; it lets us speak of audit and accounts.";
    assert_eq!(because(&score, 1), [("covers", said)]);
    let done = fact(1, CountyRecord, date(2024, 9, 30), "record=action_completed indicator=d");
    let score = scored(&rules, &[done], date(2024, 12, 1));
    assert_eq!(because(&score, 1), [("no_rule", "Good news, but there is nothing that it answers.")]);
}

#[test]
fn an_outcome_whose_matters_count_is_not_called_harmless() {
    let values = "year=2024 class=except_for reason=public_rights";
    let outcome = fact(1, AuditOutcome, date(2024, 9, 30), "year=2024 status=interim");
    let matter = Fact { evidence_id: 1, ..fact(2, AuditMatter, date(2024, 9, 30), values) };
    let score = scored(&small_rule_set(), &[outcome, matter], date(2024, 12, 1));
    assert_eq!((score.items.len(), score.ignored.len()), (1, 0));
    // Not where it lets us speak of something either, nor where it would answer an earlier year.
    let said = |status: &str, matter: &str| {
        let outcome = fact(1, AuditOutcome, date(2024, 9, 30), &format!("year=2024 status={status}"));
        let matter = Fact { evidence_id: 1, ..fact(2, AuditMatter, date(2024, 9, 30), &format!("year=2024 {matter}")) };
        let score = scored(&small_rule_set(), &[outcome, matter], date(2024, 12, 1));
        let because = because(&score, 1);
        (score.items.len(), because.iter().map(|(code, said)| format!("{code}: {said}")).collect::<Vec<_>>())
    };
    let covers = "covers: It lets us speak of audit and accounts.".to_owned();
    assert_eq!(said("qualified", "class=except_for reason=public_rights"), (1, vec![covers.clone()]));
    assert_eq!(said("unqualified_other_matters", "class=other"), (1, vec![covers.clone()]));
    let unsaid = "cannot_say: Whether it counts can't be said: reason is not stated.".to_owned();
    let waits = "no_rule: Finding a6.same-matter: counts once it is so 2 years running.".to_owned();
    assert_eq!(said("qualified", "class=except_for"), (0, vec![covers, unsaid, waits]));
}

#[test]
fn what_cannot_be_said_is_not_called_known() {
    let mut rules = small_rule_set();
    rules.rules.push(rule("a7.late", AuditOutcome, "evidence.days_late > 0", (1, 12)));
    let council = council();
    let sources = [SourceCover {
        source_kind: "complaints".to_owned(),
        feed: "log".to_owned(),
        title: "Log".to_owned(),
        last_run_on: date(2024, 11, 1),
        late_since: None,
    }];
    let said = |facts: &[Fact]| {
        let subject = Subject { council: &council, facts, superseded: &[], sources: &sources, previous_band: None };
        let score = score_of(&rules, &subject, date(2024, 12, 1));
        assert_eq!((score.total, score.band), (0, Band::NoCurrentConcern));
        (score.band_because, score.sentence)
    };
    // That a return which says something of the council does not say how late it was is no reason to doubt it.
    let outcome = fact(1, AuditOutcome, date(2024, 9, 30), "year=2024 status=qualified");
    let known = "Nothing counts against the council, and enough is known to say so.";
    let listed = "Nothing counts against the council in what is known; other law-breaking not assessed yet.";
    assert_eq!(said(std::slice::from_ref(&outcome)), (known.to_owned(), listed.to_owned()));
    let no_reason = |id, on| Fact { evidence_id: id, ..fact(id + 10, AuditMatter, on, "class=except_for") };
    let unsaid = "Whether one thing that was received counts can't be said, because something is missing from it.";
    let of_one = (format!("Nothing counts against the council so far. {unsaid}"), format!("{listed} {unsaid}"));
    assert_eq!(said(&[outcome.clone(), no_reason(1, date(2024, 9, 30))]), of_one);
    // Two matters of one outcome are one thing; what would be over by now whatever it was does not matter.
    let both = [no_reason(1, date(2024, 9, 30)), Fact { key: "x".to_owned(), ..no_reason(1, date(2024, 9, 30)) }];
    assert_eq!(said(&[std::slice::from_ref(&outcome), &both].concat()), of_one);
    assert_eq!(said(&[outcome.clone(), no_reason(1, date(2022, 12, 1))]), (known.to_owned(), listed.to_owned()));
    let complaint = fact(5, Complaint, date(2024, 1, 10), "theme=disrespect");
    let said = said(&[outcome, no_reason(1, date(2024, 9, 30)), complaint]).0;
    let unsaid = "Whether 2 things that were received count can't be said, because something is missing from them.";
    assert_eq!(said, format!("Nothing counts against the council so far. {unsaid}"));
}

#[test]
fn nothing_known_is_not_assessed_and_what_is_missing_is_named() {
    let score = scored(&small_rule_set(), &[], date(2024, 12, 1));
    assert_eq!((score.total, score.band), (0, Band::NotAssessed));
    assert_eq!(score.sentence, "Not assessed yet: nothing has been received that would let us speak.");
    assert_eq!(
        score.band_because,
        "Nothing counts against the council, but too little is known to call that no concern: 0 of the five indicators \
         assessed, where 2 are needed; nothing on audit and accounts."
    );
    assert_eq!(score.would_clear.len(), 5);
    assert_eq!(
        score.would_clear[0],
        "To speak of audit and accounts: there is no auditor's outcome of the last 24 months that would show it."
    );
    assert_eq!(
        score.coverage[1].because,
        "Not assessed: there is no source of complaints for this county that was read in the last 12 months."
    );
}

#[test]
fn sources_and_facts_cover_for_as_long_as_the_rules_say() {
    let rules = small_rule_set();
    let council = council();
    let facts = [fact(1, AuditOutcome, date(2024, 9, 30), "year=2024 status=exempt")];
    let feed = |title: &str, last_run_on| SourceCover {
        source_kind: "complaints".to_owned(),
        feed: title.to_lowercase(),
        title: title.to_owned(),
        last_run_on,
        late_since: None,
    };
    let sources = [feed("North log", date(2024, 6, 1)), feed("South log", date(2024, 7, 1))];
    let on = |as_of| {
        let subject =
            Subject { council: &council, facts: &facts, superseded: &[], sources: &sources, previous_band: None };
        score_of(&rules, &subject, as_of)
    };
    let score = on(date(2025, 6, 30));
    let assessed: Vec<bool> = score.coverage.iter().map(|cover| cover.assessed).collect();
    assert_eq!(assessed, [true, true, true, true, false]);
    assert_eq!(score.coverage[0].because, "An auditor's outcome is held (30 September 2024).");
    assert_eq!(score.coverage[1].because, "Complaint records cover the county (South log, last read on 1 July 2024).");
    assert_eq!(score.band, Band::NoCurrentConcern);
    assert_eq!(
        score.sentence,
        "Nothing counts against the council in what is known; other law-breaking not assessed yet."
    );
    assert!(score.would_clear.is_empty());
    // The log is a year old; a source that ran after the day is not known yet.
    assert_eq!(on(date(2025, 7, 1)).band, Band::NotAssessed);
    assert_eq!(
        on(date(2024, 6, 15)).coverage[1].because,
        "Complaint records cover the county (North log, last read on 1 June 2024)."
    );
}

#[test]
fn a_late_source_assesses_nothing_and_is_named() {
    let rules = small_rule_set();
    let council = council();
    let facts = [fact(1, AuditOutcome, date(2024, 9, 30), "year=2024 status=exempt")];
    let log = |title: &str, late_since| SourceCover {
        source_kind: "complaints".to_owned(),
        feed: title.to_lowercase(),
        title: title.to_owned(),
        last_run_on: date(2024, 12, 1),
        late_since,
    };
    let on = |sources: &[SourceCover]| {
        let subject = Subject { council: &council, facts: &facts, superseded: &[], sources, previous_band: None };
        score_of(&rules, &subject, date(2024, 12, 1))
    };
    let late = on(&[log("South log", Some(date(2024, 11, 9)))]);
    let missing = "there is no source of complaints for this county that was read in the last 12 months and is not late \
                   (South log has been late since 9 November 2024).";
    assert_eq!(late.coverage[1].because, format!("Not assessed: {missing}"));
    assert_eq!(late.band, Band::NotAssessed);
    assert!(late.would_clear.iter().any(|sentence| sentence.ends_with(missing)), "{:?}", late.would_clear);
    // Another that is not late does as well as ever, and the hash tells the two apart.
    let one_of_two = on(&[log("South log", Some(date(2024, 11, 9))), log("North log", None)]);
    assert!(one_of_two.coverage[1].assessed && one_of_two.band == Band::NoCurrentConcern);
    assert_ne!(late.inputs, on(&[log("South log", Some(date(2024, 11, 10)))]).inputs);
}

fn score_of(rules: &RuleSet, subject: &Subject<'_>, as_of: Date) -> Score {
    super::super::score(rules, subject, as_of)
}

#[test]
fn allegations_assess_nothing() {
    let outcome = standing(Standing::Allegation, fact(1, AuditOutcome, date(2024, 9, 30), "year=2024 status=exempt"));
    assert!(scored(&small_rule_set(), &[outcome], date(2024, 12, 1)).coverage.iter().all(|cover| !cover.assessed));
}

#[test]
fn the_day_on_which_the_band_comes_down_is_exact() {
    let rules = small_rule_set();
    let facts = [no_return(1, 2024), complaint(2, date(2024, 5, 20), "bullying_or_harassment")];
    let score = scored(&rules, &facts, date(2024, 10, 1));
    // 7000, and 7000 * 32/36 = 6222.
    assert_eq!((score.total, score.band), (13_222, Band::PriorityReview));
    // On 19 June 7000 * 28/36 + 7000 * 24/36 = 10110; on the 20th 7000 * 28/36 + 7000 * 23/36 = 9916, under 10.
    let day = score.would_clear[0].strip_prefix("If nothing new comes, it falls to Offer support on ").unwrap();
    assert_eq!(day, "20 June 2025.");
    let band = |as_of| scored_after(&rules, &facts, as_of, Some(Band::PriorityReview)).band;
    assert_eq!(band(date(2025, 6, 19)), Band::PriorityReview);
    assert_eq!(band(date(2025, 6, 20)), Band::OfferSupport);
}

#[test]
fn the_fewest_things_that_bring_the_band_down_are_named() {
    let rules = small_rule_set();
    let on = date(2024, 10, 1);
    // 7000 + 7000 + 1000 = 15000; the return's half alone leaves 11500, both halves 8000.
    let facts = [no_return(1, 2024), complaint(2, on, "bullying_or_harassment"), complaint(3, on, "short_notice")];
    let score = scored(&rules, &facts, on);
    assert_eq!(score.total, 15_000);
    assert_eq!(
        score.would_clear[1],
        "To bring it to Offer support: what clears a8.no-return; and what clears c2.bullying."
    );
    // A critical item keeps its band whatever is done about the rest, and only it matters.
    let mut no_action = small_rule_set();
    no_action.mitigations.retain(|mitigation| mitigation.id != "action");
    let report = fact(4, AuditorReport, date(2021, 10, 1), "report=public_interest_report");
    let score = scored(&no_action, &[complaint(2, on, "bullying_or_harassment"), report.clone()], on);
    // 7000 + 12000 * 12/48.
    assert_eq!((score.total, score.band), (10_000, Band::PriorityReview));
    assert_eq!(score.would_clear[1], "To bring it to Offer support: what clears a11.public-interest.");
    // Where an answer only halves, the critical item stays: time alone helps.
    assert_eq!(
        scored(&rules, &[report], on).would_clear,
        ["If nothing new comes, it falls below Monitor on 1 October 2025."]
    );
}

#[test]
fn what_is_open_does_not_come_down_by_waiting() {
    let facts = [fact(1, CountyRecord, date(2024, 1, 1), "record=clerk_vacant open=yes")];
    let mut rules = small_rule_set();
    let score = scored(&rules, &facts, date(2024, 6, 1));
    assert_eq!(
        score.would_clear,
        ["Waiting alone does not bring it down: Finding c9.no-clerk counts in full while it lasts."]
    );
    // Filled (and not answered further), three points fade from the day of the record: 3000 * 7/12 is still monitor; it
    // takes the end of the twelve months.
    rules.mitigations.retain(|mitigation| mitigation.id != "action");
    let score = scored(&rules, &facts, date(2025, 1, 1));
    assert_eq!(score.would_clear[1], "To bring it below Monitor: what clears c9.no-clerk.");
}

#[test]
fn the_list_names_the_strongest_reasons() {
    let on = date(2024, 10, 1);
    let rules = small_rule_set();
    assert_eq!(scored(&rules, &[no_return(1, 2024)], on).sentence, "No annual return was received for 2023/24.");
    let facts = [no_return(1, 2024), complaint(2, on, "disrespect"), complaint(3, on, "short_notice")];
    assert_eq!(
        scored(&rules, &facts, on).sentence,
        "No annual return was received for 2023/24. Found by c1.disrespect. One more thing counts."
    );
}

#[test]
fn older_versions_are_listed_last() {
    let council = council();
    let older =
        |evidence| Superseded { evidence, kind: AuditOutcome, standing: Standing::Determined, by: evidence + 1 };
    let facts = [standing(Standing::Allegation, complaint(9, date(2024, 1, 1), "disrespect"))];
    let superseded = [older(5), older(3)];
    let subject =
        Subject { council: &council, facts: &facts, superseded: &superseded, sources: &[], previous_band: None };
    let score = score_of(&small_rule_set(), &subject, date(2024, 2, 1));
    assert_eq!(ignored(&score), [(9, "allegation"), (3, "superseded"), (5, "superseded")]);
}

#[test]
fn the_hash_goes_by_content() {
    let rules = small_rule_set();
    let day = date(2024, 2, 1);
    let base = complaint(1, date(2024, 1, 1), "disrespect");
    let hash = |fact: &Fact, as_of, before| scored_after(&rules, std::slice::from_ref(fact), as_of, before).inputs;
    let same = hash(&base, day, None);
    assert_eq!(same.len(), 64);
    assert_eq!(hash(&Fact { evidence_id: 99, ..base.clone() }, day, None), same);
    let changed = [
        hash(&base, date(2024, 2, 2), None),
        hash(&base, day, Some(Band::Monitor)),
        hash(&Fact { fingerprint: "other".to_owned(), ..base.clone() }, day, None),
        hash(&Fact { key: "other".to_owned(), ..base.clone() }, day, None),
        hash(&Fact { event: Some(String::new()), ..base.clone() }, day, None),
        hash(&Fact { standing: Standing::Disputed, ..base.clone() }, day, None),
        hash(&Fact { happened_on: Some(day), ..base.clone() }, day, None),
        hash(&Fact { kind: CountyFlag, ..base.clone() }, day, None),
    ];
    let distinct: std::collections::BTreeSet<&String> = changed.iter().chain([&same]).collect();
    assert_eq!(distinct.len(), changed.len() + 1);
}
