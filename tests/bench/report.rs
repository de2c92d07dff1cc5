//! The table, and the few statistics it needs.

use std::fmt;
use std::time::Duration;

/// A figure with its unit.
#[derive(Clone, Copy)]
pub enum Figure {
    Time(Duration),
    Bytes(f64),
    /// A share of one processor.
    Share(f64),
}

impl Figure {
    fn value(self) -> f64 {
        match self {
            Self::Time(time) => time.as_secs_f64(),
            Self::Bytes(n) | Self::Share(n) => n,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Time(time) if time < Duration::from_millis(1) => write!(f, "{:.0} µs", time.as_secs_f64() * 1e6),
            Self::Time(time) if time < Duration::from_secs(1) => write!(f, "{:.1} ms", time.as_secs_f64() * 1e3),
            Self::Time(time) => write!(f, "{:.2} s", time.as_secs_f64()),
            Self::Bytes(n) if n < 10_000.0 => write!(f, "{n:.0} B"),
            Self::Bytes(n) if n < 1_048_576.0 => write!(f, "{:.1} KiB", n / 1024.0),
            Self::Bytes(n) => write!(f, "{:.1} MiB", n / 1_048_576.0),
            Self::Share(n) => write!(f, "{:.3} %", n * 100.0),
        }
    }
}

/// A line of the table.
pub struct Line {
    pub what: &'static str,
    pub ours: Figure,
    pub against: &'static str,
    pub theirs: Figure,
    /// The most that ours may be, as a multiple of theirs.
    pub limit: f64,
    /// A limit that stands by itself.
    pub at_most: Option<Figure>,
}

impl Line {
    pub fn new(what: &'static str, ours: Figure, against: &'static str, theirs: Figure, limit: f64) -> Self {
        Self { what, ours, against, theirs, limit, at_most: None }
    }

    fn ratio(&self) -> f64 {
        self.ours.value() / self.theirs.value()
    }

    fn is_reached(&self) -> bool {
        self.ratio() <= self.limit && self.at_most.is_none_or(|most| self.ours.value() <= most.value())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = self.at_most.map(|most| format!(", and ≤ {most}")).unwrap_or_default();
        let reached = if self.is_reached() { "yes" } else { "**no**" };
        let Self { what, ours, against, theirs, limit, .. } = self;
        write!(f, "| {what} | {ours} | {against} | {theirs} | {:.3} × | ≤ {limit} ×{most} | {reached} |", self.ratio())
    }
}

pub const HEADING: &str = "| what | ramptop | compared with | theirs | ratio | must be | reached |
|---|---|---|---|---|---|---|";

/// The value that `share` of all are at most.
pub fn percentile(all: &[Duration], share: f64) -> Duration {
    let mut all = all.to_vec();
    all.sort();
    let rank = (all.len() as f64 * share).ceil() as usize;
    all[rank.clamp(1, all.len()) - 1]
}

pub fn median(all: &[Duration]) -> Duration {
    percentile(all, 0.5)
}

pub fn mean(all: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = all.len() as f64;
    all.sum::<f64>() / count
}

/// Percentiles in a line, for what stands below the table.
pub fn spread(all: &[Duration]) -> String {
    let at = |share| Figure::Time(percentile(all, share));
    format!("p50 {}, p95 {}, p99 {}, most {}, of {}", at(0.5), at(0.95), at(0.99), at(1.0), all.len())
}
