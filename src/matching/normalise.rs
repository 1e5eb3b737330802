//! Names in one spelling: from text as people and files write it to words that compare.
//!
//! In: any text, damaged or not. Out: lower-case words parted by single spaces, and from those the two keys that the
//! index looks names up by. Always holds: normalising twice is normalising once, and nothing here decides anything.

use encoding_rs::WINDOWS_1252;

/// Words that join names and that sources write, swap or leave out as they please.
const JOINING: [&str; 4] = ["and", "with", "cum", "the"];

/// Words that tell neighbours apart: a name with one of these is another place than the name without it.
pub const TELLING_APART: [&str; 30] = [
    "great", "little", "upper", "lower", "north", "south", "east", "west", "new", "old", "over", "nether", "high",
    "low", "middle", "mid", "inner", "outer", "far", "near", "long", "magna", "parva", "major", "minor", "superior",
    "inferior", "without", "within", "rural",
];

/// What a wrong decoding makes of punctuation, and what HTML writes for it. Longest first.
const DAMAGE: [(&str, &str); 23] = [
    ("Ã¢â‚¬â„¢", "'"),
    ("Ã¢â‚¬â€œ", " - "),
    ("â€™", "'"),
    ("â€˜", "'"),
    ("â€œ", " "),
    ("â€\u{9d}", " "),
    ("â€“", " - "),
    ("â€”", " - "),
    ("â€", "'"),
    ("â\u{80}\u{99}", "'"),
    ("â\u{80}\u{98}", "'"),
    ("â\u{80}\u{93}", " - "),
    ("\u{92}", "'"),
    ("\u{91}", "'"),
    ("\u{96}", " - "),
    ("Â\u{a0}", " "),
    ("Â ", " "),
    ("&amp;", "&"),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&apos;", "'"),
    ("&rsquo;", "'"),
    ("&nbsp;", " "),
];

/// Undoes the commonest encoding damage (UTF-8 read as Windows-1252, HTML entities) and leaves all else as it is.
#[must_use]
pub fn repair(text: &str) -> String {
    let mut repaired = text.to_owned();
    if text.bytes().all(|byte| byte != b'&' && byte.is_ascii()) {
        return repaired;
    }
    for (damaged, meant) in DAMAGE {
        if repaired.contains(damaged) {
            repaired = repaired.replace(damaged, meant);
        }
    }
    // Damaged once, or once more by the next program.
    decoded_again(&decoded_again(&repaired))
}

/// Each run of letters beyond ASCII that is UTF-8 read as Windows-1252 ("Ã´"), as what it was ("ô"); all else as it is.
fn decoded_again(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| !letter.is_ascii()) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|letter: char| letter.is_ascii()).unwrap_or(from.len()));
        let (bytes, _, lossy) = WINDOWS_1252.encode(run);
        whole.push_str(before);
        whole.push_str(std::str::from_utf8(&bytes).ok().filter(|_| !lossy).unwrap_or(run));
        rest = after;
    }
    whole.push_str(rest);
    whole
}

/// A name as lower-case words parted by single spaces: accents, punctuation and apostrophes gone, abbreviations
/// (`St`, `Gt`, `Lt`, `Upr`, `Nth`, a leading `N`, `w.` between two words) written one way. `&` and `+` become `and`.
#[must_use]
pub fn normalise(text: &str) -> String {
    let plain = plain_letters(&repair(text));
    let mut words: Vec<String> = Vec::new();
    let mut rest = plain.split_whitespace().peekable();
    while let Some(word) = rest.next() {
        if word == "s" && words.last().is_some_and(|before| before.chars().count() > 2) {
            if let Some(before) = words.last_mut() {
                before.push('s');
            }
            continue;
        }
        if let Some(pair) = rest.peek().and_then(|next| initials(word, next)) {
            rest.next();
            words.push(pair.to_owned());
            continue;
        }
        let (first, last) = (words.is_empty(), rest.peek().is_none());
        if word == "w" && !first && !last {
            words.push("with".to_owned());
            continue;
        }
        let leads = first && !last;
        words.push(spelt_out(word, leads).to_owned());
    }
    // A second look, because a stray "s" that is joined on can make an abbreviation.
    let joined = words.join(" ");
    if joined == plain { joined } else { settled(joined) }
}

