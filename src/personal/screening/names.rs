//! Names of people: after a title, after a given name, or under a heading that announces one.
//!
//! In: a text or a heading. Out: whether it names somebody. Always holds: no parish of England is taken for a person; a
//! given name before the word of a street, a building or a society ("James Street", "John Example Trust") is none.

use super::Finding;

/// Given names that are common in England and of no parish: those of "Peter Tavy", "Margaret Marsh", "Patrick
/// Brompton", "Lindsey" and the like are left out. All in lower case, in order.
const GIVEN_NAMES: &[&str] = &[
    "adam",
    "alan",
    "alex",
    "alexander",
    "alice",
    "alison",
    "amanda",
    "amy",
    "andrea",
    "andrew",
    "angela",
    "anita",
    "ann",
    "anna",
    "anne",
    "anthony",
    "barbara",
    "barry",
    "ben",
    "benjamin",
    "beth",
    "bethany",
    "brenda",
    "brian",
    "carol",
    "caroline",
    "catherine",
    "charlotte",
    "chris",
    "christine",
    "christopher",
    "claire",
    "clare",
    "colin",
    "craig",
    "daniel",
    "darren",
    "dave",
    "david",
    "dawn",
    "debbie",
    "deborah",
    "denise",
    "derek",
    "diane",
    "donna",
    "dorothy",
    "elaine",
    "eleanor",
    "elizabeth",
    "emily",
    "emma",
    "eric",
    "fiona",
    "frank",
    "gareth",
    "gary",
    "gavin",
    "geoff",
    "geoffrey",
    "gillian",
    "graham",
    "heather",
    "helen",
    "ian",
    "irene",
    "jack",
    "jackie",
    "jacqueline",
    "james",
    "jane",
    "janet",
    "jason",
    "jean",
    "jennifer",
    "jenny",
    "jessica",
    "jill",
    "jim",
    "joan",
    "joanne",
    "john",
    "jonathan",
    "joseph",
    "joyce",
    "judith",
    "julia",
    "julie",
    "karen",
    "kate",
    "katherine",
    "kathleen",
    "katie",
    "keith",
    "kelly",
    "kenneth",
    "kevin",
    "kirsty",
    "laura",
    "lauren",
    "lesley",
    "linda",
    "lisa",
    "lorraine",
    "louise",
    "lucy",
    "malcolm",
    "marie",
    "mark",
    "matthew",
    "maureen",
    "melanie",
    "michael",
    "michelle",
    "mike",
    "mohammed",
    "muhammad",
    "natalie",
    "neil",
    "nicholas",
    "nick",
    "nicola",
    "nigel",
    "oliver",
    "pamela",
    "patricia",
    "paul",
    "paula",
    "pauline",
    "philip",
    "philippa",
    "priya",
    "rachel",
    "rebecca",
    "richard",
    "robert",
    "robin",
    "roger",
    "ronald",
    "rosemary",
    "ross",
    "ruth",
    "ryan",
    "sally",
    "samantha",
    "samuel",
    "sandra",
    "sarah",
    "sharon",
    "sheila",
    "simon",
    "sophie",
    "stephen",
    "steve",
    "steven",
    "stuart",
    "sue",
    "susan",
    "suzanne",
    "teresa",
    "thomas",
    "tim",
    "timothy",
    "tina",
    "tom",
    "tony",
    "tracey",
    "tracy",
    "trevor",
    "valerie",
    "vanessa",
    "veronica",
    "victoria",
    "vincent",
    "wendy",
    "william",
    "yvonne",
];

/// What stands after a given name that a place or a body bears.
const OF_PLACES: &[&str] = &[
    "academy",
    "allotment",
    "allotments",
    "almshouses",
    "ambulance",
    "association",
    "avenue",
    "bridge",
    "centre",
    "charity",
    "church",
    "close",
    "club",
    "college",
    "committee",
    "common",
    "cottage",
    "cottages",
    "council",
    "court",
    "crescent",
    "drive",
    "estate",
    "farm",
    "field",
    "fields",
    "foundation",
    "friends",
    "gardens",
    "green",
    "group",
    "hall",
    "hill",
    "hospital",
    "house",
    "institute",
    "lane",
    "library",
    "lodge",
    "meadow",
    "memorial",
    "mews",
    "mill",
    "parish",
    "park",
    "partners",
    "place",
    "playing",
    "primary",
    "recreation",
    "residents",
    "road",
    "room",
    "rooms",
    "row",
    "school",
    "society",
    "square",
    "street",
    "terrace",
    "trust",
    "union",
    "village",
    "walk",
    "way",
    "wood",
    "woods",
    "works",
    "yard",
];

