//! Sealing: what the program must be able to read again, but nobody who reads the database or a back-up of it.
//!
//! In: a key of 32 bytes (from the environment variable `BELLWETHER_SECRET_KEY` or from a file that is made once), bytes,
//! and the purpose they are kept for. Out: `v1.` and base64url, or the bytes again. Always holds: AES-256-GCM (NIST
//! SP 800-38D) with a nonce drawn for each text; what was changed, or was sealed for another purpose or by another key,
//! isn't opened; neither the key nor what is sealed shows in an error or in a debug text.

use super::secret::{draw_symbols, random_bytes};
use crate::error::{AppError, Code};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

/// The environment variable that holds the key, as messages name it.
pub const KEY_VARIABLE: &str = "BELLWETHER_SECRET_KEY";

/// How every sealed text begins: another way of sealing would get another number, and both could be opened.
const VERSION: &str = "v1.";
const KEY_LENGTH: usize = 32;
/// A key and its line end are 65 bytes; a longer file is something else, and needn't be read to the end.
const LONGEST_KEY_FILE: u64 = 1_000;
/// Fewer different bytes than this and 32 of them weren't drawn: by chance, not once in 10^36 keys.
const FEWEST_DIFFERENT_BYTES: usize = 8;

/// Seals and opens with one key. Its debug text shows nothing.
///
/// A key may seal 2^32 texts before two nonces meet with a chance of 2^-32 (SP 800-38D, section 8.3): at ten a second, in
/// thirteen years.
pub struct Seal {
    key: LessSafeKey,
    /// Where the key came from, for messages.
    origin: String,
}

impl fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Seal(…)")
    }
}

/// Why something can't be sealed or opened: the text says what happened and where, [`SealError::next`] what to do.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("{origin} doesn't hold a key: it has {length} characters that aren't 32 bytes in hexadecimal or base64.")]
    KeyMisshapen { origin: String, length: usize },
    #[error("The key in {origin} wasn't drawn at random: it is almost one byte over and over.")]
    KeyGuessable { origin: String },
    #[error("The key file {path} may be read or changed by others on this machine (its mode is {mode:03o}).")]
    KeyFileExposed { path: String, mode: u32 },
    #[error("The key file {path} can't be read.")]
    KeyFileUnreadable { path: String, source: std::io::Error },
    #[error("The key file {path} can't be made.")]
    KeyFileUnmade { path: String, source: std::io::Error },
    #[error("What is kept as {purpose} isn't a sealed text.")]
    NotSealed { purpose: String },
    #[error(
        "What is kept as {purpose} can't be opened: the key that sealed it is not the one in {origin}, or it was changed or moved since."
    )]
    NotOpened { purpose: String, origin: String },
    #[error("What is to be kept as {purpose} is too long to be sealed.")]
    TooLong { purpose: String },
}

impl SealError {
    /// What to do next, in a sentence or two.
    pub fn next(&self) -> String {
        match self {
            SealError::KeyMisshapen { .. } | SealError::KeyGuessable { .. } => {
                "Draw a key with `openssl rand -hex 32` and put its 64 characters there. If texts were sealed already, put back the key that sealed them."
                    .to_owned()
            }
            SealError::KeyFileExposed { path, .. } => format!(
                "If nobody else can have read it, run `chmod 600 {path}`. Otherwise remove it, so that another key is drawn: links under way are then lost, and second factors must be set up again."
            ),
            SealError::KeyFileUnreadable { path, .. } => {
                format!("See that {path} is a file that the service's user may read, or set {KEY_VARIABLE}.")
            }
            SealError::KeyFileUnmade { path, .. } => format!(
                "See that the folder of {path} exists and that the service's user may write there, or set {KEY_VARIABLE}."
            ),
            SealError::NotSealed { .. } => {
                "Something other than Bellwether wrote it. Restore it from a back-up, or have it set up again.".to_owned()
            }
            SealError::NotOpened { .. } => format!(
                "Put back the key that was in use when it was kept ({KEY_VARIABLE} or the key file). If that key is lost, have it set up again."
            ),
            SealError::TooLong { .. } => "Keep less in one piece.".to_owned(),
        }
    }
}

impl From<SealError> for AppError {
    fn from(error: SealError) -> AppError {
        AppError::new(Code::ConfigInvalid, error.to_string(), error.next())
    }
}

impl Seal {
    /// Takes the text of [`KEY_VARIABLE`]: 64 hexadecimal digits, or 32 bytes in base64 of either alphabet, with or without
    /// padding; white space around it is ignored.
    ///
    /// # Errors
    /// [`SealError::KeyMisshapen`] for anything else; [`SealError::KeyGuessable`] for a stand-in such as noughts.
    pub fn from_text(text: &str) -> Result<Seal, SealError> {
        Seal::from_origin(text, KEY_VARIABLE)
    }

