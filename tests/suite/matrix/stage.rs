//! The stage of the matrix: two invented counties with evidence and held rows in both, and somebody of each kind.
//!
//! In: a world. Out: the app served with feeds of a county's, of both counties', of a firm's and of SAAA's, all pulled; the
//! cast. Always holds: numbers in addresses are long and begin with 7, so that they stand out in an answer; nobody is held
//! to a rate, because it isn't rates that are tried here.

use crate::support::{REGISTER, World, cast, serve, tables};
use bellwether::app::App;
use bellwether::auth::directory::{NewOrganisation, NewPerson, add_organisation, add_person};
use bellwether::auth::keys::{NewKey, issue, revoke};
use bellwether::auth::limits::{Allowance, LimitSettings, Limits};
use bellwether::auth::sessions::{OpenedBy, Opening, open};
use bellwether::auth::{Action, Actor, OrganisationKind, Role};
use bellwether::config::Config;
use bellwether::ingest::{Asked, Trigger, run};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The other county: seven councils, so that its counts are none of the own county's, and one retired.
pub const FENNMARCH: &str = "\
E04990101,Saltreach,Quill Inferior,E07990101,Lode Hundred,Fennmarch,true,
E04990102,Osier Holm,,E07990101,Lode Hundred,Fennmarch,true,
E04990103,Nether Quill,,E07990101,Lode Hundred,Fennmarch,true,
E04990104,Bittern Parva,,E07990102,Washbank,Fennmarch,true,
E04990105,Wrackham Drove,,E07990102,Washbank,Fennmarch,true,
E04990106,Eelpie Staunch,,E07990102,Washbank,Fennmarch,true,
E04990107,Lodewater,,E07990102,Washbank,Fennmarch,true,
E04990108,Mudwick,,E07990102,Washbank,Fennmarch,false,
";

/// What stands in a row that can't be taken, and nowhere else.
pub const HELD: &str = "magnificent";

const WEALDSHIRE_FLAGS: &str = "\
council,date,flag,notes
Aldermarsh,2026-10-01,clerk_distress,
Great Pellow,2026-10-02,magnificent,told at the meeting
Quite Unknown,2026-10-03,clerk_distress,
";
const FENNMARCH_FLAGS: &str = "\
council,date,flag,notes
Saltreach,2026-10-01,clerk_distress,
Osier Holm,2026-10-02,magnificent,told at the meeting
Unheard of Drove,2026-10-03,clerk_distress,
";
const COMPLAINTS: &str = "\
reference,name,district,theme,received_on,decided_on,outcome,group,event,url
MO/1,Aldermarsh,Fenwick Vale,service,2026-08-01,2026-11-10,upheld,G1,flood-one,https://example.org/decisions/1
MO/2,Nether Quill,Lode Hundred,service,2026-08-02,2026-11-10,upheld,G2,flood-two,https://example.org/decisions/2
MO/3,Wrackham Drove,Washbank,service,2026-08-03,2026-11-10,magnificent,G3,,https://example.org/decisions/3
";
const OUTCOMES: &str = "\
authority_reference,name,district,financial_year_end,status,submitted_on,certified_on,matter_1_class,matter_1_assertion,matter_1_reason,matter_1_undisclosed
NA001,Aldermarsh,Fenwick Vale,2026-03-31,qualified,2026-06-20,2026-09-10,except_for,2,internal_control,no
NA002,Great Pellow,Fenwick Vale,2026-03-31,unqualified,2026-06-21,2026-09-10,,,,
NA101,Saltreach,Lode Hundred,2026-03-31,qualified,2026-06-20,2026-09-10,except_for,2,internal_control,yes
NA102,Osier Holm,Lode Hundred,2026-03-31,unqualified,2026-06-20,2026-09-10,,,,
NA103,Bittern Parva,Washbank,2026-03-31,magnificent,2026-06-22,2026-09-10,,,,
";
const SHARED_LIST: &str = "\
authority_reference,name,district,financial_year_end,status,submitted_on,certified_on,matter_1_class,matter_1_assertion,matter_1_reason,matter_1_undisclosed
SL001,Lodewater,Washbank,2026-03-31,no_return,,,,,,
SL002,Eelpie Staunch,Washbank,2026-03-31,magnificent,2026-06-22,2026-09-10,,,,
";

/// The feeds: name in the table, id, what it sends, whom it speaks for, who owns it, what it has.
const FEEDS: [(&str, &str, &str, &str, &str, &str); 5] = [
    (
        "own county",
        "wealdshire-flags",
        "county_flags",
        "{ counties = [\"Wealdshire\"] }",
        "county-association-wealdshire",
        WEALDSHIRE_FLAGS,
    ),
    (
        "other county",
        "fennmarch-flags",
        "county_flags",
        "{ counties = [\"Fennmarch\"] }",
        "county-association-fennmarch",
        FENNMARCH_FLAGS,
    ),
    (
        "both counties",
        "both-complaints",
        "complaints",
        "{ counties = [\"Wealdshire\", \"Fennmarch\"] }",
        "",
        COMPLAINTS,
    ),
    ("the firm's", "firm-outcomes", "audit_outcomes", "\"all\"", "audit-firm-north", OUTCOMES),
    ("SAAA's", "saaa-list", "audit_outcomes", "\"all\"", "saaa", SHARED_LIST),
];

