//! Reads TOML tables key by key, so that one wrong key does not hide the next.
//!
//! In: a table of a parsed file, with spans. Out: values of the wanted types; everything else goes to [`Reports`].
//! Always holds: a getter gives nothing only where the key is absent or its value has been reported.

use super::diagnose::{Diagnostic, Place};
use super::files::RuleFile;
use crate::scoring::expression::{list, nearest};
use jiff::civil::Date;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Written<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// What is found wrong in one file, and the rule that is being read.
pub(crate) struct Reports<'f> {
    pub file: &'f RuleFile,
    pub rule: Option<String>,
    pub found: Vec<Diagnostic>,
}

impl<'f> Reports<'f> {
    pub(crate) fn new(file: &'f RuleFile) -> Reports<'f> {
        Reports { file, rule: None, found: Vec::new() }
    }

    /// A problem and what to do about it.
    pub(crate) fn say(&mut self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let mut diagnostic = Diagnostic::new(Place::of(self.file, span), message).help(help);
        diagnostic.rule.clone_from(&self.rule);
        self.found.push(diagnostic);
    }
}

/// A key that a table may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub name: &'static str,
    /// Whether every such table has it.
    pub required: bool,
    /// What it says, for the reference.
    pub meaning: &'static str,
}

/// A key that every such table has.
pub(crate) const fn required(name: &'static str, meaning: &'static str) -> Key {
    Key { name, required: true, meaning }
}

/// A key that such a table may leave out.
pub(crate) const fn optional(name: &'static str, meaning: &'static str) -> Key {
    Key { name, required: false, meaning }
}

/// One table of a file.
pub(crate) struct Table<'t, 'i> {
    entries: &'t DeTable<'i>,
    /// As people write it: `[[rule]]`, `in_force`.
    pub name: &'static str,
    /// Its header or braces.
    pub span: Range<usize>,
}

impl<'t, 'i> Table<'t, 'i> {
    pub(crate) fn new(entries: &'t DeTable<'i>, name: &'static str, span: Range<usize>) -> Table<'t, 'i> {
        Table { entries, name, span }
    }

