//! The one table of permissions: which role may do what, and how far each kind of organisation sees.
//!
//! In: a role and an action, or a kind of organisation. Out: yes or no, or a scope. Always holds: what isn't in the table
//! is refused; nothing else in the program decides who may do something.

use super::role::{OrganisationKind, Role, worded};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

worded! {
    /// What can be allowed or refused.
    Action {
        SeeCouncils = "see_councils", "see councils with their scores and evidence";
        SeeSources = "see_sources", "see the sources, their runs and the rows they held back";
        SendLists = "send_lists", "send a list of a source by hand";
        Release = "release", "decide about lists that are held";
        Export = "export", "take lists away as files";
        SeeContacts = "see_contacts", "see whom to write to at a council";
        KeepContacts = "keep_contacts", "keep whom to write to at a council";
        Decide = "decide", "decide about rows that were held back";
        UndoRuns = "undo_runs", "take back what a run of a source brought";
        Redact = "redact", "black out what should not have been sent";
        Waive = "waive", "let an error pass for a record";
        AnswerSubjects = "answer_subjects", "answer people about what is held on them, and erase it";
        SeeAuditLog = "see_audit_log", "see who did what";
        SeeRetention = "see_retention", "see what is due to be removed and what was";
        Administer = "administer", "keep organisations, people and keys";
        SeeSubmissions = "see_submissions", "see what was submitted, with its receipts";
        Submit = "submit", "submit outcomes, and take them back";
        SeeDrafts = "see_drafts", "see rules that are drafted, and rehearse them";
        DraftRules = "draft_rules", "draft rules";
        PublishRules = "publish_rules", "approve rules and put them into force";
        SeeFigures = "see_figures", "read the operator's figures";
    }
}

/// How far an organisation of a kind sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every council.
    Nation,
    /// The councils of its counties.
    OwnCounties,
    /// Itself.
    OwnCouncil,
    /// No council by name.
    Nobody,
}

/// Which role may do what: `x` may.
#[rustfmt::skip]
const ROLES: [(Action, [char; 8]); 21] = {
    use Action::*;
    [
        //                 officer manager editor publisher survey submitter read-only administrator
        (SeeCouncils,    ['x',    'x',    'x',   'x',      'x',   ' ',      'x',      ' ']),
        (SeeSources,     ['x',    'x',    'x',   'x',      'x',   'x',      'x',      ' ']),
        (SendLists,      ['x',    'x',    ' ',   ' ',      ' ',   'x',      ' ',      ' ']),
        (Release,        [' ',    'x',    ' ',   ' ',      ' ',   ' ',      ' ',      ' ']),
        (Export,         ['x',    'x',    ' ',   ' ',      'x',   ' ',      ' ',      ' ']),
        (SeeContacts,    ['x',    'x',    ' ',   ' ',      ' ',   ' ',      ' ',      ' ']),
        (KeepContacts,   ['x',    'x',    ' ',   ' ',      ' ',   ' ',      ' ',      ' ']),
        (Decide,         ['x',    'x',    ' ',   ' ',      ' ',   ' ',      ' ',      ' ']),
        (UndoRuns,       [' ',    'x',    ' ',   ' ',      ' ',   ' ',      ' ',      ' ']),
        (Redact,         [' ',    'x',    ' ',   ' ',      ' ',   ' ',      ' ',      ' ']),
        (Waive,          [' ',    'x',    ' ',   ' ',      ' ',   'x',      ' ',      ' ']),
        (AnswerSubjects, [' ',    'x',    ' ',   ' ',      ' ',   ' ',      ' ',      ' ']),
        (SeeAuditLog,    [' ',    'x',    ' ',   ' ',      ' ',   ' ',      ' ',      'x']),
        (SeeRetention,   [' ',    'x',    ' ',   ' ',      ' ',   ' ',      ' ',      'x']),
        (Administer,     [' ',    ' ',    ' ',   ' ',      ' ',   ' ',      ' ',      'x']),
        (SeeSubmissions, ['x',    'x',    'x',   'x',      'x',   'x',      'x',      ' ']),
        (Submit,         [' ',    ' ',    ' ',   ' ',      ' ',   'x',      ' ',      ' ']),
        (SeeDrafts,      ['x',    'x',    'x',   'x',      'x',   ' ',      'x',      ' ']),
        (DraftRules,     [' ',    ' ',    'x',   'x',      ' ',   ' ',      ' ',      ' ']),
        (PublishRules,   [' ',    ' ',    ' ',   'x',      ' ',   ' ',      ' ',      ' ']),
        (SeeFigures,     [' ',    ' ',    ' ',   ' ',      ' ',   ' ',      ' ',      'x']),
    ]
};

