//! Settings: one TOML file, overridden by the environment, overridden by the command line.
//!
//! In: the path of a file (or none), environment variables. Out: a [`Config`] that has been checked once. Always holds:
//! an unknown key is refused with its line; secrets come from the environment only.

use crate::auth::openid::{self, ProviderSettings};
use crate::communications::MailSettings;
use crate::error::{AppError, Code};
use crate::feeds::{Feed, NO_PROXY};
use serde::Deserialize;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// The file that is read when none is named and it exists.
pub const DEFAULT_FILE: &str = "bellwether.toml";
/// What `retention` says where nothing is to be removed by itself.
pub const RETENTION_OFF: &str = "off";
/// The database without any setting.
const DEFAULT_DATABASE: &str = "sqlite:bellwether.db";

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub database: String,
    /// Most connections to the database at once.
    pub database_connections: u32,
    /// Where to listen, such as `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// Where people find the service, such as `https://bellwether.example.org`: what links in e-mails begin with. The
    /// address listened on, when absent.
    pub address: Option<String>,
    /// Whether a proxy stands in front and says in `X-Forwarded-For` who asks.
    pub behind_proxy: bool,
    /// The file of the key that seals what is kept sealed, where `BELLWETHER_SECRET_KEY` isn't set; made when it isn't there.
    pub secret_key_file: Option<PathBuf>,
    /// Requests a minute that one key may make.
    pub key_requests_a_minute: NonZeroU32,
    /// A folder of rule files instead of the built-in ones.
    pub rules: Option<PathBuf>,
    /// When every council is scored anew, so that evidence ages: cron in Europe/London.
    pub rescore: String,
    /// When what is due by its age is removed: cron in Europe/London, or `off`.
    pub retention: String,
    /// Where letters go; without it none are written.
    pub mail: Option<MailSettings>,
    /// What only the organisation that runs the service can say in the transparency record.
    pub transparency: Transparency,
    /// The proxy through which feeds are fetched, or `none`; the environment's, when absent.
    pub proxy: Option<String>,
    /// Certificates (PEM) of further authorities that vouch for sources.
    pub ca_file: Option<PathBuf>,
    /// The providers by which people may sign in beside links by e-mail.
    #[serde(rename = "openid")]
    pub providers: Vec<ProviderSettings>,
    #[serde(rename = "feed")]
    pub feeds: Vec<Feed>,
}

/// What the transparency record says of whoever runs the service; what is left out, it says is not stated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Transparency {
    pub organisation: Option<String>,
    pub team: Option<String>,
    /// The role, not the person, such as "Head of Development".
    pub senior_responsible_owner: Option<String>,
    /// An e-mail address for the public.
    pub contact: Option<String>,
    /// A page about the service; its own method page, when absent.
    pub website: Option<String>,
    /// Whoever supplies it from outside, and on what terms.
    pub suppliers: Option<String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            database: DEFAULT_DATABASE.to_owned(),
            database_connections: 8,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            address: None,
            behind_proxy: false,
            secret_key_file: None,
            key_requests_a_minute: NonZeroU32::new(600).unwrap_or(NonZeroU32::MIN),
            rules: None,
            rescore: "30 4 * * *".to_owned(),
            retention: "30 3 * * *".to_owned(),
            mail: None,
            transparency: Transparency::default(),
            proxy: None,
            ca_file: None,
            providers: Vec::new(),
            feeds: Vec::new(),
        }
    }
}

impl Config {
    /// Reads the settings: the file (`file`, or [`DEFAULT_FILE`] where it exists), then `BELLWETHER_DATABASE_URL`.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] with file, line and column for a file that can't be read, an unknown key, a wrong type,
    /// or a feed that makes no sense.
    pub fn read(file: Option<&Path>) -> Result<Config, AppError> {
        let default = Path::new(DEFAULT_FILE);
        let mut config = match file {
            Some(file) => Config::from_file(file)?,
            None if default.exists() => Config::from_file(default)?,
            None => Config::default(),
        };
        if let Ok(url) = std::env::var("BELLWETHER_DATABASE_URL") {
            config.database = url;
        }
        if let Ok(address) = std::env::var("BELLWETHER_ADDRESS") {
            config.address = Some(address);
        }
        config.check()?;
        Ok(config)
    }

    fn from_file(file: &Path) -> Result<Config, AppError> {
        let text = std::fs::read_to_string(file).map_err(|e| {
            AppError::new(
                Code::ConfigInvalid,
                format!("The configuration {} can't be read: {e}.", file.display()),
                "Name the file with --config FILE.",
            )
        })?;
        Config::parse(&text, &file.display().to_string())
    }

