//! Every page of the orders. Source: reference, section 5.
//!
//! Rows move between pages while they are read: an order seen twice is kept once with its newest
//! reading, and a sweep that may have missed rows says so. What is not in a sweep was not seen; it
//! is not gone.

use std::collections::HashMap;

use super::client::Client;
use super::error::ApiError;
use super::orders::{MAX_LIMIT, OrdersQuery};
use super::wire::page::rows;
use super::wire::{OrdersPage, SetAside};
use crate::domain::{Observed, Order, OrderId};

/// The most pages of one sweep: 20,000 orders.
pub const MAX_PAGES: u32 = 200;

/// What a sweep over all pages brought.
#[derive(Debug, Clone, Default)]
pub struct AllOrders {
    /// Each order once, newest reading, each with its own time.
    pub orders: Vec<Observed<Order>>,
    /// Orders that could not be read on any page.
    pub set_aside: Vec<SetAside>,
    /// Whether, as far as can be told, no row was missed.
    pub complete: bool,
}

impl Client {
    /// `GET /orders` page by page until the last or an empty one, at most `MAX_PAGES`.
    /// Source: reference, section 5.
    ///
    /// # Errors
    /// Those of [`Client::list_orders`] for any of the pages.
    pub async fn all_orders(&self, status: Option<&str>) -> Result<AllOrders, ApiError> {
        let mut sweep = Sweep::default();
        for number in 1..=MAX_PAGES {
            let query = OrdersQuery { status: status.map(str::to_owned), page: number, limit: MAX_LIMIT };
            if sweep.take(number, self.list_orders(&query).await?) == Next::Done {
                return Ok(sweep.finish());
            }
        }
        sweep.doubtful = true;
        Ok(sweep.finish())
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    More,
    Done,
}

#[derive(Debug, Default)]
struct Sweep {
    orders: Vec<Observed<Order>>,
    places: HashMap<OrderId, usize>,
    set_aside: Vec<SetAside>,
    expected: Option<u64>,
    doubtful: bool,
}

impl Sweep {
    /// Takes in page `number` and says whether there is more.
    fn take(&mut self, number: u32, page: Observed<OrdersPage>) -> Next {
        let Observed { value, asked, answered, server_date } = page;
        let (empty, total_pages) = (rows(&value) == 0, value.total_pages.filter(|n| *n > 0));
        self.expected = value.total_count.or(self.expected);
        let before = self.seen();
        for order in value.orders {
            self.put(Observed { value: order, asked, answered, server_date });
        }
        for aside in value.set_aside {
            self.put_aside(aside);
        }
        if empty {
            self.doubtful |= total_pages.is_some_and(|last| number < last);
            return Next::Done;
        }
        self.after(number, total_pages, self.seen() > before)
    }

    /// A page with nothing new comes from rows that moved, or from a server that ignores `page`;
    /// without a last page to go by the latter would never end.
    fn after(&mut self, number: u32, total_pages: Option<u32>, new: bool) -> Next {
        self.doubtful |= !new;
        match total_pages {
            Some(last) if number >= last => Next::Done,
            None if !new => Next::Done,
            _ => Next::More,
        }
    }

    fn seen(&self) -> usize {
        self.orders.len().saturating_add(self.set_aside.len())
    }

    fn put(&mut self, order: Observed<Order>) {
        let place = self.places.get(&order.value.id).copied();
        match place.and_then(|at| self.orders.get_mut(at)) {
            Some(known) if order.is_newer_than(known) => *known = order,
            Some(_) => {}
            None => {
                self.places.insert(order.value.id.clone(), self.orders.len());
                self.orders.push(order);
            }
        }
    }

    fn put_aside(&mut self, aside: SetAside) {
        if !self.set_aside.contains(&aside) {
            self.set_aside.push(aside);
        }
    }

    fn finish(mut self) -> AllOrders {
        let places = self.places;
        self.set_aside.retain(|aside| aside.id.as_ref().is_none_or(|id| !places.contains_key(id)));
        let seen = u64::try_from(self.orders.len().saturating_add(self.set_aside.len())).unwrap_or(u64::MAX);
        let missed = self.expected.is_some_and(|expected| expected > seen);
        AllOrders { orders: self.orders, set_aside: self.set_aside, complete: !self.doubtful && !missed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Mono, Now, Status};
    use chrono::DateTime;
    use std::time::Duration;

    fn page(second: u64, ids: &[&str], status: &str, pages: Option<u32>, count: Option<u64>) -> Observed<OrdersPage> {
        let at = Now { mono: Mono::new(Duration::from_secs(second)), wall: DateTime::UNIX_EPOCH };
        let order = |id: &&str| Order::bare(OrderId::parse(id).unwrap(), Status::from_wire(status));
        let orders = ids.iter().map(order).collect();
        let value = OrdersPage { orders, total_pages: pages, total_count: count, ..OrdersPage::default() };
        Observed { value, asked: at, answered: at, server_date: None }
    }

    #[test]
    fn an_order_on_two_pages_is_kept_once_with_its_newest_reading() {
        let mut sweep = Sweep::default();
        assert_eq!(sweep.take(1, page(1, &["a", "b"], "created", Some(2), Some(3))), Next::More);
        assert_eq!(sweep.take(2, page(2, &["b", "c"], "cancelled", Some(2), Some(3))), Next::Done);
        let all = sweep.finish();
        let seen: Vec<_> = all.orders.iter().map(|o| (o.value.id.as_str(), o.value.status.wire())).collect();
        assert_eq!(seen, [("a", "created"), ("b", "cancelled"), ("c", "cancelled")]);
        assert!(all.complete);
    }

    #[test]
    fn fewer_rows_than_counted_is_not_complete() {
        let mut sweep = Sweep::default();
        assert_eq!(sweep.take(1, page(1, &["a"], "created", Some(1), Some(2))), Next::Done);
        assert!(!sweep.finish().complete);
    }

    #[test]
    fn without_page_numbers_an_empty_page_ends_it() {
        let mut sweep = Sweep::default();
        assert_eq!(sweep.take(1, page(1, &["a"], "created", None, None)), Next::More);
        assert_eq!(sweep.take(2, page(2, &[], "created", None, None)), Next::Done);
        assert!(sweep.finish().complete);
    }

    #[test]
    fn a_server_that_ignores_the_page_does_not_go_on_for_ever() {
        let mut sweep = Sweep::default();
        assert_eq!(sweep.take(1, page(1, &["a"], "created", None, None)), Next::More);
        assert_eq!(sweep.take(2, page(2, &["a"], "created", None, None)), Next::Done);
        assert!(!sweep.finish().complete);
    }

    #[test]
    fn an_empty_page_before_the_last_is_doubtful() {
        let mut sweep = Sweep::default();
        assert_eq!(sweep.take(1, page(1, &["a"], "created", Some(3), None)), Next::More);
        assert_eq!(sweep.take(2, page(2, &[], "created", Some(3), None)), Next::Done);
        assert!(!sweep.finish().complete);
    }

    #[test]
    fn what_was_read_on_another_page_is_not_set_aside() {
        let mut sweep = Sweep::default();
        let mut first = page(1, &["a"], "created", Some(2), None);
        let aside = |id: &str| SetAside { id: OrderId::parse(id).ok(), reason: String::new(), raw: String::new() };
        first.value.set_aside = vec![aside("b"), aside("c"), aside("c")];
        sweep.take(1, first);
        sweep.take(2, page(2, &["b"], "created", Some(2), None));
        assert_eq!(sweep.finish().set_aside, [aside("c")]);
    }
}
