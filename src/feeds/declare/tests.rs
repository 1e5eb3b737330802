//! Declarations, sound and mistaken.

use super::*;

const SOUND: &str = r#"
[[feed]]
id = "barset-flags"
title = "Flags of the Barset association"
source = "county_flags"
location = { url = "https://records.example/flags.csv?key=opensesame" }
format = "csv"
schedule = "30 6 * * MON"
expected_every = "5 weeks"
covers = { counties = ["Barset", "Loamshire"] }
credentials = { bearer_env = "BARSET_TOKEN" }
hosts = ["files.example"]
columns = { "Parish" = "council" }
values = { kind = { "no clerk" = "clerk_vacancy" } }

[[feed]]
id = "firm-1"
title = "Outcomes of the first firm"
source = "audit_outcomes"
location = { file = "inbox/outcomes.xlsx" }
covers = "all"
"#;

fn messages(text: &str) -> Vec<String> {
    parse(text).unwrap_err().iter().map(ToString::to_string).collect()
}

/// The sound file with one piece of text replaced.
fn with(from: &str, to: &str) -> String {
    assert!(SOUND.contains(from), "{from} is not in the file");
    SOUND.replacen(from, to, 1)
}

#[test]
fn sound_declarations_are_read_with_their_defaults() {
    let feeds = parse(SOUND).unwrap();
    assert_eq!(feeds.len(), 2);
    let flags = &feeds[0];
    assert_eq!((flags.source, flags.format), (SourceKind::CountyFlags, Some(Format::Csv)));
    assert_eq!(flags.credentials, Some(Credentials::Bearer { bearer_env: "BARSET_TOKEN".to_owned() }));
    assert_eq!(flags.columns["Parish"], "council");
    assert_eq!(flags.expected_every.map(|every| every.to_string()).as_deref(), Some("5 weeks"));
    assert_eq!(flags.values["kind"]["no clerk"], "clerk_vacancy");
    assert!(flags.covers.county("barset") && !flags.covers.county("Mummerset"));
    let firm = &feeds[1];
    assert_eq!(firm.location, Location::File("inbox/outcomes.xlsx".into()));
    assert_eq!((firm.timeout_seconds, firm.max_megabytes), (60, 64));
    assert_eq!((&firm.covers, &firm.schedule, &firm.format), (&Covers::All, &None, &None));
    assert_eq!(parse(""), Ok(Vec::new()));
}

#[test]
fn a_time_that_cannot_be_expected_is_refused_with_its_line() {
    let told = messages(&with("\"5 weeks\"", "\"often\""));
    assert!(told[0].contains("line 9") && told[0].contains("such as \"35 days\""), "{told:?}");
}

#[test]
fn what_may_be_secret_in_an_address_is_not_shown() {
    let feeds = parse(SOUND).unwrap();
    assert_eq!(feeds[0].location.to_string(), "https://records.example/flags.csv?…");
    assert!(!format!("{:?}", feeds[0]).contains("opensesame"));
    let url = Url::parse("https://me:secret@records.example:8443/a?b=c#d").unwrap();
    assert_eq!(redacted(&url), "https://records.example:8443/a?…");
}

