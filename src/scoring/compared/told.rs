//! A comparison as plain text, for a terminal and for a message to colleagues.
//!
//! In: a [`Comparison`]. Out: its `Display`. Always holds: every change is told, with what it does to points.

use super::{Comparison, EntryChange, Happened, Part};
use std::fmt;

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |hash: &str| hash.get(..12).unwrap_or(hash).to_owned();
        writeln!(f, "before  {} ({})", self.before, short(&self.hash_before))?;
        writeln!(f, "after   {} ({})", self.after, short(&self.hash_after))?;
        let Some(effect) = self.effect() else {
            let same = if self.hash_before == self.hash_after { "They are the same files." } else { SAME_MEANING };
            return writeln!(f, "\n{same}");
        };
        let mut part = None;
        for change in &self.changes {
            if part != Some(change.part) {
                writeln!(f, "\n{}", heading(change.part))?;
                part = Some(change.part);
            }
            entry(f, change)?;
        }
        let many = self.changes.len();
        let entries = if many == 1 { "1 entry differs".to_owned() } else { format!("{many} entries differ") };
        writeln!(f, "\n{entries}; taken together: {}.", effect.told())?;
        Ok(())
    }
}

const SAME_MEANING: &str = "They mean the same: only comments, spaces, order or the names of files differ.";

fn heading(part: Part) -> &'static str {
    match part {
        Part::RuleSet => "Name",
        Part::Rule => "Rules",
        Part::Mitigation => "Mitigations",
        Part::AssessedBy => "What indicators are assessed by",
        Part::Points => "Points",
        Part::Band => "Bands",
        Part::Floor => "Floor",
        Part::Ceiling => "Ceiling",
        Part::Coverage => "Coverage",
    }
}

fn entry(f: &mut fmt::Formatter<'_>, change: &EntryChange) -> fmt::Result {
    let sign = match change.happened {
        Happened::Added => '+',
        Happened::Removed => '-',
        Happened::Renamed | Happened::Changed => '~',
    };
    write!(f, "  {sign} {}", change.id)?;
    if !change.title.is_empty() {
        write!(f, "  {}", change.title)?;
    }
    if let Some(before) = &change.renamed_from {
        write!(f, "  (was {before})")?;
    }
    if change.aspects.is_empty() {
        return writeln!(f, "  [{}]", change.effect.told());
    }
    writeln!(f)?;
    for aspect in &change.aspects {
        let nothing = "nothing".to_owned();
        let (before, after) = (aspect.before.as_ref().unwrap_or(&nothing), aspect.after.as_ref().unwrap_or(&nothing));
        let key = &aspect.key;
        // What is long is read better one above the other.
        if before.chars().count() + after.chars().count() > 80 {
            writeln!(f, "      {key}  [{}]\n        from  {before}\n        to    {after}", aspect.effect.told())?;
        } else {
            writeln!(f, "      {key}: {before} -> {after}  [{}]", aspect.effect.told())?;
        }
    }
    Ok(())
}
