//! The record of every money action: written before it is signed, never rewritten.
//!
//! JSON lines, each holding the hash of the one before ([`chain`], pure); what stands in them is
//! in [`entry`], what they leave open in [`recovery`], what they say was signed in [`past`] (both pure). [`writer`] is the only one that
//! writes, and answers only after the data is on disk. No secrets and no signatures in it.

pub mod chain;
pub mod entry;
pub mod past;
pub mod recovery;
pub mod storage;
pub mod writer;

pub use chain::{Broken, Line, Summary, lines, verify};
pub use entry::{Entry, Event, Outcome, Who};
pub use past::History;
pub use recovery::Unsettled;
pub use writer::{Journal, JournalError};
