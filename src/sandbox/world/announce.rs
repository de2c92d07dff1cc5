//! Which changes become webhook events.
//!
//! Nothing has to tell of a change: orders and users are compared with what was announced, whoever
//! changed them. Only changes that happen while a URL is registered count.

use chrono::{DateTime, Utc};

use super::World;
use super::chance;
use super::webhooks::Webhooks;
use crate::domain::status::KnownStatus;
use crate::sandbox::payload;

impl World {
    /// The webhook queue.
    pub fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// The webhook queue, to take from and to feed outcomes back.
    pub fn webhooks_mut(&mut self) -> &mut Webhooks {
        &mut self.webhooks
    }

    /// Registers the URL of webhooks, or none. What happened before is not announced.
    pub fn register_webhook(&mut self, url: Option<String>) {
        self.announce();
        if self.webhooks.url().is_none() {
            self.webhooks.announced = self.orders.iter().map(|order| order.timeline.len()).collect();
            self.webhooks.statuses = self.users.iter().map(|user| user.kyc_status).collect();
        }
        self.webhooks.register(url);
    }

    /// Queues the events of what has changed, oldest first.
    pub fn announce(&mut self) {
        if self.webhooks.url().is_none() {
            return;
        }
        let mut changes = self.order_changes();
        changes.extend(self.user_changes());
        changes.sort_by_key(|(at, ..)| *at);
        for (at, kind, data) in changes {
            let id = chance::uuid(&mut chance::generator(self.seed, (1 << 43) + self.webhooks.events)).to_string();
            self.webhooks.events += 1;
            let body = payload::event(&id, kind, self.shown(at), &data).to_string();
            self.webhooks.push(id, body, at);
        }
    }

    /// When something next happens by itself: an order moves or arrives, a verdict is due.
    pub fn next_move(&self) -> Option<DateTime<Utc>> {
        let orders = self.orders.iter().filter_map(|order| order.due.map(|(at, _)| at));
        let verdicts = self.users.iter().filter_map(|user| user.kyc.running.map(|(_, at)| at));
        orders.chain(verdicts).chain(self.next_arrival).min()
    }

    fn order_changes(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        self.webhooks.announced.resize(self.orders.len(), 0);
        for (order, announced) in self.orders.iter().zip(&mut self.webhooks.announced) {
            for entry in order.timeline.iter().skip(*announced) {
                changes.push((entry.at, "order.status.changed", payload::order(self.dialect, order, entry.status)));
            }
            let last = order.timeline.last().filter(|_| *announced < order.timeline.len());
            if let Some(last) = last.filter(|e| order.traits.refund_owed && e.status == KnownStatus::Cancelled) {
                changes.push((last.at, "order.refund.required", payload::refund(self.dialect, order)));
            }
            *announced = order.timeline.len();
        }
        changes
    }

    fn user_changes(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        self.webhooks.statuses.resize(self.users.len(), "NOT_INITIATED");
        for (user, announced) in self.users.iter().zip(&mut self.webhooks.statuses) {
            if user.kyc_status != *announced {
                let at = user.kyc.updated_at.unwrap_or(self.now);
                changes.extend(payload::kyc(self.dialect, user).map(|data| (at, "user.kyc.updated", data)));
            }
            *announced = user.kyc_status;
        }
        changes
    }
}

type Change = (DateTime<Utc>, &'static str, serde_json::Value);
