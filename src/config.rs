//! Settings: one TOML file, overridden by the environment, overridden by the command line.
//!
//! In: the path of a file (or none), environment variables. Out: a [`Config`] that has been checked once. Always holds:
//! an unknown key is refused with its line; secrets come from the environment only.

use crate::error::{AppError, Code};
use crate::feeds::Feed;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The file that is read when none is named and it exists.
pub const DEFAULT_FILE: &str = "bellwether.toml";
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
    /// A folder of rule files instead of the built-in ones.
    pub rules: Option<PathBuf>,
    /// When every council is scored anew, so that evidence ages: cron in Europe/London.
    pub rescore: String,
    #[serde(rename = "feed")]
    pub feeds: Vec<Feed>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            database: DEFAULT_DATABASE.to_owned(),
            database_connections: 8,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            rules: None,
            rescore: "30 4 * * *".to_owned(),
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

    fn check(&self) -> Result<(), AppError> {
        let mut mistakes: Vec<String> = crate::feeds::check(&self.feeds).iter().map(ToString::to_string).collect();
        if let Err(mistake) = crate::feeds::next_after(&self.rescore, jiff::Timestamp::now()) {
            mistakes.push(format!("rescore = \"{}\": {mistake}", self.rescore));
        }
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
    fn an_unknown_key_is_refused_with_its_line() {
        let refused =
            Config::parse("listen = \"127.0.0.1:1\"\ndatabse = \"sqlite:x\"\n", "bellwether.toml").unwrap_err();
        assert_eq!(refused.code, Code::ConfigInvalid);
        assert!(refused.happened.contains("line 2") && refused.happened.contains("databse"), "{}", refused.happened);
    }
}
