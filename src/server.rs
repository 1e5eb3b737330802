//! The HTTP server: pages, API, documentation, health, figures.
//!
//! In: an [`App`] and an address. Out: a server that runs until it is told to stop. Always holds: every answer carries
//! the security headers; a request that no route takes gets a problem under `/api`, a page elsewhere.

use crate::app::App;
use crate::error::{AppError, Code};
use crate::{api, web};
use actix_web::Resource;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::guard;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::web::{Data, resource, route};
use actix_web::{HttpRequest, HttpResponse, HttpServer};
use std::net::{SocketAddr, TcpListener};
use std::time::Instant;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

/// Where the OpenAPI document is.
const OPENAPI: &str = "/api/openapi.json";
/// Our own pages need nothing but themselves.
const STRICT: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The documentation page is a script that draws itself; it still asks nobody else for anything.
const DOCUMENTATION: &str = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Takes the address, so that a port in use is told before anything else is done.
///
/// # Errors
/// [`Code::PortInUse`] when another program listens there.
pub fn listen(address: SocketAddr) -> Result<TcpListener, AppError> {
    TcpListener::bind(address).map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => AppError::new(
            Code::PortInUse,
            format!("Another program already listens on {address}."),
            "Stop it, or choose another port with --port.",
        ),
        _ => AppError::new(
            Code::PortInUse,
            format!("{address} can't be listened on: {e}."),
            "Choose another address (`listen` in the configuration) or port (--port).",
        ),
    })
}

/// Serves on a listener that [`listen`] gave.
///
/// # Errors
/// [`Code::PortInUse`] when the listener can't be used.
pub fn serve(app: App, listener: TcpListener) -> Result<Server, AppError> {
    let shared = Data::new(app);
    let server = HttpServer::new(move || {
        let (app, document) =
            actix_web::App::new().into_utoipa_app().openapi(api::document()).configure(api::routes).split_for_parts();
        app.app_data(shared.clone())
            .app_data(actix_web::web::QueryConfig::default().error_handler(bad_query))
            .app_data(actix_web::web::PathConfig::default().error_handler(bad_path))
            .app_data(actix_web::web::JsonConfig::default().error_handler(bad_json))
            .wrap(Compress::default())
            .wrap(from_fn(headers))
            .wrap(from_fn(counted))
            .service(SwaggerUi::new("/api/docs/{_:.*}").url(OPENAPI, document))
            .service(read_only("/api/docs").to(to_documentation))
            // Where orchestrators look for them, too.
            .service(api::health::get_health)
            .service(api::health::get_ready)
            .service(read_only("/metrics").to(metrics))
            .configure(web::routes)
            .default_service(route().to(nothing_here))
    });
    let server = server.shutdown_timeout(10).listen(listener);
    Ok(server.map_err(|e| AppError::new(Code::PortInUse, format!("The server can't start: {e}."), ""))?.run())
}

/// A resource that is only read: any other method finds nothing here, in words.
pub(crate) fn read_only(path: &str) -> Resource {
    resource(path).guard(guard::Get())
}

async fn to_documentation() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/docs/")).finish()
}

/// The figures, in Prometheus' text format.
async fn metrics(app: Data<App>) -> Result<HttpResponse, api::problem::Problem> {
    let counted = app.clone();
    let counted = actix_web::web::block(move || crate::triage::summary(&counted.store, 1)).await;
    let summary = counted.map_err(|e| api::problem::unexpected(&e))??;
    for (position, band) in crate::scoring::Band::ALL.into_iter().enumerate() {
        let councils = summary.by_county.values().filter_map(|counts| counts.get(position)).sum();
        app.telemetry.set_band(band.name(), councils);
    }
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(app.telemetry.text()?))
}

/// Where no route is: a problem under `/api`, a page elsewhere.
async fn nothing_here(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, actix_web::Error> {
    let (method, path) = (request.method(), request.path());
    let error = match *method {
        Method::GET => AppError::new(
            Code::PageUnknown,
            format!("There is nothing at {path}."),
            "Start from Monday's list; the API documentation at /api/docs lists every address of the API.",
        ),
        _ => AppError::new(
            Code::MethodNotAllowed,
            format!("{path} doesn't take {method}."),
            "The API documentation at /api/docs lists what each address takes.",
        ),
    };
    if path.starts_with("/api") {
        return Err(api::problem::Problem::from(error).into());
    }
    Err(web::trouble(&app, &request, error).into())
}

#[allow(clippy::needless_pass_by_value, reason = "the signature is actix-web's")]
fn bad_query(error: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    api::problem::bad_query(&error).into()
}

#[allow(clippy::needless_pass_by_value, reason = "the signature is actix-web's")]
fn bad_path(error: PathError, _: &HttpRequest) -> actix_web::Error {
    api::problem::bad_query(&error).into()
}

#[allow(clippy::needless_pass_by_value, reason = "the signature is actix-web's")]
fn bad_json(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    api::problem::bad_query(&error).into()
}

/// Puts the security headers on every answer, and answers HEAD as GET.
async fn headers(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    // HEAD is GET without the body, which the protocol's layer leaves out by itself.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let policy = if request.path().starts_with("/api/docs") { DOCUMENTATION } else { STRICT };
    let mut response = next.call(request).await?;
    let all: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in all {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Counts every answer by method, route and status.
async fn counted(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let telemetry = request.app_data::<Data<App>>().map(|app| app.telemetry.clone());
    let method = match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    };
    let response = next.call(request).await?;
    if let Some(telemetry) = telemetry {
        let route = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
        telemetry.count_request(method, &route, response.status().as_u16(), started.elapsed().as_secs_f64());
    }
    Ok(response)
}
