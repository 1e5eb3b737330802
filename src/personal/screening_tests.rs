//! What screening finds, and what it must leave alone.

use super::*;
use proptest::prelude::*;

#[test]
fn people_are_caught() {
    use Finding::*;
    for (text, what) in [
        ("clerk@example.org", EmailAddress),
        ("from clerk@example.org.uk, May", EmailAddress),
        ("see a@b and then jane@example.org", EmailAddress),
        ("clerk＠example.org", EmailAddress),
        ("mailto:clerk@example.org", EmailAddress),
        ("jane (at) example dot org", EmailAddress),
        ("jane [at] example.org", EmailAddress),
        ("jane{at}example{dot}org", EmailAddress),
        ("Jane AT Example DOT org", EmailAddress),
        ("jane @ example . org", EmailAddress),
        ("07700 900123", TelephoneNumber),
        ("07700900123", TelephoneNumber),
        ("call (01632) 960 123", TelephoneNumber),
        ("+44 7700 900123", TelephoneNumber),
        ("+44 (0)1632 960123", TelephoneNumber),
        ("0044 1632 960123", TelephoneNumber),
        ("01632 96012", TelephoneNumber),
        ("+33 1 99 00 12 34", TelephoneNumber),
        ("+1 (202) 555-0123", TelephoneNumber),
        ("00 353 20 910 1234", TelephoneNumber),
        ("07700\u{a0}900\u{a0}123", TelephoneNumber),
        ("AB123456C", NationalInsuranceNumber),
        ("his number is ab 12 34 56 c.", NationalInsuranceNumber),
        ("DOB 1/2/1960", DateOfBirth),
        ("D.O.B.: 1960", DateOfBirth),
        ("date of birth 1 February 1960", DateOfBirth),
        ("she was born on 1.2.1960", DateOfBirth),
        ("Mr Example", PersonsName),
        ("mrs. example", PersonsName),
        ("CLLR EXAMPLE 2025", PersonsName),
        ("cllr-example", PersonsName),
        ("Councillor J. O’Example", PersonsName),
        ("Dr Example", PersonsName),
        ("Ms A B Example", PersonsName),
        ("Jane Example", PersonsName),
        ("JANE EXAMPLE", PersonsName),
        ("Jane A. Example-Sample", PersonsName),
        ("Example, Jane", PersonsName),
        ("spoke to David O'Example about it", PersonsName),
        ("Advised by phone (John Example)", PersonsName),
    ] {
        assert_eq!(screen(text), Some(what), "{text}");
    }
}

#[test]
fn codes_groups_and_ordinary_sentences_pass() {
    for text in [
        "MO/2025/014",
        "EX001",
        "2024-07-01/12",
        "0123456",
        "20240701123",
        "0012345678901",
        "DR 1234",
        "MS-0042",
        "MO202401A",
        "councillor conduct",
        "residents of Mill Lane",
        "@home",
        "a@b",
        "flood-2025",
        "pir/2025",
        "cllr",
        "3f2a0712-3456-0789-8123-456789abcdef",
        "Allotment Society",
        "Village Hall Trust",
        "Friends of James Street",
        "St John Ambulance",
        "St James Hill Residents",
        "King Edward Memorial",
        "John Example Trust",
        "Elizabeth Court Residents",
        "We met at the hall. The dot on the map is wrong.",
        "Resolved at meeting of 12 May; see minute 14",
        "Mark the agenda",
        "the Grant was paid to Will",
        "born of necessity",
        "adobe 2024",
        "+20%",
        "01.02.2026 10:30",
        "01-02-2026 123",
        "£1,234.50 + £99",
    ] {
        assert_eq!(screen(text), None, "{text}");
    }
}

#[test]
fn links_are_screened_for_what_reaches_a_person() {
    for (link, what) in [
        ("https://example.org/decisions?user=jane@example.org", Some(Finding::EmailAddress)),
        ("https://example.org/decisions?user=jane%40example.org&x=1", Some(Finding::EmailAddress)),
        ("mailto:jane@example", Some(Finding::EmailAddress)),
        ("https://jane@example.org/report", Some(Finding::EmailAddress)),
        ("tel:01632960123", Some(Finding::TelephoneNumber)),
        ("https://example.org/reports/07700900123.pdf", None),
        ("https://example.org/@news/decision-cllr-example", None),
        ("https://example.org/report?a=b@c", None),
    ] {
        assert_eq!(screen_link(link), what, "{link}");
    }
}

#[test]
fn a_heading_says_what_its_cells_hold() {
    assert_eq!(screen_cell("Name of complainant", "J Example"), Some(Finding::PersonsName));
    assert_eq!(screen_cell("D.O.B.", "1.2.60"), Some(Finding::DateOfBirth));
    assert_eq!(screen_cell("E-mail address", "on file"), Some(Finding::EmailAddress));
    assert_eq!(screen_cell("Clerk", "-"), None, "nothing stands there");
    assert_eq!(screen_cell("Theme", "disrespect"), None);
}

