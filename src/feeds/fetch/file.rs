//! A feed's file on this machine.

use super::{FetchProblem, Fetched, body, most_bytes};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// Reads a file off the async threads.
///
/// # Errors
/// When it is missing, unreadable, no file, too large, empty, or a web page.
pub(super) async fn read(path: &Path, max_megabytes: u64) -> Result<Fetched, FetchProblem> {
    let owned = path.to_owned();
    let bytes = tokio::task::spawn_blocking(move || bytes(&owned, max_megabytes)).await;
    let bytes = bytes.map_err(|error| FetchProblem::FileUnreadable { reason: error.to_string() })??;
    let mut fetched = body(bytes)?;
    if let Fetched::Body { file_name, .. } = &mut fetched {
        *file_name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    }
    Ok(fetched)
}

fn bytes(path: &Path, max_megabytes: u64) -> Result<Vec<u8>, FetchProblem> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => FetchProblem::FileMissing,
        _ => FetchProblem::FileUnreadable { reason: error.to_string() },
    };
    // Asked before opening, because opening a pipe would wait for somebody to write to it.
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(FetchProblem::NotAFile);
    }
    let limit = most_bytes(max_megabytes);
    let too_large = FetchProblem::TooLarge { limit_megabytes: max_megabytes };
    if metadata.len() > limit {
        return Err(too_large);
    }
    // The file may grow while it is read.
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > limit { Err(too_large) } else { Ok(bytes) }
}
