//! What holds for any text, any tree and any fact: the parser never panics, what is printed is read back, and answers
//! agree with a naive evaluator of the written tree.

use super::super::syntax::{Comparison, Expression, Node};
use super::super::{MAX_CHARACTERS, Scene, compile, parse};
use super::{AS_OF, council, fact};
use crate::evidence::{EvidenceKind, Value};
use proptest::prelude::*;
use serde_json::json;

fn bare(node: Node) -> Expression {
    Expression { span: 0..0, node }
}

/// The tree as text, with brackets round every part.
fn print(expression: &Expression) -> String {
    let joined = |parts: &[Expression], sign: &str| parts.iter().map(print).collect::<Vec<_>>().join(sign);
    match &expression.node {
        Node::YesNo(value) => value.to_string(),
        Node::Whole(number) => number.to_string(),
        Node::Text(text) => format!("\"{text}\""),
        Node::Name(name) => name.clone(),
        Node::Known(name, _) => format!("known({name})"),
        Node::Not(inner) => format!("!({})", print(inner)),
        Node::Negative(inner) => format!("-({})", print(inner)),
        Node::All(parts) => format!("({})", joined(parts, " && ")),
        Node::Any(parts) => format!("({})", joined(parts, " || ")),
        Node::Product(parts) => format!("({})", joined(parts, "*")),
        Node::Compare(comparison, left, right) => format!("({} {} {})", print(left), comparison.sign(), print(right)),
        Node::In(value, wanted) => format!("({} in [{}])", print(value), joined(wanted, ", ")),
        Node::Sum(terms) => {
            let mut text = String::from("(");
            for (number, (taken_away, term)) in terms.iter().enumerate() {
                text.push_str(if number == 0 {
                    ""
                } else if *taken_away {
                    " - "
                } else {
                    " + "
                });
                text.push_str(&print(term));
            }
            text + ")"
        }
    }
}

/// The same tree without places.
fn unplaced(expression: &Expression) -> Expression {
    let all = |parts: &[Expression]| parts.iter().map(unplaced).collect::<Vec<_>>();
    bare(match &expression.node {
        Node::Known(name, _) => Node::Known(name.clone(), 0..0),
        Node::Not(inner) => Node::Not(Box::new(unplaced(inner))),
        Node::Negative(inner) => Node::Negative(Box::new(unplaced(inner))),
        Node::All(parts) => Node::All(all(parts)),
        Node::Any(parts) => Node::Any(all(parts)),
        Node::Product(parts) => Node::Product(all(parts)),
        Node::Compare(comparison, left, right) => {
            Node::Compare(*comparison, Box::new(unplaced(left)), Box::new(unplaced(right)))
        }
        Node::In(value, wanted) => Node::In(Box::new(unplaced(value)), all(wanted)),
        Node::Sum(terms) => Node::Sum(terms.iter().map(|(away, term)| (*away, unplaced(term))).collect()),
        same => same.clone(),
    })
}

fn comparison() -> impl Strategy<Value = Comparison> {
    proptest::sample::select(Comparison::ALL.to_vec())
}

/// Whole numbers on an auditor's outcome; `income` and `council.income` are the ones that may be unknown.
fn number() -> impl Strategy<Value = Expression> {
    let names = ["evidence.days_late", "evidence.income", "evidence.year", "council.income", "council.parishes"];
    let leaf = prop_oneof![
        (0_i64..40).prop_map(|number| bare(Node::Whole(number))),
        Just(bare(Node::Whole(i64::MAX))),
        proptest::sample::select(names.to_vec()).prop_map(|name| bare(Node::Name(name.to_owned()))),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let terms = (inner.clone(), proptest::collection::vec((any::<bool>(), inner.clone()), 1..3)).prop_map(
            |(first, mut rest)| {
                rest.insert(0, (false, first));
                bare(Node::Sum(rest))
            },
        );
        prop_oneof![
            terms,
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|parts| bare(Node::Product(parts))),
            inner.prop_map(|inner| bare(Node::Negative(Box::new(inner)))),
        ]
    })
}

