//! Personal data: contacts within reach, screening at intake, redaction that lasts, answers and erasures that are whole.

use crate::support::tables::{self, holding};
use crate::support::{REGISTER, TODAY, World, on_both};
use bellwether::app::App;
use bellwether::audit;
use bellwether::auth::{Actor, Affiliation, OrganisationKind, Reach, Role, Sources, Who};
use bellwether::clock::noon;
use bellwether::error::Code;
use bellwether::feeds::Covers;
use bellwether::ingest::{Asked, RunReport, Trigger, run};
use bellwether::personal::contacts::{self, Details, Post};
use bellwether::personal::redaction::{self, Field, Target};
use bellwether::personal::screening::Finding;
use bellwether::personal::{erasure, subjects};
use bellwether::triage::{self, HeldKind, PersonalCells};
use jiff::{Timestamp, ToSpan};

on_both!(
    contacts_are_those_of_ones_own_councils,
    a_change_ends_one_version_and_starts_the_next,
    what_is_recorded_of_contacts_names_nobody,
    cells_that_look_personal_are_masked_for_all_but_who_decides,
    a_redacted_cell_stays_redacted_when_the_file_comes_again,
    redacted_evidence_keeps_its_score_and_comes_in_redacted,
    a_correction_of_a_redacted_record_comes_in_redacted,
    what_is_not_ones_own_cannot_be_redacted,
    an_erased_contact_leaves_no_trace_but_its_post,
    a_person_is_answered_and_erased_and_the_log_stays_whole,
);

const COMPLAINTS: &str = "\
reference,name,district,theme,received_on,decided_on,outcome,group,event,url,Notes,Clerk
MO/1,Aldermarsh,Fenwick Vale,service,2026-08-01,2026-11-10,upheld,Riverbank Twelve,flood-seven,https://example.org/decisions/1,,
MO/2,Aldermarsh,Fenwick Vale,service,2026-08-02,2026-11-10,upheld,Meadow Four,storm-two,https://example.org/decisions/2,rang 01632 960123 about it,
MO/3,Aldermarsh,Fenwick Vale,service,2026-08-03,2026-11-10,upheld,jane.sample@example.org,,https://example.org/decisions/3,,
MO/4,Thornley Green,,service,2026-08-04,2026-11-10,upheld,G4,,https://example.org/decisions/4,Told by Zebedee,J Sample
MO/5,Aldermarsh,Fenwick Vale,service,2026-08-05,2026-11-10,upheld,G5,,https://example.org/decisions?for=jane.sample%40example.org,,
";

/// Upheld complaints of three distinct groups within a year: the pattern that the catalogue calls d2.
const THREE_GROUPS: &str = "\
reference,name,district,theme,received_on,decided_on,outcome,group,event,url
MO/1,Aldermarsh,Fenwick Vale,service,2026-08-01,2026-11-10,upheld,Riverbank Twelve,flood-seven,https://example.org/decisions/1
MO/2,Aldermarsh,Fenwick Vale,service,2026-08-02,2026-11-10,upheld,Meadow Four,storm-two,https://example.org/decisions/2
MO/3,Aldermarsh,Fenwick Vale,service,2026-08-03,2026-11-10,upheld,Orchard Nine,snow-one,https://example.org/decisions/3
";

fn now() -> Timestamp {
    noon(TODAY)
}

fn person(kind: OrganisationKind, role: Role, counties: &[&str]) -> Actor {
    let mut actor = Actor::public("192.0.2.7");
    actor.who = Who::Person { id: 41, name: "An officer".to_owned(), session: 1 };
    actor.organisation = Some(Affiliation {
        id: 7,
        key: "own".to_owned(),
        name: "Own".to_owned(),
        kind,
        counties: counties.iter().map(|county| (*county).to_owned()).collect(),
        council_id: None,
    });
    actor.roles = vec![role];
    actor
}

fn manager(county: &str) -> Actor {
    person(OrganisationKind::CountyAssociation, Role::Manager, &[county])
}

