//! Checks of amounts: the income, and the boxes of the accounting statements.
//!
//! In: an outcome. Out: findings. Always holds: amounts are compared in pence; boxes are checked only and never kept.

use super::{Finding, GridCheck, Outcome};
use crate::ingest::checks::{error, warning};

/// Boxes are in whole pounds, so that seven rounded amounts may be apart by so much and still be right.
const ROUNDING_PENCE: i64 = 300;

pub(super) const CHECKS: &[GridCheck] = &[
    GridCheck {
        is: error("exempt_over_limit")
            .at("status: exempt, and income is more than £25,000")
            .then("Correct the status or the income.")
            .waivable(),
        find: exempt_over_limit,
    },
    GridCheck {
        is: error("income_negative").at("income is less than none").then("Correct it: income and expenditure are gross."),
        find: income_negative,
    },
    GridCheck {
        is: warning("boxes_incomplete")
            .at("some of box_1 to box_7 are filled in and some are not")
            .then("Give all seven: with one missing nothing can be added up."),
        find: boxes_incomplete,
    },
    GridCheck {
        is: error("boxes_do_not_add_up")
            .at("box 1 + 2 + 3 − 4 − 5 − 6 is not box 7, by more than £3, and no matter says so (reason arithmetic, misstatement or comparatives)")
            .then("Correct the amounts; if the return itself is wrong, report the matter.")
            .waivable(),
        find: boxes_do_not_add_up,
    },
    GridCheck {
        is: warning("boxes_rounded")
            .at("box 1 + 2 + 3 − 4 − 5 − 6 is not box 7, by no more than £3")
            .then("Nothing, if amounts were rounded one by one."),
        find: boxes_rounded,
    },
];

/// An exempt council is small.
fn exempt_over_limit(outcome: &Outcome<'_>) -> Vec<Finding> {
    let limit = outcome.rules().exempt_at_most_pence;
    match (outcome.combination(), outcome.income_pence) {
        (Some(combination), Some(income)) if combination.small && income > limit => {
            let message = format!(
                "A council may certify itself exempt with at most {}, and its income is {}: correct the status or the \
                 income.",
                pounds(limit),
                pounds(income)
            );
            vec![Finding::of("income", message)]
        }
        _ => vec![],
    }
}

/// Income and expenditure are gross.
fn income_negative(outcome: &Outcome<'_>) -> Vec<Finding> {
    let negative = outcome.income_pence.filter(|income| *income < 0);
    let found = |income| {
        let message = format!("The gross income is {}, less than none: correct it.", pounds(income));
        Finding::of("income", message)
    };
    negative.map(found).into_iter().collect()
}

/// Seven boxes or none.
fn boxes_incomplete(outcome: &Outcome<'_>) -> Vec<Finding> {
    let given = outcome.boxes.iter().flatten().count();
    let missing = (1..).zip(&outcome.boxes).find(|(_, amount)| amount.is_none());
    match missing {
        Some((number, _)) if given > 0 => {
            let message = format!(
                "{given} of the boxes 1 to 7 are given and box {number} is not, so they can't be added up; give all seven."
            );
            vec![Finding::of(&format!("box_{number}"), message)]
        }
        _ => vec![],
    }
}

/// The carried forward is what was brought forward and came in, less what went out.
fn boxes_do_not_add_up(outcome: &Outcome<'_>) -> Vec<Finding> {
    let Some((expected, off)) = off_by(outcome).filter(|(_, off)| off.unsigned_abs() > ROUNDING_PENCE.unsigned_abs())
    else {
        return vec![];
    };
    let says_so = |reason: &str| matches!(reason, "arithmetic" | "misstatement" | "comparatives");
    let mut reasons = outcome.matters.iter().filter_map(|matter| matter.fields.get("reason")?.as_str());
    if reasons.any(says_so) {
        return vec![];
    }
    let message = format!(
        "Boxes 1 + 2 + 3 − 4 − 5 − 6 come to {}, and box 7 is apart from it by {}: correct the amounts, or report the \
         matter if the return itself is wrong.",
        pounds(expected),
        pounds(off)
    );
    vec![Finding::of("box_7", message)]
}

