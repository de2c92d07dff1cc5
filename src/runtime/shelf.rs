//! Reads what was written down of orders, beside the loop, from a connection of its own.
//!
//! First the lines of all that is over, in pieces, so that the screen is never held up; then whole
//! orders, as the operator comes to them.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::time::Duration;

use crate::api::wire::order::read_order;
use crate::app::orders::kept;
use crate::app::{Failure, Kept, Msg};
use crate::domain::OrderId;
use crate::store::{Store, StoreError};

/// Lines in one piece.
const PIECE: usize = 1_000;

/// How soon it is noticed that a piece was taken.
const MOMENT: Duration = Duration::from_micros(500);

/// A thread that reads.
pub(super) struct Shelf {
    orders: Sender<Vec<OrderId>>,
}

type Mailbox = tokio::sync::mpsc::Sender<Msg>;

/// The loop has ended.
struct Gone;

/// Why not all was read.
enum Stop {
    Gone,
    Broken(StoreError),
}

impl From<Gone> for Stop {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Broken(error)
    }
}

impl Shelf {
    /// Starts reading. Ends when it is dropped, or the loop.
    pub(super) fn open(path: PathBuf, mailbox: Mailbox) -> Self {
        let (orders, wanted) = mpsc::channel();
        std::thread::spawn(move || match Store::open_for_reading(&path) {
            Ok(store) => {
                let _ = Reader { store, mailbox, wanted }.run();
            }
            Err(error) => tell(&mailbox, &error),
        });
        Self { orders }
    }

    /// The whole of these orders is wanted, and nothing any more of what was wanted before.
    pub(super) fn load(&self, orders: Vec<OrderId>) {
        let _ = self.orders.send(orders);
    }
}

fn tell(mailbox: &Mailbox, error: &StoreError) {
    let advice = "Orders are shown as the API gives them; what earlier runs saw is missing.";
    let _ = mailbox.blocking_send(Msg::Said(Err(Failure::not_sent(error.to_string(), advice))));
}

struct Reader {
    store: Store,
    mailbox: Mailbox,
    wanted: Receiver<Vec<OrderId>>,
}

impl Reader {
    fn run(&self) -> Result<(), Gone> {
        match self.read_all() {
            Ok(()) => {}
            Err(Stop::Gone) => return Err(Gone),
            Err(Stop::Broken(error)) => tell(&self.mailbox, &error),
        }
        self.store.rest();
        self.send(Kept::End)?;
        while let Ok(orders) = self.wanted.recv() {
            self.load(orders)?;
        }
        Err(Gone)
    }

    /// All that is over, then whose orders are: the former is what is listed.
    fn read_all(&self) -> Result<(), Stop> {
        let (_, all) = self.store.order_count()?;
        self.send(Kept::Coming(all))?;
        self.send(Kept::References(self.store.references()?))?;
        self.send(Kept::Notes(self.store.notes()?))?;
        let mut after: Option<OrderId> = None;
        loop {
            let piece = self.store.past_orders(after.as_ref(), PIECE)?;
            let is_last = piece.len() < PIECE;
            after = piece.last().map(|last| last.brief.id.clone());
            self.send(Kept::Past(piece.into_iter().map(|kept| (kept.brief, kept.asked_at)).collect()))?;
            self.look_up()?;
            if is_last {
                return self.links();
            }
        }
    }

    fn links(&self) -> Result<(), Stop> {
        let links = self.store.links()?;
        let mut links = links.into_iter().map(|link| (link.order, link.user, link.payment_details));
        loop {
            let piece: Vec<_> = links.by_ref().take(PIECE).collect();
            if piece.is_empty() {
                return Ok(());
            }
            self.send(Kept::Links(piece))?;
        }
    }

    /// Between two pieces somebody may want something.
    fn look_up(&self) -> Result<(), Gone> {
        match self.wanted.try_recv() {
            Ok(orders) => self.load(orders),
            Err(TryRecvError::Empty) => Ok(()),
            Err(TryRecvError::Disconnected) => Err(Gone),
        }
    }

    /// Whoever runs down the list wants the last of many. An order that cannot be read from here
    /// will come from the API.
    fn load(&self, orders: Vec<OrderId>) -> Result<(), Gone> {
        let mut orders = orders.into_iter();
        loop {
            if let Some(newer) = self.wanted.try_iter().last() {
                orders = newer.into_iter();
            }
            let Some(order) = orders.next() else { return Ok(()) };
            let found = self.store.order(&order).ok().flatten();
            let found = found.and_then(|found| Some(kept(read_order(&found.json).ok()?, found.asked_at)));
            if let Some(order) = found {
                self.send(Kept::Whole(Box::new(order)))?;
            }
        }
    }

    /// One after the other: what nobody has taken yet would only fill the memory.
    fn send(&self, kept: Kept) -> Result<(), Gone> {
        self.mailbox.blocking_send(Msg::Kept(kept)).map_err(|_| Gone)?;
        while self.mailbox.capacity() + 1 < self.mailbox.max_capacity() && !self.mailbox.is_closed() {
            std::thread::sleep(MOMENT);
        }
        Ok(())
    }
}