/// What somebody shows.
#[derive(Debug, Clone)]
pub enum Shows {
    /// A browser without a session; it has been given a token for the forms that come before signing in.
    FormCookie(String),
    Session(String),
    Key(String),
}

/// Somebody of a column.
#[derive(Debug, Clone)]
pub struct Member {
    pub head: &'static str,
    /// The key of their organisation; the association of Wealdshire for those who have none.
    pub organisation: String,
    pub person: Option<i64>,
    pub shows: Shows,
}

/// Who has a column or is named as alike: head, organisation, place, roles, and whether the second factor was shown.
#[rustfmt::skip]
const CAST: [(&str, OrganisationKind, &str, &[Role], bool); 28] = {
    use OrganisationKind::*;
    use Role::*;
    [
        ("c-of", CountyAssociation, "Wealdshire", &[Officer], true),
        ("c-ma", CountyAssociation, "Wealdshire", &[Manager], true),
        ("c-su", CountyAssociation, "Wealdshire", &[SurveyLead], true),
        ("c-ro", CountyAssociation, "Wealdshire", &[ReadOnly], true),
        ("c-ad", CountyAssociation, "Wealdshire", &[Administrator], true),
        ("n-of", Nalc, "", &[Officer], true),
        ("n-ma", Nalc, "", &[Manager], true),
        ("n-ed", Nalc, "", &[RuleEditor], true),
        ("n-pu", Nalc, "", &[RulePublisher], true),
        ("n-su", Nalc, "", &[SurveyLead], true),
        ("n-sb", Nalc, "", &[AuditorSubmitter], true),
        ("n-ad", Nalc, "", &[Administrator], true),
        ("firm", AuditFirm, "north", &[AuditorSubmitter], true),
        ("f-ad", AuditFirm, "north", &[Administrator], true),
        ("saaa", Saaa, "", &[AuditorSubmitter], true),
        ("slcc", Slcc, "", &[ReadOnly], true),
        ("idb", Idb, "", &[ReadOnly], true),
        ("coun", Council, "E04990001", &[Officer], true),
        ("k-ro", Council, "E04990001", &[ReadOnly], true),
        ("due", Nalc, "", &[Manager, Administrator], false),
        ("n-ro", Nalc, "", &[ReadOnly], true),
        ("f-ro", AuditFirm, "north", &[ReadOnly], true),
        ("s-ro", Saaa, "", &[ReadOnly], true),
        ("s-ad", Saaa, "", &[Administrator], true),
        ("l-ad", Slcc, "", &[Administrator], true),
        ("i-ad", Idb, "", &[Administrator], true),
        ("k-ad", Council, "E04990001", &[Administrator], true),
        ("expd", CountyAssociation, "Wealdshire", &[Officer, Manager], true),
    ]
};

/// Everything that the matrix is played on.
pub struct Stage {
    pub world: World,
    pub app: App,
    pub base: String,
    pub members: Vec<Member>,
    /// The last run of each feed, by the feed's name in the table.
    pub runs: BTreeMap<&'static str, i64>,
    serial: AtomicUsize,
    client: reqwest::Client,
}

