//! Pulling a feed, whatever its place: from a drop folder every file that is new, each as a run of its own.
//!
//! In: a declared feed and what started it. Out: the runs' reports. Always holds: files are read oldest first, each once by
//! its bytes; a file is remembered only after its run has ended, so one whose run was cut short is read again, which
//! changes nothing twice; a file that can't be read is recorded and doesn't hold up the others.

use super::asked::{Asked, Given, Trigger};
use super::report::RunReport;
use super::run::{advance, run};
use crate::app::{App, blocking};
use crate::error::{AppError, Code};
use crate::feeds::{Feed, FetchError, Fetched, Folder, Found, Location, Seen, settled};
use crate::store::folders::{self, FolderFileRow};
use crate::triage::RunStatus;
use std::time::UNIX_EPOCH;

/// Runs a feed: once, or once for each new file of its folder.
///
/// # Errors
/// As [`run`]; [`Code::FetchFailed`] when the folder can't be read.
pub async fn pull(app: &App, feed: &Feed, trigger: Trigger) -> Result<Vec<RunReport>, AppError> {
    let Location::Folder(folder) = &feed.location else {
        return Ok(vec![run(app, feed, Asked { trigger, given: None, dry_run: false }).await?]);
    };
    let looked = look(app, feed, folder).await;
    if matches!(trigger, Trigger::Schedule | Trigger::CatchUp) {
        let (app, feed) = (app.clone(), feed.clone());
        blocking(move || advance(&app, &feed)).await?;
    }
    looked
}

async fn look(app: &App, feed: &Feed, folder: &Folder) -> Result<Vec<RunReport>, AppError> {
    let found = settled(folder).await.map_err(|problem| {
        let error = FetchError { feed: feed.id.clone(), place: feed.location.to_string(), problem };
        AppError::new(Code::FetchFailed, error.to_string(), "")
    })?;
    let mut reports = Vec::new();
    for file in found {
        // Looked up for each file, because another replica may look into the folder too.
        let (store, id) = (app.store.clone(), feed.id.clone());
        let seen = blocking(move || Ok(store.read(|connection| folders::seen(connection, &id))?)).await?;
        let as_it_was = |row: &&FolderFileRow| {
            (row.file_name.as_str(), row.bytes, row.modified_at) == (file.name.as_str(), size(&file), modified(&file))
        };
        if let Some(known) = seen.iter().find(as_it_was) {
            put_away(folder, &file, &known.outcome).await?;
            continue;
        }
        let (row, report) = read(app, feed, (&file, &seen)).await?;
        reports.extend(report);
        let (store, outcome) = (app.store.clone(), row.outcome.clone());
        blocking(move || Ok(store.write(|connection| folders::remember(connection, &row))?)).await?;
        put_away(folder, &file, &outcome).await?;
    }
    Ok(reports)
}

/// Runs one file; what became of it, to be remembered.
async fn read(
    app: &App,
    feed: &Feed,
    (file, seen): (&Found, &[FolderFileRow]),
) -> Result<(FolderFileRow, Option<RunReport>), AppError> {
    let mut as_file = feed.clone();
    as_file.location = Location::File(file.path.clone());
    let mut row = FolderFileRow {
        feed: feed.id.clone(),
        sha256: String::new(),
        file_name: file.name.clone(),
        bytes: size(file),
        modified_at: modified(file),
        outcome: "failed".to_owned(),
        run_id: None,
        seen_at: app.clock.now().as_microsecond(),
    };
    let asked = |given| Asked { trigger: Trigger::Folder, given: Some(given), dry_run: false };
    let (given, lasting) = match app.fetcher.fetch(&as_file, &Seen::default()).await {
        Ok(Fetched::Body { bytes, sha256, .. }) => {
            if let Some(same) = seen.iter().find(|row| row.sha256 == sha256) {
                let outcome = if same.outcome == "failed" { "failed" } else { "known" };
                row = FolderFileRow { sha256, outcome: outcome.to_owned(), run_id: same.run_id, ..row };
                return Ok((row, None));
            }
            row.sha256 = sha256;
            (Given::Bytes { name: file.name.clone(), content_type: None, bytes }, true)
        }
        // The run reads it again and so records why it can't be read.
        Ok(Fetched::Unchanged) => (Given::File(file.path.clone()), false),
        Err(error) => (Given::File(file.path.clone()), ["too_large", "empty", "html_instead"].contains(&error.code())),
    };
    match run(app, feed, asked(given)).await {
        Ok(report) => {
            let outcome = if report.status == RunStatus::Held { "held" } else { "taken" };
            row = FolderFileRow { outcome: outcome.to_owned(), run_id: report.run, ..row };
            Ok((row, Some(report)))
        }
        Err(error) if lasting && is_the_files(error.code) => {
            tracing::warn!(feed = feed.id, file = file.name, code = error.code.word(), "not read: {}", error.told());
            Ok((row, None))
        }
        Err(error) => Err(error),
    }
}

/// Whether an error lies in the file, so that reading it again gives the same.
fn is_the_files(code: Code) -> bool {
    matches!(code, Code::FetchFailed | Code::FileUnreadable | Code::FileUnusable)
}

/// Moves a file that was read where the feed declares so; a name that is taken there gets the time in front.
async fn put_away(folder: &Folder, file: &Found, outcome: &str) -> Result<(), AppError> {
    if !folder.move_away {
        return Ok(());
    }
    let place = folder.path.join(if outcome == "failed" { "failed" } else { "done" });
    let (file, folder) = (file.clone(), folder.path.display().to_string());
    blocking(move || {
        let moved = std::fs::create_dir_all(&place).and_then(|()| {
            let free = place.join(&file.name);
            let there = if free.exists() { place.join(format!("{}-{}", modified(&file), file.name)) } else { free };
            std::fs::rename(&file.path, there)
        });
        moved.map_err(|error| {
            let happened = format!("{} was read, but can't be moved away in {folder}: {error}.", file.name);
            AppError::new(
                Code::FetchFailed,
                happened,
                "Check that the service may write there, or set move_away = false.",
            )
        })
    })
    .await
}

fn size(file: &Found) -> i64 {
    i64::try_from(file.bytes).unwrap_or(i64::MAX)
}

fn modified(file: &Found) -> i64 {
    let since = file.modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
