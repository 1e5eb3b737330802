//! What is asked of a run: what started it, what it reads, and whether anything is kept.
//!
//! In: whoever starts a run. Out: an [`Asked`]. Always holds: bytes that somebody sent are never shown by a log.

use std::fmt;
use std::path::PathBuf;

/// What started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    Schedule,
    /// It was due while nothing was running.
    CatchUp,
    Command,
    /// Somebody sent the file.
    Upload,
    /// It lay in the feed's drop folder.
    Folder,
    /// Somebody said that a held list is to be taken.
    Release,
    Demo,
    /// Somebody's answer to a question of the review queue, or its undoing: no source said anything.
    Review,
    /// Held rows that were mended, or read again as they stood.
    Mending,
    /// Another run was taken back.
    Undo,
    /// Somebody submitted rows.
    Submission,
    /// Somebody took back what was submitted.
    Withdrawal,
}

impl Trigger {
    /// The word in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Trigger::Schedule => "schedule",
            Trigger::CatchUp => "catch_up",
            Trigger::Command => "command",
            Trigger::Upload => "upload",
            Trigger::Folder => "folder",
            Trigger::Release => "release",
            Trigger::Demo => "demo",
            Trigger::Review => "review",
            Trigger::Mending => "mending",
            Trigger::Undo => "undo",
            Trigger::Submission => "submission",
            Trigger::Withdrawal => "withdrawal",
        }
    }
}

/// What a run reads instead of the feed's own place.
#[derive(Clone)]
pub enum Given {
    /// A file of this machine.
    File(PathBuf),
    /// What somebody sent; whoever took it has held it to a limit.
    Bytes { name: String, content_type: Option<String>, bytes: Vec<u8> },
}

/// The bytes may hold personal data, so they are counted and not shown.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Given::File(path) => write!(f, "File({})", path.display()),
            Given::Bytes { name, bytes, .. } => write!(f, "Bytes({name:?}, {} bytes)", bytes.len()),
        }
    }
}

/// How one run is to go.
#[derive(Debug, Clone)]
pub struct Asked {
    pub trigger: Trigger,
    /// Read this instead of the feed's own place.
    pub given: Option<Given>,
    /// Do everything but keep nothing.
    pub dry_run: bool,
}

impl Asked {
    /// Whether it reads something else than what the source itself sends: that says nothing of the source.
    pub(super) fn by_hand(&self) -> bool {
        self.given.is_some() && !matches!(self.trigger, Trigger::Folder | Trigger::Release)
    }
}
