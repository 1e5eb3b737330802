//! The four charts of an evaluation.
//!
//! In: an [`Evaluation`]. Out: the name and the text of each SVG file. Always holds: the description of each says its
//! figures, so that it can be read without being seen.

use super::chart::{Chart, Dot, Line};
use super::roc::{Area, CurvePoint};
use super::share::number;
use super::top::AtK;
use super::{Evaluation, lead::Lead};
use crate::scoring::Band;

/// Every chart, by the name of its file.
///
/// # Errors
/// When a template can't be filled in, which is not expected.
pub fn charts(evaluation: &Evaluation) -> Result<Vec<(&'static str, String)>, askama::Error> {
    Ok(vec![
        ("roc.svg", roc(evaluation).svg()?),
        ("precision-at-k.svg", at_k(evaluation).svg()?),
        ("calibration.svg", calibration(evaluation).svg()?),
        ("lead-time.svg", lead(evaluation).svg()?),
    ])
}

/// A share as people read it: `12.3 %`; a dash where it can't be said.
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "can't say".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// An area as people read it: `0.81 (0.76 to 0.85)`.
pub fn area_in_words(area: &Area) -> String {
    match (area.estimate, area.low, area.high) {
        (Some(area), Some(low), Some(high)) => format!("{area:.3} ({low:.3} to {high:.3})"),
        (Some(area), ..) => format!("{area:.3} (interval: can't say)"),
        _ => "can't say".to_owned(),
    }
}

fn hundred() -> Vec<(f64, String)> {
    (0..=5_u8).map(|fifth| (f64::from(fifth) / 5.0, format!("{} %", u32::from(fifth) * 20))).collect()
}

fn roc(evaluation: &Evaluation) -> Chart {
    let line = |name: &str, style, curve: &[CurvePoint]| Line {
        name: (!curve.is_empty()).then(|| name.to_owned()),
        style,
        points: curve.iter().map(|point| [point.false_alarms, point.found]).collect(),
    };
    let roc = &evaluation.roc;
    Chart {
        title: "Who will have the outcome: points against persistence".to_owned(),
        desc: format!(
            "ROC curves. Area under the curve of points {}, of persistence {}; 0.5 is chance. {} rows with the \
             outcome, {} without.",
            area_in_words(&roc.points),
            area_in_words(&roc.persistence),
            roc.points.positives,
            roc.points.negatives
        ),
        x_label: "Warned of, of those without the outcome".to_owned(),
        y_label: "Warned of, of those with it".to_owned(),
        x: [0.0, 1.0],
        y: [0.0, 1.0],
        x_ticks: hundred(),
        y_ticks: hundred(),
        lines: vec![
            Line { name: None, style: 2, points: vec![[0.0, 0.0], [1.0, 1.0]] },
            line("Points", 0, &roc.curve),
            line("Persistence", 1, &roc.curve_of_persistence),
        ],
        ..Chart::default()
    }
}

fn at_k(evaluation: &Evaluation) -> Chart {
    let line = |name: &str, style, at: &[AtK]| Line {
        name: (!at.is_empty()).then(|| name.to_owned()),
        style,
        points: at.iter().filter_map(|at| Some([number(at.k), at.precision.estimate?])).collect(),
    };
    let most = evaluation.at_k.last().map_or(1, |at| at.k);
    let base = evaluation.base_rate.estimate.unwrap_or(0.0);
    let last = |at: &[AtK]| percent(at.last().and_then(|at| at.precision.estimate));
    Chart {
        title: "Of the first k councils, how many had the outcome".to_owned(),
        desc: format!(
            "Precision at k over {} cut-offs. At k = {most}: by points {}, by persistence {}; of all councils {}.",
            evaluation.cut_offs.len(),
            last(&evaluation.at_k),
            last(&evaluation.persistence_at_k),
            percent(evaluation.base_rate.estimate)
        ),
        x_label: "k: the councils first in line".to_owned(),
        y_label: "With the outcome".to_owned(),
        x: [0.0, number(most)],
        y: [0.0, 1.0],
        x_ticks: (0..=4).map(|part| most * part / 4).map(|k| (number(k), k.to_string())).collect(),
        y_ticks: hundred(),
        lines: vec![
            line("Points", 0, &evaluation.at_k),
            line("Persistence", 1, &evaluation.persistence_at_k),
            Line {
                name: evaluation.base_rate.estimate.map(|_| "All councils".to_owned()),
                style: 2,
                points: vec![[0.0, base], [number(most), base]],
            },
        ],
        ..Chart::default()
    }
}