#[test]
fn what_a_message_quotes_is_blacked_out_whole_or_by_its_beginning() {
    assert_eq!(black_out("holds “Jane”; Jane again", "Jane", "[x]"), "holds “[x]”; [x] again");
    let long = "é".repeat(100);
    let quoted = format!("holds “{}…”, no word", "é".repeat(80));
    assert_eq!(black_out(&quoted, &long, "[x]"), "holds “[x]”, no word");
    assert_eq!(black_out("nothing", "", "[x]"), "nothing");
    assert_eq!(black_out("holds “no”, which is no word", "no", "[x]"), "holds “[x]”, which is no word");
}

/// The real register lies outside the project: `shared/data/parishes-england.csv` in a folder above it.
fn real_register() -> Option<std::path::PathBuf> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    root.ancestors().map(|folder| folder.join("shared/data/parishes-england.csv")).find(|path| path.is_file())
}

#[test]
fn no_parish_district_or_county_of_england_is_taken_for_a_person() {
    let Some(path) = real_register() else {
        eprintln!(
            "NOT TESTED: shared/data/parishes-england.csv isn't in any folder above this one, so screening was not \
             measured against the real names."
        );
        return;
    };
    let mut found = std::collections::BTreeSet::new();
    let mut names = 0;
    for record in csv::Reader::from_path(&path).unwrap().records() {
        let record = record.unwrap();
        for name in [1, 2, 4, 5].into_iter().filter_map(|column| record.get(column)).filter(|name| !name.is_empty()) {
            names += 1;
            for written in
                [name.to_owned(), name.to_uppercase(), format!("{name} Parish Council"), format!("{name} PC")]
            {
                if let Some(finding) = screen(&written) {
                    found.insert(format!("{written}: {finding:?}"));
                }
            }
        }
    }
    assert!(names > 20_000, "only {names} names were read");
    assert!(found.is_empty(), "{} of {names} names were taken for people: {found:#?}", found.len());
}

proptest! {
    #[test]
    fn every_address_is_found_wherever_it_stands(
        local in "[a-z0-9][a-z0-9._+-]{0,20}",
        host in "[a-z0-9]{1,12}(-[a-z0-9]{1,6})?",
        end in "(org|co\\.uk|gov\\.uk|example)",
        before in "([A-Za-z ,;:(]{0,20} )?",
        after in "([ ,;)].{0,20})?",
    ) {
        let address = format!("{local}@{host}.{end}");
        for text in [address.clone(), format!("{before}{address}{after}"), address.replace('@', "%40"), address.replace('@', " (at) ")] {
            prop_assert_eq!(screen(&text), Some(Finding::EmailAddress), "{}", text);
        }
        let in_a_link = format!("https://example.org/list?for={address}&page=2");
        prop_assert_eq!(screen_link(&in_a_link), Some(Finding::EmailAddress));
    }

    #[test]
    fn every_british_number_is_found_however_it_is_grouped(
        area in "(01632|07700|020|0161|03069)",
        digits in "[0-9]{11}",
        separator in "( |-|)",
        international in any::<bool>(),
    ) {
        let all = format!("{area}{}", &digits[..11 - area.len()]);
        let (first, rest) = all.split_at(5);
        let (second, third) = rest.split_at(3);
        let national = [first, second, third].join(&separator);
        let written = if international { format!("+44{separator}{}", &national[1..]) } else { national };
        prop_assert_eq!(screen(&format!("ring {written}, please")), Some(Finding::TelephoneNumber), "{}", written);
    }

    #[test]
    fn what_is_passed_over_quickly_holds_nothing(
        words in proptest::collection::vec(
            "(jane|AT|at|dot|Dot|\\.|example|example\\.org|\\(at\\)|\\[at\\]|@|%40|07700|900123|1|QQ|12|34|56|C|DOB|d\\.o\\.b|D\\.O\\.B|born|Born|BORN|birth|date of birth|Birthday|Mr|\u{212a})",
            0..10,
        ),
        joint in "( |-|\\t|\u{b}|)",
    ) {
        let text = words.join(&joint);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        prop_assert!(may_hold_an_address(&text) || !looks_like_an_address(&text), "{}", text);
        prop_assert!(digits >= numbers::FEWEST_OF_TELEPHONE || !numbers::has_telephone_number(&text), "{}", text);
        let known = numbers::has_national_insurance_number(&text);
        prop_assert!(digits >= numbers::FEWEST_OF_NATIONAL_INSURANCE || !known, "{}", text);
        prop_assert!(digits > 0 || !numbers::has_date_of_birth(&text), "{}", text);
        prop_assert!(numbers::may_speak_of_a_birth(&text) || !numbers::speaks_of_a_birth(&text), "{}", text);
    }

    #[test]
    fn nothing_panics_whatever_a_cell_holds(text in any::<String>(), heading in any::<String>()) {
        let _ = screen(&text);
        let _ = screen_link(&text);
        let _ = screen_cell(&heading, &text);
        let _ = black_out(&text, &heading, "[x]");
    }
}
