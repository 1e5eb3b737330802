//! Tests of the rule set: the shipped files, rule by rule; what the loader says of mistakes; folders.

mod clearing;
mod examples;
mod folders;
mod mistakes;
mod settings;
mod shipped;
mod silence;

use super::{Rule, RuleFile, RuleSet, embedded, load};
use crate::evidence::{EvidenceKind, Fact, Item, Standing};
use crate::scoring::expression::{CouncilContext, Scene};
use jiff::civil::{Date, date};
use serde_json::Value as Json;

const AS_OF: Date = date(2026, 3, 1);

fn shipped() -> RuleSet {
    load(&embedded()).unwrap_or_else(|error| panic!("{error}"))
}

fn rule<'s>(set: &'s RuleSet, id: &str) -> &'s Rule {
    set.rules.iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule {id}"))
}

/// A fact with these fields, determined on 1 March 2026; `happened_on` among them is the fact's own date.
fn fact(kind: EvidenceKind, fields: &Json) -> Fact {
    let mut fields = fields.as_object().unwrap().clone();
    let happened_on = fields.remove("happened_on").map(|day| day.as_str().unwrap().parse().unwrap());
    for (name, value) in &fields {
        let slot = kind.slot(name).unwrap_or_else(|| panic!("{} has no {name}", kind.name()));
        let read = crate::evidence::Value::read(&kind.fields()[slot], Some(value));
        assert_ne!(read, crate::evidence::Value::Unknown, "{name}: {value}");
    }
    let item = Item {
        id: 1,
        council_id: 1,
        kind,
        feed: "test".to_owned(),
        record_key: "R1".to_owned(),
        chain: "chain".to_owned(),
        version: 1,
        event: None,
        happened_on,
        determined_on: Some(AS_OF),
        known_at: "2026-03-01T00:00:00Z".parse().unwrap(),
        standing: Standing::Determined,
        fields,
        fingerprint: String::new(),
        url: None,
    };
    item.into_facts().remove(0)
}

/// What the rule's condition says of a fact with these fields.
fn says(rule: &Rule, fields: &Json) -> Option<bool> {
    let council = CouncilContext {
        council_id: 1,
        gss_code: "E04999999".to_owned(),
        county: "Midshire".to_owned(),
        parishes: 1,
        income: None,
    };
    rule.when.holds(&Scene { fact: &fact(rule.kind, fields), council: &council, as_of: AS_OF })
}

/// The shipped files with one of them replaced, or one more.
fn shipped_but(name: &str, text: &str) -> Vec<RuleFile> {
    let mut files = embedded();
    files.retain(|file| file.name != name);
    files.push(RuleFile { name: name.to_owned(), text: text.to_owned() });
    files
}

/// What loading says of these files, shown as people see it.
fn shown(files: &[RuleFile]) -> String {
    load(files).err().map_or_else(|| "nothing is wrong".to_owned(), |error| error.to_string())
}

/// The settings and coverage that every set needs, and one file more.
fn settings_and(name: &str, text: &str) -> Vec<RuleFile> {
    let mut files = shipped_but(name, text);
    files.retain(|file| [name, "bands.toml", "coverage.toml"].contains(&file.name.as_str()));
    files
}