    /// Parses the text of a configuration; `name` is for messages.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] with line and column.
    pub fn parse(text: &str, name: &str) -> Result<Config, AppError> {
        toml::from_str(text).map_err(|mistake| {
            AppError::new(
                Code::ConfigInvalid,
                format!("{name}: {mistake}"),
                "docs/configuration.md lists every key; examples/bellwether.toml is a whole one.",
            )
        })
    }

    /// Where people find the service, without a slash at the end.
    pub fn address(&self) -> String {
        self.address
            .as_deref()
            .map_or_else(|| format!("http://{}", self.listen), |set| set.trim_end_matches('/').to_owned())
    }

    /// Whether browsers reach the service over TLS.
    pub fn is_secure(&self) -> bool {
        self.address().starts_with("https://")
    }

    /// The file of the sealing key: as set, else beside an embedded database, else in the directory the service runs in.
    pub fn secret_key_file(&self) -> PathBuf {
        if let Some(set) = &self.secret_key_file {
            return set.clone();
        }
        match self.database.strip_prefix("sqlite://").or_else(|| self.database.strip_prefix("sqlite:")) {
            Some(database) => Path::new(database).with_extension("key"),
            None => PathBuf::from("bellwether.key"),
        }
    }

    /// Refuses what can't be served: people's cookies must not cross a network in the clear.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] when the service listens beyond this machine without an https address.
    pub fn check_served(&self) -> Result<(), AppError> {
        if self.listen.ip().is_loopback() || self.is_secure() {
            return Ok(());
        }
        Err(AppError::new(
            Code::ConfigInvalid,
            format!("listen = \"{}\" is reached from other machines, and no https address is set.", self.listen),
            "Put a proxy with TLS in front and set `address = \"https://...\"` (or BELLWETHER_ADDRESS); docs/configuration.md shows how.",
        ))
    }

    fn check(&self) -> Result<(), AppError> {
        let mut mistakes: Vec<String> = crate::feeds::check(&self.feeds).iter().map(ToString::to_string).collect();
        if let Err(mistake) = crate::feeds::next_after(&self.rescore, jiff::Timestamp::now()) {
            mistakes.push(format!("rescore = \"{}\": {mistake}", self.rescore));
        }
        if self.retention != RETENTION_OFF
            && let Err(mistake) = crate::feeds::next_after(&self.retention, jiff::Timestamp::now())
        {
            mistakes.push(format!("retention = \"{}\": {mistake}; or \"{RETENTION_OFF}\"", self.retention));
        }
        if let Some(address) = &self.address {
            let parsed = reqwest::Url::parse(address);
            if !parsed
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.path() == "/")
            {
                mistakes.push(format!(
                    "address = \"{address}\": an address such as https://bellwether.example.org is needed"
                ));
            }
        }
        if let Some(proxy) = self.proxy.as_deref().filter(|proxy| *proxy != NO_PROXY) {
            let parsed = reqwest::Url::parse(proxy);
            let plain = |url: reqwest::Url| {
                matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
            };
            if !parsed.is_ok_and(plain) {
                mistakes.push(
                    "proxy: an address such as http://proxy.example:3128 is needed, without user and password \
                     (HTTPS_PROXY in the environment takes those), or \"none\""
                        .to_owned(),
                );
            }
        }
        mistakes.extend(self.mail.iter().flat_map(MailSettings::mistakes));
        mistakes.extend(openid::check(&self.providers));
        if self.database_connections == 0 {
            mistakes.push("database_connections = 0: at least 1 is needed".to_owned());
        }
        if mistakes.is_empty() {
            return Ok(());
        }
        Err(AppError::new(Code::ConfigInvalid, mistakes.join("\n"), "Mend these lines of the configuration."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_is_an_embedded_database_on_loopback() {
        let config = Config::parse("", "empty").unwrap();
        assert_eq!(config.database, "sqlite:bellwether.db");
        assert!(config.listen.ip().is_loopback());
        config.check().unwrap();
    }

    #[test]
    fn retention_may_be_off_but_not_nonsense() {
        Config::parse("retention = \"off\"", "off").unwrap().check().unwrap();
        let refused = Config::parse("retention = \"never\"", "never").unwrap().check().unwrap_err();
        assert!(refused.happened.starts_with("retention = \"never\": the schedule"), "{}", refused.happened);
        assert!(refused.happened.ends_with("; or \"off\""), "{}", refused.happened);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let refused =
            Config::parse("listen = \"127.0.0.1:1\"\ndatabse = \"sqlite:x\"\n", "bellwether.toml").unwrap_err();
        assert_eq!(refused.code, Code::ConfigInvalid);
        assert!(refused.happened.contains("line 2") && refused.happened.contains("databse"), "{}", refused.happened);
    }
}