/// Conditions on an auditor's outcome that the checker accepts.
fn condition() -> impl Strategy<Value = Expression> {
    let name = |name: &str| Box::new(bare(Node::Name(name.to_owned())));
    let text = |text: &str| bare(Node::Text(text.to_owned()));
    let leaf = prop_oneof![
        any::<bool>().prop_map(|value| bare(Node::YesNo(value))),
        Just(*name("evidence.reminder_sent")),
        proptest::sample::select(vec![
            "evidence.reminder_sent",
            "evidence.income",
            "council.income",
            "evidence.status"
        ])
        .prop_map(|name| bare(Node::Known(name.to_owned(), 0..0))),
        (comparison(), number(), number()).prop_map(|(how, left, right)| bare(Node::Compare(
            how,
            Box::new(left),
            Box::new(right)
        ))),
        (number(), proptest::collection::vec(0_i64..60, 1..4)).prop_map(|(value, wanted)| {
            let wanted = wanted.into_iter().map(|number| bare(Node::Whole(number))).collect();
            bare(Node::In(Box::new(value), wanted))
        }),
        Just(bare(Node::Compare(Comparison::Equal, name("evidence.status"), Box::new(text("qualified"))))),
        Just(bare(Node::In(name("evidence.status"), vec![text("interim"), text("exempt")]))),
        comparison().prop_map(move |how| {
            bare(Node::Compare(how, name("evidence.submitted_on"), Box::new(text("2025-06-30"))))
        }),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| bare(Node::Not(Box::new(inner)))),
            proptest::collection::vec(inner.clone(), 2..5).prop_map(|parts| bare(Node::All(parts))),
            proptest::collection::vec(inner.clone(), 2..5).prop_map(|parts| bare(Node::Any(parts))),
            (any::<bool>(), inner.clone(), inner).prop_map(|(same, left, right)| {
                let how = if same { Comparison::Equal } else { Comparison::Different };
                bare(Node::Compare(how, Box::new(left), Box::new(right)))
            }),
        ]
    })
}

/// The fields of an outcome, each perhaps unknown.
#[derive(Debug, Clone)]
struct Said {
    days_late: Option<i64>,
    income: Option<i64>,
    reminder_sent: Option<bool>,
    status: Option<&'static str>,
    submitted_on: Option<&'static str>,
    council_income: Option<i64>,
}

fn said() -> impl Strategy<Value = Said> {
    let maybe = proptest::option::of::<std::ops::Range<i64>>;
    (
        maybe(0..60),
        maybe(0..60),
        proptest::option::of(any::<bool>()),
        proptest::option::of(proptest::sample::select(vec!["qualified", "interim", "exempt", "no_return"])),
        proptest::option::of(proptest::sample::select(vec!["2025-06-29", "2025-06-30", "2025-07-01"])),
        maybe(0..60),
    )
        .prop_map(|(days_late, income, reminder_sent, status, submitted_on, council_income)| Said {
            days_late,
            income,
            reminder_sent,
            status,
            submitted_on,
            council_income,
        })
}

/// A value as the naive evaluator has it: types are looked at only here, texts and dates are compared as they stand.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
enum Plain {
    YesNo(bool),
    Whole(i64),
    Text(String),
}

fn naive(expression: &Expression, said: &Said) -> Option<Plain> {
    let yes_no = |part: &Expression| match naive(part, said) {
        Some(Plain::YesNo(value)) => Some(value),
        None => None,
        other => panic!("{other:?} is not yes or no"),
    };
    let whole = |part: &Expression| match naive(part, said) {
        Some(Plain::Whole(value)) => Some(i128::from(value)),
        None => None,
        other => panic!("{other:?} is not a number"),
    };
    let fits = |number: i128| i64::try_from(number).ok().map(Plain::Whole);
    match &expression.node {
        Node::YesNo(value) => Some(Plain::YesNo(*value)),
        Node::Whole(number) => Some(Plain::Whole(*number)),
        Node::Text(text) => Some(Plain::Text(text.clone())),
        Node::Name(name) => look_up(name, said),
        Node::Known(name, _) => Some(Plain::YesNo(look_up(name, said).is_some())),
        Node::Not(inner) => Some(Plain::YesNo(!yes_no(inner)?)),
        Node::Negative(inner) => fits(-whole(inner)?),
        // Kleene's "and" is the least of its parts, "or" the greatest, with unknown between no and yes.
        Node::All(parts) => between(parts.iter().map(|part| place(yes_no(part))).min()?),
        Node::Any(parts) => between(parts.iter().map(|part| place(yes_no(part))).max()?),
        Node::Compare(how, left, right) => {
            let (left, right) = (naive(left, said)?, naive(right, said)?);
            Some(Plain::YesNo(match how {
                Comparison::Equal => left == right,
                Comparison::Different => left != right,
                Comparison::Less => left < right,
                Comparison::LessOrEqual => left <= right,
                Comparison::Greater => left > right,
                Comparison::GreaterOrEqual => left >= right,
            }))
        }
        Node::In(value, wanted) => {
            let value = naive(value, said)?;
            Some(Plain::YesNo(wanted.iter().any(|wanted| naive(wanted, said).as_ref() == Some(&value))))
        }
        // Each step must fit, as checked arithmetic does.
        Node::Sum(terms) => terms.iter().try_fold(Plain::Whole(0), |sum, (taken_away, term)| {
            let Plain::Whole(sum) = sum else { return None };
            let term = whole(term)?;
            fits(i128::from(sum) + if *taken_away { -term } else { term })
        }),
        Node::Product(parts) => parts.iter().try_fold(Plain::Whole(1), |product, factor| {
            let Plain::Whole(product) = product else { return None };
            fits(i128::from(product) * whole(factor)?)
        }),
    }
}

