//! The councils in some difficulty: arcs that happen to a few councils each, and leave them to be watched or helped.
//!
//! In: nothing. Out: [`DIFFICULTY`]. Always holds: between them, these arcs, those of [`super::severe`] and
//! [`super::past`] and ordinary life touch every theme that a complaint can have, and every kind of record and flag that
//! a county can send.

use super::beats::{Arc, Size, Twist, arc, proven, record};

const fn qualified(back: i16, reason: &'static str) -> (i16, Twist) {
    (back, Twist::ExceptFor { reason, hidden: false })
}

const fn hidden(back: i16, reason: &'static str) -> (i16, Twist) {
    (back, Twist::ExceptFor { reason, hidden: true })
}

/// Arcs of some difficulty, worst first.
pub const DIFFICULTY: &[Arc] = &[
    // Audit and accounts.
    arc("no return this year", Size::Reviewed, 3).returns(&[(1, Twist::Late(70)), (0, Twist::NoReturn)]),
    arc("a return that came in the winter", Size::Reviewed, 2).returns(&[(1, Twist::ReturnedInWinter)]),
    arc("certified exempt, and was not", Size::Reviewed, 2).returns(&[(0, Twist::WronglyExempt)]),
    arc("certified exempt last year, and was not", Size::Reviewed, 2).returns(&[(1, Twist::WronglyExempt)]),
    arc("no internal control to speak of", Size::Reviewed, 3).returns(&[qualified(0, "internal_control")]),
    arc("no internal audit, and said there was", Size::Reviewed, 1).returns(&[hidden(0, "internal_audit")]),
    arc("public rights missed twice", Size::Reviewed, 2)
        .returns(&[qualified(1, "public_rights"), qualified(0, "public_rights")]),
    arc("late, and late again", Size::Reviewed, 4).returns(&[(1, Twist::Late(97)), (0, Twist::Late(101))]),
    arc("controls mended within the year", Size::Reviewed, 4)
        .returns(&[qualified(1, "internal_control"), (0, Twist::Clean)])
        .records(&[record(20, "action_completed").answers("a")])
        .flags(&[(18, "positive_progress", "a")]),
    arc("digital and data not in hand", Size::Reviewed, 2)
        .returns(&[(0, Twist::Other("digital_and_data"))])
        .complaints(&[proven(20, "website_inaccessible"), proven(17, "personal_email")]),
    arc("an event that the accounts left out", Size::Reviewed, 1).returns(&[qualified(0, "significant_event")]),
    // Procedures and decisions.
    arc("short notice, and items that were not on the agenda", Size::Any, 3)
        .complaints(&[
            proven(29, "short_notice"),
            proven(16, "short_notice"),
            proven(16, "decision_not_on_agenda").next_head(),
        ])
        .flags(&[(14, "repeated_advice_calls", "b")]),
    arc("one councillor decides", Size::Small, 2).complaints(&[proven(22, "single_councillor_decision")]),
    arc("the public shut out", Size::Any, 2)
        .complaints(&[proven(26, "public_excluded"), proven(11, "minutes_not_published").over_three_months()])
        .records(&[record(30, "minutes_not_published")]),
    arc("the general power, without being eligible", Size::Reviewed, 1)
        .complaints(&[proven(24, "general_power_ineligible")]),
    arc("a contract given to whoever was nearest", Size::Reviewed, 2)
        .complaints(&[proven(19, "contract_outside_standing_orders")]),
    // Council, councillors and staff.
    arc("nobody at the desk", Size::Any, 2)
        .records(&[record(39, "clerk_left"), record(34, "clerk_vacant")])
        .flags(&[(28, "clerk_or_rfo_vacancy", "c")]),
    arc("a desk empty since the summer", Size::Any, 3).records(&[record(18, "clerk_vacant")]),
    arc("bullying found once", Size::Any, 2)
        .complaints(&[proven(21, "bullying_or_harassment").sanction("training", true)]),
    arc("disrespect found once", Size::Any, 4).complaints(&[proven(17, "disrespect").sanction("apology", true)]),
    arc("a clerk who is worn out", Size::Any, 3)
        .complaints(&[proven(3, "grievance").undecided()])
        .records(&[
            record(88, "clerk_left"),
            record(23, "clerk_left").conduct_cited(),
            record(21, "clerk_vacant").ended(12),
        ])
        .flags(&[(48, "clerk_distress", "c"), (26, "repeated_advice_calls", "c"), (9, "advice_ignored", "c")]),
    arc("an unfair dismissal", Size::Reviewed, 1)
        .complaints(&[proven(43, "unfair_dismissal"), proven(60, "grievance")]),
    arc("members who left together", Size::Any, 1)
        .records(&[record(31, "members_resigned").resigned(3, 9)])
        .flags(&[(27, "unfilled_seats", "c")]),
    arc("an allegation to be looked into, no more", Size::Any, 4).complaints(&[
        proven(6, "bullying_or_harassment").undecided(),
        proven(5, "disrespect").undecided(),
        proven(3, "other_code_breach").undecided(),
    ]),
    // Council and community.
    arc("three groups, one grievance", Size::Any, 2)
        .complaints(&[
            proven(37, "service").group("G-ALLOTMENT"),
            proven(25, "service").group("G-SPORTS"),
            proven(12, "complaints_procedure").group("G-HALL"),
        ])
        .records(&[record(40, "no_complaints_procedure"), record(33, "parish_poll_against")])
        .flags(&[(22, "hostile_social_media", "d")]),
    arc("a petition to split the parish", Size::Small, 1).records(&[record(27, "abolition_petition")]),
    arc("called vexatious, wrongly", Size::Any, 2).complaints(&[proven(18, "vexatious_refusal")]),
    arc("a meeting that needed the police", Size::Any, 1)
        .complaints(&[proven(13, "disorder")])
        .records(&[record(13, "police_or_mediator_attended")]),
    // Other law-breaking.
    arc("three requests answered late", Size::Any, 2).complaints(&[
        proven(70, "information_request_late"),
        proven(38, "information_request_late"),
        proven(10, "information_request_late"),
    ]),
    arc("a lost laptop", Size::Any, 2).complaints(&[proven(23, "data_breach"), proven(20, "data_protection_fee")]),
    arc("wages and pensions", Size::Reviewed, 2).complaints(&[proven(32, "payroll_tax"), proven(15, "pension_duties")]),
    arc("less than the minimum wage", Size::Any, 1).complaints(&[proven(20, "minimum_wage")]),
    arc("a member who should have gone", Size::Any, 1).complaints(&[proven(25, "disqualified_member")]),
    arc("a vote while owing council tax", Size::Any, 1).complaints(&[proven(28, "council_tax_arrears_vote")]),
    arc("advice from the commissioner", Size::Any, 1).complaints(&[proven(16, "practice_recommendation")]),
    arc("unsafe tools", Size::Reviewed, 1).complaints(&[proven(22, "health_and_safety")]),
];
