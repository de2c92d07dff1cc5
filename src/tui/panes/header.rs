//! One line: where we are, whether the picture is fresh, how many orders need the operator, and
//! the nearest deadline.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use crate::app::{Connection, EnvironmentKind};
use crate::domain::countdown::{self, Pressure};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect) {
    let (armed, meaning) = look.armed();
    let mut spans = vec![environment(look), Span::raw(" "), look.span(armed, meaning), Span::raw("  ")];
    spans.extend(connection(look));
    spans.push(Span::raw("  "));
    spans.extend(middle(look, usize::from(area.width).saturating_sub(width(&spans))));
    let clock = clock(look);
    let used = width(&spans);
    let free = usize::from(area.width).saturating_sub(used);
    if free > clock.len() {
        let who = who(look);
        let who = if free > clock.len() + text::width(&who) + 2 { who } else { String::new() };
        let gap = free - clock.len() - text::width(&who);
        spans.push(Span::raw(" ".repeat(gap)));
        spans.push(look.span(who, Meaning::Dim));
        spans.push(Span::raw(clock));
    }
    if look.real_money() {
        let ground = look.theme.style(Meaning::Production);
        let spans: Vec<Span<'static>> = spans.into_iter().map(|span| on_ground(look, span, ground)).collect();
        Paragraph::new(Line::from(spans)).style(ground).render(area, paper);
    } else {
        Paragraph::new(Line::from(spans)).render(area, paper);
    }
}

/// To the minute: a screen on which nothing happens has nothing to draw.
fn clock(look: Look<'_>) -> String {
    let now = look.model.now;
    let past = u64::try_from(now.wall.timestamp_millis().rem_euclid(60_000)).unwrap_or(0);
    look.changes.at(now.mono + std::time::Duration::from_millis(60_000 - past));
    format!("{} UTC ", now.wall.format("%H:%M"))
}

