//! Annual returns: what the auditor makes of a council's year, and in how many versions.
//!
//! In: a council, its state at midsummer, and the year. Out: the return's [`Event`]s. Always holds: the versions keep
//! to the grid that intake checks (qualified has an except-for matter, interim no certificate, exempt neither); what
//! goes wrong at an exempt council is an event without a route, because no auditor looks.

use super::Plan;
use super::country::{Council, Firm};
use super::event::{Event, Matter, Return, Route, Version, What};
use super::feed::Feed;
use super::latent::State;
use crate::draw::{Draw, later, on};
use jiff::civil::Date;

/// Reasons of a slip, and of something serious.
const TECHNICAL: [&str; 5] = ["misstatement", "approval_order", "wrong_form", "variance_unexplained", "public_rights"];
const SERIOUS: [&str; 3] = ["internal_control", "risk_management", "internal_audit"];

/// The return of one financial year: what is sent of it, and what would have been found where nobody looked.
pub fn of_year(plan: Plan, council: &Council, (year, state): (i16, State), firm: Firm) -> Vec<Event> {
    let decision = council.number * 4096 + usize::from(year.unsigned_abs());
    let mut draw = Draw::seeded(plan.seed, "returns", decision);
    let id = format!("return-{}-{year}", council.gss_code);
    let reviewed = reviewed(&mut draw, year, state, council);
    let real = reviewed.versions.last().is_some_and(|version| {
        !matches!(version.status, "unqualified" | "unqualified_other_matters" | "exempt" | "interim")
    });
    let feed = Feed::of_firm(firm);
    let route = |from: Date| Route {
        feed,
        reference: format!("{}{:05}", if firm == Firm::North { "N" } else { "S" }, council.number),
        from,
        lag: 0,
        gives_event: false,
    };
    if !council.is_exempt() {
        let from = reviewed.versions.first().map_or(Date::MAX, |version| version.from);
        // A firm now and then leaves a council out of its list altogether.
        let routes = if draw.chance(970) { vec![route(from)] } else { Vec::new() };
        return vec![Event { id, state, real, what: What::Return(reviewed), routes }];
    }
    let mut events = Vec::new();
    if real {
        events.push(Event {
            id: format!("{id}-unseen"),
            state,
            real,
            what: What::Return(reviewed),
            routes: Vec::new(),
        });
    }
    let submitted_on = later(on(year, 4, 20), i32::try_from(draw.below(60)).unwrap_or(0));
    let from = later(on(year, 7, 1), i32::try_from(draw.below(80)).unwrap_or(0));
    let version = Version { status: "exempt", settled_on: None, from, matters: Vec::new() };
    let exempt = Return { year, submitted_on: Some(submitted_on), reminder: false, versions: vec![version] };
    // Some firms list who is exempt, others don't.
    let routes = if draw.chance(700) { vec![route(from)] } else { Vec::new() };
    events.push(Event { id, state, real: true, what: What::Return(exempt), routes });
    events
}

/// What a review comes to.
fn reviewed(draw: &mut Draw, year: i16, state: State, council: &Council) -> Return {
    let often = |chance: u32| (chance * council.frailty / 1000).min(900);
    let late = if draw.chance(often(state.of([40, 150, 350]))) { draw.between(1, 130) } else { 0 };
    let submitted_on = match late {
        0 => later(on(year, 5, 1), i32::try_from(draw.below(60)).unwrap_or(0)),
        days => later(on(year, 6, 30), i32::try_from(days).unwrap_or(0)),
    };
    let reminder = late > 0 && draw.chance(800);
    if draw.chance(often(state.of([2, 20, 130]))) {
        let settled_on = later(on(year, 10, 1), i32::try_from(draw.below(50)).unwrap_or(0));
        let versions = vec![settled("no_return", settled_on, 10)];
        return Return { year, submitted_on: None, reminder: true, versions };
    }
    if draw.chance(often(state.of([3, 25, 90]))) {
        let settled_on = later(submitted_on, i32::try_from(draw.between(40, 120)).unwrap_or(0));
        let versions = vec![settled("incorrectly_exempt", settled_on, 12)];
        return Return { year, submitted_on: Some(submitted_on), reminder, versions };
    }
    let matters = matters(draw, state, often);
    let status = match matters.iter().map(|matter| matter.class).min() {
        None => "unqualified",
        Some("except_for") => "qualified",
        Some(_) => "unqualified_other_matters",
    };
    let settled_on = later(submitted_on, i32::try_from(draw.between(50, 110)).unwrap_or(0));
    let mut versions = Vec::new();
    if draw.chance(state.of([40, 120, 250])) {
        // First a letter, the certificate months later.
        versions.push(Version { status: "interim", settled_on: None, from: later(settled_on, 5), matters: Vec::new() });
    }
    let wait = if versions.is_empty() { 0 } else { i32::try_from(draw.between(30, 90)).unwrap_or(0) };
    let settled_on = later(settled_on, wait);
    versions.push(Version { status, settled_on: Some(settled_on), from: later(settled_on, 8), matters });
    if status == "qualified" && draw.chance(60) {
        // The auditor mended its own mistake: nothing to qualify after all.
        let restated_on = later(settled_on, i32::try_from(draw.between(20, 80)).unwrap_or(0));
        versions.push(settled("unqualified", restated_on, 6));
    }
    Return { year, submitted_on: Some(submitted_on), reminder, versions }
}

fn settled(status: &'static str, on: Date, lag: i32) -> Version {
    Version { status, settled_on: Some(on), from: later(on, lag), matters: Vec::new() }
}

/// What the auditor reports: mostly slips, the worse the council the graver.
fn matters(draw: &mut Draw, state: State, often: impl Fn(u32) -> u32) -> Vec<Matter> {
    let mut matters = Vec::new();
    if draw.chance(state.of([160, 220, 300])) {
        matters.push(Matter { class: "other", reason: "arithmetic", undisclosed: false });
    }
    if draw.chance(often(state.of([150, 250, 350]))) {
        let reason = draw.pick(&TECHNICAL).copied().unwrap_or("misstatement");
        matters.push(Matter { class: "except_for", reason, undisclosed: draw.chance(state.of([100, 250, 400])) });
    }
    if draw.chance(often(state.of([15, 120, 380]))) {
        let reason = draw.pick(&SERIOUS).copied().unwrap_or("internal_control");
        matters.push(Matter { class: "except_for", reason, undisclosed: draw.chance(state.of([100, 250, 400])) });
    }
    matters
}
