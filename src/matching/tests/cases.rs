//! Single cases, on an invented register.

use super::super::{Answer, Asked, Decision, Index, Listed};

fn entry(code: u32, name: &str, district: &str) -> Listed {
    Listed {
        council_id: i64::from(code),
        gss_code: format!("E0499{code:04}"),
        name: name.to_owned(),
        district: district.to_owned(),
        county: match district {
            "" | "Lone Marsh" => String::new(),
            "Farmere" => "Brackshire".to_owned(),
            _ => "Thornshire".to_owned(),
        },
        current: true,
        ..Listed::default()
    }
}

fn retired(code: u32, name: &str, district: &str) -> Listed {
    Listed { current: false, ..entry(code, name, district) }
}

fn register() -> Vec<Listed> {
    let group = |code: u32, name: &str| Listed {
        council_id: 500,
        council_name: Some("Brindle Vale Group Parish Council".to_owned()),
        ..entry(code, name, "Oakmere")
    };
    vec![
        entry(1, "Thistlemere", "Oakmere"),
        entry(2, "Thistlemere", "Farmere"),
        entry(3, "Great Bramblecote", "Oakmere"),
        entry(4, "Little Bramblecote", "Oakmere"),
        entry(5, "Lower Quenby", "Oakmere"),
        entry(6, "Hollowdale St Anne", "Oakmere"),
        entry(7, "Wexcombe Regis Town", "Farmere"),
        Listed { other_names: vec!["Old Pippinford".to_owned()], ..entry(8, "Pippinford and Marle", "Farmere") },
        retired(9, "Dunstow", "Oakmere"),
        entry(10, "Dunstow", "Oakmere"),
        retired(11, "Yarrowfield", "Oakmere"),
        retired(12, "Cobblewick", "Farmere"),
        entry(13, "Cobblewick", ""),
        entry(14, "Cobblewick", "Oakmere"),
        group(15, "Brindle Magna"),
        group(16, "Ostlewaite"),
        entry(17, "Harrowsley-on-the-Wold", "Oakmere"),
        entry(18, "Linnet (Oak Ward)", "Farmere"),
        entry(19, "Linnet (Elm Ward)", "Farmere"),
        entry(20, "Plover (Ash Ward)", "Farmere"),
        entry(21, "St Osric, Melbury", "Farmere"),
        entry(22, "Fernditch", "Lone Marsh"),
        entry(23, "Teasel Parva", "Oakmere"),
        entry(24, "Norwick", "Oakmere"),
        entry(25, "Horwick", "Farmere"),
    ]
}

fn ask(asked: Asked) -> Answer {
    Index::build(register()).decide(&asked)
}

fn named<'a>(name: &'a str, district: &'a str) -> Asked<'a> {
    Asked { name, district: Some(district).filter(|text| !text.is_empty()), ..Asked::default() }
}

/// The decision, and the codes' last figures, best first.
fn outcome(asked: Asked) -> (Decision, Vec<u32>) {
    let answer = ask(asked);
    let codes = answer.candidates.iter().map(|candidate| candidate.gss_code[5..].parse().unwrap()).collect();
    (answer.decision, codes)
}

fn matched(asked: Asked, code: u32) {
    let answer = ask(asked);
    let codes: Vec<String> = answer.candidates.iter().map(|candidate| candidate.gss_code.clone()).collect();
    assert_eq!(
        (answer.decision, codes),
        (Decision::Matched, vec![format!("E0499{code:04}")]),
        "{asked:?}: {}",
        answer.reason
    );
}

/// Review, with this one first.
fn reviewed(asked: Asked, first: u32) {
    let (decision, codes) = outcome(asked);
    assert_eq!((decision, codes.first().copied()), (Decision::Review, Some(first)), "{asked:?}: {codes:?}");
}