#[test]
fn every_problem_is_given_at_once() {
    let text = r#"
        [[feed]]
        id = "Barset_Flags"
        title = " "
        source = "county_flags"
        location = { url = "ftp://me:secret@records.example/flags.csv" }
        schedule = "61 * * * *"
        covers = { counties = [] }
        timeout_seconds = 0
        max_megabytes = 5000
        hosts = ["https://files.example"]
        columns = { "" = "council" }

        [[feed]]
        id = "twice"
        title = "One"
        source = "complaints"
        location = { file = "inbox/*.csv" }
        covers = { counties = ["Barset", "barset "] }
        credentials = { user = "me", password_env = "PASSWORD" }

        [[feed]]
        id = "twice"
        title = "Two"
        source = "complaints"
        location = { url = "http://records.example/complaints.csv" }
        covers = "all"
        credentials = { header = "X Api Key", value_env = "s3cret-value" }
    "#;
    let found = messages(text);
    assert!(found.iter().all(|message| !message.contains("secret@")), "{found:#?}");
    assert!(found.has_one_starting("Feed \"Barset_Flags\": the schedule \"61 * * * *\" can't be read: "));
    assert_eq!(
        found.rest("can't be read"),
        [
            "Feed \"Barset_Flags\": the id must be of small letters, digits and single hyphens, at most 60.",
            "Feed \"Barset_Flags\": the title is blank.",
            "Feed \"Barset_Flags\": timeout_seconds must be from 1 to 3600.",
            "Feed \"Barset_Flags\": max_megabytes must be from 1 to 1024.",
            "Feed \"Barset_Flags\": columns has a blank name.",
            "Feed \"Barset_Flags\": covers lists no county; write covers = \"all\" for the whole country.",
            "Feed \"Barset_Flags\": the url must start with http:// or https://.",
            "Feed \"Barset_Flags\": the url holds a user or a password; declare credentials, which take the secret from \
             the environment.",
            "Feed \"Barset_Flags\": hosts must be bare names in small letters, such as files.example.org.",
            "Feed \"twice\": covers names a county twice.",
            "Feed \"twice\": the path must be of one file, not a pattern.",
            "Feed \"twice\": a file takes no credentials.",
            "Feed \"twice\": credentials would be sent unencrypted; use https://.",
            "Feed \"twice\": credentials name an environment variable in capitals, such as BARSET_TOKEN, and never hold \
             the secret.",
            "Feed \"twice\": \"X Api Key\" is no name of a header.",
            "Feed \"twice\": the id is used by an earlier feed; each needs its own.",
        ]
    );
}

/// The scheduler's own words on a bad expression may change with its version; the rest is ours.
trait Messages {
    fn has_one_starting(&self, start: &str) -> bool;
    fn rest(&self, without: &str) -> Vec<&str>;
}

impl Messages for Vec<String> {
    fn has_one_starting(&self, start: &str) -> bool {
        self.iter().any(|message| message.starts_with(start))
    }

    fn rest(&self, without: &str) -> Vec<&str> {
        self.iter().map(String::as_str).filter(|message| !message.contains(without)).collect()
    }
}

#[test]
fn mistakes_in_the_file_are_given_with_their_line() {
    let typo = messages(&with("schedule =", "shedule ="));
    assert_eq!(typo.len(), 1);
    assert!(typo[0].contains("line 8") && typo[0].contains("unknown field `shedule`"), "{}", typo[0]);
    let kind = messages(&with("county_flags", "county_flag"));
    assert!(kind[0].contains("line 5") && kind[0].contains("unknown variant `county_flag`"), "{}", kind[0]);
    let url = messages(&with("https://records", "records"));
    assert!(url[0].contains("the url can't be read: relative URL without a base"), "{}", url[0]);
    assert!(messages(&with("covers = \"all\"", ""))[0].contains("missing field `covers`"));
    assert!(messages(&with("covers = \"all\"", "covers = \"most\""))[0].contains("unknown variant `most`"));
}

#[test]
fn credentials_come_in_three_shapes_and_never_with_the_secret() {
    let credentials = |table: &str| parse(&with("{ bearer_env = \"BARSET_TOKEN\" }", table));
    for table in ["{ user = \"me\", password_env = \"PASSWORD\" }", "{ header = \"X-Api-Key\", value_env = \"KEY\" }"] {
        assert!(credentials(table).is_ok(), "{table}");
    }
    for table in ["{ bearer_env = \"A\", user = \"me\" }", "{ user = \"me\" }", "{}"] {
        let problem = credentials(table).unwrap_err()[0].to_string();
        assert!(problem.contains("credentials are one of { bearer_env = "), "{table}: {problem}");
    }
    let problem = credentials("{ bearer = \"the-secret\" }").unwrap_err()[0].to_string();
    assert!(problem.contains("unknown field `bearer`"), "{problem}");
}
