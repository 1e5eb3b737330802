//! How many independent sources say what counts, and who decided it.
//!
//! In: a score's items and the evidence known. Out: an [`Agreement`] an item. Always holds: it changes no points; sources are
//! independent where one doesn't merely pass on what another said: lists of auditors' outcomes all pass on the auditor.

use crate::evidence::{EvidenceKind, Item, Standing};
use crate::scoring::ScoredItem;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap, HashSet};
use utoipa::ToSchema;

/// Who says what counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Agreement {
    /// How many independent sources report the event.
    pub independent_sources: usize,
    /// The titles of the feeds that report it, in alphabetical order.
    pub sources: Vec<String>,
    /// Who decided, such as `court` or `auditor`; none for an opinion and for what nobody decides.
    pub decided_by: Option<String>,
    /// All of it in a sentence.
    pub says: String,
}

/// One for each item, in their order.
pub(super) fn agreements(items: &[ScoredItem], known: &[Item], titles: &HashMap<String, String>) -> Vec<Agreement> {
    items.iter().map(|item| agreement(item, known, titles)).collect()
}

fn agreement(item: &ScoredItem, known: &[Item], titles: &HashMap<String, String>) -> Agreement {
    let own: Vec<&Item> = known.iter().filter(|found| item.evidence.contains(&found.id)).collect();
    let chains: HashSet<&str> = own.iter().map(|found| found.chain.as_str()).collect();
    let events: HashSet<&str> = own.iter().filter_map(|found| found.event.as_deref()).collect();
    let reports = known.iter().filter(|found| {
        let same =
            chains.contains(found.chain.as_str()) || found.event.as_deref().is_some_and(|event| events.contains(event));
        same && found.standing != Standing::Withdrawn
    });
    let (mut origins, mut sources) = (BTreeSet::new(), BTreeSet::new());
    for report in reports {
        origins.insert(origin(report));
        sources.insert(titles.get(&report.feed).cloned().unwrap_or_else(|| report.feed.clone()));
    }
    let deciders: BTreeSet<String> = own.iter().filter_map(|found| decider(found)).collect();
    // Facts of a pattern may have been decided by different bodies; then no one of them decided the pattern.
    let decided_by = if deciders.len() == 1 { deciders.into_iter().next() } else { None };
    let independent_sources = origins.len();
    let says = told(item.opinion, decided_by.as_deref(), independent_sources);
    Agreement { independent_sources, sources: sources.into_iter().collect(), decided_by, says }
}

/// What a report goes back to.
fn origin(report: &Item) -> &str {
    match report.kind {
        EvidenceKind::AuditOutcome | EvidenceKind::AuditMatter | EvidenceKind::AuditorReport => "the auditor",
        _ => &report.feed,
    }
}

fn decider(report: &Item) -> Option<String> {
    match report.kind {
        EvidenceKind::AuditOutcome | EvidenceKind::AuditMatter | EvidenceKind::AuditorReport => {
            Some("auditor".to_owned())
        }
        EvidenceKind::Complaint => report.fields.get("body").and_then(Json::as_str).map(str::to_owned),
        EvidenceKind::CountyRecord | EvidenceKind::CountyFlag | EvidenceKind::Engagement => None,
    }
}

fn told(opinion: bool, decided_by: Option<&str>, sources: usize) -> String {
    let many = match sources {
        0 | 1 => "one source reports it".to_owned(),
        2 => "two independent sources report it".to_owned(),
        more => format!("{more} independent sources report it"),
    };
    let who = match decided_by {
        _ if opinion => "An officer's opinion".to_owned(),
        Some("auditor") => "Decided by the external auditor".to_owned(),
        Some(court @ ("court" | "employment_tribunal")) => format!("Decided by {}", article(court)),
        Some("hmrc") => "Decided by HMRC".to_owned(),
        Some("council") => "Decided by the council itself".to_owned(),
        Some(body) => format!("Decided by the {}", body.replace('_', " ")),
        None => "Recorded, not decided by a body".to_owned(),
    };
    format!("{who}; {many}.")
}

fn article(court: &str) -> String {
    let words = court.replace('_', " ");
    if words.starts_with(['a', 'e', 'i', 'o', 'u']) { format!("an {words}") } else { format!("a {words}") }
}
