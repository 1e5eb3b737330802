//! What must not be kept with evidence: a person's name, e-mail address or telephone number where a code should stand.
//!
//! In: the text of a code. Out: what it looks like, if it looks like something about a person. Always holds: a net with
//! wide meshes by intent; it catches what people type by habit, and a code such as `MO/2025/014` passes.

/// What in the text looks like something about a person, in words.
pub(in crate::ingest) fn names_a_person(text: &str) -> Option<&'static str> {
    if has_email_address(text) {
        Some("an e-mail address")
    } else if has_telephone_number(text) {
        Some("a telephone number")
    } else if has_titled_name(text) {
        Some("a person's name")
    } else {
        None
    }
}

fn has_email_address(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        word.split_once('@').is_some_and(|(before, after)| {
            before.ends_with(|letter: char| letter.is_alphanumeric())
                && after.split_once('.').is_some_and(|(host, rest)| !host.is_empty() && !rest.is_empty())
        })
    })
}

/// A British number: `+44` and ten digits, or eleven digits from a nought; ten only where they are set apart in groups.
fn has_telephone_number(text: &str) -> bool {
    let is_inside = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '(' | ')' | '.' | '+');
    text.split(|letter| !is_inside(letter)).any(|stretch| {
        let stretch = stretch.trim_start_matches([' ', '-', '.', '(', ')']);
        let digits: String = stretch.chars().filter(char::is_ascii_digit).collect();
        let grouped = stretch.trim_end().contains([' ', '-', '(', ')']);
        if stretch.starts_with('+') || digits.starts_with("0044") {
            return digits.trim_start_matches("00").starts_with("44") && (11..=15).contains(&digits.len());
        }
        let dialled = digits.strip_prefix('0').is_some_and(|rest| rest.starts_with(['1', '2', '3', '7', '8']));
        dialled && (digits.len() == 11 || (digits.len() == 10 && grouped))
    })
}

/// A title before a surname: "Mr Example", "Cllr. J Example", "councillor Example".
fn has_titled_name(text: &str) -> bool {
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || matches!(letter, '.' | ',' | '_' | '-' | '/' | ':' | '(' | ')'))
        .filter(|word| !word.is_empty())
        .collect();
    words.iter().enumerate().any(|(position, word)| {
        let title = word.to_lowercase();
        let plain_title = matches!(title.as_str(), "mr" | "mrs" | "cllr");
        // These are also other things ("MS" an office, "Dr" a road): only before a capital and small letters.
        let doubtful_title = matches!(title.as_str(), "ms" | "miss" | "dr" | "councillor");
        if !plain_title && !doubtful_title {
            return false;
        }
        let mut following = words.iter().skip(position + 1).skip_while(|word| word.chars().count() == 1);
        following.next().is_some_and(|surname| {
            let in_letters = surname.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '\'' | '’'));
            let as_a_name = surname.starts_with(char::is_uppercase) && surname.chars().any(char::is_lowercase);
            in_letters && (plain_title || as_a_name)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_caught() {
        for (text, what) in [
            ("clerk@example.org", "an e-mail address"),
            ("from clerk@example.org.uk, May", "an e-mail address"),
            ("07700 900123", "a telephone number"),
            ("07700900123", "a telephone number"),
            ("call (01632) 960 123", "a telephone number"),
            ("+44 7700 900123", "a telephone number"),
            ("0044 1632 960123", "a telephone number"),
            ("01632 96012", "a telephone number"),
            ("Mr Example", "a person's name"),
            ("mrs. example", "a person's name"),
            ("CLLR EXAMPLE 2025", "a person's name"),
            ("cllr-example", "a person's name"),
            ("Councillor J. O’Example", "a person's name"),
            ("Dr Example", "a person's name"),
            ("Ms A B Example", "a person's name"),
        ] {
            assert_eq!(names_a_person(text), Some(what), "{text}");
        }
    }

    #[test]
    fn codes_pass() {
        for text in [
            "MO/2025/014",
            "EX001",
            "2024-07-01/12",
            "0123456",
            "20240701123",
            "DR 1234",
            "MS-0042",
            "councillor conduct",
            "residents of Mill Lane",
            "@home",
            "a@b",
            "flood-2025",
            "pir/2025",
            "cllr",
            "3f2a0712-3456-0789-8123-456789abcdef",
        ] {
            assert_eq!(names_a_person(text), None, "{text}");
        }
    }
}
