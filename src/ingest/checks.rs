//! Every check that intake makes, as one table: its code, whether it stops the row, what it looks at, what to do.
//!
//! In: nothing. Out: the table, and `docs/validations.md`, which is made from it. Always holds: each code stands once and is
//! given somewhere; every code that intake gives stands here (tests hold both); what can't be read, and what may be about
//! a person, can't be waived.

use super::grid;

/// What a finding of a check stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stops {
    /// The whole file is refused.
    File,
    /// The row is refused and kept with every reason.
    Row,
    /// A warning: the row is taken.
    Nothing,
}

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Stable: what machines, receipts and waivers go by.
    pub code: &'static str,
    pub stops: Stops,
    /// What it looks at, with the statuses and years that it applies to.
    pub looks_at: &'static str,
    /// What the sender does about it.
    pub to_do: &'static str,
    /// Whether it may be waived for a row.
    pub waivable: bool,
}

/// A check that refuses the row.
pub(super) const fn error(code: &'static str) -> Check {
    Check { code, stops: Stops::Row, looks_at: "", to_do: "", waivable: false }
}

/// A check that says something and lets the row pass.
pub(super) const fn warning(code: &'static str) -> Check {
    Check { stops: Stops::Nothing, ..error(code) }
}

/// A check that refuses the file.
const fn file(code: &'static str) -> Check {
    Check { stops: Stops::File, ..error(code) }
}

impl Check {
    pub(super) const fn at(self, looks_at: &'static str) -> Check {
        Check { looks_at, ..self }
    }

    pub(super) const fn then(self, to_do: &'static str) -> Check {
        Check { to_do, ..self }
    }

    pub(super) const fn waivable(self) -> Check {
        Check { waivable: true, ..self }
    }
}

/// Checks that belong together, under their heading in the documentation.
#[derive(Debug)]
pub struct Group {
    pub title: &'static str,
    /// What sources it is about.
    pub about: &'static str,
    checks: &'static [Check],
    grid: &'static [&'static [grid::GridCheck]],
}

impl Group {
    /// Its checks, in order.
    pub fn checks(&self) -> impl Iterator<Item = &'static Check> {
        self.grid.iter().copied().flatten().map(|check| &check.is).chain(self.checks)
    }
}

const fn group(title: &'static str, about: &'static str, checks: &'static [Check]) -> Group {
    Group { title, about, checks, grid: &[] }
}

/// The code of the warning that stands in the place of a waived error.
pub const WAIVED: &str = "waived";
/// The code of the warning that an answer is not the one that an earlier year's report asked for.
pub const OBLIGATION_NOT_MET: &str = "obligation_not_met";

/// Every check, in the order in which they are documented.
pub const GROUPS: &[Group] = &[
    Group {
        grid: grid::CHECKS,
        ..group("The consistency grid of auditors' outcomes", "What goes with which status, in which year.", &[])
    },
    group("Auditors' outcomes", "Matters, dates, and what an earlier year asked for.", OUTCOMES),
    group("Auditors' reports", "Public interest reports, recommendations, notices.", REPORTS),
    group("Complaints", "Complaint records of every body.", COMPLAINTS),
    group("County records and flags", "What county associations send.", COUNTY),
    group("Engagement", "Membership, training, awards, the clerk's post and qualification.", ENGAGEMENT),
    group("Values", "Every source: what stands in a cell.", VALUES),
    group("Rows", "Every source: rows that can't be taken apart, and rows about one thing.", ROWS),
    group("Submissions", "What auditors hand in through the API or the page.", SUBMISSIONS),
    group("Files", "Every source: why a whole file is refused.", FILES),
];

const OUTCOMES: &[Check] = &[
    error("matter_class_contradicts")
        .at("a matter in the JSON list except_for or other that says the other class")
        .then("Correct one of them."),
    error("matter_unreadable").at("an entry of a JSON list of matters that is no object").then("Send objects."),
    warning("matters_unread")
        .at("a column for a JSON list of matters that holds something else")
        .then("Send a list, or the columns matter_1_class and so on."),
    warning("matter_part_unread").at("a member of a matter that is none of its parts").then("Rename or remove it."),
    warning("return_not_due")
        .at("status: no_return, before 30 June of the year")
        .then("Nothing: it counts for nothing until then."),
    warning("determination_date_assumed")
        .at("an outcome other than interim without certified_on, determined_on or (no return, exempt) submitted_on, from 30 September")
        .then("Give the date if it is known."),
    warning("determination_date_provisional")
        .at("the same before 30 September: the day will be another once reviews are due")
        .then("Give the date if it is known."),
    warning(OBLIGATION_NOT_MET)
        .at("assertion_1 to assertion_10: an answer other than the one that the report on the year before asked for (next_year_answer)")
        .then("Check the answer; if it is what the council sent, nothing: it is kept with the council."),
    warning(WAIVED)
        .at("an error of the row that was waived: says by whom, why and until when")
        .then("Nothing until then."),
];

