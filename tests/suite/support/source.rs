//! A source as feeds pull from: a small HTTP server that says what the test tells it to.
//!
//! In: for each path, a status, headers and a body. Out: real HTTP on loopback. Always holds: it answers
//! `If-None-Match` with 304 when the path's ETag is asked for, and counts what it sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// What a path answers.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What a path sends instead of an answer: the bytes as they are, and then what.
#[derive(Clone)]
pub struct Raw {
    pub bytes: Vec<u8>,
    pub then: Then,
}

/// What comes after raw bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The end of the connection.
    End,
    /// Nothing, for as long as the other side stays.
    Silence,
    /// A byte now and again, without end.
    Drops,
}

/// A running source.
#[derive(Clone)]
pub struct Source {
    port: u16,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    raw: Arc<Mutex<HashMap<String, Raw>>>,
    sent: Arc<Mutex<Vec<(String, u16)>>>,
    delay: Arc<Mutex<std::time::Duration>>,
}

impl Source {
    /// Starts to listen on a free port.
    pub async fn start() -> Source {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let source = Source {
            port: listener.local_addr().unwrap().port(),
            answers: Arc::default(),
            raw: Arc::default(),
            sent: Arc::default(),
            delay: Arc::default(),
        };
        let serving = source.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let source = serving.clone();
                tokio::spawn(async move { source.answer(stream).await });
            }
        });
        source
    }

    /// Sets what a path answers: 200 with an ETag.
    pub fn set(&self, path: &str, body: impl Into<Vec<u8>>, etag: &str) {
        let headers = vec![("ETag".to_owned(), etag.to_owned())];
        self.set_answer(path, Answer { status: 200, headers, body: body.into() });
    }

    /// Sets what a path sends, byte by byte, until an answer is set.
    pub fn set_raw(&self, path: &str, bytes: impl Into<Vec<u8>>, then: Then) {
        self.raw.lock().unwrap().insert(path.to_owned(), Raw { bytes: bytes.into(), then });
    }

    /// Sets everything that a path answers.
    pub fn set_answer(&self, path: &str, answer: Answer) {
        self.raw.lock().unwrap().remove(path);
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// Makes it wait before each answer.
    pub fn delay(&self, delay: std::time::Duration) {
        *self.delay.lock().unwrap() = delay;
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What was sent so far: path and status.
    pub fn sent(&self) -> Vec<(String, u16)> {
        self.sent.lock().unwrap().clone()
    }

    async fn answer(&self, stream: tokio::net::TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let mut request = String::new();
            if stream.read_line(&mut request).await.ok()? == 0 {
                return None;
            }
            let path = request.split(' ').nth(1)?.to_owned();
            let mut asked_etag = String::new();
            loop {
                let mut header = String::new();
                stream.read_line(&mut header).await.ok()?;
                if header.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = header.split_once(':')
                    && name.eq_ignore_ascii_case("if-none-match")
                {
                    value.trim().clone_into(&mut asked_etag);
                }
            }
            let delay = *self.delay.lock().unwrap();
            tokio::time::sleep(delay).await;
            let raw = self.raw.lock().unwrap().get(&path).cloned();
            if let Some(raw) = raw {
                return send_raw(stream.get_mut(), &raw).await;
            }
            let mut answer = self.answers.lock().unwrap().get(&path).cloned().unwrap_or_else(|| Answer {
                status: 404,
                headers: Vec::new(),
                body: b"nothing here".to_vec(),
            });
            let etag = answer.headers.iter().find(|(name, _)| name == "ETag").map(|(_, value)| value.clone());
            if !asked_etag.is_empty() && etag.as_deref() == Some(&asked_etag) {
                answer.status = 304;
                answer.body.clear();
            }
            self.sent.lock().unwrap().push((path, answer.status));
            let mut head = format!("HTTP/1.1 {} Said\r\nContent-Length: {}\r\n", answer.status, answer.body.len());
            for (name, value) in &answer.headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            stream.write_all(head.as_bytes()).await.ok()?;
            stream.write_all(&answer.body).await.ok()?;
            stream.flush().await.ok()?;
        }
    }
}

async fn send_raw(stream: &mut tokio::net::TcpStream, raw: &Raw) -> Option<()> {
    stream.write_all(&raw.bytes).await.ok()?;
    stream.flush().await.ok()?;
    if raw.then == Then::End {
        return Some(());
    }
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        if raw.then == Then::Drops {
            stream.write_all(b"x").await.ok()?;
        }
    }
}
