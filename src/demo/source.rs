//! The example source: a small web server that publishes the demo's files as the country's real senders would.
//!
//! In: a day, set by whoever runs the demo, and requests. Out: each feed's file as it stood on that day, with a strong
//! entity tag (the SHA-256 of its bytes), or 304 where the asker already has it. Always holds: the same day gives the
//! same bytes and the same tag; a file is made once a day that is asked for.

use super::complaints::complaints;
use super::flags::county_flags;
use super::outcomes::outcomes;
use super::records::county_records;
use super::reports::auditor_reports;
use super::sending::Unwritable;
use super::story::Country;
use crate::digest::sha256_hex;
use actix_web::http::header::{self, ETag, EntityTag, Header, IfNoneMatch, LastModified};
use actix_web::{HttpRequest, HttpResponse, error, web};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// A feed of the demo, as it is to be declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoFeed {
    pub id: &'static str,
    pub title: &'static str,
    /// The source kind's name, such as `audit_outcomes`.
    pub source: &'static str,
    /// Where the example source publishes it.
    pub path: &'static str,
    /// `xlsx`, `csv` or `json`.
    pub format: &'static str,
    /// The counties that it covers: `all` of them.
    pub counties: &'static str,
    wrote: Writer,
}

/// Who writes a feed's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writer {
    Firm(usize),
    Complaints,
    Flags,
    Records,
    Reports,
}

const fn feed([id, title, source]: [&'static str; 3], [path, format]: [&'static str; 2], wrote: Writer) -> DemoFeed {
    DemoFeed { id, title, source, path, format, counties: "all", wrote }
}

/// Every feed of the demo.
pub const FEEDS: [DemoFeed; 7] = [
    feed(
        ["audit-firm-1", "Larkmoor Audit LLP: outcomes of reviews", "audit_outcomes"],
        ["/audit-firm-1.xlsx", "xlsx"],
        Writer::Firm(0),
    ),
    feed(
        ["audit-firm-2", "Stane & Fold Public Audit: opinions", "audit_outcomes"],
        ["/audit-firm-2.xlsx", "xlsx"],
        Writer::Firm(1),
    ),
    feed(
        ["audit-firm-3", "Wexel Bridge Assurance: reviews, all versions", "audit_outcomes"],
        ["/audit-firm-3.xlsx", "xlsx"],
        Writer::Firm(2),
    ),
    feed(
        ["auditor-reports", "Auditors' reports and recommendations", "auditor_reports"],
        ["/auditor-reports.csv", "csv"],
        Writer::Reports,
    ),
    feed(["complaints", "Complaints log", "complaints"], ["/complaints.csv", "csv"], Writer::Complaints),
    feed(
        ["county-records", "County associations' records", "county_records"],
        ["/county-records.csv", "csv"],
        Writer::Records,
    ),
    feed(["county-flags", "County associations' flags", "county_flags"], ["/county-flags.json", "json"], Writer::Flags),
];

impl DemoFeed {
    /// The key of the organisation that sends it, where it is one firm.
    pub fn owner(&self) -> Option<&'static str> {
        matches!(self.wrote, Writer::Firm(_)).then_some(self.id)
    }

    /// The feed's file as it stood on a day.
    ///
    /// # Errors
    /// [`Unwritable`], which is not expected.
    pub fn bytes(&self, country: &Country, as_of: Date) -> Result<Vec<u8>, Unwritable> {
        match self.wrote {
            Writer::Firm(firm) => outcomes(country, firm, as_of),
            Writer::Complaints => complaints(country, as_of),
            Writer::Flags => county_flags(country, as_of),
            Writer::Records => county_records(country, as_of),
            Writer::Reports => auditor_reports(country, as_of),
        }
    }

    fn content_type(&self) -> &'static str {
        match self.format {
            "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "json" => "application/json",
            _ => "text/csv; charset=utf-8",
        }
    }
}

/// A file as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub bytes: web::Bytes,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
    /// The day whose file it is.
    pub as_of: Date,
}

/// What the example source knows: the country, the day it plays, and what it has made and answered so far.
#[derive(Debug)]
pub struct ExampleSource {
    country: Country,
    playing: Mutex<Playing>,
    sent: AtomicUsize,
    unchanged: AtomicUsize,
}

#[derive(Debug)]
struct Playing {
    as_of: Date,
    made: BTreeMap<(Date, &'static str), Arc<Sent>>,
}

impl ExampleSource {
    /// A source that plays `today` until it is told another day.
    pub fn new(today: Date) -> ExampleSource {
        ExampleSource {
            country: Country::new(today),
            playing: Mutex::new(Playing { as_of: today, made: BTreeMap::new() }),
            sent: AtomicUsize::new(0),
            unchanged: AtomicUsize::new(0),
        }
    }

    /// The country that it tells of.
    pub fn country(&self) -> &Country {
        &self.country
    }

    /// From now on, files are those of this day.
    pub fn set_as_of(&self, as_of: Date) {
        self.playing().as_of = as_of;
    }

    /// How many times it has sent a file (200), and how many times it has answered that nothing changed (304).
    pub fn answered(&self) -> (usize, usize) {
        (self.sent.load(Ordering::SeqCst), self.unchanged.load(Ordering::SeqCst))
    }