const SUBMISSIONS: &[Check] = &[
    error("other_financial_year")
        .at("a row of another financial year than the submission is for")
        .then("Send it with the others of its year."),
    warning("older_version")
        .at("version is lower than one that came before, in any file")
        .then("Nothing if it is the older one; otherwise give it a higher number."),
    warning("council_unclear")
        .at("a name that may mean several councils, or none: the row waits for a person")
        .then("Give the district or the GSS code; or wait."),
    file("no_rows").at("no row below the heading").then("Send the rows."),
];

const REPORTS: &[Check] =
    &[error("year_after_issue").at("financial_year_end is after the year of issued_on").then("Correct one of them.")];

const COMPLAINTS: &[Check] = &[
    error("decided_before_received").at("decided_on is before received_on").then("Correct one of them.").waivable(),
    warning("sanction_without_breach")
        .at("a sanction with an outcome that finds nothing (not_upheld, no_breach, dismissed, withdrawn)")
        .then("Check both."),
    warning("decided_without_outcome")
        .at("stage: decided, without outcome or decided_on")
        .then("Give both; until then it counts as an allegation."),
];

const COUNTY: &[Check] = &[
    error("recorded_before_happened").at("recorded_on is before happened_on").then("Correct one of them.").waivable(),
    error("ended_before_happened").at("ended_on is before happened_on").then("Correct one of them."),
    error("open_contradicts_ended").at("open: yes, and ended_on is filled in").then("Correct one of them."),
    error("out_of_range").at("resigned or seats is less than none").then("Correct the number."),
    error("resigned_above_seats").at("resigned is more than seats").then("Correct one of them."),
    warning("open_assumed")
        .at("a vacancy and the like with a blank ended_on")
        .then("Fill in the end once it has one: until then it counts as still holding."),
    warning("seats_missing").at("record: members_resigned, without resigned or seats").then("Give both."),
    warning("indicator_missing")
        .at("record: action_completed, without indicator")
        .then("Give a to e: without it no score is lowered."),
];

const ENGAGEMENT: &[Check] = &[
    error("since_after_as_of").at("since is after as_of").then("Correct one of them.").waivable(),
    error("ended_before_since").at("ended_on is before since").then("Correct one of them."),
    error("holds_contradicts_ended").at("holds: yes, and ended_on is filled in").then("Correct one of them."),
    warning("level_missing").at("engagement: award, without level").then("Give the level."),
    warning("level_without_award").at("level, where engagement is no award").then("Leave it blank."),
];

const VALUES: &[Check] = &[
    error("value_missing").at("a required column that is blank in the row").then("Fill it in."),
    error("personal_data")
        .at("a value that evidence would keep and that looks like something about a person")
        .then("Leave the person out; use a code."),
    warning("personal_data_unread")
        .at("the same in a column that is kept only with the row as it stood")
        .then("Leave the person out."),
    error("text_expected").at("a list or an object where text belongs").then("Send text."),
    error("gss_code_unreadable").at("gss_code is not E04 and six digits").then("Correct it, or leave it blank."),
    error("choice_unknown").at("a word that is none of the column's").then("Use one of those that the message lists."),
    error("yes_no_unreadable").at("neither yes nor no").then("Write yes or no, or leave it blank."),
    error("number_unreadable").at("not one whole number").then("Write digits, or leave it blank."),
    error("money_unreadable").at("not an amount in pounds").then("Write it as £12,345.00."),
    error("year_unreadable").at("not a financial year").then("Write it as 2024/25, or give the day on which it ends."),
    warning("year_end_unusual").at("a year that ends on a day other than 31 March").then("Check the day."),
    error("date_unreadable").at("not a date").then("Write it as 31/03/2025."),
    error("date_missing").at("a date that is only spaces").then("Write it as 31/03/2025."),
    error("date_month_first").at("a date with the month before the day").then("Write the day first."),
    error("date_no_such_day").at("a day that the calendar doesn't have").then("Correct the date."),
    error("date_year_out_of_range").at("a year outside 1900 to 2100").then("Correct the year."),
    error("date_wrong_weekday").at("a date with the wrong day of the week").then("Correct one of them."),
    error("date_in_future").at("a date after today").then("Correct the date."),
    warning("spreadsheet_day").at("a date written as a spreadsheet's count of days").then("Check the day."),
    warning("short_year").at("a date whose year has two digits").then("Write four."),
    warning("link_unreadable").at("a link that is none").then("Give https:// and an address."),
    warning("link_completed").at("a link without https://").then("Nothing: it was put there."),
];

