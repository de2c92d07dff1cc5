//! Which order wants the operator first. One total order, so that the list never flickers.

use std::cmp::Reverse;

use chrono::{DateTime, TimeDelta, Utc};

use super::countdown::{self, Pressure};
use super::observed::Observed;
use super::order::Order;
use super::status::Actor;
use super::time::Now;

/// How much an order wants the operator; the smaller, the sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Ours to act on and the countdown is nearly over.
    Critical,
    /// Ours to act on.
    NeedsYou,
    /// Something is wrong and others must act: a dispute, an unreadable order.
    Trouble,
    /// Live, somebody else moves next.
    Waiting,
    /// Over, but something may still be done with it for a while: a send-out.
    Optional,
    /// Over.
    Ended,
}

impl Urgency {
    /// Whether the operator is needed.
    pub fn needs_operator(self) -> bool {
        matches!(self, Self::Critical | Self::NeedsYou)
    }
}

/// How long after its last move a completed order still shows that it can be sent out.
const SEND_OUT_SHOWN: TimeDelta = TimeDelta::hours(24);

/// Until when an order that is over shows that it can be sent out. One without a date does not.
pub fn send_out_shown_until(order: &Order) -> Option<DateTime<Utc>> {
    let moved = order.updated_at.filter(|_| order.send_out_possible())?;
    moved.checked_add_signed(SEND_OUT_SHOWN)
}

/// The urgency of an order as of `now`.
pub fn of(order: &Observed<Order>, now: &Now) -> Urgency {
    let o = &order.value;
    if o.our_next_action().is_some() {
        let pressing = countdown::of(order, now).is_some_and(|c| c.pressure >= Pressure::Critical);
        return if pressing { Urgency::Critical } else { Urgency::NeedsYou };
    }
    if !o.is_live() {
        let optional = send_out_shown_until(o).is_some_and(|end| now.wall < end);
        return if optional { Urgency::Optional } else { Urgency::Ended };
    }
    if o.status.actor() == Actor::Unigox || !o.problems.is_empty() {
        return Urgency::Trouble;
    }
    Urgency::Waiting
}

/// A sort key: urgency, then the nearest countdown, then the newest, then the id.
pub type Key = (Urgency, u64, Reverse<i64>, super::id::OrderId);

/// The key that sorts the most urgent order first. Stable between two ticks: countdowns are
/// compared by their deadline, not by what is left.
pub fn key(order: &Observed<Order>, now: &Now) -> Key {
    let urgency = of(order, now);
    let created = order.value.created_at.map_or(i64::MIN, |t| t.timestamp());
    (urgency, deadline(order, urgency), Reverse(created), order.value.id.clone())
}

/// When the countdown of an order that needs the operator is over, in unix seconds of our own
/// clock, so that it compares with that of a reading of an earlier run; else the end of time.
pub fn deadline(order: &Observed<Order>, urgency: Urgency) -> u64 {
    match order.value.authorization_seconds_left {
        Some(left) if urgency.needs_operator() => {
            u64::try_from(order.asked.wall.timestamp()).unwrap_or(0).saturating_add(left)
        }
        _ => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AllowedAction, Direction, Mono, NextAction, OrderId, Status};
    use chrono::DateTime;
    use std::time::Duration;

    fn now() -> Now {
        Now { mono: Mono::new(Duration::from_secs(1)), wall: DateTime::from_timestamp(1, 0).unwrap() }
    }

    fn seen(id: &str, status: &str) -> Observed<Order> {
        let order = Order::bare(OrderId::parse(id).unwrap(), Status::from_wire(status));
        Observed { value: order, asked: now(), answered: now(), server_date: None }
    }

    fn authorizable(id: &str, left: u64) -> Observed<Order> {
        let mut o = seen(id, "awaiting_crypto_transfer_authorization");
        o.value.next_action = Some(NextAction::AuthorizeCryptoTransfer);
        o.value.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer];
        o.value.authorization_seconds_left = Some(left);
        o
    }

    #[test]
    fn an_on_ramp_order_to_be_paid_is_ours_unless_the_customer_funds_it() {
        let mut paying = seen("p", "awaiting_fiat_transfer");
        assert_eq!(of(&paying, &now()), Urgency::Waiting);
        paying.value.allowed_actions = vec![AllowedAction::ConfirmPaymentSent];
        assert_eq!(of(&paying, &now()), Urgency::NeedsYou);
        let before = [key(&paying, &now()), key(&seen("a", "awaiting_fiat_transfer"), &now())];
        assert!(before[0] < before[1]);
        paying.value.funding_source = Some("own_account".to_owned());
        assert_eq!(of(&paying, &now()), Urgency::Waiting);
    }

    #[test]
    fn a_completed_on_ramp_order_shows_for_a_day_that_it_can_be_sent_out() {
        let mut done = seen("s", "completed");
        done.value.direction = Direction::OnRamp;
        done.value.allowed_actions = vec![AllowedAction::AuthorizeBridge];
        assert_eq!(of(&done, &now()), Urgency::Ended, "nobody knows when it moved");
        done.value.updated_at = Some(now().wall);
        let after = |seconds: i64| Now { wall: now().wall + TimeDelta::seconds(seconds), ..now() };
        assert_eq!(of(&done, &after(86_399)), Urgency::Optional);
        assert_eq!(of(&done, &after(86_400)), Urgency::Ended);
        assert!(!Urgency::Optional.needs_operator());
        let keys = [key(&seen("w", "crypto_received"), &now()), key(&done, &now()), key(&seen("a", "failed"), &now())];
        assert!(keys.is_sorted());
        done.value.allowed_actions.clear();
        assert_eq!(of(&done, &now()), Urgency::Ended);
    }

    #[test]
    fn the_nearest_deadline_of_ours_comes_first_and_the_finished_last() {
        let orders = [
            seen("d", "completed"),
            seen("c", "crypto_received"),
            authorizable("b", 900),
            authorizable("a", 30),
            seen("e", "dispute_started"),
        ];
        let mut keys: Vec<_> = orders.iter().map(|o| key(o, &now())).collect();
        keys.sort();
        let ids: Vec<_> = keys.iter().map(|k| k.3.as_str().to_owned()).collect();
        assert_eq!(ids, ["a", "b", "e", "c", "d"]);
        assert_eq!(of(&orders[3], &now()), Urgency::Critical);
    }
}
