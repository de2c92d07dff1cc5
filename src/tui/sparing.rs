//! Writes what changed on the screen with few bytes: over a slow line each of them is waited for.
//!
//! The usual writer goes to every changed stretch by its row and column, sets each part of a style
//! by a sequence of its own and ends every frame, empty ones too, by setting everything back. This
//! one goes forward by the distance, sets in one sequence what differs, and says nothing twice.
//! Source of the sequences: ECMA-48, sections 8.3.20 (CUF), 8.3.21 (CUP) and 8.3.117 (SGR).

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// The usual writer, but for how changes are written.
#[derive(Debug)]
pub struct Sparing<W: Write> {
    inner: CrosstermBackend<W>,
    hidden: bool,
}

impl<W: Write> Sparing<W> {
    /// Over whatever takes bytes.
    pub fn new(writer: W) -> Self {
        Self { inner: CrosstermBackend::new(writer), hidden: false }
    }
}

impl<W: Write> Backend for Sparing<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let (mut at, mut style) = (None, Style::PLAIN);
        for (x, y, cell) in content {
            go(&mut self.inner, at, (x, y))?;
            let wanted = Style::of(cell);
            style.change_to(wanted, &mut self.inner)?;
            style = wanted;
            self.inner.write_all(cell.symbol().as_bytes())?;
            // Where a wide letter leaves the cursor is the terminal's own affair.
            at = (cell.symbol().width() == 1).then(|| (x.saturating_add(1), y));
        }
        style.change_to(Style::PLAIN, &mut self.inner)
    }

    fn append_lines(&mut self, n: u16) -> io::Result<()> {
        self.inner.append_lines(n)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.hidden, true) { Ok(()) } else { self.inner.hide_cursor() }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.hidden = false;
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

/// Moves the cursor, counted from zero, to where it is wanted.
fn go(out: &mut impl Write, at: Option<(u16, u16)>, (x, y): (u16, u16)) -> io::Result<()> {
    match at {
        Some(here) if here == (x, y) => Ok(()),
        Some((from, row)) if row == y && from < x && x - from == 1 => out.write_all(b"\x1b[C"),
        Some((from, row)) if row == y && from < x => write!(out, "\x1b[{}C", x - from),
        _ => write!(out, "\x1b[{};{}H", y.saturating_add(1), x.saturating_add(1)),
    }
}

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

/// Modifiers and the parameters that turn them on.
const MODIFIERS: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

impl Style {
    const PLAIN: Self =
        Self { fg: Color::Reset, bg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() };

    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier }
    }

    /// Sets what differs. What is to be turned off is turned off by turning everything off.
    fn change_to(self, wanted: Self, out: &mut impl Write) -> io::Result<()> {
        if self == wanted {
            return Ok(());
        }
        if wanted == Self::PLAIN {
            return out.write_all(b"\x1b[m");
        }
        let clears = !wanted.modifier.contains(self.modifier);
        let from = if clears { Self::PLAIN } else { self };
        let mut list = List { out, first: true };
        list.out.write_all(b"\x1b[")?;
        if clears {
            list.add(format_args!("0"))?;
        }
        for (_, number) in MODIFIERS.iter().filter(|(one, _)| (wanted.modifier - from.modifier).contains(*one)) {
            list.add(format_args!("{number}"))?;
        }
        list.colour(from.fg, wanted.fg, 30)?;
        list.colour(from.bg, wanted.bg, 40)?;
        list.colour(from.underline, wanted.underline, 50)?;
        list.out.write_all(b"m")
    }
}

/// Parameters of one sequence.
struct List<'o, W: Write> {
    out: &'o mut W,
    first: bool,
}

impl<W: Write> List<'_, W> {
    fn add(&mut self, parameter: std::fmt::Arguments<'_>) -> io::Result<()> {
        if !std::mem::replace(&mut self.first, false) {
            self.out.write_all(b";")?;
        }
        self.out.write_fmt(parameter)
    }

    /// A colour of the letters (`base` 30), the ground (40) or the underline (50).
    fn colour(&mut self, from: Color, wanted: Color, base: u8) -> io::Result<()> {
        if from == wanted {
            return Ok(());
        }
        let (one_of_many, back) = (base + 8, base + 9);
        match wanted {
            Color::Reset => self.add(format_args!("{back}")),
            Color::Rgb(r, g, b) => self.add(format_args!("{one_of_many};2;{r};{g};{b}")),
            Color::Indexed(index) => self.add(format_args!("{one_of_many};5;{index}")),
            named => match number(named) {
                // Of the underline there are no short names.
                index if base == 50 => self.add(format_args!("{one_of_many};5;{index}")),
                index if index < 8 => self.add(format_args!("{}", base + index)),
                index => self.add(format_args!("{}", base + 52 + index)),
            },
        }
    }
}

