//! Workbooks, read back with calamine and as the parts that they are made of.

use super::*;
use calamine::{Data, Reader, Xlsx};
use std::io::{Cursor, Read};

fn opened(export: &Export) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(write(export, Format::Xlsx).unwrap())).unwrap()
}

/// The cell of a sheet by its position; row and column from 0.
fn at(export: &Export, sheet: usize, (row, column): (u32, u32)) -> Data {
    let range = opened(export).worksheet_range_at(sheet).unwrap().unwrap();
    range.get_value((row, column)).cloned().unwrap_or(Data::Empty)
}

/// One part of the file, such as `xl/styles.xml`.
fn part(export: &Export, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(write(export, Format::Xlsx).unwrap())).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// How a cell is formatted: its entry among the formats, and its number format.
fn format_of(export: &Export, place: &str) -> (String, Option<String>) {
    let sheet = part(export, "xl/worksheets/sheet1.xml");
    let cell = sheet.split("<c ").find(|cell| cell.starts_with(&format!("r=\"{place}\""))).unwrap();
    let index: usize = cell.split("s=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    let styles = part(export, "xl/styles.xml");
    let formats = styles.split("<cellXfs").nth(1).unwrap();
    let format = formats.split("<xf ").nth(index + 1).unwrap().to_owned();
    let number = format.split("numFmtId=\"").nth(1).unwrap().split('"').next().unwrap();
    let named = styles.split(&format!("<numFmt numFmtId=\"{number}\" formatCode=\"")).nth(1);
    let named = named.map(|rest| rest.split("\"/>").next().unwrap().replace("&quot;", "\""));
    (format, named)
}

#[test]
fn every_kind_of_cell_is_its_own_kind_in_the_workbook() {
    let export = every_kind();
    assert_eq!(opened(&export).sheet_names(), ["Monday's list", "About this export"]);
    assert_eq!(at(&export, 0, (0, 3)), Data::String("Points".to_owned()));
    assert_eq!(at(&export, 0, (1, 0)), Data::String("Wexmoor".to_owned()));
    assert_eq!(at(&export, 0, (1, 1)), Data::String("=HYPERLINK(\"http://example.org\")".to_owned()));
    assert_eq!(at(&export, 0, (1, 2)), Data::Float(-12.0));
    assert_eq!(at(&export, 0, (1, 3)), Data::Float(-7.39));
    assert_eq!(at(&export, 0, (1, 6)), Data::String("yes".to_owned()));
    assert_eq!(at(&export, 0, (2, 6)), Data::String("no".to_owned()));
    assert_eq!(at(&export, 0, (2, 1)), Data::Empty);
    let time = |place| match at(&export, 0, place) {
        Data::DateTime(time) => time.to_ymd_hms_milli(),
        other => panic!("{other:?} is no time"),
    };
    assert_eq!(time((1, 4)), (2026, 6, 30, 0, 0, 0, 0));
    assert_eq!(time((1, 5)), (2026, 7, 6, 9, 15, 30, 0));
    assert_eq!(format_of(&export, "D2").1.as_deref(), Some("0.000"));
    assert_eq!(format_of(&export, "E2").1.as_deref(), Some("d mmm yyyy"));
    assert_eq!(format_of(&export, "F2").1.as_deref(), Some("d mmm yyyy hh:mm:ss \"BST\""));
}

#[test]
fn the_second_sheet_says_who_when_and_which_filter() {
    let export = every_kind();
    let cells: Vec<(String, String)> = (0..8)
        .map(|row| (at(&export, 1, (row, 0)).to_string(), at(&export, 1, (row, 1)).to_string()))
        .filter(|(label, _)| !label.is_empty())
        .collect();
    let expected = [
        ("Monday's list", ""),
        ("Exported by", "Ada Example"),
        ("Organisation", "Barsetshire Association & Co"),
        ("Exported at", "6 July 2026 at 09:15:30 BST"),
        ("Filter", "county Barsetshire, band priority review"),
        ("Rows", "2"),
        ("Notes", "Points are as of 5 July 2026."),
    ];
    assert_eq!(cells, expected.map(|(label, value)| (label.to_owned(), value.to_owned())));
}

#[test]
fn the_sheet_is_ready_to_work_with_and_to_print() {
    let sheet = part(&every_kind(), "xl/worksheets/sheet1.xml");
    for wanted in [
        "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>",
        "<autoFilter ref=\"A1:G3\"/>",
        "<pageSetUpPr fitToPage=\"1\"/>",
        "<pageSetup paperSize=\"9\" fitToHeight=\"0\" orientation=\"landscape\"",
        "<oddHeader>&amp;L&amp;\"-,Bold\"Monday's list&amp;RFilter: county Barsetshire, band priority review</oddHeader>",
        "<oddFooter>&amp;LExported by Ada Example, Barsetshire Association &amp;&amp; Co, 6 July 2026 at 09:15:30 BST\
         &amp;RPage &amp;P of &amp;N</oddFooter>",
    ] {
        assert!(sheet.contains(wanted), "{wanted} in {sheet}");
    }
    let workbook = part(&every_kind(), "xl/workbook.xml");
    assert!(workbook.contains("_xlnm.Print_Titles"), "{workbook}");
    assert!(workbook.contains("'Monday''s list'!$1:$1"), "{workbook}");
    assert!(format_of(&every_kind(), "A1").0.contains("fontId=\"1\""), "headings are bold");
}

#[test]
fn the_properties_name_the_program_and_no_person() {
    let core = part(&every_kind(), "docProps/core.xml");
    assert!(core.contains("<dc:creator>Bellwether</dc:creator>"), "{core}");
    assert!(core.contains("<cp:lastModifiedBy>Bellwether</cp:lastModifiedBy>"), "{core}");
    assert!(core.contains(">2026-07-06T08:15:30Z</dcterms:created>"), "{core}");
}

#[test]
fn the_foot_of_a_page_stays_within_excels_255_characters() {
    let mut export = every_kind();
    export.title = "&".repeat(400);
    export.about.exported_by = "&[Page]🦆".repeat(90);
    export.about.organisation = "R&D&".repeat(90);
    export.about.filter = "&P ".repeat(900);
    let sheet = part(&export, "xl/worksheets/sheet1.xml");
    for tag in ["oddHeader", "oddFooter"] {
        let text = sheet.split(&format!("<{tag}>")).nth(1).unwrap().split("</").next().unwrap().replace("&amp;", "&");
        assert!(text::length(&text) <= 255, "{text}");
        // Without doubled signs, nothing but our own codes is left.
        let codes: Vec<char> =
            text.replace("&&", "").split('&').skip(1).filter_map(|code| code.chars().next()).collect();
        assert_eq!(codes, if tag == "oddHeader" { vec!['L', '"', 'R'] } else { vec!['L', 'R', 'P', 'N'] });
    }
}

#[test]
fn a_footer_without_an_organisation_has_no_gap() {
    let mut export = every_kind();
    export.about.organisation = String::new();
    let sheet = part(&export, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("&amp;LExported by Ada Example, 6 July 2026 at 09:15:30 BST&amp;R"), "{sheet}");
}

#[test]
fn the_hour_that_comes_twice_in_october_is_told_apart() {
    let instants = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];
    let rows = instants.map(|instant| vec![Cell::Instant(instant.parse().unwrap())]);
    let export = export(&["At"], rows.to_vec());
    assert_eq!(at(&export, 0, (1, 0)), at(&export, 0, (2, 0)));
    assert_eq!(format_of(&export, "A2").1.as_deref(), Some("d mmm yyyy hh:mm:ss \"BST\""));
    assert_eq!(format_of(&export, "A3").1.as_deref(), Some("d mmm yyyy hh:mm:ss \"GMT\""));
}

