//! What stands round every page: the name, the way to the other pages, the notice that councils are invented.
//!
//! In: what the server knows about itself and the path that was asked for. Out: the context of `layout.html`. Always
//! holds: exactly one place of the navigation is marked as the current one, or none.

/// The context of the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shell<'a> {
    /// Whether every council shown is invented.
    pub demo: bool,
    /// The version that runs, such as `0.1.0`.
    pub version: &'a str,
    /// The path that was asked for, such as `/councils/E04000001`.
    pub path: &'a str,
}

/// One place of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub href: &'static str,
    pub title: &'static str,
    /// `page` on that very page, `true` on a page below it, none elsewhere: what `aria-current` says.
    pub current: Option<&'static str>,
}

impl Shell<'_> {
    /// The places of the navigation, in order.
    pub fn places(&self) -> [Place; 3] {
        let place = |href, title, below: &str| {
            let current = if self.path == href {
                Some("page")
            } else {
                (!below.is_empty() && self.path.starts_with(below)).then_some("true")
            };
            Place { href, title, current }
        };
        [
            place("/", "Monday’s list", "/councils/"),
            place("/feeds", "Sources", "/runs/"),
            place("/api/docs", "API documentation", ""),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_that_one_is_in_is_marked_and_no_other() {
        for (path, current) in [
            ("/", [Some("page"), None, None]),
            ("/councils/E04999001", [Some("true"), None, None]),
            ("/feeds", [None, Some("page"), None]),
            ("/runs/7", [None, Some("true"), None]),
            ("/nowhere", [None, None, None]),
        ] {
            let shell = Shell { demo: false, version: "1", path };
            assert_eq!(shell.places().map(|place| place.current), current, "{path}");
        }
    }
}
