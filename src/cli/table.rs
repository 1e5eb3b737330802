//! Tables on a terminal: columns as wide as their widest cell.
//!
//! In: rows of text, the first of them the heading. Out: lines. Always holds: columns that hold only figures are set to
//! the right.

/// The rows as lines of text, two spaces between columns.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    let figures = |column: usize| {
        let mut cells = rows.iter().skip(1).map(|row| cell(row, column)).filter(|cell| !cell.is_empty());
        cells.all(|cell| cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))
    };
    let width = |column: usize| rows.iter().map(|row| cell(row, column).chars().count()).max().unwrap_or(0);
    let widths: Vec<(usize, bool)> = (0..columns).map(|column| (width(column), figures(column))).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = widths
            .iter()
            .enumerate()
            .map(|(column, (width, right))| match right {
                true => format!("{:>width$}", cell(row, column)),
                false => format!("{:<width$}", cell(row, column)),
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_stand_to_the_left_and_figures_to_the_right() {
        let rows = [["County", "Councils"], ["Fenwold", "7"], ["Marrowshire", "112"]];
        let rows: Vec<Vec<String>> = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        assert_eq!(super::table(&rows), "County       Councils\nFenwold             7\nMarrowshire       112\n");
    }
}
