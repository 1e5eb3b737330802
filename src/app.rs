//! The program's parts, opened once and shared: configuration, database, clock, rules, fetcher, figures.
//!
//! In: settings. Out: an [`App`] that every door is given. Always holds: it is cheap to clone; the rules are loaded and
//! checked before anything is served; the register's index is built once for each load of the register.

use crate::auth::limits::{Allowance, LimitSettings, Limits};
use crate::auth::openid::{Provider, ProviderSettings};
use crate::auth::seal::{self, Seal};
use crate::auth::secret::Secret;
use crate::clock::Clock;
use crate::communications::{Mailer, Postbox};
use crate::config::Config;
use crate::error::{AppError, Code};
use crate::feeds::{Feed, FetchSettings, Fetcher};
use crate::matching::{Index, Listed};
use crate::scoring::rules::{self, RuleFile, RuleSet};
use crate::store::{Database, Store, StoreError, expectations, feeds, register, rule_drafts, scores};
use crate::telemetry::Telemetry;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The rule set in force, with the files it was loaded from.
pub struct Rules {
    pub set: RuleSet,
    files: Vec<RuleFile>,
}

impl Rules {
    /// Loads and checks the rules of a folder, or the built-in ones.
    ///
    /// # Errors
    /// [`Code::RulesInvalid`] for a folder that can't be read and for every mistake in it.
    pub fn read(folder: Option<&std::path::Path>) -> Result<Rules, AppError> {
        let next = "Give a folder of *.toml files; without one the built-in rules count.";
        let files = match folder {
            Some(folder) => {
                rules::read_dir(folder).map_err(|e| AppError::new(Code::RulesInvalid, e.to_string(), next))?
            }
            None => rules::embedded(),
        };
        Rules::load(files)
    }

    /// Loads and checks a rule set.
    ///
    /// # Errors
    /// [`Code::RulesInvalid`] with every mistake by file, line and column.
    pub fn load(files: Vec<RuleFile>) -> Result<Rules, AppError> {
        let set = rules::load(&files).map_err(|mistakes| {
            AppError::new(
                Code::RulesInvalid,
                mistakes.to_string(),
                "Mend these lines; `bellwether rules check` shows them again.",
            )
        })?;
        Ok(Rules { set, files })
    }

    /// The files that it was loaded from, in order of name.
    pub fn files(&self) -> &[RuleFile] {
        &self.files
    }

    /// The files as they are kept: name to text.
    pub fn as_json(&self) -> String {
        let files: serde_json::Map<String, serde_json::Value> =
            self.files.iter().map(|file| (file.name.clone(), file.text.clone().into())).collect();
        serde_json::Value::from(files).to_string()
    }
}

/// The register's index, and the load of the register that it was built from.
type CachedIndex = Arc<Mutex<Option<(i64, Arc<Index>)>>>;

/// The rules that were published last, and the number of that publication.
type PublishedRules = Arc<Mutex<Option<(i64, Arc<Rules>)>>>;

/// An example user of a demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub person: i64,
    /// Such as "Officer, Wealdshire".
    pub title: String,
}

/// The program's parts.
#[derive(Clone)]
pub struct App {
    pub config: Arc<Config>,
    pub store: Store,
    pub clock: Clock,
    /// The rules that the program was started with: in force until others are published ([`App::in_force`]).
    pub rules: Arc<Rules>,
    /// How long things are kept.
    pub retention: Arc<crate::retention::Rules>,
    pub fetcher: Arc<Fetcher>,
    pub telemetry: Telemetry,
    /// Names this process among its replicas, for leases.
    pub replica: String,
    /// Whether every council is invented.
    pub demo: bool,
    /// The example users of a demo, by which a visitor may be any of them; none anywhere else.
    pub examples: Arc<Vec<Example>>,
    /// The session by which programs without a key are answered in a demo.
    pub example_session: Arc<Mutex<Option<Secret>>>,
    /// Where letters go.
    pub mailer: Arc<Mailer>,
    /// Wakes whoever delivers letters.
    pub postbox: Arc<Postbox>,
    /// How often one address, key or session may ask.
    pub limits: Arc<Limits>,
    /// The providers by which people may sign in, in the order of the configuration.
    pub providers: Arc<Vec<Provider>>,
    published: PublishedRules,
    index: CachedIndex,
    seal: Arc<OnceLock<Arc<Seal>>>,
}

