//! A listener over a database on the disk, and a sender that speaks HTTP by hand.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use ramptop::domain::event::Subject;
use ramptop::domain::{Mono, Now, Observed, Order, OrderId, Status};
use ramptop::runtime::clock;
use ramptop::runtime::hooks::Hook;
use ramptop::runtime::keeper::{self, KeeperHandle};
use ramptop::store::Store;
use ramptop::sync::poller::News;
use ramptop::sync::receiver::{self, Eyes, Heard, Limits, ReceiverStats, WebhookSecret, Wires};
use rusqlite::Connection;
use secrecy::SecretString;
use sha2::Sha256;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Whatever takes longer has hung. Not a measure of speed.
pub const PATIENCE: Duration = Duration::from_secs(60);
pub const SECRET: &str = "whsec_test_5f0c";
pub const TIMESTAMP: &str = "1790000000";

/// A listener at work; stopped when dropped.
pub struct Desk {
    pub address: std::net::SocketAddr,
    pub eyes: Eyes,
    stats: watch::Receiver<ReceiverStats>,
    pub asks: mpsc::UnboundedReceiver<Subject>,
    pub heard: mpsc::UnboundedReceiver<Heard>,
    _stop: DropGuard,
}

/// The directory of a database.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn file(&self) -> PathBuf {
        self.0.path().join("ramptop.db")
    }

    /// What is on the disk, seen by another connection: id, body, done.
    pub fn events(&self) -> Vec<(String, String, bool)> {
        let db = Connection::open(self.file()).unwrap();
        let mut query = db.prepare("SELECT event_id, body, done FROM events ORDER BY rowid").unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    pub fn ids(&self) -> Vec<String> {
        self.events().into_iter().map(|(id, ..)| id).collect()
    }

    /// A statement by another connection.
    pub fn sql(&self, text: &str) {
        Connection::open(self.file()).unwrap().execute_batch(text).unwrap();
    }

    /// Starts a listener on this database, as a start of the program does.
    pub async fn desk(&self) -> Desk {
        desk(&self.file(), Limits::default()).await
    }

    pub async fn desk_with(&self, limits: Limits) -> Desk {
        desk(&self.file(), limits).await
    }
}

async fn desk(file: &Path, limits: Limits) -> Desk {
    let secret = WebhookSecret::parse(&SecretString::from(SECRET)).unwrap();
    let Hook { listener, secret, .. } = Hook::bind("127.0.0.1:0".parse().unwrap(), secret).await.unwrap();
    let listener = listener.unwrap();
    let address = listener.local_addr().unwrap();
    let books = books(Store::open(file).unwrap());
    let (asks, asked) = mpsc::unbounded_channel();
    let (heard, shown) = mpsc::unbounded_channel();
    let (eyes, seen) = Eyes::new();
    let (wires, stop) = (Wires { asks, heard, seen }, CancellationToken::new());
    let stats = receiver::start(listener, secret, books, clock::system(), limits, wires, stop.clone()).await.unwrap();
    Desk { address, eyes, stats, asks: asked, heard: shown, _stop: stop.drop_guard() }
}

impl Desk {
    pub fn stats(&self) -> ReceiverStats {
        *self.stats.borrow()
    }

    /// Waits until the numbers are so.
    pub async fn until(&mut self, what: &str, so: impl Fn(&ReceiverStats) -> bool) {
        let waited = tokio::time::timeout(PATIENCE, self.stats.wait_for(|stats| so(stats))).await.is_ok();
        assert!(waited, "waited in vain until {what}: {:?}", self.stats());
    }

    /// What is asked for next.
    pub async fn ask(&mut self) -> Subject {
        tokio::time::timeout(PATIENCE, self.asks.recv()).await.expect("nothing was asked for").unwrap()
    }

    /// What is said next.
    pub async fn hear(&mut self) -> Heard {
        tokio::time::timeout(PATIENCE, self.heard.recv()).await.expect("nothing was said").unwrap()
    }

    /// The order was read, asked for so long after the start.
    pub fn reads(&self, order: &str, asked: Duration) {
        let wall = chrono::Utc::now();
        let now = Now { mono: Mono::new(asked), wall };
        let value = Order::bare(id(order), Status::from_wire("completed"));
        let seen = Observed { value, asked: now, answered: now, server_date: Some(wall) };
        self.eyes.saw(&News::Orders { orders: vec![seen], set_aside: Vec::new() });
    }

    /// Sends a delivery as the API does.
    pub async fn deliver(&self, body: &str) -> Answer {
        self.send(&request(&headers(TIMESTAMP, &signature(SECRET, TIMESTAMP, body)), body)).await
    }

    /// Sends bytes and reads the answer to its end.
    pub async fn send(&self, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        answer(&mut stream).await
    }
}

/// The one owner of a database, with no poller's news to keep.
pub fn books(store: Store) -> KeeperHandle {
    let ((_, news), (wishes, _)) = (mpsc::channel(1), mpsc::unbounded_channel());
    keeper::start(store, clock::system(), news, wishes).handle
}

pub fn id(order: &str) -> OrderId {
    OrderId::parse(order).unwrap()
}

/// An answer, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// Reads an answer until the connection ends.
pub async fn answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A sender that is cut off while it still writes may see a reset behind the answer.
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("no answer");
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}, {read:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

pub fn signature(secret: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{timestamp}.{body}").as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// The two headers of a delivery.
pub fn headers(timestamp: &str, signature: &str) -> String {
    format!("X-Unigox-Timestamp: {timestamp}\r\nX-Unigox-Signature: {signature}\r\n")
}

/// A whole request.
pub fn request(headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// A signed request.
pub fn delivery(body: &str) -> Vec<u8> {
    request(&headers(TIMESTAMP, &signature(SECRET, TIMESTAMP, body)), body)
}

/// The body of an order event.
pub fn changed(event: &str, order: &str, status: &str, created: &str) -> String {
    format!(
        "{{\"event_id\":\"{event}\",\"event_type\":\"order.status.changed\",\"created_at\":\"{created}\",\"data\":\
         {{\"order_id\":\"{order}\",\"status\":\"{status}\",\"user_uuid\":\"user-{order}\",\"payment_details_id\":\"42\",\
         \"crypto_amount\":\"101.5\",\"crypto_currency\":\"USDT\",\"fiat_amount\":\"1\",\"fiat_currency\":\"NGN\",\
         \"provider\":\"p2p\"}}}}"
    )
}
