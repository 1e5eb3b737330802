//! Tests of engagement: rows that pass, rows that are refused, and why.

use crate::evidence::Standing;
use crate::ingest::normalise::tests::{Cells, only, passes, refused, warned};
use crate::ingest::record::SourceKind;
use jiff::civil::date;
use serde_json::{Value as Json, json};

const ENGAGEMENT: SourceKind = SourceKind::Engagement;
const AWARD: Cells<'static> = &[
    ("Engagement", "LCAS"),
    ("Council", "Little Exampling"),
    ("District", "North Sample"),
    ("As of", "03/02/2026"),
    ("Level", "Quality Gold"),
    ("Since", "1 May 2024"),
    ("Still so", "yes"),
    ("Until", ""),
];
const MEMBER: Cells<'static> =
    &[("engagement", "member of the association"), ("name", "Little Exampling"), ("as_of", "2026-02-03")];

#[test]
fn a_row_says_what_is_so_and_of_which_day() {
    let award = passes(ENGAGEMENT, AWARD, &[]);
    assert_eq!(Json::Object(award.fields), json!({"engagement": "award", "level": "quality_gold", "holds": true}));
    assert_eq!(award.record_key, "little_exampling,north_sample/award");
    assert_eq!((award.happened_on, award.determined_on), (Some(date(2024, 5, 1)), Some(date(2026, 2, 3))));
    assert_eq!((award.standing, award.warnings), (Standing::Determined, vec![]));
    let member = passes(ENGAGEMENT, MEMBER, &[]);
    assert_eq!(Json::Object(member.fields), json!({"engagement": "association_member", "holds": true}));
    assert_eq!(member.happened_on, None);
}

#[test]
fn what_is_no_longer_so_can_be_said() {
    let holds = |changed: Cells<'_>| passes(ENGAGEMENT, AWARD, changed).fields.get("holds").cloned();
    assert_eq!(holds(&[("Still so", "no")]), Some(Json::Bool(false)));
    assert_eq!(holds(&[("Still so", ""), ("Until", "1/12/2025")]), Some(Json::Bool(false)));
    assert_eq!(holds(&[("Still so", "")]), Some(Json::Bool(true)));
}

#[test]
fn a_later_list_says_the_same_thing_anew_and_a_training_is_one_of_its_day() {
    let key = |cells, changed: Cells<'_>| passes(ENGAGEMENT, cells, changed).record_key;
    assert_eq!(key(AWARD, &[]), key(AWARD, &[("As of", "01/03/2026"), ("Level", "Foundation")]));
    assert_eq!(key(MEMBER, &[("engagement", "trained")]), "little_exampling/training_attended/2026-02-03");
}

#[test]
fn rows_that_cannot_be_taken_are_refused_and_odd_ones_say_so() {
    for (changed, column, code) in [
        (&[("Engagement", "choir")][..], "Engagement", "choice_unknown"),
        (&[("As of", "")], "As of", "value_missing"),
        (&[("As of", "2026-11-21")], "As of", "date_in_future"),
        (&[("Level", "platinum")], "Level", "choice_unknown"),
        (&[("Since", "4/2/2026")], "Since", "since_after_as_of"),
        (&[("Still so", ""), ("Until", "1/4/2024")], "Until", "ended_before_since"),
        (&[("Until", "1/12/2025")], "Still so", "holds_contradicts_ended"),
    ] {
        assert_eq!(refused(ENGAGEMENT, AWARD, changed), only(column, code), "{changed:?}");
    }
    assert_eq!(warned(ENGAGEMENT, AWARD, &[("Level", "")]), only("Level", "level_missing"));
    let member =
        [("Engagement", "SLCC"), ("Council", "Little Exampling"), ("As of", "2026-02-03"), ("Level", "quality")];
    assert_eq!(warned(ENGAGEMENT, &member, &[]), only("Level", "level_without_award"));
}
