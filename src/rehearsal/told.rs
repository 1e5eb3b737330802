//! A rehearsal as plain text.
//!
//! In: a [`Replay`]. Out: its `Display`. Always holds: the sums come first, then the counties with anything to tell, then
//! every council that moves.

use super::replay::{Moved, Replay, Work};
use crate::scoring::Band;
use crate::triage::BandCount;
use std::fmt;

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |hash: &str| hash.get(..12).unwrap_or(hash).to_owned();
        writeln!(f, "before  {} ({})", self.before, short(&self.hash_before))?;
        writeln!(f, "after   {} ({})", self.after, short(&self.hash_after))?;
        for day in &self.days {
            writeln!(f, "\nAs of {}, from what was known by then", day.day)?;
            let tally = &day.tally;
            for (before, after) in tally.before.iter().zip(&tally.after) {
                writeln!(f, "  {:<20} {:>6}  -> {:>6}", before.band.title(), before.councils, after.councils)?;
            }
            writeln!(f, "  {} into a higher band, {} into a lower one; {}", tally.up, tally.down, work(&tally.work))?;
        }
        let told = self.counties.iter().filter(|county| county.tally.up + county.tally.down > 0);
        for (place, county) in told.enumerate() {
            if place == 0 {
                writeln!(f, "\nBy county, on the last day")?;
            }
            let name = if county.county.is_empty() { "(no county)" } else { &county.county };
            let needing = |counts: &[BandCount]| -> i64 {
                let wanted = [Band::PriorityReview, Band::OfferSupport];
                counts.iter().filter(|count| wanted.contains(&count.band)).map(|count| count.councils).sum()
            };
            writeln!(
                f,
                "  {name}: {} up, {} down; to support or review {} -> {} of {}; {}",
                county.tally.up,
                county.tally.down,
                needing(&county.tally.before),
                needing(&county.tally.after),
                county.councils,
                work(&county.tally.work)
            )?;
        }
        if !self.moved.is_empty() {
            writeln!(f, "\nCouncils that move, on the last day")?;
        }
        self.moved.iter().try_for_each(|moved| one(f, moved))?;
        match self.points_only {
            0 => Ok(()),
            1 => writeln!(f, "\nOf one more council the points differ, and the band doesn't."),
            more => writeln!(f, "\nOf {more} more councils the points differ, and the band doesn't."),
        }
    }
}

/// Officers' time, where the bands state it.
fn work(work: &Work) -> String {
    let hours = |minutes: u64| format!("{}.{}", minutes / 60, minutes % 60 / 6);
    match (work.minutes_before, work.minutes_after) {
        (Some(before), Some(after)) => format!("officers' hours a month {} -> {}", hours(before), hours(after)),
        _ => format!("councils to support or review {} -> {}", work.councils_before, work.councils_after),
    }
}

fn one(f: &mut fmt::Formatter<'_>, moved: &Moved) -> fmt::Result {
    let points = |milli: i64| format!("{}.{}", milli / 1_000, milli % 1_000 / 100);
    writeln!(
        f,
        "  {} ({}), {}: {} {} -> {} {}",
        moved.name,
        moved.gss_code,
        if moved.county.is_empty() { &moved.district } else { &moved.county },
        moved.before.title(),
        points(moved.points_before),
        moved.after.title(),
        points(moved.points_after)
    )?;
    for reason in &moved.because {
        writeln!(f, "      {}: {} -> {}  {}", reason.rule, points(reason.before), points(reason.after), reason.says)?;
    }
    if moved.because.is_empty() {
        writeln!(f, "      {}", moved.band_because)?;
    }
    Ok(())
}
