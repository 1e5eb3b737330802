//! One council's page: its band and why, what counts, what would clear it, what isn't known, every source.
//!
//! In: a council whole and today's date. Out: the page at `/councils/{gss_code}`. Always holds: an indicator that nobody
//! has assessed never shows a nought; what was left out is listed with its reason; the hashes that pin the result are on
//! the page.

use super::address;
use super::findings::{self, Entry, Fewest, Left, Report};
use super::history::{Cause, History};
use super::page::Shell;
use super::since::Since;
use super::words::{self, Named, When};
use crate::scoring::{Band, Indicator, Score};
use crate::triage::{CouncilDetails, CouncilWhole, Engagement, Obligation, ObligationState};
use askama::Template;
use jiff::civil::Date;

/// The bars of the indicators reach their end here, or at the highest of them if that is more: twelve points, where
/// priority review begins in the rules that Bellwether comes with.
const BAR_ENDS_AT: i64 = 12_000;

#[derive(Template)]
#[template(path = "council.html")]
struct CouncilTemplate<'a> {
    shell: &'a Shell<'a>,
    council: &'a CouncilDetails,
    heading: Heading,
    standing: Standing<'a>,
    indicators: Vec<Row<'a>>,
    gaps: Option<String>,
    since: Option<Since<'a>>,
    items: Vec<Entry<'a>>,
    clears: &'a [String],
    fewest: Option<Fewest<'a>>,
    ignored: Vec<Left<'a>>,
    obligations: Vec<Asked>,
    engagement: Vec<Engaged<'a>>,
    evidence: Vec<Report<'a>>,
    history: History<'a>,
    method: Method<'a>,
    contacts: String,
    /// Where the form that blacks out a text leads.
    redact: String,
}

/// An answer that a return has to give.
struct Asked {
    year: String,
    asks: String,
    state: &'static str,
    asked_by: (String, i64),
    answered_by: Option<(String, i64)>,
}

/// One thing that is known of its engagement.
struct Engaged<'a> {
    known: &'a Engagement,
    since: Option<When>,
    as_of: Option<When>,
}

/// What the register says that needs words of its own.
struct Heading {
    grouped: Option<String>,
    retired: bool,
}

struct Standing<'a> {
    band: Named,
    /// None where nothing is known.
    points: Option<String>,
    sentence: &'a str,
    because: &'a str,
    as_of: When,
    /// How long ago that was, where it wasn't today.
    age: Option<String>,
}

struct Row<'a> {
    indicator: Named,
    assessed: bool,
    /// None where nothing is known, so that there is no nought to misread.
    points: Option<String>,
    /// Length of the bar, 0 to 1000.
    bar: i64,
    because: &'a str,
}

struct Method<'a> {
    rule_set: &'a str,
    rule_set_short: &'a str,
    inputs: &'a str,
    inputs_short: &'a str,
    json: String,
}

/// A council's page.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(whole: &CouncilWhole, today: Date, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let score = &whole.score;
    CouncilTemplate {
        shell,
        council: &whole.council,
        heading: heading(&whole.council),
        standing: standing(score, today),
        indicators: indicators(score),
        gaps: gaps(score),
        since: whole.since.as_ref().map(|since| Since::of(since, &whole.evidence)),
        items: findings::entries(whole),
        clears: &score.would_clear,
        fewest: findings::fewest(whole),
        ignored: findings::left_out(score, &whole.evidence),
        evidence: findings::reports(&whole.evidence),
        obligations: whole.obligations.iter().map(asked).collect(),
        engagement: whole.engagement.iter().map(engaged).collect(),
        contacts: format!("{}/contacts", address::of_council(&whole.council.gss_code)),
        redact: format!("{}/redact", address::of_council(&whole.council.gss_code)),
        history: History::of(&whole.history),
        method: Method {
            rule_set: &score.rule_set,
            rule_set_short: words::short_hash(&score.rule_set),
            inputs: &score.inputs,
            inputs_short: words::short_hash(&score.inputs),
            json: address::of_council_json(&whole.council.gss_code),
        },
    }
    .render()
}

fn asked(obligation: &Obligation) -> Asked {
    let evidence = |id: i64| (format!("#evidence-{id}"), id);
    Asked {
        year: format!("{}/{:02}", obligation.year - 1, obligation.year.rem_euclid(100)),
        asks: format!("Answer {} to assertion {}", if obligation.answer { "Yes" } else { "No" }, obligation.assertion),
        state: match obligation.state {
            ObligationState::Open => "Not known yet",
            ObligationState::Met => "Answered as asked",
            ObligationState::NotMet => "Answered otherwise",
        },
        asked_by: evidence(obligation.asked_by),
        answered_by: obligation.answered_by.map(evidence),
    }
}

fn engaged(known: &Engagement) -> Engaged<'_> {
    Engaged { known, since: known.since.map(words::day), as_of: known.as_of.map(words::day) }
}

