//! Ordinary life at an ordinary council: the complaints, flags and records that mean little or nothing.
//!
//! In: a scene in which nothing has happened yet. Out: the council's story with what happens to anybody. Always holds:
//! most complaints end in no breach, some are not decided yet, and what little is proven is minor and a while ago.

use super::beats::{ComplaintBeat, Ending, proven, record};
use super::draw::later;
use super::habits::{HABITS, Habit};
use super::happenings::{Complaint, Flag};
use super::story::{Scene, Story};

/// How an ordinary complaint ends.
const ENDINGS: &[(u32, &str)] =
    &[(42, "no_breach"), (20, "not_upheld"), (12, "dismissed"), (9, "withdrawn"), (9, "settled")];

/// What an ordinary council has been found at fault for: small things.
const SMALL_FAULTS: &[&str] =
    &["short_notice", "minutes_not_published", "complaints_procedure", "website_inaccessible"];

/// What a county officer notes of an ordinary council, and the indicator that it speaks to.
const NOTED: &[(u32, (&str, &str))] = &[
    (34, ("positive_progress", "a")),
    (20, ("no_training_after_election", "b")),
    (16, ("unfilled_seats", "c")),
    (16, ("membership_lapsed", "b")),
    (10, ("repeated_advice_calls", "b")),
    (4, ("hostile_social_media", "d")),
];

/// Fills in what happens to anybody.
pub fn life(scene: &mut Scene<'_>, story: &mut Story) {
    let complaints = match scene.draw.below(100) {
        0..=73 => 0,
        74..=90 => 1,
        91..=96 => 2,
        // A few councils are complained about by turns, and nothing comes of it.
        _ => 3 + scene.draw.below(3),
    };
    for _ in 0..complaints {
        let complaint = complaint(scene);
        story.complaints.extend(complaint);
    }
    if scene.draw.chance(25)
        && let Some(theme) = scene.draw.pick(SMALL_FAULTS)
    {
        let weeks = weeks(scene, 25, 235);
        let fault = scene.complaint(proven(weeks, theme), None);
        story.complaints.push(fault);
    }
    if scene.draw.chance(110) {
        let weeks = weeks(scene, 2, 235);
        if let Some((flag, indicator)) = scene.draw.weighted(NOTED).copied() {
            let noted = scene.flag((weeks, flag, indicator), 1);
            let shown_on = if flag == "positive_progress" { Some(later(noted.date, 1)) } else { noted.shown_on };
            story.flags.push(Flag { shown_on, ..noted });
        }
    }
    if scene.draw.chance(60) {
        // Clerks retire; the next one comes within weeks.
        let weeks = weeks(scene, 30, 235);
        let left = scene.record(record(weeks, "clerk_left"), 1);
        let vacant = scene.record(record(weeks - 1, "clerk_vacant").ended(weeks - 8), 2);
        story.records.extend([left, vacant]);
    }
}

fn weeks(scene: &mut Scene<'_>, first: u16, last: u16) -> u16 {
    u16::try_from(scene.draw.between(first.into(), last.into())).unwrap_or(last)
}

fn complaint(scene: &mut Scene<'_>) -> Option<Complaint> {
    let common: Vec<(u32, &Habit)> = HABITS.iter().map(|habit| (habit.common, habit)).collect();
    let theme = scene.draw.weighted(&common)?.theme;
    let recent = scene.draw.chance(90);
    let weeks = if recent { weeks(scene, 2, 9) } else { weeks(scene, 6, 235) };
    let outcome = scene.draw.weighted(ENDINGS).copied()?;
    let ending = if recent { Ending::NotYet } else { Ending::As(outcome) };
    let mut told = scene.complaint(ComplaintBeat { ending, ..proven(weeks, theme) }, None);
    let source =
        scene.draw.weighted(&[(60, told.source_kind), (20, "member"), (15, "public"), (5, "officer")]).copied();
    told.source_kind = source.unwrap_or(told.source_kind);
    // One in twelve who lost asks again.
    if let Some(decided_on) = told.decided_on
        && scene.draw.chance(80)
    {
        told.appeal = Some((later(decided_on, 14), later(decided_on, 100)));
    }
    Some(told)
}