const ROWS: &[Check] = &[
    error("too_many_cells").at("a row with more cells than the header has columns").then("Mend the row."),
    error("broken_quotes").at("a CSV row whose quotation marks don't pair").then("Mend the row."),
    error("row_too_long")
        .at("a CSV row, or a line of JSON, of more than a megabyte")
        .then("Look for a quote or a line end that is missing."),
    error("not_an_object").at("an entry of a JSON file that is no object").then("Send objects."),
    error("repeated_key").at("a JSON object with one key twice").then("Send it once."),
    warning("repeated_alike").at("rows that say the same about one thing").then("Nothing: one was taken."),
    warning("repeated_superseded")
        .at("rows about one thing of which one is the latest: a higher version, final over interim, a later certificate")
        .then("Nothing: the latest was taken."),
    error("repeated_contradictory")
        .at("rows about one thing that differ, and nothing says which is the later")
        .then("Send the right one only, or number them in the column version."),
    error("repeated_two_councils")
        .at("rows with one reference that name different councils")
        .then("Give each its own reference, or correct the council."),
    error("council_twice")
        .at("two references for the same council and year")
        .then("Send the council once, under one reference."),
];

const FILES: &[Check] = &[
    file("no_table").at("no row holds names of columns").then("Put a header above the rows."),
    file("column_missing").at("a required column is missing").then("Add or rename it, or declare it with the feed."),
    file("column_twice").at("two columns would be read as one").then("Rename one, or declare which one it is."),
    file("mapping_unknown")
        .at("the feed's declaration names a column that there isn't")
        .then("Correct the declaration."),
    file("empty").at("a file without anything in it").then("Export it again."),
    file("html_instead").at("a web page instead of a file").then("Declare the address of the file itself."),
    file("unsupported_format").at("a format that isn't read").then("Save it as .xlsx or .csv."),
    file("password_protected").at("a workbook with a password").then("Remove the password."),
    file("not_a_workbook").at("a zip file that is no workbook").then("Send the files in it."),
    file("damaged").at("a file that breaks off or is damaged").then("Save it again."),
    file("expands_too_far").at("a workbook that unpacks to more than it may").then("Copy the rows into a new one."),
    file("no_header").at("no row looks like a header").then("Put a header above the rows."),
    file("duplicate_column").at("two columns of one name").then("Rename one of them."),
    file("too_many_columns").at("more columns than are read").then("Delete those that aren't needed."),
    file("too_many_rows").at("more rows than are read").then("Split the file."),
    file("too_many_broken_rows").at("more rows with broken quotes than are kept").then("Export it again."),
    file("json_malformed").at("JSON that breaks off or is malformed").then("Mend it."),
    file("json_too_deep").at("JSON nested deeper than is read").then("Send a flat list of objects."),
    file("json_shape").at("JSON that is no list of objects").then("Send a list."),
];

/// The check of that code.
pub fn of(code: &str) -> Option<&'static Check> {
    GROUPS.iter().flat_map(Group::checks).find(|check| check.code == code)
}

/// The documentation of every check, in Markdown.
pub fn documentation() -> String {
    let mut text = String::from(
        "# What is checked on arrival\n\n\
         Made from `src/ingest/checks.rs` and `src/ingest/grid/`; a test fails when it is stale\n\
         (`VALIDATIONS_UPDATE=1 cargo test --lib ingest::checks` writes it anew).\n\n\
         An **error** refuses the row and keeps it with every reason; a **file** error refuses the whole file; a **warning**\n\
         lets the row pass. Codes never change their meaning. An error that may be waived can be let pass for one record\n\
         until a day, with a reason, by NALC or SAAA: it is then the warning `waived`. What can't be read, and what may be\n\
         about a person, is never waived.\n",
    );
    for group in GROUPS {
        text.push_str(&format!("\n## {}\n\n{}\n\n", group.title, group.about));
        text.push_str("| code | | looks at | what to do | may be waived |\n|---|---|---|---|---|\n");
        for check in group.checks() {
            let stops = match check.stops {
                Stops::File => "file",
                Stops::Row => "error",
                Stops::Nothing => "warning",
            };
            let waivable = if check.waivable { "yes" } else { "" };
            text.push_str(&format!(
                "| `{}` | {stops} | {} | {} | {waivable} |\n",
                check.code, check.looks_at, check.to_do
            ));
        }
    }
    text
}

#[cfg(test)]
#[path = "checks_tests.rs"]
mod tests;
