//! How deep and how large a JSON text is, before anything is built from it.
//!
//! In: text. Out: nothing, or the error with its line and column. Always holds: one pass, no memory; the count of commas
//! and brackets is at least the count of values, whether or not the text is well formed.

use crate::feeds::read::{Limits, ReadError};

/// # Errors
/// When brackets are nested deeper than `limits.depth`, or there may be more than `limits.cells` values.
pub(super) fn check(text: &str, limits: &Limits) -> Result<(), ReadError> {
    let (mut depth, mut values) = (0_usize, 0_usize);
    let (mut line, mut line_start) = (1_usize, 0_usize);
    let (mut in_text, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            // No JSON text may hold a line end as it is, so one that seems to is broken and ends here at the latest.
            b'\n' => {
                (line, line_start, in_text) = (line + 1, at + 1, false);
            }
            _ if in_text => {}
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > limits.depth {
            return Err(ReadError::JsonTooDeep { line, column: at - line_start + 1, limit: limits.depth });
        }
        if values > limits.cells {
            return Err(ReadError::TooManyCells { sheet: None, limit: limits.cells });
        }
    }
    Ok(())
}
