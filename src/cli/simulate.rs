//! `bellwether simulate`: an invented country in which the truth is known, as files in the shapes that sources send.
//!
//! In: how many councils and years, a seed, an empty folder. Out: the folder's files; with `--load`, a database that
//! has lived through them. Always holds: the same arguments give the same bytes; the database is the folder's own.

use super::demo::progress;
use super::{Settings, print};
use crate::app::{App, blocking};
use crate::clock::{Clock, noon};
use crate::error::AppError;
use crate::simulation::{Counts, MOST_COUNCILS, MOST_YEARS, Plan, rehearsal, write};
use clap::Args;
use std::path::PathBuf;
use std::time::Instant;

/// Invent a country in which the truth is known, for benchmarks, tests and rehearsal.
#[derive(Args)]
pub struct Simulate {
    /// How many councils
    #[arg(long, default_value_t = 600, value_parser = councils)]
    councils: usize,
    /// How many years, up to the end of 2025
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST_YEARS)))]
    years: u8,
    /// The same number gives the same country
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A new or empty folder
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Live through it: every delivery pulled on its day into a database in the folder
    #[arg(long)]
    load: bool,
}

fn councils(text: &str) -> Result<usize, String> {
    let most = format!("a whole number from 1 to {MOST_COUNCILS} is needed");
    text.parse().ok().filter(|count| (1..=MOST_COUNCILS).contains(count)).ok_or(most)
}

impl Simulate {
    /// Writes the country, and lives through it where that is asked for.
    ///
    /// # Errors
    /// A folder that holds something or can't be written to; whatever stops a pull.
    pub async fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let started = Instant::now();
        let plan = Plan { councils: self.councils, years: self.years, seed: self.seed };
        let out = self.out.clone();
        let counts = blocking(move || write(plan, &out)).await?;
        print(&told(&counts));
        print(&format!("Written to {} in {:.1} s.\n", self.out.display(), started.elapsed().as_secs_f64()));
        if !self.load {
            return Ok(());
        }
        // The database is the folder's own, whatever BELLWETHER_DATABASE_URL says: invented councils never mix with
        // real ones.
        let mut config = rehearsal::configuration(&self.out, None)?;
        if let Some(rules) = &settings.rules {
            config.rules = Some(rules.clone());
        }
        let app = App::open(config, Clock::standing_at(noon(plan.first_day())))?;
        let bar = progress();
        let lived = rehearsal::live_through(&app, &self.out, |done, of, day| {
            bar.set_length(of);
            bar.set_position(done);
            bar.set_message(day.to_owned());
        });
        let lived = lived.await?;
        bar.finish_and_clear();
        print(&format!(
            "Lived through {} days with {} pulls: {} rows read, {} accepted, {} unchanged, {} for review, {} rejected.\n",
            lived.days, lived.pulls, lived.read, lived.accepted, lived.unchanged, lived.review, lived.rejected
        ));
        let took = started.elapsed().as_secs_f64();
        print(&format!("Ready after {took:.1} s. Now, in {}: bellwether evaluate\n", self.out.display()));
        Ok(())
    }
}

fn told(counts: &Counts) -> String {
    format!(
        "{} invented councils from {} to {}, seed {}: {} events, {} of them told of by somebody, in {} deliveries of {} \
         rows.\n",
        counts.councils,
        counts.first_day,
        counts.last_day,
        counts.seed,
        counts.events,
        counts.events_reported,
        counts.deliveries,
        counts.rows.values().sum::<usize>()
    )
}
