//! The pages of the review queue, of what was decided, and of a row that is mended.
//!
//! In: the views of [`crate::review`]. Out: `/review`, `/review/decided`, and the form for a row that still can't be taken.
//! Always holds: each question is one form of its own, with its first candidate chosen; only the page's first question has
//! keys, since a key means one thing on a page.

use super::address;
use super::fields::Fields;
use super::page::Shell;
use super::words::{self, When};
use crate::review::{DecisionView, Found, Mended, Question};
use crate::triage::{FeedLine, HeldRow};
use askama::Template;
use form_urlencoded::{Serializer, parse};

/// The most cells that a row's form has.
pub const MOST_CELLS: usize = 200;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub feed: Option<String>,
    pub county: Option<String>,
    pub after: Option<i64>,
    /// Of what was decided: below this number.
    pub before: Option<i64>,
    /// Another council is looked for by name, for this question.
    pub question: Option<i64>,
    pub search: Option<String>,
}

impl Filter {
    /// Reads what stands after the `?`; what isn't understood is passed over.
    pub fn read(text: &str) -> Filter {
        let mut filter = Filter::default();
        for (key, value) in parse(text.as_bytes()) {
            let given = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
            match key.as_ref() {
                "feed" => filter.feed = given,
                "county" => filter.county = given,
                "after" => filter.after = given.and_then(|number| number.parse().ok()),
                "before" => filter.before = given.and_then(|number| number.parse().ok()),
                "question" => filter.question = given.and_then(|number| number.parse().ok()),
                "search" => filter.search = given,
                _ => {}
            }
        }
        filter
    }

    /// As a question's form carries it on: what comes after that question.
    pub fn of_form(fields: &Fields, question: i64) -> Filter {
        let given = |name: &str| Some(fields.one(name).to_owned()).filter(|text| !text.is_empty());
        Filter { feed: given("feed"), county: given("county"), after: Some(question), ..Filter::default() }
    }

    /// The address of the queue in that state.
    pub fn address(&self) -> String {
        let mut keys = Serializer::new(String::new());
        let after = self.after.map(|number| number.to_string());
        for (key, value) in [("feed", &self.feed), ("county", &self.county), ("after", &after)] {
            if let Some(value) = value {
                keys.append_pair(key, value);
            }
        }
        match keys.finish() {
            keys if keys.is_empty() => "/review".to_owned(),
            keys => format!("/review?{keys}"),
        }
    }
}

/// What the page of the queue is made of.
pub struct Queue {
    /// One more than are shown, where there are more.
    pub questions: Vec<Question>,
    /// Those whose answer is plain.
    pub plain: Vec<Question>,
    /// What the search for another council found.
    pub found: Vec<Found>,
    pub feeds: Vec<FeedLine>,
}

#[derive(Template)]
#[template(path = "review.html")]
struct QueueTemplate<'a> {
    shell: &'a Shell<'a>,
    filter: &'a Filter,
    feed: &'a str,
    county: &'a str,
    search: &'a str,
    feeds: &'a [FeedLine],
    questions: Vec<Shown<'a>>,
    plain: &'a [Question],
    next: Option<String>,
    /// Leads back to the start, where the page begins further on.
    from_start: Option<String>,
    lead: String,
}

struct Shown<'a> {
    question: &'a Question,
    first: bool,
    rows: String,
    candidates: Vec<Candidate<'a>>,
    /// Whether the first of them fits better than all others: only then it is marked beforehand.
    ahead: bool,
    found: &'a [Found],
    searched: bool,
    later: String,
}

struct Candidate<'a> {
    council: &'a crate::matching::Candidate,
    fits: u16,
    key: usize,
}

/// The page of the queue.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(queue: &Queue, (filter, most): (&Filter, usize), shell: &Shell<'_>) -> Result<String, askama::Error> {
    let more = queue.questions.len() > most;
    let after = |question: i64| Filter { after: Some(question), question: None, ..filter.clone() }.address();
    let shown = |(position, question): (usize, &Question)| {
        let searched = filter.question == Some(question.question) && filter.search.is_some();
        ShownParts { position, searched, later: after(question.question) }
    };
    let parts: Vec<ShownParts> = queue.questions.iter().take(most).enumerate().map(shown).collect();
    let questions: Vec<Shown<'_>> = queue
        .questions
        .iter()
        .zip(parts)
        .map(|(question, parts)| shown_question(question, parts, &queue.found))
        .collect();
    let last = queue.questions.get(most.saturating_sub(1)).filter(|_| more);
    let waiting = i64::try_from(questions.len()).unwrap_or(i64::MAX);
    QueueTemplate {
        shell,
        filter,
        feed: filter.feed.as_deref().unwrap_or_default(),
        county: filter.county.as_deref().unwrap_or_default(),
        search: filter.search.as_deref().unwrap_or_default(),
        feeds: &queue.feeds,
        lead: match (waiting, more) {
            (0, _) => "No name waits for you here.".to_owned(),
            (_, true) => {
                format!("More than {} names wait for somebody to say which council is meant.", words::count(waiting))
            }
            (1, false) => "One name waits for somebody to say which council is meant.".to_owned(),
            _ => format!("{} names wait for somebody to say which council is meant.", words::count(waiting)),
        },
        questions,
        plain: &queue.plain,
        next: last.map(|last| after(last.question)),
        from_start: filter.after.map(|_| Filter { after: None, question: None, ..filter.clone() }.address()),
    }
    .render()
}