    /// A feed's file as it stands on the day that is being played; made on the first call of that day.
    ///
    /// # Errors
    /// [`Unwritable`], which is not expected.
    pub fn file(&self, feed: &DemoFeed) -> Result<Arc<Sent>, Unwritable> {
        let mut playing = self.playing();
        let as_of = playing.as_of;
        if let Some(made) = playing.made.get(&(as_of, feed.id)) {
            return Ok(Arc::clone(made));
        }
        let bytes = feed.bytes(&self.country, as_of)?;
        let sha256 = sha256_hex(&bytes);
        let made = Arc::new(Sent { bytes: bytes.into(), sha256, as_of });
        playing.made.insert((as_of, feed.id), Arc::clone(&made));
        Ok(made)
    }

    fn playing(&self) -> MutexGuard<'_, Playing> {
        // Whoever panicked while holding it left a day and whole files behind, never half of one.
        self.playing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds one route a feed, at its [`DemoFeed::path`].
pub fn configure(cfg: &mut web::ServiceConfig, source: web::Data<ExampleSource>) {
    cfg.app_data(source);
    for feed in &FEEDS {
        let answer = move |request: HttpRequest, source: web::Data<ExampleSource>| answer(feed, request, source);
        cfg.route(feed.path, web::get().to(answer));
    }
}

async fn answer(
    feed: &'static DemoFeed,
    request: HttpRequest,
    source: web::Data<ExampleSource>,
) -> actix_web::Result<HttpResponse> {
    let held = IfNoneMatch::parse(&request).ok();
    let made = source.clone();
    let file = web::block(move || made.file(feed)).await?.map_err(error::ErrorInternalServerError)?;
    let tag = EntityTag::new_strong(file.sha256.clone());
    let has_it = match held {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|held| held.weak_eq(&tag)),
        None => false,
    };
    let (counted, mut response) =
        if has_it { (&source.unchanged, HttpResponse::NotModified()) } else { (&source.sent, HttpResponse::Ok()) };
    counted.fetch_add(1, Ordering::SeqCst);
    response.insert_header(ETag(tag));
    if let Ok(published) = file.as_of.at(6, 0, 0, 0).to_zoned(TimeZone::UTC) {
        response.insert_header(LastModified(SystemTime::from(published.timestamp()).into()));
    }
    if has_it {
        return Ok(response.finish());
    }
    response.insert_header((header::CONTENT_TYPE, feed.content_type()));
    Ok(response.body(file.bytes.clone()))
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod reading_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::StatusCode;
    use actix_web::{App, test};
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 21);

    #[actix_web::test]
    async fn a_file_is_sent_once_and_again_only_when_it_has_changed() {
        let source = web::Data::new(ExampleSource::new(TODAY));
        source.set_as_of(date(2025, 10, 31));
        let app = test::init_service(App::new().configure(|cfg| configure(cfg, source.clone()))).await;
        let ask = |path: &'static str, tag: Option<header::HeaderValue>| {
            let request = test::TestRequest::get().uri(path);
            let request = match tag {
                Some(tag) => request.insert_header((header::IF_NONE_MATCH, tag)),
                None => request,
            };
            test::call_service(&app, request.to_request())
        };
        for feed in &FEEDS {
            let first = ask(feed.path, None).await;
            assert_eq!(first.status(), StatusCode::OK, "{}", feed.path);
            assert_eq!(first.headers().get(header::CONTENT_TYPE).unwrap(), feed.content_type());
            assert_eq!(first.headers().get(header::LAST_MODIFIED).unwrap(), "Fri, 31 Oct 2025 06:00:00 GMT");
            let tag = first.headers().get(header::ETAG).unwrap().clone();
            assert!(tag.to_str().unwrap().starts_with('"'), "a strong tag: {tag:?}");
            let body = test::read_body(first).await;
            assert_eq!(body, source.file(feed).unwrap().bytes);
            let again = ask(feed.path, Some(tag.clone())).await;
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{}", feed.path);
            assert_eq!(again.headers().get(header::ETAG), Some(&tag));
            assert!(test::read_body(again).await.is_empty());
        }
        assert_eq!(source.answered(), (FEEDS.len(), FEEDS.len()));
        let old = source.file(&FEEDS[0]).unwrap();
        source.set_as_of(TODAY);
        let tag = header::HeaderValue::from_str(&format!("\"{}\"", old.sha256)).unwrap();
        let changed = ask(FEEDS[0].path, Some(tag)).await;
        assert_eq!(changed.status(), StatusCode::OK);
        assert_ne!(test::read_body(changed).await, old.bytes);
        assert_eq!(source.answered(), (FEEDS.len() + 1, FEEDS.len()));
        assert_eq!(ask("/nothing.csv", None).await.status(), StatusCode::NOT_FOUND);
    }

    #[::core::prelude::v1::test]
    fn every_feed_is_declared_once() {
        for (place, feed) in FEEDS.iter().enumerate() {
            let others = || FEEDS.iter().skip(place + 1);
            assert!(others().all(|other| other.id != feed.id && other.path != feed.path && other.title != feed.title));
            assert!(feed.path.ends_with(&format!(".{}", feed.format)), "{}", feed.path);
        }
    }
}
