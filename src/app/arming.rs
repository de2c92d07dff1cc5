//! Whether money may be acted on now.
//!
//! The dashboard starts disarmed. Every action on an order's money needs it armed, and being armed
//! lapses when no key comes for some minutes, by whichever clock says more: a laptop that slept was
//! idle. Watching, forms and quotes need no arm, and making an order of a quote needs none either: an
//! order moves nothing until its transfer is authorized or its fiat is paid and confirmed, each of
//! which needs one. Arming proves what it can: the passphrase of the key files, that the keyring
//! gives the key out, or, without a signing key, a deliberate `y`.

use std::fmt;
use std::time::Duration;

use alloy_primitives::Address;
use zeroize::Zeroizing;

use super::flow::ActionRequest;
use super::flow::gate::Gate;
use crate::domain::{Now, OrderId};

/// How long without a key, unless the profile says otherwise.
pub const IDLE: Duration = Duration::from_secs(10 * 60);

/// The longest passphrase that can be typed, in bytes. Room for all of it is taken at once, so that
/// growing leaves no copies behind.
const LONGEST: usize = 1024;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The passphrase of the key files.
    Passphrase,
    /// The keyring gives the key out, after a `y`.
    Keyring,
    /// A `y`: there is no key that anything could be proven of.
    Word,
}

/// A passphrase while it is typed. Wiped when dropped, never printed.
#[derive(PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl Default for Passphrase {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(LONGEST)))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

impl Passphrase {
    /// One more character; none beyond the longest.
    pub fn push(&mut self, c: char) {
        if !c.is_control() && self.0.len() + c.len_utf8() <= LONGEST {
            self.0.push(c);
        }
    }

    /// One less.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// From the start again.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Characters so far.
    pub fn len(&self) -> usize {
        self.0.chars().count()
    }

    /// Nothing so far.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself, for whoever opens the keystore with it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Tells one attempt from another; late answers to an older one are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArmId(pub u64);

/// What goes on once armed: the question of this very order and action.
pub type Pending = Option<(OrderId, ActionRequest)>;

/// The window that asks.
#[derive(Debug)]
pub struct Asking {
    /// When the last key came: nothing half typed stays for ever.
    pub active: Now,
    /// What goes on afterwards.
    pub pending: Pending,
    /// The passphrase so far.
    pub typed: Passphrase,
    /// Why the last attempt came to nothing.
    pub problem: Option<String>,
    /// When a key may mean something.
    pub gate: Gate,
}

impl Asking {
    /// Not seen yet, nothing typed.
    pub(super) fn new(pending: Pending, problem: Option<String>, now: Now) -> Self {
        Self { active: now, pending, typed: Passphrase::default(), problem, gate: Gate::default() }
    }
}

/// Where it stands.
#[derive(Debug)]
pub enum State {
    /// Nothing can be acted on.
    Disarmed,
    /// The window asks.
    Asking(Box<Asking>),
    /// The keystore is being asked.
    Checking {
        /// The attempt.
        id: ArmId,
        /// What goes on afterwards.
        pending: Pending,
    },
    /// Armed since the last key.
    Armed {
        /// When that came.
        active: Now,
    },
}

/// Whether money may be acted on now, and what it takes.
#[derive(Debug)]
pub struct Arming {
    /// What is asked for.
    pub by: By,
    /// How long without a key.
    pub idle: Duration,
    /// Where it stands.
    pub state: State,
    /// The attempts so far.
    pub(super) attempts: u64,
}

impl Default for Arming {
    fn default() -> Self {
        Self::new(By::Word, IDLE)
    }
}

impl Arming {
    /// Disarmed.
    pub fn new(by: By, idle: Duration) -> Self {
        Self { by, idle, state: State::Disarmed, attempts: 0 }
    }

    /// Armed from the start, where nothing that is signed is worth anything.
    #[must_use]
    pub fn armed(self, now: Now) -> Self {
        Self { state: State::Armed { active: now }, ..self }
    }

    /// Whether money may be acted on.
    pub fn is_armed(&self) -> bool {
        matches!(self.state, State::Armed { .. })
    }

    /// What is left without a key; `None` while disarmed.
    pub fn left(&self, now: &Now) -> Option<Duration> {
        match &self.state {
            State::Armed { active } => Some(self.idle.saturating_sub(now.since(active))),
            _ => None,
        }
    }

    /// Whether the window is on the screen.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Asking(_) | State::Checking { .. })
    }

    /// Whether a passphrase is being typed.
    pub fn takes_text(&self) -> bool {
        self.by == By::Passphrase && matches!(self.state, State::Asking(_))
    }

    /// The window, while it asks.
    pub fn asking(&self) -> Option<&Asking> {
        match &self.state {
            State::Asking(asking) => Some(asking),
            _ => None,
        }
    }

    /// The same, to be told something.
    pub(super) fn asking_mut(&mut self) -> Option<&mut Asking> {
        match &mut self.state {
            State::Asking(asking) => Some(asking),
            _ => None,
        }
    }

    /// A key came: the time starts again.
    pub(super) fn active(&mut self, now: Now) {
        match &mut self.state {
            State::Armed { active } => *active = now,
            State::Asking(asking) => asking.active = now,
            State::Disarmed | State::Checking { .. } => {}
        }
    }
}

/// What the keystore is asked to prove.
#[derive(Debug, PartialEq, Eq)]
pub enum Proof {
    /// That this opens the key files.
    Passphrase(Passphrase),
    /// That the keyring gives the key out.
    Keyring,
}

/// Whose key the keystore opened.
pub type Opened = Address;
