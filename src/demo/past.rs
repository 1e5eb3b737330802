//! The councils that were in difficulty in the demo's first years and no longer are.
//!
//! In: nothing. Out: [`PAST`]. Always holds: what counted then has faded, or been put right, by the demo's today, so that
//! looking back shows that councils come out of difficulty again.

use super::beats::{Arc, Size, Twist, arc, proven, record};

const fn qualified(back: i16, reason: &'static str) -> (i16, Twist) {
    (back, Twist::ExceptFor { reason, hidden: false })
}

/// Arcs that are over, gravest first.
pub const PAST: &[Arc] = &[
    arc("a council that could not meet, and can again", Size::Any, 1)
        .records(&[record(152, "members_resigned").resigned(5, 9), record(147, "inquorate_order").ended(124)])
        .flags(&[(158, "unfilled_seats", "c"), (118, "positive_progress", "c")]),
    arc("no internal audit, and said there was, once", Size::Reviewed, 1)
        .returns(&[
            (3, Twist::ExceptFor { reason: "internal_audit", hidden: true }),
            (2, Twist::Clean),
            (1, Twist::Clean),
            (0, Twist::Clean),
        ])
        .records(&[record(140, "action_completed").answers("a")]),
    arc("bullying, until the chair changed", Size::Any, 2)
        .complaints(&[
            proven(171, "bullying_or_harassment").sanction("training", true),
            proven(160, "disrespect").sanction("apology", true),
            proven(151, "disrespect"),
        ])
        .records(&[record(122, "action_completed").answers("c")])
        .flags(&[(165, "clerk_distress", "c"), (116, "positive_progress", "c")]),
    arc("no return, once", Size::Reviewed, 3).returns(&[
        (3, Twist::NoReturn),
        (2, Twist::Clean),
        (1, Twist::Clean),
        (0, Twist::Clean),
    ]),
    arc("nobody at the desk for most of a year", Size::Any, 3)
        .records(&[record(168, "clerk_left"), record(166, "clerk_vacant").ended(127)])
        .flags(&[(155, "clerk_or_rfo_vacancy", "c"), (120, "positive_progress", "c")]),
    arc("an unlawful precept, long refunded", Size::Reviewed, 1)
        .returns(&[(1, Twist::Clean), (0, Twist::Clean)])
        .complaints(&[proven(166, "unlawful_precept"), proven(166, "inquorate_decision").next_head()]),
    arc("internal control mended", Size::Reviewed, 3)
        .returns(&[qualified(3, "internal_control"), (2, Twist::Clean), (0, Twist::Clean)])
        .records(&[record(131, "action_completed").answers("a")])
        .flags(&[(126, "positive_progress", "a")]),
    arc("certified exempt, and was not, once", Size::Reviewed, 2).returns(&[
        (3, Twist::WronglyExempt),
        (2, Twist::Clean),
        (1, Twist::Clean),
    ]),
    arc("insured again", Size::Any, 1).complaints(&[proven(143, "employers_liability_insurance")]),
    arc("members who left together, and new ones", Size::Any, 2)
        .records(&[record(156, "members_resigned").resigned(4, 10)]),
    arc("procedures put right", Size::Any, 3)
        .complaints(&[
            proven(152, "short_notice"),
            proven(141, "short_notice"),
            proven(141, "decision_not_on_agenda").next_head(),
        ])
        .records(&[record(119, "action_completed").answers("b")]),
    arc("late, and punctual since", Size::Reviewed, 4).returns(&[
        (3, Twist::Late(99)),
        (2, Twist::Late(40)),
        (1, Twist::Clean),
        (0, Twist::Clean),
    ]),
    arc("public rights missed, once", Size::Reviewed, 3).returns(&[qualified(3, "public_rights"), (2, Twist::Clean)]),
    arc("a grievance, settled since", Size::Any, 2).complaints(&[proven(133, "grievance")]),
    arc("a breach of data, reported late", Size::Any, 2).complaints(&[proven(139, "data_breach")]),
    arc("meetings that are open again", Size::Any, 2)
        .complaints(&[proven(136, "public_excluded"), proven(112, "public_excluded").ended("not_upheld")]),
];
