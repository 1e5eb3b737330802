//! `bellwether evaluate`: how well warnings came true.
//!
//! In: which outcomes, how far ahead, on which days to look. Out: a report on standard output; with `--out`, the same
//! as JSON, CSV and charts. Always holds: every figure has its counts beside it; what can't be said is said to be so;
//! no council is named.

use super::table::table;
use super::{Settings, print};
use crate::error::AppError;
use crate::evaluation::lead::Lead;
use crate::evaluation::share::Share;
use crate::evaluation::{Evaluation, Question, area_in_words, evaluate, percent, points_of, write};
use clap::Args;
use jiff::civil::Date;
use std::fmt::Write;
use std::path::PathBuf;

/// Say how well warnings came true.
#[derive(Args)]
pub struct Evaluate {
    /// Which outcomes, by the catalogue's ids
    #[arg(long, value_name = "IDS", value_delimiter = ',', default_values_t = Question::default().outcome)]
    outcome: Vec<String>,
    /// How far ahead a warning is held to reach
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u8).range(1..=60))]
    horizon_months: u8,
    /// The first cut-off; a year after the first record, where it isn't given
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// No cut-off is after this day
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// How far apart cut-offs are
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=60))]
    every_months: u8,
    /// How many councils one can call on
    #[arg(long, default_value_t = 50)]
    k: usize,
    /// Also write evaluation.json, tables as CSV and charts as SVG into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Evaluate {
    /// Evaluates, prints, and writes the files where that is asked for.
    ///
    /// # Errors
    /// An outcome that no rule is about; a history that is too short; a database that fails; a folder that can't be
    /// written to.
    pub fn run(&self, settings: &Settings) -> Result<(), AppError> {
        let question = Question {
            outcome: self.outcome.iter().map(|id| id.trim().to_lowercase()).collect(),
            horizon_months: self.horizon_months,
            from: self.from,
            to: self.to,
            every_months: self.every_months,
            k: self.k,
        };
        let app = settings.open()?;
        let evaluation = evaluate(&app, &question)?;
        print(&told(&evaluation));
        if let Some(folder) = &self.out {
            let files = write(&evaluation, folder)?;
            print(&format!("\nWritten to {}: {}.\n", folder.display(), files.join(", ")));
        }
        Ok(())
    }
}

