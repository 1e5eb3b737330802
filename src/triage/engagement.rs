//! A council's engagement: membership, training, awards, the clerk's post and qualification, whether letters reach it.
//!
//! In: the council's items of evidence. Out: what is known of it now, in words. Always holds: context and nothing else: no rule
//! reads it, and no score, band or order of the list depends on it; what was replaced or taken back isn't in it.

use super::known::current_ids;
use crate::evidence::{EvidenceKind, Item, Standing};
use crate::ingest::words_of;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::cmp::Reverse;
use utoipa::ToSchema;

/// One thing that is known of a council's engagement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Engagement {
    /// The evidence that says it.
    pub evidence: i64,
    /// Such as `association_member`.
    pub engagement: String,
    /// Whether it is so; none where the source doesn't say.
    pub holds: Option<bool>,
    /// Of an award: `foundation`, `quality` or `quality_gold`.
    pub level: Option<String>,
    /// What a training was about.
    pub topic: Option<String>,
    /// From when it is so.
    pub since: Option<Date>,
    /// The day of which the source says it.
    pub as_of: Option<Date>,
    /// In words, without a full stop.
    pub says: String,
}

/// What is known of a council's engagement from its items (by chain and version), in the order of the kind's words, the newest
/// first.
pub fn engagement(items: &[Item]) -> Vec<Engagement> {
    let replaced = current_ids(items);
    let current = items.iter().filter(|item| {
        item.kind == EvidenceKind::Engagement
            && item.standing != Standing::Withdrawn
            && !replaced.contains_key(&item.id)
    });
    let mut known: Vec<Engagement> = current.filter_map(one).collect();
    let words = words_of(EvidenceKind::Engagement, "engagement");
    let place = |name: &str| words.iter().position(|word| *word == name);
    known.sort_by_key(|one| (place(&one.engagement), Reverse(one.as_of), one.evidence));
    known
}

fn one(item: &Item) -> Option<Engagement> {
    let text = |name: &str| item.fields.get(name).and_then(Json::as_str).map(str::to_owned);
    let (engagement, level, topic) = (text("engagement")?, text("level"), text("topic"));
    let holds = item.fields.get("holds").and_then(Json::as_bool);
    let says = says(&engagement, holds, (level.as_deref(), topic.as_deref()));
    let (evidence, since, as_of) = (item.id, item.happened_on, item.determined_on);
    Some(Engagement { evidence, engagement, holds, level, topic, since, as_of, says })
}

fn says(engagement: &str, holds: Option<bool>, (level, topic): (Option<&str>, Option<&str>)) -> String {
    let is_so = holds != Some(false);
    let either = |yes: &str, no: &str| if is_so { yes.to_owned() } else { no.to_owned() };
    let about = |said: String| match topic {
        Some(topic) => format!("{said} ({})", topic.replace('_', " ")),
        None => said,
    };
    let scheme = "of the Local Council Award Scheme";
    match engagement {
        "association_member" => either("Member of the county association", "Not a member of the county association"),
        "slcc_member" => either(
            "Its clerk is a member of the Society of Local Council Clerks",
            "Its clerk is not a member of the Society of Local Council Clerks",
        ),
        "training_attended" => about(either("Attended training", "Did not attend training")),
        "award" => match level {
            Some("foundation") if is_so => format!("Holds the Foundation award {scheme}"),
            Some("quality") if is_so => format!("Holds the Quality award {scheme}"),
            Some("quality_gold") if is_so => format!("Holds the Quality Gold award {scheme}"),
            _ => either(&format!("Holds an award {scheme}"), &format!("Holds no award {scheme}")),
        },
        "clerk_qualified" => about(either("Its clerk is qualified", "Its clerk is not qualified")),
        "clerk_vacant" => either("The post of clerk is vacant", "The post of clerk is filled"),
        "contact_bounced" => either("What was sent to its address came back", "Its address can be reached"),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_told_either_way_and_none_as_a_reproach() {
        for word in words_of(EvidenceKind::Engagement, "engagement") {
            let (yes, no) = (says(word, Some(true), (None, None)), says(word, Some(false), (None, None)));
            assert!(yes != no && yes != word.replace('_', " "), "{word}");
            for said in [&yes, &no] {
                assert!(!["fail", "refus", "poor", "lapsed"].iter().any(|reproach| said.contains(reproach)), "{said}");
            }
        }
        let gold = says("award", Some(true), (Some("quality_gold"), None));
        assert_eq!(gold, "Holds the Quality Gold award of the Local Council Award Scheme");
        assert_eq!(says("training_attended", None, (None, Some("finance"))), "Attended training (finance)");
    }
}