impl Stage {
    pub async fn set(world: World) -> Stage {
        begin_numbers(&world);
        world.register(&format!("{REGISTER}{FENNMARCH}"));
        let app = opened(&world);
        let mut runs = BTreeMap::new();
        for (name, id, _, _, _, text) in FEEDS {
            world.source.set(&format!("/{id}"), text, "\"one\"");
            let feed = app.feed(id).unwrap().clone();
            let report =
                run(&app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await.unwrap();
            assert!(report.accepted > 0 && report.rejected == 1, "{id}: {report:?}");
            runs.insert(name, report.run.unwrap());
        }
        cast::organisation(&app, OrganisationKind::CountyAssociation, "Fennmarch");
        let base = serve(app.clone());
        let mut stage = Stage {
            world,
            app,
            base,
            members: Vec::new(),
            runs,
            serial: AtomicUsize::new(0),
            client: cast::stranger(),
        };
        stage.members = stage.cast();
        stage
    }

    fn cast(&self) -> Vec<Member> {
        let mut members = Vec::new();
        for (head, kind, place, roles, second_factor) in CAST {
            let organisation = cast::organisation(&self.app, kind, place);
            let person = self.person(&organisation, roles);
            let hours_ago = if head == "expd" { 13 } else { 0 };
            let opened_at = self.now().checked_sub(SignedDuration::from_hours(hours_ago)).unwrap();
            let shows = Shows::Session(self.session_of(person, second_factor, opened_at));
            members.push(Member { head, organisation, person: Some(person), shows });
        }
        let organisation = "county-association-wealdshire".to_owned();
        let nobody = |head, shows| Member { head, organisation: organisation.clone(), person: None, shows };
        members.push(nobody("pub", Shows::FormCookie(bellwether::auth::secret::draw().reveal().to_owned())));
        let (key, prefix) = self.key(&organisation, Role::Manager, &[]);
        revoke(&self.app.store, &Actor::command(), &prefix, self.now()).unwrap();
        members.push(nobody("revk", Shows::Key(key)));
        members
    }

    /// The member of a column.
    pub fn member(&self, head: &str) -> &Member {
        self.members.iter().find(|member| member.head == head).unwrap_or_else(|| panic!("nobody is cast as {head}"))
    }

    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// A number that nothing else has.
    pub fn next(&self) -> usize {
        self.serial.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A new account.
    pub fn person(&self, organisation: &str, roles: &[Role]) -> i64 {
        let number = self.next();
        let new = NewPerson {
            email: format!("person-{number}@example.org"),
            name: format!("Example Person {number}"),
            organisation: organisation.to_owned(),
            roles: roles.to_vec(),
        };
        add_person(&self.app.store, &Actor::command(), &new, self.now()).unwrap().id
    }

    /// A new organisation.
    pub fn organisation(&self) -> String {
        let key = format!("short-lived-{}", self.next());
        let new = NewOrganisation {
            key: key.clone(),
            name: "A short-lived organisation".to_owned(),
            kind: OrganisationKind::Slcc,
            counties: Vec::new(),
            council: None,
        };
        add_organisation(&self.app.store, &Actor::command(), &new, self.now()).unwrap();
        key
    }

    /// The id of a feed by the table's name for it.
    pub fn feed(&self, name: &str) -> Option<&'static str> {
        FEEDS.iter().find(|feed| feed.0 == name).map(|feed| feed.1)
    }

    /// The token of a new session.
    pub fn session_of(&self, person: i64, second_factor: bool, at: Timestamp) -> String {
        let opening = Opening { person, by: OpenedBy::Command, second_factor, origin: "test" };
        open(&self.app.store, &opening, at).unwrap().reveal().to_owned()
    }

    /// A new key, and its prefix.
    pub fn key(&self, organisation: &str, role: Role, kept_to: &[Action]) -> (String, String) {
        let new = NewKey {
            organisation: organisation.to_owned(),
            name: "a machine's".to_owned(),
            role,
            kept_to: kept_to.to_vec(),
            days: 30,
        };
        let issued = issue(&self.app.store, &Actor::command(), &new, self.now()).unwrap();
        (issued.key.reveal().to_owned(), issued.view.prefix)
    }

    /// What a member shows for a form: a session of its own where they have one, since forms close sessions.
    pub fn fresh(&self, member: &Member) -> Shows {
        match (&member.shows, member.person, member.head) {
            (Shows::Session(_), Some(person), head) if head != "expd" => {
                Shows::Session(self.session_of(person, head != "due", self.now()))
            }
            (shows, ..) => shows.clone(),
        }
    }

    /// A request as somebody sends it.
    pub fn request(&self, method: &str, path: &str, shows: &Shows) -> reqwest::RequestBuilder {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.base));
        match shows {
            Shows::FormCookie(root) => request.header("cookie", format!("bellwether-form={root}")),
            Shows::Session(token) => request.header("cookie", format!("bellwether={token}")),
            Shows::Key(key) => request.bearer_auth(key),
        }
    }
}

/// The app with the feeds declared, and without rates.
fn opened(world: &World) -> App {
    let declared: String = FEEDS
        .iter()
        .map(|(_, id, source, covers, owner, _)| {
            let owner = if owner.is_empty() { String::new() } else { format!("owner = \"{owner}\"\n") };
            let url = world.source.url(&format!("/{id}"));
            format!(
                "[[feed]]\nid = \"{id}\"\ntitle = \"The {id}\"\nsource = \"{source}\"\nlocation = {{ url = \"{url}\" }}\nprivate = true\ncovers = {covers}\n{owner}"
            )
        })
        .collect();
    let mut config = (*world.app.config).clone();
    config.feeds = Config::parse(&declared, "matrix.toml").unwrap().feeds;
    let mut app = App::open(config, world.app.clock.clone()).unwrap();
    app.declare().unwrap();
    let endless = Allowance::a_minute(NonZeroU32::MAX);
    let settings = LimitSettings { sign_in: endless, code: endless, key: endless, page: endless, unknown: endless };
    app.limits = Arc::new(Limits::new(settings));
    app
}

/// Lets the numbers that stand in addresses and forms begin where no other text has the same digits.
fn begin_numbers(world: &World) {
    let tables = ["people", "sessions", "contacts", "runs", "held_rows", "evidence", "submissions"];
    for (number, table) in (1..).zip(tables) {
        let last = 7_000_000 + number * 100_000;
        let statement = if world.url.starts_with("sqlite:") {
            format!(
                "DELETE FROM sqlite_sequence WHERE name = '{table}'; INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {last});"
            )
        } else {
            format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last});")
        };
        tables::run(&world.app.store, &statement);
    }
}
