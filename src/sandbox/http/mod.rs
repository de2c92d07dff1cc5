//! The simulated API over HTTP: the shared handle, the clock, and the server's start and end.
//!
//! Every request first moves the world to the present virtual time, so nothing has to tick. The
//! world is locked for the moment of an answer, never across an await.

mod answer;
mod connection;
mod delivery;
mod discovery;
mod documents;
mod faults;
mod kyc;
mod listing;
mod orders;
mod payout;
mod routes;
mod settling;
mod tampering;
mod trading;
mod users;
mod webhooks;

use std::future::{Future, IntoFuture};
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::calendar::Calendar;
use super::config::{Chaos, SandboxConfig};
use super::world::World;
use crate::domain::{OrderId, PaymentDetailsId, UserId};

/// How long open connections may delay the end.
const GRACE: Duration = Duration::from_secs(2);

/// Where the virtual time comes from.
pub type ClockFn = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A simulated API: its world and its clock, shared by everything that answers requests.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    config: SandboxConfig,
    clock: ClockFn,
    world: Mutex<World>,
    /// Reads answered so far: fault modes take turns by it.
    reads: AtomicU64,
    rpc_url: OnceLock<String>,
    /// Rung when a webhook delivery is due.
    due: Notify,
}

impl Sandbox {
    /// A sandbox whose clock starts at `config.started` and runs `config.speed` times as fast as
    /// the real one.
    pub fn new(config: SandboxConfig) -> Self {
        let (began, calendar) = (Instant::now(), Calendar::new(config.started, config.speed));
        let clock = move || calendar.world(TimeDelta::from_std(began.elapsed()).unwrap_or(TimeDelta::MAX));
        Self::with_clock(config, Arc::new(clock))
    }

    /// A sandbox with a virtual clock of the caller's.
    pub fn with_clock(mut config: SandboxConfig, clock: ClockFn) -> Self {
        let ahead = faults::clock_ahead(config.chaos);
        config.started += ahead;
        let shared = Shared {
            world: Mutex::new(World::new(&config)),
            clock: Arc::new(move || clock().checked_add_signed(ahead).unwrap_or(DateTime::<Utc>::MAX_UTC)),
            config,
            reads: AtomicU64::new(0),
            rpc_url: OnceLock::new(),
            due: Notify::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// What it was made of.
    pub fn config(&self) -> &SandboxConfig {
        &self.shared.config
    }

    /// The server's time, as its `Date` header says it.
    pub fn now(&self) -> DateTime<Utc> {
        self.with_world(|world| world.shown_now())
    }

    /// Looks at, or changes, the world as it is now.
    pub fn with_world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let (seen, due) = self.quietly(|world| {
            let seen = look(world);
            world.announce();
            // A moved clock may have moved the next moment as well, so a URL is enough.
            (seen, world.webhooks().url().is_some())
        });
        if due {
            self.shared.due.notify_one();
        }
        seen
    }

    /// As [`Self::with_world`], for the delivery of webhooks: does not wake it.
    fn quietly<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let now = (self.shared.clock)();
        // A panic while the lock was held can only have come from a test's own closure.
        let mut world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.step(now);
        look(&mut world)
    }

    /// Every user there is; the API itself never lists them.
    pub fn user_ids(&self) -> Vec<UserId> {
        self.with_world(|world| world.user_ids())
    }

    /// Whose each order is and where its fiat goes; the API itself never says so.
    pub fn order_owners(&self) -> Vec<(OrderId, UserId, PaymentDetailsId)> {
        self.with_world(|world| world.order_owners())
    }

    /// The address of the simulated chain's JSON-RPC, once the sandbox is served.
    pub fn rpc_url(&self) -> &str {
        self.shared.rpc_url.get().map_or("", String::as_str)
    }

    fn chaos(&self) -> Chaos {
        self.shared.config.chaos
    }

    fn next_read(&self) -> u64 {
        self.shared.reads.fetch_add(1, Ordering::Relaxed)
    }
}

/// Serves a new sandbox on `listener` until `shutdown`.
pub async fn serve(
    listener: TcpListener,
    config: SandboxConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_sandbox(listener, Sandbox::new(config), shutdown).await
}

/// Serves `sandbox` on `listener` until `shutdown`; then open requests get two seconds to end.
pub async fn serve_sandbox(
    listener: TcpListener,
    sandbox: Sandbox,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // A second server of the same sandbox shares the first one's chain, and so its address.
    let _ = sandbox.shared.rpc_url.set(format!("http://{}/rpc", listener.local_addr()?));
    let stop = CancellationToken::new();
    let delivery = delivery::deliver(sandbox.clone(), stop.child_token());
    let _ended = stop.clone().drop_guard();
    tokio::spawn(delivery);
    let app = routes::router(sandbox).into_make_service_with_connect_info::<connection::Line>();
    let server =
        axum::serve(connection::Cuttable(listener), app).with_graceful_shutdown(stop.clone().cancelled_owned());
    let mut server = pin!(server.into_future());
    tokio::select! {
        ended = &mut server => return ended,
        () = shutdown => stop.cancel(),
    }
    // Without a bound, one client that keeps its connection busy would keep the process alive.
    tokio::time::timeout(GRACE, server).await.unwrap_or(Ok(()))
}
