//! The record of every money action: written before it is signed, never rewritten.
//!
//! JSON lines, each holding the hash of the one before ([`chain`], pure); what stands in them is
//! in [`entry`], what they leave open in [`recovery`], what they say was signed in [`past`] (both
//! pure). The end of the chain is noted outside the file ([`head`]), so that [`inspect()`] finds what was cut off. [`writer`] is the only one
//! that writes, and answers only after the data is on disk. No key is in it; a signed request is,
//! because after a lost answer only the very same bytes may be sent again, but never in [`export`].

pub mod chain;
pub mod entry;
pub mod export;
pub mod head;
pub mod inspect;
pub mod past;
pub mod recovery;
pub mod storage;
pub mod writer;

pub use chain::{Broken, Damage, Line, Summary, lines, verify};
pub use entry::{CheckVerdict, Entry, Event, Outcome, SignedBody, Who};
pub use head::Standing;
pub use inspect::{Whole, inspect};
pub use past::History;
pub use recovery::{SignedRequest, Unsettled};
pub use writer::{Journal, JournalError};

#[cfg(test)]
mod tamper_tests;
