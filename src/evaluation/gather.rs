//! The one place that asks the store: every council on every cut-off as it was known then, and the outcomes as they
//! are known now.
//!
//! In: an [`App`], a [`Question`] and its [`Days`]. Out: [`Gathered`]. Always holds: what stands in an observation,
//! but for its outcome, comes from `triage::known`, which takes only what was known by the end of the cut-off; an
//! outcome is what the engine itself says of evidence, never a comparison of words.
//!
//! How outcomes are found: the council is scored on each day on which something new became known of it, with what was
//! known by then. What an item of the outcome's catalogue is counted from is the outcome's day. What has since been
//! taken back, disputed or restated, so that at the end no item of it would have counted on that day, is none. Only
//! records of what lasts (an inquorate order) are taken as they stood: that it has ended since doesn't mean that it
//! wasn't so.

use super::observation::{Gathered, Observation};
use super::question::{Days, Question};
use crate::app::App;
use crate::clock::{day_in_england, end_of_day};
use crate::error::AppError;
use crate::evidence::{Item, Standing};
use crate::scoring::engine::{Engine, SourceCover};
use crate::scoring::{Band, Score, ScoredItem};
use crate::store::register::CouncilRow;
use crate::store::{Database, evidence, register};
use crate::triage::{covering_sources, known, known_of};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Councils looked at together: bounds memory whatever the size of the register.
const BATCH: usize = 500;

/// The counties that a source covers (none: all), and the source.
type Covering = Vec<(Vec<String>, SourceCover)>;

/// Gathers what the tables are made from.
///
/// # Errors
/// When the database fails.
pub fn gather(app: &App, question: &Question, days: &Days) -> Result<Gathered, AppError> {
    let in_force = app.in_force()?;
    let engine = Engine::new(&in_force.set).without_clearing();
    let mut looks: BTreeSet<Date> = days.cut_offs.iter().copied().collect();
    looks.extend(days.cut_offs.iter().map(|day| year_before(*day)));
    app.store.read(|connection| {
        let councils: Vec<CouncilRow> =
            register::councils(connection)?.into_iter().filter(|council| council.current).collect();
        let mut covering: Vec<(Date, Covering)> = Vec::new();
        for day in &looks {
            covering.push((*day, covering_sources(connection, *day)?));
        }
        let mut gathering =
            Gathering { question, days, engine: &engine, gathered: Gathered::default(), rules: HashMap::new() };
        for batch in councils.chunks(BATCH) {
            gathering.outcomes_of(connection, batch)?;
            gathering.observe(connection, batch, &covering)?;
        }
        let mut gathered = gathering.gathered;
        gathered.observations.sort_by_key(|observation| (observation.cut_off, observation.council));
        Ok(gathered)
    })
}

fn year_before(day: Date) -> Date {
    day.saturating_sub(12.months())
}

struct Gathering<'q> {
    question: &'q Question,
    days: &'q Days,
    engine: &'q Engine<'q>,
    gathered: Gathered,
    /// The place of each rule in what is gathered.
    rules: HashMap<String, usize>,
}

/// An outcome while it is looked for: what it is of, from which day it counts, and the last day on which it was seen
/// to.
struct Seen {
    from: Date,
    on: Date,
    lasts: bool,
}

/// An outcome's name within a council: the catalogue's id, and the chain of the evidence that came last to it.
type Name = (String, String);

