//! Small pieces shared by panes and windows: bordered blocks, fields, a window in the middle,
//! a list that keeps its selection in sight.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Flex, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use super::theme::{Meaning, Theme};
use super::view::Part;
use crate::app::syncing::limits::Limits;
use crate::app::update::FRESH;
use crate::domain::{Mono, Now};

/// What a drawing function needs besides where to draw.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// What is drawn.
    pub model: &'a crate::app::Model,
    /// How meanings look.
    pub theme: Theme,
    /// Told by whoever draws something that time alone changes.
    pub changes: &'a Changes,
}

/// When time alone changes something of what was drawn.
#[derive(Debug, Default)]
pub struct Changes {
    /// The least number of seconds, on the process's own clock, that something goes by.
    grid: Cell<Option<u64>>,
    at: Cell<Option<Duration>>,
    /// What can be drawn again by itself.
    parts: RefCell<Vec<(Part, Rect, Mono)>>,
}

impl Changes {
    /// It goes by whole multiples of so many seconds.
    pub fn every(&self, seconds: u64) {
        self.grid.set(Some(self.grid.get().map_or(seconds, |known| known.min(seconds))));
    }

    /// It changes at this moment.
    pub fn at(&self, moment: Mono) {
        let moment = moment.elapsed();
        self.at.set(Some(self.at.get().map_or(moment, |known| known.min(moment))));
    }

    /// What changes then can be drawn again by itself; it does not count for the rest.
    pub fn part(&self, part: Part, area: Rect, until: Option<Mono>) {
        self.parts.borrow_mut().extend(until.map(|until| (part, area, until)));
    }

    /// What can be drawn again by itself, where, and when.
    pub fn into_parts(self) -> Vec<(Part, Rect, Mono)> {
        self.parts.into_inner()
    }

    /// The first change after `now`; `None` if time alone changes nothing.
    pub fn next(&self, now: Mono) -> Option<Mono> {
        let grid = self.grid.get().map(|seconds| Mono::new(now.elapsed() + rest(now, seconds)));
        [grid, self.at.get().map(Mono::new)].into_iter().flatten().min()
    }
}

/// Time to the next multiple of so many seconds.
fn rest(now: Mono, seconds: u64) -> Duration {
    let grid = Duration::from_secs(seconds.max(1));
    let past = now.elapsed().as_nanos() % grid.as_nanos().max(1);
    grid.saturating_sub(Duration::from_nanos(u64::try_from(past).unwrap_or(0)))
}

/// An age as it is shown.
pub struct Age {
    /// In words of at most five cells.
    pub words: String,
}

