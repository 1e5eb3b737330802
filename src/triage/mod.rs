//! Triage: Monday's list. Who needs me first, and why.
//!
//! In: evidence, rules, a day. Out: the list, one council whole, and the scores behind both. Always holds: pages, API and
//! command line show the same figures, because all of them ask here.

mod agreement;
pub mod changes;
mod council;
mod difference;
mod engagement;
pub mod holds;
mod known;
mod late;
mod list;
mod national;
mod obligations;
mod own_line;
mod rescore;
pub mod runs;
mod seen;
mod since;
mod sources;
mod summary;
mod taken;
mod together;
mod view;

pub use agreement::Agreement;
pub use council::{evidence_of, named, whole};
pub(crate) use council::{find as find_council, is_within};
pub use difference::{Changed, CouncilTouched, Difference, KindChanged, MOST_COUNCILS, seen_run};
pub use engagement::{Engagement, engagement};
pub(crate) use known::known_of;
pub use known::{Known, covering_sources, known};
pub use late::{News, Unassessed, news_of_declared};
pub use list::{MOST_LINES, list};
pub use national::{National, national};
pub use obligations::{Obligation, ObligationState, obligations, years_of_returns};
pub use rescore::{Occasion, RESCORE_SCHEDULE, Rescored, look_back, rescore, rescore_all};
pub use runs::{
    FeedLine, FeedState, HeldKind, HeldRow, HoldDecision, HoldView, MendedBy, PersonalCell, PersonalCells, RunLine,
    RunStatus, RunView, UndoneBy,
};
pub use seen::{seen_evidence, seen_whole};
pub use since::SinceLast;
pub use sources::{SentFile, feeds, file_of, run, runs as runs_of, unknown_feed};
pub(crate) use sources::{held_view, sight, unknown_run};
pub use summary::{Summary, summary};
pub use taken::taken_list;
pub use view::{
    BandCount, CouncilDetails, CouncilLine, CouncilWhole, EvidenceView, HistoryPoint, LineKey, ListPage, ListQuery,
    ParishDetails, Sort, Trend,
};
