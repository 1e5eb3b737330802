//! What tests stand on: an app on either database, a source to pull from, a served port.

pub mod cast;
pub mod chance;
pub mod line;
pub mod log;
pub mod postgres;
pub mod program;
pub mod smtp;
pub mod source;
pub mod tables;

use bellwether::app::App;
use bellwether::auth::{OrganisationKind, Role};
use bellwether::clock::{Clock, noon};
use bellwether::config::Config;
use bellwether::ingest::{Asked, RunReport, Trigger, run};
use bellwether::store::{Database, StoreError};
use bellwether::{error::AppError, register, server};
use diesel::RunQueryDsl as _;
use jiff::civil::{Date, date};
use source::Source;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The day at which every test's clock stands when it begins.
pub const TODAY: Date = date(2026, 11, 21);

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Runs each named test, an `async fn(World)`, once on SQLite and once on PostgreSQL.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                if let Some(world) = crate::support::World::new(crate::support::Backend::Sqlite).await {
                    super::$test(world).await;
                }
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                if let Some(world) = crate::support::World::new(crate::support::Backend::Postgres).await {
                    super::$test(world).await;
                }
            })+
        }
    };
}
pub(crate) use on_both;

/// Three invented parishes that share nothing, two that share a name, one retired.
pub const REGISTER: &str = "\
gss_code,name,former_name,district_code,district,county,current,council
E04990001,Aldermarsh,,E07990001,Fenwick Vale,Wealdshire,true,
E04990002,Great Pellow,Pellow Magna,E07990001,Fenwick Vale,Wealdshire,true,
E04990003,Coldbrook with Fenny Hatch,,E07990002,Tarn Side,Wealdshire,true,
E04990004,Thornley Green,,E07990001,Fenwick Vale,Wealdshire,true,
E04990005,Thornley Green,,E07990002,Tarn Side,Wealdshire,true,
E04990006,Old Marrow,,E07990002,Tarn Side,Wealdshire,false,
";

/// The outcomes of one year: one qualified for internal control, one clean, one bad row, one whose name two have.
pub const OUTCOMES: &str = "\
authority_reference,name,district,financial_year_end,status,submitted_on,certified_on,matter_1_class,matter_1_assertion,matter_1_reason,matter_1_undisclosed
NA001,Aldermarsh Parish Council,Fenwick Vale,2026-03-31,qualified,2026-06-20,2026-09-10,except_for,2,internal_control,no
NA002,GREAT PELLOW P C,Fenwick Vale,31/03/2026,unqualified,2026-06-21,10 September 2026,,,,
NA003,Coldbrook w. Fenny Hatch,Tarn Side,2026-03-31,magnificent,2026-06-22,2026-09-10,,,,
NA004,Thornley Green,,2026-03-31,unqualified,2026-06-22,2026-09-10,,,,
";

/// The program's parts on a fresh database, and a source that it pulls from.
pub struct World {
    pub app: App,
    pub source: Source,
    pub backend: Backend,
    pub url: String,
    /// Holds the SQLite file; removed with the world.
    pub folder: tempfile::TempDir,
}

impl World {
    /// A fresh world; none where the backend is PostgreSQL and none is installed.
    pub async fn new(backend: Backend) -> Option<World> {
        log::start();
        let folder = tempfile::tempdir().unwrap();
        let url = match backend {
            Backend::Sqlite => format!("sqlite:{}", folder.path().join("test.db").display()),
            Backend::Postgres => postgres::fresh()?,
        };
        let source = Source::start().await;
        let mut config = World::configuration(&url, &source);
        config.secret_key_file = Some(folder.path().join("test.key"));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let app = App::open(config, Clock::standing_at(noon(TODAY))).unwrap();
        app.declare().unwrap();
        Some(World { app, source, backend, url, folder })
    }

    /// A configuration with one feed of each of three kinds, pulled from the source.
    pub fn configuration(url: &str, source: &Source) -> Config {
        Config::parse(&World::settings(url, source), "test.toml").unwrap()
    }

    /// The same as the text of a file.
    pub fn settings(url: &str, source: &Source) -> String {
        let feed = |id: &str, kind: &str, path: &str| {
            format!(
                "[[feed]]\nid = \"{id}\"\ntitle = \"The {id}\"\nsource = \"{kind}\"\nlocation = {{ url = \"{}\" }}\nprivate = true\ncovers = \"all\"\n",
                source.url(path)
            )
        };
        format!(
            "database = {url:?}\n{}{}{}",
            feed("outcomes", "audit_outcomes", "/outcomes"),
            feed("complaints", "complaints", "/complaints"),
            feed("flags", "county_flags", "/flags"),
        )
    }

    /// Another replica on the same database, with a clock of its own.
    pub fn replica(&self, today: Date) -> App {
        let app = App::open((*self.app.config).clone(), Clock::standing_at(noon(today))).unwrap();
        app.declare().unwrap();
        app
    }

    /// Loads a register.
    pub fn register(&self, text: &str) -> register::Imported {
        register::import(&self.app, "register.csv", text.as_bytes()).unwrap()
    }

    /// Pulls a feed now.
    pub async fn pull(&self, feed: &str) -> Result<RunReport, AppError> {
        let feed = self.app.feed(feed).unwrap().clone();
        run(&self.app, &feed, Asked { trigger: Trigger::Command, given: None, dry_run: false }).await
    }

    /// The register, and the outcomes of one year, pulled.
    pub async fn with_outcomes(&self) -> RunReport {
        self.register(REGISTER);
        self.source.set("/outcomes", OUTCOMES, "\"one\"");
        self.pull("outcomes").await.unwrap()
    }

    /// Serves the app on a free port; gives its address without a slash at the end.
    pub fn serve(&self) -> String {
        serve(self.app.clone())
    }
}

/// The key that [`get`] shows to each served app: a manager's at NALC, who may look at everything.
static KEYS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// Runs a statement as it stands, past everything that looks after what may stand where; gives how many rows it met.
pub fn sql(world: &World, statement: &str) -> usize {
    let run = |connection: &mut Database| {
        let query = diesel::sql_query(statement);
        match connection {
            Database::Sqlite(sqlite) => query.execute(sqlite),
            Database::Postgres(postgres) => query.execute(postgres),
        }
        .map_err(StoreError::from)
    };
    world.app.store.write(run).unwrap()
}

/// Serves an app on a free port for as long as the test lives.
pub fn serve(app: App) -> String {
    let key = cast::key(&app, &cast::organisation(&app, OrganisationKind::Nalc, ""), Role::Manager, &[]);
    let listener = server::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let server = server::serve(app, listener).unwrap();
    tokio::spawn(server);
    let base = format!("http://{address}");
    KEYS.lock().unwrap().insert(base.clone(), key);
    base
}

/// A client with the key to a served app.
pub fn client(base: &str) -> reqwest::Client {
    let key = KEYS.lock().unwrap().get(base).cloned();
    key.map_or_else(cast::stranger, |key| cast::led(&key))
}

/// What an address answers to who may look at everything: status, media type, text.
pub async fn get(address: &str) -> (u16, String, String) {
    let base: String = address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let answer = client(&base).get(address).send().await.unwrap();
    let media = answer.headers().get("content-type").map_or("", |media| media.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), media, answer.text().await.unwrap())
}

/// An answer's JSON.
pub async fn json_of(answer: reqwest::Response) -> serde_json::Value {
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// What an address of the API answers.
pub async fn get_json(address: &str) -> serde_json::Value {
    let (status, _, text) = get(address).await;
    assert_eq!(status, 200, "{address}: {text}");
    serde_json::from_str(&text).unwrap()
}