#[test]
fn a_shared_name_needs_its_district_or_county() {
    assert_eq!(outcome(named("Thistlemere Parish Council", "")), (Decision::Review, vec![1, 2]));
    matched(named("Thistlemere Parish Council", "Oakmere District Council"), 1);
    matched(named("Thistlemere Parish Council", "Brackshire"), 2);
    matched(Asked { name: "Thistlemere PC", county: Some("Farmere"), ..Asked::default() }, 2);
    matched(named("Thistlemere PC (Farmere)", ""), 2);
    matched(named("Thistlemere Parish Council, Thornshire", ""), 1);
    assert_eq!(
        outcome(named("Thistlemere", "Wherever")).0,
        Decision::Review,
        "a district that nobody knows says nothing"
    );
}

#[test]
fn the_answer_says_why_in_points() {
    let answer = ask(named("Thistlemere P.C.", "Oakmere"));
    assert_eq!(answer.reason, "Thistlemere is the only council of this name in the district given.");
    assert_eq!(
        answer.candidates[0].reasons,
        ["the same name but for the way it is written (+690)", "its district, Oakmere (Thornshire), agrees (+300)"]
    );
    assert_eq!(answer.candidates[0].score, 990);
    let answer = ask(named("Thistlemere", ""));
    assert_eq!(answer.reason, "2 councils have this name; the district would tell them apart.");
}

#[test]
fn a_name_elsewhere_is_never_taken() {
    let answer = ask(named("Great Bramblecote PC", "Farmere"));
    assert_eq!(answer.decision, Decision::Review);
    assert_eq!(answer.reason, "The name is that of a council in another area than the one given.");
    reviewed(named("Hollowdale St Anne", "Lone Marsh"), 6);
}

#[test]
fn near_twins_are_never_taken_for_each_other() {
    for (name, district) in [
        ("Bramblecote", "Oakmere"),
        ("New Bramblecote", "Oakmere"),
        ("Upper Quenby", "Oakmere"),
        ("Quenby", "Oakmere"),
        ("Hollowdale St Mary", "Oakmere"),
        ("Hollowdale", "Oakmere"),
        ("Linnet", "Farmere"),
        ("Linnet (Birch Ward)", "Farmere"),
        ("Plover (Birch Ward)", "Farmere"),
        ("Horwick", "Oakmere"),
        ("Harrowsley-on-the-Hill", "Oakmere"),
    ] {
        assert_ne!(outcome(named(name, district)).0, Decision::Matched, "{name}, {district}");
    }
}

#[test]
fn other_ways_to_write_a_name_are_seen_through() {
    matched(named("Bramblecote (Great) PC", "Oakmere"), 3);
    matched(named("Bramblecote, Little", ""), 4);
    matched(named("Teasel Parva Parish Meeting", ""), 23);
    matched(named("Little Teasel", "Oakmere"), 23);
    reviewed(named("Little Teasel", ""), 23);
    matched(named("Wexcombe Regis Town Council", "Farmere"), 7);
    matched(named("Old Pippinford Parish Council", ""), 8);
    matched(named("Marle & Pippinford", ""), 8);
    matched(named("Plover", "Farmere"), 20);
    matched(named("Harrowsley", "Oakmere"), 17);
    reviewed(named("Harrowsley", "Thornshire"), 17);
    matched(named("Melbury St Osric", ""), 21);
}

#[test]
fn slips_need_a_clear_winner() {
    matched(named("Thistelmere", "Oakmere"), 1);
    matched(named("Hollowdal St Anne", "Oakmere"), 6);
    reviewed(named("Thistelmere", ""), 1);
    matched(named("Pippinfrod and Marle", ""), 8);
    assert_eq!(outcome(named("Morwick", "Oakmere")).0, Decision::Review, "another first letter is another place");
}

#[test]
fn a_retired_entry_is_never_matched_by_name() {
    matched(named("Dunstow", "Oakmere"), 10);
    matched(named("Dunstow", ""), 10);
    let answer = ask(named("Yarrowfield", "Oakmere"));
    assert_eq!(answer.decision, Decision::Review);
    assert_eq!(answer.reason, "The name is that of a council that is no longer current; say who took over from it.");
}

