//! What goes with what: who usually decides a complaint of a theme, about whom, and how a proven one ends; which part of
//! the annual return a reason touches.
//!
//! In: a theme or a reason in the words of [`crate::evidence`]. Out: the words that usually stand beside it. Always
//! holds: every theme and every reason has its line, in the words that the kinds' tables allow.

/// How complaints of one theme usually run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habit {
    pub theme: &'static str,
    /// Who decides.
    pub body: &'static str,
    /// Whom it is about.
    pub subject: &'static str,
    /// Who complains.
    pub source: &'static str,
    /// How it ends when it is proven.
    pub proven: &'static str,
    /// How often an ordinary council meets it, relative to the others.
    pub common: u32,
}

const fn habit(theme: &'static str, [body, subject, source, proven]: [&'static str; 4], common: u32) -> Habit {
    Habit { theme, body, subject, source, proven, common }
}

const CONDUCT: [&str; 4] = ["monitoring_officer", "member", "public", "upheld"];
const OWN_PROCEDURE: [&str; 4] = ["council", "council", "public", "upheld"];
const OBJECTION: [&str; 4] = ["auditor", "council", "public", "upheld"];
const TRIBUNAL: [&str; 4] = ["employment_tribunal", "council", "officer", "upheld"];
const COMMISSIONER: [&str; 4] = ["information_commissioner", "council", "public", "notice"];
const COURT_MEMBER: [&str; 4] = ["court", "member", "public", "convicted"];

/// One line a theme, in the order of [`crate::evidence::THEME`].
pub const HABITS: &[Habit] = &[
    habit("short_notice", OWN_PROCEDURE, 6),
    habit("decision_not_on_agenda", OWN_PROCEDURE, 5),
    habit("inquorate_decision", OBJECTION, 1),
    habit("single_councillor_decision", ["council", "member", "public", "upheld"], 3),
    habit("public_excluded", OWN_PROCEDURE, 3),
    habit("minutes_not_published", OWN_PROCEDURE, 6),
    habit("spending_without_power", OBJECTION, 2),
    habit("general_power_ineligible", OBJECTION, 1),
    habit("unlawful_precept", OBJECTION, 1),
    habit("borrowing_or_disposal_without_consent", OBJECTION, 1),
    habit("contract_outside_standing_orders", OBJECTION, 2),
    habit("decision_quashed", ["court", "council", "group", "upheld"], 0),
    habit("disrespect", CONDUCT, 22),
    habit("bullying_or_harassment", ["monitoring_officer", "member", "officer", "upheld"], 8),
    habit("other_code_breach", ["monitoring_officer", "member", "member", "upheld"], 14),
    habit("grievance", ["council", "council", "officer", "upheld"], 2),
    habit("unfair_dismissal", TRIBUNAL, 1),
    habit("discrimination", TRIBUNAL, 0),
    habit("protected_disclosure", TRIBUNAL, 0),
    habit("staff_stress", ["insurer", "council", "officer", "enforcement"], 0),
    habit("complaints_procedure", OWN_PROCEDURE, 4),
    habit("service", ["council", "council", "group", "upheld"], 14),
    habit("elector_objection", OBJECTION, 3),
    habit("vexatious_refusal", ["first_tier_tribunal", "council", "public", "upheld"], 1),
    habit("disorder", ["police", "council", "group", "upheld"], 1),
    habit("charity_trust", ["charity_commission", "council", "group", "enforcement"], 1),
    habit("undeclared_interest", CONDUCT, 7),
    habit("harassment_order", ["court", "council", "public", "upheld"], 0),
    habit("information_request_late", COMMISSIONER, 7),
    habit("information_notice_not_met", ["information_commissioner", "council", "public", "enforcement"], 0),
    habit("practice_recommendation", COMMISSIONER, 0),
    habit("records_altered", ["court", "officer", "public", "convicted"], 0),
    habit("data_breach", ["information_commissioner", "council", "public", "reprimand"], 2),
    habit("data_protection_fee", ["information_commissioner", "council", "public", "penalty"], 2),
    habit("personal_email", ["information_commissioner", "member", "public", "notice"], 3),
    habit("website_inaccessible", OWN_PROCEDURE, 4),
    habit("interests_offence", COURT_MEMBER, 1),
    habit("council_tax_arrears_vote", COURT_MEMBER, 0),
    habit("fraud_or_theft", ["court", "officer", "officer", "convicted"], 0),
    habit("payroll_tax", ["hmrc", "council", "officer", "penalty"], 1),
    habit("minimum_wage", ["hmrc", "council", "officer", "penalty"], 0),
    habit("pension_duties", ["pensions_regulator", "council", "officer", "penalty"], 1),
    habit("employers_liability_insurance", ["health_and_safety_executive", "council", "officer", "penalty"], 0),
    habit("health_and_safety", ["health_and_safety_executive", "council", "officer", "prohibition"], 1),
    habit("play_area", ["health_and_safety_executive", "council", "public", "prohibition"], 1),
    habit("disqualified_member", ["monitoring_officer", "member", "member", "upheld"], 0),
    habit("other", ["council", "council", "public", "upheld"], 8),
];

/// How complaints of a theme usually run; `None` for a word that is no theme.
pub fn of_theme(theme: &str) -> Option<&'static Habit> {
    HABITS.iter().find(|habit| habit.theme == theme)
}

/// The part of the annual return that a reason touches: an assertion of section 1, or a box of section 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touches {
    Assertion(u8),
    Box(u8),
}

/// Where an auditor's reason lands; reasons that touch neither in particular land on assertion 3.
pub fn touched_by(reason: &str) -> Touches {
    match reason {
        "arithmetic" => Touches::Box(7),
        "variance_unexplained" => Touches::Box(6),
        "comparatives" => Touches::Box(1),
        "misstatement" => Touches::Box(8),
        "wrong_form" | "approval_order" => Touches::Assertion(1),
        "internal_control" => Touches::Assertion(2),
        "public_rights" => Touches::Assertion(4),
        "risk_management" => Touches::Assertion(5),
        "internal_audit" => Touches::Assertion(6),
        "earlier_matters_not_acted_on" => Touches::Assertion(7),
        "significant_event" => Touches::Assertion(8),
        "trust_fund" => Touches::Assertion(9),
        "digital_and_data" => Touches::Assertion(10),
        _ => Touches::Assertion(3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{EvidenceKind, FieldType, THEME};

    #[test]
    fn every_theme_has_its_line_and_every_word_is_one_that_the_table_allows() {
        assert_eq!(HABITS.iter().map(|habit| habit.theme).collect::<Vec<_>>(), THEME);
        for habit in HABITS {
            for (field, word) in [
                ("body", habit.body),
                ("subject_kind", habit.subject),
                ("source_kind", habit.source),
                ("outcome", habit.proven),
            ] {
                let slot = EvidenceKind::Complaint.slot(field).unwrap();
                let FieldType::Choice(words) = EvidenceKind::Complaint.fields()[slot].holds else { panic!("{field}") };
                assert!(words.contains(&word), "{}: {field} {word}", habit.theme);
            }
        }
    }
}
