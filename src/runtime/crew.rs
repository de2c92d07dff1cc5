//! Who carries effects out: what needs no key and no API at once, the rest when the profile is open.

use super::hands::Hands;
use super::shelf::Shelf;
use crate::app::Effect;
use crate::tui::terminal::Screen;

/// The tasks, once there are any, and what waits for them.
pub(super) struct Crew {
    hands: Option<Hands>,
    waiting: Vec<Effect>,
    shelf: Option<Shelf>,
    /// The next frame is drawn from nothing.
    pub(super) repaint: bool,
}

impl Crew {
    pub(super) fn new(shelf: Option<Shelf>) -> Self {
        Self { hands: None, waiting: Vec::new(), shelf, repaint: false }
    }

    /// From now on everything can be done; what waited is done first.
    pub(super) fn join(&mut self, hands: Option<Hands>) {
        self.hands = hands;
        let waiting = std::mem::take(&mut self.waiting);
        self.carry_out_all(waiting);
    }

    /// Starts every effect. `true` if one of them was to leave.
    pub(super) fn carry_out_all(&mut self, effects: Vec<Effect>) -> bool {
        let mut quit = false;
        for effect in effects {
            quit |= self.carry_out(effect);
        }
        quit
    }

    fn carry_out(&mut self, effect: Effect) -> bool {
        match (effect, &mut self.hands) {
            (Effect::Quit, _) => return true,
            (Effect::Repaint, _) => self.repaint = true,
            (Effect::Copy(text), _) => {
                // A terminal without a clipboard ignores the request.
                let _ = Screen::copy(&text);
            }
            (Effect::Load(orders), _) => {
                if let Some(shelf) = &self.shelf {
                    shelf.load(orders);
                }
            }
            (effect, Some(hands)) => return hands.carry_out(effect),
            (effect, None) => self.waiting.push(effect),
        }
        false
    }

    /// The tasks, to be waited for.
    pub(super) fn leave(self) -> Option<Hands> {
        self.hands
    }
}