#[test]
fn a_predecessor_says_where_an_entry_without_district_lies() {
    matched(named("Cobblewick", "Farmere"), 13);
    matched(named("Cobblewick", "Oakmere"), 14);
    reviewed(named("Cobblewick", ""), 13);
}

#[test]
fn a_group_is_one_council_by_its_name_and_by_its_parishes() {
    let (decision, codes) = outcome(named("Brindle Vale Group PC", ""));
    assert_eq!((decision, codes.len()), (Decision::Matched, 1));
    assert_eq!(ask(named("Brindle Vale Joint Parish Council", "")).candidates[0].council_id, 500);
    assert_eq!(ask(named("Brindle Magna with Ostlewaite", "")).candidates[0].council_id, 500);
    assert_eq!(ask(named("Brindle Magna with Ostlewaite", "")).decision, Decision::Matched);
    let answer = ask(named("Norwick and Fernditch Group Parish Council", ""));
    assert_eq!(answer.reason, "The name joins several places; say which council serves them.");
    assert_eq!((answer.decision, answer.candidates.len()), (Decision::Review, 2));
}

#[test]
fn a_code_decides_where_the_name_agrees() {
    let coded = |name, code, district| Asked { gss_code: Some(code), ..named(name, district) };
    matched(coded("Thistlemere", "E04990002", ""), 2);
    matched(coded("Thistlemere PC", " e04990002 ", "Farmere"), 2);
    matched(coded("Pippinford", "E04990008", ""), 8);
    // The code of one and the district of its namesake: a code looked up by name alone.
    assert_eq!(outcome(coded("Thistlemere", "E04990002", "Oakmere")), (Decision::Review, vec![1, 2]));
    let contradicted = outcome(coded("Norwick", "E04990003", ""));
    assert_eq!(contradicted, (Decision::Review, vec![24, 3]), "code and name contradict");
    reviewed(coded("Great Bramblecote", "E04990004", ""), 3);
    reviewed(coded("", "E04990004", ""), 4);
    matched(coded("Norwick", "n/a", ""), 24);
}

#[test]
fn a_code_that_is_retired_or_unknown_is_told() {
    let coded = |name, code, district| Asked { gss_code: Some(code), ..named(name, district) };
    matched(coded("Dunstow", "E04990009", ""), 10);
    assert_eq!(
        ask(coded("Dunstow", "E04990009", "Oakmere")).reason,
        "The code E04990009 is retired; Dunstow is the current council of the same name in its district."
    );
    matched(coded("Cobblewick", "E04990012", ""), 13);
    assert_eq!(
        ask(coded("Yarrowfield", "E04990011", "")).reason,
        "The code E04990011 is retired, and no one current council is plainly its heir."
    );
    reviewed(coded("Norwick", "E04998888", ""), 24);
    matched(coded("Norwick", "E04998888", "Oakmere"), 24);
    let answer = ask(coded("Llanbramble", "W04000123", ""));
    assert_eq!(
        (answer.decision, answer.reason.as_str()),
        (Decision::None, "The code W04000123 is of a place outside England.")
    );
}

#[test]
fn what_is_no_parish_council_is_not_matched() {
    reviewed(named("Norwick (Burial Board)", "Oakmere"), 24);
    assert_ne!(outcome(named("Norwick Burial Board", "Oakmere")).0, Decision::Matched);
    assert_ne!(outcome(named("Norwick Internal Drainage Board", "Oakmere")).0, Decision::Matched);
    assert_ne!(outcome(named("Norwick Town Council", "Powys")).0, Decision::Matched);
    assert_eq!(outcome(named("Zzyzx", "")), (Decision::None, Vec::new()));
    assert_eq!(outcome(named("", "Oakmere")), (Decision::None, Vec::new()));
}

#[test]
fn a_city_that_is_a_district_is_not_the_parish_elsewhere() {
    let mut register = register();
    register.push(entry(30, "Oakmere", "Farmere"));
    let answer = Index::build(register).decide(&named("Oakmere City Council", ""));
    assert_eq!(answer.decision, Decision::Review);
    assert_eq!(answer.reason, "The city of this name is a district; the parish of this name lies elsewhere.");
}
