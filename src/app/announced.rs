//! What events announced of orders, until the orders were read again. Words for the screen: no
//! action, count or countdown looks at it.

use std::collections::HashMap;

use crate::domain::announced::{Announced, Reading};
use crate::domain::{OrderId, PaymentDetailsId, UserId};

/// What an event said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The user it names.
    pub user: Option<UserId>,
    /// The order it is about.
    pub order: Option<OrderId>,
    /// Where the order's fiat goes.
    pub payment_details: Option<PaymentDetailsId>,
    /// The order's status, where the event says when that was.
    pub announced: Option<Announced>,
}

/// Announcements that say more than the last reading of their order.
#[derive(Debug, Default)]
pub struct Announcements(HashMap<OrderId, Announced>);

impl Announcements {
    /// Takes one in, if it says more than the last reading and than what was announced before.
    pub fn take(&mut self, order: &OrderId, announced: Announced, reading: Reading<'_>) {
        let earlier = self.0.remove(order);
        let latest = match earlier {
            Some(earlier) => earlier.later(announced),
            None => announced,
        };
        if latest.stands_beside(reading) {
            self.0.insert(order.clone(), latest);
        }
    }

    /// An order was read.
    pub fn read(&mut self, order: &OrderId, reading: Reading<'_>) -> bool {
        let over = self.0.get(order).is_some_and(|announced| !announced.stands_beside(reading));
        if over {
            self.0.remove(order);
        }
        over
    }

    /// What is announced of an order, by its id.
    pub fn of(&self, order: &str) -> Option<&Announced> {
        self.0.get(order)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::app::orders::OrderBook;
    use crate::domain::{Mono, Now, Observed, Order, Status};

    const WORDS: [&str; 5] = ["created", "crypto_received", "completed", "cancelled", "frozen_by_moon"];

    fn at(s: u64) -> Now {
        let wall = DateTime::from_timestamp(1_790_000_000 + s.cast_signed(), 0).unwrap();
        Now { mono: Mono::new(Duration::from_secs(s)), wall }
    }

    fn order() -> OrderId {
        OrderId::parse("o").unwrap()
    }

    /// A reading or an event that reached us at some second.
    #[derive(Debug, Clone)]
    enum Step {
        Read { asked: u64, word: usize, dated: bool },
        Event { made: u64, received: u64, word: usize },
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0u64..20, 0usize..5, any::<bool>()).prop_map(|(asked, word, dated)| Step::Read { asked, word, dated }),
            (0u64..20, 0u64..20, 0usize..5).prop_map(|(made, late, word)| Step::Event {
                made,
                received: made + late,
                word
            }),
        ]
    }

    #[derive(Default)]
    struct World {
        book: OrderBook,
        announced: Announcements,
    }

    impl World {
        fn take(&mut self, step: &Step) {
            match step {
                Step::Read { asked, word, dated } => {
                    let value = Order::bare(order(), Status::from_wire(WORDS[*word]));
                    let server_date = dated.then(|| at(*asked).wall);
                    let seen = Observed { value, asked: at(*asked), answered: at(*asked), server_date };
                    self.announced.read(&order(), Reading::of(&seen));
                    self.book.observe(seen);
                }
                Step::Event { made, received, word } => {
                    let status = Status::from_wire(WORDS[*word]);
                    let event = Announced { status, at: at(*made).wall, received: at(*received).mono };
                    if let Some(row) = self.book.get(&order()) {
                        self.announced.take(&order(), event, Reading::of(&row.seen));
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_the_order_a_reading_wins_and_nothing_announced_outlives_it(
            steps in proptest::collection::vec(step(), 1..12),
        ) {
            let mut world = World::default();
            let mut newest: Option<(u64, usize)> = None;
            for step in &steps {
                world.take(step);
                if let Step::Read { asked, word, .. } = step {
                    newest = newest.filter(|(before, _)| before > asked).or(Some((*asked, *word)));
                }
                let row = world.book.get(&order());
                prop_assert_eq!(row.map(|row| row.seen.value.status.wire()), newest.map(|(_, word)| WORDS[word]));
                if let Some(announced) = world.announced.of("o") {
                    let row = row.unwrap();
                    prop_assert!(row.seen.asked.mono < announced.received, "it outlived a reading");
                    prop_assert!(row.seen.server_date.is_some_and(|date| announced.at > date), "it is older than the reading");
                }
            }
            let last = Step::Read { asked: 99, word: 0, dated: false };
            world.take(&last);
            prop_assert_eq!(world.announced.of("o"), None);
        }
    }
}
