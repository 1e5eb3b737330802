//! What an auditor's report asks the council to answer in its next return, and whether it did.
//!
//! In: every version of a council's evidence. Out: obligations with their state. Always holds: nothing is kept apart from
//! the evidence, so what a superseded or withdrawn outcome asked is asked no longer, and what was known on a past day can
//! be worked out as of that day.

use super::known::current_ids;
use crate::evidence::{EvidenceKind, Item, Standing};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

/// What became of an obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObligationState {
    /// The answer isn't known yet.
    Open,
    /// Answered as asked.
    Met,
    /// Answered otherwise.
    NotMet,
}

/// An answer that a council has to give in a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Obligation {
    /// The calendar year in which the financial year of that return ends (2026 for 2025/26).
    pub year: i64,
    /// The assertion of section 1.
    pub assertion: i64,
    /// Whether Yes is to be answered; otherwise No.
    pub answer: bool,
    pub state: ObligationState,
    /// The evidence whose matter asks for it.
    pub asked_by: i64,
    /// When we knew of it.
    pub asked_at: Timestamp,
    /// The evidence of the return that answers.
    pub answered_by: Option<i64>,
}

/// The obligations of one council, the latest year first. `items` are its versions by chain and version.
pub fn obligations(items: &[Item]) -> Vec<Obligation> {
    let replaced = current_ids(items);
    let outcomes: Vec<(i64, &Item)> = items
        .iter()
        .filter(|item| item.kind == EvidenceKind::AuditOutcome && !replaced.contains_key(&item.id))
        .filter(|item| item.standing != Standing::Withdrawn)
        .filter_map(|item| Some((item.fields.get("year")?.as_i64()?, item)))
        .collect();
    let mut found = Vec::new();
    // Only what is decided asks for anything: an interim letter may still change, and what is disputed is held out.
    for (year, asking) in outcomes.iter().filter(|(_, item)| item.standing == Standing::Determined) {
        let next = outcomes.iter().find(|(other, _)| *other == year + 1).map(|(_, item)| *item);
        for (assertion, answer) in asked(&asking.fields) {
            let given = next.and_then(|item| Some((item.id, answered(&item.fields, assertion)?)));
            found.push(Obligation {
                year: year + 1,
                assertion,
                answer,
                state: match given {
                    None => ObligationState::Open,
                    Some((_, given)) if given == answer => ObligationState::Met,
                    Some(_) => ObligationState::NotMet,
                },
                asked_by: asking.id,
                asked_at: asking.known_at,
                answered_by: given.map(|(id, _)| id),
            });
        }
    }
    found.sort_by_key(|obligation| (std::cmp::Reverse(obligation.year), obligation.assertion, obligation.asked_by));
    found.dedup_by_key(|obligation| (obligation.year, obligation.assertion, obligation.answer));
    found
}

/// The years of the returns that an outcome has to do with: its own where it gives answers, the next where it asks for some.
pub fn years_of_returns(fields: &Map<String, Json>) -> Vec<i64> {
    let Some(year) = fields.get("year").and_then(Json::as_i64) else { return Vec::new() };
    let own = fields.contains_key("answers").then_some(year);
    let next = asked(fields).next().map(|_| year + 1);
    own.into_iter().chain(next).collect()
}

/// The assertions that the matters of an outcome ask about, and the answers asked for.
fn asked(fields: &Map<String, Json>) -> impl Iterator<Item = (i64, bool)> {
    let matters = fields.get("matters").and_then(Json::as_array).into_iter().flatten();
    matters.filter_map(|matter| Some((matter.get("assertion")?.as_i64()?, matter.get("next_year_answer")?.as_bool()?)))
}

fn answered(fields: &Map<String, Json>, assertion: i64) -> Option<bool> {
    fields.get("answers")?.get(assertion.to_string())?.as_bool()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[allow(clippy::needless_pass_by_value, reason = "each call reads as a row")]
    fn outcome(id: i64, (year, version): (i64, i32), standing: Standing, more: Json) -> Item {
        let mut fields = more.as_object().cloned().unwrap_or_default();
        fields.insert("year".to_owned(), json!(year));
        Item {
            id,
            council_id: 1,
            kind: EvidenceKind::AuditOutcome,
            feed: "firm".to_owned(),
            record_key: format!("FX001/{year}"),
            chain: format!("audit/{year}"),
            version,
            event: None,
            happened_on: None,
            determined_on: None,
            known_at: Timestamp::UNIX_EPOCH,
            standing,
            fields,
            fingerprint: String::new(),
            url: None,
        }
    }

    fn asks(answer: bool) -> Json {
        json!({"matters": [{"class": "except_for", "assertion": 4, "next_year_answer": answer}, {"class": "other"}]})
    }

    fn states(items: &[Item]) -> Vec<(i64, ObligationState, Option<i64>)> {
        obligations(items).into_iter().map(|found| (found.year, found.state, found.answered_by)).collect()
    }

    use ObligationState::{Met, NotMet, Open};
    use Standing::{Allegation, Determined, Disputed, Withdrawn};

    #[test]
    fn what_is_asked_is_compared_with_the_next_return() {
        let asking = || outcome(1, (2025, 1), Determined, asks(false));
        assert_eq!(states(&[asking()]), [(2026, Open, None)]);
        for (answers, expected) in [
            (json!({"answers": {"4": false}}), (2026, Met, Some(2))),
            (json!({"answers": {"4": true}}), (2026, NotMet, Some(2))),
            (json!({"answers": {"5": true}}), (2026, Open, None)),
            (json!({}), (2026, Open, None)),
        ] {
            // An interim outcome already says what the council answered.
            for standing in [Determined, Allegation] {
                assert_eq!(states(&[asking(), outcome(2, (2026, 1), standing, answers.clone())]), [expected]);
            }
            assert_eq!(states(&[asking(), outcome(2, (2026, 1), Withdrawn, answers)]), [(2026, Open, None)]);
        }
        let later = outcome(2, (2027, 1), Determined, json!({"answers": {"4": true}}));
        assert_eq!(states(&[asking(), later]), [(2026, Open, None)], "only the next return answers");
    }

    #[test]
    fn only_what_stands_asks() {
        for standing in [Allegation, Disputed, Withdrawn] {
            assert_eq!(states(&[outcome(1, (2025, 1), standing, asks(false))]), []);
        }
        let superseded =
            [outcome(1, (2025, 1), Determined, asks(false)), outcome(2, (2025, 2), Determined, json!({"matters": []}))];
        assert_eq!(states(&superseded), []);
        let withdrawn = [outcome(1, (2025, 1), Determined, asks(false)), outcome(2, (2025, 2), Withdrawn, asks(false))];
        assert_eq!(states(&withdrawn), []);
    }

    #[test]
    fn the_latest_year_comes_first_and_one_thing_asked_twice_is_one() {
        let twice = json!({"matters": [
            {"assertion": 4, "next_year_answer": false}, {"assertion": 4, "next_year_answer": false},
            {"assertion": 2, "next_year_answer": true},
        ]});
        let items = [outcome(1, (2024, 1), Determined, asks(true)), outcome(2, (2025, 1), Determined, twice)];
        let found: Vec<(i64, i64, bool)> =
            obligations(&items).iter().map(|found| (found.year, found.assertion, found.answer)).collect();
        assert_eq!(found, [(2026, 2, true), (2026, 4, false), (2025, 4, true)]);
    }
}