/// Repeats the word rules until nothing changes; each pass shortens the text or replaces a short form by a long one,
/// so a handful of passes always suffices.
fn settled(text: String) -> String {
    let again = normalise(&text);
    if again == text { text } else { settled(again) }
}

/// The name's letters in one run without the joining words: what `Holme-next-the-Sea` and `Holme next Sea` share.
#[must_use]
pub fn compact(normalised: &str) -> String {
    kept_words(normalised).collect()
}

/// The name's words in alphabetical order without the joining words, the Latin pairs in English: what `Great Ayton`
/// and `Ayton (Great)` share.
#[must_use]
pub fn bag(normalised: &str) -> String {
    let mut words: Vec<&str> = kept_words(normalised).map(in_english).collect();
    words.sort_unstable();
    words.join(" ")
}

/// True where two names have the same words but for Latin (`Magna`) against English (`Great`).
#[must_use]
pub fn differ_by_latin(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<String> = kept_words(text).map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    sorted(one) != sorted(other)
}

/// The words of a normalised name that carry meaning, in order.
pub fn kept_words(normalised: &str) -> impl Iterator<Item = &str> {
    normalised
        .split(' ')
        .filter(|word| !word.is_empty() && !JOINING.contains(word))
        .map(|word| if word == "upon" { "on" } else { word })
}

/// True for a word that joins the parts of a group's name.
#[must_use]
pub fn joins(word: &str) -> bool {
    matches!(word, "and" | "with" | "cum")
}

fn in_english(word: &str) -> &str {
    match word {
        "magna" => "great",
        "parva" => "little",
        other => other,
    }
}

fn initials(word: &str, next: &str) -> Option<&'static str> {
    match (word, next) {
        ("p", "c") => Some("pc"),
        ("t", "c") => Some("tc"),
        ("c", "p") => Some("cp"),
        ("p", "m") => Some("pm"),
        ("v", "c") => Some("vc"),
        _ => None,
    }
}

fn spelt_out(word: &str, leads: bool) -> &str {
    match word {
        "saint" | "ss" | "sts" | "snt" => "st",
        "gt" | "grt" | "gtr" => "great",
        "lt" | "ltl" | "lit" | "litt" => "little",
        "upr" | "upp" | "uppr" => "upper",
        "lwr" | "lowr" => "lower",
        "nth" | "nrth" => "north",
        "sth" => "south",
        "mkt" => "market",
        "nr" => "near",
        "mt" => "mount",
        "abbotts" => "abbots",
        "n" if leads => "north",
        "s" if leads => "south",
        "e" if leads => "east",
        "w" if leads => "west",
        other => other,
    }
}

/// Lower-case letters and figures; apostrophes vanish, `&` and `+` become a word, all else parts words.
fn plain_letters(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut after_letter, mut after_small) = (false, false);
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        let letter_follows = rest.peek().is_some_and(|next| next.is_alphabetic());
        match letter {
            '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '′' | '‛' => {}
            // A letter or an apostrophe that an earlier program could not write.
            '?' | '\u{fffd}' if after_letter && letter_follows => {}
            '&' | '+' => plain.push_str(" and "),
            other => {
                // "GreatAyton": a capital within a word is where a space was lost. Some letters are capitals for good, such
                // as the mathematical ones: they tell nothing.
                if after_small && other.is_uppercase() && other.to_lowercase().ne([other]) {
                    plain.push(' ');
                }
                push_folded(&mut plain, other);
            }
        }
        after_letter = letter.is_alphabetic();
        after_small = letter.is_lowercase();
    }
    plain
}

