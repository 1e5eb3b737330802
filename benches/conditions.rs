//! Conditions of rules: 1.35 million evaluations by our own interpreter, by closures written by hand, and by the `cel` crate.
//!
//! Prints the three times and their ratios, all in one run, the best of five goes each. The conditions are shipped ones; the
//! closures read the same values. Before anything is timed, all three must give the same answers.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a bench that can't go on stops")]

use bellwether::evidence::{EvidenceKind, Fact, FieldType, Standing, Value};
use bellwether::scoring::expression::{Condition, CouncilContext, Scene, compile};
use jiff::civil::date;
use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

const KIND: EvidenceKind = EvidenceKind::Complaint;
const FACTS: usize = 135_000;
/// CEL is slow enough to be measured on fewer.
const CEL_FACTS: usize = 6_750;

const UPHELD: [&str; 2] = ["upheld", "partly_upheld"];

/// Ten conditions of the kind that most rules have: theme, stage, outcome, and for some the body.
const CONDITIONS: [(&str, &[&str], Option<&str>); 10] = [
    ("short_notice", &UPHELD, None),
    ("inquorate_decision", &UPHELD, None),
    ("public_excluded", &UPHELD, None),
    ("unlawful_precept", &UPHELD, None),
    ("disrespect", &UPHELD, None),
    ("bullying_or_harassment", &UPHELD, None),
    ("grievance", &UPHELD, None),
    ("fraud_or_theft", &["convicted"], Some("court")),
    ("health_and_safety", &["prohibition", "convicted"], Some("health_and_safety_executive")),
    ("data_breach", &["upheld", "enforcement"], Some("information_commissioner")),
];

type Closure = Box<dyn Fn(&Fact) -> Option<bool>>;

fn main() {
    let facts = facts();
    let sources: Vec<String> = CONDITIONS.iter().map(source).collect();
    let ours: Vec<Condition> = sources.iter().map(|source| compile(source, KIND).expect("a condition")).collect();
    let closures: Vec<Closure> = CONDITIONS.iter().map(closure).collect();
    let programs: Vec<cel::Program> =
        sources.iter().map(|source| cel::Program::compile(source).expect("CEL")).collect();
    agree(&facts, (&ours, &closures, &programs));
    let council = CouncilContext {
        council_id: 1,
        gss_code: "E04999999".to_owned(),
        county: "Invented".to_owned(),
        parishes: 1,
        income: None,
    };
    let as_of = date(2026, 3, 1);
    let by_closures = best(|| {
        let held = facts.iter().flat_map(|fact| closures.iter().map(move |closure| closure(fact)));
        black_box(held.filter(|held| *held == Some(true)).count());
    });
    let by_us = best(|| {
        let scene = |fact| Scene { fact, council: &council, as_of };
        let held = facts.iter().flat_map(|fact| ours.iter().map(move |condition| condition.holds(&scene(fact))));
        black_box(held.filter(|held| *held == Some(true)).count());
    });
    let contexts: Vec<cel::Context<'_, '_>> = facts.iter().take(CEL_FACTS).map(context).collect();
    let by_cel = best(|| {
        let held = contexts.iter().flat_map(|context| programs.iter().map(move |program| program.execute(context)));
        black_box(held.filter(|held| matches!(held, Ok(cel::Value::Bool(true)))).count());
    });
    let many = FACTS * CONDITIONS.len();
    let each = |time: Duration, facts: usize| time.as_secs_f64() * 1e9 / (facts * CONDITIONS.len()) as f64;
    let (closure, own, cel) = (each(by_closures, FACTS), each(by_us, FACTS), each(by_cel, CEL_FACTS));
    println!(
        "{many} evaluations of {} conditions; CEL on a twentieth of them, its contexts made beforehand",
        ours.len()
    );
    println!("closures  {closure:>8.1} ns each");
    println!("ours      {own:>8.1} ns each   {:>6.2} x closures", own / closure);
    println!("cel       {cel:>8.1} ns each   {:>6.2} x closures, {:.1} x ours", cel / closure, cel / own);
}

/// The best of five goes.
fn best(mut work: impl FnMut()) -> Duration {
    let go = |_| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    (0..5).map(go).min().expect("a go")
}

fn source((theme, outcomes, body): &(&str, &[&str], Option<&str>)) -> String {
    let outcomes: Vec<String> = outcomes.iter().map(|outcome| format!("\"{outcome}\"")).collect();
    let body = body.map(|body| format!(" && evidence.body == \"{body}\"")).unwrap_or_default();
    format!(
        "evidence.theme == \"{theme}\" && evidence.stage == \"decided\" && evidence.outcome in [{}]{body}",
        outcomes.join(", ")
    )
}

