//! The files of an evaluation: everything as JSON, the tables as CSV, the charts as SVG.
//!
//! In: an [`Evaluation`] and a folder. Out: the files' names. Always holds: what can't be said is null in JSON and
//! empty in CSV; no council is named; the same evaluation gives the same bytes.

use super::charts::charts;
use super::roc::Area;
use super::share::Share;
use super::top::AtK;
use super::{Evaluation, tables::Warning};
use crate::error::{AppError, Code};
use std::path::Path;

/// A table: its headings first.
type Rows = Vec<Vec<String>>;

/// Writes the files into the folder, which is made where it isn't there; gives their names.
///
/// # Errors
/// [`Code::FileUnusable`] when one can't be written.
pub fn write(evaluation: &Evaluation, folder: &Path) -> Result<Vec<String>, AppError> {
    let unwritable = |name: &str, because: &dyn std::fmt::Display| {
        let told = format!("{} can't be written: {because}.", folder.join(name).display());
        AppError::new(Code::FileUnusable, told, "Give --out a folder that can be written to.")
    };
    std::fs::create_dir_all(folder).map_err(|e| unwritable("", &e))?;
    let mut files: Vec<(&str, Vec<u8>)> = Vec::new();
    let json = serde_json::to_vec_pretty(evaluation).map_err(|e| unwritable("evaluation.json", &e))?;
    files.push(("evaluation.json", json));
    for (name, rows) in tables(evaluation) {
        files.push((name, as_csv(&rows).map_err(|e| unwritable(name, &e))?));
    }
    for (name, svg) in charts(evaluation).map_err(|e| unwritable("roc.svg", &e))? {
        files.push((name, svg.into_bytes()));
    }
    for (name, bytes) in &files {
        std::fs::write(folder.join(name), bytes).map_err(|e| unwritable(name, &e))?;
    }
    Ok(files.into_iter().map(|(name, _)| name.to_owned()).collect())
}

fn tables(evaluation: &Evaluation) -> Vec<(&'static str, Rows)> {
    let indicators = evaluation.indicators.iter().map(|of| {
        let mut row = vec![of.indicator.letter().to_owned()];
        row.extend(cells(&of.outcome).into_iter().chain(of_area(&of.area)));
        row
    });
    let rules = evaluation.rules.iter().map(|of| {
        let mut row = vec![of.rule.clone()];
        row.extend(cells(&of.outcome).into_iter().chain([said(of.lift)]));
        row
    });
    vec![
        (
            "warnings.csv",
            headed(
                "warned_by,right,warned,precision,precision_low,precision_high,with_outcome,recall,\
                 recall_low,recall_high,false_alarms,without_outcome,councils_warned",
                evaluation.warnings.iter().map(of_warning),
            ),
        ),
        (
            "bands.csv",
            headed(
                "band,with_outcome,rows,share,low,high,councils",
                evaluation.bands.iter().map(|of| {
                    let mut row = vec![of.band.name().to_owned()];
                    row.extend(cells(&of.outcome));
                    row
                }),
            ),
        ),
        (
            "indicators.csv",
            headed("indicator,with_outcome,rows,share,low,high,councils,area,area_low,area_high", indicators),
        ),
        ("rules.csv", headed("rule,with_outcome,rows,share,low,high,councils,lift", rules)),
        (
            "areas.csv",
            headed("by,area,low,high,with_outcome,without,councils_with_outcome", areas(evaluation).into_iter()),
        ),
        ("precision-at-k.csv", headed("by,k,precision,low,high,recall", at_k(evaluation).into_iter())),
        (
            "calibration.csv",
            headed(
                "from_points,below_points,with_outcome,rows,share,low,high,councils,foretold,came_of_foretold,rows_foretold",
                calibration(evaluation).into_iter(),
            ),
        ),
        (
            "lead-time.csv",
            headed(
                "band,warned,first_outcomes,share,low,high,at_least,lower_quartile,median,upper_quartile",
                leads(evaluation).into_iter(),
            ),
        ),
    ]
}

fn headed(headings: &str, rows: impl Iterator<Item = Vec<String>>) -> Rows {
    std::iter::once(headings.split(',').map(str::to_owned).collect()).chain(rows).collect()
}

/// A figure with four decimals; nothing where it can't be said.
fn said(figure: Option<f64>) -> String {
    figure.map_or_else(String::new, |figure| format!("{figure:.4}"))
}

fn cells(share: &Share) -> [String; 6] {
    let Share { with, of, councils, estimate, low, high } = share;
    [with.to_string(), of.to_string(), said(*estimate), said(*low), said(*high), councils.to_string()]
}

fn of_warning(of: &Warning) -> Vec<String> {
    let Warning { by, precision, recall, false_alarms } = of;
    vec![
        by.clone(),
        precision.with.to_string(),
        precision.of.to_string(),
        said(precision.estimate),
        said(precision.low),
        said(precision.high),
        recall.of.to_string(),
        said(recall.estimate),
        said(recall.low),
        said(recall.high),
        said(false_alarms.estimate),
        false_alarms.of.to_string(),
        precision.councils.to_string(),
    ]
}

fn of_area(area: &Area) -> [String; 3] {
    [said(area.estimate), said(area.low), said(area.high)]
}

fn areas(evaluation: &Evaluation) -> Rows {
    let roc = &evaluation.roc;
    let named = [
        ("points", &roc.points),
        ("persistence", &roc.persistence),
        ("band_a_year_before", &roc.band_before),
        ("points_less_persistence", &roc.over_persistence),
        ("points_new_cases", &roc.new_cases),
    ];
    named
        .into_iter()
        .map(|(by, area)| {
            let mut row = vec![by.to_owned()];
            row.extend(of_area(area));
            row.extend([area.positives, area.negatives, area.councils_with].map(|count| count.to_string()));
            row
        })
        .collect()
}

fn at_k(evaluation: &Evaluation) -> Rows {
    let of = |by: &'static str, at: &AtK| {
        let precision = at.precision;
        let figures = [precision.estimate, precision.low, precision.high, at.recall.estimate].map(said);
        [by.to_owned(), at.k.to_string()].into_iter().chain(figures).collect()
    };
    let points = evaluation.at_k.iter().map(|at| of("points", at));
    points.chain(evaluation.persistence_at_k.iter().map(|at| of("persistence", at))).collect()
}

fn calibration(evaluation: &Evaluation) -> Rows {
    let milli = |points: i64| format!("{}.{:03}", points / 1000, points % 1000);
    let of = |class: &super::calibration::Class| {
        let mut row = vec![milli(class.from), class.below.map_or_else(String::new, milli)];
        row.extend(cells(&class.observed));
        let seen = class.observed_of_foretold;
        row.extend([said(class.foretold), said(seen.estimate), seen.of.to_string()]);
        row
    };
    evaluation.calibration.classes.iter().map(of).collect()
}

fn leads(evaluation: &Evaluation) -> Rows {
    let of = |lead: &super::lead::Lead| {
        let [low, median, high] = lead.quartiles.map_or([None; 3], |quartiles| quartiles.map(Some));
        let Share { with, of, estimate, low: from, high: to, .. } = lead.warned;
        let warned = [with.to_string(), of.to_string(), said(estimate), said(from), said(to)];
        let months = [lead.at_least.to_string(), said(low), said(median), said(high)];
        std::iter::once(lead.band.name().to_owned()).chain(warned).chain(months).collect()
    };
    evaluation.leads.iter().map(of).collect()
}

fn as_csv(rows: &Rows) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|problem| csv::Error::from(problem.into_error()))
}
