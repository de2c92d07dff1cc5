//! From when on the screen raises alarm: the one place where what is promised becomes a limit, for
//! the header, the list, the details and the verdict alike.
//!
//! By polling a live order is read every few seconds, and half a minute is an alarm. While events
//! announce changes, an order that nothing was said about is as it was read, and reading it again
//! every few minutes only makes sure; so the limits follow the promise. Where the promise becomes
//! stricter (events stop), each stricter limit holds from when it could have been kept: nothing
//! flashes red in the moment before the first answer.
//!
//! Acting on money does not depend on any of this: it always reads the order afresh.

use std::time::Duration;

use super::Syncing;
use crate::domain::Now;
use crate::domain::freshness::Promise;

/// The time of an answer, and of a few.
const ANSWER: Duration = Duration::from_secs(2);
const ANSWERS: Duration = Duration::from_secs(5);
/// A live order's promise was broken by so much: it is marked.
const MARKED: Duration = Duration::from_secs(15);
/// The shortest silence that is an alarm. A request that takes long is not silence yet.
pub(super) const SILENCE: Duration = Duration::from_secs(30);

/// The limits that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// With an order that needs the operator read longer ago, the picture is behind.
    pub needs_you: Duration,
    /// The same of another live order.
    pub others: Duration,
    /// A live order read so long ago is marked.
    pub stale_after: Duration,
    /// Without any answer for so long nothing is known.
    pub silent_after: Duration,
    /// After this time one of them becomes stricter by itself.
    pub stricter_in: Option<Duration>,
}

/// The promise became another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turned {
    before: Promise,
    since: Now,
}

impl Limits {
    fn of(promise: &Promise) -> Self {
        Self {
            needs_you: promise.wanting + ANSWER,
            others: promise.live + ANSWERS,
            stale_after: promise.live + MARKED,
            silent_after: promise.answer.saturating_mul(2).max(SILENCE),
            stricter_in: None,
        }
    }

    /// What held before goes on to hold until the stricter limit could have been kept.
    fn after(mut self, before: &Self, passed: Duration) -> Self {
        let mut stricter_in: Option<Duration> = None;
        let mut ease = |limit: &mut Duration, before: Duration| {
            if before > *limit && passed < *limit {
                let left = limit.saturating_sub(passed);
                stricter_in = Some(stricter_in.map_or(left, |least| least.min(left)));
                *limit = before;
            }
        };
        ease(&mut self.needs_you, before.needs_you);
        ease(&mut self.others, before.others);
        ease(&mut self.stale_after, before.stale_after);
        ease(&mut self.silent_after, before.silent_after);
        Self { stricter_in, ..self }
    }
}

impl Syncing {
    /// The limits that hold now. Before anything was asked they are those of polling.
    pub fn limits(&self, now: &Now) -> Limits {
        let limits = Limits::of(&self.promise());
        self.turned.map_or(limits, |turned| limits.after(&Limits::of(&turned.before), now.since(&turned.since)))
    }

    fn promise(&self) -> Promise {
        self.asking.as_ref().map_or(Promise::POLLING, |asking| asking.promise)
    }

    /// Takes in figures. Tells whether something else is promised from now on.
    pub(super) fn asks(&mut self, asking: super::Asking, now: &Now) -> bool {
        let before = self.promise();
        let turns = asking.promise != before;
        if turns {
            self.turned = Some(Turned { before, since: *now });
        }
        self.asking = Some(asking);
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::syncing::verdict::testing;
    use crate::app::syncing::{Asking, Pace};

    fn sync(promise: Promise, sync: &mut Syncing, at: &Now) -> bool {
        sync.asks(Asking { promise, ..testing::asking() }, at)
    }

    fn seconds(sync: &Syncing, at: u64) -> [u64; 4] {
        let limits = sync.limits(&testing::at(at));
        [limits.needs_you, limits.others, limits.stale_after, limits.silent_after].map(|limit| limit.as_secs())
    }

    const POLLING: [u64; 4] = [5, 20, 30, 30];
    const EVENTS: [u64; 4] = [122, 245, 255, 120];

    #[test]
    fn limits_follow_what_is_promised_and_loosen_at_once() {
        let mut of = Syncing::default();
        assert_eq!(seconds(&of, 0), POLLING);
        assert!(!sync(Promise::POLLING, &mut of, &testing::at(1)));
        assert_eq!(seconds(&of, 140), POLLING);
        assert!(sync(testing::WITH_EVENTS, &mut of, &testing::at(140)));
        assert_eq!(seconds(&of, 140), EVENTS);
        assert!(!sync(testing::WITH_EVENTS, &mut of, &testing::at(141)));
        assert_eq!((seconds(&of, 4_000), of.limits(&testing::at(141)).stricter_in), (EVENTS, None));
    }

    #[test]
    fn a_stricter_limit_holds_from_when_it_could_have_been_kept() {
        let mut of = Syncing::default();
        sync(testing::WITH_EVENTS, &mut of, &testing::at(0));
        assert!(sync(Promise::POLLING, &mut of, &testing::at(1_000)));
        let stricter_in = |of: &Syncing, at| of.limits(&testing::at(at)).stricter_in.map(|left| left.as_secs());
        assert_eq!((seconds(&of, 1_000), stricter_in(&of, 1_000)), (EVENTS, Some(5)));
        assert_eq!((seconds(&of, 1_005), stricter_in(&of, 1_005)), ([5, 245, 255, 120], Some(15)));
        assert_eq!((seconds(&of, 1_020), stricter_in(&of, 1_020)), ([5, 20, 255, 120], Some(10)));
        assert!(!sync(Promise::POLLING, &mut of, &testing::at(1_025)), "the same promise does not begin anew");
        assert_eq!((seconds(&of, 1_030), stricter_in(&of, 1_030)), (POLLING, None));
    }

    #[test]
    fn while_asking_waits_nothing_more_is_promised_than_by_polling() {
        let mut of = Syncing::default();
        sync(testing::WITH_EVENTS, &mut of, &testing::at(0));
        let waiting = Pace::Waiting { until: testing::at(3_000) };
        of.asks(Asking { pace: waiting, ..testing::asking() }, &testing::at(100));
        assert_eq!((seconds(&of, 110)[2], seconds(&of, 130)[2]), (255, 30));
        sync(testing::WITH_EVENTS, &mut of, &testing::at(131));
        assert_eq!(seconds(&of, 131), EVENTS);
    }
}
