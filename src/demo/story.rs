//! What truly happens at each council of the demo's country over four financial years.
//!
//! In: the demo's today. Out: a [`Country`]: the councils, and a [`Story`] each. Always holds: the same day gives the
//! same stories, and so does any other day of its month; most councils are fine, about one in ten is in some
//! difficulty, one in forty in grave difficulty.

use super::beats::{Arc, ComplaintBeat, Ending, FlagBeat, RecordBeat, ReportBeat, ReturnBeat, Size};
use super::difficulty::DIFFICULTY;
use super::draw::{Draw, later, on};
use super::habits::of_theme;
use super::happenings::{Complaint, CountyRecord, Flag, Report, Return};
use super::ordinary;
use super::past::PAST;
use super::pilot::{Council, Pilot};
use super::returns::{EXEMPT_UP_TO, first_income, returns};
use super::severe::SEVERE;
use jiff::civil::Date;

/// How many financial years the demo looks back on.
const YEARS: i16 = 4;

/// The demo's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    pub today: Date,
    /// Stories count back from here: the first of today's month, so that they stay put for a month.
    pub anchor: Date,
    /// The calendar year in which the last financial year ends whose reviews were due (30 September).
    pub last_year: i16,
}

impl Calendar {
    /// The days of a demo that is looked at on `today`.
    pub fn new(today: Date) -> Calendar {
        let last_year = if today.month() >= 10 { today.year() } else { today.year().saturating_sub(1) };
        Calendar { today, anchor: today.first_of_month(), last_year }
    }

    /// The years of the returns, oldest first.
    pub fn years(&self) -> Vec<i16> {
        (self.last_year.saturating_sub(YEARS - 1)..=self.last_year).collect()
    }

    /// The day that many weeks before the demo's month.
    pub fn weeks_ago(&self, weeks: u16) -> Date {
        later(self.anchor, -7 * i32::from(weeks))
    }
}

/// The days on which the demo pulls its feeds: the end of October and a day in April after it for each of the years,
/// then today; ascending, each once, none after today.
pub fn seasons(today: Date) -> Vec<Date> {
    let mut days: Vec<Date> = Calendar::new(today)
        .years()
        .into_iter()
        .flat_map(|year| [on(year, 10, 31), on(year.saturating_add(1), 4, 22)])
        .filter(|day| *day < today)
        .collect();
    days.push(today);
    days
}

/// What happens at one council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// The arc's title; `None`: an ordinary council.
    pub arc: Option<&'static str>,
    pub returns: Vec<Return>,
    pub complaints: Vec<Complaint>,
    pub records: Vec<CountyRecord>,
    pub flags: Vec<Flag>,
    pub reports: Vec<Report>,
}

/// The demo's country and all that happens in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    pub calendar: Calendar,
    pub pilot: Pilot,
    /// One a council, in the same order.
    pub stories: Vec<Story>,
}

impl Country {
    /// The country as its sources will have told of it by `today`.
    pub fn new(today: Date) -> Country {
        let calendar = Calendar::new(today);
        let pilot = Pilot::new();
        let arcs = cast(&pilot.councils);
        let stories = pilot.councils.iter().zip(arcs).map(|(council, arc)| tell(council, arc, &calendar)).collect();
        Country { calendar, pilot, stories }
    }

    /// Each council with its story.
    pub fn told(&self) -> impl Iterator<Item = (&Council, &Story)> {
        self.pilot.councils.iter().zip(&self.stories)
    }
}

/// Whom each arc happens to: councils in an order drawn once, the first that the arc can happen to.
fn cast(councils: &[Council]) -> Vec<Option<&'static Arc>> {
    let mut parts: Vec<Option<&'static Arc>> = vec![None; councils.len()];
    let mut order: Vec<&Council> = councils.iter().collect();
    // Not to councils that share their name: half of what is said of those waits for somebody to say whom it means.
    order.retain(|council| !council.shares_name);
    order.sort_by_key(|council| Draw::about("cast", council.number).below(u32::MAX));
    for arc in SEVERE.iter().chain(DIFFICULTY).chain(PAST) {
        for _ in 0..arc.councils {
            let free = order.iter().position(|council| suits(arc.size, council));
            if let Some(council) = free.map(|position| order.remove(position))
                && let Some(part) = parts.get_mut(council.number)
            {
                *part = Some(arc);
            }
        }
    }
    parts
}

fn suits(size: Size, council: &Council) -> bool {
    // Two thirds of the limit, so that no small council grows out of it within the years.
    let income = first_income(council.number, council.town);
    match size {
        Size::Small => income <= EXEMPT_UP_TO / 3 * 2,
        Size::Reviewed => income > EXEMPT_UP_TO,
        Size::Any => true,
    }
}

fn tell(council: &Council, arc: Option<&'static Arc>, calendar: &Calendar) -> Story {
    let twists: Option<&[ReturnBeat]> = arc.map(|arc| arc.returns);
    let mut story = Story {
        arc: arc.map(|arc| arc.title),
        returns: returns((council.number, council.town), &calendar.years(), twists),
        complaints: Vec::new(),
        records: Vec::new(),
        flags: Vec::new(),
        reports: Vec::new(),
    };
    let mut scene = Scene { council, calendar, draw: Draw::about("scene", council.number), complaints: 0 };
    if let Some(arc) = arc {
        scene.play(arc, &mut story);
    } else {
        ordinary::life(&mut scene, &mut story);
    }
    story
}