#[test]
fn what_excel_would_show_wrongly_stands_as_text() {
    let export = export(
        &["Value"],
        vec![
            vec![Cell::Whole(999_999_999_999_999)],
            vec![Cell::Whole(-1_000_000_000_000_000)],
            vec![Cell::Points(i64::MIN)],
            vec![Cell::Day(date(1900, 2, 28))],
            vec![Cell::Day(date(1900, 3, 1))],
            vec![Cell::Instant("1850-01-01T12:00:00Z".parse().unwrap())],
        ],
    );
    assert_eq!(at(&export, 0, (1, 0)), Data::Float(999_999_999_999_999.0));
    assert_eq!(at(&export, 0, (2, 0)), Data::String("-1000000000000000".to_owned()));
    assert_eq!(at(&export, 0, (3, 0)), Data::String("-9223372036854775.808".to_owned()));
    assert_eq!(at(&export, 0, (4, 0)), Data::String("1900-02-28".to_owned()));
    assert!(matches!(at(&export, 0, (5, 0)), Data::DateTime(day) if day.to_ymd_hms_milli().0 == 1900));
    assert_eq!(at(&export, 0, (6, 0)), Data::String("1850-01-01T12:00:00+00:00".to_owned()));
}

#[test]
fn a_text_too_long_for_a_cell_is_cut_and_says_so() {
    let fits = "🦆".repeat(16_383);
    let long = "🦆".repeat(20_000);
    let export = export(&["Text"], vec![vec![text(&fits)], vec![text(&long)]]);
    assert_eq!(at(&export, 0, (1, 0)), Data::String(fits));
    let Data::String(cut) = at(&export, 0, (2, 0)) else { panic!("the cut text is no text") };
    assert!(cut.starts_with("🦆🦆") && cut.ends_with("🦆 [cut here: the text has 40000 characters]"));
    assert!((32_766..=32_767).contains(&text::length(&cut)), "{}", text::length(&cut));
    assert_eq!(
        at(&export, 1, (7, 1)),
        Data::String(
            "Points are as of 5 July 2026. In 1 cell, the text is cut, and says so at its end, because Excel holds 32,767 \
             characters in a cell; the same export as CSV has it whole."
                .to_owned()
        )
    );
}

