//! When a key may mean yes.
//!
//! Keys typed before the operator could have seen the question must not answer it: those already
//! in the input buffer, those of a held key, those under way on a slow line. The gate opens only
//! after the question was drawn *and* no key has come for a moment.

use std::time::Duration;

use crate::domain::Mono;

/// The silence that must follow the drawing of a question.
pub const SILENCE: Duration = Duration::from_millis(400);

/// Closed until the question was drawn and the keyboard was silent for [`SILENCE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gate {
    quiet_since: Option<Mono>,
}

impl Gate {
    /// The question is on the screen.
    pub fn drawn(&mut self, at: Mono) {
        self.quiet_since.get_or_insert(at);
    }

    /// Whether the question was drawn yet.
    pub fn is_drawn(&self) -> bool {
        self.quiet_since.is_some()
    }

    /// A key came; if the gate is closed the silence starts again.
    pub fn key(&mut self, at: Mono) {
        if !self.is_open(at) && self.quiet_since.is_some() {
            self.quiet_since = Some(at);
        }
    }

    /// Several keys came at once, which no hand does: the silence starts again.
    pub fn burst(&mut self, at: Mono) {
        if self.quiet_since.is_some() {
            self.quiet_since = Some(at);
        }
    }

    /// Whether a key may mean yes.
    pub fn is_open(&self, at: Mono) -> bool {
        self.opens_at().is_some_and(|opens| at >= opens)
    }

    /// When it opens if no key comes.
    pub fn opens_at(&self) -> Option<Mono> {
        self.quiet_since.map(|since| since + SILENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Mono {
        Mono::new(Duration::from_millis(ms))
    }

    #[test]
    fn it_stays_closed_until_drawn_and_silent() {
        let mut gate = Gate::default();
        assert!(!gate.is_open(ms(10_000)));
        gate.drawn(ms(10_000));
        assert!(!gate.is_open(ms(10_399)));
        assert!(gate.is_open(ms(10_400)));
    }

    #[test]
    fn a_key_during_the_silence_starts_it_again() {
        let mut gate = Gate::default();
        gate.drawn(ms(0));
        gate.key(ms(300));
        assert!(!gate.is_open(ms(400)));
        assert!(gate.is_open(ms(700)));
        gate.key(ms(800));
        assert!(gate.is_open(ms(800)), "an open gate stays open for single keys");
        gate.burst(ms(900));
        assert!(!gate.is_open(ms(1_000)), "a burst closes it");
    }

    #[test]
    fn drawing_again_does_not_restart_the_silence() {
        let mut gate = Gate::default();
        gate.drawn(ms(0));
        gate.drawn(ms(300));
        assert!(gate.is_open(ms(400)));
    }
}
