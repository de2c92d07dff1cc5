//! The figures of the poller, of the webhook listener and of the local database in the words of the
//! sync view.

use super::keeper::Written;
use crate::app::syncing::{Asking, Class, Deliveries, Due, Ending, OnDisk, Pace, Took};
use crate::sync::receiver::ReceiverStats;
use crate::sync::stats::{self, Latency, Mode, Outcome, Stats};

/// One reading of the poller.
pub fn asking(stats: Stats) -> Asking {
    let due = stats.due.into_iter().map(|(of, requests, oldest)| Due { class: class(of), requests, oldest });
    Asking {
        in_flight: stats.in_flight,
        due: due.collect(),
        tokens: stats.tokens,
        burst: stats.rate.burst,
        allowed_a_minute: stats.rate.per_thousand_seconds.saturating_mul(60) / 1_000,
        used_last_minute: stats.used_last_minute,
        pace: pace(stats.mode),
        promise: stats.promise,
        took: stats.latencies.into_iter().map(took).collect(),
        errors_last_5m: stats.errors_last_5m,
        requests_last_5m: stats.requests_last_5m,
        history: stats.backfill,
    }
}

/// How writing to disk goes.
pub fn on_disk(written: &Written) -> OnDisk {
    OnDisk { orders: written.orders, last_write: written.last, error: written.failing.clone() }
}

/// One reading of the listener.
pub fn deliveries(stats: &ReceiverStats) -> Deliveries {
    Deliveries {
        address: stats.address.to_string(),
        accepted: stats.accepted,
        repeated: stats.duplicates,
        differing: stats.differing,
        forged: stats.forged,
        malformed: stats.malformed + stats.oversized + stats.timed_out,
        put_off: stats.busy + stats.not_kept,
        in_work: stats.in_flight + stats.open,
        last_event: stats.last_event,
    }
}

fn class(class: stats::Class) -> Class {
    match class {
        stats::Class::Wanting => Class::NeedsYou,
        stats::Class::New => Class::New,
        stats::Class::Live => Class::Live,
        stats::Class::People => Class::People,
        stats::Class::Backfill => Class::History,
    }
}

fn pace(mode: Mode) -> Pace {
    match mode {
        Mode::Polling => Pace::Polling,
        Mode::Events => Pace::Events,
        Mode::Waiting { until } => Pace::Waiting { until },
        Mode::Stopped => Pace::Stopped,
    }
}

fn took(latency: Latency) -> Took {
    let ending = match latency.outcome {
        Outcome::Answered => Ending::Answered,
        Outcome::Failed => Ending::Failed,
        Outcome::Limited => Ending::Limited,
    };
    Took { millis: latency.millis, ending }
}
