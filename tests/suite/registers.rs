//! The register: every layout, idempotent, with its history; and the real one, where it is at hand.

use crate::support::{REGISTER, TODAY, World, on_both};
use bellwether::auth::Reach;
use bellwether::error::Code;
use bellwether::matching::{Asked, Decision};
use bellwether::register;
use bellwether::triage;

on_both!(
    loading_the_same_file_again_changes_nothing,
    a_renamed_parish_keeps_its_evidence_and_is_found_by_both_names,
    a_retired_code_leaves_the_list_and_keeps_its_page,
    parishes_of_one_council_are_scored_as_one,
    a_group_keeps_its_council_when_another_parish_joins,
    the_layout_of_the_office_for_national_statistics_is_known,
    bad_rows_are_told_and_the_good_ones_taken,
    a_file_that_is_no_register_is_refused,
    the_real_register_is_taken_whole,
);

async fn loading_the_same_file_again_changes_nothing(world: World) {
    let first = world.register(REGISTER);
    assert_eq!((first.entries, first.changes["new"], first.councils), (6, 6, 5));
    let again = world.register(REGISTER);
    assert!(again.changes.is_empty(), "{again:?}");
    let part: String = REGISTER.lines().take(3).map(|line| format!("{line}\n")).collect();
    let part = world.register(&part);
    assert!(part.changes.is_empty());
    assert_eq!(part.missing, 3, "the current parishes that the part doesn't list stay");
}

async fn a_renamed_parish_keeps_its_evidence_and_is_found_by_both_names(world: World) {
    world.with_outcomes().await;
    let renamed = world.register(&REGISTER.replace("E04990001,Aldermarsh,", "E04990001,Aldermarsh and Low End,"));
    assert_eq!(renamed.changes.iter().collect::<Vec<_>>(), [(&"renamed", &1)]);
    let whole = triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap();
    assert_eq!(whole.council.name, "Aldermarsh and Low End");
    assert_eq!(whole.council.former_names, ["Aldermarsh"]);
    assert_eq!(whole.evidence.len(), 1);
    let (_, index) = world.app.matcher().unwrap();
    for name in ["Aldermarsh Parish Council", "Aldermarsh & Low End PC"] {
        let answer = index.decide(&Asked { name, gss_code: None, district: Some("Fenwick Vale"), county: None });
        assert_eq!(answer.decision, Decision::Matched, "{name}: {answer:?}");
        assert_eq!(answer.candidates[0].gss_code, "E04990001", "{name}");
    }
}

async fn a_retired_code_leaves_the_list_and_keeps_its_page(world: World) {
    world.with_outcomes().await;
    let retired = REGISTER.replace(
        "E04990001,Aldermarsh,,E07990001,Fenwick Vale,Wealdshire,true",
        "E04990001,Aldermarsh,,E07990001,Fenwick Vale,Wealdshire,false",
    );
    assert_eq!(world.register(&retired).changes["retired"], 1);
    let list =
        triage::list(&world.app, &Reach::Nation, &triage::ListQuery { limit: 50, ..Default::default() }).unwrap();
    assert!(list.lines.iter().all(|line| line.gss_code != "E04990001"));
    let whole = triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, ("E04990001", TODAY)).unwrap();
    assert!(!whole.council.current);
    assert_eq!(whole.evidence.len(), 1);
}

async fn parishes_of_one_council_are_scored_as_one(world: World) {
    let grouped = REGISTER
        .replace(
            "Great Pellow,Pellow Magna,E07990001,Fenwick Vale,Wealdshire,true,",
            "Great Pellow,Pellow Magna,E07990001,Fenwick Vale,Wealdshire,true,Pellow Group",
        )
        .replace(
            "E04990004,Thornley Green,,E07990001,Fenwick Vale,Wealdshire,true,",
            "E04990004,Thornley Green,,E07990001,Fenwick Vale,Wealdshire,true,Pellow Group",
        );
    let loaded = world.register(&grouped);
    assert_eq!(loaded.councils, 4);
    let whole = triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, ("E04990004", TODAY)).unwrap();
    assert_eq!((whole.council.name.as_str(), whole.council.gss_code.as_str()), ("Pellow Group", "E04990002"));
    assert_eq!(whole.council.parishes.len(), 2);
    let apart = world.register(REGISTER);
    assert_eq!((apart.changes["regrouped"], apart.councils), (2, 5));
}

