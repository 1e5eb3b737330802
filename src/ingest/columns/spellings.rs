//! Spellings that senders use for the words of a choice, beside the words themselves.
//!
//! In: nothing. Out: for each choice, pairs of a spelling (already folded) and the word meant. Always holds: every word
//! meant is one of its field's, and no spelling stands twice; tests hold both.

use super::Spellings;

pub(super) const STATUS: Spellings = &[
    ("clear", "unqualified"),
    ("clean", "unqualified"),
    ("unmodified", "unqualified"),
    ("unqualified_opinion", "unqualified"),
    ("unqualified_with_other_matters", "unqualified_other_matters"),
    ("unqualified_and_other_matters", "unqualified_other_matters"),
    ("unqualified_plus_other_matters", "unqualified_other_matters"),
    ("unqualified_other_matter", "unqualified_other_matters"),
    ("other_matters", "unqualified_other_matters"),
    ("qualified_opinion", "qualified"),
    ("qualified_with_other_matters", "qualified"),
    ("qualified_and_other_matters", "qualified"),
    ("qualified_other_matters", "qualified"),
    ("interim_report", "interim"),
    ("interim_letter", "interim"),
    ("no_return_received", "no_return"),
    ("non_return", "no_return"),
    ("not_returned", "no_return"),
    ("not_received", "no_return"),
    ("not_submitted", "no_return"),
    ("no_agar", "no_return"),
    ("no_agar_received", "no_return"),
    ("certified_exempt", "exempt"),
    ("exempt_authority", "exempt"),
    ("certificate_of_exemption", "exempt"),
    ("wrongly_exempt", "incorrectly_exempt"),
    ("exempt_incorrectly", "incorrectly_exempt"),
    ("incorrectly_certified_exempt", "incorrectly_exempt"),
    ("incorrectly_certified_as_exempt", "incorrectly_exempt"),
    ("invalid_exemption", "incorrectly_exempt"),
];

pub(super) const FORM: Spellings = &[
    ("1", "form_1"),
    ("form1", "form_1"),
    ("part_1", "form_1"),
    ("agar_1", "form_1"),
    ("agar_form_1", "form_1"),
    ("agar_part_1", "form_1"),
    ("2", "form_2"),
    ("form2", "form_2"),
    ("part_2", "form_2"),
    ("agar_2", "form_2"),
    ("agar_form_2", "form_2"),
    ("agar_part_2", "form_2"),
    ("3", "form_3"),
    ("form3", "form_3"),
    ("part_3", "form_3"),
    ("agar_3", "form_3"),
    ("agar_form_3", "form_3"),
    ("agar_part_3", "form_3"),
];

pub(super) const REVIEW_BAND: Spellings = &[
    ("exempt_from_review", "exempt"),
    ("basic_review", "basic"),
    ("basic_level", "basic"),
    ("intermediate_review", "intermediate"),
    ("intermediate_level", "intermediate"),
];

pub(super) const MATTER_CLASS: Spellings = &[
    ("except_for_matter", "except_for"),
    ("except_for_matters", "except_for"),
    ("qualification", "except_for"),
    ("qualifying", "except_for"),
    ("other_matter", "other"),
    ("other_matters", "other"),
];

pub(super) const REASON: Spellings = &[
    ("arithmetical_error", "arithmetic"),
    ("arithmetic_error", "arithmetic"),
    ("casting_error", "arithmetic"),
    ("does_not_add_up", "arithmetic"),
    ("variance", "variance_unexplained"),
    ("variances", "variance_unexplained"),
    ("variance_not_explained", "variance_unexplained"),
    ("unexplained_variance", "variance_unexplained"),
    ("prior_year_comparatives", "comparatives"),
    ("comparative_figures", "comparatives"),
    ("incorrect_form", "wrong_form"),
    ("order_of_approval", "approval_order"),
    ("approved_in_wrong_order", "approval_order"),
    ("misstated", "misstatement"),
    ("public_rights_failure", "public_rights"),
    ("exercise_of_public_rights", "public_rights"),
    ("internal_controls", "internal_control"),
    ("risk", "risk_management"),
    ("risk_assessment", "risk_management"),
    ("internal_auditor", "internal_audit"),
    ("law_and_proper_practice", "law_and_practice"),
    ("proper_practices", "law_and_practice"),
    ("earlier_matters", "earlier_matters_not_acted_on"),
    ("prior_year_matters_not_acted_on", "earlier_matters_not_acted_on"),
    ("significant_events", "significant_event"),
    ("trust_funds", "trust_fund"),
    ("digital", "digital_and_data"),
    ("data_and_digital", "digital_and_data"),
];

