//! What names, addresses, keys and roles have to be like before they are kept.
//!
//! In: what somebody typed. Out: the same, trimmed and normal, or a refusal that says what is wrong with it. Always holds:
//! pure; a refusal repeats what was typed only where it is no person's.

use crate::auth::{OrganisationKind, Role};
use crate::error::{AppError, Code};

/// The longest name of an organisation, a person or a key, in characters.
const LONGEST_NAME: usize = 200;
/// The longest e-mail address in bytes (RFC 5321, section 4.5.3.1.3, less the brackets).
const LONGEST_EMAIL: usize = 254;
/// The longest key of an organisation, in characters.
const LONGEST_KEY: usize = 40;

/// A value that can't be kept.
pub(in crate::auth) fn refused(happened: impl Into<String>, next: impl Into<String>) -> AppError {
    AppError::new(Code::AccountUnusable, happened, next)
}

/// A name without white space around it; `of` says whose it is, such as `An organisation`.
///
/// # Errors
/// [`Code::AccountUnusable`] for a name that is empty, longer than 200 characters or holds control characters.
pub(in crate::auth) fn name(of: &str, typed: &str) -> Result<String, AppError> {
    let name = typed.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        let happened = format!("{of} needs a name of 1 to {LONGEST_NAME} characters on one line.");
        return Err(refused(happened, "Give it by its usual name."));
    }
    Ok(name.to_owned())
}

/// An e-mail address in lower case: mail servers that tell capitals apart are not met any more, and people who type them
/// differently each time are.
///
/// # Errors
/// [`Code::AccountUnusable`] for what isn't one address alone (RFC 5321), or holds a colon, which authenticator apps
/// don't take.
pub(in crate::auth) fn normal_email(typed: &str) -> Result<String, AppError> {
    let email = typed.trim().to_lowercase();
    if email.len() > LONGEST_EMAIL || email.contains(':') || email.parse::<lettre::Address>().is_err() {
        let next = "Give the address alone, such as clerk@example.org.";
        return Err(refused("What was given as an e-mail address isn't one.", next));
    }
    Ok(email)
}

/// The key of an organisation: a short word for configurations and command lines.
///
/// # Errors
/// [`Code::AccountUnusable`] for anything but small letters, digits and hyphens between them.
pub(super) fn organisation_key(typed: &str) -> Result<&str, AppError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = !typed.is_empty()
        && typed.len() <= LONGEST_KEY
        && typed.chars().all(plain)
        && !typed.starts_with('-')
        && !typed.ends_with('-');
    if fits {
        return Ok(typed);
    }
    Err(refused(
        format!("{typed:?} can't be the key of an organisation."),
        format!("Use up to {LONGEST_KEY} small letters, digits and hyphens, such as wealdshire-calc."),
    ))
}

/// Roles for a person of an organisation of that kind, each once, in the order in which roles are told.
///
/// # Errors
/// [`Code::AccountUnusable`] for none at all, and for a role that nobody in such an organisation can hold.
pub(super) fn roles(kind: OrganisationKind, asked: &[Role]) -> Result<Vec<Role>, AppError> {
    let possible = || kind.roles().iter().map(|role| role.word()).collect::<Vec<_>>().join(", ");
    if asked.is_empty() {
        let next = format!("Give at least one of: {}.", possible());
        return Err(refused("Somebody without a role can do nothing.", next));
    }
    if let Some(role) = asked.iter().find(|role| !kind.roles().contains(role)) {
        let happened = format!("Nobody in an organisation of the kind {:?} can be {}.", kind.title(), role.title());
        return Err(refused(happened, format!("Its people can be given: {}.", possible())));
    }
    let mut roles = asked.to_vec();
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_taken_in_lower_case_and_one_at_a_time() {
        assert_eq!(normal_email("  Clerk@Example.ORG ").unwrap(), "clerk@example.org");
        for typed in [
            "",
            "clerk",
            "@example.org",
            "a@example.org, b@example.org",
            "A <a@example.org>",
            "a@b@c",
            "a:b@example.org",
            "a@example.org\r\nBcc: b@example.org",
        ] {
            let refused = normal_email(typed).unwrap_err();
            assert_eq!(refused.code, Code::AccountUnusable, "{typed}");
            assert_eq!(refused.happened, "What was given as an e-mail address isn't one.");
        }
        assert!(normal_email(&format!("{}@example.org", "a".repeat(250))).is_err());
    }

    #[test]
    fn keys_are_words_for_command_lines() {
        for typed in ["nalc", "wealdshire-calc", "firm-2"] {
            assert_eq!(organisation_key(typed).unwrap(), typed);
        }
        for typed in ["", "-nalc", "nalc-", "Wealdshire", "two words", "é", "a/b", &"a".repeat(41)] {
            assert!(organisation_key(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn roles_are_those_of_the_kind_each_once() {
        let given = roles(OrganisationKind::CountyAssociation, &[Role::Manager, Role::Officer, Role::Manager]).unwrap();
        assert_eq!(given, [Role::Officer, Role::Manager]);
        let refused = roles(OrganisationKind::Council, &[Role::Officer, Role::RulePublisher]).unwrap_err();
        assert_eq!(refused.happened, "Nobody in an organisation of the kind \"council\" can be rule publisher.");
        assert_eq!(refused.next, "Its people can be given: officer, read_only, administrator.");
        assert_eq!(roles(OrganisationKind::Nalc, &[]).unwrap_err().happened, "Somebody without a role can do nothing.");
    }

    proptest! {
        #[test]
        fn what_is_kept_is_normal_already(typed in "\\PC{0,40}") {
            if let Ok(email) = normal_email(&typed) {
                prop_assert_eq!(normal_email(&email).unwrap(), email);
            }
            if let Ok(kept) = name("A person", &typed) {
                prop_assert_eq!(name("A person", &kept).unwrap(), kept);
            }
        }
    }
}
