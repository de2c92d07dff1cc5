//! An order's history: when each status was reached and how long the step before it took.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::status::Status;

/// One entry of `timeline`. Parts may be missing or unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// The status that was reached.
    pub status: Status,
    /// When it was reached.
    pub at: Option<DateTime<Utc>>,
    /// The API's own words, verbatim.
    pub description: String,
}

/// An entry with the time since the entry before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// The entry.
    pub entry: &'a TimelineEntry,
    /// Time since the latest dated entry before it; `None` for the first or where a time is
    /// missing or runs backwards.
    pub took: Option<Duration>,
}

/// The entries in their order, each with how long it took to reach it.
pub fn steps(entries: &[TimelineEntry]) -> Vec<Step<'_>> {
    let mut last: Option<DateTime<Utc>> = None;
    let mut out = Vec::with_capacity(entries.len());
    for entry in entries {
        let took = entry.at.zip(last).and_then(|(at, before)| (at - before).to_std().ok());
        last = entry.at.or(last);
        out.push(Step { entry, took });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at: Option<i64>) -> TimelineEntry {
        TimelineEntry {
            status: Status::from_wire("created"),
            at: at.and_then(|s| DateTime::from_timestamp(s, 0)),
            description: String::new(),
        }
    }

    #[test]
    fn durations_skip_undated_entries_and_never_run_backwards() {
        let entries = [entry(Some(100)), entry(None), entry(Some(160)), entry(Some(150))];
        let took: Vec<_> = steps(&entries).iter().map(|s| s.took).collect();
        assert_eq!(took, [None, None, Some(Duration::from_secs(60)), None]);
    }
}
