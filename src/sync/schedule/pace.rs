//! How often what is read, and the arithmetic behind it.
//!
//! What is shown is as old as the last request that was *asked* and answered. Just before the next
//! answer it is `interval + wait for a token + latency` old. An order that moved out of its list is
//! noticed by the list's next answer and then read by itself, which costs a second latency. With
//! answers in 400 ms at the most:
//!
//! | what | bound | interval | oldest, without waiting |
//! |---|---|---|---|
//! | lists that hold wanting orders | 3 s | 1.95 s | 1.95 + 0.4 + 0.4 = 2.75 s |
//! | a wanting order no list returns | 3 s | 2.3 s | 2.3 + 0.4 = 2.7 s |
//! | lists new orders appear in | 5 s | 3.7 s | 3.7 + 0.4 + 0.4 = 4.5 s |
//! | other lists of live orders | 15 s | 10.5 s | 10.5 + 0.4 + 1.5 + 0.4 = 12.8 s |
//! | another live order no list returns | 15 s | 12 s | 12 + 0.4 = 12.4 s |
//!
//! Five hundred live orders of which 150 want the operator take, in requests a second: awaiting
//! authorization two pages, under way to the chain one, awaiting confirmation one: 4 / 1.95 = 2.05;
//! the first unfiltered page, which holds the on-ramp orders to be paid, 0.51; `created` and
//! `awaiting_liquidity_provider` 2 / 10.5 = 0.19, for that page shows new orders; `crypto_received`
//! and a second unfiltered page 4 / 10.5 = 0.38; orders that moved out of a list, read once, 0.3.
//! Together 3.4 of 4. The rest reads the history.
//!
//! Where rows come in another order (neither new nor pending ones first), the first page shows
//! nothing new and is read rarely; the two lists take 2 / 3.7 = 0.54 instead, and every on-ramp
//! order is read by itself: 0.43 if it wants the operator, 0.08 if not. One of the former and five
//! of the latter fit. New orders that no filter returns are then found by the sweep alone.
//!
//! What does not fit grows older, what wants the operator last. An answer that takes longer than
//! 400 ms makes the information older by as much, for the next request for the same leaves after
//! the answer: an answer in two seconds, followed by another, makes 1.95 + 2 + 2 = 6 s.

use std::time::Duration;

use crate::domain::freshness::Promise;

/// Intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Of a list that holds wanting orders.
    pub wanting: Duration,
    /// Of a list that would hold wanting orders and is empty.
    pub empty: Duration,
    /// Of what new orders appear in.
    pub new: Duration,
    /// Of lists of other live orders.
    pub live: Duration,
    /// Of a wanting order that no list returns, and of the one the operator looks at.
    pub alone_wanting: Duration,
    /// Of another live order that no list returns.
    pub alone_live: Duration,
    /// Between two pages of a sweep that is not the first.
    pub sweep: Duration,
}

/// While nothing announces changes.
pub const POLLING: Pace = Pace {
    wanting: Duration::from_millis(1_950),
    empty: Duration::from_millis(2_400),
    new: Duration::from_millis(3_700),
    live: Duration::from_millis(10_500),
    alone_wanting: Duration::from_millis(2_300),
    alone_live: Duration::from_secs(12),
    sweep: Duration::from_secs(1),
};

/// While events announce changes: what is read is read to find out whether one was missed. Twenty
/// pages and as many single orders at this pace take 0.25 of 0.5 requests a second.
pub const RECONCILING: Pace = Pace {
    wanting: Duration::from_secs(60),
    empty: Duration::from_secs(60),
    new: Duration::from_secs(60),
    live: Duration::from_secs(120),
    alone_wanting: Duration::from_secs(90),
    alone_live: Duration::from_secs(180),
    sweep: Duration::from_secs(4),
};

/// Of users and payment profiles.
pub const EVERY_PERSON: Duration = Duration::from_secs(60);

/// Of the order the operator looks at, while events announce changes.
pub const FOCUS_WITH_EVENTS: Duration = Duration::from_secs(10);

/// How long reading for reconciliation leaves the last tokens to events.
pub const PATIENCE_WITH_EVENTS: Duration = Duration::from_secs(60);

/// How old what no event was about may become while events announce changes: an interval, and the
/// patience with which what is read for reconciliation lets events go first. An order that wants
/// the operator and that no list returns has no such patience. The lists asked for most often are
/// answered one interval apart at the least often: where tokens are short, events have used them,
/// and those requests were answered too.
pub fn promised_with_events() -> Promise {
    let pace = RECONCILING;
    Promise {
        wanting: (pace.wanting + PATIENCE_WITH_EVENTS).max(pace.alone_wanting),
        live: pace.live.max(pace.alone_live) + PATIENCE_WITH_EVENTS,
        answer: pace.wanting.max(pace.empty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_intervals_leave_room_for_what_is_promised() {
        let answer = Duration::from_millis(400);
        let promise = Promise::POLLING;
        assert!(POLLING.wanting + 2 * answer <= promise.wanting && POLLING.alone_wanting + answer <= promise.wanting);
        assert!(POLLING.live + 2 * answer <= promise.live && POLLING.alone_live + answer <= promise.live);
        assert!(POLLING.wanting.max(POLLING.empty) + answer <= promise.answer);
        let seconds = |promise: Promise| [promise.wanting, promise.live, promise.answer].map(|bound| bound.as_secs());
        assert_eq!(seconds(promised_with_events()), [120, 240, 60]);
    }
}
