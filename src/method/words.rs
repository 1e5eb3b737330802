//! The rules in sentences.
//!
//! In: parts of a rule set. Out: plain English. Always holds: every number is the rules' own.

use super::BandMethod;
use crate::evidence::EvidenceKind;
use crate::scoring::Band;
use crate::scoring::engine::{limit, limit_in_points, list, number_of, unfinished};
use crate::scoring::rules::{AssessedBy, Gather, Mitigation, Rule, RuleSet};

/// What never counts, whatever the rules say: the engine sees to it.
pub(super) const NEVER: [&str; 5] = [
    "An allegation: what somebody says and nobody has decided scores nothing.",
    "What the council disputes, until somebody who is not on the case has reviewed it.",
    "What its source has withdrawn, and every version but the newest of what a source corrected.",
    "Membership, training, awards and other signs of engagement: they help to decide whom to ring first, and no more.",
    "Not knowing: where a source leaves open what a rule asks, the rule does not count, and the page says so.",
];

fn field(kind: EvidenceKind, slot: usize) -> String {
    kind.fields().get(slot).map_or_else(String::new, |field| field.name.replace('_', " "))
}

/// Highest first; not assessed and no current concern last.
pub(super) fn bands(rules: &RuleSet) -> Vec<BandMethod> {
    let mut bands: Vec<BandMethod> = Vec::new();
    for start in rules.bands.iter().rev() {
        let mut when = format!("From {}; left again under {}", limit_in_points(start.from), limit(start.leave_below));
        if let Some((severity, floor)) = rules.floor
            && floor == start.band
        {
            when.push_str(&format!(", or while any item of severity {severity} counts"));
        }
        if rules.weak_ceiling == start.band {
            when.push_str("; minor items alone, or officers' opinion alone, never lift a council above it");
        }
        bands.push(BandMethod { band: start.band, title: start.band.title().to_owned(), when: when + "." });
    }
    let must: Vec<String> = rules.must_cover.iter().map(|indicator| format!("\"{}\"", indicator.title())).collect();
    let must = if must.is_empty() { String::new() } else { format!(", or nothing is known of {}", list(&must)) };
    let thin = format!(
        "Too little is known to say anything: fewer than {} of the five indicators are assessed{must}.",
        rules.min_covered
    );
    let none = match rules.bands.first() {
        Some(first) => format!("Under {}, where enough is known to say so.", limit_in_points(first.from)),
        None => "Enough is known, and nothing counts.".to_owned(),
    };
    for (band, when) in [(Band::NotAssessed, thin), (Band::NoCurrentConcern, none)] {
        bands.push(BandMethod { band, title: band.title().to_owned(), when });
    }
    bands
}

/// How points are reckoned.
pub(super) fn arithmetic(rules: &RuleSet) -> Vec<String> {
    let arithmetic = &rules.arithmetic;
    let severities = ["minor", "moderate", "serious", "critical"];
    let by_severity: Vec<String> = severities
        .iter()
        .zip(arithmetic.severity_points)
        .map(|(severity, milli)| format!("{severity} {}", limit(milli)))
        .collect();
    let repetition: Vec<String> = arithmetic.repetition_percent.iter().map(|percent| format!("{percent}%")).collect();
    vec![
        format!("What counts has a severity, and with it points: {}.", list(&by_severity)),
        "From the day on which it was determined it falls evenly, each month, to nothing.".to_owned(),
        format!(
            "Several reports of one event count once: the highest whole, each other one by {}% of itself, all of them \
             together by {}% of the highest at most.",
            arithmetic.same_event_percent, arithmetic.same_event_cap_percent
        ),
        format!(
            "What happens again weighs more: the first, second and each later item of one rule count by {}.",
            list(&repetition)
        ),
        format!(
            "Officers' opinion, all together, counts for {} points at most.",
            limit(arithmetic.opinion_cap)
        ),
        "Figures are whole thousandths of a point, without rounding, so that the same evidence and the same rules give the \
         same score on every computer."
            .to_owned(),
    ]
}

/// What a mitigation takes off.
pub(super) fn good_news(mitigation: &Mitigation) -> String {
    let answers = match mitigation.indicator_slot {
        Some(_) => "everything under the indicator that it names".to_owned(),
        None => list(&mitigation.answers),
    };
    let later = if mitigation.later_than_year.is_some() { ", for an earlier year" } else { "" };
    let says = unfinished(&mitigation.says);
    let percent = mitigation.leaves_percent;
    format!("Points are {says}. It answers {answers}{later}, and {percent}% of the points remain.")
}

/// What lets us speak of an indicator.
pub(super) fn assessed_by(entry: &AssessedBy) -> String {
    let for_months = number_of(entry.months, "month");
    format!("{} (for {for_months}).", unfinished(&entry.says))
}

/// What else decides whether a rule fires, and how it counts.
pub(super) fn also(rule: &Rule) -> Vec<String> {
    let mut also = Vec::new();
    match &rule.gather {
        Some(Gather::Count { at_least, within_months, distinct }) => {
            let distinct = distinct.map(|slot| format!(", each with a different {}", field(rule.kind, slot)));
            let within = number_of(*within_months, "month");
            also.push(format!("Only once there are {at_least} within {within}{}.", distinct.unwrap_or_default()));
        }
        Some(Gather::Running { years, by, or_marked, .. }) => {
            let alike: Vec<String> = by.iter().map(|slot| field(rule.kind, *slot)).collect();
            let alike = if alike.is_empty() { String::new() } else { format!(", alike in {}", list(&alike)) };
            let marked = or_marked.map(|slot| format!(", or once where \"{}\" says yes", field(rule.kind, slot)));
            also.push(format!("Only once it is so for {years} years running{alike}{}.", marked.unwrap_or_default()));
        }
        None => {}
    }
    if let Some((when, _)) = &rule.step_up {
        also.push(format!("One severity higher where {}.", when.on_one_line()));
    }
    if let Some(holds) = &rule.holds {
        also.push(format!("It does not fade while {}.", holds.on_one_line()));
    }
    also
}
