//! Fetching, against a server of our own that says whatever a test wants on the wire.

mod reach;
mod server;

use super::*;
use server::{Reply, Server, answer, raw_head};

const CSV: &[u8] = b"Council,Date\nWexmoor,2024-06-30\n";

fn settings() -> FetchSettings {
    FetchSettings {
        connect_timeout: Duration::from_secs(30),
        stall_timeout: Duration::from_secs(30),
        back_off: Duration::from_millis(1),
        ..FetchSettings::default()
    }
}

fn fetcher(settings: FetchSettings) -> Fetcher {
    // Fails when another test has installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let environment = |name: &str| match name {
        "TOKEN" => Some("s3cret".to_owned()),
        "BROKEN" => Some("two\nlines".to_owned()),
        _ => None,
    };
    Fetcher::with_environment(settings, Box::new(environment)).unwrap()
}

/// A feed of that location, with more keys if wanted.
fn feed(location: &str, more: &str) -> Feed {
    // The servers of these tests are on this machine.
    let private = if location.contains("url") { "private = true\n" } else { "" };
    let text = format!(
        "[[feed]]\nid = \"barset\"\ntitle = \"Barset\"\nsource = \"county_flags\"\ncovers = \"all\"\n\
         location = {location}\n{private}{more}"
    );
    super::super::declare::parse(&text).unwrap().remove(0)
}

fn at(server: &Server, path: &str, more: &str) -> Feed {
    feed(&format!("{{ url = \"{}\" }}", server.url(path)), more)
}

async fn fetch(server: &Server, more: &str) -> Result<Fetched, FetchError> {
    fetcher(settings()).fetch(&at(server, "/flags.csv?key=hidden", more), &Seen::default()).await
}

/// The code of the failure, after checking that it names the feed and hides the query.
async fn failure(replies: Vec<Reply>, more: &str) -> FetchError {
    let server = Server::start(replies).await;
    let error = fetch(&server, more).await.unwrap_err();
    let start = format!("Feed \"barset\" (http://127.0.0.1:{}/flags.csv?…): ", server.port);
    assert!(error.to_string().starts_with(&start), "{error}");
    assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
    error
}

fn bytes(fetched: Fetched) -> Vec<u8> {
    match fetched {
        Fetched::Body { bytes, .. } => bytes,
        Fetched::Unchanged => panic!("unchanged"),
    }
}

#[tokio::test]
async fn a_body_comes_with_its_hash_and_what_to_ask_with_next_time() {
    let head = [
        "ETag: \"v1\"",
        "Last-Modified: Sun, 30 Jun 2024 12:00:00 GMT",
        "Content-Type: text/csv",
        "Content-Disposition: attachment; filename=\"../flags june.csv\"",
    ];
    let server = Server::start(vec![answer("200 OK", &head, CSV)]).await;
    assert_eq!(
        fetch(&server, "").await.unwrap(),
        Fetched::Body {
            bytes: CSV.to_vec(),
            // By sha256sum.
            sha256: "24beb27375a683ca63cab41b1b76a82cbc6db8d5362baf5fc6d1ac93de95e1ef".to_owned(),
            etag: Some("\"v1\"".to_owned()),
            last_modified: Some("Sun, 30 Jun 2024 12:00:00 GMT".to_owned()),
            content_type: Some("text/csv".to_owned()),
            file_name: Some("flags june.csv".to_owned()),
        }
    );
    let request = &server.requests()[0];
    assert!(request.contains(concat!("user-agent: bellwether/", env!("CARGO_PKG_VERSION"))), "{request}");
    assert!(!request.contains("if-none-match") && !request.contains("if-modified-since"), "{request}");
}

#[tokio::test]
async fn what_was_seen_is_asked_about_and_304_is_unchanged() {
    let server = Server::start(vec![answer("304 Not Modified", &[], b"")]).await;
    let modified = "Sun, 30 Jun 2024 12:00:00 GMT".to_owned();
    let seen = Seen { etag: Some("\"v1\"".to_owned()), last_modified: Some(modified) };
    let fetched = fetcher(settings()).fetch(&at(&server, "/flags.csv", ""), &seen).await.unwrap();
    assert_eq!(fetched, Fetched::Unchanged);
    let request = &server.requests()[0];
    assert!(request.contains("if-none-match: \"v1\"\r\n"), "{request}");
    assert!(request.contains("if-modified-since: sun, 30 jun 2024 12:00:00 gmt\r\n"), "{request}");
    // Nobody asked, so it is no answer.
    let error = failure(vec![answer("304 Not Modified", &[], b"")], "").await;
    assert_eq!(error.problem, FetchProblem::UnexpectedStatus { status: 304 });
}

