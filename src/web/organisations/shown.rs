//! A new key, shown this once.
//!
//! In: a [`KeyShown`]. Out: the page. Always holds: the key stands on this page and in nothing that is kept, which is why
//! the view has no debug text.

use crate::web::page::Shell;
use crate::web::words::{self, When};
use askama::Template;
use jiff::Timestamp;

/// A key just after it was drawn.
pub struct KeyShown {
    /// The whole key.
    pub key: String,
    /// What it is for.
    pub name: String,
    pub expires: Timestamp,
    /// The path to go back to.
    pub back: String,
}

#[derive(Template)]
#[template(path = "key_shown.html")]
struct KeyShownTemplate<'a> {
    shell: &'a Shell<'a>,
    view: &'a KeyShown,
    expires: When,
}

/// The page that shows it.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render_key_shown(view: &KeyShown, shell: &Shell<'_>) -> Result<String, askama::Error> {
    KeyShownTemplate { shell, view, expires: words::moment(view.expires) }.render()
}
