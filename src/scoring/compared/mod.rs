//! What differs between two rule sets, by meaning and not by text.
//!
//! In: two rule sets. Out: a [`Comparison`]: what was added, taken out, renamed or changed, each change with what it does to
//! points. Always holds: comments, white space, the order of entries and the files that they stand in are no difference; a
//! condition differs when what it asks differs, not when it is written with other brackets or line breaks.

mod aspects;
mod told;

use super::rules::{AssessedBy, Mitigation, Rule, RuleSet};
use aspects::Aspects;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a change does to points. In order: what people have to look at first comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Examples beside a rule: no score differs.
    Examples,
    /// Words that people read: no points differ.
    Words,
    /// Points stay or fall.
    Fewer,
    /// Points stay or rise.
    More,
    /// Some may rise, others fall: rehearse it.
    Either,
}

impl Effect {
    /// As people read it.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Effect::Examples => "an example, no score differs",
            Effect::Words => "words, no points differ",
            Effect::Fewer => "fewer points or the same",
            Effect::More => "more points or the same",
            Effect::Either => "points may rise or fall",
        }
    }
}

/// A part of a rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    RuleSet,
    Rule,
    Mitigation,
    AssessedBy,
    Points,
    Band,
    Floor,
    Ceiling,
    Coverage,
}

/// What happened to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    Added,
    Removed,
    /// The same entry under another id.
    Renamed,
    Changed,
}

/// One key of an entry that says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Aspect {
    /// As it is written in the file, such as `severity` or `in_force.until`.
    pub key: String,
    /// None where the older set says nothing.
    pub before: Option<String>,
    /// None where the newer set says nothing.
    pub after: Option<String>,
    pub effect: Effect,
}

/// One entry that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntryChange {
    pub part: Part,
    /// Such as `a8.no-return`; of what has no id, what it is about.
    pub id: String,
    /// The title of a rule; empty where there is none.
    pub title: String,
    pub happened: Happened,
    /// The id before, of what was renamed.
    pub renamed_from: Option<String>,
    pub aspects: Vec<Aspect>,
    pub effect: Effect,
}

/// What differs between two rule sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Comparison {
    /// Title and version of the older set.
    pub before: String,
    /// Title and version of the newer set.
    pub after: String,
    /// SHA-256 (hex) of the older set.
    pub hash_before: String,
    /// SHA-256 (hex) of the newer set.
    pub hash_after: String,
    /// By part, then id.
    pub changes: Vec<EntryChange>,
}

impl Comparison {
    /// The greatest effect of any change; none where nothing differs.
    #[must_use]
    pub fn effect(&self) -> Option<Effect> {
        let effects = self.changes.iter().map(|change| change.effect);
        effects.reduce(combined)
    }
}

/// Two effects together: more here and fewer there may be either.
fn combined(one: Effect, other: Effect) -> Effect {
    match (one, other) {
        (Effect::More, Effect::Fewer) | (Effect::Fewer, Effect::More) => Effect::Either,
        _ => one.max(other),
    }
}

/// What differs from an older set to a newer one.
#[must_use]
pub fn compare(older: &RuleSet, newer: &RuleSet) -> Comparison {
    let mut changes = Vec::new();
    let mut title = Aspects::default();
    title.text("title", Some(&older.title), Some(&newer.title), Effect::Words);
    changes.extend(changed(Part::RuleSet, ("rule_set", ""), title));
    changes.extend(aspects::settings(older, newer));
    changes.extend(assessed_by(&older.assessed_by, &newer.assessed_by));
    let by_id = |rule: &Rule| rule.id.clone();
    changes.extend(entries(&older.rules, &newer.rules, by_id));
    changes.extend(entries(&older.mitigations, &newer.mitigations, |mitigation: &Mitigation| mitigation.id.clone()));
    changes.sort_by(|one, next| (one.part, &one.id).cmp(&(next.part, &next.id)));
    Comparison {
        before: older.title.clone(),
        after: newer.title.clone(),
        hash_before: older.hash.clone(),
        hash_after: newer.hash.clone(),
        changes,
    }
}

/// What has an id and can be told key by key.
trait Entry {
    const PART: Part;
    fn title(&self) -> &str;
    /// What differs from `self` to a newer entry.
    fn aspects(&self, newer: &Self) -> Aspects;
    /// What an added entry does to points; a removed one does the contrary.
    const ADDED: Effect;
    const REMOVED: Effect;
    /// What stands before the dot of the id, by which other entries name it.
    fn family(&self) -> &str;
}

impl Entry for Rule {
    const PART: Part = Part::Rule;
    const ADDED: Effect = Effect::More;
    const REMOVED: Effect = Effect::Fewer;

    fn title(&self) -> &str {
        &self.title
    }

