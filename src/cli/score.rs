//! `bellwether score`: scores every council, as of today or a day of the past.

use super::{Settings, day, points, print, table::table};
use crate::error::AppError;
use crate::scoring::Band;
use crate::triage;
use clap::Args;
use jiff::civil::Date;
use std::time::Instant;

/// Score every council.
#[derive(Args)]
pub struct Score {
    /// Look back: score as of this day (2026-03-31), from what was known by its end; keeps nothing
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

impl Score {
    /// Scores and says how many councils are in each band.
    ///
    /// # Errors
    /// A day in the future; a database that fails.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let app = settings.open()?;
        let today = app.clock.today();
        let day = day(self.as_of, today)?;
        let started = Instant::now();
        if day < today {
            let scores = triage::look_back(&app.store, &app.in_force()?.set, day)?;
            print(&format!("As of {day}, from what was known by then (nothing is kept):\n"));
            let count = |band: Band| scores.iter().filter(|score| score.band == band).count();
            print(&bands(|band| i64::try_from(count(band)).unwrap_or(i64::MAX)));
            let took = started.elapsed();
            print(&format!("{} councils scored in {:.1} s.\n", scores.len(), took.as_secs_f64()));
            return Ok(());
        }
        let done = crate::triage::rescore_all(&app, "by hand")?;
        let took = started.elapsed();
        let summary = triage::summary(&app.store, 10)?;
        let position = |band: Band| Band::ALL.iter().position(|listed| *listed == band).unwrap_or_default();
        let count = |band: Band| summary.by_county.values().filter_map(|counts| counts.get(position(band))).sum();
        print(&bands(count));
        for line in &summary.first {
            print(&format!("{:>6}  {}  {}\n", points(line.total), line.name, line.sentence));
        }
        print(&format!(
            "{} councils scored in {:.1} s; {} say something new. Rule set {}.\n",
            done.scored,
            took.as_secs_f64(),
            done.changed,
            app.in_force()?.set.hash
        ));
        Ok(())
    }
}

/// How many councils each band holds, as a table.
fn bands(count: impl Fn(Band) -> i64) -> String {
    let mut rows = vec![vec!["Band".to_owned(), "Councils".to_owned()]];
    rows.extend(Band::ALL.into_iter().map(|band| vec![band.title().to_owned(), count(band).to_string()]));
    table(&rows)
}
