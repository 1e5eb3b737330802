//! Sources that hang, send a byte now and then, break off, or send what unpacks into more than may be held.

use super::{next_run_is_good, told_and_up};
use crate::support::source::Then;
use crate::support::{OUTCOMES, REGISTER, World, on_both};
use bellwether::error::Code;
use bellwether::feeds::{FetchSettings, Fetcher};
use std::io::{Cursor, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

on_both!(a_source_that_hangs_breaks_off_or_sends_a_bomb_is_told_and_harms_nothing);

/// A gzip file, made of the deflate stream in a zip file.
fn gzip(content: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("content", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(content).unwrap();
    let mut archive = zip::ZipArchive::new(writer.finish().unwrap()).unwrap();
    let mut entry = archive.by_index_raw(0).unwrap();
    let crc = entry.crc32();
    let mut packed = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    entry.read_to_end(&mut packed).unwrap();
    packed.extend_from_slice(&crc.to_le_bytes());
    packed.extend_from_slice(&(content.len() as u32).to_le_bytes());
    packed
}

fn head(lines: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nETag: \"bad\"\r\n{lines}\r\n").into_bytes()
}

/// What the source sends, what comes then, and what must be said of it.
type Fault = (&'static str, Vec<u8>, Then, &'static str);

fn faults() -> Vec<Fault> {
    let rows = OUTCOMES.as_bytes();
    let packed = gzip(&OUTCOMES.repeat(100).into_bytes());
    let bomb = gzip(&vec![b'0'; 40 << 20]);
    assert!(bomb.len() < 1 << 16, "{} bytes packed", bomb.len());
    let gzipped = |body: &[u8]| {
        [head(&format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", body.len())), body.to_vec()].concat()
    };
    let half = |body: Vec<u8>| body[..body.len() * 3 / 4].to_vec();
    let chunked = |end: &str| {
        let lines = format!("{:x}\r\n{OUTCOMES}\r\n{end}", OUTCOMES.len());
        [head("Transfer-Encoding: chunked\r\n"), lines.into_bytes()].concat()
    };
    let long = head("Content-Length: 5000\r\n");
    vec![
        ("no word at all", Vec::new(), Then::Silence, "Not finished within 2 seconds"),
        ("half of the head", b"HTTP/1.1 200 OK\r\nETag: \"b".to_vec(), Then::Silence, "Not finished within 2 seconds"),
        (
            "silence after some rows",
            [long.clone(), rows.to_vec()].concat(),
            Then::Silence,
            "Nothing came for 1 seconds",
        ),
        ("drop by drop", [long.clone(), rows.to_vec()].concat(), Then::Drops, "Not finished within 2 seconds"),
        ("less than its length", [long, rows.to_vec()].concat(), Then::End, "broke off"),
        ("a chunk without its end", chunked("40\r\nNA0"), Then::End, "broke off"),
        ("chunks without the last", chunked(""), Then::End, "broke off"),
        ("half of a gzip", half(gzipped(&packed)), Then::End, "broke off"),
        ("gzip that ends early", gzipped(&half(packed)), Then::End, "broke off"),
        ("a gzip bomb", gzipped(&bomb), Then::End, "larger than 4 MB"),
    ]
}

async fn a_source_that_hangs_breaks_off_or_sends_a_bomb_is_told_and_harms_nothing(mut world: World) {
    let mut config = (*world.app.config).clone();
    config.feeds[0].timeout_seconds = 2;
    config.feeds[0].max_megabytes = 4;
    world.app.config = Arc::new(config);
    let settings = FetchSettings { stall_timeout: Duration::from_secs(1), tries: 1, ..FetchSettings::default() };
    world.app.fetcher = Arc::new(Fetcher::new(settings).unwrap());
    world.register(REGISTER);
    let base = world.serve();
    for (what, bytes, then, words) in faults() {
        world.source.set_raw("/outcomes", bytes, then);
        let started = Instant::now();
        let refused = world.pull("outcomes").await.expect_err(what);
        assert!(started.elapsed() < Duration::from_secs(20), "{what}: took {:?}", started.elapsed());
        assert!(refused.told().contains(words), "{what}: {}", refused.told());
        assert!(refused.told().contains("outcomes"), "{what} names the feed: {}", refused.told());
        told_and_up(&world, &base, (what, &refused, Code::FetchFailed)).await;
    }
    next_run_is_good(&world).await;
}
