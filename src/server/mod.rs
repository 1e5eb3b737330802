//! The HTTP server: pages, API, documentation, health, figures.
//!
//! In: an [`App`] and an address. Out: a server that runs until it is told to stop. Always holds: every answer carries
//! the security headers; a request that no route takes gets a problem under `/api`, a page elsewhere.

mod body;
pub mod cookies;
mod example;
mod methods;
pub mod upload;
mod visitor;

pub use visitor::{Visitor, wait};

use crate::app::App;
use crate::auth::Action;
use crate::error::{AppError, Code};
use crate::{api, triage, web};
use actix_web::Resource;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::guard;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::web::{Data, resource, route};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpServer, ResponseError};
use body::LARGEST_BODY;
use cookies::Kept;
use methods::Methods;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};
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
    app.config.check_served()?;
    let shared = Data::new(app);
    let server = HttpServer::new(move || {
        let (app, document) =
            actix_web::App::new().into_utoipa_app().openapi(api::document()).configure(api::routes).split_for_parts();
        app.app_data(Data::new(Methods::of(&document)))
            .app_data(shared.clone())
            .app_data(actix_web::web::QueryConfig::default().error_handler(bad_query))
            .app_data(actix_web::web::PathConfig::default().error_handler(bad_path))
            .app_data(actix_web::web::JsonConfig::default().limit(LARGEST_BODY).error_handler(bad_json))
            .app_data(actix_web::web::FormConfig::default().limit(LARGEST_BODY).error_handler(bad_form))
            .app_data(actix_web::web::PayloadConfig::new(LARGEST_BODY.max(body::LARGEST_RULES)))
            .wrap(from_fn(identified))
            .wrap(Compress::default())
            .wrap(from_fn(headers))
            .wrap(from_fn(counted))
            .service(SwaggerUi::new("/api/docs/{_:.*}").url(OPENAPI, document))
            .service(only(Method::GET, "/api/docs").to(to_documentation))
            // Where orchestrators look for them, too.
            .service(api::health::get_health)
            .service(api::health::get_ready)
            .service(only(Method::GET, "/metrics").to(metrics))
            .configure(web::routes)
            .default_service(route().to(nothing_here))
    });
    let server = server
        // An answer leaves in two parts, and without this the second waits for the first to be acknowledged.
        .tcp_nodelay(true)
        .shutdown_timeout(10)
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(5))
        .keep_alive(Duration::from_secs(30))
        .max_connections(2_000)
        .listen(listener);
    Ok(server.map_err(|e| AppError::new(Code::PortInUse, format!("The server can't start: {e}."), ""))?.run())
}

/// A resource for one method: any other finds nothing here, in words.
pub(crate) fn only(method: Method, path: &str) -> Resource {
    resource(path).guard(guard::Method(method))
}

async fn to_documentation() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/docs/")).finish()
}

/// The figures, in Prometheus' text format, for a key that may read them.
async fn metrics(app: Data<App>, visitor: Visitor) -> Result<HttpResponse, api::problem::Problem> {
    visitor.actor.may(Action::SeeFigures)?;
    let counted = app.clone();
    let read = move || Ok::<_, AppError>((triage::summary(&counted.store, 1)?, triage::news_of_declared(&counted)?));
    let (summary, news) = actix_web::web::block(read).await.map_err(|e| api::problem::unexpected(&e))??;
    for (position, band) in crate::scoring::Band::ALL.into_iter().enumerate() {
        let councils = summary.by_county.values().filter_map(|counts| counts.get(position)).sum();
        app.telemetry.set_band(band.name(), councils);
    }
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(app.telemetry.text(&news)?))
}