impl Gathering<'_> {
    fn is_outcome(&self, item: &ScoredItem) -> bool {
        self.question.outcome.contains(&item.catalogue)
    }

    /// Finds every outcome of these councils that is known at the end.
    fn outcomes_of(&mut self, connection: &mut Database, batch: &[CouncilRow]) -> Result<(), AppError> {
        let ids: Vec<i64> = batch.iter().map(|council| council.id).collect();
        let mut items: HashMap<i64, Vec<Item>> = HashMap::new();
        for (item, _) in evidence::known(connection, &ids, end_of_day(self.days.known_until))? {
            items.entry(item.council_id).or_default().push(item);
        }
        for council in batch {
            let Some(items) = items.remove(&council.id) else { continue };
            let outcomes = self.outcomes(council, &items);
            if !outcomes.is_empty() {
                self.gathered.outcomes.insert(council.id, outcomes);
            }
        }
        Ok(())
    }

    fn outcomes(&self, council: &CouncilRow, items: &[Item]) -> Vec<Date> {
        let mut looks: BTreeSet<Date> = items.iter().map(|item| day_in_england(item.known_at)).collect();
        // Some rules begin to count by the passing of time alone.
        looks.extend(self.days.cut_offs.iter().chain(&self.days.unfinished).copied());
        looks.insert(self.days.known_until);
        let mut seen: BTreeMap<Name, Seen> = BTreeMap::new();
        for on in looks {
            let by_then = items.iter().filter(|item| item.known_at < end_of_day(on)).cloned().collect();
            for (name, item) in self.counting(council, (by_then, items), on) {
                let lasts = item.kind.slot("open").is_some();
                seen.insert(name, Seen { from: item.counted_from, on, lasts });
            }
        }
        let mut at_the_end: BTreeMap<Date, BTreeSet<Name>> = BTreeMap::new();
        for seen in seen.values().filter(|seen| !seen.lasts) {
            at_the_end.entry(seen.on).or_insert_with(|| {
                self.counting(council, (items.to_vec(), items), seen.on).into_iter().map(|(name, _)| name).collect()
            });
        }
        let facts = known_of(council, items.to_vec()).facts;
        let determined =
            |chain: &str| facts.iter().any(|fact| fact.key == chain && fact.standing == Standing::Determined);
        let stands = |(name, seen): &(&Name, &Seen)| match seen.lasts {
            true => determined(&name.1),
            false => at_the_end.get(&seen.on).is_some_and(|names| names.contains(*name)),
        };
        let days: BTreeSet<Date> = seen.iter().filter(stands).map(|(_, seen)| seen.from).collect();
        days.into_iter().collect()
    }

    /// The items of the outcome that count on a day, by what was known then.
    fn counting(&self, council: &CouncilRow, (known, all): (Vec<Item>, &[Item]), on: Date) -> Vec<(Name, ScoredItem)> {
        let score = known_of(council, known).score(self.engine, on);
        let chain = |item: &ScoredItem| {
            let last = item.evidence.iter().max();
            let found = all.iter().find(|kept| Some(&kept.id) == last);
            found.map_or_else(String::new, |kept| kept.chain.clone())
        };
        let of_outcome = score.items.into_iter().filter(|item| self.is_outcome(item));
        of_outcome.map(|item| ((item.catalogue.clone(), chain(&item)), item)).collect()
    }

    /// Looks at these councils on every cut-off.
    fn observe(
        &mut self,
        connection: &mut Database,
        batch: &[CouncilRow],
        covering: &[(Date, Covering)],
    ) -> Result<(), AppError> {
        let mut bands: HashMap<(i64, Date), Band> = HashMap::new();
        let cut_offs: BTreeSet<Date> = self.days.cut_offs.iter().copied().collect();
        let mut fresh = Vec::new();
        for (day, sources) in covering {
            for known in known(connection, batch, *day, sources)? {
                let (council, score) = (known.context.council_id, known.score(self.engine, *day));
                bands.insert((council, *day), score.band);
                if cut_offs.contains(day) {
                    fresh.push(self.observation(council, &score));
                }
            }
        }
        for observation in &mut fresh {
            let before = bands.get(&(observation.council, year_before(observation.cut_off)));
            observation.band_before = before.copied().unwrap_or(Band::NotAssessed);
        }
        self.gathered.observations.append(&mut fresh);
        Ok(())
    }

    fn observation(&mut self, council: i64, score: &Score) -> Observation {
        let day = score.as_of;
        let of_outcome = || score.items.iter().filter(|item| self.is_outcome(item));
        let recent = of_outcome().any(|item| item.counted_from > year_before(day));
        let counting = of_outcome().next().is_some();
        let reach = self.question.reach(day);
        let coming = self.gathered.outcomes.get(&council).into_iter().flatten();
        let outcome = coming.copied().find(|came| *came > day && *came <= reach);
        let mut indicators = [0; 5];
        for (place, indicator) in indicators.iter_mut().zip(&score.indicators) {
            *place = indicator.points;
        }
        let rules: BTreeSet<usize> = score.items.iter().map(|item| self.place_of(&item.rule)).collect();
        Observation {
            council,
            cut_off: day,
            points: score.total,
            band: score.band,
            indicators,
            rules: rules.into_iter().collect(),
            recent,
            counting,
            band_before: Band::NotAssessed,
            outcome,
        }
    }

    fn place_of(&mut self, rule: &str) -> usize {
        if let Some(place) = self.rules.get(rule) {
            return *place;
        }
        let place = self.gathered.rules.len();
        self.gathered.rules.push(rule.to_owned());
        self.rules.insert(rule.to_owned(), place);
        place
    }
}
