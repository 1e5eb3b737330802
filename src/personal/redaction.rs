//! Blacking out what should not have been sent: a cell of a held row, a text of evidence, a whole document's bytes.
//!
//! In: a target and a reason. Out: how much was blacked out, and which documents still hold it. Always holds: the text is
//! gone from where it stood, from the messages that quoted it, and comes in blacked out when the source sends it again
//! ([`Redactions`]); of it only a salted hash is kept; no figure, date or standing changes, and texts that were alike stay
//! alike, so that scores stay what they were.

mod arrival;
mod texts;

pub use arrival::Redactions;
pub(crate) use arrival::Secret;

use super::{REDACTED, checked_reason, organisation_of, refused, screening, unknown};
use crate::audit::{self, Event};
use crate::auth::{Action, Actor, Sight, Sources};
use crate::digest::sha256_hex;
use crate::error::{AppError, Code};
use crate::evidence::Item;
use crate::store::redactions::{self, HeldText, ItemText, NewRedaction};
use crate::store::{Database, Store, StoreError, contacts, evidence, feeds};
use crate::triage::is_within;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Which text of an item of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Url,
    Group,
    Event,
}

impl Field {
    /// The word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Field::Url => "url",
            Field::Group => "group",
            Field::Event => "event",
        }
    }

    fn of(self, item: &Item) -> Option<&str> {
        match self {
            Field::Url => item.url.as_deref(),
            Field::Group => item.fields.get("group").and_then(Json::as_str),
            Field::Event => item.event.as_deref(),
        }
    }
}

/// What is to be blacked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A cell of a held row: wherever the feed's held rows have the same text in that column.
    HeldRow {
        id: i64,
        /// As the source heads it.
        column: String,
    },
    /// A text of an item: wherever the council's evidence has the same text in that field, in every version.
    Evidence { id: i64, field: Field },
}

/// What was blacked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Redacted {
    /// The number that stands for the text where texts are compared: `[redacted 3]`.
    pub number: i64,
    /// Rows or versions in which it stood.
    pub places: usize,
    /// Hashes of documents that still hold it as they were received: see [`forget_document`].
    pub documents: Vec<String>,
}

/// Blacks a text out.
///
/// # Errors
/// As [`Actor::may`] for [`Action::Redact`]; [`Code::RecordUnknown`] for a row or item that isn't there or isn't the
/// actor's; [`Code::InputRefused`] for a column or field in which nothing stands, for what is blacked out already, and for
/// a reason that says nothing or names somebody; otherwise when the database fails.
pub fn redact(
    store: &Store,
    actor: &Actor,
    now: Timestamp,
    (target, reason): (&Target, &str),
) -> Result<Redacted, AppError> {
    let salt = fresh_salt()?;
    match target {
        Target::HeldRow { id, column } => {
            let sources = actor.sources(Action::Redact)?;
            store.record(|connection| {
                let row = held_within(connection, &sources, *id)?;
                let text = standing(texts::cells(&row)?.get(column).and_then(Json::as_str), column)?;
                let work = Work { actor, now, salt: &salt, text: &text, reason: checked_reason(reason, &[&text])? };
                work.held(connection, &row, column)
            })
        }
        Target::Evidence { id, field } => {
            let reach = actor.reach(Action::Redact)?;
            store.record(|connection| {
                let place = redactions::place_of_item(connection, *id)?;
                let (council, _) = place.ok_or_else(|| unknown("item of evidence", id))?;
                let is_own = contacts::council(connection, council)?.is_some_and(|council| is_within(&reach, &council));
                if !is_own {
                    return Err(unknown("item of evidence", id));
                }
                let items = evidence::known(connection, &[council], Timestamp::MAX)?;
                let item = items.iter().find(|(item, _)| item.id == *id);
                let text = standing(item.and_then(|(item, _)| field.of(item)), field.word())?;
                let work = Work { actor, now, salt: &salt, text: &text, reason: checked_reason(reason, &[&text])? };
                work.evidence(connection, (*id, *field), &items)
            })
        }
    }
}

