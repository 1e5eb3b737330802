//! Corrections: who has to be told that a figure which went to them was replaced or taken back.
//!
//! In: a run, inside its own transaction. Out: a record for each organisation that looked at the council, took a list with it
//! away, looks after its county, or is the council itself; and the list that the organisation is shown. Always holds: it is
//! worked out in sets in the transaction that replaces the figure, so that no correction goes unrecorded; an organisation
//! sees its own alone.

use crate::app::App;
use crate::auth::permissions::Scope;
use crate::auth::{Action, Actor, OrganisationKind};
use crate::error::AppError;
use crate::store::corrections::{self, CorrectionRow, NewCorrection, Replaced, Told};
use crate::store::{Database, StoreError, register};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

/// Why an organisation is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Its people or keys looked at the council while the old figure stood.
    Looked,
    /// They took a list away while it stood.
    Exported,
    /// It looks after the council's county.
    Association,
    /// It is the council.
    Council,
}

impl Because {
    const ALL: [Because; 4] = [Because::Looked, Because::Exported, Because::Association, Because::Council];

    fn word(self) -> &'static str {
        match self {
            Because::Looked => "looked",
            Because::Exported => "exported",
            Because::Association => "association",
            Because::Council => "council",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Because::Looked => "you looked at this council while the old figure stood",
            Because::Exported => "you took a list away while the old figure stood",
            Because::Association => "it is a council of your county",
            Because::Council => "it is about your council",
        }
    }
}

/// One figure that was replaced or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Correction {
    pub id: i64,
    /// The council's code.
    pub gss_code: String,
    pub council: String,
    /// The version of the evidence that stood.
    pub old_evidence: i64,
    /// The version that stands in its place, or takes it back.
    pub new_evidence: i64,
    pub because: Because,
    pub recorded_at: Timestamp,
    /// When the organisation first looked at this list with it in; none before.
    pub seen_at: Option<Timestamp>,
}

/// Records who has to be told of what a run replaced or took back. The caller holds the run's transaction.
///
/// # Errors
/// When the database fails.
pub fn record(connection: &mut Database, (feed, run): (&str, i64), now: Timestamp) -> Result<(), StoreError> {
    let replaced = corrections::replaced(connection, feed, run)?;
    let Some(since) = replaced.iter().map(|one| one.old_known_at).min() else { return Ok(()) };
    let councils: Vec<i64> =
        replaced.iter().map(|one| one.council_id).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let known = Known {
        county: register::councils_of(connection, &councils)?.into_iter().map(|one| (one.id, one.county)).collect(),
        looked: corrections::looked(connection, &councils, since)?.into_iter().fold(
            HashMap::new(),
            |mut latest, (council, organisation, at)| {
                let last = latest.entry((council, organisation)).or_insert(at);
                *last = at.max(*last);
                latest
            },
        ),
        took: corrections::took_lists(connection, since)?.into_iter().collect(),
    };
    let organisations = corrections::organisations(connection)?;
    let mut new = Vec::new();
    for one in &replaced {
        for organisation in &organisations {
            if let Some(because) = known.why(one, organisation) {
                new.push(NewCorrection {
                    organisation_id: organisation.organisation_id,
                    council_id: one.council_id,
                    old_evidence_id: one.old,
                    new_evidence_id: one.new,
                    because: because.word().to_owned(),
                    recorded_at: now.as_microsecond(),
                });
            }
        }
    }
    corrections::add(connection, &new)
}

/// To whom the old figures went.
struct Known {
    county: BTreeMap<i64, String>,
    /// By council and organisation, when last.
    looked: HashMap<(i64, i64), i64>,
    /// By organisation, when last.
    took: HashMap<i64, i64>,
}

impl Known {
    /// Why an organisation is told of it, if it is.
    fn why(&self, one: &Replaced, told: &Told) -> Option<Because> {
        let kind = OrganisationKind::named(&told.kind)?;
        let county = self.county.get(&one.council_id);
        let within = match crate::auth::permissions::scope(kind) {
            Scope::Nation => true,
            Scope::OwnCounties => county.is_some_and(|county| told.counties.contains(county)),
            Scope::OwnCouncil => told.council_id == Some(one.council_id),
            Scope::Nobody => false,
        };
        let since = |at: Option<&i64>| at.is_some_and(|at| *at >= one.old_known_at);
        match kind {
            OrganisationKind::CountyAssociation if within => Some(Because::Association),
            OrganisationKind::Council if within => Some(Because::Council),
            // Whoever looked saw it, even if the council has come to lie out of their reach.
            _ if since(self.looked.get(&(one.council_id, told.organisation_id))) => Some(Because::Looked),
            _ if within && since(self.took.get(&told.organisation_id)) => Some(Because::Exported),
            _ => None,
        }
    }
}

/// What the actor's organisation has to know, newest first, with an id below the first number where one is given, and at
/// most as many as the second. Looking marks them as seen; the answer shows them as they stood before.
///
/// # Errors
/// As [`Actor::may`]; when the database fails.
pub fn seen(app: &App, actor: &Actor, part: (Option<i64>, i64)) -> Result<Vec<Correction>, AppError> {
    actor.may(Action::SeeCouncils)?;
    let Some(organisation) = actor.organisation.as_ref().map(|own| own.id) else { return Ok(Vec::new()) };
    let (before, limit) = part;
    let now = app.clock.now().as_microsecond();
    let rows = app.store.read(|connection| corrections::page(connection, organisation, before, limit))?;
    let fresh: Vec<i64> = rows.iter().filter(|row| row.seen_at.is_none()).map(|row| row.id).collect();
    if !fresh.is_empty() {
        app.store.write(|connection| corrections::see(connection, organisation, &fresh, now))?;
    }
    rows.iter().map(|row| correction(row).map_err(AppError::from)).collect()
}

fn correction(row: &CorrectionRow) -> Result<Correction, StoreError> {
    let corrupt =
        |because: &str| StoreError::Corrupt { place: format!("correction {}", row.id), because: because.to_owned() };
    let instant = |at: i64| Timestamp::from_microsecond(at).map_err(|e| corrupt(&e.to_string()));
    Ok(Correction {
        id: row.id,
        old_evidence: row.old_evidence_id,
        new_evidence: row.new_evidence_id,
        because: Because::ALL
            .into_iter()
            .find(|because| because.word() == row.because)
            .ok_or_else(|| corrupt("its reason is unknown"))?,
        recorded_at: instant(row.recorded_at)?,
        seen_at: row.seen_at.map(instant).transpose()?,
        gss_code: row.gss_code.clone(),
        council: row.council.clone(),
    })
}
