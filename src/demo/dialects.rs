//! How each of the three invented audit firms writes its list: which columns it has, what it calls them, and its habits.
//!
//! In: nothing. Out: a [`Dialect`] a firm. Always holds: every header but that of the fee is one that intake knows by
//! its own name or an alias, and every word one that it knows the meaning of.

use super::written::Sender;

/// What stands in a column of a firm's list, its matters apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Reference,
    GssCode,
    Name,
    District,
    County,
    Year,
    Form,
    Band,
    Submitted,
    Reminder,
    Status,
    Certified,
    Determined,
    Income,
    Version,
    Supersedes,
    Link,
    Comments,
    /// Nothing that anybody here reads: intake says so.
    Fee,
}

/// How a firm writes days, years and amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Cells that the spreadsheet knows for dates, 2024/25, numbers.
    Spreadsheet,
    /// 31/10/2025 as text, 31 March 2025, £12,345.
    Typed,
    /// 31 October 2025, 2024-25, numbers.
    Spelt,
}

/// One firm's list.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// The invented firm.
    pub firm: &'static str,
    pub title: &'static str,
    pub sender: Sender,
    /// What its references begin with.
    pub prefix: &'static str,
    pub style: Style,
    /// A sheet a year; otherwise one for all.
    pub sheet_a_year: bool,
    /// Keeps every version as a line of its own; otherwise the newest alone.
    pub keeps_versions: bool,
    pub columns: &'static [(Told, &'static str)],
    /// What stands after `Matter N ` for class, assertion, box, reason, undisclosed and repeat.
    pub matter_columns: [&'static str; 6],
    /// Its words for the statuses, in the order of [`crate::evidence::STATUS`].
    pub statuses: [&'static str; 7],
    /// Its words for except-for and other matters.
    pub classes: [&'static str; 2],
}

/// The firms, by their place in [`super::pilot::District::firm`].
pub const DIALECTS: [Dialect; 3] = [
    Dialect {
        firm: "Larkmoor Audit LLP",
        title: "Limited assurance reviews: outcomes by year",
        sender: Sender { id: "larkmoor", gives_code: 850, gives_district: 920, gives_county: 1000 },
        prefix: "LM",
        style: Style::Spreadsheet,
        sheet_a_year: true,
        keeps_versions: false,
        columns: &[
            (Told::Reference, "Authority reference"),
            (Told::GssCode, "GSS code"),
            (Told::Name, "Council name"),
            (Told::District, "District"),
            (Told::County, "County"),
            (Told::Year, "Financial year"),
            (Told::Form, "Form"),
            (Told::Band, "Review band"),
            (Told::Submitted, "Date submitted"),
            (Told::Reminder, "Reminder sent"),
            (Told::Status, "Outcome"),
            (Told::Certified, "Date certified"),
            (Told::Determined, "Date determined"),
            (Told::Income, "Gross income or expenditure"),
            (Told::Version, "Version"),
        ],
        matter_columns: ["class", "assertion", "box", "reason", "undisclosed", "repeat"],
        statuses: [
            "Unqualified",
            "Unqualified with other matters",
            "Qualified",
            "Interim",
            "No return received",
            "Exempt",
            "Incorrectly certified exempt",
        ],
        classes: ["except_for", "other"],
    },
    Dialect {
        firm: "Stane & Fold Public Audit",
        title: "Annual returns: opinions",
        sender: Sender { id: "stane-and-fold", gives_code: 0, gives_district: 950, gives_county: 750 },
        prefix: "SF/",
        style: Style::Typed,
        sheet_a_year: false,
        keeps_versions: false,
        columns: &[
            (Told::Reference, "Client reference"),
            (Told::Name, "Authority"),
            (Told::District, "Principal council"),
            (Told::County, "County area"),
            (Told::Year, "Financial year end"),
            (Told::Form, "AGAR form"),
            (Told::Band, "Level of review"),
            (Told::Submitted, "Date AGAR received"),
            (Told::Reminder, "Reminder issued"),
            (Told::Status, "Opinion"),
            (Told::Certified, "Date of certificate"),
            (Told::Determined, "Determined"),
            (Told::Income, "Higher of gross income and expenditure"),
            (Told::Fee, "Fee"),
            (Told::Comments, "Comments"),
        ],
        matter_columns: ["type", "assertion number", "box number", "reason code", "not disclosed", "recurring"],
        statuses: [
            "Clear",
            "Other matters",
            "Qualified opinion",
            "Interim letter",
            "Not received",
            "Certified exempt",
            "Wrongly exempt",
        ],
        classes: ["Except for", "Other matter"],
    },
    Dialect {
        firm: "Wexel Bridge Assurance",
        title: "AGAR reviews, all versions",
        sender: Sender { id: "wexel-bridge", gives_code: 500, gives_district: 900, gives_county: 1000 },
        prefix: "WB-",
        style: Style::Spelt,
        sheet_a_year: false,
        keeps_versions: true,
        columns: &[
            (Told::Reference, "Authority ref"),
            (Told::Name, "Parish council"),
            (Told::GssCode, "ONS code"),
            (Told::District, "Local authority"),
            (Told::County, "County name"),
            (Told::Year, "Year ended"),
            (Told::Version, "Version number"),
            (Told::Supersedes, "Supersedes version"),
            (Told::Status, "Review outcome"),
            (Told::Submitted, "Received on"),
            (Told::Reminder, "Chased"),
            (Told::Certified, "Report date"),
            (Told::Determined, "Date determined"),
            (Told::Income, "Turnover"),
            (Told::Link, "Report link"),
        ],
        matter_columns: ["category", "assertion", "box", "cause", "undisclosed", "reported last year"],
        statuses: [
            "unmodified",
            "Unqualified - other matters",
            "Qualified",
            "Interim report",
            "No AGAR received",
            "Exempt authority",
            "Exempt (incorrectly)",
        ],
        classes: ["Except-for matter", "Other matters"],
    },
];
