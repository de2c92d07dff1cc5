//! The status an event announced for an order, shown beside the last reading until the order was
//! read again.
//!
//! A reading always wins. An announcement stands only while it cannot be in the last reading: the
//! reading was asked for before the event came in, and the event was made (by the server's clock)
//! after the last moment the reading knows of. It is words on the screen: no action looks at it.

use chrono::{DateTime, Utc};

use super::observed::Observed;
use super::order::Order;
use super::status::Status;
use super::time::Mono;

/// An announced status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The status.
    pub status: Status,
    /// The event's `created_at`, the server's clock.
    pub at: DateTime<Utc>,
    /// When the event was received, our clock.
    pub received: Mono,
}

/// What of a reading decides whether an announcement is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading<'a> {
    /// When it was asked for.
    pub asked: Mono,
    /// The last moment it knows of, the server's clock: `updated_at` or the answer's `Date`,
    /// whichever is later. `None` if it says neither: then nothing can be said to be newer.
    pub knows_until: Option<DateTime<Utc>>,
    /// What it says.
    pub status: &'a Status,
}

impl<'a> Reading<'a> {
    /// Of an order as it was read.
    pub fn of(seen: &'a Observed<Order>) -> Self {
        let knows_until = seen.value.updated_at.max(seen.server_date);
        Self { asked: seen.asked.mono, knows_until, status: &seen.value.status }
    }
}

impl Announced {
    /// Whether it says more than the last reading.
    pub fn stands_beside(&self, reading: Reading<'_>) -> bool {
        reading.asked < self.received
            && reading.knows_until.is_some_and(|until| self.at > until)
            && *reading.status != self.status
    }

    /// Of two announcements the one that says what came later. Several changes happen in one
    /// second: then the status further down the lifecycle counts, so that the order in which events
    /// arrive makes no difference.
    #[must_use]
    pub fn later(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    fn rank(&self) -> (DateTime<Utc>, bool, Option<super::status::KnownStatus>, &str) {
        let known = match self.status {
            Status::Known(known) => Some(known),
            Status::Unknown(_) => None,
        };
        (self.at, known.is_some(), known, self.status.wire())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn mono(s: u64) -> Mono {
        Mono::new(Duration::from_secs(s))
    }

    fn server(s: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + s, 0).unwrap()
    }

    fn announced(status: &str, at: i64, received: u64) -> Announced {
        Announced { status: Status::from_wire(status), at: server(at), received: mono(received) }
    }

    fn stands(event: &Announced, status: &str, asked: u64, until: Option<i64>) -> bool {
        let status = Status::from_wire(status);
        event.stands_beside(Reading { asked: mono(asked), knows_until: until.map(server), status: &status })
    }

    #[test]
    fn it_stands_only_while_no_reading_can_know_of_it() {
        let event = announced("completed", 100, 50);
        assert!(stands(&event, "crypto_received", 49, Some(99)));
        assert!(!stands(&event, "crypto_received", 49, None), "nobody knows which is newer");
        assert!(!stands(&event, "crypto_received", 50, Some(99)), "asked for after it came in");
        assert!(!stands(&event, "crypto_received", 49, Some(100)), "the reading knows that moment");
        assert!(!stands(&event, "crypto_received", 49, Some(5_000)), "days late: the reading is newer");
        assert!(!stands(&event, "completed", 49, Some(99)), "nothing to say");
    }

    #[test]
    fn of_two_in_one_second_the_later_step_counts_whichever_came_first() {
        let (a, b) = (announced("crypto_release_pending", 7, 1), announced("completed", 7, 2));
        assert_eq!(a.clone().later(b.clone()).status, b.status);
        assert_eq!(b.clone().later(a).status, b.status);
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_makes_no_difference(
            times in proptest::collection::vec((0i64..5, 0usize..6), 1..8),
            turn in 0usize..8,
        ) {
            let words = ["created", "crypto_received", "completed", "cancelled", "frozen_by_moon", "x"];
            let all: Vec<Announced> = times.iter().map(|(at, word)| announced(words[*word], *at, 1)).collect();
            let last = |events: &[Announced]| events.iter().cloned().reduce(Announced::later).unwrap().status;
            let mut turned = all.clone();
            turned.rotate_left(turn % all.len());
            prop_assert_eq!(last(&all), last(&turned));
            turned.reverse();
            prop_assert_eq!(last(&all), last(&turned));
        }
    }
}
