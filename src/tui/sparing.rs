//! Writes what changed on the screen with few bytes: over a slow line each of them is waited for.
//!
//! It knows what the terminal shows, so whatever is drawn, whole or in parts, only cells that look
//! different are written. Of the ways to get to the next of them it takes the shortest, and a few
//! cells that stay as they are may be written again on the way where that is shorter than a jump.
//! Source of the sequences: ECMA-48, sections 8.3.18 to 8.3.21 (CUB, CUD, CUF, CUP), 8.3.38 (ECH)
//! and 8.3.39 (ED).

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::{Rect, Size};
use unicode_width::UnicodeWidthChar;

use super::sgr::Ink;

/// What a terminal shows, and the way to show it something else.
#[derive(Debug, Default)]
pub struct Sparing {
    size: Size,
    spots: Vec<Spot>,
}

/// One cell of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot {
    /// `None` where that is not known: the right half of a wide letter, letters of several parts.
    letter: Option<char>,
    ink: Ink,
}

impl Spot {
    const BLANK: Self = Self { letter: Some(' '), ink: Ink::PLAIN };
    const UNKNOWN: Self = Self { letter: None, ink: Ink::PLAIN };

    /// What a cell is to be, and how many cells that takes.
    fn of(cell: &Cell) -> (Self, u16) {
        let symbol = cell.symbol();
        let mut letters = symbol.chars();
        let (first, rest) = (letters.next(), letters.next());
        let letter = first.filter(|letter| rest.is_none() && letter.width().is_some_and(|width| width > 0));
        // As wide as the frame has it, so that what stands behind it is what the frame has there.
        let width = letter.and_then(UnicodeWidthChar::width).and_then(|width| u16::try_from(width).ok());
        (Self { letter, ink: Ink::of(cell) }, width.unwrap_or_else(|| cell.cell_width()).max(1))
    }

    fn is_blank(self) -> bool {
        self.letter == Some(' ')
    }

    /// A blank that erasing makes: terminals do not agree on erasing with a coloured ground.
    fn is_erased(self) -> bool {
        self == Self::BLANK
    }
}

/// Where the terminal's cursor is and how the next letter will look.
struct Pen<'o> {
    out: &'o mut String,
    /// Column and row from zero; `None` where that is the terminal's own affair.
    at: Option<(u16, u16)>,
    ink: Ink,
}

/// From so many blanks on, erasing is shorter than writing, the way behind them included.
const ERASED: u16 = 9;

/// The longest way along a row on which writing what is there can be shorter than a jump.
const BRIDGED: u16 = 5;

impl Sparing {
    /// The sequences that empty a screen of this size, whatever it shows and however letters look.
    pub fn clear(&mut self, size: Size, out: &mut String) {
        self.size = size;
        self.spots.clear();
        self.spots.resize(usize::from(size.width) * usize::from(size.height), Spot::BLANK);
        // Margins that another program left would hold the cursor.
        out.push_str("\x1b[m\x1b[r\x1b[2J\x1b[?25l");
    }

    /// The sequences that make these parts of the terminal look like those of `paper`. Letters are
    /// plain before and after it.
    pub fn draw(&mut self, paper: &Buffer, areas: &[Rect], out: &mut String) {
        let mut pen = Pen { out, at: None, ink: Ink::PLAIN };
        let all = paper.area.intersection(Rect { x: 0, y: 0, width: self.size.width, height: self.size.height });
        for area in areas {
            let area = area.intersection(all);
            for y in area.top()..area.bottom() {
                self.row(&mut pen, paper, (area.left(), area.right()), y);
            }
        }
        pen.ink.change_to(Ink::PLAIN, pen.out);
    }

