//! What nobody sees: how a council really is, month by month.
//!
//! In: a plan and a council. Out: its [`State`] in each month. Always holds: it is a Markov chain over three states,
//! the same for the same plan; a council stays as it is for long, which is all that can be foretold of it.

use super::Plan;
use super::country::Council;
use crate::draw::Draw;

/// How a council really is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Sound,
    Slipping,
    Failing,
}

impl State {
    /// The word in the truth files.
    pub fn name(self) -> &'static str {
        match self {
            State::Sound => "sound",
            State::Slipping => "slipping",
            State::Failing => "failing",
        }
    }

    /// One of three figures: for sound, slipping and failing.
    pub fn of<T: Copy>(self, [sound, slipping, failing]: [T; 3]) -> T {
        match self {
            State::Sound => sound,
            State::Slipping => slipping,
            State::Failing => failing,
        }
    }

    /// How it is a month later. In thousandths: the chances are invented, so that about seven in ten are sound, two
    /// slipping and one failing, and a failing council stays so for two and a half years.
    fn next(self, draw: &mut Draw) -> State {
        match (self, draw.below(1000)) {
            (State::Sound, 0..12) => State::Slipping,
            (State::Slipping, 0..50) => State::Sound,
            (State::Slipping, 50..72) => State::Failing,
            (State::Failing, 0..34) => State::Slipping,
            (same, _) => same,
        }
    }
}

/// A council's state in each month of the plan, the first month first.
pub fn course(plan: Plan, council: &Council) -> Vec<State> {
    let mut draw = Draw::seeded(plan.seed, "latent", council.number);
    let begins = [(720, State::Sound), (170, State::Slipping), (110, State::Failing)];
    let first = draw.weighted(&begins).copied().unwrap_or(State::Sound);
    std::iter::successors(Some(first), |state| Some(state.next(&mut draw))).take(plan.months()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::country::Country;

    #[test]
    fn most_are_sound_some_fail_and_most_stay_as_they_are_for_a_year() {
        let plan = Plan { councils: 4000, years: 4, seed: 11 };
        let country = Country::new(plan);
        let courses: Vec<Vec<State>> = country.councils.iter().map(|council| course(plan, council)).collect();
        for month in [0, 47] {
            let failing = courses.iter().filter(|course| course[month] == State::Failing).count();
            assert!((300..600).contains(&failing), "{failing} of 4000 fail in month {month}");
        }
        let began: Vec<_> = courses.iter().filter(|course| course[0] == State::Failing).collect();
        let still = began.iter().filter(|course| course[12] == State::Failing).count();
        assert!(still * 100 > began.len() * 55, "{still} of {} still fail a year later", began.len());
    }
}