impl Look<'_> {
    /// A styled piece of text.
    pub fn span(&self, text: impl Into<String>, meaning: Meaning) -> Span<'static> {
        Span::styled(text.into(), self.theme.style(meaning))
    }

    /// Whether real money may be on the other end: an address nobody knows counts.
    pub fn real_money(&self) -> bool {
        use crate::app::EnvironmentKind;
        matches!(self.model.session.environment, EnvironmentKind::Production | EnvironmentKind::Other(_))
    }

    /// The border of a question: where money is real nothing else looks like it.
    pub fn question_border(&self, otherwise: Meaning) -> Meaning {
        if self.real_money() { Meaning::Production } else { otherwise }
    }

    /// What the title of a question begins with.
    pub fn question_prefix(&self) -> &'static str {
        match self.model.session.environment {
            crate::app::EnvironmentKind::Production => " PRODUCTION · ",
            _ => " ",
        }
    }

    /// Whether it is armed: sign, word and the time that is left.
    pub fn armed(&self) -> (String, Meaning) {
        match self.model.arming.left(&self.model.now) {
            Some(left) => {
                self.changes.every(1);
                // What stands behind it stays where it is while it counts.
                (format!("◉ ARMED {:>5}", super::text::countdown(left.as_secs())), Meaning::NeedsYou)
            }
            // Nothing can be armed yet.
            None if self.model.starting => ("○ opening".to_owned(), Meaning::Dim),
            None => ("○ disarmed".to_owned(), Meaning::Dim),
        }
    }

    /// How long ago something was by the server's clock, as far as that is known; zero if it is to come.
    pub fn ago(&self, at: DateTime<Utc>) -> Duration {
        let skew = chrono::TimeDelta::seconds(self.model.skew_seconds.unwrap_or(0));
        let now = self.model.now.wall.checked_add_signed(skew).unwrap_or(self.model.now.wall);
        (now - at).to_std().unwrap_or_default()
    }

    /// The age of what was asked for then.
    pub fn age(&self, asked: &Now) -> Age {
        self.age_of(self.model.now.since(asked))
    }

    /// An age for a screen at rest: all ages change together, every few seconds while they are
    /// seconds, every minute when they are more. It never looks fresher than it is.
    pub fn age_of(&self, age: Duration) -> Age {
        let now = self.model.now.mono;
        if age < FRESH {
            self.changes.at(now + FRESH.saturating_sub(age));
            return Age { words: format!("<{}s", FRESH.as_secs()) };
        }
        let minutes_from = Duration::from_secs(95);
        let grid = if age < minutes_from { 5 } else { 60 };
        if age < minutes_from {
            self.changes.at(now + minutes_from.saturating_sub(age));
        }
        self.changes.every(grid);
        Age { words: super::text::age(age + rest(now, grid)) }
    }

    /// When it was read, for a field of that name; what is too old for a live order stands out.
    pub fn read(&self, asked: &Now, live: bool) -> (String, Meaning) {
        let stale = live && self.is_older(asked, self.limits().stale_after);
        (format!("{} ago", self.age(asked).words), if stale { Meaning::Trouble } else { Meaning::Dim })
    }

    /// From when on what is shown is too old.
    pub fn limits(&self) -> Limits {
        let now = &self.model.now;
        let limits = self.model.sync.limits(now);
        if let Some(left) = limits.stricter_in {
            self.changes.at(now.mono + left);
        }
        limits
    }

    /// Whether it was asked for as long ago as this, or longer.
    pub fn is_older(&self, asked: &Now, limit: Duration) -> bool {
        let now = &self.model.now;
        let left = limit.saturating_sub(now.since(asked));
        if !left.is_zero() {
            self.changes.at(now.mono + left);
        }
        left.is_zero()
    }

    /// A whole line of one meaning.
    pub fn line(&self, text: impl Into<String>, meaning: Meaning) -> Line<'static> {
        Line::from(self.span(text, meaning))
    }

    /// `label   value`, the label padded to `cells`.
    pub fn field(&self, label: &str, cells: usize, value: impl Into<String>, meaning: Meaning) -> Line<'static> {
        Line::from(vec![self.span(super::text::left(label, cells), Meaning::Label), self.span(value.into(), meaning)])
    }
}

/// A pane's frame; thick and coloured when focused.
pub fn pane_block(look: Look<'_>, title: Line<'static>, focused: bool) -> Block<'static> {
    let style = look.theme.style(if focused { Meaning::Focus } else { Meaning::Dim });
    let kind = if focused { BorderType::Thick } else { BorderType::Plain };
    // Bold and dim at once look different on every terminal.
    let title = title.patch_style(Style::new().remove_modifier(Modifier::DIM));
    Block::bordered().border_type(kind).border_style(style).title(title)
}

/// Rows that a window may take: whatever is asked, the header stays in sight.
pub fn rows_of_window(area: Rect) -> u16 {
    area.height.saturating_sub(1)
}

/// A window over the panes: cleared, bordered, at most as large as the screen below the header.
pub fn window(paper: &mut Buffer, size: (u16, u16), title: Line<'static>, border: Style) -> Rect {
    let area = paper.area;
    let [column] = Layout::horizontal([Constraint::Length(size.0.min(area.width))]).flex(Flex::Center).areas(area);
    let rows = Constraint::Length(size.1.min(rows_of_window(area)));
    let [mut rect] = Layout::vertical([rows]).flex(Flex::Center).areas(column);
    rect.y = rect.y.max(1);
    let block = Block::bordered().border_type(BorderType::Double).border_style(border).title(title);
    let inner = block.inner(rect);
    Clear.render(rect, paper);
    block.render(rect, paper);
    inner
}

