//! Pins, policy and our own record, read afresh for every review.
//!
//! A file that cannot be read becomes the reason of a refusal; what was read before is never used in
//! its place. The record is folded once from the journal and then kept up with what is written.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::ClockFn;
use crate::config;
use crate::domain::pins::Pinning;
use crate::domain::policy::Policy;
use crate::journal::{Event, History};
use crate::signing::review::{ChainWord, Grounds};

/// Where the pins come from.
#[derive(Debug, Clone)]
pub enum PinSource {
    /// The profile's file, and how the profile stands without it.
    File {
        /// `pins.toml`.
        path: PathBuf,
        /// A simulated API on this machine needs none.
        needless: bool,
    },
    /// Known from the start.
    Fixed(Pinning),
}

/// Where the grounds of a review come from. Cheap to clone; clones share the record.
#[derive(Clone)]
pub struct Rules {
    pins: PinSource,
    policy: Option<PathBuf>,
    history: Result<Arc<Mutex<History>>, String>,
    clock: ClockFn,
}

impl Rules {
    /// From these places; without a place for it the policy is the default one. `history` is what
    /// the journal holds so far, or why it cannot be read.
    pub fn new(pins: PinSource, policy: Option<PathBuf>, history: Result<History, String>, clock: ClockFn) -> Self {
        Self { pins, policy, history: history.map(|history| Arc::new(Mutex::new(history))), clock }
    }

    /// The grounds as they are now. Reads two small files: not for the loop.
    pub async fn grounds(&self) -> Grounds {
        let rules = self.clone();
        let read = tokio::task::spawn_blocking(move || rules.read()).await;
        read.unwrap_or_else(|_| Grounds {
            pinning: Pinning::Broken("ramptop failed internally".to_owned()),
            policy: Err("ramptop failed internally".to_owned()),
            past: Err("ramptop failed internally".to_owned()),
            chain: ChainWord::Unasked,
        })
    }

    fn read(&self) -> Grounds {
        let past = self.history.as_ref().map_err(Clone::clone);
        Grounds {
            pinning: self.pinning(),
            policy: self.policy.as_deref().map_or_else(|| Ok(Policy::default()), config::policy::load),
            past: past.map(|history| history.lock().unwrap_or_else(PoisonError::into_inner).past().clone()),
            chain: ChainWord::Unasked,
        }
    }

    fn pinning(&self) -> Pinning {
        match &self.pins {
            PinSource::Fixed(pinning) => pinning.clone(),
            PinSource::File { path, needless } => match config::pins::load(path) {
                Ok(Some(pins)) => Pinning::Pinned(Box::new(pins)),
                Ok(None) if *needless => Pinning::Needless,
                Ok(None) => Pinning::Missing,
                Err(why) => Pinning::Broken(why),
            },
        }
    }

    /// Keeps up with what was just written to the journal.
    pub fn recorded(&self, seq: u64, event: &Event) {
        let at = (self.clock)();
        if let Ok(history) = &self.history {
            history.lock().unwrap_or_else(PoisonError::into_inner).see(seq, at.wall, event);
        }
    }
}