fn heading(council: &CouncilDetails) -> Heading {
    let parishes = i64::try_from(council.parishes.len()).unwrap_or(i64::MAX);
    Heading {
        grouped: (parishes > 1).then(|| format!("One council for {}", words::plural(parishes, "parish", "parishes"))),
        retired: !council.current,
    }
}

fn standing(score: &Score, today: Date) -> Standing<'_> {
    Standing {
        band: words::band(score.band),
        points: words::total(score.band, score.total),
        sentence: &score.sentence,
        because: &score.band_because,
        as_of: words::day(score.as_of),
        age: (score.as_of != today).then(|| {
            let days = words::days_between(score.as_of, today);
            if score.as_of < today { format!("{days} ago") } else { format!("{days} ahead") }
        }),
    }
}

fn indicators(score: &Score) -> Vec<Row<'_>> {
    let points = |indicator: Indicator| {
        score.indicators.iter().find(|share| share.indicator == indicator).map_or(0, |share| share.points)
    };
    let end = Indicator::ALL.map(points).into_iter().fold(BAR_ENDS_AT, i64::max);
    let row = |indicator: Indicator| {
        let points = points(indicator);
        let coverage = score.coverage.iter().find(|coverage| coverage.indicator == indicator);
        let assessed = coverage.is_some_and(|coverage| coverage.assessed);
        Row {
            indicator: words::indicator(indicator),
            assessed,
            points: (assessed || points > 0).then(|| words::points(points)),
            bar: points.clamp(0, end) * 1000 / end,
            because: coverage.map_or("Nothing says by what it could have been assessed.", |coverage| &coverage.because),
        }
    };
    Indicator::ALL.map(row).into()
}

