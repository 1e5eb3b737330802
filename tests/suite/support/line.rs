//! The line between the program and PostgreSQL, which a test can cut.
//!
//! In: the URL of a database on a socket. Out: a URL of the same database through the line. Always holds: while it is cut
//! nobody gets through; the server sees a client that has gone, the client a server that has gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

/// How many commits of the program go through before one whose answer is lost; below nought for no end.
const NEVER: i64 = i64::MIN;

/// A line that can be cut.
#[derive(Clone)]
pub struct Line {
    pub url: String,
    /// Whether it is whole.
    whole: Arc<watch::Sender<bool>>,
    /// Bytes that the program may still send.
    bytes: Arc<AtomicI64>,
    /// Commits whose answers may still come back.
    commits: Arc<AtomicI64>,
    sent: Arc<AtomicUsize>,
}

impl Line {
    /// A whole line to the database of that URL.
    pub async fn to(url: &str) -> Line {
        let (database, folder) = url.strip_prefix("postgres://test@/").unwrap().split_once("?host=").unwrap();
        let socket = format!("{folder}/.s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Line {
            url: format!("postgres://test@127.0.0.1:{port}/{database}"),
            whole: Arc::new(watch::channel(true).0),
            bytes: Arc::new(AtomicI64::new(i64::MAX)),
            commits: Arc::new(AtomicI64::new(NEVER)),
            sent: Arc::default(),
        };
        let serving = line.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (line, socket) = (serving.clone(), socket.clone());
                tokio::spawn(async move { line.carry(client, &socket).await });
            }
        });
        line
    }

    /// Cuts it once the program has sent so many more bytes.
    pub fn cut_after(&self, bytes: usize) {
        self.bytes.store(bytes as i64, Ordering::SeqCst);
    }

    /// Cuts it when the program has sent the nth commit from now on, from 1: the server does it, and nobody hears so.
    pub fn cut_at_commit(&self, nth: i64) {
        self.commits.store(nth, Ordering::SeqCst);
    }

    /// Cuts it now.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Makes it whole again.
    pub fn mend(&self) {
        self.bytes.store(i64::MAX, Ordering::SeqCst);
        self.commits.store(NEVER, Ordering::SeqCst);
        self.whole.send_replace(true);
    }

    /// How many bytes the program has sent so far.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }

    async fn carry(&self, mut client: TcpStream, socket: &str) -> Option<()> {
        let mut whole = self.whole.subscribe();
        let mut server = UnixStream::connect(socket).await.ok()?;
        let (mut up, mut down) = (vec![0; 1 << 13], vec![0; 1 << 13]);
        while *whole.borrow_and_update() {
            tokio::select! {
                _ = whole.changed() => {}
                read = client.read(&mut up) => {
                    let piece = &up[..read.ok().filter(|read| *read > 0)?];
                    self.sent.fetch_add(piece.len(), Ordering::SeqCst);
                    if self.bytes.fetch_sub(piece.len() as i64, Ordering::SeqCst) < piece.len() as i64 {
                        self.cut();
                        return None;
                    }
                    server.write_all(piece).await.ok()?;
                    let commits = piece.windows(6).any(|words| words == b"COMMIT");
                    if commits && self.commits.fetch_sub(1, Ordering::SeqCst) == 1 {
                        // The server has its time to do what it was told.
                        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                        self.cut();
                    }
                }
                read = server.read(&mut down) => {
                    let piece = &down[..read.ok().filter(|read| *read > 0)?];
                    client.write_all(piece).await.ok()?;
                }
            }
        }
        None
    }
}
