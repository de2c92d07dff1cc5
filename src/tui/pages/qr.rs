//! A text as a QR code of half blocks: two modules per cell, dark on light whatever the theme,
//! because a camera wants to read it.

use qrcode::{Color as Module, EcLevel, QrCode};
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

/// Light modules round the code.
const QUIET: usize = 2;

/// The longest text that is tried.
const MAX: usize = 1_000;

/// The lines of the code; `None` when the text is too long for one.
pub fn lines(text: &str) -> Option<Vec<Line<'static>>> {
    if text.len() > MAX {
        return None;
    }
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::L).ok()?;
    let side = code.width();
    let modules = code.to_colors();
    let dark = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < side);
        let at = inside(x).zip(inside(y)).map(|(x, y)| y * side + x);
        at.and_then(|at| modules.get(at)).is_some_and(|module| *module == Module::Dark)
    };
    let full = side + 2 * QUIET;
    // Of the last row of an odd number the lower half is light: part of the quiet zone.
    let rows = (0..full).step_by(2).map(|y| {
        let row: String = (0..full)
            .map(|x| match (dark(x, y), dark(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            })
            .collect();
        Line::from(Span::styled(row, Style::new().fg(Color::Rgb(0, 0, 0)).bg(Color::Rgb(255, 255, 255))))
    });
    Some(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_square_with_a_quiet_zone() {
        let lines = lines("https://verify.example/session/0b1d").unwrap();
        let rows: Vec<String> = lines.iter().map(ToString::to_string).collect();
        let width = rows[0].chars().count();
        assert_eq!(rows.len(), width.div_ceil(2));
        assert!(rows.iter().all(|row| row.chars().count() == width));
        assert!(rows[0].trim().is_empty(), "quiet above");
        // The finder pattern: seven dark modules in a row.
        assert!(rows[1].trim_start().starts_with("█▀▀▀▀▀█"), "{}", rows[1]);
        assert!(lines.iter().all(|line| line.spans[0].style.bg == Some(Color::Rgb(255, 255, 255))));
    }

    #[test]
    fn what_is_too_long_has_none() {
        assert_eq!(lines(&"x".repeat(1_001)), None);
    }
}