/// A share with its interval and counts: `12.3 % (8.1 to 18.0), 25 of 203`.
fn share(share: &Share) -> String {
    let counts = format!("{} of {}", (share.with * 10.0).round() / 10.0, share.of);
    match (share.estimate, share.low, share.high) {
        (Some(estimate), Some(low), Some(high)) => {
            format!("{:.1} % ({:.1} to {:.1}), {counts}", estimate * 100.0, low * 100.0, high * 100.0)
        }
        _ => format!("can't say, {counts}"),
    }
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// The report.
fn told(evaluation: &Evaluation) -> String {
    let mut text = String::new();
    let (first, last) = (evaluation.cut_offs.first(), evaluation.cut_offs.last());
    let day = |day: Option<&Date>| day.map_or_else(String::new, Date::to_string);
    // Writing to a string can't fail.
    let _ = write!(
        text,
        "Outcome: {}, newly determined within {} months.\n{} cut-offs from {} to {}, {} months apart; {} councils.\n\
         With the outcome: {}, at {} councils.\nRule set {}.\n\n",
        evaluation.outcome.join(", "),
        evaluation.horizon_months,
        evaluation.cut_offs.len(),
        day(first),
        day(last),
        evaluation.every_months,
        evaluation.councils,
        share(&evaluation.base_rate),
        evaluation.councils_with_outcome,
        evaluation.rule_set
    );
    for remark in &evaluation.remarks {
        let _ = writeln!(text, "- {remark}");
    }
    text.push_str(&ranking(evaluation));
    text.push_str(&by_band(evaluation));
    text.push_str(&lead_times(&evaluation.leads));
    text.push_str(&calibration(evaluation));
    text.push_str(&by_indicator_and_rule(evaluation));
    text
}

fn ranking(evaluation: &Evaluation) -> String {
    let roc = &evaluation.roc;
    let area = |what: &str, area| vec![what.to_owned(), area_in_words(area)];
    let rows = [
        row(&["Ranked by", "Area under the ROC curve (95 %); 0.5 is chance"]),
        area("Points", &roc.points),
        area("Persistence: the same outcome in the 12 months before", &roc.persistence),
        area("The band of a year before", &roc.band_before),
        area("Points less persistence (0: no better)", &roc.over_persistence),
        area("Points, where no outcome counted yet", &roc.new_cases),
    ];
    let mut text = format!("\nWho will have it\n{}", table(&rows));
    if let (Some(points), Some(persistence)) = (evaluation.at_k.last(), evaluation.persistence_at_k.last()) {
        let _ = writeln!(
            text,
            "Of the first {} councils: by points {}; by persistence {}.",
            points.k,
            share(&points.precision),
            share(&persistence.precision)
        );
    }
    text
}

fn by_band(evaluation: &Evaluation) -> String {
    let mut warnings = vec![row(&["Warned by", "Precision", "Recall", "Councils"])];
    for warning in &evaluation.warnings {
        let (precision, recall) = (share(&warning.precision), share(&warning.recall));
        warnings.push(vec![warning.by.clone(), precision, recall, warning.precision.councils.to_string()]);
    }
    let mut bands = vec![row(&["Band on the cut-off", "With the outcome", "Councils"])];
    for of in &evaluation.bands {
        bands.push(vec![of.band.title().to_owned(), share(&of.outcome), of.outcome.councils.to_string()]);
    }
    format!("\nHow right, and how complete\n{}\n{}", table(&warnings), table(&bands))
}

fn lead_times(leads: &[Lead]) -> String {
    let mut rows = vec![row(&["Warned by", "First outcomes warned of", "Median months", "Quartiles", "At least"])];
    for lead in leads {
        let [low, median, high] = lead.quartiles.map_or([None; 3], |quartiles| quartiles.map(Some));
        let months =
            |months: Option<f64>| months.map_or_else(|| "can't say".to_owned(), |months| format!("{months:.1}"));
        let quartiles = low.map_or_else(|| months(None), |_| format!("{} to {}", months(low), months(high)));
        let by = format!("{} or above", lead.band.title());
        rows.push(vec![by, share(&lead.warned), months(median), quartiles, lead.at_least.to_string()]);
    }
    let note = "At least: warned of on the first cut-off already, so the lead may be longer.\n";
    format!("\nHow early\n{}{note}", table(&rows))
}

fn calibration(evaluation: &Evaluation) -> String {
    let mut rows = vec![row(&["Points", "With the outcome", "Councils", "Foretold", "Came, of those foretold"])];
    for class in &evaluation.calibration.classes {
        rows.push(vec![
            points_of(class.from, class.below),
            share(&class.observed),
            class.observed.councils.to_string(),
            percent(class.foretold),
            share(&class.observed_of_foretold),
        ]);
    }
    let figure = |figure: Option<f64>| figure.map_or_else(|| "can't say".to_owned(), |figure| format!("{figure:.4}"));
    format!(
        "\nWhat points have come to mean (they are no probabilities; foretold is learnt from earlier cut-offs)\n{}Brier score {} \
         against {} for the base rate, on {} rows.\n",
        table(&rows),
        figure(evaluation.calibration.brier),
        figure(evaluation.calibration.brier_of_base_rate),
        evaluation.calibration.foretold
    )
}

fn by_indicator_and_rule(evaluation: &Evaluation) -> String {
    let mut indicators = vec![row(&["Indicator", "With the outcome, of those with points", "Councils", "Area"])];
    for of in &evaluation.indicators {
        let name = format!("{} {}", of.indicator.letter(), of.indicator.title());
        indicators.push(vec![name, share(&of.outcome), of.outcome.councils.to_string(), area_in_words(&of.area)]);
    }
    let mut rules = vec![row(&["Rule", "With the outcome, of those it counted for", "Councils", "Lift"])];
    for of in &evaluation.rules {
        let lift = of.lift.map_or_else(|| "can't say".to_owned(), |lift| format!("{lift:.1}"));
        rules.push(vec![of.rule.clone(), share(&of.outcome), of.outcome.councils.to_string(), lift]);
    }
    format!("\nBy indicator and rule\n{}\n{}", table(&indicators), table(&rules))
}
