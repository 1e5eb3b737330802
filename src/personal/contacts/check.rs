//! What an officer enters of a contact, checked.
//!
//! In: [`Details`] as entered. Out: the same as they are kept, trimmed and in one spelling, or a refusal with everything
//! that is wrong. Always holds: a refusal never repeats what was entered.

use super::Details;
use crate::error::AppError;
use crate::personal::refused;
use crate::personal::screening::screen;

/// The longest name, in characters.
const LONGEST_NAME: usize = 120;
/// The longest e-mail address, in octets (RFC 5321 4.5.3.1.3, less its two brackets).
const LONGEST_EMAIL: usize = 254;
/// The longest telephone number as written, in characters.
const LONGEST_TELEPHONE: usize = 40;
/// The longest source, in characters.
const LONGEST_SOURCE: usize = 200;

/// The details as they are kept.
///
/// # Errors
/// [`crate::error::Code::InputRefused`], with a sentence for each field that can't be taken.
pub(super) fn checked(details: &Details) -> Result<Details, AppError> {
    let mut wrong: Vec<String> = Vec::new();
    let mut take = |what: &str, entered: Option<&String>, longest: usize| {
        let entered = entered.map(|entered| entered.trim()).filter(|entered| !entered.is_empty())?;
        if entered.chars().any(char::is_control) {
            wrong.push(format!("The {what} holds a control character, such as a line's end or a NUL."));
        } else if entered.chars().count() > longest {
            wrong.push(format!("The {what} is longer than {longest} characters."));
        } else {
            return Some(entered.to_owned());
        }
        None
    };
    let name = take("name", details.name.as_ref(), LONGEST_NAME);
    let email = take("e-mail address", details.email.as_ref(), LONGEST_EMAIL).map(|email| email.to_lowercase());
    let telephone = take("telephone number", details.telephone.as_ref(), LONGEST_TELEPHONE);
    let source = take("source", Some(&details.source), LONGEST_SOURCE);
    let is_given = |entered: &Option<String>| entered.as_ref().is_some_and(|entered| !entered.trim().is_empty());
    if email.as_ref().is_some_and(|email| email.parse::<lettre::Address>().is_err()) {
        wrong.push("The e-mail address is none; one looks like clerk@example.org.".to_owned());
    }
    if telephone.as_ref().is_some_and(|telephone| !is_telephone(telephone)) {
        wrong.push(
            "The telephone number is none; one has 9 to 15 digits, such as 01632 960123, with an extension after ext."
                .to_owned(),
        );
    }
    if let Some(finding) = source.as_ref().and_then(|source| screen(source)) {
        wrong.push(format!("The source holds what looks like {}; name the list or the body.", finding.words()));
    }
    if details.source.trim().is_empty() {
        wrong.push("The source is missing: say who told us, such as “the association's list”.".to_owned());
    }
    if ![&details.name, &details.email, &details.telephone].into_iter().any(is_given) {
        wrong
            .push("Neither a name nor an e-mail address nor a telephone number is given; give one of them.".to_owned());
    }
    match source {
        Some(source) if wrong.is_empty() => Ok(Details { post: details.post, name, email, telephone, source }),
        _ => Err(refused(wrong.join(" "), "Put this right and send it again; nothing was kept.")),
    }
}

/// Digits in groups, perhaps with a country's code in front and an extension behind.
fn is_telephone(written: &str) -> bool {
    let lower = written.to_ascii_lowercase();
    let (number, extension) = match lower.split_once("ext").or_else(|| lower.split_once('x')) {
        Some((number, extension)) => (number, Some(extension.trim_start_matches(['.', ' ', ':']).trim_end())),
        None => (lower.as_str(), None),
    };
    let number = number.trim();
    let rest = number.strip_prefix('+').unwrap_or(number);
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    let in_groups = rest.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '(' | ')' | '.'));
    let extension = extension.is_none_or(|extension| {
        (1..=6).contains(&extension.len()) && extension.bytes().all(|digit| digit.is_ascii_digit())
    });
    in_groups && (9..=15).contains(&digits) && extension
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personal::contacts::Post;

    fn details() -> Details {
        Details {
            post: Post::Clerk,
            name: Some(" Jane Example ".to_owned()),
            email: Some("Clerk@Example.org".to_owned()),
            telephone: Some("+44 (0)1632 960123 ext. 4".to_owned()),
            source: "the association's list".to_owned(),
        }
    }

    fn told(change: impl FnOnce(&mut Details)) -> String {
        let mut details = details();
        change(&mut details);
        checked(&details).unwrap_err().happened
    }

    #[test]
    fn what_is_kept_is_trimmed_and_the_address_in_lower_case() {
        let kept = checked(&details()).unwrap();
        assert_eq!((kept.name.as_deref(), kept.email.as_deref()), (Some("Jane Example"), Some("clerk@example.org")));
        let blank = Details { name: Some(" ".to_owned()), telephone: None, ..details() };
        assert_eq!(checked(&blank).unwrap().name, None, "a blank field of a form is none");
    }

    #[test]
    fn what_cannot_be_taken_is_told_in_words_and_not_repeated() {
        let none = "The e-mail address is none; one looks like clerk@example.org.";
        for email in ["jane", "jane@", "@example.org", "jane example@example.org", "<jane@example.org>"] {
            assert_eq!(told(|details| details.email = Some(email.to_owned())), none, "{email}");
        }
        let none =
            "The telephone number is none; one has 9 to 15 digits, such as 01632 960123, with an extension after ext.";
        for telephone in ["12345", "ask Jane", "0163296012301632960123", "01632 960123 ext", "01632 960123 ext 1234567"]
        {
            assert_eq!(told(|details| details.telephone = Some(telephone.to_owned())), none, "{telephone}");
        }
        assert_eq!(
            told(|details| details.name = Some("Jane\0Example".to_owned())),
            "The name holds a control character, such as a line's end or a NUL."
        );
        assert_eq!(told(|details| details.name = Some("x".repeat(121))), "The name is longer than 120 characters.");
        assert_eq!(told(|details| details.source = "x".repeat(201)), "The source is longer than 200 characters.");
        assert_eq!(
            told(|details| details.source = "told by Mrs Sample".to_owned()),
            "The source holds what looks like a person's name; name the list or the body."
        );
        assert_eq!(
            told(|details| {
                details.source = String::new();
                (details.name, details.email, details.telephone) = (None, Some("  ".to_owned()), None);
            }),
            "The source is missing: say who told us, such as “the association's list”. Neither a name nor an e-mail \
             address nor a telephone number is given; give one of them."
        );
    }

    #[test]
    fn telephone_numbers_are_taken_as_people_write_them() {
        for telephone in ["01632 960123", "(01632) 960-123", "+44 7700 900123", "0044 1632 960123", "01632960123 x12"] {
            assert!(is_telephone(telephone), "{telephone}");
        }
    }
}
