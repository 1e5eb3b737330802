//! A small HTTP server that answers just as a test says, so that it can also answer badly.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How one connection is answered.
#[derive(Clone)]
pub(super) enum Reply {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// These bytes, then nothing for as long as the client stays.
    Stall(Vec<u8>),
    /// These bytes, then one piece over and over, so many times at most.
    Repeat(Vec<u8>, Vec<u8>, usize),
}

/// The whole of an answer with its head lines and a true length.
pub(super) fn answer(status: &str, head: &[&str], body: &[u8]) -> Reply {
    let mut lines = vec![format!("HTTP/1.1 {status}"), format!("Content-Length: {}", body.len())];
    lines.extend(head.iter().map(|line| (*line).to_owned()));
    Reply::Bytes([raw_head(&lines).as_slice(), body].concat())
}

/// Head lines as bytes, asking for one connection a request so that the replies come in order.
pub(super) fn raw_head<S: AsRef<str>>(lines: &[S]) -> Vec<u8> {
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    format!("{}\r\nConnection: close\r\n\r\n", lines.join("\r\n")).into_bytes()
}

pub(super) struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    sent: Arc<Mutex<usize>>,
}

impl Server {
    /// The nth request gets the nth reply, and the last one from then on.
    pub(super) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (requests, sent) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let server = Self { port, requests: Arc::clone(&requests), sent: Arc::clone(&sent) };
        tokio::spawn(async move {
            loop {
                let Ok((mut stream, _)) = listener.accept().await else { return };
                let Some(request) = head(&mut stream).await else { continue };
                let number = {
                    let mut requests = requests.lock().unwrap();
                    requests.push(request);
                    requests.len() - 1
                };
                let reply = replies[number.min(replies.len() - 1)].clone();
                tokio::spawn(send(stream, reply, Arc::clone(&sent)));
            }
        });
        server
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The heads of the requests so far, in small letters.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Bytes of repeated pieces that went out.
    pub(super) fn sent(&self) -> usize {
        *self.sent.lock().unwrap()
    }
}

async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    let mut buffer = [0; 1024];
    while !read.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => read.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&read).to_lowercase())
}

/// A client that hangs up early is part of what is tested, so errors end the reply and nothing else.
async fn send(mut stream: TcpStream, reply: Reply, sent: Arc<Mutex<usize>>) {
    match reply {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.read(&mut [0; 1]).await;
        }
        Reply::Repeat(bytes, piece, times) => {
            let _ = stream.write_all(&bytes).await;
            for _ in 0..times {
                if stream.write_all(&piece).await.is_err() {
                    return;
                }
                *sent.lock().unwrap() += piece.len();
            }
            let _ = stream.shutdown().await;
        }
    }
}
