//! One chart as SVG: axes, lines, dots with their intervals, bars, and the words for whoever doesn't see it.
//!
//! In: a [`Chart`] in its own units. Out: the text of an SVG file. Always holds: it has a title and a description;
//! series differ by dashes as well as by colour; the same chart gives the same text; a chart of nothing says so.

use askama::Template;

const LEFT: f64 = 70.0;
const RIGHT: f64 = 610.0;
const TOP: f64 = 70.0;
const BOTTOM: f64 = 400.0;

/// What is drawn.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    pub title: String,
    /// What it shows, in sentences, with its figures.
    pub desc: String,
    pub x_label: String,
    pub y_label: String,
    /// From and to, on each axis.
    pub x: [f64; 2],
    pub y: [f64; 2],
    /// Where the axes are labelled, and with what.
    pub x_ticks: Vec<(f64, String)>,
    pub y_ticks: Vec<(f64, String)>,
    pub lines: Vec<Line>,
    pub dots: Vec<Dot>,
    /// Places and heights of bars as wide as one unit.
    pub bars: Vec<(f64, f64)>,
}

/// A line through points.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// For the legend; none for a line that stands for itself.
    pub name: Option<String>,
    /// 0, 1 or 2.
    pub style: u8,
    pub points: Vec<[f64; 2]>,
}

/// A dot with the interval that it may lie in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dot {
    pub style: u8,
    pub at: [f64; 2],
    pub low: f64,
    pub high: f64,
}

#[derive(Template)]
#[template(path = "chart.svg", escape = "html")]
struct Drawn {
    title: String,
    desc: String,
    x_label: String,
    y_label: String,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    lines: Vec<DrawnLine>,
    dots: Vec<DrawnDot>,
    bars: Vec<DrawnBar>,
    legend: Vec<Named>,
    nothing: bool,
}

struct Tick {
    at: String,
    label: String,
}

struct DrawnLine {
    style: u8,
    points: String,
}

struct DrawnDot {
    style: u8,
    x: String,
    y: String,
    low: String,
    high: String,
}

struct DrawnBar {
    x: String,
    y: String,
    width: String,
    height: String,
}

struct Named {
    style: u8,
    x: String,
    line_ends: String,
    text: String,
    words: String,
}

impl Chart {
    /// The chart as the text of an SVG file.
    ///
    /// # Errors
    /// When the template can't be filled in, which is not expected.
    pub fn svg(&self) -> Result<String, askama::Error> {
        let (across, up) = (|value| place(value, self.x, [LEFT, RIGHT]), |value| place(value, self.y, [BOTTOM, TOP]));
        let line = |line: &Line| {
            let points: Vec<String> =
                line.points.iter().map(|[x, y]| format!("{},{}", shown(across(*x)), shown(up(*y)))).collect();
            DrawnLine { style: line.style, points: points.join(" ") }
        };
        let dot = |dot: &Dot| DrawnDot {
            style: dot.style,
            x: shown(across(dot.at[0])),
            y: shown(up(dot.at[1])),
            low: shown(up(dot.low)),
            high: shown(up(dot.high)),
        };
        let bar = |(x, height): &(f64, f64)| DrawnBar {
            x: shown(across(*x - 0.4)),
            y: shown(up(*height)),
            width: shown(across(*x + 0.4) - across(*x - 0.4)),
            height: shown(BOTTOM - up(*height)),
        };
        let ticks = |ticks: &[(f64, String)], at: &dyn Fn(f64) -> f64| {
            ticks.iter().map(|(value, label)| Tick { at: shown(at(*value)), label: label.clone() }).collect()
        };
        Drawn {
            title: self.title.clone(),
            desc: self.desc.clone(),
            x_label: self.x_label.clone(),
            y_label: self.y_label.clone(),
            x_ticks: ticks(&self.x_ticks, &across),
            y_ticks: ticks(&self.y_ticks, &up),
            lines: self.lines.iter().map(line).collect(),
            dots: self.dots.iter().map(dot).collect(),
            bars: self.bars.iter().map(bar).collect(),
            legend: self.legend(),
            nothing: self.dots.is_empty() && self.bars.is_empty() && self.lines.iter().all(|line| line.name.is_none()),
        }
        .render()
    }

    fn legend(&self) -> Vec<Named> {
        let named = self.lines.iter().filter_map(|line| Some((line.style, line.name.clone()?)));
        let mut x = LEFT;
        named
            .map(|(style, words)| {
                let begins = x;
                // About seven units a letter at this size.
                x += 60.0 + 7.0 * super::share::number(words.chars().count());
                Named { style, x: shown(begins), line_ends: shown(begins + 28.0), text: shown(begins + 36.0), words }
            })
            .collect()
    }
}

/// Where a value stands between two ends.
fn place(value: f64, [from, to]: [f64; 2], [first, last]: [f64; 2]) -> f64 {
    if to > from { first + (value - from) / (to - from) * (last - first) } else { first }
}

/// One decimal is finer than any eye.
fn shown(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_where_they_belong_and_words_are_escaped() {
        let chart = Chart {
            title: "Found & <missed>".to_owned(),
            desc: "Half.".to_owned(),
            x: [0.0, 1.0],
            y: [0.0, 1.0],
            x_ticks: vec![(0.5, "50 %".to_owned())],
            lines: vec![Line { name: Some("Points".to_owned()), style: 0, points: vec![[0.0, 0.0], [0.5, 1.0]] }],
            dots: vec![Dot { style: 0, at: [1.0, 0.5], low: 0.25, high: 0.75 }],
            bars: vec![(0.5, 0.5)],
            ..Chart::default()
        };
        let svg = chart.svg().unwrap();
        assert!(svg.contains("<title id=\"chart-title\">Found &#38; &#60;missed&#62;</title>"), "{svg}");
        assert!(svg.contains("points=\"70.0,400.0 340.0,70.0\"") && svg.contains("cx=\"610.0\" cy=\"235.0\""), "{svg}");
        assert!(svg.contains("y1=\"317.5\" y2=\"152.5\"") && !svg.contains("Nothing to show"), "{svg}");
        assert!(Chart::default().svg().unwrap().contains("Nothing to show"));
    }
}