    /// Takes the key of a file, in the same forms as [`Seal::from_text`]. A file that doesn't exist is made, readable by its
    /// owner only; processes that start together agree on one key. The folder must exist.
    ///
    /// # Errors
    /// As [`Seal::from_text`]; [`SealError::KeyFileExposed`] on Unix where others than the owner may read or write the file;
    /// [`SealError::KeyFileUnreadable`] and [`SealError::KeyFileUnmade`] with the operating system's reason as the source.
    pub fn from_file(path: &Path) -> Result<Seal, SealError> {
        let text = match read_key_file(path)? {
            Some(text) => text,
            None => make_key_file(path)?,
        };
        Seal::from_origin(&text, &path.display().to_string())
    }

    fn from_origin(text: &str, origin: &str) -> Result<Seal, SealError> {
        let text = text.trim();
        let misshapen = || SealError::KeyMisshapen { origin: origin.to_owned(), length: text.chars().count() };
        let bytes = key_bytes(text).ok_or_else(misshapen)?;
        let different: std::collections::BTreeSet<u8> = bytes.iter().copied().collect();
        if different.len() < FEWEST_DIFFERENT_BYTES {
            return Err(SealError::KeyGuessable { origin: origin.to_owned() });
        }
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| misshapen())?;
        Ok(Seal { key: LessSafeKey::new(key), origin: origin.to_owned() })
    }

    /// Seals bytes. The purpose, such as `second factor of person 7`, is not kept with them but must be the same when they are
    /// opened: so that one row's sealed text put into another row isn't accepted there.
    ///
    /// # Errors
    /// [`SealError::TooLong`] beyond 64 GiB.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<String, SealError> {
        let nonce = random_bytes::<NONCE_LEN>();
        let mut sealed = plain.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound_to(purpose), &mut sealed)
            .map_err(|_| SealError::TooLong { purpose: purpose.to_owned() })?;
        sealed.splice(..0, nonce);
        Ok(format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// Opens what [`Seal::seal`] gave for the same purpose.
    ///
    /// # Errors
    /// [`SealError::NotSealed`] for a text of another form; [`SealError::NotOpened`] where key, purpose or text isn't the one
    /// it was sealed with: which of them, nobody can tell.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let not_sealed = || SealError::NotSealed { purpose: purpose.to_owned() };
        let encoded = sealed.strip_prefix(VERSION).ok_or_else(not_sealed)?;
        let mut bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| not_sealed())?;
        let (nonce, locked) = bytes.split_first_chunk_mut::<NONCE_LEN>().ok_or_else(not_sealed)?;
        self.key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), bound_to(purpose), locked)
            .map(|plain| plain.to_vec())
            .map_err(|_| SealError::NotOpened { purpose: purpose.to_owned(), origin: self.origin.clone() })
    }
}

/// What is authenticated along with the sealed bytes: how they were sealed, and what for.
fn bound_to(purpose: &str) -> Aad<String> {
    Aad::from(format!("{VERSION}{purpose}"))
}

/// The 32 bytes that a text gives in hexadecimal or base64.
fn key_bytes(text: &str) -> Option<[u8; KEY_LENGTH]> {
    if text.len() == 2 * KEY_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let bytes: Vec<u8> = text
            .as_bytes()
            .chunks_exact(2)
            .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        return bytes.try_into().ok();
    }
    // One alphabet for both; padding says nothing that the length doesn't.
    let text = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
    STANDARD_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// The file's text; none where there is no such file.
fn read_key_file(path: &Path) -> Result<Option<String>, SealError> {
    let unreadable = |source| SealError::KeyFileUnreadable { path: path.display().to_string(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    refuse_exposed(path, &file)?;
    let mut text = String::new();
    file.take(LONGEST_KEY_FILE).read_to_string(&mut text).map_err(unreadable)?;
    Ok(Some(text))
}

/// Draws a key and makes the file with it, or takes the key of whoever was faster. The file appears whole or not at all.
fn make_key_file(path: &Path) -> Result<String, SealError> {
    let unmade = |source| SealError::KeyFileUnmade { path: path.display().to_string(), source };
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let unfinished = folder.join(format!(".bellwether-key-{}", draw_symbols::<16>()));
    let text: String = random_bytes::<KEY_LENGTH>().iter().map(|byte| format!("{byte:02x}")).collect();
    let linked = write_new(&unfinished, &text).and_then(|()| {
        // A link is refused where the name is taken; a rename would put a second key in the place of the first.
        fs::hard_link(&unfinished, path)
    });
    let removed = fs::remove_file(&unfinished);
    match linked {
        Ok(()) => {
            removed.and_then(|()| settle(folder)).map_err(unmade)?;
            Ok(text)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read_key_file(path)?.ok_or_else(|| unmade(error)),
        Err(error) => Err(unmade(error)),
    }
}

/// Writes a file that must not exist yet, for its owner only, down to the disk.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

/// Brings the folder's new entry down to the disk: a key that is gone after a power cut takes with it all that it sealed.
#[cfg(unix)]
fn settle(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn settle(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Asks the open file rather than the path, which may name another file by now.
#[cfg(unix)]
fn refuse_exposed(path: &Path, file: &File) -> Result<(), SealError> {
    use std::os::unix::fs::PermissionsExt;
    let unreadable = |source| SealError::KeyFileUnreadable { path: path.display().to_string(), source };
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(SealError::KeyFileExposed { path: path.display().to_string(), mode }) }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path, _: &File) -> Result<(), SealError> {
    Ok(())
}

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
