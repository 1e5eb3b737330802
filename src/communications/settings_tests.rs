//! The `[mail]` table: what is taken, and how each mistake is told.

use super::{MailSettings, Server, server};
use crate::config::Config;

fn settings(text: &str) -> MailSettings {
    Config::parse(&format!("[mail]\n{text}\n"), "test.toml").unwrap().mail.unwrap()
}

#[test]
fn a_server_is_read_with_its_usual_port() {
    let read = |smtp: &str| server(smtp).unwrap();
    let expected = |host: &str, port, tls_first| Server { host: host.to_owned(), port, tls_first };
    assert_eq!(read("smtps://mail.example.org"), expected("mail.example.org", 465, true));
    assert_eq!(read("smtps://mail.example.org:4650/"), expected("mail.example.org", 4650, true));
    assert_eq!(read("smtp://mail.example.org"), expected("mail.example.org", 587, false));
    assert_eq!(read("smtp://[::1]:25"), expected("::1", 25, false));
}

#[test]
fn whole_tables_have_no_mistakes() {
    for text in [
        "from = \"Bellwether <no-reply@example.org>\"\nsmtp = \"smtps://mail.example.org:465\"\nuser = \"bw\"\npassword_env = \"X\"",
        "from = \"Bellwether <no-reply@example.org>\"\nsmtp = \"smtp://mail.example.org:587\"",
        "from = \"no-reply@example.org\"\nsmtp = \"smtp://127.0.0.1:25\"\nstarttls = \"none\"",
        "from = \"no-reply@example.org\"\nsmtp = \"smtp://[::1]\"\nstarttls = \"none\"",
        "from = \"no-reply@example.org\"\nfolder = \"letters\"\ntimeout_seconds = 90",
    ] {
        assert_eq!(settings(text).mistakes(), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn each_mistake_is_told_in_plain_words() {
    let from = "from = \"Bellwether <no-reply@example.org>\"";
    for (text, told) in [
        (
            "",
            "[mail] has neither smtp nor folder: say where letters go, such as smtp = \"smtps://mail.example.org:465\"",
        ),
        (
            "smtp = \"smtps://mail.example.org\"\nfolder = \"letters\"",
            "[mail] has both smtp and folder: letters go to one place; keep one of them",
        ),
        ("smtp = \"mail.example.org\"", "[mail] smtp can't be read as an address: relative URL without a base"),
        (
            "smtp = \"https://mail.example.org\"",
            "[mail] smtp begins with https://: it can be smtps:// or smtp:// (with STARTTLS)",
        ),
        (
            "smtp = \"smtps://bw:hunter2@mail.example.org\"",
            "[mail] smtp holds a user or a password: put the name into user, the password into an environment variable, and that variable's name into password_env",
        ),
        (
            "smtp = \"smtps://mail.example.org/inbox\"",
            "[mail] smtp = \"smtps://mail.example.org/inbox\": only a host and a port are needed, such as smtps://mail.example.org:465",
        ),
        (
            "smtp = \"smtp://mail.example.org\"\nstarttls = \"none\"",
            "[mail] starttls = \"none\" is for a mail server on this machine only: letters to mail.example.org would cross the network for everybody to read, with the links in them",
        ),
        (
            "smtp = \"smtps://127.0.0.1\"\nstarttls = \"none\"",
            "[mail] starttls = \"none\" means nothing with smtps://, which is encrypted from the first byte: take it out",
        ),
        (
            "smtp = \"smtps://mail.example.org\"\nuser = \"bw\"",
            "[mail] user and password_env go together: one of them is missing",
        ),
        (
            "folder = \"letters\"\nuser = \"bw\"\npassword_env = \"X\"",
            "[mail] user, password_env and starttls are for smtp; a folder needs none of them",
        ),
        ("folder = \"letters\"\ntimeout_seconds = 0", "[mail] timeout_seconds = 0: it can be from 1 to 90"),
        ("folder = \"letters\"\ntimeout_seconds = 91", "[mail] timeout_seconds = 91: it can be from 1 to 90"),
    ] {
        assert_eq!(settings(&format!("{from}\n{text}")).mistakes(), vec![told.to_owned()], "{text}");
    }
    for from in ["Bellwether", "", "Bellwether <no-reply>", "A <a@example.org>\\r\\nBcc: <b@example.org>"] {
        let mistakes = settings(&format!("folder = \"letters\"\nfrom = \"{from}\"")).mistakes();
        assert_eq!(mistakes.len(), 1, "{from}: {mistakes:?}");
        assert!(mistakes[0].contains("a name and an address are needed"), "{mistakes:?}");
    }
}

#[test]
fn an_unknown_key_and_an_unknown_word_are_refused_with_their_line() {
    for (text, named) in [
        ("from = \"a@example.org\"\npassword = \"hunter2\"", "password"),
        ("from = \"a@example.org\"\nstarttls = \"maybe\"", "maybe"),
    ] {
        let refused = Config::parse(&format!("[mail]\n{text}\n"), "test.toml").unwrap_err();
        assert!(refused.happened.contains("line 3") && refused.happened.contains(named), "{}", refused.happened);
    }
}
