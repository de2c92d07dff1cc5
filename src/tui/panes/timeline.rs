//! How an order came here: a line a step, newest first, so that where the time went is seen at once.
//!
//! The API's own words stand beside each step where there is room. Where there is not, they stand
//! below the newest one, the step that matters now; the pane zoomed has room for all of them.

use chrono::NaiveDate;
use ratatui::text::{Line, Span};

use crate::domain::{Order, timeline};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Cells of a time of day, and of how long it took to get there.
const TIME: usize = 8;
const TOOK: usize = 8;
/// Cells of a status: the longest known one.
const STATUS: usize = 22;
/// Cells before the words that stand beside a step, and the fewest that such words need.
const BEFORE: usize = TIME + 1 + TOOK + 1 + STATUS + 2;
const WORDS: usize = 30;

/// The heading and the steps.
pub fn lines(look: Look<'_>, order: &Order, width: usize) -> Vec<Line<'static>> {
    let mut steps = timeline::steps(&order.timeline).into_iter().rev().peekable();
    let Some(newest) = steps.peek() else {
        return vec![look.line("Timeline", Meaning::Heading), look.line("The API gave no timeline.", Meaning::Dim)];
    };
    let mut day = Some(look.model.now.wall.date_naive());
    let mut heading = vec![look.span("Timeline (UTC), newest first", Meaning::Heading)];
    let of_newest = newest.entry.at.map(|at| at.date_naive());
    heading.extend(new_day(&mut day, of_newest).map(|day| look.span(format!(" · {day}"), Meaning::Dim)));
    let mut out = vec![Line::from(heading)];
    let mut newest = true;
    for step in steps {
        let of_step = step.entry.at.map(|at| at.date_naive());
        out.extend(new_day(&mut day, of_step).map(|day| look.line(day.to_string(), Meaning::Dim)));
        out.extend(one(look, &step, width, std::mem::take(&mut newest)));
    }
    out
}

/// A day is named once, where it is another than the one before.
fn new_day(known: &mut Option<NaiveDate>, day: Option<NaiveDate>) -> Option<NaiveDate> {
    let day = day.filter(|day| *known != Some(*day))?;
    *known = Some(day);
    Some(day)
}

fn one(look: Look<'_>, step: &timeline::Step<'_>, width: usize, newest: bool) -> Vec<Line<'static>> {
    let entry = step.entry;
    let time = entry.at.map_or_else(|| "?".to_owned(), |at| at.format("%H:%M:%S").to_string());
    let took = step.took.map(text::took).unwrap_or_default();
    let times = look.span(format!("{} {} ", text::left(&time, TIME), text::right(&took, TOOK)), Meaning::Dim);
    let status = text::safe(entry.status.label(), 40);
    let words = text::safe(&entry.description, 300);
    if width >= BEFORE + WORDS {
        let mut words = text::wrap(&words, width - BEFORE).into_iter();
        let first = look.span(format!("  {}", words.next().unwrap_or_default()), Meaning::Dim);
        let mut out = vec![Line::from(vec![times, Span::raw(text::left(&status, STATUS)), first])];
        out.extend(words.map(|line| look.line(format!("{}{line}", " ".repeat(BEFORE)), Meaning::Dim)));
        return out;
    }
    let status = text::fit(&status, width.saturating_sub(TIME + TOOK + 2));
    let mut out = vec![Line::from(vec![times, Span::raw(status)])];
    if newest {
        let words = text::wrap(&words, width.saturating_sub(4));
        out.extend(words.into_iter().map(|line| look.line(format!("    {line}"), Meaning::Dim)));
    }
    out
}
