//! The page that says that something isn't there or went wrong.
//!
//! In: a [`Message`]. Out: the page. Always holds: it says what happened and what to do next, and shows nothing of the
//! inside.

use super::page::Shell;
use askama::Template;

/// What to tell somebody whose page can't be shown; plain text throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// The HTTP status, such as 404.
    pub status: u16,
    /// Such as "There is no such page".
    pub title: &'a str,
    pub what_happened: &'a str,
    pub what_next: &'a str,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessageTemplate<'a> {
    shell: &'a Shell<'a>,
    message: Message<'a>,
}

/// The page that says so.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(message: Message<'_>, shell: &Shell<'_>) -> Result<String, askama::Error> {
    MessageTemplate { shell, message }.render()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::examples::check::Checked;

    #[test]
    fn it_says_what_happened_and_what_to_do_and_runs_nothing_that_was_asked_for() {
        let message = Message {
            status: 404,
            title: "There is no such page",
            what_happened: "Nothing is kept at /<script>alert(1)</script>.",
            what_next: "Go to Monday’s list and look for the council by name.",
        };
        let page = render(message, &Shell { demo: true, version: "0.1.0", path: "/<script>", account: None }).unwrap();
        let checked = Checked::read(&page);
        assert_eq!(checked.title(), "There is no such page – Bellwether");
        assert_eq!(checked.texts("h1"), ["There is no such page"]);
        assert!(checked.text().contains("Nothing is kept at /<script>alert(1)</script>."));
        assert!(checked.text().contains("look for the council by name"));
        assert!(checked.text().contains("404"));
        assert!(checked.text().contains("Invented councils"));
    }
}
