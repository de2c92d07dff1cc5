//! Whether the picture can be trusted, in one sentence for somebody who was just woken up: fresh,
//! behind and why, or blind and for how long. A pure function of the model's facts.

use std::time::Duration;

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

/// An order that needs the operator may be this old, in seconds, before the picture is behind: the
/// promised three, and the time of an answer.
const NEEDS_YOU_LATE: u64 = 5;
/// Another live order: the promised fifteen, and the time of a few answers.
const OTHERS_LATE: u64 = 20;
/// The same while events announce changes: reading is only to make sure.
const LATE_WITH_EVENTS: (u64, u64) = (120, 240);
/// Without an answer for this long nothing is known, whatever the orders' ages.
const SILENCE: Duration = Duration::from_secs(30);
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
        Connection::Connecting => Some((Trust::Starting, format!("{since}; what you see is from an earlier run."))),
        Connection::Live if silent.is_some_and(|silent| silent >= SILENCE) => {
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

/// How old a reading may be before the picture is behind: of orders that need the operator, of others.
pub fn limits(sync: &Syncing) -> (Duration, Duration) {
    let by_events = sync.asking.as_ref().is_some_and(|asking| asking.pace == Pace::Events);
    let (needs_you, others) = if by_events { LATE_WITH_EVENTS } else { (NEEDS_YOU_LATE, OTHERS_LATE) };
    (Duration::from_secs(needs_you), Duration::from_secs(others))
}

fn late(facts: &Facts<'_>) -> Option<(Trust, String)> {
    let limits = limits(facts.sync);
    let over = |ages: &Ages, limit: Duration| ages.oldest.filter(|oldest| *oldest > limit);
    let what = match (over(&facts.needs_you, limits.0), over(&facts.others, limits.1)) {
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
            took: Vec::new(),
            errors_last_5m: 0,
            requests_last_5m: 500,
            history: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::app::syncing::{Ending, Took};
    use crate::domain::Mono;

    fn at(s: u64) -> Now {
        Now { mono: Mono::new(Duration::from_secs(s)), wall: DateTime::from_timestamp(s.cast_signed(), 0).unwrap() }
    }

    fn old(seconds: &[u64]) -> Ages {
        let mut ages = Ages::default();
        for s in seconds {
            ages.add(Duration::from_secs(*s));
        }
        ages
    }

    struct Scene {
        connection: Connection,
        last_answer: Option<Now>,
        sync: Syncing,
        needs_you: Ages,
        others: Ages,
    }

    /// At second 100 all is well.
    fn scene() -> Scene {
        Scene {
            connection: Connection::Live,
            last_answer: Some(at(99)),
            sync: Syncing { complete: true, asking: Some(testing::asking()), ..Syncing::default() },
            needs_you: old(&[1, 2]),
            others: old(&[9]),
        }
    }

    fn says(scene: &Scene) -> String {
        let Scene { connection, last_answer, sync, needs_you, others } = scene;
        let (needs_you, others) = (*needs_you, *others);
        let verdict = judge(&Facts { now: at(100), connection, last_answer: *last_answer, sync, needs_you, others });
        format!("{}: {}", verdict.trust.label(), verdict.why)
    }

    #[test]
    fn fresh_is_said_with_its_bounds() {
        let mut s = scene();
        assert_eq!(
            says(&s),
            "✓ Fresh: every order that needs you was read within 2 s, every other live one within 9 s."
        );
        s.others = old(&[]);
        assert_eq!(says(&s), "✓ Fresh: every order that needs you was read within 2 s.");
        s.needs_you = old(&[]);
        assert_eq!(says(&s), "✓ Fresh: no order is live; the API answered 1 s ago.");
        s.others = old(&[9]);
        assert_eq!(says(&s), "✓ Fresh: nothing needs you; every live order was read within 9 s.");
    }

    #[test]
    fn blind_says_for_how_long_and_when_the_next_try_is() {
        let mut s = scene();
        s.last_answer = Some(at(60));
        s.connection = Connection::Failing { what: "the API was not reached".to_owned(), retry_at: Some(at(112)) };
        assert_eq!(says(&s), "✗ Blind: no answer for 40 s, next try in 12 s. The API was not reached.");
        s.last_answer = Some(at(98));
        assert_eq!(says(&s), "▲ Behind: no answer for 2 s, next try in 12 s. The API was not reached.");
        s.last_answer = None;
        assert!(says(&s).starts_with("✗ Blind: no answer yet, next try in 12 s."));
        s.connection = Connection::Unauthorized;
        assert!(says(&s).contains("✗ Blind: the API refused the key."));
    }

    #[test]
    fn silence_is_blindness_though_nothing_failed() {
        let mut s = scene();
        s.last_answer = Some(at(70));
        assert_eq!(says(&s), "✗ Blind: no answer for 30 s, and none is announced.");
    }

    #[test]
    fn until_every_list_was_read_nothing_is_called_fresh() {
        let mut s = scene();
        s.sync.complete = false;
        assert_eq!(says(&s), "… Starting: 3 live orders so far; not every list was read yet, there may be more.");
        s.connection = Connection::Connecting;
        s.last_answer = None;
        assert_eq!(says(&s), "… Starting: no answer yet; what you see is from an earlier run.");
    }

    #[test]
    fn behind_says_why() {
        let mut s = scene();
        s.needs_you = old(&[1, 7]);
        let with = |s: &mut Scene, change: fn(&mut Asking)| {
            let mut asking = testing::asking();
            change(&mut asking);
            s.sync.asking = Some(asking);
            says(s)
        };
        let head = "▲ Behind: an order that needs you was read 7 s ago, ";
        assert_eq!(with(&mut s, |_| ()), format!("{head}0 requests are due."));
        assert_eq!(
            with(&mut s, |a| a.errors_last_5m = 200),
            format!("{head}because 200 of 500 requests failed in five minutes.")
        );
        let slow = with(&mut s, |a| a.took = vec![Took { millis: 3_400, ending: Ending::Answered }]);
        assert_eq!(slow, format!("{head}because the API is slow: one answer in twenty takes 3.4 s or more."));
        let spent = with(&mut s, |a| (a.tokens, a.used_last_minute) = (0, 240));
        assert_eq!(spent, format!("{head}because the budget is used up: 240 of 240 requests in the last minute."));
        let waiting = with(&mut s, |a| a.pace = Pace::Waiting { until: at(130) });
        assert_eq!(waiting, format!("{head}because asking waits 30 s more."));
        s.needs_you = old(&[1]);
        s.others = old(&[21]);
        assert!(says(&s).contains("what needs you is fresh, but a live order was read 21 s ago"), "{}", says(&s));
    }

    #[test]
    fn with_events_a_reading_may_be_older() {
        let mut s = scene();
        s.needs_you = old(&[50]);
        s.others = old(&[180]);
        assert!(says(&s).starts_with("▲ Behind"));
        s.sync.asking = Some(Asking { pace: Pace::Events, ..testing::asking() });
        assert!(says(&s).starts_with("✓ Fresh") && says(&s).ends_with("Events announce changes."), "{}", says(&s));
        s.others = old(&[250]);
        assert!(says(&s).starts_with("▲ Behind"));
    }

    #[test]
    fn times_are_never_rounded_down_below_a_minute() {
        assert_eq!(time(Duration::from_millis(1_001)), "2 s");
        assert_eq!(time(Duration::from_secs(119)), "119 s");
        assert_eq!(time(Duration::from_secs(600)), "10 min");
        assert_eq!([84, 3_450].map(millis), ["84 ms", "3.4 s"]);
    }
}
