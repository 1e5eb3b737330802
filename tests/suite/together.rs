//! Many councils scored at once, by several threads: the same as each by itself, and a row that makes no sense stops them all.

use crate::support::{TODAY, World, on_both, sql};
use bellwether::auth::Reach;
use bellwether::triage::{self, ListQuery};
use std::collections::BTreeSet;
use std::fmt::Write as _;

on_both!(each_council_gets_its_own_score, a_row_that_makes_no_sense_is_named_and_nothing_is_scored,);

/// Several shares of the threads, and a part of one.
const COUNCILS: usize = 230;

/// Every third council has a qualified outcome, of one of many days; every fifth a year's income only.
async fn with_councils(world: &World) {
    let mut register = String::from("gss_code,name,district,county\n");
    let mut outcomes = String::from(
        "authority_reference,gss_code,name,financial_year_end,status,submitted_on,certified_on,matter_1_class,\
         matter_1_assertion,matter_1_reason,income\n",
    );
    for council in 0..COUNCILS {
        writeln!(register, "E0499{council:04},Parish {council},District,Wealdshire").unwrap();
        let (day, income) = (1 + council % 28, 1_000 + council * 10);
        let said = match council % 15 {
            0 | 3 | 6 | 9 | 12 => {
                format!("qualified,2026-06-20,2026-{:02}-{day:02},except_for,2,internal_control", 7 + council % 4)
            }
            5 | 10 => "unqualified,2026-06-20,2026-09-10,,,".to_owned(),
            _ => continue,
        };
        writeln!(outcomes, "R{council:04},E0499{council:04},Parish {council},2026-03-31,{said},{income}").unwrap();
    }
    world.register(&register);
    world.source.set("/outcomes", outcomes.as_str(), "\"one\"");
    let report = world.pull("outcomes").await.unwrap();
    assert_eq!((report.review, report.rejected), (0, 0), "{:?}", report.held);
}

async fn each_council_gets_its_own_score(world: World) {
    with_councils(&world).await;
    triage::rescore_all(&world.app, "test").unwrap();
    let (store, rules) = (&world.app.store, &world.app.rules.set);
    let query = ListQuery { limit: 500, ..ListQuery::default() };
    let lines = triage::list(&world.app, &Reach::Nation, &query).unwrap().lines;
    assert_eq!(lines.len(), COUNCILS);
    let mut totals = BTreeSet::new();
    for line in &lines {
        let alone = triage::whole(store, rules, &Reach::Nation, (&line.gss_code, TODAY)).unwrap().score;
        assert_eq!((line.total, line.band), (alone.total, alone.band), "{}", line.gss_code);
        totals.insert(alone.total);
    }
    assert!(totals.len() > 3, "scores that differ, so that one in another's place is seen: {totals:?}");
    let together = triage::look_back(store, rules, TODAY).unwrap();
    let again = triage::look_back(store, rules, TODAY).unwrap();
    assert_eq!(together.len(), COUNCILS);
    assert_eq!(together, again, "in the same order, whichever thread was first");
}

async fn a_row_that_makes_no_sense_is_named_and_nothing_is_scored(world: World) {
    with_councils(&world).await;
    let before = triage::summary(&world.app.store, 500).unwrap();
    let damage = "UPDATE evidence SET kind = 'nonsense' WHERE id = (SELECT max(id) FROM evidence)";
    assert_eq!(sql(&world, damage), 1);
    let told = triage::rescore_all(&world.app, "test").unwrap_err();
    assert!(told.happened.contains("its kind is unknown") && told.happened.contains("evidence "), "{told:?}");
    assert_eq!(triage::summary(&world.app.store, 500).unwrap(), before);
}