/// One council while its story is told.
pub struct Scene<'told> {
    pub council: &'told Council,
    pub calendar: &'told Calendar,
    pub draw: Draw,
    /// How many complaints it has had so far, for their references.
    complaints: u32,
}

impl Scene<'_> {
    fn play(&mut self, arc: &Arc, story: &mut Story) {
        for beat in arc.complaints {
            let told = self.complaint(*beat, story.complaints.last());
            story.complaints.push(told);
        }
        for (number, beat) in (1..).zip(arc.records) {
            story.records.push(self.record(*beat, number));
        }
        let has_event = arc.complaints.iter().any(|beat| beat.event);
        for (number, beat) in (1..).zip(arc.flags) {
            // An officer's first flag is about what the arc is about.
            let event = (has_event && number == 1).then(|| self.event());
            story.flags.push(Flag { event, ..self.flag(*beat, number) });
        }
        for (number, beat) in (1..).zip(arc.reports) {
            story.reports.push(self.report(*beat, number));
        }
    }

    /// The code that all reports of the council's one event share.
    fn event(&self) -> String {
        format!("{}-{:03}-1", self.initials(), self.council.number)
    }

    /// Two letters of the county, as references begin.
    fn initials(&self) -> String {
        self.council.district.county.chars().take(2).collect::<String>().to_uppercase()
    }

    /// A complaint as the beat has it; `before` is the one told before, for further heads of it.
    pub fn complaint(&mut self, beat: ComplaintBeat, before: Option<&Complaint>) -> Complaint {
        let habit = of_theme(beat.theme);
        let day = self.calendar.weeks_ago(beat.weeks);
        let takes = match habit.map_or("", |habit| habit.body) {
            "court" | "employment_tribunal" | "first_tier_tribunal" => 210,
            "auditor" | "information_commissioner" => 130,
            _ => 75,
        };
        let settled = later(day, i32::try_from(self.draw.below(5)).unwrap_or(0));
        let opened = later(settled, -i32::try_from(takes + self.draw.below(40)).unwrap_or(0));
        let first = before.filter(|_| beat.next_head);
        if first.is_none() {
            self.complaints += 1;
        }
        let (received_on, decided_on) = match (beat.ending, first) {
            (Ending::NotYet, _) => (day, None),
            (_, Some(first)) => (first.received_on, first.decided_on),
            (_, None) => (opened, Some(settled)),
        };
        let reference = first.map_or_else(
            || format!("{}/{}/{:03}{:02}", self.initials(), received_on.year(), self.council.number, self.complaints),
            |first| first.reference.clone(),
        );
        Complaint {
            reference,
            head: first.map_or(1, |first| first.head.saturating_add(1)),
            received_on,
            decided_on,
            appeal: None,
            theme: beat.theme,
            body: habit.map_or("council", |habit| habit.body),
            subject_kind: habit.map_or("council", |habit| habit.subject),
            source_kind: habit.map_or("public", |habit| habit.source),
            outcome: match beat.ending {
                Ending::Proven => habit.map_or("upheld", |habit| habit.proven),
                Ending::As(outcome) => outcome,
                Ending::NotYet => "",
            },
            sanction: beat.sanction,
            over_three_months: beat.over_three_months,
            injury: beat.injury,
            group: beat.group.map(str::to_owned),
            event: beat.event.then(|| self.event()),
        }
    }

    /// A county record as the beat has it; `number` counts the council's records.
    pub fn record(&mut self, beat: RecordBeat, number: usize) -> CountyRecord {
        let since = self.calendar.weeks_ago(beat.weeks);
        CountyRecord {
            reference: format!("{}-R-{:03}{number:02}", self.initials(), self.council.number),
            record: beat.record,
            since,
            recorded_on: self.draw.day(later(since, 2), 10),
            ended_on: beat.ended.map(|weeks| self.calendar.weeks_ago(weeks)),
            conduct_cited: beat.conduct_cited,
            resigned: beat.resigned,
            indicator: beat.indicator,
        }
    }

    /// A flag as the beat has it; `number` counts the council's flags.
    pub fn flag(&mut self, (weeks, flag, indicator): FlagBeat, number: usize) -> Flag {
        let date = later(self.calendar.weeks_ago(weeks), i32::try_from(self.draw.below(5)).unwrap_or(0));
        let first_hand = self.draw.chance(700);
        let confidence = self.draw.pick(&["low", "medium", "medium", "high"]).copied().unwrap_or("medium");
        Flag {
            reference: format!("{}-F-{:03}{number:02}", self.initials(), self.council.number),
            date,
            flag,
            indicator,
            first_hand,
            confidence: if first_hand && confidence == "low" { "medium" } else { confidence },
            shown_on: self.draw.chance(600).then(|| later(date, 20)),
            advice_given: self.draw.chance(750),
            event: None,
        }
    }

    fn report(&mut self, beat: ReportBeat, number: usize) -> Report {
        let issued_on = self.calendar.weeks_ago(beat.weeks);
        // Reports are written on the year whose return was last reviewed by then.
        let year = if issued_on.month() >= 7 { issued_on.year() } else { issued_on.year().saturating_sub(1) };
        Report {
            reference: format!("{}-AR-{:03}{number:02}", self.initials(), self.council.number),
            report: beat.report,
            year,
            issued_on,
            considered_in_time: beat.considered_in_time,
            actions_completed: beat.actions_completed,
            event: beat.event.then(|| self.event()),
        }
    }
}

#[cfg(test)]
#[path = "story_tests.rs"]
mod tests;