pub(super) const REPORT: Spellings = &[
    ("pir", "public_interest_report"),
    ("report_in_the_public_interest", "public_interest_report"),
    ("recommendation", "statutory_recommendation"),
    ("written_recommendation", "statutory_recommendation"),
    ("written_statutory_recommendation", "statutory_recommendation"),
    ("statutory_recommendations", "statutory_recommendation"),
    ("advisory", "advisory_notice"),
    ("declaration", "court_declaration"),
    ("declaration_by_the_court", "court_declaration"),
];

pub(super) const THEME: Spellings = &[
    ("short_notice_of_meeting", "short_notice"),
    ("summons_late", "short_notice"),
    ("not_on_agenda", "decision_not_on_agenda"),
    ("inquorate", "inquorate_decision"),
    ("exclusion_of_public", "public_excluded"),
    ("no_minutes", "minutes_not_published"),
    ("minutes", "minutes_not_published"),
    ("ultra_vires_spending", "spending_without_power"),
    ("general_power_of_competence", "general_power_ineligible"),
    ("gpc_ineligible", "general_power_ineligible"),
    ("precept", "unlawful_precept"),
    ("borrowing", "borrowing_or_disposal_without_consent"),
    ("disposal", "borrowing_or_disposal_without_consent"),
    ("procurement", "contract_outside_standing_orders"),
    ("quashed", "decision_quashed"),
    ("respect", "disrespect"),
    ("failure_to_show_respect", "disrespect"),
    ("bullying", "bullying_or_harassment"),
    ("harassment", "bullying_or_harassment"),
    ("bullying_and_harassment", "bullying_or_harassment"),
    ("code_of_conduct", "other_code_breach"),
    ("other_code", "other_code_breach"),
    ("constructive_dismissal", "unfair_dismissal"),
    ("unfair_or_constructive_dismissal", "unfair_dismissal"),
    ("equality", "discrimination"),
    ("whistleblowing", "protected_disclosure"),
    ("stress", "staff_stress"),
    ("complaint_handling", "complaints_procedure"),
    ("objection", "elector_objection"),
    ("electors_objection", "elector_objection"),
    ("objection_to_accounts", "elector_objection"),
    ("vexatious", "vexatious_refusal"),
    ("trust", "charity_trust"),
    ("charity", "charity_trust"),
    ("conflict_of_interest", "undeclared_interest"),
    ("declaration_of_interests", "undeclared_interest"),
    ("foi_late", "information_request_late"),
    ("late_foi", "information_request_late"),
    ("freedom_of_information_late", "information_request_late"),
    ("ico_notice_not_met", "information_notice_not_met"),
    ("concealed_records", "records_altered"),
    ("records_concealed", "records_altered"),
    ("personal_data_breach", "data_breach"),
    ("gdpr_breach", "data_breach"),
    ("ico_fee", "data_protection_fee"),
    ("private_email", "personal_email"),
    ("website_accessibility", "website_inaccessible"),
    ("accessibility", "website_inaccessible"),
    ("section_34", "interests_offence"),
    ("pecuniary_interest_offence", "interests_offence"),
    ("council_tax_arrears", "council_tax_arrears_vote"),
    ("fraud", "fraud_or_theft"),
    ("theft", "fraud_or_theft"),
    ("paye", "payroll_tax"),
    ("pension", "pension_duties"),
    ("pensions", "pension_duties"),
    ("employers_liability", "employers_liability_insurance"),
    ("playground", "play_area"),
    ("disqualified", "disqualified_member"),
];

