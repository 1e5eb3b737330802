//! A mail server as letters are handed to: real SMTP on a real port, which does as the test says.
//!
//! In: connections. Out: the letters it took, and every command it was given. Always holds: it takes a letter only when it
//! has answered 250 to its content; leading dots are undone as RFC 5321, section 4.5.2, says.

use super::log;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A step of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    Greeting,
    Ehlo,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The dot after the letter.
    Content,
}

/// What it does at a step instead of agreeing.
#[derive(Debug, Clone)]
pub enum Instead {
    Answer(String),
    /// Says nothing any more.
    Hang,
    /// Closes the connection.
    Drop,
    /// Takes the letter, and closes the connection without saying so.
    TakeAndDrop,
}

/// A letter that it took.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    /// As it was sent, without the dots that the protocol adds.
    pub text: String,
}

impl Taken {
    /// Has the logs searched for it: as it was sent, and as its reader sees it.
    fn note(&self) {
        let read = self.header("Content-Transfer-Encoding").map(|_| self.body());
        log::letter(&self.to, &self.text.split_once("\r\n\r\n").map_or("", |(_, sent)| sent).replace("\r\n", "\n"));
        log::letter(&[], &read.unwrap_or_default());
    }

    /// A header's value, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.text.split_once("\r\n\r\n")?;
        let head = head.replace("\r\n ", " ");
        head.lines().find_map(|line| {
            let (named, value) = line.split_once(':')?;
            named.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// The names of its headers.
    pub fn headers(&self) -> Vec<String> {
        let head = self.text.split_once("\r\n\r\n").unwrap().0;
        let own = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        own.map(|line| line.split(':').next().unwrap().to_owned()).collect()
    }

    /// The text as its reader sees it: quoted-printable undone (RFC 2045, section 6.7), lines ended by `\n`,
    /// without the empty lines at the end: the message's format and the protocol each add one.
    pub fn body(&self) -> String {
        assert_eq!(self.header("Content-Transfer-Encoding").as_deref(), Some("quoted-printable"));
        assert_eq!(self.header("Content-Type").as_deref(), Some("text/plain; charset=utf-8"));
        let encoded = self.text.split_once("\r\n\r\n").unwrap().1.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = encoded.as_bytes();
        while let Some((&byte, further)) = rest.split_first() {
            if byte == b'=' {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&further[..2]).unwrap(), 16).unwrap());
                rest = &further[2..];
            } else {
                bytes.push(byte);
                rest = further;
            }
        }
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n").trim_end_matches('\n').to_owned()
    }
}

/// A running mail server.
#[derive(Clone)]
pub struct Sink {
    pub address: String,
    instead: Arc<Mutex<HashMap<Step, Instead>>>,
    taken: Arc<Mutex<Vec<Taken>>>,
    commands: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    /// Starts to listen on a free port.
    pub async fn start() -> Sink {
        Sink::start_at("127.0.0.1:0").await
    }

    /// Starts to listen at an address.
    pub async fn start_at(address: &str) -> Sink {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let sink = Sink { address, instead: Arc::default(), taken: Arc::default(), commands: Arc::default() };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = serving.clone();
                tokio::spawn(async move { sink.converse(stream).await });
            }
        });
        sink
    }

    /// Has it do something else at a step from now on.
    pub fn at(&self, step: Step, instead: Instead) {
        self.instead.lock().unwrap().insert(step, instead);
    }

    /// Has it answer something else at a step from now on.
    pub fn answer(&self, step: Step, answer: &str) {
        self.at(step, Instead::Answer(answer.to_owned()));
    }

    /// Has it agree to everything again.
    pub fn agree(&self) {
        self.instead.lock().unwrap().clear();
    }

    /// The letters it took.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// Every command it was given, on all connections.
    pub fn commands(&self) -> Vec<String> {
        self.commands.lock().unwrap().clone()
    }

    /// Answers at a step; none when the connection ends by it.
    async fn reply(&self, stream: &mut BufReader<TcpStream>, step: Step, usual: &str) -> Option<bool> {
        let instead = self.instead.lock().unwrap().get(&step).cloned();
        let answer = match instead {
            None => usual.to_owned(),
            Some(Instead::Answer(answer)) => answer,
            Some(Instead::Hang) => std::future::pending().await,
            Some(Instead::Drop | Instead::TakeAndDrop) => return None,
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        Some(answer.starts_with(['2', '3']))
    }

    async fn converse(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        self.reply(&mut stream, Step::Greeting, "220 sink.example.org").await?;
        let mut letter = Taken { from: String::new(), to: Vec::new(), text: String::new() };
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let command = line.trim_end().to_owned();
            self.commands.lock().unwrap().push(command.clone());
            let address = || command.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            match command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "EHLO" => {
                    let offers = "250-sink.example.org\r\n250-8BITMIME\r\n250 AUTH PLAIN";
                    self.reply(&mut stream, Step::Ehlo, offers).await?;
                }
                "AUTH" => {
                    self.reply(&mut stream, Step::Auth, "235 2.7.0 signed in").await?;
                }
                "MAIL" => {
                    letter = Taken { from: address(), to: Vec::new(), text: String::new() };
                    self.reply(&mut stream, Step::Mail, "250 ok").await?;
                }
                "RCPT" => {
                    if self.reply(&mut stream, Step::Rcpt, "250 ok").await? {
                        letter.to.push(address());
                    }
                }
                "DATA" => {
                    if self.reply(&mut stream, Step::Data, "354 go on").await? {
                        letter.text = content(&mut stream).await?;
                        letter.note();
                        let takes = matches!(
                            self.instead.lock().unwrap().get(&Step::Content),
                            None | Some(Instead::TakeAndDrop)
                        );
                        // Kept before it is said: whoever hears the answer finds the letter there.
                        if takes {
                            self.taken.lock().unwrap().push(letter.clone());
                        }
                        self.reply(&mut stream, Step::Content, "250 2.0.0 taken").await?;
                    }
                }
                "QUIT" => {
                    stream.write_all(b"221 goodbye\r\n").await.ok()?;
                    return None;
                }
                _ => stream.write_all(b"250 ok\r\n").await.ok()?,
            }
        }
    }
}

/// A letter's lines up to the single dot.
async fn content(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
