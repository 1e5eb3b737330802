//! Breaking a letter's lines.
//!
//! In: a text, one line a paragraph. Out: the same words in lines of at most [`WIDTH`] characters, a line end after each. Always
//! holds: no word is broken or changed, so a link stays whole, even where it is longer than a line.

/// Under the 78 characters that RFC 5322, section 2.1.1, asks for.
pub(super) const WIDTH: usize = 76;

/// Breaks lines at spaces. A paragraph that is set in keeps its margin in each of its lines.
pub(super) fn wrapped(text: &str) -> String {
    let mut broken = String::with_capacity(text.len() + text.len() / 40);
    for paragraph in text.trim().lines() {
        let margin: String = paragraph.chars().take_while(|letter| *letter == ' ').collect();
        let mut width = 0;
        for word in paragraph.split_whitespace() {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > WIDTH {
                broken.push('\n');
                width = 0;
            }
            let before = if width == 0 { margin.as_str() } else { " " };
            broken.push_str(before);
            broken.push_str(word);
            width += before.chars().count() + length;
        }
        broken.push('\n');
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_margins_and_long_links_stay() {
        let link = format!("https://bellwether.example.org/sign-in/{}", "x".repeat(60));
        let text = format!("{}\n\n  {link}\n\nEnd", "word ".repeat(20));
        let expected = format!("{}\n{}\n\n  {link}\n\nEnd\n", ["word"; 15].join(" "), ["word"; 5].join(" "));
        assert_eq!(wrapped(&text), expected);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_too_long(text in "[a-zé ]{0,40}(\n[a-zé ]{0,300}){0,5}") {
            let broken = wrapped(&text);
            prop_assert_eq!(
                broken.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>()
            );
            for line in broken.lines() {
                prop_assert!(line.chars().count() <= WIDTH || line.split_whitespace().count() == 1, "{line:?}");
            }
        }
    }
}
