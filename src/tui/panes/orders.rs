//! The list of orders. What needs the operator stands first, with a sign, a word and a colour.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::orders::Listed;
use crate::app::view_state::Pane;
use crate::domain::countdown::{self, Pressure};
use crate::domain::status::KnownStatus;
use crate::domain::urgency::Urgency;
use crate::domain::{Actor, Amount, NextAction, Order, Status};
use crate::tui::panes::idle;
use crate::tui::theme::Meaning;
use crate::tui::view::Part;
use crate::tui::widgets::{Changes, Look, in_sight, paint, pane_block};
use crate::tui::{keymap, text};

pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    let block = pane_block(look, title(look), look.model.pane == Pane::Orders);
    let inner = block.inner(area);
    block.render(area, paper);
    let [heading, list] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inner);
    let width = usize::from(inner.width);
    paint(paper, heading, &[look.line(Columns::for_width(width).heading(), Meaning::Dim)]);
    let (model, visible) = (look.model, &look.model.visible);
    if visible.is_empty() {
        return paint(paper, list, &idle::orders(look, width));
    }
    for (place, area) in in_sight(visible.len(), model.selected_index(), usize::from(list.height)).zip(list.rows()) {
        let changes = Changes::default();
        row(Look { changes: &changes, ..look }, paper, area, place);
        look.changes.part(Part::Listed(place), area, changes.next(model.now.mono));
    }
}

/// The order in this place of the list.
pub fn row(look: Look<'_>, paper: &mut Buffer, area: Rect, place: usize) {
    let columns = Columns::for_width(usize::from(area.width));
    let listed = look.model.visible.rows(&look.model.orders, place..place + 1);
    listed.for_each(|listed| paint(paper, area, &[line(look, &columns, &listed)]));
}

fn title(look: Look<'_>) -> Line<'static> {
    let model = look.model;
    let listing = &model.listing;
    let mut words = format!(" 3 Orders · {} {}", model.visible.len(), listing.scope.label());
    let turned = if listing.reversed { " ↑" } else { "" };
    words += &format!(" · by {}{turned}", listing.sort.label());
    if !listing.text.is_empty() {
        words += &format!(" · /{}", text::safe(&listing.text, 30));
    }
    if let Some(user) = &listing.user {
        words += &format!(" · user {}", text::safe(user.short(), 8));
    }
    if model.listing.user.is_some() && model.visible.of_unknown_user > 0 {
        words += &format!(" · {} live of unknown user hidden", model.visible.of_unknown_user);
    }
    words += &under_way(look);
    words.push(' ');
    look.line(words, Meaning::Heading)
}

/// What is not done yet of the list: it is still being read, or another one is being made.
fn under_way(look: Look<'_>) -> String {
    let model = look.model;
    let known = model.orders.len();
    let reading = model.reading.filter(|all| *all > known).map(|all| format!(" · {known} of {all} known"));
    let work = model.work.as_ref().map(|work| if work.filters() { " · filtering…" } else { " · listing…" });
    reading.unwrap_or_default() + work.unwrap_or_default()
}

/// Which columns there is room for, and how wide they are. A width of 0 leaves a column out.
struct Columns {
    /// What it needs from the operator, or else its status; with room to spare only the former.
    state: usize,
    status: usize,
    crypto: usize,
    fiat: usize,
    since: usize,
}

/// Cells of the state where there is room for all of it.
const STATE: usize = 23;

/// Sign, id, time left and age with their spaces.
const FIXED: usize = 3 + 9 + 8 + 6;

impl Columns {
    fn for_width(width: usize) -> Self {
        // Words may be cut where it is tight, amounts may not.
        let short = (FIXED + STATE + 1 + 17 + 1).saturating_sub(width);
        let mut columns = Self { state: STATE - short.min(11), status: 0, crypto: 17, fiat: 0, since: 0 };
        let mut free = width.saturating_sub(FIXED + STATE + 1 + 17 + 1);
        for (column, cells) in [(&mut columns.fiat, 18), (&mut columns.status, 22), (&mut columns.since, 5)] {
            if free > cells {
                *column = cells;
                free -= cells + 1;
            }
        }
        if columns.fiat == 0 {
            columns.crypto += free.min(5);
        }
        columns
    }

    fn heading(&self) -> String {
        let mut out = format!("   {} ", text::left("order", 8));
        let state = if self.status > 0 { "needs" } else { "needs / status" };
        out += &format!("{} ", text::left(state, self.state));
        if self.status > 0 {
            out += &format!("{} ", text::left("status", self.status));
        }
        let amount = if self.fiat > 0 { "crypto" } else { "amount" };
        out += &format!("{} {} ", text::right("left", 7), text::right(amount, self.crypto));
        if self.fiat > 0 {
            out += &format!("{} ", text::right("fiat", self.fiat));
        }
        if self.since > 0 {
            out += &format!("{} ", text::right("since", self.since));
        }
        out + &text::right("read", 5)
    }
}

fn line(look: Look<'_>, columns: &Columns, listed: &Listed<'_>) -> Line<'static> {
    let urgency = listed.urgency(&look.model.now);
    let (sign, meaning) = sign(urgency, listed);
    let noted = if look.model.notes.contains_key(listed.id()) { "*" } else { " " };
    let mut spans = vec![
        look.span(format!("{sign:<1}{noted} "), meaning),
        Span::raw(format!("{} ", text::left(&text::safe(listed.short(), 8), 8))),
        state(look, columns, listed, (urgency, meaning)),
        Span::raw(" "),
    ];
    if columns.status > 0 {
        spans.push(Span::raw(format!("{} ", text::left(&status(look, listed), columns.status))));
    }
    spans.extend([
        left(look, listed),
        Span::raw(format!(" {}", text::right(&first_amount(columns, listed), columns.crypto))),
    ]);
    if columns.fiat > 0 {
        spans.push(Span::raw(format!(" {}", text::right(&money(listed.fiat()), columns.fiat))));
    }
    if columns.since > 0 {
        spans.push(look.span(format!(" {}", text::right(&since(look, listed), columns.since)), Meaning::Dim));
    }
    spans.push(Span::raw(" "));
    spans.push(age(look, listed));
    let selected = look.model.selected.as_ref().is_some_and(|id| id.as_str() == listed.id());
    if !selected {
        return Line::from(spans);
    }
    // Less important, but not where one is looking; and red cannot be read on this ground.
    let plain = [Meaning::Dim, Meaning::Trouble].map(|meaning| look.theme.style(meaning));
    spans.iter_mut().filter(|span| plain.contains(&span.style)).for_each(|span| span.style = Style::new());
    Line::from(spans).style(look.theme.style(Meaning::Selected))
}