/// How far each kind of organisation sees councils.
pub fn scope(kind: OrganisationKind) -> Scope {
    match kind {
        OrganisationKind::Nalc => Scope::Nation,
        OrganisationKind::CountyAssociation => Scope::OwnCounties,
        OrganisationKind::Council => Scope::OwnCouncil,
        // Auditors and SAAA see what they sent; clerks' body and board see the sums that everybody sees.
        OrganisationKind::AuditFirm | OrganisationKind::Saaa | OrganisationKind::Slcc | OrganisationKind::Idb => {
            Scope::Nobody
        }
    }
}

/// Actions that a kind of organisation doesn't have, whatever the role.
pub fn beyond(kind: OrganisationKind, action: Action) -> bool {
    match action {
        // A council, an auditor, a body without councils has nothing to see here, whoever asks.
        Action::SeeCouncils | Action::SeeContacts | Action::KeepContacts => scope(kind) == Scope::Nobody,
        Action::SeeSources => {
            !matches!(scope(kind), Scope::Nation | Scope::OwnCounties)
                && !matches!(kind, OrganisationKind::AuditFirm | OrganisationKind::Saaa)
        }
        Action::Export => matches!(scope(kind), Scope::Nobody),
        Action::UndoRuns | Action::SendLists => {
            !matches!(scope(kind), Scope::Nation | Scope::OwnCounties)
                && !matches!(kind, OrganisationKind::AuditFirm | OrganisationKind::Saaa)
        }
        Action::Decide | Action::Redact | Action::AnswerSubjects | Action::Release => {
            !matches!(kind, OrganisationKind::Nalc | OrganisationKind::CountyAssociation)
        }
        // Who sends outcomes for a living, and who is scored by them, must not let errors pass.
        Action::Waive => !matches!(kind, OrganisationKind::Nalc | OrganisationKind::Saaa),
        // NALC submits for a firm that can't.
        Action::SeeSubmissions | Action::Submit => {
            !matches!(kind, OrganisationKind::AuditFirm | OrganisationKind::Saaa | OrganisationKind::Nalc)
        }
        // They tell of the whole installation; rules are the whole country's.
        Action::SeeDrafts | Action::DraftRules | Action::PublishRules | Action::SeeFigures | Action::SeeRetention => {
            kind != OrganisationKind::Nalc
        }
        Action::SeeAuditLog | Action::Administer => false,
    }
}

/// Whether the table allows the role the action.
pub fn allows(role: Role, action: Action) -> bool {
    let column = Role::ALL.iter().position(|listed| *listed == role);
    let row = ROLES.iter().find(|(listed, _)| *listed == action);
    match (row, column) {
        (Some((_, marks)), Some(column)) => marks.get(column) == Some(&'x'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_its_row_and_every_mark_is_one_of_two() {
        for action in Action::ALL {
            assert_eq!(ROLES.iter().filter(|(listed, _)| listed == action).count(), 1, "{action:?}");
        }
        assert!(ROLES.iter().all(|(_, marks)| marks.iter().all(|mark| matches!(mark, 'x' | ' '))));
        assert!(Role::ALL.len() == ROLES[0].1.len());
    }

    #[test]
    fn those_who_keep_accounts_see_no_council() {
        assert!(!allows(Role::Administrator, Action::SeeCouncils));
        assert!(allows(Role::Administrator, Action::Administer));
        for role in Role::ALL.iter().filter(|role| **role != Role::Administrator) {
            assert!(!allows(*role, Action::Administer), "{role:?}");
        }
    }
}