fn clerk() -> Details {
    Details {
        post: Post::Clerk,
        name: Some("Zebedee Sample".to_owned()),
        email: Some("Zebedee.Sample@example.org".to_owned()),
        telephone: Some("01632 960457".to_owned()),
        source: "the association's list".to_owned(),
    }
}

/// An app whose complaints speak for one county alone, so that its association may decide about them.
fn of_wealdshire(world: &World) -> App {
    world.register(REGISTER);
    let mut config = (*world.app.config).clone();
    config.feeds[1].covers = Covers::Counties(vec!["Wealdshire".to_owned()]);
    let app = App::open(config, world.app.clock.clone()).unwrap();
    app.declare().unwrap();
    app
}

async fn pull(world: &World, app: &App, text: &str, etag: &str) -> RunReport {
    world.source.set("/complaints", text, etag);
    let feed = app.feed("complaints").unwrap().clone();
    run(app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await.unwrap()
}

fn held(app: &App, report: &RunReport, personal: PersonalCells) -> triage::RunView {
    triage::run(&app.store, &Sources::All, report.run.unwrap(), personal).unwrap()
}

async fn contacts_are_those_of_ones_own_councils(world: World) {
    world.register(REGISTER);
    let store = &world.app.store;
    let (own, other) = (manager("Wealdshire"), manager("Otherland"));
    let added = contacts::add(store, &own, now(), ("E04990001", &clerk())).unwrap();
    assert_eq!(added.email.as_deref(), Some("zebedee.sample@example.org"));
    let listed = contacts::list(store, &own, now(), "E04990001").unwrap();
    assert_eq!((listed.current.as_slice(), listed.past.len()), ([added.clone()].as_slice(), 0));
    // Another county's council is answered to the letter as one that isn't there.
    let hidden = contacts::list(store, &other, now(), "E04990001").unwrap_err();
    let absent = contacts::list(store, &other, now(), "E04999999").unwrap_err();
    assert_eq!((hidden.code, absent.code), (Code::CouncilUnknown, Code::CouncilUnknown));
    assert_eq!(hidden.told().replace("E04990001", "E04999999"), absent.told());
    assert_eq!(contacts::add(store, &other, now(), ("E04990001", &clerk())).unwrap_err().code, Code::CouncilUnknown);
    for refused in [
        contacts::change(store, &other, now(), (added.contact, &clerk())).unwrap_err(),
        contacts::end(store, &other, now(), added.contact).unwrap_err(),
        contacts::end(store, &own, now(), added.contact + 1).unwrap_err(),
        erasure::erase_contact(store, &other, now(), (added.contact, "asked for")).unwrap_err(),
    ] {
        assert_eq!(refused.code, Code::RecordUnknown, "{refused}");
    }
    let reader = person(OrganisationKind::CountyAssociation, Role::ReadOnly, &["Wealdshire"]);
    assert_eq!(contacts::list(store, &reader, now(), "E04990001").unwrap_err().code, Code::NotPermitted);
    assert_eq!(contacts::list(store, &Actor::public("::1"), now(), "E04990001").unwrap_err().code, Code::NotSignedIn);
    assert_eq!(contacts::list(store, &own, now(), "E0499\0").unwrap_err().code, Code::CouncilUnknown);
}

async fn a_change_ends_one_version_and_starts_the_next(world: World) {
    world.register(REGISTER);
    let (store, own) = (&world.app.store, manager("Wealdshire"));
    let contact = contacts::add(store, &own, now(), ("E04990001", &clerk())).unwrap().contact;
    let later = now() + 1.hour();
    let moved = Details { telephone: Some("01632 960999".to_owned()), ..clerk() };
    let changed = contacts::change(store, &own, later, (contact, &moved)).unwrap();
    assert_eq!((changed.contact, changed.kept_since, changed.ended), (contact, later, None));
    assert_eq!(contacts::change(store, &own, later + 1.hour(), (contact, &moved)).unwrap(), changed, "nothing is new");
    let listed = contacts::list(store, &own, later, "E04990001").unwrap();
    assert_eq!((listed.current.len(), listed.past.len()), (1, 1));
    assert_eq!((listed.past[0].telephone.as_deref(), listed.past[0].ended), (Some("01632 960457"), Some(later)));
    contacts::end(store, &own, later + 2.hours(), contact).unwrap();
    let listed = contacts::list(store, &own, later, "E04990001").unwrap();
    assert_eq!((listed.current.len(), listed.past.len()), (0, 2));
    let refused = contacts::change(store, &own, later, (contact, &clerk())).unwrap_err();
    assert_eq!((refused.code, refused.happened), (Code::InputRefused, format!("The contact {contact} has ended.")));
}

async fn what_is_recorded_of_contacts_names_nobody(world: World) {
    world.register(REGISTER);
    let (store, own) = (&world.app.store, manager("Wealdshire"));
    let contact = contacts::add(store, &own, now(), ("E04990001", &clerk())).unwrap().contact;
    let moved = Details { email: None, name: Some("Yolanda Sample".to_owned()), ..clerk() };
    contacts::change(store, &own, now(), (contact, &moved)).unwrap();
    contacts::list(store, &own, now(), "E04990001").unwrap();
    let asked = audit::Asked { limit: 10, ..audit::Asked::default() };
    let entries = audit::entries(store, &Actor::command(), &asked).unwrap();
    let told: Vec<(&str, String, String)> =
        entries.iter().map(|entry| (entry.action.as_str(), entry.subject.clone(), entry.details.to_string())).collect();
    assert_eq!(
        told,
        [
            ("contacts.seen", "council:E04990001".to_owned(), format!("{{\"contacts\":[{contact}]}}")),
            (
                "contact.changed",
                format!("contact:{contact}"),
                "{\"changed\":[\"name\",\"email\"],\"council\":\"E04990001\"}".to_owned()
            ),
            (
                "contact.added",
                format!("contact:{contact}"),
                "{\"council\":\"E04990001\",\"given\":[\"name\",\"email\",\"telephone\"],\"post\":\"clerk\"}"
                    .to_owned()
            ),
        ]
    );
    assert!(holding(store, "zebedee").iter().all(|place| place.starts_with("contacts.")));
}

async fn cells_that_look_personal_are_masked_for_all_but_who_decides(world: World) {
    let app = of_wealdshire(&world);
    let report = pull(&world, &app, COMPLAINTS, "\"one\"").await;
    assert_eq!((report.accepted, report.review, report.rejected), (2, 1, 2), "{report:?}");
    let note = "4 rows hold what looks like personal data (columns: Clerk, Notes, group, url). 2 of them were not taken \
                for it. Evidence names nobody: ask the sender to leave it out.";
    assert!(report.notes.contains(&note.to_owned()), "{:?}", report.notes);
    assert!(report.held.iter().all(|line| !line.contains("jane.sample")), "{:?}", report.held);
    let masked = held(
        &app,
        &report,
        PersonalCells::to(&person(OrganisationKind::CountyAssociation, Role::Officer, &["Wealdshire"])),
    );
    assert!(masked.notes.contains(&note.to_owned()));
    let shown = held(&app, &report, PersonalCells::to(&manager("Wealdshire")));
    let as_text = serde_json::to_string(&masked).unwrap();
    for secret in ["jane.sample", "J Sample"] {
        assert!(!as_text.contains(secret), "{as_text}");
        assert!(serde_json::to_string(&shown).unwrap().contains(secret));
    }
    let group = masked.held.iter().find(|row| row.row == 4).unwrap();
    assert_eq!(group.kind, HeldKind::Rejected);
    assert_eq!(group.problems[0].code, "personal_data");
    assert_eq!(
        group.reason,
        "The column group holds what looks like an e-mail address; evidence names nobody, so use a code instead."
    );
    assert!(group.raw.contains(&("group".to_owned(), "[hidden: looks like an e-mail address]".to_owned())));
    let named: Vec<(&str, Finding, bool)> =
        group.personal.iter().map(|cell| (cell.column.as_str(), cell.looks_like, cell.hidden)).collect();
    assert_eq!(named, [("group", Finding::EmailAddress, true)]);
    assert!(shown.held.iter().find(|row| row.row == 4).unwrap().personal.iter().all(|cell| !cell.hidden));
    let waiting = masked.held.iter().find(|row| row.row == 5).unwrap();
    assert_eq!(waiting.kind, HeldKind::Review);
    assert!(waiting.raw.contains(&("Clerk".to_owned(), "[hidden: looks like a person's name]".to_owned())));
}

async fn a_redacted_cell_stays_redacted_when_the_file_comes_again(world: World) {
    let app = of_wealdshire(&world);
    let (store, own) = (&app.store, manager("Wealdshire"));
    let report = pull(&world, &app, COMPLAINTS, "\"one\"").await;
    let row = held(&app, &report, PersonalCells::Shown).held.into_iter().find(|row| row.row == 5).unwrap();
    let target = Target::HeldRow { id: row.id, column: "Notes".to_owned() };
    let told = redaction::redact(store, &own, now(), (&target, "names Told by Zebedee")).unwrap_err();
    assert_eq!(told.happened, "The reason repeats what is to be removed.");
    let done = redaction::redact(store, &own, now(), (&target, "the sender wrote a person in")).unwrap();
    assert_eq!((done.places, done.documents.len()), (1, 1));
    assert_eq!(holding(store, "Zebedee"), ["documents.bytes"]);
    let again = redaction::redact(store, &own, now(), (&target, "again")).unwrap_err();
    assert_eq!(again.happened, "What stood in Notes is blacked out already.");
    // The same rows in other bytes, and then with one that changed: nothing comes back.
    for (number, text) in
        [format!("Complaints\n\n{COMPLAINTS}"), COMPLAINTS.replace("2026-08-04", "2026-08-06")].iter().enumerate()
    {
        let report = pull(&world, &app, text, &format!("\"again {number}\"")).await;
        assert_eq!((report.accepted, report.review, report.rejected), (0, 1, 2), "{report:?}");
        assert_eq!(holding(store, "Zebedee"), ["documents.bytes"]);
        let view = held(&app, &report, PersonalCells::Shown);
        let waiting = view.held.iter().find(|row| row.kind == HeldKind::Review).unwrap();
        assert!(waiting.raw.contains(&("Notes".to_owned(), "[redacted]".to_owned())), "{:?}", waiting.raw);
        assert_eq!(waiting.id == row.id, number == 0, "the same row is held on, another is another");
    }
    let log = redaction::log(store, &own, (None, 10)).unwrap();
    assert_eq!((log.len(), log[0].kind.as_str(), log[0].place.as_str()), (1, "held_row", "Notes"));
    for sha256 in app.store.read(|c| bellwether::store::redactions::documents_of(c, None, (0, 99))).unwrap() {
        redaction::forget_document(store, &own, now(), (&sha256, "it names people")).unwrap();
        let twice = redaction::forget_document(store, &own, now(), (&sha256, "it names people")).unwrap_err();
        assert_eq!(twice.code, Code::RecordUnknown);
    }
    assert_eq!(holding(store, "Zebedee"), Vec::<String>::new());
}

async fn redacted_evidence_keeps_its_score_and_comes_in_redacted(world: World) {
    let app = of_wealdshire(&world);
    let (store, own) = (&app.store, manager("Wealdshire"));
    pull(&world, &app, THREE_GROUPS, "\"one\"").await;
    triage::rescore_all(&app, "test").unwrap();
    let whole = || triage::whole(store, &app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap();
    let before = whole();
    assert!(before.score.total > 0, "there is a score to keep");
    let item = before.evidence.iter().find(|item| item.url.as_deref() == Some("https://example.org/decisions/1"));
    let id = item.unwrap().id;
    for field in [Field::Group, Field::Event, Field::Url] {
        let target = Target::Evidence { id, field };
        assert_eq!(redaction::redact(store, &own, now(), (&target, "it names somebody")).unwrap().places, 1);
    }
    // A second group too: three distinct groups stay three, though two of them can no longer be read.
    let second =
        before.evidence.iter().find(|item| item.says.iter().any(|(_, said)| said == "Meadow Four")).unwrap().id;
    let target = Target::Evidence { id: second, field: Field::Group };
    redaction::redact(store, &own, now(), (&target, "it names somebody")).unwrap();
    for gone in ["Riverbank Twelve", "Meadow Four", "flood-seven", "example.org/decisions/1"] {
        assert_eq!(holding(store, gone), ["documents.bytes"], "{gone}");
    }
    let after = whole();
    assert_eq!((after.score.total, after.score.band), (before.score.total, before.score.band));
    assert_eq!(after.score.items.len(), before.score.items.len());
    let shown = after.evidence.iter().find(|item| item.id == id).unwrap();
    assert_eq!(shown.url, None);
    assert!(shown.says.contains(&("link".to_owned(), "[redacted]".to_owned())), "{:?}", shown.says);
    // Sent again in other bytes, it is known for what it was: no version, and nothing restored.
    let again = pull(&world, &app, &format!("Complaints\n\n{THREE_GROUPS}"), "\"two\"").await;
    assert_eq!((again.accepted, again.unchanged), (0, 3), "{again:?}");
    assert_eq!(whole().evidence, after.evidence);
    for gone in ["Riverbank Twelve", "flood-seven", "example.org/decisions/1"] {
        assert_eq!(holding(store, gone), ["documents.bytes"], "{gone}");
    }
    // Rescored, the figures stay, and with them history: nothing new is said.
    assert_eq!(triage::rescore_all(&app, "test").unwrap().changed, 0);
    assert_eq!(audit::verify(store, None).unwrap().broken, None);
}

async fn a_correction_of_a_redacted_record_comes_in_redacted(world: World) {
    let app = of_wealdshire(&world);
    let (store, own) = (&app.store, manager("Wealdshire"));
    pull(&world, &app, COMPLAINTS, "\"one\"").await;
    let whole = || triage::whole(store, &app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap();
    let id =
        whole().evidence.iter().find(|item| item.says.iter().any(|(_, said)| said == "Riverbank Twelve")).unwrap().id;
    let target = Target::Evidence { id, field: Field::Group };
    redaction::redact(store, &own, now(), (&target, "it names somebody")).unwrap();
    let corrected = COMPLAINTS.replace("2026-08-01,2026-11-10,upheld", "2026-08-01,2026-11-10,partly_upheld");
    let report = pull(&world, &app, &corrected, "\"two\"").await;
    assert_eq!(report.accepted, 1, "{report:?}");
    assert_eq!(holding(store, "Riverbank Twelve"), ["documents.bytes"]);
    let groups: Vec<String> = whole()
        .evidence
        .iter()
        .filter_map(|item| item.says.iter().find(|(field, _)| field == "group").map(|(_, said)| said.clone()))
        .filter(|said| said.starts_with('['))
        .collect();
    assert_eq!(groups, ["[redacted 1]", "[redacted 1]"], "both versions, and still one group");
}

async fn what_is_not_ones_own_cannot_be_redacted(world: World) {
    let app = of_wealdshire(&world);
    let (store, other) = (&app.store, manager("Otherland"));
    let report = pull(&world, &app, COMPLAINTS, "\"one\"").await;
    let row = held(&app, &report, PersonalCells::Shown).held[0].id;
    let item = triage::whole(store, &app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap().evidence[0].id;
    let run = triage::run(store, &Sources::All, report.run.unwrap(), PersonalCells::Masked).unwrap().run;
    for refused in [
        redaction::redact(store, &other, now(), (&Target::HeldRow { id: row, column: "group".into() }, "why")),
        redaction::redact(store, &other, now(), (&Target::HeldRow { id: row + 99, column: "group".into() }, "why")),
        redaction::redact(store, &other, now(), (&Target::Evidence { id: item, field: Field::Url }, "why")),
        redaction::redact(store, &other, now(), (&Target::Evidence { id: item + 99, field: Field::Url }, "why")),
    ] {
        assert_eq!(refused.unwrap_err().code, Code::RecordUnknown);
    }
    let document = run.sha256.unwrap();
    let refused = redaction::forget_document(store, &other, now(), (&document, "why")).unwrap_err();
    assert_eq!(refused.code, Code::RecordUnknown);
    let officer = person(OrganisationKind::CountyAssociation, Role::Officer, &["Wealdshire"]);
    let target = Target::Evidence { id: item, field: Field::Url };
    assert_eq!(redaction::redact(store, &officer, now(), (&target, "why")).unwrap_err().code, Code::NotPermitted);
    let nothing = Target::HeldRow { id: row, column: "no such column".to_owned() };
    let refused = redaction::redact(store, &manager("Wealdshire"), now(), (&nothing, "why")).unwrap_err();
    assert_eq!(refused.happened, "Nothing stands in no such column there.");
    assert!(redaction::log(store, &other, (None, 10)).unwrap().is_empty());
    assert!(!holding(store, "jane.sample").is_empty());
}

async fn an_erased_contact_leaves_no_trace_but_its_post(world: World) {
    world.with_outcomes().await;
    let (store, own) = (&world.app.store, manager("Wealdshire"));
    let points = || triage::whole(store, &world.app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap().score;
    let before = points();
    let contact = contacts::add(store, &own, now(), ("E04990001", &clerk())).unwrap().contact;
    let moved = Details { name: Some("Zebedee Sample-Two".to_owned()), ..clerk() };
    contacts::change(store, &own, now() + 1.hour(), (contact, &moved)).unwrap();
    contacts::list(store, &own, now(), "E04990001").unwrap();
    subjects::subject_access(store, &own, now(), "zebedee.sample@example.org").unwrap();
    let told = erasure::erase_contact(store, &own, now(), (contact, "ZEBEDEE SAMPLE asked")).unwrap_err();
    assert_eq!(told.happened, "The reason repeats what is to be removed.");
    let left = erasure::erase_contact(store, &own, now() + 2.hours(), (contact, "asked for in writing")).unwrap();
    assert_eq!(left.len(), 2);
    for version in &left {
        assert_eq!((version.post, version.council.as_str()), (Post::Clerk, "E04990001"));
        assert_eq!((&version.name, &version.email, &version.telephone), (&None, &None, &None));
        assert!(version.ended.is_some() && version.erased.is_some());
    }
    for trace in ["zebedee", "sample", "960457"] {
        assert_eq!(holding(store, trace), Vec::<String>::new(), "{trace}");
    }
    assert_eq!(points(), before);
    assert_eq!(audit::verify(store, None).unwrap().broken, None);
}

const ACCOUNTS: &str = "\
INSERT INTO organisations (id, key, name, kind, created_at) VALUES
 (7, 'own', 'Own association', 'county_association', 1), (8, 'other', 'Other association', 'county_association', 1);
INSERT INTO people (id, organisation_id, email, name, created_at) VALUES
 (12, 7, 'zebedee.sample@example.org', 'Zebedee Sample', 1), (41, 7, 'an.officer@example.org', 'An officer', 1);
INSERT INTO person_roles (person_id, role) VALUES (12, 'officer');
INSERT INTO sessions (token_hash, person_id, opened_at, last_seen_at, expires_at, second_factor, wrong_codes, opened_by, opened_from)
 VALUES ('secret-token', 12, 2, 3, 4, FALSE, 0, 'link', '198.51.100.9');
INSERT INTO sign_in_links (person_id, token_hash, created_at, expires_at) VALUES (12, 'secret-link', 2, 3);
INSERT INTO recovery_codes (person_id, code_hash) VALUES (12, 'secret-code');
INSERT INTO openid_subjects (issuer, subject, person_id, linked_at) VALUES ('https://id.example.org', 'subject-zebedee', 12, 2);
";

async fn a_person_is_answered_and_erased_and_the_log_stays_whole(world: World) {
    world.register(REGISTER);
    let (store, own, other) = (&world.app.store, manager("Wealdshire"), {
        let mut other = manager("Otherland");
        other.organisation.as_mut().unwrap().id = 8;
        other
    });
    tables::run(store, ACCOUNTS);
    let mut zebedee = person(OrganisationKind::CountyAssociation, Role::Officer, &["Wealdshire"]);
    zebedee.who = Who::Person { id: 12, name: "Zebedee Sample".to_owned(), session: 1 };
    contacts::list(store, &zebedee, now(), "E04990001").unwrap();
    let contact = contacts::add(store, &own, now(), ("E04990001", &clerk())).unwrap().contact;
    let gone = Details { email: None, ..clerk() };
    contacts::change(store, &own, now(), (contact, &gone)).unwrap();
    let email = " Zebedee.Sample@Example.org ";
    let found = subjects::subject_access(store, &own, now(), email).unwrap();
    assert_eq!(found.email, "zebedee.sample@example.org");
    assert_eq!(found.contacts.len(), 2, "the version without the address is the same contact's");
    let account = found.account.as_ref().unwrap();
    assert_eq!((account.person, account.organisation.as_str()), (12, "Own association"));
    assert_eq!(
        (account.roles.as_slice(), account.sessions.len(), account.links.len()),
        (["officer".to_owned()].as_slice(), 1, 1)
    );
    assert_eq!(account.sessions[0].opened_from, "198.51.100.9");
    assert_eq!(
        account.log.iter().map(|line| (line.own, line.action.as_str())).collect::<Vec<_>>(),
        [(true, "contacts.seen")]
    );
    let json = serde_json::to_string(&found).unwrap();
    assert!(!json.contains("secret-"), "{json}");
    // Another county's manager is told of nothing, and cannot erase.
    let nothing = subjects::subject_access(store, &other, now(), email).unwrap();
    assert_eq!((nothing.contacts.len(), nothing.account), (0, None));
    assert_eq!(erasure::erase_person(store, &other, now(), (12, "asked for")).unwrap_err().code, Code::RecordUnknown);
    assert_eq!(erasure::erase_person(store, &own, now(), (41, "asked for")).unwrap_err().code, Code::InputRefused);
    assert_eq!(subjects::subject_access(store, &own, now(), "nobody").unwrap_err().code, Code::InputRefused);
    erasure::erase_person(store, &own, now(), (12, "asked for in writing")).unwrap();
    erasure::erase_contact(store, &own, now(), (contact, "asked for in writing")).unwrap();
    for trace in ["zebedee", "sample", "198.51.100.9", "secret-link", "secret-code"] {
        assert_eq!(holding(store, trace), Vec::<String>::new(), "{trace}");
    }
    let after = subjects::subject_access(store, &own, now(), "erased-12@invalid").unwrap().account.unwrap();
    assert_eq!((after.name.as_str(), after.closed), ("erased account 12", Some(now())));
    assert_eq!(after.sessions[0].closed, Some(now()));
    let verdict = audit::verify(store, None).unwrap();
    assert_eq!(verdict.broken, None);
    let asked = audit::Asked { limit: 50, ..audit::Asked::default() };
    let entries = audit::entries(store, &Actor::command(), &asked).unwrap();
    let answered = entries.iter().rfind(|entry| entry.action == "subject.answered").unwrap();
    assert_eq!(answered.details.to_string(), format!("{{\"contacts\":[{contact}],\"held_rows\":[]}}"));
}