    /// As [`Table::keys`], from the keys' own table.
    pub(crate) fn known(&self, keys: &[Key], reports: &mut Reports) {
        let named = |wanted: bool| -> Vec<&'static str> {
            keys.iter().filter(|key| key.required == wanted).map(|key| key.name).collect()
        };
        self.keys(&named(true), &named(false), reports);
    }

    /// Reports every key that there is not, and every key that is missing (but for one that is there with a slip).
    pub(crate) fn keys(&self, required: &[&'static str], optional: &[&'static str], reports: &mut Reports) {
        let known = || required.iter().chain(optional).copied();
        let missing = || required.iter().copied().filter(|key| self.entries.get(*key).is_none());
        let mut meant = Vec::new();
        for key in self.entries.keys().filter(|key| !known().any(|known| known == key.get_ref().as_ref())) {
            let message = format!("{} has no key `{}`", self.name, key.get_ref());
            let near = nearest(key.get_ref(), missing()).or_else(|| nearest(key.get_ref(), known()));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it may have {}", list(known().map(|key| format!("`{key}`")))),
            };
            meant.extend(near);
            reports.say(&key.span(), message, help);
        }
        for key in missing().filter(|key| !meant.contains(key)) {
            let message = format!("{} has no `{key}`", self.name);
            reports.say(&self.span, message, format!("add a line `{key} = ...`"));
        }
    }

    fn value(&self, key: &str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.entries.get(key)
    }

    /// Whether the key stands in the table at all, and where its value is.
    pub(crate) fn written(&self, key: &str) -> Option<Range<usize>> {
        self.value(key).map(Spanned::span)
    }

    fn read<T>(
        &self,
        key: &str,
        wanted: &str,
        reports: &mut Reports,
        read: impl FnOnce(&'t DeValue<'i>) -> Option<T>,
    ) -> Option<Written<T>> {
        let found = self.value(key)?;
        let value = read(found.get_ref());
        if value.is_none() {
            let message = format!("`{key}` must be {wanted}, but this is {}", name_of(found.get_ref()));
            reports.say(&found.span(), message, format!("write {}", example_of(wanted)));
        }
        value.map(|value| Written { value, span: found.span() })
    }

    /// A text that says something.
    pub(crate) fn text(&self, key: &str, reports: &mut Reports) -> Option<Written<String>> {
        let text = self.read(key, "a text", reports, |value| value.as_str().map(str::to_owned))?;
        if text.value.trim().is_empty() {
            reports.say(&text.span, format!("`{key}` is empty"), "say it in a few words");
            return None;
        }
        Some(text)
    }

    pub(crate) fn yes_no(&self, key: &str, reports: &mut Reports) -> Option<Written<bool>> {
        self.read(key, "true or false", reports, DeValue::as_bool)
    }

    pub(crate) fn date(&self, key: &str, reports: &mut Reports) -> Option<Written<Date>> {
        self.read(key, "a date", reports, |value| {
            let written = value.as_datetime().filter(|written| written.time.is_none() && written.offset.is_none())?;
            let date = written.date?;
            Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
        })
    }

    /// A whole number within a range.
    pub(crate) fn whole(&self, key: &str, range: RangeInclusive<u32>, reports: &mut Reports) -> Option<Written<u32>> {
        let found = self.read(key, "a whole number", reports, |value| {
            let written = value.as_integer()?;
            // A number that no i64 holds is far outside of any range here.
            Some(i64::from_str_radix(written.as_str(), written.radix()).unwrap_or(i64::MAX))
        })?;
        match u32::try_from(found.value).ok().filter(|number| range.contains(number)) {
            Some(value) => Some(Written { value, span: found.span }),
            None => {
                let (from, to) = (range.start(), range.end());
                reports.say(
                    &found.span,
                    format!("`{key}` must be from {from} to {to}"),
                    "choose a number between them",
                );
                None
            }
        }
    }

    /// Points as a person writes them (`10.5`), in milli-points; read digit by digit, never as a floating-point number.
    pub(crate) fn points(&self, key: &str, reports: &mut Reports) -> Option<Written<i64>> {
        self.read(key, "points", reports, milli_points)
    }

    /// A list, each of its values read in the same way.
    pub(crate) fn list_of<T>(
        &self,
        key: &str,
        wanted: &str,
        reports: &mut Reports,
        read: impl Fn(&'t DeValue<'i>) -> Option<T>,
    ) -> Option<Vec<Written<T>>> {
        let found = self.read(key, wanted, reports, DeValue::as_array)?;
        let mut values = Vec::with_capacity(found.value.len());
        for value in &**found.value {
            match read(value.get_ref()) {
                Some(read) => values.push(Written { value: read, span: value.span() }),
                None => {
                    let message = format!("`{key}` must be {wanted}, but this is {}", name_of(value.get_ref()));
                    reports.say(&value.span(), message, format!("write {}", example_of(wanted)));
                }
            }
        }
        (values.len() == found.value.len()).then_some(values)
    }

    /// A list of words.
    pub(crate) fn words(&self, key: &str, reports: &mut Reports) -> Option<Vec<Written<String>>> {
        self.list_of(key, "a list of texts", reports, |value| value.as_str().map(str::to_owned))
    }

    /// A table within this one.
    pub(crate) fn table(&self, key: &str, name: &'static str, reports: &mut Reports) -> Option<Table<'t, 'i>> {
        let found = self.read(key, "a table", reports, DeValue::as_table)?;
        Some(Table::new(found.value, name, found.span))
    }

    /// The table under a key, or those of a list under it.
    pub(crate) fn one_or_more(&self, key: &str, name: &'static str, reports: &mut Reports) -> Vec<Table<'t, 'i>> {
        match self.value(key).map(Spanned::get_ref) {
            Some(DeValue::Table(_)) => self.table(key, name, reports).into_iter().collect(),
            _ => self.tables(key, name, reports),
        }
    }

    /// The tables of a `[[key]]`; none where there is no such key.
    pub(crate) fn tables(&self, key: &str, name: &'static str, reports: &mut Reports) -> Vec<Table<'t, 'i>> {
        let wanted = "a list of tables";
        let Some(found) = self.read(key, wanted, reports, DeValue::as_array) else { return Vec::new() };
        let mut tables = Vec::with_capacity(found.value.len());
        for value in &**found.value {
            match value.get_ref().as_table() {
                Some(entries) => tables.push(Table::new(entries, name, value.span())),
                None => {
                    let message = format!("`{key}` must be {wanted}, but this is {}", name_of(value.get_ref()));
                    reports.say(&value.span(), message, format!("begin each with {name}"));
                }
            }
        }
        tables
    }
}

/// `10.5` as 10500; nothing for what is negative, has more than three decimals or is no number.
pub(crate) fn milli_points(value: &DeValue) -> Option<i64> {
    let (whole, decimals) = match value {
        DeValue::Integer(number) if number.radix() == 10 => (number.as_str(), ""),
        DeValue::Float(number) => number.as_str().split_once('.')?,
        _ => return None,
    };
    // No sign either: "-0.5" would lose it with the whole part.
    if decimals.len() > 3 || !whole.bytes().chain(decimals.bytes()).all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths: i64 = format!("{decimals:0<3}").parse().ok()?;
    let whole: i64 = whole.parse().ok()?;
    whole.checked_mul(1_000)?.checked_add(thousandths)
}

fn name_of(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with decimals",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn example_of(wanted: &str) -> &'static str {
    match wanted {
        "a text" => "it in quotes: \"...\"",
        "true or false" => "true or false, without quotes",
        "a date" => "year-month-day without quotes, such as 2025-04-01",
        "a whole number" => "digits only, without quotes, such as 24",
        "points" => "points with at most three decimals and without quotes, such as 10.5",
        "a list of points" => "a list such as [1, 3, 7.5, 12]",
        "a list of whole numbers from 100 to 400" => "a list such as [100, 125, 150]",
        "a list of texts" => "a list such as [\"a1\", \"a2\"]",
        "a list of tables" => "its name in double square brackets on a line of its own",
        _ => "it as { key = value }",
    }
}
