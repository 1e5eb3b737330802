//! `bellwether explain COUNCIL`: every reason of one council's score, as plain text.

use super::{Settings, day, points, print};
use crate::auth::Actor;
use crate::error::AppError;
use crate::scoring::Score;
use crate::triage::{self, CouncilWhole, SinceLast};
use clap::Args;
use jiff::civil::Date;
use std::fmt::Write;

/// Say why a council has its score.
#[derive(Args)]
pub struct Explain {
    /// Its code (E04000001), or its name where only one council has it
    council: String,
    /// As of this day (2026-03-31), from what was known by its end
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

impl Explain {
    /// Explains one council.
    ///
    /// # Errors
    /// A council that nobody knows; a day in the future; a database that fails.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let app = settings.open()?;
        let day = day(self.as_of, app.clock.today())?;
        let gss_code = triage::named(&app.store, &self.council)?;
        let whole = triage::seen_whole(&app, &Actor::command(), &gss_code, day)?;
        print(&explained(&whole));
        Ok(())
    }
}

/// A council's score in words.
pub fn explained(whole: &CouncilWhole) -> String {
    let (council, score) = (&whole.council, &whole.score);
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = write!(
        text,
        "{} ({}), {}{}\n{}: {} points as of {}\n{}\n{}\n\n",
        council.name,
        council.gss_code,
        council.district,
        if council.county.is_empty() { String::new() } else { format!(", {}", council.county) },
        score.band.title(),
        points(score.total),
        score.as_of,
        score.band_because,
        score.sentence
    );
    by_indicator(&mut text, score);
    if let Some(since) = &whole.since {
        changed(&mut text, since);
    }
    if !score.items.is_empty() {
        text.push_str("\nWhat counts\n");
    }
    for (place, item) in score.items.iter().enumerate() {
        let _ = writeln!(text, "{:>6}  {} [{}]", points(item.points), item.says, item.rule);
        let _ = writeln!(
            text,
            "        severity {}, of {} points, counted from {}, expires {}; {}",
            item.severity,
            points(item.full_points),
            item.counted_from,
            item.expires_on,
            item.cite
        );
        if let Some(agreement) = whole.agreement.get(place) {
            let _ = writeln!(text, "        {}", agreement.says);
        }
        for adjustment in &item.adjustments {
            let _ = writeln!(text, "        {adjustment}");
        }
        let _ = writeln!(text, "        cleared by: {} Evidence {}", item.clears, numbers(&item.evidence));
    }
    if !score.ignored.is_empty() {
        text.push_str("\nWhat was looked at and does not count\n");
    }
    for ignored in &score.ignored {
        let _ = writeln!(text, "    evidence {}: {}", ignored.evidence, ignored.because);
    }
    clears(&mut text, score);
    let _ = writeln!(text, "\nRule set {}\nInputs   {}", score.rule_set, score.inputs);
    text
}

/// What would clear it, if there is anything.
fn clears(text: &mut String, score: &Score) {
    if !score.would_clear.is_empty() {
        text.push_str("\nWhat would clear it\n");
    }
    for way in &score.would_clear {
        let _ = writeln!(text, "    {way}");
    }
    if let Some(remedy) = &score.clearing.by_doing {
        let fewest = if remedy.smallest { "no smaller set does" } else { "a smaller set may do too" };
        let _ = writeln!(text, "    These bring it down ({fewest}):");
        for item in &remedy.items {
            let _ = writeln!(text, "        {} [{}] evidence {}", item.clears, item.rule, numbers(&item.evidence));
        }
    }
}

fn numbers(evidence: &[i64]) -> String {
    evidence.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}

/// What changed since the score last said something else.
fn changed(text: &mut String, since: &SinceLast) {
    let by = since.cause.as_ref().map(|cause| format!(", by {cause}")).unwrap_or_default();
    let _ = writeln!(
        text,
        "\nWhat changed since {}{by}\n    {} ({}) then, {} ({}) now{}",
        since.as_of,
        since.band_before.title(),
        points(since.points_before),
        since.band.title(),
        points(since.points),
        if since.other_rules { "; other rules counted then" } else { "" }
    );
    for change in &since.changes {
        let sign = if change.points > 0 { "+" } else { "" };
        let moved = format!("{sign}{}", points(change.points));
        let _ = writeln!(text, "{moved:>6}  {}", change.says);
        let evidence: Vec<String> = change.evidence.iter().map(i64::to_string).collect();
        let evidence = if evidence.is_empty() { String::new() } else { format!(" Evidence {}", evidence.join(", ")) };
        let _ = writeln!(text, "        {}{evidence}", change.because);
    }
    if since.unexplained != 0 {
        let _ =
            writeln!(text, "        {} points rested on evidence that is no longer held", points(since.unexplained));
    }
}

/// Points by indicator, and what each was assessed by.
fn by_indicator(text: &mut String, score: &Score) {
    for (share, coverage) in score.indicators.iter().zip(&score.coverage) {
        let standing = if coverage.assessed { "" } else { " (not assessed)" };
        let indicator = share.indicator;
        let _ = writeln!(text, "{} {}: {}{standing}", indicator.letter(), indicator.title(), points(share.points));
        let _ = writeln!(text, "    {}", coverage.because);
    }
}
