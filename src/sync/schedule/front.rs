//! Where new orders turn up first: on the first page of the whole list, or only in the filters.
//!
//! No document states the order of rows, so it is learned. Where new orders come first, the filters
//! need not be read as often for them; where they do not, the first page need not. Until three
//! orders said the same, and from the first one that says otherwise, both are read.

use crate::domain::{Mono, OrderId};

/// Orders that must agree.
const ENOUGH: u32 = 3;

/// What was learned.
#[derive(Debug, Default)]
pub struct Front {
    first_page: u32,
    elsewhere: u32,
    /// New orders of a filter: are they on the next first page?
    open: Vec<(OrderId, Mono, bool)>,
}

impl Front {
    /// A filter returned an order nobody has seen before.
    pub fn new_in_filter(&mut self, order: &OrderId, asked: Mono) {
        self.open.push((order.clone(), asked, false));
    }

    /// The first page holds this order; `new`: it is seen for the first time.
    pub fn on_first_page(&mut self, order: &OrderId, new: bool) {
        if new {
            self.say(true);
        }
        for (open, _, found) in &mut self.open {
            *found |= open == order;
        }
    }

    /// The first page was read; `live` tells orders that are still to be expected there.
    pub fn first_page_read(&mut self, asked: Mono, live: impl Fn(&OrderId) -> bool) {
        let (told, open) = self.open.drain(..).partition::<Vec<_>, _>(|(_, since, _)| *since < asked);
        self.open = open;
        for (order, _, found) in told {
            if found || live(&order) {
                self.say(found);
            }
        }
    }

    /// New orders come first on the whole list.
    pub fn is_first_page(&self) -> bool {
        self.first_page >= ENOUGH
    }

    /// They do not.
    pub fn is_elsewhere(&self) -> bool {
        self.elsewhere >= ENOUGH
    }

    fn say(&mut self, first_page: bool) {
        let (yes, no) = if first_page {
            (&mut self.first_page, &mut self.elsewhere)
        } else {
            (&mut self.elsewhere, &mut self.first_page)
        };
        *yes = yes.saturating_add(1);
        *no = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn three_orders_must_agree_and_one_unsettles() {
        let id = |n: u32| OrderId::parse(&format!("o{n}")).unwrap();
        let at = |s| Mono::new(Duration::from_secs(s));
        let mut front = Front::default();
        for n in 0..3 {
            front.new_in_filter(&id(n), at(1));
            front.on_first_page(&id(n), false);
        }
        front.first_page_read(at(1), |_| true);
        assert!(!front.is_first_page(), "that page had been asked for before");
        front.first_page_read(at(2), |_| true);
        assert!(front.is_first_page() && !front.is_elsewhere());
        front.new_in_filter(&id(9), at(3));
        front.first_page_read(at(4), |_| false);
        assert!(front.is_first_page(), "it was over by then");
        for n in 10..13 {
            front.new_in_filter(&id(n), at(5));
            front.first_page_read(at(6), |_| true);
            assert!(!front.is_first_page());
        }
        assert!(front.is_elsewhere());
        front.on_first_page(&id(20), true);
        assert!(!front.is_elsewhere());
    }
}