/// Counts, the nearest deadline and warnings in `room` cells. Where there is little, how many are live
/// and the deadline's order go first; nothing but a warning is ever cut off in the middle, because
/// half a countdown would be another one.
fn middle(look: Look<'_>, room: usize) -> Vec<Span<'static>> {
    let (needs, live) = counts(look);
    let warnings = warnings(look);
    let mut left = room.saturating_sub(needs.width() + width(&warnings));
    let mut fits = |piece: &[Span<'_>]| {
        let fits = width(piece) <= left;
        left -= if fits { width(piece) } else { 0 };
        fits
    };
    let mut next = deadline(look);
    let id = next.split_off(next.len().min(2));
    let next = if fits(&next) { next } else { Vec::new() };
    let live: Vec<Span<'static>> = live.into_iter().filter(|live| fits(std::slice::from_ref(live))).collect();
    let id = if !next.is_empty() && fits(&id) { id } else { Vec::new() };
    [vec![needs], live, next, id, warnings].concat()
}

fn width(spans: &[Span<'_>]) -> usize {
    spans.iter().map(Span::width).sum()
}

/// The whole line is the ground of real money. What is urgent stands out by being the other way
/// round, because its own colours would not be read there; what is critical is of that ground.
fn on_ground(look: Look<'_>, span: Span<'static>, ground: Style) -> Span<'static> {
    let urgent = [Meaning::NeedsYou, Meaning::Trouble, Meaning::Critical].map(|meaning| look.theme.style(meaning));
    if span.style == Style::default() || span.style == ground || !urgent.contains(&span.style) {
        return span.style(ground);
    }
    let turned = if ground.add_modifier.contains(Modifier::REVERSED) {
        ground.remove_modifier(Modifier::REVERSED)
    } else {
        ground.add_modifier(Modifier::REVERSED)
    };
    span.style(turned)
}

pub fn environment(look: Look<'_>) -> Span<'static> {
    let (word, meaning) = match &look.model.session.environment {
        EnvironmentKind::Production => (" PRODUCTION - REAL MONEY ".to_owned(), Meaning::Production),
        EnvironmentKind::Staging => (" STAGING ".to_owned(), Meaning::NotProduction),
        EnvironmentKind::Sandbox => (" SANDBOX ".to_owned(), Meaning::NotProduction),
        EnvironmentKind::Other(word) => (format!(" {} ", text::safe(word, 20)), Meaning::Production),
    };
    look.span(word, meaning)
}

fn connection(look: Look<'_>) -> Vec<Span<'static>> {
    let model = look.model;
    let age = model.last_answer.map(|at| look.age(&at));
    let silent = model.last_answer.is_some_and(|at| look.is_older(&at, look.limits().silent_after));
    let old = age.map(|age| age.words);
    match &model.connection {
        Connection::Connecting => match model.known_since {
            Some(at) => {
                let age = look.age_of((model.now.wall - at).to_std().unwrap_or_default()).words;
                vec![look.span(format!("connecting, last known {age} ago"), Meaning::NeedsYou)]
            }
            None => vec![look.span("connecting", Meaning::Dim)],
        },
        // Green has an end: silence is not health.
        Connection::Live if silent => {
            vec![look.span(format!("⚠ no answer for {}", old.unwrap_or_default()), Meaning::Trouble)]
        }
        Connection::Live => vec![look.span(format!("● live {}", old.unwrap_or_default()), Meaning::Good)],
        Connection::Unauthorized => vec![look.span("✗ API KEY REFUSED", Meaning::Critical)],
        Connection::Failing { retry_at, .. } => {
            look.changes.every(1);
            let wait = retry_at.map_or(0, |at| at.mono.since(model.now.mono).as_millis().div_ceil(1_000));
            let age = old.map_or_else(|| "no data yet".to_owned(), |old| format!("data {old} old"));
            vec![look.span(format!("✗ OFFLINE {age}, retry {wait}s"), Meaning::Critical)]
        }
    }
}

/// How many need the operator, and how many are live.
fn counts(look: Look<'_>) -> (Span<'static>, Option<Span<'static>>) {
    let visible = &look.model.visible;
    if look.model.last_answer.is_none() && look.model.orders.is_empty() {
        return (look.span("no orders read yet", Meaning::Dim), None);
    }
    let needs = if visible.needs_you > 0 {
        look.span(format!("▲ {} need you", visible.needs_you), Meaning::NeedsYou)
    } else {
        look.span("nothing needs you", Meaning::Good)
    };
    (needs, Some(Span::raw(format!(" · {} live", visible.live))))
}

fn deadline(look: Look<'_>) -> Vec<Span<'static>> {
    let model = look.model;
    let row = model.visible.next_deadline.as_ref().and_then(|id| model.orders.get(id));
    let Some((row, left)) = row.and_then(|row| Some((row, countdown::of(&row.seen, &model.now)?))) else {
        return Vec::new();
    };
    look.changes.every(1);
    let meaning = match left.pressure {
        Pressure::Calm => Meaning::Plain,
        Pressure::Soon => Meaning::NeedsYou,
        Pressure::Critical | Pressure::Over => Meaning::Critical,
    };
    vec![
        Span::raw("  next "),
        look.span(text::countdown(left.seconds_left), meaning),
        Span::raw(format!(" {}", text::safe(row.seen.value.id.short(), 8))),
    ]
}

fn warnings(look: Look<'_>) -> Vec<Span<'static>> {
    let model = look.model;
    let mut spans = Vec::new();
    if model.session.read_only {
        spans.push(look.span("  READ-ONLY", Meaning::NeedsYou));
    }
    if let Some(skew) = model.skew_seconds.filter(|s| s.abs() > 30) {
        spans.push(look.span(format!("  ⚠ clocks differ by {skew} s"), Meaning::Trouble));
    }
    let unknown = model.unknown_outcomes();
    if unknown > 0 {
        spans.push(look.span(format!("  ⚠ {unknown} outcome unknown"), Meaning::Trouble));
    }
    if !model.set_aside.is_empty() {
        spans.push(look.span(format!("  ⚠ {} unreadable", model.set_aside.len()), Meaning::Trouble));
    }
    spans
}

fn who(look: Look<'_>) -> String {
    let session = &look.model.session;
    if look.model.starting {
        return format!("{}  ", text::safe(&session.profile, 32));
    }
    let key = session.signer.map_or_else(|| "no signing key".to_owned(), |a| short_address(&a.to_string()));
    format!("{} · {key}  ", text::safe(&session.profile, 32))
}

/// Head and tail of an address, for places where it is only a reminder.
fn short_address(address: &str) -> String {
    let head = address.get(..6).unwrap_or(address);
    let tail = address.get(address.len().saturating_sub(4)..).unwrap_or("");
    format!("key {head}…{tail}")
}
