//! Retention: how long things are kept, what is due to go, and what went.
//!
//! In: a [`RetentionView`]. Out: the page at `/retention`. Always holds: every class is shown with its rule and why, also
//! those of which nothing is due; the page removes nothing.

use super::page::Shell;
use super::words::{self, When};
use crate::retention::{DueView, RemovalView, RetentionView};
use askama::Template;

#[derive(Template)]
#[template(path = "retention.html")]
struct RetentionTemplate<'a> {
    shell: &'a Shell<'a>,
    view: &'a RetentionView,
    as_of: When,
    /// What is due in all, in a sentence.
    due_in_all: String,
    classes: Vec<Kept<'a>>,
    /// What is never removed, and why.
    for_good: Vec<(String, &'a str)>,
    went: Vec<Gone<'a>>,
}

/// A class of things that are kept for a time.
struct Kept<'a> {
    view: &'a DueView,
    before: When,
    due: String,
    /// From when to when what is due is dated.
    dated: Option<(When, When)>,
    still_counting: Option<String>,
}

struct Gone<'a> {
    view: &'a RemovalView,
    at: When,
    before: When,
    how_many: String,
    by: String,
}

/// The page.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &RetentionView, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let due = view.due.iter().fold(0_i64, |sum, class| sum.saturating_add(class.due));
    RetentionTemplate {
        shell,
        view,
        as_of: words::day(view.as_of),
        due_in_all: match due {
            0 => "Nothing is due to go today.".to_owned(),
            1 => "One thing is due to go with the next night’s run.".to_owned(),
            due => format!("{} things are due to go with the next night’s run.", words::count(due)),
        },
        classes: view.due.iter().map(kept).collect(),
        for_good: view.for_good.iter().map(|kept| (titled(&kept.name), kept.because.as_str())).collect(),
        went: view.went.iter().map(gone).collect(),
    }
    .render()
}

/// A name of the rules as people read it: `audit_log` is "Audit log".
fn titled(name: &str) -> String {
    words::capitalised(&name.replace('_', " "))
}

fn kept(view: &DueView) -> Kept<'_> {
    Kept {
        view,
        before: words::day(view.before),
        due: words::count(view.due),
        dated: view.oldest.zip(view.newest).map(|(oldest, newest)| (words::day(oldest), words::day(newest))),
        still_counting: (view.still_counting > 0).then(|| words::count(view.still_counting)),
    }
}

fn gone(view: &RemovalView) -> Gone<'_> {
    Gone {
        view,
        at: words::moment(view.at),
        before: words::day(view.before),
        how_many: words::count(view.how_many),
        by: match view.by.as_str() {
            "system" => "the nightly run".to_owned(),
            "command" => "somebody’s command".to_owned(),
            other => other.replacen(':', " ", 1),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retention::{Class, ForGoodView};
    use crate::web::examples::MARKUP;
    use crate::web::examples::accounts::{TOKEN, account, every_form_carries, posts, shell};
    use crate::web::examples::check::Checked;
    use jiff::civil::date;

    fn class(class: Class, title: &str, due: i64) -> DueView {
        DueView {
            class,
            title: title.to_owned(),
            rule: "Kept for 24 months from the decision.".to_owned(),
            because: "A council must be able to check what still counts.".to_owned(),
            fate: "removed".to_owned(),
            before: date(2024, 6, 1),
            due,
            still_counting: 0,
            oldest: (due > 0).then(|| date(2023, 1, 9)),
            newest: (due > 0).then(|| date(2024, 5, 30)),
            examples: Vec::new(),
        }
    }

    fn view() -> RetentionView {
        RetentionView {
            as_of: date(2026, 6, 1),
            rules_from: "built in".to_owned(),
            due: vec![
                DueView {
                    still_counting: 3,
                    examples: vec!["evidence 12 of E04999001".to_owned(), MARKUP.to_owned()],
                    ..class(Class::Complaints, "Complaints that were decided", 1_204)
                },
                DueView { fate: "pseudonymised".to_owned(), ..class(Class::Scores, "Scores by council", 0) },
            ],
            for_good: vec![ForGoodView { name: "audit_log".to_owned(), because: MARKUP.to_owned() }],
            went: vec![RemovalView {
                at: "2026-05-31T01:30:00Z".parse().unwrap(),
                class: Class::Complaints,
                title: "Complaints that were decided".to_owned(),
                fate: "removed".to_owned(),
                rule: "Kept for 24 months from the decision.".to_owned(),
                before: date(2024, 5, 31),
                how_many: 2_011,
                by: "system".to_owned(),
            }],
        }
    }

    fn page(view: &RetentionView) -> Checked {
        let account = account(&[]);
        let page = Checked::read(&render(view, &shell("/retention", Some(&account))).unwrap());
        every_form_carries(TOKEN, &page);
        assert_eq!(posts(&page), ["/sign-out"], "looking removes nothing");
        page
    }

    #[test]
    fn every_class_shows_its_rule_why_and_what_is_due() {
        let page = page(&view());
        assert_eq!(page.title(), "How long things are kept – Bellwether");
        assert_eq!(page.texts_of_class("lead"), ["1,204 things are due to go with the next night’s run."]);
        let rows = page.texts("tr");
        assert!(
            rows[1].starts_with("Complaints that were decided Kept for 24 months from the decision."),
            "{}",
            rows[1]
        );
        assert!(rows[1].contains("1,204 removed: dated 9 January 2023 to 30 May 2024"), "{}", rows[1]);
        assert!(rows[1].contains("3 more are old enough and stay: without them a score of today would change."));
        assert!(rows[2].contains("Nothing"), "{}", rows[2]);
        assert!(page.texts("li").contains(&MARKUP.to_owned()), "examples are shown");
        assert!(page.text().contains("Audit log"));
    }

    #[test]
    fn what_went_is_told_with_the_rule_of_then() {
        let page = page(&view());
        let row = page.texts("tr").pop().unwrap();
        assert_eq!(
            row,
            "31 May 2026 at 02:30 Complaints that were decided 2,011 removed Dated before 31 May 2024. Kept for 24 months \
             from the decision. The nightly run"
        );
        let none = self::page(&RetentionView { went: Vec::new(), ..view() });
        assert!(none.text().contains("Nothing has gone yet."));
    }

    #[test]
    fn what_is_due_is_counted_in_words() {
        for (due, says) in
            [(0, "Nothing is due to go today."), (1, "One thing is due to go with the next night’s run.")]
        {
            let due = vec![class(Class::Complaints, "Complaints", due)];
            let page = page(&RetentionView { due, for_good: Vec::new(), ..view() });
            assert_eq!(page.texts_of_class("lead"), [says]);
            assert!(!page.texts("h2").contains(&"What is never removed".to_owned()));
        }
    }
}
