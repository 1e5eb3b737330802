//! From a row of the table to a request: which council, run or account a subject is, and what a form sends.
//!
//! In: a row and who asks. Out: a path, fields, and what in the answer names the subject. Always holds: what a form would
//! change is made for this one request, so that no cell depends on another.

use super::stage::{HELD, Member, Stage};
use super::table::Row;
use crate::support::tables;
use bellwether::auth::{Actor, Reach, Role, Sources, Who, links, sessions};
use bellwether::personal::contacts::{self, Details, Post};
use bellwether::publishing;
use bellwether::submissions;
use bellwether::triage::{self, HeldKind, PersonalCells};
use serde_json::{Value as Json, json};

/// The association of the other county.
const OTHERS: &str = "county-association-fennmarch";
/// What nothing has.
const NO_NUMBER: i64 = 7_999_999;
const NO_COUNCIL: &str = "E04999999";
/// A council of Wealdshire that is no longer current.
const RETIRED: &str = "E04990006";
const NO_PREFIX: &str = "zzzzzzzz";
const NO_WORD: &str = "no-such-thing";

/// A request, but for who sends it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub path: String,
    pub fields: Vec<(&'static str, String)>,
    /// What the API is sent.
    pub json: Json,
    /// What names the subject, in the address or in a field: taken out before answers are compared.
    pub named: Vec<String>,
    /// A text that a whole answer has, and the table's word for an answer without it.
    pub marker: Option<(&'static str, String)>,
}

/// Where a subject stands: in a place (a council, a run, an organisation), as a thing of that place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Near,
    Others,
    Nobodys,
}

/// Whose the place is that the address names, and whose the thing in it.
fn whose(subject: &str) -> (Whose, Whose) {
    match subject {
        "own county" => (Whose::Near, Whose::Near),
        "other" => (Whose::Others, Whose::Others),
        "mixed" => (Whose::Own, Whose::Others),
        "no such" => (Whose::Own, Whose::Nobodys),
        "no place" => (Whose::Nobodys, Whose::Others),
        _ => (Whose::Own, Whose::Own),
    }
}

/// The row of the same route whose subject isn't there, and which must answer as this one where this one is refused.
pub fn twin<'a>(row: &Row, rows: &'a [Row]) -> Option<&'a Row> {
    let named = |subject: &str| rows.iter().find(|other| other.route() == row.route() && other.subject == subject);
    match row.subject.as_str() {
        "no such" | "no place" => None,
        "other" => named("no place").or_else(|| named("no such")),
        subject if subject.ends_with("person") => named("no such person"),
        _ => named("no such"),
    }
}

/// The request of a row.
pub fn asked(stage: &Stage, member: &Member, row: &Row) -> Asked {
    let (place, thing) = whose(&row.subject);
    let maker = Maker { stage, member, subject: &row.subject, place, thing };
    let mut asked = Asked { path: row.pattern.clone(), ..Asked::default() };
    while let Some((before, rest)) = asked.path.split_once('{') {
        let (placeholder, after) = rest.split_once('}').unwrap();
        let value = maker.value(placeholder, &row.pattern);
        asked.path = format!("{before}{value}{after}");
        asked.named.push(value);
    }
    maker.finish(row, &mut asked);
    asked
}

struct Maker<'a> {
    stage: &'a Stage,
    member: &'a Member,
    subject: &'a str,
    place: Whose,
    thing: Whose,
}