/// The place of a named colour among the first sixteen.
fn number(named: Color) -> u8 {
    match named {
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    const AREA: Rect = Rect { x: 0, y: 0, width: 14, height: 4 };

    fn colour() -> impl Strategy<Value = Color> {
        prop_oneof![
            Just(Color::Reset),
            prop::sample::select(vec![Color::Black, Color::Red, Color::Gray, Color::DarkGray, Color::White]),
            any::<u8>().prop_map(Color::Indexed),
            any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color::Rgb(r, g, b)),
        ]
    }

    type Stroke = (u16, u16, &'static str, Color, Color, u16);

    fn frames() -> impl Strategy<Value = Vec<Vec<Stroke>>> {
        let text = prop::sample::select(vec!["a", " ", "bc d", "é…▲", "漢字", "x  y"]);
        let stroke = (0..AREA.width, 0..AREA.height, text, colour(), colour(), 0u16..512);
        prop::collection::vec(prop::collection::vec(stroke, 0..8), 1..6)
    }

    fn draw(backend: &mut impl Backend, before: &Buffer, after: &Buffer) {
        assert!(backend.draw(before.diff(after).into_iter()).is_ok());
    }

    proptest! {
        /// A terminal shows the same as by the usual writer, after each of many frames.
        #[test]
        fn a_terminal_shows_the_same(frames in frames()) {
            let screen = || vt100::Parser::new(4.try_into().unwrap(), 14.try_into().unwrap(), 0);
            let (mut ours, mut usual) = (screen(), screen());
            let (mut few, mut many) = (0, 0);
            let mut before = Buffer::empty(AREA);
            for frame in frames {
                let mut after = before.clone();
                for (x, y, text, fg, bg, modifier) in frame {
                    let style = ratatui::style::Style::reset().fg(fg).bg(bg);
                    let modifier = Modifier::from_bits_truncate(modifier);
                    // The parser knows either bold or dim, whichever came last.
                    let dim = if modifier.contains(Modifier::BOLD) { Modifier::DIM } else { Modifier::empty() };
                    after.set_string(x, y, text, style.add_modifier(modifier - dim));
                }
                let (mut a, mut b) = (Vec::new(), Vec::new());
                draw(&mut Sparing::new(&mut a), &before, &after);
                draw(&mut CrosstermBackend::new(&mut b), &before, &after);
                ours.process(&a);
                usual.process(&b);
                (few, many) = (few + a.len(), many + b.len());
                let cells = |screen: &vt100::Parser| {
                    let cell = |y, x| format!("{:?}", screen.screen().cell(y, x));
                    (0..4).flat_map(|y| (0..14).map(move |x| (y, x))).map(|(y, x)| cell(y, x)).collect::<Vec<_>>()
                };
                for (ours, usual) in cells(&ours).iter().zip(cells(&usual)) {
                    prop_assert_eq!(ours, &usual);
                }
                before = after;
            }
            prop_assert!(few <= many, "{few} bytes against {many}");
        }
    }

    #[test]
    fn a_frame_in_which_nothing_changed_is_not_a_byte() {
        let (mut out, buffer) = (Vec::new(), Buffer::empty(AREA));
        draw(&mut Sparing::new(&mut out), &buffer, &buffer);
        assert!(out.is_empty());
    }

    #[test]
    fn the_cursor_is_hidden_once() {
        let mut out = Vec::new();
        let mut backend = Sparing::new(&mut out);
        for hide in [true, true, false, true] {
            assert!(if hide { backend.hide_cursor() } else { backend.show_cursor() }.is_ok());
        }
        assert_eq!(out, b"\x1b[?25l\x1b[?25h\x1b[?25l");
    }
}
