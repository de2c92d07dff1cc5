//! Small pieces shared by panes and windows: bordered blocks, fields, a window in the middle,
//! a list that keeps its selection in sight.

use ratatui::Frame;
use ratatui::layout::{Constraint, Flex, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};

use super::theme::{Meaning, Theme};

/// What a drawing function needs besides where to draw.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// What is drawn.
    pub model: &'a crate::app::Model,
    /// How meanings look.
    pub theme: Theme,
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
            Some(left) => (format!("◉ ARMED {}", super::text::countdown(left.as_secs())), Meaning::NeedsYou),
            None => ("○ disarmed".to_owned(), Meaning::Dim),
        }
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
    Block::bordered().border_type(kind).border_style(style).title(title)
}

/// Rows that a window may take: whatever is asked, the header stays in sight.
pub fn rows_of_window(area: Rect) -> u16 {
    area.height.saturating_sub(1)
}

/// A window over the panes: cleared, bordered, at most as large as the screen below the header.
pub fn window(frame: &mut Frame<'_>, size: (u16, u16), title: Line<'static>, border: Style) -> Rect {
    let area = frame.area();
    let [column] = Layout::horizontal([Constraint::Length(size.0.min(area.width))]).flex(Flex::Center).areas(area);
    let rows = Constraint::Length(size.1.min(rows_of_window(area)));
    let [mut rect] = Layout::vertical([rows]).flex(Flex::Center).areas(column);
    rect.y = rect.y.max(1);
    let block = Block::bordered().border_type(BorderType::Double).border_style(border).title(title);
    let inner = block.inner(rect);
    frame.render_widget(Clear, rect);
    frame.render_widget(block, rect);
    inner
}

/// The rows of a list that are in sight: the selected one is kept near the middle, without any
/// scroll position to remember.
pub fn in_sight(len: usize, selected: Option<usize>, height: usize) -> std::ops::Range<usize> {
    let last_start = len.saturating_sub(height);
    let start = selected.unwrap_or(0).saturating_sub(height / 2).min(last_start);
    start..len.min(start + height)
}

/// Lines from `scroll` on; scrolled too far, the last ones.
pub fn scrolled(frame: &mut Frame<'_>, area: Rect, lines: Vec<Line<'static>>, scroll: u16) {
    let most = lines.len().saturating_sub(usize::from(area.height));
    let skip = usize::from(scroll).min(most);
    let shown: Vec<Line<'static>> = lines.into_iter().skip(skip).take(usize::from(area.height)).collect();
    frame.render_widget(Paragraph::new(shown), area);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_row_is_always_in_sight() {
        for len in 0..30 {
            for selected in 0..len {
                let range = in_sight(len, Some(selected), 7);
                assert!(range.contains(&selected));
                assert_eq!(range.len(), len.min(7));
            }
        }
    }
}