    fn aspects(&self, newer: &Rule) -> Aspects {
        aspects::rule(self, newer)
    }

    fn family(&self) -> &str {
        &self.catalogue
    }
}

impl Entry for Mitigation {
    const PART: Part = Part::Mitigation;
    const ADDED: Effect = Effect::Fewer;
    const REMOVED: Effect = Effect::More;

    fn title(&self) -> &'static str {
        ""
    }

    fn aspects(&self, newer: &Mitigation) -> Aspects {
        aspects::mitigation(self, newer)
    }

    fn family(&self) -> &'static str {
        ""
    }
}

/// Entries by id: those in both are compared; an entry that is gone and one that is new are one that was renamed where
/// nothing else differs.
fn entries<E: Entry>(older: &[E], newer: &[E], id: impl Fn(&E) -> String) -> Vec<EntryChange> {
    let older: BTreeMap<String, &E> = older.iter().map(|entry| (id(entry), entry)).collect();
    let newer: BTreeMap<String, &E> = newer.iter().map(|entry| (id(entry), entry)).collect();
    let mut changes = Vec::new();
    let mut added: Vec<(&String, &E)> = Vec::new();
    for (id, entry) in &newer {
        match older.get(id) {
            Some(before) => changes.extend(changed(E::PART, (id, entry.title()), before.aspects(entry))),
            None => added.push((id, entry)),
        }
    }
    let plain = |id: &str, entry: &E, happened: Happened, effect: Effect| EntryChange {
        part: E::PART,
        id: id.to_owned(),
        title: entry.title().to_owned(),
        happened,
        renamed_from: None,
        aspects: Vec::new(),
        effect,
    };
    for (gone, entry) in older.iter().filter(|(id, _)| !newer.contains_key(*id)) {
        let renamed = added.iter().position(|(_, fresh)| entry.aspects(fresh).is_empty());
        if let Some(place) = renamed {
            let (id, fresh) = added.swap_remove(place);
            // Mitigations answer by what stands before the dot: another family may be answered otherwise.
            let effect = if entry.family() == fresh.family() { Effect::Words } else { Effect::Either };
            let change = plain(id, fresh, Happened::Renamed, effect);
            changes.push(EntryChange { renamed_from: Some(gone.clone()), ..change });
        } else {
            changes.push(plain(gone, entry, Happened::Removed, E::REMOVED));
        }
    }
    changes.extend(added.into_iter().map(|(id, entry)| plain(id, entry, Happened::Added, E::ADDED)));
    changes
}

/// The change of an entry that is in both; nothing where no key differs.
fn changed(part: Part, (id, title): (&str, &str), aspects: Aspects) -> Option<EntryChange> {
    let aspects = aspects.found;
    let effect = aspects.iter().map(|aspect| aspect.effect).reduce(combined)?;
    let (id, title) = (id.to_owned(), title.to_owned());
    Some(EntryChange { part, id, title, happened: Happened::Changed, renamed_from: None, aspects, effect })
}

/// What an indicator is assessed by has no id: an entry is what it is about, and its months and words may change.
fn assessed_by(older: &[AssessedBy], newer: &[AssessedBy]) -> Vec<EntryChange> {
    let about = |entry: &AssessedBy| -> String {
        let by = match (&entry.fact, &entry.source) {
            (Some((kind, condition)), _) => format!("{} where {}", kind.name(), condition.on_one_line()),
            (None, Some(source)) => format!("source {source}"),
            (None, None) => String::new(),
        };
        format!("{} by {by}", entry.indicator.letter())
    };
    let plain = |id: &str, happened: Happened| EntryChange {
        part: Part::AssessedBy,
        id: id.to_owned(),
        title: String::new(),
        happened,
        renamed_from: None,
        aspects: Vec::new(),
        // It changes no points, but whether a council is assessed, and with it the band.
        effect: Effect::Either,
    };
    let older: BTreeMap<String, &AssessedBy> = older.iter().map(|entry| (about(entry), entry)).collect();
    let newer: BTreeMap<String, &AssessedBy> = newer.iter().map(|entry| (about(entry), entry)).collect();
    let mut changes = Vec::new();
    for (id, entry) in &newer {
        match older.get(id) {
            Some(before) => {
                let mut found = Aspects::default();
                found.value("months", &before.months, &entry.months, Effect::Either);
                found.text("says", Some(&before.says), Some(&entry.says), Effect::Words);
                changes.extend(changed(Part::AssessedBy, (id, ""), found));
            }
            None => changes.push(plain(id, Happened::Added)),
        }
    }
    changes.extend(older.keys().filter(|id| !newer.contains_key(*id)).map(|id| plain(id, Happened::Removed)));
    changes
}

#[cfg(test)]
mod tests;