fn calibration(evaluation: &Evaluation) -> Chart {
    let classes = &evaluation.calibration.classes;
    let dots: Vec<Dot> = classes
        .iter()
        .filter_map(|class| {
            let seen = class.observed_of_foretold;
            Some(Dot { style: 0, at: [class.foretold?, seen.estimate?], low: seen.low?, high: seen.high? })
        })
        .collect();
    let each: Vec<String> = classes
        .iter()
        .filter(|class| class.foretold.is_some())
        .map(|class| {
            let seen = class.observed_of_foretold;
            format!(
                "{}: foretold {}, came {} of {}",
                points_of(class.from, class.below),
                percent(class.foretold),
                percent(seen.estimate),
                seen.of
            )
        })
        .collect();
    // Outcomes are rare: the axes reach to the next twenty per cent above what there is.
    let most = dots.iter().flat_map(|dot| [dot.at[0], dot.high]).fold(0.0, f64::max);
    let most = (1..=5_u8).map(|fifth| f64::from(fifth) / 5.0).find(|end| *end >= most).unwrap_or(1.0);
    let ticks: Vec<(f64, String)> = (0..=4_u8)
        .map(|part| f64::from(part) / 4.0 * most)
        .map(|share| (share, format!("{:.0} %", share * 100.0)))
        .collect();
    Chart {
        title: "Foretold by points, and what came".to_owned(),
        desc: format!(
            "Each dot is a class of points, with an interval of 95 per cent; on the dotted line what came \
             is what was foretold from earlier cut-offs. {}.",
            if each.is_empty() { "Nothing could be foretold yet".to_owned() } else { each.join("; ") }
        ),
        x_label: "Share foretold from earlier cut-offs".to_owned(),
        y_label: "Share that had the outcome".to_owned(),
        x: [0.0, most],
        y: [0.0, most],
        x_ticks: ticks.clone(),
        y_ticks: ticks,
        lines: vec![Line { name: None, style: 2, points: vec![[0.0, 0.0], [most, most]] }],
        dots,
        ..Chart::default()
    }
}

fn lead(evaluation: &Evaluation) -> Chart {
    let nobody = Vec::new();
    let support: Option<&Lead> = evaluation.leads.iter().find(|lead| lead.band == Band::OfferSupport);
    let months = support.map_or(&nobody, |lead| &lead.months);
    let longest = months.last().copied().unwrap_or(0).max(12);
    let count = |month: i32| months.iter().filter(|lead| **lead == month).count();
    let most = (0..=longest).map(count).max().unwrap_or(0).max(4);
    Chart {
        title: "Months from the warning to the outcome".to_owned(),
        desc: support.map_or_else(String::new, |lead| {
            format!(
                "Of {} councils' first outcomes, {} were warned of at offer support or above. {}",
                lead.warned.of,
                lead.months.len(),
                lead.quartiles.map_or_else(String::new, |[low, median, high]| format!(
                    "Median {median:.1} months, quartiles {low:.1} and {high:.1}."
                ))
            )
        }),
        x_label: "Months (offer support or above, unbroken until the outcome)".to_owned(),
        y_label: "Councils".to_owned(),
        x: [-0.5, f64::from(longest) + 0.5],
        y: [0.0, number(most)],
        x_ticks: (0..=4).map(|part| longest * part / 4).map(|month| (f64::from(month), month.to_string())).collect(),
        y_ticks: [0, most].into_iter().map(|count| (number(count), count.to_string())).collect(),
        bars: (0..=longest)
            .map(|month| (f64::from(month), number(count(month))))
            .filter(|(_, councils)| *councils > 0.0)
            .collect(),
        ..Chart::default()
    }
}

/// A class of points in words.
pub fn points_of(from: i64, below: Option<i64>) -> String {
    match (from, below) {
        (0, Some(1)) => "0 points".to_owned(),
        (1, Some(below)) => format!("above 0, below {}", below / 1000),
        (from, Some(below)) => format!("{} to below {}", from / 1000, below / 1000),
        (from, None) => format!("{} and more", from / 1000),
    }
}
