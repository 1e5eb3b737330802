//! The simulated sources: what each sends, how it names councils, and in which months it sends.
//!
//! In: nothing. Out: [`Feed`]s, and their declarations. Always holds: every declaration is one that the configuration
//! takes; a feed's file always has the same name.

use super::country::Firm;
use std::fmt::Write;

/// A source of the simulated country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feed {
    AuditorNorth,
    AuditorSouth,
    AuditorReports,
    MonitoringOfficers,
    CountyComplaints,
    CountyRecords,
    CountyFlags,
}

/// How a source names councils, in thousandths.
#[derive(Debug, Clone, Copy)]
pub struct Naming {
    pub gives_code: u32,
    pub gives_district: u32,
    pub gives_county: u32,
}

impl Feed {
    /// Every source, in the order in which they are pulled.
    pub const ALL: [Feed; 7] = [
        Feed::AuditorNorth,
        Feed::AuditorSouth,
        Feed::AuditorReports,
        Feed::MonitoringOfficers,
        Feed::CountyComplaints,
        Feed::CountyRecords,
        Feed::CountyFlags,
    ];

    /// Its id, title and kind of source.
    pub fn described(self) -> [&'static str; 3] {
        match self {
            Feed::AuditorNorth => ["auditor-north", "Northern firm: outcomes of reviews", "audit_outcomes"],
            Feed::AuditorSouth => ["auditor-south", "Southern firm: opinions", "audit_outcomes"],
            Feed::AuditorReports => ["auditor-reports", "Auditors' reports and recommendations", "auditor_reports"],
            Feed::MonitoringOfficers => ["monitoring-officers", "Monitoring officers' decisions", "complaints"],
            Feed::CountyComplaints => ["county-complaints", "County associations' complaints log", "complaints"],
            Feed::CountyRecords => ["county-records", "County associations' records", "county_records"],
            Feed::CountyFlags => ["county-flags", "County associations' flags", "county_flags"],
        }
    }

    /// Its id.
    pub fn id(self) -> &'static str {
        let [id, _, _] = self.described();
        id
    }

    /// The end of its file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Feed::AuditorSouth => "xlsx",
            Feed::CountyFlags => "json",
            _ => "csv",
        }
    }

    /// The name of its file in every delivery.
    pub fn file(self) -> String {
        format!("{}.{}", self.id(), self.extension())
    }

    /// The source to which a firm's outcomes belong.
    pub fn of_firm(firm: Firm) -> Feed {
        match firm {
            Firm::North => Feed::AuditorNorth,
            Firm::South => Feed::AuditorSouth,
        }
    }

    /// Whether it sends at the end of that month: firms from July to November, and in January what was restated.
    pub fn sends_in(self, month: i8) -> bool {
        match self {
            Feed::AuditorNorth | Feed::AuditorSouth => matches!(month, 1 | 7..=11),
            _ => true,
        }
    }

    /// How it names councils.
    pub fn naming(self) -> Naming {
        let [gives_code, gives_district, gives_county] = match self {
            Feed::AuditorNorth => [850, 940, 1000],
            Feed::AuditorSouth => [0, 970, 900],
            Feed::AuditorReports => [0, 1000, 1000],
            Feed::MonitoringOfficers => [300, 1000, 600],
            Feed::CountyComplaints => [100, 900, 1000],
            Feed::CountyRecords => [700, 950, 1000],
            Feed::CountyFlags => [800, 900, 1000],
        };
        Naming { gives_code, gives_district, gives_county }
    }
}

/// The configuration beside the country: its database, and every feed with its place in the inbox. Places are
/// relative to the folder, so that the same country is written the same everywhere.
pub fn configuration() -> String {
    let mut text = String::from(
        "# An invented country. Run Bellwether in this folder: places are relative to it. README.md says how the deliveries are\n\
         # lived through.\n\n\
         database = \"sqlite:bellwether.db\"\n",
    );
    for feed in Feed::ALL {
        let [id, title, source] = feed.described();
        let (file, format) = (feed.file(), feed.extension());
        // Each season's list begins anew, and a log forgets what is two years old: a shorter list is nothing unusual
        // here. Writing to a string can't fail.
        let _ = write!(
            text,
            "\n[[feed]]\nid = \"{id}\"\ntitle = \"{title}\"\nsource = \"{source}\"\nlocation = {{ file = \"inbox/{file}\" }}\nformat = \"{format}\"\ncovers = \"all\"\nmax_shrink_percent = 100\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_configuration_declares_every_feed_once() {
        let config = Config::parse(&configuration(), "bellwether.toml").unwrap();
        let declared: Vec<&str> = config.feeds.iter().map(|feed| feed.id.as_str()).collect();
        assert_eq!(declared, Feed::ALL.map(Feed::id));
    }
}
