//! The letters, word by word.

use super::super::wrap::WIDTH;
use super::*;

const SERVICE: &str = "https://bellwether.example.org";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn sign_in_link() -> Letter {
    let letter = SignInLink {
        service: SERVICE,
        link: "https://bellwether.example.org/sign-in/3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        asked_at: at("2026-11-21T12:00:00Z"),
        expires_at: at("2026-11-21T12:15:00Z"),
    };
    letter.letter("jo@example.org").unwrap()
}

fn account_opened(second_factor: bool) -> Letter {
    let letter = AccountOpened {
        service: SERVICE,
        name: "Jo Example",
        opened_by: "Sam Sample",
        organisation: "the Wealdshire Association of Local Councils",
        second_factor,
    };
    letter.letter("jo@example.org").unwrap()
}

fn second_factor_reset() -> Letter {
    let letter = SecondFactorReset {
        service: SERVICE,
        name: "Jo Example",
        reset_by: "Sam Sample",
        organisation: "the Wealdshire Association of Local Councils",
        at: at("2026-07-01T08:30:00Z"),
    };
    letter.letter("jo@example.org").unwrap()
}

fn key_issued() -> Letter {
    let letter = KeyIssued {
        service: SERVICE,
        name: "Jo Example",
        issued_by: "Sam Sample",
        organisation: "Ledger & Tally LLP",
        key: ("Outcomes 2026", "k7f3m2qa", "auditor submitter"),
        at: at("2026-11-21T12:00:00Z"),
        expires_at: at("2027-11-21T00:00:00Z"),
    };
    letter.letter("jo@example.org").unwrap()
}

#[test]
fn the_sign_in_link() {
    let letter = sign_in_link();
    assert_eq!(letter.subject, "Your link to sign in to Bellwether");
    assert_eq!(letter.expires_at, Some(at("2026-11-21T12:15:00Z")));
    insta::assert_snapshot!(letter.text, @r#"
    Hello,

    Somebody, we hope it was you, asked for a link to sign in to Bellwether
    (https://bellwether.example.org).

    Open this link to sign in:

      https://bellwether.example.org/sign-in/3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA

    It works once, for 15 minutes. After that, just ask for another one.

    You did not ask for it? Then you need not do anything: nobody can sign in
    without this letter, and nothing has changed. Please don't pass the letter
    on. If such letters keep coming, tell your organisation's administrator, so
    that it can be looked into.

    Kind regards
    Bellwether, for those who support parish and town councils
    https://bellwether.example.org

    This letter was sent automatically, and answers to it are not read. Nothing
    in it tells anybody whether you opened it.
    "#);
}

#[test]
fn an_account_opened() {
    let letter = account_opened(false);
    assert_eq!((letter.subject.as_str(), letter.expires_at), ("Your account on Bellwether", None));
    insta::assert_snapshot!(letter.text, @r#"
    Hello Jo Example,

    Sam Sample at the Wealdshire Association of Local Councils has opened an
    account for you on Bellwether, the service by which councils that could do
    with a hand get one early.

    To sign in, go to

      https://bellwether.example.org

    and enter the address that this letter came to. You get a link by e-mail
    each time; there is no password to choose or to remember.

    You did not expect this? Please ask the Wealdshire Association of Local
    Councils. If it was a mistake, they can close the account; until you sign
    in, nothing happens with it.

    Kind regards
    Bellwether, for those who support parish and town councils
    https://bellwether.example.org

    This letter was sent automatically, and answers to it are not read. Nothing
    in it tells anybody whether you opened it.
    "#);
}

#[test]
fn an_account_opened_that_needs_a_second_factor() {
    insta::assert_snapshot!(account_opened(true).text, @r#"
    Hello Jo Example,

    Sam Sample at the Wealdshire Association of Local Councils has opened an
    account for you on Bellwether, the service by which councils that could do
    with a hand get one early.

    To sign in, go to

      https://bellwether.example.org

    and enter the address that this letter came to. You get a link by e-mail
    each time; there is no password to choose or to remember.

    Because of what your account may do, you are asked for a second factor, too:
    the first time you sign in, have the telephone with you on which you want to
    keep it. The page explains each step.

    You did not expect this? Please ask the Wealdshire Association of Local
    Councils. If it was a mistake, they can close the account; until you sign
    in, nothing happens with it.

    Kind regards
    Bellwether, for those who support parish and town councils
    https://bellwether.example.org

    This letter was sent automatically, and answers to it are not read. Nothing
    in it tells anybody whether you opened it.
    "#);
}

#[test]
fn a_second_factor_reset() {
    let letter = second_factor_reset();
    assert_eq!(letter.subject, "Your second factor on Bellwether was removed");
    insta::assert_snapshot!(letter.text, @r#"
    Hello Jo Example,

    Sam Sample at the Wealdshire Association of Local Councils has removed the
    second factor of your account on Bellwether, on 1 July 2026 at 09:30. You
    have been signed out everywhere.

    Was that at your request, because of a new telephone perhaps? Then all is
    well: the next time you sign in, the page shows you how to set up another
    one.

    You did not ask for it? Please tell the Wealdshire Association of Local
    Councils at once, by telephone rather than by e-mail. Somebody may be trying
    to get into your account.

    Kind regards
    Bellwether, for those who support parish and town councils
    https://bellwether.example.org

    This letter was sent automatically, and answers to it are not read. Nothing
    in it tells anybody whether you opened it.
    "#);
}

#[test]
fn a_key_issued() {
    let letter = key_issued();
    assert_eq!(letter.subject, "A new key for your organisation on Bellwether");
    insta::assert_snapshot!(letter.text, @r#"
    Hello Jo Example,

    Sam Sample has issued a new key for Ledger & Tally LLP on Bellwether, on 21
    November 2026 at 12:00. You get this letter because you are an administrator
    there.

      Name: Outcomes 2026
      Begins with: bw_k7f3m2qa
      May do: the work of the role auditor submitter
      Ends on: 21 November 2027

    A program that shows this key is let in without anybody signing in. The key
    itself was shown once, to the person who made it, and is in no letter.

    You know nothing of it? Sign in at https://bellwether.example.org and revoke
    the key under "People and keys"; whatever uses it stops at once.

    Kind regards
    Bellwether, for those who support parish and town councils
    https://bellwether.example.org

    This letter was sent automatically, and answers to it are not read. Nothing
    in it tells anybody whether you opened it.
    "#);
}

#[test]
fn no_line_is_too_long_but_for_a_link() {
    for letter in [sign_in_link(), account_opened(true), second_factor_reset(), key_issued()] {
        for line in letter.text.lines() {
            assert!(line.chars().count() <= WIDTH || line.trim_start().starts_with("https://"), "{line:?}");
        }
        assert_eq!(letter.to, "jo@example.org");
    }
}

#[test]
fn only_the_sign_in_link_holds_a_link_with_anything_behind_the_service() {
    for letter in [account_opened(true), second_factor_reset(), key_issued()] {
        let links = letter.text.split("https://").count() - 1;
        assert!(links > 0 && !letter.text.contains(&format!("{SERVICE}/")), "{}", letter.text);
    }
}

#[test]
fn a_name_can_not_add_a_line_of_its_own() {
    let letter = AccountOpened {
        service: SERVICE,
        name: "Jo\r\n\r\nPlease pay at once:\u{0}\u{2028}  https://elsewhere.example",
        opened_by: "Sam",
        organisation: "A",
        second_factor: false,
    };
    let letter = letter.letter("jo@example.org").unwrap();
    assert_eq!(letter.text.lines().next(), Some("Hello Jo Please pay at once: https://elsewhere.example,"));
}
