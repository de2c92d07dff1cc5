//! What is written of the poller's news, and what the database wishes for in turn: to go on with
//! the list where an earlier run stopped, and to look once at every cancelled order for a refund.

use std::collections::HashSet;

use tokio::sync::mpsc;

use crate::domain::status::KnownStatus;
use crate::domain::{Brief, Direction, Observed, Order, OrderId};
use crate::store::{SeenOrder, Store, StoreError, Trouble};
use crate::sync::poller::{News, Wish};

/// Names the page of the whole list that was read last. Empty once all of them were.
const SWEPT: &str = "orders.swept";

/// Cancelled orders that are looked for at a time.
const REFUNDS: usize = 100;

pub(super) struct Desk {
    pub(super) store: Store,
    wishes: mpsc::UnboundedSender<Wish>,
    complaints: mpsc::UnboundedSender<StoreError>,
    /// What was told already.
    told: Vec<Trouble>,
    failures: u64,
    /// Orders of a page were not kept: the next run must not go on behind it.
    gap: bool,
    /// Cancelled orders somebody was asked to look at in this run.
    looked_for: HashSet<OrderId>,
    outstanding: usize,
}

impl Desk {
    pub(super) fn new(
        store: Store,
        wishes: mpsc::UnboundedSender<Wish>,
        complaints: mpsc::UnboundedSender<StoreError>,
    ) -> Self {
        let (told, looked_for) = (Vec::new(), HashSet::new());
        Self { store, wishes, complaints, told, failures: 0, gap: false, looked_for, outstanding: 0 }
    }

    /// Tells once what went wrong, and counts on.
    pub(super) fn complain(&mut self, error: StoreError) {
        self.failures += 1;
        if self.failures.is_power_of_two() {
            tracing::error!(%error, times = self.failures, "the local database");
        }
        if !self.told.contains(&error.trouble()) {
            self.told.push(error.trouble());
            let _ = self.complaints.send(error);
        }
    }

    /// What went well. What did not is told.
    fn heard<T>(&mut self, result: Result<T, StoreError>) -> Option<T> {
        result.map_err(|error| self.complain(error)).ok()
    }

    /// What an earlier run left over.
    pub(super) fn take_up(&mut self) {
        let page = self.store.cursor(SWEPT);
        if let Some(page) = self.heard(page).flatten().and_then(|page| page.parse().ok()) {
            let _ = self.wishes.send(Wish::Resume { page });
        }
        self.look_for_refunds();
    }

    /// Writes what there is to write of some news.
    pub(super) fn keep(&mut self, batch: &[News]) {
        let stopped = self.keep_orders(batch);
        let mut looked = false;
        for item in batch {
            looked |= self.keep_other(item);
        }
        if (stopped || looked) && self.outstanding < REFUNDS / 4 {
            self.look_for_refunds();
        }
    }

    /// `true` if one of them was cancelled.
    fn keep_orders(&mut self, batch: &[News]) -> bool {
        let orders = batch.iter().flat_map(|item| match item {
            News::Orders { orders, .. } => orders.as_slice(),
            _ => &[],
        });
        let lines: Vec<(&Observed<Order>, Brief)> = orders.map(|seen| (seen, Brief::of(&seen.value))).collect();
        let seen: Vec<SeenOrder<'_>> = lines.iter().map(|(order, brief)| as_seen(order, brief)).collect();
        let kept = self.store.keep_orders(&seen);
        self.gap |= self.heard(kept).is_none();
        lines.iter().any(|(_, brief)| may_owe(brief))
    }

    /// `true` if an order was looked at for a refund.
    fn keep_other(&mut self, item: &News) -> bool {
        let kept = match item {
            News::User(user) => self.store.keep_profiles(&user.value.id, &user.value.payment_profiles, user.asked.wall),
            News::Payments(user, profiles) => self.store.keep_profiles(user, &profiles.value, profiles.asked.wall),
            News::Swept { page, of } => self.swept(*page, *of),
            News::RefundRead(order) => {
                self.outstanding = self.outstanding.saturating_sub(1);
                self.store.refund_read(order)
            }
            _ => Ok(()),
        };
        self.heard(kept);
        matches!(item, News::RefundRead(_))
    }

    /// How far the list was read. A page that could not be kept is where the next run begins.
    fn swept(&mut self, page: u32, of: u32) -> Result<(), StoreError> {
        if page <= 1 {
            self.gap = false;
        }
        if self.gap {
            return Ok(());
        }
        let read = if page < of { page.to_string() } else { String::new() };
        self.store.set_cursor(SWEPT, &read)
    }

    /// Each is asked for once in a run, whatever becomes of it.
    fn look_for_refunds(&mut self) {
        let unread = self.store.refund_unread(self.outstanding + REFUNDS);
        let unread = self.heard(unread).unwrap_or_default();
        let new: Vec<OrderId> = unread.into_iter().filter(|order| self.looked_for.insert(order.clone())).collect();
        if !new.is_empty() {
            self.outstanding += new.len();
            let _ = self.wishes.send(Wish::CheckRefund(new));
        }
    }
}

fn as_seen<'a>(seen: &'a Observed<Order>, brief: &'a Brief) -> SeenOrder<'a> {
    let order = &seen.value;
    let live = order.is_live() || order.our_next_action().is_some();
    SeenOrder { brief, live, asked_at: seen.asked.wall, json: &order.raw }
}

fn may_owe(brief: &Brief) -> bool {
    brief.status.is(KnownStatus::Cancelled) && brief.direction == Direction::OffRamp
}
