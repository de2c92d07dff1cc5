//! What answers and failures teach.

use std::time::Duration;

use super::job::{Job, Progress, Reach};
use super::orders::{Change, Route, Source};
use super::sweep::Extent;
use super::{Schedule, pace};
use crate::domain::{Mono, Observed, Order};

impl Schedule {
    /// Takes in one reading of an order.
    pub(super) fn take(&mut self, order: &Observed<Order>, source: Source) {
        let (id, asked) = (&order.value.id, order.asked.mono);
        self.changes.read(id, asked);
        let change = self.orders.observe(order, source);
        if let Change::Moved { seen, announced, over } = &change {
            if !announced {
                self.flow.unannounced(id, order.answered.mono);
            }
            if let (true, Some(seen)) = (over, seen) {
                self.sweep.moved(*seen);
            }
        }
        // At the start everything is new; that teaches nothing.
        let mature = self.lists_known_at < asked;
        match source {
            Source::Filter(filter) if mature && change == Change::New && self.lists.is_for_new(filter) => {
                self.front.new_in_filter(id, asked);
            }
            Source::Page(1) => self.front.on_first_page(id, mature && change == Change::New),
            _ => {}
        }
        // Seen elsewhere first: its list tells how the others in it are, for the same price.
        let elsewhere = change != Change::None && !matches!(source, Source::Filter(_));
        if elsewhere && self.orders.get(id).is_some_and(|live| live.wanting) {
            self.lists.pull(order.value.status.wire(), order.answered.mono);
        }
    }

    /// A request was answered; its rows were taken in before.
    pub(super) fn answered(&mut self, job: &Job, asked: Mono, extent: Extent, now: Mono) -> Option<Progress> {
        let progress = match job {
            Job::List { status: Some(status), page } => {
                let filter = self.lists.filter(status)?;
                let since = self.lists.answered(filter, *page, asked, (extent.total_pages, extent.full))?;
                self.orders.not_returned(Route::Filter(filter), since, asked);
                None
            }
            Job::List { status: None, page } => {
                self.lists.head_answered(*page, asked);
                if *page == 1 {
                    let orders = &self.orders;
                    self.front.first_page_read(asked, |order| orders.get(order).is_some());
                    self.lists.new_orders_come(self.front.is_first_page(), self.front.is_elsewhere());
                }
                self.orders.not_returned(Route::Page(*page), asked, asked);
                let pace = if self.events { pace::RECONCILING } else { pace::POLLING };
                self.sweep.answered(*page, asked, extent, (now, pace.sweep))
            }
            Job::Order(order) => {
                self.changes.read(order, asked);
                self.refunds.read(order, now).then(|| Progress::RefundRead(order.clone()))
            }
            Job::User(_) | Job::Payments(_) => None,
        };
        if self.lists_known_at > now && self.lists.all_read_since(self.born) {
            self.lists_known_at = now;
        }
        progress
    }

    /// A request brought nothing.
    pub(super) fn failed(&mut self, job: &Job, reach: Reach, retry_after: Option<Duration>, at: (Mono, f64)) {
        self.trouble.failed(job, reach, retry_after, self.every(job), at);
        self.people.next_at(job, true, at.0);
        match job {
            Job::List { status: None, page } if reach != Reach::All => self.sweep.failed(*page, at.0),
            Job::Order(order) => self.refunds.failed(order),
            _ => {}
        }
    }

    fn every(&self, job: &Job) -> Duration {
        match job {
            Job::List { status: Some(status), .. } if self.lists.wanting(status) => pace::POLLING.empty,
            Job::List { status: None, page: 1 } => pace::POLLING.new,
            Job::List { status: Some(_), .. } | Job::Order(_) => pace::POLLING.live,
            Job::List { .. } | Job::User(_) | Job::Payments(_) => pace::EVERY_PERSON,
        }
    }

    /// What is not found is let go: an order only the second time, for one gateway may not yet know
    /// what another does; a list never.
    pub(super) fn not_found(&mut self, job: &Job, now: Mono) {
        match job {
            Job::Order(id) => {
                self.changes.forget(id);
                self.refunds.read(id, now);
                if self.orders.get(id).is_some_and(|live| live.missing) {
                    self.orders.forget(id);
                } else {
                    self.orders.asked_in_vain(id, now);
                }
            }
            Job::List { .. } => {}
            Job::User(_) | Job::Payments(_) => self.people.gone(job),
        }
    }
}
