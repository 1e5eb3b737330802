//! Writing habits, each applied to the whole register: how often is the right council still found, and is ever a wrong one?

use super::super::{Asked, Decision, Index, Listed, normalise};
use super::{Tally, real_index, real_register};
use std::collections::{HashMap, HashSet};

/// A habit, and how it writes a name; nothing where it doesn't bear on the name.
type Habit = (&'static str, fn(&str) -> Option<String>);

const SLIP: &str = "one letter wrong";

const HABITS: [Habit; 27] = [
    ("as in the register", |name| Some(name.to_owned())),
    ("Parish Council", |name| Some(format!("{name} Parish Council"))),
    ("capitals, P C", |name| Some(format!("{} P C", name.to_uppercase()))),
    ("P.C.", |name| Some(format!("{name} P.C."))),
    ("Town Council", |name| Some(format!("{name} Town Council"))),
    ("TC", |name| Some(format!("{name} TC"))),
    ("Parish Meeting", |name| Some(format!("{name} Parish Meeting"))),
    ("The Parish Council of", |name| Some(format!("The Parish Council of {name}"))),
    ("Parish of", |name| Some(format!("Parish of {name}"))),
    ("Group Parish Council", |name| Some(format!("{name} Group Parish Council"))),
    ("Community Council", |name| Some(format!("{name} Community Council"))),
    ("title case of every word", |name| Some(titled(name)).filter(|written| written != name)),
    ("and as &", |name| changed(name, &name.replace(" and ", " & "))),
    ("& as and", |name| changed(name, &name.replace(" & ", " and "))),
    ("and as +", |name| changed(name, &name.replace(" and ", " + "))),
    ("with as and", |name| changed(name, &name.replace(" with ", " and ").replace("-with-", " and "))),
    ("cum as with", |name| changed(name, &name.replace(" cum ", " with ").replace("-cum-", "-with-"))),
    ("St. as Saint", |name| changed(name, &name.replace("St. ", "Saint ").replace("St ", "Saint "))),
    ("St. as ST", |name| changed(name, &name.replace("St. ", "ST "))),
    ("no apostrophe", |name| changed(name, &name.replace('\'', ""))),
    ("damaged apostrophe", |name| changed(name, &name.replace('\'', "â€™"))),
    ("hyphens as spaces", |name| changed(name, &name.replace('-', " "))),
    ("spaces as hyphens", |name| changed(name, &name.replace(' ', "-"))),
    ("no spaces", |name| changed(name, &name.replace(' ', ""))),
    ("Great as Gt., Little as Lt.", |name| changed(name, &name.replace("Great ", "Gt. ").replace("Little ", "Lt. "))),
    ("turned round: X (Great)", turned),
    (SLIP, |name| Some(slipped(name))),
];

fn changed(name: &str, written: &str) -> Option<String> {
    (name != written).then(|| written.to_owned())
}

fn titled(name: &str) -> String {
    name.split_inclusive([' ', '-'])
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
        })
        .collect()
}

fn turned(name: &str) -> Option<String> {
    let (first, rest) = name.split_once(' ')?;
    let turns = matches!(first, "Great" | "Little" | "Upper" | "Lower" | "North" | "South" | "East" | "West");
    (turns && !rest.contains(['(', ','])).then(|| format!("{rest} ({first})"))
}

/// One letter changed, left out, doubled or swapped, by the name's own letters: the same every time.
fn slipped(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let seed = letters.iter().fold(17_usize, |sum, letter| (sum * 31 + *letter as usize) % 1_000_003);
    let places: Vec<usize> = (1..letters.len()).filter(|at| letters[*at].is_ascii_lowercase()).collect();
    let at = places[seed % places.len()];
    match seed / 7 % 4 {
        0 => letters[at] = char::from(b'a' + (letters[at] as u8 - b'a' + 1 + u8::try_from(seed % 24).unwrap()) % 26),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        _ if at + 1 < letters.len() && letters[at + 1] != letters[at] => letters.swap(at, at + 1),
        _ => letters.insert(at, 'x'),
    }
    letters.into_iter().collect()
}

