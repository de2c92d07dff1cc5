//! The real client and the real poller over HTTP against the simulated API with its faults on:
//! what can be read keeps coming, what cannot is named, and nothing else suffers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::Utc;
use ramptop::api::{ApiError, ApiKey, ApiUrl, Client, ClientConfig, ClockFn, RetryPolicy, SetAside};
use ramptop::domain::{Mono, Now, Observed, Order};
use ramptop::runtime::clock;
use ramptop::sandbox::{Chaos, Sandbox, SandboxConfig, Scenario, serve_sandbox};
use ramptop::sync::poller::{self, News, Wish};
use ramptop::sync::stats::Stats;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Whatever takes longer has hung. Not a measure of speed.
const DEADLINE: Duration = Duration::from_secs(90);
const ORDERS: usize = 40;

/// A served sandbox and a client of it.
async fn serve(chaos: Chaos) -> (Sandbox, Client) {
    let sender = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23".parse().unwrap();
    // Orders that do not move by themselves: any difference between two readings is a fault's.
    let scenario = Scenario::AwaitingConfirmation;
    let config = SandboxConfig { chaos, scenario, orders: ORDERS, ..SandboxConfig::new(sender, Utc::now()) };
    let key = ApiKey::parse(config.api_key.clone()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = ApiUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let sandbox = Sandbox::new(config);
    tokio::spawn(serve_sandbox(listener, sandbox.clone(), pending()));
    (sandbox, Client::new(ClientConfig::new(url, key, clock::system())).unwrap())
}

/// A running poller and all it has said.
struct Watch {
    news: mpsc::Receiver<News>,
    wishes: mpsc::UnboundedSender<Wish>,
    poller: tokio::task::JoinHandle<()>,
    stop: DropGuard,
    known: BTreeSet<String>,
    readings: Vec<Observed<Order>>,
    set_aside: Vec<SetAside>,
    failures: Vec<ApiError>,
    skews: Vec<i64>,
    users: usize,
}

impl Watch {
    fn start(client: Client) -> Self {
        Self::by(clock::system(), client)
    }

    fn by(clock: ClockFn, client: Client) -> Self {
        let (wishes, to_poller) = mpsc::unbounded_channel();
        let (sender, news) = mpsc::channel(64);
        let stop = CancellationToken::new();
        let run = poller::run(client, clock, to_poller, sender, stop.clone());
        Self {
            news,
            wishes,
            poller: tokio::spawn(run),
            stop: stop.drop_guard(),
            known: BTreeSet::new(),
            readings: Vec::new(),
            set_aside: Vec::new(),
            failures: Vec::new(),
            skews: Vec::new(),
            users: 0,
        }
    }

    /// The numbers, when they are told next.
    async fn stats(&mut self) -> Stats {
        let listen = async {
            loop {
                if let News::Stats(stats) = self.news.recv().await.expect("the poller has ended") {
                    return *stats;
                }
            }
        };
        tokio::time::timeout(DEADLINE, listen).await.expect("no numbers were told")
    }

    /// Listens until `enough`.
    async fn until(&mut self, what: &str, enough: impl Fn(&Self) -> bool) {
        let listen = async {
            while !enough(self) {
                let news = self.news.recv().await.expect("the poller has ended");
                self.take(news);
            }
        };
        let heard = tokio::time::timeout(DEADLINE, listen).await;
        assert!(heard.is_ok(), "waited in vain for {what}: {} orders, {:?}", self.known.len(), self.failures);
    }

    fn take(&mut self, news: News) {
        match news {
            News::Orders { orders, set_aside } => {
                self.known.extend(orders.iter().map(|o| o.value.id.to_string()));
                self.readings.extend(orders);
                self.set_aside.extend(set_aside);
            }
            News::Failed { error, .. } | News::Trouble { error, .. } => self.failures.push(error),
            News::Answered { skew_seconds } => self.skews.extend(skew_seconds),
            News::User(_) => self.users += 1,
            News::UserUnknown(id) => panic!("user {id} is known to the API"),
            News::OrderNotFound(id) => panic!("order {id} is known to the API"),
            News::Payments(..) | News::Complete | News::Swept { .. } | News::RefundRead(_) | News::Stats(_) => {}
        }
    }

    /// It stops when it is told to, and had not panicked.
    async fn stops(self) {
        drop(self.stop);
        tokio::time::timeout(DEADLINE, self.poller).await.unwrap().unwrap();
    }
}

fn all_ids(sandbox: &Sandbox) -> BTreeSet<String> {
    sandbox.order_owners().into_iter().map(|(order, _, _)| order.to_string()).collect()
}

#[tokio::test]
async fn without_faults_everything_is_read_and_nothing_set_aside() {
    let (sandbox, client) = serve(Chaos::None).await;
    let mut watch = Watch::start(client);
    for user in sandbox.user_ids() {
        watch.wishes.send(Wish::Watch(user)).unwrap();
    }
    let users = sandbox.user_ids().len();
    watch.until("every order and user", |w| w.known.len() == ORDERS && w.users >= users).await;
    assert_eq!(watch.known, all_ids(&sandbox));
    assert!(watch.set_aside.is_empty() && watch.failures.is_empty());
    assert!(watch.skews.iter().all(|s| s.abs() <= 2), "{:?}", watch.skews);
    watch.stops().await;
}

/// A clock that stands still until it is moved, in seconds.
fn standing() -> (ClockFn, Arc<AtomicU64>) {
    let (seconds, start) = (Arc::new(AtomicU64::new(0)), Utc::now());
    let read = Arc::clone(&seconds);
    let clock = move || {
        let passed = Duration::from_secs(read.load(Ordering::SeqCst));
        Now { mono: Mono::new(passed), wall: start + passed }
    };
    (Arc::new(clock), seconds)
}

/// Eight requests at once and four a second is what there is, whoever sends them.
#[tokio::test]
async fn what_the_operator_asks_for_comes_from_the_budget_of_the_poller() {
    let (_sandbox, client) = serve(Chaos::None).await;
    let (clock, seconds) = standing();
    let asks = async |times: usize| {
        for _ in 0..times {
            client.verify_auth().await.unwrap();
        }
    };
    asks(8).await;
    let mut watch = Watch::by(clock, client.clone());
    let told = |stats: &Stats| (stats.tokens, stats.in_flight, stats.used_last_minute);
    let first = watch.stats().await;
    assert_eq!(told(&first), (0, 0, 8), "the operator's requests at the start leave none for the poller");

    asks(4).await;
    seconds.store(1, Ordering::SeqCst);
    watch.wishes.send(Wish::Focus { order: None, user: None }).unwrap();
    assert_eq!(told(&watch.stats().await), (0, 0, 12), "nor does what a second brings");

    seconds.store(2, Ordering::SeqCst);
    watch.wishes.send(Wish::Focus { order: None, user: None }).unwrap();
    assert_eq!(told(&watch.stats().await), (0, 4, 16), "and then the poller has it all");
    watch.stops().await;
}

#[tokio::test]
async fn slow_answers_come_all_the_same() {
    let (sandbox, client) = serve(Chaos::Slow).await;
    let mut watch = Watch::start(client);
    watch.until("every order twice", |w| w.known.len() == ORDERS && w.readings.len() >= 2 * ORDERS).await;
    assert_eq!(watch.known, all_ids(&sandbox));
    assert!(watch.failures.is_empty() && watch.set_aside.is_empty(), "{:?}", watch.failures);
    watch.stops().await;
}

#[tokio::test]
async fn failing_reads_are_reported_and_tried_again() {
    let (sandbox, client) = serve(Chaos::Errors).await;
    let mut watch = Watch::start(client);
    watch.until("orders after three failures", |w| w.known.len() == ORDERS && w.failures.len() >= 3).await;
    let before = watch.readings.len();
    watch.until("orders again", |w| w.readings.len() > before).await;
    assert_eq!(watch.known, all_ids(&sandbox));
    assert!(watch.set_aside.is_empty());
    assert!(watch.failures.iter().all(|e| e.is_retryable() && !e.is_unauthorized()), "{:?}", watch.failures);
    watch.stops().await;
}

#[tokio::test]
async fn the_clients_own_retries_hide_failing_reads() {
    let (sandbox, client) = serve(Chaos::Errors).await;
    let client = client.with_retries(RetryPolicy { times: 3, first_wait: Duration::from_millis(1) });
    for _ in 0..12 {
        let all = client.all_orders(None).await.unwrap();
        assert!(all.complete && all.set_aside.is_empty());
        assert_eq!(all.orders.len(), all_ids(&sandbox).len());
    }
}

#[tokio::test]
async fn of_garbled_answers_only_what_is_garbled_is_lost() {
    let (sandbox, client) = serve(Chaos::Malformed).await;
    let mut watch = Watch::start(client);
    let strange = |o: &Observed<Order>| !o.value.problems.is_empty() || o.value.status.wire().contains("moon");
    let sound = |o: &Observed<Order>| o.value.problems.is_empty() && o.value.amounts.crypto.is_some();
    watch
        .until("sound orders, garbled orders and unreadable answers", |w| {
            w.known.len() == ORDERS
                && w.readings.iter().any(sound)
                && (w.readings.iter().any(strange) || !w.set_aside.is_empty())
                && !w.failures.is_empty()
        })
        .await;
    let mark = watch.readings.len();
    watch.until("sound orders again", |w| w.readings[mark..].iter().any(sound)).await;
    let all = all_ids(&sandbox);
    assert_eq!(watch.known, all);
    for bad in &watch.set_aside {
        assert!(bad.id.as_ref().is_none_or(|id| all.contains(id.as_str())), "{bad:?}");
        assert!(bad.reason.chars().all(|c| !c.is_control()), "{bad:?}");
    }
    assert!(watch.failures.iter().all(|e| matches!(e, ApiError::Decode { .. })), "{:?}", watch.failures);
    watch.stops().await;
}

#[tokio::test]
async fn a_clock_three_hours_ahead_is_measured() {
    let (_sandbox, client) = serve(Chaos::ClockSkew).await;
    let mut watch = Watch::start(client);
    watch.until("every order", |w| w.known.len() == ORDERS && !w.skews.is_empty()).await;
    assert!(watch.skews.iter().all(|s| (s - 10_800).abs() <= 5), "{:?}", watch.skews);
    assert!(watch.failures.is_empty() && watch.set_aside.is_empty());
    watch.stops().await;
}
