//! Whether the picture can be trusted, in one sentence for somebody who was just woken up: fresh,
//! behind and why, or blind and for how long. A pure function of the model's facts.

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::limits::SILENCE;
use super::{Ages, Asking, Pace, Syncing, ages};
use crate::app::model::{Connection, Model};
use crate::domain::Now;

/// How far the picture can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// It is as it should be.
    Fresh,
    /// It is not complete yet.
    Starting,
    /// It is older than it should be.
    Behind,
    /// Nothing is known of what happens now.
    Blind,
}

impl Trust {
    /// A sign and a word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Fresh => "✓ Fresh",
            Self::Starting => "… Starting",
            Self::Behind => "▲ Behind",
            Self::Blind => "✗ Blind",
        }
    }
}

/// The sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How far.
    pub trust: Trust,
    /// What and why, without the word itself.
    pub why: String,
}

/// What the verdict depends on.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The time.
    pub now: Now,
    /// How asking goes.
    pub connection: &'a Connection,
    /// When the API answered last.
    pub last_answer: Option<Now>,
    /// Figures.
    pub sync: &'a Syncing,
    /// Ages of the orders that need the operator.
    pub needs_you: Ages,
    /// Ages of the other live ones.
    pub others: Ages,
}

/// The ninety-fifth percentile of a slow API, in milliseconds.
const SLOW: u32 = 2_000;

/// The verdict on the model.
pub fn of(model: &Model) -> Verdict {
    let (needs_you, others) = ages(model);
    let (connection, sync) = (&model.connection, &model.sync);
    judge(&Facts { now: model.now, connection, last_answer: model.last_answer, sync, needs_you, others })
}

/// The verdict on facts.
pub fn judge(facts: &Facts<'_>) -> Verdict {
    let (trust, why) =
        without_answers(facts).or_else(|| starting(facts)).or_else(|| late(facts)).unwrap_or_else(|| {
            let how = if by_events(facts) { " Events announce changes." } else { "" };
            (Trust::Fresh, format!("{}{how}", fresh(facts)))
        });
    Verdict { trust, why }
}

fn without_answers(facts: &Facts<'_>) -> Option<(Trust, String)> {
    let silent = facts.last_answer.map(|at| facts.now.since(&at));
    let since = silent.map_or_else(|| "no answer yet".to_owned(), |silent| format!("no answer for {}", time(silent)));
    match facts.connection {
        Connection::Unauthorized => {
            let text = "the API refused the key. Nothing is asked until you press r; what you see is from before.";
            Some((Trust::Blind, text.to_owned()))
        }
        Connection::Failing { what, retry_at } => {
            let next = retry_at.map_or_else(String::new, |at| format!(", next try in {}", time_to(at, &facts.now)));
            let trust = if silent.is_some_and(|silent| silent < SILENCE / 2) { Trust::Behind } else { Trust::Blind };
            Some((trust, format!("{since}{next}. {}", sentence(what))))
        }
        Connection::Connecting => {
            Some((Trust::Starting, format!("{since}; what you see, if anything, is from an earlier run.")))
        }
        Connection::Live if silent.is_some_and(|silent| silent >= facts.sync.limits(&facts.now).silent_after) => {
            Some((Trust::Blind, format!("{since}, and none is announced.")))
        }
        Connection::Live => None,
    }
}

fn starting(facts: &Facts<'_>) -> Option<(Trust, String)> {
    let live = facts.needs_you.count() + facts.others.count();
    let text = || format!("{live} live orders so far; not every list was read yet, there may be more.");
    (!facts.sync.complete).then(|| (Trust::Starting, text()))
}

fn late(facts: &Facts<'_>) -> Option<(Trust, String)> {
    let limits = facts.sync.limits(&facts.now);
    let over = |ages: &Ages, limit: Duration| ages.oldest.filter(|oldest| *oldest > limit);
    let what = match (over(&facts.needs_you, limits.needs_you), over(&facts.others, limits.others)) {
        (Some(oldest), _) => format!("an order that needs you was read {} ago", time(oldest)),
        (None, Some(oldest)) => {
            format!("what needs you is fresh, but a live order was read {} ago", time(oldest))
        }
        (None, None) => return None,
    };
    Some((Trust::Behind, format!("{what}, {}.", because(facts))))
}