impl App {
    /// Opens the database and loads the rules.
    ///
    /// # Errors
    /// When the database can't be reached or the rules have mistakes.
    pub fn open(config: Config, clock: Clock) -> Result<App, AppError> {
        let rules = Rules::read(config.rules.as_deref())?;
        let retention = crate::retention::Rules::read(config.rules.as_deref())?;
        let store = Store::open(&config.database, config.database_connections)?;
        let fetcher = fetcher(&config)?;
        let mailer = Mailer::new(config.mail.as_ref())?;
        let environment = |name: &str| std::env::var(name).ok();
        let provider = |settings: &ProviderSettings| Provider::new(settings.clone(), &environment);
        let providers = config.providers.iter().map(provider).collect::<Result<Vec<_>, _>>()?;
        let limits =
            LimitSettings { key: Allowance::a_minute(config.key_requests_a_minute), ..LimitSettings::default() };
        Ok(App {
            config: Arc::new(config),
            store,
            clock,
            rules: Arc::new(rules),
            retention: Arc::new(retention),
            fetcher: Arc::new(fetcher),
            telemetry: Telemetry::new()?,
            replica: format!("{}-{}", std::process::id(), jiff::Timestamp::now().as_microsecond()),
            demo: false,
            examples: Arc::default(),
            example_session: Arc::default(),
            mailer: Arc::new(mailer),
            postbox: Arc::default(),
            limits: Arc::new(Limits::new(limits)),
            providers: Arc::new(providers),
            published: PublishedRules::default(),
            index: CachedIndex::default(),
            seal: Arc::default(),
        })
    }

    /// Makes the configuration's feeds known to the database: those that are new, changed, or no longer declared. Whoever
    /// pulls feeds calls it; whoever only reads doesn't, and so needs no write lock.
    ///
    /// # Errors
    /// When the database fails.
    pub fn declare(&self) -> Result<(), AppError> {
        let declared = &self.config.feeds;
        let rows = declared.iter().map(crate::ingest::feed_row).collect::<Vec<_>>();
        let every = |feed: &Feed| feed.expected_every.map(|every| every.to_string());
        let expected = declared.iter().map(|feed| (feed.id.clone(), every(feed))).collect::<Vec<_>>();
        let now = jiff::Timestamp::now();
        self.store.write(|connection| {
            feeds::declare(connection, &rows)?;
            expectations::declare(connection, &expected, self.clock.now().as_microsecond())?;
            for feed in declared {
                let (cron, next) = crate::ingest::first_due(feed, now);
                feeds::schedule(connection, &crate::ingest::schedule_name(&feed.id), &cron, next)?;
            }
            Ok(())
        })
    }

    /// The declared feed of that id.
    ///
    /// # Errors
    /// [`Code::FeedUnknown`] when the configuration has none.
    pub fn feed(&self, id: &str) -> Result<&Feed, AppError> {
        self.config.feeds.iter().find(|feed| feed.id == id).ok_or_else(|| {
            let declared: Vec<&str> = self.config.feeds.iter().map(|feed| feed.id.as_str()).collect();
            let next = match declared.as_slice() {
                [] => "No feed is declared: add a [[feed]] to the configuration.".to_owned(),
                declared => format!("Declared are: {}.", declared.join(", ")),
            };
            AppError::new(Code::FeedUnknown, format!("No feed is called {id}."), next)
        })
    }

    /// The rules in force: those published last, on whichever replica; without any, those of the start.
    ///
    /// # Errors
    /// When the database fails; [`Code::RulesInvalid`] for a published set that this version of the program can't read.
    pub fn in_force(&self) -> Result<Arc<Rules>, AppError> {
        self.store.read(|connection| self.rules_in(connection))
    }

    /// The rules in force, as a transaction sees them.
    ///
    /// # Errors
    /// As [`App::in_force`].
    pub fn rules_in(&self, connection: &mut Database) -> Result<Arc<Rules>, AppError> {
        let Some((publication, hash)) = rule_drafts::latest(connection)? else { return Ok(self.rules.clone()) };
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, rules)) = published.as_ref()
            && *known == publication
        {
            return Ok(rules.clone());
        }
        let rules = match hash == self.rules.set.hash {
            true => self.rules.clone(),
            false => Arc::new(kept_rules(connection, &hash)?),
        };
        *published = Some((publication, rules.clone()));
        Ok(rules)
    }

    /// The rules in force, kept with the scores that are to name them. The caller holds the write transaction.
    ///
    /// # Errors
    /// As [`App::in_force`].
    pub fn keep_rules(&self, connection: &mut Database) -> Result<Arc<Rules>, AppError> {
        let rules = self.rules_in(connection)?;
        keep(connection, &rules, self.clock.now())?;
        Ok(rules)
    }

    /// What seals what must stay readable to the program and to nobody else; its key is read, or made, when it is first
    /// needed.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] when `BELLWETHER_SECRET_KEY` or the key file can't be used.
    pub fn seal(&self) -> Result<Arc<Seal>, AppError> {
        if let Some(seal) = self.seal.get() {
            return Ok(seal.clone());
        }
        let seal = Arc::new(sealing_key(&self.config)?);
        Ok(self.seal.get_or_init(|| seal).clone())
    }

    /// The register's index, built anew when the register has been loaded since, with the id of that load.
    ///
    /// # Errors
    /// When the database fails.
    pub fn matcher(&self) -> Result<(i64, Arc<Index>), AppError> {
        // Held while building: two runs that start together build it once.
        let mut cached = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let import = self.store.read(register::last_import)?;
        if let Some((built_from, index)) = cached.as_ref()
            && *built_from == import
        {
            return Ok((import, index.clone()));
        }
        let index = Arc::new(Index::build(self.store.read(listed)?));
        *cached = Some((import, index.clone()));
        Ok((import, index))
    }
}

