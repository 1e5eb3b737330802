//! A council's life: from its states, month by month, to what happened and what was told of it.
//!
//! In: a plan, a council and its firm. Out: a [`Life`]. Always holds: everything follows from the plan's seed and the
//! council's number; the worse the state, the more happens, and the more of what is said is true; every chance is an
//! assumption of this file and no estimate of anything real.

use super::Plan;
use super::country::{Council, Firm};
use super::event::{Complaint, Event, Flag, Record, Report, Route, What};
use super::feed::Feed;
use super::latent::{State, course};
use super::returns;
use crate::draw::{Draw, later};
use jiff::civil::Date;

/// A council's states and events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// One a month.
    pub states: Vec<State>,
    pub events: Vec<Event>,
}

/// What complaints are about: weight, theme, who decides, whom it is about, who complained, how it ends when it is
/// true.
type Subject = (u32, [&'static str; 5]);
const SUBJECTS: [Subject; 14] = [
    (20, ["short_notice", "council", "council", "public", "upheld"]),
    (10, ["decision_not_on_agenda", "council", "council", "public", "upheld"]),
    (5, ["inquorate_decision", "council", "council", "member", "upheld"]),
    (8, ["spending_without_power", "auditor", "council", "public", "upheld"]),
    (25, ["disrespect", "monitoring_officer", "member", "member", "upheld"]),
    (20, ["bullying_or_harassment", "monitoring_officer", "member", "officer", "upheld"]),
    (6, ["grievance", "council", "council", "officer", "upheld"]),
    (3, ["unfair_dismissal", "employment_tribunal", "council", "officer", "upheld"]),
    (18, ["service", "council", "council", "public", "upheld"]),
    (5, ["elector_objection", "auditor", "council", "public", "upheld"]),
    (4, ["undeclared_interest", "monitoring_officer", "member", "public", "upheld"]),
    (14, ["information_request_late", "information_commissioner", "council", "public", "notice"]),
    (4, ["data_breach", "information_commissioner", "council", "public", "reprimand"]),
    (3, ["employers_liability_insurance", "health_and_safety_executive", "council", "officer", "penalty"]),
];
/// How complaints end that nothing is in.
const UNFOUNDED: [&str; 4] = ["no_breach", "not_upheld", "dismissed", "withdrawn"];
/// What officers notice where something is wrong, and what it speaks to.
const FLAGS: [(&str, &str); 6] = [
    ("repeated_advice_calls", "b"),
    ("advice_ignored", "b"),
    ("clerk_distress", "c"),
    ("clerk_or_rfo_vacancy", "c"),
    ("unfilled_seats", "c"),
    ("hostile_social_media", "d"),
];

/// Lives one council's years.
pub fn live(plan: Plan, council: &Council, firm: Firm) -> Life {
    let states = course(plan, council);
    let mut living = Living { council, events: Vec::new() };
    let mut before = None;
    for (month, (first, state)) in plan.firsts().into_iter().zip(states.iter().copied()).enumerate() {
        let mut draw = Draw::seeded(plan.seed, "month", council.number * 4096 + month);
        living.complaint(&mut draw, first, state);
        living.records(&mut draw, first, state);
        living.flag(&mut draw, first, state);
        if before.is_some_and(|before| before > state) {
            living.recovery(&mut draw, first, state);
        }
        if first.month() == 6 {
            living.events.extend(returns::of_year(plan, council, (first.year(), state), firm));
        }
        if first.month() == 11 && !council.is_exempt() {
            living.report(&mut draw, first, state);
        }
        before = Some(state);
    }
    Life { states, events: living.events }
}

struct Living<'c> {
    council: &'c Council,
    events: Vec<Event>,
}

impl Living<'_> {
    /// A chance of a month, as readily as this council shows its state.
    fn happens(&self, draw: &mut Draw, chances: [u32; 3], state: State) -> bool {
        // In millionths, because a month's chance is small.
        draw.below(1_000_000) < state.of(chances) * self.council.frailty
    }

    fn push(&mut self, (state, real): (State, bool), what: What, routes: Vec<Route>) {
        let id = format!("{}-{:03}", self.council.gss_code, self.events.len() + 1);
        self.events.push(Event { id, state, real, what, routes });
    }

    /// The route by one feed, if it tells: `tells` in a thousand do, from up to `waits` days after.
    fn route(&self, draw: &mut Draw, feed: Feed, (happened, tells, waits): (Date, u32, u32)) -> Option<Route> {
        let told = draw.chance(tells);
        let from = draw.day(later(happened, 3), waits);
        let lag = i32::try_from(draw.between(5, 60)).unwrap_or(5);
        let gives_event = draw.chance(600);
        let letter = feed.id().split('-').filter_map(|word| word.chars().next()).collect::<String>().to_uppercase();
        let reference = format!("{letter}/{:05}/{:03}", self.council.number, self.events.len() + 1);
        told.then_some(Route { feed, reference, from, lag, gives_event })
    }

    /// Complaints: many where something is wrong, some where nothing is; most end in nothing.
    fn complaint(&mut self, draw: &mut Draw, first: Date, state: State) {
        if !self.happens(draw, [8, 30, 90], state) {
            return;
        }
        let Some([theme, body, subject, source, proven]) = draw.weighted(&SUBJECTS).copied() else { return };
        let real = draw.chance(state.of([150, 350, 550]));
        let received_on = draw.day(first, 27);
        let decided_on = later(received_on, i32::try_from(draw.between(30, 240)).unwrap_or(60));
        let outcome = if real { proven } else { draw.pick(&UNFOUNDED).copied().unwrap_or("no_breach") };
        // What a body of the state decides is listed by it; the county hears of part of either.
        let officers = !matches!(body, "council");
        let listed = self.route(draw, Feed::MonitoringOfficers, (received_on, if officers { 800 } else { 100 }, 40));
        let heard = self.route(draw, Feed::CountyComplaints, (received_on, if officers { 250 } else { 550 }, 60));
        let complaint = Complaint { theme, body, subject, source, received_on, decided_on, outcome };
        self.push((state, real), What::Complaint(complaint), listed.into_iter().chain(heard).collect());
    }

    /// What the county association could establish: clerks who leave, members who resign, a council that can't meet.
    fn records(&mut self, draw: &mut Draw, first: Date, state: State) {
        let since = draw.day(first, 27);
        let record = |record, ended_on| Record { record, since, ended_on, resigned: None, indicator: None };
        let lasting = |draw: &mut Draw, least, most| {
            let days = i32::try_from(draw.between(least, most)).unwrap_or(60);
            Some(later(since, days))
        };
        let mut happened = Vec::new();
        if self.happens(draw, [4, 12, 30], state) {
            happened.push(record("clerk_left", None));
            if draw.chance(state.of([150, 450, 700])) {
                happened.push(record("clerk_vacant", lasting(draw, 60, 330)));
            }
        }
        if self.happens(draw, [1, 6, 25], state) {
            let resigned = (self.council.seats / 3 + draw.between(1, 2)).min(self.council.seats);
            happened
                .push(Record { resigned: Some((resigned, self.council.seats)), ..record("members_resigned", None) });
            if draw.chance(state.of([50, 200, 400])) {
                happened.push(record("inquorate_order", lasting(draw, 40, 200)));
            }
        }
        if self.happens(draw, [2, 10, 30], state) {
            happened.push(record("minutes_not_published", lasting(draw, 40, 300)));
        }
        for record in happened {
            let route = self.route(draw, Feed::CountyRecords, (since, 750, 70));
            self.push((state, true), What::Record(record), route.into_iter().collect());
        }
    }

    /// An officer's impression: right more often where something is wrong.
    fn flag(&mut self, draw: &mut Draw, first: Date, state: State) {
        if !self.happens(draw, [5, 25, 60], state) {
            return;
        }
        let (flag, indicator) = draw.pick(&FLAGS).copied().unwrap_or(("repeated_advice_calls", "b"));
        let date = draw.day(first, 27);
        let flag = Flag { flag, indicator, date, first_hand: draw.chance(600) };
        let route = self.route(draw, Feed::CountyFlags, (date, 600, 25));
        self.push((state, state != State::Sound), What::Flag(flag), route.into_iter().collect());
    }

    /// A council that gets better: an action carried out, and an officer who notices.
    fn recovery(&mut self, draw: &mut Draw, first: Date, state: State) {
        let since = draw.day(first, 27);
        let indicator = draw.pick(&["a", "b", "c"]).copied();
        let done = Record { record: "action_completed", since, ended_on: None, resigned: None, indicator };
        let route = self.route(draw, Feed::CountyRecords, (since, 500, 60));
        self.push((state, true), What::Record(done), route.into_iter().collect());
        let flag =
            Flag { flag: "positive_progress", indicator: indicator.unwrap_or("b"), date: since, first_hand: true };
        let route = self.route(draw, Feed::CountyFlags, (since, 400, 25));
        self.push((state, true), What::Flag(flag), route.into_iter().collect());
    }

    /// What an auditor publishes: a recommendation, or a report in the public interest.
    fn report(&mut self, draw: &mut Draw, first: Date, state: State) {
        let year = first.year();
        let issued_on = draw.day(first, 27);
        let carries_out = draw.chance(state.of([900, 600, 300]));
        let in_time = draw.chance(state.of([950, 800, 550]));
        let report = if draw.chance(state.of([1, 8, 50]) * self.council.frailty / 1000) {
            "public_interest_report"
        } else if draw.chance(state.of([2, 15, 80]) * self.council.frailty / 1000) {
            "statutory_recommendation"
        } else {
            return;
        };
        let report = Report { report, year, issued_on, considered_in_time: in_time, actions_completed: carries_out };
        let route = self.route(draw, Feed::AuditorReports, (issued_on, 950, 30));
        self.push((state, true), What::Report(report), route.into_iter().collect());
    }
}