/// One sentence on what isn't known; none where everything is assessed.
fn gaps(score: &Score) -> Option<String> {
    let missing = score.coverage.iter().filter(|coverage| !coverage.assessed);
    let missing: Vec<String> = missing.map(|coverage| format!("“{}”", coverage.indicator.title())).collect();
    if missing.is_empty() {
        return None;
    }
    let caution = match score.band {
        Band::NotAssessed => "Too little is known to put this council in any other band.",
        _ => "The band speaks only of what has been assessed.",
    };
    Some(format!("Nothing can be said yet about {}. {caution}", words::listed(missing.iter().map(String::as_str))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::examples::check::Checked;
    use crate::web::examples::{MARKUP, TODAY, council};

    const SHELL: Shell<'_> = Shell { demo: true, version: "0.1.0", path: "/councils/E04999001", account: None };

    fn full() -> Checked {
        Checked::read(&render(&council::full(), TODAY, &SHELL).unwrap())
    }

    fn unknown() -> Checked {
        Checked::read(&render(&council::unknown(), TODAY, &SHELL).unwrap())
    }

    #[test]
    fn it_says_who_the_council_is() {
        let page = full();
        assert_eq!(page.title(), "Thrumbleby with Ashkettle – Bellwether");
        assert_eq!(page.texts("h1"), ["Thrumbleby with Ashkettle"]);
        let text = page.text();
        for part in [
            "Fenwold Vale Northmarchshire",
            "One council for 3 parishes:",
            "Ashkettle Parva E04999012 (retired)",
            "Formerly:Thrumbleby (until 31 March 2021)",
        ] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!text.contains("code is retired"));
    }

    #[test]
    fn it_says_the_band_why_and_since_when() {
        let text = full().text();
        for part in [
            "Priority review 18.4 points",
            "Why this band: 18.4 points, and one critical matter counts; priority review begins at 12.0 points.",
            "Nothing can be said yet about “Council and community” and “Other law-breaking”. The band speaks only of what \
             has been assessed.",
            "As of 23 November 2025 (1 day ago)",
            "A completed annual return for 2025/26 would halve 12.0 points at once.",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }

    #[test]
    fn an_indicator_that_nobody_assessed_shows_no_nought() {
        let cells = full().texts_of_class("col-bar");
        assert_eq!(cells, ["12.0", "0.0", "6.2", "0.2 Not assessed otherwise", "Not assessed"]);
        let page = unknown();
        assert_eq!(page.texts_of_class("col-bar"), ["Not assessed"; 5]);
        assert_eq!(page.texts_of_class("total"), ["Points not known"]);
        assert!(page.text().contains("That is no clean record"));
        assert!(page.text().contains("Too little is known to put this council in any other band."));
    }

    #[test]
    fn bars_are_as_long_as_their_points() {
        let page = full();
        let lengths: Vec<&str> = page.of_class("bar-fill").filter_map(|bar| bar.get("width")).collect();
        assert_eq!(lengths, ["1000", "0", "516", "16", "1000", "885", "200"]);
    }

    #[test]
    fn every_item_shows_its_severity_points_days_source_rule_and_reasons() {
        let page = full();
        assert_eq!(page.texts_of_class("severity"), ["Critical", "Serious", "Minor"]);
        assert_eq!(page.of_class("pip-on").count(), 4 + 3 + 1);
        let text = page.text();
        for part in [
            "6.2 of 7.0 points There has been no clerk for more than six months.",
            "Counted from3 October 2025",
            "Stops counting on3 October 2028",
            "Rulea8.no-return-twice",
            "Local Government Act 1972 s.112, s.151",
            "The appointment of a clerk",
            "One severity up, because it was not disclosed",
            "A quarter less, because the same event is counted under a7",
            "Evidence that is no longer held (999)",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert_eq!(page.texts_of_class("opinion").len(), 1);
        assert_eq!(page.link("Auditors’ outcomes, northern firms, evidence 31"), Some("#evidence-31"));
    }

    #[test]
    fn evidence_shows_its_version_its_days_and_leads_only_to_the_web() {
        let page = full();
        assert_eq!(page.of_class("report").count(), 6);
        assert_eq!(page.of_class("superseded").count(), 1);
        assert_eq!(page.texts_of_class("tag-out"), ["Alleged, not decided", "Replaced by a later version"]);
        assert_eq!(
            page.link("Read it at the source of evidence 31"),
            Some("https://audit.example/returns/2025?council=E04999001&view=full")
        );
        assert!(page.text().contains("The source gives an address that is no web page: javascript:alert(1)"));
        assert!(page.text().contains("Known to us6 October 2025 at 06:12"));
        assert!(page.texts("dd").contains(&MARKUP.to_owned()));
        assert_eq!(page.link("Run 12"), Some("/runs/12"));
    }

    #[test]
    fn what_was_left_out_is_listed_with_its_reason() {
        let text = full().text();
        for part in [
            "It has not been decided, so it counts for nothing.",
            "A later version has replaced it.",
            "Disputed by the council",
            "Evidence that is no longer held (998)",
        ] {
            assert!(text.contains(part), "{part}");
        }
        assert!(unknown().text().contains("Nothing was left out"));
    }

    #[test]
    fn the_history_is_drawn_with_words_and_the_method_is_pinned() {
        let page = full();
        let drawing = page.all("svg").find_map(|svg| svg.get("aria-label"));
        assert_eq!(
            drawing,
            Some(
                "Points over time: 7.0 on 1 October 2024, highest 19.0 on 6 October 2025, and 18.4 on 23 November 2025."
            )
        );
        assert!(page.text().contains("Run 12 of auditors-north"));
        assert_eq!(page.link("This page as JSON"), Some("/api/v1/councils/E04999001"));
        let pinned: Vec<&str> = page.all("code").filter_map(|code| code.get("title")).collect();
        assert!(pinned.len() == 6 + 2 && pinned.iter().all(|hash| hash.len() == 64));
        assert_eq!(unknown().all("figure").count(), 0);
    }

    #[test]
    fn what_a_return_has_to_answer_is_shown_with_what_became_of_it() {
        let page = full();
        assert!(page.texts("h2").contains(&"What its returns have to answer".to_owned()));
        let text = page.text();
        for part in ["Answer No to assertion 4", "2025/26", "Not known yet", "Answered otherwise"] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!unknown().texts("h2").contains(&"What its returns have to answer".to_owned()));
    }

    #[test]
    fn what_changed_is_told_with_points_reasons_and_what_caused_it() {
        let page = full();
        assert!(page.texts("h2").contains(&"What changed".to_owned()));
        let text = page.text();
        for part in [
            "Since 6 October 2025, by the day’s passing: Priority review (19.0 points) then, Priority review (18.4 points) now.",
            "No longer counts: Minutes were not published.",
            "It stopped counting on 1 November 2025.",
            "Decided by the external auditor; one source reports it.",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(page.texts_of_class("figure").contains(&"+2.0".to_owned()), "{:?}", page.texts_of_class("figure"));
        assert!(!unknown().texts("h2").contains(&"What changed".to_owned()), "nothing to compare with");
    }

    #[test]
    fn engagement_is_shown_apart_and_says_nothing_of_conduct() {
        let page = full();
        assert!(page.texts("h2").contains(&"Engagement".to_owned()));
        let text = page.text();
        for part in ["says anything for or against the council’s conduct", "Quality award", "since 1 May 2024"] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!unknown().texts("h2").contains(&"Engagement".to_owned()));
    }

    #[test]
    fn a_retired_code_and_markup_in_a_name_are_just_words() {
        let page = unknown();
        assert_eq!(page.texts("h1"), [MARKUP]);
        assert!(page.text().contains("This council’s code is retired."));
        assert!(!page.text().contains("One council for"));
        assert!(page.text().contains("No source has sent anything about this council."));
    }
}