/// The likeliest reason for being late.
fn because(facts: &Facts<'_>) -> String {
    let Some(asking) = &facts.sync.asking else { return "and no figures say why".to_owned() };
    let due: usize = asking.due.iter().map(|due| due.requests).sum();
    match asking.pace {
        Pace::Waiting { until } => return format!("because asking waits {} more", time_to(until, &facts.now)),
        Pace::Stopped => return "because asking has stopped: press r".to_owned(),
        Pace::Polling | Pace::Events => {}
    }
    if fails_often(asking) {
        let (errors, all) = (asking.errors_last_5m, asking.requests_last_5m);
        return format!("because {errors} of {all} requests failed in five minutes");
    }
    if let Some(p95) = asking.percentile(95).filter(|p95| *p95 >= SLOW) {
        return format!("because the API is slow: one answer in twenty takes {} or more", millis(p95));
    }
    if asking.tokens == 0 {
        let (used, allowed) = (asking.used_last_minute, asking.allowed_a_minute);
        return format!("because the budget is used up: {used} of {allowed} requests in the last minute");
    }
    format!("{due} requests are due")
}

fn fails_often(asking: &Asking) -> bool {
    asking.errors_last_5m > 0 && asking.errors_last_5m.saturating_mul(5) >= asking.requests_last_5m
}

fn by_events(facts: &Facts<'_>) -> bool {
    facts.sync.asking.as_ref().is_some_and(|asking| asking.pace == Pace::Events)
}

fn fresh(facts: &Facts<'_>) -> String {
    let answered = facts.last_answer.map_or_else(String::new, |at| time(facts.now.since(&at)));
    match (facts.needs_you.oldest, facts.others.oldest) {
        (Some(needs), Some(others)) => format!(
            "every order that needs you was read within {}, every other live one within {}.",
            time(needs),
            time(others)
        ),
        (Some(needs), None) => format!("every order that needs you was read within {}.", time(needs)),
        (None, Some(others)) => format!("nothing needs you; every live order was read within {}.", time(others)),
        (None, None) => format!("no order is live; the API answered {answered} ago."),
    }
}

/// Whole seconds, rounded up: never younger than it is.
fn time(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

fn time_to(at: Now, now: &Now) -> String {
    time(at.mono.since(now.mono))
}

/// Milliseconds, or seconds with one place where there are many.
pub fn millis(millis: u32) -> String {
    if millis < 1_000 { format!("{millis} ms") } else { format!("{}.{} s", millis / 1_000, millis % 1_000 / 100) }
}

fn sentence(what: &str) -> String {
    let what = what.trim().trim_end_matches('.');
    let mut letters = what.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// Made-up figures.
#[cfg(test)]
pub mod testing {
    use super::*;
    use crate::domain::Mono;
    use crate::domain::freshness::Promise;

    /// What is promised while events announce changes, about.
    pub const WITH_EVENTS: Promise =
        Promise { wanting: Duration::from_secs(120), live: Duration::from_secs(240), answer: Duration::from_secs(60) };

    /// So many seconds after the start.
    pub fn at(s: u64) -> Now {
        let wall = chrono::DateTime::from_timestamp(s.cast_signed(), 0).unwrap_or_default();
        Now { mono: Mono::new(Duration::from_secs(s)), wall }
    }

    /// A poller with nothing to do.
    pub fn asking() -> Asking {
        Asking {
            in_flight: 0,
            due: Vec::new(),
            tokens: 8,
            burst: 8,
            allowed_a_minute: 240,
            used_last_minute: 100,
            pace: Pace::Polling,
            promise: Promise::POLLING,
            took: Vec::new(),
            errors_last_5m: 0,
            requests_last_5m: 500,
            history: None,
        }
    }
}