/// The rows of a list that are in sight, without any scroll position to remember. The list goes by
/// three quarters of its height at a time, so that most moves change two rows and not all of them;
/// the selected one always has an eighth above and below it.
pub fn in_sight(len: usize, selected: Option<usize>, height: usize) -> Range<usize> {
    by_steps(len, selected.unwrap_or(0), height, height * 3 / 4)
}

/// The same for what has to be read around the place one is at: by half the height, with a quarter
/// above and below.
pub fn around(len: usize, place: usize, height: usize) -> Range<usize> {
    by_steps(len, place, height, height / 2)
}

fn by_steps(len: usize, place: usize, height: usize, step: usize) -> Range<usize> {
    let step = step.max(1);
    let block = place / step * step;
    let start = block.saturating_sub(height.saturating_sub(step) / 2).min(len.saturating_sub(height));
    start..len.min(start + height)
}

/// Lines from `scroll` on; scrolled too far, the last ones.
pub fn scrolled(paper: &mut Buffer, area: Rect, lines: Vec<Line<'static>>, scroll: u16) {
    let most = lines.len().saturating_sub(usize::from(area.height));
    let skip = usize::from(scroll).min(most);
    let shown: Vec<Line<'static>> = lines.into_iter().skip(skip).take(usize::from(area.height)).collect();
    paint(paper, area, &shown);
}

/// Writes lines from the top of an area, cut at its edges. What a paragraph would do, without
/// looking for graphemes in plain text: most of a frame is that.
pub fn paint(paper: &mut Buffer, area: Rect, lines: &[Line<'_>]) {
    let buffer = paper;
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        let mut x = area.left();
        for span in &line.spans {
            x = put(buffer, (x, y), area.right(), &span.content, line.style.patch(span.style));
        }
    }
}

/// Writes a piece of text; gives where the next one goes.
fn put(buffer: &mut Buffer, (x, y): (u16, u16), end: u16, text: &str, style: Style) -> u16 {
    if !super::text::is_plain(text) {
        let room = usize::from(end.saturating_sub(x));
        let next = buffer.set_stringn(x, y, text, room, style).0;
        // What did not fit ends the line, even where half a wide letter's room is left.
        return if super::text::width(text) > room { end } else { next };
    }
    let mut at = x;
    for (letter, x) in text.chars().zip(x..end) {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_char(letter).set_style(style);
        }
        at = x + 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::widgets::Paragraph;

    #[test]
    fn the_selected_row_is_always_in_sight() {
        for len in 0..30 {
            for selected in 0..len {
                for range in [in_sight(len, Some(selected), 7), around(len, selected, 7)] {
                    assert!(range.contains(&selected));
                    assert_eq!(range.len(), len.min(7));
                }
            }
        }
    }

    #[test]
    fn most_moves_leave_the_list_where_it_is() {
        let starts: Vec<usize> = (0..1_000).map(|selected| in_sight(1_000, Some(selected), 45).start).collect();
        let scrolled = starts.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(scrolled <= 1_000 / 33, "{scrolled}");
        for (selected, start) in (100..900).zip(&starts[100..900]) {
            assert!((5..40).contains(&(selected - start)), "{selected} in the list from {start}");
        }
    }

    #[test]
    fn painted_lines_are_what_a_paragraph_makes_of_them() {
        use ratatui::style::Color;
        let lines = vec![
            Line::from(vec![
                Span::raw("plain "),
                Span::styled("日本語 wide", Style::new().fg(Color::Red)),
                Span::raw("!"),
            ]),
            Line::from("e\u{301}tude · …").style(Style::new().bg(Color::Blue)),
            Line::from("much longer than there is room for in this place"),
            Line::default(),
            Line::from("below the edge"),
        ];
        for width in 1..20 {
            let area = Rect::new(2, 1, width, 4);
            let draw = |paragraph: bool| {
                let mut paper = Buffer::empty(Rect::new(0, 0, 24, 6));
                if paragraph {
                    Paragraph::new(lines.clone()).render(area, &mut paper);
                } else {
                    paint(&mut paper, area, &lines);
                }
                paper
            };
            assert_eq!(draw(true), draw(false), "{width}");
        }
    }
}