impl Maker<'_> {
    /// What stands in an address in the place of `{placeholder}`.
    fn value(&self, placeholder: &str, pattern: &str) -> String {
        // Where the address names nothing but the place, it is the place that isn't there.
        let alone = pattern.matches('{').count() == 1 && !pattern.ends_with("/redact") && !pattern.ends_with("/waive");
        let place = if alone { self.thing } else { self.place };
        match placeholder {
            "gss_code" => council(place).to_owned(),
            "run" => self.run(place).to_string(),
            "feed" => self.feed().to_owned(),
            "organisation" => self.organisation(place, pattern),
            "contact" => self.contact(&format!("clerk-{}@example.org", self.stage.next())).to_string(),
            "person" => self.person().to_string(),
            "prefix" => match self.thing {
                Whose::Nobodys => NO_PREFIX.to_owned(),
                thing => self.stage.key(&self.association(thing), Role::ReadOnly, &[]).1,
            },
            "row" => self.held_row().to_string(),
            "question" => self.question().to_string(),
            "decision" => NO_NUMBER.to_string(),
            "submission" => self.submission().to_string(),
            "format" => self.subject.to_owned(),
            "waiver" => self.waiver().to_string(),
            "draft" => self.draft(pattern.ends_with("/decide")).to_string(),
            "provider" => NO_WORD.to_owned(),
            other => panic!("requests.rs doesn't say what stands in the place of {{{other}}}"),
        }
    }

    /// The run by the table's name of its feed, or of the county of the place.
    fn run(&self, place: Whose) -> i64 {
        let runs = &self.stage.runs;
        match (runs.get(self.subject), place) {
            (Some(run), _) => *run,
            (None, Whose::Nobodys) => NO_NUMBER,
            (None, Whose::Others) => runs["other county"],
            (None, _) => runs["own county"],
        }
    }

    fn feed(&self) -> &'static str {
        self.stage.feed(self.subject).unwrap_or(NO_WORD)
    }

    /// The organisation that a place or thing is of.
    fn association(&self, whose: Whose) -> String {
        if whose == Whose::Own { self.member.organisation.clone() } else { OTHERS.to_owned() }
    }

    fn organisation(&self, place: Whose, pattern: &str) -> String {
        match place {
            Whose::Nobodys => NO_WORD.to_owned(),
            // Nobody else shall be signed out by it.
            Whose::Others if pattern.ends_with("/close") && !pattern.contains("{person}") => self.stage.organisation(),
            place => self.association(place),
        }
    }

    fn person(&self) -> i64 {
        match self.thing {
            Whose::Nobodys => NO_NUMBER,
            thing => self.stage.person(&self.association(thing), &[Role::ReadOnly]),
        }
    }

    /// A contact of that address.
    fn contact(&self, email: &str) -> i64 {
        if self.thing == Whose::Nobodys {
            return NO_NUMBER;
        }
        let details = Details {
            post: Post::Clerk,
            name: Some("Zebedee Sample".to_owned()),
            email: Some(email.to_owned()),
            telephone: None,
            source: "the association's list".to_owned(),
        };
        let kept = (council(self.thing), &details);
        contacts::add(&self.stage.app.store, &Actor::command(), self.stage.now(), kept).unwrap().contact
    }

    /// A session of one's own, of a colleague's, or of another organisation's person.
    fn session(&self) -> i64 {
        let stage = self.stage;
        let person = match (self.subject, self.member.person) {
            ("no such", _) => return NO_NUMBER,
            ("own", Some(person)) => person,
            ("other", _) => stage.person(OTHERS, &[Role::ReadOnly]),
            _ => stage.person(&self.member.organisation, &[Role::ReadOnly]),
        };
        let token = stage.session_of(person, true, stage.now());
        match sessions::resolve(&stage.app.store, &token, stage.now(), "test").unwrap().unwrap().who {
            Who::Person { session, .. } => session,
            who => panic!("{who:?}"),
        }
    }

    /// A submission of the audit firm.
    fn submission(&self) -> i64 {
        if self.thing == Whose::Nobodys {
            return NO_NUMBER;
        }
        let (stage, firm) = (self.stage, self.stage.member("firm"));
        let key = stage.key(&firm.organisation, Role::AuditorSubmitter, &[]).0;
        let actor = bellwether::auth::keys::resolve(&stage.app.store, &key, stage.now(), "test").unwrap().unwrap();
        let text = "authority_reference,name,district,financial_year_end,status,certified_on\nMX1,Aldermarsh,Fenwick Vale,2024/25,unqualified,2025-09-10\n";
        let sent = submissions::Sent {
            bytes: text.as_bytes().to_vec(),
            file_name: None,
            content_type: None,
            financial_year: "2024/25".to_owned(),
            partial: false,
            dry_run: false,
            idempotency_key: None,
        };
        submissions::submit(&stage.app, &actor, &sent).unwrap().id.unwrap()
    }

    /// A draft of rules. Checking one takes a while: only who may decide about it needs one of their own.
    fn draft(&self, decided: bool) -> i64 {
        let (app, command) = (&self.stage.app, Actor::command());
        if self.thing == Whose::Nobodys {
            return NO_NUMBER;
        }
        let kept = publishing::drafts(app, &command, (None, 1)).unwrap().pop();
        match kept.filter(|_| !(decided && self.member.head == "n-pu")) {
            Some(draft) => draft.id,
            None => {
                let mut files = publishing::in_force(app, &command).unwrap().files;
                files.get_mut("bands.toml").unwrap().push_str(&format!("# {}\n", self.stage.next()));
                let asked = publishing::Asked { files, rule_set: None, why: "a remark".to_owned() };
                publishing::draft(app, &command, &asked).unwrap().id
            }
        }
    }

    /// A held row with a text that no other has.
    fn held_row(&self) -> i64 {
        if self.thing == Whose::Nobodys {
            return NO_NUMBER;
        }
        let run = self.stage.runs[if self.thing == Whose::Own { "own county" } else { "other county" }];
        let store = &self.stage.app.store;
        let row = self.held_of(run, HeldKind::Rejected);
        let notes = format!("note {}", self.stage.next());
        tables::run(store, &format!("UPDATE held_rows SET raw = '{{\"notes\":\"{notes}\"}}' WHERE id = {row}"));
        row
    }

    /// The first row of a kind that a run holds back.
    fn held_of(&self, run: i64, kind: HeldKind) -> i64 {
        let view = triage::run(&self.stage.app.store, &Sources::All, run, PersonalCells::Shown).unwrap();
        view.held.iter().find(|row| row.kind == kind).unwrap_or_else(|| panic!("run {run} holds {:?}", view.held)).id
    }

    /// A row whose council nobody has named.
    fn question(&self) -> i64 {
        match self.thing {
            Whose::Nobodys => NO_NUMBER,
            thing => {
                let list = if thing == Whose::Own { "own county" } else { "other county" };
                self.held_of(self.stage.runs[list], HeldKind::Review)
            }
        }
    }

    /// Holds the run's list for a person, as if it had been unlike the last.
    fn hold_list(&self) {
        let run = self.run(self.thing);
        let statement = format!(
            "DELETE FROM run_holds WHERE run_id = {run}; INSERT INTO run_holds (run_id, feed, sha256, reason, held_at) \
             SELECT id, feed, COALESCE(sha256, ''), 'It is shorter.', started_at FROM runs WHERE id = {run};"
        );
        tables::run(&self.stage.app.store, &statement);
    }

    /// A held row with an error that may be let pass, of a record that no other row is about.
    fn waivable_row(&self) -> i64 {
        if self.thing == Whose::Nobodys {
            return NO_NUMBER;
        }
        let run = self.stage.runs[self.list()];
        let store = &self.stage.app.store;
        let row = self.held_of(run, HeldKind::Rejected);
        let reference = format!("NA{}", self.stage.next());
        let cells = format!(
            "{{\"authority_reference\":\"{reference}\",\"financial_year_end\":\"2026-03-31\",\"status\":\"exempt\"}}"
        );
        tables::run(store, &format!("UPDATE held_rows SET raw = '{cells}' WHERE id = {row}"));
        row
    }

    /// The list of outcomes of the thing: SAAA's own, or the firm's, which only NALC sees beside the firm.
    fn list(&self) -> &'static str {
        if self.thing == Whose::Own { "SAAA's" } else { "the firm's" }
    }

    fn waiver(&self) -> i64 {
        if self.thing == Whose::Nobodys {
            return NO_NUMBER;
        }
        let app = &self.stage.app;
        let asked = bellwether::waivers::Asked {
            feed: self.stage.feed(self.list()).unwrap().to_owned(),
            record_key: format!("NA{}/2026", self.stage.next()),
            code: "exempt_over_limit".to_owned(),
            why: "it was counted twice".to_owned(),
            until: app.clock.today(),
        };
        let when = (self.stage.now(), app.clock.today());
        bellwether::waivers::make(&app.store, &Actor::command(), when, &asked).unwrap().id
    }

    /// An item of evidence with an event that no other has.
    fn evidence(&self) -> i64 {
        if self.thing == Whose::Nobodys {
            return NO_NUMBER;
        }
        let app = &self.stage.app;
        let asked = (council(self.thing), app.clock.today());
        let item = triage::whole(&app.store, &app.rules.set, &Reach::Nation, asked).unwrap().evidence[0].id;
        let event = format!("event-{}", self.stage.next());
        tables::run(&app.store, &format!("UPDATE evidence SET event = '{event}' WHERE id = {item}"));
        item
    }

    /// Fields of forms, and what a whole answer has in it.
    fn finish(&self, row: &Row, asked: &mut Asked) {
        let number = self.stage.next();
        asked.json = sent(&row.pattern);
        if row.pattern == "/api/v1/review/decide" {
            let question = self.question();
            asked.json = json!({ "question": question, "council": RETIRED });
            asked.named.push(question.to_string());
        }
        asked.fields = typed(&row.pattern, number);
        // A field that names the subject.
        let mut subject = |name: &'static str, value: String| {
            asked.fields.push((name, value.clone()));
            asked.named.push(value);
        };
        match (row.method.as_str(), row.pattern.as_str()) {
            ("GET", "/runs/{run}" | "/api/v1/runs/{run}") => asked.marker = Some(("part", HELD.to_owned())),
            ("GET", "/rules/edit") => asked.path.push_str("?file=bands.toml"),
            ("GET", "/sign-in/link") => asked.path = format!("/sign-in/link?token={}", self.link()),
            ("POST", "/sign-in/link") => subject("token", self.link()),
            ("POST", "/account/sessions/close") => subject("session", self.session().to_string()),
            ("POST", "/runs/{run}/redact") => subject("row", self.held_row().to_string()),
            ("POST", "/runs/{run}/decide" | "/api/v1/runs/{run}/decide") => self.hold_list(),
            // Only checked, so that no cell depends on another.
            ("POST", "/api/v1/feeds/{feed}/lists") => asked.path.push_str("?dry_run=true"),
            ("POST", "/runs/{run}/waive") => subject("row", self.waivable_row().to_string()),
            ("POST", "/councils/{gss_code}/redact") => subject("evidence", self.evidence().to_string()),
            ("POST", "/subjects" | "/subjects/json") => {
                let email = format!("asker-{number}@example.org");
                self.contact(&email);
                subject("email", email);
                asked.marker = Some(("none", council(self.thing).to_owned()));
            }
            ("POST", "/subjects/erase") => {
                let (kind, number) = self.erased();
                subject(kind, number.to_string());
            }
            _ => {}
        }
    }

    fn erased(&self) -> (&'static str, i64) {
        match self.subject {
            "own person" => ("person", self.stage.person(&self.member.organisation, &[Role::ReadOnly])),
            "other person" => ("person", self.stage.person(OTHERS, &[Role::ReadOnly])),
            "no such person" => ("person", NO_NUMBER),
            _ => ("contact", self.contact(&format!("clerk-{}@example.org", self.stage.next()))),
        }
    }

    /// The token of a link by which somebody signs in.
    fn link(&self) -> String {
        if self.subject == "no such" {
            return "A".repeat(43);
        }
        let (stage, command) = (self.stage, Actor::command());
        let person = stage.person(OTHERS, &[Role::ReadOnly]);
        let email = bellwether::auth::directory::person(&stage.app.store, &command, person).unwrap().email;
        links::draw(&stage.app.store, &command, &email, stage.now()).unwrap().reveal().to_owned()
    }
}

