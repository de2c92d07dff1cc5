//! Terminal events to messages, by the mode the keyboard is in at that moment.

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};
use tui_input::InputRequest;
use tui_input::backend::crossterm::to_input_request;

use crate::app::{Command, Mode, Msg};
use crate::tui::keymap;

/// The message of an event; `alone` tells whether it was the only key waiting.
pub fn message(mode: Mode, event: &Event, alone: bool) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Press => Some(match keymap::command(mode, key) {
            Some(command) => Msg::Command { command, alone },
            None if matches!(mode, Mode::Filter | Mode::Form | Mode::Passphrase) => {
                to_input_request(event).map_or(Msg::Noise, Msg::Edit)
            }
            None if mode == Mode::Question => digit(key).map_or(Msg::Noise, Msg::Edit),
            None if mode == Mode::Page => letter(key).map_or(Msg::Noise, |command| Msg::Command { command, alone }),
            None => Msg::Noise,
        }),
        Event::Paste(text) => Some(Msg::Paste(text.clone())),
        Event::Resize(columns, rows) => Some(Msg::Resized(*columns, *rows)),
        _ => None,
    }
}

/// A key of an amount that has to be typed.
fn digit(key: &crossterm::event::KeyEvent) -> Option<InputRequest> {
    match key.code {
        _ if !key.modifiers.is_empty() => None,
        KeyCode::Char(c) if c.is_ascii_digit() || c == '.' => Some(InputRequest::InsertChar(c)),
        KeyCode::Backspace => Some(InputRequest::DeletePrevChar),
        _ => None,
    }
}

/// A letter for the page in sight.
fn letter(key: &crossterm::event::KeyEvent) -> Option<Command> {
    let plain = (key.modifiers - KeyModifiers::SHIFT).is_empty();
    match key.code {
        KeyCode::Char(c) if plain => Some(Command::Letter(c)),
        _ => None,
    }
}

/// Whether the event is a key going down.
pub fn is_press(event: &Event) -> bool {
    matches!(event, Event::Key(key) if key.kind == KeyEventKind::Press)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyEvent;

    fn key(c: char) -> Event {
        Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))
    }

    #[test]
    fn a_letter_is_a_command_or_text_by_the_mode() {
        assert!(matches!(
            message(Mode::Normal, &key('a'), true),
            Some(Msg::Command { command: Command::Authorize, .. })
        ));
        assert!(matches!(message(Mode::Filter, &key('a'), true), Some(Msg::Edit(_))));
        assert!(matches!(message(Mode::Question, &key('a'), true), Some(Msg::Noise)));
        assert!(matches!(message(Mode::Question, &key('7'), true), Some(Msg::Edit(_))));
    }

    #[test]
    fn pasted_text_is_never_a_command() {
        assert!(matches!(message(Mode::Question, &Event::Paste("y".to_owned()), true), Some(Msg::Paste(_))));
    }
}
