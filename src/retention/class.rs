//! The classes of things that are kept for a time: their words, and from which day the time runs.
//!
//! In: nothing. Out: [`Class`]. Always holds: every item of evidence is in exactly one class, by its kind and by whether
//! anybody ever decided it.

use crate::evidence::EvidenceKind;
use crate::store::retention::{Basis, Kept};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A class of things that are kept for a time, in the order in which they are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Complaints,
    Allegations,
    AuditOutcomes,
    CountyRecords,
    CountyFlags,
    Engagement,
    HeldRows,
    Documents,
    Scores,
    PastScores,
    SignInLinks,
    Sessions,
    Letters,
    RemovalMarks,
    SubmissionKeys,
    Submissions,
}

/// How the store finds what is in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Evidence of these kinds that somebody decided, or holds an opinion on; its time runs from `Basis`.
    Decided(&'static [EvidenceKind], Basis),
    /// Evidence of any kind that nobody ever decided.
    NeverDecided,
    Rows(Kept),
}

impl Class {
    /// Every class, in order.
    pub const ALL: [Class; 16] = [
        Class::Complaints,
        Class::Allegations,
        Class::AuditOutcomes,
        Class::CountyRecords,
        Class::CountyFlags,
        Class::Engagement,
        Class::HeldRows,
        Class::Documents,
        Class::Scores,
        Class::PastScores,
        Class::SignInLinks,
        Class::Sessions,
        Class::Letters,
        Class::RemovalMarks,
        Class::SubmissionKeys,
        Class::Submissions,
    ];

    /// The word, the title, and the event from which the time runs.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Class::Complaints => ("complaints", "Complaints that were decided", "the decision"),
            Class::Allegations => ("allegations", "What nobody has decided", "the day on which we knew"),
            Class::AuditOutcomes => ("audit_outcomes", "Auditors' outcomes and reports", "the certificate or report"),
            Class::CountyRecords => ("county_records", "County associations' records", "the day of the record"),
            Class::CountyFlags => ("county_flags", "County officers' flags", "the day of the flag"),
            Class::Engagement => ("engagement", "Membership, training and awards", "the day of which it was last said"),
            Class::HeldRows => ("held_rows", "Rows held back", "the last run that listed them"),
            Class::Documents => ("documents", "Files as sources sent them", "the last run that was sent them"),
            Class::Scores => ("scores", "Scores by council", "the day on which a later score took their place"),
            Class::PastScores => {
                ("past_scores", "Scores under a pseudonym", "the day on which a later score took their place")
            }
            Class::SignInLinks => ("sign_in_links", "Links for signing in", "their use or end"),
            Class::Sessions => ("sessions", "Sessions", "their end"),
            Class::Letters => ("letters", "Records of letters", "their delivery, or their being given up"),
            Class::RemovalMarks => ("removal_marks", "Marks of removed evidence", "the removal"),
            Class::SubmissionKeys => ("submission_keys", "Keys of submissions", "the submission"),
            Class::Submissions => ("submissions", "Submissions with their receipts", "the submission"),
        }
    }

    /// The word in `retention.toml`, in the database and in the API.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The words shown to people.
    pub fn title(self) -> &'static str {
        self.row().1
    }

    /// From when its time runs, in words.
    pub fn since(self) -> &'static str {
        self.row().2
    }

    /// The class of that name, if there is one.
    pub fn named(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }

    /// What becomes of what is due, as the record says it.
    pub fn fate(self) -> &'static str {
        if self == Class::Scores { "pseudonymised" } else { "removed" }
    }

    pub(super) fn holds(self) -> Holds {
        use EvidenceKind::{AuditMatter, AuditOutcome, AuditorReport, Complaint, CountyFlag, CountyRecord, Engagement};
        match self {
            Class::Complaints => Holds::Decided(&[Complaint], Basis::Determined),
            Class::Allegations => Holds::NeverDecided,
            Class::AuditOutcomes => Holds::Decided(&[AuditOutcome, AuditMatter, AuditorReport], Basis::Determined),
            Class::CountyRecords => Holds::Decided(&[CountyRecord], Basis::Determined),
            Class::CountyFlags => Holds::Decided(&[CountyFlag], Basis::Happened),
            Class::Engagement => Holds::Decided(&[Engagement], Basis::Determined),
            Class::HeldRows => Holds::Rows(Kept::HeldRows),
            Class::Documents => Holds::Rows(Kept::Documents),
            Class::Scores => Holds::Rows(Kept::Scores),
            Class::PastScores => Holds::Rows(Kept::PastScores),
            Class::SignInLinks => Holds::Rows(Kept::SignInLinks),
            Class::Sessions => Holds::Rows(Kept::Sessions),
            Class::Letters => Holds::Rows(Kept::Letters),
            Class::RemovalMarks => Holds::Rows(Kept::RemovalMarks),
            Class::SubmissionKeys => Holds::Rows(Kept::SubmissionKeys),
            Class::Submissions => Holds::Rows(Kept::Submissions),
        }
    }

    /// Whether it is evidence that a rule may count.
    pub(super) fn may_count(self) -> bool {
        matches!(self.holds(), Holds::Decided(..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_evidence_has_one_class_once_it_is_decided() {
        for kind in EvidenceKind::ALL {
            let classes = Class::ALL.into_iter().filter(|class| match class.holds() {
                Holds::Decided(kinds, _) => kinds.contains(&kind),
                _ => false,
            });
            assert_eq!(classes.count(), 1, "{}", kind.name());
        }
    }

    #[test]
    fn every_class_is_found_by_its_name() {
        for class in Class::ALL {
            assert_eq!(Class::named(class.name()), Some(class));
        }
    }
}
