//! The demo's folder: its database, its configuration, and the day at which its country stands.
//!
//! In: a path. Out: a [`Folder`]. Always holds: the day is written down before anything is pulled, so that a run that
//! was interrupted, or one a week later, goes on in the same country.

use crate::clock::Clock;
use crate::config::Config;
use crate::error::{AppError, Code};
use jiff::civil::Date;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The demo's folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    /// The day at which the country stands.
    pub today: Date,
}

impl Folder {
    /// Opens the folder, or makes it and has its country stand at `today` (the real today when absent).
    ///
    /// # Errors
    /// [`Code::FileUnusable`] when the folder can't be made or written, or its day can't be read.
    pub fn open(path: &Path, today: Option<Date>) -> Result<Folder, AppError> {
        let failed = |what: &Path, because: String| {
            AppError::new(
                Code::FileUnusable,
                format!("{} can't be used: {because}.", what.display()),
                "Give another folder with --dir, or remove this one to start afresh.",
            )
        };
        std::fs::create_dir_all(path).map_err(|e| failed(path, e.to_string()))?;
        let file = path.join("today");
        let kept = match std::fs::read_to_string(&file) {
            Ok(text) => Some(text.trim().parse::<Date>().map_err(|e| failed(&file, e.to_string()))?),
            Err(absent) if absent.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(failed(&file, e.to_string())),
        };
        let day = match kept {
            Some(kept) => kept,
            None => {
                let day = today.unwrap_or_else(|| Clock::System.today());
                std::fs::write(&file, format!("{day}\n")).map_err(|e| failed(&file, e.to_string()))?;
                day
            }
        };
        Ok(Folder { path: path.to_path_buf(), today: day })
    }

    /// Where the source listened the last time, so that its address, and with it what is remembered of it, stays.
    pub fn source_port(&self) -> Option<u16> {
        std::fs::read_to_string(self.path.join("source-port")).ok()?.trim().parse().ok()
    }

    /// Writes the configuration down, beside the database, and reads it as `serve` would.
    ///
    /// # Errors
    /// [`Code::FileUnusable`] when it can't be written; [`Code::ConfigInvalid`] when it can't be read back.
    pub fn configure(&self, source: SocketAddr, port: u16) -> Result<Config, AppError> {
        let mut text = String::from(
            "# The demo's configuration, written anew by each run. The example source lives only while the demo pulls.\n\n",
        );
        // Writing to a string can't fail.
        let _ = writeln!(text, "database = {:?}", format!("sqlite:{}", self.path.join("bellwether.db").display()));
        let _ = writeln!(text, "listen = \"127.0.0.1:{port}\"");
        let _ = writeln!(text, "address = \"http://127.0.0.1:{port}\"");
        let _ = writeln!(text, "\n[mail]\nfolder = {:?}", self.path.join("letters").display().to_string());
        let _ = writeln!(text, "from = \"Bellwether <bellwether@example.org>\"");
        for feed in &super::FEEDS {
            let _ = write!(
                text,
                "\n[[feed]]\nid = {:?}\ntitle = {:?}\nsource = {:?}\nlocation = {{ url = \"http://{source}{}\" }}\nprivate = true\nformat = {:?}\ncovers = {:?}\n",
                feed.id, feed.title, feed.source, feed.path, feed.format, feed.counties
            );
            if let Some(owner) = feed.owner() {
                let _ = writeln!(text, "owner = {owner:?}");
            }
        }
        let file = self.path.join("bellwether.toml");
        let failed = |e: std::io::Error| {
            AppError::new(Code::FileUnusable, format!("{} can't be written: {e}.", file.display()), "")
        };
        std::fs::write(&file, &text).map_err(failed)?;
        std::fs::write(self.path.join("source-port"), source.port().to_string()).map_err(failed)?;
        Config::parse(&text, &file.display().to_string())
    }
}
