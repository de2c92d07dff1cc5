//! `crypto_transfer_authorization_seconds_left` as a deadline on our own clock.
//!
//! Anchored when the request was *sent* (the cautious end), never extended without a new answer;
//! at zero the right move is to read the order, not to call it cancelled. Source: reference, section 9.

use std::time::Duration;

use super::observed::Observed;
use super::order::Order;
use super::time::Now;

/// How pressing a countdown is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressure {
    /// More than five minutes.
    Calm,
    /// Five minutes or less.
    Soon,
    /// One minute or less.
    Critical,
    /// Nothing left by our clock: read the order.
    Over,
}

/// What is left of an authorization window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Countdown {
    /// Whole seconds left, zero when over.
    pub seconds_left: u64,
    /// How pressing that is.
    pub pressure: Pressure,
}

/// The countdown of an order as of `now`, if it has one.
pub fn of(order: &Observed<Order>, now: &Now) -> Option<Countdown> {
    let granted = Duration::from_secs(order.value.authorization_seconds_left?);
    let left = granted.saturating_sub(order.age(now));
    // Rounded up, so that a fresh answer of 1720 shows 1720 and not 1719.
    let seconds_left = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    Some(Countdown { seconds_left, pressure: pressure(seconds_left) })
}

fn pressure(seconds: u64) -> Pressure {
    match seconds {
        0 => Pressure::Over,
        1..=60 => Pressure::Critical,
        61..=300 => Pressure::Soon,
        _ => Pressure::Calm,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Mono, OrderId, Status};
    use chrono::DateTime;
    use proptest::prelude::*;

    fn at(ms: u64) -> Now {
        Now {
            mono: Mono::new(Duration::from_millis(ms)),
            wall: DateTime::from_timestamp_millis(ms.cast_signed()).unwrap(),
        }
    }

    fn observed(left: u64, asked: u64, answered: u64) -> Observed<Order> {
        let mut order = Order::bare(OrderId::parse("o").unwrap(), Status::from_wire("created"));
        order.authorization_seconds_left = Some(left);
        Observed { value: order, asked: at(asked), answered: at(answered), server_date: None }
    }

    #[test]
    fn it_counts_from_the_sending_of_the_request() {
        let order = observed(100, 1_000, 3_000);
        assert_eq!(of(&order, &at(3_000)).unwrap().seconds_left, 98);
        assert_eq!(of(&order, &at(1_000)).unwrap().seconds_left, 100);
    }

    #[test]
    fn it_names_the_pressure_and_ends_at_zero() {
        let order = observed(301, 0, 0);
        let pressure = |ms| of(&order, &at(ms)).unwrap().pressure;
        assert_eq!(pressure(0), Pressure::Calm);
        assert_eq!(pressure(1_000), Pressure::Soon);
        assert_eq!(pressure(241_000), Pressure::Critical);
        assert_eq!(pressure(301_000), Pressure::Over);
        assert_eq!(of(&order, &at(999_000)).unwrap().seconds_left, 0);
    }

    proptest! {
        #[test]
        fn it_never_grows_without_a_new_answer(left in 0u64..10_000, a in 0u64..20_000_000, b in 0u64..20_000_000) {
            let order = observed(left, 0, 10);
            let (early, late) = (a.min(b), a.max(b));
            prop_assert!(of(&order, &at(late)).unwrap().seconds_left <= of(&order, &at(early)).unwrap().seconds_left);
        }
    }
}
