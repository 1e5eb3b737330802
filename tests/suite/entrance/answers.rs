//! What every answer carries, and what becomes of requests that are too large, too slow or no text.

use super::{officer, served};
use crate::support::{Backend, REGISTER, World, on_both};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

on_both!(
    every_answer_keeps_browsers_to_ourselves,
    only_over_tls_browsers_are_told_to_keep_to_it,
    what_is_too_large_or_no_text_is_refused_in_words,
);

const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

async fn every_answer_keeps_browsers_to_ourselves(world: World) {
    world.register(REGISTER);
    let service = served(&world, |_, _| {});
    let ann = officer(&service.app, "ann").id;
    for browser in [service.browser(), service.browser_of(ann, false)] {
        for path in [
            "/",
            "/sign-in",
            "/sign-in/link?token=x",
            "/sign-in/link?token=a&token=b",
            "/sign-in/second-factor",
            "/sign-in/second-factor/enrol",
            "/sign-in/openid/none/return",
            "/account",
            "/national",
            "/councils/E04990001",
            "/councils/E04999999",
            "/list.csv",
            "/nowhere",
            "/?band=awful",
            "/api/v1/councils",
            "/api/v1/nowhere",
        ] {
            let page = browser.get(path).await;
            assert_eq!(page.header("content-security-policy"), Some(POLICY), "{path}");
            assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
            assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(page.header("x-frame-options"), Some("DENY"), "{path}");
            assert_eq!(page.header("referrer-policy"), Some("same-origin"), "{path}");
            assert!(page.status < 500, "{path}: {}", page.text);
            let machine = path.starts_with("/api");
            let media = page.header("content-type").unwrap_or_default();
            assert!(machine || page.status < 400 || media.starts_with("text/html"), "{path}: {media}");
        }
        for (path, fields) in [
            ("/sign-in", &[][..]),
            ("/sign-in", &[("form_token", "x"), ("email", "a@example.org")]),
            ("/sign-out", &[]),
            ("/organisations", &[]),
            ("/demo/be", &[]),
            ("/nowhere", &[]),
        ] {
            let page = browser.post(path, fields).await;
            assert_eq!(page.header("content-security-policy"), Some(POLICY), "{path}");
            assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
            assert!((300..500).contains(&page.status), "{path}: {}", page.text);
        }
        let refused = browser.post_with("/sign-out", &[], &[("sec-fetch-site", "cross-site")]).await;
        assert_eq!((refused.status, refused.header("content-security-policy")), (403, Some(POLICY)));
    }
    let wrong = service.browser().get_with("/api/v1/feeds", &[("authorization", "Bearer x")]).await;
    assert_eq!((wrong.status, wrong.header("content-security-policy")), (401, Some(POLICY)));
}

async fn only_over_tls_browsers_are_told_to_keep_to_it(world: World) {
    for (address, expected) in [
        (None, None),
        (Some("http://127.0.0.1:8080"), None),
        (Some("https://bellwether.example.org"), Some("max-age=63072000; includeSubDomains")),
    ] {
        let service = served(&world, |_, config| config.address = address.map(str::to_owned));
        for path in ["/sign-in", "/style.css", "/nowhere", "/api/v1/councils"] {
            let page = service.browser().get(path).await;
            assert_eq!(page.header("strict-transport-security"), expected, "{address:?} {path}");
        }
    }
}

async fn what_is_too_large_or_no_text_is_refused_in_words(world: World) {
    let service = served(&world, |_, _| {});
    let ann = officer(&service.app, "ann").id;
    let browser = service.browser_of(ann, false);
    let large = "x".repeat(64 * 1024);
    for path in ["/sign-in", "/sign-out", "/organisations", "/account/sessions/close", "/nowhere"] {
        let refused = browser.post(path, &[("form_token", &large)]).await;
        assert_eq!(refused.status, 400, "{path}");
        assert!(refused.text.contains("What was sent is larger than 64 kB."), "{path}: {}", refused.text);
        assert!(refused.header("content-type").unwrap().starts_with("text/html"), "{path}");
    }
    let refused = browser.post("/api/v1/councils", &[("form_token", &large)]).await;
    assert_eq!(refused.problem(), (400, "bad_query".to_owned()));
    // In pieces, without saying how large it will be.
    let whole = raw(&service.base, "POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n", &pieces(70)).await;
    assert!(whole.starts_with("HTTP/1.1 400 ") && whole.contains("larger than 64 kB"), "{whole}");
    // Bytes that are no text, and a media type that is no form's.
    let own = browser.cookie("bellwether").unwrap();
    for (path, media) in [
        ("/account/sessions/close", "application/x-www-form-urlencoded; charset=utf-8"),
        ("/sign-out", "application/x-www-form-urlencoded"),
        ("/sign-out", "text/plain"),
        ("/sign-out", "multipart/form-data"),
    ] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nCookie: bellwether={own}\r\nContent-Length: 4\r\nConnection: close\r\nContent-Type: {media}\r\n\r\n"
        );
        let answer = raw(&service.base, &head, &[0xff, 0xfe, 0, 0x80]).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{path} {media}: {answer}");
        let said = answer.to_lowercase();
        assert!(said.contains("content-type: text/html") && said.contains("content-security-policy:"), "{answer}");
        assert!(answer.contains("<h1>"), "{path} {media}: {answer}");
    }
    // It is none the worse for it.
    assert_eq!(browser.get("/account").await.status, 200);
}

/// So many kilobytes in chunks.
fn pieces(kilobytes: usize) -> Vec<u8> {
    let mut body: Vec<u8> = Vec::new();
    for _ in 0..kilobytes {
        body.extend_from_slice(b"400\r\n");
        body.extend(std::iter::repeat_n(b'x', 1024));
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    body
}

/// Sends bytes as they are; gives everything that comes back until the connection is closed.
async fn raw(base: &str, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server may have heard enough before all is sent.
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// Whoever keeps the server waiting is cut off: in the middle of the head, and in the middle of what follows it.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_request_is_cut_off() {
    let world = World::new(Backend::Sqlite).await.unwrap();
    let service = served(&world, |_, _| {});
    let head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let rest = format!("{head}Content-Length: 100\r\n\r\n");
    let (in_head, in_body) = tokio::join!(raw(&service.base, head, b""), raw(&service.base, &rest, b"form_token="));
    assert!(in_head.starts_with("HTTP/1.1 408 "), "{in_head}");
    assert!(in_body.starts_with("HTTP/1.1 400 "), "{in_body}");
    assert!(in_body.contains("What was sent did not arrive within 10 seconds."), "{in_body}");
}
