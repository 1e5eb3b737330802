//! Files to take away: Monday's list and the audit log, as CSV or as an Excel workbook.
//!
//! In: the same addresses as the pages', with the file's ending. Out: files that say who took them, when and by which
//! filter. Always holds: that a file was taken is recorded before it is given.

use super::address::read_list;
use super::visit::{Trouble, Visit};
use crate::app::App;
use crate::audit;
use crate::error::{AppError, Code};
use crate::export::{Export, Format, file_name, write};
use crate::triage;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

/// GET /list.{format}
pub async fn list(app: Data<App>, request: HttpRequest, format: Path<String>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let query = read_list(request.query_string()).map_err(|not_understood| {
        AppError::new(Code::BadQuery, not_understood.to_string(), "Choose from the filters on Monday's list.")
    });
    give(visit, &format, move |app| triage::taken_list(app, &actor, &query?)).await
}

/// GET /audit.{format}
pub async fn audit_log(app: Data<App>, request: HttpRequest, format: Path<String>) -> Result<HttpResponse, Trouble> {
    let visit = Visit::of(&app, &request);
    let actor = visit.visitor.actor.clone();
    let asked = super::log::filters(request.query_string());
    give(visit, &format, move |app| audit::taken(app, &actor, &asked?)).await
}

/// The file of an export, as an answer.
///
/// # Errors
/// For another kind of file than there is; whatever taking gives.
pub async fn give(
    visit: Visit,
    format: &str,
    take: impl FnOnce(&App) -> Result<Export, AppError> + Send + 'static,
) -> Result<HttpResponse, Trouble> {
    let Some(format) = Format::named(format) else {
        let next = "Files end in .csv or .xlsx.";
        return Err(visit.trouble(AppError::new(Code::PageUnknown, "There is no such kind of file.", next)));
    };
    let written = visit.done(move |app| {
        let export = take(app)?;
        Ok((file_name(&export, format), write(&export, format)?))
    });
    match written.await {
        Ok((name, bytes)) => Ok(HttpResponse::Ok()
            .content_type(format.media_type())
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename={name}")))
            .body(bytes)),
        Err(error) => Err(visit.trouble(error)),
    }
}
