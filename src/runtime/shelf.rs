//! Reads what was written down of orders, beside the loop, from a connection of its own.
//!
//! First the lines of all that is over, in pieces, so that the screen is never held up; then whole
//! orders, as the operator comes to them.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};

use crate::api::wire;
use crate::app::orders::kept;
use crate::app::{Failure, Kept, Msg};
use crate::domain::OrderId;
use crate::store::{Store, StoreError};

/// Lines in one piece.
const PIECE: usize = 5_000;

/// A thread that reads.
pub(super) struct Shelf {
    orders: Sender<OrderId>,
}

type Mailbox = tokio::sync::mpsc::Sender<Msg>;

/// The loop has ended.
struct Gone;

impl Shelf {
    /// Starts reading. Ends when it is dropped, or the loop.
    pub(super) fn open(path: PathBuf, mailbox: Mailbox) -> Self {
        let (orders, wanted) = mpsc::channel();
        std::thread::spawn(move || match Store::open(&path) {
            Ok(store) => {
                let _ = Reader { store, mailbox, wanted }.run();
            }
            Err(error) => tell(&mailbox, &error),
        });
        Self { orders }
    }

    /// The whole of this order is wanted.
    pub(super) fn load(&self, order: OrderId) {
        let _ = self.orders.send(order);
    }
}

fn tell(mailbox: &Mailbox, error: &StoreError) {
    let advice = "Orders are shown as the API gives them; what earlier runs saw is missing.";
    let _ = mailbox.blocking_send(Msg::Said(Err(Failure::not_sent(error.to_string(), advice))));
}

struct Reader {
    store: Store,
    mailbox: Mailbox,
    wanted: Receiver<OrderId>,
}

impl Reader {
    fn run(&self) -> Result<(), Gone> {
        if let Err(error) = self.read_all()? {
            tell(&self.mailbox, &error);
        }
        self.send(Kept::End)?;
        while let Ok(order) = self.wanted.recv() {
            self.load(self.newest(order))?;
        }
        Err(Gone)
    }

    fn read_all(&self) -> Result<Result<(), StoreError>, Gone> {
        Ok(Ok(()))
    }

    /// Whoever runs down the list wants the last of many.
    fn newest(&self, mut order: OrderId) -> OrderId {
        while let Ok(next) = self.wanted.try_recv() {
            order = next;
        }
        order
    }

    /// Between two pieces somebody may want something.
    fn look_up(&self) -> Result<(), Gone> {
        match self.wanted.try_recv() {
            Ok(order) => self.load(self.newest(order)),
            Err(TryRecvError::Empty) => Ok(()),
            Err(TryRecvError::Disconnected) => Err(Gone),
        }
    }

    /// An order that cannot be read from here will come from the API.
    fn load(&self, order: OrderId) -> Result<(), Gone> {
        Ok(())
    }

    fn send(&self, kept: Kept) -> Result<(), Gone> {
        self.mailbox.blocking_send(Msg::Kept(kept)).map_err(|_| Gone)
    }
}
