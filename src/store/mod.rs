//! The embedded database of one profile: what was seen, and what the API cannot be asked for.
//!
//! No version of the API lists users, and orders do not say whose they are or what they were
//! quoted for. What was learned once is kept here, together with the orders as last seen, so that
//! a start shows them at once. One `SQLite` file; SQL does not leave this module.
//!
//! - **Written before it is shown.** Orders are kept with `synchronous = NORMAL`: the end of the
//!   program loses nothing, the end of the machine at most the last moments, which the API is asked
//!   for again. What the API tells once (events, initiate answers) is on the disk when the call
//!   returns (`synchronous = FULL`).
//! - **Two programs at once** may use a file: write-ahead log, and five seconds of patience.
//! - **Damage** is noticed when it is met: an order carries a seal over its columns and its JSON,
//!   and one that does not match is as if never seen. A full check at the start would cost more
//!   than reading everything anew.
//! - **Minimum at rest.** Of payment profiles the rail, the currency, the institution and the last
//!   four characters; of the vendor's account nothing once an order is over. Whatever is replaced
//!   or deleted is overwritten in the file. [`Store::forget`] removes a person.

mod cursors;
mod error;
mod events;
mod forget;
mod json;
mod migrations;
mod notes;
mod opening;
mod orders;
mod past;
mod profiles;
mod register;
mod seal;
#[cfg(test)]
mod seen_tests;
mod told;
mod trades;

use std::path::PathBuf;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use error::{StoreError, Trouble};
pub use events::{Arrived, Kept, Lesson, OpenEvent};
pub use forget::Forgotten;
pub use opening::Opened;
pub use orders::{KeptOrder, SeenOrder};
pub use past::KeptBrief;
pub use profiles::KeptProfile;
pub use register::{Link, RegisteredUser, Source};
pub use told::{Told, ToldBefore};
pub use trades::{KeptInitiation, KeptQuote, KeptTrade};

/// An open database.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    /// Its file; `None` for one that is gone with the process.
    place: Option<PathBuf>,
    seen_again: orders::SeenAgain,
}

impl Store {
    /// One statement, or some that only read; an error names the file.
    fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        work(&self.db).map_err(|error| StoreError::from(error).at(self.place.as_deref()))
    }

    /// Changes something, whole or not at all.
    fn change<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let place = self.place.clone();
        let db = &mut self.db;
        let whole = || {
            // From the first statement on, so that waiting for another writer is possible at all.
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        whole().map_err(|error: rusqlite::Error| StoreError::from(error).at(place.as_deref()))
    }

    /// Changes something, whole or not at all; on the disk when this returns, with all that was
    /// written before it.
    pub(in crate::store) fn durably<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.with(|db| db.pragma_update(None, "synchronous", "FULL"))?;
        let done = self.change(work);
        // It stays careful if this fails.
        let _ = self.db.pragma_update(None, "synchronous", "NORMAL");
        done
    }
}