pub(super) const BODY: Spellings = &[
    ("mo", "monitoring_officer"),
    ("principal_authority", "monitoring_officer"),
    ("ico", "information_commissioner"),
    ("information_commissioners_office", "information_commissioner"),
    ("et", "employment_tribunal"),
    ("eat", "employment_tribunal"),
    ("magistrates_court", "court"),
    ("crown_court", "court"),
    ("county_court", "court"),
    ("high_court", "court"),
    ("external_auditor", "auditor"),
    ("parish_council", "council"),
    ("town_council", "council"),
    ("calc", "county_association"),
    ("county_association_of_local_councils", "county_association"),
    ("hse", "health_and_safety_executive"),
    ("hm_revenue_and_customs", "hmrc"),
    ("tpr", "pensions_regulator"),
    ("the_pensions_regulator", "pensions_regulator"),
    ("ftt", "first_tier_tribunal"),
    ("information_rights_tribunal", "first_tier_tribunal"),
];

pub(super) const SUBJECT: Spellings = &[
    ("councillor", "member"),
    ("cllr", "member"),
    ("chair", "member"),
    ("parish_council", "council"),
    ("town_council", "council"),
    ("clerk", "officer"),
    ("rfo", "officer"),
    ("employee", "officer"),
];

pub(super) const SOURCE: Spellings = &[
    ("member_of_the_public", "public"),
    ("resident", "public"),
    ("elector", "public"),
    ("councillor", "member"),
    ("cllr", "member"),
    ("clerk", "officer"),
    ("employee", "officer"),
    ("community_group", "group"),
    ("organisation", "group"),
    ("residents_association", "group"),
];

pub(super) const STAGE: Spellings = &[
    ("new", "received"),
    ("logged", "received"),
    ("initial_assessment", "assessed"),
    ("assessment", "assessed"),
    ("under_investigation", "investigating"),
    ("investigation", "investigating"),
    ("closed", "decided"),
    ("concluded", "decided"),
    ("determined", "decided"),
    ("final", "decided"),
    ("appeal", "under_appeal"),
    ("appealed", "under_appeal"),
];

pub(super) const OUTCOME: Spellings = &[
    ("breach", "upheld"),
    ("breach_found", "upheld"),
    ("breach_of_code", "upheld"),
    ("fully_upheld", "upheld"),
    ("partially_upheld", "partly_upheld"),
    ("upheld_in_part", "partly_upheld"),
    ("part_upheld", "partly_upheld"),
    ("rejected", "not_upheld"),
    ("no_breach_found", "no_breach"),
    ("no_breach_of_code", "no_breach"),
    ("struck_out", "dismissed"),
    ("informal_resolution", "settled"),
    ("resolved_informally", "settled"),
    ("reprimanded", "reprimand"),
    ("enforcement_notice", "enforcement"),
    ("fine", "penalty"),
    ("fined", "penalty"),
    ("monetary_penalty", "penalty"),
    ("penalty_notice", "penalty"),
    ("prohibition_notice", "prohibition"),
    ("charge", "charged"),
    ("conviction", "convicted"),
    ("guilty", "convicted"),
];

pub(super) const SANCTION: Spellings = &[
    ("no_sanction", "none"),
    ("no_action", "none"),
    ("written_apology", "apology"),
    ("apologise", "apology"),
    ("trained", "training"),
    ("censured", "censure"),
    ("removal_from_committee", "removed_from_committee"),
    ("removed_from_committees", "removed_from_committee"),
    ("restrictions", "restriction"),
    ("restricted", "restriction"),
];

