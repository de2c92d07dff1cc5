//! The API asks to be left alone (`Retry-After`), in an answer to whoever: nothing leaves before its
//! time, neither from the poller nor for the operator. Real client, poller and HTTP; the clock stands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/recorded.rs"]
mod recorded;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use ramptop::api::{ApiError, ApiKey, ApiUrl, Client, ClientConfig, ClockFn, RawMethod, RawPath, RetryPolicy};
use ramptop::domain::stage::Submission;
use ramptop::domain::{Mono, Now, OrderId};
use ramptop::sync::poller::{self, News, Wish};
use ramptop::sync::stats::{Mode, Stats};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Whatever takes longer has hung. Not a measure of speed.
const DEADLINE: Duration = Duration::from_secs(60);
/// Requests a new poller sends on a clock that stands: eight at once, one of which the history, all
/// that is left to ask for then, leaves to others.
const AT_ONCE: usize = 7;
const LIST: &str = "GET /api/v1/partner/orders?";
const EMPTY: &str = r#"{"success":true,"data":{"orders":[],"pagination":{"page":1,"limit":100,"total_pages":1}}}"#;

/// The head of an answer that is not a list.
type Other = Arc<Mutex<&'static str>>;
const BUSY: &str = "429 Too Many Requests\r\nretry-after: 30";

