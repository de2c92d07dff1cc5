//! How a cell looks, and the shortest way to say it to a terminal.
//!
//! Source of the sequences: ECMA-48, section 8.3.117 (SGR), and for more than eight colours the
//! usage every terminal of today shares (38;5 and 38;2, 90 to 107, underline by 58).

use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

/// Modifiers and the parameters that turn them on and off.
const MODIFIERS: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// What is seen of a modifier where there is no letter.
const SEEN_ON_BLANK: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

impl Ink {
    /// After everything was set back.
    pub const PLAIN: Self =
        Self { fg: Color::Reset, bg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() };

    /// How a cell is to look; of a blank one, what is seen of it.
    pub fn of(cell: &Cell) -> Self {
        let whole = Self { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier };
        if cell.symbol() == " " { whole.without_letter() } else { whole }
    }

    /// What is seen of this where there is no letter.
    pub fn without_letter(self) -> Self {
        if self.modifier.intersects(SEEN_ON_BLANK) { self } else { Self { bg: self.bg, ..Self::PLAIN } }
    }

    /// Appends the sequence that turns this into `wanted`: whichever is shorter, setting what
    /// differs or setting everything back first.
    pub fn change_to(self, wanted: Self, out: &mut String) {
        if self == wanted {
            return;
        }
        if wanted == Self::PLAIN {
            out.push_str("\x1b[m");
            return;
        }
        let (step, anew) = (self.parameters(wanted), Self::PLAIN.parameters(wanted));
        out.push_str("\x1b[");
        if step.len() <= anew.len() + 2 {
            out.push_str(&step);
        } else {
            out.push_str("0;");
            out.push_str(&anew);
        }
        out.push('m');
    }

    /// What differs, as parameters.
    fn parameters(self, wanted: Self) -> String {
        let mut list = String::new();
        let mut on = self.modifier;
        for (one, _, off) in MODIFIERS {
            if (on - wanted.modifier).contains(one) {
                add(&mut list, off);
                // The parameter turns off its twin as well.
                MODIFIERS.iter().filter(|(.., number)| *number == off).for_each(|(twin, ..)| on -= *twin);
            }
        }
        for (one, number, _) in MODIFIERS {
            if (wanted.modifier - on).contains(one) {
                add(&mut list, number);
            }
        }
        colour(&mut list, self.fg, wanted.fg, 30);
        colour(&mut list, self.bg, wanted.bg, 40);
        colour(&mut list, self.underline, wanted.underline, 50);
        list
    }
}

fn add(list: &mut String, parameter: u8) {
    if !list.is_empty() {
        list.push(';');
    }
    // Writing to a string cannot fail.
    let _ = write!(list, "{parameter}");
}

/// A colour of the letters (`base` 30), the ground (40) or the underline (50).
fn colour(list: &mut String, from: Color, wanted: Color, base: u8) {
    if from == wanted {
        return;
    }
    let one_of_many = base + 8;
    let mut many = |parameters: &[u8]| parameters.iter().for_each(|one| add(list, *one));
    match wanted {
        Color::Reset => many(&[base + 9]),
        Color::Rgb(r, g, b) => many(&[one_of_many, 2, r, g, b]),
        Color::Indexed(index) => many(&[one_of_many, 5, index]),
        named => match number(named) {
            // Of the underline there are no short names.
            index if base == 50 => many(&[one_of_many, 5, index]),
            index if index < 8 => many(&[base + index]),
            index => many(&[base + 52 + index]),
        },
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
