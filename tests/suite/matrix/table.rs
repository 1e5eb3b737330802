//! The table of expectations: read for the test, written anew when somebody asks for it.
//!
//! In: `expectations.txt`. Out: rows of cells by column. Always holds: every row has a cell for each column, and no row
//! stands twice; what is written back keeps every line that isn't a row.

use std::collections::BTreeSet;

/// Where it stands.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/matrix/expectations.txt");
/// How wide the subject's column is, and each column of cells.
const WIDTHS: (usize, usize) = (16, 5);

/// A route, one of its subjects, and what comes for each column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub method: String,
    pub pattern: String,
    pub subject: String,
    pub cells: Vec<String>,
    /// The line of the file, from 1.
    pub line: usize,
}

/// The whole table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The columns.
    pub heads: Vec<String>,
    /// Somebody who has no column, and the column that says what comes for them.
    pub alike: Vec<(String, String)>,
    /// Somebody who has no column, and a route at which what comes is a word of its own.
    unlike: Vec<(String, String, String)>,
    pub rows: Vec<Row>,
}

impl Row {
    /// Method and pattern.
    pub fn route(&self) -> String {
        format!("{} {}", self.method, self.pattern)
    }
}

impl Table {
    /// The committed table.
    pub fn committed() -> Table {
        Table::read(&std::fs::read_to_string(FILE).unwrap())
    }

    /// Reads a table; a row without cells is taken where `MATRIX_UPDATE` asks for a new table, which fills them in.
    fn read(text: &str) -> Table {
        let mut table = Table { heads: Vec::new(), alike: Vec::new(), unlike: Vec::new(), rows: Vec::new() };
        let mut route: Option<(String, String)> = None;
        for (line, text) in (1..).zip(text.lines()) {
            let words: Vec<&str> = text.split_whitespace().collect();
            match words.as_slice() {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                ["who", heads @ ..] => {
                    let same = table.heads.is_empty() || table.heads == heads;
                    assert!(same, "expectations.txt:{line}: the columns differ from those above");
                    table.heads = heads.iter().map(|head| (*head).to_owned()).collect();
                }
                ["alike", head, column, ..] => table.alike.push(((*head).to_owned(), (*column).to_owned())),
                ["unlike", head, cell, method, pattern] => {
                    table.unlike.push(((*head).to_owned(), (*cell).to_owned(), format!("{method} {pattern}")));
                }
                [method @ ("GET" | "POST"), pattern] => route = Some(((*method).to_owned(), (*pattern).to_owned())),
                _ => {
                    let (method, pattern) = route.clone().expect("a row stands below its route");
                    let row = Row { method, pattern, line, ..table.row(line, &words) };
                    table.rows.push(row);
                }
            }
        }
        let distinct: BTreeSet<_> = table.rows.iter().map(|row| (row.route(), &row.subject)).collect();
        assert_eq!(distinct.len(), table.rows.len(), "expectations.txt: a row stands twice");
        table
    }

    fn row(&self, line: usize, words: &[&str]) -> Row {
        let columns = self.heads.len();
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (subject, cells) = match words.len().checked_sub(columns) {
            Some(subject) if subject > 0 => (words[..subject].join(" "), own(&words[subject..])),
            _ if is_updating() => (words.join(" "), vec!["?".to_owned(); columns]),
            _ => panic!("expectations.txt:{line}: the row needs a cell for each of {columns} columns"),
        };
        Row { method: String::new(), pattern: String::new(), subject, cells, line }
    }

    /// The cell's place of a column.
    pub fn column(&self, head: &str) -> usize {
        self.heads.iter().position(|known| known == head).unwrap_or_else(|| panic!("there is no column {head}"))
    }

    /// What comes for somebody at a row: the cell of their column, or the word of their own.
    pub fn expected<'a>(&'a self, head: &str, row: &'a Row, column: usize) -> &'a String {
        let route = row.route();
        let own = self.unlike.iter().find(|(known, _, at)| known == head && *at == route);
        own.map_or(&row.cells[column], |(_, cell, _)| cell)
    }

    /// Writes the cells of these rows into the file.
    pub fn write(rows: &[Row]) {
        let text = std::fs::read_to_string(FILE).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for row in rows {
            let cells: String = row.cells.iter().map(|cell| format!("{cell:<0$}", WIDTHS.1)).collect();
            lines[row.line - 1] = format!("  {:<1$} {cells}", row.subject, WIDTHS.0).trim_end().to_owned();
        }
        std::fs::write(FILE, lines.join("\n") + "\n").unwrap();
    }
}

/// Whether somebody asks for the table as it is.
pub fn is_updating() -> bool {
    std::env::var_os("MATRIX_UPDATE").is_some()
}
