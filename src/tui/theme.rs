//! Meaning to style, in one place. Colour never carries meaning alone: wherever a style of this
//! table says "urgent" or "refused", a sign and a word say it too.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Plain.
    Plain,
    /// Less important.
    Dim,
    /// A label of a field.
    Label,
    /// A heading.
    Heading,
    /// The border of the focused pane.
    Focus,
    /// The selected row.
    Selected,
    /// Ours to act on and nearly too late.
    Critical,
    /// Ours to act on.
    NeedsYou,
    /// Something is wrong.
    Trouble,
    /// All is well.
    Good,
    /// A key on the keyboard.
    Key,
    /// Real money.
    Production,
    /// Not real money.
    NotProduction,
}

/// How meanings look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// With the terminal's sixteen colours.
    pub fn colour() -> Self {
        Self { colour: true }
    }

    /// Without colours (`NO_COLOR`): bold, dim and reverse remain.
    pub fn plain() -> Self {
        Self { colour: false }
    }

    /// The style of a meaning.
    pub fn style(self, meaning: Meaning) -> Style {
        let style = Style::new().add_modifier(modifier(meaning));
        match colours(meaning) {
            (Some(fg), bg) if self.colour => {
                let style = style.fg(fg);
                bg.map_or(style, |bg| style.bg(bg))
            }
            _ if !self.colour && reversed_when_plain(meaning) => style.add_modifier(Modifier::REVERSED),
            _ => style,
        }
    }
}

fn modifier(meaning: Meaning) -> Modifier {
    match meaning {
        Meaning::Plain | Meaning::Good | Meaning::Label | Meaning::Trouble => Modifier::empty(),
        Meaning::Dim => Modifier::DIM,
        Meaning::Heading
        | Meaning::Focus
        | Meaning::Critical
        | Meaning::NeedsYou
        | Meaning::Key
        | Meaning::Selected
        | Meaning::Production
        | Meaning::NotProduction => Modifier::BOLD,
    }
}

fn colours(meaning: Meaning) -> (Option<Color>, Option<Color>) {
    match meaning {
        Meaning::Plain | Meaning::Heading | Meaning::Dim => (None, None),
        // One ground for the whole row; what stands on it keeps its own colour.
        Meaning::Selected => (Some(Color::White), Some(Color::Blue)),
        Meaning::Label => (Some(Color::Cyan), None),
        Meaning::Focus | Meaning::Key => (Some(Color::LightCyan), None),
        Meaning::NeedsYou => (Some(Color::LightYellow), None),
        Meaning::Trouble => (Some(Color::LightRed), None),
        Meaning::Good => (Some(Color::LightGreen), None),
        Meaning::Critical | Meaning::Production => (Some(Color::White), Some(Color::Red)),
        Meaning::NotProduction => (Some(Color::Black), Some(Color::Green)),
    }
}

fn reversed_when_plain(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Critical | Meaning::Production | Meaning::Selected)
}
