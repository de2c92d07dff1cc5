//! The sync view: can the picture be trusted, in words, and the figures behind it.
//!
//! Everything has its unit and its word; what is wrong has a sign. On a large screen the same
//! figures stand further apart, and the bars are higher.

mod bars;
mod numbers;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::text::Line;

use self::numbers::{count, seconds, share};
use crate::app::syncing::verdict::{self, Trust};
use crate::app::syncing::{Ages, Asking, BOUNDS, Class, Deliveries, OnDisk, Pace, Webhooks, ages};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Look, scrolled, window};

/// Cells of the labels on the left.
const LABEL: usize = 11;
/// The widest window: longer lines are not read.
const WIDEST: u16 = 118;
/// Rows from which figures stand further apart.
const ROOMY: u16 = 38;
/// Seconds from which two clocks count as different.
const SKEWED: i64 = 30;

pub fn draw(look: Look<'_>, paper: &mut Buffer, scroll: u16) {
    let area = paper.area;
    let width = area.width.min(WIDEST);
    let sheet = Sheet { look, cells: usize::from(width.saturating_sub(4)), roomy: area.height >= ROOMY };
    let lines = sheet.lines();
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let title = look.line(" Syncing · r asks now, j k scroll, Esc closes ", Meaning::Heading);
    let mut inner = window(paper, (width, height), title, look.theme.style(Meaning::Focus));
    inner.x = inner.x.saturating_add(1);
    inner.width = inner.width.saturating_sub(2);
    scrolled(paper, inner, lines, scroll);
}

/// Where the lines are written.
struct Sheet<'a> {
    look: Look<'a>,
    cells: usize,
    roomy: bool,
}