/// Where no route is: a problem under `/api`, a page elsewhere. There an address that only takes something isn't shown; the
/// API says what each of its addresses takes.
async fn nothing_here(
    app: Data<App>,
    methods: Data<Methods>,
    request: HttpRequest,
) -> Result<HttpResponse, actix_web::Error> {
    let (method, path) = (request.method(), request.path());
    let allow = methods.allow(path);
    let error = match *method {
        Method::GET if allow.is_none() => AppError::new(
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
        let mut refused = api::problem::Problem::from(error).error_response();
        if refused.status() == StatusCode::METHOD_NOT_ALLOWED {
            // RFC 9110, section 15.5.6: also where the address has nothing.
            let allow = allow.unwrap_or(HeaderValue::from_static(""));
            refused.headers_mut().insert(header::ALLOW, allow);
        }
        return Ok(refused);
    }
    Err(web::trouble(&app, &request, error).into())
}

#[allow(clippy::needless_pass_by_value, reason = "the signature is actix-web's")]
fn bad_query(error: QueryPayloadError, request: &HttpRequest) -> actix_web::Error {
    not_understood(&error, request, "The address is not one that our pages lead to: start from Monday's list.")
}

#[allow(clippy::needless_pass_by_value, reason = "the signature is actix-web's")]
fn bad_path(error: PathError, request: &HttpRequest) -> actix_web::Error {
    not_understood(&error, request, "The address is not one that our pages lead to: start from Monday's list.")
}

#[allow(clippy::needless_pass_by_value, reason = "the signature is actix-web's")]
fn bad_json(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    api::problem::bad_query(&error).into()
}

#[allow(clippy::needless_pass_by_value, reason = "the signature is actix-web's")]
fn bad_form(error: actix_web::error::UrlencodedError, request: &HttpRequest) -> actix_web::Error {
    not_understood(&error, request, "Go back, load the page again, and send the form once more.")
}

/// The error for a request that can't be understood; `next` is what a person does next.
fn not_understood(because: &dyn std::fmt::Display, request: &HttpRequest, next: &str) -> actix_web::Error {
    match request.app_data::<Data<App>>() {
        Some(app) if !request.path().starts_with("/api") => {
            web::trouble(app, request, AppError::new(Code::BadQuery, because.to_string(), next)).into()
        }
        _ => api::problem::bad_query(because).into(),
    }
}

/// The answer to a request that is refused before its handler is called: a problem under `/api`, a page elsewhere.
fn refused(app: &Data<App>, request: ServiceRequest, error: AppError) -> ServiceResponse<BoxBody> {
    let refused = if request.path().starts_with("/api") {
        api::problem::Problem::from(error).error_response()
    } else {
        web::trouble(app, request.request(), error).error_response()
    };
    request.into_response(refused)
}

/// Works out who asks and receives what they send, for every request but those for what everybody gets.
async fn identified(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let open = ["/style.css", "/icon.svg", "/health", "/ready", "/api/v1/health", "/api/v1/ready"];
    let app = request.app_data::<Data<App>>().cloned().filter(|_| !open.contains(&request.path()));
    let Some(app) = app else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let visitor = match visitor::identify(&app, &request).await {
        Ok(visitor) => visitor,
        Err(error) => return Ok(refused(&app, request, error)),
    };
    if example::is_let_in(&app, &request, &visitor) {
        return example::let_in(&app, request, next).await;
    }
    let outlived = visitor.outlived;
    let bounds = body::bounds(&request, &visitor);
    request.extensions_mut().insert(visitor);
    if let Err(error) = body::receive(&mut request, bounds).await {
        return Ok(refused(&app, request, error));
    }
    let mut response = in_words(&app, next.call(request).await?.map_into_boxed_body());
    let new_one = cookies::removed(&app, Kept::Session);
    if outlived && !response.response().cookies().any(|cookie| cookie.name() == new_one.name()) {
        // Only a cookie whose text can't stand in a header is refused, and ours can.
        let _ = response.response_mut().add_cookie(&new_one);
    }
    Ok(response)
}

/// A refusal of the framework's own, such as for a text that is no UTF-8, in our words.
fn in_words(app: &Data<App>, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let foreign = response.response().error().filter(|error| {
        error.as_error::<web::visit::Trouble>().is_none() && error.as_error::<api::problem::Problem>().is_none()
    });
    let Some(because) = foreign.filter(|_| response.status().is_client_error()).map(ToString::to_string) else {
        return response;
    };
    let next = "Go back, load the page again, and send the form once more.";
    let error = AppError::new(Code::BadQuery, format!("What was sent can't be read: {because}."), next);
    let refused = if response.request().path().starts_with("/api") {
        api::problem::Problem::from(error).error_response()
    } else {
        web::trouble(app, response.request(), error).error_response()
    };
    response.into_response(refused)
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
    let secure = request.app_data::<Data<App>>().is_some_and(|app| app.config.is_secure());
    let mut response = next.call(request).await?;
    if secure {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, two_years);
    }
    // Nothing about councils stays in a browser's or proxy's cache; what is the same for everybody says so itself.
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let all: [(HeaderName, &'static str); 7] = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
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
