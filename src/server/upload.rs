//! A file that is sent to us: by itself, or in a form.
//!
//! In: a request whose body has been received. Out: the file with its name, and the form's other fields. Always holds: what
//! is read was bounded when it was received; a form has one file.

use crate::error::{AppError, Code};
use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Payload;
use futures_util::StreamExt;
use std::collections::BTreeMap;

/// What was sent.
#[derive(Debug, Default)]
pub struct Upload {
    pub bytes: Vec<u8>,
    /// As the sender calls the file.
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    fields: BTreeMap<String, String>,
}

impl Upload {
    /// A field of the form, trimmed; none where it isn't there or is empty.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

/// Reads what was sent: `application/json`, `text/csv`, or a form (`multipart/form-data`) with a file.
///
/// # Errors
/// [`Code::MediaTypeUnsupported`] for any other kind, [`Code::BadQuery`] for a form that can't be read.
pub async fn read(request: &HttpRequest, payload: Payload) -> Result<Upload, AppError> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media.as_str() {
        "application/json" | "text/csv" => {
            Ok(Upload { bytes: whole(payload).await?, content_type: Some(media), ..Upload::default() })
        }
        "multipart/form-data" => form(content_type, payload).await,
        _ => Err(AppError::new(
            Code::MediaTypeUnsupported,
            format!("The body is sent as {:?}.", media.chars().take(60).collect::<String>()),
            "Send application/json, text/csv, or multipart/form-data with the file in the field `file`.",
        )),
    }
}

/// Reads a form of a page, with a file or without.
///
/// # Errors
/// As [`read`].
pub async fn read_form(request: &HttpRequest, payload: Payload) -> Result<Upload, AppError> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.starts_with("application/x-www-form-urlencoded") {
        let body = whole(payload).await?;
        return Ok(Upload { fields: form_urlencoded::parse(&body).into_owned().collect(), ..Upload::default() });
    }
    read(request, payload).await
}

async fn whole(mut payload: Payload) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        bytes.extend_from_slice(&chunk.map_err(|e| unreadable(&e))?);
    }
    Ok(bytes)
}

async fn form(content_type: &str, payload: Payload) -> Result<Upload, AppError> {
    let boundary = multer::parse_boundary(content_type).map_err(|e| unreadable(&e))?;
    let bytes = whole(payload).await?;
    let body = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
    let mut parts = multer::Multipart::new(body, boundary);
    let mut upload = Upload::default();
    while let Some(part) = parts.next_field().await.map_err(|e| unreadable(&e))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            if !upload.bytes.is_empty() {
                return Err(unreadable(&"it holds more than one file"));
            }
            upload.file_name = part.file_name().map(plain).filter(|name| !name.is_empty());
            upload.content_type = part.content_type().map(ToString::to_string);
            upload.bytes = part.bytes().await.map_err(|e| unreadable(&e))?.to_vec();
        } else {
            let text = part.text().await.map_err(|e| unreadable(&e))?;
            upload.fields.insert(name, text);
        }
    }
    Ok(upload)
}

/// A file's name without folders and marks that control, and not too long.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control()).take(120).collect()
}

fn unreadable(because: &dyn std::fmt::Display) -> AppError {
    AppError::new(
        Code::BadQuery,
        format!("The form can't be read: {because}."),
        "Send multipart/form-data with the file in the field `file`.",
    )
}
