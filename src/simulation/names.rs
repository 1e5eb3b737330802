//! Invented names of places, as many as a country needs: a root and an ending make a stem, a form makes a name of it.
//!
//! In: a seed and a number. Out: names. Always holds: two numbers under 60,000 never give one name; no root with an
//! ending is the name of a real parish, district or county, or a word of one (a test compares them with the
//! register).

use crate::draw::Draw;

/// How the invented stems begin.
const ROOTS: &str = "\
    Ambre Arrin Avel Banner Bessin Birdle Blen Brathe Brumb Burr Cadder Canner Chirl Clavel Cobb Corrin Crake \
    Crim Dappel Dorrin Dunnock Eager Edder Enning Fallow Farl Fenning Ferrin Frith Furl Gadder Gallow Gannet Garl \
    Gaven Gill Gorrin Grebe Gunner Hallin Heckle Helver Hernel Hobb Hollin Hornel Hurdle Idding Jarrow Jessing \
    Kelder Kenner Kett Kirrin Knapper Lacken Lapping Larrin Ledder Linnet Lorrin Lovel Lusting Madder Mallin \
    Maver Medder Merrin Millow Mossing Munder Nantle Norrin Oaken Oder Orrin Osier Ovel Padder Parrin Pell Penner \
    Pewit Pickle Plover Quen Ramsel Rathe Reedle Rennel Ridding Rooker Rudder Rushen Sallow Saxel Selver Shalder \
    Skerrin Sloe Snipe Sorrel Stavel Stirl Swither Tasker Teasel Tern Thrush Tirrel Tolling Tressing Turnel Ullen \
    Vennel Verring Wadder Wanner Warrel Weldon Whimble Wilder Winnow Wrangle Yaffle Yarrel";

/// How they end.
const ENDINGS: [&str; 26] = [
    "bourne", "den", "ton", "ley", "stead", "ford", "well", "wold", "worth", "cote", "mere", "brook", "by", "field",
    "marsh", "holt", "thorpe", "hurst", "wick", "low", "stow", "dale", "hithe", "combe", "croft", "ham",
];

/// What a name may be made of: `{}` is the stem, `[]` its neighbour in the order of stems. The rivers are invented too.
const FORMS: [&str; 20] = [
    "{}",
    "Great {}",
    "{}-on-Tessel",
    "{} with []",
    "Upper {}",
    "{} St Mary",
    "{} Parva",
    "{}-cum-[]",
    "Little {}",
    "{} Magna",
    "Lower {}",
    "{} St Peter",
    "North {}",
    "{} and []",
    "{}-by-the-Fen",
    "South {}",
    "{} All Saints",
    "{} on Wexel",
    "Nether {}",
    "{}-under-Edge",
];

/// What is added to a stem for the name of a district.
const LANDS: [&str; 8] = ["Vale", "Dales", "Levels", "Forest", "Coast", "Valley", "Downs", "Moors"];

/// The names of one country.
#[derive(Debug, Clone)]
pub struct Names {
    stems: Vec<String>,
    roots: Vec<&'static str>,
    seed: u64,
}

impl Names {
    /// The names in the order that the seed puts them into.
    pub fn new(seed: u64) -> Names {
        let mut roots: Vec<&'static str> = ROOTS.split_whitespace().collect();
        let mut stems: Vec<String> =
            roots.iter().flat_map(|root| ENDINGS.iter().map(move |ending| format!("{root}{ending}"))).collect();
        // Gill and low don't go together: nobody writes three l.
        stems.retain(|stem| !stem.contains("lll"));
        Draw::seeded(seed, "roots", 0).shuffle(&mut roots);
        Draw::seeded(seed, "stems", 0).shuffle(&mut stems);
        Names { stems, roots, seed }
    }

    /// The name of the parish of that number.
    pub fn parish(&self, number: usize) -> String {
        let (lap, place) = (number / self.stems.len().max(1), number % self.stems.len().max(1));
        // Three stems of five first stand alone; each takes the other forms in its turn.
        let mut draw = Draw::seeded(self.seed, "forms", place);
        let first = if draw.chance(600) { 0 } else { usize::try_from(draw.below(20)).unwrap_or(0) };
        let form = FORMS.get((first + lap) % FORMS.len()).copied().unwrap_or("{}");
        form.replacen("{}", self.stem(place), 1).replacen("[]", self.stem(place + 1), 1)
    }

    /// The name of the district of that number; stems are taken from the end, so that few parishes share them.
    pub fn district(&self, number: usize) -> String {
        let place = self.stems.len().saturating_sub(1 + number % self.stems.len().max(1));
        let land = LANDS.get(number % LANDS.len()).copied().unwrap_or("Vale");
        format!("{} {land}", self.stem(place))
    }

    /// The name of the county of that number; there are as many as there are roots.
    pub fn county(&self, number: usize) -> String {
        let root = self.roots.get(number % self.roots.len().max(1)).copied().unwrap_or("Weald");
        format!("{root}shire")
    }

    fn stem(&self, place: usize) -> &str {
        self.stems.get(place % self.stems.len().max(1)).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::real_names::{letters, real_names};
    use std::collections::BTreeSet;

    #[test]
    fn ten_thousand_names_are_distinct_and_another_seed_orders_them_otherwise() {
        let names = Names::new(7);
        let distinct: BTreeSet<String> = (0..60_000).map(|number| names.parish(number)).collect();
        assert_eq!(distinct.len(), 60_000);
        assert!(distinct.iter().all(|name| !name.contains(['{', '['])));
        assert_ne!(names.parish(0), Names::new(8).parish(0));
        let counties: BTreeSet<String> = (0..50).map(|number| names.county(number)).collect();
        assert_eq!(counties.len(), 50);
    }

    #[test]
    fn no_name_is_that_of_a_real_place() {
        let Some(real) = real_names("the simulation's names are those of real places") else { return };
        let names = Names::new(7);
        let stems = names.stems.iter().cloned();
        let roots = names.roots.iter().map(|root| format!("{root}shire"));
        let districts = (0..2000).map(|number| names.district(number));
        let parishes = (0..60_000).map(|number| names.parish(number));
        let clashes: Vec<String> =
            stems.chain(roots).chain(districts).chain(parishes).filter(|name| real.contains(&letters(name))).collect();
        assert!(clashes.is_empty(), "real names in the simulation: {clashes:?}");
    }
}