#[tokio::test]
async fn each_refusal_says_what_to_do() {
    for (status, code, temporary, next) in [
        ("401 Unauthorized", "unauthorised", false, "Check the feed's credentials"),
        ("403 Forbidden", "forbidden", false, "Ask it to allow these credentials"),
        ("404 Not Found", "not_found", false, "Ask the source for the new address"),
        ("410 Gone", "gone", false, "Ask where it went, or remove the feed."),
        ("500 Internal Server Error", "server_error", true, "(500). It is tried again at the next run"),
        ("204 No Content", "empty", false, "Ask the source to publish the file again."),
        ("418 Teapot", "unexpected_status", false, "Open the address in a browser"),
        ("206 Partial Content", "unexpected_status", false, "Open the address in a browser"),
    ] {
        let server = Server::start(vec![answer(status, &[], b"")]).await;
        let error = fetch(&server, "").await.unwrap_err();
        assert_eq!((error.code(), error.is_temporary()), (code, temporary), "{status}");
        assert!(error.to_string().contains(next), "{error}");
        assert_eq!(server.requests().len(), 1, "{status} is not tried again");
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_three_times() {
    for status in ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout", "429 Too Many Requests"] {
        let twice = vec![answer(status, &[], b""), answer(status, &[], b""), answer("200 OK", &[], CSV)];
        let server = Server::start(twice).await;
        assert_eq!(bytes(fetch(&server, "").await.unwrap()), CSV, "{status}");
        assert_eq!(server.requests().len(), 3);
        let server = Server::start(vec![answer(status, &[], b"")]).await;
        assert!(fetch(&server, "").await.unwrap_err().is_temporary());
        assert_eq!(server.requests().len(), 3, "{status}: three tries and no more");
    }
}

#[tokio::test]
async fn a_long_wait_is_left_to_the_next_run() {
    let server = Server::start(vec![answer("429 Too Many Requests", &["Retry-After: 3600"], b"")]).await;
    let error = fetch(&server, "").await.unwrap_err();
    assert_eq!(error.problem, FetchProblem::TooManyRequests { wait_seconds: Some(3600) });
    assert!(error.to_string().contains("(429) and asks to wait 3600 seconds."), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn nobody_listening_is_no_connection() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("{{ url = \"http://{}/\" }}", free.local_addr().unwrap());
    drop(free);
    let error = fetcher(settings()).fetch(&feed(&url, ""), &Seen::default()).await.unwrap_err();
    assert_eq!((error.code(), error.is_temporary()), ("no_connection", true));
    assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_given_up() {
    // A listener whose queue is full neither accepts nor refuses.
    let full = tokio::net::TcpSocket::new_v4().unwrap();
    full.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = full.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    let mut queue = Vec::new();
    for _ in 0..8 {
        let waiting = tokio::time::timeout(Duration::from_millis(50), tokio::net::TcpStream::connect(address)).await;
        queue.push(waiting);
    }
    let settings = FetchSettings { connect_timeout: Duration::from_millis(50), ..settings() };
    let location = format!("{{ url = \"http://{address}/\" }}");
    let error = fetcher(settings).fetch(&feed(&location, ""), &Seen::default()).await.unwrap_err();
    assert_eq!((error.code(), error.is_temporary()), ("connect_timeout", true), "{error}");
}

#[tokio::test]
async fn silence_ends_at_the_time_out_and_a_stalled_body_before_it() {
    let error = failure(vec![Reply::Stall(Vec::new())], "timeout_seconds = 1").await;
    assert_eq!((error.problem.clone(), error.is_temporary()), (FetchProblem::Timeout { seconds: 1 }, true));

    let half = [raw_head(&["HTTP/1.1 200 OK", "Content-Length: 100"]), b"Council".to_vec()].concat();
    let server = Server::start(vec![Reply::Stall(half)]).await;
    let settings = FetchSettings { stall_timeout: Duration::from_millis(100), ..settings() };
    let error = fetcher(settings).fetch(&at(&server, "/flags.csv", ""), &Seen::default()).await.unwrap_err();
    assert_eq!(error.problem, FetchProblem::Stalled { seconds: 0, received: 7 });
}

#[tokio::test]
async fn a_declared_length_beyond_the_limit_is_refused_unread() {
    let huge = raw_head(&["HTTP/1.1 200 OK", "Content-Length: 2147483648"]);
    let error = failure(vec![Reply::Stall(huge)], "max_megabytes = 1").await;
    assert_eq!(error.problem, FetchProblem::TooLarge { limit_megabytes: 1 });
    assert!(!error.is_temporary());
}

#[tokio::test]
async fn two_gigabytes_without_a_length_stop_at_the_limit() {
    let piece = vec![b'x'; 1 << 16];
    for head in [vec!["HTTP/1.1 200 OK"], vec!["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"]] {
        let chunked = head.len() == 2;
        let piece =
            if chunked { [b"10000\r\n".to_vec(), piece.clone(), b"\r\n".to_vec()].concat() } else { piece.clone() };
        let server = Server::start(vec![Reply::Repeat(raw_head(&head), piece, (2 << 30) >> 16)]).await;
        let error = fetch(&server, "max_megabytes = 1").await.unwrap_err();
        assert_eq!(error.problem, FetchProblem::TooLarge { limit_megabytes: 1 });
        // What lies in the sockets' buffers beside the megabyte that was read.
        assert!(server.sent() < 64 << 20, "{} bytes went out", server.sent());
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() {
    let whole = Server::start(vec![answer("200 OK", &[], &vec![b'x'; 1 << 20])]).await;
    assert_eq!(bytes(fetch(&whole, "max_megabytes = 1").await.unwrap()).len(), 1 << 20);
    let longer = [raw_head(&["HTTP/1.1 200 OK"]), vec![b'x'; (1 << 20) + 1]].concat();
    assert_eq!(failure(vec![Reply::Bytes(longer)], "max_megabytes = 1").await.code(), "too_large");
}

/// A gzip file, made of the deflate stream in a zip file.
fn gzip(content: &[u8]) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file("content", options).unwrap();
    writer.write_all(content).unwrap();
    let mut archive = zip::ZipArchive::new(writer.finish().unwrap()).unwrap();
    let mut entry = archive.by_index_raw(0).unwrap();
    let crc = entry.crc32();
    let mut packed = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    entry.read_to_end(&mut packed).unwrap();
    packed.extend_from_slice(&crc.to_le_bytes());
    packed.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
    packed
}

#[tokio::test]
async fn gzip_is_unpacked_and_counted_unpacked() {
    let server = Server::start(vec![answer("200 OK", &["Content-Encoding: gzip"], &gzip(CSV))]).await;
    assert_eq!(bytes(fetch(&server, "").await.unwrap()), CSV);
    assert!(server.requests()[0].contains("accept-encoding: gzip"));
    let bomb = gzip(&vec![b'x'; 40 << 20]);
    assert!(bomb.len() < 1 << 16, "{}", bomb.len());
    let error = failure(vec![answer("200 OK", &["Content-Encoding: gzip"], &bomb)], "max_megabytes = 2").await;
    assert_eq!(error.problem, FetchProblem::TooLarge { limit_megabytes: 2 });
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_file() {
    let length = [raw_head(&["HTTP/1.1 200 OK", "Content-Length: 100"]), CSV.to_vec()].concat();
    let chunked =
        [raw_head(&["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"]), b"40\r\nCouncil,Date".to_vec()].concat();
    let packed = gzip(&CSV.repeat(1_000));
    let half = &packed[..packed.len() / 2];
    for reply in [Reply::Bytes(length), Reply::Bytes(chunked), answer("200 OK", &["Content-Encoding: gzip"], half)] {
        let error = failure(vec![reply], "").await;
        assert_eq!((error.code(), error.is_temporary()), ("truncated", true), "{error}");
    }
}

#[tokio::test]
async fn bytes_beyond_the_declared_length_are_no_part_of_the_file() {
    let longer = [raw_head(&["HTTP/1.1 200 OK", "Content-Length: 12"]), CSV.to_vec()].concat();
    let server = Server::start(vec![Reply::Bytes(longer)]).await;
    assert_eq!(bytes(fetch(&server, "").await.unwrap()), b"Council,Date");
}

#[tokio::test]
async fn empty_bodies_and_web_pages_are_no_files() {
    assert_eq!(failure(vec![answer("200 OK", &[], b"")], "").await.problem, FetchProblem::Empty);
    let page = b"\n<!doctype html><html><head><title>Please log in</title></head></html>";
    let error = failure(vec![answer("200 OK", &["Content-Type: text/csv"], page)], "").await;
    assert_eq!(error.problem, FetchProblem::HtmlInstead { title: Some("Please log in".to_owned()) });
    assert!(error.to_string().contains("It is a web page (\"Please log in\") instead of a file"), "{error}");
}

fn redirect(to: &str) -> Reply {
    answer("302 Found", &[&format!("Location: {to}")], b"")
}

#[tokio::test]
async fn redirects_on_the_same_host_are_followed_five_times() {
    let mut replies: Vec<Reply> = (0..5).map(|n| redirect(&format!("/step{n}"))).collect();
    replies.push(answer("200 OK", &[], CSV));
    let server = Server::start(replies).await;
    assert_eq!(bytes(fetch(&server, "").await.unwrap()), CSV);
    assert!(server.requests()[5].starts_with("get /step4 "), "{:?}", server.requests());

    let mut replies: Vec<Reply> = (0..6).map(|n| redirect(&format!("/step{n}"))).collect();
    replies.push(answer("200 OK", &[], CSV));
    assert_eq!(failure(replies, "").await.problem, FetchProblem::TooManyRedirects { limit: 5 });
}

#[tokio::test]
async fn circles_and_redirects_to_nowhere_are_named() {
    let error = failure(vec![redirect("/a"), redirect("/b"), redirect("/a")], "").await;
    assert_eq!(error.code(), "redirect_loop");
    assert!(error.to_string().contains("/a, in a circle"), "{error}");
    let error = failure(vec![answer("301 Moved Permanently", &[], b"")], "").await;
    assert_eq!(error.problem, FetchProblem::RedirectBroken { status: 301 });
}

#[tokio::test]
async fn another_host_is_followed_only_when_declared_and_never_with_credentials() {
    let other = Server::start(vec![answer("200 OK", &[], CSV)]).await;
    let elsewhere = format!("http://localhost:{}/moved.csv?token=hidden", other.port);
    let error = failure(vec![redirect(&elsewhere)], "").await;
    assert_eq!((error.code(), error.is_temporary()), ("redirected_elsewhere", false));
    assert!(error.to_string().contains("add the host to the feed's hosts"), "{error}");
    assert!(other.requests().is_empty());

    for credentials in [
        "{ bearer_env = \"TOKEN\" }",
        "{ user = \"me\", password_env = \"TOKEN\" }",
        "{ header = \"X-Api-Key\", value_env = \"TOKEN\" }",
    ] {
        let server = Server::start(vec![redirect(&elsewhere)]).await;
        let more = format!("hosts = [\"localhost\"]\ncredentials = {credentials}");
        assert_eq!(bytes(fetch(&server, &more).await.unwrap()), CSV);
        let asked = server.requests();
        assert!(asked[0].contains("authorization: ") || asked[0].contains("x-api-key: "), "{asked:?}");
    }
    for request in other.requests() {
        assert!(!request.contains("authorization") && !request.contains("x-api-key"), "{request}");
    }
    let file = failure(vec![redirect("file:///etc/hostname")], "").await;
    assert_eq!(file.code(), "redirected_elsewhere");
}

#[tokio::test]
async fn credentials_are_sent_as_declared() {
    for (credentials, sent) in [
        ("{ bearer_env = \"TOKEN\" }", "authorization: bearer s3cret\r\n"),
        // The base64 of me:s3cret, in the small letters in which the server keeps requests.
        ("{ user = \"me\", password_env = \"TOKEN\" }", "authorization: basic bwu6cznjcmv0\r\n"),
        ("{ header = \"X-Api-Key\", value_env = \"TOKEN\" }", "x-api-key: s3cret\r\n"),
    ] {
        let server = Server::start(vec![answer("200 OK", &[], CSV)]).await;
        fetch(&server, &format!("credentials = {credentials}")).await.unwrap();
        assert!(server.requests()[0].contains(sent), "{sent}: {:?}", server.requests());
    }
}

#[tokio::test]
async fn missing_or_unusable_secrets_are_named_by_their_variable_and_nothing_is_sent() {
    for (variable, code) in [("NOT_SET", "credentials_missing"), ("BROKEN", "credentials_unusable")] {
        let server = Server::start(vec![answer("200 OK", &[], CSV)]).await;
        let more = format!("credentials = {{ bearer_env = \"{variable}\" }}");
        let error = fetch(&server, &more).await.unwrap_err();
        assert_eq!((error.code(), error.is_temporary()), (code, false));
        let message = format!("Feed \"barset\" ({}?…): The environment variable {variable} ", server.url("/flags.csv"));
        assert!(error.to_string().starts_with(&message), "{error}");
        assert!(!format!("{error:?}").contains("lines"));
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn files_are_read_with_the_same_checks() {
    let folder = tempfile::tempdir().unwrap();
    let read = async |name: &str, content: Option<&[u8]>| {
        let path = folder.path().join(name);
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let location = format!("{{ file = \"{}\" }}", path.display());
        fetcher(settings()).fetch(&feed(&location, "max_megabytes = 1"), &Seen::default()).await
    };
    let Fetched::Body { bytes, file_name, .. } = read("flags.csv", Some(CSV)).await.unwrap() else { panic!() };
    assert_eq!((bytes.as_slice(), file_name.as_deref()), (CSV, Some("flags.csv")));
    assert_eq!(read("none.csv", None).await.unwrap_err().code(), "file_missing");
    assert_eq!(read(".", None).await.unwrap_err().code(), "not_a_file");
    assert_eq!(read("empty.csv", Some(b"")).await.unwrap_err().code(), "empty");
    assert_eq!(read("page.csv", Some(b"<html>")).await.unwrap_err().code(), "html_instead");
    assert_eq!(read("full.csv", Some(&vec![b'x'; 1 << 20])).await.map(|_| ()), Ok(()));
    assert_eq!(read("large.csv", Some(&vec![b'x'; (1 << 20) + 1])).await.unwrap_err().code(), "too_large");
}
