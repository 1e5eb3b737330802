//! On the way to somebody's own sign-in.
//!
//! In: a provider's title and the address to go to. Out: the page between, which its answer's `Refresh` header leaves at
//! once. Always holds: it works without a script, and where a browser doesn't lead on by itself there is a link.

use super::page::Shell;
use askama::Template;

/// Where the browser goes. The address belongs to one sign-in, so there is no debug text.
pub struct Away {
    /// Such as "Microsoft".
    pub title: String,
    /// The provider's, with what it needs to know of this sign-in.
    pub address: String,
}

#[derive(Template)]
#[template(path = "away.html")]
struct AwayTemplate<'a> {
    shell: &'a Shell<'a>,
    view: &'a Away,
}

/// The page.
///
/// # Errors
/// Only if text can't be written to memory.
pub fn render(view: &Away, shell: &Shell<'_>) -> Result<String, askama::Error> {
    AwayTemplate { shell, view }.render()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::examples::MARKUP;
    use crate::web::examples::check::Checked;

    #[test]
    fn there_is_a_link_to_the_provider_whatever_its_name() {
        let address = "https://login.example.org/authorize?client_id=a&state=b";
        let view = Away { title: MARKUP.to_owned(), address: address.to_owned() };
        let shell = Shell { demo: false, version: "1", path: "/sign-in/openid/example", account: None };
        let page = Checked::read(&render(&view, &shell).unwrap());
        assert_eq!(page.link(&format!("Go on to {MARKUP}")), Some(address));
    }
}
