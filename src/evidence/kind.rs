//! The kinds of evidence and their fields: one table that intake normalises into, rules are checked against, and the
//! documentation is made from.
//!
//! In: nothing. Out: for each [`EvidenceKind`], its fields in a fixed order. Always holds: a field's position in its
//! kind's table is its slot in [`super::Fact::values`]; a choice's position in its list is its stored value, so tables
//! only ever grow at the end.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a piece of evidence is about. `AuditMatter` is never stored by itself: it is one matter of an `AuditOutcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    AuditOutcome,
    AuditMatter,
    AuditorReport,
    Complaint,
    CountyRecord,
    CountyFlag,
    Engagement,
}

/// What a field may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    YesNo,
    /// A whole number; money is in pounds.
    Whole,
    Date,
    /// Free of any fixed list; compared only for equality, never shown to the public.
    Text,
    /// One of a fixed list of words.
    Choice(&'static [&'static str]),
}

/// One field of a kind of evidence.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub holds: FieldType,
    pub meaning: &'static str,
}

const fn field(name: &'static str, holds: FieldType, meaning: &'static str) -> Field {
    Field { name, holds, meaning }
}

use FieldType::{Choice, Date, Text, Whole, YesNo};

/// The status of an auditor's outcome: always from a status field, never from a phrase in a letter.
pub const STATUS: &[&str] =
    &["unqualified", "unqualified_other_matters", "qualified", "interim", "no_return", "exempt", "incorrectly_exempt"];
const FORM: &[&str] = &["form_1", "form_2", "form_3"];
const REVIEW_BAND: &[&str] = &["exempt", "basic", "intermediate"];
const MATTER_CLASS: &[&str] = &["except_for", "other"];
/// Why an auditor reported a matter.
pub const REASON: &[&str] = &[
    "arithmetic",
    "variance_unexplained",
    "comparatives",
    "wrong_form",
    "approval_order",
    "misstatement",
    "public_rights",
    "internal_control",
    "risk_management",
    "internal_audit",
    "law_and_practice",
    "earlier_matters_not_acted_on",
    "significant_event",
    "trust_fund",
    "digital_and_data",
    "other",
];
const REPORT: &[&str] = &["public_interest_report", "statutory_recommendation", "advisory_notice", "court_declaration"];
/// What a complaint was about; at least one word for each item of the catalogue that a complaint record can carry.
pub const THEME: &[&str] = &[
    // b: procedures and decisions
    "short_notice",
    "decision_not_on_agenda",
    "inquorate_decision",
    "single_councillor_decision",
    "public_excluded",
    "minutes_not_published",
    "spending_without_power",
    "general_power_ineligible",
    "unlawful_precept",
    "borrowing_or_disposal_without_consent",
    "contract_outside_standing_orders",
    "decision_quashed",
    // c: council, councillors and staff
    "disrespect",
    "bullying_or_harassment",
    "other_code_breach",
    "grievance",
    "unfair_dismissal",
    "discrimination",
    "protected_disclosure",
    "staff_stress",
    // d: community
    "complaints_procedure",
    "service",
    "elector_objection",
    "vexatious_refusal",
    "disorder",
    "charity_trust",
    "undeclared_interest",
    "harassment_order",
    // e: other law-breaking
    "information_request_late",
    "information_notice_not_met",
    "practice_recommendation",
    "records_altered",
    "data_breach",
    "data_protection_fee",
    "personal_email",
    "website_inaccessible",
    "interests_offence",
    "council_tax_arrears_vote",
    "fraud_or_theft",
    "payroll_tax",
    "minimum_wage",
    "pension_duties",
    "employers_liability_insurance",
    "health_and_safety",
    "play_area",
    "disqualified_member",
    "other",
];
const SUBJECT: &[&str] = &["member", "council", "officer"];
const SOURCE_KIND: &[&str] = &["public", "member", "officer", "group"];
const BODY: &[&str] = &[
    "monitoring_officer",
    "information_commissioner",
    "employment_tribunal",
    "court",
    "auditor",
    "police",
    "council",
    "county_association",
    "health_and_safety_executive",
    "hmrc",
    "pensions_regulator",
    "charity_commission",
    "insurer",
    "first_tier_tribunal",
];
/// How far a complaint has come.
pub const STAGE: &[&str] = &["received", "assessed", "investigating", "decided", "under_appeal"];
/// How one head of a complaint ended.
pub const OUTCOME: &[&str] = &[
    "upheld",
    "partly_upheld",
    "not_upheld",
    "no_breach",
    "dismissed",
    "withdrawn",
    "settled",
    "notice",
    "reprimand",
    "enforcement",
    "penalty",
    "prohibition",
    "charged",
    "convicted",
];
const SANCTION: &[&str] = &["none", "apology", "training", "censure", "removed_from_committee", "restriction"];
/// What a county record states as a fact (not as an opinion).
pub const RECORD: &[&str] = &[
    "clerk_left",
    "clerk_vacant",
    "rfo_vacant",
    "members_resigned",
    "inquorate_order",
    "parish_poll_against",
    "abolition_petition",
    "police_or_mediator_attended",
    "minutes_not_published",
    "no_complaints_procedure",
    "sanction_ignored",
    "action_completed",
];
/// A county officer's flag: an opinion.
pub const FLAG: &[&str] = &[
    "repeated_advice_calls",
    "advice_ignored",
    "clerk_distress",
    "clerk_or_rfo_vacancy",
    "no_training_after_election",
    "membership_lapsed",
    "refuses_contact",
    "unfilled_seats",
    "hostile_social_media",
    "inquorate",
    "positive_progress",
];
const CONFIDENCE: &[&str] = &["low", "medium", "high"];
const INDICATOR: &[&str] = &["a", "b", "c", "d", "e"];