/// Removes the bytes of a document as it was received, and its file's name; its hash stays, so that the same bytes are
/// still known when they are sent again. A spreadsheet can't be blacked out cell by cell: this is all or nothing.
///
/// # Errors
/// As [`Actor::may`] for [`Action::Redact`]; [`Code::RecordUnknown`] for a document that isn't there, has been forgotten
/// already, or was read by a feed that isn't the actor's; [`Code::InputRefused`] for the reason; otherwise when the
/// database fails.
pub fn forget_document(
    store: &Store,
    actor: &Actor,
    now: Timestamp,
    (sha256, reason): (&str, &str),
) -> Result<(), AppError> {
    let sources = actor.sources(Action::Redact)?;
    let reason = checked_reason(reason, &[])?;
    let plain = sha256.len() == 64 && sha256.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !plain {
        return Err(AppError::new(Code::RecordUnknown, "There is no such document.", "A run's page has its hash."));
    }
    store.record(|connection| {
        contacts::overwrite_what_goes(connection)?;
        let read_by = redactions::feeds_of_document(connection, sha256)?;
        let mut own = !read_by.is_empty();
        for feed in &read_by {
            own &= covers(connection, &sources, feed)?;
        }
        if !own || !redactions::forget_document(connection, sha256)? {
            return Err(unknown("document", sha256));
        }
        redactions::add(
            connection,
            &NewRedaction {
                at: now.as_microsecond(),
                actor: actor.reference(),
                organisation_id: organisation_of(actor),
                kind: "document".to_owned(),
                target: sha256.to_owned(),
                feed: None,
                council_id: None,
                place: String::new(),
                mark: 0,
                salt: String::new(),
                text_hash: String::new(),
                reason: reason.clone(),
            },
        )?;
        let event = Event::new("document.forgotten", format!("document:{sha256}"));
        Ok(audit::append(connection, actor, &event.with(json!({ "feeds": read_by, "reason": reason })), now)?)
    })
}

/// One entry of the log of redactions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RedactionView {
    pub id: i64,
    pub at: Timestamp,
    /// Such as `person:12`.
    pub actor: String,
    /// `held_row`, `evidence` or `document`.
    pub kind: String,
    /// The held row's or item's number, or the document's hash.
    pub target: String,
    pub feed: Option<String>,
    /// The column or field; empty for a document.
    pub place: String,
    pub reason: String,
}

/// The log of redactions, newest first: those with an id below `before` where one is given; of the actor's organisation,
/// and of all for NALC and the command line.
///
/// # Errors
/// As [`Actor::may`] for [`Action::Redact`]; otherwise when the database fails.
pub fn log(store: &Store, actor: &Actor, (before, limit): (Option<i64>, i64)) -> Result<Vec<RedactionView>, AppError> {
    let own = match actor.sources(Action::Redact)? {
        Sources::All => None,
        Sources::Of { .. } => organisation_of(actor),
    };
    store.read(|connection| {
        let rows = redactions::page(connection, own, (before, limit))?;
        let view = |row: redactions::RedactionRow| {
            Ok(RedactionView {
                id: row.id,
                at: super::instant(row.at)?,
                actor: row.actor,
                kind: row.kind,
                target: row.target,
                feed: row.feed,
                place: row.place,
                reason: row.reason,
            })
        };
        Ok(rows.into_iter().map(view).collect::<Result<_, StoreError>>()?)
    })
}

/// One redaction under way.
struct Work<'a> {
    actor: &'a Actor,
    now: Timestamp,
    salt: &'a str,
    text: &'a str,
    reason: String,
}

