//! Whether webhook events can be relied upon.
//!
//! The rule: events flow while a verified event came within the last ten minutes, and for two
//! minutes after the first one, and ten after a lapse, no reading found a changed status that no
//! event announced within thirty seconds. Silence, one such lapse, a sleep of the machine or the
//! end of the listener mean polling at full pace. Orders seen for the first time do not count: no
//! document says that creation is announced.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::{Mono, OrderId};

/// Without an event for so long, polling takes over.
const SILENCE: Duration = Duration::from_secs(600);
/// After the first event, how long events are watched before they are relied upon.
const PROBATION: Duration = Duration::from_secs(120);
/// After a change that no event announced.
const DISTRUST: Duration = Duration::from_secs(600);
/// How late after our own reading an event may come and still have announced it.
const GRACE: Duration = Duration::from_secs(30);

/// What is known of the events.
#[derive(Debug, Default)]
pub struct Flow {
    heard: Option<Mono>,
    doubted_until: Mono,
    /// Changes without an event so far, and until when one may still come.
    suspects: BTreeMap<OrderId, Mono>,
}

impl Flow {
    /// A verified event came.
    pub fn heard(&mut self, now: Mono) {
        if self.heard.is_none_or(|at| now.since(at) >= SILENCE) {
            self.doubted_until = self.doubted_until.max(now + PROBATION);
        }
        self.heard = Some(now);
    }

    /// It was about this order.
    pub fn announced(&mut self, order: &OrderId) {
        self.suspects.remove(order);
    }

    /// No events can be expected, or some may have been missed.
    pub fn cut(&mut self) {
        self.heard = None;
        self.suspects.clear();
    }

    /// A reading found a changed status, and no event came since the reading before.
    pub fn unannounced(&mut self, order: &OrderId, now: Mono) {
        if self.heard.is_some() {
            self.suspects.entry(order.clone()).or_insert(now + GRACE);
        }
    }

    /// Whether events can be relied upon.
    pub fn flows(&mut self, now: Mono) -> bool {
        if self.suspects.values().any(|until| *until <= now) {
            self.suspects.retain(|_, until| *until > now);
            self.doubted_until = now + DISTRUST;
        }
        self.heard.is_some_and(|at| now.since(at) < SILENCE) && now >= self.doubted_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: u64) -> Mono {
        Mono::new(Duration::from_secs(s))
    }

    #[test]
    fn events_are_watched_before_they_are_relied_upon_and_silence_ends_it() {
        let mut flow = Flow::default();
        assert!(!flow.flows(at(0)));
        flow.heard(at(10));
        assert!(!flow.flows(at(129)) && flow.flows(at(130)));
        flow.heard(at(500));
        assert!(flow.flows(at(1_099)) && !flow.flows(at(1_100)));
        flow.heard(at(1_200));
        assert!(!flow.flows(at(1_300)) && flow.flows(at(1_320)));
    }

    #[test]
    fn a_change_no_event_announced_ends_it_for_ten_minutes_and_a_late_event_forgives() {
        let order = OrderId::parse("o").unwrap();
        let mut flow = Flow::default();
        flow.heard(at(0));
        flow.unannounced(&order, at(200));
        flow.announced(&order);
        assert!(flow.flows(at(400)));
        flow.unannounced(&order, at(400));
        assert!(flow.flows(at(429)) && !flow.flows(at(430)));
        flow.heard(at(800));
        assert!(!flow.flows(at(1_029)) && flow.flows(at(1_030)));
        flow.cut();
        assert!(!flow.flows(at(1_031)));
    }
}