impl Sheet<'_> {
    fn lines(&self) -> Vec<Line<'static>> {
        let sync = &self.look.model.sync;
        let mut sections = vec![self.verdict()];
        sections.push(match &sync.asking {
            Some(asking) => [self.asking(asking), self.due(asking)].concat(),
            None => vec![self.row("Asking", "no figures yet", Meaning::Dim)],
        });
        if let Some(asking) = &sync.asking {
            sections.push(self.latency(asking));
        }
        sections.push(vec![self.clock()]);
        sections.push(self.ages());
        sections.push([self.webhooks(&sync.webhooks), self.kept(sync.on_disk.as_ref())].concat());
        self.joined(sections)
    }

    /// Sections with a blank line between them; on a small screen only round the ages.
    fn joined(&self, sections: Vec<Vec<Line<'static>>>) -> Vec<Line<'static>> {
        let last = sections.len().saturating_sub(1);
        let mut out = Vec::new();
        for (i, section) in sections.into_iter().enumerate() {
            out.extend(section);
            if i < last && (self.roomy || i == 0 || i + 3 > last) {
                out.push(Line::default());
            }
        }
        out
    }

    fn row(&self, label: &str, value: impl Into<String>, meaning: Meaning) -> Line<'static> {
        let value = text::fit(&value.into(), self.cells.saturating_sub(LABEL));
        self.look.field(label, LABEL, value, meaning)
    }

    fn verdict(&self) -> Vec<Line<'static>> {
        let verdict = verdict::of(self.look.model);
        let meaning = match verdict.trust {
            Trust::Fresh => Meaning::Good,
            Trust::Starting => Meaning::NeedsYou,
            Trust::Behind => Meaning::Trouble,
            Trust::Blind => Meaning::Critical,
        };
        let words = format!("{}: {}", verdict.trust.label(), text::safe(&verdict.why, 600));
        text::wrap(&words, self.cells).into_iter().map(|line| self.look.line(line, meaning)).collect()
    }

    fn asking(&self, asking: &Asking) -> Vec<Line<'static>> {
        let now = self.look.model.now;
        let (how, meaning) = match asking.pace {
            Pace::Polling => ("by polling: nothing announces changes".to_owned(), Meaning::Plain),
            Pace::Events => ("by webhook events; lists are read to make sure".to_owned(), Meaning::Plain),
            Pace::Waiting { until } => {
                (format!("▲ waits {} more", seconds(until.mono.since(now.mono))), Meaning::NeedsYou)
            }
            Pace::Stopped => ("✗ stopped until you press r".to_owned(), Meaning::Critical),
        };
        let (errors, all) = (asking.errors_last_5m, asking.requests_last_5m);
        let (sign, failed) = if errors > 0 { ("⚠ ", Meaning::Trouble) } else { ("", Meaning::Plain) };
        let errors = format!("{sign}{} of {} requests in 5 min ({})", count(errors), count(all), share(errors, all));
        let budget = format!(
            "{} of {} requests in the last minute · {} of {} free at once",
            count(asking.used_last_minute),
            count(asking.allowed_a_minute),
            asking.tokens,
            asking.burst
        );
        let history = asking.history.map_or_else(
            || "not being read now".to_owned(),
            |(page, of)| format!("page {} of {} read ({})", count(page), count(of), share(page, of)),
        );
        vec![
            self.row("Asking", format!("{how} · {} under way", asking.in_flight), meaning),
            self.row("Budget", budget, Meaning::Plain),
            self.row("Failed", errors, failed),
            self.row("History", history, Meaning::Plain),
        ]
    }

    fn due(&self, asking: &Asking) -> Vec<Line<'static>> {
        let due = Class::ALL.map(|class| (class.label(), asking.due_of(class)));
        if self.roomy {
            let rows = due.iter().enumerate().map(|(i, (label, (requests, oldest)))| {
                let since = if *requests == 0 { String::new() } else { format!("   for {}", seconds(*oldest)) };
                let label = text::left(label, LABEL);
                self.row(if i == 0 { "Due" } else { "" }, format!("{label}{requests:>6}{since}"), Meaning::Plain)
            });
            return rows.collect();
        }
        let some = due.iter().filter(|(_, (requests, _))| *requests > 0);
        let some: Vec<String> =
            some.map(|(label, (requests, oldest))| format!("{label} {requests} ({})", seconds(*oldest))).collect();
        let words = if some.is_empty() { "nothing".to_owned() } else { some.join(" · ") };
        vec![self.row("Due", words, Meaning::Plain)]
    }

    fn latency(&self, asking: &Asking) -> Vec<Line<'static>> {
        let of = |percent| asking.percentile(percent).map_or_else(|| "?".to_owned(), verdict::millis);
        let words = format!("half within {} (p50) · p95 {} · p99 {}", of(50), of(95), of(99));
        let mut out = vec![self.row("Latency", words, Meaning::Plain)];
        let room = self.cells.saturating_sub(LABEL);
        let shown = asking.took.get(asking.took.len().saturating_sub(room)..).unwrap_or_default();
        if shown.is_empty() {
            return out;
        }
        let rows = bars::rows(shown, if self.roomy { 3 } else { 1 });
        out.extend(rows.into_iter().map(|row| self.row("", row, Meaning::Plain)));
        let tallest = shown.iter().map(|took| took.millis).max().unwrap_or_default();
        let legend = format!(
            "{} requests, newest last; tallest {}; × failed, ! held off",
            shown.len(),
            verdict::millis(tallest)
        );
        out.push(self.row("", legend, Meaning::Dim));
        out
    }

    fn clock(&self) -> Line<'static> {
        match self.look.model.skew_seconds {
            None => self.row("Clock", "the API's time is not known yet", Meaning::Dim),
            Some(-1..=1) => self.row("Clock", "agrees with the API's", Meaning::Plain),
            Some(skew) => {
                let (sign, meaning) =
                    if skew.abs() >= SKEWED { ("⚠ ", Meaning::Trouble) } else { ("", Meaning::Plain) };
                let way = if skew > 0 { "ahead of" } else { "behind" };
                let words = format!("{sign}the API's is {} s {way} this machine's", skew.unsigned_abs());
                self.row("Clock", words, meaning)
            }
        }
    }

    /// How many orders were read how long ago.
    fn ages(&self) -> Vec<Line<'static>> {
        let (needs_you, others) = ages(self.look.model);
        let mut from = 0;
        let heads = BOUNDS.map(|bound| format!("{:>9}", format!("{}-{bound} s", std::mem::replace(&mut from, bound))));
        let head = format!("{}{:>11}   oldest", heads.concat(), format!("over {from} s"));
        let limits = self.look.limits();
        let row = |label: &str, ages: &Ages, limit: Duration| {
            let within = ages.within.map(|n| format!("{n:>9}")).concat();
            let oldest = ages.oldest.map_or_else(|| "-".to_owned(), seconds);
            let late = ages.oldest.is_some_and(|oldest| oldest > limit);
            let (sign, meaning) = if late { ("   ▲ late", Meaning::Trouble) } else { ("", Meaning::Plain) };
            self.row(label, format!("{within}{:>11}   {oldest}{sign}", ages.older), meaning)
        };
        vec![
            self.row("Last read", head, Meaning::Label),
            row("needs you", &needs_you, limits.needs_you),
            row("other live", &others, limits.others),
        ]
    }

    fn webhooks(&self, webhooks: &Webhooks) -> Vec<Line<'static>> {
        match webhooks {
            Webhooks::Off => vec![self.row("Webhooks", "off: no listener in the profile", Meaning::Dim)],
            Webhooks::Broken(why) => {
                let why = format!("✗ not listening: {}", text::safe(why, 300));
                vec![self.row("Webhooks", why, Meaning::Trouble)]
            }
            Webhooks::Listening(deliveries) => self.deliveries(deliveries),
        }
    }

    fn deliveries(&self, of: &Deliveries) -> Vec<Line<'static>> {
        let last = of.last_event.map_or_else(
            || "no event yet".to_owned(),
            |at| format!("last event {} ago", seconds(self.look.model.now.since(&at))),
        );
        let address = text::safe(&of.address, 60);
        let counts = format!(
            "{} accepted · {} repeated · {} put off · {} in work",
            count(of.accepted),
            count(of.repeated),
            count(of.put_off),
            count(of.in_work)
        );
        let suspicious = of.forged + of.differing;
        let (sign, meaning) = if suspicious > 0 { ("⚠ ", Meaning::Trouble) } else { ("", Meaning::Plain) };
        let refused = format!(
            "{sign}{} forged · {} repeated with another body · {} malformed",
            count(of.forged),
            count(of.differing),
            count(of.malformed)
        );
        vec![
            self.row("Webhooks", format!("listens on {address}; {last}"), Meaning::Plain),
            self.row("", counts, Meaning::Plain),
            self.row("", refused, meaning),
        ]
    }

    fn kept(&self, kept: Option<&OnDisk>) -> Vec<Line<'static>> {
        let Some(kept) = kept else {
            return vec![self.row("On disk", "nothing is kept of what is seen", Meaning::Dim)];
        };
        let now = self.look.model.now;
        let ago = |at| format!("{} ago", seconds(now.since(&at)));
        if let Some((why, at)) = &kept.error {
            let why = format!("✗ writing fails, first {}: {}", ago(*at), text::safe(why, 300));
            if !self.roomy {
                return vec![self.row("On disk", why, Meaning::Trouble)];
            }
            let wrapped = text::wrap(&why, self.cells.saturating_sub(LABEL));
            let label = |i| if i == 0 { "On disk" } else { "" };
            return wrapped.iter().enumerate().map(|(i, line)| self.row(label(i), line, Meaning::Trouble)).collect();
        }
        let last =
            kept.last_write.map_or_else(|| "nothing written yet".to_owned(), |at| format!("written {}", ago(at)));
        vec![self.row("On disk", format!("{} orders; {last}", count(kept.orders)), Meaning::Plain)]
    }
}