/// A few pounds apart.
fn boxes_rounded(outcome: &Outcome<'_>) -> Vec<Finding> {
    let near = off_by(outcome).filter(|(_, off)| (1..=ROUNDING_PENCE.unsigned_abs()).contains(&off.unsigned_abs()));
    let found = |(expected, off)| {
        let message = format!(
            "Boxes 1 + 2 + 3 − 4 − 5 − 6 come to {}, and box 7 is apart from it by {}, which rounding may explain; check \
             the amounts.",
            pounds(expected),
            pounds(off)
        );
        Finding::of("box_7", message)
    };
    near.map(found).into_iter().collect()
}

/// What box 7 should be, and by how much it is apart from that; none unless all seven are given.
fn off_by(outcome: &Outcome<'_>) -> Option<(i64, i64)> {
    let [brought, precept, receipts, staff, loans, payments, carried] = outcome.boxes;
    let incoming = brought?.checked_add(precept?)?.checked_add(receipts?)?;
    let outgoing = staff?.checked_add(loans?)?.checked_add(payments?)?;
    let expected = incoming.checked_sub(outgoing)?;
    Some((expected, carried?.checked_sub(expected)?))
}

/// "£25,000", "-£5.05".
fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let (pounds, rest) = (pence.unsigned_abs() / 100, pence.unsigned_abs() % 100);
    let digits = pounds.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.char_indices() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest == 0 { format!("{sign}£{grouped}") } else { format!("{sign}£{grouped}.{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{matter, outcome, times};
    use super::*;
    use serde_json::json;

    #[test]
    fn an_exempt_council_is_small() {
        let with = |status, income_pence| Outcome { income_pence: Some(income_pence), ..outcome(status, &[]) };
        assert_eq!(times(exempt_over_limit, &with("exempt", 2_500_000)), 0);
        assert_eq!(
            exempt_over_limit(&with("exempt", 2_500_001))[0].message,
            "A council may certify itself exempt with at most £25,000, and its income is £25,000.01: correct the status or \
             the income."
        );
        assert_eq!(times(exempt_over_limit, &with("incorrectly_exempt", 9_000_000)), 0);
    }

    #[test]
    fn income_is_gross() {
        let with = |income_pence| Outcome { income_pence: Some(income_pence), ..outcome("exempt", &[]) };
        assert_eq!((times(income_negative, &with(-5)), times(income_negative, &with(0))), (1, 0));
    }

    fn boxes(pounds: [i64; 7]) -> [Option<i64>; 7] {
        pounds.map(|pounds| Some(pounds * 100))
    }

    #[test]
    fn all_seven_boxes_are_given_or_none() {
        let mut some = boxes([1, 2, 3, 4, 5, 6, 7]);
        some[3] = None;
        let found = boxes_incomplete(&Outcome { boxes: some, ..outcome("unqualified", &[]) });
        assert_eq!(found[0].column, "box_4");
        assert_eq!(times(boxes_incomplete, &outcome("unqualified", &[])), 0);
        assert_eq!(times(boxes_incomplete, &Outcome { boxes: boxes([0; 7]), ..outcome("unqualified", &[]) }), 0);
    }

    #[test]
    fn boxes_add_up_or_a_matter_says_that_they_do_not() {
        let right = [10_000, 20_000, 3_000, 8_000, 1_000, 12_000, 12_000];
        let of = |carried: i64| {
            let mut amounts = right;
            amounts[6] = carried;
            Outcome { boxes: boxes(amounts), ..outcome("unqualified", &[]) }
        };
        for (carried, apart, rounded) in [(12_000, 0, 0), (12_003, 0, 1), (11_997, 0, 1), (12_004, 1, 0), (0, 1, 0)] {
            assert_eq!(times(boxes_do_not_add_up, &of(carried)), apart, "{carried}");
            assert_eq!(times(boxes_rounded, &of(carried)), rounded, "{carried}");
        }
        assert_eq!(
            boxes_do_not_add_up(&of(21_500))[0].message,
            "Boxes 1 + 2 + 3 − 4 − 5 − 6 come to £12,000, and box 7 is apart from it by £9,500: correct the amounts, or \
             report the matter if the return itself is wrong."
        );
        let said = [matter(json!({"class": "other", "reason": "arithmetic"}))];
        assert_eq!(times(boxes_do_not_add_up, &Outcome { matters: &said, ..of(0) }), 0);
    }

    #[test]
    fn no_amount_is_too_large_to_be_added() {
        let boxes = [Some(i64::MAX); 7];
        assert_eq!(times(boxes_do_not_add_up, &Outcome { boxes, ..outcome("unqualified", &[]) }), 0);
    }
}
