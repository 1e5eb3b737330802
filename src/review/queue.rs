//! The queue: which names wait for somebody to say which council is meant.
//!
//! In: who asks, and what is looked for. Out: questions, oldest first: one for every way in which a source names a council,
//! however many rows do. Always holds: whoever is shown a question may decide it.

use super::{Access, candidates};
use crate::app::App;
use crate::auth::{Action, Actor};
use crate::error::AppError;
use crate::feeds::Feed;
use crate::ingest::{Named, named_in};
use crate::matching::{Candidate, same_name};
use crate::store::register::CouncilRow;
use crate::store::{Database, feeds, register, review, runs};
use crate::triage::{self, HeldRow, PersonalCells, is_within};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many councils a search for a name shows.
const MOST_FOUND: i64 = 12;

/// Which questions.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub feed: Option<String>,
    /// Those in which a council of this county may be meant.
    pub county: Option<String>,
    /// With a number above this one.
    pub after: Option<i64>,
    pub limit: usize,
}

/// A name that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Question {
    /// The number by which it is decided: that of the first row that asks it.
    pub question: i64,
    pub feed: String,
    /// The feed's name for people.
    pub source: String,
    /// How many rows name the council so.
    pub rows: i64,
    pub district: Option<String>,
    pub county: Option<String>,
    /// The first of the rows, with its reason and the councils that may be meant.
    pub row: HeldRow,
    /// Whether the answer may be that no council of ours is meant: for who sees the list whole.
    pub may_be_none: bool,
    /// Whether the only candidate has this very name, and no other current council of that place has it.
    pub same_name: bool,
}

/// A council that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Found {
    pub gss_code: String,
    pub name: String,
    pub district: String,
    pub county: String,
}

/// Questions that the actor may decide.
///
/// # Errors
/// As [`Actor::may`] for [`Action::Decide`]; when the database fails.
pub fn questions(app: &App, actor: &Actor, asked: &Asked) -> Result<Vec<Question>, AppError> {
    let access = Access::of(actor)?;
    app.store.read(|connection| {
        let mut waiting: BTreeMap<i64, i64> = BTreeMap::new();
        for feed in feeds::all(connection)? {
            let wanted = asked.feed.as_ref().is_none_or(|wanted| *wanted == feed.id);
            // Without its declaration a row can't be read again, and so not be decided.
            if !wanted || triage::sight(&access.sources, &feed)?.is_none() || app.feed(&feed.id).is_err() {
                continue;
            }
            let Some(last) = runs::last_success(connection, &feed.id, i64::MAX)? else { continue };
            waiting.extend(review::questions(connection, &feed.id, last.id)?);
        }
        let from = asked.after.unwrap_or(0);
        let ids: Vec<i64> = waiting.keys().copied().filter(|id| *id > from).collect();
        let current = register::councils(connection)?;
        let shown = Shown { app, access: &access, personal: PersonalCells::to(actor), councils: &current };
        let mut questions = Vec::new();
        for part in ids.chunks(100) {
            for row in review::rows(connection, part)? {
                let rows = waiting.get(&row.id).copied().unwrap_or(1);
                let question = shown.question(connection, row, rows)?;
                questions.extend(question.filter(|question| of_county(question, asked.county.as_deref())));
                if questions.len() >= asked.limit {
                    return Ok(questions);
                }
            }
        }
        Ok(questions)
    })
}

fn of_county(question: &Question, county: Option<&str>) -> bool {
    let same = |other: &str| county.is_none_or(|county| county.trim().eq_ignore_ascii_case(other.trim()));
    county.is_none()
        || question.county.as_deref().is_some_and(same)
        || question.row.candidates.iter().any(|council| same(&council.county))
}

/// What questions are shown by.
struct Shown<'a> {
    app: &'a App,
    access: &'a Access,
    personal: PersonalCells,
    councils: &'a [CouncilRow],
}

impl Shown<'_> {
    /// The question that a row asks; none where it isn't the actor's.
    fn question(
        &self,
        connection: &mut Database,
        row: review::WaitingRow,
        rows: i64,
    ) -> Result<Option<Question>, AppError> {
        let Some(feed_row) = feeds::one(connection, &row.feed)? else { return Ok(None) };
        let meant = candidates(&row)?;
        if !self.access.covers(&feed_row, &meant)? {
            return Ok(None);
        }
        let feed: &Feed = self.app.feed(&row.feed)?;
        let whole: Map<String, Json> = super::parsed(&format!("held row {}", row.id), &row.raw)?;
        let same = is_obvious(&named_in(feed, &whole), &meant, self.councils);
        let view = triage::held_view(row, self.personal)?;
        let masked: Map<String, Json> =
            view.raw.iter().map(|(heading, cell)| (heading.clone(), Json::from(cell.as_str()))).collect();
        let named = named_in(feed, &masked);
        Ok(Some(Question {
            question: view.id,
            feed: feed_row.id.clone(),
            source: feed_row.title.clone(),
            rows,
            district: named.district,
            county: named.county,
            row: view,
            may_be_none: self.access.is_whole(&feed_row)?,
            same_name: same,
        }))
    }
}

/// Whether the only candidate bears the name as written, and no other current council of the place named does.
fn is_obvious(named: &Named, meant: &[Candidate], councils: &[CouncilRow]) -> bool {
    let [only] = meant else { return false };
    if !same_name(&named.name, &only.name) {
        return false;
    }
    let alike = |one: &str, other: &str| one.trim().eq_ignore_ascii_case(other.trim());
    let mut there = councils.iter().filter(|council| {
        council.current
            && same_name(&council.name, &named.name)
            && match (&named.county, &named.district) {
                (Some(county), _) => alike(&council.county, county),
                (None, Some(district)) => alike(&council.district, district),
                (None, None) => true,
            }
    });
    there.next().is_some_and(|council| council.id == only.council_id) && there.next().is_none()
}

/// Current councils within the actor's reach with this in their name.
///
/// # Errors
/// As [`Actor::may`] for [`Action::Decide`]; when the database fails.
pub fn councils_named(app: &App, actor: &Actor, name: &str) -> Result<Vec<Found>, AppError> {
    let reach = actor.reach(Action::Decide)?;
    let folded = name.trim().to_lowercase();
    // PostgreSQL takes no NUL in a text, and no name has one.
    if folded.chars().count() < 2 || folded.contains('\0') {
        return Ok(Vec::new());
    }
    let found = app.store.read(|connection| review::councils_named(connection, &folded, MOST_FOUND * 20))?;
    let most = usize::try_from(MOST_FOUND).unwrap_or(usize::MAX);
    Ok(found.into_iter().filter(|council| is_within(&reach, council)).map(found_council).take(most).collect())
}

fn found_council(council: CouncilRow) -> Found {
    Found { gss_code: council.gss_code, name: council.name, district: council.district, county: council.county }
}