/// Keeps a rule set, once.
///
/// # Errors
/// When the database fails.
pub fn keep(connection: &mut Database, rules: &Rules, now: jiff::Timestamp) -> Result<(), StoreError> {
    let set = &rules.set;
    scores::keep_rule_set(connection, (&set.hash, &set.title, &rules.as_json()), now.as_microsecond())
}

/// A rule set that was kept.
///
/// # Errors
/// [`Code::RulesInvalid`] where it isn't there or can't be read by this version of the program; when the database fails.
pub fn kept_rules(connection: &mut Database, hash: &str) -> Result<Rules, AppError> {
    let next = "Start the version of the program that it was published with, or publish another set.";
    let unreadable = |because: String| {
        let happened = format!("The published rule set {hash} can't be read: {because}");
        AppError::new(Code::RulesInvalid, happened, next)
    };
    let files = scores::rule_set_files(connection, hash)?.ok_or_else(|| unreadable("it isn't kept.".to_owned()))?;
    Rules::load(rules_of_json(&files).map_err(unreadable)?).map_err(|mistakes| unreadable(mistakes.happened))
}

/// Rule files from the JSON in which they are kept.
fn rules_of_json(files: &str) -> Result<Vec<RuleFile>, String> {
    let files: std::collections::BTreeMap<String, String> = serde_json::from_str(files).map_err(|e| format!("{e}."))?;
    Ok(files.into_iter().map(|(name, text)| RuleFile { name, text }).collect())
}

/// What fetches feeds, by the configuration's proxy and authorities.
fn fetcher(config: &Config) -> Result<Fetcher, AppError> {
    let authorities = config.ca_file.as_ref().map(std::fs::read).transpose().map_err(|e| {
        let file = config.ca_file.as_deref().unwrap_or(std::path::Path::new("")).display();
        let next = "Name a file of certificates in PEM, or leave ca_file away.";
        AppError::new(Code::ConfigInvalid, format!("ca_file {file} can't be read: {e}."), next)
    })?;
    let settings = FetchSettings { proxy: config.proxy.clone(), authorities, ..FetchSettings::default() };
    Fetcher::new(settings).map_err(|e| {
        let next = "Check ca_file and proxy, and install this machine's certificates (Debian: ca-certificates).";
        AppError::new(Code::ConfigInvalid, format!("Fetching over TLS can't be set up: {e}."), next)
    })
}

/// The sealing key: `BELLWETHER_SECRET_KEY`, or the key file, which is made when there is none.
fn sealing_key(config: &Config) -> Result<Seal, AppError> {
    let sealed = match std::env::var(seal::KEY_VARIABLE) {
        Ok(text) => Seal::from_text(&text),
        Err(_) => Seal::from_file(&config.secret_key_file()),
    };
    Ok(sealed?)
}

/// Runs database and file work where it doesn't hold up the server.
///
/// # Errors
/// What `work` gives; [`Code::Unexpected`] when it stopped in the middle.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|e| Err(AppError::new(Code::Unexpected, format!("A task stopped in the middle: {e}."), "")))
}

/// The register as matching takes it: every parish, with its council and every name that it has had.
fn listed(connection: &mut Database) -> Result<Vec<Listed>, StoreError> {
    let mut past: HashMap<String, Vec<String>> = HashMap::new();
    for (gss_code, name) in register::past_names(connection)? {
        past.entry(gss_code).or_default().push(name);
    }
    Ok(register::parishes(connection)?
        .into_iter()
        .map(|parish| {
            let mut other_names = past.remove(&parish.gss_code).unwrap_or_default();
            other_names.extend(parish.former_name);
            other_names.retain(|name| *name != parish.name);
            other_names.sort_unstable();
            other_names.dedup();
            Listed {
                council_id: parish.council_id,
                gss_code: parish.gss_code,
                name: parish.name,
                other_names,
                council_name: parish.council_name,
                district: parish.district,
                county: parish.county,
                current: parish.current,
            }
        })
        .collect())
}