const AUDIT_OUTCOME: &[Field] = &[
    field("year", Whole, "the calendar year in which the financial year ends (2025 for 2024/25)"),
    field("status", Choice(STATUS), "the auditor's outcome"),
    field("form", Choice(FORM), "the AGAR form that was used"),
    field("review_band", Choice(REVIEW_BAND), "how closely the return is reviewed"),
    field("submitted_on", Date, "the day on which the return arrived"),
    field("certified_on", Date, "the day of the auditor's certificate; unknown while interim"),
    field(
        "days_late",
        Whole,
        "days from 30 June of the year to the day on which the return arrived; 0 or less is in time",
    ),
    field("reminder_sent", YesNo, "whether the auditor had to remind the council"),
    field("income", Whole, "the higher of gross income and gross expenditure, in pounds"),
    field("except_for_matters", Whole, "number of except-for matters"),
    field("other_matters", Whole, "number of other matters"),
];
const AUDIT_MATTER: &[Field] = &[
    field("year", Whole, "the calendar year in which the financial year ends"),
    field("status", Choice(STATUS), "the auditor's outcome for the return as a whole"),
    field("class", Choice(MATTER_CLASS), "whether the opinion is qualified by it (except_for) or not (other)"),
    field("assertion", Whole, "the governance assertion of section 1 that it touches, 1 to 10"),
    field("box", Whole, "the box of section 2 that it touches, 1 to 11"),
    field("reason", Choice(REASON), "the reason code"),
    field("undisclosed", YesNo, "whether the council had answered Yes where the answer was No"),
    field("repeat", YesNo, "whether the auditor says that the same matter was reported the year before"),
    field("next_year_answer", YesNo, "what the council has to answer to the assertion in the next year's return"),
];
const AUDITOR_REPORT: &[Field] = &[
    field("report", Choice(REPORT), "what the auditor issued"),
    field("year", Whole, "the calendar year in which the financial year ends"),
    field("considered_in_time", YesNo, "whether the council considered it at a meeting within one month"),
    field("actions_completed", YesNo, "whether the council carried out the actions it asks for"),
];
const COMPLAINT: &[Field] = &[
    field("theme", Choice(THEME), "what it was about"),
    field("body", Choice(BODY), "who decides it"),
    field("subject_kind", Choice(SUBJECT), "whom it was about"),
    field("source_kind", Choice(SOURCE_KIND), "what kind of person complained"),
    field("stage", Choice(STAGE), "how far it has come"),
    field("outcome", Choice(OUTCOME), "how this head of it ended"),
    field("sanction", Choice(SANCTION), "the sanction, if any"),
    field("sanction_followed", YesNo, "whether the sanction was carried out"),
    field("over_three_months", YesNo, "whether the failing lasted more than three months"),
    field("injury", YesNo, "whether somebody was hurt"),
    field("group", Text, "a code for the complaining group, so that distinct groups can be counted; never a name"),
];
/// What can be said of a council's engagement.
const ENGAGEMENT_WORD: &[&str] = &[
    "association_member",
    "slcc_member",
    "training_attended",
    "award",
    "clerk_qualified",
    "clerk_vacant",
    "contact_bounced",
];
const AWARD_LEVEL: &[&str] = &["foundation", "quality", "quality_gold"];