fn words(field: &str) -> (usize, &'static [&'static str]) {
    let slot = KIND.slot(field).expect("a field");
    match KIND.fields()[slot].holds {
        FieldType::Choice(words) => (slot, words),
        other => panic!("{field} is {other:?}"),
    }
}

fn place(field: &str, word: &str) -> u16 {
    let found = words(field).1.iter().position(|known| *known == word).expect("a word of the field");
    u16::try_from(found).expect("few words")
}

/// As somebody would write it who knows the slots: the words looked up once, three-valued as the language is.
fn closure((theme, outcomes, body): &(&str, &[&str], Option<&str>)) -> Closure {
    let (theme_at, theme) = (words("theme").0, place("theme", theme));
    let (stage_at, decided) = (words("stage").0, place("stage", "decided"));
    let outcome_at = words("outcome").0;
    let outcomes: Vec<u16> = outcomes.iter().map(|outcome| place("outcome", outcome)).collect();
    let body = body.map(|body| (words("body").0, place("body", body)));
    let choice = |fact: &Fact, slot: usize| match fact.values[slot] {
        Value::Choice(word) => Some(word),
        _ => None,
    };
    Box::new(move |fact| {
        let mut answer = Some(true);
        let mut and = |part: Option<bool>| match part {
            Some(false) => false,
            None => {
                answer = None;
                true
            }
            Some(true) => true,
        };
        let holds = and(choice(fact, theme_at).map(|word| word == theme))
            && and(choice(fact, stage_at).map(|word| word == decided))
            && and(choice(fact, outcome_at).map(|word| outcomes.contains(&word)))
            && body.is_none_or(|(slot, body)| and(choice(fact, slot).map(|word| word == body)));
        if holds { answer } else { Some(false) }
    })
}

/// Invented complaints that say everything, by a fixed sequence.
fn facts() -> Vec<Fact> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).expect("small")).expect("small")
    };
    let fields: Vec<(usize, usize)> =
        ["theme", "body", "stage", "outcome"].into_iter().map(words).map(|(slot, words)| (slot, words.len())).collect();
    let fact = |_| {
        let mut values = vec![Value::Unknown; KIND.fields().len()];
        for (slot, words) in &fields {
            values[*slot] = Value::Choice(u16::try_from(draw(*words)).expect("few words"));
        }
        // One in four is what a condition is after, so that both answers are given often.
        if draw(4) == 0 {
            let (theme, outcomes, body) = CONDITIONS[draw(CONDITIONS.len())];
            let wanted =
                [("theme", Some(theme)), ("stage", Some("decided")), ("outcome", Some(outcomes[0])), ("body", body)];
            for (field, word) in wanted.iter().filter_map(|(field, word)| Some((field, (*word)?))) {
                values[words(field).0] = Value::Choice(place(field, word));
            }
        }
        Fact {
            evidence_id: 1,
            kind: KIND,
            key: String::new(),
            feed: String::new(),
            event: None,
            happened_on: None,
            determined_on: Some(date(2026, 1, 1)),
            standing: Standing::Determined,
            values,
            fingerprint: String::new(),
        }
    };
    (0..FACTS).map(fact).collect()
}

/// The same as CEL reads it.
fn context(fact: &Fact) -> cel::Context<'static, 'static> {
    let said = |field: &str| {
        let (slot, words) = words(field);
        match fact.values[slot] {
            Value::Choice(word) => cel::Value::String(words[usize::from(word)].to_owned().into()),
            _ => cel::Value::Null,
        }
    };
    let evidence: HashMap<String, cel::Value> =
        ["theme", "body", "stage", "outcome"].map(|field| (field.to_owned(), said(field))).into_iter().collect();
    let mut context = cel::Context::default();
    context.add_variable_from_value("evidence", evidence);
    context
}

/// All three must say the same before any is timed.
fn agree(facts: &[Fact], (ours, closures, programs): (&[Condition], &[Closure], &[cel::Program])) {
    let council =
        CouncilContext { council_id: 1, gss_code: String::new(), county: String::new(), parishes: 1, income: None };
    let mut held = 0;
    for fact in facts.iter().take(2_000) {
        let scene = Scene { fact, council: &council, as_of: date(2026, 3, 1) };
        let context = context(fact);
        for ((condition, closure), program) in ours.iter().zip(closures).zip(programs) {
            let (own, theirs) = (condition.holds(&scene), program.execute(&context));
            assert_eq!(own, closure(fact), "{}", condition.source());
            assert_eq!(own, theirs.ok().map(|value| value == cel::Value::Bool(true)), "{}", condition.source());
            held += usize::from(own == Some(true));
        }
    }
    println!("agreed on {} answers, {held} of them yes", 2_000 * CONDITIONS.len());
}