fn push_folded(plain: &mut String, letter: char) {
    if letter.is_ascii() {
        plain.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' });
        return;
    }
    for lower in letter.to_lowercase() {
        match lower {
            '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => {}
            'à'..='å' | 'ā' | 'ă' | 'ą' => plain.push('a'),
            'ç' | 'ć' | 'č' => plain.push('c'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => plain.push('e'),
            'ì'..='ï' | 'ī' | 'ĭ' | 'į' | 'ı' => plain.push('i'),
            'ñ' | 'ń' | 'ň' => plain.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => plain.push('o'),
            'ù'..='ü' | 'ū' | 'ŭ' | 'ů' | 'ű' => plain.push('u'),
            'ý' | 'ÿ' | 'ŷ' => plain.push('y'),
            'ŵ' => plain.push('w'),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ß' => plain.push_str("ss"),
            other if other.is_alphanumeric() => plain.push(other),
            _ => plain.push(' '),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writing_habits_come_out_as_one_spelling() {
        for (written, meant) in [
            ("Saint Mary's Bourne", "st marys bourne"),
            ("ST. MARY’S BOURNE", "st marys bourne"),
            ("St Mary s Bourne", "st marys bourne"),
            ("Bishop`s Cleeve", "bishops cleeve"),
            ("Bishop?s Cleeve", "bishops cleeve"),
            ("Bishop\u{fffd}s Cleeve", "bishops cleeve"),
            ("Bishopâ€™s Cleeve", "bishops cleeve"),
            ("Bishop&#39;s Cleeve", "bishops cleeve"),
            ("BishopÂ´s Cleeve", "bishops cleeve"),
            ("RhÃ´s-on-SÃ©a", "rhos on sea"),
            ("RhÃƒÂ´s-on-Sea", "rhos on sea"),
            ("Ashby MagnaÂ Parish", "ashby magna parish"),
            ("Coldbrook w. Fenny Hatch", "coldbrook with fenny hatch"),
            ("Coldbrook w/Fenny Hatch", "coldbrook with fenny hatch"),
            ("Gt. Bowden", "great bowden"),
            ("Lt Bowden", "little bowden"),
            ("Upr. Heyford", "upper heyford"),
            ("N. Cave", "north cave"),
            ("Bagworth &amp; Thornton", "bagworth and thornton"),
            ("Bagworth+Thornton", "bagworth and thornton"),
            ("ALDERTON P C", "alderton pc"),
            ("Alderton P.C.", "alderton pc"),
            ("St.John", "st john"),
            ("GreatAyton", "great ayton"),
            ("Rhôs-on-Séa", "rhos on sea"),
            ("  Abbotts   Ann ", "abbots ann"),
            ("a'\u{1d5a0}", "a\u{1d5a0}"),
        ] {
            assert_eq!(normalise(written), meant, "{written}");
        }
    }

    #[test]
    fn the_keys_leave_out_what_sources_leave_out() {
        assert_eq!(compact(&normalise("Holme-next-the-Sea")), compact(&normalise("Holme next Sea")));
        assert_eq!(compact(&normalise("Stow-cum-Quy")), compact(&normalise("Stow & Quy")));
        assert_eq!(compact(&normalise("Stratford upon Avon")), compact(&normalise("Stratford-on-Avon")));
        assert_eq!(bag(&normalise("Ayton (Great)")), bag(&normalise("Great Ayton")));
        assert_eq!(bag(&normalise("Cheverell Parva")), bag(&normalise("Little Cheverell")));
        assert!(differ_by_latin("cheverell parva", "little cheverell"));
        assert!(!differ_by_latin("ayton great", "great ayton"));
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(text in "\\PC{0,40}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once.clone());
        }

        #[test]
        fn short_words_settle_too(text in "([nsewptcvmgl]{1,3}[ .'?&+-]{1,2}){0,8}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once.clone());
        }
    }
}