const COUNTY_RECORD: &[Field] = &[
    field("record", Choice(RECORD), "what happened"),
    field("open", YesNo, "whether it still holds"),
    field("conduct_cited", YesNo, "whether a departing clerk's exit record cites conduct"),
    field("resigned", Whole, "members who resigned within six months"),
    field("seats", Whole, "seats on the council"),
    field("indicator", Choice(INDICATOR), "for a completed action: the indicator that it answers"),
];
const COUNTY_FLAG: &[Field] = &[
    field("flag", Choice(FLAG), "what the officer noticed"),
    field("first_hand", YesNo, "whether the officer saw it"),
    field("confidence", Choice(CONFIDENCE), "how sure the officer is"),
    field("shown_to_council", YesNo, "whether the council has been told of the flag"),
    field("advice_given", YesNo, "whether advice was given"),
    field("indicator", Choice(INDICATOR), "the indicator it speaks to"),
];

const ENGAGEMENT: &[Field] = &[
    field("engagement", Choice(ENGAGEMENT_WORD), "what is said of the council's engagement"),
    field("holds", YesNo, "whether it is so"),
    field("level", Choice(AWARD_LEVEL), "of an award: its level in the Local Council Award Scheme"),
    field("topic", Text, "what a training was about"),
];

impl EvidenceKind {
    /// Every kind, in the order in which they are documented.
    pub const ALL: [EvidenceKind; 7] = [
        EvidenceKind::AuditOutcome,
        EvidenceKind::AuditMatter,
        EvidenceKind::AuditorReport,
        EvidenceKind::Complaint,
        EvidenceKind::CountyRecord,
        EvidenceKind::CountyFlag,
        EvidenceKind::Engagement,
    ];

    /// The word used in rules, in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            EvidenceKind::AuditOutcome => "audit_outcome",
            EvidenceKind::AuditMatter => "audit_matter",
            EvidenceKind::AuditorReport => "auditor_report",
            EvidenceKind::Complaint => "complaint",
            EvidenceKind::CountyRecord => "county_record",
            EvidenceKind::CountyFlag => "county_flag",
            EvidenceKind::Engagement => "engagement",
        }
    }

    /// The words shown to people.
    pub fn title(self) -> &'static str {
        match self {
            EvidenceKind::AuditOutcome => "Auditor's outcome",
            EvidenceKind::AuditMatter => "Matter in the auditor's report",
            EvidenceKind::AuditorReport => "Auditor's report or recommendation",
            EvidenceKind::Complaint => "Complaint record",
            EvidenceKind::CountyRecord => "County association record",
            EvidenceKind::CountyFlag => "County association flag",
            EvidenceKind::Engagement => "Engagement",
        }
    }

    /// The kind of that name, if there is one.
    pub fn named(name: &str) -> Option<EvidenceKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it is context for whoever decides what to do first, which no rule may read and no score depends on.
    pub fn is_context(self) -> bool {
        self == EvidenceKind::Engagement
    }

    /// The kind under which it is kept: a matter is a part of its outcome.
    pub fn kept_as(self) -> EvidenceKind {
        match self {
            EvidenceKind::AuditMatter => EvidenceKind::AuditOutcome,
            kept => kept,
        }
    }

    /// Its fields, by slot.
    pub fn fields(self) -> &'static [Field] {
        match self {
            EvidenceKind::AuditOutcome => AUDIT_OUTCOME,
            EvidenceKind::AuditMatter => AUDIT_MATTER,
            EvidenceKind::AuditorReport => AUDITOR_REPORT,
            EvidenceKind::Complaint => COMPLAINT,
            EvidenceKind::CountyRecord => COUNTY_RECORD,
            EvidenceKind::CountyFlag => COUNTY_FLAG,
            EvidenceKind::Engagement => ENGAGEMENT,
        }
    }

    /// The slot of a field, if the kind has it.
    pub fn slot(self, name: &str) -> Option<usize> {
        self.fields().iter().position(|field| field.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_no_field_or_choice_stands_twice() {
        for kind in EvidenceKind::ALL {
            assert_eq!(EvidenceKind::named(kind.name()), Some(kind));
            for (slot, field) in kind.fields().iter().enumerate() {
                assert_eq!(kind.slot(field.name), Some(slot), "{} {}", kind.name(), field.name);
                if let FieldType::Choice(words) = field.holds {
                    let distinct: std::collections::BTreeSet<_> = words.iter().collect();
                    assert_eq!(distinct.len(), words.len(), "{} {}", kind.name(), field.name);
                }
            }
        }
    }
}