#[test]
fn a_text_that_might_start_a_formula_stays_text_when_edited() {
    let export = export(&["-Text"], vec![vec![text("=1+1")], vec![text("plain")], vec![text("\u{200b}＠x")]]);
    for (place, quoted) in [("A1", true), ("A2", true), ("A3", false), ("A4", true)] {
        assert_eq!(format_of(&export, place).0.contains("quotePrefix=\"1\""), quoted, "{place}");
    }
}

#[test]
fn addresses_stay_text() {
    let links: Vec<Vec<Cell>> =
        (0..3).map(|n| vec![text(&format!("https://example.org/{n}")), text("mailto:a@example.org")]).collect();
    let sheet = part(&export(&["Link", "Address"], links), "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("hyperlink"), "{sheet}");
}

#[test]
fn sheets_are_named_as_excel_allows() {
    let named = |title: &str| opened(&Export { title: title.to_owned(), ..every_kind() }).sheet_names()[0].clone();
    assert_eq!(named("Evidence: [a/b\\c]*?"), "Evidence a b c");
    assert_eq!(named("'quoted'"), "quoted");
    assert_eq!(named("History"), "Export");
    assert_eq!(named("about THIS export"), "Export");
    assert_eq!(named(" \0\n"), "\u{fffd}");
    assert_eq!(named(" '' "), "Export");
    assert_eq!(named("a title of thirty characters  ' and more"), "a title of thirty characters");
}

#[test]
fn a_workbook_without_rows_opens() {
    let export = export(&["Council", "Band"], vec![]);
    assert_eq!(at(&export, 0, (0, 1)), Data::String("Band".to_owned()));
    assert!(part(&export, "xl/worksheets/sheet1.xml").contains("<autoFilter ref=\"A1:B1\"/>"));
}

/// What a cell that was read back shows, as the cell that it was made of would show it in CSV.
fn read_as(read: &Data, cell: &Cell) -> String {
    match (read, cell) {
        (Data::Float(points), Cell::Points(_)) => format!("{points:.3}"),
        (Data::Float(number), Cell::Whole(_)) => format!("{number:.0}"),
        (Data::DateTime(time), Cell::Day(_) | Cell::Instant(_)) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            let is_day = matches!(cell, Cell::Day(_));
            if is_day { day } else { format!("{day}T{hour:02}:{minute:02}:{second:02}") }
        }
        (Data::Empty, Cell::Empty | Cell::Text(_)) => String::new(),
        (Data::String(text), _) => text.clone(),
        (other, _) => panic!("{other:?} for {cell:?}"),
    }
}

/// What a cell is to show.
fn wanted(cell: &Cell) -> String {
    let control = |letter: char| letter < ' ' && !"\t\r\n".contains(letter) || "\u{fffe}\u{ffff}".contains(letter);
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.replace(control, "\u{fffd}"),
        Cell::Whole(number) => number.to_string(),
        Cell::Points(milli) => shown::points(*milli),
        Cell::Day(day) => day.to_string(),
        Cell::Instant(instant) => shown::instant(*instant),
        Cell::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
    }
}

proptest! {
    // A workbook takes far longer to write and read than a text.
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_cell_is_a_formula_and_every_cell_reads_back_as_itself(export in any_export()) {
        let mut workbook = opened(&export);
        for sheet in workbook.sheet_names() {
            let formulas = workbook.worksheet_formula(&sheet).unwrap();
            prop_assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()));
        }
        let range = workbook.worksheet_range_at(0).unwrap().unwrap();
        for (row, cells) in (1..).zip(&export.rows) {
            for (column, cell) in (0..).zip(cells) {
                let given = range.get_value((row, column)).unwrap_or(&Data::Empty);
                let (read, wanted) = (read_as(given, cell), wanted(cell));
                // A workbook's time has no offset.
                let without_offset = matches!(given, Data::DateTime(_)) && wanted.starts_with(&read);
                prop_assert!(read == wanted || without_offset, "{read:?} for {cell:?}");
            }
        }
    }
}