impl Work<'_> {
    fn held(&self, connection: &mut Database, row: &HeldText, column: &str) -> Result<Redacted, AppError> {
        contacts::overwrite_what_goes(connection)?;
        let (mut places, mut runs) = (0, (row.first_run_id, row.last_run_id));
        let all = redactions::held_of_feed(connection, &row.feed)?;
        let mut taken: BTreeSet<(i64, String)> =
            all.iter().map(|row| (row.first_run_id, row.fingerprint.clone())).collect();
        for mut other in all {
            let mut cells = texts::cells(&other)?;
            if cells.get(column).and_then(Json::as_str) != Some(self.text) {
                continue;
            }
            cells.insert(column.to_owned(), Json::from(REDACTED));
            texts::replace_in_held(&mut other, &cells, self.text, &mut taken)?;
            redactions::replace_held(connection, &other)?;
            places += 1;
            runs = (runs.0.min(other.first_run_id), runs.1.max(other.last_run_id));
        }
        let blacked = |written: &str| screening::black_out(written, self.text, REDACTED);
        crate::store::review::rewrite_aliases(connection, &row.feed, &blacked)?;
        for (run, notes) in redactions::notes_of_feed(connection, &row.feed)? {
            let place = format!("run {run}");
            let blacked = texts::replace_in_json(&place, &notes, self.text)?;
            if blacked != notes {
                redactions::replace_notes(connection, run, &blacked)?;
            }
        }
        let number = self.number(connection, &row.feed)?;
        let target = ("held_row", row.id.to_string());
        self.log(connection, target, (&row.feed, None), (column, number))?;
        self.record(connection, format!("held_row:{}", row.id), (column, number, places))?;
        let documents = redactions::documents_of(connection, Some(&row.feed), runs)?;
        Ok(Redacted { number, places, documents })
    }

    fn evidence(
        &self,
        connection: &mut Database,
        (id, field): (i64, Field),
        items: &[(Item, i64)],
    ) -> Result<Redacted, AppError> {
        contacts::overwrite_what_goes(connection)?;
        let same: Vec<&(Item, i64)> = items.iter().filter(|(item, _)| field.of(item) == Some(self.text)).collect();
        // One number for the text, whichever feeds sent it: what was one event or group stays one.
        let by_feed: BTreeMap<&str, i64> = same.iter().map(|(item, _)| (item.feed.as_str(), item.council_id)).collect();
        let mut number = None;
        for feed in by_feed.keys() {
            let known = Redactions::of_feed(connection, feed)?.number_of(self.text);
            number = number.or(known);
        }
        let number = match number {
            Some(number) => number,
            None => redactions::last_mark(connection)? + 1,
        };
        let mut documents = BTreeSet::new();
        for (item, run) in &same {
            let mut item = item.clone();
            texts::replace_in_item(&mut item, field, number);
            let fields = serde_json::to_string(&item.fields).map_err(|e| texts::corrupt("evidence", e))?;
            let fingerprint = crate::ingest::fingerprint_of(&item);
            let texts = ItemText { event: item.event, fields, url: item.url, fingerprint };
            redactions::replace_item(connection, item.id, &texts)?;
            documents.extend(redactions::documents_of(connection, None, (*run, *run))?);
        }
        for (feed, council) in by_feed {
            let target = ("evidence", id.to_string());
            self.log(connection, target, (feed, Some(council)), (field.word(), number))?;
        }
        self.record(connection, format!("evidence:{id}"), (field.word(), number, same.len()))?;
        Ok(Redacted { number, places: same.len(), documents: documents.into_iter().collect() })
    }

    /// The number that the text has already in this feed, or the next.
    fn number(&self, connection: &mut Database, feed: &str) -> Result<i64, AppError> {
        match Redactions::of_feed(connection, feed)?.number_of(self.text) {
            Some(number) => Ok(number),
            None => Ok(redactions::last_mark(connection)? + 1),
        }
    }

    fn log(
        &self,
        connection: &mut Database,
        (kind, target): (&str, String),
        (feed, council_id): (&str, Option<i64>),
        (place, mark): (&str, i64),
    ) -> Result<(), AppError> {
        // One salt a feed: on arrival each cell is then hashed once, however much was redacted.
        let salt = redactions::of_feed(connection, feed)?.pop().map_or_else(|| self.salt.to_owned(), |last| last.salt);
        let new = NewRedaction {
            at: self.now.as_microsecond(),
            actor: self.actor.reference(),
            organisation_id: organisation_of(self.actor),
            kind: kind.to_owned(),
            target,
            feed: Some(feed.to_owned()),
            council_id,
            place: place.to_owned(),
            mark,
            text_hash: salted(&salt, self.text),
            salt,
            reason: self.reason.clone(),
        };
        redactions::add(connection, &new)?;
        Ok(())
    }

    fn record(
        &self,
        connection: &mut Database,
        subject: String,
        (place, number, places): (&str, i64, usize),
    ) -> Result<(), AppError> {
        let told = json!({ "place": place, "number": number, "places": places, "reason": self.reason });
        Ok(audit::append(connection, self.actor, &Event::new("text.redacted", subject).with(told), self.now)?)
    }
}

/// What stands there; refused where nothing does, or where it is blacked out already.
fn standing(text: Option<&str>, place: &str) -> Result<String, AppError> {
    match text {
        None | Some("") => {
            Err(refused(format!("Nothing stands in {place} there."), "Choose a cell that holds a text."))
        }
        Some(text) if texts::is_mark(text) => {
            Err(refused(format!("What stood in {place} is blacked out already."), "There is nothing more to do."))
        }
        Some(text) => Ok(text.to_owned()),
    }
}

fn held_within(connection: &mut Database, sources: &Sources, id: i64) -> Result<HeldText, AppError> {
    let row = redactions::held(connection, id)?.ok_or_else(|| unknown("held row", id))?;
    if covers(connection, sources, &row.feed)? { Ok(row) } else { Err(unknown("held row", id)) }
}

/// Whether the feed is among the sources.
pub(super) fn covers(connection: &mut Database, sources: &Sources, feed: &str) -> Result<bool, AppError> {
    let Some(feed) = feeds::one(connection, feed)? else { return Ok(false) };
    let counties: Vec<String> =
        serde_json::from_str(&feed.covers).map_err(|e| texts::corrupt(&format!("feed {}", feed.id), e))?;
    Ok(sources.sight(feed.owner.as_deref(), &counties) == Some(Sight::Whole))
}

/// 128 bits from the system, in hexadecimal.
fn fresh_salt() -> Result<String, AppError> {
    use std::fmt::Write;
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| {
        AppError::new(Code::Unexpected, format!("The system gave no random numbers: {e}."), "Try again in a moment.")
    })?;
    Ok(bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

fn salted(salt: &str, text: &str) -> String {
    sha256_hex(format!("{salt}\n{text}").as_bytes())
}