    fn row(&mut self, pen: &mut Pen<'_>, paper: &Buffer, (mut x, end): (u16, u16), y: u16) {
        // Behind a letter that may have taken more cells than it should, everything is written.
        let mut sure = true;
        while x < end
            && let Some(cell) = paper.cell((x, y))
        {
            let (wanted, width) = Spot::of(cell);
            if sure && wanted.letter.is_some() && self.spot((x, y)) == Some(wanted) {
                x = x.saturating_add(width);
                continue;
            }
            let blanks = if sure && wanted.is_erased() { self.blanks(paper, (x, end), y) } else { 0 };
            self.go(pen, (x, y));
            let ink = if wanted.is_blank() { pen.ink.without_letter() } else { pen.ink };
            if ink != wanted.ink {
                pen.ink.change_to(wanted.ink, pen.out);
                pen.ink = wanted.ink;
            }
            if blanks >= ERASED {
                // Writing to a string cannot fail.
                let _ = write!(pen.out, "\x1b[{blanks}X");
                (x..x + blanks).for_each(|x| self.put((x, y), Spot::BLANK));
                x += blanks;
                continue;
            }
            if wanted.letter.is_none() {
                // Not every terminal gives such a letter the cells it is said to take.
                sure = false;
                (0..width).for_each(|_| pen.out.push(' '));
                pen.out.push_str(&place((x, y)));
            }
            pen.out.push_str(cell.symbol());
            self.put((x, y), wanted);
            (x + 1..x.saturating_add(width)).for_each(|x| self.put((x, y), Spot::UNKNOWN));
            x = x.saturating_add(width);
            // Behind the last column and behind a wide letter terminals differ.
            pen.at = (width == 1 && wanted.letter.is_some() && x < self.size.width).then_some((x, y));
        }
    }

    /// How many cells from here to the last that changes are to be erased.
    fn blanks(&self, paper: &Buffer, (x, end): (u16, u16), y: u16) -> u16 {
        let is_erased = |x: &u16| paper.cell((*x, y)).is_some_and(|cell| Spot::of(cell).0.is_erased());
        let run = (x..end).take_while(is_erased);
        let last = run.filter(|x| self.spot((*x, y)) != Some(Spot::BLANK)).last();
        last.map_or(0, |last| last + 1 - x)
    }

    /// Moves the cursor by the shortest way.
    fn go(&self, pen: &mut Pen<'_>, to: (u16, u16)) {
        let (x, y) = to;
        match pen.at {
            Some(at) if at == to => {}
            Some((from, row)) if row == y && from < x => {
                if !self.bridge(pen, (from, x), y) {
                    forward(x - from, pen.out);
                }
            }
            Some((from, row)) if row < y => {
                let mut relative = String::new();
                steps(y - row, 'B', &mut relative);
                match from.checked_sub(x) {
                    Some(back) => steps(back, 'D', &mut relative),
                    None => forward(x - from, &mut relative),
                }
                let direct = place(to);
                pen.out.push_str(if relative.len() < direct.len() { &relative } else { &direct });
            }
            _ => pen.out.push_str(&place(to)),
        }
        pen.at = Some(to);
    }

    /// Writes once more what stands between, where that looks the same and is shorter than a jump.
    fn bridge(&self, pen: &mut Pen<'_>, (from, to): (u16, u16), y: u16) -> bool {
        if to - from > BRIDGED {
            return false;
        }
        let mut jump = String::new();
        forward(to - from, &mut jump);
        let mut between = String::new();
        for x in from..to {
            match self.spot((x, y)) {
                Some(Spot { letter: Some(letter), ink })
                    if letter.width() == Some(1)
                        && ink == (if letter == ' ' { pen.ink.without_letter() } else { pen.ink }) =>
                {
                    between.push(letter);
                }
                _ => return false,
            }
        }
        let shorter = between.len() <= jump.len();
        if shorter {
            pen.out.push_str(&between);
        }
        shorter
    }

    fn index(&self, (x, y): (u16, u16)) -> usize {
        usize::from(y) * usize::from(self.size.width) + usize::from(x)
    }

