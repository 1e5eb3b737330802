//! What goes with each status: matters, a certificate, a submission.
//!
//! In: a status. Out: its combination. Always holds: every status stands here once; what a status only makes odd, not
//! impossible, is a check of its own.

/// Whether something has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    Some,
    None,
    Either,
}

/// What goes with a status.
#[derive(Debug)]
pub(super) struct Combination {
    pub status: &'static str,
    pub except_for: Needs,
    pub other: Needs,
    pub certificate: Needs,
    pub submission: Needs,
    /// Whether its income is limited to what a council may certify itself exempt with.
    pub small: bool,
}

const GRID: &[Combination] = &[
    combination("unqualified", [Needs::None, Needs::Either, Needs::Either, Needs::Either]),
    combination("unqualified_other_matters", [Needs::None, Needs::Some, Needs::Either, Needs::Either]),
    combination("qualified", [Needs::Some, Needs::Either, Needs::Either, Needs::Either]),
    combination("interim", [Needs::Either, Needs::Either, Needs::None, Needs::Either]),
    combination("no_return", [Needs::Either, Needs::Either, Needs::Either, Needs::None]),
    Combination { small: true, ..combination("exempt", [Needs::None, Needs::None, Needs::None, Needs::Either]) },
    combination("incorrectly_exempt", [Needs::Either, Needs::Either, Needs::Either, Needs::Either]),
];

/// Except-for matters, other matters, a certificate, a submission; any income.
const fn combination(status: &'static str, [except_for, other, certificate, submission]: [Needs; 4]) -> Combination {
    Combination { status, except_for, other, certificate, submission, small: false }
}

/// What goes with that status, if there is such a status.
pub(super) fn of(status: &str) -> Option<&'static Combination> {
    GRID.iter().find(|combination| combination.status == status)
}

impl Needs {
    /// Whether something needed is not there; never while that isn't known.
    pub fn lacks(self, has: Option<bool>) -> bool {
        self == Needs::Some && has == Some(false)
    }

    /// Whether something is there that must not be; never while that isn't known.
    pub fn forbids(self, has: Option<bool>) -> bool {
        self == Needs::None && has == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::STATUS;

    #[test]
    fn the_grid_has_every_status_once() {
        let statuses: Vec<&str> = GRID.iter().map(|combination| combination.status).collect();
        assert_eq!(statuses, STATUS);
    }

    #[test]
    fn a_need_is_broken_only_by_what_is_known() {
        assert!(Needs::Some.lacks(Some(false)) && Needs::None.forbids(Some(true)));
        for need in [Needs::Some, Needs::None, Needs::Either] {
            assert!(!need.lacks(None) && !need.forbids(None) && !need.lacks(Some(true)) && !need.forbids(Some(false)));
        }
    }
}