/// Lists are empty; everything else is answered as told. Remembers the first line of each request.
struct Server {
    url: ApiUrl,
    seen: Arc<Mutex<Vec<String>>>,
    other: Other,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = ApiUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let (seen, other) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(BUSY)));
        let server = Self { url, seen: Arc::clone(&seen), other: Arc::clone(&other) };
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (seen, other) = (Arc::clone(&seen), Arc::clone(&other));
                tokio::spawn(async move {
                    let (mut text, mut buffer) = (String::new(), [0; 4096]);
                    while !text.contains("\r\n\r\n") {
                        match stream.read(&mut buffer).await {
                            Ok(n) if n > 0 => text.push_str(&String::from_utf8_lossy(&buffer[..n])),
                            _ => return,
                        }
                    }
                    seen.lock().unwrap().push(text.lines().next().unwrap().to_owned());
                    let head = if text.starts_with(LIST) { "200 OK" } else { *other.lock().unwrap() };
                    let body = if text.starts_with(LIST) { EMPTY } else { "{}" };
                    let (length, close) = (body.len(), "connection: close");
                    let answer = format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\n{close}\r\n\r\n{body}");
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        server
    }

    fn seen(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    fn answers(&self, head: &'static str) {
        *self.other.lock().unwrap() = head;
    }

    fn client(&self, clock: &ClockFn) -> Client {
        let key = ApiKey::parse("k".to_owned()).unwrap();
        let client = Client::new(ClientConfig::new(self.url.clone(), key, Arc::clone(clock))).unwrap();
        client.with_retries(RetryPolicy { times: 3, first_wait: Duration::ZERO })
    }
}

fn noon() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// A clock that stands still until it is moved, in seconds.
fn standing() -> (ClockFn, Arc<AtomicU64>) {
    let seconds = Arc::new(AtomicU64::new(0));
    let read = Arc::clone(&seconds);
    let clock = move || {
        let passed = Duration::from_secs(read.load(Ordering::SeqCst));
        Now { mono: Mono::new(passed), wall: noon() + passed }
    };
    (Arc::new(clock), seconds)
}

fn cancel() -> Submission {
    recorded::cancel(Now { mono: Mono::new(Duration::ZERO), wall: noon() })
}

/// What an operator does: opens a page, acts on an order, asks by hand.
#[derive(Debug, Clone, Copy)]
enum Operator {
    Page,
    Action,
    Raw,
}

const ALL: [Operator; 3] = [Operator::Page, Operator::Action, Operator::Raw];

impl Operator {
    async fn asks(self, client: &Client) -> Result<(), ApiError> {
        match self {
            Self::Page => client.order(&OrderId::parse("o-1").unwrap()).await.map(drop),
            Self::Action => client.submit(cancel()).await.map(drop),
            Self::Raw => client.raw(RawMethod::Get, &RawPath::parse("/limits").unwrap(), None).await.map(drop),
        }
    }
}

/// A running poller.
struct Poller {
    news: mpsc::Receiver<News>,
    wishes: mpsc::UnboundedSender<Wish>,
    _stop: DropGuard,
}

impl Poller {
    fn start(client: Client, clock: ClockFn) -> Self {
        let (wishes, to_poller) = mpsc::unbounded_channel();
        let (sender, news) = mpsc::channel(64);
        let stop = CancellationToken::new();
        tokio::spawn(poller::run(client, clock, to_poller, sender, stop.clone()));
        Self { news, wishes, _stop: stop.drop_guard() }
    }

    /// The next piece of news that is `wanted`. Nothing may fail meanwhile.
    async fn next<T>(&mut self, wanted: impl Fn(News) -> Option<T>) -> T {
        let listen = async {
            loop {
                let news = self.news.recv().await.expect("the poller has ended");
                assert!(!matches!(news, News::Failed { .. } | News::Trouble { .. }), "{news:?}");
                if let Some(found) = wanted(news) {
                    return found;
                }
            }
        };
        tokio::time::timeout(DEADLINE, listen).await.expect("waited in vain")
    }

    async fn answers(&mut self, times: usize) {
        for _ in 0..times {
            self.next(|news| matches!(news, News::Answered { .. }).then_some(())).await;
        }
    }

    async fn stats(&mut self) -> Stats {
        self.next(|news| if let News::Stats(stats) = news { Some(*stats) } else { None }).await
    }
}

#[tokio::test]
async fn what_the_operator_is_told_the_poller_obeys() {
    for operator in ALL {
        let server = Server::start().await;
        let (clock, seconds) = standing();
        let client = server.client(&clock);
        let mut poller = Poller::start(client.clone(), clock);
        poller.answers(AT_ONCE).await;
        let _ = operator.asks(&client).await;
        assert_eq!(server.seen(), AT_ONCE + 1, "{operator:?}");

        // A wish for everything at once does not lift it either.
        seconds.store(29, Ordering::SeqCst);
        poller.wishes.send(Wish::Now).unwrap();
        let stats = poller.stats().await;
        let Mode::Waiting { until } = stats.mode else { panic!("{operator:?}: {stats:?}") };
        assert_eq!((until.mono, stats.in_flight), (Mono::new(Duration::from_secs(30)), 0), "{operator:?}");
        assert_eq!(stats.errors_last_5m, 0, "nothing of the poller's own was turned away");
        assert_eq!(server.seen(), AT_ONCE + 1, "{operator:?}");

        seconds.store(30, Ordering::SeqCst);
        poller.wishes.send(Wish::Now).unwrap();
        poller.answers(2).await;
        assert!(server.seen() > AT_ONCE + 1);
    }
}

#[tokio::test]
async fn what_the_operator_was_told_before_the_poller_began_counts_as_well() {
    let server = Server::start().await;
    let (clock, seconds) = standing();
    let client = server.client(&clock);
    assert!(Operator::Raw.asks(&client).await.is_ok(), "by hand, any answer is one");
    let mut poller = Poller::start(client, clock);
    assert!(matches!(poller.stats().await.mode, Mode::Waiting { .. }));
    assert_eq!(server.seen(), 1);
    seconds.store(30, Ordering::SeqCst);
    poller.wishes.send(Wish::Now).unwrap();
    poller.answers(1).await;
}

#[tokio::test]
async fn in_a_pause_nothing_is_sent_for_the_operator_who_is_told_so() {
    for first in ALL {
        let server = Server::start().await;
        let (clock, seconds) = standing();
        let client = server.client(&clock);
        let _ = first.asks(&client).await;
        assert_eq!(server.seen(), 1);
        seconds.store(10, Ordering::SeqCst);
        for operator in ALL {
            let error = operator.asks(&client.clone()).await.unwrap_err();
            assert!(matches!(error, ApiError::Held(_)), "{operator:?} after {first:?}: {error:?}");
            let until = "no request is sent before 2026-11-21 12:00:30 UTC, in 20 s";
            assert!(error.to_string().contains(until), "{error}");
            assert!(error.advice().starts_with("Nothing was sent"), "{}", error.advice());
        }
        assert_eq!(server.seen(), 1, "after {first:?}");

        seconds.store(30, Ordering::SeqCst);
        server.answers("403 Forbidden");
        for operator in ALL {
            let _ = operator.asks(&client).await;
        }
        assert_eq!(server.seen(), 4, "each is sent once it may be");
    }
}

#[tokio::test]
async fn what_the_poller_is_told_holds_for_the_operator() {
    let server = Server::start().await;
    let (clock, seconds) = standing();
    let client = server.client(&clock);
    let (scheduled, mut others) = client.clone().for_schedule();
    assert!(Operator::Page.asks(&scheduled).await.is_err());
    assert_eq!(others.take().hold_until, None, "the schedule hears of its own answers by itself");
    for operator in ALL {
        assert!(matches!(operator.asks(&client).await, Err(ApiError::Held(_))), "{operator:?}");
    }
    assert_eq!((server.seen(), others.take().requests), (1, 0), "what is not sent costs nothing");
    seconds.store(30, Ordering::SeqCst);
    let _ = Operator::Action.asks(&client).await;
    let told = others.take();
    let again = Some(Mono::new(Duration::from_secs(60)));
    assert_eq!((server.seen(), told.requests, told.hold_until), (2, 1, again));
    assert_eq!(others.take().hold_until, None, "told once");
}

/// A short pause is waited for by whoever repeats reads anyway.
#[tokio::test]
async fn a_read_waits_for_the_end_of_a_short_pause() {
    let server = Server::start().await;
    let client = server.client(&ramptop::runtime::clock::system());
    server.answers("429 Too Many Requests\r\nretry-after: 1");
    assert!(client.submit(cancel()).await.is_err());
    server.answers("403 Forbidden");
    let error = Operator::Page.asks(&client).await.unwrap_err();
    assert!(matches!(&error, ApiError::Rejected(no) if no.http_status == 403), "{error:?}");
    assert_eq!(server.seen(), 2);
}

/// The documents know limits of a single endpoint; they name no time, or are no 429.
#[tokio::test]
async fn only_a_limit_with_a_time_holds_everything() {
    for (head, holds) in [
        (BUSY, true),
        ("503 Service Unavailable\r\nretry-after: 30", true),
        ("429 Too Many Requests\r\nretry-after: Sat, 21 Nov 2026 12:00:30 GMT", true),
        ("429 Too Many Requests\r\nretry-after: 0", false),
        ("429 Too Many Requests", false),
        ("503 Service Unavailable", false),
        ("404 Not Found\r\nretry-after: 30", false),
        ("409 Conflict\r\nretry-after: 30", false),
    ] {
        let server = Server::start().await;
        server.answers(head);
        let client = server.client(&standing().0);
        let _ = Operator::Action.asks(&client).await;
        let held = matches!(Operator::Action.asks(&client).await, Err(ApiError::Held(_)));
        assert_eq!(held, holds, "{head}");
    }
}