    fn spot(&self, at: (u16, u16)) -> Option<Spot> {
        self.spots.get(self.index(at)).copied()
    }

    fn put(&mut self, at: (u16, u16), spot: Spot) {
        let index = self.index(at);
        if at.0 < self.size.width
            && let Some(place) = self.spots.get_mut(index)
        {
            *place = spot;
        }
    }
}

fn place((x, y): (u16, u16)) -> String {
    match x {
        0 => format!("\x1b[{}H", y.saturating_add(1)),
        _ => format!("\x1b[{};{}H", y.saturating_add(1), x.saturating_add(1)),
    }
}

fn forward(cells: u16, out: &mut String) {
    steps(cells, 'C', out);
}

/// A movement by so many cells; none needs nothing.
fn steps(cells: u16, direction: char, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match cells {
        0 => Ok(()),
        1 => write!(out, "\x1b[{direction}"),
        _ => write!(out, "\x1b[{cells}{direction}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::backend::{Backend, CrosstermBackend};
    use ratatui::style::{Color, Modifier, Style};

    const SIZE: Size = Size { width: 24, height: 5 };
    const AREA: Rect = Rect { x: 0, y: 0, width: SIZE.width, height: SIZE.height };

    fn colour() -> impl Strategy<Value = Color> {
        prop_oneof![
            4 => Just(Color::Reset),
            2 => prop::sample::select(vec![Color::Black, Color::Red, Color::Gray, Color::DarkGray, Color::White]),
            1 => any::<u8>().prop_map(Color::Indexed),
            1 => any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color::Rgb(r, g, b)),
        ]
    }

    type Stroke = (u16, u16, &'static str, Color, Color, u16);

    /// Strokes of a frame, and the part that is drawn of it if not all of it is.
    type Step = (Vec<Stroke>, Option<Rect>);

    fn part() -> impl Strategy<Value = Rect> {
        (0..SIZE.width, 0..SIZE.height, 1..=SIZE.width, 1..=SIZE.height)
            .prop_map(|(x, y, width, height)| Rect { x, y, width, height }.intersection(AREA))
    }

    fn steps_of(letters: Vec<&'static str>) -> impl Strategy<Value = Vec<Step>> {
        let modifier = prop_oneof![3 => Just(0), 1 => 0u16..512];
        let stroke = (0..SIZE.width, 0..SIZE.height, prop::sample::select(letters), colour(), colour(), modifier);
        let frame = prop::collection::vec(stroke, 0..8);
        prop::collection::vec((frame, prop::option::weighted(0.3, part())), 1..8)
    }

    fn narrow() -> Vec<&'static str> {
        vec!["a", " ", "bc d", "…▲", "x  y", "one two three", "one  wo  hree", "                    "]
    }

    fn write(after: &mut Buffer, strokes: Vec<Stroke>) {
        for (x, y, text, fg, bg, modifier) in strokes {
            let modifier = Modifier::from_bits_truncate(modifier);
            // The parser knows either bold or dim, whichever came last.
            let dim = if modifier.contains(Modifier::BOLD) { Modifier::DIM } else { Modifier::empty() };
            after.set_string(x, y, text, Style::reset().fg(fg).bg(bg).add_modifier(modifier - dim));
        }
    }

    fn screen() -> vt100::Parser {
        vt100::Parser::new(SIZE.height.try_into().unwrap(), SIZE.width.try_into().unwrap(), 0)
    }

    /// What a person sees of every cell: of a blank its ground and lines alone.
    fn seen(screen: &vt100::Parser) -> Vec<String> {
        let one = |(y, x): (u16, u16)| {
            let cell = screen.screen().cell(y, x).unwrap();
            if matches!(cell.contents(), "" | " ")
                && !cell.inverse()
                && !cell.underline()
                && !cell.is_wide_continuation()
            {
                return format!("blank on {:?}", cell.bgcolor());
            }
            let colours = (cell.fgcolor(), cell.bgcolor());
            let style = (cell.bold(), cell.dim(), cell.italic(), cell.underline(), cell.inverse());
            format!("{:?} {colours:?} {style:?} {}", cell.contents(), cell.is_wide())
        };
        (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (y, x))).map(one).collect()
    }

    /// What the usual writer needs from one frame to another.
    fn usual(before: &Buffer, after: &Buffer) -> Vec<u8> {
        let mut out = Vec::new();
        CrosstermBackend::new(&mut out).draw(before.diff(after).into_iter()).unwrap();
        out
    }

    /// Draws the frames; after each of them the screen looks like another one on which the usual
    /// writer has drawn nothing but that. What both took from frame to frame.
    fn both(frames: Vec<Step>) -> Result<(usize, usize), TestCaseError> {
        let mut ours = screen();
        let (mut few, mut many) = (0, 0);
        let (mut sparing, mut out) = (Sparing::default(), String::new());
        sparing.clear(SIZE, &mut out);
        ours.process(out.as_bytes());
        let mut before = Buffer::empty(AREA);
        for (strokes, part) in frames {
            let mut after = before.clone();
            write(&mut after, strokes);
            // Where only a part is drawn, the rest stays what it was.
            if let Some(part) = part {
                for position in AREA.positions().filter(|position| !part.contains(*position)) {
                    after[position] = before[position].clone();
                }
            }
            out.clear();
            sparing.draw(&after, &[part.unwrap_or(AREA)], &mut out);
            ours.process(out.as_bytes());
            let mut anew = screen();
            anew.process(&usual(&Buffer::empty(AREA), &after));
            prop_assert_eq!(seen(&ours), seen(&anew));
            (few, many) = (few + out.len(), many + usual(&before, &after).len());
            before = after;
        }
        Ok((few, many))
    }

    proptest! {
        /// A terminal shows the same as by the usual writer, after each of many frames.
        #[test]
        fn a_terminal_shows_the_same(frames in steps_of(narrow())) {
            let (few, many) = both(frames)?;
            prop_assert!(few <= many, "{few} bytes against {many}");
        }

        /// Wide letters and letters of several parts are drawn over each other as they come.
        #[test]
        fn wide_letters_are_shown_whole(mut frames in steps_of(vec!["漢字", "a漢b", "e\u{301}tude", "plain", "  "])) {
            for (_, part) in &mut frames {
                *part = None;
            }
            both(frames)?;
        }
    }

    /// What it takes to get from one line of text to another.
    fn between(before: &str, after: &str) -> String {
        let mut sparing = Sparing::default();
        sparing.clear(SIZE, &mut String::new());
        let mut draw = |text: &str| {
            let (mut paper, mut out) = (Buffer::empty(AREA), String::new());
            paper.set_string(0, 0, text, Style::new());
            sparing.draw(&paper, &[AREA], &mut out);
            out
        };
        draw(before);
        draw(after)
    }

    #[test]
    fn a_frame_in_which_nothing_changed_is_not_a_byte() {
        assert_eq!(between("12:00 one order", "12:00 one order"), "");
    }

    #[test]
    fn letters_between_are_written_again_where_that_is_shorter_than_a_jump() {
        assert_eq!(between("order 1a2b", "order 9a8b"), "\x1b[1;7H9a8");
        assert_eq!(between("1 of 1,000 orders", "2 of 1,000 orderS"), "\x1b[1H2\x1b[15CS");
    }

    #[test]
    fn behind_a_letter_of_several_parts_everything_is_written_again() {
        for text in ["e\u{301}tude, and more", "Ada 👍🏽, and more", "ﾊﾞ, and more"] {
            let again = between(text, text);
            assert!(again.contains(", and more"), "{again:?}");
        }
    }

    #[test]
    fn a_longer_text_is_erased() {
        assert_eq!(between("completed, and all is well", "done"), "\x1b[1Hdone\x1b[20X");
    }
}