/// A title before a surname: "Mr Example", "Cllr. J Example", "councillor Example".
pub(super) fn has_titled_name(text: &str) -> bool {
    let mut words = text
        .split(|letter: char| letter.is_whitespace() || matches!(letter, '.' | ',' | '_' | '-' | '/' | ':' | '(' | ')'))
        .filter(|word| !word.is_empty());
    let one_of = |word: &str, titles: &[&str]| titles.iter().any(|title| word.eq_ignore_ascii_case(title));
    // Each word with those that follow it.
    std::iter::from_fn(|| Some((words.next()?, words.clone()))).any(|(word, mut following)| {
        let plain_title = one_of(word, &["mr", "mrs", "cllr"]);
        // These are also other things ("MS" an office, "Dr" a road): only before a capital and small letters.
        let doubtful_title = one_of(word, &["ms", "miss", "dr", "councillor"]);
        if !plain_title && !doubtful_title {
            return false;
        }
        following.find(|word| word.chars().count() != 1).is_some_and(|surname| {
            let in_letters = surname.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '\'' | '’'));
            let as_a_name = surname.starts_with(char::is_uppercase) && surname.chars().any(char::is_lowercase);
            in_letters && (plain_title || as_a_name)
        })
    })
}

/// A common given name, then a capitalised word: "Jane Example", "JANE EXAMPLE", "Jane A. Example", "Example, Jane".
pub(super) fn has_given_name(text: &str) -> bool {
    // Sentences are read one at a time: a name at the end of one has no surname in the next.
    text.split([';', ':', '/', '|', '\n', '(', ')', '"', '“', '”']).any(|part| {
        if !part.split_whitespace().any(|word| is_given_name(bare(word))) {
            return false;
        }
        let words: Vec<&str> = part.split_whitespace().map(bare).collect();
        let written: Vec<&str> = part.split_whitespace().collect();
        (0..words.len()).any(|position| {
            let Some(given) = words.get(position).copied().filter(|word| is_given_name(word)) else { return false };
            let before = position.checked_sub(1).and_then(|before| words.get(before)).copied().unwrap_or_default();
            if is_dedication(before) {
                return false;
            }
            let ends = written.get(position).is_some_and(|word| word.ends_with(['.', ',', '!', '?']));
            let surname_first = words.len() == 2
                && position == 1
                && written.first().is_some_and(|word| word.ends_with(','))
                && is_surname(before, given);
            let mut following = words.iter().skip(position + 1).skip_while(|word| word.chars().count() == 1);
            let surname = following.next().copied().unwrap_or_default();
            let then = following.next().copied().unwrap_or_default();
            surname_first || (!ends && is_surname(surname, given) && !is_of_places(then))
        })
    })
}

/// A word without the marks around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
}

fn is_given_name(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && stands_in(GIVEN_NAMES, word)
}

/// Whether a list of small words in order has the word, however it is written.
fn stands_in(list: &[&str], word: &str) -> bool {
    if !word.is_ascii() {
        return list.binary_search(&word.to_lowercase().as_str()).is_ok();
    }
    let lower = word.bytes().map(|letter| letter.to_ascii_lowercase());
    list.binary_search_by(|entry| entry.bytes().cmp(lower.clone())).is_ok()
}

/// "St James", "King Edward": a church or a street is called after them.
fn is_dedication(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "st" | "saint" | "saints" | "ss" | "king" | "queen" | "prince" | "princess")
}

fn is_of_places(word: &str) -> bool {
    stands_in(OF_PLACES, word)
}

/// A capital and at least one more letter, written as the given name is: "Jane Example", "JANE EXAMPLE".
fn is_surname(word: &str, given: &str) -> bool {
    let in_letters = word.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '\'' | '’' | '-'));
    let has_small = |word: &str| word.chars().any(char::is_lowercase);
    word.chars().count() > 1
        && in_letters
        && word.starts_with(char::is_uppercase)
        && has_small(word) == has_small(given)
        && !is_of_places(word)
        && !matches!(word.to_lowercase().as_str(), "and" | "cum" | "with" | "of" | "the" | "in" | "on" | "for")
}

/// What a column's heading says that its cells hold, where it says so of a person.
pub(super) fn heading_says(heading: &str) -> Option<Finding> {
    let folded: String =
        heading.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match folded.as_str() {
        "email" | "emailaddress" | "contactemail" | "clerkemail" | "complainantemail" => Some(Finding::EmailAddress),
        "phone" | "phonenumber" | "tel" | "telephone" | "telephonenumber" | "mobile" | "mobilenumber"
        | "contactnumber" => Some(Finding::TelephoneNumber),
        "ninumber" | "nino" | "nationalinsurancenumber" => Some(Finding::NationalInsuranceNumber),
        "dob" | "dateofbirth" | "birthday" => Some(Finding::DateOfBirth),
        "complainant" | "complainantname" | "nameofcomplainant" | "complainedof" | "councillor" | "councillorname"
        | "nameofcouncillor" | "clerk" | "clerkname" | "nameofclerk" | "contactname" | "contactperson" | "surname"
        | "firstname" | "forename" | "officername" | "witness" => Some(Finding::PersonsName),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_in_order_as_the_search_wants_them() {
        assert!(GIVEN_NAMES.is_sorted() && OF_PLACES.is_sorted());
    }
}
