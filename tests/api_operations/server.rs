//! A server that answers every request the same and remembers what it was sent.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::Utc;
use ramptop::api::{ApiKey, ApiUrl, Client, ClientConfig, RetryPolicy};
use ramptop::domain::{Mono, Now};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How often a read is asked again.
pub const REPEATS: usize = 2;

/// What comes back.
#[derive(Debug, Clone)]
pub enum Answer {
    Http {
        status: u16,
        headers: String,
        body: String,
    },
    /// The connection is closed without an answer.
    Nothing,
    /// The connection is closed after this many bytes of the request.
    CutAfter(usize),
}

/// What was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    pub method: String,
    pub path: String,
    pub query: String,
    pub head: String,
    pub body: Vec<u8>,
}

impl Sent {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

pub struct Server {
    pub address: String,
    answer: Arc<Mutex<Answer>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

pub fn http(status: u16, body: &str) -> Answer {
    Answer::Http { status, headers: String::new(), body: body.to_owned() }
}

impl Server {
    pub async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let sent = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&sent);
        let answer = Arc::new(Mutex::new(answer));
        let next = Arc::clone(&answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = next.lock().unwrap().clone();
                tokio::spawn(serve(stream, answer, Arc::clone(&log)));
            }
        });
        Self { address, answer, sent }
    }

    /// What comes back from now on.
    pub fn answer(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// What was sent since the last time.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    pub fn client(&self) -> Client {
        let start = Instant::now();
        let clock = Arc::new(move || Now { mono: Mono::new(start.elapsed()), wall: Utc::now() });
        let key = ApiKey::parse("s3cret-test-key".to_owned()).unwrap();
        let config = ClientConfig::new(ApiUrl::parse(&self.address).unwrap(), key, clock);
        let policy = RetryPolicy { times: REPEATS, first_wait: Duration::ZERO };
        Client::new(config).unwrap().with_retries(policy)
    }
}

async fn serve(mut stream: TcpStream, answer: Answer, log: Arc<Mutex<Vec<Sent>>>) {
    let most = if let Answer::CutAfter(most) = answer { most } else { usize::MAX };
    let Some(request) = read(&mut stream, most).await else { return };
    log.lock().unwrap().push(request);
    if let Answer::Http { status, headers, body } = answer {
        let length = body.len();
        let text =
            format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}");
        let _ = stream.write_all(text.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

async fn read(stream: &mut TcpStream, most: usize) -> Option<Sent> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length = |line: &str| line.to_ascii_lowercase().strip_prefix("content-length: ").map(|n| n.parse().unwrap());
    let length: usize = head.lines().find_map(length).unwrap_or(0);
    while bytes.len() < (end + 4 + length).min(most) {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            break;
        }
    }
    let line: Vec<&str> = head.lines().next().unwrap().split(' ').collect();
    let (path, query) = line[1].split_once('?').unwrap_or((line[1], ""));
    Some(Sent {
        method: line[0].to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        body: bytes[end + 4..].to_vec(),
        head,
    })
}