async fn a_group_keeps_its_council_when_another_parish_joins(world: World) {
    let row = |code: &str, name: &str, group: &str| {
        format!("{code},{name},,E07990001,Fenwick Vale,Wealdshire,true,{group}\n")
    };
    let header = REGISTER.lines().next().unwrap();
    let two = format!(
        "{header}\n{}{}{}",
        row("E04990001", "Aldermarsh", ""),
        row("E04990002", "Lowick", "Vale Group"),
        row("E04990003", "Stane", "Vale Group")
    );
    world.register(&two);
    let outcome = "gss_code,name,district,financial_year_end,status,submitted_on,certified_on,matter_1_class,matter_1_reason\n\
                   E04990003,Stane,Fenwick Vale,2026-03-31,qualified,2026-06-20,2026-09-10,except_for,internal_control\n";
    world.source.set("/outcomes", outcome, "\"one\"");
    world.pull("outcomes").await.unwrap();
    let three = two.replace(
        "Aldermarsh,,E07990001,Fenwick Vale,Wealdshire,true,",
        "Aldermarsh,,E07990001,Fenwick Vale,Wealdshire,true,Vale Group",
    );
    world.register(&three);
    for code in ["E04990001", "E04990002", "E04990003"] {
        let whole = triage::whole(&world.app.store, &world.app.rules.set, &Reach::Nation, (code, TODAY)).unwrap();
        assert_eq!(
            (whole.council.name.as_str(), whole.council.gss_code.as_str()),
            ("Vale Group", "E04990002"),
            "{code}"
        );
        assert_eq!((whole.evidence.len(), whole.score.total), (1, 6416), "{code}");
    }
}

async fn the_layout_of_the_office_for_national_statistics_is_known(world: World) {
    let ons = "\u{feff}PAR24CD,PAR24NM,LAD24CD,LAD24NM,CTY24NM\n\
               E04990001,Aldermarsh,E07990001,Fenwick Vale,Wealdshire\n\
               E04990001,Aldermarsh,E07990001,Fenwick Vale,Wealdshire\n\
               E43990001,\"Bigtown, unparished area\",E07990001,Fenwick Vale,Wealdshire\n\
               W04990001,Llan Somewhere,W06990001,Elsewhere,\n";
    let loaded = world.register(ons);
    assert_eq!((loaded.entries, loaded.councils), (1, 1), "{loaded:?}");
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    assert_eq!(loaded.notes.len(), 2, "{:?}", loaded.notes);
    // Our own file has more columns: what the list left out is added.
    assert_eq!(world.register(REGISTER).changes["new"], 5);
}

async fn bad_rows_are_told_and_the_good_ones_taken(world: World) {
    let bad = format!(
        "{REGISTER}X04990008,Nameless,,E07990001,Fenwick Vale,Wealdshire,true,\n\
         E04990009,,,E07990001,Fenwick Vale,Wealdshire,true,\n\
         E04990010,Fourth,,E07990001,Fenwick Vale,Wealdshire,perhaps,\n\
         E04990001,Another,,E07990001,Fenwick Vale,Wealdshire,true,\n"
    );
    let loaded = world.register(&bad);
    assert_eq!(loaded.entries, 6);
    let told: Vec<(u32, &str, Option<&str>)> =
        loaded.problems.iter().map(|problem| (problem.row, problem.code, problem.column.as_deref())).collect();
    assert_eq!(
        told,
        [
            (8, "code_malformed", Some("gss_code")),
            (9, "name_missing", Some("name")),
            (10, "not_yes_or_no", Some("current")),
            (11, "contradicts", None),
        ]
    );
}

async fn a_file_that_is_no_register_is_refused(world: World) {
    for (text, words) in [
        ("name,district\nAldermarsh,Fenwick Vale\n", "gss_code"),
        ("colour,shape\nred,round\n", "colour"),
        ("gss_code,name,Name\nE04990001,Aldermarsh,Aldermarsh\n", "name"),
    ] {
        let refused = register::import(&world.app, "wrong.csv", text.as_bytes()).unwrap_err();
        assert_eq!(refused.code, Code::RegisterUnusable, "{text}");
        assert!(refused.happened.contains("wrong.csv") && refused.happened.contains(words), "{}", refused.happened);
    }
    assert_eq!(triage::summary(&world.app.store, 1).unwrap().councils, 0);
}

async fn the_real_register_is_taken_whole(world: World) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/parishes-england.csv");
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("SKIPPED: England's register of parishes is not at {}", path.display());
        return;
    };
    let loaded = register::import(&world.app, "parishes-england.csv", &bytes).unwrap();
    assert_eq!((loaded.entries, loaded.councils), (10_985, 10_463), "{:?}", loaded.problems);
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    let again = register::import(&world.app, "parishes-england.csv", &bytes).unwrap();
    assert!(again.changes.is_empty());
    let (_, index) = world.app.matcher().unwrap();
    let asked = |name, district| index.decide(&Asked { name, gss_code: None, district, county: None });
    let found = asked("BLACKROD TOWN COUNCIL", Some("Bolton"));
    assert_eq!((found.decision, found.candidates[0].gss_code.as_str()), (Decision::Matched, "E04000001"));
    // Twelve are called Middleton: never a guess.
    assert_eq!(asked("Middleton Parish Council", None).decision, Decision::Review);
}