/// What each habit comes to: with the district (where the register has one), and by name alone.
fn measure((register, index): &(Vec<Listed>, Index), step: usize) -> Vec<(&'static str, Tally, Tally, Vec<String>)> {
    let names: HashSet<String> = register.iter().map(|entry| normalise(&entry.name)).collect();
    let current: Vec<&Listed> = register.iter().filter(|entry| entry.current).step_by(step).collect();
    HABITS
        .iter()
        .map(|(title, habit)| {
            let (mut with, mut alone, mut wrong) = (Tally::default(), Tally::default(), Vec::new());
            for entry in &current {
                let Some(written) = habit(&entry.name) else { continue };
                if *title == SLIP && names.contains(&normalise(&written)) {
                    // The slip made another council's name: nobody could tell.
                    continue;
                }
                for district in [Some(entry.district.as_str()).filter(|district| !district.is_empty()), None] {
                    let answer = index.decide(&Asked { name: &written, district, ..Asked::default() });
                    let tally = if district.is_some() { &mut with } else { &mut alone };
                    tally.count(&answer, Some(&entry.gss_code));
                    if answer.decision == Decision::Matched && answer.candidates[0].gss_code != entry.gss_code {
                        wrong.push(format!("{written} ({district:?}): {:?}", answer.candidates[0]));
                    }
                    if district.is_none() {
                        break;
                    }
                }
            }
            (*title, with, alone, wrong)
        })
        .collect()
}

#[test]
fn writing_habits_find_the_right_council_in_a_sample() {
    let Some(real) = real_index() else { return };
    check(&measure(real, 43));
}

/// The table for the documentation: `cargo test --release -- --ignored --nocapture every_habit`.
#[test]
#[ignore = "asks half a million names: run it in release"]
fn every_habit_over_the_whole_register() {
    let Some(real) = real_index() else { return };
    let measured = measure(real, 1);
    for (title, with, alone, wrong) in &measured {
        println!("{}", with.row(&format!("{title}, district")));
        println!("{}", alone.row(&format!("{title}, name alone")));
        for line in wrong.iter().take(20) {
            println!("      wrong: {line}");
        }
    }
    check(&measured);
}

fn check(measured: &[(&'static str, Tally, Tally, Vec<String>)]) {
    let mut all: HashMap<bool, (usize, usize)> = HashMap::new();
    for (title, with, alone, wrong) in measured {
        let slip = *title == SLIP;
        for (tally, district) in [(with, true), (alone, false)] {
            let sum = all.entry(district).or_default();
            sum.0 += tally.right;
            sum.1 += tally.wrong;
            if tally.asked >= 20 {
                let floor = match (slip, district) {
                    (true, true) => 0.80,
                    (true, false) => 0.40,
                    (false, true) => 0.97,
                    (false, false) => 0.55,
                };
                assert!(tally.recall() >= floor, "{}", tally.row(title));
                assert!(tally.precision() >= 0.995, "{} {wrong:?}", tally.row(title));
            }
        }
    }
    for (district, (right, wrong)) in all {
        assert!(
            right > 0 && wrong * 1000 <= (right + wrong) * 2,
            "with district {district}: {wrong} wrong of {right} right"
        );
    }
}

/// What a register that lacks every nth entry makes of the names it lacks: how many it takes for another's.
fn absent(register: &[Listed], nth: usize, offset: usize) -> (usize, Vec<String>) {
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    let mut position = 0;
    for entry in register {
        position += usize::from(entry.current);
        if entry.current && position % nth == offset { left_out.push(entry) } else { kept.push(entry.clone()) }
    }
    let index = Index::build(kept);
    let mut taken = Vec::new();
    for entry in &left_out {
        let name = format!("{} Parish Council", entry.name);
        for district in [Some(entry.district.as_str()).filter(|district| !district.is_empty()), None] {
            let answer = index.decide(&Asked { name: &name, district, ..Asked::default() });
            if let (Decision::Matched, Some(first)) = (answer.decision, answer.candidates.first())
                && normalise(&first.name) != normalise(&entry.name)
            {
                taken.push(format!(
                    "{name} ({district:?}) taken for {}, {}: {:?}",
                    first.name, first.district, first.reasons
                ));
            }
        }
    }
    (left_out.len(), taken)
}

#[test]
fn a_name_that_the_register_lacks_is_hardly_ever_taken_for_another() {
    let Some(register) = real_register() else { return };
    let (asked, taken) = absent(&register, 29, 3);
    assert!(asked > 300 && taken.len() * 100 <= asked, "{asked} asked: {taken:#?}");
}

#[test]
#[ignore = "builds the index ten times: run it in release"]
fn every_absent_name() {
    let Some(register) = real_register() else { return };
    let (mut asked, mut taken) = (0, Vec::new());
    for offset in 0..10 {
        let (more, wrong) = absent(&register, 10, offset);
        asked += more;
        taken.extend(wrong);
    }
    println!("{asked} names left out of the register, {} taken for another:\n{}", taken.len(), taken.join("\n"));
    assert!(taken.len() * 100 <= asked, "{} of {asked}", taken.len());
}
