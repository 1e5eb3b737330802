//! One council whole: its score worked out afresh with every reason, every version of its evidence, its history.
//!
//! In: a council's code and a day. Out: a [`CouncilWhole`]. Always holds: the score shown is the engine's own, from the
//! evidence known by the end of that day; looking changes nothing.

use super::known::{Known, covering_sources, current_ids, known};
use super::view::{CouncilDetails, CouncilWhole, EvidenceView, HistoryPoint, ParishDetails};
use crate::auth::Reach;
use crate::clock::end_of_day;
use crate::error::{AppError, Code};
use crate::evidence::{EvidenceKind, Item, Standing};
use crate::personal::REDACTED;
use crate::scoring::engine::Engine;
use crate::scoring::{Band, RuleSet};
use crate::store::register::{CouncilRow, ParishRow};
use crate::store::scores::ScoreRow;
use crate::store::{Database, Store, StoreError, evidence, feeds, register, scores};
use jiff::{Timestamp, civil::Date};
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};

/// Scores of the past that are shown.
const HISTORY: i64 = 60;

/// Reads one council whole, as of a day.
///
/// # Errors
/// [`Code::CouncilUnknown`] when no council within reach has, or serves the parish of, that code; otherwise when the
/// database fails.
pub fn whole(
    store: &Store,
    rules: &RuleSet,
    reach: &Reach,
    (gss_code, as_of): (&str, Date),
) -> Result<CouncilWhole, AppError> {
    store.read(|connection| {
        let council = find(connection, reach, gss_code)?;
        let covering = covering_sources(connection, as_of)?;
        let known: Option<Known> = known(connection, std::slice::from_ref(&council), as_of, &covering)?.pop();
        let Some(known) = known else { return Err(unknown(gss_code)) };
        let titles = feeds::all(connection)?.into_iter().map(|feed| (feed.id, feed.title)).collect();
        let mut items = evidence::known(connection, &[council.id], end_of_day(as_of))?;
        let mut history = scores::history(connection, council.id, HISTORY)?;
        let kept_back: HashSet<i64> = match reach {
            Reach::Council(_) => items.iter().filter(|(item, _)| is_kept_back(item)).map(|(item, _)| item.id).collect(),
            _ => HashSet::new(),
        };
        items.retain(|(item, _)| !kept_back.contains(&item.id));
        let known = if kept_back.is_empty() { known } else { known.without(&kept_back) };
        let score = known.score(&Engine::new(rules), as_of);
        if !kept_back.is_empty() {
            // Its points of the past would tell that there is more.
            history.clear();
        }
        let parishes = register::parishes_of(connection, council.id)?;
        let past_names = past_names(connection, &parishes)?;
        let of_council: Vec<Item> = items.iter().map(|(item, _)| item.clone()).collect();
        let since = super::since::since_last(connection, (&council, &of_council), (rules, &score), &history)?;
        Ok(CouncilWhole {
            agreement: super::agreement::agreements(&score.items, &of_council, &titles),
            since,
            obligations: super::obligations(&of_council),
            engagement: super::engagement(&of_council),
            council: details(&council, parishes, past_names),
            score,
            evidence: shown(items, &titles),
            history: history.into_iter().map(point).collect::<Result<_, StoreError>>()?,
        })
    })
}

/// A part of what a council is shown of itself: as many items as asked for, however many are kept back between them.
fn shown_to_itself(
    connection: &mut Database,
    reach: &Reach,
    (mut before, limit): (Option<i64>, i64),
) -> Result<Vec<(Item, i64)>, StoreError> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut shown: Vec<(Item, i64)> = Vec::new();
    loop {
        let part = evidence::page(connection, reach, before, limit)?;
        let last = part.last().map(|(item, _)| item.id);
        let whole = part.len() == wanted;
        shown.extend(part.into_iter().filter(|(item, _)| !is_kept_back(item)));
        if !whole || shown.len() >= wanted {
            shown.truncate(wanted);
            return Ok(shown);
        }
        before = last;
    }
}

/// Whether a council itself is not shown an item yet: an officer's flag that it has not been told of, and what somebody
/// says and nobody has decided. Notice comes first, and never names who complained.
fn is_kept_back(item: &Item) -> bool {
    let told = item.fields.get("shown_to_council").and_then(Json::as_bool) == Some(true);
    (item.kind == EvidenceKind::CountyFlag && !told) || item.standing == Standing::Allegation
}