pub(super) const RECORD: Spellings = &[
    ("clerk_resigned", "clerk_left"),
    ("clerk_departed", "clerk_left"),
    ("clerk_vacancy", "clerk_vacant"),
    ("no_clerk", "clerk_vacant"),
    ("rfo_vacancy", "rfo_vacant"),
    ("no_rfo", "rfo_vacant"),
    ("resignations", "members_resigned"),
    ("councillors_resigned", "members_resigned"),
    ("section_91_order", "inquorate_order"),
    ("s_91_order", "inquorate_order"),
    ("s91_order", "inquorate_order"),
    ("petition_to_abolish", "abolition_petition"),
    ("police_attended", "police_or_mediator_attended"),
    ("mediator_attended", "police_or_mediator_attended"),
    ("no_minutes", "minutes_not_published"),
    ("complaints_procedure_absent", "no_complaints_procedure"),
    ("sanction_refused", "sanction_ignored"),
    ("action_complete", "action_completed"),
    ("plan_completed", "action_completed"),
];

pub(super) const FLAG: Spellings = &[
    ("repeated_calls", "repeated_advice_calls"),
    ("repeat_advice_calls", "repeated_advice_calls"),
    ("ignored_advice", "advice_ignored"),
    ("clerk_stress", "clerk_distress"),
    ("clerk_vacancy", "clerk_or_rfo_vacancy"),
    ("rfo_vacancy", "clerk_or_rfo_vacancy"),
    ("no_training", "no_training_after_election"),
    ("lapsed_membership", "membership_lapsed"),
    ("no_contact", "refuses_contact"),
    ("vacant_seats", "unfilled_seats"),
    ("social_media", "hostile_social_media"),
    ("progress", "positive_progress"),
    ("good_progress", "positive_progress"),
];

pub(super) const CONFIDENCE: Spellings =
    &[("l", "low"), ("m", "medium"), ("med", "medium"), ("moderate", "medium"), ("h", "high")];

pub(super) const INDICATOR: Spellings = &[
    ("audit", "a"),
    ("audit_and_accounts", "a"),
    ("accounts", "a"),
    ("finance", "a"),
    ("procedures", "b"),
    ("procedures_and_decisions", "b"),
    ("decision_making", "b"),
    ("council_councillors_and_staff", "c"),
    ("staff", "c"),
    ("conduct", "c"),
    ("community", "d"),
    ("community_groups", "d"),
    ("law", "e"),
    ("law_breaking", "e"),
    ("other_law_breaking", "e"),
];

pub(super) const ENGAGEMENT: Spellings = &[
    ("member", "association_member"),
    ("membership", "association_member"),
    ("member_of_the_association", "association_member"),
    ("association_membership", "association_member"),
    ("nalc_member", "association_member"),
    ("slcc", "slcc_member"),
    ("slcc_membership", "slcc_member"),
    ("member_of_slcc", "slcc_member"),
    ("training", "training_attended"),
    ("trained", "training_attended"),
    ("attended_training", "training_attended"),
    ("lcas", "award"),
    ("local_council_award_scheme", "award"),
    ("cilca", "clerk_qualified"),
    ("qualified_clerk", "clerk_qualified"),
    ("clerk_vacancy", "clerk_vacant"),
    ("no_clerk", "clerk_vacant"),
    ("bounced", "contact_bounced"),
    ("bounce", "contact_bounced"),
    ("contact_bounces", "contact_bounced"),
    ("undeliverable", "contact_bounced"),
];

pub(super) const AWARD_LEVEL: Spellings = &[("gold", "quality_gold"), ("qualitygold", "quality_gold")];

/// Whether an officer's observation is first-hand.
pub(super) const FIRST_HAND: &[(&str, bool)] =
    &[("first", true), ("first_hand", true), ("firsthand", true), ("second", false), ("second_hand", false)];

#[cfg(test)]
mod tests {
    use super::{OUTCOME, THEME};

    /// What a complaint was about, or what somebody served, is no finding: a notice is served whether or not the
    /// complaint is upheld, and most requests for information are answered in time.
    #[test]
    fn words_that_say_nothing_of_what_was_found_mean_no_finding() {
        for word in ["foi", "freedom_of_information", "judicial_review", "standing_orders"] {
            assert!(THEME.iter().all(|(spelling, _)| *spelling != word), "{word}");
        }
        assert!(OUTCOME.iter().all(|(spelling, _)| *spelling != "decision_notice"));
    }
}
