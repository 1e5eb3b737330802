//! The few councils in grave difficulty: one arc each, so that no two tell the same story.
//!
//! In: nothing. Out: [`SEVERE`]. Always holds: each arc happens to one council, and leaves something critical, or a good
//! deal that is serious, on the demo's today.

use super::beats::{Arc, Size, Twist, arc, proven, record, report};

const fn qualified(back: i16, reason: &'static str) -> (i16, Twist) {
    (back, Twist::ExceptFor { reason, hidden: false })
}

const fn hidden(back: i16, reason: &'static str) -> (i16, Twist) {
    (back, Twist::ExceptFor { reason, hidden: true })
}

/// Arcs that are worst on the demo's today; the last one was worst, and is mending.
pub const SEVERE: &[Arc] = &[
    arc("the clerk left and no return came for two years", Size::Reviewed, 1)
        .returns(&[(2, Twist::Late(120)), (1, Twist::NoReturn), (0, Twist::NoReturn)])
        .records(&[record(74, "clerk_left"), record(66, "clerk_vacant"), record(66, "rfo_vacant")])
        .flags(&[(40, "clerk_or_rfo_vacancy", "c"), (12, "refuses_contact", "a")]),
    arc("a public interest report that nobody put on an agenda", Size::Reviewed, 1)
        .returns(&[
            hidden(2, "internal_control"),
            hidden(1, "internal_control"),
            qualified(0, "earlier_matters_not_acted_on"),
        ])
        .complaints(&[proven(31, "elector_objection").event(), proven(22, "complaints_procedure")])
        .flags(&[(24, "advice_ignored", "a"), (10, "hostile_social_media", "d")])
        .reports(&[report(30, "public_interest_report").ignored()]),
    arc("a clerk who spoke up, and a tribunal", Size::Reviewed, 1)
        .complaints(&[
            proven(96, "grievance"),
            proven(27, "protected_disclosure"),
            proven(27, "unfair_dismissal").next_head(),
            proven(4, "disrespect").undecided(),
        ])
        .records(&[
            record(100, "clerk_left").conduct_cited(),
            record(58, "clerk_left").conduct_cited(),
            record(54, "clerk_vacant").ended(38),
        ])
        .flags(&[(70, "clerk_distress", "c"), (62, "repeated_advice_calls", "c")]),
    arc("councillors who bully, and a sanction that nobody heeds", Size::Reviewed, 1)
        .complaints(&[
            proven(41, "bullying_or_harassment").sanction("training", false),
            proven(33, "disrespect").sanction("apology", false),
            proven(19, "bullying_or_harassment").sanction("censure", true),
            proven(14, "disrespect").ended("no_breach"),
            proven(2, "disrespect").undecided(),
        ])
        .records(&[record(26, "sanction_ignored"), record(16, "members_resigned").resigned(4, 11)])
        .flags(&[(30, "clerk_distress", "c")]),
    arc("too few members left to meet", Size::Any, 1)
        .records(&[record(34, "members_resigned").resigned(5, 8), record(21, "inquorate_order")])
        .flags(&[(36, "unfilled_seats", "c"), (25, "inquorate", "c")]),
    arc("money taken over three years", Size::Reviewed, 1)
        .returns(&[hidden(3, "internal_audit"), hidden(2, "internal_control"), hidden(1, "internal_control")])
        .complaints(&[proven(47, "fraud_or_theft").ended("charged"), proven(20, "fraud_or_theft").event()])
        .records(&[record(60, "clerk_left"), record(9, "action_completed").answers("a")])
        .reports(&[report(62, "statutory_recommendation")]),
    arc("a decision that a court set aside", Size::Reviewed, 1)
        .returns(&[qualified(1, "law_and_practice")])
        .complaints(&[
            proven(52, "spending_without_power"),
            proven(52, "undeclared_interest").next_head().sanction("removed_from_committee", true),
            proven(28, "decision_quashed"),
            proven(28, "single_councillor_decision"),
        ])
        .flags(&[(44, "repeated_advice_calls", "b")]),
    arc("requests unanswered, then records altered", Size::Any, 1)
        .complaints(&[
            proven(92, "information_request_late"),
            proven(77, "information_request_late"),
            proven(55, "information_request_late"),
            proven(37, "information_notice_not_met"),
            proven(13, "records_altered"),
            proven(20, "vexatious_refusal"),
        ])
        .flags(&[(50, "advice_ignored", "e")]),
    arc("a child hurt in the play area, and no insurance", Size::Any, 1)
        .returns(&[qualified(0, "risk_management")])
        .complaints(&[
            proven(18, "play_area").injury().event(),
            proven(15, "employers_liability_insurance").event(),
            proven(6, "health_and_safety").undecided(),
        ]),
    arc("the village hall's trust, and a village against its council", Size::Reviewed, 1)
        .returns(&[qualified(2, "trust_fund"), qualified(1, "trust_fund"), qualified(0, "trust_fund")])
        .complaints(&[proven(39, "charity_trust"), proven(30, "harassment_order"), proven(21, "disorder")])
        .records(&[
            record(50, "parish_poll_against"),
            record(24, "abolition_petition"),
            record(21, "police_or_mediator_attended"),
        ])
        .flags(&[(26, "hostile_social_media", "d")]),
    arc("a land deal, and an interest that was not declared", Size::Any, 1).complaints(&[
        proven(64, "undeclared_interest").sanction("removed_from_committee", false),
        proven(58, "borrowing_or_disposal_without_consent"),
        proven(34, "interests_offence"),
    ]),
    arc("the same failings three years running", Size::Reviewed, 1)
        .returns(&[
            qualified(2, "internal_audit"),
            qualified(1, "internal_audit"),
            qualified(0, "internal_audit"),
            (0, Twist::Late(104)),
        ])
        .flags(&[(15, "refuses_contact", "a")])
        .reports(&[report(23, "statutory_recommendation").not_acted_on()]),
    arc("a precept set by a meeting that was not a meeting", Size::Reviewed, 1)
        .returns(&[qualified(1, "law_and_practice"), qualified(0, "law_and_practice")])
        .complaints(&[
            proven(33, "unlawful_precept").event(),
            proven(33, "inquorate_decision").event().next_head(),
            proven(45, "contract_outside_standing_orders"),
            proven(45, "short_notice"),
        ])
        .flags(&[(32, "advice_ignored", "b")]),
    arc("discrimination, and a staff made ill", Size::Reviewed, 1)
        .complaints(&[proven(62, "discrimination"), proven(48, "staff_stress"), proven(35, "grievance")])
        .records(&[record(58, "clerk_left").conduct_cited(), record(30, "clerk_vacant")])
        .flags(&[(66, "clerk_distress", "c")]),
    arc("spending that the auditor stopped", Size::Reviewed, 1)
        .returns(&[qualified(0, "law_and_practice")])
        .complaints(&[
            proven(26, "spending_without_power").event(),
            proven(26, "elector_objection").event().next_head(),
        ])
        .flags(&[(24, "advice_ignored", "b")])
        .reports(&[report(27, "advisory_notice")]),
    arc("a public interest report taken to heart", Size::Reviewed, 1)
        .returns(&[hidden(3, "internal_control"), (1, Twist::Clean), (0, Twist::Clean)])
        .complaints(&[proven(152, "elector_objection").event()])
        .records(&[record(96, "action_completed").answers("a"), record(60, "action_completed").answers("d")])
        .flags(&[(58, "positive_progress", "a"), (20, "positive_progress", "a")])
        .reports(&[report(150, "public_interest_report")]),
];
