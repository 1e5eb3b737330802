//! Kinds of organisation, and the roles that people and keys hold in them.
//!
//! In: words. Out: kinds and roles. Always holds: each has one stable word, used in the database, the API and on the
//! command line.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Declares an enumeration whose members have a stable word and a title for people.
macro_rules! worded {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $member:ident = $word:literal, $title:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$doc])* $member,)+
        }

        impl $name {
            /// All of them, in the order in which they are told.
            pub const ALL: &[$name] = &[$($name::$member),+];

            /// The stable word.
            pub fn word(self) -> &'static str {
                match self {
                    $($name::$member => $word,)+
                }
            }

            /// For people.
            pub fn title(self) -> &'static str {
                match self {
                    $($name::$member => $title,)+
                }
            }

            /// The member of that word, if there is one.
            pub fn named(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|member| member.word() == word)
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<$name, String> {
                let known = || $name::ALL.iter().map(|member| member.word()).collect::<Vec<_>>().join(", ");
                $name::named(word).ok_or_else(|| format!("{word:?} is none of: {}", known()))
            }
        }
    };
}
pub(super) use worded;

worded! {
    /// What an organisation is in the sector.
    OrganisationKind {
        /// Supports the councils of its counties.
        CountyAssociation = "county_association", "county association";
        /// The National Association of Local Councils.
        Nalc = "nalc", "NALC";
        /// The Society of Local Council Clerks.
        Slcc = "slcc", "SLCC";
        /// An external auditor.
        AuditFirm = "audit_firm", "audit firm";
        /// Smaller Authorities' Audit Appointments.
        Saaa = "saaa", "SAAA";
        /// One council.
        Council = "council", "council";
        /// The Improvement and Development Board.
        Idb = "idb", "Improvement and Development Board";
    }
}

worded! {
    /// What a person or key is there to do.
    Role {
        /// Looks after councils.
        Officer = "officer", "officer";
        /// Answers for officers' work.
        Manager = "manager", "manager";
        /// Drafts rules.
        RuleEditor = "rule_editor", "rule editor";
        /// Puts rules into force; needs a second factor.
        RulePublisher = "rule_publisher", "rule publisher";
        /// Runs the baseline survey.
        SurveyLead = "survey_lead", "survey lead";
        /// Sends auditors' outcomes.
        AuditorSubmitter = "auditor_submitter", "auditor submitter";
        /// Looks and changes nothing.
        ReadOnly = "read_only", "read-only";
        /// Keeps organisations, people and keys; needs a second factor.
        Administrator = "administrator", "administrator";
    }
}

impl OrganisationKind {
    /// The roles that people of such an organisation can be given.
    pub fn roles(self) -> &'static [Role] {
        use Role::*;
        match self {
            OrganisationKind::Nalc => Role::ALL,
            OrganisationKind::CountyAssociation => &[Officer, Manager, SurveyLead, ReadOnly, Administrator],
            OrganisationKind::AuditFirm | OrganisationKind::Saaa => &[AuditorSubmitter, ReadOnly, Administrator],
            OrganisationKind::Council => &[Officer, ReadOnly, Administrator],
            OrganisationKind::Slcc | OrganisationKind::Idb => &[ReadOnly, Administrator],
        }
    }
}

impl Role {
    /// Whether a person who holds it has to show a second factor before anything else.
    pub fn needs_second_factor(self) -> bool {
        matches!(self, Role::Administrator | Role::RulePublisher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_unknown_ones_are_told() {
        for role in Role::ALL {
            assert_eq!(role.word().parse(), Ok(*role));
        }
        for kind in OrganisationKind::ALL {
            assert_eq!(OrganisationKind::named(kind.word()), Some(*kind));
        }
        let told = "boss".parse::<Role>().unwrap_err();
        assert!(told.starts_with("\"boss\" is none of: officer, manager,"), "{told}");
    }

    #[test]
    fn only_nalc_makes_and_publishes_rules() {
        for kind in OrganisationKind::ALL {
            let may = kind.roles().contains(&Role::RulePublisher) || kind.roles().contains(&Role::RuleEditor);
            assert_eq!(may, *kind == OrganisationKind::Nalc, "{kind:?}");
        }
    }
}