fn place(value: Option<bool>) -> u8 {
    match value {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    }
}

fn between(place: u8) -> Option<Plain> {
    match place {
        0 => Some(Plain::YesNo(false)),
        1 => None,
        _ => Some(Plain::YesNo(true)),
    }
}

fn look_up(name: &str, said: &Said) -> Option<Plain> {
    match name {
        "evidence.days_late" => said.days_late.map(Plain::Whole),
        "evidence.income" => said.income.map(Plain::Whole),
        "evidence.reminder_sent" => said.reminder_sent.map(Plain::YesNo),
        "evidence.status" => said.status.map(|status| Plain::Text(status.to_owned())),
        "evidence.submitted_on" => said.submitted_on.map(|day| Plain::Text(day.to_owned())),
        "evidence.year" => Some(Plain::Whole(2025)),
        "council.parishes" => Some(Plain::Whole(3)),
        "council.income" => said.council_income.map(Plain::Whole),
        other => panic!("{other}"),
    }
}

fn scene_of(said: &Said) -> (crate::evidence::Fact, super::super::CouncilContext) {
    let mut fields = json!({
        "year": 2025, "days_late": said.days_late, "income": said.income, "reminder_sent": said.reminder_sent,
        "status": said.status, "submitted_on": said.submitted_on,
    });
    fields.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let mut council = council();
    council.income = said.council_income;
    (fact(EvidenceKind::AuditOutcome, &fields), council)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_makes_it_panic_and_every_problem_points_into_the_text(text in any::<String>()) {
        if let Err(problems) = compile(&text, EvidenceKind::Complaint) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
            }
        }
    }

    #[test]
    fn no_row_of_signs_and_words_makes_it_panic(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "evidence.status", "evidence", ".", "known", "(", ")", "[", "]", ",", "in", "==", "<", "!", "-", "+", "*", "&&",
            "||", "true", "7", "\"qualified\"", "\"", "'", "\u{201c}", "\u{e9}", "not", "and", "\n", " ", "=",
        ]), 0..60)
    ) {
        for joint in ["", " "] {
            let text = words.join(joint);
            if let Err(problems) = compile(&text, EvidenceKind::AuditOutcome) {
                prop_assert!(problems.iter().all(|problem| text.get(problem.span.clone()).is_some()), "{text}");
            }
        }
    }

    #[test]
    fn what_is_printed_is_read_back(tree in condition()) {
        let text = print(&tree);
        prop_assume!(text.chars().count() <= MAX_CHARACTERS);
        prop_assert_eq!(unplaced(&parse::parse(&text).unwrap()), tree, "{}", text);
    }

    #[test]
    fn answers_agree_with_a_naive_evaluator(tree in condition(), said in said()) {
        let text = print(&tree);
        prop_assume!(text.chars().count() <= MAX_CHARACTERS);
        let condition = compile(&text, EvidenceKind::AuditOutcome).unwrap_or_else(|found| panic!("{text}: {found:?}"));
        let (fact, council) = scene_of(&said);
        let scene = Scene { fact: &fact, council: &council, as_of: AS_OF };
        let expected = naive(&tree, &said).map(|value| value == Plain::YesNo(true));
        prop_assert_eq!(condition.holds(&scene), expected, "{}", text);
        // Only what is unknown is ever missing, and where there is an answer nothing is.
        let missing = condition.missing(&scene);
        if expected.is_some() {
            prop_assert!(missing.is_empty());
        }
        for name in &missing {
            prop_assert_eq!(look_up(name, &said), None);
            prop_assert!(condition.reads().contains(name));
        }
    }

    #[test]
    fn more_knowledge_never_turns_an_answer_round(tree in condition(), said in said()) {
        let text = print(&tree);
        prop_assume!(text.chars().count() <= MAX_CHARACTERS && !text.contains("known("));
        let condition = compile(&text, EvidenceKind::AuditOutcome).unwrap();
        let (fact, council) = scene_of(&said);
        let full = condition.holds(&Scene { fact: &fact, council: &council, as_of: AS_OF });
        for slot in 0..fact.values.len() {
            let mut less = fact.clone();
            less.values[slot] = Value::Unknown;
            let before = condition.holds(&Scene { fact: &less, council: &council, as_of: AS_OF });
            prop_assert!(before.is_none() || before == full, "{} without slot {}", text, slot);
        }
    }
}
