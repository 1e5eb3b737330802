//! Cursors: where a list goes on.
//!
//! In: the key of the last line that was given. Out: an opaque text, and the key back. Always holds: a cursor that we did
//! not make, or made for another sort, is refused in words.

use crate::error::{AppError, Code};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The cursor for a key: JSON in hexadecimal, so that it survives any address bar.
pub fn write<T: Serialize>(key: &T) -> Result<String, AppError> {
    use std::fmt::Write;
    let json = serde_json::to_vec(key).map_err(|e| super::problem::unexpected(&e))?;
    Ok(json.iter().fold(String::with_capacity(json.len() * 2), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// The key of a cursor.
///
/// # Errors
/// [`Code::BadQuery`] for anything that [`write`] did not make.
pub fn read<T: DeserializeOwned>(cursor: &str) -> Result<T, AppError> {
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let json: Option<Vec<u8>> = cursor.as_bytes().chunks(2).map(byte).collect();
    json.and_then(|json| serde_json::from_slice(&json).ok()).ok_or_else(for_another_list)
}

/// The id of a cursor that was made for the list of that name; none without a cursor.
///
/// # Errors
/// [`Code::BadQuery`] for anything else.
pub fn read_id(cursor: Option<&str>, list: &str) -> Result<Option<i64>, AppError> {
    match cursor.map(read::<(String, i64)>).transpose()? {
        Some((made_for, id)) if made_for == list => Ok(Some(id)),
        Some(_) => Err(for_another_list()),
        None => Ok(None),
    }
}

/// The error for a cursor that another list, or another order of this one, gave.
pub fn for_another_list() -> AppError {
    AppError::new(
        Code::BadQuery,
        "`cursor` is not one that this list gave.",
        "Start again without a cursor, and use `next` as it is given.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_gives_its_key_back_and_anything_else_is_refused() {
        let cursor = write(&("Coldbrook – north", 7)).unwrap();
        assert_eq!(read::<(String, i64)>(&cursor).unwrap(), ("Coldbrook – north".to_owned(), 7));
        for wrong in ["", "zz", "7", "5b5d", "é"] {
            assert_eq!(read::<(String, i64)>(wrong).unwrap_err().code, Code::BadQuery, "{wrong}");
        }
    }
}