/// What a request to the API holds.
fn sent(pattern: &str) -> Json {
    match pattern {
        "/api/v1/runs/{run}/held/{row}/mend" => json!({ "cells": { "flag": "magnificently" } }),
        "/api/v1/feeds/{feed}/lists" => json!([]),
        "/api/v1/runs/{run}/decide" => json!({ "decision": "refuse", "reason": "the sender says it is broken" }),
        // A reason that is refused, so that no cell depends on another.
        "/api/v1/runs/{run}/undo" => json!({ "reason": " " }),
        "/api/v1/rules/drafts" => json!({ "rule_set": NO_WORD, "why": "to go back" }),
        "/api/v1/rules/drafts/{draft}/take-back" => json!({ "why": "it was a mistake" }),
        "/api/v1/waivers" => json!({
            "feed": "saaa-list", "record_key": "NA1/2026", "code": "no such check", "why": "it was counted twice",
            "until": "2026-12-31",
        }),
        "/api/v1/submissions/{submission}/withdraw" => json!({ "reason": "sent too early" }),
        "/api/v1/submissions/{submission}/rows/withdraw" => {
            json!({ "reason": "sent too early", "record_keys": ["no such/2026"] })
        }
        _ => Json::Null,
    }
}

/// What a form asks for beside its subject.
fn typed(pattern: &str, number: usize) -> Vec<(&'static str, String)> {
    let email = || format!("new-{number}@example.org");
    let texts: &[(&'static str, &str)] = match pattern {
        "/sign-in/second-factor" | "/sign-in/second-factor/enrol" => &[("code", "000000")],
        "/organisations" => &[("name", "A new organisation"), ("kind", "slcc")],
        "/organisations/{organisation}/rename" => &[("name", "A renamed organisation")],
        "/organisations/{organisation}/counties" => &[("counties", "Fennmarch")],
        "/organisations/{organisation}/people/{person}/rename" => &[("name", "A Renamed Person")],
        "/organisations/{organisation}/people" => &[("name", "A New Person"), ("roles", "read_only")],
        "/organisations/{organisation}/people/{person}/roles" => &[("roles", "read_only")],
        "/organisations/{organisation}/keys" => &[("name", "a new key"), ("role", "read_only"), ("days", "30")],
        "/organisations/{organisation}/keys/{prefix}/rotate" => &[("overlap_days", "7")],
        "/councils/{gss_code}/contacts" | "/councils/{gss_code}/contacts/{contact}/change" => {
            &[("post", "clerk"), ("name", "Yolanda Sample"), ("source", "the association's list")]
        }
        "/runs/{run}/redact" => &[("column", "notes"), ("reason", "it should not have been sent")],
        "/runs/{run}/decide" => &[("decision", "refuse"), ("reason", "the sender says it is broken")],
        "/runs/{run}/waive" => {
            &[("code", "exempt_over_limit"), ("until", "2026-12-31"), ("why", "it was counted twice")]
        }
        "/councils/{gss_code}/redact" => &[("field", "event"), ("reason", "it should not have been sent")],
        "/rules/drafts" => &[("rule_set", NO_WORD), ("why", "to go back")],
        "/rules/drafts/{draft}/decide" => &[("decision", "approve"), ("why", "it is right")],
        "/subjects/erase" => &[("reason", "asked for by letter")],
        // It is no longer current, so that no cell depends on another.
        "/review/{question}/answer" => &[("council", RETIRED)],
        "/runs/{run}/held/{row}/mend" => &[("column-0", "flag"), ("cell-0", "magnificently")],
        // A reason that is refused, so that no cell depends on another.
        "/runs/{run}/undo" => &[("reason", " ")],
        "/submissions" => &[("financial_year", "2025/26")],
        "/submissions/{submission}/withdraw" => &[("reason", "sent too early")],
        "/demo/be" => &[("person", "1")],
        _ => &[],
    };
    let mut fields: Vec<_> = texts.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    match pattern {
        "/sign-in" | "/organisations/{organisation}/people" => fields.push(("email", email())),
        "/councils/{gss_code}/contacts" | "/councils/{gss_code}/contacts/{contact}/change" => {
            fields.push(("email", email()));
        }
        "/organisations" => fields.push(("key", format!("new-{number}"))),
        _ => {}
    }
    fields
}

fn council(whose: Whose) -> &'static str {
    match whose {
        Whose::Own => "E04990001",
        Whose::Near => "E04990002",
        Whose::Others => "E04990101",
        Whose::Nobodys => NO_COUNCIL,
    }
}