/// One page of evidence, newest first: items with an id below `before` where one is given, of one council or of all
/// within reach.
///
/// # Errors
/// [`Code::CouncilUnknown`] for a code that no council within reach has; otherwise when the database fails.
pub fn evidence_of(
    store: &Store,
    reach: &Reach,
    gss_code: Option<&str>,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<EvidenceView>, AppError> {
    store.read(|connection| {
        let own = matches!(reach, Reach::Council(_));
        let reach = match gss_code {
            Some(gss_code) => &Reach::Council(find(connection, reach, gss_code)?.id),
            None => reach,
        };
        let items = match own {
            true => shown_to_itself(connection, reach, (before, limit))?,
            false => evidence::page(connection, reach, before, limit)?,
        };
        Ok(views(connection, items)?.into_iter().map(|(_, view)| view).collect())
    })
}

/// Items as they are shown, in their order, each with its council's code.
pub(super) fn views(
    connection: &mut Database,
    items: Vec<(Item, i64)>,
) -> Result<Vec<(String, EvidenceView)>, StoreError> {
    let titles = feeds::all(connection)?.into_iter().map(|feed| (feed.id, feed.title)).collect();
    let mut councils: Vec<i64> = items.iter().map(|(item, _)| item.council_id).collect();
    councils.sort_unstable();
    councils.dedup();
    let codes: HashMap<i64, String> = register::councils_of(connection, &councils)?
        .into_iter()
        .map(|council| (council.id, council.gss_code))
        .collect();
    let known: Vec<Item> =
        evidence::known(connection, &councils, Timestamp::MAX)?.into_iter().map(|(item, _)| item).collect();
    let replaced = current_ids(&known);
    let shown = |(item, run_id): (Item, i64)| {
        let superseded = replaced.contains_key(&item.id);
        let code = codes.get(&item.council_id).cloned().unwrap_or_default();
        (code, view(item, run_id, superseded, &titles))
    };
    Ok(items.into_iter().map(shown).collect())
}

/// Whether a council itself is shown an item.
pub(super) fn is_shown_to_itself(item: &Item) -> bool {
    !is_kept_back(item)
}

/// The council that a person means by a code, or by a name that only one current council has.
///
/// # Errors
/// [`Code::CouncilUnknown`] when there is none or several; several are named.
pub fn named(store: &Store, code_or_name: &str) -> Result<String, AppError> {
    store.read(|connection| {
        if let Some(council) = register::council_by_code(connection, code_or_name.trim())? {
            return Ok(council.gss_code);
        }
        let folded = code_or_name.trim().to_lowercase();
        let same: Vec<CouncilRow> = register::councils(connection)?
            .into_iter()
            .filter(|council| council.current && council.name_folded == folded)
            .collect();
        match same.as_slice() {
            [] => Err(unknown(code_or_name)),
            [only] => Ok(only.gss_code.clone()),
            several => Err(AppError::new(
                Code::CouncilUnknown,
                format!("{} councils are called {code_or_name}.", several.len()),
                several.iter().map(|c| format!("{} ({})", c.gss_code, c.district)).collect::<Vec<_>>().join(", ")
                    + ": give the code.",
            )),
        }
    })
}

/// The council of that code, within reach: one outside it is told as one that there isn't.
pub(crate) fn find(connection: &mut Database, reach: &Reach, gss_code: &str) -> Result<CouncilRow, AppError> {
    // PostgreSQL takes no NUL in a text, and no code has one.
    let found = if gss_code.contains('\0') { None } else { register::council_by_code(connection, gss_code)? };
    found.filter(|council| is_within(reach, council)).ok_or_else(|| unknown(gss_code))
}

/// Whether a council is within reach.
pub(crate) fn is_within(reach: &Reach, council: &CouncilRow) -> bool {
    match reach {
        Reach::Nation => true,
        Reach::Counties(counties) => counties.contains(&council.county),
        Reach::Council(id) => council.id == *id,
        Reach::Nothing => false,
    }
}

fn unknown(gss_code: &str) -> AppError {
    AppError::new(
        Code::CouncilUnknown,
        format!("No council of the register has the code or name {gss_code}."),
        "Look for it by name in Monday's list; codes look like E04000001.",
    )
}

/// Names that the parishes had and no longer have, newest first.
fn past_names(connection: &mut Database, parishes: &[ParishRow]) -> Result<Vec<String>, StoreError> {
    let now: HashSet<&str> = parishes.iter().map(|parish| parish.name.as_str()).collect();
    let mut past: Vec<String> = Vec::new();
    let codes: Vec<&str> = parishes.iter().map(|parish| parish.gss_code.as_str()).collect();
    let earlier = register::past_names_of(connection, &codes)?;
    let stated = parishes.iter().filter_map(|parish| parish.former_name.clone());
    for name in earlier.into_iter().rev().chain(stated) {
        if !now.contains(name.as_str()) && !past.contains(&name) {
            past.push(name);
        }
    }
    Ok(past)
}

fn details(council: &CouncilRow, parishes: Vec<ParishRow>, former_names: Vec<String>) -> CouncilDetails {
    CouncilDetails {
        gss_code: council.gss_code.clone(),
        name: council.name.clone(),
        district: council.district.clone(),
        county: council.county.clone(),
        current: council.current,
        parishes: parishes
            .into_iter()
            .map(|parish| ParishDetails { gss_code: parish.gss_code, name: parish.name, current: parish.current })
            .collect(),
        former_names,
    }
}

/// Items by chain and version in, newest known first out.
fn shown(items: Vec<(Item, i64)>, titles: &HashMap<String, String>) -> Vec<EvidenceView> {
    let (items, runs): (Vec<Item>, Vec<i64>) = items.into_iter().unzip();
    let replaced = current_ids(&items);
    let mut views: Vec<EvidenceView> = items
        .into_iter()
        .zip(runs)
        .map(|(item, run_id)| {
            let superseded = replaced.contains_key(&item.id);
            view(item, run_id, superseded, titles)
        })
        .collect();
    views.sort_by_key(|view| std::cmp::Reverse((view.known_at, view.id)));
    views
}

/// An item as pages and the API show it.
fn view(item: Item, run_id: i64, superseded: bool, titles: &HashMap<String, String>) -> EvidenceView {
    let mut says = in_words(&item);
    let is_redacted = item.url.as_deref() == Some(REDACTED);
    if is_redacted {
        says.push(("link".to_owned(), REDACTED.to_owned()));
    }
    EvidenceView {
        says,
        id: item.id,
        kind: item.kind,
        source: titles.get(&item.feed).cloned().unwrap_or_else(|| item.feed.clone()),
        feed: item.feed,
        version: item.version,
        superseded,
        standing: item.standing,
        happened_on: item.happened_on,
        determined_on: item.determined_on,
        known_at: item.known_at,
        url: item.url.filter(|_| !is_redacted),
        run_id,
    }
}

/// Field and value in words, in the order of the kind's table, then the matters of an auditor's outcome.
fn in_words(item: &Item) -> Vec<(String, String)> {
    let spoken = |name: &str| name.replace('_', " ");
    let mut says: Vec<(String, String)> = item
        .kind
        .fields()
        .iter()
        .filter_map(|field| Some((spoken(field.name), value_in_words(field.name, item.fields.get(field.name)?)?)))
        .collect();
    if let Some(Json::Array(matters)) = item.fields.get("matters") {
        for (number, matter) in (1..).zip(matters) {
            let Json::Object(matter) = matter else { continue };
            let parts: Vec<String> = crate::evidence::EvidenceKind::AuditMatter
                .fields()
                .iter()
                .filter_map(|field| {
                    Some(format!("{} {}", spoken(field.name), value_in_words(field.name, matter.get(field.name)?)?))
                })
                .collect();
            says.push((format!("matter {number}"), parts.join(", ")));
        }
    }
    if let Some(Json::Object(answers)) = item.fields.get("answers") {
        let mut answers: Vec<(u8, &Json)> =
            answers.iter().filter_map(|(assertion, answer)| Some((assertion.parse().ok()?, answer))).collect();
        answers.sort_unstable_by_key(|(assertion, _)| *assertion);
        let answered: Vec<String> = answers
            .into_iter()
            .filter_map(|(assertion, answer)| Some(format!("{assertion} {}", value_in_words("answer", answer)?)))
            .collect();
        says.push(("answers to assertions".to_owned(), answered.join(", ")));
    }
    says
}

fn value_in_words(name: &str, value: &Json) -> Option<String> {
    match value {
        Json::Bool(true) => Some("yes".to_owned()),
        Json::Bool(false) => Some("no".to_owned()),
        Json::Number(year) if name == "year" => year.as_i64().map(|year| format!("{}/{:02}", year - 1, year % 100)),
        Json::Number(number) if name == "income" => Some(format!("£{number}")),
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(text.replace('_', " ")),
        _ => None,
    }
}

fn point(score: ScoreRow) -> Result<HistoryPoint, StoreError> {
    let corrupt =
        |because: &str| StoreError::Corrupt { place: format!("score {}", score.id), because: because.to_owned() };
    Ok(HistoryPoint {
        as_of: score.as_of.parse().map_err(|_| corrupt("its date can't be read"))?,
        computed_at: Timestamp::from_microsecond(score.computed_at)
            .map_err(|_| corrupt("its instant can't be read"))?,
        band: Band::named(&score.band).ok_or_else(|| corrupt("its band is unknown"))?,
        total: score.total,
        cause: score.cause,
        rule_set: score.rule_set,
    })
}