struct ShownParts {
    position: usize,
    searched: bool,
    later: String,
}

fn shown_question<'a>(question: &'a Question, parts: ShownParts, found: &'a [Found]) -> Shown<'a> {
    let candidates = question.row.candidates.iter().enumerate().map(|(at, council)| Candidate {
        council,
        fits: council.score.min(1000) / 10,
        key: at + 1,
    });
    let ahead = match question.row.candidates.as_slice() {
        [first, second, ..] => first.score > second.score,
        few => few.len() == 1,
    };
    Shown {
        question,
        ahead,
        first: parts.position == 0,
        rows: words::plural(question.rows, "row", "rows"),
        candidates: candidates.collect(),
        found: if parts.searched { found } else { &[] },
        searched: parts.searched,
        later: parts.later,
    }
}

#[derive(Template)]
#[template(path = "decided.html")]
struct DecidedTemplate<'a> {
    shell: &'a Shell<'a>,
    decisions: Vec<Line<'a>>,
    older: Option<String>,
}

struct Line<'a> {
    view: &'a DecisionView,
    at: When,
    undone_at: Option<When>,
    href: String,
    run: String,
}

/// The page of what was decided; `decisions` has one more than are shown, where there are more.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_decided(decisions: &[DecisionView], most: i64, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let line = |view: &'_ DecisionView| (words::moment(view.decided_at), view.undone_at.map(words::moment));
    let lines = decisions.iter().take(most).map(|view| {
        let (at, undone_at) = line(view);
        let href = view.gss_code.as_deref().map(address::of_council).unwrap_or_default();
        Line { view, at, undone_at, href, run: address::of_run(view.run) }
    });
    let last = decisions.get(most.saturating_sub(1)).filter(|_| decisions.len() > most);
    DecidedTemplate {
        shell,
        decisions: lines.collect(),
        older: last.map(|last| format!("/review/decided?before={}", last.decision)),
    }
    .render()
}

/// One cell of the form by which a row is mended.
pub struct CellField {
    pub number: usize,
    pub column: String,
    pub text: String,
    /// Whether it is masked: then it stays as it is, unless something is entered.
    pub hidden: bool,
    pub wrong: bool,
}

/// The cells of a row, and those that it has to have beside, or that a problem blames.
pub fn cell_fields(row: &HeldRow, beside: &[String]) -> Vec<CellField> {
    let blamed = |column: &str| row.problems.iter().any(|problem| problem.column.as_deref() == Some(column));
    let hidden = |column: &str| row.personal.iter().any(|cell| cell.hidden && cell.column == column);
    let mut columns: Vec<(String, String)> = row.raw.clone();
    let others = row.problems.iter().filter_map(|problem| problem.column.clone()).chain(beside.iter().cloned());
    for column in others {
        if !columns.iter().any(|(known, _)| *known == column) {
            columns.push((column, String::new()));
        }
    }
    let field = |(number, (column, text)): (usize, (String, String))| {
        let hidden = hidden(&column);
        CellField { number, wrong: blamed(&column), text: if hidden { String::new() } else { text }, column, hidden }
    };
    columns.into_iter().take(MOST_CELLS).enumerate().map(field).collect()
}

#[derive(Template)]
#[template(path = "mend.html")]
struct MendTemplate<'a> {
    shell: &'a Shell<'a>,
    run: i64,
    row: &'a HeldRow,
    fields: Vec<CellField>,
}

/// The page of a row that still can't be taken.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_mend(mended: &Mended, run: i64, shell: &Shell<'_>) -> Result<String, askama::Error> {
    MendTemplate { shell, run, row: &mended.row, fields: cell_fields(&mended.row, &mended.columns_beside) }.render()
}
