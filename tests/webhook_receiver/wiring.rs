//! The listener as the dashboard runs it: what the poller, the screen and the operator are told.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::time::Duration;

use ramptop::app::syncing::Webhooks;
use ramptop::app::{Msg, SyncMsg};
use ramptop::runtime::clock;
use ramptop::runtime::hooks::Hook;
use ramptop::store::Store;
use ramptop::sync::poller::Wish;
use ramptop::sync::receiver::{Eyes, WebhookSecret};
use secrecy::SecretString;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::harness::{PATIENCE, Place, SECRET, answer, books, changed, delivery, id};

async fn hook() -> Hook {
    hook_at("127.0.0.1:0".parse().unwrap()).await
}

async fn hook_at(address: SocketAddr) -> Hook {
    let secret = WebhookSecret::parse(&SecretString::from(SECRET)).unwrap();
    Hook::bind(address, secret).await.unwrap()
}

struct Running {
    wishes: mpsc::UnboundedReceiver<Wish>,
    mailbox: mpsc::Receiver<Msg>,
    stop: CancellationToken,
}

fn run(hook: Hook, store: Store) -> Running {
    let (wishes, to_poller) = mpsc::unbounded_channel();
    let (mailbox, inbox) = mpsc::channel(256);
    let ((_, seen), stop) = (Eyes::new(), CancellationToken::new());
    tokio::spawn(hook.run(books(store), clock::system(), seen, wishes, mailbox, stop.clone()));
    Running { wishes: to_poller, mailbox: inbox, stop }
}

impl Running {
    async fn wish(&mut self, what: &str, it: impl Fn(&Wish) -> bool) {
        until(what, async || self.wishes.recv().await, it).await;
    }

    async fn told(&mut self, what: &str, it: impl Fn(&Msg) -> bool) {
        until(what, async || self.mailbox.recv().await, it).await;
    }
}

async fn until<T: Debug>(what: &str, mut next: impl AsyncFnMut() -> Option<T>, it: impl Fn(&T) -> bool) {
    let mut before = Vec::new();
    let listen = async {
        while let Some(item) = next().await {
            if it(&item) {
                return true;
            }
            before.push(item);
        }
        false
    };
    let found = tokio::time::timeout(PATIENCE, listen).await.unwrap_or(false);
    assert!(found, "never told: {what}; but {before:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_reaches_poller_and_screen_and_the_end_is_told() {
    let place = Place::new();
    let hook = hook().await;
    let address = hook.address;
    let mut running = run(hook, Store::open(&place.file()).unwrap());
    let listening = |accepted| move |msg: &Msg| matches!(msg, Msg::Sync(SyncMsg::Webhooks(Webhooks::Listening(d))) if d.accepted == accepted && d.address == address.to_string());
    running.told("that it listens", listening(0)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&delivery(&changed("e-1", "o-1", "completed", "2026-02-01T12:00:05Z"))).await.unwrap();
    assert_eq!(answer(&mut stream).await.status, 200);
    running.wish("to read the order", |wish| matches!(wish, Wish::Changed(order) if *order == id("o-1"))).await;
    running.told("what it says", |msg| matches!(msg, Msg::Told(told) if told.order == Some(id("o-1")))).await;
    running.told("the numbers", listening(1)).await;
    running.wish("that events flow", |wish| matches!(wish, Wish::EventsFlow { flowing: true })).await;
    running.stop.cancel();
    running.wish("that none can come any more", |wish| matches!(wish, Wish::EventsFlow { flowing: false })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_disk_nothing_is_acknowledged() {
    let hook = hook().await;
    let address = hook.address;
    let mut running = run(hook, Store::in_memory().unwrap());
    let broken = |msg: &Msg| matches!(msg, Msg::Sync(SyncMsg::Webhooks(Webhooks::Broken(_))));
    running.told("that it is broken", broken).await;
    let said = |msg: &Msg| matches!(msg, Msg::Said(Err(no)) if no.what.contains("cannot be written"));
    running.told("why", said).await;
    assert!(TcpStream::connect(address).await.is_err(), "the sender must see that nobody is there");
}

/// A dashboard and a watch of one profile: whoever is left has the events.
#[tokio::test(start_paused = true)]
async fn an_address_that_another_program_has_is_taken_over_when_that_ends() {
    let place = Place::new();
    let another = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = another.local_addr().unwrap();
    let hook = hook_at(address).await;
    assert!(hook.taken().is_some_and(|why| why.contains(&address.to_string())), "{hook:?}");
    let mut running = run(hook, Store::open(&place.file()).unwrap());
    let Some(Msg::Sync(SyncMsg::Webhooks(Webhooks::Broken(why)))) = running.mailbox.recv().await else { panic!() };
    assert!(why.contains("tried again"), "{why}");

    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert!(running.mailbox.try_recv().is_err() && running.wishes.try_recv().is_err(), "it waits quietly");
    drop(another);
    tokio::time::sleep(Duration::from_secs(31)).await;
    tokio::time::resume();
    let told = tokio::time::timeout(PATIENCE, running.mailbox.recv()).await.expect("it never listened");
    let Some(Msg::Sync(SyncMsg::Webhooks(Webhooks::Listening(at)))) = told else { panic!("{told:?}") };
    assert_eq!(at.address, address.to_string());
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&delivery(&changed("e-1", "o-1", "completed", "2026-02-01T12:00:05Z"))).await.unwrap();
    assert_eq!(answer(&mut stream).await.status, 200);
    running.wish("to read the order", |wish| matches!(wish, Wish::Changed(order) if *order == id("o-1"))).await;
}

#[tokio::test(start_paused = true)]
async fn waiting_for_an_address_ends_when_it_is_told_to() {
    let another = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut running = run(hook_at(another.local_addr().unwrap()).await, Store::in_memory().unwrap());
    running.stop.cancel();
    assert!(matches!(running.mailbox.recv().await, Some(Msg::Sync(SyncMsg::Webhooks(Webhooks::Broken(_))))));
    assert!(running.mailbox.recv().await.is_none(), "it has ended, and had nothing more to say");
}
