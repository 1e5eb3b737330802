//! The beats that a council's story is made of: what an arc of [`super::severe`],
//! [`super::difficulty`] or [`super::past`] says happened, and when.
//!
//! In: nothing; arcs are written with the functions of this file. Out: an [`Arc`] that [`super::story`] turns into dated
//! happenings. Always holds: times are distances back from the demo's today, so that a story is as fresh on any day.

/// Which councils an arc can happen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Income of at most 25,000 pounds: exempt from review unless the council fails to say so.
    Small,
    /// More than that: reviewed every year.
    Reviewed,
    Any,
}

/// What was out of the ordinary about a year's return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    Clean,
    NoReturn,
    /// Not there when the list was drawn up; came in the winter after all.
    ReturnedInWinter,
    /// Came this many days after 30 June.
    Late(u16),
    WronglyExempt,
    /// The opinion is qualified by it; `hidden`: the council had answered Yes.
    ExceptFor {
        reason: &'static str,
        hidden: bool,
    },
    /// Reported without a qualification.
    Other(&'static str),
}

/// A twist and how many years before the last reviewed one.
pub type ReturnBeat = (i16, Twist);

/// How a complaint ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// In the way that is usual for its theme when it is proven.
    Proven,
    As(&'static str),
    NotYet,
}

/// A complaint, by when it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComplaintBeat {
    pub weeks: u16,
    pub theme: &'static str,
    pub ending: Ending,
    pub sanction: Option<(&'static str, bool)>,
    pub group: Option<&'static str>,
    pub event: bool,
    pub over_three_months: bool,
    pub injury: bool,
    /// Another head of the complaint before it.
    pub next_head: bool,
}

impl ComplaintBeat {
    pub const fn ended(mut self, outcome: &'static str) -> Self {
        self.ending = Ending::As(outcome);
        self
    }
    pub const fn undecided(mut self) -> Self {
        self.ending = Ending::NotYet;
        self
    }
    pub const fn sanction(mut self, sanction: &'static str, followed: bool) -> Self {
        self.sanction = Some((sanction, followed));
        self
    }
    pub const fn group(mut self, code: &'static str) -> Self {
        self.group = Some(code);
        self
    }
    /// Part of the arc's event, which reaches us by other routes too.
    pub const fn event(mut self) -> Self {
        self.event = true;
        self
    }
    pub const fn over_three_months(mut self) -> Self {
        self.over_three_months = true;
        self
    }
    pub const fn injury(mut self) -> Self {
        self.injury = true;
        self
    }
    /// One more head of the complaint that stands before it in the arc.
    pub const fn next_head(mut self) -> Self {
        self.next_head = true;
        self
    }
}

/// A complaint decided that many weeks ago, and proven in the way that is usual for its theme.
pub const fn proven(weeks: u16, theme: &'static str) -> ComplaintBeat {
    ComplaintBeat {
        weeks,
        theme,
        ending: Ending::Proven,
        sanction: None,
        group: None,
        event: false,
        over_three_months: false,
        injury: false,
        next_head: false,
    }
}

/// What the county association recorded as a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordBeat {
    pub weeks: u16,
    pub record: &'static str,
    /// Weeks ago that it ended; `None`: it is open, or not of the kind that ends.
    pub ended: Option<u16>,
    pub conduct_cited: bool,
    /// Members who resigned, of how many seats.
    pub resigned: Option<(u8, u8)>,
    pub indicator: Option<&'static str>,
}

impl RecordBeat {
    pub const fn ended(mut self, weeks: u16) -> Self {
        self.ended = Some(weeks);
        self
    }
    pub const fn conduct_cited(mut self) -> Self {
        self.conduct_cited = true;
        self
    }
    pub const fn resigned(mut self, members: u8, seats: u8) -> Self {
        self.resigned = Some((members, seats));
        self
    }
    /// The indicator that a completed action answers.
    pub const fn answers(mut self, indicator: &'static str) -> Self {
        self.indicator = Some(indicator);
        self
    }
}

/// A record of something that began, or happened, that many weeks ago.
pub const fn record(weeks: u16, record: &'static str) -> RecordBeat {
    RecordBeat { weeks, record, ended: None, conduct_cited: false, resigned: None, indicator: None }
}

/// A county officer's flag: when, what, which indicator it speaks to.
pub type FlagBeat = (u16, &'static str, &'static str);

/// An auditor's report or recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportBeat {
    pub weeks: u16,
    pub report: &'static str,
    pub considered_in_time: bool,
    pub actions_completed: bool,
    pub event: bool,
}

/// A report issued that many weeks ago, part of the arc's event, considered in time, its actions carried out.
pub const fn report(weeks: u16, report: &'static str) -> ReportBeat {
    ReportBeat { weeks, report, considered_in_time: true, actions_completed: true, event: true }
}

impl ReportBeat {
    pub const fn ignored(mut self) -> Self {
        self.considered_in_time = false;
        self.actions_completed = false;
        self
    }
    pub const fn not_acted_on(mut self) -> Self {
        self.actions_completed = false;
        self
    }
}

/// What happened to a few councils, in a few strokes.
#[derive(Debug, Clone, Copy)]
pub struct Arc {
    /// For whoever tends the demo; never sent.
    pub title: &'static str,
    pub size: Size,
    /// How many councils it happens to.
    pub councils: usize,
    pub returns: &'static [ReturnBeat],
    pub complaints: &'static [ComplaintBeat],
    pub records: &'static [RecordBeat],
    pub flags: &'static [FlagBeat],
    pub reports: &'static [ReportBeat],
}

/// An arc in which nothing has happened yet.
pub const fn arc(title: &'static str, size: Size, councils: usize) -> Arc {
    Arc { title, size, councils, returns: &[], complaints: &[], records: &[], flags: &[], reports: &[] }
}

impl Arc {
    pub const fn returns(mut self, beats: &'static [ReturnBeat]) -> Self {
        self.returns = beats;
        self
    }
    pub const fn complaints(mut self, beats: &'static [ComplaintBeat]) -> Self {
        self.complaints = beats;
        self
    }
    pub const fn records(mut self, beats: &'static [RecordBeat]) -> Self {
        self.records = beats;
        self
    }
    pub const fn flags(mut self, beats: &'static [FlagBeat]) -> Self {
        self.flags = beats;
        self
    }
    pub const fn reports(mut self, beats: &'static [ReportBeat]) -> Self {
        self.reports = beats;
        self
    }
}