fn money((amount, currency): (Option<Amount>, Option<&str>)) -> String {
    text::money(amount, currency, true)
}

/// The crypto; where the fiat has no column of its own, the fiat for whoever has to look for it
/// in a bank account.
fn first_amount(columns: &Columns, listed: &Listed<'_>) -> String {
    let about_fiat = listed.row().map(|row| &row.seen.value).is_some_and(|order| {
        order.our_next_action() == Some(NextAction::ConfirmFiatReceived)
            || order.status.is(KnownStatus::AwaitingFiatTransfer)
    });
    money(if columns.fiat == 0 && about_fiat { listed.fiat() } else { listed.crypto() })
}

fn sign(urgency: Urgency, listed: &Listed<'_>) -> (&'static str, Meaning) {
    match urgency {
        _ if listed.row().is_some_and(|row| row.trouble.is_some()) => ("?", Meaning::Trouble),
        Urgency::Critical => ("‼", Meaning::Critical),
        Urgency::NeedsYou => ("▲", Meaning::NeedsYou),
        Urgency::Trouble => ("?", Meaning::Trouble),
        Urgency::Waiting => ("·", Meaning::Plain),
        Urgency::Optional => ("○", Meaning::Plain),
        Urgency::Ended => (" ", Meaning::Dim),
    }
}

/// What it needs from the operator, with the key that does it; else its status where that has no
/// column of its own, else whom it waits for.
fn state(
    look: Look<'_>,
    columns: &Columns,
    listed: &Listed<'_>,
    (urgency, meaning): (Urgency, Meaning),
) -> Span<'static> {
    let order = listed.row().map(|row| &row.seen.value);
    let keyed = |key: Option<&str>, words: &str| match key {
        // Where it is tight the word counts more than the key; read-only no key does it.
        Some(key) if columns.state >= STATE && !look.model.session.read_only => format!("[{key}] {words}"),
        _ => words.to_owned(),
    };
    let status = || status(look, listed);
    let foreign = order.is_some_and(|order| order.next_action.is_some());
    let (words, meaning) = match order.and_then(Order::our_next_action) {
        Some(action) => (keyed(keymap::key_of(&action), &text::safe(action.label(), 40)), meaning),
        None if urgency == Urgency::Optional => (keyed(Some("t"), "send out possible"), meaning),
        // A widget order looks like one of ours but for this.
        None if foreign && columns.status == 0 => (format!("not ours: {}", status()), Meaning::Dim),
        None if columns.status == 0 => (status(), meaning),
        None => (waits(listed.status(), foreign), Meaning::Dim),
    };
    look.span(text::left(&words, columns.state), meaning)
}

/// Its status; where an event has announced another one, that one with an arrow.
fn status(look: Look<'_>, listed: &Listed<'_>) -> String {
    match look.model.announced.of(listed.id()) {
        Some(announced) => format!("→ {}", text::safe(announced.status.label(), 40)),
        None => text::safe(listed.status().label(), 40),
    }
}

/// How long ago it last moved, by the server's clock.
fn since(look: Look<'_>, listed: &Listed<'_>) -> String {
    let moved = listed.updated_at().map(|at| look.ago(at));
    moved.map_or_else(|| "?".to_owned(), |age| look.age_of(age).words)
}

fn waits(status: &Status, foreign: bool) -> String {
    match status.actor() {
        _ if foreign => "not ours to act on".to_owned(),
        Actor::Nobody => "-".to_owned(),
        Actor::Partner => "nothing now".to_owned(),
        actor => format!("waits for {}", actor.label()),
    }
}

fn left(look: Look<'_>, listed: &Listed<'_>) -> Span<'static> {
    let left = listed.row().and_then(|row| countdown::of(&row.seen, &look.model.now));
    let Some(left) = left else { return Span::raw(" ".repeat(7)) };
    let meaning = match left.pressure {
        Pressure::Calm => Meaning::Plain,
        Pressure::Soon => Meaning::NeedsYou,
        Pressure::Critical | Pressure::Over => Meaning::Critical,
    };
    if left.pressure == Pressure::Over {
        return look.span(text::right("read it", 7), meaning);
    }
    look.changes.every(1);
    look.span(text::right(&text::countdown(left.seconds_left), 7), meaning)
}

fn age(look: Look<'_>, listed: &Listed<'_>) -> Span<'static> {
    let age = look.age(&listed.asked());
    let stale = listed.is_live() && look.is_older(&listed.asked(), look.limits().stale_after);
    let words = if stale { format!("!{}", age.words) } else { age.words };
    look.span(text::right(&words, 5), if stale { Meaning::Trouble } else { Meaning::Dim })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_cut_off_on_the_right() {
        for width in 58..200 {
            let heading = Columns::for_width(width).heading();
            assert!(heading.chars().count() <= width, "{width}: {heading}");
        }
    }
}
